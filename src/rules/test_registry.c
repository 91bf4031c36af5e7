#include "rules/test_origin_world.h"

#define TOLD(call_, verdict) assert_int_equal((call_), (verdict))

static void every_check_of_a_deposit_has_its_verdict_5_1(void **state) {
    (void)state;
    origin_create();
    mo_call_t call = by(0);
    mo_depositing_t wish = deposit_of(0);
    wish.key.bytes[63] ^= 1;
    TOLD(mo_rules_registry_deposit(origin, &call, &wish), MO_REGISTRY_KEY_NOT_ON_CURVE);
    wish = deposit_of(0);
    wish.withdrawal = (mo_address_t){{0}};
    TOLD(mo_rules_registry_deposit(origin, &call, &wish), MO_REGISTRY_WITHDRAWAL_ADDRESS_ZERO);
    wish = deposit_of(0);
    wish.amount = mo_u256_from_u64(9);
    TOLD(mo_rules_registry_deposit(origin, &call, &wish), MO_REGISTRY_STAKE_TOO_SMALL);
    wish.amount = mo_u256_from_u64(UINT64_C(1) << 32);
    TOLD(mo_rules_registry_deposit(origin, &call, &wish), MO_REGISTRY_STAKE_TOO_LARGE);
    wish = deposit_of(0);
    wish.signature.size = 63;
    TOLD(mo_rules_registry_deposit(origin, &call, &wish), MO_REGISTRY_SIGNATURE_LENGTH_INVALID);
    memset(signature_memory, 0xff, sizeof signature_memory);
    wish.signature.size = 64;
    TOLD(mo_rules_registry_deposit(origin, &call, &wish), MO_REGISTRY_SIGNATURE_INVALID);
    wish = deposit_of(0);
    call = by(1);
    TOLD(mo_rules_registry_deposit(origin, &call, &wish), MO_REGISTRY_SIGNER_MISMATCH);
    assert_int_equal(origin->account_count, 0);
    deposit(0);
    call = by(0);
    wish = deposit_of(0);
    TOLD(mo_rules_registry_deposit(origin, &call, &wish), MO_REGISTRY_SIGNER_KNOWN);
    mo_rules_core_halt(&origin->core);
    TOLD(mo_rules_registry_deposit(origin, &call, &wish), MO_REGISTRY_CORE_IS_HALTED);
}

static void a_deposit_beyond_the_capacity_is_refused_as_full_5_1(void **state) {
    (void)state;
    origin_create();
    for (uint32_t i = 0; i < CAPACITY; i++) {
        deposit(i);
    }
    mo_depositing_t wish = deposit_of(CAPACITY);
    mo_call_t call = by(CAPACITY);
    TOLD(mo_rules_registry_deposit(origin, &call, &wish), MO_REGISTRY_FULL);
}

static void a_cancelled_deposit_is_refunded_and_cannot_come_back_5_1(void **state) {
    (void)state;
    origin_create();
    deposit(0);
    mo_address_t signer = signer_number(0);
    mo_u256_t refund;
    mo_call_t call = by(1);
    TOLD(mo_rules_registry_cancel(origin, &call, &signer, &refund), MO_REGISTRY_NOT_WITHDRAWAL_ADDRESS);
    call = by(0);
    TOLD(mo_rules_registry_cancel(origin, &call, &signer, &refund), MO_REGISTRY_ACCEPTED);
    assert_amount(refund, STAKE);
    TOLD(mo_rules_registry_cancel(origin, &call, &signer, &refund), MO_REGISTRY_STATE_INVALID);
    assert_amount(refund, 0);
    mo_depositing_t wish = deposit_of(0);
    TOLD(mo_rules_registry_deposit(origin, &call, &wish), MO_REGISTRY_SIGNER_KNOWN);
    assert_int_equal(mo_rules_registry_waiting(origin, MO_UPDATE_JOIN, NULL, 0), 0);
}

