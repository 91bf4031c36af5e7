#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "store/points.h"
#include "store/schema.h"
#include "store/sql.h"

/* Who holds the lock, by what it wrote into the file: for the message only. */
static mo_err_t locked_by_another(const mo_store_t *store)
{
    char pid[16] = {0};
    ssize_t size = pread(store->lock, pid, sizeof pid - 1, 0);
    pid[size > 0 ? strcspn(pid, "\n") : 0] = '\0';
    return mo_err(MO_ERR_REFUSED, "store %s: in use by process %s: end it first, two with one key get slashed",
                  store->path, pid);
}

static mo_err_t check_existence(const mo_store_t *store)
{
    return access(store->path, F_OK) == 0
               ? MO_SUCCESS
               : mo_err(MO_ERR_PERMANENT, "store %s: %s: name the right state folder, or restore it from a backup",
                        store->path, strerror(errno));
}

static mo_err_t take_lock(mo_store_t *store)
{
    char path[MO_STORE_PATH_MAX + sizeof ".lock"];
    (void)snprintf(path, sizeof path, "%s.lock", store->path);
    store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (store->lock < 0) {
        return mo_err(MO_ERR_PERMANENT, "store %s: cannot open %s: %s: create the folder, or check its owner and mode",
                      store->path, path, strerror(errno));
    }
    if (flock(store->lock, LOCK_EX | LOCK_NB) != 0) {
        return locked_by_another(store);
    }
    char pid[16];
    int size = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(store->lock, 0) != 0 || pwrite(store->lock, pid, (size_t)size, 0) != size) {
        return mo_err(MO_ERR_PERMANENT, "store %s: cannot write %s: %s: free some disk space", store->path, path,
                      strerror(errno));
    }
    MO_STORE_POINT(LOCK_WRITTEN);
    return MO_SUCCESS;
}

static mo_err_t read_pragma(mo_store_t *store, const char *text, uint64_t *number)
{
    mo_sql_t sql = mo_sql_open(store, text);
    bool row;
    mo_err_t err = mo_sql_step(&sql, &row);
    *number = row ? mo_sql_get_number(&sql, 0) : 0;
    mo_sql_close(&sql);
    return err;
}

static mo_err_t migrate_from(mo_store_t *store, uint64_t version)
{
    mo_err_t err = mo_sql_exec(store, "BEGIN IMMEDIATE");
    for (uint64_t v = version; !mo_failed(err) && v < MO_STORE_VERSION; v++) {
        err = mo_sql_exec(store, mo_store_migrations[v]);
    }
    char text[96];
    (void)snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = %d", MO_STORE_APPLICATION_ID,
                   MO_STORE_VERSION);
    if (!mo_failed(err)) {
        err = mo_sql_exec(store, text);
    }
    MO_STORE_POINT(SCHEMA_MADE);
    err = mo_sql_end(store, err);
    MO_STORE_POINT(SCHEMA_COMMITTED);
    return err;
}

/* A file of another program, or of a later version of this one, must not be touched; a reader migrates none. */
static mo_err_t migrate(mo_store_t *store, mo_store_mode_t mode)
{
    uint64_t version, application, tables;
    mo_err_t err = read_pragma(store, "PRAGMA user_version", &version);
    if (!mo_failed(err)) {
        err = read_pragma(store, "PRAGMA application_id", &application);
    }
    if (!mo_failed(err)) {
        err = read_pragma(store, "SELECT count(*) FROM sqlite_master", &tables);
    }
    if (mo_failed(err)) {
        return err;
    }
    if (application != MO_STORE_APPLICATION_ID && (application != 0 || tables != 0)) {
        return mo_err(MO_ERR_PERMANENT, "store %s: the file belongs to another program: name another path",
                      store->path);
    }
    if (version > MO_STORE_VERSION) {
        return mo_err(MO_ERR_PERMANENT, "store %s: written by a later version (schema %llu, this one knows %d): "
                      "use that version", store->path, (unsigned long long)version, MO_STORE_VERSION);
    }
    if (mode == MO_STORE_READ && version != MO_STORE_VERSION) {
        return mo_err(MO_ERR_PERMANENT, "store %s: of schema %llu, not %d: start its daemon once, which migrates it",
                      store->path, (unsigned long long)version, MO_STORE_VERSION);
    }
    return version == MO_STORE_VERSION ? MO_SUCCESS : migrate_from(store, version);
}

/* The database itself is locked too: whoever removes the lock file beside it gets no second instance. SQLite's own locks
 * are of another kind; the descriptor stays open for as long as the database, for closing it would drop those. */
static mo_err_t lock_database(mo_store_t *store)
{
    store->database_lock = open(store->path, O_RDWR | O_CLOEXEC);
    if (store->database_lock < 0) {
        return mo_err(MO_ERR_PERMANENT, "store %s: %s: check the owner and the mode of the file", store->path,
                      strerror(errno));
    }
    return flock(store->database_lock, LOCK_EX | LOCK_NB) == 0 ? MO_SUCCESS : locked_by_another(store);
}

