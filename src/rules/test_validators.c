#include <string.h>

#include "base/rng.h"
#include "rules/test_text.h"
#include "rules/test_vectors.h"
#include "rules/validators.h"

static mo_validators_t set;
static mo_kernel_t kernel;

static void start_kernel(uint64_t height) {
    memset(&kernel, 0, sizeof kernel);
    kernel.height.value = height;
}

static void add(mo_update_kind_t kind, uint32_t signer, uint64_t weight) {
    kernel.updates[kernel.update_count++] =
        (mo_update_t){.validator = signer_number(signer), .weight = {weight}, .kind = (uint8_t)kind};
}

static void apply(void) {
    assert_int_equal(mo_rules_validators_apply(&set, &kernel), MO_SET_ACCEPTED);
}

/* Founders 0 and 1 with weights 10 and 20. */
static void found(void) {
    mo_rules_validators_clear(&set);
    start_kernel(1);
    add(MO_UPDATE_JOIN, 0, 10);
    add(MO_UPDATE_JOIN, 1, 20);
    apply();
}

static uint64_t weight(uint32_t index, uint64_t k) {
    return mo_rules_validators_weight(&set, index, (mo_height_t){k}).value;
}

static uint64_t total(uint64_t k) {
    return mo_rules_validators_total(&set, (mo_height_t){k}).value;
}

static void founders_weigh_the_same_before_and_from_the_first_kernel_on(void **state) {
    (void)state;
    found();
    assert_int_equal(weight(0, 0), 10);
    assert_int_equal(weight(0, 1), 10);
    assert_int_equal(weight(1, 0), 20);
    assert_int_equal(total(0), 30);
    assert_int_equal(total(1), 30);
}

/* Each kind of update, over kernels: F(k) of each and the totals, as 5.3 has them. */
static void weights_over_kernels_are_those_of_5_3(void **state) {
    (void)state;
    found();
    start_kernel(2);
    add(MO_UPDATE_JOIN, 2, 7);
    apply();
    assert_int_equal(weight(2, 1), 0);
    assert_int_equal(weight(2, 2), 7);
    assert_int_equal(total(1), 30);
    assert_int_equal(total(2), 37);
    start_kernel(3);
    add(MO_UPDATE_WEIGHT, 0, 4);
    apply();
    assert_int_equal(weight(0, 1), 10);
    assert_int_equal(weight(0, 2), 10);
    assert_int_equal(weight(0, 3), 4);
    assert_int_equal(weight(2, 1), 0);
    assert_int_equal(total(3), 31);
    start_kernel(4);
    add(MO_UPDATE_LOGOUT, 2, 0);
    apply();
    assert_int_equal(weight(2, 3), 7);
    assert_int_equal(weight(2, 4), 0);
    assert_int_equal(total(4), 24);
    assert_int_equal(total(2), 37);
}

static void a_slash_ends_all_weight_at_once_and_the_total_with_its_kernel(void **state) {
    (void)state;
    found();
    mo_rules_validators_slash(&set, 1);
    assert_int_equal(weight(1, 0), 0);
    assert_int_equal(weight(1, 1), 0);
    assert_int_equal(total(1), 30);
    start_kernel(2);
    apply();
    assert_int_equal(total(2), 30);
    start_kernel(3);
    add(MO_UPDATE_SLASH, 1, 0);
    apply();
    assert_int_equal(total(3), 10);
    assert_int_equal(total(2), 30);
    assert_int_equal(weight(1, 3), 0);
    assert_true(set.at[1].slashed);
}

static void a_slash_carried_by_a_kernel_sets_theta_to_0(void **state) {
    (void)state;
    found();
    start_kernel(2);
    add(MO_UPDATE_SLASH, 0, 0);
    apply();
    assert_true(set.at[0].slashed);
    assert_int_equal(weight(0, 1), 0);
    assert_int_equal(total(1), 30);
    assert_int_equal(total(2), 20);
}

static void indices_are_given_in_order_and_never_again(void **state) {
    (void)state;
    found();
    start_kernel(2);
    add(MO_UPDATE_LOGOUT, 0, 0);
    add(MO_UPDATE_JOIN, 5, 1);
    add(MO_UPDATE_JOIN, 4, 1);
    apply();
    uint32_t index;
    mo_address_t signer = signer_number(5);
    assert_true(mo_rules_validators_find(&set, &signer, &index));
    assert_int_equal(index, 2);
    signer = signer_number(4);
    assert_true(mo_rules_validators_find(&set, &signer, &index));
    assert_int_equal(index, 3);
    signer = signer_number(6);
    assert_false(mo_rules_validators_find(&set, &signer, &index));
    assert_int_equal(index, 0);
    assert_int_equal(set.count, 4);
}

