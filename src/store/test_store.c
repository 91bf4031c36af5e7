#include "store/store.h"

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

typedef struct {
    char folder[32];
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
    strcpy(world.folder, "/tmp/mosaic-store-XXXXXX");
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

static void reopen(world_t *world)
{
    mo_store_close(world->store);
    assert_ok(mo_store_open(&world->store, world->path, MO_STORE_EXISTING));
}

static mo_bytes_t text(const char *words)
{
    return (mo_bytes_t){(const uint8_t *)words, strlen(words)};
}

static void what_was_put_is_there_after_a_restart(void **state)
{
    world_t *world = *state;
    assert_ok(mo_store_put(world->store, "cursor", text("one")));
    assert_ok(mo_store_put(world->store, "cursor", text("two")));
    assert_ok(mo_store_put(world->store, "empty", (mo_bytes_t){0}));
    reopen(world);
    uint8_t memory[8];
    mo_buffer_t value = MO_BUFFER(memory);
    bool found;
    assert_ok(mo_store_get(world->store, "cursor", &value, &found));
    assert_true(found);
    assert_true(mo_bytes_equal(mo_buffer_view(&value), text("two")));
    value.size = 0;
    assert_ok(mo_store_get(world->store, "empty", &value, &found));
    assert_true(found && value.size == 0);
    assert_ok(mo_store_delete(world->store, "cursor"));
    assert_ok(mo_store_get(world->store, "cursor", &value, &found));
    assert_false(found);
}

static void what_was_put_is_there_after_a_kill(void **state)
{
    world_t *world = *state;
    mo_store_close(world->store);
    pid_t child = fork();
    if (child == 0) {
        mo_store_t *store;
        assert_ok(mo_store_open(&store, world->path, MO_STORE_EXISTING));
        assert_ok(mo_store_put(store, "mark", text("kept")));
        kill(getpid(), SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_ok(mo_store_open(&world->store, world->path, MO_STORE_EXISTING));
    uint8_t memory[8];
    mo_buffer_t value = MO_BUFFER(memory);
    bool found;
    assert_ok(mo_store_get(world->store, "mark", &value, &found));
    assert_true(found);
    assert_ok(mo_store_check(world->store));
}

static void a_value_that_does_not_fit_is_an_error_and_gives_nothing(void **state)
{
    world_t *world = *state;
    assert_ok(mo_store_put(world->store, "key", text("123456789")));
    uint8_t memory[8];
    mo_buffer_t value = MO_BUFFER(memory);
    bool found;
    assert_int_equal(mo_store_get(world->store, "key", &value, &found).kind, MO_ERR_PERMANENT);
    assert_false(found);
    assert_int_equal(value.size, 0);
    char key[MO_STORE_KEY_MAX + 2];
    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    assert_int_equal(mo_store_put(world->store, key, text("x")).kind, MO_ERR_PERMANENT);
    assert_int_equal(mo_store_put(world->store, "", text("x")).kind, MO_ERR_PERMANENT);
}

/* A lock is the process's: the second instance must be a second process. */
static void a_second_instance_is_refused_and_told_who_holds_it(void **state)
{
    world_t *world = *state;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        mo_store_t *second;
        mo_err_t err = mo_store_open(&second, world->path, MO_STORE_EXISTING);
        char pid[16];
        (void)snprintf(pid, sizeof pid, "%d", (int)parent);
        _exit(err.kind == MO_ERR_REFUSED && second == NULL && strstr(err.text, pid) != NULL ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    reopen(world);
}

static void a_missing_store_is_not_replaced_by_an_empty_one(void **state)
{
    world_t *world = *state;
    char path[80];
    (void)snprintf(path, sizeof path, "%s.other", world->path);
    mo_store_t *store;
    mo_err_t err = mo_store_open(&store, path, MO_STORE_EXISTING);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, path));
    assert_non_null(strstr(err.text, "restore"));
    assert_int_not_equal(access(path, F_OK), 0);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    (void)state;
    mo_store_t *store;
    mo_err_t err = mo_store_open(&store, "/nonexistent/v.sqlite", MO_STORE_CREATE);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "create the folder"));
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void a_later_version_and_a_strangers_file_are_refused_untouched(void **state)
{
    world_t *world = *state;
    mo_store_close(world->store);
    world->store = NULL;
    run_sql(world->path, "PRAGMA user_version = 99");
    mo_err_t err = mo_store_open(&world->store, world->path, MO_STORE_CREATE);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "later version"));
    run_sql(world->path, "PRAGMA user_version = 1; PRAGMA application_id = 7");
    err = mo_store_open(&world->store, world->path, MO_STORE_CREATE);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "another program"));
}

static void a_file_that_is_no_database_is_refused_with_the_mend(void **state)
{
    world_t *world = *state;
    mo_store_close(world->store);
    world->store = NULL;
    FILE *file = fopen(world->path, "w");
    assert_non_null(file);
    for (int i = 0; i < 4096; i++) {
        (void)fputc('x', file);
    }
    assert_int_equal(fclose(file), 0);
    mo_err_t err = mo_store_open(&world->store, world->path, MO_STORE_EXISTING);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "backup"));
    assert_null(world->store);
}

static void the_file_is_its_owners_alone(void **state)
{
    world_t *world = *state;
    char command[96];
    (void)snprintf(command, sizeof command, "test \"$(stat -c %%a %s)\" = 600", world->path);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_put_is_there_after_a_restart, enter, leave),
        cmocka_unit_test_setup_teardown(what_was_put_is_there_after_a_kill, enter, leave),
        cmocka_unit_test_setup_teardown(a_value_that_does_not_fit_is_an_error_and_gives_nothing, enter, leave),
        cmocka_unit_test_setup_teardown(a_second_instance_is_refused_and_told_who_holds_it, enter, leave),
        cmocka_unit_test_setup_teardown(a_missing_store_is_not_replaced_by_an_empty_one, enter, leave),
        cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_is_named, enter, leave),
        cmocka_unit_test_setup_teardown(a_later_version_and_a_strangers_file_are_refused_untouched, enter, leave),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_database_is_refused_with_the_mend, enter, leave),
        cmocka_unit_test_setup_teardown(the_file_is_its_owners_alone, enter, leave),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
