/* Proofs taken while the node had their state: pruned nodes keep about 128 states, and a proof is needed much later.
 *
 * A proof is kept as the node gave it, and verified again when it is used: what lies on disk is believed no more than
 * what comes over the line. Floor 5.
 */
#ifndef MO_STORE_PROOF_H
#define MO_STORE_PROOF_H

#include <stdint.h>

#include "base/bytes.h"
#include "store/store.h"

/* Of an account, and of one of its slots or none, after a block. */
typedef struct {
    uint64_t chain_id;
    uint64_t number;
    mo_address_t address;
    const mo_hash_t *slot; /* NULL: the account alone */
} mo_proof_key_t;

/* Keeps an answer; one that is kept already is replaced. */
MO_MUST_USE mo_err_t mo_proof_keep(mo_store_t *store, const mo_proof_key_t *key, mo_bytes_t answer);

/* Appends the answer to `out`. Out: *found. Permanent when it does not fit. */
MO_MUST_USE mo_err_t mo_proof_find(mo_store_t *store, const mo_proof_key_t *key, mo_buffer_t *out, bool *found);

/* Forgets those of a chain below a block. */
MO_MUST_USE mo_err_t mo_proof_prune(mo_store_t *store, uint64_t chain_id, uint64_t below);

#endif
