#include "base/rng.h"

#include <string.h>

#include "base/check.h"
#include "base/endian.h"

static uint64_t rotate_left(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

mo_rng_t mo_rng(uint64_t seed)
{
    mo_rng_t rng;
    for (unsigned i = 0; i < 4; i++) {
        rng.state[i] = splitmix(&seed);
    }
    return rng;
}

uint64_t mo_rng_next(mo_rng_t *rng)
{
    uint64_t *s = rng->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t mo_rng_below(mo_rng_t *rng, uint64_t bound)
{
    MO_CHECK(bound > 0);
    /* 2^64 mod bound: outputs below it would make the small remainders likelier. */
    uint64_t skip = (UINT64_MAX - bound + 1) % bound;
    uint64_t next = mo_rng_next(rng);
    while (next < skip) {
        next = mo_rng_next(rng);
    }
    return next % bound;
}

void mo_rng_fill(mo_rng_t *rng, uint8_t *out, size_t size)
{
    for (size_t done = 0; done < size; done += 8) {
        uint8_t word[8];
        mo_store_le64(mo_rng_next(rng), word);
        memcpy(out + done, word, size - done < 8 ? size - done : 8);
    }
}
