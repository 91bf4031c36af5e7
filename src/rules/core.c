#include "rules/core.h"

#include "base/check.h"
#include "base/clear.h"
#include "eth/keccak.h"
#include "rules/core_parts.h"
#include "rules/kernel.h"
#include "rules/transition.h"
#include "rules/vote.h"

/* --- views -----------------------------------------------------------------------------------------------
 */

bool mo_rules_core_reaches_target(const mo_core_t *core, const mo_transition_t *transition) {
    return !mo_u256_less(transition->gas, core->kernel.gas_target);
}

mo_height_t mo_rules_core_stated_height(const mo_core_t *core, const mo_transition_t *transition,
                                        mo_height_t source_height) {
    return mo_rules_core_reaches_target(core, transition) ? source_height : (mo_height_t){0};
}

mo_hash_t mo_rules_core_proposal_id(const mo_hash_t *transition_hash, mo_height_t stated_height) {
    mo_hash_t height = mo_u256_to_hash(mo_u256_from_u64(stated_height.value));
    return mo_keccak256_pair(transition_hash, &height);
}

const mo_proposal_t *mo_rules_core_proposal(const mo_core_t *core, const mo_hash_t *id) {
    for (size_t i = 0; i < core->proposal_count; i++) {
        if (mo_hash_equal(&core->proposals[i].id, id)) {
            return &core->proposals[i];
        }
    }
    return NULL;
}

const mo_proposal_t *mo_rules_core_proposal_of(const mo_core_t *core, const mo_hash_t *transition_hash) {
    for (size_t i = 0; i < core->proposal_count; i++) {
        if (mo_hash_equal(&core->proposals[i].transition_hash, transition_hash)) {
            return &core->proposals[i];
        }
    }
    return NULL;
}

bool mo_rules_core_source(const mo_core_t *core, mo_height_t k, mo_hash_t *source) {
    uint64_t open = core->kernel.height.value;
    bool kept = k.value >= 1 && k.value < open && open - k.value <= MO_CORE_SOURCES_MAX;
    *source = kept ? core->sources[k.value % MO_CORE_SOURCES_MAX] : (mo_hash_t){0};
    return kept;
}

/* --- opening -----------------------------------------------------------------------------------------------
 */

void mo_rules_core_create(mo_core_t *core, const mo_core_config_t *config) {
    mo_clear(core, sizeof *core);
    core->config = *config;
    core->status = MO_CORE_CREATED;
}

mo_core_verdict_t mo_core_kernel_check(const mo_core_t *core, const mo_kernel_t *next,
                                       const mo_hash_t *parent, mo_u256_t committed_gas) {
    if (next->height.value != core->kernel.height.value + 1) {
        return MO_CORE_KERNEL_HEIGHT_MISMATCH;
    }
    if (!mo_hash_equal(&next->parent, parent)) {
        return MO_CORE_PARENT_MISMATCH;
    }
    mo_u256_t target;
    if (!mo_u256_add(committed_gas, core->config.gas_step, &target) ||
        !mo_u256_equal(next->gas_target, target)) {
        return MO_CORE_GAS_TARGET_MISMATCH;
    }
    bool applicable = mo_rules_validators_check_kernel(&core->validators, next) == MO_SET_ACCEPTED;
    return applicable ? MO_CORE_ACCEPTED : MO_CORE_UPDATES_REFUSED;
}

static void halt_if_slashed(mo_core_t *core) {
    if (core->status == MO_CORE_OPEN && mo_rules_validators_slashed_third(&core->validators)) {
        mo_rules_core_halt(core);
    }
}

void mo_core_kernel_open(mo_core_t *core, const mo_kernel_t *next) {
    bool applied = mo_rules_validators_apply(&core->validators, next) == MO_SET_ACCEPTED;
    MO_CHECK(applied);
    core->kernel = *next;
    core->kernel_hash = mo_rules_kernel_hash(next);
    core->proposal_count = 0;
    halt_if_slashed(core);
}

mo_core_verdict_t mo_rules_core_open(mo_core_t *core, uint64_t origin_root_number, const mo_kernel_t *k1) {
    if (core->status != MO_CORE_CREATED) {
        return MO_CORE_STATUS_INVALID;
    }
    mo_core_verdict_t verdict = mo_core_kernel_check(core, k1, &core->config.setup_hash, MO_U256_ZERO);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    mo_core_kernel_open(core, k1);
    core->status = MO_CORE_OPEN;
    core->committed = (mo_committed_t){.dynasty = 0,
                                       .origin_number = origin_root_number,
                                       .source_height = core->config.root_height,
                                       .gas = MO_U256_ZERO};
    return MO_CORE_ACCEPTED;
}

/* --- propose
 * ------------------------------------------------------------------------------------------------ */

