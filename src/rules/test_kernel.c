#include <string.h>

#include "base/endian.h"
#include "rules/kernel.h"
#include "rules/test_text.h"
#include "rules/test_vectors.h"
#include "rules/transition.h"
#include "rules/vote.h"

#define PACKED_UPDATE 29

static void read_updates(const char *text, mo_kernel_t *kernel) {
    static uint8_t memory[MO_UPDATES_MAX * PACKED_UPDATE];
    mo_buffer_t packed = MO_BUFFER(memory);
    assert_true(mo_hex_decode(text, MO_HEX_PREFIXED, &packed));
    kernel->update_count = packed.size / PACKED_UPDATE;
    for (size_t i = 0; i < kernel->update_count; i++) {
        const uint8_t *at = memory + i * PACKED_UPDATE;
        memcpy(kernel->updates[i].validator.bytes, at, 20);
        kernel->updates[i].weight.value = mo_load_be64(at + 20);
        kernel->updates[i].kind = at[28];
    }
}

static void a_kernels_hash_is_the_one_that_ethers_computes_with_0_to_64_updates(void **state) {
    (void)state;
    static mo_kernel_t kernel;
    size_t largest = 0;
    for (size_t i = 0; i < COUNT(kernel_vectors); i++) {
        kernel.height.value = kernel_vectors[i].height;
        kernel.parent = hash_from(kernel_vectors[i].parent);
        kernel.gas_target = u256_from(kernel_vectors[i].gas_target);
        read_updates(kernel_vectors[i].updates, &kernel);
        largest = kernel.update_count > largest ? kernel.update_count : largest;
        mo_hash_t hash = mo_rules_kernel_hash(&kernel);
        assert_hash(&hash, kernel_vectors[i].hash);
    }
    assert_int_equal(largest, MO_UPDATES_MAX);
}

static void what_lies_beyond_the_count_of_updates_is_not_hashed(void **state) {
    (void)state;
    static mo_kernel_t kernel;
    read_updates(kernel_vectors[3].updates, &kernel);
    kernel.update_count = 2;
    mo_hash_t before = mo_rules_kernel_hash(&kernel);
    kernel.updates[2].weight.value ^= 1;
    mo_hash_t after = mo_rules_kernel_hash(&kernel);
    assert_true(mo_hash_equal(&before, &after));
    kernel.updates[1].weight.value ^= 1;
    after = mo_rules_kernel_hash(&kernel);
    assert_false(mo_hash_equal(&before, &after));
}

static void a_meta_blocks_hash_is_the_one_that_ethers_computes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(meta_block_vectors); i++) {
        mo_meta_block_t block = {hash_from(meta_block_vectors[i].kernel),
                                 hash_from(meta_block_vectors[i].transition),
                                 hash_from(meta_block_vectors[i].vote)};
        mo_hash_t hash = mo_rules_meta_block_hash(&block);
        assert_hash(&hash, meta_block_vectors[i].hash);
    }
}

static void a_meta_block_is_the_three_hashes_of_its_parts(void **state) {
    (void)state;
    static mo_kernel_t kernel = {.height = {7}};
    mo_transition_t transition = {.dynasty = 9};
    mo_vote_t link = {.target_height = {3}};
    mo_meta_block_t block = mo_rules_meta_block(&kernel, &transition, &link);
    mo_hash_t parts[] = {mo_rules_kernel_hash(&kernel), mo_rules_transition_hash(&transition),
                         mo_rules_vote_hash(&link)};
    assert_true(mo_hash_equal(&block.kernel, &parts[0]));
    assert_true(mo_hash_equal(&block.transition, &parts[1]));
    assert_true(mo_hash_equal(&block.vote, &parts[2]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kernels_hash_is_the_one_that_ethers_computes_with_0_to_64_updates),
        cmocka_unit_test(what_lies_beyond_the_count_of_updates_is_not_hashed),
        cmocka_unit_test(a_meta_blocks_hash_is_the_one_that_ethers_computes),
        cmocka_unit_test(a_meta_block_is_the_three_hashes_of_its_parts),
    };
    return cmocka_run_group_tests_name("rules/kernel", tests, NULL, NULL);
}
