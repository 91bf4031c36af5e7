/* Answers of a node, true ones and every way of spoiling them (vectors/chain/answers.json, see record.mjs there). */
#include "chain/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/hex.h"
#include "base/rng.h"
#include "chain/json.h"

static json_t *answers;
static mo_address_t token;
static mo_block_t block;
static mo_hash_t slots[2];

static const json_t *answer(const char *name)
{
    return json_object_get(answers, name);
}

static int load(void **state)
{
    (void)state;
    answers = json_load_file(MO_SOURCE_DIR "/vectors/chain/answers.json", 0, NULL);
    assert_non_null(answers);
    assert_true(mo_hex_decode_exact(json_string_value(answer("address")), MO_HEX_PREFIXED, token.bytes, 20));
    for (size_t i = 0; i < 2; i++) {
        assert_true(mo_json_is_exact(json_array_get(answer("slots"), i), slots[i].bytes, 32));
    }
    assert_null(mo_verify_block(answer("block"), &block));
    return 0;
}

static int unload(void **state)
{
    (void)state;
    json_decref(answers);
    return 0;
}

/* ---- Ways of spoiling a text of hex ---- */

/* The same text with digit `at` changed. */
static json_t *flipped(const json_t *text, size_t at)
{
    char *copy = strdup(json_string_value(text));
    assert_non_null(copy);
    copy[at] = copy[at] == '1' ? '2' : '1';
    json_t *value = json_string(copy);
    free(copy);
    return value;
}

/* The same text without its last digit. */
static json_t *shortened(const json_t *text)
{
    return json_stringn(json_string_value(text), json_string_length(text) - 1);
}

static mo_bytes_t whole(const void *value, size_t size)
{
    return (mo_bytes_t){value, size};
}

static void assert_zero(mo_bytes_t bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        assert_int_equal(bytes.data[i], 0);
    }
}

/* ---- Blocks ---- */

static const char *const header_members[] = {
    "hash",       "parentHash", "sha3Uncles", "miner",     "stateRoot",     "transactionsRoot", "receiptsRoot",
    "logsBloom",  "difficulty", "number",     "gasLimit",  "gasUsed",       "timestamp",        "extraData",
    "mixHash",    "nonce",      "baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas",
    "parentBeaconBlockRoot", "requestsHash",
};

#define HEADER_MEMBERS (sizeof header_members / sizeof header_members[0])

/* Takes over `value`. */
static void assert_block_refused_with(const char *member, json_t *value)
{
    json_t *spoilt = json_copy((json_t *)answer("block"));
    assert_int_equal(value == NULL ? json_object_del(spoilt, member) : json_object_set_new(spoilt, member, value), 0);
    mo_block_t out;
    memset(&out, 0xff, sizeof out);
    if (mo_verify_block(spoilt, &out) == NULL) {
        fail_msg("a block with a spoilt %s was accepted", member);
    }
    assert_zero(whole(&out, sizeof out));
    json_decref(spoilt);
}

static void a_block_as_the_node_gave_it_is_accepted(void **state)
{
    (void)state;
    assert_int_equal(block.number, 4);
    assert_true(block.rlp_size > 500);
    mo_hash_t reported;
    assert_true(mo_json_is_exact(json_object_get(answer("block"), "hash"), reported.bytes, 32));
    assert_true(mo_hash_equal(&block.hash, &reported));
}

static void a_block_with_any_digit_changed_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < HEADER_MEMBERS; i++) {
        const json_t *text = json_object_get(answer("block"), header_members[i]);
        assert_true(json_is_string(text));
        for (size_t at = 2; at < json_string_length(text); at++) {
            assert_block_refused_with(header_members[i], flipped(text, at));
        }
    }
}

static void a_block_with_a_member_missing_null_shortened_or_of_another_type_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < HEADER_MEMBERS; i++) {
        const json_t *text = json_object_get(answer("block"), header_members[i]);
        assert_block_refused_with(header_members[i], NULL);
        assert_block_refused_with(header_members[i], json_null());
        assert_block_refused_with(header_members[i], json_integer(4));
        assert_block_refused_with(header_members[i], json_array());
        assert_block_refused_with(header_members[i], shortened(text));
        assert_block_refused_with(header_members[i], json_string("0x0000000000000000000000000000000000000000000000"
                                                                 "00000000000000000000000000000000000000000000000000"));
    }
}

