#include "node/watcher.h"

#include <stdio.h>
#include <string.h>

#include "base/hex.h"
#include "eth/keccak.h"
#include "node/drive.h"
#include "node/watcher_calls.h"
#include "role/watcher.h"
#include "rules/identity.h"
#include "store/seen.h"

/* How often a node is asked for the same input: one that lags may have it in a moment, and one that cannot give it, because
 * it is too long or the transaction is gone, must not stand before all others. */
#define INPUT_TRIES 20

/* The role, and what the driver knows beside it. */
typedef struct {
    mo_watcher_role_t role;
    bool begun;
    size_t kept;         /* cases on disk */
    mo_store_t *store;   /* borrowed */
    mo_hash_t core;      /* its name in the record of votes */
    unsigned input_tries;
} desk_t;

static const char *const duties[MO_WATCHER_DUTIES] = {
    [MO_DUTY_SLASH_ORIGIN] = "slash-origin",
    [MO_DUTY_SLASH_AUXILIARY] = "slash-auxiliary",
    [MO_DUTY_CHALLENGE_OBSERVATION] = "challenge-observation",
    [MO_DUTY_RECORD_ORIGIN] = "record-origin",
    [MO_DUTY_CHALLENGE_GAS_TARGET] = "challenge-gas-target",
    [MO_DUTY_CHALLENGE_HALT] = "challenge-halt",
    [MO_DUTY_HALT] = "halt",
};

/* --- evidence on disk: "evidence <name of the core on its chains>" -> mo_evidence_t, one after the other ---------- */

typedef char evidence_key_t[MO_STORE_KEY_MAX + 1];

/* Votes and signatures are bytes and numbers of this machine: the store moves to no other kind of machine. */
#define EVIDENCE_SIZE sizeof(mo_evidence_t)
_Static_assert(MO_WATCHER_CASES_MAX * EVIDENCE_SIZE <= MO_STORE_VALUE_MAX, "all evidence fits one value");

/* Chain ids and addresses repeat from one devnet to the next, its root does not (5.7). */
static mo_hash_t name_of(const mo_node_config_t *c)
{
    mo_hash_t core_id = mo_rules_core_id(c->origin_chain_id, &c->core);
    return mo_keccak256_pair(&core_id, &c->auxiliary_root_hash);
}

static void evidence_key(const mo_node_config_t *c, evidence_key_t key)
{
    char text[2 * 32 + 1];
    mo_hash_t name = name_of(c);
    mo_hex_encode(mo_hash_view(&name), MO_HEX_BARE, text, sizeof text);
    (void)snprintf(key, sizeof(evidence_key_t), "evidence %s", text);
}

static mo_err_t read_evidence(mo_node_station_t *s, desk_t *desk)
{
    evidence_key_t key;
    mo_buffer_t out = {s->memory, 0, MO_NODE_MEMORY, false};
    bool found;
    evidence_key(s->config, key);
    mo_err_t err = mo_store_get(s->store, key, &out, &found);
    for (size_t at = 0; !mo_failed(err) && at + EVIDENCE_SIZE <= out.size; at += EVIDENCE_SIZE) {
        mo_evidence_t evidence;
        memcpy(&evidence, s->memory + at, EVIDENCE_SIZE);
        if (!mo_watcher_resume(&desk->role, &evidence)) {
            return mo_err(MO_ERR_PERMANENT, "store %s: %s: evidence that proves nothing: restore it from a backup",
                          mo_store_path(s->store), key);
        }
    }
    desk->kept = desk->role.case_count;
    return err;
}

static mo_err_t write_evidence(mo_node_station_t *s, desk_t *desk)
{
    if (desk->kept == desk->role.case_count) {
        return MO_SUCCESS;
    }
    evidence_key_t key;
    mo_buffer_t out = {s->memory, 0, MO_NODE_MEMORY, false};
    evidence_key(s->config, key);
    for (size_t i = 0; i < desk->role.case_count; i++) {
        const uint8_t *bytes = (const uint8_t *)&desk->role.cases[i].evidence;
        mo_buffer_put(&out, (mo_bytes_t){bytes, EVIDENCE_SIZE});
    }
    mo_err_t err = mo_store_put(s->store, key, mo_buffer_view(&out));
    desk->kept = mo_failed(err) ? desk->kept : desk->role.case_count;
    return err;
}

/* --- the record of all votes ---------------------------------------------------------------------------------------- */

static mo_err_t write_vote(desk_t *desk, const mo_watcher_fresh_t *fresh)
{
    mo_seen_vote_t seen = {.core = desk->core,
                           .signer = fresh->signer,
                           .vote = fresh->held.vote,
                           .signature = fresh->held.signature};
    mo_seen_vote_t other;
    bool offends;
    mo_err_t err = mo_seen_add(desk->store, &seen, &other, &offends);
    if (offends) {
        mo_watcher_accuse(&desk->role, &(mo_held_vote_t){other.vote, other.signature}, &fresh->held);
    }
    return err;
}

