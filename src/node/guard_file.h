/* The guard's record as a JSON file, modelled on EIP-3076 (docs/guard.md).
 *
 *     {"metadata": {"interchange_format": "mosaic-guard", "interchange_format_version": "1"},
 *      "data": [{"origin_chain_id": "1", "origin_genesis_hash": "0x...", "core": "0x...", "setup_hash": "0x...",
 *                "signer": "0x...",
 *                "signed_votes": [{"chain", "transition", "source", "target", "source_height", "target_height",
 *                                  "signature"}],
 *                "watermarks": [{"chain", "source_height", "target_height"}]}]}
 *
 * Numbers are decimal strings, as EIP-3076 has them. Strict: a field that is missing, unknown or malformed is an error,
 * and then nothing is imported. Floor 6.
 */
#ifndef MO_NODE_GUARD_FILE_H
#define MO_NODE_GUARD_FILE_H

#include "store/guard_merge.h"

typedef struct {
    uint64_t records; /* of a signer and a core */
    uint64_t votes;
    uint64_t watermarks;
} mo_guard_file_count_t;

/* Writes all of a store's record to a new file of mode 0600. MO_ERR_REFUSED when it holds votes of no known core, which no
 * file could name: the daemon, started once, finds out whose they are. */
MO_MUST_USE mo_err_t mo_guard_file_write(mo_store_t *store, const char *path, mo_guard_file_count_t *count);

/* Merges a file, all of it or nothing. */
MO_MUST_USE mo_err_t mo_guard_file_read(mo_store_t *store, const char *path, mo_guard_merged_t *merged);

#endif
