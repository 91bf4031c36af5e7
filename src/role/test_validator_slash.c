#include "bind/core.h"
#include "bind/polling_place.h"
#include "bind/registry.h"
#include "role/test_validator_world.h"

/* Slashes on both chains and the halt by them, as the validator hears of them: from the contracts' logs. */

typedef struct {
    mo_event_log_t log;
    uint8_t data[8 * 32];
    size_t words;
} text_t;

static void put(text_t *t, mo_hash_t word)
{
    assert_true((t->words + 1) * 32 <= sizeof t->data);
    memcpy(t->data + 32 * t->words++, word.bytes, 32);
}

static mo_hash_t number_word(uint64_t value)
{
    return mo_u256_to_hash(mo_u256_from_u64(value));
}

static mo_hash_t signer_word(const world_t *w, uint8_t who)
{
    mo_hash_t word = {{0}};
    memcpy(word.bytes + 12, w->k1.updates[who].validator.bytes, 20);
    return word;
}

static void emit(world_t *w, text_t *t, mo_chain_t chain, mo_address_t address)
{
    t->log.number = w->block + 1;
    t->log.address = address;
    t->log.transaction = named(6, (uint8_t)chain);
    t->log.data = (mo_bytes_t){t->data, 32 * t->words};
    mo_event_t event = {.kind = MO_EVENT_LOG, .chain = chain, .log = t->log};
    step(w, &event);
}

static mo_address_t contract(uint8_t i)
{
    return (mo_address_t){{0xa0, i}};
}

/* Registry.Slashed. */
static void log_slashed_on_origin(world_t *w, uint8_t who)
{
    text_t t = {.log = {.topics = {mo_bind_registry_slashed_event_topic, signer_word(w, who), named(8, 8)},
                        .topic_count = 3}};
    memset(t.log.topics[2].bytes, 0, 12);
    put(&t, number_word(1));
    put(&t, named(7, 1));
    put(&t, named(7, 2));
    put(&t, number_word(100));
    put(&t, number_word(5));
    emit(w, &t, MO_CHAIN_ORIGIN, w->v.config.registry);
}

/* PollingPlace.Slashed. */
static void log_slashed_on_auxiliary(world_t *w, uint32_t index, uint8_t who)
{
    text_t t = {.log = {.topics = {mo_bind_polling_place_slashed_event_topic, number_word(index), signer_word(w, who),
                                   named(8, 8)},
                        .topic_count = 4}};
    memset(t.log.topics[3].bytes, 0, 12);
    put(&t, number_word(1));
    put(&t, named(7, 1));
    put(&t, named(7, 2));
    emit(w, &t, MO_CHAIN_AUXILIARY, w->v.config.polling_place);
}

static void log_halted(world_t *w, uint64_t reason)
{
    text_t t = {.log = {.topics = {mo_bind_core_core_halted_event_topic}, .topic_count = 1}};
    put(&t, number_word(reason));
    emit(w, &t, MO_CHAIN_ORIGIN, w->v.config.core);
}

static void begin(world_t *w, uint8_t self)
{
    start(w, self);
    w->v.config.polling_place = contract(3);
    w->v.config.core = contract(5);
    w->v.config.registry = contract(6);
}

/* --- slashes ---------------------------------------------------------------------------------------------------- */

static void a_slash_on_origin_takes_the_weight_from_our_copy_of_the_core(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    log_slashed_on_origin(w, 2);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    assert_int_equal(mo_rules_validators_weight(&w->v.core.validators, 2, (mo_height_t){1}).value, 0);
    assert_int_equal(mo_rules_validators_slashed_sum(&w->v.core.validators, (mo_height_t){1}).value, 10);
    assert_int_equal(w->v.core.status, MO_CORE_OPEN);
    assert_false(w->v.poll.validators.at[2].slashed);
}

static void a_slash_on_the_auxiliary_chain_takes_the_vote_there(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    log_slashed_on_auxiliary(w, 2, 2);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    assert_true(w->v.poll.validators.at[2].slashed);
    assert_false(w->v.core.validators.at[2].slashed);
}

static void a_second_slash_of_one_validator_on_the_auxiliary_chain_is_a_disagreement(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    log_slashed_on_auxiliary(w, 2, 2);
    log_slashed_on_auxiliary(w, 2, 2);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_SLASH);
}

static void a_slash_of_an_index_that_is_another_ones_is_a_disagreement(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    log_slashed_on_auxiliary(w, 1, 2);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_SLASH);
    assert_false(w->v.poll.validators.at[1].slashed || w->v.poll.validators.at[2].slashed);
}

static void the_others_go_on_without_the_slashed_one(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    headers_to(w, 24);
    report(w, 2);
    log_slashed_on_auxiliary(w, 3, 3);
    log_slashed_on_origin(w, 3);
    tick(w, 10);
    assert_non_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
    supermajority(w, 1, 2);
    assert_true(mo_rules_poll_is_justified(&w->v.poll, MO_POLL_AUXILIARY, &w->v.records[2].hash));
}

/* --- our own ---------------------------------------------------------------------------------------------------- */

/* A world in which validator 0 has something to report, to vote for and to propose. */
static void busy(world_t *w)
{
    begin(w, 0);
    headers_to(w, 32);
    for (uint64_t height = 2; height <= 3; height++) {
        report(w, height);
        supermajority(w, height - 1, height);
    }
    report(w, 4);
}

