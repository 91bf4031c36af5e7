#include <string.h>

#include "bus/test_text.h"
#include "bus/test_vectors.h"
#include "eth/rlp.h"

/* --- locks and where they lie
 * ---------------------------------------------------------------------------------- */

static void locks_and_slot_keys_are_those_that_ethers_computes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(message_vectors); i++) {
        mo_envelope_t envelope = {.facilitator = address_from(message_vectors[i].declarer),
                                  .declared_at = message_vectors[i].declared_at,
                                  .secret_hash = hash_from(message_vectors[i].secret_hash)};
        mo_hash_t id = hash_from(message_vectors[i].id);
        mo_hash_t lock = mo_bus_lock(&id, &envelope);
        mo_hash_t keys[] = {mo_bus_slot_key(&id, MO_BUS_OUTBOX_SLOT),
                            mo_bus_slot_key(&id, MO_BUS_INBOX_SLOT)};
        assert_hash(&lock, message_vectors[i].lock);
        assert_hash(&keys[0], message_vectors[i].outbox_slot);
        assert_hash(&keys[1], message_vectors[i].inbox_slot);
    }
}

static void a_secret_opens_its_own_hash_and_no_zero_hash(void **state) {
    (void)state;
    mo_hash_t zero = {0};
    for (size_t i = 0; i < COUNT(secret_vectors); i++) {
        mo_hash_t secret = hash_from(secret_vectors[i].secret);
        mo_hash_t hash = mo_bus_secret_hash(&secret);
        assert_hash(&hash, secret_vectors[i].hash);
        assert_true(mo_bus_secret_opens(&secret, &hash));
        assert_false(mo_bus_secret_opens(&secret, &zero));
        secret.bytes[31] ^= 1;
        assert_false(mo_bus_secret_opens(&secret, &hash));
    }
}

/* --- words
 * ---------------------------------------------------------------------------------------------------------
 */

static void a_word_is_the_lock_with_the_status_in_its_low_byte(void **state) {
    (void)state;
    mo_hash_t lock = hash_named('l', 0);
    lock.bytes[31] = 0xee;
    for (unsigned status = MO_STATUS_DECLARED; status < MO_BUS_STATUS_COUNT; status++) {
        mo_hash_t word = mo_bus_slot_value(&lock, (mo_bus_status_t)status);
        assert_memory_equal(word.bytes, lock.bytes, 31);
        assert_int_equal(word.bytes[31], status);
        mo_bus_slot_t slot;
        assert_int_equal(mo_bus_slot_read(&word, &slot), MO_SLOT_ACCEPTED);
        assert_int_equal(slot.status, status);
        assert_int_equal(slot.lock.bytes[31], 0);
        assert_true(mo_bus_slot_matches(&slot, &lock));
        lock.bytes[30] ^= 1;
        assert_false(mo_bus_slot_matches(&slot, &lock));
        lock.bytes[30] ^= 1;
    }
    mo_hash_t nothing = mo_bus_slot_value(&lock, MO_STATUS_UNDECLARED);
    assert_true(mo_hash_is_zero(&nothing));
    mo_bus_slot_t slot;
    assert_int_equal(mo_bus_slot_read(&nothing, &slot), MO_SLOT_ACCEPTED);
    assert_int_equal(slot.status, MO_STATUS_UNDECLARED);
}

static void a_word_that_no_box_holds_is_refused(void **state) {
    (void)state;
    mo_bus_slot_t slot;
    mo_hash_t word = hash_named('l', 0);
    for (unsigned status = MO_BUS_STATUS_COUNT; status < 256; status++) {
        word.bytes[31] = (uint8_t)status;
        assert_int_equal(mo_bus_slot_read(&word, &slot), MO_SLOT_STATUS_UNKNOWN);
        assert_true(mo_hash_is_zero(&slot.lock));
    }
    word.bytes[31] = 0;
    assert_int_equal(mo_bus_slot_read(&word, &slot), MO_SLOT_STATUS_ZERO);
    assert_int_equal(slot.status, MO_STATUS_UNDECLARED);
}

/* --- proven leaves
 * --------------------------------------------------------------------------------------------------- */

static mo_bytes_t leaf_of(const mo_hash_t *word, uint8_t memory[MO_BUS_SLOT_RLP_MAX]) {
    mo_buffer_t out = {memory, 0, MO_BUS_SLOT_RLP_MAX, false};
    mo_rlp_writer_t writer = mo_rlp_writer(&out);
    mo_rlp_put_u256(&writer, mo_u256_from_hash(word));
    assert_true(mo_rlp_written(&writer));
    return mo_buffer_view(&out);
}

/* A predecessor compared 32 raw bytes with the leaf, whose 0xa0 prefix made every proof fail. And one lock in
 * 256 begins with a zero byte, which the leaf leaves out. */
static void a_leaf_is_decoded_whatever_number_of_zeros_its_lock_begins_with(void **state) {
    (void)state;
    for (size_t zeros = 0; zeros < 32; zeros++) {
        mo_hash_t lock = hash_named('l', zeros);
        memset(lock.bytes, 0, zeros);
        mo_hash_t word = mo_bus_slot_value(&lock, MO_STATUS_PROGRESSED);
        uint8_t memory[MO_BUS_SLOT_RLP_MAX];
        mo_bytes_t leaf = leaf_of(&word, memory);
        mo_bus_slot_t slot;
        assert_int_equal(mo_bus_slot_decode(leaf, &slot), MO_SLOT_ACCEPTED);
        assert_int_equal(slot.status, MO_STATUS_PROGRESSED);
        assert_true(mo_bus_slot_matches(&slot, &lock));
    }
}

