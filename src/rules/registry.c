#include "rules/registry.h"

#include "base/check.h"
#include "rules/deposit.h"
#include "rules/identity.h"
#include "rules/registry_parts.h"

/* Bytes of a signature (1.4). */
#define SIGNATURE_SIZE 64

mo_validator_account_t *mo_registry_find(mo_origin_t *origin, const mo_address_t *signer) {
    for (uint32_t i = 0; i < origin->account_count; i++) {
        if (mo_address_equal(&origin->accounts[i].signer, signer)) {
            return &origin->accounts[i];
        }
    }
    return NULL;
}

const mo_validator_account_t *mo_rules_registry_account(const mo_origin_t *origin, const mo_address_t *signer) {
    for (uint32_t i = 0; i < origin->account_count; i++) {
        if (mo_address_equal(&origin->accounts[i].signer, signer)) {
            return &origin->accounts[i];
        }
    }
    return NULL;
}

uint32_t mo_registry_carried_weight(const mo_origin_t *origin, const mo_validator_account_t *account) {
    MO_CHECK(account->index < origin->core.validators.count);
    return origin->core.validators.at[account->index].weight;
}

/* Shares are below 2^128 and reputations at most 2^60; what the stake weighs is below 2^32 by its maximum. */
uint32_t mo_registry_sampled_weight(const mo_origin_t *origin, const mo_validator_account_t *account) {
    uint64_t height = origin->core.kernel.height.value + 1;
    uint64_t factor = mo_rules_reputation(&origin->config.reputation, height, account->join_height);
    mo_u256_t scale, weight;
    uint64_t small;
    bool fits = mo_u256_mul(origin->config.weight_unit, mo_u256_from_u64(MO_ONE), &scale) &&
                mo_u256_mul_div(mo_rules_registry_stake(origin, account), mo_u256_from_u64(factor), scale, &weight) &&
                mo_u256_to_u64(weight, &small) && small <= MO_WEIGHT_MAX;
    MO_CHECK(fits);
    return (uint32_t)small;
}

static bool halted(const mo_origin_t *origin) {
    return origin->core.status == MO_CORE_HALTED;
}

/* --- deposit --------------------------------------------------------------------------------------------- */

mo_registry_verdict_t mo_registry_signed_by_check(const mo_origin_t *origin, const mo_address_t *signer,
                                                  const mo_hash_t *hash, mo_bytes_t signature) {
    if (signature.size != SIGNATURE_SIZE) {
        return MO_REGISTRY_SIGNATURE_LENGTH_INVALID;
    }
    mo_signature_t parts;
    for (size_t i = 0; i < sizeof parts.r.bytes; i++) {
        parts.r.bytes[i] = signature.data[i];
        parts.vs.bytes[i] = signature.data[i + sizeof parts.r.bytes];
    }
    mo_hash_t digest = mo_rules_digest(&origin->config.core.domain, hash);
    mo_address_t actual;
    if (mo_secp_recover(&parts, &digest, &actual) != MO_SECP_OK) {
        return MO_REGISTRY_SIGNATURE_INVALID;
    }
    return mo_address_equal(&actual, signer) ? MO_REGISTRY_ACCEPTED : MO_REGISTRY_SIGNER_MISMATCH;
}

/* The most that weighs below 2^32 units, and 64 of which 128 bits hold: one kernel moves no more (5.2, 4.6). */
static mo_u256_t stake_max(mo_u256_t unit) {
    mo_u256_t units, maximum;
    bool fits = mo_u256_mul(unit, mo_u256_from_u64(MO_WEIGHT_MAX), &units) && mo_u256_add(units, unit, &maximum) &&
                mo_u256_sub(maximum, MO_U256_ONE, &maximum);
    MO_CHECK(fits);
    mo_u256_t widest = {{UINT64_MAX, UINT64_MAX >> 8, 0, 0}};
    return mo_u256_less(widest, maximum) ? widest : maximum;
}

