#include "eth/transaction.h"

#include "base/check.h"
#include "eth/keccak.h"
#include "eth/rlp.h"

#define TYPE_1559 0x02

static void put_access_list(mo_rlp_writer_t *writer, const mo_transaction_t *transaction)
{
    mo_rlp_open_list(writer);
    for (size_t i = 0; i < transaction->access_count; i++) {
        const mo_transaction_access_t *access = &transaction->access[i];
        mo_rlp_open_list(writer);
        mo_rlp_put_bytes(writer, mo_address_view(&access->address));
        mo_rlp_open_list(writer);
        for (size_t j = 0; j < access->slot_count; j++) {
            mo_rlp_put_bytes(writer, mo_hash_view(&access->slots[j]));
        }
        mo_rlp_close_list(writer);
        mo_rlp_close_list(writer);
    }
    mo_rlp_close_list(writer);
}

/* The nine fields that both forms have. */
static void put_fields(mo_rlp_writer_t *writer, const mo_transaction_t *transaction)
{
    mo_rlp_put_u64(writer, transaction->chain_id);
    mo_rlp_put_u64(writer, transaction->nonce);
    mo_rlp_put_u256(writer, transaction->max_priority_fee_per_gas);
    mo_rlp_put_u256(writer, transaction->max_fee_per_gas);
    mo_rlp_put_u64(writer, transaction->gas_limit);
    mo_bytes_t to = {NULL, 0};
    if (transaction->to != NULL) {
        to = mo_address_view(transaction->to);
    }
    mo_rlp_put_bytes(writer, to);
    mo_rlp_put_u256(writer, transaction->value);
    mo_rlp_put_bytes(writer, transaction->data);
    put_access_list(writer, transaction);
}

bool mo_transaction_encode_unsigned(const mo_transaction_t *transaction, mo_buffer_t *out)
{
    mo_buffer_put_byte(out, TYPE_1559);
    mo_rlp_writer_t writer = mo_rlp_writer(out);
    mo_rlp_open_list(&writer);
    put_fields(&writer, transaction);
    mo_rlp_close_list(&writer);
    return mo_rlp_written(&writer);
}

bool mo_transaction_encode_signed(const mo_transaction_t *transaction, const mo_signature_t *signature,
                                  mo_buffer_t *out)
{
    mo_hash_t s = mo_signature_s(signature);
    mo_buffer_put_byte(out, TYPE_1559);
    mo_rlp_writer_t writer = mo_rlp_writer(out);
    mo_rlp_open_list(&writer);
    put_fields(&writer, transaction);
    mo_rlp_put_u64(&writer, mo_signature_y_parity(signature) ? 1 : 0);
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
