/* What the verbs print of values: addresses, hashes, JSON objects. Floor 7. */
#ifndef MO_APP_PRINT_H
#define MO_APP_PRINT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/hex.h"

typedef struct {
    char text[MO_HEX_TEXT(32)];
} mo_app_hex_t;

mo_app_hex_t mo_app_hex(mo_bytes_t bytes);

/* Prints an object on one line of standard output and gives it back; NULL is out of memory. Whether it was written. */
bool mo_app_json_print(json_t *object);

/* An address as the user typed it: 0x and 40 digits; where letters of both cases are mixed its checksum must be right. */
MO_MUST_USE mo_err_t mo_app_address_read(const char *flag, const char *text, mo_address_t *address);

#endif
