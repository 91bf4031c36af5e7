/* Tries: a root from entries, in the forms of Ethereum's own tests (`in` an object, or a list of writes of which the last
 * of a key counts and null takes the key away), of derived_ops ({ops, root, secureRoot}) and of lists by index
 * ({items, root}). Nothing in {in, root} tells whether keys are hashed: one of the two roots it must be. A batch proof of
 * every key is made and verified too. */
#include <string.h>

#include "eth/body.h"
#include "eth/trie.h"
#include "eth/trie_batch.h"
#include "eth/trie_build.h"
#include "vectors/forms.h"

#define NODES_MAX 4096
#define BYTES_MAX (4u << 20)

/* ---- Entries ---- */

/* Texts are hexadecimal after 0x, and themselves otherwise. */
static mo_bytes_t read_text(mo_case_t *c, const json_t *value)
{
    mo_bytes_t raw = mo_read_raw(c, value);
    bool is_hex = raw.size >= 2 && memcmp(raw.data, "0x", 2) == 0;
    return is_hex ? mo_read_bytes(c, value) : raw;
}

/* Writes, or for no value takes away, what stands under a key. */
static void put(mo_trie_entries_t *trie, mo_bytes_t key, mo_bytes_t value)
{
    size_t at = 0;
    while (at < trie->count && !mo_bytes_equal(trie->entries[at].key, key)) {
        at++;
    }
    if (value.size > 0) {
        trie->entries[at] = (mo_trie_entry_t){key, value};
        trie->count += at == trie->count;
    } else if (at < trie->count) {
        trie->entries[at] = trie->entries[--trie->count];
    }
}

static mo_trie_entries_t room_for(mo_case_t *c, size_t count)
{
    return (mo_trie_entries_t){(mo_trie_entry_t *)(void *)mo_case_room(c, count * sizeof(mo_trie_entry_t)), 0};
}

static mo_trie_entries_t read_writes(mo_case_t *c, const json_t *writes)
{
    mo_trie_entries_t trie = room_for(c, json_array_size(writes));
    for (size_t i = 0; i < json_array_size(writes); i++) {
        const json_t *pair = json_array_get(writes, i);
        const json_t *value = json_array_get(pair, 1);
        mo_bytes_t nothing = {NULL, 0};
        mo_bytes_t key = read_text(c, json_array_get(pair, 0));
        put(&trie, key, value == NULL || json_is_null(value) ? nothing : read_text(c, value));
    }
    return trie;
}

static mo_trie_entries_t read_members(mo_case_t *c, const json_t *object)
{
    mo_trie_entries_t trie = room_for(c, json_object_size(object));
    const char *name;
    json_t *value;
    json_object_foreach ((json_t *)(uintptr_t)object, name, value) {
        json_t *key = json_string(name);
        mo_bytes_t text = read_text(c, key);
        uint8_t *kept = mo_case_room(c, text.size);
        memcpy(kept, text.data, text.size);
        put(&trie, (mo_bytes_t){kept, text.size}, read_text(c, value));
        json_decref(key);
    }
    return trie;
}

/* ---- What is demanded of entries ---- */

static mo_trie_entries_t copy(mo_case_t *c, mo_trie_entries_t trie)
{
    mo_trie_entries_t other = room_for(c, trie.count);
    memcpy(other.entries, trie.entries, trie.count * sizeof trie.entries[0]);
    other.count = trie.count;
    return other;
}

/* A batch of all keys proves them all. */
static bool proves_itself(mo_case_t *c, mo_trie_entries_t trie)
{
    mo_trie_entries_t asked = copy(c, trie);
    mo_buffer_t bytes = {mo_case_room(c, BYTES_MAX), 0, BYTES_MAX, false};
    mo_trie_nodes_t out = {&bytes, (mo_bytes_t *)(void *)mo_case_room(c, NODES_MAX * sizeof(mo_bytes_t)), NODES_MAX, 0};
    mo_hash_t root;
    if (mo_trie_prove(trie, asked, &out, &root) != MO_TRIE_BUILD_OK) {
        return false;
    }
    mo_bytes_t *keys = (mo_bytes_t *)(void *)mo_case_room(c, trie.count * sizeof(mo_bytes_t));
    mo_bytes_t *values = (mo_bytes_t *)(void *)mo_case_room(c, trie.count * sizeof(mo_bytes_t));
    for (size_t i = 0; i < trie.count; i++) {
        keys[i] = trie.entries[i].key;
    }
    mo_trie_batch_t batch = {root, keys, trie.count, false, out.nodes, out.count};
    mo_trie_known_t *known = (mo_trie_known_t *)(void *)mo_case_room(c, out.count * sizeof *known);
    if (mo_trie_lookup_all(&batch, known, values) != MO_TRIE_PRESENT) {
        return false;
    }
    for (size_t i = 0; i < trie.count; i++) {
        if (!mo_bytes_equal(values[i], trie.entries[i].value)) {
            return false;
        }
    }
    return true;
}

