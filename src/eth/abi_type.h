/* ABI types as text: "(uint256,bytes[])[3]" read into a tree that the generic codec (eth/abi_value.h) walks.
 *
 *     type   := base suffix*
 *     base   := "(" [ type ("," type)* ] ")" | name
 *     suffix := "[]" | "[" count "]"
 *     name   := uint8..uint256 | int8..int256 | bytes1..bytes32 | address | bool | bytes | string
 *               uint and int stand for 256 bits; function for bytes24
 *
 * A suffix wraps what stands before it, so the last one is outermost: uint8[2][] is a list of pairs.
 *
 *     (uint256,bytes[])[3]   ->   ARRAY 3
 *                                   TUPLE 2
 *                                     UINT 256 -> next -> LIST
 *                                                           BYTES
 *
 * Nodes lie in an array that the caller provides; MO_ABI_TYPE_NODES_MAX is enough for what contracts declare.
 * Invariants of what is accepted: no space, no leading zero, no array of length 0, no array whose elements
 * take no room, nesting of at most MO_ABI_DEPTH_MAX, heads of at most MO_ABI_HEAD_WORDS_MAX words.
 *
 * What it does not do: member names, the word "tuple", fixed-point numbers (no compiler makes them).
 *
 * Floor 1, pure.
 */
#ifndef MO_ETH_ABI_TYPE_H
#define MO_ETH_ABI_TYPE_H

#include "eth/abi.h"

/* Nodes of one type: 32 members in each of 4 structs and the lists around them, doubled. */
#define MO_ABI_TYPE_NODES_MAX 256

/* Words of one head: 32 KiB of arguments that are no bytes, more than any call has; bounds uint8[1000][1000].
 */
#define MO_ABI_HEAD_WORDS_MAX 1024

#define MO_ABI_TYPE_VERDICTS(X)                                                                              \
    X(MO_ABI_TYPE_OK, "Ok", "")                                                                              \
    /* a bracket is missing, or something stands behind the type */                                          \
    X(MO_ABI_TYPE_FORM, "AbiTypeForm", "")                                                                   \
    /* no type has this name */                                                                              \
    X(MO_ABI_TYPE_NAME, "AbiTypeName", "")                                                                   \
    /* an array of length 0, of elements without room, or with a leading zero */                             \
    X(MO_ABI_TYPE_COUNT, "AbiTypeCount", "")                                                                 \
    /* nested deeper than MO_ABI_DEPTH_MAX */                                                                \
    X(MO_ABI_TYPE_DEPTH, "AbiTypeDepth", "")                                                                 \
    /* a head of more than MO_ABI_HEAD_WORDS_MAX words */                                                    \
    X(MO_ABI_TYPE_HEAD, "AbiTypeHead", "")                                                                   \
    /* more nodes than the caller's array */                                                                 \
    X(MO_ABI_TYPE_ROOM, "AbiTypeRoom", "")

typedef enum { MO_ABI_TYPE_VERDICTS(MO_VERDICT_CODE) } mo_abi_type_verdict_t;

const char *mo_abi_type_verdict_name(mo_abi_type_verdict_t verdict);

typedef enum {
    MO_ABI_UINT,
    MO_ABI_INT,
    MO_ABI_ADDRESS,
    MO_ABI_BOOL,
    MO_ABI_FIXED, /* bytes1..bytes32 */
    MO_ABI_BYTES,
    MO_ABI_STRING,
    MO_ABI_TUPLE,
    MO_ABI_ARRAY, /* T[3] */
    MO_ABI_LIST,  /* T[] */
} mo_abi_kind_t;

typedef struct mo_abi_type {
    mo_abi_kind_t kind;
    unsigned width;                  /* bits of UINT and INT, bytes of FIXED */
    size_t count;                    /* members of TUPLE, elements of ARRAY */
    const struct mo_abi_type *inner; /* the first member, or the element */
    const struct mo_abi_type *next;  /* the next member of the tuple that this one is in */
    bool dynamic;
    size_t frame;    /* head words of a TUPLE's or ARRAY's own members or elements */
    size_t words;    /* head words where it stands: 1 when dynamic */
    unsigned height; /* levels, this one included */
} mo_abi_type_t;

/* Room for the nodes of types. `used` grows with each type read. */
typedef struct {
    mo_abi_type_t *nodes;
    size_t capacity;
    size_t used;
} mo_abi_types_t;

/* Reads the type that `text` spells, whole; NULL in `out` on a refusal. */
MO_MUST_USE mo_abi_type_verdict_t mo_abi_type_parse(mo_bytes_t text, mo_abi_types_t *room,
                                                    const mo_abi_type_t **out);

/* Appends the canonical spelling (uint256 for uint), which selectors are made of. False when it does not fit.
 */
MO_MUST_USE bool mo_abi_type_print(const mo_abi_type_t *type, mo_buffer_t *out);

#endif
