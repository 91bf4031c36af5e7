#include <string.h>

#include "rules/test_poll_world.h"

/* Heights 1 to 4 justified, 3 finalised, dynasty 2; B_1 committed the source 3, and K_2 is to be relayed. */
static mo_vote_t committed;
static mo_meta_block_t parent;
static mo_kernel_t next;

static void found_with_a_committed_source(void) {
    world_found();
    for (uint64_t height = 2; height <= 4; height++) {
        world_justify(height);
    }
    committed = world_link(3, 4);
    next = world_next_kernel(&committed, &parent);
    next.updates[next.update_count++] =
        (mo_update_t){.validator = signer_number(VALIDATORS), .weight = {2}, .kind = MO_UPDATE_JOIN};
}

static mo_poll_verdict_t relay(void) {
    return mo_rules_poll_relay(&world.poll, world.block, &next, &parent, &committed);
}

/* Hashes anew what depends on the link and the meta-block. */
static void reopen(void) {
    parent.vote = mo_rules_vote_hash(&committed);
    next.parent = mo_rules_meta_block_hash(&parent);
}

static void a_relayed_kernel_is_pending_and_its_weights_are_written(void **state) {
    (void)state;
    found_with_a_committed_source();
    assert_int_equal(mo_rules_poll_check_relay(&world.poll, &next, &parent, &committed), MO_POLL_ACCEPTED);
    assert_int_equal(relay(), MO_POLL_ACCEPTED);
    mo_hash_t hash = mo_rules_kernel_hash(&next);
    assert_int_equal(world.poll.in_force.value, 1);
    assert_int_equal(world.poll.pending.value, 2);
    assert_true(mo_hash_equal(&world.poll.pending_hash, &hash));
    assert_int_equal(world.poll.pending_dynasty, world.poll.dynasty);
    assert_int_equal(mo_rules_validators_weight(&world.poll.validators, VALIDATORS, (mo_height_t){2}).value,
                     2);
    assert_int_equal(mo_rules_validators_weight(&world.poll.validators, VALIDATORS, (mo_height_t){1}).value,
                     0);
}

static void a_kernel_of_another_height_is_refused(void **state) {
    (void)state;
    found_with_a_committed_source();
    next.height.value = 3;
    assert_int_equal(relay(), MO_POLL_KERNEL_HEIGHT_MISMATCH);
    next.height.value = 1;
    assert_int_equal(relay(), MO_POLL_KERNEL_HEIGHT_MISMATCH);
}

static void a_second_kernel_is_refused_while_one_is_pending(void **state) {
    (void)state;
    found_with_a_committed_source();
    assert_int_equal(relay(), MO_POLL_ACCEPTED);
    assert_int_equal(relay(), MO_POLL_KERNEL_ALREADY_PENDING);
    assert_int_equal(mo_rules_poll_adopt(&world.poll, world.block, &next), MO_POLL_KERNEL_ALREADY_PENDING);
}

static void the_parent_must_open_to_the_kernel_in_force_and_to_the_link(void **state) {
    (void)state;
    found_with_a_committed_source();
    next.parent.bytes[0] ^= 1;
    assert_int_equal(relay(), MO_POLL_PARENT_MISMATCH);
    parent.kernel.bytes[0] ^= 1;
    reopen();
    assert_int_equal(relay(), MO_POLL_PARENT_KERNEL_MISMATCH);
    parent.kernel.bytes[0] ^= 1;
    parent.vote.bytes[0] ^= 1;
    next.parent = mo_rules_meta_block_hash(&parent);
    assert_int_equal(relay(), MO_POLL_PARENT_VOTE_MISMATCH);
}

static void the_link_must_be_about_this_core_and_of_the_parents_transition(void **state) {
    (void)state;
    found_with_a_committed_source();
    committed.chain = world.poll.config.origin_id;
    reopen();
    assert_int_equal(relay(), MO_POLL_LINK_CHAIN_MISMATCH);
    committed.chain = world.poll.config.core_id;
    parent.transition.bytes[0] ^= 1;
    reopen();
    assert_int_equal(relay(), MO_POLL_LINK_TRANSITION_MISMATCH);
}

