/* The facilitator as a daemon: `mosaic facilitator run`. The role is role/facilitator.h, the loop node/drive.h; here are
 * the calls with their proofs, the secrets, and the folder that intents come in by.
 *
 *     STATE/inbox/NAME.json      a signed intent (node/intent.h), put there by its sender under a temporary name
 *     STATE/declared/NAME.json   declared on its source chain
 *     STATE/refused/NAME.json    cannot be declared; STATE/refused/NAME.json.txt says why
 *
 * The secret of a message is HMAC-SHA256(key, "mosaic secret" | id): with the key it can always be made again, and it
 * is never stored (gateway 7.1). Floor 6.
 */
#ifndef MO_NODE_FACILITATOR_H
#define MO_NODE_FACILITATOR_H

#include "node/run.h"

/* Runs until run->stop. The state folder gets facilitator.sqlite and the three folders above. */
MO_MUST_USE mo_err_t mo_node_facilitator_run(const mo_node_run_t *run);

#endif
