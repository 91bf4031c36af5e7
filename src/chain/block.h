/* A block as a chain's header proves it: decoded fields beside the very bytes that hash to the block's hash.
 *
 * A node's JSON is hearsay. A mo_block_t is made by writing the header's RLP anew from the JSON's fields and hashing
 * it; when that is not the hash the node reported, there is no mo_block_t. So a value in here is as good as its
 * hash, and `rlp` is what a contract takes as a header (3.1, 3.3).
 *
 *     JSON { number, parentHash, ..., hash } --re-encode--> rlp --keccak256--> hash'     hash' == hash, or an error
 *
 * Limits: headers of the forks that eth/header.h knows, MO_HEADER_BYTES_MAX bytes. What it does not do: say whether the
 * block is canonical or final.
 *
 * Floor 5 for its maker (chain/rpc.h); the struct itself is a plain value.
 */
#ifndef MO_CHAIN_BLOCK_H
#define MO_CHAIN_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"

typedef struct {
    uint64_t number;
    mo_hash_t hash;
    mo_hash_t parent;
    mo_hash_t state_root;
    mo_hash_t transactions_root;
    uint64_t gas_used;
    uint64_t timestamp; /* seconds */
    uint64_t base_fee;  /* wei per gas */
    size_t rlp_size;
    uint8_t rlp[MO_HEADER_BYTES_MAX];
} mo_block_t;

/* The header's encoding; valid as long as the block is. */
static inline mo_bytes_t mo_block_rlp(const mo_block_t *block)
{
    return (mo_bytes_t){block->rlp, block->rlp_size};
}

/* An address as a header's bloom filter names it: three bits of 2,048. */
typedef struct {
    uint16_t bits[3];
} mo_bloom_bits_t;

mo_bloom_bits_t mo_bloom_bits(const mo_address_t *address);

/* Whether the block can hold a log of that address, by the bloom filter in its header, which its hash proves: false is
 * certain. */
MO_MUST_USE bool mo_block_may_log(const mo_block_t *block, const mo_bloom_bits_t *of);

#endif
