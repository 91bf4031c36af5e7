/* What the tests of the validator share: a small world of four validators, whose chains and contracts the test plays.
 * Included by test_validator*.c alone. */
#ifndef MO_ROLE_TEST_VALIDATOR_WORLD_H
#define MO_ROLE_TEST_VALIDATOR_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "eth/header.h"
#include "eth/keccak.h"
#include "role/validator.h"
#include "rules/identity.h"
#include "rules/kernel.h"
#include "rules/transition.h"
#include "rules/vote.h"

/* A small world: four validators of equal weight, E = E_o = 8, the auxiliary root at block 8, origin's at 16. The test
 * plays both chains and the contracts: headers come as events, what the contracts did goes straight into the copies. */
#define EPOCH   8
#define VOTERS  4
#define GAS     1000
#define HEIGHTS 8

typedef struct {
    mo_validator_role_t v;
    mo_actions_t actions;
    mo_secp_key_t keys[VOTERS];
    mo_hash_t head;                /* of the auxiliary chain */
    uint64_t block;                /* its number */
    uint64_t now_ms;
    mo_kernel_t k1;
} world_t;

static inline mo_secp_key_t key_of(uint8_t i)
{
    mo_secp_key_t key = {{0}};
    key.bytes[31] = (uint8_t)(i + 1);
    return key;
}

static inline mo_hash_t named(uint8_t a, uint8_t b)
{
    uint8_t text[2] = {a, b};
    return mo_keccak256(MO_BYTES(text));
}

static inline void step(world_t *w, const mo_event_t *event)
{
    mo_validator_step(&w->v, event, &w->actions);
}

static inline void tick(world_t *w, uint64_t ms)
{
    w->now_ms += ms;
    mo_event_t event = {.kind = MO_EVENT_TICK, .now_ms = w->now_ms};
    step(w, &event);
}

static inline const mo_action_t *wants(const world_t *w, mo_validator_duty_t duty)
{
    for (size_t i = 0; i < w->actions.count; i++) {
        if (w->actions.items[i].duty == duty) {
            return &w->actions.items[i];
        }
    }
    return NULL;
}

static inline void header(world_t *w, uint64_t number)
{
    uint8_t memory[MO_HEADER_BYTES_MAX];
    mo_buffer_t rlp = MO_BUFFER(memory);
    mo_header_t h = {.fork = MO_HEADER_LONDON,
                     .parent_hash = w->head,
                     .transactions_root = named(1, (uint8_t)number),
                     .number = number,
                     .gas_limit = 30000000,
                     .gas_used = GAS,
                     .timestamp = number};
    assert_true(mo_header_encode(&h, &rlp));
    w->head = mo_keccak256(mo_buffer_view(&rlp));
    w->block = number;
    mo_event_t event = {.kind = MO_EVENT_HEADER,
                        .chain = MO_CHAIN_AUXILIARY,
                        .header = {.number = number,
                                   .timestamp = number,
                                   .hash = w->head,
                                   .rlp = mo_buffer_view(&rlp)}};
    if (number == EPOCH) {
        w->v.config.auxiliary_root_hash = w->head;
    }
    step(w, &event);
}

static inline void headers_to(world_t *w, uint64_t number)
{
    while (w->block < number) {
        header(w, w->block + 1);
    }
}

static inline mo_hash_t origin_hash(uint64_t number)
{
    return named(2, (uint8_t)number);
}

static inline void origin_to(world_t *w, uint64_t number, uint64_t finalised)
{
    for (uint64_t n = 16; n <= number; n++) {
        mo_event_t event = {.kind = MO_EVENT_HEADER,
                            .chain = MO_CHAIN_ORIGIN,
                            .header = {.number = n, .timestamp = n, .hash = origin_hash(n)}};
        step(w, &event);
    }
    mo_event_t final = {
        .kind = MO_EVENT_FINALISED, .chain = MO_CHAIN_ORIGIN, .finalised = finalised};
    step(w, &final);
}

