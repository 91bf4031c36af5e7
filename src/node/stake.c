#include "node/stake.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/secret.h"
#include "bind/core.h"
#include "bind/registry.h"
#include "bind/revert.h"
#include "chain/txq.h"
#include "node/stake_calls.h"

/* What can be done about a revert, by the name of the custom error. */
static const struct {
    const char *name;
    const char *mend;
} mends[] = {
    {"SignerKnown", "a signing key registers once for ever: make another with 'mosaic key new'"},
    {"WithdrawalAddressZero", "name another --withdrawal"},
    {"StakeTooSmall", "give a larger --amount"},
    {"StakeTooLarge", "give a smaller --amount"},
    {"SignerMismatch", "sign with the validator's own key"},
    {"NotWithdrawalAddress", "give the withdrawal address's key as --key"},
    {"StateInvalid", "'mosaic validator status' tells what it is in"},
    {"HandOverPending", "wait for the next commits"},
    {"WithdrawalDelayed", "wait until then"},
    {"UpdateWaiting", "wait until a kernel has carried it"},
    {"WeightUnchanged", "nothing is to be done"},
    {"CoreIsHalted", "stakes of a halted core are released and withdrawn, nothing else"},
    {"CoreNotOpen", "wait for its opening"},
};

static mo_err_t with_mend(const mo_rpc_t *rpc, mo_err_t err)
{
    const char *const name = mo_bind_error_name(mo_rpc_revert(rpc));
    for (size_t i = 0; name != NULL && i < sizeof mends / sizeof mends[0]; i++) {
        if (strcmp(mends[i].name, name) == 0) {
            char text[MO_BIND_REVERT_TEXT];
            mo_bind_revert_print(mo_rpc_revert(rpc), text);
            return mo_err(MO_ERR_PERMANENT, "the registry refuses: %.150s: %s", text, mends[i].mend);
        }
    }
    return err;
}

static mo_err_t open_origin(const mo_node_config_t *config, mo_rpc_t **rpc)
{
    const mo_rpc_config_t access = {
        .urls = {config->origin_rpc.text}, .url_count = 1, .chain_id = config->origin_chain_id};
    return mo_rpc_open(rpc, &access);
}

/* ---- Estimating ---- */

static mo_err_t estimate(mo_rpc_t *rpc, const mo_stake_report_t *report, mo_stake_step_t *step)
{
    const mo_rpc_call_t call = {.from = &report->sender, .to = &step->to, .data = {step->data, step->size}};
    mo_err_t err = mo_rpc_estimate(rpc, &call, MO_AT_LATEST, &step->gas);
    if (mo_failed(err)) {
        return with_mend(rpc, err);
    }
    step->estimated = true;
    return MO_SUCCESS;
}

/* ---- Sending ---- */

static uint64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static mo_err_t take_outcome(const mo_txq_outcome_t *outcome, mo_stake_step_t *step)
{
    step->tx = outcome->tx;
    step->block = outcome->block_number;
    step->gas_used = outcome->gas_used;
    step->mined = outcome->result == MO_TXQ_MINED;
    switch (outcome->result) {
    case MO_TXQ_MINED: return MO_SUCCESS;
    case MO_TXQ_REVERTED: return mo_err(MO_ERR_PERMANENT, "%s was mined and reverted: %s", step->name, outcome->reason);
    case MO_TXQ_DROPPED: break;
    }
    return mo_err(MO_ERR_PERMANENT, "%s was dropped: another transaction took its nonce: give the order again", step->name);
}

/* Until the step's transaction has its outcome. */
static mo_err_t await(const mo_stake_order_t *order, mo_txq_t *queue, const char *label, mo_stake_step_t *step)
{
    while (*order->stop == 0) {
        const mo_err_t err = mo_txq_tick(queue, clock_ms());
        if (mo_failed(err) && err.kind != MO_ERR_TRANSIENT) {
            return err;
        }
        mo_txq_outcome_t outcome;
        while (mo_txq_next(queue, &outcome)) {
            if (strcmp(outcome.label, label) == 0) {
                return take_outcome(&outcome, step);
            }
        }
        const struct timespec pause = {.tv_nsec = 200000000};
        (void)nanosleep(&pause, NULL);
    }
    return mo_err(MO_ERR_TRANSIENT, "interrupted while %s is in flight: give the order again to go on", step->name);
}

static mo_err_t send(const mo_stake_order_t *order, mo_txq_t *queue, mo_stake_report_t *report, mo_stake_step_t *step)
{
    char label[MO_TXQ_LABEL_MAX + 1];
    const uint8_t *const v = report->validator.bytes;
    (void)snprintf(label, sizeof label, "stake %s %02x%02x%02x%02x", step->name, v[0], v[1], v[2], v[3]);
    const mo_txq_call_t call = {
        .to = &step->to, .data = {step->data, step->size}, .label = label, .gas_limit = step->gas + step->gas / 4};
    uint64_t id;
    const mo_err_t err = mo_txq_submit(queue, &call, &id);
    if (mo_failed(err)) {
        return err;
    }
    report->sent_any = true;
    return await(order, queue, label, step);
}

static mo_err_t send_all(const mo_stake_order_t *order, mo_rpc_t *rpc, mo_txq_t *queue, mo_stake_report_t *report)
{
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < report->count && !mo_failed(err); i++) {
        err = estimate(rpc, report, &report->steps[i]);
        if (!mo_failed(err)) {
            err = send(order, queue, report, &report->steps[i]);
        }
    }
    return err;
}

