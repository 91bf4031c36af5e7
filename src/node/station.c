#include "node/station.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/secret.h"

/* Between two tries to reach a node at the beginning. */
#define OPEN_PAUSE_MS 2000u

void mo_node_pause(const mo_node_run_t *run, uint64_t ms)
{
    for (uint64_t left = ms; left > 0 && *run->stop == 0;) {
        uint64_t step = left < 100 ? left : 100;
        struct timespec time = {.tv_sec = 0, .tv_nsec = (long)(step * 1000000)};
        (void)nanosleep(&time, NULL);
        left -= step;
    }
}

static void say_line(const char *text)
{
    mo_node_say("%s", text);
}

static mo_err_t open_chain(mo_node_station_t *s, mo_chain_t chain)
{
    bool origin = chain == MO_CHAIN_ORIGIN;
    uint64_t chain_id = origin ? s->config->origin_chain_id : s->config->auxiliary_chain_id;
    const mo_node_url_t *url = origin ? &s->config->origin_rpc : &s->config->auxiliary_rpc;
    mo_rpc_config_t rpc = {.urls = {url->text},
                           .url_count = 1 + url->more_count,
                           .chain_id = chain_id,
                           .genesis = origin ? s->config->origin_genesis : s->config->auxiliary_genesis,
                           .say = say_line};
    for (size_t i = 0; i < url->more_count; i++) {
        rpc.urls[1 + i] = url->more[i];
    }
    mo_err_t err = mo_rpc_open(&s->rpcs[chain], &rpc);
    if (mo_failed(err) || s->run->key == NULL) {
        return err;
    }
    mo_txq_config_t queue = {
        .rpc = s->rpcs[chain], .store = s->store, .chain_id = chain_id, .replace_after_ms = 15000};
    memcpy(queue.secret, s->key.bytes, sizeof queue.secret);
    err = mo_txq_open(&s->queues[chain], &queue);
    while (err.kind == MO_ERR_TRANSIENT && *s->run->stop == 0) {
        mo_node_say("%s; again in %u ms", err.text, OPEN_PAUSE_MS);
        mo_node_pause(s->run, OPEN_PAUSE_MS);
        err = mo_txq_open(&s->queues[chain], &queue);
    }
    mo_secret_wipe(queue.secret, sizeof queue.secret);
    return err;
}

mo_err_t mo_node_station_open(mo_node_station_t *s, const mo_node_run_t *run, const mo_node_role_t *kind)
{
    s->run = run;
    s->config = run->config;
    if (run->key != NULL) {
        s->key = *run->key;
    }
    if (run->key != NULL && !mo_secp_address(&s->key, &s->self)) {
        return mo_err(MO_ERR_PERMANENT, "the key is not one of secp256k1: make another");
    }
    if (mkdir(run->state_dir, 0700) != 0 && errno != EEXIST) {
        return mo_err(MO_ERR_PERMANENT, "%s: %s", run->state_dir, strerror(errno));
    }
    char path[MO_STORE_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/%s.sqlite", run->state_dir, kind->name);
    mo_err_t err = mo_store_open(&s->store, path, MO_STORE_CREATE);
    for (int chain = 0; chain < MO_CHAIN_COUNT && !mo_failed(err); chain++) {
        err = open_chain(s, (mo_chain_t)chain);
    }
    return err;
}

void mo_node_station_close(mo_node_station_t *s)
{
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        mo_txq_close(s->queues[chain]);
        mo_rpc_close(s->rpcs[chain]);
    }
    mo_signer_close(s->signer);
    mo_store_close(s->store);
    mo_secret_wipe(&s->key, sizeof s->key);
}