/* Leaves by the logout, waits for the hand-over and the delay, and is paid (5.1). */
static void a_leaver_is_paid_after_the_hand_over_and_the_delay_5_1(void **state) {
    (void)state;
    origin_open(4);
    mo_address_t signer = signer_number(3);
    mo_hash_t hash = mo_rules_logout_hash(&signer);
    mo_call_t call = by(0);
    TOLD(mo_rules_registry_logout(origin, &call, &signer, signed_by(2, &hash)), MO_REGISTRY_SIGNER_MISMATCH);
    TOLD(mo_rules_registry_release(origin, &call, &signer), MO_REGISTRY_HAND_OVER_PENDING);
    TOLD(mo_rules_registry_logout(origin, &call, &signer, signed_by(3, &hash)), MO_REGISTRY_ACCEPTED);
    TOLD(mo_rules_registry_logout(origin, &call, &signer, signed_by(3, &hash)), MO_REGISTRY_STATE_INVALID);
    commit_next(4);
    assert_int_equal(account(3)->end_height, 0); /* founders changed with K_1: two heights apart (5.4) */
    commit_next(4);
    assert_int_equal(account(3)->end_height, 3);
    commit_next(4);
    TOLD(mo_rules_registry_release(origin, &call, &signer), MO_REGISTRY_HAND_OVER_PENDING);
    commit_next(3);
    call = by(0);
    TOLD(mo_rules_registry_release(origin, &call, &signer), MO_REGISTRY_ACCEPTED);
    mo_u256_t amount;
    TOLD(mo_rules_registry_withdraw(origin, &call, &signer, &amount), MO_REGISTRY_WITHDRAWAL_DELAYED);
    now += 60;
    call = by(0);
    TOLD(mo_rules_registry_withdraw(origin, &call, &signer, &amount), MO_REGISTRY_ACCEPTED);
    assert_amount(amount, STAKE);
    TOLD(mo_rules_registry_withdraw(origin, &call, &signer, &amount), MO_REGISTRY_STATE_INVALID);
    mo_rules_core_halt(&origin->core);
    signer = signer_number(0);
    TOLD(mo_rules_registry_logout(origin, &call, &signer, (mo_bytes_t){NULL, 0}), MO_REGISTRY_CORE_NOT_OPEN);
    signer = signer_number(9);
    TOLD(mo_rules_registry_release(origin, &call, &signer), MO_REGISTRY_STATE_INVALID);
}

static void a_refresh_queues_another_weight_once_5_2(void **state) {
    (void)state;
    origin_open(3);
    mo_address_t signer = signer_number(1);
    TOLD(mo_rules_registry_refresh(origin, &signer), MO_REGISTRY_WEIGHT_UNCHANGED);
    origin->accounts[1].shares = mo_u256_from_u64(50);
    TOLD(mo_rules_registry_refresh(origin, &signer), MO_REGISTRY_ACCEPTED);
    TOLD(mo_rules_registry_refresh(origin, &signer), MO_REGISTRY_UPDATE_WAITING);
    signer = signer_number(9);
    TOLD(mo_rules_registry_refresh(origin, &signer), MO_REGISTRY_STATE_INVALID);
    commit_next(3);
    commit_next(3);
    assert_int_equal(origin->core.validators.at[1].weight, 50);
    assert_int_equal(mo_rules_validators_total(&origin->core.validators, (mo_height_t){3}).value, 250);
}

/* --- offences -------------------------------------------------------------------------------------------- */

static mo_evidence_t evidence_of(uint32_t key_a, uint32_t key_b) {
    mo_evidence_t evidence = {.a = {.chain = origin->config.core.core_id,
                                    .source = hash_named('x', 1),
                                    .source_height = {1},
                                    .target_height = {2}}};
    evidence.b = evidence.a;
    evidence.b.source = hash_named('x', 2);
    mo_hash_t digest_a = mo_rules_vote_digest(&origin->config.core.domain, &evidence.a);
    mo_hash_t digest_b = mo_rules_vote_digest(&origin->config.core.domain, &evidence.b);
    evidence.signature_a = record_signed(key_a, 0, &digest_a).signature;
    evidence.signature_b = record_signed(key_b, 0, &digest_b).signature;
    return evidence;
}

static void every_check_of_evidence_has_its_verdict_2_3(void **state) {
    (void)state;
    origin_open(4);
    mo_call_t call = by(1);
    mo_evidence_t evidence = evidence_of(0, 0);
    evidence.b.chain = hash_named('y', 0);
    TOLD(mo_rules_registry_slash(origin, &call, &evidence), MO_REGISTRY_CHAINS_DIFFER);
    evidence.a.chain = evidence.b.chain;
    TOLD(mo_rules_registry_slash(origin, &call, &evidence), MO_REGISTRY_CHAIN_FOREIGN);
    evidence = evidence_of(0, 0);
    evidence.b = evidence.a;
    TOLD(mo_rules_registry_slash(origin, &call, &evidence), MO_REGISTRY_VOTES_EQUAL);
    evidence = evidence_of(0, 0);
    evidence.b.source_height.value = 2;
    evidence.b.target_height.value = 3;
    TOLD(mo_rules_registry_slash(origin, &call, &evidence), MO_REGISTRY_NO_OFFENCE);
    evidence = evidence_of(0, 0);
    memset(evidence.signature_b.vs.bytes, 0xff, 32);
    TOLD(mo_rules_registry_slash(origin, &call, &evidence), MO_REGISTRY_SIGNATURE_INVALID);
    evidence = evidence_of(0, 1);
    TOLD(mo_rules_registry_slash(origin, &call, &evidence), MO_REGISTRY_SIGNERS_DIFFER);
    evidence = evidence_of(9, 9);
    TOLD(mo_rules_registry_slash(origin, &call, &evidence), MO_REGISTRY_STATE_INVALID);
}

