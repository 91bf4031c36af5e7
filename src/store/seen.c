#include "store/seen.h"

#include <string.h>

#include "base/endian.h"
#include "store/guard_rows.h"
#include "store/sql.h"

mo_err_t mo_seen_open(mo_store_t *store)
{
    return mo_sql_exec(store, "BEGIN IMMEDIATE");
}

mo_err_t mo_seen_close(mo_store_t *store, mo_err_t err)
{
    return mo_sql_end(store, err);
}

static void bind_height(mo_sql_t *sql, int index, mo_height_t height)
{
    uint8_t bytes[8];
    mo_store_be64(height.value, bytes);
    mo_sql_bytes(sql, index, MO_BYTES(bytes));
}

/* The vote's own words, the same numbers in every statement. */
static mo_sql_t open_for(mo_store_t *store, const char *text, const mo_seen_vote_t *seen, const mo_hash_t *hash)
{
    mo_sql_t sql = mo_sql_open(store, text);
    mo_sql_bytes(&sql, 1, mo_hash_view(&seen->core));
    mo_sql_bytes(&sql, 2, mo_address_view(&seen->signer));
    mo_sql_bytes(&sql, 3, mo_hash_view(&seen->vote.chain));
    bind_height(&sql, 4, seen->vote.target_height);
    bind_height(&sql, 5, seen->vote.source_height);
    mo_sql_bytes(&sql, 6, mo_hash_view(&seen->vote.transition));
    mo_sql_bytes(&sql, 7, mo_hash_view(&seen->vote.source));
    mo_sql_bytes(&sql, 8, mo_hash_view(hash));
    return sql;
}

static mo_err_t insert(mo_store_t *store, const mo_seen_vote_t *seen, const mo_hash_t *hash, bool *is_new)
{
    mo_sql_t sql = open_for(store,
                            "INSERT OR IGNORE INTO seen (core, signer, chain, target_height, source_height, transition,"
                            " source, struct_hash, target, signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                            seen, hash);
    uint8_t signature[64];
    memcpy(signature, seen->signature.r.bytes, 32);
    memcpy(signature + 32, seen->signature.vs.bytes, 32);
    mo_sql_bytes(&sql, 9, mo_hash_view(&seen->vote.target));
    mo_sql_bytes(&sql, 10, MO_BYTES(signature));
    mo_err_t err = mo_sql_run(&sql);
    *is_new = !mo_failed(err) && sqlite3_changes(store->db) > 0;
    return err;
}

static mo_height_t height_of(mo_sql_t *sql, int column)
{
    uint8_t bytes[8];
    mo_sql_get_fixed(sql, column, bytes, sizeof bytes);
    return (mo_height_t){mo_load_be64(bytes)};
}

static mo_seen_vote_t read_row(mo_sql_t *sql, const mo_seen_vote_t *seen)
{
    mo_seen_vote_t other = {.core = seen->core,
                            .signer = seen->signer,
                            .vote = {.chain = seen->vote.chain,
                                     .target_height = height_of(sql, 0),
                                     .source_height = height_of(sql, 1),
                                     .transition = mo_guard_row_hash(sql, 2),
                                     .source = mo_guard_row_hash(sql, 3),
                                     .target = mo_guard_row_hash(sql, 4)}};
    uint8_t signature[64];
    mo_sql_get_fixed(sql, 5, signature, sizeof signature);
    memcpy(other.signature.r.bytes, signature, 32);
    memcpy(other.signature.vs.bytes, signature + 32, 32);
    return other;
}

#define ROWS                                                                                                           \
    "SELECT target_height, source_height, transition, source, target, signature FROM seen WHERE core = ?1"             \
    " AND signer = ?2 AND chain = ?3 AND struct_hash <> ?8 AND "

/* Conditions 1, 2 (around it, and within it), 3: each by a range of an index, for a validator's votes are many. */
static const char *const OFFENDERS =
    ROWS "target_height = ?4 UNION ALL " ROWS "target_height > ?4 AND source_height < ?5 UNION ALL " ROWS
         "target_height < ?4 AND target_height > ?5 AND source_height > ?5 UNION ALL " ROWS
         "source = ?7 AND transition <> ?6 LIMIT 1";

mo_err_t mo_seen_add(mo_store_t *store, const mo_seen_vote_t *seen, mo_seen_vote_t *other, bool *offends)
{
    mo_hash_t hash = mo_rules_vote_hash(&seen->vote);
    bool is_new;
    *offends = false;
    *other = (mo_seen_vote_t){0};
    mo_err_t err = insert(store, seen, &hash, &is_new);
    if (mo_failed(err) || !is_new) {
        return err;
    }
    mo_sql_t sql = open_for(store, OFFENDERS, seen, &hash);
    err = mo_sql_step(&sql, offends);
    if (*offends) {
        *other = read_row(&sql, seen);
        err = mo_sql_error(&sql);
    }
    mo_sql_close(&sql);
    *offends = *offends && !mo_failed(err);
    return err;
}
