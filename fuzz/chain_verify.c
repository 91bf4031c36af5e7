/* A node's answers, hostile: any JSON must be refused or yield values that hold together; nothing may crash. */
#include "chain/verify.h"

#include "base/check.h"
#include "eth/keccak.h"

static const mo_address_t asked = {{0x5f}};
static const mo_hash_t slots[2];

static void try_block(const json_t *value)
{
    mo_block_t block;
    if (mo_verify_block(value, &block) == NULL) {
        mo_hash_t hash = mo_keccak256(mo_block_rlp(&block));
        MO_CHECK(mo_hash_equal(&hash, &block.hash));
    }
}

static void try_logs(const json_t *value)
{
    static mo_log_t items[4];
    static uint8_t memory[128];
    mo_log_batch_t batch = {.items = items, .capacity = 4, .memory = MO_BUFFER(memory)};
    mo_log_query_t query = {.from = 0, .to = 1000, .addresses = &asked, .address_count = 1};
    bool too_small;
    if (mo_verify_logs(value, &query, &batch, &too_small) != NULL) {
        MO_CHECK(batch.count == 0);
        return;
    }
    for (size_t i = 0; i < batch.count; i++) {
        MO_CHECK(items[i].block_number <= batch.complete_to && items[i].topic_count <= MO_LOG_TOPICS_MAX);
        MO_CHECK(items[i].data.size <= sizeof memory);
    }
}

static void try_proof(const json_t *value)
{
    static mo_block_t block;
    static mo_proof_t proof;
    static uint8_t memory[4096];
    mo_buffer_t nodes = MO_BUFFER(memory);
    mo_proof_query_t query = {.address = asked, .slots = slots, .slot_count = 2, .block = &block};
    /* No proof is known for the zero root. */
    MO_CHECK(mo_verify_proof(value, &query, &nodes, &proof) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    json_t *value = json_loadb((const char *)bytes, size, JSON_DECODE_ANY, NULL);
    if (value != NULL) {
        try_block(value);
        try_logs(value);
        try_proof(value);
        json_decref(value);
    }
    return 0;
}
