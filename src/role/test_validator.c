#include "role/test_validator_world.h"

static void each_checkpoint_is_reported_by_a_run_that_ends_at_it(void **state)
{
    world_t *w = *state;
    start(w, 2 - MO_DUTY_REPORT_AUXILIARY); /* whose turn height 2 is */
    headers_to(w, 15);
    tick(w, 10);
    assert_null(wants(w, MO_DUTY_REPORT_AUXILIARY));
    headers_to(w, 25);
    tick(w, 10);
    const mo_action_t *action = wants(w, MO_DUTY_REPORT_AUXILIARY);
    assert_non_null(action);
    assert_int_equal(action->report.from, 9);
    assert_int_equal(action->report.to, 16);
    assert_memory_equal(action->report.first.bytes, w->v.records[1].hash.bytes, 32);
}

static void the_next_in_turn_reports_when_the_first_is_silent(void **state)
{
    world_t *w = *state;
    start(w, 3);
    headers_to(w, 16);
    tick(w, 0);
    assert_null(wants(w, MO_DUTY_REPORT_AUXILIARY));
    tick(w, 999);
    assert_null(wants(w, MO_DUTY_REPORT_AUXILIARY));
    tick(w, 1);
    assert_non_null(wants(w, MO_DUTY_REPORT_AUXILIARY));
    tick(w, 1);
    assert_null(wants(w, MO_DUTY_REPORT_AUXILIARY)); /* in flight */
}

static void the_vote_is_for_the_lowest_anchored_target_with_our_own_transition(void **state)
{
    world_t *w = *state;
    start(w, 0);
    headers_to(w, 24);
    tick(w, 10);
    assert_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
    report(w, 2);
    report(w, 3);
    tick(w, 10);
    const mo_action_t *action = wants(w, MO_DUTY_VOTE_AUXILIARY);
    assert_non_null(action);
    assert_int_equal(action->vote.source_height.value, 1);
    assert_int_equal(action->vote.target_height.value, 2);
    mo_transition_t expected = {.origin_number = 16,
                                .origin_hash = origin_hash(16),
                                .transaction_root = named(1, EPOCH),
                                .gas = mo_u256_from_u64(GAS),
                                .kernel = mo_rules_kernel_hash(&w->k1)};
    mo_hash_t hash = mo_rules_transition_hash(&expected);
    assert_memory_equal(action->vote.transition.bytes, hash.bytes, 32);
}

static void targets_rise_and_a_recorded_vote_is_not_repeated(void **state)
{
    world_t *w = *state;
    start(w, 0);
    headers_to(w, 24);
    report(w, 2);
    report(w, 3);
    tick(w, 10);
    mo_vote_t first = wants(w, MO_DUTY_VOTE_AUXILIARY)->vote;
    recorded(w, &first, 0);
    tick(w, 10);
    const mo_action_t *second = wants(w, MO_DUTY_VOTE_AUXILIARY);
    assert_non_null(second);
    assert_int_equal(second->vote.target_height.value, 3);
    assert_int_equal(mo_rules_vote_offence(&first, &second->vote), MO_OFFENCE_NONE);
}

static void a_vote_that_the_chain_dropped_is_sent_again_unchanged(void **state)
{
    world_t *w = *state;
    start(w, 0);
    headers_to(w, 16);
    report(w, 2);
    tick(w, 10);
    mo_vote_t first = wants(w, MO_DUTY_VOTE_AUXILIARY)->vote;
    mo_event_t done = {.kind = MO_EVENT_OUTCOME,
                       .outcome = {.duty = MO_DUTY_VOTE_AUXILIARY, .key = 2, .outcome = MO_OUTCOME_DONE}};
    step(w, &done);
    tick(w, MO_DUTY_PAUSE_MIN_MS - 1);
    assert_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
    tick(w, 1);
    const mo_action_t *again = wants(w, MO_DUTY_VOTE_AUXILIARY);
    assert_non_null(again);
    assert_true(mo_rules_vote_equal(&again->vote, &first));
}

static void nothing_is_voted_for_that_is_not_on_our_own_chain(void **state)
{
    world_t *w = *state;
    start(w, 0);
    headers_to(w, 16);
    mo_record_t foreign = w->v.records[2];
    foreign.hash = named(9, 9);
    assert_int_equal(mo_rules_poll_report(&w->v.poll, 17, &w->v.records[1].hash, &foreign), MO_POLL_ACCEPTED);
    assert_int_equal(mo_rules_poll_anchor(&w->v.poll, 17, &foreign.hash), MO_POLL_ACCEPTED);
    w->v.reported[MO_POLL_AUXILIARY] = 2;
    tick(w, 10);
    assert_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
}

static void no_vote_rests_on_roots_or_gas_that_our_headers_do_not_give(void **state)
{
    world_t *w = *state;
    start(w, 0);
    headers_to(w, 24);
    report(w, 2);
    supermajority(w, 1, 2);
    report(w, 3);
    w->v.records[2].gas = mo_u256_from_u64(7);
    tick(w, 10);
    assert_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
    w->v.records[2].gas = mo_u256_from_u64(9 * GAS);
    tick(w, 10);
    assert_non_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
}

