/* Transactions of EIP-1559, made and signed.
 *
 *     unsigned   02 | rlp([chainId, nonce, maxPriorityFee, maxFee, gas, to, value, data, accessList])
 *     signing    keccak256(unsigned)
 *     signed     02 | rlp([... the same nine ..., yParity, r, s])          what eth_sendRawTransaction takes
 *     hash       keccak256(signed)                                          by which the chain knows it
 *
 * One call does it all, in the buffer that receives the result:
 *
 *     mo_transaction_t transaction = {.chain_id = 31337, .nonce = 7, ..., .to = &core, .data = call};
 *     mo_hash_t hash;
 *     if (!mo_transaction_sign(&transaction, &key, &raw, &hash)) ...
 *
 * The same transaction and key give the same bytes (RFC 6979), so sending it twice is sending it once.
 *
 * What it does not do: older and newer types, decoding, estimating gas or fees.
 *
 * Floor 1, pure.
 */
#ifndef MO_ETH_TRANSACTION_H
#define MO_ETH_TRANSACTION_H

#include "base/bytes.h"
#include "base/limits.h"
#include "eth/secp.h"
#include "eth/u256.h"

/* One entry of an access list (EIP-2930): an address, and slots of it that the transaction announces. */
typedef struct {
    mo_address_t address;
    const mo_hash_t *slots;
    size_t slot_count;
} mo_transaction_access_t;

/* What the sender decides. Everything pointed at is borrowed. */
typedef struct {
    uint64_t chain_id;
    uint64_t nonce;
    mo_u256_t max_priority_fee_per_gas; /* wei */
    mo_u256_t max_fee_per_gas;          /* wei */
    uint64_t gas_limit;
    const mo_address_t *to; /* NULL creates a contract from `data` */
    mo_u256_t value;        /* wei */
    mo_bytes_t data;
    const mo_transaction_access_t *access; /* NULL when access_count is 0 */
    size_t access_count;
} mo_transaction_t;

/* Appends the unsigned form. False when it does not fit. */
MO_MUST_USE bool mo_transaction_encode_unsigned(const mo_transaction_t *transaction, mo_buffer_t *out);

/* Appends the signed form. False when it does not fit. */
MO_MUST_USE bool mo_transaction_encode_signed(const mo_transaction_t *transaction,
                                              const mo_signature_t *signature, mo_buffer_t *out);

/* Signs, writes the signed form into `raw`, which must be empty, and its hash into `hash`. False when it does
 * not fit (MO_TRANSACTION_BYTES_MAX always does without access list) or the key is not valid; `raw` is then
 * empty and `hash` zero. */
MO_MUST_USE bool mo_transaction_sign(const mo_transaction_t *transaction, const mo_secp_key_t *key,
                                     mo_buffer_t *raw, mo_hash_t *hash);

#endif
