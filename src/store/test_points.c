/* Kill at every write point: for each row of store/points.h a process does all that a store is written by, and dies at
 * that point; then the store opens again and all that it promises holds. Linked with the store's sources compiled with
 * MO_STORE_ARMED. */
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

#include "eth/keccak.h"
#include "rules/identity.h"
#include "rules/vote.h"
#include "store/audit.h"
#include "store/flight.h"
#include "store/guard_merge.h"
#include "store/points.h"
#include "store/schema.h"
#include "store/snapshot.h"

#define ROUNDS 2 /* each point is died at on its first and second passing */

static const char *const words[MO_STORE_POINT_COUNT] = {
#define X(code, words) [MO_STORE_POINT_##code] = #code ": " words,
    MO_STORE_POINTS(X)
#undef X
};

/* Of the process that is to die. */
static mo_store_point_t deadly;
static unsigned passings_left;

void mo_store_point(mo_store_point_t point)
{
    if (point == deadly && passings_left > 0 && --passings_left == 0) {
        (void)kill(getpid(), SIGKILL);
    }
}

typedef struct {
    char folder[40];
    char path[64];
    char told[64]; /* what the dying process had been given: signatures and numbers, as they came */
    mo_secp_key_t key;
    mo_guard_core_t core;
    mo_guard_scope_t scope;
    mo_flight_key_t sender;
} world_t;

static void require(bool holds, const char *what)
{
    if (!holds) {
        (void)fprintf(stderr, "# the dying process: %s\n", what);
        _exit(9);
    }
}

static void ok(mo_err_t err)
{
    require(!mo_failed(err), err.text);
}

