/* Values of ABI types that are known only at run time: a tree of nodes, encoded, decoded, packed.
 *
 * A node says no more than its type needs:
 *
 *     uint, address, bool    word                a number; an address as the uint160 it is, a bool as 0 or 1
 *     int                    word                in two's complement of 256 bits: -1 is MO_U256_MAX
 *     bytes1..bytes32        bytes               exactly as many
 *     bytes, string          bytes               a string's UTF-8 is not judged
 *     tuple, T[3], T[]       inner, count        the members or elements, one after the other in memory
 *
 *     const mo_abi_type_t *type;                              "(uint256,string[])", eth/abi_type.h
 *     mo_abi_value_t texts[2] = {{.bytes = a}, {.bytes = b}};
 *     mo_abi_value_t members[2] = {{.word = n}, {.inner = texts, .count = 2}};
 *     mo_abi_value_t arguments = {.inner = members, .count = 2};
 *     verdict = mo_abi_encode(type, &arguments, &buffer);
 *
 * Invariants: what is written is what solc writes; what is decoded is encoded back byte for byte, because the
 * reader of eth/abi.h takes no other form. A decoded tree borrows from the input.
 *
 * Floor 1, pure. Recursion goes as deep as the type (MO_ABI_DEPTH_MAX).
 */
#ifndef MO_ETH_ABI_VALUE_H
#define MO_ETH_ABI_VALUE_H

#include "eth/abi_type.h"

typedef struct mo_abi_value {
    mo_u256_t word;
    mo_bytes_t bytes;
    const struct mo_abi_value *inner;
    size_t count;
} mo_abi_value_t;

/* Room for the nodes of values. `used` grows with each value decoded. */
typedef struct {
    mo_abi_value_t *nodes;
    size_t capacity;
    size_t used;
} mo_abi_values_t;

/* Whether the value is one of the type: MO_ABI_WIDE for a number outside its range, MO_ABI_SIZE for another
 * number of members, elements or bytes. */
MO_MUST_USE mo_abi_verdict_t mo_abi_value_check(const mo_abi_type_t *type, const mo_abi_value_t *value);

/* Appends an argument list; `arguments` is a tuple. As above, or MO_ABI_ROOM, with `out` as it was. */
MO_MUST_USE mo_abi_verdict_t mo_abi_encode(const mo_abi_type_t *arguments, const mo_abi_value_t *value,
                                           mo_buffer_t *out);

/* Reads an argument list; `arguments` is a tuple. The bytes must outlive `out`, which is zero on a refusal.
 * MO_ABI_COUNT when the value has more nodes than the room. */
MO_MUST_USE mo_abi_verdict_t mo_abi_decode(const mo_abi_type_t *arguments, mo_bytes_t bytes,
                                           mo_abi_values_t *room, mo_abi_value_t *out);

/* Appends the packed form of the members of a tuple, as Solidity's abi.encodePacked: each in its own width,
 * bytes and strings without length, elements of arrays padded to words. Different values can have one packed
 * form. As mo_abi_encode; tuples within, and arrays of bytes or of arrays of dynamic length, have no packed
 * form (MO_ABI_SIZE). */
MO_MUST_USE mo_abi_verdict_t mo_abi_encode_packed(const mo_abi_type_t *arguments, const mo_abi_value_t *value,
                                                  mo_buffer_t *out);

/* The word of a value that passed mo_abi_value_check, of a type that is neither bytes, string, tuple nor
 * array (MO_CHECK). */
mo_hash_t mo_abi_value_word(const mo_abi_type_t *type, const mo_abi_value_t *value);

#endif
