/* The transaction queue against a node: sent, replaced, resumed after a kill, reverted by name. */
#include "chain/test_anvil.h"

#define PORT     24120
#define PATIENCE 1000

static anvil_t anvil;

typedef struct {
    mo_store_t *store;
    mo_txq_t *queue;
    mo_address_t token;
} world_t;

static int start(void **state)
{
    (void)state;
    anvil_start(&anvil, PORT);
    anvil_mine(&anvil, 2);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    anvil_stop(&anvil);
    return 0;
}

static int enter(void **state)
{
    static world_t world;
    world.store = anvil_store(&anvil, "txq.sqlite");
    world.queue = anvil_queue(&anvil, world.store, PATIENCE);
    world.token = anvil_token(&anvil, world.queue);
    *state = &world;
    return 0;
}

static int leave(void **state)
{
    world_t *world = *state;
    assert_int_equal(mo_txq_flight(world->queue), 0);
    mo_txq_close(world->queue);
    mo_store_close(world->store);
    return 0;
}

static void reopen(world_t *world)
{
    mo_txq_close(world->queue);
    mo_store_close(world->store);
    world->store = anvil_store(&anvil, "txq.sqlite");
    world->queue = anvil_queue(&anvil, world->store, PATIENCE);
}

static uint64_t submit(world_t *world, const char *label, uint64_t amount)
{
    uint64_t id;
    mo_txq_call_t call = {.to = &world->token, .data = transfer_call(amount), .label = label};
    assert_ok(mo_txq_submit(world->queue, &call, &id));
    return id;
}

static uint64_t nonce_at(world_t *world, mo_rpc_at_t at)
{
    mo_address_t sender = mo_txq_sender(world->queue);
    uint64_t nonce;
    assert_ok(mo_rpc_nonce(anvil.rpc, &sender, at, &nonce));
    return nonce;
}

static mo_txq_outcome_t take(world_t *world)
{
    mo_txq_outcome_t outcome;
    assert_true(mo_txq_next(world->queue, &outcome));
    return outcome;
}

static void a_call_is_mined_and_its_outcome_names_block_gas_and_label(void **state)
{
    world_t *world = *state;
    mo_txq_call_t call = {.to = &world->token, .data = transfer_call(3), .label = "pay"};
    mo_txq_outcome_t outcome = anvil_run(&anvil, world->queue, &call);
    assert_int_equal(outcome.result, MO_TXQ_MINED);
    assert_string_equal(outcome.label, "pay");
    assert_int_equal(outcome.block_number, anvil_head(&anvil));
    assert_in_range(outcome.gas_used, 21000, 100000);
    mo_receipt_t receipt;
    bool found;
    assert_ok(mo_rpc_receipt(anvil.rpc, &outcome.tx, &receipt, &found));
    assert_true(found && receipt.succeeded);
}

static void several_are_in_flight_with_nonces_without_a_gap(void **state)
{
    world_t *world = *state;
    uint64_t before = nonce_at(world, MO_AT_LATEST);
    for (uint64_t i = 0; i < 8; i++) {
        char label[] = {'s', (char)('0' + i), '\0'};
        submit(world, label, 1);
    }
    assert_ok(mo_txq_tick(world->queue, 1));
    assert_int_equal(mo_txq_flight(world->queue), 8);
    assert_int_equal(nonce_at(world, MO_AT_PENDING), before + 8);
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 2));
    for (uint64_t i = 0; i < 8; i++) {
        mo_txq_outcome_t outcome = take(world);
        assert_int_equal(outcome.nonce, before + i);
        assert_int_equal(outcome.result, MO_TXQ_MINED);
    }
}

static void the_same_label_in_flight_is_the_same_transaction(void **state)
{
    world_t *world = *state;
    uint64_t before = nonce_at(world, MO_AT_LATEST);
    uint64_t id = submit(world, "once", 1);
    assert_int_equal(submit(world, "once", 2), id);
    assert_ok(mo_txq_tick(world->queue, 1));
    assert_int_equal(submit(world, "once", 2), id);
    assert_true(mo_txq_pending(world->queue, "once"));
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 2));
    assert_int_equal(take(world).id, id);
    assert_int_equal(nonce_at(world, MO_AT_LATEST), before + 1);
    assert_false(mo_txq_pending(world->queue, "once"));
    assert_int_not_equal(submit(world, "once", 1), id);
    assert_ok(mo_txq_tick(world->queue, 3));
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 4));
    (void)take(world);
}

