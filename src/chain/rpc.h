/* A client of one Ethereum node over JSON-RPC: every answer is checked before it becomes a value.
 *
 * What a hash can prove is proven: headers are re-encoded and hashed (chain/block.h), ranges must be chained by their
 * parent hashes, accounts and storage slots come out of verified Merkle proofs and never out of the node's own
 * `value`. What cannot be proven (logs, nonces, fees, receipts) is parsed strictly: a quantity that is too large, a
 * hash of 31 bytes, a missing member is an error.
 *
 *     mo_rpc_config_t config = {.urls = {"http://127.0.0.1:8545"}, .url_count = 1, .chain_id = 1337};
 *     mo_rpc_t *rpc;
 *     mo_err_t err = mo_rpc_open(&rpc, &config);
 *     if (!mo_failed(err)) err = mo_rpc_number(rpc, &head);
 *     ...
 *     mo_rpc_close(rpc);
 *
 * Errors, by class (base/error.h):
 *   transient  no connection, time-out, HTTP 408, 429 or 5xx, broken JSON, an answer that contradicts itself (the chain
 *              moved while it was read, or the node lies): try again, later or elsewhere (chain/fault.h has the words)
 *   permanent  the node executed the call and it reverts (the text carries the custom error's name and arguments,
 *              mo_rpc_revert the bytes), the node knows no such method, the chain id is another one, a bound is exceeded
 *   done       a transaction that the node knows already
 * On failure every output is zero.
 *
 * Several endpoints: a call goes to the first that does not rest; one that fails rests, ever longer, and the next one is
 * asked (chain/endpoint.h). Before its first use, and after every failure, an endpoint is asked for chain id and genesis;
 * one of another chain is refused. One that falls behind the others is set aside. What is read between mo_rpc_hold and
 * mo_rpc_let is of one endpoint or fails: answers of two nodes are never put together.
 *
 * Calls that belong together go in batches, cut to what the node takes, and many requests are in flight at once.
 *
 * Calls block, up to the time-out. One client belongs to one thread. Not done here: following a chain (chain/follow.h)
 * and getting transactions mined (chain/txq.h).
 *
 * Floor 5.
 */
#ifndef MO_CHAIN_RPC_H
#define MO_CHAIN_RPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "chain/block.h"
#include "chain/limits.h"
#include "chain/log.h"
#include "eth/state.h"
#include "eth/u256.h"

typedef struct mo_rpc mo_rpc_t;

typedef struct {
    const char *urls[MO_RPC_ENDPOINTS_MAX]; /* http:// or https://, in order of preference; copied */
    size_t url_count;                       /* at least 1 */
    uint64_t chain_id;                      /* what every endpoint must answer; 0: any */
    mo_hash_t genesis;                      /* hash of block 0 of every endpoint; zero: any, but the same of all */
    uint32_t timeout_ms;                    /* for one request; 0: 10,000 */
    void (*say)(const char *text);          /* told what becomes of endpoints; NULL: nobody */
} mo_rpc_config_t;

/* The state that a read or a call is made on. */
typedef enum {
    MO_RPC_AT_NUMBER = 0,
    MO_RPC_AT_LATEST,
    MO_RPC_AT_PENDING,
    MO_RPC_AT_SAFE,
    MO_RPC_AT_FINALIZED,
} mo_rpc_tag_t;

typedef struct {
    mo_rpc_tag_t tag;
    uint64_t number; /* for MO_RPC_AT_NUMBER */
} mo_rpc_at_t;

#define MO_AT(block_number) ((mo_rpc_at_t){MO_RPC_AT_NUMBER, (block_number)})
#define MO_AT_LATEST        ((mo_rpc_at_t){MO_RPC_AT_LATEST, 0})
#define MO_AT_PENDING       ((mo_rpc_at_t){MO_RPC_AT_PENDING, 0})
#define MO_AT_FINALIZED     ((mo_rpc_at_t){MO_RPC_AT_FINALIZED, 0})

/* A call or a transaction to be. `to` NULL creates a contract; `from` NULL is the zero address. */
typedef struct {
    const mo_address_t *from;
    const mo_address_t *to;
    mo_u256_t value; /* wei */
    mo_bytes_t data; /* at most MO_RPC_INPUT_MAX */
} mo_rpc_call_t;

/* What a 1559 fee is made of, wei per gas. */
typedef struct {
    uint64_t base_fee; /* of the latest block */
    uint64_t tip;      /* suggested priority fee */
} mo_rpc_fees_t;

typedef struct {
    bool succeeded;
    uint64_t gas_used;
    uint64_t gas_price; /* effective, wei per gas */
    uint64_t block_number;
    mo_hash_t block_hash;
    mo_address_t contract; /* created, or zero */
} mo_receipt_t;

