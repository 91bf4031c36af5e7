#include "chain/fault.h"
#include "chain/form.h"
#include "chain/json.h"
#include "chain/wire.h"
#include "eth/keccak.h"

static mo_rpc_take_t take_of(const json_t *error)
{
    switch (mo_fault_of(json_integer_value(json_object_get(error, "code")),
                        json_string_value(json_object_get(error, "message")))) {
    case MO_FAULT_KNOWN: return MO_RPC_KNOWN;
    case MO_FAULT_NONCE_LOW: return MO_RPC_NONCE_LOW;
    case MO_FAULT_UNDERPRICED: return MO_RPC_UNDERPRICED;
    case MO_FAULT_NO_FUNDS: return MO_RPC_NO_FUNDS;
    case MO_FAULT_LATER:
    case MO_FAULT_RATE:
    case MO_FAULT_SIZE:
    case MO_FAULT_STATE: return MO_RPC_LATER;
    /* What we do not know must not stop what is behind it in the queue. */
    case MO_FAULT_OTHER:
    case MO_FAULT_REVERT:
    case MO_FAULT_LASTING:
    case MO_FAULT_METHOD: break;
    }
    return MO_RPC_REFUSED;
}

static mo_err_kind_t kind_of(mo_rpc_take_t take)
{
    switch (take) {
    case MO_RPC_TAKEN: return MO_OK;
    case MO_RPC_KNOWN:
    case MO_RPC_NONCE_LOW: return MO_ERR_DONE;
    case MO_RPC_UNDERPRICED:
    case MO_RPC_LATER:
    case MO_RPC_NO_FUNDS: return MO_ERR_TRANSIENT;
    case MO_RPC_REFUSED: return MO_ERR_PERMANENT;
    }
    return MO_ERR_PERMANENT;
}

static mo_wire_call_t send_call(mo_bytes_t raw)
{
    return (mo_wire_call_t){.method = "eth_sendRawTransaction", .params = mo_form_list(mo_form_bytes(raw), NULL)};
}

/* What became of one of a reply's transactions. */
static mo_err_t take_one(mo_rpc_t *rpc, const mo_wire_reply_t *reply, size_t i, const mo_hash_t *hash,
                         mo_rpc_take_t *take)
{
    mo_hash_t answered;
    if (reply->errors[i] == NULL) {
        bool same = mo_json_is_exact(reply->results[i], answered.bytes, sizeof answered.bytes) &&
                    mo_hash_equal(&answered, hash);
        *take = same ? MO_RPC_TAKEN : MO_RPC_LATER;
        return same ? MO_SUCCESS : mo_wire_malformed(rpc, "eth_sendRawTransaction", "another transaction's hash");
    }
    *take = take_of(reply->errors[i]);
    mo_err_t err = mo_wire_error(rpc, reply->errors[i]);
    err.kind = kind_of(*take);
    return mo_err_wrap(err, "eth_sendRawTransaction");
}

mo_err_t mo_rpc_send(mo_rpc_t *rpc, mo_bytes_t raw, mo_hash_t *hash, mo_rpc_take_t *take)
{
    *hash = mo_keccak256(raw);
    *take = MO_RPC_LATER;
    mo_wire_call_t call = send_call(raw);
    mo_wire_reply_t reply;
    mo_err_t err = mo_wire_batch_each(rpc, &call, 1, &reply);
    if (!mo_failed(err)) {
        err = take_one(rpc, &reply, 0, hash, take);
    }
    mo_wire_release(&reply);
    return err;
}

static mo_err_t send_batch(mo_rpc_t *rpc, const mo_bytes_t *raws, size_t count, size_t *sent)
{
    mo_wire_call_t calls[MO_RPC_BATCH_MAX] = {0};
    for (size_t i = 0; i < count; i++) {
        calls[i] = send_call(raws[i]);
    }
    mo_wire_reply_t reply;
    mo_err_t err = mo_wire_batch_each(rpc, calls, count, &reply);
    for (size_t i = 0; !mo_failed(err) && i < count; i++) {
        mo_hash_t hash = mo_keccak256(raws[i]);
        mo_rpc_take_t take;
        err = take_one(rpc, &reply, i, &hash, &take);
        if (take == MO_RPC_TAKEN || take == MO_RPC_KNOWN) {
            err = MO_SUCCESS;
            (*sent)++;
        } else {
            err = mo_err_wrap(err, "transaction %zu of %zu", i + 1, count);
        }
    }
    mo_wire_release(&reply);
    return err;
}

mo_err_t mo_rpc_send_all(mo_rpc_t *rpc, const mo_bytes_t *raws, size_t count, size_t *sent)
{
    *sent = 0;
    mo_err_t err = MO_SUCCESS;
    for (size_t at = 0; !mo_failed(err) && at < count; at += MO_RPC_BATCH_MAX) {
        size_t part = count - at < MO_RPC_BATCH_MAX ? count - at : MO_RPC_BATCH_MAX;
        err = send_batch(rpc, raws + at, part, sent);
    }
    return err;
}
