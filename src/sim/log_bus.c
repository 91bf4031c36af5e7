/* The events of gateways and tokens, encoded as log.c encodes the others. */
#include "bind/co_gateway.h"
#include "bind/gateway.h"
#include "bind/message_bus.h"
#include "bind/utility_token.h"
#include "sim/draft.h"
#include "sim/world.h"

static const mo_address_t *gateway_of(const mo_sim_t *w, mo_chain_t chain)
{
    return chain == MO_CHAIN_ORIGIN ? &w->gateway : &w->co_gateway;
}

void mo_sim_log_linked(mo_sim_t *w, mo_chain_t chain)
{
    mo_sim_draft_t d;
    bool origin = chain == MO_CHAIN_ORIGIN;
    const mo_hash_t *topic = origin ? &mo_bind_gateway_opened_event_topic : &mo_bind_co_gateway_link_confirmed_event_topic;
    mo_sim_draft_begin(&d, gateway_of(w, chain), topic, origin ? 1 : 3);
    mo_sim_draft_topic(&d, &w->core_id);
    mo_abi_put_u64(&d.writer, 0);
    for (int i = 0; i < 2 && !origin; i++) {
        mo_abi_put_hash(&d.writer, &w->core_id);
    }
    mo_sim_draft_end(w, chain, &d);
}

void mo_sim_log_proven(mo_sim_t *w, mo_chain_t chain, uint64_t number)
{
    mo_sim_draft_t d;
    mo_hash_t root = {{0}};
    mo_sim_draft_begin(&d, gateway_of(w, chain), &mo_bind_message_bus_peer_proven_event_topic, 1);
    mo_sim_draft_topic_number(&d, number);
    mo_abi_put_hash(&d.writer, &root);
    mo_sim_draft_end(w, chain, &d);
}

void mo_sim_log_ledger(mo_sim_t *w, mo_chain_t chain, uint32_t holder, uint64_t balance)
{
    mo_sim_draft_t d;
    mo_address_t account = mo_sim_holder(holder);
    mo_sim_draft_begin(&d, gateway_of(w, chain), &mo_bind_message_bus_ledger_changed_event_topic, 1);
    mo_sim_draft_topic_address(&d, &account);
    mo_abi_put_u64(&d.writer, balance);
    mo_sim_draft_end(w, chain, &d);
}

/* Of the value token between holder and gateway; of the utility token burned or minted. */
void mo_sim_log_transfer(mo_sim_t *w, mo_chain_t chain, bool taken, uint32_t holder, uint64_t amount)
{
    mo_sim_draft_t d;
    mo_address_t account = mo_sim_holder(holder);
    mo_address_t pool = {{0}};
    if (chain == MO_CHAIN_ORIGIN) {
        pool = w->gateway;
    }
    mo_sim_draft_begin(&d, chain == MO_CHAIN_ORIGIN ? &w->value_token : &w->utility_token,
                       &mo_bind_utility_token_transfer_event_topic, 1);
    mo_sim_draft_topic_address(&d, taken ? &account : &pool);
    mo_sim_draft_topic_address(&d, taken ? &pool : &account);
    mo_abi_put_u64(&d.writer, amount);
    mo_sim_draft_end(w, chain, &d);
}

void mo_sim_log_declared(mo_sim_t *w, const mo_sim_message_t *message, const mo_envelope_t *envelope)
{
    mo_sim_draft_t d;
    bool stake = message->kind == MO_MESSAGE_STAKE;
    mo_chain_t chain = stake ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY;
    mo_hash_t lock = mo_bus_lock(&message->id, envelope);
    mo_sim_draft_begin(&d, gateway_of(w, chain),
                       stake ? &mo_bind_gateway_stake_declared_event_topic : &mo_bind_co_gateway_redeem_declared_event_topic,
                       12);
    mo_sim_draft_topic(&d, &message->id);
    mo_sim_draft_topic_address(&d, &envelope->message.sender);
    mo_sim_draft_topic_address(&d, &envelope->facilitator);
    mo_bind_message_put(&d.writer, &envelope->message);
    mo_abi_put_u64(&d.writer, envelope->declared_at);
    mo_abi_put_hash(&d.writer, &envelope->secret_hash);
    mo_abi_put_hash(&d.writer, &lock);
    mo_sim_draft_end(w, chain, &d);
}

static void log_confirmed(mo_sim_t *w, mo_chain_t chain, const mo_sim_message_t *message, const mo_envelope_t *envelope)
{
    mo_sim_draft_t d;
    mo_hash_t lock = mo_bus_lock(&message->id, envelope);
    mo_sim_draft_begin(&d, gateway_of(w, chain), &mo_bind_message_bus_confirmed_event_topic, 1);
    mo_sim_draft_topic(&d, &message->id);
    mo_abi_put_hash(&d.writer, &lock);
    mo_sim_draft_end(w, chain, &d);
}

