/* The polling place once more, from the text of clauses 2.2 to 2.8 and 5.3, 5.6: each branch has its own count of who voted
 * for what, and what followed. */
#include <stdlib.h>
#include <string.h>

#include "rules/vote.h"
#include "sim/world.h"

static mo_sim_kernel_t *kernel_at(mo_sim_t *w, uint32_t i)
{
    return MO_SIM_AT(mo_sim_kernel_t, w->kernels, i);
}

void mo_sim_check_tally_start(mo_sim_t *w, mo_sim_tally_t *t)
{
    *t = (mo_sim_tally_t){.in_force = 0, .pending = MO_SIM_NONE};
    *MO_SIM_PUSH(mo_hash_t, &t->justified[MO_POLL_AUXILIARY]) = w->base.auxiliary_root_hash;
    *MO_SIM_PUSH(mo_hash_t, &t->justified[MO_POLL_ORIGIN]) = w->base.origin_root_hash;
    t->finalised[MO_POLL_AUXILIARY] = w->base.auxiliary_root_number / w->base.epoch;
    t->finalised[MO_POLL_ORIGIN] = w->base.origin_root_number / w->base.origin_epoch;
    t->observed = w->base.origin_root_number;
    t->observed_hash = w->base.origin_root_hash;
}

void mo_sim_check_tally_end(mo_sim_tally_t *t)
{
    free(t->links.items);
    free(t->justified[MO_POLL_AUXILIARY].items);
    free(t->justified[MO_POLL_ORIGIN].items);
    *t = (mo_sim_tally_t){0};
}

static bool is_justified(const mo_sim_tally_t *t, int about, const mo_hash_t *hash)
{
    for (size_t i = 0; i < t->justified[about].count; i++) {
        if (mo_hash_equal(MO_SIM_AT(mo_hash_t, t->justified[about], i), hash)) {
            return true;
        }
    }
    return false;
}

static mo_sim_link_t *find_link(const mo_sim_tally_t *t, const mo_hash_t *hash)
{
    for (size_t i = t->links.count; i > 0; i--) {
        mo_sim_link_t *link = MO_SIM_AT(mo_sim_link_t, t->links, i - 1);
        if (mo_hash_equal(&link->hash, hash)) {
            return link;
        }
    }
    return NULL;
}

static bool has_voted(const mo_sim_tally_t *t, const mo_vote_t *vote, uint32_t signer)
{
    for (size_t i = 0; i < t->links.count; i++) {
        const mo_sim_link_t *link = MO_SIM_AT(mo_sim_link_t, t->links, i);
        if (mo_hash_equal(&link->vote.chain, &vote->chain) &&
            link->vote.target_height.value == vote->target_height.value && (link->voters >> signer & 1) != 0) {
            return true;
        }
    }
    return false;
}

/* --- what a vote must be ---------------------------------------------------------------------------------------- */

typedef struct {
    const mo_vote_t *vote;
    mo_hash_t hash;
    int about; /* mo_poll_chain_t */
    uint32_t signer;
    uint32_t source, target; /* blocks */
    uint32_t kernel;
} judged_t;

static bool is_own(mo_sim_t *w, const mo_sim_spot_t *spot, uint32_t block)
{
    return mo_sim_chain_descends(w, MO_CHAIN_AUXILIARY, spot->parent, block);
}

/* 2.2: blocks of the right chain, heights their numbers'. */
static bool is_placed(mo_sim_t *w, const mo_sim_spot_t *spot, const judged_t *j)
{
    mo_chain_t chain = j->about == MO_POLL_ORIGIN ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY;
    uint64_t epoch = j->about == MO_POLL_ORIGIN ? w->base.origin_epoch : w->base.epoch;
    if (j->source == MO_SIM_NONE || j->target == MO_SIM_NONE) {
        return false;
    }
    bool heights = mo_sim_block(w, chain, j->source)->number == j->vote->source_height.value * epoch &&
                   mo_sim_block(w, chain, j->target)->number == j->vote->target_height.value * epoch;
    bool own = chain == MO_CHAIN_ORIGIN || (is_own(w, spot, j->source) && is_own(w, spot, j->target));
    return heights && own;
}

