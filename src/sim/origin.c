/* Origin's contracts, decided by rules/core.h. Which updates a kernel carries is the world's choice here. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "rules/kernel.h"
#include "rules/transition.h"
#include "sim/world.h"

/* CoreHalted's reason of a halt by slashed weight (4.5). */
#define HALT_SLASHED 3

static mo_sim_lane_t *lane_of(mo_sim_t *w, const mo_sim_spot_t *spot)
{
    return &w->chains[MO_CHAIN_ORIGIN].lanes[spot->lane];
}

uint32_t mo_sim_kernel_find(mo_sim_t *w, const mo_hash_t *hash)
{
    for (size_t i = w->kernels.count; i > 0; i--) {
        if (mo_hash_equal(&MO_SIM_AT(mo_sim_kernel_t, w->kernels, i - 1)->hash, hash)) {
            return (uint32_t)(i - 1);
        }
    }
    return MO_SIM_NONE;
}

void mo_sim_origin_create(mo_sim_t *w, mo_sim_lane_t *lane)
{
    const mo_sim_kernel_t *k1 = MO_SIM_AT(mo_sim_kernel_t, w->kernels, 0);
    mo_core_config_t config = {
        .core_id = w->core_id,
        .domain = w->domain,
        .setup_hash = w->core_id,
        .gas_step = w->gas_step,
        .root_height = {w->base.auxiliary_root_number / w->base.epoch},
    };
    lane->core = calloc(1, sizeof *lane->core);
    MO_CHECK(lane->core != NULL);
    mo_rules_core_create(lane->core, &config);
    mo_core_verdict_t opened = mo_rules_core_open(lane->core, w->base.origin_root_number, &k1->kernel);
    MO_CHECK(opened == MO_CORE_ACCEPTED);
    mo_sim_log_created(w);
    mo_sim_log_kernel_opened(w, &k1->kernel, &k1->hash);
}

/* --- proposals -------------------------------------------------------------------------------------------------- */

/* Origin's history has the observation (3.4): a block of this branch. */
static bool is_observed(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_transition_t *t)
{
    uint32_t block = mo_sim_chain_ancestor(w, MO_CHAIN_ORIGIN, spot->parent, t->origin_number);
    return block != MO_SIM_NONE && mo_hash_equal(&mo_sim_block(w, MO_CHAIN_ORIGIN, block)->hash, &t->origin_hash);
}

static bool propose(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    mo_sim_lane_t *lane = lane_of(w, spot);
    const mo_action_propose_t *in = &call->action.propose;
    mo_proposing_t wish = {in->transition, {in->stated_height}, is_observed(w, spot, &in->transition)};
    uint64_t ready_at = spot->timestamp + w->challenge_seconds;
    size_t place = lane->core->proposal_count;
    mo_core_verdict_t verdict = mo_rules_core_propose(lane->core, &wish, ready_at);
    mo_sim_say(w, "proposal of dynasty %llu, stated height %llu: %s", (unsigned long long)in->transition.dynasty,
               (unsigned long long)in->stated_height, mo_rules_core_verdict_name(verdict));
    if (verdict != MO_CORE_ACCEPTED) {
        return false;
    }
    lane->proposed_at[place] = spot->timestamp;
    mo_sim_log_proposed(w, &lane->core->proposals[place], lane->core->kernel.height);
    return true;
}

/* --- the next kernel -------------------------------------------------------------------------------------------- */

static bool is_byzantine(const mo_sim_t *w, uint32_t signer)
{
    return (w->faults.traitors >> signer & 1) != 0;
}

/* Whether traitors and the silent keep less than a third of the weight after the kernel (the assumption under which the
 * checkers demand safety and progress). */
static bool keeps_assumption(mo_sim_t *w, const mo_sim_kernel_t *k)
{
    uint64_t bad = 0;
    uint64_t missing = 0;
    for (uint32_t s = 0; s < w->signer_count; s++) {
        bad += is_byzantine(w, s) ? k->weight[s] : 0;
        missing += is_byzantine(w, s) || (w->faults.silent >> s & 1) != 0 ? k->weight[s] : 0;
    }
    return 3 * bad < k->total && 3 * missing < k->total;
}

