#include "eth/body.h"

#include "eth/keccak.h"
#include "eth/rlp.h"
#include "eth/test_rows.h"
#include "eth/trie.h"

#define ITEMS_MAX 512

static mo_trie_entry_t entries[ITEMS_MAX];
static uint8_t keys[ITEMS_MAX][MO_BODY_KEY_BYTES];
static const mo_body_room_t room = {entries, keys, ITEMS_MAX};
static uint8_t memory[1 << 16];
static mo_bytes_t items[ITEMS_MAX];

static mo_hash_t root_of(mo_body_list_t list)
{
    mo_hash_t root;
    assert_int_equal(mo_body_root(list, &room, &root), MO_BODY_OK);
    return root;
}

static void roots_of_lists_are_those_that_other_code_gives(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "list");
    while (mo_rows_next(&rows)) {
        size_t used = 0;
        for (size_t i = 1; i < rows.fields; i++) {
            mo_buffer_t out = {memory + used, 0, sizeof memory - used, false};
            assert_true(mo_hex_decode(rows.field[i], MO_HEX_PREFIXED, &out));
            items[i - 1] = mo_buffer_view(&out);
            used += out.size;
        }
        mo_assert_hash(root_of((mo_body_list_t){items, rows.fields - 1}), mo_rows_hash(rows.field[0]));
    }
}

static void lists_grow_past_keys_of_one_byte_and_two(void **state)
{
    (void)state;
    mo_rows_t rows;
    mo_rows_open(&rows, "long-list");
    while (mo_rows_next(&rows)) {
        size_t count = mo_rows_u64(rows.field[0]);
        for (size_t i = 0; i < count; i++) {
            memory[2 * i] = (uint8_t)(i >> 8);
            memory[2 * i + 1] = (uint8_t)i;
            items[i] = (mo_bytes_t){memory + 2 * i, 2};
        }
        mo_assert_hash(root_of((mo_body_list_t){items, count}), mo_rows_hash(rows.field[1]));
    }
}

static void a_list_without_items_has_the_empty_root_and_no_ommers_their_own_hash(void **state)
{
    (void)state;
    static const uint8_t nothing[] = {0xc0};
    mo_body_list_t empty = {NULL, 0};
    mo_assert_hash(root_of(empty), MO_TRIE_EMPTY_ROOT);
    mo_assert_hash(mo_body_ommers_hash(empty), mo_keccak256(MO_BYTES(nothing)));
}

static void ommers_are_hashed_as_one_list(void **state)
{
    (void)state;
    memset(memory, 0x33, 700);
    mo_buffer_t buffer = {memory + 1024, 0, 1024, false};
    mo_rlp_writer_t out = mo_rlp_writer(&buffer);
    mo_rlp_open_list(&out);
    mo_rlp_put_raw(&out, (mo_bytes_t){memory, 500});
    mo_rlp_put_raw(&out, (mo_bytes_t){memory, 200});
    mo_rlp_close_list(&out);
    assert_true(mo_rlp_written(&out));
    items[0] = (mo_bytes_t){memory, 500};
    items[1] = (mo_bytes_t){memory, 200};
    mo_assert_hash(mo_body_ommers_hash((mo_body_list_t){items, 2}), mo_keccak256(mo_buffer_view(&buffer)));
}

static void what_does_not_fit_or_is_empty_is_refused(void **state)
{
    (void)state;
    mo_hash_t root;
    items[0] = items[1] = (mo_bytes_t){memory, 0};
    assert_int_equal(mo_body_root((mo_body_list_t){items, 2}, &room, &root), MO_BODY_ITEM_EMPTY);
    assert_true(mo_hash_is_zero(&root));
    assert_int_equal(mo_body_root((mo_body_list_t){items, ITEMS_MAX + 1}, &room, &root), MO_BODY_TOO_MANY);
    assert_true(mo_hash_is_zero(&root));
}

/* A Shanghai header of this body. */
static mo_header_t header_of(const mo_body_t *body)
{
    mo_header_t header = {.fork = MO_HEADER_SHANGHAI};
    header.transactions_root = root_of(body->transactions);
    header.receipts_root = root_of(body->receipts);
    header.withdrawals_root = root_of(body->withdrawals);
    header.ommers_hash = mo_body_ommers_hash(body->ommers);
    return header;
}

