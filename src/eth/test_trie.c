#include "eth/keccak.h"
#include "eth/rlp.h"
#include "eth/state.h"
#include "eth/test_rows.h"
#include "eth/trie.h"

#define NODES_MAX 16

/* A proof with memory of its own. */
typedef struct {
    mo_trie_proof_t proof;
    mo_bytes_t node[NODES_MAX + 1];
    uint8_t key[MO_TRIE_KEY_BYTES_MAX];
    uint8_t bytes[16384];
    size_t used;
} case_t;

static uint8_t memory[MO_ROWS_LINE_MAX / 2];

static void add_node(case_t *c, mo_bytes_t node)
{
    assert_true(c->proof.count < NODES_MAX && node.size <= sizeof c->bytes - c->used);
    memcpy(c->bytes + c->used, node.data, node.size);
    c->node[c->proof.count++] = (mo_bytes_t){c->bytes + c->used, node.size};
    c->proof.nodes = c->node;
    c->used += node.size;
}

static void set_key(case_t *c, mo_bytes_t key)
{
    memcpy(c->key, key.data, key.size);
    c->proof.key = (mo_bytes_t){c->key, key.size};
}

/* ---- Against tries built by other code ---- */

/* A row: fixed-keys root key value-or-dash nodes... */
static void read_row(const mo_rows_t *rows, case_t *c)
{
    memset(c, 0, sizeof *c);
    c->proof.fixed_keys = rows->field[0][0] == '1';
    c->proof.root = mo_rows_hash(rows->field[1]);
    set_key(c, mo_rows_bytes(rows->field[2], memory));
    for (size_t i = 4; i < rows->fields; i++) {
        add_node(c, mo_rows_bytes(rows->field[i], memory));
    }
}

static bool is_answer(mo_trie_verdict_t verdict)
{
    return verdict == MO_TRIE_PRESENT || verdict == MO_TRIE_ABSENT;
}

static void proofs_show_what_the_trie_holds(void **state)
{
    (void)state;
    static case_t c;
    unsigned absent = 0;
    mo_rows_t rows;
    mo_rows_open(&rows, "trie");
    while (mo_rows_next(&rows)) {
        read_row(&rows, &c);
        mo_bytes_t value;
        bool expected = !mo_rows_absent(rows.field[3]);
        absent += !expected;
        assert_string_equal(mo_trie_verdict_name(mo_trie_lookup(&c.proof, &value)),
                            mo_trie_verdict_name(expected ? MO_TRIE_PRESENT : MO_TRIE_ABSENT));
        if (expected) {
            mo_assert_bytes(value, mo_rows_bytes(rows.field[3], memory));
        } else {
            assert_int_equal(value.size, 0);
        }
    }
    assert_true(absent > 20 && rows.count - absent > 20);
}

static void a_truncated_proof_is_an_error_and_never_absence(void **state)
{
    (void)state;
    static case_t c;
    mo_rows_t rows;
    mo_rows_open(&rows, "trie");
    while (mo_rows_next(&rows)) {
        read_row(&rows, &c);
        while (c.proof.count-- > 0) {
            mo_bytes_t value;
            assert_int_equal(mo_trie_lookup(&c.proof, &value), MO_TRIE_TRUNCATED);
            assert_int_equal(value.size, 0);
        }
    }
}

static void a_node_too_many_is_refused(void **state)
{
    (void)state;
    static case_t c;
    mo_rows_t rows;
    mo_rows_open(&rows, "trie");
    while (mo_rows_next(&rows)) {
        read_row(&rows, &c);
        c.node[c.proof.count] = c.node[0];
        c.proof.count++;
        mo_bytes_t value;
        assert_int_equal(mo_trie_lookup(&c.proof, &value), MO_TRIE_LEFTOVER);
        assert_int_equal(value.size, 0);
    }
}