static uint32_t signer_of(const mo_sim_t *w, const mo_address_t *address)
{
    uint32_t s = 0;
    while (s < w->signer_count && !mo_address_equal(&w->addresses[s], address)) {
        s++;
    }
    return s;
}

/* F(k) from F(k - 1) and the updates (5.3). */
static void weigh(const mo_sim_t *w, mo_sim_kernel_t *k)
{
    for (size_t i = 0; i < k->kernel.update_count; i++) {
        uint32_t s = signer_of(w, &k->kernel.updates[i].validator);
        MO_CHECK(s < w->signer_count);
        k->weight[s] = k->kernel.updates[i].weight.value;
    }
    k->total = 0;
    for (uint32_t s = 0; s < w->signer_count; s++) {
        k->total += k->weight[s];
    }
}

/* Adds an update unless the rules of 5.4 or the assumption stand against it. */
static void try_update(mo_sim_t *w, const mo_core_t *core, mo_sim_kernel_t *k, const mo_update_t *update)
{
    mo_sim_kernel_t tried = *k;
    for (size_t i = 0; i < k->kernel.update_count; i++) {
        if (mo_address_equal(&k->kernel.updates[i].validator, &update->validator)) {
            return;
        }
    }
    tried.kernel.updates[tried.kernel.update_count++] = *update;
    weigh(w, &tried);
    bool slash = update->kind == MO_UPDATE_SLASH;
    if (tried.total > 0 && mo_rules_validators_check_kernel(&core->validators, &tried.kernel) == MO_SET_ACCEPTED &&
        (slash || keeps_assumption(w, &tried))) {
        *k = tried;
    }
}

/* Slashes first, as the registry carries them (5.4). */
static void add_slashes(mo_sim_t *w, const mo_core_t *core, mo_sim_kernel_t *k)
{
    for (uint32_t i = 0; i < core->validators.count; i++) {
        const mo_validator_t *v = &core->validators.at[i];
        uint32_t s = signer_of(w, &v->signer);
        if (v->slashed && s < w->signer_count && k->weight[s] > 0) {
            mo_update_t update = {.validator = v->signer, .kind = MO_UPDATE_SLASH};
            try_update(w, core, k, &update);
        }
    }
}

/* Joins, logouts and new weights, by chance and by the kernel's parent, so that a branch that commits the same carries
 * the same. */
static void add_changes(mo_sim_t *w, const mo_core_t *core, mo_sim_kernel_t *k)
{
    mo_rng_t rng = mo_rng(w->config.seed ^ k->kernel.height.value << 32 ^ k->kernel.parent.bytes[0]);
    for (int i = 0; i < 3 && w->faults.churn; i++) {
        uint32_t s = (uint32_t)mo_rng_below(&rng, w->signer_count);
        uint32_t index;
        bool known = mo_rules_validators_find(&core->validators, &w->addresses[s], &index);
        mo_update_t update = {.validator = w->addresses[s], .weight = {1 + mo_rng_below(&rng, 12)}};
        update.kind = known ? MO_UPDATE_WEIGHT : MO_UPDATE_JOIN;
        if (known && k->weight[s] == 0) {
            continue;
        }
        if (known && mo_rng_below(&rng, 4) == 0) {
            update.kind = MO_UPDATE_LOGOUT;
            update.weight.value = 0;
        }
        try_update(w, core, k, &update);
    }
}

/* K_n+1 on top of B_n; its place in w->kernels. */
static uint32_t next_kernel(mo_sim_t *w, const mo_core_t *core, const mo_action_commit_t *in)
{
    uint32_t open = mo_sim_kernel_find(w, &core->kernel_hash);
    MO_CHECK(open != MO_SIM_NONE);
    mo_sim_kernel_t next = *MO_SIM_AT(mo_sim_kernel_t, w->kernels, open);
    mo_meta_block_t block = mo_rules_meta_block(&core->kernel, &in->transition, &in->link);
    next.parent = open;
    next.kernel = (mo_kernel_t){.height = {core->kernel.height.value + 1}, .parent = mo_rules_meta_block_hash(&block)};
    if (!mo_u256_add(in->transition.gas, w->gas_step, &next.kernel.gas_target)) {
        next.kernel.gas_target = MO_U256_MAX;
    }
    add_slashes(w, core, &next);
    add_changes(w, core, &next);
    weigh(w, &next);
    next.hash = mo_rules_kernel_hash(&next.kernel);
    uint32_t known = mo_sim_kernel_find(w, &next.hash);
    if (known != MO_SIM_NONE) {
        return known;
    }
    *MO_SIM_PUSH(mo_sim_kernel_t, &w->kernels) = next;
    return (uint32_t)(w->kernels.count - 1);
}

