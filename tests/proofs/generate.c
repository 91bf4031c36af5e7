/* proofs SEED COUNT: random and mutated proofs of keys of 32 bytes (the contracts know no others), with what the library
 * says of each, as bytes on standard output; tests/proofs/Proofs.t.sol asks the contracts for theirs.
 *
 *     size of what follows 4  root 32  key 32  verdict 1  leaf read 1  value: size 2, bytes  nodes: count 1, then each: size 2,
 *     bytes
 *
 * `leaf read`: bit 0, the value is an account; bit 1, it is a word.
 *
 * Tries have 0 to 40 entries whose keys part early, or so late that extensions and embedded nodes appear; values are bytes,
 * words or accounts. Of the mutations a third leaves the hashes above a node as they were; the others mend them, so that
 * what the node holds is judged: bits and bytes of any kind, or one item of its list put in place of another form of it.
 * At the end the count of each verdict goes to standard error; one that never came, of 2,000 proofs or more, is a failure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "base/rng.h"
#include "eth/keccak.h"
#include "eth/rlp.h"
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

/* Bytes, or the leaf of a storage or a state trie, which now and then is not quite one. */
static size_t make_value(uint8_t *value, size_t size_limit)
{
    uint8_t random[64];
    mo_rng_fill(&rng, random, sizeof random);
    size_t kind = below(3);
    mo_buffer_t out = {.data = value, .capacity = VALUE_MAX};
    mo_rlp_writer_t writer = mo_rlp_writer(&out);
    if (kind == 0) {
        mo_rng_fill(&rng, value, VALUE_MAX);
        return 1 + below(size_limit);
    }
    if (kind == 1) {
        mo_rlp_put_bytes(&writer, (mo_bytes_t){random, 1 + below(below(4) == 0 ? 33 : 2)});
    } else {
        mo_rlp_open_list(&writer);
        mo_rlp_put_bytes(&writer, (mo_bytes_t){random, below(9)});
        mo_rlp_put_bytes(&writer, (mo_bytes_t){random, below(33)});
        mo_rlp_put_bytes(&writer, (mo_bytes_t){random + 32, 32});
        mo_rlp_put_bytes(&writer, (mo_bytes_t){random, below(16) == 0 ? 31 : 32});
        mo_rlp_close_list(&writer);
    }
    MO_CHECK(mo_rlp_written(&writer));
    if (below(8) == 0) {
        value[below(out.size)] ^= (uint8_t)(1 << below(8));
    }
    return out.size;
}

/* Nothing is shown of the empty trie, by no node or by its own. */
static void make_empty_proof(proof_t *proof)
{
    proof->root = MO_TRIE_EMPTY_ROOT;
    mo_rng_fill(&rng, proof->key.bytes, sizeof proof->key.bytes);
    proof->bytes[0][0] = 0x80;
    proof->size[0] = 1;
    proof->count = below(2);
}

