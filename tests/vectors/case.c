#include "vectors/case.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/hex.h"

mo_result_t mo_case_fail(mo_case_t *c, const char *why)
{
    (void)snprintf(c->note, sizeof c->note, "%s", why);
    return MO_FAILED;
}

mo_result_t mo_case_not_understood(mo_case_t *c, const char *why)
{
    (void)snprintf(c->note, sizeof c->note, "%s", why);
    return MO_NOT_UNDERSTOOD;
}

mo_result_t mo_case_end(mo_case_t *c)
{
    return c->spoiled ? mo_case_fail(c, "a field is missing or malformed") : MO_PASSED;
}

bool mo_has(const json_t *object, const char *name)
{
    return json_object_get(object, name) != NULL;
}

const json_t *mo_case_member(const mo_case_t *c, const char *name)
{
    return json_object_get(c->value, name);
}

uint8_t *mo_case_room(mo_case_t *c, size_t size)
{
    size_t start = (c->memory.size + 15) / 16 * 16;
    MO_CHECK(start + size <= c->memory.capacity);
    c->memory.size = start + size;
    return c->memory.data + start;
}

const char *mo_read_text(mo_case_t *c, const json_t *value)
{
    if (!json_is_string(value)) {
        c->spoiled = true;
        return "";
    }
    return json_string_value(value);
}

const char *mo_case_text(mo_case_t *c, const char *name)
{
    return mo_read_text(c, mo_case_member(c, name));
}

mo_bytes_t mo_read_raw(mo_case_t *c, const json_t *value)
{
    const char *text = mo_read_text(c, value);
    return (mo_bytes_t){(const uint8_t *)text, json_string_length(value)};
}

static const char *digits_of(const char *text)
{
    return strncmp(text, "0x", 2) == 0 ? text + 2 : text;
}

mo_bytes_t mo_read_bytes(mo_case_t *c, const json_t *value)
{
    const char *digits = digits_of(mo_read_text(c, value));
    size_t size = strlen(digits) / 2;
    mo_buffer_t out = {mo_case_room(c, size), 0, size, false};
    if (!mo_hex_decode(digits, MO_HEX_BARE, &out)) {
        c->spoiled = true;
    }
    return mo_buffer_view(&out);
}

mo_bytes_t mo_case_bytes(mo_case_t *c, const char *name)
{
    return mo_read_bytes(c, mo_case_member(c, name));
}

mo_hash_t mo_read_hash(mo_case_t *c, const json_t *value)
{
    mo_hash_t hash;
    const char *digits = digits_of(mo_read_text(c, value));
    if (!mo_hex_decode_exact(digits, MO_HEX_BARE, hash.bytes, sizeof hash.bytes)) {
        c->spoiled = true;
    }
    return hash;
}

mo_hash_t mo_case_hash(mo_case_t *c, const char *name)
{
    return mo_read_hash(c, mo_case_member(c, name));
}

mo_address_t mo_read_address(mo_case_t *c, const json_t *value)
{
    mo_address_t address;
    const char *digits = digits_of(mo_read_text(c, value));
    if (!mo_hex_decode_exact(digits, MO_HEX_BARE, address.bytes, sizeof address.bytes)) {
        c->spoiled = true;
    }
    return address;
}

mo_address_t mo_case_address(mo_case_t *c, const char *name)
{
    return mo_read_address(c, mo_case_member(c, name));
}

/* 0x and digits, as many as anybody likes, to a QUANTITY. */
static bool parse_hex_number(const char *digits, mo_u256_t *out)
{
    char quantity[MO_U256_QUANTITY_TEXT];
    while (digits[0] == '0' && digits[1] != 0) {
        digits++;
    }
    int length = snprintf(quantity, sizeof quantity, "0x%s", digits[0] == 0 ? "0" : digits);
    return length < (int)sizeof quantity && mo_u256_parse_quantity(quantity, out);
}

mo_u256_t mo_read_u256(mo_case_t *c, const json_t *value)
{
    if (json_is_integer(value) && json_integer_value(value) >= 0) {
        return mo_u256_from_u64((uint64_t)json_integer_value(value));
    }
    const char *text = mo_read_text(c, value);
    mo_u256_t number = MO_U256_ZERO;
    bool good = digits_of(text) != text ? parse_hex_number(digits_of(text), &number)
                                        : mo_u256_parse_decimal(text, &number);
    c->spoiled = c->spoiled || !good;
    return number;
}

mo_u256_t mo_case_u256(mo_case_t *c, const char *name)
{
    return mo_read_u256(c, mo_case_member(c, name));
}

uint64_t mo_read_u64(mo_case_t *c, const json_t *value)
{
    uint64_t number;
    if (!mo_u256_to_u64(mo_read_u256(c, value), &number)) {
        c->spoiled = true;
    }
    return number;
}

uint64_t mo_case_u64(mo_case_t *c, const char *name)
{
    return mo_read_u64(c, mo_case_member(c, name));
}

mo_list_t mo_read_list(mo_case_t *c, const json_t *value)
{
    c->spoiled = c->spoiled || !json_is_array(value);
    mo_list_t list = {.count = json_array_size(value)};
    list.items = (mo_bytes_t *)(void *)mo_case_room(c, list.count * sizeof list.items[0]);
    for (size_t i = 0; i < list.count; i++) {
        list.items[i] = mo_read_bytes(c, json_array_get(value, i));
    }
    return list;
}

mo_list_t mo_case_list(mo_case_t *c, const char *name)
{
    return mo_read_list(c, mo_case_member(c, name));
}

mo_body_room_t mo_case_body_room(mo_case_t *c, size_t count)
{
    return (mo_body_room_t){
        .entries = (mo_trie_entry_t *)(void *)mo_case_room(c, count * sizeof(mo_trie_entry_t)),
        .keys = (uint8_t(*)[MO_BODY_KEY_BYTES])mo_case_room(c, count * MO_BODY_KEY_BYTES),
        .capacity = count,
    };
}
