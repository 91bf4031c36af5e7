/* The client against a node: headers that hash, proofs that hold, reverts by name. */
#include "chain/test_anvil.h"

#include "eth/keccak.h"
#include "eth/state.h"

#define PORT 24110

static anvil_t anvil;
static mo_store_t *store;
static mo_txq_t *queue;
static mo_address_t token;

static int start(void **state)
{
    (void)state;
    anvil_start(&anvil, PORT);
    store = anvil_store(&anvil, "rpc.sqlite");
    queue = anvil_queue(&anvil, store, 0);
    anvil_mine(&anvil, 2);
    token = anvil_token(&anvil, queue);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    mo_txq_close(queue);
    mo_store_close(store);
    anvil_stop(&anvil);
    return 0;
}

static void a_block_is_its_bytes_and_they_hash_to_its_hash(void **state)
{
    (void)state;
    mo_block_t block;
    assert_ok(mo_rpc_block(anvil.rpc, MO_AT(1), &block));
    assert_int_equal(block.number, 1);
    mo_hash_t hash = mo_keccak256(mo_block_rlp(&block));
    assert_true(mo_hash_equal(&hash, &block.hash));
    mo_block_t finalised;
    assert_ok(mo_rpc_block(anvil.rpc, MO_AT_FINALIZED, &finalised));
    assert_int_equal(finalised.number, anvil_head(&anvil) - 2);
}

static void a_block_that_is_not_there_yet_is_a_transient_error(void **state)
{
    (void)state;
    mo_block_t block;
    mo_err_t err = mo_rpc_block(anvil.rpc, MO_AT(1000000), &block);
    assert_int_equal(err.kind, MO_ERR_TRANSIENT);
    assert_int_equal(block.rlp_size, 0);
}

static void a_range_longer_than_a_batch_is_chained_and_ends_at_the_head(void **state)
{
    (void)state;
    while (anvil_head(&anvil) < MO_RPC_BATCH_MAX + 20) {
        anvil_mine(&anvil, 20);
    }
    size_t head = (size_t)anvil_head(&anvil);
    mo_block_t *blocks = calloc(head + 10, sizeof *blocks);
    size_t got;
    assert_ok(mo_rpc_blocks(anvil.rpc, 1, blocks, head + 10, &got));
    assert_int_equal(got, head);
    for (size_t i = 1; i < got; i++) {
        assert_true(mo_hash_equal(&blocks[i].parent, &blocks[i - 1].hash));
    }
    assert_ok(mo_rpc_blocks(anvil.rpc, head + 1, blocks, 5, &got));
    assert_int_equal(got, 0);
    free(blocks);
}

static void a_slot_is_proven_present_and_absent_under_the_state_root(void **state)
{
    (void)state;
    mo_block_t block;
    assert_ok(mo_rpc_block(anvil.rpc, MO_AT_LATEST, &block));
    mo_hash_t holder = {0};
    mo_address_t sender = mo_txq_sender(queue);
    memcpy(holder.bytes + 12, sender.bytes, 20);
    mo_hash_t base = {0};
    mo_hash_t slots[] = {mo_state_mapping_slot(&holder, &base), {{1, 2, 3}}};
    mo_proof_query_t query = {.address = token, .slots = slots, .slot_count = 2, .block = &block};
    static uint8_t memory[1 << 16];
    mo_buffer_t nodes = MO_BUFFER(memory);
    static mo_proof_t proof;
    assert_ok(mo_rpc_proof(anvil.rpc, &query, &nodes, &proof));
    assert_true(proof.exists);
    assert_int_equal(mo_u256_from_hash(&proof.slots[0].value).limb[0], 1000);
    assert_true(mo_hash_is_zero(&proof.slots[1].value));
    /* Once more by hand, from what a contract would be given. */
    mo_account_t account;
    mo_state_nodes_t account_nodes = {proof.account_proof.nodes, proof.account_proof.count};
    assert_int_equal(mo_state_account(&block.state_root, &token, account_nodes, &account, NULL), MO_STATE_PRESENT);
    assert_true(mo_hash_equal(&account.storage_root, &proof.account.storage_root));
}

