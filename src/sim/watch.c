/* The watcher's own part of its driver, as src/node/watcher.c: what survives a reorganisation, inputs of transactions, and
 * the evidence that it brings. Its store never fails here; its endpoints do. */
#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "bind/core.h"
#include "bind/polling_place.h"
#include "sim/world.h"

#define INPUT_BYTES_MAX 8192

/* A call is one transaction, on whatever branch it is mined. */
mo_hash_t mo_sim_transaction(uint32_t call)
{
    mo_hash_t hash = {{0x7a}};
    mo_store_be64(call, hash.bytes + 24);
    return hash;
}

void mo_sim_watch_start(mo_sim_t *w, mo_sim_node_t *n)
{
    if (n->begun) {
        mo_watcher_restart(n->watcher);
        return;
    }
    const mo_validator_config_t *b = &w->base;
    mo_watcher_config_t config = {
        .origin_chain_id = b->origin_chain_id,
        .core = b->core,
        .registry = b->registry,
        .auxiliary_block_store = b->auxiliary_block_store,
        .origin_block_store = b->origin_block_store,
        .polling_place = b->polling_place,
        .kernel_relay = b->kernel_relay,
        .gateway = w->gateway,
        .co_gateway = w->co_gateway,
        .value_token = w->value_token,
        .utility_token = w->utility_token,
        .epoch = b->epoch,
        .origin_epoch = b->origin_epoch,
        .auxiliary_root_number = b->auxiliary_root_number,
        .origin_root_number = b->origin_root_number,
        .auxiliary_root_hash = b->auxiliary_root_hash,
        .origin_root_hash = b->origin_root_hash,
        .act = true,
    };
    mo_watcher_init(n->watcher, &config);
    n->begun = true;
}

/* --- inputs ------------------------------------------------------------------------------------------------------ */

static void pack(const mo_signature_t *signature, uint8_t out[64])
{
    memcpy(out, signature->r.bytes, 32);
    memcpy(out + 32, signature->vs.bytes, 32);
}

static bool encode_vote(const mo_sim_call_t *call, uint32_t index, mo_buffer_t *out)
{
    uint8_t record[MO_SEAL_RECORD_SIZE];
    mo_store_be32(index, record);
    pack(&call->signature, record + 4);
    mo_bind_polling_place_vote_batch_t in = {.cast = call->action.vote, .records = MO_BYTES(record)};
    return mo_bind_polling_place_vote_batch_encode(out, &in);
}

static bool encode_commit(const mo_sim_call_t *call, mo_buffer_t *out)
{
    const mo_action_commit_t *c = &call->action.commit;
    mo_bind_core_commit_t in = {
        .t = c->transition, .stated_height = c->stated_height, .link = c->link, .seal = {call->seal, call->seal_size}};
    return mo_bind_core_commit_encode(out, &in);
}

/* Registry and polling place have the same function. */
static bool encode_slash(const mo_evidence_t *e, mo_buffer_t *out)
{
    uint8_t a[64];
    uint8_t b[64];
    pack(&e->signature_a, a);
    pack(&e->signature_b, b);
    mo_bind_polling_place_slash_t in = {
        .a = e->a, .signature_a = MO_BYTES(a), .b = e->b, .signature_b = MO_BYTES(b)};
    return mo_bind_polling_place_slash_encode(out, &in);
}

static void encode(mo_sim_t *w, const mo_sim_call_t *call, mo_address_t *to, mo_buffer_t *out)
{
    bool encoded = false;
    if (call->kind == MO_SIM_CALL_SLASH) {
        *to = call->chain == MO_CHAIN_ORIGIN ? w->base.registry : w->base.polling_place;
        encoded = encode_slash(MO_SIM_AT(mo_evidence_t, w->evidence, call->evidence), out);
    } else if (call->kind == MO_SIM_CALL_ROLE && call->action.kind == MO_ACTION_VOTE) {
        uint32_t index = 0;
        const mo_poll_t *poll = w->chains[MO_CHAIN_AUXILIARY].lanes[0].poll;
        (void)mo_rules_validators_find(&poll->validators, &w->addresses[call->signer], &index);
        *to = w->base.polling_place;
        encoded = encode_vote(call, index, out);
    } else if (call->kind == MO_SIM_CALL_ROLE && call->action.kind == MO_ACTION_COMMIT) {
        *to = w->base.core;
        encoded = encode_commit(call, out);
    }
    MO_CHECK(encoded);
}

static void give_input(mo_sim_t *w, mo_sim_node_t *n, mo_chain_t chain, const mo_hash_t *transaction)
{
    uint32_t index = (uint32_t)mo_load_be64(transaction->bytes + 24);
    const mo_sim_call_t *call = MO_SIM_AT(mo_sim_call_t, w->calls, index);
    uint8_t memory[INPUT_BYTES_MAX];
    mo_buffer_t input = MO_BUFFER(memory);
    mo_event_t event = {.kind = MO_EVENT_INPUT, .chain = chain, .input = {.transaction = *transaction}};
    if (mo_sim_node_found(w, n, call) >= 0) {
        encode(w, call, &event.input.to, &input);
        event.input.input = mo_buffer_view(&input);
    }
    mo_sim_node_step(n, &event);
}

void mo_sim_watch_look(mo_sim_t *w, mo_sim_node_t *n)
{
    mo_chain_t chain;
    mo_hash_t transaction;
    while (mo_watcher_wants(n->watcher, &chain, &transaction)) {
        give_input(w, n, chain, &transaction);
    }
    /* The record on disk is not modelled: what the role holds is enough for so short a run. */
    mo_watcher_fresh_take(n->watcher, mo_watcher_fresh_count(n->watcher));
    mo_finding_t finding;
    while (mo_watcher_finding(n->watcher, &finding)) {
        mo_sim_say(w, "the watcher finds: %s", mo_finding_text(finding.kind));
        w->report->findings++;
        mo_sim_check_found(w, &finding);
    }
}

/* The evidence is on disk before it is sent. */
void mo_sim_watch_make(mo_sim_t *w, mo_sim_call_t *call)
{
    const mo_evidence_t evidence = *call->action.evidence;
    mo_evidence_scope_t scope = {w->core_id, w->origin_id, w->domain};
    mo_proven_t proven;
    mo_evidence_verdict_t verdict = mo_rules_evidence_prove(&scope, &evidence, &proven);
    MO_CHECK(verdict == MO_EVIDENCE_PROVEN);
    call->kind = MO_SIM_CALL_SLASH;
    call->evidence = (uint32_t)w->evidence.count;
    *MO_SIM_PUSH(mo_evidence_t, &w->evidence) = evidence;
    call->offender = proven.signer;
    for (uint32_t s = 0; s < w->signer_count; s++) {
        call->signer = mo_address_equal(&w->addresses[s], &proven.signer) ? s : call->signer;
    }
}
