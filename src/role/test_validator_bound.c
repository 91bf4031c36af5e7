#include "bind/polling_place.h"
#include "role/test_validator_world.h"

/* What outlives the state of a validator, and must hold when it is made anew: what was final, what was signed. */

/* Finalises heights 2 .. 4 on the auxiliary chain; the dynasty at 4 is 2. */
static void finalise_to_four(world_t *w)
{
    for (uint64_t height = 2; height <= 5; height++) {
        headers_to(w, height * EPOCH);
        report(w, height);
        supermajority(w, height - 1, height);
        headers_to(w, height * EPOCH + 1);
    }
}

/* A replay of a chain that never had it says nothing of what was final on the chain before. */
/* (2.9) */
static void what_was_final_before_the_state_was_made_must_be_on_our_chain(void **state)
{
    world_t *w = *state;
    start(w, 0);
    headers_to(w, 24);
    report(w, 2);
    w->v.bound = (mo_bound_t){.height = {2}, .hash = w->v.own[MO_POLL_AUXILIARY].hashes[2]};
    tick(w, 10);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    w->v.bound.hash = named(9, 9);
    tick(w, 10);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_FINALISED_LOST);
    assert_int_equal(w->actions.count, 0);
}

static void a_chain_that_has_not_come_to_what_was_final_is_not_voted_on(void **state)
{
    world_t *w = *state;
    start(w, 0);
    headers_to(w, 24);
    report(w, 2);
    w->v.bound = (mo_bound_t){.height = {4}, .hash = named(9, 9)};
    tick(w, 10);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_FINALISED_LOST);
    assert_int_equal(w->actions.count, 0);
}

/* (2.9) */
static void the_highest_finalised_checkpoint_binds(void **state)
{
    world_t *w = *state;
    start(w, 0);
    finalise_to_four(w);
    tick(w, 10);
    assert_int_equal(w->v.bound.height.value, 4);
    assert_memory_equal(w->v.bound.hash.bytes, w->v.own[MO_POLL_AUXILIARY].hashes[4].bytes, 32);
}

/* The log of a vote, as the polling place writes it. */
static void vote_log(world_t *w, const mo_vote_t *vote, uint32_t index)
{
    mo_hash_t digest = mo_rules_vote_digest(&w->v.poll.config.domain, vote);
    mo_signature_t signature;
    assert_true(mo_secp_sign(&w->keys[index], &digest, &signature));
    uint8_t data[4 * 32] = {0};
    data[31] = data[63] = 10;
    memcpy(data + 64, signature.r.bytes, 32);
    memcpy(data + 96, signature.vs.bytes, 32);
    mo_event_t event = {.kind = MO_EVENT_LOG,
                        .chain = MO_CHAIN_AUXILIARY,
                        .log = {.number = w->block + 1,
                                .address = w->v.config.polling_place,
                                .topics = {mo_bind_polling_place_vote_recorded_event_topic, mo_rules_vote_hash(vote)},
                                .topic_count = 3,
                                .data = MO_BYTES(data)}};
    event.log.topics[2].bytes[31] = (uint8_t)index;
    w->v.registered = *vote;
    w->v.registered_hash = event.log.topics[1];
    step(w, &event);
}

static void a_vote_of_our_key_that_the_guard_does_not_know_stops_the_validator(void **state)
{
    for (uint8_t self = 0; self < 2; self++) {
        world_t *w = *state;
        start(w, self);
        headers_to(w, 16);
        report(w, 2);
        mo_vote_mark_t before = w->v.marks[MO_POLL_AUXILIARY];
        tick(w, 10);
        mo_vote_t vote = wants(w, MO_DUTY_VOTE_AUXILIARY)->vote;
        vote_log(w, &vote, 0);
        assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
        start(w, self);
        headers_to(w, 16);
        report(w, 2);
        w->v.marks[MO_POLL_AUXILIARY] = before;
        vote_log(w, &vote, 0);
        assert_int_equal(w->v.disagreement, self == 0 ? MO_DISAGREEMENT_GUARD_BEHIND : MO_DISAGREEMENT_NONE);
    }
}

/* Whoever reports every other checkpoint leaves no neighbours, and only neighbours finalise. */
static void a_checkpoint_of_origin_that_somebody_skipped_is_reported(void **state)
{
    world_t *w = *state;
    start(w, 0);
    origin_to(w, 40, 23);
    report_origin(w, 32);
    origin_to(w, 40, 24);
    tick(w, 0);
    tick(w, 10000);
    assert_non_null(wants(w, MO_DUTY_REPORT_ORIGIN));
    assert_int_equal(wants(w, MO_DUTY_REPORT_ORIGIN)->number, 24);
}

/* Our votes 2 -> 3 and 3 -> 4 were dropped, with the report of 3: nothing but the same votes can go on from 2. */
/* (2.9) */
static void every_dropped_vote_is_sent_again_from_the_lowest_on_and_its_target_reported(void **state)
{
    world_t *w = *state;
    start(w, 0);
    origin_to(w, 90, 80);
    for (uint64_t height = 2; height < 4; height++) {
        mo_vote_t vote = {.chain = w->v.origin_id,
                          .source = origin_hash(height * EPOCH),
                          .target = origin_hash((height + 1) * EPOCH),
                          .source_height = {height},
                          .target_height = {height + 1}};
        w->v.cast[MO_POLL_ORIGIN].votes[w->v.cast[MO_POLL_ORIGIN].count++] = vote;
        w->v.marks[MO_POLL_ORIGIN] = mo_rules_vote_mark(&vote);
    }
    tick(w, 0);
    tick(w, 10000);
    assert_int_equal(wants(w, MO_DUTY_REPORT_ORIGIN)->number, 24);
    assert_null(wants(w, MO_DUTY_VOTE_ORIGIN));
    report_origin(w, 24);
    report_origin(w, 32);
    tick(w, 10);
    const mo_action_t *action = wants(w, MO_DUTY_VOTE_ORIGIN);
    assert_non_null(action);
    assert_int_equal(action->vote.target_height.value, 3);
    assert_int_equal(w->v.marks[MO_POLL_ORIGIN].last.target_height.value, 4);
    mo_vote_t first = action->vote;
    for (uint32_t i = 0; i < 3; i++) {
        recorded(w, &first, i);
    }
    tick(w, 10);
    action = wants(w, MO_DUTY_VOTE_ORIGIN);
    assert_non_null(action);
    assert_int_equal(action->vote.target_height.value, 4);
    assert_int_equal(w->v.cast[MO_POLL_ORIGIN].count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_final_before_the_state_was_made_must_be_on_our_chain),
        TEST(a_chain_that_has_not_come_to_what_was_final_is_not_voted_on),
        TEST(the_highest_finalised_checkpoint_binds),
        TEST(a_vote_of_our_key_that_the_guard_does_not_know_stops_the_validator),
        TEST(a_checkpoint_of_origin_that_somebody_skipped_is_reported),
        TEST(every_dropped_vote_is_sent_again_from_the_lowest_on_and_its_target_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
