#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "bind/core.h"
#include "bind/origin_history.h"
#include "parity/origin_moves.h"
#include "parity/proof.h"
#include "rules/transition.h"
#include "rules/vote.h"

static const mo_committed_t *committed(const origin_world_t *w) {
    return &w->origin->core.committed;
}

static mo_u256_t plus(mo_u256_t a, uint64_t b) {
    mo_u256_t sum;
    bool fits = mo_u256_add(a, mo_u256_from_u64(b), &sum);
    MO_CHECK(fits);
    return sum;
}

/* --- open, record ---------------------------------------------------------------------------------------- */

void move_open(origin_world_t *w) {
    mo_address_t sender = actor(draw(w, ACTORS));
    mo_address_t signer = any_signer(w);
    origin_call(w, &sender, &w->core);
    bool fits = mo_bind_core_open_encode(&w->step.input);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    uint64_t epoch = w->origin->config.origin_epoch;
    uint64_t root = (w->number - 1) / epoch * epoch;
    mo_core_verdict_t verdict = mo_rules_origin_open(w->origin, &call, root);
    if (verdict == MO_CORE_ACCEPTED) {
        origin_record(w, root);
    }
    origin_done(w, mo_rules_core_verdict_name(verdict), &signer);
}

void move_record(origin_world_t *w) {
    mo_address_t sender = actor(draw(w, ACTORS));
    mo_address_t signer = any_signer(w);
    uint64_t number = w->number - 1 - draw(w, 10);
    const char *verdict = "Accepted";
    if (chance(w, 15)) {
        number = w->number + draw(w, 3);
        verdict = "BlockNotPast";
    } else if (chance(w, 15)) {
        number = w->number - 300 - draw(w, 100);
        verdict = "BlockOutOfReach";
    }
    origin_call(w, &sender, &w->history);
    mo_bind_origin_history_record_t in = {number};
    bool fits = mo_bind_origin_history_record_encode(&w->step.input, &in);
    MO_CHECK(fits);
    if (strcmp(verdict, "BlockOutOfReach") == 0) {
        mo_hash_t known = origin_known(w, number);
        verdict = mo_hash_is_zero(&known) ? verdict : "Accepted";
    }
    if (strcmp(verdict, "Accepted") == 0) {
        origin_record(w, number);
    }
    origin_done(w, verdict, &signer);
}

/* --- propose --------------------------------------------------------------------------------------------- */

mo_transition_t any_transition(origin_world_t *w, bool reaches) {
    uint64_t number = committed(w)->origin_number;
    if (chance(w, 40) && w->number - 1 > number) {
        number = w->number - 1 - draw(w, w->number - 1 - number > 200 ? 200 : w->number - 1 - number);
    }
    return (mo_transition_t){
        .dynasty = committed(w)->dynasty + 1 + draw(w, 3),
        .origin_number = number,
        .origin_hash = origin_hash(number),
        .transaction_root = any_hash(w),
        .gas = reaches ? plus(w->origin->core.kernel.gas_target, draw(w, 1000))
                       : plus(committed(w)->gas, 1 + draw(w, 900000)),
        .kernel = w->origin->core.kernel_hash,
    };
}

static void spoil_transition(origin_world_t *w, mo_transition_t *t, unsigned spoil) {
    if (spoil == 1) {
        t->kernel = any_hash(w);
    } else if (spoil == 2) {
        t->dynasty = committed(w)->dynasty;
    } else if (spoil == 3) {
        t->gas = committed(w)->gas;
    } else if (spoil == 4 && committed(w)->origin_number > 0) {
        t->origin_number = committed(w)->origin_number - 1;
    } else if (spoil == 6) {
        t->origin_hash = chance(w, 20) ? (mo_hash_t){{0}} : any_hash(w);
    }
}

static plan_t any_plan(origin_world_t *w) {
    bool reaches = chance(w, 60);
    plan_t plan = {.transition = any_transition(w, reaches),
                   .source_height = {committed(w)->source_height.value + 1 + draw(w, 5)}};
    plan.stated_height = reaches ? plan.source_height : (mo_height_t){0};
    return plan;
}

