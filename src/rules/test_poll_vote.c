#include <string.h>

#include "base/rng.h"
#include "rules/test_poll_world.h"

/* --- 2.8 in its order
 * --------------------------------------------------------------------------------------- */

/* What is wrong with a vote; a row sets one fault and every later one that can go with it. */
typedef struct {
    const char *what;
    mo_poll_verdict_t expected;
    void (*spoil)(mo_ballot_t *ballot);
} fault_t;

static void another_chain(mo_ballot_t *b) {
    b->link.chain = hash_named('c', 9);
}
static void target_not_above(mo_ballot_t *b) {
    b->link.target_height = b->link.source_height;
}
static void source_unknown(mo_ballot_t *b) {
    b->link.source = hash_named('x', 1);
}
static void source_not_justified(mo_ballot_t *b) {
    b->link.source = block_hash(4);
    b->link.source_height.value = 4;
}
static void source_height_wrong(mo_ballot_t *b) {
    b->link.source_height.value = 2;
}
static void source_below_finalised(mo_ballot_t *b) {
    b->link.source = block_hash(1);
    b->link.source_height.value = 1;
    b->link.target = hash_named('x', 1);
}
static void target_unknown(mo_ballot_t *b) {
    b->link.target = hash_named('x', 1);
    b->link.transition = hash_named('x', 1);
}
static void target_not_anchored(mo_ballot_t *b) {
    b->link.target = block_hash(6);
    b->link.target_height.value = 6;
}
static void target_height_wrong(mo_ballot_t *b) {
    b->link.target_height.value = 6;
    b->link.transition = hash_named('x', 1);
}
static void target_between_checkpoints(mo_ballot_t *b) {
    b->link.target = hash_named('m', 0);
}
static void transition_wrong(mo_ballot_t *b) {
    b->link.transition = hash_named('x', 1);
    b->record.index = 99;
}
static void validator_unknown(mo_ballot_t *b) {
    b->record.index = VALIDATORS;
}
static void signature_of_another(mo_ballot_t *b) {
    b->record.index = 1;
}
static void signature_with_high_s(mo_ballot_t *b) {
    b->record.signature.vs.bytes[0] ^= 0xff;
}

static const fault_t faults[] = {
    {"another chain", MO_POLL_CHAIN_UNKNOWN, another_chain},
    {"target not above", MO_POLL_HEIGHTS_NOT_ASCENDING, target_not_above},
    {"source unknown", MO_POLL_SOURCE_NOT_JUSTIFIED, source_unknown},
    {"source not justified", MO_POLL_SOURCE_NOT_JUSTIFIED, source_not_justified},
    {"source's height not its number's", MO_POLL_SOURCE_NOT_JUSTIFIED, source_height_wrong},
    {"source below finalised", MO_POLL_SOURCE_BELOW_FINALISED, source_below_finalised},
    {"target unknown", MO_POLL_TARGET_NOT_ANCHORED, target_unknown},
    {"target not anchored", MO_POLL_TARGET_NOT_ANCHORED, target_not_anchored},
    {"target's height not its number's", MO_POLL_TARGET_HEIGHT_MISMATCH, target_height_wrong},
    {"target no checkpoint", MO_POLL_TARGET_HEIGHT_MISMATCH, target_between_checkpoints},
    {"transition wrong", MO_POLL_TRANSITION_MISMATCH, transition_wrong},
    {"validator unknown", MO_POLL_VALIDATOR_UNKNOWN, validator_unknown},
    {"signature of another", MO_POLL_SIGNATURE_INVALID, signature_of_another},
    {"high s", MO_POLL_SIGNATURE_INVALID, signature_with_high_s},
};

/* Heights 1 to 3 justified, 2 finalised, 4 and 5 anchored, 6 reported alone, and a block between checkpoints.
 */
