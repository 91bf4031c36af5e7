/* mo_err_t: what went wrong in the environment (network, disk, processes), in words that name the mend.
 *
 * Returned by value. `kind` MO_OK means success; any other comes with a text for a person. Four classes tell a
 * caller what to do next: again later, never again, nothing because it is done already, nothing before a person has
 * looked.
 *
 *     mo_err_t err = mo_store_open(&store, path);
 *     if (mo_failed(err)) return mo_err_wrap(err, "validator store %s", path);
 *
 * Floor 0.
 */
#ifndef MO_BASE_ERROR_H
#define MO_BASE_ERROR_H

#include <stdbool.h>

#include "base/bytes.h"

typedef enum {
    MO_OK = 0,
    MO_ERR_TRANSIENT, /* may succeed when tried again: connection refused, time-out, 429 */
    MO_ERR_PERMANENT, /* will fail again: revert, bad input, corrupt file */
    MO_ERR_DONE,      /* already done, by us or by somebody else */
    MO_ERR_REFUSED,   /* a refusal for safety: it would work, and must not before a person has looked */
} mo_err_kind_t;

#define MO_ERR_TEXT_MAX 240

typedef struct {
    mo_err_kind_t kind;
    char text[MO_ERR_TEXT_MAX];
} mo_err_t;

#define MO_SUCCESS ((mo_err_t){.kind = MO_OK})

static inline bool mo_failed(mo_err_t err)
{
    return err.kind != MO_OK;
}

/* An error of a class, with a printf text; longer texts are cut, control characters become '?'. */
MO_MUST_USE mo_err_t mo_err(mo_err_kind_t kind, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same class, with the context in front: "context: text". */
MO_MUST_USE mo_err_t mo_err_wrap(mo_err_t err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
