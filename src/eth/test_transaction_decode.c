#include "eth/test_rows.h"
#include "eth/transaction_rules.h"

enum {
    TYPE,
    KEY,
    CHAIN,
    NONCE,
    PRICE,
    TIP,
    FEE,
    BLOB_FEE,
    GAS,
    TO,
    VALUE,
    INPUT,
    ACCESS_COUNT,
    BLOB_COUNT,
    AUTHORIZATION_COUNT,
    UNSIGNED,
    DIGEST,
    SIGNED,
    HASH,
    SENDER
};

static uint8_t memory[MO_ROWS_LINE_MAX / 2];
static uint8_t other[MO_ROWS_LINE_MAX / 2];
static uint8_t written[MO_ROWS_LINE_MAX / 2];
static mo_rows_t rows;

/* Room for what the vectors hold. */
static mo_transaction_access_t access[8];
static mo_hash_t hashes[32];
static mo_transaction_authorization_t authorizations[8];

static mo_transaction_room_t room_of(size_t accesses, size_t hashes_max, size_t authorizations_max)
{
    return (mo_transaction_room_t){.access = access,
                                   .access_max = accesses,
                                   .hashes = hashes,
                                   .hashes_max = hashes_max,
                                   .authorizations = authorizations,
                                   .authorizations_max = authorizations_max};
}

static mo_transaction_verdict_t decode(mo_bytes_t raw, mo_transaction_signed_t *got)
{
    static mo_transaction_room_t room;
    room = room_of(8, 32, 8);
    return mo_transaction_decode(raw, &room, got);
}

static mo_signature_t signature_of(const mo_transaction_signed_t *got)
{
    mo_signature_t signature = {mo_u256_to_hash(got->r), mo_u256_to_hash(got->s)};
    signature.vs.bytes[0] |= got->y_parity ? 0x80 : 0;
    return signature;
}

static void assert_fields(const mo_transaction_t *transaction)
{
    const char *const *field = rows.field;
    assert_int_equal(transaction->type, mo_rows_u64(field[TYPE]));
    assert_int_equal(transaction->chain_id, mo_rows_u64(field[CHAIN]));
    assert_int_equal(transaction->nonce, mo_rows_u64(field[NONCE]));
    assert_true(mo_u256_equal(transaction->gas_price, mo_rows_u256(field[PRICE])));
    assert_true(mo_u256_equal(transaction->max_priority_fee_per_gas, mo_rows_u256(field[TIP])));
    assert_true(mo_u256_equal(transaction->max_fee_per_gas, mo_rows_u256(field[FEE])));
    assert_true(mo_u256_equal(transaction->max_fee_per_blob_gas, mo_rows_u256(field[BLOB_FEE])));
    assert_int_equal(transaction->gas_limit, mo_rows_u64(field[GAS]));
    assert_true(mo_u256_equal(transaction->value, mo_rows_u256(field[VALUE])));
    mo_assert_bytes(transaction->data, mo_rows_bytes(field[INPUT], other));
    assert_int_equal(transaction->access_count, mo_rows_u64(field[ACCESS_COUNT]));
    assert_int_equal(transaction->blob_hash_count, mo_rows_u64(field[BLOB_COUNT]));
    assert_int_equal(transaction->authorization_count, mo_rows_u64(field[AUTHORIZATION_COUNT]));
    assert_int_equal(transaction->to == NULL, mo_rows_absent(field[TO]));
    if (transaction->to != NULL) {
        mo_address_t to = mo_rows_address(field[TO]);
        assert_true(mo_address_equal(transaction->to, &to));
    }
}

static void every_type_is_read_as_ethers_wrote_it(void **state)
{
    (void)state;
    mo_rows_open(&rows, "transaction-types");
    while (mo_rows_next(&rows)) {
        mo_transaction_signed_t got;
        mo_address_t sender;
        mo_address_t expected = mo_rows_address(rows.field[SENDER]);
        assert_int_equal(decode(mo_rows_bytes(rows.field[SIGNED], memory), &got), MO_TRANSACTION_OK);
        assert_fields(&got.transaction);
        mo_assert_hash(got.hash, mo_rows_hash(rows.field[HASH]));
        mo_assert_hash(got.digest, mo_rows_hash(rows.field[DIGEST]));
        assert_int_equal(mo_transaction_sender(&got, &sender), MO_SECP_OK);
        assert_true(mo_address_equal(&sender, &expected));
    }
}