/* What could not be written stays with the role, for the next time. */
static mo_err_t write_votes(desk_t *desk)
{
    size_t count = mo_watcher_fresh_count(&desk->role);
    if (count == 0) {
        return MO_SUCCESS;
    }
    mo_err_t err = mo_seen_open(desk->store);
    for (size_t i = 0; i < count && !mo_failed(err); i++) {
        err = write_vote(desk, mo_watcher_fresh(&desk->role, i));
    }
    err = mo_seen_close(desk->store, err);
    if (!mo_failed(err)) {
        mo_watcher_fresh_take(&desk->role, count);
    }
    return err;
}

/* --- findings ----------------------------------------------------------------------------------------------------- */

static void words_of(const mo_finding_t *f, char *text, size_t size)
{
    char signer[2 * 20 + 3];
    char subject[2 * 32 + 3];
    mo_hex_encode(mo_address_view(&f->signer), MO_HEX_PREFIXED, signer, sizeof signer);
    mo_hex_encode(mo_hash_view(&f->subject), MO_HEX_PREFIXED, subject, sizeof subject);
    (void)snprintf(text, size,
                   "{\"finding\": \"%s\", \"chain\": \"%s\", \"block\": %llu, \"signer\": \"%s\", \"condition\": %d, "
                   "\"subject\": \"%s\", \"detail\": %llu}",
                   mo_finding_name(f->kind), f->chain == MO_CHAIN_ORIGIN ? "origin" : "auxiliary",
                   (unsigned long long)f->number, signer, (int)f->offence, subject, (unsigned long long)f->detail);
}

static void say(const mo_finding_t *f, bool json)
{
    static const mo_address_t nobody;
    char text[512];
    if (json) {
        words_of(f, text, sizeof text);
        printf("%s\n", text);
        fflush(stdout);
        return;
    }
    char signer[2 * 20 + 3] = "";
    if (!mo_address_equal(&f->signer, &nobody)) {
        mo_hex_encode(mo_address_view(&f->signer), MO_HEX_PREFIXED, signer, sizeof signer);
    }
    const char *why =
        f->kind == MO_FINDING_CONTRADICTION ? mo_disagreement_text((mo_disagreement_t)f->detail) : "";
    mo_node_say("FOUND %-13s %s block %llu: %s %s%s%s", mo_finding_name(f->kind),
                f->chain == MO_CHAIN_ORIGIN ? "origin" : "auxiliary", (unsigned long long)f->number,
                mo_finding_text(f->kind), signer, f->offence == MO_OFFENCE_NONE ? "" : " condition ",
                f->offence == MO_OFFENCE_NONE ? why : mo_rules_offence_name(f->offence));
}

/* --- inputs of transactions --------------------------------------------------------------------------------------- */

static mo_err_t ask_input(mo_node_station_t *s, const mo_event_t *event, mo_buffer_t *memory, mo_address_t *to)
{
    bool found;
    mo_err_t err = mo_rpc_input(s->rpcs[event->chain], &event->input.transaction, to, memory, &found);
    return mo_failed(err) || found ? err : mo_err(MO_ERR_TRANSIENT, "the node does not have the transaction");
}

/* False when there is none to be read, or the next is to be asked for again later. */
static bool read_input(mo_node_station_t *s, desk_t *desk)
{
    mo_event_t event = {.kind = MO_EVENT_INPUT};
    mo_buffer_t memory = {s->memory, 0, MO_NODE_MEMORY, false};
    if (!mo_watcher_wants(&desk->role, &event.chain, &event.input.transaction)) {
        return false;
    }
    mo_err_t err = ask_input(s, &event, &memory, &event.input.to);
    if (err.kind == MO_ERR_TRANSIENT && ++desk->input_tries < INPUT_TRIES) {
        return false;
    }
    if (mo_failed(err)) {
        mo_node_say("input of a transaction, given up: %s", err.text);
        event.input.to = (mo_address_t){{0}};
        memory.size = 0;
    }
    desk->input_tries = 0;
    event.input.input = mo_buffer_view(&memory);
    mo_actions_t none;
    mo_watcher_step(&desk->role, &event, &none);
    return true;
}

/* After each part of a chain that was read, however far it is from its head: what is to be read of transactions does not
 * pile up over a long past, and all is on disk before anything is done on the strength of it. */
static mo_err_t keep(mo_node_station_t *s, void *role)
{
    desk_t *desk = role;
    mo_err_t err = write_votes(desk);
    while (!mo_failed(err) && read_input(s, desk)) {
        err = write_votes(desk);
    }
    return mo_failed(err) ? err : write_evidence(s, desk);
}

