#include "bind/co_gateway.h"
#include "bind/gateway.h"
#include "role/test_watcher_world.h"

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

static void a_vote_that_a_batch_skipped_is_held_by_its_log_whoever_carried_it(void **state)
{
    world_t *t = *state;
    mo_chain_t chain;
    mo_hash_t transaction;
    begin(t, true, false);
    mo_vote_t a = vote_of(t, 1, 2, 0);
    mo_vote_t b = vote_of(t, 1, 2, 1);
    recorded(t, 2, &a);
    skipped(t, 2, &b);
    assert_case(t, 2, MO_OFFENCE_TARGET);
    assert_false(mo_watcher_wants(&t->w, &chain, &transaction));
}

static void the_vote_of_a_link_that_was_forgotten_is_read_from_the_transaction(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    mo_vote_t a = vote_of(t, 1, 2, 0);
    mo_vote_t b = vote_of(t, 1, 2, 1);
    recorded(t, 2, &a);
    uint8_t bytes[1024];
    mo_buffer_t memory = MO_BUFFER(bytes);
    batch_of(&memory, &b, sign(t, 2, &b));
    with_input(t, forgotten_link(), &place, &memory);
    assert_case(t, 2, MO_OFFENCE_TARGET);
    begin(t, true, false);
    recorded(t, 1, &a);
    memory = (mo_buffer_t)MO_BUFFER(bytes);
    mo_signature_t signature = sign(t, 1, &b);
    mo_bind_polling_place_vote_t in = {.cast = b, .index = 1, .r = signature.r, .vs = signature.vs};
    assert_true(mo_bind_polling_place_vote_encode(&memory, &in));
    with_input(t, forgotten_link(), &place, &memory);
    assert_case(t, 1, MO_OFFENCE_TARGET);
    assert_int_equal(found(t, MO_FINDING_UNREAD), 0);
}

static void a_record_that_its_validator_did_not_sign_accuses_nobody(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    mo_vote_t a = vote_of(t, 1, 2, 0);
    mo_vote_t b = vote_of(t, 1, 2, 1);
    mo_vote_t other = vote_of(t, 2, 3, 1);
    recorded(t, 0, &a);
    uint8_t bytes[1024];
    mo_buffer_t memory = MO_BUFFER(bytes);
    batch_of(&memory, &b, sign(t, 0, &other));
    with_input(t, forgotten_link(), &place, &memory);
    mo_secp_key_t stranger = {{[31] = 77}};
    t->keys[1] = stranger;
    memory = (mo_buffer_t)MO_BUFFER(bytes);
    batch_of(&memory, &b, sign(t, 1, &b));
    with_input(t, forgotten_link(), &place, &memory);
    assert_int_equal(t->w.case_count, 0);
}

/* The contract carries out what has bytes behind it, gaps between, or tails in another order; so it is read. */
static void a_call_in_another_form_than_the_usual_is_read_as_the_contract_reads_it(void **state)
{
    world_t *t = *state;
    for (int form = 0; form < 3; form++) {
        begin(t, true, false);
        mo_vote_t a = vote_of(t, 1, 2, 0);
        mo_vote_t b = vote_of(t, 1, 2, 1);
        recorded(t, 2, &a);
        uint8_t bytes[1024] = {0};
        mo_buffer_t memory = MO_BUFFER(bytes);
        batch_of(&memory, &b, sign(t, 2, &b));
        if (form > 0) {
            /* The records 7 bytes further on, where no word begins. */
            size_t tail = 4 + 9 * 32;
            memmove(bytes + tail + 7, bytes + tail, memory.size - tail);
            bytes[4 + 6 * 32 + 31] = (uint8_t)(bytes[4 + 6 * 32 + 31] + 7);
        }
        memory.size += form == 1 ? 7 : 100;
        with_input(t, forgotten_link(), &place, &memory);
        assert_case(t, 2, MO_OFFENCE_TARGET);
        assert_int_equal(found(t, MO_FINDING_UNREAD), 0);
    }
}

