#include "node/devnet_account.h"

#include <stdlib.h>
#include <time.h>

#include "base/check.h"
#include "base/limits.h"
#include "eth/address.h"
#include "eth/transaction.h"

#define POLL_MS 20

/* Fees far above what a devnet's blocks ask, so that a rising base fee never holds a transaction back. Wei per gas. */
#define TIP     UINT64_C(1000000000)
#define FEE_MAX UINT64_C(100000000000)

void mo_devnet_sleep_ms(unsigned ms)
{
    const struct timespec span = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000L};
    (void)nanosleep(&span, NULL);
}

mo_err_t mo_devnet_account_open(mo_devnet_account_t *account, const mo_devnet_account_plan_t *plan)
{
    *account = (mo_devnet_account_t){.plan = *plan};
    return mo_rpc_nonce(plan->rpc, &plan->key->address, MO_AT_PENDING, &account->nonce);
}

mo_address_t mo_devnet_account_next(const mo_devnet_account_t *account)
{
    return mo_address_created(&account->plan.key->address, account->nonce);
}

/* What the call needs, and a quarter more: refunds and the 63/64 rule make an estimate a lower bound. */
static mo_err_t gas_estimate(const mo_devnet_account_t *account, const mo_devnet_call_t *call, uint64_t *gas)
{
    const mo_rpc_call_t question = {
        .from = &account->plan.key->address, .to = call->to, .value = call->value, .data = call->data};
    const mo_err_t err = mo_rpc_estimate(account->plan.rpc, &question, MO_AT_PENDING, gas);
    *gas += *gas / 4;
    return err;
}

static mo_err_t sign_and_send(mo_devnet_account_t *account, const mo_devnet_call_t *call, uint64_t gas, mo_hash_t *tx)
{
    const mo_transaction_t transaction = {.type = MO_TRANSACTION_1559,
                                          .chain_id = account->plan.chain_id,
                                          .nonce = account->nonce,
                                          .max_priority_fee_per_gas = mo_u256_from_u64(TIP),
                                          .max_fee_per_gas = mo_u256_from_u64(FEE_MAX),
                                          .gas_limit = gas,
                                          .to = call->to,
                                          .value = call->value,
                                          .data = call->data};
    mo_buffer_t raw = {.data = malloc(MO_TRANSACTION_BYTES_MAX), .capacity = MO_TRANSACTION_BYTES_MAX};
    if (raw.data == NULL) {
        return mo_err(MO_ERR_PERMANENT, "out of memory");
    }
    mo_rpc_take_t take = MO_RPC_REFUSED;
    const mo_err_t err = mo_transaction_sign(&transaction, &account->plan.key->secret, &raw, tx)
                             ? mo_rpc_send(account->plan.rpc, mo_buffer_view(&raw), tx, &take)
                             : mo_err(MO_ERR_PERMANENT, "the call is too long");
    free(raw.data);
    account->nonce += mo_failed(err) ? 0 : 1;
    return err;
}

static mo_err_t receipt_wait(const mo_devnet_account_t *account, mo_devnet_done_t *done)
{
    bool found = false;
    mo_err_t err = account->plan.mine ? mo_rpc_request(account->plan.rpc, "evm_mine", "[]", NULL) : MO_SUCCESS;
    for (unsigned waited = 0; !mo_failed(err) && waited <= MO_DEVNET_MINED_WITHIN_MS; waited += POLL_MS) {
        err = mo_rpc_receipt(account->plan.rpc, &done->tx, &done->receipt, &found);
        if (mo_failed(err) || found) {
            return err;
        }
        mo_devnet_sleep_ms(POLL_MS);
    }
    return mo_failed(err) ? err : mo_err(MO_ERR_TRANSIENT, "not mined within %d s", MO_DEVNET_MINED_WITHIN_MS / 1000);
}

mo_err_t mo_devnet_account_call(mo_devnet_account_t *account, const mo_devnet_call_t *call, mo_devnet_done_t *done)
{
    *done = (mo_devnet_done_t){0};
    uint64_t gas = 0;
    mo_err_t err = gas_estimate(account, call, &gas);
    if (!mo_failed(err)) {
        err = sign_and_send(account, call, gas, &done->tx);
    }
    if (!mo_failed(err)) {
        err = receipt_wait(account, done);
    }
    if (!mo_failed(err) && !done->receipt.succeeded) {
        err = mo_err(MO_ERR_PERMANENT, "reverted in block %llu", (unsigned long long)done->receipt.block_number);
    }
    if (!mo_failed(err)) {
        return MO_SUCCESS;
    }
    *done = (mo_devnet_done_t){0};
    return mo_err_wrap(err, "cannot %s", call->what);
}
