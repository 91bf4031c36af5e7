/* Reputation: how much of a stake counts as weight, sampled when an update is queued (5.2).
 *
 *     constant     1, always
 *     warm-up      0 at the join, then a step a height, whole after `heights`; founders whole from the start
 *     lifetime     whole for `heights` heights from the join on, then 0
 *
 *     heights = 4, joined with K_7     K_7   K_8   K_9   K_10  K_11  K_12
 *     warm-up                          0     1/4   1/2   3/4   1     1
 *     lifetime                         1     1     1     1     0     0
 *
 * The three kinds that are shipped (contracts/src/origin), in their integers: parts of 1e18, rounded down. Another
 * contract's answer is a fact of the chain that these rules cannot compute.
 *
 * Floor 2. Pure.
 */
#ifndef MO_RULES_REPUTATION_H
#define MO_RULES_REPUTATION_H

#include <stdint.h>

/* 1 in the contracts' fixed point: fractions of stake are parts of 1e18. */
#define MO_ONE UINT64_C(1000000000000000000)

typedef enum {
    MO_REPUTATION_CONSTANT,
    MO_REPUTATION_WARM_UP,
    MO_REPUTATION_LIFETIME,
} mo_reputation_kind_t;

/* `heights` is not 0; the constant kind does not read it. */
typedef struct {
    mo_reputation_kind_t kind;
    uint64_t heights;
} mo_reputation_t;

/* In: the height that is sampled for, and that of the join, 0 before it was carried. Out: parts of MO_ONE. */
uint64_t mo_rules_reputation(const mo_reputation_t *reputation, uint64_t height, uint64_t join_height);

#endif
