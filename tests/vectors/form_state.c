/* eth_getProof answers recorded beside the blocks they were asked at: {getProof, account, storage}. The state root is that
 * of a block of the same file; `account` and each of `storage` say inclusion or exclusion.
 *
 * anvil keeps a slot that was cleared as a leaf that holds zero, which no chain does: for the trie it is included, and as a
 * word it is refused, with all of the answer. */
#include <string.h>

#include "eth/header.h"
#include "eth/keccak.h"
#include "eth/state.h"
#include "vectors/forms.h"

bool mo_fits_recorded_proof(const mo_case_t *c)
{
    return mo_has(c->value, "getProof") && mo_has(c->value, "account") && json_is_array(mo_case_member(c, "storage"));
}

static mo_state_nodes_t nodes_of(mo_case_t *c, const json_t *list)
{
    mo_list_t nodes = mo_read_list(c, list);
    return (mo_state_nodes_t){nodes.items, nodes.count};
}

/* Whether some header of the file has this state root. */
static bool is_root_of_a_block(mo_case_t *c, const mo_hash_t *root)
{
    const json_t *blocks = json_object_get(c->outer[0], "blocks");
    for (size_t i = 0; i < json_array_size(blocks); i++) {
        mo_header_t header;
        mo_bytes_t rlp = mo_read_bytes(c, json_object_get(json_array_get(blocks, i), "headerRlp"));
        if (mo_header_decode(rlp, &header) == MO_HEADER_OK && mo_hash_equal(&header.state_root, root)) {
            return true;
        }
    }
    return false;
}

static bool is_inclusion(mo_case_t *c, const json_t *word)
{
    return strcmp(mo_read_text(c, word), "inclusion") == 0;
}

static bool has_reported(mo_case_t *c, const json_t *answer, const mo_account_t *account)
{
    mo_hash_t storage = mo_read_hash(c, json_object_get(answer, "storageHash"));
    mo_hash_t code = mo_read_hash(c, json_object_get(answer, "codeHash"));
    return mo_u256_equal(mo_read_u256(c, json_object_get(answer, "balance")), account->balance) &&
           mo_read_u64(c, json_object_get(answer, "nonce")) == account->nonce &&
           mo_hash_equal(&storage, &account->storage_root) && mo_hash_equal(&code, &account->code_hash);
}

/* Each slot by itself: the word reported, or a refusal of the leaf that holds zero. */
static bool slots_agree(mo_case_t *c, const mo_account_t *account, mo_state_answer_t *answer, size_t *zero_leaves)
{
    const json_t *slots = json_object_get(mo_case_member(c, "getProof"), "storageProof");
    for (size_t i = 0; i < answer->slot_count; i++) {
        mo_state_slot_t *slot = &answer->slots[i];
        mo_u256_t reported = mo_read_u256(c, json_object_get(json_array_get(slots, i), "value"));
        bool included = is_inclusion(c, json_array_get(mo_case_member(c, "storage"), i));
        mo_state_verdict_t expected = !included                        ? MO_STATE_ABSENT
                                      : mo_u256_is_zero(reported) ? MO_STATE_WORD
                                                                  : MO_STATE_PRESENT;
        mo_state_verdict_t verdict = mo_state_word(&account->storage_root, &slot->slot, slot->proof, &slot->value, NULL);
        *zero_leaves += expected == MO_STATE_WORD;
        if (verdict != expected || !mo_u256_equal(mo_u256_from_hash(&slot->value), reported)) {
            return false;
        }
    }
    return true;
}

mo_result_t mo_judge_recorded_proof(mo_case_t *c)
{
    const json_t *reported = mo_case_member(c, "getProof");
    const json_t *slots = json_object_get(reported, "storageProof");
    mo_state_answer_t answer = {
        .address = mo_read_address(c, json_object_get(reported, "address")),
        .account_proof = nodes_of(c, json_object_get(reported, "accountProof")),
        .slots = (mo_state_slot_t *)(void *)mo_case_room(c, json_array_size(slots) * sizeof(mo_state_slot_t)),
        .slot_count = json_array_size(slots),
    };
    for (size_t i = 0; i < answer.slot_count; i++) {
        const json_t *slot = json_array_get(slots, i);
        mo_u256_t key = mo_read_u256(c, json_object_get(slot, "key"));
        answer.slots[i] = (mo_state_slot_t){mo_u256_to_hash(key), nodes_of(c, json_object_get(slot, "proof")), {{0}}};
    }
    MO_EXPECT(c, answer.account_proof.count > 0);
    mo_hash_t root = mo_keccak256(answer.account_proof.nodes[0]);
    MO_EXPECT(c, is_root_of_a_block(c, &root));
    mo_account_t account;
    bool exists = is_inclusion(c, mo_case_member(c, "account"));
    mo_state_verdict_t found = exists ? MO_STATE_PRESENT : MO_STATE_ABSENT;
    MO_EXPECT(c, mo_state_account(&root, &answer.address, answer.account_proof, &account, NULL) == found);
    MO_EXPECT(c, !exists || has_reported(c, reported, &account));
    size_t zero_leaves = 0;
    MO_EXPECT(c, !exists || slots_agree(c, &account, &answer, &zero_leaves));
    mo_state_verdict_t verdict = mo_state_answer(&root, &answer, &account, NULL);
    MO_EXPECT(c, verdict == (zero_leaves > 0 ? MO_STATE_WORD : found));
    return mo_case_end(c);
}