/* Why a node did not take a transaction. */
typedef enum {
    MO_RPC_TAKEN = 0,
    MO_RPC_KNOWN,       /* it has this very transaction */
    MO_RPC_NONCE_LOW,   /* another transaction with this nonce is mined */
    MO_RPC_UNDERPRICED, /* another with this nonce is pending, and the fees are not enough above it, or below the floor */
    MO_RPC_NO_FUNDS,    /* the sender cannot pay value and gas */
    MO_RPC_LATER,       /* not now: the pool is full, or too many requests */
    MO_RPC_REFUSED,     /* anything else; the error's text has the node's words */
} mo_rpc_take_t;

/* An account with some of its slots as verified against a block's state root. The node lists are the proofs as contracts
 * take them, from the root down: what some nodes list though it lies in its parent is left out. All views borrow from the
 * `memory` that mo_rpc_proof was given. */
typedef struct {
    mo_bytes_t nodes[MO_TRIE_PROOF_NODES_MAX];
    size_t count;
} mo_proof_nodes_t;

typedef struct {
    mo_hash_t key;   /* the slot asked for */
    mo_hash_t value; /* from the leaf; zero when the proof is one of absence */
    mo_proof_nodes_t proof;
} mo_proof_slot_t;

typedef struct {
    bool exists; /* false: the proof is one of absence, `account` is zero */
    mo_account_t account;
    mo_proof_nodes_t account_proof;
    mo_proof_slot_t slots[MO_PROOF_SLOTS_MAX];
    size_t slot_count;
} mo_proof_t;

typedef struct {
    mo_address_t address;
    const mo_hash_t *slots;
    size_t slot_count;       /* 0 to MO_PROOF_SLOTS_MAX */
    const mo_block_t *block; /* state after this block */
} mo_proof_query_t;

/* Opens a client. No request is made. Out: *rpc, or NULL. Errors: permanent when a URL is malformed. */
MO_MUST_USE mo_err_t mo_rpc_open(mo_rpc_t **rpc, const mo_rpc_config_t *config);

/* Closes; NULL is allowed. */
void mo_rpc_close(mo_rpc_t *rpc);

/* Until the matching mo_rpc_let all calls go to one endpoint; when it fails they fail, transient. They nest. */
void mo_rpc_hold(mo_rpc_t *rpc);
void mo_rpc_let(mo_rpc_t *rpc);

/* HTTP requests sent so far. */
uint64_t mo_rpc_requests(const mo_rpc_t *rpc);

/* Whether any endpoint that can be reached and is of the chain has this very block; the ones that have it not are set
 * aside when another has. Transient when none can be asked. */
MO_MUST_USE mo_err_t mo_rpc_anyone_has(mo_rpc_t *rpc, uint64_t number, const mo_hash_t *hash, bool *has);

/* The chain id that the node reports. */
MO_MUST_USE mo_err_t mo_rpc_chain_id(mo_rpc_t *rpc, uint64_t *id);

/* The number of the latest block. */
MO_MUST_USE mo_err_t mo_rpc_number(mo_rpc_t *rpc, uint64_t *number);

/* One verified block, by number or tag (not pending). Transient when there is no such block yet. */
MO_MUST_USE mo_err_t mo_rpc_block(mo_rpc_t *rpc, mo_rpc_at_t at, mo_block_t *block);

/* The verified blocks from, from + 1, ... in batches: each the parent of the next. In: `count` of them at most, no bound
 * but the caller's array. Out: blocks, *got (fewer when the chain ends earlier; 0 is success). Transient when two
 * neighbours do not chain (the chain was reorganised meanwhile). */
MO_MUST_USE mo_err_t mo_rpc_blocks(mo_rpc_t *rpc, uint64_t from, mo_block_t *blocks, size_t count, size_t *got);

/* A chain's end at one glance, in one request: what a follower asks every time. */
typedef struct {
    uint64_t head;
    bool found[2];        /* whether the node has block `number`, and the one after it */
    mo_block_t blocks[2]; /* verified, as far as found */
    bool final_known;
    uint64_t finalised; /* number of the block that the node calls final */
} mo_glance_t;

/* In: the number to look at; whether to ask for finality. Transient like mo_rpc_block. */
MO_MUST_USE mo_err_t mo_rpc_glance(mo_rpc_t *rpc, uint64_t number, bool finality, mo_glance_t *glance);

/* The logs of a query, ordered by block and index. In: batch->items, capacity, memory. Out: the rest of it; see
 * chain/log.h for what happens when it is full. Permanent when a single block's logs do not fit. */
MO_MUST_USE mo_err_t mo_rpc_logs(mo_rpc_t *rpc, const mo_log_query_t *query, mo_log_batch_t *batch);

/* An account and slots with proofs, all verified against query->block->state_root. In: memory for the nodes (an account
 * proof is about 4 KiB, a slot's about 3). Transient when the node no longer has that state or the proofs do not verify. */
