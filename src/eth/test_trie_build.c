#include "eth/keccak.h"
#include "eth/test_rows.h"
#include "base/rng.h"
#include "eth/trie.h"
#include "eth/trie_batch.h"
#include "eth/trie_build.h"

#define ENTRIES_MAX 1000
#define NODES_MAX   4000

/* A trie with memory of its own, and of the proofs made of it. */
typedef struct {
    mo_trie_entry_t entry[ENTRIES_MAX];
    mo_trie_entry_t asked[ENTRIES_MAX];
    mo_hash_t hash[ENTRIES_MAX];
    mo_trie_entries_t trie;
    uint8_t bytes[1 << 20];
    mo_buffer_t buffer;
    mo_bytes_t node[NODES_MAX];
    mo_trie_nodes_t out;
    mo_hash_t root;
} world_t;

static world_t w;
static uint8_t memory[1 << 18];

static void reset(void)
{
    w.trie = (mo_trie_entries_t){w.entry, 0};
    w.buffer = MO_BUFFER(w.bytes);
    w.out = (mo_trie_nodes_t){&w.buffer, w.node, NODES_MAX, 0};
}

static void add(mo_bytes_t key, mo_bytes_t value)
{
    assert_true(w.trie.count < ENTRIES_MAX);
    w.entry[w.trie.count++] = (mo_trie_entry_t){key, value};
}

static mo_bytes_t text(const char *string)
{
    return (mo_bytes_t){(const uint8_t *)string, strlen(string)};
}

/* A row of trie-root: root, then keys and values. */
static void read_row(const mo_rows_t *rows)
{
    reset();
    size_t used = 0;
    mo_bytes_t field[MO_ROWS_FIELDS_MAX];
    for (size_t i = 1; i < rows->fields; i++) {
        mo_buffer_t out = {memory + used, 0, sizeof memory - used, false};
        assert_true(mo_hex_decode(rows->field[i], MO_HEX_PREFIXED, &out));
        field[i] = mo_buffer_view(&out);
        used += out.size;
    }
    for (size_t i = 1; i + 1 < rows->fields; i += 2) {
        add(field[i], field[i + 1]);
    }
}

/* `count` entries of hashed keys, told apart by `seed`. */
static void fill_secure(size_t count, uint64_t seed)
{
    reset();
    mo_rng_t rng = mo_rng(seed);
    for (size_t i = 0; i < count; i++) {
        uint8_t *at = memory + 64 * i;
        mo_rng_fill(&rng, at, 64);
        add((mo_bytes_t){at, 20}, (mo_bytes_t){at + 20, 1 + mo_rng_below(&rng, 40)});
    }
    mo_trie_hash_keys(w.trie, w.hash);
}

static mo_trie_build_verdict_t prove(mo_trie_entries_t asked)
{
    w.buffer = MO_BUFFER(w.bytes);
    return mo_trie_prove(w.trie, asked, &w.out, &w.root);
}

static mo_trie_verdict_t look_up(mo_bytes_t key, mo_bytes_t *value)
{
    mo_trie_proof_t proof = {.root = w.root, .key = key, .nodes = w.node, .count = w.out.count};
    return mo_trie_lookup(&proof, value);
}

static void roots_are_those_that_other_code_gives(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "trie-root");
    while (mo_rows_next(&rows)) {
        read_row(&rows);
        assert_int_equal(mo_trie_root(w.trie, &w.root), MO_TRIE_BUILD_OK);
        mo_assert_hash(w.root, mo_rows_hash(rows.field[0]));
    }
}

