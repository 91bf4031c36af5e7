#include "bind/auxiliary_block_store.h"
#include "bind/core.h"
#include "bind/origin_block_store.h"
#include "bind/polling_place.h"
#include "role/test_validator_world.h"

/* What strangers can do with cheap transactions of the open functions, and what must not stop a validator: it comes as
 * the contracts' logs, not as calls of the copies. */

#define FLOOD (MO_POLL_ORIGINS_MAX + 8)

/* --- logs ------------------------------------------------------------------------------------------------------- */

typedef struct {
    mo_event_log_t log;
    uint8_t data[2048];
    size_t words;
} text_t;

static mo_hash_t number_word(uint64_t value)
{
    return mo_u256_to_hash(mo_u256_from_u64(value));
}

static mo_hash_t address_word(const mo_address_t *address)
{
    mo_hash_t word = {{0}};
    memcpy(word.bytes + 12, address->bytes, sizeof address->bytes);
    return word;
}

static void topic(text_t *t, mo_hash_t word)
{
    t->log.topics[t->log.topic_count++] = word;
}

static void put(text_t *t, mo_hash_t word)
{
    assert_true((t->words + 1) * 32 <= sizeof t->data);
    memcpy(t->data + 32 * t->words++, word.bytes, 32);
}

static void put_number(text_t *t, uint64_t value)
{
    put(t, number_word(value));
}

static void emit(world_t *w, text_t *t, mo_chain_t chain, const mo_address_t *address)
{
    t->log.number = w->block + 1;
    t->log.address = *address;
    t->log.data = (mo_bytes_t){t->data, 32 * t->words};
    mo_event_t event = {.kind = MO_EVENT_LOG, .chain = chain, .log = t->log};
    step(w, &event);
}

static void log_report(world_t *w, const mo_hash_t *first, const mo_record_t *last)
{
    text_t t = {0};
    topic(&t, mo_bind_auxiliary_block_store_blocks_reported_event_topic);
    topic(&t, *first);
    topic(&t, last->hash);
    put_number(&t, last->number);
    put(&t, last->transaction_root);
    put(&t, mo_u256_to_hash(last->gas));
    emit(w, &t, MO_CHAIN_AUXILIARY, &w->v.config.auxiliary_block_store);
}

static void log_anchor(world_t *w, const mo_hash_t *hash)
{
    text_t t = {0};
    topic(&t, mo_bind_auxiliary_block_store_block_anchored_event_topic);
    topic(&t, *hash);
    emit(w, &t, MO_CHAIN_AUXILIARY, &w->v.config.auxiliary_block_store);
}

static void log_origin_report(world_t *w, uint64_t number, const mo_hash_t *hash)
{
    text_t t = {0};
    topic(&t, mo_bind_origin_block_store_origin_block_reported_event_topic);
    topic(&t, *hash);
    put_number(&t, number);
    put_number(&t, 0);
    emit(w, &t, MO_CHAIN_AUXILIARY, &w->v.config.origin_block_store);
}

static void log_kernel(text_t *t, const mo_kernel_t *kernel)
{
    put(t, number_word(kernel->height.value));
    put(t, kernel->parent);
    put_number(t, 128);
    put(t, mo_u256_to_hash(kernel->gas_target));
    put_number(t, kernel->update_count);
    for (size_t i = 0; i < kernel->update_count; i++) {
        put(t, address_word(&kernel->updates[i].validator));
        put_number(t, kernel->updates[i].weight.value);
        put_number(t, kernel->updates[i].kind);
    }
}

static void log_opened(world_t *w)
{
    const mo_validator_config_t *c = &w->v.config;
    text_t t = {0};
    topic(&t, mo_bind_polling_place_polling_place_opened_event_topic);
    put_number(&t, c->origin_chain_id);
    put(&t, address_word(&c->core));
    put_number(&t, c->epoch);
    put_number(&t, c->origin_epoch);
    put(&t, c->auxiliary_root_hash);
    put_number(&t, c->auxiliary_root_number);
    put_number(&t, c->origin_root_number);
    put(&t, c->origin_root_hash);
    put(&t, address_word(&c->auxiliary_block_store));
    put(&t, address_word(&c->origin_block_store));
    put(&t, address_word(&c->kernel_relay));
    put(&t, mo_rules_kernel_hash(&w->k1));
    put_number(&t, 13 * 32);
    log_kernel(&t, &w->k1);
    emit(w, &t, MO_CHAIN_AUXILIARY, &c->polling_place);
}

