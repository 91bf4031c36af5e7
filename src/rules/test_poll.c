#include <string.h>

#include "rules/test_poll_world.h"

/* --- founding
 * --------------------------------------------------------------------------------------------------- */

static mo_poll_verdict_t found_with(const mo_poll_config_t *config, uint64_t block, const mo_kernel_t *k1) {
    static mo_poll_t poll;
    return mo_rules_poll_found(&poll, block, config, k1);
}

static void a_polling_place_is_founded_on_checkpoints_and_a_first_kernel(void **state) {
    (void)state;
    world_found();
    mo_poll_config_t good = world_config();
    mo_poll_config_t config = good;
    config.root.number++;
    assert_int_equal(found_with(&config, 100, &world.k1), MO_POLL_ROOT_NOT_CHECKPOINT);
    config = good;
    config.root.number = 0;
    assert_int_equal(found_with(&config, 100, &world.k1), MO_POLL_ROOT_NOT_CHECKPOINT);
    config = good;
    config.epoch = 0;
    assert_int_equal(found_with(&config, 100, &world.k1), MO_POLL_ROOT_NOT_CHECKPOINT);
    config = good;
    config.origin_root_number++;
    assert_int_equal(found_with(&config, 100, &world.k1), MO_POLL_ROOT_NOT_CHECKPOINT);
    assert_int_equal(found_with(&good, good.root.number, &world.k1), MO_POLL_BLOCK_NOT_OWN);
    mo_kernel_t kernel = world.k1;
    kernel.height.value = 2;
    assert_int_equal(found_with(&good, 100, &kernel), MO_POLL_KERNEL_HEIGHT_MISMATCH);
    kernel = world.k1;
    kernel.updates[1].kind = MO_UPDATE_WEIGHT;
    assert_int_equal(found_with(&good, 100, &kernel), MO_POLL_UPDATES_REFUSED);
    assert_int_equal(found_with(&good, 100, &world.k1), MO_POLL_ACCEPTED);
}

static void both_roots_are_justified_and_finalised_from_the_start(void **state) {
    (void)state;
    world_found();
    mo_hash_t roots[] = {block_hash(ROOT_HEIGHT), origin_hash(ORIGIN_ROOT_HEIGHT)};
    const uint64_t heights[] = {ROOT_HEIGHT, ORIGIN_ROOT_HEIGHT};
    const uint64_t numbers[] = {ROOT_HEIGHT * EPOCH, ORIGIN_ROOT_HEIGHT * ORIGIN_EPOCH};
    for (unsigned chain = 0; chain < MO_POLL_CHAINS; chain++) {
        mo_poll_chain_t which = (mo_poll_chain_t)chain;
        mo_checkpoint_t finalised = mo_rules_poll_last_finalised(&world.poll, which);
        mo_checkpoint_t justified = mo_rules_poll_highest_justified(&world.poll, which);
        assert_true(mo_rules_poll_is_justified(&world.poll, which, &roots[chain]));
        assert_true(mo_hash_equal(&finalised.hash, &roots[chain]));
        assert_true(mo_hash_equal(&justified.hash, &roots[chain]));
        assert_int_equal(finalised.height.value, heights[chain]);
        assert_int_equal(finalised.number, numbers[chain]);
        assert_int_equal(justified.height.value, heights[chain]);
    }
    assert_int_equal(world.poll.dynasty, 0);
}

static void the_chain_of_a_vote_is_told_by_its_id(void **state) {
    (void)state;
    world_found();
    mo_poll_chain_t which;
    assert_true(mo_rules_poll_chain(&world.poll, &world.poll.config.core_id, &which));
    assert_int_equal(which, MO_POLL_AUXILIARY);
    assert_true(mo_rules_poll_chain(&world.poll, &world.poll.config.origin_id, &which));
    assert_int_equal(which, MO_POLL_ORIGIN);
    mo_hash_t zero = {0};
    assert_false(mo_rules_poll_chain(&world.poll, &zero, &which));
}

/* --- reporting and anchoring
 * ------------------------------------------------------------------------------------- */

