#include "rules/reputation.h"
#include "rules/test_text.h"

/* The tables of contracts/src/origin/WarmUpReputation.sol and LifetimeReputation.sol. */
static void the_three_kinds_count_a_stake_by_height_and_join_5_2(void **state) {
    (void)state;
    static const struct {
        mo_reputation_t kind;
        uint64_t height;
        uint64_t join;
        uint64_t parts;
    } rows[] = {
        {{MO_REPUTATION_CONSTANT, 0}, 9, 9, MO_ONE},
        {{MO_REPUTATION_WARM_UP, 4}, 1, 0, MO_ONE},      {{MO_REPUTATION_WARM_UP, 4}, 9, 1, MO_ONE},
        {{MO_REPUTATION_WARM_UP, 4}, 8, 0, 0},           {{MO_REPUTATION_WARM_UP, 4}, 7, 7, 0},
        {{MO_REPUTATION_WARM_UP, 4}, 8, 7, MO_ONE / 4},  {{MO_REPUTATION_WARM_UP, 3}, 9, 7, 666666666666666666},
        {{MO_REPUTATION_WARM_UP, 4}, 11, 7, MO_ONE},     {{MO_REPUTATION_LIFETIME, 3}, 5, 0, MO_ONE},
        {{MO_REPUTATION_LIFETIME, 3}, 6, 7, MO_ONE},     {{MO_REPUTATION_LIFETIME, 3}, 9, 7, MO_ONE},
        {{MO_REPUTATION_LIFETIME, 3}, 10, 7, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(mo_rules_reputation(&rows[i].kind, rows[i].height, rows[i].join), rows[i].parts);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_three_kinds_count_a_stake_by_height_and_join_5_2),
    };
    return cmocka_run_group_tests_name("rules/reputation", tests, NULL, NULL);
}
