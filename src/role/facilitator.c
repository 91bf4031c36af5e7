#include "role/facilitator.h"

#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "eth/keccak.h"
#include "role/facilitator_next.h"
#include "role/facilitator_parts.h"

/* The low bits of a transfer's key. */
#define ROW_MASK UINT64_C(15)

/* Bounties that are paid in at once, at most. */
#define FUND_MAX 32

void mo_facilitator_init(mo_facilitator_role_t *f, const mo_facilitator_config_t *config)
{
    MO_CHECK(config->epoch > 0);
    memset(f, 0, sizeof *f);
    f->config = *config;
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        f->separators[chain] = mo_bus_domain(&config->domains[chain]);
    }
}

uint64_t mo_facilitator_key(const mo_hash_t *id, unsigned row)
{
    MO_CHECK(row <= MO_BOX_ROWS);
    return (mo_load_be64(id->bytes) & ~ROW_MASK) | row;
}

unsigned mo_facilitator_row(uint64_t key)
{
    return (unsigned)(key & ROW_MASK);
}

mo_hash_t mo_facilitator_message_id(const mo_facilitator_role_t *f, mo_message_kind_t kind,
                                    const mo_message_t *message)
{
    return mo_bus_message_id(&f->separators[mo_source_of(kind)], kind, message);
}

mo_transfer_t *mo_facilitator_find(mo_facilitator_role_t *f, const mo_hash_t *id)
{
    for (size_t i = 0; i < MO_TRANSFERS_MAX; i++) {
        if (f->transfers[i].used && mo_hash_equal(&f->transfers[i].id, id)) {
            return &f->transfers[i];
        }
    }
    return NULL;
}

mo_transfer_t *mo_facilitator_take(mo_facilitator_role_t *f)
{
    for (size_t i = 0; i < MO_TRANSFERS_MAX; i++) {
        if (!f->transfers[i].used) {
            f->transfers[i] = (mo_transfer_t){.used = true};
            return &f->transfers[i];
        }
    }
    return NULL;
}

/* A place for another's message, which must not take those of our own. */
mo_transfer_t *mo_facilitator_take_other(mo_facilitator_role_t *f)
{
    size_t used = 0;
    for (size_t i = 0; i < MO_TRANSFERS_MAX; i++) {
        used += f->transfers[i].used;
    }
    return f->config.policy.rescue_ms > 0 && used < MO_TRANSFERS_MAX - MO_TRANSFERS_OWN ? mo_facilitator_take(f) : NULL;
}

bool mo_facilitator_has_room(const mo_facilitator_role_t *f)
{
    for (size_t i = 0; i < MO_TRANSFERS_MAX; i++) {
        if (!f->transfers[i].used) {
            return true;
        }
    }
    return false;
}

static bool is_finished(const mo_facilitator_role_t *f, const mo_hash_t *id)
{
    for (size_t i = 0; i < MO_TRANSFERS_MAX && i < f->finished_count; i++) {
        if (mo_hash_equal(&f->finished[i], id)) {
            return true;
        }
    }
    return false;
}

bool mo_facilitator_is_declared(const mo_facilitator_role_t *f, const mo_hash_t *id)
{
    for (size_t i = 0; i < MO_TRANSFERS_MAX; i++) {
        if (f->transfers[i].used && mo_hash_equal(&f->transfers[i].id, id)) {
            return f->transfers[i].declared;
        }
    }
    return is_finished(f, id);
}

mo_policy_verdict_t mo_facilitator_judge(const mo_facilitator_role_t *f, mo_message_kind_t kind,
                                         const mo_message_t *message)
{
    return mo_facilitator_policy_judge(&f->config.policy, &f->config.self, kind, message);
}

static void take_intent(mo_facilitator_role_t *f, const mo_event_intent_t *intent)
{
    mo_hash_t id = mo_facilitator_message_id(f, intent->kind, &intent->message);
    if (mo_facilitator_find(f, &id) != NULL || is_finished(f, &id) ||
        mo_facilitator_judge(f, intent->kind, &intent->message) != MO_POLICY_ACCEPTED) {
        return;
    }
    mo_transfer_t *transfer = mo_facilitator_take(f);
    if (transfer == NULL) {
        return;
    }
    transfer->own = true;
    transfer->kind = intent->kind;
    transfer->id = id;
    transfer->envelope.message = intent->message;
    transfer->signature = intent->signature;
}

