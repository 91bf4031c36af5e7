#include "eth/keccak.h"
#include "eth/rlp.h"
#include "eth/state.h"
#include "eth/test_rows.h"
#include "eth/trie_build.h"

static uint8_t leaf_memory[256];
static uint8_t node_memory[1024];

/* A trie of one entry: the proof is one leaf, whose path is the whole hashed key. */
static mo_bytes_t only_leaf(const mo_hash_t *hashed_key, mo_bytes_t value, mo_hash_t *root)
{
    uint8_t path[33] = {0x20};
    memcpy(path + 1, hashed_key->bytes, 32);
    mo_buffer_t buffer = MO_BUFFER(node_memory);
    mo_rlp_writer_t out = mo_rlp_writer(&buffer);
    mo_rlp_open_list(&out);
    mo_rlp_put_bytes(&out, MO_BYTES(path));
    mo_rlp_put_bytes(&out, value);
    mo_rlp_close_list(&out);
    assert_true(mo_rlp_written(&out));
    *root = mo_keccak256(mo_buffer_view(&buffer));
    return mo_buffer_view(&buffer);
}

static mo_bytes_t account_leaf(const mo_account_t *account)
{
    mo_buffer_t buffer = MO_BUFFER(leaf_memory);
    mo_rlp_writer_t out = mo_rlp_writer(&buffer);
    mo_rlp_open_list(&out);
    mo_rlp_put_u64(&out, account->nonce);
    mo_rlp_put_u256(&out, account->balance);
    mo_rlp_put_bytes(&out, mo_hash_view(&account->storage_root));
    mo_rlp_put_bytes(&out, mo_hash_view(&account->code_hash));
    mo_rlp_close_list(&out);
    assert_true(mo_rlp_written(&out));
    return mo_buffer_view(&buffer);
}

static const mo_account_t example = {
    .nonce = 7, .balance = {{0, 1, 0, 0}}, .storage_root = {{0x11, 0x22}}, .code_hash = {{0x33, 0x44}}};
static const mo_address_t someone = {{0xaa, 0xbb}};

static void an_account_comes_out_of_its_leaf(void **state)
{
    (void)state;
    mo_hash_t key = mo_keccak256(mo_address_view(&someone));
    mo_hash_t root;
    mo_bytes_t node = only_leaf(&key, account_leaf(&example), &root);
    mo_account_t account;
    mo_trie_verdict_t why;
    mo_state_nodes_t proof = {&node, 1};
    assert_int_equal(mo_state_account(&root, &someone, proof, &account, &why), MO_STATE_PRESENT);
    assert_int_equal(why, MO_TRIE_PRESENT);
    assert_true(account.nonce == 7 && mo_u256_equal(account.balance, example.balance));
    mo_assert_hash(account.storage_root, example.storage_root);
    mo_assert_hash(account.code_hash, example.code_hash);

    static const mo_account_t none;
    mo_address_t nobody = {{0xcc}};
    assert_int_equal(mo_state_account(&root, &nobody, proof, &account, NULL), MO_STATE_ABSENT);
    assert_memory_equal(&account, &none, sizeof account);
    proof.count = 0;
    assert_int_equal(mo_state_account(&root, &someone, proof, &account, &why), MO_STATE_PROOF);
    assert_int_equal(why, MO_TRIE_TRUNCATED);
}

