#include "bind/co_gateway.h"
#include "bind/core.h"
#include "bind/gateway.h"
#include "bind/message_bus.h"
#include "bind/origin_block_store.h"
#include "role/decode.h"
#include "role/facilitator_next.h"
#include "role/facilitator_parts.h"

/* Decodes into `e`, or gives up and leaves the function. */
#define TAKE(event, e)                                                                                       \
    mo_facilitator_role_t *f = role;                                                                         \
    mo_bind_##event##_event_t e;                                                                             \
    if (!MO_ROLE_DECODE(event, log, &e)) {                                                                   \
        f->malformed = true;                                                                                 \
        return;                                                                                              \
    }

/* --- foreign roots ---------------------------------------------------------------------------------------------- */

static void origin_block_finalised(void *role, const mo_event_log_t *log)
{
    TAKE(origin_block_store_origin_block_finalised, e)
    f->sides[MO_CHAIN_AUXILIARY].newest = (mo_foreign_root_t){true, e.number, e.number};
}

static void meta_block_committed(void *role, const mo_event_log_t *log)
{
    TAKE(core_meta_block_committed, e)
    uint64_t block = e.link.source_height.value * f->config.epoch;
    f->sources[e.height % MO_FACILITATOR_SOURCES_MAX] = block;
    f->sides[MO_CHAIN_ORIGIN].newest = (mo_foreign_root_t){true, e.height, block};
}

static void core_halted(void *role, const mo_event_log_t *log)
{
    (void)log;
    mo_facilitator_role_t *f = role;
    f->halted = true;
}

static void peer_proven(void *role, const mo_event_log_t *log)
{
    TAKE(message_bus_peer_proven, e)
    mo_facilitator_side_t *side = &f->sides[log->chain];
    uint64_t block = log->chain == MO_CHAIN_ORIGIN
                         ? f->sources[e.root_number % MO_FACILITATOR_SOURCES_MAX]
                         : e.root_number;
    if (!side->proven.any || block > side->proven.block) {
        side->proven = (mo_foreign_root_t){true, e.root_number, block};
    }
}

/* --- linking and ledger ----------------------------------------------------------------------------------------- */

static void opened(void *role, const mo_event_log_t *log)
{
    (void)log;
    mo_facilitator_role_t *f = role;
    f->sides[MO_CHAIN_ORIGIN].linked = true;
}

static void link_confirmed(void *role, const mo_event_log_t *log)
{
    (void)log;
    mo_facilitator_role_t *f = role;
    f->sides[MO_CHAIN_AUXILIARY].linked = true;
}

static void ledger_changed(void *role, const mo_event_log_t *log)
{
    TAKE(message_bus_ledger_changed, e)
    if (mo_address_equal(&e.account, &f->config.self)) {
        f->sides[log->chain].ledger = e.balance;
    }
}

/* --- messages --------------------------------------------------------------------------------------------------- */

typedef struct {
    mo_message_kind_t kind;
    mo_hash_t id;
    mo_envelope_t envelope;
    uint64_t block;
} declaration_t;

static void remember(mo_facilitator_role_t *f, const mo_hash_t *id, mo_bus_status_t inbox, uint64_t block)
{
    f->early[f->early_count++ % MO_TRANSFERS_MAX] = (mo_early_t){*id, inbox, block};
}

static void inbox_moved(mo_transfer_t *transfer, mo_bus_status_t inbox, uint64_t block)
{
    if (inbox == MO_STATUS_DECLARED && transfer->inbox != MO_STATUS_UNDECLARED) {
        return;
    }
    *(inbox == MO_STATUS_DECLARED ? &transfer->confirmed_block : &transfer->ended_block) = block;
    transfer->inbox = inbox;
}

