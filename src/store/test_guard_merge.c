#include "store/guard_merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/rng.h"
#include "rules/identity.h"
#include "rules/vote.h"
#include "store/audit.h"
#include "store/guard_rows.h"
#include "store/schema.h"

typedef struct {
    char folder[40];
    char path[64];
    mo_store_t *store;
    mo_secp_key_t key;
    mo_guard_core_t core;
    mo_guard_scope_t scope;
    mo_hash_t domain;
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
    strcpy(world.folder, "/tmp/mosaic-merge-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    (void)snprintf(world.path, sizeof world.path, "%s/v.sqlite", world.folder);
    world.core = (mo_guard_core_t){.origin_chain_id = 31337, .origin_genesis = {{1}}, .setup_hash = {{2}}};
    world.domain = mo_rules_domain(world.core.origin_chain_id, &world.core.core);
    world.key.bytes[31] = 7;
    assert_true(mo_secp_address(&world.key, &world.scope.signer));
    world.scope.core = mo_guard_core_id(&world.core);
    world.scope.chain.bytes[0] = 1;
    assert_ok(mo_store_open(&world.store, world.path, MO_STORE_CREATE));
    bool stranger;
    assert_ok(mo_guard_know(world.store, &world.core, &world.scope.signer, &stranger));
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

static mo_vote_t link_of(uint64_t source, uint64_t target, uint8_t branch)
{
    return (mo_vote_t){.chain = {{1}},
                       .transition = {{3, (uint8_t)source, branch}},
                       .source = {{4, (uint8_t)source}},
                       .target = {{4, (uint8_t)target, branch}},
                       .source_height = {source},
                       .target_height = {target}};
}

static mo_guard_entry_t entry_of(const world_t *world, const mo_vote_t *vote)
{
    mo_guard_entry_t entry = {.scope = world->scope, .is_vote = true, .record = {.vote = *vote}};
    entry.record.struct_hash = mo_rules_vote_hash(vote);
    entry.record.digest = mo_rules_vote_digest(&world->domain, vote);
    assert_true(mo_secp_sign(&world->key, &entry.record.digest, &entry.record.signature));
    return entry;
}

static mo_guard_verdict_t sign(world_t *world, uint64_t source, uint64_t target, uint8_t branch)
{
    mo_guard_request_t request = {.signer = world->scope.signer,
                                  .core = world->scope.core,
                                  .domain = world->domain,
                                  .vote = link_of(source, target, branch)};
    mo_guard_verdict_t verdict;
    mo_guard_record_t record;
    assert_ok(mo_guard_sign(world->store, &request, mo_guard_key_signer, &world->key, &verdict, &record));
    return verdict;
}

static mo_guard_merged_t merge(world_t *world, const mo_guard_entry_t *entries, size_t count)
{
    mo_guard_merged_t merged = {0};
    assert_ok(mo_guard_merge_begin(world->store));
    for (size_t i = 0; i < count; i++) {
        assert_ok(entries[i].is_vote ? mo_guard_merge_vote(world->store, &entries[i], &merged)
                                     : mo_guard_merge_mark(world->store, &entries[i], &merged));
    }
    assert_ok(mo_guard_merge_end(world->store, MO_SUCCESS));
    return merged;
}

static void an_imported_vote_binds_as_one_that_was_signed_here(void **state)
{
    world_t *world = *state;
    mo_vote_t vote = link_of(3, 5, 0);
    mo_guard_entry_t entry = entry_of(world, &vote);
    assert_int_equal(merge(world, &entry, 1).added, 1);
    assert_int_equal(merge(world, &entry, 1).known, 1);
    assert_int_equal(sign(world, 3, 5, 0), MO_GUARD_SIGNED_BEFORE);
    assert_int_equal(sign(world, 3, 5, 1), MO_GUARD_TARGET_NOT_ABOVE);
    assert_int_equal(sign(world, 2, 6, 0), MO_GUARD_SOURCE_BELOW);
    assert_int_equal(sign(world, 3, 6, 0), MO_GUARD_SIGNED);
}

static void an_imported_vote_that_offends_raises_the_watermark_and_the_record_stays(void **state)
{
    world_t *world = *state;
    assert_int_equal(sign(world, 1, 5, 0), MO_GUARD_SIGNED);
    const mo_vote_t votes[] = {link_of(1, 5, 1), link_of(2, 4, 0), link_of(1, 9, 1)};
    for (size_t i = 0; i < 3; i++) {
        mo_guard_entry_t entry = entry_of(world, &votes[i]);
        mo_guard_merged_t merged = merge(world, &entry, 1);
        assert_int_equal(merged.folded, 1);
        assert_int_equal(merged.added, 0);
    }
    assert_int_equal(sign(world, 1, 5, 0), MO_GUARD_SIGNED_BEFORE);
    assert_int_equal(sign(world, 3, 9, 0), MO_GUARD_TARGET_BELOW_WATERMARK);
    assert_int_equal(sign(world, 2, 10, 0), MO_GUARD_SOURCE_BELOW_WATERMARK);
    assert_int_equal(sign(world, 3, 10, 0), MO_GUARD_SIGNED);
    mo_store_census_t census;
    assert_ok(mo_store_audit(world->store, &census));
    assert_int_equal(census.votes, 2);
}

static void a_vote_without_a_signature_counts_by_its_heights(void **state)
{
    world_t *world = *state;
    mo_vote_t vote = link_of(3, 5, 0);
    mo_guard_entry_t entry = entry_of(world, &vote);
    entry.record.signature = (mo_signature_t){0};
    assert_int_equal(merge(world, &entry, 1).folded, 1);
    assert_int_equal(sign(world, 3, 5, 0), MO_GUARD_TARGET_BELOW_WATERMARK);
    assert_int_equal(sign(world, 3, 6, 0), MO_GUARD_SOURCE_BELOW_WATERMARK);
    assert_int_equal(sign(world, 4, 6, 0), MO_GUARD_SIGNED);
}

static void a_strangers_signature_is_refused_and_nothing_of_its_import_stays(void **state)
{
    world_t *world = *state;
    mo_vote_t vote = link_of(3, 5, 0);
    mo_guard_entry_t good = entry_of(world, &vote);
    vote = link_of(5, 6, 0);
    mo_guard_entry_t bad = entry_of(world, &vote);
    bad.scope.signer.bytes[0] ^= 1;
    mo_guard_merged_t merged = {0};
    assert_ok(mo_guard_merge_begin(world->store));
    assert_ok(mo_guard_merge_vote(world->store, &good, &merged));
    mo_err_t err = mo_guard_merge_vote(world->store, &bad, &merged);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    err = mo_guard_merge_end(world->store, err);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    mo_guard_mark_t mark;
    assert_ok(mo_guard_mark(world->store, &world->scope, &mark));
    assert_false(mark.any);
}

static void a_watermark_only_rises(void **state)
{
    world_t *world = *state;
    mo_guard_entry_t mark = {.scope = world->scope, .watermark_source = {5}, .watermark_target = {7}};
    assert_int_equal(merge(world, &mark, 1).raised, 1);
    mark.watermark_source.value = 4;
    mark.watermark_target.value = 6;
    assert_int_equal(merge(world, &mark, 1).raised, 0);
    mark.watermark_target.value = 9;
    assert_int_equal(merge(world, &mark, 1).raised, 1);
    mo_guard_mark_t got;
    assert_ok(mo_guard_mark(world->store, &world->scope, &got));
    assert_int_equal(got.watermark_source.value, 5);
    assert_int_equal(got.watermark_target.value, 9);
}

/* Two machines with the same history, each signs on; whichever way their records merge, no vote that is signed then
 * offends with any of either. */
static void after_a_merge_of_random_records_no_signed_vote_offends_with_either(void **state)
{
    world_t *world = *state;
    mo_rng_t rng = mo_rng(5);
    mo_vote_t all[128];
    size_t count = 0;
    size_t signed_after = 0;
    for (int round = 0; round < 40; round++) {
        uint64_t source = mo_rng_below(&rng, 14);
        all[count] = link_of(source, source + 1 + mo_rng_below(&rng, 4), (uint8_t)mo_rng_below(&rng, 2));
        mo_guard_entry_t entry = entry_of(world, &all[count]);
        if (mo_rng_below(&rng, 4) == 0) {
            merge(world, &entry, 1);
            count++;
            continue;
        }
        mo_vote_t vote = link_of(source + (uint64_t)round / 4, source + (uint64_t)round / 4 + 1, 0);
        if (sign(world, vote.source_height.value, vote.target_height.value, 0) != MO_GUARD_SIGNED) {
            continue;
        }
        signed_after++;
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(mo_rules_vote_offence(&all[i], &vote), MO_OFFENCE_NONE);
        }
        all[count++] = vote;
    }
    assert_true(signed_after >= 3);
}

static void another_core_of_the_same_chain_id_and_address_is_a_stranger_once_there_are_votes(void **state)
{
    world_t *world = *state;
    bool stranger;
    mo_guard_core_t other = world->core;
    other.origin_genesis.bytes[5] = 1;
    assert_ok(mo_guard_know(world->store, &world->core, &world->scope.signer, &stranger));
    assert_ok(mo_guard_know(world->store, &other, &world->scope.signer, &stranger));
    assert_false(stranger);
    assert_int_equal(sign(world, 1, 2, 0), MO_GUARD_SIGNED);
    assert_ok(mo_guard_know(world->store, &other, &world->scope.signer, &stranger));
    assert_true(stranger);
    assert_ok(mo_guard_know(world->store, &world->core, &world->scope.signer, &stranger));
    assert_false(stranger);
}

/* A watermark stands for votes whose signatures nobody can show (5.7). */
static void another_core_of_the_same_chain_id_and_address_is_a_stranger_once_there_is_a_watermark(void **state)
{
    world_t *world = *state;
    mo_guard_core_t other = world->core;
    bool stranger;
    other.setup_hash.bytes[0] = 9;
    const mo_guard_entry_t mark = {.scope = world->scope, .watermark_source = {8}, .watermark_target = {9}};
    assert_int_equal(merge(world, &mark, 1).raised, 1);
    assert_ok(mo_guard_know(world->store, &world->core, &world->scope.signer, &stranger));
    assert_false(stranger);
    assert_ok(mo_guard_know(world->store, &other, &world->scope.signer, &stranger));
    assert_true(stranger);
    const mo_address_t somebody = {{5}};
    assert_ok(mo_guard_know(world->store, &other, &somebody, &stranger));
    assert_false(stranger);
}

static void run_sql(const char *path, const char *text)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s", sqlite3_errmsg(db));
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* A file as the version before wrote it, row by row. */
static void write_old_store(world_t *world, const mo_guard_record_t *record)
{
    char text[1600] = "";
    size_t size = 0;
    const mo_bytes_t blobs[] = {mo_address_view(&world->scope.signer), mo_hash_view(&record->vote.chain),
                                mo_hash_view(&record->vote.transition), mo_hash_view(&record->vote.source),
                                mo_hash_view(&record->vote.target), mo_hash_view(&record->struct_hash),
                                mo_hash_view(&record->digest), mo_hash_view(&record->signature.r),
                                mo_hash_view(&record->signature.vs)};
    size += (size_t)snprintf(text + size, sizeof text - size,
                             "INSERT INTO vote (target_height, source_height, signer, chain, transition, source,"
                             " target, struct_hash, digest, signature) VALUES (%llu, %llu",
                             (unsigned long long)record->vote.target_height.value,
                             (unsigned long long)record->vote.source_height.value);
    for (size_t i = 0; i < sizeof blobs / sizeof blobs[0]; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, i == 8 ? "" : i == 0 ? ", X'" : "', X'");
        for (size_t k = 0; k < blobs[i].size; k++) {
            size += (size_t)snprintf(text + size, sizeof text - size, "%02x", blobs[i].data[k]);
        }
    }
    (void)snprintf(text + size, sizeof text - size, "')");
    char pragmas[96];
    (void)snprintf(pragmas, sizeof pragmas, "PRAGMA application_id = %d; PRAGMA user_version = 1",
                   MO_STORE_APPLICATION_ID);
    mo_store_close(world->store);
    assert_int_equal(unlink(world->path), 0);
    run_sql(world->path, mo_store_migrations[0]);
    run_sql(world->path, pragmas);
    run_sql(world->path, text);
    run_sql(world->path, "INSERT INTO state VALUES ('bound x', X'0102')");
}

