#include "eth/abi_value.h"

#include <string.h>

#include "base/check.h"

static bool has_inner(const mo_abi_type_t *type)
{
    return type->kind == MO_ABI_TUPLE || type->kind == MO_ABI_ARRAY || type->kind == MO_ABI_LIST;
}

/* The type of the element or member after the one of type `at`. */
static const mo_abi_type_t *next_inner(const mo_abi_type_t *type, const mo_abi_type_t *at)
{
    return type->kind == MO_ABI_TUPLE ? at->next : at;
}

/* ---- Judging ---- */

/* A number of `bits` bits in two's complement: its upper bits all equal the sign. */
static bool int_fits(mo_u256_t word, unsigned bits)
{
    bool negative = word.limb[3] >> 63 != 0;
    mo_u256_t magnitude = negative ? mo_u256_negate(word) : word;
    mo_u256_t power = mo_u256_shift_left(MO_U256_ONE, bits - 1);
    return mo_u256_less(magnitude, power) || (negative && mo_u256_equal(magnitude, power));
}

static mo_abi_verdict_t check_inner(const mo_abi_type_t *type, const mo_abi_value_t *value)
{
    if (type->kind != MO_ABI_LIST && value->count != type->count) {
        return MO_ABI_SIZE;
    }
    const mo_abi_type_t *inner = type->inner;
    for (size_t i = 0; i < value->count; i++) {
        mo_abi_verdict_t verdict = mo_abi_value_check(inner, &value->inner[i]);
        if (verdict != MO_ABI_OK) {
            return verdict;
        }
        inner = next_inner(type, inner);
    }
    return MO_ABI_OK;
}

mo_abi_verdict_t mo_abi_value_check(const mo_abi_type_t *type, const mo_abi_value_t *value)
{
    switch (type->kind) {
    case MO_ABI_UINT:
        return mo_u256_bits(value->word) <= type->width ? MO_ABI_OK : MO_ABI_WIDE;
    case MO_ABI_INT:
        return int_fits(value->word, type->width) ? MO_ABI_OK : MO_ABI_WIDE;
    case MO_ABI_ADDRESS:
        return mo_u256_bits(value->word) <= 160 ? MO_ABI_OK : MO_ABI_WIDE;
    case MO_ABI_BOOL:
        return mo_u256_bits(value->word) <= 1 ? MO_ABI_OK : MO_ABI_WIDE;
    case MO_ABI_FIXED:
        return value->bytes.size == type->width ? MO_ABI_OK : MO_ABI_SIZE;
    case MO_ABI_BYTES:
    case MO_ABI_STRING:
        return MO_ABI_OK;
    case MO_ABI_TUPLE:
    case MO_ABI_ARRAY:
    case MO_ABI_LIST:
        return check_inner(type, value);
    }
    return MO_ABI_SIZE;
}

mo_hash_t mo_abi_value_word(const mo_abi_type_t *type, const mo_abi_value_t *value)
{
    MO_CHECK(type->kind <= MO_ABI_FIXED);
    if (type->kind != MO_ABI_FIXED) {
        return mo_u256_to_hash(value->word);
    }
    mo_hash_t word = {{0}};
    MO_CHECK(value->bytes.size == type->width);
    memcpy(word.bytes, value->bytes.data, value->bytes.size);
    return word;
}

/* ---- Writing ---- */

static void put_value(mo_abi_writer_t *writer, const mo_abi_type_t *type, const mo_abi_value_t *value);

static void put_inner(mo_abi_writer_t *writer, const mo_abi_type_t *type, const mo_abi_value_t *value)
{
    const mo_abi_type_t *inner = type->inner;
    for (size_t i = 0; i < value->count; i++) {
        put_value(writer, inner, &value->inner[i]);
        inner = next_inner(type, inner);
    }
}

static void put_value(mo_abi_writer_t *writer, const mo_abi_type_t *type, const mo_abi_value_t *value)
{
    if (type->kind == MO_ABI_BYTES || type->kind == MO_ABI_STRING) {
        mo_abi_put_bytes(writer, value->bytes);
    } else if (!has_inner(type)) {
        mo_hash_t word = mo_abi_value_word(type, value);
        mo_abi_put_hash(writer, &word);
    } else if (!type->dynamic) {
        put_inner(writer, type, value);
    } else {
        if (type->kind == MO_ABI_LIST) {
            mo_abi_open_array(writer, value->count, type->inner->words);
        } else {
            mo_abi_open(writer, type->frame);
        }
        put_inner(writer, type, value);
        mo_abi_close(writer);
    }
}

mo_abi_verdict_t mo_abi_encode(const mo_abi_type_t *arguments, const mo_abi_value_t *value, mo_buffer_t *out)
{
    MO_CHECK(arguments->kind == MO_ABI_TUPLE);
    mo_abi_verdict_t verdict = mo_abi_value_check(arguments, value);
    if (verdict != MO_ABI_OK) {
        return verdict;
    }
    mo_buffer_t before = *out;
    mo_abi_writer_t writer = mo_abi_writer(out, arguments->frame);
    put_inner(&writer, arguments, value);
    if (!mo_abi_written(&writer)) {
        *out = before;
        return MO_ABI_ROOM;
    }
    return MO_ABI_OK;
}

/* ---- Reading ---- */

typedef struct {
    mo_abi_reader_t in;
    mo_abi_values_t *room;
    mo_abi_verdict_t verdict; /* of this module; the reader has its own */
} decoder_t;

static bool is_good(const decoder_t *decoder)
{
    return decoder->verdict == MO_ABI_OK && decoder->in.verdict == MO_ABI_OK;
}

static void refuse(decoder_t *decoder, mo_abi_verdict_t verdict)
{
    if (is_good(decoder)) {
        decoder->verdict = verdict;
    }
}

