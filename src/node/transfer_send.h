/* Transactions of a user, one after the other, on either chain: each is estimated, sent and waited for.
 *
 *     STATE/transfer.sqlite      what is in flight (chain/txq.h); an interrupted order goes on when it is given again
 *
 * One process of a key at a time: the store is locked, and a key that a daemon uses belongs to the daemon. Floor 6.
 */
#ifndef MO_NODE_TRANSFER_SEND_H
#define MO_NODE_TRANSFER_SEND_H

#include <signal.h>

#include "chain/txq.h"
#include "node/transfer.h"

typedef struct {
    mo_transfer_desk_t *desk; /* borrowed */
    mo_store_t *store;
    mo_txq_t *queues[MO_CHAIN_COUNT]; /* opened when first needed */
    const mo_secp_key_t *key;         /* borrowed */
    const volatile sig_atomic_t *stop;
    bool sent_any; /* a failure after that is no longer one of the input */
} mo_transfer_sender_t;

typedef struct {
    mo_chain_t chain;
    const char *name;       /* of the function, for texts */
    const mo_address_t *to;
    mo_u256_t value;        /* wei */
    mo_bytes_t data;
    const mo_hash_t *id;    /* of the message, for the label */
} mo_transfer_order_t;

/* Opens the store in a folder that is there. Errors: MO_ERR_REFUSED when another process has it. */
MO_MUST_USE mo_err_t mo_transfer_sender_open(mo_transfer_sender_t *sender, mo_transfer_desk_t *desk, const char *state_dir);
void mo_transfer_sender_close(mo_transfer_sender_t *sender);

/* Sends and waits for the outcome. Errors: permanent when it reverts, with the custom error's name; transient when the
 * node is away or *stop came. */
MO_MUST_USE mo_err_t mo_transfer_send(mo_transfer_sender_t *sender, const mo_transfer_order_t *order,
                                      mo_txq_outcome_t *outcome);

/* Gas of a call at least, by the node; nothing is sent. */
MO_MUST_USE mo_err_t mo_transfer_estimate(mo_transfer_desk_t *desk, const mo_address_t *from,
                                          const mo_transfer_order_t *order, uint64_t *gas);

/* Sleeps, less when *stop comes. */
void mo_transfer_pause(const volatile sig_atomic_t *stop, unsigned ms);

#endif
