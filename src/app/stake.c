#include <stdio.h>

#include "app/interrupt.h"
#include "app/password.h"
#include "app/print.h"
#include "app/run.h"
#include "base/secret.h"
#include "node/stake.h"

static mo_stake_kind_t kind_of(mo_app_verb_t verb)
{
    return (mo_stake_kind_t)((int)MO_STAKE_DEPOSIT + ((int)verb - (int)MO_APP_VERB_VALIDATOR_DEPOSIT));
}

static mo_err_t order_read(const mo_app_options_t *options, mo_node_config_t *config, mo_secp_key_t *key,
                           mo_stake_order_t *order)
{
    *order = (mo_stake_order_t){.kind = kind_of(options->verb),
                                .config = config,
                                .key = key,
                                .amount = options->amount,
                                .state_dir = options->dry_run ? NULL : options->state,
                                .stop = &mo_app_interrupt};
    if (!options->dry_run && options->state == NULL) {
        return mo_err(MO_ERR_PERMANENT, "'mosaic %s' wants --state DIR, or --dry-run", mo_app_verb_words(options->verb));
    }
    mo_err_t err = mo_node_config_read(options->config, config);
    if (!mo_failed(err) && options->withdrawal != NULL) {
        err = mo_app_address_read("--withdrawal", options->withdrawal, &order->withdrawal);
    }
    if (!mo_failed(err) && options->validator != NULL) {
        err = mo_app_address_read("--validator", options->validator, &order->validator);
    }
    if (!mo_failed(err)) {
        err = mo_app_key_load(options->key, options->password_file, key);
    }
    return mo_failed(err) || options->dry_run ? err : mo_app_state_make(options->state);
}

static json_t *step_json(const mo_stake_step_t *step)
{
    char data[MO_HEX_TEXT(MO_STAKE_CALL_MAX)];
    mo_hex_encode((mo_bytes_t){step->data, step->size}, MO_HEX_PREFIXED, data, sizeof data);
    json_t *const object = json_pack("{s:s, s:s, s:s, s:b}", "call", step->name, "to",
                                     mo_app_hex(mo_address_view(&step->to)).text, "data", data, "mined", step->mined);
    if (step->estimated) {
        (void)json_object_set_new(object, "gasEstimate", json_integer((json_int_t)step->gas));
    }
    if (step->mined) {
        (void)json_object_set_new(object, "hash", json_string(mo_app_hex(mo_hash_view(&step->tx)).text));
        (void)json_object_set_new(object, "block", json_integer((json_int_t)step->block));
        (void)json_object_set_new(object, "gasUsed", json_integer((json_int_t)step->gas_used));
    }
    return object;
}

static void step_print(const mo_stake_step_t *step)
{
    if (step->mined) {
        printf("%-9s %s  block %llu, gas %llu\n", step->name, mo_app_hex(mo_hash_view(&step->tx)).text,
               (unsigned long long)step->block, (unsigned long long)step->gas_used);
        return;
    }
    char data[MO_HEX_TEXT(MO_STAKE_CALL_MAX)];
    char gas[32] = "known after the call before";
    mo_hex_encode((mo_bytes_t){step->data, step->size}, MO_HEX_PREFIXED, data, sizeof data);
    if (step->estimated) {
        (void)snprintf(gas, sizeof gas, "%llu", (unsigned long long)step->gas);
    }
    printf("%-9s to %s, gas %s, not sent: %s\n", step->name, mo_app_hex(mo_address_view(&step->to)).text, gas, data);
}

static void report_print(const mo_app_options_t *options, const mo_stake_report_t *report)
{
    json_t *const steps = json_array();
    for (size_t i = 0; i < report->count; i++) {
        if (options->json) {
            (void)json_array_append_new(steps, step_json(&report->steps[i]));
        } else {
            step_print(&report->steps[i]);
        }
    }
    if (!options->json) {
        json_decref(steps);
        return;
    }
    (void)mo_app_json_print(json_pack("{s:s, s:s, s:s, s:b, s:o}", "verb", mo_app_verb_words(options->verb), "sender",
                                      mo_app_hex(mo_address_view(&report->sender)).text, "validator",
                                      mo_app_hex(mo_address_view(&report->validator)).text, "dryRun", options->dry_run,
                                      "transactions", steps));
}

/* Nothing was sent: the order is to be mended, or its safety to be looked at, unless the node was away. */
static int status_of(mo_err_t err, const mo_stake_report_t *report)
{
    if (err.kind == MO_ERR_REFUSED) {
        return MO_APP_REFUSED;
    }
    return err.kind == MO_ERR_PERMANENT && !report->sent_any ? MO_APP_MEND : MO_APP_FAILED;
}

int mo_app_stake_run(const mo_app_options_t *options)
{
    mo_node_config_t config;
    mo_secp_key_t key = {{0}};
    mo_stake_order_t order;
    mo_stake_report_t report = {0};
    mo_err_t err = order_read(options, &config, &key, &order);
    if (mo_failed(err)) {
        mo_secret_wipe(&key, sizeof key);
        return mo_app_complain(options->verb, err, MO_APP_MEND);
    }
    err = mo_stake_carry_out(&order, &report);
    mo_secret_wipe(&key, sizeof key);
    if (mo_failed(err)) {
        return mo_app_interrupt_status(mo_app_complain(options->verb, err, status_of(err, &report)));
    }
    report_print(options, &report);
    return MO_APP_DONE;
}
