#include "base/check.h"
#include "role/validator_parts.h"
#include "rules/kernel.h"
#include "rules/transition.h"
#include "rules/vote.h"

/* The finalised checkpoint to be committed next, with all that proves it. */
typedef struct {
    mo_height_t height;
    mo_transition_t transition;
    mo_hash_t transition_hash;
    mo_height_t stated_height;
    const mo_link_t *link;
} candidate_t;

static const struct {
    mo_action_kind_t kind;
    mo_chain_t chain; /* where the transaction goes */
    bool shared;      /* one does it for all, by turns */
} duties[MO_VALIDATOR_DUTIES] = {
    [MO_DUTY_REPORT_AUXILIARY] = {MO_ACTION_REPORT_AUXILIARY, MO_CHAIN_AUXILIARY, true},
    [MO_DUTY_ANCHOR] = {MO_ACTION_ANCHOR, MO_CHAIN_AUXILIARY, true},
    [MO_DUTY_REPORT_ORIGIN] = {MO_ACTION_REPORT_ORIGIN, MO_CHAIN_AUXILIARY, true},
    [MO_DUTY_VOTE_AUXILIARY] = {MO_ACTION_VOTE, MO_CHAIN_AUXILIARY, false},
    [MO_DUTY_VOTE_ORIGIN] = {MO_ACTION_VOTE, MO_CHAIN_AUXILIARY, false},
    [MO_DUTY_PROPOSE] = {MO_ACTION_PROPOSE, MO_CHAIN_ORIGIN, true},
    [MO_DUTY_COMMIT] = {MO_ACTION_COMMIT, MO_CHAIN_ORIGIN, true},
    [MO_DUTY_RELAY] = {MO_ACTION_RELAY, MO_CHAIN_AUXILIARY, true},
};

static uint64_t patience(const mo_validator_role_t *v, mo_validator_duty_t duty, uint64_t key)
{
    const mo_validators_t *set = &v->poll.validators;
    uint32_t index = 0;
    uint64_t turn = set->count; /* who is no validator yet comes last */
    if (mo_rules_validators_find(set, &v->config.signer, &index)) {
        turn = mo_duty_turn(key + (uint64_t)duty, index, set->count);
    }
    return duties[duty].shared ? turn * v->config.patience_ms : 0;
}

/* The action of a duty's piece, to be filled in, when it is due; NULL when it is not. */
static mo_action_t *due(mo_validator_role_t *v, mo_actions_t *actions, mo_validator_duty_t duty, uint64_t key)
{
    if (!mo_duty_due(&v->duties[duty], key, patience(v, duty, key), v->now_ms)) {
        return NULL;
    }
    MO_CHECK(actions->count < MO_ACTIONS_MAX);
    mo_action_t *action = &actions->items[actions->count++];
    *action = (mo_action_t){
        .kind = duties[duty].kind, .chain = duties[duty].chain, .duty = (uint8_t)duty, .key = key};
    return action;
}

/* --- reports ---------------------------------------------------------------------------------------------------- */

/* One run from the last reported checkpoint to the next: a run that ends there makes it a checkpoint (3.1). */
static void report_auxiliary(mo_validator_role_t *v, mo_actions_t *actions)
{
    uint64_t height = v->reported[MO_POLL_AUXILIARY] + 1;
    const mo_hash_t *first = mo_validator_own(v, MO_POLL_AUXILIARY, height - 1);
    if (first == NULL || mo_validator_own(v, MO_POLL_AUXILIARY, height) == NULL) {
        mo_duty_clear(&v->duties[MO_DUTY_REPORT_AUXILIARY]);
        return;
    }
    mo_action_t *action = due(v, actions, MO_DUTY_REPORT_AUXILIARY, height);
    if (action != NULL) {
        action->report = (mo_action_report_t){
            .first = *first, .from = (height - 1) * v->config.epoch + 1, .to = height * v->config.epoch};
    }
}

static void anchor(mo_validator_role_t *v, mo_actions_t *actions)
{
    uint64_t height = v->reported[MO_POLL_AUXILIARY];
    const mo_hash_t *hash = mo_validator_own(v, MO_POLL_AUXILIARY, height);
    const mo_poll_record_t *record = hash == NULL ? NULL : mo_rules_poll_record(&v->poll, hash);
    if (record == NULL || record->anchored) {
        mo_duty_clear(&v->duties[MO_DUTY_ANCHOR]);
        return;
    }
    mo_action_t *action = due(v, actions, MO_DUTY_ANCHOR, height);
    if (action != NULL) {
        action->anchor = *hash;
    }
}