static void every_other_account_leaf_is_refused(void **state)
{
    (void)state;
    mo_bytes_t leaf = account_leaf(&example);
    mo_account_t account;
    assert_true(mo_state_account_decode(leaf, &account));
    for (size_t size = 0; size < leaf.size; size++) {
        assert_false(mo_state_account_decode((mo_bytes_t){leaf.data, size}, &account));
        assert_true(mo_u256_is_zero(account.balance) && account.nonce == 0);
    }
    assert_false(mo_state_account_decode((mo_bytes_t){leaf.data, leaf.size + 1}, &account));
    unsigned accepted = 0;
    for (size_t bit = 0; bit < 8 * leaf.size; bit++) {
        leaf_memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (mo_state_account_decode(leaf, &account)) {
            uint8_t before[256];
            memcpy(before, leaf.data, leaf.size);
            mo_assert_bytes(account_leaf(&account), (mo_bytes_t){before, leaf.size});
            accepted++;
        }
        leaf_memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_true(accepted >= 512 && accepted < 8 * leaf.size);
}

/* The slot's leaf given in hex, proven and decoded. */
static mo_state_verdict_t ask_word(const char *leaf, mo_hash_t *word)
{
    static const mo_hash_t slot = {{0}};
    mo_buffer_t buffer = MO_BUFFER(leaf_memory);
    assert_true(mo_hex_decode(leaf, MO_HEX_BARE, &buffer));
    mo_hash_t key = mo_keccak256(mo_hash_view(&slot));
    mo_hash_t root;
    mo_bytes_t node = only_leaf(&key, mo_buffer_view(&buffer), &root);
    return mo_state_word(&root, &slot, (mo_state_nodes_t){&node, 1}, word, NULL);
}

#define WORD "1111111111111111111111111111111111111111111111111111111111111111"

static void a_word_is_a_minimal_integer_and_comes_out_padded(void **state)
{
    (void)state;
    static const struct {
        const char *leaf;
        const char *word; /* NULL: refused */
    } rows[] = {
        {"01", "0x0000000000000000000000000000000000000000000000000000000000000001"},
        {"7f", "0x000000000000000000000000000000000000000000000000000000000000007f"},
        {"8180", "0x0000000000000000000000000000000000000000000000000000000000000080"},
        {"820100", "0x0000000000000000000000000000000000000000000000000000000000000100"},
        /* the prefix a0 belongs to the encoding and not to the value */
        {"a0" WORD, "0x" WORD},
        {WORD, NULL},
        {"a1" WORD "11", NULL},
        {"80", NULL},
        {"00", NULL},
        {"8101", NULL},
        {"820001", NULL},
        {"a0001111111111111111111111111111111111111111111111111111111111111111", NULL},
        {"b820" WORD, NULL},
        {"c101", NULL},
        {"0101", NULL},
        {"a011", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mo_hash_t word;
        mo_state_verdict_t verdict = ask_word(rows[i].leaf, &word);
        assert_int_equal(verdict, rows[i].word != NULL ? MO_STATE_PRESENT : MO_STATE_WORD);
        mo_assert_hash(word, rows[i].word != NULL ? mo_rows_hash(rows[i].word) : (mo_hash_t){{0}});
    }
}

static void absence_of_a_word_needs_a_whole_proof(void **state)
{
    (void)state;
    static const uint8_t value[] = {5};
    mo_hash_t here = {{1}};
    mo_hash_t elsewhere = {{2}};
    mo_hash_t key = mo_keccak256(mo_hash_view(&here));
    mo_hash_t root;
    mo_hash_t word;
    mo_trie_verdict_t why;
    mo_bytes_t node = only_leaf(&key, MO_BYTES(value), &root);
    assert_int_equal(mo_state_word(&root, &elsewhere, (mo_state_nodes_t){&node, 1}, &word, &why),
                     MO_STATE_ABSENT);
    assert_true(mo_hash_is_zero(&word));
    assert_int_equal(mo_state_word(&root, &elsewhere, (mo_state_nodes_t){&node, 0}, &word, &why),
                     MO_STATE_PROOF);
    assert_int_equal(why, MO_TRIE_TRUNCATED);
    assert_int_equal(mo_state_word(&MO_TRIE_EMPTY_ROOT, &here, (mo_state_nodes_t){NULL, 0}, &word, &why),
                     MO_STATE_ABSENT);
}

static void nodes_are_bounded_by_what_such_a_trie_can_hold(void **state)
{
    (void)state;
    static const uint8_t large[MO_STATE_NODE_BYTES_MAX + 1];
    mo_bytes_t nodes[MO_TRIE_PROOF_NODES_MAX + 1] = {MO_BYTES(large)};
    mo_hash_t root = mo_keccak256(nodes[0]);
    mo_hash_t word;
    mo_trie_verdict_t why;
    assert_int_equal(mo_state_word(&root, &root, (mo_state_nodes_t){nodes, 1}, &word, &why), MO_STATE_PROOF);
    assert_int_equal(why, MO_TRIE_NODE_TOO_LONG);
    mo_state_nodes_t many = {nodes, MO_TRIE_PROOF_NODES_MAX + 1};
    assert_int_equal(mo_state_word(&root, &root, many, &word, &why), MO_STATE_PROOF);
    assert_int_equal(why, MO_TRIE_TOO_LONG);
}

/* keccak256(uint256(1) . uint256(0)): the slot that solc gives m[1] for a mapping in slot 0. */
static void a_mapping_s_slots_are_those_of_solc(void **state)
{
    (void)state;
    mo_hash_t one = {{[31] = 1}};
    mo_hash_t zero = {{0}};
    mo_assert_hash(mo_state_mapping_slot(&one, &zero),
                   mo_rows_hash("0xada5013122d395ba3c54772283fb069b10426056ef8ca54750cb9bb552a59e7d"));
    mo_assert_hash(MO_STATE_EMPTY_CODE, mo_keccak256((mo_bytes_t){NULL, 0}));
}

/* ---- Whole answers ---- */

#define SLOTS 3

/* An account with two slots, a third that is empty, and the proofs of all. */
typedef struct {
    uint8_t bytes[2][2048];
    mo_bytes_t node[1 + SLOTS][4];
    mo_state_slot_t slot[SLOTS];
    mo_state_answer_t answer;
    mo_hash_t state_root;
} answer_t;

/* Proves keccak256(plain) in a trie of entries whose keys are to be hashed. */
static mo_state_nodes_t prove(mo_trie_entries_t trie, mo_bytes_t plain, mo_trie_nodes_t *out, mo_hash_t *root)
{
    mo_hash_t key = mo_keccak256(plain);
    mo_trie_entry_t asked = {mo_hash_view(&key), {NULL, 0}};
    assert_int_equal(mo_trie_prove(trie, (mo_trie_entries_t){&asked, 1}, out, root), MO_TRIE_BUILD_OK);
    return (mo_state_nodes_t){out->nodes, out->count};
}

static void make_answer(answer_t *a)
{
    static const uint8_t seven[] = {7};
    mo_hash_t hash[2];
    mo_account_t account = example;
    memset(a, 0, sizeof *a);
    mo_buffer_t storage = MO_BUFFER(a->bytes[0]);
    mo_buffer_t state = MO_BUFFER(a->bytes[1]);
    for (uint8_t i = 0; i < SLOTS; i++) {
        a->slot[i].slot.bytes[31] = i;
        memset(&a->slot[i].value, 0xff, sizeof a->slot[i].value);
    }
    mo_trie_entry_t words[2] = {{mo_hash_view(&a->slot[0].slot), MO_BYTES(seven)},
                                {mo_hash_view(&a->slot[1].slot), MO_BYTES(seven)}};
    mo_trie_hash_keys((mo_trie_entries_t){words, 2}, hash);
    for (size_t i = 0; i < SLOTS; i++) {
        mo_trie_nodes_t out = {&storage, a->node[1 + i], 4, 0};
        mo_trie_entries_t trie = {words, 2};
        a->slot[i].proof = prove(trie, mo_hash_view(&a->slot[i].slot), &out, &account.storage_root);
    }
    mo_trie_entry_t accounts = {mo_address_view(&someone), account_leaf(&account)};
    mo_trie_entries_t trie = {&accounts, 1};
    mo_trie_hash_keys(trie, hash);
    mo_trie_nodes_t out = {&state, a->node[0], 4, 0};
    a->answer = (mo_state_answer_t){someone, prove(trie, mo_address_view(&someone), &out, &a->state_root), a->slot, SLOTS};
}

static void an_answer_gives_its_account_and_every_slot_at_once(void **state)
{
    (void)state;
    static answer_t a;
    mo_account_t account;
    make_answer(&a);
    assert_int_equal(mo_state_answer(&a.state_root, &a.answer, &account, NULL), MO_STATE_PRESENT);
    assert_int_equal(account.nonce, example.nonce);
    assert_int_equal(a.slot[0].value.bytes[31], 7);
    assert_int_equal(a.slot[1].value.bytes[31], 7);
    assert_true(mo_hash_is_zero(&a.slot[2].value));
}

static void an_account_that_is_absent_has_zero_in_every_slot(void **state)
{
    (void)state;
    static answer_t a;
    mo_account_t account;
    make_answer(&a);
    a.answer.address.bytes[19] ^= 1;
    assert_int_equal(mo_state_answer(&a.state_root, &a.answer, &account, NULL), MO_STATE_ABSENT);
    assert_int_equal(account.nonce, 0);
    for (size_t i = 0; i < SLOTS; i++) {
        assert_true(mo_hash_is_zero(&a.slot[i].value));
    }
}

static void one_bad_slot_refuses_the_whole_answer(void **state)
{
    (void)state;
    static answer_t a;
    static const mo_account_t none;
    for (size_t bad = 0; bad < SLOTS; bad++) {
        mo_account_t account;
        mo_trie_verdict_t why;
        make_answer(&a);
        a.slot[bad].proof.count--;
        assert_int_equal(mo_state_answer(&a.state_root, &a.answer, &account, &why), MO_STATE_PROOF);
        assert_int_equal(why, MO_TRIE_TRUNCATED);
        assert_memory_equal(&account, &none, sizeof account);
        for (size_t i = 0; i < SLOTS; i++) {
            assert_true(mo_hash_is_zero(&a.slot[i].value));
        }
    }
}

static void verdicts_have_names_of_their_own(void **state)
{
    (void)state;
    for (int i = MO_STATE_PRESENT; i <= MO_STATE_WORD; i++) {
        for (int j = MO_STATE_PRESENT; j < i; j++) {
            assert_string_not_equal(mo_state_verdict_name((mo_state_verdict_t)i),
                                    mo_state_verdict_name((mo_state_verdict_t)j));
        }
    }
}

static void no_cut_leaf_is_an_account_and_a_flipped_bit_is_another_or_none(void **state)
{
    (void)state;
    mo_bytes_t leaf = account_leaf(&example);
    mo_account_t account;
    for (size_t size = 0; size < leaf.size; size++) {
        assert_false(mo_state_account_decode((mo_bytes_t){leaf.data, size}, &account));
    }
    for (size_t bit = 0; bit < 8 * leaf.size; bit++) {
        leaf_memory[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_true(!mo_state_account_decode(leaf, &account) || account.nonce != example.nonce ||
                    !mo_u256_equal(account.balance, example.balance) ||
                    !mo_hash_equal(&account.storage_root, &example.storage_root) ||
                    !mo_hash_equal(&account.code_hash, &example.code_hash));
        leaf_memory[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void no_cut_leaf_is_the_same_word_nor_is_one_with_a_flipped_bit(void **state)
{
    (void)state;
    uint8_t leaf[] = {0x83, 0x01, 0x80, 0x7f};
    mo_hash_t whole;
    mo_hash_t word;
    assert_true(mo_state_word_decode(MO_BYTES(leaf), &whole));
    for (size_t size = 0; size < sizeof leaf; size++) {
        assert_false(mo_state_word_decode((mo_bytes_t){leaf, size}, &word));
    }
    for (size_t bit = 0; bit < 8 * sizeof leaf; bit++) {
        leaf[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_true(!mo_state_word_decode(MO_BYTES(leaf), &word) || !mo_hash_equal(&whole, &word));
        leaf[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

/* Every bit of every node, and every node cut by a byte. */
static void no_spoilt_node_leaves_an_answer(void **state)
{
    (void)state;
    static answer_t a;
    mo_account_t account;
    make_answer(&a);
    assert_int_equal(mo_state_answer(&a.state_root, &a.answer, &account, NULL), MO_STATE_PRESENT);
    for (size_t proof = 0; proof <= SLOTS; proof++) {
        size_t count = proof == 0 ? a.answer.account_proof.count : a.slot[proof - 1].proof.count;
        for (size_t i = 0; i < count; i++) {
            mo_bytes_t *node = &a.node[proof][i];
            uint8_t *bytes = a.bytes[proof == 0 ? 1 : 0] + (node->data - a.bytes[proof == 0 ? 1 : 0]);
            for (size_t bit = 0; bit < 8 * node->size; bit++) {
                bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
                assert_int_equal(mo_state_answer(&a.state_root, &a.answer, &account, NULL), MO_STATE_PROOF);
                bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            }
            node->size--;
            assert_int_equal(mo_state_answer(&a.state_root, &a.answer, &account, NULL), MO_STATE_PROOF);
            node->size++;
        }
    }
    assert_int_equal(mo_state_answer(&a.state_root, &a.answer, &account, NULL), MO_STATE_PRESENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_cut_leaf_is_an_account_and_a_flipped_bit_is_another_or_none),
        cmocka_unit_test(no_cut_leaf_is_the_same_word_nor_is_one_with_a_flipped_bit),
        cmocka_unit_test(no_spoilt_node_leaves_an_answer),
        cmocka_unit_test(an_account_comes_out_of_its_leaf),
        cmocka_unit_test(every_other_account_leaf_is_refused),
        cmocka_unit_test(a_word_is_a_minimal_integer_and_comes_out_padded),
        cmocka_unit_test(absence_of_a_word_needs_a_whole_proof),
        cmocka_unit_test(nodes_are_bounded_by_what_such_a_trie_can_hold),
        cmocka_unit_test(a_mapping_s_slots_are_those_of_solc),
        cmocka_unit_test(an_answer_gives_its_account_and_every_slot_at_once),
        cmocka_unit_test(an_account_that_is_absent_has_zero_in_every_slot),
        cmocka_unit_test(one_bad_slot_refuses_the_whole_answer),
        cmocka_unit_test(verdicts_have_names_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