static void assert_idle(world_t *w)
{
    tick(w, 10);
    assert_int_equal(w->actions.count, 0);
    tick(w, 60000);
    assert_int_equal(w->actions.count, 0);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
}

static void a_slashed_validator_does_nothing(void **state)
{
    world_t *w = *state;
    busy(w);
    tick(w, 10);
    assert_true(w->actions.count > 0);
    busy(w);
    log_slashed_on_auxiliary(w, 0, 0);
    assert_idle(w);
    busy(w);
    log_slashed_on_origin(w, 0);
    assert_idle(w);
}

static void a_validator_that_a_relayed_kernel_slashes_does_nothing(void **state)
{
    world_t *w = *state;
    busy(w);
    mo_kernel_t next = {.height = {2}, .update_count = 1};
    next.updates[0] = (mo_update_t){.validator = w->k1.updates[0].validator, .kind = MO_UPDATE_SLASH};
    assert_int_equal(mo_rules_poll_adopt(&w->v.poll, w->block + 1, &next), MO_POLL_ACCEPTED);
    assert_idle(w);
}

/* --- seals ------------------------------------------------------------------------------------------------------ */

/* Found by the simulator: the core was offered such a checkpoint for ever, though a higher one could be committed. */
static void a_checkpoint_whose_seal_lost_a_slashed_signer_waits_for_a_late_vote(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    for (uint64_t height = 2; height <= 5; height++) {
        headers_to(w, height * EPOCH);
        report(w, height);
        supermajority(w, height - 1, height);
        headers_to(w, height * EPOCH + 1);
    }
    log_slashed_on_origin(w, 2);
    tick(w, 10);
    tick(w, 60000);
    assert_null(wants(w, MO_DUTY_PROPOSE));
    recorded(w, &mo_rules_poll_finalising_link(&w->v.poll, &w->v.records[4].hash)->vote, 3);
    tick(w, 10);
    tick(w, 60000);
    assert_non_null(wants(w, MO_DUTY_PROPOSE));
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
}

/* --- halts ------------------------------------------------------------------------------------------------------ */

static void our_copy_halts_with_the_core(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    log_slashed_on_origin(w, 2);
    log_slashed_on_origin(w, 3);
    assert_int_equal(w->v.core.status, MO_CORE_HALTED);
    log_halted(w, 3);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
}

static void a_halt_for_slashes_that_we_do_not_see_is_a_disagreement(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    log_slashed_on_origin(w, 2);
    log_halted(w, 3);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_SLASH);
    assert_int_equal(w->v.core.status, MO_CORE_HALTED);
}

static void after_a_halt_nothing_is_done_that_costs_gas(void **state)
{
    world_t *w = *state;
    busy(w);
    tick(w, 10);
    assert_non_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
    busy(w);
    log_slashed_on_origin(w, 2);
    log_slashed_on_origin(w, 3);
    log_halted(w, 3);
    assert_idle(w);
    assert_false(w->v.slashed);
}

/* --- what a person is told (11.5) -------------------------------------------------------------------------------- */

static void the_first_log_that_slashes_us_is_kept_with_chain_condition_and_transaction(void **state)
{
    world_t *w = *state;
    begin(w, 1);
    log_slashed_on_origin(w, 2);
    assert_false(w->v.slashed);
    log_slashed_on_auxiliary(w, 1, 1);
    assert_true(w->v.slashed);
    assert_int_equal(w->v.own_slash.chain, MO_CHAIN_AUXILIARY);
    assert_int_equal(w->v.own_slash.condition, 1);
    mo_hash_t auxiliary = named(6, MO_CHAIN_AUXILIARY);
    assert_memory_equal(&w->v.own_slash.transaction, &auxiliary, sizeof auxiliary);
    log_slashed_on_origin(w, 1);
    assert_int_equal(w->v.own_slash.chain, MO_CHAIN_AUXILIARY);
    begin(w, 1);
    log_slashed_on_origin(w, 1);
    mo_hash_t origin = named(6, MO_CHAIN_ORIGIN);
    assert_int_equal(w->v.own_slash.chain, MO_CHAIN_ORIGIN);
    assert_memory_equal(&w->v.own_slash.transaction, &origin, sizeof origin);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_slash_on_origin_takes_the_weight_from_our_copy_of_the_core),
        TEST(a_slash_on_the_auxiliary_chain_takes_the_vote_there),
        TEST(a_second_slash_of_one_validator_on_the_auxiliary_chain_is_a_disagreement),
        TEST(a_slash_of_an_index_that_is_another_ones_is_a_disagreement),
        TEST(the_others_go_on_without_the_slashed_one),
        TEST(a_slashed_validator_does_nothing),
        TEST(a_validator_that_a_relayed_kernel_slashes_does_nothing),
        TEST(a_checkpoint_whose_seal_lost_a_slashed_signer_waits_for_a_late_vote),
        TEST(our_copy_halts_with_the_core),
        TEST(a_halt_for_slashes_that_we_do_not_see_is_a_disagreement),
        TEST(after_a_halt_nothing_is_done_that_costs_gas),
        TEST(the_first_log_that_slashes_us_is_kept_with_chain_condition_and_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
