/* {request, response} of JSON-RPC (*.io, or *.json of that form): what the library reads of an answer holds together, and is
 * written back as it came. A node's error is one, and an answer of nothing is no block.
 *
 * A proof's state root is in no such file: its first node stands for it, and what it then proves must be what the answer
 * reports beside. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "chain/fault.h"
#include "chain/form.h"
#include "chain/json.h"
#include "chain/verify.h"
#include "eth/header.h"
#include "eth/keccak.h"
#include "eth/rlp.h"
#include "eth/transaction.h"
#include "vectors/forms.h"

#define LOGS_MAX  256
#define LISTS_MAX 64

bool mo_fits_exchange(const mo_case_t *c)
{
    return mo_has(c->value, "request") && mo_has(c->value, "response");
}

static const json_t *result_of(const mo_case_t *c)
{
    return json_object_get(mo_case_member(c, "response"), "result");
}

/* Up to the case of digits. */
static bool is_written_so(const json_t *value, json_t *written)
{
    bool same = strcasecmp(json_string_value(value), json_string_value(written)) == 0;
    json_decref(written);
    return same;
}

static mo_result_t judge_quantity(mo_case_t *c)
{
    mo_u256_t value;
    MO_EXPECT(c, mo_json_is_u256(result_of(c), &value));
    MO_EXPECT(c, is_written_so(result_of(c), mo_form_u256(value)));
    return mo_case_end(c);
}

static bool read_bytes(mo_case_t *c, mo_bytes_t *out)
{
    size_t size = json_string_length(result_of(c)) / 2;
    mo_buffer_t room = {mo_case_room(c, size), 0, size, false};
    return mo_json_is_bytes(result_of(c), &room, out) && is_written_so(result_of(c), mo_form_bytes(*out));
}

static mo_result_t judge_bytes(mo_case_t *c)
{
    mo_bytes_t data;
    MO_EXPECT(c, read_bytes(c, &data));
    return mo_case_end(c);
}

/* The block's first item is a header, in the form in which headers are. */
static mo_result_t judge_raw_block(mo_case_t *c)
{
    mo_bytes_t data;
    mo_header_t header;
    MO_EXPECT(c, read_bytes(c, &data) && mo_rlp_check(data) == MO_RLP_OK);
    mo_rlp_reader_t in = mo_rlp_reader(data);
    mo_rlp_enter_list(&in);
    MO_EXPECT(c, mo_header_decode(mo_rlp_read_item(&in).whole, &header) == MO_HEADER_OK);
    return mo_case_end(c);
}

static mo_result_t judge_raw_header(mo_case_t *c)
{
    mo_bytes_t data;
    mo_header_t header;
    uint8_t memory[MO_HEADER_BYTES_MAX];
    mo_buffer_t again = MO_BUFFER(memory);
    MO_EXPECT(c, read_bytes(c, &data) && mo_header_decode(data, &header) == MO_HEADER_OK);
    MO_EXPECT(c, mo_header_encode(&header, &again) && mo_bytes_equal(mo_buffer_view(&again), data));
    return mo_case_end(c);
}

static mo_result_t judge_raw_transaction(mo_case_t *c)
{
    mo_transaction_access_t access[LISTS_MAX];
    mo_hash_t hashes[LISTS_MAX];
    mo_transaction_authorization_t authorizations[LISTS_MAX];
    mo_transaction_room_t room = {{{0}}, access, LISTS_MAX, hashes, LISTS_MAX, authorizations, LISTS_MAX};
    mo_transaction_signed_t got;
    mo_address_t sender;
    mo_bytes_t data;
    MO_EXPECT(c, read_bytes(c, &data) && mo_transaction_decode(data, &room, &got) == MO_TRANSACTION_OK);
    MO_EXPECT(c, mo_transaction_sender(&got, &sender) == MO_SECP_OK);
    return mo_case_end(c);
}

static mo_result_t judge_block_answer(mo_case_t *c)
{
    mo_block_t block;
    const char *fault = mo_verify_block(result_of(c), &block);
    bool known = json_is_string(json_object_get(result_of(c), "hash"));
    return known == (fault == NULL) ? mo_case_end(c) : mo_case_fail(c, fault == NULL ? "a block without hash" : fault);
}

static bool has_address(const mo_address_t *addresses, size_t count, const mo_address_t *one)
{
    bool has = false;
    for (size_t i = 0; i < count; i++) {
        has = has || mo_address_equal(&addresses[i], one);
    }
    return has;
}

