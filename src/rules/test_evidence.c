#include <string.h>

#include "rules/evidence.h"
#include "rules/test_text.h"

enum { WHO = 3 };

static mo_evidence_scope_t scope(void) {
    return (mo_evidence_scope_t){hash_named('c', 0), hash_named('o', 0), hash_named('D', 0)};
}

/* A vote about the auxiliary chain; hashes of blocks are those of their heights. */
static mo_vote_t vote(uint64_t source, uint64_t target) {
    return (mo_vote_t){.chain = hash_named('c', 0),
                       .transition = hash_named('T', source),
                       .source = hash_named('b', source),
                       .target = hash_named('b', target),
                       .source_height = {source},
                       .target_height = {target}};
}

static mo_signature_t signed_by(uint32_t number, const mo_vote_t *v, mo_hash_t domain) {
    mo_hash_t digest = mo_rules_vote_digest(&domain, v);
    return record_signed(number, 0, &digest).signature;
}

static mo_evidence_t evidence(mo_vote_t a, mo_vote_t b) {
    mo_hash_t domain = scope().domain;
    return (mo_evidence_t){a, b, signed_by(WHO, &a, domain), signed_by(WHO, &b, domain)};
}

static mo_evidence_verdict_t judge(const mo_evidence_t *e) {
    static const mo_proven_t nothing;
    mo_evidence_scope_t s = scope();
    mo_proven_t proven;
    mo_evidence_verdict_t verdict = mo_rules_evidence_prove(&s, e, &proven);
    assert_true(verdict == MO_EVIDENCE_PROVEN || memcmp(&proven, &nothing, sizeof proven) == 0);
    return verdict;
}

static void assert_proves(mo_vote_t a, mo_vote_t b, mo_offence_t offence) {
    mo_evidence_scope_t s = scope();
    mo_evidence_t e = evidence(a, b);
    mo_address_t who = signer_number(WHO);
    mo_hash_t hash_a = mo_rules_vote_hash(&a);
    mo_hash_t hash_b = mo_rules_vote_hash(&b);
    mo_proven_t proven;
    assert_int_equal(mo_rules_evidence_prove(&s, &e, &proven), MO_EVIDENCE_PROVEN);
    assert_int_equal(proven.offence, offence);
    assert_true(mo_address_equal(&proven.signer, &who));
    assert_true(mo_hash_equal(&proven.hash_a, &hash_a) && mo_hash_equal(&proven.hash_b, &hash_b));
}

static void each_condition_is_proven_in_either_order_about_both_chains(void **state) {
    (void)state;
    mo_vote_t other = vote(3, 6);
    other.transition = hash_named('T', 99);
    mo_vote_t pairs[][2] = {{vote(3, 6), vote(4, 6)}, {vote(3, 8), vote(4, 7)}, {vote(3, 5), other}};
    for (int i = 0; i < 3; i++) {
        mo_offence_t offence = (mo_offence_t)(MO_OFFENCE_TARGET + i);
        assert_proves(pairs[i][0], pairs[i][1], offence);
        assert_proves(pairs[i][1], pairs[i][0], offence);
        pairs[i][0].chain = pairs[i][1].chain = scope().origin_id;
        assert_proves(pairs[i][0], pairs[i][1], offence);
    }
}

static void votes_about_two_chains_never_offend_together(void **state) {
    (void)state;
    mo_vote_t b = vote(4, 6);
    b.chain = scope().origin_id;
    mo_evidence_t e = evidence(vote(3, 6), b);
    assert_int_equal(judge(&e), MO_EVIDENCE_CHAINS_DIFFER);
}