static void what_was_read_is_written_and_signed_to_the_same_bytes(void **state)
{
    (void)state;
    mo_rows_open(&rows, "transaction-types");
    while (mo_rows_next(&rows)) {
        mo_transaction_signed_t got;
        mo_bytes_t raw = mo_rows_bytes(rows.field[SIGNED], memory);
        assert_int_equal(decode(raw, &got), MO_TRANSACTION_OK);
        mo_signature_t signature = signature_of(&got);
        mo_buffer_t buffer = MO_BUFFER(written);
        assert_true(mo_transaction_encode_signed(&got.transaction, &signature, &buffer));
        mo_assert_bytes(mo_buffer_view(&buffer), raw);

        buffer = (mo_buffer_t)MO_BUFFER(written);
        assert_true(mo_transaction_encode_unsigned(&got.transaction, &buffer));
        mo_assert_bytes(mo_buffer_view(&buffer), mo_rows_bytes(rows.field[UNSIGNED], other));

        mo_hash_t word = mo_rows_hash(rows.field[KEY]);
        mo_secp_key_t key;
        mo_hash_t hash;
        memcpy(key.bytes, word.bytes, sizeof key.bytes);
        buffer = (mo_buffer_t)MO_BUFFER(written);
        assert_true(mo_transaction_sign(&got.transaction, &key, &buffer, &hash));
        mo_assert_bytes(mo_buffer_view(&buffer), raw);
        mo_assert_hash(hash, got.hash);
    }
}

static void no_truncation_is_a_transaction(void **state)
{
    (void)state;
    static const mo_transaction_signed_t none;
    mo_rows_open(&rows, "transaction-types");
    while (mo_rows_next(&rows)) {
        mo_transaction_signed_t got;
        mo_bytes_t raw = mo_rows_bytes(rows.field[SIGNED], memory);
        for (size_t size = 0; size < raw.size; size++) {
            assert_int_not_equal(decode((mo_bytes_t){raw.data, size}, &got), MO_TRANSACTION_OK);
            assert_memory_equal(&got, &none, sizeof none);
        }
        memory[raw.size] = 0x80;
        assert_int_not_equal(decode((mo_bytes_t){memory, raw.size + 1}, &got), MO_TRANSACTION_OK);
    }
}

