/* Blocks from the text of a node's answer, without a tree of JSON values between.
 *
 * Answers of eth_getBlockByNumber are most of what a role that catches up reads, and they are always of one form. This reads
 * that form alone, in one pass and without allocation, and hashes all headers of a batch together:
 *
 *     [{"jsonrpc":"2.0","id":7,"result":{"number":"0x10", ... ,"hash":"0x..."}}, ...]
 *
 * It says yes, or that it does not know: a text of any other form (an error object, a null, an escape in a string, a name
 * that no block has, a name twice) is left to the JSON library and chain/verify.h, which give the verdict and the words. So
 *
 *     what is read here, the other way reads too, to the same blocks;
 *
 * tests and a fuzzer hold the two against each other.
 *
 * Inside src/chain, and for its benchmark. Floor 5, pure.
 */
#ifndef MO_CHAIN_SCAN_H
#define MO_CHAIN_SCAN_H

#include "chain/block.h"
#include "chain/limits.h"

/* Answers in one text. */
#define MO_SCAN_ANSWERS_MAX MO_RPC_BATCH_MAX

/* What is asked of a text: the answers to `count` calls with the ids from `first_id` on, each once and in any order. The
 * answer to call first_id + i goes to blocks[i]. */
typedef struct {
    uint64_t first_id;
    mo_block_t *const *blocks;
    size_t count; /* 1 to MO_SCAN_ANSWERS_MAX; one answer stands alone, several in an array */
} mo_scan_t;

/* Whether all blocks were read, and each hashes to the hash that its answer reports. On false their content says nothing. */
MO_MUST_USE bool mo_scan_blocks(mo_bytes_t text, const mo_scan_t *scan);

#endif