static void extra_bytes_above_the_bound_are_refused(void **state)
{
    (void)state;
    static char long_text[2 * MO_HEADER_BYTES_MAX + 5];
    memset(long_text, 'a', sizeof long_text - 1);
    memcpy(long_text, "0x", 2);
    assert_block_refused_with("extraData", json_string(long_text));
}

static void what_is_no_object_is_no_block(void **state)
{
    (void)state;
    mo_block_t out;
    json_t *values[] = {json_null(), json_array(), json_string("0x"), json_true(), json_object()};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        assert_non_null(mo_verify_block(values[i], &out));
        json_decref(values[i]);
    }
    assert_non_null(mo_verify_block(NULL, &out));
}

/* ---- Logs ---- */

static mo_log_t items[8];
static uint8_t log_memory[256];

static mo_log_batch_t empty_batch(void)
{
    return (mo_log_batch_t){.items = items, .capacity = 8, .memory = MO_BUFFER(log_memory)};
}

static const mo_log_query_t query = {.from = 0, .to = 4, .addresses = &token, .address_count = 1};

static void assert_logs_refused(json_t *logs)
{
    mo_log_batch_t batch = empty_batch();
    bool too_small;
    assert_non_null(mo_verify_logs(logs, &query, &batch, &too_small));
    assert_int_equal(batch.count, 0);
    assert_int_equal(batch.memory.size, 0);
    json_decref(logs);
}

/* Takes over `value`. */
static json_t *logs_with(size_t position, const char *member, json_t *value)
{
    json_t *logs = json_deep_copy(answer("logs"));
    json_t *log = json_array_get(logs, position);
    assert_int_equal(value == NULL ? json_object_del(log, member) : json_object_set_new(log, member, value), 0);
    return logs;
}

static void logs_as_the_node_gave_them_are_accepted(void **state)
{
    (void)state;
    mo_log_batch_t batch = empty_batch();
    bool too_small;
    assert_null(mo_verify_logs(answer("logs"), &query, &batch, &too_small));
    assert_int_equal(batch.count, 4);
    assert_int_equal(batch.complete_to, 4);
    assert_int_equal(batch.items[3].topic_count, 3);
    assert_int_equal(batch.items[3].data.data[31], 3);
}

static void a_log_with_a_member_missing_null_or_malformed_is_refused(void **state)
{
    (void)state;
    static const char *const members[] = {"address",   "blockNumber",     "blockHash", "topics",
                                          "logIndex",  "transactionHash", "data"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        assert_logs_refused(logs_with(1, members[i], NULL));
        assert_logs_refused(logs_with(1, members[i], json_null()));
        assert_logs_refused(logs_with(1, members[i], json_integer(1)));
        assert_logs_refused(logs_with(1, members[i], json_string("0x0g")));
    }
}

static void a_log_that_was_not_asked_for_is_refused(void **state)
{
    (void)state;
    assert_logs_refused(logs_with(1, "address", json_string("0x0000000000000000000000000000000000000b0b")));
    assert_logs_refused(logs_with(3, "blockNumber", json_string("0x5")));
    assert_logs_refused(logs_with(3, "removed", json_true()));
}

static void logs_out_of_order_or_twice_are_refused(void **state)
{
    (void)state;
    json_t *logs = json_deep_copy(answer("logs"));
    json_t *first = json_incref(json_array_get(logs, 0));
    assert_int_equal(json_array_append_new(logs, first), 0);
    assert_logs_refused(logs);
    logs = json_deep_copy(answer("logs"));
    assert_int_equal(json_array_insert(logs, 1, json_array_get(logs, 1)), 0);
    assert_logs_refused(logs);
}

static void a_fifth_topic_is_refused(void **state)
{
    (void)state;
    json_t *topics = json_array();
    for (int i = 0; i < 5; i++) {
        json_array_append_new(topics, json_string("0x0101010101010101010101010101010101010101010101010101010101010101"));
    }
    assert_logs_refused(logs_with(0, "topics", topics));
}

/* ---- Proofs ---- */

static uint8_t node_memory[1 << 14];
static mo_proof_t proof;

static const char *verify_proof(const json_t *value, mo_buffer_t *memory)
{
    mo_proof_query_t asked = {.address = token, .slots = slots, .slot_count = 2, .block = &block};
    return mo_verify_proof(value, &asked, memory, &proof);
}

static void assert_proof_refused(json_t *value)
{
    mo_buffer_t memory = MO_BUFFER(node_memory);
    assert_non_null(verify_proof(value, &memory));
    assert_zero(whole(&proof, sizeof proof));
    assert_int_equal(memory.size, 0);
    json_decref(value);
}

