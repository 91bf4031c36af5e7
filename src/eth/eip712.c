#include "eth/eip712.h"

#include <string.h>

static mo_bytes_t text_view(const char *text)
{
    return (mo_bytes_t){(const uint8_t *)text, strlen(text)};
}

mo_hash_t mo_eip712_type_hash(const char *type)
{
    return mo_keccak256(text_view(type));
}

mo_eip712_t mo_eip712_array(void)
{
    return (mo_eip712_t){mo_keccak()};
}

mo_eip712_t mo_eip712_struct_of(const mo_hash_t *type_hash)
{
    mo_eip712_t hashed = mo_eip712_array();
    mo_eip712_put_hash(&hashed, type_hash);
    return hashed;
}

mo_eip712_t mo_eip712_struct(const char *type)
{
    mo_hash_t type_hash = mo_eip712_type_hash(type);
    return mo_eip712_struct_of(&type_hash);
}

void mo_eip712_put_hash(mo_eip712_t *hashed, const mo_hash_t *value)
{
    mo_keccak_put(&hashed->keccak, mo_hash_view(value));
}

void mo_eip712_put_u256(mo_eip712_t *hashed, mo_u256_t value)
{
    mo_hash_t word = mo_u256_to_hash(value);
    mo_eip712_put_hash(hashed, &word);
}

void mo_eip712_put_u64(mo_eip712_t *hashed, uint64_t value)
{
    mo_eip712_put_u256(hashed, mo_u256_from_u64(value));
}

void mo_eip712_put_bool(mo_eip712_t *hashed, bool value)
{
    mo_eip712_put_u64(hashed, value ? 1 : 0);
}

void mo_eip712_put_address(mo_eip712_t *hashed, const mo_address_t *value)
{
    mo_hash_t word = {{0}};
    memcpy(word.bytes + 32 - sizeof value->bytes, value->bytes, sizeof value->bytes);
    mo_eip712_put_hash(hashed, &word);
}

void mo_eip712_put_bytes(mo_eip712_t *hashed, mo_bytes_t value)
{
    mo_hash_t hash = mo_keccak256(value);
    mo_eip712_put_hash(hashed, &hash);
}

mo_hash_t mo_eip712_hash(mo_eip712_t *hashed)
{
    return mo_keccak_hash(&hashed->keccak);
}

/* One member of the domain's type string; commas stand between members. */
static void put_member_type(mo_keccak_t *type, bool present, const char *member, bool *first)
{
    if (present) {
        mo_keccak_put(type, text_view(*first ? "" : ","));
        mo_keccak_put(type, text_view(member));
        *first = false;
    }
}

static mo_hash_t domain_type_hash(const mo_eip712_domain_t *domain)
{
    mo_keccak_t type = mo_keccak();
    bool first = true;
    mo_keccak_put(&type, text_view("EIP712Domain("));
    put_member_type(&type, domain->name != NULL, "string name", &first);
    put_member_type(&type, domain->version != NULL, "string version", &first);
    put_member_type(&type, domain->chain_id != NULL, "uint256 chainId", &first);
    put_member_type(&type, domain->verifying_contract != NULL, "address verifyingContract", &first);
    put_member_type(&type, domain->salt != NULL, "bytes32 salt", &first);
    mo_keccak_put(&type, text_view(")"));
    return mo_keccak_hash(&type);
}

mo_hash_t mo_eip712_domain(const mo_eip712_domain_t *domain)
{
    mo_hash_t type_hash = domain_type_hash(domain);
    mo_eip712_t hashed = mo_eip712_struct_of(&type_hash);
    if (domain->name != NULL) {
        mo_eip712_put_bytes(&hashed, text_view(domain->name));
    }
    if (domain->version != NULL) {
        mo_eip712_put_bytes(&hashed, text_view(domain->version));
    }
    if (domain->chain_id != NULL) {
        mo_eip712_put_u256(&hashed, *domain->chain_id);
    }
    if (domain->verifying_contract != NULL) {
        mo_eip712_put_address(&hashed, domain->verifying_contract);
    }
    if (domain->salt != NULL) {
        mo_eip712_put_hash(&hashed, domain->salt);
    }
    return mo_eip712_hash(&hashed);
}

mo_hash_t mo_eip712_digest(const mo_hash_t *domain, const mo_hash_t *struct_hash)
{
    static const uint8_t prefix[] = {0x19, 0x01};
    mo_keccak_t keccak = mo_keccak();
    mo_keccak_put(&keccak, MO_BYTES(prefix));
    mo_keccak_put(&keccak, mo_hash_view(domain));
    mo_keccak_put(&keccak, mo_hash_view(struct_hash));
    return mo_keccak_hash(&keccak);
}
