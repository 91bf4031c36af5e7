/* Every maximum of floors 0 and 1, with its arithmetic.
 *
 * Nothing here grows at run time: a buffer, a depth or a count that would pass its maximum is refused with a
 * verdict (hostile input) or ends the program (our own fault, base/check.h). Units are in the name: BYTES, or
 * a count. A maximum of a higher floor stands in that floor's own limits header.
 *
 * Floor 0.
 */
#ifndef MO_BASE_LIMITS_H
#define MO_BASE_LIMITS_H

/* ---- RLP and ABI ---- */

/* Lists within lists. The deepest thing the chain writes is a receipt: receipt > logs > log > topics = 4
 * lists; a trie node that embeds its children nests once per nibble of a short key, at most 8 because each
 * level costs at least 2 of the 31 bytes that an embedded node may have and a leaf takes the rest. 32 leaves
 * room for both. */
#define MO_RLP_DEPTH_MAX 32

/* Tuples and arrays within each other in a contract call: ours have call > array > tuple > bytes[] = 4; types read
 * from text are anybody's. A frame of 24 bytes each. */
#define MO_ABI_DEPTH_MAX 32

/* ---- Blocks ---- */

/* One block header in RLP: the 21 fields of main net since Prague are at most
 *   3 (list) + 8 * 33 (hashes) + 21 (coinbase) + 259 (bloom) + 33 (extra data) + 9 (nonce) + 2 * 33
 * (difficulty, base fee) + 6 * 9 (number, gas limit, gas used, timestamp, blob gas, excess) = 709 bytes.
 * Chains sealed by authority put 65-byte signatures and lists of signers into the extra data, which has the
 * rest. The contracts' BlockHeader.MAX_HEADER is the same number. */
#define MO_HEADER_BYTES_MAX 2048

/* Fields before London, and since Prague (Osaka added none). */
#define MO_HEADER_FIELDS_MIN 15
#define MO_HEADER_FIELDS_MAX 21

/* ---- Transactions ---- */

/* Call data: a pool takes no transaction above 128 KiB (131,072 bytes), envelope included. */
#define MO_CALLDATA_BYTES_MAX (128 * 1024)

/* A signed transaction around its call data: 1 (type) + 4 (list) + 9 * 33 (integers and signature) + 22 (to)
 * + 4 (data) + 1 (empty access list) = 329, rounded up. Access lists, blob hashes and authorizations come on top and
 * are bounded by the buffer. */
#define MO_TRANSACTION_OVERHEAD_BYTES_MAX 512
#define MO_TRANSACTION_BYTES_MAX          (MO_CALLDATA_BYTES_MAX + MO_TRANSACTION_OVERHEAD_BYTES_MAX)

/* ---- Tries and proofs ---- */

/* Nodes of one proof: a 32-byte key has 64 nibbles, each node but the last takes at least one, and the leaf
 * may take none: 65. Main net's account trie uses 8 to 9. */
#define MO_TRIE_PROOF_NODES_MAX 65

/* One node of a state or storage trie: a branch of 16 hashes and an empty value, 3 + 16 * 33 + 1 = 532 bytes.
 * No leaf is longer: 3 + 34 (path) + 2 + 112 (account). The contracts' TrieReader.MAX_NODE_SIZE is the same
 * number. */
#define MO_STATE_NODE_BYTES_MAX 532

/* One proof of an account or a slot, so that a caller can reserve it once: 34,580 bytes. */
#define MO_TRIE_PROOF_BYTES_MAX (MO_TRIE_PROOF_NODES_MAX * MO_STATE_NODE_BYTES_MAX)

/* One node of any trie: a transaction or receipt as the value of a leaf or branch, and a branch around it. */
#define MO_TRIE_NODE_BYTES_MAX (MO_TRANSACTION_BYTES_MAX + 1024)

/* A key: 32 bytes where keys are hashed. Tries by index use rlp(index), at most 9. Plain tries of tests go
 * to 64. */
#define MO_TRIE_KEY_BYTES_MAX 64

#endif
