#include "eth/transaction.h"

#include "base/check.h"
#include "eth/keccak.h"
#include "eth/rlp.h"

/* v of EIP-155 begins here; 27 and 28 are the older ones. */
#define V_OF_NO_CHAIN 27
#define V_OF_CHAIN    35

/* ---- Writing ---- */

static bool is_typed(const mo_transaction_t *transaction)
{
    return transaction->type != MO_TRANSACTION_LEGACY;
}

/* A field of another type would be lost without a word. */
static void check_fields(const mo_transaction_t *transaction)
{
    mo_transaction_type_t type = transaction->type;
    MO_CHECK(type <= MO_TRANSACTION_7702);
    MO_CHECK(type <= MO_TRANSACTION_2930 || mo_u256_is_zero(transaction->gas_price));
    MO_CHECK(type > MO_TRANSACTION_2930 || (mo_u256_is_zero(transaction->max_fee_per_gas) &&
                                            mo_u256_is_zero(transaction->max_priority_fee_per_gas)));
    MO_CHECK(type != MO_TRANSACTION_LEGACY || transaction->access_count == 0);
    MO_CHECK(type == MO_TRANSACTION_4844 ||
             (transaction->blob_hash_count == 0 && mo_u256_is_zero(transaction->max_fee_per_blob_gas)));
    MO_CHECK(type == MO_TRANSACTION_7702 || transaction->authorization_count == 0);
    MO_CHECK(type < MO_TRANSACTION_4844 || transaction->to != NULL);
}

static void put_hashes(mo_rlp_writer_t *writer, const mo_hash_t *hashes, size_t count)
{
    mo_rlp_open_list(writer);
    for (size_t i = 0; i < count; i++) {
        mo_rlp_put_bytes(writer, mo_hash_view(&hashes[i]));
    }
    mo_rlp_close_list(writer);
}

static void put_access_list(mo_rlp_writer_t *writer, const mo_transaction_t *transaction)
{
    mo_rlp_open_list(writer);
    for (size_t i = 0; i < transaction->access_count; i++) {
        const mo_transaction_access_t *access = &transaction->access[i];
        mo_rlp_open_list(writer);
        mo_rlp_put_bytes(writer, mo_address_view(&access->address));
        put_hashes(writer, access->slots, access->slot_count);
        mo_rlp_close_list(writer);
    }
    mo_rlp_close_list(writer);
}

static void put_authorizations(mo_rlp_writer_t *writer, const mo_transaction_t *transaction)
{
    mo_rlp_open_list(writer);
    for (size_t i = 0; i < transaction->authorization_count; i++) {
        const mo_transaction_authorization_t *authorization = &transaction->authorizations[i];
        mo_rlp_open_list(writer);
        mo_rlp_put_u256(writer, authorization->chain_id);
        mo_rlp_put_bytes(writer, mo_address_view(&authorization->address));
        mo_rlp_put_u64(writer, authorization->nonce);
        mo_rlp_put_u64(writer, authorization->y_parity);
        mo_rlp_put_u256(writer, authorization->r);
        mo_rlp_put_u256(writer, authorization->s);
        mo_rlp_close_list(writer);
    }
    mo_rlp_close_list(writer);
}

static void put_fees(mo_rlp_writer_t *writer, const mo_transaction_t *transaction)
{
    if (transaction->type <= MO_TRANSACTION_2930) {
        mo_rlp_put_u256(writer, transaction->gas_price);
    } else {
        mo_rlp_put_u256(writer, transaction->max_priority_fee_per_gas);
        mo_rlp_put_u256(writer, transaction->max_fee_per_gas);
    }
}

/* The fields that both forms have. */
static void put_fields(mo_rlp_writer_t *writer, const mo_transaction_t *transaction)
{
    if (is_typed(transaction)) {
        mo_rlp_put_u64(writer, transaction->chain_id);
    }
    mo_rlp_put_u64(writer, transaction->nonce);
    put_fees(writer, transaction);
    mo_rlp_put_u64(writer, transaction->gas_limit);
    mo_bytes_t to = {NULL, 0};
    if (transaction->to != NULL) {
        to = mo_address_view(transaction->to);
    }
    mo_rlp_put_bytes(writer, to);
    mo_rlp_put_u256(writer, transaction->value);
    mo_rlp_put_bytes(writer, transaction->data);
    if (is_typed(transaction)) {
        put_access_list(writer, transaction);
    }
    if (transaction->type == MO_TRANSACTION_4844) {
        mo_rlp_put_u256(writer, transaction->max_fee_per_blob_gas);
        put_hashes(writer, transaction->blob_hashes, transaction->blob_hash_count);
    }
    if (transaction->type == MO_TRANSACTION_7702) {
        put_authorizations(writer, transaction);
    }
}

