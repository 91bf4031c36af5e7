/* {types, primaryType, domain, data, encoded, digest, domainSeparator}: typed data, and its signature if
 * there is one. */
#include <string.h>

#include "eth/secp.h"
#include "vectors/forms.h"
#include "json/typed.h"

#define ROOM_MAX (1u << 20)

bool mo_fits_eip712(const mo_case_t *c)
{
    return mo_has(c->value, "primaryType") && mo_has(c->value, "domain") && mo_has(c->value, "data") &&
           mo_has(c->value, "digest");
}

static mo_result_t judge_signature(mo_case_t *c, const mo_hash_t *digest)
{
    mo_hash_t word = mo_case_hash(c, "privateKey");
    mo_bytes_t expected = mo_case_bytes(c, "signature");
    mo_secp_key_t key;
    mo_signature_t signature;
    memcpy(key.bytes, word.bytes, sizeof key.bytes);
    MO_EXPECT(c, mo_secp_sign(&key, digest, &signature));
    mo_hash_t s = mo_signature_s(&signature);
    MO_EXPECT(c, expected.size == 65);
    MO_EXPECT(c, memcmp(expected.data, signature.r.bytes, 32) == 0);
    MO_EXPECT(c, memcmp(expected.data + 32, s.bytes, 32) == 0);
    MO_EXPECT(c, expected.data[64] == 27 + mo_signature_y_parity(&signature));
    return mo_case_end(c);
}

mo_result_t mo_judge_eip712(mo_case_t *c)
{
    mo_typed_parts_t parts = {mo_case_member(c, "types"), mo_case_member(c, "primaryType"),
                              mo_case_member(c, "domain"), mo_case_member(c, "data")};
    mo_typed_room_t room = {mo_case_room(c, ROOM_MAX), ROOM_MAX, 0};
    mo_buffer_t encoded = {mo_case_room(c, ROOM_MAX), 0, ROOM_MAX, false};
    mo_typed_t typed;
    mo_hash_t hash;
    mo_err_t err = mo_typed_read_parts(&parts, &room, &typed);
    if (mo_failed(err)) {
        return mo_case_fail(c, err.text);
    }
    MO_EXPECT(c,
              mo_eip712_encode_struct(&typed.types, typed.primary, &typed.message, &encoded) == MO_EIP712_OK);
    MO_EXPECT(c, mo_bytes_equal(mo_buffer_view(&encoded), mo_case_bytes(c, "encoded")));
    mo_hash_t expected = mo_case_hash(c, "domainSeparator");
    MO_EXPECT(c, mo_eip712_struct_hash(&typed.types, "EIP712Domain", &typed.domain, &hash) == MO_EIP712_OK);
    MO_EXPECT(c, mo_hash_equal(&hash, &expected));
    expected = mo_case_hash(c, "digest");
    MO_EXPECT(c, !mo_failed(mo_typed_digest(&typed, &hash)));
    MO_EXPECT(c, mo_hash_equal(&hash, &expected));
    return mo_has(c->value, "privateKey") ? judge_signature(c, &hash) : mo_case_end(c);
}
