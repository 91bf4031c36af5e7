/* Blocks: {hash, headerRlp, header, transactions, ...}; those of Ethereum's own chain tests, {rlp, blockHeader |
 * expectException}; and those recorded from anvil, {rpcBlock, headerRlp, hashMatches, ...}. */
#include <stdio.h>
#include <string.h>

#include "eth/body.h"
#include "eth/header.h"
#include "eth/keccak.h"
#include "eth/rlp.h"
#include "vectors/forms.h"

#define ITEMS_MAX 4096

static mo_body_list_t list_of(mo_case_t *c, const char *name)
{
    if (!mo_has(c->value, name)) {
        return (mo_body_list_t){NULL, 0};
    }
    mo_list_t list = mo_case_list(c, name);
    return (mo_body_list_t){list.items, list.count};
}

static mo_body_t body_of(mo_case_t *c)
{
    return (mo_body_t){
        .transactions = list_of(c, "transactions"),
        .ommers = list_of(c, "uncleHeadersRlp"),
        .withdrawals = list_of(c, "withdrawals"),
        .has_withdrawals = mo_has(c->value, "withdrawals"),
        .receipts = list_of(c, "receipts"),
        .has_receipts = mo_has(c->value, "receipts"),
    };
}

/* Whether the header encodes back to exactly `rlp`. */
static bool encodes_to(const mo_header_t *header, mo_bytes_t rlp)
{
    uint8_t memory[MO_HEADER_BYTES_MAX];
    mo_buffer_t out = MO_BUFFER(memory);
    return mo_header_encode(header, &out) && mo_bytes_equal(mo_buffer_view(&out), rlp);
}

/* ---- Fields of JSON ---- */

typedef struct {
    mo_case_t *c;
    const json_t *json;
    bool same;
} comparison_t;

static void compare_bytes(comparison_t *with, const char *name, mo_bytes_t actual)
{
    const json_t *member = json_object_get(with->json, name);
    with->same = with->same && mo_bytes_equal(mo_read_bytes(with->c, member), actual);
}

static void compare_number(comparison_t *with, const char *name, mo_u256_t actual)
{
    const json_t *member = json_object_get(with->json, name);
    with->same = with->same && mo_u256_equal(mo_read_u256(with->c, member), actual);
}

static void compare_u64(comparison_t *with, const char *name, uint64_t actual)
{
    compare_number(with, name, mo_u256_from_u64(actual));
}

static void compare_later(comparison_t *with, const mo_header_t *h)
{
    if (h->fork >= MO_HEADER_LONDON) {
        compare_number(with, "baseFeePerGas", h->base_fee_per_gas);
    }
    if (h->fork >= MO_HEADER_SHANGHAI) {
        compare_bytes(with, "withdrawalsRoot", mo_hash_view(&h->withdrawals_root));
    }
    if (h->fork >= MO_HEADER_CANCUN) {
        compare_u64(with, "blobGasUsed", h->blob_gas_used);
        compare_u64(with, "excessBlobGas", h->excess_blob_gas);
        compare_bytes(with, "parentBeaconBlockRoot", mo_hash_view(&h->parent_beacon_block_root));
    }
    if (h->fork >= MO_HEADER_PRAGUE) {
        compare_bytes(with, "requestsHash", mo_hash_view(&h->requests_hash));
    }
}

/* The header against JSON-RPC's names of its fields. */
static bool has_fields(mo_case_t *c, const mo_header_t *h, const json_t *json)
{
    comparison_t with = {c, json, true};
    compare_bytes(&with, "parentHash", mo_hash_view(&h->parent_hash));
    compare_bytes(&with, "sha3Uncles", mo_hash_view(&h->ommers_hash));
    compare_bytes(&with, "miner", mo_address_view(&h->coinbase));
    compare_bytes(&with, "stateRoot", mo_hash_view(&h->state_root));
    compare_bytes(&with, "transactionsRoot", mo_hash_view(&h->transactions_root));
    compare_bytes(&with, "receiptsRoot", mo_hash_view(&h->receipts_root));
    compare_bytes(&with, "logsBloom", MO_BYTES(h->logs_bloom.bytes));
    compare_number(&with, "difficulty", h->difficulty);
    compare_u64(&with, "number", h->number);
    compare_u64(&with, "gasLimit", h->gas_limit);
    compare_u64(&with, "gasUsed", h->gas_used);
    compare_u64(&with, "timestamp", h->timestamp);
    compare_bytes(&with, "extraData", h->extra_data);
    compare_bytes(&with, "mixHash", mo_hash_view(&h->mix_hash));
    compare_bytes(&with, "nonce", MO_BYTES(h->nonce));
    compare_later(&with, h);
    return with.same;
}

