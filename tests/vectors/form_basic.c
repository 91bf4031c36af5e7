/* {genesis_rlp_hex, genesis_state_root, genesis_hash}: main net's first block; and {seq, term, out}: paths in hex-prefix
 * form, which are sought in the nodes of a trie that has them. */
#include <string.h>

#include "eth/header.h"
#include "eth/rlp.h"
#include "eth/trie_build.h"
#include "vectors/forms.h"

bool mo_fits_genesis(const mo_case_t *c)
{
    return mo_has(c->value, "genesis_rlp_hex") && mo_has(c->value, "genesis_hash");
}

mo_result_t mo_judge_genesis(mo_case_t *c)
{
    mo_hash_t state_root = mo_case_hash(c, "genesis_state_root");
    mo_hash_t expected = mo_case_hash(c, "genesis_hash");
    mo_rlp_reader_t in = mo_rlp_reader(mo_case_bytes(c, "genesis_rlp_hex"));
    mo_rlp_enter_list(&in);
    mo_header_t header;
    mo_hash_t hash;
    MO_EXPECT(c, mo_header_decode(mo_rlp_read_item(&in).whole, &header) == MO_HEADER_OK);
    MO_EXPECT(c, mo_header_hash(&header, &hash) && mo_hash_equal(&hash, &expected));
    MO_EXPECT(c, mo_hash_equal(&header.state_root, &state_root) && header.number == 0);
    return mo_case_end(c);
}

/* ---- {seq, term, out} ---- */

#define NIBBLES_MAX (2 * MO_TRIE_KEY_BYTES_MAX)

bool mo_fits_hex_prefix(const mo_case_t *c)
{
    return json_is_array(mo_case_member(c, "seq")) && mo_has(c->value, "term") && mo_has(c->value, "out");
}

/* A key of the nibbles `before` (or none, when above 15), the sequence, and then two nibbles or one `after`. */
static mo_bytes_t make_key(mo_case_t *c, unsigned before, unsigned after)
{
    const json_t *sequence = mo_case_member(c, "seq");
    uint8_t nibble[NIBBLES_MAX] = {0};
    size_t count = 0;
    if (before < 16) {
        nibble[count++] = (uint8_t)before;
    }
    for (size_t i = 0; i < json_array_size(sequence) && count + 3 < NIBBLES_MAX; i++) {
        nibble[count++] = (uint8_t)(mo_read_u64(c, json_array_get(sequence, i)) & 15);
    }
    if (after < 16) {
        nibble[count++] = (uint8_t)after;
    }
    count += count % 2;
    uint8_t *key = mo_case_room(c, count / 2);
    for (size_t i = 0; i < count / 2; i++) {
        key[i] = (uint8_t)(nibble[2 * i] << 4 | nibble[2 * i + 1]);
    }
    return (mo_bytes_t){key, count / 2};
}

static bool contains(mo_bytes_t bytes, mo_bytes_t part)
{
    for (size_t i = 0; i + part.size <= bytes.size; i++) {
        if (memcmp(bytes.data + i, part.data, part.size) == 0) {
            return true;
        }
    }
    return false;
}

/* A leaf's path: alone for an even number of nibbles, below a branch for an odd one. An extension's: above a branch. */
mo_result_t mo_judge_hex_prefix(mo_case_t *c)
{
    bool is_leaf = json_is_true(mo_case_member(c, "term"));
    bool odd = json_array_size(mo_case_member(c, "seq")) % 2 == 1;
    mo_bytes_t value = {(const uint8_t *)"a value that makes its leaf a node", 34};
    mo_trie_entry_t entries[2];
    for (unsigned i = 0; i < 2; i++) {
        entries[i] = (mo_trie_entry_t){make_key(c, is_leaf && odd ? i : 16, is_leaf ? 16 : i), value};
    }
    mo_trie_entry_t asked = entries[0];
    uint8_t memory[2048];
    mo_bytes_t nodes[8];
    mo_buffer_t bytes = MO_BUFFER(memory);
    mo_trie_nodes_t out = {&bytes, nodes, 8, 0};
    mo_hash_t root;
    mo_trie_entries_t trie = {entries, is_leaf && !odd ? 1 : 2};
    MO_EXPECT(c, mo_trie_prove(trie, (mo_trie_entries_t){&asked, 1}, &out, &root) == MO_TRIE_BUILD_OK);
    MO_EXPECT(c, contains(mo_buffer_view(&bytes), mo_case_bytes(c, "out")));
    return mo_case_end(c);
}
