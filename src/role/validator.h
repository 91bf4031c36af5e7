/* The validator: observes both chains, reports blocks, votes, proposes, commits, relays kernels.
 *
 *       origin                                        auxiliary
 *       headers, finalised ------+        +-------- headers (each hashed, accumulated: r, g)
 *       Core's, Registry's logs> |  state | <------ logs of the block stores, the polling place, the relay
 *                                +---+----+
 *                                    | every tick
 *          propose, commit <---------+---------> report, anchor, vote, relay
 *
 * It follows the polling place with a copy of its own (rules/poll.h) that decides by the rules; whenever the contract
 * did something that the rules refuse, or a reported block is not what our own headers add up to, the validator
 * disagrees: it says why and does nothing more until it is made anew and replayed. So a wrong contract or a lying node
 * costs liveness, never a wrong signature. What strangers can do costs it nothing: reports of blocks that are not its
 * own are left out, and so are votes for them, which no honest validator joins. What it votes for it has computed itself
 * (2.6):
 *
 *   - source and target are blocks of its own canonical chain, and so is the last finalised checkpoint (2.9);
 *   - T(s) comes from its own headers and its own copy of the histories;
 *   - a checkpoint of origin is final by its own node (3.3).
 *
 * What was final once binds for ever (2.9): the highest finalised or committed checkpoint that it ever saw, which the
 * driver keeps on disk, must be on its chain, also after a replay of a chain that knows nothing of it. And the chain must
 * know of no vote of its key that the guard does not: a guard that was lost guards nobody.
 *
 * A vote is cast once and for all: what a reorganisation dropped is sent again, all of it from the lowest on, and its
 * target reported again, for a later vote may rest on it and no other can take its place (2.9).
 *
 * It follows slashes on both chains, so that its copies weigh as the contracts do (5.3) and halt when the core does
 * (4.5). A validator of a halted core, or one that is slashed itself, does nothing at all (11.5).
 *
 * Targets rise (2.7): of the checkpoints it could vote for it takes the lowest above its last target, from the highest
 * justified source. Everything but voting is shared by turns (role/duty.h).
 *
 * What it does not do: sign (the driver does, behind a guard that remembers every signature), fetch, or encode.
 * Size: about 10 MiB, no pointers; keep it out of the stack. Floor 4, pure.
 */
#ifndef MO_ROLE_VALIDATOR_H
#define MO_ROLE_VALIDATOR_H

#include "role/action.h"
#include "role/duty.h"
#include "role/event.h"
#include "rules/core.h"
#include "rules/poll.h"
#include "rules/run.h"
#include "rules/vote.h"

/* Own checkpoints that are remembered, per chain, the newest and the root: 4,096 * 64 blocks * 12 s is 36 days, more than
 * the deposits and the setting up of a core take, or a silence before a halt (4.4 c). */
#define MO_VALIDATOR_CHECKPOINTS_MAX 4096

/* Committed meta-blocks that are remembered, so that kernels relayed long ago can be followed again from the start:
 * one a day for almost three years. */
#define MO_VALIDATOR_COMMITTED_MAX 1024

/* Own votes that are remembered, per chain, the newest: a reorganisation that drops more of them than 32 epochs' is one
 * that only the broken producers of 2.9 make. */
#define MO_VALIDATOR_CAST_MAX 32

/* Own votes about one chain, by rising target: vote i lies at i % MO_VALIDATOR_CAST_MAX. */
typedef struct {
    uint64_t count; /* ever */
    mo_vote_t votes[MO_VALIDATOR_CAST_MAX];
} mo_cast_t;

/* A checkpoint of the auxiliary chain that was final or committed. */
typedef struct {
    mo_height_t height;
    mo_hash_t hash;
} mo_bound_t;

typedef struct {
    mo_address_t signer; /* whose votes these are */
    uint64_t origin_chain_id;
    mo_address_t core;
    mo_address_t registry;
    mo_address_t auxiliary_block_store;
    mo_address_t origin_block_store;
    mo_address_t polling_place;
    mo_address_t kernel_relay;
    uint64_t epoch;        /* E, blocks */
    uint64_t origin_epoch; /* E_o, blocks */
    uint64_t auxiliary_root_number;
    uint64_t origin_root_number;
    mo_hash_t auxiliary_root_hash;
    mo_hash_t origin_root_hash;
    uint64_t patience_ms; /* how long the next in turn waits for the one before */
    /* The last votes of this key, from the guard, per chain: auxiliary, origin. */
    mo_vote_mark_t marks[MO_POLL_CHAINS];
    mo_cast_t cast[MO_POLL_CHAINS];
    /* What an earlier state of this validator was bound by (2.9); zero: nothing but the root. */
    mo_bound_t bound;
} mo_validator_config_t;

/* The end of a validator: the log that says that it offended (2.3). */
typedef struct {
    mo_chain_t chain;
    uint8_t condition; /* 1 to 3 */
    mo_hash_t transaction;
} mo_own_slash_t;

