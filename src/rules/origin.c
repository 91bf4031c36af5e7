#include "rules/origin.h"

#include <string.h>

#include "base/check.h"
#include "rules/core_parts.h"
#include "rules/kernel.h"
#include "rules/registry_parts.h"
#include "rules/transition.h"

size_t mo_rules_origin_size(uint32_t capacity) {
    return sizeof(mo_origin_t) + capacity * sizeof(mo_validator_account_t);
}

void mo_rules_origin_create(mo_origin_t *origin, const mo_origin_config_t *config, uint32_t capacity) {
    MO_CHECK(capacity <= MO_VALIDATORS_MAX && config->max_updates >= 1 && config->max_updates <= MO_UPDATES_MAX);
    memset(origin, 0, mo_rules_origin_size(capacity));
    origin->config = *config;
    origin->capacity = capacity;
    mo_rules_core_create(&origin->core, &config->core);
}

uint64_t mo_rules_origin_haltable_at(const mo_origin_t *origin) {
    uint64_t since = origin->halt_challenged_at;
    return since == 0 ? 0 : since + origin->config.halt_window;
}

const mo_bond_t *mo_rules_origin_bond(const mo_origin_t *origin, const mo_hash_t *id) {
    for (size_t i = 0; i < MO_ORIGIN_BONDS_MAX; i++) {
        if (origin->bonds[i].state != MO_BOND_NONE && mo_hash_equal(&origin->bonds[i].id, id)) {
            return &origin->bonds[i];
        }
    }
    return NULL;
}

mo_bond_t *mo_origin_bond_of(mo_origin_t *origin, const mo_hash_t *id) {
    const mo_bond_t *bond = mo_rules_origin_bond(origin, id);
    return bond == NULL ? NULL : &origin->bonds[bond - origin->bonds];
}

/* A settled row is free when its id, which names its kernel, can never come again. */
mo_bond_t *mo_origin_free_bond(mo_origin_t *origin) {
    uint64_t open = origin->core.kernel.height.value;
    for (size_t i = 0; i < MO_ORIGIN_BONDS_MAX; i++) {
        mo_bond_t *bond = &origin->bonds[i];
        bool settled = bond->state == MO_BOND_FORFEIT || bond->state == MO_BOND_RECLAIMED ||
                       (bond->state != MO_BOND_NONE && mo_address_is_zero(&bond->proposer));
        if (bond->state == MO_BOND_NONE || (settled && bond->height < open)) {
            return bond;
        }
    }
    return NULL;
}

/* --- halting --------------------------------------------------------------------------------------------- */

static void end_halt_challenge(mo_origin_t *origin, const mo_address_t *beneficiary) {
    mo_ledger_add(&origin->core_credit, beneficiary, origin->config.halt_bond);
    origin->halt_challenged_at = 0;
    origin->halt_challenger = (mo_address_t){{0}};
}

void mo_origin_settle_halt(mo_origin_t *origin) {
    if (origin->core.status == MO_CORE_HALTED && origin->halt_challenged_at != 0) {
        mo_address_t challenger = origin->halt_challenger;
        end_halt_challenge(origin, &challenger);
    }
}

mo_core_verdict_t mo_rules_origin_challenge_halt(mo_origin_t *origin, const mo_call_t *call) {
    const mo_origin_config_t *config = &origin->config;
    if (origin->core.status != MO_CORE_OPEN) {
        return MO_CORE_STATUS_INVALID;
    }
    if (origin->halt_challenged_at != 0) {
        return MO_CORE_HALT_CHALLENGE_PENDING;
    }
    bool first = origin->core.kernel.height.value == 1;
    if (call->now < origin->last_commit_at + (first ? config->setup_grace : config->halt_after)) {
        return MO_CORE_HALT_CHALLENGE_TOO_EARLY;
    }
    origin->halt_challenged_at = call->now;
    origin->halt_challenger = call->sender;
    return MO_CORE_ACCEPTED;
}

