/* Rows of vectors/NAME.txt (scripts/vectors.mjs) for the unit tests: one case per line, fields parted by one
 * space.
 *
 *     mo_rows_t rows;
 *     mo_rows_open(&rows, "keccak");
 *     while (mo_rows_next(&rows)) { ... rows.field[0] ... mo_rows_bytes(rows.field[0], memory) ... }
 *
 * A missing file, an empty one or a malformed field fails the test.
 */
#ifndef MO_ETH_TEST_ROWS_H
#define MO_ETH_TEST_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/hex.h"
#include "eth/u256.h"

#define MO_ROWS_LINE_MAX   65536
#define MO_ROWS_FIELDS_MAX 64

typedef struct {
    FILE *file;
    unsigned count; /* rows read so far */
    size_t fields;
    const char *field[MO_ROWS_FIELDS_MAX];
    char line[MO_ROWS_LINE_MAX];
} mo_rows_t;

static inline void mo_rows_open(mo_rows_t *rows, const char *name)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/vectors/%s.txt", MO_SOURCE_DIR, name);
    rows->file = fopen(path, "r");
    rows->count = 0;
    assert_non_null(rows->file);
}

/* Reads the next row; at the end closes the file, having seen at least one. */
static inline bool mo_rows_next(mo_rows_t *rows)
{
    do {
        if (fgets(rows->line, sizeof rows->line, rows->file) == NULL) {
            (void)fclose(rows->file);
            assert_true(rows->count > 0);
            return false;
        }
        assert_true(strlen(rows->line) + 1 < sizeof rows->line);
    } while (rows->line[0] == '#');
    rows->count++;
    rows->fields = 0;
    char *rest = NULL;
    for (char *at = strtok_r(rows->line, " \n", &rest); at != NULL; at = strtok_r(NULL, " \n", &rest)) {
        assert_true(rows->fields < MO_ROWS_FIELDS_MAX);
        rows->field[rows->fields++] = at;
    }
    return true;
}

static inline bool mo_rows_absent(const char *field)
{
    return strcmp(field, "-") == 0;
}

/* The bytes of a field, written to `memory`, which is large enough for a line. */
static inline mo_bytes_t mo_rows_bytes(const char *field, uint8_t memory[MO_ROWS_LINE_MAX / 2])
{
    mo_buffer_t buffer = {memory, 0, MO_ROWS_LINE_MAX / 2, false};
    assert_true(mo_hex_decode(field, MO_HEX_PREFIXED, &buffer));
    return mo_buffer_view(&buffer);
}

static inline mo_hash_t mo_rows_hash(const char *field)
{
    mo_hash_t hash;
    assert_true(mo_hex_decode_exact(field, MO_HEX_PREFIXED, hash.bytes, sizeof hash.bytes));
    return hash;
}

static inline mo_address_t mo_rows_address(const char *field)
{
    mo_address_t address;
    assert_true(mo_hex_decode_exact(field, MO_HEX_PREFIXED, address.bytes, sizeof address.bytes));
    return address;
}

static inline mo_u256_t mo_rows_u256(const char *field)
{
    mo_hash_t word = mo_rows_hash(field);
    return mo_u256_from_hash(&word);
}

static inline uint64_t mo_rows_u64(const char *field)
{
    return strtoull(field, NULL, 10);
}

static inline void mo_assert_bytes(mo_bytes_t actual, mo_bytes_t expected)
{
    assert_int_equal(actual.size, expected.size);
    assert_true(mo_bytes_equal(actual, expected));
}

static inline void mo_assert_hash(mo_hash_t actual, mo_hash_t expected)
{
    mo_assert_bytes(mo_hash_view(&actual), mo_hash_view(&expected));
}

/* Every verdict up to `last` has a name of its own, and what is no verdict has none. */
#define MO_ASSERT_NAMES(name_of, type, last)                                                                 \
    for (int mo_i = 0; mo_i <= (int)(last) + 1; mo_i++) {                                                    \
        assert_int_equal(strlen(name_of((type)mo_i)) == 0, mo_i > (int)(last));                              \
        for (int mo_j = 0; mo_j < mo_i; mo_j++) {                                                            \
            assert_string_not_equal(name_of((type)mo_i), name_of((type)mo_j));                               \
        }                                                                                                    \
    }

#endif
