#include <string.h>

#include "rules/test_core_world.h"
#include "rules/test_vectors.h"

/* --- opening
 * --------------------------------------------------------------------------------------------------- */

static void a_core_opens_with_the_committed_values_of_its_roots(void **state) {
    (void)state;
    core_open();
    mo_kernel_t k1 = core_k1();
    mo_hash_t hash = mo_rules_kernel_hash(&k1);
    assert_int_equal(core.status, MO_CORE_OPEN);
    assert_true(mo_hash_equal(&core.kernel_hash, &hash));
    assert_int_equal(core.committed.dynasty, 0);
    assert_int_equal(core.committed.origin_number, CORE_ORIGIN_ROOT);
    assert_int_equal(core.committed.source_height.value, CORE_ROOT_HEIGHT);
    assert_true(mo_u256_is_zero(core.committed.gas));
    assert_int_equal(mo_rules_core_open(&core, CORE_ORIGIN_ROOT, &k1), MO_CORE_STATUS_INVALID);
}

static void a_first_kernel_that_does_not_follow_from_the_setup_is_refused(void **state) {
    (void)state;
    core_create();
    mo_kernel_t k1 = core_k1();
    mo_kernel_t wrong = k1;
    wrong.height.value = 2;
    assert_int_equal(mo_rules_core_open(&core, 96, &wrong), MO_CORE_KERNEL_HEIGHT_MISMATCH);
    wrong = k1;
    wrong.parent.bytes[0] ^= 1;
    assert_int_equal(mo_rules_core_open(&core, 96, &wrong), MO_CORE_PARENT_MISMATCH);
    wrong = k1;
    wrong.gas_target.limb[0]++;
    assert_int_equal(mo_rules_core_open(&core, 96, &wrong), MO_CORE_GAS_TARGET_MISMATCH);
    wrong = k1;
    wrong.updates[1] = wrong.updates[0];
    assert_int_equal(mo_rules_core_open(&core, 96, &wrong), MO_CORE_UPDATES_REFUSED);
    assert_int_equal(core.status, MO_CORE_CREATED);
}

/* --- propose, in the order of 4.2
 * -------------------------------------------------------------------------------- */

static mo_core_verdict_t check_proposal(const mo_transition_t *transition, uint64_t stated, bool known) {
    mo_proposing_t wish = {*transition, {stated}, known};
    return mo_rules_core_check_proposal(&core, &wish);
}

/* Each row is spoiled by its own fault and by all that are checked later. */
static void a_proposal_is_refused_for_each_fault_in_the_order_of_4_2(void **state) {
    (void)state;
    core_create();
    mo_transition_t t = {0};
    assert_int_equal(check_proposal(&t, 9, false), MO_CORE_STATUS_INVALID);
    core_open();
    core.committed = (mo_committed_t){
        .dynasty = 7, .origin_number = 200, .source_height = {9}, .gas = mo_u256_from_u64(100)};
    assert_int_equal(check_proposal(&t, 9, false), MO_CORE_KERNEL_NOT_OPEN);
    t.kernel = core.kernel_hash;
    t.dynasty = 7;
    assert_int_equal(check_proposal(&t, 9, false), MO_CORE_DYNASTY_NOT_ABOVE);
    t.dynasty = 8;
    t.gas = mo_u256_from_u64(100);
    assert_int_equal(check_proposal(&t, 9, false), MO_CORE_GAS_NOT_ABOVE);
    t.gas = mo_u256_from_u64(101);
    t.origin_number = 199;
    assert_int_equal(check_proposal(&t, 9, false), MO_CORE_ORIGIN_NUMBER_BELOW);
    t.origin_number = 200;
    assert_int_equal(check_proposal(&t, 9, false), MO_CORE_STATED_HEIGHT_INVALID);
    assert_int_equal(check_proposal(&t, 0, false), MO_CORE_OBSERVATION_UNKNOWN);
    assert_int_equal(check_proposal(&t, 0, true), MO_CORE_ACCEPTED);
    assert_int_equal(core_propose(&t, 0), MO_CORE_ACCEPTED);
    assert_int_equal(check_proposal(&t, 0, true), MO_CORE_PROPOSAL_KNOWN);
}

