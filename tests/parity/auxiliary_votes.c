#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "bind/polling_place.h"
#include "parity/auxiliary.h"
#include "rules/identity.h"
#include "rules/transition.h"
#include "rules/vote.h"

/* --- links ----------------------------------------------------------------------------------------------- */

mo_bind_hints_t a_hints(const mo_poll_t *poll, const mo_hash_t *source) {
    const mo_poll_record_t *record = mo_rules_poll_record(poll, source);
    mo_bind_hints_t at = {0, 0};
    for (uint64_t i = 0; record != NULL && i < poll->dynasty_count; i++) {
        at.dynasty = poll->dynasties[i].block <= record->record.number ? (uint32_t)i : at.dynasty;
    }
    for (uint64_t i = 0; record != NULL && i < poll->observation_count; i++) {
        at.observation = poll->observations[i].block <= record->record.number ? (uint32_t)i : at.observation;
    }
    return at;
}

static mo_vote_t auxiliary_link(auxiliary_t *a) {
    const mo_poll_t *poll = &a->now->poll;
    mo_checkpoint_t source = mo_rules_poll_highest_justified(poll, MO_POLL_AUXILIARY);
    if (chance(a->w, 10)) {
        source = mo_rules_poll_last_finalised(poll, MO_POLL_AUXILIARY);
    }
    uint64_t target = source.number + A_EPOCH * (chance(a->w, 85) ? UINT64_C(1) : UINT64_C(2));
    target = target <= a->now->tip ? target : a->now->reported;
    mo_transition_t t;
    mo_poll_verdict_t verdict = mo_rules_poll_transition(poll, &source.hash, &t);
    MO_CHECK(verdict == MO_POLL_ACCEPTED);
    return (mo_vote_t){.chain = poll->config.core_id,
                       .transition = mo_rules_transition_hash(&t),
                       .source = source.hash,
                       .target = a_block(a, target)->hash,
                       .source_height = source.height,
                       .target_height = {target / A_EPOCH}};
}

static mo_vote_t origin_link(auxiliary_t *a) {
    const mo_poll_t *poll = &a->now->poll;
    mo_checkpoint_t source = mo_rules_poll_highest_justified(poll, MO_POLL_ORIGIN);
    uint64_t next = source.height.value - A_ORIGIN_ROOT / A_ORIGIN_EPOCH + 1;
    next = next < a->now->origin_count ? next : a->now->origin_count - 1;
    return (mo_vote_t){.chain = poll->config.origin_id,
                       .source = source.hash,
                       .target = a->now->origin_tips[next],
                       .source_height = source.height,
                       .target_height = {A_ORIGIN_ROOT / A_ORIGIN_EPOCH + next}};
}

/* spoil: 1 chain, 2 heights, 3 source, 4 source height, 5 target, 6 target height, 7 transition, 8 the fork as target, 9 an
 * old source. */
static mo_vote_t any_link(auxiliary_t *a, unsigned spoil) {
    mo_vote_t link = chance(a->w, 60) ? auxiliary_link(a) : origin_link(a);
    if (spoil == 1) {
        link.chain = any_hash(a->w);
    } else if (spoil == 2) {
        link.target_height = link.source_height;
    } else if (spoil == 3) {
        link.source = any_hash(a->w);
    } else if (spoil == 4) {
        link.source_height.value -= 1;
    } else if (spoil == 5) {
        link.target = any_hash(a->w);
    } else if (spoil == 6) {
        link.target_height.value += 1;
    } else if (spoil == 7) {
        link.transition = any_hash(a->w);
    } else if (spoil == 8) {
        link.target = a->now->fork;
    } else if (spoil == 9) {
        link = auxiliary_link(a);
        link.source = a->now->poll.config.root.hash;
        link.source_height.value = A_ROOT / A_EPOCH;
    }
    return link;
}

/* Whether the polling place has kept T of this source: with a first vote for a link of it. */
static bool is_cached(const mo_poll_t *poll, const mo_vote_t *link) {
    for (size_t i = 0; i < MO_POLL_LINKS_MAX; i++) {
        const mo_link_t *known = &poll->links[i];
        if (known->used && mo_hash_equal(&known->vote.source, &link->source) &&
            mo_hash_equal(&known->vote.chain, &poll->config.core_id)) {
            return true;
        }
    }
    return false;
}

