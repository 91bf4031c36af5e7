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
#include "node/snapshot.h"
#include "node/station.h"

/* A role in trouble is made anew after this long; nobody is helped by replaying in a loop. */
#define TROUBLE_PAUSE_MS 10000u

/* Between two questions to a node in trouble: doubling, so that the outage of a second costs a second, and that of an
 * hour no load. */
#define FAULT_PAUSE_MIN_MS 250u
#define FAULT_PAUSE_MAX_MS 8000u

typedef struct {
    mo_node_station_t station;
    const mo_node_role_t *kind;
    void *role;
    mo_node_feed_t feed;
    mo_actions_t actions;
    uint64_t origin_finalised;
    bool stale;              /* the role and its feed must be made anew */
    mo_node_cursor_t cursors[MO_CHAIN_COUNT];
    mo_node_place_t resumed[MO_CHAIN_COUNT]; /* of the snapshot that the role was made from; zeros: none */
    bool from_root;          /* the role was in trouble: what made it so may be in the snapshots */
    uint64_t kept_at;        /* blocks of both chains at the last snapshot */
    uint64_t held;           /* the block of origin waited for, as said */
    bool in_sync;            /* since the role was made, and said */
    const char *noticed;     /* said */
    size_t foreign[MO_CHAIN_COUNT]; /* pending transactions of the key that are not ours */
    mo_err_t end;            /* not success: what ends the daemon */
    uint64_t fault_pause_ms; /* 0: the nodes answer */
    uint8_t *data;           /* MO_RPC_INPUT_MAX */
} drive_t;

/* NULL: standard output. */
static FILE *log_file;

void mo_node_log_to(FILE *file)
{
    log_file = file;
}

void mo_node_say(const char *format, ...)
{
    FILE *const out = log_file != NULL ? log_file : stdout;
    char stamp[16];
    time_t now = time(NULL);
    struct tm parts;
    localtime_r(&now, &parts);
    strftime(stamp, sizeof stamp, "%H:%M:%S", &parts);
    (void)fprintf(out, "%s  ", stamp);
    va_list arguments;
    va_start(arguments, format);
    (void)vfprintf(out, format, arguments);
    va_end(arguments);
    (void)fprintf(out, "\n");
    (void)fflush(out);
}

static uint64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
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

static uint64_t speaks_of(void *context, const mo_event_t *event)
{
    drive_t *d = context;
    return d->kind->speaks_of(d->role, event);
}

static void tell_outcome(drive_t *d, const mo_event_outcome_t *outcome, const char *reason)
{
    mo_event_t event = {.kind = MO_EVENT_OUTCOME, .outcome = *outcome};
    take(d, &event);
    if (d->kind->ended != NULL) {
        d->kind->ended(&d->station, d->role, outcome, reason);
    }
}

/* Whether a revert's text names an error that passes by itself. */
static bool passes(const mo_node_role_t *kind, const char *text)
{
    for (size_t i = 0; kind->passing != NULL && kind->passing[i] != NULL; i++) {
        if (strstr(text, kind->passing[i]) != NULL) {
            return true;
        }
    }
    return false;
}

static void tell_mined(drive_t *d, mo_chain_t chain, const mo_txq_outcome_t *mined)
{
    mo_event_outcome_t outcome = {.outcome = MO_OUTCOME_DONE};
    d->station.gas_spent[chain] += mined->gas_used;
    if (!read_label(d->kind, mined->label, &outcome)) {
        return;
    }
    switch (mined->result) {
    case MO_TXQ_MINED:
        mo_node_say("%-24s block %llu, gas %llu", mined->label, (unsigned long long)mined->block_number,
                    (unsigned long long)mined->gas_used);
        break;
    case MO_TXQ_REVERTED:
        outcome.outcome = passes(d->kind, mined->reason) ? MO_OUTCOME_LATER : MO_OUTCOME_FAILED;
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
        .to = &call->to, .value = call->value, .data = mo_buffer_view(&call->data), .label = label,
        .after_pending = call->after_pending};
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
                                  .outcome = passes(d->kind, err.text)        ? MO_OUTCOME_LATER
                                             : err.kind == MO_ERR_PERMANENT ? MO_OUTCOME_FAILED
                                             : err.kind == MO_ERR_DONE      ? MO_OUTCOME_DONE
                                                                            : MO_OUTCOME_LATER};
    tell_outcome(d, &outcome, err.text);
}

