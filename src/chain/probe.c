#include "chain/probe.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/check.h"
#include "base/hex.h"
#include "chain/form.h"
#include "chain/json.h"
#include "chain/verify.h"
#include "chain/wire.h"

/* A node that does not keep its chain's pace for so long is behind. */
#define COMPARE_EVERY_MS 5000u

#define BEHIND_REST_MS  10000u
#define FOREIGN_REST_MS 300000u

/* With others to ask, nobody waits long for one that may be away. */
#define PROBE_TIMEOUT_MS 3000u

static void say(const mo_rpc_t *rpc, mo_err_t err)
{
    if (rpc->say != NULL) {
        rpc->say(err.text);
    }
}

/* One call to one endpoint. */
static mo_err_t ask(mo_rpc_t *rpc, size_t endpoint, const char *method, json_t *params, mo_wire_reply_t *reply)
{
    uint32_t timeout = rpc->timeout_ms;
    bool hurry = rpc->endpoint_count > 1 && timeout > PROBE_TIMEOUT_MS;
    rpc->timeout_ms = hurry ? PROBE_TIMEOUT_MS : timeout;
    mo_wire_call_t call = {.method = method, .params = params};
    mo_err_t err = mo_wire_ask(rpc, endpoint, &call, 1, reply);
    rpc->timeout_ms = timeout;
    json_decref(params);
    if (!mo_failed(err) && reply->results[0] == NULL) {
        err = mo_err_wrap(mo_wire_error(rpc, reply->errors[0]), "%s", method);
        mo_wire_release(reply);
    }
    return err;
}

static mo_err_t ask_number(mo_rpc_t *rpc, size_t endpoint, const char *method, uint64_t *number)
{
    *number = 0;
    mo_wire_reply_t reply;
    mo_err_t err = ask(rpc, endpoint, method, json_array(), &reply);
    if (!mo_failed(err) && !mo_json_is_u64(reply.results[0], number)) {
        err = mo_wire_malformed(rpc, method, "no number");
    }
    mo_wire_release(&reply);
    return err;
}

static mo_err_t ask_block(mo_rpc_t *rpc, size_t endpoint, uint64_t number, mo_hash_t *hash)
{
    *hash = (mo_hash_t){0};
    mo_wire_reply_t reply;
    json_t *params = mo_form_list(mo_form_at(MO_AT(number)), json_false());
    mo_err_t err = ask(rpc, endpoint, "eth_getBlockByNumber", params, &reply);
    mo_block_t block = {0};
    if (!mo_failed(err)) {
        const char *fault = json_is_null(reply.results[0]) ? "no such block" : mo_verify_block(reply.results[0], &block);
        fault = fault == NULL && block.number != number ? "another block than the one asked for" : fault;
        err = fault == NULL ? MO_SUCCESS : mo_wire_malformed(rpc, "eth_getBlockByNumber", fault);
    }
    mo_wire_release(&reply);
    *hash = mo_failed(err) ? *hash : block.hash;
    return err;
}

/* ---- Of our chain ---- */

static mo_err_t refuse(mo_rpc_t *rpc, size_t endpoint, mo_err_t why)
{
    bool news = rpc->endpoints[endpoint].state != MO_ENDPOINT_FOREIGN;
    mo_endpoint_refuse(&rpc->endpoints[endpoint], mo_wire_now(), MO_ENDPOINT_FOREIGN, FOREIGN_REST_MS);
    if (news) {
        say(rpc, why);
    }
    return why;
}

static mo_err_t compare_chain_id(mo_rpc_t *rpc, size_t endpoint)
{
    uint64_t id;
    mo_err_t err = ask_number(rpc, endpoint, "eth_chainId", &id);
    if (mo_failed(err) || rpc->chain_id == 0 || id == rpc->chain_id) {
        return err;
    }
    return refuse(rpc, endpoint,
                  mo_err(MO_ERR_PERMANENT, "%s: chain %" PRIu64 ", not %" PRIu64 ": refused; name a node of the right chain",
                         rpc->endpoints[endpoint].host, id, rpc->chain_id));
}

static mo_err_t compare_genesis(mo_rpc_t *rpc, size_t endpoint)
{
    bool any = mo_hash_is_zero(&rpc->genesis);
    if (any && rpc->endpoint_count == 1) {
        return MO_SUCCESS;
    }
    mo_hash_t genesis;
    mo_err_t err = ask_block(rpc, endpoint, 0, &genesis);
    if (mo_failed(err)) {
        return err;
    }
    rpc->genesis = any ? genesis : rpc->genesis;
    if (mo_hash_equal(&genesis, &rpc->genesis)) {
        return MO_SUCCESS;
    }
    char text[MO_HEX_TEXT(32)];
    mo_hex_encode(mo_hash_view(&genesis), MO_HEX_PREFIXED, text, sizeof text);
    return refuse(rpc, endpoint,
                  mo_err(MO_ERR_PERMANENT, "%s: genesis %.18s... is another chain's: refused; name a node of the right chain",
                         rpc->endpoints[endpoint].host, text));
}

