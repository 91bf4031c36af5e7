/* Keys from twelve to twenty-four words: BIP-39 and BIP-32, for development networks.
 *
 *     words      = entropy of 128 to 256 bits, and its checksum, 11 bits to a word
 *     seed       = PBKDF2-HMAC-SHA512(words, "mnemonic" | passphrase, 2048 rounds), 64 bytes
 *     master     = HMAC-SHA512("Bitcoin seed", seed): 32 bytes of key, 32 of chain code
 *     child i    = HMAC-SHA512(chain code, key or point | i); its left half is added to the key
 *
 *     mo_secp_key_t key;
 *     verdict = mo_mnemonic_key("test test test test test test test test test test test junk", "",
 *                               "m/44'/60'/0'/0/0", &key);
 *
 * Strict: words of the English list in lower case, one space between two, the checksum right. Who pastes a
 * wrong word is told, instead of given another key. Words and passphrase are taken byte for byte: a
 * passphrase outside ASCII must come in NFKD, as BIP-39 has it.
 *
 * Secrets on the stack are wiped, and no branch and no address depends on a word: the whole list is read for each
 * (tests/secrets). What a watcher of the machine may learn is the length of the text and the number of its words.
 *
 * Floor 1, pure; over nettle.
 */
#ifndef MO_ETH_MNEMONIC_H
#define MO_ETH_MNEMONIC_H

#include "eth/secp.h"

#define MO_MNEMONIC_WORDS     2048
#define MO_MNEMONIC_WORD_TEXT 9 /* the longest has 8 letters */

/* Words of one mnemonic, and its text: 24 words of 8 letters, 23 spaces, the closing zero. */
#define MO_MNEMONIC_COUNT_MIN 12
#define MO_MNEMONIC_COUNT_MAX 24
#define MO_MNEMONIC_TEXT      (MO_MNEMONIC_COUNT_MAX * MO_MNEMONIC_WORD_TEXT)

/* Entropy of 24 words; the checksum takes another byte. */
#define MO_MNEMONIC_ENTROPY_BYTES_MAX 32

#define MO_MNEMONIC_SEED_BYTES 64

/* A passphrase; longer ones are refused. */
#define MO_MNEMONIC_PASSPHRASE_MAX 256

/* Steps of a path: m / purpose / coin / account / change / index = 5, doubled. */
#define MO_MNEMONIC_STEPS_MAX 10

/* The path of account 0; the last number counts accounts. */
#define MO_MNEMONIC_PATH "m/44'/60'/0'/0/0"

#define MO_MNEMONIC_VERDICTS(X)                                                                              \
    X(MO_MNEMONIC_OK, "Ok", "")                                                                              \
    /* not 12, 15, 18, 21 or 24 words with one space between two */                                          \
    X(MO_MNEMONIC_COUNT, "MnemonicCount", "")                                                                \
    /* a word that is not in the list */                                                                     \
    X(MO_MNEMONIC_WORD, "MnemonicWord", "")                                                                  \
    /* the last word does not fit the others */                                                              \
    X(MO_MNEMONIC_CHECKSUM, "MnemonicChecksum", "")                                                          \
    /* a passphrase longer than MO_MNEMONIC_PASSPHRASE_MAX */                                                \
    X(MO_MNEMONIC_PASSPHRASE, "MnemonicPassphrase", "")                                                      \
    /* not m, or m/ and numbers below 2^31 with or without ', at most MO_MNEMONIC_STEPS_MAX */               \
    X(MO_MNEMONIC_PATH_FORM, "MnemonicPath", "")                                                             \
    /* a derived number that is no key: one in 2^127 */                                                      \
    X(MO_MNEMONIC_KEY, "MnemonicKey", "")

typedef enum { MO_MNEMONIC_VERDICTS(MO_VERDICT_CODE) } mo_mnemonic_verdict_t;

const char *mo_mnemonic_verdict_name(mo_mnemonic_verdict_t verdict);

/* The list, sorted, as scripts/wordlist.mjs writes it. */
extern const char mo_mnemonic_words[MO_MNEMONIC_WORDS][MO_MNEMONIC_WORD_TEXT];

/* The entropy that words stand for: 16 to 32 bytes, their number in `size`. Zero on a refusal. */
MO_MUST_USE mo_mnemonic_verdict_t mo_mnemonic_parse(const char *words,
                                                    uint8_t entropy[MO_MNEMONIC_ENTROPY_BYTES_MAX],
                                                    size_t *size);

/* The words of 16, 20, 24, 28 or 32 bytes of entropy (MO_CHECK), with a closing zero. */
void mo_mnemonic_print(mo_bytes_t entropy, char words[MO_MNEMONIC_TEXT]);

/* The seed of words that mo_mnemonic_parse takes. */
MO_MUST_USE mo_mnemonic_verdict_t mo_mnemonic_seed(const char *words, const char *passphrase,
                                                   uint8_t seed[MO_MNEMONIC_SEED_BYTES]);

/* A key and its chain code, of which others are derived. Its owner wipes it. */
typedef struct {
    mo_secp_key_t key;
    uint8_t chain_code[32];
} mo_mnemonic_node_t;

/* The master of a seed of 16 to 64 bytes (BIP-32), and the node at a path from it, such as
 * "m/44'/60'/0'/0/3". */
MO_MUST_USE mo_mnemonic_verdict_t mo_mnemonic_master(mo_bytes_t seed, mo_mnemonic_node_t *out);
MO_MUST_USE mo_mnemonic_verdict_t mo_mnemonic_derive(const mo_mnemonic_node_t *from, const char *path,
                                                     mo_mnemonic_node_t *out);

/* All of it: the key at a path, of words and a passphrase (often ""). Zero on a refusal. */
MO_MUST_USE mo_mnemonic_verdict_t mo_mnemonic_key(const char *words, const char *passphrase, const char *path,
                                                  mo_secp_key_t *out);

#endif
