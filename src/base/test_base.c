/* Bytes, hex, endian, secret, rng and error: the whole of floor 0. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka wants the four above first. */
#include <cmocka.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clear.h"
#include "base/endian.h"
#include "base/error.h"
#include "base/hex.h"
#include "base/rng.h"
#include "base/secret.h"

/* ---- Bytes ---- */

static void a_write_past_the_capacity_is_dropped_whole_and_the_mark_stays(void **state)
{
    (void)state;
    static const uint8_t three[] = {1, 2, 3};
    uint8_t memory[5] = {9, 9, 9, 9, 9};
    mo_buffer_t buffer = {memory, 0, 4, false};
    mo_buffer_put(&buffer, MO_BYTES(three));
    assert_false(buffer.overflown);
    mo_buffer_put(&buffer, MO_BYTES(three));
    assert_true(buffer.overflown);
    assert_int_equal(buffer.size, 3);
    mo_buffer_put_byte(&buffer, 4);
    assert_int_equal(buffer.size, 3);
    assert_memory_equal(memory, "\1\2\3\11\11", 5);
}

static void bytes_are_equal_by_length_and_content(void **state)
{
    (void)state;
    static const uint8_t a[] = {1, 2, 3};
    static const uint8_t b[] = {1, 2, 4};
    mo_bytes_t none = {NULL, 0};
    assert_true(mo_bytes_equal(MO_BYTES(a), (mo_bytes_t){a, 3}));
    assert_false(mo_bytes_equal(MO_BYTES(a), MO_BYTES(b)));
    assert_false(mo_bytes_equal(MO_BYTES(a), (mo_bytes_t){a, 2}));
    assert_true(mo_bytes_equal(none, (mo_bytes_t){a, 0}));
    assert_true(mo_hash_is_zero(&(mo_hash_t){{0}}));
    assert_false(mo_hash_is_zero(&(mo_hash_t){{[31] = 1}}));
    assert_true(mo_address_is_zero(&(mo_address_t){{0}}));
    assert_false(mo_address_equal(&(mo_address_t){{1}}, &(mo_address_t){{2}}));
}

/* ---- Hex ---- */

static void hex_comes_back_in_both_forms(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(1);
    for (size_t size = 0; size <= 64; size++) {
        uint8_t bytes[64];
        uint8_t back[64];
        char text[MO_HEX_TEXT(64)];
        mo_rng_fill(&rng, bytes, size);
        for (int form = MO_HEX_BARE; form <= MO_HEX_PREFIXED; form++) {
            mo_hex_encode((mo_bytes_t){bytes, size}, (mo_hex_form_t)form, text, sizeof text);
            assert_int_equal(strlen(text), 2 * size + (form == MO_HEX_PREFIXED ? 2 : 0));
            assert_true(mo_hex_decode_exact(text, (mo_hex_form_t)form, back, size));
            assert_memory_equal(back, bytes, size);
        }
    }
}

/* Every byte, every length, and every sign in place of a digit. */
static void secrets_have_the_same_text_and_are_read_as_strictly(void **state)
{
    (void)state;
    uint8_t bytes[256];
    uint8_t back[256];
    char text[MO_HEX_TEXT(256)];
    char other[MO_HEX_TEXT(256)];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)i;
    }
    for (int form = MO_HEX_BARE; form <= MO_HEX_PREFIXED; form++) {
        mo_hex_encode(MO_BYTES(bytes), (mo_hex_form_t)form, text, sizeof text);
        mo_hex_encode_secret(MO_BYTES(bytes), (mo_hex_form_t)form, other, sizeof other);
        assert_string_equal(text, other);
        size_t prefix = form == MO_HEX_PREFIXED ? 2 : 0;
        for (size_t size = 0; size <= prefix + 2 * sizeof bytes; size++) {
            mo_bytes_t cut = {(const uint8_t *)text, size};
            assert_int_equal(mo_hex_decode_secret(cut, (mo_hex_form_t)form, back, sizeof back),
                             size == prefix + 2 * sizeof bytes);
        }
        assert_memory_equal(back, bytes, sizeof bytes);
    }
    for (int sign = 0; sign < 256; sign++) {
        for (size_t at = 0; at < 4; at++) {
            char spoilt[] = "0xa5";
            spoilt[at] = (char)sign;
            bool good = mo_hex_decode_exact(spoilt, MO_HEX_PREFIXED, back, 1);
            uint8_t same = 0xff;
            assert_int_equal(mo_hex_decode_secret((mo_bytes_t){(const uint8_t *)spoilt, 4}, MO_HEX_PREFIXED, &same, 1), good);
            assert_int_equal(same, good ? back[0] : 0);
        }
    }
}

