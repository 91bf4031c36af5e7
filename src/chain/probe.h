/* Whether an endpoint is a node of our chain, and keeps up with it. Inside src/chain only. Floor 5. */
#ifndef MO_CHAIN_PROBE_H
#define MO_CHAIN_PROBE_H

#include "chain/rpc.h"

/* Compares chain id and genesis of an endpoint that has not proven itself since its last failure; the head too of one
 * that was set aside for being behind. Success at once when there is nothing to prove. Permanent, naming the endpoint,
 * when it is of another chain. */
MO_MUST_USE mo_err_t mo_probe_endpoint(mo_rpc_t *rpc, size_t endpoint);

/* Compares the heads of all endpoints, every few seconds: one that has not reached what another had at the comparison
 * before is set aside, if the other can show the block. Nothing with one endpoint. */
void mo_probe_heads(mo_rpc_t *rpc);

#endif
