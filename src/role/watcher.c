#include "role/watcher.h"

#include <string.h>

#include "base/check.h"
#include "base/clear.h"
#include "role/watcher_parts.h"
#include "rules/identity.h"

const char *mo_finding_name(mo_finding_kind_t kind)
{
    static const char *const names[] = {
#define X(code, name, words, clause) name,
        MO_FINDINGS(X)
#undef X
    };
    MO_CHECK((size_t)kind < sizeof names / sizeof names[0]);
    return names[kind];
}

const char *mo_finding_text(mo_finding_kind_t kind)
{
    static const char *const texts[] = {
#define X(code, name, words, clause) words " (" clause ")",
        MO_FINDINGS(X)
#undef X
    };
    MO_CHECK((size_t)kind < sizeof texts / sizeof texts[0]);
    return texts[kind];
}

void mo_watcher_find(mo_watcher_role_t *w, mo_chain_t chain, const mo_finding_t *finding)
{
    mo_finding_t *place = &w->findings[w->finding_count++ % MO_WATCHER_FINDINGS_MAX];
    *place = *finding;
    place->chain = chain;
    place->number = w->numbers[chain];
}

bool mo_watcher_finding(mo_watcher_role_t *w, mo_finding_t *finding)
{
    if (w->finding_count - w->finding_taken > MO_WATCHER_FINDINGS_MAX) {
        w->finding_taken = w->finding_count - MO_WATCHER_FINDINGS_MAX;
    }
    if (w->finding_taken == w->finding_count) {
        return false;
    }
    *finding = w->findings[w->finding_taken++ % MO_WATCHER_FINDINGS_MAX];
    return true;
}

static void make_copy(mo_watcher_role_t *w)
{
    const mo_watcher_config_t *c = &w->config;
    mo_validator_config_t config = {
        .origin_chain_id = c->origin_chain_id,
        .core = c->core,
        .registry = c->registry,
        .auxiliary_block_store = c->auxiliary_block_store,
        .origin_block_store = c->origin_block_store,
        .polling_place = c->polling_place,
        .kernel_relay = c->kernel_relay,
        .epoch = c->epoch,
        .origin_epoch = c->origin_epoch,
        .auxiliary_root_number = c->auxiliary_root_number,
        .origin_root_number = c->origin_root_number,
        .auxiliary_root_hash = c->auxiliary_root_hash,
        .origin_root_hash = c->origin_root_hash,
    };
    mo_validator_init(&w->copy, &config);
}

void mo_watcher_init(mo_watcher_role_t *w, const mo_watcher_config_t *config)
{
    mo_clear(w, sizeof *w);
    w->config = *config;
    w->scope = (mo_evidence_scope_t){
        .core_id = mo_rules_core_id(config->origin_chain_id, &config->core),
        .origin_id = mo_rules_origin_id(config->origin_chain_id),
        .domain = mo_rules_domain(config->origin_chain_id, &config->core),
    };
    make_copy(w);
}

void mo_watcher_restart(mo_watcher_role_t *w)
{
    size_t facts = offsetof(mo_watcher_role_t, numbers);
    mo_clear((uint8_t *)w + facts, sizeof *w - facts);
    for (size_t i = 0; i < w->case_count; i++) {
        memset(w->cases[i].ended, 0, sizeof w->cases[i].ended);
        memset(w->cases[i].duties, 0, sizeof w->cases[i].duties);
    }
    make_copy(w);
}

/* --- cases ------------------------------------------------------------------------------------------------------ */

mo_watcher_case_t *mo_watcher_case(mo_watcher_role_t *w, const mo_address_t *signer)
{
    for (size_t i = 0; i < w->case_count; i++) {
        if (mo_address_equal(&w->cases[i].proven.signer, signer)) {
            return &w->cases[i];
        }
    }
    return NULL;
}