/* spoil: 1 kernel, 2 dynasty, 3 gas, 4 origin number, 5 stated height, 6 observation, 7 known. */
void move_propose(origin_world_t *w) {
    unsigned spoil = chance(w, 80) ? 0 : (unsigned)(1 + draw(w, 7));
    plan_t plan = spoil == 7 && w->plan_count > 0 ? w->plans[draw(w, w->plan_count)] : any_plan(w);
    spoil_transition(w, &plan.transition, spoil);
    if (spoil == 5) {
        plan.stated_height.value = plan.stated_height.value == 0 ? 1 : draw(w, 2) * committed(w)->source_height.value;
    }
    mo_proposing_t wish = {plan.transition, plan.stated_height,
                           origin_has(w, plan.transition.origin_number, &plan.transition.origin_hash)};
    mo_address_t sender = actor(draw(w, ACTORS));
    mo_address_t signer = any_signer(w);
    origin_call(w, &sender, &w->core);
    mo_bind_core_propose_t in = {plan.transition, plan.stated_height.value, {NULL, 0}};
    bool fits = mo_bind_core_propose_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_core_verdict_t verdict = mo_rules_origin_propose(w->origin, &call, &wish);
    if (verdict == MO_CORE_ACCEPTED) {
        bool held = mo_u256_add(w->core_balance, w->origin->config.proposal_bond, &w->core_balance);
        MO_CHECK(held);
    }
    if (verdict == MO_CORE_ACCEPTED && w->plan_count < PLANS_MAX) {
        proof_of_missed(w, &plan);
        w->reclaimable[w->reclaimable_next++ % RECLAIMABLE_MAX] =
            (reclaimable_t){mo_rules_transition_hash(&plan.transition), plan.stated_height};
        w->plans[w->plan_count++] = plan;
    }
    origin_done(w, mo_rules_core_verdict_name(verdict), &signer);
}

/* --- seals ----------------------------------------------------------------------------------------------- */

mo_vote_t link_of(origin_world_t *w, const mo_transition_t *transition, uint64_t source_height) {
    return (mo_vote_t){.chain = w->origin->config.core.core_id,
                       .transition = mo_rules_transition_hash(transition),
                       .source = any_hash(w),
                       .target = any_hash(w),
                       .source_height = {source_height},
                       .target_height = {source_height + 1}};
}

static void put_record(origin_world_t *w, const mo_hash_t *hash, uint32_t index, mo_buffer_t *out) {
    const mo_validators_t *set = &w->origin->core.validators;
    const parity_key_t *key = index < set->count ? key_of(w, &set->at[index].signer) : &w->keys[0];
    mo_signature_t signature = origin_sign(w, key, hash);
    uint8_t memory[4];
    mo_store_be32(index, memory);
    mo_buffer_put(out, MO_BYTES(memory));
    mo_buffer_put(out, mo_hash_view(&signature.r));
    mo_buffer_put(out, mo_hash_view(&signature.vs));
}

/* Whether the silent ones may be left out: what remains is a quorum of both sets. */
static bool is_enough(const origin_world_t *w) {
    const mo_validators_t *set = &w->origin->core.validators;
    mo_height_t n = w->origin->core.kernel.height;
    mo_tally_t sum = {{0}, mo_rules_validators_total(set, n), {0},
                      mo_rules_validators_total(set, (mo_height_t){n.value - 1})};
    for (uint32_t i = 0; i < set->count; i++) {
        mo_tally_t share = mo_rules_validators_share(set, i, n);
        sum.forward.value += i % 5 == 4 ? 0 : share.forward.value;
        sum.rear.value += i % 5 == 4 ? 0 : share.rear.value;
    }
    return mo_rules_tally_quorum(&sum);
}

void put_seal(origin_world_t *w, const mo_vote_t *link, unsigned spoil, mo_buffer_t *out) {
    const mo_validators_t *set = &w->origin->core.validators;
    mo_hash_t hash = mo_rules_vote_hash(link);
    bool quiet = w->origin->core.kernel.height.value > 0 && is_enough(w);
    mo_buffer_put_byte(out, spoil == 1 ? (uint8_t)(1 + draw(w, 255)) : 0);
    for (uint32_t i = 0; i < set->count && !(spoil == 7 || (spoil == 6 && i > 0)); i++) {
        bool silent = (quiet && i % 5 == 4) || (spoil == 0 && set->at[i].weight == 0 && set->at[i].previous == 0);
        if (!silent) {
            put_record(w, &hash, i, out);
        }
    }
    if (spoil == 3) {
        put_record(w, &hash, 0, out);
    } else if (spoil == 4) {
        put_record(w, &hash, set->count + (uint32_t)draw(w, 4), out);
    } else if (spoil == 5 && out->size > 1) {
        out->data[out->size - 1 - draw(w, MO_SEAL_RECORD_SIZE - 8)] ^= 1;
    } else if (spoil == 2) {
        out->size -= out->size > 1 ? 1 + draw(w, MO_SEAL_RECORD_SIZE - 1) : 1;
    }
}

