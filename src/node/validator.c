#include "node/validator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "base/hex.h"
#include "bind/core.h"
#include "eth/keccak.h"
#include "node/drive.h"
#include "node/validator_calls.h"
#include "role/validator.h"
#include "rules/identity.h"

/* How long the next in turn waits, in polls of the chains: long enough to see what the one before has done. */
#define PATIENCE_POLLS 8

static const char *const duties[MO_VALIDATOR_DUTIES] = {
    [MO_DUTY_REPORT_AUXILIARY] = "report-auxiliary", [MO_DUTY_ANCHOR] = "anchor",
    [MO_DUTY_REPORT_ORIGIN] = "report-origin",       [MO_DUTY_VOTE_AUXILIARY] = "vote-auxiliary",
    [MO_DUTY_VOTE_ORIGIN] = "vote-origin",           [MO_DUTY_PROPOSE] = "propose",
    [MO_DUTY_COMMIT] = "commit",                     [MO_DUTY_RELAY] = "relay",
};

/* --- the signer, and what it has signed ------------------------------------------------------------------------- */

static mo_err_t open_signer(mo_node_station_t *s)
{
    if (s->signer != NULL) {
        return MO_SUCCESS;
    }
    return s->run->signer_path != NULL ? mo_signer_connect(&s->signer, s->run->signer_path)
                                       : mo_signer_open(&s->signer, s->store, &s->key);
}

static mo_err_t ask_setup(mo_node_station_t *s, mo_hash_t *setup)
{
    uint8_t question[4];
    uint8_t answer[32];
    mo_buffer_t data = MO_BUFFER(question);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_core_setup_hash_result_t result;
    MO_CHECK(mo_bind_core_setup_hash_encode(&data));
    mo_err_t err = mo_node_ask(s, MO_CHAIN_ORIGIN, &s->config->core, mo_buffer_view(&data), &out);
    if (!mo_failed(err) && mo_bind_core_setup_hash_result_decode(mo_buffer_view(&out), &result) != MO_ABI_OK) {
        err = mo_err(MO_ERR_TRANSIENT, "the core's setupHash does not decode");
    }
    *setup = mo_failed(err) ? (mo_hash_t){0} : result.value;
    return err;
}

/* Tells the signer which core this is about (5.7). */
static mo_err_t name_core(mo_node_station_t *s)
{
    mo_guard_core_t core = {.origin_chain_id = s->config->origin_chain_id, .core = s->config->core};
    mo_block_t *genesis = calloc(1, sizeof *genesis);
    MO_CHECK(genesis != NULL);
    mo_err_t err = mo_rpc_block(s->rpcs[MO_CHAIN_ORIGIN], MO_AT(0), genesis);
    core.origin_genesis = genesis->hash;
    free(genesis);
    if (!mo_failed(err)) {
        err = ask_setup(s, &core.setup_hash);
    }
    /* What a node says now it may say otherwise in a moment. */
    if (err.kind == MO_ERR_PERMANENT) {
        err.kind = MO_ERR_TRANSIENT;
    }
    return mo_failed(err) ? err : mo_signer_know(s->signer, &core);
}

/* A watermark above the last vote stands for a vote of which only the heights are known: no source equals its own. */
static mo_vote_mark_t watermark_of(const mo_hash_t *chain, const mo_guard_mark_t *highest)
{
    return (mo_vote_mark_t){.signed_any = true,
                            .last = {.chain = *chain,
                                     .source_height = highest->watermark_source,
                                     .target_height = highest->watermark_target}};
}

static mo_err_t read_mark(mo_node_station_t *s, const mo_hash_t *chain, mo_vote_mark_t *mark)
{
    mo_guard_mark_t highest;
    mo_guard_record_t record;
    bool found = false;
    *mark = (mo_vote_mark_t){0};
    mo_err_t err = mo_signer_mark(s->signer, chain, &highest);
    if (!mo_failed(err) && highest.any) {
        err = mo_signer_find(s->signer, chain, highest.target, &record, &found);
    }
    if (mo_failed(err)) {
        return err;
    }
    bool is_marked = highest.watermark && (!found || highest.watermark_target.value >= highest.target.value);
    *mark = is_marked ? watermark_of(chain, &highest) : found ? mo_rules_vote_mark(&record.vote) : *mark;
    return MO_SUCCESS;
}

