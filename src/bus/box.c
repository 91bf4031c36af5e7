#include "bus/box.h"

#include "base/check.h"

#define IN_U MO_BOX_IN(MO_STATUS_UNDECLARED)
#define IN_D MO_BOX_IN(MO_STATUS_DECLARED)
#define IN_P MO_BOX_IN(MO_STATUS_PROGRESSED)
#define IN_R MO_BOX_IN(MO_STATUS_REVOCATION_DECLARED)
#define IN_V MO_BOX_IN(MO_STATUS_REVOKED)

/* The table of gateway 7.4; row n at n - 1. The money of rows 8 to 10 is that of the proof path where a proof
 * leads; row 8 with a secret is turned to the facilitator in the step. */
static const mo_box_row_t rows[MO_BOX_ROWS] = {
    {.number = MO_ROW_DECLARE,
     .box = MO_BOX_OUTBOX,
     .from = IN_U,
     .to = MO_STATUS_DECLARED,
     .right = MO_BOX_BY_SENDER,
     .money = MO_MONEY_BOUNTY_TAKEN | MO_MONEY_AMOUNT_TAKEN,
     .closed_by_halt = true},
    {.number = MO_ROW_PROGRESS_OUTBOX,
     .box = MO_BOX_OUTBOX,
     .from = IN_D,
     .to = MO_STATUS_PROGRESSED,
     .right = MO_BOX_BY_SECRET,
     .money = MO_MONEY_BOUNTY_TO_FACILITATOR},
    {.number = MO_ROW_PROGRESS_OUTBOX_BY_PROOF,
     .box = MO_BOX_OUTBOX,
     .from = IN_D,
     .to = MO_STATUS_PROGRESSED,
     .right = MO_BOX_BY_PROOF,
     .peer = IN_D | IN_P,
     .money = MO_MONEY_BOUNTY_TO_FACILITATOR},
    {.number = MO_ROW_DECLARE_REVOCATION,
     .box = MO_BOX_OUTBOX,
     .from = IN_D,
     .to = MO_STATUS_REVOCATION_DECLARED,
     .right = MO_BOX_BY_SENDER,
     .money = MO_MONEY_PENALTY_TAKEN,
     .closed_by_halt = true},
    {.number = MO_ROW_PROGRESS_REVOKING_BY_PROOF,
     .box = MO_BOX_OUTBOX,
     .from = IN_R,
     .to = MO_STATUS_PROGRESSED,
     .right = MO_BOX_BY_PROOF,
     .peer = IN_P,
     .money = MO_MONEY_BOUNTY_TO_FACILITATOR | MO_MONEY_PENALTY_TO_SENDER},
    {.number = MO_ROW_REVOKE_OUTBOX,
     .box = MO_BOX_OUTBOX,
     .from = IN_R,
     .to = MO_STATUS_REVOKED,
     .right = MO_BOX_BY_PROOF,
     .peer = IN_V,
     .money = MO_MONEY_AMOUNT_TO_SENDER | MO_MONEY_BOUNTY_BURNED | MO_MONEY_PENALTY_BURNED,
     .closed_by_halt = true},
    {.number = MO_ROW_CONFIRM,
     .box = MO_BOX_INBOX,
     .from = IN_U,
     .to = MO_STATUS_DECLARED,
     .right = MO_BOX_BY_PROOF,
     .peer = IN_D | IN_P},
    {.number = MO_ROW_DELIVER,
     .box = MO_BOX_INBOX,
     .from = IN_U,
     .to = MO_STATUS_PROGRESSED,
     .right = MO_BOX_BY_PROOF,
     .peer = IN_D | IN_P,
     .money = MO_MONEY_AMOUNT_TO_BENEFICIARY | MO_MONEY_REWARD_TO_CALLER},
    {.number = MO_ROW_PROGRESS_INBOX,
     .box = MO_BOX_INBOX,
     .from = IN_D,
     .to = MO_STATUS_PROGRESSED,
     .right = MO_BOX_BY_SECRET,
     .money = MO_MONEY_AMOUNT_TO_BENEFICIARY | MO_MONEY_REWARD_TO_FACILITATOR},
    {.number = MO_ROW_PROGRESS_INBOX_BY_PROOF,
     .box = MO_BOX_INBOX,
     .from = IN_D,
     .to = MO_STATUS_PROGRESSED,
     .right = MO_BOX_BY_PROOF,
     .peer = IN_D | IN_P,
     .money = MO_MONEY_AMOUNT_TO_BENEFICIARY | MO_MONEY_REWARD_TO_CALLER},
    {.number = MO_ROW_REVOKE_INBOX,
     .box = MO_BOX_INBOX,
     .from = IN_U | IN_D,
     .to = MO_STATUS_REVOKED,
     .right = MO_BOX_BY_PROOF,
     .peer = IN_R},
};

