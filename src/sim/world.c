/* A run: a world made from its seed, then time in steps, everything due in a fixed order. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "eth/keccak.h"
#include "rules/identity.h"
#include "rules/kernel.h"
#include "sim/world.h"

#define STEP_MS 100u

/* Among traitors: so long after the branches became one that the watcher was shown what both of them hold. */
#define JUDGED_MS 20000u

const char *mo_sim_world_name(mo_sim_world_kind_t kind)
{
    static const char *const names[] = {
#define X(code, name) name,
        MO_SIM_WORLD_LIST(X)
#undef X
    };
    MO_CHECK(kind < MO_SIM_WORLDS);
    return names[kind];
}

uint64_t mo_sim_below(mo_sim_t *w, uint64_t bound)
{
    return mo_rng_below(&w->rng, bound);
}

bool mo_sim_chance(mo_sim_t *w, uint64_t per_mille)
{
    return per_mille > 0 && mo_sim_below(w, 1000) < per_mille;
}

/* --- making a world --------------------------------------------------------------------------------------------- */

static void make_keys(mo_sim_t *w)
{
    for (size_t i = 0; i < w->signer_count; i++) {
        mo_rng_fill(&w->rng, w->keys[i].bytes, sizeof w->keys[i].bytes);
        w->keys[i].bytes[0] &= 0x7f;
        w->keys[i].bytes[31] |= 1;
        MO_CHECK(mo_secp_address(&w->keys[i], &w->addresses[i]));
        w->founder_weight[i] = 1 + mo_sim_below(w, 10);
    }
}

static void make_founders(mo_sim_t *w)
{
    mo_sim_kernel_t *k1 = MO_SIM_PUSH(mo_sim_kernel_t, &w->kernels);
    k1->kernel = (mo_kernel_t){.height = {1}, .parent = w->core_id, .gas_target = w->gas_step};
    k1->parent = MO_SIM_NONE;
    for (size_t i = 0; i < w->faults.founders; i++) {
        k1->kernel.updates[k1->kernel.update_count++] =
            (mo_update_t){.validator = w->addresses[i], .weight = {w->founder_weight[i]}, .kind = MO_UPDATE_JOIN};
        k1->weight[i] = w->founder_weight[i];
        k1->total += w->founder_weight[i];
    }
    k1->hash = mo_rules_kernel_hash(&k1->kernel);
}

static void make_base(mo_sim_t *w)
{
    mo_validator_config_t *b = &w->base;
    *b = (mo_validator_config_t){.origin_chain_id = 1,
                                 .core = {{0xc0, 1}},
                                 .registry = {{0xc0, 2}},
                                 .auxiliary_block_store = {{0xa0, 1}},
                                 .origin_block_store = {{0xa0, 2}},
                                 .polling_place = {{0xa0, 3}},
                                 .kernel_relay = {{0xa0, 4}}};
    w->gateway = (mo_address_t){{0xc0, 3}};
    w->value_token = (mo_address_t){{0xc0, 4}};
    w->co_gateway = (mo_address_t){{0xa0, 5}};
    w->utility_token = (mo_address_t){{0xa0, 6}};
    b->epoch = 8 + mo_sim_below(w, 3);
    b->origin_epoch = 3 + mo_sim_below(w, 4);
    b->auxiliary_root_number = b->epoch;
    b->origin_root_number = b->origin_epoch;
    w->core_id = mo_rules_core_id(b->origin_chain_id, &b->core);
    w->origin_id = mo_rules_origin_id(b->origin_chain_id);
    w->domain = mo_rules_domain(b->origin_chain_id, &b->core);
    w->origin_depth = 3 + mo_sim_below(w, 4);
    w->challenge_seconds = 8 + mo_sim_below(w, 20);
    w->reputation.kind = (mo_reputation_kind_t)mo_sim_below(w, 3);
    w->reputation.heights = 2 + mo_sim_below(w, 4);
    w->gas_step = mo_u256_from_u64((1 + mo_sim_below(w, 3)) * b->epoch * 200000);
}

static void add_node(mo_sim_t *w, uint32_t signer)
{
    mo_sim_node_t *n = &w->nodes[w->node_count++];
    mo_validator_role_t *role = n->role;
    *n = (mo_sim_node_t){.signer = signer, .honest = mo_sim_honest(w, signer), .role = role, .stale = true};
    if (n->role == NULL) {
        n->role = malloc(sizeof *n->role);
    }
    MO_CHECK(n->role != NULL);
    n->silent = !n->honest || (w->faults.silent >> signer & 1) != 0;
    n->absent = signer >= w->faults.founders;
    n->next_ms = mo_sim_below(w, 1000);
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        n->delay_ms[chain] = mo_sim_below(w, 1500);
    }
}

