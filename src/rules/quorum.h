/* The one question of weight: is it +2/3?
 *
 * Strictly more than two thirds, in integers, without a quotient that could round the wrong way and without
 * overflow (interfaces 0.3). 3 of 5 is not a quorum, 4 of 5 is; 2 of 3 is not, 3 of 3 is; of an empty set
 * nothing is.
 *
 *     w > 0  and  w <= t  and  t - w <= (w - 1) / 2
 *
 * Floor 2. Pure.
 */
#ifndef MO_RULES_QUORUM_H
#define MO_RULES_QUORUM_H

#include <stdbool.h>

#include "rules/types.h"

/* Whether `weight` is +2/3 of `total`. More than the total is never a quorum: such a sum is wrong. */
bool mo_rules_quorum(mo_weight_t weight, mo_weight_t total);

#endif
