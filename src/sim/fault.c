/* What goes wrong, by the seed: who is silent, who is a traitor, when chains fork, when machines fall. */
#include "base/check.h"
#include "sim/world.h"

/* Nothing happens to chains before the core has begun to work. */
#define QUIET_MS    60000u
#define REORG_DEPTH 10u

/* --- the plan --------------------------------------------------------------------------------------------------- */

static uint64_t weight_of(const mo_sim_t *w, uint32_t set)
{
    uint64_t sum = 0;
    for (uint32_t s = 0; s < w->faults.founders; s++) {
        sum += (set >> s & 1) != 0 ? w->founder_weight[s] : 0;
    }
    return sum;
}

/* Some founders, at random, below a third of the weight together with `besides`. */
static uint32_t below_third(mo_sim_t *w, uint32_t besides)
{
    uint32_t set = 0;
    uint64_t total = weight_of(w, UINT32_MAX);
    for (int i = 0; i < 3; i++) {
        uint32_t more = set | 1u << mo_sim_below(w, w->faults.founders);
        set = 3 * weight_of(w, more | besides) < total && (more & besides) == 0 ? more : set;
    }
    return set;
}

/* Well above a third. */
static uint32_t third_or_more(mo_sim_t *w)
{
    uint32_t set = 0;
    while (5 * weight_of(w, set) < 2 * weight_of(w, UINT32_MAX)) {
        set |= 1u << mo_sim_below(w, w->faults.founders);
    }
    return set;
}

/* The last half of the first phase: something is final by then. */
static void add_usurpations(mo_sim_t *w)
{
    for (uint64_t i = 0; i < w->faults.usurpations && w->plan_count < MO_SIM_PLANS_MAX; i++) {
        w->plans[w->plan_count++] = (mo_sim_plan_t){.at_ms = w->heal_ms / 2 + mo_sim_below(w, w->heal_ms / 2),
                                                    .usurped = true,
                                                    .chain = MO_CHAIN_AUXILIARY};
    }
}

static void add_plans(mo_sim_t *w, uint64_t count, bool split)
{
    for (uint64_t i = 0; i < count && w->plan_count < MO_SIM_PLANS_MAX; i++) {
        mo_chain_t chain = split || mo_sim_chance(w, 600) ? MO_CHAIN_AUXILIARY : MO_CHAIN_ORIGIN;
        bool early = w->faults.kind == MO_SIM_WORLD_TRAITORS;
        w->plans[w->plan_count++] = (mo_sim_plan_t){
            .at_ms = QUIET_MS + mo_sim_below(w, early ? 20000 : w->heal_ms - QUIET_MS), .split = split, .chain = chain};
    }
}

static void choose_world(mo_sim_t *w)
{
    mo_sim_faults_t *f = &w->faults;
    bool storm = f->kind == MO_SIM_WORLD_STORM;
    bool calm = f->kind == MO_SIM_WORLD_CALM;
    f->delay_ms = calm ? 500 : 1000 + mo_sim_below(w, 4000);
    f->churn = f->kind != MO_SIM_WORLD_TRAITORS;
    if (storm || f->kind == MO_SIM_WORLD_CRASHES) {
        f->crash_per_mille = 5 + mo_sim_below(w, 40);
        f->trouble_per_mille = mo_sim_below(w, 10);
        f->lost_per_mille = mo_sim_below(w, 200);
    }
    if (storm || f->kind == MO_SIM_WORLD_REORGANISED) {
        f->reorgs = 1 + mo_sim_below(w, 3);
    }
    if (storm || f->kind == MO_SIM_WORLD_SPLIT || f->kind == MO_SIM_WORLD_BYZANTINE) {
        f->splits = 1 + mo_sim_below(w, 2);
    }
    if (storm || f->kind == MO_SIM_WORLD_REORGANISED) {
        f->usurpations = mo_sim_below(w, 2);
    }
    if (storm || f->kind == MO_SIM_WORLD_BYZANTINE) {
        f->traitors = below_third(w, 0);
        f->adversary = true;
    }
    if (storm || f->kind == MO_SIM_WORLD_SILENT) {
        f->silent = below_third(w, f->traitors);
    }
    if (f->kind == MO_SIM_WORLD_TRAITORS) {
        f->traitors = third_or_more(w);
        f->splits = 1;
    }
}