static void no_bit_of_a_proof_can_be_flipped(void **state)
{
    (void)state;
    static case_t c;
    mo_rows_t rows;
    mo_rows_open(&rows, "trie");
    while (mo_rows_next(&rows)) {
        read_row(&rows, &c);
        for (size_t bit = 0; bit<8 * c.used; bit += c.used> 600 ? 37 : 1) {
            c.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            mo_bytes_t value;
            assert_int_equal(mo_trie_lookup(&c.proof, &value), MO_TRIE_HASH);
            c.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

static void no_other_root_is_accepted_least_of_all_zero(void **state)
{
    (void)state;
    static case_t c;
    mo_rows_t rows;
    mo_rows_open(&rows, "trie");
    while (mo_rows_next(&rows)) {
        read_row(&rows, &c);
        mo_bytes_t value;
        c.proof.root.bytes[31] ^= 1;
        assert_int_equal(mo_trie_lookup(&c.proof, &value), MO_TRIE_HASH);
        c.proof.root = (mo_hash_t){{0}};
        assert_int_equal(mo_trie_lookup(&c.proof, &value), MO_TRIE_HASH);
    }
}

static void a_key_of_another_length_has_no_value(void **state)
{
    (void)state;
    static case_t c;
    mo_rows_t rows;
    mo_rows_open(&rows, "trie");
    while (mo_rows_next(&rows)) {
        read_row(&rows, &c);
        if (!c.proof.fixed_keys || mo_rows_absent(rows.field[3])) {
            continue;
        }
        mo_bytes_t value;
        c.proof.key.size++;
        assert_int_equal(mo_trie_lookup(&c.proof, &value), MO_TRIE_KEY_LENGTH);
        c.proof.key.size -= 2;
        assert_int_equal(mo_trie_lookup(&c.proof, &value), MO_TRIE_KEY_LENGTH);
        c.proof.fixed_keys = false;
        /* Without the promise it is absence, or a proof of something else. */
        mo_trie_verdict_t verdict = mo_trie_lookup(&c.proof, &value);
        assert_true(verdict == MO_TRIE_ABSENT || verdict == MO_TRIE_LEFTOVER);
    }
}

/* ---- Nodes made by hand ---- */

/* The root is the hash of one node given in hex; `key` is hex too. */
static mo_trie_verdict_t ask_node(const char *node, const char *key, bool fixed_keys)
{
    static case_t c;
    memset(&c, 0, sizeof c);
    mo_buffer_t buffer = MO_BUFFER(memory);
    assert_true(mo_hex_decode(node, MO_HEX_BARE, &buffer));
    c.proof.root = mo_keccak256(mo_buffer_view(&buffer));
    c.proof.fixed_keys = fixed_keys;
    add_node(&c, mo_buffer_view(&buffer));
    buffer.size = 0;
    assert_true(mo_hex_decode(key, MO_HEX_BARE, &buffer));
    set_key(&c, mo_buffer_view(&buffer));
    mo_bytes_t value;
    mo_trie_verdict_t verdict = mo_trie_lookup(&c.proof, &value);
    assert_int_equal(value.size > 0, verdict == MO_TRIE_PRESENT);
    return verdict;
}

#define HASH                                                                                                 \
    "a0"                                                                                                     \
    "1111111111111111111111111111111111111111111111111111111111111111"
#define EMPTY_14 "8080808080808080808080808080"
#define EMPTY_15 "80" EMPTY_14
#define EMPTY_16 "80" EMPTY_15

static void every_other_form_is_refused_with_its_own_verdict(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *node;
        const char *key;
        mo_trie_verdict_t verdict;
    } rows[] = {
        /* leaves: [path, value] */
        {"c4" "8220ab" "05", "ab", MO_TRIE_PRESENT},
        {"c4" "8220ab" "05", "ac", MO_TRIE_ABSENT},
        {"c4" "8220ab" "05", "ab00", MO_TRIE_ABSENT},
        {"c4" "8220ab" "05", "", MO_TRIE_ABSENT},
        {"c2" "20" "05", "", MO_TRIE_PRESENT},
        {"c4" "8220ab" "80", "ab", MO_TRIE_VALUE_EMPTY},
        {"c4" "8220ab" "c0", "ab", MO_TRIE_NODE_SHAPE},
        /* paths */
        {"c4" "8221ab" "05", "ab", MO_TRIE_PATH}, /* padding */
        {"c4" "8240ab" "05", "ab", MO_TRIE_PATH}, /* flags above 3 */
        {"c4" "8260ab" "05", "ab", MO_TRIE_PATH},
        {"c5" "8280ab" "05" "80", "ab", MO_TRIE_NODE_SHAPE}, /* three items */
        {"c5" "82f0ab" "8180", "ab", MO_TRIE_PATH},
        {"c2" "80" "05", "ab", MO_TRIE_PATH}, /* no flag nibble */
        {"c2" "c0" "05", "ab", MO_TRIE_NODE_SHAPE},
        /* extensions: [path, child] */
        {"e3" "1a" "a1" "111111111111111111111111111111111111111111111111111111111111111111", "ab", MO_TRIE_CHILD},
        {"e2" "1a" HASH, "ab", MO_TRIE_TRUNCATED},
        {"e2" "1a" HASH, "bb", MO_TRIE_ABSENT},
        {"e2" "00" HASH, "ab", MO_TRIE_EXTENSION},
        {"c2" "1a" "80", "ab", MO_TRIE_EXTENSION},
        {"c2" "1a" "05", "ab", MO_TRIE_CHILD},
        {"c4" "1a" "c2" "3b" "05", "ab", MO_TRIE_EXTENSION}, /* to a leaf */
        {"c6" "1a" "c4" "1b" "c2" "20" "05", "ab", MO_TRIE_EXTENSION},
        /* branches: sixteen children, a value */
        {"d5" "c23105" "c23206" EMPTY_15, "01", MO_TRIE_PRESENT},
        {"d5" "c23105" "c23206" EMPTY_15, "12", MO_TRIE_PRESENT},
        {"d5" "c23105" "c23206" EMPTY_15, "13", MO_TRIE_ABSENT},
        {"d5" "c23105" "c23206" EMPTY_15, "20", MO_TRIE_ABSENT},
        {"d5" "c23105" "c23206" EMPTY_15, "", MO_TRIE_ABSENT},
        {"d3" "c23105" EMPTY_15 "09", "01", MO_TRIE_PRESENT},
        {"d3" "c23105" EMPTY_15 "09", "", MO_TRIE_PRESENT},
        {"d3" "c23105" EMPTY_16, "01", MO_TRIE_BRANCH},
        {"d1" EMPTY_16 "09", "", MO_TRIE_BRANCH},
        {"d1" EMPTY_16 "80", "01", MO_TRIE_BRANCH},
        {"d3" "c23105" EMPTY_15 "c0", "01", MO_TRIE_NODE_SHAPE},
        {"d3" "05" "c23206" EMPTY_15, "12", MO_TRIE_CHILD},
        {"f5" "e2" "3a" HASH "c23206" EMPTY_15, "0a", MO_TRIE_CHILD}, /* 35 bytes stand by themselves */
        {"d0" EMPTY_16, "01", MO_TRIE_NODE_SHAPE},        /* sixteen items */
        {"d2" EMPTY_16 "8080", "01", MO_TRIE_NODE_SHAPE}, /* eighteen */
        /* no node at all */
        {"c0", "01", MO_TRIE_NODE_SHAPE},
        {"c120", "01", MO_TRIE_NODE_SHAPE},
        {"8220ab", "01", MO_TRIE_NODE_SHAPE},
        {"", "01", MO_TRIE_NOT_CANONICAL},
        {"c4" "8220ab", "ab", MO_TRIE_NOT_CANONICAL},
        {"c4" "8220ab" "0500", "ab", MO_TRIE_NOT_CANONICAL},
        {"c5" "8220ab" "8105", "ab", MO_TRIE_NOT_CANONICAL},
        {"f804" "8220ab" "05", "ab", MO_TRIE_NOT_CANONICAL},
        {"d6" "c3813105" "c23206" EMPTY_15, "12", MO_TRIE_NOT_CANONICAL}, /* in a sibling of the way */
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(mo_trie_verdict_name(ask_node(rows[i].node, rows[i].key, false)),
                            mo_trie_verdict_name(rows[i].verdict));
    }
}

static void where_keys_have_one_length_the_way_has_it_too(void **state)
{
    (void)state;
    static const char two_leaves[] = "d5c23105c23206" EMPTY_15;
    static const char leaf_and_value[] = "d3c23105" EMPTY_15 "09";
    assert_int_equal(ask_node("c48220ab05", "ab", true), MO_TRIE_PRESENT);
    assert_int_equal(ask_node("c48220ab05", "ac", true), MO_TRIE_ABSENT);
    assert_int_equal(ask_node("c48220ab05", "abcd", true), MO_TRIE_KEY_LENGTH);
    assert_int_equal(ask_node(two_leaves, "13", true), MO_TRIE_ABSENT);
    assert_int_equal(ask_node(two_leaves, "1234", true), MO_TRIE_KEY_LENGTH);
    assert_int_equal(ask_node(two_leaves, "", true), MO_TRIE_KEY_LENGTH);
    assert_int_equal(ask_node(leaf_and_value, "01", true), MO_TRIE_KEY_LENGTH);
    assert_int_equal(ask_node("e48200ab" HASH, "ab", true), MO_TRIE_KEY_LENGTH);
}

static void the_empty_trie_holds_nothing(void **state)
{
    (void)state;
    static const uint8_t node[] = {0x80};
    static const uint8_t key[] = {0xab};
    mo_assert_hash(MO_TRIE_EMPTY_ROOT, mo_keccak256(MO_BYTES(node)));
    mo_bytes_t nodes[2] = {MO_BYTES(node), MO_BYTES(node)};
    mo_trie_proof_t proof = {.root = MO_TRIE_EMPTY_ROOT, .key = MO_BYTES(key), .nodes = nodes};
    static const mo_trie_verdict_t verdict[] = {MO_TRIE_ABSENT, MO_TRIE_ABSENT, MO_TRIE_LEFTOVER};
    for (proof.count = 0; proof.count < 3; proof.count++) {
        mo_bytes_t value;
        assert_int_equal(mo_trie_lookup(&proof, &value), verdict[proof.count]);
    }
    mo_bytes_t value;
    proof.count = 1;
    nodes[0] = MO_BYTES(key);
    assert_int_equal(mo_trie_lookup(&proof, &value), MO_TRIE_HASH);
    proof.count = 0;
    proof.root = (mo_hash_t){{0}};
    assert_int_equal(mo_trie_lookup(&proof, &value), MO_TRIE_TRUNCATED);
}

/* A parent that names by hash what it should embed. */
static void a_short_node_is_embedded_or_refused(void **state)
{
    (void)state;
    static case_t c;
    static const uint8_t leaf[] = {0xc2, 0x31, 0x05};
    static const uint8_t other[] = {0xc2, 0x32, 0x06};
    memset(&c, 0, sizeof c);
    uint8_t branch[64];
    mo_buffer_t buffer = MO_BUFFER(branch);
    mo_rlp_writer_t out = mo_rlp_writer(&buffer);
    mo_hash_t hash = mo_keccak256(MO_BYTES(leaf));
    mo_rlp_open_list(&out);
    mo_rlp_put_bytes(&out, mo_hash_view(&hash));
    mo_rlp_put_raw(&out, MO_BYTES(other));
    for (unsigned i = 0; i < 15; i++) {
        mo_rlp_put_bytes(&out, (mo_bytes_t){NULL, 0});
    }
    mo_rlp_close_list(&out);
    assert_true(mo_rlp_written(&out));
    c.proof.root = mo_keccak256(mo_buffer_view(&buffer));
    add_node(&c, mo_buffer_view(&buffer));
    add_node(&c, MO_BYTES(leaf));
    static const uint8_t key[] = {0x01};
    set_key(&c, MO_BYTES(key));
    mo_bytes_t value;
    assert_int_equal(mo_trie_lookup(&c.proof, &value), MO_TRIE_NODE_SHORT);
}

static void limits_are_kept_before_anything_is_hashed(void **state)
{
    (void)state;
    static const mo_bytes_t nodes[MO_TRIE_PROOF_NODES_MAX + 1];
    static const uint8_t key[MO_TRIE_KEY_BYTES_MAX + 1];
    mo_bytes_t value;
    mo_trie_proof_t proof = {.key = MO_BYTES(key), .nodes = nodes, .count = 1};
    assert_int_equal(mo_trie_lookup(&proof, &value), MO_TRIE_TOO_LONG);
    proof.key.size--;
    assert_int_equal(mo_trie_lookup(&proof, &value), MO_TRIE_HASH);
    proof.count = MO_TRIE_PROOF_NODES_MAX + 1;
    assert_int_equal(mo_trie_lookup(&proof, &value), MO_TRIE_TOO_LONG);
    static const uint8_t large[MO_TRIE_NODE_BYTES_MAX + 1];
    mo_bytes_t node = MO_BYTES(large);
    proof.nodes = &node;
    proof.count = 1;
    assert_int_equal(mo_trie_lookup(&proof, &value), MO_TRIE_NODE_TOO_LONG);
    node.size = MO_STATE_NODE_BYTES_MAX + 1;
    assert_int_equal(mo_trie_lookup(&proof, &value), MO_TRIE_HASH);
    proof.of_state = true;
    assert_int_equal(mo_trie_lookup(&proof, &value), MO_TRIE_NODE_TOO_LONG);
    node.size--;
    assert_int_equal(mo_trie_lookup(&proof, &value), MO_TRIE_HASH);
}

static void answers_and_refusals_are_told_apart_by_name(void **state)
{
    (void)state;
    for (int i = MO_TRIE_PRESENT; i <= MO_TRIE_LEFTOVER; i++) {
        mo_trie_verdict_t verdict = (mo_trie_verdict_t)i;
        assert_int_equal(is_answer(verdict), i < 2);
        for (int j = MO_TRIE_PRESENT; j < i; j++) {
            assert_string_not_equal(mo_trie_verdict_name((mo_trie_verdict_t)j),
                                    mo_trie_verdict_name(verdict));
        }
    }
    assert_string_equal(mo_trie_verdict_name((mo_trie_verdict_t)(MO_TRIE_LEFTOVER + 1)), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proofs_show_what_the_trie_holds),
        cmocka_unit_test(a_truncated_proof_is_an_error_and_never_absence),
        cmocka_unit_test(a_node_too_many_is_refused),
        cmocka_unit_test(no_bit_of_a_proof_can_be_flipped),
        cmocka_unit_test(no_other_root_is_accepted_least_of_all_zero),
        cmocka_unit_test(a_key_of_another_length_has_no_value),
        cmocka_unit_test(every_other_form_is_refused_with_its_own_verdict),
        cmocka_unit_test(where_keys_have_one_length_the_way_has_it_too),
        cmocka_unit_test(the_empty_trie_holds_nothing),
        cmocka_unit_test(a_short_node_is_embedded_or_refused),
        cmocka_unit_test(limits_are_kept_before_anything_is_hashed),
        cmocka_unit_test(answers_and_refusals_are_told_apart_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
