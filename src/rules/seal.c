#include "rules/seal.h"

#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "eth/keccak.h"
#include "eth/u256.h"

#define INDEX_SIZE 4
#define WORD       32

mo_seal_verdict_t mo_rules_seal_split(mo_bytes_t bytes, mo_seal_t *seal) {
    *seal = (mo_seal_t){0};
    if (bytes.size == 0) {
        return MO_SEAL_LENGTH_INVALID;
    }
    if (bytes.data[0] != MO_SEAL_KIND_ECDSA) {
        return MO_SEAL_SCHEME_UNKNOWN;
    }
    size_t size = bytes.size - 1;
    if (size % MO_SEAL_RECORD_SIZE != 0 || bytes.size > MO_SEAL_SIZE_MAX) {
        return MO_SEAL_LENGTH_INVALID;
    }
    *seal = (mo_seal_t){{bytes.data + 1, size}, size / MO_SEAL_RECORD_SIZE};
    return MO_SEAL_WELL_FORMED;
}

static uint32_t index_at(const mo_seal_t *seal, size_t i) {
    return mo_load_be32(seal->records.data + i * MO_SEAL_RECORD_SIZE);
}

mo_seal_verdict_t mo_rules_seal_parse(mo_bytes_t bytes, mo_seal_t *seal) {
    mo_seal_verdict_t verdict = mo_rules_seal_split(bytes, seal);
    if (verdict != MO_SEAL_WELL_FORMED) {
        return verdict;
    }
    for (size_t i = 1; i < seal->count; i++) {
        if (index_at(seal, i) <= index_at(seal, i - 1)) {
            *seal = (mo_seal_t){0};
            return MO_SEAL_NOT_ASCENDING;
        }
    }
    return MO_SEAL_WELL_FORMED;
}

mo_seal_record_t mo_rules_seal_record(const mo_seal_t *seal, size_t i) {
    MO_CHECK(i < seal->count);
    const uint8_t *at = seal->records.data + i * MO_SEAL_RECORD_SIZE;
    mo_seal_record_t record = {.index = index_at(seal, i)};
    memcpy(record.signature.r.bytes, at + INDEX_SIZE, WORD);
    memcpy(record.signature.vs.bytes, at + INDEX_SIZE + WORD, WORD);
    return record;
}

/* Insertion: votes come nearly in order, and the C library's sort may allocate. */
void mo_rules_seal_sort(mo_seal_record_t *records, size_t count) {
    for (size_t i = 1; i < count; i++) {
        mo_seal_record_t moving = records[i];
        size_t at = i;
        for (; at > 0 && records[at - 1].index > moving.index; at--) {
            records[at] = records[at - 1];
        }
        records[at] = moving;
    }
}

static void put_record(const mo_seal_record_t *record, mo_buffer_t *out) {
    uint8_t index[INDEX_SIZE];
    mo_store_be32(record->index, index);
    mo_buffer_put(out, MO_BYTES(index));
    mo_buffer_put(out, mo_hash_view(&record->signature.r));
    mo_buffer_put(out, mo_hash_view(&record->signature.vs));
}

mo_seal_verdict_t mo_rules_seal_build(const mo_seal_record_t *records, size_t count, mo_buffer_t *out) {
    if (count > MO_SEAL_SIGNERS_MAX) {
        return MO_SEAL_LENGTH_INVALID;
    }
    for (size_t i = 1; i < count; i++) {
        if (records[i].index <= records[i - 1].index) {
            return MO_SEAL_NOT_ASCENDING;
        }
    }
    if (out->overflown || out->capacity - out->size < 1 + count * MO_SEAL_RECORD_SIZE) {
        return MO_SEAL_NO_ROOM;
    }
    mo_buffer_put_byte(out, MO_SEAL_KIND_ECDSA);
    for (size_t i = 0; i < count; i++) {
        put_record(&records[i], out);
    }
    return MO_SEAL_WELL_FORMED;
}

/* abi.encode(uint64, uint8, bytes) as it comes, since a list that somebody shows has any length: height, kind, the
 * offset of the list, its length, the list padded to whole words. */
mo_hash_t mo_rules_roll(mo_height_t height, uint8_t kind, mo_bytes_t indices) {
    static const uint8_t zeros[WORD] = {0};
    const uint64_t head[] = {height.value, kind, (uint64_t)3 * WORD, indices.size};
    mo_keccak_t keccak = mo_keccak();
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
        mo_hash_t word = mo_u256_to_hash(mo_u256_from_u64(head[i]));
        mo_keccak_put(&keccak, mo_hash_view(&word));
    }
    mo_keccak_put(&keccak, indices);
    mo_keccak_put(&keccak, (mo_bytes_t){zeros, (WORD - indices.size % WORD) % WORD});
    return mo_keccak_hash(&keccak);
}

mo_hash_t mo_rules_seal_roll(mo_height_t height, const mo_seal_t *seal) {
    uint8_t indices[INDEX_SIZE * MO_SEAL_SIGNERS_MAX];
    MO_CHECK(seal->count <= MO_SEAL_SIGNERS_MAX);
    for (size_t i = 0; i < seal->count; i++) {
        mo_store_be32(index_at(seal, i), indices + i * INDEX_SIZE);
    }
    return mo_rules_roll(height, MO_SEAL_KIND_ECDSA, (mo_bytes_t){indices, seal->count * INDEX_SIZE});
}

const char *mo_rules_seal_verdict_name(mo_seal_verdict_t verdict) {
    switch (verdict) { MO_SEAL_VERDICTS(MO_VERDICT_NAME) }
    return "unknown";
}
