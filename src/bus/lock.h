/* Locks and slots: the one word that a message has in each box (gateway 7.1, interfaces 0.4).
 *
 *     lock = keccak256(abi.encode(id, facilitator, declaredAt, secretHash))
 *     slot value  = | 31 high bytes of the lock | status |          0 = nothing was ever written
 *     slot number = keccak256(abi.encode(id, BOX_SLOT))
 *
 * The other chain proves this word. Its leaf is the RLP of a minimal integer, so a lock that begins with zero
 * bytes comes shorter; it is padded on the left again. Refused are: bytes that are not that RLP, a status
 * above 5, status 0 with lock bits, and Recovered, which no peer may claim on a live pair.
 *
 * A lock opens when all but its low byte are equal. secretHash = keccak256(abi.encode(secret)); zero means
 * that there is no secret, and then only proofs move the message.
 *
 * Floor 2. Pure.
 */
#ifndef MO_BUS_LOCK_H
#define MO_BUS_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/verdict.h"
#include "bus/limits.h"
#include "bus/message.h"

/* The low byte of a slot. */
#define MO_BUS_STATUSES(X)                                                                                   \
    X(MO_STATUS_UNDECLARED, "Undeclared", 'U')                                                               \
    X(MO_STATUS_DECLARED, "Declared", 'D')                                                                   \
    X(MO_STATUS_PROGRESSED, "Progressed", 'P')                                                               \
    X(MO_STATUS_REVOCATION_DECLARED, "RevocationDeclared", 'R')                                              \
    X(MO_STATUS_REVOKED, "Revoked", 'V')                                                                     \
    X(MO_STATUS_RECOVERED, "Recovered", 'X')

typedef enum { MO_BUS_STATUSES(MO_VERDICT_CODE) } mo_bus_status_t;

#define MO_BUS_STATUS_COUNT 6

/* A slot, taken apart. `lock` has a zero low byte. */
typedef struct {
    mo_bus_status_t status;
    mo_hash_t lock;
} mo_bus_slot_t;

#define MO_SLOT_VERDICTS(X)                                                                                  \
    X(MO_SLOT_ACCEPTED, "Accepted", "gateway 7.1")                                                           \
    X(MO_SLOT_EMPTY, "SlotValueZero", "gateway 7.1")                                                         \
    X(MO_SLOT_NOT_AN_INTEGER, "SlotValueMalformed", "gateway 7.1")                                           \
    X(MO_SLOT_NOT_MINIMAL, "SlotValueMalformed", "gateway 7.1")                                              \
    X(MO_SLOT_TOO_LONG, "SlotValueMalformed", "gateway 7.1")                                                 \
    X(MO_SLOT_STATUS_UNKNOWN, "PeerWordMalformed", "gateway 7.1")                                            \
    X(MO_SLOT_STATUS_ZERO, "PeerWordMalformed", "gateway 7.1")                                               \
    X(MO_SLOT_RECOVERED, "PeerWordMalformed", "gateway 7.1")

typedef enum { MO_SLOT_VERDICTS(MO_VERDICT_CODE) } mo_slot_verdict_t;

/* keccak256(abi.encode(secret)) */
mo_hash_t mo_bus_secret_hash(const mo_hash_t *secret);

/* Whether `secret` opens `secret_hash`. A zero hash is opened by none. */
bool mo_bus_secret_opens(const mo_hash_t *secret, const mo_hash_t *secret_hash);

/* The lock of a declared message, whole. */
mo_hash_t mo_bus_lock(const mo_hash_t *id, const mo_envelope_t *envelope);

/* The word that a box holds for a lock in a status. Undeclared is 0 whatever the lock. */
mo_hash_t mo_bus_slot_value(const mo_hash_t *lock, mo_bus_status_t status);

/* Whether a slot and a lock are of the same message and declaration: all but the low byte. */
bool mo_bus_slot_matches(const mo_bus_slot_t *slot, const mo_hash_t *lock);

/* Where a message's word lies: keccak256(abi.encode(id, box_slot)), MO_BUS_OUTBOX_SLOT or MO_BUS_INBOX_SLOT.
 */
mo_hash_t mo_bus_slot_key(const mo_hash_t *id, uint64_t box_slot);

/* A peer's slot from the value of a proven leaf (its RLP). Empty bytes are SLOT_EMPTY: absence is never
 * proven on a live pair (gateway 7.2). *slot is zero on failure. */
MO_MUST_USE mo_slot_verdict_t mo_bus_slot_decode(mo_bytes_t leaf, mo_bus_slot_t *slot);

/* The same from the word itself, as eth_getStorageAt tells it; for one's own box: Recovered is accepted, and
 * 0 is Undeclared. */
MO_MUST_USE mo_slot_verdict_t mo_bus_slot_read(const mo_hash_t *word, mo_bus_slot_t *slot);

const char *mo_bus_status_name(mo_bus_status_t status);
const char *mo_bus_slot_verdict_name(mo_slot_verdict_t verdict);

#endif
