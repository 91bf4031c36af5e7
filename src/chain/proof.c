#include <string.h>

#include "base/check.h"
#include "chain/form.h"
#include "chain/json.h"
#include "chain/verify.h"
#include "chain/wire.h"

static const char *read_nodes(const json_t *list, mo_buffer_t *memory, mo_proof_nodes_t *nodes)
{
    if (!json_is_array(list) || json_array_size(list) > MO_TRIE_PROOF_NODES_MAX) {
        return "a proof that is no list of nodes";
    }
    nodes->count = json_array_size(list);
    for (size_t i = 0; i < nodes->count; i++) {
        if (!mo_json_is_bytes(json_array_get(list, i), memory, &nodes->nodes[i])) {
            return "a proof's node";
        }
    }
    return NULL;
}

static mo_state_nodes_t as_state_nodes(const mo_proof_nodes_t *nodes)
{
    return (mo_state_nodes_t){nodes->nodes, nodes->count};
}

static const char *verify_account(const mo_proof_query_t *query, mo_proof_t *proof)
{
    mo_trie_verdict_t why;
    mo_state_verdict_t verdict = mo_state_account(&query->block->state_root, &query->address,
                                                  as_state_nodes(&proof->account_proof), &proof->account, &why);
    proof->exists = verdict == MO_STATE_PRESENT;
    if (verdict == MO_STATE_PRESENT || verdict == MO_STATE_ABSENT) {
        return NULL;
    }
    return verdict == MO_STATE_PROOF ? mo_trie_verdict_name(why) : mo_state_verdict_name(verdict);
}

static const char *verify_slot(const mo_proof_t *proof, mo_proof_slot_t *slot)
{
    mo_trie_verdict_t why;
    mo_state_verdict_t verdict = mo_state_word(&proof->account.storage_root, &slot->key,
                                               as_state_nodes(&slot->proof), &slot->value, &why);
    if (verdict == MO_STATE_PRESENT || verdict == MO_STATE_ABSENT) {
        return NULL;
    }
    return verdict == MO_STATE_PROOF ? mo_trie_verdict_name(why) : mo_state_verdict_name(verdict);
}

/* An account that does not exist has no storage: its slots are zero without a proof. */
static const char *read_slots(const json_t *list, const mo_proof_query_t *query, mo_buffer_t *memory, mo_proof_t *proof)
{
    proof->slot_count = query->slot_count;
    for (size_t i = 0; i < query->slot_count; i++) {
        mo_proof_slot_t *slot = &proof->slots[i];
        slot->key = query->slots[i];
        const char *fault = NULL;
        if (proof->exists) {
            fault = read_nodes(json_object_get(json_array_get(list, i), "proof"), memory, &slot->proof);
            fault = fault == NULL ? verify_slot(proof, slot) : fault;
        }
        if (fault != NULL) {
            return fault;
        }
    }
    return NULL;
}

static const char *read_proof(const json_t *value, const mo_proof_query_t *query, mo_buffer_t *memory,
                              mo_proof_t *proof)
{
    mo_json_t in = mo_json_object(value);
    const json_t *account = mo_json_array(&in, "accountProof", MO_TRIE_PROOF_NODES_MAX);
    const json_t *slots = mo_json_array(&in, "storageProof", MO_PROOF_SLOTS_MAX);
    if (in.fault != NULL) {
        return in.fault;
    }
    if (json_array_size(slots) != query->slot_count) {
        return "storageProof";
    }
    const char *fault = read_nodes(account, memory, &proof->account_proof);
    fault = fault == NULL ? verify_account(query, proof) : fault;
    return fault == NULL ? read_slots(slots, query, memory, proof) : fault;
}

const char *mo_verify_proof(const json_t *value, const mo_proof_query_t *query, mo_buffer_t *memory, mo_proof_t *proof)
{
    memset(proof, 0, sizeof *proof);
    size_t start = memory->size;
    const char *fault = read_proof(value, query, memory, proof);
    if (fault != NULL) {
        memset(proof, 0, sizeof *proof);
        memory->size = start;
    }
    return fault;
}

mo_err_t mo_rpc_proof(mo_rpc_t *rpc, const mo_proof_query_t *query, mo_buffer_t *memory, mo_proof_t *proof)
{
    MO_CHECK(query->slot_count <= MO_PROOF_SLOTS_MAX);
    memset(proof, 0, sizeof *proof);
    json_t *slots = json_array();
    for (size_t i = 0; i < query->slot_count; i++) {
        MO_CHECK(json_array_append_new(slots, mo_form_bytes(mo_hash_view(&query->slots[i]))) == 0);
    }
    json_t *params = mo_form_list(mo_form_bytes(mo_address_view(&query->address)), slots);
    MO_CHECK(json_array_append_new(params, mo_form_at(MO_AT(query->block->number))) == 0);
    mo_wire_reply_t reply;
    mo_err_t err = mo_wire_call(rpc, "eth_getProof", params, &reply);
    if (!mo_failed(err)) {
        const char *fault = mo_verify_proof(reply.results[0], query, memory, proof);
        err = fault == NULL ? MO_SUCCESS : mo_wire_malformed(rpc, "eth_getProof", fault);
    }
    mo_wire_release(&reply);
    return err;
}
