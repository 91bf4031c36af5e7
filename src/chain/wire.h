/* The wire: JSON-RPC requests and batches over HTTP, and what their failures mean.
 *
 *     mo_wire_reply_t reply;
 *     mo_err_t err = mo_wire_call(rpc, "eth_getCode", json_pack("[ss]", address, "latest"), &reply);
 *     if (!mo_failed(err)) ... reply.results[0] ...
 *     mo_wire_release(&reply);
 *
 * An answer must be JSON-RPC 2.0 with the request's id; in a batch each id exactly once, in any order. A URL in an error
 * is cut to its host: keys stand in paths.
 *
 * Inside src/chain only. Floor 5.
 */
#ifndef MO_CHAIN_WIRE_H
#define MO_CHAIN_WIRE_H

#include <jansson.h>

#include "base/error.h"
#include "chain/endpoint.h"
#include "chain/http.h"
#include "chain/limits.h"
#include "chain/rpc.h"

struct mo_rpc {
    mo_endpoint_t endpoints[MO_RPC_ENDPOINTS_MAX];
    size_t endpoint_count;
    size_t current;    /* the endpoint in use */
    uint64_t chain_id; /* 0: any */
    mo_hash_t genesis; /* zero: any, but with several endpoints the same of all */
    uint32_t timeout_ms;
    void (*say)(const char *text); /* NULL: nobody listens */
    unsigned holds;                /* open consistent reads */
    bool pinned;                   /* the read has asked `current`: nobody else is asked until it ends */
    bool torn;                     /* `current` failed meanwhile */
    uint64_t compared_ms;          /* when the heads of all endpoints were last compared */
    mo_http_t *http;
    uint64_t next_id;
    bool limited; /* the last request was refused for its size: a smaller one may pass */
    uint8_t revert[MO_RPC_REVERT_MAX];
    size_t revert_size;
};

/* One call of a batch. `params` is a new reference that the call takes over. */
typedef struct {
    const char *method;
    json_t *params;
    mo_block_t *block; /* NULL, or where the block goes that the call asks for, if its answer can be scanned (chain/scan.h) */
} mo_wire_call_t;

/* `results` borrow from `root`, an array of the answers as they came. In a batch that tolerates failures a failed call has NULL and its error object in
 * `errors`. */
typedef struct {
    json_t *root;
    json_t *results[MO_RPC_BATCH_MAX];
    json_t *errors[MO_RPC_BATCH_MAX];
    bool scanned[MO_RPC_BATCH_MAX]; /* the call's block is there, and neither a result nor an error */
    size_t count;
} mo_wire_reply_t;

/* One call. */
MO_MUST_USE mo_err_t mo_wire_call(mo_rpc_t *rpc, const char *method, json_t *params, mo_wire_reply_t *reply);

/* 1 to MO_RPC_BATCH_MAX calls, in as many requests as the node's measure of a batch wants, all of them in flight at once
 * and to one endpoint; the error of the first that failed. */
MO_MUST_USE mo_err_t mo_wire_batch(mo_rpc_t *rpc, const mo_wire_call_t *calls, size_t count, mo_wire_reply_t *reply);

/* The same; calls that failed are told by reply->errors, and the error is that of the request alone. */
MO_MUST_USE mo_err_t mo_wire_batch_each(mo_rpc_t *rpc, const mo_wire_call_t *calls, size_t count,
                                        mo_wire_reply_t *reply);

/* The same from one endpoint, with no other tried and none chosen; keeps the calls' params. */
MO_MUST_USE mo_err_t mo_wire_ask(mo_rpc_t *rpc, size_t endpoint, const mo_wire_call_t *calls, size_t count,
                                 mo_wire_reply_t *reply);

/* Milliseconds of a clock that does not go back. */
uint64_t mo_wire_now(void);

/* Frees what a reply holds; a zero reply holds nothing. */
void mo_wire_release(mo_wire_reply_t *reply);

/* An error object of JSON-RPC as an error; keeps its revert data in rpc->revert. */
MO_MUST_USE mo_err_t mo_wire_error(mo_rpc_t *rpc, const json_t *error);

/* The node's answer is not what it must be. Transient: another node, or the same one later, may do better; the endpoint in
 * use rests. */
MO_MUST_USE mo_err_t mo_wire_malformed(mo_rpc_t *rpc, const char *method, const char *what);

#endif
