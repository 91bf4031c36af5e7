/* The simulated world: what the files of src/sim share and nobody else includes. Floor 6. */
#ifndef MO_SIM_WORLD_H
#define MO_SIM_WORLD_H

#include "base/rng.h"
#include "eth/keccak.h"
#include "eth/secp.h"
#include "role/facilitator.h"
#include "role/validator.h"
#include "role/watcher.h"
#include "rules/core.h"
#include "rules/evidence.h"
#include "rules/origin.h"
#include "rules/poll.h"
#include "sim/pair.h"
#include "sim/sim.h"

/* Founders, and those who join later. */
#define MO_SIM_SIGNERS_MAX 14
/* And the watcher, and the facilitators. */
#define MO_SIM_NODES_MAX   (MO_SIM_SIGNERS_MAX + 1 + MO_SIM_CARRIERS)
#define MO_SIM_LANES       2
#define MO_SIM_NONE        UINT32_MAX

/* Silence before a halt challenge (4.4 c): longer than any run is without a commit. */
#define MO_SIM_HALT_AFTER_S 100000u

/* Stake of which each gives a weight of 1 (5.2): a coin of 18 decimals. */
#define MO_SIM_WEIGHT_UNIT UINT64_C(1000000000000000000)

/* A growing row of things of one size; pointers into it hold until the next push. */
typedef struct {
    void *items;
    size_t count;
    size_t capacity;
} mo_sim_vector_t;

/* A new last item, zero. Out of memory is the end. */
void *mo_sim_push(mo_sim_vector_t *vector, size_t size);
size_t mo_sim_push_bytes(mo_sim_vector_t *bytes, mo_bytes_t more); /* where they begin */

#define MO_SIM_AT(type, vector, i)  (&((type *)(vector).items)[i])
#define MO_SIM_PUSH(type, vector)   ((type *)mo_sim_push((vector), sizeof(type)))

/* --- chains ----------------------------------------------------------------------------------------------------- */

typedef struct {
    uint32_t parent; /* index of a block; MO_SIM_NONE for the first */
    uint64_t number;
    uint64_t timestamp;
    uint64_t mined_ms;
    mo_hash_t hash;
    mo_hash_t state_root;
    size_t header, header_size;     /* in chain->bytes */
    size_t first_log, log_count;    /* in chain->logs */
    size_t first_mined, mined_count; /* in chain->mined */
    uint32_t kernel;  /* the kernel after this block: in force (auxiliary), open (origin); index of w->kernels */
    /* Auxiliary: what T(s) is made of (2.6), as the checkers add it up. */
    mo_hash_t transaction_root;
    uint64_t gas;
    uint64_t dynasty;
    uint64_t observed; /* number of the latest finalised block of origin, and its hash */
    mo_hash_t observed_hash;
    uint32_t final;    /* the last finalised checkpoint after this block */
} mo_sim_block_t;

typedef struct {
    mo_address_t address;
    mo_hash_t topics[MO_TOPICS_MAX];
    size_t topic_count;
    size_t data, size; /* in chain->bytes */
    uint32_t call;     /* that caused it; MO_SIM_NONE: the building of the contracts */
} mo_sim_log_t;

typedef struct {
    uint32_t call;
    bool done; /* false: it reverted */
} mo_sim_mined_t;

/* --- what the checkers keep of a branch ------------------------------------------------------------------------- */

typedef struct {
    mo_vote_t vote;
    mo_hash_t hash;
    uint32_t kernel;  /* index of w->kernels */
    uint32_t voters;  /* bit per signer */
    bool justified;
} mo_sim_link_t;

typedef struct {
    mo_hash_t hash;
    mo_hash_t transition;
    uint64_t height;
} mo_sim_final_t;

typedef struct {
    mo_sim_vector_t links;     /* mo_sim_link_t */
    mo_sim_vector_t justified[MO_POLL_CHAINS]; /* mo_hash_t */
    uint64_t finalised[MO_POLL_CHAINS];        /* last heights */
    uint32_t final;        /* block of the last finalised auxiliary checkpoint */
    uint64_t justified_in; /* number of the block in which the newest auxiliary justification was recorded */
    uint64_t dynasty;
    uint64_t observed;
    mo_hash_t observed_hash;
    uint32_t in_force, pending; /* kernels; MO_SIM_NONE */
    uint64_t pending_since;     /* dynasty */
    uint32_t slashed;           /* bit per signer */
} mo_sim_tally_t;