static void votes_about_a_chain_of_another_core_are_no_offence_here(void **state) {
    (void)state;
    mo_vote_t a = vote(3, 6);
    mo_vote_t b = vote(4, 6);
    a.chain = b.chain = hash_named('c', 1);
    mo_evidence_t e = evidence(a, b);
    assert_int_equal(judge(&e), MO_EVIDENCE_CHAIN_FOREIGN);
    a.chain = b.chain = (mo_hash_t){{0}};
    e = evidence(a, b);
    assert_int_equal(judge(&e), MO_EVIDENCE_CHAIN_FOREIGN);
}

static void one_vote_signed_twice_is_no_offence(void **state) {
    (void)state;
    mo_evidence_t e = evidence(vote(3, 6), vote(3, 6));
    e.signature_b.vs.bytes[31] ^= 1; /* as another nonce would have it: the signatures do not matter */
    assert_int_equal(judge(&e), MO_EVIDENCE_VOTES_EQUAL);
}

static void links_that_follow_or_overlap_are_no_offence(void **state) {
    (void)state;
    mo_vote_t pairs[][2] = {{vote(3, 4), vote(4, 5)},
                            {vote(3, 5), vote(4, 6)},
                            {vote(3, 4), vote(3, 6)},
                            {vote(3, 7), vote(5, 5)},
                            {vote(3, 7), vote(6, 4)}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        mo_evidence_t e = evidence(pairs[i][0], pairs[i][1]);
        assert_int_equal(judge(&e), MO_EVIDENCE_NO_OFFENCE);
    }
}

/* Half the order of secp256k1 and one more. */
static const uint8_t high_s[32] = {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                   0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4,
                                   0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa1};

static void a_high_s_or_a_signature_of_nobody_proves_nothing(void **state) {
    (void)state;
    mo_evidence_t e = evidence(vote(3, 6), vote(4, 6));
    mo_evidence_t good = e;
    memcpy(e.signature_a.vs.bytes, high_s, sizeof high_s);
    assert_int_equal(judge(&e), MO_EVIDENCE_SIGNATURE_INVALID);
    e = good;
    memcpy(e.signature_b.vs.bytes, high_s, sizeof high_s);
    assert_int_equal(judge(&e), MO_EVIDENCE_SIGNATURE_INVALID);
    e = good;
    memset(&e.signature_b, 0, sizeof e.signature_b);
    assert_int_equal(judge(&e), MO_EVIDENCE_SIGNATURE_INVALID);
}

static void votes_of_two_validators_or_under_another_domain_prove_nothing(void **state) {
    (void)state;
    mo_evidence_t e = evidence(vote(3, 6), vote(4, 6));
    e.signature_b = signed_by(WHO + 1, &e.b, scope().domain);
    assert_int_equal(judge(&e), MO_EVIDENCE_SIGNERS_DIFFER);
    e.signature_a = signed_by(WHO, &e.a, hash_named('D', 1));
    e.signature_b = signed_by(WHO, &e.b, hash_named('D', 1));
    assert_int_equal(judge(&e), MO_EVIDENCE_SIGNERS_DIFFER);
}

static void verdicts_bear_the_names_of_the_contracts_errors(void **state) {
    (void)state;
    assert_string_equal(mo_rules_evidence_verdict_name(MO_EVIDENCE_CHAIN_FOREIGN), "ChainForeign");
    assert_string_equal(mo_rules_evidence_verdict_name(MO_EVIDENCE_SIGNERS_DIFFER), "SignersDiffer");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_condition_is_proven_in_either_order_about_both_chains),
        cmocka_unit_test(votes_about_two_chains_never_offend_together),
        cmocka_unit_test(votes_about_a_chain_of_another_core_are_no_offence_here),
        cmocka_unit_test(one_vote_signed_twice_is_no_offence),
        cmocka_unit_test(links_that_follow_or_overlap_are_no_offence),
        cmocka_unit_test(a_high_s_or_a_signature_of_nobody_proves_nothing),
        cmocka_unit_test(votes_of_two_validators_or_under_another_domain_prove_nothing),
        cmocka_unit_test(verdicts_bear_the_names_of_the_contracts_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