static void look(mo_node_station_t *s, void *role)
{
    desk_t *desk = role;
    mo_finding_t finding;
    while (mo_watcher_finding(&desk->role, &finding)) {
        say(&finding, s->run->json);
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */

static mo_err_t start(mo_node_station_t *s, void *role)
{
    desk_t *desk = role;
    const mo_node_config_t *c = s->config;
    if (desk->begun) {
        mo_watcher_restart(&desk->role);
        return MO_SUCCESS;
    }
    mo_watcher_config_t config = {
        .origin_chain_id = c->origin_chain_id,
        .core = c->core,
        .registry = c->registry,
        .auxiliary_block_store = c->auxiliary_block_store,
        .origin_block_store = c->origin_block_store,
        .polling_place = c->polling_place,
        .kernel_relay = c->kernel_relay,
        .gateway = c->gateway,
        .co_gateway = c->co_gateway,
        .value_token = c->value_token,
        .utility_token = c->utility_token,
        .epoch = c->epoch,
        .origin_epoch = c->origin_epoch,
        .auxiliary_root_number = c->auxiliary_root_number,
        .origin_root_number = c->origin_root_number,
        .auxiliary_root_hash = c->auxiliary_root_hash,
        .origin_root_hash = c->origin_root_hash,
        .act = s->run->act,
        .public_good = s->run->public_good,
    };
    mo_watcher_init(&desk->role, &config);
    desk->store = s->store;
    desk->core = name_of(c);
    mo_err_t err = read_evidence(s, desk);
    desk->begun = !mo_failed(err);
    return err;
}

static size_t watched(const mo_node_config_t *c, mo_chain_t chain, mo_address_t out[MO_NODE_WATCHED_MAX])
{
    if (chain == MO_CHAIN_ORIGIN) {
        out[0] = c->core;
        out[1] = c->registry;
        out[2] = c->gateway;
        out[3] = c->value_token;
        return 4;
    }
    out[0] = c->auxiliary_block_store;
    out[1] = c->origin_block_store;
    out[2] = c->polling_place;
    out[3] = c->co_gateway;
    out[4] = c->utility_token;
    return 5;
}

static uint64_t first_block(const mo_node_config_t *c, mo_chain_t chain)
{
    if (chain == MO_CHAIN_AUXILIARY) {
        return c->auxiliary_root_number;
    }
    return c->origin_deploy_block < c->origin_root_number ? c->origin_deploy_block : c->origin_root_number;
}

static void step(void *role, const mo_event_t *event, mo_actions_t *actions)
{
    desk_t *desk = role;
    mo_watcher_step(&desk->role, event, actions);
    if (mo_watcher_fresh_count(&desk->role) > MO_WATCHER_FRESH_MAX / 2) {
        /* An error comes again, and is told, with the next `keep`. */
        (void)mo_failed(write_votes(desk));
    }
}

static mo_err_t call(mo_node_station_t *s, void *role, const mo_action_t *action, mo_node_call_t *out)
{
    mo_err_t err = write_evidence(s, role);
    return mo_failed(err) ? err : mo_node_watcher_call(s, action, out);
}

/* Own checkpoints of origin must still be remembered when the auxiliary chain speaks of them. */
static bool origin_first(const void *role)
{
    const desk_t *desk = role;
    const mo_validator_role_t *v = &desk->role.copy;
    return v->own[MO_POLL_ORIGIN].top - v->reported[MO_POLL_ORIGIN] < MO_VALIDATOR_CHECKPOINTS_MAX / 2 ||
           v->own[MO_POLL_ORIGIN].top < v->reported[MO_POLL_ORIGIN];
}

/* What it finds wrong it says, and goes on: a watcher that stops believing must not stop watching. */
static const char *trouble(const void *role)
{
    (void)role;
    return NULL;
}

/* Its copy of the polling place leaves links out whose target it has not seen, as a validator's does. */
static uint64_t speaks_of(const void *role, const mo_event_t *event)
{
    const desk_t *desk = role;
    return event->kind == MO_EVENT_LOG ? mo_validator_speaks_of(&desk->role.copy, &event->log) : 0;
}

mo_err_t mo_node_watcher_run(const mo_node_run_t *run)
{
    static const mo_node_role_t kind = {
        .name = "watcher",
        .duties = duties,
        .duty_count = MO_WATCHER_DUTIES,
        .size = sizeof(desk_t),
        .origin_first = origin_first,
        .speaks_of = speaks_of,
        .step = step,
        .start = start,
        .keep = keep,
        .watched = watched,
        .first_block = first_block,
        .call = call,
        .look = look,
        .trouble = trouble,
    };
    mo_node_log_to(run->json ? stderr : NULL);
    return mo_node_drive(run, &kind);
}