/* The newest votes about a chain, by rising target. Heights without a vote are rare: each one costs a look. */
static mo_err_t read_cast(mo_node_station_t *s, const mo_hash_t *chain, mo_cast_t *cast)
{
    mo_guard_mark_t highest;
    *cast = (mo_cast_t){0};
    mo_err_t err = mo_signer_mark(s->signer, chain, &highest);
    uint64_t looks = 2 * MO_VALIDATOR_CAST_MAX;
    uint64_t top = highest.any ? highest.target.value + 1 : 0;
    uint64_t low = top > looks ? top - looks : 0;
    for (uint64_t height = low; height < top && !mo_failed(err); height++) {
        mo_guard_record_t record;
        bool found;
        err = mo_signer_find(s->signer, chain, (mo_height_t){height}, &record, &found);
        if (found) {
            cast->votes[cast->count++ % MO_VALIDATOR_CAST_MAX] = record.vote;
        }
    }
    return err;
}

static mo_err_t read_votes(mo_node_station_t *s, mo_validator_config_t *config)
{
    const mo_hash_t chains[MO_POLL_CHAINS] = {
        [MO_POLL_AUXILIARY] = mo_rules_core_id(s->config->origin_chain_id, &s->config->core),
        [MO_POLL_ORIGIN] = mo_rules_origin_id(s->config->origin_chain_id),
    };
    mo_err_t err = MO_SUCCESS;
    for (int chain = 0; chain < MO_POLL_CHAINS && !mo_failed(err); chain++) {
        err = read_mark(s, &chains[chain], &config->marks[chain]);
        if (!mo_failed(err)) {
            err = read_cast(s, &chains[chain], &config->cast[chain]);
        }
    }
    return err;
}

/* --- what binds for ever (2.9): "bound <name of the core on its chains>" -> height, hash ------------------------- */

typedef char bound_key_t[MO_STORE_KEY_MAX + 1];

/* Chain ids and addresses repeat from one devnet to the next, its root does not (5.7). */
static void bound_key(const mo_node_config_t *c, bound_key_t key)
{
    char text[2 * 32 + 1];
    mo_hash_t core_id = mo_rules_core_id(c->origin_chain_id, &c->core);
    mo_hash_t name = mo_keccak256_pair(&core_id, &c->auxiliary_root_hash);
    mo_hex_encode(mo_hash_view(&name), MO_HEX_BARE, text, sizeof text);
    (void)snprintf(key, sizeof(bound_key_t), "bound %s", text);
}

static mo_err_t read_bound(mo_node_station_t *s, mo_bound_t *bound)
{
    bound_key_t key;
    uint8_t value[8 + 32];
    mo_buffer_t out = MO_BUFFER(value);
    bool found;
    *bound = (mo_bound_t){0};
    bound_key(s->config, key);
    mo_err_t err = mo_store_get(s->store, key, &out, &found);
    if (mo_failed(err) || !found) {
        return err;
    }
    if (out.size != sizeof value) {
        return mo_err(MO_ERR_PERMANENT, "store %s: %s: %zu bytes, not %zu: restore it from a backup",
                      mo_store_path(s->store), key, out.size, sizeof value);
    }
    bound->height.value = mo_load_be64(value);
    memcpy(bound->hash.bytes, value + 8, 32);
    return MO_SUCCESS;
}

static mo_err_t keep(mo_node_station_t *s, void *role)
{
    const mo_validator_role_t *v = role;
    mo_bound_t known;
    mo_err_t err = read_bound(s, &known);
    if (mo_failed(err) || v->bound.height.value <= known.height.value) {
        return err;
    }
    bound_key_t key;
    uint8_t value[8 + 32];
    bound_key(s->config, key);
    mo_store_be64(v->bound.height.value, value);
    memcpy(value + 8, v->bound.hash.bytes, 32);
    return mo_store_put(s->store, key, MO_BYTES(value));
}

/* ------------------------------------------------------------------------------------------------------------------ */