void mo_sim_fault_plan(mo_sim_t *w)
{
    choose_world(w);
    add_plans(w, w->faults.reorgs, false);
    add_plans(w, w->faults.splits, true);
    add_usurpations(w);
}

/* --- machines --------------------------------------------------------------------------------------------------- */

mo_sim_crash_t mo_sim_fault_crash(mo_sim_t *w, uint32_t node, mo_sim_write_t point)
{
    mo_sim_node_t *n = &w->nodes[node];
    bool falls = n->kind != MO_SIM_NODE_WATCHER && !w->healed;
    if (!falls || !mo_sim_chance(w, w->faults.crash_per_mille)) {
        return MO_SIM_CRASH_NONE;
    }
    bool after = mo_sim_chance(w, 500);
    w->report->crashes[point][after]++;
    n->down = true;
    n->up_ms = w->now_ms + 500 + mo_sim_below(w, 20000);
    mo_sim_say(w, "validator %u goes down %s a write of %d", node, after ? "after" : "before", (int)point);
    return after ? MO_SIM_CRASH_AFTER : MO_SIM_CRASH_BEFORE;
}

void mo_sim_fault_look(mo_sim_t *w, uint32_t node)
{
    mo_sim_node_t *n = &w->nodes[node];
    if (w->healed || !mo_sim_chance(w, w->faults.trouble_per_mille)) {
        return;
    }
    if (n->kind == MO_SIM_NODE_WATCHER) {
        mo_sim_check_hindered(w);
    }
    if (mo_sim_chance(w, 500)) {
        n->trouble_until_ms = w->now_ms + 1000 + mo_sim_below(w, 20000);
    } else {
        n->stuck_until_ms[mo_sim_below(w, MO_CHAIN_COUNT)] = w->now_ms + 2000 + mo_sim_below(w, 40000);
    }
}

/* --- chains ----------------------------------------------------------------------------------------------------- */

/* The lowest block number that a fork may begin at. Origin keeps what its nodes call final. The auxiliary chain's producers
 * keep what is final (2.9), and the highest justified checkpoint with the votes that justified it: who voted from there
 * can vote from nowhere below (2.7), and votes of who is slashed meanwhile cannot be recorded again. */
static uint64_t lowest_fork(mo_sim_t *w, mo_chain_t chain)
{
    const mo_sim_chain_t *c = &w->chains[chain];
    uint64_t top = mo_sim_block(w, chain, c->lanes[0].tip)->number;
    if (chain == MO_CHAIN_ORIGIN) {
        return top > w->origin_depth - 1 ? top - (w->origin_depth - 1) : 0;
    }
    uint64_t low = c->lanes[0].tally.justified_in;
    if (w->faults.traitors == 0) {
        low = c->lanes[0].poll->highest_justified[MO_POLL_AUXILIARY].number;
    }
    return top > REORG_DEPTH && top - REORG_DEPTH > low ? top - REORG_DEPTH : low;
}

/* Who follows which branch: by chance, or so that the honest weigh the same on both, which serves traitors best. */
static void take_sides(mo_sim_t *w)
{
    uint64_t weight[MO_SIM_LANES] = {0, 0};
    for (uint32_t i = 0; i < w->node_count; i++) {
        uint32_t lane = (uint32_t)mo_sim_below(w, 2);
        if (w->faults.kind == MO_SIM_WORLD_TRAITORS) {
            lane = weight[1] < weight[0];
        }
        w->nodes[i].lane[MO_CHAIN_AUXILIARY] = lane;
        bool founder = w->nodes[i].kind == MO_SIM_NODE_VALIDATOR && i < w->faults.founders;
        weight[lane] += w->nodes[i].honest && founder ? w->founder_weight[i] : 0;
    }
}

static void follow_usurpers(mo_sim_t *w)
{
    mo_sim_say(w, "the producers of the auxiliary chain take back what is final");
    for (uint32_t i = 0; i < w->node_count; i++) {
        w->nodes[i].lane[MO_CHAIN_AUXILIARY] = 1;
    }
}

static uint64_t split_ms(mo_sim_t *w)
{
    return w->faults.kind == MO_SIM_WORLD_TRAITORS ? w->heal_ms : 30000 + mo_sim_below(w, 90000);
}