static void log_halt(mo_sim_t *w, const mo_core_t *core, mo_core_status_t before)
{
    if (before != MO_CORE_HALTED && core->status == MO_CORE_HALTED) {
        mo_sim_log_halted(w, HALT_SLASHED);
        mo_sim_say(w, "the core halts: a third is slashed");
    }
}

static bool commit(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    mo_core_t *core = lane_of(w, spot)->core;
    const mo_action_commit_t *in = &call->action.commit;
    mo_commitment_t wish = {.transition = in->transition,
                            .stated_height = {in->stated_height},
                            .link = in->link,
                            .seal = {call->seal, call->seal_size},
                            .now = spot->timestamp};
    mo_tally_t tally;
    mo_core_verdict_t judged = mo_rules_core_check_commitment(core, &wish, &tally);
    if (judged != MO_CORE_ACCEPTED) {
        mo_sim_say(w, "commit of source height %llu refused: %s", (unsigned long long)in->link.source_height.value,
                   mo_rules_core_verdict_name(judged));
        return false;
    }
    mo_committed_t before = core->committed;
    mo_height_t height = core->kernel.height;
    mo_sim_check_commit(w, spot, call, &before);
    uint32_t next = next_kernel(w, core, in);
    const mo_sim_kernel_t *kernel = MO_SIM_AT(mo_sim_kernel_t, w->kernels, next);
    mo_core_verdict_t verdict = mo_rules_core_commit(core, &wish, &kernel->kernel);
    MO_CHECK(verdict == MO_CORE_ACCEPTED);
    mo_hash_t transition = mo_rules_transition_hash(&in->transition);
    mo_sim_log_committed(w, call, height, &transition);
    mo_sim_log_kernel_opened(w, &kernel->kernel, &kernel->hash);
    log_halt(w, core, MO_CORE_OPEN);
    mo_sim_say(w, "meta-block %llu committed: source height %llu, dynasty %llu, updates %zu", (unsigned long long)height.value,
               (unsigned long long)in->link.source_height.value, (unsigned long long)in->transition.dynasty,
               kernel->kernel.update_count);
    return true;
}

static bool slash(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    mo_core_t *core = lane_of(w, spot)->core;
    mo_evidence_scope_t scope = {w->core_id, w->origin_id, w->domain};
    mo_proven_t proven;
    uint32_t index;
    if (mo_rules_evidence_prove(&scope, MO_SIM_AT(mo_evidence_t, w->evidence, call->evidence), &proven) !=
            MO_EVIDENCE_PROVEN ||
        !mo_rules_validators_find(&core->validators, &proven.signer, &index) || core->validators.at[index].slashed) {
        return false;
    }
    mo_core_status_t before = core->status;
    mo_rules_core_slash(core, &proven.signer);
    mo_sim_log_origin_slashed(w, &proven);
    log_halt(w, core, before);
    w->report->slashed += !w->replaying;
    mo_sim_say(w, "validator %u is slashed on origin", call->signer);
    return true;
}

bool mo_sim_origin_execute(mo_sim_t *w, const mo_sim_spot_t *spot, uint32_t index)
{
    const mo_sim_call_t call = *MO_SIM_AT(mo_sim_call_t, w->calls, index);
    if (call.kind == MO_SIM_CALL_SLASH) {
        return slash(w, spot, &call);
    }
    if (call.action.kind == MO_ACTION_PROPOSE) {
        return propose(w, spot, &call);
    }
    MO_CHECK(call.action.kind == MO_ACTION_COMMIT);
    return commit(w, spot, &call);
}
