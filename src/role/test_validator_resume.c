#include "bind/polling_place.h"
#include "role/test_validator_world.h"

/* A state that is taken up again from its bytes (node/snapshot.h), and what a log says of origin (node/feed.h). */

/* A world with something to report and to vote for, and a finalised checkpoint. */
static void busy(world_t *w)
{
    start(w, 0);
    w->v.config.polling_place = (mo_address_t){{0xa0, 3}};
    headers_to(w, 32);
    for (uint64_t height = 2; height <= 3; height++) {
        report(w, height);
        supermajority(w, height - 1, height);
    }
    report(w, 4);
    origin_to(w, 40, 32);
}

/* What a start reads from config and guard: here as the state itself has it. */
static mo_validator_config_t config_of(const world_t *w)
{
    mo_validator_config_t config = w->v.config;
    memcpy(config.marks, w->v.marks, sizeof config.marks);
    memcpy(config.cast, w->v.cast, sizeof config.cast);
    return config;
}

static void a_resumed_state_goes_on_as_the_one_that_it_was(void **state)
{
    world_t *w = *state;
    world_t *twin = malloc(sizeof *twin);
    assert_non_null(twin);
    busy(w);
    memcpy(twin, w, sizeof *twin);
    mo_validator_config_t config = config_of(w);
    assert_true(mo_validator_resume(&twin->v, &config));
    /* What is final on origin is asked anew. */
    assert_int_equal(twin->v.origin_finalised, 0);
    origin_to(twin, 40, 32);
    headers_to(w, 40);
    headers_to(twin, 40);
    tick(w, 100000);
    tick(twin, 100000);
    assert_true(w->actions.count > 0);
    assert_int_equal(twin->actions.count, w->actions.count);
    for (size_t i = 0; i < w->actions.count; i++) {
        assert_int_equal(twin->actions.items[i].duty, w->actions.items[i].duty);
        assert_int_equal(twin->actions.items[i].key, w->actions.items[i].key);
    }
    assert_memory_equal(&twin->v.poll, &w->v.poll, sizeof w->v.poll);
    assert_memory_equal(&twin->v.core, &w->v.core, sizeof w->v.core);
    free(twin);
}

/* What it was waiting for belongs to the run that ended: a duty that was given up for long is due at once. */
static void duties_begin_anew(void **state)
{
    world_t *w = *state;
    busy(w);
    tick(w, 10);
    assert_non_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
    mo_validator_config_t config = w->v.config;
    mo_event_t failed = {.kind = MO_EVENT_OUTCOME,
                         .outcome = {.duty = MO_DUTY_VOTE_AUXILIARY, .key = 4, .outcome = MO_OUTCOME_FAILED}};
    step(w, &failed);
    tick(w, 10);
    assert_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
    assert_true(mo_validator_resume(&w->v, &config));
    tick(w, 10);
    assert_non_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
}

/* The guard alone says what was signed: what the bytes say of it counts for nothing. */
static void marks_and_votes_cast_are_the_guards(void **state)
{
    world_t *w = *state;
    busy(w);
    mo_validator_config_t config = config_of(w);
    config.marks[MO_POLL_AUXILIARY] = (mo_vote_mark_t){
        .signed_any = true, .last = {.chain = w->v.core_id, .source_height = {3}, .target_height = {4}}};
    config.bound = (mo_bound_t){{3}, w->v.records[3].hash};
    assert_true(mo_validator_resume(&w->v, &config));
    assert_int_equal(w->v.marks[MO_POLL_AUXILIARY].last.target_height.value, 4);
    assert_int_equal(w->v.bound.height.value, 3);
    tick(w, 10);
    assert_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
}

static void a_state_that_saw_more_of_our_votes_than_the_guard_has_is_refused(void **state)
{
    world_t *w = *state;
    busy(w);
    w->v.seen_cast[MO_POLL_ORIGIN].value = 3;
    mo_validator_config_t config = config_of(w);
    assert_false(mo_validator_resume(&w->v, &config));
    config.marks[MO_POLL_ORIGIN] = (mo_vote_mark_t){.signed_any = true, .last = {.target_height = {2}}};
    assert_false(mo_validator_resume(&w->v, &config));
    config.marks[MO_POLL_ORIGIN].last.target_height.value = 3;
    assert_true(mo_validator_resume(&w->v, &config));
}