/* The auxiliary checkpoint at `height` is reported and anchored, as our own headers have it. */
static inline void report(world_t *w, uint64_t height)
{
    const mo_record_t *last = &w->v.records[height % MO_VALIDATOR_CHECKPOINTS_MAX];
    const mo_hash_t *first = &w->v.records[(height - 1) % MO_VALIDATOR_CHECKPOINTS_MAX].hash;
    assert_int_equal(mo_rules_poll_report(&w->v.poll, w->block + 1, first, last), MO_POLL_ACCEPTED);
    assert_int_equal(mo_rules_poll_anchor(&w->v.poll, w->block + 1, &last->hash), MO_POLL_ACCEPTED);
    w->v.reported[MO_POLL_AUXILIARY] = height;
}

static inline void report_origin(world_t *w, uint64_t number)
{
    mo_origin_block_t block = {.number = number, .hash = origin_hash(number)};
    assert_int_equal(mo_rules_poll_report_origin(&w->v.poll, w->block + 1, &block), MO_POLL_ACCEPTED);
    w->v.reported[MO_POLL_ORIGIN] = number / EPOCH;
}

static inline void recorded(world_t *w, const mo_vote_t *vote, uint32_t index)
{
    mo_hash_t digest = mo_rules_vote_digest(&w->v.poll.config.domain, vote);
    mo_ballot_t ballot = {.link = *vote, .record = {.index = index}};
    mo_poll_outcome_t outcome;
    assert_true(mo_secp_sign(&w->keys[index], &digest, &ballot.record.signature));
    assert_int_equal(mo_rules_poll_vote(&w->v.poll, w->block + 1, &ballot, &outcome), MO_POLL_ACCEPTED);
}

static inline void start(world_t *w, uint8_t self)
{
    memset(w, 0, sizeof *w);
    mo_validator_config_t config = {.origin_chain_id = 1,
                                    .core = {{0xc0}},
                                    .epoch = EPOCH,
                                    .origin_epoch = EPOCH,
                                    .auxiliary_root_number = EPOCH,
                                    .origin_root_number = 16,
                                    .origin_root_hash = origin_hash(16),
                                    .patience_ms = 1000};
    w->k1 = (mo_kernel_t){.height = {1}, .update_count = VOTERS, .gas_target = mo_u256_from_u64(1)};
    for (uint8_t i = 0; i < VOTERS; i++) {
        w->keys[i] = key_of(i);
        assert_true(mo_secp_address(&w->keys[i], &w->k1.updates[i].validator));
        w->k1.updates[i].weight.value = 10;
    }
    config.signer = w->k1.updates[self].validator;
    w->block = EPOCH - 1;
    mo_validator_init(&w->v, &config);
    header(w, EPOCH);
    mo_poll_config_t poll = {.core_id = w->v.core_id,
                             .origin_id = w->v.origin_id,
                             .domain = mo_rules_domain(1, &config.core),
                             .epoch = EPOCH,
                             .origin_epoch = EPOCH,
                             .root = w->v.head,
                             .origin_root_number = 16,
                             .origin_root_hash = origin_hash(16)};
    assert_int_equal(mo_rules_poll_found(&w->v.poll, EPOCH + 1, &poll, &w->k1), MO_POLL_ACCEPTED);
    w->v.core.config.gas_step = w->k1.gas_target;
    assert_int_equal(mo_rules_core_open(&w->v.core, 16, &w->k1), MO_CORE_ACCEPTED);
    w->v.founded = true;
    w->now_ms = 1000;
}

/* Votes of validators 0 to 2, which is +2/3, for the link that validator 0's role wants. */
static inline void supermajority(world_t *w, uint64_t source, uint64_t target)
{
    const mo_record_t *s = &w->v.records[source % MO_VALIDATOR_CHECKPOINTS_MAX];
    const mo_record_t *t = &w->v.records[target % MO_VALIDATOR_CHECKPOINTS_MAX];
    mo_transition_t transition;
    assert_int_equal(mo_rules_poll_transition(&w->v.poll, &s->hash, &transition), MO_POLL_ACCEPTED);
    mo_vote_t vote = {.chain = w->v.core_id,
                      .transition = mo_rules_transition_hash(&transition),
                      .source = s->hash,
                      .target = t->hash,
                      .source_height = {source},
                      .target_height = {target}};
    for (uint32_t i = 0; i < 3; i++) {
        recorded(w, &vote, i);
    }
}

static inline int set_up(void **state)
{
    *state = malloc(sizeof(world_t));
    return *state == NULL ? -1 : 0;
}

static inline int tear_down(void **state)
{
    free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
