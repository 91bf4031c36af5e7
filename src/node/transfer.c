#include "node/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "bind/co_gateway.h"
#include "bind/gateway.h"
#include "bind/message_bus.h"
#include "bus/limits.h"
#include "eth/hmac.h"
#include "rules/identity.h"

#define LOGS_MAX   4096
#define LOGS_BYTES (4U << 20)

mo_chain_t mo_transfer_source(mo_message_kind_t kind)
{
    return kind == MO_MESSAGE_STAKE ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY;
}

mo_chain_t mo_transfer_target(mo_message_kind_t kind)
{
    return kind == MO_MESSAGE_STAKE ? MO_CHAIN_AUXILIARY : MO_CHAIN_ORIGIN;
}

const mo_address_t *mo_transfer_gateway(const mo_transfer_desk_t *desk, mo_chain_t chain)
{
    return chain == MO_CHAIN_ORIGIN ? &desk->config->gateway : &desk->config->co_gateway;
}

mo_hash_t mo_transfer_secret(const mo_secp_key_t *key, const mo_hash_t *id)
{
    static const uint8_t purpose[] = "mosaic secret";
    return mo_hmac_sha256(MO_BYTES(key->bytes), (mo_bytes_t){purpose, sizeof purpose - 1}, mo_hash_view(id));
}

/* ---- Opening ---- */

static mo_err_t chain_open(mo_transfer_desk_t *desk, mo_chain_t chain)
{
    const mo_node_config_t *c = desk->config;
    const bool origin = chain == MO_CHAIN_ORIGIN;
    const mo_node_url_t *url = origin ? &c->origin_rpc : &c->auxiliary_rpc;
    mo_rpc_config_t rpc = {.urls = {url->text},
                           .url_count = 1 + url->more_count,
                           .chain_id = origin ? c->origin_chain_id : c->auxiliary_chain_id,
                           .genesis = origin ? c->origin_genesis : c->auxiliary_genesis};
    for (size_t i = 0; i < url->more_count; i++) {
        rpc.urls[1 + i] = url->more[i];
    }
    return mo_rpc_open(&desk->rpcs[chain], &rpc);
}

mo_err_t mo_transfer_open(mo_transfer_desk_t *desk, const mo_node_config_t *config)
{
    *desk = (mo_transfer_desk_t){.config = config, .memory = malloc(MO_TRANSFER_MEMORY)};
    MO_CHECK(desk->memory != NULL);
    const mo_hash_t core_id = mo_rules_core_id(config->origin_chain_id, &config->core);
    mo_err_t err = MO_SUCCESS;
    for (int chain = 0; chain < MO_CHAIN_COUNT && !mo_failed(err); chain++) {
        const mo_bus_domain_t domain = {
            .chain_id = chain == MO_CHAIN_ORIGIN ? config->origin_chain_id : config->auxiliary_chain_id,
            .gateway = *mo_transfer_gateway(desk, (mo_chain_t)chain),
            .core_id = core_id};
        desk->separators[chain] = mo_bus_domain(&domain);
        err = chain_open(desk, (mo_chain_t)chain);
    }
    return err;
}

void mo_transfer_close(mo_transfer_desk_t *desk)
{
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        mo_rpc_close(desk->rpcs[chain]);
    }
    free(desk->memory);
    *desk = (mo_transfer_desk_t){0};
}

mo_err_t mo_transfer_ask(mo_transfer_desk_t *desk, mo_chain_t chain, const mo_address_t *to, const mo_buffer_t *data,
                         mo_buffer_t *out)
{
    const mo_rpc_call_t call = {.to = to, .data = mo_buffer_view(data)};
    return mo_rpc_call(desk->rpcs[chain], &call, MO_AT_LATEST, out);
}

/* ---- Logs ---- */

typedef struct {
    mo_log_batch_t batch;
    const mo_address_t *contract;
    uint64_t from;
    uint64_t to;
} reader_t;

static void reader_open(const mo_transfer_desk_t *desk, mo_chain_t chain, reader_t *reader)
{
    const mo_node_config_t *c = desk->config;
    reader->batch = (mo_log_batch_t){.items = malloc(LOGS_MAX * sizeof(mo_log_t)),
                                     .capacity = LOGS_MAX,
                                     .memory = {malloc(LOGS_BYTES), 0, LOGS_BYTES, false}};
    MO_CHECK(reader->batch.items != NULL && reader->batch.memory.data != NULL);
    reader->from = chain == MO_CHAIN_ORIGIN ? c->origin_deploy_block : c->auxiliary_deploy_block;
}

