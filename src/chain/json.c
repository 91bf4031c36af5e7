#include "chain/json.h"

#include <string.h>

#include "base/hex.h"

mo_json_t mo_json_object(const json_t *value)
{
    return (mo_json_t){value, json_is_object(value) ? NULL : "(no object)"};
}

bool mo_json_has(const mo_json_t *in, const char *name)
{
    const json_t *member = json_object_get(in->object, name);
    return member != NULL && !json_is_null(member);
}

static void require(mo_json_t *in, bool good, const char *name)
{
    if (in->fault == NULL && !good) {
        in->fault = name;
    }
}

/* NULL once there is a fault, so that every form below refuses it. */
static const json_t *member(const mo_json_t *in, const char *name)
{
    return in->fault == NULL ? json_object_get(in->object, name) : NULL;
}

/* The text of a string without zeros in it, which would hide the rest; NULL else. */
static const char *text_of(const json_t *value)
{
    const char *text = json_string_value(value);
    return text != NULL && strlen(text) == json_string_length(value) ? text : NULL;
}

bool mo_json_is_u64(const json_t *value, uint64_t *out)
{
    *out = 0;
    const char *text = text_of(value);
    return text != NULL && mo_hex_quantity_parse(text, out);
}

bool mo_json_is_u256(const json_t *value, mo_u256_t *out)
{
    *out = MO_U256_ZERO;
    const char *text = text_of(value);
    return text != NULL && mo_u256_parse_quantity(text, out);
}

bool mo_json_is_exact(const json_t *value, uint8_t *out, size_t size)
{
    memset(out, 0, size);
    const char *text = text_of(value);
    return text != NULL && mo_hex_decode_exact(text, MO_HEX_PREFIXED, out, size);
}

bool mo_json_is_bytes(const json_t *value, mo_buffer_t *memory, mo_bytes_t *out)
{
    *out = (mo_bytes_t){0};
    size_t start = memory->size;
    const char *text = text_of(value);
    if (text == NULL || !mo_hex_decode(text, MO_HEX_PREFIXED, memory)) {
        return false;
    }
    *out = (mo_bytes_t){memory->data + start, memory->size - start};
    return true;
}

uint64_t mo_json_u64(mo_json_t *in, const char *name)
{
    uint64_t out;
    require(in, mo_json_is_u64(member(in, name), &out), name);
    return out;
}

mo_u256_t mo_json_u256(mo_json_t *in, const char *name)
{
    mo_u256_t out;
    require(in, mo_json_is_u256(member(in, name), &out), name);
    return out;
}

void mo_json_exact(mo_json_t *in, const char *name, uint8_t *out, size_t size)
{
    require(in, mo_json_is_exact(member(in, name), out, size), name);
}

mo_hash_t mo_json_hash(mo_json_t *in, const char *name)
{
    mo_hash_t out;
    mo_json_exact(in, name, out.bytes, sizeof out.bytes);
    return out;
}

mo_address_t mo_json_address(mo_json_t *in, const char *name)
{
    mo_address_t out;
    mo_json_exact(in, name, out.bytes, sizeof out.bytes);
    return out;
}

mo_bytes_t mo_json_bytes(mo_json_t *in, const char *name, mo_buffer_t *memory)
{
    mo_bytes_t out;
    require(in, mo_json_is_bytes(member(in, name), memory, &out), name);
    return out;
}

const json_t *mo_json_array(mo_json_t *in, const char *name, size_t max)
{
    const json_t *array = member(in, name);
    bool good = json_is_array(array) && json_array_size(array) <= max;
    require(in, good, name);
    return good ? array : NULL;
}
