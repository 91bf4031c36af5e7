#include "rules/ledger.h"
#include "rules/test_text.h"

static mo_ledger_t ledger;

static mo_address_t somebody(size_t i) {
    return (mo_address_t){{1, (uint8_t)(i >> 8), (uint8_t)i}};
}

static void credit_adds_up_and_is_taken_whole_once_4_1(void **state) {
    (void)state;
    ledger = (mo_ledger_t){.rows = {{.amount = MO_U256_ZERO}}};
    mo_address_t a = somebody(1);
    mo_ledger_add(&ledger, &a, mo_u256_from_u64(3));
    mo_ledger_add(&ledger, &a, mo_u256_from_u64(4));
    assert_true(mo_u256_equal(mo_ledger_credit(&ledger, &a), mo_u256_from_u64(7)));
    assert_true(mo_u256_equal(mo_ledger_take(&ledger, &a), mo_u256_from_u64(7)));
    assert_true(mo_u256_is_zero(mo_ledger_take(&ledger, &a)));
}

static void a_full_table_has_room_for_those_it_knows_alone_4_1(void **state) {
    (void)state;
    ledger = (mo_ledger_t){.rows = {{.amount = MO_U256_ZERO}}};
    for (size_t i = 0; i < MO_LEDGER_MAX; i++) {
        mo_address_t one = somebody(i);
        assert_true(mo_ledger_has_room(&ledger, &one));
        mo_ledger_add(&ledger, &one, MO_U256_ONE);
    }
    mo_address_t known = somebody(5);
    mo_address_t another = somebody(MO_LEDGER_MAX);
    assert_true(mo_ledger_has_room(&ledger, &known));
    assert_false(mo_ledger_has_room(&ledger, &another));
    (void)mo_ledger_take(&ledger, &known);
    assert_true(mo_ledger_has_room(&ledger, &another));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credit_adds_up_and_is_taken_whole_once_4_1),
        cmocka_unit_test(a_full_table_has_room_for_those_it_knows_alone_4_1),
    };
    return cmocka_run_group_tests_name("rules/ledger", tests, NULL, NULL);
}