static void a_run_starts_at_a_record_and_ends_above_it(void **state) {
    (void)state;
    world_found();
    mo_hash_t root = block_hash(ROOT_HEIGHT);
    mo_hash_t unknown = hash_named('x', 0);
    mo_record_t last = record_of(8, block_hash(2));
    mo_record_t level = record_of(ROOT_HEIGHT * EPOCH, hash_named('x', 1));
    mo_poll_t *poll = &world.poll;
    assert_int_equal(mo_rules_poll_report(poll, 9, &unknown, &last), MO_POLL_BLOCK_NOT_RECORDED);
    assert_int_equal(mo_rules_poll_report(poll, 9, &root, &level), MO_POLL_NUMBER_MISMATCH);
    assert_int_equal(mo_rules_poll_report(poll, 9, &root, &last), MO_POLL_ACCEPTED);
    const mo_poll_record_t *entry = mo_rules_poll_record(poll, &last.hash);
    assert_memory_equal(&entry->record, &last, sizeof last);
    assert_false(entry->anchored);
    assert_int_equal(mo_rules_poll_report(poll, 9, &root, &last), MO_POLL_ACCEPTED);
    assert_null(mo_rules_poll_record(poll, &unknown));
}

static void a_block_is_anchored_only_after_it_was_mined(void **state) {
    (void)state;
    world_found();
    mo_hash_t root = block_hash(ROOT_HEIGHT);
    mo_hash_t unknown = hash_named('x', 0);
    mo_record_t last = record_of(8, block_hash(2));
    mo_poll_t *poll = &world.poll;
    assert_int_equal(mo_rules_poll_report(poll, 6, &root, &last), MO_POLL_ACCEPTED);
    assert_int_equal(mo_rules_poll_anchor(poll, 8, &unknown), MO_POLL_BLOCK_NOT_RECORDED);
    assert_int_equal(mo_rules_poll_anchor(poll, 8, &last.hash), MO_POLL_BLOCK_NOT_OWN);
    assert_int_equal(mo_rules_poll_anchor(poll, 9, &last.hash), MO_POLL_ACCEPTED);
    assert_true(mo_rules_poll_record(poll, &last.hash)->anchored);
    assert_int_equal(mo_rules_poll_anchor(poll, 9, &last.hash), MO_POLL_ACCEPTED);
}

/* A reporter who fell behind anchors the newest run and walks back (3.2). */
static void an_anchored_block_anchors_the_start_of_its_run(void **state) {
    (void)state;
    world_found();
    mo_poll_t *poll = &world.poll;
    mo_hash_t hashes[] = {block_hash(1), block_hash(2), block_hash(3)};
    mo_record_t second = record_of(8, hashes[1]);
    mo_record_t third = record_of(12, hashes[2]);
    assert_int_equal(mo_rules_poll_report(poll, 20, &hashes[0], &second), MO_POLL_ACCEPTED);
    assert_int_equal(mo_rules_poll_report(poll, 20, &hashes[1], &third), MO_POLL_ACCEPTED);
    mo_hash_t unknown = hash_named('x', 0);
    assert_int_equal(mo_rules_poll_anchor_parent(poll, 20, &unknown, &hashes[2]), MO_POLL_BLOCK_NOT_RECORDED);
    assert_int_equal(mo_rules_poll_anchor_parent(poll, 20, &hashes[1], &unknown), MO_POLL_BLOCK_NOT_ANCHORED);
    assert_int_equal(mo_rules_poll_anchor_parent(poll, 20, &hashes[1], &hashes[2]), MO_POLL_BLOCK_NOT_ANCHORED);
    assert_int_equal(mo_rules_poll_anchor(poll, 20, &hashes[2]), MO_POLL_ACCEPTED);
    assert_int_equal(mo_rules_poll_anchor_parent(poll, 20, &hashes[1], &hashes[2]), MO_POLL_ACCEPTED);
    assert_true(mo_rules_poll_record(poll, &hashes[1])->anchored);
}

