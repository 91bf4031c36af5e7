#include "eth/mnemonic.h"
#include "eth/test_rows.h"

enum { WORDS, ENTROPY, PASSPHRASE, SEED, PATH, KEY, ADDRESS };

static uint8_t memory[MO_ROWS_LINE_MAX / 2];
static mo_rows_t rows;

static const char junk[] = "test test test test test test test test test test test junk";

static char *spaced(const char *field)
{
    static char text[MO_MNEMONIC_TEXT];
    (void)snprintf(text, sizeof text, "%s", field);
    for (char *at = strchr(text, '_'); at != NULL; at = strchr(at, '_')) {
        *at = ' ';
    }
    return text;
}

static void words_seeds_and_keys_are_those_of_ethers(void **state)
{
    (void)state;
    mo_rows_open(&rows, "mnemonic");
    while (mo_rows_next(&rows)) {
        const char *words = spaced(rows.field[WORDS]);
        const char *passphrase = mo_rows_absent(rows.field[PASSPHRASE]) ? "" : rows.field[PASSPHRASE];
        uint8_t entropy[MO_MNEMONIC_ENTROPY_BYTES_MAX];
        uint8_t seed[MO_MNEMONIC_SEED_BYTES];
        char printed[MO_MNEMONIC_TEXT];
        size_t size;
        mo_secp_key_t key;
        mo_bytes_t expected = mo_rows_bytes(rows.field[ENTROPY], memory);
        assert_int_equal(mo_mnemonic_parse(words, entropy, &size), MO_MNEMONIC_OK);
        mo_assert_bytes((mo_bytes_t){entropy, size}, expected);
        mo_mnemonic_print(expected, printed);
        assert_string_equal(printed, words);
        assert_int_equal(mo_mnemonic_seed(words, passphrase, seed), MO_MNEMONIC_OK);
        mo_assert_bytes(MO_BYTES(seed), mo_rows_bytes(rows.field[SEED], memory));
        assert_int_equal(mo_mnemonic_key(words, passphrase, rows.field[PATH], &key), MO_MNEMONIC_OK);
        mo_assert_bytes(MO_BYTES(key.bytes), mo_rows_bytes(rows.field[KEY], memory));
    }
}

static void the_first_key_of_every_development_node_is_the_known_one(void **state)
{
    (void)state;
    mo_secp_key_t key;
    assert_int_equal(mo_mnemonic_key(junk, "", MO_MNEMONIC_PATH, &key), MO_MNEMONIC_OK);
    mo_assert_bytes(
        MO_BYTES(key.bytes),
        mo_rows_bytes("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", memory));
}

static void the_list_is_sorted_and_each_word_is_found(void **state)
{
    (void)state;
    for (unsigned i = 1; i < MO_MNEMONIC_WORDS; i++) {
        assert_true(strcmp(mo_mnemonic_words[i - 1], mo_mnemonic_words[i]) < 0);
    }
}

static void each_fault_of_the_words_has_its_verdict(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        mo_mnemonic_verdict_t verdict;
    } cases[] = {
        {"", MO_MNEMONIC_COUNT},
        {"test", MO_MNEMONIC_COUNT},
        {"test test test test test test test test test test junk", MO_MNEMONIC_COUNT},
        {"test test test test test test test test test test test test junk", MO_MNEMONIC_COUNT},
        {"test test test test test test test test test test  junk", MO_MNEMONIC_WORD},
        {" test test test test test test test test test test junk", MO_MNEMONIC_WORD},
        {"test test test test test test test test test test junk ", MO_MNEMONIC_WORD},
        {"test test test test test test test test test test test Junk", MO_MNEMONIC_WORD},
        {"test test test test test test test test test test test jun", MO_MNEMONIC_WORD},
        {"test test test test test test test test test test test junkk", MO_MNEMONIC_WORD},
        {"test test test test test test test test test test test abandoned", MO_MNEMONIC_WORD},
        {"test test test test test test test test test test test\tjunk", MO_MNEMONIC_COUNT},
        {"test test test test test test test test test test test test", MO_MNEMONIC_CHECKSUM},
        {"junk test test test test test test test test test test test", MO_MNEMONIC_CHECKSUM},
    };
    static const uint8_t none[MO_MNEMONIC_SEED_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t seed[MO_MNEMONIC_SEED_BYTES];
        mo_mnemonic_verdict_t verdict = mo_mnemonic_seed(cases[i].words, "", seed);
        assert_string_equal(mo_mnemonic_verdict_name(verdict), mo_mnemonic_verdict_name(cases[i].verdict));
        assert_memory_equal(seed, none, sizeof none);
    }
}

static void no_truncation_and_no_flipped_bit_gives_the_same_key(void **state)
{
    (void)state;
    uint8_t entropy[MO_MNEMONIC_ENTROPY_BYTES_MAX];
    uint8_t whole[MO_MNEMONIC_ENTROPY_BYTES_MAX];
    char text[sizeof junk];
    size_t size;
    assert_int_equal(mo_mnemonic_parse(junk, whole, &size), MO_MNEMONIC_OK);
    for (size_t length = 0; length < strlen(junk); length++) {
        (void)snprintf(text, sizeof text, "%.*s", (int)length, junk);
        assert_int_not_equal(mo_mnemonic_parse(text, entropy, &size), MO_MNEMONIC_OK);
    }
    for (size_t bit = 0; bit < 8 * strlen(junk); bit++) {
        memcpy(text, junk, sizeof junk);
        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
        assert_true(mo_mnemonic_parse(text, entropy, &size) != MO_MNEMONIC_OK ||
                    memcmp(entropy, whole, sizeof whole) != 0);
    }
}

