#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "chain/form.h"
#include "chain/json.h"
#include "chain/verify.h"
#include "chain/wire.h"

/* A list of less than 32 bytes lies in its parent and has no place of its own in a proof (eth/trie.h); anvil and others
 * list it once more. */
static bool lies_in(mo_bytes_t parent, mo_bytes_t node)
{
    bool is_short_list = node.size > 0 && node.size < sizeof(mo_hash_t) && node.data[0] >= 0xc0;
    for (size_t at = 0; is_short_list && at + node.size <= parent.size; at++) {
        if (memcmp(parent.data + at, node.data, node.size) == 0) {
            return true;
        }
    }
    return false;
}

static const char *read_nodes(const json_t *list, mo_buffer_t *memory, mo_proof_nodes_t *nodes)
{
    if (!json_is_array(list) || json_array_size(list) > MO_TRIE_PROOF_NODES_MAX) {
        return "a proof that is no list of nodes";
    }
    nodes->count = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        mo_bytes_t node;
        if (!mo_json_is_bytes(json_array_get(list, i), memory, &node)) {
            return "a proof's node";
        }
        if (nodes->count == 0 || !lies_in(nodes->nodes[nodes->count - 1], node)) {
            nodes->nodes[nodes->count++] = node;
        }
    }
    return NULL;
}

/* The slots asked for, and their nodes. */
static const char *read_slots(const json_t *list, const mo_proof_query_t *query, mo_buffer_t *memory, mo_proof_t *proof)
{
    const char *fault = NULL;
    proof->slot_count = query->slot_count;
    for (size_t i = 0; i < query->slot_count; i++) {
        mo_proof_slot_t *slot = &proof->slots[i];
        slot->key = query->slots[i];
        if (fault == NULL) {
            fault = read_nodes(json_object_get(json_array_get(list, i), "proof"), memory, &slot->proof);
        }
    }
    return fault;
}

/* What the answer shows; values go to `proof`. */
static mo_state_verdict_t judge_answer(const mo_proof_query_t *query, mo_proof_t *proof, mo_trie_verdict_t *why)
{
    mo_state_slot_t slots[MO_PROOF_SLOTS_MAX];
    for (size_t i = 0; i < proof->slot_count; i++) {
        const mo_proof_nodes_t *nodes = &proof->slots[i].proof;
        slots[i] = (mo_state_slot_t){.slot = proof->slots[i].key, .proof = {nodes->nodes, nodes->count}};
    }
    mo_state_answer_t answer = {.address = query->address,
                                .account_proof = {proof->account_proof.nodes, proof->account_proof.count},
                                .slots = slots,
                                .slot_count = proof->slot_count};
    mo_state_verdict_t verdict = mo_state_answer(&query->block->state_root, &answer, &proof->account, why);
    for (size_t i = 0; i < proof->slot_count; i++) {
        proof->slots[i].value = slots[i].value;
    }
    proof->exists = verdict == MO_STATE_PRESENT;
    return verdict;
}

/* An account that does not exist has no storage: whatever came for its slots is not looked at. */
static const char *verify_answer(const mo_proof_query_t *query, const char *slots_fault, mo_proof_t *proof)
{
    mo_trie_verdict_t why;
    mo_state_verdict_t verdict = judge_answer(query, proof, &why);
    if (verdict == MO_STATE_ABSENT) {
        for (size_t i = 0; i < proof->slot_count; i++) {
            proof->slots[i].proof.count = 0;
        }
        return NULL;
    }
    if (verdict == MO_STATE_PRESENT || slots_fault != NULL) {
        return slots_fault;
    }
    return verdict == MO_STATE_PROOF ? mo_trie_verdict_name(why) : mo_state_verdict_name(verdict);
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
    if (fault != NULL) {
        return fault;
    }
    return verify_answer(query, read_slots(slots, query, memory, proof), proof);
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

static mo_err_t keep_answer(const json_t *result, mo_buffer_t *answer)
{
    char *text = json_dumps(result, JSON_COMPACT);
    MO_CHECK(text != NULL);
    mo_buffer_put(answer, (mo_bytes_t){(const uint8_t *)text, strlen(text)});
    free(text);
    return answer->overflown ? mo_err(MO_ERR_PERMANENT, "eth_getProof: its answer does not fit") : MO_SUCCESS;
}

mo_err_t mo_rpc_proof_read(mo_bytes_t answer, const mo_proof_query_t *query, mo_buffer_t *memory, mo_proof_t *proof)
{
    memset(proof, 0, sizeof *proof);
    json_t *value = json_loadb((const char *)answer.data, answer.size, JSON_REJECT_DUPLICATES, NULL);
    const char *fault = value == NULL ? "no JSON" : mo_verify_proof(value, query, memory, proof);
    json_decref(value);
    return fault == NULL ? MO_SUCCESS : mo_err(MO_ERR_PERMANENT, "a kept proof: %s", fault);
}

mo_err_t mo_rpc_proof(mo_rpc_t *rpc, const mo_proof_query_t *query, mo_buffer_t *memory, mo_proof_t *proof)
{
    return mo_rpc_proof_text(rpc, query, memory, proof, NULL);
}

mo_err_t mo_rpc_proof_text(mo_rpc_t *rpc, const mo_proof_query_t *query, mo_buffer_t *memory, mo_proof_t *proof,
                           mo_buffer_t *answer)
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
    if (!mo_failed(err) && answer != NULL) {
        err = keep_answer(reply.results[0], answer);
    }
    mo_wire_release(&reply);
    return err;
}
