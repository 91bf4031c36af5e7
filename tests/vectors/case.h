/* One case of a file of foreign vectors, and what a form says about it.
 *
 * The runner (run.c) reads a file, finds the cases in it and asks each form of the table (forms.c) whether the case is
 * of that form; the first that says yes judges it. So a form is one file with two functions and one row:
 *
 *     bool mo_fits_keccak(const mo_case_t *c)              {"data": "0x..", "keccak256": "0x.."}
 *     {
 *         return mo_has(c->value, "data") && mo_has(c->value, "keccak256");
 *     }
 *
 *     mo_result_t mo_judge_keccak(mo_case_t *c)
 *     {
 *         mo_hash_t hash = mo_keccak256(mo_case_bytes(c, "data"));
 *         MO_EXPECT(c, mo_bytes_equal(mo_hash_view(&hash), mo_case_bytes(c, "keccak256")));
 *         return mo_case_end(c);
 *     }
 *
 * Where cases lie in a file is the form's path: names parted by dots, `*` for every member of an object or array; "" is
 * the file itself. `*` serves a list of cases, `testGroups.*.tests.*` those of Wycheproof. A CSV file is a list of
 * rows, each a list of strings; lines that begin with # are left out.
 *
 * A field that is missing or malformed does not end the program: it gives zeros and spoils the case, which then
 * fails at mo_case_end or at the first expectation.
 */
#ifndef MO_VECTORS_CASE_H
#define MO_VECTORS_CASE_H

#include <jansson.h>

#include "base/bytes.h"
#include "eth/body.h"

typedef enum { MO_PASSED, MO_FAILED, MO_NOT_UNDERSTOOD } mo_result_t;

#define MO_CASE_DEPTH_MAX 6
#define MO_CASE_NAME_MAX  200
#define MO_CASE_NOTE_MAX  300

typedef struct {
    const json_t *value;                     /* the case */
    const json_t *outer[MO_CASE_DEPTH_MAX];  /* what it lies in: outer[0] is the whole file */
    size_t depth;                            /* the case lies in outer[depth - 1]; 0 when it is the file */
    char name[MO_CASE_NAME_MAX];             /* where it lies: "testGroups.0.tests.7" */
    const char *file;                        /* "slashing/mosaic_vote_pairs.csv", for messages only */
    char note[MO_CASE_NOTE_MAX];             /* why it failed, or is not understood */
    bool spoiled;                            /* a field was missing or malformed */
    mo_buffer_t memory;                      /* what its fields decode to; empty again for the next case */
} mo_case_t;

/* A form: where its cases lie, how to know one, how to judge one. */
typedef struct {
    const char *name;
    const char *path;
    bool (*fits)(const mo_case_t *c);
    mo_result_t (*judge)(mo_case_t *c);
} mo_form_t;

/* Ends the case as failed unless the condition holds. */
#define MO_EXPECT(c, condition)                                                                                        \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            return mo_case_fail(c, "expected " #condition);                                                            \
        }                                                                                                              \
    } while (0)

mo_result_t mo_case_fail(mo_case_t *c, const char *why);
mo_result_t mo_case_not_understood(mo_case_t *c, const char *why);

/* Passed, unless a field was missing or malformed. */
mo_result_t mo_case_end(mo_case_t *c);

/* ---- Fields ---- */

/* Whether `object` is one and has a member of this name. */
bool mo_has(const json_t *object, const char *name);

/* The member `name` of the case, or NULL; of any object, with the second form. */
const json_t *mo_case_member(const mo_case_t *c, const char *name);

/* The text of a string, "" (and spoiled) for anything else. The first form takes a member of the case. */
const char *mo_case_text(mo_case_t *c, const char *name);
const char *mo_read_text(mo_case_t *c, const json_t *value);

/* The bytes that a hexadecimal string spells, with or without 0x. They live as long as the case. */
mo_bytes_t mo_case_bytes(mo_case_t *c, const char *name);
mo_bytes_t mo_read_bytes(mo_case_t *c, const json_t *value);

/* A string as it stands: its UTF-8 bytes. */
mo_bytes_t mo_read_raw(mo_case_t *c, const json_t *value);

/* Exactly 32, or 20, bytes. */
mo_hash_t mo_case_hash(mo_case_t *c, const char *name);
mo_hash_t mo_read_hash(mo_case_t *c, const json_t *value);
mo_address_t mo_case_address(mo_case_t *c, const char *name);
mo_address_t mo_read_address(mo_case_t *c, const json_t *value);

/* A number: a JSON integer, a decimal numeral, or hexadecimal digits after 0x, leading zeros allowed. */
mo_u256_t mo_case_u256(mo_case_t *c, const char *name);
mo_u256_t mo_read_u256(mo_case_t *c, const json_t *value);
uint64_t mo_case_u64(mo_case_t *c, const char *name);
uint64_t mo_read_u64(mo_case_t *c, const json_t *value);

/* `size` bytes that live as long as the case. */
uint8_t *mo_case_room(mo_case_t *c, size_t size);

/* A list of hexadecimal strings. */
typedef struct {
    mo_bytes_t *items;
    size_t count;
} mo_list_t;

mo_list_t mo_case_list(mo_case_t *c, const char *name);
mo_list_t mo_read_list(mo_case_t *c, const json_t *value);

/* Room for a block's lists (eth/body.h). */
mo_body_room_t mo_case_body_room(mo_case_t *c, size_t count);

#endif
