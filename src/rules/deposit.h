/* What a signing key states about itself at the registry: that it is deposited, that it leaves (1.3, 5.1).
 *
 * Both are struct hashes under the core's domain; sign mo_rules_digest(domain, hash).
 *
 * Floor 2. Pure.
 */
#ifndef MO_RULES_DEPOSIT_H
#define MO_RULES_DEPOSIT_H

#include "base/bytes.h"

/* Proof of the signing key. It names the depositor, so that nobody can register another's proof as his own.
 */
typedef struct {
    mo_address_t signer;
    mo_address_t withdrawal;
    mo_address_t depositor;
} mo_deposit_t;

/* Deposit(address signer,address withdrawal,address depositor) */
mo_hash_t mo_rules_deposit_hash(const mo_deposit_t *deposit);

/* Veto(address gateway) (gateway 7.5) */
mo_hash_t mo_rules_veto_hash(const mo_address_t *gateway);

/* Logout(address signer) */
mo_hash_t mo_rules_logout_hash(const mo_address_t *signer);

#endif
