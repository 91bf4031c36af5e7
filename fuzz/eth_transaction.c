/* Transactions: whatever is decoded is written back byte for byte, and its sender is who signed its digest.
 */
#include <stdlib.h>

#include "eth/keccak.h"
#include "eth/transaction_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t memory[1 << 16];

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* Both forms, from the fields alone. A high s has no place in a mo_signature_t. */
static void rewrite(const mo_transaction_signed_t *got, mo_bytes_t raw)
{
    mo_signature_t signature = {mo_u256_to_hash(got->r), mo_u256_to_hash(got->s)};
    signature.vs.bytes[0] |= got->y_parity ? 0x80 : 0;
    mo_buffer_t out = MO_BUFFER(memory);
    require(mo_transaction_encode_unsigned(&got->transaction, &out));
    mo_hash_t digest = mo_keccak256(mo_buffer_view(&out));
    require(mo_hash_equal(&digest, &got->digest));
    if (mo_u256_bits(got->s) < 256) {
        out.size = 0;
        require(mo_transaction_encode_signed(&got->transaction, &signature, &out));
        require(mo_bytes_equal(mo_buffer_view(&out), raw));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static mo_transaction_access_t access[16];
    static mo_hash_t hashes[64];
    static mo_transaction_authorization_t authorizations[16];
    mo_transaction_room_t room = {.access = access,
                                  .access_max = 16,
                                  .hashes = hashes,
                                  .hashes_max = 64,
                                  .authorizations = authorizations,
                                  .authorizations_max = 16};
    mo_bytes_t raw = {data, size};
    mo_transaction_signed_t got;
    if (size > 1 << 15 || mo_transaction_decode(raw, &room, &got) != MO_TRANSACTION_OK) {
        return 0;
    }
    rewrite(&got, raw);
    mo_address_t sender;
    for (unsigned fork = MO_FORK_FRONTIER; fork <= MO_FORK_OSAKA; fork++) {
        mo_transaction_rules_t rules = {.fork = (mo_fork_t)fork, .chain_id = got.transaction.chain_id};
        mo_transaction_rule_verdict_t verdict = mo_transaction_judge(&got, &rules, &sender);
        require((verdict == MO_TRANSACTION_RULE_OK) == !mo_address_is_zero(&sender));
    }
    return 0;
}