/* Its memory is as large as three validators', and stays from run to run. */
static void add_watcher(mo_sim_t *w)
{
    mo_sim_node_t *n = &w->nodes[w->node_count++];
    mo_watcher_role_t *watcher = n->watcher;
    *n = (mo_sim_node_t){.kind = MO_SIM_NODE_WATCHER, .honest = true, .watcher = watcher, .stale = true};
    if (n->watcher == NULL) {
        n->watcher = malloc(sizeof *n->watcher);
    }
    MO_CHECK(n->watcher != NULL);
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        n->delay_ms[chain] = mo_sim_below(w, 1500);
    }
}

static void add_facilitator(mo_sim_t *w, uint32_t holder)
{
    mo_sim_node_t *n = &w->nodes[w->node_count++];
    mo_facilitator_role_t *facilitator = n->facilitator;
    *n = (mo_sim_node_t){
        .kind = MO_SIM_NODE_FACILITATOR, .signer = holder, .honest = true, .facilitator = facilitator, .stale = true};
    if (n->facilitator == NULL) {
        n->facilitator = malloc(sizeof *n->facilitator);
    }
    MO_CHECK(n->facilitator != NULL);
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        n->delay_ms[chain] = mo_sim_below(w, 1500);
    }
}

static void make_nodes(mo_sim_t *w)
{
    for (uint32_t s = 0; s < w->signer_count; s++) {
        add_node(w, s);
    }
    add_watcher(w);
    for (uint32_t i = 0; i < MO_SIM_CARRIERS; i++) {
        add_facilitator(w, MO_SIM_USERS + i);
    }
}

static void free_vector(mo_sim_vector_t *vector)
{
    free(vector->items);
    *vector = (mo_sim_vector_t){0};
}

/* Roles keep their memory from run to run; all else goes. */
static void clear(mo_sim_t *w)
{
    for (int i = 0; i < MO_CHAIN_COUNT; i++) {
        mo_sim_chain_t *c = &w->chains[i];
        free_vector(&c->blocks);
        free_vector(&c->logs);
        free_vector(&c->pairs);
        free_vector(&c->mined);
        free_vector(&c->bytes);
        free_vector(&c->waiting);
        for (int lane = 0; lane < MO_SIM_LANES; lane++) {
            free(c->lanes[lane].poll);
            free(c->lanes[lane].origin);
            free_vector(&c->lanes[lane].proposed);
            free_vector(&c->lanes[lane].commits);
            mo_sim_check_tally_end(&c->lanes[lane].tally);
        }
    }
    free_vector(&w->calls);
    free_vector(&w->kernels);
    free_vector(&w->evidence);
    free_vector(&w->signatures);
    free_vector(&w->finalities);
    free_vector(&w->shown);
    free_vector(&w->messages);
    mo_sim_node_t kept[MO_SIM_NODES_MAX] = {0};
    for (size_t i = 0; i < MO_SIM_NODES_MAX; i++) {
        free_vector(&w->nodes[i].store.records);
        free_vector(&w->nodes[i].flights);
        kept[i].role = w->nodes[i].role;
        kept[i].watcher = w->nodes[i].watcher;
        kept[i].facilitator = w->nodes[i].facilitator;
    }
    memset(w, 0, sizeof *w);
    memcpy(w->nodes, kept, sizeof kept);
}

