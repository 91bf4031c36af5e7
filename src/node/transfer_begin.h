/* A user's stake or redeem: made, quoted, and declared oneself or signed for a facilitator (gateway 7.1, 7.3).
 *
 *     parts --> message --> quote (id, worst reward, bounty, penalty)
 *                  |
 *                  +--> signed intent in a file, for a facilitator's inbox    stake: after approve
 *                  +--> approve (stake), depositLedger (bounty), declare      one's own facilitator
 *
 * What is approved or in the ledger already is not asked for again. Floor 6.
 */
#ifndef MO_NODE_TRANSFER_BEGIN_H
#define MO_NODE_TRANSFER_BEGIN_H

#include "bind/structs.h"
#include "node/intent.h"
#include "node/transfer_send.h"

#define MO_BEGIN_STEPS_MAX 3

/* declare: a selector, 17 words and a signature with its length: 4 + 32 * 21, rounded up. */
#define MO_BEGIN_CALL_MAX 768

typedef struct {
    mo_message_kind_t kind;
    const char *amount;       /* tokens, a decimal number */
    mo_address_t beneficiary; /* zero: the sender's own address */
    mo_address_t facilitator; /* of an intent: who may declare; zero: anyone */
    uint64_t gas_price;       /* tokens' smallest unit per gas, for whoever delivers */
    uint64_t gas_limit;
    uint64_t seconds;         /* within which it must be declared */
    bool by_facilitator;      /* signed for one, not declared here */
} mo_begin_order_t;

typedef struct {
    const char *name;
    mo_chain_t chain;
    mo_address_t to;
    mo_u256_t value;
    uint8_t data[MO_BEGIN_CALL_MAX];
    size_t size;
    bool estimated; /* false: what it takes is known only when the call before it is mined */
    uint64_t gas;
    bool mined;
    mo_txq_outcome_t outcome;
} mo_begin_step_t;

typedef struct {
    mo_node_intent_t intent; /* the message, signed when it is for a facilitator */
    mo_hash_t id;
    mo_bind_quote_t quote;
    mo_address_t sender;
    unsigned decimals;
    mo_begin_step_t steps[MO_BEGIN_STEPS_MAX];
    size_t count;
} mo_begin_t;

/* Makes the message, its quote and the calls; nothing is sent. Errors: permanent, naming what to mend. */
MO_MUST_USE mo_err_t mo_transfer_begin_make(mo_transfer_desk_t *desk, const mo_begin_order_t *order,
                                            const mo_secp_key_t *key, mo_begin_t *begin);

/* Makes the calls by which the sender of a declared message revokes it (row 4): the penalty into its ledger, as far as it is
 * missing, and declareRevocation. Permanent when `key` is not the sender's. */
MO_MUST_USE mo_err_t mo_transfer_revoke_make(mo_transfer_desk_t *desk, const mo_transfer_found_t *found,
                                             const mo_secp_key_t *key, mo_begin_t *begin);

/* Sends the calls that make it; of an intent, those that must come before it is handed over. */
MO_MUST_USE mo_err_t mo_transfer_begin_send(mo_transfer_sender_t *sender, mo_begin_t *begin);

#endif
