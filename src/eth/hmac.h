/* HMAC-SHA-256 and SHA-256.
 *
 * A facilitator derives the secret of each message from its key instead of storing it (gateway 7.1):
 * HMAC-SHA256(key, "mosaic secret" | message id). Whoever lacks the key learns nothing from other secrets.
 *
 * Intermediate state is wiped. Floor 1, pure; over nettle.
 */
#ifndef MO_ETH_HMAC_H
#define MO_ETH_HMAC_H

#include "base/bytes.h"

/* HMAC-SHA-256 (RFC 2104) of `message`, which may come in two parts, the second often empty. */
mo_hash_t mo_hmac_sha256(mo_bytes_t key, mo_bytes_t head, mo_bytes_t tail);

/* SHA-256 of `bytes`. */
mo_hash_t mo_sha256(mo_bytes_t bytes);

#endif
