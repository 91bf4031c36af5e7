#include <string.h>

#include "bus/box.h"
#include "bus/test_text.h"

/* 7.4 as printed, letter by letter: row, box, from, to, what it requires of the peer's box. */
static const struct {
    unsigned number;
    char box;
    const char *from;
    char to;
    char right; /* s sender, h secret, p proof */
    const char *peer;
    bool closed_by_halt;
} printed[] = {
    {1, 'o', "U", 'D', 's', "", true},     {2, 'o', "D", 'P', 'h', "", false},
    {3, 'o', "D", 'P', 'p', "DP", false},  {4, 'o', "D", 'R', 's', "", true},
    {5, 'o', "R", 'P', 'p', "P", false},   {6, 'o', "R", 'V', 'p', "V", true},
    {7, 'i', "U", 'D', 'p', "DP", false},  {8, 'i', "U", 'P', 'p', "DP", false},
    {9, 'i', "D", 'P', 'h', "", false},    {10, 'i', "D", 'P', 'p', "DP", false},
    {11, 'i', "UD", 'V', 'p', "R", false},
};

static const char letters[] = "UDPRVX";

static unsigned set_of(const char *text) {
    unsigned set = 0;
    for (; *text != '\0'; text++) {
        set |= 1u << (strchr(letters, *text) - letters);
    }
    return set;
}

static void the_table_is_the_printed_one(void **state) {
    (void)state;
    assert_int_equal(COUNT(printed), MO_BOX_ROWS);
    for (size_t i = 0; i < COUNT(printed); i++) {
        const mo_box_row_t *row = mo_bus_box_row((mo_box_row_number_t)printed[i].number);
        assert_int_equal(row->number, printed[i].number);
        assert_int_equal(row->box, printed[i].box == 'o' ? MO_BOX_OUTBOX : MO_BOX_INBOX);
        assert_int_equal(row->from, set_of(printed[i].from));
        assert_int_equal(MO_BOX_IN(row->to), set_of((const char[]){printed[i].to, '\0'}));
        assert_int_equal(row->right, strchr("shp", printed[i].right) - "shp");
        assert_int_equal(row->peer, set_of(printed[i].peer));
        assert_int_equal(row->closed_by_halt, printed[i].closed_by_halt);
    }
}

/* A step with everything right for `row`, from one of its statuses. */
typedef struct {
    mo_hash_t lock, secret, secret_hash;
    mo_bus_slot_t peer;
    mo_box_step_t step;
} case_t;

static mo_bus_slot_t slot_in(const mo_hash_t *lock, mo_bus_status_t status) {
    mo_hash_t word = mo_bus_slot_value(lock, status);
    mo_bus_slot_t slot;
    assert_int_equal(mo_bus_slot_read(&word, &slot), MO_SLOT_ACCEPTED);
    return slot;
}

static mo_bus_status_t lowest(unsigned set) {
    unsigned status = 0;
    while (set != 0 && (set >> status & 1) == 0) {
        status++;
    }
    return (mo_bus_status_t)status;
}

static void make_right(case_t *c, const mo_box_row_t *row) {
    memset(c, 0, sizeof *c);
    c->lock = hash_named('l', 0);
    c->secret = hash_named('s', 0);
    c->secret_hash = mo_bus_secret_hash(&c->secret);
    c->peer = slot_in(&c->lock, row->peer == 0 ? MO_STATUS_DECLARED : lowest(row->peer));
    c->step = (mo_box_step_t){.own = slot_in(&c->lock, lowest(row->from)),
                              .lock = &c->lock,
                              .secret_hash = &c->secret_hash,
                              .secret = row->right == MO_BOX_BY_SECRET ? &c->secret : NULL,
                              .peer = &c->peer,
                              .by_sender = row->right == MO_BOX_BY_SENDER};
}

static mo_box_verdict_t step(const mo_box_row_t *row, const case_t *c, mo_box_result_t *result) {
    return mo_bus_box_step(row->number, &c->step, result);
}

static const mo_box_row_t *row_at(size_t i) {
    return mo_bus_box_row((mo_box_row_number_t)(i + 1));
}