static void begin_fork(mo_sim_t *w, mo_sim_plan_t *plan)
{
    mo_sim_chain_t *c = &w->chains[plan->chain];
    uint64_t top = mo_sim_block(w, plan->chain, c->lanes[0].tip)->number;
    uint64_t root = mo_sim_block(w, plan->chain, 0)->number;
    uint64_t low = lowest_fork(w, plan->chain);
    if (plan->usurped) {
        top = mo_sim_block(w, plan->chain, c->lanes[0].tally.final)->number;
        low = top > REORG_DEPTH ? top - REORG_DEPTH : 0;
    }
    low = low > root + 1 ? low : root + 1;
    if (c->lanes[1].live || low >= top) {
        return;
    }
    plan->done = true;
    uint64_t at = top - 1 - mo_sim_below(w, top - low);
    mo_sim_chain_fork(w, plan->chain, mo_sim_chain_ancestor(w, plan->chain, c->lanes[0].tip, at));
    w->fork_until_ms[plan->chain] = plan->split ? w->now_ms + split_ms(w) : UINT64_MAX;
    w->usurped = plan->usurped;
    if (plan->usurped) {
        w->fork_until_ms[plan->chain] = w->now_ms + 10000 + mo_sim_below(w, 30000);
        follow_usurpers(w);
    } else if (plan->split) {
        take_sides(w);
    }
}

/* The branch that goes on: what is final, else that of the highest justified checkpoint, else the longer one. */
static uint32_t winner(mo_sim_t *w, mo_chain_t chain)
{
    const mo_sim_chain_t *c = &w->chains[chain];
    uint64_t a = mo_sim_block(w, chain, c->lanes[0].tip)->number;
    uint64_t b = mo_sim_block(w, chain, c->lanes[1].tip)->number;
    if (chain == MO_CHAIN_ORIGIN) {
        return b > a;
    }
    if (w->usurped) {
        return 0;
    }
    uint64_t x = c->lanes[0].poll->highest_justified[MO_POLL_AUXILIARY].height.value;
    uint64_t y = c->lanes[1].poll->highest_justified[MO_POLL_AUXILIARY].height.value;
    return x == y ? b > a : y > x;
}

/* A reorganisation: the other branch grows past this one at once. */
static void overtake(mo_sim_t *w, mo_chain_t chain)
{
    mo_sim_chain_t *c = &w->chains[chain];
    uint64_t top = mo_sim_block(w, chain, c->lanes[0].tip)->number;
    while (mo_sim_block(w, chain, c->lanes[1].tip)->number <= top) {
        mo_sim_chain_mine(w, chain, 1);
    }
    c->lanes[1].next_ms = c->lanes[0].next_ms;
    mo_sim_chain_join(w, chain, 1);
}

void mo_sim_fault_turn(mo_sim_t *w)
{
    for (size_t i = 0; i < w->plan_count && !w->healed; i++) {
        if (!w->plans[i].done && w->now_ms >= w->plans[i].at_ms) {
            begin_fork(w, &w->plans[i]);
        }
    }
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        if (!w->chains[chain].lanes[1].live) {
            continue;
        }
        if (w->fork_until_ms[chain] == UINT64_MAX) {
            overtake(w, (mo_chain_t)chain);
        } else if (w->now_ms >= w->fork_until_ms[chain]) {
            mo_sim_chain_join(w, (mo_chain_t)chain, winner(w, (mo_chain_t)chain));
        }
    }
}

/* Everything that was wrong is mended; traitors fall silent. */
void mo_sim_fault_heal(mo_sim_t *w)
{
    w->healed = true;
    mo_sim_say(w, "healed");
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        if (w->chains[chain].lanes[1].live) {
            mo_sim_chain_join(w, (mo_chain_t)chain, winner(w, (mo_chain_t)chain));
        }
    }
    for (uint32_t i = 0; i < w->node_count; i++) {
        mo_sim_node_t *n = &w->nodes[i];
        n->silent = !n->honest;
        n->absent = n->absent && n->kind == MO_SIM_NODE_VALIDATOR;
        n->up_ms = n->down ? w->now_ms : n->up_ms;
        n->trouble_until_ms = n->stuck_until_ms[0] = n->stuck_until_ms[1] = 0;
    }
    w->faults.delay_ms = 1000;
    w->healed_height = w->chains[MO_CHAIN_AUXILIARY].lanes[0].poll->last_finalised[MO_POLL_AUXILIARY].height.value;
    w->healed_committed = w->chains[MO_CHAIN_ORIGIN].lanes[0].core->kernel.height.value;
}
