#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/endian.h"
#include "base/hex.h"
#include "bind/core.h"
#include "bind/kernel_relay.h"
#include "bind/registry.h"
#include "node/demo_report_parts.h"
#include "rules/limits.h"

#define CALL_MAX   256
#define RESULT_MAX 1024

/* A transaction as JSON: its call data in hex, and a page of other fields. */
#define TRANSACTION_JSON_MAX (2 * MO_RPC_INPUT_MAX + 8192)

/* Words of commit(T, statedHeight, link, seal): 6 + 1 + 6 + 1. */
#define COMMIT_HEAD_WORDS 14
#define SELECTOR_SIZE     4
#define WORD              32

static bool call_is(mo_bytes_t call, const char *signature)
{
    const mo_abi_selector_t selector = mo_abi_selector(signature);
    return call.size >= SELECTOR_SIZE && memcmp(call.data, selector.bytes, SELECTOR_SIZE) == 0;
}

mo_err_t mo_demo_call_read(mo_rpc_t *rpc, const mo_hash_t *tx, mo_buffer_t *memory)
{
    static uint8_t json_memory[TRANSACTION_JSON_MAX];
    mo_buffer_t text = MO_BUFFER(json_memory);
    char hash[MO_HEX_TEXT(32)];
    char params[MO_HEX_TEXT(32) + 8];
    mo_hex_encode(mo_hash_view(tx), MO_HEX_PREFIXED, hash, sizeof hash);
    (void)snprintf(params, sizeof params, "[\"%s\"]", hash);
    const mo_err_t err = mo_rpc_request(rpc, "eth_getTransactionByHash", params, &text);
    if (mo_failed(err)) {
        return err;
    }
    json_t *const object = json_loadb((const char *)text.data, text.size, 0, NULL);
    const char *const input = json_string_value(json_object_get(object, "input"));
    const bool read = input != NULL && mo_hex_decode(input, MO_HEX_PREFIXED, memory);
    json_decref(object);
    return read ? MO_SUCCESS : mo_err(MO_ERR_PERMANENT, "transaction %s has no call data", hash);
}

mo_err_t mo_demo_gas_read(mo_rpc_t *rpc, const mo_hash_t *tx, uint64_t *gas)
{
    mo_receipt_t receipt;
    bool found = false;
    const mo_err_t err = mo_rpc_receipt(rpc, tx, &receipt, &found);
    *gas = receipt.gas_used;
    return mo_failed(err) || (found && receipt.succeeded)
               ? err
               : mo_err(MO_ERR_PERMANENT, "a transaction with an event has no receipt of success");
}

static mo_err_t registry_ask(const mo_devnet_t *devnet, const mo_buffer_t *call, mo_buffer_t *result)
{
    const mo_rpc_call_t question = {.to = &devnet->config.registry, .data = mo_buffer_view(call)};
    return mo_rpc_call(devnet->origin, &question, MO_AT_LATEST, result);
}

mo_err_t mo_demo_voter_read(const mo_devnet_t *devnet, uint32_t index, mo_address_t *signer, uint32_t *weight)
{
    uint8_t call_memory[CALL_MAX];
    uint8_t result_memory[RESULT_MAX];
    mo_buffer_t call = MO_BUFFER(call_memory);
    mo_buffer_t result = MO_BUFFER(result_memory);
    mo_bind_registry_voter_result_t voter;
    if (!mo_bind_registry_voter_encode(&call, &(mo_bind_registry_voter_t){.index = index})) {
        return mo_err(MO_ERR_PERMANENT, "cannot encode a question");
    }
    const mo_err_t err = registry_ask(devnet, &call, &result);
    if (mo_failed(err) || mo_bind_registry_voter_result_decode(mo_buffer_view(&result), &voter) != MO_ABI_OK) {
        return mo_failed(err) ? err : mo_err(MO_ERR_PERMANENT, "the registry's voter %" PRIu32 " is unreadable", index);
    }
    *signer = voter.value.signer;
    *weight = voter.value.weight;
    return MO_SUCCESS;
}

mo_err_t mo_demo_index_count_read(const mo_devnet_t *devnet, uint32_t *count)
{
    uint8_t call_memory[CALL_MAX];
    uint8_t result_memory[RESULT_MAX];
    mo_buffer_t call = MO_BUFFER(call_memory);
    mo_buffer_t result = MO_BUFFER(result_memory);
    mo_bind_registry_index_count_result_t indices;
    if (!mo_bind_registry_index_count_encode(&call)) {
        return mo_err(MO_ERR_PERMANENT, "cannot encode a question");
    }
    const mo_err_t err = registry_ask(devnet, &call, &result);
    if (mo_failed(err) || mo_bind_registry_index_count_result_decode(mo_buffer_view(&result), &indices) != MO_ABI_OK) {
        return mo_failed(err) ? err : mo_err(MO_ERR_PERMANENT, "the registry's count is unreadable");
    }
    *count = indices.value;
    return MO_SUCCESS;
}

