/* RLP: what the reader accepts, the writer writes back byte for byte; what it refuses yields zeros. */
#include <stdlib.h>

#include "eth/rlp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void copy_items(mo_rlp_reader_t *in, mo_rlp_writer_t *out)
{
    while (mo_rlp_more(in)) {
        mo_rlp_reader_t ahead = *in;
        if (mo_rlp_read_item(&ahead).kind == MO_RLP_STRING) {
            mo_rlp_put_bytes(out, mo_rlp_read_bytes(in));
            continue;
        }
        mo_rlp_enter_list(in);
        mo_rlp_open_list(out);
        copy_items(in, out);
        mo_rlp_close_list(out);
        mo_rlp_leave_list(in);
    }
}

static void rewrite(mo_bytes_t bytes)
{
    static uint8_t memory[1 << 16];
    mo_buffer_t buffer = MO_BUFFER(memory);
    mo_rlp_writer_t out = mo_rlp_writer(&buffer);
    mo_rlp_reader_t in = mo_rlp_reader(bytes);
    copy_items(&in, &out);
    require(mo_rlp_finish(&in) == MO_RLP_OK && mo_rlp_written(&out));
    require(mo_bytes_equal(mo_buffer_view(&buffer), bytes));
}

/* The first item read as a number, as ten bytes, as a list: each writes back or is refused. */
static void read_as_types(mo_bytes_t bytes)
{
    uint8_t exact[10];
    mo_rlp_reader_t in = mo_rlp_reader(bytes);
    mo_u256_t wide = mo_rlp_read_u256(&in);
    require(in.verdict == MO_RLP_OK || mo_u256_is_zero(wide));
    in = mo_rlp_reader(bytes);
    uint64_t narrow = mo_rlp_read_u64(&in);
    require(in.verdict == MO_RLP_OK ? mo_u256_equal(wide, mo_u256_from_u64(narrow)) : narrow == 0);
    in = mo_rlp_reader(bytes);
    mo_rlp_read_exact(&in, exact, sizeof exact);
    require(in.verdict == MO_RLP_OK || exact[9] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 1 << 15) {
        return 0;
    }
    mo_bytes_t bytes = {data, size};
    read_as_types(bytes);
    if (mo_rlp_check(bytes) == MO_RLP_OK) {
        rewrite(bytes);
    }
    return 0;
}
