/* What a node means by its error: one table of the words that Ethereum's nodes use, for one class each.
 *
 *     {"code": -32000, "message": "replacement transaction underpriced"}  ->  MO_FAULT_UNDERPRICED, try again
 *
 * JSON-RPC has no agreed codes for what matters here, so the words decide (any case, anywhere in the message, the first
 * row that fits) and the code only when no word does. Providers say -32602, "invalid params", where they mean a range
 * that is too wide: hence words first. Sources: geth, reth, nethermind, besu, erigon, anvil and what large providers put
 * before them; test_fault.c holds their full texts.
 *
 * What it does not do: revert data (chain/wire.c). Pure. Floor 5.
 */
#ifndef MO_CHAIN_FAULT_H
#define MO_CHAIN_FAULT_H

#include <stdint.h>

#include "base/error.h"

/* X(code, class): what a caller does about it. */
#define MO_FAULTS(X)                                                                                                   \
    X(OTHER, MO_ERR_TRANSIENT)       /* words we do not know: another node, or the same one later */                   \
    X(REVERT, MO_ERR_PERMANENT)      /* executed, and reverts */                                                       \
    X(LASTING, MO_ERR_PERMANENT)     /* this call or transaction will never do */                                      \
    X(METHOD, MO_ERR_PERMANENT)      /* the node does not know the method, or not so */                                \
    X(RATE, MO_ERR_TRANSIENT)        /* too many requests: slower, or elsewhere */                                     \
    X(LATER, MO_ERR_TRANSIENT)       /* there is no room now */                                                        \
    X(SIZE, MO_ERR_TRANSIENT)        /* batch, range or answer too large: a smaller one may pass */                    \
    X(STATE, MO_ERR_TRANSIENT)       /* the node does not keep that block's state: another may */                      \
    X(KNOWN, MO_ERR_DONE)            /* it has this very transaction */                                                \
    X(NONCE_LOW, MO_ERR_DONE)        /* another transaction with this nonce is mined */                                \
    X(UNDERPRICED, MO_ERR_TRANSIENT) /* below the base fee, the floor, or what it would replace */                     \
    X(NO_FUNDS, MO_ERR_TRANSIENT)    /* the sender cannot pay value and gas */

typedef enum {
#define X(code, kind) MO_FAULT_##code,
    MO_FAULTS(X)
#undef X
} mo_fault_t;

/* The fault of an error object; `message` may be NULL. */
mo_fault_t mo_fault_of(int64_t code, const char *message);

/* That of an HTTP status which is not 200 and whose body is no JSON-RPC. */
mo_fault_t mo_fault_of_status(long status);

/* Its class. */
mo_err_kind_t mo_fault_kind(mo_fault_t fault);

#endif
