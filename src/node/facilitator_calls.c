#include "node/facilitator_calls.h"

#include <string.h>

#include "base/check.h"
#include "base/secret.h"
#include "bind/message_bus.h"
#include "bus/limits.h"
#include "bus/lock.h"
#include "node/prove.h"
#include "node/transfer.h"
#include "node/transfer_step.h"
#include "role/facilitator_next.h"

const mo_address_t *mo_node_gateway(const mo_node_config_t *config, mo_chain_t chain)
{
    return chain == MO_CHAIN_ORIGIN ? &config->gateway : &config->co_gateway;
}

mo_err_t mo_node_facilitator_bounty(mo_node_station_t *s, mo_chain_t chain, mo_u256_t *bounty)
{
    uint8_t question[4];
    uint8_t answer[32];
    mo_buffer_t data = MO_BUFFER(question);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_message_bus_bounty_result_t result = {0};
    MO_CHECK(mo_bind_message_bus_bounty_encode(&data));
    mo_err_t err = mo_node_ask(s, chain, mo_node_gateway(s->config, chain), mo_buffer_view(&data), &out);
    if (!mo_failed(err) &&
        mo_bind_message_bus_bounty_result_decode(mo_buffer_view(&out), &result) != MO_ABI_OK) {
        err = mo_err(MO_ERR_PERMANENT, "the gateway does not say its bounty");
    }
    *bounty = result.value;
    return err;
}

static mo_hash_t secret_of(const mo_node_station_t *s, const mo_hash_t *id)
{
    return mo_transfer_secret(&s->key, id);
}

static mo_err_t call_declare(mo_node_station_t *s, const mo_action_message_t *m, mo_node_call_t *call)
{
    uint8_t signature[64];
    memcpy(signature, m->signature->r.bytes, 32);
    memcpy(signature + 32, m->signature->vs.bytes, 32);
    mo_hash_t secret = secret_of(s, &m->id);
    mo_bind_message_bus_declare_t in = {.message = m->envelope->message,
                                        .secret_hash = mo_bus_secret_hash(&secret),
                                        .signature = MO_BYTES(signature)};
    mo_secret_wipe(&secret, sizeof secret);
    return mo_node_encoded(mo_bind_message_bus_declare_encode(&call->data, &in));
}

/* A proof of the peer, which lives on the other chain than `target`, after the foreign block of the root. */
static mo_err_t prove(mo_node_station_t *s, mo_chain_t target, uint64_t root_block, const mo_hash_t *slot,
                      mo_block_t *block, mo_proof_t *proof)
{
    mo_chain_t foreign = target == MO_CHAIN_ORIGIN ? MO_CHAIN_AUXILIARY : MO_CHAIN_ORIGIN;
    mo_node_claim_t claim = {foreign, root_block, *mo_node_gateway(s->config, foreign), slot};
    return mo_node_prove(s, &claim, block, proof);
}

static mo_chain_t source_of(mo_message_kind_t kind)
{
    return kind == MO_MESSAGE_STAKE ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY;
}

/* The gateway of a chain, and in it every message that waits to be confirmed on the other. */
static mo_err_t foresee_chain(mo_node_station_t *s, const mo_facilitator_role_t *f, mo_chain_t chain, uint64_t number)
{
    mo_node_claim_t claim = {chain, number, *mo_node_gateway(s->config, chain), NULL};
    size_t waiting = 0;
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < MO_TRANSFERS_MAX && !mo_failed(err); i++) {
        const mo_transfer_t *t = &f->transfers[i];
        if (t->used && t->declared && source_of(t->kind) == chain && t->declared_block <= number &&
            t->inbox == MO_STATUS_UNDECLARED) {
            mo_hash_t slot = mo_bus_slot_key(&t->id, MO_BUS_OUTBOX_SLOT);
            claim.slot = &slot;
            err = mo_node_prove_ahead(s, &claim);
            waiting++;
        }
    }
    claim.slot = NULL;
    return mo_failed(err) || waiting == 0 ? err : mo_node_prove_ahead(s, &claim);
}

