/* Fields of the strict JSON files that roles exchange: each read by its form, each error naming file and field.
 *
 *     mo_node_field_t field;
 *     err = mo_node_field_find(object, "devnet.json", "core", &field);
 *     if (!mo_failed(err)) err = mo_node_field_address(&field, &config->core);
 *
 * Forms: a whole number (JSON integer, not negative), an amount (a string of decimal digits, below 2^256, because JSON
 * integers end at 2^63), hex bytes of an exact size (0x, any case). All errors are MO_ERR_PERMANENT. Outputs are left
 * alone on failure: the reader of the whole file zeroes them.
 *
 * Floor 6.
 */
#ifndef MO_NODE_CONFIG_FIELD_H
#define MO_NODE_CONFIG_FIELD_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/error.h"
#include "eth/u256.h"

typedef struct {
    const char *path; /* of the file, for the error */
    const char *name;
    const json_t *value; /* borrowed from the object */
} mo_node_field_t;

/* Loads a JSON object from a file; duplicate names are refused. Out: *object, the caller's to json_decref, or NULL. */
MO_MUST_USE mo_err_t mo_node_object_load(const char *path, json_t **object);

/* Refuses a field whose name is not among `names`. */
MO_MUST_USE mo_err_t mo_node_object_names_check(const char *path, const json_t *object, const char *const *names,
                                                size_t count);

/* The field of that name; an error when it is missing. */
MO_MUST_USE mo_err_t mo_node_field_find(const json_t *object, const char *path, const char *name,
                                        mo_node_field_t *field);

/* "field NAME must be WANTED". */
MO_MUST_USE mo_err_t mo_node_field_malformed(const mo_node_field_t *field, const char *wanted);

MO_MUST_USE mo_err_t mo_node_field_number(const mo_node_field_t *field, uint64_t *number);
MO_MUST_USE mo_err_t mo_node_field_amount(const mo_node_field_t *field, mo_u256_t *amount);
MO_MUST_USE mo_err_t mo_node_field_bytes(const mo_node_field_t *field, uint8_t *out, size_t size);

/* The same values as JSON; NULL when memory is out. */
json_t *mo_node_number_json(uint64_t number);
json_t *mo_node_amount_json(mo_u256_t amount);
json_t *mo_node_bytes_json(mo_bytes_t bytes); /* at most 64 bytes */

/* Puts text into a file with the given mode, whole or not at all: it is written beside the file and renamed. */
MO_MUST_USE mo_err_t mo_node_text_write(const char *path, const char *text, mode_t mode);

/* The same with an object's JSON, indented; takes the object (NULL is out of memory). */
MO_MUST_USE mo_err_t mo_node_object_write(const char *path, json_t *object, mode_t mode);

#endif
