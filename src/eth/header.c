#include "eth/header.h"

#include <string.h>

#include "eth/keccak.h"
#include "eth/rlp.h"

const char *mo_header_verdict_name(mo_header_verdict_t verdict)
{
    switch (verdict) {
        MO_HEADER_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

/* ---- All fields ---- */

static bool is_known_fork(size_t fields)
{
    return fields == MO_HEADER_FRONTIER || fields == MO_HEADER_LONDON || fields == MO_HEADER_SHANGHAI ||
           fields == MO_HEADER_CANCUN || fields == MO_HEADER_PRAGUE;
}

static void read_hash(mo_rlp_reader_t *in, mo_hash_t *out)
{
    mo_rlp_read_exact(in, out->bytes, sizeof out->bytes);
}

static void read_frontier(mo_rlp_reader_t *in, mo_header_t *out)
{
    read_hash(in, &out->parent_hash);
    read_hash(in, &out->ommers_hash);
    mo_rlp_read_exact(in, out->coinbase.bytes, sizeof out->coinbase.bytes);
    read_hash(in, &out->state_root);
    read_hash(in, &out->transactions_root);
    read_hash(in, &out->receipts_root);
    mo_rlp_read_exact(in, out->logs_bloom.bytes, sizeof out->logs_bloom.bytes);
    out->difficulty = mo_rlp_read_u256(in);
    out->number = mo_rlp_read_u64(in);
    out->gas_limit = mo_rlp_read_u64(in);
    out->gas_used = mo_rlp_read_u64(in);
    out->timestamp = mo_rlp_read_u64(in);
    out->extra_data = mo_rlp_read_bytes(in);
    read_hash(in, &out->mix_hash);
    mo_rlp_read_exact(in, out->nonce, sizeof out->nonce);
}

static void read_later_forks(mo_rlp_reader_t *in, mo_header_t *out)
{
    if (out->fork >= MO_HEADER_LONDON) {
        out->base_fee_per_gas = mo_rlp_read_u256(in);
    }
    if (out->fork >= MO_HEADER_SHANGHAI) {
        read_hash(in, &out->withdrawals_root);
    }
    if (out->fork >= MO_HEADER_CANCUN) {
        out->blob_gas_used = mo_rlp_read_u64(in);
        out->excess_blob_gas = mo_rlp_read_u64(in);
        read_hash(in, &out->parent_beacon_block_root);
    }
    if (out->fork >= MO_HEADER_PRAGUE) {
        read_hash(in, &out->requests_hash);
    }
}

/* Takes the first item of `run` as one header, by its size alone. */
static mo_header_verdict_t take_header(mo_bytes_t run, mo_bytes_t *header)
{
    mo_rlp_reader_t in = mo_rlp_reader(run);
    *header = mo_rlp_read_item(&in).whole;
    if (in.verdict != MO_RLP_OK) {
        return MO_HEADER_MALFORMED;
    }
    return header->size > MO_HEADER_BYTES_MAX ? MO_HEADER_TOO_LONG : MO_HEADER_OK;
}

/* The number of fields of a header whose form is right; anything else is malformed. */
static mo_header_verdict_t find_fork(mo_bytes_t rlp, mo_header_fork_t *fork)
{
    mo_rlp_reader_t in = mo_rlp_reader(rlp);
    size_t fields = 0;
    mo_rlp_enter_list(&in);
    for (; mo_rlp_more(&in); fields++) {
        (void)mo_rlp_read_bytes(&in);
    }
    if (in.verdict != MO_RLP_OK) {
        return MO_HEADER_MALFORMED;
    }
    if (fields < MO_HEADER_FIELDS_MIN) {
        return MO_HEADER_FIELDS_MISSING;
    }
    *fork = (mo_header_fork_t)fields;
    return is_known_fork(fields) ? MO_HEADER_OK : MO_HEADER_FORK_UNKNOWN;
}

static mo_header_verdict_t read_header(mo_bytes_t rlp, mo_header_t *out)
{
    mo_header_verdict_t verdict = find_fork(rlp, &out->fork);
    if (verdict != MO_HEADER_OK) {
        return verdict;
    }
    mo_rlp_reader_t in = mo_rlp_reader(rlp);
    mo_rlp_enter_list(&in);
    read_frontier(&in, out);
    read_later_forks(&in, out);
    mo_rlp_leave_list(&in);
    return mo_rlp_finish(&in) == MO_RLP_OK ? MO_HEADER_OK : MO_HEADER_MALFORMED;
}

mo_header_verdict_t mo_header_decode(mo_bytes_t rlp, mo_header_t *out)
{
    memset(out, 0, sizeof *out);
    mo_bytes_t header;
    mo_header_verdict_t verdict = take_header(rlp, &header);
    if (verdict == MO_HEADER_OK) {
        verdict = read_header(header, out);
    }
    if (verdict == MO_HEADER_OK && header.size != rlp.size) {
        verdict = MO_HEADER_TRAILING_BYTES;
    }
    if (verdict != MO_HEADER_OK) {
        memset(out, 0, sizeof *out);
    }
    return verdict;
}

static void put_hash(mo_rlp_writer_t *writer, const mo_hash_t *hash)
{
    mo_rlp_put_bytes(writer, mo_hash_view(hash));
}

static void put_frontier(mo_rlp_writer_t *writer, const mo_header_t *header)
{
    put_hash(writer, &header->parent_hash);
    put_hash(writer, &header->ommers_hash);
    mo_rlp_put_bytes(writer, mo_address_view(&header->coinbase));
    put_hash(writer, &header->state_root);
    put_hash(writer, &header->transactions_root);
    put_hash(writer, &header->receipts_root);
    mo_rlp_put_bytes(writer, MO_BYTES(header->logs_bloom.bytes));
    mo_rlp_put_u256(writer, header->difficulty);
    mo_rlp_put_u64(writer, header->number);
    mo_rlp_put_u64(writer, header->gas_limit);
    mo_rlp_put_u64(writer, header->gas_used);
    mo_rlp_put_u64(writer, header->timestamp);
    mo_rlp_put_bytes(writer, header->extra_data);
    put_hash(writer, &header->mix_hash);
    mo_rlp_put_bytes(writer, MO_BYTES(header->nonce));
}

static void put_later_forks(mo_rlp_writer_t *writer, const mo_header_t *header)
{
    if (header->fork >= MO_HEADER_LONDON) {
        mo_rlp_put_u256(writer, header->base_fee_per_gas);
    }
    if (header->fork >= MO_HEADER_SHANGHAI) {
        put_hash(writer, &header->withdrawals_root);
    }
    if (header->fork >= MO_HEADER_CANCUN) {
        mo_rlp_put_u64(writer, header->blob_gas_used);
        mo_rlp_put_u64(writer, header->excess_blob_gas);
        put_hash(writer, &header->parent_beacon_block_root);
    }
    if (header->fork >= MO_HEADER_PRAGUE) {
        put_hash(writer, &header->requests_hash);
    }
}

bool mo_header_encode(const mo_header_t *header, mo_buffer_t *out)
{
    uint8_t memory[MO_HEADER_BYTES_MAX];
    mo_buffer_t encoded = MO_BUFFER(memory);
    mo_rlp_writer_t writer = mo_rlp_writer(&encoded);
    mo_rlp_open_list(&writer);
    put_frontier(&writer, header);
    put_later_forks(&writer, header);
    mo_rlp_close_list(&writer);
    if (!mo_rlp_written(&writer)) {
        return false;
    }
    mo_buffer_put(out, mo_buffer_view(&encoded));
    return !out->overflown;
}

bool mo_header_hash(const mo_header_t *header, mo_hash_t *out)
{
    uint8_t memory[MO_HEADER_BYTES_MAX];
    mo_buffer_t encoded = MO_BUFFER(memory);
    if (!mo_header_encode(header, &encoded)) {
        *out = (mo_hash_t){{0}};
        return false;
    }
    *out = mo_keccak256(mo_buffer_view(&encoded));
    return true;
}

/* ---- What the protocol reads ---- */

/* Reads field `index`, or passes over it. */
static void read_fact(mo_rlp_reader_t *in, size_t index, mo_header_facts_t *out)
{
    switch (index) {
    case 0:
        read_hash(in, &out->parent_hash);
        break;
    case 3:
        read_hash(in, &out->state_root);
        break;
    case 4:
        read_hash(in, &out->transactions_root);
        break;
    case 8:
        out->number = mo_rlp_read_u64(in);
        break;
    case 10:
        out->gas_used = mo_rlp_read_u64(in);
        break;
    default:
        (void)mo_rlp_read_bytes(in);
        break;
    }
}

static mo_header_verdict_t read_facts(mo_bytes_t rlp, mo_header_facts_t *out)
{
    mo_rlp_reader_t in = mo_rlp_reader(rlp);
    size_t fields = 0;
    mo_rlp_enter_list(&in);
    for (; mo_rlp_more(&in); fields++) {
        read_fact(&in, fields, out);
    }
    if (in.verdict != MO_RLP_OK) {
        return MO_HEADER_MALFORMED;
    }
    out->hash = mo_keccak256(rlp);
    return fields < MO_HEADER_FIELDS_MIN ? MO_HEADER_FIELDS_MISSING : MO_HEADER_OK;
}

mo_header_verdict_t mo_header_facts_next(mo_bytes_t *run, mo_header_facts_t *out)
{
    memset(out, 0, sizeof *out);
    mo_bytes_t header;
    mo_header_verdict_t verdict = take_header(*run, &header);
    if (verdict == MO_HEADER_OK) {
        verdict = read_facts(header, out);
    }
    if (verdict != MO_HEADER_OK) {
        memset(out, 0, sizeof *out);
        return verdict;
    }
    *run = (mo_bytes_t){run->data + header.size, run->size - header.size};
    return MO_HEADER_OK;
}

mo_header_verdict_t mo_header_facts(mo_bytes_t rlp, mo_header_facts_t *out)
{
    mo_bytes_t rest = rlp;
    mo_header_verdict_t verdict = mo_header_facts_next(&rest, out);
    if (verdict == MO_HEADER_OK && rest.size > 0) {
        memset(out, 0, sizeof *out);
        return MO_HEADER_TRAILING_BYTES;
    }
    return verdict;
}
