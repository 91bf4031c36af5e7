#include "chain/fees.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t add(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* 9/8 rounded up, and more than before. */
static uint64_t raised(uint64_t a)
{
    return add(a, larger(a / 8 + (a % 8 != 0 ? 1 : 0), 1));
}

mo_fees_bid_t mo_fees_first(const mo_rpc_fees_t *now, const mo_fees_bounds_t *bounds)
{
    uint64_t tip = larger(now->tip, bounds->tip_min);
    uint64_t fee = smaller(add(add(now->base_fee, now->base_fee), tip), bounds->cap);
    return (mo_fees_bid_t){.fee = fee, .tip = smaller(tip, fee)};
}

bool mo_fees_again(const mo_rpc_fees_t *now, const mo_fees_bounds_t *bounds, const mo_fees_bid_t *last,
                   mo_fees_bid_t *bid)
{
    mo_fees_bid_t fresh = mo_fees_first(now, bounds);
    uint64_t tip = larger(fresh.tip, raised(last->tip));
    uint64_t fee = larger(larger(fresh.fee, raised(last->fee)), tip);
    bool allowed = fee <= bounds->cap;
    *bid = allowed ? (mo_fees_bid_t){fee, tip} : (mo_fees_bid_t){0};
    return allowed;
}
