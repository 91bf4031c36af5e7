/* Children: the operating-system processes that a devnet starts, watches and ends.
 *
 *     mosaic devnet ─┬─ anvil        (origin)
 *                    ├─ anvil        (auxiliary)
 *                    ├─ mosaic validator run ...
 *                    └─ mosaic facilitator run ...
 *
 * Every child dies with its parent: the kernel sends it SIGKILL when the thread that started it ends, even by kill
 * -9. So children are started by the main thread only. Each has a process group of its own, so that Ctrl-C on the
 * terminal reaches the parent alone and the end is orderly, and its output goes to a log file.
 *
 * What it does not do: restart. A child that dies unasked is told to the caller, once.
 *
 * Linux. Floor 6.
 */
#ifndef MO_NODE_DEVNET_CHILD_H
#define MO_NODE_DEVNET_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/error.h"

/* A name for people: "validator-3", "origin". */
#define MO_CHILD_NAME_MAX 32
/* Arguments with the program and the closing NULL. */
#define MO_CHILD_ARGUMENTS_MAX 40

typedef struct {
    char name[MO_CHILD_NAME_MAX];
    pid_t pid; /* 0: not running */
} mo_devnet_child_t;

typedef struct {
    const char *name;
    const char *program;          /* a path; not looked up in PATH */
    const char *const *arguments; /* NULL-terminated; arguments[0] is the program's name */
    const char *log_path;         /* made anew; standard output and error go there */
} mo_devnet_child_plan_t;

/* Starts a child. It has execed when this returns. Errors: MO_ERR_PERMANENT, naming the program and why. */
MO_MUST_USE mo_err_t mo_devnet_child_start(const mo_devnet_child_plan_t *plan, mo_devnet_child_t *child);

/* Whether the child has died since it was started; `how` says how, in words ("exit status 1", "signal 9"). A child that
 * was reported dead is not running any more: it is reported once. */
bool mo_devnet_child_has_died(mo_devnet_child_t *child, char *how, size_t how_size);

/* Ends children: SIGTERM to all, up to `patience_ms` for them to go, SIGKILL to the rest, and waits for each. */
void mo_devnet_children_end(mo_devnet_child_t *children, size_t count, unsigned patience_ms);

#endif
