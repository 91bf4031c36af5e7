/* Which endpoint is asked, when, and for how much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "chain/endpoint.h"

static mo_endpoint_t list[3];

static int enter(void **state)
{
    (void)state;
    static const char *const urls[] = {"http://127.0.0.1:1", "https://user:key@host:2/path/key", "http://third"};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(mo_endpoint_init(&list[i], urls[i]).kind, MO_OK);
    }
    return 0;
}

static void an_error_shows_no_key(void **state)
{
    (void)state;
    assert_string_equal(list[1].host, "https://host:2");
    assert_true(list[0].local);
    assert_false(list[1].local);
}

static void the_preferred_one_is_asked_until_it_fails_and_again_after_its_rest(void **state)
{
    (void)state;
    assert_int_equal(mo_endpoint_choose(list, 3, 1000), 0);
    mo_endpoint_failed(&list[0], 1000);
    assert_int_equal(mo_endpoint_choose(list, 3, 1000), 1);
    assert_int_equal(mo_endpoint_choose(list, 3, 1499), 1);
    assert_int_equal(mo_endpoint_choose(list, 3, 1500), 0);
    mo_endpoint_answered(&list[0]);
    assert_int_equal(mo_endpoint_choose(list, 3, 1501), 0);
}

static void whoever_failed_proves_itself_again(void **state)
{
    (void)state;
    list[0].state = MO_ENDPOINT_PROVEN;
    mo_endpoint_failed(&list[0], 0);
    assert_int_equal(list[0].state, MO_ENDPOINT_UNPROVEN);
}

static void each_failure_doubles_the_rest_up_to_a_minute(void **state)
{
    (void)state;
    uint64_t rest = 500;
    for (int i = 0; i < 80; i++) {
        mo_endpoint_failed(&list[0], 0);
        assert_int_equal(list[0].rests_until, rest);
        rest = 2 * rest < 60000 ? 2 * rest : 60000;
    }
}

static void when_all_rest_the_one_that_rests_least_is_asked_but_none_of_another_chain(void **state)
{
    (void)state;
    mo_endpoint_failed(&list[0], 0);
    mo_endpoint_failed(&list[0], 0);
    mo_endpoint_failed(&list[1], 100);
    mo_endpoint_refuse(&list[2], 0, MO_ENDPOINT_FOREIGN, 50);
    assert_int_equal(mo_endpoint_choose(list, 3, 10), 1);
    mo_endpoint_refuse(&list[0], 0, MO_ENDPOINT_FOREIGN, 50);
    mo_endpoint_refuse(&list[1], 0, MO_ENDPOINT_FOREIGN, 50);
    assert_int_equal(mo_endpoint_choose(list, 3, 10), 3);
    /* After its rest even such a one is asked who it is. */
    assert_int_equal(mo_endpoint_choose(list, 3, 50), 0);
}

static void a_batch_shrinks_at_once_and_grows_slowly_the_slower_the_oftener_it_was_refused(void **state)
{
    (void)state;
    mo_measure_t *batch = &list[0].batch;
    assert_int_equal(batch->now, 64);
    mo_measure_grant(batch, 10);
    assert_int_equal(batch->now, 64);
    mo_measure_grant(batch, 64);
    assert_int_equal(batch->now, 81);
    assert_true(mo_measure_shrink(batch, 81));
    assert_int_equal(batch->now, 40);
    for (int i = 0; i < 15; i++) {
        mo_measure_grant(batch, 40);
    }
    assert_int_equal(batch->now, 40);
    mo_measure_grant(batch, 40);
    assert_int_equal(batch->now, 51);
    unsigned patience = batch->patience;
    assert_true(mo_measure_shrink(batch, 51));
    assert_int_equal(batch->patience, 2 * patience);
    assert_false(mo_measure_shrink(batch, 1));
    for (int i = 0; i < 100000; i++) {
        mo_measure_grant(batch, batch->now);
    }
    assert_int_equal(batch->now, MO_RPC_BATCH_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_error_shows_no_key, enter),
        cmocka_unit_test_setup(the_preferred_one_is_asked_until_it_fails_and_again_after_its_rest, enter),
        cmocka_unit_test_setup(whoever_failed_proves_itself_again, enter),
        cmocka_unit_test_setup(each_failure_doubles_the_rest_up_to_a_minute, enter),
        cmocka_unit_test_setup(when_all_rest_the_one_that_rests_least_is_asked_but_none_of_another_chain, enter),
        cmocka_unit_test_setup(a_batch_shrinks_at_once_and_grows_slowly_the_slower_the_oftener_it_was_refused, enter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
