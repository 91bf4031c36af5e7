#include "bind/revert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hex.h"
#include "base/rng.h"
#include "eth/abi.h"

/* What `hex` prints as. */
static const char *printed(const char *hex)
{
    static char text[MO_BIND_REVERT_TEXT];
    static uint8_t memory[1024];
    mo_buffer_t revert = MO_BUFFER(memory);
    assert_true(mo_hex_decode(hex, MO_HEX_BARE, &revert));
    mo_bind_revert_print(mo_buffer_view(&revert), text);
    return text;
}

#define WORD(digits) "000000000000000000000000000000000000000000000000000000000000" digits

static void a_custom_error_prints_its_name_and_its_named_values(void **state)
{
    (void)state;
    /* ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed) */
    assert_string_equal(printed("e450d38c"
                                "000000000000000000000000fb6916095ca1df60bb79ce92ce3ea74c37c5d359" WORD("03e8")
                                    WORD("03e9")),
                        "ERC20InsufficientBalance(sender 0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359, balance 1000,"
                        " needed 1001)");
}

static void errors_of_solidity_itself_are_known(void **state)
{
    (void)state;
    assert_string_equal(printed("4e487b71" WORD("0011")), "Panic(17)");
    assert_string_equal(printed("08c379a0" WORD("0020") WORD("0003") "61620a0000000000000000000000000000000000000000"
                                                                    "000000000000000000"),
                        "Error(\"ab?\")");
}

static void what_is_not_known_prints_as_hex_and_nothing_as_no_reason(void **state)
{
    (void)state;
    assert_string_equal(printed(""), "no reason given");
    assert_string_equal(printed("00000001"), "0x00000001");
    assert_string_equal(printed("4e48"), "0x4e48");
    static const uint8_t unknown[] = {0, 0, 0, 1};
    assert_null(mo_bind_error_name(MO_BYTES(unknown)));
    assert_null(mo_bind_error_name((mo_bytes_t){0}));
}

static void arguments_that_do_not_decode_are_left_out(void **state)
{
    (void)state;
    assert_string_equal(printed("4e487b71"), "Panic");
    assert_string_equal(printed("4e487b71" WORD("0011") "00"), "Panic");
    assert_string_equal(printed("e450d38c" WORD("0001")), "ERC20InsufficientBalance");
    assert_string_equal(printed("08c379a0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"), "Error");
}

static void every_error_of_the_table_is_found_by_its_selector(void **state)
{
    (void)state;
    assert_true(mo_bind_error_count > 50);
    for (size_t i = 0; i < mo_bind_error_count; i++) {
        const mo_bind_error_t *error = &mo_bind_errors[i];
        assert_string_equal(mo_bind_error_name(MO_BYTES(error->selector)), error->name);
        assert_true(i == 0 || memcmp(mo_bind_errors[i - 1].selector, error->selector, 4) < 0);
    }
}

/* Random bytes behind every selector: the text always ends, and within its bound. */
static void no_revert_prints_more_than_the_bound(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(5);
    for (size_t i = 0; i < 40 * mo_bind_error_count; i++) {
        uint8_t revert[4 + 7 * 32];
        mo_rng_fill(&rng, revert, sizeof revert);
        memcpy(revert, mo_bind_errors[i % mo_bind_error_count].selector, 4);
        if (i % 2 == 0) {
            memset(revert + 4, 0, sizeof revert - 4);
        }
        char text[MO_BIND_REVERT_TEXT + 1];
        memset(text, 'x', sizeof text);
        mo_bind_revert_print((mo_bytes_t){revert, 4 + (size_t)mo_rng_below(&rng, 7 * 32 + 1)}, text);
        assert_non_null(memchr(text, '\0', MO_BIND_REVERT_TEXT));
        assert_int_equal(text[MO_BIND_REVERT_TEXT], 'x');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_custom_error_prints_its_name_and_its_named_values),
        cmocka_unit_test(errors_of_solidity_itself_are_known),
        cmocka_unit_test(what_is_not_known_prints_as_hex_and_nothing_as_no_reason),
        cmocka_unit_test(arguments_that_do_not_decode_are_left_out),
        cmocka_unit_test(every_error_of_the_table_is_found_by_its_selector),
        cmocka_unit_test(no_revert_prints_more_than_the_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
