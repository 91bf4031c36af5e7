#include "node/validator_calls.h"

#include <stdlib.h>

#include "base/check.h"
#include "bind/auxiliary_block_store.h"
#include "bind/core.h"
#include "bind/kernel_relay.h"
#include "bind/origin_block_store.h"
#include "bind/polling_place.h"
#include "node/creation.h"
#include "node/prove.h"

/* The entries of the polling place's histories that T(source) reads (2.6). */
static mo_err_t ask_hints(mo_node_station_t *s, const mo_hash_t *source, mo_bind_hints_t *hints)
{
    uint8_t question[64];
    uint8_t answer[64];
    mo_buffer_t data = MO_BUFFER(question);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_polling_place_hints_t ask = {*source};
    mo_bind_polling_place_hints_result_t result;
    MO_CHECK(mo_bind_polling_place_hints_encode(&data, &ask));
    mo_err_t err =
        mo_node_ask(s, MO_CHAIN_AUXILIARY, &s->config->polling_place, mo_buffer_view(&data), &out);
    if (mo_failed(err)) {
        return err;
    }
    if (mo_bind_polling_place_hints_result_decode(mo_buffer_view(&out), &result) != MO_ABI_OK) {
        return mo_err(MO_ERR_TRANSIENT, "the polling place's hints do not decode");
    }
    *hints = result.value;
    return MO_SUCCESS;
}

/* --- reports ---------------------------------------------------------------------------------------------------- */

static mo_err_t fetch_run(mo_node_station_t *s, const mo_action_report_t *report, mo_buffer_t *headers)
{
    size_t count = (size_t)(report->to - report->from + 1);
    size_t got;
    mo_block_t *blocks = calloc(count, sizeof *blocks);
    if (blocks == NULL) {
        return mo_err(MO_ERR_TRANSIENT, "out of memory");
    }
    mo_err_t err = mo_rpc_blocks(s->rpcs[MO_CHAIN_AUXILIARY], report->from, blocks, count, &got);
    if (!mo_failed(err) && (got < count || !mo_hash_equal(&blocks[0].parent, &report->first))) {
        err = mo_err(MO_ERR_TRANSIENT, "blocks %llu to %llu are not at hand",
                     (unsigned long long)report->from, (unsigned long long)report->to);
    }
    for (size_t i = 0; i < count && !mo_failed(err); i++) {
        mo_buffer_put(headers, mo_block_rlp(&blocks[i]));
    }
    free(blocks);
    return err;
}

static mo_err_t call_report(mo_node_station_t *s, const mo_action_t *action, mo_node_call_t *call)
{
    mo_buffer_t headers = {s->memory, 0, MO_NODE_MEMORY, false};
    mo_err_t err = fetch_run(s, &action->report, &headers);
    if (mo_failed(err)) {
        return err;
    }
    mo_bind_auxiliary_block_store_report_t in = {.first = action->report.first,
                                                 .headers = mo_buffer_view(&headers)};
    call->to = s->config->auxiliary_block_store;
    return mo_node_encoded(mo_bind_auxiliary_block_store_report_encode(&call->data, &in));
}

static mo_err_t call_anchor(mo_node_station_t *s, const mo_action_t *action, mo_node_call_t *call)
{
    mo_bind_auxiliary_block_store_anchor_t in = {.hash = action->anchor};
    call->to = s->config->auxiliary_block_store;
    return mo_node_encoded(mo_bind_auxiliary_block_store_anchor_encode(&call->data, &in));
}

static mo_err_t call_report_origin(mo_node_station_t *s, const mo_action_t *action, mo_node_call_t *call)
{
    mo_block_t block;
    mo_err_t err = mo_rpc_block(s->rpcs[MO_CHAIN_ORIGIN], MO_AT(action->number), &block);
    if (mo_failed(err)) {
        return err;
    }
    mo_bind_origin_block_store_report_t in = {.header = mo_block_rlp(&block)};
    call->to = s->config->origin_block_store;
    return mo_node_encoded(mo_bind_origin_block_store_report_encode(&call->data, &in));
}

/* --- votes ------------------------------------------------------------------------------------------------------ */

static mo_err_t guarded(mo_node_station_t *s, const mo_vote_t *vote, mo_signature_t *signature)
{
    mo_guard_verdict_t verdict;
    mo_guard_record_t record;
    mo_err_t err = mo_signer_vote(s->signer, vote, &verdict, &record);
    if (mo_failed(err)) {
        return err;
    }
    if (verdict != MO_GUARD_SIGNED && verdict != MO_GUARD_SIGNED_BEFORE) {
        return mo_err(MO_ERR_PERMANENT, "the guard refuses to sign: %s", mo_guard_verdict_name(verdict));
    }
    *signature = record.signature;
    return MO_SUCCESS;
}

/* Before the first signature: a contract that is not the build's gets none (4.1). */
static mo_err_t check_creation(mo_node_station_t *s)
{
    if (s->creation_checked) {
        return MO_SUCCESS;
    }
    mo_err_t err = mo_node_creation_check(s);
    s->creation_checked = !mo_failed(err);
    return err;
}

