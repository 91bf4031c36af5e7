#include "rules/test_origin_world.h"

#define TOLD(call_, verdict) assert_int_equal((call_), (verdict))

static void every_check_of_opening_has_its_verdict_5_1(void **state) {
    (void)state;
    origin_create();
    mo_call_t call = by(0);
    origin->config.deposits_until = now + 1;
    TOLD(mo_rules_origin_open(origin, &call, ROOT_BLOCK), MO_CORE_DEPOSIT_PERIOD_RUNNING);
    origin->config.deposits_until = now;
    TOLD(mo_rules_origin_open(origin, &call, ROOT_BLOCK), MO_CORE_TOO_FEW_VALIDATORS);
    deposit(0);
    origin->config.min_stake_total = mo_u256_from_u64(STAKE + 1);
    TOLD(mo_rules_origin_open(origin, &call, ROOT_BLOCK), MO_CORE_TOO_LITTLE_STAKE);
    origin->config.min_stake_total = mo_u256_from_u64(STAKE);
    origin->accounts[0].waiting.weight = 0;
    TOLD(mo_rules_origin_open(origin, &call, ROOT_BLOCK), MO_CORE_NO_WEIGHT);
    origin->accounts[0].waiting.weight = STAKE;
    TOLD(mo_rules_origin_open(origin, &call, ROOT_BLOCK), MO_CORE_ACCEPTED);
    TOLD(mo_rules_origin_open(origin, &call, ROOT_BLOCK), MO_CORE_STATUS_INVALID);
    assert_int_equal(account(0)->join_height, 1);
}

static void the_first_u_deposits_are_the_founders_4_3(void **state) {
    (void)state;
    origin_open(6);
    assert_int_equal(origin->core.kernel.update_count, 4);
    assert_int_equal(mo_rules_registry_waiting(origin, MO_UPDATE_JOIN, NULL, 0), 2);
    commit_next(4);
    assert_int_equal(account(4)->index, 4);
    assert_int_equal(account(5)->join_height, 2);
}

static void a_bond_comes_back_once_after_its_kernel_4_2(void **state) {
    (void)state;
    origin_open(3);
    mo_proposing_t wish = next_proposal(1);
    mo_hash_t hash = mo_rules_transition_hash(&wish.transition);
    mo_height_t stated = wish.stated_height;
    commit_next(3);
    TOLD(mo_rules_origin_reclaim(origin, &hash, stated), MO_CORE_ACCEPTED);
    TOLD(mo_rules_origin_reclaim(origin, &hash, stated), MO_CORE_BOND_NOT_RECLAIMABLE);
    mo_call_t call = by(0);
    mo_u256_t amount;
    TOLD(mo_rules_origin_collect(origin, &call, &amount), MO_CORE_ACCEPTED);
    assert_amount(amount, 7);
    TOLD(mo_rules_origin_collect(origin, &call, &amount), MO_CORE_NO_CREDIT);
    wish = next_proposal(1);
    TOLD(mo_rules_origin_propose(origin, &call, &wish), MO_CORE_ACCEPTED);
    TOLD(mo_rules_origin_propose(origin, &call, &wish), MO_CORE_PROPOSAL_KNOWN);
    hash = mo_rules_transition_hash(&wish.transition);
    TOLD(mo_rules_origin_reclaim(origin, &hash, wish.stated_height), MO_CORE_BOND_NOT_RECLAIMABLE);
}

