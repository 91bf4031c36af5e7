/* The core and the registry on origin, as one state: what Core.sol and Registry.sol hold and decide (4, 5).
 *
 *     stake          queues                       set                        meta-blocks
 *     deposit  --->  join   --- at most U a --->  F_v(k), totals  <-------   open kernel, committed
 *     logout   --->  logout    kernel, when       (rules/validators.h)       proposals, seals
 *     refresh  --->  weight    B_n commits                                   (rules/core.h)
 *     slash    --->  slash
 *
 * `core` is what a follower of origin's logs keeps too (rules/core.h): its checks are made here by the same functions,
 * its weights are the only ones. What is added is what a follower need not know: stakes and their owners, the queues
 * (5.4), bonds and credit, the halt challenge (4.4 c), rolls (5.5). Each operation makes the checks of the contract's
 * function of the same name, in their order; it changes everything or, when it is refused, nothing.
 *
 * What it does not do: blocks' hashes (the caller says what origin's history holds), token balances (a transfer that
 * fails reverts in the token), gas, foreign reputations, SignatureLengthInvalid of evidence (rules/evidence.h).
 *
 * The table of accounts stands behind the struct, of the size that the caller chooses: no pointer leads anywhere, and a
 * copy of mo_rules_origin_size(capacity) bytes is a snapshot. An account is 152 bytes, the rest 398 KiB, mostly the
 * 4,096 voters, the bonds and the kept proposals.
 *
 * Amounts are in the smallest unit of the stake token, times in seconds of origin's timestamp. Floor 2. Pure; no
 * allocation.
 */
#ifndef MO_RULES_ORIGIN_H
#define MO_RULES_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "eth/u256.h"
#include "rules/core.h"
#include "rules/ledger.h"
#include "rules/limits.h"
#include "rules/loss.h"
#include "rules/reputation.h"
#include "rules/types.h"

/* A signer's way (5.1); the values are the contract's. */
typedef enum {
    MO_ACCOUNT_NONE = 0,
    MO_ACCOUNT_QUEUED = 1,
    MO_ACCOUNT_ACTIVE = 2,
    MO_ACCOUNT_LEAVING = 3,
    MO_ACCOUNT_RELEASED = 4,
    MO_ACCOUNT_WITHDRAWN = 5,
    MO_ACCOUNT_SLASHED = 6,
    MO_ACCOUNT_CANCELLED = 7,
} mo_account_state_t;

/* An update that waits; one at most for an account, so the queue's entry stands in it. Links are account numbers + 1,
 * 0 for none. */
typedef struct {
    uint8_t kind; /* mo_update_kind_t + 1, 0: nothing waits */
    uint32_t weight;
    uint32_t older;
    uint32_t newer;
} mo_waiting_t;

typedef struct {
    mo_address_t signer;
    mo_address_t withdrawal;
    mo_account_state_t state;
    uint32_t index;
    uint32_t join_height; /* n_0: the kernel that carried the join, 0 before */
    uint32_t end_height;  /* n_e: the kernel that carried the logout, 0 before */
    uint32_t last_present; /* presence was shown, or the height before the weight rose from 0 (5.5) */
    uint32_t last_leak;
    mo_waiting_t waiting;
    uint64_t releasable_at;
    mo_u256_t shares;  /* what the stake is worth now */
    mo_u256_t deposit; /* what was paid in */
} mo_validator_account_t;

/* Of a proposal and its bond (4.2); the values are the contract's. */
typedef enum {
    MO_BOND_NONE = 0,
    MO_BOND_LIVE = 1,
    MO_BOND_STRUCK = 2,
    MO_BOND_FORFEIT = 3,
    MO_BOND_RECLAIMED = 4,
} mo_bond_state_t;

typedef struct {
    mo_hash_t id;
    mo_address_t proposer; /* zero: a seal stands for it (4.4 b) */
    uint64_t height;       /* of the kernel that it was for */
    mo_bond_state_t state;
} mo_bond_t;

