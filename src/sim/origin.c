/* Origin's contracts, decided by rules/origin.h: core and registry as one state, whose queues fill the kernels. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "rules/registry.h"
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

static mo_origin_config_t configured(const mo_sim_t *w)
{
    mo_u256_t unit = mo_u256_from_u64(MO_SIM_WEIGHT_UNIT);
    return (mo_origin_config_t){
        .core = {.core_id = w->core_id,
                 .domain = w->domain,
                 .setup_hash = w->core_id,
                 .gas_step = w->gas_step,
                 .root_height = {w->base.auxiliary_root_number / w->base.epoch}},
        .origin_id = w->origin_id,
        .origin_epoch = w->base.origin_epoch,
        .challenge_period = w->challenge_seconds,
        .proposal_bond = unit,
        .halt_bond = unit,
        .halt_after = MO_SIM_HALT_AFTER_S,
        .halt_window = MO_SIM_HALT_AFTER_S,
        .setup_grace = MO_SIM_HALT_AFTER_S,
        .min_validators = 1,
        .min_stake = unit,
        .weight_unit = unit,
        .max_updates = (uint32_t)w->faults.founders,
        .withdrawal_delay = 20,
        .leak_fraction = MO_ONE / 10,
        .observation_fraction = MO_ONE / 10,
        .reporter_share = MO_ONE / 20,
        .miss_fraction = MO_ONE / 100,
        .miss_cap = MO_ONE / 2,
        .reputation = w->reputation,
    };
}

void mo_sim_origin_create(mo_sim_t *w, mo_sim_lane_t *lane)
{
    const mo_sim_kernel_t *k1 = MO_SIM_AT(mo_sim_kernel_t, w->kernels, 0);
    mo_origin_config_t config = configured(w);
    lane->origin = malloc(mo_rules_origin_size(MO_SIM_SIGNERS_MAX));
    MO_CHECK(lane->origin != NULL);
    lane->core = &lane->origin->core;
    mo_rules_origin_create(lane->origin, &config, MO_SIM_SIGNERS_MAX);
    mo_sim_registry_found(w, lane);
    mo_call_t call = {mo_sim_owner(0), mo_sim_block(w, MO_CHAIN_ORIGIN, 0)->timestamp};
    mo_core_verdict_t opened = mo_rules_origin_open(lane->origin, &call, w->base.origin_root_number);
    MO_CHECK(opened == MO_CORE_ACCEPTED && mo_hash_equal(&lane->core->kernel_hash, &k1->hash));
    mo_sim_log_created(w);
    mo_sim_log_kernel_opened(w, &k1->kernel, &k1->hash);
    mo_sim_bus_create(w, MO_CHAIN_ORIGIN, lane);
}

/* --- proposals -------------------------------------------------------------------------------------------------- */

/* Origin's history has the observation (3.4): a block of this branch. */
static bool is_observed(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_transition_t *t)
{
    uint32_t block = mo_sim_chain_ancestor(w, MO_CHAIN_ORIGIN, spot->parent, t->origin_number);
    return block != MO_SIM_NONE && mo_hash_equal(&mo_sim_block(w, MO_CHAIN_ORIGIN, block)->hash, &t->origin_hash);
}

static mo_call_t caller_of(const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    return (mo_call_t){{{0xbb, (uint8_t)call->node, (uint8_t)(call->node >> 8)}}, spot->timestamp};
}

static bool propose(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    mo_sim_lane_t *lane = lane_of(w, spot);
    const mo_action_propose_t *in = &call->action.propose;
    mo_proposing_t wish = {in->transition, {in->stated_height}, is_observed(w, spot, &in->transition)};
    mo_call_t caller = caller_of(spot, call);
    size_t place = lane->core->proposal_count;
    mo_core_verdict_t verdict = mo_rules_origin_propose(lane->origin, &caller, &wish);
    mo_sim_say(w, "proposal of dynasty %llu, stated height %llu: %s", (unsigned long long)in->transition.dynasty,
               (unsigned long long)in->stated_height, mo_rules_core_verdict_name(verdict));
    if (verdict != MO_CORE_ACCEPTED) {
        return false;
    }
    *MO_SIM_PUSH(mo_sim_proposed_t, &lane->proposed) = (mo_sim_proposed_t){
        mo_rules_transition_hash(&in->transition), in->stated_height, spot->timestamp};
    mo_sim_log_proposed(w, &lane->core->proposals[place], lane->core->kernel.height);
    return true;
}

/* --- the next kernel -------------------------------------------------------------------------------------------- */

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

