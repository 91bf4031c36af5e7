#include "chain/wire.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hex.h"
#include "bind/revert.h"
#include "chain/json.h"

static const char *host_of(const mo_rpc_t *rpc)
{
    return rpc->endpoints[rpc->current].host;
}

mo_err_t mo_wire_malformed(const mo_rpc_t *rpc, const char *method, const char *what)
{
    return mo_err(MO_ERR_TRANSIENT, "%s: %s: malformed answer: %s", host_of(rpc), method, what);
}

/* ---- HTTP ---- */

static size_t receive(char *bytes, size_t size, size_t count, void *context)
{
    mo_rpc_t *rpc = context;
    size_t total = size * count;
    if (total > MO_RPC_RESPONSE_MAX - rpc->response_size) {
        rpc->response_too_large = true;
        return 0;
    }
    if (rpc->response_size + total > rpc->response_capacity) {
        size_t capacity = 2 * (rpc->response_size + total);
        rpc->response = realloc(rpc->response, capacity);
        MO_CHECK(rpc->response != NULL);
        rpc->response_capacity = capacity;
    }
    memcpy(rpc->response + rpc->response_size, bytes, total);
    rpc->response_size += total;
    return total;
}

static mo_err_t http_error(const mo_rpc_t *rpc, long status)
{
    if (status == 429 || status >= 500) {
        return mo_err(MO_ERR_TRANSIENT, "%s: HTTP %ld", host_of(rpc), status);
    }
    return mo_err(MO_ERR_PERMANENT, "%s: HTTP %ld: check the URL and its key", host_of(rpc), status);
}

/* Sends `body` to the current endpoint; the answer is in rpc->response. */
static mo_err_t post(mo_rpc_t *rpc, const char *body)
{
    const mo_wire_endpoint_t *endpoint = &rpc->endpoints[rpc->current];
    rpc->response_size = 0;
    rpc->response_too_large = false;
    curl_easy_setopt(rpc->curl, CURLOPT_URL, endpoint->url);
    /* An empty proxy overrides the environment's. */
    curl_easy_setopt(rpc->curl, CURLOPT_PROXY, endpoint->local ? "" : NULL);
    curl_easy_setopt(rpc->curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(rpc->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
    CURLcode code = curl_easy_perform(rpc->curl);
    if (rpc->response_too_large) {
        rpc->limited = true;
        return mo_err(MO_ERR_PERMANENT, "%s: an answer above %u bytes", endpoint->host, MO_RPC_RESPONSE_MAX);
    }
    if (code != CURLE_OK) {
        return mo_err(MO_ERR_TRANSIENT, "%s: %s", endpoint->host, curl_easy_strerror(code));
    }
    long status = 0;
    curl_easy_getinfo(rpc->curl, CURLINFO_RESPONSE_CODE, &status);
    rpc->limited = status == 413 || status == 429;
    /* Some nodes send JSON-RPC errors with 400 and 500: their words say more than the status. */
    bool json = rpc->response_size > 0 && (rpc->response[0] == '{' || rpc->response[0] == '[');
    return status == 200 || (status != 429 && json) ? MO_SUCCESS : http_error(rpc, status);
}

/* ---- JSON-RPC ---- */

static bool contains(const char *text, const char *part)
{
    size_t size = strlen(part);
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, part, size) == 0) {
            return true;
        }
    }
    return false;
}

static bool contains_any(const char *text, const char *const *parts)
{
    for (; *parts != NULL; parts++) {
        if (contains(text, *parts)) {
            return true;
        }
    }
    return false;
}

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

mo_err_t mo_wire_error(mo_rpc_t *rpc, const json_t *error)
{
    static const char *const limits[] = {"too large", "too many", "limit", "block range", "response size", NULL};
    /* What the node's own words say will not change by asking again. */
    static const char *const lasting[] = {"out of gas", "gas required exceeds", "intrinsic gas", "invalid opcode",
                                          "exceeds block gas limit", "max code size", "oversized", NULL};
    json_int_t code = json_integer_value(json_object_get(error, "code"));
    const char *message = json_string_value(json_object_get(error, "message"));
    message = message != NULL ? message : "no message";
    if (code == 3 || contains(message, "revert")) {
        return revert_error(rpc, error, message);
    }
    rpc->limited = code == -32005 || contains_any(message, limits);
    bool refused = code == -32600 || code == -32601 || code == -32602;
    mo_err_kind_t kind = refused || contains_any(message, lasting) ? MO_ERR_PERMANENT : MO_ERR_TRANSIENT;
    return mo_err(kind, "%s: %s (%" JSON_INTEGER_FORMAT ")", host_of(rpc), message, code);
}

