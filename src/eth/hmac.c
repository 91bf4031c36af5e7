#include "eth/hmac.h"

#include <nettle/hmac.h>
#include <nettle/sha2.h>

#include "base/secret.h"

mo_hash_t mo_hmac_sha256(mo_bytes_t key, mo_bytes_t head, mo_bytes_t tail)
{
    struct hmac_sha256_ctx context;
    mo_hash_t mac;
    hmac_sha256_set_key(&context, key.size, key.data);
    hmac_sha256_update(&context, head.size, head.data);
    hmac_sha256_update(&context, tail.size, tail.data);
    hmac_sha256_digest(&context, sizeof mac.bytes, mac.bytes);
    mo_secret_wipe(&context, sizeof context);
    return mac;
}

mo_hash_t mo_sha256(mo_bytes_t bytes)
{
    struct sha256_ctx context;
    mo_hash_t hash;
    sha256_init(&context);
    sha256_update(&context, bytes.size, bytes.data);
    sha256_digest(&context, sizeof hash.bytes, hash.bytes);
    mo_secret_wipe(&context, sizeof context);
    return hash;
}
