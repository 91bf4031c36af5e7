/* Keys and signatures: {privateKey, address}; {sender, creates}; RFC 6979's {d, m, signature}; the ecRecover precompile's
 * {Input, Expected}; Wycheproof's DER signatures over SHA-256; and the first keys that Ethereum's tests ever had. */
#include <openssl/sha.h>
#include <string.h>

#include "eth/address.h"
#include "eth/keccak.h"
#include "eth/secp.h"
#include "vectors/forms.h"

static mo_secp_key_t read_key(mo_case_t *c, const char *name)
{
    mo_hash_t bytes = mo_case_hash(c, name);
    mo_secp_key_t key;
    memcpy(key.bytes, bytes.bytes, sizeof key.bytes);
    return key;
}

/* r, s and a parity in the form of EIP-2098; a high s takes the parity's bit, so it is no signature here. */
static bool make_signature(const uint8_t r[32], const uint8_t s[32], bool odd, mo_signature_t *out)
{
    memcpy(out->r.bytes, r, 32);
    memcpy(out->vs.bytes, s, 32);
    out->vs.bytes[0] |= odd ? 0x80 : 0;
    return s[0] < 0x80;
}

/* ---- {privateKey, address} ---- */

bool mo_fits_account(const mo_case_t *c)
{
    return mo_has(c->value, "privateKey") && mo_has(c->value, "address") && !mo_has(c->value, "transaction");
}

mo_result_t mo_judge_account(mo_case_t *c)
{
    mo_secp_key_t key = read_key(c, "privateKey");
    mo_address_t expected = mo_case_address(c, "address");
    mo_address_t address;
    char text[MO_ADDRESS_TEXT];
    MO_EXPECT(c, mo_secp_address(&key, &address) && mo_address_equal(&address, &expected));
    mo_address_print(&address, text);
    MO_EXPECT(c, strcmp(text, mo_case_text(c, "address")) == 0);
    MO_EXPECT(c, mo_address_parse(text, &address) == MO_ADDRESS_OK);
    return mo_case_end(c);
}

/* ---- {sender, creates} ---- */

bool mo_fits_create(const mo_case_t *c)
{
    return mo_has(c->value, "sender") && json_is_array(mo_case_member(c, "creates"));
}

static mo_address_t created_by(mo_case_t *c, const mo_address_t *sender, const json_t *one)
{
    if (mo_has(one, "nonce")) {
        return mo_address_created(sender, mo_read_u64(c, json_object_get(one, "nonce")));
    }
    mo_hash_t salt = mo_read_hash(c, json_object_get(one, "salt"));
    mo_hash_t code = mo_keccak256(mo_read_bytes(c, json_object_get(one, "initCode")));
    return mo_address_created2(sender, &salt, &code);
}

mo_result_t mo_judge_create(mo_case_t *c)
{
    mo_address_t sender = mo_case_address(c, "sender");
    const json_t *creates = mo_case_member(c, "creates");
    for (size_t i = 0; i < json_array_size(creates); i++) {
        const json_t *one = json_array_get(creates, i);
        mo_address_t actual = created_by(c, &sender, one);
        mo_address_t expected = mo_read_address(c, json_object_get(one, "address"));
        MO_EXPECT(c, mo_address_equal(&actual, &expected));
    }
    return mo_case_end(c);
}

/* ---- {d, m, signature, recoveryId}, or without signature when the key is none ---- */

bool mo_fits_rfc6979(const mo_case_t *c)
{
    return mo_has(c->value, "d") && mo_has(c->value, "m") && (mo_has(c->value, "signature") || mo_has(c->value, "exception"));
}

