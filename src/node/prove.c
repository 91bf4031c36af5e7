#include "node/prove.h"

#include <stdlib.h>

#include "base/check.h"
#include "store/proof.h"

/* Blocks after which nobody proves at a checkpoint any more: later ones have taken its place. */
#define KEPT_BLOCKS 65536u

/* One answer of eth_getProof as text: nodes of 17 proofs of 8 KiB, in hex. */
#define ANSWER_MAX (512U << 10)

/* Turns in which a checkpoint's proofs are tried. */
#define TRIES_MAX 8

static mo_proof_key_t key_of(const mo_node_station_t *s, const mo_node_claim_t *claim)
{
    bool origin = claim->chain == MO_CHAIN_ORIGIN;
    return (mo_proof_key_t){.chain_id = origin ? s->config->origin_chain_id : s->config->auxiliary_chain_id,
                            .number = claim->number,
                            .address = claim->address,
                            .slot = claim->slot};
}

static mo_proof_query_t query_of(const mo_node_claim_t *claim, const mo_block_t *block)
{
    return (mo_proof_query_t){
        .address = claim->address, .slots = claim->slot, .slot_count = claim->slot == NULL ? 0 : 1, .block = block};
}

static mo_buffer_t answer_open(void)
{
    mo_buffer_t answer = {malloc(ANSWER_MAX), 0, ANSWER_MAX, false};
    MO_CHECK(answer.data != NULL);
    return answer;
}

mo_err_t mo_node_prove(mo_node_station_t *s, const mo_node_claim_t *claim, mo_block_t *block, mo_proof_t *proof)
{
    mo_proof_key_t key = key_of(s, claim);
    mo_proof_query_t query = query_of(claim, block);
    mo_buffer_t memory = {s->memory, 0, MO_NODE_MEMORY, false};
    mo_buffer_t answer = answer_open();
    bool found = false;
    mo_err_t err = mo_rpc_block(s->rpcs[claim->chain], MO_AT(claim->number), block);
    if (!mo_failed(err)) {
        err = mo_proof_find(s->store, &key, &answer, &found);
    }
    if (!mo_failed(err)) {
        found = found && !mo_failed(mo_rpc_proof_read(mo_buffer_view(&answer), &query, &memory, proof));
        err = found ? MO_SUCCESS : mo_rpc_proof(s->rpcs[claim->chain], &query, &memory, proof);
    }
    free(answer.data);
    return err;
}

mo_err_t mo_node_prove_ahead(mo_node_station_t *s, const mo_node_claim_t *claim)
{
    static mo_proof_t proof;
    static mo_block_t block;
    mo_proof_key_t key = key_of(s, claim);
    mo_proof_query_t query = query_of(claim, &block);
    mo_buffer_t memory = {s->memory, 0, MO_NODE_MEMORY, false};
    mo_buffer_t answer = answer_open();
    mo_err_t err = mo_rpc_block(s->rpcs[claim->chain], MO_AT(claim->number), &block);
    if (!mo_failed(err)) {
        err = mo_rpc_proof_text(s->rpcs[claim->chain], &query, &memory, &proof, &answer);
    }
    if (!mo_failed(err)) {
        err = mo_proof_keep(s->store, &key, mo_buffer_view(&answer));
    }
    if (!mo_failed(err) && claim->number > KEPT_BLOCKS) {
        err = mo_proof_prune(s->store, key.chain_id, claim->number - KEPT_BLOCKS);
    }
    free(answer.data);
    return err;
}

void mo_node_foreseen(mo_node_station_t *s, mo_chain_t chain, uint64_t number, mo_err_t err)
{
    s->tries[chain]++;
    if (!mo_failed(err) || s->tries[chain] == TRIES_MAX) {
        s->foreseen[chain] = number;
        s->tries[chain] = 0;
    }
}
