/* The core from its events alone: what origin has done, for somebody who follows it (4).
 *
 * mo_rules_core_commit decides a commit and needs the whole seal for it. A follower of Core's logs gets the
 * outcome instead: MetaBlockCommitted (hash of T, link) and then KernelOpened (K_n+1). These operations
 * bring a mo_core_t forward by them. The seal was verified by the contract and is not repeated; everything
 * else is: that T was proposed, that the link finalises its source under this T, that K_n+1 continues the
 * chain of meta-blocks, with the gas target of 4.3 and updates that the set can carry.
 *
 *     MetaBlockCommitted(n, hash K_n, hash T_n, link)  -->  committed, sources, *block = B_n
 *     KernelOpened(n + 1, hash, K_n+1)                 -->  K_n+1.parent = hash B_n, proposals of K_n
 * forgotten
 *     ProposalStruck(id), ObservationChallenged(id)    -->  that proposal forgotten
 *
 * Between the first two the core has no kernel that could be proposed for: both come from one transaction.
 * Floor 2. Pure.
 */
#ifndef MO_RULES_OBSERVE_H
#define MO_RULES_OBSERVE_H

#include "rules/core.h"

/* B_n was committed with the T of this hash by `link`. Out: *block, its three hashes; zero on failure.
 * KERNEL_NOT_OPEN, PROPOSAL_NOT_LIVE, or a verdict of mo_core_verdict_t about the link. */
MO_MUST_USE mo_core_verdict_t mo_rules_core_observe_commit(mo_core_t *core, const mo_hash_t *kernel,
                                                           const mo_hash_t *transition, const mo_vote_t *link,
                                                           mo_meta_block_t *block);

/* The same when the proposal is not among those kept (MO_CORE_PROPOSALS_MAX), by T as the follower knows it. Its hash
 * is that of the log; the caller has compared them. */
MO_MUST_USE mo_core_verdict_t mo_rules_core_observe_known_commit(mo_core_t *core, const mo_hash_t *kernel,
                                                                 const mo_transition_t *transition,
                                                                 const mo_vote_t *link, mo_meta_block_t *block);

/* The same when of T only its hash is known. Its gas follows
 * from the target of the kernel that opens next; dynasty and observation stay those of the meta-block before, below the
 * true ones, and bind no proposal more than the source's height does, which rises with them. */
MO_MUST_USE mo_core_verdict_t mo_rules_core_observe_unseen_commit(mo_core_t *core, const mo_hash_t *kernel,
                                                                  const mo_hash_t *transition,
                                                                  const mo_vote_t *link, mo_meta_block_t *block);

/* `next` opened, whose parent must be `block`, the last committed one. Nothing changes on failure. */
MO_MUST_USE mo_core_verdict_t mo_rules_core_observe_kernel(mo_core_t *core, const mo_meta_block_t *block,
                                                           const mo_kernel_t *next);

/* The proposal of this id was struck, or is forfeit (4.4 a, b): it can never commit, and leaves the copy.
 * STATUS_INVALID, or PROPOSAL_NOT_LIVE when the copy does not hold it. */
MO_MUST_USE mo_core_verdict_t mo_rules_core_observe_struck(mo_core_t *core, const mo_hash_t *id);

#endif
