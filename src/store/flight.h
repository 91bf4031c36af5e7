/* Transactions in flight, on disk: what chain/txq.h must find again after a crash.
 *
 *     flight   id, label, call, gas limit, nonce (none while queued)          one row per call
 *     attempt  flight, turn, hash, fees, raw transaction                      one row per time it was bid for
 *
 * Invariants, kept by the database itself: per (chain, sender) one label and one nonce are in flight at most once. Ids
 * are never used twice. Ended flights are kept, the newest MO_FLIGHT_PAST_MAX of them, so that one which a
 * reorganisation takes back can be sent again as it was.
 *
 * Floor 5; for chain/txq.c.
 */
#ifndef MO_STORE_FLIGHT_H
#define MO_STORE_FLIGHT_H

#include <stdint.h>

#include "eth/u256.h"
#include "store/store.h"

#define MO_FLIGHT_LABEL_MAX 96
#define MO_FLIGHT_PAST_MAX  256

/* Whose transactions. */
typedef struct {
    uint64_t chain_id;
    mo_address_t sender;
} mo_flight_key_t;

typedef struct {
    uint64_t id;
    char label[MO_FLIGHT_LABEL_MAX + 1];
    bool creates; /* a contract; `to` is zero */
    mo_address_t to;
    mo_u256_t value; /* wei */
    uint64_t gas_limit;
    bool has_nonce;
    uint64_t nonce;
} mo_flight_t;

typedef struct {
    mo_hash_t hash;
    uint64_t fee; /* wei per gas at most */
    uint64_t tip; /* wei per gas of priority */
} mo_flight_attempt_t;

/* Adds a flight without a nonce. Out: *id. */
MO_MUST_USE mo_err_t mo_flight_add(mo_store_t *store, const mo_flight_key_t *key, const mo_flight_t *flight,
                                   mo_bytes_t data, uint64_t *id);

/* Those in flight, by id. Out: *count. Permanent when there are more than `capacity`. */
MO_MUST_USE mo_err_t mo_flight_list(mo_store_t *store, const mo_flight_key_t *key, mo_flight_t *flights,
                                    size_t capacity, size_t *count);

/* Appends a flight's call data to `out`. */
MO_MUST_USE mo_err_t mo_flight_input(mo_store_t *store, uint64_t id, mo_buffer_t *out);

/* Records a bid: the flight has this nonce from now on. In one transaction. */
MO_MUST_USE mo_err_t mo_flight_bid(mo_store_t *store, const mo_flight_t *flight, const mo_flight_attempt_t *attempt,
                                   mo_bytes_t raw);

/* The bids of a flight, oldest first. Permanent when there are more than `capacity`. */
MO_MUST_USE mo_err_t mo_flight_bids(mo_store_t *store, uint64_t id, mo_flight_attempt_t *attempts, size_t capacity,
                                    size_t *count);

/* Appends the raw transaction of a flight's newest bid to `out`. */
MO_MUST_USE mo_err_t mo_flight_raw(mo_store_t *store, uint64_t id, mo_buffer_t *out);

/* The node refused its only bid for good: the bid is forgotten, the nonce is free. In one transaction. */
MO_MUST_USE mo_err_t mo_flight_unbid(mo_store_t *store, uint64_t id);

/* A flight's call becomes another: label, target, value and gas limit as given, no data. */
MO_MUST_USE mo_err_t mo_flight_void(mo_store_t *store, const mo_flight_t *flight);

/* A flight of any key, for a person to look at. */
typedef struct {
    mo_flight_key_t key;
    mo_flight_t flight;
    uint64_t bids;
    mo_flight_attempt_t last; /* zero without a bid */
    uint64_t since;           /* seconds since 1970 when it was added; 0: before the store noted it */
} mo_flight_view_t;

/* All in flight, of every key, by id. Out: *count. Permanent when there are more than `capacity`. */
MO_MUST_USE mo_err_t mo_flight_view(mo_store_t *store, mo_flight_view_t *views, size_t capacity, size_t *count);

/* It is over, and its outcome was handed out. */
MO_MUST_USE mo_err_t mo_flight_end(mo_store_t *store, const mo_flight_key_t *key, uint64_t id);

/* Puts the newest ended flight of a nonce back into flight. Out: *found; false too when its label is in flight again. */
MO_MUST_USE mo_err_t mo_flight_revive(mo_store_t *store, const mo_flight_key_t *key, uint64_t nonce,
                                      mo_flight_t *flight, bool *found);

#endif