/* What the registry took in and paid out, by its calls. */
typedef struct {
    mo_u256_t deposited;
    mo_u256_t paid;
} mo_sim_stakes_t;

typedef struct {
    mo_hash_t transition;
    uint64_t stated_height;
    uint64_t at; /* timestamp */
} mo_sim_proposed_t;

typedef struct {
    bool live;
    uint32_t tip;
    uint32_t fork; /* the last block shared with the other lane */
    uint64_t next_ms;
    mo_poll_t *poll;      /* auxiliary: the contracts' state */
    mo_origin_t *origin;  /* origin: core and registry */
    mo_core_t *core;      /* the part of it that followers know */
    mo_sim_stakes_t stakes;   /* origin */
    mo_sim_vector_t proposed; /* origin: mo_sim_proposed_t */
    mo_sim_vector_t commits;  /* origin: uint32_t, the call that committed B_1, B_2, ... */
    mo_sim_tally_t tally; /* auxiliary */
    mo_sim_pair_t pair;   /* of gateways, as this chain has it */
} mo_sim_lane_t;

typedef struct {
    uint32_t call;
    uint64_t ready_ms;
    bool mined[MO_SIM_LANES];
} mo_sim_waiting_t;

typedef struct {
    mo_chain_t which;
    mo_sim_vector_t blocks;  /* mo_sim_block_t */
    mo_sim_vector_t pairs;   /* mo_sim_pair_t: after each block */
    mo_sim_vector_t logs;    /* mo_sim_log_t */
    mo_sim_vector_t mined;   /* mo_sim_mined_t */
    mo_sim_vector_t bytes;
    mo_sim_vector_t waiting; /* mo_sim_waiting_t: the mempool */
    mo_sim_lane_t lanes[MO_SIM_LANES];
    uint64_t period_ms;
} mo_sim_chain_t;

/* --- calls ------------------------------------------------------------------------------------------------------ */

#define MO_SIM_INCLUSIONS_MAX 6

typedef enum {
    MO_SIM_CALL_ROLE, /* action */
    MO_SIM_CALL_SLASH,
    MO_SIM_CALL_BUS,      /* bus: of a facilitator, a sender or anybody */
    MO_SIM_CALL_REGISTRY, /* verb, of the owner of a stake or of anybody */
} mo_sim_call_kind_t;


typedef struct {
    mo_sim_call_kind_t kind;
    mo_action_t action; /* its pointers are not followed: what they led to lies below */
    mo_chain_t chain;
    uint32_t node;      /* who called; MO_SIM_NONE for a stranger */
    uint32_t signer;    /* VOTE: whose vote; REGISTRY: whose stake */
    bool batch;         /* VOTE: voteBatch, which skips a vote that cannot count (2.10) */
    mo_sim_verb_t verb; /* REGISTRY */
    mo_u256_t amount;   /* REGISTRY: DEPOSIT */
    mo_sim_bus_call_t bus;
    mo_signature_t signature;
    uint32_t block;     /* REPORT_*: the block, of the chain that it is of */
    uint32_t kernel;    /* RELAY */
    mo_address_t offender; /* SLASH */
    uint32_t evidence;     /* SLASH: index of w->evidence */
    uint8_t seal[1 + MO_SIM_SIGNERS_MAX * MO_SEAL_RECORD_SIZE]; /* COMMIT */
    size_t seal_size;
    uint32_t inclusions[MO_SIM_INCLUSIONS_MAX]; /* blocks; the newest last */
    bool done[MO_SIM_INCLUSIONS_MAX];
    size_t inclusion_count;
} mo_sim_call_t;

typedef struct {
    mo_kernel_t kernel;
    mo_hash_t hash;
    uint32_t parent; /* MO_SIM_NONE for K_1 */
    uint64_t weight[MO_SIM_SIGNERS_MAX]; /* F_v(k) by signer */
    uint64_t total;
} mo_sim_kernel_t;

/* --- nodes --------------------------------------------------------------------------------------------------- */

typedef struct {
    mo_vote_t vote;
    mo_hash_t hash;
    mo_signature_t signature;
} mo_sim_record_t;

typedef struct {
    mo_sim_vector_t records; /* mo_sim_record_t: durable signatures, in their order */
    mo_bound_t bound;        /* durable */
} mo_sim_store_t;