bool mo_watcher_resume(mo_watcher_role_t *w, const mo_evidence_t *evidence)
{
    mo_proven_t proven;
    if (mo_rules_evidence_prove(&w->scope, evidence, &proven) != MO_EVIDENCE_PROVEN ||
        mo_watcher_case(w, &proven.signer) != NULL || w->case_count == MO_WATCHER_CASES_MAX) {
        return false;
    }
    mo_watcher_case_t *opened = &w->cases[w->case_count++];
    *opened = (mo_watcher_case_t){.evidence = *evidence, .proven = proven};
    for (size_t i = 0; i < MO_WATCHER_ENDS_MAX && i < w->end_count; i++) {
        if (mo_address_equal(&w->ends[i].signer, &proven.signer)) {
            opened->ended[w->ends[i].chain] = true;
        }
    }
    return true;
}

void mo_watcher_accuse(mo_watcher_role_t *w, const mo_held_vote_t *a, const mo_held_vote_t *b)
{
    mo_evidence_t evidence = {
        .a = a->vote, .b = b->vote, .signature_a = a->signature, .signature_b = b->signature};
    if (mo_watcher_resume(w, &evidence)) {
        const mo_proven_t *proven = &w->cases[w->case_count - 1].proven;
        bool about_origin = mo_hash_equal(&a->vote.chain, &w->scope.origin_id);
        mo_watcher_find(w, about_origin ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY,
                        &(mo_finding_t){.kind = MO_FINDING_OFFENCE,
                                        .signer = proven->signer,
                                        .offence = proven->offence,
                                        .subject = proven->hash_b});
    }
}

/* --- votes ------------------------------------------------------------------------------------------------------ */

static mo_watcher_seat_t *seat(mo_watcher_role_t *w, uint32_t index)
{
    if (w->seat_of[index] != 0) {
        return &w->seats[w->seat_of[index] - 1];
    }
    size_t place = 0;
    for (size_t i = 0; i < MO_WATCHER_SEATS_MAX && w->seats[place].used; i++) {
        bool better = !w->seats[i].used || w->seats[i].touched < w->seats[place].touched;
        place = better ? i : place;
    }
    mo_watcher_seat_t *found = &w->seats[place];
    if (found->used) {
        w->seat_of[found->index] = 0;
    }
    found->used = true;
    found->index = index;
    memset(found->counts, 0, sizeof found->counts);
    w->seat_of[index] = (uint16_t)(place + 1);
    return found;
}

static bool chain_of(const mo_watcher_role_t *w, const mo_vote_t *vote, mo_poll_chain_t *chain)
{
    bool origin = mo_hash_equal(&vote->chain, &w->scope.origin_id);
    *chain = origin ? MO_POLL_ORIGIN : MO_POLL_AUXILIARY;
    return origin || mo_hash_equal(&vote->chain, &w->scope.core_id);
}

static void keep(mo_watcher_role_t *w, mo_watcher_seat_t *s, mo_poll_chain_t chain, const mo_held_vote_t *held)
{
    mo_held_vote_t *place = &s->votes[chain][s->counts[chain] % MO_WATCHER_VOTES_MAX];
    *place = *held;
    s->counts[chain]++;
    s->touched = ++w->vote_count;
    if (w->fresh_count - w->fresh_taken == MO_WATCHER_FRESH_MAX) {
        const mo_watcher_fresh_t *lost = &w->fresh[w->fresh_taken++ % MO_WATCHER_FRESH_MAX];
        mo_watcher_find(w, MO_CHAIN_AUXILIARY, &(mo_finding_t){.kind = MO_FINDING_FORGOTTEN, .signer = lost->signer});
    }
    w->fresh[w->fresh_count++ % MO_WATCHER_FRESH_MAX] = (mo_watcher_fresh_t){w->signers[s->index], *held};
}

void mo_watcher_hold(mo_watcher_role_t *w, uint32_t index, const mo_held_vote_t *held)
{
    mo_poll_chain_t chain;
    if (index >= MO_VALIDATORS_MAX || !chain_of(w, &held->vote, &chain)) {
        return;
    }
    mo_watcher_seat_t *s = seat(w, index);
    uint64_t count = s->counts[chain] < MO_WATCHER_VOTES_MAX ? s->counts[chain] : MO_WATCHER_VOTES_MAX;
    for (uint64_t i = 0; i < count; i++) {
        const mo_held_vote_t *other = &s->votes[chain][i];
        if (mo_rules_vote_equal(&other->vote, &held->vote)) {
            return;
        }
        if (mo_rules_vote_offence(&other->vote, &held->vote) != MO_OFFENCE_NONE) {
            mo_watcher_accuse(w, other, held);
        }
    }
    keep(w, s, chain, held);
}

