/* A small repeatable generator (xoshiro256**, seeded through splitmix64): tests, models, the simulator.
 *
 * The same seed gives the same numbers on every machine, for ever; a failure names its seed. It is no source
 * of secrets: whoever knows four outputs knows the rest.
 *
 *     mo_rng_t rng = mo_rng(42);
 *     size_t pick = (size_t)mo_rng_below(&rng, count);
 *
 * Floor 0.
 */
#ifndef MO_BASE_RNG_H
#define MO_BASE_RNG_H

#include "base/bytes.h"

typedef struct {
    uint64_t state[4];
} mo_rng_t;

/* The generator of this seed. */
mo_rng_t mo_rng(uint64_t seed);

/* The next 64 bits. */
uint64_t mo_rng_next(mo_rng_t *rng);

/* Evenly in [0, bound); `bound` is at least 1. Without modulo bias. */
uint64_t mo_rng_below(mo_rng_t *rng, uint64_t bound);

/* Fills `out` with `size` bytes. */
void mo_rng_fill(mo_rng_t *rng, uint8_t *out, size_t size);

#endif