/* --- what there is to do ---------------------------------------------------------------------------------------- */

static mo_action_t *emit(mo_actions_t *actions, mo_action_kind_t kind, mo_chain_t chain)
{
    mo_action_t *action = &actions->items[actions->count++];
    *action = (mo_action_t){.kind = kind, .chain = chain};
    return action;
}

static bool is_full(const mo_actions_t *actions)
{
    return actions->count == MO_ACTIONS_MAX;
}

/* Bounties that intents of a side will take: of those whose declaration is on its way, and of all. */
typedef struct {
    uint64_t sent;
    uint64_t all;
} wanted_t;

static wanted_t bounties_wanted(const mo_facilitator_role_t *f, mo_chain_t chain)
{
    wanted_t wanted = {0};
    for (size_t i = 0; i < MO_TRANSFERS_MAX; i++) {
        const mo_transfer_t *transfer = &f->transfers[i];
        const bool waits = transfer->used && !transfer->declared && mo_source_of(transfer->kind) == chain;
        wanted.all += waits;
        wanted.sent += waits && transfer->duty.in_flight;
    }
    return wanted;
}

static bool covers_bounties(const mo_facilitator_role_t *f, mo_chain_t chain, uint64_t count)
{
    mo_u256_t needed;
    return mo_u256_mul(f->config.bounties[chain], mo_u256_from_u64(count), &needed) &&
           !mo_u256_less(f->sides[chain].ledger, needed);
}

/* Coin for the bounties of all that wait, as many as one transaction's worth, and for four more. */
static void fund(mo_facilitator_role_t *f, mo_chain_t chain, uint64_t waiting, mo_actions_t *actions)
{
    mo_facilitator_side_t *side = &f->sides[chain];
    const uint64_t count = 4 + (waiting < FUND_MAX ? waiting : FUND_MAX);
    mo_u256_t amount;
    if (!mo_u256_mul(f->config.bounties[chain], mo_u256_from_u64(count), &amount) || is_full(actions) ||
        !mo_duty_due(&side->fund, (uint64_t)chain, 0, f->now_ms)) {
        return;
    }
    mo_action_t *action = emit(actions, MO_ACTION_FUND_LEDGER, chain);
    action->duty = MO_DUTY_FUND;
    action->key = (uint64_t)chain;
    action->amount = amount;
}

/* A moment of our own within the spread, the same in every run: what several would do at once. */
static uint64_t own_moment(const mo_facilitator_role_t *f, uint64_t key)
{
    const uint64_t spread = f->config.policy.spread_ms;
    uint8_t text[28];
    memcpy(text, f->config.self.bytes, 20);
    mo_store_be64(key, text + 20);
    const mo_hash_t hash = mo_keccak256(MO_BYTES(text));
    return spread == 0 ? 0 : mo_load_be64(hash.bytes) % spread;
}

/* The outbox as the newest root shows it that the target knows, and the inbox to the source. */
static mo_bus_status_t outbox_shown(const mo_facilitator_role_t *f, const mo_transfer_t *transfer)
{
    const mo_foreign_root_t *root = &f->sides[mo_target_of(transfer->kind)].newest;
    if (!root->any || root->block < transfer->declared_block) {
        return MO_STATUS_UNDECLARED;
    }
    const bool revoking = transfer->revoked_block > 0 && root->block >= transfer->revoked_block;
    return revoking ? MO_STATUS_REVOCATION_DECLARED : MO_STATUS_DECLARED;
}

static mo_bus_status_t inbox_shown(const mo_facilitator_role_t *f, const mo_transfer_t *transfer)
{
    const mo_foreign_root_t *root = &f->sides[mo_source_of(transfer->kind)].newest;
    if (root->any && transfer->ended_block > 0 && root->block >= transfer->ended_block) {
        return transfer->inbox;
    }
    const bool confirmed = root->any && transfer->confirmed_block > 0 && root->block >= transfer->confirmed_block;
    return confirmed ? MO_STATUS_DECLARED : MO_STATUS_UNDECLARED;
}

