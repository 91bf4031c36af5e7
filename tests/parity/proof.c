#include "parity/proof.h"

#include <string.h>

#include "base/check.h"
#include "eth/header.h"
#include "eth/keccak.h"
#include "eth/rlp.h"
#include "eth/state.h"
#include "rules/transition.h"

mo_hash_t proof_header(const parity_header_t *fields, mo_buffer_t *out) {
    size_t from = out->size;
    mo_header_t header = {.fork = MO_HEADER_PRAGUE,
                          .parent_hash = fields->parent,
                          .state_root = fields->state_root,
                          .transactions_root = fields->transactions_root,
                          .number = fields->number,
                          .gas_limit = 30000000,
                          .gas_used = fields->gas_used,
                          .timestamp = 1700000000 + fields->number};
    bool written = mo_header_encode(&header, out);
    MO_CHECK(written);
    return mo_keccak256((mo_bytes_t){out->data + from, out->size - from});
}

/* A trie of one entry is one leaf: the whole path of 64 nibbles, then the value. Its root is the leaf's hash. */
static mo_hash_t leaf(mo_bytes_t key, mo_bytes_t value, mo_buffer_t *out) {
    mo_hash_t path = mo_keccak256(key);
    uint8_t prefixed[33] = {0x20};
    memcpy(prefixed + 1, path.bytes, 32);
    mo_rlp_writer_t writer = mo_rlp_writer(out);
    mo_rlp_open_list(&writer);
    mo_rlp_put_bytes(&writer, MO_BYTES(prefixed));
    mo_rlp_put_bytes(&writer, value);
    mo_rlp_close_list(&writer);
    bool written = mo_rlp_written(&writer);
    MO_CHECK(written);
    return mo_keccak256(mo_buffer_view(out));
}

static mo_hash_t storage(const parity_state_t *state, mo_buffer_t *out) {
    uint8_t memory[64];
    mo_buffer_t word = MO_BUFFER(memory);
    mo_rlp_writer_t writer = mo_rlp_writer(&word);
    mo_rlp_put_u256(&writer, mo_u256_from_hash(&state->value));
    bool written = mo_rlp_written(&writer);
    MO_CHECK(written);
    return leaf(mo_hash_view(&state->slot), mo_buffer_view(&word), out);
}

mo_hash_t proof_state(const parity_state_t *state, mo_buffer_t *account, mo_buffer_t *slot) {
    mo_hash_t storage_root = storage(state, slot);
    uint8_t memory[160];
    mo_buffer_t body = MO_BUFFER(memory);
    mo_rlp_writer_t writer = mo_rlp_writer(&body);
    mo_rlp_open_list(&writer);
    mo_rlp_put_u64(&writer, 1);
    mo_rlp_put_u64(&writer, 0);
    mo_rlp_put_bytes(&writer, mo_hash_view(&storage_root));
    mo_rlp_put_bytes(&writer, mo_hash_view(&MO_STATE_EMPTY_CODE));
    mo_rlp_close_list(&writer);
    bool written = mo_rlp_written(&writer);
    MO_CHECK(written);
    return leaf(mo_address_view(&state->address), mo_buffer_view(&body), account);
}

void proof_of_missed(origin_world_t *w, plan_t *plan) {
    uint64_t last = w->origin->core.committed.source_height.value;
    plan->passed.missed_height = 0;
    if (plan->source_height.value < last + 2 || chance(w, 30)) {
        return;
    }
    passed_t *passed = &plan->passed;
    passed->missed_height = last + 1 + draw(w, plan->source_height.value - last - 1);
    passed->missed = plan->transition;
    passed->missed.gas = w->origin->core.kernel.gas_target;
    passed->missed.transaction_root = any_hash(w);
    mo_address_t polling_place = {{0xaa}};
    mo_hash_t height = mo_u256_to_hash(mo_u256_from_u64(passed->missed_height));
    mo_hash_t base = {{0}};
    parity_state_t state = {polling_place, mo_state_mapping_slot(&height, &base),
                            mo_rules_transition_hash(&passed->missed)};
    mo_buffer_t account = MO_BUFFER(passed->account);
    mo_buffer_t slot = MO_BUFFER(passed->slot);
    parity_header_t fields = {any_hash(w), proof_state(&state, &account, &slot), any_hash(w),
                              plan->source_height.value * 16, 21000};
    mo_buffer_t header = MO_BUFFER(passed->header);
    passed->header_hash = proof_header(&fields, &header);
    passed->header_size = header.size;
    passed->account_size = account.size;
    passed->slot_size = slot.size;
}
