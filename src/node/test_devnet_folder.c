/* State directories: whose they are, who may empty them, and what is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/devnet_folder.h"

static char base[] = "/tmp/mosaic-test-XXXXXX";

static const char *in_base(const char *name)
{
    static char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", base, name);
    return path;
}

static void file_make(const char *path)
{
    FILE *const file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static int base_make(void **state)
{
    (void)state;
    (void)snprintf(base, sizeof base, "/tmp/mosaic-test-XXXXXX");
    return mkdtemp(base) != NULL ? setenv("TMPDIR", base, 1) : -1;
}

static int base_remove(void **state)
{
    char command[128];
    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", base);
    return system(command);
}

static void a_missing_directory_is_made_and_kept(void **state)
{
    mo_devnet_folder_t folder;
    (void)state;
    assert_false(mo_failed(mo_devnet_folder_open(in_base("new"), &folder)));
    assert_false(mo_failed(mo_devnet_folder_add(&folder, "keys")));
    mo_devnet_folder_close(&folder);
    assert_true(exists(in_base("new/keys")));
    assert_true(exists(in_base("new/mosaic.lock")));
}

static void what_an_earlier_devnet_left_is_removed_at_the_next_start(void **state)
{
    mo_devnet_folder_t folder;
    (void)state;
    assert_false(mo_failed(mo_devnet_folder_open(in_base("again"), &folder)));
    assert_false(mo_failed(mo_devnet_folder_add(&folder, "validator-0")));
    file_make(in_base("again/validator-0/log"));
    mo_devnet_folder_close(&folder);
    assert_false(mo_failed(mo_devnet_folder_open(in_base("again"), &folder)));
    assert_false(exists(in_base("again/validator-0")));
    mo_devnet_folder_close(&folder);
}

static void a_directory_with_files_of_somebody_else_is_refused_and_left_alone(void **state)
{
    mo_devnet_folder_t folder;
    (void)state;
    assert_int_equal(mkdir(in_base("theirs"), 0755), 0);
    file_make(in_base("theirs/thesis"));
    const mo_err_t err = mo_devnet_folder_open(in_base("theirs"), &folder);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "--state"));
    assert_true(exists(in_base("theirs/thesis")));
    assert_false(exists(in_base("theirs/mosaic.lock")));
}

static void a_directory_in_use_is_refused_with_the_owner(void **state)
{
    mo_devnet_folder_t first;
    mo_devnet_folder_t second;
    char owner[32];
    (void)state;
    assert_false(mo_failed(mo_devnet_folder_open(in_base("busy"), &first)));
    const mo_err_t err = mo_devnet_folder_open(in_base("busy"), &second);
    (void)snprintf(owner, sizeof owner, "process %ld", (long)getpid());
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, owner));
    mo_devnet_folder_close(&first);
    assert_false(mo_failed(mo_devnet_folder_open(in_base("busy"), &second)));
    mo_devnet_folder_close(&second);
}

static void a_link_in_a_state_directory_is_removed_and_not_followed(void **state)
{
    mo_devnet_folder_t folder;
    char target[128];
    (void)state;
    assert_int_equal(mkdir(in_base("elsewhere"), 0755), 0);
    file_make(in_base("elsewhere/kept"));
    (void)snprintf(target, sizeof target, "%s", in_base("elsewhere"));
    assert_false(mo_failed(mo_devnet_folder_open(in_base("linked"), &folder)));
    mo_devnet_folder_close(&folder);
    assert_int_equal(symlink(target, in_base("linked/away")), 0);
    assert_false(mo_failed(mo_devnet_folder_open(in_base("linked"), &folder)));
    assert_false(exists(in_base("linked/away")));
    assert_true(exists(in_base("elsewhere/kept")));
    mo_devnet_folder_close(&folder);
}

static size_t temporaries(void)
{
    size_t count = 0;
    const struct dirent *entry = NULL;
    DIR *const entries = opendir(base);
    assert_non_null(entries);
    while ((entry = readdir(entries)) != NULL) {
        count += strncmp(entry->d_name, "mosaic-demo-", 12) == 0 ? 1 : 0;
    }
    (void)closedir(entries);
    return count;
}

static void a_temporary_directory_goes_at_the_end(void **state)
{
    mo_devnet_folder_t folder;
    (void)state;
    assert_false(mo_failed(mo_devnet_folder_open(NULL, &folder)));
    assert_false(mo_failed(mo_devnet_folder_add(&folder, "origin")));
    assert_int_equal(temporaries(), 1);
    mo_devnet_folder_close(&folder);
    assert_int_equal(temporaries(), 0);
}

static void a_temporary_directory_left_by_a_kill_goes_with_the_next_and_a_living_one_stays(void **state)
{
    mo_devnet_folder_t killed;
    mo_devnet_folder_t living;
    mo_devnet_folder_t next;
    (void)state;
    assert_false(mo_failed(mo_devnet_folder_open(NULL, &killed)));
    assert_false(mo_failed(mo_devnet_folder_open(NULL, &living)));
    /* What a kill -9 does to a lock. */
    assert_int_equal(close(killed.lock), 0);
    assert_false(mo_failed(mo_devnet_folder_open(NULL, &next)));
    assert_false(exists(killed.path));
    assert_true(exists(living.path));
    mo_devnet_folder_close(&next);
    mo_devnet_folder_close(&living);
    assert_int_equal(temporaries(), 0);
}

#define IN_BASE(test) cmocka_unit_test_setup_teardown(test, base_make, base_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_BASE(a_missing_directory_is_made_and_kept),
        IN_BASE(what_an_earlier_devnet_left_is_removed_at_the_next_start),
        IN_BASE(a_directory_with_files_of_somebody_else_is_refused_and_left_alone),
        IN_BASE(a_directory_in_use_is_refused_with_the_owner),
        IN_BASE(a_link_in_a_state_directory_is_removed_and_not_followed),
        IN_BASE(a_temporary_directory_goes_at_the_end),
        IN_BASE(a_temporary_directory_left_by_a_kill_goes_with_the_next_and_a_living_one_stays),
    };
    return cmocka_run_group_tests_name("node/devnet_folder", tests, NULL, NULL);
}
