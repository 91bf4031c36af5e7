/* Messages: what a sender signs to move tokens across, and the envelope that travels with it (gateway 7.1).
 *
 *     StakeMessage  = { Stake intent {amount, beneficiary, token}, nonce, gasPrice, gasLimit, deadline,
 * sender, facilitator } RedeemMessage = the same with Redeem
 *
 * The intent is spelled out in what is signed. The message's id is its EIP-712 digest under the domain of the
 * gateway on the side where it is declared: {"Mosaic Gateway", "1", that chain's id, that gateway, salt =
 * core id}. So the id is the same on both sides, and differs between pairs, chains and cores.
 *
 * `facilitator` zero means anyone. Amounts are in the token's smallest unit; gas price in the token's
 * smallest unit per gas; the deadline in seconds of the source chain, checked at declare only.
 *
 * Floor 2. Pure.
 */
#ifndef MO_BUS_MESSAGE_H
#define MO_BUS_MESSAGE_H

#include <stdint.h>

#include "base/bytes.h"
#include "eth/u256.h"

typedef enum {
    MO_MESSAGE_STAKE = 0,  /* origin to auxiliary: declared at the gateway */
    MO_MESSAGE_REDEEM = 1, /* auxiliary to origin: declared at the co-gateway */
} mo_message_kind_t;

typedef struct {
    mo_u256_t amount;
    mo_address_t beneficiary; /* on the target chain */
    mo_address_t token;       /* stake: the token on origin; redeem: the utility token */
} mo_intent_t;

/* What the sender signs. Which of the two it is, is no field: it follows from the gateway that takes it. */
typedef struct {
    mo_intent_t intent;
    mo_u256_t nonce;
    mo_u256_t gas_price;
    mo_u256_t gas_limit;
    uint64_t deadline;
    mo_address_t sender;
    mo_address_t facilitator;
} mo_message_t;

/* What declare adds; every later step is given it and opens the lock with it (0.4). */
typedef struct {
    mo_message_t message;
    mo_address_t facilitator; /* who declared */
    uint64_t declared_at;     /* seconds of the source chain */
    mo_hash_t secret_hash;    /* zero: there is no secret */
} mo_envelope_t;

/* Whose domain: the gateway on the source side. */
typedef struct {
    uint64_t chain_id;
    mo_address_t gateway;
    mo_hash_t core_id;
} mo_bus_domain_t;

/* The domain separator of a gateway (0.1). */
mo_hash_t mo_bus_domain(const mo_bus_domain_t *domain);

/* Struct hash of the intent alone. */
mo_hash_t mo_bus_intent_hash(mo_message_kind_t kind, const mo_intent_t *intent);

/* Struct hash of a message. */
mo_hash_t mo_bus_message_hash(mo_message_kind_t kind, const mo_message_t *message);

/* The message's id: the digest that its sender signs. `domain` by mo_bus_domain of the source side. */
mo_hash_t mo_bus_message_id(const mo_hash_t *domain, mo_message_kind_t kind, const mo_message_t *message);

/* What is recovered on origin after a halt; the numbers are protocol (gateway 7.1, 7.7). */
typedef enum {
    MO_CLAIM_BALANCE = 0, /* subject: the holder, padded on the left */
    MO_CLAIM_STAKE = 1,   /* subject: the message's id; needs no signature */
    MO_CLAIM_REDEEM = 2,  /* subject: the message's id */
} mo_claim_kind_t;

/* What the sender of a message signs to revoke it. `domain` by mo_bus_domain of the source side. */
mo_hash_t mo_bus_revoke_digest(const mo_hash_t *domain, const mo_hash_t *id);

/* What the holder of a balance, or the sender of a redeem, signs to be paid at `recipient`. `domain` by mo_bus_domain of
 * the gateway on origin. */
mo_hash_t mo_bus_recover_digest(const mo_hash_t *domain, mo_claim_kind_t kind, const mo_hash_t *subject,
                                const mo_address_t *recipient);

#endif