static void read_value(decoder_t *decoder, const mo_abi_type_t *type, mo_abi_value_t *out);

static void read_inner(decoder_t *decoder, const mo_abi_type_t *type, size_t count, mo_abi_value_t *out)
{
    mo_abi_values_t *room = decoder->room;
    if (count > room->capacity - room->used) {
        refuse(decoder, MO_ABI_COUNT);
    }
    if (!is_good(decoder) || count == 0) {
        return;
    }
    mo_abi_value_t *nodes = room->nodes + room->used;
    room->used += count;
    *out = (mo_abi_value_t){.inner = nodes, .count = count};
    const mo_abi_type_t *inner = type->inner;
    for (size_t i = 0; i < count && is_good(decoder); i++) {
        read_value(decoder, inner, &nodes[i]);
        inner = next_inner(type, inner);
    }
}

static void read_word(decoder_t *decoder, const mo_abi_type_t *type, mo_abi_value_t *out)
{
    if (type->kind == MO_ABI_FIXED) {
        out->bytes = mo_abi_read_fixed_view(&decoder->in, type->width);
        return;
    }
    out->word = mo_abi_read_u256(&decoder->in);
    if (mo_abi_value_check(type, out) != MO_ABI_OK) {
        refuse(decoder, MO_ABI_WIDE);
    }
}

static void read_value(decoder_t *decoder, const mo_abi_type_t *type, mo_abi_value_t *out)
{
    mo_abi_reader_t *in = &decoder->in;
    *out = (mo_abi_value_t){.count = 0};
    if (type->kind == MO_ABI_BYTES || type->kind == MO_ABI_STRING) {
        out->bytes = mo_abi_read_bytes(in);
    } else if (!has_inner(type)) {
        read_word(decoder, type, out);
    } else if (!type->dynamic) {
        read_inner(decoder, type, type->count, out);
    } else {
        size_t count = type->count;
        if (type->kind == MO_ABI_LIST) {
            count = mo_abi_enter_array(in, type->inner->words, decoder->room->capacity - decoder->room->used);
        } else {
            mo_abi_enter(in, type->frame);
        }
        read_inner(decoder, type, count, out);
        if (is_good(decoder)) {
            mo_abi_leave(in);
        }
    }
}

mo_abi_verdict_t mo_abi_decode(const mo_abi_type_t *arguments, mo_bytes_t bytes, mo_abi_values_t *room,
                               mo_abi_value_t *out)
{
    MO_CHECK(arguments->kind == MO_ABI_TUPLE);
    decoder_t decoder = {mo_abi_reader(bytes, arguments->frame), room, MO_ABI_OK};
    *out = (mo_abi_value_t){.count = 0};
    read_inner(&decoder, arguments, arguments->count, out);
    mo_abi_verdict_t verdict = decoder.verdict == MO_ABI_OK ? mo_abi_finish(&decoder.in) : decoder.verdict;
    if (verdict != MO_ABI_OK) {
        *out = (mo_abi_value_t){.count = 0};
    }
    return verdict;
}

/* ---- Packing ---- */

/* Bytes of a number's own width at the right of its word. */
static size_t packed_width(const mo_abi_type_t *type)
{
    if (type->kind == MO_ABI_ADDRESS) {
        return sizeof(mo_address_t);
    }
    return type->kind == MO_ABI_BOOL ? 1 : type->width / 8;
}

/* Arrays of arrays of words, of which the outermost alone may be of dynamic length. */
static bool packs_as_element(const mo_abi_type_t *type)
{
    while (type->kind == MO_ABI_ARRAY) {
        type = type->inner;
    }
    return type->kind <= MO_ABI_FIXED;
}

static bool packs(const mo_abi_type_t *type)
{
    if (type->kind == MO_ABI_ARRAY || type->kind == MO_ABI_LIST) {
        return packs_as_element(type->inner);
    }
    return type->kind != MO_ABI_TUPLE;
}

static void pack_elements(const mo_abi_type_t *type, const mo_abi_value_t *value, mo_buffer_t *out)
{
    if (!has_inner(type)) {
        mo_hash_t word = mo_abi_value_word(type, value);
        mo_buffer_put(out, mo_hash_view(&word));
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        pack_elements(type->inner, &value->inner[i], out);
    }
}

static void pack_value(const mo_abi_type_t *type, const mo_abi_value_t *value, mo_buffer_t *out)
{
    if (has_inner(type)) {
        pack_elements(type, value, out);
    } else if (type->kind >= MO_ABI_FIXED) {
        mo_buffer_put(out, value->bytes);
    } else {
        mo_hash_t word = mo_abi_value_word(type, value);
        size_t width = packed_width(type);
        mo_buffer_put(out, (mo_bytes_t){word.bytes + MO_ABI_WORD - width, width});
    }
}

mo_abi_verdict_t mo_abi_encode_packed(const mo_abi_type_t *arguments, const mo_abi_value_t *value,
                                      mo_buffer_t *out)
{
    MO_CHECK(arguments->kind == MO_ABI_TUPLE);
    mo_abi_verdict_t verdict = mo_abi_value_check(arguments, value);
    mo_buffer_t before = *out;
    const mo_abi_type_t *member = arguments->inner;
    for (size_t i = 0; i < arguments->count && verdict == MO_ABI_OK; i++) {
        if (packs(member)) {
            pack_value(member, &value->inner[i], out);
        } else {
            verdict = MO_ABI_SIZE;
        }
        member = member->next;
    }
    if (verdict == MO_ABI_OK && out->overflown) {
        verdict = MO_ABI_ROOM;
    }
    if (verdict != MO_ABI_OK) {
        *out = before;
    }
    return verdict;
}
