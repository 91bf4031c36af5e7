/* Signatures: a recovered signer is never zero, never from a high s, and is the public key's own address. */
#include <stdlib.h>
#include <string.h>

#include "eth/secp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 96) {
        return 0;
    }
    mo_hash_t digest;
    mo_signature_t signature;
    mo_address_t signer;
    mo_public_key_t public_key;
    memcpy(digest.bytes, data, 32);
    memcpy(signature.r.bytes, data + 32, 32);
    memcpy(signature.vs.bytes, data + 64, 32);
    mo_secp_verdict_t verdict = mo_secp_recover(&signature, &digest, &signer);
    require((verdict == MO_SECP_OK) == !mo_address_is_zero(&signer));
    if (verdict == MO_SECP_OK) {
        require(mo_signature_s(&signature).bytes[0] < 0x80);
        require(mo_secp_recover_public_key(&signature, &digest, &public_key) == MO_SECP_OK);
        mo_address_t address = mo_secp_public_key_address(&public_key);
        require(mo_address_equal(&address, &signer));
    }
    return 0;
}
