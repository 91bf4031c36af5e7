#include "node/signer_wire.h"

#include <string.h>

#include "base/check.h"
#include "base/endian.h"

/* ---- Writing ---- */

static void put_u64(mo_buffer_t *out, uint64_t value)
{
    uint8_t bytes[8];
    mo_store_be64(value, bytes);
    mo_buffer_put(out, MO_BYTES(bytes));
}

static void put_hash(mo_buffer_t *out, const mo_hash_t *hash)
{
    mo_buffer_put(out, mo_hash_view(hash));
}

static void put_vote(mo_buffer_t *out, const mo_vote_t *vote)
{
    put_hash(out, &vote->chain);
    put_hash(out, &vote->transition);
    put_hash(out, &vote->source);
    put_hash(out, &vote->target);
    put_u64(out, vote->source_height.value);
    put_u64(out, vote->target_height.value);
}

static void put_record(mo_buffer_t *out, const mo_guard_record_t *record)
{
    put_vote(out, &record->vote);
    put_hash(out, &record->struct_hash);
    put_hash(out, &record->digest);
    put_hash(out, &record->signature.r);
    put_hash(out, &record->signature.vs);
}

static void put_mark(mo_buffer_t *out, const mo_guard_mark_t *mark)
{
    mo_buffer_put_byte(out, mark->any);
    put_u64(out, mark->target.value);
    put_u64(out, mark->source.value);
    mo_buffer_put_byte(out, mark->watermark);
    put_u64(out, mark->watermark_target.value);
    put_u64(out, mark->watermark_source.value);
}

static void begin(mo_buffer_t *out, mo_signer_kind_t kind)
{
    MO_CHECK(out->size == 0 && out->capacity >= MO_SIGNER_FRAME_MAX);
    mo_buffer_put(out, (mo_bytes_t){(const uint8_t[]){0, 0, (uint8_t)kind}, 3});
}

static void end(mo_buffer_t *out)
{
    MO_CHECK(!out->overflown && out->size <= MO_SIGNER_FRAME_MAX);
    out->data[0] = (uint8_t)((out->size - 2) >> 8);
    out->data[1] = (uint8_t)(out->size - 2);
}

void mo_signer_request_encode(const mo_signer_request_t *request, mo_buffer_t *out)
{
    begin(out, request->kind);
    switch (request->kind) {
    case MO_SIGNER_HELLO: mo_buffer_put_byte(out, request->version); break;
    case MO_SIGNER_KNOW:
        put_u64(out, request->core.origin_chain_id);
        put_hash(out, &request->core.origin_genesis);
        mo_buffer_put(out, mo_address_view(&request->core.core));
        put_hash(out, &request->core.setup_hash);
        break;
    case MO_SIGNER_FIND: put_u64(out, request->target.value); put_hash(out, &request->chain); break;
    case MO_SIGNER_MARK: put_hash(out, &request->chain); break;
    case MO_SIGNER_SIGN: put_vote(out, &request->vote); break;
    case MO_SIGNER_FAILED: MO_CHECK(false && "a request");
    }
    end(out);
}

void mo_signer_reply_encode(const mo_signer_reply_t *reply, mo_buffer_t *out)
{
    begin(out, reply->kind);
    switch (reply->kind) {
    case MO_SIGNER_HELLO: mo_buffer_put(out, mo_address_view(&reply->address)); break;
    case MO_SIGNER_KNOW: mo_buffer_put_byte(out, reply->stranger); break;
    case MO_SIGNER_MARK: put_mark(out, &reply->mark); break;
    case MO_SIGNER_FIND:
        mo_buffer_put_byte(out, reply->found);
        put_record(out, &reply->record);
        break;
    case MO_SIGNER_SIGN:
        mo_buffer_put_byte(out, (uint8_t)reply->verdict);
        put_record(out, &reply->record);
        break;
    case MO_SIGNER_FAILED:
        mo_buffer_put_byte(out, (uint8_t)reply->err.kind);
        mo_buffer_put(out, (mo_bytes_t){(const uint8_t *)reply->err.text, strlen(reply->err.text)});
        break;
    }
    end(out);
}

/* ---- Reading: a cursor that remembers whether all was well ---- */

typedef struct {
    mo_bytes_t left;
    bool bad;
} cursor_t;

static void take(cursor_t *in, uint8_t *out, size_t size)
{
    in->bad = in->bad || in->left.size < size;
    if (in->bad) {
        memset(out, 0, size);
        return;
    }
    memcpy(out, in->left.data, size);
    in->left.data += size;
    in->left.size -= size;
}

static uint8_t take_byte(cursor_t *in)
{
    uint8_t byte;
    take(in, &byte, 1);
    return byte;
}

static bool take_flag(cursor_t *in)
{
    uint8_t byte = take_byte(in);
    in->bad = in->bad || byte > 1;
    return byte == 1;
}

