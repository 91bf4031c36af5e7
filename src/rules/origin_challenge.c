#include "base/check.h"
#include "rules/core_parts.h"
#include "rules/kernel.h"
#include "rules/observe.h"
#include "rules/registry_parts.h"
#include "rules/transition.h"
#include "rules/vote.h"

/* --- challenges of a proposal (4.4 a, b) ------------------------------------------------------------------ */

bool mo_rules_origin_number(const mo_origin_t *origin, const mo_vote_t *link, uint64_t *number) {
    mo_u256_t product;
    *number = 0;
    return mo_u256_mul(mo_u256_from_u64(link->source_height.value), mo_u256_from_u64(origin->config.origin_epoch),
                       &product) &&
           mo_u256_to_u64(product, number);
}

static mo_core_verdict_t check_live(const mo_core_t *core, const mo_hash_t *id) {
    return mo_rules_core_proposal(core, id) == NULL ? MO_CORE_PROPOSAL_NOT_LIVE : MO_CORE_ACCEPTED;
}

/* The link finalises a checkpoint of this chain, not above the observation, that this chain does not have. */
static mo_core_verdict_t check_contradicted(const mo_origin_t *origin, const mo_contradiction_t *wish) {
    static const mo_hash_t none = {{0}};
    mo_core_verdict_t verdict = mo_core_finalising_check(&wish->link, &origin->config.origin_id, &none);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    uint64_t number;
    if (!mo_rules_origin_number(origin, &wish->link, &number) || number > wish->transition.origin_number) {
        return MO_CORE_OBSERVATION_NOT_REACHED;
    }
    if (mo_hash_is_zero(&wish->known)) {
        return MO_CORE_CHECKPOINT_NOT_RECORDED;
    }
    return mo_hash_equal(&wish->known, &wish->link.source) ? MO_CORE_OBSERVATION_RIGHT : MO_CORE_ACCEPTED;
}

static mo_core_verdict_t check_contradiction(const mo_origin_t *origin, const mo_contradiction_t *wish) {
    const mo_core_t *core = &origin->core;
    mo_hash_t id = mo_origin_id_of(&wish->transition, wish->stated_height);
    mo_core_verdict_t verdict = mo_core_open_kernel_check(core, &wish->transition.kernel);
    if (verdict == MO_CORE_ACCEPTED) {
        verdict = check_live(core, &id);
    }
    if (verdict == MO_CORE_ACCEPTED && !mo_rules_validators_tallies(&core->validators, wish->m)) {
        verdict = MO_CORE_HEIGHT_NOT_TALLIED;
    }
    if (verdict == MO_CORE_ACCEPTED) {
        verdict = check_contradicted(origin, wish);
    }
    mo_tally_t tally;
    return verdict == MO_CORE_ACCEPTED ? mo_core_seal_check(core, wish->m, &wish->link, wish->seal, &tally) : verdict;
}

/* The proposal leaves the live ones and its bond changes hands or not. */
static mo_bond_t *strike(mo_origin_t *origin, const mo_hash_t *id, mo_bond_state_t state) {
    mo_core_verdict_t verdict = mo_rules_core_observe_struck(&origin->core, id);
    mo_bond_t *bond = mo_origin_bond_of(origin, id);
    MO_CHECK(verdict == MO_CORE_ACCEPTED && bond != NULL);
    bond->state = state;
    return bond;
}

mo_core_verdict_t mo_rules_origin_challenge_observation(mo_origin_t *origin, const mo_call_t *call,
                                                        const mo_contradiction_t *wish) {
    mo_core_verdict_t verdict = check_contradiction(origin, wish);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    if (!mo_ledger_has_room(&origin->registry_credit, &call->sender) ||
        !mo_ledger_has_room(&origin->core_credit, &call->sender) ||
        !mo_ledger_has_room(&origin->core_credit, &origin->halt_challenger)) {
        return MO_CORE_FULL;
    }
    mo_hash_t id = mo_origin_id_of(&wish->transition, wish->stated_height);
    const mo_bond_t *bond = strike(origin, &id, MO_BOND_FORFEIT);
    if (!mo_address_is_zero(&bond->proposer)) {
        mo_ledger_add(&origin->core_credit, &call->sender, origin->config.proposal_bond);
    }
    mo_rules_core_halt(&origin->core);
    mo_origin_settle_halt(origin);
    mo_seal_t seal;
    bool sealed = mo_rules_seal_parse(wish->seal, &seal) == MO_SEAL_WELL_FORMED;
    MO_CHECK(sealed);
    mo_registry_penalise(origin, &call->sender, &seal);
    return MO_CORE_ACCEPTED;
}

