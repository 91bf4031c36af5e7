#include "base/rng.h"
#include "eth/abi.h"
#include "eth/test_rows.h"

#define COUNT_MAX 8

static uint8_t memory[MO_ROWS_LINE_MAX / 2];
static uint8_t content[MO_ROWS_LINE_MAX / 2];
static uint8_t written[MO_ROWS_LINE_MAX / 2];

/* ---- Three signatures, as generated code would have them ---- */

/* (bytes32, bytes[]) */
typedef struct {
    mo_hash_t first;
    mo_bytes_t headers[COUNT_MAX];
    size_t count;
} report_t;

/* (uint64, (uint64,bytes32,(address,uint96,uint8)[],uint256), bool, bytes4) */
typedef struct {
    uint64_t number;
    uint64_t height;
    mo_hash_t parent;
    mo_address_t validator[COUNT_MAX];
    mo_u256_t weight[COUNT_MAX];
    uint8_t kind[COUNT_MAX];
    size_t count;
    mo_u256_t gas_target;
    bool flag;
    mo_abi_selector_t tag;
} relay_t;

/* ((bytes,uint8)[], string, uint256[]) */
typedef struct {
    mo_bytes_t raw[COUNT_MAX];
    uint8_t kind[COUNT_MAX];
    size_t count;
    mo_bytes_t text;
    mo_u256_t numbers[COUNT_MAX];
    size_t number_count;
} nested_t;

static bool put_report(mo_buffer_t *buffer, const report_t *in)
{
    mo_abi_writer_t out = mo_abi_writer(buffer, 2);
    mo_abi_put_hash(&out, &in->first);
    mo_abi_open_array(&out, in->count, 1);
    for (size_t i = 0; i < in->count; i++) {
        mo_abi_put_bytes(&out, in->headers[i]);
    }
    mo_abi_close(&out);
    return mo_abi_written(&out);
}

static mo_abi_verdict_t read_report(mo_bytes_t bytes, report_t *out)
{
    mo_abi_reader_t in = mo_abi_reader(bytes, 2);
    out->first = mo_abi_read_hash(&in);
    out->count = mo_abi_enter_array(&in, 1, COUNT_MAX);
    for (size_t i = 0; i < out->count; i++) {
        out->headers[i] = mo_abi_read_bytes(&in);
    }
    mo_abi_leave(&in);
    return mo_abi_finish(&in);
}

static bool put_relay(mo_buffer_t *buffer, const relay_t *in)
{
    mo_abi_writer_t out = mo_abi_writer(buffer, 4);
    mo_abi_put_u64(&out, in->number);
    mo_abi_open(&out, 4);
    mo_abi_put_u64(&out, in->height);
    mo_abi_put_hash(&out, &in->parent);
    mo_abi_open_array(&out, in->count, 3);
    for (size_t i = 0; i < in->count; i++) {
        mo_abi_put_address(&out, &in->validator[i]);
        mo_abi_put_u256(&out, in->weight[i]);
        mo_abi_put_u64(&out, in->kind[i]);
    }
    mo_abi_close(&out);
    mo_abi_put_u256(&out, in->gas_target);
    mo_abi_close(&out);
    mo_abi_put_bool(&out, in->flag);
    mo_abi_put_fixed(&out, MO_BYTES(in->tag.bytes));
    return mo_abi_written(&out);
}

static mo_abi_verdict_t read_relay(mo_bytes_t bytes, relay_t *out)
{
    mo_abi_reader_t in = mo_abi_reader(bytes, 4);
    out->number = mo_abi_read_u64(&in);
    mo_abi_enter(&in, 4);
    out->height = mo_abi_read_u64(&in);
    out->parent = mo_abi_read_hash(&in);
    out->count = mo_abi_enter_array(&in, 3, COUNT_MAX);
    for (size_t i = 0; i < out->count; i++) {
        out->validator[i] = mo_abi_read_address(&in);
        out->weight[i] = mo_abi_read_wide(&in, 96);
        out->kind[i] = (uint8_t)mo_abi_read_uint(&in, 8);
    }
    mo_abi_leave(&in);
    out->gas_target = mo_abi_read_u256(&in);
    mo_abi_leave(&in);
    out->flag = mo_abi_read_bool(&in);
    mo_abi_read_fixed(&in, out->tag.bytes, sizeof out->tag.bytes);
    return mo_abi_finish(&in);
}