static void found_with_a_finalised_checkpoint(void) {
    world_found();
    world_justify(2);
    world_justify(3);
    world_checkpoint(4);
    world_checkpoint(5);
    mo_hash_t first = block_hash(5);
    mo_record_t unanchored = record_of(6 * EPOCH, block_hash(6));
    mo_record_t middle = record_of(5 * EPOCH + 1, hash_named('m', 0));
    world.block = 7 * EPOCH;
    assert_int_equal(mo_rules_poll_report(&world.poll, world.block, &first, &unanchored), MO_POLL_ACCEPTED);
    assert_int_equal(mo_rules_poll_report(&world.poll, world.block, &first, &middle), MO_POLL_ACCEPTED);
    assert_int_equal(mo_rules_poll_anchor(&world.poll, world.block, &middle.hash), MO_POLL_ACCEPTED);
}

static mo_ballot_t signed_ballot(const mo_vote_t *link, uint32_t index) {
    mo_hash_t digest = mo_rules_vote_digest(&world.poll.config.domain, link);
    return (mo_ballot_t){*link, record_signed(index, index, &digest)};
}

/* (2.8) */
static void a_vote_is_refused_for_each_fault_in_the_order_of_2_8(void **state) {
    (void)state;
    found_with_a_finalised_checkpoint();
    mo_vote_t link = world_link(3, 5);
    static mo_poll_t before;
    static const mo_poll_outcome_t nothing;
    for (size_t i = 0; i < COUNT(faults); i++) {
        mo_ballot_t ballot = signed_ballot(&link, 0);
        faults[i].spoil(&ballot);
        before = world.poll;
        mo_poll_verdict_t verdict = mo_rules_poll_vote(&world.poll, world.block, &ballot, &world.outcome);
        if (verdict != faults[i].expected) {
            fail_msg("%s: %s", faults[i].what, mo_rules_poll_verdict_name(verdict));
        }
        assert_memory_equal(&before, &world.poll, sizeof before);
        assert_memory_equal(&world.outcome, &nothing, sizeof nothing);
    }
    assert_int_equal(world_vote(&link, 0), MO_POLL_ACCEPTED);
}

/* (2.4, 2.8) */
static void a_vote_about_origin_is_refused_for_each_fault(void **state) {
    (void)state;
    world_found();
    world_origin_checkpoint(11);
    mo_vote_t good = world_origin_link(10, 11);
    mo_vote_t vote = good;
    vote.target = origin_hash(12);
    vote.transition = hash_named('x', 0);
    assert_int_equal(world_vote(&vote, 0), MO_POLL_TARGET_NOT_REPORTED);
    vote = good;
    vote.target_height.value = 12;
    vote.transition = hash_named('x', 0);
    assert_int_equal(world_vote(&vote, 0), MO_POLL_TARGET_HEIGHT_MISMATCH);
    vote = good;
    vote.transition = hash_named('x', 0);
    assert_int_equal(world_vote(&vote, 0), MO_POLL_TRANSITION_MISMATCH);
    assert_int_equal(world_vote(&good, 0), MO_POLL_ACCEPTED);
}

static void checkpoints_of_one_chain_are_no_ends_of_a_link_of_the_other(void **state) {
    (void)state;
    world_found();
    world_checkpoint(2);
    mo_vote_t vote = world_link(1, 2);
    vote.chain = world.poll.config.origin_id;
    assert_int_equal(world_vote(&vote, 0), MO_POLL_SOURCE_NOT_JUSTIFIED);
    world_origin_checkpoint(11);
    vote = world_origin_link(10, 11);
    vote.chain = world.poll.config.core_id;
    assert_int_equal(world_vote(&vote, 0), MO_POLL_SOURCE_NOT_JUSTIFIED);
}

static void a_slashed_validator_may_not_vote(void **state) {
    (void)state;
    world_found();
    world_checkpoint(2);
    mo_vote_t link = world_link(1, 2);
    assert_int_equal(mo_rules_poll_slash(&world.poll, world.block, 3), MO_POLL_ACCEPTED);
    assert_int_equal(mo_rules_poll_slash(&world.poll, world.block, 3), MO_POLL_VALIDATOR_SLASHED);
    assert_int_equal(mo_rules_poll_slash(&world.poll, world.block, 4), MO_POLL_VALIDATOR_UNKNOWN);
    assert_int_equal(world_vote(&link, 3), MO_POLL_VALIDATOR_SLASHED);
}

