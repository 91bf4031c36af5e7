/* The guard's record as a whole: read out for an export, merged from an import (docs/guard.md).
 *
 * A merge only ever adds: a vote that is known stays, one that is not is added, one that would offend with a recorded
 * vote (2.3) - then two signatures exist that should not - raises the watermark to its heights instead, as does a vote
 * of which no signature is known. Watermarks rise to the higher of each height. So whatever was refused before a merge
 * is refused after it, and what either record refused both refuse now.
 *
 * Floor 5.
 */
#ifndef MO_STORE_GUARD_MERGE_H
#define MO_STORE_GUARD_MERGE_H

#include "store/guard.h"

/* One line of a record. */
typedef struct {
    mo_guard_scope_t scope;
    bool is_vote;
    mo_guard_record_t record;     /* of a vote */
    mo_height_t watermark_source; /* of a watermark */
    mo_height_t watermark_target;
} mo_guard_entry_t;

typedef mo_err_t mo_guard_visit_t(void *context, const mo_guard_entry_t *entry);
typedef mo_err_t mo_guard_core_visit_t(void *context, const mo_guard_core_t *core);

/* Every known core; every vote and watermark of a core, by signer, chain and target. An error of `visit` ends it. */
MO_MUST_USE mo_err_t mo_guard_cores(mo_store_t *store, mo_guard_core_visit_t *visit, void *context);
MO_MUST_USE mo_err_t mo_guard_entries(mo_store_t *store, const mo_hash_t *core, mo_guard_visit_t *visit, void *context);

/* How many votes belong to no known core. */
MO_MUST_USE mo_err_t mo_guard_orphans(mo_store_t *store, uint64_t *count);

typedef struct {
    uint64_t added;   /* votes */
    uint64_t known;   /* votes that were there */
    uint64_t folded;  /* votes that only raised a watermark */
    uint64_t raised;  /* watermarks that rose or are new */
} mo_guard_merged_t;

/* Begins and ends a merge: one transaction, all of it or nothing. */
MO_MUST_USE mo_err_t mo_guard_merge_begin(mo_store_t *store);
MO_MUST_USE mo_err_t mo_guard_merge_end(mo_store_t *store, mo_err_t err);

/* Between the two. The vote's hashes and signature are checked: one that is not the signer's is an error. */
MO_MUST_USE mo_err_t mo_guard_merge_core(mo_store_t *store, const mo_guard_core_t *core);
MO_MUST_USE mo_err_t mo_guard_merge_vote(mo_store_t *store, const mo_guard_entry_t *entry, mo_guard_merged_t *merged);
MO_MUST_USE mo_err_t mo_guard_merge_mark(mo_store_t *store, const mo_guard_entry_t *entry, mo_guard_merged_t *merged);

#endif