mo_core_verdict_t mo_rules_origin_halt(mo_origin_t *origin, const mo_call_t *call) {
    if (origin->core.status != MO_CORE_OPEN) {
        return MO_CORE_STATUS_INVALID;
    }
    if (origin->halt_challenged_at == 0) {
        return MO_CORE_HALT_CHALLENGE_MISSING;
    }
    if (call->now < mo_rules_origin_haltable_at(origin)) {
        return MO_CORE_HALT_WINDOW_RUNNING;
    }
    if (!mo_ledger_has_room(&origin->core_credit, &origin->halt_challenger)) {
        return MO_CORE_FULL;
    }
    mo_rules_core_halt(&origin->core);
    mo_origin_settle_halt(origin);
    return MO_CORE_ACCEPTED;
}

/* --- opening kernels ------------------------------------------------------------------------------------- */

/* Before opening nothing but joins can wait, and none of them has to: the founders are the first U of that queue. */
static mo_core_verdict_t check_founders(const mo_origin_t *origin, const mo_call_t *call) {
    const mo_origin_config_t *config = &origin->config;
    uint32_t link = origin->queues[MO_UPDATE_JOIN].head;
    uint32_t founders = 0;
    uint64_t weight = 0;
    mo_u256_t stake = MO_U256_ZERO;
    for (; link != 0 && founders < config->max_updates; founders++) {
        const mo_validator_account_t *account = &origin->accounts[link - 1];
        bool fits = mo_u256_add(stake, account->shares, &stake);
        MO_CHECK(fits);
        weight += account->waiting.weight;
        link = account->waiting.newer;
    }
    if (call->now < config->deposits_until) {
        return MO_CORE_DEPOSIT_PERIOD_RUNNING;
    }
    if (founders < config->min_validators) {
        return MO_CORE_TOO_FEW_VALIDATORS;
    }
    if (mo_u256_less(stake, config->min_stake_total)) {
        return MO_CORE_TOO_LITTLE_STAKE;
    }
    return weight == 0 ? MO_CORE_NO_WEIGHT : MO_CORE_ACCEPTED;
}

mo_core_verdict_t mo_rules_origin_open(mo_origin_t *origin, const mo_call_t *call, uint64_t root_number) {
    if (origin->core.status != MO_CORE_CREATED) {
        return MO_CORE_STATUS_INVALID;
    }
    mo_core_verdict_t verdict = check_founders(origin, call);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    const mo_core_config_t *config = &origin->config.core;
    mo_kernel_t k1 = {.height = {1}, .parent = config->setup_hash, .gas_target = config->gas_step};
    mo_registry_carry(origin, &k1);
    verdict = mo_rules_core_open(&origin->core, root_number, &k1);
    MO_CHECK(verdict == MO_CORE_ACCEPTED);
    origin->last_commit_at = call->now;
    return verdict;
}

/* B_n stands: the seal's roll, the committed transition, then K_{n+1} with what the queues give. */
static void stand(mo_origin_t *origin, const mo_call_t *call, const mo_commitment_t *wish, mo_u256_t gas_target) {
    mo_core_t *core = &origin->core;
    mo_seal_t seal;
    bool sealed = mo_rules_seal_parse(wish->seal, &seal) == MO_SEAL_WELL_FORMED;
    MO_CHECK(sealed);
    mo_height_t height = core->kernel.height;
    origin->rolls[height.value % MO_REGISTRY_ROLLS_MAX] = mo_rules_seal_roll(height, &seal);
    mo_meta_block_t block = mo_rules_meta_block(&core->kernel, &wish->transition, &wish->link);
    mo_core_committed_set(core, &wish->transition, &wish->link);
    origin->missed_from = 0;
    if (origin->halt_challenged_at != 0) {
        end_halt_challenge(origin, &call->sender);
    }
    mo_kernel_t next = {
        .height = {height.value + 1}, .parent = mo_rules_meta_block_hash(&block), .gas_target = gas_target};
    mo_registry_move_exposed(origin);
    mo_registry_carry(origin, &next);
    mo_core_kernel_open(core, &next);
    origin->last_commit_at = call->now;
}

