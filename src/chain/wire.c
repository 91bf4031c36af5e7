#include "chain/wire.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/hex.h"
#include "bind/revert.h"
#include "chain/fault.h"
#include "chain/json.h"
#include "chain/probe.h"
#include "chain/scan.h"

static const char *host_of(const mo_rpc_t *rpc)
{
    return rpc->endpoints[rpc->current].host;
}

uint64_t mo_wire_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static mo_err_t malformed(const mo_rpc_t *rpc, const char *method, const char *what)
{
    return mo_err(MO_ERR_TRANSIENT, "%s: %s: malformed answer: %s", host_of(rpc), method, what);
}

mo_err_t mo_wire_malformed(mo_rpc_t *rpc, const char *method, const char *what)
{
    mo_endpoint_failed(&rpc->endpoints[rpc->current], mo_wire_now());
    rpc->torn = rpc->pinned;
    return malformed(rpc, method, what);
}

/* ---- Errors of JSON-RPC ---- */

/* Revert data stands in error.data, as DATA or, with some nodes, one level deeper. */
static void keep_revert(mo_rpc_t *rpc, const json_t *error)
{
    const json_t *data = json_object_get(error, "data");
    if (json_is_object(data)) {
        data = json_object_get(data, "data");
    }
    /* Room for more than is kept: only the beginning of long revert data is needed. */
    uint8_t memory[8 * MO_RPC_REVERT_MAX];
    mo_buffer_t buffer = MO_BUFFER(memory);
    mo_bytes_t bytes;
    if (!mo_json_is_bytes(data, &buffer, &bytes)) {
        return;
    }
    rpc->revert_size = bytes.size < MO_RPC_REVERT_MAX ? bytes.size : MO_RPC_REVERT_MAX;
    memcpy(rpc->revert, bytes.data, rpc->revert_size);
}

static mo_err_t revert_error(mo_rpc_t *rpc, const json_t *error, const char *message)
{
    keep_revert(rpc, error);
    if (rpc->revert_size == 0) {
        return mo_err(MO_ERR_PERMANENT, "reverts: %s", message);
    }
    char words[MO_BIND_REVERT_TEXT];
    mo_bind_revert_print(mo_rpc_revert(rpc), words);
    return mo_err(MO_ERR_PERMANENT, "reverts: %s", words);
}

static mo_fault_t fault_of(const json_t *error)
{
    return mo_fault_of(json_integer_value(json_object_get(error, "code")),
                       json_string_value(json_object_get(error, "message")));
}

mo_err_t mo_wire_error(mo_rpc_t *rpc, const json_t *error)
{
    mo_fault_t fault = fault_of(error);
    const char *message = json_string_value(json_object_get(error, "message"));
    message = message != NULL ? message : "no message";
    if (fault == MO_FAULT_REVERT) {
        return revert_error(rpc, error, message);
    }
    rpc->limited = fault == MO_FAULT_SIZE;
    return mo_err(mo_fault_kind(fault), "%s: %s (%" JSON_INTEGER_FORMAT ")", host_of(rpc), message,
                  json_integer_value(json_object_get(error, "code")));
}

/* ---- Requests: the calls of a batch in parts ---- */

typedef struct {
    size_t first;
    size_t count;
    char *body;
    mo_err_t err;
    bool smaller; /* fewer calls at once may pass */
} part_t;

typedef struct {
    mo_rpc_t *rpc;
    const mo_wire_call_t *calls;
    mo_wire_reply_t *reply;
    part_t parts[MO_RPC_BATCH_MAX];
    size_t part_count;
    bool done[MO_RPC_BATCH_MAX]; /* by call */
} exchange_t;

/* The request as text. One call goes alone, several as an array. */
static char *request_text(const mo_rpc_t *rpc, const mo_wire_call_t *calls, const part_t *part)
{
    json_t *batch = json_array();
    for (size_t i = part->first; i < part->first + part->count; i++) {
        json_t *call = json_pack("{sssIsssO}", "jsonrpc", "2.0", "id", (json_int_t)(rpc->next_id + i), "method",
                                 calls[i].method, "params", calls[i].params);
        MO_CHECK(call != NULL && json_array_append_new(batch, call) == 0);
    }
    char *text = json_dumps(part->count == 1 ? json_array_get(batch, 0) : batch, JSON_COMPACT);
    MO_CHECK(text != NULL);
    json_decref(batch);
    return text;
}

static void fail_part(part_t *part, mo_err_t err, bool smaller)
{
    part->err = err;
    part->smaller = smaller && part->count > 1;
}

/* Sorts one answer to its call by id. Nodes that stop in the middle of a batch because its answer grows too large say so
 * call by call. */
