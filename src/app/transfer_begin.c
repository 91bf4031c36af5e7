/* mosaic stake, mosaic redeem, mosaic revoke. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/interrupt.h"
#include "app/print.h"
#include "app/run.h"
#include "app/transfer.h"

/* A reward that a facilitator on a devnet works for: a step of 300,000 gas is 0.0003 of a token with 18 decimals. */
#define PRICE_FOR_FACILITATORS UINT64_C(1000000000)

/* Between two looks for a declaration that somebody else is to make. */
#define LOOK_MS 1000u

static mo_err_t order_read(const mo_app_options_t *options, mo_begin_order_t *order)
{
    const bool named = options->gas_price != MO_APP_PRICE_NONE;
    struct stat status;
    *order = (mo_begin_order_t){
        .kind = options->verb == MO_APP_VERB_STAKE ? MO_MESSAGE_STAKE : MO_MESSAGE_REDEEM,
        .amount = options->amount,
        .gas_price = named ? options->gas_price : options->inbox != NULL ? PRICE_FOR_FACILITATORS : 0,
        .gas_limit = options->gas_limit,
        .seconds = options->seconds,
        .by_facilitator = options->inbox != NULL};
    if (options->inbox != NULL && (stat(options->inbox, &status) != 0 || !S_ISDIR(status.st_mode))) {
        return mo_err(MO_ERR_PERMANENT, "--inbox %.140s is no folder: name the inbox of a facilitator's state folder",
                      options->inbox);
    }
    mo_err_t err = MO_SUCCESS;
    if (options->to != NULL) {
        err = mo_app_address_read("--to", options->to, &order->beneficiary);
    }
    if (!mo_failed(err) && options->facilitator != NULL) {
        err = mo_app_address_read("--facilitator", options->facilitator, &order->facilitator);
    }
    return err;
}

static json_t *step_json(const mo_begin_step_t *step)
{
    json_t *const object =
        json_pack("{s:s, s:s, s:s, s:s, s:b}", "call", step->name, "chain",
                  step->chain == MO_CHAIN_ORIGIN ? "origin" : "auxiliary", "to", mo_app_hex(mo_address_view(&step->to)).text,
                  "value", mo_app_amount(step->value).text, "mined", step->mined);
    if (step->estimated) {
        (void)json_object_set_new(object, "gasEstimate", json_integer((json_int_t)step->gas));
    }
    if (step->mined) {
        (void)json_object_set_new(object, "hash", json_string(mo_app_hex(mo_hash_view(&step->outcome.tx)).text));
        (void)json_object_set_new(object, "block", json_integer((json_int_t)step->outcome.block_number));
        (void)json_object_set_new(object, "gasUsed", json_integer((json_int_t)step->outcome.gas_used));
    }
    return object;
}

static void step_print(const mo_begin_step_t *step)
{
    printf("%-13s %s", step->name, step->chain == MO_CHAIN_ORIGIN ? "origin" : "auxiliary");
    if (!mo_u256_is_zero(step->value)) {
        printf(", pays %s wei", mo_app_amount(step->value).text);
    }
    if (step->mined) {
        printf(", block %" PRIu64 ", gas %" PRIu64 "\n", step->outcome.block_number, step->outcome.gas_used);
    } else if (step->estimated) {
        printf(", not sent, gas %" PRIu64 "\n", step->gas);
    } else {
        printf(", not sent, gas known after the call before\n");
    }
}

bool mo_app_begin_print(const mo_app_options_t *options, const mo_begin_t *b, const char *path)
{
    const mo_app_hex_t id = mo_app_hex(mo_hash_view(&b->id));
    if (options->json) {
        json_t *const steps = json_array();
        for (size_t i = 0; i < b->count; i++) {
            (void)json_array_append_new(steps, step_json(&b->steps[i]));
        }
        return mo_app_json_print(json_pack(
            "{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:s?}", "verb", mo_app_verb_words(options->verb), "id", id.text,
            "amount", mo_app_amount(b->intent.message.intent.amount).text, "worstReward", mo_app_amount(b->quote.reward).text,
            "bounty", mo_app_amount(b->quote.bounty).text, "penalty", mo_app_amount(b->quote.penalty).text, "dryRun",
            options->dry_run, "transactions", steps, "intent", path));
    }
    printf("message       %s\n", id.text);
    printf("amount        %s smallest units; at worst %s of them are the reward\n",
           mo_app_amount(b->intent.message.intent.amount).text, mo_app_amount(b->quote.reward).text);
    printf("bounty        %s wei of whoever declares, returned when it is carried; to revoke costs %s wei\n",
           mo_app_amount(b->quote.bounty).text, mo_app_amount(b->quote.penalty).text);
    for (size_t i = 0; i < b->count; i++) {
        step_print(&b->steps[i]);
    }
    if (path != NULL) {
        printf("intent        %s%s\n", options->dry_run ? "not written: " : "", path);
    }
    return fflush(stdout) == 0;
}

