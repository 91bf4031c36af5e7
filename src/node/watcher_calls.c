#include "node/watcher_calls.h"

#include <string.h>

#include "base/check.h"
#include "bind/core.h"
#include "bind/origin_history.h"
#include "bind/penalties.h"
#include "bind/polling_place.h"
#include "bind/registry.h"
#include "rules/identity.h"

/* ValidatorState of IRegistry. */
enum { STATE_WITHDRAWN = 5, STATE_SLASHED = 6 };

/* Whether the registry has nothing of this signer any more: slashed, or withdrawn. */
static mo_err_t ask_origin(mo_node_station_t *s, const mo_address_t *signer, bool *ended)
{
    uint8_t question[36];
    uint8_t answer[1024];
    mo_buffer_t data = MO_BUFFER(question);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_registry_account_t in = {.signer = *signer};
    mo_bind_registry_account_result_t result;
    MO_CHECK(mo_bind_registry_account_encode(&data, &in));
    mo_err_t err = mo_node_ask(s, MO_CHAIN_ORIGIN, &s->config->registry, mo_buffer_view(&data), &out);
    if (!mo_failed(err) &&
        mo_bind_registry_account_result_decode(mo_buffer_view(&out), &result) != MO_ABI_OK) {
        err = mo_err(MO_ERR_PERMANENT, "the registry's account does not decode");
    }
    *ended = !mo_failed(err) && (result.value.state == STATE_SLASHED || result.value.state == STATE_WITHDRAWN);
    return err;
}

static mo_err_t ask_auxiliary(mo_node_station_t *s, const mo_address_t *signer, bool *ended)
{
    uint8_t question[36];
    uint8_t answer[96];
    mo_buffer_t data = MO_BUFFER(question);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_polling_place_signer_t in = {.who = *signer};
    mo_bind_polling_place_signer_result_t result;
    MO_CHECK(mo_bind_polling_place_signer_encode(&data, &in));
    mo_err_t err =
        mo_node_ask(s, MO_CHAIN_AUXILIARY, &s->config->polling_place, mo_buffer_view(&data), &out);
    if (!mo_failed(err) &&
        mo_bind_polling_place_signer_result_decode(mo_buffer_view(&out), &result) != MO_ABI_OK) {
        err = mo_err(MO_ERR_PERMANENT, "the polling place's signer does not decode");
    }
    *ended = !mo_failed(err) && result.value.slashed;
    return err;
}

/* Two watchers may come at once: the second one sees that it is done before it pays for nothing. */
static mo_err_t check_open(mo_node_station_t *s, mo_chain_t chain, const mo_evidence_t *evidence)
{
    mo_evidence_scope_t scope = {.core_id = mo_rules_core_id(s->config->origin_chain_id, &s->config->core),
                                 .origin_id = mo_rules_origin_id(s->config->origin_chain_id),
                                 .domain = mo_rules_domain(s->config->origin_chain_id, &s->config->core)};
    mo_proven_t proven;
    mo_evidence_verdict_t verdict = mo_rules_evidence_prove(&scope, evidence, &proven);
    if (verdict != MO_EVIDENCE_PROVEN) {
        return mo_err(MO_ERR_PERMANENT, "the evidence proves nothing: %s", mo_rules_evidence_verdict_name(verdict));
    }
    bool ended;
    mo_err_t err = (chain == MO_CHAIN_ORIGIN ? ask_origin : ask_auxiliary)(s, &proven.signer, &ended);
    return ended ? mo_err(MO_ERR_DONE, "done already: slashed or withdrawn") : err;
}

static void pack(const mo_signature_t *signature, uint8_t out[64])
{
    memcpy(out, signature->r.bytes, 32);
    memcpy(out + 32, signature->vs.bytes, 32);
}

static mo_err_t call_slash(mo_node_station_t *s, const mo_action_t *action, mo_node_call_t *call)
{
    const mo_evidence_t *e = action->evidence;
    uint8_t a[64];
    uint8_t b[64];
    pack(&e->signature_a, a);
    pack(&e->signature_b, b);
    call->shifting = true;
    mo_err_t err = check_open(s, action->chain, e);
    if (mo_failed(err)) {
        return err;
    }
    if (action->chain == MO_CHAIN_AUXILIARY) {
        mo_bind_polling_place_slash_t in = {
            .a = e->a, .signature_a = MO_BYTES(a), .b = e->b, .signature_b = MO_BYTES(b)};
        call->to = s->config->polling_place;
        return mo_node_encoded(mo_bind_polling_place_slash_encode(&call->data, &in));
    }
    mo_bind_penalties_slash_t in = {
        .a = e->a, .signature_a = MO_BYTES(a), .b = e->b, .signature_b = MO_BYTES(b)};
    call->to = s->config->registry;
    return mo_node_encoded(mo_bind_penalties_slash_encode(&call->data, &in));
}

static mo_err_t call_record(mo_node_station_t *s, const mo_action_t *action, mo_node_call_t *call)
{
    mo_bind_origin_history_record_t in = {.number = action->number};
    call->to = s->config->origin_history;
    return mo_node_encoded(mo_bind_origin_history_record_encode(&call->data, &in));
}

static mo_err_t call_challenge_observation(const mo_action_challenge_t *c, mo_node_call_t *call)
{
    mo_bind_core_challenge_observation_t in = {
        .b = c->transition, .stated_height = c->stated_height, .link = c->link, .m = c->set, .seal = c->seal};
    return mo_node_encoded(mo_bind_core_challenge_observation_encode(&call->data, &in));
}

static mo_err_t call_challenge_gas_target(const mo_action_challenge_t *c, mo_node_call_t *call)
{
    mo_bind_core_challenge_gas_target_t in = {.struck_hash = c->proposal_hash,
                                              .struck_height = c->stated_height,
                                              .t = c->transition,
                                              .link = c->link,
                                              .seal = c->seal};
    return mo_node_encoded(mo_bind_core_challenge_gas_target_encode(&call->data, &in));
}

mo_err_t mo_node_watcher_call(mo_node_station_t *s, const mo_action_t *action, mo_node_call_t *call)
{
    call->to = s->config->core;
    switch (action->kind) {
    case MO_ACTION_SLASH:
        return call_slash(s, action, call);
    case MO_ACTION_RECORD_ORIGIN:
        return call_record(s, action, call);
    case MO_ACTION_CHALLENGE_OBSERVATION:
        return call_challenge_observation(&action->challenge, call);
    case MO_ACTION_CHALLENGE_GAS_TARGET:
        return call_challenge_gas_target(&action->challenge, call);
    case MO_ACTION_CHALLENGE_HALT:
        return mo_node_encoded(mo_bind_core_challenge_halt_encode(&call->data));
    case MO_ACTION_HALT:
        return mo_node_encoded(mo_bind_core_halt_encode(&call->data));
    case MO_ACTION_REPORT_AUXILIARY:
    case MO_ACTION_ANCHOR:
    case MO_ACTION_REPORT_ORIGIN:
    case MO_ACTION_VOTE:
    case MO_ACTION_PROPOSE:
    case MO_ACTION_COMMIT:
    case MO_ACTION_RELAY:
    case MO_ACTION_FUND_LEDGER:
    case MO_ACTION_DECLARE:
    case MO_ACTION_PROVE_PEER:
    case MO_ACTION_STEP:
        break;
    }
    return mo_err(MO_ERR_PERMANENT, "no action of a watcher: %d", (int)action->kind);
}
