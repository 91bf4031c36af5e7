#include "eth/test_rows.h"
#include "base/rng.h"
#include "eth/keccak.h"
#include "eth/trie_batch.h"
#include "eth/trie_build.h"

#define ENTRIES   120
#define ASKED     12
#define NODES_MAX 64

/* A batch proof of some keys of a secure trie, the last of which it does not hold. */
typedef struct {
    uint8_t memory[ENTRIES][64];
    mo_hash_t hash[ENTRIES];
    mo_trie_entry_t entry[ENTRIES];
    mo_bytes_t key[ASKED];
    mo_bytes_t expected[ASKED];
    mo_bytes_t value[ASKED];
    uint8_t bytes[1 << 16];
    mo_bytes_t node[NODES_MAX + 1];
    mo_trie_known_t known[NODES_MAX + 1];
    mo_hash_t root;
    mo_trie_batch_t batch;
} world_t;

static world_t w;

static void fill(void)
{
    mo_rng_t rng = mo_rng(11);
    for (size_t i = 0; i < ENTRIES; i++) {
        mo_rng_fill(&rng, w.memory[i], sizeof w.memory[i]);
        w.entry[i] = (mo_trie_entry_t){{w.memory[i], 20}, {w.memory[i] + 20, 1 + i % 40}};
    }
    mo_trie_entries_t trie = {w.entry, ENTRIES};
    mo_trie_hash_keys(trie, w.hash);
    mo_trie_entry_t asked[ASKED];
    static const mo_hash_t missing = {{0xab, 0xcd}};
    for (size_t i = 0; i < ASKED; i++) {
        asked[i] = w.entry[7 * i];
    }
    asked[ASKED - 1].key = mo_hash_view(&missing);
    mo_buffer_t buffer = MO_BUFFER(w.bytes);
    mo_trie_nodes_t out = {&buffer, w.node, NODES_MAX, 0};
    assert_int_equal(mo_trie_prove(trie, (mo_trie_entries_t){asked, ASKED}, &out, &w.root), MO_TRIE_BUILD_OK);
    for (size_t i = 0; i < ASKED; i++) {
        w.key[i] = asked[i].key;
        w.expected[i] = asked[i].value;
    }
    w.batch = (mo_trie_batch_t){w.root, w.key, ASKED, true, w.node, out.count};
}

static mo_trie_verdict_t look_up(void)
{
    memset(w.value, 0xff, sizeof w.value);
    mo_trie_verdict_t verdict = mo_trie_lookup_all(&w.batch, w.known, w.value);
    for (size_t i = 0; i < w.batch.key_count && verdict != MO_TRIE_PRESENT; i++) {
        assert_int_equal(w.value[i].size, 0);
    }
    return verdict;
}

static void a_batch_answers_for_every_key_in_whatever_order_its_nodes_stand(void **state)
{
    (void)state;
    fill();
    mo_rng_t rng = mo_rng(12);
    for (unsigned round = 0; round < 50; round++) {
        assert_int_equal(look_up(), MO_TRIE_PRESENT);
        unsigned absent = 0;
        for (size_t i = 0; i < ASKED; i++) {
            mo_assert_bytes(w.value[i], w.expected[i]);
            absent += w.value[i].size == 0;
        }
        assert_int_equal(absent, 1);
        size_t i = (size_t)mo_rng_below(&rng, w.batch.count);
        size_t j = (size_t)mo_rng_below(&rng, w.batch.count);
        mo_bytes_t node = w.node[i];
        w.node[i] = w.node[j];
        w.node[j] = node;
    }
}

static void a_node_that_is_missing_is_an_error_and_never_absence(void **state)
{
    (void)state;
    fill();
    size_t count = w.batch.count;
    for (size_t i = 0; i < count; i++) {
        mo_bytes_t missing = w.node[i];
        w.node[i] = w.node[count - 1];
        w.batch.count = count - 1;
        assert_int_equal(look_up(), MO_TRIE_TRUNCATED);
        w.batch.count = count;
        w.node[i] = missing;
    }
    w.batch.count = 0;
    assert_int_equal(look_up(), MO_TRIE_TRUNCATED);
}

