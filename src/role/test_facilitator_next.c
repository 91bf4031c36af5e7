#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "role/facilitator_next.h"

#define U MO_STATUS_UNDECLARED
#define D MO_STATUS_DECLARED
#define P MO_STATUS_PROGRESSED
#define R MO_STATUS_REVOCATION_DECLARED
#define V MO_STATUS_REVOKED
#define X MO_STATUS_RECOVERED

static void each_state_has_its_row(void **state)
{
    (void)state;
    static const struct {
        mo_next_t at; /* outbox, inbox, outbox proven, inbox proven, secret, source halted */
        unsigned row;
    } rows[] = {
        {{D, U, U, U, true, false}, 0}, /* the secret stays until the target can deliver */
        {{D, U, D, U, true, false}, MO_ROW_PROGRESS_OUTBOX},
        {{D, U, D, U, false, false}, MO_ROW_DELIVER},
        {{D, D, D, U, true, false}, MO_ROW_PROGRESS_OUTBOX},
        {{D, D, D, U, false, false}, MO_ROW_PROGRESS_INBOX_BY_PROOF},
        {{D, D, D, D, false, false}, MO_ROW_PROGRESS_OUTBOX_BY_PROOF},
        {{D, P, D, U, false, false}, 0}, /* until the source knows */
        {{D, P, D, P, false, false}, MO_ROW_PROGRESS_OUTBOX_BY_PROOF},
        {{P, U, D, U, true, false}, MO_ROW_DELIVER},
        {{P, U, P, U, false, false}, MO_ROW_DELIVER},
        {{P, D, D, U, true, false}, MO_ROW_PROGRESS_INBOX},
        {{P, D, D, U, false, false}, MO_ROW_PROGRESS_INBOX_BY_PROOF},
        {{R, U, D, U, true, false}, 0}, /* never by secret, never to D (7.4) */
        {{R, U, R, U, true, false}, MO_ROW_REVOKE_INBOX},
        {{R, D, R, D, true, false}, MO_ROW_REVOKE_INBOX},
        {{R, P, R, P, false, false}, MO_ROW_PROGRESS_REVOKING_BY_PROOF},
        {{R, V, R, U, false, false}, 0},
        {{R, V, R, V, false, false}, MO_ROW_REVOKE_OUTBOX},
        {{R, V, R, V, false, true}, 0}, /* on origin not after a halt (7.7) */
        {{R, P, R, P, false, true}, MO_ROW_PROGRESS_REVOKING_BY_PROOF},
        {{P, P, P, P, true, false}, 0},
        {{V, V, R, V, true, false}, 0},
        {{X, V, R, V, true, true}, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (mo_facilitator_next(&rows[i].at) != rows[i].row) {
            fail_msg("row %zu: %u, wanted %u", i, mo_facilitator_next(&rows[i].at), rows[i].row);
        }
    }
}


/* The table itself is the judge: each row that is named, in every state of both boxes, is one that it takes. */
static void no_row_is_named_that_the_table_refuses(void **state)
{
    (void)state;
    size_t named = 0;
    for (unsigned i = 0; i < 5 * 5 * 5 * 5 * 2; i++) {
        const mo_next_t at = {.outbox = (mo_bus_status_t)(i % 5),
                              .inbox = (mo_bus_status_t)(i / 5 % 5),
                              .outbox_proven = (mo_bus_status_t)(i / 25 % 5),
                              .inbox_proven = (mo_bus_status_t)(i / 125 % 5),
                              .secret = i / 625 == 1};
        const unsigned number = mo_facilitator_next(&at);
        if (number == 0 || !mo_bus_box_reachable(at.outbox, at.inbox)) {
            continue;
        }
        const mo_box_row_t *row = mo_bus_box_row((mo_box_row_number_t)number);
        const bool source = mo_facilitator_row_at_source(number);
        assert_true((MO_BOX_IN(source ? at.outbox : at.inbox) & row->from) != 0);
        assert_true(row->right != MO_BOX_BY_PROOF || (MO_BOX_IN(source ? at.inbox_proven : at.outbox_proven) & row->peer) != 0);
        assert_true(row->right != MO_BOX_BY_SECRET || at.secret);
        assert_int_equal(mo_facilitator_row_by_proof(number), row->right == MO_BOX_BY_PROOF);
        named++;
    }
    assert_true(named > 100);
}

/* 7.2: every step can be completed with the newest root alone, no secret and no facilitator. */
static void with_the_newest_roots_alone_every_declared_message_comes_to_an_end(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 25; i++) {
        mo_next_t at = {.outbox = (mo_bus_status_t)(i % 5), .inbox = (mo_bus_status_t)(i / 5)};
        if (at.outbox == U || !mo_bus_box_reachable(at.outbox, at.inbox)) {
            continue;
        }
        for (int steps = 0; steps < 4 && !mo_facilitator_has_ended(at.outbox, at.inbox); steps++) {
            at.outbox_proven = at.outbox;
            at.inbox_proven = at.inbox;
            const unsigned number = mo_facilitator_next(&at);
            assert_int_not_equal(number, 0);
            *(mo_facilitator_row_at_source(number) ? &at.outbox : &at.inbox) =
                mo_bus_box_row((mo_box_row_number_t)number)->to;
            assert_true(mo_bus_box_reachable(at.outbox, at.inbox));
        }
        assert_true(mo_facilitator_has_ended(at.outbox, at.inbox));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_has_its_row),
        cmocka_unit_test(no_row_is_named_that_the_table_refuses),
        cmocka_unit_test(with_the_newest_roots_alone_every_declared_message_comes_to_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
