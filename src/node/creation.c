#include "node/creation.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/hex.h"
#include "bind/auxiliary_block_store.h"
#include "bind/core.h"
#include "bind/kernel_relay.h"
#include "bind/origin_block_store.h"
#include "bind/origin_history.h"
#include "bind/polling_place.h"
#include "bind/registry.h"
#include "eth/address.h"

/* One contract that is looked for. */
typedef struct {
    const char *name;
    mo_chain_t chain;
    mo_address_t address;
    mo_bytes_t input; /* of the transaction that creates it */
    bool found;
} wanted_t;

#define WANTED_MAX 7

/* What the constructors were given, as far as the configuration does not say it. */
typedef struct {
    mo_bind_core_core_created_event_t created;
    mo_bind_core_kernel_opened_event_t opened; /* K_1 */
    mo_block_t auxiliary_root;
} birth_t;

typedef struct {
    mo_node_station_t *s;
    birth_t birth;
    wanted_t wanted[WANTED_MAX];
    size_t count;
    mo_buffer_t inputs; /* the expected ones, one after the other */
    mo_buffer_t text;   /* one block with its transactions */
} search_t;

/* Seven times the largest creation code and its arguments. */
#define INPUTS_MAX (WANTED_MAX * 64u * 1024u)
#define TEXT_MAX   (16u << 20)

/* --- what is expected ------------------------------------------------------------------------------------------- */

static mo_err_t read_birth_logs(search_t *search)
{
    enum { LOGS = 16 };
    static mo_log_t items[LOGS];
    static uint8_t memory[64 * 1024];
    const mo_node_config_t *c = search->s->config;
    mo_log_query_t query = {.from = c->origin_deploy_block,
                            .to = c->origin_root_number + c->origin_epoch,
                            .addresses = &c->core,
                            .address_count = 1};
    mo_log_batch_t batch = {.items = items, .capacity = LOGS, .memory = MO_BUFFER(memory)};
    mo_err_t err = mo_rpc_logs(search->s->rpcs[MO_CHAIN_ORIGIN], &query, &batch);
    bool created = false;
    bool opened = false;
    for (size_t i = 0; i < batch.count && !mo_failed(err); i++) {
        const mo_log_t *log = &items[i];
        created = created || mo_bind_core_core_created_event_decode(log->topics, log->topic_count, log->data,
                                                                    &search->birth.created) == MO_ABI_OK;
        opened = opened || mo_bind_core_kernel_opened_event_decode(log->topics, log->topic_count, log->data,
                                                                   &search->birth.opened) == MO_ABI_OK;
        if (created && opened) {
            return MO_SUCCESS;
        }
    }
    return mo_failed(err) ? err : mo_err(MO_ERR_TRANSIENT, "the core is not created and open yet");
}

static mo_err_t read_birth(search_t *search)
{
    const mo_node_config_t *c = search->s->config;
    mo_err_t err = mo_rpc_block(search->s->rpcs[MO_CHAIN_AUXILIARY], MO_AT(c->auxiliary_root_number),
                                &search->birth.auxiliary_root);
    return mo_failed(err) ? err : read_birth_logs(search);
}

static void want(search_t *search, const char *name, mo_chain_t chain, mo_address_t address, size_t start)
{
    MO_CHECK(search->count < WANTED_MAX && !search->inputs.overflown);
    search->wanted[search->count++] = (wanted_t){
        .name = name,
        .chain = chain,
        .address = address,
        .input = {search->inputs.data + start, search->inputs.size - start},
    };
}

