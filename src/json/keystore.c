#include "json/keystore.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/hex.h"

/* A file being read; the first error stays. */
typedef struct {
    mo_keystore_t *out;
    mo_err_t err;
} reader_t;

static void refuse(reader_t *reader, const char *name, const char *what)
{
    if (!mo_failed(reader->err)) {
        reader->err = mo_err(MO_ERR_PERMANENT, "keystore: %s: %s", name, what);
    }
}

static void read_exact(reader_t *reader, const json_t *object, const char *name, uint8_t *out, size_t size)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (text == NULL || !mo_hex_decode_exact(text, MO_HEX_BARE, out, size)) {
        refuse(reader, name, "is not a string of as many hexadecimal digits as it must have");
    }
}

static uint32_t read_number(reader_t *reader, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || number > UINT32_MAX) {
        refuse(reader, name, "is not a number of 32 bits");
        return 0;
    }
    return (uint32_t)number;
}

/* 1 to 32 bytes. */
static void read_ciphertext(reader_t *reader, const json_t *crypto)
{
    const char *text = json_string_value(json_object_get(crypto, "ciphertext"));
    mo_buffer_t bytes = MO_BUFFER(reader->out->ciphertext);
    if (text == NULL || !mo_hex_decode(text, MO_HEX_BARE, &bytes) || bytes.size == 0) {
        refuse(reader, "ciphertext", "is not hexadecimal digits of at most 32 bytes");
    }
    reader->out->ciphertext_size = bytes.size;
}

static bool says(const json_t *object, const char *name, const char *word)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL && strcmp(text, word) == 0;
}

static void expect(reader_t *reader, const json_t *object, const char *name, const char *word)
{
    if (!says(object, name, word)) {
        refuse(reader, name, "is another than the one that is known");
    }
}

static void read_salt(reader_t *reader, const json_t *parameters)
{
    const char *text = json_string_value(json_object_get(parameters, "salt"));
    mo_buffer_t salt = MO_BUFFER(reader->out->salt);
    if (text == NULL || !mo_hex_decode(text, MO_HEX_BARE, &salt)) {
        refuse(reader, "salt", "is not hexadecimal digits, or too long");
    }
    reader->out->salt_size = salt.size;
}

static void read_kdf(reader_t *reader, const json_t *crypto)
{
    const json_t *parameters = json_object_get(crypto, "kdfparams");
    mo_keystore_t *out = reader->out;
    read_salt(reader, parameters);
    if (read_number(reader, parameters, "dklen") != 32) {
        refuse(reader, "dklen", "is not 32");
    }
    if (says(crypto, "kdf", "scrypt")) {
        out->kdf = MO_KEYSTORE_SCRYPT;
        out->n = read_number(reader, parameters, "n");
        out->r = read_number(reader, parameters, "r");
        out->p = read_number(reader, parameters, "p");
    } else {
        expect(reader, crypto, "kdf", "pbkdf2");
        expect(reader, parameters, "prf", "hmac-sha256");
        out->kdf = MO_KEYSTORE_PBKDF2;
        out->rounds = read_number(reader, parameters, "c");
    }
    mo_keystore_verdict_t verdict = mo_keystore_check(out);
    if (verdict != MO_KEYSTORE_OK) {
        refuse(reader, "kdfparams", mo_keystore_verdict_name(verdict));
    }
}

/* With or without 0x, or none at all. */
static void read_address(reader_t *reader, const json_t *file)
{
    const json_t *value = json_object_get(file, "address");
    const char *text = json_string_value(value);
    if (value == NULL) {
        return;
    }
    mo_hex_form_t form = text != NULL && strncmp(text, "0x", 2) == 0 ? MO_HEX_PREFIXED : MO_HEX_BARE;
    if (text == NULL || !mo_hex_decode_exact(text, form, reader->out->address.bytes, sizeof(mo_address_t))) {
        refuse(reader, "address", "is not 40 hexadecimal digits");
    }
}

static void read_file(reader_t *reader, const json_t *file)
{
    const json_t *crypto = json_object_get(file, "crypto");
    mo_keystore_t *out = reader->out;
    if (crypto == NULL) {
        crypto = json_object_get(file, "Crypto");
    }
    if (!json_is_object(file) || !json_is_object(crypto)) {
        refuse(reader, "crypto", "is missing");
    }
    if (read_number(reader, file, "version") != 3) {
        refuse(reader, "version", "is not 3");
    }
    expect(reader, crypto, "cipher", "aes-128-ctr");
    read_exact(reader, json_object_get(crypto, "cipherparams"), "iv", out->iv, sizeof out->iv);
    read_ciphertext(reader, crypto);
    read_exact(reader, crypto, "mac", out->mac.bytes, sizeof out->mac.bytes);
    read_kdf(reader, crypto);
    read_address(reader, file);
}

