#include "node/validator.h"

#include <stdio.h>
#include <string.h>

#include "base/endian.h"
#include "base/hex.h"
#include "eth/keccak.h"
#include "node/drive.h"
#include "node/validator_calls.h"
#include "role/validator.h"
#include "rules/identity.h"
#include "store/guard.h"

/* How long the next in turn waits, in polls of the chains: long enough to see what the one before has done. */
#define PATIENCE_POLLS 8

static const char *const duties[MO_VALIDATOR_DUTIES] = {
    [MO_DUTY_REPORT_AUXILIARY] = "report-auxiliary", [MO_DUTY_ANCHOR] = "anchor",
    [MO_DUTY_REPORT_ORIGIN] = "report-origin",       [MO_DUTY_VOTE_AUXILIARY] = "vote-auxiliary",
    [MO_DUTY_VOTE_ORIGIN] = "vote-origin",           [MO_DUTY_PROPOSE] = "propose",
    [MO_DUTY_COMMIT] = "commit",                     [MO_DUTY_RELAY] = "relay",
};

static mo_err_t read_mark(mo_node_station_t *s, const mo_hash_t *chain, mo_vote_mark_t *mark)
{
    mo_guard_mark_t highest;
    mo_guard_record_t record;
    bool found = false;
    mo_err_t err = mo_guard_mark(s->store, &s->self, chain, &highest);
    if (!mo_failed(err) && highest.any) {
        err = mo_guard_find(s->store, &s->self, chain, highest.target, &record, &found);
    }
    *mark = found ? mo_rules_vote_mark(&record.vote) : (mo_vote_mark_t){0};
    return err;
}

/* The newest votes about a chain, by rising target. Heights without a vote are rare: each one costs a look. */
static mo_err_t read_cast(mo_node_station_t *s, const mo_hash_t *chain, mo_cast_t *cast)
{
    mo_guard_mark_t highest;
    *cast = (mo_cast_t){0};
    mo_err_t err = mo_guard_mark(s->store, &s->self, chain, &highest);
    uint64_t looks = 2 * MO_VALIDATOR_CAST_MAX;
    uint64_t top = highest.any ? highest.target.value + 1 : 0;
    uint64_t low = top > looks ? top - looks : 0;
    for (uint64_t height = low; height < top && !mo_failed(err); height++) {
        mo_guard_record_t record;
        bool found;
        err = mo_guard_find(s->store, &s->self, chain, (mo_height_t){height}, &record, &found);
        if (found) {
            cast->votes[cast->count++ % MO_VALIDATOR_CAST_MAX] = record.vote;
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

static mo_err_t keep(mo_node_station_t *s, const void *role)
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

static mo_err_t start(mo_node_station_t *s, void *role)
{
    const mo_node_config_t *c = s->config;
    mo_validator_config_t config = {
        .signer = s->self,
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
    mo_hash_t core_id = mo_rules_core_id(c->origin_chain_id, &c->core);
    mo_hash_t origin_id = mo_rules_origin_id(c->origin_chain_id);
    mo_err_t err = read_mark(s, &core_id, &config.marks[MO_POLL_AUXILIARY]);
    if (!mo_failed(err)) {
        err = read_mark(s, &origin_id, &config.marks[MO_POLL_ORIGIN]);
    }
    if (!mo_failed(err)) {
        err = read_cast(s, &core_id, &config.cast[MO_POLL_AUXILIARY]);
    }
    if (!mo_failed(err)) {
        err = read_cast(s, &origin_id, &config.cast[MO_POLL_ORIGIN]);
    }
    if (!mo_failed(err)) {
        err = read_bound(s, &config.bound);
    }
    mo_validator_init(role, &config);
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

static const char *trouble(const void *role)
{
    const mo_validator_role_t *v = role;
    return v->disagreement == MO_DISAGREEMENT_NONE ? NULL : mo_disagreement_text(v->disagreement);
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
        .keep = keep,
        .watched = watched,
        .first_block = first_block,
        .call = mo_node_validator_call,
        .trouble = trouble,
    };
    return mo_node_drive(run, &kind);
}
