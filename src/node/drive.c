#include "node/drive.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/check.h"
#include "base/secret.h"
#include "node/cursor.h"
#include "node/feed.h"

/* A role in trouble is made anew after this long; nobody is helped by replaying in a loop. */
#define TROUBLE_PAUSE_MS 10000u

/* Between two questions to a node in trouble: doubling, so that the outage of a second costs a second, and that of an
 * hour no load. */
#define FAULT_PAUSE_MIN_MS 250u
#define FAULT_PAUSE_MAX_MS 8000u

/* Between two tries to reach a node at the beginning. */
#define OPEN_PAUSE_MS 2000u

typedef struct {
    mo_node_station_t station;
    const mo_node_role_t *kind;
    void *role;
    mo_node_feed_t feed;
    mo_actions_t actions;
    uint64_t origin_finalised;
    bool stale;              /* the role and its feed must be made anew */
    mo_node_cursor_t cursors[MO_CHAIN_COUNT];
    size_t foreign[MO_CHAIN_COUNT]; /* pending transactions of the key that are not ours */
    mo_err_t end;            /* not success: what ends the daemon */
    uint64_t fault_pause_ms; /* 0: the nodes answer */
    uint8_t *data;           /* MO_RPC_INPUT_MAX */
} drive_t;

void mo_node_say(const char *format, ...)
{
    char stamp[16];
    time_t now = time(NULL);
    struct tm parts;
    localtime_r(&now, &parts);
    strftime(stamp, sizeof stamp, "%H:%M:%S", &parts);
    printf("%s  ", stamp);
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    fflush(stdout);
}

static uint64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void pause_ms(const mo_node_run_t *run, uint64_t ms)
{
    for (uint64_t left = ms; left > 0 && *run->stop == 0;) {
        uint64_t step = left < 100 ? left : 100;
        struct timespec time = {.tv_sec = 0, .tv_nsec = (long)(step * 1000000)};
        (void)nanosleep(&time, NULL);
        left -= step;
    }
}

mo_err_t mo_node_encoded(bool fits)
{
    return fits ? MO_SUCCESS
                : mo_err(MO_ERR_PERMANENT, "the call's data exceed %u bytes", (unsigned)MO_RPC_INPUT_MAX);
}

mo_err_t mo_node_ask(mo_node_station_t *station, mo_chain_t chain, const mo_address_t *to, mo_bytes_t data,
                     mo_buffer_t *out)
{
    mo_rpc_call_t call = {.from = &station->self, .to = to, .data = data};
    return mo_rpc_call(station->rpcs[chain], &call, MO_AT_LATEST, out);
}

/* --- labels: "<duty>/<key>" ------------------------------------------------------------------------------------- */

static void write_label(const mo_node_role_t *kind, const mo_action_t *action, char label[MO_TXQ_LABEL_MAX + 1])
{
    MO_CHECK(action->duty < kind->duty_count);
    (void)snprintf(label, MO_TXQ_LABEL_MAX + 1, "%s/%llu", kind->duties[action->duty],
                   (unsigned long long)action->key);
}

static bool read_label(const mo_node_role_t *kind, const char *label, mo_event_outcome_t *outcome)
{
    const char *slash = strchr(label, '/');
    for (uint8_t duty = 0; slash != NULL && duty < kind->duty_count; duty++) {
        size_t size = strlen(kind->duties[duty]);
        if (size == (size_t)(slash - label) && memcmp(label, kind->duties[duty], size) == 0) {
            outcome->duty = duty;
            outcome->key = strtoull(slash + 1, NULL, 10);
            return true;
        }
    }
    return false;
}

/* --- events into the role --------------------------------------------------------------------------------------- */

static void take(void *context, const mo_event_t *event)
{
    drive_t *d = context;
    d->kind->step(d->role, event, &d->actions);
}

static void tell_outcome(drive_t *d, const mo_event_outcome_t *outcome, const char *reason)
{
    mo_event_t event = {.kind = MO_EVENT_OUTCOME, .outcome = *outcome};
    take(d, &event);
    if (d->kind->ended != NULL) {
        d->kind->ended(&d->station, d->role, outcome, reason);
    }
}