/* --- commit ---------------------------------------------------------------------------------------------- */

/* What a commit leaves behind: the roll's preimage, the evidence of what it passed over. */
static void remember(origin_world_t *w, const plan_t *plan, const mo_vote_t *link, mo_bytes_t seal,
                     const mo_kernel_t *kernel) {
    sealed_t *sealed = &w->sealed[kernel->height.value % SEALED_MAX];
    sealed->height = kernel->height.value;
    sealed->size = 0;
    for (size_t at = 1; at < seal.size; at += MO_SEAL_RECORD_SIZE) {
        memcpy(sealed->indices + sealed->size, seal.data + at, 4);
        sealed->size += 4;
    }
    w->before_last = w->last;
    w->last = (committed_t){*kernel, plan->transition, *link};
    w->passed = plan->passed;
    w->plan_count = 0;
}

static void spoil_link(origin_world_t *w, mo_vote_t *link, unsigned spoil) {
    if (spoil == 3) {
        link->chain = chance(w, 50) ? w->origin->config.origin_id : any_hash(w);
    } else if (spoil == 4) {
        link->transition = any_hash(w);
    } else if (spoil == 5) {
        link->target_height.value = chance(w, 30) ? 0 : link->source_height.value + 2 * draw(w, 2);
    } else if (spoil == 6) {
        link->source_height.value = committed(w)->source_height.value - draw(w, 2);
        link->target_height.value = link->source_height.value + 1;
    } else if (spoil == 7) {
        link->source_height.value += 1;
        link->target_height.value += 1;
    }
}

/* spoil: 1 kernel, 2 not live, 3 chain, 4 transition, 5 finalising, 6 height, 7 stated height, 8 the seal. */
void move_commit(origin_world_t *w) {
    if (w->plan_count == 0 && chance(w, 80)) {
        move_propose(w);
        return;
    }
    unsigned spoil = chance(w, 65) ? 0 : (unsigned)(1 + draw(w, 8));
    plan_t plan = w->plan_count > 0 && spoil != 2 ? w->plans[draw(w, w->plan_count)] : any_plan(w);
    if (w->plan_count > 0 && chance(w, 85)) {
        origin_pass(w, w->origin->config.challenge_period, 1);
    }
    mo_vote_t link = link_of(w, &plan.transition, plan.source_height.value);
    if (plan.passed.missed_height != 0) {
        link.source = plan.passed.header_hash;
    }
    if (spoil == 1) {
        plan.transition.kernel = any_hash(w);
    }
    spoil_link(w, &link, spoil);
    uint8_t memory[SEAL_MEMORY];
    mo_buffer_t seal = MO_BUFFER(memory);
    put_seal(w, &link, spoil == 8 ? (unsigned)(1 + draw(w, SEAL_SPOILS)) : 0, &seal);
    mo_commitment_t wish = {plan.transition, plan.stated_height, link, mo_buffer_view(&seal), w->time};
    mo_address_t sender = actor(draw(w, ACTORS));
    mo_address_t signer = any_signer(w);
    origin_call(w, &sender, &w->core);
    mo_bind_core_commit_t in = {plan.transition, plan.stated_height.value, link, wish.seal};
    bool fits = mo_bind_core_commit_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_kernel_t kernel = w->origin->core.kernel;
    mo_core_verdict_t verdict = mo_rules_origin_commit(w->origin, &call, &wish);
    if (verdict == MO_CORE_ACCEPTED) {
        remember(w, &plan, &link, wish.seal, &kernel);
    }
    origin_done(w, mo_rules_core_verdict_name(verdict), &signer);
}

void move_reclaim(origin_world_t *w) {
    mo_hash_t hash = any_hash(w);
    mo_height_t stated = {0};
    if (w->reclaimable_next > 0 && chance(w, 90)) {
        size_t kept = w->reclaimable_next < RECLAIMABLE_MAX ? w->reclaimable_next : RECLAIMABLE_MAX;
        const reclaimable_t *one = &w->reclaimable[draw(w, kept)];
        hash = one->hash;
        stated = one->stated;
    }
    mo_address_t sender = actor(draw(w, ACTORS));
    mo_address_t signer = any_signer(w);
    origin_call(w, &sender, &w->core);
    mo_bind_core_reclaim_t in = {hash, stated.value};
    bool fits = mo_bind_core_reclaim_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_core_verdict_t verdict = mo_rules_origin_reclaim(w->origin, &hash, stated);
    origin_done(w, mo_rules_core_verdict_name(verdict), &signer);
}
