#include "base/check.h"
#include "eth/eip712.h"
#include "rules/poll_tables.h"
#include "rules/transition.h"
#include "rules/vote.h"

/* A vote while it is being judged. `known` is the link's entry, NULL before its first vote. */
typedef struct {
    const mo_vote_t *vote;
    mo_poll_chain_t chain;
    mo_hash_t hash;
    const mo_link_t *known;
    mo_height_t kernel;
} judged_t;

/* --- the link's part of 2.8 ------------------------------------------------------------------------------
 */

static bool source_justified(const mo_poll_t *poll, mo_poll_chain_t chain, const mo_vote_t *vote) {
    switch (chain) {
    case MO_POLL_AUXILIARY: {
        const mo_poll_record_t *source = mo_rules_poll_record(poll, &vote->source);
        return source != NULL && source->justified &&
               mo_poll_height_is(source->record.number, poll->config.epoch, vote->source_height);
    }
    case MO_POLL_ORIGIN: {
        const mo_origin_record_t *source = mo_rules_poll_origin(poll, &vote->source);
        return source != NULL && source->justified &&
               mo_poll_height_is(source->number, poll->config.origin_epoch, vote->source_height);
    }
    }
    return false;
}

static mo_poll_verdict_t check_source(const mo_poll_t *poll, const judged_t *judged) {
    if (judged->vote->target_height.value <= judged->vote->source_height.value) {
        return MO_POLL_HEIGHTS_NOT_ASCENDING;
    }
    return source_justified(poll, judged->chain, judged->vote) ? MO_POLL_ACCEPTED
                                                               : MO_POLL_SOURCE_NOT_JUSTIFIED;
}

static mo_poll_verdict_t check_auxiliary_target(const mo_poll_t *poll, const mo_vote_t *vote) {
    const mo_poll_record_t *target = mo_rules_poll_record(poll, &vote->target);
    if (target == NULL || !target->anchored) {
        return MO_POLL_TARGET_NOT_ANCHORED;
    }
    return mo_poll_height_is(target->record.number, poll->config.epoch, vote->target_height)
               ? MO_POLL_ACCEPTED
               : MO_POLL_TARGET_HEIGHT_MISMATCH;
}

static mo_poll_verdict_t check_origin_target(const mo_poll_t *poll, const mo_vote_t *vote) {
    const mo_origin_record_t *target = mo_rules_poll_origin(poll, &vote->target);
    if (target == NULL) {
        return MO_POLL_TARGET_NOT_REPORTED;
    }
    return mo_poll_height_is(target->number, poll->config.origin_epoch, vote->target_height)
               ? MO_POLL_ACCEPTED
               : MO_POLL_TARGET_HEIGHT_MISMATCH;
}

static mo_poll_verdict_t check_transition(const mo_poll_t *poll, const mo_vote_t *vote) {
    mo_transition_t transition;
    mo_poll_verdict_t verdict = mo_rules_poll_transition(poll, &vote->source, &transition);
    if (verdict != MO_POLL_ACCEPTED) {
        return verdict;
    }
    mo_hash_t expected = mo_rules_transition_hash(&transition);
    return mo_hash_equal(&vote->transition, &expected) ? MO_POLL_ACCEPTED : MO_POLL_TRANSITION_MISMATCH;
}

static mo_poll_verdict_t check_target(const mo_poll_t *poll, const judged_t *judged) {
    if (judged->chain == MO_POLL_ORIGIN) {
        mo_poll_verdict_t verdict = check_origin_target(poll, judged->vote);
        bool zero = mo_hash_is_zero(&judged->vote->transition);
        return verdict == MO_POLL_ACCEPTED && !zero ? MO_POLL_TRANSITION_MISMATCH : verdict;
    }
    mo_poll_verdict_t verdict = check_auxiliary_target(poll, judged->vote);
    return verdict == MO_POLL_ACCEPTED ? check_transition(poll, judged->vote) : verdict;
}

