#include "eth/test_rows.h"
#include "json/typed.h"

static uint8_t memory[1 << 18];
static mo_rows_t rows;

/* The example of EIP-712. */
static const char mail[] =
    "{\"types\":{\"EIP712Domain\":[{\"name\":\"name\",\"type\":\"string\"},{\"name\":\"version\",\"type\":"
    "\"string\"},"
    "{\"name\":\"chainId\",\"type\":\"uint256\"},{\"name\":\"verifyingContract\",\"type\":\"address\"}],"
    "\"Person\":[{\"name\":\"name\",\"type\":\"string\"},{\"name\":\"wallet\",\"type\":\"address\"}],"
    "\"Mail\":[{\"name\":\"from\",\"type\":\"Person\"},{\"name\":\"to\",\"type\":\"Person\"},"
    "{\"name\":\"contents\",\"type\":\"string\"}]},\"primaryType\":\"Mail\",\"domain\":{\"name\":\"Ether "
    "Mail\","
    "\"version\":\"1\",\"chainId\":1,\"verifyingContract\":\"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC\"},"
    "\"message\":{\"from\":{\"name\":\"Cow\",\"wallet\":\"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826\"},"
    "\"to\":{\"name\":\"Bob\",\"wallet\":\"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB\"},"
    "\"contents\":\"Hello, Bob!\"}}";

static mo_err_t read_text(const char *text, mo_typed_t *typed, json_t **json)
{
    mo_typed_room_t room = {memory, sizeof memory, 0};
    *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(*json);
    return mo_typed_read(*json, &room, typed);
}

static void the_example_of_the_standard_has_its_digest(void **state)
{
    (void)state;
    static const char encoded_type[] =
        "Mail(Person from,Person to,string contents)Person(string name,address wallet)";
    uint8_t written[256];
    mo_typed_t typed;
    mo_hash_t hash;
    json_t *json;
    mo_buffer_t out = MO_BUFFER(written);
    assert_false(mo_failed(read_text(mail, &typed, &json)));
    assert_int_equal(mo_eip712_encode_type(&typed.types, "Mail", &out), MO_EIP712_OK);
    mo_assert_bytes(mo_buffer_view(&out), (mo_bytes_t){(const uint8_t *)encoded_type, strlen(encoded_type)});
    assert_int_equal(mo_eip712_struct_hash(&typed.types, "Mail", &typed.message, &hash), MO_EIP712_OK);
    mo_assert_hash(hash, mo_rows_hash("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e"));
    assert_false(mo_failed(mo_typed_digest(&typed, &hash)));
    mo_assert_hash(hash, mo_rows_hash("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"));
    json_decref(json);
}

static void typed_data_has_the_digest_that_ethers_gives_it(void **state)
{
    (void)state;
    mo_rows_open(&rows, "typed");
    while (mo_rows_next(&rows)) {
        mo_typed_t typed;
        mo_hash_t hash;
        json_t *json;
        assert_false(mo_failed(read_text(rows.field[0], &typed, &json)));
        assert_int_equal(mo_eip712_struct_hash(&typed.types, "EIP712Domain", &typed.domain, &hash),
                         MO_EIP712_OK);
        mo_assert_hash(hash, mo_rows_hash(rows.field[1]));
        assert_false(mo_failed(mo_typed_digest(&typed, &hash)));
        mo_assert_hash(hash, mo_rows_hash(rows.field[2]));
        json_decref(json);
    }
}

/* The example with `from` replaced by `to`. */
static const char *altered(const char *from, const char *to)
{
    static char text[2 * sizeof mail];
    const char *at = strstr(mail, from);
    assert_non_null(at);
    (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - mail), mail, to, at + strlen(from));
    return text;
}

static void each_fault_of_the_json_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        const char *to;
        const char *error;
    } cases[] = {
        {"\"primaryType\":\"Mail\"", "\"primaryType\":7", "primaryType: is not a string"},
        {"\"primaryType\":\"Mail\"", "\"primaryType\":\"Letter\"", "Letter: is not among the types"},
        {"\"EIP712Domain\"", "\"Domain\"", "EIP712Domain: is not among the types"},
        {"\"type\":\"Person\"", "\"type\":\"Human\"", "types: TypedType"},
        {"\"type\":\"Person\"", "\"type\":\"Person[x]\"", "types: TypedType"},
        {"{\"name\":\"wallet\"", "{\"name\":\"name\"", "types: TypedTwice"},
        {"\"Person\":[", "\"uint8\":[", "types: TypedName"},
        {"\"chainId\":1", "\"chainId\":\"one\"", "chainId: is not a number"},
        {"\"chainId\":1", "\"chain\":1", "chainId: is not a number"},
        {"0xCD2a3d9F", "0xcD2a3d9F", "wallet: is not an address"},
        {"\"contents\":\"Hello, Bob!\"", "\"contents\":null", "contents: is not a string"},
        {"{\"name\":\"Cow\",", "{", "name: is not a string"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mo_typed_t typed;
        json_t *json;
        mo_err_t err = read_text(altered(cases[i].from, cases[i].to), &typed, &json);
        assert_true(mo_failed(err));
        assert_non_null(strstr(err.text, cases[i].error));
        assert_null(typed.primary);
        json_decref(json);
    }
}

