#include "rules/test_text.h"
#include "rules/test_vectors.h"
#include "rules/vote.h"

/* --- hashes ----------------------------------------------------------------------------------------------
 */

static void a_votes_hash_and_digest_are_those_that_ethers_computes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(vote_vectors); i++) {
        mo_vote_t vote = {.chain = hash_from(vote_vectors[i].chain),
                          .transition = hash_from(vote_vectors[i].transition),
                          .source = hash_from(vote_vectors[i].source),
                          .target = hash_from(vote_vectors[i].target),
                          .source_height = {vote_vectors[i].source_height},
                          .target_height = {vote_vectors[i].target_height}};
        mo_hash_t domain = hash_from(vote_vectors[i].domain);
        mo_hash_t hash = mo_rules_vote_hash(&vote);
        mo_hash_t digest = mo_rules_vote_digest(&domain, &vote);
        assert_hash(&hash, vote_vectors[i].hash);
        assert_hash(&digest, vote_vectors[i].digest);
    }
}

static mo_vote_t sample(void) {
    return (mo_vote_t){.chain = hash_named('c', 0),
                       .transition = hash_named('T', 0),
                       .source = hash_named('b', 3),
                       .target = hash_named('b', 5),
                       .source_height = {3},
                       .target_height = {5}};
}

static void every_field_of_a_vote_changes_its_hash_and_its_equality(void **state) {
    (void)state;
    mo_vote_t vote = sample();
    mo_hash_t hash = mo_rules_vote_hash(&vote);
    mo_vote_t changed[] = {vote, vote, vote, vote, vote, vote};
    changed[0].chain.bytes[31] ^= 1;
    changed[1].transition.bytes[0] ^= 0x80;
    changed[2].source.bytes[15] ^= 1;
    changed[3].target.bytes[16] ^= 1;
    changed[4].source_height.value ^= 1;
    changed[5].target_height.value ^= UINT64_C(1) << 63;
    assert_true(mo_rules_vote_equal(&vote, &vote));
    for (size_t i = 0; i < COUNT(changed); i++) {
        mo_hash_t other = mo_rules_vote_hash(&changed[i]);
        assert_false(mo_hash_equal(&hash, &other));
        assert_false(mo_rules_vote_equal(&vote, &changed[i]));
        assert_false(mo_rules_vote_equal(&changed[i], &vote));
    }
}

/* --- a small world, whole --------------------------------------------------------------------------------
 */

/* Blocks of two branches at heights 0 to HEIGHTS - 1, two transitions for each source, two chains. */
enum { HEIGHTS = 5, BRANCHES = 2, TRANSITIONS = 2, CHAINS = 2 };

/* A vote of the small world by its coordinates. */
typedef struct {
    unsigned chain, source_height, source_branch, target_height, target_branch, transition;
} place_t;

enum { PLACES = CHAINS * HEIGHTS * BRANCHES * HEIGHTS * BRANCHES * TRANSITIONS };

static place_t place_at(unsigned n) {
    place_t place;
    place.transition = n % TRANSITIONS;
    n /= TRANSITIONS;
    place.target_branch = n % BRANCHES;
    n /= BRANCHES;
    place.target_height = n % HEIGHTS;
    n /= HEIGHTS;
    place.source_branch = n % BRANCHES;
    n /= BRANCHES;
    place.source_height = n % HEIGHTS;
    place.chain = n / HEIGHTS;
    return place;
}

static mo_vote_t vote_at(const place_t *place) {
    return (mo_vote_t){.chain = hash_named('c', place->chain),
                       .transition = hash_named('T', place->transition),
                       .source = hash_named('b', place->source_branch * HEIGHTS + place->source_height),
                       .target = hash_named('b', place->target_branch * HEIGHTS + place->target_height),
                       .source_height = {place->source_height},
                       .target_height = {place->target_height}};
}

