/* Proofs for calls: taken when their block becomes eligible, used when its turn comes.
 *
 *     checkpoint mined --ahead--> store ... finalised, minutes or hours later ... --mo_node_prove--> call
 *
 * A node that prunes keeps about 128 states; what a role will want to prove after a checkpoint it therefore takes as soon
 * as the checkpoint is there. What is on disk is verified again against the block of that number: after a reorganisation
 * it does not verify, and the node is asked. Floor 6.
 */
#ifndef MO_NODE_PROVE_H
#define MO_NODE_PROVE_H

#include "node/drive.h"

/* What is to be proven, after block `number` of a chain. */
typedef struct {
    mo_chain_t chain;
    uint64_t number;
    mo_address_t address;
    const mo_hash_t *slot; /* NULL: the account alone */
} mo_node_claim_t;

/* The block and the proof; nodes lie in station->memory until its next use. */
MO_MUST_USE mo_err_t mo_node_prove(mo_node_station_t *s, const mo_node_claim_t *claim, mo_block_t *block, mo_proof_t *proof);

/* Takes the proof and keeps it, unless it is kept already; forgets those of blocks far below. */
MO_MUST_USE mo_err_t mo_node_prove_ahead(mo_node_station_t *s, const mo_node_claim_t *claim);

/* Notes what became of taking a checkpoint's proofs: after some failures they are left to the day they are needed. */
void mo_node_foreseen(mo_node_station_t *s, mo_chain_t chain, uint64_t number, mo_err_t err);

#endif
