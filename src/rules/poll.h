/* The polling place of the auxiliary chain as state: checkpoints, links, tallies, finality, the transition
 * object.
 *
 * It mirrors PollingPlace, the two block stores and the part of KernelRelay that the auxiliary chain decides,
 * with the same checks in the same order (2.8). A validator feeds it from the contracts' event logs and
 * compares: whenever the contracts did something that a verdict here refuses, or something else came of it,
 * the two disagree and the validator must not vote. A simulator feeds it from its own votes. Both run this
 * code.
 *
 *     report     anchor            votes                          h_t = h_s + 1
 *     --------> record --------> anchored --- +2/3 in both --> justified --- a link to its child -->
 * finalised (target)        sets          (source)        justifies the child     dynasty + 1
 *
 * Every operation takes the block of the auxiliary chain in which it happened. T(s) is a function of the
 * state after block s (2.6), so dynasty, kernel in force and the latest finalised observation of origin are
 * histories keyed by block; T(s) reads the newest entry not younger than s. Blocks never go back: after a
 * reorganisation restore a copy taken before the fork (the state holds no pointers; copying the struct is a
 * snapshot) or replay from the root.
 *
 * Tables are bounded (rules/limits.h), although anyone may report headers, false ones too. When a table is
 * full the entry of least use is forgotten, the oldest of its kind first, in this order, and why that is
 * safe:
 *   - records below the last finalised checkpoint of their chain: no valid link starts or ends there any more
 * (2.8);
 *   - records of A that are not anchored: honest reports are anchored as they come, forks' never;
 *   - anchored records of A that are no checkpoints: only a run may start there, and the next one can start
 * elsewhere;
 *   - records of O that are not justified and that no link names: honest voters name theirs within a few
 * blocks;
 *   - links whose source lies below the last finalised checkpoint: nobody can vote for them any more;
 *   - voters at heights not above the last finalised one: nobody can vote there any more;
 *   - signatures, whoever's link they are for: a seal that lost some is short, which its tally shows; it can
 * be rebuilt from the logs of VoteRecorded;
 *   - history entries: T of a source older than all that are left is TRANSITION_FORGOTTEN, never a guess.
 * When nothing may be forgotten the operation is FULL and changes nothing. To have forgotten something can
 * only make an operation refused that the contracts accepted: the validator falls silent, it is never led to
 * sign.
 *
 * Invariants: the root of each chain is justified from the start (2.1); last finalised heights only rise; a
 * link's kernel and totals never change once it is registered; recorded tallies are never unwound (2.3).
 *
 * What it does not do: header parsing and r, g (rules/run.h), ancestry, storage proofs (eth/proof.h),
 * deciding what to vote for (role). Size: about 7 MiB; keep it out of the stack.
 *
 * Floor 2. Pure; no allocation.
 */
#ifndef MO_RULES_POLL_H
#define MO_RULES_POLL_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/verdict.h"
#include "rules/evidence.h"
#include "rules/limits.h"
#include "rules/run.h"
#include "rules/seal.h"
#include "rules/types.h"
#include "rules/validators.h"

