/* mosaic transfer status, list, finish; mosaic proof. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/interrupt.h"
#include "app/print.h"
#include "app/run.h"
#include "app/transfer.h"
#include "node/config_field.h"

static const char *const KINDS[] = {[MO_MESSAGE_STAKE] = "stake", [MO_MESSAGE_REDEEM] = "redeem"};
static const char *const CHAINS[] = {[MO_CHAIN_ORIGIN] = "origin", [MO_CHAIN_AUXILIARY] = "auxiliary"};

static const char *row_words(unsigned row)
{
    static const char *const words[] = {"nothing",
                                        "declare",
                                        "progress the outbox by secret",
                                        "progress the outbox by proof",
                                        "declare its revocation",
                                        "progress the outbox by proof, in spite of the revocation",
                                        "revoke the outbox by proof",
                                        "confirm by proof",
                                        "deliver by proof",
                                        "progress the inbox by secret",
                                        "progress the inbox by proof",
                                        "revoke the inbox by proof"};
    return words[row];
}

/* Until a chain knows the other's state at `block`: whose work that is, and what it is called. */
static void awaits_root(const mo_transfer_look_t *look, mo_chain_t chain, const char *what, char text[256])
{
    const mo_transfer_root_t *root = &look->roots[chain];
    char known[64] = "none yet";
    if (root->any) {
        (void)snprintf(known, sizeof known, "block %" PRIu64, root->block);
    }
    if (chain == MO_CHAIN_ORIGIN) {
        (void)snprintf(text, 256, "waits for validators to commit a meta-block on origin that shows the %s (newest known: %s)",
                       what, known);
    } else {
        (void)snprintf(text, 256, "waits for validators to finalise an origin block that shows the %s (newest known: %s)",
                       what, known);
    }
}

void mo_app_transfer_waits(const mo_transfer_look_t *look, char text[256])
{
    const mo_chain_t source = mo_transfer_source(look->found.kind);
    const mo_chain_t target = mo_transfer_target(look->found.kind);
    const bool at_source = look->at.inbox == MO_STATUS_PROGRESSED || look->at.inbox == MO_STATUS_REVOKED;
    if (look->ended) {
        (void)snprintf(text, 256, "it has ended, nothing is left to do");
    } else if (look->row != 0) {
        (void)snprintf(text, 256, "row %u can be taken: %s", look->row, row_words(look->row));
    } else if (at_source) {
        awaits_root(look, source, look->at.inbox == MO_STATUS_PROGRESSED ? "delivery" : "revocation", text);
    } else {
        awaits_root(look, target, look->at.outbox == MO_STATUS_REVOCATION_DECLARED ? "revocation" : "declaration", text);
    }
}

static void command_write(const mo_app_options_t *options, const mo_transfer_look_t *look, char text[512])
{
    (void)snprintf(text, 512, "mosaic transfer finish %s --config %s --key KEYFILE --state DIR --wait",
                   mo_app_hex(mo_hash_view(&look->found.id)).text, options->config);
}

static const char *who(const mo_transfer_look_t *look)
{
    return look->ended ? "nobody" : look->row == 0 ? "the validators, then anyone" : "anyone";
}

/* ---- Printing one ---- */

static json_t *side_json(const mo_transfer_look_t *look, mo_chain_t chain)
{
    const bool source = chain == mo_transfer_source(look->found.kind);
    const mo_transfer_root_t *root = &look->roots[chain];
    json_t *const object =
        json_pack("{s:s, s:s}", "box", source ? "outbox" : "inbox", "state",
                  mo_bus_status_name(source ? look->at.outbox : look->at.inbox));
    json_t *const known =
        root->any ? json_pack("{s:I, s:I, s:b, s:s}", "number", (json_int_t)root->number, "block", (json_int_t)root->block,
                              "proven", root->cached, "shows",
                              mo_bus_status_name(source ? look->at.inbox_proven : look->at.outbox_proven))
                  : json_null();
    (void)json_object_set_new(object, "newestRoot", known);
    return object;
}

