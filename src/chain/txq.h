/* The transaction queue: from "this call, please" to "mined in block 812" or a reason why not. One key, one chain.
 *
 *     submit --estimate--> QUEUED --nonce, sign, write to disk, send--> SENT --receipt--> outcome
 *                 |                                                    |    ^
 *                 reverts: a permanent error                           |    | time-out: the same nonce again,
 *                 with the custom error's name, no nonce used          +----+ fees at least 12.5 % up, to the cap
 *
 * Invariants: a transaction is on disk before the node sees it, so that a killed daemon finds all of its own again; one
 * nonce never carries two different calls; nonces are given without a gap from the chain's own count; a label has at
 * most one transaction in flight: submitting it again returns the same id.
 *
 *     mo_txq_submit(queue, &(mo_txq_call_t){.to = &core, .data = data, .label = "commit 3"}, &id);
 *     every poll:  mo_txq_tick(queue, now_ms);
 *                  while (mo_txq_next(queue, &outcome)) ...
 *
 * Several are in flight at once (MO_TXQ_FLIGHT_MAX). Outcomes come when a transaction has `confirmations` blocks, once
 * each; they come again after a restart only if the daemon ended before mo_txq_next handed them out. If a
 * reorganisation later drops an unfinished one, it is sent again; what a deeper one drops is the role's to see.
 *
 * What it does not do: order calls that depend on each other (wait for the outcome, or estimate on the pending state),
 * share a key with another process.
 *
 * Floor 5.
 */
#ifndef MO_CHAIN_TXQ_H
#define MO_CHAIN_TXQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "chain/limits.h"
#include "chain/rpc.h"
#include "eth/u256.h"
#include "store/store.h"

typedef struct mo_txq mo_txq_t;

#define MO_TXQ_LABEL_MAX  96
#define MO_TXQ_REASON_MAX 160

typedef struct {
    mo_rpc_t *rpc;     /* borrowed */
    mo_store_t *store; /* borrowed */
    uint64_t chain_id;
    uint8_t secret[32];        /* of the key; copied, wiped by mo_txq_close; the caller wipes its own */
    uint64_t fee_cap;          /* wei per gas that a transaction may ever bid; 0: 500 gwei */
    uint64_t tip_min;          /* wei per gas of priority fee at least */
    uint64_t replace_after_ms; /* unmined for so long: bid more; 0: 30,000 */
    uint64_t confirmations;    /* blocks, the transaction's own included, before its outcome; 0: 1 */
} mo_txq_config_t;

/* One call. `to` NULL creates a contract. */
typedef struct {
    const mo_address_t *to;
    mo_u256_t value;     /* wei */
    mo_bytes_t data;     /* copied; at most MO_RPC_INPUT_MAX */
    const char *label;   /* 1 to MO_TXQ_LABEL_MAX characters; names the piece of work */
    uint64_t gas_limit;  /* 0: estimated, plus a quarter */
    bool after_pending;  /* estimate on the state with the pending transactions, for a call that needs one of them */
} mo_txq_call_t;

typedef enum {
    MO_TXQ_MINED,    /* executed */
    MO_TXQ_REVERTED, /* mined, and reverted; `reason` has the custom error by name where the node tells it */
    MO_TXQ_DROPPED,  /* its nonce was used by another transaction of the key, or the node refuses it for good */
} mo_txq_result_t;

typedef struct {
    uint64_t id;
    char label[MO_TXQ_LABEL_MAX + 1];
    mo_txq_result_t result;
    mo_hash_t tx; /* the hash that was mined; of the last attempt when dropped */
    uint64_t nonce;
    uint64_t block_number;
    mo_hash_t block_hash;
    uint64_t gas_used;
    mo_address_t contract; /* created, or zero */
    char reason[MO_TXQ_REASON_MAX + 1];
} mo_txq_outcome_t;

/* Opens the queue: reads what is in flight from the store, checks the node's chain id. Out: *queue, or NULL. */
MO_MUST_USE mo_err_t mo_txq_open(mo_txq_t **queue, const mo_txq_config_t *config);

/* Wipes the key and closes; NULL is allowed. What is in flight stays in the store. */
void mo_txq_close(mo_txq_t *queue);

/* The key's address. */
mo_address_t mo_txq_sender(const mo_txq_t *queue);

/* Takes a call. Out: *id; the id of the one in flight when the label has one (its data may differ; it is not changed).
 * Permanent when the estimate reverts (text and mo_rpc_revert say how) or the label or data exceed their bounds;
 * transient when the node cannot be reached or MO_TXQ_FLIGHT_MAX are in flight. On disk when it returns; sent by the
 * next tick. */
MO_MUST_USE mo_err_t mo_txq_submit(mo_txq_t *queue, const mo_txq_call_t *call, uint64_t *id);

/* Sends, looks for receipts, sends again, bids more. In: the time in milliseconds of a clock that does not go back; it
 * need not be the same clock after a restart. A transient error leaves everything as it can be continued. */
MO_MUST_USE mo_err_t mo_txq_tick(mo_txq_t *queue, uint64_t now_ms);

/* Takes the next outcome. False when there is none. */
MO_MUST_USE bool mo_txq_next(mo_txq_t *queue, mo_txq_outcome_t *outcome);

/* Pending transactions of the key, at the last tick, that are not this queue's. New ones of this queue take their nonces
 * and outbid them; a tick that finds nothing in flight does not look. */
size_t mo_txq_foreign(const mo_txq_t *queue);

/* Cancels the transaction in flight with that nonce: its call becomes an empty transfer to the key itself, which is sent at
 * once with a bid that replaces the last. From then on it is the queue's like any other, under a label of no role; its
 * outcome may still be that the first call was mined. Out: the hash. Permanent when no such nonce is in flight;
 * MO_ERR_REFUSED when the cap leaves no room for the bid. */
MO_MUST_USE mo_err_t mo_txq_cancel(mo_txq_t *queue, uint64_t nonce, mo_hash_t *hash);

/* Whether a label is in flight, and how many are. */
bool mo_txq_pending(const mo_txq_t *queue, const char *label);
size_t mo_txq_flight(const mo_txq_t *queue);

#endif