static void a_path_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "M",
                                      "m/",
                                      "m0",
                                      "/0",
                                      "m/0/",
                                      "m//0",
                                      "m/00",
                                      "m/01",
                                      "m/2147483648",
                                      "m/0''",
                                      "m/-1",
                                      "m/0h",
                                      "m/ 0",
                                      "m/99999999999999999999",
                                      "m/0/0/0/0/0/0/0/0/0/0/0"};
    static const uint8_t seed[64] = {1};
    static const mo_mnemonic_node_t none;
    mo_mnemonic_node_t master;
    mo_mnemonic_node_t node;
    assert_int_equal(mo_mnemonic_master(MO_BYTES(seed), &master), MO_MNEMONIC_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(mo_mnemonic_derive(&master, bad[i], &node), MO_MNEMONIC_PATH_FORM);
        assert_memory_equal(&node, &none, sizeof none);
    }
    assert_int_equal(mo_mnemonic_derive(&master, "m/0/0/0/0/0/0/0/0/0/0", &node), MO_MNEMONIC_OK);
    assert_int_equal(mo_mnemonic_derive(&master, "m/2147483647'", &node), MO_MNEMONIC_OK);
}

static void a_passphrase_longer_than_its_maximum_is_refused(void **state)
{
    (void)state;
    char passphrase[MO_MNEMONIC_PASSPHRASE_MAX + 2];
    uint8_t seed[MO_MNEMONIC_SEED_BYTES];
    memset(passphrase, 'x', sizeof passphrase);
    passphrase[MO_MNEMONIC_PASSPHRASE_MAX + 1] = 0;
    assert_int_equal(mo_mnemonic_seed(junk, passphrase, seed), MO_MNEMONIC_PASSPHRASE);
    passphrase[MO_MNEMONIC_PASSPHRASE_MAX] = 0;
    assert_int_equal(mo_mnemonic_seed(junk, passphrase, seed), MO_MNEMONIC_OK);
}

static void verdicts_are_told_apart_by_name(void **state)
{
    (void)state;
    MO_ASSERT_NAMES(mo_mnemonic_verdict_name, mo_mnemonic_verdict_t, MO_MNEMONIC_KEY);
}

static void words_that_are_none_have_no_key(void **state)
{
    (void)state;
    static const mo_secp_key_t none;
    char many[25 * 5];
    uint8_t seed[MO_MNEMONIC_SEED_BYTES];
    mo_secp_key_t key = {{1}};
    assert_int_equal(mo_mnemonic_key("test junk", "", MO_MNEMONIC_PATH, &key), MO_MNEMONIC_COUNT);
    assert_memory_equal(&key, &none, sizeof none);
    key.bytes[0] = 1;
    assert_int_equal(mo_mnemonic_key(junk, "", "n/0", &key), MO_MNEMONIC_PATH_FORM);
    assert_memory_equal(&key, &none, sizeof none);
    for (size_t i = 0; i < 25; i++) {
        memcpy(many + 5 * i, "test ", 5);
    }
    many[sizeof many - 1] = '\0';
    assert_int_equal(mo_mnemonic_seed(many, "", seed), MO_MNEMONIC_COUNT);
}

static void a_cut_path_or_one_with_a_flipped_bit_leads_elsewhere_or_nowhere(void **state)
{
    (void)state;
    static const uint8_t seed[64] = {1};
    char path[] = "m/44'/60'/0'/0/17";
    mo_mnemonic_node_t master;
    mo_mnemonic_node_t whole;
    mo_mnemonic_node_t other;
    assert_int_equal(mo_mnemonic_master(MO_BYTES(seed), &master), MO_MNEMONIC_OK);
    assert_int_equal(mo_mnemonic_derive(&master, path, &whole), MO_MNEMONIC_OK);
    for (size_t bit = 0; bit < 8 * (sizeof path - 1); bit++) {
        path[bit / 8] = (char)(path[bit / 8] ^ 1 << bit % 8);
        assert_true(mo_mnemonic_derive(&master, path, &other) != MO_MNEMONIC_OK ||
                    memcmp(&whole, &other, sizeof whole) != 0);
        path[bit / 8] = (char)(path[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t size = sizeof path - 1; size-- > 0;) {
        path[size] = '\0';
        assert_true(mo_mnemonic_derive(&master, path, &other) != MO_MNEMONIC_OK ||
                    memcmp(&whole, &other, sizeof whole) != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_path_or_one_with_a_flipped_bit_leads_elsewhere_or_nowhere),
        cmocka_unit_test(words_seeds_and_keys_are_those_of_ethers),
        cmocka_unit_test(the_first_key_of_every_development_node_is_the_known_one),
        cmocka_unit_test(the_list_is_sorted_and_each_word_is_found),
        cmocka_unit_test(each_fault_of_the_words_has_its_verdict),
        cmocka_unit_test(no_truncation_and_no_flipped_bit_gives_the_same_key),
        cmocka_unit_test(a_path_that_is_none_is_refused),
        cmocka_unit_test(a_passphrase_longer_than_its_maximum_is_refused),
        cmocka_unit_test(verdicts_are_told_apart_by_name),
        cmocka_unit_test(words_that_are_none_have_no_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