static void a_reverting_estimate_is_permanent_named_and_uses_no_nonce(void **state)
{
    world_t *world = *state;
    uint64_t before = nonce_at(world, MO_AT_PENDING);
    uint64_t id;
    mo_txq_call_t call = {.to = &world->token, .data = transfer_call(100000), .label = "too much"};
    mo_err_t err = mo_txq_submit(world->queue, &call, &id);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "too much"));
    assert_non_null(strstr(err.text, "ERC20InsufficientBalance"));
    assert_int_equal(id, 0);
    assert_int_equal(mo_txq_flight(world->queue), 0);
    assert_ok(mo_txq_tick(world->queue, 1));
    assert_int_equal(nonce_at(world, MO_AT_PENDING), before);
}

static void a_transaction_that_reverts_in_its_block_says_why(void **state)
{
    world_t *world = *state;
    submit(world, "all", 1000);
    submit(world, "again", 1000);
    assert_ok(mo_txq_tick(world->queue, 1));
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 2));
    assert_int_equal(take(world).result, MO_TXQ_MINED);
    mo_txq_outcome_t outcome = take(world);
    assert_int_equal(outcome.result, MO_TXQ_REVERTED);
    assert_string_equal(outcome.label, "again");
    assert_non_null(strstr(outcome.reason, "ERC20InsufficientBalance"));
    assert_true(outcome.gas_used > 21000);
}

static void an_unmined_transaction_is_replaced_at_an_eighth_more(void **state)
{
    world_t *world = *state;
    uint64_t nonce = nonce_at(world, MO_AT_LATEST);
    uint64_t id = submit(world, "slow", 1);
    assert_ok(mo_txq_tick(world->queue, 1));
    assert_ok(mo_txq_tick(world->queue, 1 + PATIENCE));
    assert_ok(mo_txq_tick(world->queue, 1 + 2 * PATIENCE));
    mo_flight_attempt_t bids[8];
    size_t count;
    assert_ok(mo_flight_bids(world->store, id, bids, 8, &count));
    assert_int_equal(count, 3);
    for (size_t i = 1; i < count; i++) {
        assert_true(8 * bids[i].fee >= 9 * bids[i - 1].fee);
        assert_true(8 * bids[i].tip >= 9 * bids[i - 1].tip);
    }
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 2 + 2 * PATIENCE));
    mo_txq_outcome_t outcome = take(world);
    assert_int_equal(outcome.nonce, nonce);
    assert_true(mo_hash_equal(&outcome.tx, &bids[2].hash));
}

static void a_dropped_transaction_is_handed_over_again(void **state)
{
    world_t *world = *state;
    submit(world, "forgotten", 1);
    assert_ok(mo_txq_tick(world->queue, 1));
    anvil_request(&anvil, "anvil_dropAllTransactions", "[]");
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 2));
    assert_int_equal(mo_txq_flight(world->queue), 1);
    assert_ok(mo_txq_tick(world->queue, 1 + PATIENCE / 2));
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 2 + PATIENCE / 2));
    assert_int_equal(take(world).result, MO_TXQ_MINED);
}

/* A child submits and sends, then kills itself at once; the parent must find what it sent. */
static void after_a_kill_the_nonce_and_the_transaction_are_found_again(void **state)
{
    world_t *world = *state;
    uint64_t nonce = nonce_at(world, MO_AT_LATEST);
    mo_txq_close(world->queue);
    mo_store_close(world->store);
    pid_t child = fork();
    if (child == 0) {
        world->store = anvil_store(&anvil, "txq.sqlite");
        world->queue = anvil_queue(&anvil, world->store, PATIENCE);
        submit(world, "sent", 1);
        assert_ok(mo_txq_tick(world->queue, 1));
        submit(world, "queued", 1);
        kill(getpid(), SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    world->store = anvil_store(&anvil, "txq.sqlite");
    world->queue = anvil_queue(&anvil, world->store, PATIENCE);
    assert_true(mo_txq_pending(world->queue, "sent"));
    assert_true(mo_txq_pending(world->queue, "queued"));
    assert_ok(mo_txq_tick(world->queue, 1));
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 2));
    mo_txq_outcome_t first = take(world);
    assert_string_equal(first.label, "sent");
    assert_int_equal(first.nonce, nonce);
    mo_txq_outcome_t second = take(world);
    assert_string_equal(second.label, "queued");
    assert_int_equal(second.nonce, nonce + 1);
    assert_int_equal(nonce_at(world, MO_AT_LATEST), nonce + 2);
}