static void no_flipped_bit_leaves_hash_and_sender_as_they_were(void **state)
{
    (void)state;
    mo_rows_open(&rows, "transaction-types");
    while (mo_rows_next(&rows)) {
        mo_transaction_signed_t got;
        mo_address_t sender;
        mo_address_t expected = mo_rows_address(rows.field[SENDER]);
        mo_bytes_t raw = mo_rows_bytes(rows.field[SIGNED], memory);
        for (size_t bit = rows.count % 7; bit < 8 * raw.size; bit += rows.count <= 5 ? 1 : 7) {
            memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
            if (decode(raw, &got) == MO_TRANSACTION_OK) {
                mo_signature_t signature = signature_of(&got);
                mo_buffer_t buffer = MO_BUFFER(written);
                assert_true(mo_u256_bits(got.s) == 256 ||
                            (mo_transaction_encode_signed(&got.transaction, &signature, &buffer) &&
                             mo_bytes_equal(mo_buffer_view(&buffer), raw)));
                assert_true(mo_transaction_sender(&got, &sender) != MO_SECP_OK ||
                            !mo_address_equal(&sender, &expected));
            }
            memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}

static void lists_longer_than_the_room_are_refused(void **state)
{
    (void)state;
    unsigned refused = 0;
    mo_rows_open(&rows, "transaction-types");
    while (mo_rows_next(&rows)) {
        mo_transaction_signed_t got;
        mo_bytes_t raw = mo_rows_bytes(rows.field[SIGNED], memory);
        assert_int_equal(decode(raw, &got), MO_TRANSACTION_OK);
        size_t accesses = got.transaction.access_count;
        size_t used = got.transaction.blob_hash_count;
        size_t authorized = got.transaction.authorization_count;
        for (size_t i = 0; i < accesses; i++) {
            used += access[i].slot_count;
        }
        mo_transaction_room_t exact = room_of(accesses, used, authorized);
        assert_int_equal(mo_transaction_decode(raw, &exact, &got), MO_TRANSACTION_OK);
        for (unsigned i = 0; i < 3; i++) {
            size_t count = i == 0 ? accesses : i == 1 ? used : authorized;
            mo_transaction_room_t room = room_of(accesses - (i == 0 && count), used - (i == 1 && count),
                                                 authorized - (i == 2 && count));
            mo_transaction_verdict_t verdict = mo_transaction_decode(raw, &room, &got);
            assert_int_equal(verdict, count > 0 ? MO_TRANSACTION_ROOM : MO_TRANSACTION_OK);
            refused += verdict == MO_TRANSACTION_ROOM;
        }
    }
    assert_true(refused > 20);
}

/* ---- Verdicts ---- */

static void each_malformed_form_has_its_verdict(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        mo_transaction_verdict_t verdict;
    } cases[] = {
        {"0x", MO_TRANSACTION_EMPTY},
        {"0x00c0", MO_TRANSACTION_TYPE_UNKNOWN},
        {"0x05c0", MO_TRANSACTION_TYPE_UNKNOWN},
        {"0x80", MO_TRANSACTION_TYPE_UNKNOWN},
        {"0x02", MO_TRANSACTION_MALFORMED},
        {"0xc0", MO_TRANSACTION_MALFORMED},
        /* nonce price gas to value data v r s, all as short as they can be */
        {"0xc98080808080801b0101", MO_TRANSACTION_OK},
        {"0xc98080808080801c0101", MO_TRANSACTION_OK},
        {"0xc9808080808080250101", MO_TRANSACTION_OK},
        {"0xc98080808080801a0101", MO_TRANSACTION_PARITY},
        {"0xc98080808080801d0101", MO_TRANSACTION_PARITY},
        {"0xc9808080808080220101", MO_TRANSACTION_PARITY},
        {"0xc9808080808080230101", MO_TRANSACTION_PARITY},
        {"0xc9808080808080240101", MO_TRANSACTION_PARITY},
        {"0xc9808080808080800101", MO_TRANSACTION_PARITY},
        {"0xc90080808080801b0101", MO_TRANSACTION_MALFORMED},
        {"0xc98080800180801b0101", MO_TRANSACTION_RECIPIENT},
        {"0xc980808080c0801b0101", MO_TRANSACTION_MALFORMED},
        {"0xca8080808080801b010101", MO_TRANSACTION_MALFORMED},
        /* v = 35 + 2 * (2^64 - 1) and 35 + 2 * 2^64 */
        {"0xd280808080808089020000000000000021"
         "0101",
         MO_TRANSACTION_OK},
        {"0xd280808080808089020000000000000023"
         "0101",
         MO_TRANSACTION_PARITY},
        {"0x01cb0180808080808080c00101"
         "01",
         MO_TRANSACTION_MALFORMED},
        {"0x01cb01808080808080c0800101", MO_TRANSACTION_OK},
        {"0x01cb01808080808080c0020101", MO_TRANSACTION_PARITY},
        {"0x02cc0180808080808080c0010101", MO_TRANSACTION_OK},
        {"0x03ce0180808080808080c080c0010101", MO_TRANSACTION_RECIPIENT},
        {"0x04cd0180808080808080c0c0010101", MO_TRANSACTION_RECIPIENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mo_transaction_signed_t got;
        mo_transaction_verdict_t verdict = decode(mo_rows_bytes(cases[i].raw, memory), &got);
        assert_string_equal(mo_transaction_verdict_name(verdict),
                            mo_transaction_verdict_name(cases[i].verdict));
    }
}

/* ---- Rules ---- */

/* A transaction that every later fork takes; rules of the same chain. */
typedef struct {
    mo_transaction_t transaction;
    mo_address_t to;
    mo_hash_t blob;
    mo_transaction_authorization_t authorization;
} sample_t;

static sample_t sample;

static mo_transaction_rule_verdict_t judged(mo_fork_t fork)
{
    mo_secp_key_t key = {{[31] = 9}};
    mo_transaction_signed_t got;
    mo_buffer_t raw = MO_BUFFER(written);
    mo_hash_t hash;
    mo_address_t sender;
    mo_address_t own;
    assert_true(mo_transaction_sign(&sample.transaction, &key, &raw, &hash));
    assert_int_equal(decode(mo_buffer_view(&raw), &got), MO_TRANSACTION_OK);
    mo_transaction_rules_t rules = {.fork = fork, .chain_id = 5};
    mo_transaction_rule_verdict_t verdict = mo_transaction_judge(&got, &rules, &sender);
    assert_true(mo_secp_address(&key, &own));
    assert_int_equal(verdict == MO_TRANSACTION_RULE_OK, mo_address_equal(&sender, &own));
    assert_int_equal(verdict != MO_TRANSACTION_RULE_OK, mo_address_is_zero(&sender));
    return verdict;
}

static mo_transaction_t *sample_of(mo_transaction_type_t type)
{
    sample = (sample_t){.to = {{7}}, .blob = {{1, 2}}};
    sample.transaction =
        (mo_transaction_t){.type = type, .chain_id = 5, .gas_limit = 100000, .to = &sample.to};
    if (type == MO_TRANSACTION_4844) {
        sample.transaction.blob_hashes = &sample.blob;
        sample.transaction.blob_hash_count = 1;
    }
    if (type == MO_TRANSACTION_7702) {
        sample.transaction.authorizations = &sample.authorization;
        sample.transaction.authorization_count = 1;
    }
    return &sample.transaction;
}

static void a_type_is_taken_from_its_fork_on(void **state)
{
    (void)state;
    static const mo_fork_t first[] = {MO_FORK_SPURIOUS_DRAGON, MO_FORK_BERLIN, MO_FORK_LONDON, MO_FORK_CANCUN,
                                      MO_FORK_PRAGUE};
    for (unsigned type = 0; type < 5; type++) {
        (void)sample_of((mo_transaction_type_t)type);
        for (unsigned fork = MO_FORK_FRONTIER; fork <= MO_FORK_OSAKA; fork++) {
            assert_int_equal(judged((mo_fork_t)fork),
                             fork < first[type] ? MO_TRANSACTION_RULE_TYPE : MO_TRANSACTION_RULE_OK);
        }
    }
    sample_of(MO_TRANSACTION_LEGACY)->chain_id = 0;
    assert_int_equal(judged(MO_FORK_FRONTIER), MO_TRANSACTION_RULE_OK);
}

static void each_rule_has_its_verdict(void **state)
{
    (void)state;
    sample_of(MO_TRANSACTION_1559)->chain_id = 6;
    assert_int_equal(judged(MO_FORK_OSAKA), MO_TRANSACTION_RULE_CHAIN);
    sample_of(MO_TRANSACTION_1559)->nonce = UINT64_MAX;
    assert_int_equal(judged(MO_FORK_OSAKA), MO_TRANSACTION_RULE_NONCE);
    sample_of(MO_TRANSACTION_1559)->gas_limit = 20999;
    assert_int_equal(judged(MO_FORK_OSAKA), MO_TRANSACTION_RULE_INTRINSIC);
    sample_of(MO_TRANSACTION_1559)->gas_limit = 1 << 24;
    assert_int_equal(judged(MO_FORK_OSAKA), MO_TRANSACTION_RULE_OK);
    sample.transaction.gas_limit++;
    assert_int_equal(judged(MO_FORK_PRAGUE), MO_TRANSACTION_RULE_OK);
    assert_int_equal(judged(MO_FORK_OSAKA), MO_TRANSACTION_RULE_GAS_CAP);
    sample_of(MO_TRANSACTION_1559)->max_priority_fee_per_gas = MO_U256_ONE;
    assert_int_equal(judged(MO_FORK_OSAKA), MO_TRANSACTION_RULE_TIP);
    sample.transaction.max_fee_per_gas = MO_U256_MAX;
    assert_int_equal(judged(MO_FORK_OSAKA), MO_TRANSACTION_RULE_COST);
    sample_of(MO_TRANSACTION_4844)->blob_hash_count = 0;
    assert_int_equal(judged(MO_FORK_OSAKA), MO_TRANSACTION_RULE_BLOBS);
    (void)sample_of(MO_TRANSACTION_4844);
    sample.blob.bytes[0] = 2;
    assert_int_equal(judged(MO_FORK_OSAKA), MO_TRANSACTION_RULE_BLOBS);
    sample_of(MO_TRANSACTION_7702)->authorization_count = 0;
    assert_int_equal(judged(MO_FORK_OSAKA), MO_TRANSACTION_RULE_AUTHORIZATIONS);
}

static void a_transaction_carries_as_many_blobs_as_the_fork_allows(void **state)
{
    (void)state;
    static const struct {
        mo_fork_t fork;
        size_t max;
    } cases[] = {{MO_FORK_CANCUN, 6}, {MO_FORK_PRAGUE, 9}, {MO_FORK_OSAKA, 6}};
    mo_hash_t many[10] = {{{0}}};
    for (unsigned i = 0; i < 10; i++) {
        many[i].bytes[0] = 1;
    }
    for (unsigned i = 0; i < 3; i++) {
        (void)sample_of(MO_TRANSACTION_4844);
        sample.transaction.blob_hashes = many;
        sample.transaction.blob_hash_count = cases[i].max;
        assert_int_equal(judged(cases[i].fork), MO_TRANSACTION_RULE_OK);
        sample.transaction.blob_hash_count++;
        assert_int_equal(judged(cases[i].fork), MO_TRANSACTION_RULE_BLOBS);
    }
}

static void creation_code_has_its_greatest_length_since_shanghai(void **state)
{
    (void)state;
    static uint8_t code[49153];
    sample_of(MO_TRANSACTION_1559)->to = NULL;
    sample.transaction.gas_limit = 1 << 24;
    mo_transaction_signed_t got = {.transaction = sample.transaction, .r = MO_U256_ONE, .s = MO_U256_ONE};
    mo_transaction_rules_t shanghai = {.fork = MO_FORK_SHANGHAI, .chain_id = 5};
    mo_transaction_rules_t london = {.fork = MO_FORK_LONDON, .chain_id = 5};
    mo_address_t sender;
    got.transaction.data = (mo_bytes_t){code, 49152};
    assert_int_equal(mo_transaction_judge(&got, &shanghai, &sender), MO_TRANSACTION_RULE_OK);
    got.transaction.data.size++;
    assert_int_equal(mo_transaction_judge(&got, &shanghai, &sender), MO_TRANSACTION_RULE_CREATION_SIZE);
    assert_int_equal(mo_transaction_judge(&got, &london, &sender), MO_TRANSACTION_RULE_OK);
}

static void intrinsic_gas_is_that_of_each_fork(void **state)
{
    (void)state;
    static const uint8_t content[] = {0, 1, 2, 0, 0, 3};
    static const struct {
        mo_fork_t fork;
        bool creates;
        uint64_t gas;
    } cases[] = {
        {MO_FORK_FRONTIER, false, 21000 + 3 * 4 + 3 * 68},
        {MO_FORK_FRONTIER, true, 21000 + 3 * 4 + 3 * 68},
        {MO_FORK_HOMESTEAD, true, 53000 + 3 * 4 + 3 * 68},
        {MO_FORK_ISTANBUL, true, 53000 + 3 * 4 + 3 * 16},
        {MO_FORK_SHANGHAI, true, 53000 + 3 * 4 + 3 * 16 + 2},
        {MO_FORK_CANCUN, false, 21000 + 3 * 4 + 3 * 16},
        {MO_FORK_PRAGUE, false, 21000 + 3 * 10 + 3 * 40},
        {MO_FORK_PRAGUE, true, 53000 + 3 * 4 + 3 * 16 + 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mo_transaction_t *transaction = sample_of(MO_TRANSACTION_LEGACY);
        transaction->data = MO_BYTES(content);
        transaction->to = cases[i].creates ? NULL : &sample.to;
        assert_int_equal(mo_transaction_intrinsic_gas(transaction, cases[i].fork), cases[i].gas);
    }
    mo_hash_t slots[3] = {{{0}}};
    mo_transaction_access_t entries[2] = {{.slots = slots, .slot_count = 3}, {.slot_count = 0}};
    mo_transaction_t *transaction = sample_of(MO_TRANSACTION_7702);
    transaction->access = entries;
    transaction->access_count = 2;
    assert_int_equal(mo_transaction_intrinsic_gas(transaction, MO_FORK_PRAGUE),
                     21000 + 2 * 2400 + 3 * 1900 + 25000);
    /* What 64 bits do not hold stays at their greatest value: as a product, then as a sum. */
    entries[0].slot_count = SIZE_MAX;
    assert_int_equal(mo_transaction_intrinsic_gas(transaction, MO_FORK_PRAGUE), UINT64_MAX);
    entries[0].slot_count = SIZE_MAX / 1900;
    assert_int_equal(mo_transaction_intrinsic_gas(transaction, MO_FORK_PRAGUE), UINT64_MAX);
}

static void frontier_takes_a_high_s_and_no_later_fork_does(void **state)
{
    (void)state;
    static const mo_u256_t order = {
        {0xbfd25e8cd0364141u, 0xbaaedce6af48a03bu, 0xfffffffffffffffeu, 0xffffffffffffffffu}};
    mo_secp_key_t key = {{[31] = 9}};
    mo_transaction_signed_t got;
    mo_buffer_t raw = MO_BUFFER(written);
    mo_hash_t hash;
    mo_address_t sender;
    mo_address_t own;
    sample_of(MO_TRANSACTION_LEGACY)->chain_id = 0;
    assert_true(mo_secp_address(&key, &own));
    assert_true(mo_transaction_sign(&sample.transaction, &key, &raw, &hash));
    assert_int_equal(decode(mo_buffer_view(&raw), &got), MO_TRANSACTION_OK);
    assert_true(mo_u256_sub(order, got.s, &got.s));
    got.y_parity = !got.y_parity;
    mo_transaction_rules_t rules = {.fork = MO_FORK_FRONTIER};
    assert_int_equal(mo_transaction_judge(&got, &rules, &sender), MO_TRANSACTION_RULE_OK);
    assert_true(mo_address_equal(&sender, &own));
    assert_int_equal(mo_transaction_sender(&got, &sender), MO_SECP_HIGH_S);
    rules.fork = MO_FORK_HOMESTEAD;
    assert_int_equal(mo_transaction_judge(&got, &rules, &sender), MO_TRANSACTION_RULE_SIGNATURE);
    rules.fork = MO_FORK_FRONTIER;
    got.s = order;
    assert_int_equal(mo_transaction_judge(&got, &rules, &sender), MO_TRANSACTION_RULE_SIGNATURE);
    got.s = MO_U256_MAX;
    assert_int_equal(mo_transaction_judge(&got, &rules, &sender), MO_TRANSACTION_RULE_SIGNATURE);
}

static void verdicts_are_told_apart_by_name(void **state)
{
    (void)state;
    MO_ASSERT_NAMES(mo_transaction_rule_verdict_name, mo_transaction_rule_verdict_t, MO_TRANSACTION_RULE_SIGNATURE);
    MO_ASSERT_NAMES(mo_transaction_verdict_name, mo_transaction_verdict_t, MO_TRANSACTION_PARITY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_is_read_as_ethers_wrote_it),
        cmocka_unit_test(what_was_read_is_written_and_signed_to_the_same_bytes),
        cmocka_unit_test(no_truncation_is_a_transaction),
        cmocka_unit_test(no_flipped_bit_leaves_hash_and_sender_as_they_were),
        cmocka_unit_test(lists_longer_than_the_room_are_refused),
        cmocka_unit_test(each_malformed_form_has_its_verdict),
        cmocka_unit_test(a_type_is_taken_from_its_fork_on),
        cmocka_unit_test(each_rule_has_its_verdict),
        cmocka_unit_test(a_transaction_carries_as_many_blobs_as_the_fork_allows),
        cmocka_unit_test(creation_code_has_its_greatest_length_since_shanghai),
        cmocka_unit_test(intrinsic_gas_is_that_of_each_fork),
        cmocka_unit_test(frontier_takes_a_high_s_and_no_later_fork_does),
        cmocka_unit_test(verdicts_are_told_apart_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