static void a_halt_challenge_waits_and_a_commit_answers_it_4_4(void **state) {
    (void)state;
    origin_open(3);
    mo_call_t call = by(1);
    TOLD(mo_rules_origin_halt(origin, &call), MO_CORE_HALT_CHALLENGE_MISSING);
    TOLD(mo_rules_origin_challenge_halt(origin, &call), MO_CORE_HALT_CHALLENGE_TOO_EARLY);
    now += 600;
    call = by(1);
    TOLD(mo_rules_origin_challenge_halt(origin, &call), MO_CORE_ACCEPTED);
    TOLD(mo_rules_origin_challenge_halt(origin, &call), MO_CORE_HALT_CHALLENGE_PENDING);
    TOLD(mo_rules_origin_halt(origin, &call), MO_CORE_HALT_WINDOW_RUNNING);
    commit_next(3);
    mo_address_t committer = owner(0);
    assert_amount(mo_ledger_credit(&origin->core_credit, &committer), 11);
    now += 300;
    call = by(1);
    TOLD(mo_rules_origin_challenge_halt(origin, &call), MO_CORE_ACCEPTED);
    now += 120;
    call = by(2);
    TOLD(mo_rules_origin_halt(origin, &call), MO_CORE_ACCEPTED);
    TOLD(mo_rules_origin_halt(origin, &call), MO_CORE_STATUS_INVALID);
    TOLD(mo_rules_origin_challenge_halt(origin, &call), MO_CORE_STATUS_INVALID);
    mo_lower_t lower = {.transition = next_transition()};
    TOLD(mo_rules_origin_challenge_gas_target(origin, &call, &lower), MO_CORE_STATUS_INVALID);
    mo_address_t challenger = owner(1);
    assert_amount(mo_ledger_credit(&origin->core_credit, &challenger), 11);
}

/* --- challenges ------------------------------------------------------------------------------------------ */

static mo_core_verdict_t contradict(mo_contradiction_t *wish) {
    mo_call_t call = by(5);
    wish->seal = sealed_by(&wish->link, 3);
    return mo_rules_origin_challenge_observation(origin, &call, wish);
}

static void every_check_of_an_observation_challenge_has_its_verdict_4_4(void **state) {
    (void)state;
    origin_open(3);
    mo_proposing_t proposal = next_proposal(1);
    mo_contradiction_t wish = {.transition = proposal.transition,
                               .stated_height = proposal.stated_height,
                               .link = {.chain = origin->config.origin_id,
                                        .source = hash_named('f', 0),
                                        .source_height = {ROOT_BLOCK / 8},
                                        .target_height = {ROOT_BLOCK / 8 + 1}},
                               .m = {1},
                               .known = hash_named('t', 0)};
    TOLD(contradict(&wish), MO_CORE_PROPOSAL_NOT_LIVE);
    mo_call_t call = by(0);
    TOLD(mo_rules_origin_propose(origin, &call, &proposal), MO_CORE_ACCEPTED);
    wish.m.value = 2;
    TOLD(contradict(&wish), MO_CORE_HEIGHT_NOT_TALLIED);
    wish.m.value = 1;
    wish.link.source_height.value++;
    wish.link.target_height.value++;
    TOLD(contradict(&wish), MO_CORE_OBSERVATION_NOT_REACHED);
    wish.link.source_height.value--;
    wish.link.target_height.value--;
    wish.known = (mo_hash_t){{0}};
    TOLD(contradict(&wish), MO_CORE_CHECKPOINT_NOT_RECORDED);
    wish.known = wish.link.source;
    TOLD(contradict(&wish), MO_CORE_OBSERVATION_RIGHT);
    wish.known = hash_named('t', 0);
    TOLD(contradict(&wish), MO_CORE_ACCEPTED);
    assert_int_equal(origin->core.status, MO_CORE_HALTED);
    mo_address_t challenger = owner(5);
    assert_amount(mo_ledger_credit(&origin->core_credit, &challenger), 7);
    /* No halt challenge was pending: nobody gets its bond. */
    mo_address_t nobody = {{0}};
    assert_amount(mo_ledger_credit(&origin->core_credit, &nobody), 0);
    assert_amount(mo_ledger_credit(&origin->registry_credit, &challenger), 1); /* 5 % of 30 */
    assert_amount(origin->burned, 29);
    assert_amount(account(0)->shares, 90);
}

