/* Transactions: made, signed, decoded, and who sent them.
 *
 * Five types, told apart by the first byte (EIP-2718):
 *
 *     c0..ff        legacy      rlp([nonce, gasPrice, gas, to, value, data, v, r, s])
 *     01 | rlp      EIP-2930    [chainId, nonce, gasPrice, gas, to, value, data, accessList, yParity, r, s]
 *     02 | rlp      EIP-1559    [chainId, nonce, maxPriorityFee, maxFee, gas, to, value, data, accessList,
 *                                yParity, r, s]
 *     03 | rlp      EIP-4844    as 02, with maxFeePerBlobGas and blobHashes after the access list
 *     04 | rlp      EIP-7702    as 02, with the authorizations after the access list
 *
 * The unsigned form leaves yParity, r, s away; its keccak256 is what is signed. A legacy one is bound to a
 * chain by EIP-155: the unsigned form ends in [chainId, 0, 0] and v is 35 + 2 * chainId + yParity; before
 * that it ended after the data and v is 27 + yParity: chain_id 0 here. The hash by which the chain knows a
 * transaction is keccak256 of its signed form.
 *
 * One call makes one, in the buffer that receives the result:
 *
 *     mo_transaction_t transaction = {.type = MO_TRANSACTION_1559, .chain_id = 31337, ..., .to = &core};
 *     if (!mo_transaction_sign(&transaction, &key, &raw, &hash)) ...
 *
 * and two read one, whose lists go into room that the caller has:
 *
 *     mo_transaction_room_t room = {.access = access, .access_max = 16, .hashes = hashes, .hashes_max = 64};
 *     mo_transaction_signed_t got;
 *     verdict = mo_transaction_decode(raw, &room, &got);
 *     verdict = mo_transaction_sender(&got, &sender);
 *
 * Invariants: the same transaction and key give the same bytes (RFC 6979), so sending it twice is sending it
 * once; what the decoder accepts, the encoder writes back byte for byte.
 *
 * Limits: chain ids, nonces and gas of 64 bits. What it does not do: estimate gas or fees; judge whether a
 * chain would take the transaction (eth/transaction_rules.h); the form of a blob transaction that carries its
 * blobs along between nodes.
 *
 * Floor 1, pure.
 */
#ifndef MO_ETH_TRANSACTION_H
#define MO_ETH_TRANSACTION_H

#include "base/bytes.h"
#include "base/limits.h"
#include "base/verdict.h"
#include "eth/secp.h"
#include "eth/u256.h"

/* The numbers are the first bytes of EIP-2718. */
typedef enum {
    MO_TRANSACTION_LEGACY = 0,
    MO_TRANSACTION_2930 = 1,
    MO_TRANSACTION_1559 = 2,
    MO_TRANSACTION_4844 = 3,
    MO_TRANSACTION_7702 = 4,
} mo_transaction_type_t;

/* One entry of an access list (EIP-2930): an address, and slots of it that the transaction announces. */
typedef struct {
    mo_address_t address;
    const mo_hash_t *slots;
    size_t slot_count;
} mo_transaction_access_t;

/* One authorization (EIP-7702): its signer lets the code at `address` act for it. A bad one is passed over by
 * the chain and does no harm to the transaction, so nothing but widths is judged here. */
typedef struct {
    mo_u256_t chain_id; /* 0: on every chain */
    mo_address_t address;
    uint64_t nonce;
    uint8_t y_parity;
    mo_u256_t r;
    mo_u256_t s;
} mo_transaction_authorization_t;

/* What the sender decides. Everything pointed at is borrowed. Fields that the type does not have must be zero
 * (MO_CHECK when it is encoded). */
typedef struct {
    mo_transaction_type_t type;
    uint64_t chain_id; /* 0 in a legacy one: good on every chain */
    uint64_t nonce;
    mo_u256_t gas_price;                /* wei; legacy and 2930 */
    mo_u256_t max_priority_fee_per_gas; /* wei; 1559 and later */
    mo_u256_t max_fee_per_gas;          /* wei; 1559 and later */
    uint64_t gas_limit;
    const mo_address_t *to; /* NULL creates a contract from `data`; not with 4844 and 7702 */
    mo_u256_t value;        /* wei */
    mo_bytes_t data;
    const mo_transaction_access_t *access; /* NULL when access_count is 0; not in a legacy one */
    size_t access_count;
    mo_u256_t max_fee_per_blob_gas; /* wei; 4844 */
    const mo_hash_t *blob_hashes;   /* versioned hashes; 4844 */
    size_t blob_hash_count;
    const mo_transaction_authorization_t *authorizations; /* 7702 */
    size_t authorization_count;
} mo_transaction_t;

