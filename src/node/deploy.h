/* Deployment: a core with its registry, its side on the auxiliary chain, and a gateway pair, from nothing.
 *
 *     origin                                     auxiliary
 *     mine past E_o                              mine the root, E blocks up, and one more
 *     1 OriginHistory, tokens, reputation
 *     2 Core, Registry  -- name the polling place's predicted address
 *     3 deposits, open(), mined final
 *                                                4 AuxiliaryBlockStore, OriginBlockStore, KernelRelay, PollingPlace
 *                                                6 UtilityToken, CoGateway
 *     6 Gateway  -- names their code hashes
 *
 * The numbers are those of interfaces 0.6. The pair is put there before B_1, so that B_1's root shows it; it is linked
 * after B_1 (7.5), and until then none of its functions does anything. Addresses are those of CREATE, predicted from
 * the deployer's nonce; every contract checks what names it, and this compares what was created with what was predicted.
 *
 * Constructor arguments and creation code come from the generated bindings.
 *
 * What it does not do: run roles, mine on its own, link the pair (node/devnet_link.h).
 *
 * Floor 6.
 */
#ifndef MO_NODE_DEPLOY_H
#define MO_NODE_DEPLOY_H

#include <signal.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "chain/rpc.h"
#include "node/config.h"
#include "node/devnet_account.h"
#include "node/devnet_key.h"
#include "rules/types.h"

/* Parameters of a devnet's core (interfaces 0.5, the demo column). Blocks, seconds, gas, whole tokens. */
#define MO_DEPLOY_EPOCH            16
#define MO_DEPLOY_ORIGIN_EPOCH     8
#define MO_DEPLOY_GAS_STEP         10000000
#define MO_DEPLOY_CHALLENGE_PERIOD 3
#define MO_DEPLOY_HALT_AFTER       300
#define MO_DEPLOY_HALT_WINDOW      120
#define MO_DEPLOY_SETUP_GRACE      600
#define MO_DEPLOY_MAX_UPDATES      16
#define MO_DEPLOY_WITHDRAWAL_DELAY 60
#define MO_DEPLOY_REVOKE_DELAY     120
#define MO_DEPLOY_BLAME_PERIOD     3
#define MO_DEPLOY_GRACE            600
#define MO_DEPLOY_STAKE_TOKENS     1000
#define MO_DEPLOY_BOND_TOKENS      10
/* For bonds: a validator has a few proposals' worth out at a time; a devnet of a day makes some thousands. */
#define MO_DEPLOY_PURSE_TOKENS 100000

/* Accounts that deploy: the core's side, and the pair's. */
typedef struct {
    mo_devnet_account_t origin;
    mo_devnet_account_t auxiliary;
    mo_devnet_account_t pair_origin;
    mo_devnet_account_t pair_auxiliary;
} mo_deploy_accounts_t;

typedef struct {
    mo_rpc_t *origin; /* borrowed */
    mo_rpc_t *auxiliary;
    const char *seed;
    const mo_devnet_key_t *deployer;
    const mo_devnet_key_t *pair_deployer;
    const mo_address_t *holder; /* gets the value token's supply */
    unsigned founders;
    const volatile sig_atomic_t *stop; /* set: give up at the next step */
    mo_node_config_t *config; /* in: URLs and chain ids; out: the rest */
    mo_deploy_accounts_t accounts;
    mo_hash_t co_gateway_code_hash;
    mo_hash_t utility_code_hash;
    mo_kernel_t first_kernel;
} mo_deploy_t;

/* Deploys all of it. Blocks are mined here, one a transaction: no miner may run yet. Errors name the step. */
MO_MUST_USE mo_err_t mo_node_deploy(mo_deploy_t *deploy);

/* The key of a validator, and where its stake is paid back to. */
mo_devnet_key_t mo_deploy_validator_key(const char *seed, unsigned number);
mo_address_t mo_deploy_withdrawal_address(const char *seed, unsigned number);

/* Registers validator `number` with its stake and gives it a purse of stake tokens, from which the core may pull
 * bonds (4.2). */
MO_MUST_USE mo_err_t mo_deploy_validator(mo_deploy_t *deploy, unsigned number);

/* Gives a key stake tokens and lets the core pull bonds of them. */
MO_MUST_USE mo_err_t mo_deploy_purse(mo_deploy_t *deploy, const mo_devnet_key_t *key);

/* `count` whole tokens of 18 decimals. */
mo_u256_t mo_deploy_tokens(uint64_t count);

/* The steps, each in the order above; for mo_node_deploy. */
MO_MUST_USE mo_err_t mo_deploy_foundations(mo_deploy_t *deploy);
MO_MUST_USE mo_err_t mo_deploy_core(mo_deploy_t *deploy);
MO_MUST_USE mo_err_t mo_deploy_open(mo_deploy_t *deploy);
MO_MUST_USE mo_err_t mo_deploy_auxiliary(mo_deploy_t *deploy);
MO_MUST_USE mo_err_t mo_deploy_pair(mo_deploy_t *deploy);

#endif
