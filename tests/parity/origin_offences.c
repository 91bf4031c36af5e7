#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "bind/registry.h"
#include "parity/origin_moves.h"
#include "rules/vote.h"

/* --- slashing -------------------------------------------------------------------------------------------- */

static mo_vote_t any_vote(origin_world_t *w) {
    uint64_t source = 3 + draw(w, 50);
    return (mo_vote_t){.chain = chance(w, 50) ? w->origin->config.core.core_id : w->origin->config.origin_id,
                       .transition = any_hash(w),
                       .source = any_hash(w),
                       .target = any_hash(w),
                       .source_height = {source},
                       .target_height = {source + 1 + draw(w, 10)}};
}

/* Another vote of the same chain that offends with `a` by the condition drawn, or none for 3. */
static mo_vote_t offending(origin_world_t *w, const mo_vote_t *a, uint64_t condition) {
    mo_vote_t b = *a;
    b.target = any_hash(w);
    if (condition == 1) {
        b.source = any_hash(w);
        b.source_height.value -= 1;
        b.target_height.value += 1;
        if (chance(w, 50)) {
            b.source_height.value = a->source_height.value + 1;
            b.target_height.value = a->target_height.value - 1;
        }
    } else if (condition == 2) {
        b.target_height.value += 1;
        b.transition = any_hash(w);
    } else if (condition == 3) {
        b.target_height.value += 20;
        b.source_height.value += 15;
        b.source = any_hash(w);
    }
    return b;
}

static mo_signature_t sign_vote(const origin_world_t *w, const parity_key_t *key, const mo_vote_t *vote) {
    mo_hash_t hash = mo_rules_vote_hash(vote);
    return origin_sign(w, key, &hash);
}

static mo_evidence_t any_evidence(origin_world_t *w, const mo_address_t *signer) {
    unsigned spoil = chance(w, 25) ? 0 : (unsigned)(1 + draw(w, 5));
    mo_evidence_t evidence = {.a = any_vote(w)};
    evidence.b = spoil == 3 ? evidence.a : offending(w, &evidence.a, spoil == 4 ? 3 : draw(w, 3));
    if (spoil == 1) {
        evidence.b.chain = any_hash(w);
    } else if (spoil == 2) {
        evidence.a.chain = evidence.b.chain = any_hash(w);
    }
    const parity_key_t *key = key_of(w, signer);
    evidence.signature_a = sign_vote(w, key, &evidence.a);
    evidence.signature_b = sign_vote(w, spoil == 5 && chance(w, 50) ? &w->keys[KEYS - 1] : key, &evidence.b);
    if (spoil == 5 && chance(w, 50)) {
        mo_signature_t *broken = chance(w, 50) ? &evidence.signature_a : &evidence.signature_b;
        spoil_signature(broken);
    }
    return evidence;
}

static mo_bytes_t packed(const mo_signature_t *signature, uint8_t memory[64]) {
    memcpy(memory, signature->r.bytes, 32);
    memcpy(memory + 32, signature->vs.bytes, 32);
    return (mo_bytes_t){memory, 64};
}

void move_slash(origin_world_t *w) {
    mo_address_t signer = any_signer(w);
    mo_address_t sender = actor(draw(w, ACTORS));
    mo_evidence_t evidence = any_evidence(w, &signer);
    uint8_t memory_a[64];
    uint8_t memory_b[64];
    origin_call(w, &sender, &w->registry);
    mo_bind_registry_slash_t in = {evidence.a, packed(&evidence.signature_a, memory_a), evidence.b,
                                   packed(&evidence.signature_b, memory_b)};
    bool fits = mo_bind_registry_slash_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_registry_verdict_t verdict = mo_rules_registry_slash(w->origin, &call, &evidence);
    origin_done(w, mo_rules_registry_verdict_name(verdict), &signer);
}

/* --- presence -------------------------------------------------------------------------------------------- */

enum { VOTES_MAX = 3 };

static mo_vote_t present_vote(origin_world_t *w, unsigned spoil) {
    uint64_t target = w->origin->core.committed.source_height.value + 1;
    mo_vote_t vote = {.chain = w->origin->config.core.core_id,
                      .transition = any_hash(w),
                      .source = any_hash(w),
                      .target = any_hash(w),
                      .source_height = {draw(w, target)},
                      .target_height = {target}};
    if (spoil == 3) {
        vote.chain = w->origin->config.origin_id;
    } else if (spoil == 4) {
        vote.target_height.value += 1;
    }
    return vote;
}