static void reader_close(reader_t *reader)
{
    free(reader->batch.items);
    free(reader->batch.memory.data);
}

static mo_err_t reader_next(mo_transfer_desk_t *desk, mo_chain_t chain, reader_t *reader)
{
    const uint64_t last = reader->from + MO_RPC_RANGE_MAX - 1;
    const mo_log_query_t query = {.from = reader->from,
                                  .to = last < reader->to ? last : reader->to,
                                  .addresses = reader->contract,
                                  .address_count = 1};
    const mo_err_t err = mo_rpc_logs(desk->rpcs[chain], &query, &reader->batch);
    reader->from = reader->batch.complete_to + 1;
    return err;
}

mo_err_t mo_transfer_logs(mo_transfer_desk_t *desk, mo_chain_t chain, const mo_address_t *contract, uint64_t to,
                          mo_transfer_log_t *take, void *context)
{
    reader_t reader = {.contract = contract, .to = to};
    bool wanted = true;
    mo_err_t err = MO_SUCCESS;
    reader_open(desk, chain, &reader);
    while (!mo_failed(err) && wanted && reader.from <= reader.to) {
        err = reader_next(desk, chain, &reader);
        for (size_t i = 0; i < reader.batch.count && !mo_failed(err) && wanted; i++) {
            wanted = take(context, chain, &reader.batch.items[i]);
        }
    }
    reader_close(&reader);
    return err;
}

/* Those of the gateway of one chain, up to its head. */
static mo_err_t read_logs(mo_transfer_desk_t *desk, mo_chain_t chain, mo_transfer_log_t *take, void *context)
{
    uint64_t head;
    const mo_err_t err = mo_rpc_number(desk->rpcs[chain], &head);
    return mo_failed(err) ? err : mo_transfer_logs(desk, chain, mo_transfer_gateway(desk, chain), head, take, context);
}

/* ---- Declared messages ---- */

bool mo_transfer_declared(mo_chain_t chain, const mo_log_t *log, mo_transfer_found_t *found)
{
    mo_bind_gateway_stake_declared_event_t stake;
    mo_bind_co_gateway_redeem_declared_event_t redeem;
    *found = (mo_transfer_found_t){.block = log->block_number, .transaction = log->tx_hash};
    if (chain == MO_CHAIN_ORIGIN &&
        mo_bind_gateway_stake_declared_event_decode(log->topics, log->topic_count, log->data, &stake) == MO_ABI_OK) {
        found->kind = MO_MESSAGE_STAKE;
        found->id = stake.id;
        found->envelope = (mo_envelope_t){stake.message, stake.facilitator, stake.declared_at, stake.secret_hash};
        return true;
    }
    if (chain == MO_CHAIN_AUXILIARY &&
        mo_bind_co_gateway_redeem_declared_event_decode(log->topics, log->topic_count, log->data, &redeem) == MO_ABI_OK) {
        found->kind = MO_MESSAGE_REDEEM;
        found->id = redeem.id;
        found->envelope = (mo_envelope_t){redeem.message, redeem.facilitator, redeem.declared_at, redeem.secret_hash};
        return true;
    }
    return false;
}

typedef struct {
    mo_transfer_take_t *take;
    void *context;
} scan_t;

static bool scan_log(void *context, mo_chain_t chain, const mo_log_t *log)
{
    const scan_t *scan = context;
    mo_transfer_found_t found;
    return !mo_transfer_declared(chain, log, &found) || scan->take(scan->context, &found);
}

mo_err_t mo_transfer_scan(mo_transfer_desk_t *desk, mo_chain_t chain, mo_transfer_take_t *take, void *context)
{
    scan_t scan = {take, context};
    return read_logs(desk, chain, scan_log, &scan);
}

typedef struct {
    const mo_hash_t *id;
    mo_transfer_found_t found;
    bool any;
} search_t;

static bool search_take(void *context, const mo_transfer_found_t *found)
{
    search_t *search = context;
    search->any = mo_hash_equal(&found->id, search->id);
    if (search->any) {
        search->found = *found;
    }
    return !search->any;
}

