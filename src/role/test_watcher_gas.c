/* The gas target, before a commit (4.4 b): a watcher whose copy of polling place and core comes from the validator's world. */
#include "role/test_validator_world.h"
#include "role/watcher.h"

/* Heights 2 to 5 finalised; the T of 4 and of 5 fit the open kernel, those below do not rise in dynasty. */
static void finalise_to_five(world_t *w)
{
    for (uint64_t height = 2; height <= 6; height++) {
        headers_to(w, height * EPOCH);
        report(w, height);
        supermajority(w, height - 1, height);
        headers_to(w, height * EPOCH + 1);
    }
}

static mo_transition_t transition_at(const world_t *w, uint64_t height)
{
    mo_transition_t transition;
    const mo_hash_t *own = &w->v.records[height % MO_VALIDATOR_CHECKPOINTS_MAX].hash;
    assert_int_equal(mo_rules_poll_transition(&w->v.poll, own, &transition), MO_POLL_ACCEPTED);
    return transition;
}

static void propose(world_t *w, uint64_t height)
{
    mo_proposing_t wish = {
        .transition = transition_at(w, height), .stated_height = {height}, .observation_known = true};
    assert_int_equal(mo_rules_core_propose(&w->v.core, &wish, 500), MO_CORE_ACCEPTED);
}

static mo_watcher_role_t *watcher_of(const world_t *w, bool public_good)
{
    static mo_watcher_role_t watcher;
    mo_watcher_config_t config = {.origin_chain_id = 1,
                                  .core = {{0xc0}},
                                  .epoch = EPOCH,
                                  .origin_epoch = EPOCH,
                                  .auxiliary_root_number = EPOCH,
                                  .origin_root_number = 16,
                                  .act = true,
                                  .public_good = public_good};
    mo_watcher_init(&watcher, &config);
    watcher.copy = w->v;
    return &watcher;
}

static const mo_action_t *tick_watcher(mo_watcher_role_t *watcher, mo_actions_t *actions)
{
    mo_watcher_step(watcher, &(mo_event_t){.kind = MO_EVENT_TICK, .now_ms = 5000}, actions);
    for (size_t i = 0; i < actions->count; i++) {
        if (actions->items[i].kind == MO_ACTION_CHALLENGE_GAS_TARGET) {
            return &actions->items[i];
        }
    }
    return NULL;
}

static size_t found(mo_watcher_role_t *watcher, uint64_t *height)
{
    size_t count = 0;
    mo_finding_t finding;
    while (mo_watcher_finding(watcher, &finding)) {
        count += finding.kind == MO_FINDING_GAS_TARGET;
        *height = finding.detail;
    }
    return count;
}

static void a_proposal_that_passes_over_a_lower_checkpoint_is_struck_by_it(void **state)
{
    world_t *w = *state;
    start(w, 0);
    finalise_to_five(w);
    propose(w, 5);
    mo_actions_t actions;
    uint64_t height;
    mo_watcher_role_t *watcher = watcher_of(w, true);
    const mo_action_t *action = tick_watcher(watcher, &actions);
    assert_non_null(action);
    const mo_action_challenge_t *challenge = &action->challenge;
    mo_transition_t lower = transition_at(w, 4);
    mo_hash_t struck = w->v.core.proposals[0].transition_hash;
    assert_true(mo_hash_equal(&challenge->proposal_hash, &struck));
    assert_int_equal(challenge->stated_height, 5);
    assert_int_equal(challenge->link.source_height.value, 4);
    assert_int_equal(challenge->link.target_height.value, 5);
    mo_hash_t given = mo_rules_transition_hash(&challenge->transition);
    mo_hash_t wanted = mo_rules_transition_hash(&lower);
    assert_true(mo_hash_equal(&given, &wanted));
    mo_tally_t tally;
    mo_hash_t digest = mo_rules_vote_digest(&w->v.poll.config.domain, &challenge->link);
    assert_int_equal(mo_rules_validators_tally(&w->v.core.validators, w->v.core.kernel.height, &digest, challenge->seal,
                                               &tally),
                     MO_SET_ACCEPTED);
    assert_true(mo_rules_tally_quorum(&tally));
    assert_int_equal(found(watcher, &height), 1);
    assert_int_equal(height, 4);
    assert_null(tick_watcher(watcher, &actions));
    assert_int_equal(found(watcher, &height), 0);
}

static void it_is_told_but_not_struck_without_public_good(void **state)
{
    world_t *w = *state;
    start(w, 0);
    finalise_to_five(w);
    propose(w, 5);
    mo_actions_t actions;
    uint64_t height;
    mo_watcher_role_t *watcher = watcher_of(w, false);
    assert_null(tick_watcher(watcher, &actions));
    assert_int_equal(found(watcher, &height), 1);
}

static void the_lowest_is_left_alone_and_so_is_one_above_what_misses_the_target(void **state)
{
    world_t *w = *state;
    mo_actions_t actions;
    uint64_t height;
    start(w, 0);
    finalise_to_five(w);
    propose(w, 4);
    mo_watcher_role_t *watcher = watcher_of(w, true);
    assert_null(tick_watcher(watcher, &actions));
    assert_int_equal(found(watcher, &height), 0);
    /* 4 is one unit of gas below the target that 5 reaches. */
    start(w, 0);
    finalise_to_five(w);
    propose(w, 5);
    watcher = watcher_of(w, true);
    mo_u256_t target;
    assert_true(mo_u256_add(transition_at(w, 4).gas, mo_u256_from_u64(1), &target));
    watcher->copy.core.kernel.gas_target = target;
    assert_null(tick_watcher(watcher, &actions));
    assert_int_equal(found(watcher, &height), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_proposal_that_passes_over_a_lower_checkpoint_is_struck_by_it),
        TEST(it_is_told_but_not_struck_without_public_good),
        TEST(the_lowest_is_left_alone_and_so_is_one_above_what_misses_the_target),
    };
    return cmocka_run_group_tests_name("watcher of the gas target", tests, NULL, NULL);
}
