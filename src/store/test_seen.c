/* Votes that a watcher has seen: what is compared is all that there is, however it came. */
#include "store/seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"

typedef struct {
    char folder[40];
    char path[64];
    mo_store_t *store;
} world_t;

static void assert_ok(mo_err_t err)
{
    if (mo_failed(err)) {
        fail_msg("%s", err.text);
    }
}

static int enter(void **state)
{
    static world_t world;
    memset(&world, 0, sizeof world);
    strcpy(world.folder, "/tmp/mosaic-seen-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    (void)snprintf(world.path, sizeof world.path, "%s/w.sqlite", world.folder);
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

static mo_seen_vote_t vote_of(uint8_t signer, uint64_t source, uint64_t target, uint8_t branch)
{
    return (mo_seen_vote_t){.core = {{1}},
                            .signer = {{signer}},
                            .vote = {.chain = {{2}},
                                     .transition = {{3, (uint8_t)source, branch}},
                                     .source = {{4, (uint8_t)source}},
                                     .target = {{4, (uint8_t)target, branch}},
                                     .source_height = {source},
                                     .target_height = {target}},
                            .signature = {.r = {{5, signer, branch}}, .vs = {{6, (uint8_t)target}}}};
}

static bool add(world_t *world, mo_seen_vote_t vote, mo_seen_vote_t *other)
{
    bool offends = false;
    assert_ok(mo_seen_open(world->store));
    mo_err_t err = mo_seen_add(world->store, &vote, other, &offends);
    assert_ok(mo_seen_close(world->store, err));
    return offends;
}

/* Field by field: what lies between the fields has no value. */
static void assert_same(const mo_seen_vote_t *a, const mo_seen_vote_t *b)
{
    assert_memory_equal(a->core.bytes, b->core.bytes, sizeof a->core.bytes);
    assert_memory_equal(a->signer.bytes, b->signer.bytes, sizeof a->signer.bytes);
    assert_true(mo_rules_vote_equal(&a->vote, &b->vote));
    assert_memory_equal(a->signature.r.bytes, b->signature.r.bytes, sizeof a->signature.r.bytes);
    assert_memory_equal(a->signature.vs.bytes, b->signature.vs.bytes, sizeof a->signature.vs.bytes);
}

static void each_offence_is_found_in_either_order_and_after_the_store_was_closed(void **state)
{
    world_t *world = *state;
    const mo_seen_vote_t pairs[][2] = {
        {vote_of(1, 3, 5, 0), vote_of(1, 3, 5, 1)},
        {vote_of(2, 3, 9, 0), vote_of(2, 4, 7, 0)},
        {vote_of(3, 3, 5, 0), vote_of(3, 3, 6, 1)},
    };
    mo_seen_vote_t other;
    for (size_t i = 0; i < 3; i++) {
        for (size_t order = 0; order < 2; order++) {
            mo_seen_vote_t first = pairs[i][order];
            mo_seen_vote_t second = pairs[i][1 - order];
            first.core.bytes[1] = second.core.bytes[1] = (uint8_t)order;
            assert_false(add(world, first, &other));
            mo_store_close(world->store);
            assert_ok(mo_store_open(&world->store, world->path, MO_STORE_EXISTING));
            assert_true(add(world, second, &other));
            assert_same(&other, &first);
        }
    }
}

static void other_signers_chains_and_cores_do_not_hinder_each_other(void **state)
{
    world_t *world = *state;
    mo_seen_vote_t other;
    mo_seen_vote_t vote = vote_of(1, 3, 5, 0);
    assert_false(add(world, vote, &other));
    assert_false(add(world, vote, &other));
    vote = vote_of(1, 3, 5, 1);
    vote.vote.chain.bytes[0] = 9;
    assert_false(add(world, vote, &other));
    vote = vote_of(1, 3, 5, 1);
    vote.core.bytes[0] = 9;
    assert_false(add(world, vote, &other));
    assert_false(add(world, vote_of(2, 3, 5, 1), &other));
    assert_true(add(world, vote_of(1, 3, 5, 1), &other));
}

/* A signature over any heights is a vote; no such height may stop the record. */
static void heights_of_any_size_are_kept(void **state)
{
    world_t *world = *state;
    mo_seen_vote_t other;
    assert_false(add(world, vote_of(1, UINT64_MAX - 1, UINT64_MAX, 0), &other));
    assert_false(add(world, vote_of(1, 1, 2, 0), &other));
    assert_true(add(world, vote_of(1, UINT64_MAX - 2, UINT64_MAX, 1), &other));
    assert_int_equal(other.vote.source_height.value, UINT64_MAX - 1);
    assert_true(add(world, vote_of(1, 0, UINT64_MAX - 3, 0), &other));
}

/* Against every vote before it, by the rules. */
static void of_any_history_each_vote_offends_when_it_does_with_one_before_it(void **state)
{
    world_t *world = *state;
    static mo_seen_vote_t past[1500];
    mo_rng_t rng = mo_rng(11);
    size_t found = 0;
    for (size_t i = 0; i < 1500; i++) {
        const uint64_t source = mo_rng_below(&rng, 300);
        past[i] = vote_of((uint8_t)mo_rng_below(&rng, 90), source, source + 1 + mo_rng_below(&rng, 9),
                          (uint8_t)mo_rng_below(&rng, 2));
        bool expected = false;
        for (size_t k = 0; k < i; k++) {
            bool same = mo_address_equal(&past[k].signer, &past[i].signer);
            bool known = same && mo_rules_vote_equal(&past[k].vote, &past[i].vote);
            expected = expected ||
                       (same && mo_rules_vote_offence(&past[k].vote, &past[i].vote) != MO_OFFENCE_NONE);
            if (known) {
                expected = false;
                break;
            }
        }
        mo_seen_vote_t other;
        assert_int_equal(add(world, past[i], &other), expected);
        found += expected;
        if (expected) {
            assert_int_not_equal(mo_rules_vote_offence(&other.vote, &past[i].vote), MO_OFFENCE_NONE);
        }
    }
    assert_true(found > 100 && found < 1400);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
    const struct CMUnitTest tests[] = {
        TEST(each_offence_is_found_in_either_order_and_after_the_store_was_closed),
        TEST(other_signers_chains_and_cores_do_not_hinder_each_other),
        TEST(heights_of_any_size_are_kept),
        TEST(of_any_history_each_vote_offends_when_it_does_with_one_before_it),
    };
    return cmocka_run_group_tests_name("seen", tests, NULL, NULL);
}
