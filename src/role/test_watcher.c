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

static mo_hash_t named(uint8_t a, uint8_t b)
{
    uint8_t text[2] = {a, b};
    return mo_keccak256(MO_BYTES(text));
}

static mo_hash_t number_word(uint64_t value)
{
    return mo_u256_to_hash(mo_u256_from_u64(value));
}

static mo_hash_t address_word(const mo_address_t *address)
{
    mo_hash_t word = {{0}};
    memcpy(word.bytes + 12, address->bytes, 20);
    return word;
}

static void step(world_t *t, const mo_event_t *event)
{
    mo_watcher_step(&t->w, event, &t->actions);
}

static void tick(world_t *t)
{
    t->now_ms += 100;
    mo_event_t event = {.kind = MO_EVENT_TICK, .now_ms = t->now_ms};
    step(t, &event);
}

static void emit(world_t *t, mo_event_log_t log, const mo_buffer_t *memory)
{
    log.data = mo_buffer_view(memory);
    log.number = 1;
    mo_event_t event = {.kind = MO_EVENT_LOG, .chain = log.chain, .log = log};
    step(t, &event);
}

static void origin_time(world_t *t, uint64_t number, uint64_t seconds)
{
    mo_event_t event = {.kind = MO_EVENT_HEADER,
                        .chain = MO_CHAIN_ORIGIN,
                        .header = {.number = number, .timestamp = seconds, .hash = named(1, (uint8_t)number)}};
    step(t, &event);
}

static void joined(world_t *t, uint8_t who)
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

static void begin(world_t *t, bool act, bool public_good)
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
static mo_vote_t vote_of(const world_t *t, uint8_t source, uint8_t target, uint8_t branch)
{
    return (mo_vote_t){.chain = t->w.scope.core_id,
                       .transition = named(10, source),
                       .source = named(11, source),
                       .target = named((uint8_t)(12 + branch), target),
                       .source_height = {source},
                       .target_height = {target}};
}

static mo_signature_t sign(const world_t *t, uint8_t who, const mo_vote_t *vote)
{
    mo_signature_t signature;
    mo_hash_t digest = mo_rules_vote_digest(&t->w.scope.domain, vote);
    assert_true(mo_secp_sign(&t->keys[who], &digest, &signature));
    return signature;
}

/* LinkRegistered and VoteRecorded. */
static void recorded(world_t *t, uint8_t who, const mo_vote_t *vote)
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

static size_t found(world_t *t, mo_finding_kind_t kind)
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
static void with_input(world_t *t, mo_event_log_t log, const mo_address_t *to, const mo_buffer_t *input)
{
    uint8_t none[1];
    mo_buffer_t empty = {none, 0, 0, false};
    log.transaction = named(90, t->transactions++);
    emit(t, log, &empty);
    mo_chain_t chain;
    mo_hash_t transaction;
    assert_true(mo_watcher_wants(&t->w, &chain, &transaction));
    assert_true(mo_hash_equal(&transaction, &log.transaction));
    mo_event_t event = {
        .kind = MO_EVENT_INPUT, .chain = chain, .input = {transaction, *to, mo_buffer_view(input)}};
    step(t, &event);
    assert_false(mo_watcher_wants(&t->w, &chain, &transaction));
}

static void put_record(uint8_t record[MO_SEAL_RECORD_SIZE], uint32_t index, mo_signature_t signature)
{
    memset(record, 0, 4);
    record[3] = (uint8_t)index;
    memcpy(record + 4, signature.r.bytes, 32);
    memcpy(record + 36, signature.vs.bytes, 32);
}

/* VoteSkipped of a batch with one record. */
static void skipped(world_t *t, const mo_vote_t *vote, mo_signature_t signature)
{
    uint8_t record[MO_SEAL_RECORD_SIZE];
    uint8_t bytes[1024];
    mo_buffer_t memory = MO_BUFFER(bytes);
    put_record(record, 0, signature);
    mo_bind_polling_place_vote_batch_t in = {.cast = *vote, .records = MO_BYTES(record)};
    assert_true(mo_bind_polling_place_vote_batch_encode(&memory, &in));
    with_input(t,
               (mo_event_log_t){.chain = MO_CHAIN_AUXILIARY,
                                .address = place,
                                .topics = {mo_bind_polling_place_vote_skipped_event_topic, number_word(0)},
                                .topic_count = 2},
               &place, &memory);
}

static void assert_case(const world_t *t, uint8_t who, mo_offence_t offence)
{
    assert_int_equal(t->w.case_count, 1);
    assert_true(mo_address_equal(&t->w.cases[0].proven.signer, &t->signers[who]));
    assert_int_equal(t->w.cases[0].proven.offence, offence);
}

