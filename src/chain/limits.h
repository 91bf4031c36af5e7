/* The bounds of everything that comes from a node or waits to go to one.
 *
 * Each is a refusal, not a hope: a response, a list or a text above its bound is an error, never a larger buffer.
 * Floor 5.
 */
#ifndef MO_CHAIN_LIMITS_H
#define MO_CHAIN_LIMITS_H

/* Endpoints of one client, in order of preference. */
#define MO_RPC_ENDPOINTS_MAX 4
#define MO_RPC_URL_MAX       512

/* Calls in one batch request. A block header is about 1.7 KiB of JSON with an empty transaction list and 66 bytes
 * more for each transaction's hash: 256 full blocks of 1,000 transactions are 17 MiB. */
#define MO_RPC_BATCH_MAX 256

/* Requests in flight at once. */
#define MO_HTTP_FLIGHT_MAX 8

/* Blocks in one query of logs. */
#define MO_RPC_RANGE_MAX 4096

/* One HTTP response. The largest that must fit are the logs of one full block (MO_FOLLOW_LOGS_MAX): 65,536 of about 600
 * bytes of JSON and 8 MiB of data in hex are 55 MiB. */
#define MO_RPC_RESPONSE_MAX (64U << 20)

/* Raw return data, contract code (EIP-170: 24,576), one log's data. */
#define MO_RPC_RETURN_MAX (128U << 10)

/* Data of one call or transaction: nodes refuse transactions above 128 KiB; a creation carries at most 49,152 bytes of
 * code (EIP-3860) and its arguments. */
#define MO_RPC_INPUT_MAX (120U << 10)

/* Revert data kept for naming it: a selector and 15 words. */
#define MO_RPC_REVERT_MAX (4 + 15 * 32)

/* Addresses whose logs one query asks for. */
#define MO_LOG_ADDRESSES_MAX 32
#define MO_LOG_TOPICS_MAX    4

/* Slots of one account proof. With the account's own that is 17 proofs of up to MO_TRIE_PROOF_BYTES_MAX; on a real
 * chain about 4 KiB each. */
#define MO_PROOF_SLOTS_MAX 16

/* Blocks the follower reads in one poll (one less than a batch of requests: the block it stands on is read again), and
 * hashes it remembers to find where two chains part. */
#define MO_FOLLOW_BATCH_MAX (MO_RPC_BATCH_MAX - 1)
#define MO_FOLLOW_DEPTH     8192

/* Logs the follower holds at once, and the bytes of their data. One block's logs must fit, or a stranger could stop every
 * follower by filling a block: a log costs 375 gas, 375 a topic and what the call around it costs, 1,000 at the very
 * least, and 8 gas a byte. A block of 60 million gas holds 60,000 logs and 7.5 MB at most. Pages are touched when used. */
#define MO_FOLLOW_LOGS_MAX  65536
#define MO_FOLLOW_BYTES_MAX (8U << 20)

/* Transactions in flight of one key, those with an outcome that nobody has taken included; and bids for one of them:
 * 16 steps of 12.5 % are a factor of 6.6. */
#define MO_TXQ_FLIGHT_MAX   64
#define MO_TXQ_ATTEMPTS_MAX 16

#endif
