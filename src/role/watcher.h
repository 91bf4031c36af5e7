/* The watcher: follows both chains, holds every vote that it sees against every other, and brings what offends to both.
 *
 *       VoteRecorded -----------------+
 *       seals of commits ------------ |          votes of each          an offence         Registry.slash     (origin)
 *       votes of `present` ---------- +-->      validator, held   -->  (2.3), kept  -->   PollingPlace.slash (auxiliary)
 *       records that a batch skipped -|         against each other      as evidence
 *       evidence shown by another ----+
 *
 * Votes that a polling place records, or passes over in a batch, are in logs, whoever carried them there. The others stand in
 * the inputs of transactions: a vote about another transition reaches origin alone (commit, present). So
 * the role asks for the inputs of transactions whose logs say that there is something to read (mo_watcher_wants), and
 * checks each signature in them itself. Evidence shown on one chain is read in the same way and brought to the other.
 * Inputs are read as the contracts' decoder reads them; a call to another contract is searched at every byte for calls
 * that it passes on, and told of (UNREAD, with the number of votes found), for it may hide one in a form of its own.
 *
 * Beside the votes it looks, by a copy of core and polling place (role/validator.h, which it feeds and never asks to act):
 *
 *   observation   a live proposal above a finalised checkpoint of origin that origin does not have (4.4 a)
 *   gas target    a live proposal of a higher source though a lower finalised one reaches the target (4.4 b)
 *   liveness      no commit for HALT_AFTER (4.4 c); when its challenge has run out, halt
 *   escrow        what the gateway holds is at least what was staked less what was released; what circulates is what was
 *                 minted less what was burned, and neither side pays out more than the other took in (gateway 7.7)
 *
 * Memory is bounded: of each validator the newest MO_WATCHER_VOTES_MAX votes about each chain are held. The driver takes
 * every vote (mo_watcher_fresh) into a record on disk that forgets none (store/seen.h), and accuses by it
 * (mo_watcher_accuse). So a validator cannot push its own votes out by others at invented heights, and what stood on a
 * branch that is gone still counts after a restart.
 *
 * Votes are facts whatever becomes of the branch they stood on: mo_watcher_restart, after a reorganisation, keeps them
 * and the evidence, and drops the rest. What it does not do: the gas target proven after a commit (4.4 b); votes of
 * a commit or `present` that another contract carried in a form of its own.
 *
 * No pointers inside; about 25 MiB, of which what is used is touched. Floor 4, pure.
 */
#ifndef MO_ROLE_WATCHER_H
#define MO_ROLE_WATCHER_H

#include "role/action.h"
#include "role/duty.h"
#include "role/event.h"
#include "role/validator.h"
#include "rules/evidence.h"

/* Validators whose votes are held: a full set of 255 and one that leaves. Who has been silent longest makes room. */
#define MO_WATCHER_SEATS_MAX 256

/* Votes held of one validator about one chain: a commit a day at 64 blocks of 12 s an epoch are 112. 208 bytes each:
 * 256 * 2 * 128 * 208 is 13 MiB. */
#define MO_WATCHER_VOTES_MAX 128

/* Votes held for the first time that the driver has not taken yet: more than one transaction of 128 KiB carries. */
#define MO_WATCHER_FRESH_MAX 4096

/* Links whose bodies are remembered for the logs of their votes. */
#define MO_WATCHER_LINKS_MAX 2048

/* Transactions whose inputs are still to be read. */
#define MO_WATCHER_INPUTS_MAX 1024

/* Validators that offended: more than could before the core halts (4.5), many times. */
#define MO_WATCHER_CASES_MAX 256

/* Signers that are out of reach on a chain, of whom a case may still be opened; both chains together. */
#define MO_WATCHER_ENDS_MAX 512

/* Findings that were not taken yet. */
#define MO_WATCHER_FINDINGS_MAX 256

/* X(code, name in JSON, words, clause) */
#define MO_FINDINGS(X)                                                                                                 \
    X(OFFENCE, "offence", "two votes of one validator offend together", "2.3")                                         \
    X(SLASHED, "slashed", "a validator was slashed", "2.3")                                                            \
    X(OBSERVATION, "observation", "a proposal stands above a checkpoint that origin does not have", "4.4 a")           \
    X(GAS_TARGET, "gas-target", "a proposal passes over a lower checkpoint that reaches the gas target", "4.4 b")      \
    X(SILENCE, "silence", "no meta-block was committed for so long that the core may be challenged to halt", "4.4 c")  \
    X(HALTABLE, "haltable", "nobody answered the halt challenge", "4.4 c")                                             \
    X(HALTED, "halted", "the core halted", "4.5")                                                                      \
    X(ESCROW, "escrow", "the gateway holds less than was staked and not released", "gateway 7.7")                      \
    X(SUPPLY, "supply", "the utility token's supply is not what was minted less what was burned", "gateway 7.7")       \
    X(PAID_OUT, "paid-out", "more came out on one chain than went in on the other", "gateway 7.7")                     \
    X(CONTRADICTION, "contradiction", "a chain does what the rules refuse", "2.6")                                     \
    X(UNREAD, "unread", "votes in a transaction's input that could not be read", "2.10")                               \
    X(FORGOTTEN, "forgotten", "votes came faster than they were written down, and some were not", "2.3")

