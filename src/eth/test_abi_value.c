#include "eth/abi_value.h"
#include "eth/keccak.h"
#include "eth/test_rows.h"

enum { TYPE, TREE, ENCODED, PACKED };

#define NODES_MAX 4096

static uint8_t memory[MO_ROWS_LINE_MAX / 2];
static uint8_t written[MO_ROWS_LINE_MAX / 2];
static char shown[MO_ROWS_LINE_MAX];
static mo_rows_t rows;

static mo_bytes_t text_view(const char *text)
{
    return (mo_bytes_t){(const uint8_t *)text, strlen(text)};
}

static mo_abi_type_verdict_t parse(const char *text, const mo_abi_type_t **type)
{
    static mo_abi_type_t nodes[MO_ABI_TYPE_NODES_MAX];
    mo_abi_types_t room = {nodes, MO_ABI_TYPE_NODES_MAX, 0};
    return mo_abi_type_parse(text_view(text), &room, type);
}

static const mo_abi_type_t *type_of(const char *text)
{
    const mo_abi_type_t *type;
    assert_int_equal(parse(text, &type), MO_ABI_TYPE_OK);
    return type;
}

static mo_abi_verdict_t decode(const mo_abi_type_t *type, mo_bytes_t bytes, size_t nodes_max,
                               mo_abi_value_t *out)
{
    static mo_abi_value_t nodes[NODES_MAX];
    mo_abi_values_t room = {nodes, nodes_max, 0};
    return mo_abi_decode(type, bytes, &room, out);
}

/* ---- A value as the text of the vectors ---- */

static void show_hex(mo_bytes_t bytes)
{
    size_t length = strlen(shown);
    mo_hex_encode(bytes, MO_HEX_PREFIXED, shown + length, sizeof shown - length);
}

static void show(const mo_abi_type_t *type, const mo_abi_value_t *value)
{
    if (type->kind < MO_ABI_FIXED) {
        mo_hash_t word = mo_abi_value_word(type, value);
        show_hex(mo_hash_view(&word));
        return;
    }
    if (type->kind < MO_ABI_TUPLE) {
        show_hex(value->bytes);
        return;
    }
    const mo_abi_type_t *inner = type->inner;
    strcat(shown, "[,");
    for (size_t i = 0; i < value->count; i++) {
        show(inner, &value->inner[i]);
        strcat(shown, ",");
        inner = type->kind == MO_ABI_TUPLE ? inner->next : inner;
    }
    strcat(shown, "]");
}

static void values_of_every_type_are_those_of_ethers(void **state)
{
    (void)state;
    unsigned packed = 0;
    mo_rows_open(&rows, "abi-values");
    while (mo_rows_next(&rows)) {
        const mo_abi_type_t *type = type_of(rows.field[TYPE]);
        mo_abi_value_t value;
        mo_bytes_t bytes = mo_rows_bytes(rows.field[ENCODED], memory);
        assert_int_equal(decode(type, bytes, NODES_MAX, &value), MO_ABI_OK);
        shown[0] = 0;
        show(type, &value);
        assert_string_equal(shown, rows.field[TREE]);

        mo_buffer_t out = MO_BUFFER(written);
        assert_int_equal(mo_abi_encode(type, &value, &out), MO_ABI_OK);
        mo_assert_bytes(mo_buffer_view(&out), bytes);
        if (!mo_rows_absent(rows.field[PACKED])) {
            static uint8_t expected[MO_ROWS_LINE_MAX / 2];
            out.size = 0;
            assert_int_equal(mo_abi_encode_packed(type, &value, &out), MO_ABI_OK);
            mo_assert_bytes(mo_buffer_view(&out), mo_rows_bytes(rows.field[PACKED], expected));
            packed++;
        }
    }
    assert_true(packed > 20);
}

static void canonical_types_are_printed_as_they_were_read(void **state)
{
    (void)state;
    mo_rows_open(&rows, "abi-values");
    while (mo_rows_next(&rows)) {
        mo_buffer_t out = MO_BUFFER(written);
        assert_true(mo_abi_type_print(type_of(rows.field[TYPE]), &out));
        mo_assert_bytes(mo_buffer_view(&out), text_view(rows.field[TYPE]));
    }
    mo_buffer_t out = MO_BUFFER(written);
    assert_true(mo_abi_type_print(type_of("(uint,int[2],function)[]"), &out));
    mo_assert_bytes(mo_buffer_view(&out), text_view("(uint256,int256[2],bytes24)[]"));
    mo_buffer_t small = {written, 0, 5, false};
    assert_false(mo_abi_type_print(type_of("(uint)"), &small));
}

