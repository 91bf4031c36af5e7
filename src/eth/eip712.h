/* EIP-712: the digest of typed data, for types that are known when the program is written.
 *
 *     digest      = keccak256(19 01 | domain | structHash)
 *     structHash  = keccak256(typeHash | member | member ...)           each member one word of 32 bytes
 *     typeHash    = keccak256("Logout(address signer)")
 *     domain      = the structHash of EIP712Domain
 *
 * A struct is hashed as it is put, without a buffer, in the order of its type string:
 *
 *     mo_eip712_t s = mo_eip712_struct("Logout(address signer)");
 *     mo_eip712_put_address(&s, &signer);
 *     mo_hash_t hash = mo_eip712_hash(&s);
 *     mo_hash_t digest = mo_eip712_digest(&domain, &hash);
 *
 * An array of structs is one member: the hash of its elements' struct hashes one after the other.
 *
 *     mo_eip712_t list = mo_eip712_array();
 *     for each update: mo_eip712_put_hash(&list, &update_hash);
 *     mo_hash_t updates = mo_eip712_hash(&list);
 *
 * What it does not do: parse type strings or JSON typed data, negative integers.
 *
 * Floor 1, pure. Clauses 1.2, 1.3.
 */
#ifndef MO_ETH_EIP712_H
#define MO_ETH_EIP712_H

#include "eth/keccak.h"
#include "eth/u256.h"

/* A struct, or an array, being hashed. */
typedef struct {
    mo_keccak_t keccak;
} mo_eip712_t;

/* keccak256 of a type string. */
mo_hash_t mo_eip712_type_hash(const char *type);

/* Starts a struct of this type string; the second form saves the hash of it. */
mo_eip712_t mo_eip712_struct(const char *type);
mo_eip712_t mo_eip712_struct_of(const mo_hash_t *type_hash);

/* Starts an array: as a struct, without type. */
mo_eip712_t mo_eip712_array(void);

/* One member. */
void mo_eip712_put_u64(mo_eip712_t *hashed, uint64_t value);
void mo_eip712_put_u256(mo_eip712_t *hashed, mo_u256_t value);
void mo_eip712_put_bool(mo_eip712_t *hashed, bool value);
void mo_eip712_put_address(mo_eip712_t *hashed, const mo_address_t *value);
void mo_eip712_put_hash(mo_eip712_t *hashed, const mo_hash_t *value); /* bytes32, a nested struct, an array */
void mo_eip712_put_bytes(mo_eip712_t *hashed, mo_bytes_t value);      /* bytes or string: its keccak256 */

/* The hash; the struct is spent. */
mo_hash_t mo_eip712_hash(mo_eip712_t *hashed);

/* A domain. Members that are absent (NULL) are left out of its type, in the standard's order. */
typedef struct {
    const char *name;
    const char *version;
    const mo_u256_t *chain_id;
    const mo_address_t *verifying_contract;
    const mo_hash_t *salt;
} mo_eip712_domain_t;

/* The domain separator. */
mo_hash_t mo_eip712_domain(const mo_eip712_domain_t *domain);

/* What is signed. */
mo_hash_t mo_eip712_digest(const mo_hash_t *domain, const mo_hash_t *struct_hash);

#endif
