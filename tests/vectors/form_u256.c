/* 256-bit arithmetic: {x, y, m, add, add_overflow, ...} and the EVM's {X, Y, Expected}, listed by the name of the
 * operation. The EVM wraps and takes its operands from the top of the stack, so Y comes first; ours is checked, and
 * where it refuses, the wrapped result must show the overflow. The EVM's shifts, BYTE and SIGNEXTEND take any word for a
 * count; ours take one that means something, and the form says what the others give. */
#include <string.h>

#include "vectors/forms.h"

static mo_u256_t read_word(mo_case_t *c, const char *name)
{
    mo_hash_t word = mo_case_hash(c, name);
    return mo_u256_from_hash(&word);
}

/* ---- {x, y, m, ...} ---- */

bool mo_fits_u256_row(const mo_case_t *c)
{
    return mo_has(c->value, "x") && mo_has(c->value, "y") && mo_has(c->value, "add_overflow");
}

/* A checked result against the wrapped one and its flag. */
static bool agrees(mo_case_t *c, bool fits, mo_u256_t result, const char *names[2])
{
    bool refused = json_is_true(mo_case_member(c, names[1]));
    return fits == !refused && mo_u256_equal(result, refused ? MO_U256_ZERO : read_word(c, names[0]));
}

static bool agrees_mul_div(mo_case_t *c, mo_u256_t x, mo_u256_t y, mo_u256_t m)
{
    mo_u256_t quotient;
    bool fits = mo_u256_mul_div(x, y, m, &quotient);
    const char *text = json_string_value(mo_case_member(c, "muldiv_floor"));
    if (text == NULL || strcmp(text, "overflow") == 0) {
        return !fits;
    }
    return fits && mo_u256_equal(quotient, read_word(c, "muldiv_floor"));
}

mo_result_t mo_judge_u256_row(mo_case_t *c)
{
    mo_u256_t x = read_word(c, "x");
    mo_u256_t y = read_word(c, "y");
    mo_u256_t result;
    mo_u256_t rest;
    MO_EXPECT(c, agrees(c, mo_u256_add(x, y, &result), result, (const char *[2]){"add", "add_overflow"}));
    MO_EXPECT(c, agrees(c, mo_u256_sub(x, y, &result), result, (const char *[2]){"sub", "sub_underflow"}));
    MO_EXPECT(c, agrees(c, mo_u256_mul(x, y, &result), result, (const char *[2]){"mul", "mul_overflow"}));
    MO_EXPECT(c, mo_u256_divmod(x, y, &result, &rest) == !mo_u256_is_zero(y));
    if (!mo_u256_is_zero(y)) {
        MO_EXPECT(c, mo_u256_equal(result, read_word(c, "div")) && mo_u256_equal(rest, read_word(c, "mod")));
    }
    MO_EXPECT(c, agrees_mul_div(c, x, y, read_word(c, "m")));
    char text[MO_U256_DECIMAL_TEXT];
    mo_u256_print_decimal(x, text);
    MO_EXPECT(c, strcmp(text, mo_case_text(c, "dec_x")) == 0);
    MO_EXPECT(c, mo_u256_parse_decimal(text, &result) && mo_u256_equal(result, x));
    return mo_case_end(c);
}

/* ---- {X, Y, Expected} ---- */

bool mo_fits_u256_operation(const mo_case_t *c)
{
    return mo_has(c->value, "X") && mo_has(c->value, "Y") && mo_has(c->value, "Expected") && c->depth == 2;
}

typedef struct {
    mo_u256_t a, b, expected;
} operation_t;

static bool adds(const operation_t *o)
{
    mo_u256_t sum;
    return mo_u256_add(o->a, o->b, &sum) ? mo_u256_equal(sum, o->expected) : mo_u256_less(o->expected, o->a);
}

static bool subtracts(const operation_t *o)
{
    mo_u256_t back;
    if (mo_u256_sub(o->a, o->b, &back)) {
        return mo_u256_equal(back, o->expected);
    }
    return mo_u256_sub(o->b, o->a, &back) && !mo_u256_add(o->expected, back, &back);
}

static bool multiplies(const operation_t *o)
{
    mo_u256_t product;
    mo_u256_t rest;
    if (mo_u256_mul(o->a, o->b, &product)) {
        return mo_u256_equal(product, o->expected);
    }
    return !mo_u256_divmod(o->expected, o->a, &product, &rest) || !mo_u256_equal(product, o->b) ||
           !mo_u256_is_zero(rest);
}

static bool divides(const operation_t *o)
{
    mo_u256_t quotient;
    mo_u256_t rest;
    return mo_u256_divmod(o->a, o->b, &quotient, &rest) == !mo_u256_is_zero(o->b) &&
           mo_u256_equal(quotient, o->expected);
}