/* What is remembered of the inbox of a message, oldest first. */
static void recall(const mo_facilitator_role_t *f, mo_transfer_t *transfer)
{
    const uint64_t first = f->early_count > MO_TRANSFERS_MAX ? f->early_count - MO_TRANSFERS_MAX : 0;
    for (uint64_t i = first; i < f->early_count; i++) {
        const mo_early_t *early = &f->early[i % MO_TRANSFERS_MAX];
        if (mo_hash_equal(&early->id, &transfer->id)) {
            inbox_moved(transfer, early->inbox, early->block);
        }
    }
}

/* Done with it: both boxes have ended; another's already when it is delivered, for there is no more to earn. */
static void forget_finished(mo_facilitator_role_t *f, mo_transfer_t *transfer)
{
    const bool ended = mo_facilitator_has_ended(transfer->outbox, transfer->inbox);
    if (transfer->own && ended) {
        f->finished[f->finished_count++ % MO_TRANSFERS_MAX] = transfer->id;
        f->carried += transfer->outbox == MO_STATUS_PROGRESSED && transfer->inbox == MO_STATUS_PROGRESSED;
    }
    if (ended || (!transfer->own && transfer->ended_block > 0)) {
        *transfer = (mo_transfer_t){0};
    }
}

static void bounty_taken(mo_facilitator_role_t *f, mo_chain_t chain)
{
    mo_u256_t *ledger = &f->sides[chain].ledger;
    if (!mo_u256_sub(*ledger, f->config.bounties[chain], ledger)) {
        f->malformed = true; /* a bounty that we did not have */
    }
}

static void declared(mo_facilitator_role_t *f, const declaration_t *d)
{
    mo_transfer_t *transfer = mo_facilitator_find(f, &d->id);
    const bool own = mo_address_equal(&d->envelope.facilitator, &f->config.self);
    if (own) {
        bounty_taken(f, mo_source_of(d->kind));
    }
    if (transfer == NULL) {
        transfer = own ? mo_facilitator_take(f) : mo_facilitator_take_other(f);
    }
    if (transfer == NULL) {
        return;
    }
    *transfer = (mo_transfer_t){.used = true,
                                .declared = true,
                                .own = own,
                                .kind = d->kind,
                                .id = d->id,
                                .envelope = d->envelope,
                                .declared_block = d->block,
                                .outbox = MO_STATUS_DECLARED};
    recall(f, transfer);
    forget_finished(f, transfer);
}

static void stake_declared(void *role, const mo_event_log_t *log)
{
    TAKE(gateway_stake_declared, e)
    declaration_t d = {MO_MESSAGE_STAKE, e.id, {e.message, e.facilitator, e.declared_at, e.secret_hash}, log->number};
    declared(f, &d);
}

static void redeem_declared(void *role, const mo_event_log_t *log)
{
    TAKE(co_gateway_redeem_declared, e)
    declaration_t d = {MO_MESSAGE_REDEEM, e.id, {e.message, e.facilitator, e.declared_at, e.secret_hash}, log->number};
    declared(f, &d);
}

static void outbox_progressed(void *role, const mo_event_log_t *log)
{
    TAKE(message_bus_outbox_progressed, e)
    if (mo_address_equal(&e.facilitator, &f->config.self)) {
        mo_u256_t *ledger = &f->sides[log->chain].ledger;
        f->malformed |= !mo_u256_add(*ledger, f->config.bounties[log->chain], ledger);
    }
    mo_transfer_t *transfer = mo_facilitator_find(f, &e.id);
    if (transfer != NULL) {
        transfer->outbox = MO_STATUS_PROGRESSED;
        forget_finished(f, transfer);
    }
}

/* What happened in an inbox: to a message at hand, or to one whose declaration was not seen yet. */
static mo_transfer_t *inbox_log(mo_facilitator_role_t *f, const mo_event_log_t *log, const mo_hash_t *id,
                                mo_bus_status_t inbox)
{
    mo_transfer_t *transfer = mo_facilitator_find(f, id);
    if (transfer == NULL || !transfer->declared) {
        remember(f, id, inbox, log->number);
        return NULL;
    }
    inbox_moved(transfer, inbox, log->number);
    return transfer;
}

