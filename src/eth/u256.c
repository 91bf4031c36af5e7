#include "eth/u256.h"

#include <string.h>

#include "base/endian.h"
#include "base/hex.h"

#define LIMBS 4

/* The product of two limbs, and a limb with its carry, in one. */
typedef unsigned __int128 wide_t;

/* ---- To and from other forms ---- */

mo_u256_t mo_u256_from_u64(uint64_t value) {
    return (mo_u256_t){{value, 0, 0, 0}};
}

bool mo_u256_to_u64(mo_u256_t a, uint64_t *out) {
    bool fits = (a.limb[1] | a.limb[2] | a.limb[3]) == 0;
    *out = fits ? a.limb[0] : 0;
    return fits;
}

mo_u256_t mo_u256_from_be(const uint8_t bytes[32]) {
    mo_u256_t a;
    for (unsigned i = 0; i < LIMBS; i++) {
        a.limb[i] = mo_load_be64(bytes + 8 * (LIMBS - 1 - i));
    }
    return a;
}

void mo_u256_to_be(mo_u256_t a, uint8_t bytes[32]) {
    for (unsigned i = 0; i < LIMBS; i++) {
        mo_store_be64(a.limb[i], bytes + 8 * (LIMBS - 1 - i));
    }
}

mo_u256_t mo_u256_from_hash(const mo_hash_t *word) {
    return mo_u256_from_be(word->bytes);
}

mo_hash_t mo_u256_to_hash(mo_u256_t a) {
    mo_hash_t word;
    mo_u256_to_be(a, word.bytes);
    return word;
}

bool mo_u256_from_bytes(mo_bytes_t bytes, mo_u256_t *out) {
    *out = MO_U256_ZERO;
    if (bytes.size > 32) {
        return false;
    }
    uint8_t word[32] = {0};
    if (bytes.size > 0) {
        memcpy(word + 32 - bytes.size, bytes.data, bytes.size);
    }
    *out = mo_u256_from_be(word);
    return true;
}

/* a * factor + addend, in place; what leaves the top is the result. */
static uint64_t multiply_small(mo_u256_t *a, uint64_t factor, uint64_t addend) {
    uint64_t carry = addend;
    for (unsigned i = 0; i < LIMBS; i++) {
        wide_t wide = (wide_t)a->limb[i] * factor + carry;
        a->limb[i] = (uint64_t)wide;
        carry = (uint64_t)(wide >> 64);
    }
    return carry;
}

/* a / divisor, in place; the remainder is the result. */
static uint64_t divide_small(mo_u256_t *a, uint64_t divisor) {
    uint64_t remainder = 0;
    for (unsigned i = LIMBS; i-- > 0;) {
        wide_t wide = (wide_t)remainder << 64 | a->limb[i];
        a->limb[i] = (uint64_t)(wide / divisor);
        remainder = (uint64_t)(wide % divisor);
    }
    return remainder;
}

bool mo_u256_parse_decimal(const char *text, mo_u256_t *out) {
    *out = MO_U256_ZERO;
    if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0')) {
        return false;
    }
    mo_u256_t value = MO_U256_ZERO;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || multiply_small(&value, 10, (uint64_t)(*text - '0')) != 0) {
            return false;
        }
    }
    *out = value;
    return true;
}

void mo_u256_print_decimal(mo_u256_t a, char out[MO_U256_DECIMAL_TEXT]) {
    char reversed[MO_U256_DECIMAL_TEXT];
    size_t length = 0;
    do {
        reversed[length++] = (char)('0' + divide_small(&a, 10));
    } while (!mo_u256_is_zero(a));
    for (size_t i = 0; i < length; i++) {
        out[i] = reversed[length - 1 - i];
    }
    out[length] = '\0';
}

bool mo_u256_parse_quantity(const char *text, mo_u256_t *out) {
    *out = MO_U256_ZERO;
    size_t length = strlen(text);
    if (length < 3 || length > 66 || text[0] != '0' || text[1] != 'x' || (text[2] == '0' && length > 3)) {
        return false;
    }
    char padded[MO_HEX_TEXT(32)];
    memset(padded, '0', 64);
    memcpy(padded + 64 - (length - 2), text + 2, length - 1);
    mo_hash_t word;
    if (!mo_hex_decode_exact(padded, MO_HEX_BARE, word.bytes, sizeof word.bytes)) {
        return false;
    }
    *out = mo_u256_from_hash(&word);
    return true;
}

void mo_u256_print_quantity(mo_u256_t a, char out[MO_U256_QUANTITY_TEXT]) {
    mo_hash_t word = mo_u256_to_hash(a);
    char text[MO_HEX_TEXT(32)];
    mo_hex_encode(mo_hash_view(&word), MO_HEX_BARE, text, sizeof text);
    unsigned digits = mo_u256_is_zero(a) ? 1 : (mo_u256_bits(a) + 3) / 4;
    memcpy(out, "0x", 2);
    memcpy(out + 2, text + 64 - digits, digits + 1);
}