static void other_texts_are_no_hex(void **state)
{
    (void)state;
    static const char *const bare[] = {"a",   "abc", "0xab", "0Xab", "ag",  "-1",
                                       " ab", "ab ", "a b",  "+a",   "ab\n"};
    static const char *const prefixed[] = {"",      "0",     "ab",    "0xa", "0Xab",
                                           "0x ab", "0xab ", "00xab", "x",   "0xxab"};
    uint8_t memory[8];
    for (size_t i = 0; i < sizeof bare / sizeof bare[0]; i++) {
        mo_buffer_t out = MO_BUFFER(memory);
        assert_false(mo_hex_decode(bare[i], MO_HEX_BARE, &out));
        assert_true(out.size == 0 && !out.overflown);
    }
    for (size_t i = 0; i < sizeof prefixed / sizeof prefixed[0]; i++) {
        mo_buffer_t out = MO_BUFFER(memory);
        assert_false(mo_hex_decode(prefixed[i], MO_HEX_PREFIXED, &out));
        assert_true(out.size == 0 && !out.overflown);
    }
}

static void the_size_must_be_the_one_that_is_asked_for(void **state)
{
    (void)state;
    uint8_t out[3] = {7, 7, 7};
    assert_true(mo_hex_decode_exact("AbCdEf", MO_HEX_BARE, out, 3));
    assert_memory_equal(out, "\xab\xcd\xef", 3);
    assert_false(mo_hex_decode_exact("abcd", MO_HEX_BARE, out, 3));
    assert_memory_equal(out, "\0\0\0", 3);
    assert_false(mo_hex_decode_exact("abcdef01", MO_HEX_BARE, out, 3));
    assert_memory_equal(out, "\0\0\0", 3);
    mo_buffer_t small = {out, 0, 1, false};
    assert_false(mo_hex_decode("abcd", MO_HEX_BARE, &small));
    assert_int_equal(small.size, 0);
    mo_buffer_t spent = {out, 0, 3, true};
    assert_false(mo_hex_decode("abcd", MO_HEX_BARE, &spent));
    assert_int_equal(spent.size, 0);
    assert_true(mo_hex_decode_exact("0x", MO_HEX_PREFIXED, NULL, 0));
    assert_false(mo_hex_decode_exact("0x00", MO_HEX_PREFIXED, NULL, 0));
}

static void quantities_are_minimal(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "0", "0x", "0x00", "0x01", "41", "0X1", "0x1g", "0x10000000000000000", "0x -1"};
    char text[MO_HEX_QUANTITY_TEXT];
    uint64_t back = 0;
    for (unsigned bits = 0; bits < 64; bits++) {
        uint64_t value = UINT64_MAX >> bits;
        mo_hex_quantity_print(value, text);
        assert_true(mo_hex_quantity_parse(text, &back));
        assert_true(back == value);
    }
    mo_hex_quantity_print(0, text);
    assert_string_equal(text, "0x0");
    mo_hex_quantity_print(0x41, text);
    assert_string_equal(text, "0x41");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        back = 1;
        assert_false(mo_hex_quantity_parse(bad[i], &back));
        assert_true(back == 0);
    }
}

/* ---- Endian, secret, rng, error ---- */

