#include "eth/trie.h"

#include "base/check.h"
#include "eth/keccak.h"
#include "eth/rlp.h"
#include "eth/trie_parts.h"

#define BRANCH_ITEMS (MO_TRIE_BRANCH_WAYS + 1)
#define PATH_ITEMS   2

const mo_hash_t MO_TRIE_EMPTY_ROOT = {{0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6, 0xff, 0x83, 0x45,
                                       0xe6, 0x92, 0xc0, 0xf8, 0x6e, 0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c,
                                       0xad, 0xc0, 0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21}};

const char *mo_trie_verdict_name(mo_trie_verdict_t verdict)
{
    switch (verdict) {
        MO_TRIE_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

/* ---- Nodes ---- */

/* A path: nibbles `first` to `count` of bytes, high nibble first. A key is one that begins at nibble 0. */
typedef struct {
    mo_bytes_t bytes;
    size_t first;
    size_t count;
    bool is_leaf;
} path_t;

/* A node that is being judged, with its items: 17 of a branch, or 2 of an extension or leaf. */
typedef struct {
    mo_rlp_item_t item[BRANCH_ITEMS];
    size_t count;
} node_t;

/* How one child is named in its parent. */
typedef enum { CHILD_EMPTY, CHILD_HASH, CHILD_EMBEDDED, CHILD_BAD } child_kind_t;

/* A walk down from the root. */
typedef struct {
    const mo_trie_question_t *question;
    size_t depth;         /* nibbles of the key behind us */
    bool below_extension; /* the node at hand is an extension's child, so it must be a branch */
    mo_rlp_item_t child;  /* where the way leads on */
    mo_bytes_t value;     /* where the way ends */
} walk_t;

/* What one node says: the way leads on, or ends in an answer or in a refusal (`verdict`). */
typedef struct {
    bool leads_on;
    mo_trie_verdict_t verdict;
} step_t;

static step_t lead_on(void)
{
    return (step_t){.leads_on = true};
}

static step_t end_with(mo_trie_verdict_t verdict)
{
    return (step_t){.leads_on = false, .verdict = verdict};
}

static size_t key_nibbles(const walk_t *walk)
{
    return 2 * walk->question->key.size;
}

static child_kind_t child_kind(const mo_rlp_item_t *child)
{
    if (child->kind == MO_RLP_LIST) {
        return child->whole.size < 32 ? CHILD_EMBEDDED : CHILD_BAD;
    }
    if (child->payload.size == 0) {
        return CHILD_EMPTY;
    }
    return child->payload.size == 32 ? CHILD_HASH : CHILD_BAD;
}

static mo_trie_verdict_t parse_path(mo_bytes_t encoded, path_t *path)
{
    uint8_t flags = encoded.size > 0 ? encoded.data[0] >> 4 : UINT8_MAX;
    if (flags > (MO_TRIE_PATH_ODD | MO_TRIE_PATH_LEAF)) {
        return MO_TRIE_PATH;
    }
    bool odd = (flags & MO_TRIE_PATH_ODD) != 0;
    if (!odd && (encoded.data[0] & 15) != 0) {
        return MO_TRIE_PATH;
    }
    size_t first = odd ? 1 : 2;
    *path = (path_t){encoded, first, 2 * encoded.size - first, (flags & MO_TRIE_PATH_LEAF) != 0};
    return MO_TRIE_PRESENT;
}

/* Whether the key goes on with the whole path. */
static bool key_follows(const walk_t *walk, const path_t *path)
{
    if (path->count > key_nibbles(walk) - walk->depth) {
        return false;
    }
    for (size_t i = 0; i < path->count; i++) {
        if (mo_trie_nibble(walk->question->key, walk->depth + i) != mo_trie_nibble(path->bytes, path->first + i)) {
            return false;
        }
    }
    return true;
}

/* The node of the empty trie. Only a root can be it: a child is a list, or has 32 bytes at least. */
static bool is_empty_node(mo_bytes_t encoded)
{
    static const uint8_t empty_node[] = {0x80};
    return mo_bytes_equal(encoded, MO_BYTES(empty_node));
}

/* Splits a node, canonical already, into its items. */
static mo_trie_verdict_t split_node(mo_bytes_t encoded, node_t *node)
{
    mo_rlp_reader_t in = mo_rlp_reader(encoded);
    mo_rlp_enter_list(&in);
    node->count = 0;
    while (mo_rlp_more(&in) && node->count < BRANCH_ITEMS) {
        node->item[node->count++] = mo_rlp_read_item(&in);
    }
    bool whole = in.verdict == MO_RLP_OK && !mo_rlp_more(&in);
    if (!whole || (node->count != BRANCH_ITEMS && node->count != PATH_ITEMS)) {
        return MO_TRIE_NODE_SHAPE;
    }
    return MO_TRIE_PRESENT;
}

/* ---- One step ---- */

/* A branch's sixteen children and its value, by form; at least two must be there. */
static mo_trie_verdict_t judge_branch(const node_t *node)
{
    unsigned taken = 0;
    for (unsigned i = 0; i < BRANCH_ITEMS - 1; i++) {
        child_kind_t kind = child_kind(&node->item[i]);
        if (kind == CHILD_BAD) {
            return MO_TRIE_CHILD;
        }
        taken += kind != CHILD_EMPTY;
    }
    const mo_rlp_item_t *value = &node->item[BRANCH_ITEMS - 1];
    if (value->kind == MO_RLP_LIST) {
        return MO_TRIE_NODE_SHAPE;
    }
    taken += value->payload.size > 0;
    return taken < 2 ? MO_TRIE_BRANCH : MO_TRIE_PRESENT;
}

static step_t step_branch(walk_t *walk, const node_t *node)
{
    mo_trie_verdict_t verdict = judge_branch(node);
    if (verdict != MO_TRIE_PRESENT) {
        return end_with(verdict);
    }
    mo_bytes_t value = node->item[BRANCH_ITEMS - 1].payload;
    bool key_ends = walk->depth == key_nibbles(walk);
    /* Where all keys have one length, a branch can neither end one nor lie behind its end. */
    if (walk->question->fixed_keys && (value.size > 0 || key_ends)) {
        return end_with(MO_TRIE_KEY_LENGTH);
    }
    if (key_ends) {
        walk->value = value;
        return end_with(value.size > 0 ? MO_TRIE_PRESENT : MO_TRIE_ABSENT);
    }
    walk->child = node->item[mo_trie_nibble(walk->question->key, walk->depth)];
    walk->depth++;
    return child_kind(&walk->child) == CHILD_EMPTY ? end_with(MO_TRIE_ABSENT) : lead_on();
}

static step_t step_leaf(walk_t *walk, const path_t *path, const mo_rlp_item_t *value)
{
    if (value->kind == MO_RLP_LIST) {
        return end_with(MO_TRIE_NODE_SHAPE);
    }
    if (value->payload.size == 0) {
        return end_with(MO_TRIE_VALUE_EMPTY);
    }
    bool same_length = walk->depth + path->count == key_nibbles(walk);
    if (walk->question->fixed_keys && !same_length) {
        return end_with(MO_TRIE_KEY_LENGTH);
    }
    if (!same_length || !key_follows(walk, path)) {
        return end_with(MO_TRIE_ABSENT);
    }
    walk->value = value->payload;
    return end_with(MO_TRIE_PRESENT);
}

static step_t step_extension(walk_t *walk, const path_t *path, const mo_rlp_item_t *child)
{
    if (child_kind(child) == CHILD_BAD) {
        return end_with(MO_TRIE_CHILD);
    }
    if (path->count == 0 || child_kind(child) == CHILD_EMPTY) {
        return end_with(MO_TRIE_EXTENSION);
    }
    /* The branch below takes one nibble more. */
    if (walk->question->fixed_keys && walk->depth + path->count >= key_nibbles(walk)) {
        return end_with(MO_TRIE_KEY_LENGTH);
    }
    if (!key_follows(walk, path)) {
        return end_with(MO_TRIE_ABSENT);
    }
    walk->depth += path->count;
    walk->child = *child;
    walk->below_extension = true;
    return lead_on();
}

static step_t step_path_node(walk_t *walk, const node_t *node)
{
    if (node->item[0].kind == MO_RLP_LIST) {
        return end_with(MO_TRIE_NODE_SHAPE);
    }
    path_t path;
    mo_trie_verdict_t verdict = parse_path(node->item[0].payload, &path);
    if (verdict != MO_TRIE_PRESENT) {
        return end_with(verdict);
    }
    return path.is_leaf ? step_leaf(walk, &path, &node->item[1])
                        : step_extension(walk, &path, &node->item[1]);
}

static step_t step(walk_t *walk, mo_bytes_t encoded)
{
    if (is_empty_node(encoded)) {
        return end_with(MO_TRIE_ABSENT);
    }
    node_t node;
    mo_trie_verdict_t verdict = split_node(encoded, &node);
    if (verdict != MO_TRIE_PRESENT) {
        return end_with(verdict);
    }
    bool must_branch = walk->below_extension;
    walk->below_extension = false;
    if (node.count == BRANCH_ITEMS) {
        return step_branch(walk, &node);
    }
    return must_branch ? end_with(MO_TRIE_EXTENSION) : step_path_node(walk, &node);
}

/* ---- The walk ---- */

mo_trie_verdict_t mo_trie_walk(const mo_trie_question_t *question, mo_trie_source_t *source,
                               mo_bytes_t *value)
{
    *value = (mo_bytes_t){NULL, 0};
    walk_t walk = {.question = question};
    mo_bytes_t encoded;
    mo_trie_verdict_t verdict = source->take(source, mo_hash_view(question->root), &encoded);
    while (verdict == MO_TRIE_PRESENT) {
        step_t at = step(&walk, encoded);
        if (!at.leads_on) {
            *value = walk.value;
            return at.verdict;
        }
        if (child_kind(&walk.child) == CHILD_HASH) {
            verdict = source->take(source, walk.child.payload, &encoded);
        } else {
            encoded = walk.child.whole;
        }
    }
    return verdict;
}

mo_trie_verdict_t mo_trie_judge_node(mo_bytes_t encoded, bool is_root)
{
    if (!is_root && encoded.size < 32) {
        return MO_TRIE_NODE_SHORT;
    }
    return mo_rlp_check(encoded) == MO_RLP_OK ? MO_TRIE_PRESENT : MO_TRIE_NOT_CANONICAL;
}

/* ---- One proof ---- */

/* Nodes hashed at once, a lane each. Not the whole proof: one that breaks early shall not cost all its hashes. */
#define HASHED_MAX 8

/* A proof's nodes, in the order in which they must be needed. */
typedef struct {
    mo_trie_source_t source; /* first, so that a source leads to its proof */
    const mo_trie_proof_t *proof;
    size_t used;
    mo_hash_t hash[HASHED_MAX]; /* of the nodes from the last multiple of HASHED_MAX on */
} nodes_t;

static size_t node_bytes_max(const nodes_t *nodes)
{
    return nodes->proof->of_state ? MO_STATE_NODE_BYTES_MAX : MO_TRIE_NODE_BYTES_MAX;
}

/* The hashes of the next nodes. One that is too long ends the walk before its hash is looked at. */
static void hash_ahead(nodes_t *nodes)
{
    mo_bytes_t ahead[HASHED_MAX];
    size_t count = 0;
    while (count < HASHED_MAX && nodes->used + count < nodes->proof->count) {
        mo_bytes_t node = nodes->proof->nodes[nodes->used + count];
        ahead[count++] = node.size > node_bytes_max(nodes) ? (mo_bytes_t){NULL, 0} : node;
    }
    mo_keccak256_many(ahead, count, nodes->hash);
}

/* Takes the proof's next node, which must hash to `hash`. */
static mo_trie_verdict_t take_next(mo_trie_source_t *source, mo_bytes_t hash, mo_bytes_t *encoded)
{
    nodes_t *nodes = (nodes_t *)(void *)source;
    bool is_root = nodes->used == 0;
    if (nodes->used == nodes->proof->count) {
        return MO_TRIE_TRUNCATED;
    }
    size_t at = nodes->used % HASHED_MAX;
    if (at == 0) {
        hash_ahead(nodes);
    }
    *encoded = nodes->proof->nodes[nodes->used++];
    if (encoded->size > node_bytes_max(nodes)) {
        return MO_TRIE_NODE_TOO_LONG;
    }
    if (!mo_bytes_equal(mo_hash_view(&nodes->hash[at]), hash)) {
        return MO_TRIE_HASH;
    }
    return mo_trie_judge_node(*encoded, is_root);
}

mo_trie_verdict_t mo_trie_lookup(const mo_trie_proof_t *proof, mo_bytes_t *value)
{
    *value = (mo_bytes_t){NULL, 0};
    if (proof->count > MO_TRIE_PROOF_NODES_MAX || proof->key.size > MO_TRIE_KEY_BYTES_MAX) {
        return MO_TRIE_TOO_LONG;
    }
    /* The one root that speaks without a node; with its node, 80, it is walked like any other. */
    if (proof->count == 0 && mo_hash_equal(&proof->root, &MO_TRIE_EMPTY_ROOT)) {
        return MO_TRIE_ABSENT;
    }
    nodes_t nodes; /* not its hashes, which are written before they are read */
    nodes.source = (mo_trie_source_t){take_next};
    nodes.proof = proof;
    nodes.used = 0;
    mo_trie_question_t question = {&proof->root, proof->key, proof->fixed_keys};
    mo_trie_verdict_t verdict = mo_trie_walk(&question, &nodes.source, value);
    bool answered = verdict == MO_TRIE_PRESENT || verdict == MO_TRIE_ABSENT;
    if (answered && nodes.used != proof->count) {
        *value = (mo_bytes_t){NULL, 0};
        return MO_TRIE_LEFTOVER;
    }
    return verdict;
}