typedef struct {
    uint32_t call;
    uint64_t sent_ms;
} mo_sim_flight_t;

typedef enum {
    MO_SIM_NODE_VALIDATOR,
    MO_SIM_NODE_WATCHER,
    MO_SIM_NODE_FACILITATOR,
} mo_sim_node_kind_t;

typedef struct {
    mo_sim_node_kind_t kind;
    uint32_t signer; /* VALIDATOR; FACILITATOR: its holder */
    bool honest; /* a traitor runs no role: adversary.c votes for it */
    bool silent;
    bool down;
    bool absent;  /* not deposited yet, or switched off after the release of its stake */
    bool stale;   /* the role must be made anew */
    bool held;    /* its endpoint of origin lags: what speaks of later blocks waits */
    uint64_t up_ms;
    uint64_t next_ms;
    uint64_t delay_ms[MO_CHAIN_COUNT];
    uint64_t trouble_until_ms; /* its endpoints do not answer */
    uint64_t stuck_until_ms[MO_CHAIN_COUNT]; /* a head that stands still */
    uint32_t lane[MO_CHAIN_COUNT];
    uint32_t seen[MO_CHAIN_COUNT];   /* newest block handed to the role; MO_SIM_NONE */
    uint32_t view[MO_CHAIN_COUNT];   /* head of its endpoint at the last look */
    uint32_t bound;                  /* the highest finalised checkpoint that it was ever shown, as the checkers know */
    uint64_t finalised;
    mo_validator_role_t *role;
    mo_watcher_role_t *watcher;
    mo_facilitator_role_t *facilitator;
    size_t given; /* messages of its spool that the role has been handed */
    bool begun; /* the watcher: later starts keep what it saw */
    mo_actions_t actions;
    mo_sim_store_t store;
    mo_sim_vector_t flights; /* mo_sim_flight_t, durable */
} mo_sim_node_t;

/* A vote that the watcher was shown, on a branch that was its own then. */
typedef struct {
    uint32_t signer;
    mo_vote_t vote;
} mo_sim_shown_t;

/* A traitor whom votes that the watcher was shown prove guilty. */
typedef struct {
    bool guilty;
    uint64_t since; /* number of the auxiliary block from which on the watcher could act without hindrance */
} mo_sim_guilt_t;

/* A signature that left a machine. */
typedef struct {
    uint32_t signer;
    bool honest;
    mo_vote_t vote;
    mo_hash_t hash;
    mo_signature_t signature;
} mo_sim_signed_t;

/* --- the seed's world ------------------------------------------------------------------------------------------- */

typedef struct {
    mo_sim_world_kind_t kind;
    uint64_t founders;
    uint64_t joiners;
    uint32_t silent;    /* bit per signer */
    uint32_t traitors;
    bool adversary;     /* strangers and traitors call what they must not */
    uint64_t crash_per_mille;   /* of each write */
    uint64_t trouble_per_mille; /* of each look */
    uint64_t lost_per_mille;    /* of each call sent */
    uint64_t delay_ms;          /* of messages, at most */
    uint64_t reorgs, splits;    /* in the first phase */
    uint64_t usurpations;       /* producers take back what is final, and return (2.9) */
    bool churn;               /* validators come, leave, and change their weights */
} mo_sim_faults_t;

typedef struct {
    uint64_t at_ms;
    bool split;
    bool usurped;
    mo_chain_t chain;
    bool done;
} mo_sim_plan_t;

#define MO_SIM_PLANS_MAX 16

/* Two checkpoints that were final, each on a branch. */
typedef struct {
    uint32_t block;
    uint64_t height;
    mo_hash_t transition;
} mo_sim_finality_t;