static void a_number_outside_its_type_has_no_digest(void **state)
{
    (void)state;
    mo_typed_t typed;
    mo_hash_t hash;
    json_t *json;
    const char *text = altered("\"chainId\":1", "\"chainId\":-1");
    assert_true(mo_failed(read_text(text, &typed, &json)));
    json_decref(json);
    text =
        altered("{\"name\":\"chainId\",\"type\":\"uint256\"}", "{\"name\":\"chainId\",\"type\":\"uint8\"}");
    assert_false(mo_failed(read_text(text, &typed, &json)));
    typed.domain = (mo_abi_value_t){.inner = typed.domain.inner, .count = 3};
    assert_true(mo_failed(mo_typed_digest(&typed, &hash)));
    assert_true(mo_hash_is_zero(&hash));
    json_decref(json);
}

static void a_struct_may_be_absent(void **state)
{
    (void)state;
    mo_typed_t typed;
    mo_hash_t whole;
    mo_hash_t without;
    json_t *json;
    assert_false(mo_failed(read_text(mail, &typed, &json)));
    assert_false(mo_failed(mo_typed_digest(&typed, &whole)));
    json_decref(json);
    const char *bob = "{\"name\":\"Bob\",\"wallet\":\"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB\"}";
    assert_false(mo_failed(read_text(altered(bob, "null"), &typed, &json)));
    assert_null(typed.message.inner[1].inner);
    assert_false(mo_failed(mo_typed_digest(&typed, &without)));
    assert_false(mo_hash_equal(&whole, &without));
    json_decref(json);
}

static void what_does_not_fit_the_room_is_refused(void **state)
{
    (void)state;
    json_t *json = json_loads(mail, 0, NULL);
    mo_typed_room_t whole = {memory, sizeof memory, 0};
    mo_typed_t typed;
    assert_false(mo_failed(mo_typed_read(json, &whole, &typed)));
    for (size_t capacity = 0; capacity + 16 < whole.used; capacity += 16) {
        mo_typed_room_t room = {memory, capacity, 0};
        assert_true(mo_failed(mo_typed_read(json, &room, &typed)));
    }
    json_decref(json);
}

static void every_truncation_of_the_text_is_refused(void **state)
{
    (void)state;
    for (size_t size = 0; size < strlen(mail); size++) {
        assert_null(json_loadb(mail, size, 0, NULL));
    }
    mo_typed_t typed;
    mo_typed_room_t room = {memory, sizeof memory, 0};
    json_t *json = json_loads("[]", 0, NULL);
    assert_true(mo_failed(mo_typed_read(json, &room, &typed)));
    assert_true(mo_failed(mo_typed_read(NULL, &room, &typed)));
    json_decref(json);
}

/* Only the case of a digit in hexadecimal may turn and change nothing. */
static void a_flipped_bit_is_refused_or_gives_another_digest(void **state)
{
    (void)state;
    char text[sizeof mail];
    memcpy(text, mail, sizeof mail);
    mo_hash_t whole;
    mo_typed_t typed;
    json_t *first;
    assert_false(mo_failed(read_text(mail, &typed, &first)) || mo_failed(mo_typed_digest(&typed, &whole)));
    json_decref(first);
    for (size_t bit = 0; bit < 8 * (sizeof mail - 1); bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        json_t *json = json_loadb(text, sizeof mail - 1, JSON_REJECT_DUPLICATES, NULL);
        mo_typed_room_t room = {memory, sizeof memory, 0};
        mo_hash_t digest;
        bool same = json != NULL && !mo_failed(mo_typed_read(json, &room, &typed)) &&
                    !mo_failed(mo_typed_digest(&typed, &digest)) && mo_hash_equal(&whole, &digest);
        json_decref(json);
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        if (same && (bit % 8 != 5 || strchr("abcdefABCDEF", text[bit / 8]) == NULL)) {
            fail_msg("bit %zu changes nothing", bit);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flipped_bit_is_refused_or_gives_another_digest),
        cmocka_unit_test(the_example_of_the_standard_has_its_digest),
        cmocka_unit_test(typed_data_has_the_digest_that_ethers_gives_it),
        cmocka_unit_test(each_fault_of_the_json_is_named),
        cmocka_unit_test(a_number_outside_its_type_has_no_digest),
        cmocka_unit_test(a_struct_may_be_absent),
        cmocka_unit_test(what_does_not_fit_the_room_is_refused),
        cmocka_unit_test(every_truncation_of_the_text_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
