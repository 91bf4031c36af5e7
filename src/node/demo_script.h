/* The demo's script: what happens on the devnet, and when it has all happened.
 *
 *     at once                 validator 5 deposits, so that K_2 carries its join; the load begins
 *     pair open               the holder signs a stake; the facilitator finds it in its inbox and carries it across
 *     stake finished          the holder redeems a part of what was minted
 *     the end                 MO_DEMO_META_BLOCKS committed, every kernel up to the next in force, both transfers
 *                             finished, MO_DEMO_TRANSFERS transfers in finalised blocks of the auxiliary chain
 *
 * What it waits for is read from the view. Nothing is waited for by time alone but the end of patience.
 *
 * Floor 6.
 */
#ifndef MO_NODE_DEMO_SCRIPT_H
#define MO_NODE_DEMO_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "node/devnet.h"
#include "node/load_sender.h"

#define MO_DEMO_META_BLOCKS 3
#define MO_DEMO_TRANSFERS   3000

/* Transfers a second while the demo runs. A first checkpoint that holds 3,000 is then behind the third meta-block's
 * source, about 65 s after the load's beginning. */
#define MO_DEMO_TRANSFER_RATE 60

/* When the demo gives up: twice what a slow machine takes. */
#define MO_DEMO_PATIENCE_MS 360000

/* What moves, in whole tokens. */
#define MO_DEMO_STAKE_TOKENS  100
#define MO_DEMO_REDEEM_TOKENS 40

typedef struct {
    mo_devnet_t *devnet; /* borrowed */
    mo_load_t load;
    bool load_is_open;
    bool staked;
    bool redeemed;
    uint64_t begun_ms;
    uint64_t counted_number;    /* finalised block up to which transfers are counted */
    uint64_t counted_transfers; /* of the load, in finalised blocks */
} mo_demo_script_t;

/* Begins. */
MO_MUST_USE mo_err_t mo_demo_script_begin(mo_demo_script_t *script, mo_devnet_t *devnet, uint64_t now_ms);

/* The next steps that are possible. Out: *done when all has happened. Errors: permanent; when patience ends, the text
 * says what was still waited for. */
MO_MUST_USE mo_err_t mo_demo_script_tick(mo_demo_script_t *script, uint64_t now_ms, bool *done);

/* Counts the load's transfers in blocks up to the newest finalised one, anew. */
MO_MUST_USE mo_err_t mo_demo_script_count(mo_demo_script_t *script);

/* Wipes keys. */
void mo_demo_script_end(mo_demo_script_t *script);

#endif
