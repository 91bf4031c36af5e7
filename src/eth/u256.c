#include "eth/u256.h"

#include <string.h>

#include "base/endian.h"
#include "base/hex.h"

#define LIMBS 4

/* The product of two limbs, and a limb with its carry, in one. */
typedef unsigned __int128 wide_t;

/* ---- To and from other forms ---- */

mo_u256_t mo_u256_from_u64(uint64_t value)
{
    return (mo_u256_t){{value, 0, 0, 0}};
}

bool mo_u256_to_u64(mo_u256_t a, uint64_t *out)
{
    bool fits = (a.limb[1] | a.limb[2] | a.limb[3]) == 0;
    *out = fits ? a.limb[0] : 0;
    return fits;
}

mo_u256_t mo_u256_from_be(const uint8_t bytes[32])
{
    mo_u256_t a;
    for (unsigned i = 0; i < LIMBS; i++) {
        a.limb[i] = mo_load_be64(bytes + 8 * (LIMBS - 1 - i));
    }
    return a;
}

void mo_u256_to_be(mo_u256_t a, uint8_t bytes[32])
{
    for (unsigned i = 0; i < LIMBS; i++) {
        mo_store_be64(a.limb[i], bytes + 8 * (LIMBS - 1 - i));
    }
}

mo_u256_t mo_u256_from_hash(const mo_hash_t *word)
{
    return mo_u256_from_be(word->bytes);
}

mo_hash_t mo_u256_to_hash(mo_u256_t a)
{
    mo_hash_t word;
    mo_u256_to_be(a, word.bytes);
    return word;
}

