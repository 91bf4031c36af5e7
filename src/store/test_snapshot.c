/* Snapshots on disk: read as they were written, two kept, a damaged one is told from a whole one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/snapshot.h"
#include "store/sql.h"

#define SIZE (5 * MO_SNAPSHOT_PART + 100)

static char folder[] = "/tmp/mosaic-snapshot-XXXXXX";
static char path[64];
static mo_store_t *store;
static uint8_t memory[SIZE];
static uint8_t again[SIZE];

static int start(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/s.sqlite", folder);
    return mo_failed(mo_store_open(&store, path, MO_STORE_CREATE)) ? -1 : 0;
}

static int stop(void **state)
{
    (void)state;
    char lock[80];
    mo_store_close(store);
    (void)snprintf(lock, sizeof lock, "%s.lock", path);
    (void)unlink(lock);
    (void)unlink(path);
    return rmdir(folder);
}

/* A state that has bytes in some parts, its last and shorter one among them. */
static void put(uint8_t which)
{
    mo_snapshot_t snapshot = {.maker = {{7}}, .size = SIZE, .places = {which}};
    memset(memory, 0, sizeof memory);
    memory[0] = which;
    memory[3 * MO_SNAPSHOT_PART + 5] = which;
    memory[SIZE - 1] = which;
    assert_int_equal(mo_snapshot_put(store, &snapshot, memory).kind, MO_OK);
}

static mo_snapshot_t newest(uint64_t below)
{
    mo_snapshot_t snapshot;
    bool found;
    assert_int_equal(mo_snapshot_newest(store, below, &snapshot, &found).kind, MO_OK);
    assert_int_equal(found, snapshot.id != 0);
    return snapshot;
}

static bool reads(const mo_snapshot_t *snapshot)
{
    bool whole;
    memset(again, 0, sizeof again);
    assert_int_equal(mo_snapshot_read(store, snapshot, again, &whole).kind, MO_OK);
    return whole;
}

static void a_snapshot_is_read_as_it_was_written(void **state)
{
    (void)state;
    assert_int_equal(newest(INT64_MAX).id, 0);
    put(1);
    mo_snapshot_t snapshot = newest(INT64_MAX);
    assert_int_equal(snapshot.size, SIZE);
    assert_int_equal(snapshot.maker.bytes[0], 7);
    assert_int_equal(snapshot.places[0], 1);
    assert_true(reads(&snapshot));
    assert_memory_equal(again, memory, SIZE);
}

static void the_newest_and_the_one_before_are_kept(void **state)
{
    (void)state;
    put(2);
    put(3);
    put(4);
    mo_snapshot_t snapshot = newest(INT64_MAX);
    assert_int_equal(snapshot.places[0], 4);
    snapshot = newest(snapshot.id);
    assert_int_equal(snapshot.places[0], 3);
    assert_true(reads(&snapshot));
    assert_int_equal(again[SIZE - 1], 3);
    assert_int_equal(newest(snapshot.id).id, 0);
}

static void a_dropped_one_leaves_the_other(void **state)
{
    (void)state;
    put(5);
    put(6);
    mo_snapshot_t snapshot = newest(INT64_MAX);
    assert_int_equal(mo_snapshot_drop(store, snapshot.id).kind, MO_OK);
    snapshot = newest(INT64_MAX);
    assert_int_equal(snapshot.places[0], 5);
    assert_true(reads(&snapshot));
}

static void a_part_that_is_gone_moved_or_changed_makes_it_no_snapshot(void **state)
{
    (void)state;
    static const char *const damages[] = {
        "DELETE FROM snapshot_part WHERE at = 0",
        "UPDATE snapshot_part SET at = 16384 WHERE at = 0",
        "UPDATE snapshot_part SET bytes = zeroblob(length(bytes)) WHERE at = 0",
        "UPDATE snapshot_part SET at = 1000000000 WHERE at = 0",
        "UPDATE snapshot_part SET bytes = x'01' WHERE at = 0",
    };
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        put(7);
        assert_int_equal(mo_sql_exec(store, damages[i]).kind, MO_OK);
        mo_snapshot_t snapshot = newest(INT64_MAX);
        assert_false(reads(&snapshot));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snapshot_is_read_as_it_was_written),
        cmocka_unit_test(the_newest_and_the_one_before_are_kept),
        cmocka_unit_test(a_dropped_one_leaves_the_other),
        cmocka_unit_test(a_part_that_is_gone_moved_or_changed_makes_it_no_snapshot),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