/* The facilitator takes files that end in .json, and sees them whole. */
static mo_err_t hand_over(const mo_app_options_t *options, const mo_begin_t *b, char path[4096])
{
    const int size = snprintf(path, 4096, "%s/%s.json", options->inbox, mo_app_hex(mo_hash_view(&b->id)).text);
    if (size < 0 || size >= 4096) {
        return mo_err(MO_ERR_PERMANENT, "--inbox names a path that is too long");
    }
    return options->dry_run ? MO_SUCCESS : mo_node_intent_write(path, &b->intent);
}

/* Until the message is declared, by whomever. */
static mo_err_t await_declared(mo_app_transfer_t *run, const mo_hash_t *id, mo_transfer_found_t *found)
{
    mo_err_t err = mo_app_transfer_find(run, id, found);
    if (err.kind == MO_ERR_TRANSIENT) {
        (void)fprintf(stderr, "waiting for it to be declared\n");
    }
    while (err.kind == MO_ERR_TRANSIENT && mo_app_interrupt == 0) {
        mo_transfer_pause(&mo_app_interrupt, LOOK_MS);
        err = mo_app_transfer_find(run, id, found);
    }
    return err;
}

/* Carries it when we are its facilitator, else looks on. */
static mo_err_t wait(mo_app_transfer_t *run, const mo_begin_t *b)
{
    mo_transfer_found_t found;
    mo_transfer_look_t look;
    unsigned steps;
    mo_err_t err = await_declared(run, &b->id, &found);
    if (!mo_failed(err)) {
        err = mo_app_transfer_carry(run, &found, run->options->inbox == NULL, &look, &steps);
    }
    return err;
}

static mo_err_t begin(mo_app_transfer_t *run, mo_begin_t *b)
{
    const mo_app_options_t *options = run->options;
    mo_begin_order_t order;
    char path[4096] = "";
    mo_err_t err = order_read(options, &order);
    if (!mo_failed(err)) {
        err = mo_app_transfer_open(run, options);
    }
    if (!mo_failed(err)) {
        err = mo_transfer_begin_make(&run->desk, &order, &run->key, b);
    }
    if (!mo_failed(err) && run->sending) {
        err = mo_transfer_begin_send(&run->sender, b);
    }
    if (!mo_failed(err) && options->inbox != NULL) {
        err = hand_over(options, b, path);
    }
    if (!mo_failed(err) && !mo_app_begin_print(options, b, options->inbox != NULL ? path : NULL)) {
        err = mo_err(MO_ERR_TRANSIENT, "cannot write the answer");
    }
    return mo_failed(err) || !options->wait || !run->sending ? err : wait(run, b);
}

int mo_app_begin_run(const mo_app_options_t *options)
{
    mo_app_transfer_t run = {.options = options};
    static mo_begin_t b;
    const mo_err_t err = begin(&run, &b);
    const int status = mo_failed(err) ? mo_app_complain(options->verb, err, mo_app_transfer_status_of(err, &run)) : MO_APP_DONE;
    mo_app_transfer_close(&run);
    return mo_app_interrupt_status(status);
}

static mo_err_t revoke(mo_app_transfer_t *run, mo_begin_t *b)
{
    mo_hash_t id;
    mo_transfer_found_t found;
    mo_transfer_look_t look;
    unsigned steps;
    mo_err_t err = mo_app_transfer_id(run->options, &id);
    if (!mo_failed(err)) {
        err = mo_app_transfer_open(run, run->options);
    }
    if (!mo_failed(err)) {
        err = mo_app_transfer_find(run, &id, &found);
    }
    if (!mo_failed(err)) {
        err = mo_transfer_revoke_make(&run->desk, &found, &run->key, b);
    }
    if (!mo_failed(err) && run->sending) {
        err = mo_transfer_begin_send(&run->sender, b);
    }
    if (!mo_failed(err) && !mo_app_begin_print(run->options, b, NULL)) {
        err = mo_err(MO_ERR_TRANSIENT, "cannot write the answer");
    }
    const bool wait = !mo_failed(err) && run->options->wait && run->sending;
    return wait ? mo_app_transfer_carry(run, &found, true, &look, &steps) : err;
}

int mo_app_revoke_run(const mo_app_options_t *options)
{
    mo_app_transfer_t run = {.options = options};
    static mo_begin_t b;
    const mo_err_t err = revoke(&run, &b);
    const int status = mo_failed(err) ? mo_app_complain(options->verb, err, mo_app_transfer_status_of(err, &run)) : MO_APP_DONE;
    mo_app_transfer_close(&run);
    return mo_app_interrupt_status(status);
}
