/* The core on origin as a validator sees it: the open kernel, what is committed, which proposals live (4).
 *
 *          propose(T)             challenge period            commit(T, link, seal)
 *     K_n  ----------> proposal  ------------------> ready  ------------------------->  B_n, opens K_n+1
 *     open                                                    committed dynasty, gas, origin number, source
 * height rise
 *
 * The open kernel is one hash in one slot of the core; here the whole kernel is kept, because T is checked
 * against its gas target and the auxiliary chain needs its updates. The set of validators is the registry's
 * weights, brought forward by each kernel (5.3). A missed commit wedges nothing: the kernel stays open until
 * some T commits (4.3).
 *
 * Fed from the events of Core (CoreOpened, KernelOpened, MetaBlockProposed, MetaBlockCommitted). Each
 * operation makes the contract's checks in the contract's order; a refusal of what the contract did means
 * that the two disagree.
 *
 * What it does not do: queues of updates and stake (the registry decides which updates K_n+1 carries; its
 * hash and its parent are checked here), challenges, bonds as money: rules/origin.h does. Proposals of an older kernel are
 * forgotten when it closes: they can never commit (4.3). When MO_CORE_PROPOSALS_MAX of them live, further
 * ones are refused with FULL; each has cost its proposer a bond, and one honest proposal among them is
 * enough.
 *
 * Holds no pointers: a copy is a snapshot. Times are seconds of origin's timestamp. Floor 2. Pure; no
 * allocation.
 */
#ifndef MO_RULES_CORE_H
#define MO_RULES_CORE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/verdict.h"
#include "rules/limits.h"
#include "rules/seal.h"
#include "rules/types.h"
#include "rules/validators.h"

