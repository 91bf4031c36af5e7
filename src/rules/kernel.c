#include "rules/kernel.h"

#include "base/check.h"
#include "eth/eip712.h"
#include "rules/transition.h"
#include "rules/vote.h"

/* A struct's type string carries the types that it refers to. */
#define UPDATE_TYPE "ValidatorUpdate(address validator,uint96 weight,uint8 kind)"

static const char kernel_type[] =
    "Kernel(uint64 height,bytes32 parent,ValidatorUpdate[] updates,uint256 gasTarget)" UPDATE_TYPE;
static const char meta_block_type[] = "MetaBlock(bytes32 kernel,bytes32 transition,bytes32 vote)";

mo_hash_t mo_rules_update_hash(const mo_update_t *update) {
    mo_eip712_t hashed = mo_eip712_struct(UPDATE_TYPE);
    mo_eip712_put_address(&hashed, &update->validator);
    mo_eip712_put_u64(&hashed, update->weight.value);
    mo_eip712_put_u64(&hashed, update->kind);
    return mo_eip712_hash(&hashed);
}

mo_hash_t mo_rules_updates_hash(const mo_kernel_t *kernel) {
    MO_CHECK(kernel->update_count <= MO_UPDATES_MAX);
    mo_eip712_t list = mo_eip712_array();
    for (size_t i = 0; i < kernel->update_count; i++) {
        mo_hash_t update = mo_rules_update_hash(&kernel->updates[i]);
        mo_eip712_put_hash(&list, &update);
    }
    return mo_eip712_hash(&list);
}

mo_hash_t mo_rules_kernel_outline_hash(const mo_kernel_outline_t *outline) {
    mo_eip712_t hashed = mo_eip712_struct(kernel_type);
    mo_eip712_put_u64(&hashed, outline->height.value);
    mo_eip712_put_hash(&hashed, &outline->parent);
    mo_eip712_put_hash(&hashed, &outline->updates);
    mo_eip712_put_u256(&hashed, outline->gas_target);
    return mo_eip712_hash(&hashed);
}

mo_hash_t mo_rules_kernel_hash(const mo_kernel_t *kernel) {
    mo_kernel_outline_t outline = {kernel->height, kernel->parent, mo_rules_updates_hash(kernel),
                                   kernel->gas_target};
    return mo_rules_kernel_outline_hash(&outline);
}

mo_hash_t mo_rules_meta_block_hash(const mo_meta_block_t *block) {
    mo_eip712_t hashed = mo_eip712_struct(meta_block_type);
    mo_eip712_put_hash(&hashed, &block->kernel);
    mo_eip712_put_hash(&hashed, &block->transition);
    mo_eip712_put_hash(&hashed, &block->vote);
    return mo_eip712_hash(&hashed);
}

mo_meta_block_t mo_rules_meta_block(const mo_kernel_t *kernel, const mo_transition_t *transition,
                                    const mo_vote_t *link) {
    return (mo_meta_block_t){
        .kernel = mo_rules_kernel_hash(kernel),
        .transition = mo_rules_transition_hash(transition),
        .vote = mo_rules_vote_hash(link),
    };
}
