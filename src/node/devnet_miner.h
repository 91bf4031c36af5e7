/* The miner: makes one chain's blocks at a steady pace, by evm_mine.
 *
 *     |---|---|---|---|-----|---|      blocks every `period_ms`; one that came late is not made up for by a burst
 *
 * anvil's own block-time option forces it to keep 1,500 states (docs/facts.md), so the devnet mines. Timestamps are
 * the clock's: block times are real, and seconds repeat when the pace is faster than one a second.
 *
 * A thread with a client of its own. When the node does not answer any more, it stops and says why.
 *
 * Floor 6.
 */
#ifndef MO_NODE_DEVNET_MINER_H
#define MO_NODE_DEVNET_MINER_H

#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

typedef struct mo_devnet_miner mo_devnet_miner_t;

/* Starts mining on the node at `url`. Out: *miner, or NULL. */
MO_MUST_USE mo_err_t mo_devnet_miner_start(mo_devnet_miner_t **miner, const char *url, uint32_t period_ms);

/* What ended the mining, or success while it goes on. */
MO_MUST_USE mo_err_t mo_devnet_miner_state(mo_devnet_miner_t *miner);

/* Ends the mining and the thread; NULL is allowed. */
void mo_devnet_miner_stop(mo_devnet_miner_t *miner);

#endif
