#include "role/facilitator_policy.h"

#include "bus/reward.h"

/* 10^18: what prices are per. */
#define UNIT UINT64_C(1000000000000000000)

#define SPREAD_MS 1000u
#define RESCUE_MS 120000u

mo_facilitator_policy_t mo_facilitator_policy_default(void)
{
    return (mo_facilitator_policy_t){.spread_ms = SPREAD_MS, .rescue_ms = RESCUE_MS};
}

static bool holds(const mo_policy_list_t *list, const mo_address_t *address)
{
    for (size_t i = 0; i < list->count; i++) {
        if (mo_address_equal(&list->items[i], address)) {
            return true;
        }
    }
    return false;
}

/* amount * price / 10^18; the largest number when that does not fit, so that nothing large counts as small. */
static mo_u256_t at_price(mo_u256_t amount, mo_u256_t price)
{
    mo_u256_t worth;
    return mo_u256_mul_div(amount, price, mo_u256_from_u64(UNIT), &worth) ? worth : MO_U256_MAX;
}

mo_u256_t mo_facilitator_policy_spent(const mo_facilitator_policy_t *policy, mo_chain_t chain, uint64_t gas)
{
    mo_u256_t wei;
    if (!mo_u256_mul(policy->gas_prices[chain], mo_u256_from_u64(gas), &wei)) {
        return MO_U256_MAX;
    }
    return chain == MO_CHAIN_ORIGIN ? wei : at_price(wei, policy->coin_price);
}

mo_u256_t mo_facilitator_policy_worth(const mo_facilitator_policy_t *policy, mo_u256_t tokens)
{
    return at_price(tokens, policy->token_price);
}

/* Whether what is earned covers the gas of both chains and the floor. */
static bool pays(const mo_facilitator_policy_t *policy, const mo_message_t *message, const uint64_t gas[MO_CHAIN_COUNT])
{
    if (mo_bus_reward_check(message) != MO_REWARD_ACCEPTED) {
        return false;
    }
    const mo_reward_gas_t counted = {.measured = MO_POLICY_GAS_REWARDED};
    const mo_u256_t earned = mo_facilitator_policy_worth(policy, mo_bus_reward(message, &counted));
    const mo_u256_t origin = mo_facilitator_policy_spent(policy, MO_CHAIN_ORIGIN, gas[MO_CHAIN_ORIGIN]);
    const mo_u256_t auxiliary = mo_facilitator_policy_spent(policy, MO_CHAIN_AUXILIARY, gas[MO_CHAIN_AUXILIARY]);
    mo_u256_t spent;
    return mo_u256_add(origin, auxiliary, &spent) && mo_u256_add(spent, policy->floor, &spent) &&
           !mo_u256_less(earned, spent);
}

mo_policy_verdict_t mo_facilitator_policy_judge(const mo_facilitator_policy_t *policy, const mo_address_t *self,
                                                mo_message_kind_t kind, const mo_message_t *message)
{
    const bool stake = kind == MO_MESSAGE_STAKE;
    const uint64_t at_source = MO_POLICY_GAS_DECLARE + MO_POLICY_GAS_REVEAL;
    const uint64_t at_target = MO_POLICY_GAS_PROVE + MO_POLICY_GAS_DELIVER;
    const uint64_t gas[MO_CHAIN_COUNT] = {[MO_CHAIN_ORIGIN] = stake ? at_source : at_target,
                                          [MO_CHAIN_AUXILIARY] = stake ? at_target : at_source};
    if (!mo_address_is_zero(&message->facilitator) && !mo_address_equal(&message->facilitator, self)) {
        return MO_POLICY_FACILITATOR_OTHER;
    }
    if (holds(&policy->deny, &message->sender)) {
        return MO_POLICY_DENIED;
    }
    if (policy->allow.count > 0 && !holds(&policy->allow, &message->sender)) {
        return MO_POLICY_NOT_ALLOWED;
    }
    if (mo_bus_reward_check(message) != MO_REWARD_ACCEPTED) {
        return MO_POLICY_REWARD_UNSOUND;
    }
    return policy->priced && !pays(policy, message, gas) ? MO_POLICY_UNPROFITABLE : MO_POLICY_ACCEPTED;
}

bool mo_facilitator_policy_rescues(const mo_facilitator_policy_t *policy, mo_message_kind_t kind,
                                   const mo_message_t *message)
{
    uint64_t gas[MO_CHAIN_COUNT] = {0};
    gas[kind == MO_MESSAGE_STAKE ? MO_CHAIN_AUXILIARY : MO_CHAIN_ORIGIN] = MO_POLICY_GAS_PROVE + MO_POLICY_GAS_DELIVER;
    return policy->rescue_ms > 0 && (!policy->priced || pays(policy, message, gas));
}

const char *mo_facilitator_policy_verdict_name(mo_policy_verdict_t verdict)
{
    switch (verdict) { MO_POLICY_VERDICTS(MO_VERDICT_NAME) }
    return "unknown";
}
