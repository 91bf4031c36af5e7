/* anvil: the node under a devnet's chain, how it is found and with what it is started.
 *
 * The native binary is run, never a wrapper script: a wrapper killed by -9 leaves its node alive. Looked for in
 * $MOSAIC_ANVIL, in node_modules/.bin of the source tree, in PATH, in that order.
 *
 * Blocks are mined on demand (node/devnet_miner.h) and little history is kept, so that a run of hours costs neither
 * disk nor memory: states of the last MO_ANVIL_HISTORY blocks, all blocks and receipts.
 *
 * Floor 6.
 */
#ifndef MO_NODE_DEVNET_ANVIL_H
#define MO_NODE_DEVNET_ANVIL_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "node/devnet_child.h"
#include "node/devnet_folder.h"

#define MO_ANVIL_PATH_MAX 512

/* States kept in memory. Proofs are taken within an epoch or two of their block. */
#define MO_ANVIL_HISTORY "512"

typedef struct {
    const char *name;     /* "origin", "auxiliary": the child's name and its folder */
    uint64_t chain_id;
    uint16_t port;        /* on 127.0.0.1 */
    const mo_address_t *funded;
    size_t funded_count;
} mo_devnet_anvil_plan_t;

/* Finds the binary. Errors: MO_ERR_PERMANENT, one line that names the mend. */
MO_MUST_USE mo_err_t mo_devnet_anvil_find(char path[MO_ANVIL_PATH_MAX]);

/* Whether nobody listens on the port of 127.0.0.1. `flag` is the option that changes it, for the error's text. */
MO_MUST_USE mo_err_t mo_devnet_port_check(uint16_t port, const char *flag);

/* Starts the node: its folder, its genesis (each funded account holds a million coins), the child. It does not answer
 * yet when this returns. */
MO_MUST_USE mo_err_t mo_devnet_anvil_start(const char *program, const mo_devnet_folder_t *folder,
                                           const mo_devnet_anvil_plan_t *plan, mo_devnet_child_t *child);

#endif
