#include "node/validator.h"

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

static mo_err_t start(mo_node_station_t *s, void *role)
{
    const mo_node_config_t *c = s->config;
    mo_validator_config_t config = {
        .signer = s->self,
        .origin_chain_id = c->origin_chain_id,
        .core = c->core,
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
    mo_validator_init(role, &config);
    return err;
}

static size_t watched(const mo_node_config_t *c, mo_chain_t chain, mo_address_t out[MO_NODE_WATCHED_MAX])
{
    if (chain == MO_CHAIN_ORIGIN) {
        out[0] = c->core;
        return 1;
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

mo_err_t mo_node_validator_run(const mo_node_run_t *run)
{
    static const mo_node_role_t kind = {
        .name = "validator",
        .duties = duties,
        .duty_count = MO_VALIDATOR_DUTIES,
        .size = sizeof(mo_validator_role_t),
        .step = step,
        .start = start,
        .watched = watched,
        .first_block = first_block,
        .call = mo_node_validator_call,
        .trouble = trouble,
    };
    return mo_node_drive(run, &kind);
}
