/* The load: plain transfers on the auxiliary chain, from many senders, at a steady rate.
 *
 *     sender 0  --> sender 1 --> ... --> sender 15 --> sender 0       one wei each, signed here
 *
 * Every sender holds its own nonce and sends to its neighbour, so that the number of accounts stays small. Transfers
 * go out in batches of one JSON-RPC request. A transfer counts as sent when the node took it; how many are in blocks
 * that were finalised is read from the chain by whoever reports it.
 *
 * Floor 6.
 */
#ifndef MO_NODE_LOAD_SENDER_H
#define MO_NODE_LOAD_SENDER_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "chain/rpc.h"
#include "node/devnet_key.h"

#define MO_LOAD_SENDERS 16

typedef struct {
    mo_rpc_t *rpc; /* borrowed */
    uint64_t chain_id;
    mo_devnet_key_t keys[MO_LOAD_SENDERS];
    uint64_t nonces[MO_LOAD_SENDERS];
    uint64_t sent;      /* transfers that the node took */
    uint64_t rate;      /* transfers a second */
    uint64_t begins_ms; /* when the first is due */
} mo_load_t;

typedef struct {
    mo_rpc_t *rpc;
    uint64_t chain_id;
    const char *seed; /* of the devnet */
    uint64_t rate;
    uint64_t begins_ms;
} mo_load_plan_t;

/* The address of a sender, to be funded before the load begins. */
mo_address_t mo_load_sender_address(const char *seed, unsigned sender);

/* Reads the senders' nonces. */
MO_MUST_USE mo_err_t mo_load_open(mo_load_t *load, const mo_load_plan_t *plan);

/* Sends what is due at `now_ms`, MO_RPC_BATCH_MAX at most. */
MO_MUST_USE mo_err_t mo_load_tick(mo_load_t *load, uint64_t now_ms);

/* Wipes the keys. */
void mo_load_close(mo_load_t *load);

#endif