static void want_origin(search_t *search)
{
    const mo_node_config_t *c = search->s->config;
    const mo_bind_core_core_created_event_t *created = &search->birth.created;
    mo_bind_core_constructor_t core = {created->config, created->registry_config, created->salt};
    mo_bind_registry_constructor_t registry = {c->core, created->registry_config};
    mo_buffer_t *out = &search->inputs;
    size_t start = out->size;
    MO_CHECK(mo_bind_origin_history_constructor_encode(out));
    want(search, "OriginHistory", MO_CHAIN_ORIGIN, c->origin_history, start);
    start = out->size;
    MO_CHECK(mo_bind_core_constructor_encode(out, &core));
    want(search, "Core", MO_CHAIN_ORIGIN, c->core, start);
    start = out->size;
    MO_CHECK(mo_bind_registry_constructor_encode(out, &registry));
    want(search, "Registry", MO_CHAIN_ORIGIN, c->registry, start);
}

static mo_bind_auxiliary_config_t auxiliary_config(const mo_node_config_t *c)
{
    return (mo_bind_auxiliary_config_t){.origin_chain_id = mo_u256_from_u64(c->origin_chain_id),
                                        .core = c->core,
                                        .epoch = c->epoch,
                                        .origin_epoch = c->origin_epoch,
                                        .auxiliary_root_hash = c->auxiliary_root_hash,
                                        .auxiliary_root_number = c->auxiliary_root_number,
                                        .origin_root_number = c->origin_root_number,
                                        .origin_root_hash = c->origin_root_hash,
                                        .block_store = c->auxiliary_block_store,
                                        .origin_block_store = c->origin_block_store,
                                        .kernel_relay = c->kernel_relay};
}

static void want_auxiliary(search_t *search)
{
    const mo_node_config_t *c = search->s->config;
    mo_bind_auxiliary_block_store_constructor_t store = {mo_block_rlp(&search->birth.auxiliary_root), c->epoch};
    mo_bind_origin_block_store_constructor_t origins = {c->origin_root_number, c->origin_root_hash,
                                                        c->origin_epoch, c->polling_place};
    mo_bind_kernel_relay_constructor_t relay = {mo_u256_from_u64(c->origin_chain_id), c->core,
                                                c->origin_block_store, c->polling_place};
    mo_bind_polling_place_constructor_t place = {auxiliary_config(c), search->birth.opened.kernel};
    mo_buffer_t *out = &search->inputs;
    size_t start = out->size;
    MO_CHECK(mo_bind_auxiliary_block_store_constructor_encode(out, &store));
    want(search, "AuxiliaryBlockStore", MO_CHAIN_AUXILIARY, c->auxiliary_block_store, start);
    start = out->size;
    MO_CHECK(mo_bind_origin_block_store_constructor_encode(out, &origins));
    want(search, "OriginBlockStore", MO_CHAIN_AUXILIARY, c->origin_block_store, start);
    start = out->size;
    MO_CHECK(mo_bind_kernel_relay_constructor_encode(out, &relay));
    want(search, "KernelRelay", MO_CHAIN_AUXILIARY, c->kernel_relay, start);
    start = out->size;
    MO_CHECK(mo_bind_polling_place_constructor_encode(out, &place));
    want(search, "PollingPlace", MO_CHAIN_AUXILIARY, c->polling_place, start);
}

/* --- what is there ---------------------------------------------------------------------------------------------- */

static bool is_input(const char *hex, mo_bytes_t expected)
{
    static const char digits[] = "0123456789abcdef";
    if (strlen(hex) != 2 + 2 * expected.size || strncmp(hex, "0x", 2) != 0) {
        return false;
    }
    for (size_t i = 0; i < expected.size; i++) {
        if (hex[2 + 2 * i] != digits[expected.data[i] >> 4] || hex[3 + 2 * i] != digits[expected.data[i] & 15]) {
            return false;
        }
    }
    return true;
}