/* 2.3 word for word, over coordinates. */
static bool surrounds(const place_t *outer, const place_t *inner) {
    return outer->source_height < inner->source_height && inner->source_height < inner->target_height &&
           inner->target_height < outer->target_height;
}

static bool same_place(const place_t *a, const place_t *b) {
    return a->chain == b->chain && a->source_height == b->source_height &&
           a->source_branch == b->source_branch && a->target_height == b->target_height &&
           a->target_branch == b->target_branch && a->transition == b->transition;
}

static mo_offence_t expected_offence(const place_t *a, const place_t *b) {
    if (a->chain != b->chain || same_place(a, b)) {
        return MO_OFFENCE_NONE;
    }
    bool one_source = a->source_height == b->source_height && a->source_branch == b->source_branch;
    bool conditions[] = {
        [MO_OFFENCE_TARGET] = a->target_height == b->target_height,
        [MO_OFFENCE_SURROUND] = surrounds(a, b) || surrounds(b, a),
        [MO_OFFENCE_TRANSITION] = one_source && a->transition != b->transition,
    };
    for (unsigned i = MO_OFFENCE_TARGET; i < COUNT(conditions); i++) {
        if (conditions[i]) {
            return (mo_offence_t)i;
        }
    }
    return MO_OFFENCE_NONE;
}

static void every_pair_of_votes_of_a_small_world_is_judged_by_2_3_in_either_order(void **state) {
    (void)state;
    static mo_vote_t votes[PLACES];
    unsigned seen[4] = {0};
    for (unsigned i = 0; i < PLACES; i++) {
        place_t place = place_at(i);
        votes[i] = vote_at(&place);
    }
    for (unsigned i = 0; i < PLACES; i++) {
        for (unsigned j = 0; j < PLACES; j++) {
            place_t a = place_at(i);
            place_t b = place_at(j);
            mo_offence_t expected = expected_offence(&a, &b);
            assert_int_equal(mo_rules_vote_offence(&votes[i], &votes[j]), expected);
            seen[expected]++;
        }
    }
    for (size_t i = 0; i < COUNT(seen); i++) {
        assert_true(seen[i] > 0);
    }
}

/* --- offences by name --------------------------------------------------------------------------------------
 */

static mo_vote_t link_of(uint64_t source, uint64_t target) {
    mo_vote_t vote = sample();
    vote.source = hash_named('b', source);
    vote.target = hash_named('b', target);
    vote.source_height.value = source;
    vote.target_height.value = target;
    return vote;
}

static void two_targets_at_one_height_are_an_offence(void **state) {
    (void)state;
    mo_vote_t a = link_of(1, 4);
    mo_vote_t b = link_of(2, 4);
    assert_int_equal(mo_rules_vote_offence(&a, &b), MO_OFFENCE_TARGET);
    b = a;
    b.target = hash_named('x', 4);
    assert_int_equal(mo_rules_vote_offence(&a, &b), MO_OFFENCE_TARGET);
}

static void a_link_around_another_is_an_offence_in_either_order(void **state) {
    (void)state;
    mo_vote_t outer = link_of(1, 4);
    mo_vote_t inner = link_of(2, 3);
    assert_int_equal(mo_rules_vote_offence(&outer, &inner), MO_OFFENCE_SURROUND);
    assert_int_equal(mo_rules_vote_offence(&inner, &outer), MO_OFFENCE_SURROUND);
}

static void links_that_share_a_source_or_overlap_are_no_surround(void **state) {
    (void)state;
    mo_vote_t a = link_of(1, 4);
    mo_vote_t same_source = link_of(1, 3);
    mo_vote_t overlapping = link_of(2, 5);
    mo_vote_t following = link_of(4, 5);
    assert_int_equal(mo_rules_vote_offence(&a, &same_source), MO_OFFENCE_NONE);
    assert_int_equal(mo_rules_vote_offence(&a, &overlapping), MO_OFFENCE_NONE);
    assert_int_equal(mo_rules_vote_offence(&a, &following), MO_OFFENCE_NONE);
}

