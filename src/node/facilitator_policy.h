/* A facilitator's policy in a file: what `mosaic facilitator run --policy` reads (role/facilitator_policy.h).
 *
 *     {
 *       "spreadMs": 1000, "rescueMs": 120000,       milliseconds; rescueMs 0: others' messages are left alone
 *       "tokenPrice": "1000000000000000000",        the five of the prices together, or none of them:
 *       "coinPrice": "1000000000000000000",         wei of origin's coin per 10^18 of tokens, of the other coin
 *       "originGasPrice": "2000000000", "auxiliaryGasPrice": "1000000000",      wei per gas
 *       "profitFloor": "0",                         wei of origin's coin a message
 *       "allow": ["0x..."], "deny": ["0x..."]       senders; without "allow" all
 *     }
 *
 * Every field may be missing; an unknown one is refused. Floor 6.
 */
#ifndef MO_NODE_FACILITATOR_POLICY_H
#define MO_NODE_FACILITATOR_POLICY_H

#include "base/error.h"
#include "role/facilitator_policy.h"

/* Reads the file. Errors: MO_ERR_PERMANENT, naming file and field. */
MO_MUST_USE mo_err_t mo_node_policy_read(const char *path, mo_facilitator_policy_t *policy);

#endif
