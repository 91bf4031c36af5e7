/* The drivers over the modelled chains: what src/node/drive.c and feed.c do over real ones, in the same order. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "rules/kernel.h"
#include "sim/world.h"

#define POLL_MS         1000u
#define PATIENCE_POLLS  8u
#define TROUBLE_MS      10000u
/* Unmined for so long: sent again. */
#define AGAIN_MS        15000u

uint32_t mo_sim_call_new(mo_sim_t *w, mo_chain_t chain)
{
    mo_sim_call_t *call = MO_SIM_PUSH(mo_sim_call_t, &w->calls);
    call->node = MO_SIM_NONE;
    call->chain = chain;
    call->kernel = MO_SIM_NONE;
    return (uint32_t)(w->calls.count - 1);
}

/* --- starting anew ---------------------------------------------------------------------------------------------- */

void mo_sim_node_start(mo_sim_t *w, uint32_t node)
{
    mo_sim_node_t *n = &w->nodes[node];
    n->seen[MO_CHAIN_ORIGIN] = n->seen[MO_CHAIN_AUXILIARY] = MO_SIM_NONE;
    n->finalised = 0;
    n->stale = false;
    w->report->replays++;
    if (n->kind == MO_SIM_NODE_WATCHER) {
        mo_sim_watch_start(w, n);
        return;
    }
    if (n->kind == MO_SIM_NODE_FACILITATOR) {
        mo_sim_carry_start(w, n);
        return;
    }
    mo_validator_config_t config = w->base;
    config.signer = w->addresses[n->signer];
    config.patience_ms = PATIENCE_POLLS * POLL_MS;
    mo_sim_store_read(w, node, &config);
    mo_validator_init(n->role, &config);
}

/* --- events ----------------------------------------------------------------------------------------------------- */

void mo_sim_node_step(mo_sim_node_t *n, const mo_event_t *event)
{
    switch (n->kind) {
    case MO_SIM_NODE_VALIDATOR:
        mo_validator_step(n->role, event, &n->actions);
        break;
    case MO_SIM_NODE_WATCHER:
        mo_watcher_step(n->watcher, event, &n->actions);
        break;
    case MO_SIM_NODE_FACILITATOR:
        mo_facilitator_step(n->facilitator, event, &n->actions);
        break;
    }
}

/* An event as the driver makes it of a log. */
static mo_event_t log_event(mo_sim_t *w, mo_chain_t chain, const mo_sim_block_t *block, size_t i)
{
    const mo_sim_log_t *log = MO_SIM_AT(mo_sim_log_t, w->chains[chain].logs, block->first_log + i);
    mo_event_t event = {.kind = MO_EVENT_LOG,
                        .chain = chain,
                        .log = {.chain = chain,
                                .number = block->number,
                                .transaction = mo_sim_transaction(log->call),
                                .address = log->address,
                                .topic_count = log->topic_count,
                                .data = {(const uint8_t *)w->chains[chain].bytes.items + log->data, log->size}}};
    memcpy(event.log.topics, log->topics, sizeof event.log.topics);
    return event;
}

static void hand_block(mo_sim_t *w, mo_sim_node_t *n, mo_chain_t chain, uint32_t index)
{
    const mo_sim_chain_t *c = &w->chains[chain];
    const mo_sim_block_t *block = mo_sim_block(w, chain, index);
    const uint8_t *bytes = c->bytes.items;
    mo_event_t event = {.kind = MO_EVENT_HEADER,
                        .chain = chain,
                        .header = {.number = block->number,
                                   .timestamp = block->timestamp,
                                   .hash = block->hash,
                                   .rlp = {bytes + block->header, block->header_size}}};
    mo_sim_node_step(n, &event);
    for (size_t i = 0; i < block->log_count; i++) {
        event = log_event(w, chain, block, i);
        mo_sim_node_step(n, &event);
    }
    n->seen[chain] = index;
    if (n->kind == MO_SIM_NODE_WATCHER) {
        mo_sim_check_shown(w, n, chain, index);
    }
}

/* A block of the auxiliary chain that speaks of a block of origin which this endpoint has not shown waits until origin's
 * head has that number or is younger (node/feed.h). */