/* The lowest of our own checkpoints of origin, from a height on, that has no record. */
static uint64_t unreported(const mo_validator_role_t *v, uint64_t height)
{
    const mo_hash_t *own = mo_validator_own(v, MO_POLL_ORIGIN, height);
    while (own != NULL && mo_rules_poll_origin(&v->poll, own) != NULL) {
        own = mo_validator_own(v, MO_POLL_ORIGIN, ++height);
    }
    return height;
}

/* The oldest own vote that is remembered, as an index into mo_cast_t. */
static uint64_t first_cast(const mo_cast_t *cast)
{
    return cast->count > MO_VALIDATOR_CAST_MAX ? cast->count - MO_VALIDATOR_CAST_MAX : 0;
}

/* The lowest checkpoint of origin above `height` that we have voted for and that has no record: its report was dropped
 * with our vote. 0: none. */
static uint64_t dropped_target(const mo_validator_role_t *v, uint64_t height)
{
    const mo_cast_t *cast = &v->cast[MO_POLL_ORIGIN];
    for (uint64_t i = first_cast(cast); i < cast->count; i++) {
        uint64_t target = cast->votes[i % MO_VALIDATOR_CAST_MAX].target_height.value;
        if (target > height && unreported(v, target) == target) {
            return target;
        }
    }
    return 0;
}

/* The lowest checkpoint of origin that is final and has no record, above the justified: not the one above the highest
 * record, for anyone reports any, and who skipped every other one would leave no neighbours, which alone finalise. After
 * a long silence the last two. */
static void report_origin(mo_validator_role_t *v, mo_actions_t *actions)
{
    uint64_t final = v->origin_finalised / v->config.origin_epoch;
    uint64_t justified = mo_rules_poll_highest_justified(&v->poll, MO_POLL_ORIGIN).height.value;
    uint64_t height = dropped_target(v, justified);
    if (height == 0) {
        height = unreported(v, justified + 1);
        height = final > height + 1 ? unreported(v, final - 1) : height;
    }
    if (height > final || mo_validator_own(v, MO_POLL_ORIGIN, height) == NULL) {
        mo_duty_clear(&v->duties[MO_DUTY_REPORT_ORIGIN]);
        return;
    }
    mo_action_t *action = due(v, actions, MO_DUTY_REPORT_ORIGIN, height);
    if (action != NULL) {
        action->number = height * v->config.origin_epoch;
    }
}

/* --- votes ------------------------------------------------------------------------------------------------------ */

/* Whether a checkpoint of our own chain at this height may be voted for: reported, and anchored or final. */
static bool is_target(const mo_validator_role_t *v, mo_poll_chain_t chain, uint64_t height)
{
    const mo_hash_t *own = mo_validator_own(v, chain, height);
    if (own == NULL) {
        return false;
    }
    if (chain == MO_POLL_AUXILIARY) {
        const mo_poll_record_t *record = mo_rules_poll_record(&v->poll, own);
        return record != NULL && record->anchored;
    }
    return mo_rules_poll_origin(&v->poll, own) != NULL && height * v->config.origin_epoch <= v->origin_finalised;
}

/* The transition of a vote: T(s), from our own headers, or zero about origin (2.4, 2.6). */
static bool transition_of(const mo_validator_role_t *v, mo_poll_chain_t chain, const mo_checkpoint_t *source,
                          mo_hash_t *hash)
{
    *hash = (mo_hash_t){0};
    if (chain == MO_POLL_ORIGIN) {
        return true;
    }
    mo_transition_t transition;
    const mo_record_t *own = mo_validator_own_record(v, source->height.value);
    if (mo_rules_poll_transition(&v->poll, &source->hash, &transition) != MO_POLL_ACCEPTED ||
        !mo_hash_equal(&own->hash, &source->hash) ||
        !mo_hash_equal(&own->transaction_root, &transition.transaction_root) ||
        !mo_u256_equal(own->gas, transition.gas)) {
        return false;
    }
    *hash = mo_rules_transition_hash(&transition);
    return true;
}