bool mo_watcher_index(const mo_watcher_role_t *w, const mo_address_t *signer, uint32_t *index)
{
    static const mo_address_t nobody;
    for (uint32_t i = 0; i < MO_VALIDATORS_MAX && !mo_address_equal(signer, &nobody); i++) {
        if (mo_address_equal(&w->signers[i], signer)) {
            *index = i;
            return true;
        }
    }
    return false;
}

bool mo_watcher_hold_unchecked(mo_watcher_role_t *w, const mo_held_vote_t *held)
{
    mo_hash_t digest = mo_rules_vote_digest(&w->scope.domain, &held->vote);
    mo_address_t signer;
    uint32_t index;
    bool known = mo_secp_recover(&held->signature, &digest, &signer) == MO_SECP_OK &&
                 mo_watcher_index(w, &signer, &index);
    if (known) {
        mo_watcher_hold(w, index, held);
    }
    return known;
}

size_t mo_watcher_fresh_count(const mo_watcher_role_t *w)
{
    return (size_t)(w->fresh_count - w->fresh_taken);
}

const mo_watcher_fresh_t *mo_watcher_fresh(const mo_watcher_role_t *w, size_t i)
{
    MO_CHECK(i < mo_watcher_fresh_count(w));
    return &w->fresh[(w->fresh_taken + i) % MO_WATCHER_FRESH_MAX];
}

void mo_watcher_fresh_take(mo_watcher_role_t *w, size_t count)
{
    MO_CHECK(count <= mo_watcher_fresh_count(w));
    w->fresh_taken += count;
}

static const mo_held_vote_t *held_of(const mo_watcher_seat_t *s, mo_poll_chain_t chain, const mo_vote_t *link)
{
    uint64_t count = s->counts[chain] < MO_WATCHER_VOTES_MAX ? s->counts[chain] : MO_WATCHER_VOTES_MAX;
    for (uint64_t i = 0; i < count; i++) {
        if (mo_rules_vote_equal(&s->votes[chain][i].vote, link)) {
            return &s->votes[chain][i];
        }
    }
    return NULL;
}

size_t mo_watcher_signatures(const mo_watcher_role_t *w, const mo_vote_t *link, mo_seal_record_t *records,
                             size_t max)
{
    mo_poll_chain_t chain;
    size_t count = 0;
    if (!chain_of(w, link, &chain)) {
        return 0;
    }
    for (uint32_t index = 0; index < MO_VALIDATORS_MAX && count < max; index++) {
        const mo_held_vote_t *held =
            w->seat_of[index] == 0 ? NULL : held_of(&w->seats[w->seat_of[index] - 1], chain, link);
        if (held != NULL) {
            records[count++] = (mo_seal_record_t){index, held->signature};
        }
    }
    return count;
}

/* --- inputs ----------------------------------------------------------------------------------------------------- */

/* The logs of one transaction come together. */
void mo_watcher_wish(mo_watcher_role_t *w, mo_chain_t chain, const mo_hash_t *transaction)
{
    const mo_watcher_wish_t *last = &w->wishes[(w->wish_count + MO_WATCHER_INPUTS_MAX - 1) % MO_WATCHER_INPUTS_MAX];
    if (w->wish_count > 0 && last->chain == chain && mo_hash_equal(&last->transaction, transaction)) {
        return;
    }
    if (w->wish_count - w->wish_done == MO_WATCHER_INPUTS_MAX) {
        mo_watcher_wish_t *lost = &w->wishes[w->wish_done++ % MO_WATCHER_INPUTS_MAX];
        mo_watcher_find(w, lost->chain,
                        &(mo_finding_t){.kind = MO_FINDING_UNREAD, .subject = lost->transaction});
    }
    w->wishes[w->wish_count++ % MO_WATCHER_INPUTS_MAX] = (mo_watcher_wish_t){chain, *transaction};
}

