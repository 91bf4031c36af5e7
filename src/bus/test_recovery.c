#include <string.h>

#include "bus/recovery.h"
#include "bus/test_text.h"

/* 7.7 as printed, one letter a cell: - nothing, b balance, r refund, c claim, d deliver, ! unreachable. Columns: the inbox
 * Undeclared, Declared, Revoked, Progressed. */
static const mo_bus_status_t columns[] = {MO_STATUS_UNDECLARED, MO_STATUS_DECLARED, MO_STATUS_REVOKED,
                                          MO_STATUS_PROGRESSED};
static const char letters[] = "-brcd!";

typedef struct {
    mo_bus_status_t outbox;
    const char *cells;
} row_t;

static const row_t printed_stake[] = {
    {MO_STATUS_UNDECLARED, "-!!!"},          {MO_STATUS_DECLARED, "rr!b"}, {MO_STATUS_REVOCATION_DECLARED, "rrrb"},
    {MO_STATUS_PROGRESSED, "rr!b"},          {MO_STATUS_REVOKED, "!!-!"},
};

static const row_t printed_redeem[] = {
    {MO_STATUS_UNDECLARED, "b!!!"},          {MO_STATUS_DECLARED, "dd!-"}, {MO_STATUS_PROGRESSED, "dd!-"},
    {MO_STATUS_REVOCATION_DECLARED, "ccc-"}, {MO_STATUS_REVOKED, "!!b!"},
};

static void compare(const row_t *rows, size_t count, mo_recovery_t (*recovery)(mo_bus_status_t, mo_bus_status_t)) {
    for (size_t i = 0; i < count; i++) {
        for (size_t column = 0; column < COUNT(columns); column++) {
            mo_recovery_t expected = (mo_recovery_t)(strchr(letters, rows[i].cells[column]) - letters);
            assert_int_equal(recovery(rows[i].outbox, columns[column]), expected);
        }
    }
}

/* (gateway 7.7) */
static void the_recovery_tables_are_the_printed_ones(void **state) {
    (void)state;
    compare(printed_stake, COUNT(printed_stake), mo_bus_recovery_stake);
    compare(printed_redeem, COUNT(printed_redeem), mo_bus_recovery_redeem);
}

static void what_was_recovered_is_owed_nothing_more(void **state) {
    (void)state;
    assert_int_equal(mo_bus_recovery_stake(MO_STATUS_RECOVERED, MO_STATUS_UNDECLARED), MO_RECOVERY_NOTHING);
    assert_int_equal(mo_bus_recovery_stake(MO_STATUS_RECOVERED, MO_STATUS_DECLARED), MO_RECOVERY_NOTHING);
    assert_int_equal(mo_bus_recovery_stake(MO_STATUS_RECOVERED, MO_STATUS_REVOKED), MO_RECOVERY_NOTHING);
    assert_int_equal(mo_bus_recovery_redeem(MO_STATUS_REVOCATION_DECLARED, MO_STATUS_RECOVERED), MO_RECOVERY_NOTHING);
}

static void an_inbox_is_never_revocation_declared_and_nothing_at_z_is_recovered(void **state) {
    (void)state;
    for (unsigned status = 0; status < MO_BUS_STATUS_COUNT; status++) {
        mo_bus_status_t other = (mo_bus_status_t)status;
        assert_int_equal(mo_bus_recovery_stake(other, MO_STATUS_REVOCATION_DECLARED), MO_RECOVERY_UNREACHABLE);
        assert_int_equal(mo_bus_recovery_redeem(other, MO_STATUS_REVOCATION_DECLARED), MO_RECOVERY_UNREACHABLE);
        assert_int_equal(mo_bus_recovery_stake(other, MO_STATUS_RECOVERED), MO_RECOVERY_UNREACHABLE);
        assert_int_equal(mo_bus_recovery_redeem(MO_STATUS_RECOVERED, other), MO_RECOVERY_UNREACHABLE);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_recovery_tables_are_the_printed_ones),
        cmocka_unit_test(what_was_recovered_is_owed_nothing_more),
        cmocka_unit_test(an_inbox_is_never_revocation_declared_and_nothing_at_z_is_recovered),
    };
    return cmocka_run_group_tests_name("bus/recovery", tests, NULL, NULL);
}
