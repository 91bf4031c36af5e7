/* Whether a core's contracts are this build's, from their very creation (4.1, gateway 7.9).
 *
 * The code that lies at an address proves little: a constructor of somebody else's could have written storage first (a
 * justified checkpoint, a validator) and then returned honest code. So a validator looks for the transaction that
 * created each contract and compares all of its input, creation code and arguments, with what this build would send:
 *
 *     block n:  { to: null, from, nonce, input }       address = CREATE(from, nonce)
 *               input == creation code of the build | arguments by configuration, CoreCreated and K_1
 *
 * Checked: OriginHistory, Core, Registry on origin; both block stores, the polling place and the kernel relay on the
 * auxiliary chain. The core's own parameters are what its CoreCreated event says: they are for the operator to accept.
 *
 * Limits: each was created by a transaction of its own, within MO_CREATION_BLOCKS_MAX blocks of the configured deploy
 * block. The node's word is taken for its blocks' transactions, as it is for logs. Floor 6.
 */
#ifndef MO_NODE_CREATION_H
#define MO_NODE_CREATION_H

#include "node/drive.h"

#define MO_CREATION_BLOCKS_MAX 4096

/* Permanent when a contract is another than the build's, or was not created there; the text names it. Transient when a
 * node does not answer, or the contracts are not all there yet. Some seconds of requests on a busy chain: ask once. */
MO_MUST_USE mo_err_t mo_node_creation_check(mo_node_station_t *station);

#endif