static mo_set_verdict_t verdict_of(uint64_t height, mo_update_kind_t kind, uint32_t signer, uint64_t units) {
    start_kernel(height);
    add(kind, signer, units);
    return mo_rules_validators_check_kernel(&set, &kernel);
}

static void a_kernel_is_refused_for_each_fault_of_its_updates(void **state) {
    (void)state;
    found();
    const struct {
        uint64_t height;
        mo_update_kind_t kind;
        uint32_t signer;
        uint64_t units;
        mo_set_verdict_t expected;
    } rows[] = {
        {1, MO_UPDATE_JOIN, 2, 1, MO_SET_KERNEL_HEIGHT_MISMATCH},
        {3, MO_UPDATE_JOIN, 2, 1, MO_SET_KERNEL_HEIGHT_MISMATCH},
        {2, (mo_update_kind_t)4, 9, UINT64_MAX, MO_SET_UPDATE_KIND_INVALID},
        {2, MO_UPDATE_JOIN, 0, (uint64_t)MO_WEIGHT_MAX + 1, MO_SET_UPDATE_WEIGHT_INVALID},
        {2, MO_UPDATE_WEIGHT, 9, (uint64_t)MO_WEIGHT_MAX + 1, MO_SET_UPDATE_WEIGHT_INVALID},
        {2, MO_UPDATE_LOGOUT, 9, 1, MO_SET_UPDATE_WEIGHT_INVALID},
        {2, MO_UPDATE_SLASH, 9, 1, MO_SET_UPDATE_WEIGHT_INVALID},
        {2, MO_UPDATE_JOIN, 0, 1, MO_SET_SIGNER_INVALID},
        {2, MO_UPDATE_WEIGHT, 9, 1, MO_SET_SIGNER_UNKNOWN},
        {2, MO_UPDATE_LOGOUT, 9, 0, MO_SET_SIGNER_UNKNOWN},
        {2, MO_UPDATE_SLASH, 9, 0, MO_SET_SIGNER_UNKNOWN},
        {2, MO_UPDATE_JOIN, 2, MO_WEIGHT_MAX, MO_SET_ACCEPTED},
        {2, MO_UPDATE_JOIN, 2, 0, MO_SET_ACCEPTED},
        {2, MO_UPDATE_WEIGHT, 0, 0, MO_SET_ACCEPTED},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(verdict_of(rows[i].height, rows[i].kind, rows[i].signer, rows[i].units),
                         rows[i].expected);
    }
}

static void the_zero_address_cannot_join(void **state) {
    (void)state;
    found();
    start_kernel(2);
    kernel.update_count = 1;
    assert_int_equal(mo_rules_validators_check_kernel(&set, &kernel), MO_SET_SIGNER_INVALID);
}

static void the_first_kernel_has_joins_only(void **state) {
    (void)state;
    mo_rules_validators_clear(&set);
    for (unsigned kind = MO_UPDATE_WEIGHT; kind <= MO_UPDATE_SLASH; kind++) {
        assert_int_equal(verdict_of(1, (mo_update_kind_t)kind, 0, 0), MO_SET_UPDATE_KIND_INVALID);
    }
}

static void one_validator_is_updated_once_a_kernel_and_two_heights_apart(void **state) {
    (void)state;
    found();
    start_kernel(2);
    add(MO_UPDATE_JOIN, 2, 1);
    add(MO_UPDATE_JOIN, 2, 1);
    assert_int_equal(mo_rules_validators_apply(&set, &kernel), MO_SET_SIGNER_INVALID);
    assert_int_equal(set.count, 2);
    start_kernel(2);
    add(MO_UPDATE_WEIGHT, 0, 1);
    add(MO_UPDATE_LOGOUT, 0, 0);
    assert_int_equal(mo_rules_validators_check_kernel(&set, &kernel), MO_SET_UPDATED_TOO_SOON);
    start_kernel(2);
    add(MO_UPDATE_WEIGHT, 0, 1);
    add(MO_UPDATE_JOIN, 2, 1);
    apply();
    assert_int_equal(verdict_of(3, MO_UPDATE_WEIGHT, 0, 2), MO_SET_UPDATED_TOO_SOON);
    assert_int_equal(verdict_of(3, MO_UPDATE_LOGOUT, 2, 0), MO_SET_UPDATED_TOO_SOON);
    assert_int_equal(verdict_of(3, MO_UPDATE_SLASH, 0, 0), MO_SET_ACCEPTED);
    start_kernel(3);
    apply();
    assert_int_equal(verdict_of(4, MO_UPDATE_WEIGHT, 0, 2), MO_SET_ACCEPTED);
}