/* -------------------------------------------------------------------------------------------------------------------- */

static void each_offence_between_two_recorded_votes_is_found(void **state)
{
    world_t *t = *state;
    const struct {
        uint8_t first[3];
        uint8_t second[3];
        uint8_t transition; /* of the second, beside the usual */
        mo_offence_t offence;
    } rows[] = {
        {{1, 2, 0}, {1, 2, 1}, 0, MO_OFFENCE_TARGET},   {{1, 3, 0}, {2, 3, 0}, 0, MO_OFFENCE_TARGET},
        {{1, 5, 0}, {2, 3, 0}, 0, MO_OFFENCE_SURROUND}, {{2, 3, 0}, {1, 5, 0}, 0, MO_OFFENCE_SURROUND},
        {{1, 2, 0}, {1, 3, 0}, 1, MO_OFFENCE_TRANSITION},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(t, true, false);
        mo_vote_t a = vote_of(t, rows[i].first[0], rows[i].first[1], rows[i].first[2]);
        mo_vote_t b = vote_of(t, rows[i].second[0], rows[i].second[1], rows[i].second[2]);
        b.transition.bytes[0] ^= rows[i].transition;
        recorded(t, 1, &a);
        recorded(t, 2, &b);
        assert_int_equal(t->w.case_count, 0);
        recorded(t, 1, &b);
        assert_case(t, 1, rows[i].offence);
        assert_int_equal(found(t, MO_FINDING_OFFENCE), 1);
    }
}

static void votes_by_the_signers_rule_are_never_a_case(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    for (uint8_t h = 1; h < 60; h++) {
        mo_vote_t vote = vote_of(t, h, (uint8_t)(h + 1 + h % 2), 0);
        if (h % 3 != 0) {
            recorded(t, 1, &vote);
            recorded(t, 1, &vote);
        }
        h = (uint8_t)(h + h % 2);
    }
    assert_int_equal(t->w.case_count, 0);
    assert_int_equal(found(t, MO_FINDING_OFFENCE), 0);
}

static void an_offence_is_brought_to_both_chains_and_only_there_where_it_is_not_known(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    mo_vote_t a = vote_of(t, 1, 2, 0);
    mo_vote_t b = vote_of(t, 1, 2, 1);
    recorded(t, 3, &a);
    recorded(t, 3, &b);
    tick(t);
    assert_int_equal(t->actions.count, 2);
    const mo_action_t *slash = wants(t, MO_DUTY_SLASH_AUXILIARY);
    assert_int_equal(slash->chain, MO_CHAIN_AUXILIARY);
    mo_proven_t proven;
    assert_int_equal(mo_rules_evidence_prove(&t->w.scope, slash->evidence, &proven), MO_EVIDENCE_PROVEN);
    assert_int_equal(wants(t, MO_DUTY_SLASH_ORIGIN)->chain, MO_CHAIN_ORIGIN);
    tick(t);
    assert_int_equal(t->actions.count, 0);

    uint8_t bytes[32 * 5] = {[31] = 1};
    mo_buffer_t memory = MO_BUFFER(bytes);
    memory.size = sizeof bytes;
    mo_event_log_t log = {.chain = MO_CHAIN_ORIGIN,
                          .address = registry,
                          .topics = {mo_bind_registry_slashed_event_topic, address_word(&t->signers[3]),
                                     address_word(&core)},
                          .topic_count = 3};
    emit(t, log, &memory);
    t->now_ms += MO_DUTY_LOST_MS;
    tick(t);
    assert_int_equal(t->actions.count, 1);
    assert_non_null(wants(t, MO_DUTY_SLASH_AUXILIARY));
}

static void nothing_is_sent_by_a_watcher_that_only_looks(void **state)
{
    world_t *t = *state;
    begin(t, false, false);
    mo_vote_t a = vote_of(t, 1, 2, 0);
    mo_vote_t b = vote_of(t, 1, 2, 1);
    recorded(t, 3, &a);
    recorded(t, 3, &b);
    tick(t);
    assert_int_equal(found(t, MO_FINDING_OFFENCE), 1);
    assert_int_equal(t->actions.count, 0);
}

static void a_vote_that_a_batch_skipped_is_read_from_the_transaction(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    mo_vote_t a = vote_of(t, 1, 2, 0);
    mo_vote_t b = vote_of(t, 1, 2, 1);
    recorded(t, 2, &a);
    skipped(t, &b, sign(t, 2, &b));
    assert_case(t, 2, MO_OFFENCE_TARGET);
}

