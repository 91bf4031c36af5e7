#include "bus/link.h"
#include "bus/test_text.h"
#include "bus/test_vectors.h"

static mo_link_terms_t terms_of(size_t i) {
    return (mo_link_terms_t){
        .core_id = hash_from(link_vectors[i].core_id),
        .gateway = address_from(link_vectors[i].gateway),
        .gateway_code_hash = hash_from(link_vectors[i].gateway_code_hash),
        .co_gateway = address_from(link_vectors[i].co_gateway),
        .co_gateway_code_hash = hash_from(link_vectors[i].co_gateway_code_hash),
        .token = address_from(link_vectors[i].token),
        .utility_token = address_from(link_vectors[i].utility_token),
        .utility_code_hash = hash_from(link_vectors[i].utility_code_hash),
        .name_hash = hash_from(link_vectors[i].name_hash),
        .symbol_hash = hash_from(link_vectors[i].symbol_hash),
        .decimals = (uint8_t)link_vectors[i].decimals,
        .bus_version = u256_from(link_vectors[i].bus_version),
    };
}

static void link_hashes_and_words_are_those_that_ethers_computes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(link_vectors); i++) {
        mo_link_terms_t terms = terms_of(i);
        mo_bus_domain_t gateway = {link_vectors[i].chain_id, terms.gateway, terms.core_id};
        mo_hash_t domain = mo_bus_domain(&gateway);
        mo_hash_t hash = mo_bus_link_hash(&domain, &terms);
        mo_hash_t word = mo_bus_link_word(&hash, link_vectors[i].declared_at);
        assert_hash(&hash, link_vectors[i].hash);
        assert_hash(&word, link_vectors[i].word);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(link_hashes_and_words_are_those_that_ethers_computes),
    };
    return cmocka_run_group_tests_name("bus/link", tests, NULL, NULL);
}
