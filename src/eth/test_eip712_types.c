#include "eth/eip712_types.h"

#include "eth/keccak.h"
#include "eth/test_rows.h"

static uint8_t written[2048];

static mo_bytes_t text_view(const char *text)
{
    return (mo_bytes_t){(const uint8_t *)text, strlen(text)};
}

/* ---- The example of EIP-712 ---- */

static const mo_eip712_member_t person[] = {{"name", "string"}, {"wallet", "address"}};
static const mo_eip712_member_t mail[] = {{"from", "Person"}, {"to", "Person"}, {"contents", "string"}};
static const mo_eip712_definition_t example[] = {{"Mail", mail, 3}, {"Person", person, 2}};
static const mo_eip712_types_t types = {example, 2};

#define MAIL_TYPE "Mail(Person from,Person to,string contents)Person(string name,address wallet)"

static mo_abi_value_t address_value(const char *hex)
{
    uint8_t bytes[20];
    mo_u256_t word;
    assert_true(mo_hex_decode_exact(hex, MO_HEX_PREFIXED, bytes, sizeof bytes));
    assert_true(mo_u256_from_bytes(MO_BYTES(bytes), &word));
    return (mo_abi_value_t){.word = word};
}

/* Mail from Cow to Bob; all of it lies here. */
static mo_abi_value_t mail_value(void)
{
    static mo_abi_value_t cow[2];
    static mo_abi_value_t bob[2];
    static mo_abi_value_t members[3];
    cow[0] = (mo_abi_value_t){.bytes = text_view("Cow")};
    cow[1] = address_value("0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826");
    bob[0] = (mo_abi_value_t){.bytes = text_view("Bob")};
    bob[1] = address_value("0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
    members[0] = (mo_abi_value_t){.inner = cow, .count = 2};
    members[1] = (mo_abi_value_t){.inner = bob, .count = 2};
    members[2] = (mo_abi_value_t){.bytes = text_view("Hello, Bob!")};
    return (mo_abi_value_t){.inner = members, .count = 3};
}

static void the_example_of_the_standard_has_its_type_and_hash(void **state)
{
    (void)state;
    mo_abi_value_t value = mail_value();
    mo_buffer_t out = MO_BUFFER(written);
    mo_hash_t hash;
    assert_int_equal(mo_eip712_types_check(&types), MO_EIP712_OK);
    assert_int_equal(mo_eip712_encode_type(&types, "Mail", &out), MO_EIP712_OK);
    mo_assert_bytes(mo_buffer_view(&out), text_view(MAIL_TYPE));
    assert_int_equal(mo_eip712_struct_hash(&types, "Mail", &value, &hash), MO_EIP712_OK);
    mo_assert_hash(hash, mo_rows_hash("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e"));
    out.size = 0;
    assert_int_equal(mo_eip712_encode_struct(&types, "Mail", &value, &out), MO_EIP712_OK);
    assert_int_equal(out.size, 4 * 32);
    mo_assert_hash(mo_keccak256(mo_buffer_view(&out)), hash);
}

static void what_does_not_fit_is_refused_and_leaves_the_buffer_as_it_was(void **state)
{
    (void)state;
    mo_abi_value_t value = mail_value();
    for (size_t capacity = 0; capacity < 4 * 32; capacity++) {
        mo_buffer_t small = {written, 0, capacity, false};
        mo_eip712_verdict_t fits = capacity < strlen(MAIL_TYPE) ? MO_EIP712_ROOM : MO_EIP712_OK;
        assert_int_equal(mo_eip712_encode_type(&types, "Mail", &small), fits);
        assert_true(fits == MO_EIP712_OK || (small.size == 0 && !small.overflown));
        small = (mo_buffer_t){written, 0, capacity, false};
        assert_int_equal(mo_eip712_encode_struct(&types, "Mail", &value, &small), MO_EIP712_ROOM);
        assert_true(small.size == 0 && !small.overflown);
    }
}

static void a_struct_that_is_not_defined_has_no_hash(void **state)
{
    (void)state;
    mo_abi_value_t value = mail_value();
    mo_buffer_t out = MO_BUFFER(written);
    mo_hash_t hash;
    assert_null(mo_eip712_definition(&types, "Letter"));
    assert_int_equal(mo_eip712_encode_type(&types, "Letter", &out), MO_EIP712_TYPE);
    assert_int_equal(mo_eip712_struct_hash(&types, "Letter", &value, &hash), MO_EIP712_TYPE);
    assert_int_equal(mo_eip712_encode_struct(&types, "Letter", &value, &out), MO_EIP712_TYPE);
    assert_true(mo_hash_is_zero(&hash) && out.size == 0);
}

/* ---- Tables ---- */

static void each_fault_of_a_table_has_its_verdict(void **state)
{
    (void)state;
    static const struct {
        const char *struct_name;
        mo_eip712_member_t members[2];
        mo_eip712_verdict_t verdict;
    } rows[] = {
        {"A", {{"a", "uint256"}, {"b", "A[]"}}, MO_EIP712_OK},
        {"$_9z", {{"Z", "bytes32[2][]"}, {"_", "function"}}, MO_EIP712_OK},
        {"", {{"a", "bool"}, {"b", "bool"}}, MO_EIP712_NAME},
        {"9A", {{"a", "bool"}, {"b", "bool"}}, MO_EIP712_NAME},
        {"A B", {{"a", "bool"}, {"b", "bool"}}, MO_EIP712_NAME},
        {"uint8", {{"a", "bool"}, {"b", "bool"}}, MO_EIP712_NAME},
        {"A", {{"a", "bool"}, {"", "bool"}}, MO_EIP712_NAME},
        {"A", {{"a", "bool"}, {"1", "bool"}}, MO_EIP712_NAME},
        {"A", {{"a", "bool"}, {"b-", "bool"}}, MO_EIP712_NAME},
        {"A", {{"a", "bool"}, {"a", "bytes"}}, MO_EIP712_TWICE},
        {"A", {{"a", "bool"}, {"b", "B"}}, MO_EIP712_TYPE},
        {"A", {{"a", "bool"}, {"b", ""}}, MO_EIP712_TYPE},
        {"A", {{"a", "bool"}, {"b", "uint7"}}, MO_EIP712_TYPE},
        {"A", {{"a", "bool"}, {"b", "(bool)"}}, MO_EIP712_TYPE},
        {"A", {{"a", "bool"}, {"b", "A["}}, MO_EIP712_TYPE},
        {"A", {{"a", "bool"}, {"b", "A[]x"}}, MO_EIP712_TYPE},
        {"A", {{"a", "bool"}, {"b", "A[-1]"}}, MO_EIP712_TYPE},
        {"A", {{"a", "bool"}, {"b", "A[][x]"}}, MO_EIP712_TYPE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mo_eip712_definition_t definition = {rows[i].struct_name, rows[i].members, 2};
        mo_eip712_types_t table = {&definition, 1};
        mo_buffer_t out = MO_BUFFER(written);
        mo_eip712_verdict_t verdict = mo_eip712_types_check(&table);
        assert_string_equal(mo_eip712_verdict_name(verdict), mo_eip712_verdict_name(rows[i].verdict));
        assert_int_equal(mo_eip712_encode_type(&table, rows[i].struct_name, &out), rows[i].verdict);
    }
    mo_eip712_definition_t twice[] = {{"A", person, 2}, {"B", person, 2}, {"A", person, 2}};
    assert_int_equal(mo_eip712_types_check(&(mo_eip712_types_t){twice, 3}), MO_EIP712_TWICE);
    assert_int_equal(mo_eip712_types_check(&(mo_eip712_types_t){twice, 2}), MO_EIP712_OK);
}

static void a_member_of_more_brackets_than_a_type_may_have_is_refused(void **state)
{
    (void)state;
    static char brackets[600] = "A";
    mo_eip712_member_t member = {"a", brackets};
    mo_eip712_definition_t definition = {"A", &member, 1};
    mo_eip712_types_t table = {&definition, 1};
    strcat(brackets, "[][]");
    assert_int_equal(mo_eip712_types_check(&table), MO_EIP712_OK);
    while (strlen(brackets) < 500) {
        strcat(brackets, "[]");
    }
    assert_int_equal(mo_eip712_types_check(&table), MO_EIP712_TYPE);
}

static void a_table_holds_64_definitions_and_each_is_referred_to(void **state)
{
    (void)state;
    static char names[MO_EIP712_DEFINITIONS_MAX + 1][4];
    static mo_eip712_member_t members[MO_EIP712_DEFINITIONS_MAX + 1];
    static mo_eip712_definition_t definitions[MO_EIP712_DEFINITIONS_MAX + 1];
    for (unsigned i = 0; i <= MO_EIP712_DEFINITIONS_MAX; i++) {
        (void)snprintf(names[i], sizeof names[i], "S%02u", i);
    }
    for (unsigned i = 0; i <= MO_EIP712_DEFINITIONS_MAX; i++) {
        members[i] = (mo_eip712_member_t){"next", names[(i + 1) % MO_EIP712_DEFINITIONS_MAX]};
        definitions[i] = (mo_eip712_definition_t){names[i], &members[i], 1};
    }
    mo_eip712_types_t table = {definitions, MO_EIP712_DEFINITIONS_MAX};
    mo_buffer_t out = MO_BUFFER(written);
    assert_int_equal(mo_eip712_encode_type(&table, "S63", &out), MO_EIP712_OK);
    /* Each once: itself, then the others in the order of their names. */
    assert_int_equal(out.size, MO_EIP712_DEFINITIONS_MAX * strlen("S00(S01 next)"));
    mo_assert_bytes((mo_bytes_t){written, 39}, text_view("S63(S00 next)S00(S01 next)S01(S02 next)"));
    table.count++;
    assert_int_equal(mo_eip712_types_check(&table), MO_EIP712_COUNT);
    assert_int_equal(mo_eip712_encode_type(&table, "S63", &out), MO_EIP712_COUNT);
}

/* ---- Values ---- */

static void a_value_that_is_not_of_its_type_is_refused(void **state)
{
    (void)state;
    static mo_abi_value_t twelve[12];
    for (unsigned i = 0; i < 12; i++) {
        twelve[i].word = mo_u256_from_u64(i);
    }
    const struct {
        const char *type;
        mo_abi_value_t value;
        mo_eip712_verdict_t verdict;
    } rows[] = {
        {"uint8", {.word = mo_u256_from_u64(255)}, MO_EIP712_OK},
        {"uint8", {.word = mo_u256_from_u64(256)}, MO_EIP712_VALUE},
        {"bytes3", {.bytes = text_view("abc")}, MO_EIP712_OK},
        {"bytes3", {.bytes = text_view("abcd")}, MO_EIP712_VALUE},
        {"uint8[12]", {.inner = twelve, .count = 12}, MO_EIP712_OK},
        {"uint8[12]", {.inner = twelve, .count = 11}, MO_EIP712_VALUE},
        {"uint8[]", {.inner = twelve, .count = 11}, MO_EIP712_OK},
        {"bool[]", {.inner = twelve, .count = 2}, MO_EIP712_OK},
        {"bool[]", {.inner = twelve, .count = 3}, MO_EIP712_VALUE},
        {"B", {.inner = twelve, .count = 1}, MO_EIP712_OK},
        {"B", {.inner = twelve, .count = 2}, MO_EIP712_VALUE},
    };
    static const mo_eip712_member_t b[] = {{"x", "uint256"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mo_eip712_member_t a[] = {{"first", rows[i].type}, {"second", "bool"}};
        mo_eip712_definition_t definitions[] = {{"A", a, 2}, {"B", b, 1}};
        mo_eip712_types_t table = {definitions, 2};
        mo_abi_value_t members[] = {rows[i].value, {.word = MO_U256_ONE}};
        mo_abi_value_t value = {.inner = members, .count = 2};
        mo_hash_t hash;
        mo_buffer_t out = MO_BUFFER(written);
        assert_int_equal(mo_eip712_struct_hash(&table, "A", &value, &hash), rows[i].verdict);
        assert_int_equal(mo_hash_is_zero(&hash), rows[i].verdict != MO_EIP712_OK);
        assert_int_equal(mo_eip712_encode_struct(&table, "A", &value, &out), rows[i].verdict);
        assert_int_equal(out.size, rows[i].verdict == MO_EIP712_OK ? 96 : 0);
    }
}

static void an_absent_struct_is_a_zero_word_and_depth_has_its_limit(void **state)
{
    (void)state;
    static const mo_eip712_member_t next[] = {{"next", "Node"}};
    static const mo_eip712_definition_t node[] = {{"Node", next, 1}};
    const mo_eip712_types_t table = {node, 1};
    static const uint8_t zero[32];
    mo_abi_value_t chain[MO_EIP712_DEPTH_MAX + 2] = {{.count = 0}};
    mo_hash_t type = mo_keccak256(text_view("Node(Node next)"));
    mo_hash_t hash;
    mo_hash_t expected;
    for (unsigned depth = 1; depth <= MO_EIP712_DEPTH_MAX + 1; depth++) {
        chain[depth] = (mo_abi_value_t){.inner = &chain[depth - 1], .count = 1};
        mo_eip712_verdict_t verdict = mo_eip712_struct_hash(&table, "Node", &chain[depth], &hash);
        assert_int_equal(verdict, depth <= MO_EIP712_DEPTH_MAX ? MO_EIP712_OK : MO_EIP712_DEPTH);
        mo_hash_t inner = depth == 1 ? (mo_hash_t){{0}} : expected;
        assert_true(depth > 1 || memcmp(inner.bytes, zero, sizeof zero) == 0);
        expected = mo_keccak256_pair(&type, &inner);
        if (verdict == MO_EIP712_OK) {
            mo_assert_hash(hash, expected);
        } else {
            assert_true(mo_hash_is_zero(&hash));
        }
    }
}

static void verdicts_are_told_apart_by_name(void **state)
{
    (void)state;
    MO_ASSERT_NAMES(mo_eip712_verdict_name, mo_eip712_verdict_t, MO_EIP712_ROOM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_standard_has_its_type_and_hash),
        cmocka_unit_test(what_does_not_fit_is_refused_and_leaves_the_buffer_as_it_was),
        cmocka_unit_test(a_struct_that_is_not_defined_has_no_hash),
        cmocka_unit_test(each_fault_of_a_table_has_its_verdict),
        cmocka_unit_test(a_member_of_more_brackets_than_a_type_may_have_is_refused),
        cmocka_unit_test(a_table_holds_64_definitions_and_each_is_referred_to),
        cmocka_unit_test(a_value_that_is_not_of_its_type_is_refused),
        cmocka_unit_test(an_absent_struct_is_a_zero_word_and_depth_has_its_limit),
        cmocka_unit_test(verdicts_are_told_apart_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