static mo_err_t compare(search_t *search, mo_chain_t chain, const json_t *transaction)
{
    const char *from = json_string_value(json_object_get(transaction, "from"));
    const char *nonce = json_string_value(json_object_get(transaction, "nonce"));
    const char *input = json_string_value(json_object_get(transaction, "input"));
    mo_address_t sender;
    uint64_t count;
    if (from == NULL || nonce == NULL || input == NULL || !mo_hex_quantity_parse(nonce, &count) ||
        !mo_hex_decode_exact(from, MO_HEX_PREFIXED, sender.bytes, sizeof sender.bytes)) {
        return mo_err(MO_ERR_TRANSIENT, "a transaction of the node's block is malformed");
    }
    mo_address_t created = mo_address_created(&sender, count);
    for (size_t i = 0; i < search->count; i++) {
        wanted_t *wanted = &search->wanted[i];
        if (wanted->chain != chain || !mo_address_equal(&wanted->address, &created)) {
            continue;
        }
        if (!is_input(input, wanted->input)) {
            return mo_err(MO_ERR_PERMANENT, "%s was not created by this build's code with the core's parameters",
                          wanted->name);
        }
        wanted->found = true;
    }
    return MO_SUCCESS;
}

static mo_err_t look_at_block(search_t *search, mo_chain_t chain, uint64_t number)
{
    char params[64];
    char quantity[MO_HEX_QUANTITY_TEXT];
    mo_hex_quantity_print(number, quantity);
    (void)snprintf(params, sizeof params, "[\"%s\",true]", quantity);
    search->text.size = 0;
    mo_err_t err = mo_rpc_request(search->s->rpcs[chain], "eth_getBlockByNumber", params, &search->text);
    if (mo_failed(err)) {
        return err;
    }
    json_t *block = json_loadb((const char *)search->text.data, search->text.size, 0, NULL);
    const json_t *transactions = json_object_get(block, "transactions");
    size_t at;
    const json_t *transaction;
    json_array_foreach(transactions, at, transaction)
    {
        if (!mo_failed(err) && json_is_null(json_object_get(transaction, "to"))) {
            err = compare(search, chain, transaction);
        }
    }
    json_decref(block);
    return err;
}

static const wanted_t *missing(const search_t *search, mo_chain_t chain)
{
    for (size_t i = 0; i < search->count; i++) {
        if (search->wanted[i].chain == chain && !search->wanted[i].found) {
            return &search->wanted[i];
        }
    }
    return NULL;
}

static mo_err_t look_at_chain(search_t *search, mo_chain_t chain)
{
    const mo_node_config_t *c = search->s->config;
    uint64_t first = chain == MO_CHAIN_ORIGIN ? c->origin_deploy_block : c->auxiliary_deploy_block;
    uint64_t head;
    mo_err_t err = mo_rpc_number(search->s->rpcs[chain], &head);
    uint64_t last = first + MO_CREATION_BLOCKS_MAX - 1;
    for (uint64_t n = first; !mo_failed(err) && n <= head && n <= last && missing(search, chain) != NULL; n++) {
        err = look_at_block(search, chain, n);
    }
    const wanted_t *wanted = missing(search, chain);
    if (mo_failed(err) || wanted == NULL) {
        return err;
    }
    return mo_err(head < last ? MO_ERR_TRANSIENT : MO_ERR_PERMANENT,
                  "%s was not created by a transaction from block %llu on", wanted->name,
                  (unsigned long long)first);
}

mo_err_t mo_node_creation_check(mo_node_station_t *station)
{
    search_t *search = calloc(1, sizeof *search);
    uint8_t *memory = malloc(INPUTS_MAX + TEXT_MAX);
    mo_err_t err = mo_err(MO_ERR_TRANSIENT, "out of memory");
    if (search != NULL && memory != NULL) {
        search->s = station;
        search->inputs = (mo_buffer_t){memory, 0, INPUTS_MAX, false};
        search->text = (mo_buffer_t){memory + INPUTS_MAX, 0, TEXT_MAX, false};
        err = read_birth(search);
    }
    if (!mo_failed(err)) {
        want_origin(search);
        want_auxiliary(search);
        err = look_at_chain(search, MO_CHAIN_ORIGIN);
    }
    if (!mo_failed(err)) {
        err = look_at_chain(search, MO_CHAIN_AUXILIARY);
    }
    free(memory);
    free(search);
    return err;
}