/* 2.4, 2.6 */
static bool has_transition(mo_sim_t *w, const judged_t *j)
{
    mo_hash_t expected = {{0}};
    if (j->about == MO_POLL_AUXILIARY) {
        expected = mo_sim_transition_of(w, j->source);
    }
    return mo_hash_equal(&expected, &j->vote->transition);
}

/* 2.5: fixed by the source, or about origin by the first vote. */
static uint32_t kernel_of(mo_sim_t *w, const mo_sim_tally_t *t, const judged_t *j)
{
    const mo_sim_link_t *known = find_link(t, &j->hash);
    if (known != NULL) {
        return known->kernel;
    }
    return j->about == MO_POLL_ORIGIN ? t->in_force : mo_sim_block(w, MO_CHAIN_AUXILIARY, j->source)->kernel;
}

static uint64_t weight(mo_sim_t *w, uint32_t kernel, uint32_t signer)
{
    return kernel_at(w, kernel)->weight[signer];
}

static uint32_t rear_of(mo_sim_t *w, uint32_t kernel)
{
    uint32_t parent = kernel_at(w, kernel)->parent;
    return parent == MO_SIM_NONE ? kernel : parent;
}

/* Why the vote must be refused; NULL when it must be recorded. In the order of 2.8. */
static const char *objection(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_tally_t *t, judged_t *j)
{
    const mo_vote_t *vote = j->vote;
    if (vote->target_height.value <= vote->source_height.value) {
        return "its target is not above its source (2.2)";
    }
    if (!is_justified(t, j->about, &vote->source)) {
        return "its source is not justified (2.2)";
    }
    if (vote->source_height.value < t->finalised[j->about]) {
        return "its source is below the last finalised height (2.2)";
    }
    if (!is_placed(w, spot, j)) {
        return "its ends are not this chain's checkpoints of these heights (2.2)";
    }
    if (!has_transition(w, j)) {
        return "its transition is not that of its source (2.6)";
    }
    j->kernel = kernel_of(w, t, j);
    if ((t->slashed >> j->signer & 1) != 0) {
        return "its signer is slashed (2.3)";
    }
    if (has_voted(t, vote, j->signer)) {
        return "its signer has a vote for this height (2.7)";
    }
    bool weighs = weight(w, j->kernel, j->signer) > 0 || weight(w, rear_of(w, j->kernel), j->signer) > 0;
    return weighs ? NULL : "its signer has no weight (2.8)";
}

/* --- what follows from a vote ----------------------------------------------------------------------------------- */

static uint64_t sum(mo_sim_t *w, uint32_t kernel, uint32_t voters)
{
    uint64_t total = 0;
    for (uint32_t s = 0; s < w->signer_count; s++) {
        total += (voters >> s & 1) != 0 ? weight(w, kernel, s) : 0;
    }
    return total;
}

static void check_conflict(mo_sim_t *w, const mo_sim_finality_t *now)
{
    for (size_t i = 0; i < w->finalities.count; i++) {
        const mo_sim_finality_t *f = MO_SIM_AT(mo_sim_finality_t, w->finalities, i);
        if (w->faults.kind != MO_SIM_WORLD_TRAITORS &&
            !mo_sim_chain_descends(w, MO_CHAIN_AUXILIARY, now->block, f->block) &&
            !mo_sim_chain_descends(w, MO_CHAIN_AUXILIARY, f->block, now->block)) {
            mo_sim_violate(w, "two conflicting checkpoints are final: heights %llu and %llu (2.3)",
                           (unsigned long long)f->height, (unsigned long long)now->height);
        }
    }
}

