#include "store/flight.h"

#include <string.h>

#include "base/check.h"
#include "store/points.h"
#include "store/sql.h"

#define COLUMNS "id, label, target, value, gas_limit, nonce"

static mo_sql_t open_for(mo_store_t *store, const char *text, const mo_flight_key_t *key)
{
    mo_sql_t sql = mo_sql_open(store, text);
    mo_sql_number(&sql, 1, key->chain_id);
    mo_sql_bytes(&sql, 2, mo_address_view(&key->sender));
    return sql;
}

/* A row of COLUMNS. */
static mo_flight_t read_flight(mo_sql_t *sql)
{
    mo_flight_t flight = {.id = mo_sql_get_number(sql, 0)};
    mo_bytes_t label = mo_sql_get_bytes(sql, 1);
    if (label.size <= MO_FLIGHT_LABEL_MAX) {
        memcpy(flight.label, label.data, label.size);
    }
    flight.creates = mo_sql_get_bytes(sql, 2).size == 0;
    if (!flight.creates) {
        mo_sql_get_fixed(sql, 2, flight.to.bytes, sizeof flight.to.bytes);
    }
    uint8_t value[32];
    mo_sql_get_fixed(sql, 3, value, sizeof value);
    flight.value = mo_u256_from_be(value);
    flight.gas_limit = mo_sql_get_number(sql, 4);
    flight.has_nonce = sqlite3_column_type(sql->statement, 5) != SQLITE_NULL;
    flight.nonce = flight.has_nonce ? mo_sql_get_number(sql, 5) : 0;
    return flight;
}

mo_err_t mo_flight_add(mo_store_t *store, const mo_flight_key_t *key, const mo_flight_t *flight, mo_bytes_t data,
                       uint64_t *id)
{
    *id = 0;
    mo_sql_t sql = open_for(store,
                            "INSERT INTO flight (chain_id, sender, label, ended, target, value, data, gas_limit, since)"
                            " VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, CAST(strftime('%s', 'now') AS INTEGER))",
                            key);
    mo_sql_text(&sql, 3, flight->label);
    mo_sql_bytes(&sql, 4, flight->creates ? (mo_bytes_t){0} : mo_address_view(&flight->to));
    uint8_t value[32];
    mo_u256_to_be(flight->value, value);
    mo_sql_bytes(&sql, 5, MO_BYTES(value));
    mo_sql_bytes(&sql, 6, data);
    mo_sql_number(&sql, 7, flight->gas_limit);
    mo_err_t err = mo_sql_run(&sql);
    if (!mo_failed(err)) {
        *id = (uint64_t)sqlite3_last_insert_rowid(store->db);
    }
    MO_STORE_POINT(FLIGHT_ADDED);
    return err;
}

mo_err_t mo_flight_list(mo_store_t *store, const mo_flight_key_t *key, mo_flight_t *flights, size_t capacity,
                        size_t *count)
{
    *count = 0;
    mo_sql_t sql = open_for(store,
                            "SELECT " COLUMNS " FROM flight WHERE chain_id = ?1 AND sender = ?2 AND ended = 0"
                            " ORDER BY id",
                            key);
    size_t got = 0;
    bool row;
    mo_err_t err = mo_sql_step(&sql, &row);
    while (!mo_failed(err) && row && got < capacity) {
        flights[got] = read_flight(&sql);
        got++;
        err = mo_sql_step(&sql, &row);
    }
    if (!mo_failed(err) && row) {
        err = mo_err(MO_ERR_PERMANENT, "store %s: more than %zu transactions in flight", store->path, capacity);
    }
    mo_sql_close(&sql);
    *count = mo_failed(err) ? 0 : got;
    return err;
}

/* Appends the one blob that a statement yields. */
static mo_err_t append_blob(mo_sql_t *sql, mo_buffer_t *out)
{
    bool row;
    mo_err_t err = mo_sql_step(sql, &row);
    if (!mo_failed(err) && !row) {
        err = mo_err(MO_ERR_PERMANENT, "store %s: no such transaction", sql->store->path);
    }
    if (!mo_failed(err)) {
        mo_buffer_put(out, mo_sql_get_bytes(sql, 0));
        err = out->overflown ? mo_err(MO_ERR_PERMANENT, "store %s: a transaction above its bound", sql->store->path)
                             : MO_SUCCESS;
    }
    mo_sql_close(sql);
    return err;
}

mo_err_t mo_flight_input(mo_store_t *store, uint64_t id, mo_buffer_t *out)
{
    mo_sql_t sql = mo_sql_open(store, "SELECT data FROM flight WHERE id = ?1");
    mo_sql_number(&sql, 1, id);
    return append_blob(&sql, out);
}

mo_err_t mo_flight_raw(mo_store_t *store, uint64_t id, mo_buffer_t *out)
{
    mo_sql_t sql = mo_sql_open(store, "SELECT raw FROM attempt WHERE flight = ?1 ORDER BY turn DESC LIMIT 1");
    mo_sql_number(&sql, 1, id);
    return append_blob(&sql, out);
}

