/* The feed: two chains as one stream of events for a role.
 *
 *     origin     block, log ...  \
 *                                 >-- in an order --> role
 *     auxiliary  block, log ...  /
 *
 * What happens on one chain refers to what happened on the other before: a kernel relayed on the auxiliary chain to a
 * commit on origin, a message confirmed to one declared. Timestamps tell causes from effects as far as clocks agree, and
 * keep both chains in step when years are replayed at once; but clocks differ, and on a reorganised chain more than
 * before. A role to whom nothing on origin refers back therefore sets `origin_first` as long as it can hold what runs
 * ahead: then all that origin had when a block of the auxiliary chain was read comes before that block. Any other role
 * must bear an effect before its cause.
 *
 *   origin_first   everything read of origin, then the auxiliary chain
 *   else           by time of block, origin first within a second
 *
 * An endpoint of origin may name an old head, after an outage or always. Then the auxiliary chain speaks of a block that
 * origin has not shown (`speaks_of`), and the feed keeps that event back, with all that follows it there:
 *
 *   origin      ... 96 (12:00:03)             head of a node that lags; the others are at 130
 *   auxiliary   ... a link to block 128 of origin, in a block of 12:00:40: held
 *
 * until origin's head has that number, or is younger than the auxiliary block. In the second case there is no such block:
 * whoever invents one holds nobody up for longer than origin takes for its next block.
 *
 * A reorganisation ends a feed: the driver makes the role anew and opens another (role/event.h). Floor 6.
 */
#ifndef MO_NODE_FEED_H
#define MO_NODE_FEED_H

#include "chain/follow.h"
#include "role/event.h"

/* Where a chain's events stand: the block handed on last. */
typedef struct {
    uint64_t number;
    uint64_t timestamp; /* seconds */
    mo_hash_t hash;     /* zero: none yet */
} mo_node_place_t;

/* The number of origin's block that an event of the auxiliary chain speaks of, and that must be older; 0: none. */
typedef uint64_t mo_node_speaks_of_t(void *context, const mo_event_t *event);

typedef struct {
    bool origin_first;              /* set by the caller, before any poll */
    mo_node_speaks_of_t *speaks_of; /* set by the caller, once; NULL: nothing is held back */
    mo_node_place_t places[MO_CHAIN_COUNT];
    uint64_t held; /* the block of origin that is waited for; 0: none */
    bool fresh;    /* the last poll read the auxiliary chain, just before origin */
    mo_follow_t *follows[MO_CHAIN_COUNT];
    mo_follow_event_t heads[MO_CHAIN_COUNT]; /* the next event of each, when there is one */
    bool any[MO_CHAIN_COUNT];
    bool reorganised;     /* one chain took blocks back: the feed is of no use any more */
    mo_chain_t which;     /* did */
    uint64_t common;      /* its last block that stays */
} mo_node_feed_t;

/* Takes one event. */
typedef void mo_node_take_t(void *context, const mo_event_t *event);

/* Opens a feed over two chains; `configs` by mo_chain_t, `places` where an earlier feed of them stood, or zeros. */
MO_MUST_USE mo_err_t mo_node_feed_open(mo_node_feed_t *feed, const mo_follow_config_t configs[MO_CHAIN_COUNT],
                                       const mo_node_place_t places[MO_CHAIN_COUNT]);

/* Closes; an unopened (zero) feed is allowed. */
void mo_node_feed_close(mo_node_feed_t *feed);

/* Reads what is new on both chains, at most one batch of each, and hands it on in order. Transient errors: call again. */
MO_MUST_USE mo_err_t mo_node_feed_poll(mo_node_feed_t *feed, mo_node_take_t *take, void *context);

/* Whether nothing was left to read at the last poll, of both chains at that time, and nothing is held back. */
bool mo_node_feed_is_caught_up(const mo_node_feed_t *feed);

#endif