static void nothing_is_done_once_our_chain_lacks_the_last_finalised_checkpoint(void **state)
{
    world_t *w = *state;
    start(w, 0);
    headers_to(w, 32);
    report(w, 2);
    supermajority(w, 1, 2);
    report(w, 3);
    supermajority(w, 2, 3);
    report(w, 4);
    w->v.own[MO_POLL_AUXILIARY].hashes[2] = named(9, 9);
    tick(w, 10);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_FINALISED_LOST);
    assert_int_equal(w->actions.count, 0);
    tick(w, 60000);
    assert_int_equal(w->actions.count, 0);
}

static void origin_is_voted_for_only_where_our_own_node_calls_it_final(void **state)
{
    world_t *w = *state;
    start(w, 0);
    origin_to(w, 30, 23);
    report_origin(w, 24);
    tick(w, 10);
    assert_null(wants(w, MO_DUTY_VOTE_ORIGIN));
    origin_to(w, 30, 24);
    tick(w, 10);
    const mo_action_t *action = wants(w, MO_DUTY_VOTE_ORIGIN);
    assert_non_null(action);
    assert_int_equal(action->vote.target_height.value, 3);
    assert_true(mo_hash_is_zero(&action->vote.transition));
    assert_memory_equal(action->vote.chain.bytes, w->v.origin_id.bytes, 32);
}

static void origin_checkpoints_are_reported_once_final_and_two_together_after_a_silence(void **state)
{
    world_t *w = *state;
    start(w, 0);
    origin_to(w, 30, 23);
    tick(w, 0);
    tick(w, 10000);
    assert_null(wants(w, MO_DUTY_REPORT_ORIGIN));
    origin_to(w, 100, 90);
    tick(w, 0); /* height 10: validator 0's own turn */
    assert_non_null(wants(w, MO_DUTY_REPORT_ORIGIN));
    assert_int_equal(wants(w, MO_DUTY_REPORT_ORIGIN)->number, 80);
}

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

static void the_lowest_finalised_checkpoint_at_the_gas_target_is_proposed_then_committed(void **state)
{
    world_t *w = *state;
    start(w, 0);
    finalise_to_four(w);
    tick(w, 0);
    tick(w, 10000);
    const mo_action_t *action = wants(w, MO_DUTY_PROPOSE);
    assert_non_null(action);
    /* 2's own T has dynasty 0, for the link that finalised 1 came later: 3 is the lowest above the committed one. */
    assert_int_equal(action->propose.transition.dynasty, 1);
    assert_int_equal(action->propose.stated_height, 4);
    mo_proposing_t wish = {.transition = action->propose.transition,
                           .stated_height = {action->propose.stated_height},
                           .observation_known = true};
    assert_int_equal(mo_rules_core_propose(&w->v.core, &wish, 500), MO_CORE_ACCEPTED);
    w->v.origin_time = 499;
    tick(w, 20000);
    assert_null(wants(w, MO_DUTY_COMMIT));
    w->v.origin_time = 500;
    tick(w, 0);
    tick(w, 20000);
    action = wants(w, MO_DUTY_COMMIT);
    assert_non_null(action);
    mo_commitment_t commitment = {.transition = action->commit.transition,
                                  .stated_height = {action->commit.stated_height},
                                  .link = action->commit.link,
                                  .seal = action->commit.seal,
                                  .now = 500};
    mo_tally_t tally;
    assert_int_equal(mo_rules_core_check_commitment(&w->v.core, &commitment, &tally), MO_CORE_ACCEPTED);
}

static void nothing_is_proposed_below_the_gas_target(void **state)
{
    world_t *w = *state;
    start(w, 0);
    w->v.core.kernel.gas_target = mo_u256_from_u64(1000 * GAS);
    finalise_to_four(w);
    tick(w, 0);
    tick(w, 10000);
    assert_null(wants(w, MO_DUTY_PROPOSE));
}

static void a_header_that_does_not_continue_our_chain_stops_the_validator(void **state)
{
    world_t *w = *state;
    start(w, 0);
    headers_to(w, 16);
    report(w, 2);
    mo_event_t broken = {.kind = MO_EVENT_HEADER,
                         .chain = MO_CHAIN_AUXILIARY,
                         .header = {.number = 17, .rlp = {(const uint8_t *)"\xc0", 1}}};
    step(w, &broken);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_HEADER);
    tick(w, 10);
    assert_int_equal(w->actions.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_checkpoint_is_reported_by_a_run_that_ends_at_it),
        TEST(the_next_in_turn_reports_when_the_first_is_silent),
        TEST(the_vote_is_for_the_lowest_anchored_target_with_our_own_transition),
        TEST(targets_rise_and_a_recorded_vote_is_not_repeated),
        TEST(a_vote_that_the_chain_dropped_is_sent_again_unchanged),
        TEST(nothing_is_voted_for_that_is_not_on_our_own_chain),
        TEST(no_vote_rests_on_roots_or_gas_that_our_headers_do_not_give),
        TEST(nothing_is_done_once_our_chain_lacks_the_last_finalised_checkpoint),
        TEST(origin_is_voted_for_only_where_our_own_node_calls_it_final),
        TEST(origin_checkpoints_are_reported_once_final_and_two_together_after_a_silence),
        TEST(the_lowest_finalised_checkpoint_at_the_gas_target_is_proposed_then_committed),
        TEST(nothing_is_proposed_below_the_gas_target),
        TEST(a_header_that_does_not_continue_our_chain_stops_the_validator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