static void a_checkpoint_of_origin_is_reported_once_above_the_root(void **state) {
    (void)state;
    world_found();
    mo_poll_t *poll = &world.poll;
    mo_origin_block_t between = {89, origin_hash(11), hash_named('S', 11)};
    mo_origin_block_t at_root = {80, hash_named('x', 0), hash_named('S', 10)};
    mo_origin_block_t good = origin_block(11);
    assert_int_equal(mo_rules_poll_report_origin(poll, 9, &between), MO_POLL_NUMBER_NOT_CHECKPOINT);
    assert_int_equal(mo_rules_poll_report_origin(poll, 9, &at_root), MO_POLL_NUMBER_NOT_ABOVE_ROOT);
    assert_int_equal(mo_rules_poll_report_origin(poll, 9, &good), MO_POLL_ACCEPTED);
    assert_int_equal(mo_rules_poll_report_origin(poll, 9, &good), MO_POLL_BLOCK_ALREADY_REPORTED);
    const mo_origin_record_t *entry = mo_rules_poll_origin(poll, &good.hash);
    assert_int_equal(entry->number, 88);
    assert_true(mo_hash_equal(&entry->state_root, &good.state_root));
    assert_false(entry->justified);
}

static void blocks_never_go_back(void **state) {
    (void)state;
    world_found();
    world_checkpoint(2);
    mo_poll_t *poll = &world.poll;
    uint64_t back = world.block - 1;
    mo_hash_t hash = block_hash(2);
    mo_record_t last = record_of(12, block_hash(3));
    mo_origin_block_t reported = origin_block(11);
    mo_meta_block_t parent;
    mo_vote_t link = world_link(1, 2);
    mo_kernel_t kernel = world_next_kernel(&link, &parent);
    mo_ballot_t ballot = {.link = link};
    assert_int_equal(mo_rules_poll_report(poll, back, &hash, &last), MO_POLL_BLOCK_BACKWARDS);
    assert_int_equal(mo_rules_poll_anchor(poll, back, &hash), MO_POLL_BLOCK_BACKWARDS);
    assert_int_equal(mo_rules_poll_anchor_parent(poll, back, &hash, &hash), MO_POLL_BLOCK_BACKWARDS);
    assert_int_equal(mo_rules_poll_report_origin(poll, back, &reported), MO_POLL_BLOCK_BACKWARDS);
    assert_int_equal(mo_rules_poll_vote(poll, back, &ballot, &world.outcome), MO_POLL_BLOCK_BACKWARDS);
    assert_int_equal(mo_rules_poll_relay(poll, back, &kernel, &parent, &link), MO_POLL_BLOCK_BACKWARDS);
    assert_int_equal(mo_rules_poll_adopt(poll, back, &kernel), MO_POLL_BLOCK_BACKWARDS);
    assert_int_equal(mo_rules_poll_slash(poll, back, 0), MO_POLL_BLOCK_BACKWARDS);
}

/* --- T(s)
 * -------------------------------------------------------------------------------------------------------- */

static mo_transition_t transition_at(uint64_t height) {
    mo_hash_t source = block_hash(height);
    mo_transition_t transition;
    assert_int_equal(mo_rules_poll_transition(&world.poll, &source, &transition), MO_POLL_ACCEPTED);
    return transition;
}

static void the_transition_of_the_root_is_that_of_the_start(void **state) {
    (void)state;
    world_found();
    mo_transition_t expected = {.dynasty = 0,
                                .origin_number = 80,
                                .origin_hash = origin_hash(10),
                                .transaction_root = hash_named('r', 4),
                                .gas = mo_u256_from_u64(4000),
                                .kernel = mo_rules_kernel_hash(&world.k1)};
    mo_transition_t transition = transition_at(1);
    assert_true(mo_rules_transition_equal(&transition, &expected));
}

static void a_transition_needs_an_anchored_source(void **state) {
    (void)state;
    static const mo_transition_t zero;
    world_found();
    mo_hash_t root = block_hash(1);
    mo_record_t last = record_of(8, block_hash(2));
    mo_transition_t transition = {.dynasty = 1};
    assert_int_equal(mo_rules_poll_transition(&world.poll, &last.hash, &transition),
                     MO_POLL_SOURCE_NOT_ANCHORED);
    assert_memory_equal(&transition, &zero, sizeof zero);
    assert_int_equal(mo_rules_poll_report(&world.poll, 9, &root, &last), MO_POLL_ACCEPTED);
    assert_int_equal(mo_rules_poll_transition(&world.poll, &last.hash, &transition),
                     MO_POLL_SOURCE_NOT_ANCHORED);
}

