/* --verify: a command of the user's that reads the demo's report while the nodes are still up.
 *
 * Run by /bin/sh -c, the report on its standard input, its output on our standard error. It lives in a process group of
 * its own with a guard at the head, and the whole group dies with this process, even by kill -9.
 *
 * Floor 7.
 */
#ifndef MO_APP_VERIFY_H
#define MO_APP_VERIFY_H

#include "base/bytes.h"
#include "base/error.h"

/* Runs the command to its end, or to an interrupt. `report_path` is the file that becomes its standard input. Errors:
 * permanent when it cannot be started or ends with another status than 0. */
MO_MUST_USE mo_err_t mo_app_verify(const char *command, const char *report_path);

#endif
