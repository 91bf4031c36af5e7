#include "node/devnet_key.h"

#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "eth/keccak.h"

/* The text with its final zero, which keeps neighbours apart. */
static mo_bytes_t text_bytes(const char *text)
{
    return (mo_bytes_t){(const uint8_t *)text, strlen(text) + 1};
}

mo_devnet_key_t mo_devnet_key(const char *seed, const char *name, uint64_t number)
{
    uint8_t tail[8];
    mo_store_be64(number, tail);
    mo_keccak_t keccak = mo_keccak();
    mo_keccak_put(&keccak, text_bytes("mosaic devnet"));
    mo_keccak_put(&keccak, text_bytes(seed));
    mo_keccak_put(&keccak, text_bytes(name));
    mo_keccak_put(&keccak, MO_BYTES(tail));
    const mo_hash_t hash = mo_keccak_hash(&keccak);
    mo_devnet_key_t key = {0};
    memcpy(key.secret.bytes, hash.bytes, sizeof key.secret.bytes);
    /* A hash is no key once in 2^128 names. */
    MO_CHECK(mo_secp_address(&key.secret, &key.address));
    return key;
}
