/* One row of gateway 7.4 as the call of the contract that takes it. Floor 6. */
#ifndef MO_NODE_TRANSFER_STEP_H
#define MO_NODE_TRANSFER_STEP_H

#include "bus/box.h"
#include "chain/rpc.h"

typedef struct {
    unsigned row; /* 2, 3, 5, 6, 8 to 11 */
    const mo_envelope_t *envelope;
    mo_hash_t secret;              /* rows 2, 9; row 8 to pay the facilitator, zero to pay the caller */
    uint64_t root_number;          /* rows by proof */
    const mo_proof_nodes_t *proof; /* rows by proof: of the peer's slot */
} mo_transfer_step_t;

/* Appends the call's data; the function's name in *name. Permanent when the row is no step, or does not fit. */
MO_MUST_USE mo_err_t mo_transfer_step_encode(const mo_transfer_step_t *step, mo_buffer_t *data, const char **name);

#endif
