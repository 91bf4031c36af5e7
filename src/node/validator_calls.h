/* The calls that a validator's actions become. Floor 6. */
#ifndef MO_NODE_VALIDATOR_CALLS_H
#define MO_NODE_VALIDATOR_CALLS_H

#include "node/drive.h"
#include "role/validator.h"

/* Makes the call of an action; fetches headers and proofs, signs votes through the guard. */
MO_MUST_USE mo_err_t mo_node_validator_call(mo_node_station_t *station, void *role, const mo_action_t *action,
                                            mo_node_call_t *call);

/* Takes the proof for relaying the open kernel at each new checkpoint of origin, whichever of them will be finalised. */
MO_MUST_USE mo_err_t mo_node_validator_foresee(mo_node_station_t *s, void *role);

#endif
