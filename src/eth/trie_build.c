#include "eth/trie_build.h"

#include <string.h>

#include "base/check.h"
#include "eth/keccak.h"
#include "eth/rlp.h"
#include "eth/trie_parts.h"

/* Where a key goes on from a branch: nowhere, as it ends there, or by one of sixteen nibbles. */
#define WAYS     (1 + MO_TRIE_BRANCH_WAYS)
#define WAY_ENDS 0

/* How a parent names a child: its hash as an RLP string, or the child itself when it is shorter. */
#define NAME_MAX       33
#define NODE_NAMED_MIN 32

/* A path's flags, and a nibble of each half byte. */
#define PATH_MAX (1 + MO_TRIE_KEY_BYTES_MAX)

/* Prefix of the node, prefix and bytes of a path or all children of a branch, prefix and bytes of a value. */
#define PIECES_MAX 5

typedef struct {
    uint8_t bytes[NAME_MAX];
    size_t size;
} name_t;

/* A trie being built. */
typedef struct {
    mo_trie_nodes_t *out;            /* NULL when no proof is wanted */
    mo_trie_build_verdict_t verdict; /* the first refusal, which stays */
    mo_hash_t root;
} build_t;

/* A node to be built: the entries that lie below it, the keys asked for that lead to it, and the nibbles that
 * all of them have behind them. */
typedef struct {
    mo_trie_entries_t held;
    mo_trie_entries_t asked;
    size_t depth;
} place_t;

/* A node's encoding, in pieces that lie apart. */
typedef struct {
    mo_bytes_t piece[PIECES_MAX];
    size_t count;
    size_t size;
    uint8_t prefix[2][MO_RLP_PREFIX_BYTES_MAX];
    uint8_t list_prefix[MO_RLP_PREFIX_BYTES_MAX];
} node_t;