/* Verdicts of all operations. Those of a vote stand in the order in which they are checked (2.8). */
#define MO_POLL_VERDICTS(X)                                                                                  \
    X(MO_POLL_ACCEPTED, "Accepted", "2.8")                                                                   \
    X(MO_POLL_BLOCK_BACKWARDS, "BlockBackwards", "2.6")                                                      \
    /* vote, in the order of 2.8 */                                                                          \
    X(MO_POLL_CHAIN_UNKNOWN, "ChainUnknown", "2.8")                                                          \
    X(MO_POLL_HEIGHTS_NOT_ASCENDING, "HeightsNotAscending", "2.2")                                           \
    /* not justified, or not with this height */                                                             \
    X(MO_POLL_SOURCE_NOT_JUSTIFIED, "SourceNotJustified", "2.2")                                             \
    X(MO_POLL_SOURCE_BELOW_FINALISED, "SourceBelowFinalised", "2.2")                                         \
    X(MO_POLL_TARGET_NOT_ANCHORED, "TargetNotAnchored", "3.2")                                               \
    X(MO_POLL_TARGET_NOT_REPORTED, "TargetNotReported", "3.3")                                               \
    X(MO_POLL_TARGET_HEIGHT_MISMATCH, "TargetHeightMismatch", "2.2")                                         \
    X(MO_POLL_SOURCE_NOT_ANCHORED, "SourceNotAnchored", "3.2")                                               \
    /* the histories here do not reach back to the source */                                                 \
    X(MO_POLL_TRANSITION_FORGOTTEN, "TransitionForgotten", "2.6")                                            \
    X(MO_POLL_TRANSITION_MISMATCH, "TransitionMismatch", "2.8")                                              \
    X(MO_POLL_LINK_TOO_OLD, "LinkTooOld", "2.5")                                                             \
    X(MO_POLL_VALIDATOR_UNKNOWN, "ValidatorUnknown", "2.8")                                                  \
    X(MO_POLL_SIGNATURE_INVALID, "SignatureInvalid", "1.4")                                                  \
    X(MO_POLL_VALIDATOR_SLASHED, "ValidatorSlashed", "2.3")                                                  \
    X(MO_POLL_VOTE_ALREADY_RECORDED, "VoteAlreadyRecorded", "2.7")                                           \
    X(MO_POLL_WEIGHT_ZERO, "WeightZero", "2.8")                                                              \
    /* reporting and anchoring */                                                                            \
    X(MO_POLL_ROOT_NOT_CHECKPOINT, "RootNotCheckpoint", "2.1")                                               \
    X(MO_POLL_BLOCK_NOT_RECORDED, "BlockNotRecorded", "3.1")                                                 \
    /* a run ends above its start */                                                                         \
    X(MO_POLL_NUMBER_MISMATCH, "NumberMismatch", "3.1")                                                      \
    /* not below the block in which it is anchored */                                                        \
    X(MO_POLL_BLOCK_NOT_OWN, "BlockNotOwn", "3.2")                                                           \
    X(MO_POLL_BLOCK_NOT_ANCHORED, "BlockNotAnchored", "3.2")                                                 \
    X(MO_POLL_NUMBER_NOT_CHECKPOINT, "NumberNotCheckpoint", "3.3")                                           \
    X(MO_POLL_NUMBER_NOT_ABOVE_ROOT, "NumberNotAboveRoot", "3.3")                                            \
    X(MO_POLL_BLOCK_ALREADY_REPORTED, "BlockAlreadyReported", "3.3")                                         \
    /* relay, in the order of 5.6 */                                                                         \
    X(MO_POLL_KERNEL_HEIGHT_MISMATCH, "KernelHeightMismatch", "5.6")                                         \
    X(MO_POLL_KERNEL_ALREADY_PENDING, "KernelAlreadyPending", "5.6")                                         \
    X(MO_POLL_PARENT_MISMATCH, "ParentMismatch", "5.6")                                                      \
    X(MO_POLL_PARENT_KERNEL_MISMATCH, "ParentKernelMismatch", "5.6")                                         \
    X(MO_POLL_PARENT_VOTE_MISMATCH, "ParentVoteMismatch", "5.6")                                             \
    X(MO_POLL_LINK_CHAIN_MISMATCH, "LinkChainMismatch", "5.6")                                               \
    X(MO_POLL_LINK_TRANSITION_MISMATCH, "LinkTransitionMismatch", "5.6")                                     \
    X(MO_POLL_SOURCE_TRANSITION_MISMATCH, "SourceTransitionMismatch", "5.6")                                 \
    X(MO_POLL_SOURCE_NOT_FINALISED, "SourceNotFinalised", "5.6")                                             \
    /* adopt: mo_rules_validators_check_kernel says why */                                                   \
    X(MO_POLL_UPDATES_REFUSED, "UpdatesRefused", "5.4")                                                      \
    /* slash, in the order of 2.3, with SIGNATURE_INVALID before the last and VALIDATOR_SLASHED after it */   \
    X(MO_POLL_CHAINS_DIFFER, "ChainsDiffer", "2.3")                                                          \
    X(MO_POLL_CHAIN_FOREIGN, "ChainForeign", "2.3")                                                          \
    X(MO_POLL_VOTES_EQUAL, "VotesEqual", "2.3")                                                              \
    X(MO_POLL_NO_OFFENCE, "NoOffence", "2.3")                                                                \
    X(MO_POLL_SIGNERS_DIFFER, "SignersDiffer", "2.3")                                                        \
    X(MO_POLL_OFFENDER_UNKNOWN, "OffenderUnknown", "2.3")                                                    \
    /* a table of rules/limits.h */                                                                          \
    X(MO_POLL_FULL, "Full", "2.7")

typedef enum { MO_POLL_VERDICTS(MO_VERDICT_CODE) } mo_poll_verdict_t;