static void from_the_gas_target_on_the_sources_height_is_stated_and_below_it_is_not(void **state) {
    (void)state;
    core_open();
    mo_transition_t t = core_transition();
    t.gas = mo_u256_from_u64(GAS_STEP - 1);
    assert_false(mo_rules_core_reaches_target(&core, &t));
    assert_int_equal(mo_rules_core_stated_height(&core, &t, (mo_height_t){9}).value, 0);
    assert_int_equal(check_proposal(&t, 9, true), MO_CORE_STATED_HEIGHT_INVALID);
    assert_int_equal(check_proposal(&t, 0, true), MO_CORE_ACCEPTED);
    t.gas = mo_u256_from_u64(GAS_STEP);
    assert_true(mo_rules_core_reaches_target(&core, &t));
    assert_int_equal(mo_rules_core_stated_height(&core, &t, (mo_height_t){9}).value, 9);
    assert_int_equal(check_proposal(&t, 0, true), MO_CORE_STATED_HEIGHT_INVALID);
    assert_int_equal(check_proposal(&t, CORE_ROOT_HEIGHT, true), MO_CORE_STATED_HEIGHT_INVALID);
    assert_int_equal(check_proposal(&t, CORE_ROOT_HEIGHT + 1, true), MO_CORE_ACCEPTED);
}

/* A false statement is a proposal of its own, which can never commit (4.2). */
static void one_transition_with_two_stated_heights_is_two_proposals(void **state) {
    (void)state;
    core_open();
    mo_transition_t t = core_transition();
    t.gas = mo_u256_from_u64(GAS_STEP);
    assert_int_equal(core_propose(&t, 8), MO_CORE_ACCEPTED);
    assert_int_equal(core_propose(&t, 9), MO_CORE_ACCEPTED);
    assert_int_equal(core_propose(&t, 8), MO_CORE_PROPOSAL_KNOWN);
    assert_int_equal(core.proposal_count, 2);
    mo_hash_t hash = mo_rules_transition_hash(&t);
    mo_hash_t id = mo_rules_core_proposal_id(&hash, (mo_height_t){9});
    assert_int_equal(mo_rules_core_proposal(&core, &id)->stated_height.value, 9);
    assert_int_equal(mo_rules_core_proposal_of(&core, &hash)->stated_height.value, 8);
    id.bytes[0] ^= 1;
    hash.bytes[0] ^= 1;
    assert_null(mo_rules_core_proposal(&core, &id));
    assert_null(mo_rules_core_proposal_of(&core, &hash));
}

static void the_id_of_a_proposal_is_the_one_that_ethers_computes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(transition_vectors); i++) {
        mo_hash_t hash = hash_from(transition_vectors[i].hash);
        mo_hash_t id = mo_rules_core_proposal_id(&hash, (mo_height_t){transition_vectors[i].stated_height});
        assert_hash(&id, transition_vectors[i].id);
    }
}

static void proposals_beyond_the_table_are_refused(void **state) {
    (void)state;
    core_open();
    mo_transition_t t = core_transition();
    for (unsigned i = 0; i < MO_CORE_PROPOSALS_MAX; i++) {
        t.dynasty++;
        assert_int_equal(core_propose(&t, 0), MO_CORE_ACCEPTED);
    }
    t.dynasty++;
    assert_int_equal(core_propose(&t, 0), MO_CORE_FULL);
}

/* --- commit, in the order of 4.3
 * ---------------------------------------------------------------------------------- */

static mo_core_verdict_t check_commitment(const mo_commitment_t *wish) {
    static const mo_tally_t zero;
    mo_tally_t tally;
    mo_core_verdict_t verdict = mo_rules_core_check_commitment(&core, wish, &tally);
    if (verdict != MO_CORE_ACCEPTED) {
        assert_memory_equal(&tally, &zero, sizeof zero);
    }
    return verdict;
}

