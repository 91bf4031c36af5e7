/* Keystore v3: a secret key locked by a password, as geth and other wallets keep it.
 *
 *     derived    = scrypt(password, salt, n, r, p) or PBKDF2-HMAC-SHA256(password, salt, rounds), 32 bytes
 *     ciphertext = AES-128-CTR(derived[0..16], iv, key)
 *     mac        = keccak256(derived[16..32] | ciphertext)
 *
 * This is the cryptography; the JSON form is read and written by json/keystore.h.
 *
 *     mo_keystore_t keystore = {.kdf = MO_KEYSTORE_SCRYPT, .n = 262144, .r = 8, .p = 1, .salt_size = 32};
 *     ... salt and iv from a source of randomness ...
 *     verdict = mo_keystore_lock(&key, password, &keystore);
 *     verdict = mo_keystore_unlock(&keystore, password, &key);
 *
 * Parameters may come from a stranger's file, so they are bounded: what one can make this machine compute is
 * MO_KEYSTORE_MEMORY_MAX bytes and about four times the work of geth's standard. Secrets are wiped; the mac
 * is compared in constant time. The derived key must have 32 bytes, which every known writer gives it.
 *
 * Floor 1, pure but for one thing: OpenSSL's scrypt allocates its table inside, up to the memory named above,
 * and MO_KEYSTORE_MEMORY says that it could not. PBKDF2 and AES are nettle's and allocate nothing.
 */
#ifndef MO_ETH_KEYSTORE_H
#define MO_ETH_KEYSTORE_H

#include "eth/secp.h"

/* scrypt's table is 128 * n * r bytes: 256 MiB for geth's standard (n 262144, r 8). */
#define MO_KEYSTORE_TABLE_BYTES_MAX (256ul << 20)

/* The table and what OpenSSL needs beside it. */
#define MO_KEYSTORE_MEMORY_MAX (300ul << 20)

/* n * r * p: geth's standard has 2^21, its light form and the oldest files as much or less. */
#define MO_KEYSTORE_WORK_MAX (1ul << 23)

/* Rounds of PBKDF2: the oldest files have 262144; 2^22 take about two seconds. */
#define MO_KEYSTORE_ROUNDS_MAX (1u << 22)

#define MO_KEYSTORE_SALT_BYTES_MAX 64

#define MO_KEYSTORE_VERDICTS(X)                                                                              \
    X(MO_KEYSTORE_OK, "Ok", "")                                                                              \
    /* n not a power of two above 1 and below 2^(16 r) (RFC 7914), a number of 0, an empty salt or           \
     * ciphertext */                                                                                         \
    X(MO_KEYSTORE_PARAMETERS, "KeystoreParameters", "")                                                      \
    /* more memory or work than the maxima above */                                                          \
    X(MO_KEYSTORE_COSTLY, "KeystoreCostly", "")                                                              \
    /* the memory for scrypt could not be had */                                                             \
    X(MO_KEYSTORE_MEMORY, "KeystoreMemory", "")                                                              \
    /* another password, or another file than was written */                                                 \
    X(MO_KEYSTORE_PASSWORD, "KeystorePassword", "")                                                          \
    /* what is locked is no key */                                                                           \
    X(MO_KEYSTORE_KEY, "KeystoreKey", "")                                                                    \
    /* the file names an address, and the key is another one's */                                            \
    X(MO_KEYSTORE_ADDRESS, "KeystoreAddress", "")

typedef enum { MO_KEYSTORE_VERDICTS(MO_VERDICT_CODE) } mo_keystore_verdict_t;

const char *mo_keystore_verdict_name(mo_keystore_verdict_t verdict);

typedef enum { MO_KEYSTORE_SCRYPT, MO_KEYSTORE_PBKDF2 } mo_keystore_kdf_t;

typedef struct {
    mo_keystore_kdf_t kdf;
    uint32_t n; /* scrypt: a power of two */
    uint32_t r;
    uint32_t p;
    uint32_t rounds; /* PBKDF2 */
    uint8_t salt[MO_KEYSTORE_SALT_BYTES_MAX];
    size_t salt_size;
    uint8_t iv[16];
    uint8_t ciphertext[32];
    size_t ciphertext_size; /* 32; less in old files whose writer left a key's leading zeros away */
    mo_hash_t mac;
    mo_address_t address; /* zero: the file names none */
} mo_keystore_t;

/* Whether the parameters are good and bounded; what the two below ask first. */
MO_MUST_USE mo_keystore_verdict_t mo_keystore_check(const mo_keystore_t *keystore);

/* Locks a key: from kdf, its numbers, salt and iv to ciphertext, mac and address. The three are zero on a
 * refusal. The iv and the salt must be new and random for each key and password. */
MO_MUST_USE mo_keystore_verdict_t mo_keystore_lock(const mo_secp_key_t *key, mo_bytes_t password,
                                                   mo_keystore_t *keystore);

/* Unlocks it; zero on a refusal. */
MO_MUST_USE mo_keystore_verdict_t mo_keystore_unlock(const mo_keystore_t *keystore, mo_bytes_t password,
                                                     mo_secp_key_t *key);

/* scrypt alone (RFC 7914), with n, r and p within the same bounds and any salt: fills `out`, which
 * must be empty, to its capacity. Zero, and empty, on a refusal. */
MO_MUST_USE mo_keystore_verdict_t mo_keystore_scrypt(const mo_keystore_t *parameters, mo_bytes_t password,
                                                     mo_bytes_t salt, mo_buffer_t *out);

#endif
