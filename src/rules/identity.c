#include "rules/identity.h"

#include <string.h>

#include "base/endian.h"
#include "eth/eip712.h"

/* bytes12(uint96(chain id)): the id's eight bytes end where the first twelve end. */
#define CHAIN_ID_AT 4
#define CORE_AT     12

mo_hash_t mo_rules_origin_id(uint64_t chain_id) {
    mo_hash_t id = {0};
    mo_store_be64(chain_id, id.bytes + CHAIN_ID_AT);
    return id;
}

mo_hash_t mo_rules_core_id(uint64_t chain_id, const mo_address_t *core) {
    mo_hash_t id = mo_rules_origin_id(chain_id);
    memcpy(id.bytes + CORE_AT, core->bytes, sizeof core->bytes);
    return id;
}

mo_hash_t mo_rules_domain(uint64_t chain_id, const mo_address_t *core) {
    mo_u256_t id = mo_u256_from_u64(chain_id);
    mo_eip712_domain_t domain = {
        .name = "Mosaic", .version = "1", .chain_id = &id, .verifying_contract = core};
    return mo_eip712_domain(&domain);
}

mo_hash_t mo_rules_digest(const mo_hash_t *domain, const mo_hash_t *struct_hash) {
    return mo_eip712_digest(domain, struct_hash);
}
