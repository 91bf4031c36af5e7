#include "chain/block.h"

#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "chain/form.h"
#include "chain/json.h"
#include "chain/rpc.h"
#include "chain/verify.h"
#include "chain/wire.h"
#include "eth/header.h"
#include "eth/keccak.h"

/* Which fork a header is of follows from the members that it has: forks have only ever appended. */
static mo_header_fork_t fork_of(const mo_json_t *in)
{
    return mo_json_has(in, "requestsHash")            ? MO_HEADER_PRAGUE
           : mo_json_has(in, "parentBeaconBlockRoot") ? MO_HEADER_CANCUN
           : mo_json_has(in, "withdrawalsRoot")       ? MO_HEADER_SHANGHAI
           : mo_json_has(in, "baseFeePerGas")         ? MO_HEADER_LONDON
                                                      : MO_HEADER_FRONTIER;
}

static void read_appended(mo_json_t *in, mo_header_t *header)
{
    if (header->fork >= MO_HEADER_LONDON) {
        header->base_fee_per_gas = mo_json_u256(in, "baseFeePerGas");
    }
    if (header->fork >= MO_HEADER_SHANGHAI) {
        header->withdrawals_root = mo_json_hash(in, "withdrawalsRoot");
    }
    if (header->fork >= MO_HEADER_CANCUN) {
        header->blob_gas_used = mo_json_u64(in, "blobGasUsed");
        header->excess_blob_gas = mo_json_u64(in, "excessBlobGas");
        header->parent_beacon_block_root = mo_json_hash(in, "parentBeaconBlockRoot");
    }
    if (header->fork >= MO_HEADER_PRAGUE) {
        header->requests_hash = mo_json_hash(in, "requestsHash");
    }
}

static void read_header(mo_json_t *in, mo_buffer_t *extra, mo_header_t *header)
{
    *header = (mo_header_t){
        .fork = fork_of(in),
        .parent_hash = mo_json_hash(in, "parentHash"),
        .ommers_hash = mo_json_hash(in, "sha3Uncles"),
        .coinbase = mo_json_address(in, "miner"),
        .state_root = mo_json_hash(in, "stateRoot"),
        .transactions_root = mo_json_hash(in, "transactionsRoot"),
        .receipts_root = mo_json_hash(in, "receiptsRoot"),
        .difficulty = mo_json_u256(in, "difficulty"),
        .number = mo_json_u64(in, "number"),
        .gas_limit = mo_json_u64(in, "gasLimit"),
        .gas_used = mo_json_u64(in, "gasUsed"),
        .timestamp = mo_json_u64(in, "timestamp"),
        .extra_data = mo_json_bytes(in, "extraData", extra),
        .mix_hash = mo_json_hash(in, "mixHash"),
    };
    mo_json_exact(in, "logsBloom", header->logs_bloom.bytes, sizeof header->logs_bloom.bytes);
    mo_json_exact(in, "nonce", header->nonce, sizeof header->nonce);
    read_appended(in, header);
}

const char *mo_verify_header(const mo_header_t *header, mo_block_t *block)
{
    mo_buffer_t rlp = MO_BUFFER(block->rlp);
    if (!mo_header_encode(header, &rlp)) {
        return "a header that is too long";
    }
    block->rlp_size = rlp.size;
    block->number = header->number;
    block->parent = header->parent_hash;
    block->state_root = header->state_root;
    block->transactions_root = header->transactions_root;
    block->gas_used = header->gas_used;
    block->timestamp = header->timestamp;
    return mo_u256_to_u64(header->base_fee_per_gas, &block->base_fee) ? NULL : "baseFeePerGas";
}

static const char *encode(const mo_header_t *header, const mo_hash_t *reported, mo_block_t *block)
{
    const char *fault = mo_verify_header(header, block);
    if (fault != NULL) {
        return fault;
    }
    block->hash = mo_keccak256(mo_block_rlp(block));
    return mo_hash_equal(&block->hash, reported) ? NULL : "a header that does not hash to the block's hash";
}