/* Verdicts in the order of the checks of propose, then commit, then the opening of the next kernel. */
#define MO_CORE_VERDICTS(X)                                                                                  \
    X(MO_CORE_ACCEPTED, "Accepted", "4.2")                                                                   \
    X(MO_CORE_STATUS_INVALID, "StatusInvalid", "4.2")                                                        \
    X(MO_CORE_KERNEL_NOT_OPEN, "KernelNotOpen", "4.2")                                                       \
    X(MO_CORE_DYNASTY_NOT_ABOVE, "DynastyNotAbove", "4.2")                                                   \
    X(MO_CORE_GAS_NOT_ABOVE, "GasNotAbove", "4.2")                                                           \
    X(MO_CORE_ORIGIN_NUMBER_BELOW, "OriginNumberBelow", "4.2")                                               \
    X(MO_CORE_STATED_HEIGHT_INVALID, "StatedHeightInvalid", "4.2")                                           \
    X(MO_CORE_OBSERVATION_UNKNOWN, "ObservationUnknown", "3.4")                                              \
    X(MO_CORE_PROPOSAL_KNOWN, "ProposalKnown", "4.2")                                                        \
    /* MO_CORE_PROPOSALS_MAX */                                                                              \
    X(MO_CORE_FULL, "Full", "4.2")                                                                           \
    /* commit */                                                                                             \
    X(MO_CORE_PROPOSAL_NOT_LIVE, "ProposalNotLive", "4.3")                                                   \
    X(MO_CORE_PROPOSAL_NOT_READY, "ProposalNotReady", "4.3")                                                 \
    X(MO_CORE_CHAIN_MISMATCH, "ChainMismatch", "4.3")                                                        \
    X(MO_CORE_TRANSITION_MISMATCH, "TransitionMismatch", "4.3")                                              \
    X(MO_CORE_LINK_NOT_FINALISING, "LinkNotFinalising", "4.3")                                               \
    X(MO_CORE_SOURCE_HEIGHT_NOT_ABOVE, "SourceHeightNotAbove", "4.3")                                        \
    X(MO_CORE_STATED_HEIGHT_MISMATCH, "StatedHeightMismatch", "4.3")                                         \
    X(MO_CORE_SEAL_SCHEME_UNKNOWN, "SealSchemeUnknown", "0.2")                                               \
    X(MO_CORE_SEAL_LENGTH_INVALID, "SealLengthInvalid", "0.2")                                               \
    /* per record */                                                                                         \
    X(MO_CORE_SEAL_NOT_ASCENDING, "SealNotAscending", "4.3")                                                 \
    X(MO_CORE_INDEX_UNASSIGNED, "IndexUnassigned", "4.3")                                                    \
    X(MO_CORE_SEAL_SIGNATURE_INVALID, "SealSignatureInvalid", "1.4")                                         \
    X(MO_CORE_QUORUM_MISSING, "QuorumMissing", "4.3")                                                        \
    /* challengeObservation (rules/origin.h, as all up to NoCredit) */                                       \
    X(MO_CORE_HEIGHT_NOT_TALLIED, "HeightNotTallied", "4.4 (a)")                                             \
    X(MO_CORE_OBSERVATION_NOT_REACHED, "ObservationNotReached", "4.4 (a)")                                   \
    X(MO_CORE_CHECKPOINT_NOT_RECORDED, "CheckpointNotRecorded", "4.4 (a)")                                   \
    X(MO_CORE_OBSERVATION_RIGHT, "ObservationRight", "4.4 (a)")                                              \
    /* challengeGasTarget */                                                                                 \
    X(MO_CORE_NOTHING_STATED, "NothingStated", "4.4 (b)")                                                    \
    X(MO_CORE_GAS_BELOW_TARGET, "GasBelowTarget", "4.4 (b)")                                                 \
    X(MO_CORE_SOURCE_HEIGHT_NOT_BELOW, "SourceHeightNotBelow", "4.4 (b)")                                    \
    /* proveMissedCheckpoint: GasBelowTarget and DynastyNotAbove behind MissedKernelMismatch */              \
    X(MO_CORE_NOTHING_COMMITTED, "NothingCommitted", "4.4 (b)")                                              \
    X(MO_CORE_EVIDENCE_MISMATCH, "EvidenceMismatch", "4.4 (b)")                                              \
    X(MO_CORE_MISSED_HEIGHT_NOT_ABOVE, "MissedHeightNotAbove", "4.4 (b)")                                    \
    X(MO_CORE_MISSED_HEIGHT_NOT_BELOW, "MissedHeightNotBelow", "4.4 (b)")                                    \
    X(MO_CORE_MISSED_KERNEL_MISMATCH, "MissedKernelMismatch", "4.4 (b)")                                     \
    X(MO_CORE_HEADER_NOT_SOURCE, "HeaderNotSource", "4.4 (b)")                                               \
    X(MO_CORE_FINALISED_MISMATCH, "FinalisedMismatch", "4.4 (b)")                                            \
    /* reclaim */                                                                                            \
    X(MO_CORE_BOND_NOT_RECLAIMABLE, "BondNotReclaimable", "4.2")                                             \
    /* challengeHalt, halt */                                                                                \
    X(MO_CORE_HALT_CHALLENGE_PENDING, "HaltChallengePending", "4.4 (c)")                                     \
    X(MO_CORE_HALT_CHALLENGE_TOO_EARLY, "HaltChallengeTooEarly", "4.4 (c)")                                  \
    X(MO_CORE_HALT_CHALLENGE_MISSING, "HaltChallengeMissing", "4.4 (c)")                                     \
    X(MO_CORE_HALT_WINDOW_RUNNING, "HaltWindowRunning", "4.4 (c)")                                           \
    /* open */                                                                                               \
    X(MO_CORE_DEPOSIT_PERIOD_RUNNING, "DepositPeriodRunning", "5.1")                                         \
    X(MO_CORE_TOO_FEW_VALIDATORS, "TooFewValidators", "5.1")                                                 \
    X(MO_CORE_TOO_LITTLE_STAKE, "TooLittleStake", "5.1")                                                     \
    X(MO_CORE_NO_WEIGHT, "NoWeight", "5.4")                                                                  \
    /* collect */                                                                                            \
    X(MO_CORE_NO_CREDIT, "NoCredit", "4.1")                                                                  \
    /* the next kernel, which the core makes itself: a mismatch means that this state is not the core's */   \
    X(MO_CORE_KERNEL_HEIGHT_MISMATCH, "KernelHeightMismatch", "4.3")                                         \
    X(MO_CORE_PARENT_MISMATCH, "ParentMismatch", "4.3")                                                      \
    X(MO_CORE_GAS_TARGET_MISMATCH, "GasTargetMismatch", "4.3")                                               \
    X(MO_CORE_UPDATES_REFUSED, "UpdatesRefused", "5.4")

typedef enum { MO_CORE_VERDICTS(MO_VERDICT_CODE) } mo_core_verdict_t;

typedef enum {
    MO_CORE_CREATED = 0,
    MO_CORE_OPEN = 1,
    MO_CORE_HALTED = 2,
} mo_core_status_t;

/* What the last committed meta-block fixed; before B_1 the initial values (2.1). */
typedef struct {
    uint64_t dynasty;
    uint64_t origin_number;
    mo_height_t source_height;
    mo_u256_t gas;
} mo_committed_t;

/* A proposal for the open kernel. `id` = keccak256(abi.encode(hash of T, stated height)). */
typedef struct {
    mo_hash_t id;
    mo_hash_t transition_hash;
    mo_transition_t transition;
    mo_height_t stated_height; /* of the source, when T reaches the gas target; 0 else */
    uint64_t ready_at;         /* seconds: committable when origin's time is this or later */
} mo_proposal_t;