static void log_link(world_t *w, const mo_vote_t *vote)
{
    text_t t = {0};
    topic(&t, mo_bind_polling_place_link_registered_event_topic);
    topic(&t, mo_rules_vote_hash(vote));
    put(&t, vote->chain);
    put(&t, vote->transition);
    put(&t, vote->source);
    put(&t, vote->target);
    put_number(&t, vote->source_height.value);
    put_number(&t, vote->target_height.value);
    put_number(&t, 1);
    put_number(&t, 10 * VOTERS);
    put_number(&t, 10 * VOTERS);
    emit(w, &t, MO_CHAIN_AUXILIARY, &w->v.config.polling_place);
}

static void log_vote(world_t *w, const mo_vote_t *vote, uint32_t index, uint64_t tally)
{
    mo_hash_t digest = mo_rules_vote_digest(&w->v.poll.config.domain, vote);
    mo_signature_t signature;
    assert_true(mo_secp_sign(&w->keys[index], &digest, &signature));
    text_t t = {0};
    topic(&t, mo_bind_polling_place_vote_recorded_event_topic);
    topic(&t, mo_rules_vote_hash(vote));
    topic(&t, number_word(index));
    put_number(&t, tally);
    put_number(&t, tally);
    put(&t, signature.r);
    put(&t, signature.vs);
    emit(w, &t, MO_CHAIN_AUXILIARY, &w->v.config.polling_place);
}

static void log_proposal(world_t *w, const mo_transition_t *x, uint64_t stated, uint64_t ready_at)
{
    mo_hash_t hash = mo_rules_transition_hash(x);
    text_t t = {0};
    topic(&t, mo_bind_core_meta_block_proposed_event_topic);
    topic(&t, mo_rules_core_proposal_id(&hash, (mo_height_t){stated}));
    topic(&t, number_word(1));
    put(&t, hash);
    put_number(&t, stated);
    put_number(&t, 1);
    put_number(&t, ready_at);
    put_number(&t, x->dynasty);
    put_number(&t, x->origin_number);
    put(&t, x->origin_hash);
    put(&t, x->transaction_root);
    put(&t, mo_u256_to_hash(x->gas));
    put(&t, x->kernel);
    emit(w, &t, MO_CHAIN_ORIGIN, &w->v.config.core);
}

static void log_commit(world_t *w, const mo_transition_t *x, const mo_vote_t *link)
{
    text_t t = {0};
    topic(&t, mo_bind_core_meta_block_committed_event_topic);
    topic(&t, number_word(1));
    put(&t, w->v.core.kernel_hash);
    put(&t, mo_rules_transition_hash(x));
    put(&t, link->chain);
    put(&t, link->transition);
    put(&t, link->source);
    put(&t, link->target);
    put_number(&t, link->source_height.value);
    put_number(&t, link->target_height.value);
    put_number(&t, 0);
    put_number(&t, 0);
    emit(w, &t, MO_CHAIN_ORIGIN, &w->v.config.core);
}

static mo_address_t contract(uint8_t i)
{
    return (mo_address_t){{0xa0, i}};
}

static void begin(world_t *w, uint8_t self)
{
    start(w, self);
    w->v.config.auxiliary_block_store = contract(1);
    w->v.config.origin_block_store = contract(2);
    w->v.config.polling_place = contract(3);
    w->v.config.kernel_relay = contract(4);
}

static const mo_record_t *own(const world_t *w, uint64_t height)
{
    return &w->v.records[height % MO_VALIDATOR_CHECKPOINTS_MAX];
}

/* --- reports ---------------------------------------------------------------------------------------------------- */

static void reports_made_before_the_polling_place_existed_are_followed(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    mo_validator_config_t config = w->v.config;
    mo_validator_init(&w->v, &config);
    w->v.founders = mo_rules_kernel_hash(&w->k1);
    w->head = (mo_hash_t){{0}};
    w->block = EPOCH - 1;
    headers_to(w, 24);
    origin_to(w, 30, 30);
    mo_hash_t origin = origin_hash(24);
    log_report(w, &own(w, 1)->hash, own(w, 2));
    log_anchor(w, &own(w, 2)->hash);
    log_origin_report(w, 24, &origin);
    log_opened(w);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    assert_true(w->v.founded);
    log_report(w, &own(w, 2)->hash, own(w, 3));
    log_anchor(w, &own(w, 3)->hash);
    tick(w, 10);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    assert_int_equal(wants(w, MO_DUTY_VOTE_AUXILIARY)->vote.target_height.value, 2);
    assert_int_equal(wants(w, MO_DUTY_VOTE_ORIGIN)->vote.target_height.value, 3);
}

