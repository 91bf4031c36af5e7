/* Proofs of many keys under one root, sharing their nodes.
 *
 * The way from the root is common to many keys, so their proofs repeat its nodes. A batch has each node once,
 * in any order, and one call says for every key what the root says about it:
 *
 *     proofs      root A B C      root A B D      root A E         8 nodes, 8 hashes
 *     batch       root A B C D E                                   6 nodes, 6 hashes
 *
 * As strict as eth/trie.h: a node that no key needs, or that stands twice, is refused, a missing one is an
 * error and never absence, and one refusal refuses the batch. So of one root and one set of keys only one set
 * of nodes is accepted; their order, which says nothing, is free. (Of the empty trie, as in eth/trie.h, two: no node, or its
 * one node 80.)
 *
 *     mo_trie_known_t known[COUNT];
 *     mo_trie_batch_t batch = {.root = root, .keys = keys, .key_count = 3, .nodes = nodes, .count = 6, ...};
 *     if (mo_trie_lookup_all(&batch, known, values) == MO_TRIE_PRESENT) ... values[i].size > 0 ...
 *
 * Limits: those of eth/trie.h for each node and key; as many of both as the caller's memory holds.
 *
 * Floor 1, pure. Cost: one keccak per node, and for each key one search among the nodes per step of its way.
 */
#ifndef MO_ETH_TRIE_BATCH_H
#define MO_ETH_TRIE_BATCH_H

#include "eth/trie.h"

/* All of it borrowed. */
typedef struct {
    mo_hash_t root;         /* trusted */
    const mo_bytes_t *keys; /* as they stand in the trie: hashed already where the trie hashes keys */
    size_t key_count;
    bool fixed_keys;         /* all keys of this trie have one length, that of these */
    const mo_bytes_t *nodes; /* hostile */
    size_t count;
} mo_trie_batch_t;

/* Memory for one node. Private. */
typedef struct {
    mo_hash_t hash;
    size_t node;
    bool used;
} mo_trie_known_t;

/* What the batch shows. MO_TRIE_PRESENT: every key has its answer, and values[i], which borrows from the
 * nodes, is what the root holds for keys[i], empty for nothing. Anything else is the refusal: all values are
 * empty; MO_TRIE_ABSENT is never returned. `known` has room for `count` nodes, `values` for `key_count`. A
 * batch without keys must be without nodes. */
MO_MUST_USE mo_trie_verdict_t mo_trie_lookup_all(const mo_trie_batch_t *batch, mo_trie_known_t *known,
                                                 mo_bytes_t *values);

#endif
