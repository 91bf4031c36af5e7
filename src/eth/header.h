/* Block headers, decoded, encoded and hashed.
 *
 * A header is one RLP list. Forks have only ever appended fields, so the number of fields tells the fork:
 *
 *     15   up to London     parentHash ommersHash coinbase stateRoot transactionsRoot receiptsRoot logsBloom
 *                           difficulty number gasLimit gasUsed timestamp extraData mixHash nonce
 *     16   London, Paris    + baseFeePerGas
 *     17   Shanghai         + withdrawalsRoot
 *     20   Cancun           + blobGasUsed excessBlobGas parentBeaconBlockRoot
 *     21   Prague, Osaka    + requestsHash
 *
 * A block's hash is keccak256 of exactly these bytes; what decodes here encodes back to the same bytes, so
 * the hash of the struct is the hash of the block.
 *
 *     mo_header_t header;
 *     if (mo_header_decode(rlp, &header) == MO_HEADER_OK && header.number == 7) ...
 *     if (mo_header_hash(&header, &hash)) ...                       the block's hash
 *
 * Two readings, for two questions. mo_header_decode knows every field and refuses a header of no known fork:
 * it is for headers rebuilt from JSON and for tools. mo_header_facts reads what the protocol reads (3.1:
 * fields 0, 3, 4, 8, 10 of at least 15, canonical, size bounded), exactly as the contracts do: it is what
 * rules decide by, and it keeps working when a fork appends a field.
 *
 * What it does not do: judge a header by consensus rules of its chain (gas limits, base fees, proof of work).
 *
 * Floor 1, pure. Clause 3.1.
 */
#ifndef MO_ETH_HEADER_H
#define MO_ETH_HEADER_H

#include "base/bytes.h"
#include "base/limits.h"
#include "base/verdict.h"
#include "eth/u256.h"

#define MO_HEADER_VERDICTS(X)                                                                                \
    X(MO_HEADER_OK, "Ok", "")                                                                                \
    /* more than MO_HEADER_BYTES_MAX bytes */                                                                \
    X(MO_HEADER_TOO_LONG, "HeaderTooLong", "3.1")                                                            \
    /* not one canonical RLP list of strings, or a field that is read has the wrong size or is no integer */ \
    X(MO_HEADER_MALFORMED, "HeaderMalformed", "3.1")                                                         \
    /* below 15 fields */                                                                                    \
    X(MO_HEADER_FIELDS_MISSING, "HeaderFieldsMissing", "3.1")                                                \
    /* a number of fields that no known fork has (mo_header_decode only) */                                  \
    X(MO_HEADER_FORK_UNKNOWN, "HeaderForkUnknown", "")                                                       \
    /* bytes follow the only header */                                                                       \
    X(MO_HEADER_TRAILING_BYTES, "HeaderTrailingBytes", "3.1")

typedef enum { MO_HEADER_VERDICTS(MO_VERDICT_CODE) } mo_header_verdict_t;

const char *mo_header_verdict_name(mo_header_verdict_t verdict);

/* The fork by which a header's fields are known; the value is their number. */
typedef enum {
    MO_HEADER_FRONTIER = 15,
    MO_HEADER_LONDON = 16,
    MO_HEADER_SHANGHAI = 17,
    MO_HEADER_CANCUN = 20,
    MO_HEADER_PRAGUE = 21,
} mo_header_fork_t;

typedef struct {
    uint8_t bytes[256];
} mo_bloom_t;

/* All fields, in the order of the encoding. Those that `fork` does not have are zero. */
typedef struct {
    mo_header_fork_t fork;
    mo_hash_t parent_hash;
    mo_hash_t ommers_hash;
    mo_address_t coinbase;
    mo_hash_t state_root;
    mo_hash_t transactions_root;
    mo_hash_t receipts_root;
    mo_bloom_t logs_bloom;
    mo_u256_t difficulty;
    uint64_t number;
    uint64_t gas_limit;
    uint64_t gas_used;
    uint64_t timestamp;    /* seconds */
    mo_bytes_t extra_data; /* borrowed: of the input of mo_header_decode, or of whoever fills the struct */
    mo_hash_t mix_hash;    /* prevRandao since Paris */
    uint8_t nonce[8];
    mo_u256_t base_fee_per_gas; /* wei */
    mo_hash_t withdrawals_root;
    uint64_t blob_gas_used;
    uint64_t excess_blob_gas;
    mo_hash_t parent_beacon_block_root;
    mo_hash_t requests_hash;
} mo_header_t;

/* Decodes one header. `out` is zero unless MO_HEADER_OK; its extra_data borrows from `rlp`. */
MO_MUST_USE mo_header_verdict_t mo_header_decode(mo_bytes_t rlp, mo_header_t *out);

/* Appends the header's RLP. False when it does not fit, or is longer than MO_HEADER_BYTES_MAX; `out` is then
 * overflown or as long as before. */
MO_MUST_USE bool mo_header_encode(const mo_header_t *header, mo_buffer_t *out);

/* The block hash. False, and zero, when the extra data makes it longer than MO_HEADER_BYTES_MAX. */
MO_MUST_USE bool mo_header_hash(const mo_header_t *header, mo_hash_t *out);

/* What the protocol reads of a header. */
typedef struct {
    mo_hash_t hash; /* keccak256 of the bytes read */
    mo_hash_t parent_hash;
    mo_hash_t state_root;
    mo_hash_t transactions_root;
    uint64_t number;
    uint64_t gas_used;
} mo_header_facts_t;

/* Reads the facts of one header as the contracts do (3.1). `out` is zero unless MO_HEADER_OK. */
MO_MUST_USE mo_header_verdict_t mo_header_facts(mo_bytes_t rlp, mo_header_facts_t *out);

/* The same for the first header of `run`, and steps past it: consecutive headers stand one after the other.
 * On a refusal `run` stays where it was. A loop ends when run->size is 0. */
MO_MUST_USE mo_header_verdict_t mo_header_facts_next(mo_bytes_t *run, mo_header_facts_t *out);

#endif