static uint64_t take_u64(cursor_t *in)
{
    uint8_t bytes[8];
    take(in, bytes, sizeof bytes);
    return mo_load_be64(bytes);
}

static mo_hash_t take_hash(cursor_t *in)
{
    mo_hash_t hash;
    take(in, hash.bytes, sizeof hash.bytes);
    return hash;
}

static mo_address_t take_address(cursor_t *in)
{
    mo_address_t address;
    take(in, address.bytes, sizeof address.bytes);
    return address;
}

static mo_vote_t take_vote(cursor_t *in)
{
    mo_vote_t vote = {0};
    vote.chain = take_hash(in);
    vote.transition = take_hash(in);
    vote.source = take_hash(in);
    vote.target = take_hash(in);
    vote.source_height.value = take_u64(in);
    vote.target_height.value = take_u64(in);
    return vote;
}

static mo_guard_record_t take_record(cursor_t *in)
{
    mo_guard_record_t record = {0};
    record.vote = take_vote(in);
    record.struct_hash = take_hash(in);
    record.digest = take_hash(in);
    record.signature.r = take_hash(in);
    record.signature.vs = take_hash(in);
    return record;
}

static mo_guard_mark_t take_mark(cursor_t *in)
{
    mo_guard_mark_t mark = {0};
    mark.any = take_flag(in);
    mark.target.value = take_u64(in);
    mark.source.value = take_u64(in);
    mark.watermark = take_flag(in);
    mark.watermark_target.value = take_u64(in);
    mark.watermark_source.value = take_u64(in);
    return mark;
}

static mo_guard_core_t take_core(cursor_t *in)
{
    mo_guard_core_t core = {0};
    core.origin_chain_id = take_u64(in);
    core.origin_genesis = take_hash(in);
    core.core = take_address(in);
    core.setup_hash = take_hash(in);
    return core;
}

static mo_guard_verdict_t take_verdict(cursor_t *in)
{
    uint8_t byte = take_byte(in);
    in->bad = in->bad || byte > MO_GUARD_SOURCE_BELOW_WATERMARK;
    return in->bad ? MO_GUARD_NO_LINK : (mo_guard_verdict_t)byte;
}

/* The text is the rest; a failure that says MO_OK would be none. */
static mo_err_t take_error(cursor_t *in)
{
    mo_err_t err = MO_SUCCESS;
    uint8_t kind = take_byte(in);
    size_t size = in->left.size;
    in->bad = in->bad || kind == MO_OK || kind > MO_ERR_REFUSED || size >= sizeof err.text ||
              memchr(in->left.data, 0, size) != NULL;
    if (!in->bad) {
        char text[sizeof err.text] = {0};
        take(in, (uint8_t *)text, size);
        err = mo_err((mo_err_kind_t)kind, "%s", text);
        /* What mo_err would not have let into a text was not written by a signer. */
        in->bad = strcmp(err.text, text) != 0;
    }
    return err;
}

static bool is_whole(const cursor_t *in)
{
    return !in->bad && in->left.size == 0;
}

bool mo_signer_request_decode(mo_bytes_t body, mo_signer_request_t *request)
{
    cursor_t in = {.left = body};
    *request = (mo_signer_request_t){.kind = (mo_signer_kind_t)take_byte(&in)};
    switch (request->kind) {
    case MO_SIGNER_HELLO: request->version = take_byte(&in); break;
    case MO_SIGNER_KNOW: request->core = take_core(&in); break;
    case MO_SIGNER_FIND: request->target.value = take_u64(&in); request->chain = take_hash(&in); break;
    case MO_SIGNER_MARK: request->chain = take_hash(&in); break;
    case MO_SIGNER_SIGN: request->vote = take_vote(&in); break;
    case MO_SIGNER_FAILED:
    default: in.bad = true;
    }
    if (!is_whole(&in)) {
        *request = (mo_signer_request_t){0};
    }
    return is_whole(&in);
}

bool mo_signer_reply_decode(mo_bytes_t body, mo_signer_reply_t *reply)
{
    cursor_t in = {.left = body};
    *reply = (mo_signer_reply_t){.kind = (mo_signer_kind_t)take_byte(&in)};
    switch (reply->kind) {
    case MO_SIGNER_HELLO: reply->address = take_address(&in); break;
    case MO_SIGNER_KNOW: reply->stranger = take_flag(&in); break;
    case MO_SIGNER_MARK: reply->mark = take_mark(&in); break;
    case MO_SIGNER_FIND: reply->found = take_flag(&in); reply->record = take_record(&in); break;
    case MO_SIGNER_SIGN: reply->verdict = take_verdict(&in); reply->record = take_record(&in); break;
    case MO_SIGNER_FAILED: reply->err = take_error(&in); break;
    default: in.bad = true;
    }
    if (!is_whole(&in)) {
        *reply = (mo_signer_reply_t){0};
    }
    return is_whole(&in);
}