/* Which of the two histories that are voted on. */
typedef enum {
    MO_POLL_AUXILIARY = 0,
    MO_POLL_ORIGIN = 1,
} mo_poll_chain_t;

#define MO_POLL_CHAINS 2

/* A checkpoint as one is asked for it. Height = number / epoch length of its chain. */
typedef struct {
    mo_hash_t hash;
    uint64_t number;
    mo_height_t height;
} mo_checkpoint_t;

/* A reported block of the auxiliary chain (3.1); a checkpoint when number % epoch = 0. */
typedef struct {
    mo_record_t record;
    uint64_t serial; /* order of reporting */
    bool used;
    bool anchored;
    bool justified;
    bool finalised;
} mo_poll_record_t;

/* A reported checkpoint of origin (3.3). */
typedef struct {
    mo_hash_t hash;
    mo_hash_t state_root; /* zero for the root, whose header nobody reported */
    uint64_t number;
    uint64_t serial; /* order of reporting */
    bool used;
    bool linked; /* target of a registered link */
    bool justified;
    bool finalised;
} mo_origin_record_t;

/* A link with at least one recorded vote. */
typedef struct {
    mo_hash_t hash; /* its struct hash */
    mo_vote_t vote;
    mo_height_t kernel; /* tallied by F(kernel) and F(kernel - 1); fixed at registration (2.5) */
    mo_tally_t tally;
    uint64_t last_signature; /* serial of the newest one kept, 0 none */
    uint64_t serial;         /* order of registration */
    bool used;
    bool justified; /* +2/3 in both sets */
} mo_link_t;

/* The state after a block, as far as T(s) needs it (2.6). */
typedef struct {
    uint64_t block;
    uint64_t dynasty;
    mo_height_t finalised; /* last finalised height of the auxiliary chain */
    mo_height_t kernel;    /* in force */
    mo_hash_t kernel_hash;
} mo_dynasty_entry_t;

typedef struct {
    uint64_t block;
    uint64_t number; /* of the origin block */
    mo_hash_t hash;
} mo_observation_entry_t;

/* A kept signature. Serials count from 1; serial n lies at n % MO_POLL_SIGNATURES_MAX. */
typedef struct {
    uint64_t before; /* serial of the same link's signature before this one, 0 none */
    mo_seal_record_t record;
} mo_poll_signature_t;

/* Who has voted for one target height of one chain (2.7). */
typedef struct {
    bool used;
    mo_poll_chain_t chain;
    mo_height_t target_height;
    uint8_t voted[MO_VALIDATORS_MAX / 8];
} mo_ballot_box_t;

/* What a polling place is built with (2.1, 5.3): what PollingPlace's and the stores' constructors take. */
typedef struct {
    mo_hash_t core_id;           /* `chain` of votes about the auxiliary chain */
    mo_hash_t origin_id;         /* `chain` of votes about origin */
    mo_hash_t domain;            /* mo_rules_domain */
    uint64_t epoch;              /* E > 0, blocks */
    uint64_t origin_epoch;       /* E_o > 0, blocks */
    mo_record_t root;            /* of the auxiliary chain; number % epoch = 0 */
    uint64_t origin_root_number; /* number % origin_epoch = 0 */
    mo_hash_t origin_root_hash;
} mo_poll_config_t;

/* The whole state. Read freely; change only by the operations below. */
typedef struct {
    mo_poll_config_t config;
    uint64_t block;  /* the newest block that an operation named */
    uint64_t serial; /* the newest given to a record or link */
    uint64_t dynasty;
    mo_checkpoint_t last_finalised[MO_POLL_CHAINS];    /* its checkpoint */
    mo_checkpoint_t highest_justified[MO_POLL_CHAINS]; /* of two of one height the one justified first */
    mo_height_t in_force;                              /* kernel */
    mo_hash_t in_force_hash;
    mo_height_t pending; /* kernel adopted and not yet in force; 0 none */
    mo_hash_t pending_hash;
    uint64_t pending_dynasty; /* the dynasty when it was adopted */
    mo_validators_t validators;
    mo_poll_record_t records[MO_POLL_RECORDS_MAX];
    mo_origin_record_t origins[MO_POLL_ORIGINS_MAX];
    mo_origin_record_t roots[MO_POLL_ROOTS_MAX]; /* finalised observation i lies at i % MO_POLL_ROOTS_MAX */
    uint64_t root_count;
    mo_link_t links[MO_POLL_LINKS_MAX];
    mo_ballot_box_t boxes[MO_POLL_BALLOTS_MAX];
    mo_poll_signature_t signatures[MO_POLL_SIGNATURES_MAX];
    uint64_t signature_count;                          /* serial of the newest signature */
    mo_dynasty_entry_t dynasties[MO_POLL_HISTORY_MAX]; /* entry i lies at i % MO_POLL_HISTORY_MAX */
    uint64_t dynasty_count;
    mo_observation_entry_t observations[MO_POLL_HISTORY_MAX];
    uint64_t observation_count;
} mo_poll_t;

