#include "eth/header.h"
#include "eth/keccak.h"
#include "eth/rlp.h"
#include "eth/test_rows.h"

static uint8_t memory[MO_ROWS_LINE_MAX / 2];
static uint8_t written[MO_ROWS_LINE_MAX / 2];

static mo_bytes_t encoding_of(const mo_rows_t *rows)
{
    return mo_rows_bytes(rows->field[rows->fields - 2], memory);
}

static void every_fork_decodes_and_encodes_back_to_its_hash(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "header");
    while (mo_rows_next(&rows)) {
        mo_bytes_t rlp = encoding_of(&rows);
        mo_header_t header;
        assert_int_equal(mo_header_decode(rlp, &header), MO_HEADER_OK);
        assert_int_equal(header.fork, mo_rows_u64(rows.field[0]));
        mo_buffer_t buffer = MO_BUFFER(written);
        assert_true(mo_header_encode(&header, &buffer));
        mo_assert_bytes(mo_buffer_view(&buffer), rlp);
        mo_hash_t hash;
        assert_true(mo_header_hash(&header, &hash));
        mo_assert_hash(hash, mo_rows_hash(rows.field[rows.fields - 1]));
    }
}

static mo_u256_t integer_of(const char *field)
{
    mo_u256_t value;
    assert_true(mo_u256_from_bytes(mo_rows_bytes(field, written), &value));
    return value;
}

static void fields_stand_where_their_names_say(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "header");
    while (mo_rows_next(&rows)) {
        const char *const *field = rows.field + 1;
        mo_header_t header;
        assert_int_equal(mo_header_decode(encoding_of(&rows), &header), MO_HEADER_OK);
        mo_assert_hash(header.parent_hash, mo_rows_hash(field[0]));
        mo_assert_hash(header.ommers_hash, mo_rows_hash(field[1]));
        mo_address_t coinbase = mo_rows_address(field[2]);
        assert_true(mo_address_equal(&header.coinbase, &coinbase));
        mo_assert_hash(header.state_root, mo_rows_hash(field[3]));
        mo_assert_hash(header.transactions_root, mo_rows_hash(field[4]));
        mo_assert_hash(header.receipts_root, mo_rows_hash(field[5]));
        assert_true(mo_u256_equal(header.difficulty, integer_of(field[7])));
        assert_true(header.number == integer_of(field[8]).limb[0]);
        assert_true(header.gas_limit == integer_of(field[9]).limb[0]);
        assert_true(header.gas_used == integer_of(field[10]).limb[0]);
        assert_true(header.timestamp == integer_of(field[11]).limb[0]);
        mo_assert_hash(header.mix_hash, mo_rows_hash(field[13]));
        bool prague = header.fork == MO_HEADER_PRAGUE;
        mo_assert_hash(header.requests_hash, prague ? mo_rows_hash(field[20]) : (mo_hash_t){{0}});
    }
}

static void facts_are_those_of_the_whole_header(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "header");
    while (mo_rows_next(&rows)) {
        mo_bytes_t rlp = encoding_of(&rows);
        mo_header_t header;
        mo_header_facts_t facts;
        assert_int_equal(mo_header_decode(rlp, &header), MO_HEADER_OK);
        assert_int_equal(mo_header_facts(rlp, &facts), MO_HEADER_OK);
        mo_assert_hash(facts.hash, mo_rows_hash(rows.field[rows.fields - 1]));
        mo_assert_hash(facts.parent_hash, header.parent_hash);
        mo_assert_hash(facts.state_root, header.state_root);
        mo_assert_hash(facts.transactions_root, header.transactions_root);
        assert_true(facts.number == header.number && facts.gas_used == header.gas_used);
    }
}

static void every_truncation_and_every_addition_is_refused(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "header");
    while (mo_rows_next(&rows)) {
        mo_bytes_t rlp = encoding_of(&rows);
        mo_header_t header;
        mo_header_facts_t facts;
        for (size_t size = 0; size < rlp.size; size++) {
            mo_bytes_t cut = {rlp.data, size};
            assert_int_equal(mo_header_decode(cut, &header), MO_HEADER_MALFORMED);
            assert_int_equal(mo_header_facts(cut, &facts), MO_HEADER_MALFORMED);
        }
        mo_bytes_t longer = {rlp.data, rlp.size + 1};
        assert_int_equal(mo_header_decode(longer, &header), MO_HEADER_TRAILING_BYTES);
        assert_int_equal(mo_header_facts(longer, &facts), MO_HEADER_TRAILING_BYTES);
    }
}

