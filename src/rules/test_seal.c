#include <string.h>

#include "rules/seal.h"
#include "rules/test_text.h"
#include "rules/test_vectors.h"

enum { VECTOR_MAX = 1 + 4 * MO_SEAL_RECORD_SIZE };

static mo_bytes_t seal_vector(size_t i, uint8_t *memory) {
    mo_buffer_t out = {memory, 0, VECTOR_MAX, false};
    assert_true(mo_hex_decode(seal_vectors[i].seal, MO_HEX_PREFIXED, &out));
    return mo_buffer_view(&out);
}

static void seals_made_by_ethers_parse_and_are_built_back_byte_for_byte(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(seal_vectors); i++) {
        uint8_t memory[VECTOR_MAX];
        uint8_t rebuilt[VECTOR_MAX];
        mo_bytes_t bytes = seal_vector(i, memory);
        mo_seal_t seal;
        assert_int_equal(mo_rules_seal_parse(bytes, &seal), MO_SEAL_WELL_FORMED);
        mo_seal_record_t records[4];
        for (size_t k = 0; k < seal.count; k++) {
            records[k] = mo_rules_seal_record(&seal, k);
            assert_int_equal(records[k].index, k * seal_vectors[i].step);
        }
        mo_buffer_t out = MO_BUFFER(rebuilt);
        assert_int_equal(mo_rules_seal_build(records, seal.count, &out), MO_SEAL_WELL_FORMED);
        assert_true(mo_bytes_equal(mo_buffer_view(&out), bytes));
    }
}

static void rolls_are_those_that_ethers_computes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(seal_vectors); i++) {
        uint8_t memory[VECTOR_MAX];
        mo_seal_t seal;
        assert_int_equal(mo_rules_seal_parse(seal_vector(i, memory), &seal), MO_SEAL_WELL_FORMED);
        mo_hash_t roll = mo_rules_seal_roll((mo_height_t){seal_vectors[i].height}, &seal);
        assert_hash(&roll, seal_vectors[i].roll);
    }
}

static void a_roll_of_many_signers_depends_on_each_index(void **state) {
    (void)state;
    static mo_seal_record_t records[MO_SEAL_SIGNERS_MAX];
    static uint8_t memory[MO_SEAL_SIZE_MAX];
    for (uint32_t i = 0; i < MO_SEAL_SIGNERS_MAX; i++) {
        records[i].index = 2 * i;
    }
    mo_hash_t rolls[3];
    for (size_t pass = 0; pass < COUNT(rolls); pass++) {
        records[MO_SEAL_SIGNERS_MAX - 1].index += pass == 1 ? 1 : 0;
        mo_buffer_t out = MO_BUFFER(memory);
        assert_int_equal(mo_rules_seal_build(records, MO_SEAL_SIGNERS_MAX, &out), MO_SEAL_WELL_FORMED);
        mo_seal_t seal;
        assert_int_equal(mo_rules_seal_parse(mo_buffer_view(&out), &seal), MO_SEAL_WELL_FORMED);
        rolls[pass] = mo_rules_seal_roll((mo_height_t){3}, &seal);
    }
    assert_false(mo_hash_equal(&rolls[0], &rolls[1]));
    assert_true(mo_hash_equal(&rolls[1], &rolls[2]));
}

static void form_is_refused_in_the_order_of_the_contract(void **state) {
    (void)state;
    uint8_t memory[VECTOR_MAX];
    mo_bytes_t bytes = seal_vector(2, memory);
    mo_seal_t seal;
    assert_int_equal(mo_rules_seal_parse((mo_bytes_t){NULL, 0}, &seal), MO_SEAL_LENGTH_INVALID);
    memory[0] = 0x01;
    assert_int_equal(mo_rules_seal_parse(bytes, &seal), MO_SEAL_SCHEME_UNKNOWN);
    assert_int_equal(mo_rules_seal_parse((mo_bytes_t){memory, 7}, &seal), MO_SEAL_SCHEME_UNKNOWN);
    assert_int_equal(seal.count, 0);
}

