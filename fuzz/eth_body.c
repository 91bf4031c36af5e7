/* Lists of a block: length (1) and bytes of each item. Every item is proven at its index under the root of the list, and none
 * behind the last; requests have a hash exactly when their types ascend.
 */
#include "base/check.h"
#include "eth/body.h"
#include "eth/rlp.h"
#include "eth/trie.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ITEMS_MAX 200
#define NODES_MAX 64

static mo_bytes_t items[ITEMS_MAX];
static mo_trie_entry_t entries[ITEMS_MAX];
static uint8_t keys[ITEMS_MAX][MO_BODY_KEY_BYTES];

static mo_body_list_t read_items(mo_bytes_t input)
{
    mo_body_list_t list = {items, 0};
    while (input.size > 0 && list.count < ITEMS_MAX) {
        size_t size = input.data[0] < input.size - 1 ? input.data[0] : input.size - 1;
        items[list.count++] = (mo_bytes_t){input.data + 1, size};
        input = (mo_bytes_t){input.data + 1 + size, input.size - 1 - size};
    }
    return list;
}

/* What the trie of the list has at an index. */
static mo_bytes_t proven_at(mo_body_list_t list, size_t index, const mo_hash_t *root)
{
    static uint8_t memory[1 << 16];
    static mo_bytes_t nodes[NODES_MAX];
    uint8_t key[MO_BODY_KEY_BYTES];
    mo_buffer_t text = MO_BUFFER(key);
    mo_rlp_writer_t writer = mo_rlp_writer(&text);
    mo_rlp_put_u64(&writer, index);
    MO_CHECK(mo_rlp_written(&writer));
    mo_trie_entry_t asked = {mo_buffer_view(&text), {NULL, 0}};
    mo_buffer_t bytes = MO_BUFFER(memory);
    mo_trie_nodes_t out = {&bytes, nodes, NODES_MAX, 0};
    mo_hash_t again;
    MO_CHECK(mo_trie_prove((mo_trie_entries_t){entries, list.count}, (mo_trie_entries_t){&asked, 1}, &out, &again) ==
            MO_TRIE_BUILD_OK);
    MO_CHECK(mo_hash_equal(root, &again));
    mo_trie_proof_t proof = {.root = *root, .key = mo_buffer_view(&text), .nodes = nodes, .count = out.count};
    mo_bytes_t value;
    mo_trie_verdict_t verdict = mo_trie_lookup(&proof, &value);
    MO_CHECK(verdict == MO_TRIE_PRESENT || verdict == MO_TRIE_ABSENT);
    return value;
}

static void check_requests(mo_body_list_t list)
{
    mo_hash_t hash;
    bool ascend = true;
    for (size_t i = 0; i < list.count; i++) {
        ascend = ascend && list.items[i].size > 0 && (i == 0 || list.items[i].data[0] > list.items[i - 1].data[0]);
    }
    MO_CHECK((mo_body_requests_hash(list, &hash) == MO_BODY_OK) == ascend);
    MO_CHECK(mo_hash_is_zero(&hash) == !ascend);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mo_body_room_t room = {entries, keys, ITEMS_MAX};
    mo_body_list_t list = read_items((mo_bytes_t){data, size});
    mo_hash_t root;
    check_requests(list);
    if (mo_body_root(list, &room, &root) != MO_BODY_OK) {
        MO_CHECK(mo_hash_is_zero(&root));
        return 0;
    }
    for (size_t i = 0; i < list.count; i += 1 + list.count / 8) {
        MO_CHECK(mo_bytes_equal(proven_at(list, i, &root), list.items[i]));
    }
    MO_CHECK(proven_at(list, list.count, &root).size == 0);
    return 0;
}
