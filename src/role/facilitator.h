/* The facilitator: carries messages between the two chains, for bounty and reward (gateway 7).
 *
 *             source                               target
 *     intent --> declare     D --(root of the source that covers it, known there)
 *                   |                                            |
 *                progress    P <------------- secret             |
 *                   |                                            v
 *                   +--------- secret, proof ------------> deliver   P
 *
 * It takes signed intents from senders (MO_EVENT_INTENT) as its policy says, and carries every message that it declared,
 * also before a restart: all of its state comes from the logs of the pair. The secret is derived by the driver from its
 * key and the message's id, so that none is ever stored or passes through here.
 *
 * One row of the table after another (role/facilitator_next.h), each when the log of the one before has been seen: by
 * secret first, by proof where somebody else delivered or the sender revokes. A message that fails waits, and others do not
 * wait for it. Foreign roots are those of finalised observations and committed meta-blocks only (7.2).
 *
 * Several compete without a leader. What all may do at once (declare an intent that names nobody, prove the peer) each does
 * at a moment of its own, so that the others see it in time. Another's message is left to it until it could have been
 * delivered for a while; then it is delivered by proof, for the reward. The bounty stays its own.
 *
 * No pointers inside; about 1.5 MiB. Floor 4, pure.
 */
#ifndef MO_ROLE_FACILITATOR_H
#define MO_ROLE_FACILITATOR_H

#include "bus/box.h"
#include "role/action.h"
#include "role/duty.h"
#include "role/event.h"
#include "role/facilitator_policy.h"

/* Messages in flight at once; an intent that finds no room is told so by mo_facilitator_has_room. */
#define MO_TRANSFERS_MAX 2048

/* Of these, places that others' messages leave free. */
#define MO_TRANSFERS_OWN 1024

/* Sources of committed meta-blocks that the core keeps (4.1). */
#define MO_FACILITATOR_SOURCES_MAX 8

typedef struct {
    mo_address_t self;
    mo_bus_domain_t domains[MO_CHAIN_COUNT]; /* of the gateway and the co-gateway */
    mo_address_t core;
    mo_address_t origin_block_store;
    uint64_t epoch;                      /* E, blocks */
    mo_u256_t bounties[MO_CHAIN_COUNT];  /* wei, by source chain */
    mo_facilitator_policy_t policy;
} mo_facilitator_config_t;

typedef struct {
    bool used;
    bool declared; /* the log was seen: the envelope is whole */
    bool own;      /* we declared it, or are to */
    mo_message_kind_t kind;
    mo_hash_t id;
    mo_envelope_t envelope;
    mo_signature_t signature;
    uint64_t declared_block; /* of the source chain */
    uint64_t revoked_block;  /* of the source chain, where the revocation was declared; 0 it was not */
    uint64_t confirmed_block; /* of the target chain; 0 it was not */
    uint64_t ended_block;     /* of the target chain, where the inbox ended; 0 it has not */
    mo_bus_status_t outbox;
    mo_bus_status_t inbox;
    unsigned row;      /* at hand */
    uint64_t since_ms; /* that it is at hand */
    mo_duty_t duty;
} mo_transfer_t;

/* What happened in an inbox to a message whose declaration was not seen: another's, or one that comes later, for the two
 * chains are read by clocks that differ (node/feed.h). */
typedef struct {
    mo_hash_t id;
    mo_bus_status_t inbox;
    uint64_t block;
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
    bool halted;    /* the core */
    mo_u256_t rewards[MO_CHAIN_COUNT]; /* tokens that deliveries paid us, by chain */
    uint64_t carried;                  /* messages of ours that ended Progressed on both sides */
    uint64_t rescued;                  /* others' that we delivered */
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

/* Whether the policy takes a message; MO_POLICY_ACCEPTED or why not. */
MO_MUST_USE mo_policy_verdict_t mo_facilitator_judge(const mo_facilitator_role_t *f, mo_message_kind_t kind,
                                                     const mo_message_t *message);

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
