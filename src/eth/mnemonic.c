#include "eth/mnemonic.h"

#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "base/secret.h"
#include "eth/hmac.h"

#define ROUNDS     2048
#define WORD_BITS  11
#define HARDENED   0x80000000u
#define INDEX_NONE UINT32_MAX

const char *mo_mnemonic_verdict_name(mo_mnemonic_verdict_t verdict)
{
    switch (verdict) {
        MO_MNEMONIC_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

/* ---- Words ---- */

/* Where a word of `length` letters stands in the list, or INDEX_NONE. */
static uint32_t find_word(const char *word, size_t length)
{
    uint32_t low = 0;
    uint32_t high = MO_MNEMONIC_WORDS;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        const char *at = mo_mnemonic_words[middle];
        int order = strncmp(at, word, length);
        if (order == 0 && at[length] == '\0') {
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return INDEX_NONE;
}

static void put_bits(uint8_t *bytes, size_t at, uint32_t value)
{
    for (unsigned i = 0; i < WORD_BITS; i++, at++) {
        bytes[at / 8] |= (uint8_t)((value >> (WORD_BITS - 1 - i) & 1) << (7 - at % 8));
    }
}

static uint32_t get_bits(const uint8_t *bytes, size_t at)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < WORD_BITS; i++, at++) {
        value = value << 1 | (bytes[at / 8] >> (7 - at % 8) & 1);
    }
    return value;
}

/* Whether words are parted by single spaces, and how many there are. */
static bool count_words(const char *words, size_t *count)
{
    *count = 1;
    for (const char *at = words; *at != '\0'; at++) {
        if (*at == ' ') {
            (*count)++;
        }
    }
    return *count >= MO_MNEMONIC_COUNT_MIN && *count <= MO_MNEMONIC_COUNT_MAX && *count % 3 == 0;
}

/* The bits of all words, one after the other; `bits` holds 33 zeros. */
static mo_mnemonic_verdict_t read_words(const char *words, size_t count,
                                        uint8_t bits[MO_MNEMONIC_ENTROPY_BYTES_MAX + 1])
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(words, " ");
        uint32_t index = length > 0 && length < MO_MNEMONIC_WORD_TEXT ? find_word(words, length) : INDEX_NONE;
        if (index == INDEX_NONE) {
            return MO_MNEMONIC_WORD;
        }
        put_bits(bits, WORD_BITS * i, index);
        words += length + (words[length] == ' ' ? 1 : 0);
    }
    return MO_MNEMONIC_OK;
}

/* The first bits of the entropy's SHA-256, one for each of its 32 bits, at the left of a byte. */
static uint8_t checksum_of(const uint8_t *entropy, size_t size)
{
    mo_hash_t hash = mo_sha256((mo_bytes_t){entropy, size});
    uint8_t checksum = (uint8_t)(hash.bytes[0] & 0xff << (8 - size / 4));
    mo_secret_wipe(&hash, sizeof hash);
    return checksum;
}

mo_mnemonic_verdict_t mo_mnemonic_parse(const char *words, uint8_t entropy[MO_MNEMONIC_ENTROPY_BYTES_MAX],
                                        size_t *size)
{
    uint8_t bits[MO_MNEMONIC_ENTROPY_BYTES_MAX + 1] = {0};
    size_t count;
    memset(entropy, 0, MO_MNEMONIC_ENTROPY_BYTES_MAX);
    *size = 0;
    if (!count_words(words, &count)) {
        return MO_MNEMONIC_COUNT;
    }
    mo_mnemonic_verdict_t verdict = read_words(words, count, bits);
    size_t bytes = count / 3 * 4;
    if (verdict == MO_MNEMONIC_OK && bits[bytes] != checksum_of(bits, bytes)) {
        verdict = MO_MNEMONIC_CHECKSUM;
    }
    if (verdict == MO_MNEMONIC_OK) {
        memcpy(entropy, bits, bytes);
        *size = bytes;
    }
    mo_secret_wipe(bits, sizeof bits);
    return verdict;
}

void mo_mnemonic_print(mo_bytes_t entropy, char words[MO_MNEMONIC_TEXT])
{
    MO_CHECK(entropy.size >= 16 && entropy.size <= MO_MNEMONIC_ENTROPY_BYTES_MAX && entropy.size % 4 == 0);
    uint8_t bits[MO_MNEMONIC_ENTROPY_BYTES_MAX + 1] = {0};
    memcpy(bits, entropy.data, entropy.size);
    bits[entropy.size] = checksum_of(bits, entropy.size);
    size_t at = 0;
    for (size_t i = 0; i < entropy.size / 4 * 3; i++) {
        const char *word = mo_mnemonic_words[get_bits(bits, WORD_BITS * i)];
        size_t length = strlen(word);
        memcpy(words + at, word, length);
        at += length;
        words[at++] = ' ';
    }
    words[at - 1] = '\0';
    mo_secret_wipe(bits, sizeof bits);
}

mo_mnemonic_verdict_t mo_mnemonic_seed(const char *words, const char *passphrase,
                                       uint8_t seed[MO_MNEMONIC_SEED_BYTES])
{
    static const char prefix[] = "mnemonic";
    uint8_t salt[sizeof prefix + MO_MNEMONIC_PASSPHRASE_MAX];
    uint8_t entropy[MO_MNEMONIC_ENTROPY_BYTES_MAX];
    size_t size;
    memset(seed, 0, MO_MNEMONIC_SEED_BYTES);
    mo_mnemonic_verdict_t verdict = mo_mnemonic_parse(words, entropy, &size);
    mo_secret_wipe(entropy, sizeof entropy);
    size_t length = strlen(passphrase);
    if (verdict != MO_MNEMONIC_OK || length > MO_MNEMONIC_PASSPHRASE_MAX) {
        return verdict != MO_MNEMONIC_OK ? verdict : MO_MNEMONIC_PASSPHRASE;
    }
    memcpy(salt, prefix, sizeof prefix - 1);
    memcpy(salt + sizeof prefix - 1, passphrase, length);
    mo_pbkdf2_sha512((mo_bytes_t){(const uint8_t *)words, strlen(words)},
                     (mo_bytes_t){salt, sizeof prefix - 1 + length}, ROUNDS, seed, MO_MNEMONIC_SEED_BYTES);
    mo_secret_wipe(salt, sizeof salt);
    return MO_MNEMONIC_OK;
}

