/* A small world for the tests of the polling place: two chains of checkpoints, validators with keys, a poll.
 *
 *     A: epoch 4, checkpoints at blocks 4 (the root, height 1), 8, 12, ...     hash ('b', height)
 *     O: epoch 8, checkpoints at blocks 80 (the root, height 10), 88, ...      hash ('o', height)
 *
 * Block and dynasty follow from what a test does: world_checkpoint(h) reports and anchors height h in the
 * block after it, world_vote casts one vote in the present block.
 *
 * Floor 2, tests alone.
 */
#ifndef MO_RULES_TEST_POLL_WORLD_H
#define MO_RULES_TEST_POLL_WORLD_H

#include "rules/kernel.h"
#include "rules/poll.h"
#include "rules/test_text.h"
#include "rules/transition.h"
#include "rules/vote.h"

enum { EPOCH = 4, ROOT_HEIGHT = 1, ORIGIN_EPOCH = 8, ORIGIN_ROOT_HEIGHT = 10, VALIDATORS = 4 };

typedef struct {
    mo_poll_t poll;
    mo_kernel_t k1;
    uint64_t block;            /* of the next operation */
    mo_poll_outcome_t outcome; /* of the last vote */
} world_t;

static world_t world;

static inline mo_hash_t block_hash(uint64_t height) {
    return hash_named('b', height);
}

static inline mo_hash_t origin_hash(uint64_t height) {
    return hash_named('o', height);
}

static inline mo_record_t record_of(uint64_t number, mo_hash_t hash) {
    return (mo_record_t){.number = number,
                         .hash = hash,
                         .transaction_root = hash_named('r', number),
                         .gas = mo_u256_from_u64(number * 1000)};
}

static inline mo_poll_config_t world_config(void) {
    mo_address_t core = {.bytes = {0xc0}};
    return (mo_poll_config_t){.core_id = hash_named('c', 0),
                              .origin_id = hash_named('c', 1),
                              .domain = hash_named('D', core.bytes[0]),
                              .epoch = EPOCH,
                              .origin_epoch = ORIGIN_EPOCH,
                              .root = record_of(ROOT_HEIGHT * EPOCH, block_hash(ROOT_HEIGHT)),
                              .origin_root_number = ORIGIN_ROOT_HEIGHT * ORIGIN_EPOCH,
                              .origin_root_hash = origin_hash(ORIGIN_ROOT_HEIGHT)};
}

/* VALIDATORS founders of weight 1 each: three are a quorum, two are not. */
static inline void world_found(void) {
    mo_poll_config_t config = world_config();
    world.k1 =
        (mo_kernel_t){.height = {1}, .parent = hash_named('s', 0), .gas_target = mo_u256_from_u64(100)};
    world.k1.update_count = VALIDATORS;
    for (uint32_t i = 0; i < VALIDATORS; i++) {
        world.k1.updates[i] = (mo_update_t){.validator = signer_number(i), .weight = {1}};
    }
    world.block = ROOT_HEIGHT * EPOCH + 1;
    assert_int_equal(mo_rules_poll_found(&world.poll, world.block, &config, &world.k1), MO_POLL_ACCEPTED);
}

/* Reports checkpoint `height` of A from that before it and anchors it, in the block after it or later. */
static inline void world_checkpoint(uint64_t height) {
    mo_hash_t first = block_hash(height - 1);
    mo_record_t last = record_of(height * EPOCH, block_hash(height));
    world.block = world.block > height * EPOCH ? world.block : height * EPOCH + 1;
    assert_int_equal(mo_rules_poll_report(&world.poll, world.block, &first, &last), MO_POLL_ACCEPTED);
    assert_int_equal(mo_rules_poll_anchor(&world.poll, world.block, &last.hash), MO_POLL_ACCEPTED);
}

static inline mo_origin_block_t origin_block(uint64_t height) {
    return (mo_origin_block_t){height * ORIGIN_EPOCH, origin_hash(height), hash_named('S', height)};
}

static inline void world_origin_checkpoint(uint64_t height) {
    mo_origin_block_t reported = origin_block(height);
    assert_int_equal(mo_rules_poll_report_origin(&world.poll, world.block, &reported), MO_POLL_ACCEPTED);
}

static inline mo_hash_t world_transition_hash(uint64_t height) {
    mo_hash_t source = block_hash(height);
    mo_transition_t transition;
    assert_int_equal(mo_rules_poll_transition(&world.poll, &source, &transition), MO_POLL_ACCEPTED);
    return mo_rules_transition_hash(&transition);
}

/* The link of A between two heights, as an honest validator signs it. */
static inline mo_vote_t world_link(uint64_t source, uint64_t target) {
    return (mo_vote_t){.chain = world.poll.config.core_id,
                       .transition = world_transition_hash(source),
                       .source = block_hash(source),
                       .target = block_hash(target),
                       .source_height = {source},
                       .target_height = {target}};
}

static inline mo_vote_t world_origin_link(uint64_t source, uint64_t target) {
    return (mo_vote_t){.chain = world.poll.config.origin_id,
                       .source = origin_hash(source),
                       .target = origin_hash(target),
                       .source_height = {source},
                       .target_height = {target}};
}

/* Casts the vote of validator `index` in the present block. */
static inline mo_poll_verdict_t world_vote(const mo_vote_t *link, uint32_t index) {
    mo_hash_t digest = mo_rules_vote_digest(&world.poll.config.domain, link);
    mo_ballot_t ballot = {*link, record_signed(index, index, &digest)};
    return mo_rules_poll_vote(&world.poll, world.block, &ballot, &world.outcome);
}

/* Votes of the validators 0 to count - 1, which must be recorded. */
static inline void world_votes(const mo_vote_t *link, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(world_vote(link, i), MO_POLL_ACCEPTED);
    }
}

/* The next checkpoint of A, justified by three votes from the one before. */
static inline void world_justify(uint64_t height) {
    world_checkpoint(height);
    mo_vote_t link = world_link(height - 1, height);
    world_votes(&link, 3);
}

static inline void world_origin_justify(uint64_t height) {
    world_origin_checkpoint(height);
    mo_vote_t link = world_origin_link(height - 1, height);
    world_votes(&link, 3);
}

static inline uint64_t world_finalised(mo_poll_chain_t chain) {
    return mo_rules_poll_last_finalised(&world.poll, chain).height.value;
}

/* K_n+1 over the kernel in force, committed by the link height -> height + 1. */
static inline mo_kernel_t world_next_kernel(const mo_vote_t *link, mo_meta_block_t *parent) {
    *parent = (mo_meta_block_t){
        .kernel = world.poll.in_force_hash, .transition = link->transition, .vote = mo_rules_vote_hash(link)};
    return (mo_kernel_t){.height = {world.poll.in_force.value + 1},
                         .parent = mo_rules_meta_block_hash(parent),
                         .gas_target = mo_u256_from_u64(500)};
}

#endif
