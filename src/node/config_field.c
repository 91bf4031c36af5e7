#include "node/config_field.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/hex.h"

#define PATH_SIZE 4096

/* The longest bytes in these files are signatures. */
#define FIELD_BYTES_MAX 64

mo_err_t mo_node_object_load(const char *path, json_t **object)
{
    json_error_t where;
    *object = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
    if (*object == NULL) {
        return where.line < 0 ? mo_err(MO_ERR_PERMANENT, "cannot read %s: %s", path, strerror(errno))
                              : mo_err(MO_ERR_PERMANENT, "%s: line %d: %s", path, where.line, where.text);
    }
    if (!json_is_object(*object)) {
        json_decref(*object);
        *object = NULL;
        return mo_err(MO_ERR_PERMANENT, "%s: is no JSON object", path);
    }
    return MO_SUCCESS;
}

static bool name_is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; ++i) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

mo_err_t mo_node_object_names_check(const char *path, const json_t *object, const char *const *names, size_t count)
{
    void *at = json_object_iter((json_t *)object);
    for (; at != NULL; at = json_object_iter_next((json_t *)object, at)) {
        if (!name_is_among(json_object_iter_key(at), names, count)) {
            return mo_err(MO_ERR_PERMANENT, "%s: field %.60s is unknown", path, json_object_iter_key(at));
        }
    }
    return MO_SUCCESS;
}

mo_err_t mo_node_field_find(const json_t *object, const char *path, const char *name, mo_node_field_t *field)
{
    *field = (mo_node_field_t){.path = path, .name = name, .value = json_object_get(object, name)};
    return field->value != NULL ? MO_SUCCESS : mo_err(MO_ERR_PERMANENT, "%s: field %s is missing", path, name);
}

mo_err_t mo_node_field_malformed(const mo_node_field_t *field, const char *wanted)
{
    return mo_err(MO_ERR_PERMANENT, "%s: field %s must be %s", field->path, field->name, wanted);
}

mo_err_t mo_node_field_number(const mo_node_field_t *field, uint64_t *number)
{
    if (!json_is_integer(field->value) || json_integer_value(field->value) < 0) {
        return mo_node_field_malformed(field, "a whole number, not negative");
    }
    *number = (uint64_t)json_integer_value(field->value);
    return MO_SUCCESS;
}

mo_err_t mo_node_field_amount(const mo_node_field_t *field, mo_u256_t *amount)
{
    const char *const text = json_string_value(field->value);
    return text != NULL && mo_u256_parse_decimal(text, amount)
               ? MO_SUCCESS
               : mo_node_field_malformed(field, "an amount: decimal digits in quotes, below 2^256");
}

mo_err_t mo_node_field_bytes(const mo_node_field_t *field, uint8_t *out, size_t size)
{
    char wanted[48];
    const char *const text = json_string_value(field->value);
    (void)snprintf(wanted, sizeof wanted, "0x and %zu hex digits", 2 * size);
    return text != NULL && mo_hex_decode_exact(text, MO_HEX_PREFIXED, out, size)
               ? MO_SUCCESS
               : mo_node_field_malformed(field, wanted);
}

json_t *mo_node_number_json(uint64_t number)
{
    return json_integer((json_int_t)number);
}

json_t *mo_node_amount_json(mo_u256_t amount)
{
    char text[MO_U256_DECIMAL_TEXT];
    mo_u256_print_decimal(amount, text);
    return json_string(text);
}

json_t *mo_node_bytes_json(mo_bytes_t bytes)
{
    char text[MO_HEX_TEXT(FIELD_BYTES_MAX)];
    MO_CHECK(bytes.size <= FIELD_BYTES_MAX);
    mo_hex_encode(bytes, MO_HEX_PREFIXED, text, sizeof text);
    return json_string(text);
}

mo_err_t mo_node_text_write(const char *path, const char *text, mode_t mode)
{
    char draft[PATH_SIZE];
    const int length = snprintf(draft, sizeof draft, "%s.new", path);
    if (length < 0 || (size_t)length >= sizeof draft) {
        return mo_err(MO_ERR_PERMANENT, "cannot write %.120s: its path is too long", path);
    }
    const int file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    if (file < 0) {
        return mo_err(MO_ERR_PERMANENT, "cannot write %s: %s", path, strerror(errno));
    }
    const bool written = write(file, text, strlen(text)) == (ssize_t)strlen(text) && fsync(file) == 0;
    if (close(file) != 0 || !written || rename(draft, path) != 0) {
        const mo_err_t err = mo_err(MO_ERR_PERMANENT, "cannot write %s: %s", path, strerror(errno));
        (void)unlink(draft);
        return err;
    }
    return MO_SUCCESS;
}

mo_err_t mo_node_object_write(const char *path, json_t *object, mode_t mode)
{
    char *const text = object != NULL ? json_dumps(object, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;
    const mo_err_t err = text != NULL ? mo_node_text_write(path, text, mode)
                                      : mo_err(MO_ERR_PERMANENT, "cannot write %s: out of memory", path);
    free(text);
    json_decref(object);
    return err;
}
