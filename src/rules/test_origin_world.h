/* The contracts on origin with a few accounts, for the tests of rules/origin.h and rules/registry.h.
 *
 *     stake 100 each, unit 1, U = 4, E_o = 8; origin's root at block 96; gas step 1,000; times from 1,000 on
 *
 * Floor 2, tests alone.
 */
#ifndef MO_RULES_TEST_ORIGIN_WORLD_H
#define MO_RULES_TEST_ORIGIN_WORLD_H

#include <string.h>

#include "rules/deposit.h"
#include "rules/identity.h"
#include "rules/kernel.h"
#include "rules/registry.h"
#include "rules/test_text.h"
#include "rules/transition.h"
#include "rules/vote.h"

enum { CAPACITY = 12, STAKE = 100, ORIGIN_STEP = 1000, ROOT_BLOCK = 96, BEGIN = 1000 };

static union {
    mo_origin_t origin;
    uint8_t memory[sizeof(mo_origin_t) + CAPACITY * sizeof(mo_validator_account_t)];
} world;
static mo_origin_t *const origin = &world.origin;
static uint64_t now;
static uint8_t signature_memory[64];
static uint8_t seal_memory[1 + CAPACITY * MO_SEAL_RECORD_SIZE];

static inline mo_address_t owner(uint8_t i) {
    return (mo_address_t){{0xaa, i}};
}

static inline mo_call_t by(uint8_t i) {
    return (mo_call_t){owner(i), now};
}

static inline mo_bytes_t signed_by(uint32_t key, const mo_hash_t *hash) {
    mo_secp_key_t secret = key_number(key);
    mo_hash_t digest = mo_rules_digest(&origin->config.core.domain, hash);
    mo_signature_t signature;
    assert_true(mo_secp_sign(&secret, &digest, &signature));
    memcpy(signature_memory, signature.r.bytes, 32);
    memcpy(signature_memory + 32, signature.vs.bytes, 32);
    return (mo_bytes_t){signature_memory, 64};
}

static inline void origin_create(void) {
    now = BEGIN;
    mo_origin_config_t config = {.core = {.core_id = hash_named('c', 0),
                                          .domain = hash_named('D', 0),
                                          .setup_hash = hash_named('s', 0),
                                          .gas_step = mo_u256_from_u64(ORIGIN_STEP),
                                          .root_height = {5}},
                                 .origin_id = hash_named('O', 0),
                                 .origin_epoch = 8,
                                 .challenge_period = 10,
                                 .proposal_bond = mo_u256_from_u64(7),
                                 .halt_bond = mo_u256_from_u64(11),
                                 .halt_after = 300,
                                 .halt_window = 120,
                                 .setup_grace = 600,
                                 .deposits_until = BEGIN,
                                 .min_validators = 1,
                                 .min_stake = mo_u256_from_u64(10),
                                 .weight_unit = MO_U256_ONE,
                                 .max_updates = 4,
                                 .withdrawal_delay = 60,
                                 .leak_fraction = MO_ONE / 10,
                                 .observation_fraction = MO_ONE / 10,
                                 .reporter_share = MO_ONE / 20,
                                 .miss_fraction = MO_ONE / 100,
                                 .miss_cap = MO_ONE / 10};
    mo_rules_origin_create(origin, &config, CAPACITY);
}

static inline mo_depositing_t deposit_of(uint32_t key) {
    mo_depositing_t wish = {.amount = mo_u256_from_u64(STAKE), .withdrawal = owner((uint8_t)key)};
    mo_secp_key_t secret = key_number(key);
    assert_true(mo_secp_public_key(&secret, &wish.key));
    mo_deposit_t deposit = {signer_number(key), wish.withdrawal, owner((uint8_t)key)};
    mo_hash_t hash = mo_rules_deposit_hash(&deposit);
    wish.signature = signed_by(key, &hash);
    return wish;
}

static inline void deposit(uint32_t key) {
    mo_depositing_t wish = deposit_of(key);
    mo_call_t call = by((uint8_t)key);
    assert_int_equal(mo_rules_registry_deposit(origin, &call, &wish), MO_REGISTRY_ACCEPTED);
}

/* Keys 0 .. count - 1 found the core. */
static inline void origin_open(uint32_t count) {
    origin_create();
    for (uint32_t i = 0; i < count; i++) {
        deposit(i);
    }
    mo_call_t call = by(0);
    assert_int_equal(mo_rules_origin_open(origin, &call, ROOT_BLOCK), MO_CORE_ACCEPTED);
}

/* A T that reaches the gas target, at the height after the committed one. */
static inline mo_transition_t next_transition(void) {
    return (mo_transition_t){.dynasty = origin->core.committed.dynasty + 1,
                             .origin_number = origin->core.committed.origin_number,
                             .gas = origin->core.kernel.gas_target,
                             .kernel = origin->core.kernel_hash};
}

static inline mo_proposing_t next_proposal(uint64_t above) {
    mo_height_t stated = {origin->core.committed.source_height.value + above};
    return (mo_proposing_t){next_transition(), stated, true};
}

static inline mo_vote_t finalising(const mo_transition_t *transition, uint64_t source_height) {
    return (mo_vote_t){.chain = origin->config.core.core_id,
                       .transition = mo_rules_transition_hash(transition),
                       .source = hash_named('b', source_height),
                       .target = hash_named('b', source_height + 1),
                       .source_height = {source_height},
                       .target_height = {source_height + 1}};
}

/* The seal of the first `count` indices, whose keys are of the same numbers. */
static inline mo_bytes_t sealed_by(const mo_vote_t *link, uint32_t count) {
    mo_buffer_t seal = MO_BUFFER(seal_memory);
    mo_hash_t digest = mo_rules_vote_digest(&origin->config.core.domain, link);
    mo_seal_record_t records[CAPACITY];
    for (uint32_t i = 0; i < count; i++) {
        records[i] = record_signed(i, i, &digest);
    }
    assert_int_equal(mo_rules_seal_build(records, count, &seal), MO_SEAL_WELL_FORMED);
    return mo_buffer_view(&seal);
}

/* Proposes, waits and commits the next meta-block, sealed by the first `signers`. */
static inline void commit_next(uint32_t signers) {
    mo_proposing_t wish = next_proposal(1);
    mo_call_t call = by(0);
    assert_int_equal(mo_rules_origin_propose(origin, &call, &wish), MO_CORE_ACCEPTED);
    now += origin->config.challenge_period;
    call = by(0);
    mo_vote_t link = finalising(&wish.transition, wish.stated_height.value);
    mo_commitment_t commitment = {wish.transition, wish.stated_height, link, sealed_by(&link, signers), now};
    assert_int_equal(mo_rules_origin_commit(origin, &call, &commitment), MO_CORE_ACCEPTED);
}

static inline const mo_validator_account_t *account(uint32_t key) {
    mo_address_t signer = signer_number(key);
    return mo_rules_registry_account(origin, &signer);
}

static inline void assert_amount(mo_u256_t actual, uint64_t expected) {
    uint64_t small;
    assert_true(mo_u256_to_u64(actual, &small));
    assert_int_equal(small, expected);
}

#endif