/* T(s) is a function of the state after block s: what is decided in block s counts, what comes later does
 * not. */
static void a_transition_is_of_the_state_after_its_block_for_ever(void **state) {
    (void)state;
    world_found();
    world_justify(2);
    world_checkpoint(3);
    mo_vote_t finalising = world_link(2, 3);
    world_origin_justify(11);
    world_origin_checkpoint(12);
    mo_vote_t observing = world_origin_link(11, 12);
    world.block = 4 * EPOCH;
    world_votes(&finalising, 3);
    world_votes(&observing, 3);
    world_checkpoint(4);
    mo_transition_t before = transition_at(3);
    mo_transition_t after = transition_at(4);
    assert_int_equal(before.dynasty, 0);
    assert_int_equal(before.origin_number, 80);
    assert_int_equal(after.dynasty, 1);
    assert_int_equal(after.origin_number, 88);
    mo_hash_t observed = origin_hash(11);
    assert_true(mo_hash_equal(&after.origin_hash, &observed));
    mo_vote_t next = world_link(3, 4);
    world_votes(&next, 3);
    for (uint64_t height = 5; height < 9; height++) {
        world_justify(height);
    }
    mo_transition_t later[] = {transition_at(3), transition_at(4)};
    assert_true(mo_rules_transition_equal(&later[0], &before));
    assert_true(mo_rules_transition_equal(&later[1], &after));
}

static void entries_of_one_block_overwrite(void **state) {
    (void)state;
    world_found();
    for (uint64_t height = 2; height <= 5; height++) {
        world_checkpoint(height);
    }
    for (uint64_t height = 2; height <= 5; height++) {
        mo_vote_t link = world_link(height - 1, height);
        world_votes(&link, 3);
    }
    assert_int_equal(world.poll.dynasty, 3);
    assert_int_equal(world.poll.dynasty_count, 2);
    world_checkpoint(6);
    mo_transition_t transition = transition_at(6);
    assert_int_equal(transition.dynasty, 3);
}

static void a_transition_older_than_the_history_is_never_guessed(void **state) {
    (void)state;
    world_found();
    world_justify(2);
    world.poll.dynasty_count += MO_POLL_HISTORY_MAX;
    for (size_t i = 0; i < MO_POLL_HISTORY_MAX; i++) {
        world.poll.dynasties[i].block = 1000 + i;
    }
    mo_hash_t source = block_hash(2);
    mo_transition_t transition;
    assert_int_equal(mo_rules_poll_transition(&world.poll, &source, &transition),
                     MO_POLL_TRANSITION_FORGOTTEN);
}

/* --- tables
 * ------------------------------------------------------------------------------------------------------ */

/* Anyone may report a fork's headers; they must not push out what votes need. */
static void a_flood_of_false_reports_pushes_out_nothing_that_votes_need(void **state) {
    (void)state;
    world_found();
    world_justify(2);
    world_justify(3);
    world_checkpoint(4);
    world_checkpoint(5);
    mo_hash_t start = block_hash(5);
    for (uint64_t i = 0; i < 3 * MO_POLL_RECORDS_MAX; i++) {
        mo_record_t fork = record_of(24 + i, hash_named('f', i));
        assert_int_equal(mo_rules_poll_report(&world.poll, world.block, &start, &fork), MO_POLL_ACCEPTED);
        mo_origin_block_t false_block = {(12 + i) * ORIGIN_EPOCH, hash_named('F', i), hash_named('S', i)};
        assert_int_equal(mo_rules_poll_report_origin(&world.poll, world.block, &false_block),
                         MO_POLL_ACCEPTED);
    }
    mo_vote_t link = world_link(3, 4);
    world_votes(&link, 3);
    assert_true(world.outcome.finalised);
    world_origin_justify(11);
    world_origin_justify(12);
    assert_true(world.outcome.finalised);
}