static void no_truncation_is_a_value(void **state)
{
    (void)state;
    mo_rows_open(&rows, "abi-values");
    while (mo_rows_next(&rows)) {
        const mo_abi_type_t *type = type_of(rows.field[TYPE]);
        mo_bytes_t bytes = mo_rows_bytes(rows.field[ENCODED], memory);
        mo_abi_value_t value;
        for (size_t size = 0; size < bytes.size; size++) {
            assert_int_not_equal(decode(type, (mo_bytes_t){bytes.data, size}, NODES_MAX, &value), MO_ABI_OK);
            assert_int_equal(value.count, 0);
        }
        memory[bytes.size] = 0;
        assert_int_equal(decode(type, (mo_bytes_t){memory, bytes.size + 1}, NODES_MAX, &value),
                         MO_ABI_LEFTOVER);
    }
}

static void a_flipped_bit_is_another_value_or_a_refusal(void **state)
{
    (void)state;
    mo_rows_open(&rows, "abi-values");
    while (mo_rows_next(&rows)) {
        const mo_abi_type_t *type = type_of(rows.field[TYPE]);
        mo_bytes_t bytes = mo_rows_bytes(rows.field[ENCODED], memory);
        mo_abi_value_t value;
        for (size_t bit = rows.count % 3; bit < 8 * bytes.size; bit += rows.count < 20 ? 1 : 3) {
            memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
            if (decode(type, bytes, NODES_MAX, &value) == MO_ABI_OK) {
                mo_buffer_t out = MO_BUFFER(written);
                assert_int_equal(mo_abi_encode(type, &value, &out), MO_ABI_OK);
                mo_assert_bytes(mo_buffer_view(&out), bytes);
            }
            memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

static void what_does_not_fit_is_neither_read_nor_written(void **state)
{
    (void)state;
    mo_rows_open(&rows, "abi-values");
    while (mo_rows_next(&rows)) {
        const mo_abi_type_t *type = type_of(rows.field[TYPE]);
        mo_bytes_t bytes = mo_rows_bytes(rows.field[ENCODED], memory);
        mo_abi_value_t value;
        assert_int_equal(decode(type, bytes, NODES_MAX, &value), MO_ABI_OK);
        for (size_t capacity = 0; capacity < bytes.size; capacity += 1 + bytes.size / 16) {
            mo_buffer_t out = {written, 0, capacity, false};
            assert_int_equal(mo_abi_encode(type, &value, &out), MO_ABI_ROOM);
            assert_int_equal(out.size, 0);
            assert_false(out.overflown);
        }
        if (type->count > 0) {
            assert_int_equal(decode(type, bytes, type->count - 1, &value), MO_ABI_COUNT);
        }
    }
}

/* ---- Types ---- */

static void each_type_that_is_none_has_its_verdict(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        mo_abi_type_verdict_t verdict;
    } cases[] = {
        {"", MO_ABI_TYPE_NAME},
        {"uint7", MO_ABI_TYPE_NAME},
        {"uint0", MO_ABI_TYPE_NAME},
        {"uint264", MO_ABI_TYPE_NAME},
        {"uint08", MO_ABI_TYPE_NAME},
        {"bytes33", MO_ABI_TYPE_NAME},
        {"bytes0", MO_ABI_TYPE_NAME},
        {"address8", MO_ABI_TYPE_NAME},
        {"Uint8", MO_ABI_TYPE_NAME},
        {"fixed128x18", MO_ABI_TYPE_NAME},
        {"tuple(uint8)", MO_ABI_TYPE_NAME},
        {"(uint8", MO_ABI_TYPE_FORM},
        {"uint8)", MO_ABI_TYPE_FORM},
        {"(uint8,)", MO_ABI_TYPE_NAME},
        {"(,uint8)", MO_ABI_TYPE_NAME},
        {"(uint8, bool)", MO_ABI_TYPE_NAME},
        {"uint8 ", MO_ABI_TYPE_FORM},
        {"uint8[", MO_ABI_TYPE_COUNT},
        {"uint8[2", MO_ABI_TYPE_FORM},
        {"uint8[0]", MO_ABI_TYPE_COUNT},
        {"uint8[02]", MO_ABI_TYPE_COUNT},
        {"uint8[-1]", MO_ABI_TYPE_COUNT},
        {"()[]", MO_ABI_TYPE_COUNT},
        {"(())[3]", MO_ABI_TYPE_COUNT},
        {"uint8[1024]", MO_ABI_TYPE_OK},
        {"uint8[1025]", MO_ABI_TYPE_HEAD},
        {"bytes[1025]", MO_ABI_TYPE_HEAD},
        {"uint8[1000][1000]", MO_ABI_TYPE_HEAD},
        {"(uint8[1024],bool)", MO_ABI_TYPE_HEAD},
        {"uint8[999999]", MO_ABI_TYPE_HEAD},
        {"uint8[9999999]", MO_ABI_TYPE_FORM},
        {"()", MO_ABI_TYPE_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const mo_abi_type_t *type;
        mo_abi_type_verdict_t verdict = parse(cases[i].text, &type);
        assert_string_equal(mo_abi_type_verdict_name(verdict), mo_abi_type_verdict_name(cases[i].verdict));
        assert_int_equal(type == NULL, verdict != MO_ABI_TYPE_OK);
    }
}

/* `levels` of one opening text, a bool, and as many of a closing one. */
static const char *nested(unsigned levels, const char *open, const char *close)
{
    static char text[1024];
    text[0] = 0;
    for (unsigned i = 0; i < levels; i++) {
        strcat(text, open);
    }
    strcat(text, "bool");
    for (unsigned i = 0; i < levels; i++) {
        strcat(text, close);
    }
    return text;
}

static void types_nest_as_deep_as_the_limit_and_no_deeper(void **state)
{
    (void)state;
    const mo_abi_type_t *type;
    static const char *const pairs[][2] = {{"(", ")"}, {"", "[]"}, {"", "[1]"}, {"(", ")[]"}};
    for (unsigned i = 0; i < 4; i++) {
        unsigned per_level = i == 3 ? 2 : 1;
        unsigned fits = (MO_ABI_DEPTH_MAX - 1) / per_level;
        assert_int_equal(parse(nested(fits, pairs[i][0], pairs[i][1]), &type), MO_ABI_TYPE_OK);
        assert_int_equal(parse(nested(fits + 1, pairs[i][0], pairs[i][1]), &type), MO_ABI_TYPE_DEPTH);
    }
    /* The deepest dynamic type goes through the codec. */
    static uint8_t content[64 * MO_ABI_DEPTH_MAX];
    type = type_of(nested((MO_ABI_DEPTH_MAX - 2) / 2, "(", "[])"));
    mo_abi_value_t chain[MO_ABI_DEPTH_MAX] = {{.count = 0}};
    unsigned last = 0;
    for (const mo_abi_type_t *at = type; at->kind != MO_ABI_BOOL; at = at->inner, last++) {
        chain[last] = (mo_abi_value_t){.inner = &chain[last + 1], .count = 1};
    }
    mo_buffer_t out = MO_BUFFER(content);
    mo_abi_value_t value;
    assert_int_equal(mo_abi_encode(type, &chain[0], &out), MO_ABI_OK);
    assert_int_equal(decode(type, mo_buffer_view(&out), NODES_MAX, &value), MO_ABI_OK);
}

static void a_type_of_more_nodes_than_the_room_is_refused(void **state)
{
    (void)state;
    mo_abi_type_t nodes[4];
    const mo_abi_type_t *type;
    mo_abi_types_t room = {nodes, 4, 0};
    assert_int_equal(mo_abi_type_parse(text_view("(uint8,bool[])"), &room, &type), MO_ABI_TYPE_OK);
    for (size_t capacity = 0; capacity < 4; capacity++) {
        room = (mo_abi_types_t){nodes, capacity, 0};
        assert_int_equal(mo_abi_type_parse(text_view("(uint8,bool[])"), &room, &type), MO_ABI_TYPE_ROOM);
    }
}

/* ---- Values ---- */

static mo_u256_t minus(uint64_t value)
{
    return mo_u256_negate(mo_u256_from_u64(value));
}

static void numbers_outside_their_width_are_refused_on_both_ways(void **state)
{
    (void)state;
    const struct {
        const char *type;
        mo_u256_t word;
        bool fits;
    } cases[] = {
        {"(uint8)", mo_u256_from_u64(255), true},
        {"(uint8)", mo_u256_from_u64(256), false},
        {"(uint256)", MO_U256_MAX, true},
        {"(int8)", mo_u256_from_u64(127), true},
        {"(int8)", mo_u256_from_u64(128), false},
        {"(int8)", minus(128), true},
        {"(int8)", minus(129), false},
        {"(int256)", MO_U256_MAX, true},
        {"(int64)", minus(1), true},
        {"(bool)", mo_u256_from_u64(2), false},
        {"(bool)", MO_U256_ONE, true},
        {"(address)", mo_u256_shift_left(MO_U256_ONE, 160), false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const mo_abi_type_t *type = type_of(cases[i].type);
        mo_abi_value_t member = {.word = cases[i].word};
        mo_abi_value_t value = {.inner = &member, .count = 1};
        mo_abi_verdict_t expected = cases[i].fits ? MO_ABI_OK : MO_ABI_WIDE;
        mo_buffer_t out = MO_BUFFER(written);
        uint8_t word[32];
        mo_u256_to_be(cases[i].word, word);
        assert_int_equal(mo_abi_encode(type, &value, &out), expected);
        assert_int_equal(mo_abi_encode_packed(type, &value, &out), expected);
        assert_int_equal(decode(type, MO_BYTES(word), NODES_MAX, &value), expected);
    }
}

static void a_value_of_another_shape_is_not_written(void **state)
{
    (void)state;
    static const uint8_t three[3] = {1, 2, 3};
    mo_abi_value_t leaf = {.bytes = MO_BYTES(three)};
    mo_abi_value_t pair[2] = {{.word = MO_U256_ONE}, {.word = MO_U256_ONE}};
    mo_abi_value_t list = {.inner = pair, .count = 2};
    mo_abi_value_t wide[1] = {list};
    const struct {
        const char *type;
        mo_abi_value_t value;
    } cases[] = {
        {"(bytes2)", {.inner = &leaf, .count = 1}},  {"(bytes4)", {.inner = &leaf, .count = 1}},
        {"(bytes3)", {.inner = &leaf, .count = 0}},  {"(uint8)", {.inner = pair, .count = 2}},
        {"(uint8[3])", {.inner = wide, .count = 1}}, {"((uint8))", {.inner = wide, .count = 1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mo_buffer_t out = MO_BUFFER(written);
        assert_int_equal(mo_abi_encode(type_of(cases[i].type), &cases[i].value, &out), MO_ABI_SIZE);
        assert_int_equal(out.size, 0);
    }
}

static void what_has_no_packed_form_is_not_packed(void **state)
{
    (void)state;
    static const char *const types[] = {"((uint8,uint8))", "(bytes[])", "(string[2])", "(uint8[][])",
                                        "(uint8[][2])"};
    mo_abi_value_t none[2] = {{.count = 0}, {.count = 0}};
    mo_abi_value_t inner = {.inner = none, .count = 2};
    mo_abi_value_t value = {.inner = &inner, .count = 1};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        mo_buffer_t out = MO_BUFFER(written);
        assert_int_equal(mo_abi_encode_packed(type_of(types[i]), &value, &out), MO_ABI_SIZE);
        assert_int_equal(out.size, 0);
    }
    mo_buffer_t small = {written, 0, 63, false};
    assert_int_equal(mo_abi_encode_packed(type_of("(uint8[])"), &value, &small), MO_ABI_ROOM);
    assert_false(small.overflown);
}

static void a_list_that_announces_more_than_it_holds_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[96] = {[31] = 32, [63] = 1, [95] = 7};
    const mo_abi_type_t *type = type_of("(uint8[])");
    mo_abi_value_t value;
    assert_int_equal(decode(type, MO_BYTES(bytes), NODES_MAX, &value), MO_ABI_OK);
    bytes[63] = 2;
    assert_int_equal(decode(type, MO_BYTES(bytes), NODES_MAX, &value), MO_ABI_TRUNCATED);
    bytes[56] = 1;
    assert_int_equal(decode(type, MO_BYTES(bytes), NODES_MAX, &value), MO_ABI_COUNT);
}

static void negation_is_the_twos_complement(void **state)
{
    (void)state;
    assert_true(mo_u256_equal(mo_u256_negate(MO_U256_ZERO), MO_U256_ZERO));
    assert_true(mo_u256_equal(mo_u256_negate(MO_U256_ONE), MO_U256_MAX));
    assert_true(mo_u256_equal(mo_u256_negate(mo_u256_negate(mo_u256_from_u64(77))), mo_u256_from_u64(77)));
}

static void verdicts_of_types_are_told_apart_by_name(void **state)
{
    (void)state;
    MO_ASSERT_NAMES(mo_abi_type_verdict_name, mo_abi_type_verdict_t, MO_ABI_TYPE_ROOM);
}

static void elements_of_arrays_of_arrays_are_packed_one_after_the_other(void **state)
{
    (void)state;
    mo_abi_value_t words[4] = {{.word = MO_U256_ONE}, {.word = MO_U256_ZERO}, {.word = MO_U256_ONE}, {.word = MO_U256_ONE}};
    mo_abi_value_t pairs[2] = {{.inner = words, .count = 2}, {.inner = words + 2, .count = 2}};
    mo_abi_value_t list = {.inner = pairs, .count = 2};
    mo_abi_value_t value = {.inner = &list, .count = 1};
    static const char *const types[] = {"(uint8[2][2])", "(uint8[2][])"};
    static const uint8_t expected[4 * 32] = {[31] = 1, [95] = 1, [127] = 1};
    for (size_t i = 0; i < 2; i++) {
        mo_buffer_t out = MO_BUFFER(written);
        assert_int_equal(mo_abi_encode_packed(type_of(types[i]), &value, &out), MO_ABI_OK);
        mo_assert_bytes(mo_buffer_view(&out), MO_BYTES(expected));
    }
}

static bool is_still(const char *text, mo_bytes_t whole)
{
    const mo_abi_type_t *type;
    mo_buffer_t out = MO_BUFFER(written);
    return parse(text, &type) == MO_ABI_TYPE_OK && mo_abi_type_print(type, &out) &&
           mo_bytes_equal(mo_buffer_view(&out), whole);
}

static void a_cut_type_or_one_with_a_flipped_bit_is_another_type_or_none(void **state)
{
    (void)state;
    static const char whole[] = "(uint256,(bytes32[],string,bool)[3],address,int8)[]";
    char text[sizeof whole];
    memcpy(text, whole, sizeof whole);
    assert_true(is_still(text, text_view(whole)));
    for (size_t bit = 0; bit < 8 * (sizeof whole - 1); bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        assert_false(is_still(text, text_view(whole)));
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t size = sizeof whole - 1; size-- > 0;) {
        text[size] = '\0';
        assert_false(is_still(text, text_view(whole)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_type_or_one_with_a_flipped_bit_is_another_type_or_none),
        cmocka_unit_test(values_of_every_type_are_those_of_ethers),
        cmocka_unit_test(canonical_types_are_printed_as_they_were_read),
        cmocka_unit_test(no_truncation_is_a_value),
        cmocka_unit_test(a_flipped_bit_is_another_value_or_a_refusal),
        cmocka_unit_test(what_does_not_fit_is_neither_read_nor_written),
        cmocka_unit_test(each_type_that_is_none_has_its_verdict),
        cmocka_unit_test(types_nest_as_deep_as_the_limit_and_no_deeper),
        cmocka_unit_test(a_type_of_more_nodes_than_the_room_is_refused),
        cmocka_unit_test(numbers_outside_their_width_are_refused_on_both_ways),
        cmocka_unit_test(a_value_of_another_shape_is_not_written),
        cmocka_unit_test(what_has_no_packed_form_is_not_packed),
        cmocka_unit_test(a_list_that_announces_more_than_it_holds_is_refused),
        cmocka_unit_test(negation_is_the_twos_complement),
        cmocka_unit_test(verdicts_of_types_are_told_apart_by_name),
        cmocka_unit_test(elements_of_arrays_of_arrays_are_packed_one_after_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
