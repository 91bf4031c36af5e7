/* The checks and the step that core.c and observe.c share: a link under a transition, the next kernel.
 *
 * Floor 2. Pure. For those two files alone.
 */
#ifndef MO_RULES_CORE_PARTS_H
#define MO_RULES_CORE_PARTS_H

#include "rules/core.h"

/* The link's part of commit's checks (4.3): about this core, under the transition of this hash, finalising
 * its source, above the committed one. */
MO_MUST_USE mo_core_verdict_t mo_core_link_check(const mo_core_t *core, const mo_hash_t *transition,
                                                 const mo_vote_t *link);

/* Whether `next` follows the open kernel: height, parent, gas target over `committed_gas` (4.3), updates that
 * fit the set (5.4). */
MO_MUST_USE mo_core_verdict_t mo_core_kernel_check(const mo_core_t *core, const mo_kernel_t *next,
                                                   const mo_hash_t *parent, mo_u256_t committed_gas);

/* Opens a kernel that passed: the set moves on, proposals of the old one are forgotten. */
void mo_core_kernel_open(mo_core_t *core, const mo_kernel_t *next);

/* What committing `transition` by `link` fixes. */
void mo_core_committed_set(mo_core_t *core, const mo_transition_t *transition, const mo_vote_t *link);

#endif
