/* The view: what both chains of a devnet have come to, read from their blocks and events alone.
 *
 *     node --blocks, logs--> chain/follow --events--> view --> live picture (src/app), link, demo script, report
 *
 * Nothing in here is assumed: a meta-block is here because Core said MetaBlockCommitted, a kernel is in force because
 * the polling place said KernelEnforced, a transfer progressed because a gateway said so. What an event does not tell
 * (gas of a transaction, signers in a seal) the report reads from receipts and call data (node/demo_report.h).
 *
 * Limits: the last MO_VIEW_META_BLOCKS meta-blocks, the first MO_VIEW_TRANSFERS transfers, the gas of the last
 * MO_VIEW_BLOCKS blocks. When a chain is reorganised the view is made anew from the deployment on, and what it reads
 * again it does not tell again.
 *
 * Floor 6.
 */
#ifndef MO_NODE_DEVNET_VIEW_H
#define MO_NODE_DEVNET_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "bus/lock.h"
#include "bus/message.h"
#include "chain/follow.h"
#include "chain/rpc.h"
#include "node/config.h"
#include "rules/types.h"

#define MO_VIEW_BLOCKS      256
#define MO_VIEW_META_BLOCKS 64
#define MO_VIEW_TRANSFERS   16
#define MO_VIEW_PROPOSALS   16

/* Row 1 on the source, rows 7 and 9 (or 8) on the target, row 2 on the source. */
#define MO_VIEW_STEPS 6

/* Where an event stood. */
typedef struct {
    uint64_t block; /* 0: it has not happened; no event of a devnet is in block 0 */
    mo_hash_t tx;
} mo_view_event_t;

/* B_n, from its proposal to its kernel's successor being in force. */
typedef struct {
    uint64_t height; /* n; 0 in an unused entry */
    mo_transition_t transition;
    mo_hash_t transition_hash;
    mo_hash_t kernel_hash;
    mo_vote_t link;
    mo_view_event_t committed;
    mo_view_event_t relayed;  /* K_{n+1} on the auxiliary chain */
    mo_view_event_t enforced; /* K_{n+1} in force there */
    uint64_t enforced_dynasty;
} mo_view_meta_block_t;

/* A step of a message. `box` is where the status changed: the chain and the side are the transfer's own. */
typedef struct {
    mo_view_event_t event;
    bool on_source; /* outbox, else inbox */
    mo_bus_status_t status;
} mo_view_step_t;

typedef struct {
    mo_hash_t id;
    mo_message_kind_t kind;
    mo_u256_t amount;
    mo_u256_t reward; /* as Delivered tells */
    mo_view_step_t steps[MO_VIEW_STEPS];
    size_t step_count;
} mo_view_transfer_t;

/* One chain's newest blocks. */
typedef struct {
    uint64_t head;
    uint64_t timestamp;
    uint64_t gas[MO_VIEW_BLOCKS]; /* gas used by block b at b % MO_VIEW_BLOCKS */
    uint64_t justified; /* newest justified checkpoint, as block number */
    uint64_t finalised; /* newest finalised checkpoint, as block number */
} mo_view_chain_t;

typedef struct {
    mo_view_chain_t origin;    /* checkpoints: the observations on the auxiliary chain */
    mo_view_chain_t auxiliary;
    uint64_t dynasty;
    uint64_t kernel_in_force;
    uint64_t kernel_pending;   /* 0: none */
    uint64_t open_height;      /* n of the open kernel on origin */
    uint64_t committed_height; /* of the newest meta-block, 0 before B_1 */
    uint64_t validator_count;  /* key indices assigned on the auxiliary chain */
    uint64_t vote_count;
    mo_view_event_t link_declared;
    uint64_t link_declared_at; /* seconds of origin */
    mo_view_event_t link_confirmed;
    mo_view_event_t pair_opened;
    mo_view_meta_block_t meta_blocks[MO_VIEW_META_BLOCKS]; /* B_n at n % MO_VIEW_META_BLOCKS */
    mo_view_transfer_t transfers[MO_VIEW_TRANSFERS];
    size_t transfer_count;
} mo_view_t;

/* A line for people about something that happened. */
typedef void mo_view_say_t(void *context, const char *line);

typedef struct mo_devnet_view mo_devnet_view_t;

typedef struct {
    mo_rpc_t *origin; /* borrowed */
    mo_rpc_t *auxiliary;
    const mo_node_config_t *config;
    mo_view_say_t *say;
    void *context;
} mo_devnet_view_plan_t;

/* Opens a view from the deployment blocks on. Out: *view, or NULL. */
MO_MUST_USE mo_err_t mo_devnet_view_open(mo_devnet_view_t **view, const mo_devnet_view_plan_t *plan);

/* Closes; NULL is allowed. */
void mo_devnet_view_close(mo_devnet_view_t *view);

/* Reads what is new on both chains. */
MO_MUST_USE mo_err_t mo_devnet_view_poll(mo_devnet_view_t *view);

/* What is known; valid as long as the view is open. */
const mo_view_t *mo_devnet_view_now(const mo_devnet_view_t *view);

/* B_n, or NULL when it is not committed or no longer kept. */
const mo_view_meta_block_t *mo_view_meta_block(const mo_view_t *now, uint64_t height);

/* Whether a transfer is finished: progressed on both sides. */
bool mo_view_transfer_is_done(const mo_view_transfer_t *transfer);

#endif
