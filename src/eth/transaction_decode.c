#include <string.h>

#include "base/check.h"
#include "eth/keccak.h"
#include "eth/rlp.h"
#include "eth/transaction.h"

/* What the signature adds behind the fields that are signed: v or yParity, r, s. */
#define SIGNATURE_FIELDS 3

/* The first byte of a list's prefix: a legacy transaction. */
#define LIST_PREFIX 0xc0

/* A transaction being read. */
typedef struct {
    mo_rlp_reader_t in;
    mo_transaction_room_t *room;
    size_t access_used;
    size_t hashes_used;
    size_t authorizations_used;
    mo_transaction_verdict_t verdict;
} decoder_t;

const char *mo_transaction_verdict_name(mo_transaction_verdict_t verdict)
{
    switch (verdict) {
        MO_TRANSACTION_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

/* The first refusal stays; after one of RLP's own, what is read means nothing. */
static void refuse(decoder_t *decoder, mo_transaction_verdict_t verdict)
{
    if (decoder->verdict == MO_TRANSACTION_OK && decoder->in.verdict == MO_RLP_OK) {
        decoder->verdict = verdict;
    }
}

/* Whether the list has another entry and the room a place for it. */
static bool next_entry(decoder_t *decoder, size_t used, size_t max)
{
    if (decoder->verdict != MO_TRANSACTION_OK || !mo_rlp_more(&decoder->in)) {
        return false;
    }
    if (used == max) {
        refuse(decoder, MO_TRANSACTION_ROOM);
    }
    return used < max;
}

/* ---- Fields ---- */

static const mo_address_t *read_to(decoder_t *decoder, mo_transaction_type_t type)
{
    mo_bytes_t to = mo_rlp_read_bytes(&decoder->in);
    if (to.size == 0 && type < MO_TRANSACTION_4844) {
        return NULL;
    }
    if (to.size != sizeof decoder->room->to.bytes) {
        refuse(decoder, MO_TRANSACTION_RECIPIENT);
        return NULL;
    }
    memcpy(decoder->room->to.bytes, to.data, to.size);
    return &decoder->room->to;
}

static const mo_hash_t *read_hashes(decoder_t *decoder, size_t *count)
{
    const mo_hash_t *first = decoder->room->hashes + decoder->hashes_used;
    size_t before = decoder->hashes_used;
    mo_rlp_enter_list(&decoder->in);
    while (next_entry(decoder, decoder->hashes_used, decoder->room->hashes_max)) {
        mo_rlp_read_exact(&decoder->in, decoder->room->hashes[decoder->hashes_used++].bytes, 32);
    }
    *count = decoder->hashes_used - before;
    if (decoder->verdict == MO_TRANSACTION_OK) {
        mo_rlp_leave_list(&decoder->in);
    }
    return *count > 0 ? first : NULL;
}

static void read_access_list(decoder_t *decoder, mo_transaction_t *out)
{
    mo_rlp_reader_t *in = &decoder->in;
    mo_rlp_enter_list(in);
    while (next_entry(decoder, decoder->access_used, decoder->room->access_max)) {
        mo_transaction_access_t *access = &decoder->room->access[decoder->access_used++];
        mo_rlp_enter_list(in);
        mo_rlp_read_exact(in, access->address.bytes, sizeof access->address.bytes);
        access->slots = read_hashes(decoder, &access->slot_count);
        if (decoder->verdict == MO_TRANSACTION_OK) {
            mo_rlp_leave_list(in);
        }
    }
    if (decoder->verdict == MO_TRANSACTION_OK) {
        mo_rlp_leave_list(in);
    }
    out->access = decoder->access_used > 0 ? decoder->room->access : NULL;
    out->access_count = decoder->access_used;
}

static void read_authorization(decoder_t *decoder, mo_transaction_authorization_t *out)
{
    mo_rlp_reader_t *in = &decoder->in;
    mo_rlp_enter_list(in);
    out->chain_id = mo_rlp_read_u256(in);
    mo_rlp_read_exact(in, out->address.bytes, sizeof out->address.bytes);
    out->nonce = mo_rlp_read_u64(in);
    uint64_t parity = mo_rlp_read_u64(in);
    out->y_parity = (uint8_t)parity;
    if (parity > UINT8_MAX) {
        refuse(decoder, MO_TRANSACTION_MALFORMED);
    }
    out->r = mo_rlp_read_u256(in);
    out->s = mo_rlp_read_u256(in);
    mo_rlp_leave_list(in);
}

static void read_authorizations(decoder_t *decoder, mo_transaction_t *out)
{
    mo_rlp_enter_list(&decoder->in);
    while (next_entry(decoder, decoder->authorizations_used, decoder->room->authorizations_max)) {
        read_authorization(decoder, &decoder->room->authorizations[decoder->authorizations_used++]);
    }
    if (decoder->verdict == MO_TRANSACTION_OK) {
        mo_rlp_leave_list(&decoder->in);
    }
    out->authorizations = decoder->authorizations_used > 0 ? decoder->room->authorizations : NULL;
    out->authorization_count = decoder->authorizations_used;
}

static void read_fees(mo_rlp_reader_t *in, mo_transaction_t *out)
{
    if (out->type <= MO_TRANSACTION_2930) {
        out->gas_price = mo_rlp_read_u256(in);
    } else {
        out->max_priority_fee_per_gas = mo_rlp_read_u256(in);
        out->max_fee_per_gas = mo_rlp_read_u256(in);
    }
}

static void read_fields(decoder_t *decoder, mo_transaction_t *out)
{
    mo_rlp_reader_t *in = &decoder->in;
    if (out->type != MO_TRANSACTION_LEGACY) {
        out->chain_id = mo_rlp_read_u64(in);
    }
    out->nonce = mo_rlp_read_u64(in);
    read_fees(in, out);
    out->gas_limit = mo_rlp_read_u64(in);
    out->to = read_to(decoder, out->type);
    out->value = mo_rlp_read_u256(in);
    out->data = mo_rlp_read_bytes(in);
    if (out->type != MO_TRANSACTION_LEGACY) {
        read_access_list(decoder, out);
    }
    if (out->type == MO_TRANSACTION_4844) {
        out->max_fee_per_blob_gas = mo_rlp_read_u256(in);
        out->blob_hashes = read_hashes(decoder, &out->blob_hash_count);
    }
    if (out->type == MO_TRANSACTION_7702) {
        read_authorizations(decoder, out);
    }
}

/* ---- Signature ---- */

/* v = 35 + 2 * chainId + yParity; 35 and 36 would bind to chain 0, which is none. */
static void read_chain_parity(decoder_t *decoder, mo_u256_t v, mo_transaction_signed_t *out)
{
    mo_u256_t doubled;
    bool bound = mo_u256_sub(v, mo_u256_from_u64(35), &doubled);
    bool fits = mo_u256_to_u64(mo_u256_shift_right(doubled, 1), &out->transaction.chain_id);
    out->y_parity = (doubled.limb[0] & 1) != 0;
    if (!bound || !fits || out->transaction.chain_id == 0) {
        refuse(decoder, MO_TRANSACTION_PARITY);
    }
}

static void read_parity(decoder_t *decoder, mo_transaction_signed_t *out)
{
    mo_u256_t v = mo_rlp_read_u256(&decoder->in);
    bool typed = out->transaction.type != MO_TRANSACTION_LEGACY;
    uint64_t zero = typed ? 0 : 27;
    if (mo_u256_equal(v, mo_u256_from_u64(zero)) || mo_u256_equal(v, mo_u256_from_u64(zero + 1))) {
        out->y_parity = v.limb[0] == zero + 1;
    } else if (typed) {
        refuse(decoder, MO_TRANSACTION_PARITY);
    } else {
        read_chain_parity(decoder, v, out);
    }
}

/* The bytes of a list's items but the last three. */
static mo_bytes_t signed_fields(mo_bytes_t list)
{
    mo_rlp_reader_t in = mo_rlp_reader(list);
    mo_bytes_t payload = mo_rlp_read_item(&in).payload;
    size_t size[SIGNATURE_FIELDS] = {0};
    in = mo_rlp_reader(payload);
    for (unsigned i = 0; mo_rlp_more(&in); i++) {
        size[i % SIGNATURE_FIELDS] = mo_rlp_read_item(&in).whole.size;
    }
    return (mo_bytes_t){payload.data, payload.size - size[0] - size[1] - size[2]};
}

/* keccak256 of the unsigned form: the fields stand in the signed form already, so it is never written down.
 */
static mo_hash_t digest_of(const mo_transaction_t *transaction, mo_bytes_t list)
{
    uint8_t memory[1 + 8 + 2];
    uint8_t prefix[MO_RLP_PREFIX_BYTES_MAX];
    mo_buffer_t chain = MO_BUFFER(memory);
    mo_keccak_t keccak = mo_keccak();
    if (transaction->type != MO_TRANSACTION_LEGACY) {
        uint8_t type = (uint8_t)transaction->type;
        mo_keccak_put(&keccak, (mo_bytes_t){&type, 1});
    } else if (transaction->chain_id != 0) {
        mo_rlp_writer_t writer = mo_rlp_writer(&chain);
        mo_rlp_put_u64(&writer, transaction->chain_id);
        mo_rlp_put_u64(&writer, 0);
        mo_rlp_put_u64(&writer, 0);
        MO_CHECK(mo_rlp_written(&writer));
    }
    mo_bytes_t fields = signed_fields(list);
    size_t size = mo_rlp_prefix(MO_RLP_LIST, fields.size + chain.size, prefix);
    mo_keccak_put(&keccak, (mo_bytes_t){prefix, size});
    mo_keccak_put(&keccak, fields);
    mo_keccak_put(&keccak, mo_buffer_view(&chain));
    return mo_keccak_hash(&keccak);
}

/* ---- The whole ---- */

static mo_transaction_verdict_t read_list(mo_bytes_t list, mo_transaction_room_t *room,
                                          mo_transaction_signed_t *out)
{
    decoder_t decoder = {.in = mo_rlp_reader(list), .room = room, .verdict = MO_TRANSACTION_OK};
    mo_rlp_enter_list(&decoder.in);
    read_fields(&decoder, &out->transaction);
    read_parity(&decoder, out);
    out->r = mo_rlp_read_u256(&decoder.in);
    out->s = mo_rlp_read_u256(&decoder.in);
    if (decoder.verdict != MO_TRANSACTION_OK) {
        return decoder.verdict;
    }
    mo_rlp_leave_list(&decoder.in);
    return mo_rlp_finish(&decoder.in) == MO_RLP_OK ? MO_TRANSACTION_OK : MO_TRANSACTION_MALFORMED;
}

/* Tells the type by the first byte, and what of `raw` is the list. */
static mo_transaction_verdict_t open_envelope(mo_bytes_t raw, mo_transaction_type_t *type, mo_bytes_t *list)
{
    if (raw.size == 0) {
        return MO_TRANSACTION_EMPTY;
    }
    if (raw.data[0] >= LIST_PREFIX) {
        *type = MO_TRANSACTION_LEGACY;
        *list = raw;
        return MO_TRANSACTION_OK;
    }
    if (raw.data[0] == 0 || raw.data[0] > MO_TRANSACTION_7702) {
        return MO_TRANSACTION_TYPE_UNKNOWN;
    }
    *type = (mo_transaction_type_t)raw.data[0];
    *list = (mo_bytes_t){raw.data + 1, raw.size - 1};
    return MO_TRANSACTION_OK;
}

mo_transaction_verdict_t mo_transaction_decode(mo_bytes_t raw, mo_transaction_room_t *room,
                                               mo_transaction_signed_t *out)
{
    mo_bytes_t list;
    memset(out, 0, sizeof *out);
    mo_transaction_verdict_t verdict = open_envelope(raw, &out->transaction.type, &list);
    if (verdict == MO_TRANSACTION_OK) {
        verdict = read_list(list, room, out);
    }
    if (verdict != MO_TRANSACTION_OK) {
        memset(out, 0, sizeof *out);
        return verdict;
    }
    out->digest = digest_of(&out->transaction, list);
    out->hash = mo_keccak256(raw);
    return MO_TRANSACTION_OK;
}

mo_secp_verdict_t mo_transaction_sender(const mo_transaction_signed_t *got, mo_address_t *sender)
{
    *sender = (mo_address_t){{0}};
    /* EIP-2098 keeps the parity where a high s has its top bit. */
    if (mo_u256_bits(got->s) == 256) {
        return MO_SECP_HIGH_S;
    }
    mo_signature_t signature = {mo_u256_to_hash(got->r), mo_u256_to_hash(got->s)};
    signature.vs.bytes[0] |= got->y_parity ? 0x80 : 0;
    return mo_secp_recover(&signature, &got->digest, sender);
}