static void put_presence(origin_world_t *w, const mo_vote_t *vote, unsigned spoil, mo_buffer_t *records) {
    const mo_validators_t *set = &w->origin->core.validators;
    uint32_t index = set->count == 0 ? 0 : (uint32_t)draw(w, set->count);
    const parity_key_t *key = set->count == 0 || spoil == 6 ? &w->keys[KEYS - 1] : key_of(w, &set->at[index].signer);
    mo_signature_t signature = sign_vote(w, key, vote);
    uint8_t record[MO_SEAL_RECORD_SIZE];
    mo_store_be32(spoil == 5 ? set->count + (uint32_t)draw(w, 5) : index, record);
    memcpy(record + 4, signature.r.bytes, 32);
    memcpy(record + 36, signature.vs.bytes, 32);
    mo_buffer_put(records, MO_BYTES(record));
}

/* spoil: 1 height, 2 length, 3 chain, 4 target, 5 index, 6 signature. */
void move_present(origin_world_t *w) {
    unsigned spoil = chance(w, 70) ? 0 : (unsigned)(1 + draw(w, 6));
    uint64_t open = w->origin->core.kernel.height.value;
    mo_vote_t votes[VOTES_MAX];
    uint8_t memory[VOTES_MAX * MO_SEAL_RECORD_SIZE];
    mo_buffer_t records = MO_BUFFER(memory);
    size_t count = 1 + draw(w, VOTES_MAX);
    for (size_t i = 0; i < count; i++) {
        unsigned here = i + 1 == count ? spoil : 0;
        votes[i] = present_vote(w, here);
        put_presence(w, &votes[i], here, &records);
    }
    mo_presence_t wish = {{open == 0 ? 0 : open - 1}, votes, count, mo_buffer_view(&records)};
    if (spoil == 1) {
        wish.height.value += 1;
    } else if (spoil == 2) {
        wish.records.size -= draw(w, 2) * 7;
        wish.count -= wish.records.size == records.size;
    }
    mo_address_t sender = actor(draw(w, ACTORS));
    const mo_validators_t *set = &w->origin->core.validators;
    uint32_t index = mo_load_be32(memory) < set->count ? mo_load_be32(memory) : 0;
    mo_address_t signer = set->count == 0 ? any_signer(w) : set->at[index].signer;
    origin_call(w, &sender, &w->registry);
    mo_bind_registry_present_t in = {wish.height.value, {votes, wish.count}, wish.records};
    bool fits = mo_bind_registry_present_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_registry_verdict_t verdict = mo_rules_registry_present(w->origin, &wish);
    origin_done(w, mo_rules_registry_verdict_name(verdict), &signer);
}

/* --- leaks ----------------------------------------------------------------------------------------------- */

static bool is_silent(const mo_validator_account_t *account) {
    return account->index % 5 == 4;
}

static mo_address_t absent_signer(origin_world_t *w) {
    uint32_t count = w->origin->account_count;
    uint32_t from = count == 0 ? 0 : (uint32_t)draw(w, count);
    for (uint32_t i = 0; i < count; i++) {
        const mo_validator_account_t *account = &w->origin->accounts[(from + i) % count];
        if (account->state == MO_ACCOUNT_ACTIVE && is_silent(account)) {
            return account->signer;
        }
    }
    return any_signer(w);
}

/* The preimages of roll(n - 5) to roll(n - 2); spoil: 1 count, 2 a list, 3 a kind. */
void move_leak(origin_world_t *w) {
    unsigned spoil = chance(w, 80) ? 0 : (unsigned)(1 + draw(w, 3));
    mo_address_t signer = chance(w, 75) ? absent_signer(w) : signer_in(w, MO_ACCOUNT_ACTIVE, MO_ACCOUNT_ACTIVE);
    uint64_t open = w->origin->core.kernel.height.value;
    mo_roll_preimage_t preimages[4] = {{0, {NULL, 0}}};
    for (uint64_t i = 0; i < 4 && open >= 5; i++) {
        const sealed_t *sealed = &w->sealed[(open - 5 + i) % SEALED_MAX];
        preimages[i].indices = (mo_bytes_t){sealed->indices, sealed->size};
    }
    mo_roll_preimage_t *spoilt = &preimages[draw(w, 4)];
    if (spoil == 2 && spoilt->indices.size > 0) {
        spoilt->indices.size -= 1;
    } else if (spoil == 3) {
        spoilt->kind = 1;
    }
    size_t count = spoil == 1 ? draw(w, 4) : 4;
    mo_bind_roll_preimage_t items[4];
    for (size_t i = 0; i < 4; i++) {
        items[i] = (mo_bind_roll_preimage_t){preimages[i].kind, preimages[i].indices};
    }
    mo_address_t sender = actor(draw(w, ACTORS));
    origin_call(w, &sender, &w->registry);
    mo_bind_registry_leak_t in = {signer, {items, count}};
    bool fits = mo_bind_registry_leak_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_registry_verdict_t verdict = mo_rules_registry_leak(w->origin, &signer, preimages, count);
    origin_done(w, mo_rules_registry_verdict_name(verdict), &signer);
}
