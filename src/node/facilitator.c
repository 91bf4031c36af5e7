#include "node/facilitator.h"

#include <string.h>

#include "node/drive.h"
#include "node/facilitator_calls.h"
#include "node/facilitator_policy.h"
#include "node/spool.h"
#include "role/facilitator.h"
#include "rules/identity.h"

/* The role, and what the driver knows beside it. */
typedef struct {
    mo_facilitator_role_t role;
    mo_spool_t spool;
    uint64_t epochs[MO_CHAIN_COUNT];
    uint64_t newest[MO_CHAIN_COUNT]; /* checkpoint of each */
    uint64_t told;                   /* messages of which was said what they earned */
} desk_t;

static const char *const duties[MO_FACILITATOR_DUTIES] = {
    [MO_DUTY_TRANSFER] = "transfer", [MO_DUTY_PROVE] = "prove-peer", [MO_DUTY_FUND] = "fund-ledger"};

static mo_err_t start(mo_node_station_t *s, void *role)
{
    desk_t *desk = role;
    const mo_node_config_t *c = s->config;
    mo_hash_t core_id = mo_rules_core_id(c->origin_chain_id, &c->core);
    mo_facilitator_config_t config = {
        .self = s->self,
        .domains = {[MO_CHAIN_ORIGIN] = {c->origin_chain_id, c->gateway, core_id},
                    [MO_CHAIN_AUXILIARY] = {c->auxiliary_chain_id, c->co_gateway, core_id}},
        .core = c->core,
        .origin_block_store = c->origin_block_store,
        .epoch = c->epoch,
        .policy = mo_facilitator_policy_default(),
    };
    if (s->run->policy_path != NULL) {
        const mo_err_t err = mo_node_policy_read(s->run->policy_path, &config.policy);
        if (mo_failed(err)) {
            return err;
        }
    }
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        mo_err_t err = mo_node_facilitator_bounty(s, (mo_chain_t)chain, &config.bounties[chain]);
        if (mo_failed(err)) {
            return err;
        }
    }
    mo_facilitator_init(&desk->role, &config);
    desk->epochs[MO_CHAIN_ORIGIN] = c->origin_epoch;
    desk->epochs[MO_CHAIN_AUXILIARY] = c->epoch;
    memset(desk->newest, 0, sizeof desk->newest);
    return mo_spool_open(&desk->spool, s->run->state_dir);
}

static size_t watched(const mo_node_config_t *c, mo_chain_t chain, mo_address_t out[MO_NODE_WATCHED_MAX])
{
    out[0] = *mo_node_gateway(c, chain);
    out[1] = chain == MO_CHAIN_ORIGIN ? c->core : c->origin_block_store;
    return 2;
}

static uint64_t first_block(const mo_node_config_t *c, mo_chain_t chain)
{
    return chain == MO_CHAIN_ORIGIN ? c->origin_deploy_block : c->auxiliary_deploy_block;
}

static void step(void *role, const mo_event_t *event, mo_actions_t *actions)
{
    desk_t *desk = role;
    if (event->kind == MO_EVENT_HEADER && event->header.number % desk->epochs[event->chain] == 0) {
        desk->newest[event->chain] = event->header.number;
    }
    mo_facilitator_step(&desk->role, event, actions);
}

static const char *trouble(const void *role)
{
    const desk_t *desk = role;
    return desk->role.malformed ? "a log of the pair does not decode" : NULL;
}

static bool take_intent(void *context, const mo_node_intent_t *intent, mo_hash_t *id, const char **refusal)
{
    mo_facilitator_role_t *f = context;
    const mo_policy_verdict_t verdict = mo_facilitator_judge(f, intent->kind, &intent->message);
    if (verdict != MO_POLICY_ACCEPTED) {
        *refusal = mo_facilitator_policy_verdict_name(verdict);
        return false;
    }
    if (!mo_facilitator_has_room(f)) {
        return false;
    }
    *id = mo_facilitator_message_id(f, intent->kind, &intent->message);
    mo_event_t event = {.kind = MO_EVENT_INTENT,
                        .intent = {intent->kind, intent->message, intent->signature}};
    mo_actions_t none;
    mo_facilitator_step(f, &event, &none);
    return true;
}

