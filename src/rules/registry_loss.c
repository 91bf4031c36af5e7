#include "base/check.h"
#include "rules/deposit.h"
#include "rules/registry_parts.h"

/* A veto costs 1 % of the stake (gateway 7.5). */
#define VETO_DIVISOR 100

/* --- what a stake is worth (4.6) -------------------------------------------------------------------------- */

/* The indices between which a stake lost: now, or at n_e, over that before n_0. A queued deposit lost nothing. */
typedef struct {
    mo_u256_t now;
    mo_u256_t then;
} borne_t;

static borne_t borne_by(const mo_origin_t *origin, const mo_validator_account_t *account) {
    if (account->join_height == 0) {
        return (borne_t){mo_loss_start(), mo_loss_start()};
    }
    return (borne_t){account->end_height == 0 ? mo_loss_current(&origin->losses)
                                              : mo_loss_before(&origin->losses, account->end_height),
                     mo_loss_before(&origin->losses, account->join_height)};
}

static mo_u256_t scaled(mo_u256_t amount, mo_u256_t numerator, mo_u256_t denominator) {
    mo_u256_t quotient;
    bool fits = mo_u256_mul_div(amount, numerator, denominator, &quotient);
    MO_CHECK(fits);
    return quotient;
}

/* Products here are below 2^240: 2^120 * 1e36. */
static mo_u256_t scaled_up(mo_u256_t amount, mo_u256_t numerator, mo_u256_t denominator) {
    mo_u256_t product, quotient, remainder;
    bool fits = mo_u256_mul(amount, numerator, &product) &&
                mo_u256_divmod(product, denominator, &quotient, &remainder);
    MO_CHECK(fits);
    if (!mo_u256_is_zero(remainder)) {
        fits = mo_u256_add(quotient, MO_U256_ONE, &quotient);
        MO_CHECK(fits);
    }
    return quotient;
}

static mo_u256_t sum(mo_u256_t a, mo_u256_t b) {
    mo_u256_t result;
    bool fits = mo_u256_add(a, b, &result);
    MO_CHECK(fits);
    return result;
}

static mo_u256_t difference(mo_u256_t a, mo_u256_t b) {
    mo_u256_t result;
    bool fits = mo_u256_sub(a, b, &result);
    MO_CHECK(fits);
    return result;
}

static mo_u256_t difference_or_zero(mo_u256_t a, mo_u256_t b) {
    return mo_u256_less(a, b) ? MO_U256_ZERO : difference(a, b);
}

mo_u256_t mo_rules_registry_stake(const mo_origin_t *origin, const mo_validator_account_t *account) {
    borne_t borne = borne_by(origin, account);
    return scaled(account->shares, borne.now, borne.then);
}

mo_u256_t mo_registry_stake_ceiling(const mo_origin_t *origin, const mo_validator_account_t *account) {
    borne_t borne = borne_by(origin, account);
    return scaled_up(account->shares, borne.now, borne.then);
}

mo_u256_t mo_registry_part(mo_u256_t amount, uint64_t fraction) {
    return scaled(amount, mo_u256_from_u64(fraction), mo_u256_from_u64(MO_ONE));
}

/* --- taking shares ---------------------------------------------------------------------------------------- */

mo_u256_t mo_registry_take(mo_origin_t *origin, mo_validator_account_t *account, mo_u256_t shares) {
    borne_t borne = borne_by(origin, account);
    uint64_t open = origin->core.kernel.height.value;
    account->shares = difference(account->shares, shares);
    mo_u256_t amount = scaled(shares, borne.now, borne.then);
    if (account->join_height == 0 || (account->end_height != 0 && account->end_height < open)) {
        return amount;
    }
    if (account->join_height == open) {
        origin->joining = difference(origin->joining, amount);
        return amount;
    }
    origin->exposed = difference_or_zero(origin->exposed, scaled_up(shares, borne.now, borne.then));
    if (account->end_height != 0) {
        origin->leaving = difference(origin->leaving, amount);
    }
    return amount;
}

void mo_registry_burn(mo_origin_t *origin, mo_u256_t amount) {
    origin->burned = sum(origin->burned, amount);
}

void mo_registry_share(mo_origin_t *origin, const mo_address_t *reporter, mo_u256_t lost) {
    mo_u256_t reward = mo_registry_part(lost, origin->config.reporter_share);
    mo_registry_burn(origin, difference(lost, reward));
    mo_ledger_add(&origin->registry_credit, reporter, reward);
}

