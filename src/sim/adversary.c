/* Bad faith: votes of traitors that no honest validator would cast, calls that nobody should make. */
#include <string.h>

#include "base/check.h"
#include "rules/transition.h"
#include "sim/world.h"

#define TURN_MS 3000u

/* --- votes ------------------------------------------------------------------------------------------------------ */

static uint32_t random_traitor(mo_sim_t *w)
{
    uint32_t s = (uint32_t)mo_sim_below(w, w->signer_count);
    for (size_t i = 0; i < w->signer_count && mo_sim_honest(w, s); i++) {
        s = (s + 1) % (uint32_t)w->signer_count;
    }
    return s;
}

/* To one branch alone. */
static void send_vote(mo_sim_t *w, uint32_t lane, uint32_t signer, const mo_vote_t *vote)
{
    uint32_t index = mo_sim_call_new(w, MO_CHAIN_AUXILIARY);
    mo_sim_call_t *call = MO_SIM_AT(mo_sim_call_t, w->calls, index);
    mo_hash_t digest = mo_rules_vote_digest(&w->domain, vote);
    MO_CHECK(mo_secp_sign(&w->keys[signer], &digest, &call->signature));
    call->signer = signer;
    call->action.kind = MO_ACTION_VOTE;
    call->action.vote = *vote;
    call->batch = true;
    mo_sim_check_signed(w, MO_SIM_NONE, signer, vote, &MO_SIM_AT(mo_sim_call_t, w->calls, index)->signature);
    mo_sim_chain_send(w, index, mo_sim_below(w, 3000));
    mo_sim_vector_t *waiting = &w->chains[MO_CHAIN_AUXILIARY].waiting;
    MO_SIM_AT(mo_sim_waiting_t, *waiting, waiting->count - 1)->mined[1 - lane] = true;
}

static mo_vote_t link_between(mo_sim_t *w, uint32_t lane, uint64_t source_height, uint64_t target_height)
{
    uint32_t tip = w->chains[MO_CHAIN_AUXILIARY].lanes[lane].tip;
    uint32_t source = mo_sim_chain_ancestor(w, MO_CHAIN_AUXILIARY, tip, source_height * w->base.epoch);
    uint32_t target = mo_sim_chain_ancestor(w, MO_CHAIN_AUXILIARY, tip, target_height * w->base.epoch);
    return (mo_vote_t){.chain = w->core_id,
                       .transition = mo_sim_transition_of(w, source),
                       .source = mo_sim_block(w, MO_CHAIN_AUXILIARY, source)->hash,
                       .target = mo_sim_block(w, MO_CHAIN_AUXILIARY, target)->hash,
                       .source_height = {source_height},
                       .target_height = {target_height}};
}

static uint64_t top_height(mo_sim_t *w, uint32_t lane)
{
    return mo_sim_block(w, MO_CHAIN_AUXILIARY, w->chains[MO_CHAIN_AUXILIARY].lanes[lane].tip)->number / w->base.epoch;
}

/* Any source, any target above it: most are offences against other votes. */
static void vote_badly(mo_sim_t *w, uint32_t lane)
{
    uint64_t top = top_height(w, lane);
    uint64_t root = w->base.auxiliary_root_number / w->base.epoch;
    if (top <= root) {
        return;
    }
    uint64_t reach = top - root < 5 ? top - root : 5;
    uint64_t source_height = top - 1 - mo_sim_below(w, reach);
    uint64_t target_height = source_height + 1 + mo_sim_below(w, top - source_height);
    mo_vote_t vote = link_between(w, lane, source_height, target_height);
    if (mo_sim_chance(w, 100)) {
        vote.target_height.value++;
    }
    send_vote(w, lane, random_traitor(w), &vote);
}

/* What an honest validator of this branch would vote, without a thought for the other branch. */
static void vote_well(mo_sim_t *w, uint32_t lane, uint32_t signer)
{
    const mo_poll_t *poll = w->chains[MO_CHAIN_AUXILIARY].lanes[lane].poll;
    uint64_t source = poll->highest_justified[MO_POLL_AUXILIARY].height.value;
    uint32_t index;
    if (top_height(w, lane) <= source ||
        !mo_rules_validators_find(&poll->validators, &w->addresses[signer], &index) ||
        mo_rules_poll_has_voted(poll, MO_POLL_AUXILIARY, (mo_height_t){source + 1}, index)) {
        return;
    }
    mo_vote_t vote = link_between(w, lane, source, source + 1);
    send_vote(w, lane, signer, &vote);
}

