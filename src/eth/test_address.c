#include "eth/address.h"
#include "eth/test_rows.h"

enum { CREATOR, NONCE, CREATED, SALT, CODE, CREATED2 };

static void assert_prints(mo_address_t address, const char *expected)
{
    char text[MO_ADDRESS_TEXT];
    mo_address_print(&address, text);
    assert_string_equal(text, expected);
}

static void addresses_print_and_parse_with_their_checksum(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "address");
    while (mo_rows_next(&rows)) {
        mo_address_t address;
        assert_int_equal(mo_address_parse(rows.field[CREATOR], &address), MO_ADDRESS_OK);
        assert_prints(address, rows.field[CREATOR]);
    }
}

static void contracts_lie_where_ethers_says(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "address");
    while (mo_rows_next(&rows)) {
        mo_address_t creator = mo_rows_address(rows.field[CREATOR]);
        mo_hash_t salt = mo_rows_hash(rows.field[SALT]);
        mo_hash_t code = mo_rows_hash(rows.field[CODE]);
        assert_prints(mo_address_created(&creator, mo_rows_u64(rows.field[NONCE])), rows.field[CREATED]);
        assert_prints(mo_address_created2(&creator, &salt, &code), rows.field[CREATED2]);
    }
}

static void a_digit_of_the_other_case_is_noticed(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "address");
    while (mo_rows_next(&rows)) {
        for (size_t i = 2; i < 42; i++) {
            char text[MO_ADDRESS_TEXT];
            (void)snprintf(text, sizeof text, "%s", rows.field[CREATOR]);
            bool letter = (text[i] | 0x20) >= 'a';
            text[i] = (char)(letter ? text[i] ^ 0x20 : text[i]);
            mo_address_t address;
            assert_int_equal(mo_address_parse(text, &address), letter ? MO_ADDRESS_CHECKSUM : MO_ADDRESS_OK);
            assert_int_equal(mo_address_is_zero(&address), letter);
        }
    }
}

static void one_case_needs_no_checksum_and_other_forms_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        mo_address_verdict_t verdict;
    } rows[] = {
        {"0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359", MO_ADDRESS_OK},
        {"0xFB6916095CA1DF60BB79CE92CE3EA74C37C5D359", MO_ADDRESS_OK},
        {"0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", MO_ADDRESS_OK},
        {"0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5D359", MO_ADDRESS_CHECKSUM},
        {"0x0000000000000000000000000000000000000001", MO_ADDRESS_OK},
        {"", MO_ADDRESS_FORM},
        {"0x", MO_ADDRESS_FORM},
        {"fb6916095ca1df60bb79ce92ce3ea74c37c5d359", MO_ADDRESS_FORM},
        {"0Xfb6916095ca1df60bb79ce92ce3ea74c37c5d359", MO_ADDRESS_FORM},
        {"0xfb6916095ca1df60bb79ce92ce3ea74c37c5d35", MO_ADDRESS_FORM},
        {"0xfb6916095ca1df60bb79ce92ce3ea74c37c5d3590", MO_ADDRESS_FORM},
        {"0xfb6916095ca1df60bb79ce92ce3ea74c37c5d3g9", MO_ADDRESS_FORM},
        {" 0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359", MO_ADDRESS_FORM},
        {"0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359 ", MO_ADDRESS_FORM},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mo_address_t address;
        assert_string_equal(mo_address_verdict_name(mo_address_parse(rows[i].text, &address)),
                            mo_address_verdict_name(rows[i].verdict));
        assert_int_equal(mo_address_is_zero(&address), rows[i].verdict != MO_ADDRESS_OK);
    }
}

static void no_truncation_is_an_address_and_a_flipped_bit_is_another_or_none(void **state)
{
    (void)state;
    char text[] = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"; /* of EIP-55 */
    mo_address_t whole;
    mo_address_t other;
    assert_int_equal(mo_address_parse(text, &whole), MO_ADDRESS_OK);
    for (size_t bit = 0; bit < 8 * (sizeof text - 1); bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        assert_true(mo_address_parse(text, &other) != MO_ADDRESS_OK || !mo_address_equal(&whole, &other));
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t size = sizeof text - 1; size-- > 0;) {
        text[size] = '\0';
        assert_true(mo_address_parse(text, &other) != MO_ADDRESS_OK && mo_address_is_zero(&other));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_truncation_is_an_address_and_a_flipped_bit_is_another_or_none),
        cmocka_unit_test(addresses_print_and_parse_with_their_checksum),
        cmocka_unit_test(contracts_lie_where_ethers_says),
        cmocka_unit_test(a_digit_of_the_other_case_is_noticed),
        cmocka_unit_test(one_case_needs_no_checksum_and_other_forms_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