/* ---- Making ---- */

/* Appends the unsigned form. False when it does not fit. */
MO_MUST_USE bool mo_transaction_encode_unsigned(const mo_transaction_t *transaction, mo_buffer_t *out);

/* Appends the signed form. False when it does not fit. */
MO_MUST_USE bool mo_transaction_encode_signed(const mo_transaction_t *transaction,
                                              const mo_signature_t *signature, mo_buffer_t *out);

/* Signs, writes the signed form into `raw`, which must be empty, and its hash into `hash`. False when it does
 * not fit (MO_TRANSACTION_BYTES_MAX always does without lists) or the key is not valid; `raw` is then empty
 * and `hash` zero. */
MO_MUST_USE bool mo_transaction_sign(const mo_transaction_t *transaction, const mo_secp_key_t *key,
                                     mo_buffer_t *raw, mo_hash_t *hash);

/* ---- Reading ---- */

#define MO_TRANSACTION_VERDICTS(X)                                                                           \
    X(MO_TRANSACTION_OK, "Ok", "")                                                                           \
    /* no byte at all */                                                                                     \
    X(MO_TRANSACTION_EMPTY, "TransactionEmpty", "")                                                          \
    /* neither a list nor 01 to 04 */                                                                        \
    X(MO_TRANSACTION_TYPE_UNKNOWN, "TransactionTypeUnknown", "")                                             \
    /* not canonical RLP, or not these fields in these widths, or bytes after the end */                     \
    X(MO_TRANSACTION_MALFORMED, "TransactionMalformed", "")                                                  \
    /* `to` is neither empty nor 20 bytes, or is empty where the type creates nothing */                     \
    X(MO_TRANSACTION_RECIPIENT, "TransactionRecipient", "")                                                  \
    /* more list entries than the caller's room */                                                           \
    X(MO_TRANSACTION_ROOM, "TransactionRoom", "")                                                            \
    /* v is not 27, 28 or 37 and more with a chain id of 64 bits; or yParity above 1 */                      \
    X(MO_TRANSACTION_PARITY, "TransactionParity", "")

typedef enum { MO_TRANSACTION_VERDICTS(MO_VERDICT_CODE) } mo_transaction_verdict_t;

const char *mo_transaction_verdict_name(mo_transaction_verdict_t verdict);

/* Where a decoded transaction's lists go. The caller sets arrays and maxima (NULL and 0 where it wants none);
 * the decoded transaction points into all of it. */
typedef struct {
    mo_address_t to;
    mo_transaction_access_t *access;
    size_t access_max;
    mo_hash_t *hashes; /* the slots of all entries together, and blob hashes */
    size_t hashes_max;
    mo_transaction_authorization_t *authorizations;
    size_t authorizations_max;
} mo_transaction_room_t;

/* A signed transaction. r and s are any 256-bit numbers until mo_transaction_sender has judged them. */
typedef struct {
    mo_transaction_t transaction;
    bool y_parity;
    mo_u256_t r;
    mo_u256_t s;
    mo_hash_t digest; /* what was signed */
    mo_hash_t hash;
} mo_transaction_signed_t;

/* Reads a signed transaction, in the form that a block holds and eth_sendRawTransaction takes. `raw` and the
 * room must outlive `out`, which is zero on a refusal. */
MO_MUST_USE mo_transaction_verdict_t mo_transaction_decode(mo_bytes_t raw, mo_transaction_room_t *room,
                                                           mo_transaction_signed_t *out);

/* Who signed it; zero on a refusal. Low s only, as every chain since Homestead (eth/secp.h). */
MO_MUST_USE mo_secp_verdict_t mo_transaction_sender(const mo_transaction_signed_t *got, mo_address_t *sender);

#endif