static void every_truncation_is_refused_or_holds_fewer_records(void **state) {
    (void)state;
    uint8_t memory[VECTOR_MAX];
    mo_bytes_t bytes = seal_vector(2, memory);
    for (size_t size = 1; size <= bytes.size; size++) {
        mo_seal_t seal;
        bool whole = (size - 1) % MO_SEAL_RECORD_SIZE == 0;
        mo_seal_verdict_t verdict = mo_rules_seal_parse((mo_bytes_t){memory, size}, &seal);
        assert_int_equal(verdict, whole ? MO_SEAL_WELL_FORMED : MO_SEAL_LENGTH_INVALID);
        assert_int_equal(seal.count, whole ? (size - 1) / MO_SEAL_RECORD_SIZE : 0);
    }
}

static void indices_that_repeat_or_fall_are_refused(void **state) {
    (void)state;
    uint8_t memory[VECTOR_MAX];
    mo_bytes_t bytes = seal_vector(2, memory);
    uint8_t *third = memory + 1 + 2 * MO_SEAL_RECORD_SIZE;
    mo_seal_t seal;
    third[3] = 3;
    assert_int_equal(mo_rules_seal_parse(bytes, &seal), MO_SEAL_NOT_ASCENDING);
    third[3] = 2;
    assert_int_equal(mo_rules_seal_parse(bytes, &seal), MO_SEAL_NOT_ASCENDING);
    assert_int_equal(seal.count, 0);
    assert_int_equal(mo_rules_seal_split(bytes, &seal), MO_SEAL_WELL_FORMED);
    assert_int_equal(seal.count, 4);
    third[3] = 4;
    assert_int_equal(mo_rules_seal_parse(bytes, &seal), MO_SEAL_WELL_FORMED);
}

static void more_signers_than_the_maximum_are_refused(void **state) {
    (void)state;
    static uint8_t memory[MO_SEAL_SIZE_MAX + MO_SEAL_RECORD_SIZE];
    mo_seal_t seal;
    assert_int_equal(mo_rules_seal_split(MO_BYTES(memory), &seal), MO_SEAL_LENGTH_INVALID);
    assert_int_equal(mo_rules_seal_split((mo_bytes_t){memory, MO_SEAL_SIZE_MAX}, &seal), MO_SEAL_WELL_FORMED);
}

static void a_seal_is_not_built_out_of_order_nor_into_too_little_room(void **state) {
    (void)state;
    mo_seal_record_t records[] = {{.index = 5}, {.index = 2}, {.index = 9}};
    uint8_t memory[1 + 3 * MO_SEAL_RECORD_SIZE];
    mo_buffer_t out = MO_BUFFER(memory);
    assert_int_equal(mo_rules_seal_build(records, 3, &out), MO_SEAL_NOT_ASCENDING);
    assert_int_equal(out.size, 0);
    mo_rules_seal_sort(records, 3);
    assert_int_equal(records[0].index, 2);
    assert_int_equal(records[2].index, 9);
    mo_buffer_t small = {memory, 0, sizeof memory - 1, false};
    assert_int_equal(mo_rules_seal_build(records, 3, &small), MO_SEAL_NO_ROOM);
    assert_int_equal(small.size, 0);
    assert_int_equal(mo_rules_seal_build(records, 3, &out), MO_SEAL_WELL_FORMED);
    records[1].index = 9;
    mo_buffer_t again = MO_BUFFER(memory);
    assert_int_equal(mo_rules_seal_build(records, 3, &again), MO_SEAL_NOT_ASCENDING);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seals_made_by_ethers_parse_and_are_built_back_byte_for_byte),
        cmocka_unit_test(rolls_are_those_that_ethers_computes),
        cmocka_unit_test(a_roll_of_many_signers_depends_on_each_index),
        cmocka_unit_test(form_is_refused_in_the_order_of_the_contract),
        cmocka_unit_test(every_truncation_is_refused_or_holds_fewer_records),
        cmocka_unit_test(indices_that_repeat_or_fall_are_refused),
        cmocka_unit_test(more_signers_than_the_maximum_are_refused),
        cmocka_unit_test(a_seal_is_not_built_out_of_order_nor_into_too_little_room),
    };
    return cmocka_run_group_tests_name("rules/seal", tests, NULL, NULL);
}
