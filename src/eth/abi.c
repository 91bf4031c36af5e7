#include "eth/abi.h"

#include <string.h>

#include "base/check.h"
#include "eth/keccak.h"

static const uint8_t zero_word[MO_ABI_WORD];

const char *mo_abi_verdict_name(mo_abi_verdict_t verdict)
{
    switch (verdict) {
        MO_ABI_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

mo_abi_selector_t mo_abi_selector(const char *signature)
{
    mo_hash_t hash = mo_keccak256((mo_bytes_t){(const uint8_t *)signature, strlen(signature)});
    mo_abi_selector_t selector;
    memcpy(selector.bytes, hash.bytes, sizeof selector.bytes);
    return selector;
}

/* Zero bytes that fill the last word of `size` bytes. */
static size_t padding_of(size_t size)
{
    return (MO_ABI_WORD - size % MO_ABI_WORD) % MO_ABI_WORD;
}

/* ---- Writing ---- */

static mo_abi_frame_t *innermost(mo_abi_writer_t *writer)
{
    return &writer->frame[writer->depth];
}

/* The next word of the innermost head. After an overflow positions mean nothing, so nothing is written; the
 * count of words goes on, so that the checks of our own faults hold either way. */
static void put_head(mo_abi_writer_t *writer, const uint8_t word[MO_ABI_WORD])
{
    mo_abi_frame_t *frame = innermost(writer);
    MO_CHECK(frame->next < frame->end);
    if (!writer->out->overflown) {
        memcpy(writer->out->data + frame->next, word, MO_ABI_WORD);
    }
    frame->next += MO_ABI_WORD;
}

/* Claims a head at the end of the buffer. */
static mo_abi_frame_t claim_frame(mo_buffer_t *out, size_t head_words)
{
    size_t base = out->size;
    for (size_t i = 0; i < head_words && !out->overflown; i++) {
        mo_buffer_put(out, MO_BYTES(zero_word));
    }
    return (mo_abi_frame_t){base, base, base + head_words * MO_ABI_WORD};
}

/* The head word that says where the tail, which begins at the end of the buffer, lies. */
static void put_offset(mo_abi_writer_t *writer)
{
    mo_abi_put_u64(writer, writer->out->size - innermost(writer)->base);
}

mo_abi_writer_t mo_abi_writer(mo_buffer_t *out, size_t head_words)
{
    return (mo_abi_writer_t){.out = out, .frame = {claim_frame(out, head_words)}};
}

void mo_abi_put_u64(mo_abi_writer_t *writer, uint64_t value)
{
    mo_abi_put_u256(writer, mo_u256_from_u64(value));
}

void mo_abi_put_u256(mo_abi_writer_t *writer, mo_u256_t value)
{
    uint8_t word[MO_ABI_WORD];
    mo_u256_to_be(value, word);
    put_head(writer, word);
}

void mo_abi_put_bool(mo_abi_writer_t *writer, bool value)
{
    mo_abi_put_u64(writer, value ? 1 : 0);
}

void mo_abi_put_address(mo_abi_writer_t *writer, const mo_address_t *value)
{
    uint8_t word[MO_ABI_WORD] = {0};
    memcpy(word + MO_ABI_WORD - sizeof value->bytes, value->bytes, sizeof value->bytes);
    put_head(writer, word);
}

void mo_abi_put_hash(mo_abi_writer_t *writer, const mo_hash_t *value)
{
    put_head(writer, value->bytes);
}

void mo_abi_put_fixed(mo_abi_writer_t *writer, mo_bytes_t value)
{
    MO_CHECK(value.size > 0 && value.size <= MO_ABI_WORD);
    uint8_t word[MO_ABI_WORD] = {0};
    memcpy(word, value.data, value.size);
    put_head(writer, word);
}

/* A length, which stands in a tail and not in a head. */
static void put_length(mo_buffer_t *out, size_t length)
{
    uint8_t word[MO_ABI_WORD];
    mo_u256_to_be(mo_u256_from_u64(length), word);
    mo_buffer_put(out, MO_BYTES(word));
}

void mo_abi_put_bytes(mo_abi_writer_t *writer, mo_bytes_t value)
{
    put_offset(writer);
    put_length(writer->out, value.size);
    mo_buffer_put(writer->out, value);
    mo_buffer_put(writer->out, (mo_bytes_t){zero_word, padding_of(value.size)});
}

static void push_frame(mo_abi_writer_t *writer, size_t head_words)
{
    MO_CHECK(writer->depth + 1 < MO_ABI_DEPTH_MAX);
    writer->frame[++writer->depth] = claim_frame(writer->out, head_words);
}

void mo_abi_open(mo_abi_writer_t *writer, size_t head_words)
{
    put_offset(writer);
    push_frame(writer, head_words);
}

void mo_abi_open_array(mo_abi_writer_t *writer, size_t count, size_t element_words)
{
    put_offset(writer);
    put_length(writer->out, count);
    push_frame(writer, count * element_words);
}

void mo_abi_close(mo_abi_writer_t *writer)
{
    MO_CHECK(writer->depth > 0 && innermost(writer)->next == innermost(writer)->end);
    writer->depth--;
}

bool mo_abi_written(const mo_abi_writer_t *writer)
{
    MO_CHECK(writer->depth == 0 && writer->frame[0].next == writer->frame[0].end);
    return !writer->out->overflown;
}

/* ---- Reading ---- */

static void refuse(mo_abi_reader_t *reader, mo_abi_verdict_t verdict)
{
    if (reader->verdict == MO_ABI_OK) {
        reader->verdict = verdict;
    }
}

/* Takes `size` bytes of the next tail; NULL, and a refusal, when there are not as many. */
static const uint8_t *take_tail(mo_abi_reader_t *reader, size_t size)
{
    if (reader->verdict == MO_ABI_OK && size > reader->bytes.size - reader->tail) {
        refuse(reader, MO_ABI_TRUNCATED);
    }
    if (reader->verdict != MO_ABI_OK) {
        return NULL;
    }
    const uint8_t *at = reader->bytes.data + reader->tail;
    reader->tail += size;
    return at;
}

/* The next word of the innermost head, or zeros after a refusal. */
static const uint8_t *take_head(mo_abi_reader_t *reader)
{
    if (reader->verdict != MO_ABI_OK) {
        return zero_word;
    }
    mo_abi_frame_t *frame = &reader->frame[reader->depth];
    MO_CHECK(frame->next < frame->end);
    const uint8_t *word = reader->bytes.data + frame->next;
    frame->next += MO_ABI_WORD;
    return word;
}

/* A head of `head_words` words at the next tail. */
static mo_abi_frame_t take_frame(mo_abi_reader_t *reader, size_t head_words)
{
    size_t base = reader->tail;
    if (head_words > (reader->bytes.size - base) / MO_ABI_WORD) {
        refuse(reader, MO_ABI_TRUNCATED);
        return (mo_abi_frame_t){0, 0, 0};
    }
    reader->tail += head_words * MO_ABI_WORD;
    return (mo_abi_frame_t){base, base, reader->tail};
}

/* The head word of a dynamic value, which must point to the next tail. */
static void take_offset(mo_abi_reader_t *reader)
{
    uint64_t offset;
    bool fits = mo_u256_to_u64(mo_u256_from_be(take_head(reader)), &offset);
    if (!fits || offset != reader->tail - reader->frame[reader->depth].base) {
        refuse(reader, MO_ABI_OFFSET);
    }
}

/* A length in a tail. What does not fit 64 bits is cut off anyway. */
static uint64_t take_length(mo_abi_reader_t *reader)
{
    const uint8_t *word = take_tail(reader, MO_ABI_WORD);
    uint64_t length = 0;
    if (word != NULL && !mo_u256_to_u64(mo_u256_from_be(word), &length)) {
        refuse(reader, MO_ABI_TRUNCATED);
    }
    return length;
}

mo_abi_reader_t mo_abi_reader(mo_bytes_t bytes, size_t head_words)
{
    mo_abi_reader_t reader = {.bytes = bytes, .verdict = MO_ABI_OK};
    reader.frame[0] = take_frame(&reader, head_words);
    return reader;
}

mo_u256_t mo_abi_read_wide(mo_abi_reader_t *reader, unsigned bits)
{
    mo_u256_t value = mo_u256_from_be(take_head(reader));
    if (mo_u256_bits(value) > bits) {
        refuse(reader, MO_ABI_WIDE);
        return MO_U256_ZERO;
    }
    return value;
}

uint64_t mo_abi_read_uint(mo_abi_reader_t *reader, unsigned bits)
{
    MO_CHECK(bits <= 64);
    return mo_abi_read_wide(reader, bits).limb[0];
}

uint64_t mo_abi_read_u64(mo_abi_reader_t *reader)
{
    return mo_abi_read_uint(reader, 64);
}

mo_u256_t mo_abi_read_u256(mo_abi_reader_t *reader)
{
    return mo_abi_read_wide(reader, 256);
}

bool mo_abi_read_bool(mo_abi_reader_t *reader)
{
    return mo_abi_read_uint(reader, 1) == 1;
}

mo_address_t mo_abi_read_address(mo_abi_reader_t *reader)
{
    mo_hash_t word = mo_u256_to_hash(mo_abi_read_wide(reader, 160));
    mo_address_t address;
    memcpy(address.bytes, word.bytes + MO_ABI_WORD - sizeof address.bytes, sizeof address.bytes);
    return address;
}

mo_hash_t mo_abi_read_hash(mo_abi_reader_t *reader)
{
    mo_hash_t hash;
    memcpy(hash.bytes, take_head(reader), sizeof hash.bytes);
    return hash;
}

mo_bytes_t mo_abi_read_fixed_view(mo_abi_reader_t *reader, size_t size)
{
    MO_CHECK(size > 0 && size <= MO_ABI_WORD);
    const uint8_t *word = take_head(reader);
    if (memcmp(word + size, zero_word, MO_ABI_WORD - size) != 0) {
        refuse(reader, MO_ABI_PADDING);
        word = zero_word;
    }
    return (mo_bytes_t){word, size};
}

void mo_abi_read_fixed(mo_abi_reader_t *reader, uint8_t *out, size_t size)
{
    memcpy(out, mo_abi_read_fixed_view(reader, size).data, size);
}

mo_bytes_t mo_abi_read_bytes(mo_abi_reader_t *reader)
{
    take_offset(reader);
    size_t length = take_length(reader);
    const uint8_t *content = take_tail(reader, length);
    size_t padding = padding_of(length);
    const uint8_t *fill = take_tail(reader, padding);
    if (fill != NULL && memcmp(fill, zero_word, padding) != 0) {
        refuse(reader, MO_ABI_PADDING);
    }
    return reader->verdict == MO_ABI_OK ? (mo_bytes_t){content, length} : (mo_bytes_t){NULL, 0};
}

/* After a refusal no frame is pushed, nor popped by mo_abi_leave. */
static void enter_frame(mo_abi_reader_t *reader, size_t head_words)
{
    if (reader->verdict != MO_ABI_OK) {
        return;
    }
    MO_CHECK(reader->depth + 1 < MO_ABI_DEPTH_MAX);
    mo_abi_frame_t frame = take_frame(reader, head_words);
    if (reader->verdict == MO_ABI_OK) {
        reader->frame[++reader->depth] = frame;
    }
}

void mo_abi_enter(mo_abi_reader_t *reader, size_t head_words)
{
    take_offset(reader);
    enter_frame(reader, head_words);
}

size_t mo_abi_enter_array(mo_abi_reader_t *reader, size_t element_words, size_t max)
{
    MO_CHECK(element_words > 0);
    take_offset(reader);
    uint64_t count = take_length(reader);
    if (count > max) {
        refuse(reader, MO_ABI_COUNT);
    } else if (count > (reader->bytes.size - reader->tail) / MO_ABI_WORD / element_words) {
        refuse(reader, MO_ABI_TRUNCATED);
    } else {
        enter_frame(reader, count * element_words);
    }
    return reader->verdict == MO_ABI_OK ? count : 0;
}

void mo_abi_leave(mo_abi_reader_t *reader)
{
    if (reader->verdict != MO_ABI_OK) {
        return;
    }
    const mo_abi_frame_t *frame = &reader->frame[reader->depth];
    MO_CHECK(reader->depth > 0 && frame->next == frame->end);
    reader->depth--;
}

mo_abi_verdict_t mo_abi_finish(mo_abi_reader_t *reader)
{
    if (reader->verdict == MO_ABI_OK) {
        MO_CHECK(reader->depth == 0 && reader->frame[0].next == reader->frame[0].end);
        if (reader->tail != reader->bytes.size) {
            refuse(reader, MO_ABI_LEFTOVER);
        }
    }
    return reader->verdict;
}