static void a_kernel_with_more_updates_than_the_maximum_is_refused(void **state) {
    (void)state;
    found();
    start_kernel(2);
    kernel.update_count = MO_UPDATES_MAX + 1;
    assert_int_equal(mo_rules_validators_check_kernel(&set, &kernel), MO_SET_TOO_MANY_UPDATES);
}

static mo_address_t plain_address(uint64_t number) {
    mo_hash_t hash = hash_named('a', number);
    mo_address_t address;
    memcpy(address.bytes, hash.bytes, sizeof address.bytes);
    return address;
}

static void the_table_of_validators_is_full_at_its_maximum(void **state) {
    (void)state;
    mo_rules_validators_clear(&set);
    uint64_t number = 0;
    for (uint64_t height = 1; height <= MO_VALIDATORS_MAX / MO_UPDATES_MAX; height++) {
        start_kernel(height);
        for (; kernel.update_count < MO_UPDATES_MAX; kernel.update_count++) {
            kernel.updates[kernel.update_count] =
                (mo_update_t){.validator = plain_address(number++), .weight = {MO_WEIGHT_MAX}};
        }
        apply();
    }
    assert_int_equal(set.count, MO_VALIDATORS_MAX);
    assert_true(total(set.written.value) == (uint64_t)MO_VALIDATORS_MAX * MO_WEIGHT_MAX);
    mo_set_verdict_t verdict = verdict_of(set.written.value + 1, MO_UPDATE_JOIN, 1, 1);
    assert_int_equal(verdict, MO_SET_FULL);
}

/* Random kernels, all kinds: forward(n) = rear(n + 1), weights included, and totals are the sums of what they
 * say. */
static void forward_of_a_kernel_is_rear_of_the_next_for_every_kind_of_update(void **state) {
    (void)state;
    mo_rng_t rng = mo_rng(7);
    found();
    static uint64_t forward[MO_VALIDATORS_MAX];
    for (uint64_t height = 2; height < 200; height++) {
        uint64_t before = total(height - 1);
        uint32_t count = set.count;
        for (uint32_t i = 0; i < count; i++) {
            forward[i] = weight(i, height - 1);
        }
        start_kernel(height);
        for (uint64_t tries = mo_rng_below(&rng, 6); tries > 0; tries--) {
            mo_update_kind_t kind = (mo_update_kind_t)mo_rng_below(&rng, MO_UPDATE_KINDS);
            uint64_t units = kind > MO_UPDATE_WEIGHT ? 0 : mo_rng_below(&rng, 100);
            add(kind, (uint32_t)mo_rng_below(&rng, 40), units);
            bool fits = mo_rules_validators_check_kernel(&set, &kernel) == MO_SET_ACCEPTED;
            kernel.update_count -= fits ? 0 : 1;
        }
        apply();
        assert_true(total(height - 1) == before);
        uint64_t sum = 0;
        for (uint32_t i = 0; i < set.count; i++) {
            bool slashed = set.at[i].slashed;
            assert_true(slashed || i >= count || weight(i, height - 1) == forward[i]);
            sum += set.at[i].weight;
        }
        assert_true(sum == total(height));
    }
    assert_true(set.count > 20);
}

/* --- seals
 * -------------------------------------------------------------------------------------------------- */

static uint8_t seal_memory[1 + 8 * MO_SEAL_RECORD_SIZE];

static mo_bytes_t seal_of(const uint32_t *signers, size_t count, const mo_hash_t *digest) {
    mo_seal_record_t records[8];
    for (size_t i = 0; i < count; i++) {
        records[i] = record_signed(signers[i], signers[i], digest);
    }
    mo_buffer_t out = MO_BUFFER(seal_memory);
    assert_int_equal(mo_rules_seal_build(records, count, &out), MO_SEAL_WELL_FORMED);
    return mo_buffer_view(&out);
}