/* From the gas target on the source's height is stated; below it there is nothing to state (4.2). */
static bool stated_height_valid(const mo_core_t *core, const mo_proposing_t *wish) {
    if (mo_rules_core_reaches_target(core, &wish->transition)) {
        return wish->stated_height.value > core->committed.source_height.value;
    }
    return wish->stated_height.value == 0;
}

mo_core_verdict_t mo_core_open_kernel_check(const mo_core_t *core, const mo_hash_t *kernel) {
    if (core->status != MO_CORE_OPEN) {
        return MO_CORE_STATUS_INVALID;
    }
    return mo_hash_equal(kernel, &core->kernel_hash) ? MO_CORE_ACCEPTED : MO_CORE_KERNEL_NOT_OPEN;
}

mo_core_verdict_t mo_core_rise_check(const mo_core_t *core, const mo_transition_t *transition) {
    if (transition->dynasty <= core->committed.dynasty) {
        return MO_CORE_DYNASTY_NOT_ABOVE;
    }
    if (!mo_u256_less(core->committed.gas, transition->gas)) {
        return MO_CORE_GAS_NOT_ABOVE;
    }
    return transition->origin_number < core->committed.origin_number ? MO_CORE_ORIGIN_NUMBER_BELOW
                                                                     : MO_CORE_ACCEPTED;
}

static mo_hash_t id_of(const mo_transition_t *transition, mo_height_t stated_height) {
    mo_hash_t hash = mo_rules_transition_hash(transition);
    return mo_rules_core_proposal_id(&hash, stated_height);
}

mo_core_verdict_t mo_rules_core_check_proposal(const mo_core_t *core, const mo_proposing_t *wish) {
    mo_core_verdict_t verdict = mo_core_open_kernel_check(core, &wish->transition.kernel);
    if (verdict == MO_CORE_ACCEPTED) {
        verdict = mo_core_rise_check(core, &wish->transition);
    }
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    if (!stated_height_valid(core, wish)) {
        return MO_CORE_STATED_HEIGHT_INVALID;
    }
    if (!wish->observation_known) {
        return MO_CORE_OBSERVATION_UNKNOWN;
    }
    mo_hash_t id = id_of(&wish->transition, wish->stated_height);
    if (mo_rules_core_proposal(core, &id) != NULL) {
        return MO_CORE_PROPOSAL_KNOWN;
    }
    return core->proposal_count == MO_CORE_PROPOSALS_MAX ? MO_CORE_FULL : MO_CORE_ACCEPTED;
}

mo_core_verdict_t mo_rules_core_propose(mo_core_t *core, const mo_proposing_t *wish, uint64_t ready_at) {
    mo_core_verdict_t verdict = mo_rules_core_check_proposal(core, wish);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    core->proposals[core->proposal_count++] = (mo_proposal_t){
        .id = id_of(&wish->transition, wish->stated_height),
        .transition_hash = mo_rules_transition_hash(&wish->transition),
        .transition = wish->transition,
        .stated_height = wish->stated_height,
        .ready_at = ready_at,
    };
    return MO_CORE_ACCEPTED;
}

/* --- commit
 * -------------------------------------------------------------------------------------------------- */

static mo_core_verdict_t check_ready(const mo_core_t *core, const mo_commitment_t *wish) {
    mo_hash_t id = id_of(&wish->transition, wish->stated_height);
    const mo_proposal_t *proposal = mo_rules_core_proposal(core, &id);
    if (proposal == NULL) {
        return MO_CORE_PROPOSAL_NOT_LIVE;
    }
    return wish->now < proposal->ready_at ? MO_CORE_PROPOSAL_NOT_READY : MO_CORE_ACCEPTED;
}

mo_core_verdict_t mo_core_finalising_check(const mo_vote_t *link, const mo_hash_t *chain,
                                           const mo_hash_t *transition) {
    if (!mo_hash_equal(&link->chain, chain)) {
        return MO_CORE_CHAIN_MISMATCH;
    }
    if (!mo_hash_equal(&link->transition, transition)) {
        return MO_CORE_TRANSITION_MISMATCH;
    }
    bool next = link->target_height.value > link->source_height.value &&
                link->target_height.value - link->source_height.value == 1;
    return next ? MO_CORE_ACCEPTED : MO_CORE_LINK_NOT_FINALISING;
}

mo_core_verdict_t mo_core_link_check(const mo_core_t *core, const mo_hash_t *transition,
                                     const mo_vote_t *link) {
    mo_core_verdict_t verdict = mo_core_finalising_check(link, &core->config.core_id, transition);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    bool above = link->source_height.value > core->committed.source_height.value;
    return above ? MO_CORE_ACCEPTED : MO_CORE_SOURCE_HEIGHT_NOT_ABOVE;
}

void mo_core_committed_set(mo_core_t *core, const mo_transition_t *transition, const mo_vote_t *link) {
    core->sources[core->kernel.height.value % MO_CORE_SOURCES_MAX] = link->source;
    core->committed = (mo_committed_t){.dynasty = transition->dynasty,
                                       .origin_number = transition->origin_number,
                                       .source_height = link->source_height,
                                       .gas = transition->gas};
}