/* One block's number of transactions. */
static mo_err_t block_count(mo_rpc_t *rpc, uint64_t number, uint64_t *count)
{
    uint8_t memory[64];
    mo_buffer_t text = MO_BUFFER(memory);
    char params[MO_HEX_QUANTITY_TEXT + 8];
    char quantity[MO_HEX_QUANTITY_TEXT];
    mo_hex_quantity_print(number, quantity);
    (void)snprintf(params, sizeof params, "[\"%s\"]", quantity);
    const mo_err_t err = mo_rpc_request(rpc, "eth_getBlockTransactionCountByNumber", params, &text);
    mo_buffer_put_byte(&text, '\0');
    if (mo_failed(err)) {
        return err;
    }
    char *const closing = text.overflown ? NULL : strrchr((char *)text.data, '"');
    if (text.data[0] != '"' || closing == NULL || closing == (char *)text.data) {
        return mo_err(MO_ERR_PERMANENT, "block %" PRIu64 " has no count of transactions", number);
    }
    *closing = '\0';
    return mo_hex_quantity_parse((const char *)text.data + 1, count)
               ? MO_SUCCESS
               : mo_err(MO_ERR_PERMANENT, "block %" PRIu64 " has no count of transactions", number);
}

mo_err_t mo_demo_transactions_count(mo_rpc_t *rpc, uint64_t number, uint64_t *count)
{
    mo_err_t err = MO_SUCCESS;
    *count = 0;
    for (uint64_t i = 0; i <= number && !mo_failed(err); ++i) {
        uint64_t here = 0;
        err = block_count(rpc, i, &here);
        *count += here;
    }
    return err;
}

mo_err_t mo_demo_seal_indices(mo_bytes_t seal, uint32_t *indices, size_t capacity, size_t *count)
{
    *count = seal.size / MO_SEAL_RECORD_SIZE;
    if (seal.size != 1 + *count * MO_SEAL_RECORD_SIZE || seal.data[0] != 0 || *count > capacity) {
        *count = 0;
        return mo_err(MO_ERR_PERMANENT, "a committed seal is of another form");
    }
    for (size_t i = 0; i < *count; ++i) {
        indices[i] = mo_load_be32(seal.data + 1 + i * MO_SEAL_RECORD_SIZE);
    }
    return MO_SUCCESS;
}

mo_err_t mo_demo_commit_seal(mo_bytes_t call, mo_bytes_t *seal)
{
    *seal = (mo_bytes_t){0};
    if (!call_is(call, "commit((uint64,uint64,bytes32,bytes32,uint256,bytes32),uint64,"
                       "(bytes32,bytes32,bytes32,bytes32,uint64,uint64),bytes)")) {
        return mo_err(MO_ERR_PERMANENT, "a meta-block was committed by another call than commit");
    }
    mo_transition_t transition;
    mo_vote_t link;
    mo_abi_reader_t reader =
        mo_abi_reader((mo_bytes_t){call.data + SELECTOR_SIZE, call.size - SELECTOR_SIZE}, COMMIT_HEAD_WORDS);
    mo_bind_transition_read(&reader, &transition);
    (void)mo_abi_read_u64(&reader);
    mo_bind_vote_read(&reader, &link);
    *seal = mo_abi_read_bytes(&reader);
    return mo_abi_finish(&reader) == MO_ABI_OK ? MO_SUCCESS
                                               : mo_err(MO_ERR_PERMANENT, "a commit's call data is malformed");
}

mo_err_t mo_demo_relay_number(mo_bytes_t call, uint64_t *number)
{
    *number = 0;
    if (!call_is(call, "relay(uint64,bytes[],bytes[],(uint64,bytes32,(address,uint96,uint8)[],uint256),"
                       "(bytes32,bytes32,bytes32),(bytes32,bytes32,bytes32,bytes32,uint64,uint64),(uint32,uint32))") ||
        call.size < SELECTOR_SIZE + WORD) {
        return mo_err(MO_ERR_PERMANENT, "a kernel was relayed by another call than relay");
    }
    return mo_u256_to_u64(mo_u256_from_be(call.data + SELECTOR_SIZE), number)
               ? MO_SUCCESS
               : mo_err(MO_ERR_PERMANENT, "a relay's block number is out of range");
}