static void note_final(mo_sim_t *w, const judged_t *j)
{
    mo_sim_finality_t now = {j->source, j->vote->source_height.value, j->vote->transition};
    for (size_t i = 0; i < w->finalities.count; i++) {
        if (MO_SIM_AT(mo_sim_finality_t, w->finalities, i)->block == now.block) {
            return;
        }
    }
    check_conflict(w, &now);
    *MO_SIM_PUSH(mo_sim_finality_t, &w->finalities) = now;
    w->report->finalised++;
    mo_sim_say(w, "height %llu is final", (unsigned long long)now.height);
}

/* 2.2, 5.6: the dynasty grows; in the one that is two above the relay the kernel comes into force. */
static bool finalise(mo_sim_t *w, mo_sim_tally_t *t, const judged_t *j)
{
    t->finalised[j->about] = j->vote->source_height.value;
    if (j->about == MO_POLL_ORIGIN) {
        t->observed = j->vote->source_height.value * w->base.origin_epoch;
        t->observed_hash = j->vote->source;
        return false;
    }
    t->dynasty++;
    t->final = j->source;
    note_final(w, j);
    bool enforced = t->pending != MO_SIM_NONE && t->dynasty == t->pending_since + 2;
    if (enforced) {
        t->in_force = t->pending;
        t->pending = MO_SIM_NONE;
        w->report->enforced += !w->replaying;
    }
    return enforced;
}

typedef struct {
    bool justified, finalised, enforced;
} followed_t;

static followed_t conclude(mo_sim_t *w, mo_sim_tally_t *t, const judged_t *j, mo_sim_link_t *link)
{
    followed_t f = {false, false, false};
    uint32_t rear = rear_of(w, link->kernel);
    bool reached = mo_sim_two_thirds(sum(w, link->kernel, link->voters), kernel_at(w, link->kernel)->total) &&
                   mo_sim_two_thirds(sum(w, rear, link->voters), kernel_at(w, rear)->total);
    if (link->justified || !reached) {
        return f;
    }
    link->justified = true;
    if (!is_justified(t, j->about, &j->vote->target)) {
        *MO_SIM_PUSH(mo_hash_t, &t->justified[j->about]) = j->vote->target;
        f.justified = true;
    }
    f.finalised = j->vote->target_height.value == j->vote->source_height.value + 1 &&
                  j->vote->source_height.value > t->finalised[j->about];
    f.enforced = f.finalised && finalise(w, t, j);
    return f;
}

static void compare(mo_sim_t *w, const mo_sim_link_t *link, const followed_t *f, const mo_poll_outcome_t *o)
{
    uint32_t rear = rear_of(w, link->kernel);
    if (o->tally.forward.value != sum(w, link->kernel, link->voters) || o->tally.rear.value != sum(w, rear, link->voters) ||
        o->tally.forward_total.value != kernel_at(w, link->kernel)->total ||
        o->tally.rear_total.value != kernel_at(w, rear)->total) {
        mo_sim_violate(w, "a link's tallies are not its votes' weights in its two sets (5.3)");
    } else if (o->justified != f->justified) {
        mo_sim_violate(w, "a target is %s though its votes say the contrary (2.2)", o->justified ? "justified" : "not justified");
    } else if (o->finalised != f->finalised) {
        mo_sim_violate(w, "a source is %s though its link says the contrary (2.2)", o->finalised ? "final" : "not final");
    } else if (o->enforced != f->enforced) {
        mo_sim_violate(w, "a kernel comes into force at another time than two dynasties after its relay (5.6)");
    }
}

/* Refusals that rest on what was reported when, which the checkers do not follow. */
static bool is_about_reports(mo_poll_verdict_t verdict)
{
    return verdict == MO_POLL_TARGET_NOT_ANCHORED || verdict == MO_POLL_TARGET_NOT_REPORTED ||
           verdict == MO_POLL_SOURCE_NOT_ANCHORED || verdict == MO_POLL_LINK_TOO_OLD;
}

