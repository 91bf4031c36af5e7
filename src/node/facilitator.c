#include "node/facilitator.h"

#include <string.h>

#include "base/check.h"
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
    bool counting; /* what follows is since the start of this process, not of an earlier one */
    mo_u256_t rewards[MO_CHAIN_COUNT]; /* before that */
    uint64_t carried;
    uint64_t rescued;
    uint64_t told; /* messages of which was said what they earned */
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
    desk->counting = false;
    desk->told = 0;
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

/* What was earned before this process began, as the replayed logs say. */
static void begin_counting(mo_node_station_t *s, desk_t *desk)
{
    memset(s->gas_spent, 0, sizeof s->gas_spent);
    const mo_facilitator_role_t *f = &desk->role;
    memcpy(desk->rewards, f->rewards, sizeof desk->rewards);
    desk->carried = f->carried;
    desk->rescued = f->rescued;
    desk->counting = true;
}

static mo_u256_t earned_on(const desk_t *desk, mo_chain_t chain)
{
    mo_u256_t earned;
    MO_CHECK(mo_u256_sub(desk->role.rewards[chain], desk->rewards[chain], &earned));
    return earned;
}

/* At the policy's prices: what came in, and what the gas was. */
static void tell_money(const mo_node_station_t *s, const desk_t *desk)
{
    const mo_facilitator_policy_t *policy = &desk->role.config.policy;
    const mo_u256_t origin = mo_facilitator_policy_spent(policy, MO_CHAIN_ORIGIN, s->gas_spent[MO_CHAIN_ORIGIN]);
    const mo_u256_t auxiliary = mo_facilitator_policy_spent(policy, MO_CHAIN_AUXILIARY, s->gas_spent[MO_CHAIN_AUXILIARY]);
    char text[2][MO_U256_DECIMAL_TEXT];
    mo_u256_t earned;
    mo_u256_t spent;
    if (policy->priced && mo_u256_add(earned_on(desk, MO_CHAIN_ORIGIN), earned_on(desk, MO_CHAIN_AUXILIARY), &earned) &&
        mo_u256_add(origin, auxiliary, &spent)) {
        mo_u256_print_decimal(mo_facilitator_policy_worth(policy, earned), text[0]);
        mo_u256_print_decimal(spent, text[1]);
        mo_node_say("accounts: at the policy's prices earned %s, spent %s wei", text[0], text[1]);
    }
}

/* What was earned and spent since the start, whenever a message has ended. */
static void tell_accounts(mo_node_station_t *s, desk_t *desk)
{
    const mo_facilitator_role_t *f = &desk->role;
    char rewards[MO_CHAIN_COUNT][MO_U256_DECIMAL_TEXT];
    if (!desk->counting) {
        begin_counting(s, desk);
    }
    const uint64_t carried = f->carried - desk->carried;
    const uint64_t rescued = f->rescued - desk->rescued;
    if (carried + rescued == desk->told) {
        return;
    }
    desk->told = carried + rescued;
    mo_u256_print_decimal(earned_on(desk, MO_CHAIN_ORIGIN), rewards[MO_CHAIN_ORIGIN]);
    mo_u256_print_decimal(earned_on(desk, MO_CHAIN_AUXILIARY), rewards[MO_CHAIN_AUXILIARY]);
    mo_node_say("accounts: %llu carried, %llu rescued; rewards %s on origin, %s on auxiliary; gas %llu on origin, %llu on auxiliary",
                (unsigned long long)carried, (unsigned long long)rescued, rewards[MO_CHAIN_ORIGIN],
                rewards[MO_CHAIN_AUXILIARY], (unsigned long long)s->gas_spent[MO_CHAIN_ORIGIN],
                (unsigned long long)s->gas_spent[MO_CHAIN_AUXILIARY]);
    tell_money(s, desk);
}

static void look(mo_node_station_t *s, void *role)
{
    desk_t *desk = role;
    tell_accounts(s, desk);
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
    static const char *const passing[] = {"LedgerTooLow", "PeerNotProven", NULL};
    static const mo_node_role_t kind = {
        .name = "facilitator",
        .duties = duties,
        .duty_count = MO_FACILITATOR_DUTIES,
        .size = sizeof(desk_t),
        .step = step,
        .start = start,
        .watched = watched,
        .first_block = first_block,
        .passing = passing,
        .call = call,
        .foresee = foresee,
        .look = look,
        .ended = ended,
        .trouble = trouble,
    };
    return mo_node_drive(run, &kind);
}
