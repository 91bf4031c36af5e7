#include "node/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hex.h"
#include "bind/utility_token.h"
#include "bus/limits.h"
#include "eth/header.h"
#include "eth/keccak.h"
#include "node/config_field.h"

#define FORMAT  "mosaic-archive"
#define VERSION 1

/* One answer of eth_getProof as text. */
#define ANSWER_MAX (512U << 10)

static const char *const PARTS[] = {[MO_ARCHIVE_ACCOUNTS] = "accounts",
                                    [MO_ARCHIVE_BALANCES] = "balances",
                                    [MO_ARCHIVE_STAKES] = "stakes",
                                    [MO_ARCHIVE_REDEEMS] = "redeems"};

/* ERC-7201 of "openzeppelin.storage.ERC20", where the mapping of balances lies (docs/interfaces.md). */
static const uint8_t BALANCES_SLOT[32] = {0x52, 0xc6, 0x32, 0x47, 0xe1, 0xf4, 0x7d, 0xb1, 0x9d, 0x5c, 0xe0,
                                          0x46, 0x00, 0x30, 0xc4, 0x97, 0xf0, 0x67, 0xca, 0x4c, 0xeb, 0xf7,
                                          0x1b, 0xa9, 0x8e, 0xea, 0xda, 0xbe, 0x20, 0xba, 0xce, 0x00};

mo_hash_t mo_archive_balance_slot(const mo_address_t *holder)
{
    uint8_t text[64] = {0};
    memcpy(text + 12, holder->bytes, 20);
    memcpy(text + 32, BALANCES_SLOT, 32);
    return mo_keccak256(MO_BYTES(text));
}

typedef struct {
    char text[MO_HEX_TEXT(32)];
} name_t;

static name_t name_of(mo_bytes_t bytes)
{
    name_t name;
    mo_hex_encode(bytes, MO_HEX_PREFIXED, name.text, sizeof name.text);
    return name;
}

static json_t *header_json(const mo_block_t *block)
{
    char text[MO_HEX_TEXT(MO_HEADER_BYTES_MAX)];
    mo_hex_encode(mo_block_rlp(block), MO_HEX_PREFIXED, text, sizeof text);
    return json_string(text);
}

/* ---- Taking ---- */

typedef struct {
    mo_transfer_desk_t *desk;
    mo_archive_t *archive;
    const mo_address_t *only;
    mo_err_t err;
} taking_t;

static mo_err_t answer_take(const taking_t *t, const mo_address_t *account, const mo_hash_t *slot, mo_proof_t *proof,
                            json_t **answer)
{
    mo_buffer_t memory = {t->desk->memory, 0, MO_TRANSFER_MEMORY, false};
    mo_buffer_t text = {malloc(ANSWER_MAX), 0, ANSWER_MAX, false};
    const mo_proof_query_t query = {
        .address = *account, .slots = slot, .slot_count = slot == NULL ? 0 : 1, .block = &t->archive->block};
    MO_CHECK(text.data != NULL);
    const mo_err_t err = mo_rpc_proof_text(t->desk->rpcs[MO_CHAIN_AUXILIARY], &query, &memory, proof, &text);
    *answer = mo_failed(err) ? NULL : json_stringn((const char *)text.data, text.size);
    free(text.data);
    return err;
}

static json_t *part_of(const mo_archive_t *archive, mo_archive_part_t part)
{
    return json_object_get(archive->object, PARTS[part]);
}

static void account_take(taking_t *t, const char *name, const mo_address_t *account)
{
    static mo_proof_t proof;
    json_t *answer = NULL;
    if (!mo_failed(t->err)) {
        t->err = answer_take(t, account, NULL, &proof, &answer);
        (void)json_object_set_new(part_of(t->archive, MO_ARCHIVE_ACCOUNTS), name, answer);
    }
}

static void balance_take(taking_t *t, const mo_address_t *holder)
{
    static mo_proof_t proof;
    json_t *answer = NULL;
    json_t *const part = part_of(t->archive, MO_ARCHIVE_BALANCES);
    const name_t name = name_of(mo_address_view(holder));
    const mo_hash_t slot = mo_archive_balance_slot(holder);
    const bool wanted = t->only == NULL || mo_address_equal(t->only, holder);
    if (mo_failed(t->err) || !wanted || mo_address_is_zero(holder) || json_object_get(part, name.text) != NULL) {
        return;
    }
    t->err = answer_take(t, &t->desk->config->utility_token, &slot, &proof, &answer);
    if (!mo_failed(t->err)) {
        (void)json_object_set_new(part, name.text, answer);
    }
}

