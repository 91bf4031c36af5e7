/* The life of a message in both boxes: the whole table of gateway 7.4, as data, and the step that reads it.
 *
 *     stake: source = Gateway on origin, target = CoGateway on the auxiliary chain; redeem: reversed
 *
 *     outbox (source)   U --1--> D --2,3--> P            inbox (target)   U --7--> D --9,10--> P
 *                                D --4--> R --5--> P                      U --8--> P
 *                                         R --6--> V                      U,D --11--> V
 *
 *     reachable (outbox, inbox): UU DU DD DP PU PD PP RU RD RP RV VV, nothing else (the test walks them all)
 *
 * A live step rests on a stable fact only: "was declared", "was RevocationDeclared", "is Progressed", "is
 * Revoked". P, V, X are terminal. Row 12 of the table is every other step: refused, naming both states.
 *
 * One row may need a secret, or the peer's slot in one of some statuses (a mask), or the sender. Proof of the
 * peer's slot is bus/lock.h on top of eth/proof.h; who may call and when is gateway 7.1, 7.3; money is named
 * here and computed by bus/reward.h.
 *
 * Floor 2. Pure.
 */
#ifndef MO_BUS_BOX_H
#define MO_BUS_BOX_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/verdict.h"
#include "bus/lock.h"

typedef enum {
    MO_BOX_OUTBOX = 0,
    MO_BOX_INBOX = 1,
} mo_box_kind_t;

/* The rows of 7.4; the number is the row's. Row 11 has two "from". */
typedef enum {
    MO_ROW_DECLARE = 1,
    MO_ROW_PROGRESS_OUTBOX = 2,
    MO_ROW_PROGRESS_OUTBOX_BY_PROOF = 3,
    MO_ROW_DECLARE_REVOCATION = 4,
    MO_ROW_PROGRESS_REVOKING_BY_PROOF = 5,
    MO_ROW_REVOKE_OUTBOX = 6,
    MO_ROW_CONFIRM = 7,
    MO_ROW_DELIVER = 8,
    MO_ROW_PROGRESS_INBOX = 9,
    MO_ROW_PROGRESS_INBOX_BY_PROOF = 10,
    MO_ROW_REVOKE_INBOX = 11,
} mo_box_row_number_t;

#define MO_BOX_ROWS 11

/* A set of statuses: bit 1 << status. */
#define MO_BOX_IN(status) (1u << (status))

/* Who gives the step its right. */
typedef enum {
    MO_BOX_BY_SENDER, /* the sender's call or signature */
    MO_BOX_BY_SECRET,
    MO_BOX_BY_PROOF, /* of the peer's slot */
} mo_box_right_t;

/* Money that a row moves; several at once (7.4, 7.3). */
enum {
    MO_MONEY_BOUNTY_TAKEN = 1 << 0, /* ledger of the declarer - bounty */
    MO_MONEY_AMOUNT_TAKEN = 1 << 1, /* stake: pulled; redeem: burned */
    MO_MONEY_BOUNTY_TO_FACILITATOR = 1 << 2,
    MO_MONEY_PENALTY_TAKEN = 1 << 3, /* ledger of the sender - penalty */
    MO_MONEY_PENALTY_TO_SENDER = 1 << 4,
    MO_MONEY_AMOUNT_TO_SENDER = 1 << 5, /* stake: released; redeem: minted back */
    MO_MONEY_BOUNTY_BURNED = 1 << 6,
    MO_MONEY_PENALTY_BURNED = 1 << 7,
    MO_MONEY_AMOUNT_TO_BENEFICIARY = 1 << 8, /* less the reward; stake: minted; redeem: released */
    MO_MONEY_REWARD_TO_FACILITATOR = 1 << 9, /* the secret path */
    MO_MONEY_REWARD_TO_CALLER = 1 << 10,     /* the proof path */
};

/* One row as data. */
typedef struct {
    mo_box_row_number_t number;
    mo_box_kind_t box;
    unsigned from; /* MO_BOX_IN set */
    mo_bus_status_t to;
    mo_box_right_t right;
    unsigned peer; /* MO_BOX_IN set of the peer's box, 0 unless by proof */
    unsigned money;
    bool closed_by_halt; /* on origin: closed once the core halted (7.7) */
} mo_box_row_t;

/* In the order of the checks. */
#define MO_BOX_VERDICTS(X)                                                                                   \
    X(MO_BOX_ACCEPTED, "Accepted", "gateway 7.4")                                                            \
    X(MO_BOX_CORE_HALTED, "CoreHalted", "gateway 7.7")                                                       \
    /* row 12 */                                                                                             \
    X(MO_BOX_STATUS_REFUSED, "StatusRefused", "gateway 7.4")                                                 \
    X(MO_BOX_LOCK_WRONG, "LockWrong", "gateway 7.1")                                                         \
    X(MO_BOX_SENDER_WRONG, "SenderWrong", "gateway 7.4")                                                     \
    X(MO_BOX_PEER_STATUS_REFUSED, "PeerStatusRefused", "gateway 7.4")                                        \
    X(MO_BOX_PEER_LOCK_WRONG, "LockWrong", "gateway 7.1")                                                    \
    X(MO_BOX_SECRET_WRONG, "SecretWrong", "gateway 7.1")

typedef enum { MO_BOX_VERDICTS(MO_VERDICT_CODE) } mo_box_verdict_t;

/* What a step is given. Unused parts are NULL or false. */
typedef struct {
    mo_bus_slot_t own;            /* the word in this box */
    const mo_hash_t *lock;        /* of the envelope that the caller names */
    const mo_hash_t *secret_hash; /* of that envelope */
    const mo_hash_t *secret;      /* rows 2, 9; row 8 to pay the facilitator */
    const mo_bus_slot_t *peer;    /* the proven word; rows by proof */
    bool by_sender;               /* rows 1, 4 */
    bool halted;                  /* the core halted, and this box is on origin */
} mo_box_step_t;

/* What comes of it: the box's new word and the money to move. */
typedef struct {
    mo_bus_slot_t own;
    unsigned money;
} mo_box_result_t;

/* The row of a number, 1 to MO_BOX_ROWS. */
const mo_box_row_t *mo_bus_box_row(mo_box_row_number_t number);

/* One step of the table. *result is zero on failure. Row 8 with a secret that opens the envelope pays the
 * facilitator, without one the caller; with a wrong one it is refused. */
MO_MUST_USE mo_box_verdict_t mo_bus_box_step(mo_box_row_number_t number, const mo_box_step_t *step,
                                             mo_box_result_t *result);

/* Whether two boxes can stand like this on a live pair. */
bool mo_bus_box_reachable(mo_bus_status_t outbox, mo_bus_status_t inbox);

const char *mo_bus_box_verdict_name(mo_box_verdict_t verdict);

#endif
