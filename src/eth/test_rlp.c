#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rng.h"
#include "eth/rlp.h"
#include "eth/test_rows.h"

static uint8_t memory[MO_ROWS_LINE_MAX / 2];
static uint8_t written[MO_ROWS_LINE_MAX / 2];

/* ---- Trees, as text and as items ---- */

/* Writes the tree that `text` spells: a string as hex, a list as its items between [ and ]. */
static void write_tree(mo_rlp_writer_t *out, const char *text)
{
    static char copy[MO_ROWS_LINE_MAX];
    static uint8_t content[MO_ROWS_LINE_MAX / 2];
    (void)snprintf(copy, sizeof copy, "%s", text);
    char *rest = NULL;
    for (char *at = strtok_r(copy, ",", &rest); at != NULL; at = strtok_r(NULL, ",", &rest)) {
        if (at[0] == '[') {
            mo_rlp_open_list(out);
        } else if (at[0] == ']') {
            mo_rlp_close_list(out);
        } else {
            mo_rlp_put_bytes(out, mo_rows_bytes(at, content));
        }
    }
}

/* Reads every item and writes it again. */
static void copy_items(mo_rlp_reader_t *in, mo_rlp_writer_t *out)
{
    while (mo_rlp_more(in)) {
        mo_rlp_reader_t ahead = *in;
        if (mo_rlp_read_item(&ahead).kind == MO_RLP_STRING) {
            mo_rlp_put_bytes(out, mo_rlp_read_bytes(in));
            continue;
        }
        mo_rlp_enter_list(in);
        mo_rlp_open_list(out);
        copy_items(in, out);
        mo_rlp_close_list(out);
        mo_rlp_leave_list(in);
    }
}

/* What is accepted is written back byte for byte. */
static void assert_rewrites(mo_bytes_t bytes)
{
    mo_buffer_t buffer = MO_BUFFER(written);
    mo_rlp_writer_t out = mo_rlp_writer(&buffer);
    mo_rlp_reader_t in = mo_rlp_reader(bytes);
    copy_items(&in, &out);
    assert_int_equal(mo_rlp_finish(&in), MO_RLP_OK);
    assert_true(mo_rlp_written(&out));
    mo_assert_bytes(mo_buffer_view(&buffer), bytes);
}

static mo_bytes_t from_hex(const char *hex)
{
    mo_buffer_t buffer = MO_BUFFER(memory);
    assert_true(mo_hex_decode(hex, MO_HEX_BARE, &buffer));
    return mo_buffer_view(&buffer);
}

/* ---- Against an independent implementation ---- */

static void every_tree_is_written_as_ethers_writes_it(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "rlp");
    while (mo_rows_next(&rows)) {
        mo_buffer_t buffer = MO_BUFFER(written);
        mo_rlp_writer_t out = mo_rlp_writer(&buffer);
        write_tree(&out, rows.field[0]);
        assert_true(mo_rlp_written(&out));
        mo_assert_bytes(mo_buffer_view(&buffer), mo_rows_bytes(rows.field[1], memory));
    }
}

static void what_is_read_is_written_back_byte_for_byte(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "rlp");
    while (mo_rows_next(&rows)) {
        mo_bytes_t bytes = mo_rows_bytes(rows.field[1], memory);
        assert_int_equal(mo_rlp_check(bytes), MO_RLP_OK);
        assert_rewrites(bytes);
    }
}

/* ---- Refusals ---- */

