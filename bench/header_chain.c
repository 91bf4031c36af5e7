#include "header_chain.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/hex.h"
#include "base/rng.h"
#include "chain/block.h"
#include "chain/scan.h"
#include "chain/verify.h"
#include "eth/header.h"
#include "eth/keccak.h"

#define TEXT_MAX (4u << 20)

static char text[TEXT_MAX];
static size_t text_size;
static mo_block_t blocks[MO_BENCH_HEADERS];
static volatile uint8_t sunk; /* keeps results from being optimised away */

__attribute__((format(printf, 1, 2))) static void add(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text + text_size, TEXT_MAX - text_size, format, arguments);
    va_end(arguments);
    MO_CHECK(size >= 0 && (size_t)size < TEXT_MAX - text_size);
    text_size += (size_t)size;
}

static void add_bytes(const char *name, mo_bytes_t bytes)
{
    add("\"%s\":\"", name);
    mo_hex_encode(bytes, MO_HEX_PREFIXED, text + text_size, TEXT_MAX - text_size);
    text_size += strlen(text + text_size);
    add("\",");
}

static void add_quantity(const char *name, uint64_t value)
{
    add("\"%s\":\"0x%" PRIx64 "\",", name, value);
}

static mo_header_t make_header(mo_rng_t *rng, uint64_t number, const mo_hash_t *parent)
{
    static const uint8_t extra[] = "a builder's name";
    mo_header_t header = {.fork = MO_HEADER_PRAGUE, .parent_hash = *parent, .number = number, .gas_limit = 36000000,
                          .gas_used = 10325859, .timestamp = 1746612311 + 12 * number, .blob_gas_used = 1179648,
                          .base_fee_per_gas = mo_u256_from_u64(1418171859), .excess_blob_gas = 50462720,
                          .extra_data = {extra, sizeof extra - 1}};
    static const uint8_t no_ommers[] = {0xc0};
    header.ommers_hash = mo_keccak256(MO_BYTES(no_ommers));
    mo_rng_fill(rng, header.coinbase.bytes, 20);
    mo_rng_fill(rng, header.state_root.bytes, 32);
    mo_rng_fill(rng, header.transactions_root.bytes, 32);
    mo_rng_fill(rng, header.receipts_root.bytes, 32);
    mo_rng_fill(rng, header.logs_bloom.bytes, sizeof header.logs_bloom.bytes);
    mo_rng_fill(rng, header.mix_hash.bytes, 32);
    mo_rng_fill(rng, header.withdrawals_root.bytes, 32);
    mo_rng_fill(rng, header.parent_beacon_block_root.bytes, 32);
    mo_rng_fill(rng, header.requests_hash.bytes, 32);
    return header;
}

/* The members of an answer, in the order in which geth gives them. */
static void add_answer(const mo_header_t *h, const mo_hash_t *hash)
{
    add("{\"jsonrpc\":\"2.0\",\"id\":%" PRIu64 ",\"result\":{", h->number);
    add_quantity("baseFeePerGas", 1418171859);
    add_quantity("blobGasUsed", h->blob_gas_used);
    add_quantity("difficulty", 0);
    add_quantity("excessBlobGas", h->excess_blob_gas);
    add_bytes("extraData", h->extra_data);
    add_quantity("gasLimit", h->gas_limit);
    add_quantity("gasUsed", h->gas_used);
    add_bytes("hash", mo_hash_view(hash));
    add_bytes("logsBloom", MO_BYTES(h->logs_bloom.bytes));
    add_bytes("miner", mo_address_view(&h->coinbase));
    add_bytes("mixHash", mo_hash_view(&h->mix_hash));
    add_bytes("nonce", MO_BYTES(h->nonce));
    add_quantity("number", h->number);
    add_bytes("parentBeaconBlockRoot", mo_hash_view(&h->parent_beacon_block_root));
    add_bytes("parentHash", mo_hash_view(&h->parent_hash));
    add_bytes("receiptsRoot", mo_hash_view(&h->receipts_root));
    add_bytes("requestsHash", mo_hash_view(&h->requests_hash));
    add_bytes("sha3Uncles", mo_hash_view(&h->ommers_hash));
    add_quantity("size", 1024);
    add_bytes("stateRoot", mo_hash_view(&h->state_root));
    add_quantity("timestamp", h->timestamp);
    add("\"transactions\":[],");
    add_bytes("transactionsRoot", mo_hash_view(&h->transactions_root));
    add("\"uncles\":[],\"withdrawals\":[],");
    add_bytes("withdrawalsRoot", mo_hash_view(&h->withdrawals_root));
    text_size--; /* the last comma */
    add("}}");
}

void mo_bench_make_chain(void)
{
    mo_rng_t rng = mo_rng(612);
    mo_hash_t hash = {{0}};
    text_size = 0;
    for (uint64_t i = 0; i < MO_BENCH_HEADERS; i++) {
        mo_header_t header = make_header(&rng, i, &hash);
        MO_CHECK(mo_header_hash(&header, &hash));
        add("%s", i == 0 ? "[" : ",");
        add_answer(&header, &hash);
    }
    add("]");
}

const char *mo_bench_chain_text(void)
{
    return text;
}

/* As src/chain reads a run of blocks. */
void mo_bench_scan_chain(void)
{
    static mo_block_t *to[MO_BENCH_HEADERS];
    for (size_t i = 0; i < MO_BENCH_HEADERS; i++) {
        to[i] = &blocks[i];
    }
    mo_scan_t scan = {.first_id = 0, .blocks = to, .count = MO_BENCH_HEADERS};
    MO_CHECK(mo_scan_blocks((mo_bytes_t){(const uint8_t *)text, text_size}, &scan));
    for (size_t i = 1; i < MO_BENCH_HEADERS; i++) {
        MO_CHECK(mo_hash_equal(&blocks[i].parent, &blocks[i - 1].hash));
    }
}

void mo_bench_verify_chain(void)
{
    json_t *batch = json_loadb(text, text_size, 0, NULL);
    MO_CHECK(json_array_size(batch) == MO_BENCH_HEADERS);
    for (size_t i = 0; i < MO_BENCH_HEADERS; i++) {
        const json_t *answer = json_object_get(json_array_get(batch, i), "result");
        MO_CHECK(mo_verify_block(answer, &blocks[i]) == NULL);
        MO_CHECK(i == 0 || mo_hash_equal(&blocks[i].parent, &blocks[i - 1].hash));
    }
    json_decref(batch);
}

void mo_bench_parse_chain(void)
{
    json_t *batch = json_loadb(text, text_size, 0, NULL);
    MO_CHECK(json_array_size(batch) == MO_BENCH_HEADERS);
    json_decref(batch);
}

void mo_bench_hash_chain(void)
{
    mo_bytes_t headers[MO_BENCH_HEADERS];
    mo_hash_t hashes[MO_BENCH_HEADERS];
    for (size_t i = 0; i < MO_BENCH_HEADERS; i++) {
        headers[i] = mo_block_rlp(&blocks[i]);
    }
    mo_keccak256_many(headers, MO_BENCH_HEADERS, hashes);
    sunk = hashes[0].bytes[0];
}