/* A wrapper that passes a call on: its votes are held, and the finding says that there may be others. */
static void a_call_that_another_contract_passes_on_is_searched_for_and_told(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    mo_vote_t a = vote_of(t, 1, 2, 0);
    mo_vote_t b = vote_of(t, 1, 2, 1);
    recorded(t, 2, &a);
    uint8_t bytes[1024] = {9, 9, 9, 9, 9};
    mo_buffer_t memory = {bytes + 41, 0, sizeof bytes - 41, false};
    batch_of(&memory, &b, sign(t, 2, &b));
    mo_buffer_t whole = {bytes, 41 + memory.size, sizeof bytes, false};
    with_input(t, forgotten_link(), &gateway, &whole);
    assert_case(t, 2, MO_OFFENCE_TARGET);
    mo_finding_t finding;
    bool told = false;
    while (mo_watcher_finding(&t->w, &finding)) {
        told = told || (finding.kind == MO_FINDING_UNREAD && finding.detail == 1);
    }
    assert_true(told);
}

/* 200 calls of 1,000 records each, all of which are the same bytes: 200,000 signatures out of 120 KiB. */
static void an_input_that_repeats_itself_is_not_followed_for_ever(void **state)
{
    enum { CALLS = 200, CALL = 4 + 7 * 32, RECORDS = 1000, TAIL = CALLS * CALL };
    static uint8_t bytes[TAIL + 32 + RECORDS * MO_SEAL_RECORD_SIZE];
    world_t *t = *state;
    begin(t, true, false);
    mo_vote_t vote = vote_of(t, 1, 2, 0);
    mo_signature_t signature = sign(t, 2, &vote);
    uint8_t call[1024];
    mo_buffer_t memory = MO_BUFFER(call);
    batch_of(&memory, &vote, signature);
    for (size_t i = 0; i < CALLS; i++) {
        mo_hash_t offset = number_word(TAIL - (i * CALL + 4));
        memcpy(bytes + i * CALL, call, 4 + 6 * 32);
        memcpy(bytes + i * CALL + 4 + 6 * 32, offset.bytes, 32);
    }
    mo_hash_t length = number_word(RECORDS * MO_SEAL_RECORD_SIZE);
    memcpy(bytes + TAIL, length.bytes, 32);
    for (size_t i = 0; i < RECORDS; i++) {
        put_record(bytes + TAIL + 32 + i * MO_SEAL_RECORD_SIZE, 2, signature);
    }
    memory = (mo_buffer_t){bytes, sizeof bytes, sizeof bytes, false};
    with_input(t, forgotten_link(), &gateway, &memory);
    mo_finding_t finding;
    assert_true(mo_watcher_finding(&t->w, &finding));
    assert_int_equal(finding.kind, MO_FINDING_UNREAD);
    assert_int_equal(finding.detail, 4096);
    assert_int_equal(mo_watcher_fresh_count(&t->w), 1);
}

static void an_input_that_cannot_be_read_is_told(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    uint8_t bytes[64] = {1, 2, 3, 4};
    mo_buffer_t memory = MO_BUFFER(bytes);
    memory.size = sizeof bytes;
    with_input(t, forgotten_link(), &place, &memory);
    assert_int_equal(found(t, MO_FINDING_UNREAD), 1);
    memory.size = 0;
    with_input(t, forgotten_link(), &co_gateway, &memory);
    assert_int_equal(found(t, MO_FINDING_UNREAD), 1);
}

