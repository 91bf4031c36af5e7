#include "bus/test_text.h"
#include "bus/test_vectors.h"

static mo_message_t message_of(size_t i) {
    return (mo_message_t){
        .intent = {u256_from(message_vectors[i].amount), address_from(message_vectors[i].beneficiary),
                   address_from(message_vectors[i].token)},
        .nonce = u256_from(message_vectors[i].nonce),
        .gas_price = u256_from(message_vectors[i].gas_price),
        .gas_limit = u256_from(message_vectors[i].gas_limit),
        .deadline = message_vectors[i].deadline,
        .sender = address_from(message_vectors[i].sender),
        .facilitator = address_from(message_vectors[i].facilitator),
    };
}

static mo_message_kind_t kind_of(size_t i) {
    return message_vectors[i].kind == 0 ? MO_MESSAGE_STAKE : MO_MESSAGE_REDEEM;
}

static void domains_hashes_and_ids_are_those_that_ethers_computes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(message_vectors); i++) {
        mo_bus_domain_t gateway = {message_vectors[i].chain_id, address_from(message_vectors[i].gateway),
                                   hash_from(message_vectors[i].core_id)};
        mo_message_t message = message_of(i);
        mo_hash_t domain = mo_bus_domain(&gateway);
        mo_hash_t hash = mo_bus_message_hash(kind_of(i), &message);
        mo_hash_t id = mo_bus_message_id(&domain, kind_of(i), &message);
        assert_hash(&domain, message_vectors[i].domain);
        assert_hash(&hash, message_vectors[i].hash);
        assert_hash(&id, message_vectors[i].id);
    }
}

static void every_field_of_a_message_changes_its_id(void **state) {
    (void)state;
    mo_hash_t domain = hash_named('D', 0);
    mo_message_t m = message_of(3);
    mo_message_t changed[] = {m, m, m, m, m, m, m, m, m};
    changed[0].intent.amount.limb[0] ^= 1;
    changed[1].intent.beneficiary.bytes[0] ^= 1;
    changed[2].intent.token.bytes[19] ^= 1;
    changed[3].nonce.limb[3] ^= 1;
    changed[4].gas_price.limb[1] ^= 1;
    changed[5].gas_limit.limb[0] ^= 1;
    changed[6].deadline ^= 1;
    changed[7].sender.bytes[0] ^= 1;
    changed[8].facilitator.bytes[0] ^= 1;
    mo_hash_t id = mo_bus_message_id(&domain, MO_MESSAGE_STAKE, &m);
    for (size_t i = 0; i < COUNT(changed); i++) {
        mo_hash_t other = mo_bus_message_id(&domain, MO_MESSAGE_STAKE, &changed[i]);
        assert_false(mo_hash_equal(&id, &other));
    }
}

static void a_stake_is_no_redeem_and_one_pairs_message_is_not_anothers(void **state) {
    (void)state;
    mo_message_t m = message_of(2);
    mo_bus_domain_t gateway = {1, m.sender, hash_named('c', 0)};
    mo_bus_domain_t others[] = {gateway, gateway, gateway};
    others[0].chain_id = 2;
    others[1].gateway.bytes[0] ^= 1;
    others[2].core_id.bytes[0] ^= 1;
    mo_hash_t domain = mo_bus_domain(&gateway);
    mo_hash_t stake = mo_bus_message_id(&domain, MO_MESSAGE_STAKE, &m);
    mo_hash_t redeem = mo_bus_message_id(&domain, MO_MESSAGE_REDEEM, &m);
    assert_false(mo_hash_equal(&stake, &redeem));
    mo_hash_t intents[] = {mo_bus_intent_hash(MO_MESSAGE_STAKE, &m.intent),
                           mo_bus_intent_hash(MO_MESSAGE_REDEEM, &m.intent)};
    assert_false(mo_hash_equal(&intents[0], &intents[1]));
    for (size_t i = 0; i < COUNT(others); i++) {
        mo_hash_t other_domain = mo_bus_domain(&others[i]);
        mo_hash_t other = mo_bus_message_id(&other_domain, MO_MESSAGE_STAKE, &m);
        assert_false(mo_hash_equal(&stake, &other));
    }
}

static void permissions_to_revoke_and_to_recover_are_those_that_ethers_computes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(permission_vectors); i++) {
        mo_hash_t domain = hash_from(permission_vectors[i].domain);
        mo_hash_t subject = hash_from(permission_vectors[i].subject);
        mo_address_t recipient = address_from(permission_vectors[i].recipient);
        mo_hash_t revoke = mo_bus_revoke_digest(&domain, &subject);
        mo_hash_t recover =
            mo_bus_recover_digest(&domain, (mo_claim_kind_t)permission_vectors[i].kind, &subject, &recipient);
        assert_hash(&revoke, permission_vectors[i].revoke);
        assert_hash(&recover, permission_vectors[i].recover);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(domains_hashes_and_ids_are_those_that_ethers_computes),
        cmocka_unit_test(every_field_of_a_message_changes_its_id),
        cmocka_unit_test(a_stake_is_no_redeem_and_one_pairs_message_is_not_anothers),
        cmocka_unit_test(permissions_to_revoke_and_to_recover_are_those_that_ethers_computes),
    };
    return cmocka_run_group_tests_name("bus/message", tests, NULL, NULL);
}
