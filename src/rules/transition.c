#include "rules/transition.h"

#include "eth/eip712.h"

static const char transition_type[] = "Transition(uint64 dynasty,uint64 originNumber,bytes32 originHash,"
                                      "bytes32 transactionRoot,uint256 gas,bytes32 kernel)";

mo_hash_t mo_rules_transition_hash(const mo_transition_t *transition) {
    mo_eip712_t hashed = mo_eip712_struct(transition_type);
    mo_eip712_put_u64(&hashed, transition->dynasty);
    mo_eip712_put_u64(&hashed, transition->origin_number);
    mo_eip712_put_hash(&hashed, &transition->origin_hash);
    mo_eip712_put_hash(&hashed, &transition->transaction_root);
    mo_eip712_put_u256(&hashed, transition->gas);
    mo_eip712_put_hash(&hashed, &transition->kernel);
    return mo_eip712_hash(&hashed);
}

bool mo_rules_transition_equal(const mo_transition_t *a, const mo_transition_t *b) {
    return a->dynasty == b->dynasty && a->origin_number == b->origin_number &&
           mo_hash_equal(&a->origin_hash, &b->origin_hash) &&
           mo_hash_equal(&a->transaction_root, &b->transaction_root) && mo_u256_equal(a->gas, b->gas) &&
           mo_hash_equal(&a->kernel, &b->kernel);
}
