/* An account of a devnet: sends transactions on one chain and waits for their receipts.
 *
 *     mo_devnet_account_t deployer;
 *     err = mo_devnet_account_open(&deployer, &(mo_devnet_account_plan_t){.rpc = rpc, .chain_id = 31337, .key = &key});
 *     err = mo_devnet_account_call(&deployer, &(mo_devnet_call_t){.what = "open the core", .to = &core, .data = data},
 *                                  &done);
 *
 * For keys that nobody else uses while the account is open: the nonce is counted here. Roles, which share the chain
 * with others and must survive a restart, use the transaction queue (chain/txq.h).
 *
 * `mine` makes a block after each transaction instead of waiting for the miner: for the time before it runs.
 *
 * Floor 6.
 */
#ifndef MO_NODE_DEVNET_ACCOUNT_H
#define MO_NODE_DEVNET_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "chain/rpc.h"
#include "eth/u256.h"
#include "node/devnet_key.h"

typedef struct {
    mo_rpc_t *rpc; /* borrowed */
    uint64_t chain_id;
    const mo_devnet_key_t *key; /* borrowed */
    bool mine;
} mo_devnet_account_plan_t;

typedef struct {
    mo_devnet_account_plan_t plan;
    uint64_t nonce; /* of the next transaction */
} mo_devnet_account_t;

typedef struct {
    const char *what;       /* for the error's text: "deploy the core" */
    const mo_address_t *to; /* NULL creates a contract */
    mo_u256_t value;        /* wei */
    mo_bytes_t data;
} mo_devnet_call_t;

typedef struct {
    mo_hash_t tx;
    mo_receipt_t receipt;
} mo_devnet_done_t;

/* Reads the nonce from the chain. */
MO_MUST_USE mo_err_t mo_devnet_account_open(mo_devnet_account_t *account, const mo_devnet_account_plan_t *plan);

/* Sends a call and waits until it is mined. Out: *done, with a receipt of success. Errors: permanent when the call
 * reverts, its custom error in the text; transient when it is not mined within MO_DEVNET_MINED_WITHIN_MS. */
MO_MUST_USE mo_err_t mo_devnet_account_call(mo_devnet_account_t *account, const mo_devnet_call_t *call,
                                            mo_devnet_done_t *done);

#define MO_DEVNET_MINED_WITHIN_MS 20000

/* Where the account's next creation puts its contract. */
mo_address_t mo_devnet_account_next(const mo_devnet_account_t *account);

/* Sleeps. For loops that look at a chain again and again. */
void mo_devnet_sleep_ms(unsigned ms);

#endif
