/* ABI: the first byte picks a signature; whatever is accepted is written back byte for byte. */
#include <stdlib.h>

#include "eth/abi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define COUNT_MAX 64

static uint8_t memory[1 << 16];

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* (bytes32, bytes[]): written while it is read, which is allowed as both go in the same order. */
static mo_abi_verdict_t report(mo_bytes_t bytes, mo_buffer_t *buffer)
{
    mo_abi_reader_t in = mo_abi_reader(bytes, 2);
    mo_abi_writer_t out = mo_abi_writer(buffer, 2);
    mo_hash_t first = mo_abi_read_hash(&in);
    mo_abi_put_hash(&out, &first);
    size_t count = mo_abi_enter_array(&in, 1, COUNT_MAX);
    mo_abi_open_array(&out, count, 1);
    for (size_t i = 0; i < count; i++) {
        mo_abi_put_bytes(&out, mo_abi_read_bytes(&in));
    }
    mo_abi_leave(&in);
    mo_abi_close(&out);
    require(mo_abi_written(&out));
    return mo_abi_finish(&in);
}

/* ((uint64,(address,uint96,bool)[],bytes4), uint8) */
static mo_abi_verdict_t kernel(mo_bytes_t bytes, mo_buffer_t *buffer)
{
    uint8_t tag[4];
    mo_abi_reader_t in = mo_abi_reader(bytes, 2);
    mo_abi_writer_t out = mo_abi_writer(buffer, 2);
    mo_abi_enter(&in, 3);
    mo_abi_open(&out, 3);
    mo_abi_put_u64(&out, mo_abi_read_u64(&in));
    size_t count = mo_abi_enter_array(&in, 3, COUNT_MAX);
    mo_abi_open_array(&out, count, 3);
    for (size_t i = 0; i < count; i++) {
        mo_address_t validator = mo_abi_read_address(&in);
        mo_abi_put_address(&out, &validator);
        mo_abi_put_u256(&out, mo_abi_read_wide(&in, 96));
        mo_abi_put_bool(&out, mo_abi_read_bool(&in));
    }
    mo_abi_leave(&in);
    mo_abi_close(&out);
    mo_abi_read_fixed(&in, tag, sizeof tag);
    mo_abi_put_fixed(&out, MO_BYTES(tag));
    mo_abi_leave(&in);
    mo_abi_close(&out);
    mo_abi_put_u64(&out, mo_abi_read_uint(&in, 8));
    require(mo_abi_written(&out));
    return mo_abi_finish(&in);
}

/* ((bytes,uint256[])[]) */
static mo_abi_verdict_t nested(mo_bytes_t bytes, mo_buffer_t *buffer)
{
    mo_abi_reader_t in = mo_abi_reader(bytes, 1);
    mo_abi_writer_t out = mo_abi_writer(buffer, 1);
    size_t count = mo_abi_enter_array(&in, 1, COUNT_MAX);
    mo_abi_open_array(&out, count, 1);
    for (size_t i = 0; i < count; i++) {
        mo_abi_enter(&in, 2);
        mo_abi_open(&out, 2);
        mo_abi_put_bytes(&out, mo_abi_read_bytes(&in));
        size_t numbers = mo_abi_enter_array(&in, 1, COUNT_MAX);
        mo_abi_open_array(&out, numbers, 1);
        for (size_t j = 0; j < numbers; j++) {
            mo_abi_put_u256(&out, mo_abi_read_u256(&in));
        }
        mo_abi_leave(&in);
        mo_abi_close(&out);
        mo_abi_leave(&in);
        mo_abi_close(&out);
    }
    mo_abi_leave(&in);
    mo_abi_close(&out);
    require(mo_abi_written(&out));
    return mo_abi_finish(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > 1 << 12) {
        return 0;
    }
    static mo_abi_verdict_t (*const signature[])(mo_bytes_t, mo_buffer_t *) = {report, kernel, nested};
    mo_bytes_t bytes = {data + 1, size - 1};
    mo_buffer_t buffer = MO_BUFFER(memory);
    if (signature[data[0] % 3](bytes, &buffer) == MO_ABI_OK) {
        require(mo_bytes_equal(mo_buffer_view(&buffer), bytes));
    }
    return 0;
}
