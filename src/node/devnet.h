/* A devnet: two nodes, a core deployed on them, its validators and a facilitator, each a process, and the miner.
 *
 *     mo_devnet_prepare   looks whether all that is needed is there: nothing is started yet
 *     mo_devnet_start     nodes, deployment, miners, roles
 *     mo_devnet_tick      again and again: children, view, the pair's link
 *     mo_devnet_end       roles, miners, nodes, in this order; the folder when it is a temporary one
 *
 * A failure of prepare is something that the user must mend (exit status 2); later ones are failures of the run.
 *
 * Everything runs in the thread of the caller but the two miners. Kill safety: children die with this process
 * (node/devnet_child.h), whatever ends it.
 *
 * Floor 6.
 */
#ifndef MO_NODE_DEVNET_H
#define MO_NODE_DEVNET_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "chain/rpc.h"
#include "node/config.h"
#include "node/deploy.h"
#include "node/devnet_anvil.h"
#include "node/devnet_child.h"
#include "node/devnet_folder.h"
#include "node/devnet_key.h"
#include "node/devnet_link.h"
#include "node/devnet_miner.h"
#include "node/devnet_view.h"

/* Founders and later joiners together. */
#define MO_DEVNET_VALIDATORS_MAX 16

/* Two nodes, the validators, one facilitator, one watcher. */
#define MO_DEVNET_CHILDREN_MAX (2 + MO_DEVNET_VALIDATORS_MAX + 2)

#define MO_DEVNET_ORIGIN_CHAIN_ID    31337
#define MO_DEVNET_AUXILIARY_CHAIN_ID 31338

/* Both chains make four blocks a second. */
#define MO_DEVNET_BLOCK_MS 250

/* The seed of a devnet's keys when none is named: the same addresses every time, as anvil's own. */
#define MO_DEVNET_SEED "mosaic"

typedef struct {
    uint16_t origin_port;
    uint16_t auxiliary_port;
    unsigned validators; /* founders */
    bool watch;          /* start a watcher that acts */
    const char *state;   /* NULL: a temporary folder */
    const char *seed;
    const volatile sig_atomic_t *stop; /* set: end as soon as possible */
    mo_view_say_t *say;                /* a line for people */
    void *context;
} mo_devnet_options_t;

typedef struct {
    mo_devnet_options_t options;
    char program[MO_ANVIL_PATH_MAX]; /* anvil */
    mo_devnet_folder_t folder;
    mo_devnet_child_t children[MO_DEVNET_CHILDREN_MAX]; /* the two nodes first */
    size_t child_count;
    mo_rpc_t *origin;
    mo_rpc_t *auxiliary;
    mo_devnet_miner_t *miners[2];
    mo_node_config_t config;
    mo_devnet_key_t deployer;
    mo_devnet_key_t pair_deployer;
    mo_devnet_key_t facilitator;
    mo_devnet_key_t watcher;
    mo_devnet_key_t holder; /* holds the value token, and sends intents */
    mo_deploy_t deploy;
    mo_devnet_view_t *view; /* NULL before the core is deployed */
    mo_devnet_link_t link;
    unsigned validator_count; /* processes started */
    unsigned roles_ended;     /* of the roles' processes, unasked */
} mo_devnet_t;

/* Looks for anvil, the ports, the state folder (which it opens). Errors: permanent, one line that names the mend;
 * nothing needs to be ended then. */
MO_MUST_USE mo_err_t mo_devnet_prepare(mo_devnet_t *devnet, const mo_devnet_options_t *options);

/* Starts everything. On an error, or when stop was set meanwhile, mo_devnet_end is still to be called. */
MO_MUST_USE mo_err_t mo_devnet_start(mo_devnet_t *devnet);

/* Deposits for one validator more and starts its process. */
MO_MUST_USE mo_err_t mo_devnet_join(mo_devnet_t *devnet);

/* One look at everything, and the next step of the link. Errors: a node is gone, a miner ended, a chain is not as it
 * should be. A role that died is said, and goes on being missed; it is no error of the devnet. */
MO_MUST_USE mo_err_t mo_devnet_tick(mo_devnet_t *devnet);

/* Stops the miners: both chains stand still. */
void mo_devnet_freeze(mo_devnet_t *devnet);

/* Ends everything that was started. */
void mo_devnet_end(mo_devnet_t *devnet);

/* Says one line. */
void mo_devnet_say(const mo_devnet_t *devnet, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
