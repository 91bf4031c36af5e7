#include "chain/form.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/hex.h"

static json_t *text(const char *words)
{
    json_t *value = json_string(words);
    MO_CHECK(value != NULL);
    return value;
}

json_t *mo_form_bytes(mo_bytes_t bytes)
{
    size_t capacity = MO_HEX_TEXT(bytes.size);
    char *hex = malloc(capacity);
    MO_CHECK(hex != NULL);
    mo_hex_encode(bytes, MO_HEX_PREFIXED, hex, capacity);
    json_t *value = text(hex);
    free(hex);
    return value;
}

json_t *mo_form_u64(uint64_t value)
{
    char hex[MO_HEX_QUANTITY_TEXT];
    mo_hex_quantity_print(value, hex);
    return text(hex);
}

json_t *mo_form_u256(mo_u256_t value)
{
    char hex[MO_U256_QUANTITY_TEXT];
    mo_u256_print_quantity(value, hex);
    return text(hex);
}

json_t *mo_form_at(mo_rpc_at_t at)
{
    switch (at.tag) {
    case MO_RPC_AT_NUMBER: return mo_form_u64(at.number);
    case MO_RPC_AT_LATEST: return text("latest");
    case MO_RPC_AT_PENDING: return text("pending");
    case MO_RPC_AT_SAFE: return text("safe");
    case MO_RPC_AT_FINALIZED: return text("finalized");
    }
    MO_CHECK(false && "a tag of the enum");
    return NULL;
}

static void set(json_t *object, const char *name, json_t *value)
{
    MO_CHECK(json_object_set_new(object, name, value) == 0);
}

json_t *mo_form_call(const mo_rpc_call_t *call)
{
    json_t *object = json_object();
    if (call->from != NULL) {
        set(object, "from", mo_form_bytes(mo_address_view(call->from)));
    }
    if (call->to != NULL) {
        set(object, "to", mo_form_bytes(mo_address_view(call->to)));
    }
    set(object, "value", mo_form_u256(call->value));
    set(object, "data", mo_form_bytes(call->data));
    return object;
}

json_t *mo_form_list(json_t *a, json_t *b)
{
    json_t *list = json_array();
    MO_CHECK(json_array_append_new(list, a) == 0);
    if (b != NULL) {
        MO_CHECK(json_array_append_new(list, b) == 0);
    }
    return list;
}
