#include "chain/rpc.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "chain/form.h"
#include "chain/json.h"
#include "chain/wire.h"

/* One call whose result is a quantity of 64 bits. */
static mo_err_t ask_u64(mo_rpc_t *rpc, const char *method, json_t *params, uint64_t *out)
{
    *out = 0;
    mo_wire_reply_t reply;
    mo_err_t err = mo_wire_call(rpc, method, params, &reply);
    if (!mo_failed(err) && !mo_json_is_u64(reply.results[0], out)) {
        err = mo_wire_malformed(rpc, method, "no quantity of 64 bits");
    }
    mo_wire_release(&reply);
    return err;
}

/* One call whose result is bytes, appended to `out`. */
static mo_err_t ask_bytes(mo_rpc_t *rpc, const char *method, json_t *params, mo_buffer_t *out)
{
    mo_wire_reply_t reply;
    mo_err_t err = mo_wire_call(rpc, method, params, &reply);
    mo_bytes_t bytes;
    if (!mo_failed(err) && !mo_json_is_bytes(reply.results[0], out, &bytes)) {
        err = mo_wire_malformed(rpc, method, "no bytes, or more than fit");
    }
    mo_wire_release(&reply);
    return err;
}

mo_err_t mo_rpc_chain_id(mo_rpc_t *rpc, uint64_t *id)
{
    return ask_u64(rpc, "eth_chainId", json_array(), id);
}

mo_err_t mo_rpc_number(mo_rpc_t *rpc, uint64_t *number)
{
    return ask_u64(rpc, "eth_blockNumber", json_array(), number);
}

static mo_err_t check_input(const mo_rpc_call_t *call)
{
    return call->data.size <= MO_RPC_INPUT_MAX
               ? MO_SUCCESS
               : mo_err(MO_ERR_PERMANENT, "call data of %zu bytes: %u are allowed", call->data.size, MO_RPC_INPUT_MAX);
}

mo_err_t mo_rpc_call(mo_rpc_t *rpc, const mo_rpc_call_t *call, mo_rpc_at_t at, mo_buffer_t *out)
{
    mo_err_t err = check_input(call);
    return mo_failed(err) ? err : ask_bytes(rpc, "eth_call", mo_form_list(mo_form_call(call), mo_form_at(at)), out);
}

mo_err_t mo_rpc_estimate(mo_rpc_t *rpc, const mo_rpc_call_t *call, mo_rpc_at_t at, uint64_t *gas)
{
    *gas = 0;
    mo_err_t err = check_input(call);
    return mo_failed(err) ? err
                          : ask_u64(rpc, "eth_estimateGas", mo_form_list(mo_form_call(call), mo_form_at(at)), gas);
}

static json_t *account_at(const mo_address_t *address, mo_rpc_at_t at)
{
    return mo_form_list(mo_form_bytes(mo_address_view(address)), mo_form_at(at));
}

mo_err_t mo_rpc_code(mo_rpc_t *rpc, const mo_address_t *address, mo_rpc_at_t at, mo_buffer_t *out)
{
    return ask_bytes(rpc, "eth_getCode", account_at(address, at), out);
}

mo_err_t mo_rpc_nonce(mo_rpc_t *rpc, const mo_address_t *address, mo_rpc_at_t at, uint64_t *nonce)
{
    return ask_u64(rpc, "eth_getTransactionCount", account_at(address, at), nonce);
}

mo_err_t mo_rpc_standing(mo_rpc_t *rpc, const mo_address_t *address, mo_rpc_standing_t *standing)
{
    *standing = (mo_rpc_standing_t){0};
    const mo_wire_call_t calls[] = {
        {.method = "eth_getTransactionCount", .params = account_at(address, MO_AT_LATEST)},
        {.method = "eth_getTransactionCount", .params = account_at(address, MO_AT_PENDING)},
        {.method = "eth_blockNumber", .params = json_array()},
    };
    mo_wire_reply_t reply;
    mo_err_t err = mo_wire_batch(rpc, calls, 3, &reply);
    mo_rpc_standing_t got;
    bool good = !mo_failed(err) && mo_json_is_u64(reply.results[0], &got.mined) &&
                mo_json_is_u64(reply.results[1], &got.pending) && mo_json_is_u64(reply.results[2], &got.head);
    if (good) {
        *standing = got;
    } else if (!mo_failed(err)) {
        err = mo_wire_malformed(rpc, "eth_getTransactionCount", "no quantity of 64 bits");
    }
    mo_wire_release(&reply);
    return err;
}

mo_err_t mo_rpc_balance(mo_rpc_t *rpc, const mo_address_t *address, mo_rpc_at_t at, mo_u256_t *wei)
{
    *wei = MO_U256_ZERO;
    mo_wire_reply_t reply;
    mo_err_t err = mo_wire_call(rpc, "eth_getBalance", account_at(address, at), &reply);
    if (!mo_failed(err) && !mo_json_is_u256(reply.results[0], wei)) {
        err = mo_wire_malformed(rpc, "eth_getBalance", "no quantity");
    }
    mo_wire_release(&reply);
    return err;
}