static mo_err_t call_vote(mo_node_station_t *s, const mo_validator_role_t *v, const mo_action_t *action,
                          mo_node_call_t *call)
{
    mo_bind_polling_place_vote_t in = {.cast = action->vote};
    mo_err_t err = MO_SUCCESS;
    const mo_address_t signer = mo_signer_address(s->signer);
    if (!mo_rules_validators_find(&v->poll.validators, &signer, &in.index)) {
        return mo_err(MO_ERR_PERMANENT, "this key is no validator's");
    }
    if (mo_hash_equal(&action->vote.chain, &v->core_id)) {
        err = ask_hints(s, &action->vote.source, &in.at);
    }
    if (!mo_failed(err)) {
        err = check_creation(s);
    }
    mo_signature_t signature;
    if (!mo_failed(err)) {
        err = guarded(s, &action->vote, &signature);
    }
    if (mo_failed(err)) {
        return err;
    }
    in.r = signature.r;
    in.vs = signature.vs;
    call->to = s->config->polling_place;
    call->shifting = true;
    return mo_node_encoded(mo_bind_polling_place_vote_encode(&call->data, &in));
}

/* --- meta-blocks ------------------------------------------------------------------------------------------------ */

static mo_err_t call_propose(mo_node_station_t *s, const mo_action_t *action, mo_node_call_t *call)
{
    mo_bind_core_propose_t in = {.t = action->propose.transition,
                                 .stated_height = action->propose.stated_height};
    call->to = s->config->core;
    return mo_node_encoded(mo_bind_core_propose_encode(&call->data, &in));
}

static mo_err_t call_commit(mo_node_station_t *s, const mo_action_t *action, mo_node_call_t *call)
{
    mo_bind_core_commit_t in = {.t = action->commit.transition,
                                .stated_height = action->commit.stated_height,
                                .link = action->commit.link,
                                .seal = action->commit.seal};
    call->to = s->config->core;
    return mo_node_encoded(mo_bind_core_commit_encode(&call->data, &in));
}

/* Of the core, what a relay proves (5.6). */
static const mo_hash_t open_kernel_slot = {0};

mo_err_t mo_node_validator_foresee(mo_node_station_t *s, void *role)
{
    const mo_validator_role_t *v = role;
    uint64_t newest = v->own[MO_POLL_ORIGIN].top * v->config.origin_epoch;
    if (v->core.status != MO_CORE_OPEN || v->core.kernel.height.value < 2 || newest < v->kernel_opened_at ||
        newest == s->foreseen[MO_CHAIN_ORIGIN]) {
        return MO_SUCCESS;
    }
    mo_node_claim_t claim = {MO_CHAIN_ORIGIN, newest, s->config->core, &open_kernel_slot};
    mo_err_t err = mo_node_prove_ahead(s, &claim);
    mo_node_foreseen(s, MO_CHAIN_ORIGIN, newest, err);
    return err;
}

static mo_err_t call_relay(mo_node_station_t *s, const mo_action_t *action, mo_node_call_t *call)
{
    const mo_action_relay_t *relay = &action->relay;
    mo_block_t block;
    mo_proof_t proof;
    mo_node_claim_t claim = {MO_CHAIN_ORIGIN, relay->origin_number, s->config->core, &open_kernel_slot};
    mo_err_t err = mo_node_prove(s, &claim, &block, &proof);
    mo_bind_kernel_relay_relay_t in = {.origin_number = relay->origin_number,
                                       .kernel = *relay->kernel,
                                       .parent = relay->parent,
                                       .link = relay->link};
    if (!mo_failed(err)) {
        err = ask_hints(s, &relay->link.source, &in.hints);
    }
    if (mo_failed(err)) {
        return err;
    }
    in.account_proof = (mo_bind_bytes_list_t){proof.account_proof.nodes, proof.account_proof.count};
    in.slot_proof = (mo_bind_bytes_list_t){proof.slots[0].proof.nodes, proof.slots[0].proof.count};
    call->to = s->config->kernel_relay;
    return mo_node_encoded(mo_bind_kernel_relay_relay_encode(&call->data, &in));
}

mo_err_t mo_node_validator_call(mo_node_station_t *s, void *role, const mo_action_t *action, mo_node_call_t *call)
{
    switch (action->kind) {
    case MO_ACTION_REPORT_AUXILIARY:
        return call_report(s, action, call);
    case MO_ACTION_ANCHOR:
        return call_anchor(s, action, call);
    case MO_ACTION_REPORT_ORIGIN:
        return call_report_origin(s, action, call);
    case MO_ACTION_VOTE:
        return call_vote(s, role, action, call);
    case MO_ACTION_PROPOSE:
        return call_propose(s, action, call);
    case MO_ACTION_COMMIT:
        return call_commit(s, action, call);
    case MO_ACTION_RELAY:
        return call_relay(s, action, call);
    case MO_ACTION_FUND_LEDGER:
    case MO_ACTION_DECLARE:
    case MO_ACTION_PROVE_PEER:
    case MO_ACTION_STEP:
    case MO_ACTION_SLASH:
    case MO_ACTION_CHALLENGE_OBSERVATION:
    case MO_ACTION_RECORD_ORIGIN:
    case MO_ACTION_CHALLENGE_GAS_TARGET:
    case MO_ACTION_CHALLENGE_HALT:
    case MO_ACTION_HALT:
        break;
    }
    return mo_err(MO_ERR_PERMANENT, "no action of a validator: %d", (int)action->kind);
}