mo_err_t mo_node_facilitator_foresee(mo_node_station_t *s, const mo_facilitator_role_t *f,
                                     const uint64_t newest[MO_CHAIN_COUNT])
{
    mo_err_t err = MO_SUCCESS;
    for (int chain = 0; chain < MO_CHAIN_COUNT && !mo_failed(err); chain++) {
        if (newest[chain] == s->foreseen[chain]) {
            continue;
        }
        err = foresee_chain(s, f, (mo_chain_t)chain, newest[chain]);
        mo_node_foreseen(s, (mo_chain_t)chain, newest[chain], err);
    }
    return err;
}

static mo_err_t call_prove_peer(mo_node_station_t *s, mo_chain_t target, const mo_action_message_t *m,
                                mo_node_call_t *call)
{
    mo_block_t block;
    mo_proof_t proof;
    mo_err_t err = prove(s, target, m->root_block, NULL, &block, &proof);
    if (mo_failed(err)) {
        return err;
    }
    /* On origin the core keeps the source's hash only, and the header opens it. */
    mo_bind_message_bus_prove_peer_t in = {
        .root_number = m->root_number,
        .header = target == MO_CHAIN_ORIGIN ? mo_block_rlp(&block) : (mo_bytes_t){NULL, 0},
        .account_proof = {proof.account_proof.nodes, proof.account_proof.count}};
    return mo_node_encoded(mo_bind_message_bus_prove_peer_encode(&call->data, &in));
}

static mo_err_t call_step(mo_node_station_t *s, mo_chain_t chain, const mo_action_message_t *m, mo_node_call_t *call)
{
    static mo_block_t block;
    static mo_proof_t proof;
    const char *name;
    const bool at_source = mo_facilitator_row_at_source(m->row);
    const bool by_proof = mo_facilitator_row_by_proof(m->row);
    mo_hash_t slot = mo_bus_slot_key(&m->id, at_source ? MO_BUS_INBOX_SLOT : MO_BUS_OUTBOX_SLOT);
    mo_err_t err = by_proof ? prove(s, chain, m->root_block, &slot, &block, &proof) : MO_SUCCESS;
    const mo_transfer_step_t step = {.row = m->row,
                                     .envelope = m->envelope,
                                     .secret = m->by_secret ? secret_of(s, &m->id) : (mo_hash_t){{0}},
                                     .root_number = m->root_number,
                                     .proof = by_proof ? &proof.slots[0].proof : NULL};
    return mo_failed(err) ? err : mo_transfer_step_encode(&step, &call->data, &name);
}

mo_err_t mo_node_facilitator_call(mo_node_station_t *s, const mo_action_t *action, mo_node_call_t *call)
{
    call->to = *mo_node_gateway(s->config, action->chain);
    call->after_pending = true; /* a competitor's transaction that waits already is not raced */
    switch (action->kind) {
    case MO_ACTION_FUND_LEDGER:
        call->value = action->amount;
        return mo_node_encoded(mo_bind_message_bus_deposit_ledger_encode(&call->data));
    case MO_ACTION_DECLARE:
        return call_declare(s, &action->message, call);
    case MO_ACTION_PROVE_PEER:
        return call_prove_peer(s, action->chain, &action->message, call);
    case MO_ACTION_STEP:
        return call_step(s, action->chain, &action->message, call);
    case MO_ACTION_REPORT_AUXILIARY:
    case MO_ACTION_ANCHOR:
    case MO_ACTION_REPORT_ORIGIN:
    case MO_ACTION_VOTE:
    case MO_ACTION_PROPOSE:
    case MO_ACTION_COMMIT:
    case MO_ACTION_RELAY:
    case MO_ACTION_SLASH:
    case MO_ACTION_CHALLENGE_OBSERVATION:
    case MO_ACTION_RECORD_ORIGIN:
    case MO_ACTION_CHALLENGE_GAS_TARGET:
    case MO_ACTION_CHALLENGE_HALT:
    case MO_ACTION_HALT:
        break;
    }
    return mo_err(MO_ERR_PERMANENT, "no action of a facilitator: %d", (int)action->kind);
}