static void every_other_form_is_refused_with_its_own_verdict(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        mo_rlp_verdict_t verdict;
    } rows[] = {
        {"", MO_RLP_MISSING},                   /* no item at all */
        {"81", MO_RLP_TRUNCATED},               /* a string without its byte */
        {"b7", MO_RLP_TRUNCATED},               /* the longest short string, empty-handed */
        {"83646f", MO_RLP_TRUNCATED},           /* "do" where "dog" was announced */
        {"c1", MO_RLP_TRUNCATED},               /* a list without its item */
        {"c2c28080", MO_RLP_TRUNCATED},         /* an inner list that reaches past its parent */
        {"b8", MO_RLP_TRUNCATED},               /* no length */
        {"b90100", MO_RLP_TRUNCATED},           /* a length of 256 and nothing */
        {"bf01000000000000", MO_RLP_TRUNCATED}, /* 7 of 8 bytes of length */
        {"bfffffffffffffffff", MO_RLP_TRUNCATED},
        {"ffffffffffffffffff", MO_RLP_TRUNCATED},
        {"b800", MO_RLP_LENGTH_PADDED},
        {"b90038", MO_RLP_LENGTH_PADDED},
        {"f80000", MO_RLP_LENGTH_PADDED},
        {"bf0000000000000001ff", MO_RLP_LENGTH_PADDED},
        {"b837", MO_RLP_LENGTH_LONG}, /* 55 is short */
        {"b80161", MO_RLP_LENGTH_LONG},
        {"f80180", MO_RLP_LENGTH_LONG},
        {"8100", MO_RLP_BYTE_PREFIXED},
        {"817f", MO_RLP_BYTE_PREFIXED},
        {"c28101", MO_RLP_BYTE_PREFIXED},
        {"8080", MO_RLP_LEFTOVER},
        {"c000", MO_RLP_LEFTOVER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_string_equal(mo_rlp_verdict_name(mo_rlp_check(from_hex(rows[i].hex))),
                            mo_rlp_verdict_name(rows[i].verdict));
    }
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "rlp");
    while (mo_rows_next(&rows)) {
        mo_bytes_t bytes = mo_rows_bytes(rows.field[1], memory);
        for (size_t size = 0; size < bytes.size; size++) {
            mo_rlp_verdict_t verdict = mo_rlp_check((mo_bytes_t){bytes.data, size});
            assert_int_equal(verdict, size == 0 ? MO_RLP_MISSING : MO_RLP_TRUNCATED);
        }
    }
}

