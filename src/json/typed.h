/* Typed data as JSON, in the form that eth_signTypedData_v4 takes, read into the tables and nodes of
 * eth/eip712_types.h.
 *
 *     {"types": {"EIP712Domain": [{"name": "chainId", "type": "uint256"}], "Mail": [{"name": "to", ...}]},
 *      "primaryType": "Mail", "domain": {"chainId": 1}, "message": {"to": "0x..."}}
 *
 *     mo_typed_t typed;
 *     mo_err_t err = mo_typed_read(json, &room, &typed);
 *     err = mo_typed_digest(&typed, &digest);
 *
 * Numbers come as JSON integers, decimal numerals (with '-' before a negative one) or hexadecimal digits
 * after 0x; addresses as eth/address.h reads them; bytes as an even number of hexadecimal digits after 0x. A
 * member that is missing is an error, except that a struct may be null or missing, which is an absent one;
 * members that the type does not have are passed over.
 *
 * Everything read lies in the caller's room; texts are borrowed from the JSON, which must outlive it.
 *
 * Floor 5; over jansson, which allocates.
 */
#ifndef MO_JSON_TYPED_H
#define MO_JSON_TYPED_H

#include <jansson.h>

#include "base/error.h"
#include "eth/eip712_types.h"

/* Memory for tables, values and bytes, any alignment. */
typedef struct {
    uint8_t *memory;
    size_t capacity;
    size_t used;
} mo_typed_room_t;

typedef struct {
    mo_eip712_types_t types;
    const char *primary;
    mo_abi_value_t domain;
    mo_abi_value_t message;
} mo_typed_t;

/* The four members of typed data, wherever they come from. */
typedef struct {
    const json_t *types;
    const json_t *primary;
    const json_t *domain;
    const json_t *message;
} mo_typed_parts_t;

/* Reads typed data; PERMANENT, with the member's name, when it is not of the form. */
MO_MUST_USE mo_err_t mo_typed_read(const json_t *json, mo_typed_room_t *room, mo_typed_t *out);
MO_MUST_USE mo_err_t mo_typed_read_parts(const mo_typed_parts_t *parts, mo_typed_room_t *room,
                                         mo_typed_t *out);

/* What is signed. */
MO_MUST_USE mo_err_t mo_typed_digest(const mo_typed_t *typed, mo_hash_t *digest);

#endif