/* What a core is created with (0.5), as far as it decides here. */
typedef struct {
    mo_hash_t core_id;
    mo_hash_t domain;     /* mo_rules_domain */
    mo_hash_t setup_hash; /* K_1's parent */
    mo_u256_t gas_step;
    mo_height_t root_height; /* of the auxiliary chain: AUXILIARY_ROOT_NUMBER / EPOCH */
} mo_core_config_t;

typedef struct {
    mo_core_config_t config;
    mo_core_status_t status;
    mo_kernel_t kernel; /* the open one */
    mo_hash_t kernel_hash;
    mo_committed_t committed;
    bool committed_unseen; /* its proposal was not kept: gas is that of the one before until the next kernel opens */
    mo_hash_t sources[MO_CORE_SOURCES_MAX]; /* source block of B_k at k % MO_CORE_SOURCES_MAX */
    mo_proposal_t proposals[MO_CORE_PROPOSALS_MAX];
    size_t proposal_count;
    mo_validators_t validators;
} mo_core_t;

/* A wish to propose. `observation_known`: origin's history has (originNumber, originHash), or the run sent
 * along proves it (3.4). */
typedef struct {
    mo_transition_t transition;
    mo_height_t stated_height;
    bool observation_known;
} mo_proposing_t;

/* A wish to commit. `now`: seconds of the block it would be in. */
typedef struct {
    mo_transition_t transition;
    mo_height_t stated_height;
    mo_vote_t link;
    mo_bytes_t seal;
    uint64_t now;
} mo_commitment_t;

/* --- operations
 * ------------------------------------------------------------------------------------------------- */

/* A core that is created and not open. */
void mo_rules_core_create(mo_core_t *core, const mo_core_config_t *config);

/* open(): K_1, with the root of origin that the core recorded (2.1, 4.3). NOT_OPEN here means: not Created.
 */
MO_MUST_USE mo_core_verdict_t mo_rules_core_open(mo_core_t *core, uint64_t origin_root_number,
                                                 const mo_kernel_t *k1);

/* The checks of propose (4.2); changes nothing. */
MO_MUST_USE mo_core_verdict_t mo_rules_core_check_proposal(const mo_core_t *core, const mo_proposing_t *wish);

/* propose: the checks, then the proposal lives until its kernel closes. */
MO_MUST_USE mo_core_verdict_t mo_rules_core_propose(mo_core_t *core, const mo_proposing_t *wish,
                                                    uint64_t ready_at);

/* The checks of commit (4.3), every signature of the seal among them; changes nothing. *tally is zero on
 * failure. */
MO_MUST_USE mo_core_verdict_t mo_rules_core_check_commitment(const mo_core_t *core,
                                                             const mo_commitment_t *wish, mo_tally_t *tally);

/* commit: the checks, then B_n stands and `next` = K_n+1 opens; nothing changes unless both are right. */
MO_MUST_USE mo_core_verdict_t mo_rules_core_commit(mo_core_t *core, const mo_commitment_t *wish,
                                                   const mo_kernel_t *next);

/* Registry.slash, its effect: theta = 0 for `signer`, if it has an index, and a core that is open halts when a third of
 * a set is slashed then (2.3, 4.5). Opening a kernel makes the same test. */
void mo_rules_core_slash(mo_core_t *core, const mo_address_t *signer);

/* The core halted, for whatever reason (4.4, 4.5); final. */
void mo_rules_core_halt(mo_core_t *core);

/* --- views
 * ------------------------------------------------------------------------------------------------------ */

/* The stated height that a proposal of `transition` with this source needs: the source's height when T
 * reaches the gas target, 0 else (4.2). */
mo_height_t mo_rules_core_stated_height(const mo_core_t *core, const mo_transition_t *transition,
                                        mo_height_t source_height);

/* Whether T's gas has reached the open kernel's target: then the lowest such checkpoint must be taken (4.4
 * b). */
bool mo_rules_core_reaches_target(const mo_core_t *core, const mo_transition_t *transition);

/* keccak256(abi.encode(hash of T, stated height)) */
mo_hash_t mo_rules_core_proposal_id(const mo_hash_t *transition_hash, mo_height_t stated_height);

/* A live proposal by id; NULL when there is none. Valid until the next operation. */
const mo_proposal_t *mo_rules_core_proposal(const mo_core_t *core, const mo_hash_t *id);

/* A live proposal by its transition's hash, whatever height it states; NULL when there is none. */
const mo_proposal_t *mo_rules_core_proposal_of(const mo_core_t *core, const mo_hash_t *transition_hash);

/* Source block hash of B_k; false, and zero, when k is not committed or fell out of the ring. */
bool mo_rules_core_source(const mo_core_t *core, mo_height_t k, mo_hash_t *source);

const char *mo_rules_core_verdict_name(mo_core_verdict_t verdict);

#endif
