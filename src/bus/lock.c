#include "bus/lock.h"

#include <string.h>

#include "base/check.h"
#include "eth/abi.h"
#include "eth/keccak.h"
#include "eth/rlp.h"

#define WORD        32
#define STATUS_BYTE (WORD - 1)

mo_hash_t mo_bus_secret_hash(const mo_hash_t *secret) {
    return mo_keccak256(mo_hash_view(secret));
}

bool mo_bus_secret_opens(const mo_hash_t *secret, const mo_hash_t *secret_hash) {
    mo_hash_t hash = mo_bus_secret_hash(secret);
    return mo_hash_equal(&hash, secret_hash);
}

mo_hash_t mo_bus_lock(const mo_hash_t *id, const mo_envelope_t *envelope) {
    uint8_t memory[4 * WORD];
    mo_buffer_t encoded = MO_BUFFER(memory);
    mo_abi_writer_t writer = mo_abi_writer(&encoded, 4);
    mo_abi_put_hash(&writer, id);
    mo_abi_put_address(&writer, &envelope->facilitator);
    mo_abi_put_u64(&writer, envelope->declared_at);
    mo_abi_put_hash(&writer, &envelope->secret_hash);
    bool written = mo_abi_written(&writer);
    MO_CHECK(written);
    return mo_keccak256(mo_buffer_view(&encoded));
}

mo_hash_t mo_bus_slot_value(const mo_hash_t *lock, mo_bus_status_t status) {
    if (status == MO_STATUS_UNDECLARED) {
        return (mo_hash_t){0};
    }
    mo_hash_t word = *lock;
    word.bytes[STATUS_BYTE] = (uint8_t)status;
    return word;
}

bool mo_bus_slot_matches(const mo_bus_slot_t *slot, const mo_hash_t *lock) {
    return memcmp(slot->lock.bytes, lock->bytes, STATUS_BYTE) == 0;
}

mo_hash_t mo_bus_slot_key(const mo_hash_t *id, uint64_t box_slot) {
    mo_hash_t slot = mo_u256_to_hash(mo_u256_from_u64(box_slot));
    return mo_keccak256_pair(id, &slot);
}

mo_slot_verdict_t mo_bus_slot_read(const mo_hash_t *word, mo_bus_slot_t *slot) {
    *slot = (mo_bus_slot_t){.status = MO_STATUS_UNDECLARED};
    uint8_t status = word->bytes[STATUS_BYTE];
    if (status >= MO_BUS_STATUS_COUNT) {
        return MO_SLOT_STATUS_UNKNOWN;
    }
    if (status == MO_STATUS_UNDECLARED && !mo_hash_is_zero(word)) {
        return MO_SLOT_STATUS_ZERO;
    }
    slot->status = (mo_bus_status_t)status;
    slot->lock = *word;
    slot->lock.bytes[STATUS_BYTE] = 0;
    return MO_SLOT_ACCEPTED;
}

static mo_slot_verdict_t of_rlp(mo_rlp_verdict_t verdict) {
    switch (verdict) {
    case MO_RLP_OK:
        return MO_SLOT_ACCEPTED;
    case MO_RLP_LENGTH_PADDED:
    case MO_RLP_LENGTH_LONG:
    case MO_RLP_BYTE_PREFIXED:
    case MO_RLP_INTEGER_PADDED:
        return MO_SLOT_NOT_MINIMAL;
    case MO_RLP_INTEGER_WIDE:
        return MO_SLOT_TOO_LONG;
    case MO_RLP_MISSING:
    case MO_RLP_TRUNCATED:
    case MO_RLP_NOT_STRING:
    case MO_RLP_NOT_LIST:
    case MO_RLP_SIZE:
    case MO_RLP_LEFTOVER:
    case MO_RLP_DEPTH:
        break;
    }
    return MO_SLOT_NOT_AN_INTEGER;
}

mo_slot_verdict_t mo_bus_slot_decode(mo_bytes_t leaf, mo_bus_slot_t *slot) {
    *slot = (mo_bus_slot_t){.status = MO_STATUS_UNDECLARED};
    if (leaf.size == 0) {
        return MO_SLOT_EMPTY;
    }
    mo_rlp_reader_t reader = mo_rlp_reader(leaf);
    mo_u256_t value = mo_rlp_read_u256(&reader);
    mo_slot_verdict_t verdict = of_rlp(mo_rlp_finish(&reader));
    if (verdict != MO_SLOT_ACCEPTED) {
        return verdict;
    }
    if (mo_u256_is_zero(value)) {
        return MO_SLOT_EMPTY;
    }
    mo_hash_t word = mo_u256_to_hash(value);
    verdict = mo_bus_slot_read(&word, slot);
    if (verdict == MO_SLOT_ACCEPTED && slot->status == MO_STATUS_RECOVERED) {
        *slot = (mo_bus_slot_t){.status = MO_STATUS_UNDECLARED};
        return MO_SLOT_RECOVERED;
    }
    return verdict;
}

const char *mo_bus_status_name(mo_bus_status_t status) {
    switch (status) { MO_BUS_STATUSES(MO_VERDICT_NAME) }
    return "unknown";
}

const char *mo_bus_slot_verdict_name(mo_slot_verdict_t verdict) {
    switch (verdict) { MO_SLOT_VERDICTS(MO_VERDICT_NAME) }
    return "unknown";
}