/* The link is signed anew after each repair, so that the seal is never what is wrong before its turn. */
static void a_commit_is_refused_for_each_fault_in_the_order_of_4_3(void **state) {
    (void)state;
    core_create();
    mo_commitment_t wish = {0};
    assert_int_equal(check_commitment(&wish), MO_CORE_STATUS_INVALID);
    core_open();
    assert_int_equal(check_commitment(&wish), MO_CORE_KERNEL_NOT_OPEN);
    wish.transition = core_transition();
    wish.stated_height.value = 9;
    assert_int_equal(check_commitment(&wish), MO_CORE_PROPOSAL_NOT_LIVE);
    wish.transition.gas = mo_u256_from_u64(GAS_STEP);
    assert_int_equal(core_propose(&wish.transition, 9), MO_CORE_ACCEPTED);
    wish.now = READY_AT - 1;
    assert_int_equal(check_commitment(&wish), MO_CORE_PROPOSAL_NOT_READY);
    wish.now = READY_AT;
    assert_int_equal(check_commitment(&wish), MO_CORE_CHAIN_MISMATCH);
    wish.link.chain = core.config.core_id;
    assert_int_equal(check_commitment(&wish), MO_CORE_TRANSITION_MISMATCH);
    wish.link.transition = mo_rules_transition_hash(&wish.transition);
    wish.link.source_height.value = CORE_ROOT_HEIGHT;
    wish.link.target_height.value = CORE_ROOT_HEIGHT + 2;
    assert_int_equal(check_commitment(&wish), MO_CORE_LINK_NOT_FINALISING);
    wish.link.target_height.value = CORE_ROOT_HEIGHT;
    assert_int_equal(check_commitment(&wish), MO_CORE_LINK_NOT_FINALISING);
    wish.link.source_height.value = UINT64_MAX;
    wish.link.target_height.value = 0;
    assert_int_equal(check_commitment(&wish), MO_CORE_LINK_NOT_FINALISING);
    wish.link.source_height.value = CORE_ROOT_HEIGHT;
    wish.link.target_height.value = CORE_ROOT_HEIGHT + 1;
    assert_int_equal(check_commitment(&wish), MO_CORE_SOURCE_HEIGHT_NOT_ABOVE);
    wish.link.source_height.value = 8;
    wish.link.target_height.value = 9;
    assert_int_equal(check_commitment(&wish), MO_CORE_STATED_HEIGHT_MISMATCH);
    wish.link = core_link(&wish.transition, 9);
    assert_int_equal(check_commitment(&wish), MO_CORE_SEAL_LENGTH_INVALID);
    wish.seal = core_sealed(&wish.link, 2);
    assert_int_equal(check_commitment(&wish), MO_CORE_QUORUM_MISSING);
    wish.seal = core_sealed(&wish.link, 3);
    assert_int_equal(check_commitment(&wish), MO_CORE_ACCEPTED);
}

static void a_seal_is_refused_for_each_fault(void **state) {
    (void)state;
    core_open();
    mo_commitment_t wish = core_commitment(8);
    assert_int_equal(check_commitment(&wish), MO_CORE_ACCEPTED);
    core_seal[0] = 1;
    assert_int_equal(check_commitment(&wish), MO_CORE_SEAL_SCHEME_UNKNOWN);
    core_seal[0] = 0;
    uint8_t *last_index = core_seal + 1 + 2 * MO_SEAL_RECORD_SIZE;
    last_index[3] = 1;
    assert_int_equal(check_commitment(&wish), MO_CORE_SEAL_NOT_ASCENDING);
    last_index[3] = FOUNDERS;
    assert_int_equal(check_commitment(&wish), MO_CORE_INDEX_UNASSIGNED);
    last_index[3] = 3;
    assert_int_equal(check_commitment(&wish), MO_CORE_SEAL_SIGNATURE_INVALID);
    last_index[3] = 2;
    wish.seal.size--;
    assert_int_equal(check_commitment(&wish), MO_CORE_SEAL_LENGTH_INVALID);
}

