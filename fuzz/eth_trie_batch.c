/* Batches of proofs, hostile: what one strict proof shows, a batch of the same nodes shows too, in any order of them; what a
 * batch shows does not survive the loss of a node, nor one more.
 *
 *     flags (1)   key length (1)   key   then the nodes (linked_proof.h)
 */
#include "base/check.h"
#include "eth/trie_batch.h"
#include "linked_proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static mo_bytes_t nodes[NODES_MAX + 1];
static mo_trie_known_t known[NODES_MAX + 1];

/* The nodes the other way round. */
static void reverse(size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        mo_bytes_t other = nodes[i];
        nodes[i] = nodes[count - 1 - i];
        nodes[count - 1 - i] = other;
    }
}

/* An accepted batch of at least one node. */
static void spoil(mo_trie_batch_t batch, mo_bytes_t *values)
{
    batch.count--;
    MO_CHECK(mo_trie_lookup_all(&batch, known, values) == MO_TRIE_TRUNCATED || batch.count == 0);
    batch.count += 2;
    nodes[batch.count - 1] = nodes[0];
    MO_CHECK(mo_trie_lookup_all(&batch, known, values) != MO_TRIE_PRESENT);
    for (size_t i = 0; i < batch.key_count; i++) {
        MO_CHECK(values[i].size == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 8192) {
        return 0;
    }
    mo_bytes_t input = {data, size};
    mo_trie_proof_t proof = {.nodes = nodes};
    uint8_t sibling[MO_TRIE_KEY_BYTES_MAX];
    size_t flags = take_byte(&input);
    used = 0;
    proof.fixed_keys = flags % 2 == 1;
    proof.key = take(&input, take_byte(&input) % (MO_TRIE_KEY_BYTES_MAX + 1));
    proof.count = link_nodes(input, nodes, &proof.root);
    memcpy(sibling, proof.key.data, proof.key.size);
    if (proof.key.size > 0) {
        sibling[proof.key.size - 1] ^= (uint8_t)(flags >> 1);
    }
    mo_bytes_t value;
    mo_bytes_t values[2];
    mo_bytes_t keys[2] = {proof.key, {sibling, proof.key.size}};
    mo_trie_verdict_t verdict = mo_trie_lookup(&proof, &value);
    mo_trie_batch_t batch = {proof.root, keys, 1, proof.fixed_keys, nodes, proof.count};
    mo_trie_verdict_t whole = mo_trie_lookup_all(&batch, known, values);
    MO_CHECK(whole != MO_TRIE_ABSENT);
    if (verdict == MO_TRIE_PRESENT || verdict == MO_TRIE_ABSENT) {
        MO_CHECK(whole == MO_TRIE_PRESENT && mo_bytes_equal(value, values[0]));
    }
    reverse(proof.count);
    MO_CHECK((mo_trie_lookup_all(&batch, known, values) == MO_TRIE_PRESENT) == (whole == MO_TRIE_PRESENT));
    if (whole == MO_TRIE_PRESENT && proof.count > 0) {
        spoil(batch, values);
    }
    batch.key_count = 2;
    if (mo_trie_lookup_all(&batch, known, values) == MO_TRIE_PRESENT && proof.count > 0) {
        spoil(batch, values);
    }
    return 0;
}