static void vote_on_all_branches(mo_sim_t *w)
{
    const mo_sim_chain_t *c = &w->chains[MO_CHAIN_AUXILIARY];
    for (uint32_t lane = 0; lane < MO_SIM_LANES; lane++) {
        for (uint32_t s = 0; s < w->signer_count && c->lanes[lane].live; s++) {
            if (!mo_sim_honest(w, s)) {
                vote_well(w, lane, s);
            }
        }
    }
}

/* --- calls ------------------------------------------------------------------------------------------------------ */

/* An honest validator's newest call of a kind, made by a stranger, earlier or later than it should be. */
static void repeat(mo_sim_t *w)
{
    for (size_t i = 0; i < 40 && i < w->calls.count; i++) {
        uint32_t old = (uint32_t)(w->calls.count - 1 - mo_sim_below(w, w->calls.count));
        mo_sim_call_t copy = *MO_SIM_AT(mo_sim_call_t, w->calls, old);
        if (copy.kind != MO_SIM_CALL_ROLE || copy.node == MO_SIM_NONE) {
            continue;
        }
        uint32_t index = mo_sim_call_new(w, copy.chain);
        copy.node = MO_SIM_NONE;
        copy.inclusion_count = 0;
        *MO_SIM_AT(mo_sim_call_t, w->calls, index) = copy;
        mo_sim_chain_send(w, index, mo_sim_below(w, 20000));
        return;
    }
}

/* Commits a live proposal at once, with the seal that the polling place's logs give. */
static void commit_early(mo_sim_t *w)
{
    const mo_core_t *core = w->chains[MO_CHAIN_ORIGIN].lanes[0].core;
    const mo_poll_t *poll = w->chains[MO_CHAIN_AUXILIARY].lanes[0].poll;
    if (core == NULL || poll == NULL || core->proposal_count == 0) {
        return;
    }
    const mo_proposal_t *proposal = &core->proposals[core->proposal_count - 1];
    const mo_link_t *link = NULL;
    for (size_t i = 0; i < MO_POLL_LINKS_MAX && link == NULL; i++) {
        const mo_link_t *l = &poll->links[i];
        link = l->used && l->justified && mo_hash_equal(&l->vote.transition, &proposal->transition_hash) ? l : NULL;
    }
    if (link == NULL) {
        return;
    }
    mo_seal_record_t records[MO_SIM_SIGNERS_MAX];
    size_t count = mo_rules_poll_signatures(poll, &link->hash, records, MO_SIM_SIGNERS_MAX);
    uint32_t index = mo_sim_call_new(w, MO_CHAIN_ORIGIN);
    mo_sim_call_t *call = MO_SIM_AT(mo_sim_call_t, w->calls, index);
    mo_buffer_t seal = MO_BUFFER(call->seal);
    if (mo_rules_seal_build(records, count, &seal) != MO_SEAL_WELL_FORMED) {
        return;
    }
    call->seal_size = seal.size;
    call->action.kind = MO_ACTION_COMMIT;
    call->action.commit = (mo_action_commit_t){.transition = proposal->transition,
                                               .stated_height = proposal->stated_height.value,
                                               .link = link->vote};
    mo_sim_chain_send(w, index, mo_sim_below(w, 2000));
}

void mo_sim_adversary_turn(mo_sim_t *w)
{
    const mo_sim_chain_t *c = &w->chains[MO_CHAIN_AUXILIARY];
    if (w->healed || w->now_ms < w->next_adversary_ms || c->lanes[0].poll == NULL) {
        return;
    }
    w->next_adversary_ms = w->now_ms + TURN_MS + mo_sim_below(w, TURN_MS);
    vote_on_all_branches(w);
    uint64_t kind = w->faults.adversary ? mo_sim_below(w, 4) : 4;
    if (kind == 0 && w->faults.traitors != 0) {
        vote_badly(w, c->lanes[1].live ? (uint32_t)mo_sim_below(w, 2) : 0);
    } else if (kind == 1) {
        commit_early(w);
    } else if (kind < 4) {
        repeat(w);
    }
}