static void a_proof_is_refused_under_the_state_root_of_another_block(void **state)
{
    (void)state;
    mo_block_t block;
    assert_ok(mo_rpc_block(anvil.rpc, MO_AT_LATEST, &block));
    block.state_root.bytes[7] ^= 1;
    mo_proof_query_t query = {.address = token, .block = &block};
    static uint8_t memory[1 << 16];
    mo_buffer_t nodes = MO_BUFFER(memory);
    static mo_proof_t proof;
    mo_err_t err = mo_rpc_proof(anvil.rpc, &query, &nodes, &proof);
    assert_int_equal(err.kind, MO_ERR_TRANSIENT);
    assert_non_null(strstr(err.text, "TrieHash"));
    assert_false(proof.exists);
    assert_int_equal(nodes.size, 0);
}

static void an_account_that_does_not_exist_is_proven_absent(void **state)
{
    (void)state;
    mo_block_t block;
    assert_ok(mo_rpc_block(anvil.rpc, MO_AT_LATEST, &block));
    mo_hash_t slot = {0};
    mo_proof_query_t query = {.address = {{0xde, 0xad, 0x01}}, .slots = &slot, .slot_count = 1, .block = &block};
    static uint8_t memory[1 << 16];
    mo_buffer_t nodes = MO_BUFFER(memory);
    static mo_proof_t proof;
    assert_ok(mo_rpc_proof(anvil.rpc, &query, &nodes, &proof));
    assert_false(proof.exists);
    assert_true(proof.account_proof.count > 0);
}

static void a_reverting_call_names_the_custom_error_and_its_values(void **state)
{
    (void)state;
    uint8_t memory[64];
    mo_buffer_t out = MO_BUFFER(memory);
    mo_address_t sender = mo_txq_sender(queue);
    mo_rpc_call_t call = {.from = &sender, .to = &token, .data = transfer_call(1001)};
    mo_err_t err = mo_rpc_call(anvil.rpc, &call, MO_AT_LATEST, &out);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "ERC20InsufficientBalance"));
    assert_non_null(strstr(err.text, "balance 1000, needed 1001"));
    assert_int_equal(mo_rpc_revert(anvil.rpc).size, 4 + 3 * 32);
    assert_ok(mo_rpc_call(anvil.rpc, &(mo_rpc_call_t){.from = &sender, .to = &token, .data = transfer_call(1)},
                          MO_AT_LATEST, &out));
    assert_int_equal(out.size, 32);
    assert_int_equal(mo_rpc_revert(anvil.rpc).size, 0);
}

static void reads_of_an_account_agree_with_its_proof(void **state)
{
    (void)state;
    mo_block_t block;
    assert_ok(mo_rpc_block(anvil.rpc, MO_AT_LATEST, &block));
    mo_address_t sender = mo_txq_sender(queue);
    mo_proof_query_t query = {.address = sender, .block = &block};
    static uint8_t memory[1 << 16];
    mo_buffer_t nodes = MO_BUFFER(memory);
    static mo_proof_t proof;
    assert_ok(mo_rpc_proof(anvil.rpc, &query, &nodes, &proof));
    uint64_t nonce;
    mo_u256_t wei;
    assert_ok(mo_rpc_nonce(anvil.rpc, &sender, MO_AT(block.number), &nonce));
    assert_ok(mo_rpc_balance(anvil.rpc, &sender, MO_AT(block.number), &wei));
    assert_int_equal(nonce, proof.account.nonce);
    assert_true(mo_u256_equal(wei, proof.account.balance));
    nodes.size = 0;
    assert_ok(mo_rpc_code(anvil.rpc, &token, MO_AT_LATEST, &nodes));
    assert_true(nodes.size > 1000);
    mo_hash_t word;
    assert_ok(mo_rpc_storage(anvil.rpc, &token, &(mo_hash_t){{[31] = 2}}, MO_AT_LATEST, &word));
    assert_int_equal(mo_u256_from_hash(&word).limb[0], 1000);
}

