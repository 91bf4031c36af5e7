#include "json/typed.h"

#include <string.h>

#include "base/check.h"
#include "base/hex.h"
#include "eth/address.h"

#define DOMAIN "EIP712Domain"

/* Typed data being read; the first error stays. */
typedef struct {
    const mo_eip712_types_t *types;
    mo_typed_room_t *room;
    unsigned depth;
    mo_err_t err;
} reader_t;

static void refuse(reader_t *reader, const char *what, const char *name)
{
    if (!mo_failed(reader->err)) {
        reader->err = mo_err(MO_ERR_PERMANENT, "typed data: %s: %s", name, what);
    }
}

/* `size` bytes, aligned for anything; NULL, and a refusal, when the room is full. */
static void *claim(reader_t *reader, size_t size)
{
    mo_typed_room_t *room = reader->room;
    uintptr_t at = (uintptr_t)(room->memory + room->used);
    size_t gap = (16 - at % 16) % 16;
    if (gap + size > room->capacity - room->used) {
        refuse(reader, "more than the room for it", "all");
        return NULL;
    }
    void *memory = room->memory + room->used + gap;
    room->used += gap + size;
    memset(memory, 0, size);
    return memory;
}

/* ---- Types ---- */

static const char *text_member(reader_t *reader, const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (text == NULL) {
        refuse(reader, "is not a string", name);
        return "";
    }
    return text;
}

static void read_definition(reader_t *reader, const json_t *members, mo_eip712_definition_t *out)
{
    size_t count = json_array_size(members);
    mo_eip712_member_t *table = claim(reader, (count + 1) * sizeof *table);
    if (!json_is_array(members)) {
        refuse(reader, "is not a list of members", out->name);
    }
    for (size_t i = 0; table != NULL && i < count; i++) {
        const json_t *member = json_array_get(members, i);
        table[i] =
            (mo_eip712_member_t){text_member(reader, member, "name"), text_member(reader, member, "type")};
    }
    out->members = table;
    out->member_count = table != NULL ? count : 0;
}

static mo_eip712_types_t read_types(reader_t *reader, const json_t *json)
{
    size_t count = json_object_size(json);
    mo_eip712_definition_t *table = claim(reader, (count + 1) * sizeof *table);
    size_t i = 0;
    void *at = json_object_iter((json_t *)(uintptr_t)json);
    if (!json_is_object(json)) {
        refuse(reader, "is not an object", "types");
    }
    for (; table != NULL && at != NULL; at = json_object_iter_next((json_t *)(uintptr_t)json, at)) {
        table[i].name = json_object_iter_key(at);
        read_definition(reader, json_object_iter_value(at), &table[i]);
        i++;
    }
    return (mo_eip712_types_t){table, table != NULL ? count : 0};
}

/* ---- Values ---- */

static bool parse_magnitude(const char *text, mo_u256_t *out)
{
    if (strncmp(text, "0x", 2) != 0) {
        return mo_u256_parse_decimal(text, out);
    }
    char padded[MO_HEX_TEXT(32)];
    size_t length = strlen(text + 2);
    mo_hash_t word = {{0}};
    memset(padded, '0', sizeof padded);
    if (length == 0 || length > 64) {
        return false;
    }
    memcpy(padded + 64 - length, text + 2, length + 1);
    bool good = mo_hex_decode_exact(padded, MO_HEX_BARE, word.bytes, sizeof word.bytes);
    *out = mo_u256_from_hash(&word);
    return good;
}

static mo_u256_t read_number(reader_t *reader, bool is_signed, const json_t *json, const char *name)
{
    char text[32];
    const char *numeral = json_string_value(json);
    mo_u256_t value = MO_U256_ZERO;
    if (json_is_integer(json)) {
        (void)snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
        numeral = text;
    }
    bool negative = numeral != NULL && numeral[0] == '-';
    if (numeral == NULL || !parse_magnitude(numeral + (negative ? 1 : 0), &value)) {
        refuse(reader, "is not a number of at most 256 bits", name);
    }
    if (negative &&
        (!is_signed || (mo_u256_bits(value) == 256 && !mo_u256_equal(value, mo_u256_negate(value))))) {
        refuse(reader, "is below every value of its type", name);
    }
    return negative ? mo_u256_negate(value) : value;
}

static mo_u256_t read_address(reader_t *reader, const json_t *json, const char *name)
{
    const char *text = json_string_value(json);
    mo_address_t address = {{0}};
    mo_u256_t value = MO_U256_ZERO;
    if (text == NULL || mo_address_parse(text, &address) != MO_ADDRESS_OK) {
        refuse(reader, "is not an address", name);
    }
    MO_CHECK(mo_u256_from_bytes(mo_address_view(&address), &value));
    return value;
}

static mo_bytes_t read_hex(reader_t *reader, const json_t *json, const char *name)
{
    const char *text = json_string_value(json);
    size_t size = text != NULL ? strlen(text) / 2 : 0;
    mo_buffer_t out = {claim(reader, size + 1), 0, size, false};
    if (text == NULL || out.data == NULL || !mo_hex_decode(text, MO_HEX_PREFIXED, &out)) {
        refuse(reader, "is not hexadecimal digits after 0x", name);
    }
    return mo_buffer_view(&out);
}

