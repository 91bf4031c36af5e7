#include "role/watcher_parts.h"

mo_action_t *mo_watcher_due(mo_watcher_role_t *w, mo_actions_t *actions, mo_watcher_duty_t duty, mo_duty_t *state,
                            uint64_t key)
{
    if (actions->count == MO_ACTIONS_MAX || !mo_duty_due(state, key, 0, w->now_ms)) {
        return NULL;
    }
    static const mo_action_kind_t kinds[MO_WATCHER_DUTIES] = {
        [MO_DUTY_SLASH_ORIGIN] = MO_ACTION_SLASH,
        [MO_DUTY_SLASH_AUXILIARY] = MO_ACTION_SLASH,
        [MO_DUTY_CHALLENGE_OBSERVATION] = MO_ACTION_CHALLENGE_OBSERVATION,
        [MO_DUTY_RECORD_ORIGIN] = MO_ACTION_RECORD_ORIGIN,
        [MO_DUTY_CHALLENGE_GAS_TARGET] = MO_ACTION_CHALLENGE_GAS_TARGET,
        [MO_DUTY_CHALLENGE_HALT] = MO_ACTION_CHALLENGE_HALT,
        [MO_DUTY_HALT] = MO_ACTION_HALT,
    };
    mo_action_t *action = &actions->items[actions->count++];
    *action = (mo_action_t){
        .kind = kinds[duty],
        .chain = duty == MO_DUTY_SLASH_AUXILIARY ? MO_CHAIN_AUXILIARY : MO_CHAIN_ORIGIN,
        .duty = (uint8_t)duty,
        .key = key,
    };
    return action;
}

/* On the auxiliary chain from the kernel on that carries the offender (2.3). */
static bool is_reachable(const mo_watcher_role_t *w, const mo_watcher_case_t *c, mo_chain_t chain)
{
    uint32_t index;
    return !c->ended[chain] &&
           (chain == MO_CHAIN_ORIGIN || mo_watcher_index(w, &c->proven.signer, &index));
}

static void slash(mo_watcher_role_t *w, mo_actions_t *actions)
{
    static const mo_watcher_duty_t duties[MO_CHAIN_COUNT] = {
        [MO_CHAIN_ORIGIN] = MO_DUTY_SLASH_ORIGIN, [MO_CHAIN_AUXILIARY] = MO_DUTY_SLASH_AUXILIARY};
    for (size_t i = 0; i < w->case_count; i++) {
        mo_watcher_case_t *c = &w->cases[i];
        for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
            mo_action_t *action = is_reachable(w, c, (mo_chain_t)chain)
                                      ? mo_watcher_due(w, actions, duties[chain], &c->duties[chain], i)
                                      : NULL;
            if (action != NULL) {
                action->evidence = &c->evidence;
            }
        }
    }
}

/* --- liveness (4.4 c) --------------------------------------------------------------------------------------------- */

static void say_once(mo_watcher_role_t *w, mo_finding_kind_t kind, bool *said)
{
    if (!*said) {
        mo_watcher_find(w, MO_CHAIN_ORIGIN, &(mo_finding_t){.kind = kind, .detail = w->origin_time});
    }
    *said = true;
}

/* The challenge brings nothing but the bond back, and costs it when it is answered: nobody does it for gain. */
static void pulse(mo_watcher_role_t *w, mo_actions_t *actions)
{
    mo_watcher_pulse_t *p = &w->pulse;
    if (!p->known || !p->opened) {
        return;
    }
    uint64_t patience = p->committed ? p->halt_after : p->setup_grace;
    bool acts = w->config.act && w->config.public_good;
    if (p->haltable_at != 0 && w->origin_time >= p->haltable_at) {
        say_once(w, MO_FINDING_HALTABLE, &p->said_haltable);
        if (acts) {
            (void)mo_watcher_due(w, actions, MO_DUTY_HALT, &p->halt, p->haltable_at);
        }
    } else if (p->haltable_at == 0 && w->origin_time - p->since >= patience) {
        say_once(w, MO_FINDING_SILENCE, &p->said_silent);
        if (acts) {
            (void)mo_watcher_due(w, actions, MO_DUTY_CHALLENGE_HALT, &p->challenge, p->since);
        }
    }
}

void mo_watcher_decide(mo_watcher_role_t *w, mo_actions_t *actions)
{
    mo_watcher_books_compare(w);
    if (w->config.act) {
        slash(w, actions);
    }
    pulse(w, actions);
    mo_watcher_challenge(w, actions);
}
