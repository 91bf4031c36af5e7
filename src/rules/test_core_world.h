/* A core with four validators for the tests of rules/core.h and rules/observe.h.
 *
 *     auxiliary root at height 5, origin's root at block 96, gas step 1,000; K_1 in force, its gas target
 * 1,000
 *
 * Floor 2, tests alone.
 */
#ifndef MO_RULES_TEST_CORE_WORLD_H
#define MO_RULES_TEST_CORE_WORLD_H

#include "rules/core.h"
#include "rules/kernel.h"
#include "rules/test_text.h"
#include "rules/transition.h"
#include "rules/vote.h"

enum { FOUNDERS = 4, CORE_ROOT_HEIGHT = 5, CORE_ORIGIN_ROOT = 96, GAS_STEP = 1000, READY_AT = 700 };

static mo_core_t core;
static uint8_t core_seal[1 + FOUNDERS * MO_SEAL_RECORD_SIZE];

static inline mo_kernel_t core_k1(void) {
    mo_kernel_t k1 = {.height = {1},
                      .parent = hash_named('s', 0),
                      .gas_target = mo_u256_from_u64(GAS_STEP),
                      .update_count = FOUNDERS};
    for (uint32_t i = 0; i < FOUNDERS; i++) {
        k1.updates[i] = (mo_update_t){.validator = signer_number(i), .weight = {1}};
    }
    return k1;
}

static inline void core_create(void) {
    mo_core_config_t config = {.core_id = hash_named('c', 0),
                               .domain = hash_named('D', 0),
                               .setup_hash = hash_named('s', 0),
                               .gas_step = mo_u256_from_u64(GAS_STEP),
                               .root_height = {CORE_ROOT_HEIGHT}};
    mo_rules_core_create(&core, &config);
}

static inline void core_open(void) {
    core_create();
    mo_kernel_t k1 = core_k1();
    assert_int_equal(mo_rules_core_open(&core, CORE_ORIGIN_ROOT, &k1), MO_CORE_ACCEPTED);
}

/* A T above everything committed, of the open kernel, below its gas target. */
static inline mo_transition_t core_transition(void) {
    mo_u256_t gas;
    bool fits = mo_u256_add(core.committed.gas, mo_u256_from_u64(600), &gas);
    assert_true(fits);
    return (mo_transition_t){.dynasty = core.committed.dynasty + 2,
                             .origin_number = core.committed.origin_number,
                             .origin_hash = hash_named('o', 1),
                             .transaction_root = hash_named('r', 1),
                             .gas = gas,
                             .kernel = core.kernel_hash};
}

static inline mo_vote_t core_link(const mo_transition_t *transition, uint64_t source_height) {
    return (mo_vote_t){.chain = core.config.core_id,
                       .transition = mo_rules_transition_hash(transition),
                       .source = hash_named('b', source_height),
                       .target = hash_named('b', source_height + 1),
                       .source_height = {source_height},
                       .target_height = {source_height + 1}};
}

/* The seal of `link` by validators 0 to count - 1. */
static inline mo_bytes_t core_sealed(const mo_vote_t *link, uint32_t count) {
    mo_hash_t digest = mo_rules_vote_digest(&core.config.domain, link);
    mo_seal_record_t records[FOUNDERS];
    for (uint32_t i = 0; i < count; i++) {
        records[i] = record_signed(i, i, &digest);
    }
    mo_buffer_t out = MO_BUFFER(core_seal);
    assert_int_equal(mo_rules_seal_build(records, count, &out), MO_SEAL_WELL_FORMED);
    return mo_buffer_view(&out);
}

static inline mo_core_verdict_t core_propose(const mo_transition_t *transition, uint64_t stated_height) {
    mo_proposing_t wish = {*transition, {stated_height}, true};
    return mo_rules_core_propose(&core, &wish, READY_AT);
}

/* A proposed T with its link from `source_height` and a seal of three. */
static inline mo_commitment_t core_commitment(uint64_t source_height) {
    mo_transition_t transition = core_transition();
    assert_int_equal(core_propose(&transition, 0), MO_CORE_ACCEPTED);
    mo_vote_t link = core_link(&transition, source_height);
    return (mo_commitment_t){
        .transition = transition, .link = link, .seal = core_sealed(&link, 3), .now = READY_AT};
}

/* K_n+1 as the core makes it. */
static inline mo_kernel_t core_next(const mo_transition_t *transition, const mo_vote_t *link) {
    mo_meta_block_t block = mo_rules_meta_block(&core.kernel, transition, link);
    mo_kernel_t next = {.height = {core.kernel.height.value + 1}, .parent = mo_rules_meta_block_hash(&block)};
    bool fits = mo_u256_add(transition->gas, core.config.gas_step, &next.gas_target);
    assert_true(fits);
    return next;
}

#endif
