#include "node/transfer_send.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/hex.h"
#include "base/secret.h"

/* Between two looks at a transaction in flight. */
#define LOOK_MS 200u

#define REPLACE_AFTER_MS 15000

static uint64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void mo_transfer_pause(const volatile sig_atomic_t *stop, unsigned ms)
{
    for (unsigned left = ms; left > 0 && *stop == 0;) {
        const unsigned step = left < 100 ? left : 100;
        const struct timespec pause = {.tv_nsec = (long)step * 1000000};
        (void)nanosleep(&pause, NULL);
        left -= step;
    }
}

mo_err_t mo_transfer_sender_open(mo_transfer_sender_t *sender, mo_transfer_desk_t *desk, const char *state_dir)
{
    char path[MO_STORE_PATH_MAX];
    sender->desk = desk;
    const int size = snprintf(path, sizeof path, "%s/transfer.sqlite", state_dir);
    if (size < 0 || (size_t)size >= sizeof path) {
        return mo_err(MO_ERR_PERMANENT, "the state folder's path is too long: name another with --state");
    }
    return mo_store_open(&sender->store, path, MO_STORE_CREATE);
}

void mo_transfer_sender_close(mo_transfer_sender_t *sender)
{
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        mo_txq_close(sender->queues[chain]);
        sender->queues[chain] = NULL;
    }
    mo_store_close(sender->store);
    sender->store = NULL;
}

static mo_err_t queue_open(mo_transfer_sender_t *sender, mo_chain_t chain)
{
    const mo_node_config_t *c = sender->desk->config;
    if (sender->queues[chain] != NULL) {
        return MO_SUCCESS;
    }
    mo_txq_config_t config = {.rpc = sender->desk->rpcs[chain],
                              .store = sender->store,
                              .chain_id = chain == MO_CHAIN_ORIGIN ? c->origin_chain_id : c->auxiliary_chain_id,
                              .replace_after_ms = REPLACE_AFTER_MS};
    memcpy(config.secret, sender->key->bytes, sizeof config.secret);
    const mo_err_t err = mo_txq_open(&sender->queues[chain], &config);
    mo_secret_wipe(config.secret, sizeof config.secret);
    return err;
}

static mo_err_t judge(const mo_transfer_order_t *order, const mo_txq_outcome_t *outcome)
{
    switch (outcome->result) {
    case MO_TXQ_MINED: return MO_SUCCESS;
    case MO_TXQ_REVERTED:
        return mo_err(MO_ERR_PERMANENT, "%s was mined and reverted: %s", order->name, outcome->reason);
    case MO_TXQ_DROPPED: break;
    }
    return mo_err(MO_ERR_PERMANENT, "%s was dropped: another transaction took its nonce: give the order again", order->name);
}

static mo_err_t await(mo_transfer_sender_t *sender, const mo_transfer_order_t *order, const char *label,
                      mo_txq_outcome_t *outcome)
{
    mo_txq_t *queue = sender->queues[order->chain];
    while (*sender->stop == 0) {
        const mo_err_t err = mo_txq_tick(queue, clock_ms());
        if (mo_failed(err) && err.kind != MO_ERR_TRANSIENT) {
            return err;
        }
        while (mo_txq_next(queue, outcome)) {
            if (strcmp(outcome->label, label) == 0) {
                return judge(order, outcome);
            }
        }
        mo_transfer_pause(sender->stop, LOOK_MS);
    }
    return mo_err(MO_ERR_TRANSIENT, "interrupted while %s is in flight: give the order again to go on", order->name);
}

mo_err_t mo_transfer_send(mo_transfer_sender_t *sender, const mo_transfer_order_t *order, mo_txq_outcome_t *outcome)
{
    char label[MO_TXQ_LABEL_MAX + 1];
    char id[MO_HEX_TEXT(32)];
    uint64_t queued;
    *outcome = (mo_txq_outcome_t){0};
    mo_hex_encode(mo_hash_view(order->id), MO_HEX_PREFIXED, id, sizeof id);
    (void)snprintf(label, sizeof label, "%.24s/%.18s", order->name, id);
    mo_err_t err = queue_open(sender, order->chain);
    const mo_txq_call_t call = {.to = order->to, .value = order->value, .data = order->data, .label = label};
    if (!mo_failed(err)) {
        err = mo_txq_submit(sender->queues[order->chain], &call, &queued);
    }
    if (mo_failed(err)) {
        return err;
    }
    sender->sent_any = true;
    return await(sender, order, label, outcome);
}

mo_err_t mo_transfer_estimate(mo_transfer_desk_t *desk, const mo_address_t *from, const mo_transfer_order_t *order,
                              uint64_t *gas)
{
    const mo_rpc_call_t call = {.from = from, .to = order->to, .value = order->value, .data = order->data};
    return mo_rpc_estimate(desk->rpcs[order->chain], &call, MO_AT_LATEST, gas);
}
