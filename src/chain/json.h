/* JSON objects from a node, read strictly: every member has its one form, or the whole object is refused.
 *
 * Sticky, like the readers of floor 1: after the first fault every further read yields zero, and the fault names the
 * member.
 *
 *     mo_json_t in = mo_json_object(value);
 *     log.address = mo_json_address(&in, "address");
 *     log.block_number = mo_json_u64(&in, "blockNumber");
 *     if (in.fault != NULL) ... "blockNumber"
 *
 * DATA is "0x" and an even number of digits, QUANTITY "0x" and digits without a leading zero (base/hex.h). Numbers in any
 * other form (a JSON number, decimal text) are faults.
 *
 * Inside src/chain only. Floor 5.
 */
#ifndef MO_CHAIN_JSON_H
#define MO_CHAIN_JSON_H

#include <jansson.h>

#include "base/bytes.h"
#include "eth/u256.h"

typedef struct {
    const json_t *object;
    const char *fault; /* name of the first member that is missing or malformed; NULL when there is none */
} mo_json_t;

/* A reader of `value`, which is a fault by itself when it is no object. */
mo_json_t mo_json_object(const json_t *value);

/* Whether a member is there and not null. */
bool mo_json_has(const mo_json_t *in, const char *name);

uint64_t mo_json_u64(mo_json_t *in, const char *name);
mo_u256_t mo_json_u256(mo_json_t *in, const char *name);
mo_hash_t mo_json_hash(mo_json_t *in, const char *name);
mo_address_t mo_json_address(mo_json_t *in, const char *name);

/* DATA of exactly `size` bytes, copied to `out`. */
void mo_json_exact(mo_json_t *in, const char *name, uint8_t *out, size_t size);

/* DATA of any length, decoded to the end of `memory`; a view of it. A fault when it does not fit. */
mo_bytes_t mo_json_bytes(mo_json_t *in, const char *name, mo_buffer_t *memory);

/* An array member; NULL and a fault when it is none, or longer than `max`. */
const json_t *mo_json_array(mo_json_t *in, const char *name, size_t max);

/* The same forms for a value that stands alone; false, and zero, when it is not of the form. */
bool mo_json_is_u64(const json_t *value, uint64_t *out);
bool mo_json_is_u256(const json_t *value, mo_u256_t *out);
bool mo_json_is_exact(const json_t *value, uint8_t *out, size_t size);
bool mo_json_is_bytes(const json_t *value, mo_buffer_t *memory, mo_bytes_t *out);

#endif