static void a_lower_checkpoint_strikes_a_higher_proposal_4_4(void **state) {
    (void)state;
    origin_open(3);
    mo_proposing_t high = next_proposal(3);
    mo_call_t call = by(0);
    TOLD(mo_rules_origin_propose(origin, &call, &high), MO_CORE_ACCEPTED);
    mo_lower_t wish = {.struck_hash = mo_rules_transition_hash(&high.transition), .transition = next_transition()};
    wish.transition.transaction_root = hash_named('r', 9);
    wish.observation_known = true;
    TOLD(mo_rules_origin_challenge_gas_target(origin, &call, &wish), MO_CORE_PROPOSAL_NOT_LIVE);
    wish.struck_height = high.stated_height;
    wish.transition.kernel = hash_named('k', 9);
    TOLD(mo_rules_origin_challenge_gas_target(origin, &call, &wish), MO_CORE_KERNEL_NOT_OPEN);
    wish.transition.kernel = origin->core.kernel_hash;
    wish.transition.dynasty = origin->core.committed.dynasty;
    TOLD(mo_rules_origin_challenge_gas_target(origin, &call, &wish), MO_CORE_DYNASTY_NOT_ABOVE);
    wish.transition.dynasty++;
    wish.observation_known = false;
    TOLD(mo_rules_origin_challenge_gas_target(origin, &call, &wish), MO_CORE_OBSERVATION_UNKNOWN);
    wish.observation_known = true;
    wish.transition.gas = MO_U256_ONE;
    TOLD(mo_rules_origin_challenge_gas_target(origin, &call, &wish), MO_CORE_GAS_BELOW_TARGET);
    wish.transition.gas = origin->core.kernel.gas_target;
    wish.link = finalising(&wish.transition, high.stated_height.value);
    TOLD(mo_rules_origin_challenge_gas_target(origin, &call, &wish), MO_CORE_SOURCE_HEIGHT_NOT_BELOW);
    wish.link = finalising(&wish.transition, 6);
    wish.seal = sealed_by(&wish.link, 2);
    TOLD(mo_rules_origin_challenge_gas_target(origin, &call, &wish), MO_CORE_QUORUM_MISSING);
    wish.seal = sealed_by(&wish.link, 3);
    TOLD(mo_rules_origin_challenge_gas_target(origin, &call, &wish), MO_CORE_ACCEPTED);
    TOLD(mo_rules_origin_reclaim(origin, &wish.struck_hash, wish.struck_height), MO_CORE_ACCEPTED);
    mo_hash_t hash = mo_rules_transition_hash(&wish.transition);
    mo_hash_t id = mo_rules_core_proposal_id(&hash, (mo_height_t){6});
    assert_int_equal(mo_rules_origin_bond(origin, &id)->state, MO_BOND_LIVE);
    TOLD(mo_rules_origin_reclaim(origin, &hash, (mo_height_t){6}), MO_CORE_BOND_NOT_RECLAIMABLE);
}

static void nothing_is_struck_that_states_no_height_4_4(void **state) {
    (void)state;
    origin_open(3);
    mo_proposing_t low = {next_transition(), {0}, true};
    low.transition.gas = MO_U256_ONE;
    mo_call_t call = by(0);
    TOLD(mo_rules_origin_propose(origin, &call, &low), MO_CORE_ACCEPTED);
    mo_lower_t wish = {.struck_hash = mo_rules_transition_hash(&low.transition), .transition = next_transition()};
    TOLD(mo_rules_origin_challenge_gas_target(origin, &call, &wish), MO_CORE_NOTHING_STATED);
}

/* --- what a commit passed over (4.4 b), and the loss (4.6) ------------------------------------------------ */

/* B_1 commits a source three above the root; a checkpoint one above it had reached the target. */
static mo_missed_t missed_after_b1(void) {
    mo_kernel_t k1 = origin->core.kernel;
    mo_proposing_t wish = next_proposal(3);
    mo_call_t call = by(0);
    assert_int_equal(mo_rules_origin_propose(origin, &call, &wish), MO_CORE_ACCEPTED);
    now += 10;
    call = by(0);
    mo_vote_t link = finalising(&wish.transition, wish.stated_height.value);
    mo_commitment_t commitment = {wish.transition, wish.stated_height, link, sealed_by(&link, 3), now};
    assert_int_equal(mo_rules_origin_commit(origin, &call, &commitment), MO_CORE_ACCEPTED);
    mo_missed_t missed = {.updates = mo_rules_updates_hash(&origin->core.kernel),
                          .transition = mo_rules_transition_hash(&wish.transition),
                          .vote = mo_rules_vote_hash(&link),
                          .kernel_updates = mo_rules_updates_hash(&k1),
                          .missed = wish.transition,
                          .missed_height = {6},
                          .header_hash = link.source};
    missed.finalised = mo_rules_transition_hash(&missed.missed);
    return missed;
}