/* Row 12: from each status that a row does not name, it is refused; 66 pairs, 12 of them allowed. */
static void a_row_moves_a_box_from_its_own_statuses_and_from_no_other(void **state) {
    (void)state;
    unsigned allowed = 0;
    for (size_t i = 0; i < MO_BOX_ROWS; i++) {
        for (unsigned status = 0; status < MO_BUS_STATUS_COUNT; status++) {
            const mo_box_row_t *row = row_at(i);
            case_t c;
            mo_box_result_t result;
            make_right(&c, row);
            c.step.own = slot_in(&c.lock, (mo_bus_status_t)status);
            bool named = (row->from >> status & 1) != 0;
            assert_int_equal(step(row, &c, &result), named ? MO_BOX_ACCEPTED : MO_BOX_STATUS_REFUSED);
            assert_int_equal(result.own.status, named ? row->to : MO_STATUS_UNDECLARED);
            assert_int_equal(mo_bus_slot_matches(&result.own, &c.lock), named);
            allowed += named;
        }
    }
    assert_int_equal(allowed, 12);
}

static void a_proof_moves_a_box_only_by_the_statuses_of_its_row(void **state) {
    (void)state;
    for (size_t i = 0; i < MO_BOX_ROWS; i++) {
        const mo_box_row_t *row = row_at(i);
        for (unsigned status = 0; row->right == MO_BOX_BY_PROOF && status < MO_BUS_STATUS_COUNT; status++) {
            case_t c;
            mo_box_result_t result;
            make_right(&c, row);
            c.peer = slot_in(&c.lock, (mo_bus_status_t)status);
            bool named = (row->peer >> status & 1) != 0;
            assert_int_equal(step(row, &c, &result), named ? MO_BOX_ACCEPTED : MO_BOX_PEER_STATUS_REFUSED);
        }
    }
}

static void absence_in_the_peers_box_moves_nothing(void **state) {
    (void)state;
    for (size_t i = 0; i < MO_BOX_ROWS; i++) {
        assert_int_equal(row_at(i)->peer & MO_BOX_IN(MO_STATUS_UNDECLARED), 0);
    }
}

static void a_secret_moves_a_box_only_if_it_is_the_messages(void **state) {
    (void)state;
    const mo_box_row_number_t rows[] = {MO_ROW_PROGRESS_OUTBOX, MO_ROW_PROGRESS_INBOX};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const mo_box_row_t *row = mo_bus_box_row(rows[i]);
        case_t c;
        mo_box_result_t result;
        make_right(&c, row);
        c.step.secret = NULL;
        assert_int_equal(step(row, &c, &result), MO_BOX_SECRET_WRONG);
        c.step.secret = &c.secret;
        c.secret.bytes[0] ^= 1;
        assert_int_equal(step(row, &c, &result), MO_BOX_SECRET_WRONG);
        c.secret.bytes[0] ^= 1;
        memset(&c.secret_hash, 0, sizeof c.secret_hash);
        assert_int_equal(step(row, &c, &result), MO_BOX_SECRET_WRONG);
    }
}

/* From P no secret nor proof leads anywhere, and a revocation under way is beyond the secret (row 5: never
 * the secret). */
static void a_secret_moves_no_revocation(void **state) {
    (void)state;
    const mo_box_row_t *row = mo_bus_box_row(MO_ROW_PROGRESS_OUTBOX);
    case_t c;
    mo_box_result_t result;
    make_right(&c, row);
    c.step.own = slot_in(&c.lock, MO_STATUS_REVOCATION_DECLARED);
    assert_int_equal(step(row, &c, &result), MO_BOX_STATUS_REFUSED);
}

static void a_step_needs_the_lock_that_was_declared_on_both_sides(void **state) {
    (void)state;
    for (size_t i = 0; i < MO_BOX_ROWS; i++) {
        const mo_box_row_t *row = row_at(i);
        mo_hash_t other = hash_named('l', 1);
        case_t c;
        mo_box_result_t result;
        make_right(&c, row);
        if (c.step.own.status != MO_STATUS_UNDECLARED) {
            c.step.own = slot_in(&other, c.step.own.status);
            assert_int_equal(step(row, &c, &result), MO_BOX_LOCK_WRONG);
            make_right(&c, row);
        }
        if (row->right == MO_BOX_BY_PROOF) {
            c.peer = slot_in(&other, c.peer.status);
            assert_int_equal(step(row, &c, &result), MO_BOX_PEER_LOCK_WRONG);
        }
    }
}

static void only_the_sender_declares_and_declares_a_revocation(void **state) {
    (void)state;
    const mo_box_row_number_t rows[] = {MO_ROW_DECLARE, MO_ROW_DECLARE_REVOCATION};
    for (size_t i = 0; i < COUNT(rows); i++) {
        const mo_box_row_t *row = mo_bus_box_row(rows[i]);
        case_t c;
        mo_box_result_t result;
        make_right(&c, row);
        c.step.by_sender = false;
        assert_int_equal(step(row, &c, &result), MO_BOX_SENDER_WRONG);
    }
}

