/* Who sends messages, and who moves those of others: a stranger that finishes by proof what a facilitator left, that is
 * greedy (declares without a secret, knows every secret, delivers for the reward), and that calls rows at random. Senders
 * take back what they do not want any more, by rows 4, 11 and 6 (gateway 7.4). Facilitators vanish. */
#include "base/check.h"
#include "sim/world.h"

#define TURN_MS 3000u

/* Older than this: the facilitator may be gone. */
#define OLD_S 60u

static const mo_sim_pair_t *pair_of(const mo_sim_t *w, mo_chain_t chain)
{
    return &w->chains[chain].lanes[0].pair;
}

mo_hash_t mo_sim_bus_separator(const mo_sim_t *w, mo_chain_t chain)
{
    bool origin = chain == MO_CHAIN_ORIGIN;
    mo_bus_domain_t domain = {w->base.origin_chain_id + (origin ? 0 : 1), origin ? w->gateway : w->co_gateway, w->core_id};
    return mo_bus_domain(&domain);
}

/* --- sending ------------------------------------------------------------------------------------------------------- */

static void offer(mo_sim_t *w, mo_sim_message_t *message)
{
    for (uint32_t c = 0; c < MO_SIM_CARRIERS; c++) {
        message->offered |= mo_sim_chance(w, 500) ? 1u << c : 0;
    }
    message->unwanted = mo_sim_chance(w, 150);
}

static void send_message(mo_sim_t *w)
{
    uint32_t sender = (uint32_t)mo_sim_below(w, MO_SIM_USERS);
    mo_chain_t source = mo_sim_chance(w, 500) ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY;
    uint64_t amount = 400 + mo_sim_below(w, 1000);
    if (w->messages.count == MO_SIM_MESSAGES_MAX || pair_of(w, source)->tokens[sender] < amount) {
        return;
    }
    mo_sim_message_t message = {.kind = source == MO_CHAIN_ORIGIN ? MO_MESSAGE_STAKE : MO_MESSAGE_REDEEM,
                                .amount = amount,
                                .sender = sender,
                                .beneficiary = (uint32_t)mo_sim_below(w, MO_SIM_USERS)};
    message.message = (mo_message_t){.intent = {mo_u256_from_u64(amount), mo_sim_holder(message.beneficiary),
                                                source == MO_CHAIN_ORIGIN ? w->value_token : w->utility_token},
                                     .nonce = mo_u256_from_u64(w->messages.count),
                                     .gas_price = MO_U256_ONE,
                                     .gas_limit = mo_u256_from_u64(400),
                                     .deadline = UINT64_MAX,
                                     .sender = mo_sim_holder(sender)};
    offer(w, &message);
    mo_hash_t separator = mo_sim_bus_separator(w, source);
    message.id = mo_bus_message_id(&separator, message.kind, &message.message);
    *MO_SIM_PUSH(mo_sim_message_t, &w->messages) = message;
    mo_sim_say(w, "user %u wants %llu across from %s", sender, (unsigned long long)amount,
               source == MO_CHAIN_ORIGIN ? "origin" : "the auxiliary chain");
}

/* --- moving -------------------------------------------------------------------------------------------------------- */

static void call_bus(mo_sim_t *w, mo_chain_t chain, const mo_sim_bus_call_t *bus)
{
    uint32_t index = mo_sim_call_new(w, chain);
    mo_sim_call_t *call = MO_SIM_AT(mo_sim_call_t, w->calls, index);
    call->kind = MO_SIM_CALL_BUS;
    call->bus = *bus;
    mo_sim_chain_send(w, index, mo_sim_below(w, w->faults.delay_ms + 1));
}

/* The newest number by which a chain knows a root of the other. */
static uint64_t newest_root(const mo_sim_t *w, mo_chain_t chain)
{
    const mo_sim_lane_t *lane = &w->chains[chain].lanes[0];
    if (chain == MO_CHAIN_ORIGIN) {
        return lane->core->kernel.height.value - 1;
    }
    return lane->poll->last_finalised[MO_POLL_ORIGIN].height.value * w->base.origin_epoch;
}

/* A row that leads on from where the boxes stand; 0: none but to wait. */
static unsigned sensible(const mo_sim_t *w, const mo_sim_message_t *message, mo_bus_status_t out, mo_bus_status_t in,
                         uint64_t declared_at)
{
    bool old = w->now_ms / 1000 + 1000 > declared_at + OLD_S;
    switch (out) {
    case MO_STATUS_DECLARED:
        if (message->unwanted && old && in == MO_STATUS_UNDECLARED) {
            return MO_ROW_DECLARE_REVOCATION;
        }
        if (in == MO_STATUS_PROGRESSED) {
            return MO_ROW_PROGRESS_OUTBOX_BY_PROOF;
        }
        return !old ? 0 : in == MO_STATUS_DECLARED ? MO_ROW_PROGRESS_INBOX_BY_PROOF : MO_ROW_DELIVER;
    case MO_STATUS_PROGRESSED:
        return in == MO_STATUS_PROGRESSED ? 0 : in == MO_STATUS_DECLARED ? MO_ROW_PROGRESS_INBOX_BY_PROOF : MO_ROW_DELIVER;
    case MO_STATUS_REVOCATION_DECLARED:
        return in == MO_STATUS_PROGRESSED ? MO_ROW_PROGRESS_REVOKING_BY_PROOF
               : in == MO_STATUS_REVOKED  ? MO_ROW_REVOKE_OUTBOX
                                          : MO_ROW_REVOKE_INBOX;
    case MO_STATUS_UNDECLARED:
    case MO_STATUS_REVOKED:
    case MO_STATUS_RECOVERED:
        break;
    }
    return 0;
}

