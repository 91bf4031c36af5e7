#define _GNU_SOURCE /* pipe2 */
#include "node/devnet_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How often a parent looks whether its children have gone. */
#define END_POLL_MS 10U

static void sleep_ms(unsigned ms)
{
    const struct timespec span = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000L};
    (void)nanosleep(&span, NULL);
}

/* Signals that the parent handles or blocks must not be inherited by the child. */
static void signals_reset(void)
{
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGINT, SIG_DFL);
    (void)signal(SIGTERM, SIG_DFL);
    (void)signal(SIGHUP, SIG_DFL);
    (void)signal(SIGPIPE, SIG_DFL);
}

/* In the child, between fork and exec. On failure the errno goes to the parent through `report`. */
static void child_become(const mo_devnet_child_plan_t *plan, pid_t parent, int report)
{
    const int log = open(plan->log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    const bool ready = log >= 0 && nothing >= 0 && setpgid(0, 0) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
                       dup2(nothing, STDIN_FILENO) >= 0 && dup2(log, STDOUT_FILENO) >= 0 &&
                       dup2(log, STDERR_FILENO) >= 0;
    /* The parent may have died before the death signal was asked for. */
    if (ready && getppid() == parent) {
        signals_reset();
        (void)execv(plan->program, (char *const *)(const void *)plan->arguments);
    }
    const int reason = errno;
    if (write(report, &reason, sizeof reason) != (ssize_t)sizeof reason) {
        _exit(126);
    }
    _exit(127);
}

mo_err_t mo_devnet_child_start(const mo_devnet_child_plan_t *plan, mo_devnet_child_t *child)
{
    *child = (mo_devnet_child_t){.pid = 0};
    int pipes[2];
    if (pipe2(pipes, O_CLOEXEC) != 0) {
        return mo_err(MO_ERR_PERMANENT, "cannot start %s: %s", plan->name, strerror(errno));
    }
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
        child_become(plan, parent, pipes[1]);
    }
    const int fork_errno = errno;
    (void)close(pipes[1]);
    int reason = 0;
    /* The pipe closes by itself when exec succeeds: then there is nothing to read. */
    const ssize_t got = pid > 0 ? read(pipes[0], &reason, sizeof reason) : 0;
    (void)close(pipes[0]);
    if (pid < 0 || got > 0) {
        if (pid > 0) {
            (void)waitpid(pid, NULL, 0);
        }
        return mo_err(MO_ERR_PERMANENT, "cannot start %s (%s): %s", plan->name, plan->program,
                      strerror(pid < 0 ? fork_errno : reason));
    }
    child->pid = pid;
    (void)snprintf(child->name, sizeof child->name, "%s", plan->name);
    return MO_SUCCESS;
}

bool mo_devnet_child_has_died(mo_devnet_child_t *child, char *how, size_t how_size)
{
    int status = 0;
    if (child->pid <= 0 || waitpid(child->pid, &status, WNOHANG) != child->pid) {
        return false;
    }
    child->pid = 0;
    if (WIFSIGNALED(status)) {
        (void)snprintf(how, how_size, "signal %d", WTERMSIG(status));
    } else {
        (void)snprintf(how, how_size, "exit status %d", WEXITSTATUS(status));
    }
    return true;
}

static size_t running_count(mo_devnet_child_t *children, size_t count)
{
    size_t running = 0;
    for (size_t i = 0; i < count; ++i) {
        if (children[i].pid > 0 && waitpid(children[i].pid, NULL, WNOHANG) != 0) {
            children[i].pid = 0;
        }
        running += children[i].pid > 0 ? 1 : 0;
    }
    return running;
}

static void all_kill(const mo_devnet_child_t *children, size_t count, int sign)
{
    for (size_t i = 0; i < count; ++i) {
        if (children[i].pid > 0) {
            (void)kill(children[i].pid, sign);
        }
    }
}

void mo_devnet_children_end(mo_devnet_child_t *children, size_t count, unsigned patience_ms)
{
    all_kill(children, count, SIGTERM);
    for (unsigned waited = 0; running_count(children, count) > 0 && waited < patience_ms; waited += END_POLL_MS) {
        sleep_ms(END_POLL_MS);
    }
    all_kill(children, count, SIGKILL);
    while (running_count(children, count) > 0) {
        sleep_ms(END_POLL_MS);
    }
}
