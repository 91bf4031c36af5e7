#include "node/load_sender.h"

#include <string.h>

#include "base/secret.h"
#include "eth/transaction.h"

#define TRANSFER_GAS 21000
#define TIP          UINT64_C(1000000000)
#define FEE_MAX      UINT64_C(100000000000)

/* A signed transfer: nine fields and a signature of 65 bytes. */
#define TRANSFER_BYTES_MAX 256

static mo_devnet_key_t sender_key(const char *seed, unsigned sender)
{
    return mo_devnet_key(seed, "sender", sender);
}

mo_address_t mo_load_sender_address(const char *seed, unsigned sender)
{
    mo_devnet_key_t key = sender_key(seed, sender);
    mo_secret_wipe(&key.secret, sizeof key.secret);
    return key.address;
}

mo_err_t mo_load_open(mo_load_t *load, const mo_load_plan_t *plan)
{
    *load = (mo_load_t){.rpc = plan->rpc,
                        .chain_id = plan->chain_id,
                        .rate = plan->rate,
                        .begins_ms = plan->begins_ms};
    mo_err_t err = MO_SUCCESS;
    for (unsigned i = 0; i < MO_LOAD_SENDERS && !mo_failed(err); ++i) {
        load->keys[i] = sender_key(plan->seed, i);
        err = mo_rpc_nonce(plan->rpc, &load->keys[i].address, MO_AT_PENDING, &load->nonces[i]);
    }
    return err;
}

/* How many transfers should be out at `now_ms`. */
static uint64_t due_count(const mo_load_t *load, uint64_t now_ms)
{
    return now_ms > load->begins_ms ? load->rate * (now_ms - load->begins_ms) / 1000 : 0;
}

/* Signs the transfer that is number `position` of a batch. */
static bool transfer_sign(const mo_load_t *load, uint64_t position, mo_buffer_t *raw)
{
    const uint64_t turn = load->sent + position;
    const unsigned from = (unsigned)(turn % MO_LOAD_SENDERS);
    const unsigned to = (from + 1) % MO_LOAD_SENDERS;
    /* Turns before this one in the batch that belong to the same sender. */
    const uint64_t ahead = position / MO_LOAD_SENDERS;
    mo_hash_t hash;
    const mo_transaction_t transfer = {.type = MO_TRANSACTION_1559,
                                       .chain_id = load->chain_id,
                                       .nonce = load->nonces[from] + ahead,
                                       .max_priority_fee_per_gas = mo_u256_from_u64(TIP),
                                       .max_fee_per_gas = mo_u256_from_u64(FEE_MAX),
                                       .gas_limit = TRANSFER_GAS,
                                       .to = &load->keys[to].address,
                                       .value = MO_U256_ONE};
    return mo_transaction_sign(&transfer, &load->keys[from].secret, raw, &hash);
}

mo_err_t mo_load_tick(mo_load_t *load, uint64_t now_ms)
{
    static uint8_t memory[MO_RPC_BATCH_MAX][TRANSFER_BYTES_MAX];
    mo_bytes_t raws[MO_RPC_BATCH_MAX];
    const uint64_t due = due_count(load, now_ms);
    size_t count = due > load->sent ? (size_t)(due - load->sent) : 0;
    count = count > MO_RPC_BATCH_MAX ? MO_RPC_BATCH_MAX : count;
    for (size_t i = 0; i < count; ++i) {
        mo_buffer_t raw = MO_BUFFER(memory[i]);
        if (!transfer_sign(load, i, &raw)) {
            return mo_err(MO_ERR_PERMANENT, "a transfer does not fit its buffer");
        }
        raws[i] = mo_buffer_view(&raw);
    }
    size_t sent = 0;
    const mo_err_t err = count > 0 ? mo_rpc_send_all(load->rpc, raws, count, &sent) : MO_SUCCESS;
    for (size_t i = 0; i < sent; ++i) {
        load->nonces[(load->sent + i) % MO_LOAD_SENDERS] += 1;
    }
    load->sent += sent;
    return mo_failed(err) ? mo_err_wrap(err, "cannot send transfers") : err;
}

void mo_load_close(mo_load_t *load)
{
    mo_secret_wipe(load->keys, sizeof load->keys);
    memset(load, 0, sizeof *load);
}
