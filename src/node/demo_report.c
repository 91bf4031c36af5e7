#include "node/demo_report.h"

#include "base/check.h"
#include "node/config_field.h"
#include "node/demo_report_parts.h"

static uint8_t call_memory[MO_RPC_INPUT_MAX];

/* Sets a member; takes the value. A missing value is memory that ran out, which ends the program. */
static void set(json_t *object, const char *name, json_t *value)
{
    MO_CHECK(value != NULL && json_object_set_new(object, name, value) == 0);
}

static void set_number(json_t *object, const char *name, uint64_t number)
{
    set(object, name, mo_node_number_json(number));
}

static void set_hash(json_t *object, const char *name, const mo_hash_t *hash)
{
    set(object, name, mo_node_bytes_json(mo_hash_view(hash)));
}

static void add(json_t *array, json_t *value)
{
    MO_CHECK(value != NULL && json_array_append_new(array, value) == 0);
}

/* Gas is a JSON integer while it fits one; a devnet's does. */
static json_t *gas_json(mo_u256_t gas)
{
    uint64_t number = 0;
    return mo_u256_to_u64(gas, &number) && number < (UINT64_C(1) << 53) ? mo_node_number_json(number)
                                                                        : mo_node_amount_json(gas);
}

static mo_err_t signers_add(const mo_devnet_t *devnet, const mo_view_meta_block_t *block, json_t *entry)
{
    mo_buffer_t call = MO_BUFFER(call_memory);
    mo_bytes_t seal = {0};
    uint32_t indices[MO_DEVNET_VALIDATORS_MAX];
    size_t count = 0;
    json_t *const signers = json_array();
    mo_err_t err = mo_demo_call_read(devnet->origin, &block->committed.tx, &call);
    if (!mo_failed(err)) {
        err = mo_demo_commit_seal(mo_buffer_view(&call), &seal);
    }
    if (!mo_failed(err)) {
        err = mo_demo_seal_indices(seal, indices, MO_DEVNET_VALIDATORS_MAX, &count);
    }
    for (size_t i = 0; i < count && !mo_failed(err); ++i) {
        mo_address_t signer = {0};
        uint32_t weight = 0;
        err = mo_demo_voter_read(devnet, indices[i], &signer, &weight);
        add(signers, mo_node_bytes_json(mo_address_view(&signer)));
    }
    set(entry, "signers", signers);
    return err;
}

static mo_err_t commit_add(const mo_devnet_t *devnet, const mo_view_meta_block_t *block, json_t *entry)
{
    uint64_t gas = 0;
    const mo_err_t err = mo_demo_gas_read(devnet->origin, &block->committed.tx, &gas);
    set_hash(entry, "commit_transaction", &block->committed.tx);
    set_number(entry, "commit_block", block->committed.block);
    set_number(entry, "commit_gas", gas);
    return mo_failed(err) ? err : signers_add(devnet, block, entry);
}

/* How the kernel that this meta-block opened came to the auxiliary chain; left out while it has not. */
static mo_err_t relay_add(const mo_devnet_t *devnet, const mo_view_meta_block_t *block, json_t *entry)
{
    mo_buffer_t call = MO_BUFFER(call_memory);
    uint64_t gas = 0;
    uint64_t number = 0;
    if (block->relayed.block == 0) {
        return MO_SUCCESS;
    }
    mo_err_t err = mo_demo_gas_read(devnet->auxiliary, &block->relayed.tx, &gas);
    if (!mo_failed(err)) {
        err = mo_demo_call_read(devnet->auxiliary, &block->relayed.tx, &call);
    }
    if (!mo_failed(err)) {
        err = mo_demo_relay_number(mo_buffer_view(&call), &number);
    }
    set_hash(entry, "relay_transaction", &block->relayed.tx);
    set_number(entry, "relay_block", block->relayed.block);
    set_number(entry, "relay_gas", gas);
    set_number(entry, "relay_origin_number", number);
    if (block->enforced.block > 0) {
        set_number(entry, "enforced_block", block->enforced.block);
        set_number(entry, "enforced_dynasty", block->enforced_dynasty);
    }
    return err;
}

static mo_err_t meta_block_add(const mo_devnet_t *devnet, const mo_view_meta_block_t *block, json_t *array)
{
    json_t *const entry = json_object();
    add(array, entry);
    set_number(entry, "height", block->height);
    set_number(entry, "dynasty", block->transition.dynasty);
    set(entry, "gas", gas_json(block->transition.gas));
    set_number(entry, "origin_number", block->transition.origin_number);
    set_hash(entry, "kernel", &block->kernel_hash);
    set_hash(entry, "transition", &block->transition_hash);
    set_hash(entry, "source", &block->link.source);
    set_number(entry, "source_height", block->link.source_height.value);
    set_number(entry, "source_number", block->link.source_height.value * devnet->config.epoch);
    const mo_err_t err = commit_add(devnet, block, entry);
    return mo_failed(err) ? err : relay_add(devnet, block, entry);
}