static bool take_answer(exchange_t *x, part_t *part, json_t *answer)
{
    const json_t *id = json_object_get(answer, "id");
    json_t *result = json_object_get(answer, "result");
    json_t *error = json_object_get(answer, "error");
    if (!json_is_integer(id) || (result == NULL) == !json_is_object(error)) {
        return false;
    }
    json_int_t position = json_integer_value(id) - (json_int_t)x->rpc->next_id;
    if (position < (json_int_t)part->first || position >= (json_int_t)(part->first + part->count) ||
        x->done[position]) {
        return false;
    }
    if (result == NULL && part->count > 1 && fault_of(error) == MO_FAULT_SIZE) {
        fail_part(part, mo_wire_error(x->rpc, error), true);
        return true;
    }
    x->reply->results[position] = result;
    x->reply->errors[position] = result == NULL ? error : NULL;
    x->done[position] = true;
    return true;
}

static void take_answers(exchange_t *x, part_t *part, json_t *root)
{
    if (json_is_object(root) && part->count > 1) {
        /* The batch as a whole was refused: whatever the words, one call alone may pass, unless it is for haste. */
        json_t *error = json_object_get(root, "error");
        bool refused = json_is_object(error);
        mo_err_t err = refused ? mo_wire_error(x->rpc, error) : malformed(x->rpc, "JSON-RPC", "no array");
        fail_part(part, err, refused && fault_of(error) != MO_FAULT_RATE);
        return;
    }
    if (json_is_object(root)) {
        bool taken = take_answer(x, part, root);
        part->err = taken ? MO_SUCCESS : malformed(x->rpc, "JSON-RPC", "no answer to the request");
        return;
    }
    if (json_array_size(root) != part->count || part->count == 1) {
        fail_part(part, malformed(x->rpc, "JSON-RPC", "not one answer per call"), false);
        return;
    }
    for (size_t i = 0; i < part->count; i++) {
        if (!take_answer(x, part, json_array_get(root, i))) {
            fail_part(part, malformed(x->rpc, "JSON-RPC", "an answer without its call"), false);
            return;
        }
    }
}

/* What nodes that know no batches answer to one. */
static bool refuses_batches(long status)
{
    return status == 400 || status == 405 || status == 413 || status == 414 || status == 422 || status == 500 ||
           status == 501;
}

static mo_err_t http_error(mo_rpc_t *rpc, const mo_http_answer_t *answer)
{
    if (answer->too_large) {
        rpc->limited = true;
        return mo_err(MO_ERR_PERMANENT, "%s: an answer above %u bytes", host_of(rpc), MO_RPC_RESPONSE_MAX);
    }
    if (answer->code != CURLE_OK) {
        return mo_err(MO_ERR_TRANSIENT, "%s: %s", host_of(rpc), curl_easy_strerror(answer->code));
    }
    mo_fault_t fault = mo_fault_of_status(answer->status);
    rpc->limited = fault == MO_FAULT_SIZE;
    const char *mend = fault == MO_FAULT_METHOD ? ": check the URL and its key" : "";
    return mo_err(mo_fault_kind(fault), "%s: HTTP %ld%s", host_of(rpc), answer->status, mend);
}

/* Blocks need no tree of values, if all calls of the part ask for one and all answers are good. */
static bool scan_part(exchange_t *x, const part_t *part, mo_bytes_t text)
{
    mo_block_t *blocks[MO_RPC_BATCH_MAX];
    for (size_t i = 0; i < part->count; i++) {
        blocks[i] = x->calls[part->first + i].block;
        if (blocks[i] == NULL) {
            return false;
        }
    }
    mo_scan_t scan = {.first_id = x->rpc->next_id + part->first, .blocks = blocks, .count = part->count};
    if (!mo_scan_blocks(text, &scan)) {
        return false;
    }
    memset(x->reply->scanned + part->first, true, part->count);
    memset(x->done + part->first, true, part->count);
    return true;
}

static void take_part(void *context, size_t index, const mo_http_answer_t *answer)
{
    exchange_t *x = context;
    part_t *part = &x->parts[index];
    /* Some nodes send JSON-RPC errors with 400 and 500: their words say more than the status. */
    bool json = answer->size > 0 && (answer->bytes[0] == '{' || answer->bytes[0] == '[');
    bool heard = answer->code == CURLE_OK && (answer->status == 200 || (answer->status != 429 && json));
    if (!heard) {
        fail_part(part, http_error(x->rpc, answer), answer->too_large || refuses_batches(answer->status));
        if (answer->code == CURLE_OPERATION_TIMEDOUT) {
            /* Not tried again at once: it took long enough. */
            mo_measure_shrink(&x->rpc->endpoints[x->rpc->current].batch, part->count);
        }
        return;
    }
    if (scan_part(x, part, (mo_bytes_t){(const uint8_t *)answer->bytes, answer->size})) {
        return;
    }
    json_error_t where;
    /* Nodes print revert data into their messages, zeros included; json.c lets none into a value. */
    json_t *root = json_loadb(answer->bytes, answer->size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &where);
    if (root == NULL) {
        fail_part(part, malformed(x->rpc, "JSON", where.text), false);
        return;
    }
    MO_CHECK(json_array_append_new(x->reply->root, root) == 0);
    take_answers(x, part, root);
}

