/* Whether a chain would take a transaction, as far as that can be told without its state.
 *
 * What a fork asks for: that it knows the type; that the chain id is its own; that the gas limit pays for the
 * bytes alone; that creating code is not too long; that fees are in order; who signed. What depends on state
 * is left: the nonce, the balance, the block's base fee and its room.
 *
 *     mo_transaction_rules_t rules = {.fork = MO_FORK_PRAGUE, .chain_id = 1};
 *     verdict = mo_transaction_judge(&got, &rules, &sender);
 *
 * Intrinsic gas, per fork:
 *
 *     a transaction         21000     + 32000 when it creates, since Homestead
 *     a byte of data            4     when zero, else 68, since Istanbul 16 (EIP-2028)
 *     an address announced   2400     a slot 1900 (EIP-2930)
 *     32 bytes of creation      2     since Shanghai, and at most 49152 bytes (EIP-3860)
 *     an authorization      25000     (EIP-7702)
 *     and at least 21000 + 10 per zero byte + 40 per other byte, since Prague (EIP-7623)
 *
 * Floor 1, pure.
 */
#ifndef MO_ETH_TRANSACTION_RULES_H
#define MO_ETH_TRANSACTION_RULES_H

#include "eth/transaction.h"

/* Forks that changed what a transaction may be, in order. Those between two of them are as the earlier one.
 */
typedef enum {
    MO_FORK_FRONTIER,
    MO_FORK_HOMESTEAD,
    MO_FORK_SPURIOUS_DRAGON, /* EIP-155 */
    MO_FORK_ISTANBUL,
    MO_FORK_BERLIN,
    MO_FORK_LONDON,
    MO_FORK_SHANGHAI,
    MO_FORK_CANCUN,
    MO_FORK_PRAGUE,
    MO_FORK_OSAKA,
} mo_fork_t;

typedef struct {
    mo_fork_t fork;
    uint64_t chain_id;
} mo_transaction_rules_t;

#define MO_TRANSACTION_RULE_VERDICTS(X)                                                                      \
    X(MO_TRANSACTION_RULE_OK, "Ok", "")                                                                      \
    /* the fork does not know this type, or not yet EIP-155 */                                               \
    X(MO_TRANSACTION_RULE_TYPE, "TransactionTypeTooNew", "")                                                 \
    /* another chain's id */                                                                                 \
    X(MO_TRANSACTION_RULE_CHAIN, "TransactionChain", "")                                                     \
    /* the nonce 2^64 - 1, which no account reaches (EIP-2681) */                                            \
    X(MO_TRANSACTION_RULE_NONCE, "TransactionNonce", "")                                                     \
    /* the gas limit does not pay for the transaction's own bytes */                                         \
    X(MO_TRANSACTION_RULE_INTRINSIC, "TransactionIntrinsicGas", "")                                          \
    /* a gas limit above 2^24, since Osaka (EIP-7825) */                                                     \
    X(MO_TRANSACTION_RULE_GAS_CAP, "TransactionGasCap", "")                                                  \
    /* creation code above 49152 bytes, since Shanghai */                                                    \
    X(MO_TRANSACTION_RULE_CREATION_SIZE, "TransactionCreationSize", "")                                      \
    /* the tip is above the whole fee */                                                                     \
    X(MO_TRANSACTION_RULE_TIP, "TransactionTip", "")                                                         \
    /* gas limit times price needs more than 256 bits */                                                     \
    X(MO_TRANSACTION_RULE_COST, "TransactionCost", "")                                                       \
    /* no blob, more than a transaction may carry, or a hash not of version 1 */                             \
    X(MO_TRANSACTION_RULE_BLOBS, "TransactionBlobs", "")                                                     \
    /* a 7702 transaction without authorizations */                                                          \
    X(MO_TRANSACTION_RULE_AUTHORIZATIONS, "TransactionAuthorizations", "")                                   \
    /* r or s out of range, s high since Homestead, or nobody's signature */                                 \
    X(MO_TRANSACTION_RULE_SIGNATURE, "TransactionSignature", "")

typedef enum { MO_TRANSACTION_RULE_VERDICTS(MO_VERDICT_CODE) } mo_transaction_rule_verdict_t;

const char *mo_transaction_rule_verdict_name(mo_transaction_rule_verdict_t verdict);

/* The gas that a transaction's own bytes cost at a fork. UINT64_MAX when 64 bits do not hold it. */
uint64_t mo_transaction_intrinsic_gas(const mo_transaction_t *transaction, mo_fork_t fork);

/* Judges a decoded transaction, and who sent it; `sender` is zero on a refusal. */
MO_MUST_USE mo_transaction_rule_verdict_t mo_transaction_judge(const mo_transaction_signed_t *got,
                                                               const mo_transaction_rules_t *rules,
                                                               mo_address_t *sender);

#endif
