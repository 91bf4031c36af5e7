#include "bus/reward.h"
#include "bus/test_text.h"

static mo_message_t message_with(uint64_t amount, uint64_t gas_price, uint64_t gas_limit) {
    return (mo_message_t){.intent = {.amount = mo_u256_from_u64(amount)},
                          .gas_price = mo_u256_from_u64(gas_price),
                          .gas_limit = mo_u256_from_u64(gas_limit)};
}

static void the_gas_limit_is_below_two_to_the_40(void **state) {
    (void)state;
    mo_message_t message = message_with(0, 0, (UINT64_C(1) << 40) - 1);
    assert_int_equal(mo_bus_reward_check(&message), MO_REWARD_ACCEPTED);
    message = message_with(UINT64_MAX, UINT64_MAX, UINT64_C(1) << 40);
    assert_int_equal(mo_bus_reward_check(&message), MO_REWARD_GAS_LIMIT_TOO_LARGE);
}

static void the_worst_reward_is_at_most_the_amount(void **state) {
    (void)state;
    mo_message_t message = message_with(1000, 10, 100);
    assert_int_equal(mo_bus_reward_check(&message), MO_REWARD_ACCEPTED);
    message = message_with(999, 10, 100);
    assert_int_equal(mo_bus_reward_check(&message), MO_REWARD_ABOVE_AMOUNT);
    message = message_with(0, UINT64_MAX, 0);
    assert_int_equal(mo_bus_reward_check(&message), MO_REWARD_ACCEPTED);
}

/* A product beyond 256 bits must not wrap round into an accepted one. */
static void a_price_that_overflows_is_refused(void **state) {
    (void)state;
    mo_message_t message = message_with(1000, 0, 2);
    message.gas_price = (mo_u256_t){{0, 0, 0, UINT64_C(1) << 63}};
    assert_int_equal(mo_bus_reward_check(&message), MO_REWARD_ABOVE_AMOUNT);
    message.gas_price = MO_U256_MAX;
    message.intent.amount = MO_U256_MAX;
    assert_int_equal(mo_bus_reward_check(&message), MO_REWARD_ABOVE_AMOUNT);
    message.gas_limit = MO_U256_ONE;
    assert_int_equal(mo_bus_reward_check(&message), MO_REWARD_ACCEPTED);
}

static void a_reward_is_the_gas_times_the_price_up_to_the_limit(void **state) {
    (void)state;
    mo_message_t message = message_with(UINT64_MAX, 3, 1000);
    const struct {
        mo_reward_gas_t gas;
        uint64_t expected;
    } rows[] = {
        {{.overhead = 100, .confirm_gas = 50, .confirmed = false, .measured = 200}, 900},
        {{.overhead = 100, .confirm_gas = 50, .confirmed = true, .measured = 200}, 1050},
        {{.overhead = 100, .confirm_gas = 50, .confirmed = true, .measured = 850}, 3000},
        {{.overhead = 100, .confirm_gas = 50, .confirmed = true, .measured = 851}, 3000},
        {{.overhead = UINT64_MAX, .confirm_gas = UINT64_MAX, .confirmed = true, .measured = UINT64_MAX},
         3000},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        mo_u256_t reward = mo_bus_reward(&message, &rows[i].gas);
        mo_u256_t quote = mo_bus_reward_quote(&message);
        assert_true(mo_u256_equal(reward, mo_u256_from_u64(rows[i].expected)));
        assert_false(mo_u256_less(quote, reward));
    }
}

static void the_penalty_is_three_halves_of_the_bounty(void **state) {
    (void)state;
    const uint64_t rows[][2] = {{0, 0}, {1, 1}, {2, 3}, {3, 4}, {100, 150}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        mo_u256_t bounty = mo_u256_from_u64(rows[i][0]);
        mo_u256_t penalty;
        assert_true(mo_bus_penalty(&bounty, &penalty));
        assert_true(mo_u256_equal(penalty, mo_u256_from_u64(rows[i][1])));
    }
    mo_u256_t bounty = MO_U256_MAX;
    mo_u256_t penalty;
    assert_false(mo_bus_penalty(&bounty, &penalty));
    assert_true(mo_u256_is_zero(penalty));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gas_limit_is_below_two_to_the_40),
        cmocka_unit_test(the_worst_reward_is_at_most_the_amount),
        cmocka_unit_test(a_price_that_overflows_is_refused),
        cmocka_unit_test(a_reward_is_the_gas_times_the_price_up_to_the_limit),
        cmocka_unit_test(the_penalty_is_three_halves_of_the_bounty),
    };
    return cmocka_run_group_tests_name("bus/reward", tests, NULL, NULL);
}