static mo_abi_value_t read_elementary(reader_t *reader, const char *type, const json_t *json,
                                      const char *name)
{
    if (strcmp(type, "address") == 0) {
        return (mo_abi_value_t){.word = read_address(reader, json, name)};
    }
    if (strcmp(type, "bool") == 0) {
        if (!json_is_boolean(json)) {
            refuse(reader, "is neither true nor false", name);
        }
        return (mo_abi_value_t){.word = mo_u256_from_u64(json_is_true(json) ? 1 : 0)};
    }
    if (strcmp(type, "string") == 0) {
        if (!json_is_string(json)) {
            refuse(reader, "is not a string", name);
            return (mo_abi_value_t){.count = 0};
        }
        return (mo_abi_value_t){
            .bytes = {(const uint8_t *)json_string_value(json), json_string_length(json)}};
    }
    if (strncmp(type, "bytes", 5) == 0 || strcmp(type, "function") == 0) {
        return (mo_abi_value_t){.bytes = read_hex(reader, json, name)};
    }
    return (mo_abi_value_t){.word = read_number(reader, type[0] == 'i', json, name)};
}

static mo_abi_value_t read_value(reader_t *reader, const char *type, const json_t *json, const char *name);

static mo_abi_value_t read_struct(reader_t *reader, const mo_eip712_definition_t *definition,
                                  const json_t *json, const char *name)
{
    mo_abi_value_t *nodes = claim(reader, (definition->member_count + 1) * sizeof *nodes);
    if (!json_is_object(json)) {
        refuse(reader, "is not an object", name);
    }
    for (size_t i = 0; i < definition->member_count && !mo_failed(reader->err); i++) {
        const mo_eip712_member_t *member = &definition->members[i];
        nodes[i] = read_value(reader, member->type, json_object_get(json, member->name), member->name);
    }
    return (mo_abi_value_t){.inner = nodes, .count = definition->member_count};
}

/* `type` without its last pair of brackets, as a text of its own. */
static const char *element_type(reader_t *reader, const char *type)
{
    size_t length = (size_t)(strrchr(type, '[') - type);
    char *text = claim(reader, length + 1);
    if (text == NULL) {
        return "";
    }
    memcpy(text, type, length);
    return text;
}

static mo_abi_value_t read_array(reader_t *reader, const char *type, const json_t *json, const char *name)
{
    size_t count = json_array_size(json);
    mo_abi_value_t *nodes = claim(reader, (count + 1) * sizeof *nodes);
    const char *element = element_type(reader, type);
    if (!json_is_array(json)) {
        refuse(reader, "is not a list", name);
    }
    for (size_t i = 0; i < count && !mo_failed(reader->err); i++) {
        nodes[i] = read_value(reader, element, json_array_get(json, i), name);
    }
    return (mo_abi_value_t){.inner = nodes, .count = count};
}

static mo_abi_value_t read_value(reader_t *reader, const char *type, const json_t *json, const char *name)
{
    const mo_eip712_definition_t *definition = mo_eip712_definition(reader->types, type);
    mo_abi_value_t value = {.count = 0};
    if (reader->depth == MO_EIP712_DEPTH_MAX) {
        refuse(reader, "is nested too deep", name);
        return value;
    }
    reader->depth++;
    if (strchr(type, '[') != NULL) {
        value = read_array(reader, type, json, name);
    } else if (definition == NULL) {
        value = read_elementary(reader, type, json, name);
    } else if (json != NULL && !json_is_null(json)) {
        value = read_struct(reader, definition, json, name);
    }
    reader->depth--;
    return value;
}

/* ---- The whole ---- */

static void read_parts(reader_t *reader, const mo_typed_parts_t *parts, mo_typed_t *out)
{
    out->types = read_types(reader, parts->types);
    out->primary = json_string_value(parts->primary);
    if (out->primary == NULL) {
        refuse(reader, "is not a string", "primaryType");
    }
    if (mo_failed(reader->err)) {
        return;
    }
    mo_eip712_verdict_t verdict = mo_eip712_types_check(&out->types);
    const mo_eip712_definition_t *domain = mo_eip712_definition(&out->types, DOMAIN);
    const mo_eip712_definition_t *primary = mo_eip712_definition(&out->types, out->primary);
    if (verdict != MO_EIP712_OK) {
        refuse(reader, mo_eip712_verdict_name(verdict), "types");
    } else if (domain == NULL || primary == NULL) {
        refuse(reader, "is not among the types", domain == NULL ? DOMAIN : out->primary);
    } else {
        out->domain = read_struct(reader, domain, parts->domain, "domain");
        out->message = read_struct(reader, primary, parts->message, "message");
    }
}

mo_err_t mo_typed_read_parts(const mo_typed_parts_t *parts, mo_typed_room_t *room, mo_typed_t *out)
{
    *out = (mo_typed_t){.primary = NULL};
    reader_t reader = {&out->types, room, 0, MO_SUCCESS};
    read_parts(&reader, parts, out);
    if (mo_failed(reader.err)) {
        *out = (mo_typed_t){.primary = NULL};
    }
    return reader.err;
}

mo_err_t mo_typed_read(const json_t *json, mo_typed_room_t *room, mo_typed_t *out)
{
    const mo_typed_parts_t parts = {
        .types = json_object_get(json, "types"),
        .primary = json_object_get(json, "primaryType"),
        .domain = json_object_get(json, "domain"),
        .message = json_object_get(json, "message"),
    };
    return mo_typed_read_parts(&parts, room, out);
}

mo_err_t mo_typed_digest(const mo_typed_t *typed, mo_hash_t *digest)
{
    mo_hash_t domain;
    mo_hash_t message;
    *digest = (mo_hash_t){{0}};
    mo_eip712_verdict_t verdict = mo_eip712_struct_hash(&typed->types, DOMAIN, &typed->domain, &domain);
    if (verdict == MO_EIP712_OK) {
        verdict = mo_eip712_struct_hash(&typed->types, typed->primary, &typed->message, &message);
    }
    if (verdict != MO_EIP712_OK) {
        return mo_err(MO_ERR_PERMANENT, "typed data: %s", mo_eip712_verdict_name(verdict));
    }
    *digest = mo_eip712_digest(&domain, &message);
    return MO_SUCCESS;
}
