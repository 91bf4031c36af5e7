#include "base/rng.h"
#include "eth/address.h"
#include "eth/secp.h"
#include "eth/test_rows.h"

enum { KEY, DIGEST, ADDRESS, PUBLIC_KEY, R, VS };

static uint8_t memory[MO_ROWS_LINE_MAX / 2];

static mo_secp_key_t key_of(const char *field)
{
    mo_hash_t word = mo_rows_hash(field);
    mo_secp_key_t key;
    memcpy(key.bytes, word.bytes, sizeof key.bytes);
    return key;
}

static void keys_signatures_and_signers_are_those_of_ethers(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "secp");
    while (mo_rows_next(&rows)) {
        mo_secp_key_t key = key_of(rows.field[KEY]);
        mo_hash_t digest = mo_rows_hash(rows.field[DIGEST]);
        mo_public_key_t public_key;
        assert_true(mo_secp_key_is_valid(&key));
        assert_true(mo_secp_public_key(&key, &public_key));
        mo_assert_bytes(MO_BYTES(public_key.bytes), mo_rows_bytes(rows.field[PUBLIC_KEY], memory));
        assert_true(mo_secp_public_key_is_valid(&public_key));
        mo_public_key_t off_curve = public_key;
        off_curve.bytes[63] ^= 1;
        assert_false(mo_secp_public_key_is_valid(&off_curve));
        mo_address_t address;
        char text[MO_ADDRESS_TEXT];
        assert_true(mo_secp_address(&key, &address));
        mo_address_print(&address, text);
        assert_string_equal(text, rows.field[ADDRESS]);

        mo_signature_t signature;
        assert_true(mo_secp_sign(&key, &digest, &signature));
        mo_assert_hash(signature.r, mo_rows_hash(rows.field[R]));
        mo_assert_hash(signature.vs, mo_rows_hash(rows.field[VS]));
        mo_address_t signer;
        mo_public_key_t recovered;
        assert_int_equal(mo_secp_recover(&signature, &digest, &signer), MO_SECP_OK);
        assert_true(mo_address_equal(&signer, &address));
        assert_int_equal(mo_secp_recover_public_key(&signature, &digest, &recovered), MO_SECP_OK);
        mo_assert_bytes(MO_BYTES(recovered.bytes), MO_BYTES(public_key.bytes));
    }
}

static void no_flipped_bit_leaves_the_signer_as_it_was(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "secp");
    assert_true(mo_rows_next(&rows));
    mo_secp_key_t key = key_of(rows.field[KEY]);
    mo_hash_t digest = mo_rows_hash(rows.field[DIGEST]);
    (void)fclose(rows.file);
    mo_address_t address;
    mo_signature_t signature;
    assert_true(mo_secp_address(&key, &address));
    assert_true(mo_secp_sign(&key, &digest, &signature));
    for (unsigned bit = 0; bit < 768; bit++) {
        mo_signature_t other = signature;
        mo_hash_t message = digest;
        uint8_t *part = bit < 256 ? other.r.bytes : bit < 512 ? other.vs.bytes : message.bytes;
        part[bit % 256 / 8] ^= (uint8_t)(1u << bit % 8);
        mo_address_t signer;
        if (mo_secp_recover(&other, &message, &signer) == MO_SECP_OK) {
            assert_false(mo_address_equal(&signer, &address));
        } else {
            assert_true(mo_address_is_zero(&signer));
        }
    }
}