static mo_registry_verdict_t check_stake(const mo_origin_t *origin, mo_u256_t amount) {
    if (mo_u256_less(amount, origin->config.min_stake)) {
        return MO_REGISTRY_STAKE_TOO_SMALL;
    }
    return mo_u256_less(stake_max(origin->config.weight_unit), amount) ? MO_REGISTRY_STAKE_TOO_LARGE
                                                                       : MO_REGISTRY_ACCEPTED;
}

static mo_registry_verdict_t check_deposit(const mo_origin_t *origin, const mo_call_t *call,
                                           const mo_depositing_t *wish) {
    if (halted(origin)) {
        return MO_REGISTRY_CORE_IS_HALTED;
    }
    if (!mo_secp_public_key_is_valid(&wish->key)) {
        return MO_REGISTRY_KEY_NOT_ON_CURVE;
    }
    mo_address_t signer = mo_secp_public_key_address(&wish->key);
    if (mo_rules_registry_account(origin, &signer) != NULL) {
        return MO_REGISTRY_SIGNER_KNOWN;
    }
    if (mo_address_is_zero(&wish->withdrawal)) {
        return MO_REGISTRY_WITHDRAWAL_ADDRESS_ZERO;
    }
    mo_registry_verdict_t verdict = check_stake(origin, wish->amount);
    if (verdict == MO_REGISTRY_ACCEPTED) {
        mo_deposit_t deposit = {signer, wish->withdrawal, call->sender};
        mo_hash_t hash = mo_rules_deposit_hash(&deposit);
        verdict = mo_registry_signed_by_check(origin, &signer, &hash, wish->signature);
    }
    bool full = origin->account_count == origin->capacity;
    return verdict == MO_REGISTRY_ACCEPTED && full ? MO_REGISTRY_FULL : verdict;
}

mo_registry_verdict_t mo_rules_registry_deposit(mo_origin_t *origin, const mo_call_t *call,
                                                const mo_depositing_t *wish) {
    mo_registry_verdict_t verdict = check_deposit(origin, call, wish);
    if (verdict != MO_REGISTRY_ACCEPTED) {
        return verdict;
    }
    mo_validator_account_t *account = &origin->accounts[origin->account_count++];
    *account = (mo_validator_account_t){.signer = mo_secp_public_key_address(&wish->key),
                              .withdrawal = wish->withdrawal,
                              .state = MO_ACCOUNT_QUEUED,
                              .shares = wish->amount,
                              .deposit = wish->amount};
    mo_registry_enqueue(origin, MO_UPDATE_JOIN, account, mo_registry_sampled_weight(origin, account));
    return MO_REGISTRY_ACCEPTED;
}

/* --- departures ------------------------------------------------------------------------------------------ */

mo_registry_verdict_t mo_rules_registry_cancel(mo_origin_t *origin, const mo_call_t *call, const mo_address_t *signer,
                                               mo_u256_t *refund) {
    *refund = MO_U256_ZERO;
    mo_validator_account_t *account = mo_registry_find(origin, signer);
    if (account == NULL || !mo_address_equal(&account->withdrawal, &call->sender)) {
        return MO_REGISTRY_NOT_WITHDRAWAL_ADDRESS;
    }
    if (account->state != MO_ACCOUNT_QUEUED) {
        return MO_REGISTRY_STATE_INVALID;
    }
    mo_registry_dequeue(origin, account);
    account->state = MO_ACCOUNT_CANCELLED;
    *refund = account->shares;
    account->shares = MO_U256_ZERO;
    return MO_REGISTRY_ACCEPTED;
}

mo_registry_verdict_t mo_rules_registry_logout(mo_origin_t *origin, const mo_call_t *call, const mo_address_t *signer,
                                               mo_bytes_t signature) {
    mo_validator_account_t *account = mo_registry_find(origin, signer);
    if (account == NULL || !mo_address_equal(&account->withdrawal, &call->sender)) {
        mo_hash_t hash = mo_rules_logout_hash(signer);
        mo_registry_verdict_t verdict = mo_registry_signed_by_check(origin, signer, &hash, signature);
        if (verdict != MO_REGISTRY_ACCEPTED) {
            return verdict;
        }
    }
    if (account == NULL || account->state != MO_ACCOUNT_ACTIVE) {
        return MO_REGISTRY_STATE_INVALID;
    }
    if (origin->core.status != MO_CORE_OPEN) {
        return MO_REGISTRY_CORE_NOT_OPEN;
    }
    mo_registry_dequeue(origin, account);
    account->state = MO_ACCOUNT_LEAVING;
    mo_registry_enqueue(origin, MO_UPDATE_LOGOUT, account, 0);
    return MO_REGISTRY_ACCEPTED;
}