/* ---- {hash, headerRlp, header, ...} ---- */

bool mo_fits_block(const mo_case_t *c)
{
    return mo_has(c->value, "hash") && mo_has(c->value, "headerRlp") && mo_has(c->value, "header");
}

mo_result_t mo_judge_block(mo_case_t *c)
{
    mo_bytes_t rlp = mo_case_bytes(c, "headerRlp");
    mo_hash_t expected = mo_case_hash(c, "hash");
    mo_hash_t hash;
    mo_header_t header;
    mo_header_facts_t facts;
    MO_EXPECT(c, mo_header_decode(rlp, &header) == MO_HEADER_OK);
    MO_EXPECT(c, (uint64_t)header.fork == mo_case_u64(c, "headerItems"));
    MO_EXPECT(c, encodes_to(&header, rlp));
    MO_EXPECT(c, mo_header_hash(&header, &hash) && mo_hash_equal(&hash, &expected));
    MO_EXPECT(c, mo_header_facts(rlp, &facts) == MO_HEADER_OK && mo_hash_equal(&facts.hash, &expected));
    MO_EXPECT(c, has_fields(c, &header, mo_case_member(c, "header")));
    mo_body_t body = body_of(c);
    mo_body_room_t room = mo_case_body_room(c, ITEMS_MAX);
    MO_EXPECT(c, mo_body_check(&header, &body, &room) == MO_BODY_OK);
    return mo_case_end(c);
}

/* ---- {rpcBlock, headerRlp, hashMatches, ...} ---- */

bool mo_fits_recorded_block(const mo_case_t *c)
{
    return mo_has(c->value, "rpcBlock") && mo_has(c->value, "headerRlp") && mo_has(c->value, "hashMatches");
}

/* A node that reports a hash which is not that of its header is noticed. */
mo_result_t mo_judge_recorded_block(mo_case_t *c)
{
    mo_bytes_t rlp = mo_case_bytes(c, "headerRlp");
    const json_t *reported = mo_case_member(c, "rpcBlock");
    mo_hash_t expected = mo_read_hash(c, json_object_get(reported, "hash"));
    mo_hash_t hash;
    mo_header_t header;
    MO_EXPECT(c, mo_header_decode(rlp, &header) == MO_HEADER_OK && encodes_to(&header, rlp));
    MO_EXPECT(c, (uint64_t)header.fork == mo_case_u64(c, "headerItems"));
    MO_EXPECT(c, has_fields(c, &header, reported));
    MO_EXPECT(c, mo_header_hash(&header, &hash));
    MO_EXPECT(c, mo_hash_equal(&hash, &expected) == json_is_true(mo_case_member(c, "hashMatches")));
    mo_body_t body = body_of(c);
    mo_body_room_t room = mo_case_body_room(c, ITEMS_MAX);
    MO_EXPECT(c, mo_body_check(&header, &body, &room) == MO_BODY_OK);
    return mo_case_end(c);
}

/* ---- {rlp, blockHeader | expectException} ---- */

bool mo_fits_chain_block(const mo_case_t *c)
{
    return mo_has(c->value, "rlp") && mo_has(c->value, "chainname") &&
           mo_has(c->value, "blockHeader") != mo_has(c->value, "expectException");
}