static mo_err_t set_nonce(mo_store_t *store, const mo_flight_t *flight)
{
    mo_sql_t sql = mo_sql_open(store, "UPDATE flight SET nonce = ?2 WHERE id = ?1 AND ended = 0");
    mo_sql_number(&sql, 1, flight->id);
    mo_sql_number(&sql, 2, flight->nonce);
    return mo_sql_run(&sql);
}

static mo_err_t add_attempt(mo_store_t *store, uint64_t id, const mo_flight_attempt_t *attempt, mo_bytes_t raw)
{
    mo_sql_t sql = mo_sql_open(store, "INSERT INTO attempt (flight, turn, hash, fee, tip, raw) VALUES (?1,"
                                      " (SELECT count(*) FROM attempt WHERE flight = ?1), ?2, ?3, ?4, ?5)");
    mo_sql_number(&sql, 1, id);
    mo_sql_bytes(&sql, 2, mo_hash_view(&attempt->hash));
    mo_sql_number(&sql, 3, attempt->fee);
    mo_sql_number(&sql, 4, attempt->tip);
    mo_sql_bytes(&sql, 5, raw);
    return mo_sql_run(&sql);
}

mo_err_t mo_flight_bid(mo_store_t *store, const mo_flight_t *flight, const mo_flight_attempt_t *attempt,
                       mo_bytes_t raw)
{
    MO_CHECK(flight->has_nonce);
    mo_err_t err = mo_sql_exec(store, "BEGIN IMMEDIATE");
    if (mo_failed(err)) {
        return err;
    }
    err = set_nonce(store, flight);
    MO_STORE_POINT(FLIGHT_NONCE);
    if (!mo_failed(err)) {
        err = add_attempt(store, flight->id, attempt, raw);
    }
    MO_STORE_POINT(FLIGHT_BID);
    err = mo_sql_end(store, err);
    MO_STORE_POINT(FLIGHT_BID_COMMITTED);
    return err;
}

mo_err_t mo_flight_unbid(mo_store_t *store, uint64_t id)
{
    mo_err_t err = mo_sql_exec(store, "BEGIN IMMEDIATE");
    if (mo_failed(err)) {
        return err;
    }
    static const char *const steps[] = {
        "DELETE FROM attempt WHERE flight = ?1",
        "UPDATE flight SET nonce = NULL WHERE id = ?1",
    };
    for (size_t i = 0; i < 2 && !mo_failed(err); i++) {
        mo_sql_t sql = mo_sql_open(store, steps[i]);
        mo_sql_number(&sql, 1, id);
        err = mo_sql_run(&sql);
    }
    MO_STORE_POINT(FLIGHT_UNBID);
    err = mo_sql_end(store, err);
    MO_STORE_POINT(FLIGHT_UNBID_COMMITTED);
    return err;
}

mo_err_t mo_flight_bids(mo_store_t *store, uint64_t id, mo_flight_attempt_t *attempts, size_t capacity, size_t *count)
{
    *count = 0;
    mo_sql_t sql = mo_sql_open(store, "SELECT hash, fee, tip FROM attempt WHERE flight = ?1 ORDER BY turn");
    mo_sql_number(&sql, 1, id);
    size_t got = 0;
    bool row;
    mo_err_t err = mo_sql_step(&sql, &row);
    while (!mo_failed(err) && row && got < capacity) {
        mo_sql_get_fixed(&sql, 0, attempts[got].hash.bytes, sizeof attempts[got].hash.bytes);
        attempts[got].fee = mo_sql_get_number(&sql, 1);
        attempts[got].tip = mo_sql_get_number(&sql, 2);
        got++;
        err = mo_sql_step(&sql, &row);
    }
    if (!mo_failed(err) && row) {
        err = mo_err(MO_ERR_PERMANENT, "store %s: more than %zu bids for one nonce", store->path, capacity);
    }
    mo_sql_close(&sql);
    *count = mo_failed(err) ? 0 : got;
    return err;
}

mo_err_t mo_flight_void(mo_store_t *store, const mo_flight_t *flight)
{
    uint8_t value[32];
    mo_sql_t sql = mo_sql_open(store, "UPDATE flight SET label = ?2, target = ?3, value = ?4, data = x'', gas_limit = ?5"
                                      " WHERE id = ?1 AND ended = 0");
    mo_sql_number(&sql, 1, flight->id);
    mo_sql_text(&sql, 2, flight->label);
    mo_sql_bytes(&sql, 3, mo_address_view(&flight->to));
    mo_u256_to_be(flight->value, value);
    mo_sql_bytes(&sql, 4, MO_BYTES(value));
    mo_sql_number(&sql, 5, flight->gas_limit);
    return mo_sql_run(&sql);
}