typedef enum {
#define X(code, name, words, clause) MO_FINDING_##code,
    MO_FINDINGS(X)
#undef X
} mo_finding_kind_t;

typedef struct {
    mo_finding_kind_t kind;
    mo_chain_t chain;
    uint64_t number;      /* of the block that was last seen on that chain */
    mo_address_t signer;  /* OFFENCE, SLASHED, FORGOTTEN */
    mo_offence_t offence; /* OFFENCE, SLASHED, FORGOTTEN */
    mo_hash_t subject;    /* transaction or proposal; zero for none */
    uint64_t detail;      /* UNREAD: votes found; HALTED: reason; OBSERVATION, GAS_TARGET: height; SILENCE, HALTABLE: time in s */
} mo_finding_t;

typedef struct {
    uint64_t origin_chain_id;
    mo_address_t core;
    mo_address_t registry;
    mo_address_t auxiliary_block_store;
    mo_address_t origin_block_store;
    mo_address_t polling_place;
    mo_address_t kernel_relay;
    mo_address_t gateway;
    mo_address_t co_gateway;
    mo_address_t value_token;
    mo_address_t utility_token;
    uint64_t epoch;        /* E, blocks */
    uint64_t origin_epoch; /* E_o, blocks */
    uint64_t auxiliary_root_number;
    uint64_t origin_root_number;
    mo_hash_t auxiliary_root_hash;
    mo_hash_t origin_root_hash;
    bool act;         /* prove offences */
    bool public_good; /* and raise challenges, whatever they cost */
} mo_watcher_config_t;

typedef struct {
    mo_vote_t vote;
    mo_signature_t signature;
} mo_held_vote_t;

/* The votes of one validator: number i about a chain lies at i % MO_WATCHER_VOTES_MAX. */
typedef struct {
    bool used;
    uint32_t index;
    uint64_t touched; /* when it last voted, by the role's count of votes */
    uint64_t counts[MO_POLL_CHAINS];
    mo_held_vote_t votes[MO_POLL_CHAINS][MO_WATCHER_VOTES_MAX];
} mo_watcher_seat_t;

/* A vote that was held for the first time, and whose it is. */
typedef struct {
    mo_address_t signer;
    mo_held_vote_t held;
} mo_watcher_fresh_t;

typedef struct {
    mo_hash_t hash;
    mo_vote_t vote;
} mo_watcher_link_t;

/* One validator that offended, proven. Cases are never dropped and keep their places. */
typedef struct {
    mo_evidence_t evidence;
    mo_proven_t proven;
    bool ended[MO_CHAIN_COUNT]; /* slashed there, or out of reach for good */
    mo_duty_t duties[MO_CHAIN_COUNT];
} mo_watcher_case_t;

typedef struct {
    mo_chain_t chain;
    mo_hash_t transaction;
} mo_watcher_wish_t;

/* A signer that was slashed on a chain, or withdrew. */
typedef struct {
    mo_chain_t chain;
    mo_address_t signer;
} mo_watcher_end_t;

/* Tokens of the pair, from the logs of gateways and tokens. */
typedef struct {
    mo_u256_t staked;   /* declared on origin, less what was revoked */
    mo_u256_t minted;   /* delivered on the auxiliary chain */
    mo_u256_t burned;   /* declared there, less what was revoked */
    mo_u256_t released; /* delivered on origin */
    mo_u256_t recovered; /* paid on origin after a halt or a freeze */
    mo_u256_t held;     /* the gateway's balance, by the value token */
    mo_u256_t supply;   /* of the utility token */
    bool short_of[3];    /* ESCROW, SUPPLY, PAID_OUT, in this order, was said and still holds */
} mo_watcher_books_t;

/* What liveness is judged by (4.4 c). Seconds of origin. */
typedef struct {
    bool known; /* CoreCreated was seen */
    bool opened;
    bool committed;
    uint64_t halt_after;
    uint64_t setup_grace;
    uint64_t since;       /* last commit; before B_1 the opening */
    uint64_t haltable_at; /* 0: no challenge is pending */
    bool said_silent;
    bool said_haltable;
    mo_duty_t challenge;
    mo_duty_t halt;
} mo_watcher_pulse_t;

