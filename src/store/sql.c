#include "store/sql.h"

#include <string.h>

/* What a person can do about a class of SQLite's errors. */
static const char *mend(int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL: return "free some disk space";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return "restore it from a backup; an empty one forgets what was signed";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN: return "check the owner and the mode of the file and its folder";
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "end the other program that has it open";
    case SQLITE_IOERR: return "check the disk";
    default: return "the database is not as this program left it";
    }
}

static mo_err_t store_error(const mo_store_t *store, int code)
{
    const char *words = sqlite3_errcode(store->db) == (code & 0xff) ? sqlite3_errmsg(store->db) : sqlite3_errstr(code);
    return mo_err(MO_ERR_PERMANENT, "store %s: %s: %s", store->path, words, mend(code));
}

mo_sql_t mo_sql_open(mo_store_t *store, const char *text)
{
    mo_sql_t sql = {.store = store};
    sql.code = sqlite3_prepare_v2(store->db, text, -1, &sql.statement, NULL);
    return sql;
}

void mo_sql_close(mo_sql_t *sql)
{
    /* Repeats the error of the last step, which the caller has already. */
    (void)sqlite3_finalize(sql->statement);
    sql->statement = NULL;
}

static void keep(mo_sql_t *sql, int code)
{
    if (sql->code == SQLITE_OK) {
        sql->code = code;
    }
}

void mo_sql_text(mo_sql_t *sql, int index, const char *text)
{
    keep(sql, sqlite3_bind_text(sql->statement, index, text, -1, SQLITE_TRANSIENT));
}

void mo_sql_bytes(mo_sql_t *sql, int index, mo_bytes_t bytes)
{
    /* A NULL pointer would bind NULL, not the empty blob. */
    const void *data = bytes.size > 0 ? (const void *)bytes.data : "";
    keep(sql, sqlite3_bind_blob64(sql->statement, index, data, bytes.size, SQLITE_TRANSIENT));
}

void mo_sql_number(mo_sql_t *sql, int index, uint64_t number)
{
    keep(sql, number > INT64_MAX ? SQLITE_RANGE
                                 : sqlite3_bind_int64(sql->statement, index, (sqlite3_int64)number));
}

mo_err_t mo_sql_step(mo_sql_t *sql, bool *row)
{
    *row = false;
    if (sql->code != SQLITE_OK) {
        return mo_sql_error(sql);
    }
    int code = sqlite3_step(sql->statement);
    *row = code == SQLITE_ROW;
    keep(sql, code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code);
    return mo_sql_error(sql);
}

mo_err_t mo_sql_run(mo_sql_t *sql)
{
    bool row;
    mo_err_t err = mo_sql_step(sql, &row);
    mo_sql_close(sql);
    return err;
}

mo_bytes_t mo_sql_get_bytes(mo_sql_t *sql, int index)
{
    const uint8_t *data = sqlite3_column_blob(sql->statement, index);
    return (mo_bytes_t){data, (size_t)sqlite3_column_bytes(sql->statement, index)};
}

void mo_sql_get_fixed(mo_sql_t *sql, int index, uint8_t *out, size_t size)
{
    mo_bytes_t bytes = mo_sql_get_bytes(sql, index);
    if (bytes.size == size) {
        memcpy(out, bytes.data, size);
        return;
    }
    memset(out, 0, size);
    keep(sql, SQLITE_CORRUPT);
}

uint64_t mo_sql_get_number(mo_sql_t *sql, int index)
{
    sqlite3_int64 number = sqlite3_column_int64(sql->statement, index);
    if (number >= 0) {
        return (uint64_t)number;
    }
    keep(sql, SQLITE_CORRUPT);
    return 0;
}

mo_err_t mo_sql_error(const mo_sql_t *sql)
{
    return sql->code == SQLITE_OK ? MO_SUCCESS : store_error(sql->store, sql->code);
}

mo_err_t mo_sql_exec(mo_store_t *store, const char *text)
{
    int code = sqlite3_exec(store->db, text, NULL, NULL, NULL);
    return code == SQLITE_OK ? MO_SUCCESS : store_error(store, code);
}

mo_err_t mo_sql_end(mo_store_t *store, mo_err_t err)
{
    if (!mo_failed(err)) {
        err = mo_sql_exec(store, "COMMIT");
    }
    /* A failed COMMIT may leave the transaction open; SQLite may also have rolled back by itself. */
    if (sqlite3_get_autocommit(store->db) == 0) {
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    }
    return err;
}
