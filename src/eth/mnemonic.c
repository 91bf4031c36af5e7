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

/* Words are handled as their letters in a number, the first at the left, zeros behind the last: so they stand in the
 * list. None of what follows branches on a word, or loads from where a word says: all of the list is read for each. */

/* All ones when the two are equal, else zero. */
static uint64_t equal_mask(uint64_t a, uint64_t b)
{
    uint64_t difference = a ^ b;
    return ((difference | (0 - difference)) >> 63) - 1;
}

static uint64_t letters_at(uint32_t index)
{
    return mo_load_be64((const uint8_t *)mo_mnemonic_words[index]);
}

/* Where a word stands in the list, or INDEX_NONE. */
static uint32_t find_word(uint64_t letters)
{
    uint64_t found = INDEX_NONE;
    for (uint32_t i = 0; i < MO_MNEMONIC_WORDS; i++) {
        found &= ~equal_mask(letters, letters_at(i)) | i;
    }
    return (uint32_t)found;
}

/* The word that stands there. */
static uint64_t take_word(uint32_t index)
{
    uint64_t letters = 0;
    for (uint32_t i = 0; i < MO_MNEMONIC_WORDS; i++) {
        letters |= equal_mask(index, i) & letters_at(i);
    }
    return letters;
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

/* The length of a text is no secret: it is all that its end tells. */
static size_t public_length(const char *text)
{
    size_t length = 0;
    bool more = true;
    while (more) {
        more = text[length] != '\0';
        mo_secret_declassify(&more, sizeof more);
        length += more ? 1 : 0;
    }
    return length;
}

/* Nor is the number of words, which are parted by single spaces. */
static bool count_words(mo_bytes_t text, size_t *count)
{
    uint64_t spaces = 0;
    for (size_t i = 0; i < text.size; i++) {
        spaces += equal_mask(text.data[i], ' ') & 1;
    }
    mo_secret_declassify(&spaces, sizeof spaces);
    *count = spaces + 1;
    return *count >= MO_MNEMONIC_COUNT_MIN && *count <= MO_MNEMONIC_COUNT_MAX && *count % 3 == 0;
}

/* The letters of each of at most MO_MNEMONIC_COUNT_MAX words. The result is not zero when a word has more letters than any
 * of the list. */
static uint64_t split_words(mo_bytes_t text, uint64_t words[MO_MNEMONIC_COUNT_MAX])
{
    uint64_t at = 0;
    uint64_t length = 0;
    uint64_t too_long = 0;
    memset(words, 0, MO_MNEMONIC_COUNT_MAX * sizeof words[0]);
    for (size_t i = 0; i < text.size; i++) {
        uint64_t is_letter = ~equal_mask(text.data[i], ' ');
        uint64_t letter = is_letter & (uint64_t)text.data[i] << (56 - 8 * (length & 7));
        for (size_t j = 0; j < MO_MNEMONIC_COUNT_MAX; j++) {
            words[j] |= letter & equal_mask(at, j);
        }
        too_long |= is_letter & length >> 3;
        at += ~is_letter & 1;
        length = (length + 1) & is_letter;
    }
    return too_long;
}

/* The bits of all words, one after the other; `bits` holds 33 zeros. */
static bool read_words(mo_bytes_t text, size_t count, uint8_t bits[MO_MNEMONIC_ENTROPY_BYTES_MAX + 1])
{
    uint64_t words[MO_MNEMONIC_COUNT_MAX];
    uint64_t faults = split_words(text, words);
    for (size_t i = 0; i < count; i++) {
        uint32_t index = find_word(words[i]);
        faults |= equal_mask(index, INDEX_NONE);
        put_bits(bits, WORD_BITS * i, index);
    }
    mo_secret_wipe(words, sizeof words);
    mo_secret_declassify(&faults, sizeof faults);
    return faults == 0;
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
    mo_bytes_t text = {(const uint8_t *)words, public_length(words)};
    size_t count;
    memset(entropy, 0, MO_MNEMONIC_ENTROPY_BYTES_MAX);
    *size = 0;
    if (!count_words(text, &count)) {
        return MO_MNEMONIC_COUNT;
    }
    mo_mnemonic_verdict_t verdict = read_words(text, count, bits) ? MO_MNEMONIC_OK : MO_MNEMONIC_WORD;
    size_t bytes = count / 3 * 4;
    uint8_t checksum = checksum_of(bits, bytes);
    if (verdict == MO_MNEMONIC_OK && !mo_secret_equal(&bits[bytes], &checksum, sizeof checksum)) {
        verdict = MO_MNEMONIC_CHECKSUM;
    }
    if (verdict == MO_MNEMONIC_OK) {
        memcpy(entropy, bits, bytes);
        *size = bytes;
    }
    mo_secret_wipe(bits, sizeof bits);
    return verdict;
}

/* A letter to a place of the text that no branch and no address may tell: every place is written. */
static void put_letter(char words[MO_MNEMONIC_TEXT], uint64_t at, uint64_t letter)
{
    for (size_t i = 0; i < MO_MNEMONIC_TEXT; i++) {
        words[i] = (char)((uint8_t)words[i] | (letter & equal_mask(at, i)));
    }
}

void mo_mnemonic_print(mo_bytes_t entropy, char words[MO_MNEMONIC_TEXT])
{
    MO_CHECK(entropy.size >= 16 && entropy.size <= MO_MNEMONIC_ENTROPY_BYTES_MAX && entropy.size % 4 == 0);
    uint8_t bits[MO_MNEMONIC_ENTROPY_BYTES_MAX + 1] = {0};
    memcpy(bits, entropy.data, entropy.size);
    bits[entropy.size] = checksum_of(bits, entropy.size);
    memset(words, 0, MO_MNEMONIC_TEXT);
    uint64_t at = 0;
    for (size_t i = 0; i < entropy.size / 4 * 3; i++) {
        uint64_t letters = take_word(get_bits(bits, WORD_BITS * i));
        if (i > 0) {
            put_letter(words, at++, ' ');
        }
        for (unsigned j = 0; j < MO_MNEMONIC_WORD_TEXT - 1; j++, letters <<= 8) {
            put_letter(words, at, letters >> 56);
            at += ~equal_mask(letters >> 56, 0) & 1;
        }
    }
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
    size_t length = public_length(passphrase);
    if (verdict != MO_MNEMONIC_OK || length > MO_MNEMONIC_PASSPHRASE_MAX) {
        return verdict != MO_MNEMONIC_OK ? verdict : MO_MNEMONIC_PASSPHRASE;
    }
    memcpy(salt, prefix, sizeof prefix - 1);
    memcpy(salt + sizeof prefix - 1, passphrase, length);
    mo_pbkdf2_sha512((mo_bytes_t){(const uint8_t *)words, public_length(words)},
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