static void invented_headers_and_runs_upon_them_are_nothing_to_us(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    headers_to(w, 24);
    mo_hash_t first = own(w, 1)->hash;
    for (uint64_t i = 0; i < 2 * MO_POLL_RECORDS_MAX; i++) {
        mo_record_t last = {.number = 9 + i, .hash = number_word(i + 1), .gas = mo_u256_from_u64(i)};
        log_report(w, &first, &last);
        first = last.hash;
    }
    mo_hash_t forgotten = number_word(1);
    mo_record_t upon = {.number = 16, .hash = named(7, 7)};
    log_report(w, &forgotten, &upon);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    log_report(w, &own(w, 1)->hash, own(w, 2));
    log_anchor(w, &own(w, 2)->hash);
    tick(w, 10);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    assert_non_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
}

static void our_own_checkpoint_counts_from_whatever_block_its_run_began_at(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    headers_to(w, 16);
    mo_hash_t unknown = named(8, 8);
    log_report(w, &unknown, own(w, 2));
    log_anchor(w, &own(w, 2)->hash);
    log_anchor(w, &unknown);
    tick(w, 10);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    assert_non_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
}

static void a_report_with_other_gas_than_our_headers_give_still_stops_us(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    headers_to(w, 16);
    mo_record_t last = *own(w, 2);
    last.gas = mo_u256_from_u64(7);
    log_report(w, &own(w, 1)->hash, &last);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_ACCUMULATION);
}

static void invented_origin_checkpoints_crowd_out_none_of_ours(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    headers_to(w, 16);
    origin_to(w, 30, 30);
    mo_hash_t ours = origin_hash(24);
    log_origin_report(w, 24, &ours);
    for (uint64_t i = 0; i < FLOOD; i++) {
        mo_hash_t hash = number_word(i + 1);
        log_origin_report(w, 24 + EPOCH * (i % 3), &hash);
    }
    tick(w, 10);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    assert_non_null(wants(w, MO_DUTY_VOTE_ORIGIN));
}

static mo_vote_t about_origin(const world_t *w, uint64_t height, mo_hash_t target)
{
    return (mo_vote_t){.chain = w->v.origin_id,
                       .source = origin_hash(16),
                       .target = target,
                       .source_height = {2},
                       .target_height = {height}};
}

static void votes_of_one_validator_for_invented_origin_checkpoints_stop_nobody(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    headers_to(w, 16);
    origin_to(w, 30, 30);
    for (uint64_t i = 0; i < FLOOD; i++) {
        mo_vote_t vote = about_origin(w, 100 + i, number_word(i + 1));
        log_origin_report(w, vote.target_height.value * EPOCH, &vote.target);
        log_link(w, &vote);
        log_vote(w, &vote, 3, 10);
    }
    mo_vote_t first = about_origin(w, 100, number_word(1));
    log_vote(w, &first, 2, 20);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    mo_vote_t honest = about_origin(w, 3, origin_hash(24));
    log_origin_report(w, 24, &honest.target);
    log_link(w, &honest);
    for (uint32_t i = 1; i < 4; i++) {
        log_vote(w, &honest, i, 10 * i);
    }
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    assert_int_equal(mo_rules_poll_highest_justified(&w->v.poll, MO_POLL_ORIGIN).height.value, 3);
}

static void an_origin_checkpoint_reported_before_our_node_saw_it_is_voted_for(void **state)
{
    world_t *w = *state;
    begin(w, 3);
    headers_to(w, 16);
    mo_hash_t ours = origin_hash(24);
    log_origin_report(w, 24, &ours);
    origin_to(w, 30, 30);
    tick(w, 0);
    tick(w, 10000);
    assert_non_null(wants(w, MO_DUTY_REPORT_ORIGIN));
    mo_event_t refused = {.kind = MO_EVENT_OUTCOME,
                          .outcome = {.duty = MO_DUTY_REPORT_ORIGIN, .key = 3, .outcome = MO_OUTCOME_FAILED}};
    step(w, &refused);
    tick(w, 10);
    assert_non_null(wants(w, MO_DUTY_VOTE_ORIGIN));
    log_origin_report(w, 24, &ours);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
}

