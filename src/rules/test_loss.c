#include "rules/loss.h"
#include "rules/reputation.h"
#include "rules/test_text.h"

static mo_losses_t losses;

/* Parts of 1e18 of the first index. */
static uint64_t parts(mo_u256_t index) {
    mo_u256_t quotient, remainder;
    uint64_t small;
    assert_true(mo_u256_divmod(index, mo_u256_from_u64(MO_ONE), &quotient, &remainder));
    assert_true(mo_u256_to_u64(quotient, &small));
    return small;
}

static void a_stake_bears_the_losses_between_its_heights_4_6(void **state) {
    (void)state;
    losses = (mo_losses_t){.count = 0};
    mo_u256_t index;
    assert_int_equal(parts(mo_loss_current(&losses)), MO_ONE);
    (void)mo_loss_add(&losses, 3, MO_ONE / 10, &index);
    (void)mo_loss_add(&losses, 7, MO_ONE / 10, &index);
    assert_int_equal(parts(index), MO_ONE / 100 * 81);
    assert_int_equal(parts(mo_loss_before(&losses, 3)), MO_ONE);
    assert_int_equal(parts(mo_loss_before(&losses, 4)), MO_ONE / 10 * 9);
    assert_int_equal(parts(mo_loss_before(&losses, 7)), MO_ONE / 10 * 9);
    assert_int_equal(parts(mo_loss_before(&losses, 8)), MO_ONE / 100 * 81);
}

static void a_deeper_miss_of_one_height_takes_the_difference_and_a_shallower_nothing_4_6(void **state) {
    (void)state;
    losses = (mo_losses_t){.count = 0};
    mo_u256_t index;
    (void)mo_loss_add(&losses, 3, MO_ONE / 10, &index);
    mo_u256_t old = mo_loss_add(&losses, 3, MO_ONE / 20, &index);
    assert_true(mo_u256_equal(old, index));
    (void)mo_loss_add(&losses, 3, MO_ONE / 5, &index);
    assert_int_equal(parts(index), MO_ONE / 5 * 4);
    assert_int_equal(losses.count, 1);
}

static void the_index_stops_at_its_floor_and_the_table_at_its_end_4_6(void **state) {
    (void)state;
    losses = (mo_losses_t){.count = 0};
    mo_u256_t index;
    (void)mo_loss_add(&losses, 1, MO_ONE, &index);
    assert_int_equal(parts(index), 1);
    losses.count = MO_LOSSES_MAX;
    losses.at[MO_LOSSES_MAX - 1].height = 9;
    assert_true(mo_loss_has_room(&losses, 9));
    assert_false(mo_loss_has_room(&losses, 10));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stake_bears_the_losses_between_its_heights_4_6),
        cmocka_unit_test(a_deeper_miss_of_one_height_takes_the_difference_and_a_shallower_nothing_4_6),
        cmocka_unit_test(the_index_stops_at_its_floor_and_the_table_at_its_end_4_6),
    };
    return cmocka_run_group_tests_name("rules/loss", tests, NULL, NULL);
}
