#include "bind/co_gateway.h"
#include "bind/gateway.h"
#include "bind/utility_token.h"
#include "role/decode.h"
#include "role/watcher_parts.h"

#define TAKE(event, e)                                                                                       \
    mo_watcher_role_t *w = role;                                                                             \
    mo_bind_##event##_event_t e;                                                                             \
    if (!MO_ROLE_DECODE(event, log, &e)) {                                                                   \
        return;                                                                                              \
    }

/* Amounts of one token, whose supply is below 2^256: a sum that does not fit is a lie of the token, and stays as it was. */
static void add(mo_u256_t *sum, mo_u256_t amount)
{
    mo_u256_t after;
    if (mo_u256_add(*sum, amount, &after)) {
        *sum = after;
    }
}

static void take_off(mo_u256_t *sum, mo_u256_t amount)
{
    mo_u256_t after;
    *sum = mo_u256_sub(*sum, amount, &after) ? after : mo_u256_from_u64(0);
}

static void stake_declared(void *role, const mo_event_log_t *log)
{
    TAKE(gateway_stake_declared, e)
    add(&w->books.staked, e.message.intent.amount);
}

static void released(void *role, const mo_event_log_t *log)
{
    TAKE(gateway_delivered, e)
    add(&w->books.released, e.amount);
}

static void redeem_declared(void *role, const mo_event_log_t *log)
{
    TAKE(co_gateway_redeem_declared, e)
    add(&w->books.burned, e.message.intent.amount);
}

static void minted(void *role, const mo_event_log_t *log)
{
    TAKE(co_gateway_delivered, e)
    add(&w->books.minted, e.amount);
}

/* A stake that its sender took back is no longer owed, a redeem no longer burned (gateway 7.4, row 6). */
static void stake_revoked(void *role, const mo_event_log_t *log)
{
    TAKE(gateway_outbox_revoked, e)
    take_off(&w->books.staked, e.amount);
}

static void redeem_revoked(void *role, const mo_event_log_t *log)
{
    TAKE(co_gateway_outbox_revoked, e)
    take_off(&w->books.burned, e.amount);
}

/* What recovery paid out of the escrow, for tokens that stay on the auxiliary chain or never came there (gateway 7.7). */
static void stake_refunded(void *role, const mo_event_log_t *log)
{
    TAKE(gateway_stake_refunded, e)
    add(&w->books.recovered, e.amount);
}

static void redeem_recovered(void *role, const mo_event_log_t *log)
{
    TAKE(gateway_redeem_recovered, e)
    add(&w->books.recovered, e.amount);
}

static void balance_recovered(void *role, const mo_event_log_t *log)
{
    TAKE(gateway_balance_recovered, e)
    add(&w->books.recovered, e.amount);
}

static void value_moved(void *role, const mo_event_log_t *log)
{
    TAKE(utility_token_transfer, e)
    bool in = mo_address_equal(&e.to, &w->config.gateway);
    bool out = mo_address_equal(&e.from, &w->config.gateway);
    if (in && !out) {
        add(&w->books.held, e.value);
    } else if (out && !in) {
        take_off(&w->books.held, e.value);
    }
}

static void utility_moved(void *role, const mo_event_log_t *log)
{
    static const mo_address_t nobody;
    TAKE(utility_token_transfer, e)
    if (mo_address_equal(&e.from, &nobody)) {
        add(&w->books.supply, e.value);
    }
    if (mo_address_equal(&e.to, &nobody)) {
        take_off(&w->books.supply, e.value);
    }
}

bool mo_watcher_books_log(mo_watcher_role_t *w, const mo_event_log_t *log)
{
    static const mo_role_follow_t gateway[] = {
        {&mo_bind_gateway_stake_declared_event_topic, stake_declared},
        {&mo_bind_gateway_delivered_event_topic, released},
        {&mo_bind_gateway_outbox_revoked_event_topic, stake_revoked},
        {&mo_bind_gateway_stake_refunded_event_topic, stake_refunded},
        {&mo_bind_gateway_redeem_recovered_event_topic, redeem_recovered},
        {&mo_bind_gateway_balance_recovered_event_topic, balance_recovered},
    };
    static const mo_role_follow_t co_gateway[] = {
        {&mo_bind_co_gateway_redeem_declared_event_topic, redeem_declared},
        {&mo_bind_co_gateway_delivered_event_topic, minted},
        {&mo_bind_co_gateway_outbox_revoked_event_topic, redeem_revoked},
    };
    static const mo_role_follow_t value[] = {{&mo_bind_utility_token_transfer_event_topic, value_moved}};
    static const mo_role_follow_t utility[] = {{&mo_bind_utility_token_transfer_event_topic, utility_moved}};
    const struct {
        mo_chain_t chain;
        const mo_address_t *address;
        const mo_role_follow_t *rows;
        size_t count;
    } places[] = {
        {MO_CHAIN_ORIGIN, &w->config.gateway, gateway, 6},
        {MO_CHAIN_ORIGIN, &w->config.value_token, value, 1},
        {MO_CHAIN_AUXILIARY, &w->config.co_gateway, co_gateway, 3},
        {MO_CHAIN_AUXILIARY, &w->config.utility_token, utility, 1},
    };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (places[i].chain == log->chain && mo_address_equal(places[i].address, &log->address)) {
            mo_role_dispatch(places[i].rows, places[i].count, w, log);
            return true;
        }
    }
    return false;
}

/* Said when it begins, and again only after it was mended. */
static void judge(mo_watcher_role_t *w, mo_chain_t chain, mo_finding_kind_t kind, bool wrong)
{
    bool *said = &w->books.short_of[kind - MO_FINDING_ESCROW];
    if (wrong && !*said) {
        mo_watcher_find(w, chain, &(mo_finding_t){.kind = kind});
    }
    *said = wrong;
}

/* What anyone sends to the gateway unasked is above the equation and harms nobody. */
void mo_watcher_books_check(mo_watcher_role_t *w, mo_chain_t chain)
{
    const mo_watcher_books_t *b = &w->books;
    mo_u256_t owed;
    if (chain == MO_CHAIN_ORIGIN) {
        bool below = !mo_u256_sub(b->staked, b->released, &owed) || !mo_u256_sub(owed, b->recovered, &owed);
        judge(w, chain, MO_FINDING_ESCROW, below || mo_u256_compare(b->held, owed) < 0);
    } else {
        bool below = !mo_u256_sub(b->minted, b->burned, &owed);
        judge(w, chain, MO_FINDING_SUPPLY, below || !mo_u256_equal(b->supply, owed));
    }
}

/* Effects come after their causes once both chains are read to their heads. */
void mo_watcher_books_compare(mo_watcher_role_t *w)
{
    const mo_watcher_books_t *b = &w->books;
    bool more = mo_u256_compare(b->minted, b->staked) > 0 || mo_u256_compare(b->released, b->burned) > 0;
    judge(w, MO_CHAIN_AUXILIARY, MO_FINDING_PAID_OUT, more);
}