/* --- the loop --------------------------------------------------------------------------------------------------- */

static uint64_t first_block(const drive_t *d, mo_chain_t chain)
{
    const mo_node_place_t *place = &d->resumed[chain];
    return mo_hash_is_zero(&place->hash) ? d->kind->first_block(d->station.config, chain) : place->number + 1;
}

static mo_err_t open_feed(drive_t *d)
{
    const mo_node_config_t *config = d->station.config;
    mo_follow_config_t configs[MO_CHAIN_COUNT];
    mo_address_t watched[MO_CHAIN_COUNT][MO_NODE_WATCHED_MAX];
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        configs[chain] = (mo_follow_config_t){
            .rpc = d->station.rpcs[chain],
            .from = first_block(d, (mo_chain_t)chain),
            .parent = d->resumed[chain].hash,
            .addresses = watched[chain],
            .address_count = d->kind->watched(config, (mo_chain_t)chain, watched[chain]),
            .depth = config->reorg_depth,
            .finality = chain == MO_CHAIN_ORIGIN,
            .anchor = d->cursors[chain].number,
            .anchor_hash = d->cursors[chain].hash,
        };
    }
    mo_err_t err = mo_node_feed_open(&d->feed, configs, d->resumed);
    d->feed.speaks_of = d->kind->speaks_of != NULL ? speaks_of : NULL;
    return err;
}

static uint64_t blocks_seen(const mo_node_place_t places[MO_CHAIN_COUNT])
{
    return places[MO_CHAIN_ORIGIN].number + places[MO_CHAIN_AUXILIARY].number;
}

/* The role, from a snapshot when there is one of use, and it was not in trouble. */
static mo_err_t make_role(drive_t *d)
{
    bool resumed = false;
    mo_err_t err = MO_SUCCESS;
    memset(d->resumed, 0, sizeof d->resumed);
    if (d->kind->resume != NULL && !d->from_root) {
        err = mo_node_snapshot_take(&d->station, d->kind, d->role, d->resumed, &resumed);
    }
    if (!mo_failed(err) && !resumed) {
        err = d->kind->start(&d->station, d->role);
    }
    if (!mo_failed(err) && resumed) {
        mo_node_say("%s: taken up at block %llu of origin, %llu of the auxiliary chain", d->kind->name,
                    (unsigned long long)d->resumed[MO_CHAIN_ORIGIN].number,
                    (unsigned long long)d->resumed[MO_CHAIN_AUXILIARY].number);
    }
    d->kept_at = blocks_seen(d->resumed);
    d->from_root = d->from_root && mo_failed(err);
    return err;
}

