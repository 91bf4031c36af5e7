#include <string.h>

#include "rules/evidence.h"
#include "rules/test_poll_world.h"

static mo_vote_t vote(uint64_t source, uint64_t target) {
    return (mo_vote_t){.chain = world.poll.config.core_id,
                       .transition = hash_named('T', source),
                       .source = block_hash(source),
                       .target = block_hash(target),
                       .source_height = {source},
                       .target_height = {target}};
}

static mo_signature_t signed_by(uint32_t number, const mo_vote_t *v) {
    mo_hash_t digest = mo_rules_vote_digest(&world.poll.config.domain, v);
    return record_signed(number, number, &digest).signature;
}

static mo_evidence_t evidence(uint32_t number, mo_vote_t a, mo_vote_t b) {
    return (mo_evidence_t){a, b, signed_by(number, &a), signed_by(number, &b)};
}

static mo_poll_verdict_t prove(const mo_evidence_t *e) {
    static const mo_proven_t nothing;
    mo_proven_t proven;
    mo_poll_verdict_t verdict = mo_rules_poll_prove(&world.poll, world.block, e, &proven);
    assert_true(verdict == MO_POLL_ACCEPTED || memcmp(&proven, &nothing, sizeof proven) == 0);
    return verdict;
}

static void evidence_slashes_its_signer_once(void **state) {
    (void)state;
    world_found();
    mo_evidence_t e = evidence(2, vote(3, 6), vote(4, 6));
    mo_address_t signer = signer_number(2);
    mo_proven_t proven;
    assert_int_equal(mo_rules_poll_prove(&world.poll, world.block, &e, &proven), MO_POLL_ACCEPTED);
    assert_true(mo_address_equal(&proven.signer, &signer));
    assert_int_equal(proven.offence, MO_OFFENCE_TARGET);
    assert_true(world.poll.validators.at[2].slashed);
    assert_int_equal(prove(&e), MO_POLL_VALIDATOR_SLASHED);
    e = evidence(2, vote(3, 8), vote(4, 7));
    assert_int_equal(prove(&e), MO_POLL_VALIDATOR_SLASHED);
}

static void evidence_is_refused_in_the_order_of_the_contract(void **state) {
    (void)state;
    world_found();
    mo_vote_t foreign[2] = {vote(3, 6), vote(4, 6)};
    mo_evidence_t e = evidence(0, foreign[0], foreign[1]);
    mo_evidence_t good = e;
    e.b.chain = world.poll.config.origin_id;
    assert_int_equal(prove(&e), MO_POLL_CHAINS_DIFFER);
    e.a.chain = e.b.chain = hash_named('c', 9);
    assert_int_equal(prove(&e), MO_POLL_CHAIN_FOREIGN);
    e = good;
    e.b = e.a;
    assert_int_equal(prove(&e), MO_POLL_VOTES_EQUAL);
    e = evidence(0, vote(3, 4), vote(4, 5));
    assert_int_equal(prove(&e), MO_POLL_NO_OFFENCE);
    e = good;
    memset(&e.signature_a, 0, sizeof e.signature_a);
    assert_int_equal(prove(&e), MO_POLL_SIGNATURE_INVALID);
    e = good;
    e.signature_b = signed_by(1, &e.b);
    assert_int_equal(prove(&e), MO_POLL_SIGNERS_DIFFER);
    e = evidence(VALIDATORS, good.a, good.b);
    assert_int_equal(prove(&e), MO_POLL_OFFENDER_UNKNOWN);
    world.block++;
    assert_int_equal(prove(&good), MO_POLL_ACCEPTED);
    world.block--;
    e = evidence(1, good.a, good.b);
    assert_int_equal(prove(&e), MO_POLL_BLOCK_BACKWARDS);
}

static void the_slashed_one_votes_no_more_and_the_totals_stay(void **state) {
    (void)state;
    world_found();
    world_checkpoint(2);
    mo_vote_t link = world_link(1, 2);
    mo_evidence_t e = evidence(3, vote(3, 6), vote(4, 6));
    assert_int_equal(prove(&e), MO_POLL_ACCEPTED);
    assert_int_equal(world_vote(&link, 3), MO_POLL_VALIDATOR_SLASHED);
    world_votes(&link, 3);
    assert_int_equal(world.outcome.tally.forward.value, 3);
    assert_int_equal(world.outcome.tally.forward_total.value, 4);
    assert_true(world.outcome.justified);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_slashes_its_signer_once),
        cmocka_unit_test(evidence_is_refused_in_the_order_of_the_contract),
        cmocka_unit_test(the_slashed_one_votes_no_more_and_the_totals_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
