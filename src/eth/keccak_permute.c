#include "eth/keccak_permute.h"

#define ROUNDS 24

static const uint64_t round_constant[ROUNDS] = {
    0x0000000000000001u, 0x0000000000008082u, 0x800000000000808au, 0x8000000080008000u, 0x000000000000808bu,
    0x0000000080000001u, 0x8000000080008081u, 0x8000000000008009u, 0x000000000000008au, 0x0000000000000088u,
    0x0000000080008009u, 0x000000008000000au, 0x000000008000808bu, 0x800000000000008bu, 0x8000000000008089u,
    0x8000000000008003u, 0x8000000000008002u, 0x8000000000000080u, 0x000000000000800au, 0x800000008000000au,
    0x8000000080008081u, 0x8000000000008080u, 0x0000000080000001u, 0x8000000080008008u,
};

/* The steps are macros, as functions cannot have a word's type for a parameter: a word of one state, or a vector of the
 * same word of several. */
#define ROTATE_LEFT(word, bits) ((word) << (bits) | (word) >> (64 - (bits)))

/* The non-linear step on one row of five words. */
#define CHI(word_t, e, v0, v1, v2, v3, v4)                                                                             \
    do {                                                                                                               \
        word_t b0 = (v0), b1 = (v1), b2 = (v2), b3 = (v3), b4 = (v4);                                                  \
        (e)[0] = b0 ^ (~b1 & b2);                                                                                      \
        (e)[1] = b1 ^ (~b2 & b3);                                                                                      \
        (e)[2] = b2 ^ (~b3 & b4);                                                                                      \
        (e)[3] = b3 ^ (~b4 & b0);                                                                                      \
        (e)[4] = b4 ^ (~b0 & b1);                                                                                      \
    } while (0)

/* One round from `a` to `e`, written out: a loop over words costs four times as much. Each row of `e` gathers five
 * words of `a` (pi), rotated (rho), with their columns' parities mixed in (theta). */
#define ROUND(word_t, a, e, constant)                                                                                  \
    do {                                                                                                               \
        word_t c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20];                                                               \
        word_t c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21];                                                               \
        word_t c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22];                                                               \
        word_t c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23];                                                               \
        word_t c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24];                                                               \
        word_t d0 = c4 ^ ROTATE_LEFT(c1, 1);                                                                           \
        word_t d1 = c0 ^ ROTATE_LEFT(c2, 1);                                                                           \
        word_t d2 = c1 ^ ROTATE_LEFT(c3, 1);                                                                           \
        word_t d3 = c2 ^ ROTATE_LEFT(c4, 1);                                                                           \
        word_t d4 = c3 ^ ROTATE_LEFT(c0, 1);                                                                           \
        CHI(word_t, e, a[0] ^ d0, ROTATE_LEFT(a[6] ^ d1, 44), ROTATE_LEFT(a[12] ^ d2, 43),                             \
            ROTATE_LEFT(a[18] ^ d3, 21), ROTATE_LEFT(a[24] ^ d4, 14));                                                 \
        e[0] ^= constant;                                                                                              \
        CHI(word_t, e + 5, ROTATE_LEFT(a[3] ^ d3, 28), ROTATE_LEFT(a[9] ^ d4, 20), ROTATE_LEFT(a[10] ^ d0, 3),         \
            ROTATE_LEFT(a[16] ^ d1, 45), ROTATE_LEFT(a[22] ^ d2, 61));                                                 \
        CHI(word_t, e + 10, ROTATE_LEFT(a[1] ^ d1, 1), ROTATE_LEFT(a[7] ^ d2, 6), ROTATE_LEFT(a[13] ^ d3, 25),         \
            ROTATE_LEFT(a[19] ^ d4, 8), ROTATE_LEFT(a[20] ^ d0, 18));                                                  \
        CHI(word_t, e + 15, ROTATE_LEFT(a[4] ^ d4, 27), ROTATE_LEFT(a[5] ^ d0, 36), ROTATE_LEFT(a[11] ^ d1, 10),       \
            ROTATE_LEFT(a[17] ^ d2, 15), ROTATE_LEFT(a[23] ^ d3, 56));                                                 \
        CHI(word_t, e + 20, ROTATE_LEFT(a[2] ^ d2, 62), ROTATE_LEFT(a[8] ^ d3, 55), ROTATE_LEFT(a[14] ^ d4, 39),       \
            ROTATE_LEFT(a[15] ^ d0, 41), ROTATE_LEFT(a[21] ^ d1, 2));                                                  \
    } while (0)

/* All rounds on interleaved states whose words have this type. */
#define PERMUTE(word_t, states)                                                                                        \
    do {                                                                                                               \
        word_t *even = (word_t *)(void *)(states);                                                                     \
        word_t odd[MO_KECCAK_WORDS];                                                                                   \
        for (unsigned i = 0; i < ROUNDS; i += 2) {                                                                     \
            ROUND(word_t, even, odd, round_constant[i]);                                                               \
            ROUND(word_t, odd, even, round_constant[i + 1]);                                                           \
        }                                                                                                              \
    } while (0)

static bool always(void)
{
    return true;
}

static void permute_plain(uint64_t *states)
{
    PERMUTE(uint64_t, states);
}

#if defined(__x86_64__)
typedef uint64_t four_t __attribute__((vector_size(32), may_alias));
typedef uint64_t eight_t __attribute__((vector_size(64), may_alias));

static bool has_bmi(void)
{
    bool first = __builtin_cpu_supports("bmi");
    bool second = __builtin_cpu_supports("bmi2");
    return first & second;
}

static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f");
}

/* BMI's andn and rorx save a move each. */
__attribute__((target("bmi,bmi2"))) static void permute_bmi(uint64_t *states)
{
    PERMUTE(uint64_t, states);
}

__attribute__((target("avx2"))) static void permute_avx2(uint64_t *states)
{
    PERMUTE(four_t, states);
}

/* AVX-512 rotates, and does any step of three operands, in one instruction. */
__attribute__((target("avx512f"))) static void permute_avx512(uint64_t *states)
{
    PERMUTE(eight_t, states);
}
#endif

const mo_keccak_kind_t mo_keccak_kinds[] = {
    {"plain", 1, always, permute_plain},
#if defined(__x86_64__)
    {"bmi", 1, has_bmi, permute_bmi},
    {"avx2", 4, has_avx2, permute_avx2},
    {"avx512", 8, has_avx512, permute_avx512},
#endif
};
const size_t mo_keccak_kind_count = sizeof mo_keccak_kinds / sizeof mo_keccak_kinds[0];

void mo_keccak_permute(uint64_t state[MO_KECCAK_WORDS])
{
#if defined(__x86_64__)
    static void (*const permute[2])(uint64_t *states) = {permute_plain, permute_bmi};
    permute[has_bmi()](state);
#else
    permute_plain(state);
#endif
}