/* (2.3) */
static void a_recorded_tally_is_not_unwound_by_a_slash(void **state) {
    (void)state;
    world_found();
    world_checkpoint(2);
    mo_vote_t link = world_link(1, 2);
    world_votes(&link, 2);
    assert_int_equal(mo_rules_poll_slash(&world.poll, world.block, 0), MO_POLL_ACCEPTED);
    assert_int_equal(world_vote(&link, 2), MO_POLL_ACCEPTED);
    assert_int_equal(world.outcome.tally.forward.value, 3);
    assert_true(world.outcome.justified);
}

/* (2.7) */
static void one_vote_is_recorded_per_validator_and_target_height(void **state) {
    (void)state;
    world_found();
    world_justify(2);
    world_checkpoint(3);
    mo_vote_t first = world_link(1, 3);
    mo_vote_t second = world_link(2, 3);
    assert_int_equal(world_vote(&first, 0), MO_POLL_ACCEPTED);
    assert_int_equal(world_vote(&first, 0), MO_POLL_VOTE_ALREADY_RECORDED);
    assert_int_equal(world_vote(&second, 0), MO_POLL_VOTE_ALREADY_RECORDED);
    assert_true(mo_rules_poll_has_voted(&world.poll, MO_POLL_AUXILIARY, (mo_height_t){3}, 0));
    assert_false(mo_rules_poll_has_voted(&world.poll, MO_POLL_AUXILIARY, (mo_height_t){3}, 1));
    assert_false(mo_rules_poll_has_voted(&world.poll, MO_POLL_ORIGIN, (mo_height_t){3}, 0));
    assert_false(
        mo_rules_poll_has_voted(&world.poll, MO_POLL_AUXILIARY, (mo_height_t){3}, MO_VALIDATORS_MAX));
}

/* A proposer that included a later vote first must not have made the earlier one void (2.7). */
static void a_vote_included_after_a_later_one_is_still_recorded(void **state) {
    (void)state;
    world_found();
    world_checkpoint(2);
    world_checkpoint(3);
    mo_vote_t later = world_link(1, 3);
    mo_vote_t earlier = world_link(1, 2);
    assert_int_equal(world_vote(&later, 0), MO_POLL_ACCEPTED);
    assert_int_equal(world_vote(&earlier, 0), MO_POLL_ACCEPTED);
}

/* (2.7) */
static void votes_after_justification_are_still_recorded(void **state) {
    (void)state;
    world_found();
    world_justify(2);
    mo_vote_t link = world_link(1, 2);
    assert_int_equal(world_vote(&link, 3), MO_POLL_ACCEPTED);
    assert_int_equal(world.outcome.tally.forward.value, 4);
    assert_false(world.outcome.justified);
    assert_false(world.outcome.registered);
}

static void a_link_check_is_the_links_part_of_a_vote(void **state) {
    (void)state;
    found_with_a_finalised_checkpoint();
    mo_vote_t link = world_link(3, 5);
    assert_int_equal(mo_rules_poll_check_link(&world.poll, &link), MO_POLL_ACCEPTED);
    link.transition.bytes[0] ^= 1;
    assert_int_equal(mo_rules_poll_check_link(&world.poll, &link), MO_POLL_TRANSITION_MISMATCH);
}

/* --- justification and finality
 * -------------------------------------------------------------------------------- */

static void two_of_four_justify_nothing_and_three_do(void **state) {
    (void)state;
    world_found();
    world_checkpoint(2);
    mo_vote_t link = world_link(1, 2);
    mo_hash_t target = block_hash(2);
    world_votes(&link, 2);
    assert_false(mo_rules_poll_is_justified(&world.poll, MO_POLL_AUXILIARY, &target));
    assert_int_equal(world_vote(&link, 2), MO_POLL_ACCEPTED);
    assert_true(world.outcome.justified);
    assert_true(mo_rules_poll_is_justified(&world.poll, MO_POLL_AUXILIARY, &target));
    assert_int_equal(mo_rules_poll_highest_justified(&world.poll, MO_POLL_AUXILIARY).height.value, 2);
}