static void an_outcome_that_nobody_took_comes_again_after_a_restart(void **state)
{
    world_t *world = *state;
    uint64_t id = submit(world, "untold", 1);
    assert_ok(mo_txq_tick(world->queue, 1));
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 2));
    reopen(world);
    assert_ok(mo_txq_tick(world->queue, 1));
    assert_int_equal(take(world).id, id);
    reopen(world);
    mo_txq_outcome_t outcome;
    assert_ok(mo_txq_tick(world->queue, 1));
    assert_false(mo_txq_next(world->queue, &outcome));
}

static void a_nonce_used_by_a_stranger_to_the_queue_ends_as_dropped(void **state)
{
    world_t *world = *state;
    submit(world, "robbed", 1);
    assert_ok(mo_txq_tick(world->queue, 1));
    anvil_request(&anvil, "anvil_dropAllTransactions", "[]");
    mo_store_t *other_store = anvil_store(&anvil, "other.sqlite");
    mo_txq_t *other = anvil_queue(&anvil, other_store, PATIENCE);
    mo_txq_call_t call = {.to = &world->token, .data = transfer_call(2), .label = "robber"};
    assert_int_equal(anvil_run(&anvil, other, &call).result, MO_TXQ_MINED);
    mo_txq_outcome_t outcome;
    bool ended = false;
    for (uint64_t i = 2; i < 20 && !ended; i++) {
        assert_ok(mo_txq_tick(world->queue, i));
        ended = mo_txq_next(world->queue, &outcome);
    }
    assert_true(ended);
    assert_int_equal(outcome.result, MO_TXQ_DROPPED);
    mo_txq_close(other);
    mo_store_close(other_store);
}

/* What another program with the key has pending is seen, and outbid by what this queue wants. */
static void a_foreign_pending_transaction_is_noticed_and_replaced(void **state)
{
    world_t *world = *state;
    uint64_t nonce = nonce_at(world, MO_AT_LATEST);
    mo_store_t *other_store = anvil_store(&anvil, "foreign.sqlite");
    mo_txq_t *other = anvil_queue(&anvil, other_store, PATIENCE);
    uint64_t id;
    mo_txq_call_t call = {.to = &world->token, .data = transfer_call(2), .label = "foreign"};
    assert_ok(mo_txq_submit(other, &call, &id));
    assert_ok(mo_txq_tick(other, 1));
    submit(world, "ours", 1);
    assert_ok(mo_txq_tick(world->queue, 1));
    assert_int_equal(mo_txq_foreign(world->queue), 1);
    for (uint64_t i = 2; i < 6; i++) {
        assert_ok(mo_txq_tick(world->queue, i));
    }
    assert_int_equal(mo_txq_foreign(world->queue), 0);
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 7));
    mo_txq_outcome_t outcome = take(world);
    assert_string_equal(outcome.label, "ours");
    assert_int_equal(outcome.result, MO_TXQ_MINED);
    assert_int_equal(outcome.nonce, nonce);
    mo_txq_close(other);
    mo_store_close(other_store);
}

/* The empty transfer has the nonce of what it cancels; its outcome bears no label of the role's. */
static void a_cancelled_transaction_is_replaced_by_an_empty_transfer(void **state)
{
    world_t *world = *state;
    uint64_t nonce = nonce_at(world, MO_AT_LATEST);
    uint64_t id = submit(world, "unwanted", 1);
    mo_hash_t hash;
    assert_ok(mo_txq_tick(world->queue, 1));
    assert_int_equal(mo_txq_cancel(world->queue, nonce + 1, &hash).kind, MO_ERR_PERMANENT);
    assert_ok(mo_txq_cancel(world->queue, nonce, &hash));
    assert_false(mo_txq_pending(world->queue, "unwanted"));
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 2));
    mo_txq_outcome_t outcome = take(world);
    assert_int_equal(outcome.id, id);
    assert_int_equal(outcome.nonce, nonce);
    assert_int_equal(outcome.gas_used, 21000);
    assert_true(mo_hash_equal(&outcome.tx, &hash));
    assert_null(strchr(outcome.label, '/'));
}

