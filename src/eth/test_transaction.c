#include "eth/rlp.h"
#include "eth/test_rows.h"
#include "eth/transaction.h"

enum { KEY, CHAIN, NONCE, TIP, FEE, GAS, TO, VALUE, INPUT, ACCESS, UNSIGNED, SIGNED, HASH };

#define ACCESS_MAX 4
#define SLOTS_MAX  4

static uint8_t input[MO_ROWS_LINE_MAX / 2];
static uint8_t memory[MO_ROWS_LINE_MAX / 2];
static uint8_t written[MO_ROWS_LINE_MAX / 2];

/* A transaction with the memory it points into. */
typedef struct {
    mo_transaction_t transaction;
    mo_secp_key_t key;
    mo_address_t to;
    mo_transaction_access_t access[ACCESS_MAX];
    mo_hash_t slots[ACCESS_MAX][SLOTS_MAX];
} case_t;

/* address:slot:slot;address:slot */
static void read_access(case_t *c, const char *field)
{
    char copy[1024];
    (void)snprintf(copy, sizeof copy, "%s", mo_rows_absent(field) ? "" : field);
    char *rest = NULL;
    for (char *entry = strtok_r(copy, ";", &rest); entry != NULL; entry = strtok_r(NULL, ";", &rest)) {
        mo_transaction_access_t *access = &c->access[c->transaction.access_count];
        mo_hash_t *slots = c->slots[c->transaction.access_count++];
        char *inner = NULL;
        access->address = mo_rows_address(strtok_r(entry, ":", &inner));
        access->slots = slots;
        access->slot_count = 0;
        for (char *slot = strtok_r(NULL, ":", &inner); slot != NULL; slot = strtok_r(NULL, ":", &inner)) {
            slots[access->slot_count++] = mo_rows_hash(slot);
        }
    }
    c->transaction.access = c->access;
}

static void read_row(const mo_rows_t *rows, case_t *c)
{
    const char *const *field = rows->field;
    memset(c, 0, sizeof *c);
    mo_hash_t key = mo_rows_hash(field[KEY]);
    memcpy(c->key.bytes, key.bytes, sizeof c->key.bytes);
    c->transaction = (mo_transaction_t){.type = MO_TRANSACTION_1559, .chain_id = mo_rows_u64(field[CHAIN]),
                                        .nonce = mo_rows_u64(field[NONCE]),
                                        .max_priority_fee_per_gas = mo_rows_u256(field[TIP]),
                                        .max_fee_per_gas = mo_rows_u256(field[FEE]),
                                        .gas_limit = mo_rows_u64(field[GAS]),
                                        .value = mo_rows_u256(field[VALUE]),
                                        .data = mo_rows_bytes(field[INPUT], input)};
    if (!mo_rows_absent(field[TO])) {
        c->to = mo_rows_address(field[TO]);
        c->transaction.to = &c->to;
    }
    read_access(c, field[ACCESS]);
}

static void transactions_are_those_of_ethers(void **state)
{
    (void)state;
    static case_t c;
    unsigned creations = 0;
    mo_rows_t rows;
    mo_rows_open(&rows, "transaction");
    while (mo_rows_next(&rows)) {
        read_row(&rows, &c);
        creations += c.transaction.to == NULL;
        mo_buffer_t buffer = MO_BUFFER(written);
        assert_true(mo_transaction_encode_unsigned(&c.transaction, &buffer));
        mo_assert_bytes(mo_buffer_view(&buffer), mo_rows_bytes(rows.field[UNSIGNED], memory));

        mo_buffer_t raw = MO_BUFFER(written);
        mo_hash_t hash;
        assert_true(mo_transaction_sign(&c.transaction, &c.key, &raw, &hash));
        mo_assert_bytes(mo_buffer_view(&raw), mo_rows_bytes(rows.field[SIGNED], memory));
        mo_assert_hash(hash, mo_rows_hash(rows.field[HASH]));
    }
    assert_true(creations > 0);
}

static void what_does_not_fit_is_not_signed(void **state)
{
    (void)state;
    static case_t c;
    mo_rows_t rows;
    mo_rows_open(&rows, "transaction");
    while (mo_rows_next(&rows)) {
        read_row(&rows, &c);
        size_t whole = mo_rows_bytes(rows.field[SIGNED], memory).size;
        for (size_t capacity = 0; capacity < whole; capacity += 1 + whole / 16) {
            mo_buffer_t raw = {written, 0, capacity, false};
            mo_hash_t hash = {{1}};
            assert_false(mo_transaction_sign(&c.transaction, &c.key, &raw, &hash));
            assert_int_equal(raw.size, 0);
            assert_false(raw.overflown);
            assert_true(mo_hash_is_zero(&hash));
        }
    }
}

static void a_key_out_of_range_signs_no_transaction(void **state)
{
    (void)state;
    mo_transaction_t transaction = {.type = MO_TRANSACTION_1559, .chain_id = 1};
    mo_secp_key_t zero = {{0}};
    mo_buffer_t raw = MO_BUFFER(written);
    mo_hash_t hash;
    assert_false(mo_transaction_sign(&transaction, &zero, &raw, &hash));
    assert_int_equal(raw.size, 0);
    assert_true(mo_hash_is_zero(&hash));
}

static void the_largest_call_fits_the_named_maximum(void **state)
{
    (void)state;
    static uint8_t call[MO_CALLDATA_BYTES_MAX];
    static uint8_t room[MO_TRANSACTION_BYTES_MAX];
    memset(call, 0xff, sizeof call);
    mo_address_t to = {{1}};
    mo_transaction_t transaction = {.type = MO_TRANSACTION_1559, .chain_id = UINT64_MAX,
                                    .nonce = UINT64_MAX,
                                    .max_priority_fee_per_gas = MO_U256_MAX,
                                    .max_fee_per_gas = MO_U256_MAX,
                                    .gas_limit = UINT64_MAX,
                                    .to = &to,
                                    .value = MO_U256_MAX,
                                    .data = MO_BYTES(call)};
    mo_secp_key_t key = {{[31] = 1}};
    mo_buffer_t raw = MO_BUFFER(room);
    mo_hash_t hash;
    assert_true(mo_transaction_sign(&transaction, &key, &raw, &hash));
    assert_int_equal(mo_rlp_check((mo_bytes_t){raw.data + 1, raw.size - 1}), MO_RLP_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transactions_are_those_of_ethers),
        cmocka_unit_test(what_does_not_fit_is_not_signed),
        cmocka_unit_test(a_key_out_of_range_signs_no_transaction),
        cmocka_unit_test(the_largest_call_fits_the_named_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