static void byte_orders_are_as_named(void **state)
{
    (void)state;
    static const uint8_t bytes[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t out[8];
    assert_true(mo_load_be64(bytes) == 0x0102030405060708u);
    assert_true(mo_load_le64(bytes) == 0x0807060504030201u);
    assert_true(mo_load_be32(bytes) == 0x01020304u);
    mo_store_be64(0x0102030405060708u, out);
    assert_memory_equal(out, bytes, 8);
    mo_store_le64(0x0807060504030201u, out);
    assert_memory_equal(out, bytes, 8);
    mo_store_be32(0x01020304u, out);
    assert_memory_equal(out, bytes, 4);
}

static void a_wiped_secret_is_zero_and_equality_sees_every_byte(void **state)
{
    (void)state;
    uint8_t a[32];
    uint8_t b[32];
    memset(a, 0x5a, sizeof a);
    memcpy(b, a, sizeof b);
    assert_true(mo_secret_equal(a, b, sizeof a));
    for (size_t i = 0; i < sizeof a; i++) {
        b[i] ^= 0x80;
        assert_false(mo_secret_equal(a, b, sizeof a));
        b[i] ^= 0x80;
    }
    mo_secret_wipe(a, sizeof a);
    for (size_t i = 0; i < sizeof a; i++) {
        assert_int_equal(a[i], 0);
    }
}

/* xoshiro256** from a state of splitmix64(0): the outputs of the authors' own code. */
static void a_seed_gives_the_same_numbers_for_ever(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(0);
    assert_true(rng.state[0] == 0xe220a8397b1dcdafu);
    assert_true(rng.state[1] == 0x6e789e6aa1b965f4u);
    assert_true(mo_rng_next(&rng) == 0x99ec5f36cb75f2b4u);
    assert_true(mo_rng_next(&rng) == 0xbf6e1f784956452au);
    unsigned seen[7] = {0};
    for (unsigned i = 0; i < 7000; i++) {
        seen[mo_rng_below(&rng, 7)]++;
    }
    for (unsigned i = 0; i < 7; i++) {
        assert_in_range(seen[i], 850, 1150);
    }
    assert_true(mo_rng_below(&rng, 1) == 0);
    /* A bound that half of all outputs would pass twice: those are drawn again. */
    for (unsigned i = 0; i < 100; i++) {
        assert_true(mo_rng_below(&rng, ((uint64_t)1 << 63) + 1) <= (uint64_t)1 << 63);
    }
}

static void an_error_keeps_its_class_and_gains_context(void **state)
{
    (void)state;
    mo_err_t err = mo_err(MO_ERR_TRANSIENT, "port %d refused", 8545);
    mo_err_t outer = mo_err_wrap(err, "origin chain");
    assert_true(mo_failed(outer));
    assert_int_equal(outer.kind, MO_ERR_TRANSIENT);
    assert_string_equal(outer.text, "origin chain: port 8545 refused");
    assert_false(mo_failed(MO_SUCCESS));
    for (unsigned i = 0; i < 30; i++) {
        outer = mo_err_wrap(outer, "a rather long context");
    }
    assert_int_equal(strlen(outer.text), MO_ERR_TEXT_MAX - 1);
}

/* A node's error message, a file's name. */
static void an_errors_text_is_one_line_and_steers_no_terminal(void **state)
{
    (void)state;
    const char *const hostile = "no\n12:00:00  ALARM\r\033[2J\177\t, \303\244";
    mo_err_t err = mo_err_wrap(mo_err(MO_ERR_TRANSIENT, "%s", hostile), "%s", hostile);
    for (const char *at = err.text; *at != '\0'; at++) {
        assert_true((unsigned char)*at >= 0x20 && *at != 0x7f);
    }
    assert_string_equal(mo_err(MO_ERR_TRANSIENT, "%s", hostile).text, "no?12:00:00  ALARM??[2J??, \303\244");
}

static void no_truncation_is_the_same_hex_and_a_flipped_bit_is_other_bytes_or_none(void **state)
{
    (void)state;
    char text[] = "0x00a5C3ff7e";
    uint8_t whole[5];
    uint8_t other[5];
    assert_true(mo_hex_decode_exact(text, MO_HEX_PREFIXED, whole, sizeof whole));
    for (size_t bit = 0; bit < 8 * (sizeof text - 1); bit++) {
        bool turns_case = bit % 8 == 5 && bit / 8 > 1 && (text[bit / 8] & 0x40) != 0;
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        bool same = mo_hex_decode_exact(text, MO_HEX_PREFIXED, other, sizeof other) &&
                    memcmp(whole, other, sizeof whole) == 0;
        assert_int_equal(same, turns_case);
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t size = sizeof text - 1; size-- > 0;) {
        text[size] = '\0';
        mo_buffer_t out = MO_BUFFER(other);
        assert_false(mo_hex_decode_exact(text, MO_HEX_PREFIXED, whole, sizeof whole));
        assert_int_equal(mo_hex_decode(text, MO_HEX_PREFIXED, &out), size >= 2 && size % 2 == 0);
        assert_int_equal(out.size, size >= 2 && size % 2 == 0 ? size / 2 - 1 : 0);
    }
}

static void cleared_memory_is_zero_and_its_neighbours_are_as_they_were(void **state)
{
    (void)state;
    static uint8_t memory[3 * 4096 + 2];
    static const size_t sizes[] = {0, 1, 2, 4095, 4096, 4097, 3 * 4096};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t dirty = 0; dirty <= sizes[i]; dirty += 1 + sizes[i] / 7) {
            memset(memory, 0, sizeof memory);
            memory[0] = 0xaa;
            memory[1 + sizes[i]] = 0xaa;
            if (dirty < sizes[i]) {
                memory[1 + dirty] = 1;
            }
            mo_clear(memory + 1, sizes[i]);
            assert_int_equal(memory[0], 0xaa);
            assert_int_equal(memory[1 + sizes[i]], 0xaa);
            memory[1 + sizes[i]] = 0;
            for (size_t at = 1; at < sizeof memory; at++) {
                assert_int_equal(memory[at], 0);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_truncation_is_the_same_hex_and_a_flipped_bit_is_other_bytes_or_none),
        cmocka_unit_test(a_write_past_the_capacity_is_dropped_whole_and_the_mark_stays),
        cmocka_unit_test(bytes_are_equal_by_length_and_content),
        cmocka_unit_test(hex_comes_back_in_both_forms),
        cmocka_unit_test(secrets_have_the_same_text_and_are_read_as_strictly),
        cmocka_unit_test(other_texts_are_no_hex),
        cmocka_unit_test(the_size_must_be_the_one_that_is_asked_for),
        cmocka_unit_test(quantities_are_minimal),
        cmocka_unit_test(byte_orders_are_as_named),
        cmocka_unit_test(a_wiped_secret_is_zero_and_equality_sees_every_byte),
        cmocka_unit_test(a_seed_gives_the_same_numbers_for_ever),
        cmocka_unit_test(cleared_memory_is_zero_and_its_neighbours_are_as_they_were),
        cmocka_unit_test(an_error_keeps_its_class_and_gains_context),
        cmocka_unit_test(an_errors_text_is_one_line_and_steers_no_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
