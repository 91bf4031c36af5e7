/* Types from text and values from bytes: a type, a zero byte, then an encoding of it. Whatever is accepted is
 * printed, or written, back. */
#include <stdlib.h>
#include <string.h>

#include "eth/abi_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t memory[1 << 16];

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* A canonical spelling is read as itself. */
static void reprint(const mo_abi_type_t *type)
{
    static mo_abi_type_t nodes[MO_ABI_TYPE_NODES_MAX];
    static uint8_t again[1 << 16];
    mo_abi_types_t room = {nodes, MO_ABI_TYPE_NODES_MAX, 0};
    const mo_abi_type_t *other;
    mo_buffer_t first = MO_BUFFER(memory);
    mo_buffer_t second = MO_BUFFER(again);
    require(mo_abi_type_print(type, &first));
    require(mo_abi_type_parse(mo_buffer_view(&first), &room, &other) == MO_ABI_TYPE_OK);
    require(mo_abi_type_print(other, &second));
    require(mo_bytes_equal(mo_buffer_view(&first), mo_buffer_view(&second)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static mo_abi_type_t types[MO_ABI_TYPE_NODES_MAX];
    static mo_abi_value_t values[2048];
    const uint8_t *zero = size > 0 && size < 1 << 14 ? memchr(data, 0, size) : NULL;
    if (zero == NULL) {
        return 0;
    }
    mo_abi_types_t type_room = {types, MO_ABI_TYPE_NODES_MAX, 0};
    mo_abi_values_t value_room = {values, 2048, 0};
    const mo_abi_type_t *type;
    mo_abi_value_t value;
    size_t length = (size_t)(zero - data);
    mo_bytes_t bytes = {zero + 1, size - length - 1};
    if (mo_abi_type_parse((mo_bytes_t){data, length}, &type_room, &type) != MO_ABI_TYPE_OK) {
        return 0;
    }
    reprint(type);
    if (type->kind == MO_ABI_TUPLE && mo_abi_decode(type, bytes, &value_room, &value) == MO_ABI_OK) {
        mo_buffer_t out = MO_BUFFER(memory);
        require(mo_abi_encode(type, &value, &out) == MO_ABI_OK);
        require(mo_bytes_equal(mo_buffer_view(&out), bytes));
        out.size = 0;
        mo_abi_verdict_t verdict = mo_abi_encode_packed(type, &value, &out);
        require(verdict == MO_ABI_OK || verdict == MO_ABI_SIZE);
    }
    return 0;
}
