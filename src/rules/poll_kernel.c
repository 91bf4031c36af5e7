#include "rules/kernel.h"
#include "rules/poll_tables.h"
#include "rules/transition.h"
#include "rules/vote.h"

static mo_poll_verdict_t check_turn(const mo_poll_t *poll, const mo_kernel_t *kernel) {
    if (kernel->height.value != poll->in_force.value + 1) {
        return MO_POLL_KERNEL_HEIGHT_MISMATCH;
    }
    return poll->pending.value != 0 ? MO_POLL_KERNEL_ALREADY_PENDING : MO_POLL_ACCEPTED;
}

/* kernel.parent opens to the meta-block, and that to the kernel in force and to the link (5.6). */
static mo_poll_verdict_t check_parent(const mo_poll_t *poll, const mo_kernel_t *kernel,
                                      const mo_meta_block_t *parent, const mo_vote_t *link) {
    mo_hash_t block_hash = mo_rules_meta_block_hash(parent);
    mo_hash_t link_hash = mo_rules_vote_hash(link);
    if (!mo_hash_equal(&kernel->parent, &block_hash)) {
        return MO_POLL_PARENT_MISMATCH;
    }
    if (!mo_hash_equal(&parent->kernel, &poll->in_force_hash)) {
        return MO_POLL_PARENT_KERNEL_MISMATCH;
    }
    if (!mo_hash_equal(&parent->vote, &link_hash)) {
        return MO_POLL_PARENT_VOTE_MISMATCH;
    }
    if (!mo_hash_equal(&link->chain, &poll->config.core_id)) {
        return MO_POLL_LINK_CHAIN_MISMATCH;
    }
    return mo_hash_equal(&parent->transition, &link->transition) ? MO_POLL_ACCEPTED
                                                                 : MO_POLL_LINK_TRANSITION_MISMATCH;
}

/* The committed source lies on this chain, so that a fork that lost cannot adopt the kernel, and is finalised
 * here, so that no link of an older kernel is tallied any more (5.6). */
static mo_poll_verdict_t check_committed_source(const mo_poll_t *poll, const mo_vote_t *link) {
    mo_transition_t transition;
    mo_poll_verdict_t verdict = mo_rules_poll_transition(poll, &link->source, &transition);
    if (verdict != MO_POLL_ACCEPTED) {
        return verdict;
    }
    mo_hash_t expected = mo_rules_transition_hash(&transition);
    if (!mo_hash_equal(&link->transition, &expected)) {
        return MO_POLL_SOURCE_TRANSITION_MISMATCH;
    }
    bool finalised = poll->last_finalised[MO_POLL_AUXILIARY].height.value >= link->source_height.value;
    return finalised ? MO_POLL_ACCEPTED : MO_POLL_SOURCE_NOT_FINALISED;
}

static mo_poll_verdict_t check_updates(const mo_poll_t *poll, const mo_kernel_t *kernel) {
    bool applicable = mo_rules_validators_check_kernel(&poll->validators, kernel) == MO_SET_ACCEPTED;
    return applicable ? MO_POLL_ACCEPTED : MO_POLL_UPDATES_REFUSED;
}

mo_poll_verdict_t mo_rules_poll_check_relay(const mo_poll_t *poll, const mo_kernel_t *kernel,
                                            const mo_meta_block_t *parent, const mo_vote_t *link) {
    mo_poll_verdict_t verdict = check_turn(poll, kernel);
    if (verdict == MO_POLL_ACCEPTED) {
        verdict = check_parent(poll, kernel, parent, link);
    }
    if (verdict == MO_POLL_ACCEPTED) {
        verdict = check_committed_source(poll, link);
    }
    return verdict == MO_POLL_ACCEPTED ? check_updates(poll, kernel) : verdict;
}

mo_poll_verdict_t mo_rules_poll_adopt(mo_poll_t *poll, uint64_t block, const mo_kernel_t *kernel) {
    if (block < poll->block) {
        return MO_POLL_BLOCK_BACKWARDS;
    }
    mo_poll_verdict_t verdict = check_turn(poll, kernel);
    if (verdict != MO_POLL_ACCEPTED) {
        return verdict;
    }
    if (mo_rules_validators_apply(&poll->validators, kernel) != MO_SET_ACCEPTED) {
        return MO_POLL_UPDATES_REFUSED;
    }
    poll->block = block;
    poll->pending = kernel->height;
    poll->pending_hash = mo_rules_kernel_hash(kernel);
    poll->pending_dynasty = poll->dynasty;
    return MO_POLL_ACCEPTED;
}

mo_poll_verdict_t mo_rules_poll_relay(mo_poll_t *poll, uint64_t block, const mo_kernel_t *kernel,
                                      const mo_meta_block_t *parent, const mo_vote_t *link) {
    if (block < poll->block) {
        return MO_POLL_BLOCK_BACKWARDS;
    }
    mo_poll_verdict_t verdict = mo_rules_poll_check_relay(poll, kernel, parent, link);
    return verdict == MO_POLL_ACCEPTED ? mo_rules_poll_adopt(poll, block, kernel) : verdict;
}
