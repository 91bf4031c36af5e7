/* The simulator itself: that a seed is a run, and that its worlds are what they say. The many seeds are tests/simulate's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/sim.h"

static mo_sim_report_t run(mo_sim_t *sim, uint64_t seed)
{
    mo_sim_config_t config = {.seed = seed, .validators = 4, .minutes = 2};
    mo_sim_report_t report;
    mo_sim_run(sim, &config, &report);
    return report;
}

static void the_same_seed_gives_the_same_bytes(void **state)
{
    mo_sim_t *sim = *state;
    mo_sim_report_t first = run(sim, 6);
    mo_sim_report_t other = run(sim, 14);
    mo_sim_report_t again = run(sim, 6);
    assert_memory_equal(&first, &again, sizeof first);
    assert_memory_not_equal(first.trace.bytes, other.trace.bytes, sizeof first.trace.bytes);
}

static void a_calm_world_goes_on_and_wastes_little(void **state)
{
    mo_sim_report_t report = run(*state, 8);
    assert_int_equal(report.world, MO_SIM_WORLD_CALM);
    assert_string_equal(report.violation, "");
    assert_true(report.finalised >= 4);
    assert_true(report.committed >= 1);
    assert_int_equal(report.forks + report.restarts + report.slashed, 0);
}

static void machines_fall_in_the_world_of_crashes_and_rise_again(void **state)
{
    uint64_t restarts = 0;
    for (uint64_t seed = 1; seed < 30; seed += MO_SIM_WORLDS) {
        mo_sim_report_t report = run(*state, seed);
        assert_int_equal(report.world, MO_SIM_WORLD_CRASHES);
        assert_string_equal(report.violation, "");
        restarts += report.restarts;
    }
    assert_true(restarts > 0);
}

static void stakes_come_and_go_and_kernels_carry_what_waits(void **state)
{
    mo_sim_config_t config = {.seed = 8, .validators = 4, .minutes = 12};
    mo_sim_report_t report;
    mo_sim_run(*state, &config, &report);
    assert_string_equal(report.violation, "");
    assert_true(report.verbs[MO_SIM_VERB_DEPOSIT] > 0);
    assert_true(report.verbs[MO_SIM_VERB_LOGOUT] > 0);
    assert_true(report.verbs[MO_SIM_VERB_WITHDRAW] > 0);
    assert_true(report.enforced > 2);
}

/* Safety is gone with a third of the weight, and whoever took it is named by its own signatures (2.3). */
static void traitors_of_a_third_make_a_conflict_that_proves_them_guilty(void **state)
{
    mo_sim_report_t report = {0};
    for (uint64_t seed = 7; seed < 80 && report.conflicts == 0; seed += MO_SIM_WORLDS) {
        report = run(*state, seed);
        assert_int_equal(report.world, MO_SIM_WORLD_TRAITORS);
        assert_string_equal(report.violation, "");
    }
    assert_true(report.conflicts > 0);
}

static int set_up(void **state)
{
    *state = mo_sim_open();
    return *state == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    mo_sim_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_bytes),
        cmocka_unit_test(a_calm_world_goes_on_and_wastes_little),
        cmocka_unit_test(machines_fall_in_the_world_of_crashes_and_rise_again),
        cmocka_unit_test(stakes_come_and_go_and_kernels_carry_what_waits),
        cmocka_unit_test(traitors_of_a_third_make_a_conflict_that_proves_them_guilty),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