/* Proposals that were found wrong in one way, of which one at a time is challenged. */
typedef struct {
    mo_hash_t said[MO_CORE_PROPOSALS_MAX]; /* ids of those that a finding told of; number i lies at i % that */
    uint64_t said_count;
    mo_duty_t duty;
    mo_duty_t record;
} mo_watcher_challenge_t;

typedef enum {
    MO_DUTY_SLASH_ORIGIN,
    MO_DUTY_SLASH_AUXILIARY,
    MO_DUTY_CHALLENGE_OBSERVATION,
    MO_DUTY_RECORD_ORIGIN,
    MO_DUTY_CHALLENGE_GAS_TARGET,
    MO_DUTY_CHALLENGE_HALT,
    MO_DUTY_HALT,
    MO_WATCHER_DUTIES,
} mo_watcher_duty_t;

/* Read freely; change only by the functions below. */
typedef struct {
    mo_watcher_config_t config;
    mo_evidence_scope_t scope;
    /* facts that outlive a reorganisation */
    mo_watcher_seat_t seats[MO_WATCHER_SEATS_MAX];
    uint16_t seat_of[MO_VALIDATORS_MAX]; /* place in seats + 1, by index; 0 none */
    uint64_t vote_count;
    mo_watcher_fresh_t fresh[MO_WATCHER_FRESH_MAX]; /* number i lies at i % that */
    uint64_t fresh_count;
    uint64_t fresh_taken;
    mo_watcher_wish_t wishes[MO_WATCHER_INPUTS_MAX]; /* number i lies at i % that */
    uint64_t wish_count;
    uint64_t wish_done;
    mo_watcher_case_t cases[MO_WATCHER_CASES_MAX];
    size_t case_count;
    mo_finding_t findings[MO_WATCHER_FINDINGS_MAX]; /* number i lies at i % that */
    uint64_t finding_count;
    uint64_t finding_taken;
    /* what the chains say now */
    uint64_t numbers[MO_CHAIN_COUNT]; /* of the newest blocks */
    uint64_t origin_time;             /* of origin's newest block, s */
    uint64_t now_ms;
    mo_address_t signers[MO_VALIDATORS_MAX]; /* by index; zero: not joined */
    uint64_t finalised[MO_POLL_CHAINS];      /* heights, as CheckpointFinalised said */
    mo_watcher_link_t links[MO_WATCHER_LINKS_MAX];
    uint64_t link_count;
    mo_watcher_end_t ends[MO_WATCHER_ENDS_MAX]; /* number i lies at i % that */
    uint64_t end_count;
    mo_watcher_pulse_t pulse;
    mo_watcher_books_t books;
    mo_watcher_challenge_t observation;
    mo_watcher_challenge_t gas_target;
    bool contradicted; /* the copy below stopped believing, and that was said */
    mo_validator_role_t copy;
    uint8_t seal[MO_SEAL_SIZE_MAX]; /* of the challenge of this step */
    mo_seal_record_t seal_records[MO_SEAL_SIGNERS_MAX];
} mo_watcher_role_t;

/* A watcher that has seen nothing yet. */
void mo_watcher_init(mo_watcher_role_t *w, const mo_watcher_config_t *config);

/* Both chains are read again from the start: votes, evidence and findings stay, all else is forgotten. */
void mo_watcher_restart(mo_watcher_role_t *w);

/* One event. Actions come on MO_EVENT_TICK only. */
void mo_watcher_step(mo_watcher_role_t *w, const mo_event_t *event, mo_actions_t *actions);

/* Takes up evidence that an earlier run found. False when it proves nothing, or is known. */
bool mo_watcher_resume(mo_watcher_role_t *w, const mo_evidence_t *evidence);

/* The transaction to be read next, whose input the driver then gives as MO_EVENT_INPUT; false when there is none. */
bool mo_watcher_wants(const mo_watcher_role_t *w, mo_chain_t *chain, mo_hash_t *transaction);

/* Votes that were held for the first time, the oldest first, for a record that forgets nothing; and that the first `count` of
 * them are written. */
size_t mo_watcher_fresh_count(const mo_watcher_role_t *w);
const mo_watcher_fresh_t *mo_watcher_fresh(const mo_watcher_role_t *w, size_t i);
void mo_watcher_fresh_take(mo_watcher_role_t *w, size_t count);

/* Two votes of one validator: a case when they prove an offence that is not known. */
void mo_watcher_accuse(mo_watcher_role_t *w, const mo_held_vote_t *a, const mo_held_vote_t *b);

/* Takes the next finding, the oldest first; false when there is none. */
bool mo_watcher_finding(mo_watcher_role_t *w, mo_finding_t *finding);

/* Name for programs, words for people. */
const char *mo_finding_name(mo_finding_kind_t kind);
const char *mo_finding_text(mo_finding_kind_t kind);

#endif