static void a_proof_as_the_node_gave_it_is_accepted(void **state)
{
    (void)state;
    mo_buffer_t memory = MO_BUFFER(node_memory);
    assert_null(verify_proof(answer("proof"), &memory));
    assert_true(proof.exists);
    assert_int_equal(mo_u256_from_hash(&proof.slots[0].value).limb[0], 1000 - 6);
    assert_true(mo_hash_is_zero(&proof.slots[1].value));
}

/* The value beside a proof is hearsay: changed, it changes nothing. */
static void the_value_that_a_node_reports_beside_a_proof_is_not_read(void **state)
{
    (void)state;
    json_t *lying = json_deep_copy(answer("proof"));
    json_object_set_new(json_array_get(json_object_get(lying, "storageProof"), 0), "value", json_string("0xffff"));
    json_object_set_new(lying, "storageHash", json_null());
    json_object_set_new(lying, "balance", json_string("0x1234"));
    mo_buffer_t memory = MO_BUFFER(node_memory);
    assert_null(verify_proof(lying, &memory));
    assert_int_equal(mo_u256_from_hash(&proof.slots[0].value).limb[0], 1000 - 6);
    json_decref(lying);
}

static json_t *nodes_of(json_t *value, size_t which)
{
    if (which == 0) {
        return json_object_get(value, "accountProof");
    }
    return json_object_get(json_array_get(json_object_get(value, "storageProof"), which - 1), "proof");
}

static void a_proof_with_any_digit_of_a_node_changed_is_refused(void **state)
{
    (void)state;
    for (size_t which = 0; which < 3; which++) {
        size_t count = json_array_size(nodes_of((json_t *)answer("proof"), which));
        assert_true(count > 0);
        for (size_t i = 0; i < count; i++) {
            size_t size = json_string_length(json_array_get(nodes_of((json_t *)answer("proof"), which), i));
            for (size_t at = 2; at < size; at += 3) {
                json_t *spoilt = json_deep_copy(answer("proof"));
                json_t *nodes = nodes_of(spoilt, which);
                json_array_set_new(nodes, i, flipped(json_array_get(nodes, i), at));
                assert_proof_refused(spoilt);
            }
        }
    }
}

static void a_proof_with_a_node_missing_or_one_too_many_is_refused(void **state)
{
    (void)state;
    for (size_t which = 0; which < 3; which++) {
        size_t count = json_array_size(nodes_of((json_t *)answer("proof"), which));
        for (size_t i = 0; i < count; i++) {
            json_t *spoilt = json_deep_copy(answer("proof"));
            json_array_remove(nodes_of(spoilt, which), i);
            assert_proof_refused(spoilt);
        }
        json_t *longer = json_deep_copy(answer("proof"));
        json_array_append_new(nodes_of(longer, which), json_string("0x80"));
        assert_proof_refused(longer);
    }
}

/* Anvil's answer of a leaf in its branch (contracts/test/auxiliary/fixtures): the leaf is listed once more. */
static void a_node_that_lies_in_its_parent_and_is_listed_once_more_is_left_out(void **state)
{
    (void)state;
    json_t *recorded = json_load_file(MO_SOURCE_DIR "/contracts/test/auxiliary/fixtures/proofs.json", 0, NULL);
    json_t *one = json_array_get(json_object_get(recorded, "cases"), 4);
    json_t *at = json_array_get(json_object_get(one, "slots"), 0);
    json_t *nodes = json_object_get(at, "proof");
    mo_block_t of = {.number = 0};
    mo_hash_t key;
    mo_hash_t value;
    mo_address_t account;
    assert_true(mo_json_is_exact(json_object_get(recorded, "stateRoot"), of.state_root.bytes, 32));
    assert_true(mo_json_is_exact(json_object_get(one, "account"), account.bytes, 20));
    assert_true(mo_json_is_exact(json_object_get(at, "key"), key.bytes, 32));
    assert_true(mo_json_is_exact(json_object_get(at, "value"), value.bytes, 32));
    mo_proof_query_t asked = {.address = account, .slots = &key, .slot_count = 1, .block = &of};
    json_t *told = json_pack("{s:O, s:[{s:O}]}", "accountProof", json_object_get(one, "accountProof"), "storageProof",
                             "proof", nodes);
    mo_buffer_t memory = MO_BUFFER(node_memory);
    assert_null(mo_verify_proof(told, &asked, &memory, &proof));
    assert_true(mo_hash_equal(&proof.slots[0].value, &value));
    assert_int_equal(proof.slots[0].proof.count + 1, json_array_size(nodes));
    json_array_append_new(nodes, json_string("0xc22005")); /* another list lies in no node */
    memory.size = 0;
    assert_non_null(mo_verify_proof(told, &asked, &memory, &proof));
    json_decref(told);
    json_decref(recorded);
}

