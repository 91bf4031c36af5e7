/* The ABI codec in three forms: {type, value, encoded} of ethers, {types, args, result} of Ethereum's own
 * tests, and {types, values, keccak256} of the packed form. */
#include "eth/keccak.h"
#include "vectors/forms.h"
#include "vectors/values.h"

#define ENCODED_MAX 65536
#define VALUES_MAX  4096

/* Encodes the value, and decodes the expected bytes into one that encodes to them again. */
static mo_result_t judge(mo_case_t *c, const mo_abi_type_t *type, const mo_abi_value_t *value,
                         mo_bytes_t expected)
{
    mo_buffer_t out = {mo_case_room(c, ENCODED_MAX), 0, ENCODED_MAX, false};
    mo_abi_values_t room = {(mo_abi_value_t *)(void *)mo_case_room(c, VALUES_MAX * sizeof(mo_abi_value_t)),
                            VALUES_MAX, 0};
    mo_abi_value_t decoded;
    MO_EXPECT(c, mo_abi_encode(type, value, &out) == MO_ABI_OK);
    MO_EXPECT(c, mo_bytes_equal(mo_buffer_view(&out), expected));
    MO_EXPECT(c, mo_abi_decode(type, expected, &room, &decoded) == MO_ABI_OK);
    out.size = 0;
    MO_EXPECT(c, mo_abi_encode(type, &decoded, &out) == MO_ABI_OK);
    MO_EXPECT(c, mo_bytes_equal(mo_buffer_view(&out), expected));
    return mo_case_end(c);
}

bool mo_fits_abi(const mo_case_t *c)
{
    return json_is_string(mo_case_member(c, "type")) && mo_has(c->value, "value") &&
           mo_has(c->value, "encoded");
}

mo_result_t mo_judge_abi(mo_case_t *c)
{
    const mo_abi_type_t *type = mo_values_type(c, mo_case_text(c, "type"));
    MO_EXPECT(c, type != NULL);
    mo_abi_value_t member = mo_values_read(c, type->inner, mo_case_member(c, "value"));
    mo_abi_value_t value = {.inner = &member, .count = 1};
    return judge(c, type, &value, mo_case_bytes(c, "encoded"));
}

bool mo_fits_abi_test(const mo_case_t *c)
{
    return mo_has(c->value, "types") && mo_has(c->value, "args") && mo_has(c->value, "result");
}

mo_result_t mo_judge_abi_test(mo_case_t *c)
{
    const mo_abi_type_t *type = mo_values_types(c, mo_case_member(c, "types"));
    MO_EXPECT(c, type != NULL);
    mo_abi_value_t value = mo_values_read(c, type, mo_case_member(c, "args"));
    return judge(c, type, &value, mo_case_bytes(c, "result"));
}

bool mo_fits_abi_packed(const mo_case_t *c)
{
    return mo_has(c->value, "types") && mo_has(c->value, "values") && mo_has(c->value, "keccak256");
}

mo_result_t mo_judge_abi_packed(mo_case_t *c)
{
    const mo_abi_type_t *type = mo_values_types(c, mo_case_member(c, "types"));
    MO_EXPECT(c, type != NULL);
    mo_abi_value_t value = mo_values_read(c, type, mo_case_member(c, "values"));
    mo_buffer_t out = {mo_case_room(c, ENCODED_MAX), 0, ENCODED_MAX, false};
    MO_EXPECT(c, mo_abi_encode_packed(type, &value, &out) == MO_ABI_OK);
    mo_hash_t hash = mo_keccak256(mo_buffer_view(&out));
    mo_hash_t expected = mo_case_hash(c, "keccak256");
    MO_EXPECT(c, mo_hash_equal(&hash, &expected));
    return mo_case_end(c);
}