static void a_halt_closes_rows_1_4_and_6_and_no_other(void **state) {
    (void)state;
    for (size_t i = 0; i < MO_BOX_ROWS; i++) {
        const mo_box_row_t *row = row_at(i);
        bool closed = row->number == 1 || row->number == 4 || row->number == 6;
        case_t c;
        mo_box_result_t result;
        make_right(&c, row);
        c.step.halted = true;
        assert_int_equal(step(row, &c, &result), closed ? MO_BOX_CORE_HALTED : MO_BOX_ACCEPTED);
    }
}

/* --- money
 * ------------------------------------------------------------------------------------------------------ */

static void delivery_pays_the_facilitator_for_the_secret_and_the_caller_for_the_proof(void **state) {
    (void)state;
    const mo_box_row_t *row = mo_bus_box_row(MO_ROW_DELIVER);
    case_t c;
    mo_box_result_t result;
    make_right(&c, row);
    assert_int_equal(step(row, &c, &result), MO_BOX_ACCEPTED);
    assert_int_equal(result.money, MO_MONEY_AMOUNT_TO_BENEFICIARY | MO_MONEY_REWARD_TO_CALLER);
    c.step.secret = &c.secret;
    assert_int_equal(step(row, &c, &result), MO_BOX_ACCEPTED);
    assert_int_equal(result.money, MO_MONEY_AMOUNT_TO_BENEFICIARY | MO_MONEY_REWARD_TO_FACILITATOR);
    c.secret.bytes[0] ^= 1;
    assert_int_equal(step(row, &c, &result), MO_BOX_SECRET_WRONG);
    assert_int_equal(result.money, 0);
}

static unsigned money_of(mo_box_row_number_t number) {
    return mo_bus_box_row(number)->money;
}

static void each_row_moves_the_money_of_the_table(void **state) {
    (void)state;
    assert_int_equal(money_of(MO_ROW_DECLARE), MO_MONEY_BOUNTY_TAKEN | MO_MONEY_AMOUNT_TAKEN);
    assert_int_equal(money_of(MO_ROW_PROGRESS_OUTBOX), MO_MONEY_BOUNTY_TO_FACILITATOR);
    assert_int_equal(money_of(MO_ROW_PROGRESS_OUTBOX_BY_PROOF), MO_MONEY_BOUNTY_TO_FACILITATOR);
    assert_int_equal(money_of(MO_ROW_DECLARE_REVOCATION), MO_MONEY_PENALTY_TAKEN);
    assert_int_equal(money_of(MO_ROW_PROGRESS_REVOKING_BY_PROOF),
                     MO_MONEY_BOUNTY_TO_FACILITATOR | MO_MONEY_PENALTY_TO_SENDER);
    assert_int_equal(money_of(MO_ROW_REVOKE_OUTBOX),
                     MO_MONEY_AMOUNT_TO_SENDER | MO_MONEY_BOUNTY_BURNED | MO_MONEY_PENALTY_BURNED);
    assert_int_equal(money_of(MO_ROW_CONFIRM), 0);
    assert_int_equal(money_of(MO_ROW_PROGRESS_INBOX),
                     MO_MONEY_AMOUNT_TO_BENEFICIARY | MO_MONEY_REWARD_TO_FACILITATOR);
    assert_int_equal(money_of(MO_ROW_PROGRESS_INBOX_BY_PROOF),
                     MO_MONEY_AMOUNT_TO_BENEFICIARY | MO_MONEY_REWARD_TO_CALLER);
    assert_int_equal(money_of(MO_ROW_REVOKE_INBOX), 0);
}

/* --- every life of a message
 * -------------------------------------------------------------------------------------- */

/* Both boxes, and every status that each ever had: roots never expire, so any of them can be proven for ever.
 */
typedef struct {
    mo_bus_status_t status[2];
    unsigned past[2];
    int taken;  /* amount: +1 when it leaves the sender, -1 each time it goes back or out */
    int bounty; /* held for the facilitator */
    int penalty;
} life_t;

static bool reached[MO_BUS_STATUS_COUNT][MO_BUS_STATUS_COUNT];
static bool visited[MO_BUS_STATUS_COUNT][MO_BUS_STATUS_COUNT][64][64];

static void move_money(life_t *life, unsigned money) {
    life->taken += (money & MO_MONEY_AMOUNT_TAKEN) != 0;
    life->taken -= (money & MO_MONEY_AMOUNT_TO_SENDER) != 0;
    life->taken -= (money & MO_MONEY_AMOUNT_TO_BENEFICIARY) != 0;
    life->bounty += (money & MO_MONEY_BOUNTY_TAKEN) != 0;
    life->bounty -= (money & (MO_MONEY_BOUNTY_TO_FACILITATOR | MO_MONEY_BOUNTY_BURNED)) != 0;
    life->penalty += (money & MO_MONEY_PENALTY_TAKEN) != 0;
    life->penalty -= (money & (MO_MONEY_PENALTY_TO_SENDER | MO_MONEY_PENALTY_BURNED)) != 0;
}

