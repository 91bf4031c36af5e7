#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "role/duty.h"

static void every_key_gives_each_position_its_own_turn(void **state)
{
    (void)state;
    for (uint64_t count = 1; count <= 7; count++) {
        for (uint64_t key = 0; key < 20; key++) {
            unsigned seen = 0;
            for (uint64_t position = 0; position < count; position++) {
                uint64_t turn = mo_duty_turn(key, position, count);
                assert_true(turn < count);
                seen |= 1u << turn;
            }
            assert_int_equal(seen, (1u << count) - 1);
            assert_int_equal(mo_duty_turn(key, key % count, count), 0);
        }
    }
}

static void nobody_to_share_with_means_the_first_turn(void **state)
{
    (void)state;
    assert_int_equal(mo_duty_turn(5, 3, 0), 0);
}

static void a_piece_is_done_once_and_only_after_its_patience(void **state)
{
    (void)state;
    mo_duty_t duty = {0};
    assert_false(mo_duty_due(&duty, 7, 1500, 10000));
    assert_false(mo_duty_due(&duty, 7, 1500, 11499));
    assert_true(mo_duty_due(&duty, 7, 1500, 11500));
    assert_false(mo_duty_due(&duty, 7, 1500, 11501));
}

static void another_piece_starts_with_fresh_patience(void **state)
{
    (void)state;
    mo_duty_t duty = {0};
    assert_true(mo_duty_due(&duty, 7, 0, 10000));
    assert_false(mo_duty_due(&duty, 8, 100, 10050));
    assert_true(mo_duty_due(&duty, 8, 100, 10150));
}

static void failures_pause_longer_and_longer_up_to_the_maximum(void **state)
{
    (void)state;
    mo_duty_t duty = {0};
    uint64_t now = 0;
    uint64_t expected = MO_DUTY_PAUSE_MIN_MS;
    for (int i = 0; i < 10; i++) {
        assert_true(mo_duty_due(&duty, 7, 0, now));
        mo_event_outcome_t failed = {.key = 7, .outcome = MO_OUTCOME_FAILED};
        mo_duty_outcome(&duty, &failed, now);
        assert_false(mo_duty_due(&duty, 7, 0, now + expected - 1));
        now += expected;
        expected = expected * 2 > MO_DUTY_PAUSE_MAX_MS ? MO_DUTY_PAUSE_MAX_MS : expected * 2;
    }
}

static void the_outcome_of_an_older_piece_changes_nothing(void **state)
{
    (void)state;
    mo_duty_t duty = {0};
    assert_true(mo_duty_due(&duty, 8, 0, 100));
    mo_event_outcome_t old = {.key = 7, .outcome = MO_OUTCOME_FAILED};
    mo_duty_outcome(&duty, &old, 200);
    assert_true(duty.in_flight);
    assert_int_equal(duty.not_before_ms, 0);
}

static void an_action_without_an_outcome_is_taken_for_lost_in_the_end(void **state)
{
    (void)state;
    mo_duty_t duty = {0};
    assert_true(mo_duty_due(&duty, 7, 0, 0));
    assert_false(mo_duty_due(&duty, 7, 0, MO_DUTY_LOST_MS - 1));
    assert_true(mo_duty_due(&duty, 7, 0, MO_DUTY_LOST_MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_gives_each_position_its_own_turn),
        cmocka_unit_test(nobody_to_share_with_means_the_first_turn),
        cmocka_unit_test(a_piece_is_done_once_and_only_after_its_patience),
        cmocka_unit_test(another_piece_starts_with_fresh_patience),
        cmocka_unit_test(failures_pause_longer_and_longer_up_to_the_maximum),
        cmocka_unit_test(the_outcome_of_an_older_piece_changes_nothing),
        cmocka_unit_test(an_action_without_an_outcome_is_taken_for_lost_in_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
