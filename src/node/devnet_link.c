#include "node/devnet_link.h"

#include "bind/co_gateway.h"
#include "bind/gateway.h"

/* Proofs of one step: two accounts, or an account and a slot, 65 nodes of at most 1 KiB each in the worst case. */
#define PROOFS_MAX (192U << 10)
#define CALL_MAX   (192U << 10)

/* Ticks that a step may fail in a row for a reason that may pass: some seconds. */
#define FAILURES_MAX 100

static uint8_t proof_memory[PROOFS_MAX];
static uint8_t call_memory[CALL_MAX];

static mo_bind_bytes_list_t nodes_list(const mo_proof_nodes_t *nodes)
{
    return (mo_bind_bytes_list_t){.items = nodes->nodes, .count = nodes->count};
}

static mo_err_t account_prove(mo_rpc_t *rpc, const mo_address_t *address, const mo_block_t *block, mo_buffer_t *memory,
                              mo_proof_t *proof)
{
    const mo_proof_query_t query = {.address = *address, .block = block};
    return mo_rpc_proof(rpc, &query, memory, proof);
}

static mo_err_t call_send(mo_devnet_account_t *account, const char *what, const mo_address_t *to, bool encoded,
                          const mo_buffer_t *call)
{
    mo_devnet_done_t done;
    if (!encoded) {
        return mo_err(MO_ERR_PERMANENT, "cannot %s: the call does not fit", what);
    }
    return mo_devnet_account_call(
        account, &(mo_devnet_call_t){.what = what, .to = to, .data = mo_buffer_view(call)}, &done);
}

/* The source block of the newest meta-block. */
static mo_err_t source_read(const mo_devnet_link_t *link, const mo_view_t *now, mo_block_t *block)
{
    const mo_view_meta_block_t *const newest = mo_view_meta_block(now, now->committed_height);
    return mo_rpc_block(link->auxiliary->plan.rpc, MO_AT(newest->link.source_height.value * link->config->epoch), block);
}

static mo_err_t declare(mo_devnet_link_t *link, const mo_view_t *now)
{
    static mo_proof_t co_gateway;
    static mo_proof_t token;
    static mo_block_t source;
    mo_buffer_t memory = MO_BUFFER(proof_memory);
    mo_buffer_t call = MO_BUFFER(call_memory);
    mo_rpc_t *const rpc = link->auxiliary->plan.rpc;
    mo_err_t err = source_read(link, now, &source);
    if (!mo_failed(err)) {
        err = account_prove(rpc, &link->config->co_gateway, &source, &memory, &co_gateway);
    }
    if (!mo_failed(err)) {
        err = account_prove(rpc, &link->config->utility_token, &source, &memory, &token);
    }
    if (mo_failed(err)) {
        return err;
    }
    const mo_bind_gateway_declare_link_t in = {.k = now->committed_height,
                                               .header = mo_block_rlp(&source),
                                               .co_gateway_proof = nodes_list(&co_gateway.account_proof),
                                               .utility_token_proof = nodes_list(&token.account_proof)};
    const bool encoded = mo_bind_gateway_declare_link_encode(&call, &in);
    return call_send(link->origin, "declare the link", &link->config->gateway, encoded, &call);
}

static mo_err_t confirm(mo_devnet_link_t *link, const mo_view_t *now)
{
    static mo_proof_t gateway;
    static mo_block_t observed;
    mo_buffer_t memory = MO_BUFFER(proof_memory);
    mo_buffer_t call = MO_BUFFER(call_memory);
    mo_rpc_t *const rpc = link->origin->plan.rpc;
    mo_err_t err = mo_rpc_block(rpc, MO_AT(now->origin.finalised), &observed);
    if (!mo_failed(err)) {
        err = account_prove(rpc, &link->config->gateway, &observed, &memory, &gateway);
    }
    if (mo_failed(err)) {
        return err;
    }
    const mo_bind_co_gateway_confirm_link_t in = {.origin_number = observed.number,
                                                  .account_proof = nodes_list(&gateway.account_proof),
                                                  .declared_at = now->link_declared_at};
    const bool encoded = mo_bind_co_gateway_confirm_link_encode(&call, &in);
    return call_send(link->auxiliary, "confirm the link", &link->config->co_gateway, encoded, &call);
}

static mo_err_t pair_open(mo_devnet_link_t *link, const mo_view_t *now)
{
    static mo_proof_t co_gateway;
    static mo_block_t source;
    static const mo_hash_t LINK_SLOT = {{0}};
    mo_buffer_t memory = MO_BUFFER(proof_memory);
    mo_buffer_t call = MO_BUFFER(call_memory);
    mo_err_t err = source_read(link, now, &source);
    if (!mo_failed(err)) {
        const mo_proof_query_t query = {
            .address = link->config->co_gateway, .slots = &LINK_SLOT, .slot_count = 1, .block = &source};
        err = mo_rpc_proof(link->auxiliary->plan.rpc, &query, &memory, &co_gateway);
    }
    if (mo_failed(err)) {
        return err;
    }
    const mo_bind_gateway_open_t in = {.k = now->committed_height,
                                       .header = mo_block_rlp(&source),
                                       .account_proof = nodes_list(&co_gateway.account_proof),
                                       .slot_proof = nodes_list(&co_gateway.slots[0].proof),
                                       .declared_at = now->link_declared_at};
    const bool encoded = mo_bind_gateway_open_encode(&call, &in);
    return call_send(link->origin, "open the gateway", &link->config->gateway, encoded, &call);
}

/* Whether the newest committed source is not below auxiliary block `number`. */
static bool source_reaches(const mo_devnet_link_t *link, const mo_view_t *now, uint64_t number)
{
    const mo_view_meta_block_t *const newest = mo_view_meta_block(now, now->committed_height);
    return newest != NULL && newest->link.source_height.value * link->config->epoch >= number;
}

/* What the next step waits for, as the view shows it. The transaction of the step before must have been seen too. */
static bool is_ready(const mo_devnet_link_t *link, const mo_view_t *now)
{
    switch (link->step) {
    case MO_LINK_DECLARE:
        return source_reaches(link, now, link->config->auxiliary_deploy_block);
    case MO_LINK_CONFIRM:
        return now->link_declared.block > 0 && now->origin.finalised >= now->link_declared.block;
    case MO_LINK_OPEN:
        return now->link_confirmed.block > 0 && source_reaches(link, now, now->link_confirmed.block);
    case MO_LINK_DONE:
        return false;
    }
    return false;
}

mo_err_t mo_devnet_link_tick(mo_devnet_link_t *link, const mo_view_t *now)
{
    static mo_err_t (*const STEPS[])(mo_devnet_link_t *, const mo_view_t *) = {
        [MO_LINK_DECLARE] = declare, [MO_LINK_CONFIRM] = confirm, [MO_LINK_OPEN] = pair_open};
    if (!is_ready(link, now)) {
        return MO_SUCCESS;
    }
    const mo_err_t err = STEPS[link->step](link, now);
    if (!mo_failed(err)) {
        link->step += 1;
    }
    /* A proof that the node could not give now, or a transaction not mined yet, is for the next tick; but not for ever. */
    link->failures = mo_failed(err) ? link->failures + 1 : 0;
    return err.kind == MO_ERR_TRANSIENT && link->failures < FAILURES_MAX ? MO_SUCCESS : err;
}