/* ---- Order ---- */

bool mo_u256_is_zero(mo_u256_t a) {
    return (a.limb[0] | a.limb[1] | a.limb[2] | a.limb[3]) == 0;
}

int mo_u256_compare(mo_u256_t a, mo_u256_t b) {
    for (unsigned i = LIMBS; i-- > 0;) {
        if (a.limb[i] != b.limb[i]) {
            return a.limb[i] < b.limb[i] ? -1 : 1;
        }
    }
    return 0;
}

bool mo_u256_equal(mo_u256_t a, mo_u256_t b) {
    return mo_u256_compare(a, b) == 0;
}

bool mo_u256_less(mo_u256_t a, mo_u256_t b) {
    return mo_u256_compare(a, b) < 0;
}

unsigned mo_u256_bits(mo_u256_t a) {
    for (unsigned i = LIMBS; i-- > 0;) {
        if (a.limb[i] != 0) {
            return 64 * (i + 1) - (unsigned)__builtin_clzll(a.limb[i]);
        }
    }
    return 0;
}

unsigned mo_u256_size(mo_u256_t a) {
    return (mo_u256_bits(a) + 7) / 8;
}

/* ---- Arithmetic ---- */

bool mo_u256_add(mo_u256_t a, mo_u256_t b, mo_u256_t *sum) {
    wide_t carry = 0;
    for (unsigned i = 0; i < LIMBS; i++) {
        carry += (wide_t)a.limb[i] + b.limb[i];
        sum->limb[i] = (uint64_t)carry;
        carry >>= 64;
    }
    if (carry != 0) {
        *sum = MO_U256_ZERO;
    }
    return carry == 0;
}

bool mo_u256_sub(mo_u256_t a, mo_u256_t b, mo_u256_t *difference) {
    if (mo_u256_less(a, b)) {
        *difference = MO_U256_ZERO;
        return false;
    }
    uint64_t borrow = 0;
    for (unsigned i = 0; i < LIMBS; i++) {
        wide_t wide = (wide_t)a.limb[i] - b.limb[i] - borrow;
        difference->limb[i] = (uint64_t)wide;
        borrow = (uint64_t)(wide >> 64) & 1;
    }
    return true;
}

/* The whole product, eight limbs. */
static void multiply(mo_u256_t a, mo_u256_t b, uint64_t product[2 * LIMBS]) {
    memset(product, 0, 2 * LIMBS * sizeof product[0]);
    for (unsigned i = 0; i < LIMBS; i++) {
        uint64_t carry = 0;
        for (unsigned j = 0; j < LIMBS; j++) {
            wide_t wide = (wide_t)a.limb[i] * b.limb[j] + product[i + j] + carry;
            product[i + j] = (uint64_t)wide;
            carry = (uint64_t)(wide >> 64);
        }
        product[i + LIMBS] = carry;
    }
}

/* The lower four of eight limbs, when the upper four are zero. */
static bool narrow(const uint64_t limb[2 * LIMBS], mo_u256_t *out) {
    *out = MO_U256_ZERO;
    if ((limb[4] | limb[5] | limb[6] | limb[7]) != 0) {
        return false;
    }
    memcpy(out->limb, limb, sizeof out->limb);
    return true;
}

bool mo_u256_mul(mo_u256_t a, mo_u256_t b, mo_u256_t *product) {
    uint64_t limb[2 * LIMBS];
    multiply(a, b, limb);
    return narrow(limb, product);
}

/* The quotient digit of (u2 u1 u0) by (v1 v0), at most 1 too large (Knuth, volume 2, 4.3.1, D3). v1 has its
 * top bit set and u2 <= v1. */
static uint64_t estimate_digit(uint64_t u2, uint64_t u1, uint64_t u0, uint64_t v1, uint64_t v0) {
    wide_t top = (wide_t)u2 << 64 | u1;
    wide_t digit = top / v1;
    wide_t rest = top % v1;
    while (digit >> 64 != 0 || (wide_t)(uint64_t)digit * v0 > (rest << 64 | u0)) {
        digit--;
        rest += v1;
        if (rest >> 64 != 0) {
            break;
        }
    }
    return (uint64_t)digit;
}

/* u -= digit * v over n + 1 limbs of u; true when it went below zero (then u is wrapped). */
static bool subtract_multiple(uint64_t *u, const uint64_t *v, unsigned n, uint64_t digit) {
    uint64_t carry = 0;
    uint64_t borrow = 0;
    for (unsigned i = 0; i <= n; i++) {
        wide_t wide = (wide_t)digit * (i < n ? v[i] : 0) + carry;
        carry = (uint64_t)(wide >> 64);
        wide_t difference = (wide_t)u[i] - (uint64_t)wide - borrow;
        u[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> 64) & 1;
    }
    return borrow != 0;
}

