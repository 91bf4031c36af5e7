/* Both gateways, judged by bus/box.h, and the money that rows move (gateway 7.3, 7.4). */
#include <string.h>

#include "base/check.h"
#include "bus/reward.h"
#include "sim/world.h"

static mo_chain_t other(mo_chain_t chain)
{
    return chain == MO_CHAIN_ORIGIN ? MO_CHAIN_AUXILIARY : MO_CHAIN_ORIGIN;
}

mo_address_t mo_sim_holder(uint32_t holder)
{
    return (mo_address_t){{0xdd, (uint8_t)(holder + 1)}};
}

uint32_t mo_sim_holder_find(const mo_address_t *address)
{
    for (uint32_t h = 0; h < MO_SIM_HOLDERS; h++) {
        mo_address_t holder = mo_sim_holder(h);
        if (mo_address_equal(&holder, address)) {
            return h;
        }
    }
    return MO_SIM_NONE;
}

/* What `mosaic facilitator` derives from its key (gateway 7.11). */
mo_hash_t mo_sim_secret(uint32_t holder, const mo_hash_t *id)
{
    mo_hash_t key = {{0x5e, (uint8_t)holder}};
    return mo_keccak256_pair(&key, id);
}

void mo_sim_bus_create(mo_sim_t *w, mo_chain_t chain, mo_sim_lane_t *lane)
{
    lane->pair = (mo_sim_pair_t){0};
    for (uint32_t h = 0; h < MO_SIM_USERS && chain == MO_CHAIN_ORIGIN; h++) {
        lane->pair.tokens[h] = MO_SIM_TOKENS;
    }
    for (uint32_t h = 0; h < MO_SIM_USERS; h++) { /* for penalties */
        lane->pair.ledger[h] = 1000 * MO_SIM_PENALTY;
        lane->pair.coin_in += lane->pair.ledger[h];
    }
    mo_sim_log_linked(w, chain);
}

/* --- roots -------------------------------------------------------------------------------------------------------- */

/* The foreign block whose state root this chain knows by a number (gateway 7.2). */
static uint32_t known_root(mo_sim_t *w, mo_chain_t chain, const mo_sim_lane_t *lane, uint64_t number)
{
    mo_hash_t source;
    if (chain == MO_CHAIN_ORIGIN) {
        bool kept = mo_rules_core_source(lane->core, (mo_height_t){number}, &source);
        return kept ? mo_sim_chain_find(w, MO_CHAIN_AUXILIARY, &source) : MO_SIM_NONE;
    }
    const mo_origin_record_t *root = mo_rules_poll_finalised_root(lane->poll, number);
    return root == NULL ? MO_SIM_NONE : mo_sim_chain_find(w, MO_CHAIN_ORIGIN, &root->hash);
}

static bool prove(mo_sim_t *w, mo_chain_t chain, mo_sim_lane_t *lane, const mo_sim_bus_call_t *call)
{
    uint32_t block = known_root(w, chain, lane, call->root_number);
    if (block == MO_SIM_NONE) {
        return false;
    }
    mo_sim_pair_t *pair = &lane->pair;
    pair->roots[pair->root_count++ % MO_SIM_ROOTS_MAX] = (mo_sim_root_t){call->root_number, block};
    mo_sim_log_proven(w, chain, call->root_number);
    return true;
}

const mo_sim_root_t *mo_sim_bus_root(const mo_sim_pair_t *pair, uint64_t number)
{
    for (size_t i = 0; i < MO_SIM_ROOTS_MAX && i < pair->root_count; i++) {
        if (pair->roots[i].number == number) {
            return &pair->roots[i];
        }
    }
    return NULL;
}

/* --- money --------------------------------------------------------------------------------------------------------- */

typedef struct {
    mo_chain_t chain;
    mo_sim_pair_t *pair;
    const mo_sim_message_t *message;
    const mo_sim_bus_call_t *call;
    uint32_t facilitator; /* holder */
} row_t;

static void take(uint64_t *from, uint64_t amount)
{
    MO_CHECK(*from >= amount);
    *from -= amount;
}

