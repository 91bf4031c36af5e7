#include "eth/secp.h"

#include <secp256k1.h>
#include <secp256k1_preallocated.h>
#include <secp256k1_recovery.h>
#include <stdalign.h>
#include <string.h>

#include "base/check.h"
#include "base/secret.h"
#include "eth/keccak.h"

/* What a context of libsecp256k1 takes (208 bytes in 0.2.0), doubled; checked where it is made. */
#define CONTEXT_BYTES_MAX 512

/* A signing context in the caller's frame. */
typedef struct {
    alignas(max_align_t) uint8_t memory[CONTEXT_BYTES_MAX];
    secp256k1_context *context;
} signer_t;

static const uint8_t zeros[32];

/* The order n of the group, and floor(n / 2), the greatest low s. */
static const uint8_t group_order[32] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                        0xff, 0xff, 0xff, 0xff, 0xfe, 0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48,
                                        0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41};
static const uint8_t half_order[32] = {0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                       0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4,
                                       0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0};

const char *mo_secp_verdict_name(mo_secp_verdict_t verdict)
{
    switch (verdict) {
        MO_SECP_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

/* ---- Keys ---- */

/* Makes a context and blinds it with 32 bytes that an observer of its timing or power does not know: the
 * key's own hash with what is signed. Blinding changes no result. */
static void signer_open(signer_t *signer, const mo_secp_key_t *key, const mo_hash_t *digest)
{
    MO_CHECK(secp256k1_context_preallocated_size(SECP256K1_CONTEXT_NONE) <= sizeof signer->memory);
    signer->context = secp256k1_context_preallocated_create(signer->memory, SECP256K1_CONTEXT_NONE);
    mo_keccak_t keccak = mo_keccak();
    mo_keccak_put(&keccak, MO_BYTES(key->bytes));
    mo_keccak_put(&keccak, mo_hash_view(digest));
    mo_hash_t blinding = mo_keccak_hash(&keccak);
    MO_CHECK(secp256k1_context_randomize(signer->context, blinding.bytes) == 1);
    mo_secret_wipe(&keccak, sizeof keccak);
    mo_secret_wipe(&blinding, sizeof blinding);
}

static void signer_close(signer_t *signer)
{
    secp256k1_context_preallocated_destroy(signer->context);
    mo_secret_wipe(signer, sizeof *signer);
}

/* A point of libsecp256k1 in the form of this module. */
static void export_public_key(const secp256k1_pubkey *from, mo_public_key_t *to)
{
    uint8_t serialized[65];
    size_t size = sizeof serialized;
    MO_CHECK(secp256k1_ec_pubkey_serialize(secp256k1_context_static, serialized, &size, from,
                                           SECP256K1_EC_UNCOMPRESSED) == 1);
    memcpy(to->bytes, serialized + 1, sizeof to->bytes);
}

/* Whether a key is one, or an operation on it worked, is no secret: it fails for one key in 2^127. */
static bool publish_success(int result)
{
    mo_secret_declassify(&result, sizeof result);
    return result == 1;
}

bool mo_secp_key_is_valid(const mo_secp_key_t *key)
{
    return publish_success(secp256k1_ec_seckey_verify(secp256k1_context_static, key->bytes));
}

bool mo_secp_key_add(mo_secp_key_t *key, const mo_secp_key_t *tweak)
{
    if (publish_success(
            secp256k1_ec_seckey_tweak_add(secp256k1_context_static, key->bytes, tweak->bytes))) {
        return true;
    }
    mo_secret_wipe(key, sizeof *key);
    return false;
}

bool mo_secp_public_key(const mo_secp_key_t *key, mo_public_key_t *out)
{
    static const mo_hash_t no_digest;
    *out = (mo_public_key_t){{0}};
    signer_t signer;
    signer_open(&signer, key, &no_digest);
    secp256k1_pubkey point;
    bool valid = publish_success(secp256k1_ec_pubkey_create(signer.context, &point, key->bytes));
    signer_close(&signer);
    mo_secret_declassify(&point, sizeof point);
    if (valid) {
        export_public_key(&point, out);
    }
    return valid;
}

bool mo_secp_public_key_is_valid(const mo_public_key_t *public_key)
{
    uint8_t serialized[1 + sizeof public_key->bytes] = {0x04};
    memcpy(serialized + 1, public_key->bytes, sizeof public_key->bytes);
    secp256k1_pubkey point;
    return secp256k1_ec_pubkey_parse(secp256k1_context_static, &point, serialized, sizeof serialized) == 1;
}

mo_address_t mo_secp_public_key_address(const mo_public_key_t *public_key)
{
    mo_hash_t hash = mo_keccak256(MO_BYTES(public_key->bytes));
    mo_address_t address;
    memcpy(address.bytes, hash.bytes + 32 - sizeof address.bytes, sizeof address.bytes);
    return address;
}

bool mo_secp_address(const mo_secp_key_t *key, mo_address_t *out)
{
    *out = (mo_address_t){{0}};
    mo_public_key_t public_key;
    if (!mo_secp_public_key(key, &public_key)) {
        return false;
    }
    *out = mo_secp_public_key_address(&public_key);
    return true;
}

/* ---- Signatures ---- */

bool mo_signature_y_parity(const mo_signature_t *signature)
{
    return signature->vs.bytes[0] >> 7 != 0;
}

mo_hash_t mo_signature_s(const mo_signature_t *signature)
{
    mo_hash_t s = signature->vs;
    s.bytes[0] &= 0x7f;
    return s;
}

bool mo_secp_sign(const mo_secp_key_t *key, const mo_hash_t *digest, mo_signature_t *out)
{
    *out = (mo_signature_t){{{0}}, {{0}}};
    signer_t signer;
    signer_open(&signer, key, digest);
    secp256k1_ecdsa_recoverable_signature made;
    bool valid = publish_success(
        secp256k1_ecdsa_sign_recoverable(signer.context, &made, digest->bytes, key->bytes, NULL, NULL));
    signer_close(&signer);
    mo_secret_declassify(&made, sizeof made);
    if (!valid) {
        return false;
    }
    uint8_t compact[64];
    int id = 0;
    (void)secp256k1_ecdsa_recoverable_signature_serialize_compact(secp256k1_context_static, compact, &id,
                                                                  &made);
    /* 2 and 3 mean an x coordinate above the order: one in 2^127, and EIP-2098 has no form for it. */
    MO_CHECK(id == 0 || id == 1);
    memcpy(out->r.bytes, compact, 32);
    memcpy(out->vs.bytes, compact + 32, 32);
    out->vs.bytes[0] |= (uint8_t)(id << 7);
    return true;
}

/* Low s, and both numbers in [1, order). */
static mo_secp_verdict_t judge_numbers(const mo_hash_t *r, const mo_hash_t *s)
{
    if (memcmp(s->bytes, half_order, sizeof half_order) > 0) {
        return MO_SECP_HIGH_S;
    }
    if (memcmp(s->bytes, zeros, sizeof zeros) == 0 || memcmp(r->bytes, zeros, sizeof zeros) == 0 ||
        memcmp(r->bytes, group_order, sizeof group_order) >= 0) {
        return MO_SECP_RANGE;
    }
    return MO_SECP_OK;
}

mo_secp_verdict_t mo_secp_recover_public_key(const mo_signature_t *signature, const mo_hash_t *digest,
                                             mo_public_key_t *out)
{
    *out = (mo_public_key_t){{0}};
    mo_hash_t s = mo_signature_s(signature);
    mo_secp_verdict_t verdict = judge_numbers(&signature->r, &s);
    if (verdict != MO_SECP_OK) {
        return verdict;
    }
    uint8_t compact[64];
    memcpy(compact, signature->r.bytes, 32);
    memcpy(compact + 32, s.bytes, 32);
    secp256k1_ecdsa_recoverable_signature parsed;
    secp256k1_pubkey point;
    const secp256k1_context *context = secp256k1_context_static;
    int id = mo_signature_y_parity(signature) ? 1 : 0;
    MO_CHECK(secp256k1_ecdsa_recoverable_signature_parse_compact(context, &parsed, compact, id) == 1);
    if (secp256k1_ecdsa_recover(context, &point, &parsed, digest->bytes) != 1) {
        return MO_SECP_UNRECOVERABLE;
    }
    export_public_key(&point, out);
    return MO_SECP_OK;
}

mo_secp_verdict_t mo_secp_recover(const mo_signature_t *signature, const mo_hash_t *digest, mo_address_t *out)
{
    *out = (mo_address_t){{0}};
    mo_public_key_t public_key;
    mo_secp_verdict_t verdict = mo_secp_recover_public_key(signature, digest, &public_key);
    if (verdict != MO_SECP_OK) {
        return verdict;
    }
    *out = mo_secp_public_key_address(&public_key);
    return mo_address_is_zero(out) ? MO_SECP_ZERO_SIGNER : MO_SECP_OK;
}
