/* The follower against a node: catching up, logs beside their blocks, reorganisations. */
#include "chain/test_anvil.h"

#include "chain/follow.h"

#define PORT 24130

static anvil_t anvil;
static mo_store_t *store;
static mo_txq_t *queue;
static mo_address_t token;

static int start(void **state)
{
    (void)state;
    anvil_start(&anvil, PORT);
    store = anvil_store(&anvil, "follow.sqlite");
    queue = anvil_queue(&anvil, store, 0);
    anvil_mine(&anvil, 2);
    token = anvil_token(&anvil, queue);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mo_txq_close(queue);
    mo_store_close(store);
    anvil_stop(&anvil);
    return 0;
}

static mo_follow_t *open_from(uint64_t from, size_t batch, uint64_t lag)
{
    mo_follow_config_t config = {
        .rpc = anvil.rpc, .from = from, .lag = lag, .batch = batch, .addresses = &token, .address_count = 1};
    mo_follow_t *follow;
    assert_ok(mo_follow_open(&follow, &config));
    return follow;
}

static void pay(uint64_t amount)
{
    mo_txq_call_t call = {.to = &token, .data = transfer_call(amount), .label = "pay"};
    assert_int_equal(anvil_run(&anvil, queue, &call).result, MO_TXQ_MINED);
}

/* What a role would know: one hash per block, one amount per log. */
typedef struct {
    uint64_t next;
    mo_hash_t tip;
    size_t blocks;
    size_t logs;
    size_t reorgs;
    uint64_t common;
    uint64_t paid;
} seen_t;

static void take_block(seen_t *seen, const mo_block_t *block)
{
    assert_int_equal(block->number, seen->next);
    assert_true(mo_hash_is_zero(&seen->tip) || mo_hash_equal(&block->parent, &seen->tip));
    seen->tip = block->hash;
    seen->next++;
    seen->blocks++;
}

static void take_log(seen_t *seen, const mo_follow_event_t *event)
{
    mo_bind_stake_token_transfer_event_t transfer;
    assert_int_equal(mo_bind_stake_token_transfer_event_decode(event->log->topics, event->log->topic_count,
                                                               event->log->data, &transfer),
                     MO_ABI_OK);
    assert_int_equal(event->log->block_number, seen->next - 1);
    assert_true(mo_hash_equal(&event->log->block_hash, &event->block->hash));
    seen->paid += transfer.value.limb[0];
    seen->logs++;
}

static void poll_once(mo_follow_t *follow, seen_t *seen)
{
    assert_ok(mo_follow_poll(follow));
    mo_follow_event_t event;
    while (mo_follow_next(follow, &event)) {
        switch (event.kind) {
        case MO_FOLLOW_REORG:
            seen->reorgs++;
            seen->common = event.common;
            seen->next = event.common + 1;
            assert_true(mo_follow_hash(follow, event.common, &seen->tip));
            break;
        case MO_FOLLOW_BLOCK: take_block(seen, event.block); break;
        case MO_FOLLOW_LOG: take_log(seen, &event); break;
        }
    }
}

static void catch_up(mo_follow_t *follow, seen_t *seen)
{
    do {
        poll_once(follow, seen);
    } while (mo_follow_behind(follow) > 0);
}

static void every_block_comes_once_and_its_logs_right_after_it(void **state)
{
    (void)state;
    pay(5);
    anvil_mine(&anvil, 3);
    pay(7);
    mo_follow_t *follow = open_from(0, 0, 0);
    seen_t seen = {0};
    catch_up(follow, &seen);
    assert_int_equal(seen.blocks, anvil_head(&anvil) + 1);
    assert_int_equal(seen.logs, 3);
    assert_int_equal(seen.paid, 1000 + 5 + 7);
    poll_once(follow, &seen);
    assert_int_equal(seen.blocks, anvil_head(&anvil) + 1);
    mo_follow_close(follow);
}

static void thousands_of_blocks_are_caught_up_with_in_bounded_polls(void **state)
{
    (void)state;
    anvil_request(&anvil, "anvil_mine", "[\"0x898\"]");
    mo_follow_t *follow = open_from(1, 100, 0);
    seen_t seen = {.next = 1};
    poll_once(follow, &seen);
    assert_int_equal(seen.blocks, 100);
    assert_int_equal(mo_follow_behind(follow), anvil_head(&anvil) - 100);
    catch_up(follow, &seen);
    assert_int_equal(seen.blocks, anvil_head(&anvil));
    assert_true(seen.blocks > 2000);
    mo_follow_close(follow);
}

