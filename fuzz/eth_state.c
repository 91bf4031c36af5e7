/* Answers of eth_getProof, hostile: an account and two slots of it under a root that the fuzzer makes fit.
 *
 *     slots asked for (2 bits)   length of the slots' nodes (14 bits)   nodes of the slots' proof   nodes of the account's proof     (linked_proof.h)
 *
 * The last of the slots' nodes is the storage root, which is put into the account's leaf as a child is. What the answer shows
 * the two calls it is made of show; what is refused leaves zeros.
 */
#include "base/check.h"
#include "eth/state.h"
#include "linked_proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const mo_address_t address = {{0x5f, 0xbd}};

static void check_present(const mo_hash_t *root, const mo_state_answer_t *answer, const mo_account_t *account)
{
    mo_account_t alone;
    MO_CHECK(mo_state_account(root, &address, answer->account_proof, &alone, NULL) == MO_STATE_PRESENT);
    MO_CHECK(alone.nonce == account->nonce && mo_hash_equal(&alone.storage_root, &account->storage_root));
    for (size_t i = 0; i < answer->slot_count; i++) {
        const mo_state_slot_t *slot = &answer->slots[i];
        mo_hash_t word;
        mo_state_verdict_t verdict = mo_state_word(&account->storage_root, &slot->slot, slot->proof, &word, NULL);
        MO_CHECK(verdict == (mo_hash_is_zero(&slot->value) ? MO_STATE_ABSENT : MO_STATE_PRESENT));
        MO_CHECK(mo_hash_equal(&word, &slot->value));
    }
}

/* The account's nodes, whose leaf names the storage root. */
static size_t link_account(mo_bytes_t input, const mo_hash_t *storage_root, mo_bytes_t nodes[NODES_MAX], mo_hash_t *root)
{
    static uint8_t linked[1 << 13];
    mo_bytes_t all = link_node(input, storage_root);
    memcpy(linked, all.data, all.size);
    return link_nodes((mo_bytes_t){linked, all.size}, nodes, root);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static mo_bytes_t slot_nodes[NODES_MAX];
    static mo_bytes_t account_nodes[NODES_MAX];
    mo_hash_t storage_root;
    mo_hash_t root;
    if (size > 1 << 12) {
        return 0;
    }
    mo_bytes_t input = {data, size};
    size_t high = take_byte(&input);
    used = 0;
    mo_bytes_t part = take(&input, (high & 0x3f) << 8 | take_byte(&input));
    mo_state_nodes_t proof = {slot_nodes, link_nodes(part, slot_nodes, &storage_root)};
    mo_state_slot_t slots[2] = {{.slot = {{0}}, .proof = proof}, {.slot = {{[31] = 1}}, .proof = proof}};
    mo_state_answer_t answer = {.address = address, .slots = slots, .slot_count = (high >> 6) % 3};
    answer.account_proof = (mo_state_nodes_t){account_nodes, link_account(input, &storage_root, account_nodes, &root)};
    mo_account_t account;
    mo_trie_verdict_t why;
    mo_state_verdict_t verdict = mo_state_answer(&root, &answer, &account, &why);
    if (verdict == MO_STATE_PRESENT) {
        check_present(&root, &answer, &account);
        return 0;
    }
    static const mo_account_t none;
    MO_CHECK(memcmp(&account, &none, sizeof none) == 0);
    MO_CHECK(mo_hash_is_zero(&slots[0].value) && mo_hash_is_zero(&slots[1].value));
    return 0;
}
