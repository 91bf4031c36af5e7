/* Who has a stake, or wants one: they deposit, log out, release, withdraw; some switch their validator off when its stake
 * is released (5.1). Strangers refresh weights and make the silent leak (5.2, 5.5).
 *
 * The checkers demand safety and progress under the assumption that traitors and the silent together stay below a third.
 * So nobody here asks for a change after which that would not hold, in whatever order kernels carry what waits. */
#include "base/check.h"
#include "rules/registry.h"
#include "sim/world.h"

#define TURN_MS 1500u

static mo_origin_t *origin_of(mo_sim_t *w)
{
    return w->chains[MO_CHAIN_ORIGIN].lanes[0].origin;
}

static bool is_bad(const mo_sim_t *w, uint32_t signer)
{
    return !mo_sim_honest(w, signer) || (w->faults.silent >> signer & 1) != 0;
}

/* The least that an honest validator may come to weigh, the most that another may. */
static uint64_t extreme_of(mo_sim_t *w, uint32_t signer, bool most)
{
    const mo_origin_t *origin = origin_of(w);
    uint32_t open = mo_sim_kernel_find(w, &origin->core.kernel_hash);
    uint64_t carried = MO_SIM_AT(mo_sim_kernel_t, w->kernels, open)->weight[signer];
    const mo_validator_account_t *account = mo_rules_registry_account(origin, &w->addresses[signer]);
    bool waits = account != NULL && account->waiting.kind != 0 && account->waiting.kind != MO_UPDATE_SLASH + 1;
    uint64_t waiting = waits ? account->waiting.weight : carried;
    if (most) {
        return waiting > carried ? waiting : carried;
    }
    bool leaves = (w->leaving >> signer & 1) != 0;
    return leaves ? 0 : waiting < carried ? waiting : carried;
}

static bool keeps_assumption(mo_sim_t *w, uint32_t signer, uint64_t weight)
{
    uint64_t good = 0, bad = 0;
    for (uint32_t s = 0; s < w->signer_count; s++) {
        uint64_t extreme = extreme_of(w, s, is_bad(w, s));
        if (s == signer) {
            extreme = is_bad(w, s) == (weight > extreme) ? weight : extreme;
        }
        *(is_bad(w, s) ? &bad : &good) += extreme;
    }
    return good > 0 && 3 * bad < bad + good;
}

static void ask(mo_sim_t *w, uint32_t signer, mo_sim_verb_t verb, mo_u256_t amount)
{
    uint32_t index = mo_sim_call_new(w, MO_CHAIN_ORIGIN);
    mo_sim_call_t *call = MO_SIM_AT(mo_sim_call_t, w->calls, index);
    call->kind = MO_SIM_CALL_REGISTRY;
    call->signer = signer;
    call->verb = verb;
    call->amount = amount;
    mo_sim_chain_send(w, index, mo_sim_below(w, w->faults.delay_ms + 1));
}

static void ask_for(mo_sim_t *w, uint32_t signer, mo_sim_verb_t verb)
{
    ask(w, signer, verb, MO_U256_ZERO);
}

/* Not whole units: the rest weighs nothing (5.2). */
static void join(mo_sim_t *w, uint32_t signer)
{
    mo_u256_t amount;
    bool fits = mo_u256_mul(mo_u256_from_u64(1 + mo_sim_below(w, 12)), mo_u256_from_u64(MO_SIM_WEIGHT_UNIT), &amount) &&
                mo_u256_add(amount, mo_u256_from_u64(mo_sim_below(w, MO_SIM_WEIGHT_UNIT)), &amount);
    MO_CHECK(fits);
    w->deposited |= 1u << signer;
    w->nodes[signer].absent = false;
    w->nodes[signer].stale = true;
    ask(w, signer, MO_SIM_VERB_DEPOSIT, amount);
}

static void log_out(mo_sim_t *w, uint32_t signer)
{
    if (keeps_assumption(w, signer, 0)) {
        w->leaving |= 1u << signer;
        ask_for(w, signer, MO_SIM_VERB_LOGOUT);
    }
}

static void turn_active(mo_sim_t *w, uint32_t signer, const mo_validator_account_t *account)
{
    const mo_origin_t *origin = origin_of(w);
    if (is_bad(w, signer)) {
        if (account->last_leak + 5 < origin->core.kernel.height.value && origin->core.kernel.height.value > 5) {
            ask_for(w, signer, MO_SIM_VERB_LEAK);
        }
        return;
    }
    uint64_t choice = mo_sim_below(w, 30);
    if (choice == 0) {
        log_out(w, signer);
    } else if (choice < 16 && keeps_assumption(w, signer, 0)) { /* whatever it would weigh when this is mined */
        ask_for(w, signer, MO_SIM_VERB_REFRESH);
    }
}

static void turn_of(mo_sim_t *w, uint32_t signer)
{
    const mo_origin_t *origin = origin_of(w);
    const mo_validator_account_t *account = mo_rules_registry_account(origin, &w->addresses[signer]);
    if (account == NULL) {
        if ((w->deposited >> signer & 1) == 0 && mo_sim_chance(w, 300)) {
            join(w, signer);
        }
        return;
    }
    switch (account->state) {
    case MO_ACCOUNT_QUEUED:
        if (mo_sim_chance(w, 20)) {
            ask_for(w, signer, MO_SIM_VERB_CANCEL);
        }
        break;
    case MO_ACCOUNT_ACTIVE:
        turn_active(w, signer, account);
        break;
    case MO_ACCOUNT_LEAVING: /* too early as well */
        ask_for(w, signer, MO_SIM_VERB_RELEASE);
        break;
    case MO_ACCOUNT_RELEASED:
        ask_for(w, signer, MO_SIM_VERB_WITHDRAW);
        break;
    case MO_ACCOUNT_SLASHED:
        ask_for(w, signer, MO_SIM_VERB_COLLECT);
        break;
    case MO_ACCOUNT_NONE:
    case MO_ACCOUNT_WITHDRAWN:
    case MO_ACCOUNT_CANCELLED:
        break;
    }
}

/* Half of the leavers switch off when origin can no longer take the release back. */
static void switch_off(mo_sim_t *w)
{
    uint64_t settled = (w->origin_depth + 1) * 2 * w->chains[MO_CHAIN_ORIGIN].period_ms;
    for (uint32_t s = 0; s < w->signer_count; s++) {
        const mo_validator_account_t *account = mo_rules_registry_account(origin_of(w), &w->addresses[s]);
        bool released = account != NULL && (account->state == MO_ACCOUNT_RELEASED || account->state == MO_ACCOUNT_WITHDRAWN);
        if (!released) {
            w->released_ms[s] = 0;
        } else if (w->released_ms[s] == 0) {
            w->released_ms[s] = w->now_ms;
        } else if (s % 2 == 0 && !w->nodes[s].absent && w->now_ms > w->released_ms[s] + settled) {
            w->nodes[s].absent = true;
            mo_sim_say(w, "validator %u switches off", s);
        }
    }
}

void mo_sim_owner_turn(mo_sim_t *w)
{
    if (w->now_ms < w->next_owner_ms || origin_of(w) == NULL || !w->faults.churn) {
        return;
    }
    w->next_owner_ms = w->now_ms + TURN_MS + mo_sim_below(w, TURN_MS);
    turn_of(w, (uint32_t)mo_sim_below(w, w->signer_count));
    switch_off(w);
}
