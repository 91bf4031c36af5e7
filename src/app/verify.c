#define _GNU_SOURCE
#include "app/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/interrupt.h"
#include "node/devnet_account.h"

#define POLL_MS 20

/* The guard's end is the group's. */
static void group_kill(int sign)
{
    (void)sign;
    (void)kill(0, SIGKILL);
}

static void command_become(const char *command, const char *report_path)
{
    const int report = open(report_path, O_RDONLY);
    if (report >= 0 && dup2(report, STDIN_FILENO) >= 0 && dup2(STDERR_FILENO, STDOUT_FILENO) >= 0) {
        (void)signal(SIGTERM, SIG_DFL);
        (void)signal(SIGINT, SIG_DFL);
        (void)signal(SIGPIPE, SIG_DFL);
        (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    }
    _exit(127);
}

/* The guard: the head of a group, told of its parent's end by SIGTERM. */
static void guard_become(const char *command, const char *report_path, pid_t parent)
{
    int status = 0;
    (void)setpgid(0, 0);
    (void)signal(SIGTERM, group_kill);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) {
        _exit(127);
    }
    const pid_t worker = fork();
    if (worker == 0) {
        command_become(command, report_path);
    }
    while (worker > 0 && waitpid(worker, &status, 0) < 0 && errno == EINTR) {
    }
    _exit(worker > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 127);
}

mo_err_t mo_app_verify(const char *command, const char *report_path)
{
    const pid_t parent = getpid();
    const pid_t guard = fork();
    int status = 0;
    if (guard == 0) {
        guard_become(command, report_path, parent);
    }
    if (guard < 0) {
        return mo_err(MO_ERR_PERMANENT, "cannot run the verifier: %s", strerror(errno));
    }
    while (waitpid(guard, &status, WNOHANG) == 0) {
        if (mo_app_interrupt != 0) {
            (void)kill(guard, SIGTERM);
            (void)waitpid(guard, &status, 0);
            break;
        }
        mo_devnet_sleep_ms(POLL_MS);
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0
               ? MO_SUCCESS
               : mo_err(MO_ERR_PERMANENT, "the verifier ended with exit status %d: %.120s",
                        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), command);
}
