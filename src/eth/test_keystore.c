#include "eth/keystore.h"

#include "eth/hmac.h"
#include "eth/keccak.h"
#include "eth/test_rows.h"

enum { KDF, N, R, P, SALT, IV, PASSWORD, KEY, ADDRESS, CIPHERTEXT, MAC };

static uint8_t memory[MO_ROWS_LINE_MAX / 2];
static mo_rows_t rows;

static mo_keystore_t keystore_of(const char *const *field)
{
    mo_keystore_t keystore = {.kdf = strcmp(field[KDF], "scrypt") == 0 ? MO_KEYSTORE_SCRYPT
                                                                       : MO_KEYSTORE_PBKDF2};
    keystore.n = (uint32_t)mo_rows_u64(field[N]);
    keystore.rounds = (uint32_t)mo_rows_u64(field[N]);
    keystore.r = (uint32_t)mo_rows_u64(field[R]);
    keystore.p = (uint32_t)mo_rows_u64(field[P]);
    mo_bytes_t salt = mo_rows_bytes(field[SALT], memory);
    memcpy(keystore.salt, salt.data, salt.size);
    keystore.salt_size = salt.size;
    memcpy(keystore.iv, mo_rows_bytes(field[IV], memory).data, sizeof keystore.iv);
    memcpy(keystore.ciphertext, mo_rows_bytes(field[CIPHERTEXT], memory).data, sizeof keystore.ciphertext);
    keystore.ciphertext_size = sizeof keystore.ciphertext;
    keystore.mac = mo_rows_hash(field[MAC]);
    keystore.address = mo_rows_address(field[ADDRESS]);
    return keystore;
}

static mo_bytes_t password_of(const char *const *field)
{
    return mo_rows_absent(field[PASSWORD]) ? (mo_bytes_t){NULL, 0} : mo_rows_bytes(field[PASSWORD], memory);
}

static void keys_are_locked_and_unlocked_as_ethers_does(void **state)
{
    (void)state;
    mo_rows_open(&rows, "keystore");
    while (mo_rows_next(&rows)) {
        mo_keystore_t keystore = keystore_of(rows.field);
        mo_keystore_t made = keystore;
        mo_hash_t expected = mo_rows_hash(rows.field[KEY]);
        mo_secp_key_t key;
        mo_bytes_t password = password_of(rows.field);
        assert_int_equal(mo_keystore_unlock(&keystore, password, &key), MO_KEYSTORE_OK);
        assert_memory_equal(key.bytes, expected.bytes, 32);
        memset(made.ciphertext, 0, sizeof made.ciphertext);
        assert_int_equal(mo_keystore_lock(&key, password, &made), MO_KEYSTORE_OK);
        assert_memory_equal(made.ciphertext, keystore.ciphertext, sizeof made.ciphertext);
        mo_assert_hash(made.mac, keystore.mac);
        assert_true(mo_address_equal(&made.address, &keystore.address));
    }
}

/* The cheapest row. */
static mo_keystore_t cheap(mo_bytes_t *password)
{
    mo_rows_open(&rows, "keystore");
    assert_true(mo_rows_next(&rows));
    (void)fclose(rows.file);
    mo_keystore_t keystore = keystore_of(rows.field);
    *password = password_of(rows.field);
    return keystore;
}

