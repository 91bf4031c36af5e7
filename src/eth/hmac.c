#include "eth/hmac.h"

#include <nettle/hmac.h>
#include <nettle/pbkdf2.h>
#include <nettle/sha2.h>

#include "base/check.h"
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

void mo_hmac_sha512(mo_bytes_t key, mo_bytes_t message, uint8_t mac[64])
{
    struct hmac_sha512_ctx context;
    hmac_sha512_set_key(&context, key.size, key.data);
    hmac_sha512_update(&context, message.size, message.data);
    hmac_sha512_digest(&context, 64, mac);
    mo_secret_wipe(&context, sizeof context);
}

static void update_sha256(void *context, size_t size, const uint8_t *bytes)
{
    hmac_sha256_update(context, size, bytes);
}

static void digest_sha256(void *context, size_t size, uint8_t *mac)
{
    hmac_sha256_digest(context, size, mac);
}

static void update_sha512(void *context, size_t size, const uint8_t *bytes)
{
    hmac_sha512_update(context, size, bytes);
}

static void digest_sha512(void *context, size_t size, uint8_t *mac)
{
    hmac_sha512_digest(context, size, mac);
}

void mo_pbkdf2_sha256(mo_bytes_t password, mo_bytes_t salt, uint32_t rounds, uint8_t *out, size_t size)
{
    MO_CHECK(rounds > 0 && size > 0);
    struct hmac_sha256_ctx context;
    hmac_sha256_set_key(&context, password.size, password.data);
    nettle_pbkdf2(&context, update_sha256, digest_sha256, SHA256_DIGEST_SIZE, rounds, salt.size, salt.data,
                  size, out);
    mo_secret_wipe(&context, sizeof context);
}

void mo_pbkdf2_sha512(mo_bytes_t password, mo_bytes_t salt, uint32_t rounds, uint8_t *out, size_t size)
{
    MO_CHECK(rounds > 0 && size > 0);
    struct hmac_sha512_ctx context;
    hmac_sha512_set_key(&context, password.size, password.data);
    nettle_pbkdf2(&context, update_sha512, digest_sha512, SHA512_DIGEST_SIZE, rounds, salt.size, salt.data,
                  size, out);
    mo_secret_wipe(&context, sizeof context);
}
