/* Seals: the signatures of many validators over one digest, in one string of bytes (interfaces 0.2).
 *
 *     0x00 | index uint32 big-endian, r 32, yParityAndS 32 | next record ...     indices strictly ascending
 *     kind   68 bytes a record
 *
 * Kind 0x01 is kept for an aggregate and refused. Ascending order makes "nobody counted twice" a comparison
 * of neighbours. `vs` is EIP-2098: s with the parity of y in its highest bit (1.4).
 *
 * The roll of a commit is the set of who signed it, hashed: keccak256(abi.encode(height, kind, packed
 * indices)) (5.5).
 *
 * A parsed mo_seal_t borrows the bytes it was parsed from. What this module does not do: check signatures or
 * weigh them; that is mo_rules_validators_tally.
 *
 * Floor 2. Pure.
 */
#ifndef MO_RULES_SEAL_H
#define MO_RULES_SEAL_H

#include "base/bytes.h"
#include "base/verdict.h"
#include "eth/secp.h"
#include "rules/types.h"

#define MO_SEAL_KIND_ECDSA 0x00

/* One validator's signature. */
typedef struct {
    uint32_t index;
    mo_signature_t signature;
} mo_seal_record_t;

/* A seal that has been checked for form; borrows. */
typedef struct {
    mo_bytes_t records;
    size_t count;
} mo_seal_t;

#define MO_SEAL_VERDICTS(X)                                                                                  \
    X(MO_SEAL_WELL_FORMED, "WellFormed", "0.2")                                                              \
    X(MO_SEAL_SCHEME_UNKNOWN, "SealSchemeUnknown", "0.2")                                                    \
    /* empty, no whole records, or more than MO_SEAL_SIGNERS_MAX */                                          \
    X(MO_SEAL_LENGTH_INVALID, "SealLengthInvalid", "0.2")                                                    \
    X(MO_SEAL_NOT_ASCENDING, "SealNotAscending", "0.2")                                                      \
    /* building: the buffer is too small */                                                                  \
    X(MO_SEAL_NO_ROOM, "SealNoRoom", "0.2")

typedef enum { MO_SEAL_VERDICTS(MO_VERDICT_CODE) } mo_seal_verdict_t;

/* Checks scheme, length and order. A seal without records is well-formed: it carries no weight. */
MO_MUST_USE mo_seal_verdict_t mo_rules_seal_parse(mo_bytes_t bytes, mo_seal_t *seal);

/* Checks scheme and length alone, for who judges record by record. */
MO_MUST_USE mo_seal_verdict_t mo_rules_seal_split(mo_bytes_t bytes, mo_seal_t *seal);

/* Record number `i` of a parsed seal, i < seal->count. */
mo_seal_record_t mo_rules_seal_record(const mo_seal_t *seal, size_t i);

/* Sorts records by index, in place. */
void mo_rules_seal_sort(mo_seal_record_t *records, size_t count);

/* Appends the seal of `records`, which are in ascending order already, to `out`. NO_ROOM: `out` too small or
 * already overflown. */
MO_MUST_USE mo_seal_verdict_t mo_rules_seal_build(const mo_seal_record_t *records, size_t count,
                                                  mo_buffer_t *out);

/* keccak256(abi.encode(height, kind, indices)): the word that remembers who signed (5.5). */
mo_hash_t mo_rules_roll(mo_height_t height, uint8_t kind, mo_bytes_t indices);

/* roll(height) of a commit sealed by `seal` (5.5). */
mo_hash_t mo_rules_seal_roll(mo_height_t height, const mo_seal_t *seal);

const char *mo_rules_seal_verdict_name(mo_seal_verdict_t verdict);

#endif