/* The request as text; consumes the calls' params. One call goes alone, several as an array. */
static char *request_text(mo_rpc_t *rpc, const mo_wire_call_t *calls, size_t count)
{
    json_t *batch = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *call = json_pack("{sssIsssO}", "jsonrpc", "2.0", "id", (json_int_t)(rpc->next_id + i), "method",
                                 calls[i].method, "params", calls[i].params);
        MO_CHECK(call != NULL && json_array_append_new(batch, call) == 0);
    }
    char *text = json_dumps(count == 1 ? json_array_get(batch, 0) : batch, JSON_COMPACT);
    MO_CHECK(text != NULL);
    json_decref(batch);
    return text;
}

/* Sorts one answer to its call by id. */
static bool take_answer(const mo_rpc_t *rpc, json_t *answer, mo_wire_reply_t *reply)
{
    const json_t *id = json_object_get(answer, "id");
    json_t *result = json_object_get(answer, "result");
    json_t *error = json_object_get(answer, "error");
    if (!json_is_integer(id) || (result == NULL) == !json_is_object(error)) {
        return false;
    }
    json_int_t position = json_integer_value(id) - (json_int_t)rpc->next_id;
    if (position < 0 || (size_t)position >= reply->count) {
        return false;
    }
    bool taken = reply->results[position] != NULL || reply->errors[position] != NULL;
    reply->results[position] = result;
    reply->errors[position] = result == NULL ? error : NULL;
    return !taken;
}

static mo_err_t take_answers(mo_rpc_t *rpc, mo_wire_reply_t *reply)
{
    if (json_is_object(reply->root)) {
        json_t *error = json_object_get(reply->root, "error");
        if (reply->count > 1 && json_is_object(error)) {
            return mo_wire_error(rpc, error); /* the batch as a whole was refused */
        }
        return reply->count == 1 && take_answer(rpc, reply->root, reply)
                   ? MO_SUCCESS
                   : mo_wire_malformed(rpc, "JSON-RPC", "no answer to the request");
    }
    if (json_array_size(reply->root) != reply->count || reply->count == 1) {
        return mo_wire_malformed(rpc, "JSON-RPC", "not one answer per call");
    }
    for (size_t i = 0; i < reply->count; i++) {
        if (!take_answer(rpc, json_array_get(reply->root, i), reply)) {
            return mo_wire_malformed(rpc, "JSON-RPC", "an answer without its call");
        }
    }
    return MO_SUCCESS;
}

/* One request to the current endpoint. */
static mo_err_t exchange(mo_rpc_t *rpc, const mo_wire_call_t *calls, size_t count, mo_wire_reply_t *reply)
{
    *reply = (mo_wire_reply_t){.count = count};
    char *text = request_text(rpc, calls, count);
    mo_err_t err = post(rpc, text);
    free(text);
    if (!mo_failed(err)) {
        json_error_t where;
        /* Nodes print revert data into their messages, zeros included; json.c lets none into a value. */
        reply->root = json_loadb(rpc->response, rpc->response_size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &where);
        err = reply->root == NULL ? mo_wire_malformed(rpc, "JSON", where.text) : take_answers(rpc, reply);
    }
    rpc->next_id += count;
    if (mo_failed(err)) {
        mo_wire_release(reply);
    }
    return err;
}

static mo_err_t check_chain_id(mo_rpc_t *rpc)
{
    mo_wire_endpoint_t *endpoint = &rpc->endpoints[rpc->current];
    if (endpoint->checked || rpc->chain_id == 0) {
        return MO_SUCCESS;
    }
    mo_wire_call_t call = {"eth_chainId", json_array()};
    mo_wire_reply_t reply;
    mo_err_t err = exchange(rpc, &call, 1, &reply);
    json_decref(call.params);
    uint64_t id = 0;
    if (!mo_failed(err) && (reply.results[0] == NULL || !mo_json_is_u64(reply.results[0], &id))) {
        err = mo_wire_malformed(rpc, "eth_chainId", "no number");
    }
    mo_wire_release(&reply);
    if (!mo_failed(err) && id != rpc->chain_id) {
        err = mo_err(MO_ERR_PERMANENT, "%s: chain %" PRIu64 ", not %" PRIu64 ": name a node of the right chain",
                     endpoint->host, id, rpc->chain_id);
    }
    endpoint->checked = !mo_failed(err);
    return err;
}