static void a_state_that_disagreed_is_refused(void **state)
{
    world_t *w = *state;
    busy(w);
    mo_validator_config_t config = config_of(w);
    w->v.disagreement = MO_DISAGREEMENT_TALLY;
    assert_false(mo_validator_resume(&w->v, &config));
}

static void a_state_of_another_core_is_refused(void **state)
{
    world_t *w = *state;
    busy(w);
    mo_validator_config_t config = config_of(w);
#define OTHER(change)                                                                                        \
    do {                                                                                                     \
        mo_validator_config_t other = config;                                                                \
        change;                                                                                              \
        assert_false(mo_validator_resume(&w->v, &other));                                                    \
    } while (0)
    OTHER(other.signer.bytes[0] ^= 1);
    OTHER(other.origin_chain_id++);
    OTHER(other.core.bytes[0] ^= 1);
    OTHER(other.registry.bytes[0] ^= 1);
    OTHER(other.auxiliary_block_store.bytes[0] ^= 1);
    OTHER(other.origin_block_store.bytes[0] ^= 1);
    OTHER(other.polling_place.bytes[0] ^= 1);
    OTHER(other.kernel_relay.bytes[0] ^= 1);
    OTHER(other.epoch++);
    OTHER(other.origin_epoch++);
    OTHER(other.auxiliary_root_number++);
    OTHER(other.origin_root_number++);
    OTHER(other.auxiliary_root_hash.bytes[0] ^= 1);
    OTHER(other.origin_root_hash.bytes[0] ^= 1);
#undef OTHER
    config.patience_ms++;
    assert_true(mo_validator_resume(&w->v, &config));
}

/* --- what a log says of origin ------------------------------------------------------------------------------------ */

static mo_event_log_t link_log(const world_t *w, const mo_hash_t *chain, uint64_t target, uint8_t data[9 * 32])
{
    mo_hash_t height = mo_u256_to_hash(mo_u256_from_u64(target));
    memset(data, 0, 9 * 32);
    memcpy(data, chain->bytes, 32);
    memcpy(data + 5 * 32, height.bytes, 32);
    return (mo_event_log_t){.address = w->v.config.polling_place,
                            .topics = {mo_bind_polling_place_link_registered_event_topic, named(1, 1)},
                            .topic_count = 2,
                            .data = {data, 9 * 32}};
}

static void a_link_about_origin_speaks_of_its_target_and_no_other_log_does(void **state)
{
    world_t *w = *state;
    busy(w);
    uint8_t data[9 * 32];
    mo_event_log_t log = link_log(w, &w->v.origin_id, 16, data);
    assert_int_equal(mo_validator_speaks_of(&w->v, &log), 16 * EPOCH);
    log.data.size--;
    assert_int_equal(mo_validator_speaks_of(&w->v, &log), 0);
    log = link_log(w, &w->v.core_id, 16, data);
    assert_int_equal(mo_validator_speaks_of(&w->v, &log), 0);
    log = link_log(w, &w->v.origin_id, UINT64_MAX / 2, data);
    assert_int_equal(mo_validator_speaks_of(&w->v, &log), 0);
    log = link_log(w, &w->v.origin_id, 16, data);
    log.address.bytes[0] ^= 1;
    assert_int_equal(mo_validator_speaks_of(&w->v, &log), 0);
    log = link_log(w, &w->v.origin_id, 16, data);
    log.topics[0] = mo_bind_polling_place_vote_recorded_event_topic;
    assert_int_equal(mo_validator_speaks_of(&w->v, &log), 0);
    log.topic_count = 0;
    assert_int_equal(mo_validator_speaks_of(&w->v, &log), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_resumed_state_goes_on_as_the_one_that_it_was),
        TEST(duties_begin_anew),
        TEST(marks_and_votes_cast_are_the_guards),
        TEST(a_state_that_saw_more_of_our_votes_than_the_guard_has_is_refused),
        TEST(a_state_that_disagreed_is_refused),
        TEST(a_state_of_another_core_is_refused),
        TEST(a_link_about_origin_speaks_of_its_target_and_no_other_log_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