/* Whoever ever received one may hold some. */
static bool moved(void *context, mo_chain_t chain, const mo_log_t *log)
{
    taking_t *t = context;
    mo_bind_utility_token_transfer_event_t e;
    (void)chain;
    if (mo_bind_utility_token_transfer_event_decode(log->topics, log->topic_count, log->data, &e) == MO_ABI_OK) {
        balance_take(t, &e.to);
    }
    return !mo_failed(t->err);
}

static json_t *envelope_json(const mo_transfer_found_t *f, json_t *answer)
{
    const mo_message_t *m = &f->envelope.message;
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "amount",
                     mo_node_amount_json(m->intent.amount), "beneficiary",
                     mo_node_bytes_json(mo_address_view(&m->intent.beneficiary)), "token",
                     mo_node_bytes_json(mo_address_view(&m->intent.token)), "nonce", mo_node_amount_json(m->nonce),
                     "gasPrice", mo_node_amount_json(m->gas_price), "gasLimit", mo_node_amount_json(m->gas_limit),
                     "deadline", mo_node_number_json(m->deadline), "sender", mo_node_bytes_json(mo_address_view(&m->sender)),
                     "namedFacilitator", mo_node_bytes_json(mo_address_view(&m->facilitator)), "facilitator",
                     mo_node_bytes_json(mo_address_view(&f->envelope.facilitator)), "declaredAt",
                     mo_node_number_json(f->envelope.declared_at), "secretHash",
                     mo_node_bytes_json(mo_hash_view(&f->envelope.secret_hash)), "proof", answer);
}

static bool message_taken(void *context, mo_chain_t chain, const mo_log_t *log)
{
    static mo_proof_t proof;
    taking_t *t = context;
    mo_transfer_found_t found;
    json_t *answer = NULL;
    const bool stake = chain == MO_CHAIN_ORIGIN;
    if (!mo_transfer_declared(chain, log, &found) ||
        (t->only != NULL && !mo_address_equal(t->only, &found.envelope.message.sender))) {
        return true;
    }
    const mo_hash_t slot = mo_bus_slot_key(&found.id, stake ? MO_BUS_INBOX_SLOT : MO_BUS_OUTBOX_SLOT);
    t->err = answer_take(t, &t->desk->config->co_gateway, &slot, &proof, &answer);
    if (!mo_failed(t->err)) {
        (void)json_object_set_new(part_of(t->archive, stake ? MO_ARCHIVE_STAKES : MO_ARCHIVE_REDEEMS),
                                  name_of(mo_hash_view(&found.id)).text, stake ? answer : envelope_json(&found, answer));
    }
    return !mo_failed(t->err);
}

static void logs_take(taking_t *t, mo_chain_t chain, const mo_address_t *contract, uint64_t to, mo_transfer_log_t *take)
{
    if (!mo_failed(t->err)) {
        const mo_err_t err = mo_transfer_logs(t->desk, chain, contract, to, take, t);
        t->err = mo_failed(t->err) ? t->err : err;
    }
}

mo_err_t mo_archive_take(mo_transfer_desk_t *desk, uint64_t number, const mo_address_t *only, mo_archive_t *archive)
{
    taking_t t = {.desk = desk, .archive = archive, .only = only};
    uint64_t origin_head = 0;
    *archive = (mo_archive_t){0};
    t.err = mo_rpc_block(desk->rpcs[MO_CHAIN_AUXILIARY], MO_AT(number), &archive->block);
    if (!mo_failed(t.err)) {
        t.err = mo_rpc_number(desk->rpcs[MO_CHAIN_ORIGIN], &origin_head);
    }
    if (mo_failed(t.err)) {
        return t.err;
    }
    archive->object = json_pack("{s:s, s:i, s:I, s:o, s:{}, s:{}, s:{}, s:{}}", "format", FORMAT, "version", VERSION,
                                "number", (json_int_t)number, "header", header_json(&archive->block), "accounts",
                                "balances", "stakes", "redeems");
    MO_CHECK(archive->object != NULL);
    account_take(&t, "coGateway", &desk->config->co_gateway);
    account_take(&t, "utilityToken", &desk->config->utility_token);
    logs_take(&t, MO_CHAIN_AUXILIARY, &desk->config->utility_token, number, moved);
    logs_take(&t, MO_CHAIN_AUXILIARY, &desk->config->co_gateway, number, message_taken);
    logs_take(&t, MO_CHAIN_ORIGIN, &desk->config->gateway, origin_head, message_taken);
    if (mo_failed(t.err)) {
        mo_archive_close(archive);
    }
    return t.err;
}

