/* Words: as a text, and as two bytes for each word's place in the list. What is accepted is printed as it was read. */
#include <string.h>

#include "base/check.h"
#include "eth/mnemonic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static mo_mnemonic_verdict_t check_text(const char *text)
{
    static const uint8_t none[MO_MNEMONIC_ENTROPY_BYTES_MAX];
    uint8_t entropy[MO_MNEMONIC_ENTROPY_BYTES_MAX];
    char words[MO_MNEMONIC_TEXT];
    size_t size;
    mo_mnemonic_verdict_t verdict = mo_mnemonic_parse(text, entropy, &size);
    if (verdict != MO_MNEMONIC_OK) {
        MO_CHECK(size == 0 && memcmp(entropy, none, sizeof none) == 0);
        return verdict;
    }
    mo_mnemonic_print((mo_bytes_t){entropy, size}, words);
    MO_CHECK(strcmp(words, text) == 0);
    return verdict;
}

/* Any words of the list: only their number and the checksum may be wrong. */
static void check_places(const uint8_t *data, size_t size)
{
    char text[32 * MO_MNEMONIC_WORD_TEXT] = "";
    for (size_t i = 0; i + 1 < size && i < 60; i += 2) {
        strcat(text, i == 0 ? "" : " ");
        strcat(text, mo_mnemonic_words[(data[i] << 8 | data[i + 1]) % MO_MNEMONIC_WORDS]);
    }
    MO_CHECK(check_text(text) != MO_MNEMONIC_WORD || text[0] == '\0');
}

/* Entropy of 16 to 32 bytes comes back. */
static void check_entropy(const uint8_t *data, size_t size)
{
    char words[MO_MNEMONIC_TEXT];
    size = size / 4 * 4 < MO_MNEMONIC_ENTROPY_BYTES_MAX ? size / 4 * 4 : MO_MNEMONIC_ENTROPY_BYTES_MAX;
    if (size < 16) {
        return;
    }
    mo_mnemonic_print((mo_bytes_t){data, size}, words);
    MO_CHECK(check_text(words) == MO_MNEMONIC_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[512] = "";
    memcpy(text, data, size < sizeof text - 1 ? size : sizeof text - 1);
    (void)check_text(text);
    check_places(data, size);
    check_entropy(data, size);
    return 0;
}