/* The kernel that opened on top of B_n; its place in w->kernels. */
static uint32_t note_kernel(mo_sim_t *w, const mo_core_t *core, uint32_t parent)
{
    uint32_t known = mo_sim_kernel_find(w, &core->kernel_hash);
    if (known != MO_SIM_NONE) {
        return known;
    }
    mo_sim_kernel_t next = *MO_SIM_AT(mo_sim_kernel_t, w->kernels, parent);
    next.parent = parent;
    next.kernel = core->kernel;
    next.hash = core->kernel_hash;
    weigh(w, &next);
    *MO_SIM_PUSH(mo_sim_kernel_t, &w->kernels) = next;
    return (uint32_t)(w->kernels.count - 1);
}

void mo_sim_origin_log_halt(mo_sim_t *w, const mo_core_t *core, mo_core_status_t before, uint8_t reason)
{
    if (before != MO_CORE_HALTED && core->status == MO_CORE_HALTED) {
        mo_sim_log_halted(w, reason);
        mo_sim_say(w, "the core halts, reason %u", reason);
    }
}

static mo_commitment_t commitment_of(const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    const mo_action_commit_t *in = &call->action.commit;
    return (mo_commitment_t){.transition = in->transition,
                             .stated_height = {in->stated_height},
                             .link = in->link,
                             .seal = {call->seal, call->seal_size},
                             .now = spot->timestamp};
}

static bool commit(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call, uint32_t index)
{
    mo_sim_lane_t *lane = lane_of(w, spot);
    mo_core_t *core = lane->core;
    mo_commitment_t wish = commitment_of(spot, call);
    mo_call_t caller = caller_of(spot, call);
    mo_tally_t tally;
    mo_core_verdict_t judged = mo_rules_core_check_commitment(core, &wish, &tally);
    if (judged != MO_CORE_ACCEPTED) {
        mo_sim_say(w, "commit of source height %llu refused: %s", (unsigned long long)wish.link.source_height.value,
                   mo_rules_core_verdict_name(judged));
        return false;
    }
    mo_committed_t before = core->committed;
    mo_height_t height = core->kernel.height;
    uint32_t open = mo_sim_kernel_find(w, &core->kernel_hash);
    mo_sim_check_commit(w, spot, call, &before);
    mo_core_verdict_t verdict = mo_rules_origin_commit(lane->origin, &caller, &wish);
    MO_CHECK(verdict == MO_CORE_ACCEPTED && open != MO_SIM_NONE);
    *MO_SIM_PUSH(uint32_t, &lane->commits) = index;
    uint32_t next = note_kernel(w, core, open);
    mo_sim_check_kernel(w, spot->lane, next);
    mo_hash_t transition = mo_rules_transition_hash(&wish.transition);
    mo_sim_log_committed(w, call, height, &transition);
    mo_sim_log_kernel_opened(w, &core->kernel, &core->kernel_hash);
    mo_sim_origin_log_halt(w, core, MO_CORE_OPEN, HALT_SLASHED);
    mo_sim_say(w, "meta-block %llu committed: source height %llu, dynasty %llu, updates %zu", (unsigned long long)height.value,
               (unsigned long long)wish.link.source_height.value, (unsigned long long)wish.transition.dynasty,
               core->kernel.update_count);
    return true;
}

static bool slash(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    mo_sim_lane_t *lane = lane_of(w, spot);
    const mo_evidence_t *evidence = MO_SIM_AT(mo_evidence_t, w->evidence, call->evidence);
    mo_evidence_scope_t scope = {w->core_id, w->origin_id, w->domain};
    mo_core_status_t before = lane->core->status;
    mo_call_t caller = {mo_sim_reporter(), spot->timestamp};
    mo_proven_t proven;
    if (mo_rules_evidence_prove(&scope, evidence, &proven) != MO_EVIDENCE_PROVEN ||
        mo_rules_registry_slash(lane->origin, &caller, evidence) != MO_REGISTRY_ACCEPTED) {
        return false;
    }
    mo_sim_log_origin_slashed(w, &proven);
    mo_sim_origin_log_halt(w, lane->core, before, HALT_SLASHED);
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
    if (call.kind == MO_SIM_CALL_REGISTRY) {
        return mo_sim_registry_execute(w, spot, &call);
    }
    if (call.action.kind == MO_ACTION_PROPOSE) {
        return propose(w, spot, &call);
    }
    MO_CHECK(call.action.kind == MO_ACTION_COMMIT);
    return commit(w, spot, &call, index);
}
