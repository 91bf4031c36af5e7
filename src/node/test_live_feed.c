/* The feed over two nodes: what the auxiliary chain says of a block that origin's node has not shown is kept back. And a
 * role's snapshot, judged by where the two chains stand. */
#include "chain/test_anvil.h"

#include "base/endian.h"
#include "node/feed.h"
#include "node/snapshot.h"
#include "store/snapshot.h"

#define ORIGIN_PORT    24150
#define AUXILIARY_PORT 24151

static anvil_t origin;
static anvil_t auxiliary;
static mo_store_t *store;
static mo_txq_t *queue;
static mo_address_t token;

static int start(void **state)
{
    (void)state;
    anvil_start(&origin, ORIGIN_PORT);
    anvil_start(&auxiliary, AUXILIARY_PORT);
    store = anvil_store(&auxiliary, "feed.sqlite");
    queue = anvil_queue(&auxiliary, store, 0);
    anvil_mine(&origin, 4);
    anvil_mine(&auxiliary, 2);
    token = anvil_token(&auxiliary, queue);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mo_txq_close(queue);
    mo_store_close(store);
    anvil_stop(&auxiliary);
    anvil_stop(&origin);
    return 0;
}

/* --- what is kept back -------------------------------------------------------------------------------------------- */

/* A transfer of 100 + n stands for a log that speaks of origin's block n. */
static uint64_t speaks_of(void *context, const mo_event_t *event)
{
    (void)context;
    uint64_t amount = event->kind == MO_EVENT_LOG && event->log.data.size == 32 ? mo_load_be64(event->log.data.data + 24) : 0;
    return amount > 100 ? amount - 100 : 0;
}

static void speak(uint64_t amount)
{
    mo_txq_call_t call = {.to = &token, .data = transfer_call(amount), .label = "pay"};
    assert_int_equal(anvil_run(&auxiliary, queue, &call).result, MO_TXQ_MINED);
}

typedef struct {
    uint64_t blocks[MO_CHAIN_COUNT]; /* number of the newest */
    size_t logs;
} seen_t;

static void take(void *context, const mo_event_t *event)
{
    seen_t *seen = context;
    if (event->kind == MO_EVENT_HEADER) {
        seen->blocks[event->chain] = event->header.number;
    } else {
        seen->logs++;
    }
}

static mo_node_feed_t open_feed(void)
{
    static const mo_node_place_t nowhere[MO_CHAIN_COUNT];
    mo_node_feed_t feed;
    mo_follow_config_t configs[MO_CHAIN_COUNT] = {
        [MO_CHAIN_ORIGIN] = {.rpc = origin.rpc, .from = 1},
        [MO_CHAIN_AUXILIARY] = {.rpc = auxiliary.rpc,
                                .from = anvil_head(&auxiliary) + 1,
                                .addresses = &token,
                                .address_count = 1},
    };
    assert_ok(mo_node_feed_open(&feed, configs, nowhere));
    feed.origin_first = true;
    feed.speaks_of = speaks_of;
    return feed;
}

static void poll(mo_node_feed_t *feed, seen_t *seen)
{
    assert_ok(mo_node_feed_poll(feed, take, seen));
    assert_ok(mo_node_feed_poll(feed, take, seen));
}

static void a_log_that_speaks_of_a_block_origin_has_not_shown_waits_for_it(void **state)
{
    (void)state;
    seen_t seen = {0};
    mo_node_feed_t feed = open_feed();
    uint64_t head = anvil_head(&origin);
    poll(&feed, &seen);
    assert_true(mo_node_feed_is_caught_up(&feed));
    assert_int_equal(seen.blocks[MO_CHAIN_ORIGIN], head);
    anvil_request(&auxiliary, "evm_increaseTime", "[60]");
    speak(100 + head + 2);
    speak(1);
    poll(&feed, &seen);
    assert_int_equal(feed.held, head + 2);
    assert_false(mo_node_feed_is_caught_up(&feed));
    assert_int_equal(seen.logs, 0);
    anvil_mine(&origin, 1);
    poll(&feed, &seen);
    assert_int_equal(seen.blocks[MO_CHAIN_ORIGIN], head + 1);
    assert_int_equal(seen.logs, 0);
    anvil_mine(&origin, 1);
    assert_ok(mo_node_feed_poll(&feed, take, &seen));
    assert_int_equal(feed.held, 0);
    assert_int_equal(seen.logs, 2);
    /* What the auxiliary chain has brought since it was held is not known yet. */
    assert_false(mo_node_feed_is_caught_up(&feed));
    poll(&feed, &seen);
    assert_true(mo_node_feed_is_caught_up(&feed));
    mo_node_feed_close(&feed);
}

static void a_block_that_nobody_mined_is_waited_for_until_origin_is_younger(void **state)
{
    (void)state;
    seen_t seen = {0};
    mo_node_feed_t feed = open_feed();
    speak(100 + 500);
    poll(&feed, &seen);
    assert_int_equal(feed.held, 500);
    anvil_request(&origin, "evm_increaseTime", "[3600]");
    anvil_mine(&origin, 1);
    poll(&feed, &seen);
    assert_int_equal(feed.held, 0);
    assert_int_equal(seen.logs, 1);
    assert_true(mo_node_feed_is_caught_up(&feed));
    mo_node_feed_close(&feed);
}

static void what_speaks_of_a_known_block_waits_for_nothing(void **state)
{
    (void)state;
    seen_t seen = {0};
    mo_node_feed_t feed = open_feed();
    speak(100 + 2);
    poll(&feed, &seen);
    assert_int_equal(feed.held, 0);
    assert_int_equal(seen.logs, 1);
    mo_node_feed_close(&feed);
}

