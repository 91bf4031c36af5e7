/* Hexadecimal text, strictly.
 *
 * Two forms, and the caller says which one it wants: MO_HEX_BARE "c0ffee" or MO_HEX_PREFIXED "0xc0ffee".
 * Digits may be of either case, the prefix is exactly "0x", the number of digits is even; anything else (a
 * space, an odd digit, a prefix in the bare form) is refused, never repaired. Texts are C strings.
 *
 * A QUANTITY is JSON-RPC's other notation for a number: "0x0", "0x41", "0xff", never "0x", "0x041" or "41".
 *
 *     mo_address_t core;
 *     if (!mo_hex_decode_exact(text, MO_HEX_PREFIXED, core.bytes, sizeof core.bytes)) ...
 *
 *     char text[MO_HEX_TEXT(32)];
 *     mo_hex_encode(mo_hash_view(&hash), MO_HEX_PREFIXED, text, sizeof text);
 *
 * Of a text that spells a secret nothing tells but its length and whether it is one, if the two calls for secrets are used.
 *
 * Floor 0. No allocation.
 */
#ifndef MO_BASE_HEX_H
#define MO_BASE_HEX_H

#include "base/bytes.h"

typedef enum { MO_HEX_BARE, MO_HEX_PREFIXED } mo_hex_form_t;

/* Room for `size` bytes as text in either form, with prefix and closing zero. */
#define MO_HEX_TEXT(size) (2 * (size) + 3)

/* Room for a 64-bit quantity: "0x", 16 digits, closing zero. */
#define MO_HEX_QUANTITY_TEXT 19

/* Appends the bytes that `text` spells to `out`. False, with `out` as it was, when the text is not of the
 * form or the bytes do not fit. */
MO_MUST_USE bool mo_hex_decode(const char *text, mo_hex_form_t form, mo_buffer_t *out);

/* The same for exactly `size` bytes at `out`, which are zero on failure. */
MO_MUST_USE bool mo_hex_decode_exact(const char *text, mo_hex_form_t form, uint8_t *out, size_t size);

/* Writes `bytes` in lower case and a closing zero. `capacity` must be at least MO_HEX_TEXT(bytes.size) less 2
 * in the bare form; too little is our own fault (MO_CHECK). */
void mo_hex_encode(mo_bytes_t bytes, mo_hex_form_t form, char *out, size_t capacity);

/* The two for secrets, in constant time: no branch and no address depends on a digit (base/secret.h). `text` is exactly the
 * prefix, if the form has one, and 2 * size digits, without a closing zero. Whether it was is public; `out` is zero if not. */
MO_MUST_USE bool mo_hex_decode_secret(mo_bytes_t text, mo_hex_form_t form, uint8_t *out, size_t size);

/* As mo_hex_encode; the text is as secret as the bytes. */
void mo_hex_encode_secret(mo_bytes_t bytes, mo_hex_form_t form, char *out, size_t capacity);

/* A QUANTITY that fits 64 bits; `out` is 0 on failure. */
MO_MUST_USE bool mo_hex_quantity_parse(const char *text, uint64_t *out);

/* The QUANTITY of `value`, closed by a zero. */
void mo_hex_quantity_print(uint64_t value, char out[MO_HEX_QUANTITY_TEXT]);

#endif