/* One vote as it is submitted or as VoteRecorded tells it. */
typedef struct {
    mo_vote_t link;
    mo_seal_record_t record; /* index and signature */
} mo_ballot_t;

/* What a recorded vote brought about; the same facts as the contract's events. */
typedef struct {
    mo_hash_t link;     /* struct hash */
    mo_height_t kernel; /* that tallies it */
    mo_tally_t tally;   /* after this vote */
    bool registered;    /* the link's first vote */
    bool justified;     /* this vote justified the target */
    bool finalised;     /* this vote finalised the source */
    bool enforced;      /* this vote put the pending kernel in force */
    uint64_t dynasty;   /* after this vote */
} mo_poll_outcome_t;

/* --- operations
 * ------------------------------------------------------------------------------------------------- */

/* The two block stores as built, before there is a polling place: anyone may report to them from then on, and what was
 * reported counts when the polling place is there. ROOT_NOT_CHECKPOINT. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_stores(mo_poll_t *poll, const mo_poll_config_t *config);

/* The polling place over those stores, built at `block` with K_1 (joins only), once. BLOCK_NOT_OWN when the block is
 * not above the root, BLOCK_BACKWARDS, KERNEL_HEIGHT_MISMATCH, UPDATES_REFUSED. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_open(mo_poll_t *poll, uint64_t block, const mo_kernel_t *k1);

/* Both at once: a polling place built at `block` with K_1 (joins only). ROOT_NOT_CHECKPOINT, KERNEL_HEIGHT_MISMATCH,
 * UPDATES_REFUSED. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_found(mo_poll_t *poll, uint64_t block,
                                                  const mo_poll_config_t *config, const mo_kernel_t *k1);

/* AuxiliaryBlockStore.report: a run from the record `first` gave `last` (rules/run.h made or checked it).
 * Reporting a block that has a record is ACCEPTED and changes nothing, as in the contract. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_report(mo_poll_t *poll, uint64_t block, const mo_hash_t *first,
                                                   const mo_record_t *last);

/* A report that the caller has worked out from headers of its own: where its run began does not matter, and that
 * block's record may be forgotten or never have been kept. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_report_own(mo_poll_t *poll, uint64_t block, const mo_record_t *last);

/* AuxiliaryBlockStore.anchor and anchorParent. That the hash is the chain's own is the caller's knowledge: it
 * saw the event, or the block; and so is it that a run leads from `first` to `last` (rules/run.h). */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_anchor(mo_poll_t *poll, uint64_t block, const mo_hash_t *hash);
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_anchor_parent(mo_poll_t *poll, uint64_t block, const mo_hash_t *first,
                                                          const mo_hash_t *last);

/* A checkpoint of origin as its header says (3.3). */
typedef struct {
    uint64_t number;
    mo_hash_t hash;
    mo_hash_t state_root;
} mo_origin_block_t;