mo_result_t mo_judge_rfc6979(mo_case_t *c)
{
    mo_secp_key_t key = read_key(c, "d");
    mo_hash_t digest = mo_case_hash(c, "m");
    mo_signature_t signature;
    bool is_signed = mo_secp_sign(&key, &digest, &signature);
    MO_EXPECT(c, is_signed == mo_has(c->value, "signature"));
    if (!is_signed) {
        return mo_case_end(c);
    }
    mo_bytes_t expected = mo_case_bytes(c, "signature");
    mo_hash_t s = mo_signature_s(&signature);
    MO_EXPECT(c, expected.size == 64 && memcmp(expected.data, signature.r.bytes, 32) == 0);
    MO_EXPECT(c, memcmp(expected.data + 32, s.bytes, 32) == 0);
    MO_EXPECT(c, mo_signature_y_parity(&signature) == (mo_case_u64(c, "recoveryId") == 1));
    mo_address_t signer;
    mo_address_t own;
    MO_EXPECT(c, mo_secp_recover(&signature, &digest, &signer) == MO_SECP_OK);
    MO_EXPECT(c, mo_secp_address(&key, &own) && mo_address_equal(&own, &signer));
    return mo_case_end(c);
}

/* ---- {Input, Expected}: digest, v, r, s as words ---- */

bool mo_fits_ecrecover(const mo_case_t *c)
{
    const char *name = json_string_value(mo_case_member(c, "Name"));
    return mo_has(c->value, "Input") && mo_has(c->value, "Expected") && name != NULL &&
           json_string_length(mo_case_member(c, "Input")) >= 256;
}

static bool recover_words(mo_bytes_t input, mo_address_t *out)
{
    mo_hash_t digest;
    mo_hash_t v;
    memcpy(digest.bytes, input.data, 32);
    memcpy(v.bytes, input.data + 32, 32);
    uint64_t recovery;
    mo_signature_t signature;
    return mo_u256_to_u64(mo_u256_from_hash(&v), &recovery) && (recovery == 27 || recovery == 28) &&
           make_signature(input.data + 64, input.data + 96, recovery == 28, &signature) &&
           mo_secp_recover(&signature, &digest, out) == MO_SECP_OK;
}

/* The precompile takes a high s; the library does not, so such a case is turned to its low form. */
mo_result_t mo_judge_ecrecover(mo_case_t *c)
{
    mo_bytes_t input = mo_case_bytes(c, "Input");
    mo_bytes_t expected = mo_case_bytes(c, "Expected");
    MO_EXPECT(c, input.size >= 128); /* what follows the four words is not read */
    static const uint8_t order[32] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                      0xff, 0xff, 0xff, 0xff, 0xfe, 0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48,
                                      0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41};
    uint8_t words[128];
    memcpy(words, input.data, input.size >= sizeof words ? sizeof words : 0);
    mo_u256_t low;
    if (words[96] >= 0x80 && mo_u256_sub(mo_u256_from_be(order), mo_u256_from_be(words + 96), &low)) {
        mo_u256_to_be(low, words + 96);
        words[63] ^= 27 ^ 28;
    }
    mo_address_t signer;
    bool found = recover_words(MO_BYTES(words), &signer);
    MO_EXPECT(c, found == (expected.size == 32));
    MO_EXPECT(c, !found || memcmp(signer.bytes, expected.data + 12, sizeof signer.bytes) == 0);
    return mo_case_end(c);
}

/* ---- Wycheproof: {msg, sig, result} in a group with a public key ---- */

bool mo_fits_wycheproof_ecdsa(const mo_case_t *c)
{
    const json_t *group = c->depth >= 2 ? c->outer[c->depth - 2] : NULL;
    return mo_has(c->value, "msg") && mo_has(c->value, "sig") && mo_has(c->value, "result") && mo_has(group, "publicKey") &&
           mo_has(group, "sha");
}

