/* Unsigned 256-bit integers, checked.
 *
 * The contracts' uint256: amounts in wei, accumulated gas, difficulty. Four limbs of 64 bits, least
 * significant first; the struct is a value, passed and returned like any number, and every bit pattern is a
 * valid one.
 *
 *     mo_u256_t total;
 *     if (!mo_u256_add(escrow, mo_u256_from_u64(amount), &total)) return refused;
 *
 * Arithmetic that can leave the range returns false and zeroes its result, as a checked Solidity block would
 * revert; nothing wraps unless its name says so. Comparisons and shifts cannot fail. Not constant time: never
 * for keys.
 *
 * Floor 1, pure.
 */
#ifndef MO_ETH_U256_H
#define MO_ETH_U256_H

#include "base/bytes.h"

typedef struct {
    uint64_t limb[4]; /* limb[0] is the least significant */
} mo_u256_t;

#define MO_U256_ZERO ((mo_u256_t){{0, 0, 0, 0}})
#define MO_U256_ONE  ((mo_u256_t){{1, 0, 0, 0}})
#define MO_U256_MAX  ((mo_u256_t){{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}})

/* Room for any value in decimal (78 digits) or as a QUANTITY (0x and 64 digits), with the closing zero. */
#define MO_U256_DECIMAL_TEXT  79
#define MO_U256_QUANTITY_TEXT 67

/* ---- To and from other forms ---- */

mo_u256_t mo_u256_from_u64(uint64_t value);

/* False, and 0, when `a` needs more than 64 bits. */
MO_MUST_USE bool mo_u256_to_u64(mo_u256_t a, uint64_t *out);

/* 32 big-endian bytes: a word of the EVM. */
mo_u256_t mo_u256_from_be(const uint8_t bytes[32]);
void mo_u256_to_be(mo_u256_t a, uint8_t bytes[32]);

/* The same words as mo_hash_t, which is how storage slots and topics come. */
mo_u256_t mo_u256_from_hash(const mo_hash_t *word);
mo_hash_t mo_u256_to_hash(mo_u256_t a);

/* Big-endian bytes of any length up to 32, left-padded with zeros; more than 32 are refused. Leading zeros
 * are accepted: who must refuse them (RLP) does so itself. */
MO_MUST_USE bool mo_u256_from_bytes(mo_bytes_t bytes, mo_u256_t *out);

/* The decimal numeral of digits only: no sign, no space, no leading zero but in "0" itself. False, and 0, for
 * anything else and for 2^256 or more. */
MO_MUST_USE bool mo_u256_parse_decimal(const char *text, mo_u256_t *out);
void mo_u256_print_decimal(mo_u256_t a, char out[MO_U256_DECIMAL_TEXT]);

/* JSON-RPC's QUANTITY (base/hex.h): "0x0", "0x41"; no leading zero. */
MO_MUST_USE bool mo_u256_parse_quantity(const char *text, mo_u256_t *out);
void mo_u256_print_quantity(mo_u256_t a, char out[MO_U256_QUANTITY_TEXT]);

/* ---- Order ---- */

bool mo_u256_is_zero(mo_u256_t a);
bool mo_u256_equal(mo_u256_t a, mo_u256_t b);
bool mo_u256_less(mo_u256_t a, mo_u256_t b);

/* Below, at or above zero as a is below, at or above b. */
int mo_u256_compare(mo_u256_t a, mo_u256_t b);

/* Bits needed to write `a`: 0 for 0, 256 for the maximum. */
unsigned mo_u256_bits(mo_u256_t a);

/* Bytes needed: what minimal big-endian forms (RLP) take. */
unsigned mo_u256_size(mo_u256_t a);

/* ---- Arithmetic; false and a zero result out of range ---- */

MO_MUST_USE bool mo_u256_add(mo_u256_t a, mo_u256_t b, mo_u256_t *sum);
MO_MUST_USE bool mo_u256_sub(mo_u256_t a, mo_u256_t b, mo_u256_t *difference);
MO_MUST_USE bool mo_u256_mul(mo_u256_t a, mo_u256_t b, mo_u256_t *product);

/* a = quotient * b + remainder, remainder < b; false when b is 0. */
MO_MUST_USE bool mo_u256_divmod(mo_u256_t a, mo_u256_t b, mo_u256_t *quotient, mo_u256_t *remainder);

/* floor(a * b / c) with the product in 512 bits; false when c is 0 or the quotient passes 256 bits. */
MO_MUST_USE bool mo_u256_mul_div(mo_u256_t a, mo_u256_t b, mo_u256_t c, mo_u256_t *quotient);

/* 2^256 - a, and 0 for 0: the two's complement of int256. Wraps. */
mo_u256_t mo_u256_negate(mo_u256_t a);

/* a * b modulo 2^256. Wraps. */
mo_u256_t mo_u256_wrapping_mul(mo_u256_t a, mo_u256_t b);

/* a^b modulo 2^256, and 1 for 0^0, as the EVM's EXP. Wraps. */
mo_u256_t mo_u256_power(mo_u256_t a, mo_u256_t b);

/* (a + b) mod c and (a * b) mod c with sum and product of full width; false when c is 0. */
MO_MUST_USE bool mo_u256_add_mod(mo_u256_t a, mo_u256_t b, mo_u256_t c, mo_u256_t *remainder);
MO_MUST_USE bool mo_u256_mul_mod(mo_u256_t a, mo_u256_t b, mo_u256_t c, mo_u256_t *remainder);

/* ---- The same words as signed numbers (int256, two's complement) ---- */

bool mo_u256_is_negative(mo_u256_t a);

/* Whether a is below b. */
bool mo_u256_signed_less(mo_u256_t a, mo_u256_t b);

/* Rounded towards zero; the remainder has the sign of a, and -2^255 / -1 is -2^255, as the EVM's SDIV and SMOD. False
 * when b is 0. */
MO_MUST_USE bool mo_u256_signed_divmod(mo_u256_t a, mo_u256_t b, mo_u256_t *quotient, mo_u256_t *remainder);

/* The lowest `bytes` bytes as a signed number of that size, widened; 32 bytes and more leave `a` as it is, and 0 is our
 * own fault (MO_CHECK). */
mo_u256_t mo_u256_sign_extend(mo_u256_t a, unsigned bytes);

/* Copies of the sign come in from above; 256 and more give 0, or -1 for a negative number. */
mo_u256_t mo_u256_signed_shift_right(mo_u256_t a, unsigned bits);

/* ---- Bits ---- */

mo_u256_t mo_u256_and(mo_u256_t a, mo_u256_t b);
mo_u256_t mo_u256_or(mo_u256_t a, mo_u256_t b);
mo_u256_t mo_u256_xor(mo_u256_t a, mo_u256_t b);
mo_u256_t mo_u256_not(mo_u256_t a);

/* ---- Shifts; bits pushed out are lost, 256 and more give 0 ---- */

mo_u256_t mo_u256_shift_left(mo_u256_t a, unsigned bits);
mo_u256_t mo_u256_shift_right(mo_u256_t a, unsigned bits);

#endif
