#include "parity/origin_moves.h"

#include <string.h>

#include "base/check.h"
#include "bind/core.h"
#include "bind/registry.h"
#include "rules/deposit.h"

enum { SIGNATURE_SIZE = 64 };

/* --- whom ------------------------------------------------------------------------------------------------ */

mo_address_t any_signer(origin_world_t *w) {
    uint32_t count = w->origin->account_count;
    return count == 0 || chance(w, 4) ? w->keys[KEYS - 1].address : w->origin->accounts[draw(w, count)].signer;
}

mo_address_t signer_in(origin_world_t *w, mo_account_state_t a, mo_account_state_t b) {
    uint32_t count = w->origin->account_count;
    uint32_t from = count == 0 ? 0 : (uint32_t)draw(w, count);
    for (uint32_t i = 0; i < count; i++) {
        const mo_validator_account_t *account = &w->origin->accounts[(from + i) % count];
        if (account->state == a || account->state == b) {
            return account->signer;
        }
    }
    return any_signer(w);
}

mo_address_t owner_of(origin_world_t *w, const mo_address_t *signer) {
    const mo_validator_account_t *account = mo_rules_registry_account(w->origin, signer);
    return account == NULL || chance(w, 8) ? actor(draw(w, ACTORS)) : account->withdrawal;
}

/* --- deposits -------------------------------------------------------------------------------------------- */

static void pack(const mo_signature_t *signature, uint8_t out[SIGNATURE_SIZE + 1]) {
    memcpy(out, signature->r.bytes, 32);
    memcpy(out + 32, signature->vs.bytes, 32);
    out[SIGNATURE_SIZE] = 0;
}

static mo_u256_t any_stake(origin_world_t *w) {
    mo_u256_t amount;
    uint64_t tenths = 100 + draw(w, chance(w, 80) ? 200 : 3000);
    bool fits = mo_u256_mul(mo_u256_from_u64(tenths), mo_u256_from_u64(MO_ONE / 10), &amount) &&
                mo_u256_add(amount, mo_u256_from_u64(draw(w, 1000)), &amount);
    MO_CHECK(fits);
    return amount;
}

static const parity_key_t *depositor_key(origin_world_t *w, unsigned spoil) {
    if (spoil == 2 && w->keys_used > 0) {
        return &w->keys[draw(w, w->keys_used)];
    }
    return &w->keys[w->keys_used < KEYS - 2 ? w->keys_used : 0];
}

static void pull_stake(origin_world_t *w, mo_u256_t amount) {
    bool fits = mo_u256_add(w->registry_balance, amount, &w->registry_balance);
    MO_CHECK(fits);
    w->keys_used++;
}

/* spoil: 1 curve, 2 known signer, 3 withdrawal, 4 small, 5 large, 6 length, 7 signature, 8 another's signature. */
void move_deposit(origin_world_t *w) {
    unsigned spoil = chance(w, 65) ? 0 : (unsigned)(1 + draw(w, 8));
    const parity_key_t *key = depositor_key(w, spoil);
    mo_address_t sender = actor(draw(w, ACTORS));
    mo_depositing_t wish = {.amount = any_stake(w), .key = key->public_key, .withdrawal = actor(draw(w, ACTORS))};
    if (spoil == 1) {
        wish.key.bytes[draw(w, 64)] ^= 1;
    } else if (spoil == 3) {
        wish.withdrawal = (mo_address_t){{0}};
    } else if (spoil == 4) {
        wish.amount = mo_u256_from_u64(draw(w, MO_ONE));
    } else if (spoil == 5) {
        wish.amount = mo_u256_shift_left(mo_u256_from_u64(1), (unsigned)(118 + draw(w, 100)));
    }
    mo_deposit_t deposit = {key->address, wish.withdrawal, sender};
    mo_hash_t hash = mo_rules_deposit_hash(&deposit);
    mo_signature_t signature = origin_sign(w, spoil == 8 ? &w->keys[KEYS - 2] : key, &hash);
    if (spoil == 7) {
        spoil_signature(&signature);
    }
    uint8_t packed[SIGNATURE_SIZE + 1];
    pack(&signature, packed);
    wish.signature = (mo_bytes_t){packed, spoil == 6 ? SIGNATURE_SIZE + 1 - 2 * draw(w, 2) : SIGNATURE_SIZE};
    origin_call(w, &sender, &w->registry);
    mo_bind_registry_deposit_t in = {
        .amount = wish.amount, .withdrawal = wish.withdrawal, .signature = wish.signature};
    memcpy(in.x.bytes, wish.key.bytes, 32);
    memcpy(in.y.bytes, wish.key.bytes + 32, 32);
    bool fits = mo_bind_registry_deposit_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_registry_verdict_t verdict = mo_rules_registry_deposit(w->origin, &call, &wish);
    if (verdict == MO_REGISTRY_ACCEPTED) {
        pull_stake(w, wish.amount);
    }
    origin_done(w, mo_rules_registry_verdict_name(verdict), &key->address);
}