#define ORDER       "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
#define BELOW_ORDER "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140"
/* The greatest x coordinate below the order. */
#define GREATEST_R "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd036413f"
#define HALF       "0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0"
#define ABOVE_HALF "0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1"
#define ZERO       "0x0000000000000000000000000000000000000000000000000000000000000000"
#define ONE        "0x0000000000000000000000000000000000000000000000000000000000000001"
#define FIVE       "0x0000000000000000000000000000000000000000000000000000000000000005"
#define ALL_ONES   "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static void numbers_out_of_range_are_refused_each_with_its_verdict(void **state)
{
    (void)state;
    static const struct {
        const char *r;
        const char *vs;
        mo_secp_verdict_t verdict;
    } rows[] = {
        {ONE, HALF, MO_SECP_OK},
        {ONE, ONE, MO_SECP_OK},
        {ONE, ABOVE_HALF, MO_SECP_HIGH_S},
        {ZERO, ABOVE_HALF, MO_SECP_HIGH_S},
        {ONE, ALL_ONES, MO_SECP_HIGH_S},
        {ONE, ZERO, MO_SECP_RANGE},
        {ZERO, ONE, MO_SECP_RANGE},
        {ORDER, ONE, MO_SECP_RANGE},
        {ALL_ONES, ONE, MO_SECP_RANGE},
        {FIVE, ONE, MO_SECP_UNRECOVERABLE}, /* 5^3 + 7 is no square */
        {BELOW_ORDER, ONE, MO_SECP_UNRECOVERABLE},
        {GREATEST_R, HALF, MO_SECP_OK},
    };
    mo_hash_t digest = {{1, 2, 3}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mo_signature_t signature = {mo_rows_hash(rows[i].r), mo_rows_hash(rows[i].vs)};
        mo_address_t signer;
        mo_secp_verdict_t verdict = mo_secp_recover(&signature, &digest, &signer);
        assert_string_equal(mo_secp_verdict_name(verdict), mo_secp_verdict_name(rows[i].verdict));
        assert_int_equal(mo_address_is_zero(&signer), verdict != MO_SECP_OK);
    }
}

static void keys_out_of_range_sign_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = {ZERO, ORDER, ALL_ONES};
    static const mo_signature_t none;
    mo_hash_t digest = {{1}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        mo_secp_key_t key = key_of(bad[i]);
        mo_signature_t signature;
        mo_public_key_t public_key;
        mo_address_t address;
        assert_false(mo_secp_key_is_valid(&key));
        assert_false(mo_secp_sign(&key, &digest, &signature));
        assert_memory_equal(&signature, &none, sizeof none);
        assert_false(mo_secp_public_key(&key, &public_key));
        assert_false(mo_secp_address(&key, &address));
        assert_true(mo_address_is_zero(&address));
    }
    mo_secp_key_t last = key_of(BELOW_ORDER);
    assert_true(mo_secp_key_is_valid(&last));
}

static void every_signature_is_low_and_repeatable(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(6);
    mo_hash_t half = mo_rows_hash(HALF);
    for (unsigned i = 0; i < 300; i++) {
        mo_secp_key_t key;
        mo_hash_t digest;
        mo_rng_fill(&rng, key.bytes, sizeof key.bytes);
        mo_rng_fill(&rng, digest.bytes, sizeof digest.bytes);
        mo_signature_t once;
        mo_signature_t again;
        assert_true(mo_secp_sign(&key, &digest, &once));
        assert_true(mo_secp_sign(&key, &digest, &again));
        assert_memory_equal(&once, &again, sizeof once);
        mo_hash_t s = mo_signature_s(&once);
        assert_true(memcmp(s.bytes, half.bytes, sizeof s.bytes) <= 0);
        assert_int_equal(mo_signature_y_parity(&once), once.vs.bytes[0] >> 7);
    }
}

static void verdicts_are_told_apart_by_name(void **state)
{
    (void)state;
    MO_ASSERT_NAMES(mo_secp_verdict_name, mo_secp_verdict_t, MO_SECP_ZERO_SIGNER);
}

static void keys_are_added_modulo_the_order(void **state)
{
    (void)state;
    static const mo_secp_key_t none;
    mo_secp_key_t two = {{[31] = 2}};
    mo_secp_key_t key = key_of(BELOW_ORDER);
    /* order - 1 + 2 = 1 */
    assert_true(mo_secp_key_add(&key, &two));
    mo_secp_key_t one = key_of(ONE);
    assert_memory_equal(&key, &one, sizeof key);
    /* 1 + (order - 1) = 0, which is no key */
    mo_secp_key_t last = key_of(BELOW_ORDER);
    assert_false(mo_secp_key_add(&key, &last));
    assert_memory_equal(&key, &none, sizeof key);
    key = key_of(ONE);
    mo_secp_key_t order = key_of(ORDER);
    assert_false(mo_secp_key_add(&key, &order));
    assert_memory_equal(&key, &none, sizeof key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_signatures_and_signers_are_those_of_ethers),
        cmocka_unit_test(no_flipped_bit_leaves_the_signer_as_it_was),
        cmocka_unit_test(numbers_out_of_range_are_refused_each_with_its_verdict),
        cmocka_unit_test(keys_out_of_range_sign_nothing),
        cmocka_unit_test(every_signature_is_low_and_repeatable),
        cmocka_unit_test(verdicts_are_told_apart_by_name),
        cmocka_unit_test(keys_are_added_modulo_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
