/* The facilitator: carries messages between the two chains, for bounty and reward (gateway 7).
 *
 *             source                               target
 *     intent --> declare     D --(root of the source that covers it, proven)--> confirm   D
 *                                                                                |
 *                progress    P <------------------------ secret ----------------+
 *                   |
 *                   +------------------------------------ secret ---> progress   P
 *
 * It takes signed intents from senders (MO_EVENT_INTENT), and carries every message whose declared facilitator it is,
 * also those that it declared before a restart: all of its state comes from the logs of the pair. The secret is derived
 * by the driver from its key and the message's id, so that none is ever stored or passes through here.
 *
 * One row of the table after another, each when the log of the one before has been seen: the secret leaves only when
 * the inbox holds the message, and the source is progressed first (7.4). A message that fails waits, and others do not
 * wait for it. Foreign roots are those of finalised observations and committed meta-blocks only (7.2).
 *
 * What it does not do yet: progress by proof, revocation, profit. No pointers inside; about 200 KiB. Floor 4, pure.
 */
#ifndef MO_ROLE_FACILITATOR_H
#define MO_ROLE_FACILITATOR_H

#include "bus/box.h"
#include "role/action.h"
#include "role/duty.h"
#include "role/event.h"

/* Messages in flight at once; an intent that finds no room is told so by mo_facilitator_has_room. */
#define MO_TRANSFERS_MAX 256

/* Sources of committed meta-blocks that the core keeps (4.1). */
#define MO_FACILITATOR_SOURCES_MAX 8

typedef struct {
    mo_address_t self;
    mo_bus_domain_t domains[MO_CHAIN_COUNT]; /* of the gateway and the co-gateway */
    mo_address_t core;
    mo_address_t origin_block_store;
    uint64_t epoch;                      /* E, blocks */
    mo_u256_t bounties[MO_CHAIN_COUNT];  /* wei, by source chain */
} mo_facilitator_config_t;

typedef struct {
    bool used;
    bool declared; /* the log was seen: the envelope is whole */
    mo_message_kind_t kind;
    mo_hash_t id;
    mo_envelope_t envelope;
    mo_signature_t signature;
    uint64_t declared_block; /* of the source chain */
    mo_bus_status_t outbox;
    mo_bus_status_t inbox;
    mo_duty_t duty;
} mo_transfer_t;

/* What happened in an inbox to a message whose declaration was not seen: another's, or one that comes later, for the two
 * chains are read by clocks that differ (node/feed.h). */
typedef struct {
    mo_hash_t id;
    mo_bus_status_t inbox;
} mo_early_t;

/* What one chain knows of the other's state. */
typedef struct {
    bool any;
    uint64_t number; /* by which the root is known there */
    uint64_t block;  /* of the other chain; everything up to it is covered */
} mo_foreign_root_t;

typedef struct {
    bool linked;               /* the pair is open on this side */
    mo_u256_t ledger;          /* our coin, wei */
    mo_foreign_root_t newest;  /* that could be proven */
    mo_foreign_root_t proven;  /* the newest that was */
    mo_duty_t prove;
    mo_duty_t fund;
} mo_facilitator_side_t;

typedef struct {
    mo_facilitator_config_t config;
    mo_hash_t separators[MO_CHAIN_COUNT]; /* of config.domains */
    uint64_t now_ms;
    mo_facilitator_side_t sides[MO_CHAIN_COUNT];
    uint64_t sources[MO_FACILITATOR_SOURCES_MAX]; /* block number of B_k's source at k % 8 */
    mo_transfer_t transfers[MO_TRANSFERS_MAX];
    mo_hash_t finished[MO_TRANSFERS_MAX]; /* ids of the latest that were carried to their end; i lies at i % that */
    uint64_t finished_count;
    mo_early_t early[MO_TRANSFERS_MAX]; /* the latest; i lies at i % that */
    uint64_t early_count;
    bool malformed; /* a log of the pair did not decode: the contracts are not what we were built for */
} mo_facilitator_role_t;

/* Duties of outcomes; `key` says the rest. */
typedef enum {
    MO_DUTY_TRANSFER, /* key = mo_facilitator_key */
    MO_DUTY_PROVE,    /* key = root number; one per target chain */
    MO_DUTY_FUND,
    MO_FACILITATOR_DUTIES,
} mo_facilitator_duty_t;

void mo_facilitator_init(mo_facilitator_role_t *f, const mo_facilitator_config_t *config);

/* One event; actions come on MO_EVENT_TICK only. */
void mo_facilitator_step(mo_facilitator_role_t *f, const mo_event_t *event, mo_actions_t *actions);

/* Whether one more intent can be taken. */
bool mo_facilitator_has_room(const mo_facilitator_role_t *f);

/* Whether the chain has the declaration of a message that is in flight or among the latest that were carried. */
bool mo_facilitator_is_declared(const mo_facilitator_role_t *f, const mo_hash_t *id);

/* The key of MO_DUTY_TRANSFER: the first 60 bits of the message's id, and the row of 7.4 at hand. It names the piece of
 * work on disk too, so it says the same in every run: a place in `transfers` would be another message's after a restart.
 * Two messages with one prefix can only be made on purpose, and then wait for each other. */
uint64_t mo_facilitator_key(const mo_hash_t *id, unsigned row);
unsigned mo_facilitator_row(uint64_t key);

/* The id of a message under the domain of its source side. */
mo_hash_t mo_facilitator_message_id(const mo_facilitator_role_t *f, mo_message_kind_t kind,
                                    const mo_message_t *message);

#endif