/* All that a state is made of beside what the chains say. */
static mo_err_t make_config(mo_node_station_t *s, mo_validator_config_t *config)
{
    const mo_node_config_t *c = s->config;
    *config = (mo_validator_config_t){0};
    mo_err_t err = open_signer(s);
    if (!mo_failed(err)) {
        err = name_core(s);
    }
    if (mo_failed(err)) {
        return err;
    }
    *config = (mo_validator_config_t){
        .signer = mo_signer_address(s->signer),
        .origin_chain_id = c->origin_chain_id,
        .core = c->core,
        .registry = c->registry,
        .auxiliary_block_store = c->auxiliary_block_store,
        .origin_block_store = c->origin_block_store,
        .polling_place = c->polling_place,
        .kernel_relay = c->kernel_relay,
        .epoch = c->epoch,
        .origin_epoch = c->origin_epoch,
        .auxiliary_root_number = c->auxiliary_root_number,
        .origin_root_number = c->origin_root_number,
        .auxiliary_root_hash = c->auxiliary_root_hash,
        .origin_root_hash = c->origin_root_hash,
        .patience_ms = PATIENCE_POLLS * c->poll_interval,
    };
    err = read_votes(s, config);
    return mo_failed(err) ? err : read_bound(s, &config->bound);
}

static mo_err_t start(mo_node_station_t *s, void *role)
{
    mo_validator_config_t config;
    mo_err_t err = make_config(s, &config);
    if (!mo_failed(err)) {
        mo_validator_init(role, &config);
    }
    return err;
}

static mo_err_t resume(mo_node_station_t *s, void *role, bool *resumed)
{
    mo_validator_config_t config;
    mo_err_t err = make_config(s, &config);
    *resumed = !mo_failed(err) && mo_validator_resume(role, &config);
    return err;
}

static size_t watched(const mo_node_config_t *c, mo_chain_t chain, mo_address_t out[MO_NODE_WATCHED_MAX])
{
    if (chain == MO_CHAIN_ORIGIN) {
        out[0] = c->core;
        out[1] = c->registry;
        return 2;
    }
    out[0] = c->auxiliary_block_store;
    out[1] = c->origin_block_store;
    out[2] = c->polling_place;
    return 3;
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
    mo_validator_step(role, event, actions);
}

static const char *slash_text(const mo_own_slash_t *slash)
{
    static char text[160];
    char transaction[MO_HEX_TEXT(32)];
    mo_hex_encode(mo_hash_view(&slash->transaction), MO_HEX_PREFIXED, transaction, sizeof transaction);
    (void)snprintf(text, sizeof text, "this validator was slashed on the %s chain by condition %u (2.3), transaction %s",
                   slash->chain == MO_CHAIN_ORIGIN ? "origin" : "auxiliary", slash->condition, transaction);
    return text;
}

static const char *trouble(const void *role)
{
    const mo_validator_role_t *v = role;
    if (v->slashed) {
        return slash_text(&v->own_slash);
    }
    return v->disagreement == MO_DISAGREEMENT_NONE ? NULL : mo_disagreement_text(v->disagreement);
}

/* A guard that knows less than the chain is not this key's, or not all of it: two votes could be the end of the stake. A
 * validator that was slashed has no vote left, and somebody should look why (11.5). */
static bool ends(const void *role)
{
    const mo_validator_role_t *v = role;
    return v->slashed || v->disagreement == MO_DISAGREEMENT_GUARD_BEHIND;
}

static const char *notice(const void *role)
{
    const mo_validator_role_t *v = role;
    return v->core.status == MO_CORE_HALTED
               ? "the core is halted: nothing more is reported, voted for, proposed or committed (11.5)"
               : NULL;
}

static uint64_t speaks_of(const void *role, const mo_event_t *event)
{
    return event->kind == MO_EVENT_LOG ? mo_validator_speaks_of(role, &event->log) : 0;
}

/* Own checkpoints of origin must still be remembered when the auxiliary chain speaks of them. */
static bool origin_first(const void *role)
{
    const mo_validator_role_t *v = role;
    return v->own[MO_POLL_ORIGIN].top - v->reported[MO_POLL_ORIGIN] < MO_VALIDATOR_CHECKPOINTS_MAX / 2 ||
           v->own[MO_POLL_ORIGIN].top < v->reported[MO_POLL_ORIGIN];
}

mo_err_t mo_node_validator_run(const mo_node_run_t *run)
{
    static const mo_node_role_t kind = {
        .name = "validator",
        .duties = duties,
        .duty_count = MO_VALIDATOR_DUTIES,
        .size = sizeof(mo_validator_role_t),
        .origin_first = origin_first,
        .step = step,
        .start = start,
        .resume = resume,
        .speaks_of = speaks_of,
        .keep = keep,
        .watched = watched,
        .first_block = first_block,
        .call = mo_node_validator_call,
        .foresee = mo_node_validator_foresee,
        .trouble = trouble,
        .ends = ends,
        .notice = notice,
    };
    return mo_node_drive(run, &kind);
}
