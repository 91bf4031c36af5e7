#include "chain/log.h"

#include <string.h>

#include "base/check.h"
#include "chain/form.h"
#include "chain/json.h"
#include "chain/verify.h"
#include "chain/wire.h"

static bool is_asked_for(const mo_log_query_t *query, const mo_address_t *address)
{
    for (size_t i = 0; i < query->address_count; i++) {
        if (mo_address_equal(&query->addresses[i], address)) {
            return true;
        }
    }
    return false;
}

static void read_topics(mo_json_t *in, mo_log_t *log)
{
    const json_t *topics = mo_json_array(in, "topics", MO_LOG_TOPICS_MAX);
    log->topic_count = topics == NULL ? 0 : json_array_size(topics);
    for (size_t i = 0; i < log->topic_count; i++) {
        mo_hash_t *topic = &log->topics[i];
        if (!mo_json_is_exact(json_array_get(topics, i), topic->bytes, sizeof topic->bytes)) {
            in->fault = "topics";
        }
    }
}

/* All but the log's bytes. NULL, or what is wrong. */
static const char *read_log(const json_t *value, const mo_log_query_t *query, const mo_log_t *before, mo_log_t *log)
{
    mo_json_t in = mo_json_object(value);
    *log = (mo_log_t){
        .address = mo_json_address(&in, "address"),
        .block_number = mo_json_u64(&in, "blockNumber"),
        .block_hash = mo_json_hash(&in, "blockHash"),
        .tx_hash = mo_json_hash(&in, "transactionHash"),
        .index = mo_json_u64(&in, "logIndex"),
    };
    read_topics(&in, log);
    if (in.fault != NULL) {
        return in.fault;
    }
    if (json_is_true(json_object_get(value, "removed"))) {
        return "removed";
    }
    if (log->block_number < query->from || log->block_number > query->to || !is_asked_for(query, &log->address)) {
        return "a log that was not asked for";
    }
    bool ascends = before == NULL || log->block_number > before->block_number ||
                   (log->block_number == before->block_number && log->index > before->index);
    return ascends ? NULL : "logs out of order";
}

/* Takes back the logs of `block`, which did not all fit, from the end of the batch. */
static void cut_block(mo_log_batch_t *batch, uint64_t block)
{
    while (batch->count > 0 && batch->items[batch->count - 1].block_number == block) {
        batch->count--;
        batch->memory.size -= batch->items[batch->count].data.size;
    }
    batch->complete_to = block - 1;
}

/* The log's bytes into the batch. Out: *fits false when there is no room. */
static const char *keep_log(const json_t *value, mo_log_batch_t *batch, mo_log_t *log, bool *fits)
{
    const json_t *data = json_object_get(value, "data");
    const char *hex = json_is_string(data) ? json_string_value(data) : "";
    *fits = batch->count < batch->capacity && strlen(hex) / 2 <= batch->memory.capacity - batch->memory.size + 1;
    if (!*fits) {
        return NULL;
    }
    if (!mo_json_is_bytes(data, &batch->memory, &log->data)) {
        return "data";
    }
    batch->items[batch->count] = *log;
    batch->count++;
    return NULL;
}

static const char *fill_batch(const json_t *value, const mo_log_query_t *query, mo_log_batch_t *batch, bool *too_small)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        const mo_log_t *before = batch->count > 0 ? &batch->items[batch->count - 1] : NULL;
        mo_log_t log;
        const char *fault = read_log(json_array_get(value, i), query, before, &log);
        bool fits = true;
        if (fault == NULL) {
            fault = keep_log(json_array_get(value, i), batch, &log, &fits);
        }
        if (fault != NULL) {
            return fault;
        }
        if (!fits) {
            *too_small = log.block_number == query->from;
            cut_block(batch, log.block_number);
            return *too_small ? "more logs in one block than fit" : NULL;
        }
    }
    batch->complete_to = query->to;
    return NULL;
}

static void empty_batch(mo_log_batch_t *batch)
{
    batch->count = 0;
    batch->complete_to = 0;
    batch->memory.size = 0;
    batch->memory.overflown = false;
}

const char *mo_verify_logs(const json_t *value, const mo_log_query_t *query, mo_log_batch_t *batch, bool *too_small)
{
    *too_small = false;
    empty_batch(batch);
    const char *fault = json_is_array(value) ? fill_batch(value, query, batch, too_small) : "no array";
    if (fault != NULL) {
        empty_batch(batch);
    }
    return fault;
}

static json_t *logs_params(const mo_log_query_t *query)
{
    json_t *addresses = json_array();
    for (size_t i = 0; i < query->address_count; i++) {
        MO_CHECK(json_array_append_new(addresses, mo_form_bytes(mo_address_view(&query->addresses[i]))) == 0);
    }
    json_t *filter = json_pack("{sososo}", "fromBlock", mo_form_u64(query->from), "toBlock", mo_form_u64(query->to),
                               "address", addresses);
    MO_CHECK(filter != NULL);
    return mo_form_list(filter, NULL);
}

static mo_err_t read_logs(mo_rpc_t *rpc, const mo_log_query_t *query, mo_log_batch_t *batch)
{
    mo_wire_reply_t reply;
    mo_err_t err = mo_wire_call(rpc, "eth_getLogs", logs_params(query), &reply);
    if (mo_failed(err)) {
        return err;
    }
    bool too_small;
    const char *fault = mo_verify_logs(reply.results[0], query, batch, &too_small);
    if (too_small) {
        err = mo_err(MO_ERR_PERMANENT, "eth_getLogs: %s", fault);
    } else if (fault != NULL) {
        err = mo_wire_malformed(rpc, "eth_getLogs", fault);
    }
    mo_wire_release(&reply);
    return err;
}

mo_err_t mo_rpc_logs(mo_rpc_t *rpc, const mo_log_query_t *query, mo_log_batch_t *batch)
{
    MO_CHECK(query->from <= query->to);
    MO_CHECK(query->address_count >= 1 && query->address_count <= MO_LOG_ADDRESSES_MAX);
    empty_batch(batch);
    mo_log_query_t part = *query;
    mo_err_t err;
    bool again;
    /* A node that finds the range too wide, or the answer too large, gets half of it, and for a while no more. */
    do {
        mo_measure_t *range = &rpc->endpoints[rpc->current].range;
        uint64_t wanted = query->to - query->from;
        part.to = part.from + (wanted < range->now - 1 ? wanted : range->now - 1);
        err = read_logs(rpc, &part, batch);
        range = &rpc->endpoints[rpc->current].range;
        uint64_t size = part.to - part.from + 1;
        again = mo_failed(err) && rpc->limited && mo_measure_shrink(range, size);
        if (!mo_failed(err)) {
            mo_measure_grant(range, size);
        }
    } while (again);
    return err;
}
