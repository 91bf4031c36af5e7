#include "role/validator_parts.h"
#include "role/watcher_parts.h"
#include "rules/seal.h"
#include "rules/transition.h"

/* A duty's key names the proposal: what a restart would name the same. */
static uint64_t key_of(const mo_hash_t *id)
{
    uint64_t key = 0;
    for (size_t i = 0; i < 8; i++) {
        key = key << 8 | id->bytes[i];
    }
    return key;
}

static bool acts(const mo_watcher_role_t *w)
{
    return w->config.act && w->config.public_good;
}

static void say(mo_watcher_role_t *w, mo_watcher_challenge_t *challenge, mo_finding_kind_t kind,
                const mo_proposal_t *proposal, mo_height_t height)
{
    for (uint64_t i = 0; i < challenge->said_count && i < MO_CORE_PROPOSALS_MAX; i++) {
        if (mo_hash_equal(&challenge->said[i], &proposal->id)) {
            return;
        }
    }
    challenge->said[challenge->said_count++ % MO_CORE_PROPOSALS_MAX] = proposal->id;
    mo_watcher_find(w, MO_CHAIN_ORIGIN,
                    &(mo_finding_t){.kind = kind, .subject = proposal->id, .detail = height.value});
}

/* --- observation (4.4 a) ------------------------------------------------------------------------------------------ */

/* Whether the link finalises a block of origin's at most this number that origin does not have. */
static bool is_false(const mo_watcher_role_t *w, const mo_vote_t *link, uint64_t observed)
{
    uint64_t height = link->source_height.value;
    const mo_hash_t *own = mo_validator_own(&w->copy, MO_POLL_ORIGIN, height);
    return mo_hash_equal(&link->chain, &w->scope.origin_id) && link->target_height.value == height + 1 &&
           own != NULL && !mo_hash_equal(own, &link->source) && height <= observed / w->config.origin_epoch;
}

/* The seal of a link by V_m, if what is held of it is +2/3. */
static bool seal_by(mo_watcher_role_t *w, const mo_vote_t *link, mo_height_t m, mo_bytes_t *seal)
{
    size_t count = mo_watcher_signatures(w, link, w->seal_records, MO_SEAL_SIGNERS_MAX);
    mo_buffer_t out = MO_BUFFER(w->seal);
    mo_tally_t tally;
    mo_hash_t digest = mo_rules_vote_digest(&w->scope.domain, link);
    if (mo_rules_seal_build(w->seal_records, count, &out) != MO_SEAL_WELL_FORMED) {
        return false;
    }
    *seal = mo_buffer_view(&out);
    return mo_rules_validators_tally(&w->copy.core.validators, m, &digest, *seal, &tally) == MO_SET_ACCEPTED &&
           mo_rules_tally_quorum(&tally);
}

/* By the set of the open height or of the one before, whichever carries it. */
static bool is_sealed(mo_watcher_role_t *w, const mo_vote_t *link, mo_action_challenge_t *challenge)
{
    uint64_t open = w->copy.core.kernel.height.value;
    for (uint64_t m = open; m > 0 && m + 1 >= open; m--) {
        if (seal_by(w, link, (mo_height_t){m}, &challenge->seal)) {
            challenge->set = m;
            return true;
        }
    }
    return false;
}

static const mo_vote_t *false_link(mo_watcher_role_t *w, const mo_proposal_t *proposal,
                                   mo_action_challenge_t *challenge)
{
    uint64_t count = w->link_count < MO_WATCHER_LINKS_MAX ? w->link_count : MO_WATCHER_LINKS_MAX;
    for (uint64_t i = 0; i < count; i++) {
        const mo_vote_t *link = &w->links[i].vote;
        if (is_false(w, link, proposal->transition.origin_number) && is_sealed(w, link, challenge)) {
            return link;
        }
    }
    return NULL;
}