mo_err_t mo_rpc_storage(mo_rpc_t *rpc, const mo_address_t *address, const mo_hash_t *slot, mo_rpc_at_t at,
                        mo_hash_t *word)
{
    memset(word, 0, sizeof *word);
    json_t *params = mo_form_list(mo_form_bytes(mo_address_view(address)), mo_form_bytes(mo_hash_view(slot)));
    MO_CHECK(json_array_append_new(params, mo_form_at(at)) == 0);
    mo_wire_reply_t reply;
    mo_err_t err = mo_wire_call(rpc, "eth_getStorageAt", params, &reply);
    if (!mo_failed(err) && !mo_json_is_exact(reply.results[0], word->bytes, sizeof word->bytes)) {
        err = mo_wire_malformed(rpc, "eth_getStorageAt", "no word");
    }
    mo_wire_release(&reply);
    return err;
}

mo_err_t mo_rpc_fees(mo_rpc_t *rpc, mo_rpc_fees_t *fees)
{
    *fees = (mo_rpc_fees_t){0};
    mo_block_t *latest = malloc(sizeof *latest);
    MO_CHECK(latest != NULL);
    uint64_t tip;
    mo_err_t err = ask_u64(rpc, "eth_maxPriorityFeePerGas", json_array(), &tip);
    if (!mo_failed(err)) {
        err = mo_rpc_block(rpc, MO_AT_LATEST, latest);
    }
    if (!mo_failed(err)) {
        *fees = (mo_rpc_fees_t){.base_fee = latest->base_fee, .tip = tip};
    }
    free(latest);
    return err;
}

static mo_err_t parse_receipt(mo_rpc_t *rpc, const json_t *result, const mo_hash_t *tx, mo_receipt_t *receipt)
{
    mo_json_t in = mo_json_object(result);
    mo_hash_t hash = mo_json_hash(&in, "transactionHash");
    uint64_t status = mo_json_u64(&in, "status");
    mo_receipt_t got = {
        .succeeded = status == 1,
        .gas_used = mo_json_u64(&in, "gasUsed"),
        .gas_price = mo_json_u64(&in, "effectiveGasPrice"),
        .block_number = mo_json_u64(&in, "blockNumber"),
        .block_hash = mo_json_hash(&in, "blockHash"),
    };
    if (mo_json_has(&in, "contractAddress")) {
        got.contract = mo_json_address(&in, "contractAddress");
    }
    if (in.fault == NULL && status > 1) {
        in.fault = "status";
    }
    if (in.fault == NULL && !mo_hash_equal(&hash, tx)) {
        in.fault = "transactionHash";
    }
    if (in.fault != NULL) {
        return mo_wire_malformed(rpc, "eth_getTransactionReceipt", in.fault);
    }
    *receipt = got;
    return MO_SUCCESS;
}

mo_err_t mo_rpc_receipt(mo_rpc_t *rpc, const mo_hash_t *tx, mo_receipt_t *receipt, bool *found)
{
    *receipt = (mo_receipt_t){0};
    *found = false;
    mo_wire_reply_t reply;
    json_t *params = mo_form_list(mo_form_bytes(mo_hash_view(tx)), NULL);
    mo_err_t err = mo_wire_call(rpc, "eth_getTransactionReceipt", params, &reply);
    if (!mo_failed(err) && !json_is_null(reply.results[0])) {
        err = parse_receipt(rpc, reply.results[0], tx, receipt);
        *found = !mo_failed(err);
    }
    mo_wire_release(&reply);
    return err;
}

static mo_err_t parse_input(mo_rpc_t *rpc, const json_t *result, const mo_hash_t *tx, mo_address_t *to,
                            mo_buffer_t *memory)
{
    mo_json_t in = mo_json_object(result);
    mo_hash_t hash = mo_json_hash(&in, "hash");
    if (in.fault == NULL && mo_json_has(&in, "to")) {
        *to = mo_json_address(&in, "to");
    }
    (void)mo_json_bytes(&in, "input", memory);
    if (in.fault == NULL && !mo_hash_equal(&hash, tx)) {
        in.fault = "hash";
    }
    return in.fault == NULL ? MO_SUCCESS : mo_wire_malformed(rpc, "eth_getTransactionByHash", in.fault);
}

mo_err_t mo_rpc_input(mo_rpc_t *rpc, const mo_hash_t *tx, mo_address_t *to, mo_buffer_t *memory, bool *found)
{
    *to = (mo_address_t){0};
    *found = false;
    mo_wire_reply_t reply;
    json_t *params = mo_form_list(mo_form_bytes(mo_hash_view(tx)), NULL);
    mo_err_t err = mo_wire_call(rpc, "eth_getTransactionByHash", params, &reply);
    if (!mo_failed(err) && !json_is_null(reply.results[0])) {
        err = parse_input(rpc, reply.results[0], tx, to, memory);
        *found = !mo_failed(err);
    }
    mo_wire_release(&reply);
    return err;
}

mo_err_t mo_rpc_request(mo_rpc_t *rpc, const char *method, const char *params, mo_buffer_t *out)
{
    json_t *list = json_loads(params, 0, NULL);
    if (!json_is_array(list)) {
        json_decref(list);
        return mo_err(MO_ERR_PERMANENT, "%s: its parameters are no JSON array", method);
    }
    mo_wire_reply_t reply;
    mo_err_t err = mo_wire_call(rpc, method, list, &reply);
    if (!mo_failed(err) && out != NULL) {
        char *text = json_dumps(reply.results[0], JSON_COMPACT | JSON_ENCODE_ANY);
        MO_CHECK(text != NULL);
        mo_buffer_put(out, (mo_bytes_t){(const uint8_t *)text, strlen(text)});
        free(text);
        err = out->overflown ? mo_err(MO_ERR_PERMANENT, "%s: its result does not fit", method) : MO_SUCCESS;
    }
    mo_wire_release(&reply);
    return err;
}
