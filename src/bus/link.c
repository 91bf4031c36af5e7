#include "bus/link.h"

#include "eth/eip712.h"

static const char link_type[] =
    "Link(bytes32 coreId,address gateway,bytes32 gatewayCodeHash,address coGateway,bytes32 coGatewayCodeHash,"
    "address token,address utilityToken,bytes32 utilityCodeHash,bytes32 nameHash,bytes32 symbolHash,"
    "uint8 decimals,uint256 busVersion)";

mo_hash_t mo_bus_link_hash(const mo_hash_t *domain, const mo_link_terms_t *terms) {
    mo_eip712_t hashed = mo_eip712_struct(link_type);
    mo_eip712_put_hash(&hashed, &terms->core_id);
    mo_eip712_put_address(&hashed, &terms->gateway);
    mo_eip712_put_hash(&hashed, &terms->gateway_code_hash);
    mo_eip712_put_address(&hashed, &terms->co_gateway);
    mo_eip712_put_hash(&hashed, &terms->co_gateway_code_hash);
    mo_eip712_put_address(&hashed, &terms->token);
    mo_eip712_put_address(&hashed, &terms->utility_token);
    mo_eip712_put_hash(&hashed, &terms->utility_code_hash);
    mo_eip712_put_hash(&hashed, &terms->name_hash);
    mo_eip712_put_hash(&hashed, &terms->symbol_hash);
    mo_eip712_put_u64(&hashed, terms->decimals);
    mo_eip712_put_u256(&hashed, terms->bus_version);
    mo_hash_t hash = mo_eip712_hash(&hashed);
    return mo_eip712_digest(domain, &hash);
}

mo_hash_t mo_bus_link_word(const mo_hash_t *link_hash, uint64_t declared_at) {
    mo_hash_t at = mo_u256_to_hash(mo_u256_from_u64(declared_at));
    return mo_keccak256_pair(link_hash, &at);
}