static void another_ones_vote_teaches_us_a_report_that_came_before_our_node(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    headers_to(w, 16);
    mo_vote_t vote = about_origin(w, 3, origin_hash(24));
    log_origin_report(w, 24, &vote.target);
    origin_to(w, 30, 30);
    log_link(w, &vote);
    log_vote(w, &vote, 1, 10);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    tick(w, 10);
    assert_true(mo_rules_vote_equal(&wants(w, MO_DUTY_VOTE_ORIGIN)->vote, &vote));
}

/* --- proposals -------------------------------------------------------------------------------------------------- */

static void finalise_to_four(world_t *w)
{
    for (uint64_t height = 2; height <= 5; height++) {
        headers_to(w, height * EPOCH);
        report(w, height);
        supermajority(w, height - 1, height);
        headers_to(w, height * EPOCH + 1);
    }
}

static void more_proposals_than_we_keep_do_not_keep_us_from_committing(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    w->v.config.core = contract(5);
    finalise_to_four(w);
    tick(w, 0);
    tick(w, 10000);
    mo_action_propose_t ours = wants(w, MO_DUTY_PROPOSE)->propose;
    for (uint64_t i = 0; i < MO_CORE_PROPOSALS_MAX; i++) {
        mo_transition_t invented = ours.transition;
        invented.transaction_root = number_word(i);
        log_proposal(w, &invented, 4, 500);
    }
    log_proposal(w, &ours.transition, ours.stated_height, 500);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    w->v.origin_time = 500;
    tick(w, 0);
    tick(w, 20000);
    const mo_action_t *action = wants(w, MO_DUTY_COMMIT);
    assert_non_null(action);
    assert_int_equal(action->commit.stated_height, 4);
    log_commit(w, &action->commit.transition, &action->commit.link);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    assert_int_equal(w->v.core.committed.source_height.value, 4);
    assert_int_equal(w->v.core.committed.dynasty, action->commit.transition.dynasty);
}

static void log_struck(world_t *w, mo_hash_t id)
{
    text_t t = {0};
    topic(&t, mo_bind_core_proposal_struck_event_topic);
    topic(&t, id);
    topic(&t, number_word(0xcafe));
    emit(w, &t, MO_CHAIN_ORIGIN, &w->v.config.core);
}

/* Somebody else's proposal of a later checkpoint is struck for ours, which lives and is committed (4.4 b). */
static void a_struck_proposal_is_forgotten_and_the_lower_one_is_committed(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    w->v.config.core = contract(5);
    finalise_to_four(w);
    tick(w, 0);
    tick(w, 10000);
    mo_action_propose_t ours = wants(w, MO_DUTY_PROPOSE)->propose;
    mo_transition_t later = ours.transition;
    later.transaction_root = number_word(7);
    mo_hash_t hash = mo_rules_transition_hash(&later);
    mo_hash_t id = mo_rules_core_proposal_id(&hash, (mo_height_t){9});
    log_proposal(w, &later, 9, 500);
    assert_non_null(mo_rules_core_proposal(&w->v.core, &id));
    log_struck(w, id);
    log_proposal(w, &ours.transition, ours.stated_height, 500);
    assert_null(mo_rules_core_proposal(&w->v.core, &id));
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    w->v.origin_time = 500;
    tick(w, 0);
    tick(w, 20000);
    assert_int_equal(wants(w, MO_DUTY_COMMIT)->commit.stated_height, ours.stated_height);
    log_struck(w, id);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_CORE);
}

static void a_strike_of_a_proposal_that_was_not_kept_is_no_disagreement(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    w->v.config.core = contract(5);
    finalise_to_four(w);
    tick(w, 0);
    tick(w, 10000);
    mo_transition_t invented = wants(w, MO_DUTY_PROPOSE)->propose.transition;
    for (uint64_t i = 0; i <= MO_CORE_PROPOSALS_MAX; i++) {
        invented.transaction_root = number_word(i);
        log_proposal(w, &invented, 4, 500);
    }
    mo_hash_t hash = mo_rules_transition_hash(&invented);
    log_struck(w, mo_rules_core_proposal_id(&hash, (mo_height_t){4}));
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
}