static void each_list_is_held_against_its_own_field_of_the_header(void **state)
{
    (void)state;
    static const uint8_t byte[] = {1, 2, 3, 4, 5};
    const mo_bytes_t some[] = {{byte, 1}, {byte + 1, 1}, {byte + 2, 1}, {byte + 3, 1}};
    const mo_body_t body = {
        .transactions = {some, 4},
        .ommers = {some + 1, 1},
        .withdrawals = {some + 2, 2},
        .has_withdrawals = true,
        .receipts = {some + 1, 3},
        .has_receipts = true,
    };
    const mo_header_t header = header_of(&body);
    assert_int_equal(mo_body_check(&header, &body, &room), MO_BODY_OK);
    mo_body_t other = body;
    other.transactions.count--;
    assert_int_equal(mo_body_check(&header, &other, &room), MO_BODY_TRANSACTIONS);
    other = body;
    other.ommers.count--;
    assert_int_equal(mo_body_check(&header, &other, &room), MO_BODY_OMMERS);
    other = body;
    other.withdrawals.count--;
    assert_int_equal(mo_body_check(&header, &other, &room), MO_BODY_WITHDRAWALS);
    other = body;
    other.receipts.count--;
    assert_int_equal(mo_body_check(&header, &other, &room), MO_BODY_RECEIPTS);
    other.has_receipts = false;
    assert_int_equal(mo_body_check(&header, &other, &room), MO_BODY_OK);
    other = body;
    other.withdrawals.count = ITEMS_MAX + 1;
    assert_int_equal(mo_body_check(&header, &other, &room), MO_BODY_TOO_MANY);
    other = body;
    other.has_withdrawals = false;
    assert_int_equal(mo_body_check(&header, &other, &room), MO_BODY_WITHDRAWALS_FORK);
}

static void before_shanghai_there_are_no_withdrawals(void **state)
{
    (void)state;
    mo_body_t body = {.has_withdrawals = false};
    mo_header_t header = header_of(&body);
    header.fork = MO_HEADER_LONDON;
    assert_int_equal(mo_body_check(&header, &body, &room), MO_BODY_OK);
    body.has_withdrawals = true;
    assert_int_equal(mo_body_check(&header, &body, &room), MO_BODY_WITHDRAWALS_FORK);
}

/* Requests of types 0, 1 and 2 with 192, 76 and 116 bytes of data; hashes by Python's hashlib. */
static uint8_t deposits[193];
static uint8_t exits[77];
static uint8_t mergers[117];
#define HASH_OF_NONE  "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HASH_OF_ONE   "0x57ec8b4e78011d9ab87d162b0a63c6a902bcb72d70660d89909138ff2d52b001"
#define HASH_OF_THREE "0xe50ce0c8a9240e97cad81dfaf7604c2ab11ef997af828d2290838f5dfe55eff3"
#define HASH_OF_TWO   "0xfe04bb69108dfd4258dec58eece59a5437f888e5b86a7a00b96c3eb5f79ea5da"

static void make_requests(mo_bytes_t requests[3])
{
    for (size_t i = 0; i < 192; i++) {
        deposits[1 + i] = (uint8_t)i;
    }
    memset(exits, 0x11, sizeof exits);
    memset(mergers, 0x22, sizeof mergers);
    exits[0] = 1;
    mergers[0] = 2;
    requests[0] = MO_BYTES(deposits);
    requests[1] = MO_BYTES(exits);
    requests[2] = MO_BYTES(mergers);
}

static void requests_are_hashed_as_eip_7685_has_it(void **state)
{
    (void)state;
    mo_bytes_t requests[3];
    mo_hash_t hash;
    make_requests(requests);
    assert_int_equal(mo_body_requests_hash((mo_body_list_t){requests, 0}, &hash), MO_BODY_OK);
    mo_assert_hash(hash, mo_rows_hash(HASH_OF_NONE));
    assert_int_equal(mo_body_requests_hash((mo_body_list_t){requests, 1}, &hash), MO_BODY_OK);
    mo_assert_hash(hash, mo_rows_hash(HASH_OF_ONE));
    assert_int_equal(mo_body_requests_hash((mo_body_list_t){requests, 3}, &hash), MO_BODY_OK);
    mo_assert_hash(hash, mo_rows_hash(HASH_OF_THREE));
    /* One without data is passed over. */
    requests[1].size = 1;
    assert_int_equal(mo_body_requests_hash((mo_body_list_t){requests, 3}, &hash), MO_BODY_OK);
    mo_assert_hash(hash, mo_rows_hash(HASH_OF_TWO));
}

static void requests_out_of_order_or_without_type_are_refused(void **state)
{
    (void)state;
    mo_bytes_t requests[3];
    mo_hash_t hash;
    make_requests(requests);
    mo_bytes_t twice[] = {requests[1], requests[1]};
    assert_int_equal(mo_body_requests_hash((mo_body_list_t){twice, 2}, &hash), MO_BODY_REQUESTS);
    mo_bytes_t swapped[] = {requests[1], requests[0]};
    assert_int_equal(mo_body_requests_hash((mo_body_list_t){swapped, 2}, &hash), MO_BODY_REQUESTS);
    assert_true(mo_hash_is_zero(&hash));
    requests[2].size = 0;
    assert_int_equal(mo_body_requests_hash((mo_body_list_t){requests, 3}, &hash), MO_BODY_ITEM_EMPTY);
    assert_true(mo_hash_is_zero(&hash));
}