/* The next item, a list, as its own items: strings by content (EIP-2718), lists whole. */
static mo_body_list_t read_items(mo_case_t *c, mo_rlp_reader_t *in)
{
    mo_bytes_t *items = (mo_bytes_t *)(void *)mo_case_room(c, ITEMS_MAX * sizeof *items);
    size_t count = 0;
    mo_rlp_enter_list(in);
    while (mo_rlp_more(in) && count < ITEMS_MAX) {
        mo_rlp_item_t item = mo_rlp_read_item(in);
        items[count++] = item.kind == MO_RLP_LIST ? item.whole : item.payload;
    }
    mo_rlp_leave_list(in);
    return (mo_body_list_t){items, count};
}

typedef struct {
    mo_bytes_t header;
    mo_body_t body;
} block_t;

static bool read_block(mo_case_t *c, mo_bytes_t rlp, block_t *block)
{
    mo_rlp_reader_t in = mo_rlp_reader(rlp);
    memset(block, 0, sizeof *block);
    mo_rlp_enter_list(&in);
    block->header = mo_rlp_read_item(&in).whole;
    block->body.transactions = read_items(c, &in);
    block->body.ommers = read_items(c, &in);
    if (mo_rlp_more(&in)) {
        block->body.has_withdrawals = true;
        block->body.withdrawals = read_items(c, &in);
    }
    mo_rlp_leave_list(&in);
    return mo_rlp_check(rlp) == MO_RLP_OK && mo_rlp_finish(&in) == MO_RLP_OK;
}

/* Whether a block of the file that counts, or its genesis, has this hash. */
static bool is_known_hash(mo_case_t *c, const mo_hash_t *hash)
{
    const json_t *chain = c->outer[1];
    const json_t *blocks = json_object_get(chain, "blocks");
    mo_hash_t known = mo_read_hash(c, json_object_get(json_object_get(chain, "genesisBlockHeader"), "hash"));
    bool found = mo_hash_equal(&known, hash);
    for (size_t i = 0; i < json_array_size(blocks) && !found; i++) {
        const json_t *header = json_object_get(json_array_get(blocks, i), "blockHeader");
        if (header != NULL) {
            known = mo_read_hash(c, json_object_get(header, "hash"));
            found = mo_hash_equal(&known, hash);
        }
    }
    return found;
}

/* What an exception means for a library that does not run transactions and keeps no rules of a chain. */
static mo_result_t judge_exception(mo_case_t *c, const mo_header_t *header, mo_body_verdict_t verdict)
{
    const char *exception = mo_case_text(c, "expectException");
    if (strstr(exception, "UNKNOWN_PARENT") != NULL) {
        MO_EXPECT(c, !is_known_hash(c, &header->parent_hash));
        return mo_case_end(c);
    }
    if (strstr(exception, "TRANSACTIONS_ROOT") != NULL) {
        MO_EXPECT(c, verdict == MO_BODY_TRANSACTIONS);
        return mo_case_end(c);
    }
    if (strstr(exception, "WITHDRAWALS_ROOT") != NULL) {
        MO_EXPECT(c, verdict == MO_BODY_WITHDRAWALS);
        return mo_case_end(c);
    }
    char why[MO_CASE_NOTE_MAX];
    (void)snprintf(why, sizeof why, "%s: a rule of consensus, or a state, which the library does not judge", exception);
    return mo_case_not_understood(c, why);
}

mo_result_t mo_judge_chain_block(mo_case_t *c)
{
    block_t block;
    mo_header_t header;
    mo_hash_t hash;
    MO_EXPECT(c, read_block(c, mo_case_bytes(c, "rlp"), &block));
    MO_EXPECT(c, mo_header_decode(block.header, &header) == MO_HEADER_OK && mo_header_hash(&header, &hash));
    mo_body_room_t room = mo_case_body_room(c, ITEMS_MAX);
    mo_body_verdict_t verdict = mo_body_check(&header, &block.body, &room);
    if (mo_has(c->value, "expectException")) {
        return judge_exception(c, &header, verdict);
    }
    mo_hash_t expected = mo_read_hash(c, json_object_get(mo_case_member(c, "blockHeader"), "hash"));
    MO_EXPECT(c, mo_hash_equal(&hash, &expected));
    MO_EXPECT(c, verdict == MO_BODY_OK);
    MO_EXPECT(c, is_known_hash(c, &header.parent_hash));
    return mo_case_end(c);
}