struct mo_sim {
    mo_sim_config_t config;
    mo_sim_report_t *report;
    mo_sim_faults_t faults;
    mo_rng_t rng;
    uint64_t now_ms, heal_ms, end_ms;
    bool healed;
    bool replaying; /* a branch's state is being made again: nothing new happens */
    mo_validator_config_t base; /* of every role, but signer and what its store has */
    mo_hash_t domain, core_id, origin_id;
    uint64_t origin_depth;   /* blocks until origin's node calls one final */
    uint64_t challenge_seconds;
    mo_u256_t gas_step;
    mo_secp_key_t keys[MO_SIM_SIGNERS_MAX];
    mo_address_t addresses[MO_SIM_SIGNERS_MAX];
    uint64_t founder_weight[MO_SIM_SIGNERS_MAX];
    size_t signer_count;
    mo_sim_chain_t chains[MO_CHAIN_COUNT];
    mo_sim_vector_t calls;     /* mo_sim_call_t */
    mo_sim_vector_t kernels;   /* mo_sim_kernel_t */
    mo_sim_vector_t evidence;  /* mo_evidence_t */
    mo_sim_vector_t signatures; /* mo_sim_signed_t */
    mo_sim_vector_t finalities; /* mo_sim_finality_t */
    mo_sim_vector_t messages;   /* mo_sim_message_t */
    mo_address_t gateway, co_gateway, value_token, utility_token;
    uint64_t next_user_ms;
    mo_sim_vector_t shown;      /* mo_sim_shown_t */
    mo_sim_guilt_t guilt[MO_SIM_SIGNERS_MAX];
    uint32_t executing;         /* call */
    mo_sim_node_t nodes[MO_SIM_NODES_MAX];
    size_t node_count;
    mo_sim_plan_t plans[MO_SIM_PLANS_MAX];
    size_t plan_count;
    bool usurped; /* the auxiliary chain's second lane lacks what is final */
    uint64_t fork_until_ms[MO_CHAIN_COUNT]; /* when two lanes become one again; 0: there is one */
    uint64_t next_adversary_ms;
    mo_reputation_t reputation;
    uint32_t deposited;        /* bit per signer: whose deposit was sent */
    uint32_t leaving;          /* bit per signer: whose logout was sent */
    uint64_t released_ms[MO_SIM_SIGNERS_MAX]; /* when the release was seen; 0: not yet */
    uint64_t next_owner_ms;
    uint64_t healed_height, healed_committed; /* what must be exceeded in the second phase */
    mo_keccak_t trace;
};

/* Time, chance. */
uint64_t mo_sim_below(mo_sim_t *w, uint64_t bound);
bool mo_sim_chance(mo_sim_t *w, uint64_t per_mille);