static mo_err_t start(drive_t *d)
{
    mo_node_feed_close(&d->feed);
    d->origin_finalised = 0;
    d->in_sync = false;
    memset(d->station.foreseen, 0, sizeof d->station.foreseen);
    mo_err_t err = MO_SUCCESS;
    for (int chain = 0; chain < MO_CHAIN_COUNT && !mo_failed(err); chain++) {
        err = mo_node_cursor_open(&d->station, (mo_chain_t)chain, &d->cursors[chain]);
    }
    if (!mo_failed(err)) {
        err = make_role(d);
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
            tell_mined(d, (mo_chain_t)chain, &mined);
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
    mo_node_pause(d->station.run, d->fault_pause_ms);
}

/* Whether what is gone is the block that a snapshot stands on, and no more than a chain may take back: below it the
 * follower knows nothing. */
static bool is_snapshot_lost(const drive_t *d, mo_chain_t chain, const mo_node_cursor_t *gone)
{
    uint64_t depth = d->station.config->reorg_depth;
    depth = depth == 0 || depth >= MO_FOLLOW_DEPTH ? MO_FOLLOW_DEPTH - 1 : depth;
    return mo_hash_equal(&gone->hash, &d->resumed[chain].hash) && d->feed.places[chain].number - gone->number < depth;
}

/* A chain that is not the one followed any more: another endpoint's is, and the role begins anew with it (true); or the
 * daemon ends, with a mark; or nobody can be asked now, and the next poll comes here again. */
static bool begins_anew(drive_t *d)
{
    bool anew = false;
    for (int chain = 0; chain < MO_CHAIN_COUNT && !anew; chain++) {
        mo_node_cursor_t gone;
        bool lost = mo_follow_lost(d->feed.follows[chain], &gone.number, &gone.hash);
        anew = lost && is_snapshot_lost(d, (mo_chain_t)chain, &gone);
        if (lost && !anew) {
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
        d->end = mo_err(MO_ERR_REFUSED, "%s", trouble);
    } else if (trouble != NULL) {
        mo_node_say("ALARM: %s; signing nothing, starting anew in %u s", trouble, TROUBLE_PAUSE_MS / 1000);
        d->from_root = true;
        mo_node_pause(d->station.run, TROUBLE_PAUSE_MS);
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

static void keep_snapshot(drive_t *d)
{
    uint64_t seen = blocks_seen(d->feed.places);
    if (d->kind->resume == NULL || seen < d->kept_at + MO_NODE_SNAPSHOT_BLOCKS) {
        return;
    }
    mo_err_t err = mo_node_snapshot_keep(&d->station, d->kind, d->role, d->feed.places);
    d->kept_at = seen;
    if (mo_failed(err)) {
        mo_node_say("snapshot: %s", err.text);
    }
}

static void tell_notice(drive_t *d)
{
    const char *notice = d->kind->notice == NULL ? NULL : d->kind->notice(d->role);
    if (notice != NULL && d->noticed == NULL) {
        mo_node_say("%s", notice);
    }
    d->noticed = notice;
}

/* Origin's node is behind: what the auxiliary chain says about it waits. */
static void wait_for_origin(drive_t *d)
{
    if (d->feed.held > d->held) {
        mo_node_say("the auxiliary chain speaks of block %llu of origin, whose node is at %llu: waiting for it",
                    (unsigned long long)d->feed.held, (unsigned long long)d->feed.places[MO_CHAIN_ORIGIN].number);
        d->held = d->feed.held;
    }
    mo_node_pause(d->station.run, d->station.config->poll_interval);
}

static void tell_in_sync(drive_t *d)
{
    if (!d->in_sync) {
        mo_node_say("in sync at block %llu of origin, %llu of the auxiliary chain",
                    (unsigned long long)d->feed.places[MO_CHAIN_ORIGIN].number,
                    (unsigned long long)d->feed.places[MO_CHAIN_AUXILIARY].number);
    }
    d->in_sync = true;
}

static void act(drive_t *d)
{
    tell_in_sync(d);
    tell_finalised(d);
    tell_notice(d);
    keep_snapshot(d);
    foresee(d);
    tick_queues(d);
    if (d->kind->look != NULL) {
        d->kind->look(&d->station, d->role);
    }
    decide(d);
    mo_node_pause(d->station.run, d->station.config->poll_interval);
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
    if (!d->stale && d->feed.held > 0) {
        wait_for_origin(d);
    } else if (!d->stale && mo_node_feed_is_caught_up(&d->feed)) {
        act(d);
    }
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
        err = mo_node_station_open(&d.station, run, kind);
    }
    if (!mo_failed(err)) {
        err = run_until_stopped(&d);
    }
    mo_node_feed_close(&d.feed);
    mo_node_station_close(&d.station);
    free(d.station.memory);
    free(d.data);
    free(d.role);
    return err;
}