/* The driver takes them into a record that forgets none. */
static void each_vote_is_given_out_once_with_its_signer(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    mo_vote_t a = vote_of(t, 1, 2, 0);
    mo_vote_t b = vote_of(t, 2, 3, 0);
    recorded(t, 1, &a);
    recorded(t, 1, &a);
    skipped(t, 3, &b);
    assert_int_equal(mo_watcher_fresh_count(&t->w), 2);
    assert_true(mo_address_equal(&mo_watcher_fresh(&t->w, 0)->signer, &t->signers[1]));
    assert_true(mo_rules_vote_equal(&mo_watcher_fresh(&t->w, 0)->held.vote, &a));
    mo_watcher_fresh_take(&t->w, 1);
    assert_true(mo_address_equal(&mo_watcher_fresh(&t->w, 0)->signer, &t->signers[3]));
    assert_true(mo_rules_vote_equal(&mo_watcher_fresh(&t->w, 0)->held.vote, &b));
    mo_watcher_fresh_take(&t->w, 1);
    mo_watcher_restart(&t->w);
    assert_int_equal(mo_watcher_fresh_count(&t->w), 0);
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

/* More than a driver that takes them after each event lets come together. */
static void votes_that_nobody_took_in_time_are_told_of(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    for (uint64_t h = 1; h <= MO_WATCHER_FRESH_MAX + 1; h++) {
        mo_vote_t vote = vote_of(t, 0, 0, 0);
        vote.source = number_word(h);
        vote.source_height.value = h;
        vote.target_height.value = h + 1;
        skipped(t, 0, &vote);
    }
    assert_int_equal(mo_watcher_fresh(&t->w, 0)->held.vote.source_height.value, 2);
    assert_int_equal(found(t, MO_FINDING_FORGOTTEN), 1);
    assert_int_equal(t->w.case_count, 0);
}

/* What was asked for stays asked for: the transaction is known to nodes for longer than its block stands. */
static void an_input_that_was_still_to_be_read_is_read_after_a_reorganisation(void **state)
{
    world_t *t = *state;
    begin(t, true, false);
    mo_event_log_t log = forgotten_link();
    mo_event_t event = {.kind = MO_EVENT_LOG, .chain = log.chain, .log = log};
    step(t, &event);
    mo_watcher_restart(&t->w);
    mo_chain_t chain;
    mo_hash_t transaction;
    assert_true(mo_watcher_wants(&t->w, &chain, &transaction));
    assert_true(mo_hash_equal(&transaction, &log.transaction));
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

/* A core with one live proposal that observes origin at 40; the copies of core and set are made by the rules themselves. */
static void propose(world_t *t)
{
    mo_kernel_t k1 = {.height = {1}, .update_count = VOTERS, .gas_target = mo_u256_from_u64(1)};
    for (uint8_t i = 0; i < VOTERS; i++) {
        k1.updates[i] = (mo_update_t){.validator = t->signers[i], .weight = {10}};
    }
    mo_core_t *open = &t->w.copy.core;
    open->config.gas_step = k1.gas_target;
    assert_int_equal(mo_rules_core_open(open, 16, &k1), MO_CORE_ACCEPTED);
    mo_proposing_t wish = {.transition = {.dynasty = 3,
                                          .origin_number = 40,
                                          .origin_hash = named(1, 40),
                                          .gas = mo_u256_from_u64(5),
                                          .kernel = open->kernel_hash},
                           .stated_height = {7},
                           .observation_known = true};
    assert_int_equal(mo_rules_core_propose(open, &wish, 50), MO_CORE_ACCEPTED);
    for (uint64_t n = 16; n <= 48; n++) {
        origin_time(t, n, n);
    }
}

static void a_proposal_above_a_checkpoint_that_origin_lacks_is_challenged(void **state)
{
    world_t *t = *state;
    const struct {
        uint8_t source_height;
        uint8_t voters;
        bool real; /* the source is origin's own block */
        bool challenged;
    } rows[] = {
        {3, 3, false, true}, {5, 3, false, true}, {6, 3, false, false}, {3, 2, false, false}, {3, 3, true, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(t, true, true);
        propose(t);
        uint8_t height = rows[i].source_height;
        mo_vote_t link = {.chain = t->w.scope.origin_id,
                          .source = named(rows[i].real ? 1 : 66, (uint8_t)(8 * height)),
                          .target = named(67, height),
                          .source_height = {height},
                          .target_height = {height + 1U}};
        for (uint8_t who = 0; who < rows[i].voters; who++) {
            recorded(t, who, &link);
        }
        tick(t);
        const mo_action_t *record = wants(t, MO_DUTY_RECORD_ORIGIN);
        assert_int_equal(record != NULL, rows[i].challenged);
        tick(t);
        const mo_action_t *challenge = wants(t, MO_DUTY_CHALLENGE_OBSERVATION);
        assert_int_equal(challenge != NULL, rows[i].challenged);
        assert_int_equal(found(t, MO_FINDING_OBSERVATION), rows[i].challenged);
        if (challenge != NULL) {
            assert_true(mo_rules_vote_equal(&challenge->challenge.link, &link));
            assert_int_equal(challenge->challenge.set, 1);
            assert_int_equal(challenge->challenge.seal.size, 1 + 3 * MO_SEAL_RECORD_SIZE);
        }
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

/* A log of a gateway about one message: `words` of data, the first of them the amount. */
static void told(world_t *t, mo_chain_t chain, const mo_hash_t *topic, size_t topics, uint64_t amount, size_t words)
{
    uint8_t data[3 * 32];
    mo_buffer_t memory = MO_BUFFER(data);
    for (size_t i = 0; i < words; i++) {
        mo_hash_t word = number_word(i == 0 ? amount : 0);
        mo_buffer_put(&memory, mo_hash_view(&word));
    }
    mo_address_t address = chain == MO_CHAIN_ORIGIN ? t->w.config.gateway : t->w.config.co_gateway;
    emit(t, (mo_event_log_t){.chain = chain, .address = address, .topics = {*topic}, .topic_count = topics}, &memory);
}

/* Rows of gateway 7.4 and 7.7 that pay the escrow out, or mint burned tokens again, without a delivery. */
static void what_senders_and_recovery_take_back_is_no_alarm(void **state)
{
    static const mo_address_t nobody;
    world_t *t = *state;
    begin(t, true, false);
    t->w.books.staked = mo_u256_from_u64(50);
    t->w.books.minted = mo_u256_from_u64(20);
    moved(t, MO_CHAIN_ORIGIN, &core, &gateway, 50);
    moved(t, MO_CHAIN_AUXILIARY, &nobody, &core, 20);
    t->w.books.burned = mo_u256_from_u64(4);
    moved(t, MO_CHAIN_AUXILIARY, &core, &nobody, 4);
    const struct {
        const mo_hash_t *topic;
        size_t topics, words;
        uint64_t amount;
    } rows[] = {
        {&mo_bind_gateway_outbox_revoked_event_topic, 3, 2, 10},
        {&mo_bind_gateway_stake_refunded_event_topic, 4, 3, 20},
        {&mo_bind_gateway_redeem_recovered_event_topic, 4, 1, 4},
        {&mo_bind_gateway_balance_recovered_event_topic, 3, 1, 16},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        told(t, MO_CHAIN_ORIGIN, rows[i].topic, rows[i].topics, rows[i].amount, rows[i].words);
        moved(t, MO_CHAIN_ORIGIN, &gateway, &core, rows[i].amount);
        origin_time(t, i + 1, i + 1);
        assert_int_equal(found(t, MO_FINDING_ESCROW), 0);
    }
    told(t, MO_CHAIN_AUXILIARY, &mo_bind_co_gateway_outbox_revoked_event_topic, 3, 4, 2);
    moved(t, MO_CHAIN_AUXILIARY, &nobody, &core, 4);
    mo_event_t event = {.kind = MO_EVENT_HEADER, .chain = MO_CHAIN_AUXILIARY, .header = {.number = 9}};
    step(t, &event);
    tick(t);
    assert_int_equal(found(t, MO_FINDING_SUPPLY), 0);
    assert_int_equal(found(t, MO_FINDING_PAID_OUT), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_offence_between_two_recorded_votes_is_found),
        TEST(votes_by_the_signers_rule_are_never_a_case),
        TEST(an_offence_is_brought_to_both_chains_and_only_there_where_it_is_not_known),
        TEST(nothing_is_sent_by_a_watcher_that_only_looks),
        TEST(a_vote_that_a_batch_skipped_is_held_by_its_log_whoever_carried_it),
        TEST(the_vote_of_a_link_that_was_forgotten_is_read_from_the_transaction),
        TEST(a_call_in_another_form_than_the_usual_is_read_as_the_contract_reads_it),
        TEST(a_call_that_another_contract_passes_on_is_searched_for_and_told),
        TEST(an_input_that_repeats_itself_is_not_followed_for_ever),
        TEST(each_vote_is_given_out_once_with_its_signer),
        TEST(a_record_that_its_validator_did_not_sign_accuses_nobody),
        TEST(an_input_that_cannot_be_read_is_told),
        TEST(the_seal_of_a_commit_is_held_against_recorded_votes),
        TEST(a_vote_of_a_branch_that_is_gone_still_counts),
        TEST(evidence_of_an_earlier_run_is_taken_up_and_nonsense_is_not),
        TEST(votes_that_nobody_took_in_time_are_told_of),
        TEST(an_input_that_was_still_to_be_read_is_read_after_a_reorganisation),
        TEST(a_silent_core_is_challenged_for_the_public_good_alone),
        TEST(a_proposal_above_a_checkpoint_that_origin_lacks_is_challenged),
        TEST(an_escrow_that_shrinks_unasked_is_told_and_a_gift_is_not),
        TEST(what_senders_and_recovery_take_back_is_no_alarm),
    };
    return cmocka_run_group_tests_name("watcher", tests, NULL, NULL);
}
