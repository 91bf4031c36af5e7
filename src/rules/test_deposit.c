#include "rules/deposit.h"
#include "rules/test_text.h"
#include "rules/test_vectors.h"

static void deposits_and_logouts_hash_as_ethers_computes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(deposit_vectors); i++) {
        mo_deposit_t deposit = {address_from(deposit_vectors[i].signer),
                                address_from(deposit_vectors[i].withdrawal),
                                address_from(deposit_vectors[i].depositor)};
        mo_hash_t hash = mo_rules_deposit_hash(&deposit);
        mo_hash_t logout = mo_rules_logout_hash(&deposit.signer);
        assert_hash(&hash, deposit_vectors[i].hash);
        assert_hash(&logout, deposit_vectors[i].logout);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deposits_and_logouts_hash_as_ethers_computes),
    };
    return cmocka_run_group_tests_name("rules/deposit", tests, NULL, NULL);
}