static void a_proof_that_does_not_fit_or_is_of_another_shape_is_refused(void **state)
{
    (void)state;
    mo_buffer_t small = {node_memory, 0, 100, false};
    assert_non_null(verify_proof(answer("proof"), &small));
    json_t *fewer = json_deep_copy(answer("proof"));
    json_array_remove(json_object_get(fewer, "storageProof"), 1);
    assert_proof_refused(fewer);
    json_t *endless = json_deep_copy(answer("proof"));
    for (int i = 0; i < MO_TRIE_PROOF_NODES_MAX + 1; i++) {
        json_array_append_new(nodes_of(endless, 0), json_string("0x80"));
    }
    assert_proof_refused(endless);
    assert_proof_refused(json_object());
    assert_proof_refused(json_string("0x"));
}

/* Under the root of no trie at all every account is proven absent, by no node. */
static void the_slots_of_an_account_that_does_not_exist_are_zero_whatever_came_for_them(void **state)
{
    (void)state;
    mo_block_t empty = {.state_root = MO_TRIE_EMPTY_ROOT};
    mo_proof_query_t asked = {.address = token, .slots = slots, .slot_count = 2, .block = &empty};
    json_t *value = json_deep_copy(answer("proof"));
    json_object_set_new(value, "accountProof", json_array());
    json_object_set_new(json_array_get(json_object_get(value, "storageProof"), 1), "proof", json_null());
    mo_buffer_t memory = MO_BUFFER(node_memory);
    assert_null(mo_verify_proof(value, &asked, &memory, &proof));
    assert_false(proof.exists);
    assert_int_equal(proof.slot_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_memory_equal(&proof.slots[i].key, &slots[i], sizeof slots[i]);
        assert_true(mo_hash_is_zero(&proof.slots[i].value));
        assert_int_equal(proof.slots[i].proof.count, 0);
    }
    json_decref(value);
}

/* An account with an empty storage would take no nodes for its slot. */
static void a_slot_whose_proof_is_no_list_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        json_t *value = json_deep_copy(answer("proof"));
        json_object_set_new(json_array_get(json_object_get(value, "storageProof"), i), "proof", json_null());
        mo_buffer_t memory = MO_BUFFER(node_memory);
        assert_string_equal(verify_proof(value, &memory), "a proof that is no list of nodes");
        assert_proof_refused(value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_as_the_node_gave_it_is_accepted),
        cmocka_unit_test(a_block_with_any_digit_changed_is_refused),
        cmocka_unit_test(a_block_with_a_member_missing_null_shortened_or_of_another_type_is_refused),
        cmocka_unit_test(extra_bytes_above_the_bound_are_refused),
        cmocka_unit_test(what_is_no_object_is_no_block),
        cmocka_unit_test(logs_as_the_node_gave_them_are_accepted),
        cmocka_unit_test(a_log_with_a_member_missing_null_or_malformed_is_refused),
        cmocka_unit_test(a_log_that_was_not_asked_for_is_refused),
        cmocka_unit_test(logs_out_of_order_or_twice_are_refused),
        cmocka_unit_test(a_fifth_topic_is_refused),
        cmocka_unit_test(a_proof_as_the_node_gave_it_is_accepted),
        cmocka_unit_test(the_value_that_a_node_reports_beside_a_proof_is_not_read),
        cmocka_unit_test(a_proof_with_any_digit_of_a_node_changed_is_refused),
        cmocka_unit_test(a_proof_with_a_node_missing_or_one_too_many_is_refused),
        cmocka_unit_test(a_node_that_lies_in_its_parent_and_is_listed_once_more_is_left_out),
        cmocka_unit_test(a_proof_that_does_not_fit_or_is_of_another_shape_is_refused),
        cmocka_unit_test(the_slots_of_an_account_that_does_not_exist_are_zero_whatever_came_for_them),
        cmocka_unit_test(a_slot_whose_proof_is_no_list_is_refused),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
