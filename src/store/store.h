/* The store: all that one daemon must remember, in one SQLite file that survives a power cut.
 *
 *     STATE/validator.sqlite         the database (WAL, synchronous = FULL)
 *     STATE/validator.sqlite-wal     SQLite's own
 *     STATE/validator.sqlite.lock    held while the daemon runs, with its process id
 *
 * Parts, each with its header: the votes' guard (store/guard.h), the transactions in flight (store/flight.h), proofs
 * (store/proof.h), snapshots of roles (store/snapshot.h) and, here, keys with bytes for the state of roles.
 *
 * Who writes where, and what a process that dies there leaves: store/points.h.
 *
 * Invariants: what a function reported as written is on disk. One daemon at a time: a second mo_store_open of the same
 * path fails and names the first one's process id (the lock file and the database itself are locked). The file carries its schema's version; an older one is migrated at
 * opening, in one transaction, a newer one is refused.
 *
 * Errors are permanent and name the path and the mend, a second instance is refused (MO_ERR_REFUSED); a full disk or a failing one is permanent too, for what
 * could not be written must not be acted upon.
 *
 * Floor 5. Not for use by several threads.
 */
#ifndef MO_STORE_STORE_H
#define MO_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/error.h"

typedef struct mo_store mo_store_t;

/* The schema's version that this code writes. */
#define MO_STORE_VERSION 5

#define MO_STORE_PATH_MAX  4096
#define MO_STORE_KEY_MAX   128
#define MO_STORE_VALUE_MAX (1U << 20)

typedef enum {
    MO_STORE_CREATE,   /* made when it is not there */
    MO_STORE_EXISTING, /* must be there: a guard that was lost is no empty guard */
    MO_STORE_READ,     /* must be there, of this schema; only read, without the lock, beside a running daemon */
} mo_store_mode_t;

/* Opens, takes the lock, checks and migrates. The folder must exist. Out: *store, or NULL. */
MO_MUST_USE mo_err_t mo_store_open(mo_store_t **store, const char *path, mo_store_mode_t mode);

/* Closes and gives the lock back; NULL is allowed. */
void mo_store_close(mo_store_t *store);

/* The path it was opened with. */
const char *mo_store_path(const mo_store_t *store);

/* SQLite's own check of every page and index. Permanent, with what it found first. */
MO_MUST_USE mo_err_t mo_store_check(mo_store_t *store);

/* Sets a key (1 to MO_STORE_KEY_MAX characters) to bytes (at most MO_STORE_VALUE_MAX); on disk when it returns. */
MO_MUST_USE mo_err_t mo_store_put(mo_store_t *store, const char *key, mo_bytes_t value);

/* Appends a key's bytes to `value`. Out: *found. Permanent when they do not fit. */
MO_MUST_USE mo_err_t mo_store_get(mo_store_t *store, const char *key, mo_buffer_t *value, bool *found);

/* Forgets a key; one that is not there is no error. */
MO_MUST_USE mo_err_t mo_store_delete(mo_store_t *store, const char *key);

#endif
