#include "rules/identity.h"
#include "rules/test_text.h"
#include "rules/test_vectors.h"

/* (1.1, 1.2) */
static void identities_and_domains_are_those_that_ethers_computes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(identity_vectors); i++) {
        uint64_t chain_id = identity_vectors[i].chain_id;
        mo_address_t core = address_from(identity_vectors[i].core);
        mo_hash_t origin_id = mo_rules_origin_id(chain_id);
        mo_hash_t core_id = mo_rules_core_id(chain_id, &core);
        mo_hash_t domain = mo_rules_domain(chain_id, &core);
        assert_hash(&origin_id, identity_vectors[i].origin_id);
        assert_hash(&core_id, identity_vectors[i].core_id);
        assert_hash(&domain, identity_vectors[i].domain);
    }
}

static void ethereum_main_net_is_bytes12_of_one(void **state) {
    (void)state;
    mo_hash_t id = mo_rules_origin_id(1);
    mo_hash_t expected = {.bytes = {[11] = 1}};
    assert_memory_equal(id.bytes, expected.bytes, sizeof id.bytes);
}

/* (1.2) */
static void a_digest_depends_on_domain_and_struct(void **state) {
    (void)state;
    mo_hash_t domain = hash_from(vote_vectors[0].domain);
    mo_hash_t hash = hash_from(vote_vectors[0].hash);
    mo_hash_t digest = mo_rules_digest(&domain, &hash);
    assert_hash(&digest, vote_vectors[0].digest);
    domain.bytes[0] ^= 1;
    mo_hash_t other = mo_rules_digest(&domain, &hash);
    assert_false(mo_hash_equal(&digest, &other));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identities_and_domains_are_those_that_ethers_computes),
        cmocka_unit_test(ethereum_main_net_is_bytes12_of_one),
        cmocka_unit_test(a_digest_depends_on_domain_and_struct),
    };
    return cmocka_run_group_tests_name("rules/identity", tests, NULL, NULL);
}
