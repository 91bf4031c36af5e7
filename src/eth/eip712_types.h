/* EIP-712 for types that are known only at run time: a table of struct definitions, and value nodes.
 *
 *     Mail(Person from,Person to,string contents)Person(string name,address wallet)       encodeType("Mail")
 *
 *     static const mo_eip712_member_t person[] = {{"name", "string"}, {"wallet", "address"}};
 *     static const mo_eip712_member_t mail[] = {{"from", "Person"}, {"to", "Person"}, {"contents", "string"}};
 *     static const mo_eip712_definition_t definitions[] = {{"Mail", mail, 3}, {"Person", person, 2}};
 *     mo_eip712_types_t types = {definitions, 2};
 *     verdict = mo_eip712_types_check(&types);
 *     verdict = mo_eip712_struct_hash(&types, "Mail", &value, &hash);
 *
 * Values are nodes of eth/abi_value.h: a struct's members, or an array's elements, are `inner`, in the order
 * of the definition. A struct that is absent within another (inner NULL) counts as a zero word, as
 * eth_signTypedData_v4 has it, which ends what a struct that holds itself would begin.
 *
 * Invariants: nothing is hashed before the table has passed mo_eip712_types_check, which every call makes
 * anew. What it does not do: read JSON (src/json); types that are known when the program is written
 * (eth/eip712.h).
 *
 * Floor 1, pure. Recursion goes as deep as the value: MO_EIP712_DEPTH_MAX.
 */
#ifndef MO_ETH_EIP712_TYPES_H
#define MO_ETH_EIP712_TYPES_H

#include "eth/abi_value.h"
#include "eth/eip712.h"

/* Definitions of one table: a set of them is the bits of a word. */
#define MO_EIP712_DEFINITIONS_MAX 64

/* Structs and arrays within each other in a value. */
#define MO_EIP712_DEPTH_MAX 32

typedef struct {
    const char *name;
    const char *type; /* "uint256", "Person[2][]" */
} mo_eip712_member_t;

typedef struct {
    const char *name;
    const mo_eip712_member_t *members;
    size_t member_count;
} mo_eip712_definition_t;

typedef struct {
    const mo_eip712_definition_t *definitions;
    size_t count;
} mo_eip712_types_t;

#define MO_EIP712_VERDICTS(X)                                                                                \
    X(MO_EIP712_OK, "Ok", "")                                                                                \
    /* more definitions than MO_EIP712_DEFINITIONS_MAX */                                                    \
    X(MO_EIP712_COUNT, "TypedCount", "")                                                                     \
    /* a name that is no identifier, or one of an elementary type */                                         \
    X(MO_EIP712_NAME, "TypedName", "")                                                                       \
    /* two structs, or two members of one, with one name */                                                  \
    X(MO_EIP712_TWICE, "TypedTwice", "")                                                                     \
    /* a member's type, or the primary type, that is neither elementary nor defined */                       \
    X(MO_EIP712_TYPE, "TypedType", "")                                                                       \
    /* a value that is not of its type */                                                                    \
    X(MO_EIP712_VALUE, "TypedValue", "")                                                                     \
    /* nested deeper than MO_EIP712_DEPTH_MAX */                                                             \
    X(MO_EIP712_DEPTH, "TypedDepth", "")                                                                     \
    /* what was to be written does not fit */                                                                \
    X(MO_EIP712_ROOM, "TypedRoom", "")

typedef enum { MO_EIP712_VERDICTS(MO_VERDICT_CODE) } mo_eip712_verdict_t;

const char *mo_eip712_verdict_name(mo_eip712_verdict_t verdict);

/* Judges the table. */
MO_MUST_USE mo_eip712_verdict_t mo_eip712_types_check(const mo_eip712_types_t *types);

/* The definition of this name, or NULL. */
const mo_eip712_definition_t *mo_eip712_definition(const mo_eip712_types_t *types, const char *name);

/* Appends encodeType: the struct's own type string, then those that it refers to, in the order of their
 * names. */
MO_MUST_USE mo_eip712_verdict_t mo_eip712_encode_type(const mo_eip712_types_t *types, const char *name,
                                                      mo_buffer_t *out);

/* Appends the type hash and encodeData, the bytes whose keccak256 is the struct hash. */
MO_MUST_USE mo_eip712_verdict_t mo_eip712_encode_struct(const mo_eip712_types_t *types, const char *name,
                                                        const mo_abi_value_t *value, mo_buffer_t *out);

/* hashStruct; zero on a refusal. The domain separator is that of "EIP712Domain". */
MO_MUST_USE mo_eip712_verdict_t mo_eip712_struct_hash(const mo_eip712_types_t *types, const char *name,
                                                      const mo_abi_value_t *value, mo_hash_t *out);

#endif