/* What was earned and spent since the start, at the policy's prices; without prices in tokens and gas alone. */
static void tell_profit(const mo_node_station_t *s, desk_t *desk)
{
    const mo_facilitator_role_t *f = &desk->role;
    const mo_facilitator_policy_t *policy = &f->config.policy;
    char rewards[2][MO_U256_DECIMAL_TEXT];
    char money[2][MO_U256_DECIMAL_TEXT] = {"-", "-"};
    mo_u256_t earned;
    mo_u256_t spent;
    if (f->carried + f->rescued == desk->told) {
        return;
    }
    desk->told = f->carried + f->rescued;
    mo_u256_print_decimal(f->rewards[MO_CHAIN_ORIGIN], rewards[0]);
    mo_u256_print_decimal(f->rewards[MO_CHAIN_AUXILIARY], rewards[1]);
    if (policy->priced &&
        mo_u256_add(f->rewards[MO_CHAIN_ORIGIN], f->rewards[MO_CHAIN_AUXILIARY], &earned) &&
        mo_u256_add(mo_facilitator_policy_spent(policy, MO_CHAIN_ORIGIN, s->gas_spent[MO_CHAIN_ORIGIN]),
                    mo_facilitator_policy_spent(policy, MO_CHAIN_AUXILIARY, s->gas_spent[MO_CHAIN_AUXILIARY]), &spent)) {
        mo_u256_print_decimal(mo_facilitator_policy_worth(policy, earned), money[0]);
        mo_u256_print_decimal(spent, money[1]);
    }
    mo_node_say("accounts: %llu carried, %llu rescued; rewards %s on origin, %s on auxiliary; gas since the start %llu on "
                "origin, %llu on auxiliary; at the policy's prices earned %s, spent %s wei",
                (unsigned long long)f->carried, (unsigned long long)f->rescued, rewards[0], rewards[1],
                (unsigned long long)s->gas_spent[MO_CHAIN_ORIGIN], (unsigned long long)s->gas_spent[MO_CHAIN_AUXILIARY],
                money[0], money[1]);
}

static void look(mo_node_station_t *s, void *role)
{
    desk_t *desk = role;
    tell_profit(s, desk);
    mo_spool_look(&desk->spool, take_intent, &desk->role);
    /* The outcome of a declaration may have been lost with an earlier run; its log is not. */
    for (size_t i = 0; i < desk->spool.count; i++) {
        const mo_hash_t *id = &desk->spool.files[i].id;
        if (mo_facilitator_is_declared(&desk->role, id)) {
            mo_spool_declared(&desk->spool, id);
        }
    }
}

static mo_err_t foresee(mo_node_station_t *s, void *role)
{
    const desk_t *desk = role;
    return mo_node_facilitator_foresee(s, &desk->role, desk->newest);
}

static mo_err_t call(mo_node_station_t *s, void *role, const mo_action_t *action, mo_node_call_t *out)
{
    (void)role;
    return mo_node_facilitator_call(s, action, out);
}

/* The message of the inbox whose declaration the key names; NULL when its file is gone. */
static const mo_hash_t *declaring(const mo_spool_t *spool, uint64_t key)
{
    for (size_t i = 0; i < spool->count; i++) {
        if (mo_facilitator_key(&spool->files[i].id, MO_ROW_DECLARE) == key) {
            return &spool->files[i].id;
        }
    }
    return NULL;
}

static void ended(mo_node_station_t *s, void *role, const mo_event_outcome_t *outcome, const char *reason)
{
    (void)s;
    desk_t *desk = role;
    if (outcome->duty != MO_DUTY_TRANSFER || mo_facilitator_row(outcome->key) != MO_ROW_DECLARE) {
        return;
    }
    const mo_hash_t *id = declaring(&desk->spool, outcome->key);
    if (id != NULL && outcome->outcome == MO_OUTCOME_DONE) {
        mo_spool_declared(&desk->spool, id);
    } else if (id != NULL && outcome->outcome == MO_OUTCOME_FAILED) {
        mo_spool_refused(&desk->spool, id, reason);
    }
}

mo_err_t mo_node_facilitator_run(const mo_node_run_t *run)
{
    static const mo_node_role_t kind = {
        .name = "facilitator",
        .duties = duties,
        .duty_count = MO_FACILITATOR_DUTIES,
        .size = sizeof(desk_t),
        .step = step,
        .start = start,
        .watched = watched,
        .first_block = first_block,
        .call = call,
        .foresee = foresee,
        .look = look,
        .ended = ended,
        .trouble = trouble,
    };
    return mo_node_drive(run, &kind);
}