static void requests_are_held_against_the_header_since_prague(void **state)
{
    (void)state;
    mo_bytes_t requests[3];
    make_requests(requests);
    mo_body_t body = {.has_withdrawals = true, .requests = {requests, 3}, .has_requests = true};
    mo_header_t header = header_of(&body);
    header.requests_hash = mo_rows_hash(HASH_OF_THREE);
    assert_int_equal(mo_body_check(&header, &body, &room), MO_BODY_REQUESTS);
    header.fork = MO_HEADER_PRAGUE;
    assert_int_equal(mo_body_check(&header, &body, &room), MO_BODY_OK);
    body.requests.count = 2;
    assert_int_equal(mo_body_check(&header, &body, &room), MO_BODY_REQUESTS);
    requests[1].size = 0;
    assert_int_equal(mo_body_check(&header, &body, &room), MO_BODY_ITEM_EMPTY);
    body.has_requests = false;
    assert_int_equal(mo_body_check(&header, &body, &room), MO_BODY_OK);
}

static void a_withdrawal_is_a_list_of_four(void **state)
{
    (void)state;
    mo_withdrawal_t withdrawal = {.index = 1, .validator = 0x1234, .address = {{0xaa}}, .amount = 0};
    static const uint8_t expected[] = {0xda, 0x01, 0x82, 0x12, 0x34, 0x94, 0xaa, [26] = 0x80};
    uint8_t bytes[sizeof expected];
    mo_buffer_t out = MO_BUFFER(bytes);
    assert_true(mo_withdrawal_encode(&withdrawal, &out));
    mo_assert_bytes(mo_buffer_view(&out), MO_BYTES(expected));
    assert_false(mo_withdrawal_encode(&withdrawal, &out));
}

static void verdicts_are_told_apart_by_name(void **state)
{
    (void)state;
    for (int i = MO_BODY_OK; i <= MO_BODY_REQUESTS; i++) {
        for (int j = MO_BODY_OK; j < i; j++) {
            assert_string_not_equal(mo_body_verdict_name((mo_body_verdict_t)i),
                                    mo_body_verdict_name((mo_body_verdict_t)j));
        }
    }
}

/* A body is what its roots say: no item is cut, changed or left out unnoticed. */
static void a_cut_item_a_flipped_bit_and_a_missing_item_have_another_root(void **state)
{
    (void)state;
    size_t used = 0;
    for (size_t i = 0; i < 5; i++) {
        memset(memory + used, (int)(0x50 + i), 3 + 20 * i);
        items[i] = (mo_bytes_t){memory + used, 3 + 20 * i};
        used += items[i].size;
    }
    mo_body_list_t list = {items, 5};
    mo_hash_t whole = root_of(list);
    for (size_t bit = 0; bit < 8 * used; bit++) {
        memory[bit / 8] ^= (uint8_t)(1 << bit % 8);
        mo_hash_t other = root_of(list);
        assert_false(mo_hash_equal(&whole, &other));
        memory[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t i = 0; i < 5; i++) {
        items[i].size--;
        mo_hash_t other = root_of(list);
        assert_false(mo_hash_equal(&whole, &other));
        items[i].size++;
        other = root_of((mo_body_list_t){items, i});
        assert_false(mo_hash_equal(&whole, &other));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_item_a_flipped_bit_and_a_missing_item_have_another_root),
        cmocka_unit_test(roots_of_lists_are_those_that_other_code_gives),
        cmocka_unit_test(lists_grow_past_keys_of_one_byte_and_two),
        cmocka_unit_test(a_list_without_items_has_the_empty_root_and_no_ommers_their_own_hash),
        cmocka_unit_test(ommers_are_hashed_as_one_list),
        cmocka_unit_test(what_does_not_fit_or_is_empty_is_refused),
        cmocka_unit_test(each_list_is_held_against_its_own_field_of_the_header),
        cmocka_unit_test(before_shanghai_there_are_no_withdrawals),
        cmocka_unit_test(requests_are_hashed_as_eip_7685_has_it),
        cmocka_unit_test(requests_out_of_order_or_without_type_are_refused),
        cmocka_unit_test(requests_are_held_against_the_header_since_prague),
        cmocka_unit_test(a_withdrawal_is_a_list_of_four),
        cmocka_unit_test(verdicts_are_told_apart_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