static void a_record_that_its_validator_did_not_sign_accuses_nobody(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    mo_vote_t a = vote_of(t, 1, 2, 0);
    mo_vote_t b = vote_of(t, 1, 2, 1);
    mo_vote_t other = vote_of(t, 2, 3, 1);
    recorded(t, 0, &a);
    skipped(t, &b, sign(t, 0, &other));
    mo_secp_key_t stranger = {{[31] = 77}};
    t->keys[1] = stranger;
    skipped(t, &b, sign(t, 1, &b));
    assert_int_equal(t->w.case_count, 0);
}

static void an_input_that_cannot_be_read_is_told(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    uint8_t bytes[64] = {1, 2, 3, 4};
    mo_buffer_t memory = MO_BUFFER(bytes);
    memory.size = sizeof bytes;
    mo_event_log_t log = {.chain = MO_CHAIN_AUXILIARY,
                          .address = place,
                          .topics = {mo_bind_polling_place_vote_skipped_event_topic, number_word(0)},
                          .topic_count = 2};
    with_input(t, log, &place, &memory);
    assert_int_equal(found(t, MO_FINDING_UNREAD), 1);
    memory.size = 0;
    with_input(t, log, &co_gateway, &memory);
    assert_int_equal(found(t, MO_FINDING_UNREAD), 1);
}

static void the_seal_of_a_commit_is_held_against_recorded_votes(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    mo_vote_t a = vote_of(t, 1, 2, 0);
    mo_vote_t b = vote_of(t, 1, 3, 0);
    b.transition = named(99, 99);
    recorded(t, 1, &a);
    uint8_t seal[1 + MO_SEAL_RECORD_SIZE] = {MO_SEAL_KIND_ECDSA};
    put_record(seal + 1, 1, sign(t, 1, &b));
    uint8_t bytes[2048];
    mo_buffer_t memory = MO_BUFFER(bytes);
    mo_bind_core_commit_t in = {.link = b, .seal = MO_BYTES(seal)};
    assert_true(mo_bind_core_commit_encode(&memory, &in));
    mo_event_log_t log = {.chain = MO_CHAIN_ORIGIN,
                          .address = core,
                          .topics = {mo_bind_core_meta_block_committed_event_topic},
                          .topic_count = 1};
    with_input(t, log, &core, &memory);
    assert_case(t, 1, MO_OFFENCE_TRANSITION);
}

static void a_vote_of_a_branch_that_is_gone_still_counts(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    mo_vote_t a = vote_of(t, 1, 2, 0);
    mo_vote_t b = vote_of(t, 1, 2, 1);
    recorded(t, 1, &a);
    mo_watcher_restart(&t->w);
    for (uint8_t i = 0; i < VOTERS; i++) {
        joined(t, i);
    }
    recorded(t, 1, &b);
    assert_case(t, 1, MO_OFFENCE_TARGET);
    mo_watcher_restart(&t->w);
    assert_case(t, 1, MO_OFFENCE_TARGET);
}

static void evidence_of_an_earlier_run_is_taken_up_and_nonsense_is_not(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    mo_vote_t a = vote_of(t, 1, 2, 0);
    mo_vote_t b = vote_of(t, 1, 2, 1);
    mo_evidence_t evidence = {
        .a = a, .b = a, .signature_a = sign(t, 0, &a), .signature_b = sign(t, 0, &a)};
    assert_false(mo_watcher_resume(&t->w, &evidence));
    evidence.b = b;
    evidence.signature_b = sign(t, 1, &b);
    assert_false(mo_watcher_resume(&t->w, &evidence));
    evidence.signature_b = sign(t, 0, &b);
    assert_true(mo_watcher_resume(&t->w, &evidence));
    assert_false(mo_watcher_resume(&t->w, &evidence));
    tick(t);
    assert_int_equal(t->actions.count, 2);
}

static void forgetting_a_vote_above_the_last_finalised_height_is_told(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    for (uint32_t h = 1; h <= MO_WATCHER_VOTES_MAX + 1; h++) {
        mo_vote_t vote = vote_of(t, (uint8_t)h, (uint8_t)(h + 1), 0);
        assert_int_equal(found(t, MO_FINDING_FORGOTTEN), 0);
        recorded(t, 0, &vote);
    }
    assert_int_equal(found(t, MO_FINDING_FORGOTTEN), 1);
    assert_int_equal(t->w.case_count, 0);
}

