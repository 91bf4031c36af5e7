/* proofs SEED COUNT: random and mutated proofs of keys of 32 bytes, with what the library says of each, as bytes on standard
 * output; tests/proofs/Proofs.t.sol asks the contracts for theirs.
 *
 *     size of what follows 4  root 32  key 32  verdict 1  value: size 2, bytes  nodes: count 1, then each: size 2, bytes
 *
 * Tries have 1 to 40 entries whose keys part early, or so late that extensions and embedded nodes appear. Half of the
 * mutations leave the hashes above a node as they were; the other half mend them, so that what the node holds is judged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "base/rng.h"
#include "eth/keccak.h"
#include "eth/state.h"
#include "eth/trie_build.h"

#define ENTRIES_MAX 40
#define VALUE_MAX   120
#define NODES_MAX   (MO_TRIE_PROOF_NODES_MAX + 2)
#define NODE_MAX    1200

typedef struct {
    mo_hash_t root;
    mo_hash_t key;
    uint8_t bytes[NODES_MAX][NODE_MAX];
    size_t size[NODES_MAX];
    size_t count;
} proof_t;

static mo_rng_t rng;

static size_t below(size_t limit)
{
    return (size_t)mo_rng_below(&rng, limit);
}

/* ---- Proofs ---- */

/* A key that shares its first bytes with all others of its trie, and some more with the one before. */
static mo_hash_t make_key(size_t common, const mo_hash_t *before)
{
    mo_hash_t key;
    mo_rng_fill(&rng, key.bytes, sizeof key.bytes);
    memset(key.bytes, 0x77, common);
    size_t shared = below(4) == 0 ? below(32) : 0;
    memcpy(key.bytes, before->bytes, shared > common ? shared : 0);
    return key;
}

static void take_nodes(proof_t *proof, const mo_trie_nodes_t *nodes)
{
    proof->count = nodes->count;
    for (size_t i = 0; i < nodes->count; i++) {
        proof->size[i] = nodes->nodes[i].size;
        memcpy(proof->bytes[i], nodes->nodes[i].data, nodes->nodes[i].size);
    }
}

static void make_proof(proof_t *proof)
{
    static mo_hash_t keys[ENTRIES_MAX];
    static uint8_t values[ENTRIES_MAX][VALUE_MAX];
    mo_trie_entry_t entries[ENTRIES_MAX];
    size_t common = below(3) == 0 ? below(32) : 0;
    size_t count = 1 + below(ENTRIES_MAX);
    size_t size_limit = 1 + below(VALUE_MAX);
    for (size_t i = 0; i < count; i++) {
        keys[i] = make_key(common, &keys[i > 0 ? i - 1 : 0]);
        mo_rng_fill(&rng, values[i], VALUE_MAX);
        entries[i] = (mo_trie_entry_t){mo_hash_view(&keys[i]), {values[i], 1 + below(size_limit)}};
    }
    proof->key = below(4) > 0 ? keys[below(count)] : make_key(common, &keys[below(count)]);
    mo_trie_entry_t asked = {mo_hash_view(&proof->key), {NULL, 0}};
    static uint8_t memory[NODES_MAX * NODE_MAX];
    mo_bytes_t nodes[NODES_MAX];
    mo_buffer_t bytes = MO_BUFFER(memory);
    mo_trie_nodes_t out = {&bytes, nodes, NODES_MAX, 0};
    if (mo_trie_prove((mo_trie_entries_t){entries, count}, (mo_trie_entries_t){&asked, 1}, &out, &proof->root) ==
        MO_TRIE_BUILD_OK) {
        take_nodes(proof, &out);
    } else {
        make_proof(proof); /* one key twice: another trie */
    }
}

/* ---- Mutations ---- */

static void copy_node(proof_t *proof, size_t to, size_t from)
{
    proof->size[to] = proof->size[from];
    memmove(proof->bytes[to], proof->bytes[from], proof->size[from]);
}

static void flip_bit(proof_t *proof, size_t node)
{
    proof->bytes[node][below(proof->size[node])] ^= (uint8_t)(1 << below(8));
}

static void change_byte(proof_t *proof, size_t node)
{
    static const uint8_t telling[] = {0x00, 0x20, 0x3f, 0x7f, 0x80, 0x81, 0xa0, 0xb8, 0xb9, 0xc0, 0xf7, 0xf8, 0xff};
    size_t first = proof->size[node] < 8 ? proof->size[node] : 8;
    proof->bytes[node][below(2) == 0 ? below(first) : below(proof->size[node])] = telling[below(sizeof telling)];
}

static void cut_node(proof_t *proof, size_t node)
{
    proof->size[node] = below(proof->size[node]);
}

static void lengthen_node(proof_t *proof, size_t node)
{
    size_t size = proof->size[node] + 1 + below(below(4) == 0 ? NODE_MAX - proof->size[node] - 1 : 4);
    memset(proof->bytes[node] + proof->size[node], 0x80, size - proof->size[node]);
    proof->size[node] = size;
}

static void drop_node(proof_t *proof, size_t node)
{
    for (size_t i = node; i + 1 < proof->count; i++) {
        copy_node(proof, i, i + 1);
    }
    proof->count--;
}