/* Cuts the calls that have no answer yet into parts. */
static void cut(exchange_t *x, size_t count, uint64_t most)
{
    x->part_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (x->done[i]) {
            continue;
        }
        part_t *last = x->part_count == 0 ? NULL : &x->parts[x->part_count - 1];
        if (last != NULL && last->count < most && last->first + last->count == i) {
            last->count++;
            continue;
        }
        x->parts[x->part_count] = (part_t){.first = i, .count = 1};
        x->part_count++;
    }
}

/* Sends the parts, all in flight at once. */
static void send_parts(exchange_t *x, const mo_wire_call_t *calls)
{
    const mo_endpoint_t *endpoint = &x->rpc->endpoints[x->rpc->current];
    mo_http_post_t posts[MO_RPC_BATCH_MAX];
    for (size_t i = 0; i < x->part_count; i++) {
        x->parts[i].body = request_text(x->rpc, calls, &x->parts[i]);
        posts[i] = (mo_http_post_t){endpoint->url, endpoint->local, x->parts[i].body};
    }
    mo_http_run(x->rpc->http, posts, x->part_count, x->rpc->timeout_ms, take_part, x);
    for (size_t i = 0; i < x->part_count; i++) {
        free(x->parts[i].body);
    }
}

/* What the parts came to: success, an error, or `*again` with smaller ones. */
static mo_err_t look_at_parts(exchange_t *x, bool *again)
{
    mo_measure_t *batch = &x->rpc->endpoints[x->rpc->current].batch;
    mo_err_t lasting = MO_SUCCESS;
    mo_err_t size = MO_SUCCESS;
    size_t smallest = 0;
    for (size_t i = 0; i < x->part_count; i++) {
        const part_t *part = &x->parts[i];
        if (!mo_failed(part->err)) {
            mo_measure_grant(batch, part->count);
        } else if (part->smaller) {
            size = part->err;
            smallest = smallest == 0 || part->count < smallest ? part->count : smallest;
        } else if (!mo_failed(lasting)) {
            lasting = part->err;
        }
    }
    *again = !mo_failed(lasting) && mo_failed(size) && mo_measure_shrink(batch, smallest);
    return mo_failed(lasting) ? lasting : size;
}

mo_err_t mo_wire_ask(mo_rpc_t *rpc, size_t endpoint, const mo_wire_call_t *calls, size_t count, mo_wire_reply_t *reply)
{
    *reply = (mo_wire_reply_t){.count = count, .root = json_array()};
    exchange_t *x = calloc(1, sizeof *x);
    MO_CHECK(x != NULL && reply->root != NULL);
    x->rpc = rpc;
    x->calls = calls;
    x->reply = reply;
    rpc->current = endpoint;
    mo_err_t err;
    bool again;
    do {
        cut(x, count, rpc->endpoints[endpoint].batch.now);
        send_parts(x, calls);
        err = look_at_parts(x, &again);
    } while (again);
    rpc->next_id += count;
    free(x);
    if (mo_failed(err)) {
        mo_wire_release(reply);
    }
    return err;
}

/* ---- Endpoints ---- */

static mo_err_t choose(mo_rpc_t *rpc, size_t *endpoint)
{
    *endpoint = rpc->current;
    if (rpc->pinned) {
        return rpc->torn ? mo_err(MO_ERR_TRANSIENT, "%s failed in the middle of a read", host_of(rpc)) : MO_SUCCESS;
    }
    *endpoint = mo_endpoint_choose(rpc->endpoints, rpc->endpoint_count, mo_wire_now());
    /* All are of another chain: ask the preferred one again, which names what it is. */
    *endpoint = *endpoint == rpc->endpoint_count ? 0 : *endpoint;
    rpc->pinned = rpc->holds > 0;
    return MO_SUCCESS;
}

/* Another node may have what this one does not: a state, or patience. */
static bool asks_for_another(const mo_rpc_t *rpc, const mo_wire_reply_t *reply)
{
    if (rpc->endpoint_count == 1 || rpc->pinned || reply->count != 1 || reply->errors[0] == NULL) {
        return false;
    }
    mo_fault_t fault = fault_of(reply->errors[0]);
    return fault == MO_FAULT_STATE || fault == MO_FAULT_RATE;
}