static mo_registry_verdict_t check_release(const mo_origin_t *origin, const mo_validator_account_t *account) {
    uint64_t height = origin->core.kernel.height.value;
    bool handed_over = account != NULL && account->end_height != 0 && height > (uint64_t)account->end_height + 1;
    if (!halted(origin) && !handed_over) {
        return MO_REGISTRY_HAND_OVER_PENDING;
    }
    bool leaves = account != NULL && (account->state == MO_ACCOUNT_LEAVING ||
                                      (halted(origin) && account->state == MO_ACCOUNT_ACTIVE));
    return leaves ? MO_REGISTRY_ACCEPTED : MO_REGISTRY_STATE_INVALID;
}

mo_registry_verdict_t mo_rules_registry_release(mo_origin_t *origin, const mo_call_t *call,
                                                const mo_address_t *signer) {
    mo_validator_account_t *account = mo_registry_find(origin, signer);
    mo_registry_verdict_t verdict = check_release(origin, account);
    if (verdict != MO_REGISTRY_ACCEPTED) {
        return verdict;
    }
    mo_registry_dequeue(origin, account);
    account->state = MO_ACCOUNT_RELEASED;
    /* A core halted with K_1 open committed nothing: no seal of anyone's counts anywhere. */
    bool nothing_committed = halted(origin) && origin->core.kernel.height.value <= 1;
    account->releasable_at = call->now + (nothing_committed ? 0 : origin->config.withdrawal_delay);
    return MO_REGISTRY_ACCEPTED;
}

mo_registry_verdict_t mo_rules_registry_withdraw(mo_origin_t *origin, const mo_call_t *call,
                                                 const mo_address_t *signer, mo_u256_t *amount) {
    *amount = MO_U256_ZERO;
    mo_validator_account_t *account = mo_registry_find(origin, signer);
    if (account == NULL || account->state != MO_ACCOUNT_RELEASED) {
        return MO_REGISTRY_STATE_INVALID;
    }
    if (call->now < account->releasable_at) {
        return MO_REGISTRY_WITHDRAWAL_DELAYED;
    }
    account->state = MO_ACCOUNT_WITHDRAWN;
    *amount = mo_rules_registry_stake(origin, account);
    account->shares = MO_U256_ZERO;
    return MO_REGISTRY_ACCEPTED;
}

mo_registry_verdict_t mo_rules_registry_refresh(mo_origin_t *origin, const mo_address_t *signer) {
    mo_validator_account_t *account = mo_registry_find(origin, signer);
    if (account == NULL || account->state != MO_ACCOUNT_ACTIVE) {
        return MO_REGISTRY_STATE_INVALID;
    }
    if (account->waiting.kind != 0) {
        return MO_REGISTRY_UPDATE_WAITING;
    }
    uint32_t weight = mo_registry_sampled_weight(origin, account);
    if (weight == mo_registry_carried_weight(origin, account)) {
        return MO_REGISTRY_WEIGHT_UNCHANGED;
    }
    mo_registry_enqueue(origin, MO_UPDATE_WEIGHT, account, weight);
    return MO_REGISTRY_ACCEPTED;
}

mo_registry_verdict_t mo_rules_registry_collect(mo_origin_t *origin, const mo_call_t *call, mo_u256_t *amount) {
    *amount = mo_ledger_take(&origin->registry_credit, &call->sender);
    return mo_u256_is_zero(*amount) ? MO_REGISTRY_NO_CREDIT : MO_REGISTRY_ACCEPTED;
}

const char *mo_rules_registry_verdict_name(mo_registry_verdict_t verdict) {
    switch (verdict) { MO_REGISTRY_VERDICTS(MO_VERDICT_NAME) }
    return "unknown";
}