/* The row that a transfer is at; 0 when there is nothing to do but wait. Others' messages we only deliver. */
static unsigned row_of(const mo_facilitator_role_t *f, const mo_transfer_t *transfer)
{
    if (!transfer->declared) {
        return MO_ROW_DECLARE;
    }
    const mo_next_t at = {.outbox = transfer->outbox,
                          .inbox = transfer->inbox,
                          .outbox_proven = outbox_shown(f, transfer),
                          .inbox_proven = inbox_shown(f, transfer),
                          .secret = transfer->own,
                          .source_halted = f->halted && transfer->kind == MO_MESSAGE_STAKE};
    const unsigned row = mo_facilitator_next(&at);
    const bool paid = row == MO_ROW_DELIVER || row == MO_ROW_PROGRESS_INBOX_BY_PROOF;
    return transfer->own || (paid && mo_facilitator_policy_rescues(&f->config.policy, transfer->kind,
                                                                   &transfer->envelope.message))
               ? row
               : 0;
}

/* The block of the other chain that a proof for the row must cover. */
static uint64_t covers(const mo_transfer_t *transfer, unsigned row)
{
    if (row == MO_ROW_REVOKE_INBOX) {
        return transfer->revoked_block;
    }
    if (!mo_facilitator_row_at_source(row)) {
        return transfer->declared_block;
    }
    return transfer->ended_block > 0 ? transfer->ended_block : transfer->confirmed_block;
}

/* The peer's root on a chain that covers what the row rests on: proven, or proven next. */
static bool is_provable(mo_facilitator_role_t *f, const mo_transfer_t *transfer, unsigned row, mo_actions_t *actions)
{
    const mo_chain_t chain =
        mo_facilitator_row_at_source(row) ? mo_source_of(transfer->kind) : mo_target_of(transfer->kind);
    const uint64_t block = covers(transfer, row);
    mo_facilitator_side_t *side = &f->sides[chain];
    if (side->proven.any && side->proven.block >= block) {
        return true;
    }
    if (side->newest.any && side->newest.block >= block && !is_full(actions) &&
        mo_duty_due(&side->prove, side->newest.number, own_moment(f, side->newest.number), f->now_ms)) {
        mo_action_t *action = emit(actions, MO_ACTION_PROVE_PEER, chain);
        action->duty = MO_DUTY_PROVE;
        action->key = side->newest.number;
        action->message = (mo_action_message_t){.kind = transfer->kind,
                                                .root_number = side->newest.number,
                                                .root_block = side->newest.block};
    }
    return false;
}

/* Whether the moment has come for what others may do too. */
static bool is_ripe(mo_facilitator_role_t *f, mo_transfer_t *transfer, unsigned row)
{
    const uint64_t key = mo_facilitator_key(&transfer->id, row);
    if (transfer->row != row || transfer->since_ms == 0) {
        transfer->row = row;
        transfer->since_ms = f->now_ms;
    }
    const bool open = row == MO_ROW_DECLARE && mo_address_is_zero(&transfer->envelope.message.facilitator);
    const uint64_t patience = !transfer->own ? f->config.policy.rescue_ms + own_moment(f, key)
                              : open         ? own_moment(f, key)
                                             : 0;
    return f->now_ms - transfer->since_ms >= patience;
}

static bool is_ready(mo_facilitator_role_t *f, const mo_transfer_t *transfer, unsigned row, mo_actions_t *actions)
{
    mo_chain_t source = mo_source_of(transfer->kind);
    if (row == MO_ROW_DECLARE) {
        const wanted_t wanted = bounties_wanted(f, source);
        const bool funded = covers_bounties(f, source, wanted.sent + 1);
        if (!funded && f->sides[source].linked) {
            fund(f, source, wanted.all - wanted.sent, actions);
        }
        return funded && f->sides[source].linked;
    }
    return !mo_facilitator_row_by_proof(row) || is_provable(f, transfer, row, actions);
}