static void pay_out(mo_u256_t *balance, mo_u256_t amount) {
    bool held = mo_u256_sub(*balance, amount, balance);
    MO_CHECK(held);
}

void move_cancel(origin_world_t *w) {
    mo_address_t signer = chance(w, 80) ? signer_in(w, MO_ACCOUNT_QUEUED, MO_ACCOUNT_QUEUED) : any_signer(w);
    mo_address_t sender = owner_of(w, &signer);
    origin_call(w, &sender, &w->registry);
    mo_bind_registry_cancel_t in = {signer};
    bool fits = mo_bind_registry_cancel_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_u256_t refund;
    mo_registry_verdict_t verdict = mo_rules_registry_cancel(w->origin, &call, &signer, &refund);
    pay_out(&w->registry_balance, refund);
    origin_done(w, mo_rules_registry_verdict_name(verdict), &signer);
}

/* --- departures ------------------------------------------------------------------------------------------ */

void move_logout(origin_world_t *w) {
    mo_address_t signer = chance(w, 85) ? signer_in(w, MO_ACCOUNT_ACTIVE, MO_ACCOUNT_ACTIVE) : any_signer(w);
    mo_address_t sender = owner_of(w, &signer);
    const parity_key_t *key = chance(w, 80) ? key_of(w, &signer) : &w->keys[draw(w, KEYS)];
    mo_hash_t hash = mo_rules_logout_hash(&signer);
    mo_signature_t signature = origin_sign(w, key, &hash);
    uint8_t packed[SIGNATURE_SIZE + 1];
    pack(&signature, packed);
    mo_bytes_t bytes = {packed, chance(w, 90) ? SIGNATURE_SIZE : draw(w, SIGNATURE_SIZE)};
    origin_call(w, &sender, &w->registry);
    mo_bind_registry_logout_t in = {signer, bytes};
    bool fits = mo_bind_registry_logout_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_registry_verdict_t verdict = mo_rules_registry_logout(w->origin, &call, &signer, bytes);
    origin_done(w, mo_rules_registry_verdict_name(verdict), &signer);
}

void move_release(origin_world_t *w) {
    bool halted = w->origin->core.status == MO_CORE_HALTED;
    mo_address_t signer =
        chance(w, 90) ? signer_in(w, MO_ACCOUNT_LEAVING, halted ? MO_ACCOUNT_ACTIVE : MO_ACCOUNT_LEAVING)
                      : any_signer(w);
    mo_address_t sender = actor(draw(w, ACTORS));
    origin_call(w, &sender, &w->registry);
    mo_bind_registry_release_t in = {signer};
    bool fits = mo_bind_registry_release_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_registry_verdict_t verdict = mo_rules_registry_release(w->origin, &call, &signer);
    origin_done(w, mo_rules_registry_verdict_name(verdict), &signer);
}

void move_withdraw(origin_world_t *w) {
    mo_address_t signer = chance(w, 90) ? signer_in(w, MO_ACCOUNT_RELEASED, MO_ACCOUNT_RELEASED) : any_signer(w);
    mo_address_t sender = actor(draw(w, ACTORS));
    origin_call(w, &sender, &w->registry);
    mo_bind_registry_withdraw_t in = {signer};
    bool fits = mo_bind_registry_withdraw_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_u256_t amount;
    mo_registry_verdict_t verdict = mo_rules_registry_withdraw(w->origin, &call, &signer, &amount);
    pay_out(&w->registry_balance, amount);
    origin_done(w, mo_rules_registry_verdict_name(verdict), &signer);
}