static void logs_come_in_order_and_a_small_batch_ends_at_a_whole_block(void **state)
{
    (void)state;
    uint64_t before = anvil_head(&anvil);
    for (uint64_t i = 0; i < 6; i++) {
        char label[16];
        (void)snprintf(label, sizeof label, "pay %d", (int)i);
        uint64_t id;
        mo_txq_call_t call = {.to = &token, .data = transfer_call(i + 1), .label = label};
        assert_ok(mo_txq_submit(queue, &call, &id));
        assert_ok(mo_txq_tick(queue, 10));
        if (i % 2 == 1) {
            anvil_mine(&anvil, 1); /* two to a block */
        }
    }
    mo_log_t items[6];
    uint8_t memory[6 * 32];
    mo_log_batch_t batch = {.items = items, .capacity = 6, .memory = MO_BUFFER(memory)};
    mo_log_query_t query = {before + 1, before + 3, &token, 1};
    assert_ok(mo_rpc_logs(anvil.rpc, &query, &batch));
    assert_int_equal(batch.count, 6);
    assert_int_equal(batch.complete_to, before + 3);
    for (size_t i = 0; i < batch.count; i++) {
        mo_bind_stake_token_transfer_event_t event;
        assert_int_equal(mo_bind_stake_token_transfer_event_decode(items[i].topics, items[i].topic_count,
                                                                   items[i].data, &event),
                         MO_ABI_OK);
        assert_int_equal(event.value.limb[0], i + 1);
        assert_int_equal(items[i].block_number, before + 1 + i / 2);
    }
    batch.capacity = 5;
    assert_ok(mo_rpc_logs(anvil.rpc, &query, &batch));
    assert_int_equal(batch.count, 4);
    assert_int_equal(batch.complete_to, before + 2);
    batch.capacity = 6;
    batch.memory.capacity = 3 * 32;
    assert_ok(mo_rpc_logs(anvil.rpc, &query, &batch));
    assert_int_equal(batch.count, 2);
    assert_int_equal(batch.complete_to, before + 1);
    batch.capacity = 1;
    assert_int_equal(mo_rpc_logs(anvil.rpc, &query, &batch).kind, MO_ERR_PERMANENT);
    assert_int_equal(batch.count, 0);
}

static void a_node_of_another_chain_is_refused(void **state)
{
    (void)state;
    mo_rpc_config_t config = {.urls = {"http://secret@127.0.0.1:24110"}, .url_count = 1, .chain_id = 1};
    mo_rpc_t *rpc;
    assert_ok(mo_rpc_open(&rpc, &config));
    uint64_t number;
    mo_err_t err = mo_rpc_number(rpc, &number);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "chain 31337, not 1"));
    assert_null(strstr(err.text, "secret"));
    mo_rpc_close(rpc);
}

static void an_endpoint_that_is_down_is_passed_over_for_the_next(void **state)
{
    (void)state;
    mo_rpc_config_t config = {
        .urls = {"http://127.0.0.1:24199", "http://127.0.0.1:24110"}, .url_count = 2, .chain_id = ANVIL_CHAIN_ID};
    mo_rpc_t *rpc;
    assert_ok(mo_rpc_open(&rpc, &config));
    uint64_t number;
    assert_ok(mo_rpc_number(rpc, &number));
    assert_int_equal(number, anvil_head(&anvil));
    mo_rpc_close(rpc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_its_bytes_and_they_hash_to_its_hash),
        cmocka_unit_test(a_block_that_is_not_there_yet_is_a_transient_error),
        cmocka_unit_test(a_slot_is_proven_present_and_absent_under_the_state_root),
        cmocka_unit_test(a_proof_is_refused_under_the_state_root_of_another_block),
        cmocka_unit_test(an_account_that_does_not_exist_is_proven_absent),
        cmocka_unit_test(a_reverting_call_names_the_custom_error_and_its_values),
        cmocka_unit_test(reads_of_an_account_agree_with_its_proof),
        cmocka_unit_test(logs_come_in_order_and_a_small_batch_ends_at_a_whole_block),
        cmocka_unit_test(a_range_longer_than_a_batch_is_chained_and_ends_at_the_head),
        cmocka_unit_test(a_node_of_another_chain_is_refused),
        cmocka_unit_test(an_endpoint_that_is_down_is_passed_over_for_the_next),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
