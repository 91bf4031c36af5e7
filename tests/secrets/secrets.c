/* Constant time: every function of floor 1 that takes a secret, run under memcheck with its secrets marked, so that a jump
 * or a load that depends on one is an error (base/secret.h). TAP lines; tests/secrets/run runs it.
 *
 * The last rows are functions that leak on purpose: if memcheck did not report those, the rows above would show nothing. */
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "base/hex.h"
#include "base/secret.h"
#include "eth/hmac.h"
#include "eth/keccak.h"
#include "eth/keystore.h"
#include "eth/mnemonic.h"
#include "eth/transaction.h"

static const char phrase[] = "test test test test test test test test test test test junk";
static const mo_hash_t digest = {{7, 8, 9}};
static uint8_t sink[1 << 10];
static volatile unsigned observed;

static mo_secp_key_t secret_key(void)
{
    mo_secp_key_t key;
    memset(key.bytes, 0x42, sizeof key.bytes);
    mo_secret_mark(&key, sizeof key);
    return key;
}

/* ---- What must not leak; each is true when it worked ---- */

/* The text too is secret, and so is which digit of it is none. */
static bool write_and_read_hex(void)
{
    mo_secp_key_t key = secret_key();
    uint8_t back[sizeof key.bytes];
    char text[MO_HEX_TEXT(sizeof key.bytes)];
    mo_hex_encode_secret(MO_BYTES(key.bytes), MO_HEX_PREFIXED, text, sizeof text);
    mo_bytes_t digits = {(const uint8_t *)text, sizeof text - 1};
    bool good = mo_hex_decode_secret(digits, MO_HEX_PREFIXED, back, sizeof back) &&
                mo_secret_equal(back, key.bytes, sizeof back);
    text[7] = 'g';
    mo_secret_mark(text, sizeof text);
    return good && !mo_hex_decode_secret(digits, MO_HEX_PREFIXED, back, sizeof back);
}

static bool sign_digest(void)
{
    mo_secp_key_t key = secret_key();
    mo_signature_t signature;
    mo_address_t signer;
    return mo_secp_sign(&key, &digest, &signature) &&
           mo_secp_recover(&signature, &digest, &signer) == MO_SECP_OK && !mo_address_is_zero(&signer);
}

static bool sign_transaction(void)
{
    static const mo_address_t to = {{1}};
    static const mo_transaction_type_t types[] = {MO_TRANSACTION_LEGACY, MO_TRANSACTION_2930, MO_TRANSACTION_1559};
    mo_secp_key_t key = secret_key();
    bool good = true;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        mo_transaction_t transaction = {.type = types[i], .chain_id = 1, .nonce = 7, .gas_limit = 21000, .to = &to};
        mo_buffer_t raw = MO_BUFFER(sink);
        mo_hash_t hash;
        good = mo_transaction_sign(&transaction, &key, &raw, &hash) && good && !mo_hash_is_zero(&hash);
    }
    return good;
}

static bool derive_address(void)
{
    mo_secp_key_t key = secret_key();
    mo_public_key_t point;
    mo_address_t address;
    return mo_secp_key_is_valid(&key) && mo_secp_public_key(&key, &point) && mo_secp_address(&key, &address) &&
           !mo_address_is_zero(&address);
}

static bool add_keys(void)
{
    mo_secp_key_t key = secret_key();
    mo_secp_key_t tweak = secret_key();
    return mo_secp_key_add(&key, &tweak);
}

static bool derive_nodes(void)
{
    uint8_t seed[MO_MNEMONIC_SEED_BYTES] = {5};
    mo_mnemonic_node_t master;
    mo_mnemonic_node_t node;
    mo_secret_mark(seed, sizeof seed);
    return mo_mnemonic_master(MO_BYTES(seed), &master) == MO_MNEMONIC_OK &&
           mo_mnemonic_derive(&master, MO_MNEMONIC_PATH, &node) == MO_MNEMONIC_OK;
}

static bool key_of_words(void)
{
    char words[sizeof phrase];
    char passphrase[] = "correct horse";
    mo_secp_key_t key;
    memcpy(words, phrase, sizeof phrase);
    mo_secret_mark(words, sizeof words);
    mo_secret_mark(passphrase, sizeof passphrase);
    return mo_mnemonic_key(words, passphrase, MO_MNEMONIC_PATH, &key) == MO_MNEMONIC_OK;
}

static bool refuse_words(void)
{
    char words[sizeof phrase];
    uint8_t entropy[MO_MNEMONIC_ENTROPY_BYTES_MAX];
    size_t size;
    memcpy(words, phrase, sizeof phrase);
    words[sizeof phrase - 2] = 'j';
    mo_secret_mark(words, sizeof words);
    return mo_mnemonic_parse(words, entropy, &size) == MO_MNEMONIC_WORD;
}

static bool print_words(void)
{
    uint8_t entropy[MO_MNEMONIC_ENTROPY_BYTES_MAX] = {1, 2, 3};
    char words[MO_MNEMONIC_TEXT];
    mo_secret_mark(entropy, sizeof entropy);
    mo_mnemonic_print(MO_BYTES(entropy), words);
    mo_secret_declassify(words, sizeof words);
    return strncmp(words, "absurd ", 7) == 0;
}