void move_refresh(origin_world_t *w) {
    mo_address_t signer = chance(w, 95) ? signer_in(w, MO_ACCOUNT_ACTIVE, MO_ACCOUNT_ACTIVE) : any_signer(w);
    mo_address_t sender = actor(draw(w, ACTORS));
    origin_call(w, &sender, &w->registry);
    mo_bind_registry_refresh_t in = {signer};
    bool fits = mo_bind_registry_refresh_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_registry_verdict_t verdict = mo_rules_registry_refresh(w->origin, &signer);
    origin_done(w, mo_rules_registry_verdict_name(verdict), &signer);
}

/* --- credit, and doors that are not for everybody --------------------------------------------------------- */

static mo_address_t creditor(origin_world_t *w, const mo_ledger_t *ledger) {
    uint64_t from = draw(w, ACTORS);
    for (uint64_t i = 0; i < ACTORS && chance(w, 90); i++) {
        mo_address_t who = actor((from + i) % ACTORS);
        if (!mo_u256_is_zero(mo_ledger_credit(ledger, &who))) {
            return who;
        }
    }
    return actor(from);
}

void move_collect(origin_world_t *w) {
    bool of_core = chance(w, 50);
    mo_address_t sender = creditor(w, of_core ? &w->origin->core_credit : &w->origin->registry_credit);
    mo_address_t signer = any_signer(w);
    origin_call(w, &sender, of_core ? &w->core : &w->registry);
    mo_bind_registry_collect_t in = {actor(draw(w, ACTORS))};
    bool fits = mo_bind_registry_collect_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_u256_t amount;
    const char *verdict =
        of_core ? mo_rules_core_verdict_name(mo_rules_origin_collect(w->origin, &call, &amount))
                : mo_rules_registry_verdict_name(mo_rules_registry_collect(w->origin, &call, &amount));
    pay_out(of_core ? &w->core_balance : &w->registry_balance, amount);
    origin_done(w, verdict, &signer);
}

/* What only the other contract may call: of no rule's state, so the verdict is the contract's door alone. */
void move_foreign(origin_world_t *w) {
    mo_address_t sender = actor(draw(w, ACTORS));
    mo_address_t signer = any_signer(w);
    uint64_t which = draw(w, 4);
    origin_call(w, &sender, which == 0 ? &w->core : &w->registry);
    bool fits = false;
    if (which == 0) {
        fits = mo_bind_core_halt_for_slashing_encode(&w->step.input);
    } else if (which == 1) {
        mo_bind_registry_advance_t in = {2, any_hash(w)};
        fits = mo_bind_registry_advance_encode(&w->step.input, &in);
    } else if (which == 2) {
        fits = mo_bind_registry_found_encode(&w->step.input);
    } else {
        mo_bind_registry_lose_t in = {1, 1, sender};
        fits = mo_bind_registry_lose_encode(&w->step.input, &in);
    }
    MO_CHECK(fits);
    origin_done(w, which == 0 ? "NotRegistry" : "NotCore", &signer);
}

void move_veto(origin_world_t *w) {
    mo_address_t signer = chance(w, 85) ? signer_in(w, MO_ACCOUNT_ACTIVE, MO_ACCOUNT_ACTIVE) : any_signer(w);
    mo_address_t sender = owner_of(w, &signer);
    mo_veto_t wish = {.signer = signer};
    if (!chance(w, 10)) {
        wish.gateway.bytes[0] = 0x67;
        wish.gateway.bytes[19] = (uint8_t)draw(w, 20);
    }
    mo_hash_t hash = mo_rules_veto_hash(&wish.gateway);
    mo_signature_t signature = origin_sign(w, chance(w, 80) ? key_of(w, &signer) : &w->keys[draw(w, KEYS)], &hash);
    uint8_t packed[SIGNATURE_SIZE + 1];
    pack(&signature, packed);
    wish.signature = (mo_bytes_t){packed, chance(w, 95) ? SIGNATURE_SIZE : draw(w, SIGNATURE_SIZE)};
    origin_call(w, &sender, &w->registry);
    mo_bind_registry_veto_t in = {wish.gateway, wish.signer, wish.signature};
    bool fits = mo_bind_registry_veto_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_registry_verdict_t verdict = mo_rules_registry_veto(w->origin, &call, &wish);
    origin_done(w, mo_rules_registry_verdict_name(verdict), &signer);
}