static bool is_held(mo_sim_t *w, const mo_sim_node_t *n, mo_chain_t chain, uint32_t index)
{
    if (n->kind == MO_SIM_NODE_FACILITATOR || chain == MO_CHAIN_ORIGIN || n->seen[MO_CHAIN_ORIGIN] == MO_SIM_NONE) {
        return false;
    }
    const mo_validator_role_t *role = n->kind == MO_SIM_NODE_WATCHER ? &n->watcher->copy : n->role;
    const mo_sim_block_t *block = mo_sim_block(w, chain, index);
    const mo_sim_block_t *origin = mo_sim_block(w, MO_CHAIN_ORIGIN, n->seen[MO_CHAIN_ORIGIN]);
    bool held = false;
    for (size_t i = 0; i < block->log_count && origin->timestamp <= block->timestamp; i++) {
        mo_event_t event = log_event(w, chain, block, i);
        held = held || mo_validator_speaks_of(role, &event.log) > origin->number;
    }
    return held;
}

/* Everything above what was seen, in order; false when the head is no descendant of it: a reorganisation. */
static bool follow(mo_sim_t *w, mo_sim_node_t *n, mo_chain_t chain)
{
    uint32_t head = n->view[chain];
    uint32_t seen = n->seen[chain];
    if (seen != MO_SIM_NONE && mo_sim_chain_descends(w, chain, seen, head)) {
        return true;
    }
    if (seen != MO_SIM_NONE && !mo_sim_chain_descends(w, chain, head, seen)) {
        return false;
    }
    mo_sim_vector_t way = {0};
    for (uint32_t i = head; i != seen; i = mo_sim_block(w, chain, i)->parent) {
        *MO_SIM_PUSH(uint32_t, &way) = i;
    }
    for (size_t i = way.count; i > 0 && !n->held; i--) {
        uint32_t next = *MO_SIM_AT(uint32_t, way, i - 1);
        n->held = is_held(w, n, chain, next);
        if (!n->held) {
            hand_block(w, n, chain, next);
        }
    }
    free(way.items);
    return true;
}

/* The newest block that has come through to this endpoint. */
static void look(mo_sim_t *w, mo_sim_node_t *n, mo_chain_t chain)
{
    if (w->now_ms < n->stuck_until_ms[chain]) {
        return;
    }
    uint32_t i = w->chains[chain].lanes[n->lane[chain]].tip;
    while (mo_sim_block(w, chain, i)->mined_ms + n->delay_ms[chain] > w->now_ms &&
           mo_sim_block(w, chain, i)->parent != MO_SIM_NONE) {
        i = mo_sim_block(w, chain, i)->parent;
    }
    n->view[chain] = i;
}

static void tell_finalised(mo_sim_t *w, mo_sim_node_t *n)
{
    uint64_t head = mo_sim_block(w, MO_CHAIN_ORIGIN, n->view[MO_CHAIN_ORIGIN])->number;
    uint64_t final = head > w->origin_depth ? head - w->origin_depth : 0;
    if (final > n->finalised) {
        n->finalised = final;
        mo_event_t event = {.kind = MO_EVENT_FINALISED, .chain = MO_CHAIN_ORIGIN, .finalised = final};
        mo_sim_node_step(n, &event);
    }
}

/* --- calls in flight -------------------------------------------------------------------------------------------- */

static void tell_outcome(mo_sim_node_t *n, const mo_action_t *action, mo_outcome_t outcome)
{
    mo_event_t event = {.kind = MO_EVENT_OUTCOME,
                        .outcome = {.duty = action->duty, .key = action->key, .outcome = outcome}};
    mo_sim_node_step(n, &event);
}

static void send(mo_sim_t *w, uint32_t call)
{
    if (mo_sim_chance(w, w->healed ? 0 : w->faults.lost_per_mille)) {
        return;
    }
    mo_sim_chain_send(w, call, mo_sim_below(w, w->faults.delay_ms + 1));
}

int mo_sim_node_found(mo_sim_t *w, const mo_sim_node_t *n, const mo_sim_call_t *call)
{
    for (size_t i = call->inclusion_count; i > 0; i--) {
        uint32_t block = call->inclusions[i - 1];
        if (mo_sim_chain_descends(w, call->chain, n->view[call->chain], block)) {
            return call->done[i - 1] ? 1 : 0;
        }
    }
    return -1;
}

