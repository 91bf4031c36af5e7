/* Actions: all that a role ever does, as wishes that the driver carries out in order.
 *
 * An action says what, never how: the driver fetches headers and proofs, encodes the call, signs and sends. So the
 * same role works over a real chain, where that takes many requests, and over a modelled one, where it takes none.
 * Each action belongs to a duty and a piece of work (role/duty.h); the driver reports its outcome under the two.
 *
 * Views and pointers in an action are valid until the next step of the role that is not an outcome. Floor 4.
 */
#ifndef MO_ROLE_ACTION_H
#define MO_ROLE_ACTION_H

#include "bus/message.h"
#include "role/event.h"
#include "rules/evidence.h"
#include "rules/types.h"

typedef enum {
    /* validator */
    MO_ACTION_REPORT_AUXILIARY, /* AuxiliaryBlockStore.report (3.1) */
    MO_ACTION_ANCHOR,           /* AuxiliaryBlockStore.anchor (3.2) */
    MO_ACTION_REPORT_ORIGIN,    /* OriginBlockStore.report (3.3) */
    MO_ACTION_VOTE,             /* guard, sign, PollingPlace.vote (2.7, 2.8) */
    MO_ACTION_PROPOSE,          /* Core.propose (4.2) */
    MO_ACTION_COMMIT,           /* Core.commit (4.3) */
    MO_ACTION_RELAY,            /* KernelRelay.relay (5.6) */
    /* facilitator */
    MO_ACTION_FUND_LEDGER,     /* depositLedger (gateway 7.3) */
    MO_ACTION_DECLARE,         /* declare, row 1 */
    MO_ACTION_PROVE_PEER,      /* provePeer (gateway 7.2) */
    MO_ACTION_STEP,            /* any later row of gateway 7.4 */
    /* watcher */
    MO_ACTION_SLASH,                 /* Registry.slash or PollingPlace.slash (2.3) */
    MO_ACTION_CHALLENGE_OBSERVATION, /* Core.challengeObservation (4.4 a) */
    MO_ACTION_RECORD_ORIGIN,         /* OriginHistory.record (3.4), for the challenge above */
    MO_ACTION_CHALLENGE_GAS_TARGET,  /* Core.challengeGasTarget (4.4 b) */
    MO_ACTION_CHALLENGE_HALT,        /* Core.challengeHalt (4.4 c) */
    MO_ACTION_HALT,                  /* Core.halt (4.4 c) */
} mo_action_kind_t;

/* The run of headers from the child of record `first` up to and including block `to`. */
typedef struct {
    mo_hash_t first;
    uint64_t from;
    uint64_t to;
} mo_action_report_t;

typedef struct {
    mo_transition_t transition;
    uint64_t stated_height; /* 0 below the gas target (4.2) */
} mo_action_propose_t;

typedef struct {
    mo_transition_t transition;
    uint64_t stated_height;
    mo_vote_t link;
    mo_bytes_t seal;
} mo_action_commit_t;

typedef struct {
    uint64_t origin_number; /* the finalised origin checkpoint to prove at */
    const mo_kernel_t *kernel;
    mo_meta_block_t parent;
    mo_vote_t link;
} mo_action_relay_t;

/* A step of a message. The action's `chain` says on which chain the call is made. `root_number` is the number that the
 * target knows a foreign state root by: an origin block's on the auxiliary chain, a meta-block's height on origin;
 * `root_block` is the number of the foreign block whose state it is, where proofs are taken. */
typedef struct {
    mo_message_kind_t kind;
    mo_hash_t id;                   /* not PROVE_PEER */
    const mo_envelope_t *envelope;  /* not PROVE_PEER; DECLARE: only the message in it */
    const mo_signature_t *signature; /* DECLARE: the sender's */
    unsigned row;                   /* STEP */
    bool by_secret;                 /* STEP: it is ours, so that its secret can be made */
    uint64_t root_number;           /* PROVE_PEER, STEP by proof */
    uint64_t root_block;            /* PROVE_PEER, STEP by proof */
} mo_action_message_t;

/* A challenge of a proposal: by the seal of a link about origin that its observation contradicts (4.4 a), or by that of
 * a lower checkpoint that reached the gas target (4.4 b). */
typedef struct {
    mo_hash_t proposal_hash;    /* hash of its transition */
    mo_transition_t transition; /* (a): the proposal's own; (b): of the lower checkpoint */
    uint64_t stated_height;     /* of the proposal */
    mo_vote_t link;
    uint64_t set; /* (a): height of the set that sealed it */
    mo_bytes_t seal;
} mo_action_challenge_t;

typedef struct {
    mo_action_kind_t kind;
    mo_chain_t chain; /* where the transaction goes */
    uint8_t duty;
    uint64_t key;
    union {
        mo_action_report_t report;   /* REPORT_AUXILIARY */
        mo_hash_t anchor;            /* ANCHOR */
        uint64_t number;             /* REPORT_ORIGIN, RECORD_ORIGIN: block number */
        mo_vote_t vote;              /* VOTE */
        mo_action_propose_t propose; /* PROPOSE */
        mo_action_commit_t commit;   /* COMMIT */
        mo_action_relay_t relay;     /* RELAY */
        mo_action_message_t message; /* the facilitator's, but FUND_LEDGER */
        mo_u256_t amount;            /* FUND_LEDGER: wei */
        const mo_evidence_t *evidence;   /* SLASH */
        mo_action_challenge_t challenge; /* CHALLENGE_OBSERVATION, CHALLENGE_GAS_TARGET */
    };
} mo_action_t;

/* The most actions of one step; a role that has more to do goes on at the next tick. */
#define MO_ACTIONS_MAX 16

typedef struct {
    mo_action_t items[MO_ACTIONS_MAX];
    size_t count;
} mo_actions_t;

#endif
