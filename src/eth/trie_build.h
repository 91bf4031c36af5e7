/* Merkle-Patricia tries, built: from entries to the root, and to proofs of what it holds.
 *
 * A trie is its set of entries; how it came about leaves no trace in the root. So there is nothing to insert
 * into and nothing to keep: one call takes all entries, in any order, and gives the root; another gives the
 * nodes that prove any number of keys, held or not.
 *
 *     mo_trie_entry_t entries[] = {{key_a, value_a}, {key_b, value_b}};
 *     mo_trie_entries_t trie = {entries, 2};
 *     verdict = mo_trie_root(trie, &root);
 *
 * The trie divides the entries by one nibble of the key after the other, in place, so that the call that
 * builds also sorts: afterwards the entries stand in the order of their keys.
 *
 *     "do" "dog" "doge" "horse"           extension 6                  4 of 16 nibbles are alike: `6` `46f`
 *                                         `-- branch 4, 8              `d` is 64, `h` is 68
 *                                              4: extension 6f, then a branch that holds "do" itself ...
 *                                              8: leaf "orse"
 *
 * A plain trie has the keys as they are; a secure one (state, storage) their hashes: mo_trie_hash_keys makes
 * one into the other.
 *
 * Limits: keys of MO_TRIE_KEY_BYTES_MAX bytes; as many entries, and values as long, as memory holds. It
 * recurses once per nibble that keys share, at most 128 times, and takes below 2 KiB of stack each time.
 * What it does not do: keep a trie between calls. Each call costs one keccak per node of the whole trie, a
 * proof of a thousand keys as much as one of one key.
 *
 * Floor 1, pure. Verified by eth/trie.h.
 */
#ifndef MO_ETH_TRIE_BUILD_H
#define MO_ETH_TRIE_BUILD_H

#include "base/bytes.h"
#include "base/limits.h"
#include "base/verdict.h"

/* In the order in which an entry is judged. */
#define MO_TRIE_BUILD_VERDICTS(X)                                                                            \
    X(MO_TRIE_BUILD_OK, "Ok", "")                                                                            \
    /* a key of more than MO_TRIE_KEY_BYTES_MAX bytes */                                                     \
    X(MO_TRIE_BUILD_KEY_LONG, "TrieBuildKeyLong", "")                                                        \
    /* an entry without value: a trie does not hold it */                                                    \
    X(MO_TRIE_BUILD_VALUE_EMPTY, "TrieBuildValueEmpty", "")                                                  \
    /* two entries of one key */                                                                             \
    X(MO_TRIE_BUILD_KEY_TWICE, "TrieBuildKeyTwice", "")                                                      \
    /* the nodes of a proof do not fit the memory given */                                                   \
    X(MO_TRIE_BUILD_FULL, "TrieBuildFull", "")

typedef enum { MO_TRIE_BUILD_VERDICTS(MO_VERDICT_CODE) } mo_trie_build_verdict_t;

const char *mo_trie_build_verdict_name(mo_trie_build_verdict_t verdict);

/* One entry, borrowed. */
typedef struct {
    mo_bytes_t key;
    mo_bytes_t value;
} mo_trie_entry_t;

/* Entries, in memory that the calls below reorder. */
typedef struct {
    mo_trie_entry_t *entries;
    size_t count;
} mo_trie_entries_t;

/* Where a proof's nodes go: the bytes to `bytes`, a view of each to `nodes`. */
typedef struct {
    mo_buffer_t *bytes;
    mo_bytes_t *nodes;
    size_t capacity; /* of `nodes` */
    size_t count;    /* nodes written */
} mo_trie_nodes_t;

/* The root of these entries; that of none is MO_TRIE_EMPTY_ROOT. Zero on a refusal. */
MO_MUST_USE mo_trie_build_verdict_t mo_trie_root(mo_trie_entries_t trie, mo_hash_t *root);

/* The same, and the nodes that show for every key of `asked` what the trie holds, each node once: parents
 * before children, lower nibbles before higher, which for one key is eth_getProof's order from the root down.
 * For each of `asked`, `value` comes back as what the trie holds for `key`, empty for nothing. It is reordered
 * too; keys may stand in it twice. On a refusal `out` holds no node, its buffer is as it was (or overflown) and
 * the values are empty. The empty trie has no node. */
MO_MUST_USE mo_trie_build_verdict_t mo_trie_prove(mo_trie_entries_t trie, mo_trie_entries_t asked,
                                                  mo_trie_nodes_t *out, mo_hash_t *root);

/* Makes the trie a secure one: each key becomes its keccak256, kept in `hashes`, which has room for one per
 * entry and must live as long as the entries. */
void mo_trie_hash_keys(mo_trie_entries_t trie, mo_hash_t *hashes);

#endif
