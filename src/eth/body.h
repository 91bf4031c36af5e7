/* Block bodies, checked against their headers.
 *
 * A header commits to three lists by the roots of tries from an item's index to the item:
 *
 *     transactionsRoot   rlp(i) -> transaction i     as EIP-2718 encodes it: a legacy one is an RLP list,
 *     receiptsRoot       rlp(i) -> receipt i         any other a type byte and then its payload
 *     withdrawalsRoot    rlp(i) -> withdrawal i      rlp([index, validator, address, amount]), since Shanghai
 *
 * and to the headers of its ommers by ommersHash, the hash of their list. Since Prague it also commits to what the
 * block's execution asks of the consensus layer (EIP-7685), a type byte and data each, in the order of their types:
 *
 *     requestsHash       sha256(sha256(request 0) | sha256(request 1) | ...)      without those that have no data
 *
 * Keys are not hashed, and rlp(0) = 80 comes after rlp(1) = 01: the order of a list is not that of its trie.
 *
 *     mo_body_t body = {.transactions = {raw, 93}, .receipts = {receipts, 93}, .has_receipts = true};
 *     if (mo_body_check(&header, &body, &room) != MO_BODY_OK) ...
 *
 * What it does not do: look into an item.
 *
 * Floor 1, pure; SHA-256 is nettle's. Cost: about two keccaks per item, and those of its length.
 */
#ifndef MO_ETH_BODY_H
#define MO_ETH_BODY_H

#include "eth/header.h"
#include "eth/trie_build.h"

#define MO_BODY_VERDICTS(X)                                                                                  \
    X(MO_BODY_OK, "Ok", "")                                                                                  \
    /* more items than the room given */                                                                     \
    X(MO_BODY_TOO_MANY, "BodyTooMany", "")                                                                   \
    /* an item without bytes */                                                                              \
    X(MO_BODY_ITEM_EMPTY, "BodyItemEmpty", "")                                                               \
    /* withdrawals where the header's fork has none, or none where it has them */                            \
    X(MO_BODY_WITHDRAWALS_FORK, "BodyWithdrawalsFork", "")                                                   \
    /* a list that is not the header's */                                                                    \
    X(MO_BODY_TRANSACTIONS, "BodyTransactions", "")                                                          \
    X(MO_BODY_OMMERS, "BodyOmmers", "")                                                                      \
    X(MO_BODY_WITHDRAWALS, "BodyWithdrawals", "")                                                            \
    X(MO_BODY_RECEIPTS, "BodyReceipts", "")                                                                  \
    /* requests where the header's fork has none, whose types do not ascend, or others than the header's */  \
    X(MO_BODY_REQUESTS, "BodyRequests", "")

typedef enum { MO_BODY_VERDICTS(MO_VERDICT_CODE) } mo_body_verdict_t;

const char *mo_body_verdict_name(mo_body_verdict_t verdict);

/* An index in RLP: at most 8 bytes and their prefix. */
#define MO_BODY_KEY_BYTES 9

/* Memory for the longest list, of the caller: its content means nothing before and after. */
typedef struct {
    mo_trie_entry_t *entries;
    uint8_t (*keys)[MO_BODY_KEY_BYTES];
    size_t capacity; /* of both */
} mo_body_room_t;

/* A list of encoded items, borrowed. */
typedef struct {
    const mo_bytes_t *items;
    size_t count;
} mo_body_list_t;

/* The root of the trie from rlp(i) to item i; zero on a refusal, which is one of the first two. */
MO_MUST_USE mo_body_verdict_t mo_body_root(mo_body_list_t list, const mo_body_room_t *room, mo_hash_t *root);

/* keccak256 of the list of these headers, each in RLP. */
mo_hash_t mo_body_ommers_hash(mo_body_list_t headers);

/* requestsHash of requests, each a type byte and its data. Zero, and MO_BODY_ITEM_EMPTY or MO_BODY_REQUESTS, when one has
 * not even a type, or types do not ascend. */
MO_MUST_USE mo_body_verdict_t mo_body_requests_hash(mo_body_list_t requests, mo_hash_t *hash);

/* A block without its header. */
typedef struct {
    mo_body_list_t transactions;
    mo_body_list_t ommers; /* headers in RLP */
    mo_body_list_t withdrawals;
    bool has_withdrawals; /* the body has the list, be it empty */
    mo_body_list_t receipts;
    bool has_receipts; /* false leaves receiptsRoot unchecked: a block travels without them */
    mo_body_list_t requests;
    bool has_requests; /* false leaves requestsHash unchecked, for the same reason */
} mo_body_t;

/* Whether the body is the one of this header. */
MO_MUST_USE mo_body_verdict_t mo_body_check(const mo_header_t *header, const mo_body_t *body,
                                            const mo_body_room_t *room);

/* One withdrawal (EIP-4895). */
typedef struct {
    uint64_t index;
    uint64_t validator;
    mo_address_t address;
    uint64_t amount; /* gwei */
} mo_withdrawal_t;

/* Appends rlp([index, validator, address, amount]). False when it does not fit. */
MO_MUST_USE bool mo_withdrawal_encode(const mo_withdrawal_t *withdrawal, mo_buffer_t *out);

#endif
