/* Theta, slashed sums and the halt by them (2.3, 4.5, 5.3), over the set, the core and the polling place. */
#include <string.h>

#include "rules/evidence.h"
#include "rules/test_core_world.h"
#include "rules/validators.h"

/* --- sums over kernels -------------------------------------------------------------------------------------------- */

static mo_validators_t set;

static void kernel(uint64_t height, const mo_update_t *updates, size_t count) {
    mo_kernel_t k = {.height = {height}, .update_count = count};
    if (count > 0) {
        memcpy(k.updates, updates, count * sizeof updates[0]);
    }
    assert_int_equal(mo_rules_validators_apply(&set, &k), MO_SET_ACCEPTED);
}

static mo_update_t update(uint32_t who, uint64_t weight, mo_update_kind_t kind) {
    return (mo_update_t){.validator = signer_number(who), .weight = {weight}, .kind = (uint8_t)kind};
}

static void found(const uint64_t *weights, uint32_t count) {
    mo_update_t joins[MO_UPDATES_MAX];
    for (uint32_t i = 0; i < count; i++) {
        joins[i] = update(i, weights[i], MO_UPDATE_JOIN);
    }
    mo_rules_validators_clear(&set);
    kernel(1, joins, count);
}

static void found_equal(uint32_t count) {
    static const uint64_t weights[] = {10, 10, 10, 10, 10, 10, 10};
    found(weights, count);
}

static uint64_t sum(uint64_t k) {
    return mo_rules_validators_slashed_sum(&set, (mo_height_t){k}).value;
}

static bool third(void) {
    return mo_rules_validators_slashed_third(&set);
}

static void a_founder_counts_in_both_sets_of_the_first_kernel_and_once(void **state) {
    (void)state;
    found_equal(4);
    mo_rules_validators_slash(&set, 1);
    assert_int_equal(sum(1), 10);
    assert_int_equal(sum(0), 10);
    mo_rules_validators_slash(&set, 1);
    assert_int_equal(sum(1), 10);
}

static void a_sum_follows_the_total_when_a_kernel_carries_the_slash(void **state) {
    (void)state;
    found_equal(4);
    mo_rules_validators_slash(&set, 1);
    mo_update_t carried = update(1, 0, MO_UPDATE_SLASH);
    kernel(2, NULL, 0);
    assert_int_equal(sum(2), 10);
    kernel(3, &carried, 1);
    assert_int_equal(sum(3), 0);
    assert_int_equal(sum(2), 10);
    kernel(4, NULL, 0);
    assert_int_equal(sum(4), 0);
    assert_int_equal(sum(3), 0);
}

static void weights_count_as_each_kernel_carried_them(void **state) {
    (void)state;
    found_equal(4);
    mo_update_t changes[] = {update(0, 25, MO_UPDATE_WEIGHT), update(1, 0, MO_UPDATE_LOGOUT),
                             update(4, 7, MO_UPDATE_JOIN)};
    kernel(2, changes, 3);
    mo_rules_validators_slash(&set, 0);
    assert_int_equal(sum(2), 25);
    assert_int_equal(sum(1), 10);
    mo_rules_validators_slash(&set, 1); /* a leaver: of the rear set alone */
    assert_int_equal(sum(2), 25);
    assert_int_equal(sum(1), 20);
    mo_rules_validators_slash(&set, 4); /* a joiner: of the forward set alone */
    assert_int_equal(sum(2), 32);
    assert_int_equal(sum(1), 20);
}

static void a_slash_first_heard_of_from_a_kernel_counts_in_its_rear_set(void **state) {
    (void)state;
    found_equal(4);
    mo_update_t carried = update(2, 0, MO_UPDATE_SLASH);
    kernel(2, &carried, 1);
    assert_int_equal(sum(2), 0);
    assert_int_equal(sum(1), 10);
}

static void exactly_a_third_is_enough_and_one_less_is_not(void **state) {
    (void)state;
    static const uint64_t enough[] = {34, 40, 26};
    static const uint64_t short_of[] = {33, 40, 27};
    found(enough, 3);
    assert_false(third());
    mo_rules_validators_slash(&set, 0);
    assert_true(third());
    found(short_of, 3);
    mo_rules_validators_slash(&set, 0);
    assert_false(third());
    found_equal(3);
    mo_rules_validators_slash(&set, 2);
    assert_true(third());
}

/* v0 while K_1 is newest, v1 while K_2 is: 1 of 5 forward, 2 of 6 rear. One height later it is 1 of 5 in both. */
static void evidence_split_over_two_heights_adds_up(void **state) {
    (void)state;
    mo_update_t carried = update(0, 0, MO_UPDATE_SLASH);
    found_equal(6);
    mo_rules_validators_slash(&set, 0);
    assert_false(third());
    kernel(2, &carried, 1);
    mo_validators_t later = set;
    mo_rules_validators_slash(&set, 1);
    assert_int_equal(sum(2), 10);
    assert_int_equal(sum(1), 20);
    assert_true(third());
    set = later;
    kernel(3, NULL, 0);
    mo_rules_validators_slash(&set, 1);
    assert_false(third());
}

static void before_the_founders_nothing_is_slashed(void **state) {
    (void)state;
    mo_rules_validators_clear(&set);
    assert_false(third());
}