/* Weight in one of the two sets that tally the link (2.8). */
static bool counts(const mo_validator_role_t *v, const mo_vote_t *vote, uint32_t index)
{
    mo_height_t kernel;
    if (mo_rules_poll_kernel_of(&v->poll, vote, &kernel) != MO_POLL_ACCEPTED) {
        return false;
    }
    mo_height_t before = {kernel.value - 1};
    return mo_rules_validators_weight(&v->poll.validators, index, kernel).value > 0 ||
           mo_rules_validators_weight(&v->poll.validators, index, before).value > 0;
}

/* A link about origin is tallied by the kernel in force at its first vote (2.5): one that was registered before ours may
 * never count us, or be closed. Whoever waited for it would vote for nothing above it either. About the auxiliary chain
 * the source alone decides. */
static bool is_open_to(const mo_validator_role_t *v, mo_poll_chain_t chain, const mo_vote_t *vote, uint32_t index)
{
    return chain == MO_POLL_AUXILIARY ||
           (mo_rules_poll_check_link(&v->poll, vote) == MO_POLL_ACCEPTED && counts(v, vote, index));
}

/* The lowest target above our last one that can count us, from the highest justified source. */
static bool next_vote(const mo_validator_role_t *v, mo_poll_chain_t chain, uint32_t index, mo_vote_t *vote)
{
    mo_checkpoint_t source = mo_rules_poll_highest_justified(&v->poll, chain);
    const mo_vote_mark_t *mark = &v->marks[chain];
    uint64_t height = source.height.value + 1;
    if (mark->signed_any && mark->last.target_height.value >= height) {
        height = mark->last.target_height.value + 1;
    }
    *vote = (mo_vote_t){.chain = chain == MO_POLL_AUXILIARY ? v->core_id : v->origin_id,
                        .source = source.hash,
                        .source_height = source.height};
    if (height > v->reported[chain] || !mo_validator_is_own(v, &source, chain) ||
        !transition_of(v, chain, &source, &vote->transition)) {
        return false;
    }
    for (; height <= v->reported[chain]; height++) {
        if (is_target(v, chain, height)) {
            vote->target = *mo_validator_own(v, chain, height);
            vote->target_height.value = height;
            if (is_open_to(v, chain, vote, index)) {
                return mo_rules_vote_may_sign(mark, vote) == MO_SIGN_ALLOWED;
            }
        }
    }
    return false;
}

/* The lowest of our votes that the chain could take and does not have: a reorganisation or a lost transaction dropped it
 * (2.9). */
static bool dropped_vote(const mo_validator_role_t *v, mo_poll_chain_t chain, uint32_t index, mo_vote_t *vote)
{
    const mo_cast_t *cast = &v->cast[chain];
    /* Nobody can vote from below it any more: cheaper to see than what the rules ask first (2.8). */
    uint64_t finalised = mo_rules_poll_last_finalised(&v->poll, chain).height.value;
    for (uint64_t i = first_cast(cast); i < cast->count; i++) {
        const mo_vote_t *own = &cast->votes[i % MO_VALIDATOR_CAST_MAX];
        if (own->source_height.value >= finalised && mo_rules_poll_check_link(&v->poll, own) == MO_POLL_ACCEPTED && counts(v, own, index) &&
            !mo_rules_poll_has_voted(&v->poll, chain, own->target_height, index)) {
            *vote = *own;
            return true;
        }
    }
    return false;
}

/* A vote that the driver is asked to sign: from now on it is ours. */
static void cast_vote(mo_validator_role_t *v, mo_poll_chain_t chain, const mo_vote_t *vote)
{
    const mo_vote_mark_t *mark = &v->marks[chain];
    if (mark->signed_any && vote->target_height.value <= mark->last.target_height.value) {
        return;
    }
    mo_cast_t *cast = &v->cast[chain];
    cast->votes[cast->count++ % MO_VALIDATOR_CAST_MAX] = *vote;
    v->marks[chain] = mo_rules_vote_mark(vote);
}

