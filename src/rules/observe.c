#include "rules/observe.h"

#include "rules/core_parts.h"
#include "rules/kernel.h"

static const mo_proposal_t *proposal_of(const mo_core_t *core, const mo_hash_t *transition,
                                        mo_height_t source) {
    for (size_t i = 0; i < core->proposal_count; i++) {
        const mo_proposal_t *p = &core->proposals[i];
        bool as_stated = p->stated_height.value == 0 || p->stated_height.value == source.value;
        if (as_stated && mo_hash_equal(&p->transition_hash, transition)) {
            return p;
        }
    }
    return NULL;
}

mo_core_verdict_t mo_rules_core_observe_commit(mo_core_t *core, const mo_hash_t *kernel,
                                               const mo_hash_t *transition, const mo_vote_t *link,
                                               mo_meta_block_t *block) {
    *block = (mo_meta_block_t){0};
    if (core->status != MO_CORE_OPEN) {
        return MO_CORE_STATUS_INVALID;
    }
    if (!mo_hash_equal(kernel, &core->kernel_hash)) {
        return MO_CORE_KERNEL_NOT_OPEN;
    }
    const mo_proposal_t *proposal = proposal_of(core, transition, link->source_height);
    if (proposal == NULL) {
        return MO_CORE_PROPOSAL_NOT_LIVE;
    }
    mo_core_verdict_t verdict = mo_core_link_check(core, transition, link);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    *block = mo_rules_meta_block(&core->kernel, &proposal->transition, link);
    mo_core_committed_set(core, &proposal->transition, link);
    return MO_CORE_ACCEPTED;
}

mo_core_verdict_t mo_rules_core_observe_kernel(mo_core_t *core, const mo_meta_block_t *block,
                                               const mo_kernel_t *next) {
    if (core->status != MO_CORE_OPEN) {
        return MO_CORE_STATUS_INVALID;
    }
    mo_hash_t parent = mo_rules_meta_block_hash(block);
    mo_core_verdict_t verdict = mo_core_kernel_check(core, next, &parent, core->committed.gas);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    mo_core_kernel_open(core, next);
    return MO_CORE_ACCEPTED;
}