/* Hints are the contract's own: a wrong one is refused where T(s) is read anew. */
static const char *spoil_hints(auxiliary_t *a, const mo_vote_t *link, mo_bind_hints_t *at) {
    const mo_poll_t *poll = &a->now->poll;
    mo_poll_verdict_t verdict = mo_rules_poll_check_link(poll, link);
    bool reads = mo_hash_equal(&link->chain, &poll->config.core_id) && !is_cached(poll, link) &&
                 (verdict == MO_POLL_ACCEPTED || verdict == MO_POLL_TRANSITION_MISMATCH ||
                  verdict == MO_POLL_LINK_TOO_OLD);
    bool dynasty = chance(a->w, 50);
    *(dynasty ? &at->dynasty : &at->observation) += 1 + (uint32_t)draw(a->w, 2);
    return !reads ? NULL : dynasty ? "DynastyHintWrong" : "ObservationHintWrong";
}

/* --- votes ----------------------------------------------------------------------------------------------- */

static mo_signature_t signed_by(const auxiliary_t *a, const parity_key_t *key, const mo_vote_t *link) {
    mo_hash_t hash = mo_rules_vote_hash(link);
    mo_hash_t digest = mo_rules_digest(&a->now->poll.config.domain, &hash);
    mo_signature_t signature;
    bool made = mo_secp_sign(&key->secret, &digest, &signature);
    MO_CHECK(made);
    return signature;
}

static mo_seal_record_t record_of(auxiliary_t *a, uint32_t index, const mo_vote_t *link) {
    const mo_validators_t *set = &a->now->poll.validators;
    const parity_key_t *key = index < set->count ? key_of(a->w, &set->at[index].signer) : &a->w->keys[KEYS - 1];
    return (mo_seal_record_t){index, signed_by(a, key, link)};
}

/* Everything reported is justified: there is nothing to vote for. */
static bool is_voted_out(const auxiliary_t *a) {
    const mo_poll_t *poll = &a->now->poll;
    return mo_rules_poll_highest_justified(poll, MO_POLL_AUXILIARY).number >= a->now->reported;
}

void a_vote(auxiliary_t *a) {
    if (is_voted_out(a) && chance(a->w, 80)) {
        a_report(a);
        return;
    }
    unsigned spoil = chance(a->w, 70) ? 0 : (unsigned)(1 + draw(a->w, 13));
    spoil = spoil > 12 ? 12 : spoil;
    mo_poll_t *poll = &a->now->poll;
    mo_vote_t link = any_link(a, spoil);
    uint32_t index = (uint32_t)draw(a->w, poll->validators.count);
    mo_ballot_t ballot = {link, record_of(a, spoil == 10 ? index + 100 : index, &link)};
    if (spoil == 11) {
        ballot.record.signature.r.bytes[31] ^= 1;
    }
    mo_bind_hints_t at = a_hints(poll, &link.source);
    const char *hinted = spoil == 12 ? spoil_hints(a, &link, &at) : NULL;
    a_call(a, &a->place);
    mo_bind_polling_place_vote_t in = {link, ballot.record.index, ballot.record.signature.r,
                                       ballot.record.signature.vs, at};
    bool fits = mo_bind_polling_place_vote_encode(&a->w->step.input, &in);
    MO_CHECK(fits);
    mo_hash_t hash = mo_rules_vote_hash(&link);
    if (hinted != NULL) {
        a_done(a, hinted, NULL, &hash);
        return;
    }
    mo_poll_outcome_t outcome;
    mo_poll_verdict_t verdict = mo_rules_poll_vote(poll, a->now->tip + 1, &ballot, &outcome);
    a_done(a, mo_rules_poll_verdict_name(verdict), verdict == MO_POLL_SIGNATURE_INVALID ? "ua" : NULL, &hash);
}

