/* What a transaction bids: the first time, and again when it was not enough.
 *
 *     first   tip = the node's suggestion, at least tip_min;  fee = 2 * base fee + tip      both at most the cap
 *     again   each the larger of a first bid of now and 9/8 of the last one, rounded up     above the cap: no bid
 *
 * Nodes replace a transaction only when fee and tip both rise, most by 10 %, some by 12.5 %. Twice the base fee lasts
 * for six full blocks. Pure. Floor 5.
 */
#ifndef MO_CHAIN_FEES_H
#define MO_CHAIN_FEES_H

#include "chain/rpc.h"

typedef struct {
    uint64_t fee; /* wei per gas at most */
    uint64_t tip; /* of which to the producer */
} mo_fees_bid_t;

typedef struct {
    uint64_t cap;     /* wei per gas that is ever bid */
    uint64_t tip_min; /* wei per gas */
} mo_fees_bounds_t;

/* The bid for a transaction that was never sent. */
mo_fees_bid_t mo_fees_first(const mo_rpc_fees_t *now, const mo_fees_bounds_t *bounds);

/* The bid that replaces `last`; false, and zero, when it would be above the cap. */
MO_MUST_USE bool mo_fees_again(const mo_rpc_fees_t *now, const mo_fees_bounds_t *bounds, const mo_fees_bid_t *last,
                               mo_fees_bid_t *bid);

#endif
