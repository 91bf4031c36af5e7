#include "base/rng.h"
#include "eth/test_rows.h"
#include "eth/u256.h"

enum { A, B, C, S, ADD, SUB, MUL, DIV, MOD, MUL_DIV, LEFT, RIGHT, DECIMAL, QUANTITY };

/* The result a row expects: a value, or none and then zero. */
static void assert_result(bool ok, mo_u256_t actual, const char *field)
{
    assert_int_equal(ok, !mo_rows_absent(field));
    mo_u256_t expected = ok ? mo_rows_u256(field) : MO_U256_ZERO;
    assert_true(mo_u256_equal(actual, expected));
}

static void arithmetic_is_that_of_big_integers_and_refuses_what_leaves_the_range(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "u256");
    while (mo_rows_next(&rows)) {
        mo_u256_t a = mo_rows_u256(rows.field[A]);
        mo_u256_t b = mo_rows_u256(rows.field[B]);
        mo_u256_t out;
        mo_u256_t rest;
        bool ok = mo_u256_add(a, b, &out);
        assert_result(ok, out, rows.field[ADD]);
        ok = mo_u256_sub(a, b, &out);
        assert_result(ok, out, rows.field[SUB]);
        ok = mo_u256_mul(a, b, &out);
        assert_result(ok, out, rows.field[MUL]);
        ok = mo_u256_divmod(a, b, &out, &rest);
        assert_result(ok, out, rows.field[DIV]);
        assert_result(ok, rest, rows.field[MOD]);
        ok = mo_u256_mul_div(a, b, mo_rows_u256(rows.field[C]), &out);
        assert_result(ok, out, rows.field[MUL_DIV]);
    }
}

static void shifts_and_texts_are_those_of_big_integers(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "u256");
    while (mo_rows_next(&rows)) {
        mo_u256_t a = mo_rows_u256(rows.field[A]);
        unsigned bits = (unsigned)mo_rows_u64(rows.field[S]);
        assert_result(true, mo_u256_shift_left(a, bits), rows.field[LEFT]);
        assert_result(true, mo_u256_shift_right(a, bits), rows.field[RIGHT]);
        char decimal[MO_U256_DECIMAL_TEXT];
        char quantity[MO_U256_QUANTITY_TEXT];
        mo_u256_print_decimal(a, decimal);
        mo_u256_print_quantity(a, quantity);
        assert_string_equal(decimal, rows.field[DECIMAL]);
        assert_string_equal(quantity, rows.field[QUANTITY]);
        mo_u256_t back;
        assert_true(mo_u256_parse_decimal(decimal, &back));
        assert_true(mo_u256_equal(back, a));
        assert_true(mo_u256_parse_quantity(quantity, &back));
        assert_true(mo_u256_equal(back, a));
    }
}

static void order_is_that_of_the_words(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "u256");
    while (mo_rows_next(&rows)) {
        mo_u256_t a = mo_rows_u256(rows.field[A]);
        mo_u256_t b = mo_rows_u256(rows.field[B]);
        int expected = strcmp(rows.field[A], rows.field[B]);
        assert_int_equal(mo_u256_less(a, b), expected < 0);
        assert_int_equal(mo_u256_equal(a, b), expected == 0);
        assert_int_equal(mo_u256_compare(a, b) > 0, expected > 0);
    }
}

static void a_division_can_be_undone(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(5);
    for (unsigned i = 0; i < 100000; i++) {
        mo_u256_t a;
        mo_u256_t b;
        mo_rng_fill(&rng, (uint8_t *)&a, sizeof a);
        mo_rng_fill(&rng, (uint8_t *)&b, sizeof b);
        a = mo_u256_shift_right(a, (unsigned)mo_rng_below(&rng, 256));
        b = mo_u256_shift_right(b, (unsigned)mo_rng_below(&rng, 256));
        /* Runs of ones and zeros are where an estimated digit is too large. */
        a.limb[mo_rng_below(&rng, 4)] |= mo_rng_below(&rng, 2) * UINT64_MAX;
        b.limb[mo_rng_below(&rng, 4)] &= ~(mo_rng_below(&rng, 2) * UINT64_MAX);
        mo_u256_t quotient;
        mo_u256_t rest;
        assert_int_equal(mo_u256_divmod(a, b, &quotient, &rest), !mo_u256_is_zero(b));
        if (mo_u256_is_zero(b)) {
            continue;
        }
        assert_true(mo_u256_less(rest, b));
        mo_u256_t back;
        assert_true(mo_u256_mul(quotient, b, &back));
        assert_true(mo_u256_add(back, rest, &back));
        assert_true(mo_u256_equal(back, a));
        assert_true(mo_u256_mul_div(a, b, b, &back));
        assert_true(mo_u256_equal(back, a));
    }
}

static void sizes_are_those_of_the_minimal_form(void **state)
{
    (void)state;
    assert_int_equal(mo_u256_bits(MO_U256_ZERO), 0);
    assert_int_equal(mo_u256_size(MO_U256_ZERO), 0);
    for (unsigned i = 0; i < 256; i++) {
        mo_u256_t a = mo_u256_shift_left(MO_U256_ONE, i);
        assert_int_equal(mo_u256_bits(a), i + 1);
        assert_int_equal(mo_u256_size(a), i / 8 + 1);
    }
}