static void tell_mined(drive_t *d, const mo_txq_outcome_t *mined)
{
    mo_event_outcome_t outcome = {.outcome = MO_OUTCOME_DONE};
    if (!read_label(d->kind, mined->label, &outcome)) {
        return;
    }
    switch (mined->result) {
    case MO_TXQ_MINED:
        mo_node_say("%-24s block %llu, gas %llu", mined->label, (unsigned long long)mined->block_number,
                    (unsigned long long)mined->gas_used);
        break;
    case MO_TXQ_REVERTED:
        outcome.outcome = MO_OUTCOME_FAILED;
        mo_node_say("%-24s reverted: %s", mined->label, mined->reason);
        break;
    case MO_TXQ_DROPPED:
        outcome.outcome = MO_OUTCOME_LATER;
        mo_node_say("%-24s dropped: another transaction took its nonce", mined->label);
        break;
    }
    tell_outcome(d, &outcome, mined->reason);
}

static void tell_finalised(drive_t *d)
{
    uint64_t number;
    if (!mo_follow_finalised(d->feed.follows[MO_CHAIN_ORIGIN], &number) || number == d->origin_finalised) {
        return;
    }
    d->origin_finalised = number;
    mo_event_t event = {.kind = MO_EVENT_FINALISED, .chain = MO_CHAIN_ORIGIN, .finalised = number};
    take(d, &event);
}

/* --- actions into transactions ---------------------------------------------------------------------------------- */

/* Twice what it takes now and room for what a vote may bring about: justifying, finalising, enforcing. */
static mo_err_t shifting_limit(mo_node_station_t *s, mo_chain_t chain, const mo_node_call_t *call, uint64_t *limit)
{
    mo_rpc_call_t ask = {
        .from = &s->self, .to = &call->to, .value = call->value, .data = mo_buffer_view(&call->data)};
    uint64_t gas;
    mo_err_t err = mo_rpc_estimate(s->rpcs[chain], &ask, MO_AT_LATEST, &gas);
    *limit = mo_failed(err) ? 0 : 2 * gas + 300000;
    return err;
}

static mo_err_t submit(drive_t *d, const mo_action_t *action, const mo_node_call_t *call, const char *label)
{
    mo_node_station_t *s = &d->station;
    mo_txq_call_t request = {
        .to = &call->to, .value = call->value, .data = mo_buffer_view(&call->data), .label = label};
    if (call->shifting) {
        mo_err_t err = shifting_limit(s, action->chain, call, &request.gas_limit);
        if (mo_failed(err)) {
            return err;
        }
    }
    uint64_t id;
    return mo_txq_submit(s->queues[action->chain], &request, &id);
}

static void carry_out(drive_t *d, const mo_action_t *action)
{
    char label[MO_TXQ_LABEL_MAX + 1];
    write_label(d->kind, action, label);
    mo_node_call_t call = {.data = {d->data, 0, MO_RPC_INPUT_MAX, false}};
    mo_err_t err = d->kind->call(&d->station, d->role, action, &call);
    if (!mo_failed(err)) {
        err = submit(d, action, &call, label);
    }
    if (!mo_failed(err)) {
        return;
    }
    mo_node_say("%-24s %s", label, err.text);
    mo_event_outcome_t outcome = {.duty = action->duty,
                                  .key = action->key,
                                  .outcome = err.kind == MO_ERR_PERMANENT ? MO_OUTCOME_FAILED
                                             : err.kind == MO_ERR_DONE    ? MO_OUTCOME_DONE
                                                                          : MO_OUTCOME_LATER};
    tell_outcome(d, &outcome, err.text);
}

/* --- the loop --------------------------------------------------------------------------------------------------- */

static mo_err_t open_feed(drive_t *d)
{
    const mo_node_config_t *config = d->station.config;
    mo_follow_config_t configs[MO_CHAIN_COUNT];
    mo_address_t watched[MO_CHAIN_COUNT][MO_NODE_WATCHED_MAX];
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        configs[chain] = (mo_follow_config_t){
            .rpc = d->station.rpcs[chain],
            .from = d->kind->first_block(config, (mo_chain_t)chain),
            .addresses = watched[chain],
            .address_count = d->kind->watched(config, (mo_chain_t)chain, watched[chain]),
            .depth = config->reorg_depth,
            .finality = chain == MO_CHAIN_ORIGIN,
            .anchor = d->cursors[chain].number,
            .anchor_hash = d->cursors[chain].hash,
        };
    }
    return mo_node_feed_open(&d->feed, configs);
}

