#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bind/gateway.h"
#include "bind/message_bus.h"
#include "role/facilitator_parts.h"
#include "rules/identity.h"

/* The pair's contracts are played by setting what their logs would say. */
typedef struct {
    mo_facilitator_role_t f;
    mo_actions_t actions;
    uint64_t now_ms;
} world_t;

static void start(world_t *w)
{
    memset(w, 0, sizeof *w);
    mo_address_t core = {{0xc0}};
    mo_hash_t core_id = mo_rules_core_id(1, &core);
    mo_facilitator_config_t config = {
        .self = {{0xfa}},
        .domains = {[MO_CHAIN_ORIGIN] = {1, {{0x01}}, core_id}, [MO_CHAIN_AUXILIARY] = {2, {{0x02}}, core_id}},
        .core = core,
        .epoch = 16,
        .bounties = {[MO_CHAIN_ORIGIN] = mo_u256_from_u64(10), [MO_CHAIN_AUXILIARY] = mo_u256_from_u64(20)},
    };
    mo_facilitator_init(&w->f, &config);
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        w->f.sides[chain].linked = true;
        w->f.sides[chain].ledger = mo_u256_from_u64(100);
    }
}

static void tick(world_t *w, uint64_t ms)
{
    w->now_ms += ms;
    mo_event_t event = {.kind = MO_EVENT_TICK, .now_ms = w->now_ms};
    mo_facilitator_step(&w->f, &event, &w->actions);
}

static void intent(world_t *w, mo_message_kind_t kind, uint8_t nonce)
{
    mo_event_t event = {.kind = MO_EVENT_INTENT,
                        .intent = {.kind = kind,
                                   .message = {.intent = {.amount = mo_u256_from_u64(5)},
                                               .nonce = mo_u256_from_u64(nonce)}}};
    mo_facilitator_step(&w->f, &event, &w->actions);
}

/* A message of ours, as it stands in both boxes. */
static mo_transfer_t *carried(world_t *w, mo_message_kind_t kind, mo_bus_status_t outbox, mo_bus_status_t inbox)
{
    mo_transfer_t *transfer = mo_facilitator_take(&w->f);
    transfer->kind = kind;
    transfer->id.bytes[0] = (uint8_t)(transfer - w->f.transfers + 1);
    transfer->own = true;
    transfer->declared = true;
    transfer->declared_block = 40;
    transfer->outbox = outbox;
    transfer->inbox = inbox;
    return transfer;
}

static void outcome(world_t *w, mo_outcome_t what)
{
    mo_event_t event = {.kind = MO_EVENT_OUTCOME,
                        .outcome = {w->actions.items[0].duty, w->actions.items[0].key, what}};
    mo_facilitator_step(&w->f, &event, &w->actions);
}

static const mo_action_t *only(const world_t *w, mo_action_kind_t kind, mo_chain_t chain)
{
    assert_int_equal(w->actions.count, 1);
    assert_int_equal(w->actions.items[0].kind, kind);
    assert_int_equal(w->actions.items[0].chain, chain);
    return &w->actions.items[0];
}

static void an_intent_is_declared_on_its_source_side(void **state)
{
    world_t *w = *state;
    start(w);
    intent(w, MO_MESSAGE_STAKE, 1);
    tick(w, 1);
    (void)only(w, MO_ACTION_DECLARE, MO_CHAIN_ORIGIN);
    start(w);
    intent(w, MO_MESSAGE_REDEEM, 1);
    tick(w, 1);
    (void)only(w, MO_ACTION_DECLARE, MO_CHAIN_AUXILIARY);
}

static void an_intent_that_comes_twice_is_declared_once(void **state)
{
    world_t *w = *state;
    start(w);
    intent(w, MO_MESSAGE_STAKE, 1);
    intent(w, MO_MESSAGE_STAKE, 1);
    tick(w, 1);
    (void)only(w, MO_ACTION_DECLARE, MO_CHAIN_ORIGIN);
    tick(w, 1);
    assert_int_equal(w->actions.count, 0);
}

/* The label of a transaction outlives the process: in another order, it must not become another message's. */
static void a_piece_of_work_has_the_same_name_whatever_came_before_it(void **state)
{
    world_t *w = *state;
    uint64_t keys[2];
    start(w);
    intent(w, MO_MESSAGE_STAKE, 1);
    intent(w, MO_MESSAGE_STAKE, 2);
    tick(w, 1);
    keys[0] = w->actions.items[0].key;
    keys[1] = w->actions.items[1].key;
    start(w);
    intent(w, MO_MESSAGE_STAKE, 2);
    tick(w, 1);
    assert_true(only(w, MO_ACTION_DECLARE, MO_CHAIN_ORIGIN)->key == keys[1]);
    assert_true(keys[0] != keys[1]);
    assert_int_equal(mo_facilitator_row(keys[1]), MO_ROW_DECLARE);
}