static void make_proof(proof_t *proof)
{
    static mo_hash_t keys[ENTRIES_MAX];
    static uint8_t values[ENTRIES_MAX][VALUE_MAX];
    mo_trie_entry_t entries[ENTRIES_MAX];
    size_t common = below(3) == 0 ? below(32) : 0;
    size_t count = 1 + below(ENTRIES_MAX);
    size_t size_limit = 1 + below(below(4) == 0 ? 2 : VALUE_MAX);
    for (size_t i = 0; i < count; i++) {
        keys[i] = make_key(common, &keys[i > 0 ? i - 1 : 0]);
        entries[i] = (mo_trie_entry_t){mo_hash_view(&keys[i]), {values[i], make_value(values[i], size_limit)}};
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

/* One item of the node's list becomes another: empty, bytes, a hash, a list, or the item beside it. */
static void write_other_item(mo_bytes_t neighbour, mo_buffer_t *out)
{
    static const uint8_t lists[][8] = {{0xc0},
                                       {0xc2, 0x20, 0x05},
                                       {0xc2, 0x81, 0x05},
                                       {0xc4, 0x82, 0x20, 0x05, 0x80},
                                       {0xc3, 0xc2, 0x20, 0x05},
                                       {0xc6, 0x11, 0xc4, 0x82, 0x20, 0x05, 0x80},
                                       {0xc3, 0x20, 0xb8, 0x01}};
    uint8_t random[40];
    mo_rng_fill(&rng, random, sizeof random);
    mo_rlp_writer_t writer = mo_rlp_writer(out);
    size_t kind = below(9);
    if (kind < 3) {
        mo_rlp_put_bytes(&writer, (mo_bytes_t){random, kind == 0 ? 0 : kind == 1 ? 32 : 1 + below(34)});
    } else if (kind == 8) {
        random[0] &= below(2) == 0 ? 0x3f : 0x20; /* a path */
        mo_rlp_put_bytes(&writer, (mo_bytes_t){random, 1 + below(34)});
    } else if (kind < 5) {
        mo_rlp_put_raw(&writer, neighbour);
    } else if (kind == 5) {
        memset(random, 0xc0, sizeof random);
        mo_rlp_open_list(&writer);
        mo_rlp_put_raw(&writer, (mo_bytes_t){random, 29 + below(4)});
        mo_rlp_close_list(&writer);
    } else {
        const uint8_t *list = lists[below(sizeof lists / sizeof lists[0])];
        mo_rlp_put_raw(&writer, (mo_bytes_t){list, (size_t)list[0] - 0xbf});
    }
    MO_CHECK(mo_rlp_written(&writer));
}

static size_t count_items(mo_bytes_t list)
{
    mo_rlp_reader_t in = mo_rlp_reader(list);
    size_t count = 0;
    mo_rlp_enter_list(&in);
    while (mo_rlp_more(&in)) {
        (void)mo_rlp_read_item(&in);
        count++;
    }
    return count;
}

/* What becomes of a list: one item is another, all but one are empty, or one list within changes. */
typedef enum { OTHER_ITEM, ONE_LEFT, LIST_WITHIN } rewrite_t;

static void rewrite_list(mo_bytes_t list, mo_buffer_t *out)
{
    static const rewrite_t rewrites[] = {OTHER_ITEM, OTHER_ITEM, OTHER_ITEM, LIST_WITHIN, LIST_WITHIN, ONE_LEFT};
    mo_rlp_reader_t in = mo_rlp_reader(list);
    mo_rlp_writer_t writer = mo_rlp_writer(out);
    rewrite_t rewrite = rewrites[below(sizeof rewrites / sizeof rewrites[0])];
    size_t at = below(1 + count_items(list));
    mo_bytes_t neighbour = {(const uint8_t *)"\x80", 1};
    mo_rlp_enter_list(&in);
    mo_rlp_open_list(&writer);
    for (size_t i = 0; mo_rlp_more(&in); i++) {
        mo_rlp_item_t item = mo_rlp_read_item(&in);
        uint8_t memory[NODE_MAX];
        mo_buffer_t other = MO_BUFFER(memory);
        if (rewrite == OTHER_ITEM && i == at) {
            write_other_item(neighbour, &other);
        } else if (rewrite == ONE_LEFT && i != at) {
            mo_buffer_put_byte(&other, 0x80);
        } else if (rewrite == LIST_WITHIN && item.kind == MO_RLP_LIST) {
            rewrite_list(item.whole, &other);
        } else {
            mo_buffer_put(&other, item.whole);
        }
        neighbour = item.whole;
        mo_rlp_put_raw(&writer, mo_buffer_view(&other));
    }
    if (below(32) == 0) {
        mo_rlp_put_raw(&writer, neighbour);
    }
    mo_rlp_close_list(&writer);
}

static void change_item(proof_t *proof, size_t node)
{
    static uint8_t memory[NODE_MAX];
    mo_buffer_t out = MO_BUFFER(memory);
    rewrite_list((mo_bytes_t){proof->bytes[node], proof->size[node]}, &out);
    if (!out.overflown) {
        memcpy(proof->bytes[node], out.data, out.size);
        proof->size[node] = out.size;
    }
}

/* Lists within lists, about as deep as they may be. */
static void nest_deep(proof_t *proof, size_t node)
{
    size_t depth = 28 + below(8);
    proof->size[node] = depth;
    for (size_t i = 0; i < depth; i++) {
        proof->bytes[node][i] = (uint8_t)(0xc0 + depth - 1 - i);
    }
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

/* Adds a list that lies in a node as an element of its own, behind the node: some provers do. */
static void repeat_embedded(proof_t *proof, size_t node)
{
    mo_rlp_reader_t in = mo_rlp_reader((mo_bytes_t){proof->bytes[node], proof->size[node]});
    mo_rlp_item_t item = {.kind = MO_RLP_STRING};
    mo_rlp_enter_list(&in);
    while (mo_rlp_more(&in) && item.kind == MO_RLP_STRING) {
        item = mo_rlp_read_item(&in);
    }
    if (item.kind == MO_RLP_LIST) {
        uint8_t embedded[NODE_MAX];
        size_t size = item.whole.size;
        memcpy(embedded, item.whole.data, size);
        repeat_node(proof, node);
        memcpy(proof->bytes[node + 1], embedded, size);
        proof->size[node + 1] = size;
    }
}

/* More nodes than a proof may have. */
static void add_many(proof_t *proof, size_t node)
{
    while (proof->count < MO_TRIE_PROOF_NODES_MAX + below(2)) {
        append_node(proof, node);
    }
}

/* An extension above the root, with nibbles of the key: what is below it lies deeper than it did. */
static void add_extension(proof_t *proof, size_t node)
{
    if (proof->count > MO_TRIE_PROOF_NODES_MAX) {
        return;
    }
    (void)node;
    repeat_node(proof, 0);
    uint8_t path[33] = {0x00};
    size_t size = below(4) == 0 ? below(32) : below(3);
    memcpy(path + 1, proof->key.bytes, size);
    mo_buffer_t out = {.data = proof->bytes[0], .capacity = NODE_MAX};
    mo_rlp_writer_t writer = mo_rlp_writer(&out);
    mo_rlp_open_list(&writer);
    mo_rlp_put_bytes(&writer, (mo_bytes_t){path, 1 + size});
    mo_rlp_put_bytes(&writer, mo_hash_view(&proof->root));
    mo_rlp_close_list(&writer);
    MO_CHECK(mo_rlp_written(&writer));
    proof->size[0] = out.size;
    proof->root = mo_keccak256(mo_buffer_view(&out));
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
    static void (*const changes[])(proof_t *, size_t) = {flip_bit,    change_byte, cut_node,   lengthen_node,
                                                         change_item, change_item, change_item, change_item};
    mo_hash_t old[NODES_MAX];
    for (size_t i = 0; i <= node; i++) {
        old[i] = hash_of(proof, i);
    }
    if (below(64) == 0) {
        nest_deep(proof, node);
    } else {
        changes[below(sizeof changes / sizeof changes[0])](proof, node);
    }
    mo_hash_t new = hash_of(proof, node);
    for (size_t i = node; i > 0; i--) {
        put_hash(proof, i - 1, &old[i], &new);
        new = hash_of(proof, i - 1);
    }
    proof->root = new;
}

static void mutate(proof_t *proof)
{
    static void (*const mutations[])(proof_t *, size_t) = {
        flip_bit,   change_byte,     cut_node,  lengthen_node, drop_node,  repeat_node, append_node,
        swap_nodes, repeat_embedded, drop_rest, change_root,   change_key, add_many,    add_extension,
        add_extension,
    };
    if (proof->count == 0) {
        proof->root.bytes[31] ^= (uint8_t)below(2);
        return;
    }
    size_t node = below(proof->count);
    if (below(3) > 0) {
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

/* As eth/state.h asks. */
static mo_trie_verdict_t judge(const proof_t *proof, const mo_bytes_t *nodes, mo_bytes_t *value)
{
    mo_trie_proof_t question = {.root = proof->root,
                                .key = mo_hash_view(&proof->key),
                                .fixed_keys = true,
                                .of_state = true,
                                .nodes = nodes,
                                .count = proof->count};
    return mo_trie_lookup(&question, value);
}

static uint8_t read_leaf(mo_bytes_t value)
{
    mo_account_t account;
    mo_hash_t word;
    bool is_account = mo_state_account_decode(value, &account);
    return (uint8_t)((is_account ? 1 : 0) | (mo_state_word_decode(value, &word) ? 2 : 0));
}

static unsigned long seen[MO_TRIE_LEFTOVER + 1];

static void print(const proof_t *proof)
{
    mo_bytes_t nodes[NODES_MAX];
    for (size_t i = 0; i < proof->count; i++) {
        nodes[i] = (mo_bytes_t){proof->bytes[i], proof->size[i]};
    }
    size_t size = 64 + 2 + 2 + 1 + 2 * proof->count;
    for (size_t i = 0; i < proof->count; i++) {
        size += proof->size[i];
    }
    mo_bytes_t value;
    const uint8_t verdict = (uint8_t)judge(proof, nodes, &value);
    const uint8_t read = read_leaf(value);
    seen[verdict]++;
    const uint8_t count = (uint8_t)proof->count;
    uint8_t prefix[4];
    mo_store_be32((uint32_t)(size + value.size), prefix);
    put(prefix, sizeof prefix);
    put(proof->root.bytes, 32);
    put(proof->key.bytes, 32);
    put(&verdict, 1);
    put(&read, 1);
    put_sized(value);
    put(&count, 1);
    for (size_t i = 0; i < proof->count; i++) {
        put_sized(nodes[i]);
    }
}

/* Whether every verdict came. */
static bool report(void)
{
    bool all = true;
    for (int i = MO_TRIE_PRESENT; i <= MO_TRIE_LEFTOVER; i++) {
        fprintf(stderr, "%s %lu\n", mo_trie_verdict_name((mo_trie_verdict_t)i), seen[i]);
        all = all && seen[i] > 0;
    }
    return all;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "proofs: give a seed and a count\n");
        return 2;
    }
    rng = mo_rng(strtoull(argv[1], NULL, 10));
    unsigned long count = strtoul(argv[2], NULL, 10);
    for (unsigned long i = 0; i < count; i++) {
        static proof_t proof;
        if (below(64) == 0) {
            make_empty_proof(&proof);
        } else {
            make_proof(&proof);
        }
        if (below(5) > 0) {
            mutate(&proof);
        }
        print(&proof);
    }
    return report() || count < 2000 ? 0 : 1;
}