/* One DER integer of 1 to 32 bytes, minimal and not negative, left-padded; false for anything else. */
static bool take_integer(mo_bytes_t *der, uint8_t out[32])
{
    if (der->size < 2 || der->data[0] != 0x02 || der->data[1] == 0 || der->data[1] > der->size - 2) {
        return false;
    }
    mo_bytes_t bytes = {der->data + 2, der->data[1]};
    *der = (mo_bytes_t){bytes.data + bytes.size, der->size - 2 - bytes.size};
    bool padded = bytes.size > 1 && bytes.data[0] == 0;
    if (bytes.data[0] >= 0x80 || (padded && bytes.data[1] < 0x80)) {
        return false;
    }
    bytes.data += padded;
    bytes.size -= padded;
    if (bytes.size > 32) {
        return false;
    }
    memset(out, 0, 32);
    memcpy(out + 32 - bytes.size, bytes.data, bytes.size);
    return true;
}

static bool take_signature(mo_bytes_t der, uint8_t r[32], uint8_t s[32])
{
    if (der.size < 2 || der.data[0] != 0x30 || der.data[1] != der.size - 2) {
        return false;
    }
    mo_bytes_t rest = {der.data + 2, der.size - 2};
    return take_integer(&rest, r) && take_integer(&rest, s) && rest.size == 0;
}

/* Verifying by recovery: one of the two keys that give the signature is the signer's. */
static bool is_signed_by(mo_bytes_t der, const mo_hash_t *digest, mo_bytes_t public_key)
{
    uint8_t r[32];
    uint8_t s[32];
    mo_signature_t signature;
    mo_public_key_t found;
    if (!take_signature(der, r, s)) {
        return false;
    }
    for (unsigned odd = 0; odd < 2; odd++) {
        if (make_signature(r, s, odd == 1, &signature) &&
            mo_secp_recover_public_key(&signature, digest, &found) == MO_SECP_OK &&
            memcmp(found.bytes, public_key.data + 1, sizeof found.bytes) == 0) {
            return true;
        }
    }
    return false;
}

/* r is x less the order when x lies between the order and the field's prime, which is 2^129 above it: Ethereum's
 * signatures have no bit to say so. */
static bool may_be_reduced(mo_bytes_t der)
{
    static const uint8_t zeros[15];
    uint8_t r[32];
    uint8_t s[32];
    return take_signature(der, r, s) && memcmp(r, zeros, sizeof zeros) == 0;
}

mo_result_t mo_judge_wycheproof_ecdsa(mo_case_t *c)
{
    const json_t *key = json_object_get(c->outer[c->depth - 2], "publicKey");
    mo_bytes_t public_key = mo_read_bytes(c, json_object_get(key, "uncompressed"));
    mo_bytes_t message = mo_case_bytes(c, "msg");
    mo_hash_t digest;
    MO_EXPECT(c, public_key.size == 65);
    SHA256(message.data, message.size, digest.bytes);
    mo_bytes_t der = mo_case_bytes(c, "sig");
    bool valid = strcmp(mo_case_text(c, "result"), "valid") == 0;
    bool is_signed = is_signed_by(der, &digest, public_key);
    if (valid && !is_signed && may_be_reduced(der)) {
        return mo_case_not_understood(c, "a point whose x is above the order: Ethereum's signatures have no bit for it, and it is refused");
    }
    MO_EXPECT(c, is_signed == valid);
    return mo_case_end(c);
}

/* ---- {seed, key, addr, sig_of_emptystring} ---- */

bool mo_fits_first_key(const mo_case_t *c)
{
    return mo_has(c->value, "seed") && mo_has(c->value, "key") && mo_has(c->value, "addr");
}

mo_result_t mo_judge_first_key(mo_case_t *c)
{
    mo_hash_t seed = mo_keccak256(mo_read_raw(c, mo_case_member(c, "seed")));
    mo_secp_key_t key = read_key(c, "key");
    mo_address_t expected = mo_case_address(c, "addr");
    mo_address_t address;
    MO_EXPECT(c, memcmp(seed.bytes, key.bytes, sizeof key.bytes) == 0);
    MO_EXPECT(c, mo_secp_address(&key, &address) && mo_address_equal(&address, &expected));
    return mo_case_end(c);
}