static int compare_keys(mo_bytes_t a, mo_bytes_t b)
{
    int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static void the_order_of_entries_makes_no_difference_and_they_end_up_sorted(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(7);
    mo_rows_t rows;
    mo_rows_open(&rows, "trie-root");
    while (mo_rows_next(&rows)) {
        read_row(&rows);
        for (size_t i = w.trie.count; i > 1; i--) {
            size_t j = (size_t)mo_rng_below(&rng, i);
            mo_trie_entry_t entry = w.entry[i - 1];
            w.entry[i - 1] = w.entry[j];
            w.entry[j] = entry;
        }
        assert_int_equal(mo_trie_root(w.trie, &w.root), MO_TRIE_BUILD_OK);
        mo_assert_hash(w.root, mo_rows_hash(rows.field[0]));
        for (size_t i = 1; i < w.trie.count; i++) {
            assert_true(compare_keys(w.entry[i - 1].key, w.entry[i].key) < 0);
        }
    }
}

static void every_entry_is_proven_and_the_proof_is_verified(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "trie-root");
    while (mo_rows_next(&rows)) {
        read_row(&rows);
        for (size_t i = 0; i < w.trie.count; i++) {
            mo_trie_entry_t asked = {w.entry[i].key, {NULL, 0}};
            mo_trie_entry_t held = w.entry[i];
            mo_bytes_t value;
            assert_int_equal(prove((mo_trie_entries_t){&asked, 1}), MO_TRIE_BUILD_OK);
            mo_assert_hash(w.root, mo_rows_hash(rows.field[0]));
            mo_assert_bytes(asked.value, held.value);
            assert_int_equal(look_up(held.key, &value), MO_TRIE_PRESENT);
            mo_assert_bytes(value, held.value);
        }
    }
}

static void a_key_that_is_not_there_is_proven_absent(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(9);
    mo_rows_t rows;
    mo_rows_open(&rows, "trie-root");
    while (mo_rows_next(&rows)) {
        read_row(&rows);
        for (size_t i = 0; i < 40; i++) {
            uint8_t key[MO_TRIE_KEY_BYTES_MAX];
            mo_bytes_t like = w.entry[mo_rng_below(&rng, w.trie.count)].key;
            size_t size = (size_t)mo_rng_below(&rng, like.size + 2);
            memcpy(key, like.data, size < like.size ? size : like.size);
            key[like.size] = 0;
            if (size > 0 && i % 2 == 0) {
                key[mo_rng_below(&rng, size)] ^= (uint8_t)(1u << mo_rng_below(&rng, 8));
            }
            mo_trie_entry_t asked = {{key, size}, {NULL, 0}};
            mo_bytes_t value;
            assert_int_equal(prove((mo_trie_entries_t){&asked, 1}), MO_TRIE_BUILD_OK);
            assert_int_equal(look_up((mo_bytes_t){key, size}, &value),
                             asked.value.size > 0 ? MO_TRIE_PRESENT : MO_TRIE_ABSENT);
            mo_assert_bytes(value, asked.value);
        }
    }
}

static void the_trie_without_entries_has_a_root_and_no_nodes(void **state)
{
    (void)state;
    reset();
    mo_trie_entry_t asked = {text("any"), text("x")};
    assert_int_equal(mo_trie_root(w.trie, &w.root), MO_TRIE_BUILD_OK);
    mo_assert_hash(w.root, MO_TRIE_EMPTY_ROOT);
    assert_int_equal(prove((mo_trie_entries_t){&asked, 1}), MO_TRIE_BUILD_OK);
    mo_assert_hash(w.root, MO_TRIE_EMPTY_ROOT);
    assert_int_equal(w.out.count, 0);
    assert_int_equal(asked.value.size, 0);
    mo_bytes_t value;
    assert_int_equal(look_up(text("any"), &value), MO_TRIE_ABSENT);
}

static void a_thousand_keys_share_the_nodes_of_one_batch(void **state)
{
    (void)state;
    static mo_bytes_t keys[ENTRIES_MAX];
    static mo_bytes_t values[ENTRIES_MAX];
    static mo_trie_known_t known[NODES_MAX];
    fill_secure(ENTRIES_MAX, 3);
    memcpy(w.asked, w.entry, sizeof w.asked);
    assert_int_equal(prove((mo_trie_entries_t){w.asked, ENTRIES_MAX}), MO_TRIE_BUILD_OK);
    for (size_t i = 0; i < ENTRIES_MAX; i++) {
        keys[i] = w.entry[ENTRIES_MAX - 1 - i].key;
    }
    mo_trie_batch_t batch = {w.root, keys, ENTRIES_MAX, true, w.node, w.out.count};
    assert_int_equal(mo_trie_lookup_all(&batch, known, values), MO_TRIE_PRESENT);
    for (size_t i = 0; i < ENTRIES_MAX; i++) {
        mo_assert_bytes(values[i], w.entry[ENTRIES_MAX - 1 - i].value);
    }
}