static void add_back(uint64_t *u, const uint64_t *v, unsigned n) {
    wide_t carry = 0;
    for (unsigned i = 0; i <= n; i++) {
        carry += (wide_t)u[i] + (i < n ? v[i] : 0);
        u[i] = (uint64_t)carry;
        carry >>= 64;
    }
}

/* Eight limbs shifted left by `bits` below 64, into nine. */
static void shift_wide(const uint64_t *from, unsigned bits, uint64_t to[2 * LIMBS + 1]) {
    to[0] = from[0] << bits;
    for (unsigned i = 1; i < 2 * LIMBS; i++) {
        to[i] = (uint64_t)((((wide_t)from[i] << 64 | from[i - 1]) << bits) >> 64);
    }
    to[2 * LIMBS] = (uint64_t)(((wide_t)from[2 * LIMBS - 1] << bits) >> 64);
}

/* Long division of eight limbs by b > 0 (Knuth's algorithm D): both are shifted until b's top limb has its
 * top bit set, then one digit of 64 bits after the other. */
static void divide(const uint64_t a[2 * LIMBS], mo_u256_t b, uint64_t quotient[2 * LIMBS],
                   mo_u256_t *remainder) {
    unsigned n = (mo_u256_bits(b) + 63) / 64;
    unsigned shift = 64 * n - mo_u256_bits(b);
    uint64_t u[2 * LIMBS + 1];
    shift_wide(a, shift, u);
    mo_u256_t v = mo_u256_shift_left(b, shift);
    memset(quotient, 0, 2 * LIMBS * sizeof quotient[0]);
    for (unsigned j = 2 * LIMBS - n + 1; j-- > 0;) {
        uint64_t below = n > 1 ? v.limb[n - 2] : 0;
        uint64_t next = n > 1 ? u[j + n - 2] : 0;
        uint64_t digit = estimate_digit(u[j + n], u[j + n - 1], next, v.limb[n - 1], below);
        if (subtract_multiple(u + j, v.limb, n, digit)) {
            digit--;
            add_back(u + j, v.limb, n);
        }
        if (j < 2 * LIMBS) {
            quotient[j] = digit;
        }
    }
    mo_u256_t rest = MO_U256_ZERO;
    memcpy(rest.limb, u, n * sizeof u[0]);
    *remainder = mo_u256_shift_right(rest, shift);
}

bool mo_u256_divmod(mo_u256_t a, mo_u256_t b, mo_u256_t *quotient, mo_u256_t *remainder) {
    *quotient = MO_U256_ZERO;
    *remainder = MO_U256_ZERO;
    if (mo_u256_is_zero(b)) {
        return false;
    }
    uint64_t dividend[2 * LIMBS] = {a.limb[0], a.limb[1], a.limb[2], a.limb[3]};
    uint64_t digits[2 * LIMBS];
    divide(dividend, b, digits, remainder);
    return narrow(digits, quotient);
}

bool mo_u256_mul_div(mo_u256_t a, mo_u256_t b, mo_u256_t c, mo_u256_t *quotient) {
    *quotient = MO_U256_ZERO;
    if (mo_u256_is_zero(c)) {
        return false;
    }
    uint64_t product[2 * LIMBS];
    uint64_t digits[2 * LIMBS];
    mo_u256_t remainder;
    multiply(a, b, product);
    divide(product, c, digits, &remainder);
    return narrow(digits, quotient);
}

/* ---- Shifts ---- */

mo_u256_t mo_u256_shift_left(mo_u256_t a, unsigned bits) {
    mo_u256_t out = MO_U256_ZERO;
    unsigned limbs = bits / 64;
    unsigned rest = bits % 64;
    for (unsigned i = limbs; i < LIMBS; i++) {
        out.limb[i] = a.limb[i - limbs] << rest;
        if (rest > 0 && i > limbs) {
            out.limb[i] |= a.limb[i - limbs - 1] >> (64 - rest);
        }
    }
    return out;
}

mo_u256_t mo_u256_shift_right(mo_u256_t a, unsigned bits) {
    mo_u256_t out = MO_U256_ZERO;
    unsigned limbs = bits / 64;
    unsigned rest = bits % 64;
    for (unsigned i = 0; i + limbs < LIMBS; i++) {
        out.limb[i] = a.limb[i + limbs] >> rest;
        if (rest > 0 && i + limbs + 1 < LIMBS) {
            out.limb[i] |= a.limb[i + limbs + 1] << (64 - rest);
        }
    }
    return out;
}
