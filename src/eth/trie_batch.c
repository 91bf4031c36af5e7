#include "eth/trie_batch.h"

#include <string.h>

#include "eth/keccak.h"
#include "eth/trie_parts.h"

/* Nodes hashed at once. */
#define HASHED_MAX 64

/* The nodes of a batch, by their hashes. */
typedef struct {
    mo_trie_source_t source; /* first, so that a source leads to its set */
    const mo_trie_batch_t *batch;
    mo_trie_known_t *known; /* in the order of hashes once all are there */
} set_t;

static int compare(const mo_hash_t *a, const uint8_t *b)
{
    return memcmp(a->bytes, b, sizeof a->bytes);
}

/* ---- Sorting by hash (a heap sort: no recursion, no memory, no bad case for hostile nodes) ---- */

static void sink(mo_trie_known_t *heap, size_t at, size_t count)
{
    while (2 * at + 1 < count) {
        size_t child = 2 * at + 1;
        if (child + 1 < count && compare(&heap[child].hash, heap[child + 1].hash.bytes) < 0) {
            child++;
        }
        if (compare(&heap[at].hash, heap[child].hash.bytes) >= 0) {
            return;
        }
        mo_trie_known_t moved = heap[at];
        heap[at] = heap[child];
        heap[child] = moved;
        at = child;
    }
}

static void sort(mo_trie_known_t *known, size_t count)
{
    for (size_t i = count / 2; i-- > 0;) {
        sink(known, i, count);
    }
    for (size_t end = count; end-- > 1;) {
        mo_trie_known_t largest = known[0];
        known[0] = known[end];
        known[end] = largest;
        sink(known, 0, end);
    }
}

/* ---- The set ---- */

static mo_trie_known_t *find(const set_t *set, const uint8_t *hash)
{
    size_t first = 0;
    size_t end = set->batch->count;
    while (first < end) {
        size_t middle = first + (end - first) / 2;
        int order = compare(&set->known[middle].hash, hash);
        if (order == 0) {
            return &set->known[middle];
        }
        first = order < 0 ? middle + 1 : first;
        end = order < 0 ? end : middle;
    }
    return NULL;
}

static mo_trie_verdict_t take(mo_trie_source_t *source, mo_bytes_t hash, mo_bytes_t *encoded)
{
    set_t *set = (set_t *)(void *)source;
    mo_trie_known_t *known = find(set, hash.data);
    if (known == NULL) {
        return MO_TRIE_TRUNCATED;
    }
    known->used = true;
    *encoded = set->batch->nodes[known->node];
    return MO_TRIE_PRESENT;
}

/* Hashes `count` nodes at once. One that is too long is refused before its hash is looked at. */
static void hash_nodes(const mo_bytes_t *nodes, size_t count, mo_hash_t *hashes)
{
    mo_bytes_t short_enough[HASHED_MAX];
    for (size_t i = 0; i < count; i++) {
        short_enough[i] = nodes[i].size > MO_TRIE_NODE_BYTES_MAX ? (mo_bytes_t){NULL, 0} : nodes[i];
    }
    mo_keccak256_many(short_enough, count, hashes);
}

static mo_trie_verdict_t learn_node(set_t *set, size_t node, const mo_hash_t *hash)
{
    const mo_trie_batch_t *batch = set->batch;
    set->known[node] = (mo_trie_known_t){.hash = *hash, .node = node};
    if (batch->nodes[node].size > MO_TRIE_NODE_BYTES_MAX) {
        return MO_TRIE_NODE_TOO_LONG;
    }
    return mo_trie_judge_node(batch->nodes[node], mo_hash_equal(hash, &batch->root));
}

/* Hashes and judges each node once, whatever number of keys passes it. */
static mo_trie_verdict_t learn(set_t *set)
{
    const mo_trie_batch_t *batch = set->batch;
    mo_hash_t hashes[HASHED_MAX];
    for (size_t i = 0; i < batch->count; i++) {
        if (i % HASHED_MAX == 0) {
            size_t left = batch->count - i;
            hash_nodes(batch->nodes + i, left < HASHED_MAX ? left : HASHED_MAX, hashes);
        }
        mo_trie_verdict_t verdict = learn_node(set, i, &hashes[i % HASHED_MAX]);
        if (verdict != MO_TRIE_PRESENT) {
            return verdict;
        }
    }
    sort(set->known, batch->count);
    return MO_TRIE_PRESENT;
}

static bool all_used(const set_t *set)
{
    for (size_t i = 0; i < set->batch->count; i++) {
        if (!set->known[i].used) {
            return false;
        }
    }
    return true;
}

/* ---- All keys ---- */

static mo_trie_verdict_t look_up(set_t *set, mo_bytes_t key, mo_bytes_t *value)
{
    const mo_trie_batch_t *batch = set->batch;
    if (key.size > MO_TRIE_KEY_BYTES_MAX) {
        return MO_TRIE_TOO_LONG;
    }
    if (batch->count == 0 && mo_hash_equal(&batch->root, &MO_TRIE_EMPTY_ROOT)) {
        return MO_TRIE_ABSENT;
    }
    mo_trie_question_t question = {&batch->root, key, batch->fixed_keys};
    return mo_trie_walk(&question, &set->source, value);
}

static mo_trie_verdict_t look_all_up(set_t *set, mo_bytes_t *values)
{
    mo_trie_verdict_t verdict = learn(set);
    for (size_t i = 0; i < set->batch->key_count && verdict == MO_TRIE_PRESENT; i++) {
        verdict = look_up(set, set->batch->keys[i], &values[i]);
        verdict = verdict == MO_TRIE_ABSENT ? MO_TRIE_PRESENT : verdict;
    }
    if (verdict == MO_TRIE_PRESENT && !all_used(set)) {
        return MO_TRIE_LEFTOVER;
    }
    return verdict;
}

mo_trie_verdict_t mo_trie_lookup_all(const mo_trie_batch_t *batch, mo_trie_known_t *known, mo_bytes_t *values)
{
    set_t set = {.source = {take}, .batch = batch, .known = known};
    for (size_t i = 0; i < batch->key_count; i++) {
        values[i] = (mo_bytes_t){NULL, 0};
    }
    mo_trie_verdict_t verdict = look_all_up(&set, values);
    for (size_t i = 0; i < batch->key_count && verdict != MO_TRIE_PRESENT; i++) {
        values[i] = (mo_bytes_t){NULL, 0};
    }
    return verdict;
}
