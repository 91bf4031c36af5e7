#include "store/guard.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/rng.h"
#include "rules/vote.h"

typedef struct {
    char folder[32];
    char path[64];
    mo_store_t *store;
    mo_secp_key_t key;
    mo_guard_request_t request; /* of the key; its vote is 1 -> 2 */
    int signed_times;
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
    strcpy(world.folder, "/tmp/mosaic-guard-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    (void)snprintf(world.path, sizeof world.path, "%s/v.sqlite", world.folder);
    assert_ok(mo_store_open(&world.store, world.path, MO_STORE_CREATE));
    world.key.bytes[31] = 7;
    assert_true(mo_secp_address(&world.key, &world.request.signer));
    world.request.domain.bytes[0] = 0xd0;
    world.request.core.bytes[0] = 0xc0;
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

static bool count_and_sign(void *context, const mo_hash_t *digest, mo_signature_t *signature)
{
    world_t *world = context;
    world->signed_times++;
    return mo_secp_sign(&world->key, digest, signature);
}

/* A vote of chain 1: heights, and a letter for the branch that source, target and transition are of. */
static mo_vote_t link_of(uint64_t source, uint64_t target, uint8_t branch)
{
    return (mo_vote_t){
        .chain = {{1}},
        .transition = {{3, (uint8_t)source, branch}},
        .source = {{4, (uint8_t)source}},
        .target = {{4, (uint8_t)target, branch}},
        .source_height = {source},
        .target_height = {target},
    };
}

static mo_guard_scope_t scope_of(const world_t *world, uint8_t chain)
{
    return (mo_guard_scope_t){
        .signer = world->request.signer, .core = world->request.core, .chain = {{chain}}};
}

static mo_guard_verdict_t try_vote(world_t *world, const mo_vote_t *vote, mo_guard_record_t *record)
{
    world->request.vote = *vote;
    mo_guard_verdict_t verdict;
    assert_ok(mo_guard_sign(world->store, &world->request, count_and_sign, world, &verdict, record));
    return verdict;
}

static mo_guard_verdict_t try_link(world_t *world, uint64_t source, uint64_t target, uint8_t branch)
{
    mo_guard_record_t record;
    mo_vote_t vote = link_of(source, target, branch);
    return try_vote(world, &vote, &record);
}

static void a_signature_is_on_disk_when_it_is_handed_out(void **state)
{
    world_t *world = *state;
    mo_vote_t vote = link_of(1, 2, 0);
    mo_guard_record_t record;
    assert_int_equal(try_vote(world, &vote, &record), MO_GUARD_SIGNED);
    mo_address_t signer;
    assert_int_equal(mo_secp_recover(&record.signature, &record.digest, &signer), MO_SECP_OK);
    assert_true(mo_address_equal(&signer, &world->request.signer));
    mo_store_close(world->store);
    assert_ok(mo_store_open(&world->store, world->path, MO_STORE_EXISTING));
    mo_guard_record_t found_record;
    bool found;
    mo_guard_scope_t scope = scope_of(world, 1);
    assert_ok(mo_guard_find(world->store, &scope, vote.target_height, &found_record, &found));
    assert_true(found);
    assert_memory_equal(&found_record.signature, &record.signature, sizeof record.signature);
    assert_true(mo_rules_vote_equal(&found_record.vote, &vote));
}

static void the_same_vote_gets_the_same_signature_and_the_key_is_not_asked(void **state)
{
    world_t *world = *state;
    mo_vote_t vote = link_of(1, 2, 0);
    mo_guard_record_t first, second;
    assert_int_equal(try_vote(world, &vote, &first), MO_GUARD_SIGNED);
    assert_int_equal(try_link(world, 2, 3, 0), MO_GUARD_SIGNED);
    assert_int_equal(try_vote(world, &vote, &second), MO_GUARD_SIGNED_BEFORE);
    assert_memory_equal(&first, &second, sizeof first);
    assert_int_equal(world->signed_times, 2);
}

static void a_second_vote_for_a_target_height_is_refused(void **state)
{
    world_t *world = *state;
    assert_int_equal(try_link(world, 1, 2, 0), MO_GUARD_SIGNED);
    assert_int_equal(try_link(world, 1, 2, 1), MO_GUARD_TARGET_NOT_ABOVE);
    assert_int_equal(world->signed_times, 1);
}

static void a_target_below_an_earlier_one_is_refused(void **state)
{
    world_t *world = *state;
    assert_int_equal(try_link(world, 1, 5, 0), MO_GUARD_SIGNED);
    assert_int_equal(try_link(world, 2, 4, 0), MO_GUARD_TARGET_NOT_ABOVE);
}

static void a_source_below_an_earlier_one_is_refused(void **state)
{
    world_t *world = *state;
    assert_int_equal(try_link(world, 3, 4, 0), MO_GUARD_SIGNED);
    assert_int_equal(try_link(world, 2, 5, 0), MO_GUARD_SOURCE_BELOW);
}

static void another_transition_for_one_source_is_refused(void **state)
{
    world_t *world = *state;
    assert_int_equal(try_link(world, 3, 4, 0), MO_GUARD_SIGNED);
    assert_int_equal(try_link(world, 3, 5, 1), MO_GUARD_OTHER_TRANSITION);
    assert_int_equal(try_link(world, 3, 5, 0), MO_GUARD_SIGNED);
}

static void a_target_that_is_not_above_its_source_is_refused(void **state)
{
    world_t *world = *state;
    assert_int_equal(try_link(world, 3, 3, 0), MO_GUARD_NO_LINK);
    assert_int_equal(world->signed_times, 0);
}

/* (5.7) */
static void chains_and_signers_do_not_hinder_each_other(void **state)
{
    world_t *world = *state;
    assert_int_equal(try_link(world, 5, 6, 0), MO_GUARD_SIGNED);
    mo_vote_t vote = link_of(1, 2, 0);
    vote.chain.bytes[0] = 2;
    mo_guard_record_t record;
    assert_int_equal(try_vote(world, &vote, &record), MO_GUARD_SIGNED);
    world->key.bytes[31] = 8;
    assert_true(mo_secp_address(&world->key, &world->request.signer));
    assert_int_equal(try_link(world, 1, 2, 0), MO_GUARD_SIGNED);
}

static void the_mark_is_the_highest_target_and_source(void **state)
{
    world_t *world = *state;
    mo_guard_scope_t scope = scope_of(world, 1);
    mo_guard_mark_t mark;
    assert_ok(mo_guard_mark(world->store, &scope, &mark));
    assert_false(mark.any);
    assert_int_equal(try_link(world, 1, 4, 0), MO_GUARD_SIGNED);
    assert_int_equal(try_link(world, 4, 9, 0), MO_GUARD_SIGNED);
    assert_ok(mo_guard_mark(world->store, &scope, &mark));
    assert_true(mark.any);
    assert_int_equal(mark.target.value, 9);
    assert_int_equal(mark.source.value, 4);
}

static void a_key_that_is_not_the_signers_leaves_no_record_and_no_signature(void **state)
{
    world_t *world = *state;
    world->request.signer.bytes[0] ^= 1;
    world->request.vote = link_of(1, 2, 0);
    mo_guard_verdict_t verdict;
    mo_guard_record_t record;
    mo_err_t err = mo_guard_sign(world->store, &world->request, mo_guard_key_signer, &world->key, &verdict, &record);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    static const mo_guard_record_t nothing;
    assert_memory_equal(&record, &nothing, sizeof record);
    mo_guard_scope_t scope = scope_of(world, 1);
    mo_guard_mark_t mark;
    assert_ok(mo_guard_mark(world->store, &scope, &mark));
    assert_false(mark.any);
}

static void a_height_that_the_record_cannot_hold_is_an_error(void **state)
{
    world_t *world = *state;
    world->request.vote = link_of(1, UINT64_C(1) << 63, 0);
    mo_guard_verdict_t verdict;
    mo_guard_record_t record;
    mo_err_t err = mo_guard_sign(world->store, &world->request, mo_guard_key_signer, &world->key, &verdict, &record);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
}

/* A write that fails must keep the signature in: the table is made read-only by a trigger. */
static void a_record_that_cannot_be_written_keeps_the_signature_in(void **state)
{
    world_t *world = *state;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(world->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "CREATE TRIGGER full BEFORE INSERT ON vote BEGIN SELECT raise(ABORT, 'disk'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    world->request.vote = link_of(1, 2, 0);
    mo_guard_verdict_t verdict;
    mo_guard_record_t record;
    mo_err_t err = mo_guard_sign(world->store, &world->request, count_and_sign, world, &verdict, &record);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_int_equal(world->signed_times, 1);
    static const mo_guard_record_t nothing;
    assert_memory_equal(&record, &nothing, sizeof record);
}

/* Votes at random over a small world: no two that were signed ever offend together (2.3). */
static void no_two_signed_votes_of_a_random_history_offend(void **state)
{
    world_t *world = *state;
    mo_rng_t rng = mo_rng(20);
    mo_vote_t signed_votes[64];
    size_t count = 0;
    for (int i = 0; i < 600 && count < 64; i++) {
        uint64_t source = mo_rng_below(&rng, 12);
        mo_vote_t vote = link_of(source, source + mo_rng_below(&rng, 4), (uint8_t)mo_rng_below(&rng, 2));
        mo_guard_record_t record;
        if (try_vote(world, &vote, &record) == MO_GUARD_SIGNED) {
            signed_votes[count] = vote;
            count++;
        }
    }
    assert_true(count >= 4);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_int_equal(mo_rules_vote_offence(&signed_votes[i], &signed_votes[j]), MO_OFFENCE_NONE);
        }
    }
}

/* The record is put there by hand, as no run of the guard could leave it: the offences are looked for all the same. */
static void an_offence_against_any_record_is_refused_even_when_the_marks_allow_it(void **state)
{
    world_t *world = *state;
    assert_int_equal(try_link(world, 5, 6, 0), MO_GUARD_SIGNED);
    sqlite3 *db;
    assert_int_equal(sqlite3_open(world->path, &db), SQLITE_OK);
    /* An older vote from a source that the next vote shares, under another transition, at a lower height. */
    assert_int_equal(sqlite3_exec(db,
                                  "DROP TRIGGER vote_fixed; UPDATE vote SET source_height = 3, target_height = 4,"
                                  " source = X'0406000000000000000000000000000000000000000000000000000000000000'",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_int_equal(try_link(world, 6, 7, 0), MO_GUARD_OFFENCE_TRANSITION);
    assert_int_equal(world->signed_times, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_signature_is_on_disk_when_it_is_handed_out, enter, leave),
        cmocka_unit_test_setup_teardown(the_same_vote_gets_the_same_signature_and_the_key_is_not_asked, enter, leave),
        cmocka_unit_test_setup_teardown(a_second_vote_for_a_target_height_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(a_target_below_an_earlier_one_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(a_source_below_an_earlier_one_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(another_transition_for_one_source_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(a_target_that_is_not_above_its_source_is_refused, enter, leave),
        cmocka_unit_test_setup_teardown(chains_and_signers_do_not_hinder_each_other, enter, leave),
        cmocka_unit_test_setup_teardown(the_mark_is_the_highest_target_and_source, enter, leave),
        cmocka_unit_test_setup_teardown(a_key_that_is_not_the_signers_leaves_no_record_and_no_signature, enter, leave),
        cmocka_unit_test_setup_teardown(a_height_that_the_record_cannot_hold_is_an_error, enter, leave),
        cmocka_unit_test_setup_teardown(a_record_that_cannot_be_written_keeps_the_signature_in, enter, leave),
        cmocka_unit_test_setup_teardown(no_two_signed_votes_of_a_random_history_offend, enter, leave),
        cmocka_unit_test_setup_teardown(an_offence_against_any_record_is_refused_even_when_the_marks_allow_it, enter,
                                        leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