const char *mo_verify_block(const json_t *value, mo_block_t *block)
{
    memset(block, 0, sizeof *block);
    mo_json_t in = mo_json_object(value);
    uint8_t memory[MO_HEADER_BYTES_MAX];
    mo_buffer_t extra = MO_BUFFER(memory);
    mo_header_t header;
    read_header(&in, &extra, &header);
    mo_hash_t reported = mo_json_hash(&in, "hash");
    const char *fault = in.fault != NULL ? in.fault : encode(&header, &reported, block);
    if (fault != NULL) {
        memset(block, 0, sizeof *block);
    }
    return fault;
}

mo_bloom_bits_t mo_bloom_bits(const mo_address_t *address)
{
    mo_hash_t hash = mo_keccak256(mo_address_view(address));
    mo_bloom_bits_t of;
    for (size_t i = 0; i < 3; i++) {
        of.bits[i] = (uint16_t)((hash.bytes[2 * i] << 8 | hash.bytes[2 * i + 1]) % 2048);
    }
    return of;
}

bool mo_block_may_log(const mo_block_t *block, const mo_bloom_bits_t *of)
{
    /* Of every header alike: the list's head (3), five hashes (33 each), an address (21), the filter's own head (3). */
    const uint8_t *filter = block->rlp + 3 + 5 * 33 + 21 + 3;
    bool may = true;
    for (size_t i = 0; i < 3; i++) {
        may = may && (filter[255 - of->bits[i] / 8] >> of->bits[i] % 8 & 1) != 0;
    }
    return may;
}

static mo_wire_call_t block_call(mo_rpc_at_t at)
{
    return (mo_wire_call_t){.method = "eth_getBlockByNumber", .params = mo_form_list(mo_form_at(at), json_false())};
}

#define OTHER_BLOCK "another block than the one asked for"

static mo_err_t take_block(mo_rpc_t *rpc, mo_rpc_at_t at, const json_t *value, mo_block_t *block)
{
    const char *fault = mo_verify_block(value, block);
    if (fault == NULL && at.tag == MO_RPC_AT_NUMBER && block->number != at.number) {
        fault = OTHER_BLOCK;
    }
    if (fault == NULL) {
        return MO_SUCCESS;
    }
    memset(block, 0, sizeof *block);
    return mo_wire_malformed(rpc, "eth_getBlockByNumber", fault);
}

mo_err_t mo_rpc_block(mo_rpc_t *rpc, mo_rpc_at_t at, mo_block_t *block)
{
    MO_CHECK(at.tag != MO_RPC_AT_PENDING);
    memset(block, 0, sizeof *block);
    mo_wire_call_t call = block_call(at);
    mo_wire_reply_t reply;
    mo_err_t err = mo_wire_batch(rpc, &call, 1, &reply);
    if (!mo_failed(err) && json_is_null(reply.results[0])) {
        err = mo_err(MO_ERR_TRANSIENT, "no block %" PRIu64 " yet", at.number);
    } else if (!mo_failed(err)) {
        err = take_block(rpc, at, reply.results[0], block);
    }
    mo_wire_release(&reply);
    return err;
}

/* Block `from + i` of a reply; `*there` is false when the node has none. */
static mo_err_t take_run_block(mo_rpc_t *rpc, const mo_wire_reply_t *reply, size_t i, uint64_t number, mo_block_t *block,
                               bool *there)
{
    *there = reply->scanned[i] || !json_is_null(reply->results[i]);
    if (!*there) {
        memset(block, 0, sizeof *block);
        return MO_SUCCESS;
    }
    if (!reply->scanned[i]) {
        return take_block(rpc, MO_AT(number), reply->results[i], block);
    }
    return block->number == number ? MO_SUCCESS : mo_wire_malformed(rpc, "eth_getBlockByNumber", OTHER_BLOCK);
}