const char *mo_trie_build_verdict_name(mo_trie_build_verdict_t verdict)
{
    switch (verdict) {
        MO_TRIE_BUILD_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

static void refuse(build_t *build, mo_trie_build_verdict_t verdict)
{
    if (build->verdict == MO_TRIE_BUILD_OK) {
        build->verdict = verdict;
    }
}

/* ---- Dividing entries ---- */

static size_t nibbles_of(const mo_trie_entry_t *entry)
{
    return 2 * entry->key.size;
}

static size_t way_of(const mo_trie_entry_t *entry, size_t depth)
{
    return nibbles_of(entry) == depth ? WAY_ENDS : (size_t)1 + mo_trie_nibble(entry->key, depth);
}

static void swap(mo_trie_entry_t *a, mo_trie_entry_t *b)
{
    mo_trie_entry_t c = *a;
    *a = *b;
    *b = c;
}

/* Brings entries of one way together, lower ways first; start[w] to start[w + 1] are those of way w. Each
 * entry moves at most once to its own way's next free place (an American flag sort). */
static void divide(mo_trie_entries_t all, size_t depth, size_t start[WAYS + 1])
{
    size_t next[WAYS] = {0};
    for (size_t i = 0; i < all.count; i++) {
        next[way_of(&all.entries[i], depth)]++;
    }
    start[0] = 0;
    for (size_t w = 0; w < WAYS; w++) {
        start[w + 1] = start[w] + next[w];
        next[w] = start[w];
    }
    for (size_t w = 0; w < WAYS; w++) {
        while (next[w] < start[w + 1]) {
            size_t home = way_of(&all.entries[next[w]], depth);
            swap(&all.entries[next[w]], &all.entries[next[home]]);
            next[home]++;
        }
    }
}

/* Nibbles from `depth` on that two keys share. */
static size_t shared_nibbles(const mo_trie_entry_t *a, const mo_trie_entry_t *b, size_t depth, size_t most)
{
    size_t shared = 0;
    while (shared < most && depth + shared < nibbles_of(b) &&
           mo_trie_nibble(a->key, depth + shared) == mo_trie_nibble(b->key, depth + shared)) {
        shared++;
    }
    return shared;
}

/* Nibbles from `depth` on that all entries share. */
static size_t shared_by_all(mo_trie_entries_t all, size_t depth)
{
    size_t shared = nibbles_of(&all.entries[0]) - depth;
    for (size_t i = 1; i < all.count && shared > 0; i++) {
        shared = shared_nibbles(&all.entries[0], &all.entries[i], depth, shared);
    }
    return shared;
}

/* Those of `asked` that go on as `entry` does for `length` nibbles, brought to the front. */
static mo_trie_entries_t followers(mo_trie_entries_t asked, const mo_trie_entry_t *entry, size_t depth,
                                   size_t length)
{
    size_t count = 0;
    for (size_t i = 0; i < asked.count; i++) {
        if (shared_nibbles(entry, &asked.entries[i], depth, length) == length) {
            swap(&asked.entries[i], &asked.entries[count++]);
        }
    }
    return (mo_trie_entries_t){asked.entries, count};
}

static void answer(mo_trie_entries_t asked, mo_bytes_t value)
{
    for (size_t i = 0; i < asked.count; i++) {
        asked.entries[i].value = value;
    }
}

/* ---- Writing a node ---- */

static void add_piece(node_t *node, mo_bytes_t bytes)
{
    node->piece[node->count++] = bytes;
    node->size += bytes.size;
}

/* A string, as the node's first or second item. */
static void add_string(node_t *node, size_t item, mo_bytes_t bytes)
{
    if (bytes.size != 1 || bytes.data[0] >= 0x80) {
        size_t size = mo_rlp_prefix(MO_RLP_STRING, bytes.size, node->prefix[item]);
        add_piece(node, (mo_bytes_t){node->prefix[item], size});
    }
    add_piece(node, bytes);
}

/* The hex-prefix form of the nibbles of `key` from `first` up to `end`. */
static mo_bytes_t write_path(mo_bytes_t key, size_t first, size_t end, bool is_leaf, uint8_t path[PATH_MAX])
{
    bool odd = (end - first) % 2 == 1;
    uint8_t flags = (uint8_t)((odd ? MO_TRIE_PATH_ODD : 0) | (is_leaf ? MO_TRIE_PATH_LEAF : 0));
    path[0] = (uint8_t)(flags << 4 | (odd ? mo_trie_nibble(key, first) : 0));
    size_t size = 1;
    for (size_t i = first + odd; i < end; i += 2) {
        path[size++] = (uint8_t)(mo_trie_nibble(key, i) << 4 | mo_trie_nibble(key, i + 1));
    }
    return (mo_bytes_t){path, size};
}

/* Adds the node to the proof. */
static void emit(build_t *build, const node_t *node)
{
    mo_trie_nodes_t *out = build->out;
    size_t start = out->bytes->size;
    for (size_t i = 0; i < node->count; i++) {
        mo_buffer_put(out->bytes, node->piece[i]);
    }
    if (out->bytes->overflown || out->count == out->capacity) {
        refuse(build, MO_TRIE_BUILD_FULL);
        return;
    }
    out->nodes[out->count++] = (mo_bytes_t){out->bytes->data + start, node->size};
}

static mo_hash_t hash_node(const node_t *node)
{
    mo_keccak_t keccak = mo_keccak();
    for (size_t i = 0; i < node->count; i++) {
        mo_keccak_put(&keccak, node->piece[i]);
    }
    return mo_keccak_hash(&keccak);
}

static name_t name_by_hash(const mo_hash_t *hash)
{
    name_t name = {.bytes = {0xa0}, .size = NAME_MAX};
    memcpy(name.bytes + 1, hash->bytes, sizeof hash->bytes);
    return name;
}

static name_t name_by_itself(const node_t *node)
{
    name_t name;
    mo_buffer_t bytes = MO_BUFFER(name.bytes);
    for (size_t i = 0; i < node->count; i++) {
        mo_buffer_put(&bytes, node->piece[i]);
    }
    name.size = bytes.size;
    return name;
}

/* Closes the node's list; a node that a parent names by hash, or that is the root, has its hash taken and
 * its place in the proof. */
static name_t seal(build_t *build, const place_t *at, node_t *node)
{
    size_t size = mo_rlp_prefix(MO_RLP_LIST, node->size, node->list_prefix);
    node->piece[0] = (mo_bytes_t){node->list_prefix, size};
    node->size += size;
    bool is_root = at->depth == 0;
    if (node->size < NODE_NAMED_MIN && !is_root) {
        return name_by_itself(node);
    }
    if (at->asked.count > 0) {
        emit(build, node);
    }
    build->root = hash_node(node);
    return name_by_hash(&build->root);
}

/* A node whose first piece is left for its prefix. */
static node_t open_node(void)
{
    return (node_t){.count = 1};
}

/* ---- The three kinds ---- */

static name_t build_leaf(build_t *build, const place_t *at)
{
    const mo_trie_entry_t *entry = &at->held.entries[0];
    size_t rest = nibbles_of(entry) - at->depth;
    mo_trie_entries_t same = followers(at->asked, entry, at->depth, rest);
    for (size_t i = 0; i < same.count; i++) {
        if (nibbles_of(&same.entries[i]) == nibbles_of(entry)) {
            same.entries[i].value = entry->value;
        }
    }
    uint8_t path[PATH_MAX];
    node_t node = open_node();
    add_string(&node, 0, write_path(entry->key, at->depth, nibbles_of(entry), true, path));
    add_string(&node, 1, entry->value);
    return seal(build, at, &node);
}

static name_t build_node(build_t *build, const place_t *at);

static mo_trie_entries_t part(mo_trie_entries_t all, const size_t start[WAYS + 1], size_t way)
{
    size_t count = start[way + 1] - start[way];
    return (mo_trie_entries_t){count > 0 ? all.entries + start[way] : NULL, count};
}

/* Children from the last to the first, so that nodes come out in the reverse of a proof's order; their names
 * are written from the end of `names` to its front. Returns where they begin. */
static size_t name_children(build_t *build, const place_t *at, const size_t held[WAYS + 1],
                            uint8_t names[MO_TRIE_BRANCH_WAYS * NAME_MAX])
{
    size_t asked[WAYS + 1];
    divide(at->asked, at->depth, asked);
    answer(part(at->asked, asked, WAY_ENDS),
           held[1] > 0 ? at->held.entries[0].value : (mo_bytes_t){NULL, 0});
    size_t front = MO_TRIE_BRANCH_WAYS * NAME_MAX;
    for (size_t way = MO_TRIE_BRANCH_WAYS; way > WAY_ENDS; way--) {
        place_t below = {part(at->held, held, way), part(at->asked, asked, way), at->depth + 1};
        name_t name = {.bytes = {0x80}, .size = 1};
        if (below.held.count > 0) {
            name = build_node(build, &below);
        }
        front -= name.size;
        memcpy(names + front, name.bytes, name.size);
    }
    return front;
}

static name_t build_branch(build_t *build, const place_t *at)
{
    size_t held[WAYS + 1];
    divide(at->held, at->depth, held);
    if (held[1] > 1) {
        refuse(build, MO_TRIE_BUILD_KEY_TWICE);
        return (name_t){.size = 0};
    }
    uint8_t names[MO_TRIE_BRANCH_WAYS * NAME_MAX];
    size_t front = name_children(build, at, held, names);
    node_t node = open_node();
    add_piece(&node, (mo_bytes_t){names + front, sizeof names - front});
    add_string(&node, 1, held[1] > 0 ? at->held.entries[0].value : (mo_bytes_t){NULL, 0});
    return seal(build, at, &node);
}

static name_t build_extension(build_t *build, const place_t *at, size_t length)
{
    const mo_trie_entry_t *entry = &at->held.entries[0];
    uint8_t path[PATH_MAX];
    mo_bytes_t encoded = write_path(entry->key, at->depth, at->depth + length, false, path);
    place_t below = {at->held, followers(at->asked, entry, at->depth, length), at->depth + length};
    name_t child = build_branch(build, &below);
    node_t node = open_node();
    add_string(&node, 0, encoded);
    add_piece(&node, (mo_bytes_t){child.bytes, child.size});
    return seal(build, at, &node);
}

static name_t build_node(build_t *build, const place_t *at)
{
    if (at->held.count == 1) {
        return build_leaf(build, at);
    }
    size_t shared = shared_by_all(at->held, at->depth);
    return shared > 0 ? build_extension(build, at, shared) : build_branch(build, at);
}

/* ---- The whole trie ---- */

static mo_trie_build_verdict_t judge_entries(mo_trie_entries_t trie)
{
    for (size_t i = 0; i < trie.count; i++) {
        if (trie.entries[i].key.size > MO_TRIE_KEY_BYTES_MAX) {
            return MO_TRIE_BUILD_KEY_LONG;
        }
        if (trie.entries[i].value.size == 0) {
            return MO_TRIE_BUILD_VALUE_EMPTY;
        }
    }
    return MO_TRIE_BUILD_OK;
}

static mo_trie_build_verdict_t judge_asked(mo_trie_entries_t asked)
{
    for (size_t i = 0; i < asked.count; i++) {
        if (asked.entries[i].key.size > MO_TRIE_KEY_BYTES_MAX) {
            return MO_TRIE_BUILD_KEY_LONG;
        }
    }
    return MO_TRIE_BUILD_OK;
}

/* The root is finished last, so `root` is its hash at the end. */
static void build_all(build_t *build, mo_trie_entries_t trie, mo_trie_entries_t asked)
{
    build->root = MO_TRIE_EMPTY_ROOT;
    refuse(build, judge_entries(trie));
    refuse(build, judge_asked(asked));
    if (build->verdict == MO_TRIE_BUILD_OK && trie.count > 0) {
        place_t top = {trie, asked, 0};
        (void)build_node(build, &top);
    }
    if (build->verdict != MO_TRIE_BUILD_OK) {
        build->root = (mo_hash_t){{0}};
    }
}

static void reverse(mo_bytes_t *nodes, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        mo_bytes_t node = nodes[i];
        nodes[i] = nodes[count - 1 - i];
        nodes[count - 1 - i] = node;
    }
}

mo_trie_build_verdict_t mo_trie_root(mo_trie_entries_t trie, mo_hash_t *root)
{
    build_t build = {.verdict = MO_TRIE_BUILD_OK};
    build_all(&build, trie, (mo_trie_entries_t){NULL, 0});
    *root = build.root;
    return build.verdict;
}

mo_trie_build_verdict_t mo_trie_prove(mo_trie_entries_t trie, mo_trie_entries_t asked, mo_trie_nodes_t *out,
                                      mo_hash_t *root)
{
    size_t start = out->bytes->size;
    build_t build = {.out = out, .verdict = MO_TRIE_BUILD_OK};
    out->count = 0;
    answer(asked, (mo_bytes_t){NULL, 0});
    build_all(&build, trie, asked);
    if (build.verdict != MO_TRIE_BUILD_OK) {
        out->bytes->size = start;
        out->count = 0;
        answer(asked, (mo_bytes_t){NULL, 0});
    }
    reverse(out->nodes, out->count);
    *root = build.root;
    return build.verdict;
}

void mo_trie_hash_keys(mo_trie_entries_t trie, mo_hash_t *hashes)
{
    for (size_t i = 0; i < trie.count; i++) {
        hashes[i] = mo_keccak256(trie.entries[i].key);
        trie.entries[i].key = mo_hash_view(&hashes[i]);
    }
}
