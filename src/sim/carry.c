/* A facilitator's own part of its driver, as src/node/facilitator.c: the spool of intents, and secrets that are derived. */
#include "base/check.h"
#include "sim/world.h"

void mo_sim_carry_start(mo_sim_t *w, mo_sim_node_t *n)
{
    mo_facilitator_config_t config = {
        .self = mo_sim_holder(n->signer),
        .domains = {[MO_CHAIN_ORIGIN] = {w->base.origin_chain_id, w->gateway, w->core_id},
                    [MO_CHAIN_AUXILIARY] = {w->base.origin_chain_id + 1, w->co_gateway, w->core_id}},
        .core = w->base.core,
        .origin_block_store = w->base.origin_block_store,
        .epoch = w->base.epoch,
        .bounties = {mo_u256_from_u64(MO_SIM_BOUNTY), mo_u256_from_u64(MO_SIM_BOUNTY)},
    };
    mo_facilitator_init(n->facilitator, &config);
    n->given = 0;
}

/* What lies in its spool; who starts anew reads it from the beginning. */
void mo_sim_carry_look(mo_sim_t *w, mo_sim_node_t *n)
{
    if (n->facilitator->malformed) {
        mo_sim_violate(w, "facilitator %u: a log of honest gateways does not decode, or a ledger does not add up (8)", n->signer);
    }
    for (; n->given < w->messages.count && !n->stale; n->given++) {
        const mo_sim_message_t *message = MO_SIM_AT(mo_sim_message_t, w->messages, n->given);
        if ((message->offered >> (n->signer - MO_SIM_USERS) & 1) != 0) {
            mo_event_t event = {.kind = MO_EVENT_INTENT, .intent = {.kind = message->kind, .message = message->message}};
            mo_sim_node_step(n, &event);
        }
    }
}

static bool find(mo_sim_t *w, const mo_hash_t *id, uint32_t *index)
{
    for (uint32_t m = 0; m < w->messages.count; m++) {
        if (mo_hash_equal(&MO_SIM_AT(mo_sim_message_t, w->messages, m)->id, id)) {
            *index = m;
            return true;
        }
    }
    return false;
}

bool mo_sim_carry_make(mo_sim_t *w, const mo_sim_node_t *n, mo_sim_call_t *call)
{
    const mo_action_t *action = &call->action;
    const mo_action_message_t *in = &action->message;
    mo_sim_bus_call_t *bus = &call->bus;
    call->kind = MO_SIM_CALL_BUS;
    bus->actor = n->signer;
    if (action->kind == MO_ACTION_FUND_LEDGER) {
        bus->verb = MO_SIM_BUS_FUND;
        return mo_u256_to_u64(action->amount, &bus->amount);
    }
    bus->root_number = in->root_number;
    if (action->kind == MO_ACTION_PROVE_PEER) {
        bus->verb = MO_SIM_BUS_PROVE;
        return true;
    }
    bus->verb = MO_SIM_BUS_ROW;
    bus->row = action->kind == MO_ACTION_DECLARE ? MO_ROW_DECLARE : (mo_box_row_number_t)in->row;
    bus->envelope = *in->envelope;
    bus->secret = mo_sim_secret(n->signer, &in->id);
    bus->with_secret = action->kind == MO_ACTION_STEP && in->by_secret;
    if (bus->row == MO_ROW_DECLARE) {
        bus->envelope.secret_hash = mo_bus_secret_hash(&bus->secret);
    }
    return find(w, &in->id, &bus->message);
}