static void the_roots_own_link_finalises_nothing(void **state) {
    (void)state;
    world_found();
    world_justify(2);
    assert_false(world.outcome.finalised);
    assert_int_equal(world.poll.dynasty, 0);
    assert_int_equal(world_finalised(MO_POLL_AUXILIARY), 1);
}

/* (2.2) */
static void a_link_to_the_next_height_finalises_its_source_and_grows_the_dynasty(void **state) {
    (void)state;
    world_found();
    world_justify(2);
    world_justify(3);
    assert_true(world.outcome.finalised);
    assert_int_equal(world.outcome.dynasty, 1);
    assert_int_equal(world_finalised(MO_POLL_AUXILIARY), 2);
    mo_hash_t source = block_hash(2);
    mo_vote_t link = world_link(2, 3);
    mo_hash_t hash = mo_rules_vote_hash(&link);
    assert_true(mo_rules_poll_record(&world.poll, &source)->finalised);
    assert_ptr_equal(mo_rules_poll_finalising_link(&world.poll, &source),
                     mo_rules_poll_link(&world.poll, &hash));
    mo_hash_t next = block_hash(3);
    assert_null(mo_rules_poll_finalising_link(&world.poll, &next));
}

static void a_link_over_a_height_justifies_without_finalising(void **state) {
    (void)state;
    world_found();
    world_justify(2);
    world_checkpoint(3);
    world_checkpoint(4);
    mo_vote_t link = world_link(2, 4);
    world_votes(&link, 3);
    assert_true(world.outcome.justified);
    assert_false(world.outcome.finalised);
    assert_int_equal(world.poll.dynasty, 0);
    assert_int_equal(mo_rules_poll_highest_justified(&world.poll, MO_POLL_AUXILIARY).number, 4 * EPOCH);
}

static void a_vote_below_the_last_finalised_height_is_refused(void **state) {
    (void)state;
    world_found();
    world_justify(2);
    world_checkpoint(3);
    world_checkpoint(4);
    mo_vote_t late = world_link(1, 4);
    assert_int_equal(world_vote(&late, 0), MO_POLL_ACCEPTED);
    mo_vote_t link = world_link(2, 3);
    world_votes(&link, 3);
    assert_int_equal(world_finalised(MO_POLL_AUXILIARY), 2);
    assert_int_equal(world_vote(&late, 1), MO_POLL_SOURCE_BELOW_FINALISED);
}

static void two_checkpoints_of_one_height_keep_their_own_votes(void **state) {
    (void)state;
    world_found();
    world_checkpoint(2);
    mo_hash_t first = block_hash(1);
    mo_record_t rival = record_of(2 * EPOCH, hash_named('f', 2));
    assert_int_equal(mo_rules_poll_report(&world.poll, world.block, &first, &rival), MO_POLL_ACCEPTED);
    mo_vote_t link = world_link(1, 2);
    mo_vote_t other = link;
    other.target = rival.hash;
    assert_int_equal(world_vote(&other, 0), MO_POLL_TARGET_NOT_ANCHORED);
    world_votes(&link, 3);
    assert_false(mo_rules_poll_is_justified(&world.poll, MO_POLL_AUXILIARY, &rival.hash));
}