static void a_leaf_that_is_no_minimal_integer_is_refused(void **state) {
    (void)state;
    const struct {
        const char *leaf;
        mo_slot_verdict_t expected;
    } rows[] = {
        {"0x", MO_SLOT_EMPTY},
        {"0x80", MO_SLOT_EMPTY},
        {"0x01", MO_SLOT_ACCEPTED},
        {"0x8101", MO_SLOT_NOT_MINIMAL},
        {"0x00", MO_SLOT_NOT_MINIMAL},
        {"0x82000a", MO_SLOT_NOT_MINIMAL},
        {"0xb80101", MO_SLOT_NOT_MINIMAL},
        {"0x0101", MO_SLOT_NOT_AN_INTEGER},
        {"0xc0", MO_SLOT_NOT_AN_INTEGER},
        {"0xc101", MO_SLOT_NOT_AN_INTEGER},
        {"0xa1ff000000000000000000000000000000000000000000000000000000000000000001", MO_SLOT_TOO_LONG},
        {"0xa0ff0000000000000000000000000000000000000000000000000000000000", MO_SLOT_NOT_AN_INTEGER},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t memory[40];
        mo_buffer_t out = MO_BUFFER(memory);
        assert_true(mo_hex_decode(rows[i].leaf, MO_HEX_PREFIXED, &out));
        mo_bus_slot_t slot;
        mo_slot_verdict_t verdict = mo_bus_slot_decode(mo_buffer_view(&out), &slot);
        if (verdict != rows[i].expected) {
            fail_msg("%s: %s", rows[i].leaf, mo_bus_slot_verdict_name(verdict));
        }
    }
}

static void a_peer_may_not_claim_recovered_nor_an_unknown_status(void **state) {
    (void)state;
    mo_hash_t lock = hash_named('l', 0);
    const struct {
        uint8_t low;
        mo_slot_verdict_t expected;
    } rows[] = {{0, MO_SLOT_STATUS_ZERO},    {1, MO_SLOT_ACCEPTED},        {2, MO_SLOT_ACCEPTED},
                {3, MO_SLOT_ACCEPTED},       {4, MO_SLOT_ACCEPTED},        {5, MO_SLOT_RECOVERED},
                {6, MO_SLOT_STATUS_UNKNOWN}, {255, MO_SLOT_STATUS_UNKNOWN}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        lock.bytes[31] = rows[i].low;
        uint8_t memory[MO_BUS_SLOT_RLP_MAX];
        mo_bytes_t leaf = leaf_of(&lock, memory);
        mo_bus_slot_t slot;
        assert_int_equal(mo_bus_slot_decode(leaf, &slot), rows[i].expected);
        bool accepted = rows[i].expected == MO_SLOT_ACCEPTED;
        assert_int_equal(mo_hash_is_zero(&slot.lock), !accepted);
    }
}

static void every_truncation_of_a_leaf_is_refused(void **state) {
    (void)state;
    mo_hash_t lock = hash_named('l', 1);
    mo_hash_t word = mo_bus_slot_value(&lock, MO_STATUS_DECLARED);
    uint8_t memory[MO_BUS_SLOT_RLP_MAX];
    mo_bytes_t leaf = leaf_of(&word, memory);
    for (size_t size = 0; size < leaf.size; size++) {
        mo_bus_slot_t slot;
        assert_int_not_equal(mo_bus_slot_decode((mo_bytes_t){leaf.data, size}, &slot), MO_SLOT_ACCEPTED);
    }
}

static void every_bit_flip_of_a_leaf_is_another_slot_or_refused(void **state) {
    (void)state;
    mo_hash_t lock = hash_named('l', 1);
    mo_hash_t word = mo_bus_slot_value(&lock, MO_STATUS_DECLARED);
    uint8_t memory[MO_BUS_SLOT_RLP_MAX];
    mo_bytes_t leaf = leaf_of(&word, memory);
    for (size_t bit = 0; bit < leaf.size * 8; bit++) {
        memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
        mo_bus_slot_t slot;
        bool accepted = mo_bus_slot_decode(leaf, &slot) == MO_SLOT_ACCEPTED;
        assert_false(accepted && slot.status == MO_STATUS_DECLARED && mo_bus_slot_matches(&slot, &lock));
        memory[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static void statuses_have_their_names(void **state) {
    (void)state;
    assert_string_equal(mo_bus_status_name(MO_STATUS_REVOCATION_DECLARED), "RevocationDeclared");
    assert_string_equal(mo_bus_slot_verdict_name(MO_SLOT_RECOVERED), "PeerWordMalformed");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locks_and_slot_keys_are_those_that_ethers_computes),
        cmocka_unit_test(a_secret_opens_its_own_hash_and_no_zero_hash),
        cmocka_unit_test(a_word_is_the_lock_with_the_status_in_its_low_byte),
        cmocka_unit_test(a_word_that_no_box_holds_is_refused),
        cmocka_unit_test(a_leaf_is_decoded_whatever_number_of_zeros_its_lock_begins_with),
        cmocka_unit_test(a_leaf_that_is_no_minimal_integer_is_refused),
        cmocka_unit_test(a_peer_may_not_claim_recovered_nor_an_unknown_status),
        cmocka_unit_test(every_truncation_of_a_leaf_is_refused),
        cmocka_unit_test(every_bit_flip_of_a_leaf_is_another_slot_or_refused),
        cmocka_unit_test(statuses_have_their_names),
    };
    return cmocka_run_group_tests_name("bus/lock", tests, NULL, NULL);
}