/* Asked for with the very addresses and blocks that came. */
static mo_result_t judge_logs(mo_case_t *c)
{
    mo_address_t addresses[MO_LOG_ADDRESSES_MAX];
    mo_log_query_t query = {.from = 0, .to = UINT64_MAX, .addresses = addresses};
    size_t count = json_array_size(result_of(c));
    for (size_t i = 0; i < count; i++) {
        mo_address_t one = mo_read_address(c, json_object_get(json_array_get(result_of(c), i), "address"));
        if (!has_address(addresses, query.address_count, &one)) {
            MO_EXPECT(c, query.address_count < MO_LOG_ADDRESSES_MAX);
            addresses[query.address_count++] = one;
        }
    }
    static mo_log_t items[LOGS_MAX];
    mo_log_batch_t batch = {.items = items, .capacity = LOGS_MAX, .memory = {mo_case_room(c, 1 << 20), 0, 1 << 20, false}};
    bool too_small;
    const char *fault = mo_verify_logs(result_of(c), &query, &batch, &too_small);
    if (fault != NULL) {
        return mo_case_fail(c, fault);
    }
    MO_EXPECT(c, batch.count == count);
    return mo_case_end(c);
}

/* Slots are asked for by numbers of any length. */
static bool read_slots(mo_case_t *c, const json_t *told, mo_hash_t *slots)
{
    for (size_t i = 0; i < json_array_size(told); i++) {
        slots[i] = mo_u256_to_hash(mo_read_u256(c, json_object_get(json_array_get(told, i), "key")));
    }
    return json_array_size(told) <= MO_PROOF_SLOTS_MAX;
}

static mo_result_t judge_proof_answer(mo_case_t *c)
{
    static mo_proof_t proof;
    const json_t *told = json_object_get(result_of(c), "storageProof");
    mo_bytes_t first = mo_read_bytes(c, json_array_get(json_object_get(result_of(c), "accountProof"), 0));
    mo_block_t block = {.state_root = mo_keccak256(first)};
    mo_hash_t slots[MO_PROOF_SLOTS_MAX];
    MO_EXPECT(c, json_array_size(told) <= MO_PROOF_SLOTS_MAX && read_slots(c, told, slots));
    mo_proof_query_t query = {.address = mo_read_address(c, json_object_get(result_of(c), "address")),
                              .slots = slots, .slot_count = json_array_size(told), .block = &block};
    mo_buffer_t memory = {mo_case_room(c, 1 << 20), 0, 1 << 20, false};
    const char *fault = mo_verify_proof(result_of(c), &query, &memory, &proof);
    if (fault != NULL) {
        return mo_case_fail(c, fault);
    }
    MO_EXPECT(c, mo_u256_equal(mo_read_u256(c, json_object_get(result_of(c), "balance")), proof.account.balance));
    MO_EXPECT(c, mo_read_u64(c, json_object_get(result_of(c), "nonce")) == proof.account.nonce);
    for (size_t i = 0; i < proof.slot_count; i++) {
        mo_u256_t value = mo_read_u256(c, json_object_get(json_array_get(told, i), "value"));
        MO_EXPECT(c, mo_u256_equal(mo_u256_from_hash(&proof.slots[i].value), value));
    }
    return mo_case_end(c);
}

/* What is read of each method's answer. */
static const struct {
    const char *method;
    mo_result_t (*judge)(mo_case_t *c);
} judges[] = {
    {"eth_blockNumber", judge_quantity},
    {"eth_chainId", judge_quantity},
    {"eth_gasPrice", judge_quantity},
    {"eth_baseFee", judge_quantity},
    {"eth_getBalance", judge_quantity},
    {"eth_getTransactionCount", judge_quantity},
    {"eth_getBlockTransactionCountByHash", judge_quantity},
    {"eth_estimateGas", judge_quantity},
    {"eth_getCode", judge_bytes},
    {"eth_call", judge_bytes},
    {"eth_getStorageAt", judge_bytes},
    {"eth_sendRawTransaction", judge_bytes},
    {"debug_getRawBlock", judge_raw_block},
    {"debug_getRawHeader", judge_raw_header},
    {"debug_getRawTransaction", judge_raw_transaction},
    {"eth_getBlockByNumber", judge_block_answer},
    {"eth_getBlockByHash", judge_block_answer},
    {"eth_getLogs", judge_logs},
    {"eth_getProof", judge_proof_answer},
};

static mo_result_t judge_error(mo_case_t *c, const json_t *error)
{
    MO_EXPECT(c, result_of(c) == NULL && json_is_integer(json_object_get(error, "code")));
    MO_EXPECT(c, json_is_string(json_object_get(error, "message")));
    mo_fault_t fault = mo_fault_of(json_integer_value(json_object_get(error, "code")),
                                   json_string_value(json_object_get(error, "message")));
    MO_EXPECT(c, mo_fault_kind(fault) != MO_OK);
    return mo_case_end(c);
}

mo_result_t mo_judge_exchange(mo_case_t *c)
{
    const json_t *error = json_object_get(mo_case_member(c, "response"), "error");
    const char *method = mo_read_text(c, json_object_get(mo_case_member(c, "request"), "method"));
    if (error != NULL) {
        return judge_error(c, error);
    }
    for (size_t i = 0; i < sizeof judges / sizeof judges[0]; i++) {
        if (strcmp(judges[i].method, method) == 0) {
            return judges[i].judge(c);
        }
    }
    char why[MO_CASE_NOTE_MAX];
    (void)snprintf(why, sizeof why, "%s, whose answer the library does not read whole", method);
    return mo_case_not_understood(c, why);
}
