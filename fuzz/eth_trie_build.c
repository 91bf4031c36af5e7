/* Tries from entries: what is built is proven, and what is proven is verified.
 *
 *     per entry: key length (1)   key   value length (1)   value
 *
 * Every other key is asked for, and the rest with their last bit flipped. Every answer of the
 * verifier is the builder's own; a batch without its last node, or with one twice, is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "eth/trie_batch.h"
#include "eth/trie_build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ENTRIES_MAX 64
#define NODES_MAX   4096

static uint8_t memory[1 << 20];
static uint8_t flipped[ENTRIES_MAX][MO_TRIE_KEY_BYTES_MAX];

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static mo_bytes_t take(mo_bytes_t *input, size_t most)
{
    size_t size = input->size > 0 ? input->data[0] % (most + 1) : 0;
    size_t skip = input->size > 0;
    size = size < input->size - skip ? size : input->size - skip;
    mo_bytes_t taken = {input->data + skip, size};
    *input = (mo_bytes_t){taken.data + size, input->size - skip - size};
    return taken;
}

/* Keys to ask for, some of which the trie holds. */
static void ask(mo_trie_entries_t trie, mo_trie_entry_t *asked)
{
    for (size_t i = 0; i < trie.count; i++) {
        mo_bytes_t key = trie.entries[i].key;
        memcpy(flipped[i], key.data, key.size);
        if (i % 2 == 1 && key.size > 0) {
            flipped[i][key.size - 1] ^= 1;
        }
        asked[i] = (mo_trie_entry_t){{flipped[i], key.size}, {NULL, 0}};
    }
}

static void verify(mo_trie_entries_t asked, const mo_trie_nodes_t *out, const mo_hash_t *root)
{
    static mo_bytes_t keys[ENTRIES_MAX];
    static mo_bytes_t values[ENTRIES_MAX];
    static mo_trie_known_t known[NODES_MAX + 1];
    for (size_t i = 0; i < asked.count; i++) {
        keys[i] = asked.entries[i].key;
    }
    mo_trie_batch_t batch = {*root, keys, asked.count, false, out->nodes, out->count};
    require(mo_trie_lookup_all(&batch, known, values) == MO_TRIE_PRESENT);
    for (size_t i = 0; i < asked.count; i++) {
        require(mo_bytes_equal(values[i], asked.entries[i].value));
    }
    if (out->count == 0) {
        return;
    }
    batch.count--;
    require(mo_trie_lookup_all(&batch, known, values) == MO_TRIE_TRUNCATED);
    out->nodes[out->count] = out->nodes[out->count / 2];
    batch.count += 2;
    require(mo_trie_lookup_all(&batch, known, values) == MO_TRIE_LEFTOVER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static mo_trie_entry_t entries[ENTRIES_MAX];
    static mo_trie_entry_t asked[ENTRIES_MAX];
    static mo_bytes_t nodes[NODES_MAX + 1];
    mo_bytes_t input = {data, size};
    mo_trie_entries_t trie = {entries, 0};
    while (input.size > 0 && trie.count < ENTRIES_MAX) {
        mo_bytes_t key = take(&input, MO_TRIE_KEY_BYTES_MAX);
        entries[trie.count++] = (mo_trie_entry_t){key, take(&input, 80)};
    }
    ask(trie, asked);
    mo_buffer_t bytes = MO_BUFFER(memory);
    mo_trie_nodes_t out = {&bytes, nodes, NODES_MAX, 0};
    mo_hash_t root;
    mo_hash_t again;
    mo_trie_entries_t questions = {asked, trie.count};
    mo_trie_build_verdict_t verdict = mo_trie_prove(trie, questions, &out, &root);
    require(mo_trie_root(trie, &again) == verdict && mo_hash_equal(&root, &again));
    require(mo_hash_is_zero(&root) == (verdict != MO_TRIE_BUILD_OK));
    if (verdict == MO_TRIE_BUILD_OK) {
        verify(questions, &out, &root);
    }
    return 0;
}