static mo_err_t start(drive_t *d)
{
    mo_node_feed_close(&d->feed);
    d->origin_finalised = 0;
    memset(d->station.foreseen, 0, sizeof d->station.foreseen);
    mo_err_t err = MO_SUCCESS;
    for (int chain = 0; chain < MO_CHAIN_COUNT && !mo_failed(err); chain++) {
        err = mo_node_cursor_open(&d->station, (mo_chain_t)chain, &d->cursors[chain]);
    }
    if (!mo_failed(err)) {
        err = d->kind->start(&d->station, d->role);
    }
    return mo_failed(err) ? err : open_feed(d);
}

static void tell_foreign(drive_t *d, mo_chain_t chain)
{
    size_t foreign = mo_txq_foreign(d->station.queues[chain]);
    if (foreign > d->foreign[chain]) {
        mo_node_say("%s: %zu pending transactions of this key are not ours, and are replaced: does another program use it?",
                    chain == MO_CHAIN_ORIGIN ? "origin" : "auxiliary", foreign);
    }
    d->foreign[chain] = foreign;
}

static void tick_queues(drive_t *d)
{
    for (int chain = 0; chain < MO_CHAIN_COUNT && d->station.queues[chain] != NULL; chain++) {
        mo_err_t err = mo_txq_tick(d->station.queues[chain], d->station.now_ms);
        if (mo_failed(err)) {
            mo_node_say("%s queue: %s", chain == MO_CHAIN_ORIGIN ? "origin" : "auxiliary", err.text);
        }
        tell_foreign(d, (mo_chain_t)chain);
        mo_txq_outcome_t mined;
        while (mo_txq_next(d->station.queues[chain], &mined)) {
            tell_mined(d, &mined);
        }
    }
}

static void decide(drive_t *d)
{
    mo_event_t event = {.kind = MO_EVENT_TICK, .now_ms = d->station.now_ms};
    take(d, &event);
    /* Carrying out may step the role with an outcome, which empties its actions: work on a copy. */
    mo_actions_t actions = d->actions;
    for (size_t i = 0; i < actions.count; i++) {
        carry_out(d, &actions.items[i]);
    }
}

/* Says what is wrong and waits, longer each time until wait_no_more. */
static void wait_out(drive_t *d, const mo_err_t *err)
{
    uint64_t next = d->fault_pause_ms == 0 ? FAULT_PAUSE_MIN_MS : 2 * d->fault_pause_ms;
    d->fault_pause_ms = next < FAULT_PAUSE_MAX_MS ? next : FAULT_PAUSE_MAX_MS;
    mo_node_say("%s; again in %llu ms", err->text, (unsigned long long)d->fault_pause_ms);
    pause_ms(d->station.run, d->fault_pause_ms);
}

/* A chain that is not the one followed any more: another endpoint's is, and the role begins anew with it (true); or the
 * daemon ends, with a mark; or nobody can be asked now, and the next poll comes here again. */
static bool begins_anew(drive_t *d)
{
    bool anew = false;
    for (int chain = 0; chain < MO_CHAIN_COUNT && !anew; chain++) {
        mo_node_cursor_t gone;
        if (mo_follow_lost(d->feed.follows[chain], &gone.number, &gone.hash)) {
            mo_err_t err = mo_node_cursor_lose(&d->station, (mo_chain_t)chain, &gone);
            d->end = err.kind == MO_ERR_REFUSED ? err : MO_SUCCESS;
            anew = !mo_failed(err);
        }
    }
    return anew;
}

static mo_err_t keep_cursors(drive_t *d)
{
    mo_err_t err = MO_SUCCESS;
    for (int chain = 0; chain < MO_CHAIN_COUNT && !mo_failed(err); chain++) {
        err = mo_node_cursor_keep(&d->station, (mo_chain_t)chain, d->feed.follows[chain], &d->cursors[chain]);
    }
    return err;
}

/* Events and what they bind us to; false when there is nothing to decide on now. */
static bool look_on(drive_t *d)
{
    d->feed.origin_first = d->kind->origin_first != NULL && d->kind->origin_first(d->role);
    mo_err_t err = mo_node_feed_poll(&d->feed, take, d);
    bool anew = mo_failed(err) && begins_anew(d);
    if (!mo_failed(err) && d->kind->keep != NULL) {
        err = d->kind->keep(&d->station, d->role);
    }
    if (!mo_failed(err)) {
        err = keep_cursors(d);
    }
    if (mo_failed(err)) {
        d->stale = d->stale || anew;
        if (!mo_failed(d->end)) {
            wait_out(d, &err);
        }
        return false;
    }
    d->fault_pause_ms = 0;
    return true;
}