static void what_a_reorganisation_takes_back_is_sent_again(void **state)
{
    world_t *world = *state;
    uint64_t nonce = nonce_at(world, MO_AT_LATEST);
    submit(world, "early", 1);
    assert_ok(mo_txq_tick(world->queue, 1));
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 2));
    assert_string_equal(take(world).label, "early");
    submit(world, "late", 1);
    assert_ok(mo_txq_tick(world->queue, 3));
    /* The block of "early" goes, and with it the transaction; "late" waits for its nonce. */
    anvil_request(&anvil, "anvil_reorg", "[1, []]");
    anvil_request(&anvil, "anvil_dropAllTransactions", "[]");
    assert_int_equal(nonce_at(world, MO_AT_LATEST), nonce);
    assert_ok(mo_txq_tick(world->queue, 3 + PATIENCE / 2));
    assert_true(mo_txq_pending(world->queue, "early"));
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 4 + PATIENCE / 2));
    mo_txq_outcome_t a = take(world);
    mo_txq_outcome_t b = take(world);
    assert_int_equal(a.result, MO_TXQ_MINED);
    assert_int_equal(b.result, MO_TXQ_MINED);
    assert_int_equal(nonce_at(world, MO_AT_LATEST), nonce + 2);
}

static void what_the_node_refuses_for_good_ends_and_frees_its_nonce(void **state)
{
    world_t *world = *state;
    uint64_t nonce = nonce_at(world, MO_AT_LATEST);
    uint64_t id;
    mo_txq_call_t call = {.to = &world->token, .data = transfer_call(1), .label = "greedy", .gas_limit = 1u << 30};
    assert_ok(mo_txq_submit(world->queue, &call, &id));
    submit(world, "behind", 1);
    assert_ok(mo_txq_tick(world->queue, 1));
    mo_txq_outcome_t outcome = take(world);
    assert_int_equal(outcome.id, id);
    assert_int_equal(outcome.result, MO_TXQ_DROPPED);
    anvil_mine(&anvil, 1);
    assert_ok(mo_txq_tick(world->queue, 2));
    outcome = take(world);
    assert_string_equal(outcome.label, "behind");
    assert_int_equal(outcome.nonce, nonce);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_call_is_mined_and_its_outcome_names_block_gas_and_label, enter, leave),
        cmocka_unit_test_setup_teardown(several_are_in_flight_with_nonces_without_a_gap, enter, leave),
        cmocka_unit_test_setup_teardown(the_same_label_in_flight_is_the_same_transaction, enter, leave),
        cmocka_unit_test_setup_teardown(a_reverting_estimate_is_permanent_named_and_uses_no_nonce, enter, leave),
        cmocka_unit_test_setup_teardown(a_transaction_that_reverts_in_its_block_says_why, enter, leave),
        cmocka_unit_test_setup_teardown(an_unmined_transaction_is_replaced_at_an_eighth_more, enter, leave),
        cmocka_unit_test_setup_teardown(a_dropped_transaction_is_handed_over_again, enter, leave),
        cmocka_unit_test_setup_teardown(after_a_kill_the_nonce_and_the_transaction_are_found_again, enter, leave),
        cmocka_unit_test_setup_teardown(an_outcome_that_nobody_took_comes_again_after_a_restart, enter, leave),
        cmocka_unit_test_setup_teardown(a_nonce_used_by_a_stranger_to_the_queue_ends_as_dropped, enter, leave),
        cmocka_unit_test_setup_teardown(a_foreign_pending_transaction_is_noticed_and_replaced, enter, leave),
        cmocka_unit_test_setup_teardown(a_cancelled_transaction_is_replaced_by_an_empty_transfer, enter, leave),
        cmocka_unit_test_setup_teardown(what_a_reorganisation_takes_back_is_sent_again, enter, leave),
        cmocka_unit_test_setup_teardown(what_the_node_refuses_for_good_ends_and_frees_its_nonce, enter, leave),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