static bool put_nested(mo_buffer_t *buffer, const nested_t *in)
{
    mo_abi_writer_t out = mo_abi_writer(buffer, 3);
    mo_abi_open_array(&out, in->count, 1);
    for (size_t i = 0; i < in->count; i++) {
        mo_abi_open(&out, 2);
        mo_abi_put_bytes(&out, in->raw[i]);
        mo_abi_put_u64(&out, in->kind[i]);
        mo_abi_close(&out);
    }
    mo_abi_close(&out);
    mo_abi_put_bytes(&out, in->text);
    mo_abi_open_array(&out, in->number_count, 1);
    for (size_t i = 0; i < in->number_count; i++) {
        mo_abi_put_u256(&out, in->numbers[i]);
    }
    mo_abi_close(&out);
    return mo_abi_written(&out);
}

static mo_abi_verdict_t read_nested(mo_bytes_t bytes, nested_t *out)
{
    mo_abi_reader_t in = mo_abi_reader(bytes, 3);
    out->count = mo_abi_enter_array(&in, 1, COUNT_MAX);
    for (size_t i = 0; i < out->count; i++) {
        mo_abi_enter(&in, 2);
        out->raw[i] = mo_abi_read_bytes(&in);
        out->kind[i] = (uint8_t)mo_abi_read_uint(&in, 8);
        mo_abi_leave(&in);
    }
    mo_abi_leave(&in);
    out->text = mo_abi_read_bytes(&in);
    out->number_count = mo_abi_enter_array(&in, 1, COUNT_MAX);
    for (size_t i = 0; i < out->number_count; i++) {
        out->numbers[i] = mo_abi_read_u256(&in);
    }
    mo_abi_leave(&in);
    return mo_abi_finish(&in);
}

/* Reads by the signature that a row's first field names and, when that is accepted, writes again into
 * `written`. */
static mo_abi_verdict_t read_and_rewrite(char signature, mo_bytes_t bytes, mo_buffer_t *out)
{
    report_t report;
    relay_t relay;
    nested_t nested;
    mo_abi_verdict_t verdict = MO_ABI_OK;
    if (signature == 'a' && (verdict = read_report(bytes, &report)) == MO_ABI_OK) {
        assert_true(put_report(out, &report));
    }
    if (signature == 'k' && (verdict = read_relay(bytes, &relay)) == MO_ABI_OK) {
        assert_true(put_relay(out, &relay));
    }
    if (signature == 'n' && (verdict = read_nested(bytes, &nested)) == MO_ABI_OK) {
        assert_true(put_nested(out, &nested));
    }
    return verdict;
}

/* ---- The rows' values ---- */

static report_t report_of(const mo_rows_t *rows)
{
    report_t report = {.first = mo_rows_hash(rows->field[1]), .count = mo_rows_u64(rows->field[2])};
    uint8_t *at = content;
    for (size_t i = 0; i < report.count; i++) {
        report.headers[i] = mo_rows_bytes(rows->field[3 + i], memory);
        memcpy(at, report.headers[i].data, report.headers[i].size);
        report.headers[i].data = at;
        at += report.headers[i].size;
    }
    return report;
}

static relay_t relay_of(const mo_rows_t *rows)
{
    relay_t relay = {.number = mo_rows_u64(rows->field[1]),
                     .height = mo_rows_u64(rows->field[2]),
                     .parent = mo_rows_hash(rows->field[3]),
                     .count = mo_rows_u64(rows->field[4]),
                     .gas_target = mo_rows_u256(rows->field[8]),
                     .flag = mo_rows_u64(rows->field[9]) == 1};
    for (size_t i = 0; i < relay.count; i++) {
        relay.validator[i] = mo_rows_address(rows->field[5]);
        relay.weight[i] = mo_u256_from_u64(mo_rows_u64(rows->field[6]));
        relay.kind[i] = (uint8_t)mo_rows_u64(rows->field[7]);
    }
    memcpy(relay.tag.bytes, mo_rows_bytes(rows->field[10], memory).data, 4);
    return relay;
}