static void tick_flights(mo_sim_t *w, mo_sim_node_t *n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n->flights.count; i++) {
        mo_sim_flight_t flight = *MO_SIM_AT(mo_sim_flight_t, n->flights, i);
        const mo_sim_call_t *call = MO_SIM_AT(mo_sim_call_t, w->calls, flight.call);
        int state = mo_sim_node_found(w, n, call);
        if (state >= 0) {
            tell_outcome(n, &call->action, state == 1 ? MO_OUTCOME_DONE : MO_OUTCOME_FAILED);
            continue;
        }
        if (w->now_ms - flight.sent_ms > AGAIN_MS) {
            flight.sent_ms = w->now_ms;
            send(w, flight.call);
        }
        *MO_SIM_AT(mo_sim_flight_t, n->flights, kept++) = flight;
    }
    n->flights.count = kept;
}

/* One label has one call in flight. */
static bool is_in_flight(mo_sim_t *w, const mo_sim_node_t *n, const mo_action_t *action)
{
    for (size_t i = 0; i < n->flights.count; i++) {
        const mo_sim_flight_t *flight = MO_SIM_AT(mo_sim_flight_t, n->flights, i);
        const mo_action_t *sent = &MO_SIM_AT(mo_sim_call_t, w->calls, flight->call)->action;
        if (sent->duty == action->duty && sent->key == action->key) {
            return true;
        }
    }
    return false;
}

/* --- actions ---------------------------------------------------------------------------------------------------- */

typedef enum {
    MADE,
    NOT_NOW,
    REFUSED,
    CRASHED,
} made_t;

static made_t make_report(mo_sim_t *w, const mo_sim_node_t *n, mo_sim_call_t *call)
{
    const mo_action_report_t *in = &call->action.report;
    uint32_t head = n->view[MO_CHAIN_AUXILIARY];
    uint32_t last = mo_sim_chain_ancestor(w, MO_CHAIN_AUXILIARY, head, in->to);
    uint32_t first = mo_sim_chain_ancestor(w, MO_CHAIN_AUXILIARY, last, in->from - 1);
    call->block = last;
    bool there = last != MO_SIM_NONE && first != MO_SIM_NONE &&
                 mo_sim_block(w, MO_CHAIN_AUXILIARY, last)->number == in->to &&
                 mo_hash_equal(&mo_sim_block(w, MO_CHAIN_AUXILIARY, first)->hash, &in->first);
    return there ? MADE : NOT_NOW;
}

static made_t make_report_origin(mo_sim_t *w, const mo_sim_node_t *n, mo_sim_call_t *call)
{
    call->block = mo_sim_chain_ancestor(w, MO_CHAIN_ORIGIN, n->view[MO_CHAIN_ORIGIN], call->action.number);
    bool there = call->block != MO_SIM_NONE &&
                 mo_sim_block(w, MO_CHAIN_ORIGIN, call->block)->number == call->action.number;
    return there ? MADE : NOT_NOW;
}

static made_t make_vote(mo_sim_t *w, uint32_t node, mo_sim_call_t *call)
{
    call->signer = w->nodes[node].signer;
    switch (mo_sim_store_sign(w, node, &call->action.vote, &call->signature)) {
    case MO_SIM_SIGN_DONE:
        mo_sim_check_signed(w, node, call->signer, &call->action.vote, &call->signature);
        return MADE;
    case MO_SIM_SIGN_REFUSED:
        return REFUSED;
    case MO_SIM_SIGN_CRASHED:
        break;
    }
    return CRASHED;
}

static made_t make(mo_sim_t *w, uint32_t node, mo_sim_call_t *call)
{
    const mo_sim_node_t *n = &w->nodes[node];
    const mo_action_t *action = &call->action;
    if (n->kind == MO_SIM_NODE_FACILITATOR) {
        return mo_sim_carry_make(w, n, call) ? MADE : REFUSED;
    }
    if (action->kind == MO_ACTION_VOTE) {
        return make_vote(w, node, call);
    }
    if (action->kind == MO_ACTION_REPORT_AUXILIARY) {
        return make_report(w, n, call);
    }
    if (action->kind == MO_ACTION_REPORT_ORIGIN) {
        return make_report_origin(w, n, call);
    }
    if (action->kind == MO_ACTION_COMMIT) {
        MO_CHECK(action->commit.seal.size <= sizeof call->seal);
        memcpy(call->seal, action->commit.seal.data, action->commit.seal.size);
        call->seal_size = action->commit.seal.size;
    }
    if (action->kind == MO_ACTION_SLASH) {
        mo_sim_watch_make(w, call);
    }
    if (action->kind == MO_ACTION_RELAY) {
        mo_hash_t hash = mo_rules_kernel_hash(action->relay.kernel);
        call->kernel = mo_sim_kernel_find(w, &hash);
    }
    return MADE;
}