static void repeat_node(proof_t *proof, size_t node)
{
    for (size_t i = proof->count; i > node; i--) {
        copy_node(proof, i, i - 1);
    }
    proof->count++;
}

static void append_node(proof_t *proof, size_t node)
{
    copy_node(proof, proof->count, node);
    proof->count++;
}

static void swap_nodes(proof_t *proof, size_t node)
{
    append_node(proof, node);
    size_t other = below(proof->count - 1);
    copy_node(proof, node, other);
    copy_node(proof, other, proof->count - 1);
    proof->count--;
}

static void drop_rest(proof_t *proof, size_t node)
{
    proof->count = node;
}

static void change_root(proof_t *proof, size_t node)
{
    proof->root.bytes[node % 32] ^= (uint8_t)(1 << below(8));
}

static void change_key(proof_t *proof, size_t node)
{
    (void)node;
    proof->key.bytes[below(32)] ^= (uint8_t)(1 << below(8));
}

static void put_hash(proof_t *proof, size_t node, const mo_hash_t *old, const mo_hash_t *new)
{
    for (size_t at = 0; at + 32 <= proof->size[node]; at++) {
        if (memcmp(proof->bytes[node] + at, old->bytes, 32) == 0) {
            memcpy(proof->bytes[node] + at, new->bytes, 32);
        }
    }
}

static mo_hash_t hash_of(const proof_t *proof, size_t node)
{
    return mo_keccak256((mo_bytes_t){proof->bytes[node], proof->size[node]});
}

/* Changes what a node holds, and the hashes that name it. */
static void change_and_mend(proof_t *proof, size_t node)
{
    static void (*const changes[])(proof_t *, size_t) = {flip_bit, change_byte, change_byte, cut_node, lengthen_node};
    mo_hash_t old[NODES_MAX];
    for (size_t i = 0; i <= node; i++) {
        old[i] = hash_of(proof, i);
    }
    changes[below(sizeof changes / sizeof changes[0])](proof, node);
    mo_hash_t new = hash_of(proof, node);
    for (size_t i = node; i > 0; i--) {
        put_hash(proof, i - 1, &old[i], &new);
        new = hash_of(proof, i - 1);
    }
    proof->root = new;
}

static void mutate(proof_t *proof)
{
    static void (*const mutations[])(proof_t *, size_t) = {flip_bit,    change_byte, cut_node,   lengthen_node,
                                                           drop_node,   repeat_node, append_node, swap_nodes,
                                                           drop_rest,   change_root, change_key};
    size_t node = below(proof->count);
    if (below(2) == 0) {
        change_and_mend(proof, node);
    } else {
        mutations[below(sizeof mutations / sizeof mutations[0])](proof, node);
    }
}

/* ---- Output ---- */

static void put(const uint8_t *bytes, size_t size)
{
    MO_CHECK(fwrite(bytes, 1, size, stdout) == size);
}

static void put_sized(mo_bytes_t bytes)
{
    const uint8_t size[2] = {(uint8_t)(bytes.size >> 8), (uint8_t)bytes.size};
    put(size, sizeof size);
    put(bytes.data, bytes.size);
}

/* As eth/state.h asks: nodes of its size. */
static mo_trie_verdict_t judge(const proof_t *proof, const mo_bytes_t *nodes, mo_bytes_t *value)
{
    *value = (mo_bytes_t){NULL, 0};
    for (size_t i = 0; i < proof->count; i++) {
        if (nodes[i].size > MO_STATE_NODE_BYTES_MAX) {
            return MO_TRIE_NODE_TOO_LONG;
        }
    }
    mo_trie_proof_t question = {proof->root, mo_hash_view(&proof->key), true, nodes, proof->count};
    return mo_trie_lookup(&question, value);
}

static void print(const proof_t *proof)
{
    mo_bytes_t nodes[NODES_MAX];
    for (size_t i = 0; i < proof->count; i++) {
        nodes[i] = (mo_bytes_t){proof->bytes[i], proof->size[i]};
    }
    size_t size = 64 + 1 + 2 + 1 + 2 * proof->count;
    for (size_t i = 0; i < proof->count; i++) {
        size += proof->size[i];
    }
    mo_bytes_t value;
    const uint8_t verdict = (uint8_t)judge(proof, nodes, &value);
    const uint8_t count = (uint8_t)proof->count;
    uint8_t prefix[4];
    mo_store_be32((uint32_t)(size + value.size), prefix);
    put(prefix, sizeof prefix);
    put(proof->root.bytes, 32);
    put(proof->key.bytes, 32);
    put(&verdict, 1);
    put_sized(value);
    put(&count, 1);
    for (size_t i = 0; i < proof->count; i++) {
        put_sized(nodes[i]);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "proofs: give a seed and a count\n");
        return 2;
    }
    rng = mo_rng(strtoull(argv[1], NULL, 10));
    for (unsigned long left = strtoul(argv[2], NULL, 10); left > 0; left--) {
        static proof_t proof;
        make_proof(&proof);
        if (below(5) > 0) {
            mutate(&proof);
        }
        print(&proof);
    }
    return 0;
}