/* Up to the gas target: what is struck, and what a lower transition must be to be proposed at all. */
static mo_core_verdict_t check_lower_transition(const mo_origin_t *origin, const mo_lower_t *wish) {
    const mo_core_t *core = &origin->core;
    if (core->status != MO_CORE_OPEN) {
        return MO_CORE_STATUS_INVALID;
    }
    mo_hash_t struck = mo_rules_core_proposal_id(&wish->struck_hash, wish->struck_height);
    mo_core_verdict_t verdict = check_live(core, &struck);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    if (wish->struck_height.value == 0) {
        return MO_CORE_NOTHING_STATED;
    }
    verdict = mo_core_open_kernel_check(core, &wish->transition.kernel);
    if (verdict == MO_CORE_ACCEPTED) {
        verdict = mo_core_rise_check(core, &wish->transition);
    }
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    if (!wish->observation_known) {
        return MO_CORE_OBSERVATION_UNKNOWN;
    }
    return mo_rules_core_reaches_target(core, &wish->transition) ? MO_CORE_ACCEPTED : MO_CORE_GAS_BELOW_TARGET;
}

static mo_core_verdict_t check_lower(const mo_origin_t *origin, const mo_lower_t *wish) {
    const mo_core_t *core = &origin->core;
    mo_core_verdict_t verdict = check_lower_transition(origin, wish);
    if (verdict == MO_CORE_ACCEPTED) {
        mo_hash_t hash = mo_rules_transition_hash(&wish->transition);
        verdict = mo_core_link_check(core, &hash, &wish->link);
    }
    if (verdict == MO_CORE_ACCEPTED && wish->link.source_height.value >= wish->struck_height.value) {
        verdict = MO_CORE_SOURCE_HEIGHT_NOT_BELOW;
    }
    mo_tally_t tally;
    return verdict == MO_CORE_ACCEPTED ? mo_core_seal_check(core, core->kernel.height, &wish->link, wish->seal, &tally)
                                       : verdict;
}

mo_core_verdict_t mo_rules_origin_challenge_gas_target(mo_origin_t *origin, const mo_call_t *call,
                                                       const mo_lower_t *wish) {
    static const mo_address_t nobody = {{0}};
    mo_core_verdict_t verdict = check_lower(origin, wish);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    mo_proposing_t lower = {wish->transition, wish->link.source_height, true};
    mo_hash_t id = mo_origin_id_of(&lower.transition, lower.stated_height);
    bool known = mo_rules_origin_bond(origin, &id) != NULL;
    if (!known && mo_origin_free_bond(origin) == NULL) {
        return MO_CORE_FULL;
    }
    mo_hash_t struck = mo_rules_core_proposal_id(&wish->struck_hash, wish->struck_height);
    strike(origin, &struck, MO_BOND_STRUCK);
    return known ? MO_CORE_ACCEPTED : mo_origin_live(origin, call, &lower, &nobody);
}

/* --- what a commit passed over (4.4 b, after it) ----------------------------------------------------------- */

/* Opens the open kernel K_n down to B_{n-2}: *kernel is the hash of K_{n-1}, *target its gas target. One comparison holds
 * every part of the evidence, since each lies in the hash of the next. */