/* --- snapshots ------------------------------------------------------------------------------------------------------ */

#define SIZE (2 * MO_SNAPSHOT_PART)

static bool is_taken = true; /* by the role */

static mo_err_t resume(mo_node_station_t *s, void *role, bool *resumed)
{
    (void)s;
    (void)role;
    *resumed = is_taken;
    return MO_SUCCESS;
}

static const mo_node_config_t config = {.origin_chain_id = 1, .core = {{1}}, .auxiliary_root_hash = {{2}}};
static const mo_node_role_t kind = {.name = "test", .size = SIZE, .resume = resume};

static mo_node_station_t station_of(const mo_node_config_t *of)
{
    return (mo_node_station_t){.config = of, .store = store, .rpcs = {origin.rpc, auxiliary.rpc}};
}

static mo_node_place_t place_at(const anvil_t *anvil, uint64_t number)
{
    static mo_block_t block;
    assert_ok(mo_rpc_block(anvil->rpc, MO_AT(number), &block));
    return (mo_node_place_t){number, block.timestamp, block.hash};
}

/* Keeps a state full of `which`, at the heads less `depth`. */
static void keep(uint8_t which, uint64_t depth)
{
    static uint8_t memory[SIZE];
    mo_node_station_t s = station_of(&config);
    mo_node_place_t places[MO_CHAIN_COUNT] = {
        [MO_CHAIN_ORIGIN] = place_at(&origin, anvil_head(&origin) - depth),
        [MO_CHAIN_AUXILIARY] = place_at(&auxiliary, anvil_head(&auxiliary) - depth),
    };
    memset(memory, which, sizeof memory);
    assert_ok(mo_node_snapshot_keep(&s, &kind, memory, places));
}

/* What a start takes up: the byte that fills the state, or 0. */
static uint8_t taken(const mo_node_config_t *of, const mo_node_role_t *by)
{
    static uint8_t memory[SIZE];
    mo_node_station_t s = station_of(of);
    mo_node_place_t places[MO_CHAIN_COUNT];
    bool resumed;
    assert_ok(mo_node_snapshot_take(&s, by, memory, places, &resumed));
    assert_int_equal(mo_hash_is_zero(&places[MO_CHAIN_ORIGIN].hash), !resumed);
    assert_true(!resumed || memory[0] == memory[SIZE - 1]);
    return resumed ? memory[0] : 0;
}

static void the_newest_snapshot_whose_blocks_stand_is_taken(void **state)
{
    (void)state;
    assert_int_equal(taken(&config, &kind), 0);
    anvil_mine(&origin, 4);
    anvil_mine(&auxiliary, 4);
    keep(1, 3);
    assert_int_equal(taken(&config, &kind), 1);
    keep(2, 0);
    assert_int_equal(taken(&config, &kind), 2);
    anvil_request(&auxiliary, "anvil_reorg", "[1, []]");
    assert_int_equal(taken(&config, &kind), 1);
    anvil_request(&auxiliary, "anvil_rollback", "[4]");
    assert_int_equal(taken(&config, &kind), 0);
    anvil_mine(&auxiliary, 4);
    keep(3, 0);
    anvil_request(&origin, "anvil_reorg", "[1, []]");
    assert_int_equal(taken(&config, &kind), 0);
}

static void a_snapshot_of_another_core_role_or_size_is_passed_over(void **state)
{
    (void)state;
    keep(4, 0);
    assert_int_equal(taken(&config, &kind), 4);
    mo_node_config_t other = config;
    other.core.bytes[0] ^= 1;
    assert_int_equal(taken(&other, &kind), 0);
    other = config;
    other.auxiliary_root_hash.bytes[0] ^= 1;
    assert_int_equal(taken(&other, &kind), 0);
    mo_node_role_t by = kind;
    by.name = "tess";
    assert_int_equal(taken(&config, &by), 0);
    by = kind;
    by.size = SIZE - 1;
    assert_int_equal(taken(&config, &by), 0);
}

/* The maker's name holds the build id: what another build wrote has another one. */
static void a_snapshot_of_another_build_is_passed_over(void **state)
{
    (void)state;
    keep(5, 0);
    mo_snapshot_t snapshot;
    bool found;
    static uint8_t memory[SIZE];
    bool whole;
    assert_ok(mo_snapshot_newest(store, INT64_MAX, &snapshot, &found));
    assert_ok(mo_snapshot_read(store, &snapshot, memory, &whole));
    assert_true(found && whole);
    assert_ok(mo_snapshot_drop(store, snapshot.id));
    snapshot.maker.bytes[0] ^= 1;
    memset(memory, 6, sizeof memory);
    assert_ok(mo_snapshot_put(store, &snapshot, memory));
    assert_int_not_equal(taken(&config, &kind), 6);
}

static void what_the_role_does_not_take_up_is_not_used(void **state)
{
    (void)state;
    keep(7, 0);
    is_taken = false;
    assert_int_equal(taken(&config, &kind), 0);
    is_taken = true;
    assert_int_equal(taken(&config, &kind), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_that_speaks_of_a_block_origin_has_not_shown_waits_for_it),
        cmocka_unit_test(a_block_that_nobody_mined_is_waited_for_until_origin_is_younger),
        cmocka_unit_test(what_speaks_of_a_known_block_waits_for_nothing),
        cmocka_unit_test(the_newest_snapshot_whose_blocks_stand_is_taken),
        cmocka_unit_test(a_snapshot_of_another_core_role_or_size_is_passed_over),
        cmocka_unit_test(a_snapshot_of_another_build_is_passed_over),
        cmocka_unit_test(what_the_role_does_not_take_up_is_not_used),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
