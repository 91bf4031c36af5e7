/* Proofs. Random bytes never hash to a root, so the input holds the nodes leaf first, and where a node names
 * a child the fuzzer puts the child's hash in place of the first 32 bytes ee.
 *
 *     flags (1)   key length (1)   key   then per node: length (2)   bytes
 *
 * An answer must not survive the loss of its last node, nor a node more; a value lies within the nodes.
 */
#include <stdlib.h>
#include <string.h>

#include "eth/state.h"
#include "eth/trie.h"
#include "linked_proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
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
    used = 0;
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
    /* The empty trie needs no node. */
    bool empty = mo_hash_equal(&proof.root, &MO_TRIE_EMPTY_ROOT);
    nodes[proof.count++] = nodes[0];
    require(mo_trie_lookup(&proof, &value) == MO_TRIE_LEFTOVER);
    proof.count -= 2;
    require(mo_trie_lookup(&proof, &value) == (empty ? MO_TRIE_ABSENT : MO_TRIE_TRUNCATED));
    return 0;
}
