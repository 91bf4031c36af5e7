/* What a facilitator takes on, and what it earns by it: prices, floor, lists (gateway 7.3).
 *
 *     earned    reward of the delivery, in tokens                * token price
 *     spent     gas of declare, progress, provePeer, deliver     * gas price of each chain (* price of its coin)
 *     profit    earned - spent, in wei of origin's coin; below the floor the message is left to others
 *
 * Prices are the operator's; nothing here asks a market. Gas is counted as measured on a devnet, rounded up; the proof of
 * the peer is counted whole, although others share it. Without prices every message is worth carrying.
 *
 * Limits: MO_POLICY_LIST_MAX addresses in a list. Floor 4, pure.
 */
#ifndef MO_ROLE_FACILITATOR_POLICY_H
#define MO_ROLE_FACILITATOR_POLICY_H

#include "base/verdict.h"
#include "bus/message.h"
#include "role/event.h"

#define MO_POLICY_LIST_MAX 64

/* Gas of one step at most, as measured on a devnet (docs/gateway.md 7.10), rounded up. */
#define MO_POLICY_GAS_DECLARE  150000u
#define MO_POLICY_GAS_REVEAL   65000u
#define MO_POLICY_GAS_PROVE    125000u
#define MO_POLICY_GAS_DELIVER  130000u

/* Gas that a delivery is paid for at least: OVERHEAD of the gateway and 60,000 measured. */
#define MO_POLICY_GAS_REWARDED 150000u

typedef struct {
    mo_address_t items[MO_POLICY_LIST_MAX];
    size_t count;
} mo_policy_list_t;

typedef struct {
    uint64_t spread_ms; /* what several would do at once, each does at a time of its own within this */
    uint64_t rescue_ms; /* another's message that could be delivered for so long is delivered by proof; 0: never */
    bool priced;        /* the prices and the floor count */
    mo_u256_t token_price;                /* wei of origin's coin per 10^18 smallest units of the token */
    mo_u256_t coin_price;                 /* wei of origin's coin per 10^18 wei of the auxiliary chain's */
    mo_u256_t gas_prices[MO_CHAIN_COUNT]; /* wei per gas */
    mo_u256_t floor;                      /* wei of origin's coin */
    mo_policy_list_t allow; /* senders; empty: all */
    mo_policy_list_t deny;
} mo_facilitator_policy_t;

/* In the order of the checks. */
#define MO_POLICY_VERDICTS(X)                                                                                \
    X(MO_POLICY_ACCEPTED, "Accepted", "gateway 7.10")                                                        \
    X(MO_POLICY_FACILITATOR_OTHER, "FacilitatorWrong", "gateway 7.1")                                        \
    X(MO_POLICY_DENIED, "SenderDenied", "gateway 7.10")                                                      \
    X(MO_POLICY_NOT_ALLOWED, "SenderNotAllowed", "gateway 7.10")                                             \
    X(MO_POLICY_REWARD_UNSOUND, "RewardAboveAmount", "gateway 7.3")                                          \
    X(MO_POLICY_UNPROFITABLE, "ProfitBelowFloor", "gateway 7.10")

typedef enum { MO_POLICY_VERDICTS(MO_VERDICT_CODE) } mo_policy_verdict_t;

/* What a policy says without being told anything else: all messages, a spread of a second, a rescue after two minutes. */
mo_facilitator_policy_t mo_facilitator_policy_default(void);

/* Whether to declare a message of this kind; `self` is the facilitator's own address. */
MO_MUST_USE mo_policy_verdict_t mo_facilitator_policy_judge(const mo_facilitator_policy_t *policy, const mo_address_t *self,
                                                            mo_message_kind_t kind, const mo_message_t *message);

/* Whether delivering another's message by proof pays. */
bool mo_facilitator_policy_rescues(const mo_facilitator_policy_t *policy, mo_message_kind_t kind,
                                   const mo_message_t *message);

/* Wei of origin's coin that gas of a chain costs, and that tokens are worth; down. */
mo_u256_t mo_facilitator_policy_spent(const mo_facilitator_policy_t *policy, mo_chain_t chain, uint64_t gas);
mo_u256_t mo_facilitator_policy_worth(const mo_facilitator_policy_t *policy, mo_u256_t tokens);

const char *mo_facilitator_policy_verdict_name(mo_policy_verdict_t verdict);

#endif
