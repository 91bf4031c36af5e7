/* Where a role stands on a chain, across restarts: a block deep enough that it must never go.
 *
 *     ... --- [anchor: number, hash] --- ... reorgDepth blocks and some ... --- head
 *                     on disk                 may be taken back
 *
 * Every start, and every beginning anew after a reorganisation, asks for the anchor first. When the chain has another
 * block there, or takes back more than reorgDepth blocks while it is followed, all endpoints are asked for what should
 * have stayed. If one has it, those without are set aside and the role begins anew. If none has it, a mark is written and
 * the daemon ends with exit status 3: no vote may rest on a chain that contradicts what it said before. The mark stays
 * until an endpoint has the block again, or until a person says --accept-reorg once. Floor 6.
 */
#ifndef MO_NODE_CURSOR_H
#define MO_NODE_CURSOR_H

#include "chain/follow.h"
#include "node/drive.h"

typedef struct {
    uint64_t number;
    mo_hash_t hash; /* zero: none yet */
} mo_node_cursor_t;

/* Reads a chain's anchor. MO_ERR_REFUSED when it is marked as lost; transient when nobody can be asked whether it is back. */
MO_MUST_USE mo_err_t mo_node_cursor_open(mo_node_station_t *s, mo_chain_t chain, mo_node_cursor_t *cursor);

/* Moves the anchor up when the follower is far enough ahead; on disk when it returns. */
MO_MUST_USE mo_err_t mo_node_cursor_keep(mo_node_station_t *s, mo_chain_t chain, const mo_follow_t *follow,
                                         mo_node_cursor_t *cursor);

/* The block is not on the chain any more. MO_ERR_REFUSED, with the mark on disk, when no endpoint has it; transient when
 * nobody answers; success when one has it. */
MO_MUST_USE mo_err_t mo_node_cursor_lose(mo_node_station_t *s, mo_chain_t chain, const mo_node_cursor_t *gone);

#endif