static json_t *look_json(const mo_app_options_t *options, const mo_transfer_look_t *look)
{
    const mo_transfer_found_t *f = &look->found;
    const mo_message_t *m = &f->envelope.message;
    char waits[256];
    char command[512];
    mo_app_transfer_waits(look, waits);
    command_write(options, look, command);
    json_t *const object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s}", "id", mo_app_hex(mo_hash_view(&f->id)).text, "kind",
        KINDS[f->kind], "amount", mo_app_amount(m->intent.amount).text, "sender",
        mo_app_hex(mo_address_view(&m->sender)).text, "beneficiary", mo_app_hex(mo_address_view(&m->intent.beneficiary)).text,
        "facilitator", mo_app_hex(mo_address_view(&f->envelope.facilitator)).text, "declaredBlock", (json_int_t)f->block,
        "declaredAt", (json_int_t)f->envelope.declared_at, "transaction", mo_app_hex(mo_hash_view(&f->transaction)).text);
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        (void)json_object_set_new(object, CHAINS[chain], side_json(look, (mo_chain_t)chain));
    }
    (void)json_object_set_new(object, "row", json_integer(look->row));
    (void)json_object_set_new(object, "ended", json_boolean(look->ended));
    (void)json_object_set_new(object, "waits", json_string(waits));
    (void)json_object_set_new(object, "who", json_string(who(look)));
    (void)json_object_set_new(object, "command", look->ended ? json_null() : json_string(command));
    return object;
}

static void side_print(const mo_transfer_look_t *look, mo_chain_t chain)
{
    const bool source = chain == mo_transfer_source(look->found.kind);
    const mo_transfer_root_t *root = &look->roots[chain];
    printf("%-11s %s %s", CHAINS[chain], source ? "outbox" : "inbox",
           mo_bus_status_name(source ? look->at.outbox : look->at.inbox));
    if (root->any && !look->ended) {
        printf("; knows the other chain up to block %" PRIu64 ", where the %s is %s", root->block,
               source ? "inbox" : "outbox", mo_bus_status_name(source ? look->at.inbox_proven : look->at.outbox_proven));
    }
    printf("\n");
}

bool mo_app_transfer_print(const mo_app_options_t *options, const mo_transfer_look_t *look)
{
    const mo_transfer_found_t *f = &look->found;
    char text[512];
    if (options->json) {
        return mo_app_json_print(look_json(options, look));
    }
    printf("%-11s %s\n", "message", mo_app_hex(mo_hash_view(&f->id)).text);
    printf("%-11s %s of %s smallest units\n", "what", KINDS[f->kind], mo_app_amount(f->envelope.message.intent.amount).text);
    printf("%-11s %s\n", "from", mo_app_hex(mo_address_view(&f->envelope.message.sender)).text);
    printf("%-11s %s\n", "to", mo_app_hex(mo_address_view(&f->envelope.message.intent.beneficiary)).text);
    printf("%-11s block %" PRIu64 " of %s, by %s\n", "declared", f->block, CHAINS[mo_transfer_source(f->kind)],
           mo_app_hex(mo_address_view(&f->envelope.facilitator)).text);
    side_print(look, MO_CHAIN_ORIGIN);
    side_print(look, MO_CHAIN_AUXILIARY);
    mo_app_transfer_waits(look, text);
    printf("%-11s %s\n", "now", text);
    printf("%-11s %s\n", "who", who(look));
    if (!look->ended) {
        command_write(options, look, text);
        printf("%-11s %s\n", "yourself", text);
    }
    return fflush(stdout) == 0;
}

/* ---- status, finish ---- */

static int end(mo_app_transfer_t *run, mo_err_t err)
{
    const int status = mo_failed(err) ? mo_app_complain(run->options->verb, err, mo_app_transfer_status_of(err, run))
                                      : MO_APP_DONE;
    mo_app_transfer_close(run);
    return mo_app_interrupt_status(status);
}