/* A signature under another core's domain, or over another link, is nobody's here. */
static void a_seal_of_another_core_or_link_is_refused(void **state) {
    (void)state;
    core_open();
    mo_commitment_t wish = core_commitment(8);
    mo_hash_t domain = core.config.domain;
    core.config.domain = hash_named('D', 1);
    wish.seal = core_sealed(&wish.link, 3);
    core.config.domain = domain;
    assert_int_equal(check_commitment(&wish), MO_CORE_SEAL_SIGNATURE_INVALID);
    mo_vote_t other = core_link(&wish.transition, 9);
    wish.seal = core_sealed(&other, 3);
    assert_int_equal(check_commitment(&wish), MO_CORE_SEAL_SIGNATURE_INVALID);
}

static void a_commit_fixes_the_meta_block_and_opens_the_next_kernel(void **state) {
    (void)state;
    core_open();
    for (uint64_t n = 1; n <= MO_CORE_SOURCES_MAX + 3; n++) {
        mo_commitment_t wish = core_commitment(CORE_ROOT_HEIGHT + 2 * n);
        mo_kernel_t next = core_next(&wish.transition, &wish.link);
        mo_hash_t next_hash = mo_rules_kernel_hash(&next);
        assert_int_equal(mo_rules_core_commit(&core, &wish, &next), MO_CORE_ACCEPTED);
        assert_int_equal(core.kernel.height.value, n + 1);
        assert_true(mo_hash_equal(&core.kernel_hash, &next_hash));
        assert_int_equal(core.committed.dynasty, 2 * n);
        assert_int_equal(core.committed.source_height.value, CORE_ROOT_HEIGHT + 2 * n);
        assert_true(mo_u256_equal(core.committed.gas, mo_u256_from_u64(600 * n)));
        assert_int_equal(core.proposal_count, 0);
        mo_hash_t source;
        assert_true(mo_rules_core_source(&core, (mo_height_t){n}, &source));
        assert_true(mo_hash_equal(&source, &wish.link.source));
        assert_int_equal(check_commitment(&wish), MO_CORE_KERNEL_NOT_OPEN);
    }
    mo_hash_t source;
    assert_false(mo_rules_core_source(&core, (mo_height_t){3}, &source));
    assert_true(mo_rules_core_source(&core, (mo_height_t){4}, &source));
    assert_false(mo_rules_core_source(&core, (mo_height_t){0}, &source));
    assert_false(mo_rules_core_source(&core, core.kernel.height, &source));
    assert_true(mo_hash_is_zero(&source));
}

static void a_next_kernel_that_does_not_follow_changes_nothing(void **state) {
    (void)state;
    core_open();
    mo_commitment_t wish = core_commitment(8);
    mo_kernel_t good = core_next(&wish.transition, &wish.link);
    static mo_core_t before;
    before = core;
    mo_kernel_t next = good;
    next.height.value++;
    assert_int_equal(mo_rules_core_commit(&core, &wish, &next), MO_CORE_KERNEL_HEIGHT_MISMATCH);
    next = good;
    next.parent.bytes[31] ^= 1;
    assert_int_equal(mo_rules_core_commit(&core, &wish, &next), MO_CORE_PARENT_MISMATCH);
    next = good;
    next.gas_target = mo_u256_from_u64(600);
    assert_int_equal(mo_rules_core_commit(&core, &wish, &next), MO_CORE_GAS_TARGET_MISMATCH);
    next = good;
    next.updates[next.update_count++] = (mo_update_t){.validator = signer_number(0), .weight = {1}};
    assert_int_equal(mo_rules_core_commit(&core, &wish, &next), MO_CORE_UPDATES_REFUSED);
    assert_memory_equal(&before, &core, sizeof before);
    assert_int_equal(mo_rules_core_commit(&core, &wish, &good), MO_CORE_ACCEPTED);
}

/* K_2 lets a fifth validator in: B_2 is sealed by the forward set with it and by the rear set without it
 * (5.3). */