/* 2.1 of the paper prints (2) without h_t2: then a link backwards would be surrounded. */
static void a_link_backwards_is_not_surrounded(void **state) {
    (void)state;
    mo_vote_t outer = link_of(1, 6);
    mo_vote_t backwards = link_of(4, 3);
    assert_int_equal(mo_rules_vote_offence(&outer, &backwards), MO_OFFENCE_NONE);
}

static void one_source_under_two_transitions_is_an_offence(void **state) {
    (void)state;
    mo_vote_t a = link_of(1, 3);
    mo_vote_t b = link_of(1, 4);
    b.transition = hash_named('T', 1);
    assert_int_equal(mo_rules_vote_offence(&a, &b), MO_OFFENCE_TRANSITION);
}

static void one_vote_twice_is_no_offence(void **state) {
    (void)state;
    mo_vote_t a = sample();
    mo_vote_t b = a;
    assert_int_equal(mo_rules_vote_offence(&a, &b), MO_OFFENCE_NONE);
}

static void votes_about_two_chains_never_offend(void **state) {
    (void)state;
    mo_vote_t a = link_of(1, 4);
    mo_vote_t b = link_of(2, 3);
    b.chain = hash_named('c', 1);
    assert_int_equal(mo_rules_vote_offence(&a, &b), MO_OFFENCE_NONE);
    b = a;
    b.target = hash_named('x', 4);
    b.chain = hash_named('c', 1);
    assert_int_equal(mo_rules_vote_offence(&a, &b), MO_OFFENCE_NONE);
}

/* --- the signer's own rule
 * ---------------------------------------------------------------------------------- */

static void the_first_vote_of_a_chain_may_be_any_link_forwards(void **state) {
    (void)state;
    mo_vote_mark_t nothing = {.signed_any = false};
    mo_vote_t vote = link_of(0, 1);
    assert_int_equal(mo_rules_vote_may_sign(&nothing, &vote), MO_SIGN_ALLOWED);
    vote = link_of(3, 3);
    assert_int_equal(mo_rules_vote_may_sign(&nothing, &vote), MO_SIGN_TARGET_NOT_ABOVE_SOURCE);
    vote = link_of(4, 3);
    assert_int_equal(mo_rules_vote_may_sign(&nothing, &vote), MO_SIGN_TARGET_NOT_ABOVE_SOURCE);
}

/* Each row breaks one line of the rule and, where it can, all the later ones: the first is the verdict. */
static void the_signers_rule_refuses_in_its_order(void **state) {
    (void)state;
    mo_vote_t last = link_of(3, 5);
    mo_vote_mark_t mark = mo_rules_vote_mark(&last);
    struct {
        mo_vote_t vote;
        bool other_chain, other_source, other_transition;
        mo_sign_verdict_t expected;
    } rows[] = {
        {link_of(3, 3), true, true, true, MO_SIGN_TARGET_NOT_ABOVE_SOURCE},
        {link_of(2, 4), true, true, true, MO_SIGN_OTHER_CHAIN},
        {link_of(2, 4), false, true, true, MO_SIGN_TARGET_NOT_ABOVE_EARLIER},
        {link_of(3, 5), false, false, false, MO_SIGN_TARGET_NOT_ABOVE_EARLIER},
        {link_of(2, 6), false, true, true, MO_SIGN_SOURCE_BELOW_EARLIER},
        {link_of(3, 6), false, true, true, MO_SIGN_OTHER_SOURCE},
        {link_of(3, 6), false, false, true, MO_SIGN_OTHER_TRANSITION},
        {link_of(3, 6), false, false, false, MO_SIGN_ALLOWED},
        {link_of(4, 6), false, true, true, MO_SIGN_ALLOWED},
        {link_of(5, 9), false, true, true, MO_SIGN_ALLOWED},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        mo_vote_t vote = rows[i].vote;
        vote.chain = rows[i].other_chain ? hash_named('c', 1) : vote.chain;
        vote.source = rows[i].other_source ? hash_named('x', 1) : vote.source;
        vote.transition = rows[i].other_transition ? hash_named('T', 1) : vote.transition;
        assert_int_equal(mo_rules_vote_may_sign(&mark, &vote), rows[i].expected);
    }
}