/* The parameters that decide here (interfaces 0.5); core's own are in mo_core_config_t. Fractions are parts of MO_ONE. */
typedef struct {
    mo_core_config_t core;
    mo_hash_t origin_id;
    uint64_t origin_epoch;
    uint64_t challenge_period;
    mo_u256_t proposal_bond;
    mo_u256_t halt_bond;
    uint64_t halt_after;
    uint64_t halt_window;
    uint64_t setup_grace;
    uint64_t deposits_until;
    uint32_t min_validators;
    mo_u256_t min_stake_total;
    mo_u256_t min_stake;   /* below 2^128, as weight_unit */
    mo_u256_t weight_unit; /* above 0 */
    uint32_t max_updates;  /* 1 to MO_UPDATES_MAX */
    uint64_t withdrawal_delay;
    uint64_t leak_fraction;
    uint64_t observation_fraction;
    uint64_t reporter_share;
    uint64_t miss_fraction;
    uint64_t miss_cap; /* below MO_ONE */
    mo_reputation_t reputation;
} mo_origin_config_t;

/* One first-in-first-out queue: account numbers + 1, 0 for none. */
typedef struct {
    uint32_t head;
    uint32_t tail;
} mo_queue_t;

/* The whole state. Read freely; change only by the operations. */
typedef struct {
    mo_origin_config_t config;
    mo_core_t core;
    uint64_t last_commit_at;
    uint64_t halt_challenged_at; /* 0: no halt challenge is pending */
    mo_address_t halt_challenger;
    mo_bond_t bonds[MO_ORIGIN_BONDS_MAX];
    mo_ledger_t core_credit;
    mo_ledger_t registry_credit;
    mo_u256_t burned;
    mo_losses_t losses;
    mo_u256_t exposed; /* stakes that a loss at height n - 1 falls on, n open (4.6) */
    mo_u256_t joining; /* stakes that the open kernel adds to them when the next one opens, */
    mo_u256_t leaving; /* and those that it takes from them, rounded up */
    uint64_t missed_from; /* lowest height proven missed by the last committed meta-block, 0 none (4.4 b) */
    mo_address_t vetoes[MO_VETOES_MAX];
    size_t veto_count;
    mo_hash_t rolls[MO_REGISTRY_ROLLS_MAX]; /* roll(k) at k % MO_REGISTRY_ROLLS_MAX */
    mo_queue_t queues[MO_UPDATE_KINDS];
    uint32_t capacity;
    uint32_t account_count;
    mo_validator_account_t accounts[]; /* in the order of the deposits */
} mo_origin_t;

/* Who calls, and when. */
typedef struct {
    mo_address_t sender;
    uint64_t now;
} mo_call_t;

/* Bytes of a state that has room for `capacity` signers. */
size_t mo_rules_origin_size(uint32_t capacity);

/* Both contracts as deployed, in memory of mo_rules_origin_size(capacity) bytes. */
void mo_rules_origin_create(mo_origin_t *origin, const mo_origin_config_t *config, uint32_t capacity);

/* open (4.3): the founders are carried by K_1. `root_number`: the greatest multiple of E_o below the block of the call.
 * STATUS_INVALID, DEPOSIT_PERIOD_RUNNING, TOO_FEW_VALIDATORS, TOO_LITTLE_STAKE, NO_WEIGHT. */
MO_MUST_USE mo_core_verdict_t mo_rules_origin_open(mo_origin_t *origin, const mo_call_t *call, uint64_t root_number);

/* propose (4.2): mo_rules_core_check_proposal's checks; an id is known for ever. */
MO_MUST_USE mo_core_verdict_t mo_rules_origin_propose(mo_origin_t *origin, const mo_call_t *call,
                                                      const mo_proposing_t *wish);

/* commit (4.3): mo_rules_core_check_commitment's checks (`wish->now` is the call's); answers a halt challenge, carries
 * updates, opens the next kernel, and halts when a third of a set is slashed then (4.5). */
MO_MUST_USE mo_core_verdict_t mo_rules_origin_commit(mo_origin_t *origin, const mo_call_t *call,
                                                     const mo_commitment_t *wish);