/* A store of schema 1 with a vote in it, as the version before left it: each run migrates it. */
static void make_old_store(const world_t *world)
{
    sqlite3 *db;
    char text[128];
    (void)snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = 1", MO_STORE_APPLICATION_ID);
    assert_int_equal(sqlite3_open(world->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, mo_store_migrations[0], NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static world_t make_world(void)
{
    world_t world = {.core = {.origin_chain_id = 31337, .setup_hash = {{5}}}, .sender = {.chain_id = 7}};
    strcpy(world.folder, "/tmp/mosaic-points-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    (void)snprintf(world.path, sizeof world.path, "%s/v.sqlite", world.folder);
    (void)snprintf(world.told, sizeof world.told, "%s/told", world.folder);
    world.key.bytes[31] = 7;
    assert_true(mo_secp_address(&world.key, &world.scope.signer));
    world.scope.core = mo_guard_core_id(&world.core);
    world.scope.chain = mo_rules_core_id(world.core.origin_chain_id, &world.core.core);
    make_old_store(&world);
    return world;
}

static mo_vote_t vote_of(const world_t *world, uint64_t target, uint8_t branch)
{
    return (mo_vote_t){.chain = world->scope.chain,
                       .transition = {{3, (uint8_t)target, branch}},
                       .source = {{4, (uint8_t)(target - 1)}},
                       .target = {{4, (uint8_t)target, branch}},
                       .source_height = {target - 1},
                       .target_height = {target}};
}

/* ---- What the dying process does ---- */

static void tell(const world_t *world, const mo_guard_record_t *record)
{
    FILE *file = fopen(world->told, "a");
    require(file != NULL && fwrite(record, sizeof *record, 1, file) == 1 && fclose(file) == 0, "tell");
}

static void sign(mo_store_t *store, const world_t *world, uint64_t target, uint8_t branch)
{
    mo_guard_request_t request = {.signer = world->scope.signer,
                                  .core = world->scope.core,
                                  .domain = mo_rules_domain(world->core.origin_chain_id, &world->core.core),
                                  .vote = vote_of(world, target, branch)};
    mo_guard_verdict_t verdict;
    mo_guard_record_t record;
    mo_secp_key_t key = world->key;
    ok(mo_guard_sign(store, &request, mo_guard_key_signer, &key, &verdict, &record));
    if (verdict == MO_GUARD_SIGNED || verdict == MO_GUARD_SIGNED_BEFORE) {
        tell(world, &record);
    }
}

static void import(mo_store_t *store, const world_t *world, uint64_t target)
{
    mo_secp_key_t other = {{0}};
    other.bytes[31] = 9;
    mo_guard_entry_t entry = {.is_vote = true, .scope = world->scope, .record = {.vote = vote_of(world, target, 0)}};
    mo_hash_t domain = mo_rules_domain(world->core.origin_chain_id, &world->core.core);
    require(mo_secp_address(&other, &entry.scope.signer), "address");
    entry.record.struct_hash = mo_rules_vote_hash(&entry.record.vote);
    entry.record.digest = mo_rules_vote_digest(&domain, &entry.record.vote);
    require(mo_secp_sign(&other, &entry.record.digest, &entry.record.signature), "sign");
    mo_guard_merged_t merged = {0};
    ok(mo_guard_merge_begin(store));
    mo_err_t err = mo_guard_merge_vote(store, &entry, &merged);
    mo_guard_entry_t mark = {.scope = entry.scope, .watermark_source = {target}, .watermark_target = {target}};
    if (!mo_failed(err)) {
        err = mo_guard_merge_mark(store, &mark, &merged);
    }
    ok(mo_guard_merge_end(store, err));
}

static void fly(mo_store_t *store, const world_t *world, uint64_t nonce)
{
    mo_flight_t flight = {.gas_limit = 21000, .has_nonce = true, .nonce = nonce};
    (void)snprintf(flight.label, sizeof flight.label, "work %llu", (unsigned long long)nonce);
    const uint8_t raw[] = {1, 2, 3, (uint8_t)nonce};
    mo_flight_attempt_t attempt = {.hash = mo_keccak256(MO_BYTES(raw)), .fee = 10, .tip = 1};
    bool found;
    ok(mo_flight_add(store, &world->sender, &flight, MO_BYTES(raw), &flight.id));
    ok(mo_flight_bid(store, &flight, &attempt, MO_BYTES(raw)));
    ok(mo_flight_unbid(store, flight.id));
    ok(mo_flight_bid(store, &flight, &attempt, MO_BYTES(raw)));
    ok(mo_flight_end(store, &world->sender, flight.id));
    ok(mo_flight_revive(store, &world->sender, nonce, &flight, &found));
    require(found, "an ended flight is revived");
    ok(mo_flight_end(store, &world->sender, flight.id));
}

/* A state of `round` throughout, in more than one part. */
static void photograph(mo_store_t *store, uint64_t round)
{
    static uint8_t memory[3 * MO_SNAPSHOT_PART];
    mo_snapshot_t snapshot = {.maker = {{1}}, .size = sizeof memory, .places = {(uint8_t)round}};
    memset(memory, (int)round, sizeof memory);
    ok(mo_snapshot_put(store, &snapshot, memory));
}

/* What a dead process left in flight is found again. */
static void land(mo_store_t *store, const world_t *world)
{
    mo_flight_t flights[8];
    size_t count;
    ok(mo_flight_list(store, &world->sender, flights, 8, &count));
    for (size_t i = 0; i < count; i++) {
        ok(mo_flight_end(store, &world->sender, flights[i].id));
    }
}

/* All that writes, twice over, on a store that is opened anew each time. */
static void work(const world_t *world)
{
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        mo_store_t *store;
        bool stranger;
        ok(mo_store_open(&store, world->path, MO_STORE_EXISTING));
        ok(mo_guard_know(store, &world->core, &world->scope.signer, &stranger));
        sign(store, world, 2 * round, 0);
        sign(store, world, 2 * round, 1);
        sign(store, world, 2 * round + 1, 0);
        import(store, world, round);
        land(store, world);
        fly(store, world, round);
        ok(mo_store_put(store, "a", (mo_bytes_t){(const uint8_t *)"b", 1}));
        ok(mo_store_delete(store, "a"));
        photograph(store, round);
        mo_store_close(store);
    }
}

/* Whether it died, and at the point. */
static bool run_until(const world_t *world, mo_store_point_t point, unsigned passing)
{
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        deadly = point;
        passings_left = passing;
        work(world);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* ---- What must hold afterwards ---- */

/* Every signature that came out is on record, and signing the other branch is still refused. */
static void check_told(mo_store_t *store, const world_t *world)
{
    FILE *file = fopen(world->told, "r");
    mo_guard_record_t told;
    while (file != NULL && fread(&told, sizeof told, 1, file) == 1) {
        mo_guard_record_t record;
        bool found;
        assert_int_equal(mo_guard_find(store, &world->scope, told.vote.target_height, &record, &found).kind, MO_OK);
        assert_true(found);
        assert_memory_equal(&record, &told, sizeof told);
        assert_int_equal(told.vote.target.bytes[2], 0);
    }
    if (file != NULL) {
        assert_int_equal(fclose(file), 0);
    }
}

/* Each snapshot that is there is whole, and of one round. */
static void check_snapshots(mo_store_t *store)
{
    static uint8_t memory[3 * MO_SNAPSHOT_PART];
    mo_snapshot_t snapshot = {.id = INT64_MAX};
    bool found = true;
    for (unsigned count = 0; found; count++) {
        bool whole = false;
        assert_true(count <= 2);
        assert_int_equal(mo_snapshot_newest(store, snapshot.id, &snapshot, &found).kind, MO_OK);
        memset(memory, 0, sizeof memory);
        if (found) {
            assert_int_equal(mo_snapshot_read(store, &snapshot, memory, &whole).kind, MO_OK);
            assert_true(whole);
            assert_int_equal(memory[0], snapshot.places[0]);
            assert_int_equal(memory[sizeof memory - 1], snapshot.places[0]);
        }
    }
}

static void check_after(const world_t *world)
{
    mo_store_t *store;
    mo_err_t err = mo_store_open(&store, world->path, MO_STORE_EXISTING);
    if (mo_failed(err)) {
        fail_msg("%s", err.text);
    }
    mo_store_census_t census;
    err = mo_store_audit(store, &census);
    if (mo_failed(err)) {
        fail_msg("%s", err.text);
    }
    check_told(store, world);
    check_snapshots(store);
    mo_flight_t flights[8];
    size_t count;
    assert_int_equal(mo_flight_list(store, &world->sender, flights, 8, &count).kind, MO_OK);
    assert_true(count <= 1);
    mo_store_close(store);
    (void)printf("#   left: %llu votes, %llu watermarks, %zu in flight, %llu bids\n", (unsigned long long)census.votes,
                 (unsigned long long)census.watermarks, count, (unsigned long long)census.bids);
}

static void remove_world(const world_t *world)
{
    char command[64];
    (void)snprintf(command, sizeof command, "rm -rf %s", world->folder);
    assert_int_equal(system(command), 0);
}

static void killed_at_every_write_point_the_store_keeps_its_promises(void **state)
{
    (void)state;
    for (int point = 0; point < MO_STORE_POINT_COUNT; point++) {
        unsigned deaths = 0;
        for (unsigned passing = 1; passing <= ROUNDS; passing++) {
            world_t world = make_world();
            bool died = run_until(&world, (mo_store_point_t)point, passing);
            deaths += died;
            if (died) {
                (void)printf("# killed at %s, time %u\n", words[point], passing);
                check_after(&world);
                /* And from there on, once more, without a kill. */
                (void)run_until(&world, MO_STORE_POINT_COUNT, 1);
                check_after(&world);
            }
            remove_world(&world);
        }
        if (deaths == 0) {
            fail_msg("never passed: %s", words[point]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_at_every_write_point_the_store_keeps_its_promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
