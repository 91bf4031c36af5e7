/* The checks and the steps that core.c, observe.c and the files of rules/origin.h share: an open kernel, a transition
 * that rises, a link under a transition, a seal, the next kernel.
 *
 * Floor 2. Pure. For those files alone.
 */
#ifndef MO_RULES_CORE_PARTS_H
#define MO_RULES_CORE_PARTS_H

#include "rules/core.h"

/* The core is open, and this is its open kernel (4.2). */
MO_MUST_USE mo_core_verdict_t mo_core_open_kernel_check(const mo_core_t *core, const mo_hash_t *kernel);

/* What a transition must add to the committed one (4.2). */
MO_MUST_USE mo_core_verdict_t mo_core_rise_check(const mo_core_t *core, const mo_transition_t *transition);

/* Whether a link about `chain` under the transition of this hash finalises its source. */
MO_MUST_USE mo_core_verdict_t mo_core_finalising_check(const mo_vote_t *link, const mo_hash_t *chain,
                                                       const mo_hash_t *transition);

/* +2/3 of V_m over the link in both of its sets, every signature checked; m must be one that is tallied. *tally is zero
 * on failure. */
MO_MUST_USE mo_core_verdict_t mo_core_seal_check(const mo_core_t *core, mo_height_t m, const mo_vote_t *link,
                                                 mo_bytes_t seal, mo_tally_t *tally);

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