/* Why a validator stopped believing what it sees. In the order of the checks of a log. */
#define MO_DISAGREEMENTS(X)                                                                                  \
    X(NONE, "agrees", "2.6")                                                                                 \
    X(LOG_MALFORMED, "a log that does not decode", "8")                                                      \
    X(ROOT, "the root block is not the configured one", "2.1")                                               \
    X(CONFIG, "the polling place was built for another core, epoch or root", "2.1")                          \
    X(FOUNDERS, "the polling place was built with another first kernel than the core's", "4.3")              \
    X(HEADER, "a header that does not continue our own chain", "3.1")                                        \
    X(REPORT, "a report that the rules refuse", "3.1")                                                       \
    X(ACCUMULATION, "a reported block with other accumulated roots or gas than our headers give", "2.6")     \
    X(VOTE, "a recorded vote that the rules refuse", "2.8")                                                  \
    X(GUARD_BEHIND, "a recorded vote of this key that the guard's store does not know: restore it", "5.7")   \
    X(TALLY, "a link with another tally than ours", "5.3")                                                   \
    X(JUSTIFICATION, "a justified or finalised checkpoint that ours is not", "2.2")                          \
    X(KERNEL, "a relayed kernel that the rules refuse, or whose parent we have not seen committed", "5.6")                                               \
    X(CORE, "a step of the core that the rules refuse", "4.3")                                               \
    X(SLASH, "a slash, or a halt by slashed weight, that the rules refuse", "4.5")                           \
    X(FINALISED_LOST, "our node's chain lacks a checkpoint that was final or committed", "2.9")

typedef enum {
#define X(code, words, clause) MO_DISAGREEMENT_##code,
    MO_DISAGREEMENTS(X)
#undef X
} mo_disagreement_t;

typedef enum {
    MO_DUTY_REPORT_AUXILIARY,
    MO_DUTY_ANCHOR,
    MO_DUTY_REPORT_ORIGIN,
    MO_DUTY_VOTE_AUXILIARY,
    MO_DUTY_VOTE_ORIGIN,
    MO_DUTY_PROPOSE,
    MO_DUTY_COMMIT,
    MO_DUTY_RELAY,
    MO_VALIDATOR_DUTIES,
} mo_validator_duty_t;

/* Hashes of own checkpoints of one chain: height h lies at h % MO_VALIDATOR_CHECKPOINTS_MAX while h > top - that. */
typedef struct {
    uint64_t root; /* height of the root, the source of the first link however late it comes */
    uint64_t top;  /* height of the newest */
    mo_hash_t root_hash;
    mo_hash_t hashes[MO_VALIDATOR_CHECKPOINTS_MAX];
} mo_own_checkpoints_t;

/* A committed meta-block with the link that finalised its source: what opens the next kernel's parent (5.6). */
typedef struct {
    mo_meta_block_t block;
    mo_vote_t link;
} mo_committed_block_t;

/* Read freely; change only by the functions below. */
typedef struct {
    mo_validator_config_t config;
    mo_hash_t core_id;
    mo_hash_t origin_id;
    mo_disagreement_t disagreement;
    bool stores_known; /* the root was seen: reports are followed */
    bool founded;      /* the polling place exists */
    uint64_t now_ms;
    uint64_t origin_finalised; /* number that our origin node calls final */
    uint64_t origin_time;      /* timestamp of origin's head, seconds */
    mo_own_checkpoints_t own[MO_POLL_CHAINS];
    mo_record_t records[MO_VALIDATOR_CHECKPOINTS_MAX]; /* own r, g by auxiliary height, like own[] */
    mo_record_t head;                                  /* the newest auxiliary block with its r, g; number 0: none */
    uint64_t reported[MO_POLL_CHAINS];                 /* highest own checkpoint height that has a record */
    mo_vote_t registered; /* the link of the latest LinkRegistered */
    mo_hash_t registered_hash;
    mo_vote_mark_t marks[MO_POLL_CHAINS];
    mo_cast_t cast[MO_POLL_CHAINS];
    mo_bound_t bound; /* the highest of all that were seen, also before this state was made */
    mo_duty_t duties[MO_VALIDATOR_DUTIES];
    mo_poll_t poll;
    mo_core_t core;
    bool proposals_missed;     /* more live for the open kernel than are kept */
    uint64_t kernel_opened_at; /* origin block of the open kernel's KernelOpened */
    mo_hash_t founders;        /* hash of K_1 */
    bool slashed;              /* our own signer is, on either chain: nothing is left to do (2.3) */
    mo_own_slash_t own_slash;  /* the first log that said so */
    mo_height_t seen_cast[MO_POLL_CHAINS]; /* highest target of a recorded vote of ours; 0: none */
    mo_committed_block_t committed[MO_VALIDATOR_COMMITTED_MAX]; /* B_n at n % that */
    uint8_t seal[MO_SEAL_SIZE_MAX]; /* of the commit action of this step */
    mo_seal_record_t seal_records[MO_SEAL_SIGNERS_MAX];
} mo_validator_role_t;

/* A validator that has seen nothing yet. */
void mo_validator_init(mo_validator_role_t *v, const mo_validator_config_t *config);

/* Takes up a state that another run of the same program left at some blocks of both chains: its bytes are in *v. What is
 * of the chains stays; what is of this run and of the guard comes from `config`, as mo_validator_init takes it. False, and
 * *v is of no use, when it is of another core, when it disagreed, or when it knows of a recorded vote of ours that the
 * guard does not: then the chains are to be replayed, which shows the reason. */
MO_MUST_USE bool mo_validator_resume(mo_validator_role_t *v, const mo_validator_config_t *config);

/* Number of the block of origin that a log speaks of and that must have been there before the log was: of a link about
 * origin its target (3.3); 0: none. A log of the polling place that comes before our own node has that block is better
 * kept back (node/feed.h). */
uint64_t mo_validator_speaks_of(const mo_validator_role_t *v, const mo_event_log_t *log);

/* One event. Actions come on MO_EVENT_TICK only, none while it disagrees or before the polling place exists. The first
 * auxiliary header must be the root's. */
void mo_validator_step(mo_validator_role_t *v, const mo_event_t *event, mo_actions_t *actions);

/* The words of a disagreement, with its clause. */
const char *mo_disagreement_text(mo_disagreement_t disagreement);

#endif
