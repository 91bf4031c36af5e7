/* Chains that a parity run makes up: headers, and state that holds one account with one slot.
 */
#ifndef MO_PARITY_PROOF_H
#define MO_PARITY_PROOF_H

#include "parity/origin_world.h"

/* A header with these fields and made-up others, appended to `out`; its hash. */
typedef struct {
    mo_hash_t parent;
    mo_hash_t state_root;
    mo_hash_t transactions_root;
    uint64_t number;
    uint64_t gas_used;
} parity_header_t;

mo_hash_t proof_header(const parity_header_t *fields, mo_buffer_t *out);

/* The state in which `address` alone exists and its storage holds `value` at `slot` alone; the two proofs, a node each. */
typedef struct {
    mo_address_t address;
    mo_hash_t slot;
    mo_hash_t value;
} parity_state_t;

mo_hash_t proof_state(const parity_state_t *state, mo_buffer_t *account, mo_buffer_t *slot);

/* Now and then, when there is room below the plan's source: a checkpoint that reached the target and that the source's
 * state shows finalised. */
void proof_of_missed(origin_world_t *w, plan_t *plan);

#endif
