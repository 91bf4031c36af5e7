#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "role/facilitator_policy.h"

#define GWEI UINT64_C(1000000000)

static const mo_address_t self = {{0xfa}};

static mo_u256_t n(uint64_t value)
{
    return mo_u256_from_u64(value);
}

/* A token for a coin, a gwei for a gas on both chains. */
static mo_facilitator_policy_t priced(void)
{
    mo_facilitator_policy_t policy = mo_facilitator_policy_default();
    policy.priced = true;
    policy.token_price = n(GWEI * GWEI);
    policy.coin_price = n(GWEI * GWEI);
    policy.gas_prices[MO_CHAIN_ORIGIN] = n(GWEI);
    policy.gas_prices[MO_CHAIN_AUXILIARY] = n(GWEI);
    return policy;
}

static mo_message_t message(uint64_t gas_price)
{
    return (mo_message_t){.intent = {.amount = n(10 * GWEI * GWEI)},
                          .gas_price = n(gas_price),
                          .gas_limit = n(1000000),
                          .sender = {{0x11}}};
}

static void without_prices_every_message_is_worth_carrying(void **state)
{
    (void)state;
    const mo_facilitator_policy_t policy = mo_facilitator_policy_default();
    const mo_message_t free_of_charge = message(0);
    assert_int_equal(mo_facilitator_policy_judge(&policy, &self, MO_MESSAGE_STAKE, &free_of_charge), MO_POLICY_ACCEPTED);
    assert_true(mo_facilitator_policy_rescues(&policy, MO_MESSAGE_STAKE, &free_of_charge));
}

/* 470,000 gas of work for a reward of 150,000: the price must be 3.13 times the gas price. */
static void the_reward_must_cover_the_gas_of_every_step_and_the_floor(void **state)
{
    (void)state;
    mo_facilitator_policy_t policy = priced();
    const mo_message_t cheap = message(3133333333);
    const mo_message_t dear = message(3133333334);
    for (int kind = 0; kind < 2; kind++) {
        assert_int_equal(mo_facilitator_policy_judge(&policy, &self, (mo_message_kind_t)kind, &cheap), MO_POLICY_UNPROFITABLE);
        assert_int_equal(mo_facilitator_policy_judge(&policy, &self, (mo_message_kind_t)kind, &dear), MO_POLICY_ACCEPTED);
    }
    policy.floor = n(GWEI);
    assert_int_equal(mo_facilitator_policy_judge(&policy, &self, MO_MESSAGE_STAKE, &dear), MO_POLICY_UNPROFITABLE);
}

static void each_chains_gas_has_its_own_price(void **state)
{
    (void)state;
    mo_facilitator_policy_t policy = priced();
    const mo_message_t m = message(3133333334);
    policy.coin_price = n(0); /* gas of the auxiliary chain costs nothing */
    policy.gas_prices[MO_CHAIN_ORIGIN] = n(2 * GWEI);
    /* stake: 215,000 gas on origin; redeem: 255,000 */
    assert_int_equal(mo_facilitator_policy_judge(&policy, &self, MO_MESSAGE_STAKE, &m), MO_POLICY_ACCEPTED);
    assert_int_equal(mo_facilitator_policy_judge(&policy, &self, MO_MESSAGE_REDEEM, &m), MO_POLICY_UNPROFITABLE);
}

static void a_gas_limit_bounds_what_is_earned(void **state)
{
    (void)state;
    const mo_facilitator_policy_t policy = priced();
    mo_message_t m = message(4 * GWEI);
    m.gas_limit = n(100000);
    assert_int_equal(mo_facilitator_policy_judge(&policy, &self, MO_MESSAGE_STAKE, &m), MO_POLICY_UNPROFITABLE);
}

static void anothers_message_is_delivered_when_the_delivery_alone_pays(void **state)
{
    (void)state;
    const mo_facilitator_policy_t policy = priced();
    const mo_message_t cheap = message(GWEI);
    const mo_message_t dear = message(2 * GWEI);
    assert_false(mo_facilitator_policy_rescues(&policy, MO_MESSAGE_STAKE, &cheap));
    assert_true(mo_facilitator_policy_rescues(&policy, MO_MESSAGE_STAKE, &dear));
    mo_facilitator_policy_t never = policy;
    never.rescue_ms = 0;
    assert_false(mo_facilitator_policy_rescues(&never, MO_MESSAGE_STAKE, &dear));
}

static void lists_and_names_are_checked_first_in_the_order_of_the_verdicts(void **state)
{
    (void)state;
    mo_facilitator_policy_t policy = priced();
    mo_message_t m = message(0);
    m.facilitator = (mo_address_t){{0xbb}};
    policy.deny = (mo_policy_list_t){.items = {m.sender}, .count = 1};
    policy.allow = (mo_policy_list_t){.items = {{{0x22}}}, .count = 1};
    m.gas_price = MO_U256_MAX;
    assert_int_equal(mo_facilitator_policy_judge(&policy, &self, MO_MESSAGE_STAKE, &m), MO_POLICY_FACILITATOR_OTHER);
    m.facilitator = self;
    assert_int_equal(mo_facilitator_policy_judge(&policy, &self, MO_MESSAGE_STAKE, &m), MO_POLICY_DENIED);
    policy.deny.count = 0;
    assert_int_equal(mo_facilitator_policy_judge(&policy, &self, MO_MESSAGE_STAKE, &m), MO_POLICY_NOT_ALLOWED);
    policy.allow.items[0] = m.sender;
    assert_int_equal(mo_facilitator_policy_judge(&policy, &self, MO_MESSAGE_STAKE, &m), MO_POLICY_REWARD_UNSOUND);
    assert_false(mo_facilitator_policy_rescues(&policy, MO_MESSAGE_STAKE, &m));
    m.gas_price = n(0);
    assert_int_equal(mo_facilitator_policy_judge(&policy, &self, MO_MESSAGE_STAKE, &m), MO_POLICY_UNPROFITABLE);
    assert_string_equal(mo_facilitator_policy_verdict_name(MO_POLICY_UNPROFITABLE), "ProfitBelowFloor");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_prices_every_message_is_worth_carrying),
        cmocka_unit_test(the_reward_must_cover_the_gas_of_every_step_and_the_floor),
        cmocka_unit_test(each_chains_gas_has_its_own_price),
        cmocka_unit_test(a_gas_limit_bounds_what_is_earned),
        cmocka_unit_test(anothers_message_is_delivered_when_the_delivery_alone_pays),
        cmocka_unit_test(lists_and_names_are_checked_first_in_the_order_of_the_verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
