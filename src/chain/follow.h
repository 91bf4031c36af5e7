/* The follower: one chain as a stream of events, reorganisations included. It drives the roles.
 *
 *     node's chain     10 --- 11 --- 12 --- 13                   10 --- 11 --- 12' --- 13' --- 14'
 *     events           block 12, log, log, block 13              reorg 11, block 12', block 13', log, block 14'
 *
 *     while (running) {
 *         err = mo_follow_poll(follow);                // asks the node; may yield nothing
 *         while (mo_follow_next(follow, &event))       // hands out what the poll brought, in order
 *             switch (event.kind) { ... }
 *     }
 *
 * Invariants: a block event's parent is the block of the block event before it (or, after a reorg event, the block
 * with the number `common` seen before). A block's logs follow it at once, in order, and carry its hash. Blocks are
 * verified (chain/block.h). A block that was taken back by a reorg event and comes again comes as a new event, logs too.
 * No event is handed out twice otherwise, none is left out: a poll that fails half-way yields nothing and is made again.
 *
 * Limits: a poll reads MO_FOLLOW_BATCH_MAX blocks at most, fewer when they hold many logs: catching up takes many polls
 * (mo_follow_behind says how many blocks are left). A reorganisation that goes deeper than `depth` blocks, or below the
 * first block of this follower, is a permanent error, and mo_follow_lost says which block should have stayed: the chain
 * is not the one that was followed.
 *
 * One request a poll when nothing is new; one more for the logs of new blocks whose headers say that there may be any.
 * What a poll reads is of one endpoint.
 *
 * Not done here: it keeps nothing on disk. A caller keeps a (number, hash) deep enough and gives it back as `anchor`;
 * when the chain has another block there, the first poll says so.
 *
 * Floor 5.
 */
#ifndef MO_CHAIN_FOLLOW_H
#define MO_CHAIN_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "chain/block.h"
#include "chain/log.h"
#include "chain/rpc.h"

typedef struct mo_follow mo_follow_t;

typedef struct {
    mo_rpc_t *rpc; /* borrowed; must outlive the follower */
    uint64_t from; /* number of the first block that comes as an event */
    mo_hash_t parent;  /* hash of block from - 1; zero: whatever the node has */
    uint64_t lag;      /* stays this many blocks behind the head */
    size_t batch;      /* blocks a poll; 0: MO_FOLLOW_BATCH_MAX */
    uint64_t depth;    /* blocks that a reorganisation may take back; 0: MO_FOLLOW_DEPTH */
    bool finality;     /* ask what the node calls final, too */
    uint64_t anchor;   /* number of a block that must be there, if anchor_hash is not zero */
    mo_hash_t anchor_hash;
    const mo_address_t *addresses; /* copied */
    size_t address_count;          /* 0 to MO_LOG_ADDRESSES_MAX */
} mo_follow_config_t;

typedef enum {
    MO_FOLLOW_REORG, /* everything above `common` is taken back */
    MO_FOLLOW_BLOCK, /* the next block */
    MO_FOLLOW_LOG,   /* a log of the latest block event's block */
} mo_follow_kind_t;

typedef struct {
    mo_follow_kind_t kind;
    uint64_t common;         /* REORG: number of the last block that both chains share */
    const mo_block_t *block; /* BLOCK, and LOG: the log's block */
    const mo_log_t *log;     /* LOG */
} mo_follow_event_t;

/* Opens a follower; asks nothing yet. Out: *follow, or NULL. */
MO_MUST_USE mo_err_t mo_follow_open(mo_follow_t **follow, const mo_follow_config_t *config);

/* Closes; NULL is allowed. */
void mo_follow_close(mo_follow_t *follow);

/* Adds an address, from the next block to come on; one that is watched already is no change. Permanent when there are
 * MO_LOG_ADDRESSES_MAX. */
MO_MUST_USE mo_err_t mo_follow_watch(mo_follow_t *follow, const mo_address_t *address);

/* Reads the next blocks and logs. All events of the poll before must have been taken (MO_CHECK). Success with no event
 * when there is nothing new. Transient errors: poll again later. */
MO_MUST_USE mo_err_t mo_follow_poll(mo_follow_t *follow);

/* Takes the next event of the last poll. Out: *event, whose pointers are valid until the next poll. False when there is
 * none. */
MO_MUST_USE bool mo_follow_next(mo_follow_t *follow, mo_follow_event_t *event);

/* Blocks between the last event and the head (less the lag) at the last poll: 0 when caught up. */
uint64_t mo_follow_behind(const mo_follow_t *follow);

/* Whether the last poll failed because the chain is another one: out, the block that should have stayed. */
MO_MUST_USE bool mo_follow_lost(const mo_follow_t *follow, uint64_t *number, mo_hash_t *hash);

/* What the node calls final, at the last poll that it told; false when it never did. */
MO_MUST_USE bool mo_follow_finalised(const mo_follow_t *follow, uint64_t *number);

/* The head's number at the last poll, the lag not taken off. */
uint64_t mo_follow_head(const mo_follow_t *follow);

/* Hash of a block handed out and not taken back, by number: false when it is not remembered (MO_FOLLOW_DEPTH). */
MO_MUST_USE bool mo_follow_hash(const mo_follow_t *follow, uint64_t number, mo_hash_t *hash);

#endif
