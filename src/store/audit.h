/* The audit: whether what a store holds makes sense, for `mosaic db check`. Only reads.
 *
 * Beyond SQLite's own check of pages, indexes and references: each recorded vote has its own hash and its signer's
 * signature, no two votes of one signer offend (2.3), sources rise with targets (2.7); each bid's transaction has its
 * hash, and nothing in flight has bids without a nonce.
 *
 * Floor 5.
 */
#ifndef MO_STORE_AUDIT_H
#define MO_STORE_AUDIT_H

#include "store/store.h"

typedef struct {
    uint64_t cores;
    uint64_t votes;
    uint64_t watermarks;
    uint64_t flights; /* in flight */
    uint64_t bids;
    uint64_t states; /* keys with bytes */
} mo_store_census_t;

/* Out: *census. Permanent, with what is wrong first and the mend, when the store is damaged. */
MO_MUST_USE mo_err_t mo_store_audit(mo_store_t *store, mo_store_census_t *census);

#endif
