/* Keys behind passwords: keystores of Ethereum's tests and of ethers, and the derivations alone. */
#include <stdlib.h>
#include <string.h>

#include "eth/hmac.h"
#include "vectors/forms.h"
#include "json/keystore.h"

#define DERIVED_MAX 128

/* ---- {json, password, priv} ---- */

bool mo_fits_keystore_test(const mo_case_t *c)
{
    return json_is_object(mo_case_member(c, "json")) && mo_has(c->value, "password") &&
           mo_has(c->value, "priv");
}

static mo_result_t judge(mo_case_t *c, mo_bytes_t text, mo_bytes_t password, mo_secp_key_t *key)
{
    mo_keystore_t keystore;
    mo_err_t err = mo_keystore_read(text, &keystore);
    if (mo_failed(err)) {
        return mo_case_fail(c, err.text);
    }
    mo_keystore_verdict_t verdict = mo_keystore_unlock(&keystore, password, key);
    return verdict == MO_KEYSTORE_OK ? mo_case_end(c) : mo_case_fail(c, mo_keystore_verdict_name(verdict));
}

/* scrypt with n at least 2^(16 r), which RFC 7914 forbids and OpenSSL refuses; other libraries take it. */
static bool is_beyond_the_rfc(const json_t *file)
{
    const json_t *parameters = json_object_get(json_object_get(file, "crypto"), "kdfparams");
    json_int_t r = json_integer_value(json_object_get(parameters, "r"));
    return r > 0 && r < 4 && json_integer_value(json_object_get(parameters, "n")) >> (16 * r) != 0;
}

mo_result_t mo_judge_keystore_test(mo_case_t *c)
{
    if (is_beyond_the_rfc(mo_case_member(c, "json"))) {
        return mo_case_not_understood(c, "scrypt with n at least 2^(16 r), against RFC 7914");
    }
    mo_bytes_t expected = mo_case_bytes(c, "priv");
    mo_secp_key_t key;
    char *text = json_dumps(mo_case_member(c, "json"), 0);
    mo_bytes_t file = {(const uint8_t *)text, strlen(text)};
    mo_result_t result = judge(c, file, mo_read_raw(c, mo_case_member(c, "password")), &key);
    free(text);
    if (result == MO_PASSED) {
        size_t zeros = sizeof key.bytes - expected.size;
        MO_EXPECT(c, expected.size > 0 && expected.size <= sizeof key.bytes);
        MO_EXPECT(c, memcmp(key.bytes + zeros, expected.data, expected.size) == 0);
    }
    return result;
}

/* ---- {type: "keystore", address, password, content} ---- */

bool mo_fits_keystore(const mo_case_t *c)
{
    return mo_has(c->value, "content") && mo_has(c->value, "password") && mo_has(c->value, "address");
}

mo_result_t mo_judge_keystore(mo_case_t *c)
{
    mo_secp_key_t key;
    mo_address_t address;
    mo_address_t expected = mo_case_address(c, "address");
    mo_bytes_t file = mo_read_raw(c, mo_case_member(c, "content"));
    mo_result_t result = judge(c, file, mo_case_bytes(c, "password"), &key);
    if (result == MO_PASSED) {
        MO_EXPECT(c, mo_secp_address(&key, &address));
        MO_EXPECT(c, mo_address_equal(&address, &expected));
    }
    return result;
}

/* ---- {password, salt, dkLen, pbkdf2, scrypt} ---- */

bool mo_fits_kdf(const mo_case_t *c)
{
    return mo_has(c->value, "pbkdf2") && mo_has(c->value, "scrypt") && mo_has(c->value, "dkLen");
}

mo_result_t mo_judge_kdf(mo_case_t *c)
{
    const json_t *pbkdf2 = mo_case_member(c, "pbkdf2");
    const json_t *scrypt = mo_case_member(c, "scrypt");
    mo_bytes_t password = mo_case_bytes(c, "password");
    mo_bytes_t salt = mo_case_bytes(c, "salt");
    uint8_t derived[DERIVED_MAX];
    size_t size = mo_case_u64(c, "dkLen");
    MO_EXPECT(c, size > 0 && size <= DERIVED_MAX);
    uint32_t rounds = (uint32_t)mo_read_u64(c, json_object_get(pbkdf2, "iterations"));
    mo_pbkdf2_sha256(password, salt, rounds, derived, size);
    MO_EXPECT(c,
              mo_bytes_equal((mo_bytes_t){derived, size}, mo_read_bytes(c, json_object_get(pbkdf2, "key"))));
    mo_keystore_t parameters = {.kdf = MO_KEYSTORE_SCRYPT};
    mo_buffer_t out = {derived, 0, size, false};
    parameters.n = (uint32_t)mo_read_u64(c, json_object_get(scrypt, "N"));
    parameters.r = (uint32_t)mo_read_u64(c, json_object_get(scrypt, "r"));
    parameters.p = (uint32_t)mo_read_u64(c, json_object_get(scrypt, "p"));
    MO_EXPECT(c, mo_keystore_scrypt(&parameters, password, salt, &out) == MO_KEYSTORE_OK);
    MO_EXPECT(c,
              mo_bytes_equal((mo_bytes_t){derived, size}, mo_read_bytes(c, json_object_get(scrypt, "key"))));
    return mo_case_end(c);
}

/* ---- {data, key, algorithm, hmac} ---- */

bool mo_fits_hmac(const mo_case_t *c)
{
    return mo_has(c->value, "algorithm") && mo_has(c->value, "hmac") && mo_has(c->value, "key");
}

mo_result_t mo_judge_hmac(mo_case_t *c)
{
    mo_bytes_t key = mo_case_bytes(c, "key");
    mo_bytes_t message = mo_case_bytes(c, "data");
    if (strcmp(mo_case_text(c, "algorithm"), "sha256") == 0) {
        mo_hash_t mac = mo_hmac_sha256(key, message, (mo_bytes_t){NULL, 0});
        MO_EXPECT(c, mo_bytes_equal(mo_hash_view(&mac), mo_case_bytes(c, "hmac")));
        return mo_case_end(c);
    }
    uint8_t mac[64];
    MO_EXPECT(c, strcmp(mo_case_text(c, "algorithm"), "sha512") == 0);
    mo_hmac_sha512(key, message, mac);
    MO_EXPECT(c, mo_bytes_equal(MO_BYTES(mac), mo_case_bytes(c, "hmac")));
    return mo_case_end(c);
}

/* ---- Wycheproof's PBKDF2 ---- */

bool mo_fits_wycheproof_pbkdf2(const mo_case_t *c)
{
    return mo_has(c->value, "iterationCount") && mo_has(c->value, "dk");
}

mo_result_t mo_judge_wycheproof_pbkdf2(mo_case_t *c)
{
    uint8_t derived[DERIVED_MAX];
    mo_bytes_t expected = mo_case_bytes(c, "dk");
    MO_EXPECT(c, expected.size > 0 && expected.size <= DERIVED_MAX);
    mo_pbkdf2_sha256(mo_case_bytes(c, "password"), mo_case_bytes(c, "salt"),
                     (uint32_t)mo_case_u64(c, "iterationCount"), derived, expected.size);
    bool same = mo_bytes_equal((mo_bytes_t){derived, expected.size}, expected);
    MO_EXPECT(c, same == (strcmp(mo_case_text(c, "result"), "valid") == 0));
    return mo_case_end(c);
}