/* A fork that lost does not have the committed source, or not with this transition (5.6). */
static void a_losing_fork_adopts_no_kernel(void **state) {
    (void)state;
    found_with_a_committed_source();
    committed.source = hash_named('x', 3);
    reopen();
    assert_int_equal(relay(), MO_POLL_SOURCE_NOT_ANCHORED);
    committed.source = block_hash(2);
    reopen();
    assert_int_equal(relay(), MO_POLL_SOURCE_TRANSITION_MISMATCH);
}

/* Relayed before its source is finalised here, a kernel would let links of an older one be tallied (5.6). */
static void an_early_relay_is_refused_until_the_source_is_finalised(void **state) {
    (void)state;
    world_found();
    world_justify(2);
    world_checkpoint(3);
    world_checkpoint(4);
    mo_vote_t link = world_link(2, 3);
    world_votes(&link, 2);
    committed = link;
    next = world_next_kernel(&committed, &parent);
    assert_int_equal(relay(), MO_POLL_SOURCE_NOT_FINALISED);
    assert_int_equal(world_vote(&link, 2), MO_POLL_ACCEPTED);
    assert_int_equal(relay(), MO_POLL_ACCEPTED);
}

static void updates_that_the_set_cannot_carry_are_refused(void **state) {
    (void)state;
    found_with_a_committed_source();
    next.updates[0].validator = signer_number(0);
    static mo_poll_t before;
    before = world.poll;
    assert_int_equal(relay(), MO_POLL_UPDATES_REFUSED);
    assert_int_equal(mo_rules_poll_adopt(&world.poll, world.block, &next), MO_POLL_UPDATES_REFUSED);
    assert_memory_equal(&before, &world.poll, sizeof before);
}

static void a_kernel_comes_into_force_with_the_dynasty_d_plus_2(void **state) {
    (void)state;
    found_with_a_committed_source();
    uint64_t d = world.poll.dynasty;
    assert_int_equal(relay(), MO_POLL_ACCEPTED);
    mo_hash_t hash = mo_rules_kernel_hash(&next);
    mo_hash_t old = mo_rules_kernel_hash(&world.k1);
    world_justify(5);
    assert_int_equal(world.poll.dynasty, d + 1);
    assert_false(world.outcome.enforced);
    assert_int_equal(world.poll.in_force.value, 1);
    world_justify(6);
    assert_int_equal(world.poll.dynasty, d + 2);
    assert_true(world.outcome.enforced);
    assert_int_equal(world.poll.in_force.value, 2);
    assert_int_equal(world.poll.pending.value, 0);
    world_checkpoint(7);
    mo_transition_t at[2];
    mo_hash_t sources[] = {block_hash(6), block_hash(7)};
    for (size_t i = 0; i < COUNT(at); i++) {
        assert_int_equal(mo_rules_poll_transition(&world.poll, &sources[i], &at[i]), MO_POLL_ACCEPTED);
    }
    assert_true(mo_hash_equal(&at[0].kernel, &old));
    assert_true(mo_hash_equal(&at[1].kernel, &hash));
}

/* Tallied by the kernel in force as of the source, not by the one in force now (2.5). */
static void a_link_is_tallied_by_the_kernel_as_of_its_source(void **state) {
    (void)state;
    found_with_a_committed_source();
    assert_int_equal(relay(), MO_POLL_ACCEPTED);
    world_justify(5);
    world_justify(6);
    world_checkpoint(7);
    mo_vote_t old = world_link(6, 7);
    mo_height_t kernel;
    assert_int_equal(mo_rules_poll_kernel_of(&world.poll, &old, &kernel), MO_POLL_ACCEPTED);
    assert_int_equal(kernel.value, 1);
    assert_int_equal(world_vote(&old, VALIDATORS), MO_POLL_WEIGHT_ZERO);
    world_votes(&old, 3);
    assert_int_equal(world.outcome.tally.forward_total.value, 4);
    world_checkpoint(8);
    mo_vote_t new = world_link(7, 8);
    assert_int_equal(world_vote(&new, VALIDATORS), MO_POLL_ACCEPTED);
    assert_int_equal(world.outcome.kernel.value, 2);
    assert_int_equal(world.outcome.tally.forward.value, 2);
    assert_int_equal(world.outcome.tally.forward_total.value, 6);
    assert_int_equal(world.outcome.tally.rear.value, 0);
    assert_int_equal(world.outcome.tally.rear_total.value, 4);
    world_votes(&new, 2);
    assert_false(world.outcome.justified);
    assert_int_equal(world_vote(&new, 2), MO_POLL_ACCEPTED);
    assert_true(world.outcome.justified);
}

