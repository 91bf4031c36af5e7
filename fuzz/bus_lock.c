/* Proven slots out of any bytes: what is accepted is a live status with a lock, and its word, written as a
 * leaf again, is the bytes read (gateway 7.1). */
#include "base/check.h"
#include "bus/lock.h"
#include "eth/rlp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mo_bytes_t leaf = {data, size};
    mo_bus_slot_t slot;
    if (mo_bus_slot_decode(leaf, &slot) != MO_SLOT_ACCEPTED) {
        MO_CHECK(slot.status == MO_STATUS_UNDECLARED && mo_hash_is_zero(&slot.lock));
        return 0;
    }
    MO_CHECK(slot.status >= MO_STATUS_DECLARED && slot.status <= MO_STATUS_REVOKED);
    mo_hash_t word = mo_bus_slot_value(&slot.lock, slot.status);
    uint8_t memory[MO_BUS_SLOT_RLP_MAX];
    mo_buffer_t out = MO_BUFFER(memory);
    mo_rlp_writer_t writer = mo_rlp_writer(&out);
    mo_rlp_put_u256(&writer, mo_u256_from_hash(&word));
    MO_CHECK(mo_rlp_written(&writer));
    MO_CHECK(mo_bytes_equal(mo_buffer_view(&out), leaf));
    return 0;
}
