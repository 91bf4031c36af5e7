/* Snapshots of a role, so that a daemon whose chains have gone on for years is ready at once after a restart.
 *
 *     running    every MO_NODE_SNAPSHOT_BLOCKS blocks of both chains:  role's memory, places of the feed --> store
 *     starting   newest snapshot, else the one before, else the chains from the root:
 *                    maker the same?  both blocks still on the chains?  bytes whole?  role takes it up?
 *
 * The maker is a hash of the program (its build id), the role's name and size, and the core on its chains: memory is read
 * by the very program that wrote it or not at all. The guard's record, what binds (2.9) and what is in flight are never
 * part of it: they are read from their own tables at every start.
 *
 * A snapshot that is of no use is passed over, never an error: the chains say the same, more slowly. Floor 6.
 */
#ifndef MO_NODE_SNAPSHOT_H
#define MO_NODE_SNAPSHOT_H

#include "node/drive.h"
#include "node/feed.h"

/* Blocks of both chains together between two snapshots, and what is left to read after a restart. */
#define MO_NODE_SNAPSHOT_BLOCKS 256

/* Reads the newest snapshot that is of use into `role`, which is kind->size bytes of zeros. Out: `places`, where it stands;
 * *resumed, false when there is none: the role's memory is then of no use, and places are zeros. Errors: the store's, and
 * those of a node that cannot be asked whether it has the blocks. */
MO_MUST_USE mo_err_t mo_node_snapshot_take(mo_node_station_t *s, const mo_node_role_t *kind, void *role,
                                           mo_node_place_t places[MO_CHAIN_COUNT], bool *resumed);

/* Writes one down. The role has taken all events up to `places` and none after. Nothing is written when the program has no
 * build id. */
MO_MUST_USE mo_err_t mo_node_snapshot_keep(mo_node_station_t *s, const mo_node_role_t *kind, const void *role,
                                           const mo_node_place_t places[MO_CHAIN_COUNT]);

#endif
