/* What is done with stakes, decided by rules/registry.h, and the money that it moves. */
#include <string.h>

#include "base/check.h"
#include "rules/deposit.h"
#include "rules/identity.h"
#include "rules/registry.h"
#include "sim/world.h"

mo_address_t mo_sim_owner(uint32_t signer)
{
    return (mo_address_t){{0xee, (uint8_t)(signer + 1)}};
}

mo_address_t mo_sim_reporter(void)
{
    return (mo_address_t){{0xef}};
}

static void add_to(mo_u256_t *sum, mo_u256_t amount)
{
    bool fits = mo_u256_add(*sum, amount, sum);
    MO_CHECK(fits);
}

static mo_registry_verdict_t deposit(mo_sim_t *w, mo_sim_lane_t *lane, const mo_call_t *caller, uint32_t signer,
                                     mo_u256_t amount)
{
    mo_depositing_t wish = {.amount = amount, .withdrawal = caller->sender};
    mo_deposit_t text = {w->addresses[signer], caller->sender, caller->sender};
    mo_hash_t hash = mo_rules_deposit_hash(&text);
    mo_hash_t digest = mo_rules_digest(&w->domain, &hash);
    mo_signature_t signature;
    bool made = mo_secp_public_key(&w->keys[signer], &wish.key) && mo_secp_sign(&w->keys[signer], &digest, &signature);
    MO_CHECK(made);
    uint8_t bytes[64];
    memcpy(bytes, signature.r.bytes, 32);
    memcpy(bytes + 32, signature.vs.bytes, 32);
    wish.signature = MO_BYTES(bytes);
    mo_registry_verdict_t verdict = mo_rules_registry_deposit(lane->origin, caller, &wish);
    if (verdict == MO_REGISTRY_ACCEPTED) {
        add_to(&lane->stakes.deposited, amount);
    }
    return verdict;
}

/* A founder's stake is whole units, so that its weight is what the world drew. */
void mo_sim_registry_found(mo_sim_t *w, mo_sim_lane_t *lane)
{
    lane->stakes = (mo_sim_stakes_t){0};
    for (uint32_t s = 0; s < w->faults.founders; s++) {
        mo_call_t caller = {mo_sim_owner(s), mo_sim_block(w, MO_CHAIN_ORIGIN, 0)->timestamp};
        mo_u256_t amount;
        bool fits = mo_u256_mul(mo_u256_from_u64(w->founder_weight[s]), mo_u256_from_u64(MO_SIM_WEIGHT_UNIT), &amount);
        MO_CHECK(fits);
        mo_registry_verdict_t verdict = deposit(w, lane, &caller, s, amount);
        MO_CHECK(verdict == MO_REGISTRY_ACCEPTED);
    }
}

/* The lists behind the rolls of n - 5 to n - 2, from the seals that were committed (5.5). */
#define ABSENCES 4

static mo_registry_verdict_t leak(mo_sim_t *w, mo_sim_lane_t *lane, const mo_address_t *signer)
{
    uint8_t indices[ABSENCES][4 * MO_SIM_SIGNERS_MAX];
    mo_roll_preimage_t preimages[ABSENCES] = {0};
    size_t open = (size_t)lane->core->kernel.height.value;
    for (size_t i = 0; i < ABSENCES && open > 5; i++) {
        uint32_t index = *MO_SIM_AT(uint32_t, lane->commits, open - 5 + i - 1);
        const mo_sim_call_t *commit = MO_SIM_AT(mo_sim_call_t, w->calls, index);
        size_t count = (commit->seal_size - 1) / MO_SEAL_RECORD_SIZE;
        for (size_t r = 0; r < count; r++) {
            memcpy(indices[i] + 4 * r, commit->seal + 1 + r * MO_SEAL_RECORD_SIZE, 4);
        }
        preimages[i].indices = (mo_bytes_t){indices[i], 4 * count};
    }
    return mo_rules_registry_leak(lane->origin, signer, preimages, ABSENCES);
}

static mo_registry_verdict_t judge(mo_sim_t *w, mo_sim_lane_t *lane, const mo_call_t *caller, const mo_sim_call_t *call,
                                   mo_u256_t *paid)
{
    const mo_address_t *signer = &w->addresses[call->signer];
    switch (call->verb) {
    case MO_SIM_VERB_DEPOSIT:
        return deposit(w, lane, caller, call->signer, call->amount);
    case MO_SIM_VERB_CANCEL:
        return mo_rules_registry_cancel(lane->origin, caller, signer, paid);
    case MO_SIM_VERB_LOGOUT:
        return mo_rules_registry_logout(lane->origin, caller, signer, (mo_bytes_t){0});
    case MO_SIM_VERB_RELEASE:
        return mo_rules_registry_release(lane->origin, caller, signer);
    case MO_SIM_VERB_WITHDRAW:
        return mo_rules_registry_withdraw(lane->origin, caller, signer, paid);
    case MO_SIM_VERB_REFRESH:
        return mo_rules_registry_refresh(lane->origin, signer);
    case MO_SIM_VERB_LEAK:
        return leak(w, lane, signer);
    case MO_SIM_VERB_COLLECT:
        return mo_rules_registry_collect(lane->origin, caller, paid);
    case MO_SIM_VERBS:
        break;
    }
    mo_check_failed("no verb of the registry", __FILE__, __LINE__);
}

static const char *name_of(mo_sim_verb_t verb)
{
    static const char *const names[] = {
#define X(code, name) name,
        MO_SIM_VERB_LIST(X)
#undef X
    };
    return names[verb];
}

bool mo_sim_registry_execute(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    mo_sim_lane_t *lane = &w->chains[MO_CHAIN_ORIGIN].lanes[spot->lane];
    mo_call_t caller = {mo_sim_owner(call->signer), spot->timestamp};
    if (call->verb == MO_SIM_VERB_COLLECT) { /* whoever slashed: the watcher */
        caller.sender = mo_sim_reporter();
    }
    mo_u256_t paid = MO_U256_ZERO;
    mo_registry_verdict_t verdict = judge(w, lane, &caller, call, &paid);
    mo_sim_say(w, "%s of validator %u: %s", name_of(call->verb), call->signer, mo_rules_registry_verdict_name(verdict));
    if (verdict != MO_REGISTRY_ACCEPTED) {
        return false;
    }
    add_to(&lane->stakes.paid, paid);
    w->report->verbs[call->verb] += !w->replaying;
    if (call->verb == MO_SIM_VERB_WITHDRAW) {
        mo_sim_log_withdrawn(w, call->signer, paid);
    }
    if (call->verb == MO_SIM_VERB_DEPOSIT || call->verb == MO_SIM_VERB_REFRESH) {
        mo_sim_check_sampled(w, spot->lane, call->signer);
    }
    return true;
}
