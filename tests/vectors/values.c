#include "vectors/values.h"

#include <string.h>

#include "base/check.h"
#include "base/hex.h"

static const mo_abi_type_t *parse(mo_case_t *c, mo_bytes_t text)
{
    mo_abi_types_t room = {
        (mo_abi_type_t *)(void *)mo_case_room(c, MO_ABI_TYPE_NODES_MAX * sizeof(mo_abi_type_t)),
        MO_ABI_TYPE_NODES_MAX, 0};
    const mo_abi_type_t *type;
    if (mo_abi_type_parse(text, &room, &type) != MO_ABI_TYPE_OK) {
        c->spoiled = true;
    }
    return type;
}

static void put_text(mo_buffer_t *out, const char *text)
{
    mo_buffer_put(out, (mo_bytes_t){(const uint8_t *)text, strlen(text)});
}

const mo_abi_type_t *mo_values_type(mo_case_t *c, const char *text)
{
    uint8_t memory[4096];
    mo_buffer_t out = MO_BUFFER(memory);
    put_text(&out, "(");
    put_text(&out, text);
    put_text(&out, ")");
    MO_CHECK(!out.overflown);
    return parse(c, mo_buffer_view(&out));
}

const mo_abi_type_t *mo_values_types(mo_case_t *c, const json_t *list)
{
    uint8_t memory[4096];
    mo_buffer_t out = MO_BUFFER(memory);
    for (size_t i = 0; i < json_array_size(list); i++) {
        put_text(&out, i == 0 ? "" : ",");
        put_text(&out, mo_read_text(c, json_array_get(list, i)));
    }
    mo_buffer_put_byte(&out, 0);
    MO_CHECK(!out.overflown);
    return mo_values_type(c, (const char *)memory);
}

/* A numeral, negative when it begins with '-'. */
static mo_u256_t read_number(mo_case_t *c, const json_t *json)
{
    const char *text = json_string_value(json);
    mo_u256_t magnitude;
    if (json_is_boolean(json)) {
        return mo_u256_from_u64(json_is_true(json) ? 1 : 0);
    }
    if (text == NULL || text[0] != '-') {
        return mo_read_u256(c, json);
    }
    json_t *rest = json_string(text + 1);
    magnitude = mo_read_u256(c, rest);
    json_decref(rest);
    return mo_u256_negate(magnitude);
}

/* The bytes of a hexadecimal string; one without 0x stands for its own characters, as in the oldest tests. */
static mo_bytes_t read_bytes(mo_case_t *c, const mo_abi_type_t *type, const json_t *json)
{
    const char *text = json_string_value(json);
    bool spelled = text != NULL && strncmp(text, "0x", 2) == 0;
    return type->kind != MO_ABI_STRING && spelled ? mo_read_bytes(c, json) : mo_read_raw(c, json);
}

static mo_abi_value_t read_inner(mo_case_t *c, const mo_abi_type_t *type, const json_t *json)
{
    size_t count = json_array_size(json);
    mo_abi_value_t *nodes = (mo_abi_value_t *)(void *)mo_case_room(c, (count + 1) * sizeof *nodes);
    const mo_abi_type_t *inner = type->inner;
    for (size_t i = 0; i < count && inner != NULL; i++) {
        nodes[i] = mo_values_read(c, inner, json_array_get(json, i));
        inner = type->kind == MO_ABI_TUPLE ? inner->next : inner;
    }
    return (mo_abi_value_t){.inner = nodes, .count = count};
}

mo_abi_value_t mo_values_read(mo_case_t *c, const mo_abi_type_t *type, const json_t *json)
{
    switch (type->kind) {
    case MO_ABI_UINT:
    case MO_ABI_INT:
    case MO_ABI_ADDRESS:
    case MO_ABI_BOOL:
        return (mo_abi_value_t){.word = read_number(c, json)};
    case MO_ABI_FIXED:
    case MO_ABI_BYTES:
    case MO_ABI_STRING:
        return (mo_abi_value_t){.bytes = read_bytes(c, type, json)};
    case MO_ABI_TUPLE:
    case MO_ABI_ARRAY:
    case MO_ABI_LIST:
        return read_inner(c, type, json);
    }
    return (mo_abi_value_t){.count = 0};
}