static mo_core_verdict_t open_kernels(const mo_origin_t *origin, const mo_missed_t *wish, mo_hash_t *kernel,
                                      mo_u256_t *target) {
    const mo_core_config_t *config = &origin->config.core;
    uint64_t open = origin->core.kernel.height.value;
    mo_kernel_outline_t before = {{open - 1}, config->setup_hash, wish->kernel_updates, config->gas_step};
    if (open > 2) {
        mo_meta_block_t block = {wish->previous_kernel, mo_rules_transition_hash(&wish->previous),
                                 mo_rules_vote_hash(&wish->previous_link)};
        before.parent = mo_rules_meta_block_hash(&block);
        if (!mo_u256_add(config->gas_step, wish->previous.gas, &before.gas_target)) {
            return MO_CORE_EVIDENCE_MISMATCH;
        }
    }
    *kernel = mo_rules_kernel_outline_hash(&before);
    *target = before.gas_target;
    mo_meta_block_t committed = {*kernel, wish->transition, wish->vote};
    mo_kernel_outline_t now = {{open}, mo_rules_meta_block_hash(&committed), wish->updates,
                               origin->core.kernel.gas_target};
    mo_hash_t opened = mo_rules_kernel_outline_hash(&now);
    return mo_hash_equal(&opened, &origin->core.kernel_hash) ? MO_CORE_ACCEPTED : MO_CORE_EVIDENCE_MISMATCH;
}

/* The missed checkpoint could have been committed in place of the last one, as far as B_{n-2} and K_{n-1} say. */
static mo_core_verdict_t check_missed(const mo_origin_t *origin, const mo_missed_t *wish) {
    mo_hash_t kernel;
    mo_u256_t target;
    mo_core_verdict_t verdict = open_kernels(origin, wish, &kernel, &target);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    bool first = origin->core.kernel.height.value == 2;
    uint64_t above = first ? origin->config.core.root_height.value : wish->previous_link.source_height.value;
    uint64_t dynasty = first ? 0 : wish->previous.dynasty;
    uint64_t below = origin->missed_from == 0 ? origin->core.committed.source_height.value : origin->missed_from;
    if (wish->missed_height.value <= above) {
        return MO_CORE_MISSED_HEIGHT_NOT_ABOVE;
    }
    if (wish->missed_height.value >= below) {
        return MO_CORE_MISSED_HEIGHT_NOT_BELOW;
    }
    if (!mo_hash_equal(&wish->missed.kernel, &kernel)) {
        return MO_CORE_MISSED_KERNEL_MISMATCH;
    }
    if (mo_u256_less(wish->missed.gas, target)) {
        return MO_CORE_GAS_BELOW_TARGET;
    }
    return wish->missed.dynasty <= dynasty ? MO_CORE_DYNASTY_NOT_ABOVE : MO_CORE_ACCEPTED;
}

static mo_core_verdict_t check_finalised_then(const mo_origin_t *origin, const mo_missed_t *wish) {
    const mo_core_t *core = &origin->core;
    mo_hash_t source;
    bool kept = mo_rules_core_source(core, (mo_height_t){core->kernel.height.value - 1}, &source);
    if (!kept || !mo_hash_equal(&wish->header_hash, &source)) {
        return MO_CORE_HEADER_NOT_SOURCE;
    }
    mo_hash_t expected = mo_rules_transition_hash(&wish->missed);
    return mo_hash_equal(&wish->finalised, &expected) ? MO_CORE_ACCEPTED : MO_CORE_FINALISED_MISMATCH;
}

mo_core_verdict_t mo_rules_origin_prove_missed(mo_origin_t *origin, const mo_call_t *call, const mo_missed_t *wish) {
    if (origin->core.status != MO_CORE_OPEN) {
        return MO_CORE_STATUS_INVALID;
    }
    uint64_t open = origin->core.kernel.height.value;
    if (open < 2) {
        return MO_CORE_NOTHING_COMMITTED;
    }
    mo_core_verdict_t verdict = check_missed(origin, wish);
    if (verdict == MO_CORE_ACCEPTED) {
        verdict = check_finalised_then(origin, wish);
    }
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    if (!mo_ledger_has_room(&origin->registry_credit, &call->sender) ||
        !mo_loss_has_room(&origin->losses, open - 1)) {
        return MO_CORE_FULL;
    }
    origin->missed_from = wish->missed_height.value;
    mo_registry_lose_all(origin, origin->core.committed.source_height.value - wish->missed_height.value,
                         &call->sender);
    return MO_CORE_ACCEPTED;
}
