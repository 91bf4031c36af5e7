#include "base/check.h"
#include "bind/core.h"
#include "parity/origin_moves.h"
#include "rules/kernel.h"
#include "rules/transition.h"
#include "rules/vote.h"

static const plan_t *any_of_plans(origin_world_t *w) {
    return w->plan_count == 0 ? NULL : &w->plans[draw(w, w->plan_count)];
}

/* --- the observation (4.4 a) ------------------------------------------------------------------------------ */

static mo_vote_t observed_link(origin_world_t *w, unsigned spoil) {
    uint64_t epoch = w->origin->config.origin_epoch;
    uint64_t height = w->known_count == 0 ? 1 : w->known[0] / epoch;
    mo_vote_t link = {.chain = w->origin->config.origin_id,
                      .source = any_hash(w),
                      .target = any_hash(w),
                      .source_height = {height},
                      .target_height = {height + 1}};
    if (spoil == 3) {
        link.chain = w->origin->config.core.core_id;
    } else if (spoil == 4) {
        link.transition = any_hash(w);
    } else if (spoil == 5) {
        link.target_height.value += 1;
    } else if (spoil == 6) {
        link.source_height.value += 100;
        link.target_height.value += 100;
    } else if (spoil == 7) {
        link.source_height.value -= 1;
        link.target_height.value -= 1;
    } else if (spoil == 8) {
        link.source = origin_hash(height * epoch);
    }
    return link;
}

/* spoil: 1 kernel, 2 not live, 3 chain, 4 transition, 5 finalising, 6 not reached, 7 not recorded, 8 right, 9 m, 10 seal;
 * 0 halts, and is rare. */
void move_observation(origin_world_t *w) {
    if (w->plan_count == 0 && chance(w, 80)) {
        move_propose(w);
        return;
    }
    unsigned spoil = chance(w, 7) ? 0 : (unsigned)(1 + draw(w, 10));
    const plan_t *plan = any_of_plans(w);
    mo_transition_t t = plan == NULL || spoil == 2 ? any_transition(w, false) : plan->transition;
    mo_height_t stated = plan == NULL || spoil == 2 ? (mo_height_t){0} : plan->stated_height;
    if (spoil == 1) {
        t.kernel = any_hash(w);
    }
    uint64_t open = w->origin->core.kernel.height.value;
    mo_contradiction_t wish = {.transition = t, .stated_height = stated, .link = observed_link(w, spoil)};
    wish.m.value = spoil == 9 ? open + 1 - 3 * draw(w, 2) : open - (open > 1 ? draw(w, 2) : 0);
    uint8_t memory[SEAL_MEMORY];
    mo_buffer_t seal = MO_BUFFER(memory);
    put_seal(w, &wish.link, spoil == 10 ? (unsigned)(1 + draw(w, SEAL_SPOILS)) : 0, &seal);
    wish.seal = mo_buffer_view(&seal);
    uint64_t number;
    wish.known = mo_rules_origin_number(w->origin, &wish.link, &number) ? origin_known(w, number) : (mo_hash_t){{0}};
    mo_address_t sender = actor(draw(w, ACTORS));
    mo_address_t signer = any_signer(w);
    origin_call(w, &sender, &w->core);
    mo_bind_core_challenge_observation_t in = {t, stated.value, wish.link, wish.m.value, wish.seal};
    bool fits = mo_bind_core_challenge_observation_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_core_verdict_t verdict = mo_rules_origin_challenge_observation(w->origin, &call, &wish);
    origin_done(w, mo_rules_core_verdict_name(verdict), &signer);
}

/* --- the gas target (4.4 b) ------------------------------------------------------------------------------- */

static const plan_t *high_plan(origin_world_t *w) {
    for (size_t i = 0; i < w->plan_count; i++) {
        if (w->plans[i].stated_height.value > w->origin->core.committed.source_height.value + 1) {
            return &w->plans[i];
        }
    }
    return any_of_plans(w);
}

static void spoil_lower(origin_world_t *w, mo_lower_t *wish, unsigned spoil) {
    const mo_committed_t *committed = &w->origin->core.committed;
    if (spoil == 1) {
        wish->struck_hash = any_hash(w);
    } else if (spoil == 2) {
        wish->transition.kernel = any_hash(w);
    } else if (spoil == 3) {
        wish->transition.dynasty = committed->dynasty;
    } else if (spoil == 4) {
        wish->transition.gas = committed->gas;
    } else if (spoil == 5) {
        wish->transition.origin_hash = any_hash(w);
    } else if (spoil == 6) {
        wish->transition = any_transition(w, false);
    }
}