static void a_message_carried_to_its_end_is_not_declared_again(void **state)
{
    world_t *w = *state;
    start(w);
    intent(w, MO_MESSAGE_STAKE, 1);
    mo_hash_t id = w->f.transfers[0].id;
    assert_false(mo_facilitator_is_declared(&w->f, &id));
    w->f.transfers[0].declared = true;
    assert_true(mo_facilitator_is_declared(&w->f, &id));
    w->f.transfers[0].used = false;
    w->f.finished[w->f.finished_count++] = id;
    assert_true(mo_facilitator_is_declared(&w->f, &id));
    intent(w, MO_MESSAGE_STAKE, 1);
    tick(w, 1);
    assert_int_equal(w->actions.count, 0);
}

static void nothing_is_declared_before_the_pair_is_open(void **state)
{
    world_t *w = *state;
    start(w);
    w->f.sides[MO_CHAIN_ORIGIN].linked = false;
    intent(w, MO_MESSAGE_STAKE, 1);
    tick(w, 1);
    assert_int_equal(w->actions.count, 0);
}

static void the_ledger_is_filled_before_a_bounty_is_needed(void **state)
{
    world_t *w = *state;
    start(w);
    w->f.sides[MO_CHAIN_ORIGIN].ledger = mo_u256_from_u64(9);
    intent(w, MO_MESSAGE_STAKE, 1);
    tick(w, 1);
    const mo_action_t *action = only(w, MO_ACTION_FUND_LEDGER, MO_CHAIN_ORIGIN);
    assert_true(mo_u256_equal(action->amount, mo_u256_from_u64(50)));
}

/* A ledger of ten bounties: the eleventh declaration waits for coin, whatever the others' transactions are doing. */
static void no_more_is_declared_than_the_ledger_has_bounties_for(void **state)
{
    world_t *w = *state;
    start(w);
    for (uint8_t i = 0; i < 13; i++) {
        intent(w, MO_MESSAGE_STAKE, i);
    }
    tick(w, 1);
    assert_int_equal(w->actions.count, 11);
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(w->actions.items[i].kind, MO_ACTION_DECLARE);
    }
    assert_int_equal(w->actions.items[10].kind, MO_ACTION_FUND_LEDGER);
    assert_true(mo_u256_equal(w->actions.items[10].amount, mo_u256_from_u64(10 * (4 + 3))));
    tick(w, 1);
    assert_int_equal(w->actions.count, 0);
}

static void a_refused_intent_is_given_up_and_leaves_its_place(void **state)
{
    world_t *w = *state;
    start(w);
    intent(w, MO_MESSAGE_STAKE, 1);
    tick(w, 1);
    outcome(w, MO_OUTCOME_FAILED);
    tick(w, 1);
    assert_int_equal(w->actions.count, 0);
    assert_false(w->f.transfers[0].used);
}

/* Without its secret: what only proofs move. */
static mo_transfer_t *revoked(world_t *w, mo_bus_status_t inbox)
{
    mo_transfer_t *transfer = carried(w, MO_MESSAGE_STAKE, MO_STATUS_REVOCATION_DECLARED, inbox);
    transfer->revoked_block = 60;
    return transfer;
}

static const mo_action_t *only_row(const world_t *w, unsigned row, mo_chain_t chain)
{
    const mo_action_t *action = only(w, MO_ACTION_STEP, chain);
    assert_int_equal(action->message.row, row);
    return action;
}

static void a_message_waits_for_a_root_that_covers_its_declaration(void **state)
{
    world_t *w = *state;
    start(w);
    (void)carried(w, MO_MESSAGE_STAKE, MO_STATUS_PROGRESSED, MO_STATUS_UNDECLARED);
    w->f.sides[MO_CHAIN_AUXILIARY].newest = (mo_foreign_root_t){true, 39, 39};
    tick(w, 1);
    assert_int_equal(w->actions.count, 0);
    w->f.sides[MO_CHAIN_AUXILIARY].newest = (mo_foreign_root_t){true, 40, 40};
    tick(w, 1);
    const mo_action_t *action = only(w, MO_ACTION_PROVE_PEER, MO_CHAIN_AUXILIARY);
    assert_int_equal(action->message.root_number, 40);
    w->f.sides[MO_CHAIN_AUXILIARY].proven = w->f.sides[MO_CHAIN_AUXILIARY].newest;
    tick(w, 1);
    action = only_row(w, MO_ROW_DELIVER, MO_CHAIN_AUXILIARY);
    assert_int_equal(action->message.root_block, 40);
    assert_true(action->message.by_secret);
}

