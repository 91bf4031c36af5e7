/* The link: takes a gateway pair from deployed to open, each step by a real proof (gateway 7.5).
 *
 *     B_k committed          declareLink(k, header of its source, proofs of co-gateway and token)      origin
 *     that block observed    confirmLink(observation, proof of the gateway)                            auxiliary
 *     B_m committed after    open(m, header of its source, proof of the co-gateway's link word)        origin
 *
 * A machine of three steps; each waits for what the view has seen, sends one transaction, and waits for its receipt.
 *
 * Floor 6.
 */
#ifndef MO_NODE_DEVNET_LINK_H
#define MO_NODE_DEVNET_LINK_H

#include "base/bytes.h"
#include "base/error.h"
#include "chain/rpc.h"
#include "node/config.h"
#include "node/devnet_account.h"
#include "node/devnet_view.h"

typedef enum {
    MO_LINK_DECLARE,
    MO_LINK_CONFIRM,
    MO_LINK_OPEN,
    MO_LINK_DONE,
} mo_devnet_link_step_t;

typedef struct {
    mo_devnet_link_step_t step;
    const mo_node_config_t *config;  /* borrowed */
    mo_devnet_account_t *origin;     /* borrowed: who pays for the calls */
    mo_devnet_account_t *auxiliary;
    unsigned failures; /* of the step, in a row */
} mo_devnet_link_t;

/* Makes the next step when the view shows that it is possible. Errors name the step. */
MO_MUST_USE mo_err_t mo_devnet_link_tick(mo_devnet_link_t *link, const mo_view_t *now);

#endif
