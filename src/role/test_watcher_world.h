/* What the tests of the watcher share: a small world whose chains and contracts the test plays. Included by
 * test_watcher*.c alone. */
#ifndef MO_ROLE_TEST_WATCHER_WORLD_H
#define MO_ROLE_TEST_WATCHER_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bind/core.h"
#include "bind/gateway.h"
#include "bind/polling_place.h"
#include "bind/registry.h"
#include "bind/structs.h"
#include "bind/utility_token.h"
#include "eth/abi.h"
#include "eth/keccak.h"
#include "role/watcher.h"
#include "rules/identity.h"
#include "rules/seal.h"

/* Four validators whose votes the test plays as logs and inputs of transactions, byte by byte as the contracts give them. */
#define VOTERS 4

static const mo_address_t place = {{1}};
static const mo_address_t core = {{2}};
static const mo_address_t registry = {{3}};
static const mo_address_t gateway = {{4}};
static const mo_address_t co_gateway = {{5}};
static const mo_address_t value_token = {{6}};
static const mo_address_t utility_token = {{7}};

typedef struct {
    mo_watcher_role_t w;
    mo_actions_t actions;
    mo_secp_key_t keys[VOTERS];
    mo_address_t signers[VOTERS];
    uint64_t now_ms;
    uint8_t transactions; /* of inputs so far */
} world_t;

static inline mo_hash_t named(uint8_t a, uint8_t b)
{
    uint8_t text[2] = {a, b};
    return mo_keccak256(MO_BYTES(text));
}

static inline mo_hash_t number_word(uint64_t value)
{
    return mo_u256_to_hash(mo_u256_from_u64(value));
}

static inline mo_hash_t address_word(const mo_address_t *address)
{
    mo_hash_t word = {{0}};
    memcpy(word.bytes + 12, address->bytes, 20);
    return word;
}

static inline void step(world_t *t, const mo_event_t *event)
{
    mo_watcher_step(&t->w, event, &t->actions);
}

static inline void tick(world_t *t)
{
    t->now_ms += 100;
    mo_event_t event = {.kind = MO_EVENT_TICK, .now_ms = t->now_ms};
    step(t, &event);
}

static inline void emit(world_t *t, mo_event_log_t log, const mo_buffer_t *memory)
{
    log.data = mo_buffer_view(memory);
    log.number = 1;
    mo_event_t event = {.kind = MO_EVENT_LOG, .chain = log.chain, .log = log};
    step(t, &event);
}

static inline void origin_time(world_t *t, uint64_t number, uint64_t seconds)
{
    mo_event_t event = {.kind = MO_EVENT_HEADER,
                        .chain = MO_CHAIN_ORIGIN,
                        .header = {.number = number, .timestamp = seconds, .hash = named(1, (uint8_t)number)}};
    step(t, &event);
}

static inline void joined(world_t *t, uint8_t who)
{
    uint8_t bytes[32];
    mo_buffer_t memory = MO_BUFFER(bytes);
    mo_buffer_put(&memory, MO_BYTES(number_word(10).bytes));
    emit(t,
         (mo_event_log_t){.chain = MO_CHAIN_AUXILIARY,
                          .address = place,
                          .topics = {mo_bind_polling_place_validator_joined_event_topic, number_word(who),
                                     address_word(&t->signers[who])},
                          .topic_count = 3},
         &memory);
}

static inline void begin(world_t *t, bool act, bool public_good)
{
    memset(t, 0, sizeof *t);
    mo_watcher_config_t config = {.origin_chain_id = 1,
                                  .core = core,
                                  .registry = registry,
                                  .polling_place = place,
                                  .gateway = gateway,
                                  .co_gateway = co_gateway,
                                  .value_token = value_token,
                                  .utility_token = utility_token,
                                  .epoch = 8,
                                  .origin_epoch = 8,
                                  .auxiliary_root_number = 8,
                                  .origin_root_number = 16,
                                  .origin_root_hash = named(1, 16),
                                  .act = act,
                                  .public_good = public_good};
    mo_watcher_init(&t->w, &config);
    for (uint8_t i = 0; i < VOTERS; i++) {
        t->keys[i].bytes[31] = (uint8_t)(i + 1);
        assert_true(mo_secp_address(&t->keys[i], &t->signers[i]));
        joined(t, i);
    }
}

/* About the auxiliary chain, source and target named by their heights and a branch. */
static inline mo_vote_t vote_of(const world_t *t, uint8_t source, uint8_t target, uint8_t branch)
{
    return (mo_vote_t){.chain = t->w.scope.core_id,
                       .transition = named(10, source),
                       .source = named(11, source),
                       .target = named((uint8_t)(12 + branch), target),
                       .source_height = {source},
                       .target_height = {target}};
}

static inline mo_signature_t sign(const world_t *t, uint8_t who, const mo_vote_t *vote)
{
    mo_signature_t signature;
    mo_hash_t digest = mo_rules_vote_digest(&t->w.scope.domain, vote);
    assert_true(mo_secp_sign(&t->keys[who], &digest, &signature));
    return signature;
}