static void a_redeem_is_proven_by_the_source_of_a_committed_meta_block(void **state)
{
    world_t *w = *state;
    start(w);
    (void)carried(w, MO_MESSAGE_REDEEM, MO_STATUS_PROGRESSED, MO_STATUS_UNDECLARED);
    w->f.sides[MO_CHAIN_ORIGIN].newest = (mo_foreign_root_t){true, 3, 48};
    tick(w, 1);
    const mo_action_t *action = only(w, MO_ACTION_PROVE_PEER, MO_CHAIN_ORIGIN);
    assert_int_equal(action->message.root_number, 3);
    assert_int_equal(action->message.root_block, 48);
}

static void one_proof_of_the_peer_serves_all_that_wait_for_it(void **state)
{
    world_t *w = *state;
    start(w);
    (void)carried(w, MO_MESSAGE_STAKE, MO_STATUS_PROGRESSED, MO_STATUS_UNDECLARED);
    (void)carried(w, MO_MESSAGE_STAKE, MO_STATUS_PROGRESSED, MO_STATUS_UNDECLARED);
    w->f.sides[MO_CHAIN_AUXILIARY].newest = (mo_foreign_root_t){true, 40, 40};
    tick(w, 1);
    (void)only(w, MO_ACTION_PROVE_PEER, MO_CHAIN_AUXILIARY);
}

/* The secret leaves only when the target can deliver, and the source is progressed first (7.4). */
static void the_secret_is_shown_on_the_source_first_and_only_once_the_target_can_deliver(void **state)
{
    static const struct {
        mo_bus_status_t outbox;
        mo_bus_status_t inbox;
        uint64_t root; /* of origin, that the auxiliary chain knows */
        unsigned row;
        mo_chain_t chain;
    } rows[] = {
        {MO_STATUS_DECLARED, MO_STATUS_UNDECLARED, 39, 0, 0},
        {MO_STATUS_DECLARED, MO_STATUS_UNDECLARED, 40, MO_ROW_PROGRESS_OUTBOX, MO_CHAIN_ORIGIN},
        {MO_STATUS_DECLARED, MO_STATUS_DECLARED, 39, MO_ROW_PROGRESS_OUTBOX, MO_CHAIN_ORIGIN},
        {MO_STATUS_PROGRESSED, MO_STATUS_DECLARED, 39, MO_ROW_PROGRESS_INBOX, MO_CHAIN_AUXILIARY},
        {MO_STATUS_PROGRESSED, MO_STATUS_PROGRESSED, 40, 0, 0},
    };
    world_t *w = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start(w);
        (void)carried(w, MO_MESSAGE_STAKE, rows[i].outbox, rows[i].inbox);
        w->f.sides[MO_CHAIN_AUXILIARY].newest = (mo_foreign_root_t){true, rows[i].root, rows[i].root};
        tick(w, 1);
        assert_int_equal(w->actions.count, rows[i].row > 0);
        if (rows[i].row > 0) {
            (void)only_row(w, rows[i].row, rows[i].chain);
        }
    }
}

static void a_stuck_message_holds_up_no_other(void **state)
{
    world_t *w = *state;
    start(w);
    (void)carried(w, MO_MESSAGE_STAKE, MO_STATUS_DECLARED, MO_STATUS_DECLARED);
    tick(w, 1);
    outcome(w, MO_OUTCOME_FAILED);
    (void)carried(w, MO_MESSAGE_STAKE, MO_STATUS_DECLARED, MO_STATUS_DECLARED);
    tick(w, 1);
    const mo_action_t *action = only_row(w, MO_ROW_PROGRESS_OUTBOX, MO_CHAIN_ORIGIN);
    assert_ptr_equal(action->message.envelope, &w->f.transfers[1].envelope);
}

/* A log of the message 77.. with so many words of data, all zero. */
static void hear(world_t *w, mo_chain_t chain, uint64_t number, mo_hash_t topic, uint8_t facilitator, size_t words)
{
    static const uint8_t data[16 * 32] = {0};
    mo_event_t event = {.kind = MO_EVENT_LOG,
                        .chain = chain,
                        .log = {.chain = chain,
                                .number = number,
                                .address = {{chain == MO_CHAIN_ORIGIN ? 0x01 : 0x02}},
                                .topics = {topic, {{0x77}}},
                                .topic_count = facilitator == 0 ? 2 : 4,
                                .data = {data, words * 32}}};
    event.log.topics[3].bytes[12] = facilitator;
    mo_facilitator_step(&w->f, &event, &w->actions);
}