/* The call is on disk before it is sent. */
static bool submit(mo_sim_t *w, uint32_t node, const mo_sim_call_t *draft)
{
    mo_sim_node_t *n = &w->nodes[node];
    mo_sim_crash_t crash = mo_sim_fault_crash(w, node, MO_SIM_WRITE_FLIGHT);
    if (crash == MO_SIM_CRASH_BEFORE) {
        return false;
    }
    uint32_t call = mo_sim_call_new(w, draft->chain);
    *MO_SIM_AT(mo_sim_call_t, w->calls, call) = *draft;
    /* A crash between the write and the sending: it is sent after the restart, as what is unmined for long. */
    bool sent = crash == MO_SIM_CRASH_NONE;
    *MO_SIM_PUSH(mo_sim_flight_t, &n->flights) = (mo_sim_flight_t){call, sent ? w->now_ms : 0};
    if (sent) {
        send(w, call);
    }
    return sent;
}

/* False when the machine went down. */
static bool carry_out(mo_sim_t *w, uint32_t node, const mo_action_t *action)
{
    mo_sim_node_t *n = &w->nodes[node];
    mo_sim_call_t draft = {.kind = MO_SIM_CALL_ROLE, .action = *action, .chain = action->chain, .node = node,
                           .kernel = MO_SIM_NONE};
    made_t made = make(w, node, &draft);
    if (made == NOT_NOW || made == REFUSED) {
        tell_outcome(n, action, made == NOT_NOW ? MO_OUTCOME_LATER : MO_OUTCOME_FAILED);
        return true;
    }
    if (made == CRASHED) {
        return false;
    }
    if (is_in_flight(w, n, action)) {
        return true;
    }
    return submit(w, node, &draft);
}

static void decide(mo_sim_t *w, uint32_t node)
{
    mo_sim_node_t *n = &w->nodes[node];
    mo_event_t event = {.kind = MO_EVENT_TICK, .now_ms = w->now_ms};
    mo_sim_node_step(n, &event);
    mo_actions_t actions = n->actions;
    for (size_t i = 0; i < actions.count; i++) {
        if (!carry_out(w, node, &actions.items[i])) {
            return;
        }
    }
}

/* --- a turn ----------------------------------------------------------------------------------------------------- */

static bool wake(mo_sim_t *w, mo_sim_node_t *n)
{
    if (n->down && w->now_ms >= n->up_ms) {
        n->down = false;
        n->stale = true;
        w->report->restarts++;
    }
    return !n->down && !n->silent && !n->absent;
}

/* What binds a validator is on disk before it acts (2.9); one that disbelieves what it sees is made anew later. False when
 * the machine went down. */
static bool keep_bound(mo_sim_t *w, uint32_t node)
{
    mo_sim_node_t *n = &w->nodes[node];
    if (!mo_sim_store_keep(w, node)) {
        return false;
    }
    mo_sim_check_role(w, node);
    if (n->role->disagreement != MO_DISAGREEMENT_NONE) {
        mo_sim_say(w, "validator %u: %s", node, mo_disagreement_text(n->role->disagreement));
        n->next_ms = w->now_ms + TROUBLE_MS;
        n->stale = true;
    }
    return true;
}

void mo_sim_node_turn(mo_sim_t *w, uint32_t node)
{
    mo_sim_node_t *n = &w->nodes[node];
    n->next_ms = w->now_ms + POLL_MS;
    if (!wake(w, n)) {
        return;
    }
    mo_sim_fault_look(w, node);
    if (w->now_ms < n->trouble_until_ms) {
        return;
    }
    if (n->stale) {
        mo_sim_node_start(w, node);
    }
    look(w, n, MO_CHAIN_AUXILIARY);
    look(w, n, MO_CHAIN_ORIGIN);
    n->held = false;
    bool reorganised = !follow(w, n, MO_CHAIN_ORIGIN) || !follow(w, n, MO_CHAIN_AUXILIARY);
    n->stale = reorganised;
    if (n->kind == MO_SIM_NODE_WATCHER) {
        mo_sim_watch_look(w, n);
    } else if (n->kind == MO_SIM_NODE_FACILITATOR) {
        mo_sim_carry_look(w, n);
    } else if (!keep_bound(w, node)) {
        return;
    }
    if (!n->stale && !n->held) {
        tell_finalised(w, n);
        tick_flights(w, n);
        decide(w, node);
    }
}