MO_MUST_USE mo_err_t mo_rpc_proof(mo_rpc_t *rpc, const mo_proof_query_t *query, mo_buffer_t *memory, mo_proof_t *proof);

/* The same, and the answer itself is appended to `answer` as text, to be kept. */
MO_MUST_USE mo_err_t mo_rpc_proof_text(mo_rpc_t *rpc, const mo_proof_query_t *query, mo_buffer_t *memory,
                                       mo_proof_t *proof, mo_buffer_t *answer);

/* A kept answer, verified like one that a node gives now. Permanent when it is not of this query and block. */
MO_MUST_USE mo_err_t mo_rpc_proof_read(mo_bytes_t answer, const mo_proof_query_t *query, mo_buffer_t *memory,
                                       mo_proof_t *proof);

/* Executes without a transaction; appends the return data to `out`. Permanent on revert. */
MO_MUST_USE mo_err_t mo_rpc_call(mo_rpc_t *rpc, const mo_rpc_call_t *call, mo_rpc_at_t at, mo_buffer_t *out);

/* Gas that the call takes at least. Permanent on revert. */
MO_MUST_USE mo_err_t mo_rpc_estimate(mo_rpc_t *rpc, const mo_rpc_call_t *call, mo_rpc_at_t at, uint64_t *gas);

/* The revert data of the last call, estimate or send of this client that failed by a revert; empty when the last one
 * did not. Valid until the next request. */
mo_bytes_t mo_rpc_revert(const mo_rpc_t *rpc);

/* Appends the contract's code to `out`; nothing when there is none. */
MO_MUST_USE mo_err_t mo_rpc_code(mo_rpc_t *rpc, const mo_address_t *address, mo_rpc_at_t at, mo_buffer_t *out);

/* Transactions sent by an account: the next nonce on that state. */
MO_MUST_USE mo_err_t mo_rpc_nonce(mo_rpc_t *rpc, const mo_address_t *address, mo_rpc_at_t at, uint64_t *nonce);

/* Where an account stands, in one request: its next nonce on the latest state and with what is pending, and the head. */
typedef struct {
    uint64_t mined;
    uint64_t pending;
    uint64_t head;
} mo_rpc_standing_t;

MO_MUST_USE mo_err_t mo_rpc_standing(mo_rpc_t *rpc, const mo_address_t *address, mo_rpc_standing_t *standing);

/* Wei of an account. Not proven: for display and for knowing when to refill. */
MO_MUST_USE mo_err_t mo_rpc_balance(mo_rpc_t *rpc, const mo_address_t *address, mo_rpc_at_t at, mo_u256_t *wei);

/* One storage word. Not proven: for display; mo_rpc_proof proves. */
MO_MUST_USE mo_err_t mo_rpc_storage(mo_rpc_t *rpc, const mo_address_t *address, const mo_hash_t *slot, mo_rpc_at_t at,
                                    mo_hash_t *word);

/* Base fee of the latest block and the node's suggested tip. */
MO_MUST_USE mo_err_t mo_rpc_fees(mo_rpc_t *rpc, mo_rpc_fees_t *fees);

/* Hands a signed transaction to the node. Out: *hash (computed here), *take. Success only when taken; KNOWN and NONCE_LOW
 * are `done`, UNDERPRICED, NO_FUNDS and LATER transient, REFUSED permanent. `take` is also set on failure; when the node
 * could not be reached it is MO_RPC_LATER and the error of the connection. */
MO_MUST_USE mo_err_t mo_rpc_send(mo_rpc_t *rpc, mo_bytes_t raw, mo_hash_t *hash, mo_rpc_take_t *take);

/* Hands many to the node, MO_RPC_BATCH_MAX to a request. Stops at the first that is neither taken nor known; the error
 * names its position. Out: *sent, how many were taken or known. */
MO_MUST_USE mo_err_t mo_rpc_send_all(mo_rpc_t *rpc, const mo_bytes_t *raws, size_t count, size_t *sent);

/* The receipt of a mined transaction. Out: *found; the receipt is zero when it is not. */
MO_MUST_USE mo_err_t mo_rpc_receipt(mo_rpc_t *rpc, const mo_hash_t *tx, mo_receipt_t *receipt, bool *found);

/* What a mined transaction called and with what. In: memory for the input. Out: *to (zero when it created a contract),
 * *input in memory; *found, false and nothing else when the node knows no such transaction. */
MO_MUST_USE mo_err_t mo_rpc_input(mo_rpc_t *rpc, const mo_hash_t *tx, mo_address_t *to, mo_buffer_t *memory,
                                  bool *found);

/* Any other method, as a development node has them. In: `params`, a JSON array as text ("[\"0x1\"]"). Out: the result's
 * JSON appended to `out` as text without a final zero; `out` may be NULL. */
MO_MUST_USE mo_err_t mo_rpc_request(mo_rpc_t *rpc, const char *method, const char *params, mo_buffer_t *out);

#endif
