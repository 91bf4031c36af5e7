#include "eth/state.h"

#include <string.h>

#include "eth/keccak.h"
#include "eth/rlp.h"

const mo_hash_t MO_STATE_EMPTY_CODE = {{0xc5, 0xd2, 0x46, 0x01, 0x86, 0xf7, 0x23, 0x3c, 0x92, 0x7e, 0x7d,
                                        0xb2, 0xdc, 0xc7, 0x03, 0xc0, 0xe5, 0x00, 0xb6, 0x53, 0xca, 0x82,
                                        0x27, 0x3b, 0x7b, 0xfa, 0xd8, 0x04, 0x5d, 0x85, 0xa4, 0x70}};

const char *mo_state_verdict_name(mo_state_verdict_t verdict)
{
    switch (verdict) {
        MO_STATE_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

/* Looks a plain key up in a trie whose keys are all hashed. */
static mo_state_verdict_t look_up(const mo_hash_t *root, mo_bytes_t plain_key, mo_state_nodes_t proof,
                                  mo_bytes_t *leaf, mo_trie_verdict_t *why)
{
    mo_hash_t key = mo_keccak256(plain_key);
    mo_trie_proof_t question = {.root = *root,
                                .key = mo_hash_view(&key),
                                .fixed_keys = true,
                                .of_state = true,
                                .nodes = proof.nodes,
                                .count = proof.count};
    mo_trie_verdict_t verdict = mo_trie_lookup(&question, leaf);
    if (why != NULL) {
        *why = verdict;
    }
    if (verdict == MO_TRIE_PRESENT) {
        return MO_STATE_PRESENT;
    }
    return verdict == MO_TRIE_ABSENT ? MO_STATE_ABSENT : MO_STATE_PROOF;
}

bool mo_state_account_decode(mo_bytes_t leaf, mo_account_t *out)
{
    mo_rlp_reader_t in = mo_rlp_reader(leaf);
    mo_rlp_enter_list(&in);
    out->nonce = mo_rlp_read_u64(&in);
    out->balance = mo_rlp_read_u256(&in);
    mo_rlp_read_exact(&in, out->storage_root.bytes, sizeof out->storage_root.bytes);
    mo_rlp_read_exact(&in, out->code_hash.bytes, sizeof out->code_hash.bytes);
    mo_rlp_leave_list(&in);
    if (mo_rlp_finish(&in) != MO_RLP_OK) {
        memset(out, 0, sizeof *out);
        return false;
    }
    return true;
}

bool mo_state_word_decode(mo_bytes_t leaf, mo_hash_t *out)
{
    mo_rlp_reader_t in = mo_rlp_reader(leaf);
    mo_u256_t value = mo_rlp_read_u256(&in);
    if (mo_rlp_finish(&in) != MO_RLP_OK || mo_u256_is_zero(value)) {
        *out = (mo_hash_t){{0}};
        return false;
    }
    *out = mo_u256_to_hash(value);
    return true;
}

mo_state_verdict_t mo_state_account(const mo_hash_t *state_root, const mo_address_t *address,
                                    mo_state_nodes_t proof, mo_account_t *out, mo_trie_verdict_t *why)
{
    memset(out, 0, sizeof *out);
    mo_bytes_t leaf;
    mo_state_verdict_t verdict = look_up(state_root, mo_address_view(address), proof, &leaf, why);
    if (verdict != MO_STATE_PRESENT) {
        return verdict;
    }
    return mo_state_account_decode(leaf, out) ? MO_STATE_PRESENT : MO_STATE_ACCOUNT;
}

mo_state_verdict_t mo_state_word(const mo_hash_t *storage_root, const mo_hash_t *slot, mo_state_nodes_t proof,
                                 mo_hash_t *out, mo_trie_verdict_t *why)
{
    memset(out, 0, sizeof *out);
    mo_bytes_t leaf;
    mo_state_verdict_t verdict = look_up(storage_root, mo_hash_view(slot), proof, &leaf, why);
    if (verdict != MO_STATE_PRESENT) {
        return verdict;
    }
    return mo_state_word_decode(leaf, out) ? MO_STATE_PRESENT : MO_STATE_WORD;
}

/* Every slot of an account that exists; the first refusal ends it. */
static mo_state_verdict_t read_slots(const mo_hash_t *storage_root, mo_state_answer_t *answer, mo_trie_verdict_t *why)
{
    for (size_t i = 0; i < answer->slot_count; i++) {
        mo_state_slot_t *slot = &answer->slots[i];
        mo_state_verdict_t verdict = mo_state_word(storage_root, &slot->slot, slot->proof, &slot->value, why);
        if (verdict != MO_STATE_PRESENT && verdict != MO_STATE_ABSENT) {
            return verdict;
        }
    }
    return MO_STATE_PRESENT;
}

mo_state_verdict_t mo_state_answer(const mo_hash_t *state_root, mo_state_answer_t *answer, mo_account_t *account,
                                   mo_trie_verdict_t *why)
{
    for (size_t i = 0; i < answer->slot_count; i++) {
        answer->slots[i].value = (mo_hash_t){{0}};
    }
    mo_state_verdict_t verdict =
        mo_state_account(state_root, &answer->address, answer->account_proof, account, why);
    if (verdict != MO_STATE_PRESENT) {
        return verdict;
    }
    verdict = read_slots(&account->storage_root, answer, why);
    if (verdict != MO_STATE_PRESENT) {
        memset(account, 0, sizeof *account);
    }
    for (size_t i = 0; i < answer->slot_count && verdict != MO_STATE_PRESENT; i++) {
        answer->slots[i].value = (mo_hash_t){{0}};
    }
    return verdict;
}

mo_hash_t mo_state_mapping_slot(const mo_hash_t *key, const mo_hash_t *base)
{
    return mo_keccak256_pair(key, base);
}
