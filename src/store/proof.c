#include "store/proof.h"

#include "store/sql.h"

static mo_sql_t open_for(mo_store_t *store, const char *text, const mo_proof_key_t *key)
{
    mo_sql_t sql = mo_sql_open(store, text);
    mo_sql_number(&sql, 1, key->chain_id);
    mo_sql_number(&sql, 2, key->number);
    mo_sql_bytes(&sql, 3, mo_address_view(&key->address));
    mo_sql_bytes(&sql, 4, key->slot != NULL ? mo_hash_view(key->slot) : (mo_bytes_t){0});
    return sql;
}

mo_err_t mo_proof_keep(mo_store_t *store, const mo_proof_key_t *key, mo_bytes_t answer)
{
    mo_sql_t sql = open_for(store, "INSERT OR REPLACE INTO proof (chain_id, number, address, slots, answer)"
                                   " VALUES (?1, ?2, ?3, ?4, ?5)", key);
    mo_sql_bytes(&sql, 5, answer);
    return mo_sql_run(&sql);
}

mo_err_t mo_proof_find(mo_store_t *store, const mo_proof_key_t *key, mo_buffer_t *out, bool *found)
{
    mo_sql_t sql = open_for(store, "SELECT answer FROM proof WHERE chain_id = ?1 AND number = ?2 AND address = ?3"
                                   " AND slots = ?4", key);
    mo_err_t err = mo_sql_step(&sql, found);
    if (!mo_failed(err) && *found) {
        mo_buffer_put(out, mo_sql_get_bytes(&sql, 0));
        err = out->overflown ? mo_err(MO_ERR_PERMANENT, "store %s: a proof above its bound", mo_store_path(store))
                             : mo_sql_error(&sql);
    }
    mo_sql_close(&sql);
    *found = *found && !mo_failed(err);
    return err;
}

mo_err_t mo_proof_prune(mo_store_t *store, uint64_t chain_id, uint64_t below)
{
    mo_sql_t sql = mo_sql_open(store, "DELETE FROM proof WHERE chain_id = ?1 AND number < ?2");
    mo_sql_number(&sql, 1, chain_id);
    mo_sql_number(&sql, 2, below);
    return mo_sql_run(&sql);
}
