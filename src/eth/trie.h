/* Merkle-Patricia proofs: what a root says about a key.
 *
 * A trie maps keys to values and has one root hash. A proof is the list of nodes on the way from the root to
 * where the key leads, as eth_getProof gives them: every node that its parent names by hash, root first; a
 * child of less than 32 bytes stands inside its parent and has no entry of its own.
 *
 *     branch      [c0 .. c15, value]    one more nibble of the key picks a child, or the key ends here
 *     extension   [path, child]         the key goes on with these nibbles
 *     leaf        [path, value]         the key ends with these nibbles
 *
 * Both answers are facts about the root and both need a whole proof: the key HAS this value, or the key has
 * none because the way ends in an empty child, a leaf or an extension that leads elsewhere. A proof that
 * stops short of either is an error and never absence.
 *
 * The verifier is strict: the bytes that hash to the root must be the one form in which a trie writes them.
 * Everything else is refused with its own verdict, also where a lenient reader would still reach the right
 * value: so two different proofs of one fact do not exist.
 *
 *     mo_bytes_t value;
 *     mo_trie_proof_t proof = {.root = root, .key = mo_hash_view(&key), .nodes = nodes, .count = count};
 *     switch (mo_trie_lookup(&proof, &value)) { case MO_TRIE_PRESENT: ... case MO_TRIE_ABSENT: ... }
 *
 * For accounts and storage slots use eth/state.h, which hashes keys and decodes leaves.
 * Limits: MO_TRIE_PROOF_NODES_MAX nodes of MO_TRIE_NODE_BYTES_MAX bytes, keys of MO_TRIE_KEY_BYTES_MAX bytes.
 *
 * Floor 1, pure. Cost: one keccak per node, eight of them at once. Clauses 5.6, gateway 7.4.
 */
#ifndef MO_ETH_TRIE_H
#define MO_ETH_TRIE_H

#include "base/bytes.h"
#include "base/limits.h"
#include "base/verdict.h"

/* The first two are the two answers; all others are refusals, in the order of the checks. The contracts' TrieReader has
 * errors of the same names, and of one proof in a state trie both say the same (tests/proofs). */
#define MO_TRIE_VERDICTS(X)                                                                                  \
    X(MO_TRIE_PRESENT, "TriePresent", "")                                                                    \
    X(MO_TRIE_ABSENT, "TrieAbsent", "")                                                                      \
    /* more nodes, or a longer key, than the limits */                                                       \
    X(MO_TRIE_TOO_LONG, "TrieTooLong", "5.6")                                                                \
    /* the way leads on by hash and there is no further node */                                              \
    X(MO_TRIE_TRUNCATED, "TrieTruncated", "5.6")                                                             \
    /* a node longer than MO_TRIE_NODE_BYTES_MAX (MO_STATE_NODE_BYTES_MAX of a state trie) */                \
    X(MO_TRIE_NODE_TOO_LONG, "TrieNodeTooLong", "5.6")                                                       \
    /* a node that does not hash to what the root, or its parent, says */                                    \
    X(MO_TRIE_HASH, "TrieHash", "5.6")                                                                       \
    /* a node below the root that is named by hash though it has less than 32 bytes */                       \
    X(MO_TRIE_NODE_SHORT, "TrieNodeShort", "5.6")                                                            \
    /* a node that is not one canonical RLP item */                                                          \
    X(MO_TRIE_NOT_CANONICAL, "TrieNotCanonical", "5.6")                                                      \
    /* a node that is not a list of 2 or 17 items, or whose path or value is a list */                       \
    X(MO_TRIE_NODE_SHAPE, "TrieNodeShape", "5.6")                                                            \
    /* a child that is neither empty, nor a hash, nor a node of less than 32 bytes */                        \
    X(MO_TRIE_CHILD, "TrieChild", "5.6")                                                                     \
    /* a path without its flag nibble, with a flag above 3, or with padding that is not zero */              \
    X(MO_TRIE_PATH, "TriePath", "5.6")                                                                       \
    /* an extension without nibbles or without child, or one that leads to another extension or leaf */      \
    X(MO_TRIE_EXTENSION, "TrieExtension", "5.6")                                                             \
    /* a branch with less than two of its 17 places taken */                                                 \
    X(MO_TRIE_BRANCH, "TrieBranch", "5.6")                                                                   \
    /* a leaf without value */                                                                               \
    X(MO_TRIE_VALUE_EMPTY, "TrieValueEmpty", "5.6")                                                          \
    /* in a trie of keys of one length, a way that is shorter or longer than the key */                      \
    X(MO_TRIE_KEY_LENGTH, "TrieKeyLength", "5.6")                                                            \
    /* nodes after the one that gives the answer */                                                          \
    X(MO_TRIE_LEFTOVER, "TrieLeftover", "5.6")

typedef enum { MO_TRIE_VERDICTS(MO_VERDICT_CODE) } mo_trie_verdict_t;

const char *mo_trie_verdict_name(mo_trie_verdict_t verdict);

/* keccak256(80): the root of the trie without entries. No root is ever the zero hash. */
extern const mo_hash_t MO_TRIE_EMPTY_ROOT;

/* A proof, all of it borrowed. */
typedef struct {
    mo_hash_t root;          /* trusted: this is what everything else is checked against */
    mo_bytes_t key;          /* as it stands in the trie: hashed already where the trie hashes keys */
    bool fixed_keys;         /* all keys of this trie have the length of `key` (state and storage tries) */
    bool of_state;           /* no node is longer than MO_STATE_NODE_BYTES_MAX */
    const mo_bytes_t *nodes; /* hostile */
    size_t count;
} mo_trie_proof_t;

/* What the proof shows. MO_TRIE_PRESENT: `value` borrows from the proof's nodes and is not empty. Anything
 * else: `value` is empty. The empty trie needs no node, or its one node 80, to show absence of any key: the one
 * fact that has two proofs, as provers disagree. */
MO_MUST_USE mo_trie_verdict_t mo_trie_lookup(const mo_trie_proof_t *proof, mo_bytes_t *value);

#endif
