/* What every daemon of a core is started with. Floor 6. */
#ifndef MO_NODE_RUN_H
#define MO_NODE_RUN_H

#include <signal.h>
#include <stdbool.h>

#include "eth/secp.h"
#include "node/config.h"

typedef struct {
    const mo_node_config_t *config;
    const mo_secp_key_t *key;  /* of transactions, and of votes when there is no signer; the caller wipes it; NULL: nothing is
                                  sent, and the role never acts */
    const char *signer_path;   /* the socket of the signer of votes (node/signer.h); NULL: in this process */
    const char *policy_path;   /* of a facilitator (node/facilitator_policy.h); NULL: the default */
    const char *state_dir;     /* a folder of its own; made when it is not there */
    bool accept_reorg;     /* forget the mark of a chain that was lost (node/cursor.h) */
    bool act;         /* watcher: prove offences; without it there is no key, and nothing is sent */
    bool public_good; /* watcher: and raise challenges, whatever they cost */
    bool json;        /* watcher: findings as JSON, a line each */
    const volatile sig_atomic_t *stop; /* not 0: end at the next opportunity */
} mo_node_run_t;

#endif
