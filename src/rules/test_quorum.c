#include "rules/quorum.h"
#include "rules/test_text.h"

static bool quorum(uint64_t weight, uint64_t total) {
    return mo_rules_quorum((mo_weight_t){weight}, (mo_weight_t){total});
}

static void every_small_pair_is_a_quorum_exactly_when_three_w_is_above_two_t(void **state) {
    (void)state;
    for (uint64_t t = 0; t <= 400; t++) {
        for (uint64_t w = 0; w <= 410; w++) {
            bool expected = t > 0 && w <= t && 3 * w > 2 * t;
            assert_int_equal(quorum(w, t), expected);
        }
    }
}

static void pairs_near_the_end_of_64_bits_do_not_overflow(void **state) {
    (void)state;
    for (uint64_t down = 0; down < 100; down++) {
        uint64_t t = UINT64_MAX - down;
        uint64_t border = t / 3 * 2;
        for (uint64_t w = border - 5; w < border + 10; w++) {
            bool expected = (unsigned __int128)3 * w > (unsigned __int128)2 * t;
            assert_int_equal(quorum(w, t), expected);
        }
        assert_true(quorum(t, t));
    }
}

/* A predecessor took floor(2n/3) as enough. */
static void three_of_five_and_two_of_three_are_no_quorum(void **state) {
    (void)state;
    assert_false(quorum(3, 5));
    assert_true(quorum(4, 5));
    assert_false(quorum(2, 3));
    assert_true(quorum(3, 3));
    assert_true(quorum(3, 4));
}

static void an_empty_set_has_no_quorum_and_more_than_the_total_is_none(void **state) {
    (void)state;
    assert_false(quorum(0, 0));
    assert_false(quorum(1, 0));
    assert_false(quorum(6, 5));
    assert_false(quorum(UINT64_MAX, 5));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_small_pair_is_a_quorum_exactly_when_three_w_is_above_two_t),
        cmocka_unit_test(pairs_near_the_end_of_64_bits_do_not_overflow),
        cmocka_unit_test(three_of_five_and_two_of_three_are_no_quorum),
        cmocka_unit_test(an_empty_set_has_no_quorum_and_more_than_the_total_is_none),
    };
    return cmocka_run_group_tests_name("rules/quorum", tests, NULL, NULL);
}