/* CoreCreated would be long to write out: its numbers are set as the log sets them. */
static void a_silent_core_is_challenged_for_the_public_good_alone(void **state)
{
    world_t *t = *state;
    for (int good = 0; good < 2; good++) {
        begin(t, true, good == 1);
        t->w.pulse = (mo_watcher_pulse_t){
            .known = true, .opened = true, .committed = true, .halt_after = 100, .setup_grace = 5, .since = 1000};
        origin_time(t, 1, 1099);
        tick(t);
        assert_int_equal(found(t, MO_FINDING_SILENCE), 0);
        origin_time(t, 2, 1100);
        tick(t);
        assert_int_equal(found(t, MO_FINDING_SILENCE), 1);
        assert_int_equal(wants(t, MO_DUTY_CHALLENGE_HALT) != NULL, good == 1);
        uint8_t word[32];
        mo_buffer_t memory = MO_BUFFER(word);
        mo_hash_t until = number_word(1200);
        mo_buffer_put(&memory, mo_hash_view(&until));
        emit(t,
             (mo_event_log_t){.chain = MO_CHAIN_ORIGIN,
                              .address = core,
                              .topics = {mo_bind_core_halt_challenged_event_topic, address_word(&core)},
                              .topic_count = 2},
             &memory);
        origin_time(t, 3, 1199);
        tick(t);
        assert_null(wants(t, MO_DUTY_HALT));
        origin_time(t, 4, 1200);
        tick(t);
        assert_int_equal(found(t, MO_FINDING_HALTABLE), 1);
        assert_int_equal(wants(t, MO_DUTY_HALT) != NULL, good == 1);
    }
}

static void moved(world_t *t, mo_chain_t chain, const mo_address_t *from, const mo_address_t *to, uint64_t value)
{
    uint8_t word[32];
    mo_buffer_t memory = MO_BUFFER(word);
    mo_hash_t amount = number_word(value);
    mo_buffer_put(&memory, mo_hash_view(&amount));
    emit(t,
         (mo_event_log_t){
             .chain = chain,
             .address = chain == MO_CHAIN_ORIGIN ? value_token : utility_token,
             .topics = {mo_bind_utility_token_transfer_event_topic, address_word(from), address_word(to)},
             .topic_count = 3},
         &memory);
}

static void an_escrow_that_shrinks_unasked_is_told_and_a_gift_is_not(void **state)
{
    static const mo_address_t nobody;
    world_t *t = *state;
    begin(t, true, false);
    t->w.books.staked = mo_u256_from_u64(50);
    moved(t, MO_CHAIN_ORIGIN, &core, &gateway, 50);
    origin_time(t, 1, 1);
    moved(t, MO_CHAIN_ORIGIN, &core, &gateway, 7);
    origin_time(t, 2, 2);
    assert_int_equal(found(t, MO_FINDING_ESCROW), 0);
    moved(t, MO_CHAIN_ORIGIN, &gateway, &core, 8);
    origin_time(t, 3, 3);
    origin_time(t, 4, 4);
    assert_int_equal(found(t, MO_FINDING_ESCROW), 1);
    moved(t, MO_CHAIN_AUXILIARY, &nobody, &core, 1);
    mo_event_t event = {.kind = MO_EVENT_HEADER, .chain = MO_CHAIN_AUXILIARY, .header = {.number = 9}};
    step(t, &event);
    assert_int_equal(found(t, MO_FINDING_SUPPLY), 1);
    t->w.books.minted = mo_u256_from_u64(51);
    tick(t);
    assert_int_equal(found(t, MO_FINDING_PAID_OUT), 1);
}

static int set_up(void **state)
{
    *state = malloc(sizeof(world_t));
    return *state == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
    free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_offence_between_two_recorded_votes_is_found),
        TEST(votes_by_the_signers_rule_are_never_a_case),
        TEST(an_offence_is_brought_to_both_chains_and_only_there_where_it_is_not_known),
        TEST(nothing_is_sent_by_a_watcher_that_only_looks),
        TEST(a_vote_that_a_batch_skipped_is_read_from_the_transaction),
        TEST(a_record_that_its_validator_did_not_sign_accuses_nobody),
        TEST(an_input_that_cannot_be_read_is_told),
        TEST(the_seal_of_a_commit_is_held_against_recorded_votes),
        TEST(a_vote_of_a_branch_that_is_gone_still_counts),
        TEST(evidence_of_an_earlier_run_is_taken_up_and_nonsense_is_not),
        TEST(forgetting_a_vote_above_the_last_finalised_height_is_told),
        TEST(a_silent_core_is_challenged_for_the_public_good_alone),
        TEST(an_escrow_that_shrinks_unasked_is_told_and_a_gift_is_not),
    };
    return cmocka_run_group_tests_name("watcher", tests, NULL, NULL);
}