/* ---- Files ---- */

void mo_archive_close(mo_archive_t *archive)
{
    json_decref(archive->object);
    *archive = (mo_archive_t){0};
}

size_t mo_archive_stakes(const mo_archive_t *archive)
{
    return json_object_size(part_of(archive, MO_ARCHIVE_STAKES));
}

static void path_of(char path[MO_ARCHIVE_PATH_MAX], const char *folder, uint64_t number)
{
    (void)snprintf(path, MO_ARCHIVE_PATH_MAX, "%.4000s/%llu.json", folder, (unsigned long long)number);
}

mo_err_t mo_archive_write(const char *folder, const mo_archive_t *archive)
{
    char path[MO_ARCHIVE_PATH_MAX];
    path_of(path, folder, archive->block.number);
    return mo_node_object_write(path, json_incref(archive->object), 0644);
}

static mo_err_t header_read(const char *path, const mo_archive_t *archive, mo_block_t *block)
{
    mo_header_t header;
    mo_buffer_t rlp = MO_BUFFER(block->rlp);
    const char *text = json_string_value(json_object_get(archive->object, "header"));
    if (text == NULL || !mo_hex_decode(text, MO_HEX_PREFIXED, &rlp) ||
        mo_header_decode(mo_buffer_view(&rlp), &header) != MO_HEADER_OK) {
        return mo_err(MO_ERR_PERMANENT, "%.150s: field header is no header of a block", path);
    }
    block->rlp_size = rlp.size;
    block->number = header.number;
    block->state_root = header.state_root;
    block->parent = header.parent_hash;
    block->timestamp = header.timestamp;
    block->hash = mo_keccak256(mo_buffer_view(&rlp));
    return MO_SUCCESS;
}

mo_err_t mo_archive_read(const char *folder, uint64_t number, mo_archive_t *archive)
{
    char path[MO_ARCHIVE_PATH_MAX];
    path_of(path, folder, number);
    *archive = (mo_archive_t){0};
    mo_err_t err = mo_node_object_load(path, &archive->object);
    const char *format = mo_failed(err) ? NULL : json_string_value(json_object_get(archive->object, "format"));
    const json_int_t version = mo_failed(err) ? 0 : json_integer_value(json_object_get(archive->object, "version"));
    if (!mo_failed(err) && (format == NULL || strcmp(format, FORMAT) != 0 || version != VERSION)) {
        err = mo_err(MO_ERR_PERMANENT, "%.150s is no archive of version %d: field format or version", path, VERSION);
    }
    for (int part = 0; part <= MO_ARCHIVE_REDEEMS && !mo_failed(err); part++) {
        if (!json_is_object(part_of(archive, (mo_archive_part_t)part))) {
            err = mo_err(MO_ERR_PERMANENT, "%.150s: field %s must be an object", path, PARTS[part]);
        }
    }
    if (!mo_failed(err)) {
        err = header_read(path, archive, &archive->block);
    }
    if (!mo_failed(err) && archive->block.number != number) {
        err = mo_err(MO_ERR_PERMANENT, "%.150s: field header is of block %llu", path,
                     (unsigned long long)archive->block.number);
    }
    if (mo_failed(err)) {
        mo_archive_close(archive);
    }
    return err;
}

/* ---- Using ---- */

