/* MO_CHECK: a programmer's fault ends the program, in every build.
 *
 * For what the code itself promises, never for what comes from outside: hostile data gives a verdict, the
 * environment gives a mo_err_t (base/error.h). Floor 0.
 */
#ifndef MO_BASE_CHECK_H
#define MO_BASE_CHECK_H

#include <stdbool.h>
#include <stdnoreturn.h>

#ifdef MO_COVERAGE
/* Only a fault of our own takes the other branch, so scripts/coverage does not count it: it is taken elsewhere. */
#define MO_CHECK(condition) mo_check((condition), #condition, __FILE__, __LINE__)
#else
#define MO_CHECK(condition) ((condition) ? (void)0 : mo_check_failed(#condition, __FILE__, __LINE__))
#endif

/* Prints where and what, then aborts. */
noreturn void mo_check_failed(const char *condition, const char *file, int line);

/* The same unless the condition holds. */
void mo_check(bool holds, const char *condition, const char *file, int line);

#endif
