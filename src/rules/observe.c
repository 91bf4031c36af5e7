#include "rules/observe.h"

#include "rules/kernel.h"

static const mo_proposal_t *proposal_of(const mo_core_t *core, const mo_hash_t *transition, mo_height_t source)
{
    for (size_t i = 0; i < core->proposal_count; i++) {
        const mo_proposal_t *p = &core->proposals[i];
        bool as_stated = p->stated_height.value == 0 || p->stated_height.value == source.value;
        if (as_stated && mo_hash_equal(&p->transition_hash, transition)) {
            return p;
        }
    }
    return NULL;
}

static mo_core_verdict_t check_link(const mo_core_t *core, const mo_hash_t *transition, const mo_vote_t *link)
{
    if (!mo_hash_equal(&link->chain, &core->config.core_id)) {
        return MO_CORE_LINK_CHAIN_WRONG;
    }
    if (!mo_hash_equal(&link->transition, transition)) {
        return MO_CORE_LINK_TRANSITION_WRONG;
    }
    if (link->target_height.value != link->source_height.value + 1) {
        return MO_CORE_LINK_NOT_FINALISING;
    }
    if (link->source_height.value <= core->committed.source_height.value) {
        return MO_CORE_SOURCE_NOT_ABOVE;
    }
    return MO_CORE_ACCEPTED;
}

mo_core_verdict_t mo_rules_core_observe_commit(mo_core_t *core, const mo_hash_t *kernel,
                                               const mo_hash_t *transition, const mo_vote_t *link,
                                               mo_meta_block_t *block)
{
    *block = (mo_meta_block_t){0};
    if (core->status != MO_CORE_OPEN) {
        return MO_CORE_NOT_OPEN;
    }
    if (!mo_hash_equal(kernel, &core->kernel_hash)) {
        return MO_CORE_KERNEL_NOT_OPEN;
    }
    const mo_proposal_t *proposal = proposal_of(core, transition, link->source_height);
    if (proposal == NULL) {
        return MO_CORE_NOT_PROPOSED;
    }
    mo_core_verdict_t verdict = check_link(core, transition, link);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    core->committed = (mo_committed_t){.dynasty = proposal->transition.dynasty,
                                       .origin_number = proposal->transition.origin_number,
                                       .source_height = link->source_height,
                                       .gas = proposal->transition.gas};
    core->sources[core->kernel.height.value % MO_CORE_SOURCES_MAX] = link->source;
    *block = mo_rules_meta_block(&core->kernel, &proposal->transition, link);
    return MO_CORE_ACCEPTED;
}

mo_core_verdict_t mo_rules_core_observe_kernel(mo_core_t *core, const mo_meta_block_t *block,
                                               const mo_kernel_t *next)
{
    mo_hash_t parent = mo_rules_meta_block_hash(block);
    mo_u256_t target;
    if (core->status != MO_CORE_OPEN) {
        return MO_CORE_NOT_OPEN;
    }
    if (next->height.value != core->kernel.height.value + 1) {
        return MO_CORE_HEIGHT_WRONG;
    }
    if (!mo_hash_equal(&next->parent, &parent)) {
        return MO_CORE_PARENT_WRONG;
    }
    if (!mo_u256_add(core->committed.gas, core->config.gas_step, &target) ||
        !mo_u256_equal(target, next->gas_target)) {
        return MO_CORE_GAS_TARGET_WRONG;
    }
    if (mo_rules_validators_apply(&core->validators, next) != MO_SET_ACCEPTED) {
        return MO_CORE_UPDATES_WRONG;
    }
    core->kernel = *next;
    core->kernel_hash = mo_rules_kernel_hash(next);
    core->proposal_count = 0;
    return MO_CORE_ACCEPTED;
}
