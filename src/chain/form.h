/* Values in the forms that JSON-RPC's parameters have. Each is a new reference. Inside src/chain only. Floor 5. */
#ifndef MO_CHAIN_FORM_H
#define MO_CHAIN_FORM_H

#include <jansson.h>

#include "chain/rpc.h"

/* DATA and QUANTITY. */
json_t *mo_form_bytes(mo_bytes_t bytes);
json_t *mo_form_u64(uint64_t value);
json_t *mo_form_u256(mo_u256_t value);

/* A block number or a tag. */
json_t *mo_form_at(mo_rpc_at_t at);

/* A call object. */
json_t *mo_form_call(const mo_rpc_call_t *call);

/* An array of what is given; `b` may be NULL. */
json_t *mo_form_list(json_t *a, json_t *b);

#endif