static void a_node_twice_or_one_that_no_key_needs_is_refused(void **state)
{
    (void)state;
    fill();
    for (size_t i = 0; i < w.batch.count; i++) {
        w.node[w.batch.count] = w.node[i];
        w.batch.count++;
        assert_int_equal(look_up(), MO_TRIE_LEFTOVER);
        w.batch.count--;
    }
    w.batch.key_count = ASKED - 2;
    assert_int_equal(look_up(), MO_TRIE_LEFTOVER);
    w.batch.key_count = 0;
    assert_int_equal(look_up(), MO_TRIE_LEFTOVER);
    w.batch.count = 0;
    assert_int_equal(look_up(), MO_TRIE_PRESENT);
}

static void no_bit_of_a_batch_can_be_flipped(void **state)
{
    (void)state;
    fill();
    size_t used = 0;
    for (size_t i = 0; i < w.batch.count; i++) {
        used += w.node[i].size;
    }
    for (size_t bit = 0; bit < 8 * used; bit += 13) {
        w.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        mo_trie_verdict_t verdict = look_up();
        assert_true(verdict != MO_TRIE_PRESENT && verdict != MO_TRIE_ABSENT);
        w.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(look_up(), MO_TRIE_PRESENT);
}

static void the_empty_trie_holds_none_of_the_keys(void **state)
{
    (void)state;
    fill();
    w.batch.count = 0;
    w.batch.root = MO_TRIE_EMPTY_ROOT;
    static const uint8_t empty_node[] = {0x80};
    static const mo_trie_verdict_t verdict[] = {MO_TRIE_PRESENT, MO_TRIE_PRESENT, MO_TRIE_LEFTOVER};
    w.node[0] = w.node[1] = MO_BYTES(empty_node);
    for (w.batch.count = 0; w.batch.count < 3; w.batch.count++) {
        assert_int_equal(look_up(), verdict[w.batch.count]);
        for (size_t i = 0; i < ASKED; i++) {
            assert_int_equal(w.value[i].size, 0);
        }
    }
    w.batch.count = 0;
    w.batch.root = (mo_hash_t){{0}};
    assert_int_equal(look_up(), MO_TRIE_TRUNCATED);
}

static void each_node_and_key_is_judged_as_in_a_single_proof(void **state)
{
    (void)state;
    static const uint8_t large[MO_TRIE_NODE_BYTES_MAX + 1];
    static const uint8_t key[MO_TRIE_KEY_BYTES_MAX + 1];
    static const uint8_t leaf[] = {0xc2, 0x31, 0x05};
    static const uint8_t padded[40] = {0xf8, 0x26};
    fill();
    mo_bytes_t root = w.node[0];
    w.node[0] = MO_BYTES(large);
    assert_int_equal(look_up(), MO_TRIE_NODE_TOO_LONG);
    w.node[0] = MO_BYTES(leaf);
    assert_int_equal(look_up(), MO_TRIE_NODE_SHORT);
    w.node[0] = MO_BYTES(padded);
    assert_int_equal(look_up(), MO_TRIE_NOT_CANONICAL);
    w.node[0] = root;
    mo_bytes_t held = w.key[3];
    w.key[3] = MO_BYTES(key);
    assert_int_equal(look_up(), MO_TRIE_TOO_LONG);
    w.key[3] = (mo_bytes_t){held.data, held.size - 1};
    assert_int_equal(look_up(), MO_TRIE_KEY_LENGTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_answers_for_every_key_in_whatever_order_its_nodes_stand),
        cmocka_unit_test(a_node_that_is_missing_is_an_error_and_never_absence),
        cmocka_unit_test(a_node_twice_or_one_that_no_key_needs_is_refused),
        cmocka_unit_test(no_bit_of_a_batch_can_be_flipped),
        cmocka_unit_test(the_empty_trie_holds_none_of_the_keys),
        cmocka_unit_test(each_node_and_key_is_judged_as_in_a_single_proof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