static void every_bit_flip_is_refused_or_is_another_canonical_item(void **state)
{
    (void)state;
    unsigned refused = 0;
    unsigned accepted = 0;
    mo_rows_t rows;
    mo_rows_open(&rows, "rlp");
    while (mo_rows_next(&rows)) {
        mo_bytes_t bytes = mo_rows_bytes(rows.field[1], memory);
        for (size_t bit = 0; bit < 8 * bytes.size && bytes.size < 3000; bit++) {
            memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
            if (mo_rlp_check(bytes) == MO_RLP_OK) {
                assert_rewrites(bytes);
                accepted++;
            } else {
                refused++;
            }
            memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
    assert_true(refused > 1000 && accepted > 1000);
}

static void bytes_at_random_are_refused_or_written_back(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(1);
    unsigned accepted = 0;
    for (unsigned i = 0; i < 200000; i++) {
        size_t size = (size_t)mo_rng_below(&rng, 6);
        mo_rng_fill(&rng, memory, size);
        mo_bytes_t bytes = {memory, size};
        if (mo_rlp_check(bytes) == MO_RLP_OK) {
            assert_rewrites(bytes);
            accepted++;
        }
    }
    assert_true(accepted > 1000);
}

/* ---- Types ---- */

static void the_type_that_is_asked_for_decides(void **state)
{
    (void)state;
    mo_rlp_reader_t in = mo_rlp_reader(from_hex("c0"));
    assert_int_equal(mo_rlp_read_bytes(&in).size, 0);
    assert_int_equal(mo_rlp_finish(&in), MO_RLP_NOT_STRING);

    in = mo_rlp_reader(from_hex("83646f67"));
    mo_rlp_enter_list(&in);
    assert_int_equal(mo_rlp_finish(&in), MO_RLP_NOT_LIST);

    uint8_t out[4] = {9, 9, 9, 9};
    in = mo_rlp_reader(from_hex("83646f67"));
    mo_rlp_read_exact(&in, out, sizeof out);
    assert_int_equal(mo_rlp_finish(&in), MO_RLP_SIZE);
    assert_memory_equal(out, "\0\0\0\0", 4);

    in = mo_rlp_reader(from_hex("83646f67"));
    mo_rlp_read_exact(&in, out, 3);
    assert_int_equal(mo_rlp_finish(&in), MO_RLP_OK);
    assert_memory_equal(out, "dog", 3);
}

static void integers_are_minimal_and_within_their_width(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        uint64_t value;
        mo_rlp_verdict_t narrow; /* as 64 bits */
        mo_rlp_verdict_t wide;   /* as 256 bits */
    } rows[] = {
        {"80", 0, MO_RLP_OK, MO_RLP_OK},
        {"01", 1, MO_RLP_OK, MO_RLP_OK},
        {"7f", 127, MO_RLP_OK, MO_RLP_OK},
        {"8180", 128, MO_RLP_OK, MO_RLP_OK},
        {"820100", 256, MO_RLP_OK, MO_RLP_OK},
        {"88ffffffffffffffff", UINT64_MAX, MO_RLP_OK, MO_RLP_OK},
        {"00", 0, MO_RLP_INTEGER_PADDED, MO_RLP_INTEGER_PADDED},
        {"820001", 0, MO_RLP_INTEGER_PADDED, MO_RLP_INTEGER_PADDED},
        {"8100", 0, MO_RLP_BYTE_PREFIXED, MO_RLP_BYTE_PREFIXED},
        {"c0", 0, MO_RLP_NOT_STRING, MO_RLP_NOT_STRING},
        {"89010000000000000000", 0, MO_RLP_INTEGER_WIDE, MO_RLP_OK},
        {"a0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", 0, MO_RLP_INTEGER_WIDE,
         MO_RLP_OK},
        {"a101ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", 0, MO_RLP_INTEGER_WIDE,
         MO_RLP_INTEGER_WIDE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mo_rlp_reader_t narrow = mo_rlp_reader(from_hex(rows[i].hex));
        mo_rlp_reader_t wide = narrow;
        assert_int_equal(mo_rlp_read_u64(&narrow), rows[i].value);
        assert_int_equal(mo_rlp_finish(&narrow), rows[i].narrow);
        mo_u256_t value = mo_rlp_read_u256(&wide);
        assert_int_equal(mo_rlp_finish(&wide), rows[i].wide);
        assert_true(rows[i].wide == MO_RLP_OK || mo_u256_is_zero(value));
    }
}

static void integers_come_back_as_they_were_put(void **state)
{
    (void)state;
    mo_rng_t rng = mo_rng(2);
    for (unsigned i = 0; i < 20000; i++) {
        mo_u256_t value;
        mo_rng_fill(&rng, (uint8_t *)&value, sizeof value);
        value = mo_u256_shift_right(value, (unsigned)mo_rng_below(&rng, 257));
        mo_buffer_t buffer = MO_BUFFER(written);
        mo_rlp_writer_t out = mo_rlp_writer(&buffer);
        mo_rlp_put_u256(&out, value);
        mo_rlp_put_u64(&out, value.limb[0]);
        mo_rlp_reader_t in = mo_rlp_reader(mo_buffer_view(&buffer));
        assert_true(mo_u256_equal(mo_rlp_read_u256(&in), value));
        assert_true(mo_rlp_read_u64(&in) == value.limb[0]);
        assert_int_equal(mo_rlp_finish(&in), MO_RLP_OK);
    }
}

/* ---- Lists ---- */

static void an_item_gives_payload_and_whole(void **state)
{
    (void)state;
    mo_rlp_reader_t in = mo_rlp_reader(from_hex("c88363617483646f67"));
    mo_rlp_item_t list = mo_rlp_read_item(&in);
    assert_int_equal(list.kind, MO_RLP_LIST);
    assert_int_equal(list.whole.size, 9);
    assert_int_equal(list.payload.size, 8);
    assert_int_equal(mo_rlp_finish(&in), MO_RLP_OK);

    in = mo_rlp_reader(list.payload);
    mo_rlp_item_t cat = mo_rlp_read_item(&in);
    assert_int_equal(cat.kind, MO_RLP_STRING);
    assert_memory_equal(cat.payload.data, "cat", 3);
    assert_int_equal(cat.whole.size, 4);
    assert_int_equal(mo_rlp_finish(&in), MO_RLP_LEFTOVER);
}

static void a_list_is_left_only_when_all_of_it_was_read(void **state)
{
    (void)state;
    mo_rlp_reader_t in = mo_rlp_reader(from_hex("c20102"));
    mo_rlp_enter_list(&in);
    assert_int_equal(mo_rlp_read_u64(&in), 1);
    mo_rlp_leave_list(&in);
    assert_int_equal(mo_rlp_finish(&in), MO_RLP_LEFTOVER);

    in = mo_rlp_reader(from_hex("c101"));
    mo_rlp_enter_list(&in);
    assert_int_equal(mo_rlp_read_u64(&in), 1);
    assert_int_equal(mo_rlp_read_u64(&in), 0);
    mo_rlp_leave_list(&in);
    assert_int_equal(mo_rlp_finish(&in), MO_RLP_MISSING);
}

static void the_first_refusal_stays_and_later_reads_give_nothing(void **state)
{
    (void)state;
    uint8_t out[1] = {7};
    mo_rlp_reader_t in = mo_rlp_reader(from_hex("c40083646f67"));
    mo_rlp_enter_list(&in);
    assert_int_equal(mo_rlp_read_u64(&in), 0);
    assert_int_equal(in.verdict, MO_RLP_INTEGER_PADDED);
    assert_false(mo_rlp_more(&in));
    assert_int_equal(mo_rlp_read_bytes(&in).size, 0);
    assert_true(mo_u256_is_zero(mo_rlp_read_u256(&in)));
    mo_rlp_read_exact(&in, out, 1);
    assert_int_equal(out[0], 0);
    mo_rlp_enter_list(&in);
    mo_rlp_leave_list(&in);
    mo_rlp_leave_list(&in);
    assert_int_equal(mo_rlp_finish(&in), MO_RLP_INTEGER_PADDED);
}

static void lists_nest_to_the_limit_and_no_deeper(void **state)
{
    (void)state;
    mo_buffer_t buffer = MO_BUFFER(memory);
    mo_rlp_writer_t out = mo_rlp_writer(&buffer);
    for (unsigned i = 0; i < MO_RLP_DEPTH_MAX; i++) {
        mo_rlp_open_list(&out);
    }
    for (unsigned i = 0; i < MO_RLP_DEPTH_MAX; i++) {
        mo_rlp_close_list(&out);
    }
    assert_true(mo_rlp_written(&out));
    assert_int_equal(mo_rlp_check(mo_buffer_view(&buffer)), MO_RLP_OK);

    mo_buffer_t deeper_buffer = MO_BUFFER(written);
    mo_rlp_writer_t deeper = mo_rlp_writer(&deeper_buffer);
    mo_rlp_open_list(&deeper);
    mo_rlp_put_raw(&deeper, mo_buffer_view(&buffer));
    mo_rlp_close_list(&deeper);
    assert_int_equal(mo_rlp_check(mo_buffer_view(&deeper_buffer)), MO_RLP_DEPTH);
}

/* ---- Writing ---- */

static void a_buffer_that_is_too_small_overflows_and_keeps_its_bounds(void **state)
{
    (void)state;
    const char *tree = "[,0x646f67,[,0x01,0x,],"
                       "0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00112233445566"
                       "778899aabbccddeeff00112233445566778899,]";
    mo_buffer_t whole = MO_BUFFER(memory);
    mo_rlp_writer_t out = mo_rlp_writer(&whole);
    write_tree(&out, tree);
    assert_true(mo_rlp_written(&out));
    for (size_t capacity = 0; capacity <= whole.size; capacity++) {
        memset(written, 0xa5, whole.size + 1);
        mo_buffer_t small = {written, 0, capacity, false};
        mo_rlp_writer_t cut = mo_rlp_writer(&small);
        write_tree(&cut, tree);
        assert_int_equal(mo_rlp_written(&cut), capacity == whole.size);
        assert_int_equal(written[capacity], 0xa5);
    }
}

static void lengths_of_every_size_have_their_prefix(void **state)
{
    (void)state;
    static uint8_t zeros[70000];
    static uint8_t out[70010];
    static const struct {
        size_t size;
        uint8_t prefix[4];
        size_t prefix_size;
    } rows[] = {
        {0, {0x80}, 1},
        {55, {0xb7}, 1},
        {56, {0xb8, 56}, 2},
        {255, {0xb8, 255}, 2},
        {256, {0xb9, 1, 0}, 3},
        {65535, {0xb9, 255, 255}, 3},
        {65536, {0xba, 1, 0, 0}, 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mo_buffer_t buffer = MO_BUFFER(out);
        mo_rlp_writer_t writer = mo_rlp_writer(&buffer);
        mo_rlp_put_bytes(&writer, (mo_bytes_t){zeros, rows[i].size});
        assert_int_equal(buffer.size, rows[i].size + rows[i].prefix_size);
        assert_memory_equal(out, rows[i].prefix, rows[i].prefix_size);
        assert_int_equal(mo_rlp_check(mo_buffer_view(&buffer)), MO_RLP_OK);
    }
}

/* ---- Our own faults ---- */

static void close_without_open(void)
{
    mo_buffer_t buffer = MO_BUFFER(memory);
    mo_rlp_writer_t out = mo_rlp_writer(&buffer);
    mo_rlp_close_list(&out);
}

static void ask_with_a_list_open(void)
{
    mo_buffer_t buffer = MO_BUFFER(memory);
    mo_rlp_writer_t out = mo_rlp_writer(&buffer);
    mo_rlp_open_list(&out);
    _exit(mo_rlp_written(&out) ? 0 : 1);
}

static void leave_without_enter(void)
{
    mo_rlp_reader_t in = mo_rlp_reader((mo_bytes_t){NULL, 0});
    mo_rlp_leave_list(&in);
}

static void finish_with_a_list_entered(void)
{
    static const uint8_t empty_list[] = {0xc0};
    mo_rlp_reader_t in = mo_rlp_reader(MO_BYTES(empty_list));
    mo_rlp_enter_list(&in);
    _exit(mo_rlp_finish(&in) == MO_RLP_OK ? 0 : 1);
}

static void a_fault_of_our_own_ends_the_program(void **state)
{
    (void)state;
    void (*const faults[])(void) = {close_without_open, ask_with_a_list_open, leave_without_enter,
                                    finish_with_a_list_entered};
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            (void)close(STDERR_FILENO);
            faults[i]();
            _exit(0);
        }
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    }
}

static void every_verdict_has_its_name_and_clause(void **state)
{
    (void)state;
    for (int i = MO_RLP_OK; i <= MO_RLP_LEFTOVER; i++) {
        mo_rlp_verdict_t verdict = (mo_rlp_verdict_t)i;
        assert_true(strlen(mo_rlp_verdict_name(verdict)) > 0);
        assert_string_equal(mo_rlp_verdict_clause(verdict), i == MO_RLP_OK ? "" : "3.1");
        for (int j = MO_RLP_OK; j < i; j++) {
            assert_string_not_equal(mo_rlp_verdict_name((mo_rlp_verdict_t)j), mo_rlp_verdict_name(verdict));
        }
    }
    assert_string_equal(mo_rlp_verdict_name((mo_rlp_verdict_t)(MO_RLP_LEFTOVER + 1)), "");
    assert_string_equal(mo_rlp_verdict_clause((mo_rlp_verdict_t)(MO_RLP_LEFTOVER + 1)), "");
}

static void a_string_of_no_bytes_is_read_to_nowhere(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x80, 0x05};
    mo_rlp_reader_t in = mo_rlp_reader(MO_BYTES(bytes));
    mo_rlp_read_exact(&in, NULL, 0);
    assert_int_equal(in.verdict, MO_RLP_OK);
    mo_rlp_read_exact(&in, NULL, 0);
    assert_int_equal(in.verdict, MO_RLP_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_tree_is_written_as_ethers_writes_it),
        cmocka_unit_test(what_is_read_is_written_back_byte_for_byte),
        cmocka_unit_test(every_other_form_is_refused_with_its_own_verdict),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_bit_flip_is_refused_or_is_another_canonical_item),
        cmocka_unit_test(bytes_at_random_are_refused_or_written_back),
        cmocka_unit_test(the_type_that_is_asked_for_decides),
        cmocka_unit_test(integers_are_minimal_and_within_their_width),
        cmocka_unit_test(integers_come_back_as_they_were_put),
        cmocka_unit_test(an_item_gives_payload_and_whole),
        cmocka_unit_test(a_list_is_left_only_when_all_of_it_was_read),
        cmocka_unit_test(the_first_refusal_stays_and_later_reads_give_nothing),
        cmocka_unit_test(lists_nest_to_the_limit_and_no_deeper),
        cmocka_unit_test(a_buffer_that_is_too_small_overflows_and_keeps_its_bounds),
        cmocka_unit_test(lengths_of_every_size_have_their_prefix),
        cmocka_unit_test(a_fault_of_our_own_ends_the_program),
        cmocka_unit_test(every_verdict_has_its_name_and_clause),
        cmocka_unit_test(a_string_of_no_bytes_is_read_to_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
