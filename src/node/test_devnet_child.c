/* Children: they start or say why not, their end is told once, and they never outlive their parent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/devnet_account.h"
#include "node/devnet_child.h"

#define STEP_MS  10
#define STEPS    500

static char log_path[] = "/tmp/mosaic-test-XXXXXX";

static int log_make(void **state)
{
    (void)state;
    const int file = mkstemp(log_path);
    return file >= 0 ? close(file) : -1;
}

static int log_remove(void **state)
{
    (void)state;
    return unlink(log_path);
}

static mo_err_t shell_start(const char *command, mo_devnet_child_t *child)
{
    const char *const arguments[] = {"sh", "-c", command, NULL};
    const mo_devnet_child_plan_t plan = {
        .name = "sample", .program = "/bin/sh", .arguments = arguments, .log_path = log_path};
    return mo_devnet_child_start(&plan, child);
}

static bool dies(mo_devnet_child_t *child, char how[32])
{
    for (int i = 0; i < STEPS; ++i) {
        if (mo_devnet_child_has_died(child, how, 32)) {
            return true;
        }
        mo_devnet_sleep_ms(STEP_MS);
    }
    return false;
}

static void a_childs_output_goes_to_its_log(void **state)
{
    mo_devnet_child_t child;
    char how[32];
    char text[64] = "";
    (void)state;
    assert_false(mo_failed(shell_start("echo out; echo err >&2", &child)));
    assert_true(dies(&child, how));
    FILE *const file = fopen(log_path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    assert_string_equal(text, "out\nerr\n");
}

static void a_childs_end_is_told_once_with_its_status(void **state)
{
    mo_devnet_child_t child;
    char how[32];
    (void)state;
    assert_false(mo_failed(shell_start("exit 3", &child)));
    assert_true(dies(&child, how));
    assert_string_equal(how, "exit status 3");
    assert_false(mo_devnet_child_has_died(&child, how, sizeof how));
    assert_false(mo_failed(shell_start("kill -9 $$", &child)));
    assert_true(dies(&child, how));
    assert_string_equal(how, "signal 9");
}

static void a_program_that_cannot_be_started_is_named(void **state)
{
    mo_devnet_child_t child;
    const char *const arguments[] = {"none", NULL};
    const mo_devnet_child_plan_t plan = {
        .name = "sample", .program = "/tmp/mosaic-test-no-such-program", .arguments = arguments, .log_path = log_path};
    (void)state;
    const mo_err_t err = mo_devnet_child_start(&plan, &child);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "/tmp/mosaic-test-no-such-program"));
    assert_int_equal(child.pid, 0);
}

static void children_that_do_not_listen_to_term_are_killed(void **state)
{
    mo_devnet_child_t children[2];
    (void)state;
    assert_false(mo_failed(shell_start("trap '' TERM; while :; do sleep 0.05; done", &children[0])));
    assert_false(mo_failed(shell_start("exec sleep 600", &children[1])));
    const pid_t pids[] = {children[0].pid, children[1].pid};
    mo_devnet_children_end(children, 2, 100);
    for (size_t i = 0; i < 2; ++i) {
        assert_int_equal(children[i].pid, 0);
        assert_int_equal(kill(pids[i], 0), -1);
        assert_int_equal(errno, ESRCH);
    }
}

/* A parent that starts a child, tells its pid, and waits to be killed. */
static void parent_become(int tell)
{
    mo_devnet_child_t child;
    if (mo_failed(shell_start("exec sleep 600", &child)) || write(tell, &child.pid, sizeof child.pid) < 0) {
        _exit(1);
    }
    for (;;) {
        (void)pause();
    }
}

/* An orphan comes to us, as we asked to be its reaper: whatever init does. */
static bool is_reaped(pid_t pid, int *status)
{
    for (int i = 0; i < STEPS; ++i) {
        if (waitpid(pid, status, WNOHANG) == pid) {
            return true;
        }
        mo_devnet_sleep_ms(STEP_MS);
    }
    return false;
}

static void a_child_dies_with_a_parent_that_is_killed(void **state)
{
    int pipes[2];
    pid_t child = 0;
    int status = 0;
    (void)state;
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    assert_int_equal(pipe(pipes), 0);
    const pid_t parent = fork();
    if (parent == 0) {
        parent_become(pipes[1]);
    }
    assert_int_equal(read(pipes[0], &child, sizeof child), sizeof child);
    assert_int_equal(kill(child, 0), 0);
    assert_int_equal(kill(parent, SIGKILL), 0);
    assert_int_equal(waitpid(parent, NULL, 0), parent);
    assert_true(is_reaped(child, &status));
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
    (void)close(pipes[0]);
    (void)close(pipes[1]);
}

static void ctrl_c_on_the_parents_group_does_not_reach_a_child(void **state)
{
    mo_devnet_child_t child;
    char how[32];
    (void)state;
    assert_false(mo_failed(shell_start("exec sleep 600", &child)));
    assert_int_not_equal(getpgid(child.pid), getpgid(0));
    assert_false(mo_devnet_child_has_died(&child, how, sizeof how));
    mo_devnet_children_end(&child, 1, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_childs_output_goes_to_its_log),
        cmocka_unit_test(a_childs_end_is_told_once_with_its_status),
        cmocka_unit_test(a_program_that_cannot_be_started_is_named),
        cmocka_unit_test(children_that_do_not_listen_to_term_are_killed),
        cmocka_unit_test(a_child_dies_with_a_parent_that_is_killed),
        cmocka_unit_test(ctrl_c_on_the_parents_group_does_not_reach_a_child),
    };
    return cmocka_run_group_tests_name("node/devnet_child", tests, log_make, log_remove);
}