/* A batch: the link's own checks refuse it whole, a record's skip the record. */
void a_vote_all(auxiliary_t *a) {
    mo_poll_t *poll = &a->now->poll;
    if (is_voted_out(a) && chance(a->w, 80)) {
        a_report(a);
        return;
    }
    mo_vote_t link = any_link(a, chance(a->w, 92) ? 0 : (unsigned)(1 + draw(a->w, 9)));
    uint8_t memory[KEYS * MO_SEAL_RECORD_SIZE];
    mo_buffer_t records = MO_BUFFER(memory);
    mo_ballot_t ballots[KEYS];
    size_t count = 0;
    for (uint32_t i = 0; i < poll->validators.count && i < KEYS; i++) {
        mo_ballot_t ballot = {link, record_of(a, i, &link)};
        if (chance(a->w, 4)) {
            ballot.record.signature.vs.bytes[31] ^= 1;
        }
        uint8_t index[4];
        mo_store_be32(i, index);
        mo_buffer_put(&records, MO_BYTES(index));
        mo_buffer_put(&records, mo_hash_view(&ballot.record.signature.r));
        mo_buffer_put(&records, mo_hash_view(&ballot.record.signature.vs));
        ballots[count++] = ballot;
    }
    bool short_one = chance(a->w, 2);
    records.size -= short_one ? 1 : 0;
    mo_hash_t hash = mo_rules_vote_hash(&link);
    a_call(a, &a->place);
    mo_bind_polling_place_vote_batch_t in = {link, mo_buffer_view(&records), a_hints(poll, &link.source)};
    bool fits = mo_bind_polling_place_vote_batch_encode(&a->w->step.input, &in);
    MO_CHECK(fits);
    if (short_one) {
        a_done(a, "RecordsLengthInvalid", "uu", &hash);
        return;
    }
    mo_poll_verdict_t verdict = mo_rules_poll_check_link(poll, &link);
    for (size_t i = 0; i < count && verdict == MO_POLL_ACCEPTED; i++) {
        mo_poll_outcome_t outcome;
        mo_poll_verdict_t single = mo_rules_poll_vote(poll, a->now->tip + 1, &ballots[i], &outcome);
        MO_CHECK(single != MO_POLL_FULL);
    }
    a_done(a, mo_rules_poll_verdict_name(verdict), NULL, &hash);
}

/* --- offences -------------------------------------------------------------------------------------------- */

/* spoil: 1 chains, 2 foreign, 3 equal, 4 no offence, 5 signature, 6 another signer, 7 nobody's key. */
void a_slash(auxiliary_t *a) {
    unsigned spoil = chance(a->w, 20) ? 0 : (unsigned)(1 + draw(a->w, 7));
    mo_poll_t *poll = &a->now->poll;
    mo_evidence_t evidence = {.a = {.chain = poll->config.core_id,
                                    .source = any_hash(a->w),
                                    .target = any_hash(a->w),
                                    .source_height = {5},
                                    .target_height = {9}}};
    evidence.b = evidence.a;
    if (spoil != 3) {
        evidence.b.target = any_hash(a->w);
        evidence.b.source_height.value += draw(a->w, 3);
        evidence.b.target_height.value += spoil == 4 ? 20 : 0;
        evidence.b.source_height.value += spoil == 4 ? 10 : 0;
    }
    if (spoil == 1 || spoil == 2) {
        evidence.a.chain = any_hash(a->w);
        evidence.b.chain = spoil == 2 ? evidence.a.chain : evidence.b.chain;
    }
    uint32_t index = (uint32_t)draw(a->w, poll->validators.count);
    const parity_key_t *key = spoil == 7 ? &a->w->keys[KEYS - 1] : key_of(a->w, &poll->validators.at[index].signer);
    evidence.signature_a = signed_by(a, key, &evidence.a);
    evidence.signature_b = signed_by(a, spoil == 6 ? &a->w->keys[KEYS - 2] : key, &evidence.b);
    if (spoil == 5) {
        spoil_signature(&evidence.signature_b);
    }
    uint8_t memory[2][64];
    memcpy(memory[0], evidence.signature_a.r.bytes, 32);
    memcpy(memory[0] + 32, evidence.signature_a.vs.bytes, 32);
    memcpy(memory[1], evidence.signature_b.r.bytes, 32);
    memcpy(memory[1] + 32, evidence.signature_b.vs.bytes, 32);
    a_call(a, &a->place);
    mo_bind_polling_place_slash_t in = {evidence.a, MO_BYTES(memory[0]), evidence.b, MO_BYTES(memory[1])};
    bool fits = mo_bind_polling_place_slash_encode(&a->w->step.input, &in);
    MO_CHECK(fits);
    mo_proven_t proven;
    mo_poll_verdict_t verdict = mo_rules_poll_prove(poll, a->now->tip + 1, &evidence, &proven);
    mo_hash_t none = {{0}};
    a_done(a, mo_rules_poll_verdict_name(verdict), verdict == MO_POLL_SIGNATURE_INVALID ? "h" : NULL, &none);
}
