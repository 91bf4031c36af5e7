#include "bus/reward.h"

#include "base/check.h"
#include "bus/limits.h"

mo_reward_verdict_t mo_bus_reward_check(const mo_message_t *message) {
    if (mo_u256_bits(message->gas_limit) > MO_BUS_GAS_LIMIT_BITS) {
        return MO_REWARD_GAS_LIMIT_TOO_LARGE;
    }
    mo_u256_t bound;
    bool in_range = mo_u256_mul(message->gas_price, message->gas_limit, &bound);
    return in_range && !mo_u256_less(message->intent.amount, bound) ? MO_REWARD_ACCEPTED
                                                                    : MO_REWARD_ABOVE_AMOUNT;
}

mo_u256_t mo_bus_reward_quote(const mo_message_t *message) {
    mo_u256_t quote;
    bool in_range = mo_u256_mul(message->gas_price, message->gas_limit, &quote);
    MO_CHECK(in_range);
    return quote;
}

static uint64_t add_saturating(uint64_t a, uint64_t b) {
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

mo_u256_t mo_bus_reward(const mo_message_t *message, const mo_reward_gas_t *gas) {
    uint64_t used = add_saturating(gas->overhead, gas->measured);
    if (gas->confirmed) {
        used = add_saturating(used, gas->confirm_gas);
    }
    mo_u256_t paid = mo_u256_from_u64(used);
    if (mo_u256_less(message->gas_limit, paid)) {
        paid = message->gas_limit;
    }
    mo_u256_t reward;
    bool in_range = mo_u256_mul(message->gas_price, paid, &reward);
    MO_CHECK(in_range);
    return reward;
}

bool mo_bus_penalty(const mo_u256_t *bounty, mo_u256_t *penalty) {
    return mo_u256_add(*bounty, mo_u256_shift_right(*bounty, 1), penalty);
}

const char *mo_bus_reward_verdict_name(mo_reward_verdict_t verdict) {
    switch (verdict) { MO_REWARD_VERDICTS(MO_VERDICT_NAME) }
    return "unknown";
}
