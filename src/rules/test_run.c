#include <string.h>

#include "eth/header.h"
#include "rules/run.h"
#include "rules/test_text.h"

/* A chain of LENGTH blocks from number FIRST, as its nodes would encode them. */
enum { FIRST = 16, LENGTH = 12, ENCODED_MAX = 640 };

typedef struct {
    uint8_t memory[LENGTH][ENCODED_MAX];
    mo_bytes_t header[LENGTH];
    mo_hash_t root[LENGTH]; /* transactionsRoot */
    uint64_t gas[LENGTH];   /* gasUsed */
} chain_t;

static chain_t chain;

static mo_bytes_t encode(mo_header_t *header, uint8_t *memory) {
    mo_buffer_t out = {memory, 0, ENCODED_MAX, false};
    assert_true(mo_header_encode(header, &out));
    return mo_buffer_view(&out);
}

static void make_chain(void) {
    mo_hash_t parent = hash_named('p', 0);
    for (size_t i = 0; i < LENGTH; i++) {
        chain.root[i] = hash_named('t', i);
        chain.gas[i] = 21000 * i + 7;
        mo_header_t header = {.fork = MO_HEADER_PRAGUE,
                              .parent_hash = parent,
                              .transactions_root = chain.root[i],
                              .number = FIRST + i,
                              .gas_used = chain.gas[i]};
        chain.header[i] = encode(&header, chain.memory[i]);
        parent = mo_keccak256(chain.header[i]);
    }
}

/* Headers `from` to `to`, the latter excluded, one after the other. */
static mo_bytes_t run_of(size_t from, size_t to) {
    static uint8_t memory[LENGTH * ENCODED_MAX];
    mo_buffer_t out = MO_BUFFER(memory);
    for (size_t i = from; i < to; i++) {
        mo_buffer_put(&out, chain.header[i]);
    }
    return mo_buffer_view(&out);
}

static mo_record_t root_record(void) {
    mo_record_t root;
    assert_int_equal(mo_rules_run_root(chain.header[0], FIRST, &root), MO_RUN_ACCEPTED);
    return root;
}

static void assert_zero(const mo_record_t *record) {
    static const mo_record_t zero;
    assert_memory_equal(record, &zero, sizeof zero);
}

static void assert_same(const mo_record_t *a, const mo_record_t *b) {
    assert_int_equal(a->number, b->number);
    assert_memory_equal(a->hash.bytes, b->hash.bytes, 32);
    assert_memory_equal(a->transaction_root.bytes, b->transaction_root.bytes, 32);
    assert_true(mo_u256_equal(a->gas, b->gas));
}

static void the_roots_record_has_its_own_transactions_root_and_gas(void **state) {
    (void)state;
    mo_record_t root = root_record();
    mo_hash_t hash = mo_keccak256(chain.header[0]);
    assert_int_equal(root.number, FIRST);
    assert_true(mo_hash_equal(&root.hash, &hash));
    assert_true(mo_hash_equal(&root.transaction_root, &chain.root[0]));
    assert_true(mo_u256_equal(root.gas, mo_u256_from_u64(chain.gas[0])));
}

static void a_root_must_be_a_checkpoint_and_not_block_0(void **state) {
    (void)state;
    mo_record_t root;
    assert_int_equal(mo_rules_run_root(chain.header[1], FIRST, &root), MO_RUN_ROOT_NOT_CHECKPOINT);
    assert_zero(&root);
    assert_int_equal(mo_rules_run_root(chain.header[0], 0, &root), MO_RUN_ROOT_NOT_CHECKPOINT);
    mo_header_t genesis = {.fork = MO_HEADER_LONDON, .number = 0};
    uint8_t memory[ENCODED_MAX];
    mo_bytes_t encoded = encode(&genesis, memory);
    assert_int_equal(mo_rules_run_root(encoded, FIRST, &root), MO_RUN_ROOT_NOT_CHECKPOINT);
    assert_int_equal(mo_rules_run_root(run_of(0, 2), FIRST, &root), MO_RUN_HEADER_MALFORMED);
    assert_zero(&root);
}

static void r_and_g_accumulate_over_the_headers(void **state) {
    (void)state;
    mo_record_t root = root_record();
    mo_record_t last;
    assert_int_equal(mo_rules_run(&root, run_of(1, LENGTH), &last), MO_RUN_ACCEPTED);
    mo_hash_t r = chain.root[0];
    uint64_t g = chain.gas[0];
    for (size_t i = 1; i < LENGTH; i++) {
        uint8_t both[64];
        memcpy(both, r.bytes, 32);
        memcpy(both + 32, chain.root[i].bytes, 32);
        r = mo_keccak256(MO_BYTES(both));
        g += chain.gas[i];
    }
    mo_hash_t hash = mo_keccak256(chain.header[LENGTH - 1]);
    mo_record_t expected = {FIRST + LENGTH - 1, hash, r, mo_u256_from_u64(g)};
    assert_same(&last, &expected);
}

/* 2^11 ways to cut eleven headers into runs. */
static void r_and_g_do_not_depend_on_how_the_chain_is_cut_into_runs(void **state) {
    (void)state;
    mo_record_t root = root_record();
    mo_record_t whole;
    assert_int_equal(mo_rules_run(&root, run_of(1, LENGTH), &whole), MO_RUN_ACCEPTED);
    for (unsigned cuts = 0; cuts < 1u << (LENGTH - 2); cuts++) {
        mo_record_t record = root;
        size_t from = 1;
        for (size_t to = 2; to <= LENGTH; to++) {
            if (to < LENGTH && (cuts >> (to - 2) & 1) == 0) {
                continue;
            }
            mo_record_t next;
            assert_int_equal(mo_rules_run(&record, run_of(from, to), &next), MO_RUN_ACCEPTED);
            record = next;
            from = to;
        }
        assert_same(&record, &whole);
    }
}

