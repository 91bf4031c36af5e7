/* MO_CHECK: a programmer's fault ends the program, in every build.
 *
 * For what the code itself promises, never for what comes from outside: hostile data gives a verdict, the
 * environment gives a mo_err_t (base/error.h). Floor 0.
 */
#ifndef MO_BASE_CHECK_H
#define MO_BASE_CHECK_H

#include <stdbool.h>
#include <stdnoreturn.h>

/* scripts/coverage counts no branch within: only a fault of our own takes the other one. */
#define MO_CHECK(condition) ((condition) ? (void)0 : mo_check_failed(#condition, __FILE__, __LINE__))

/* Prints where and what, then aborts. */
noreturn void mo_check_failed(const char *condition, const char *file, int line);

#endif
