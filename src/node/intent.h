/* A signed intent in a file: how a sender hands a message to a facilitator (gateway 7.1).
 *
 *     {
 *       "kind": "stake",                           or "redeem"
 *       "amount": "1000000000000000000",           amounts in quotes, in the token's smallest unit
 *       "beneficiary": "0x...",                    on the target chain
 *       "token": "0x...",                          the source side's
 *       "nonce": "1", "gasPrice": "1000", "gasLimit": "500000",
 *       "deadline": 1790000000,                    seconds of the source chain
 *       "sender": "0x...", "facilitator": "0x...",  zero: anyone may declare
 *       "signature": "0x..."                       64 bytes, EIP-2098, over the message id
 *     }
 *
 * The file goes into the facilitator's inbox folder under a name that ends in .json; it is written beside that name and
 * renamed, so that a reader never sees half of one. Strict: an unknown or missing field is named in the error.
 *
 * What it does not do: check the signature. The gateway does, and the facilitator before it spends gas.
 *
 * Floor 6.
 */
#ifndef MO_NODE_INTENT_H
#define MO_NODE_INTENT_H

#include "base/bytes.h"
#include "base/error.h"
#include "bus/message.h"
#include "eth/secp.h"

typedef struct {
    mo_message_kind_t kind;
    mo_message_t message;
    mo_signature_t signature;
} mo_node_intent_t;

/* Reads the file. `intent` is zero on failure. Errors: MO_ERR_PERMANENT, naming file and field. */
MO_MUST_USE mo_err_t mo_node_intent_read(const char *path, mo_node_intent_t *intent);

/* Writes the file, whole or not at all, mode 0600. Errors: MO_ERR_PERMANENT, naming the file. */
MO_MUST_USE mo_err_t mo_node_intent_write(const char *path, const mo_node_intent_t *intent);

#endif
