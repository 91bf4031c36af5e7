/* Integers in memory, byte order named: big-endian is the chain's, little-endian is Keccak's.
 *
 * Any alignment. Written out byte by byte, which compilers turn into one instruction (loops they do not). Floor 0.
 */
#ifndef MO_BASE_ENDIAN_H
#define MO_BASE_ENDIAN_H

#include <stdint.h>

static inline uint64_t mo_load_be64(const uint8_t from[8])
{
    return (uint64_t)from[0] << 56 | (uint64_t)from[1] << 48 | (uint64_t)from[2] << 40 | (uint64_t)from[3] << 32 |
           (uint64_t)from[4] << 24 | (uint64_t)from[5] << 16 | (uint64_t)from[6] << 8 | (uint64_t)from[7];
}

static inline void mo_store_be64(uint64_t value, uint8_t to[8])
{
    to[0] = (uint8_t)(value >> 56);
    to[1] = (uint8_t)(value >> 48);
    to[2] = (uint8_t)(value >> 40);
    to[3] = (uint8_t)(value >> 32);
    to[4] = (uint8_t)(value >> 24);
    to[5] = (uint8_t)(value >> 16);
    to[6] = (uint8_t)(value >> 8);
    to[7] = (uint8_t)value;
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
    return (uint64_t)from[0] | (uint64_t)from[1] << 8 | (uint64_t)from[2] << 16 | (uint64_t)from[3] << 24 |
           (uint64_t)from[4] << 32 | (uint64_t)from[5] << 40 | (uint64_t)from[6] << 48 | (uint64_t)from[7] << 56;
}

static inline void mo_store_le64(uint64_t value, uint8_t to[8])
{
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
    to[2] = (uint8_t)(value >> 16);
    to[3] = (uint8_t)(value >> 24);
    to[4] = (uint8_t)(value >> 32);
    to[5] = (uint8_t)(value >> 40);
    to[6] = (uint8_t)(value >> 48);
    to[7] = (uint8_t)(value >> 56);
}

#endif