static void carry(mo_facilitator_role_t *f, mo_transfer_t *transfer, mo_actions_t *actions)
{
    unsigned row = row_of(f, transfer);
    if (row == 0 || !is_ripe(f, transfer, row) || !is_ready(f, transfer, row, actions) || is_full(actions) ||
        !mo_duty_due(&transfer->duty, mo_facilitator_key(&transfer->id, row), 0, f->now_ms)) {
        return;
    }
    mo_chain_t chain = mo_facilitator_row_at_source(row) ? mo_source_of(transfer->kind) : mo_target_of(transfer->kind);
    mo_action_t *action = emit(actions, row == MO_ROW_DECLARE ? MO_ACTION_DECLARE : MO_ACTION_STEP, chain);
    action->duty = MO_DUTY_TRANSFER;
    action->key = mo_facilitator_key(&transfer->id, row);
    action->message = (mo_action_message_t){.kind = transfer->kind,
                                            .id = transfer->id,
                                            .envelope = &transfer->envelope,
                                            .signature = &transfer->signature,
                                            .row = row,
                                            .by_secret = transfer->own,
                                            .root_number = f->sides[chain].proven.number,
                                            .root_block = f->sides[chain].proven.block};
}

static void decide(mo_facilitator_role_t *f, mo_actions_t *actions)
{
    for (size_t place = 0; place < MO_TRANSFERS_MAX && !is_full(actions) && !f->malformed; place++) {
        if (f->transfers[place].used) {
            carry(f, &f->transfers[place], actions);
        }
    }
}

/* The transfer whose piece at hand has this key. */
static mo_transfer_t *at_hand(mo_facilitator_role_t *f, uint64_t key)
{
    for (size_t i = 0; i < MO_TRANSFERS_MAX; i++) {
        if (f->transfers[i].used && f->transfers[i].duty.open && f->transfers[i].duty.key == key) {
            return &f->transfers[i];
        }
    }
    return NULL;
}

/* An intent that the gateway refuses is given up; any other step is tried again after a pause. */
static void transfer_outcome(mo_facilitator_role_t *f, const mo_event_outcome_t *outcome)
{
    mo_transfer_t *transfer = at_hand(f, outcome->key);
    bool refused = mo_facilitator_row(outcome->key) == MO_ROW_DECLARE && outcome->outcome == MO_OUTCOME_FAILED;
    if (transfer != NULL && refused && !transfer->declared) {
        *transfer = (mo_transfer_t){0};
    } else if (transfer != NULL) {
        mo_duty_outcome(&transfer->duty, outcome, f->now_ms);
    }
}

static void take_outcome(mo_facilitator_role_t *f, const mo_event_outcome_t *outcome)
{
    MO_CHECK(outcome->duty < MO_FACILITATOR_DUTIES);
    switch ((mo_facilitator_duty_t)outcome->duty) {
    case MO_DUTY_TRANSFER:
        transfer_outcome(f, outcome);
        break;
    case MO_DUTY_PROVE:
        for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
            mo_duty_outcome(&f->sides[chain].prove, outcome, f->now_ms);
        }
        break;
    case MO_DUTY_FUND:
        MO_CHECK(outcome->key < MO_CHAIN_COUNT);
        mo_duty_outcome(&f->sides[outcome->key].fund, outcome, f->now_ms);
        break;
    case MO_FACILITATOR_DUTIES:
        break;
    }
}

void mo_facilitator_step(mo_facilitator_role_t *f, const mo_event_t *event, mo_actions_t *actions)
{
    actions->count = 0;
    switch (event->kind) {
    case MO_EVENT_HEADER:
    case MO_EVENT_FINALISED:
    case MO_EVENT_INPUT:
        break;
    case MO_EVENT_LOG:
        mo_facilitator_log(f, &event->log);
        break;
    case MO_EVENT_OUTCOME:
        take_outcome(f, &event->outcome);
        break;
    case MO_EVENT_INTENT:
        take_intent(f, &event->intent);
        break;
    case MO_EVENT_TICK:
        f->now_ms = event->now_ms;
        decide(f, actions);
        break;
    }
}