/* LinkRegistered and VoteRecorded. */
static inline void recorded(world_t *t, uint8_t who, const mo_vote_t *vote)
{
    uint8_t bytes[512];
    mo_buffer_t memory = MO_BUFFER(bytes);
    mo_hash_t hash = mo_rules_vote_hash(vote);
    mo_abi_writer_t out = mo_abi_writer(&memory, 9);
    mo_bind_vote_put(&out, vote);
    mo_abi_put_u64(&out, 1);
    mo_abi_put_u64(&out, 40);
    mo_abi_put_u64(&out, 40);
    assert_true(mo_abi_written(&out));
    mo_event_log_t log = {.chain = MO_CHAIN_AUXILIARY,
                          .address = place,
                          .topics = {mo_bind_polling_place_link_registered_event_topic, hash},
                          .topic_count = 2};
    emit(t, log, &memory);
    mo_signature_t signature = sign(t, who, vote);
    memory = (mo_buffer_t)MO_BUFFER(bytes);
    out = mo_abi_writer(&memory, 4);
    mo_abi_put_u64(&out, 10);
    mo_abi_put_u64(&out, 10);
    mo_abi_put_hash(&out, &signature.r);
    mo_abi_put_hash(&out, &signature.vs);
    assert_true(mo_abi_written(&out));
    log.topics[0] = mo_bind_polling_place_vote_recorded_event_topic;
    log.topics[2] = number_word(who);
    log.topic_count = 3;
    emit(t, log, &memory);
}

static inline size_t found(world_t *t, mo_finding_kind_t kind)
{
    size_t count = 0;
    mo_finding_t finding;
    while (mo_watcher_finding(&t->w, &finding)) {
        count += finding.kind == kind;
    }
    return count;
}

static const mo_action_t *wants(const world_t *t, mo_watcher_duty_t duty)
{
    for (size_t i = 0; i < t->actions.count; i++) {
        if (t->actions.items[i].duty == duty) {
            return &t->actions.items[i];
        }
    }
    return NULL;
}

/* A log of a transaction whose input must be asked for, and then the input. */
static inline void with_input(world_t *t, mo_event_log_t log, const mo_address_t *to, const mo_buffer_t *input)
{
    uint8_t bytes[4 * 32];
    mo_buffer_t data = MO_BUFFER(bytes);
    mo_buffer_put(&data, log.data);
    log.transaction = named(90, t->transactions++);
    emit(t, log, &data);
    mo_chain_t chain;
    mo_hash_t transaction;
    assert_true(mo_watcher_wants(&t->w, &chain, &transaction));
    assert_true(mo_hash_equal(&transaction, &log.transaction));
    mo_event_t event = {
        .kind = MO_EVENT_INPUT, .chain = chain, .input = {transaction, *to, mo_buffer_view(input)}};
    step(t, &event);
    assert_false(mo_watcher_wants(&t->w, &chain, &transaction));
}

static inline void put_record(uint8_t record[MO_SEAL_RECORD_SIZE], uint32_t index, mo_signature_t signature)
{
    memset(record, 0, 4);
    record[3] = (uint8_t)index;
    memcpy(record + 4, signature.r.bytes, 32);
    memcpy(record + 36, signature.vs.bytes, 32);
}

/* VoteSkipped, of a validator's second vote. */
static inline void skipped(world_t *t, uint8_t who, const mo_vote_t *vote)
{
    uint8_t bytes[512];
    mo_buffer_t memory = MO_BUFFER(bytes);
    mo_signature_t signature = sign(t, who, vote);
    mo_abi_writer_t out = mo_abi_writer(&memory, 9);
    mo_abi_put_u64(&out, 4);
    mo_bind_vote_put(&out, vote);
    mo_abi_put_hash(&out, &signature.r);
    mo_abi_put_hash(&out, &signature.vs);
    assert_true(mo_abi_written(&out));
    emit(t,
         (mo_event_log_t){.chain = MO_CHAIN_AUXILIARY,
                          .address = place,
                          .topics = {mo_bind_polling_place_vote_skipped_event_topic, number_word(who)},
                          .topic_count = 2},
         &memory);
}

/* The input of a batch of one record. */
static inline void batch_of(mo_buffer_t *memory, const mo_vote_t *vote, mo_signature_t signature)
{
    uint8_t record[MO_SEAL_RECORD_SIZE];
    put_record(record, 0, signature);
    mo_bind_polling_place_vote_batch_t in = {.cast = *vote, .records = MO_BYTES(record)};
    assert_true(mo_bind_polling_place_vote_batch_encode(memory, &in));
}

/* A log after which the transaction's input is asked for: the vote of a link that is not known. */
static inline mo_event_log_t forgotten_link(void)
{
    static uint8_t words[4 * 32];
    mo_event_log_t log = {.chain = MO_CHAIN_AUXILIARY,
                          .address = place,
                          .topics = {mo_bind_polling_place_vote_recorded_event_topic, named(44, 44), number_word(0)},
                          .topic_count = 3,
                          .data = MO_BYTES(words)};
    return log;
}

static inline void assert_case(const world_t *t, uint8_t who, mo_offence_t offence)
{
    assert_int_equal(t->w.case_count, 1);
    assert_true(mo_address_equal(&t->w.cases[0].proven.signer, &t->signers[who]));
    assert_int_equal(t->w.cases[0].proven.offence, offence);
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