/* (3.3) */
static void observations_of_origin_are_finalised_into_a_ring(void **state) {
    (void)state;
    world_found();
    assert_null(mo_rules_poll_finalised_root(&world.poll, 80));
    for (uint64_t height = 11; height < 11 + MO_POLL_ROOTS_MAX + 2; height++) {
        world_origin_justify(height);
        assert_int_equal(world.outcome.finalised, height > 11);
    }
    assert_int_equal(world.poll.dynasty, 0);
    assert_int_equal(world_finalised(MO_POLL_ORIGIN), 11 + MO_POLL_ROOTS_MAX);
    assert_null(mo_rules_poll_finalised_root(&world.poll, 11 * ORIGIN_EPOCH));
    const mo_origin_record_t *oldest = mo_rules_poll_finalised_root(&world.poll, 12 * ORIGIN_EPOCH);
    mo_hash_t state_root = hash_named('S', 12);
    assert_non_null(oldest);
    assert_true(mo_hash_equal(&oldest->state_root, &state_root));
    assert_non_null(mo_rules_poll_finalised_root(&world.poll, (11 + MO_POLL_ROOTS_MAX) * ORIGIN_EPOCH));
}

/* --- seals and weights
 * ---------------------------------------------------------------------------------------- */

/* (2.10) */
static void the_signatures_of_a_link_make_a_seal_that_the_set_weighs(void **state) {
    (void)state;
    world_found();
    world_justify(2);
    world_checkpoint(3);
    mo_vote_t link = world_link(2, 3);
    mo_vote_t other = world_link(1, 3);
    const uint32_t order[] = {2, 0, 3};
    for (size_t i = 0; i < COUNT(order); i++) {
        assert_int_equal(world_vote(&link, order[i]), MO_POLL_ACCEPTED);
    }
    mo_hash_t other_hash = mo_rules_vote_hash(&other);
    mo_hash_t hash = mo_rules_vote_hash(&link);
    mo_seal_record_t records[VALIDATORS];
    assert_int_equal(mo_rules_poll_signatures(&world.poll, &other_hash, records, VALIDATORS), 0);
    assert_int_equal(mo_rules_poll_signatures(&world.poll, &hash, records, 2), 2);
    size_t count = mo_rules_poll_signatures(&world.poll, &hash, records, VALIDATORS);
    assert_int_equal(count, 3);
    uint8_t memory[1 + VALIDATORS * MO_SEAL_RECORD_SIZE];
    mo_buffer_t seal = MO_BUFFER(memory);
    assert_int_equal(mo_rules_seal_build(records, count, &seal), MO_SEAL_WELL_FORMED);
    mo_hash_t digest = mo_rules_vote_digest(&world.poll.config.domain, &link);
    mo_tally_t tally;
    assert_int_equal(mo_rules_validators_tally(&world.poll.validators, (mo_height_t){1}, &digest,
                                               mo_buffer_view(&seal), &tally),
                     MO_SET_ACCEPTED);
    assert_memory_equal(&tally, &world.outcome.tally, sizeof tally);
}

/* (2.10) */
static void of_more_signatures_than_fit_a_seal_the_heaviest_are_given(void **state) {
    (void)state;
    world_found();
    mo_poll_config_t config = world_config();
    world.k1.updates[1].weight.value = 50;
    world.k1.updates[2].weight.value = 60;
    assert_int_equal(mo_rules_poll_found(&world.poll, world.block, &config, &world.k1), MO_POLL_ACCEPTED);
    world_checkpoint(2);
    mo_vote_t link = world_link(1, 2);
    const uint32_t order[] = {1, 0, 2, 3};
    for (size_t i = 0; i < COUNT(order); i++) {
        assert_int_equal(world_vote(&link, order[i]), MO_POLL_ACCEPTED);
    }
    mo_hash_t hash = mo_rules_vote_hash(&link);
    mo_seal_record_t records[2];
    assert_int_equal(mo_rules_poll_signatures(&world.poll, &hash, records, 2), 2);
    assert_int_equal(records[0].index, 1);
    assert_int_equal(records[1].index, 2);
}

