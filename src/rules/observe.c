#include "rules/observe.h"

#include "rules/core_parts.h"
#include "rules/kernel.h"
#include "rules/transition.h"
#include "rules/vote.h"

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

/* B_n stands, by a T whose hash the link may carry. */
static mo_core_verdict_t stand(mo_core_t *core, const mo_transition_t *transition, const mo_hash_t *hash,
                               const mo_vote_t *link, mo_meta_block_t *block) {
    mo_core_verdict_t verdict = mo_core_link_check(core, hash, link);
    if (verdict == MO_CORE_ACCEPTED) {
        *block = mo_rules_meta_block(&core->kernel, transition, link);
        mo_core_committed_set(core, transition, link);
    }
    return verdict;
}

mo_core_verdict_t mo_rules_core_observe_commit(mo_core_t *core, const mo_hash_t *kernel,
                                               const mo_hash_t *transition, const mo_vote_t *link,
                                               mo_meta_block_t *block) {
    *block = (mo_meta_block_t){0};
    mo_core_verdict_t verdict = mo_core_open_kernel_check(core, kernel);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    const mo_proposal_t *proposal = proposal_of(core, transition, link->source_height);
    return proposal == NULL ? MO_CORE_PROPOSAL_NOT_LIVE
                            : stand(core, &proposal->transition, transition, link, block);
}

mo_core_verdict_t mo_rules_core_observe_known_commit(mo_core_t *core, const mo_hash_t *kernel,
                                                     const mo_transition_t *transition, const mo_vote_t *link,
                                                     mo_meta_block_t *block) {
    *block = (mo_meta_block_t){0};
    mo_core_verdict_t verdict = mo_core_open_kernel_check(core, kernel);
    mo_hash_t hash = mo_rules_transition_hash(transition);
    return verdict == MO_CORE_ACCEPTED ? stand(core, transition, &hash, link, block) : verdict;
}

mo_core_verdict_t mo_rules_core_observe_unseen_commit(mo_core_t *core, const mo_hash_t *kernel,
                                                      const mo_hash_t *transition, const mo_vote_t *link,
                                                      mo_meta_block_t *block) {
    *block = (mo_meta_block_t){0};
    mo_core_verdict_t verdict = mo_core_open_kernel_check(core, kernel);
    if (verdict == MO_CORE_ACCEPTED) {
        verdict = mo_core_link_check(core, transition, link);
    }
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    mo_transition_t before = {.dynasty = core->committed.dynasty,
                              .origin_number = core->committed.origin_number,
                              .gas = core->committed.gas};
    *block = (mo_meta_block_t){
        .kernel = core->kernel_hash, .transition = *transition, .vote = mo_rules_vote_hash(link)};
    mo_core_committed_set(core, &before, link);
    core->committed_unseen = true;
    return MO_CORE_ACCEPTED;
}

mo_core_verdict_t mo_rules_core_observe_kernel(mo_core_t *core, const mo_meta_block_t *block,
                                               const mo_kernel_t *next) {
    if (core->status != MO_CORE_OPEN) {
        return MO_CORE_STATUS_INVALID;
    }
    mo_hash_t parent = mo_rules_meta_block_hash(block);
    mo_u256_t gas = core->committed.gas;
    if (core->committed_unseen && (!mo_u256_sub(next->gas_target, core->config.gas_step, &gas) ||
                                   !mo_u256_less(core->committed.gas, gas))) {
        return MO_CORE_GAS_TARGET_MISMATCH;
    }
    mo_core_verdict_t verdict = mo_core_kernel_check(core, next, &parent, gas);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    core->committed.gas = gas;
    core->committed_unseen = false;
    mo_core_kernel_open(core, next);
    return MO_CORE_ACCEPTED;
}

mo_core_verdict_t mo_rules_core_observe_struck(mo_core_t *core, const mo_hash_t *id) {
    if (core->status != MO_CORE_OPEN) {
        return MO_CORE_STATUS_INVALID;
    }
    const mo_proposal_t *struck = mo_rules_core_proposal(core, id);
    if (struck == NULL) {
        return MO_CORE_PROPOSAL_NOT_LIVE;
    }
    size_t last = --core->proposal_count;
    core->proposals[struck - core->proposals] = core->proposals[last];
    return MO_CORE_ACCEPTED;
}