mo_err_t mo_transfer_find(mo_transfer_desk_t *desk, const mo_hash_t *id, mo_transfer_found_t *found, bool *any)
{
    search_t search = {.id = id};
    scan_t scan = {search_take, &search};
    mo_err_t err = read_logs(desk, MO_CHAIN_ORIGIN, scan_log, &scan);
    if (!mo_failed(err) && !search.any) {
        err = read_logs(desk, MO_CHAIN_AUXILIARY, scan_log, &scan);
    }
    *found = search.found;
    *any = !mo_failed(err) && search.any;
    return err;
}

/* ---- Secrets that were shown ---- */

typedef struct {
    const mo_transfer_found_t *found;
    mo_hash_t secret;
    bool known;
} shown_t;

static bool shown_take(void *context, mo_chain_t chain, const mo_log_t *log)
{
    shown_t *shown = context;
    mo_bind_message_bus_outbox_progressed_event_t progressed;
    mo_bind_message_bus_delivered_event_t delivered;
    (void)chain;
    if (log->topic_count < 2 || !mo_hash_equal(&log->topics[1], &shown->found->id)) {
        return true;
    }
    mo_hash_t secret = {{0}};
    if (mo_bind_message_bus_outbox_progressed_event_decode(log->topics, log->topic_count, log->data, &progressed) ==
        MO_ABI_OK) {
        secret = progressed.secret;
    } else if (mo_bind_message_bus_delivered_event_decode(log->topics, log->topic_count, log->data, &delivered) ==
               MO_ABI_OK) {
        secret = delivered.secret;
    }
    shown->known = mo_bus_secret_opens(&secret, &shown->found->envelope.secret_hash);
    shown->secret = secret;
    return !shown->known;
}

static mo_err_t secret_find(mo_transfer_desk_t *desk, const mo_secp_key_t *key, mo_transfer_look_t *look)
{
    const mo_transfer_found_t *found = &look->found;
    if (mo_hash_is_zero(&found->envelope.secret_hash)) {
        return MO_SUCCESS;
    }
    if (key != NULL) {
        look->secret = mo_transfer_secret(key, &found->id);
        look->at.secret = mo_bus_secret_opens(&look->secret, &found->envelope.secret_hash);
    }
    /* A secret is shown when one box is Progressed and the other not yet, or it is of no more use. */
    const bool one = (look->at.outbox == MO_STATUS_PROGRESSED) != (look->at.inbox == MO_STATUS_PROGRESSED);
    if (look->at.secret || !one) {
        return MO_SUCCESS;
    }
    shown_t shown = {.found = found};
    const mo_chain_t where = look->at.outbox == MO_STATUS_PROGRESSED ? mo_transfer_source(found->kind)
                                                                     : mo_transfer_target(found->kind);
    const mo_err_t err = read_logs(desk, where, shown_take, &shown);
    look->at.secret = !mo_failed(err) && shown.known;
    look->secret = shown.secret;
    return err;
}

/* ---- Looking ---- */

static mo_err_t box_word(mo_transfer_desk_t *desk, mo_chain_t chain, const mo_hash_t *id, mo_box_kind_t box, mo_hash_t *word)
{
    uint8_t question[64];
    uint8_t answer[32];
    mo_buffer_t data = MO_BUFFER(question);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_message_bus_outbox_result_t result = {0};
    const bool encoded = box == MO_BOX_OUTBOX
                             ? mo_bind_message_bus_outbox_encode(&data, &(mo_bind_message_bus_outbox_t){*id})
                             : mo_bind_message_bus_inbox_encode(&data, &(mo_bind_message_bus_inbox_t){*id});
    MO_CHECK(encoded);
    const mo_err_t err = mo_transfer_ask(desk, chain, mo_transfer_gateway(desk, chain), &data, &out);
    if (!mo_failed(err) && mo_bind_message_bus_outbox_result_decode(mo_buffer_view(&out), &result) != MO_ABI_OK) {
        return mo_err(MO_ERR_PERMANENT, "the gateway does not say what its boxes hold: is --config the right one?");
    }
    *word = result.value;
    return err;
}

