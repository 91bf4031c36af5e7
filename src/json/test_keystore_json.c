#include "eth/test_rows.h"
#include "json/keystore.h"

static const uint8_t id[16] = {1, 2, 3, 4, 5, 6, 0xff, 8, 0xff, 10, 11, 12, 13, 14, 15, 16};
static const uint8_t password[] = {'f', 'o', 'o'};

static mo_keystore_t sample(mo_keystore_kdf_t kdf)
{
    mo_keystore_t keystore = {.kdf = kdf, .salt = {7, 8, 9}, .salt_size = 32, .iv = {1}};
    mo_secp_key_t key = {{[31] = 5}};
    if (kdf == MO_KEYSTORE_SCRYPT) {
        keystore.n = 16;
        keystore.r = 2;
        keystore.p = 3;
    } else {
        keystore.rounds = 10;
    }
    assert_int_equal(mo_keystore_lock(&key, MO_BYTES(password), &keystore), MO_KEYSTORE_OK);
    return keystore;
}

static mo_err_t read_text(const char *text, mo_keystore_t *out)
{
    return mo_keystore_read((mo_bytes_t){(const uint8_t *)text, strlen(text)}, out);
}

static void what_is_written_is_read_as_it_was(void **state)
{
    (void)state;
    for (unsigned kdf = MO_KEYSTORE_SCRYPT; kdf <= MO_KEYSTORE_PBKDF2; kdf++) {
        mo_keystore_t keystore = sample((mo_keystore_kdf_t)kdf);
        mo_keystore_t read;
        mo_secp_key_t key;
        char text[MO_KEYSTORE_TEXT];
        char again[MO_KEYSTORE_TEXT];
        mo_keystore_print(&keystore, id, text);
        assert_non_null(strstr(text, "01020304-0506-4f08-bf0a-0b0c0d0e0f10"));
        assert_false(mo_failed(read_text(text, &read)));
        mo_keystore_print(&read, id, again);
        assert_string_equal(text, again);
        assert_int_equal(mo_keystore_unlock(&read, MO_BYTES(password), &key), MO_KEYSTORE_OK);
        assert_int_equal(key.bytes[31], 5);
    }
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    static const mo_keystore_t none;
    mo_keystore_t keystore = sample(MO_KEYSTORE_SCRYPT);
    mo_keystore_t read;
    char text[MO_KEYSTORE_TEXT];
    mo_keystore_print(&keystore, id, text);
    for (size_t size = 0; size + 1 < strlen(text); size++) {
        assert_true(mo_failed(mo_keystore_read((mo_bytes_t){(const uint8_t *)text, size}, &read)));
        assert_memory_equal(&read, &none, sizeof none);
    }
}

static void a_flipped_bit_is_refused_or_does_not_unlock_another_key(void **state)
{
    (void)state;
    mo_keystore_t keystore = sample(MO_KEYSTORE_PBKDF2);
    mo_keystore_t read;
    mo_secp_key_t key;
    char text[MO_KEYSTORE_TEXT];
    mo_keystore_print(&keystore, id, text);
    for (size_t bit = 0; bit < 8 * strlen(text); bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
        if (!mo_failed(read_text(text, &read)) && read.rounds < 1000 &&
            mo_keystore_unlock(&read, MO_BYTES(password), &key) == MO_KEYSTORE_OK) {
            /* An iv that no address stands beside gives another key: the format leaves it open. */
            assert_true(key.bytes[31] == 5 || mo_address_is_zero(&read.address));
        }
        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
    }
}

static void each_fault_of_the_file_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        const char *to;
        const char *error;
    } cases[] = {
        {"\"version\":3", "\"version\":4", "version: is not 3"},
        {"\"version\":3", "\"version\":\"3\"", "version: is not a number"},
        {"\"crypto\"", "\"krypto\"", "crypto: is missing"},
        {"aes-128-ctr", "aes-128-cbc", "cipher: is another"},
        {"\"iv\":\"01", "\"iv\":\"", "iv: is not a string"},
        {"\"mac\":\"", "\"mac\":\"0x", "mac: is not a string"},
        {"\"dklen\":32", "\"dklen\":64", "dklen: is not 32"},
        {"\"kdf\":\"scrypt\"", "\"kdf\":\"bcrypt\"", "kdf: is another"},
        {"\"n\":16", "\"n\":17", "kdfparams: KeystoreParameters"},
        {"\"n\":16", "\"n\":16777216", "kdfparams: KeystoreCostly"},
        {"\"n\":16", "\"n\":4294967296", "n: is not a number"},
        {"\"n\":16", "\"n\":-16", "n: is not a number"},
        {"\"salt\":\"07", "\"salt\":\"0", "salt: is not hexadecimal"},
        {"\"address\":\"", "\"address\":\"0x0", "address: is not 40"},
        {"\"version\":3", "\"version\":3,\"version\":3", "is not JSON"},
    };
    mo_keystore_t keystore = sample(MO_KEYSTORE_SCRYPT);
    char text[MO_KEYSTORE_TEXT];
    char altered[2 * MO_KEYSTORE_TEXT];
    mo_keystore_print(&keystore, id, text);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *at = strstr(text, cases[i].from);
        mo_keystore_t read;
        assert_non_null(at);
        (void)snprintf(altered, sizeof altered, "%.*s%s%s", (int)(at - text), text, cases[i].to,
                       at + strlen(cases[i].from));
        mo_err_t err = read_text(altered, &read);
        assert_true(mo_failed(err));
        assert_non_null(strstr(err.text, cases[i].error));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_as_it_was),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(a_flipped_bit_is_refused_or_does_not_unlock_another_key),
        cmocka_unit_test(each_fault_of_the_file_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