/* A link about the auxiliary chain is tallied by the kernel in force as of its source, one about origin by
 * the kernel in force when it is registered (2.5). */
static mo_poll_verdict_t fix_kernel(const mo_poll_t *poll, judged_t *judged) {
    if (judged->known != NULL) {
        judged->kernel = judged->known->kernel;
    } else if (judged->chain == MO_POLL_ORIGIN) {
        judged->kernel = poll->in_force;
    } else {
        const mo_poll_record_t *source = mo_rules_poll_record(poll, &judged->vote->source);
        if (source == NULL || !source->anchored) {
            return MO_POLL_SOURCE_NOT_ANCHORED;
        }
        const mo_dynasty_entry_t *entry = mo_poll_dynasty_at(poll, source->record.number);
        if (entry == NULL) {
            return MO_POLL_TRANSITION_FORGOTTEN;
        }
        judged->kernel = entry->kernel;
    }
    return mo_rules_validators_tallies(&poll->validators, judged->kernel) ? MO_POLL_ACCEPTED
                                                                          : MO_POLL_LINK_TOO_OLD;
}

static mo_poll_verdict_t identify(const mo_poll_t *poll, const mo_vote_t *vote, judged_t *judged) {
    *judged = (judged_t){.vote = vote};
    if (!mo_rules_poll_chain(poll, &vote->chain, &judged->chain)) {
        return MO_POLL_CHAIN_UNKNOWN;
    }
    judged->hash = mo_rules_vote_hash(vote);
    judged->known = mo_rules_poll_link(poll, &judged->hash);
    return MO_POLL_ACCEPTED;
}

/* A registered link has passed what cannot change any more: heights, source, target, transition. */
static mo_poll_verdict_t judge_link(const mo_poll_t *poll, const mo_vote_t *vote, judged_t *judged) {
    mo_poll_verdict_t verdict = identify(poll, vote, judged);
    bool fresh = judged->known == NULL;
    if (verdict == MO_POLL_ACCEPTED && fresh) {
        verdict = check_source(poll, judged);
    }
    if (verdict != MO_POLL_ACCEPTED) {
        return verdict;
    }
    if (vote->source_height.value < poll->last_finalised[judged->chain].height.value) {
        return MO_POLL_SOURCE_BELOW_FINALISED;
    }
    if (fresh) {
        verdict = check_target(poll, judged);
    }
    return verdict == MO_POLL_ACCEPTED ? fix_kernel(poll, judged) : verdict;
}

mo_poll_verdict_t mo_rules_poll_check_link(const mo_poll_t *poll, const mo_vote_t *link) {
    judged_t judged;
    return judge_link(poll, link, &judged);
}

mo_poll_verdict_t mo_rules_poll_kernel_of(const mo_poll_t *poll, const mo_vote_t *link, mo_height_t *kernel) {
    judged_t judged;
    *kernel = (mo_height_t){0};
    mo_poll_verdict_t verdict = identify(poll, link, &judged);
    if (verdict == MO_POLL_ACCEPTED) {
        verdict = fix_kernel(poll, &judged);
    }
    if (verdict == MO_POLL_ACCEPTED) {
        *kernel = judged.kernel;
    }
    return verdict;
}

/* --- the voter's part of 2.8 ------------------------------------------------------------------------------
 */

static mo_poll_verdict_t judge_voter(const mo_poll_t *poll, const judged_t *judged,
                                     const mo_seal_record_t *record) {
    const mo_validators_t *set = &poll->validators;
    if (record->index >= set->count) {
        return MO_POLL_VALIDATOR_UNKNOWN;
    }
    mo_hash_t digest = mo_eip712_digest(&poll->config.domain, &judged->hash);
    if (!mo_rules_validators_signed(set, &digest, record)) {
        return MO_POLL_SIGNATURE_INVALID;
    }
    if (set->at[record->index].slashed) {
        return MO_POLL_VALIDATOR_SLASHED;
    }
    if (mo_rules_poll_has_voted(poll, judged->chain, judged->vote->target_height, record->index)) {
        return MO_POLL_VOTE_ALREADY_RECORDED;
    }
    mo_tally_t share = mo_rules_validators_share(set, record->index, judged->kernel);
    return share.forward.value == 0 && share.rear.value == 0 ? MO_POLL_WEIGHT_ZERO : MO_POLL_ACCEPTED;
}