/* --- a loss of everybody's -------------------------------------------------------------------------------- */

void mo_registry_move_exposed(mo_origin_t *origin) {
    origin->exposed = difference_or_zero(sum(origin->exposed, origin->joining), origin->leaving);
    origin->joining = origin->leaving = MO_U256_ZERO;
}

void mo_registry_carry_stake(mo_origin_t *origin, mo_update_kind_t kind, const mo_validator_account_t *account) {
    if (kind == MO_UPDATE_JOIN) {
        origin->joining = sum(origin->joining, account->shares);
    } else if (kind == MO_UPDATE_LOGOUT) {
        origin->leaving = sum(origin->leaving, mo_registry_stake_ceiling(origin, account));
    }
}

/* min(MISS_CAP, missed * MISS_FRACTION), the product in full width. */
static uint64_t loss_fraction(const mo_origin_config_t *config, uint64_t missed) {
    mo_u256_t product;
    uint64_t fraction;
    bool small = mo_u256_mul(mo_u256_from_u64(missed), mo_u256_from_u64(config->miss_fraction), &product) &&
                 mo_u256_to_u64(product, &fraction) && fraction < config->miss_cap;
    return small ? fraction : config->miss_cap;
}

void mo_registry_lose_all(mo_origin_t *origin, uint64_t missed, const mo_address_t *prover) {
    mo_u256_t index;
    uint64_t fault_height = origin->core.kernel.height.value - 1;
    mo_u256_t old =
        mo_loss_add(&origin->losses, fault_height, loss_fraction(&origin->config, missed), &index);
    mo_u256_t lost = scaled(origin->exposed, difference(old, index), old);
    origin->exposed = scaled(origin->exposed, index, old);
    origin->leaving = scaled_up(origin->leaving, index, old);
    mo_registry_share(origin, prover, lost);
}

/* --- the veto of a gateway (gateway 7.5) ------------------------------------------------------------------ */

bool mo_rules_registry_is_vetoed(const mo_origin_t *origin, const mo_address_t *gateway) {
    for (size_t i = 0; i < origin->veto_count; i++) {
        if (mo_address_equal(&origin->vetoes[i], gateway)) {
            return true;
        }
    }
    return false;
}

static mo_registry_verdict_t check_veto(const mo_origin_t *origin, const mo_call_t *call, const mo_veto_t *wish) {
    if (mo_address_is_zero(&wish->gateway)) {
        return MO_REGISTRY_GATEWAY_ZERO;
    }
    const mo_validator_account_t *account = mo_rules_registry_account(origin, &wish->signer);
    mo_registry_verdict_t verdict = MO_REGISTRY_ACCEPTED;
    if (account == NULL || !mo_address_equal(&account->withdrawal, &call->sender)) {
        mo_hash_t hash = mo_rules_veto_hash(&wish->gateway);
        verdict = mo_registry_signed_by_check(origin, &wish->signer, &hash, wish->signature);
    }
    if (verdict != MO_REGISTRY_ACCEPTED) {
        return verdict;
    }
    if (account == NULL || account->state != MO_ACCOUNT_ACTIVE) {
        return MO_REGISTRY_STATE_INVALID;
    }
    if (origin->core.status != MO_CORE_OPEN) {
        return MO_REGISTRY_CORE_NOT_OPEN;
    }
    if (mo_registry_carried_weight(origin, account) == 0) {
        return MO_REGISTRY_WEIGHTLESS;
    }
    if (mo_rules_registry_is_vetoed(origin, &wish->gateway)) {
        return MO_REGISTRY_GATEWAY_VETOED;
    }
    return origin->veto_count == MO_VETOES_MAX ? MO_REGISTRY_FULL : MO_REGISTRY_ACCEPTED;
}

mo_registry_verdict_t mo_rules_registry_veto(mo_origin_t *origin, const mo_call_t *call, const mo_veto_t *wish) {
    mo_registry_verdict_t verdict = check_veto(origin, call, wish);
    if (verdict != MO_REGISTRY_ACCEPTED) {
        return verdict;
    }
    origin->vetoes[origin->veto_count++] = wish->gateway;
    mo_validator_account_t *account = mo_registry_find(origin, &wish->signer);
    mo_u256_t part, rest;
    bool fits = mo_u256_divmod(account->shares, mo_u256_from_u64(VETO_DIVISOR), &part, &rest);
    MO_CHECK(fits);
    mo_registry_burn(origin, mo_registry_take(origin, account, part));
    return MO_REGISTRY_ACCEPTED;
}
