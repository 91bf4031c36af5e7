/* What a facilitator earns, and what a message can cost at most (gateway 7.3).
 *
 *     reward = gasPrice * min(gasLimit, OVERHEAD + CONFIRM_GAS if it was confirmed earlier + gas measured)
 *
 * declare refuses unless gasLimit < 2^40 and gasPrice * gasLimit <= amount, in checked arithmetic, so that
 * the reward never exceeds the amount. Penalty = bounty + bounty / 2, rounded down.
 *
 * Floor 2. Pure.
 */
#ifndef MO_BUS_REWARD_H
#define MO_BUS_REWARD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/verdict.h"
#include "bus/message.h"

#define MO_REWARD_VERDICTS(X)                                                                                \
    X(MO_REWARD_ACCEPTED, "Accepted", "gateway 7.3")                                                         \
    X(MO_REWARD_GAS_LIMIT_TOO_LARGE, "GasLimitTooLarge", "gateway 7.3")                                      \
    X(MO_REWARD_ABOVE_AMOUNT, "RewardAboveAmount", "gateway 7.3")

typedef enum { MO_REWARD_VERDICTS(MO_VERDICT_CODE) } mo_reward_verdict_t;

/* Gas that a delivery is paid for, in parts. */
typedef struct {
    uint64_t overhead;    /* OVERHEAD of the gateway */
    uint64_t confirm_gas; /* CONFIRM_GAS of the gateway */
    bool confirmed;       /* the message was confirmed before */
    uint64_t measured;    /* up to the first payment */
} mo_reward_gas_t;

/* The bound that declare checks. */
MO_MUST_USE mo_reward_verdict_t mo_bus_reward_check(const mo_message_t *message);

/* The most that a message can cost its beneficiary: gasPrice * gasLimit. For a message that passed the check.
 */
mo_u256_t mo_bus_reward_quote(const mo_message_t *message);

/* The reward of a delivery. For a message that passed the check; never above its quote. */
mo_u256_t mo_bus_reward(const mo_message_t *message, const mo_reward_gas_t *gas);

/* Penalty of a revocation for a bounty, both in wei; false, and zero, when it passes 256 bits. */
bool mo_bus_penalty(const mo_u256_t *bounty, mo_u256_t *penalty);

const char *mo_bus_reward_verdict_name(mo_reward_verdict_t verdict);

#endif