static void a_store_of_the_version_before_is_migrated_and_its_votes_bind_before_and_after_their_core_is_known(void **state)
{
    world_t *world = *state;
    mo_vote_t vote = link_of(3, 5, 0);
    mo_guard_entry_t entry = entry_of(world, &vote);
    write_old_store(world, &entry.record);
    assert_ok(mo_store_open(&world->store, world->path, MO_STORE_EXISTING));
    assert_int_equal(sign(world, 3, 5, 0), MO_GUARD_SIGNED_BEFORE);
    assert_int_equal(sign(world, 3, 5, 1), MO_GUARD_TARGET_NOT_ABOVE);
    uint64_t orphans;
    assert_ok(mo_guard_orphans(world->store, &orphans));
    assert_int_equal(orphans, 1);
    mo_guard_core_t other = {.origin_chain_id = 1};
    bool stranger;
    assert_ok(mo_guard_know(world->store, &other, &world->scope.signer, &stranger));
    assert_ok(mo_guard_orphans(world->store, &orphans));
    assert_int_equal(orphans, 1);
    assert_ok(mo_guard_know(world->store, &world->core, &world->scope.signer, &stranger));
    assert_ok(mo_guard_orphans(world->store, &orphans));
    assert_int_equal(orphans, 0);
    assert_int_equal(sign(world, 3, 5, 1), MO_GUARD_TARGET_NOT_ABOVE);
    assert_int_equal(sign(world, 3, 5, 0), MO_GUARD_SIGNED_BEFORE);
    mo_store_census_t census;
    assert_ok(mo_store_audit(world->store, &census));
    assert_int_equal(census.votes, 1);
    assert_int_equal(census.states, 1);
}