static void a_seal_is_weighed_by_both_sets_of_its_kernel(void **state) {
    (void)state;
    found();
    start_kernel(2);
    add(MO_UPDATE_JOIN, 2, 7);
    add(MO_UPDATE_LOGOUT, 0, 0);
    apply();
    mo_hash_t digest = hash_named('d', 1);
    mo_bytes_t seal = seal_of((const uint32_t[]){0, 1, 2}, 3, &digest);
    mo_tally_t tally;
    assert_int_equal(mo_rules_validators_tally(&set, (mo_height_t){2}, &digest, seal, &tally),
                     MO_SET_ACCEPTED);
    assert_int_equal(tally.forward.value, 27);
    assert_int_equal(tally.forward_total.value, 27);
    assert_int_equal(tally.rear.value, 30);
    assert_int_equal(tally.rear_total.value, 30);
    assert_true(mo_rules_tally_quorum(&tally));
    seal = seal_of((const uint32_t[]){1}, 1, &digest);
    assert_int_equal(mo_rules_validators_tally(&set, (mo_height_t){2}, &digest, seal, &tally),
                     MO_SET_ACCEPTED);
    assert_int_equal(tally.forward.value, 20);
    assert_int_equal(tally.rear.value, 20);
    assert_false(mo_rules_tally_quorum(&tally));
}

static void a_quorum_needs_both_sets(void **state) {
    (void)state;
    mo_tally_t tally = {{7}, {10}, {6}, {10}};
    assert_false(mo_rules_tally_quorum(&tally));
    tally = (mo_tally_t){{6}, {10}, {7}, {10}};
    assert_false(mo_rules_tally_quorum(&tally));
    tally = (mo_tally_t){{7}, {10}, {7}, {10}};
    assert_true(mo_rules_tally_quorum(&tally));
}

static void a_slashed_validator_adds_nothing_to_a_seal(void **state) {
    (void)state;
    found();
    mo_rules_validators_slash(&set, 1);
    mo_hash_t digest = hash_named('d', 1);
    mo_bytes_t seal = seal_of((const uint32_t[]){0, 1}, 2, &digest);
    mo_tally_t tally;
    assert_int_equal(mo_rules_validators_tally(&set, (mo_height_t){1}, &digest, seal, &tally),
                     MO_SET_ACCEPTED);
    assert_int_equal(tally.forward.value, 10);
    assert_int_equal(tally.forward_total.value, 30);
}

static mo_set_verdict_t tally_of(uint64_t m, const mo_hash_t *digest, mo_bytes_t seal) {
    static const mo_tally_t zero;
    mo_tally_t tally;
    mo_set_verdict_t verdict = mo_rules_validators_tally(&set, (mo_height_t){m}, digest, seal, &tally);
    if (verdict != MO_SET_ACCEPTED) {
        assert_memory_equal(&tally, &zero, sizeof zero);
    }
    return verdict;
}

static void a_seal_is_refused_in_the_order_of_the_contract(void **state) {
    (void)state;
    found();
    mo_hash_t digest = hash_named('d', 1);
    mo_hash_t other = hash_named('d', 2);
    mo_bytes_t seal = seal_of((const uint32_t[]){0, 1}, 2, &digest);
    assert_int_equal(tally_of(0, &digest, seal), MO_SET_HEIGHT_NOT_TALLIED);
    assert_int_equal(tally_of(2, &digest, seal), MO_SET_HEIGHT_NOT_TALLIED);
    assert_int_equal(tally_of(1, &digest, seal), MO_SET_ACCEPTED);
    assert_int_equal(tally_of(1, &other, seal), MO_SET_SEAL_SIGNATURE_INVALID);
    assert_int_equal(tally_of(1, &digest, (mo_bytes_t){seal.data, seal.size - 1}),
                     MO_SET_SEAL_LENGTH_INVALID);
    assert_int_equal(tally_of(1, &digest, (mo_bytes_t){NULL, 0}), MO_SET_SEAL_LENGTH_INVALID);
    seal_memory[0] = 1;
    assert_int_equal(tally_of(1, &digest, seal), MO_SET_SEAL_SCHEME_UNKNOWN);
    seal_memory[0] = 0;
    seal_memory[1 + MO_SEAL_RECORD_SIZE + 3] = 0;
    assert_int_equal(tally_of(1, &digest, seal), MO_SET_SEAL_NOT_ASCENDING);
    seal_memory[1 + MO_SEAL_RECORD_SIZE + 3] = 2;
    assert_int_equal(tally_of(1, &digest, seal), MO_SET_INDEX_UNASSIGNED);
    seal_memory[1 + MO_SEAL_RECORD_SIZE + 3] = 1;
    assert_int_equal(tally_of(1, &digest, seal), MO_SET_ACCEPTED);
}

