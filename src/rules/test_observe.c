#include <string.h>

#include "rules/observe.h"
#include "rules/test_core_world.h"

/* The same commit decided and observed ends in the same state. */
static void a_commit_observed_is_a_commit_decided(void **state) {
    (void)state;
    static mo_core_t decided;
    core_open();
    mo_commitment_t wish = core_commitment(8);
    mo_kernel_t next = core_next(&wish.transition, &wish.link);
    decided = core;
    assert_int_equal(mo_rules_core_commit(&decided, &wish, &next), MO_CORE_ACCEPTED);
    mo_hash_t kernel = core.kernel_hash;
    mo_meta_block_t block;
    assert_int_equal(mo_rules_core_observe_commit(&core, &kernel, &wish.link.transition, &wish.link, &block),
                     MO_CORE_ACCEPTED);
    mo_hash_t parent = mo_rules_meta_block_hash(&block);
    assert_true(mo_hash_equal(&parent, &next.parent));
    assert_int_equal(mo_rules_core_observe_kernel(&core, &block, &next), MO_CORE_ACCEPTED);
    assert_memory_equal(&core, &decided, sizeof core);
}

/* The state differs in what only the proposal tells, and binds no later proposal but by the source's height. */
static void a_commit_whose_proposal_was_not_kept_is_followed_by_hashes(void **state) {
    (void)state;
    core_open();
    mo_commitment_t wish = core_commitment(8);
    mo_kernel_t next = core_next(&wish.transition, &wish.link);
    mo_hash_t kernel = core.kernel_hash;
    mo_meta_block_t block;
    core.proposal_count = 0;
    assert_int_equal(mo_rules_core_observe_commit(&core, &kernel, &wish.link.transition, &wish.link, &block),
                     MO_CORE_PROPOSAL_NOT_LIVE);
    assert_int_equal(
        mo_rules_core_observe_unseen_commit(&core, &kernel, &wish.link.transition, &wish.link, &block),
        MO_CORE_ACCEPTED);
    mo_kernel_t low = next;
    low.gas_target = core.config.gas_step;
    assert_int_equal(mo_rules_core_observe_kernel(&core, &block, &low), MO_CORE_GAS_TARGET_MISMATCH);
    assert_int_equal(mo_rules_core_observe_kernel(&core, &block, &next), MO_CORE_ACCEPTED);
    assert_true(mo_u256_equal(core.committed.gas, wish.transition.gas));
    assert_int_equal(core.committed.source_height.value, 8);
    assert_false(core.committed_unseen);
}

static void an_observed_commit_is_refused_where_it_disagrees(void **state) {
    (void)state;
    core_open();
    mo_commitment_t wish = core_commitment(8);
    mo_hash_t kernel = core.kernel_hash;
    mo_hash_t other = hash_named('x', 0);
    mo_hash_t hash = wish.link.transition;
    mo_meta_block_t block;
    mo_vote_t link = wish.link;
    assert_int_equal(mo_rules_core_observe_commit(&core, &other, &hash, &link, &block),
                     MO_CORE_KERNEL_NOT_OPEN);
    assert_int_equal(mo_rules_core_observe_commit(&core, &kernel, &other, &link, &block),
                     MO_CORE_PROPOSAL_NOT_LIVE);
    link.chain.bytes[0] ^= 1;
    assert_int_equal(mo_rules_core_observe_commit(&core, &kernel, &hash, &link, &block),
                     MO_CORE_CHAIN_MISMATCH);
    link = wish.link;
    link.transition = other;
    assert_int_equal(mo_rules_core_observe_commit(&core, &kernel, &hash, &link, &block),
                     MO_CORE_TRANSITION_MISMATCH);
    link = core_link(&wish.transition, CORE_ROOT_HEIGHT);
    assert_int_equal(mo_rules_core_observe_commit(&core, &kernel, &hash, &link, &block),
                     MO_CORE_SOURCE_HEIGHT_NOT_ABOVE);
    static const mo_meta_block_t zero;
    assert_memory_equal(&block, &zero, sizeof zero);
    mo_rules_core_halt(&core);
    assert_int_equal(mo_rules_core_observe_commit(&core, &kernel, &hash, &wish.link, &block),
                     MO_CORE_STATUS_INVALID);
}

