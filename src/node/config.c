#include "node/config.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/secret.h"
#include "eth/secp.h"
#include "node/config_field.h"

/* A key's line: 0x, 64 digits, a line feed, and one character more to see that nothing follows. */
#define KEY_LINE_SIZE (MO_HEX_TEXT(32) + 1)

static bool url_copy(const json_t *value, char out[MO_NODE_URL_MAX])
{
    const char *const text = json_string_value(value);
    const bool fits = text != NULL && text[0] != '\0' && strlen(text) < MO_NODE_URL_MAX;
    (void)snprintf(out, MO_NODE_URL_MAX, "%s", fits ? text : "");
    return fits;
}

static mo_err_t url_read(const mo_node_field_t *field, mo_node_url_t *url)
{
    const bool list = json_is_array(field->value);
    const size_t count = list ? json_array_size(field->value) : 1;
    bool good = count >= 1 && count <= MO_RPC_ENDPOINTS_MAX &&
                url_copy(list ? json_array_get(field->value, 0) : field->value, url->text);
    for (size_t i = 1; i < count && good; i++) {
        good = url_copy(json_array_get(field->value, i), url->more[i - 1]);
    }
    url->more_count = good ? count - 1 : 0;
    return good ? MO_SUCCESS
                : mo_node_field_malformed(field, "an http URL of less than 256 characters, or a list of up to 4");
}

static mo_err_t number_read(const mo_node_field_t *field, uint64_t *number)
{
    return mo_node_field_number(field, number);
}

static mo_err_t address_read(const mo_node_field_t *field, mo_address_t *address)
{
    return mo_node_field_bytes(field, address->bytes, sizeof address->bytes);
}

static mo_err_t hash_read(const mo_node_field_t *field, mo_hash_t *hash)
{
    return mo_node_field_bytes(field, hash->bytes, sizeof hash->bytes);
}

static json_t *url_json(const mo_node_url_t *url)
{
    if (url->more_count == 0) {
        return json_string(url->text);
    }
    json_t *const list = json_array();
    bool made = json_array_append_new(list, json_string(url->text)) == 0;
    for (size_t i = 0; i < url->more_count; i++) {
        made = made && json_array_append_new(list, json_string(url->more[i])) == 0;
    }
    if (!made) {
        json_decref(list);
        return NULL;
    }
    return list;
}

static json_t *number_json(const uint64_t *number)
{
    return mo_node_number_json(*number);
}

static json_t *address_json(const mo_address_t *address)
{
    return mo_node_bytes_json(mo_address_view(address));
}

static json_t *hash_json(const mo_hash_t *hash)
{
    return mo_node_bytes_json(mo_hash_view(hash));
}

static const char *const NAMES[] = {
#define X(type, member, json_name) json_name,
    MO_NODE_CONFIG_FIELDS(X)
#undef X
};

static mo_err_t fields_read(const char *path, const json_t *object, mo_node_config_t *config)
{
    mo_err_t err = mo_node_object_names_check(path, object, NAMES, sizeof NAMES / sizeof NAMES[0]);
    mo_node_field_t field;
#define X(type, member, json_name)                                                                                     \
    if (!mo_failed(err)) {                                                                                             \
        err = mo_node_field_find(object, path, json_name, &field);                                                     \
    }                                                                                                                  \
    if (!mo_failed(err)) {                                                                                             \
        err = type##_read(&field, &config->member);                                                                    \
    }
    MO_NODE_CONFIG_FIELDS(X)
#undef X
    return err;
}

mo_err_t mo_node_config_read(const char *path, mo_node_config_t *config)
{
    *config = (mo_node_config_t){0};
    json_t *object = NULL;
    mo_err_t err = mo_node_object_load(path, &object);
    if (!mo_failed(err)) {
        err = fields_read(path, object, config);
    }
    json_decref(object);
    if (mo_failed(err)) {
        *config = (mo_node_config_t){0};
    }
    return err;
}

json_t *mo_node_config_json(const mo_node_config_t *config)
{
    json_t *const object = json_object();
    bool made = object != NULL;
#define X(type, member, json_name) made = made && json_object_set_new(object, json_name, type##_json(&config->member)) == 0;
    MO_NODE_CONFIG_FIELDS(X)
#undef X
    if (!made) {
        json_decref(object);
        return NULL;
    }
    return object;
}

mo_err_t mo_node_config_write(const char *path, const mo_node_config_t *config)
{
    return mo_node_object_write(path, mo_node_config_json(config), 0644);
}

static mo_err_t key_line_parse(const char *path, const char *line, uint8_t secret[32])
{
    /* A shorter line has a zero among its digits. */
    const size_t length = MO_HEX_TEXT(32) - 1;
    const bool whole = line[length] == '\0' || (line[length] == '\n' && line[length + 1] == '\0');
    const mo_bytes_t digits = {(const uint8_t *)line, length};
    if (!whole || !mo_hex_decode_secret(digits, MO_HEX_PREFIXED, secret, 32)) {
        return mo_err(MO_ERR_PERMANENT, "%s: must be one line of 0x and 64 hex digits", path);
    }
    mo_secp_key_t key;
    memcpy(key.bytes, secret, sizeof key.bytes);
    const bool valid = mo_secp_key_is_valid(&key);
    mo_secret_wipe(&key, sizeof key);
    if (!valid) {
        mo_secret_wipe(secret, 32);
        return mo_err(MO_ERR_PERMANENT, "%s: is no key of secp256k1: make another", path);
    }
    return MO_SUCCESS;
}

/* The file's first bytes as text, and whether others than its owner may read it. */
static mo_err_t key_line_load(const char *path, char *line, size_t size, bool *open_to_others)
{
    struct stat status = {0};
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t got = file >= 0 && fstat(file, &status) == 0 ? read(file, line, size - 1) : -1;
    const int reason = errno;
    if (file >= 0) {
        (void)close(file);
    }
    line[got > 0 ? got : 0] = '\0';
    *open_to_others = (status.st_mode & 077) != 0;
    return got >= 0 ? MO_SUCCESS : mo_err(MO_ERR_PERMANENT, "cannot read key %s: %s", path, strerror(reason));
}

mo_err_t mo_node_key_read(const char *path, uint8_t secret[32])
{
    char line[KEY_LINE_SIZE + 1] = {0};
    bool open_to_others = false;
    memset(secret, 0, 32);
    mo_err_t err = key_line_load(path, line, sizeof line, &open_to_others);
    if (!mo_failed(err)) {
        err = open_to_others
                  ? mo_err(MO_ERR_PERMANENT, "key %s can be read by others: chmod 600 %s", path, path)
                  : key_line_parse(path, line, secret);
    }
    mo_secret_wipe(line, sizeof line);
    return err;
}

mo_err_t mo_node_key_write(const char *path, const uint8_t secret[32])
{
    char line[KEY_LINE_SIZE];
    mo_hex_encode_secret((mo_bytes_t){secret, 32}, MO_HEX_PREFIXED, line, sizeof line);
    const size_t length = MO_HEX_TEXT(32) - 1;
    line[length] = '\n';
    line[length + 1] = '\0';
    const mo_err_t err = mo_node_text_write(path, line, 0600);
    mo_secret_wipe(line, sizeof line);
    return err;
}