static void spoil_lower_link(origin_world_t *w, mo_lower_t *wish, unsigned spoil) {
    uint64_t height = wish->link.source_height.value;
    if (spoil == 7) {
        wish->link.chain = any_hash(w);
    } else if (spoil == 8) {
        wish->link.transition = any_hash(w);
    } else if (spoil == 9) {
        wish->link.target_height.value = 0;
    } else if (spoil == 10) {
        height = w->origin->core.committed.source_height.value;
    } else if (spoil == 11) {
        height = wish->struck_height.value + draw(w, 2);
    }
    if (spoil == 10 || spoil == 11) {
        wish->link.source_height.value = height;
        wish->link.target_height.value = height + 1;
    }
}

static void keep_lower(origin_world_t *w, const mo_lower_t *wish) {
    if (w->plan_count < PLANS_MAX) {
        w->plans[w->plan_count++] = (plan_t){.transition = wish->transition,
                                             .stated_height = wish->link.source_height,
                                             .source_height = wish->link.source_height};
    }
}

/* spoil: 1 not live, 2 kernel, 3 dynasty, 4 gas, 5 observation, 6 below the target, 7 to 11 the link, 12 the seal. */
void move_gas_target(origin_world_t *w) {
    if (w->plan_count == 0 && chance(w, 80)) {
        move_propose(w);
        return;
    }
    unsigned spoil = chance(w, 45) ? 0 : (unsigned)(1 + draw(w, 12));
    const plan_t *struck = high_plan(w);
    mo_lower_t wish = {.transition = any_transition(w, true)};
    if (struck != NULL) {
        wish.struck_hash = mo_rules_transition_hash(&struck->transition);
        wish.struck_height = struck->stated_height;
    }
    spoil_lower(w, &wish, spoil);
    wish.link = link_of(w, &wish.transition, w->origin->core.committed.source_height.value + 1);
    spoil_lower_link(w, &wish, spoil);
    wish.observation_known = origin_has(w, wish.transition.origin_number, &wish.transition.origin_hash);
    uint8_t memory[SEAL_MEMORY];
    mo_buffer_t seal = MO_BUFFER(memory);
    put_seal(w, &wish.link, spoil == 12 ? (unsigned)(1 + draw(w, SEAL_SPOILS)) : 0, &seal);
    wish.seal = mo_buffer_view(&seal);
    mo_address_t sender = actor(draw(w, ACTORS));
    mo_address_t signer = any_signer(w);
    origin_call(w, &sender, &w->core);
    mo_bind_core_challenge_gas_target_t in = {wish.struck_hash, wish.struck_height.value, wish.transition,
                                              wish.link,        wish.seal,                {NULL, 0}};
    bool fits = mo_bind_core_challenge_gas_target_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_core_verdict_t verdict = mo_rules_origin_challenge_gas_target(w->origin, &call, &wish);
    if (verdict == MO_CORE_ACCEPTED) {
        keep_lower(w, &wish);
    }
    origin_done(w, mo_rules_core_verdict_name(verdict), &signer);
}

/* --- what a commit passed over (4.4 b, after it) ----------------------------------------------------------- */

static mo_missed_t evidence(origin_world_t *w) {
    return (mo_missed_t){.updates = mo_rules_updates_hash(&w->origin->core.kernel),
                         .transition = mo_rules_transition_hash(&w->last.transition),
                         .vote = mo_rules_vote_hash(&w->last.link),
                         .kernel_updates = mo_rules_updates_hash(&w->last.kernel),
                         .missed = w->passed.missed,
                         .missed_height = {w->passed.missed_height},
                         .previous_kernel = mo_rules_kernel_hash(&w->before_last.kernel),
                         .previous = w->before_last.transition,
                         .previous_link = w->before_last.link,
                         .header_hash = w->passed.header_hash,
                         .finalised = mo_rules_transition_hash(&w->passed.missed)};
}