static void a_slash_pays_the_reporter_and_burns_the_rest_and_is_once_2_3(void **state) {
    (void)state;
    origin_open(4);
    mo_call_t call = by(1);
    mo_evidence_t evidence = evidence_of(0, 0);
    TOLD(mo_rules_registry_slash(origin, &call, &evidence), MO_REGISTRY_ACCEPTED);
    TOLD(mo_rules_registry_slash(origin, &call, &evidence), MO_REGISTRY_STATE_INVALID);
    assert_amount(origin->burned, 95);
    mo_u256_t amount;
    TOLD(mo_rules_registry_collect(origin, &call, &amount), MO_REGISTRY_ACCEPTED);
    assert_amount(amount, 5);
    TOLD(mo_rules_registry_collect(origin, &call, &amount), MO_REGISTRY_NO_CREDIT);
    assert_int_equal(origin->core.status, MO_CORE_OPEN);
    evidence = evidence_of(1, 1);
    TOLD(mo_rules_registry_slash(origin, &call, &evidence), MO_REGISTRY_ACCEPTED);
    assert_int_equal(origin->core.status, MO_CORE_HALTED); /* half of the weight (4.5) */
}

static void a_slashed_joiner_leaves_the_queue_2_3(void **state) {
    (void)state;
    origin_open(4);
    deposit(5);
    mo_call_t call = by(1);
    mo_evidence_t evidence = evidence_of(5, 5);
    TOLD(mo_rules_registry_slash(origin, &call, &evidence), MO_REGISTRY_ACCEPTED);
    assert_int_equal(mo_rules_registry_waiting(origin, MO_UPDATE_JOIN, NULL, 0), 0);
    assert_int_equal(mo_rules_registry_waiting(origin, MO_UPDATE_SLASH, NULL, 0), 0);
}

/* --- presence and the leak (5.5) -------------------------------------------------------------------------- */

static mo_registry_verdict_t present(const mo_vote_t *vote, uint64_t height, uint32_t key, uint32_t index) {
    mo_hash_t digest = mo_rules_vote_digest(&origin->config.core.domain, vote);
    mo_seal_record_t record = record_signed(key, index, &digest);
    mo_buffer_t out = MO_BUFFER(seal_memory);
    assert_int_equal(mo_rules_seal_build(&record, 1, &out), MO_SEAL_WELL_FORMED);
    mo_presence_t wish = {{height}, vote, 1, {seal_memory + 1, MO_SEAL_RECORD_SIZE}};
    return mo_rules_registry_present(origin, &wish);
}

static void every_check_of_presence_has_its_verdict_5_5(void **state) {
    (void)state;
    origin_open(4);
    mo_vote_t vote = {.chain = origin->config.core.core_id, .target_height = {7}};
    TOLD(present(&vote, 0, 3, 3), MO_REGISTRY_HEIGHT_NOT_COMMITTED_LAST);
    commit_next(3);
    TOLD(present(&vote, 2, 3, 3), MO_REGISTRY_HEIGHT_NOT_COMMITTED_LAST);
    mo_presence_t wish = {{1}, &vote, 1, {seal_memory, MO_SEAL_RECORD_SIZE - 1}};
    TOLD(mo_rules_registry_present(origin, &wish), MO_REGISTRY_RECORDS_LENGTH_INVALID);
    mo_vote_t other = vote;
    other.chain = origin->config.origin_id;
    TOLD(present(&other, 1, 3, 3), MO_REGISTRY_VOTE_CHAIN_MISMATCH);
    other = vote;
    other.target_height.value = 8;
    TOLD(present(&other, 1, 3, 3), MO_REGISTRY_VOTE_TARGET_MISMATCH);
    TOLD(present(&vote, 1, 3, 4), MO_REGISTRY_INDEX_UNASSIGNED);
    TOLD(present(&vote, 1, 2, 3), MO_REGISTRY_SEAL_SIGNATURE_INVALID);
    TOLD(present(&vote, 1, 3, 3), MO_REGISTRY_ACCEPTED);
    assert_int_equal(account(3)->last_present, 1);
    mo_rules_validators_slash(&origin->core.validators, 3);
    TOLD(present(&vote, 1, 3, 3), MO_REGISTRY_WEIGHTLESS);
}