/* By the newest root that was proven, or an older one of the ring. */
static uint64_t some_root(mo_sim_t *w, const mo_sim_pair_t *pair)
{
    if (pair->root_count == 0) {
        return 0;
    }
    uint64_t kept = pair->root_count < MO_SIM_ROOTS_MAX ? pair->root_count : MO_SIM_ROOTS_MAX;
    uint64_t back = mo_sim_chance(w, 200) ? mo_sim_below(w, kept) : 0;
    return pair->roots[(pair->root_count - 1 - back) % MO_SIM_ROOTS_MAX].number;
}

static uint32_t actor_of(const mo_sim_message_t *message, unsigned row)
{
    return row == MO_ROW_DECLARE_REVOCATION ? message->sender : MO_SIM_STRANGER;
}

/* Everybody may know every secret (gateway 7.4); a declaration without one is moved by proofs alone. */
static mo_sim_bus_call_t call_of(mo_sim_t *w, uint32_t m, unsigned row, mo_chain_t source)
{
    const mo_sim_message_t *message = MO_SIM_AT(mo_sim_message_t, w->messages, m);
    mo_sim_bus_call_t bus = {.verb = MO_SIM_BUS_ROW,
                             .actor = actor_of(message, row),
                             .message = m,
                             .row = (mo_box_row_number_t)row,
                             .envelope = pair_of(w, source)->envelopes[m]};
    uint32_t facilitator = mo_sim_holder_find(&bus.envelope.facilitator);
    bus.secret = mo_sim_secret(facilitator, &message->id);
    bus.with_secret = row == MO_ROW_PROGRESS_OUTBOX || row == MO_ROW_PROGRESS_INBOX;
    if (row == MO_ROW_DECLARE) {
        bus.envelope.secret_hash = (mo_hash_t){{0}};
    }
    return bus;
}

static void move(mo_sim_t *w, uint32_t m)
{
    const mo_sim_message_t *message = MO_SIM_AT(mo_sim_message_t, w->messages, m);
    mo_chain_t source = message->kind == MO_MESSAGE_STAKE ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY;
    mo_chain_t target = message->kind == MO_MESSAGE_STAKE ? MO_CHAIN_AUXILIARY : MO_CHAIN_ORIGIN;
    const mo_sim_pair_t *from = pair_of(w, source);
    unsigned row = sensible(w, message, from->slots[m].status, pair_of(w, target)->slots[m].status,
                            from->envelopes[m].declared_at);
    if (mo_sim_chance(w, 250)) {
        row = 1 + (unsigned)mo_sim_below(w, MO_SIM_ROWS);
    }
    if (row == MO_ROW_DECLARE_REVOCATION && !message->unwanted) {
        row = 0; /* nobody signs that for its sender */
    }
    if (row == 0) {
        return;
    }
    mo_chain_t chain = mo_bus_box_row((mo_box_row_number_t)row)->box == MO_BOX_OUTBOX ? source : target;
    mo_sim_bus_call_t bus = call_of(w, m, row, source);
    bus.root_number = some_root(w, pair_of(w, chain));
    call_bus(w, chain, &bus);
}

static void prove_newest(mo_sim_t *w)
{
    mo_chain_t chain = mo_sim_chance(w, 500) ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY;
    mo_sim_bus_call_t bus = {.verb = MO_SIM_BUS_PROVE, .actor = MO_SIM_STRANGER, .root_number = newest_root(w, chain)};
    if (mo_sim_bus_root(pair_of(w, chain), bus.root_number) == NULL && bus.root_number > 0) {
        call_bus(w, chain, &bus);
    }
}

static void fund_stranger(mo_sim_t *w)
{
    mo_chain_t chain = mo_sim_chance(w, 500) ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY;
    if (pair_of(w, chain)->ledger[MO_SIM_STRANGER] < MO_SIM_BOUNTY) {
        mo_sim_bus_call_t bus = {.verb = MO_SIM_BUS_FUND, .actor = MO_SIM_STRANGER, .amount = MO_SIM_BOUNTY};
        call_bus(w, chain, &bus);
    }
}

/* --- vanishing ----------------------------------------------------------------------------------------------------- */

static void vanish(mo_sim_t *w)
{
    mo_sim_node_t *n = &w->nodes[w->node_count - 1 - mo_sim_below(w, MO_SIM_CARRIERS)];
    if (!w->healed && w->faults.kind != MO_SIM_WORLD_CALM && n->kind == MO_SIM_NODE_FACILITATOR) {
        n->absent = !n->absent;
        mo_sim_say(w, "facilitator %u %s", n->signer, n->absent ? "vanishes" : "is there again");
    }
}

void mo_sim_user_turn(mo_sim_t *w)
{
    const mo_sim_chain_t *c = w->chains;
    if (w->now_ms < w->next_user_ms || c[MO_CHAIN_ORIGIN].lanes[0].core == NULL || c[MO_CHAIN_AUXILIARY].lanes[0].poll == NULL) {
        return;
    }
    w->next_user_ms = w->now_ms + mo_sim_below(w, TURN_MS);
    uint64_t choice = mo_sim_below(w, 20);
    if (choice < 3) {
        send_message(w);
    } else if (choice == 3) {
        vanish(w);
    } else if (choice == 4) {
        fund_stranger(w);
    } else if (choice < 7) {
        prove_newest(w);
    } else if (w->messages.count > 0) {
        move(w, (uint32_t)mo_sim_below(w, w->messages.count));
    }
}