static mo_err_t open_and_send(const mo_stake_order_t *order, mo_rpc_t *rpc, mo_stake_report_t *report)
{
    char path[MO_STORE_PATH_MAX];
    mo_store_t *store = NULL;
    mo_txq_t *queue = NULL;
    (void)snprintf(path, sizeof path, "%.4000s/validator.sqlite", order->state_dir);
    mo_err_t err = mo_store_open(&store, path, MO_STORE_CREATE);
    mo_txq_config_t config = {
        .rpc = rpc, .store = store, .chain_id = order->config->origin_chain_id, .replace_after_ms = 15000};
    memcpy(config.secret, order->key->bytes, sizeof config.secret);
    if (!mo_failed(err)) {
        err = mo_txq_open(&queue, &config);
    }
    mo_secret_wipe(config.secret, sizeof config.secret);
    if (!mo_failed(err)) {
        err = send_all(order, rpc, queue, report);
    }
    mo_txq_close(queue);
    mo_store_close(store);
    return err;
}

mo_err_t mo_stake_carry_out(const mo_stake_order_t *order, mo_stake_report_t *report)
{
    mo_rpc_t *rpc = NULL;
    *report = (mo_stake_report_t){0};
    mo_err_t err = open_origin(order->config, &rpc);
    if (!mo_failed(err)) {
        err = mo_stake_calls_make(order, rpc, report);
    }
    if (!mo_failed(err)) {
        /* The first call is the one that can be judged now. */
        err = estimate(rpc, report, &report->steps[0]);
    }
    if (!mo_failed(err) && order->state_dir != NULL) {
        err = open_and_send(order, rpc, report);
    }
    mo_rpc_close(rpc);
    return err;
}

/* ---- Looking ---- */

static mo_err_t ask(mo_rpc_t *rpc, const mo_address_t *to, const mo_buffer_t *data, mo_buffer_t *out)
{
    const mo_rpc_call_t call = {.to = to, .data = mo_buffer_view(data)};
    return mo_rpc_call(rpc, &call, MO_AT_LATEST, out);
}

static mo_err_t strange(const char *what)
{
    return mo_err(MO_ERR_PERMANENT, "%s does not decode: is --config the right one?", what);
}

static mo_err_t look_account(mo_rpc_t *rpc, const mo_node_config_t *config, const mo_address_t *validator,
                             mo_bind_account_t *account)
{
    uint8_t memory[64];
    uint8_t answer[512];
    mo_buffer_t data = MO_BUFFER(memory);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_registry_account_result_t result;
    MO_CHECK(mo_bind_registry_account_encode(&data, &(mo_bind_registry_account_t){*validator}));
    const mo_err_t err = ask(rpc, &config->registry, &data, &out);
    if (!mo_failed(err) && mo_bind_registry_account_result_decode(mo_buffer_view(&out), &result) != MO_ABI_OK) {
        return strange("the registry's account");
    }
    *account = mo_failed(err) ? (mo_bind_account_t){0} : result.value;
    return err;
}

static mo_err_t look_voter(mo_rpc_t *rpc, const mo_node_config_t *config, const mo_address_t *validator,
                           mo_stake_view_t *view)
{
    uint8_t memory[64];
    uint8_t answer[256];
    mo_buffer_t data = MO_BUFFER(memory);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_registry_voter_result_t result;
    MO_CHECK(mo_bind_registry_voter_encode(&data, &(mo_bind_registry_voter_t){view->account.index}));
    const mo_err_t err = ask(rpc, &config->registry, &data, &out);
    if (!mo_failed(err) && mo_bind_registry_voter_result_decode(mo_buffer_view(&out), &result) != MO_ABI_OK) {
        return strange("the registry's voter");
    }
    /* Index 0 is also that of an account that has none yet. */
    if (!mo_failed(err) && mo_address_equal(&result.value.signer, validator)) {
        view->voter = result.value;
    }
    return err;
}

static mo_err_t look_height(mo_rpc_t *rpc, const mo_node_config_t *config, uint64_t *height)
{
    uint8_t memory[8];
    uint8_t answer[32];
    mo_buffer_t data = MO_BUFFER(memory);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_core_open_height_result_t result;
    MO_CHECK(mo_bind_core_open_height_encode(&data));
    const mo_err_t err = ask(rpc, &config->core, &data, &out);
    if (!mo_failed(err) && mo_bind_core_open_height_result_decode(mo_buffer_view(&out), &result) != MO_ABI_OK) {
        return strange("the core's open height");
    }
    *height = mo_failed(err) ? 0 : result.value;
    return err;
}

mo_err_t mo_stake_look(const mo_node_config_t *config, const mo_address_t *validator, mo_stake_view_t *view)
{
    mo_rpc_t *rpc = NULL;
    mo_block_t block = {0};
    *view = (mo_stake_view_t){0};
    mo_err_t err = open_origin(config, &rpc);
    if (!mo_failed(err)) {
        err = look_account(rpc, config, validator, &view->account);
    }
    if (!mo_failed(err)) {
        err = look_voter(rpc, config, validator, view);
    }
    if (!mo_failed(err)) {
        err = look_height(rpc, config, &view->open_height);
    }
    if (!mo_failed(err)) {
        err = mo_rpc_block(rpc, MO_AT_LATEST, &block);
        view->now = block.timestamp;
    }
    mo_rpc_close(rpc);
    return err;
}

const char *mo_stake_state_name(uint8_t state)
{
    static const char *const names[] = {"None",     "Queued",    "Active",  "Leaving",
                                        "Released", "Withdrawn", "Slashed", "Cancelled"};
    return state < sizeof names / sizeof names[0] ? names[state] : "unknown";
}