/* Stakes: into escrow, and out of it. Redeems: burned, and minted. The pool grows on origin when it takes. */
static void collect(mo_sim_t *w, const row_t *r, uint32_t from, uint64_t amount)
{
    take(&r->pair->tokens[from], amount);
    if (r->chain == MO_CHAIN_ORIGIN) {
        r->pair->pool += amount;
    } else {
        take(&r->pair->pool, amount);
    }
    mo_sim_log_transfer(w, r->chain, true, from, amount);
}

static void pay(mo_sim_t *w, const row_t *r, uint32_t to, uint64_t amount)
{
    r->pair->tokens[to] += amount;
    if (r->chain == MO_CHAIN_ORIGIN) {
        take(&r->pair->pool, amount);
    } else {
        r->pair->pool += amount;
    }
    mo_sim_log_transfer(w, r->chain, false, to, amount);
}

static uint64_t reward_of(const row_t *r, unsigned money)
{
    mo_reward_gas_t gas = {.overhead = 100, .confirm_gas = 50, .confirmed = r->pair->confirmed[r->call->message], .measured = 200};
    mo_u256_t reward = mo_bus_reward(&r->message->message, &gas);
    uint64_t small;
    bool fits = mo_u256_to_u64(reward, &small);
    MO_CHECK(fits);
    return (money & (MO_MONEY_REWARD_TO_FACILITATOR | MO_MONEY_REWARD_TO_CALLER)) != 0 ? small : 0;
}

static void move_coin(const row_t *r, unsigned money)
{
    uint64_t *bounty = &r->pair->bounties[r->call->message];
    uint64_t *penalty = &r->pair->penalties[r->call->message];
    if ((money & MO_MONEY_BOUNTY_TAKEN) != 0) {
        take(&r->pair->ledger[r->facilitator], MO_SIM_BOUNTY);
        *bounty = MO_SIM_BOUNTY;
    }
    if ((money & MO_MONEY_PENALTY_TAKEN) != 0) {
        take(&r->pair->ledger[r->message->sender], MO_SIM_PENALTY);
        *penalty = MO_SIM_PENALTY;
    }
    if ((money & (MO_MONEY_BOUNTY_TO_FACILITATOR | MO_MONEY_BOUNTY_BURNED)) != 0) {
        *((money & MO_MONEY_BOUNTY_BURNED) != 0 ? &r->pair->coin_burned : &r->pair->ledger[r->facilitator]) += *bounty;
        *bounty = 0;
    }
    if ((money & (MO_MONEY_PENALTY_TO_SENDER | MO_MONEY_PENALTY_BURNED)) != 0) {
        *((money & MO_MONEY_PENALTY_BURNED) != 0 ? &r->pair->coin_burned : &r->pair->ledger[r->message->sender]) += *penalty;
        *penalty = 0;
    }
}

static void move_tokens(mo_sim_t *w, const row_t *r, unsigned money, uint64_t *reward)
{
    *reward = 0;
    if ((money & MO_MONEY_AMOUNT_TAKEN) != 0) {
        collect(w, r, r->message->sender, r->message->amount);
    }
    if ((money & MO_MONEY_AMOUNT_TO_SENDER) != 0) {
        pay(w, r, r->message->sender, r->message->amount);
    }
    if ((money & MO_MONEY_AMOUNT_TO_BENEFICIARY) != 0) {
        *reward = reward_of(r, money);
        bool caller = (money & MO_MONEY_REWARD_TO_CALLER) != 0;
        pay(w, r, r->message->beneficiary, r->message->amount - *reward);
        pay(w, r, caller ? r->call->actor : r->facilitator, *reward);
    }
}

/* --- rows ---------------------------------------------------------------------------------------------------------- */

/* What declare and declareRevocation ask besides the table: coin in the ledger, tokens in the purse. */
static bool is_covered(const row_t *r)
{
    const mo_message_t *message = &r->message->message;
    mo_address_t actor = mo_sim_holder(r->call->actor);
    if (r->call->row == MO_ROW_DECLARE) {
        bool allowed = mo_address_is_zero(&message->facilitator) || mo_address_equal(&message->facilitator, &actor);
        return allowed && r->pair->ledger[r->call->actor] >= MO_SIM_BOUNTY &&
               r->pair->tokens[r->message->sender] >= r->message->amount;
    }
    return r->call->row != MO_ROW_DECLARE_REVOCATION ||
           (r->call->actor == r->message->sender && r->pair->ledger[r->message->sender] >= MO_SIM_PENALTY);
}

