/* A node's answers, hostile: any JSON must be refused or yield values that hold together; nothing may crash. */
#include "chain/verify.h"

#include "base/check.h"
#include "chain/json.h"
#include "eth/keccak.h"

/* What vectors/chain/answers.json is about, as the seeds are. */
static const mo_address_t asked = {{0x5f, 0xbd, 0xb2, 0x31, 0x56, 0x78, 0xaf, 0xec, 0xb3, 0x67,
                                    0xf0, 0x32, 0xd9, 0x3f, 0x64, 0x2f, 0x64, 0x18, 0x0a, 0xa3}};
static const mo_hash_t slots[2] = {
    {{0x72, 0x30, 0x77, 0xb8, 0xa1, 0xb1, 0x73, 0xad, 0xc3, 0x5e, 0x5f, 0x0e, 0x7e, 0x36, 0x62, 0xfd,
      0x12, 0x08, 0x21, 0x2c, 0xb6, 0x29, 0xf9, 0xc1, 0x28, 0x55, 0x1e, 0xa7, 0x16, 0x8d, 0xa7, 0x22}},
    {{0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
      0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01}}};

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
    block.state_root = (mo_hash_t){{0}};
    MO_CHECK(mo_verify_proof(value, &query, &nodes, &proof) != NULL && nodes.size == 0);
    /* Under the hash of its first node a proof gets going; under the root of nothing it shows nothing. */
    mo_bytes_t first;
    const json_t *account = json_object_get(value, "accountProof");
    if (mo_json_is_bytes(json_array_get(account, 0), &nodes, &first)) {
        block.state_root = mo_keccak256(first);
    } else {
        block.state_root = MO_TRIE_EMPTY_ROOT;
    }
    nodes.size = 0;
    if (mo_verify_proof(value, &query, &nodes, &proof) == NULL) {
        MO_CHECK(proof.slot_count == 2 && nodes.size <= sizeof memory);
        MO_CHECK(proof.exists || (mo_hash_is_zero(&proof.slots[0].value) && proof.slots[0].proof.count == 0));
    } else {
        MO_CHECK(!proof.exists && proof.slot_count == 0 && nodes.size == 0);
    }
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