static mo_flight_view_t read_view(mo_sql_t *sql)
{
    mo_flight_view_t view = {.flight = read_flight(sql), .key = {.chain_id = mo_sql_get_number(sql, 6)}};
    mo_sql_get_fixed(sql, 7, view.key.sender.bytes, sizeof view.key.sender.bytes);
    view.since = mo_sql_get_number(sql, 8);
    view.bids = mo_sql_get_number(sql, 9);
    if (view.bids > 0) {
        mo_sql_get_fixed(sql, 10, view.last.hash.bytes, sizeof view.last.hash.bytes);
        view.last.fee = mo_sql_get_number(sql, 11);
        view.last.tip = mo_sql_get_number(sql, 12);
    }
    return view;
}

mo_err_t mo_flight_view(mo_store_t *store, mo_flight_view_t *views, size_t capacity, size_t *count)
{
    *count = 0;
    mo_sql_t sql = mo_sql_open(store, "SELECT f.id, f.label, f.target, f.value, f.gas_limit, f.nonce, f.chain_id, f.sender,"
                                      " f.since, (SELECT count(*) FROM attempt WHERE flight = f.id), a.hash, a.fee, a.tip"
                                      " FROM flight AS f LEFT JOIN attempt AS a ON a.flight = f.id AND a.turn ="
                                      " (SELECT max(turn) FROM attempt WHERE flight = f.id) WHERE f.ended = 0 ORDER BY f.id");
    size_t got = 0;
    bool row;
    mo_err_t err = mo_sql_step(&sql, &row);
    while (!mo_failed(err) && row && got < capacity) {
        views[got] = read_view(&sql);
        got++;
        err = mo_sql_error(&sql);
        err = mo_failed(err) ? err : mo_sql_step(&sql, &row);
    }
    if (!mo_failed(err) && row) {
        err = mo_err(MO_ERR_PERMANENT, "store %s: more than %zu transactions in flight", mo_store_path(store), capacity);
    }
    mo_sql_close(&sql);
    *count = mo_failed(err) ? 0 : got;
    return err;
}

static mo_err_t forget_oldest(mo_store_t *store, const mo_flight_key_t *key)
{
    mo_sql_t sql = open_for(store,
                            "DELETE FROM flight WHERE ended = 1 AND chain_id = ?1 AND sender = ?2 AND id <="
                            " (SELECT max(id) FROM flight WHERE chain_id = ?1 AND sender = ?2) - ?3",
                            key);
    mo_sql_number(&sql, 3, MO_FLIGHT_PAST_MAX);
    return mo_sql_run(&sql);
}

mo_err_t mo_flight_end(mo_store_t *store, const mo_flight_key_t *key, uint64_t id)
{
    mo_err_t err = mo_sql_exec(store, "BEGIN IMMEDIATE");
    if (mo_failed(err)) {
        return err;
    }
    mo_sql_t sql = mo_sql_open(store, "UPDATE flight SET ended = 1 WHERE id = ?1");
    mo_sql_number(&sql, 1, id);
    err = mo_sql_run(&sql);
    if (!mo_failed(err)) {
        err = forget_oldest(store, key);
    }
    MO_STORE_POINT(FLIGHT_ENDED);
    err = mo_sql_end(store, err);
    MO_STORE_POINT(FLIGHT_END_COMMITTED);
    return err;
}

/* The newest ended flight of a nonce whose label is free. */
static mo_err_t find_past(mo_store_t *store, const mo_flight_key_t *key, uint64_t nonce, mo_flight_t *flight,
                          bool *found)
{
    mo_sql_t sql = open_for(store,
                            "SELECT " COLUMNS " FROM flight AS past WHERE chain_id = ?1 AND sender = ?2 AND nonce = ?3"
                            " AND ended = 1 AND NOT EXISTS (SELECT 1 FROM flight WHERE chain_id = ?1 AND sender = ?2"
                            " AND ended = 0 AND label = past.label) ORDER BY id DESC LIMIT 1",
                            key);
    mo_sql_number(&sql, 3, nonce);
    mo_err_t err = mo_sql_step(&sql, found);
    if (*found) {
        *flight = read_flight(&sql);
        err = mo_sql_error(&sql);
    }
    mo_sql_close(&sql);
    return err;
}

mo_err_t mo_flight_revive(mo_store_t *store, const mo_flight_key_t *key, uint64_t nonce, mo_flight_t *flight,
                          bool *found)
{
    *flight = (mo_flight_t){0};
    mo_err_t err = find_past(store, key, nonce, flight, found);
    if (mo_failed(err) || !*found) {
        *found = false;
        return err;
    }
    mo_sql_t sql = mo_sql_open(store, "UPDATE flight SET ended = 0 WHERE id = ?1");
    mo_sql_number(&sql, 1, flight->id);
    err = mo_sql_run(&sql);
    MO_STORE_POINT(FLIGHT_REVIVED);
    *found = !mo_failed(err);
    return err;
}