static void hear_declared(world_t *w, uint8_t facilitator)
{
    hear(w, MO_CHAIN_ORIGIN, 40, mo_bind_gateway_stake_declared_event_topic, facilitator, 12);
}

static void what_happened_in_the_inbox_before_the_declaration_was_seen_is_not_done_again(void **state)
{
    const mo_hash_t id = {{0x77}};
    world_t *w = *state;
    start(w);
    hear(w, MO_CHAIN_AUXILIARY, 50, mo_bind_message_bus_confirmed_event_topic, 0, 1);
    hear_declared(w, 0xfa);
    assert_true(mo_facilitator_is_declared(&w->f, &id));
    tick(w, 1);
    (void)only_row(w, MO_ROW_PROGRESS_OUTBOX, MO_CHAIN_ORIGIN);
}

static void anothers_message_is_left_to_it_until_it_could_have_been_delivered_for_a_while(void **state)
{
    world_t *w = *state;
    start(w);
    w->f.config.policy.rescue_ms = 5000;
    hear_declared(w, 0xbb);
    w->f.sides[MO_CHAIN_AUXILIARY].newest = (mo_foreign_root_t){true, 48, 48};
    w->f.sides[MO_CHAIN_AUXILIARY].proven = w->f.sides[MO_CHAIN_AUXILIARY].newest;
    tick(w, 1);
    assert_int_equal(w->actions.count, 0);
    tick(w, 4999);
    assert_int_equal(w->actions.count, 0);
    tick(w, 1);
    assert_false(only_row(w, MO_ROW_DELIVER, MO_CHAIN_AUXILIARY)->message.by_secret);
}

static void anothers_message_is_never_delivered_without_patience_being_set(void **state)
{
    world_t *w = *state;
    start(w);
    hear_declared(w, 0xbb);
    assert_null(mo_facilitator_find(&w->f, &(mo_hash_t){{0x77}}));
}

static void anothers_message_that_it_delivers_itself_is_forgotten(void **state)
{
    world_t *w = *state;
    start(w);
    w->f.config.policy.rescue_ms = 5000;
    hear_declared(w, 0xbb);
    assert_non_null(mo_facilitator_find(&w->f, &(mo_hash_t){{0x77}}));
    hear(w, MO_CHAIN_AUXILIARY, 50, mo_bind_message_bus_delivered_event_topic, 0xbb, 4);
    assert_null(mo_facilitator_find(&w->f, &(mo_hash_t){{0x77}}));
    assert_int_equal(w->f.rescued, 0);
}

static void others_messages_leave_room_for_our_own(void **state)
{
    world_t *w = *state;
    start(w);
    w->f.config.policy.rescue_ms = 5000;
    for (int i = 0; i < MO_TRANSFERS_MAX - MO_TRANSFERS_OWN; i++) {
        carried(w, MO_MESSAGE_STAKE, MO_STATUS_DECLARED, MO_STATUS_UNDECLARED)->own = false;
    }
    assert_null(mo_facilitator_take_other(&w->f));
    assert_non_null(mo_facilitator_take(&w->f));
}

static void an_intent_that_names_nobody_is_declared_at_a_moment_of_ones_own(void **state)
{
    world_t *w = *state;
    uint64_t moments[2] = {0};
    for (uint8_t i = 0; i < 2; i++) {
        start(w);
        w->f.config.self.bytes[1] = i;
        w->f.config.policy.spread_ms = 100000;
        intent(w, MO_MESSAGE_STAKE, 1);
        for (tick(w, 1); w->actions.count == 0 && moments[i] < 100; moments[i]++) {
            tick(w, 1000);
        }
        (void)only(w, MO_ACTION_DECLARE, MO_CHAIN_ORIGIN);
    }
    assert_true(moments[0] != moments[1]);
}

static void an_intent_that_another_declared_is_not_declared(void **state)
{
    world_t *w = *state;
    start(w);
    intent(w, MO_MESSAGE_STAKE, 1);
    w->f.transfers[0].id = (mo_hash_t){{0x77}};
    hear_declared(w, 0xbb);
    tick(w, 1);
    assert_int_equal(w->actions.count, 0);
    assert_false(w->f.transfers[0].own);
}

