#include "eth/keccak.h"

#include <string.h>

#include "base/check.h"
#include "base/endian.h"

#define ROUNDS 24

static const uint64_t round_constant[ROUNDS] = {
    0x0000000000000001u, 0x0000000000008082u, 0x800000000000808au, 0x8000000080008000u, 0x000000000000808bu,
    0x0000000080000001u, 0x8000000080008081u, 0x8000000000008009u, 0x000000000000008au, 0x0000000000000088u,
    0x0000000080008009u, 0x000000008000000au, 0x000000008000808bu, 0x800000000000008bu, 0x8000000000008089u,
    0x8000000000008003u, 0x8000000000008002u, 0x8000000000000080u, 0x000000000000800au, 0x800000008000000au,
    0x8000000080008081u, 0x8000000000008080u, 0x0000000080000001u, 0x8000000080008008u,
};

static inline uint64_t rotate_left(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

/* The non-linear step on one row of five lanes. */
static inline void chi(uint64_t *a, uint64_t b0, uint64_t b1, uint64_t b2, uint64_t b3, uint64_t b4)
{
    a[0] = b0 ^ (~b1 & b2);
    a[1] = b1 ^ (~b2 & b3);
    a[2] = b2 ^ (~b3 & b4);
    a[3] = b3 ^ (~b4 & b0);
    a[4] = b4 ^ (~b0 & b1);
}

/* One round from `a` to `e`, written out: a loop over lanes costs four times as much. Each row of `e` gathers
 * five lanes of `a` (pi), rotated (rho), with their columns' parities mixed in (theta). */
static inline void permute_round(const uint64_t *a, uint64_t *e, uint64_t constant)
{
    uint64_t c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];
    uint64_t c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];
    uint64_t c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];
    uint64_t c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];
    uint64_t c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];
    uint64_t d0 = c4 ^ rotate_left(c1, 1);
    uint64_t d1 = c0 ^ rotate_left(c2, 1);
    uint64_t d2 = c1 ^ rotate_left(c3, 1);
    uint64_t d3 = c2 ^ rotate_left(c4, 1);
    uint64_t d4 = c3 ^ rotate_left(c0, 1);
    chi(e, a[0] ^ d0, rotate_left(a[6] ^ d1, 44), rotate_left(a[12] ^ d2, 43), rotate_left(a[18] ^ d3, 21),
        rotate_left(a[24] ^ d4, 14));
    e[0] ^= constant;
    chi(e + 5, rotate_left(a[3] ^ d3, 28), rotate_left(a[9] ^ d4, 20), rotate_left(a[10] ^ d0, 3),
        rotate_left(a[16] ^ d1, 45), rotate_left(a[22] ^ d2, 61));
    chi(e + 10, rotate_left(a[1] ^ d1, 1), rotate_left(a[7] ^ d2, 6), rotate_left(a[13] ^ d3, 25),
        rotate_left(a[19] ^ d4, 8), rotate_left(a[20] ^ d0, 18));
    chi(e + 15, rotate_left(a[4] ^ d4, 27), rotate_left(a[5] ^ d0, 36), rotate_left(a[11] ^ d1, 10),
        rotate_left(a[17] ^ d2, 15), rotate_left(a[23] ^ d3, 56));
    chi(e + 20, rotate_left(a[2] ^ d2, 62), rotate_left(a[8] ^ d3, 55), rotate_left(a[14] ^ d4, 39),
        rotate_left(a[15] ^ d0, 41), rotate_left(a[21] ^ d1, 2));
}

static void permute(uint64_t lane[25])
{
    uint64_t other[25];
    for (unsigned i = 0; i < ROUNDS; i += 2) {
        permute_round(lane, other, round_constant[i]);
        permute_round(other, lane, round_constant[i + 1]);
    }
}

static void absorb_byte(mo_keccak_t *keccak, uint8_t byte)
{
    keccak->lane[keccak->filled / 8] ^= (uint64_t)byte << (8 * (keccak->filled % 8));
    if (++keccak->filled == MO_KECCAK_RATE) {
        permute(keccak->lane);
        keccak->filled = 0;
    }
}

static void absorb_block(mo_keccak_t *keccak, const uint8_t *block)
{
    for (size_t i = 0; i < MO_KECCAK_RATE / 8; i++) {
        keccak->lane[i] ^= mo_load_le64(block + 8 * i);
    }
    permute(keccak->lane);
}

mo_keccak_t mo_keccak(void)
{
    return (mo_keccak_t){.filled = 0};
}

void mo_keccak_put(mo_keccak_t *keccak, mo_bytes_t bytes)
{
    MO_CHECK(keccak->filled < MO_KECCAK_RATE);
    size_t at = 0;
    while (at < bytes.size) {
        if (keccak->filled == 0 && bytes.size - at >= MO_KECCAK_RATE) {
            absorb_block(keccak, bytes.data + at);
            at += MO_KECCAK_RATE;
        } else if (keccak->filled % 8 == 0 && keccak->filled <= MO_KECCAK_RATE - 16 && bytes.size - at >= 8) {
            keccak->lane[keccak->filled / 8] ^= mo_load_le64(bytes.data + at);
            keccak->filled += 8;
            at += 8;
        } else {
            absorb_byte(keccak, bytes.data[at++]);
        }
    }
}

mo_hash_t mo_keccak_hash(mo_keccak_t *keccak)
{
    MO_CHECK(keccak->filled < MO_KECCAK_RATE);
    keccak->lane[keccak->filled / 8] ^= (uint64_t)0x01 << (8 * (keccak->filled % 8));
    keccak->lane[MO_KECCAK_RATE / 8 - 1] ^= (uint64_t)0x80 << 56;
    permute(keccak->lane);
    mo_hash_t hash;
    for (size_t i = 0; i < 4; i++) {
        mo_store_le64(keccak->lane[i], hash.bytes + 8 * i);
    }
    keccak->filled = MO_KECCAK_RATE; /* spent: the checks above refuse any further use */
    return hash;
}

mo_hash_t mo_keccak256(mo_bytes_t bytes)
{
    mo_keccak_t keccak = mo_keccak();
    mo_keccak_put(&keccak, bytes);
    return mo_keccak_hash(&keccak);
}

mo_hash_t mo_keccak256_pair(const mo_hash_t *a, const mo_hash_t *b)
{
    mo_keccak_t keccak = mo_keccak();
    mo_keccak_put(&keccak, mo_hash_view(a));
    mo_keccak_put(&keccak, mo_hash_view(b));
    return mo_keccak_hash(&keccak);
}
