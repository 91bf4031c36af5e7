#include "eth/keccak.h"

#include "base/check.h"
#include "base/endian.h"
#include "eth/keccak_permute.h"

static void absorb_byte(mo_keccak_t *keccak, uint8_t byte)
{
    keccak->lane[keccak->filled / 8] ^= (uint64_t)byte << (8 * (keccak->filled % 8));
    if (++keccak->filled == MO_KECCAK_RATE) {
        mo_keccak_permute(keccak->lane);
        keccak->filled = 0;
    }
}

static void absorb_block(mo_keccak_t *keccak, const uint8_t *block)
{
    for (size_t i = 0; i < MO_KECCAK_RATE / 8; i++) {
        keccak->lane[i] ^= mo_load_le64(block + 8 * i);
    }
    mo_keccak_permute(keccak->lane);
}

mo_keccak_t mo_keccak(void)
{
    return (mo_keccak_t){.filled = 0};
}

void mo_keccak_put(mo_keccak_t *keccak, mo_bytes_t bytes)
{
    MO_CHECK(keccak->filled < MO_KECCAK_RATE);
    size_t at = 0;
    while (at < bytes.size) {
        if (keccak->filled == 0 && bytes.size - at >= MO_KECCAK_RATE) {
            absorb_block(keccak, bytes.data + at);
            at += MO_KECCAK_RATE;
        } else if (keccak->filled % 8 == 0 && keccak->filled <= MO_KECCAK_RATE - 16 && bytes.size - at >= 8) {
            keccak->lane[keccak->filled / 8] ^= mo_load_le64(bytes.data + at);
            keccak->filled += 8;
            at += 8;
        } else {
            absorb_byte(keccak, bytes.data[at++]);
        }
    }
}

mo_hash_t mo_keccak_hash(mo_keccak_t *keccak)
{
    MO_CHECK(keccak->filled < MO_KECCAK_RATE);
    keccak->lane[keccak->filled / 8] ^= (uint64_t)0x01 << (8 * (keccak->filled % 8));
    keccak->lane[MO_KECCAK_RATE / 8 - 1] ^= (uint64_t)0x80 << 56;
    mo_keccak_permute(keccak->lane);
    mo_hash_t hash;
    for (size_t i = 0; i < 4; i++) {
        mo_store_le64(keccak->lane[i], hash.bytes + 8 * i);
    }
    keccak->filled = MO_KECCAK_RATE; /* spent: the checks above refuse any further use */
    return hash;
}

mo_hash_t mo_keccak256(mo_bytes_t bytes)
{
    mo_keccak_t keccak = mo_keccak();
    mo_keccak_put(&keccak, bytes);
    return mo_keccak_hash(&keccak);
}

mo_hash_t mo_keccak256_pair(const mo_hash_t *a, const mo_hash_t *b)
{
    mo_keccak_t keccak = mo_keccak();
    mo_keccak_put(&keccak, mo_hash_view(a));
    mo_keccak_put(&keccak, mo_hash_view(b));
    return mo_keccak_hash(&keccak);
}