static void checkpoints_past_the_last_finalised_one_are_never_forgotten(void **state) {
    (void)state;
    world_found();
    for (uint64_t height = 2; height <= MO_POLL_RECORDS_MAX; height++) {
        world_checkpoint(height);
    }
    mo_hash_t first = block_hash(MO_POLL_RECORDS_MAX);
    mo_record_t last = record_of((MO_POLL_RECORDS_MAX + 1) * EPOCH, block_hash(MO_POLL_RECORDS_MAX + 1));
    static mo_poll_t before;
    before = world.poll;
    assert_int_equal(mo_rules_poll_report(&world.poll, last.number + 1, &first, &last), MO_POLL_FULL);
    assert_memory_equal(&before, &world.poll, sizeof before);
    mo_vote_t links[] = {world_link(1, 2), world_link(2, 3), world_link(3, 4)};
    for (size_t i = 0; i < COUNT(links); i++) {
        world_votes(&links[i], 3);
    }
    assert_int_equal(mo_rules_poll_report(&world.poll, last.number + 1, &first, &last), MO_POLL_ACCEPTED);
}

/* Ten times as long as any table: a chain that keeps finalising is followed for ever. */
static void a_long_life_fits_into_the_tables(void **state) {
    (void)state;
    world_found();
    const uint64_t last = MO_POLL_LINKS_MAX + 300;
    for (uint64_t height = 2; height <= last; height++) {
        world_justify(height);
        world_origin_justify(height + ORIGIN_ROOT_HEIGHT - 1);
    }
    assert_int_equal(world.poll.dynasty, last - 2);
    assert_int_equal(world_finalised(MO_POLL_AUXILIARY), last - 1);
    assert_int_equal(world_finalised(MO_POLL_ORIGIN), last + ORIGIN_ROOT_HEIGHT - 2);
    mo_hash_t source = block_hash(last - 1);
    assert_non_null(mo_rules_poll_finalising_link(&world.poll, &source));
}

static void verdicts_have_the_names_of_the_contracts_errors(void **state) {
    (void)state;
    assert_string_equal(mo_rules_poll_verdict_name(MO_POLL_SOURCE_BELOW_FINALISED), "SourceBelowFinalised");
    assert_string_equal(mo_rules_poll_verdict_name(MO_POLL_VOTE_ALREADY_RECORDED), "VoteAlreadyRecorded");
    assert_string_equal(mo_rules_poll_verdict_name((mo_poll_verdict_t)999), "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_polling_place_is_founded_on_checkpoints_and_a_first_kernel),
        cmocka_unit_test(both_roots_are_justified_and_finalised_from_the_start),
        cmocka_unit_test(the_chain_of_a_vote_is_told_by_its_id),
        cmocka_unit_test(a_run_starts_at_a_record_and_ends_above_it),
        cmocka_unit_test(a_block_is_anchored_only_after_it_was_mined),
        cmocka_unit_test(an_anchored_block_anchors_the_start_of_its_run),
        cmocka_unit_test(a_checkpoint_of_origin_is_reported_once_above_the_root),
        cmocka_unit_test(blocks_never_go_back),
        cmocka_unit_test(the_transition_of_the_root_is_that_of_the_start),
        cmocka_unit_test(a_transition_needs_an_anchored_source),
        cmocka_unit_test(a_transition_is_of_the_state_after_its_block_for_ever),
        cmocka_unit_test(entries_of_one_block_overwrite),
        cmocka_unit_test(a_transition_older_than_the_history_is_never_guessed),
        cmocka_unit_test(a_flood_of_false_reports_pushes_out_nothing_that_votes_need),
        cmocka_unit_test(checkpoints_past_the_last_finalised_one_are_never_forgotten),
        cmocka_unit_test(a_long_life_fits_into_the_tables),
        cmocka_unit_test(verdicts_have_the_names_of_the_contracts_errors),
    };
    return cmocka_run_group_tests_name("rules/poll", tests, NULL, NULL);
}