mo_core_verdict_t mo_rules_origin_commit(mo_origin_t *origin, const mo_call_t *call, const mo_commitment_t *wish) {
    mo_tally_t tally;
    mo_core_verdict_t verdict = mo_rules_core_check_commitment(&origin->core, wish, &tally);
    if (verdict != MO_CORE_ACCEPTED) {
        return verdict;
    }
    mo_u256_t gas_target;
    if (!mo_u256_add(wish->transition.gas, origin->config.core.gas_step, &gas_target)) {
        return MO_CORE_GAS_TARGET_MISMATCH;
    }
    if (!mo_ledger_has_room(&origin->core_credit, &call->sender)) {
        return MO_CORE_FULL;
    }
    stand(origin, call, wish, gas_target);
    return MO_CORE_ACCEPTED;
}

/* --- proposals and their bonds --------------------------------------------------------------------------- */

mo_hash_t mo_origin_id_of(const mo_transition_t *transition, mo_height_t stated_height) {
    mo_hash_t hash = mo_rules_transition_hash(transition);
    return mo_rules_core_proposal_id(&hash, stated_height);
}

mo_core_verdict_t mo_origin_live(mo_origin_t *origin, const mo_call_t *call, const mo_proposing_t *wish,
                                 const mo_address_t *proposer) {
    mo_hash_t id = mo_origin_id_of(&wish->transition, wish->stated_height);
    mo_bond_t *bond = mo_origin_free_bond(origin);
    mo_core_verdict_t verdict =
        mo_rules_core_propose(&origin->core, wish, call->now + origin->config.challenge_period);
    if (verdict == MO_CORE_ACCEPTED) {
        MO_CHECK(bond != NULL);
        *bond = (mo_bond_t){id, *proposer, origin->core.kernel.height.value, MO_BOND_LIVE};
    }
    return verdict;
}

mo_core_verdict_t mo_rules_origin_propose(mo_origin_t *origin, const mo_call_t *call, const mo_proposing_t *wish) {
    mo_core_verdict_t verdict = mo_rules_core_check_proposal(&origin->core, wish);
    if (verdict != MO_CORE_ACCEPTED && verdict != MO_CORE_FULL) {
        return verdict;
    }
    mo_hash_t id = mo_origin_id_of(&wish->transition, wish->stated_height);
    if (mo_rules_origin_bond(origin, &id) != NULL) {
        return MO_CORE_PROPOSAL_KNOWN;
    }
    return verdict == MO_CORE_FULL || mo_origin_free_bond(origin) == NULL ? MO_CORE_FULL
                                                                : mo_origin_live(origin, call, wish, &call->sender);
}

mo_core_verdict_t mo_rules_origin_reclaim(mo_origin_t *origin, const mo_hash_t *transition_hash,
                                          mo_height_t stated_height) {
    mo_hash_t id = mo_rules_core_proposal_id(transition_hash, stated_height);
    mo_bond_t *bond = mo_origin_bond_of(origin, &id);
    if (bond == NULL || mo_address_is_zero(&bond->proposer)) {
        return MO_CORE_BOND_NOT_RECLAIMABLE;
    }
    bool over = bond->state == MO_BOND_LIVE &&
                (bond->height < origin->core.kernel.height.value || origin->core.status == MO_CORE_HALTED);
    if (!over && bond->state != MO_BOND_STRUCK) {
        return MO_CORE_BOND_NOT_RECLAIMABLE;
    }
    if (!mo_ledger_has_room(&origin->core_credit, &bond->proposer)) {
        return MO_CORE_FULL;
    }
    bond->state = MO_BOND_RECLAIMED;
    mo_ledger_add(&origin->core_credit, &bond->proposer, origin->config.proposal_bond);
    return MO_CORE_ACCEPTED;
}

mo_core_verdict_t mo_rules_origin_collect(mo_origin_t *origin, const mo_call_t *call, mo_u256_t *amount) {
    *amount = mo_ledger_take(&origin->core_credit, &call->sender);
    return mo_u256_is_zero(*amount) ? MO_CORE_NO_CREDIT : MO_CORE_ACCEPTED;
}
