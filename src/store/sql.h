/* SQL of the store's own modules: one statement at a time, with a sticky error.
 *
 * Bindings may fail (out of memory); the first failure is kept and comes out at the next step, so that a caller binds
 * many and asks once:
 *
 *     mo_sql_t sql = mo_sql_open(store, "INSERT INTO state VALUES (?1, ?2)");
 *     mo_sql_text(&sql, 1, key);
 *     mo_sql_bytes(&sql, 2, value);
 *     return mo_sql_run(&sql);
 *
 * Each opened statement is closed by mo_sql_run or mo_sql_close. Inside src/store only. Floor 5.
 */
#ifndef MO_STORE_SQL_H
#define MO_STORE_SQL_H

#include <sqlite3.h>
#include <stdint.h>

#include "store/store.h"

struct mo_store {
    sqlite3 *db;
    int lock;          /* file descriptor that holds the lock; -1 for a reader */
    int database_lock; /* likewise of the database itself */
    char path[MO_STORE_PATH_MAX];
};

typedef struct {
    mo_store_t *store;
    sqlite3_stmt *statement;
    int code; /* the first failure, or SQLITE_OK */
} mo_sql_t;

mo_sql_t mo_sql_open(mo_store_t *store, const char *text);
void mo_sql_close(mo_sql_t *sql);

/* Binds parameter `index` (from 1). A number above 2^63 - 1 is refused: SQLite's integers are signed. */
void mo_sql_text(mo_sql_t *sql, int index, const char *text);
void mo_sql_bytes(mo_sql_t *sql, int index, mo_bytes_t bytes);
void mo_sql_number(mo_sql_t *sql, int index, uint64_t number);

/* Advances. Out: *row, whether there is one. */
MO_MUST_USE mo_err_t mo_sql_step(mo_sql_t *sql, bool *row);

/* Runs a statement that yields no rows, and closes it. */
MO_MUST_USE mo_err_t mo_sql_run(mo_sql_t *sql);

/* Column `index` (from 0) of the current row. Bytes borrow until the next step; a blob that is not `size` bytes, or a
 * negative number, is a damaged row: it is kept as the sticky error. */
mo_bytes_t mo_sql_get_bytes(mo_sql_t *sql, int index);
void mo_sql_get_fixed(mo_sql_t *sql, int index, uint8_t *out, size_t size);
uint64_t mo_sql_get_number(mo_sql_t *sql, int index);

/* The sticky error as a mo_err_t that names the path and the mend. */
MO_MUST_USE mo_err_t mo_sql_error(const mo_sql_t *sql);

/* One or several statements without parameters. */
MO_MUST_USE mo_err_t mo_sql_exec(mo_store_t *store, const char *text);

/* Ends a transaction: commits when `err` is success, rolls back otherwise; gives back the first error. */
MO_MUST_USE mo_err_t mo_sql_end(mo_store_t *store, mo_err_t err);

#endif