static void a_reorganisation_is_told_with_the_last_common_block(void **state)
{
    (void)state;
    anvil_mine(&anvil, 6);
    pay(11);
    anvil_mine(&anvil, 1);
    uint64_t head = anvil_head(&anvil);
    mo_follow_t *follow = open_from(head - 5, 0, 0);
    seen_t seen = {.next = head - 5};
    catch_up(follow, &seen);
    assert_int_equal(seen.logs, 1);
    anvil_request(&anvil, "anvil_reorg", "[3, []]");
    poll_once(follow, &seen);
    assert_int_equal(seen.reorgs, 1);
    assert_int_equal(seen.common, head - 3);
    catch_up(follow, &seen);
    assert_int_equal(seen.next, anvil_head(&anvil) + 1);
    mo_block_t latest;
    assert_ok(mo_rpc_block(anvil.rpc, MO_AT_LATEST, &latest));
    assert_true(mo_hash_equal(&latest.hash, &seen.tip));
    /* The payment went with its block. */
    assert_int_equal(seen.logs, 1);
    mo_follow_close(follow);
}

static void a_shorter_chain_is_a_reorganisation_too(void **state)
{
    (void)state;
    anvil_mine(&anvil, 2);
    uint64_t head = anvil_head(&anvil);
    char memory[16];
    mo_buffer_t text = {(uint8_t *)memory, 0, sizeof memory, false};
    assert_ok(mo_rpc_request(anvil.rpc, "evm_snapshot", "[]", &text));
    anvil_mine(&anvil, 4);
    mo_follow_t *follow = open_from(head - 1, 0, 0);
    seen_t seen = {.next = head - 1};
    catch_up(follow, &seen);
    char params[32];
    (void)snprintf(params, sizeof params, "[%.*s]", (int)text.size, memory);
    anvil_request(&anvil, "evm_revert", params);
    assert_int_equal(anvil_head(&anvil), head);
    /* Below the head nothing differs: the chain may only be late. */
    poll_once(follow, &seen);
    assert_int_equal(seen.reorgs, 0);
    anvil_request(&anvil, "evm_increaseTime", "[1000]");
    anvil_mine(&anvil, 1);
    poll_once(follow, &seen);
    assert_int_equal(seen.reorgs, 1);
    assert_int_equal(seen.common, head);
    catch_up(follow, &seen);
    assert_int_equal(seen.next, head + 2);
    mo_follow_close(follow);
}

static mo_follow_t *open_with(mo_follow_config_t config)
{
    config.rpc = anvil.rpc;
    config.addresses = &token;
    config.address_count = 1;
    mo_follow_t *follow;
    assert_ok(mo_follow_open(&follow, &config));
    return follow;
}

static void a_reorganisation_of_the_configured_depth_is_told_and_a_deeper_one_loses_the_chain(void **state)
{
    (void)state;
    anvil_mine(&anvil, 10);
    uint64_t head = anvil_head(&anvil);
    mo_follow_t *follow = open_with((mo_follow_config_t){.from = head - 8, .depth = 3});
    seen_t seen = {.next = head - 8};
    catch_up(follow, &seen);
    anvil_request(&anvil, "anvil_reorg", "[3, []]");
    anvil_mine(&anvil, 1);
    catch_up(follow, &seen);
    assert_int_equal(seen.reorgs, 1);
    uint64_t number;
    mo_hash_t hash;
    mo_hash_t known;
    assert_false(mo_follow_lost(follow, &number, &hash));
    uint64_t last = anvil_head(&anvil);
    assert_true(mo_follow_hash(follow, last - 3, &known));
    anvil_request(&anvil, "anvil_reorg", "[4, []]");
    anvil_mine(&anvil, 1);
    assert_int_equal(mo_follow_poll(follow).kind, MO_ERR_PERMANENT);
    assert_true(mo_follow_lost(follow, &number, &hash));
    assert_int_equal(number, last - 3);
    assert_true(mo_hash_equal(&hash, &known));
    mo_follow_close(follow);
}

static void an_anchor_that_is_gone_loses_the_chain_at_the_first_poll(void **state)
{
    (void)state;
    anvil_mine(&anvil, 3);
    uint64_t head = anvil_head(&anvil);
    mo_block_t block;
    assert_ok(mo_rpc_block(anvil.rpc, MO_AT(head - 2), &block));
    mo_follow_t *follow = open_with((mo_follow_config_t){.from = head, .anchor = head - 2, .anchor_hash = block.hash});
    assert_ok(mo_follow_poll(follow));
    mo_follow_close(follow);
    block.hash.bytes[0] ^= 1;
    follow = open_with((mo_follow_config_t){.from = head, .anchor = head - 2, .anchor_hash = block.hash});
    uint64_t number;
    mo_hash_t hash;
    assert_int_equal(mo_follow_poll(follow).kind, MO_ERR_PERMANENT);
    assert_true(mo_follow_lost(follow, &number, &hash));
    assert_int_equal(number, head - 2);
    mo_follow_close(follow);
}