static void no_flipped_bit_of_what_is_locked_unlocks(void **state)
{
    (void)state;
    static const mo_secp_key_t none;
    mo_bytes_t password;
    mo_keystore_t keystore = cheap(&password);
    mo_secp_key_t key;
    uint8_t *const parts[] = {keystore.salt, keystore.ciphertext, keystore.mac.bytes, keystore.iv};
    const size_t bits[] = {8 * keystore.salt_size, 256, 256, 128};
    for (unsigned part = 0; part < 4; part++) {
        for (size_t bit = 0; bit < bits[part]; bit++) {
            parts[part][bit / 8] ^= (uint8_t)(1u << bit % 8);
            mo_keystore_verdict_t verdict = mo_keystore_unlock(&keystore, password, &key);
            /* The mac does not cover the iv; the address does. */
            assert_true(verdict == (part == 3 ? MO_KEYSTORE_ADDRESS : MO_KEYSTORE_PASSWORD));
            assert_memory_equal(&key, &none, sizeof none);
            parts[part][bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
    static const uint8_t other[] = {'x'};
    assert_int_equal(mo_keystore_unlock(&keystore, MO_BYTES(other), &key), MO_KEYSTORE_PASSWORD);
    keystore.address.bytes[3] ^= 1;
    assert_int_equal(mo_keystore_unlock(&keystore, password, &key), MO_KEYSTORE_ADDRESS);
    keystore.address = (mo_address_t){{0}};
    assert_int_equal(mo_keystore_unlock(&keystore, password, &key), MO_KEYSTORE_OK);
}

static void parameters_of_a_stranger_are_bounded(void **state)
{
    (void)state;
    static const struct {
        uint32_t n, r, p, rounds;
        size_t salt;
        mo_keystore_kdf_t kdf;
        mo_keystore_verdict_t verdict;
    } cases[] = {
        {262144, 8, 1, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_OK},
        {262144, 8, 4, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_OK},
        {262144, 8, 5, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_COSTLY},
        {262144, 9, 1, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_COSTLY},
        {524288, 8, 1, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_COSTLY},
        {1u << 31, UINT32_MAX, UINT32_MAX, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_COSTLY},
        {65536, 1, 1, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_PARAMETERS},
        {32768, 1, 1, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_OK},
        {2, 1, UINT32_MAX, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_COSTLY},
        {2, 1, 1, 0, 1, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_OK},
        {1, 1, 1, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_PARAMETERS},
        {0, 8, 1, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_PARAMETERS},
        {262143, 8, 1, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_PARAMETERS},
        {1024, 0, 1, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_PARAMETERS},
        {1024, 8, 0, 0, 32, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_PARAMETERS},
        {1024, 8, 1, 0, 0, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_PARAMETERS},
        {1024, 8, 1, 0, 65, MO_KEYSTORE_SCRYPT, MO_KEYSTORE_PARAMETERS},
        {0, 0, 0, 1, 32, MO_KEYSTORE_PBKDF2, MO_KEYSTORE_OK},
        {0, 0, 0, MO_KEYSTORE_ROUNDS_MAX, 64, MO_KEYSTORE_PBKDF2, MO_KEYSTORE_OK},
        {0, 0, 0, MO_KEYSTORE_ROUNDS_MAX + 1, 32, MO_KEYSTORE_PBKDF2, MO_KEYSTORE_COSTLY},
        {0, 0, 0, 0, 32, MO_KEYSTORE_PBKDF2, MO_KEYSTORE_PARAMETERS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mo_keystore_t keystore = {.kdf = cases[i].kdf,
                                  .n = cases[i].n,
                                  .r = cases[i].r,
                                  .p = cases[i].p,
                                  .rounds = cases[i].rounds,
                                  .salt_size = cases[i].salt};
        mo_keystore_verdict_t verdict = mo_keystore_check(&keystore);
        assert_string_equal(mo_keystore_verdict_name(verdict), mo_keystore_verdict_name(cases[i].verdict));
    }
}

static void what_is_no_key_is_neither_locked_nor_unlocked(void **state)
{
    (void)state;
    static const mo_secp_key_t zero;
    mo_bytes_t password;
    mo_keystore_t keystore = cheap(&password);
    assert_int_equal(mo_keystore_lock(&zero, password, &keystore), MO_KEYSTORE_KEY);
    assert_true(mo_hash_is_zero(&keystore.mac) && mo_address_is_zero(&keystore.address));
    mo_secp_key_t key = {{[31] = 1}};
    keystore.ciphertext_size = 33;
    assert_int_equal(mo_keystore_unlock(&keystore, password, &key), MO_KEYSTORE_PARAMETERS);
    keystore.ciphertext_size = 0;
    assert_int_equal(mo_keystore_unlock(&keystore, password, &key), MO_KEYSTORE_PARAMETERS);
    key = (mo_secp_key_t){{[31] = 1}};
    keystore.n = 3;
    assert_int_equal(mo_keystore_lock(&key, password, &keystore), MO_KEYSTORE_PARAMETERS);
    assert_true(mo_hash_is_zero(&keystore.mac) && mo_address_is_zero(&keystore.address));
}

static void verdicts_are_told_apart_by_name(void **state)
{
    (void)state;
    MO_ASSERT_NAMES(mo_keystore_verdict_name, mo_keystore_verdict_t, MO_KEYSTORE_ADDRESS);
}

static void a_keystore_that_holds_no_key_is_refused_though_its_mac_is_right(void **state)
{
    (void)state;
    static const uint8_t password[] = "a password";
    mo_secp_key_t key = {{[31] = 7}};
    mo_keystore_t keystore = {.kdf = MO_KEYSTORE_PBKDF2, .rounds = 2, .salt = {1}, .salt_size = 32};
    uint8_t derived[32];
    uint8_t covered[16 + 32];
    assert_int_equal(mo_keystore_lock(&key, MO_BYTES(password), &keystore), MO_KEYSTORE_OK);
    for (size_t i = 0; i < sizeof key.bytes; i++) {
        keystore.ciphertext[i] ^= key.bytes[i];
    }
    mo_pbkdf2_sha256(MO_BYTES(password), (mo_bytes_t){keystore.salt, 32}, 2, derived, sizeof derived);
    memcpy(covered, derived + 16, 16);
    memcpy(covered + 16, keystore.ciphertext, 32);
    keystore.mac = mo_keccak256(MO_BYTES(covered));
    assert_int_equal(mo_keystore_unlock(&keystore, MO_BYTES(password), &key), MO_KEYSTORE_KEY);
}

static void scrypt_alone_has_the_same_bounds_and_gives_zeros_beyond_them(void **state)
{
    (void)state;
    static const uint8_t none[16];
    uint8_t bytes[16] = {1};
    mo_buffer_t out = MO_BUFFER(bytes);
    mo_bytes_t empty = {NULL, 0};
    mo_keystore_t costly = {.kdf = MO_KEYSTORE_SCRYPT, .n = 1u << 30, .r = 8, .p = 1};
    assert_int_equal(mo_keystore_scrypt(&costly, empty, empty, &out), MO_KEYSTORE_COSTLY);
    assert_memory_equal(bytes, none, sizeof none);
    mo_keystore_t cheapest = {.kdf = MO_KEYSTORE_SCRYPT, .n = 2, .r = 1, .p = 1};
    assert_int_equal(mo_keystore_scrypt(&cheapest, empty, empty, &out), MO_KEYSTORE_OK);
    assert_int_equal(out.size, sizeof bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_locked_and_unlocked_as_ethers_does),
        cmocka_unit_test(no_flipped_bit_of_what_is_locked_unlocks),
        cmocka_unit_test(parameters_of_a_stranger_are_bounded),
        cmocka_unit_test(what_is_no_key_is_neither_locked_nor_unlocked),
        cmocka_unit_test(verdicts_are_told_apart_by_name),
        cmocka_unit_test(a_keystore_that_holds_no_key_is_refused_though_its_mac_is_right),
        cmocka_unit_test(scrypt_alone_has_the_same_bounds_and_gives_zeros_beyond_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
