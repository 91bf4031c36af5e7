#include <inttypes.h>
#include <stdio.h>

#include "chain/txq_parts.h"

/* The gas of a plain transfer. */
#define TRANSFER_GAS 21000

static mo_err_t replace_by_nothing(mo_txq_t *queue, mo_txq_flight_t *flight, mo_buffer_t *raw)
{
    const mo_flight_attempt_t *last = &flight->attempts[flight->attempt_count - 1];
    mo_fees_bid_t bid;
    queue->fees_known = false;
    mo_err_t err = mo_txq_know_fees(queue);
    if (mo_failed(err)) {
        return err;
    }
    if (!mo_fees_again(&queue->fees, &queue->bounds, &(mo_fees_bid_t){last->fee, last->tip}, &bid) ||
        flight->attempt_count == MO_TXQ_ATTEMPTS_MAX) {
        return mo_err(MO_ERR_REFUSED, "nonce %" PRIu64 " bids %" PRIu64 " wei per gas: an eighth more is above the cap of "
                      "%" PRIu64 ": wait for it", flight->row.nonce, last->fee, queue->bounds.cap);
    }
    mo_flight_t empty = flight->row;
    (void)snprintf(empty.label, sizeof empty.label, "cancel %" PRIu64, flight->row.id);
    empty.creates = false;
    empty.to = queue->owner.sender;
    empty.value = MO_U256_ZERO;
    empty.gas_limit = TRANSFER_GAS;
    err = mo_flight_void(queue->config.store, &empty);
    if (!mo_failed(err)) {
        flight->row = empty;
        err = mo_txq_bid(queue, flight, &bid, raw);
    }
    return err;
}

mo_err_t mo_txq_cancel(mo_txq_t *queue, uint64_t nonce, mo_hash_t *hash)
{
    *hash = (mo_hash_t){0};
    mo_txq_flight_t *flight = NULL;
    for (size_t i = 0; i < queue->count; i++) {
        bool is = queue->flights[i].row.has_nonce && queue->flights[i].row.nonce == nonce;
        flight = is ? &queue->flights[i] : flight;
    }
    if (flight == NULL) {
        return mo_err(MO_ERR_PERMANENT, "no transaction with nonce %" PRIu64 " is in flight: mosaic tx list shows those",
                      nonce);
    }
    mo_buffer_t raw = MO_BUFFER(queue->raw);
    mo_err_t err = replace_by_nothing(queue, flight, &raw);
    if (mo_failed(err)) {
        return err;
    }
    mo_rpc_take_t take;
    err = mo_rpc_send(queue->config.rpc, mo_buffer_view(&raw), hash, &take);
    return err.kind == MO_ERR_DONE ? MO_SUCCESS : err;
}