static mo_err_t open_file(mo_store_t *store, mo_store_mode_t mode)
{
    int flags = mode == MO_STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int code = sqlite3_open_v2(store->path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (store->db == NULL) {
        return mo_err(MO_ERR_PERMANENT, "store %s: out of memory: free some", store->path);
    }
    mo_sql_t opened = {.store = store, .code = code};
    mo_err_t err = mo_sql_error(&opened);
    if (!mo_failed(err)) {
        (void)sqlite3_busy_timeout(store->db, 2000);
    }
    return err;
}

static mo_err_t open_database(mo_store_t *store, mo_store_mode_t mode)
{
    mo_err_t err = open_file(store, mode);
    if (!mo_failed(err) && mode != MO_STORE_READ) {
        err = lock_database(store);
    }
    if (!mo_failed(err)) {
        err = mo_sql_exec(store, mode == MO_STORE_READ
                                     ? "PRAGMA query_only = ON"
                                     : "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    }
    if (!mo_failed(err)) {
        err = migrate(store, mode);
    }
    return mo_failed(err) || mode == MO_STORE_READ ? err : mo_store_check(store);
}

mo_err_t mo_store_open(mo_store_t **out, const char *path, mo_store_mode_t mode)
{
    *out = NULL;
    if (strlen(path) == 0 || strlen(path) >= MO_STORE_PATH_MAX) {
        return mo_err(MO_ERR_PERMANENT, "store: a path of %zu characters: 1 to %d are allowed", strlen(path),
                      MO_STORE_PATH_MAX - 1);
    }
    mo_store_t *store = calloc(1, sizeof *store);
    MO_CHECK(store != NULL);
    store->lock = -1;
    store->database_lock = -1;
    memcpy(store->path, path, strlen(path) + 1);
    mo_err_t err = mode == MO_STORE_CREATE ? MO_SUCCESS : check_existence(store);
    if (!mo_failed(err) && mode != MO_STORE_READ) {
        err = take_lock(store);
    }
    if (!mo_failed(err)) {
        err = open_database(store, mode);
    }
    if (mo_failed(err)) {
        mo_store_close(store);
        return err;
    }
    if (mode != MO_STORE_READ) {
        (void)chmod(path, 0600);
    }
    *out = store;
    return MO_SUCCESS;
}

void mo_store_close(mo_store_t *store)
{
    if (store == NULL) {
        return;
    }
    /* Every statement is closed by whoever opened it; a busy connection here would be a fault of ours. */
    MO_CHECK(sqlite3_close(store->db) == SQLITE_OK);
    if (store->database_lock >= 0) {
        (void)close(store->database_lock);
    }
    if (store->lock >= 0) {
        (void)close(store->lock);
    }
    free(store);
}

const char *mo_store_path(const mo_store_t *store)
{
    return store->path;
}

mo_err_t mo_store_check(mo_store_t *store)
{
    mo_sql_t sql = mo_sql_open(store, "PRAGMA integrity_check(1)");
    bool row;
    mo_err_t err = mo_sql_step(&sql, &row);
    const char *words = row ? (const char *)sqlite3_column_text(sql.statement, 0) : NULL;
    if (!mo_failed(err) && (words == NULL || strcmp(words, "ok") != 0)) {
        err = mo_err(MO_ERR_PERMANENT, "store %s: damaged: %s: restore it from a backup", store->path,
                     words != NULL ? words : "no answer");
    }
    mo_sql_close(&sql);
    return err;
}

static mo_err_t check_key(const mo_store_t *store, const char *key)
{
    size_t size = strlen(key);
    return size >= 1 && size <= MO_STORE_KEY_MAX
               ? MO_SUCCESS
               : mo_err(MO_ERR_PERMANENT, "store %s: a key of %zu characters: 1 to %d are allowed", store->path, size,
                        MO_STORE_KEY_MAX);
}

mo_err_t mo_store_put(mo_store_t *store, const char *key, mo_bytes_t value)
{
    mo_err_t err = check_key(store, key);
    if (!mo_failed(err) && value.size > MO_STORE_VALUE_MAX) {
        err = mo_err(MO_ERR_PERMANENT, "store %s: %s: %zu bytes are above the %u allowed", store->path, key,
                     value.size, MO_STORE_VALUE_MAX);
    }
    if (mo_failed(err)) {
        return err;
    }
    mo_sql_t sql = mo_sql_open(store, "INSERT OR REPLACE INTO state (key, value) VALUES (?1, ?2)");
    mo_sql_text(&sql, 1, key);
    mo_sql_bytes(&sql, 2, value);
    err = mo_sql_run(&sql);
    MO_STORE_POINT(STATE_PUT);
    return err;
}

mo_err_t mo_store_get(mo_store_t *store, const char *key, mo_buffer_t *value, bool *found)
{
    *found = false;
    mo_err_t err = check_key(store, key);
    if (mo_failed(err)) {
        return err;
    }
    mo_sql_t sql = mo_sql_open(store, "SELECT value FROM state WHERE key = ?1");
    mo_sql_text(&sql, 1, key);
    bool row;
    err = mo_sql_step(&sql, &row);
    if (!mo_failed(err) && row) {
        mo_bytes_t bytes = mo_sql_get_bytes(&sql, 0);
        *found = bytes.size <= value->capacity - value->size && !value->overflown;
        if (*found) {
            mo_buffer_put(value, bytes);
        } else {
            err = mo_err(MO_ERR_PERMANENT, "store %s: %s: %zu bytes do not fit", store->path, key, bytes.size);
        }
    }
    mo_sql_close(&sql);
    return err;
}

mo_err_t mo_store_delete(mo_store_t *store, const char *key)
{
    mo_err_t err = check_key(store, key);
    if (mo_failed(err)) {
        return err;
    }
    mo_sql_t sql = mo_sql_open(store, "DELETE FROM state WHERE key = ?1");
    mo_sql_text(&sql, 1, key);
    err = mo_sql_run(&sql);
    MO_STORE_POINT(STATE_DELETED);
    return err;
}