/* Sums against their definition, over random kernels of joins, changes, departures and slashes. */
static void sums_are_what_kernels_carried_for_the_slashed_whatever_they_carry(void **state) {
    (void)state;
    enum { HEIGHTS = 60, MANY = HEIGHTS + 6 };
    static uint64_t carried[MANY][HEIGHTS + 1];
    memset(carried, 0, sizeof carried);
    found_equal(6);
    for (uint32_t i = 0; i < 6; i++) {
        carried[i][0] = carried[i][1] = 10;
    }
    uint32_t seed = 7;
    for (uint64_t h = 2; h <= HEIGHTS; h++) {
        mo_update_t updates[2] = {update(set.count, h, MO_UPDATE_JOIN)};
        seed = seed * 1664525 + 1013904223;
        uint32_t who = (seed >> 16) % set.count;
        bool free = set.at[who].changed_at + 2 <= h;
        bool leaves = free && !set.at[who].slashed && h % 4 == 0;
        updates[1] = set.at[who].slashed ? update(who, 0, MO_UPDATE_SLASH)
                     : leaves            ? update(who, 0, MO_UPDATE_LOGOUT)
                                         : update(who, h + 1, MO_UPDATE_WEIGHT);
        size_t count = free || set.at[who].slashed ? 2 : 1;
        for (uint32_t i = 0; i < set.count; i++) {
            carried[i][h] = carried[i][h - 1];
        }
        carried[set.count][h] = h;
        carried[who][h] = count == 2 ? updates[1].weight.value : carried[who][h];
        kernel(h, updates, count);
        if (h % 3 == 0) {
            mo_rules_validators_slash(&set, (seed >> 8) % set.count);
        }
        uint64_t expected[2] = {0, 0};
        for (uint32_t i = 0; i < set.count; i++) {
            expected[0] += set.at[i].slashed ? carried[i][h] : 0;
            expected[1] += set.at[i].slashed ? carried[i][h - 1] : 0;
        }
        assert_int_equal(sum(h), expected[0]);
        assert_int_equal(sum(h - 1), expected[1]);
    }
}

/* --- the core ----------------------------------------------------------------------------------------------------- */

static void slash(uint32_t who) {
    mo_address_t signer = signer_number(who);
    mo_rules_core_slash(&core, &signer);
}

static void a_core_halts_at_a_third_and_goes_on_below(void **state) {
    (void)state;
    core_open();
    slash(0);
    assert_int_equal(core.status, MO_CORE_OPEN);
    slash(0);
    assert_int_equal(core.status, MO_CORE_OPEN);
    slash(1);
    assert_int_equal(core.status, MO_CORE_HALTED);
    mo_transition_t transition = core_transition();
    assert_int_equal(core_propose(&transition, 0), MO_CORE_STATUS_INVALID);
}

static void a_slash_of_a_signer_without_an_index_weighs_nothing(void **state) {
    (void)state;
    core_open();
    slash(FOUNDERS);
    assert_int_equal(core.status, MO_CORE_OPEN);
    assert_int_equal(mo_rules_validators_slashed_sum(&core.validators, (mo_height_t){1}).value, 0);
}

static void a_seal_that_needs_the_slashed_one_has_no_quorum(void **state) {
    (void)state;
    core_open();
    mo_commitment_t wish = core_commitment(CORE_ROOT_HEIGHT + 1);
    mo_tally_t tally;
    assert_int_equal(mo_rules_core_check_commitment(&core, &wish, &tally), MO_CORE_ACCEPTED);
    slash(3);
    assert_int_equal(mo_rules_core_check_commitment(&core, &wish, &tally), MO_CORE_ACCEPTED);
    core.status = MO_CORE_CREATED; /* so that the second slash halts nothing and the seal alone is asked */
    slash(2);
    core.status = MO_CORE_OPEN;
    assert_int_equal(mo_rules_core_check_commitment(&core, &wish, &tally), MO_CORE_QUORUM_MISSING);
}

static void opening_a_kernel_with_a_third_slashed_halts(void **state) {
    (void)state;
    core_open();
    mo_commitment_t wish = core_commitment(CORE_ROOT_HEIGHT + 1);
    mo_kernel_t next = core_next(&wish.transition, &wish.link);
    core.validators.slashed_sums[1].value = 2; /* D(1), the rear set's of K_2: no sequence of slashes leaves the core open */
    assert_int_equal(mo_rules_core_commit(&core, &wish, &next), MO_CORE_ACCEPTED);
    assert_int_equal(core.kernel.height.value, 2);
    assert_int_equal(core.status, MO_CORE_HALTED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_founder_counts_in_both_sets_of_the_first_kernel_and_once),
        cmocka_unit_test(a_sum_follows_the_total_when_a_kernel_carries_the_slash),
        cmocka_unit_test(weights_count_as_each_kernel_carried_them),
        cmocka_unit_test(a_slash_first_heard_of_from_a_kernel_counts_in_its_rear_set),
        cmocka_unit_test(exactly_a_third_is_enough_and_one_less_is_not),
        cmocka_unit_test(evidence_split_over_two_heights_adds_up),
        cmocka_unit_test(before_the_founders_nothing_is_slashed),
        cmocka_unit_test(sums_are_what_kernels_carried_for_the_slashed_whatever_they_carry),
        cmocka_unit_test(a_core_halts_at_a_third_and_goes_on_below),
        cmocka_unit_test(a_slash_of_a_signer_without_an_index_weighs_nothing),
        cmocka_unit_test(a_seal_that_needs_the_slashed_one_has_no_quorum),
        cmocka_unit_test(opening_a_kernel_with_a_third_slashed_halts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
