#include "eth/keystore.h"

#include <nettle/aes.h>
#include <nettle/ctr.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/check.h"
#include "base/secret.h"
#include "eth/hmac.h"
#include "eth/keccak.h"

/* What the password becomes: a cipher's key, and a key of the mac. */
typedef struct {
    uint8_t cipher[16];
    uint8_t mac[16];
} derived_t;

const char *mo_keystore_verdict_name(mo_keystore_verdict_t verdict)
{
    switch (verdict) {
        MO_KEYSTORE_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

/* ---- Parameters ---- */

static mo_keystore_verdict_t check_scrypt(const mo_keystore_t *keystore)
{
    uint64_t n = keystore->n;
    uint64_t r = keystore->r;
    uint64_t p = keystore->p;
    if (n < 2 || (n & (n - 1)) != 0 || r == 0 || p == 0) {
        return MO_KEYSTORE_PARAMETERS;
    }
    if (r < 4 && n >> (16 * r) != 0) {
        return MO_KEYSTORE_PARAMETERS;
    }
    /* Each product is bounded before the next: n * r has at most 64 bits, then 21. */
    if (n * r > MO_KEYSTORE_TABLE_BYTES_MAX / 128 || n * r * p > MO_KEYSTORE_WORK_MAX) {
        return MO_KEYSTORE_COSTLY;
    }
    return MO_KEYSTORE_OK;
}

mo_keystore_verdict_t mo_keystore_check(const mo_keystore_t *keystore)
{
    if (keystore->salt_size == 0 || keystore->salt_size > MO_KEYSTORE_SALT_BYTES_MAX) {
        return MO_KEYSTORE_PARAMETERS;
    }
    if (keystore->kdf == MO_KEYSTORE_SCRYPT) {
        return check_scrypt(keystore);
    }
    if (keystore->rounds == 0) {
        return MO_KEYSTORE_PARAMETERS;
    }
    return keystore->rounds > MO_KEYSTORE_ROUNDS_MAX ? MO_KEYSTORE_COSTLY : MO_KEYSTORE_OK;
}

/* ---- Derivation ---- */

mo_keystore_verdict_t mo_keystore_scrypt(const mo_keystore_t *parameters, mo_bytes_t password,
                                         mo_bytes_t salt, mo_buffer_t *out)
{
    mo_keystore_verdict_t verdict = check_scrypt(parameters);
    MO_CHECK(out->size == 0);
    memset(out->data, 0, out->capacity);
    if (verdict != MO_KEYSTORE_OK) {
        return verdict;
    }
    const char *text = password.size > 0 ? (const char *)password.data : "";
    if (EVP_PBE_scrypt(text, password.size, salt.data, salt.size, parameters->n, parameters->r, parameters->p,
                       MO_KEYSTORE_MEMORY_MAX, out->data, out->capacity) != 1) {
        return MO_KEYSTORE_MEMORY;
    }
    out->size = out->capacity;
    return MO_KEYSTORE_OK;
}

static mo_keystore_verdict_t derive(const mo_keystore_t *keystore, mo_bytes_t password, derived_t *out)
{
    uint8_t bytes[32] = {0};
    mo_bytes_t salt = {keystore->salt, keystore->salt_size};
    mo_keystore_verdict_t verdict = mo_keystore_check(keystore);
    if (verdict == MO_KEYSTORE_OK && keystore->kdf == MO_KEYSTORE_SCRYPT) {
        mo_buffer_t derived = MO_BUFFER(bytes);
        verdict = mo_keystore_scrypt(keystore, password, salt, &derived);
    } else if (verdict == MO_KEYSTORE_OK) {
        mo_pbkdf2_sha256(password, salt, keystore->rounds, bytes, sizeof bytes);
    }
    memcpy(out->cipher, bytes, sizeof out->cipher);
    memcpy(out->mac, bytes + sizeof out->cipher, sizeof out->mac);
    mo_secret_wipe(bytes, sizeof bytes);
    return verdict;
}

static mo_hash_t mac_of(const derived_t *derived, const mo_keystore_t *keystore)
{
    mo_keccak_t keccak = mo_keccak();
    mo_keccak_put(&keccak, MO_BYTES(derived->mac));
    mo_keccak_put(&keccak, (mo_bytes_t){keystore->ciphertext, keystore->ciphertext_size});
    mo_hash_t mac = mo_keccak_hash(&keccak);
    mo_secret_wipe(&keccak, sizeof keccak);
    return mac;
}

static void encrypt_block(const void *context, size_t size, uint8_t *to, const uint8_t *from)
{
    aes128_encrypt(context, size, to, from);
}

/* Either way: the cipher is an exclusive or. */
static void crypt(const derived_t *derived, const uint8_t iv[16], mo_bytes_t from, uint8_t *to)
{
    struct aes128_ctx context;
    uint8_t counter[16];
    memcpy(counter, iv, sizeof counter);
    aes128_set_encrypt_key(&context, derived->cipher);
    ctr_crypt(&context, encrypt_block, sizeof counter, counter, from.size, to, from.data);
    mo_secret_wipe(&context, sizeof context);
}

/* ---- Locks ---- */

mo_keystore_verdict_t mo_keystore_lock(const mo_secp_key_t *key, mo_bytes_t password, mo_keystore_t *keystore)
{
    derived_t derived;
    memset(keystore->ciphertext, 0, sizeof keystore->ciphertext);
    keystore->mac = (mo_hash_t){{0}};
    if (!mo_secp_address(key, &keystore->address)) {
        return MO_KEYSTORE_KEY;
    }
    mo_keystore_verdict_t verdict = derive(keystore, password, &derived);
    if (verdict == MO_KEYSTORE_OK) {
        keystore->ciphertext_size = sizeof key->bytes;
        crypt(&derived, keystore->iv, MO_BYTES(key->bytes), keystore->ciphertext);
        keystore->mac = mac_of(&derived, keystore);
        mo_secret_declassify(keystore->ciphertext, sizeof keystore->ciphertext);
        mo_secret_declassify(&keystore->mac, sizeof keystore->mac);
    } else {
        keystore->address = (mo_address_t){{0}};
    }
    mo_secret_wipe(&derived, sizeof derived);
    return verdict;
}

/* Whether what came out of the cipher is the key that the file speaks of. */
static mo_keystore_verdict_t judge_key(const mo_keystore_t *keystore, const mo_secp_key_t *key)
{
    mo_address_t address;
    if (!mo_secp_address(key, &address)) {
        return MO_KEYSTORE_KEY;
    }
    bool named = !mo_address_is_zero(&keystore->address);
    return named && !mo_address_equal(&address, &keystore->address) ? MO_KEYSTORE_ADDRESS : MO_KEYSTORE_OK;
}

mo_keystore_verdict_t mo_keystore_unlock(const mo_keystore_t *keystore, mo_bytes_t password,
                                         mo_secp_key_t *key)
{
    derived_t derived;
    *key = (mo_secp_key_t){{0}};
    if (keystore->ciphertext_size == 0 || keystore->ciphertext_size > sizeof key->bytes) {
        return MO_KEYSTORE_PARAMETERS;
    }
    mo_keystore_verdict_t verdict = derive(keystore, password, &derived);
    if (verdict == MO_KEYSTORE_OK) {
        mo_hash_t mac = mac_of(&derived, keystore);
        bool same = mo_secret_equal(mac.bytes, keystore->mac.bytes, sizeof mac.bytes);
        verdict = same ? MO_KEYSTORE_OK : MO_KEYSTORE_PASSWORD;
    }
    if (verdict == MO_KEYSTORE_OK) {
        mo_bytes_t locked = {keystore->ciphertext, keystore->ciphertext_size};
        crypt(&derived, keystore->iv, locked, key->bytes + sizeof key->bytes - locked.size);
        verdict = judge_key(keystore, key);
    }
    if (verdict != MO_KEYSTORE_OK) {
        mo_secret_wipe(key, sizeof *key);
    }
    mo_secret_wipe(&derived, sizeof derived);
    return verdict;
}