static void vote_about(mo_validator_role_t *v, mo_poll_chain_t chain, mo_actions_t *actions)
{
    mo_validator_duty_t duty = chain == MO_POLL_AUXILIARY ? MO_DUTY_VOTE_AUXILIARY : MO_DUTY_VOTE_ORIGIN;
    uint32_t index;
    mo_vote_t vote;
    bool any = mo_rules_validators_find(&v->poll.validators, &v->config.signer, &index) &&
               (dropped_vote(v, chain, index, &vote) || next_vote(v, chain, index, &vote)) &&
               mo_rules_poll_check_link(&v->poll, &vote) == MO_POLL_ACCEPTED && counts(v, &vote, index);
    if (!any) {
        mo_duty_clear(&v->duties[duty]);
        return;
    }
    mo_action_t *action = due(v, actions, duty, vote.target_height.value);
    if (action != NULL) {
        action->vote = vote;
        cast_vote(v, chain, &vote);
    }
}

/* --- meta-blocks ------------------------------------------------------------------------------------------------ */

/* Whether the votes kept for a link are +2/3 of both sets as origin weighs them: who was slashed there since it was
 * justified here counts no more, and the link may never be sealed (4.3, 5.3). */
static bool is_sealable(mo_validator_role_t *v, const mo_link_t *link)
{
    const mo_validators_t *set = &v->core.validators;
    size_t count = mo_rules_poll_signatures(&v->poll, &link->hash, v->seal_records, MO_SEAL_SIGNERS_MAX);
    mo_tally_t tally = {0};
    for (size_t i = 0; i < count && v->seal_records[i].index < set->count; i++) {
        mo_tally_t share = mo_rules_validators_share(set, v->seal_records[i].index, v->core.kernel.height);
        share.forward.value += tally.forward.value;
        share.rear.value += tally.rear.value;
        tally = share;
    }
    return mo_rules_tally_quorum(&tally);
}

/* Whether the finalised checkpoint at this height can be committed for the open kernel (4.2, 4.3). */
static bool commits(mo_validator_role_t *v, uint64_t height, candidate_t *candidate)
{
    const mo_hash_t *own = mo_validator_own(v, MO_POLL_AUXILIARY, height);
    const mo_link_t *link = own == NULL ? NULL : mo_rules_poll_finalising_link(&v->poll, own);
    candidate_t c = {.height = {height}, .link = link};
    if (link == NULL || mo_rules_poll_transition(&v->poll, own, &c.transition) != MO_POLL_ACCEPTED ||
        !mo_rules_core_reaches_target(&v->core, &c.transition)) {
        return false;
    }
    c.transition_hash = mo_rules_transition_hash(&c.transition);
    c.stated_height = mo_rules_core_stated_height(&v->core, &c.transition, c.height);
    mo_proposing_t wish = {
        .transition = c.transition, .stated_height = c.stated_height, .observation_known = true};
    mo_core_verdict_t verdict = mo_rules_core_check_proposal(&v->core, &wish);
    *candidate = c;
    return (verdict == MO_CORE_ACCEPTED || verdict == MO_CORE_PROPOSAL_KNOWN || verdict == MO_CORE_FULL) &&
           is_sealable(v, link);
}

/* The lowest finalised checkpoint at which the open kernel's gas target is reached: that one must be committed (4.4 b). */
static bool find_candidate(mo_validator_role_t *v, candidate_t *candidate)
{
    uint64_t finalised = mo_rules_poll_last_finalised(&v->poll, MO_POLL_AUXILIARY).height.value;
    for (uint64_t height = v->core.committed.source_height.value + 1; height <= finalised; height++) {
        if (commits(v, height, candidate)) {
            return true;
        }
    }
    return false;
}

static void commit(mo_validator_role_t *v, const candidate_t *c, mo_actions_t *actions)
{
    size_t count =
        mo_rules_poll_signatures(&v->poll, &c->link->hash, v->seal_records, MO_SEAL_SIGNERS_MAX);
    mo_buffer_t seal = MO_BUFFER(v->seal);
    if (mo_rules_seal_build(v->seal_records, count, &seal) != MO_SEAL_WELL_FORMED) {
        return;
    }
    mo_action_t *action = due(v, actions, MO_DUTY_COMMIT, v->core.kernel.height.value);
    if (action != NULL) {
        action->commit = (mo_action_commit_t){.transition = c->transition,
                                              .stated_height = c->stated_height.value,
                                              .link = c->link->vote,
                                              .seal = mo_buffer_view(&seal)};
    }
}