/* Which inbox statuses can stand beside each outbox status (7.4). Recovered is no status of a live pair. */
static const unsigned beside[MO_BUS_STATUS_COUNT] = {
    [MO_STATUS_UNDECLARED] = IN_U,
    [MO_STATUS_DECLARED] = IN_U | IN_D | IN_P,
    [MO_STATUS_PROGRESSED] = IN_U | IN_D | IN_P,
    [MO_STATUS_REVOCATION_DECLARED] = IN_U | IN_D | IN_P | IN_V,
    [MO_STATUS_REVOKED] = IN_V,
    [MO_STATUS_RECOVERED] = 0,
};

const mo_box_row_t *mo_bus_box_row(mo_box_row_number_t number) {
    MO_CHECK(number >= MO_ROW_DECLARE && number <= MO_ROW_REVOKE_INBOX);
    return &rows[number - 1];
}

static mo_box_verdict_t check_secret(const mo_box_step_t *step) {
    bool opens = step->secret != NULL && step->secret_hash != NULL &&
                 mo_bus_secret_opens(step->secret, step->secret_hash);
    return opens ? MO_BOX_ACCEPTED : MO_BOX_SECRET_WRONG;
}

static mo_box_verdict_t check_proof(const mo_box_row_t *row, const mo_box_step_t *step) {
    MO_CHECK(step->peer != NULL);
    if ((row->peer & MO_BOX_IN(step->peer->status)) == 0) {
        return MO_BOX_PEER_STATUS_REFUSED;
    }
    if (!mo_bus_slot_matches(step->peer, step->lock)) {
        return MO_BOX_PEER_LOCK_WRONG;
    }
    return row->number == MO_ROW_DELIVER && step->secret != NULL ? check_secret(step) : MO_BOX_ACCEPTED;
}

static mo_box_verdict_t check_right(const mo_box_row_t *row, const mo_box_step_t *step) {
    switch (row->right) {
    case MO_BOX_BY_SENDER:
        return step->by_sender ? MO_BOX_ACCEPTED : MO_BOX_SENDER_WRONG;
    case MO_BOX_BY_SECRET:
        return check_secret(step);
    case MO_BOX_BY_PROOF:
        return check_proof(row, step);
    }
    return MO_BOX_STATUS_REFUSED;
}

static mo_box_verdict_t check(const mo_box_row_t *row, const mo_box_step_t *step) {
    if (row->closed_by_halt && step->halted) {
        return MO_BOX_CORE_HALTED;
    }
    if ((row->from & MO_BOX_IN(step->own.status)) == 0) {
        return MO_BOX_STATUS_REFUSED;
    }
    /* An undeclared box holds no lock yet. */
    if (step->own.status != MO_STATUS_UNDECLARED && !mo_bus_slot_matches(&step->own, step->lock)) {
        return MO_BOX_LOCK_WRONG;
    }
    return check_right(row, step);
}

static unsigned money_of(const mo_box_row_t *row, const mo_box_step_t *step) {
    if (row->number == MO_ROW_DELIVER && step->secret != NULL) {
        return (row->money & ~(unsigned)MO_MONEY_REWARD_TO_CALLER) | MO_MONEY_REWARD_TO_FACILITATOR;
    }
    return row->money;
}

mo_box_verdict_t mo_bus_box_step(mo_box_row_number_t number, const mo_box_step_t *step,
                                 mo_box_result_t *result) {
    const mo_box_row_t *row = mo_bus_box_row(number);
    MO_CHECK(step->lock != NULL);
    *result = (mo_box_result_t){.own = {.status = MO_STATUS_UNDECLARED}};
    mo_box_verdict_t verdict = check(row, step);
    if (verdict != MO_BOX_ACCEPTED) {
        return verdict;
    }
    mo_hash_t word = mo_bus_slot_value(step->lock, row->to);
    mo_slot_verdict_t read = mo_bus_slot_read(&word, &result->own);
    MO_CHECK(read == MO_SLOT_ACCEPTED);
    result->money = money_of(row, step);
    return MO_BOX_ACCEPTED;
}

bool mo_bus_box_reachable(mo_bus_status_t outbox, mo_bus_status_t inbox) {
    return (beside[outbox] & MO_BOX_IN(inbox)) != 0;
}

const char *mo_bus_box_verdict_name(mo_box_verdict_t verdict) {
    switch (verdict) { MO_BOX_VERDICTS(MO_VERDICT_NAME) }
    return "unknown";
}
