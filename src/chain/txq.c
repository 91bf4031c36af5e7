#include "chain/txq_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/secret.h"
#include "bind/revert.h"
#include "eth/keccak.h"
#include "eth/transaction.h"

#define FEE_CAP_DEFAULT       UINT64_C(500000000000)
#define REPLACE_AFTER_DEFAULT 30000

/* A transaction that is not mined is handed to the node again this often within the time-out: nodes forget. */
#define SENDS_PER_BID 4

/* Ticks in which the chain's count is above a nonce and no receipt of it is found, before it is given up: a node may
 * know the count a moment before the receipt. */
#define MISSING_TICKS 5

typedef mo_txq_flight_t flight_t;

/* ---- Opening ---- */

static mo_err_t load_flights(mo_txq_t *queue)
{
    mo_flight_t *rows = calloc(MO_TXQ_FLIGHT_MAX, sizeof *rows);
    MO_CHECK(rows != NULL);
    mo_err_t err = mo_flight_list(queue->config.store, &queue->owner, rows, MO_TXQ_FLIGHT_MAX, &queue->count);
    for (size_t i = 0; i < queue->count && !mo_failed(err); i++) {
        flight_t *flight = &queue->flights[i];
        flight->row = rows[i];
        err = mo_flight_bids(queue->config.store, rows[i].id, flight->attempts, MO_TXQ_ATTEMPTS_MAX,
                             &flight->attempt_count);
    }
    free(rows);
    return err;
}

static void set_defaults(mo_txq_t *queue, const mo_txq_config_t *config)
{
    queue->config = *config;
    mo_secret_wipe(queue->config.secret, sizeof queue->config.secret);
    memcpy(queue->key.bytes, config->secret, sizeof queue->key.bytes);
    queue->bounds.cap = config->fee_cap != 0 ? config->fee_cap : FEE_CAP_DEFAULT;
    queue->bounds.tip_min = config->tip_min;
    if (config->replace_after_ms == 0) {
        queue->config.replace_after_ms = REPLACE_AFTER_DEFAULT;
    }
    if (config->confirmations == 0) {
        queue->config.confirmations = 1;
    }
}

static mo_err_t open_queue(mo_txq_t *queue)
{
    queue->owner.chain_id = queue->config.chain_id;
    if (!mo_secp_address(&queue->key, &queue->owner.sender)) {
        return mo_err(MO_ERR_PERMANENT, "the key is not valid: it is zero, or above the order of the curve");
    }
    uint64_t id;
    mo_err_t err = mo_rpc_chain_id(queue->config.rpc, &id);
    if (!mo_failed(err) && id != queue->config.chain_id) {
        err = mo_err(MO_ERR_PERMANENT, "the node is of chain %" PRIu64 ", not %" PRIu64 ": name one of the right chain",
                     id, queue->config.chain_id);
    }
    return mo_failed(err) ? err : load_flights(queue);
}

mo_err_t mo_txq_open(mo_txq_t **out, const mo_txq_config_t *config)
{
    *out = NULL;
    mo_txq_t *queue = calloc(1, sizeof *queue);
    MO_CHECK(queue != NULL);
    set_defaults(queue, config);
    mo_err_t err = open_queue(queue);
    if (mo_failed(err)) {
        mo_txq_close(queue);
        return err;
    }
    *out = queue;
    return MO_SUCCESS;
}

void mo_txq_close(mo_txq_t *queue)
{
    if (queue == NULL) {
        return;
    }
    mo_secret_wipe(&queue->key, sizeof queue->key);
    free(queue);
}

mo_address_t mo_txq_sender(const mo_txq_t *queue)
{
    return queue->owner.sender;
}

size_t mo_txq_flight(const mo_txq_t *queue)
{
    return queue->count;
}

static const flight_t *find_label(const mo_txq_t *queue, const char *label)
{
    for (size_t i = 0; i < queue->count; i++) {
        if (strcmp(queue->flights[i].row.label, label) == 0) {
            return &queue->flights[i];
        }
    }
    return NULL;
}

bool mo_txq_pending(const mo_txq_t *queue, const char *label)
{
    return find_label(queue, label) != NULL;
}

/* ---- Submitting ---- */