static bool leaves(const operation_t *o)
{
    mo_u256_t quotient;
    mo_u256_t rest;
    return mo_u256_divmod(o->a, o->b, &quotient, &rest) == !mo_u256_is_zero(o->b) &&
           mo_u256_equal(rest, o->expected);
}

static bool is_flag(const operation_t *o, bool flag)
{
    return mo_u256_equal(o->expected, flag ? MO_U256_ONE : MO_U256_ZERO);
}

static bool is_less(const operation_t *o)
{
    return is_flag(o, mo_u256_less(o->a, o->b));
}

static bool is_greater(const operation_t *o)
{
    return is_flag(o, mo_u256_compare(o->a, o->b) > 0);
}

static bool is_equal(const operation_t *o)
{
    return is_flag(o, mo_u256_equal(o->a, o->b));
}

static unsigned shift_of(const operation_t *o)
{
    uint64_t bits;
    return mo_u256_to_u64(o->a, &bits) && bits < 256 ? (unsigned)bits : 256;
}

static bool shifts_left(const operation_t *o)
{
    return mo_u256_equal(mo_u256_shift_left(o->b, shift_of(o)), o->expected);
}

static bool shifts_right(const operation_t *o)
{
    return mo_u256_equal(mo_u256_shift_right(o->b, shift_of(o)), o->expected);
}

static bool is_word(const operation_t *o, mo_u256_t result)
{
    return mo_u256_equal(result, o->expected);
}

static bool shifts_signed(const operation_t *o)
{
    return is_word(o, mo_u256_signed_shift_right(o->b, shift_of(o)));
}

static bool raises(const operation_t *o)
{
    return is_word(o, mo_u256_power(o->a, o->b));
}

static bool divides_signed(const operation_t *o)
{
    mo_u256_t quotient;
    mo_u256_t rest;
    return mo_u256_signed_divmod(o->a, o->b, &quotient, &rest) == !mo_u256_is_zero(o->b) && is_word(o, quotient);
}

static bool leaves_signed(const operation_t *o)
{
    mo_u256_t quotient;
    mo_u256_t rest;
    return mo_u256_signed_divmod(o->a, o->b, &quotient, &rest) == !mo_u256_is_zero(o->b) && is_word(o, rest);
}

static bool is_signed_less(const operation_t *o)
{
    return is_flag(o, mo_u256_signed_less(o->a, o->b));
}

static bool is_signed_greater(const operation_t *o)
{
    return is_flag(o, mo_u256_signed_less(o->b, o->a));
}

static bool ands(const operation_t *o)
{
    return is_word(o, mo_u256_and(o->a, o->b));
}

static bool ors(const operation_t *o)
{
    return is_word(o, mo_u256_or(o->a, o->b));
}

static bool xors(const operation_t *o)
{
    return is_word(o, mo_u256_xor(o->a, o->b));
}

/* Byte 0 is the most significant; there is none beyond 31. */
static bool picks_byte(const operation_t *o)
{
    uint8_t bytes[32];
    uint64_t index;
    mo_u256_to_be(o->b, bytes);
    bool inside = mo_u256_to_u64(o->a, &index) && index < sizeof bytes;
    return is_word(o, mo_u256_from_u64(inside ? bytes[index] : 0));
}

/* The EVM names the byte that holds the sign, ours the number of bytes. */
static bool extends_sign(const operation_t *o)
{
    uint64_t last;
    bool inside = mo_u256_to_u64(o->a, &last) && last < 32;
    return is_word(o, mo_u256_sign_extend(o->b, inside ? (unsigned)last + 1 : 32));
}

mo_result_t mo_judge_u256_operation(mo_case_t *c)
{
    static const struct {
        const char *name;
        bool (*holds)(const operation_t *o);
    } operations[] = {
        {"add.", adds},           {"sub.", subtracts},       {"mul.", multiplies},     {"div.", divides},
        {"mod.", leaves},         {"lt.", is_less},          {"gt.", is_greater},      {"eq.", is_equal},
        {"shl.", shifts_left},    {"shr.", shifts_right},    {"sar.", shifts_signed},  {"exp.", raises},
        {"sdiv.", divides_signed}, {"smod.", leaves_signed}, {"slt.", is_signed_less}, {"sgt.", is_signed_greater},
        {"and.", ands},           {"or.", ors},              {"xor.", xors},           {"byte.", picks_byte},
        {"signext.", extends_sign},
    };
    operation_t o = {read_word(c, "Y"), read_word(c, "X"), read_word(c, "Expected")};
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        if (strncmp(c->name, operations[i].name, strlen(operations[i].name)) == 0) {
            MO_EXPECT(c, operations[i].holds(&o));
            return mo_case_end(c);
        }
    }
    return mo_case_not_understood(c, "an operation that the library does not have");
}