/* --- what a recorded vote brings about ---------------------------------------------------------------------
 */

static void register_link(mo_poll_t *poll, const judged_t *judged, mo_link_t *link) {
    mo_height_t before = {judged->kernel.value - 1};
    link->hash = judged->hash;
    link->vote = *judged->vote;
    link->kernel = judged->kernel;
    link->tally.forward_total = mo_rules_validators_total(&poll->validators, judged->kernel);
    link->tally.rear_total = mo_rules_validators_total(&poll->validators, before);
    if (judged->chain == MO_POLL_ORIGIN) {
        mo_origin_record_t *target = mo_poll_origin_find(poll, &judged->vote->target);
        MO_CHECK(target != NULL);
        target->linked = true;
    }
}

/* Where a vote is recorded. */
typedef struct {
    mo_ballot_box_t *box;
    mo_link_t *link;
} place_t;

/* Takes what recording needs before anything changes; false when a table is full. */
static bool reserve(mo_poll_t *poll, const judged_t *judged, place_t *place) {
    mo_height_t target_height = judged->vote->target_height;
    place->box = mo_poll_box_find(poll, judged->chain, target_height);
    if (place->box == NULL) {
        place->box = mo_poll_box_take(poll, judged->chain, target_height);
    }
    place->link = mo_poll_link_find(poll, &judged->hash);
    if (place->link == NULL && place->box != NULL) {
        place->link = mo_poll_link_take(poll);
    }
    return place->box != NULL && place->link != NULL;
}

static void tally(mo_poll_t *poll, const place_t *place, const mo_seal_record_t *record) {
    mo_link_t *link = place->link;
    mo_tally_t share = mo_rules_validators_share(&poll->validators, record->index, link->kernel);
    link->tally.forward.value += share.forward.value;
    link->tally.rear.value += share.rear.value;
    place->box->voted[record->index / 8] |= (uint8_t)(1u << (record->index % 8));
    mo_poll_signature_keep(poll, link, record);
}

/* The entries of a registered link's ends are never forgotten while the link is open: rules/poll.h. */
static bool *justified_mark(mo_poll_t *poll, const judged_t *judged) {
    if (judged->chain == MO_POLL_ORIGIN) {
        mo_origin_record_t *target = mo_poll_origin_find(poll, &judged->vote->target);
        MO_CHECK(target != NULL);
        return &target->justified;
    }
    mo_poll_record_t *target = mo_poll_record_find(poll, &judged->vote->target);
    MO_CHECK(target != NULL);
    return &target->justified;
}

static uint64_t epoch_of(const mo_poll_t *poll, mo_poll_chain_t chain) {
    return chain == MO_POLL_ORIGIN ? poll->config.origin_epoch : poll->config.epoch;
}

/* True when the target was not justified before. */
static bool justify(mo_poll_t *poll, const judged_t *judged) {
    bool *justified = justified_mark(poll, judged);
    if (*justified) {
        return false;
    }
    *justified = true;
    const mo_vote_t *vote = judged->vote;
    mo_checkpoint_t *highest = &poll->highest_justified[judged->chain];
    if (vote->target_height.value > highest->height.value) {
        uint64_t number = vote->target_height.value * epoch_of(poll, judged->chain);
        *highest = (mo_checkpoint_t){vote->target, number, vote->target_height};
    }
    return true;
}

