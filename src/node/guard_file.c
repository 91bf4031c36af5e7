#include "node/guard_file.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hex.h"
#include "node/config_field.h"
#include "node/key_file.h"
#include "rules/identity.h"
#include "rules/vote.h"

#define FORMAT  "mosaic-guard"
#define VERSION "1"

static const char *const TOP[] = {"metadata", "data"};
static const char *const METADATA[] = {"interchange_format", "interchange_format_version"};
static const char *const RECORD[] = {"origin_chain_id", "origin_genesis_hash", "core",      "setup_hash",
                                     "signer",          "signed_votes",        "watermarks"};
static const char *const VOTE[] = {"chain",         "transition",    "source",   "target",
                                   "source_height", "target_height", "signature"};
static const char *const WATERMARK[] = {"chain", "source_height", "target_height"};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* ---- Writing ---- */

typedef struct {
    json_t *data;
    const mo_guard_core_t *core;
    json_t *record; /* of the signer that is being written; borrowed from data */
    mo_address_t signer;
    mo_store_t *store;
    mo_guard_file_count_t count;
} writer_t;

static json_t *decimal(uint64_t number)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    return json_string(text);
}

static json_t *hash_json(const mo_hash_t *hash)
{
    return mo_node_bytes_json(mo_hash_view(hash));
}

/* The record of a signer and the core, made when it is not there yet. */
static void turn_to(writer_t *writer, const mo_address_t *signer)
{
    size_t at;
    json_t *record;
    char text[MO_HEX_TEXT(20)];
    mo_hex_encode(mo_address_view(signer), MO_HEX_PREFIXED, text, sizeof text);
    json_array_foreach(writer->data, at, record)
    {
        mo_hash_t setup;
        const char *setup_text = json_string_value(json_object_get(record, "setup_hash"));
        const char *known = json_string_value(json_object_get(record, "signer"));
        const bool same_core = mo_hex_decode_exact(setup_text, MO_HEX_PREFIXED, setup.bytes, sizeof setup.bytes) &&
                               mo_hash_equal(&setup, &writer->core->setup_hash);
        if (same_core && strcmp(known, text) == 0 && at >= writer->count.records) {
            writer->record = record;
            return;
        }
    }
    const mo_guard_core_t *core = writer->core;
    writer->record = json_pack("{s:o, s:o, s:o, s:o, s:o, s:[], s:[]}", "origin_chain_id", decimal(core->origin_chain_id),
                               "origin_genesis_hash", hash_json(&core->origin_genesis), "core",
                               mo_node_bytes_json(mo_address_view(&core->core)), "setup_hash",
                               hash_json(&core->setup_hash), "signer", mo_node_bytes_json(mo_address_view(signer)),
                               "signed_votes", "watermarks");
    (void)json_array_append_new(writer->data, writer->record);
}

static json_t *vote_json(const mo_guard_record_t *record)
{
    uint8_t signature[64];
    memcpy(signature, record->signature.r.bytes, 32);
    memcpy(signature + 32, record->signature.vs.bytes, 32);
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "chain", hash_json(&record->vote.chain), "transition",
                     hash_json(&record->vote.transition), "source", hash_json(&record->vote.source), "target",
                     hash_json(&record->vote.target), "source_height", decimal(record->vote.source_height.value),
                     "target_height", decimal(record->vote.target_height.value), "signature",
                     mo_node_bytes_json(MO_BYTES(signature)));
}

static mo_err_t write_entry(void *context, const mo_guard_entry_t *entry)
{
    writer_t *writer = context;
    turn_to(writer, &entry->scope.signer);
    json_t *made = entry->is_vote ? vote_json(&entry->record)
                                  : json_pack("{s:o, s:o, s:o}", "chain", hash_json(&entry->scope.chain),
                                              "source_height", decimal(entry->watermark_source.value),
                                              "target_height", decimal(entry->watermark_target.value));
    json_t *list = json_object_get(writer->record, entry->is_vote ? "signed_votes" : "watermarks");
    if (json_array_append_new(list, made) != 0) {
        return mo_err(MO_ERR_PERMANENT, "out of memory");
    }
    writer->count.votes += entry->is_vote ? 1 : 0;
    writer->count.watermarks += entry->is_vote ? 0 : 1;
    return MO_SUCCESS;
}