mo_err_t mo_keystore_read(mo_bytes_t text, mo_keystore_t *out)
{
    memset(out, 0, sizeof *out);
    json_error_t at;
    reader_t reader = {out, MO_SUCCESS};
    json_t *file = NULL;
    if (text.size > 0 && text.size <= MO_KEYSTORE_TEXT_READ_MAX) {
        file = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, &at);
    }
    if (file == NULL) {
        return mo_err(MO_ERR_PERMANENT, "keystore: is not JSON, or too long");
    }
    read_file(&reader, file);
    json_decref(file);
    if (mo_failed(reader.err)) {
        memset(out, 0, sizeof *out);
    }
    return reader.err;
}

/* ---- Writing ---- */

/* `size` bytes as digits at the end of a text. */
static const char *hex_of(const uint8_t *bytes, size_t size,
                          char text[MO_HEX_TEXT(MO_KEYSTORE_SALT_BYTES_MAX)])
{
    mo_hex_encode((mo_bytes_t){bytes, size}, MO_HEX_BARE, text, MO_HEX_TEXT(MO_KEYSTORE_SALT_BYTES_MAX));
    return text;
}

/* A UUID of version 4: the version and the variant have their places among the random bits. */
static void id_text(const uint8_t id[16], char text[37])
{
    uint8_t bits[16];
    char digits[MO_HEX_TEXT(MO_KEYSTORE_SALT_BYTES_MAX)];
    memcpy(bits, id, sizeof bits);
    bits[6] = (uint8_t)(0x40 | (bits[6] & 0x0f));
    bits[8] = (uint8_t)(0x80 | (bits[8] & 0x3f));
    const char *hex = hex_of(bits, sizeof bits, digits);
    (void)snprintf(text, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

static void kdf_text(const mo_keystore_t *keystore, char text[320])
{
    char salt[MO_HEX_TEXT(MO_KEYSTORE_SALT_BYTES_MAX)];
    (void)hex_of(keystore->salt, keystore->salt_size, salt);
    if (keystore->kdf == MO_KEYSTORE_SCRYPT) {
        (void)snprintf(
            text, 320,
            "\"kdf\":\"scrypt\",\"kdfparams\":{\"dklen\":32,\"n\":%u,\"r\":%u,\"p\":%u,\"salt\":\"%s\"}",
            keystore->n, keystore->r, keystore->p, salt);
    } else {
        (void)snprintf(text, 320,
                       "\"kdf\":\"pbkdf2\",\"kdfparams\":{\"dklen\":32,\"c\":%u,\"prf\":\"hmac-sha256\","
                       "\"salt\":\"%s\"}",
                       keystore->rounds, salt);
    }
}

void mo_keystore_print(const mo_keystore_t *keystore, const uint8_t id[16], char out[MO_KEYSTORE_TEXT])
{
    MO_CHECK(mo_keystore_check(keystore) == MO_KEYSTORE_OK);
    char address[MO_HEX_TEXT(MO_KEYSTORE_SALT_BYTES_MAX)];
    char iv[MO_HEX_TEXT(MO_KEYSTORE_SALT_BYTES_MAX)];
    char ciphertext[MO_HEX_TEXT(MO_KEYSTORE_SALT_BYTES_MAX)];
    char mac[MO_HEX_TEXT(MO_KEYSTORE_SALT_BYTES_MAX)];
    char uuid[37];
    char kdf[320];
    id_text(id, uuid);
    kdf_text(keystore, kdf);
    int length =
        snprintf(out, MO_KEYSTORE_TEXT,
                 "{\"version\":3,\"id\":\"%s\",\"address\":\"%s\",\"crypto\":{\"cipher\":\"aes-128-ctr\","
                 "\"cipherparams\":{\"iv\":\"%s\"},\"ciphertext\":\"%s\",\"mac\":\"%s\",%s}}\n",
                 uuid, hex_of(keystore->address.bytes, sizeof keystore->address.bytes, address),
                 hex_of(keystore->iv, sizeof keystore->iv, iv),
                 hex_of(keystore->ciphertext, keystore->ciphertext_size, ciphertext),
                 hex_of(keystore->mac.bytes, sizeof keystore->mac.bytes, mac), kdf);
    MO_CHECK(length > 0 && length < MO_KEYSTORE_TEXT);
}