static void every_check_of_a_leak_has_its_verdict_5_5(void **state) {
    (void)state;
    static const uint8_t three[] = {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2};
    mo_roll_preimage_t lists[4];
    for (size_t i = 0; i < 4; i++) {
        lists[i] = (mo_roll_preimage_t){0, MO_BYTES(three)};
    }
    origin_open(4);
    mo_address_t signer = signer_number(9);
    TOLD(mo_rules_registry_leak(origin, &signer, lists, 4), MO_REGISTRY_STATE_INVALID);
    signer = signer_number(3);
    TOLD(mo_rules_registry_leak(origin, &signer, lists, 4), MO_REGISTRY_JOINED_TOO_LATE);
    for (int i = 0; i < 5; i++) {
        commit_next(3);
    }
    TOLD(mo_rules_registry_leak(origin, &signer, lists, 3), MO_REGISTRY_PREIMAGE_COUNT_INVALID);
    lists[2].kind = 1;
    TOLD(mo_rules_registry_leak(origin, &signer, lists, 4), MO_REGISTRY_ROLL_MISMATCH);
    lists[2].kind = 0;
    mo_address_t present_one = signer_number(1);
    TOLD(mo_rules_registry_leak(origin, &present_one, lists, 4), MO_REGISTRY_SIGNED_THEN);
    origin->accounts[3].last_present = 1;
    TOLD(mo_rules_registry_leak(origin, &signer, lists, 4), MO_REGISTRY_PRESENT_SINCE);
    origin->accounts[3].last_present = 0;
    TOLD(mo_rules_registry_leak(origin, &signer, lists, 4), MO_REGISTRY_ACCEPTED);
    assert_amount(account(3)->shares, 90);
    assert_amount(origin->burned, 10);
    assert_int_equal(account(3)->waiting.weight, 90);
    TOLD(mo_rules_registry_leak(origin, &signer, lists, 4), MO_REGISTRY_LEAKED_SINCE);
    origin->core.validators.at[3].weight = 0;
    TOLD(mo_rules_registry_leak(origin, &signer, lists, 4), MO_REGISTRY_WEIGHTLESS);
    mo_rules_core_halt(&origin->core);
    TOLD(mo_rules_registry_leak(origin, &signer, lists, 4), MO_REGISTRY_CORE_NOT_OPEN);
}

static void a_veto_costs_one_percent_and_stands_for_ever_gateway_7_5(void **state) {
    (void)state;
    origin_open(4);
    mo_call_t call = by(2);
    mo_veto_t wish = {.signer = signer_number(2)};
    TOLD(mo_rules_registry_veto(origin, &call, &wish), MO_REGISTRY_GATEWAY_ZERO);
    wish.gateway.bytes[3] = 1;
    TOLD(mo_rules_registry_veto(origin, &call, &wish), MO_REGISTRY_ACCEPTED);
    assert_true(mo_rules_registry_is_vetoed(origin, &wish.gateway));
    assert_amount(account(2)->shares, 99);
    TOLD(mo_rules_registry_veto(origin, &call, &wish), MO_REGISTRY_GATEWAY_VETOED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_check_of_a_deposit_has_its_verdict_5_1),
        cmocka_unit_test(a_deposit_beyond_the_capacity_is_refused_as_full_5_1),
        cmocka_unit_test(a_cancelled_deposit_is_refunded_and_cannot_come_back_5_1),
        cmocka_unit_test(a_leaver_is_paid_after_the_hand_over_and_the_delay_5_1),
        cmocka_unit_test(a_refresh_queues_another_weight_once_5_2),
        cmocka_unit_test(every_check_of_evidence_has_its_verdict_2_3),
        cmocka_unit_test(a_slash_pays_the_reporter_and_burns_the_rest_and_is_once_2_3),
        cmocka_unit_test(a_slashed_joiner_leaves_the_queue_2_3),
        cmocka_unit_test(every_check_of_presence_has_its_verdict_5_5),
        cmocka_unit_test(every_check_of_a_leak_has_its_verdict_5_5),
        cmocka_unit_test(a_veto_costs_one_percent_and_stands_for_ever_gateway_7_5),
    };
    return cmocka_run_group_tests_name("rules/registry", tests, NULL, NULL);
}