/* The first record at fault is the one that is named, as the contract walks them. */
static void records_are_judged_one_by_one(void **state) {
    (void)state;
    found();
    mo_hash_t digest = hash_named('d', 1);
    mo_bytes_t seal = seal_of((const uint32_t[]){0, 1}, 2, &digest);
    seal_memory[1 + 10] ^= 1;
    seal_memory[1 + MO_SEAL_RECORD_SIZE + 3] = 0;
    assert_int_equal(tally_of(1, &digest, seal), MO_SET_SEAL_SIGNATURE_INVALID);
}

static void a_signature_by_another_key_or_with_high_s_is_refused(void **state) {
    (void)state;
    found();
    mo_hash_t digest = hash_named('d', 1);
    mo_seal_record_t record = record_signed(1, 0, &digest);
    assert_false(mo_rules_validators_signed(&set, &digest, &record));
    record = record_signed(0, 0, &digest);
    assert_true(mo_rules_validators_signed(&set, &digest, &record));
    record.signature.vs.bytes[0] ^= 0x80;
    assert_false(mo_rules_validators_signed(&set, &digest, &record));
    record.signature.vs.bytes[0] |= 0x7f;
    assert_false(mo_rules_validators_signed(&set, &digest, &record));
}

static void a_seal_made_by_ethers_is_weighed(void **state) {
    (void)state;
    enum { SIGNERS = 4 };
    uint8_t signers[SIGNERS * 20];
    mo_buffer_t out = MO_BUFFER(signers);
    assert_true(mo_hex_decode(seal_vectors[2].signers, MO_HEX_PREFIXED, &out));
    mo_rules_validators_clear(&set);
    start_kernel(1);
    for (size_t i = 0; i < SIGNERS * seal_vectors[2].step; i++) {
        mo_update_t *update = &kernel.updates[kernel.update_count++];
        *update = (mo_update_t){.validator = signer_number((uint32_t)i), .weight = {1}};
        if (i % seal_vectors[2].step == 0) {
            memcpy(update->validator.bytes, signers + i / seal_vectors[2].step * 20, 20);
        }
    }
    apply();
    uint8_t memory[1 + SIGNERS * MO_SEAL_RECORD_SIZE];
    mo_buffer_t seal = MO_BUFFER(memory);
    assert_true(mo_hex_decode(seal_vectors[2].seal, MO_HEX_PREFIXED, &seal));
    mo_hash_t digest = hash_from(seal_vectors[2].digest);
    mo_tally_t tally;
    assert_int_equal(
        mo_rules_validators_tally(&set, (mo_height_t){1}, &digest, mo_buffer_view(&seal), &tally),
        MO_SET_ACCEPTED);
    assert_int_equal(tally.forward.value, SIGNERS);
    assert_int_equal(tally.rear.value, SIGNERS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(founders_weigh_the_same_before_and_from_the_first_kernel_on),
        cmocka_unit_test(weights_over_kernels_are_those_of_5_3),
        cmocka_unit_test(a_slash_ends_all_weight_at_once_and_the_total_with_its_kernel),
        cmocka_unit_test(a_slash_carried_by_a_kernel_sets_theta_to_0),
        cmocka_unit_test(indices_are_given_in_order_and_never_again),
        cmocka_unit_test(a_kernel_is_refused_for_each_fault_of_its_updates),
        cmocka_unit_test(the_zero_address_cannot_join),
        cmocka_unit_test(the_first_kernel_has_joins_only),
        cmocka_unit_test(one_validator_is_updated_once_a_kernel_and_two_heights_apart),
        cmocka_unit_test(a_kernel_with_more_updates_than_the_maximum_is_refused),
        cmocka_unit_test(the_table_of_validators_is_full_at_its_maximum),
        cmocka_unit_test(forward_of_a_kernel_is_rear_of_the_next_for_every_kind_of_update),
        cmocka_unit_test(a_seal_is_weighed_by_both_sets_of_its_kernel),
        cmocka_unit_test(a_quorum_needs_both_sets),
        cmocka_unit_test(a_slashed_validator_adds_nothing_to_a_seal),
        cmocka_unit_test(a_seal_is_refused_in_the_order_of_the_contract),
        cmocka_unit_test(records_are_judged_one_by_one),
        cmocka_unit_test(a_signature_by_another_key_or_with_high_s_is_refused),
        cmocka_unit_test(a_seal_made_by_ethers_is_weighed),
    };
    return cmocka_run_group_tests_name("rules/validators", tests, NULL, NULL);
}
