/* Logs: what contracts said, in the order they said it.
 *
 * A mo_log_batch_t is filled by mo_rpc_logs into memory that the caller provides; `data` of each log borrows from
 * the batch's buffer and is valid until the batch is filled again. When the answer is larger than the batch, whole
 * blocks are left out from its end, and `complete_to` says how far it is complete: ask again from there.
 *
 *     query 100..199  ->  items of 100..163, complete_to = 163     next query: 164..199
 *
 * Floor 5.
 */
#ifndef MO_CHAIN_LOG_H
#define MO_CHAIN_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "chain/limits.h"

typedef struct {
    mo_address_t address;
    mo_hash_t topics[MO_LOG_TOPICS_MAX];
    size_t topic_count;
    mo_bytes_t data; /* borrowed from the batch */
    uint64_t block_number;
    mo_hash_t block_hash;
    mo_hash_t tx_hash;
    uint64_t index; /* within the block; strictly ascending there */
} mo_log_t;

/* Blocks `from` to `to`, both inclusive; the logs of any of `addresses` (at least one). */
typedef struct {
    uint64_t from;
    uint64_t to;
    const mo_address_t *addresses;
    size_t address_count; /* 1 to MO_LOG_ADDRESSES_MAX */
} mo_log_query_t;

/* `items`, `capacity` and `memory` are the caller's; the rest is the answer. */
typedef struct {
    mo_log_t *items;
    size_t capacity;
    size_t count;
    uint64_t complete_to;
    mo_buffer_t memory;
} mo_log_batch_t;

#endif