/* Past the code: what is written by hand, by a bug or by another program. */
static void the_database_itself_refuses_offences_and_forgetting(void **state)
{
    world_t *world = *state;
    assert_int_equal(sign(world, 3, 5, 0), MO_GUARD_SIGNED);
    const mo_guard_entry_t mark = {.scope = world->scope, .watermark_source = {1}, .watermark_target = {2}};
    assert_int_equal(merge(world, &mark, 1).raised, 1);
    static const char *const refused[] = {
        "DELETE FROM watermark",
        "UPDATE watermark SET source_height = 0",
        "UPDATE watermark SET target_height = 1",
        "DELETE FROM vote",
        "UPDATE vote SET target = zeroblob(32)",
        "INSERT INTO vote SELECT signer, zeroblob(32), chain, target_height, source_height, transition, source,"
        " zeroblob(32), struct_hash, digest, signature FROM vote",
        "INSERT INTO vote SELECT signer, core, chain, 6, 2, transition, zeroblob(32), target, struct_hash, digest,"
        " signature FROM vote",
        "INSERT INTO vote SELECT signer, core, chain, 6, 3, zeroblob(32), source, target, struct_hash, digest,"
        " signature FROM vote",
    };
    sqlite3 *db;
    assert_int_equal(sqlite3_open(world->path, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_int_equal(sqlite3_exec(db, refused[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
    }
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void the_audit_names_what_is_damaged(void **state)
{
    world_t *world = *state;
    assert_int_equal(sign(world, 3, 5, 0), MO_GUARD_SIGNED);
    mo_store_census_t census;
    assert_ok(mo_store_audit(world->store, &census));
    static const struct {
        const char *text;
        const char *words;
    } damages[] = {
        {"UPDATE vote SET source_height = 4", "another hash"},
        {"UPDATE vote SET source_height = 3, digest = zeroblob(32)", "stranger's signature"},
        {"UPDATE vote SET digest = x'01'", "malformed"},
    };
    run_sql(world->path, "DROP TRIGGER vote_fixed");
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        run_sql(world->path, damages[i].text);
        mo_err_t err = mo_store_audit(world->store, &census);
        assert_int_equal(err.kind, MO_ERR_PERMANENT);
        assert_non_null(strstr(err.text, damages[i].words));
        assert_non_null(strstr(err.text, "backup"));
    }
}

/* Records that are whole, each by itself, and must not stand together. */
static void the_audit_names_what_must_not_stand_together(void **state)
{
    world_t *world = *state;
    static const struct {
        uint64_t source;
        uint64_t target;
        uint8_t branch;
        uint8_t core; /* 0: the world's; 1: of nobody; else an unknown one */
        const char *words;
    } votes[] = {
        {3, 5, 1, 1, "one target height"},      {3, 6, 1, 0, "two transitions"}, {2, 6, 0, 0, "do not rise"},
        {9, 7, 0, 0, "not above their source"}, {6, 7, 0, 2, "unknown core"},
    };
    static const struct {
        const char *text;
        const char *words;
    } flights[] = {
#define FLIGHT(nonce)                                                                                                  \
    "INSERT INTO flight (id, chain_id, sender, label, ended, target, value, data, gas_limit, nonce)"                   \
    " VALUES (7, 1, x'01', 'a', 0, x'01', x'01', x'', 1, " nonce ")"
/* The hash of no bytes. */
#define BID "INSERT INTO attempt (flight, turn, hash, fee, tip, raw) VALUES (7, 0,"                                    \
            " x'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470', 1, 1, x'')"
        {BID, "bids of no transaction"},
        {FLIGHT("NULL") ";" BID, "bids and no nonce"},
        {FLIGHT("5"), "a nonce and no bid"},
    };
    assert_int_equal(sign(world, 3, 5, 0), MO_GUARD_SIGNED);
    run_sql(world->path, "DROP TRIGGER vote_target; DROP TRIGGER vote_surround; DROP TRIGGER vote_transition;"
                         " DROP TRIGGER vote_kept");
    mo_store_census_t census;
    for (size_t i = 0; i < sizeof votes / sizeof votes[0]; i++) {
        mo_vote_t vote = link_of(votes[i].source, votes[i].target, votes[i].branch);
        mo_guard_entry_t entry = entry_of(world, &vote);
        entry.scope.core = votes[i].core == 0 ? world->scope.core : (mo_hash_t){{(uint8_t)(votes[i].core - 1)}};
        assert_ok(mo_guard_row_write(world->store, &entry.scope, &entry.record));
        const mo_err_t err = mo_store_audit(world->store, &census);
        assert_non_null(strstr(err.text, votes[i].words));
        run_sql(world->path, "DELETE FROM vote WHERE target_height <> 5 OR core = zeroblob(32)");
        assert_ok(mo_store_audit(world->store, &census));
    }
    for (size_t i = 0; i < sizeof flights / sizeof flights[0]; i++) {
        run_sql(world->path, flights[i].text);
        const mo_err_t err = mo_store_audit(world->store, &census);
        assert_non_null(strstr(err.text, flights[i].words));
        run_sql(world->path, "DELETE FROM attempt; DELETE FROM flight");
        assert_ok(mo_store_audit(world->store, &census));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
    const struct CMUnitTest tests[] = {
        TEST(an_imported_vote_binds_as_one_that_was_signed_here),
        TEST(an_imported_vote_that_offends_raises_the_watermark_and_the_record_stays),
        TEST(a_vote_without_a_signature_counts_by_its_heights),
        TEST(a_strangers_signature_is_refused_and_nothing_of_its_import_stays),
        TEST(a_watermark_only_rises),
        TEST(after_a_merge_of_random_records_no_signed_vote_offends_with_either),
        TEST(another_core_of_the_same_chain_id_and_address_is_a_stranger_once_there_are_votes),
        TEST(another_core_of_the_same_chain_id_and_address_is_a_stranger_once_there_is_a_watermark),
        TEST(a_store_of_the_version_before_is_migrated_and_its_votes_bind_before_and_after_their_core_is_known),
        TEST(the_database_itself_refuses_offences_and_forgetting),
        TEST(the_audit_names_what_is_damaged),
        TEST(the_audit_names_what_must_not_stand_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