static void a_validator_without_weight_in_either_set_is_refused(void **state) {
    (void)state;
    world_found();
    world.k1.updates[3].weight.value = 0;
    mo_poll_config_t config = world_config();
    assert_int_equal(mo_rules_poll_found(&world.poll, world.block, &config, &world.k1), MO_POLL_ACCEPTED);
    world_checkpoint(2);
    mo_vote_t link = world_link(1, 2);
    assert_int_equal(world_vote(&link, 3), MO_POLL_WEIGHT_ZERO);
    world_votes(&link, 3);
    assert_int_equal(world.outcome.tally.forward_total.value, 3);
}

/* Random votes of all kinds, many refused: what must hold after each. */
static void random_votes_keep_the_invariants(void **state) {
    (void)state;
    world_found();
    mo_rng_t rng = mo_rng(11);
    uint64_t top = ROOT_HEIGHT;
    uint64_t finalised = ROOT_HEIGHT;
    unsigned accepted = 0;
    for (unsigned step = 0; step < 4000; step++) {
        if (mo_rng_below(&rng, 25) == 0) {
            world_checkpoint(++top);
        }
        uint64_t low = finalised > 1 ? finalised - 1 : 1;
        uint64_t source = low + mo_rng_below(&rng, top - low + 1);
        uint64_t target = low + mo_rng_below(&rng, top - low + 1);
        uint64_t justified = mo_rules_poll_highest_justified(&world.poll, MO_POLL_AUXILIARY).height.value;
        bool honest = mo_rng_below(&rng, 4) != 0 && justified < top;
        source = honest ? justified : source;
        target = honest ? justified + 1 : target;
        mo_vote_t link = world_link(source, target);
        mo_poll_verdict_t verdict = world_vote(&link, (uint32_t)mo_rng_below(&rng, VALIDATORS + 1));
        accepted += verdict == MO_POLL_ACCEPTED;
        const mo_tally_t *tally = &world.outcome.tally;
        assert_true(tally->forward.value <= tally->forward_total.value);
        assert_true(tally->rear.value <= tally->rear_total.value);
        uint64_t now = world_finalised(MO_POLL_AUXILIARY);
        assert_true(now >= finalised);
        assert_int_equal(now > finalised, world.outcome.finalised);
        assert_true(!world.outcome.finalised || target == source + 1);
        finalised = now;
    }
    assert_true(accepted > 100);
    assert_true(finalised > 5);
    assert_true(world.poll.dynasty > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vote_is_refused_for_each_fault_in_the_order_of_2_8),
        cmocka_unit_test(a_vote_about_origin_is_refused_for_each_fault),
        cmocka_unit_test(checkpoints_of_one_chain_are_no_ends_of_a_link_of_the_other),
        cmocka_unit_test(a_slashed_validator_may_not_vote),
        cmocka_unit_test(a_recorded_tally_is_not_unwound_by_a_slash),
        cmocka_unit_test(one_vote_is_recorded_per_validator_and_target_height),
        cmocka_unit_test(a_vote_included_after_a_later_one_is_still_recorded),
        cmocka_unit_test(votes_after_justification_are_still_recorded),
        cmocka_unit_test(a_link_check_is_the_links_part_of_a_vote),
        cmocka_unit_test(two_of_four_justify_nothing_and_three_do),
        cmocka_unit_test(the_roots_own_link_finalises_nothing),
        cmocka_unit_test(a_link_to_the_next_height_finalises_its_source_and_grows_the_dynasty),
        cmocka_unit_test(a_link_over_a_height_justifies_without_finalising),
        cmocka_unit_test(a_vote_below_the_last_finalised_height_is_refused),
        cmocka_unit_test(two_checkpoints_of_one_height_keep_their_own_votes),
        cmocka_unit_test(observations_of_origin_are_finalised_into_a_ring),
        cmocka_unit_test(the_signatures_of_a_link_make_a_seal_that_the_set_weighs),
        cmocka_unit_test(of_more_signatures_than_fit_a_seal_the_heaviest_are_given),
        cmocka_unit_test(a_validator_without_weight_in_either_set_is_refused),
        cmocka_unit_test(random_votes_keep_the_invariants),
    };
    return cmocka_run_group_tests_name("rules/poll_vote", tests, NULL, NULL);
}
