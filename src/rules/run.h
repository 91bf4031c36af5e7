/* Runs of headers: how the auxiliary chain is reported to itself, and where r and g come from (3.1).
 *
 * A run starts at a known record and holds consecutive headers, each the child of the one before. Only its
 * last block gets a record:
 *
 *     record of block 16                              record of block 32
 *       number 16, r_16, g_16   <- 17 <- 18 ... <- 32   r_i = keccak256(r_i-1 | transactionsRoot_i)
 *                                                       g_i = g_i-1 + gasUsed_i
 *
 * The root's record has r = its transactionsRoot and g = its gasUsed (2.1). r and g depend on the blocks
 * alone, not on how they were cut into runs: the test cuts one chain in every way.
 *
 * Headers are taken as canonical RLP of at least 15 fields (eth/header.h); several are passed one after the
 * other, without a list around them, as AuxiliaryBlockStore.report takes them.
 *
 * Floor 2. Pure; on failure nothing is written but zeroes.
 */
#ifndef MO_RULES_RUN_H
#define MO_RULES_RUN_H

#include "base/bytes.h"
#include "base/verdict.h"
#include "rules/types.h"

/* A reported block: what the chain up to it adds up to. */
typedef struct {
    uint64_t number;
    mo_hash_t hash;
    mo_hash_t transaction_root; /* r, accumulated */
    mo_u256_t gas;              /* g, accumulated */
} mo_record_t;

#define MO_RUN_VERDICTS(X)                                                                                   \
    X(MO_RUN_ACCEPTED, "Accepted", "3.1")                                                                    \
    /* none, or more than MO_RUN_HEADERS_MAX */                                                              \
    X(MO_RUN_LENGTH_INVALID, "RunLengthInvalid", "3.1")                                                      \
    X(MO_RUN_HEADER_MALFORMED, "HeaderMalformed", "3.1")                                                     \
    X(MO_RUN_PARENT_MISMATCH, "ParentMismatch", "3.1")                                                       \
    X(MO_RUN_NUMBER_MISMATCH, "NumberMismatch", "3.1")                                                       \
    X(MO_RUN_ROOT_NOT_CHECKPOINT, "RootNotCheckpoint", "2.1")

typedef enum { MO_RUN_VERDICTS(MO_VERDICT_CODE) } mo_run_verdict_t;

/* The record of the root from its header (2.1). `epoch` > 0 is the chain's epoch length. */
MO_MUST_USE mo_run_verdict_t mo_rules_run_root(mo_bytes_t header, uint64_t epoch, mo_record_t *root);

/* The record of the last header of a run that starts at `first`; `headers` is 1 to MO_RUN_HEADERS_MAX of
 * them. */
MO_MUST_USE mo_run_verdict_t mo_rules_run(const mo_record_t *first, mo_bytes_t headers, mo_record_t *last);

/* One header more: `record` moves from a block to its child. Unchanged on failure. */
MO_MUST_USE mo_run_verdict_t mo_rules_run_step(mo_record_t *record, mo_bytes_t header);

const char *mo_rules_run_verdict_name(mo_run_verdict_t verdict);

#endif