static bool use_keystore(mo_keystore_t keystore)
{
    uint8_t password[] = "a password";
    mo_secp_key_t key = secret_key();
    mo_secp_key_t back;
    mo_secret_mark(password, sizeof password);
    if (mo_keystore_lock(&key, MO_BYTES(password), &keystore) != MO_KEYSTORE_OK ||
        mo_keystore_unlock(&keystore, MO_BYTES(password), &back) != MO_KEYSTORE_OK) {
        return false;
    }
    password[0] ^= 1;
    return mo_secret_equal(key.bytes, back.bytes, sizeof key.bytes) &&
           mo_keystore_unlock(&keystore, MO_BYTES(password), &back) == MO_KEYSTORE_PASSWORD;
}

static bool use_keystore_of_pbkdf2(void)
{
    return use_keystore((mo_keystore_t){.kdf = MO_KEYSTORE_PBKDF2, .rounds = 3, .salt = {1}, .salt_size = 32});
}

static bool use_keystore_of_scrypt(void)
{
    return use_keystore((mo_keystore_t){.kdf = MO_KEYSTORE_SCRYPT, .n = 4, .r = 2, .p = 1, .salt = {1}, .salt_size = 32});
}

static bool authenticate(void)
{
    mo_secp_key_t key = secret_key();
    uint8_t mac[64];
    uint8_t derived[32];
    mo_bytes_t secret = MO_BYTES(key.bytes);
    mo_hash_t once = mo_hmac_sha256(secret, mo_hash_view(&digest), secret);
    mo_hash_t again = mo_hmac_sha256(secret, mo_hash_view(&digest), secret);
    mo_hash_t hash = mo_sha256(secret);
    mo_hmac_sha512(secret, secret, mac);
    mo_pbkdf2_sha256(secret, secret, 2, derived, sizeof derived);
    return mo_secret_equal(&once, &again, sizeof once) && !mo_secret_equal(&hash, &once, sizeof hash);
}

static bool hash_secret(void)
{
    mo_secp_key_t key = secret_key();
    mo_hash_t once = mo_keccak256(MO_BYTES(key.bytes));
    mo_hash_t again = mo_keccak256(MO_BYTES(key.bytes));
    return mo_secret_equal(&once, &again, sizeof once);
}

/* ---- What must be reported ---- */

static bool leak_a_branch(void)
{
    mo_secp_key_t key = secret_key();
    if (key.bytes[5] > 3) {
        observed += 1;
    }
    return true;
}

static bool leak_an_address(void)
{
    mo_secp_key_t key = secret_key();
    observed += sink[key.bytes[6]];
    return true;
}

static bool leak_a_comparison(void)
{
    mo_secp_key_t key = secret_key();
    mo_secp_key_t other = secret_key();
    observed += (unsigned)(memcmp(key.bytes, other.bytes, sizeof key.bytes) == 0);
    return true;
}

static bool leak_what_was_computed(void)
{
    mo_secp_key_t key = secret_key();
    mo_hash_t hash = mo_keccak256(MO_BYTES(key.bytes));
    if ((hash.bytes[31] & 1) != 0) {
        observed += 1;
    }
    return true;
}

typedef struct {
    const char *name;
    bool (*run)(void);
    bool leaks;
} row_t;

static const row_t rows[] = {
    {"a key is written and read as hex in constant time", write_and_read_hex, false},
    {"a digest is signed in constant time", sign_digest, false},
    {"transactions are signed in constant time", sign_transaction, false},
    {"public key and address are derived in constant time", derive_address, false},
    {"keys are added in constant time", add_keys, false},
    {"BIP-32 nodes are derived in constant time", derive_nodes, false},
    {"words and passphrase become a key in constant time", key_of_words, false},
    {"a wrong word is refused in constant time", refuse_words, false},
    {"entropy becomes words in constant time", print_words, false},
    {"a keystore of PBKDF2 is locked and unlocked in constant time", use_keystore_of_pbkdf2, false},
    {"a keystore of scrypt is locked and unlocked in constant time, scrypt's own table aside", use_keystore_of_scrypt, false},
    {"HMAC, SHA-256 and PBKDF2 take constant time", authenticate, false},
    {"a secret is hashed in constant time", hash_secret, false},
    {"a branch on a secret is reported", leak_a_branch, true},
    {"a load from an address made of a secret is reported", leak_an_address, true},
    {"memcmp of secrets is reported", leak_a_comparison, true},
    {"a branch on the hash of a secret is reported", leak_what_was_computed, true},
};

int main(void)
{
    unsigned failed = 0;
    unsigned count = sizeof rows / sizeof rows[0];
    if (RUNNING_ON_VALGRIND == 0) {
        (void)fprintf(stderr, "secrets: shows something under memcheck alone: tests/secrets/run\n");
        return 2;
    }
    printf("1..%u\n", count);
    for (unsigned i = 0; i < count; i++) {
        unsigned before = (unsigned)VALGRIND_COUNT_ERRORS;
        bool worked = rows[i].run();
        unsigned errors = (unsigned)VALGRIND_COUNT_ERRORS - before;
        bool good = worked && (errors > 0) == rows[i].leaks;
        failed += good ? 0 : 1;
        printf("%s %u - %s\n", good ? "ok" : "not ok", i + 1, rows[i].name);
        if (!good) {
            printf("# %s, %u errors\n", worked ? "worked" : "did not work", errors);
        }
    }
    return failed == 0 ? 0 : 1;
}
