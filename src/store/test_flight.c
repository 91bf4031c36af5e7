#include "store/flight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct {
    char folder[32];
    char path[64];
    mo_store_t *store;
} world_t;

static const mo_flight_key_t owner = {.chain_id = 5, .sender = {{1}}};

static void assert_ok(mo_err_t err)
{
    if (mo_failed(err)) {
        fail_msg("%s", err.text);
    }
}

static int enter(void **state)
{
    static world_t world;
    strcpy(world.folder, "/tmp/mosaic-flight-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    (void)snprintf(world.path, sizeof world.path, "%s/v.sqlite", world.folder);
    assert_ok(mo_store_open(&world.store, world.path, MO_STORE_CREATE));
    *state = &world;
    return 0;
}

static int leave(void **state)
{
    world_t *world = *state;
    mo_store_close(world->store);
    char command[64];
    (void)snprintf(command, sizeof command, "rm -rf %s", world->folder);
    return system(command);
}

static mo_flight_t flight_of(const char *label)
{
    mo_flight_t flight = {.to = {{7}}, .value = {{3}}, .gas_limit = 21000};
    memcpy(flight.label, label, strlen(label));
    return flight;
}

static const uint8_t input[] = {1, 2, 3};

static mo_err_t add(world_t *world, const char *label, uint64_t *id)
{
    mo_flight_t flight = flight_of(label);
    return mo_flight_add(world->store, &owner, &flight, MO_BYTES(input), id);
}

static mo_err_t bid(world_t *world, uint64_t id, uint64_t nonce, uint8_t mark)
{
    mo_flight_t flight = {.id = id, .has_nonce = true, .nonce = nonce};
    mo_flight_attempt_t attempt = {.hash = {{mark}}, .fee = mark, .tip = 1};
    return mo_flight_bid(world->store, &flight, &attempt, (mo_bytes_t){&mark, 1});
}

static size_t count_of(world_t *world, mo_flight_t *flights)
{
    size_t count;
    assert_ok(mo_flight_list(world->store, &owner, flights, 4, &count));
    return count;
}

static void a_flight_and_its_bids_are_there_after_a_restart(void **state)
{
    world_t *world = *state;
    uint64_t id, creation;
    assert_ok(add(world, "a", &id));
    mo_flight_t made = flight_of("b");
    made.creates = true;
    assert_ok(mo_flight_add(world->store, &owner, &made, MO_BYTES(input), &creation));
    assert_ok(bid(world, id, 9, 1));
    assert_ok(bid(world, id, 9, 2));
    mo_store_close(world->store);
    assert_ok(mo_store_open(&world->store, world->path, MO_STORE_EXISTING));
    mo_flight_t flights[4];
    assert_int_equal(count_of(world, flights), 2);
    assert_int_equal(flights[0].id, id);
    assert_string_equal(flights[0].label, "a");
    assert_true(flights[0].has_nonce && !flights[0].creates);
    assert_int_equal(flights[0].nonce, 9);
    assert_int_equal(flights[0].to.bytes[0], 7);
    assert_int_equal(flights[0].value.limb[0], 3);
    assert_true(flights[1].creates && !flights[1].has_nonce);
    mo_flight_attempt_t attempts[2];
    size_t count;
    assert_ok(mo_flight_bids(world->store, id, attempts, 2, &count));
    assert_int_equal(count, 2);
    assert_int_equal(attempts[1].fee, 2);
    uint8_t memory[4];
    mo_buffer_t out = MO_BUFFER(memory);
    assert_ok(mo_flight_raw(world->store, id, &out));
    assert_int_equal(out.size, 1);
    assert_int_equal(memory[0], 2);
    out.size = 0;
    assert_ok(mo_flight_input(world->store, id, &out));
    assert_true(mo_bytes_equal(mo_buffer_view(&out), MO_BYTES(input)));
}

static void one_label_and_one_nonce_are_in_flight_at_most_once(void **state)
{
    world_t *world = *state;
    uint64_t first, second, other;
    assert_ok(add(world, "a", &first));
    assert_int_equal(add(world, "a", &other).kind, MO_ERR_PERMANENT);
    assert_int_equal(other, 0);
    assert_ok(add(world, "b", &second));
    assert_ok(bid(world, first, 4, 1));
    assert_int_equal(bid(world, second, 4, 2).kind, MO_ERR_PERMANENT);
    /* Nothing of the refused bid stays. */
    mo_flight_attempt_t attempts[2];
    size_t count;
    assert_ok(mo_flight_bids(world->store, second, attempts, 2, &count));
    assert_int_equal(count, 0);
    assert_ok(mo_flight_end(world->store, &owner, first));
    assert_ok(add(world, "a", &other));
    assert_ok(bid(world, second, 4, 2));
}

static void what_the_node_refused_gives_its_nonce_back(void **state)
{
    world_t *world = *state;
    uint64_t first, second;
    assert_ok(add(world, "a", &first));
    assert_ok(add(world, "b", &second));
    assert_ok(bid(world, first, 4, 1));
    assert_ok(mo_flight_unbid(world->store, first));
    assert_ok(bid(world, second, 4, 2));
    mo_flight_t back;
    bool found;
    assert_ok(mo_flight_end(world->store, &owner, first));
    assert_ok(mo_flight_end(world->store, &owner, second));
    assert_ok(mo_flight_revive(world->store, &owner, 4, &back, &found));
    assert_true(found);
    assert_int_equal(back.id, second);
}

static void an_ended_flight_is_revived_by_its_nonce_unless_its_label_flies_again(void **state)
{
    world_t *world = *state;
    uint64_t id, again;
    assert_ok(add(world, "a", &id));
    assert_ok(bid(world, id, 4, 1));
    assert_ok(mo_flight_end(world->store, &owner, id));
    mo_flight_t back;
    bool found;
    assert_ok(mo_flight_revive(world->store, &owner, 5, &back, &found));
    assert_false(found);
    mo_flight_key_t stranger = {.chain_id = 6, .sender = owner.sender};
    assert_ok(mo_flight_revive(world->store, &stranger, 4, &back, &found));
    assert_false(found);
    assert_ok(add(world, "a", &again));
    assert_ok(mo_flight_revive(world->store, &owner, 4, &back, &found));
    assert_false(found);
    assert_ok(mo_flight_end(world->store, &owner, again));
    assert_ok(mo_flight_revive(world->store, &owner, 4, &back, &found));
    assert_true(found);
    assert_int_equal(back.id, id);
    assert_int_equal(back.nonce, 4);
    mo_flight_t flights[4];
    assert_int_equal(count_of(world, flights), 1);
}

static void ids_are_never_used_twice_and_the_past_is_bounded(void **state)
{
    world_t *world = *state;
    uint64_t id, before = 0;
    for (int i = 0; i < MO_FLIGHT_PAST_MAX + 8; i++) {
        assert_ok(add(world, "a", &id));
        assert_true(id > before);
        before = id;
        if (i < 4) {
            assert_ok(bid(world, id, (uint64_t)i, 1));
        }
        assert_ok(mo_flight_end(world->store, &owner, id));
    }
    mo_flight_t back;
    bool found;
    assert_ok(mo_flight_revive(world->store, &owner, 0, &back, &found));
    assert_false(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_flight_and_its_bids_are_there_after_a_restart, enter, leave),
        cmocka_unit_test_setup_teardown(one_label_and_one_nonce_are_in_flight_at_most_once, enter, leave),
        cmocka_unit_test_setup_teardown(what_the_node_refused_gives_its_nonce_back, enter, leave),
        cmocka_unit_test_setup_teardown(an_ended_flight_is_revived_by_its_nonce_unless_its_label_flies_again, enter,
                                        leave),
        cmocka_unit_test_setup_teardown(ids_are_never_used_twice_and_the_past_is_bounded, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
