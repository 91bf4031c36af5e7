#include "store/snapshot.h"

#include <string.h>

#include "base/endian.h"
#include "base/secret.h"
#include "eth/keccak.h"
#include "store/points.h"
#include "store/sql.h"

/* --- content: a chain of hashes over the parts, by rising place -------------------------------------------------- */

static mo_hash_t content_with(const mo_hash_t *content, uint64_t at, mo_bytes_t part)
{
    uint8_t text[32 + 8 + 32];
    mo_hash_t own = mo_keccak256(part);
    memcpy(text, content->bytes, 32);
    mo_store_be64(at, text + 32);
    memcpy(text + 40, own.bytes, 32);
    return mo_keccak256(MO_BYTES(text));
}

/* One part, copied: padding between members is whatever it was, which memcheck would follow into the database. */
typedef struct {
    uint8_t bytes[MO_SNAPSHOT_PART];
} page_t;

/* The part at a place; false past the end. */
static bool part_at(const mo_snapshot_t *snapshot, const uint8_t *memory, uint64_t at, page_t *page, mo_bytes_t *part)
{
    uint64_t left = at < snapshot->size ? snapshot->size - at : 0;
    *part = (mo_bytes_t){page->bytes, (size_t)(left < MO_SNAPSHOT_PART ? left : MO_SNAPSHOT_PART)};
    if (left > 0) {
        memcpy(page->bytes, memory + at, part->size);
        mo_secret_declassify(page->bytes, part->size);
    }
    return left > 0;
}

static bool is_blank(mo_bytes_t part)
{
    return part.data[0] == 0 && memcmp(part.data, part.data + 1, part.size - 1) == 0;
}

static mo_hash_t content_of(const mo_snapshot_t *snapshot, const void *memory)
{
    mo_hash_t content = {{0}};
    page_t page;
    mo_bytes_t part;
    for (uint64_t at = 0; part_at(snapshot, memory, at, &page, &part); at += part.size) {
        if (!is_blank(part)) {
            content = content_with(&content, at, part);
        }
    }
    return content;
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

static mo_err_t put_head(mo_store_t *store, const mo_snapshot_t *snapshot, const mo_hash_t *content)
{
    mo_sql_t sql = mo_sql_open(store, "INSERT INTO snapshot (maker, content, size, places) VALUES (?1, ?2, ?3, ?4)");
    mo_sql_bytes(&sql, 1, mo_hash_view(&snapshot->maker));
    mo_sql_bytes(&sql, 2, mo_hash_view(content));
    mo_sql_number(&sql, 3, snapshot->size);
    mo_sql_bytes(&sql, 4, MO_BYTES(snapshot->places));
    return mo_sql_run(&sql);
}

static mo_err_t put_part(mo_store_t *store, uint64_t at, mo_bytes_t part)
{
    mo_sql_t sql = mo_sql_open(store, "INSERT INTO snapshot_part SELECT max(id), ?1, ?2 FROM snapshot");
    mo_sql_number(&sql, 1, at);
    mo_sql_bytes(&sql, 2, part);
    return mo_sql_run(&sql);
}

static mo_err_t put_parts(mo_store_t *store, const mo_snapshot_t *snapshot, const void *memory)
{
    mo_err_t err = MO_SUCCESS;
    page_t page;
    mo_bytes_t part;
    for (uint64_t at = 0; part_at(snapshot, memory, at, &page, &part) && !mo_failed(err); at += part.size) {
        if (!is_blank(part)) {
            err = put_part(store, at, part);
        }
    }
    return err;
}

mo_err_t mo_snapshot_put(mo_store_t *store, const mo_snapshot_t *snapshot, const void *memory)
{
    mo_hash_t content = content_of(snapshot, memory);
    mo_err_t err = mo_sql_exec(store, "BEGIN IMMEDIATE");
    if (mo_failed(err)) {
        return err;
    }
    err = put_head(store, snapshot, &content);
    if (!mo_failed(err)) {
        err = put_parts(store, snapshot, memory);
    }
    MO_STORE_POINT(SNAPSHOT_WRITTEN);
    if (!mo_failed(err)) {
        err = mo_sql_exec(store, "DELETE FROM snapshot WHERE id NOT IN (SELECT id FROM snapshot ORDER BY id DESC LIMIT 2)");
    }
    err = mo_sql_end(store, err);
    MO_STORE_POINT(SNAPSHOT_COMMITTED);
    return err;
}

mo_err_t mo_snapshot_drop(mo_store_t *store, uint64_t id)
{
    mo_sql_t sql = mo_sql_open(store, "DELETE FROM snapshot WHERE id = ?1");
    mo_sql_number(&sql, 1, id);
    return mo_sql_run(&sql);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

mo_err_t mo_snapshot_newest(mo_store_t *store, uint64_t below, mo_snapshot_t *snapshot, bool *found)
{
    *snapshot = (mo_snapshot_t){0};
    mo_sql_t sql = mo_sql_open(store, "SELECT id, maker, content, size, places FROM snapshot WHERE id < ?1"
                                      " ORDER BY id DESC LIMIT 1");
    mo_sql_number(&sql, 1, below);
    mo_err_t err = mo_sql_step(&sql, found);
    if (!mo_failed(err) && *found) {
        snapshot->id = mo_sql_get_number(&sql, 0);
        mo_sql_get_fixed(&sql, 1, snapshot->maker.bytes, 32);
        mo_sql_get_fixed(&sql, 2, snapshot->content.bytes, 32);
        snapshot->size = mo_sql_get_number(&sql, 3);
        mo_sql_get_fixed(&sql, 4, snapshot->places, sizeof snapshot->places);
        err = mo_sql_error(&sql);
    }
    mo_sql_close(&sql);
    *found = *found && !mo_failed(err);
    return err;
}

/* Copies the part of the current row to its place; false when it has none. */
static bool take_part(mo_sql_t *sql, const mo_snapshot_t *snapshot, uint8_t *memory, mo_hash_t *content)
{
    uint64_t at = mo_sql_get_number(sql, 0);
    mo_bytes_t part = mo_sql_get_bytes(sql, 1);
    if (at >= snapshot->size || part.size > snapshot->size - at || part.size == 0) {
        return false;
    }
    memcpy(memory + at, part.data, part.size);
    *content = content_with(content, at, part);
    return true;
}

mo_err_t mo_snapshot_read(mo_store_t *store, const mo_snapshot_t *snapshot, void *memory, bool *whole)
{
    mo_hash_t content = {{0}};
    mo_sql_t sql = mo_sql_open(store, "SELECT at, bytes FROM snapshot_part WHERE snapshot = ?1 ORDER BY at");
    mo_sql_number(&sql, 1, snapshot->id);
    bool row;
    *whole = true;
    mo_err_t err = mo_sql_step(&sql, &row);
    while (!mo_failed(err) && row && *whole) {
        *whole = take_part(&sql, snapshot, memory, &content);
        err = mo_sql_step(&sql, &row);
    }
    mo_sql_close(&sql);
    *whole = *whole && !mo_failed(err) && mo_hash_equal(&content, &snapshot->content);
    return err;
}