static bool has_root(mo_case_t *c, mo_trie_entries_t trie, bool secure, const mo_hash_t *expected)
{
    mo_trie_entries_t built = copy(c, trie);
    mo_hash_t root;
    if (secure) {
        mo_trie_hash_keys(built, (mo_hash_t *)(void *)mo_case_room(c, built.count * sizeof(mo_hash_t)));
    }
    return mo_trie_root(built, &root) == MO_TRIE_BUILD_OK && mo_hash_equal(&root, expected) && proves_itself(c, built);
}

/* ---- {in, root} ---- */

bool mo_fits_trie_test(const mo_case_t *c)
{
    const json_t *in = mo_case_member(c, "in");
    return (json_is_array(in) || json_is_object(in)) && mo_has(c->value, "root");
}

mo_result_t mo_judge_trie_test(mo_case_t *c)
{
    const json_t *in = mo_case_member(c, "in");
    mo_hash_t root = mo_case_hash(c, "root");
    mo_trie_entries_t trie = json_is_array(in) ? read_writes(c, in) : read_members(c, in);
    MO_EXPECT(c, has_root(c, trie, false, &root) || has_root(c, trie, true, &root));
    return mo_case_end(c);
}

/* ---- {ops, root, secureRoot} ---- */

bool mo_fits_trie_ops(const mo_case_t *c)
{
    return json_is_array(mo_case_member(c, "ops")) && mo_has(c->value, "root") && mo_has(c->value, "secureRoot");
}

mo_result_t mo_judge_trie_ops(mo_case_t *c)
{
    mo_trie_entries_t trie = read_writes(c, mo_case_member(c, "ops"));
    mo_hash_t root = mo_case_hash(c, "root");
    mo_hash_t secure_root = mo_case_hash(c, "secureRoot");
    MO_EXPECT(c, trie.count == mo_case_u64(c, "remaining"));
    MO_EXPECT(c, has_root(c, trie, false, &root));
    MO_EXPECT(c, has_root(c, trie, true, &secure_root));
    return mo_case_end(c);
}

/* ---- {items, root} ---- */

bool mo_fits_trie_index(const mo_case_t *c)
{
    return json_is_array(mo_case_member(c, "items")) && mo_has(c->value, "root");
}

mo_result_t mo_judge_trie_index(mo_case_t *c)
{
    mo_list_t list = mo_case_list(c, "items");
    mo_hash_t expected = mo_case_hash(c, "root");
    mo_hash_t root;
    mo_body_room_t room = mo_case_body_room(c, list.count);
    MO_EXPECT(c, mo_body_root((mo_body_list_t){list.items, list.count}, &room, &root) == MO_BODY_OK);
    MO_EXPECT(c, mo_hash_equal(&root, &expected));
    return mo_case_end(c);
}

/* ---- Order: {in: [texts], tests: [[text, previous, next]]} ---- */

bool mo_fits_trie_order(const mo_case_t *c)
{
    return json_is_array(mo_case_member(c, "in")) && json_is_array(mo_case_member(c, "tests"));
}

/* The greatest key below `text`, or the least above it; "" for none. */
static mo_bytes_t neighbour(mo_trie_entries_t sorted, mo_bytes_t text, bool above)
{
    mo_bytes_t found = {NULL, 0};
    for (size_t i = 0; i < sorted.count; i++) {
        mo_bytes_t key = sorted.entries[above ? sorted.count - 1 - i : i].key;
        size_t size = key.size < text.size ? key.size : text.size;
        int order = size == 0 ? 0 : memcmp(key.data, text.data, size);
        order = order != 0 ? order : (key.size > text.size) - (key.size < text.size);
        found = (above ? order > 0 : order < 0) ? key : found;
    }
    return found;
}

/* Building sorts: the neighbours of a text are found in the entries afterwards. */
mo_result_t mo_judge_trie_order(mo_case_t *c)
{
    const json_t *in = mo_case_member(c, "in");
    const json_t *tests = mo_case_member(c, "tests");
    mo_trie_entries_t trie = room_for(c, json_array_size(in));
    for (size_t i = 0; i < json_array_size(in); i++) {
        mo_bytes_t text = mo_read_raw(c, json_array_get(in, i));
        put(&trie, text, text);
    }
    mo_hash_t root;
    MO_EXPECT(c, mo_trie_root(trie, &root) == MO_TRIE_BUILD_OK);
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *row = json_array_get(tests, i);
        mo_bytes_t text = mo_read_raw(c, json_array_get(row, 0));
        MO_EXPECT(c, mo_bytes_equal(neighbour(trie, text, false), mo_read_raw(c, json_array_get(row, 1))));
        MO_EXPECT(c, mo_bytes_equal(neighbour(trie, text, true), mo_read_raw(c, json_array_get(row, 2))));
    }
    return mo_case_end(c);
}
