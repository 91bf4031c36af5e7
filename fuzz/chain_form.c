/* JSON-RPC's forms: what reads as a number or as bytes is written back as it came, up to the case of digits; an error object
 * is an error, whatever it holds. */
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "chain/form.h"
#include "chain/json.h"
#include "chain/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void same_text(const json_t *value, json_t *written)
{
    MO_CHECK(strcasecmp(json_string_value(value), json_string_value(written)) == 0);
    json_decref(written);
}

static void try_value(const json_t *value)
{
    static uint8_t memory[4096];
    mo_buffer_t room = MO_BUFFER(memory);
    uint64_t small;
    mo_u256_t wide;
    mo_hash_t hash;
    mo_bytes_t view;
    bool is_small = mo_json_is_u64(value, &small);
    bool is_wide = mo_json_is_u256(value, &wide);
    MO_CHECK(!is_small || is_wide);
    if (is_small) {
        same_text(value, mo_form_u64(small));
    }
    if (is_wide) {
        same_text(value, mo_form_u256(wide));
    }
    bool is_bytes = mo_json_is_bytes(value, &room, &view);
    if (is_bytes) {
        same_text(value, mo_form_bytes(view));
    }
    bool is_hash = mo_json_is_exact(value, hash.bytes, sizeof hash.bytes);
    MO_CHECK(is_hash == (is_bytes && view.size == sizeof hash.bytes));
}

/* Members that blocks and logs have, read from an object that may be anything. */
static void try_object(const json_t *value)
{
    static uint8_t memory[256];
    mo_buffer_t room = MO_BUFFER(memory);
    mo_json_t in = mo_json_object(value);
    uint64_t number = mo_json_u64(&in, "number");
    mo_hash_t hash = mo_json_hash(&in, "hash");
    mo_address_t address = mo_json_address(&in, "address");
    mo_bytes_t data = mo_json_bytes(&in, "data", &room);
    const json_t *list = mo_json_array(&in, "topics", 4);
    if (in.fault == NULL) {
        MO_CHECK(json_is_object(value) && json_array_size(list) <= 4 && data.size <= sizeof memory);
    } else {
        MO_CHECK(list == NULL);
    }
    MO_CHECK(number == 0 || in.object != NULL);
    MO_CHECK(in.object != NULL || (mo_hash_is_zero(&hash) && mo_address_is_zero(&address)));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct mo_rpc rpc;
    json_t *value = json_loadb((const char *)bytes, size, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    if (value == NULL) {
        return 0;
    }
    try_value(value);
    try_object(value);
    MO_CHECK(mo_failed(mo_wire_error(&rpc, value)) && rpc.revert_size <= sizeof rpc.revert);
    json_decref(value);
    return 0;
}