/* Rows 11 and 6: a revocation is brought to its end, each half when a root shows the other (7.4). */
static void a_revocation_is_finished_by_proof_and_never_by_the_secret(void **state)
{
    world_t *w = *state;
    start(w);
    mo_transfer_t *transfer = revoked(w, MO_STATUS_UNDECLARED);
    w->f.sides[MO_CHAIN_AUXILIARY].newest = (mo_foreign_root_t){true, 59, 59};
    w->f.sides[MO_CHAIN_AUXILIARY].proven = w->f.sides[MO_CHAIN_AUXILIARY].newest;
    tick(w, 1);
    assert_int_equal(w->actions.count, 0);
    w->f.sides[MO_CHAIN_AUXILIARY].newest = (mo_foreign_root_t){true, 60, 60};
    tick(w, 1);
    (void)only(w, MO_ACTION_PROVE_PEER, MO_CHAIN_AUXILIARY);
    w->f.sides[MO_CHAIN_AUXILIARY].proven = w->f.sides[MO_CHAIN_AUXILIARY].newest;
    tick(w, 1);
    (void)only_row(w, MO_ROW_REVOKE_INBOX, MO_CHAIN_AUXILIARY);
    transfer->inbox = MO_STATUS_REVOKED;
    transfer->ended_block = 70;
    w->f.sides[MO_CHAIN_ORIGIN].newest = (mo_foreign_root_t){true, 5, 80};
    w->f.sides[MO_CHAIN_ORIGIN].proven = w->f.sides[MO_CHAIN_ORIGIN].newest;
    tick(w, 1);
    (void)only_row(w, MO_ROW_REVOKE_OUTBOX, MO_CHAIN_ORIGIN);
    w->f.halted = true;
    transfer->duty = (mo_duty_t){0};
    tick(w, 1);
    assert_int_equal(w->actions.count, 0);
}

/* Somebody delivered by proof: the bounty comes back by our secret, at once. */
static void what_another_delivered_is_progressed_at_the_source(void **state)
{
    world_t *w = *state;
    start(w);
    mo_transfer_t *transfer = carried(w, MO_MESSAGE_STAKE, MO_STATUS_DECLARED, MO_STATUS_PROGRESSED);
    transfer->ended_block = 70;
    tick(w, 1);
    (void)only_row(w, MO_ROW_PROGRESS_OUTBOX, MO_CHAIN_ORIGIN);
}

static void more_messages_than_actions_are_carried_over_several_ticks(void **state)
{
    world_t *w = *state;
    start(w);
    for (int i = 0; i < 40; i++) {
        (void)carried(w, MO_MESSAGE_STAKE, MO_STATUS_DECLARED, MO_STATUS_DECLARED);
    }
    size_t done = 0;
    for (int i = 0; i < 4; i++) {
        tick(w, 1);
        assert_true(w->actions.count <= MO_ACTIONS_MAX);
        done += w->actions.count;
    }
    assert_int_equal(done, 40);
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
        TEST(an_intent_is_declared_on_its_source_side),
        TEST(an_intent_that_comes_twice_is_declared_once),
        TEST(a_piece_of_work_has_the_same_name_whatever_came_before_it),
        TEST(a_message_carried_to_its_end_is_not_declared_again),
        TEST(nothing_is_declared_before_the_pair_is_open),
        TEST(the_ledger_is_filled_before_a_bounty_is_needed),
        TEST(no_more_is_declared_than_the_ledger_has_bounties_for),
        TEST(a_refused_intent_is_given_up_and_leaves_its_place),
        TEST(a_message_waits_for_a_root_that_covers_its_declaration),
        TEST(a_redeem_is_proven_by_the_source_of_a_committed_meta_block),
        TEST(one_proof_of_the_peer_serves_all_that_wait_for_it),
        TEST(the_secret_is_shown_on_the_source_first_and_only_once_the_target_can_deliver),
        TEST(a_stuck_message_holds_up_no_other),
        TEST(what_happened_in_the_inbox_before_the_declaration_was_seen_is_not_done_again),
        TEST(anothers_message_is_left_to_it_until_it_could_have_been_delivered_for_a_while),
        TEST(anothers_message_is_never_delivered_without_patience_being_set),
        TEST(anothers_message_that_it_delivers_itself_is_forgotten),
        TEST(others_messages_leave_room_for_our_own),
        TEST(an_intent_that_names_nobody_is_declared_at_a_moment_of_ones_own),
        TEST(an_intent_that_another_declared_is_not_declared),
        TEST(a_revocation_is_finished_by_proof_and_never_by_the_secret),
        TEST(what_another_delivered_is_progressed_at_the_source),
        TEST(more_messages_than_actions_are_carried_over_several_ticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
