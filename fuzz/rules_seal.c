/* Seals out of any bytes: what parses has ascending indices and is built back byte for byte (interfaces 0.2).
 */
#include "base/check.h"
#include "rules/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static mo_seal_record_t records[MO_SEAL_SIGNERS_MAX];
    static uint8_t memory[MO_SEAL_SIZE_MAX];
    mo_bytes_t bytes = {data, size};
    mo_seal_t seal;
    if (mo_rules_seal_parse(bytes, &seal) != MO_SEAL_WELL_FORMED) {
        MO_CHECK(seal.count == 0 && seal.records.size == 0);
        return 0;
    }
    for (size_t i = 0; i < seal.count; i++) {
        records[i] = mo_rules_seal_record(&seal, i);
        MO_CHECK(i == 0 || records[i - 1].index < records[i].index);
    }
    mo_buffer_t out = MO_BUFFER(memory);
    MO_CHECK(mo_rules_seal_build(records, seal.count, &out) == MO_SEAL_WELL_FORMED);
    MO_CHECK(mo_bytes_equal(mo_buffer_view(&out), bytes));
    mo_hash_t roll = mo_rules_seal_roll((mo_height_t){size}, &seal);
    MO_CHECK(!mo_hash_is_zero(&roll));
    return 0;
}
