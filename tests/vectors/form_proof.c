/* Proofs: {root, key, proof, expect, value | claim}, keys as they stand in the trie. `strict`, where a case has it, is what
 * the strictest reader says, and ours must say the same. Some have the proof in two conventions: ours is that of
 * eth_getProof. Beside them alternative path encodings, and nodes along one path of main net. */
#include <string.h>

#include "eth/header.h"
#include "eth/keccak.h"
#include "eth/rlp.h"
#include "eth/trie.h"
#include "vectors/forms.h"

bool mo_fits_proof(const mo_case_t *c)
{
    return mo_has(c->value, "root") && mo_has(c->value, "key") && json_is_array(mo_case_member(c, "proof")) &&
           json_is_string(mo_case_member(c, "expect"));
}

static bool begins(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Whether a verdict is what `word` demands. */
static bool agrees(const char *word, mo_trie_verdict_t verdict)
{
    if (begins(word, "inclusion")) {
        return verdict == MO_TRIE_PRESENT;
    }
    if (begins(word, "exclusion")) {
        return verdict == MO_TRIE_ABSENT;
    }
    if (begins(word, "reject")) {
        return verdict != MO_TRIE_PRESENT && verdict != MO_TRIE_ABSENT;
    }
    return begins(word, "no-inclusion") && verdict != MO_TRIE_PRESENT;
}

/* The claim of a case: `value` or `claim`; nothing where it is null or missing. */
static mo_bytes_t claim_of(mo_case_t *c)
{
    const json_t *claim = mo_has(c->value, "value") ? mo_case_member(c, "value") : mo_case_member(c, "claim");
    return claim == NULL || json_is_null(claim) ? (mo_bytes_t){NULL, 0} : mo_read_bytes(c, claim);
}

mo_result_t mo_judge_proof(mo_case_t *c)
{
    mo_list_t nodes = mo_case_list(c, mo_has(c->value, "proofGethConvention") ? "proofGethConvention" : "proof");
    mo_trie_proof_t proof = {.root = mo_case_hash(c, "root"), .key = mo_case_bytes(c, "key"), .nodes = nodes.items, .count = nodes.count};
    const char *expect = mo_case_text(c, "expect");
    mo_bytes_t claim = claim_of(c);
    mo_bytes_t value;
    mo_trie_verdict_t verdict = mo_trie_lookup(&proof, &value);
    bool holds = (verdict == MO_TRIE_PRESENT || verdict == MO_TRIE_ABSENT) && mo_bytes_equal(value, claim);
    if (strcmp(expect, "claim-false") == 0) {
        MO_EXPECT(c, !holds);
    } else {
        MO_EXPECT(c, agrees(expect, verdict));
        MO_EXPECT(c, verdict != MO_TRIE_PRESENT || holds);
    }
    MO_EXPECT(c, !mo_has(c->value, "strict") || agrees(mo_case_text(c, "strict"), verdict));
    return mo_case_end(c);
}

/* ---- {canonical, alternates}: the paths of extensions ---- */

bool mo_fits_path(const mo_case_t *c)
{
    return mo_has(c->value, "canonical") && json_is_array(mo_case_member(c, "alternates"));
}

/* What the root [path, hash] says about a key. */
static mo_trie_verdict_t ask_extension(mo_bytes_t path, mo_bytes_t key)
{
    static const uint8_t hash[32] = {1};
    uint8_t memory[128];
    mo_buffer_t buffer = MO_BUFFER(memory);
    mo_rlp_writer_t out = mo_rlp_writer(&buffer);
    mo_rlp_open_list(&out);
    mo_rlp_put_bytes(&out, path);
    mo_rlp_put_bytes(&out, MO_BYTES(hash));
    mo_rlp_close_list(&out);
    mo_bytes_t node = mo_buffer_view(&buffer);
    mo_bytes_t value;
    mo_trie_proof_t proof = {.root = mo_keccak256(node), .key = key, .nodes = &node, .count = mo_rlp_written(&out) ? 1 : 0};
    return mo_trie_lookup(&proof, &value);
}

/* The one form leads on to a child that the proof lacks; no other form does. */
mo_result_t mo_judge_path(mo_case_t *c)
{
    mo_bytes_t path = mo_case_bytes(c, "canonical");
    mo_list_t others = mo_case_list(c, "alternates");
    MO_EXPECT(c, path.size > 1);
    mo_bytes_t key = {path.data + 1, path.size - 1};
    MO_EXPECT(c, ask_extension(path, key) == MO_TRIE_TRUNCATED);
    for (size_t i = 0; i < others.count; i++) {
        MO_EXPECT(c, ask_extension(others.items[i], key) != MO_TRIE_TRUNCATED);
    }
    return mo_case_end(c);
}

/* ---- {blockHeaderRlp, blockHash, root, proof}: nodes along one path ---- */

bool mo_fits_node_path(const mo_case_t *c)
{
    return mo_has(c->value, "blockHeaderRlp") && mo_has(c->value, "blockHash") && mo_has(c->value, "root") &&
           json_is_array(mo_case_member(c, "proof")) && !mo_has(c->value, "key");
}

/* Appends the nibbles of an extension's path. */
static void follow_path(mo_bytes_t path, uint8_t *nibbles, size_t *depth)
{
    bool odd = path.size > 0 && (path.data[0] >> 4 & 1) != 0;
    for (size_t i = odd ? 1 : 2; i < 2 * path.size && *depth < 64; i++) {
        nibbles[(*depth)++] = i % 2 == 0 ? path.data[i / 2] >> 4 : path.data[i / 2] & 15;
    }
}

/* Appends the nibbles by which `node`, a branch or an extension, leads to `child`; false when it does not. */
static bool follow(mo_bytes_t node, mo_bytes_t child, uint8_t *nibbles, size_t *depth)
{
    mo_hash_t hash = mo_keccak256(child);
    mo_rlp_reader_t in = mo_rlp_reader(node);
    mo_rlp_item_t item[17];
    size_t count = 0;
    mo_rlp_enter_list(&in);
    while (mo_rlp_more(&in) && count < 17) {
        item[count++] = mo_rlp_read_item(&in);
    }
    if (count == 2 && mo_bytes_equal(item[1].payload, mo_hash_view(&hash))) {
        follow_path(item[0].payload, nibbles, depth);
        return true;
    }
    for (uint8_t way = 0; way + 1u < count && count == 17 && *depth < 64; way++) {
        if (mo_bytes_equal(item[way].payload, mo_hash_view(&hash))) {
            nibbles[(*depth)++] = way;
            return true;
        }
    }
    return false;
}

mo_result_t mo_judge_node_path(mo_case_t *c)
{
    mo_list_t nodes = mo_case_list(c, "proof");
    mo_hash_t block_hash = mo_case_hash(c, "blockHash");
    mo_hash_t root = mo_case_hash(c, "root");
    mo_header_t header;
    mo_hash_t hash;
    MO_EXPECT(c, mo_header_decode(mo_case_bytes(c, "blockHeaderRlp"), &header) == MO_HEADER_OK);
    MO_EXPECT(c, mo_header_hash(&header, &hash) && mo_hash_equal(&hash, &block_hash));
    MO_EXPECT(c, mo_hash_equal(&header.state_root, &root));
    uint8_t nibbles[65] = {0};
    size_t depth = 0;
    for (size_t i = 0; i + 1 < nodes.count; i++) {
        MO_EXPECT(c, follow(nodes.items[i], nodes.items[i + 1], nibbles, &depth));
    }
    uint8_t key[32];
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)(nibbles[2 * i] << 4 | nibbles[2 * i + 1]);
    }
    mo_bytes_t value;
    mo_trie_proof_t proof = {.root = root, .key = MO_BYTES(key), .fixed_keys = true, .of_state = true,
                             .nodes = nodes.items, .count = nodes.count};
    mo_trie_verdict_t verdict = mo_trie_lookup(&proof, &value);
    MO_EXPECT(c, verdict == MO_TRIE_TRUNCATED || verdict == MO_TRIE_ABSENT || verdict == MO_TRIE_PRESENT);
    return mo_case_end(c);
}
