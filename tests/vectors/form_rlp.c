/* RLP in two forms: {rlp, expect: "valid" | "invalid"}, and the {in, out} of Ethereum's own tests, where `in` is a JSON
 * value ("#" before a numeral), or says VALID or INVALID of `out`. */
#include <string.h>

#include "eth/rlp.h"
#include "vectors/forms.h"

#define ENCODED_MAX 65536

/* Reads one item and writes it again, all the way down. */
static void copy_items(mo_rlp_reader_t *in, mo_rlp_writer_t *out)
{
    while (mo_rlp_more(in)) {
        mo_rlp_item_t item = mo_rlp_read_item(in);
        if (item.kind == MO_RLP_STRING) {
            mo_rlp_put_bytes(out, item.payload);
            continue;
        }
        mo_rlp_reader_t below = mo_rlp_reader(item.payload);
        mo_rlp_open_list(out);
        copy_items(&below, out);
        mo_rlp_close_list(out);
    }
}

static bool encodes_back(mo_case_t *c, mo_bytes_t bytes)
{
    mo_buffer_t buffer = {mo_case_room(c, ENCODED_MAX), 0, ENCODED_MAX, false};
    mo_rlp_reader_t in = mo_rlp_reader(bytes);
    mo_rlp_writer_t out = mo_rlp_writer(&buffer);
    copy_items(&in, &out);
    return mo_rlp_written(&out) && mo_bytes_equal(mo_buffer_view(&buffer), bytes);
}

bool mo_fits_rlp(const mo_case_t *c)
{
    const char *expect = json_string_value(mo_case_member(c, "expect"));
    return mo_has(c->value, "rlp") && expect != NULL &&
           (strcmp(expect, "valid") == 0 || strcmp(expect, "invalid") == 0);
}

mo_result_t mo_judge_rlp(mo_case_t *c)
{
    mo_bytes_t bytes = mo_case_bytes(c, "rlp");
    bool valid = mo_rlp_check(bytes) == MO_RLP_OK;
    MO_EXPECT(c, valid == (strcmp(mo_case_text(c, "expect"), "valid") == 0));
    MO_EXPECT(c, !valid || encodes_back(c, bytes));
    return mo_case_end(c);
}

/* ---- in and out ---- */

bool mo_fits_rlp_test(const mo_case_t *c)
{
    return mo_has(c->value, "in") && json_is_string(mo_case_member(c, "out")) && json_object_size(c->value) == 2;
}

static bool says(const json_t *value, const char *word)
{
    return json_is_string(value) && strcmp(json_string_value(value), word) == 0;
}

static void put_string(mo_case_t *c, const json_t *value, mo_rlp_writer_t *out)
{
    const char *text = json_string_value(value);
    mo_u256_t number = MO_U256_ZERO;
    if (text[0] != '#') {
        mo_rlp_put_bytes(out, mo_read_raw(c, value));
        return;
    }
    if (!mo_u256_parse_decimal(text + 1, &number)) {
        c->spoiled = true;
    }
    mo_rlp_put_u256(out, number);
}

static void put_value(mo_case_t *c, const json_t *value, mo_rlp_writer_t *out)
{
    if (json_is_string(value)) {
        put_string(c, value, out);
        return;
    }
    if (!json_is_array(value)) {
        mo_rlp_put_u256(out, mo_read_u256(c, value));
        return;
    }
    mo_rlp_open_list(out);
    for (size_t i = 0; i < json_array_size(value); i++) {
        put_value(c, json_array_get(value, i), out);
    }
    mo_rlp_close_list(out);
}

/* 2^256 and more are good RLP and wider than any integer of the library: they stand for their bytes. */
static bool is_wide_numeral(const json_t *value)
{
    mo_u256_t number;
    const char *text = json_string_value(value);
    return text != NULL && text[0] == '#' && !mo_u256_parse_decimal(text + 1, &number);
}

mo_result_t mo_judge_rlp_test(mo_case_t *c)
{
    const json_t *in = mo_case_member(c, "in");
    mo_bytes_t encoded = mo_case_bytes(c, "out");
    bool valid = mo_rlp_check(encoded) == MO_RLP_OK;
    if (says(in, "INVALID")) {
        MO_EXPECT(c, !valid);
        return mo_case_end(c);
    }
    MO_EXPECT(c, valid);
    MO_EXPECT(c, encodes_back(c, encoded));
    if (says(in, "VALID") || is_wide_numeral(in)) {
        return mo_case_end(c);
    }
    mo_buffer_t buffer = {mo_case_room(c, ENCODED_MAX), 0, ENCODED_MAX, false};
    mo_rlp_writer_t out = mo_rlp_writer(&buffer);
    put_value(c, in, &out);
    MO_EXPECT(c, mo_rlp_written(&out) && mo_bytes_equal(mo_buffer_view(&buffer), encoded));
    return mo_case_end(c);
}
