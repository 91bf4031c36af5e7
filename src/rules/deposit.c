#include "rules/deposit.h"

#include "eth/eip712.h"

mo_hash_t mo_rules_deposit_hash(const mo_deposit_t *deposit) {
    mo_eip712_t hashed = mo_eip712_struct("Deposit(address signer,address withdrawal,address depositor)");
    mo_eip712_put_address(&hashed, &deposit->signer);
    mo_eip712_put_address(&hashed, &deposit->withdrawal);
    mo_eip712_put_address(&hashed, &deposit->depositor);
    return mo_eip712_hash(&hashed);
}

mo_hash_t mo_rules_logout_hash(const mo_address_t *signer) {
    mo_eip712_t hashed = mo_eip712_struct("Logout(address signer)");
    mo_eip712_put_address(&hashed, signer);
    return mo_eip712_hash(&hashed);
}

mo_hash_t mo_rules_veto_hash(const mo_address_t *gateway) {
    mo_eip712_t hashed = mo_eip712_struct("Veto(address gateway)");
    mo_eip712_put_address(&hashed, gateway);
    return mo_eip712_hash(&hashed);
}