static void challenge_observation(mo_watcher_role_t *w, const mo_proposal_t *proposal, mo_actions_t *actions)
{
    mo_action_challenge_t challenge = {.proposal_hash = proposal->transition_hash,
                                       .transition = proposal->transition,
                                       .stated_height = proposal->stated_height.value};
    const mo_vote_t *link = false_link(w, proposal, &challenge);
    if (link == NULL) {
        return;
    }
    challenge.link = *link;
    say(w, &w->observation, MO_FINDING_OBSERVATION, proposal, link->source_height);
    if (!acts(w)) {
        return;
    }
    /* Recorded already: then this fails, harmlessly, and is not tried for a while. */
    uint64_t number = link->source_height.value * w->config.origin_epoch;
    mo_action_t *record =
        mo_watcher_due(w, actions, MO_DUTY_RECORD_ORIGIN, &w->observation.record, number);
    if (record != NULL) {
        record->number = number;
        return;
    }
    mo_action_t *action = mo_watcher_due(w, actions, MO_DUTY_CHALLENGE_OBSERVATION, &w->observation.duty,
                                         key_of(&proposal->id));
    if (action != NULL) {
        action->challenge = challenge;
    }
}

/* --- gas target (4.4 b), before the commit ------------------------------------------------------------------------ */

/* Whether T could be proposed for the open kernel, or is. */
static bool is_fit(const mo_core_t *core, const mo_transition_t *transition, mo_height_t height)
{
    mo_proposing_t wish = {.transition = *transition,
                           .stated_height = mo_rules_core_stated_height(core, transition, height),
                           .observation_known = true};
    mo_core_verdict_t verdict = mo_rules_core_check_proposal(core, &wish);
    return verdict == MO_CORE_ACCEPTED || verdict == MO_CORE_PROPOSAL_KNOWN || verdict == MO_CORE_FULL;
}

/* The finalising link of the checkpoint at this height, if its T reaches the open kernel's gas target and fits. */
static const mo_link_t *reaches(const mo_watcher_role_t *w, uint64_t height, mo_transition_t *transition)
{
    const mo_hash_t *own = mo_validator_own(&w->copy, MO_POLL_AUXILIARY, height);
    const mo_link_t *link = own == NULL ? NULL : mo_rules_poll_finalising_link(&w->copy.poll, own);
    bool fits = link != NULL &&
                mo_rules_poll_transition(&w->copy.poll, own, transition) == MO_POLL_ACCEPTED &&
                mo_rules_core_reaches_target(&w->copy.core, transition) &&
                is_fit(&w->copy.core, transition, (mo_height_t){height});
    return fits ? link : NULL;
}

static void challenge_gas_target(mo_watcher_role_t *w, const mo_proposal_t *proposal, mo_actions_t *actions)
{
    mo_transition_t transition;
    const mo_link_t *link = NULL;
    uint64_t height = w->copy.core.committed.source_height.value + 1;
    for (; height < proposal->stated_height.value && link == NULL; height++) {
        link = reaches(w, height, &transition);
    }
    if (link == NULL) {
        return;
    }
    say(w, &w->gas_target, MO_FINDING_GAS_TARGET, proposal, link->vote.source_height);
    size_t count =
        mo_rules_poll_signatures(&w->copy.poll, &link->hash, w->seal_records, MO_SEAL_SIGNERS_MAX);
    mo_buffer_t seal = MO_BUFFER(w->seal);
    if (!acts(w) || mo_rules_seal_build(w->seal_records, count, &seal) != MO_SEAL_WELL_FORMED) {
        return;
    }
    mo_action_t *action = mo_watcher_due(w, actions, MO_DUTY_CHALLENGE_GAS_TARGET, &w->gas_target.duty,
                                         key_of(&proposal->id));
    if (action != NULL) {
        action->challenge = (mo_action_challenge_t){.proposal_hash = proposal->transition_hash,
                                                    .transition = transition,
                                                    .stated_height = proposal->stated_height.value,
                                                    .link = link->vote,
                                                    .seal = mo_buffer_view(&seal)};
    }
}

/* One at a time: a seal takes the role's only buffer, and the core changes by each. */
void mo_watcher_challenge(mo_watcher_role_t *w, mo_actions_t *actions)
{
    const mo_core_t *core = &w->copy.core;
    for (size_t i = 0; core->status == MO_CORE_OPEN && i < core->proposal_count; i++) {
        size_t before = actions->count;
        challenge_observation(w, &core->proposals[i], actions);
        if (actions->count == before && w->copy.disagreement == MO_DISAGREEMENT_NONE) {
            challenge_gas_target(w, &core->proposals[i], actions);
        }
        if (actions->count > before) {
            return;
        }
    }
}