static mo_core_verdict_t of_set_verdict(mo_set_verdict_t verdict) {
    switch (verdict) {
    case MO_SET_ACCEPTED:
        return MO_CORE_ACCEPTED;
    case MO_SET_SEAL_SCHEME_UNKNOWN:
        return MO_CORE_SEAL_SCHEME_UNKNOWN;
    case MO_SET_SEAL_LENGTH_INVALID:
        return MO_CORE_SEAL_LENGTH_INVALID;
    case MO_SET_SEAL_NOT_ASCENDING:
        return MO_CORE_SEAL_NOT_ASCENDING;
    case MO_SET_INDEX_UNASSIGNED:
        return MO_CORE_INDEX_UNASSIGNED;
    case MO_SET_SEAL_SIGNATURE_INVALID:
        return MO_CORE_SEAL_SIGNATURE_INVALID;
    case MO_SET_KERNEL_HEIGHT_MISMATCH:
    case MO_SET_TOO_MANY_UPDATES:
    case MO_SET_UPDATE_KIND_INVALID:
    case MO_SET_UPDATE_WEIGHT_INVALID:
    case MO_SET_SIGNER_INVALID:
    case MO_SET_SIGNER_UNKNOWN:
    case MO_SET_UPDATED_TOO_SOON:
    case MO_SET_FULL:
        break;
    case MO_SET_HEIGHT_NOT_TALLIED:
        return MO_CORE_HEIGHT_NOT_TALLIED;
    }
    return MO_CORE_UPDATES_REFUSED;
}

mo_core_verdict_t mo_core_seal_check(const mo_core_t *core, mo_height_t m, const mo_vote_t *link, mo_bytes_t seal,
                                     mo_tally_t *tally) {
    *tally = (mo_tally_t){0};
    mo_hash_t digest = mo_rules_vote_digest(&core->config.domain, link);
    mo_tally_t weighed;
    mo_set_verdict_t verdict = mo_rules_validators_tally(&core->validators, m, &digest, seal, &weighed);
    if (verdict != MO_SET_ACCEPTED) {
        return of_set_verdict(verdict);
    }
    if (!mo_rules_tally_quorum(&weighed)) {
        return MO_CORE_QUORUM_MISSING;
    }
    *tally = weighed;
    return MO_CORE_ACCEPTED;
}

static mo_core_verdict_t check_stated(const mo_commitment_t *wish) {
    bool stated = wish->stated_height.value != 0;
    return stated && wish->link.source_height.value != wish->stated_height.value
               ? MO_CORE_STATED_HEIGHT_MISMATCH
               : MO_CORE_ACCEPTED;
}

mo_core_verdict_t mo_rules_core_check_commitment(const mo_core_t *core, const mo_commitment_t *wish,
                                                 mo_tally_t *tally) {
    *tally = (mo_tally_t){0};
    mo_core_verdict_t verdict = mo_core_open_kernel_check(core, &wish->transition.kernel);
    if (verdict == MO_CORE_ACCEPTED) {
        verdict = check_ready(core, wish);
    }
    if (verdict == MO_CORE_ACCEPTED) {
        mo_hash_t hash = mo_rules_transition_hash(&wish->transition);
        verdict = mo_core_link_check(core, &hash, &wish->link);
    }
    if (verdict == MO_CORE_ACCEPTED) {
        verdict = check_stated(wish);
    }
    return verdict == MO_CORE_ACCEPTED
               ? mo_core_seal_check(core, core->kernel.height, &wish->link, wish->seal, tally)
               : verdict;
}

mo_core_verdict_t mo_rules_core_commit(mo_core_t *core, const mo_commitment_t *wish,
                                       const mo_kernel_t *next) {
    mo_tally_t tally;
    mo_core_verdict_t verdict = mo_rules_core_check_commitment(core, wish, &tally);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    mo_meta_block_t block = mo_rules_meta_block(&core->kernel, &wish->transition, &wish->link);
    mo_hash_t parent = mo_rules_meta_block_hash(&block);
    verdict = mo_core_kernel_check(core, next, &parent, wish->transition.gas);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    mo_core_committed_set(core, &wish->transition, &wish->link);
    mo_core_kernel_open(core, next);
    return MO_CORE_ACCEPTED;
}

void mo_rules_core_slash(mo_core_t *core, const mo_address_t *signer) {
    uint32_t index;
    if (mo_rules_validators_find(&core->validators, signer, &index)) {
        mo_rules_validators_slash(&core->validators, index);
        halt_if_slashed(core);
    }
}

void mo_rules_core_halt(mo_core_t *core) {
    core->status = MO_CORE_HALTED;
}

const char *mo_rules_core_verdict_name(mo_core_verdict_t verdict) {
    switch (verdict) { MO_CORE_VERDICTS(MO_VERDICT_NAME) }
    return "unknown";
}
