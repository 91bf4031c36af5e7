/* Snapshots of a role's state: its memory as bytes, so that a start need not replay a chain from its root.
 *
 *     newest   id 7   maker, places, content   parts at 0, 16384, 65536 ...    blocks 5,120 and 640
 *     older    id 6   ...                                                      blocks 4,864 and 608
 *
 * Two are kept: what a reorganisation takes from under the newest, the older one stands below. One is written in one
 * transaction: a process that dies in the midst of it leaves the two that were. Parts that are all zero are not kept, for
 * most of a role's tables are empty.
 *
 * A snapshot is a means of speed and nothing else: whoever reads it must see that its maker is the same program for the
 * same core, and that its places are blocks of the chains (node/snapshot.h); any doubt, and the chains are replayed.
 * It lies in the same file as the votes' guard, so that a lost or old store has lost or old snapshots. Floor 5.
 */
#ifndef MO_STORE_SNAPSHOT_H
#define MO_STORE_SNAPSHOT_H

#include "store/store.h"

/* Bytes of a part. */
#define MO_SNAPSHOT_PART 16384U

/* Bytes of the places: two chains' number, time and hash. */
#define MO_SNAPSHOT_PLACES (2 * (8 + 8 + 32))

typedef struct {
    uint64_t id;      /* rising; given by mo_snapshot_put */
    mo_hash_t maker;  /* hash of what decides how the bytes are to be read */
    mo_hash_t content; /* hash of the parts; given by mo_snapshot_put */
    uint64_t size;    /* of the memory, bytes */
    uint8_t places[MO_SNAPSHOT_PLACES];
} mo_snapshot_t;

/* Keeps `snapshot->size` bytes of `memory` as the newest, and forgets all but the one before. */
MO_MUST_USE mo_err_t mo_snapshot_put(mo_store_t *store, const mo_snapshot_t *snapshot, const void *memory);

/* The newest whose id is below `below`. Out: *found. */
MO_MUST_USE mo_err_t mo_snapshot_newest(mo_store_t *store, uint64_t below, mo_snapshot_t *snapshot, bool *found);

/* Reads the parts into `memory`, which is snapshot->size bytes of zeros. Out: *whole, whether they are what was put. */
MO_MUST_USE mo_err_t mo_snapshot_read(mo_store_t *store, const mo_snapshot_t *snapshot, void *memory, bool *whole);

/* Forgets one. */
MO_MUST_USE mo_err_t mo_snapshot_drop(mo_store_t *store, uint64_t id);

#endif
