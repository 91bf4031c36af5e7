/* The driver: a pure role over two real chains.
 *
 *     nodes --feed--> events --> role --> actions --> calls --> transaction queues --> nodes
 *                       ^                                               |
 *                       +------------------ outcomes -------------------+
 *
 * One loop, one thread: read what is new, hand it to the role, hand it the outcomes, tick, carry out what it wants. An
 * action becomes one call, made by the role kind's `call` (which may fetch headers and proofs, or sign), and goes into
 * the queue of its chain under the label "<duty>/<key>", by which its outcome finds back.
 *
 * When a chain reorganises, or the role stops believing what it sees, the role is made anew, from a snapshot whose blocks
 * still stand or from the root (node/snapshot.h), and replayed. What was signed or sent is on disk and not repeated. What binds the role whatever its chains say next (2.9) is written down
 * as soon as it is seen, before anything is done on the strength of it.
 *
 * A node that does not answer, or answers nonsense, is asked again ever more slowly; once the daemon runs, nothing that
 * a node says ends it, but a chain that took back more blocks than the configuration allows (node/cursor.h). Floor 6.
 */
#ifndef MO_NODE_DRIVE_H
#define MO_NODE_DRIVE_H

#include <stdio.h>

#include "chain/rpc.h"
#include "chain/txq.h"
#include "eth/secp.h"
#include "node/run.h"
#include "node/signer.h"
#include "role/action.h"
#include "store/store.h"

/* What a driver stands on. */
typedef struct {
    const mo_node_run_t *run;
    const mo_node_config_t *config; /* run->config */
    mo_secp_key_t key;
    mo_address_t self;
    mo_store_t *store;
    mo_signer_t *signer; /* of votes; NULL until the role's start has opened it, or when it votes for nothing */
    mo_rpc_t *rpcs[MO_CHAIN_COUNT];
    mo_txq_t *queues[MO_CHAIN_COUNT];
    uint64_t now_ms;
    bool creation_checked; /* the core's contracts are this build's (node/creation.h) */
    uint64_t foreseen[MO_CHAIN_COUNT]; /* the newest checkpoint of each whose proofs were taken */
    unsigned tries[MO_CHAIN_COUNT];    /* that failed, for the next one */
    uint64_t gas_spent[MO_CHAIN_COUNT]; /* by transactions that were mined since the start */
    uint8_t *memory; /* MO_NODE_MEMORY bytes for headers and proofs of one call */
} mo_node_station_t;

/* The largest is a run of 256 headers of 1 KiB, or the proofs of an account and a slot. */
#define MO_NODE_MEMORY (1U << 20)

/* A call to be sent. */
typedef struct {
    mo_address_t to;
    mo_u256_t value;  /* wei */
    mo_buffer_t data; /* MO_RPC_INPUT_MAX */
    bool after_pending; /* judged on the state with what is pending: for work that others may be doing */
    bool shifting;    /* what it costs depends on what else is in its block: more gas than estimated */
} mo_node_call_t;

#define MO_NODE_WATCHED_MAX 5

/* A kind of role. */
typedef struct {
    const char *name;          /* "validator" */
    const char *const *duties; /* names, for labels and logs */
    uint8_t duty_count;
    size_t size; /* of the role's state */
    /* Whether it can bear that origin runs further ahead (node/feed.h); NULL: never. */
    bool (*origin_first)(const void *role);
    void (*step)(void *role, const mo_event_t *event, mo_actions_t *actions);
    /* Makes the state from config and store. */
    mo_err_t (*start)(mo_node_station_t *station, void *role);
    /* Takes up a state that the same program wrote (node/snapshot.h), its bytes being in `role`. Out: *resumed; when false
     * `start` makes it. NULL: no snapshots. */
    mo_err_t (*resume)(mo_node_station_t *station, void *role, bool *resumed);
    /* See mo_node_speaks_of_t; NULL: nothing is held back. */
    uint64_t (*speaks_of)(const void *role, const mo_event_t *event);
    /* Writes down what must outlive the state, if that has changed; NULL for nothing. Until it succeeds the role is not
     * asked what to do. */
    mo_err_t (*keep)(mo_node_station_t *station, void *role);
    /* Lists the contracts whose logs it follows on a chain; returns how many. */
    size_t (*watched)(const mo_node_config_t *config, mo_chain_t chain, mo_address_t out[MO_NODE_WATCHED_MAX]);
    /* Number of the first block that it needs of a chain. */
    uint64_t (*first_block)(const mo_node_config_t *config, mo_chain_t chain);
    /* Custom errors for which an action is tried again, for they pass by themselves; NULL after the last, or for none. */
    const char *const *passing;
    /* Makes the call of an action. */
    mo_err_t (*call)(mo_node_station_t *station, void *role, const mo_action_t *action, mo_node_call_t *call);
    /* Takes what it will have to prove later while the nodes have it (node/prove.h), when caught up; NULL for nothing. An
     * error is for the next turn. */
    mo_err_t (*foresee)(mo_node_station_t *station, void *role);
    /* Other input, before each tick; NULL for none. */
    void (*look)(mo_node_station_t *station, void *role);
    /* Told of each outcome, after the role; NULL for none. */
    void (*ended)(mo_node_station_t *station, void *role, const mo_event_outcome_t *outcome, const char *reason);
    /* Why the role does not believe what it sees; NULL when it does. */
    const char *(*trouble)(const void *role);
    /* Whether that trouble ends the daemon, for only a person can mend it; NULL: never. */
    bool (*ends)(const void *role);
    /* What a person should know, said once; NULL, or an answer of NULL: nothing. */
    const char *(*notice)(const void *role);
} mo_node_role_t;

/* Runs until run->stop. Errors: permanent ones of opening (key, store, chain id), and MO_ERR_REFUSED at any time; a node
 * that is away is waited for, and after opening it goes on. */
MO_MUST_USE mo_err_t mo_node_drive(const mo_node_run_t *run, const mo_node_role_t *kind);

/* What an encoder of src/bind gave: success, or that the call's data exceed MO_RPC_INPUT_MAX. */
MO_MUST_USE mo_err_t mo_node_encoded(bool fits);

/* Where the log goes: standard output, unless that is for a program to read. */
void mo_node_log_to(FILE *file);

/* A line of the log: time, then the text. */
void mo_node_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A view function's answer, decoded by the caller: appends the return data to `out`. */
MO_MUST_USE mo_err_t mo_node_ask(mo_node_station_t *station, mo_chain_t chain, const mo_address_t *to,
                                 mo_bytes_t data, mo_buffer_t *out);

#endif
