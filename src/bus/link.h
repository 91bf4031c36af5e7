/* The link of a pair: what both gateways commit to before they open (gateway 7.5).
 *
 *     link word = keccak256(abi.encode(link hash, declaredAt)), at storage slot 0 of both gateways; 0 = not
 * linked
 *
 * The link binds the code of all three contracts and the token's name, symbol and decimals. Its hash is an
 * EIP-712 digest under the domain of the gateway on origin (0.1), although nobody signs it.
 *
 * Floor 2. Pure.
 */
#ifndef MO_BUS_LINK_H
#define MO_BUS_LINK_H

#include <stdint.h>

#include "base/bytes.h"
#include "eth/u256.h"

typedef struct {
    mo_hash_t core_id;
    mo_address_t gateway;
    mo_hash_t gateway_code_hash;
    mo_address_t co_gateway;
    mo_hash_t co_gateway_code_hash;
    mo_address_t token;
    mo_address_t utility_token;
    mo_hash_t utility_code_hash;
    mo_hash_t name_hash;
    mo_hash_t symbol_hash;
    uint8_t decimals;
    mo_u256_t bus_version;
} mo_link_terms_t;

/* The link hash. `domain` by mo_bus_domain of the gateway on origin. */
mo_hash_t mo_bus_link_hash(const mo_hash_t *domain, const mo_link_terms_t *terms);

/* The word that both link slots hold; `declared_at` in seconds of origin. */
mo_hash_t mo_bus_link_word(const mo_hash_t *link_hash, uint64_t declared_at);

#endif