/* OriginBlockStore.report. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_report_origin(mo_poll_t *poll, uint64_t block,
                                                          const mo_origin_block_t *reported);

/* PollingPlace.vote: the checks of 2.8 in their order, then record, tally, justify, finalise, dynasty,
 * observation, kernel. *outcome is zero unless ACCEPTED. 31 us, the signature. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_vote(mo_poll_t *poll, uint64_t block, const mo_ballot_t *ballot,
                                                 mo_poll_outcome_t *outcome);

/* The link's part of those checks alone, up to and with its kernel; changes nothing. What a validator asks
 * before it signs. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_check_link(const mo_poll_t *poll, const mo_vote_t *link);

/* KernelRelay.relay without the proof: the checks of 5.6 on this chain, then adopt. `parent` and `link` open
 * kernel->parent. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_relay(mo_poll_t *poll, uint64_t block, const mo_kernel_t *kernel,
                                                  const mo_meta_block_t *parent, const mo_vote_t *link);

/* PollingPlace.adopt alone, for who has only the log KernelPending, which the relay's checks stand behind:
 * KERNEL_HEIGHT_MISMATCH, KERNEL_ALREADY_PENDING, UPDATES_REFUSED. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_adopt(mo_poll_t *poll, uint64_t block, const mo_kernel_t *kernel);

/* The checks of mo_rules_poll_relay alone; changes nothing. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_check_relay(const mo_poll_t *poll, const mo_kernel_t *kernel,
                                                        const mo_meta_block_t *parent, const mo_vote_t *link);

/* PollingPlace.slash: theta = 0 for the signer of two votes that offend together (2.3). Tallies that are recorded stay.
 * *proven is zero unless ACCEPTED. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_prove(mo_poll_t *poll, uint64_t block, const mo_evidence_t *evidence,
                                                  mo_proven_t *proven);

/* Its effect alone, for who has only the log Slashed, which the evidence stands behind: theta = 0 for the validator at
 * `index`. VALIDATOR_UNKNOWN, VALIDATOR_SLASHED. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_slash(mo_poll_t *poll, uint64_t block, uint32_t index);

/* --- views
 * ------------------------------------------------------------------------------------------------------ */

/* T(s) of an anchored source (2.6). SOURCE_NOT_ANCHORED, TRANSITION_FORGOTTEN; *transition is then zero. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_transition(const mo_poll_t *poll, const mo_hash_t *source,
                                                       mo_transition_t *transition);

/* The kernel that tallies a link: the registered one, or the one that a first vote now would fix (2.5).
 * CHAIN_UNKNOWN, SOURCE_NOT_ANCHORED, TRANSITION_FORGOTTEN, LINK_TOO_OLD; *kernel is then 0. */
MO_MUST_USE mo_poll_verdict_t mo_rules_poll_kernel_of(const mo_poll_t *poll, const mo_vote_t *link,
                                                      mo_height_t *kernel);

/* The chain that a vote is about; false when it is neither. */
bool mo_rules_poll_chain(const mo_poll_t *poll, const mo_hash_t *chain, mo_poll_chain_t *which);

/* The record of a hash; NULL when it has none. Valid until the next operation. */
const mo_poll_record_t *mo_rules_poll_record(const mo_poll_t *poll, const mo_hash_t *hash);
const mo_origin_record_t *mo_rules_poll_origin(const mo_poll_t *poll, const mo_hash_t *hash);

bool mo_rules_poll_is_justified(const mo_poll_t *poll, mo_poll_chain_t chain, const mo_hash_t *hash);

/* The highest justified checkpoint: the source of an honest vote, when it is an ancestor of what is voted
 * for. Of two of one height, which takes a third of the weight to be slashable, the one justified first. */
mo_checkpoint_t mo_rules_poll_highest_justified(const mo_poll_t *poll, mo_poll_chain_t chain);

/* The last finalised checkpoint (the root at first). */
mo_checkpoint_t mo_rules_poll_last_finalised(const mo_poll_t *poll, mo_poll_chain_t chain);

/* A link by its struct hash; NULL when nobody voted for it or it is forgotten. Valid until the next
 * operation. */
const mo_link_t *mo_rules_poll_link(const mo_poll_t *poll, const mo_hash_t *link);

/* The justified link from a finalised source to its child, what finalised it; NULL when there is none. */
const mo_link_t *mo_rules_poll_finalising_link(const mo_poll_t *poll, const mo_hash_t *source);

/* Whether a vote of `index` for a target of this height is recorded (2.7). Of heights not above the last
 * finalised one, where nobody may vote any more, the answer is forgotten in time. */
bool mo_rules_poll_has_voted(const mo_poll_t *poll, mo_poll_chain_t chain, mo_height_t target_height,
                             uint32_t index);

/* The signatures kept for a link (2.10), sorted by index: at most `max`, ready for mo_rules_seal_build; of more
 * those of the heaviest voters, so that many light ones crowd no quorum out of a seal. Returns how many. */
size_t mo_rules_poll_signatures(const mo_poll_t *poll, const mo_hash_t *link, mo_seal_record_t *records,
                                size_t max);

/* The finalised origin checkpoint of this number, while it is in the ring of 3.3; NULL else. */
const mo_origin_record_t *mo_rules_poll_finalised_root(const mo_poll_t *poll, uint64_t number);

const char *mo_rules_poll_verdict_name(mo_poll_verdict_t verdict);

#endif