/* One batch of consecutive blocks; fewer when the chain ends. */
static mo_err_t read_run(mo_rpc_t *rpc, uint64_t from, mo_block_t *blocks, size_t count, size_t *got)
{
    *got = 0;
    mo_wire_call_t calls[MO_RPC_BATCH_MAX] = {0};
    for (size_t i = 0; i < count; i++) {
        calls[i] = block_call(MO_AT(from + i));
        calls[i].block = &blocks[i];
    }
    mo_wire_reply_t reply;
    mo_err_t err = mo_wire_batch(rpc, calls, count, &reply);
    size_t taken = 0;
    bool there = true;
    while (!mo_failed(err) && taken < count && there) {
        err = take_run_block(rpc, &reply, taken, from + taken, &blocks[taken], &there);
        taken += mo_failed(err) || !there ? 0 : 1;
    }
    mo_wire_release(&reply);
    *got = mo_failed(err) ? 0 : taken;
    return err;
}

static mo_err_t check_chained(mo_rpc_t *rpc, const mo_block_t *blocks, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (!mo_hash_equal(&blocks[i].parent, &blocks[i - 1].hash)) {
            return mo_wire_malformed(rpc, "eth_getBlockByNumber", "blocks that do not chain");
        }
    }
    return MO_SUCCESS;
}

mo_err_t mo_rpc_blocks(mo_rpc_t *rpc, uint64_t from, mo_block_t *blocks, size_t count, size_t *got)
{
    *got = 0;
    size_t done = 0;
    size_t asked = 0;
    size_t run = 0;
    mo_err_t err = MO_SUCCESS;
    while (!mo_failed(err) && done < count && run == asked) {
        asked = count - done < MO_RPC_BATCH_MAX ? count - done : MO_RPC_BATCH_MAX;
        err = read_run(rpc, from + done, blocks + done, asked, &run);
        done += run;
    }
    if (!mo_failed(err)) {
        err = check_chained(rpc, blocks, done);
    }
    if (mo_failed(err)) {
        memset(blocks, 0, count * sizeof *blocks);
        return err;
    }
    *got = done;
    return MO_SUCCESS;
}

/* The result of call `i` as a block, when there is one. */
static mo_err_t glance_block(mo_rpc_t *rpc, const mo_wire_reply_t *reply, size_t i, mo_rpc_at_t at, mo_block_t *block,
                             bool *found)
{
    *found = false;
    if (reply->errors[i] != NULL || json_is_null(reply->results[i])) {
        return MO_SUCCESS;
    }
    mo_err_t err = take_block(rpc, at, reply->results[i], block);
    *found = !mo_failed(err);
    return err;
}

static mo_err_t read_glance(mo_rpc_t *rpc, const mo_wire_reply_t *reply, uint64_t number, mo_glance_t *glance)
{
    if (reply->errors[0] != NULL) {
        return mo_err_wrap(mo_wire_error(rpc, reply->errors[0]), "eth_blockNumber");
    }
    if (!mo_json_is_u64(reply->results[0], &glance->head)) {
        return mo_wire_malformed(rpc, "eth_blockNumber", "no quantity of 64 bits");
    }
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < 2 && !mo_failed(err); i++) {
        err = glance_block(rpc, reply, 1 + i, MO_AT(number + i), &glance->blocks[i], &glance->found[i]);
    }
    if (!mo_failed(err) && reply->count == 4) {
        mo_block_t final;
        err = glance_block(rpc, reply, 3, MO_AT_FINALIZED, &final, &glance->final_known);
        glance->finalised = glance->final_known ? final.number : 0;
    }
    return err;
}

mo_err_t mo_rpc_glance(mo_rpc_t *rpc, uint64_t number, bool finality, mo_glance_t *glance)
{
    *glance = (mo_glance_t){0};
    mo_wire_call_t calls[4] = {{.method = "eth_blockNumber", .params = json_array()}, block_call(MO_AT(number)), block_call(MO_AT(number + 1))};
    if (finality) {
        calls[3] = block_call(MO_AT_FINALIZED);
    }
    mo_wire_reply_t reply;
    mo_err_t err = mo_wire_batch_each(rpc, calls, finality ? 4 : 3, &reply);
    if (!mo_failed(err)) {
        err = read_glance(rpc, &reply, number, glance);
    }
    mo_wire_release(&reply);
    if (mo_failed(err)) {
        *glance = (mo_glance_t){0};
    }
    return err;
}