static mo_err_t write_core(void *context, const mo_guard_core_t *core)
{
    writer_t *writer = context;
    const mo_hash_t id = mo_guard_core_id(core);
    writer->core = core;
    /* Records of this core begin here: those before are of others. */
    writer->count.records = json_array_size(writer->data);
    return mo_guard_entries(writer->store, &id, write_entry, writer);
}

static mo_err_t check_orphans(mo_store_t *store)
{
    uint64_t orphans;
    mo_err_t err = mo_guard_orphans(store, &orphans);
    if (!mo_failed(err) && orphans > 0) {
        err = mo_err(MO_ERR_REFUSED, "%llu votes are of no known core yet: start the daemon once with this store first",
                     (unsigned long long)orphans);
    }
    return err;
}

mo_err_t mo_guard_file_write(mo_store_t *store, const char *path, mo_guard_file_count_t *count)
{
    writer_t writer = {.data = json_array(), .store = store};
    *count = (mo_guard_file_count_t){0};
    mo_err_t err = check_orphans(store);
    if (!mo_failed(err)) {
        err = mo_guard_cores(store, write_core, &writer);
    }
    writer.count.records = json_array_size(writer.data);
    json_t *whole = json_pack("{s:{s:s, s:s}, s:o}", "metadata", METADATA[0], FORMAT, METADATA[1], VERSION, "data",
                              writer.data);
    char *text = whole != NULL ? json_dumps(whole, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;
    if (!mo_failed(err)) {
        err = text != NULL ? mo_key_text_write(path, text) : mo_err(MO_ERR_PERMANENT, "out of memory");
    }
    free(text);
    json_decref(whole);
    *count = mo_failed(err) ? (mo_guard_file_count_t){0} : writer.count;
    return err;
}

/* ---- Reading: a reader keeps the first error, so that many fields are read and one question asked ---- */

typedef struct {
    const char *path;
    mo_store_t *store;
    mo_err_t err;
    mo_guard_core_t core;
    mo_guard_scope_t scope;
    mo_hash_t domain;
    mo_guard_merged_t *merged;
} reader_t;

static void open_object(reader_t *reader, const json_t *object, const char *const *names, size_t count)
{
    if (!mo_failed(reader->err) && !json_is_object(object)) {
        reader->err = mo_err(MO_ERR_PERMANENT, "%.140s: no object with %s", reader->path, names[0]);
    }
    if (!mo_failed(reader->err)) {
        reader->err = mo_node_object_names_check(reader->path, object, names, count);
    }
}

static void get_bytes(reader_t *reader, const json_t *object, const char *name, mo_buffer_t out)
{
    mo_node_field_t field;
    if (!mo_failed(reader->err)) {
        reader->err = mo_node_field_find(object, reader->path, name, &field);
    }
    if (!mo_failed(reader->err)) {
        reader->err = mo_node_field_bytes(&field, out.data, out.capacity);
    }
}

static void get_decimal(reader_t *reader, const json_t *object, const char *name, uint64_t *number)
{
    mo_node_field_t field;
    mo_u256_t value = {0};
    *number = 0;
    if (!mo_failed(reader->err)) {
        reader->err = mo_node_field_find(object, reader->path, name, &field);
    }
    if (!mo_failed(reader->err)) {
        reader->err = mo_node_field_amount(&field, &value);
    }
    if (!mo_failed(reader->err) && !mo_u256_to_u64(value, number)) {
        reader->err = mo_node_field_malformed(&field, "below 2^64");
    }
}

static const json_t *get_list(reader_t *reader, const json_t *object, const char *name)
{
    mo_node_field_t field = {0};
    if (!mo_failed(reader->err)) {
        reader->err = mo_node_field_find(object, reader->path, name, &field);
    }
    if (!mo_failed(reader->err) && !json_is_array(field.value)) {
        reader->err = mo_node_field_malformed(&field, "a list");
    }
    return mo_failed(reader->err) ? NULL : field.value;
}

static void read_vote(reader_t *reader, const json_t *object)
{
    mo_guard_entry_t entry = {.is_vote = true};
    mo_vote_t *vote = &entry.record.vote;
    uint8_t signature[64] = {0};
    open_object(reader, object, VOTE, COUNT(VOTE));
    get_bytes(reader, object, "chain", MO_BUFFER(vote->chain.bytes));
    get_bytes(reader, object, "transition", MO_BUFFER(vote->transition.bytes));
    get_bytes(reader, object, "source", MO_BUFFER(vote->source.bytes));
    get_bytes(reader, object, "target", MO_BUFFER(vote->target.bytes));
    get_decimal(reader, object, "source_height", &vote->source_height.value);
    get_decimal(reader, object, "target_height", &vote->target_height.value);
    if (json_object_get(object, "signature") != NULL) {
        get_bytes(reader, object, "signature", MO_BUFFER(signature));
    }
    if (mo_failed(reader->err)) {
        return;
    }
    memcpy(entry.record.signature.r.bytes, signature, 32);
    memcpy(entry.record.signature.vs.bytes, signature + 32, 32);
    entry.scope = reader->scope;
    entry.scope.chain = vote->chain;
    entry.record.struct_hash = mo_rules_vote_hash(vote);
    entry.record.digest = mo_rules_vote_digest(&reader->domain, vote);
    reader->err = mo_guard_merge_vote(reader->store, &entry, reader->merged);
}

static void read_watermark(reader_t *reader, const json_t *object)
{
    mo_guard_entry_t entry = {.scope = reader->scope};
    open_object(reader, object, WATERMARK, COUNT(WATERMARK));
    get_bytes(reader, object, "chain", MO_BUFFER(entry.scope.chain.bytes));
    get_decimal(reader, object, "source_height", &entry.watermark_source.value);
    get_decimal(reader, object, "target_height", &entry.watermark_target.value);
    if (!mo_failed(reader->err)) {
        reader->err = mo_guard_merge_mark(reader->store, &entry, reader->merged);
    }
}

static void read_each(reader_t *reader, const json_t *list, void (*read)(reader_t *, const json_t *))
{
    for (size_t i = 0; i < json_array_size(list) && !mo_failed(reader->err); i++) {
        read(reader, json_array_get(list, i));
    }
}

static void read_record(reader_t *reader, const json_t *object)
{
    open_object(reader, object, RECORD, COUNT(RECORD));
    get_decimal(reader, object, "origin_chain_id", &reader->core.origin_chain_id);
    get_bytes(reader, object, "origin_genesis_hash", MO_BUFFER(reader->core.origin_genesis.bytes));
    get_bytes(reader, object, "core", MO_BUFFER(reader->core.core.bytes));
    get_bytes(reader, object, "setup_hash", MO_BUFFER(reader->core.setup_hash.bytes));
    get_bytes(reader, object, "signer", MO_BUFFER(reader->scope.signer.bytes));
    if (!mo_failed(reader->err)) {
        reader->scope.core = mo_guard_core_id(&reader->core);
        reader->domain = mo_rules_domain(reader->core.origin_chain_id, &reader->core.core);
        reader->err = mo_guard_merge_core(reader->store, &reader->core);
    }
    read_each(reader, get_list(reader, object, "signed_votes"), read_vote);
    read_each(reader, get_list(reader, object, "watermarks"), read_watermark);
}

static void read_metadata(reader_t *reader, const json_t *object)
{
    const char *format = json_string_value(json_object_get(object, METADATA[0]));
    const char *version = json_string_value(json_object_get(object, METADATA[1]));
    open_object(reader, object, METADATA, COUNT(METADATA));
    if (!mo_failed(reader->err) &&
        (format == NULL || strcmp(format, FORMAT) != 0 || version == NULL || strcmp(version, VERSION) != 0)) {
        reader->err = mo_err(MO_ERR_PERMANENT, "%.140s: not of format " FORMAT " version " VERSION
                                               ": name a file of 'mosaic guard export'", reader->path);
    }
}

mo_err_t mo_guard_file_read(mo_store_t *store, const char *path, mo_guard_merged_t *merged)
{
    json_t *whole = NULL;
    *merged = (mo_guard_merged_t){0};
    reader_t reader = {.path = path, .store = store, .merged = merged};
    reader.err = mo_node_object_load(path, &whole);
    open_object(&reader, whole, TOP, COUNT(TOP));
    if (!mo_failed(reader.err)) {
        read_metadata(&reader, json_object_get(whole, "metadata"));
    }
    const json_t *data = get_list(&reader, whole, "data");
    if (!mo_failed(reader.err)) {
        reader.err = mo_guard_merge_begin(store);
        if (!mo_failed(reader.err)) {
            read_each(&reader, data, read_record);
            reader.err = mo_guard_merge_end(store, reader.err);
        }
    }
    json_decref(whole);
    return reader.err;
}