static bool names_hash(mo_bytes_t node, const mo_hash_t *hash)
{
    for (size_t i = 0; i + sizeof hash->bytes <= node.size; i++) {
        if (memcmp(node.data + i, hash->bytes, sizeof hash->bytes) == 0) {
            return true;
        }
    }
    return false;
}

static void parents_stand_before_children_and_no_node_twice(void **state)
{
    (void)state;
    fill_secure(200, 4);
    memcpy(w.asked, w.entry, sizeof w.asked);
    assert_int_equal(prove((mo_trie_entries_t){w.asked, 200}), MO_TRIE_BUILD_OK);
    mo_hash_t hash = mo_keccak256(w.node[0]);
    mo_assert_hash(hash, w.root);
    for (size_t i = 1; i < w.out.count; i++) {
        hash = mo_keccak256(w.node[i]);
        size_t named = 0;
        for (size_t j = 0; j < w.out.count; j++) {
            bool names = names_hash(w.node[j], &hash);
            assert_true(!names || j < i);
            named += names;
        }
        assert_int_equal(named, 1);
    }
}

static void a_key_may_be_asked_for_twice(void **state)
{
    (void)state;
    reset();
    add(text("dog"), text("puppy"));
    add(text("do"), text("verb"));
    mo_trie_entry_t asked[] = {{text("dog"), {NULL, 0}}, {text("cat"), {NULL, 0}}, {text("dog"), {NULL, 0}}};
    assert_int_equal(prove((mo_trie_entries_t){asked, 3}), MO_TRIE_BUILD_OK);
    for (size_t i = 0; i < 3; i++) {
        bool is_dog = mo_bytes_equal(asked[i].key, text("dog"));
        mo_assert_bytes(asked[i].value, is_dog ? text("puppy") : (mo_bytes_t){NULL, 0});
    }
}

static void the_longest_keys_that_differ_in_their_last_nibble_are_no_matter(void **state)
{
    (void)state;
    static uint8_t keys[3][MO_TRIE_KEY_BYTES_MAX];
    keys[1][MO_TRIE_KEY_BYTES_MAX - 1] = 1;
    reset();
    /* Every key but the last ends within the next: a branch with a value at each of 64 bytes. */
    for (size_t i = 0; i <= MO_TRIE_KEY_BYTES_MAX; i++) {
        add((mo_bytes_t){keys[0], i}, text("x"));
    }
    add(MO_BYTES(keys[1]), text("y"));
    mo_trie_entry_t asked = {MO_BYTES(keys[1]), {NULL, 0}};
    mo_bytes_t value;
    assert_int_equal(prove((mo_trie_entries_t){&asked, 1}), MO_TRIE_BUILD_OK);
    mo_trie_known_t known[2 * 2 * MO_TRIE_KEY_BYTES_MAX];
    mo_bytes_t key = MO_BYTES(keys[1]);
    mo_trie_batch_t batch = {w.root, &key, 1, false, w.node, w.out.count};
    assert_true(w.out.count > MO_TRIE_PROOF_NODES_MAX);
    assert_int_equal(mo_trie_lookup_all(&batch, known, &value), MO_TRIE_PRESENT);
    mo_assert_bytes(value, text("y"));
    /* The verifier of one proof keeps to its limit. */
    assert_int_equal(look_up(key, &value), MO_TRIE_TOO_LONG);
}