static void a_mark_is_the_last_vote(void **state) {
    (void)state;
    mo_vote_t vote = sample();
    mo_vote_mark_t mark = mo_rules_vote_mark(&vote);
    assert_true(mark.signed_any);
    assert_true(mo_rules_vote_equal(&mark.last, &vote));
}

/* Votes signed so far, and how many continuations were walked. */
typedef struct {
    mo_vote_t votes[PLACES];
    place_t signed_places[HEIGHTS];
    size_t signed_count;
    unsigned long walked;
} walk_t;

static void extend_history(walk_t *walk, const mo_vote_mark_t *mark) {
    for (unsigned n = 0; n < PLACES / CHAINS; n++) {
        if (mo_rules_vote_may_sign(mark, &walk->votes[n]) != MO_SIGN_ALLOWED) {
            continue;
        }
        place_t place = place_at(n);
        for (size_t i = 0; i < walk->signed_count; i++) {
            assert_int_equal(expected_offence(&walk->signed_places[i], &place), MO_OFFENCE_NONE);
        }
        assert_true(walk->signed_count < HEIGHTS);
        walk->signed_places[walk->signed_count++] = place;
        walk->walked++;
        mo_vote_mark_t next = mo_rules_vote_mark(&walk->votes[n]);
        extend_history(walk, &next);
        walk->signed_count--;
    }
}

static void a_signer_that_keeps_the_rule_never_offends_in_any_history_of_a_small_world(void **state) {
    (void)state;
    static walk_t walk;
    for (unsigned n = 0; n < PLACES; n++) {
        place_t place = place_at(n);
        walk.votes[n] = vote_at(&place);
    }
    mo_vote_mark_t nothing = {.signed_any = false};
    extend_history(&walk, &nothing);
    assert_true(walk.walked > 1000);
}

static void verdicts_have_the_names_of_their_clauses(void **state) {
    (void)state;
    assert_string_equal(mo_rules_offence_name(MO_OFFENCE_SURROUND), "Surround");
    assert_string_equal(mo_rules_sign_verdict_name(MO_SIGN_SOURCE_BELOW_EARLIER), "SourceBelowEarlier");
    assert_string_equal(mo_rules_sign_verdict_name((mo_sign_verdict_t)99), "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_votes_hash_and_digest_are_those_that_ethers_computes),
        cmocka_unit_test(every_field_of_a_vote_changes_its_hash_and_its_equality),
        cmocka_unit_test(every_pair_of_votes_of_a_small_world_is_judged_by_2_3_in_either_order),
        cmocka_unit_test(two_targets_at_one_height_are_an_offence),
        cmocka_unit_test(a_link_around_another_is_an_offence_in_either_order),
        cmocka_unit_test(links_that_share_a_source_or_overlap_are_no_surround),
        cmocka_unit_test(a_link_backwards_is_not_surrounded),
        cmocka_unit_test(one_source_under_two_transitions_is_an_offence),
        cmocka_unit_test(one_vote_twice_is_no_offence),
        cmocka_unit_test(votes_about_two_chains_never_offend),
        cmocka_unit_test(the_first_vote_of_a_chain_may_be_any_link_forwards),
        cmocka_unit_test(the_signers_rule_refuses_in_its_order),
        cmocka_unit_test(a_mark_is_the_last_vote),
        cmocka_unit_test(a_signer_that_keeps_the_rule_never_offends_in_any_history_of_a_small_world),
        cmocka_unit_test(verdicts_have_the_names_of_their_clauses),
    };
    return cmocka_run_group_tests_name("rules/vote", tests, NULL, NULL);
}