bool mo_watcher_wants(const mo_watcher_role_t *w, mo_chain_t *chain, mo_hash_t *transaction)
{
    if (w->wish_done == w->wish_count) {
        return false;
    }
    const mo_watcher_wish_t *wish = &w->wishes[w->wish_done % MO_WATCHER_INPUTS_MAX];
    *chain = wish->chain;
    *transaction = wish->transaction;
    return true;
}

/* --- events ----------------------------------------------------------------------------------------------------- */

static void header(mo_watcher_role_t *w, mo_chain_t chain, const mo_event_header_t *head)
{
    mo_watcher_books_check(w, chain); /* the block before is complete */
    w->numbers[chain] = head->number;
    if (chain == MO_CHAIN_ORIGIN) {
        w->origin_time = head->timestamp;
    }
}

/* The copy believes until the chains do what the rules refuse; votes are held all the same. */
static void follow(mo_watcher_role_t *w, const mo_event_t *event)
{
    mo_actions_t none;
    mo_validator_step(&w->copy, event, &none);
    if (w->copy.disagreement != MO_DISAGREEMENT_NONE && !w->contradicted) {
        w->contradicted = true;
        mo_watcher_find(w, event->chain,
                        &(mo_finding_t){.kind = MO_FINDING_CONTRADICTION,
                                        .detail = (uint64_t)w->copy.disagreement});
    }
}

static void input(mo_watcher_role_t *w, mo_chain_t chain, const mo_event_input_t *in)
{
    mo_chain_t wanted;
    mo_hash_t transaction;
    if (mo_watcher_wants(w, &wanted, &transaction) && wanted == chain &&
        mo_hash_equal(&transaction, &in->transaction)) {
        w->wish_done++;
        mo_watcher_input(w, chain, in);
    }
}

static mo_duty_t *duty_of(mo_watcher_role_t *w, const mo_event_outcome_t *outcome)
{
    switch ((mo_watcher_duty_t)outcome->duty) {
    case MO_DUTY_SLASH_ORIGIN:
        return outcome->key < w->case_count ? &w->cases[outcome->key].duties[MO_CHAIN_ORIGIN] : NULL;
    case MO_DUTY_SLASH_AUXILIARY:
        return outcome->key < w->case_count ? &w->cases[outcome->key].duties[MO_CHAIN_AUXILIARY] : NULL;
    case MO_DUTY_CHALLENGE_OBSERVATION:
        return &w->observation.duty;
    case MO_DUTY_RECORD_ORIGIN:
        return &w->observation.record;
    case MO_DUTY_CHALLENGE_GAS_TARGET:
        return &w->gas_target.duty;
    case MO_DUTY_CHALLENGE_HALT:
        return &w->pulse.challenge;
    case MO_DUTY_HALT:
        return &w->pulse.halt;
    case MO_WATCHER_DUTIES:
        break;
    }
    MO_CHECK(false);
    return NULL;
}

static void outcome(mo_watcher_role_t *w, const mo_event_outcome_t *result)
{
    MO_CHECK(result->duty < MO_WATCHER_DUTIES);
    mo_duty_t *duty = duty_of(w, result);
    if (duty != NULL) {
        mo_duty_outcome(duty, result, w->now_ms);
    }
}

void mo_watcher_step(mo_watcher_role_t *w, const mo_event_t *event, mo_actions_t *actions)
{
    actions->count = 0;
    switch (event->kind) {
    case MO_EVENT_HEADER:
        header(w, event->chain, &event->header);
        follow(w, event);
        break;
    case MO_EVENT_LOG:
        mo_watcher_log(w, &event->log);
        follow(w, event);
        break;
    case MO_EVENT_FINALISED:
        follow(w, event);
        break;
    case MO_EVENT_OUTCOME:
        outcome(w, &event->outcome);
        break;
    case MO_EVENT_INPUT:
        input(w, event->chain, &event->input);
        break;
    case MO_EVENT_INTENT:
        break;
    case MO_EVENT_TICK:
        w->now_ms = event->now_ms;
        mo_watcher_decide(w, actions);
        break;
    }
}