bool mo_u256_from_bytes(mo_bytes_t bytes, mo_u256_t *out)
{
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
static uint64_t multiply_small(mo_u256_t *a, uint64_t factor, uint64_t addend)
{
    uint64_t carry = addend;
    for (unsigned i = 0; i < LIMBS; i++) {
        wide_t wide = (wide_t)a->limb[i] * factor + carry;
        a->limb[i] = (uint64_t)wide;
        carry = (uint64_t)(wide >> 64);
    }
    return carry;
}

/* a / divisor, in place; the remainder is the result. In halves of a limb, so that every step is a division
 * of 64 bits by 32, which processors have. */
static uint32_t divide_small(mo_u256_t *a, uint32_t divisor)
{
    uint64_t rest = 0;
    for (unsigned i = LIMBS; i-- > 0;) {
        uint64_t high = rest << 32 | a->limb[i] >> 32;
        uint64_t low = (high % divisor) << 32 | (a->limb[i] & UINT32_MAX);
        a->limb[i] = (high / divisor) << 32 | low / divisor;
        rest = low % divisor;
    }
    return (uint32_t)rest;
}

bool mo_u256_parse_decimal(const char *text, mo_u256_t *out)
{
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

void mo_u256_print_decimal(mo_u256_t a, char out[MO_U256_DECIMAL_TEXT])
{
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

bool mo_u256_parse_quantity(const char *text, mo_u256_t *out)
{
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

void mo_u256_print_quantity(mo_u256_t a, char out[MO_U256_QUANTITY_TEXT])
{
    mo_hash_t word = mo_u256_to_hash(a);
    char text[MO_HEX_TEXT(32)];
    mo_hex_encode(mo_hash_view(&word), MO_HEX_BARE, text, sizeof text);
    unsigned digits = mo_u256_is_zero(a) ? 1 : (mo_u256_bits(a) + 3) / 4;
    memcpy(out, "0x", 2);
    memcpy(out + 2, text + 64 - digits, digits + 1);
}

/* ---- Order ---- */

bool mo_u256_is_zero(mo_u256_t a)
{
    return (a.limb[0] | a.limb[1] | a.limb[2] | a.limb[3]) == 0;
}

int mo_u256_compare(mo_u256_t a, mo_u256_t b)
{
    for (unsigned i = LIMBS; i-- > 0;) {
        if (a.limb[i] != b.limb[i]) {
            return a.limb[i] < b.limb[i] ? -1 : 1;
        }
    }
    return 0;
}

bool mo_u256_equal(mo_u256_t a, mo_u256_t b)
{
    return mo_u256_compare(a, b) == 0;
}

bool mo_u256_less(mo_u256_t a, mo_u256_t b)
{
    return mo_u256_compare(a, b) < 0;
}

unsigned mo_u256_bits(mo_u256_t a)
{
    for (unsigned i = LIMBS; i-- > 0;) {
        if (a.limb[i] != 0) {
            return 64 * (i + 1) - (unsigned)__builtin_clzll(a.limb[i]);
        }
    }
    return 0;
}

unsigned mo_u256_size(mo_u256_t a)
{
    return (mo_u256_bits(a) + 7) / 8;
}

/* ---- Arithmetic ---- */

bool mo_u256_add(mo_u256_t a, mo_u256_t b, mo_u256_t *sum)
{
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

bool mo_u256_sub(mo_u256_t a, mo_u256_t b, mo_u256_t *difference)
{
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

mo_u256_t mo_u256_negate(mo_u256_t a)
{
    mo_u256_t negated;
    wide_t carry = 1;
    for (unsigned i = 0; i < LIMBS; i++) {
        carry += ~a.limb[i];
        negated.limb[i] = (uint64_t)carry;
        carry >>= 64;
    }
    return negated;
}

/* The whole product, eight limbs. */
static void multiply(mo_u256_t a, mo_u256_t b, uint64_t product[2 * LIMBS])
{
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
static bool narrow(const uint64_t limb[2 * LIMBS], mo_u256_t *out)
{
    *out = MO_U256_ZERO;
    if ((limb[4] | limb[5] | limb[6] | limb[7]) != 0) {
        return false;
    }
    memcpy(out->limb, limb, sizeof out->limb);
    return true;
}

bool mo_u256_mul(mo_u256_t a, mo_u256_t b, mo_u256_t *product)
{
    uint64_t limb[2 * LIMBS];
    multiply(a, b, limb);
    return narrow(limb, product);
}

/* Long division works on digits of 32 bits, least significant first: 16 of a product, 8 of a divisor. */
#define DIGITS (2 * LIMBS)

static void to_digits(const uint64_t *limb, unsigned limbs, uint32_t *digit)
{
    for (unsigned i = 0; i < limbs; i++) {
        digit[2 * i] = (uint32_t)limb[i];
        digit[2 * i + 1] = (uint32_t)(limb[i] >> 32);
    }
}

static void from_digits(const uint32_t *digit, unsigned limbs, uint64_t *limb)
{
    for (unsigned i = 0; i < limbs; i++) {
        limb[i] = (uint64_t)digit[2 * i + 1] << 32 | digit[2 * i];
    }
}

/* The quotient digit of (u2 u1 u0) by (v1 v0), at most 1 too large (Knuth, volume 2, 4.3.1, D3). v1 has its
 * top bit set and u2 <= v1. */
static uint32_t estimate_digit(const uint32_t *u, uint32_t v1, uint32_t v0)
{
    uint64_t top = (uint64_t)u[2] << 32 | u[1];
    uint64_t digit = top / v1;
    uint64_t rest = top % v1;
    while (digit > UINT32_MAX || digit * v0 > (rest << 32 | u[0])) {
        digit--;
        rest += v1;
        if (rest > UINT32_MAX) {
            break;
        }
    }
    return (uint32_t)digit;
}

/* u -= digit * v over n + 1 digits of u; true when it went below zero (then u is wrapped). */
static bool subtract_multiple(uint32_t *u, const uint32_t *v, unsigned n, uint32_t digit)
{
    uint64_t carry = 0;
    uint64_t borrow = 0;
    for (unsigned i = 0; i <= n; i++) {
        uint64_t product = (uint64_t)digit * (i < n ? v[i] : 0) + carry;
        carry = product >> 32;
        uint64_t difference = (uint64_t)u[i] - (product & UINT32_MAX) - borrow;
        u[i] = (uint32_t)difference;
        borrow = difference >> 63;
    }
    return borrow != 0;
}

static void add_back(uint32_t *u, const uint32_t *v, unsigned n)
{
    uint64_t carry = 0;
    for (unsigned i = 0; i <= n; i++) {
        carry += (uint64_t)u[i] + (i < n ? v[i] : 0);
        u[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* Sixteen digits shifted left by `bits` below 32, into seventeen. */
static void shift_digits(const uint32_t from[2 * DIGITS], unsigned bits, uint32_t to[2 * DIGITS + 1])
{
    uint64_t below = 0;
    for (unsigned i = 0; i < 2 * DIGITS; i++) {
        to[i] = (uint32_t)(((uint64_t)from[i] << 32 | below) << bits >> 32);
        below = from[i];
    }
    to[2 * DIGITS] = (uint32_t)(below << bits >> 32);
}

/* One division of u by the n digits of v, whose top bit is set: a quotient, and in u the remainder. A digit
 * of zero stands below either when v has only one. */
static void divide_digits(uint32_t u[2 * DIGITS + 1], const uint32_t *v, unsigned n,
                          uint32_t quotient[2 * DIGITS])
{
    for (unsigned j = 2 * DIGITS - n + 1; j-- > 0;) {
        uint32_t top[3] = {n > 1 ? u[j + n - 2] : 0, u[j + n - 1], u[j + n]};
        uint32_t digit = estimate_digit(top, v[n - 1], n > 1 ? v[n - 2] : 0);
        if (subtract_multiple(u + j, v, n, digit)) {
            digit--;
            add_back(u + j, v, n);
        }
        quotient[j] = digit;
    }
}

/* Long division of eight limbs by b > 0 (Knuth's algorithm D): both are shifted until b's top digit has its
 * top bit set. */
static void divide(const uint64_t a[2 * LIMBS], mo_u256_t b, uint64_t quotient[2 * LIMBS],
                   mo_u256_t *remainder)
{
    unsigned n = (mo_u256_bits(b) + 31) / 32;
    unsigned shift = 32 * n - mo_u256_bits(b);
    uint32_t dividend[2 * DIGITS];
    uint32_t u[2 * DIGITS + 1];
    uint32_t v[DIGITS];
    uint32_t q[2 * DIGITS] = {0};
    to_digits(a, 2 * LIMBS, dividend);
    shift_digits(dividend, shift, u);
    to_digits(mo_u256_shift_left(b, shift).limb, LIMBS, v);
    divide_digits(u, v, n, q);
    from_digits(q, 2 * LIMBS, quotient);
    mo_u256_t rest;
    from_digits(u, LIMBS, rest.limb);
    *remainder = mo_u256_shift_right(rest, shift);
}

bool mo_u256_divmod(mo_u256_t a, mo_u256_t b, mo_u256_t *quotient, mo_u256_t *remainder)
{
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

bool mo_u256_mul_div(mo_u256_t a, mo_u256_t b, mo_u256_t c, mo_u256_t *quotient)
{
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

mo_u256_t mo_u256_wrapping_mul(mo_u256_t a, mo_u256_t b)
{
    uint64_t product[2 * LIMBS];
    multiply(a, b, product);
    return (mo_u256_t){{product[0], product[1], product[2], product[3]}};
}

/* What a number of up to eight limbs leaves. */
static bool reduce(const uint64_t wide[2 * LIMBS], mo_u256_t modulus, mo_u256_t *remainder)
{
    *remainder = MO_U256_ZERO;
    if (mo_u256_is_zero(modulus)) {
        return false;
    }
    uint64_t quotient[2 * LIMBS];
    divide(wide, modulus, quotient, remainder);
    return true;
}

bool mo_u256_add_mod(mo_u256_t a, mo_u256_t b, mo_u256_t c, mo_u256_t *remainder)
{
    uint64_t sum[2 * LIMBS] = {0};
    for (unsigned i = 0; i < LIMBS; i++) {
        uint64_t with_a = sum[i] + a.limb[i];
        sum[i + 1] = with_a < a.limb[i];
        sum[i] = with_a + b.limb[i];
        sum[i + 1] += sum[i] < with_a;
    }
    return reduce(sum, c, remainder);
}

bool mo_u256_mul_mod(mo_u256_t a, mo_u256_t b, mo_u256_t c, mo_u256_t *remainder)
{
    uint64_t product[2 * LIMBS];
    multiply(a, b, product);
    return reduce(product, c, remainder);
}

/* ---- Shifts ---- */

mo_u256_t mo_u256_shift_left(mo_u256_t a, unsigned bits)
{
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

mo_u256_t mo_u256_shift_right(mo_u256_t a, unsigned bits)
{
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
