/* The calls that an order of node/stake.h comes to. For node/stake.c. Floor 6. */
#ifndef MO_NODE_STAKE_CALLS_H
#define MO_NODE_STAKE_CALLS_H

#include "node/stake.h"

/* Fills report->sender, validator and steps. Permanent when the order cannot be carried out; the text names the mend. */
MO_MUST_USE mo_err_t mo_stake_calls_make(const mo_stake_order_t *order, mo_rpc_t *rpc, mo_stake_report_t *report);

#endif
