/* The store's write points: every place at which a process that dies leaves another state on disk, or the same one
 * after more work than it has told of.
 *
 *     points:   ... sign --> VOTE_SIGNED --> INSERT --> VOTE_WRITTEN --> COMMIT, fsync --> VOTE_COMMITTED --> caller
 *     on disk:              nothing                    nothing                            the vote
 *
 * MO_STORE_POINT(code) is nothing in the shipped library. test_points.c is linked with the same sources compiled with
 * MO_STORE_ARMED, where it calls mo_store_point, which the test defines: it kills the process at each point of the table
 * in turn and looks at what is left.
 *
 * Inside src/store only. Floor 5.
 */
#ifndef MO_STORE_POINTS_H
#define MO_STORE_POINTS_H

/* X(code, what has happened there) */
#define MO_STORE_POINTS(X)                                                                                             \
    X(LOCK_WRITTEN, "the lock is held, the database not open yet")                                                     \
    X(SCHEMA_MADE, "a migration has run and is not committed")                                                         \
    X(SCHEMA_COMMITTED, "a migration is committed")                                                                    \
    X(STATE_PUT, "a role's state is on disk")                                                                          \
    X(STATE_DELETED, "a role's state is forgotten")                                                                    \
    X(CORE_WRITTEN, "a core's identity is written and not committed")                                                  \
    X(CORE_COMMITTED, "a core's identity is committed")                                                                \
    X(VOTE_ALLOWED, "a vote may be signed and is not")                                                                 \
    X(VOTE_SIGNED, "a vote is signed and not written")                                                                 \
    X(VOTE_WRITTEN, "a vote is written and not committed")                                                             \
    X(VOTE_COMMITTED, "a vote is committed and not handed out")                                                        \
    X(IMPORT_VOTE, "a vote of an import is written and not committed")                                                 \
    X(IMPORT_MARK, "a watermark of an import is written and not committed")                                            \
    X(IMPORT_COMMITTED, "an import is committed")                                                                      \
    X(FLIGHT_ADDED, "a transaction is queued")                                                                         \
    X(FLIGHT_NONCE, "a transaction has its nonce, its bid is not written")                                             \
    X(FLIGHT_BID, "a bid is written and not committed")                                                                \
    X(FLIGHT_BID_COMMITTED, "a bid is committed and not sent")                                                         \
    X(FLIGHT_UNBID, "a bid is taken back and that is not committed")                                                   \
    X(FLIGHT_UNBID_COMMITTED, "a bid taken back is committed")                                                         \
    X(FLIGHT_ENDED, "a transaction has ended and that is not committed")                                               \
    X(FLIGHT_END_COMMITTED, "the end of a transaction is committed")                                                   \
    X(FLIGHT_REVIVED, "an ended transaction is in flight again")                                                       \
    X(SNAPSHOT_WRITTEN, "a snapshot is written and not committed")                                                     \
    X(SNAPSHOT_COMMITTED, "a snapshot is committed")

typedef enum {
#define X(code, words) MO_STORE_POINT_##code,
    MO_STORE_POINTS(X)
#undef X
        MO_STORE_POINT_COUNT,
} mo_store_point_t;

#ifdef MO_STORE_ARMED
void mo_store_point(mo_store_point_t point);
#define MO_STORE_POINT(code) mo_store_point(MO_STORE_POINT_##code)
#else
#define MO_STORE_POINT(code) ((void)0)
#endif

#endif
