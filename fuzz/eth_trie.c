/* Proofs. Random bytes never hash to a root, so the input holds the nodes leaf first, and where a node names
 * a child the fuzzer puts the child's hash in place of the first 32 bytes ee.
 *
 *     flags (1)   key length (1)   key   then per node: length (2)   bytes
 *
 * An answer must not survive the loss of its last node, nor a node more; a value lies within the nodes.
 */
#include <stdlib.h>
#include <string.h>

#include "eth/keccak.h"
#include "eth/state.h"
#include "eth/trie.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NODES_MAX 16

static uint8_t memory[1 << 15];
static size_t used;

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static mo_bytes_t take(mo_bytes_t *input, size_t size)
{
    size = size < input->size ? size : input->size;
    mo_bytes_t taken = {input->data, size};
    *input = (mo_bytes_t){input->data + size, input->size - size};
    return taken;
}

static size_t take_byte(mo_bytes_t *input)
{
    mo_bytes_t byte = take(input, 1);
    return byte.size == 1 ? byte.data[0] : 0;
}

/* A copy of the node, in which `child` stands where the mark was. */
static mo_bytes_t link_node(mo_bytes_t node, const mo_hash_t *child)
{
    uint8_t mark[32];
    memset(mark, 0xee, sizeof mark);
    uint8_t *copy = memory + used;
    memcpy(copy, node.data, node.size);
    used += node.size;
    for (size_t i = 0; i + 32 <= node.size; i++) {
        if (memcmp(copy + i, mark, sizeof mark) == 0) {
            memcpy(copy + i, child->bytes, sizeof child->bytes);
            break;
        }
    }
    return (mo_bytes_t){copy, node.size};
}

/* The nodes, leaf first in the input, root first in the proof. */
static size_t link_nodes(mo_bytes_t input, mo_bytes_t nodes[NODES_MAX], mo_hash_t *root)
{
    size_t count = 0;
    used = 0;
    *root = (mo_hash_t){{0}};
    while (input.size > 0 && count < NODES_MAX) {
        size_t high = take_byte(&input);
        size_t length = (high << 8 | take_byte(&input)) % 600;
        mo_bytes_t node = link_node(take(&input, length), root);
        *root = mo_keccak256(node);
        memmove(nodes + 1, nodes, count * sizeof nodes[0]);
        nodes[0] = node;
        count++;
    }
    return count;
}

static void check_present(mo_bytes_t value)
{
    require(value.size > 0 && value.data >= memory && value.data + value.size <= memory + used);
    mo_account_t account;
    mo_hash_t word;
    bool is_account = mo_state_account_decode(value, &account);
    bool is_word = mo_state_word_decode(value, &word);
    require(!(is_account && is_word) && is_word == !mo_hash_is_zero(&word));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static mo_bytes_t nodes[NODES_MAX + 1];
    if (size > 8192) {
        return 0;
    }
    mo_bytes_t input = {data, size};
    mo_trie_proof_t proof = {.nodes = nodes};
    proof.fixed_keys = take_byte(&input) % 2 == 1;
    proof.key = take(&input, take_byte(&input) % (MO_TRIE_KEY_BYTES_MAX + 1));
    proof.count = link_nodes(input, nodes, &proof.root);
    mo_bytes_t value;
    mo_trie_verdict_t verdict = mo_trie_lookup(&proof, &value);
    if (verdict != MO_TRIE_PRESENT) {
        require(value.size == 0);
    }
    if ((verdict != MO_TRIE_PRESENT && verdict != MO_TRIE_ABSENT) || proof.count == 0) {
        return 0;
    }
    if (verdict == MO_TRIE_PRESENT) {
        check_present(value);
    }
    /* The empty trie's own node is no node of any other. */
    bool empty = mo_hash_equal(&proof.root, &MO_TRIE_EMPTY_ROOT);
    nodes[proof.count++] = nodes[0];
    require(mo_trie_lookup(&proof, &value) == (empty ? MO_TRIE_NODE_SHAPE : MO_TRIE_LEFTOVER));
    proof.count -= 2;
    require(mo_trie_lookup(&proof, &value) == (empty ? MO_TRIE_ABSENT : MO_TRIE_TRUNCATED));
    return 0;
}
