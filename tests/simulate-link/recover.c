/* Linked into build/mosaic-simulate in place of mo_secp_recover (ld --wrap): each signature is recovered once a process
 * and remembered, though every validator and both branches check it again. What is remembered is what the function
 * itself gave for the same digest and signature; more than fit are recovered anew. */
#include <string.h>

#include "eth/secp.h"

mo_secp_verdict_t __real_mo_secp_recover(const mo_signature_t *signature, const mo_hash_t *digest, mo_address_t *out);
mo_secp_verdict_t __wrap_mo_secp_recover(const mo_signature_t *signature, const mo_hash_t *digest, mo_address_t *out);

#define PLACES 65536

typedef struct {
    bool used;
    mo_hash_t digest;
    mo_signature_t signature;
    mo_address_t signer;
    mo_secp_verdict_t verdict;
} known_t;

static known_t known[PLACES];

mo_secp_verdict_t __wrap_mo_secp_recover(const mo_signature_t *signature, const mo_hash_t *digest, mo_address_t *out)
{
    size_t place = ((size_t)signature->r.bytes[31] << 8 | signature->r.bytes[30]) % PLACES;
    known_t *k = &known[place];
    if (!k->used || !mo_hash_equal(&k->digest, digest) || memcmp(&k->signature, signature, sizeof *signature) != 0) {
        *k = (known_t){.used = true, .digest = *digest, .signature = *signature};
        k->verdict = __real_mo_secp_recover(signature, digest, &k->signer);
    }
    *out = k->signer;
    return k->verdict;
}