/* What no end state may show: money paid twice, or held when both boxes are at rest. */
static void check_money(const life_t *life) {
    mo_bus_status_t out = life->status[MO_BOX_OUTBOX];
    mo_bus_status_t in = life->status[MO_BOX_INBOX];
    assert_true(life->taken == 0 || life->taken == 1);
    assert_true(life->bounty == 0 || life->bounty == 1);
    assert_true(life->penalty == 0 || life->penalty == 1);
    bool at_rest = (out == MO_STATUS_PROGRESSED && in == MO_STATUS_PROGRESSED) || out == MO_STATUS_REVOKED;
    assert_true(!at_rest || (life->taken == 0 && life->bounty == 0 && life->penalty == 0));
}

static void live(const life_t *life);

static void try_row(const life_t *life, const mo_box_row_t *row, mo_bus_status_t peer) {
    case_t c;
    mo_box_result_t result;
    make_right(&c, row);
    c.step.own = slot_in(&c.lock, life->status[row->box]);
    c.peer = slot_in(&c.lock, peer);
    if (step(row, &c, &result) != MO_BOX_ACCEPTED) {
        return;
    }
    life_t next = *life;
    next.status[row->box] = result.own.status;
    next.past[row->box] |= MO_BOX_IN(result.own.status);
    move_money(&next, result.money);
    live(&next);
}

static void live(const life_t *life) {
    bool *seen = &visited[life->status[0]][life->status[1]][life->past[0]][life->past[1]];
    reached[life->status[0]][life->status[1]] = true;
    check_money(life);
    if (*seen) {
        return;
    }
    *seen = true;
    for (size_t i = 0; i < MO_BOX_ROWS; i++) {
        for (unsigned peer = 0; peer < MO_BUS_STATUS_COUNT; peer++) {
            const mo_box_row_t *row = row_at(i);
            if ((life->past[1 - (int)row->box] >> peer & 1) != 0) {
                try_row(life, row, (mo_bus_status_t)peer);
            }
        }
    }
}

static void every_life_of_a_message_reaches_the_twelve_pairs_and_pays_once(void **state) {
    (void)state;
    const life_t start = {.past = {MO_BOX_IN(MO_STATUS_UNDECLARED), MO_BOX_IN(MO_STATUS_UNDECLARED)}};
    live(&start);
    const char *expected[] = {"UU", "DU", "DD", "DP", "PU", "PD", "PP", "RU", "RD", "RP", "RV", "VV"};
    unsigned count = 0;
    for (unsigned out = 0; out < MO_BUS_STATUS_COUNT; out++) {
        for (unsigned in = 0; in < MO_BUS_STATUS_COUNT; in++) {
            bool named = false;
            for (size_t i = 0; i < COUNT(expected); i++) {
                named = named || (expected[i][0] == letters[out] && expected[i][1] == letters[in]);
            }
            assert_int_equal(reached[out][in], named);
            assert_int_equal(mo_bus_box_reachable((mo_bus_status_t)out, (mo_bus_status_t)in), named);
            count += named;
        }
    }
    assert_int_equal(count, 12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_the_printed_one),
        cmocka_unit_test(a_row_moves_a_box_from_its_own_statuses_and_from_no_other),
        cmocka_unit_test(a_proof_moves_a_box_only_by_the_statuses_of_its_row),
        cmocka_unit_test(absence_in_the_peers_box_moves_nothing),
        cmocka_unit_test(a_secret_moves_a_box_only_if_it_is_the_messages),
        cmocka_unit_test(a_secret_moves_no_revocation),
        cmocka_unit_test(a_step_needs_the_lock_that_was_declared_on_both_sides),
        cmocka_unit_test(only_the_sender_declares_and_declares_a_revocation),
        cmocka_unit_test(a_halt_closes_rows_1_4_and_6_and_no_other),
        cmocka_unit_test(delivery_pays_the_facilitator_for_the_secret_and_the_caller_for_the_proof),
        cmocka_unit_test(each_row_moves_the_money_of_the_table),
        cmocka_unit_test(every_life_of_a_message_reaches_the_twelve_pairs_and_pays_once),
    };
    return cmocka_run_group_tests_name("bus/box", tests, NULL, NULL);
}
