#include "rules/test_text.h"
#include "rules/test_vectors.h"
#include "rules/transition.h"

static mo_transition_t from_vector(size_t i) {
    return (mo_transition_t){.dynasty = transition_vectors[i].dynasty,
                             .origin_number = transition_vectors[i].origin_number,
                             .origin_hash = hash_from(transition_vectors[i].origin_hash),
                             .transaction_root = hash_from(transition_vectors[i].transaction_root),
                             .gas = u256_from(transition_vectors[i].gas),
                             .kernel = hash_from(transition_vectors[i].kernel)};
}

static void a_transitions_hash_is_the_one_that_ethers_computes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(transition_vectors); i++) {
        mo_transition_t transition = from_vector(i);
        mo_hash_t hash = mo_rules_transition_hash(&transition);
        assert_hash(&hash, transition_vectors[i].hash);
    }
}

static void every_field_of_a_transition_changes_its_hash_and_its_equality(void **state) {
    (void)state;
    mo_transition_t t = from_vector(2);
    mo_transition_t changed[] = {t, t, t, t, t, t};
    changed[0].dynasty ^= 1;
    changed[1].origin_number ^= 1;
    changed[2].origin_hash.bytes[31] ^= 1;
    changed[3].transaction_root.bytes[0] ^= 1;
    changed[4].gas.limb[3] ^= 1;
    changed[5].kernel.bytes[7] ^= 1;
    mo_hash_t hash = mo_rules_transition_hash(&t);
    assert_true(mo_rules_transition_equal(&t, &t));
    for (size_t i = 0; i < COUNT(changed); i++) {
        mo_hash_t other = mo_rules_transition_hash(&changed[i]);
        assert_false(mo_hash_equal(&hash, &other));
        assert_false(mo_rules_transition_equal(&t, &changed[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transitions_hash_is_the_one_that_ethers_computes),
        cmocka_unit_test(every_field_of_a_transition_changes_its_hash_and_its_equality),
    };
    return cmocka_run_group_tests_name("rules/transition", tests, NULL, NULL);
}
