/* Identities: which origin chain, which core, and the EIP-712 domain that everything of a core is signed
 * under.
 *
 *     origin id   chain id in the first 12 bytes | 20 zero bytes            Ethereum main net: bytes12(1)
 *     core id     chain id in the first 12 bytes | the core's address
 *
 * The domain names the origin chain and the core on BOTH chains (1.2), so that one signature means the same
 * thing wherever it is checked. Chain ids are uint64_t here: every one of them is below the 2^96 that 1.1
 * demands.
 *
 * Floor 2. Pure.
 */
#ifndef MO_RULES_IDENTITY_H
#define MO_RULES_IDENTITY_H

#include <stdint.h>

#include "base/bytes.h"

/* The origin id of a chain (1.1); `chain` of votes about origin. */
mo_hash_t mo_rules_origin_id(uint64_t chain_id);

/* The core id (1.1); `chain` of votes about the auxiliary chain, and the salt of gateways' domains. */
mo_hash_t mo_rules_core_id(uint64_t chain_id, const mo_address_t *core);

/* The domain separator {"Mosaic", "1", origin chain id, core} (1.2). */
mo_hash_t mo_rules_domain(uint64_t chain_id, const mo_address_t *core);

/* What is signed under a domain: keccak256(0x1901 | domain | struct hash). */
mo_hash_t mo_rules_digest(const mo_hash_t *domain, const mo_hash_t *struct_hash);

#endif
