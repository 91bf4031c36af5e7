/* What the sources of the transaction queue share. Inside src/chain only. Floor 5. */
#ifndef MO_CHAIN_TXQ_PARTS_H
#define MO_CHAIN_TXQ_PARTS_H

#include "chain/fees.h"
#include "chain/txq.h"
#include "eth/secp.h"
#include "eth/transaction.h"
#include "store/flight.h"

typedef struct {
    mo_flight_t row;
    mo_flight_attempt_t attempts[MO_TXQ_ATTEMPTS_MAX];
    size_t attempt_count;
    bool sent; /* by this run of the program */
    uint64_t sent_ms;
    uint64_t bid_ms;
    bool outbid; /* the node wants more */
    unsigned missing;
    bool ended;
    mo_txq_outcome_t outcome;
} mo_txq_flight_t;

struct mo_txq {
    mo_txq_config_t config; /* without the secret */
    mo_secp_key_t key;
    mo_flight_key_t owner;
    mo_fees_bounds_t bounds;
    mo_txq_flight_t flights[MO_TXQ_FLIGHT_MAX]; /* in the order of their ids */
    size_t count;
    uint64_t mined; /* the chain's count of the key's transactions, at the last tick */
    uint64_t head;
    size_t foreign;
    bool fees_known; /* in this tick */
    mo_rpc_fees_t fees;
    mo_err_t failure; /* of the store, while an outcome was handed out */
    uint8_t input[MO_RPC_INPUT_MAX];
    uint8_t raw[MO_TRANSACTION_BYTES_MAX];
};

/* Asks for the fees of now, once a tick. */
MO_MUST_USE mo_err_t mo_txq_know_fees(mo_txq_t *queue);

/* Signs a bid and writes it to disk; the raw transaction is in `raw`. */
MO_MUST_USE mo_err_t mo_txq_bid(mo_txq_t *queue, mo_txq_flight_t *flight, const mo_fees_bid_t *bid, mo_buffer_t *raw);

#endif