/* And one more for a block without our logs: its header says that it has none. */
static void a_poll_with_nothing_new_is_one_request(void **state)
{
    (void)state;
    uint64_t head = anvil_head(&anvil);
    mo_follow_t *follow = open_with((mo_follow_config_t){.from = head, .finality = true});
    seen_t seen = {.next = head};
    catch_up(follow, &seen);
    uint64_t before = mo_rpc_requests(anvil.rpc);
    assert_ok(mo_follow_poll(follow));
    assert_int_equal(mo_rpc_requests(anvil.rpc), before + 1);
    anvil_mine(&anvil, 1);
    before = mo_rpc_requests(anvil.rpc);
    assert_ok(mo_follow_poll(follow));
    assert_int_equal(mo_rpc_requests(anvil.rpc), before + 1);
    mo_follow_event_t event;
    assert_true(mo_follow_next(follow, &event));
    assert_int_equal(event.block->number, head + 1);
    mo_follow_close(follow);
}

static void a_reorganisation_below_the_first_block_is_permanent(void **state)
{
    (void)state;
    anvil_mine(&anvil, 4);
    uint64_t head = anvil_head(&anvil);
    mo_follow_t *follow = open_from(head, 0, 0);
    seen_t seen = {.next = head};
    catch_up(follow, &seen);
    anvil_request(&anvil, "anvil_reorg", "[4, []]");
    anvil_mine(&anvil, 1);
    assert_int_equal(mo_follow_poll(follow).kind, MO_ERR_PERMANENT);
    mo_follow_close(follow);
}

static void a_stored_cursor_is_checked_before_the_first_block(void **state)
{
    (void)state;
    uint64_t head = anvil_head(&anvil);
    mo_block_t parent;
    assert_ok(mo_rpc_block(anvil.rpc, MO_AT(head - 1), &parent));
    mo_follow_config_t config = {.rpc = anvil.rpc, .from = head, .parent = parent.hash};
    mo_follow_t *follow;
    assert_ok(mo_follow_open(&follow, &config));
    seen_t seen = {.next = head, .tip = parent.hash};
    catch_up(follow, &seen);
    assert_int_equal(seen.blocks, 1);
    mo_follow_close(follow);
    config.parent.bytes[0] ^= 1;
    assert_ok(mo_follow_open(&follow, &config));
    assert_int_equal(mo_follow_poll(follow).kind, MO_ERR_PERMANENT);
    mo_follow_close(follow);
}

static void the_lag_is_kept(void **state)
{
    (void)state;
    uint64_t head = anvil_head(&anvil);
    mo_follow_t *follow = open_from(head - 5, 0, 3);
    seen_t seen = {.next = head - 5};
    catch_up(follow, &seen);
    assert_int_equal(seen.next, head - 3 + 1);
    anvil_mine(&anvil, 1);
    catch_up(follow, &seen);
    assert_int_equal(seen.next, head - 2 + 1);
    mo_follow_close(follow);
}

static void an_address_that_is_added_is_heard_from_then_on(void **state)
{
    (void)state;
    uint64_t head = anvil_head(&anvil);
    mo_follow_config_t config = {.rpc = anvil.rpc, .from = head};
    mo_follow_t *follow;
    assert_ok(mo_follow_open(&follow, &config));
    seen_t seen = {.next = head};
    pay(1);
    catch_up(follow, &seen);
    assert_int_equal(seen.logs, 0);
    assert_ok(mo_follow_watch(follow, &token));
    assert_ok(mo_follow_watch(follow, &token));
    pay(2);
    catch_up(follow, &seen);
    assert_int_equal(seen.logs, 1);
    assert_int_equal(seen.paid, 2);
    mo_follow_close(follow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_block_comes_once_and_its_logs_right_after_it),
        cmocka_unit_test(a_reorganisation_is_told_with_the_last_common_block),
        cmocka_unit_test(a_shorter_chain_is_a_reorganisation_too),
        cmocka_unit_test(a_reorganisation_below_the_first_block_is_permanent),
        cmocka_unit_test(a_reorganisation_of_the_configured_depth_is_told_and_a_deeper_one_loses_the_chain),
        cmocka_unit_test(an_anchor_that_is_gone_loses_the_chain_at_the_first_poll),
        cmocka_unit_test(a_poll_with_nothing_new_is_one_request),
        cmocka_unit_test(a_stored_cursor_is_checked_before_the_first_block),
        cmocka_unit_test(the_lag_is_kept),
        cmocka_unit_test(an_address_that_is_added_is_heard_from_then_on),
        cmocka_unit_test(thousands_of_blocks_are_caught_up_with_in_bounded_polls),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
