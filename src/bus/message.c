#include "bus/message.h"

#include <string.h>

#include "eth/eip712.h"
#include "eth/keccak.h"

#define STAKE_TYPE  "Stake(uint256 amount,address beneficiary,address token)"
#define REDEEM_TYPE "Redeem(uint256 amount,address beneficiary,address token)"
#define MESSAGE_AFTER                                                                                        \
    "nonce,uint256 gasPrice,uint256 gasLimit,uint64 deadline,address sender,address facilitator)"

static const char *intent_type(mo_message_kind_t kind) {
    switch (kind) {
    case MO_MESSAGE_STAKE:
        return STAKE_TYPE;
    case MO_MESSAGE_REDEEM:
        return REDEEM_TYPE;
    }
    return "";
}

static const char *message_type(mo_message_kind_t kind) {
    switch (kind) {
    case MO_MESSAGE_STAKE:
        return "StakeMessage(Stake intent,uint256 " MESSAGE_AFTER STAKE_TYPE;
    case MO_MESSAGE_REDEEM:
        return "RedeemMessage(Redeem intent,uint256 " MESSAGE_AFTER REDEEM_TYPE;
    }
    return "";
}

mo_hash_t mo_bus_domain(const mo_bus_domain_t *domain) {
    mo_u256_t chain_id = mo_u256_from_u64(domain->chain_id);
    mo_eip712_domain_t full = {
        .name = "Mosaic Gateway",
        .version = "1",
        .chain_id = &chain_id,
        .verifying_contract = &domain->gateway,
        .salt = &domain->core_id,
    };
    return mo_eip712_domain(&full);
}

mo_hash_t mo_bus_intent_hash(mo_message_kind_t kind, const mo_intent_t *intent) {
    mo_eip712_t hashed = mo_eip712_struct(intent_type(kind));
    mo_eip712_put_u256(&hashed, intent->amount);
    mo_eip712_put_address(&hashed, &intent->beneficiary);
    mo_eip712_put_address(&hashed, &intent->token);
    return mo_eip712_hash(&hashed);
}

mo_hash_t mo_bus_message_hash(mo_message_kind_t kind, const mo_message_t *message) {
    mo_hash_t intent = mo_bus_intent_hash(kind, &message->intent);
    mo_eip712_t hashed = mo_eip712_struct(message_type(kind));
    mo_eip712_put_hash(&hashed, &intent);
    mo_eip712_put_u256(&hashed, message->nonce);
    mo_eip712_put_u256(&hashed, message->gas_price);
    mo_eip712_put_u256(&hashed, message->gas_limit);
    mo_eip712_put_u64(&hashed, message->deadline);
    mo_eip712_put_address(&hashed, &message->sender);
    mo_eip712_put_address(&hashed, &message->facilitator);
    return mo_eip712_hash(&hashed);
}

mo_hash_t mo_bus_message_id(const mo_hash_t *domain, mo_message_kind_t kind, const mo_message_t *message) {
    mo_hash_t hash = mo_bus_message_hash(kind, message);
    return mo_eip712_digest(domain, &hash);
}

mo_hash_t mo_bus_revoke_digest(const mo_hash_t *domain, const mo_hash_t *id) {
    mo_eip712_t hashed = mo_eip712_struct("Revoke(bytes32 message)");
    mo_eip712_put_hash(&hashed, id);
    mo_hash_t hash = mo_eip712_hash(&hashed);
    return mo_eip712_digest(domain, &hash);
}

/* abi.encode(kind, subject): two words, the kind in the last byte of the first. */
static mo_hash_t claim_of(mo_claim_kind_t kind, const mo_hash_t *subject) {
    uint8_t encoded[2 * sizeof subject->bytes] = {0};
    encoded[sizeof subject->bytes - 1] = (uint8_t)kind;
    memcpy(encoded + sizeof subject->bytes, subject->bytes, sizeof subject->bytes);
    return mo_keccak256((mo_bytes_t){encoded, sizeof encoded});
}

mo_hash_t mo_bus_recover_digest(const mo_hash_t *domain, mo_claim_kind_t kind, const mo_hash_t *subject,
                                const mo_address_t *recipient) {
    mo_hash_t claim = claim_of(kind, subject);
    mo_eip712_t hashed = mo_eip712_struct("Recover(bytes32 claim,address recipient)");
    mo_eip712_put_hash(&hashed, &claim);
    mo_eip712_put_address(&hashed, recipient);
    mo_hash_t hash = mo_eip712_hash(&hashed);
    return mo_eip712_digest(domain, &hash);
}