static mo_err_t found_and_carried(mo_app_transfer_t *run, bool act, mo_transfer_look_t *look, unsigned *steps)
{
    mo_hash_t id;
    mo_transfer_found_t found;
    mo_err_t err = mo_app_transfer_id(run->options, &id);
    if (!mo_failed(err)) {
        err = mo_app_transfer_open(run, run->options);
    }
    if (!mo_failed(err)) {
        err = mo_app_transfer_find(run, &id, &found);
    }
    return mo_failed(err) ? err : mo_app_transfer_carry(run, &found, act, look, steps);
}

int mo_app_transfer_status(const mo_app_options_t *options)
{
    mo_app_transfer_t run = {.options = options};
    mo_transfer_look_t look;
    unsigned steps;
    mo_err_t err = found_and_carried(&run, false, &look, &steps);
    if (!mo_failed(err) && !mo_app_transfer_print(options, &look)) {
        err = mo_err(MO_ERR_TRANSIENT, "cannot write the answer");
    }
    return end(&run, err);
}

int mo_app_transfer_finish(const mo_app_options_t *options)
{
    mo_app_transfer_t run = {.options = options};
    mo_transfer_look_t look;
    unsigned steps = 0;
    mo_err_t err = found_and_carried(&run, !options->dry_run, &look, &steps);
    if (!mo_failed(err) && !options->dry_run && steps == 0 && !look.ended) {
        char text[256];
        mo_app_transfer_waits(&look, text);
        err = mo_err(MO_ERR_TRANSIENT, "nothing can be done now: it %s", text);
    }
    if (!mo_failed(err) && !mo_app_transfer_print(options, &look)) {
        err = mo_err(MO_ERR_TRANSIENT, "cannot write the answer");
    }
    return end(&run, err);
}

/* ---- list ---- */

typedef struct {
    mo_transfer_found_t *items;
    size_t count;
    size_t capacity;
    bool any_sender;
    mo_address_t sender;
} list_t;

static bool list_take(void *context, const mo_transfer_found_t *found)
{
    list_t *list = context;
    if (!list->any_sender && !mo_address_equal(&found->envelope.message.sender, &list->sender)) {
        return true;
    }
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
        mo_transfer_found_t *grown = realloc(list->items, list->capacity * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        list->items = grown;
    }
    list->items[list->count++] = *found;
    return true;
}

static mo_err_t list_one(mo_app_transfer_t *run, const mo_transfer_found_t *found, json_t *array)
{
    mo_next_t at = {0};
    const mo_err_t err = mo_transfer_boxes(&run->desk, found, &at);
    if (mo_failed(err)) {
        return err;
    }
    const mo_app_hex_t id = mo_app_hex(mo_hash_view(&found->id));
    const mo_app_amount_t amount = mo_app_amount(found->envelope.message.intent.amount);
    if (run->options->json) {
        (void)json_array_append_new(
            array, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "id", id.text, "kind", KINDS[found->kind], "amount",
                             amount.text, "sender", mo_app_hex(mo_address_view(&found->envelope.message.sender)).text,
                             "outbox", mo_bus_status_name(at.outbox), "inbox", mo_bus_status_name(at.inbox)));
        return MO_SUCCESS;
    }
    printf("%s  %-6s %s  outbox %s, inbox %s\n", id.text, KINDS[found->kind], amount.text, mo_bus_status_name(at.outbox),
           mo_bus_status_name(at.inbox));
    return MO_SUCCESS;
}

int mo_app_transfer_list(const mo_app_options_t *options)
{
    mo_app_transfer_t run = {.options = options};
    list_t list = {.any_sender = options->sender == NULL};
    json_t *const array = json_array();
    mo_err_t err = MO_SUCCESS;
    if (!list.any_sender) {
        err = mo_app_address_read("--sender", options->sender, &list.sender);
    }
    if (!mo_failed(err)) {
        err = mo_app_transfer_open(&run, options);
    }
    if (!mo_failed(err)) {
        err = mo_transfer_scan(&run.desk, MO_CHAIN_ORIGIN, list_take, &list);
    }
    if (!mo_failed(err)) {
        err = mo_transfer_scan(&run.desk, MO_CHAIN_AUXILIARY, list_take, &list);
    }
    for (size_t i = 0; i < list.count && !mo_failed(err); i++) {
        err = list_one(&run, &list.items[i], array);
    }
    free(list.items);
    if (!mo_failed(err) && options->json) {
        (void)mo_app_json_print(json_pack("{s:O}", "messages", array));
    }
    json_decref(array);
    return end(&run, err);
}