/* spoil: 1 evidence, 2 too low, 3 too high, 4 kernel, 5 gas, 6 dynasty, 7 T'. */
static void spoil_missed(origin_world_t *w, mo_missed_t *wish, unsigned spoil) {
    if (spoil == 1) {
        wish->vote = any_hash(w);
    } else if (spoil == 2) {
        wish->missed_height.value = 2;
    } else if (spoil == 3) {
        wish->missed_height.value = w->origin->core.committed.source_height.value;
    } else if (spoil == 4) {
        wish->missed.kernel = any_hash(w);
    } else if (spoil == 5) {
        wish->missed.gas = MO_U256_ONE;
    } else if (spoil == 6) {
        wish->missed.dynasty = 0;
    } else if (spoil == 7) {
        wish->missed.transaction_root = any_hash(w);
    }
}

/* Without a meta-block that passed over something the header is the lower one of none: the call is made with a header of
 * another block. */
void move_missed(origin_world_t *w) {
    unsigned spoil = chance(w, 50) ? 0 : (unsigned)(1 + draw(w, 7));
    static passed_t other;
    passed_t *passed = &w->passed;
    if (passed->missed_height == 0) {
        if (other.missed_height == 0) {
            move_propose(w);
            return;
        }
        passed = &other;
    } else {
        other = *passed;
    }
    mo_missed_t wish = evidence(w);
    if (passed == &other) {
        wish.missed = other.missed;
        wish.missed.kernel = mo_rules_kernel_hash(&w->last.kernel);
        wish.missed.gas = w->last.transition.gas;
        wish.missed.dynasty = w->last.transition.dynasty;
        wish.missed_height.value = w->origin->core.committed.source_height.value - 1;
        wish.header_hash = other.header_hash;
        wish.finalised = (mo_hash_t){{0}};
    }
    spoil_missed(w, &wish, spoil);
    mo_bytes_t account = {passed->account, passed->account_size};
    mo_bytes_t slot = {passed->slot, passed->slot_size};
    mo_address_t sender = actor(draw(w, ACTORS));
    mo_address_t signer = any_signer(w);
    origin_call(w, &sender, &w->core);
    mo_bind_core_prove_missed_checkpoint_t in = {{.updates = wish.updates,
                                                  .transition = wish.transition,
                                                  .vote = wish.vote,
                                                  .kernel_updates = wish.kernel_updates,
                                                  .missed = wish.missed,
                                                  .missed_height = wish.missed_height.value,
                                                  .header = {passed->header, passed->header_size},
                                                  .account_proof = {&account, 1},
                                                  .slot_proof = {&slot, 1},
                                                  .previous_kernel = wish.previous_kernel,
                                                  .previous = wish.previous,
                                                  .previous_link = wish.previous_link}};
    bool fits = mo_bind_core_prove_missed_checkpoint_encode(&w->step.input, &in);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_core_verdict_t verdict = mo_rules_origin_prove_missed(w->origin, &call, &wish);
    origin_done(w, mo_rules_core_verdict_name(verdict), &signer);
}

/* --- halting (4.4 c) -------------------------------------------------------------------------------------- */

void move_challenge_halt(origin_world_t *w) {
    if (chance(w, 8)) {
        origin_pass(w, 300 + draw(w, 400), 1);
    }
    mo_address_t sender = actor(draw(w, ACTORS));
    mo_address_t signer = any_signer(w);
    origin_call(w, &sender, &w->core);
    bool fits = mo_bind_core_challenge_halt_encode(&w->step.input);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_core_verdict_t verdict = mo_rules_origin_challenge_halt(w->origin, &call);
    if (verdict == MO_CORE_ACCEPTED) {
        bool held = mo_u256_add(w->core_balance, w->origin->config.halt_bond, &w->core_balance);
        MO_CHECK(held);
    }
    origin_done(w, mo_rules_core_verdict_name(verdict), &signer);
}

void move_halt(origin_world_t *w) {
    mo_address_t sender = actor(draw(w, ACTORS));
    mo_address_t signer = any_signer(w);
    origin_call(w, &sender, &w->core);
    bool fits = mo_bind_core_halt_encode(&w->step.input);
    MO_CHECK(fits);
    mo_call_t call = {sender, w->time};
    mo_core_verdict_t verdict = mo_rules_origin_halt(w->origin, &call);
    origin_done(w, mo_rules_core_verdict_name(verdict), &signer);
}