static void every_bit_flip_is_refused_or_is_another_header(void **state)
{
    (void)state;
    unsigned accepted = 0;
    mo_rows_t rows;
    mo_rows_open(&rows, "header");
    while (mo_rows_next(&rows)) {
        mo_bytes_t rlp = encoding_of(&rows);
        mo_hash_t original = mo_keccak256(rlp);
        for (size_t bit = 0; bit < 8 * rlp.size; bit++) {
            memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
            mo_header_t header;
            mo_header_facts_t facts;
            if (mo_header_decode(rlp, &header) == MO_HEADER_OK) {
                accepted++;
                mo_buffer_t buffer = MO_BUFFER(written);
                assert_true(mo_header_encode(&header, &buffer));
                mo_assert_bytes(mo_buffer_view(&buffer), rlp);
                assert_int_equal(mo_header_facts(rlp, &facts), MO_HEADER_OK);
                assert_false(mo_hash_equal(&facts.hash, &original));
            }
            memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
    assert_true(accepted > 1000);
}

/* ---- Headers made of parts ---- */

/* A header of `count` fields, all of the right form but for `raw` in place of field `index`. */
static mo_bytes_t header_with(size_t count, size_t index, const char *raw)
{
    static const size_t size[MO_HEADER_FIELDS_MAX] = {32, 32, 20, 32, 32, 32, 256, 0, 0,  0, 0,
                                                      0,  0,  32, 8,  0,  32, 0,   0, 32, 32};
    static const uint8_t zeros[256];
    uint8_t bytes[64];
    mo_buffer_t special = MO_BUFFER(bytes);
    assert_true(mo_hex_decode(raw, MO_HEX_BARE, &special));
    mo_buffer_t buffer = MO_BUFFER(memory);
    mo_rlp_writer_t out = mo_rlp_writer(&buffer);
    mo_rlp_open_list(&out);
    for (size_t i = 0; i < count; i++) {
        if (i == index) {
            mo_rlp_put_raw(&out, mo_buffer_view(&special));
        } else {
            mo_rlp_put_bytes(&out, (mo_bytes_t){zeros, i < MO_HEADER_FIELDS_MAX ? size[i] : 0});
        }
    }
    mo_rlp_close_list(&out);
    assert_true(mo_rlp_written(&out));
    return mo_buffer_view(&buffer);
}

static void the_number_of_fields_tells_the_fork(void **state)
{
    (void)state;
    for (size_t count = 0; count < 30; count++) {
        mo_bytes_t rlp = header_with(count, count, "");
        bool known = count == 15 || count == 16 || count == 17 || count == 20 || count == 21;
        mo_header_verdict_t all = known ? MO_HEADER_OK : MO_HEADER_FORK_UNKNOWN;
        mo_header_t header;
        mo_header_facts_t facts;
        assert_int_equal(mo_header_decode(rlp, &header), count < 15 ? MO_HEADER_FIELDS_MISSING : all);
        assert_int_equal(mo_header_facts(rlp, &facts), count < 15 ? MO_HEADER_FIELDS_MISSING : MO_HEADER_OK);
    }
}

static void a_field_of_the_wrong_form_is_refused(void **state)
{
    (void)state;
    /* A list, a padded integer, an integer of nine bytes, a string of 31, a prefixed byte. */
    static const char bytes_31[] = "9f00000000000000000000000000000000000000000000000000000000000000";
    static const char *const forms[] = {"c0", "820001", "89010000000000000000", bytes_31, "8101"};
    mo_header_t header;
    mo_header_facts_t facts;
    for (size_t index = 0; index < MO_HEADER_FIELDS_MAX; index++) {
        bool read = index == 0 || index == 3 || index == 4 || index == 8 || index == 10;
        for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
            bool wide_number = (index == 7 || index == 15) && i == 2;
            bool free_text = index == 12 && i >= 1 && i <= 3;
            mo_bytes_t rlp = header_with(MO_HEADER_FIELDS_MAX, index, forms[i]);
            assert_int_equal(mo_header_decode(rlp, &header),
                             wide_number || free_text ? MO_HEADER_OK : MO_HEADER_MALFORMED);
            /* No field may be a list or have another form; the type of those not read is left open. */
            assert_int_equal(mo_header_facts(rlp, &facts),
                             read || i == 0 || i == 4 ? MO_HEADER_MALFORMED : MO_HEADER_OK);
        }
    }
}

static void a_refused_header_leaves_zeros(void **state)
{
    (void)state;
    static const mo_header_t no_header;
    static const mo_header_facts_t no_facts;
    mo_header_t header;
    mo_header_facts_t facts;
    memset(&header, 0xff, sizeof header);
    memset(&facts, 0xff, sizeof facts);
    mo_bytes_t rlp = header_with(21, 10, "00");
    assert_int_equal(mo_header_decode(rlp, &header), MO_HEADER_MALFORMED);
    assert_int_equal(mo_header_facts(rlp, &facts), MO_HEADER_MALFORMED);
    assert_memory_equal(&header, &no_header, sizeof header);
    assert_memory_equal(&facts, &no_facts, sizeof facts);
}

static void a_header_is_at_most_2048_bytes_long(void **state)
{
    (void)state;
    static uint8_t extra[MO_HEADER_BYTES_MAX];
    mo_header_t header;
    mo_header_facts_t facts;
    assert_int_equal(mo_header_decode(header_with(21, 21, ""), &header), MO_HEADER_OK);
    size_t fitting = 0;
    for (size_t size = 1400; size < sizeof extra; size++) {
        header.extra_data = (mo_bytes_t){extra, size};
        mo_buffer_t buffer = MO_BUFFER(written);
        mo_hash_t hash;
        bool fits = mo_header_encode(&header, &buffer);
        assert_int_equal(mo_header_hash(&header, &hash), fits);
        assert_int_equal(mo_hash_is_zero(&hash), !fits);
        fitting = fits ? buffer.size : fitting;
    }
    assert_int_equal(fitting, MO_HEADER_BYTES_MAX);

    memcpy(memory, "\xf9\x07\xfe", 3); /* a list of 2,046 bytes: 2,049 with its prefix */
    assert_int_equal(mo_header_facts((mo_bytes_t){memory, 2049}, &facts), MO_HEADER_TOO_LONG);
}

static void a_run_is_read_header_by_header(void **state)
{
    (void)state;
    mo_buffer_t run = MO_BUFFER(written);
    for (size_t count = 15; count < 22; count++) {
        mo_buffer_put(&run, header_with(count, count, ""));
    }
    mo_bytes_t rest = mo_buffer_view(&run);
    mo_header_facts_t facts;
    size_t read = 0;
    for (; rest.size > 0; read++) {
        assert_int_equal(mo_header_facts_next(&rest, &facts), MO_HEADER_OK);
        mo_bytes_t again = header_with(15 + read, 15 + read, "");
        mo_assert_hash(facts.hash, mo_keccak256(again));
    }
    assert_int_equal(read, 7);
    assert_int_equal(mo_header_facts_next(&rest, &facts), MO_HEADER_MALFORMED);
}

static void verdicts_are_told_apart_by_name(void **state)
{
    (void)state;
    for (int i = MO_HEADER_OK; i <= MO_HEADER_TRAILING_BYTES; i++) {
        for (int j = MO_HEADER_OK; j < i; j++) {
            assert_string_not_equal(mo_header_verdict_name((mo_header_verdict_t)i),
                                    mo_header_verdict_name((mo_header_verdict_t)j));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fork_decodes_and_encodes_back_to_its_hash),
        cmocka_unit_test(fields_stand_where_their_names_say),
        cmocka_unit_test(facts_are_those_of_the_whole_header),
        cmocka_unit_test(every_truncation_and_every_addition_is_refused),
        cmocka_unit_test(every_bit_flip_is_refused_or_is_another_header),
        cmocka_unit_test(the_number_of_fields_tells_the_fork),
        cmocka_unit_test(a_field_of_the_wrong_form_is_refused),
        cmocka_unit_test(a_refused_header_leaves_zeros),
        cmocka_unit_test(a_header_is_at_most_2048_bytes_long),
        cmocka_unit_test(a_run_is_read_header_by_header),
        cmocka_unit_test(verdicts_are_told_apart_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