/* A challenge of a proposal's observation (4.4 a). `known`: what origin's history holds at the number of link's source,
 * zero for nothing. `m`: the height of the set that sealed it. */
typedef struct {
    mo_transition_t transition;
    mo_height_t stated_height;
    mo_vote_t link;
    mo_height_t m;
    mo_bytes_t seal;
    mo_hash_t known;
} mo_contradiction_t;

/* The block number of origin that the link finalises; false when it leaves 64 bits. */
MO_MUST_USE bool mo_rules_origin_number(const mo_origin_t *origin, const mo_vote_t *link, uint64_t *number);

/* challengeObservation: halts, the seal's signers lose a fraction, the challenger gets the bond and a share. */
MO_MUST_USE mo_core_verdict_t mo_rules_origin_challenge_observation(mo_origin_t *origin, const mo_call_t *call,
                                                                    const mo_contradiction_t *wish);

/* A challenge of a proposal of a higher source by a lower one that reaches the gas target too (4.4 b). */
typedef struct {
    mo_hash_t struck_hash; /* hash of the transition of the proposal to be struck */
    mo_height_t struck_height;
    mo_transition_t transition;
    mo_vote_t link;
    mo_bytes_t seal;
    bool observation_known;
} mo_lower_t;

/* challengeGasTarget: strikes one proposal, and the lower becomes live without bond if it is not known. */
MO_MUST_USE mo_core_verdict_t mo_rules_origin_challenge_gas_target(mo_origin_t *origin, const mo_call_t *call,
                                                                   const mo_lower_t *wish);

/* Evidence that the meta-block committed last passed over a lower finalised checkpoint (4.4 b, after a commit); K_n is the
 * open kernel. What is read from chains is said by the caller, who checks it: the header's hash, and what the polling
 * place's `finalised[missed_height]` is under the header's state root (eth/state.h). */
typedef struct {
    mo_hash_t updates;        /* hash of K_n's updates */
    mo_hash_t transition;     /* hash of T_{n-1} */
    mo_hash_t vote;           /* hash of the link of B_{n-1} */
    mo_hash_t kernel_updates; /* hash of K_{n-1}'s updates */
    mo_transition_t missed;   /* T' */
    mo_height_t missed_height;
    mo_hash_t previous_kernel; /* before B_2 these three are not read */
    mo_transition_t previous;
    mo_vote_t previous_link;
    mo_hash_t header_hash;
    mo_hash_t finalised;
} mo_missed_t;

/* proveMissedCheckpoint: a loss for everybody whom K_{n-1} holds (4.6). */
MO_MUST_USE mo_core_verdict_t mo_rules_origin_prove_missed(mo_origin_t *origin, const mo_call_t *call,
                                                           const mo_missed_t *wish);

/* challengeHalt and halt (4.4 c). */
MO_MUST_USE mo_core_verdict_t mo_rules_origin_challenge_halt(mo_origin_t *origin, const mo_call_t *call);
MO_MUST_USE mo_core_verdict_t mo_rules_origin_halt(mo_origin_t *origin, const mo_call_t *call);

/* reclaim: the proposer is credited when its proposal committed, died with its kernel, was struck, or the core halted
 * (4.2). */
MO_MUST_USE mo_core_verdict_t mo_rules_origin_reclaim(mo_origin_t *origin, const mo_hash_t *transition_hash,
                                                      mo_height_t stated_height);

/* Core.collect; *amount is what the caller is paid, zero on failure. */
MO_MUST_USE mo_core_verdict_t mo_rules_origin_collect(mo_origin_t *origin, const mo_call_t *call, mo_u256_t *amount);

/* When a pending halt challenge can be carried out; 0 without one. */
uint64_t mo_rules_origin_haltable_at(const mo_origin_t *origin);

/* What became of a proposal; NULL when none of this id is kept. */
const mo_bond_t *mo_rules_origin_bond(const mo_origin_t *origin, const mo_hash_t *id);

#endif
