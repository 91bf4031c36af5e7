#include "eth/rlp.h"

#include <string.h>

#include "base/check.h"

/* A string's prefix begins at 80, a list's at c0; up to 55 the prefix holds the length, above it the length's
 * size. */
#define STRING_PREFIX 0x80
#define LIST_PREFIX   0xc0
#define SHORT_MAX     55

const char *mo_rlp_verdict_name(mo_rlp_verdict_t verdict)
{
    switch (verdict) {
        MO_RLP_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

const char *mo_rlp_verdict_clause(mo_rlp_verdict_t verdict)
{
    switch (verdict) {
        MO_RLP_VERDICTS(MO_VERDICT_CLAUSE)
    }
    return "";
}

/* ---- Judging one item ---- */

/* A length written in `size` bytes at `at`. */
static mo_rlp_verdict_t parse_length(const uint8_t *at, size_t size, size_t left, size_t *length)
{
    if (size > left) {
        return MO_RLP_TRUNCATED;
    }
    if (at[0] == 0) {
        return MO_RLP_LENGTH_PADDED;
    }
    *length = 0;
    for (size_t i = 0; i < size; i++) {
        *length = *length << 8 | at[i];
    }
    return *length <= SHORT_MAX ? MO_RLP_LENGTH_LONG : MO_RLP_OK;
}

/* The item that begins at `at`, of which `left` > 0 bytes may be read. */
static mo_rlp_verdict_t parse_item(const uint8_t *at, size_t left, mo_rlp_item_t *item)
{
    if (at[0] < STRING_PREFIX) {
        *item = (mo_rlp_item_t){MO_RLP_STRING, {at, 1}, {at, 1}};
        return MO_RLP_OK;
    }
    mo_rlp_kind_t kind = at[0] < LIST_PREFIX ? MO_RLP_STRING : MO_RLP_LIST;
    size_t length = at[0] - (kind == MO_RLP_STRING ? (size_t)STRING_PREFIX : (size_t)LIST_PREFIX);
    size_t prefix = 1;
    if (length > SHORT_MAX) {
        size_t length_size = length - SHORT_MAX;
        mo_rlp_verdict_t verdict = parse_length(at + 1, length_size, left - 1, &length);
        if (verdict != MO_RLP_OK) {
            return verdict;
        }
        prefix += length_size;
    }
    if (length > left - prefix) {
        return MO_RLP_TRUNCATED;
    }
    if (kind == MO_RLP_STRING && length == 1 && at[1] < STRING_PREFIX) {
        return MO_RLP_BYTE_PREFIXED;
    }
    *item = (mo_rlp_item_t){kind, {at + prefix, length}, {at, prefix + length}};
    return MO_RLP_OK;
}

/* ---- Reading ---- */

/* The first refusal stays. */
static void refuse(mo_rlp_reader_t *in, mo_rlp_verdict_t verdict)
{
    if (in->verdict == MO_RLP_OK) {
        in->verdict = verdict;
    }
}

static size_t bytes_left(const mo_rlp_reader_t *in)
{
    return (size_t)(in->end[in->depth] - in->next);
}

mo_rlp_reader_t mo_rlp_reader(mo_bytes_t bytes)
{
    static const uint8_t nothing[1];
    const uint8_t *start = bytes.size > 0 ? bytes.data : nothing;
    return (mo_rlp_reader_t){.next = start, .end = {start + bytes.size}, .verdict = MO_RLP_OK};
}

bool mo_rlp_more(const mo_rlp_reader_t *in)
{
    return in->verdict == MO_RLP_OK && bytes_left(in) > 0;
}

/* The item at the cursor, which stays; an empty string, and a refusal, when there is no good one. */
static mo_rlp_item_t peek_item(mo_rlp_reader_t *in)
{
    static const mo_rlp_item_t nothing = {.kind = MO_RLP_STRING};
    if (in->verdict != MO_RLP_OK) {
        return nothing;
    }
    mo_rlp_item_t item = nothing;
    refuse(in, bytes_left(in) == 0 ? MO_RLP_MISSING : parse_item(in->next, bytes_left(in), &item));
    return item;
}

mo_rlp_item_t mo_rlp_read_item(mo_rlp_reader_t *in)
{
    mo_rlp_item_t item = peek_item(in);
    in->next += item.whole.size;
    return item;
}

mo_bytes_t mo_rlp_read_bytes(mo_rlp_reader_t *in)
{
    mo_rlp_item_t item = mo_rlp_read_item(in);
    if (item.kind == MO_RLP_LIST) {
        refuse(in, MO_RLP_NOT_STRING);
        return (mo_bytes_t){NULL, 0};
    }
    return item.payload;
}

void mo_rlp_read_exact(mo_rlp_reader_t *in, uint8_t *out, size_t size)
{
    mo_bytes_t bytes = mo_rlp_read_bytes(in);
    if (bytes.size != size) {
        refuse(in, MO_RLP_SIZE);
    }
    if (size == 0) {
        return;
    }
    if (in->verdict == MO_RLP_OK) {
        memcpy(out, bytes.data, size);
    } else {
        memset(out, 0, size);
    }
}

mo_u256_t mo_rlp_read_u256(mo_rlp_reader_t *in)
{
    mo_bytes_t bytes = mo_rlp_read_bytes(in);
    mo_u256_t value;
    if (bytes.size > 0 && bytes.data[0] == 0) {
        refuse(in, MO_RLP_INTEGER_PADDED);
        return MO_U256_ZERO;
    }
    if (!mo_u256_from_bytes(bytes, &value)) {
        refuse(in, MO_RLP_INTEGER_WIDE);
    }
    return value;
}

uint64_t mo_rlp_read_u64(mo_rlp_reader_t *in)
{
    uint64_t value;
    if (!mo_u256_to_u64(mo_rlp_read_u256(in), &value)) {
        refuse(in, MO_RLP_INTEGER_WIDE);
    }
    return value;
}

void mo_rlp_enter_list(mo_rlp_reader_t *in)
{
    mo_rlp_item_t item = peek_item(in);
    if (item.kind == MO_RLP_STRING) {
        refuse(in, MO_RLP_NOT_LIST);
    } else if (in->depth == MO_RLP_DEPTH_MAX) {
        refuse(in, MO_RLP_DEPTH);
    }
    if (in->verdict == MO_RLP_OK) {
        in->next = item.payload.data;
        in->end[++in->depth] = item.payload.data + item.payload.size;
    }
}

void mo_rlp_leave_list(mo_rlp_reader_t *in)
{
    if (in->verdict != MO_RLP_OK) {
        return;
    }
    MO_CHECK(in->depth > 0);
    if (bytes_left(in) > 0) {
        refuse(in, MO_RLP_LEFTOVER);
        return;
    }
    in->depth--;
}

mo_rlp_verdict_t mo_rlp_finish(mo_rlp_reader_t *in)
{
    unsigned open = in->verdict == MO_RLP_OK ? in->depth : 0;
    MO_CHECK(open == 0);
    if (mo_rlp_more(in)) {
        refuse(in, MO_RLP_LEFTOVER);
    }
    return in->verdict;
}

mo_rlp_verdict_t mo_rlp_check(mo_bytes_t bytes)
{
    mo_rlp_reader_t in = mo_rlp_reader(bytes);
    do {
        mo_rlp_item_t item = peek_item(&in);
        if (item.kind == MO_RLP_LIST) {
            mo_rlp_enter_list(&in);
        } else {
            in.next += item.whole.size;
        }
        while (in.verdict == MO_RLP_OK && in.depth > 0 && !mo_rlp_more(&in)) {
            mo_rlp_leave_list(&in);
        }
    } while (in.verdict == MO_RLP_OK && in.depth > 0);
    return mo_rlp_finish(&in);
}

/* ---- Writing ---- */

size_t mo_rlp_prefix(mo_rlp_kind_t kind, size_t length, uint8_t prefix[MO_RLP_PREFIX_BYTES_MAX])
{
    size_t first = kind == MO_RLP_STRING ? STRING_PREFIX : LIST_PREFIX;
    if (length <= SHORT_MAX) {
        prefix[0] = (uint8_t)(first + length);
        return 1;
    }
    mo_u256_t value = mo_u256_from_u64(length);
    uint8_t word[32];
    mo_u256_to_be(value, word);
    size_t size = mo_u256_size(value);
    prefix[0] = (uint8_t)(first + SHORT_MAX + size);
    memcpy(prefix + 1, word + 32 - size, size);
    return 1 + size;
}

mo_rlp_writer_t mo_rlp_writer(mo_buffer_t *out)
{
    return (mo_rlp_writer_t){.out = out};
}

void mo_rlp_put_bytes(mo_rlp_writer_t *writer, mo_bytes_t bytes)
{
    if (bytes.size != 1 || bytes.data[0] >= STRING_PREFIX) {
        uint8_t prefix[MO_RLP_PREFIX_BYTES_MAX];
        size_t size = mo_rlp_prefix(MO_RLP_STRING, bytes.size, prefix);
        mo_buffer_put(writer->out, (mo_bytes_t){prefix, size});
    }
    mo_buffer_put(writer->out, bytes);
}

void mo_rlp_put_u256(mo_rlp_writer_t *writer, mo_u256_t value)
{
    uint8_t word[32];
    mo_u256_to_be(value, word);
    size_t size = mo_u256_size(value);
    mo_rlp_put_bytes(writer, (mo_bytes_t){word + 32 - size, size});
}

void mo_rlp_put_u64(mo_rlp_writer_t *writer, uint64_t value)
{
    mo_rlp_put_u256(writer, mo_u256_from_u64(value));
}

void mo_rlp_put_raw(mo_rlp_writer_t *writer, mo_bytes_t encoded)
{
    mo_buffer_put(writer->out, encoded);
}

void mo_rlp_open_list(mo_rlp_writer_t *writer)
{
    MO_CHECK(writer->depth < MO_RLP_DEPTH_MAX);
    writer->start[writer->depth++] = writer->out->size;
}

void mo_rlp_close_list(mo_rlp_writer_t *writer)
{
    MO_CHECK(writer->depth > 0);
    mo_buffer_t *out = writer->out;
    size_t start = writer->start[--writer->depth];
    size_t length = out->size - start;
    uint8_t prefix[MO_RLP_PREFIX_BYTES_MAX];
    size_t size = mo_rlp_prefix(MO_RLP_LIST, length, prefix);
    /* Appended only to claim the room; the items then move behind their prefix. */
    mo_buffer_put(out, (mo_bytes_t){prefix, size});
    if (out->overflown) {
        return;
    }
    memmove(out->data + start + size, out->data + start, length);
    memcpy(out->data + start, prefix, size);
}

bool mo_rlp_written(const mo_rlp_writer_t *writer)
{
    MO_CHECK(writer->depth == 0);
    return !writer->out->overflown;
}
