/* mosaic tx list, mosaic tx cancel: what a role has in flight, seen and mended from outside. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/password.h"
#include "app/run.h"
#include "base/hex.h"
#include "base/secret.h"
#include "chain/txq.h"
#include "node/config.h"
#include "store/flight.h"

/* Two queues of MO_TXQ_FLIGHT_MAX, and what other keys left in the same store. */
#define LIST_MAX (8 * MO_TXQ_FLIGHT_MAX)

static int status_of(mo_err_t err)
{
    return err.kind == MO_ERR_REFUSED ? MO_APP_REFUSED : err.kind == MO_ERR_PERMANENT ? MO_APP_MEND : MO_APP_FAILED;
}

/* The store that a state folder holds. */
static mo_err_t store_open(const char *state, mo_store_mode_t mode, mo_store_t **store)
{
    static const char *const roles[] = {"validator", "facilitator", "watcher", "transfer"};
    char path[MO_STORE_PATH_MAX];
    *store = NULL;
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        const int size = snprintf(path, sizeof path, "%s/%s.sqlite", state, roles[i]);
        if (size > 0 && (size_t)size < sizeof path && access(path, F_OK) == 0) {
            return mo_store_open(store, path, mode);
        }
    }
    return mo_err(MO_ERR_PERMANENT, "%.150s holds no store of a role: name its state folder with --state", state);
}

static const char *hash_text(const mo_hash_t *hash, char text[MO_HEX_TEXT(32)])
{
    mo_hex_encode(mo_hash_view(hash), MO_HEX_PREFIXED, text, MO_HEX_TEXT(32));
    return text;
}

static json_t *flight_json(const mo_flight_view_t *view)
{
    char sender[MO_HEX_TEXT(20)];
    char hash[MO_HEX_TEXT(32)];
    mo_hex_encode(mo_address_view(&view->key.sender), MO_HEX_PREFIXED, sender, sizeof sender);
    json_t *const object = json_pack("{sIsssssssIsIsIsI}", "chainId", (json_int_t)view->key.chain_id, "sender", sender,
                                     "label", view->flight.label, "state", view->bids > 0 ? "pending" : "queued", "fee",
                                     (json_int_t)view->last.fee, "tip", (json_int_t)view->last.tip, "bids",
                                     (json_int_t)view->bids, "since", (json_int_t)view->since);
    const bool has = view->flight.has_nonce;
    (void)json_object_set_new(object, "nonce", has ? json_integer((json_int_t)view->flight.nonce) : json_null());
    (void)json_object_set_new(object, "hash", view->bids > 0 ? json_string(hash_text(&view->last.hash, hash)) : json_null());
    return object;
}

static void list_json(const mo_flight_view_t *views, size_t count)
{
    json_t *const list = json_array();
    for (size_t i = 0; i < count; i++) {
        (void)json_array_append_new(list, flight_json(&views[i]));
    }
    json_t *const report = json_pack("{so}", "transactions", list);
    (void)json_dumpf(report, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(report);
}

static void list_lines(const mo_flight_view_t *views, size_t count)
{
    const uint64_t now = (uint64_t)time(NULL);
    for (size_t i = 0; i < count; i++) {
        const mo_flight_view_t *const view = &views[i];
        char hash[MO_HEX_TEXT(32)] = "-";
        char nonce[24] = "-";
        if (view->flight.has_nonce) {
            (void)snprintf(nonce, sizeof nonce, "%" PRIu64, view->flight.nonce);
        }
        printf("chain %-8" PRIu64 " nonce %-6s %-8s fee %" PRIu64 " tip %" PRIu64 " bids %" PRIu64 " age %" PRIu64 " s  %s  %s\n",
               view->key.chain_id, nonce, view->bids > 0 ? "pending" : "queued", view->last.fee, view->last.tip, view->bids,
               view->since > 0 && now > view->since ? now - view->since : 0, view->flight.label,
               view->bids > 0 ? hash_text(&view->last.hash, hash) : hash);
    }
    printf("%zu in flight\n", count);
}

int mo_app_tx_list(const mo_app_options_t *options)
{
    static mo_flight_view_t views[LIST_MAX];
    mo_store_t *store;
    size_t count = 0;
    mo_err_t err = store_open(options->state, MO_STORE_READ, &store);
    if (!mo_failed(err)) {
        err = mo_flight_view(store, views, LIST_MAX, &count);
    }
    mo_store_close(store);
    if (mo_failed(err)) {
        return mo_app_complain(options->verb, err, status_of(err));
    }
    (options->json ? list_json : list_lines)(views, count);
    return MO_APP_DONE;
}

static mo_err_t queue_open(const mo_app_options_t *options, mo_store_t *store, mo_rpc_t **rpc, mo_txq_t **queue)
{
    mo_node_config_t config;
    mo_txq_config_t plan = {.store = store};
    const bool origin = strcmp(options->chain, "origin") == 0;
    mo_err_t err = mo_node_config_read(options->config, &config);
    if (!mo_failed(err)) {
        mo_secp_key_t key;
        err = mo_app_key_load(options->key, options->password_file, &key);
        memcpy(plan.secret, key.bytes, sizeof plan.secret);
        mo_secret_wipe(&key, sizeof key);
    }
    const mo_node_url_t *const url = origin ? &config.origin_rpc : &config.auxiliary_rpc;
    plan.chain_id = origin ? config.origin_chain_id : config.auxiliary_chain_id;
    const mo_rpc_config_t endpoint = {.urls = {url->text},
                                      .url_count = 1,
                                      .chain_id = plan.chain_id,
                                      .genesis = origin ? config.origin_genesis : config.auxiliary_genesis};
    if (!mo_failed(err)) {
        err = mo_rpc_open(rpc, &endpoint);
    }
    plan.rpc = *rpc;
    if (!mo_failed(err)) {
        err = mo_txq_open(queue, &plan);
    }
    mo_secret_wipe(plan.secret, sizeof plan.secret);
    return err;
}

int mo_app_tx_cancel(const mo_app_options_t *options)
{
    mo_store_t *store;
    mo_rpc_t *rpc = NULL;
    mo_txq_t *queue = NULL;
    mo_hash_t hash = {0};
    char text[MO_HEX_TEXT(32)];
    mo_err_t err = store_open(options->state, MO_STORE_EXISTING, &store);
    if (!mo_failed(err)) {
        err = queue_open(options, store, &rpc, &queue);
    }
    if (!mo_failed(err)) {
        err = mo_txq_cancel(queue, options->nonce, &hash);
    }
    mo_txq_close(queue);
    mo_rpc_close(rpc);
    mo_store_close(store);
    if (mo_failed(err)) {
        return mo_app_complain(options->verb, err, status_of(err));
    }
    printf(options->json ? "{\"nonce\": %" PRIu64 ", \"hash\": \"%s\"}\n" : "nonce %" PRIu64 " is replaced by an empty transfer: %s\n",
           options->nonce, hash_text(&hash, text));
    return MO_APP_DONE;
}