/* The increment that reaches d + 2 puts the pending kernel in force in the same history entry (5.6). */
static bool grow_dynasty(mo_poll_t *poll, uint64_t block) {
    poll->dynasty++;
    bool enforced = poll->pending.value != 0 && poll->dynasty >= poll->pending_dynasty + 2;
    if (enforced) {
        poll->in_force = poll->pending;
        poll->in_force_hash = poll->pending_hash;
        poll->pending = (mo_height_t){0};
        poll->pending_hash = (mo_hash_t){0};
        poll->pending_dynasty = 0;
    }
    mo_dynasty_entry_t entry = {.block = block,
                                .dynasty = poll->dynasty,
                                .finalised = poll->last_finalised[MO_POLL_AUXILIARY].height,
                                .kernel = poll->in_force,
                                .kernel_hash = poll->in_force_hash};
    mo_poll_dynasty_append(poll, &entry);
    return enforced;
}

static void observe(mo_poll_t *poll, uint64_t block, const mo_checkpoint_t *source) {
    mo_observation_entry_t entry = {block, source->number, source->hash};
    mo_poll_observation_append(poll, &entry);
    mo_origin_record_t *record = mo_poll_origin_find(poll, &source->hash);
    MO_CHECK(record != NULL);
    record->finalised = true;
    poll->roots[poll->root_count++ % MO_POLL_ROOTS_MAX] = *record;
}

static bool finalises(const mo_poll_t *poll, const judged_t *judged) {
    const mo_vote_t *vote = judged->vote;
    return vote->target_height.value == vote->source_height.value + 1 &&
           vote->source_height.value > poll->last_finalised[judged->chain].height.value;
}

static void finalise(mo_poll_t *poll, uint64_t block, const judged_t *judged, mo_poll_outcome_t *outcome) {
    const mo_vote_t *vote = judged->vote;
    uint64_t number = vote->source_height.value * epoch_of(poll, judged->chain);
    mo_checkpoint_t source = {vote->source, number, vote->source_height};
    poll->last_finalised[judged->chain] = source;
    outcome->finalised = true;
    if (judged->chain == MO_POLL_ORIGIN) {
        observe(poll, block, &source);
        return;
    }
    mo_poll_record_t *record = mo_poll_record_find(poll, &source.hash);
    MO_CHECK(record != NULL);
    record->finalised = true;
    outcome->enforced = grow_dynasty(poll, block);
}

static void conclude(mo_poll_t *poll, uint64_t block, const judged_t *judged, mo_link_t *link,
                     mo_poll_outcome_t *outcome) {
    if (!link->justified && mo_rules_tally_quorum(&link->tally)) {
        link->justified = true;
        outcome->justified = justify(poll, judged);
        if (finalises(poll, judged)) {
            finalise(poll, block, judged, outcome);
        }
    }
    outcome->link = link->hash;
    outcome->kernel = link->kernel;
    outcome->tally = link->tally;
    outcome->dynasty = poll->dynasty;
    outcome->registered = judged->known == NULL;
}

mo_poll_verdict_t mo_rules_poll_vote(mo_poll_t *poll, uint64_t block, const mo_ballot_t *ballot,
                                     mo_poll_outcome_t *outcome) {
    *outcome = (mo_poll_outcome_t){0};
    if (block < poll->block) {
        return MO_POLL_BLOCK_BACKWARDS;
    }
    judged_t judged;
    mo_poll_verdict_t verdict = judge_link(poll, &ballot->link, &judged);
    if (verdict == MO_POLL_ACCEPTED) {
        verdict = judge_voter(poll, &judged, &ballot->record);
    }
    if (verdict != MO_POLL_ACCEPTED) {
        return verdict;
    }
    place_t place;
    if (!reserve(poll, &judged, &place)) {
        return MO_POLL_FULL;
    }
    if (judged.known == NULL) {
        register_link(poll, &judged, place.link);
    }
    poll->block = block;
    tally(poll, &place, &ballot->record);
    conclude(poll, block, &judged, place.link, outcome);
    return MO_POLL_ACCEPTED;
}
