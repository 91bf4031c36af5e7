#include "base/check.h"
#include "rules/registry_parts.h"

static mo_registry_verdict_t of_evidence(mo_evidence_verdict_t verdict) {
    switch (verdict) {
    case MO_EVIDENCE_PROVEN:
        return MO_REGISTRY_ACCEPTED;
    case MO_EVIDENCE_CHAINS_DIFFER:
        return MO_REGISTRY_CHAINS_DIFFER;
    case MO_EVIDENCE_CHAIN_FOREIGN:
        return MO_REGISTRY_CHAIN_FOREIGN;
    case MO_EVIDENCE_VOTES_EQUAL:
        return MO_REGISTRY_VOTES_EQUAL;
    case MO_EVIDENCE_NO_OFFENCE:
        return MO_REGISTRY_NO_OFFENCE;
    case MO_EVIDENCE_SIGNATURE_INVALID:
        return MO_REGISTRY_SIGNATURE_INVALID;
    case MO_EVIDENCE_SIGNERS_DIFFER:
        break;
    }
    return MO_REGISTRY_SIGNERS_DIFFER;
}

static bool is_slashable(const mo_validator_account_t *account) {
    switch (account->state) {
    case MO_ACCOUNT_QUEUED:
    case MO_ACCOUNT_ACTIVE:
    case MO_ACCOUNT_LEAVING:
    case MO_ACCOUNT_RELEASED:
        return true;
    case MO_ACCOUNT_NONE:
    case MO_ACCOUNT_WITHDRAWN:
    case MO_ACCOUNT_SLASHED:
    case MO_ACCOUNT_CANCELLED:
        break;
    }
    return false;
}

/* Takes the weight at every height, and halts the core if that leaves a third of a set without a vote (4.5). A join that
 * no kernel carried has neither. */
static void end_voting(mo_origin_t *origin, mo_validator_account_t *account) {
    if (account->join_height == 0) {
        return;
    }
    uint32_t weight = mo_registry_carried_weight(origin, account);
    if (weight != 0) {
        mo_registry_enqueue(origin, MO_UPDATE_SLASH, account, weight);
    }
    mo_rules_core_slash(&origin->core, &account->signer);
    mo_origin_settle_halt(origin);
}

mo_registry_verdict_t mo_rules_registry_slash(mo_origin_t *origin, const mo_call_t *call,
                                              const mo_evidence_t *evidence) {
    const mo_origin_config_t *config = &origin->config;
    mo_evidence_scope_t scope = {config->core.core_id, config->origin_id, config->core.domain};
    mo_proven_t proven;
    mo_registry_verdict_t verdict = of_evidence(mo_rules_evidence_prove(&scope, evidence, &proven));
    if (verdict != MO_REGISTRY_ACCEPTED) {
        return verdict;
    }
    mo_validator_account_t *account = mo_registry_find(origin, &proven.signer);
    if (account == NULL || !is_slashable(account)) {
        return MO_REGISTRY_STATE_INVALID;
    }
    if (!mo_ledger_has_room(&origin->registry_credit, &call->sender) ||
        !mo_ledger_has_room(&origin->core_credit, &origin->halt_challenger)) {
        return MO_REGISTRY_FULL;
    }
    mo_registry_dequeue(origin, account);
    account->state = MO_ACCOUNT_SLASHED;
    mo_registry_share(origin, &call->sender, mo_registry_take(origin, account, account->shares));
    end_voting(origin, account);
    return MO_REGISTRY_ACCEPTED;
}

void mo_registry_penalise(mo_origin_t *origin, const mo_address_t *challenger, const mo_seal_t *seal) {
    mo_u256_t lost = MO_U256_ZERO;
    for (size_t i = 0; i < seal->count; i++) {
        mo_seal_record_t record = mo_rules_seal_record(seal, i);
        mo_validator_account_t *account = mo_registry_find(origin, &origin->core.validators.at[record.index].signer);
        MO_CHECK(account != NULL);
        mo_u256_t part = mo_registry_part(account->shares, origin->config.observation_fraction);
        bool fits = mo_u256_add(lost, mo_registry_take(origin, account, part), &lost);
        MO_CHECK(fits);
    }
    mo_registry_share(origin, challenger, lost);
}