static mo_err_t compare_head(mo_rpc_t *rpc, size_t endpoint)
{
    mo_endpoint_t *e = &rpc->endpoints[endpoint];
    if (e->must_reach == 0 || rpc->endpoint_count == 1) {
        return MO_SUCCESS;
    }
    mo_err_t err = ask_number(rpc, endpoint, "eth_blockNumber", &e->head);
    if (mo_failed(err) || e->head >= e->must_reach) {
        return err;
    }
    return mo_err(MO_ERR_TRANSIENT, "%s: head %" PRIu64 " is still behind %" PRIu64, e->host, e->head, e->must_reach);
}

mo_err_t mo_probe_endpoint(mo_rpc_t *rpc, size_t endpoint)
{
    mo_endpoint_t *e = &rpc->endpoints[endpoint];
    if (e->state == MO_ENDPOINT_PROVEN) {
        return MO_SUCCESS;
    }
    bool asks = rpc->chain_id != 0 || !mo_hash_is_zero(&rpc->genesis) || rpc->endpoint_count > 1;
    mo_err_t err = asks ? compare_chain_id(rpc, endpoint) : MO_SUCCESS;
    if (!mo_failed(err)) {
        err = compare_genesis(rpc, endpoint);
    }
    if (!mo_failed(err)) {
        err = compare_head(rpc, endpoint);
    }
    if (!mo_failed(err)) {
        e->state = MO_ENDPOINT_PROVEN;
    }
    return err;
}

/* ---- In step with the others ---- */

/* The heads of those that do not rest. Out: whether each answered; which is the highest. */
static size_t ask_heads(mo_rpc_t *rpc, bool answered[MO_RPC_ENDPOINTS_MAX])
{
    size_t best = rpc->endpoint_count;
    for (size_t i = 0; i < rpc->endpoint_count; i++) {
        mo_endpoint_t *e = &rpc->endpoints[i];
        if (e->rests_until > mo_wire_now()) {
            continue;
        }
        rpc->current = i;
        mo_err_t err = mo_probe_endpoint(rpc, i);
        if (!mo_failed(err)) {
            err = ask_number(rpc, i, "eth_blockNumber", &e->head);
        }
        answered[i] = !mo_failed(err);
        if (answered[i]) {
            best = best == rpc->endpoint_count || e->head > rpc->endpoints[best].head ? i : best;
        } else if (e->state != MO_ENDPOINT_FOREIGN && e->rests_until <= mo_wire_now()) {
            mo_endpoint_failed(e, mo_wire_now());
        }
    }
    return best;
}

/* A head is a claim; a block that hashes is a little more. */
static void set_aside(mo_rpc_t *rpc, size_t endpoint, size_t best)
{
    mo_endpoint_t *e = &rpc->endpoints[endpoint];
    uint64_t goal = e->must_reach;
    mo_hash_t hash;
    rpc->current = best;
    if (mo_failed(ask_block(rpc, best, goal, &hash))) {
        return;
    }
    mo_endpoint_refuse(e, mo_wire_now(), MO_ENDPOINT_UNPROVEN, BEHIND_REST_MS);
    e->must_reach = goal;
    say(rpc, mo_err(MO_ERR_TRANSIENT, "%s: head %" PRIu64 " is behind %" PRIu64 " of %.60s: set aside", e->host, e->head,
                    rpc->endpoints[best].head, rpc->endpoints[best].host));
}

void mo_probe_heads(mo_rpc_t *rpc)
{
    uint64_t now = mo_wire_now();
    if (rpc->endpoint_count == 1 || now - rpc->compared_ms < COMPARE_EVERY_MS) {
        return;
    }
    rpc->compared_ms = now;
    bool answered[MO_RPC_ENDPOINTS_MAX] = {0};
    size_t best = ask_heads(rpc, answered);
    for (size_t i = 0; i < rpc->endpoint_count && best < rpc->endpoint_count; i++) {
        mo_endpoint_t *e = &rpc->endpoints[i];
        if (!answered[i]) {
            continue;
        }
        if (i != best && e->head < e->must_reach) {
            set_aside(rpc, i, best);
        } else {
            e->must_reach = rpc->endpoints[best].head;
        }
    }
}

mo_err_t mo_rpc_anyone_has(mo_rpc_t *rpc, uint64_t number, const mo_hash_t *hash, bool *has)
{
    bool without[MO_RPC_ENDPOINTS_MAX] = {0};
    size_t asked = 0;
    *has = false;
    MO_CHECK(rpc->holds == 0);
    for (size_t i = 0; i < rpc->endpoint_count; i++) {
        mo_hash_t found;
        rpc->current = i;
        mo_err_t err = mo_probe_endpoint(rpc, i);
        if (!mo_failed(err)) {
            err = ask_block(rpc, i, number, &found);
        }
        if (!mo_failed(err)) {
            asked++;
            without[i] = !mo_hash_equal(&found, hash);
            *has = *has || !without[i];
        }
    }
    for (size_t i = 0; i < rpc->endpoint_count && *has; i++) {
        if (without[i]) {
            mo_endpoint_refuse(&rpc->endpoints[i], mo_wire_now(), MO_ENDPOINT_UNPROVEN, FOREIGN_REST_MS);
            say(rpc, mo_err(MO_ERR_TRANSIENT, "%s: another block %" PRIu64 " than the one followed: set aside",
                            rpc->endpoints[i].host, number));
        }
    }
    return asked > 0 ? MO_SUCCESS : mo_err(MO_ERR_TRANSIENT, "no endpoint answers about block %" PRIu64, number);
}
