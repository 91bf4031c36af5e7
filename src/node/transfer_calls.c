#include <string.h>

#include "base/check.h"
#include "bind/core.h"
#include "bind/message_bus.h"
#include "bind/origin_block_store.h"
#include "node/drive.h"
#include "node/transfer.h"
#include "node/transfer_step.h"

/* ---- Roots ---- */

static mo_err_t strange(const char *what)
{
    return mo_err(MO_ERR_PERMANENT, "%s does not decode: is --config the right one?", what);
}

/* The newest finalised observation: the last entry of the store's ring (3.3). */
static mo_err_t root_of_origin(mo_transfer_desk_t *desk, mo_transfer_root_t *root)
{
    uint8_t question[64];
    uint8_t answer[64];
    mo_buffer_t data = MO_BUFFER(question);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_origin_block_store_finalised_count_result_t count;
    mo_bind_origin_block_store_finalised_result_t entry;
    const mo_address_t *store = &desk->config->origin_block_store;
    MO_CHECK(mo_bind_origin_block_store_finalised_count_encode(&data));
    mo_err_t err = mo_transfer_ask(desk, MO_CHAIN_AUXILIARY, store, &data, &out);
    if (mo_failed(err)) {
        return err;
    }
    if (mo_bind_origin_block_store_finalised_count_result_decode(mo_buffer_view(&out), &count) != MO_ABI_OK) {
        return strange("the origin block store's count");
    }
    if (count.value == 0) {
        return MO_SUCCESS;
    }
    data = MO_BUFFER(question);
    out = MO_BUFFER(answer);
    const mo_u256_t last = mo_u256_from_u64((count.value - 1) % MO_TRANSFER_RING);
    MO_CHECK(mo_bind_origin_block_store_finalised_encode(&data, &(mo_bind_origin_block_store_finalised_t){last}));
    err = mo_transfer_ask(desk, MO_CHAIN_AUXILIARY, store, &data, &out);
    if (!mo_failed(err) && mo_bind_origin_block_store_finalised_result_decode(mo_buffer_view(&out), &entry) != MO_ABI_OK) {
        return strange("the origin block store's entry");
    }
    if (!mo_failed(err)) {
        *root = (mo_transfer_root_t){.any = true, .number = entry.number, .block = entry.number};
    }
    return err;
}

/* The source of the last committed meta-block (4.1). Both answers are of one block. */
static mo_err_t root_of_auxiliary(mo_transfer_desk_t *desk, mo_transfer_root_t *root)
{
    uint8_t question[8];
    uint8_t answer[160];
    uint64_t head = 0;
    mo_buffer_t data = MO_BUFFER(question);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_core_open_height_result_t height = {0};
    mo_bind_core_committed_result_t committed = {0};
    mo_rpc_t *rpc = desk->rpcs[MO_CHAIN_ORIGIN];
    mo_rpc_call_t call = {.to = &desk->config->core};
    MO_CHECK(mo_bind_core_open_height_encode(&data));
    call.data = mo_buffer_view(&data);
    mo_err_t err = mo_rpc_number(rpc, &head);
    if (!mo_failed(err)) {
        err = mo_rpc_call(rpc, &call, MO_AT(head), &out);
    }
    if (!mo_failed(err) && mo_bind_core_open_height_result_decode(mo_buffer_view(&out), &height) != MO_ABI_OK) {
        return strange("the core's open height");
    }
    if (mo_failed(err) || height.value < 2) {
        return err;
    }
    data = MO_BUFFER(question);
    out = MO_BUFFER(answer);
    MO_CHECK(mo_bind_core_committed_encode(&data));
    call.data = mo_buffer_view(&data);
    err = mo_rpc_call(rpc, &call, MO_AT(head), &out);
    if (!mo_failed(err) && mo_bind_core_committed_result_decode(mo_buffer_view(&out), &committed) != MO_ABI_OK) {
        return strange("the core's last commit");
    }
    if (!mo_failed(err)) {
        *root = (mo_transfer_root_t){.any = true,
                                     .number = height.value - 1,
                                     .block = committed.value.source_height * desk->config->epoch};
    }
    return err;
}

static mo_err_t root_cached(mo_transfer_desk_t *desk, mo_chain_t chain, mo_transfer_root_t *root)
{
    uint8_t question[64];
    uint8_t answer[32];
    mo_buffer_t data = MO_BUFFER(question);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_message_bus_peer_root_result_t cached = {0};
    MO_CHECK(mo_bind_message_bus_peer_root_encode(&data, &(mo_bind_message_bus_peer_root_t){root->number}));
    const mo_err_t err = mo_transfer_ask(desk, chain, mo_transfer_gateway(desk, chain), &data, &out);
    if (!mo_failed(err) && mo_bind_message_bus_peer_root_result_decode(mo_buffer_view(&out), &cached) != MO_ABI_OK) {
        return strange("the gateway's root of its peer");
    }
    root->cached = !mo_hash_is_zero(&cached.value);
    return err;
}

mo_err_t mo_transfer_root(mo_transfer_desk_t *desk, mo_chain_t chain, mo_transfer_root_t *root)
{
    *root = (mo_transfer_root_t){0};
    const mo_err_t err = chain == MO_CHAIN_ORIGIN ? root_of_auxiliary(desk, root) : root_of_origin(desk, root);
    return mo_failed(err) || !root->any ? err : root_cached(desk, chain, root);
}

/* ---- Calls ---- */

static mo_bind_bytes_list_t nodes_of(const mo_proof_nodes_t *nodes)
{
    return (mo_bind_bytes_list_t){nodes->nodes, nodes->count};
}

static mo_err_t make_prove_peer(mo_transfer_desk_t *desk, const mo_transfer_look_t *look, mo_transfer_call_t *call)
{
    static mo_block_t block;
    static mo_proof_t proof;
    const mo_err_t err = mo_transfer_prove(desk, look, call->chain, &block, &proof);
    /* On origin the core keeps the source's hash only, and the header opens it (7.2). */
    const bool header = call->chain == MO_CHAIN_ORIGIN;
    const mo_bind_message_bus_prove_peer_t in = {.root_number = look->roots[call->chain].number,
                                                 .header = header ? mo_block_rlp(&block) : (mo_bytes_t){NULL, 0},
                                                 .account_proof = nodes_of(&proof.account_proof)};
    call->name = "provePeer";
    return mo_failed(err) ? err : mo_node_encoded(mo_bind_message_bus_prove_peer_encode(&call->data, &in));
}

mo_err_t mo_transfer_call_make(mo_transfer_desk_t *desk, const mo_transfer_look_t *look, mo_transfer_call_t *call)
{
    static mo_block_t block;
    static mo_proof_t proof;
    MO_CHECK(look->row > 0);
    call->chain = mo_facilitator_row_at_source(look->row) ? mo_transfer_source(look->found.kind)
                                                          : mo_transfer_target(look->found.kind);
    const bool by_proof = mo_facilitator_row_by_proof(look->row);
    if (by_proof && !look->roots[call->chain].cached) {
        return make_prove_peer(desk, look, call);
    }
    const mo_err_t err = by_proof ? mo_transfer_prove(desk, look, call->chain, &block, &proof) : MO_SUCCESS;
    const mo_transfer_step_t step = {.row = look->row,
                                     .envelope = &look->found.envelope,
                                     .secret = look->at.secret ? look->secret : (mo_hash_t){{0}},
                                     .root_number = look->roots[call->chain].number,
                                     .proof = by_proof ? &proof.slots[0].proof : NULL};
    return mo_failed(err) ? err : mo_transfer_step_encode(&step, &call->data, &call->name);
}