/* A proposal with an observation that origin contradicts is forfeit, and the core halts (4.4 a). */
static void a_forfeit_proposal_is_forgotten_as_the_core_halts(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    w->v.config.core = contract(5);
    finalise_to_four(w);
    tick(w, 0);
    tick(w, 10000);
    mo_action_propose_t ours = wants(w, MO_DUTY_PROPOSE)->propose;
    mo_hash_t hash = mo_rules_transition_hash(&ours.transition);
    mo_hash_t id = mo_rules_core_proposal_id(&hash, (mo_height_t){ours.stated_height});
    log_proposal(w, &ours.transition, ours.stated_height, 500);
    text_t t = {0};
    topic(&t, mo_bind_core_observation_challenged_event_topic);
    topic(&t, id);
    topic(&t, number_word(0xcafe));
    for (uint64_t i = 0; i < 6; i++) {
        put_number(&t, i);
    }
    emit(w, &t, MO_CHAIN_ORIGIN, &w->v.config.core);
    assert_null(mo_rules_core_proposal(&w->v.core, &id));
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
}

/* --- halts ------------------------------------------------------------------------------------------------------ */

static void log_halted(world_t *w, uint64_t reason)
{
    text_t t = {0};
    topic(&t, mo_bind_core_core_halted_event_topic);
    put_number(&t, reason);
    emit(w, &t, MO_CHAIN_ORIGIN, &w->v.config.core);
}

/* A checkpoint that is ready to be proposed, and once proposed to be committed, until the core halts (4.5). */
static void to_a_halted_core_nothing_is_proposed_or_committed(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    w->v.config.core = contract(5);
    finalise_to_four(w);
    tick(w, 0);
    tick(w, 10000);
    mo_action_propose_t ours = wants(w, MO_DUTY_PROPOSE)->propose;
    log_proposal(w, &ours.transition, ours.stated_height, 500);
    w->v.origin_time = 500;
    tick(w, 0);
    tick(w, 20000);
    assert_non_null(wants(w, MO_DUTY_COMMIT));
    log_halted(w, 2);
    assert_int_equal(w->v.core.status, MO_CORE_HALTED);
    tick(w, 0);
    tick(w, 200000);
    assert_null(wants(w, MO_DUTY_PROPOSE));
    assert_null(wants(w, MO_DUTY_COMMIT));
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
}

/* --- long waits ------------------------------------------------------------------------------------------------- */

static void the_roots_stay_ours_however_many_checkpoints_follow(void **state)
{
    world_t *w = *state;
    begin(w, 0);
    uint64_t last = (MO_VALIDATOR_CHECKPOINTS_MAX + 4) * EPOCH;
    headers_to(w, last);
    for (uint64_t n = 16; n <= last; n += EPOCH) {
        mo_event_t event = {
            .kind = MO_EVENT_HEADER,
            .chain = MO_CHAIN_ORIGIN,
            .header = {.number = n, .timestamp = n, .hash = n == 16 ? origin_hash(16) : number_word(n)}};
        step(w, &event);
    }
    mo_event_t final = {.kind = MO_EVENT_FINALISED, .chain = MO_CHAIN_ORIGIN, .finalised = last};
    step(w, &final);
    mo_hash_t unknown = named(8, 8);
    log_report(w, &unknown, own(w, last / EPOCH));
    log_anchor(w, &own(w, last / EPOCH)->hash);
    mo_hash_t newest = number_word(last);
    log_origin_report(w, last, &newest);
    tick(w, 10);
    assert_int_equal(w->v.disagreement, MO_DISAGREEMENT_NONE);
    assert_non_null(wants(w, MO_DUTY_VOTE_AUXILIARY));
    assert_non_null(wants(w, MO_DUTY_VOTE_ORIGIN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reports_made_before_the_polling_place_existed_are_followed),
        TEST(invented_headers_and_runs_upon_them_are_nothing_to_us),
        TEST(our_own_checkpoint_counts_from_whatever_block_its_run_began_at),
        TEST(a_report_with_other_gas_than_our_headers_give_still_stops_us),
        TEST(invented_origin_checkpoints_crowd_out_none_of_ours),
        TEST(votes_of_one_validator_for_invented_origin_checkpoints_stop_nobody),
        TEST(an_origin_checkpoint_reported_before_our_node_saw_it_is_voted_for),
        TEST(another_ones_vote_teaches_us_a_report_that_came_before_our_node),
        TEST(more_proposals_than_we_keep_do_not_keep_us_from_committing),
        TEST(a_struck_proposal_is_forgotten_and_the_lower_one_is_committed),
        TEST(a_strike_of_a_proposal_that_was_not_kept_is_no_disagreement),
        TEST(a_forfeit_proposal_is_forgotten_as_the_core_halts),
        TEST(to_a_halted_core_nothing_is_proposed_or_committed),
        TEST(the_roots_stay_ours_however_many_checkpoints_follow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
