/* 256-bit integers: each operation undone by its opposite; texts printed and parsed back. */
#include <stdlib.h>
#include <string.h>

#include "eth/u256.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_division(mo_u256_t a, mo_u256_t b)
{
    mo_u256_t quotient;
    mo_u256_t rest;
    mo_u256_t back;
    if (!mo_u256_divmod(a, b, &quotient, &rest)) {
        require(mo_u256_is_zero(b));
        return;
    }
    require(mo_u256_less(rest, b));
    require(mo_u256_mul(quotient, b, &back) && mo_u256_add(back, rest, &back) && mo_u256_equal(back, a));
}

static void check_mul_div(mo_u256_t a, mo_u256_t b, mo_u256_t c)
{
    mo_u256_t quotient;
    mo_u256_t product;
    mo_u256_t expected;
    mo_u256_t rest;
    bool narrow = mo_u256_mul(a, b, &product);
    if (narrow && !mo_u256_is_zero(c)) {
        require(mo_u256_divmod(product, c, &expected, &rest));
        require(mo_u256_mul_div(a, b, c, &quotient) && mo_u256_equal(quotient, expected));
    } else if (!mo_u256_mul_div(a, b, c, &quotient)) {
        require(mo_u256_is_zero(quotient));
    }
    if (!mo_u256_is_zero(b)) {
        require(mo_u256_mul_div(a, b, b, &quotient) && mo_u256_equal(quotient, a));
    }
}

static void check_texts(mo_u256_t a)
{
    char decimal[MO_U256_DECIMAL_TEXT];
    char quantity[MO_U256_QUANTITY_TEXT];
    mo_u256_t back;
    mo_u256_print_decimal(a, decimal);
    mo_u256_print_quantity(a, quantity);
    require(mo_u256_parse_decimal(decimal, &back) && mo_u256_equal(back, a));
    require(mo_u256_parse_quantity(quantity, &back) && mo_u256_equal(back, a));
}

static void check_any_text(const uint8_t *data, size_t size)
{
    char text[100] = {0};
    char again[MO_U256_DECIMAL_TEXT];
    memcpy(text, data, size < sizeof text - 1 ? size : sizeof text - 1);
    mo_u256_t value;
    if (mo_u256_parse_decimal(text, &value)) {
        mo_u256_print_decimal(value, again);
        require(strcmp(again, text) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_any_text(data, size);
    if (size < 96) {
        return 0;
    }
    mo_u256_t a = mo_u256_from_be(data);
    mo_u256_t b = mo_u256_from_be(data + 32);
    mo_u256_t c = mo_u256_from_be(data + 64);
    mo_u256_t out;
    if (mo_u256_add(a, b, &out)) {
        require(mo_u256_sub(out, b, &out) && mo_u256_equal(out, a));
    } else {
        require(!mo_u256_sub(a, b, &out) || mo_u256_add(out, b, &out));
    }
    check_division(a, b);
    check_mul_div(a, b, c);
    check_texts(a);
    return 0;
}