mo_err_t mo_wire_batch_each(mo_rpc_t *rpc, const mo_wire_call_t *calls, size_t count, mo_wire_reply_t *reply)
{
    MO_CHECK(count >= 1 && count <= MO_RPC_BATCH_MAX);
    *reply = (mo_wire_reply_t){0};
    rpc->revert_size = 0;
    rpc->limited = false;
    mo_err_t err = MO_SUCCESS;
    for (size_t tried = 0; tried < rpc->endpoint_count; tried++) {
        err = check_chain_id(rpc);
        if (!mo_failed(err)) {
            err = exchange(rpc, calls, count, reply);
        }
        /* What one endpoint cannot answer for its size, none is asked. */
        if (!mo_failed(err) || rpc->limited || rpc->endpoint_count == 1) {
            break;
        }
        rpc->current = (rpc->current + 1) % rpc->endpoint_count;
    }
    for (size_t i = 0; i < count; i++) {
        json_decref(calls[i].params);
    }
    return err;
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
    mo_wire_call_t call = {method, params};
    return mo_wire_batch(rpc, &call, 1, reply);
}

void mo_wire_release(mo_wire_reply_t *reply)
{
    json_decref(reply->root);
    *reply = (mo_wire_reply_t){0};
}

/* ---- Opening ---- */

/* "https://user:key@host:8545/path" gives "https://host:8545". */
static mo_err_t set_endpoint(mo_wire_endpoint_t *endpoint, const char *url)
{
    size_t scheme = strncmp(url, "http://", 7) == 0 ? 7 : strncmp(url, "https://", 8) == 0 ? 8 : 0;
    if (scheme == 0 || strlen(url) >= MO_RPC_URL_MAX || url[scheme] == '\0') {
        return mo_err(MO_ERR_PERMANENT, "an RPC URL is http:// or https:// and a host, below %d characters",
                      MO_RPC_URL_MAX);
    }
    memcpy(endpoint->url, url, strlen(url) + 1);
    size_t end = scheme + strcspn(url + scheme, "/?#");
    size_t start = scheme;
    for (size_t i = scheme; i < end; i++) {
        start = url[i] == '@' ? i + 1 : start;
    }
    memcpy(endpoint->host, url, scheme);
    memcpy(endpoint->host + scheme, url + start, end - start);
    endpoint->host[scheme + end - start] = '\0';
    const char *host = endpoint->host + scheme;
    endpoint->local = strncmp(host, "127.", 4) == 0 || strncmp(host, "localhost", 9) == 0 ||
                      strncmp(host, "[::1]", 5) == 0;
    return MO_SUCCESS;
}

static void set_options(mo_rpc_t *rpc)
{
    rpc->headers = curl_slist_append(NULL, "Content-Type: application/json");
    /* Without this curl waits for "100 Continue" before large bodies. */
    rpc->headers = curl_slist_append(rpc->headers, "Expect:");
    curl_easy_setopt(rpc->curl, CURLOPT_HTTPHEADER, rpc->headers);
    curl_easy_setopt(rpc->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(rpc->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(rpc->curl, CURLOPT_TIMEOUT_MS, (long)rpc->timeout_ms);
    curl_easy_setopt(rpc->curl, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(rpc->curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(rpc->curl, CURLOPT_WRITEDATA, rpc);
}

mo_err_t mo_rpc_open(mo_rpc_t **out, const mo_rpc_config_t *config)
{
    *out = NULL;
    MO_CHECK(config->url_count >= 1 && config->url_count <= MO_RPC_ENDPOINTS_MAX);
    mo_rpc_t *rpc = calloc(1, sizeof *rpc);
    MO_CHECK(rpc != NULL);
    rpc->chain_id = config->chain_id;
    rpc->timeout_ms = config->timeout_ms != 0 ? config->timeout_ms : 10000;
    rpc->next_id = 1;
    MO_CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    rpc->curl = curl_easy_init();
    MO_CHECK(rpc->curl != NULL);
    set_options(rpc);
    for (size_t i = 0; i < config->url_count; i++) {
        mo_err_t err = set_endpoint(&rpc->endpoints[i], config->urls[i]);
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
    if (rpc == NULL) {
        return;
    }
    curl_easy_cleanup(rpc->curl);
    curl_slist_free_all(rpc->headers);
    curl_global_cleanup();
    free(rpc->response);
    free(rpc);
}

mo_bytes_t mo_rpc_revert(const mo_rpc_t *rpc)
{
    return (mo_bytes_t){rpc->revert, rpc->revert_size};
}
