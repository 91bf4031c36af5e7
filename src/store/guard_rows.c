#include "store/guard_rows.h"

#include <string.h>

mo_sql_t mo_guard_row_open(mo_store_t *store, const char *text, const mo_guard_scope_t *scope)
{
    mo_sql_t sql = mo_sql_open(store, text);
    mo_sql_bytes(&sql, 1, mo_address_view(&scope->signer));
    mo_sql_bytes(&sql, 2, mo_hash_view(&scope->chain));
    mo_sql_bytes(&sql, 3, mo_hash_view(&scope->core));
    return sql;
}

mo_hash_t mo_guard_row_hash(mo_sql_t *sql, int column)
{
    mo_hash_t hash;
    mo_sql_get_fixed(sql, column, hash.bytes, sizeof hash.bytes);
    return hash;
}

mo_address_t mo_guard_row_address(mo_sql_t *sql, int column)
{
    mo_address_t address;
    mo_sql_get_fixed(sql, column, address.bytes, sizeof address.bytes);
    return address;
}

mo_guard_record_t mo_guard_row_read(mo_sql_t *sql, int column)
{
    mo_guard_record_t record = {
        .vote = {.chain = mo_guard_row_hash(sql, column),
                 .transition = mo_guard_row_hash(sql, column + 1),
                 .source = mo_guard_row_hash(sql, column + 2),
                 .target = mo_guard_row_hash(sql, column + 3),
                 .source_height = {mo_sql_get_number(sql, column + 4)},
                 .target_height = {mo_sql_get_number(sql, column + 5)}},
        .struct_hash = mo_guard_row_hash(sql, column + 6),
        .digest = mo_guard_row_hash(sql, column + 7),
    };
    uint8_t signature[64];
    mo_sql_get_fixed(sql, column + 8, signature, sizeof signature);
    memcpy(record.signature.r.bytes, signature, 32);
    memcpy(record.signature.vs.bytes, signature + 32, 32);
    return record;
}

mo_err_t mo_guard_row_first(mo_sql_t *sql, mo_guard_record_t *record, bool *found)
{
    *record = (mo_guard_record_t){0};
    mo_err_t err = mo_sql_step(sql, found);
    if (*found) {
        *record = mo_guard_row_read(sql, 0);
        err = mo_sql_error(sql);
    }
    mo_sql_close(sql);
    if (mo_failed(err)) {
        *record = (mo_guard_record_t){0};
        *found = false;
    }
    return err;
}

mo_err_t mo_guard_row_write(mo_store_t *store, const mo_guard_scope_t *scope, const mo_guard_record_t *record)
{
    mo_sql_t sql = mo_guard_row_open(store,
                                     "INSERT INTO vote (signer, chain, core, transition, source, target, source_height,"
                                     " target_height, struct_hash, digest, signature)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                                     scope);
    uint8_t signature[64];
    memcpy(signature, record->signature.r.bytes, 32);
    memcpy(signature + 32, record->signature.vs.bytes, 32);
    mo_sql_bytes(&sql, 4, mo_hash_view(&record->vote.transition));
    mo_sql_bytes(&sql, 5, mo_hash_view(&record->vote.source));
    mo_sql_bytes(&sql, 6, mo_hash_view(&record->vote.target));
    mo_sql_number(&sql, 7, record->vote.source_height.value);
    mo_sql_number(&sql, 8, record->vote.target_height.value);
    mo_sql_bytes(&sql, 9, mo_hash_view(&record->struct_hash));
    mo_sql_bytes(&sql, 10, mo_hash_view(&record->digest));
    mo_sql_bytes(&sql, 11, MO_BYTES(signature));
    return mo_sql_run(&sql);
}