static mo_err_t check_call(const mo_txq_t *queue, const mo_txq_call_t *call)
{
    size_t label = strlen(call->label);
    if (label < 1 || label > MO_TXQ_LABEL_MAX) {
        return mo_err(MO_ERR_PERMANENT, "a label of %zu characters: 1 to %d are allowed", label, MO_TXQ_LABEL_MAX);
    }
    if (call->data.size > MO_RPC_INPUT_MAX) {
        return mo_err(MO_ERR_PERMANENT, "%s: %zu bytes of call data: %u are allowed", call->label, call->data.size,
                      MO_RPC_INPUT_MAX);
    }
    if (queue->count == MO_TXQ_FLIGHT_MAX) {
        return mo_err(MO_ERR_TRANSIENT, "%s: %d transactions are in flight already", call->label, MO_TXQ_FLIGHT_MAX);
    }
    return MO_SUCCESS;
}

static mo_err_t find_gas(mo_txq_t *queue, const mo_txq_call_t *call, uint64_t *limit)
{
    *limit = call->gas_limit;
    if (*limit != 0) {
        return MO_SUCCESS;
    }
    mo_rpc_call_t asked = {.from = &queue->owner.sender, .to = call->to, .value = call->value, .data = call->data};
    uint64_t gas;
    mo_err_t err = mo_rpc_estimate(queue->config.rpc, &asked, call->after_pending ? MO_AT_PENDING : MO_AT_LATEST, &gas);
    if (!mo_failed(err) && gas > INT64_MAX / 2) {
        err = mo_err(MO_ERR_TRANSIENT, "an estimate of %" PRIu64 " gas", gas);
    }
    *limit = mo_failed(err) ? 0 : gas + gas / 4;
    return err;
}

mo_err_t mo_txq_submit(mo_txq_t *queue, const mo_txq_call_t *call, uint64_t *id)
{
    *id = 0;
    const flight_t *known = find_label(queue, call->label);
    if (known != NULL) {
        *id = known->row.id;
        return MO_SUCCESS;
    }
    mo_err_t err = check_call(queue, call);
    if (mo_failed(err)) {
        return err;
    }
    flight_t flight = {.row = {.creates = call->to == NULL, .value = call->value}};
    memcpy(flight.row.label, call->label, strlen(call->label));
    flight.row.to = call->to != NULL ? *call->to : (mo_address_t){0};
    err = find_gas(queue, call, &flight.row.gas_limit);
    if (!mo_failed(err)) {
        err = mo_flight_add(queue->config.store, &queue->owner, &flight.row, call->data, &flight.row.id);
    }
    if (mo_failed(err)) {
        return mo_err_wrap(err, "%s", call->label);
    }
    *id = flight.row.id;
    queue->flights[queue->count] = flight;
    queue->count++;
    return MO_SUCCESS;
}

/* ---- Outcomes ---- */

static void end_flight(flight_t *flight, mo_txq_result_t result)
{
    flight->ended = true;
    flight->outcome.id = flight->row.id;
    flight->outcome.result = result;
    flight->outcome.nonce = flight->row.nonce;
    memcpy(flight->outcome.label, flight->row.label, sizeof flight->outcome.label);
}

/* Executes the call once more, on the state after its block, to learn what it said. */
static mo_err_t find_reason(mo_txq_t *queue, flight_t *flight)
{
    mo_buffer_t input = MO_BUFFER(queue->input);
    mo_err_t err = mo_flight_input(queue->config.store, flight->row.id, &input);
    if (mo_failed(err)) {
        return err;
    }
    mo_rpc_call_t call = {
        .from = &queue->owner.sender,
        .to = flight->row.creates ? NULL : &flight->row.to,
        .value = flight->row.value,
        .data = mo_buffer_view(&input),
    };
    mo_buffer_t result = MO_BUFFER(queue->raw);
    mo_err_t replay = mo_rpc_call(queue->config.rpc, &call, MO_AT(flight->outcome.block_number), &result);
    char words[MO_BIND_REVERT_TEXT] = "it would not revert on the state after its block: out of gas, or overtaken";
    if (mo_failed(replay)) {
        mo_bind_revert_print(mo_rpc_revert(queue->config.rpc), words);
    }
    memcpy(flight->outcome.reason, words, MO_TXQ_REASON_MAX);
    flight->outcome.reason[MO_TXQ_REASON_MAX] = '\0';
    return MO_SUCCESS;
}

