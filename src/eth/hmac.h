/* HMAC-SHA-256 and SHA-256; HMAC-SHA-512 and PBKDF2 for keys that come from words.
 *
 * A facilitator derives the secret of each message from its key instead of storing it (gateway 7.1):
 * HMAC-SHA256(key, "mosaic secret" | message id). Whoever lacks the key learns nothing from other secrets.
 *
 *     mo_hash_t secret = mo_hmac_sha256(key, (mo_bytes_t){label, 13}, mo_hash_view(&id));
 *     mo_pbkdf2_sha512(words, salt, 2048, seed, 64);                     the seed of BIP-39
 *
 * Constant time in keys, passwords and messages; intermediate state is wiped, what comes out is the caller's to wipe.
 *
 * Floor 1, pure; over nettle.
 */
#ifndef MO_ETH_HMAC_H
#define MO_ETH_HMAC_H

#include "base/bytes.h"

/* HMAC-SHA-256 (RFC 2104) of `message`, which may come in two parts, the second often empty. */
mo_hash_t mo_hmac_sha256(mo_bytes_t key, mo_bytes_t head, mo_bytes_t tail);

/* HMAC-SHA-512. */
void mo_hmac_sha512(mo_bytes_t key, mo_bytes_t message, uint8_t mac[64]);

/* PBKDF2 (RFC 8018): fills `out` with `size` bytes, of at least one round. */
void mo_pbkdf2_sha256(mo_bytes_t password, mo_bytes_t salt, uint32_t rounds, uint8_t *out, size_t size);
void mo_pbkdf2_sha512(mo_bytes_t password, mo_bytes_t salt, uint32_t rounds, uint8_t *out, size_t size);

/* SHA-256 of `bytes`. */
mo_hash_t mo_sha256(mo_bytes_t bytes);

#endif
