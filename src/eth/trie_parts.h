/* What the modules of the trie share; private to them.
 *
 * Floor 1, pure.
 */
#ifndef MO_ETH_TRIE_PARTS_H
#define MO_ETH_TRIE_PARTS_H

#include "eth/trie.h"

/* A branch has a child for every nibble, then a value. */
#define MO_TRIE_BRANCH_WAYS 16

/* The two flag bits of a path's first nibble (the Yellow Paper's hex-prefix encoding). */
#define MO_TRIE_PATH_ODD  1
#define MO_TRIE_PATH_LEAF 2

/* Nibbles of bytes, high nibble first. */
static inline uint8_t mo_trie_nibble(mo_bytes_t bytes, size_t index)
{
    return index % 2 == 0 ? bytes.data[index / 2] >> 4 : bytes.data[index / 2] & 15;
}

/* Where a walk's nodes come from: `take` gives the node that hashes to `hash`, judged by size and canonical
 * form, or a refusal. The first call is for the root. */
typedef struct mo_trie_source {
    mo_trie_verdict_t (*take)(struct mo_trie_source *source, mo_bytes_t hash, mo_bytes_t *encoded);
} mo_trie_source_t;

/* What a walk is after. */
typedef struct {
    const mo_hash_t *root;
    mo_bytes_t key;
    bool fixed_keys;
} mo_trie_question_t;

/* Walks from the root to where the key leads. `value` is empty unless MO_TRIE_PRESENT. */
MO_MUST_USE mo_trie_verdict_t mo_trie_walk(const mo_trie_question_t *question, mo_trie_source_t *source,
                                           mo_bytes_t *value);

/* What every node from outside must be, once its hash is right: of a size, and one canonical item. */
MO_MUST_USE mo_trie_verdict_t mo_trie_judge_node(mo_bytes_t encoded, bool is_root);

#endif