static mo_err_t meta_blocks_add(const mo_devnet_t *devnet, json_t *report)
{
    const mo_view_t *const now = mo_devnet_view_now(devnet->view);
    json_t *const array = json_array();
    mo_err_t err = MO_SUCCESS;
    for (uint64_t n = 1; n <= now->committed_height && !mo_failed(err); ++n) {
        const mo_view_meta_block_t *const block = mo_view_meta_block(now, n);
        err = block != NULL ? meta_block_add(devnet, block, array)
                            : mo_err(MO_ERR_PERMANENT, "more meta-blocks than the report can hold");
    }
    set(report, "meta_blocks", array);
    return err;
}

static mo_err_t validators_add(const mo_devnet_t *devnet, json_t *report)
{
    json_t *const array = json_array();
    uint32_t count = 0;
    mo_err_t err = mo_demo_index_count_read(devnet, &count);
    for (uint32_t i = 0; i < count && !mo_failed(err); ++i) {
        mo_address_t signer = {0};
        uint32_t weight = 0;
        json_t *const entry = json_object();
        err = mo_demo_voter_read(devnet, i, &signer, &weight);
        set_number(entry, "index", i);
        set(entry, "signer", mo_node_bytes_json(mo_address_view(&signer)));
        set_number(entry, "weight", weight);
        add(array, entry);
    }
    set(report, "validators", array);
    return err;
}

/* A step on the origin chain: of a stake's outbox, or of a redeem's inbox. */
static bool step_is_on_origin(const mo_view_transfer_t *transfer, const mo_view_step_t *step)
{
    return (transfer->kind == MO_MESSAGE_STAKE) == step->on_source;
}

static mo_err_t step_add(const mo_devnet_t *devnet, const mo_view_transfer_t *transfer, const mo_view_step_t *step,
                         json_t *states)
{
    const bool on_origin = step_is_on_origin(transfer, step);
    uint64_t gas = 0;
    json_t *const entry = json_object();
    const mo_err_t err = mo_demo_gas_read(on_origin ? devnet->origin : devnet->auxiliary, &step->event.tx, &gas);
    set(entry, "state", json_string(mo_bus_status_name(step->status)));
    set(entry, "box", json_string(step->on_source ? "outbox" : "inbox"));
    set(entry, "chain", json_string(on_origin ? "origin" : "auxiliary"));
    set_number(entry, "block", step->event.block);
    set_hash(entry, "transaction", &step->event.tx);
    set_number(entry, "gas", gas);
    add(states, entry);
    return err;
}

static mo_err_t transfer_add(const mo_devnet_t *devnet, const mo_view_transfer_t *transfer, json_t *array)
{
    json_t *const entry = json_object();
    json_t *const states = json_array();
    mo_err_t err = MO_SUCCESS;
    add(array, entry);
    set_hash(entry, "id", &transfer->id);
    set(entry, "kind", json_string(transfer->kind == MO_MESSAGE_STAKE ? "stake" : "redeem"));
    set(entry, "amount", mo_node_amount_json(transfer->amount));
    set(entry, "reward", mo_node_amount_json(transfer->reward));
    for (size_t i = 0; i < transfer->step_count && !mo_failed(err); ++i) {
        err = step_add(devnet, transfer, &transfer->steps[i], states);
    }
    set(entry, "states", states);
    return err;
}

static mo_err_t transfers_add(const mo_devnet_t *devnet, json_t *report)
{
    const mo_view_t *const now = mo_devnet_view_now(devnet->view);
    json_t *const array = json_array();
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < now->transfer_count && !mo_failed(err); ++i) {
        err = transfer_add(devnet, &now->transfers[i], array);
    }
    set(report, "transfers", array);
    return err;
}

static mo_err_t load_add(const mo_demo_script_t *script, json_t *report)
{
    const mo_devnet_t *const devnet = script->devnet;
    const uint64_t number = mo_devnet_view_now(devnet->view)->auxiliary.finalised;
    uint64_t count = 0;
    const mo_err_t err = mo_demo_transactions_count(devnet->auxiliary, number, &count);
    set_number(report, "aux_finalised_number", number);
    set_number(report, "aux_transactions_finalised", count);
    set_number(report, "load_transfers_finalised", script->counted_transfers);
    set_number(report, "load_senders", MO_LOAD_SENDERS);
    return err;
}

mo_err_t mo_demo_report(const mo_demo_script_t *script, uint64_t elapsed_ms, json_t **report)
{
    const mo_devnet_t *const devnet = script->devnet;
    json_t *const object = json_object();
    set(object, "config", mo_node_config_json(&devnet->config));
    set(object, "seconds", json_real((double)elapsed_ms / 1000.0));
    mo_err_t err = validators_add(devnet, object);
    if (!mo_failed(err)) {
        err = meta_blocks_add(devnet, object);
    }
    if (!mo_failed(err)) {
        err = transfers_add(devnet, object);
    }
    if (!mo_failed(err)) {
        err = load_add(script, object);
    }
    *report = object;
    if (mo_failed(err)) {
        json_decref(object);
        *report = NULL;
        return mo_err_wrap(err, "cannot make the report");
    }
    return MO_SUCCESS;
}