void mo_sim_check_vote(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call, mo_poll_verdict_t verdict,
                       const mo_poll_outcome_t *outcome)
{
    mo_sim_tally_t *t = &w->chains[MO_CHAIN_AUXILIARY].lanes[spot->lane].tally;
    const mo_vote_t *vote = &call->action.vote;
    judged_t j = {.vote = vote, .hash = mo_rules_vote_hash(vote), .signer = call->signer};
    j.about = mo_hash_equal(&vote->chain, &w->origin_id) ? MO_POLL_ORIGIN : MO_POLL_AUXILIARY;
    mo_chain_t chain = j.about == MO_POLL_ORIGIN ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY;
    j.source = mo_sim_chain_find(w, chain, &vote->source);
    j.target = mo_sim_chain_find(w, chain, &vote->target);
    const char *why = objection(w, spot, t, &j);
    if (verdict != MO_POLL_ACCEPTED) {
        if (why == NULL && !is_about_reports(verdict)) {
            mo_sim_violate(w, "a vote of %u is refused as %s, and nothing is wrong with it (2.8)", call->signer,
                           mo_rules_poll_verdict_name(verdict));
        }
        return;
    }
    if (why != NULL) {
        mo_sim_violate(w, "a vote of %u is recorded though %s", call->signer, why);
        return;
    }
    mo_sim_link_t *link = find_link(t, &j.hash);
    if (link == NULL) {
        link = MO_SIM_PUSH(mo_sim_link_t, &t->links);
        *link = (mo_sim_link_t){.vote = *vote, .hash = j.hash, .kernel = j.kernel};
    }
    link->voters |= 1u << call->signer;
    followed_t followed = conclude(w, t, &j, link);
    if (followed.justified && j.about == MO_POLL_AUXILIARY) {
        t->justified_in = spot->number;
    }
    compare(w, link, &followed, outcome);
}

/* --- relays ----------------------------------------------------------------------------------------------------- */

/* 5.6 */
void mo_sim_check_relay(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    mo_sim_tally_t *t = &w->chains[MO_CHAIN_AUXILIARY].lanes[spot->lane].tally;
    const mo_vote_t *link = &call->action.relay.link;
    uint32_t source = mo_sim_chain_find(w, MO_CHAIN_AUXILIARY, &link->source);
    unsigned long long n = kernel_at(w, call->kernel)->kernel.height.value;
    if (kernel_at(w, call->kernel)->parent != t->in_force || t->pending != MO_SIM_NONE) {
        mo_sim_violate(w, "K_%llu is relayed, and is not the one after the one in force (5.6)", n);
    } else if (source == MO_SIM_NONE || !is_own(w, spot, source)) {
        mo_sim_violate(w, "K_%llu is relayed to a branch that lacks what its parent committed (5.6)", n);
    } else if (t->finalised[MO_POLL_AUXILIARY] < link->source_height.value) {
        mo_sim_violate(w, "K_%llu is relayed before what its parent committed is final here (5.6)", n);
    }
    t->pending = call->kernel;
    t->pending_since = t->dynasty;
    mo_sim_say(w, "K_%llu is relayed in dynasty %llu", n, (unsigned long long)t->dynasty);
}

/* --- each block ------------------------------------------------------------------------------------------------- */

/* The contracts' state and the count of the checkers say the same. */
void mo_sim_check_mined(mo_sim_t *w, uint32_t lane)
{
    const mo_poll_t *poll = w->chains[MO_CHAIN_AUXILIARY].lanes[lane].poll;
    const mo_sim_tally_t *t = &w->chains[MO_CHAIN_AUXILIARY].lanes[lane].tally;
    if (poll->dynasty != t->dynasty ||
        poll->last_finalised[MO_POLL_AUXILIARY].height.value != t->finalised[MO_POLL_AUXILIARY] ||
        poll->last_finalised[MO_POLL_ORIGIN].height.value != t->finalised[MO_POLL_ORIGIN]) {
        mo_sim_violate(w, "the polling place's dynasty or finalised heights are not what its votes brought about (2.2)");
    } else if (poll->in_force.value != kernel_at(w, t->in_force)->kernel.height.value) {
        mo_sim_violate(w, "another kernel is in force than was relayed two dynasties ago (5.6)");
    }
}
