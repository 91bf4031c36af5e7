/* Events: all that a role ever learns.
 *
 * A role is a pure state machine, `step(state, event) -> actions`. It has no clock, no disk, no network and no
 * randomness: the driver (src/node over real chains, src/sim over modelled ones) turns what happens there into
 * events and carries the actions out, in order.
 *
 *     chain --headers, logs--> driver --mo_event_t--> role --mo_action_t--> driver --transactions--> chain
 *
 * Order is part of the promise. Per chain a header comes before the logs of its block, blocks come in ascending
 * order without a gap, and logs come in the order of the chain. Between the chains the order is node/feed.h's; a
 * validator hears of everything on origin that a block of the auxiliary chain can refer to before that block. A reorganisation is no event: the driver makes the
 * role anew and replays the chain that is canonical now; what was signed lies in the store (2.7) and survives.
 *
 * Views inside an event (a header's bytes, a log's data) are valid during the step only. Floor 4.
 */
#ifndef MO_ROLE_EVENT_H
#define MO_ROLE_EVENT_H

#include "base/bytes.h"
#include "bus/message.h"
#include "eth/secp.h"

typedef enum {
    MO_CHAIN_ORIGIN,
    MO_CHAIN_AUXILIARY,
    MO_CHAIN_COUNT,
} mo_chain_t;

typedef enum {
    MO_EVENT_HEADER,    /* one more block of a chain */
    MO_EVENT_LOG,       /* a log of one of the contracts that the role named */
    MO_EVENT_FINALISED, /* the node of a chain calls blocks up to `finalised` final */
    MO_EVENT_OUTCOME,   /* what became of an action */
    MO_EVENT_INTENT,    /* a sender asks to have a message declared */
    MO_EVENT_TICK,      /* time passes: the role decides now */
    MO_EVENT_INPUT,     /* the input of a transaction that a watcher asked for */
} mo_event_kind_t;

/* A block, as far as roles look at it; the driver has hashed the header itself. */
typedef struct {
    uint64_t number;
    uint64_t timestamp; /* seconds */
    mo_hash_t hash;
    mo_bytes_t rlp; /* the header itself; valid during the step */
} mo_event_header_t;

#define MO_TOPICS_MAX 4

/* One address may hold different contracts on the two chains: a log says which chain it is of. */
typedef struct {
    mo_chain_t chain;
    uint64_t number; /* of the block it lies in */
    mo_hash_t transaction; /* that caused it */
    mo_address_t address;
    mo_hash_t topics[MO_TOPICS_MAX];
    size_t topic_count;
    mo_bytes_t data; /* valid during the step */
} mo_event_log_t;

typedef enum {
    MO_OUTCOME_DONE,   /* carried out; what it caused comes as logs, before or after */
    MO_OUTCOME_FAILED, /* will fail again as it is: reverted, or refused by the guard */
    MO_OUTCOME_LATER,  /* could not be carried out now: node unreachable, proof not at hand */
} mo_outcome_t;

typedef struct {
    uint8_t duty; /* of the action, see role/duty.h */
    uint64_t key;
    mo_outcome_t outcome;
} mo_event_outcome_t;

/* A message as its sender signed it. */
typedef struct {
    mo_message_kind_t kind;
    mo_message_t message;
    mo_signature_t signature; /* over the message's id */
} mo_event_intent_t;

/* What a transaction called and with what; `input` is empty when the chain has no such transaction any more. */
typedef struct {
    mo_hash_t transaction;
    mo_address_t to;
    mo_bytes_t input; /* selector and arguments; valid during the step */
} mo_event_input_t;

typedef struct {
    mo_event_kind_t kind;
    mo_chain_t chain; /* HEADER, LOG, FINALISED, INPUT */
    union {
        mo_event_header_t header;
        mo_event_log_t log;
        uint64_t finalised; /* block number */
        mo_event_outcome_t outcome;
        mo_event_intent_t intent;
        mo_event_input_t input;
        uint64_t now_ms; /* TICK: milliseconds, never going back */
    };
} mo_event_t;

#endif