/* Looks for the receipt of any of a flight's bids, the newest first. */
static mo_err_t find_receipt(mo_txq_t *queue, const flight_t *flight, mo_receipt_t *receipt, mo_hash_t *tx, bool *found)
{
    *found = false;
    mo_err_t err = MO_SUCCESS;
    for (size_t i = flight->attempt_count; i > 0 && !*found && !mo_failed(err); i--) {
        *tx = flight->attempts[i - 1].hash;
        err = mo_rpc_receipt(queue->config.rpc, tx, receipt, found);
    }
    return err;
}

/* The chain's count says that the flight's nonce is used: by one of its bids, or by a stranger to this queue. */
static mo_err_t settle(mo_txq_t *queue, flight_t *flight)
{
    mo_receipt_t receipt;
    mo_hash_t tx;
    bool found;
    mo_err_t err = find_receipt(queue, flight, &receipt, &tx, &found);
    if (mo_failed(err)) {
        return err;
    }
    flight->outcome.tx = tx;
    if (!found) {
        flight->missing++;
        if (flight->missing >= MISSING_TICKS) {
            static const char reason[] = "another transaction of the key used its nonce";
            memcpy(flight->outcome.reason, reason, sizeof reason);
            end_flight(flight, MO_TXQ_DROPPED);
        }
        return MO_SUCCESS;
    }
    flight->missing = 0;
    if (receipt.block_number + queue->config.confirmations > queue->head + 1) {
        return MO_SUCCESS;
    }
    flight->outcome.block_number = receipt.block_number;
    flight->outcome.block_hash = receipt.block_hash;
    flight->outcome.gas_used = receipt.gas_used;
    flight->outcome.contract = receipt.contract;
    if (!receipt.succeeded) {
        err = find_reason(queue, flight);
    }
    if (!mo_failed(err)) {
        end_flight(flight, receipt.succeeded ? MO_TXQ_MINED : MO_TXQ_REVERTED);
    }
    return err;
}

bool mo_txq_next(mo_txq_t *queue, mo_txq_outcome_t *outcome)
{
    *outcome = (mo_txq_outcome_t){0};
    for (size_t i = 0; i < queue->count; i++) {
        if (!queue->flights[i].ended) {
            continue;
        }
        *outcome = queue->flights[i].outcome;
        queue->failure = mo_flight_end(queue->config.store, &queue->owner, outcome->id);
        queue->count--;
        memmove(&queue->flights[i], &queue->flights[i + 1], (queue->count - i) * sizeof queue->flights[0]);
        return true;
    }
    return false;
}

/* ---- Sending ---- */

mo_err_t mo_txq_know_fees(mo_txq_t *queue)
{
    if (queue->fees_known) {
        return MO_SUCCESS;
    }
    mo_err_t err = mo_rpc_fees(queue->config.rpc, &queue->fees);
    queue->fees_known = !mo_failed(err);
    return err;
}

/* Signs a bid and writes it to disk; the raw transaction is in `raw`. */
mo_err_t mo_txq_bid(mo_txq_t *queue, flight_t *flight, const mo_fees_bid_t *bid, mo_buffer_t *raw)
{
    mo_buffer_t input = MO_BUFFER(queue->input);
    mo_err_t err = mo_flight_input(queue->config.store, flight->row.id, &input);
    if (mo_failed(err)) {
        return err;
    }
    mo_transaction_t transaction = {
        .type = MO_TRANSACTION_1559,
        .chain_id = queue->config.chain_id,
        .nonce = flight->row.nonce,
        .max_priority_fee_per_gas = mo_u256_from_u64(bid->tip),
        .max_fee_per_gas = mo_u256_from_u64(bid->fee),
        .gas_limit = flight->row.gas_limit,
        .to = flight->row.creates ? NULL : &flight->row.to,
        .value = flight->row.value,
        .data = mo_buffer_view(&input),
    };
    mo_flight_attempt_t attempt = {.fee = bid->fee, .tip = bid->tip};
    MO_CHECK(mo_transaction_sign(&transaction, &queue->key, raw, &attempt.hash));
    err = mo_flight_bid(queue->config.store, &flight->row, &attempt, mo_buffer_view(raw));
    if (!mo_failed(err)) {
        flight->attempts[flight->attempt_count] = attempt;
        flight->attempt_count++;
    }
    return err;
}

