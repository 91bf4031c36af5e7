#include "base/check.h"
#include "base/endian.h"
#include "rules/registry_parts.h"
#include "rules/vote.h"

/* Rolls in a row from which a leaker is missing, and how far below the open height the first of them lies (5.5). */
#define ABSENCES     4
#define FIRST_ABSENT 5

#define INDEX_SIZE 4

/* --- present --------------------------------------------------------------------------------------------- */

static mo_seal_record_t record_at(mo_bytes_t records, size_t i) {
    mo_seal_t list = {records, records.size / MO_SEAL_RECORD_SIZE};
    return mo_rules_seal_record(&list, i);
}

static mo_registry_verdict_t check_present(const mo_origin_t *origin, const mo_presence_t *wish, size_t i) {
    const mo_vote_t *vote = &wish->votes[i];
    const mo_validators_t *set = &origin->core.validators;
    if (!mo_hash_equal(&vote->chain, &origin->config.core.core_id)) {
        return MO_REGISTRY_VOTE_CHAIN_MISMATCH;
    }
    if (vote->target_height.value != origin->core.committed.source_height.value + 1) {
        return MO_REGISTRY_VOTE_TARGET_MISMATCH;
    }
    mo_seal_record_t record = record_at(wish->records, i);
    if (record.index >= set->count) {
        return MO_REGISTRY_INDEX_UNASSIGNED;
    }
    mo_hash_t digest = mo_rules_vote_digest(&origin->config.core.domain, vote);
    if (!mo_rules_validators_signed(set, &digest, &record)) {
        return MO_REGISTRY_SEAL_SIGNATURE_INVALID;
    }
    mo_tally_t share = mo_rules_validators_share(set, record.index, wish->height);
    return share.forward.value == 0 && share.rear.value == 0 ? MO_REGISTRY_WEIGHTLESS : MO_REGISTRY_ACCEPTED;
}

static mo_registry_verdict_t check_presence(const mo_origin_t *origin, const mo_presence_t *wish) {
    uint64_t open = origin->core.kernel.height.value;
    if (wish->height.value == 0 || open == 0 || wish->height.value != open - 1) {
        return MO_REGISTRY_HEIGHT_NOT_COMMITTED_LAST;
    }
    if (wish->count == 0 || wish->records.size != wish->count * MO_SEAL_RECORD_SIZE) {
        return MO_REGISTRY_RECORDS_LENGTH_INVALID;
    }
    mo_registry_verdict_t verdict = MO_REGISTRY_ACCEPTED;
    for (size_t i = 0; i < wish->count && verdict == MO_REGISTRY_ACCEPTED; i++) {
        verdict = check_present(origin, wish, i);
    }
    return verdict;
}

mo_registry_verdict_t mo_rules_registry_present(mo_origin_t *origin, const mo_presence_t *wish) {
    mo_registry_verdict_t verdict = check_presence(origin, wish);
    if (verdict != MO_REGISTRY_ACCEPTED) {
        return verdict;
    }
    for (size_t i = 0; i < wish->count; i++) {
        uint32_t index = record_at(wish->records, i).index;
        mo_validator_account_t *account = mo_registry_find(origin, &origin->core.validators.at[index].signer);
        MO_CHECK(account != NULL);
        account->last_present = (uint32_t)wish->height.value;
    }
    return MO_REGISTRY_ACCEPTED;
}

/* --- leak ------------------------------------------------------------------------------------------------ */

static mo_registry_verdict_t check_absence(const mo_origin_t *origin, const mo_validator_account_t *account, uint64_t open) {
    if ((uint64_t)account->join_height + FIRST_ABSENT > open) {
        return MO_REGISTRY_JOINED_TOO_LATE;
    }
    /* Who weighs nothing owes no vote; who has gained weight since counts as present until then. */
    if (origin->core.validators.at[account->index].weight == 0) {
        return MO_REGISTRY_WEIGHTLESS;
    }
    if ((uint64_t)account->last_present + FIRST_ABSENT >= open) {
        return MO_REGISTRY_PRESENT_SINCE;
    }
    return (uint64_t)account->last_leak + FIRST_ABSENT >= open ? MO_REGISTRY_LEAKED_SINCE : MO_REGISTRY_ACCEPTED;
}

/* A tally made the list, so it ascends and a binary search decides. */
static bool lists(mo_bytes_t indices, uint32_t index) {
    size_t low = 0;
    size_t high = indices.size / INDEX_SIZE;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t found = mo_load_be32(indices.data + INDEX_SIZE * middle);
        if (found == index) {
            return true;
        }
        if (found < index) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

static mo_registry_verdict_t check_missing(const mo_origin_t *origin, uint64_t k, const mo_roll_preimage_t *preimage,
                                           uint32_t index) {
    mo_hash_t actual = mo_rules_roll((mo_height_t){k}, preimage->kind, preimage->indices);
    if (!mo_hash_equal(&actual, &origin->rolls[k % MO_REGISTRY_ROLLS_MAX])) {
        return MO_REGISTRY_ROLL_MISMATCH;
    }
    return lists(preimage->indices, index) ? MO_REGISTRY_SIGNED_THEN : MO_REGISTRY_ACCEPTED;
}

static mo_registry_verdict_t check_leak(const mo_origin_t *origin, const mo_validator_account_t *account,
                                        const mo_roll_preimage_t *preimages, size_t count) {
    if (account == NULL || account->state != MO_ACCOUNT_ACTIVE) {
        return MO_REGISTRY_STATE_INVALID;
    }
    if (origin->core.status != MO_CORE_OPEN) {
        return MO_REGISTRY_CORE_NOT_OPEN;
    }
    uint64_t open = origin->core.kernel.height.value;
    mo_registry_verdict_t verdict = check_absence(origin, account, open);
    if (verdict == MO_REGISTRY_ACCEPTED && count != ABSENCES) {
        verdict = MO_REGISTRY_PREIMAGE_COUNT_INVALID;
    }
    for (size_t i = 0; i < ABSENCES && verdict == MO_REGISTRY_ACCEPTED; i++) {
        verdict = check_missing(origin, open - FIRST_ABSENT + i, &preimages[i], account->index);
    }
    return verdict;
}

/* A leak's update: what the stake weighs now in place of a weight that waited, or below the minimum a logout. */
static void requeue(mo_origin_t *origin, mo_validator_account_t *account) {
    mo_registry_dequeue(origin, account);
    if (mo_u256_less(mo_rules_registry_stake(origin, account), origin->config.min_stake)) {
        account->state = MO_ACCOUNT_LEAVING;
        mo_registry_enqueue(origin, MO_UPDATE_LOGOUT, account, 0);
        return;
    }
    uint32_t weight = mo_registry_sampled_weight(origin, account);
    if (weight != mo_registry_carried_weight(origin, account)) {
        mo_registry_enqueue(origin, MO_UPDATE_WEIGHT, account, weight);
    }
}

mo_registry_verdict_t mo_rules_registry_leak(mo_origin_t *origin, const mo_address_t *signer,
                                             const mo_roll_preimage_t *preimages, size_t count) {
    mo_validator_account_t *account = mo_registry_find(origin, signer);
    mo_registry_verdict_t verdict = check_leak(origin, account, preimages, count);
    if (verdict != MO_REGISTRY_ACCEPTED) {
        return verdict;
    }
    mo_u256_t part = mo_registry_part(account->shares, origin->config.leak_fraction);
    mo_registry_burn(origin, mo_registry_take(origin, account, part));
    account->last_leak = (uint32_t)(origin->core.kernel.height.value - 2);
    requeue(origin, account);
    return MO_REGISTRY_ACCEPTED;
}