static mo_core_verdict_t prove(mo_missed_t wish) {
    mo_call_t call = by(5);
    return mo_rules_origin_prove_missed(origin, &call, &wish);
}

static void every_check_of_a_missed_checkpoint_has_its_verdict_4_4(void **state) {
    (void)state;
    origin_open(3);
    mo_missed_t none = {.missed_height = {6}};
    TOLD(prove(none), MO_CORE_NOTHING_COMMITTED);
    mo_missed_t right = missed_after_b1();
    mo_missed_t wish = right;
    wish.vote = hash_named('v', 0);
    TOLD(prove(wish), MO_CORE_EVIDENCE_MISMATCH);
    wish = right;
    wish.missed_height.value = 5;
    TOLD(prove(wish), MO_CORE_MISSED_HEIGHT_NOT_ABOVE);
    wish.missed_height.value = 8;
    TOLD(prove(wish), MO_CORE_MISSED_HEIGHT_NOT_BELOW);
    wish = right;
    wish.missed.kernel = hash_named('k', 0);
    TOLD(prove(wish), MO_CORE_MISSED_KERNEL_MISMATCH);
    wish = right;
    wish.missed.gas = MO_U256_ONE;
    TOLD(prove(wish), MO_CORE_GAS_BELOW_TARGET);
    wish = right;
    wish.missed.dynasty = 0;
    TOLD(prove(wish), MO_CORE_DYNASTY_NOT_ABOVE);
    wish = right;
    wish.header_hash = hash_named('h', 0);
    TOLD(prove(wish), MO_CORE_HEADER_NOT_SOURCE);
    wish = right;
    wish.finalised = hash_named('h', 0);
    TOLD(prove(wish), MO_CORE_FINALISED_MISMATCH);
    TOLD(prove(right), MO_CORE_ACCEPTED);
    TOLD(prove(right), MO_CORE_MISSED_HEIGHT_NOT_BELOW);
}

/* Two of height missed at 1 % each: everybody keeps 98 of 100; of the 6 lost 5 % rounds to nothing. */
static void a_loss_falls_on_everybody_of_that_kernel_and_on_no_later_joiner_4_6(void **state) {
    (void)state;
    origin_open(3);
    deposit(7);
    mo_missed_t right = missed_after_b1();
    TOLD(prove(right), MO_CORE_ACCEPTED);
    assert_amount(mo_rules_registry_stake(origin, account(0)), 98);
    assert_amount(mo_rules_registry_stake(origin, account(7)), STAKE);
    assert_amount(origin->exposed, 294);
    assert_amount(origin->burned, 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_check_of_opening_has_its_verdict_5_1),
        cmocka_unit_test(the_first_u_deposits_are_the_founders_4_3),
        cmocka_unit_test(a_bond_comes_back_once_after_its_kernel_4_2),
        cmocka_unit_test(a_halt_challenge_waits_and_a_commit_answers_it_4_4),
        cmocka_unit_test(every_check_of_an_observation_challenge_has_its_verdict_4_4),
        cmocka_unit_test(a_lower_checkpoint_strikes_a_higher_proposal_4_4),
        cmocka_unit_test(nothing_is_struck_that_states_no_height_4_4),
        cmocka_unit_test(every_check_of_a_missed_checkpoint_has_its_verdict_4_4),
        cmocka_unit_test(a_loss_falls_on_everybody_of_that_kernel_and_on_no_later_joiner_4_6),
    };
    return cmocka_run_group_tests_name("rules/origin", tests, NULL, NULL);
}