/* A transaction that the node will never take must not stop those behind it: it ends, and its nonce is free. */
static mo_err_t refuse(mo_txq_t *queue, flight_t *flight, const mo_err_t *why)
{
    mo_err_t err = mo_flight_unbid(queue->config.store, flight->row.id);
    if (mo_failed(err)) {
        return err;
    }
    memcpy(flight->outcome.reason, why->text, MO_TXQ_REASON_MAX);
    flight->outcome.reason[MO_TXQ_REASON_MAX] = '\0';
    flight->outcome.tx = flight->attempts[0].hash;
    end_flight(flight, MO_TXQ_DROPPED);
    flight->row.has_nonce = false;
    flight->attempt_count = 0;
    return MO_SUCCESS;
}

static mo_err_t hand_over(mo_txq_t *queue, flight_t *flight, mo_bytes_t raw, uint64_t now_ms)
{
    mo_hash_t hash;
    mo_rpc_take_t take;
    mo_err_t err = mo_rpc_send(queue->config.rpc, raw, &hash, &take);
    flight->sent_ms = now_ms;
    bool first = !flight->sent;
    flight->sent = true;
    switch (take) {
    case MO_RPC_TAKEN:
    case MO_RPC_KNOWN:
    case MO_RPC_NONCE_LOW: /* mined meanwhile: the next tick finds the receipt */
        flight->outbid = false;
        return MO_SUCCESS;
    case MO_RPC_UNDERPRICED:
        flight->outbid = true;
        return MO_SUCCESS;
    case MO_RPC_NO_FUNDS:
    case MO_RPC_LATER:
    case MO_RPC_REFUSED:
        break;
    }
    if (take == MO_RPC_REFUSED && err.kind == MO_ERR_PERMANENT && first && flight->attempt_count == 1) {
        return refuse(queue, flight, &err);
    }
    return mo_err_wrap(err, "%s", flight->row.label);
}

static mo_err_t send_again(mo_txq_t *queue, flight_t *flight, uint64_t now_ms)
{
    mo_buffer_t raw = MO_BUFFER(queue->raw);
    mo_err_t err = mo_flight_raw(queue->config.store, flight->row.id, &raw);
    return mo_failed(err) ? err : hand_over(queue, flight, mo_buffer_view(&raw), now_ms);
}

/* Bids more for a transaction that waits too long; sends the last bid again when the cap leaves no room. */
static mo_err_t bid_more(mo_txq_t *queue, flight_t *flight, uint64_t now_ms)
{
    mo_err_t err = mo_txq_know_fees(queue);
    if (mo_failed(err)) {
        return err;
    }
    flight->bid_ms = now_ms;
    const mo_flight_attempt_t *last = &flight->attempts[flight->attempt_count - 1];
    mo_fees_bid_t bid;
    bool room = mo_fees_again(&queue->fees, &queue->bounds, &(mo_fees_bid_t){last->fee, last->tip}, &bid);
    if (!room || flight->attempt_count == MO_TXQ_ATTEMPTS_MAX) {
        return send_again(queue, flight, now_ms);
    }
    mo_buffer_t raw = MO_BUFFER(queue->raw);
    err = mo_txq_bid(queue, flight, &bid, &raw);
    return mo_failed(err) ? err : hand_over(queue, flight, mo_buffer_view(&raw), now_ms);
}

/* A flight with a nonce that is not mined. */
static mo_err_t keep_alive(mo_txq_t *queue, flight_t *flight, uint64_t now_ms)
{
    flight->missing = 0;
    uint64_t patience = queue->config.replace_after_ms;
    if (!flight->sent) {
        flight->bid_ms = now_ms;
        return send_again(queue, flight, now_ms);
    }
    if (flight->outbid || now_ms - flight->bid_ms >= patience) {
        return bid_more(queue, flight, now_ms);
    }
    return now_ms - flight->sent_ms >= patience / SENDS_PER_BID ? send_again(queue, flight, now_ms) : MO_SUCCESS;
}

static bool is_nonce_taken(const mo_txq_t *queue, uint64_t nonce)
{
    for (size_t i = 0; i < queue->count; i++) {
        const flight_t *flight = &queue->flights[i];
        if (flight->row.has_nonce && flight->row.nonce == nonce) {
            return true;
        }
    }
    return false;
}

