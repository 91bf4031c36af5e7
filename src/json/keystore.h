/* Keystore v3 as JSON, read into and written from eth/keystore.h.
 *
 *     {"version": 3, "id": "3198bc9c-...", "address": "008aeeda...",
 *      "crypto": {"cipher": "aes-128-ctr", "cipherparams": {"iv": "..."}, "ciphertext": "...", "mac": "...",
 *                 "kdf": "scrypt", "kdfparams": {"dklen": 32, "n": 262144, "r": 8, "p": 1, "salt": "..."}}}
 *
 * Read: "crypto" or "Crypto", as wallets have either; an address with or without 0x, or none; a key's 32
 * bytes, a dklen of 32 and hmac-sha256 only; members that are not named here are passed over. Twice the same
 * member, other versions, ciphers and numbers above their maxima are errors. Written: exactly the form above.
 *
 * Floor 5; over jansson, which allocates.
 */
#ifndef MO_JSON_KEYSTORE_H
#define MO_JSON_KEYSTORE_H

#include "base/error.h"
#include "eth/keystore.h"

/* The longest text that mo_keystore_print writes, salt of MO_KEYSTORE_SALT_BYTES_MAX, with its closing zero:
 * 310 of names and braces, 350 of hexadecimal digits and numbers, rounded up. */
#define MO_KEYSTORE_TEXT 1024

/* A file's text is refused above this. */
#define MO_KEYSTORE_TEXT_READ_MAX 65536

/* Reads a file's text; PERMANENT, with the member's name, when it is not of the form. Parameters are judged.
 */
MO_MUST_USE mo_err_t mo_keystore_read(mo_bytes_t text, mo_keystore_t *out);

/* Writes it, with 16 random bytes for its id. */
void mo_keystore_print(const mo_keystore_t *keystore, const uint8_t id[16], char out[MO_KEYSTORE_TEXT]);

#endif