/* Whether what was seen still holds. */
static bool is_sound(drive_t *d)
{
    const char *trouble = d->kind->trouble(d->role);
    if (d->feed.reorganised) {
        mo_node_say("%s reorganised above block %llu: starting anew",
                    d->feed.which == MO_CHAIN_ORIGIN ? "origin" : "auxiliary",
                    (unsigned long long)d->feed.common);
    } else if (trouble != NULL && d->kind->ends != NULL && d->kind->ends(d->role)) {
        mo_node_say("ALARM: %s", trouble);
        d->end = mo_err(MO_ERR_REFUSED, "%s", trouble);
    } else if (trouble != NULL) {
        mo_node_say("ALARM: %s; signing nothing, starting anew in %u s", trouble, TROUBLE_PAUSE_MS / 1000);
        pause_ms(d->station.run, TROUBLE_PAUSE_MS);
    }
    return trouble == NULL && !d->feed.reorganised;
}

static void foresee(drive_t *d)
{
    mo_err_t err = d->kind->foresee == NULL ? MO_SUCCESS : d->kind->foresee(&d->station, d->role);
    if (mo_failed(err)) {
        mo_node_say("proofs ahead: %s", err.text);
    }
}

static void act(drive_t *d)
{
    tell_finalised(d);
    foresee(d);
    tick_queues(d);
    if (d->kind->look != NULL) {
        d->kind->look(&d->station, d->role);
    }
    decide(d);
    pause_ms(d->station.run, d->station.config->poll_interval);
}

static void turn(drive_t *d)
{
    d->station.now_ms = clock_ms();
    if (d->stale) {
        mo_err_t err = start(d);
        d->stale = mo_failed(err);
        d->end = err.kind == MO_ERR_REFUSED ? err : MO_SUCCESS;
        if (mo_failed(d->end)) {
            return;
        }
        if (d->stale) {
            wait_out(d, &err);
            return;
        }
    }
    if (!look_on(d)) {
        return;
    }
    d->stale = !is_sound(d);
    if (!d->stale && mo_node_feed_is_caught_up(&d->feed)) {
        act(d);
    }
}

/* --- opening ---------------------------------------------------------------------------------------------------- */

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
        pause_ms(s->run, OPEN_PAUSE_MS);
        err = mo_txq_open(&s->queues[chain], &queue);
    }
    mo_secret_wipe(queue.secret, sizeof queue.secret);
    return err;
}

static mo_err_t open_station(mo_node_station_t *s, const mo_node_run_t *run, const mo_node_role_t *kind)
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

static void close_station(mo_node_station_t *s)
{
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        mo_txq_close(s->queues[chain]);
        mo_rpc_close(s->rpcs[chain]);
    }
    mo_signer_close(s->signer);
    mo_store_close(s->store);
    mo_secret_wipe(&s->key, sizeof s->key);
}

/* The first start says what will never work; a node that is away is no reason to end, then or later. */
static mo_err_t run_until_stopped(drive_t *d)
{
    mo_err_t err = start(d);
    if (err.kind == MO_ERR_PERMANENT || err.kind == MO_ERR_REFUSED) {
        return err;
    }
    d->stale = mo_failed(err);
    while (*d->station.run->stop == 0 && !mo_failed(d->end)) {
        turn(d);
    }
    return d->end;
}

mo_err_t mo_node_drive(const mo_node_run_t *run, const mo_node_role_t *kind)
{
    drive_t d = {.kind = kind};
    d.role = calloc(1, kind->size);
    d.data = malloc(MO_RPC_INPUT_MAX);
    d.station.memory = malloc(MO_NODE_MEMORY);
    mo_err_t err = mo_err(MO_ERR_PERMANENT, "out of memory");
    if (d.role != NULL && d.data != NULL && d.station.memory != NULL) {
        err = open_station(&d.station, run, kind);
    }
    if (!mo_failed(err)) {
        err = run_until_stopped(&d);
    }
    mo_node_feed_close(&d.feed);
    close_station(&d.station);
    free(d.station.memory);
    free(d.data);
    free(d.role);
    return err;
}