/* ---- proof ---- */

/* Bytes of any length. */
static json_t *bytes_json(mo_bytes_t bytes)
{
    char *const text = malloc(MO_HEX_TEXT(bytes.size));
    if (text == NULL) {
        return NULL;
    }
    mo_hex_encode(bytes, MO_HEX_PREFIXED, text, MO_HEX_TEXT(bytes.size));
    json_t *const json = json_string(text);
    free(text);
    return json;
}

static json_t *nodes_json(const mo_proof_nodes_t *nodes)
{
    json_t *const list = json_array();
    for (size_t i = 0; i < nodes->count; i++) {
        (void)json_array_append_new(list, bytes_json(nodes->nodes[i]));
    }
    return list;
}

/* What the proof is for: the box that has not ended, shown to the side that must still move. */
static mo_chain_t taker(const mo_transfer_look_t *look)
{
    if (look->row != 0) {
        return mo_facilitator_row_at_source(look->row) ? mo_transfer_source(look->found.kind)
                                                       : mo_transfer_target(look->found.kind);
    }
    const bool waits = look->at.inbox == MO_STATUS_UNDECLARED || look->at.inbox == MO_STATUS_DECLARED;
    return waits ? mo_transfer_target(look->found.kind) : mo_transfer_source(look->found.kind);
}

static mo_err_t proof_make(mo_app_transfer_t *run, const mo_transfer_look_t *look, json_t **object)
{
    static mo_block_t block;
    static mo_proof_t proof;
    const mo_chain_t chain = taker(look);
    const mo_chain_t foreign = chain == MO_CHAIN_ORIGIN ? MO_CHAIN_AUXILIARY : MO_CHAIN_ORIGIN;
    const bool to_target = chain == mo_transfer_target(look->found.kind);
    if (!look->roots[chain].any) {
        return mo_err(MO_ERR_TRANSIENT, "the %s chain knows no root of the other yet: wait for the validators", CHAINS[chain]);
    }
    const mo_err_t err = mo_transfer_prove(&run->desk, look, chain, &block, &proof);
    if (mo_failed(err)) {
        return err;
    }
    *object = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "id",
                        mo_app_hex(mo_hash_view(&look->found.id)).text, "provenOn", CHAINS[foreign], "takenBy", CHAINS[chain],
                        "box", to_target ? "outbox" : "inbox", "rootNumber", (json_int_t)look->roots[chain].number, "block",
                        (json_int_t)block.number, "stateRoot", bytes_json(mo_hash_view(&block.state_root)), "header",
                        bytes_json(mo_block_rlp(&block)), "accountProof", nodes_json(&proof.account_proof), "slot",
                        bytes_json(mo_hash_view(&proof.slots[0].key)), "slotProof", nodes_json(&proof.slots[0].proof));
    (void)json_object_set_new(*object, "value", bytes_json(mo_hash_view(&proof.slots[0].value)));
    return MO_SUCCESS;
}

int mo_app_proof_run(const mo_app_options_t *options)
{
    mo_app_transfer_t run = {.options = options};
    mo_transfer_look_t look;
    unsigned steps;
    json_t *object = NULL;
    mo_err_t err = found_and_carried(&run, false, &look, &steps);
    if (!mo_failed(err)) {
        err = proof_make(&run, &look, &object);
    }
    if (!mo_failed(err) && options->file != NULL) {
        err = mo_node_object_write(options->file, object, 0644);
    } else if (!mo_failed(err) && !mo_app_json_print(object)) {
        err = mo_err(MO_ERR_TRANSIENT, "cannot write the answer");
    }
    return end(&run, err);
}
