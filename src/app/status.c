#include <stdio.h>
#include <string.h>

#include "app/print.h"
#include "app/run.h"
#include "node/config.h"
#include "node/stake.h"
#include "rules/identity.h"
#include "store/guard_merge.h"

/* What the guard's record says about the core's votes, by chain. */
typedef struct {
    const mo_node_config_t *config;
    mo_address_t validator;
    mo_hash_t chains[2]; /* auxiliary, origin */
    bool known;          /* a store was named */
    mo_guard_mark_t marks[2];
    mo_vote_t last[2];
    mo_store_t *store;
} record_t;

static const char *const CHAINS[] = {"auxiliary", "origin"};

static mo_err_t look_core(void *context, const mo_guard_core_t *core)
{
    record_t *const record = context;
    if (core->origin_chain_id != record->config->origin_chain_id || !mo_address_equal(&core->core, &record->config->core)) {
        return MO_SUCCESS;
    }
    mo_err_t err = MO_SUCCESS;
    for (int i = 0; i < 2 && !mo_failed(err); i++) {
        const mo_guard_scope_t scope = {
            .signer = record->validator, .core = mo_guard_core_id(core), .chain = record->chains[i]};
        mo_guard_record_t vote = {0};
        bool found = false;
        err = mo_guard_mark(record->store, &scope, &record->marks[i]);
        if (!mo_failed(err) && record->marks[i].any) {
            err = mo_guard_find(record->store, &scope, record->marks[i].target, &vote, &found);
        }
        record->last[i] = vote.vote;
    }
    return err;
}

static mo_err_t look_record(const mo_app_options_t *options, record_t *record)
{
    char path[MO_STORE_PATH_MAX];
    if (options->state == NULL) {
        return MO_SUCCESS;
    }
    (void)snprintf(path, sizeof path, "%.4000s/validator.sqlite", options->state);
    mo_err_t err = mo_store_open(&record->store, path, MO_STORE_READ);
    if (!mo_failed(err)) {
        err = mo_guard_cores(record->store, look_core, record);
    }
    mo_store_close(record->store);
    record->known = !mo_failed(err);
    return err;
}

static json_t *mark_json(const record_t *record, int chain)
{
    const mo_guard_mark_t *const mark = &record->marks[chain];
    json_t *const object = json_pack("{s:s}", "chain", CHAINS[chain]);
    if (mark->any) {
        (void)json_object_set_new(
            object, "last",
            json_pack("{s:I, s:I, s:s, s:s}", "sourceHeight", (json_int_t)record->last[chain].source_height.value,
                      "targetHeight", (json_int_t)mark->target.value, "source",
                      mo_app_hex(mo_hash_view(&record->last[chain].source)).text, "target",
                      mo_app_hex(mo_hash_view(&record->last[chain].target)).text));
    }
    if (mark->watermark) {
        (void)json_object_set_new(object, "watermark",
                                  json_pack("{s:I, s:I}", "sourceHeight", (json_int_t)mark->watermark_source.value,
                                            "targetHeight", (json_int_t)mark->watermark_target.value));
    }
    return object;
}

static json_t *status_json(const mo_stake_view_t *view, const record_t *record)
{
    const mo_bind_account_t *const a = &view->account;
    char shares[MO_U256_DECIMAL_TEXT];
    char deposit[MO_U256_DECIMAL_TEXT];
    mo_u256_print_decimal(a->shares, shares);
    mo_u256_print_decimal(a->deposit, deposit);
    json_t *const object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "validator",
        mo_app_hex(mo_address_view(&record->validator)).text, "state", mo_stake_state_name(a->state), "deposit", deposit,
        "stake", shares, "withdrawal", mo_app_hex(mo_address_view(&a->withdrawal)).text, "index", (json_int_t)a->index,
        "weight", (json_int_t)view->voter.weight, "previousWeight", (json_int_t)view->voter.previous, "weightChangedAt",
        (json_int_t)view->voter.changed_at, "joinHeight", (json_int_t)a->join_height, "endHeight",
        (json_int_t)a->end_height, "openHeight", (json_int_t)view->open_height, "releasableAt",
        (json_int_t)a->releasable_at, "now", (json_int_t)view->now, "lastPresent", (json_int_t)a->last_present);
    if (record->known) {
        (void)json_object_set_new(object, "guard", json_pack("[o, o]", mark_json(record, 0), mark_json(record, 1)));
    }
    return object;
}

static void mark_print(const record_t *record, int chain)
{
    const mo_guard_mark_t *const mark = &record->marks[chain];
    printf("%-10s", CHAINS[chain]);
    if (mark->any) {
        printf(" last vote %llu -> %llu", (unsigned long long)record->last[chain].source_height.value,
               (unsigned long long)mark->target.value);
    } else {
        printf(" no vote");
    }
    if (mark->watermark) {
        printf(", watermark %llu -> %llu", (unsigned long long)mark->watermark_source.value,
               (unsigned long long)mark->watermark_target.value);
    }
    printf("\n");
}

static void status_print(const mo_stake_view_t *view, const record_t *record)
{
    const mo_bind_account_t *const a = &view->account;
    char text[MO_U256_DECIMAL_TEXT];
    mo_u256_print_decimal(a->shares, text);
    printf("%s: %s\n", mo_app_hex(mo_address_view(&record->validator)).text, mo_stake_state_name(a->state));
    printf("stake      %s of the token's smallest unit, paid to %s\n", text,
           mo_app_hex(mo_address_view(&a->withdrawal)).text);
    printf("weight     %u since kernel %u, %u before; key index %u\n", view->voter.weight, view->voter.changed_at,
           view->voter.previous, a->index);
    printf("kernels    joined by %u, left by %u (0: not), open is %llu\n", a->join_height, a->end_height,
           (unsigned long long)view->open_height);
    if (a->releasable_at != 0) {
        printf("withdraw   from %llu on, origin's clock says %llu\n", (unsigned long long)a->releasable_at,
               (unsigned long long)view->now);
    }
    for (int i = 0; record->known && i < 2; i++) {
        mark_print(record, i);
    }
}

int mo_app_status_run(const mo_app_options_t *options)
{
    mo_node_config_t config;
    mo_stake_view_t view;
    record_t record = {.config = &config};
    mo_err_t err = mo_node_config_read(options->config, &config);
    if (!mo_failed(err)) {
        err = mo_app_address_read("--validator", options->validator, &record.validator);
    }
    if (!mo_failed(err)) {
        record.chains[0] = mo_rules_core_id(config.origin_chain_id, &config.core);
        record.chains[1] = mo_rules_origin_id(config.origin_chain_id);
        err = look_record(options, &record);
    }
    if (mo_failed(err)) {
        return mo_app_complain(options->verb, err, MO_APP_MEND);
    }
    err = mo_stake_look(&config, &record.validator, &view);
    if (mo_failed(err)) {
        return mo_app_complain(options->verb, err, err.kind == MO_ERR_PERMANENT ? MO_APP_MEND : MO_APP_FAILED);
    }
    if (options->json) {
        (void)mo_app_json_print(status_json(&view, &record));
    } else {
        status_print(&view, &record);
    }
    return MO_APP_DONE;
}