static void confirmed(void *role, const mo_event_log_t *log)
{
    TAKE(message_bus_confirmed, e)
    (void)inbox_log(f, log, &e.id, MO_STATUS_DECLARED);
}

static void delivered(void *role, const mo_event_log_t *log)
{
    TAKE(message_bus_delivered, e)
    mo_transfer_t *transfer = inbox_log(f, log, &e.id, MO_STATUS_PROGRESSED);
    if (mo_address_equal(&e.payee, &f->config.self)) {
        mo_u256_t *sum = &f->rewards[log->chain];
        f->malformed |= !mo_u256_add(*sum, e.reward, sum);
        f->rescued += transfer != NULL && !transfer->own;
    }
    if (transfer != NULL) {
        forget_finished(f, transfer);
    }
}

static void revocation_declared(void *role, const mo_event_log_t *log)
{
    TAKE(message_bus_revocation_declared, e)
    mo_transfer_t *transfer = mo_facilitator_find(f, &e.id);
    if (transfer != NULL && transfer->declared) {
        transfer->outbox = MO_STATUS_REVOCATION_DECLARED;
        transfer->revoked_block = log->number;
    }
}

static void outbox_revoked(void *role, const mo_event_log_t *log)
{
    TAKE(message_bus_outbox_revoked, e)
    mo_transfer_t *transfer = mo_facilitator_find(f, &e.id);
    if (transfer != NULL) {
        transfer->outbox = MO_STATUS_REVOKED;
        forget_finished(f, transfer);
    }
}

static void inbox_revoked(void *role, const mo_event_log_t *log)
{
    TAKE(message_bus_inbox_revoked, e)
    mo_transfer_t *transfer = inbox_log(f, log, &e.id, MO_STATUS_REVOKED);
    if (transfer != NULL) {
        forget_finished(f, transfer);
    }
}

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static const mo_role_follow_t bus_rows[] = {
    {&mo_bind_message_bus_peer_proven_event_topic, peer_proven},
    {&mo_bind_message_bus_ledger_changed_event_topic, ledger_changed},
    {&mo_bind_message_bus_outbox_progressed_event_topic, outbox_progressed},
    {&mo_bind_message_bus_confirmed_event_topic, confirmed},
    {&mo_bind_message_bus_delivered_event_topic, delivered},
    {&mo_bind_message_bus_revocation_declared_event_topic, revocation_declared},
    {&mo_bind_message_bus_outbox_revoked_event_topic, outbox_revoked},
    {&mo_bind_message_bus_inbox_revoked_event_topic, inbox_revoked},
    {&mo_bind_gateway_opened_event_topic, opened},
    {&mo_bind_gateway_stake_declared_event_topic, stake_declared},
    {&mo_bind_co_gateway_link_confirmed_event_topic, link_confirmed},
    {&mo_bind_co_gateway_redeem_declared_event_topic, redeem_declared},
};

static const mo_role_follow_t core_rows[] = {
    {&mo_bind_core_meta_block_committed_event_topic, meta_block_committed},
    {&mo_bind_core_core_halted_event_topic, core_halted},
};

static const mo_role_follow_t store_rows[] = {
    {&mo_bind_origin_block_store_origin_block_finalised_event_topic, origin_block_finalised},
};

void mo_facilitator_log(mo_facilitator_role_t *f, const mo_event_log_t *log)
{
    bool origin = log->chain == MO_CHAIN_ORIGIN;
    if (mo_address_equal(&log->address, &f->config.domains[log->chain].gateway)) {
        mo_role_dispatch(bus_rows, COUNT(bus_rows), f, log);
    } else if (origin && mo_address_equal(&log->address, &f->config.core)) {
        mo_role_dispatch(core_rows, COUNT(core_rows), f, log);
    } else if (!origin && mo_address_equal(&log->address, &f->config.origin_block_store)) {
        mo_role_dispatch(store_rows, COUNT(store_rows), f, log);
    }
}