static void a_seal_of_a_changed_set_needs_both_sets(void **state) {
    (void)state;
    core_open();
    mo_commitment_t first = core_commitment(8);
    mo_kernel_t k2 = core_next(&first.transition, &first.link);
    k2.updates[k2.update_count++] = (mo_update_t){.validator = signer_number(FOUNDERS), .weight = {3}};
    assert_int_equal(mo_rules_core_commit(&core, &first, &k2), MO_CORE_ACCEPTED);
    mo_commitment_t second = core_commitment(10);
    assert_int_equal(check_commitment(&second), MO_CORE_QUORUM_MISSING);
    mo_hash_t digest = mo_rules_vote_digest(&core.config.domain, &second.link);
    mo_seal_record_t records[] = {record_signed(0, 0, &digest), record_signed(1, 1, &digest),
                                  record_signed(2, 2, &digest), record_signed(FOUNDERS, FOUNDERS, &digest)};
    uint8_t memory[1 + 4 * MO_SEAL_RECORD_SIZE];
    mo_buffer_t out = MO_BUFFER(memory);
    assert_int_equal(mo_rules_seal_build(records, 4, &out), MO_SEAL_WELL_FORMED);
    second.seal = mo_buffer_view(&out);
    mo_tally_t tally;
    assert_int_equal(mo_rules_core_check_commitment(&core, &second, &tally), MO_CORE_ACCEPTED);
    assert_int_equal(tally.forward.value, 6);
    assert_int_equal(tally.forward_total.value, 7);
    assert_int_equal(tally.rear.value, 3);
    assert_int_equal(tally.rear_total.value, 4);
    mo_buffer_t without = MO_BUFFER(memory);
    mo_seal_record_t two[] = {records[0], records[1], records[3]};
    assert_int_equal(mo_rules_seal_build(two, 3, &without), MO_SEAL_WELL_FORMED);
    second.seal = mo_buffer_view(&without);
    assert_int_equal(check_commitment(&second), MO_CORE_QUORUM_MISSING);
}

static void a_halted_core_takes_nothing_more(void **state) {
    (void)state;
    core_open();
    mo_commitment_t wish = core_commitment(8);
    mo_rules_core_halt(&core);
    assert_int_equal(check_commitment(&wish), MO_CORE_STATUS_INVALID);
    assert_int_equal(check_proposal(&wish.transition, 0, true), MO_CORE_STATUS_INVALID);
    mo_kernel_t k1 = core_k1();
    assert_int_equal(mo_rules_core_open(&core, 96, &k1), MO_CORE_STATUS_INVALID);
    assert_string_equal(mo_rules_core_verdict_name(MO_CORE_STATUS_INVALID), "StatusInvalid");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_core_opens_with_the_committed_values_of_its_roots),
        cmocka_unit_test(a_first_kernel_that_does_not_follow_from_the_setup_is_refused),
        cmocka_unit_test(a_proposal_is_refused_for_each_fault_in_the_order_of_4_2),
        cmocka_unit_test(from_the_gas_target_on_the_sources_height_is_stated_and_below_it_is_not),
        cmocka_unit_test(one_transition_with_two_stated_heights_is_two_proposals),
        cmocka_unit_test(the_id_of_a_proposal_is_the_one_that_ethers_computes),
        cmocka_unit_test(proposals_beyond_the_table_are_refused),
        cmocka_unit_test(a_commit_is_refused_for_each_fault_in_the_order_of_4_3),
        cmocka_unit_test(a_seal_is_refused_for_each_fault),
        cmocka_unit_test(a_seal_of_another_core_or_link_is_refused),
        cmocka_unit_test(a_commit_fixes_the_meta_block_and_opens_the_next_kernel),
        cmocka_unit_test(a_next_kernel_that_does_not_follow_changes_nothing),
        cmocka_unit_test(a_seal_of_a_changed_set_needs_both_sets),
        cmocka_unit_test(a_halted_core_takes_nothing_more),
    };
    return cmocka_run_group_tests_name("rules/core", tests, NULL, NULL);
}
