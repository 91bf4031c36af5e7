/* Opening, finding and carrying: what the verbs about messages share. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/interrupt.h"
#include "app/password.h"
#include "app/print.h"
#include "app/run.h"
#include "app/transfer.h"
#include "base/check.h"
#include "base/secret.h"

/* Between two looks at both chains while a message waits. */
#define LOOK_MS 1000u

mo_app_amount_t mo_app_amount(mo_u256_t amount)
{
    mo_app_amount_t out;
    mo_u256_print_decimal(amount, out.text);
    return out;
}

mo_err_t mo_app_transfer_open(mo_app_transfer_t *run, const mo_app_options_t *options)
{
    *run = (mo_app_transfer_t){.options = options};
    mo_err_t err = mo_node_config_read(options->config, &run->config);
    if (!mo_failed(err) && options->key != NULL) {
        err = mo_app_key_load(options->key, options->password_file, &run->key);
        run->has_key = !mo_failed(err);
    }
    run->sending = options->key != NULL && !options->dry_run;
    if (!mo_failed(err) && run->sending) {
        err = mo_app_state_make(options->state);
    }
    if (!mo_failed(err)) {
        err = mo_transfer_open(&run->desk, &run->config);
    }
    if (!mo_failed(err) && run->sending) {
        run->sender = (mo_transfer_sender_t){.key = &run->key, .stop = &mo_app_interrupt};
        err = mo_transfer_sender_open(&run->sender, &run->desk, options->state);
    }
    return err;
}

void mo_app_transfer_close(mo_app_transfer_t *run)
{
    mo_transfer_sender_close(&run->sender);
    mo_transfer_close(&run->desk);
    mo_secret_wipe(&run->key, sizeof run->key);
}

mo_err_t mo_app_transfer_id(const mo_app_options_t *options, mo_hash_t *id)
{
    return mo_hex_decode_exact(options->id, MO_HEX_PREFIXED, id->bytes, sizeof id->bytes)
               ? MO_SUCCESS
                 : mo_err(MO_ERR_PERMANENT, "a message's ID is 0x and 64 hex digits, not '%.70s': 'mosaic transfer list' tells them",
                          options->id);
}

mo_err_t mo_app_transfer_find(mo_app_transfer_t *run, const mo_hash_t *id, mo_transfer_found_t *found)
{
    bool any = false;
    const mo_err_t err = mo_transfer_find(&run->desk, id, found, &any);
    return mo_failed(err) || any ? err
                                 : mo_err(MO_ERR_TRANSIENT, "no message %s is declared on either chain: its facilitator has "
                                                            "not taken it, or it never was",
                                          mo_app_hex(mo_hash_view(id)).text);
}

int mo_app_transfer_status_of(mo_err_t err, const mo_app_transfer_t *run)
{
    if (err.kind == MO_ERR_REFUSED) {
        return MO_APP_REFUSED;
    }
    return err.kind == MO_ERR_PERMANENT && !run->sender.sent_any ? MO_APP_MEND : MO_APP_FAILED;
}

static void tell(const mo_transfer_look_t *look, mo_next_t *told, bool *any)
{
    char text[256];
    if (*any && told->outbox == look->at.outbox && told->inbox == look->at.inbox) {
        return;
    }
    mo_app_transfer_waits(look, text);
    (void)fprintf(stderr, "outbox %s, inbox %s: %s\n", mo_bus_status_name(look->at.outbox),
                  mo_bus_status_name(look->at.inbox), text);
    *told = look->at;
    *any = true;
}

static mo_err_t step_take(mo_app_transfer_t *run, const mo_transfer_look_t *look, uint8_t *memory)
{
    mo_transfer_call_t call = {.data = {memory, 0, MO_RPC_INPUT_MAX, false}};
    mo_txq_outcome_t outcome;
    mo_err_t err = mo_transfer_call_make(&run->desk, look, &call);
    if (mo_failed(err)) {
        return err;
    }
    const mo_transfer_order_t order = {.chain = call.chain,
                                       .name = call.name,
                                       .to = mo_transfer_gateway(&run->desk, call.chain),
                                       .data = mo_buffer_view(&call.data),
                                       .id = &look->found.id};
    err = mo_transfer_send(&run->sender, &order, &outcome);
    if (!mo_failed(err)) {
        (void)fprintf(stderr, "%s on %s: block %" PRIu64 ", gas %" PRIu64 "\n", call.name,
                      call.chain == MO_CHAIN_ORIGIN ? "origin" : "the auxiliary chain", outcome.block_number,
                      outcome.gas_used);
    }
    return err;
}

static bool has_moved(const mo_next_t *before, const mo_next_t *now)
{
    return before->outbox != now->outbox || before->inbox != now->inbox;
}

/* One look, and the step that it shows; what somebody else did meanwhile is no failure of ours. */
static mo_err_t turn(mo_app_transfer_t *run, bool act, mo_transfer_look_t *look, uint8_t *memory, bool *acted)
{
    *acted = false;
    mo_err_t err = mo_transfer_look(&run->desk, &look->found, run->has_key ? &run->key : NULL, look);
    if (mo_failed(err) || !act || look->row == 0) {
        return err;
    }
    err = step_take(run, look, memory);
    *acted = !mo_failed(err);
    if (err.kind == MO_ERR_PERMANENT) {
        mo_next_t now = {0};
        mo_transfer_root_t root = {0};
        const mo_chain_t chain = mo_facilitator_row_at_source(look->row) ? mo_transfer_source(look->found.kind)
                                                                         : mo_transfer_target(look->found.kind);
        const bool asked = !mo_failed(mo_transfer_boxes(&run->desk, &look->found, &now)) &&
                           !mo_failed(mo_transfer_root(&run->desk, chain, &root));
        const bool overtaken = asked && (has_moved(&look->at, &now) || root.cached != look->roots[chain].cached ||
                                         root.number != look->roots[chain].number);
        return overtaken ? mo_err(MO_ERR_TRANSIENT, "somebody else was faster") : err;
    }
    return err;
}

mo_err_t mo_app_transfer_carry(mo_app_transfer_t *run, const mo_transfer_found_t *found, bool act,
                               mo_transfer_look_t *look, unsigned *steps)
{
    uint8_t *memory = malloc(MO_RPC_INPUT_MAX);
    mo_next_t told = {0};
    bool any = false;
    mo_err_t err = MO_SUCCESS;
    MO_CHECK(memory != NULL);
    *look = (mo_transfer_look_t){.found = *found};
    *steps = 0;
    for (bool again = true; again && mo_app_interrupt == 0;) {
        bool acted = false;
        err = turn(run, act, look, memory, &acted);
        *steps += acted;
        if (!mo_failed(err) && !acted && run->options->wait) {
            tell(look, &told, &any);
        }
        const bool patient = run->options->wait && !look->ended;
        again = mo_failed(err) ? err.kind == MO_ERR_TRANSIENT && run->options->wait : acted || patient;
        if (again && !acted) {
            mo_transfer_pause(&mo_app_interrupt, LOOK_MS);
        }
    }
    free(memory);
    return mo_app_interrupt != 0 ? mo_err(MO_ERR_TRANSIENT, "interrupted: give the order again to go on") : err;
}