static void propose_or_commit(mo_validator_role_t *v, mo_actions_t *actions)
{
    candidate_t c;
    if (v->core.status != MO_CORE_OPEN || !find_candidate(v, &c)) {
        mo_duty_clear(&v->duties[MO_DUTY_PROPOSE]);
        mo_duty_clear(&v->duties[MO_DUTY_COMMIT]);
        return;
    }
    mo_hash_t id = mo_rules_core_proposal_id(&c.transition_hash, c.stated_height);
    const mo_proposal_t *proposal = mo_rules_core_proposal(&v->core, &id);
    if (proposal == NULL) {
        mo_action_t *action = due(v, actions, MO_DUTY_PROPOSE, v->core.kernel.height.value);
        if (action != NULL) {
            action->propose = (mo_action_propose_t){c.transition, c.stated_height.value};
        }
    }
    /* Of more proposals than are kept ours may be one that is not: then the core alone knows whether it is ready. */
    if (proposal == NULL ? v->proposals_missed : v->origin_time >= proposal->ready_at) {
        commit(v, &c, actions);
    } else {
        mo_duty_clear(&v->duties[MO_DUTY_COMMIT]);
    }
}

/* The newest finalised origin checkpoint that is not older than the block in which the open kernel opened. */
static const mo_origin_record_t *root_for_relay(const mo_validator_role_t *v)
{
    mo_checkpoint_t newest = mo_rules_poll_last_finalised(&v->poll, MO_POLL_ORIGIN);
    return newest.number >= v->kernel_opened_at ? mo_rules_poll_finalised_root(&v->poll, newest.number) : NULL;
}

static void relay(mo_validator_role_t *v, mo_actions_t *actions)
{
    const mo_kernel_t *kernel = &v->core.kernel;
    const mo_origin_record_t *root = root_for_relay(v);
    const mo_committed_block_t *parent = mo_validator_parent(v, kernel->height);
    if (v->core.status != MO_CORE_OPEN || kernel->height.value < 2 || root == NULL ||
        mo_rules_poll_check_relay(&v->poll, kernel, &parent->block, &parent->link) != MO_POLL_ACCEPTED) {
        mo_duty_clear(&v->duties[MO_DUTY_RELAY]);
        return;
    }
    mo_action_t *action = due(v, actions, MO_DUTY_RELAY, kernel->height.value);
    if (action != NULL) {
        action->relay = (mo_action_relay_t){
            .origin_number = root->number, .kernel = kernel, .parent = parent->block, .link = parent->link};
    }
}

/* What was final or committed binds (2.9): without it on our chain nothing about the auxiliary chain is signed. */
static bool is_bound(mo_validator_role_t *v)
{
    mo_checkpoint_t finalised = mo_rules_poll_last_finalised(&v->poll, MO_POLL_AUXILIARY);
    mo_validator_bind(v, finalised.height, &finalised.hash);
    mo_checkpoint_t bound = {.hash = v->bound.hash, .height = v->bound.height};
    if (!mo_validator_is_own(v, &finalised, MO_POLL_AUXILIARY) || !mo_validator_is_own(v, &bound, MO_POLL_AUXILIARY)) {
        mo_validator_disagree(v, MO_DISAGREEMENT_FINALISED_LOST);
    }
    return v->disagreement == MO_DISAGREEMENT_NONE;
}

/* By the evidence itself, or by a kernel that carries the slash. */
static bool is_slashed(const mo_validator_role_t *v)
{
    uint32_t index;
    return v->slashed || (mo_rules_validators_find(&v->poll.validators, &v->config.signer, &index) &&
                          v->poll.validators.at[index].slashed);
}

void mo_validator_decide(mo_validator_role_t *v, mo_actions_t *actions)
{
    if (!is_bound(v) || is_slashed(v) || v->core.status == MO_CORE_HALTED) {
        return;
    }
    report_auxiliary(v, actions);
    anchor(v, actions);
    report_origin(v, actions);
    vote_about(v, MO_POLL_AUXILIARY, actions);
    vote_about(v, MO_POLL_ORIGIN, actions);
    propose_or_commit(v, actions);
    relay(v, actions);
}