/* Of two proposals of one T that state two heights only the true one can have committed. */
static void a_false_statement_never_commits(void **state) {
    (void)state;
    core_open();
    mo_transition_t t = core_transition();
    t.gas = mo_u256_from_u64(GAS_STEP);
    assert_int_equal(core_propose(&t, 9), MO_CORE_ACCEPTED);
    mo_vote_t link = core_link(&t, 8);
    mo_hash_t hash = mo_rules_transition_hash(&t);
    mo_hash_t kernel = core.kernel_hash;
    mo_meta_block_t block;
    assert_int_equal(mo_rules_core_observe_commit(&core, &kernel, &hash, &link, &block),
                     MO_CORE_PROPOSAL_NOT_LIVE);
    assert_int_equal(core_propose(&t, 8), MO_CORE_ACCEPTED);
    assert_int_equal(mo_rules_core_observe_commit(&core, &kernel, &hash, &link, &block), MO_CORE_ACCEPTED);
}

static void an_observed_kernel_must_follow_the_committed_block(void **state) {
    (void)state;
    core_open();
    mo_commitment_t wish = core_commitment(8);
    mo_kernel_t good = core_next(&wish.transition, &wish.link);
    mo_hash_t kernel = core.kernel_hash;
    mo_meta_block_t block;
    assert_int_equal(mo_rules_core_observe_commit(&core, &kernel, &wish.link.transition, &wish.link, &block),
                     MO_CORE_ACCEPTED);
    static mo_core_t before;
    before = core;
    mo_kernel_t next = good;
    next.height.value = 1;
    assert_int_equal(mo_rules_core_observe_kernel(&core, &block, &next), MO_CORE_KERNEL_HEIGHT_MISMATCH);
    mo_meta_block_t other = block;
    other.vote.bytes[0] ^= 1;
    assert_int_equal(mo_rules_core_observe_kernel(&core, &other, &good), MO_CORE_PARENT_MISMATCH);
    next = good;
    next.gas_target.limb[0]--;
    assert_int_equal(mo_rules_core_observe_kernel(&core, &block, &next), MO_CORE_GAS_TARGET_MISMATCH);
    next = good;
    next.updates[next.update_count++] =
        (mo_update_t){.validator = signer_number(9), .kind = MO_UPDATE_LOGOUT};
    assert_int_equal(mo_rules_core_observe_kernel(&core, &block, &next), MO_CORE_UPDATES_REFUSED);
    assert_memory_equal(&before, &core, sizeof before);
    mo_rules_core_halt(&core);
    assert_int_equal(mo_rules_core_observe_kernel(&core, &block, &good), MO_CORE_STATUS_INVALID);
}

/* Of three proposals one is struck: the others live, and it neither commits nor is struck again (4.4 b). */
static void a_struck_proposal_leaves_and_the_others_stay(void **state) {
    (void)state;
    core_open();
    mo_transition_t t = core_transition();
    t.gas = mo_u256_from_u64(GAS_STEP);
    mo_hash_t hash = mo_rules_transition_hash(&t);
    for (uint64_t height = 8; height <= 10; height++) {
        assert_int_equal(core_propose(&t, height), MO_CORE_ACCEPTED);
    }
    size_t before = core.proposal_count;
    mo_hash_t id = mo_rules_core_proposal_id(&hash, (mo_height_t){9});
    assert_int_equal(mo_rules_core_observe_struck(&core, &id), MO_CORE_ACCEPTED);
    assert_int_equal(core.proposal_count, before - 1);
    assert_null(mo_rules_core_proposal(&core, &id));
    assert_int_equal(mo_rules_core_observe_struck(&core, &id), MO_CORE_PROPOSAL_NOT_LIVE);
    mo_hash_t others[] = {mo_rules_core_proposal_id(&hash, (mo_height_t){8}),
                          mo_rules_core_proposal_id(&hash, (mo_height_t){10})};
    assert_int_equal(mo_rules_core_proposal(&core, &others[0])->stated_height.value, 8);
    assert_int_equal(mo_rules_core_proposal(&core, &others[1])->stated_height.value, 10);
    mo_vote_t link = core_link(&t, 9);
    mo_hash_t kernel = core.kernel_hash;
    mo_meta_block_t block;
    assert_int_equal(mo_rules_core_observe_commit(&core, &kernel, &hash, &link, &block),
                     MO_CORE_PROPOSAL_NOT_LIVE);
    mo_rules_core_halt(&core);
    assert_int_equal(mo_rules_core_observe_struck(&core, &others[0]), MO_CORE_STATUS_INVALID);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_observed_is_a_commit_decided),
        cmocka_unit_test(a_commit_whose_proposal_was_not_kept_is_followed_by_hashes),
        cmocka_unit_test(an_observed_commit_is_refused_where_it_disagrees),
        cmocka_unit_test(a_false_statement_never_commits),
        cmocka_unit_test(a_struck_proposal_leaves_and_the_others_stay),
        cmocka_unit_test(an_observed_kernel_must_follow_the_committed_block),
    };
    return cmocka_run_group_tests_name("rules/observe", tests, NULL, NULL);
}