static void narrow_values_come_back_and_wide_ones_do_not(void **state)
{
    (void)state;
    uint64_t out = 1;
    assert_true(mo_u256_to_u64(mo_u256_from_u64(UINT64_MAX), &out));
    assert_true(out == UINT64_MAX);
    for (unsigned i = 64; i < 256; i++) {
        out = 1;
        assert_false(mo_u256_to_u64(mo_u256_shift_left(MO_U256_ONE, i), &out));
        assert_true(out == 0);
    }
    static const uint8_t bytes[33] = {[31] = 7, [32] = 9};
    mo_u256_t wide;
    assert_true(mo_u256_from_bytes((mo_bytes_t){bytes, 32}, &wide));
    assert_true(mo_u256_equal(wide, mo_u256_from_u64(7)));
    assert_false(mo_u256_from_bytes((mo_bytes_t){bytes, 33}, &wide));
    assert_true(mo_u256_is_zero(wide));
}

static void other_numerals_are_refused(void **state)
{
    (void)state;
    static const char *const decimals[] = {
        "",
        "00",
        "01",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1a",
        "0x1",
        "115792089237316195423570985008687907853269984665640564039457584007913129639936",
        "1000000000000000000000000000000000000000000000000000000000000000000000000000000"};
    static const char *const quantities[] = {
        "",     "0",    "0x",   "1",
        "x1",   "1x0",  "0X1",  "0x00", "0x01",
        "0x 1", "0x1g", "0x-1", "0x10000000000000000000000000000000000000000000000000000000000000000"};
    mo_u256_t out = MO_U256_ONE;
    for (size_t i = 0; i < sizeof decimals / sizeof decimals[0]; i++) {
        assert_false(mo_u256_parse_decimal(decimals[i], &out));
        assert_true(mo_u256_is_zero(out));
    }
    for (size_t i = 0; i < sizeof quantities / sizeof quantities[0]; i++) {
        out = MO_U256_ONE;
        assert_false(mo_u256_parse_quantity(quantities[i], &out));
        assert_true(mo_u256_is_zero(out));
    }
}

enum { S_A, S_B, S_C, S_S, WRAPPED, POWER, ADD_MOD, MUL_MOD, LESS, S_DIV, S_MOD, S_RIGHT, EXTENDED, AND, OR, XOR, NOT };

static void wrapping_and_modular_results_are_those_of_big_integers(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "u256-signed");
    while (mo_rows_next(&rows)) {
        mo_u256_t a = mo_rows_u256(rows.field[S_A]);
        mo_u256_t b = mo_rows_u256(rows.field[S_B]);
        mo_u256_t c = mo_rows_u256(rows.field[S_C]);
        mo_u256_t out;
        assert_result(true, mo_u256_wrapping_mul(a, b), rows.field[WRAPPED]);
        assert_result(true, mo_u256_power(a, b), rows.field[POWER]);
        bool ok = mo_u256_add_mod(a, b, c, &out);
        assert_result(ok, out, rows.field[ADD_MOD]);
        ok = mo_u256_mul_mod(a, b, c, &out);
        assert_result(ok, out, rows.field[MUL_MOD]);
        assert_result(true, mo_u256_and(a, b), rows.field[AND]);
        assert_result(true, mo_u256_or(a, b), rows.field[OR]);
        assert_result(true, mo_u256_xor(a, b), rows.field[XOR]);
        assert_result(true, mo_u256_not(a), rows.field[NOT]);
    }
}

static void signed_results_are_those_of_big_integers(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "u256-signed");
    while (mo_rows_next(&rows)) {
        mo_u256_t a = mo_rows_u256(rows.field[S_A]);
        mo_u256_t b = mo_rows_u256(rows.field[S_B]);
        unsigned bits = (unsigned)mo_rows_u64(rows.field[S_S]);
        mo_u256_t out;
        mo_u256_t rest;
        assert_int_equal(mo_u256_signed_less(a, b), mo_rows_u64(rows.field[LESS]));
        bool ok = mo_u256_signed_divmod(a, b, &out, &rest);
        assert_result(ok, out, rows.field[S_DIV]);
        assert_result(ok, rest, rows.field[S_MOD]);
        assert_result(true, mo_u256_signed_shift_right(a, bits), rows.field[S_RIGHT]);
        assert_result(true, mo_u256_sign_extend(a, bits % 40 + 1), rows.field[EXTENDED]);
    }
}

/* Quantities and decimal numerals. */
static void a_cut_numeral_or_one_with_a_flipped_bit_is_another_number_or_none(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool (*parse)(const char *text, mo_u256_t *out);
    } rows[] = {{"0x1f00Ab", mo_u256_parse_quantity}, {"9007199254740993", mo_u256_parse_decimal}};
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        char text[32];
        mo_u256_t whole;
        mo_u256_t other;
        size_t size = strlen(rows[row].text);
        memcpy(text, rows[row].text, size + 1);
        assert_true(rows[row].parse(text, &whole));
        for (size_t bit = 0; bit < 8 * size; bit++) {
            bool turns_case = bit % 8 == 5 && bit / 8 > 1 && (text[bit / 8] & 0x40) != 0;
            text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
            assert_int_equal(rows[row].parse(text, &other) && mo_u256_equal(whole, other), turns_case);
            text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        }
        while (size-- > 0) {
            text[size] = '\0';
            assert_true(!rows[row].parse(text, &other) || !mo_u256_equal(whole, other));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_numeral_or_one_with_a_flipped_bit_is_another_number_or_none),
        cmocka_unit_test(arithmetic_is_that_of_big_integers_and_refuses_what_leaves_the_range),
        cmocka_unit_test(shifts_and_texts_are_those_of_big_integers),
        cmocka_unit_test(order_is_that_of_the_words),
        cmocka_unit_test(a_division_can_be_undone),
        cmocka_unit_test(sizes_are_those_of_the_minimal_form),
        cmocka_unit_test(narrow_values_come_back_and_wide_ones_do_not),
        cmocka_unit_test(other_numerals_are_refused),
        cmocka_unit_test(wrapping_and_modular_results_are_those_of_big_integers),
        cmocka_unit_test(signed_results_are_those_of_big_integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