/* What EIP-155 signs behind the fields of a legacy one. */
static void put_chain(mo_rlp_writer_t *writer, const mo_transaction_t *transaction)
{
    if (!is_typed(transaction) && transaction->chain_id != 0) {
        mo_rlp_put_u64(writer, transaction->chain_id);
        mo_rlp_put_u64(writer, 0);
        mo_rlp_put_u64(writer, 0);
    }
}

static mo_rlp_writer_t open_form(const mo_transaction_t *transaction, mo_buffer_t *out)
{
    check_fields(transaction);
    if (is_typed(transaction)) {
        mo_buffer_put_byte(out, (uint8_t)transaction->type);
    }
    mo_rlp_writer_t writer = mo_rlp_writer(out);
    mo_rlp_open_list(&writer);
    put_fields(&writer, transaction);
    return writer;
}

bool mo_transaction_encode_unsigned(const mo_transaction_t *transaction, mo_buffer_t *out)
{
    mo_rlp_writer_t writer = open_form(transaction, out);
    put_chain(&writer, transaction);
    mo_rlp_close_list(&writer);
    return mo_rlp_written(&writer);
}

/* v or yParity. 2 * chain_id + 36 can have 65 bits. */
static mo_u256_t parity_of(const mo_transaction_t *transaction, bool y_parity)
{
    mo_u256_t parity = mo_u256_from_u64(y_parity ? 1 : 0);
    if (is_typed(transaction)) {
        return parity;
    }
    uint64_t base = transaction->chain_id == 0 ? V_OF_NO_CHAIN : V_OF_CHAIN;
    mo_u256_t doubled = mo_u256_shift_left(mo_u256_from_u64(transaction->chain_id), 1);
    MO_CHECK(mo_u256_add(parity, mo_u256_from_u64(base), &parity) && mo_u256_add(parity, doubled, &parity));
    return parity;
}

bool mo_transaction_encode_signed(const mo_transaction_t *transaction, const mo_signature_t *signature,
                                  mo_buffer_t *out)
{
    mo_hash_t s = mo_signature_s(signature);
    mo_rlp_writer_t writer = open_form(transaction, out);
    mo_rlp_put_u256(&writer, parity_of(transaction, mo_signature_y_parity(signature)));
    /* r and s are integers: their leading zeros go, as everywhere in RLP. */
    mo_rlp_put_u256(&writer, mo_u256_from_hash(&signature->r));
    mo_rlp_put_u256(&writer, mo_u256_from_hash(&s));
    mo_rlp_close_list(&writer);
    return mo_rlp_written(&writer);
}

static bool sign_into(const mo_transaction_t *transaction, const mo_secp_key_t *key, mo_buffer_t *raw)
{
    if (!mo_transaction_encode_unsigned(transaction, raw)) {
        return false;
    }
    mo_hash_t digest = mo_keccak256(mo_buffer_view(raw));
    mo_signature_t signature;
    if (!mo_secp_sign(key, &digest, &signature)) {
        return false;
    }
    raw->size = 0;
    return mo_transaction_encode_signed(transaction, &signature, raw);
}

bool mo_transaction_sign(const mo_transaction_t *transaction, const mo_secp_key_t *key, mo_buffer_t *raw,
                         mo_hash_t *hash)
{
    MO_CHECK(raw->size == 0 && !raw->overflown);
    *hash = (mo_hash_t){{0}};
    if (!sign_into(transaction, key, raw)) {
        *raw = (mo_buffer_t){raw->data, 0, raw->capacity, false};
        return false;
    }
    *hash = mo_keccak256(mo_buffer_view(raw));
    return true;
}
