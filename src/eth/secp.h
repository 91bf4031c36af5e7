/* Keys and signatures over secp256k1: sign a digest, recover who signed.
 *
 * A signature has the 64-byte form of EIP-2098: r, and s with the parity of the curve point's y in its top
 * bit, which is free because s is low. Low s only, on both ways: of the two forms that verify, the other is
 * refused, so a signature cannot be altered by a stranger. Nobody's address is never a signer: a result of
 * zero is a refusal (1.4).
 *
 *     mo_signature_t signature;
 *     if (!mo_secp_sign(&key, &digest, &signature)) ...          our own key is not a valid one
 *     verdict = mo_secp_recover(&signature, &digest, &signer);   hostile signature
 *
 * Signing is deterministic (RFC 6979) and, inside libsecp256k1, constant time and blinded; the same key and
 * digest give the same 64 bytes. Secrets on the stack are wiped. No state is kept between calls and none is
 * shared, so all of this may run in any thread.
 *
 * Cost: recover about 35 us; sign 50 us, of which the blinded context takes 30.
 *
 * Floor 1, pure; over libsecp256k1, whose memory is on our stack.
 */
#ifndef MO_ETH_SECP_H
#define MO_ETH_SECP_H

#include "base/bytes.h"
#include "base/verdict.h"

#define MO_SECP_VERDICTS(X)                                                                                  \
    X(MO_SECP_OK, "Ok", "")                                                                                  \
    /* s in the upper half of the group's order */                                                           \
    X(MO_SECP_HIGH_S, "SignatureHighS", "1.4")                                                               \
    /* r or s is zero, or not below the order */                                                             \
    X(MO_SECP_RANGE, "SignatureRange", "1.4")                                                                \
    /* no curve point has this r, or no key gives this signature */                                          \
    X(MO_SECP_UNRECOVERABLE, "SignatureUnrecoverable", "1.4")                                                \
    /* the zero address */                                                                                   \
    X(MO_SECP_ZERO_SIGNER, "SignatureZeroSigner", "1.4")

typedef enum { MO_SECP_VERDICTS(MO_VERDICT_CODE) } mo_secp_verdict_t;

const char *mo_secp_verdict_name(mo_secp_verdict_t verdict);

/* A secret key, big-endian. Its owner wipes it: mo_secret_wipe(&key, sizeof key). */
typedef struct {
    uint8_t bytes[32];
} mo_secp_key_t;

/* A point, x then y, without the prefix 04. */
typedef struct {
    uint8_t bytes[64];
} mo_public_key_t;

/* EIP-2098: r, then yParity << 255 | s; the order on the wire and of the contracts' (r, vs). */
typedef struct {
    mo_hash_t r;
    mo_hash_t vs;
} mo_signature_t;

/* Whether the key is in [1, order). */
MO_MUST_USE bool mo_secp_key_is_valid(const mo_secp_key_t *key);

/* key + tweak modulo the order, in place (BIP-32). False, and zero, when the tweak is not below the order or the sum is
 * zero. */
MO_MUST_USE bool mo_secp_key_add(mo_secp_key_t *key, const mo_secp_key_t *tweak);

/* The public key, or the address, of a secret key; false, and zero, when the key is not valid. */
MO_MUST_USE bool mo_secp_public_key(const mo_secp_key_t *key, mo_public_key_t *out);
MO_MUST_USE bool mo_secp_address(const mo_secp_key_t *key, mo_address_t *out);

/* Whether it is a point of the curve, both coordinates below the field's prime. */
MO_MUST_USE bool mo_secp_public_key_is_valid(const mo_public_key_t *public_key);

/* The last 20 bytes of keccak256 of the 64 bytes. */
mo_address_t mo_secp_public_key_address(const mo_public_key_t *public_key);

/* Signs a 32-byte digest. False, and zero, when the key is not valid. */
MO_MUST_USE bool mo_secp_sign(const mo_secp_key_t *key, const mo_hash_t *digest, mo_signature_t *out);

/* Who signed `digest`: the address, or the whole public key. Zero on any refusal. */
MO_MUST_USE mo_secp_verdict_t mo_secp_recover(const mo_signature_t *signature, const mo_hash_t *digest,
                                              mo_address_t *out);
MO_MUST_USE mo_secp_verdict_t mo_secp_recover_public_key(const mo_signature_t *signature,
                                                         const mo_hash_t *digest, mo_public_key_t *out);

/* The two parts of vs. */
bool mo_signature_y_parity(const mo_signature_t *signature);
mo_hash_t mo_signature_s(const mo_signature_t *signature);

#endif