static bool peer_of(mo_sim_t *w, const row_t *r, mo_bus_slot_t *peer)
{
    const mo_sim_root_t *root = mo_sim_bus_root(r->pair, r->call->root_number);
    if (root == NULL) {
        return false;
    }
    *peer = MO_SIM_AT(mo_sim_pair_t, w->chains[other(r->chain)].pairs, root->block)->slots[r->call->message];
    return true;
}

static void note(mo_sim_t *w, const row_t *r, const mo_envelope_t *envelope, unsigned money)
{
    uint32_t m = r->call->message;
    uint64_t reward;
    move_coin(r, money);
    if (r->call->row == MO_ROW_DECLARE) {
        r->pair->envelopes[m] = *envelope;
        mo_sim_log_declared(w, r->message, envelope);
    }
    move_tokens(w, r, money, &reward);
    r->pair->confirmed[m] = r->pair->confirmed[m] || r->call->row == MO_ROW_CONFIRM;
    mo_sim_log_row(w, r->chain, r->message, r->call, envelope, reward);
    w->report->rows[r->call->row - 1] += !w->replaying;
}

static bool row(mo_sim_t *w, const mo_sim_spot_t *spot, mo_chain_t chain, mo_sim_lane_t *lane, const mo_sim_bus_call_t *call)
{
    const mo_box_row_t *text = mo_bus_box_row(call->row);
    const mo_sim_message_t message = *MO_SIM_AT(mo_sim_message_t, w->messages, call->message);
    mo_envelope_t envelope = call->envelope;
    if (call->row == MO_ROW_DECLARE) {
        envelope.message = message.message;
        envelope.facilitator = mo_sim_holder(call->actor);
        envelope.declared_at = spot->timestamp;
    }
    row_t r = {chain, &lane->pair, &message, call, mo_sim_holder_find(&envelope.facilitator)};
    mo_chain_t source = message.kind == MO_MESSAGE_STAKE ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY;
    mo_bus_slot_t peer = {0};
    bool placed = (source == chain) == (text->box == MO_BOX_OUTBOX) && r.facilitator != MO_SIM_NONE;
    if (!placed || !is_covered(&r) || (text->right == MO_BOX_BY_PROOF && !peer_of(w, &r, &peer))) {
        return false;
    }
    mo_hash_t lock = mo_bus_lock(&message.id, &envelope);
    mo_box_step_t step = {.own = lane->pair.slots[call->message],
                          .lock = &lock,
                          .secret_hash = &envelope.secret_hash,
                          .secret = call->with_secret ? &call->secret : NULL,
                          .peer = text->right == MO_BOX_BY_PROOF ? &peer : NULL,
                          .by_sender = call->row == MO_ROW_DECLARE || call->actor == message.sender,
                          .halted = chain == MO_CHAIN_ORIGIN && lane->core->status == MO_CORE_HALTED};
    mo_box_result_t result;
    mo_box_verdict_t verdict = mo_bus_box_step(call->row, &step, &result);
    mo_sim_say(w, "row %d of message %u on %s by %u: %s", (int)call->row, call->message,
               chain == MO_CHAIN_ORIGIN ? "origin" : "the auxiliary chain", call->actor, mo_bus_box_verdict_name(verdict));
    if (verdict != MO_BOX_ACCEPTED) {
        return false;
    }
    lane->pair.slots[call->message] = result.own;
    note(w, &r, &envelope, result.money);
    return true;
}

bool mo_sim_bus_execute(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    mo_sim_lane_t *lane = &w->chains[call->chain].lanes[spot->lane];
    switch (call->bus.verb) {
    case MO_SIM_BUS_FUND:
        lane->pair.ledger[call->bus.actor] += call->bus.amount;
        lane->pair.coin_in += call->bus.amount;
        mo_sim_log_ledger(w, call->chain, call->bus.actor, lane->pair.ledger[call->bus.actor]);
        return true;
    case MO_SIM_BUS_PROVE:
        return prove(w, call->chain, lane, &call->bus);
    case MO_SIM_BUS_ROW:
        return row(w, spot, call->chain, lane, &call->bus);
    }
    mo_check_failed("no call of a gateway", __FILE__, __LINE__);
}
