/* The gateways of one pair, as each chain holds them: boxes, tokens, ledgers, roots. For the files of src/sim alone.
 *
 *        origin: Gateway                                     auxiliary chain: CoGateway
 *     slots[m], outbox of stakes, inbox of redeems        slots[m], inbox of stakes, outbox of redeems
 *     pool = escrow, tokens of the value token            pool = supply, tokens of the utility token
 *
 * Each row of gateway 7.4 is judged by bus/box.h. A proof is the other chain's state after the block that the proven root
 * is of; that root is what the polling place finalised, or the source of a committed meta-block (gateway 7.2). The pair is
 * linked from the start. Senders' signatures are taken as given. Floor 6. */
#ifndef MO_SIM_PAIR_H
#define MO_SIM_PAIR_H

#include "bus/box.h"
#include "bus/message.h"

#define MO_SIM_MESSAGES_MAX 40
#define MO_SIM_USERS        3
#define MO_SIM_CARRIERS     3
#define MO_SIM_STRANGER     (MO_SIM_USERS + MO_SIM_CARRIERS)
#define MO_SIM_HOLDERS      (MO_SIM_STRANGER + 1)
#define MO_SIM_ROOTS_MAX    8

/* Of a facilitator for a message, of a sender for a revocation (gateway 7.3). */
#define MO_SIM_BOUNTY  10u
#define MO_SIM_PENALTY 15u

/* What each user has on origin at the start. */
#define MO_SIM_TOKENS UINT64_C(1000000)

typedef struct {
    mo_message_kind_t kind;
    mo_message_t message;
    mo_hash_t id;
    uint64_t amount;
    uint32_t sender, beneficiary; /* holders */
    uint32_t offered;             /* bit per carrier: whose spool it lies in */
    bool unwanted;                /* its sender will revoke it */
} mo_sim_message_t;

typedef struct {
    uint64_t number; /* by which the root is known here */
    uint32_t block;  /* of the other chain */
} mo_sim_root_t;

typedef struct {
    mo_bus_slot_t slots[MO_SIM_MESSAGES_MAX];
    mo_envelope_t envelopes[MO_SIM_MESSAGES_MAX]; /* of declarations here, as their logs say */
    bool confirmed[MO_SIM_MESSAGES_MAX];
    uint64_t bounties[MO_SIM_MESSAGES_MAX]; /* held */
    uint64_t penalties[MO_SIM_MESSAGES_MAX];
    uint64_t tokens[MO_SIM_HOLDERS];
    uint64_t pool;
    uint64_t ledger[MO_SIM_HOLDERS];
    uint64_t coin_in, coin_burned;
    mo_sim_root_t roots[MO_SIM_ROOTS_MAX]; /* proven; number i lies at i % that */
    uint64_t root_count;
} mo_sim_pair_t;

typedef enum {
    MO_SIM_BUS_FUND,  /* depositLedger */
    MO_SIM_BUS_PROVE, /* provePeer */
    MO_SIM_BUS_ROW,   /* a row of 7.4 */
} mo_sim_bus_verb_t;

typedef struct {
    mo_sim_bus_verb_t verb;
    uint32_t actor;       /* holder */
    uint32_t message;     /* ROW */
    mo_box_row_number_t row;
    mo_envelope_t envelope; /* ROW; DECLARE: its secret hash alone */
    bool with_secret;
    mo_hash_t secret;
    uint64_t root_number; /* PROVE, ROW by proof */
    uint64_t amount;      /* FUND */
} mo_sim_bus_call_t;

#endif