/* One try: the endpoint that is to be asked now proves itself, and is asked. */
static mo_err_t try_one(mo_rpc_t *rpc, const mo_wire_call_t *calls, size_t count, mo_wire_reply_t *reply)
{
    size_t endpoint;
    mo_err_t err = choose(rpc, &endpoint);
    if (mo_failed(err)) {
        return err;
    }
    rpc->current = endpoint;
    err = mo_probe_endpoint(rpc, endpoint);
    if (!mo_failed(err)) {
        err = mo_wire_ask(rpc, endpoint, calls, count, reply);
    }
    if (!mo_failed(err)) {
        mo_endpoint_answered(&rpc->endpoints[endpoint]);
    } else if (!rpc->limited && rpc->endpoints[endpoint].state != MO_ENDPOINT_FOREIGN) {
        mo_endpoint_failed(&rpc->endpoints[endpoint], mo_wire_now());
        rpc->torn = rpc->pinned;
    } else {
        rpc->torn = rpc->pinned && !rpc->limited;
    }
    return err;
}

mo_err_t mo_wire_batch_each(mo_rpc_t *rpc, const mo_wire_call_t *calls, size_t count, mo_wire_reply_t *reply)
{
    MO_CHECK(count >= 1 && count <= MO_RPC_BATCH_MAX);
    *reply = (mo_wire_reply_t){0};
    rpc->revert_size = 0;
    mo_err_t err = MO_SUCCESS;
    for (size_t tried = 0; tried < rpc->endpoint_count; tried++) {
        rpc->limited = false;
        mo_wire_release(reply);
        err = try_one(rpc, calls, count, reply);
        /* What one endpoint cannot answer for its size, none is asked. */
        if (rpc->limited || rpc->pinned || (!mo_failed(err) && !asks_for_another(rpc, reply))) {
            break;
        }
        if (!mo_failed(err)) {
            mo_endpoint_failed(&rpc->endpoints[rpc->current], mo_wire_now());
        }
    }
    for (size_t i = 0; i < count; i++) {
        json_decref(calls[i].params);
    }
    return err;
}

void mo_rpc_hold(mo_rpc_t *rpc)
{
    if (rpc->holds == 0) {
        mo_probe_heads(rpc);
        rpc->pinned = false;
        rpc->torn = false;
    }
    rpc->holds++;
}

void mo_rpc_let(mo_rpc_t *rpc)
{
    MO_CHECK(rpc->holds > 0);
    rpc->holds--;
    rpc->pinned = rpc->pinned && rpc->holds > 0;
}

mo_err_t mo_wire_batch(mo_rpc_t *rpc, const mo_wire_call_t *calls, size_t count, mo_wire_reply_t *reply)
{
    mo_err_t err = mo_wire_batch_each(rpc, calls, count, reply);
    for (size_t i = 0; !mo_failed(err) && i < count; i++) {
        if (reply->errors[i] != NULL) {
            err = mo_err_wrap(mo_wire_error(rpc, reply->errors[i]), "%s", calls[i].method);
        }
    }
    if (mo_failed(err)) {
        mo_wire_release(reply);
    }
    return err;
}

mo_err_t mo_wire_call(mo_rpc_t *rpc, const char *method, json_t *params, mo_wire_reply_t *reply)
{
    MO_CHECK(params != NULL);
    mo_wire_call_t call = {.method = method, .params = params};
    return mo_wire_batch(rpc, &call, 1, reply);
}

void mo_wire_release(mo_wire_reply_t *reply)
{
    json_decref(reply->root);
    *reply = (mo_wire_reply_t){0};
}

/* ---- Opening ---- */

mo_err_t mo_rpc_open(mo_rpc_t **out, const mo_rpc_config_t *config)
{
    *out = NULL;
    MO_CHECK(config->url_count >= 1 && config->url_count <= MO_RPC_ENDPOINTS_MAX);
    mo_rpc_t *rpc = calloc(1, sizeof *rpc);
    MO_CHECK(rpc != NULL);
    rpc->chain_id = config->chain_id;
    rpc->genesis = config->genesis;
    rpc->say = config->say;
    rpc->timeout_ms = config->timeout_ms != 0 ? config->timeout_ms : 10000;
    rpc->next_id = 1;
    rpc->http = mo_http_open();
    for (size_t i = 0; i < config->url_count; i++) {
        mo_err_t err = mo_endpoint_init(&rpc->endpoints[i], config->urls[i]);
        if (mo_failed(err)) {
            mo_rpc_close(rpc);
            return err;
        }
        rpc->endpoint_count++;
    }
    *out = rpc;
    return MO_SUCCESS;
}

void mo_rpc_close(mo_rpc_t *rpc)
{
    if (rpc != NULL) {
        mo_http_close(rpc->http);
        free(rpc);
    }
}

mo_bytes_t mo_rpc_revert(const mo_rpc_t *rpc)
{
    return (mo_bytes_t){rpc->revert, rpc->revert_size};
}

uint64_t mo_rpc_requests(const mo_rpc_t *rpc)
{
    return mo_http_count(rpc->http);
}