static void a_run_of_no_header_or_of_too_many_is_refused(void **state) {
    (void)state;
    mo_record_t root = root_record();
    mo_record_t last;
    assert_int_equal(mo_rules_run(&root, (mo_bytes_t){NULL, 0}, &last), MO_RUN_LENGTH_INVALID);
    assert_zero(&last);

    static uint8_t memory[(MO_RUN_HEADERS_MAX + 1) * ENCODED_MAX];
    mo_buffer_t out = MO_BUFFER(memory);
    mo_hash_t parent = root.hash;
    size_t longest = 0;
    for (size_t i = 1; i <= MO_RUN_HEADERS_MAX + 1; i++) {
        mo_header_t header = {.fork = MO_HEADER_LONDON, .parent_hash = parent, .number = FIRST + i};
        uint8_t one[ENCODED_MAX];
        mo_bytes_t encoded = encode(&header, one);
        parent = mo_keccak256(encoded);
        mo_buffer_put(&out, encoded);
        longest = i == MO_RUN_HEADERS_MAX ? out.size : longest;
    }
    assert_int_equal(mo_rules_run(&root, (mo_bytes_t){memory, longest}, &last), MO_RUN_ACCEPTED);
    assert_int_equal(last.number, FIRST + MO_RUN_HEADERS_MAX);
    assert_int_equal(mo_rules_run(&root, mo_buffer_view(&out), &last), MO_RUN_LENGTH_INVALID);
    assert_zero(&last);
}

static void a_header_that_is_not_the_child_is_refused(void **state) {
    (void)state;
    mo_record_t root = root_record();
    mo_record_t last;
    assert_int_equal(mo_rules_run(&root, run_of(2, 4), &last), MO_RUN_PARENT_MISMATCH);
    assert_zero(&last);
    mo_header_t skipping = {.fork = MO_HEADER_LONDON, .parent_hash = root.hash, .number = FIRST + 2};
    uint8_t memory[ENCODED_MAX];
    mo_bytes_t encoded = encode(&skipping, memory);
    assert_int_equal(mo_rules_run(&root, encoded, &last), MO_RUN_NUMBER_MISMATCH);
    mo_record_t before = root;
    assert_int_equal(mo_rules_run_step(&root, encoded), MO_RUN_NUMBER_MISMATCH);
    assert_same(&root, &before);
}

static void one_step_is_a_run_of_one(void **state) {
    (void)state;
    mo_record_t record = root_record();
    mo_record_t last;
    assert_int_equal(mo_rules_run(&record, run_of(1, 2), &last), MO_RUN_ACCEPTED);
    assert_int_equal(mo_rules_run_step(&record, chain.header[1]), MO_RUN_ACCEPTED);
    assert_same(&record, &last);
    assert_int_equal(mo_rules_run_step(&record, run_of(2, 4)), MO_RUN_HEADER_MALFORMED);
    assert_same(&record, &last);
}

static void every_truncation_of_a_run_is_refused_or_is_a_shorter_run(void **state) {
    (void)state;
    mo_record_t root = root_record();
    mo_bytes_t whole = run_of(1, 4);
    size_t ends[] = {chain.header[1].size, chain.header[1].size + chain.header[2].size};
    for (size_t size = 0; size < whole.size; size++) {
        mo_record_t last;
        bool shorter = size == ends[0] || size == ends[1];
        bool accepted = mo_rules_run(&root, (mo_bytes_t){whole.data, size}, &last) == MO_RUN_ACCEPTED;
        assert_int_equal(accepted, shorter);
    }
}

static void every_bit_flip_of_a_run_changes_the_record_or_is_refused(void **state) {
    (void)state;
    mo_record_t root = root_record();
    mo_bytes_t whole = run_of(1, 3);
    mo_record_t good;
    assert_int_equal(mo_rules_run(&root, whole, &good), MO_RUN_ACCEPTED);
    static uint8_t copy[2 * ENCODED_MAX];
    memcpy(copy, whole.data, whole.size);
    for (size_t bit = 0; bit < whole.size * 8; bit++) {
        copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
        mo_record_t last;
        if (mo_rules_run(&root, (mo_bytes_t){copy, whole.size}, &last) == MO_RUN_ACCEPTED) {
            assert_memory_not_equal(last.hash.bytes, good.hash.bytes, 32);
        } else {
            assert_zero(&last);
        }
        copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

int main(void) {
    make_chain();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_roots_record_has_its_own_transactions_root_and_gas),
        cmocka_unit_test(a_root_must_be_a_checkpoint_and_not_block_0),
        cmocka_unit_test(r_and_g_accumulate_over_the_headers),
        cmocka_unit_test(r_and_g_do_not_depend_on_how_the_chain_is_cut_into_runs),
        cmocka_unit_test(a_run_of_no_header_or_of_too_many_is_refused),
        cmocka_unit_test(a_header_that_is_not_the_child_is_refused),
        cmocka_unit_test(one_step_is_a_run_of_one),
        cmocka_unit_test(every_truncation_of_a_run_is_refused_or_is_a_shorter_run),
        cmocka_unit_test(every_bit_flip_of_a_run_changes_the_record_or_is_refused),
    };
    return cmocka_run_group_tests_name("rules/run", tests, NULL, NULL);
}