static nested_t nested_of(const mo_rows_t *rows)
{
    const char *text = mo_rows_absent(rows->field[4]) ? "" : rows->field[4];
    nested_t nested = {.count = mo_rows_u64(rows->field[1]),
                       .text = {(const uint8_t *)text, strlen(text)},
                       .number_count = mo_rows_u64(rows->field[5])};
    for (size_t i = 0; i < nested.count; i++) {
        nested.raw[i] = mo_rows_bytes(rows->field[2], content);
        nested.kind[i] = (uint8_t)mo_rows_u64(rows->field[3]);
    }
    for (size_t i = 0; i < nested.number_count; i++) {
        nested.numbers[i] = mo_rows_u256(rows->field[6 + i]);
    }
    return nested;
}

static bool put_row(const mo_rows_t *rows, mo_buffer_t *out)
{
    if (rows->field[0][0] == 'a') {
        report_t report = report_of(rows);
        return put_report(out, &report);
    }
    if (rows->field[0][0] == 'k') {
        relay_t relay = relay_of(rows);
        return put_relay(out, &relay);
    }
    nested_t nested = nested_of(rows);
    return put_nested(out, &nested);
}

static mo_bytes_t encoding_of(const mo_rows_t *rows)
{
    return mo_rows_bytes(rows->field[rows->fields - 1], memory);
}

/* ---- Tests ---- */

static void values_are_encoded_as_ethers_encodes_them(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "abi");
    while (mo_rows_next(&rows)) {
        mo_buffer_t buffer = MO_BUFFER(written);
        assert_true(put_row(&rows, &buffer));
        mo_assert_bytes(mo_buffer_view(&buffer), encoding_of(&rows));
    }
}

static void what_is_read_is_written_back_byte_for_byte(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "abi");
    while (mo_rows_next(&rows)) {
        mo_bytes_t bytes = encoding_of(&rows);
        mo_buffer_t buffer = MO_BUFFER(written);
        assert_int_equal(read_and_rewrite(rows.field[0][0], bytes, &buffer), MO_ABI_OK);
        mo_assert_bytes(mo_buffer_view(&buffer), bytes);
    }
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "abi");
    while (mo_rows_next(&rows)) {
        mo_bytes_t bytes = encoding_of(&rows);
        for (size_t size = 0; size < bytes.size; size++) {
            mo_buffer_t buffer = MO_BUFFER(written);
            mo_bytes_t cut = {bytes.data, size};
            assert_int_equal(read_and_rewrite(rows.field[0][0], cut, &buffer), MO_ABI_TRUNCATED);
        }
    }
}