/* trace.c */
void mo_sim_say(mo_sim_t *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
void mo_sim_violate(mo_sim_t *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* chain.c */
static inline mo_sim_block_t *mo_sim_block(mo_sim_t *w, mo_chain_t chain, uint32_t i)
{
    return MO_SIM_AT(mo_sim_block_t, w->chains[chain].blocks, i);
}
void mo_sim_chain_start(mo_sim_t *w, mo_chain_t chain);
void mo_sim_chain_mine(mo_sim_t *w, mo_chain_t chain, uint32_t lane);
/* The second lane begins at a block of the first. */
void mo_sim_chain_fork(mo_sim_t *w, mo_chain_t chain, uint32_t at);
/* The lane that stays becomes the only one, as lane 0. */
void mo_sim_chain_join(mo_sim_t *w, mo_chain_t chain, uint32_t stays);
bool mo_sim_chain_descends(mo_sim_t *w, mo_chain_t chain, uint32_t block, uint32_t ancestor);
uint32_t mo_sim_chain_ancestor(mo_sim_t *w, mo_chain_t chain, uint32_t block, uint64_t number);
uint32_t mo_sim_chain_find(mo_sim_t *w, mo_chain_t chain, const mo_hash_t *hash); /* MO_SIM_NONE: no such block */
void mo_sim_chain_send(mo_sim_t *w, uint32_t call, uint64_t delay_ms);

/* auxiliary.c, origin.c: one call on a branch, in a block to be; whether it did not revert */
typedef struct {
    uint32_t lane;
    uint64_t number;
    uint64_t timestamp;
    uint32_t parent;
} mo_sim_spot_t;
void mo_sim_auxiliary_create(mo_sim_t *w, mo_sim_lane_t *lane);
bool mo_sim_auxiliary_execute(mo_sim_t *w, const mo_sim_spot_t *spot, uint32_t call);
void mo_sim_origin_create(mo_sim_t *w, mo_sim_lane_t *lane);
bool mo_sim_origin_execute(mo_sim_t *w, const mo_sim_spot_t *spot, uint32_t call);
uint32_t mo_sim_kernel_find(mo_sim_t *w, const mo_hash_t *hash);
void mo_sim_origin_log_halt(mo_sim_t *w, const mo_core_t *core, mo_core_status_t before, uint8_t reason);

/* registry.c */
mo_address_t mo_sim_reporter(void);         /* who shows evidence */
mo_address_t mo_sim_owner(uint32_t signer); /* where a stake goes back to */
void mo_sim_registry_found(mo_sim_t *w, mo_sim_lane_t *lane); /* the founders' deposits */
bool mo_sim_registry_execute(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call);

/* owner.c: who has a stake, or wants one */
void mo_sim_owner_turn(mo_sim_t *w);

/* log.c: the contracts' events */
void mo_sim_log_created(mo_sim_t *w);
void mo_sim_log_kernel_opened(mo_sim_t *w, const mo_kernel_t *kernel, const mo_hash_t *hash);
void mo_sim_log_proposed(mo_sim_t *w, const mo_proposal_t *proposal, mo_height_t kernel);
void mo_sim_log_committed(mo_sim_t *w, const mo_sim_call_t *call, mo_height_t kernel, const mo_hash_t *transition);
void mo_sim_log_halted(mo_sim_t *w, uint8_t reason);
void mo_sim_log_origin_slashed(mo_sim_t *w, const mo_proven_t *proven);
void mo_sim_log_withdrawn(mo_sim_t *w, uint32_t signer, mo_u256_t amount);
void mo_sim_log_opened(mo_sim_t *w);
void mo_sim_log_reported(mo_sim_t *w, const mo_hash_t *first, const mo_record_t *last);
void mo_sim_log_anchored(mo_sim_t *w, const mo_hash_t *hash);
void mo_sim_log_origin_reported(mo_sim_t *w, const mo_origin_block_t *block);
void mo_sim_log_voted(mo_sim_t *w, const mo_poll_t *poll, const mo_ballot_t *ballot, const mo_poll_outcome_t *outcome);
void mo_sim_log_skipped(mo_sim_t *w, const mo_ballot_t *ballot, mo_poll_verdict_t verdict);
void mo_sim_log_pending(mo_sim_t *w, const mo_poll_t *poll, const mo_kernel_t *kernel, const mo_hash_t *hash);
void mo_sim_log_slashed(mo_sim_t *w, uint32_t index, const mo_proven_t *proven);

/* bus.c, log_bus.c */
mo_address_t mo_sim_holder(uint32_t holder);
uint32_t mo_sim_holder_find(const mo_address_t *address); /* MO_SIM_NONE: nobody's */
mo_hash_t mo_sim_secret(uint32_t holder, const mo_hash_t *id);
void mo_sim_bus_create(mo_sim_t *w, mo_chain_t chain, mo_sim_lane_t *lane);
bool mo_sim_bus_execute(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call);
const mo_sim_root_t *mo_sim_bus_root(const mo_sim_pair_t *pair, uint64_t number); /* proven; NULL */
void mo_sim_log_linked(mo_sim_t *w, mo_chain_t chain);
void mo_sim_log_proven(mo_sim_t *w, mo_chain_t chain, uint64_t number);
void mo_sim_log_ledger(mo_sim_t *w, mo_chain_t chain, uint32_t holder, uint64_t balance);
void mo_sim_log_transfer(mo_sim_t *w, mo_chain_t chain, bool taken, uint32_t holder, uint64_t amount);
void mo_sim_log_declared(mo_sim_t *w, const mo_sim_message_t *message, const mo_envelope_t *envelope);
void mo_sim_log_row(mo_sim_t *w, mo_chain_t chain, const mo_sim_message_t *message, const mo_sim_bus_call_t *call,
                    const mo_envelope_t *envelope, uint64_t reward);

/* user.c: senders, and whoever moves other people's messages */
mo_hash_t mo_sim_bus_separator(const mo_sim_t *w, mo_chain_t chain);
void mo_sim_user_turn(mo_sim_t *w);

/* carry.c: what is a facilitator's own in its driver */
void mo_sim_carry_start(mo_sim_t *w, mo_sim_node_t *n);
void mo_sim_carry_look(mo_sim_t *w, mo_sim_node_t *n);
bool mo_sim_carry_make(mo_sim_t *w, const mo_sim_node_t *n, mo_sim_call_t *call); /* false: no such message */

/* node.c */
void mo_sim_node_start(mo_sim_t *w, uint32_t node);
void mo_sim_node_turn(mo_sim_t *w, uint32_t node);
void mo_sim_node_step(mo_sim_node_t *n, const mo_event_t *event);
/* What the node's own chain says of a call: 1 done, 0 reverted, -1 not there. */
int mo_sim_node_found(mo_sim_t *w, const mo_sim_node_t *n, const mo_sim_call_t *call);
uint32_t mo_sim_call_new(mo_sim_t *w, mo_chain_t chain); /* index; by a stranger */

/* watch.c: what is the watcher's own in its driver */
mo_hash_t mo_sim_transaction(uint32_t call); /* its hash */
void mo_sim_watch_start(mo_sim_t *w, mo_sim_node_t *n);
void mo_sim_watch_look(mo_sim_t *w, mo_sim_node_t *n);
void mo_sim_watch_make(mo_sim_t *w, mo_sim_call_t *call);

/* store.c */
typedef enum {
    MO_SIM_CRASH_NONE,
    MO_SIM_CRASH_BEFORE, /* the write is lost */
    MO_SIM_CRASH_AFTER,  /* the write is durable, and nothing after it happened */
} mo_sim_crash_t;
typedef enum {
    MO_SIM_SIGN_DONE,
    MO_SIM_SIGN_REFUSED,
    MO_SIM_SIGN_CRASHED,
} mo_sim_sign_t;
mo_sim_sign_t mo_sim_store_sign(mo_sim_t *w, uint32_t node, const mo_vote_t *vote, mo_signature_t *signature);
void mo_sim_store_read(mo_sim_t *w, uint32_t node, mo_validator_config_t *config);
bool mo_sim_store_keep(mo_sim_t *w, uint32_t node); /* false: crashed */

/* fault.c */
void mo_sim_fault_plan(mo_sim_t *w);
mo_sim_crash_t mo_sim_fault_crash(mo_sim_t *w, uint32_t node, mo_sim_write_t point);
void mo_sim_fault_look(mo_sim_t *w, uint32_t node); /* an endpoint may get into trouble */
void mo_sim_fault_turn(mo_sim_t *w);
void mo_sim_fault_heal(mo_sim_t *w);

/* adversary.c */
void mo_sim_adversary_turn(mo_sim_t *w);

/* check*.c */
void mo_sim_check_stakes(mo_sim_t *w, uint32_t lane); /* after each block of origin */
void mo_sim_check_sampled(mo_sim_t *w, uint32_t lane, uint32_t signer);
void mo_sim_check_kernel(mo_sim_t *w, uint32_t lane, uint32_t kernel);
bool mo_sim_honest(const mo_sim_t *w, uint32_t signer);
int mo_sim_offence(const mo_vote_t *a, const mo_vote_t *b); /* 0 none, else the condition of 2.3 */
void mo_sim_check_signed(mo_sim_t *w, uint32_t node, uint32_t signer, const mo_vote_t *vote, const mo_signature_t *signature);
void mo_sim_check_tally_start(mo_sim_t *w, mo_sim_tally_t *tally);
void mo_sim_check_tally_end(mo_sim_tally_t *tally);
void mo_sim_check_vote(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call, mo_poll_verdict_t verdict,
                       const mo_poll_outcome_t *outcome);
void mo_sim_check_relay(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call);
void mo_sim_check_slashed(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call);
void mo_sim_check_proposed(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_transition_t *transition);
void mo_sim_check_commit(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call, const mo_committed_t *before);
void mo_sim_check_mined(mo_sim_t *w, uint32_t lane); /* after each auxiliary block */
void mo_sim_check_role(mo_sim_t *w, uint32_t node);  /* after a node has followed its chains and kept what binds it */
void mo_sim_check_shown(mo_sim_t *w, const mo_sim_node_t *n, mo_chain_t chain, uint32_t block); /* to the watcher */
void mo_sim_check_watched(mo_sim_t *w); /* after each auxiliary block */
void mo_sim_check_hindered(mo_sim_t *w); /* the watcher's clock begins anew */
bool mo_sim_check_is_waiting(const mo_sim_t *w); /* somebody guilty is not slashed everywhere yet */
void mo_sim_check_bus(mo_sim_t *w, mo_chain_t chain, uint32_t lane); /* after each block */
void mo_sim_check_found(mo_sim_t *w, const mo_finding_t *finding);
void mo_sim_check_end(mo_sim_t *w);
mo_hash_t mo_sim_transition_of(mo_sim_t *w, uint32_t block);
bool mo_sim_two_thirds(uint64_t weight, uint64_t total);

#endif