static void a_link_about_origin_keeps_the_kernel_of_its_first_vote(void **state) {
    (void)state;
    found_with_a_committed_source();
    world_origin_checkpoint(11);
    mo_vote_t link = world_origin_link(10, 11);
    assert_int_equal(world_vote(&link, 0), MO_POLL_ACCEPTED);
    assert_int_equal(relay(), MO_POLL_ACCEPTED);
    world_justify(5);
    world_justify(6);
    assert_int_equal(world.poll.in_force.value, 2);
    assert_int_equal(world_vote(&link, 1), MO_POLL_ACCEPTED);
    assert_int_equal(world.outcome.kernel.value, 1);
    world_origin_checkpoint(12);
    mo_vote_t fresh = world_origin_link(10, 12);
    assert_int_equal(world_vote(&fresh, 0), MO_POLL_ACCEPTED);
    assert_int_equal(world.outcome.kernel.value, 2);
}

static void a_link_about_origin_is_closed_when_its_kernel_is_too_old(void **state) {
    (void)state;
    found_with_a_committed_source();
    world_origin_checkpoint(11);
    mo_vote_t link = world_origin_link(10, 11);
    assert_int_equal(world_vote(&link, 0), MO_POLL_ACCEPTED);
    assert_int_equal(relay(), MO_POLL_ACCEPTED);
    world_justify(5);
    world_justify(6);
    world_justify(7);
    committed = world_link(5, 6);
    next = world_next_kernel(&committed, &parent);
    assert_int_equal(relay(), MO_POLL_ACCEPTED);
    assert_int_equal(world.poll.pending.value, 3);
    assert_int_equal(world_vote(&link, 1), MO_POLL_LINK_TOO_OLD);
    mo_height_t kernel = {9};
    assert_int_equal(mo_rules_poll_kernel_of(&world.poll, &link, &kernel), MO_POLL_LINK_TOO_OLD);
    assert_int_equal(kernel.value, 0);
}

static void a_slash_in_a_kernel_takes_the_vote_at_relay(void **state) {
    (void)state;
    found_with_a_committed_source();
    next.updates[0] = (mo_update_t){.validator = signer_number(3), .kind = MO_UPDATE_SLASH};
    assert_int_equal(relay(), MO_POLL_ACCEPTED);
    world_checkpoint(5);
    mo_vote_t link = world_link(4, 5);
    assert_int_equal(world_vote(&link, 3), MO_POLL_VALIDATOR_SLASHED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_relayed_kernel_is_pending_and_its_weights_are_written),
        cmocka_unit_test(a_kernel_of_another_height_is_refused),
        cmocka_unit_test(a_second_kernel_is_refused_while_one_is_pending),
        cmocka_unit_test(the_parent_must_open_to_the_kernel_in_force_and_to_the_link),
        cmocka_unit_test(the_link_must_be_about_this_core_and_of_the_parents_transition),
        cmocka_unit_test(a_losing_fork_adopts_no_kernel),
        cmocka_unit_test(an_early_relay_is_refused_until_the_source_is_finalised),
        cmocka_unit_test(updates_that_the_set_cannot_carry_are_refused),
        cmocka_unit_test(a_kernel_comes_into_force_with_the_dynasty_d_plus_2),
        cmocka_unit_test(a_link_is_tallied_by_the_kernel_as_of_its_source),
        cmocka_unit_test(a_link_about_origin_keeps_the_kernel_of_its_first_vote),
        cmocka_unit_test(a_link_about_origin_is_closed_when_its_kernel_is_too_old),
        cmocka_unit_test(a_slash_in_a_kernel_takes_the_vote_at_relay),
    };
    return cmocka_run_group_tests_name("rules/poll_kernel", tests, NULL, NULL);
}