static void log_progressed(mo_sim_t *w, mo_chain_t chain, const mo_sim_message_t *message, const mo_sim_bus_call_t *call,
                           const mo_envelope_t *envelope)
{
    mo_sim_draft_t d;
    mo_sim_draft_begin(&d, gateway_of(w, chain), &mo_bind_message_bus_outbox_progressed_event_topic, 2);
    mo_sim_draft_topic(&d, &message->id);
    mo_sim_draft_topic_address(&d, &envelope->facilitator);
    mo_abi_put_u64(&d.writer, call->row == MO_ROW_PROGRESS_OUTBOX);
    mo_abi_put_hash(&d.writer, &call->secret);
    mo_sim_draft_end(w, chain, &d);
}

static void log_delivered(mo_sim_t *w, mo_chain_t chain, const mo_sim_message_t *message, const mo_sim_bus_call_t *call,
                          const mo_envelope_t *envelope, uint64_t reward)
{
    mo_sim_draft_t d;
    mo_address_t actor = mo_sim_holder(call->actor);
    bool proven = !call->with_secret;
    mo_sim_draft_begin(&d, gateway_of(w, chain), &mo_bind_message_bus_delivered_event_topic, 4);
    mo_sim_draft_topic(&d, &message->id);
    mo_sim_draft_topic_address(&d, &envelope->message.intent.beneficiary);
    mo_sim_draft_topic_address(&d, proven ? &actor : &envelope->facilitator);
    mo_abi_put_u64(&d.writer, message->amount);
    mo_abi_put_u64(&d.writer, reward);
    mo_abi_put_u64(&d.writer, !proven);
    mo_abi_put_hash(&d.writer, &call->secret);
    mo_sim_draft_end(w, chain, &d);
}

static void log_revocation(mo_sim_t *w, const mo_sim_message_t *message, const mo_sim_bus_call_t *call, mo_chain_t chain)
{
    mo_sim_draft_t d;
    mo_address_t actor = mo_sim_holder(call->actor);
    mo_sim_draft_begin(&d, gateway_of(w, chain), &mo_bind_message_bus_revocation_declared_event_topic, 0);
    mo_sim_draft_topic(&d, &message->id);
    mo_sim_draft_topic_address(&d, &message->message.sender);
    mo_sim_draft_topic_address(&d, &actor);
    mo_sim_draft_end(w, chain, &d);
}

static void log_outbox_revoked(mo_sim_t *w, const mo_sim_message_t *message, mo_chain_t chain)
{
    mo_sim_draft_t d;
    mo_sim_draft_begin(&d, gateway_of(w, chain), &mo_bind_message_bus_outbox_revoked_event_topic, 2);
    mo_sim_draft_topic(&d, &message->id);
    mo_sim_draft_topic_address(&d, &message->message.sender);
    mo_abi_put_u64(&d.writer, message->amount);
    mo_abi_put_u64(&d.writer, MO_SIM_BOUNTY + MO_SIM_PENALTY);
    mo_sim_draft_end(w, chain, &d);
}

static void log_inbox_revoked(mo_sim_t *w, mo_chain_t chain, const mo_sim_message_t *message, const mo_envelope_t *envelope)
{
    mo_sim_draft_t d;
    mo_hash_t lock = mo_bus_lock(&message->id, envelope);
    mo_sim_draft_begin(&d, gateway_of(w, chain), &mo_bind_message_bus_inbox_revoked_event_topic, 1);
    mo_sim_draft_topic(&d, &message->id);
    mo_abi_put_hash(&d.writer, &lock);
    mo_sim_draft_end(w, chain, &d);
}

void mo_sim_log_row(mo_sim_t *w, mo_chain_t chain, const mo_sim_message_t *message, const mo_sim_bus_call_t *call,
                    const mo_envelope_t *envelope, uint64_t reward)
{
    switch (call->row) {
    case MO_ROW_CONFIRM:
        log_confirmed(w, chain, message, envelope);
        break;
    case MO_ROW_PROGRESS_OUTBOX:
    case MO_ROW_PROGRESS_OUTBOX_BY_PROOF:
    case MO_ROW_PROGRESS_REVOKING_BY_PROOF:
        log_progressed(w, chain, message, call, envelope);
        break;
    case MO_ROW_DELIVER:
    case MO_ROW_PROGRESS_INBOX:
    case MO_ROW_PROGRESS_INBOX_BY_PROOF:
        log_delivered(w, chain, message, call, envelope, reward);
        break;
    case MO_ROW_DECLARE_REVOCATION:
        log_revocation(w, message, call, chain);
        break;
    case MO_ROW_REVOKE_OUTBOX:
        log_outbox_revoked(w, message, chain);
        break;
    case MO_ROW_REVOKE_INBOX:
        log_inbox_revoked(w, chain, message, envelope);
        break;
    case MO_ROW_DECLARE: /* before its tokens move */
        break;
    }
}
