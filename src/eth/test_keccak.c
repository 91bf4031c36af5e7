#include "base/rng.h"
#include "eth/hmac.h"
#include "eth/keccak.h"
#include "eth/keccak_permute.h"
#include "eth/test_rows.h"

#define MANY_MAX 40

static uint8_t memory[MO_ROWS_LINE_MAX / 2];
static uint8_t other[MO_ROWS_LINE_MAX / 2];
static const uint8_t common[] = "common";
static const uint8_t more[] = "more";

static void hashes_are_those_of_ethers(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "keccak");
    while (mo_rows_next(&rows)) {
        mo_bytes_t bytes = mo_rows_bytes(rows.field[0], memory);
        mo_assert_hash(mo_keccak256(bytes), mo_rows_hash(rows.field[1]));
        mo_assert_hash(mo_sha256(bytes), mo_rows_hash(rows.field[2]));
    }
}

static void a_stream_hashes_alike_however_it_is_cut(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(3);
    mo_rng_fill(&rng, memory, 1000);
    mo_hash_t whole = mo_keccak256((mo_bytes_t){memory, 1000});
    for (unsigned i = 0; i < 2000; i++) {
        mo_keccak_t keccak = mo_keccak();
        for (size_t at = 0; at < 1000;) {
            size_t size = (size_t)mo_rng_below(&rng, 200);
            size = size > 1000 - at ? 1000 - at : size;
            mo_keccak_put(&keccak, (mo_bytes_t){memory + at, size});
            at += size;
        }
        mo_assert_hash(mo_keccak_hash(&keccak), whole);
    }
}

static void a_copy_of_a_stream_goes_its_own_way(void **state)
{
    (void)state;
    mo_keccak_t first = mo_keccak();
    mo_keccak_put(&first, MO_BYTES(common));
    mo_keccak_t second = first;
    mo_keccak_put(&first, MO_BYTES(more));
    mo_hash_t one = mo_keccak_hash(&first);
    mo_hash_t two = mo_keccak_hash(&second);
    assert_false(mo_hash_equal(&one, &two));
    mo_assert_hash(two, mo_keccak256(MO_BYTES(common)));
}

static void a_pair_is_hashed_as_its_concatenation(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(4);
    mo_hash_t pair[2];
    mo_rng_fill(&rng, pair[0].bytes, 32);
    mo_rng_fill(&rng, pair[1].bytes, 32);
    memcpy(memory, pair[0].bytes, 32);
    memcpy(memory + 32, pair[1].bytes, 32);
    mo_assert_hash(mo_keccak256_pair(&pair[0], &pair[1]), mo_keccak256((mo_bytes_t){memory, 64}));
}

/* Every kind of this processor, over inputs of these lengths; a hash beyond the last must stay as it was. */
static void compare_kinds(const mo_bytes_t *inputs, size_t count)
{
    static mo_hash_t hashes[MANY_MAX + 1];
    for (size_t k = 0; k <= mo_keccak_kind_count; k++) {
        memset(hashes, 0xee, sizeof hashes);
        if (k == mo_keccak_kind_count) {
            mo_keccak256_many(inputs, count, hashes);
        } else if (mo_keccak_kinds[k].is_usable()) {
            mo_keccak256_many_by(&mo_keccak_kinds[k], inputs, count, hashes);
        } else {
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            mo_assert_hash(hashes[i], mo_keccak256(inputs[i]));
        }
        assert_int_equal(hashes[count].bytes[0], 0xee);
    }
}

static void lanes_hash_as_one_lane_does_for_every_length(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(5);
    mo_rng_fill(&rng, memory, 2048);
    mo_bytes_t inputs[MANY_MAX];
    for (size_t size = 0; size <= 5 * MO_KECCAK_RATE; size++) {
        for (size_t i = 0; i < MO_KECCAK_LANES_MAX + 1; i++) {
            inputs[i] = (mo_bytes_t){memory + 7 * i, size};
        }
        compare_kinds(inputs, MO_KECCAK_LANES_MAX + 1);
    }
}

static void lanes_hash_as_one_lane_does_for_every_count_and_mix(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(6);
    mo_rng_fill(&rng, memory, 2048);
    mo_bytes_t inputs[MANY_MAX];
    for (size_t count = 0; count <= MANY_MAX; count++) {
        for (unsigned round = 0; round < 10; round++) {
            for (size_t i = 0; i < count; i++) {
                size_t size = (size_t)mo_rng_below(&rng, 1000);
                inputs[i] = (mo_bytes_t){size > 0 ? memory + (size_t)mo_rng_below(&rng, 1000) : NULL, size};
            }
            compare_kinds(inputs, count);
        }
    }
}

static bool never(void)
{
    return false;
}

/* On a processor that lacks the wider ones, and on one that has them. */
static void the_widest_kind_is_the_last_that_the_processor_has(void **state)
{
    (void)state;
    mo_keccak_kind_t kinds[3] = {mo_keccak_kinds[0], mo_keccak_kinds[0], mo_keccak_kinds[0]};
    for (size_t count = 3; count > 1; count--) {
        assert_ptr_equal(mo_keccak_widest(kinds, 3), &kinds[count - 1]);
        kinds[count - 1].is_usable = never;
    }
    assert_ptr_equal(mo_keccak_widest(kinds, 3), &kinds[0]);
}

static void macs_are_those_of_ethers(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "hmac");
    while (mo_rows_next(&rows)) {
        mo_bytes_t key = mo_rows_bytes(rows.field[0], memory);
        mo_bytes_t message = mo_rows_bytes(rows.field[1], other);
        size_t half = message.size / 2;
        mo_bytes_t head = {message.data, half};
        mo_bytes_t tail = {message.data + half, message.size - half};
        mo_assert_hash(mo_hmac_sha256(key, head, tail), mo_rows_hash(rows.field[2]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_those_of_ethers),
        cmocka_unit_test(a_stream_hashes_alike_however_it_is_cut),
        cmocka_unit_test(a_copy_of_a_stream_goes_its_own_way),
        cmocka_unit_test(a_pair_is_hashed_as_its_concatenation),
        cmocka_unit_test(the_widest_kind_is_the_last_that_the_processor_has),
        cmocka_unit_test(lanes_hash_as_one_lane_does_for_every_length),
        cmocka_unit_test(lanes_hash_as_one_lane_does_for_every_count_and_mix),
        cmocka_unit_test(macs_are_those_of_ethers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
