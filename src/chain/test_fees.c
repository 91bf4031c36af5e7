#include "chain/fees.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/rng.h"

static const mo_fees_bounds_t bounds = {.cap = 1000, .tip_min = 2};

static void the_first_bid_is_twice_the_base_fee_and_the_tip(void **state)
{
    (void)state;
    mo_fees_bid_t bid = mo_fees_first(&(mo_rpc_fees_t){.base_fee = 100, .tip = 7}, &bounds);
    assert_int_equal(bid.fee, 207);
    assert_int_equal(bid.tip, 7);
    bid = mo_fees_first(&(mo_rpc_fees_t){.base_fee = 100, .tip = 0}, &bounds);
    assert_int_equal(bid.tip, 2);
}

static void no_bid_is_above_the_cap_whatever_the_node_says(void **state)
{
    (void)state;
    mo_rpc_fees_t wild = {.base_fee = UINT64_MAX, .tip = UINT64_MAX};
    mo_fees_bid_t bid = mo_fees_first(&wild, &bounds);
    assert_int_equal(bid.fee, 1000);
    assert_int_equal(bid.tip, 1000);
    mo_fees_bid_t again;
    assert_false(mo_fees_again(&wild, &bounds, &bid, &again));
    assert_int_equal(again.fee, 0);
    assert_false(mo_fees_again(&wild, &(mo_fees_bounds_t){UINT64_MAX - 1, 0},
                               &(mo_fees_bid_t){UINT64_MAX - 1, UINT64_MAX - 1}, &again));
}

static void a_second_bid_raises_both_by_an_eighth_at_least(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(3);
    const mo_fees_bounds_t wide = {.cap = UINT64_C(1) << 50, .tip_min = 0};
    for (int i = 0; i < 2000; i++) {
        mo_fees_bid_t last = {.tip = mo_rng_below(&rng, 1000)};
        last.fee = last.tip + mo_rng_below(&rng, 1000);
        mo_rpc_fees_t now = {mo_rng_below(&rng, 600), mo_rng_below(&rng, 600)};
        mo_fees_bid_t bid;
        assert_true(mo_fees_again(&now, &wide, &last, &bid));
        assert_true(8 * bid.fee >= 9 * last.fee && bid.fee > last.fee);
        assert_true(8 * bid.tip >= 9 * last.tip && bid.tip > last.tip);
        assert_true(bid.tip <= bid.fee);
    }
}

static void a_second_bid_follows_the_market_when_that_rose_more(void **state)
{
    (void)state;
    mo_fees_bid_t bid;
    assert_true(mo_fees_again(&(mo_rpc_fees_t){.base_fee = 400, .tip = 50}, &bounds, &(mo_fees_bid_t){100, 10}, &bid));
    assert_int_equal(bid.fee, 850);
    assert_int_equal(bid.tip, 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_bid_is_twice_the_base_fee_and_the_tip),
        cmocka_unit_test(no_bid_is_above_the_cap_whatever_the_node_says),
        cmocka_unit_test(a_second_bid_raises_both_by_an_eighth_at_least),
        cmocka_unit_test(a_second_bid_follows_the_market_when_that_rose_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
