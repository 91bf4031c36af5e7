/* The calls that a facilitator's actions become. Floor 6. */
#ifndef MO_NODE_FACILITATOR_CALLS_H
#define MO_NODE_FACILITATOR_CALLS_H

#include "node/drive.h"
#include "role/facilitator.h"

/* Makes the call of an action; fetches headers and proofs, derives secrets. */
MO_MUST_USE mo_err_t mo_node_facilitator_call(mo_node_station_t *station, const mo_action_t *action,
                                              mo_node_call_t *call);

/* The coin that the gateway on a chain takes as bounty, in wei. */
MO_MUST_USE mo_err_t mo_node_facilitator_bounty(mo_node_station_t *station, mo_chain_t chain, mo_u256_t *bounty);

/* The gateway of a chain: Gateway on origin, CoGateway on the auxiliary chain. */
const mo_address_t *mo_node_gateway(const mo_node_config_t *config, mo_chain_t chain);

/* Takes the proofs that messages in flight will need, at each new checkpoint of either chain. */
MO_MUST_USE mo_err_t mo_node_facilitator_foresee(mo_node_station_t *s, const mo_facilitator_role_t *f,
                                                 const uint64_t newest[MO_CHAIN_COUNT]);

#endif