static mo_err_t launch(mo_txq_t *queue, flight_t *flight, uint64_t now_ms)
{
    mo_err_t err = mo_txq_know_fees(queue);
    if (mo_failed(err)) {
        return err;
    }
    uint64_t nonce = queue->mined;
    while (is_nonce_taken(queue, nonce)) {
        nonce++;
    }
    flight->row.nonce = nonce;
    flight->row.has_nonce = true;
    mo_fees_bid_t bid = mo_fees_first(&queue->fees, &queue->bounds);
    mo_buffer_t raw = MO_BUFFER(queue->raw);
    err = mo_txq_bid(queue, flight, &bid, &raw);
    if (mo_failed(err)) {
        flight->row.has_nonce = false;
        return err;
    }
    flight->bid_ms = now_ms;
    return hand_over(queue, flight, mo_buffer_view(&raw), now_ms);
}

/* A nonce below those in flight that nobody holds: the chain took back a transaction that had its outcome already.
 * Those behind it wait for it, so it is sent again as it was. */
static mo_err_t fill_gap(mo_txq_t *queue)
{
    uint64_t highest = 0;
    for (size_t i = 0; i < queue->count; i++) {
        const flight_t *flight = &queue->flights[i];
        highest = flight->row.has_nonce && flight->row.nonce > highest ? flight->row.nonce : highest;
    }
    mo_err_t err = MO_SUCCESS;
    for (uint64_t nonce = queue->mined; nonce < highest && queue->count < MO_TXQ_FLIGHT_MAX && !mo_failed(err); nonce++) {
        flight_t *back = &queue->flights[queue->count];
        bool found = false;
        *back = (flight_t){0};
        if (!is_nonce_taken(queue, nonce)) {
            err = mo_flight_revive(queue->config.store, &queue->owner, nonce, &back->row, &found);
        }
        if (found) {
            err = mo_flight_bids(queue->config.store, back->row.id, back->attempts, MO_TXQ_ATTEMPTS_MAX,
                                 &back->attempt_count);
            queue->count++;
        }
    }
    return err;
}

static mo_err_t advance(mo_txq_t *queue, flight_t *flight, uint64_t now_ms)
{
    if (flight->ended) {
        return MO_SUCCESS;
    }
    if (!flight->row.has_nonce) {
        return launch(queue, flight, now_ms);
    }
    return flight->row.nonce < queue->mined ? settle(queue, flight) : keep_alive(queue, flight, now_ms);
}

/* Those with a nonce go first: what they settle or drop decides the nonces of the others. */
static mo_err_t advance_all(mo_txq_t *queue, bool with_nonce, uint64_t now_ms)
{
    mo_err_t first = MO_SUCCESS;
    for (size_t i = 0; i < queue->count; i++) {
        flight_t *flight = &queue->flights[i];
        if (flight->row.has_nonce != with_nonce) {
            continue;
        }
        mo_err_t err = advance(queue, flight, now_ms);
        if (mo_failed(err) && !mo_failed(first)) {
            first = err;
        }
    }
    return first;
}

/* Pending nonces that no flight of ours holds: of another program with the key, or of a store that was lost. */
static size_t count_foreign(const mo_txq_t *queue, uint64_t pending)
{
    size_t foreign = 0;
    for (uint64_t nonce = queue->mined; nonce < pending && foreign < MO_TXQ_FLIGHT_MAX; nonce++) {
        foreign += is_nonce_taken(queue, nonce) ? 0 : 1;
    }
    return foreign;
}

static mo_err_t advance_queue(mo_txq_t *queue, uint64_t now_ms)
{
    mo_rpc_standing_t standing;
    mo_err_t err = mo_rpc_standing(queue->config.rpc, &queue->owner.sender, &standing);
    if (mo_failed(err)) {
        return err;
    }
    queue->mined = standing.mined;
    queue->head = standing.head;
    err = fill_gap(queue);
    if (mo_failed(err)) {
        return err;
    }
    queue->foreign = count_foreign(queue, standing.pending);
    err = advance_all(queue, true, now_ms);
    /* A new one behind one that could not be sent would only wait for it. */
    return mo_failed(err) ? err : advance_all(queue, false, now_ms);
}

mo_err_t mo_txq_tick(mo_txq_t *queue, uint64_t now_ms)
{
    mo_err_t failure = queue->failure;
    queue->failure = MO_SUCCESS;
    if (mo_failed(failure) || queue->count == 0) {
        return failure;
    }
    queue->fees_known = false;
    /* Counts and receipts of two nodes would contradict each other. */
    mo_rpc_hold(queue->config.rpc);
    mo_err_t err = advance_queue(queue, now_ms);
    mo_rpc_let(queue->config.rpc);
    return err;
}

size_t mo_txq_foreign(const mo_txq_t *queue)
{
    return queue->foreign;
}
