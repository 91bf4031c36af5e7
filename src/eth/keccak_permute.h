/* The permutation Keccak-f[1600], of one state or of several side by side; private to the Keccak modules.
 *
 * A state is 25 words of 64 bits. In a kind with L lanes, L states lie interleaved, word by word, so that one vector
 * instruction does the same step for all of them:
 *
 *     word 0 of state 0 .. L-1    word 1 of state 0 .. L-1    ...    word 24 of state 0 .. L-1
 *
 * Which kinds a processor has is asked at run time; every kind gives the same bits. One permutation of eight lanes
 * takes 1.6 times that of one state, so many independent hashes (eth/keccak.h, mo_keccak256_many) cost a fifth.
 *
 * Floor 1, pure.
 */
#ifndef MO_ETH_KECCAK_PERMUTE_H
#define MO_ETH_KECCAK_PERMUTE_H

#include "base/bytes.h"

#define MO_KECCAK_WORDS     25
#define MO_KECCAK_LANES_MAX 8

/* Where states begin in memory: at the size of the widest vector. */
#define MO_KECCAK_ALIGNMENT 64

typedef struct {
    const char *name; /* "avx2" */
    unsigned lanes;
    bool (*is_usable)(void); /* on this processor */
    void (*permute)(uint64_t *states);
} mo_keccak_kind_t;

/* From the plainest, which every processor has, to the fastest of one state, then those of more lanes. */
extern const mo_keccak_kind_t mo_keccak_kinds[];
extern const size_t mo_keccak_kind_count;

/* The last of these kinds that this processor has; of mo_keccak_kinds the widest. The first must be one that all have. */
const mo_keccak_kind_t *mo_keccak_widest(const mo_keccak_kind_t *kinds, size_t count);

/* One state, by the best kind of one lane. */
void mo_keccak_permute(uint64_t state[MO_KECCAK_WORDS]);

/* The keccak256 of each of `count` inputs, by this kind. */
void mo_keccak256_many_by(const mo_keccak_kind_t *kind, const mo_bytes_t *inputs, size_t count, mo_hash_t *hashes);

#endif