static void what_no_trie_holds_is_refused(void **state)
{
    (void)state;
    static const uint8_t longest[MO_TRIE_KEY_BYTES_MAX + 1];
    const struct {
        mo_trie_entry_t entry[2];
        mo_trie_build_verdict_t verdict;
    } rows[] = {
        {{{text("a"), text("x")}, {{longest, MO_TRIE_KEY_BYTES_MAX}, text("y")}}, MO_TRIE_BUILD_OK},
        {{{text("a"), text("x")}, {MO_BYTES(longest), text("y")}}, MO_TRIE_BUILD_KEY_LONG},
        {{{text("a"), text("x")}, {text("b"), text("")}}, MO_TRIE_BUILD_VALUE_EMPTY},
        {{{text("a"), text("x")}, {text("a"), text("x")}}, MO_TRIE_BUILD_KEY_TWICE},
        {{{text(""), text("x")}, {text(""), text("y")}}, MO_TRIE_BUILD_KEY_TWICE},
        {{{text(""), text("x")}, {text("a"), text("y")}}, MO_TRIE_BUILD_OK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        reset();
        add(rows[i].entry[0].key, rows[i].entry[0].value);
        add(rows[i].entry[1].key, rows[i].entry[1].value);
        assert_string_equal(mo_trie_build_verdict_name(mo_trie_root(w.trie, &w.root)),
                            mo_trie_build_verdict_name(rows[i].verdict));
        assert_int_equal(mo_hash_is_zero(&w.root), rows[i].verdict != MO_TRIE_BUILD_OK);
    }
    reset();
    add(text("a"), text("x"));
    mo_trie_entry_t asked = {MO_BYTES(longest), {NULL, 0}};
    assert_int_equal(prove((mo_trie_entries_t){&asked, 1}), MO_TRIE_BUILD_KEY_LONG);
}

static void a_proof_that_does_not_fit_is_no_proof(void **state)
{
    (void)state;
    fill_secure(100, 5);
    mo_trie_entry_t asked = w.entry[50];
    mo_trie_entries_t one = {&asked, 1};
    assert_int_equal(prove(one), MO_TRIE_BUILD_OK);
    assert_true(asked.value.size > 0);
    size_t nodes = w.out.count;
    size_t bytes = w.buffer.size;
    for (size_t capacity = 0; capacity <= nodes; capacity++) {
        w.out.capacity = capacity;
        assert_int_equal(prove(one), capacity < nodes ? MO_TRIE_BUILD_FULL : MO_TRIE_BUILD_OK);
        assert_int_equal(w.out.count, capacity < nodes ? 0 : nodes);
        assert_int_equal(asked.value.size > 0, capacity == nodes);
        assert_int_equal(mo_hash_is_zero(&w.root), capacity < nodes);
    }
    for (size_t capacity = 0; capacity <= bytes; capacity += capacity + 100 < bytes ? 100 : 1) {
        w.buffer = (mo_buffer_t){w.bytes, 0, capacity, false};
        mo_trie_build_verdict_t verdict = mo_trie_prove(w.trie, one, &w.out, &w.root);
        assert_int_equal(verdict, capacity < bytes ? MO_TRIE_BUILD_FULL : MO_TRIE_BUILD_OK);
        assert_int_equal(w.buffer.size, capacity < bytes ? 0 : bytes);
    }
}

static void verdicts_are_told_apart_by_name(void **state)
{
    (void)state;
    for (int i = MO_TRIE_BUILD_OK; i <= MO_TRIE_BUILD_FULL; i++) {
        for (int j = MO_TRIE_BUILD_OK; j < i; j++) {
            assert_string_not_equal(mo_trie_build_verdict_name((mo_trie_build_verdict_t)i),
                                    mo_trie_build_verdict_name((mo_trie_build_verdict_t)j));
        }
    }
    assert_string_equal(mo_trie_build_verdict_name((mo_trie_build_verdict_t)(MO_TRIE_BUILD_FULL + 1)), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_those_that_other_code_gives),
        cmocka_unit_test(the_order_of_entries_makes_no_difference_and_they_end_up_sorted),
        cmocka_unit_test(every_entry_is_proven_and_the_proof_is_verified),
        cmocka_unit_test(a_key_that_is_not_there_is_proven_absent),
        cmocka_unit_test(the_trie_without_entries_has_a_root_and_no_nodes),
        cmocka_unit_test(a_thousand_keys_share_the_nodes_of_one_batch),
        cmocka_unit_test(parents_stand_before_children_and_no_node_twice),
        cmocka_unit_test(a_key_may_be_asked_for_twice),
        cmocka_unit_test(the_longest_keys_that_differ_in_their_last_nibble_are_no_matter),
        cmocka_unit_test(what_no_trie_holds_is_refused),
        cmocka_unit_test(a_proof_that_does_not_fit_is_no_proof),
        cmocka_unit_test(verdicts_are_told_apart_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