/* ---- Derivation ---- */

mo_mnemonic_verdict_t mo_mnemonic_master(mo_bytes_t seed, mo_mnemonic_node_t *out)
{
    static const uint8_t name[] = {'B', 'i', 't', 'c', 'o', 'i', 'n', ' ', 's', 'e', 'e', 'd'};
    MO_CHECK(seed.size >= 16 && seed.size <= MO_MNEMONIC_SEED_BYTES);
    uint8_t both[64];
    mo_hmac_sha512(MO_BYTES(name), seed, both);
    memcpy(out->key.bytes, both, 32);
    memcpy(out->chain_code, both + 32, 32);
    mo_secret_wipe(both, sizeof both);
    if (!mo_secp_key_is_valid(&out->key)) {
        mo_secret_wipe(out, sizeof *out);
        return MO_MNEMONIC_KEY;
    }
    return MO_MNEMONIC_OK;
}

/* What a child's hash is over: 00 and the key when the step is hardened, else the point in its short form;
 * then the index. */
static bool child_message(const mo_mnemonic_node_t *from, uint32_t index, uint8_t message[37])
{
    mo_public_key_t point;
    mo_store_be32(index, message + 33);
    if ((index & HARDENED) != 0) {
        message[0] = 0;
        memcpy(message + 1, from->key.bytes, 32);
        return true;
    }
    bool valid = mo_secp_public_key(&from->key, &point);
    message[0] = (uint8_t)(2 + (point.bytes[63] & 1));
    memcpy(message + 1, point.bytes, 32);
    return valid;
}

static bool derive_child(mo_mnemonic_node_t *node, uint32_t index)
{
    uint8_t message[37];
    uint8_t both[64];
    mo_secp_key_t tweak;
    bool valid = child_message(node, index, message);
    mo_hmac_sha512(MO_BYTES(node->chain_code), MO_BYTES(message), both);
    memcpy(tweak.bytes, both, 32);
    memcpy(node->chain_code, both + 32, 32);
    valid = mo_secp_key_add(&node->key, &tweak) && valid;
    mo_secret_wipe(message, sizeof message);
    mo_secret_wipe(both, sizeof both);
    mo_secret_wipe(&tweak, sizeof tweak);
    return valid;
}

/* "/44'" at `*path`, past which it moves: a numeral below 2^31 without leading zero, hardened with '. */
static bool take_step(const char **path, uint32_t *index)
{
    const char *at = *path;
    uint64_t value = 0;
    if (*at++ != '/' || (at[0] == '0' && at[1] >= '0' && at[1] <= '9')) {
        return false;
    }
    const char *digits = at;
    for (; *at >= '0' && *at <= '9' && value < HARDENED; at++) {
        value = value * 10 + (uint64_t)(*at - '0');
    }
    if (at == digits || value >= HARDENED) {
        return false;
    }
    *index = (uint32_t)value | (*at == '\'' ? HARDENED : 0);
    *path = at + (*at == '\'' ? 1 : 0);
    return true;
}

static mo_mnemonic_verdict_t walk_path(const char *path, mo_mnemonic_node_t *node)
{
    if (*path++ != 'm') {
        return MO_MNEMONIC_PATH_FORM;
    }
    for (unsigned steps = 0; *path != '\0'; steps++) {
        uint32_t index;
        if (steps == MO_MNEMONIC_STEPS_MAX || !take_step(&path, &index)) {
            return MO_MNEMONIC_PATH_FORM;
        }
        if (!derive_child(node, index)) {
            return MO_MNEMONIC_KEY;
        }
    }
    return MO_MNEMONIC_OK;
}

mo_mnemonic_verdict_t mo_mnemonic_derive(const mo_mnemonic_node_t *from, const char *path,
                                         mo_mnemonic_node_t *out)
{
    *out = *from;
    mo_mnemonic_verdict_t verdict = walk_path(path, out);
    if (verdict != MO_MNEMONIC_OK) {
        mo_secret_wipe(out, sizeof *out);
    }
    return verdict;
}

mo_mnemonic_verdict_t mo_mnemonic_key(const char *words, const char *passphrase, const char *path,
                                      mo_secp_key_t *out)
{
    uint8_t seed[MO_MNEMONIC_SEED_BYTES];
    mo_mnemonic_node_t master = {{{0}}, {0}};
    mo_mnemonic_node_t node = {{{0}}, {0}};
    mo_mnemonic_verdict_t verdict = mo_mnemonic_seed(words, passphrase, seed);
    if (verdict == MO_MNEMONIC_OK) {
        verdict = mo_mnemonic_master(MO_BYTES(seed), &master);
    }
    if (verdict == MO_MNEMONIC_OK) {
        verdict = mo_mnemonic_derive(&master, path, &node);
    }
    *out = node.key;
    mo_secret_wipe(seed, sizeof seed);
    mo_secret_wipe(&master, sizeof master);
    mo_secret_wipe(&node, sizeof node);
    return verdict;
}