static mo_hash_t slot_of(mo_archive_part_t part, mo_bytes_t name)
{
    mo_address_t holder = {{0}};
    mo_hash_t id = {{0}};
    if (part == MO_ARCHIVE_BALANCES) {
        MO_CHECK(name.size == sizeof holder.bytes);
        memcpy(holder.bytes, name.data, name.size);
        return mo_archive_balance_slot(&holder);
    }
    MO_CHECK(name.size == sizeof id.bytes);
    memcpy(id.bytes, name.data, name.size);
    return mo_bus_slot_key(&id, part == MO_ARCHIVE_STAKES ? MO_BUS_INBOX_SLOT : MO_BUS_OUTBOX_SLOT);
}

static bool is_name(mo_bytes_t name, const char *text)
{
    return name.size == strlen(text) && memcmp(name.data, text, name.size) == 0;
}

mo_err_t mo_archive_prove(const mo_transfer_desk_t *desk, const mo_archive_t *archive, mo_archive_part_t part,
                          mo_bytes_t name, mo_buffer_t *memory, mo_proof_t *proof, bool *found)
{
    const bool account = part == MO_ARCHIVE_ACCOUNTS;
    const bool token = part == MO_ARCHIVE_BALANCES || (account && is_name(name, "utilityToken"));
    const char *key = account && token ? "utilityToken" : "coGateway";
    const name_t hex = account ? (name_t){{0}} : name_of(name);
    const mo_hash_t slot = account ? (mo_hash_t){{0}} : slot_of(part, name);
    const json_t *entry = json_object_get(part_of(archive, part), account ? key : hex.text);
    const char *text = json_string_value(part == MO_ARCHIVE_REDEEMS ? json_object_get(entry, "proof") : entry);
    const mo_proof_query_t query = {.address = token ? desk->config->utility_token : desk->config->co_gateway,
                                    .slots = account ? NULL : &slot,
                                    .slot_count = account ? 0 : 1,
                                    .block = &archive->block};
    *found = text != NULL;
    if (!*found) {
        return MO_SUCCESS;
    }
    return mo_rpc_proof_read((mo_bytes_t){(const uint8_t *)text, strlen(text)}, &query, memory, proof);
}

/* The message of an entry; what it says is only as good as the lock that it opens in the end (7.1). */
static mo_err_t envelope_read(const json_t *entry, mo_envelope_t *e)
{
    mo_message_t *m = &e->message;
    const struct {
        const char *name;
        uint8_t *bytes;
        size_t size;
    } texts[] = {{"beneficiary", m->intent.beneficiary.bytes, 20}, {"token", m->intent.token.bytes, 20},
                 {"sender", m->sender.bytes, 20},                  {"namedFacilitator", m->facilitator.bytes, 20},
                 {"facilitator", e->facilitator.bytes, 20},        {"secretHash", e->secret_hash.bytes, 32}};
    const struct {
        const char *name;
        mo_u256_t *amount;
    } amounts[] = {{"amount", &m->intent.amount}, {"nonce", &m->nonce}, {"gasPrice", &m->gas_price}, {"gasLimit", &m->gas_limit}};
    mo_node_field_t field;
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && !mo_failed(err); i++) {
        err = mo_node_field_find(entry, "a redeem of the archive", texts[i].name, &field);
        err = mo_failed(err) ? err : mo_node_field_bytes(&field, texts[i].bytes, texts[i].size);
    }
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0] && !mo_failed(err); i++) {
        err = mo_node_field_find(entry, "a redeem of the archive", amounts[i].name, &field);
        err = mo_failed(err) ? err : mo_node_field_amount(&field, amounts[i].amount);
    }
    m->deadline = (uint64_t)json_integer_value(json_object_get(entry, "deadline"));
    e->declared_at = (uint64_t)json_integer_value(json_object_get(entry, "declaredAt"));
    return err;
}

bool mo_archive_redeem(const mo_archive_t *archive, size_t *at, mo_transfer_found_t *found)
{
    json_t *const part = part_of(archive, MO_ARCHIVE_REDEEMS);
    size_t position = 0;
    for (void *i = json_object_iter(part); i != NULL; i = json_object_iter_next(part, i)) {
        if (position++ < *at) {
            continue;
        }
        *at = position;
        *found = (mo_transfer_found_t){.kind = MO_MESSAGE_REDEEM};
        if (mo_hex_decode_exact(json_object_iter_key(i), MO_HEX_PREFIXED, found->id.bytes, 32) &&
            !mo_failed(envelope_read(json_object_iter_value(i), &found->envelope))) {
            return true;
        }
    }
    return false;
}
