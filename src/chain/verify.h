/* JSON into values that are proven or strictly parsed: the pure half of chain/rpc.h, for its sources, tests and fuzzers.
 *
 * Each gives NULL on success, or a word for what is wrong (a member's name, or what does not hold); outputs are zero
 * then. Floor 5.
 */
#ifndef MO_CHAIN_VERIFY_H
#define MO_CHAIN_VERIFY_H

#include <jansson.h>

#include "chain/block.h"
#include "chain/log.h"
#include "chain/rpc.h"
#include "eth/header.h"

/* A block object of eth_getBlockByNumber: re-encoded, hashed, compared with its `hash`. */
MO_MUST_USE const char *mo_verify_block(const json_t *value, mo_block_t *block);

/* A header as a block, all but its hash: encoded, with the fields that the block has. */
MO_MUST_USE const char *mo_verify_header(const mo_header_t *header, mo_block_t *block);

/* The array of eth_getLogs for `query`: every log in range, of one of the addresses, in ascending order, not removed.
 * Fills the batch as chain/log.h says. `*too_small` is true, with the text, when one block's logs alone do not fit. */
MO_MUST_USE const char *mo_verify_logs(const json_t *value, const mo_log_query_t *query, mo_log_batch_t *batch,
                                       bool *too_small);

/* The object of eth_getProof for `query`, verified against the block's state root; nodes go to `memory`. */
MO_MUST_USE const char *mo_verify_proof(const json_t *value, const mo_proof_query_t *query, mo_buffer_t *memory,
                                        mo_proof_t *proof);

#endif
