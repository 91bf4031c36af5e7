/* Integers in memory, byte order named: big-endian is the chain's, little-endian is Keccak's.
 *
 * Any alignment. Floor 0.
 */
#ifndef MO_BASE_ENDIAN_H
#define MO_BASE_ENDIAN_H

#include <stdint.h>

static inline uint64_t mo_load_be64(const uint8_t from[8])
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++) {
        value = value << 8 | from[i];
    }
    return value;
}

static inline void mo_store_be64(uint64_t value, uint8_t to[8])
{
    for (unsigned i = 0; i < 8; i++) {
        to[i] = (uint8_t)(value >> (56 - 8 * i));
    }
}

static inline uint32_t mo_load_be32(const uint8_t from[4])
{
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static inline void mo_store_be32(uint32_t value, uint8_t to[4])
{
    for (unsigned i = 0; i < 4; i++) {
        to[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

static inline uint64_t mo_load_le64(const uint8_t from[8])
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++) {
        value |= (uint64_t)from[i] << (8 * i);
    }
    return value;
}

static inline void mo_store_le64(uint64_t value, uint8_t to[8])
{
    for (unsigned i = 0; i < 8; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

#endif