static void make(mo_sim_t *w)
{
    uint64_t minutes = w->config.minutes == 0 ? MO_SIM_MINUTES_DEFAULT : w->config.minutes;
    w->faults.kind = (mo_sim_world_kind_t)(w->config.seed % MO_SIM_WORLDS);
    /* Two branches need time to make something final each. */
    w->heal_ms = minutes * 60000 + (w->faults.kind == MO_SIM_WORLD_TRAITORS ? 180000 : 0);
    uint64_t spread = MO_SIM_FOUNDERS_MAX - MO_SIM_FOUNDERS_MIN + 1;
    uint64_t chosen = MO_SIM_FOUNDERS_MIN + mo_sim_below(w, spread);
    w->faults.founders = w->config.validators == 0 ? chosen : w->config.validators;
    w->faults.joiners = MO_SIM_SIGNERS_MAX - MO_SIM_FOUNDERS_MAX;
    w->signer_count = (size_t)(w->faults.founders + w->faults.joiners);
    MO_CHECK(w->signer_count <= MO_SIM_SIGNERS_MAX);
    make_base(w);
    make_keys(w);
    mo_sim_fault_plan(w);
    make_founders(w);
    w->chains[MO_CHAIN_ORIGIN] = (mo_sim_chain_t){.which = MO_CHAIN_ORIGIN, .period_ms = 2000};
    w->chains[MO_CHAIN_AUXILIARY] = (mo_sim_chain_t){.which = MO_CHAIN_AUXILIARY, .period_ms = 1500};
    w->end_ms = w->heal_ms + MO_SIM_HEALED_EPOCHS * w->base.epoch * w->chains[MO_CHAIN_AUXILIARY].period_ms;
    mo_sim_chain_start(w, MO_CHAIN_ORIGIN);
    w->base.origin_root_hash = mo_sim_block(w, MO_CHAIN_ORIGIN, 0)->hash;
    mo_sim_chain_start(w, MO_CHAIN_AUXILIARY);
    w->base.auxiliary_root_hash = mo_sim_block(w, MO_CHAIN_AUXILIARY, 0)->hash;
    /* The root's own T observes origin's root. */
    make_nodes(w);
    w->report->world = w->faults.kind;
    w->report->validators = w->faults.founders;
    mo_sim_say(w, "world %s, %llu validators, epochs %llu and %llu", mo_sim_world_name(w->faults.kind),
               (unsigned long long)w->faults.founders, (unsigned long long)w->base.epoch,
               (unsigned long long)w->base.origin_epoch);
}

/* --- time ------------------------------------------------------------------------------------------------------- */

static void mine_due(mo_sim_t *w, mo_chain_t chain)
{
    mo_sim_chain_t *c = &w->chains[chain];
    for (uint32_t lane = 0; lane < MO_SIM_LANES; lane++) {
        if (c->lanes[lane].live && w->now_ms >= c->lanes[lane].next_ms) {
            mo_sim_chain_mine(w, chain, lane);
            c->lanes[lane].next_ms = w->now_ms + c->period_ms / 2 + mo_sim_below(w, c->period_ms);
        }
    }
}

static void step(mo_sim_t *w)
{
    mine_due(w, MO_CHAIN_ORIGIN);
    mine_due(w, MO_CHAIN_AUXILIARY);
    mo_sim_fault_turn(w);
    for (uint32_t i = 0; i < w->node_count && !w->report->violated; i++) {
        if (w->now_ms >= w->nodes[i].next_ms) {
            mo_sim_node_turn(w, i);
        }
    }
    mo_sim_adversary_turn(w);
    mo_sim_owner_turn(w);
    mo_sim_user_turn(w);
    if (!w->healed && w->now_ms >= w->heal_ms) {
        mo_sim_fault_heal(w);
    }
}

/* The second phase ends when what it demands is there. */
static bool is_over(const mo_sim_t *w)
{
    if (w->report->violated || w->now_ms >= w->end_ms) {
        return true;
    }
    if (!w->healed) {
        return false;
    }
    if (mo_sim_check_is_waiting(w)) {
        return false;
    }
    if (w->faults.kind == MO_SIM_WORLD_TRAITORS) {
        return w->now_ms >= w->heal_ms + JUDGED_MS;
    }
    uint64_t final = w->chains[MO_CHAIN_AUXILIARY].lanes[0].poll->last_finalised[MO_POLL_AUXILIARY].height.value;
    return final > w->healed_height &&
           w->chains[MO_CHAIN_ORIGIN].lanes[0].core->kernel.height.value > w->healed_committed;
}

mo_sim_t *mo_sim_open(void)
{
    return calloc(1, sizeof(mo_sim_t));
}

void mo_sim_run(mo_sim_t *w, const mo_sim_config_t *config, mo_sim_report_t *report)
{
    clear(w);
    *report = (mo_sim_report_t){0};
    w->config = *config;
    w->report = report;
    w->rng = mo_rng(config->seed);
    w->trace = mo_keccak();
    make(w);
    while (!is_over(w)) {
        step(w);
        w->now_ms += STEP_MS;
    }
    if (!report->violated) {
        mo_sim_check_end(w);
    }
    report->virtual_ms = w->now_ms;
    const mo_core_t *core = w->chains[MO_CHAIN_ORIGIN].lanes[0].core;
    report->committed = core == NULL ? 0 : core->kernel.height.value - 1;
    report->trace = mo_keccak_hash(&w->trace);
}

void mo_sim_close(mo_sim_t *w)
{
    if (w == NULL) {
        return;
    }
    clear(w);
    for (size_t i = 0; i < MO_SIM_NODES_MAX; i++) {
        free(w->nodes[i].role);
        free(w->nodes[i].watcher);
        free(w->nodes[i].facilitator);
    }
    free(w);
}