/* The status in a word that must be of the message's own declaration. */
static mo_err_t status_of(const mo_transfer_found_t *found, const mo_hash_t *word, mo_bus_status_t *status)
{
    mo_bus_slot_t slot;
    const mo_hash_t lock = mo_bus_lock(&found->id, &found->envelope);
    const mo_slot_verdict_t verdict = mo_bus_slot_read(word, &slot);
    *status = slot.status;
    if (verdict != MO_SLOT_ACCEPTED) {
        return mo_err(MO_ERR_PERMANENT, "a box holds no word of a message: %s", mo_bus_slot_verdict_name(verdict));
    }
    if (slot.status != MO_STATUS_UNDECLARED && !mo_bus_slot_matches(&slot, &lock)) {
        return mo_err(MO_ERR_TRANSIENT, "a box holds another declaration of the message than its log: it was reorganised");
    }
    return MO_SUCCESS;
}

mo_err_t mo_transfer_box(mo_transfer_desk_t *desk, const mo_transfer_found_t *found, mo_box_kind_t box,
                         mo_bus_status_t *status)
{
    mo_hash_t word;
    const mo_chain_t chain = box == MO_BOX_OUTBOX ? mo_transfer_source(found->kind) : mo_transfer_target(found->kind);
    const mo_err_t err = box_word(desk, chain, &found->id, box, &word);
    return mo_failed(err) ? err : status_of(found, &word, status);
}

mo_err_t mo_transfer_boxes(mo_transfer_desk_t *desk, const mo_transfer_found_t *found, mo_next_t *at)
{
    const mo_err_t err = mo_transfer_box(desk, found, MO_BOX_OUTBOX, &at->outbox);
    return mo_failed(err) ? err : mo_transfer_box(desk, found, MO_BOX_INBOX, &at->inbox);
}

mo_err_t mo_transfer_prove(mo_transfer_desk_t *desk, const mo_transfer_look_t *look, mo_chain_t chain, mo_block_t *block,
                           mo_proof_t *proof)
{
    const mo_chain_t foreign = chain == MO_CHAIN_ORIGIN ? MO_CHAIN_AUXILIARY : MO_CHAIN_ORIGIN;
    const bool to_target = chain == mo_transfer_target(look->found.kind);
    const mo_hash_t slot = mo_bus_slot_key(&look->found.id, to_target ? MO_BUS_OUTBOX_SLOT : MO_BUS_INBOX_SLOT);
    mo_buffer_t memory = {desk->memory, 0, MO_TRANSFER_MEMORY, false};
    mo_err_t err = mo_rpc_block(desk->rpcs[foreign], MO_AT(look->roots[chain].block), block);
    if (!mo_failed(err)) {
        const mo_proof_query_t query = {
            .address = *mo_transfer_gateway(desk, foreign), .slots = &slot, .slot_count = 1, .block = block};
        err = mo_rpc_proof(desk->rpcs[foreign], &query, &memory, proof);
    }
    return err;
}

/* What one side was shown: the peer's box under the newest root that it knows. */
static mo_err_t shown_status(mo_transfer_desk_t *desk, const mo_transfer_look_t *look, mo_chain_t chain,
                             mo_bus_status_t *status)
{
    static mo_block_t block;
    static mo_proof_t proof;
    *status = MO_STATUS_UNDECLARED;
    if (!look->roots[chain].any) {
        return MO_SUCCESS;
    }
    const mo_err_t err = mo_transfer_prove(desk, look, chain, &block, &proof);
    return mo_failed(err) ? err : status_of(&look->found, &proof.slots[0].value, status);
}

mo_err_t mo_transfer_look(mo_transfer_desk_t *desk, const mo_transfer_found_t *found, const mo_secp_key_t *key,
                          mo_transfer_look_t *look)
{
    *look = (mo_transfer_look_t){.found = *found};
    mo_err_t err = mo_transfer_boxes(desk, found, &look->at);
    for (int chain = 0; chain < MO_CHAIN_COUNT && !mo_failed(err); chain++) {
        err = mo_transfer_root(desk, (mo_chain_t)chain, &look->roots[chain]);
    }
    if (!mo_failed(err)) {
        err = secret_find(desk, key, look);
    }
    look->ended = mo_facilitator_has_ended(look->at.outbox, look->at.inbox);
    if (mo_failed(err) || look->ended) {
        return err;
    }
    err = shown_status(desk, look, mo_transfer_target(found->kind), &look->at.outbox_proven);
    if (!mo_failed(err)) {
        err = shown_status(desk, look, mo_transfer_source(found->kind), &look->at.inbox_proven);
    }
    look->row = mo_failed(err) ? 0 : mo_facilitator_next(&look->at);
    return err;
}