static void every_bit_flip_is_refused_or_is_another_value(void **state)
{
    (void)state;
    unsigned refused = 0;
    unsigned accepted = 0;
    mo_rows_t rows;
    mo_rows_open(&rows, "abi");
    while (mo_rows_next(&rows)) {
        mo_bytes_t bytes = encoding_of(&rows);
        for (size_t bit = 0; bit < 8 * bytes.size; bit++) {
            memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
            mo_buffer_t buffer = MO_BUFFER(written);
            if (read_and_rewrite(rows.field[0][0], bytes, &buffer) == MO_ABI_OK) {
                mo_assert_bytes(mo_buffer_view(&buffer), bytes);
                accepted++;
            } else {
                refused++;
            }
            memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
    assert_true(refused > 1000 && accepted > 1000);
}

/* One word, all zero but its last byte. */
static void small_word(uint8_t *at, uint8_t value)
{
    memset(at, 0, MO_ABI_WORD);
    at[MO_ABI_WORD - 1] = value;
}

static void each_fault_has_its_own_verdict(void **state)
{
    (void)state;
    report_t report;
    mo_bytes_t bytes = {memory, 4 * MO_ABI_WORD};
    memset(memory, 0, sizeof memory);
    small_word(memory + 0x20, 0x40);
    bytes.size = 3 * MO_ABI_WORD;
    assert_int_equal(read_report(bytes, &report), MO_ABI_OK);
    assert_int_equal(report.count, 0);
    bytes.size = 4 * MO_ABI_WORD;
    assert_int_equal(read_report(bytes, &report), MO_ABI_LEFTOVER);
    small_word(memory + 0x20, 0x60);
    assert_int_equal(read_report(bytes, &report), MO_ABI_OFFSET);
    memory[0x20] = 1;
    assert_int_equal(read_report(bytes, &report), MO_ABI_OFFSET);
    small_word(memory + 0x20, 0x40);
    small_word(memory + 0x40, COUNT_MAX + 1);
    assert_int_equal(read_report(bytes, &report), MO_ABI_COUNT);
    memory[0x40] = 1;
    assert_int_equal(read_report(bytes, &report), MO_ABI_TRUNCATED);
    small_word(memory + 0x40, 2);
    assert_int_equal(read_report(bytes, &report), MO_ABI_TRUNCATED);
    small_word(memory + 0x40, 1);
    small_word(memory + 0x60, 0x20);
    small_word(memory + 0x80, 1);
    memory[0xa0] = 0xff;
    bytes.size = 6 * MO_ABI_WORD;
    assert_int_equal(read_report(bytes, &report), MO_ABI_OK);
    assert_int_equal(report.headers[0].size, 1);
    memory[0xa1] = 1;
    assert_int_equal(read_report(bytes, &report), MO_ABI_PADDING);
}

static void a_value_wider_than_its_type_is_refused(void **state)
{
    (void)state;
    for (unsigned bits = 1; bits < 256; bits++) {
        mo_hash_t word = mo_u256_to_hash(mo_u256_shift_left(MO_U256_ONE, bits));
        mo_abi_reader_t in = mo_abi_reader(mo_hash_view(&word), 1);
        assert_true(mo_u256_is_zero(mo_abi_read_wide(&in, bits)));
        assert_int_equal(mo_abi_finish(&in), MO_ABI_WIDE);
        in = mo_abi_reader(mo_hash_view(&word), 1);
        mo_address_t address = mo_abi_read_address(&in);
        assert_int_equal(mo_abi_finish(&in), bits < 160 ? MO_ABI_OK : MO_ABI_WIDE);
        assert_int_equal(mo_address_is_zero(&address), bits >= 160);
        in = mo_abi_reader(mo_hash_view(&word), 1);
        assert_false(mo_abi_read_bool(&in));
        assert_int_equal(mo_abi_finish(&in), MO_ABI_WIDE);
        uint8_t left[4] = {1, 1, 1, 1};
        in = mo_abi_reader(mo_hash_view(&word), 1);
        mo_abi_read_fixed(&in, left, sizeof left);
        assert_int_equal(mo_abi_finish(&in), bits >= 224 ? MO_ABI_OK : MO_ABI_PADDING);
    }
}

static void a_buffer_that_is_too_small_overflows_and_keeps_its_bounds(void **state)
{
    (void)state;
    relay_t relay = {.count = 2, .number = 5};
    mo_buffer_t whole = MO_BUFFER(memory);
    assert_true(put_relay(&whole, &relay));
    for (size_t capacity = 0; capacity <= whole.size; capacity++) {
        memset(written, 0xa5, whole.size + 1);
        mo_buffer_t small = {written, 0, capacity, false};
        assert_int_equal(put_relay(&small, &relay), capacity == whole.size);
        assert_int_equal(written[capacity], 0xa5);
    }
}

static void selectors_are_the_known_ones(void **state)
{
    (void)state;
    static const struct {
        const char *signature;
        uint8_t selector[4];
    } rows[] = {{"transfer(address,uint256)", {0xa9, 0x05, 0x9c, 0xbb}},
                {"balanceOf(address)", {0x70, 0xa0, 0x82, 0x31}},
                {"Error(string)", {0x08, 0xc3, 0x79, 0xa0}}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mo_abi_selector_t selector = mo_abi_selector(rows[i].signature);
        assert_memory_equal(selector.bytes, rows[i].selector, 4);
    }
}

static void verdicts_are_told_apart_by_name(void **state)
{
    (void)state;
    MO_ASSERT_NAMES(mo_abi_verdict_name, mo_abi_verdict_t, MO_ABI_ROOM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_encoded_as_ethers_encodes_them),
        cmocka_unit_test(what_is_read_is_written_back_byte_for_byte),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_bit_flip_is_refused_or_is_another_value),
        cmocka_unit_test(each_fault_has_its_own_verdict),
        cmocka_unit_test(a_value_wider_than_its_type_is_refused),
        cmocka_unit_test(a_buffer_that_is_too_small_overflows_and_keeps_its_bounds),
        cmocka_unit_test(selectors_are_the_known_ones),
        cmocka_unit_test(verdicts_are_told_apart_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
