/* What the tests of this folder share: values from text, distinct hashes.
 *
 * Floor 2, tests alone.
 */
#ifndef MO_BUS_TEST_TEXT_H
#define MO_BUS_TEST_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above before it. */
#include <cmocka.h>

#include "base/check.h"
#include "base/hex.h"
#include "bus/lock.h"
#include "bus/message.h"
#include "eth/keccak.h"
#include "eth/u256.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static inline mo_hash_t hash_from(const char *text) {
    mo_hash_t hash;
    bool read = mo_hex_decode_exact(text, MO_HEX_PREFIXED, hash.bytes, sizeof hash.bytes);
    MO_CHECK(read);
    return hash;
}

static inline mo_address_t address_from(const char *text) {
    mo_address_t address;
    bool read = mo_hex_decode_exact(text, MO_HEX_PREFIXED, address.bytes, sizeof address.bytes);
    MO_CHECK(read);
    return address;
}

static inline mo_u256_t u256_from(const char *text) {
    mo_hash_t word = hash_from(text);
    return mo_u256_from_hash(&word);
}

/* A hash that differs for every (letter, number). */
static inline mo_hash_t hash_named(char letter, uint64_t number) {
    mo_hash_t name = mo_u256_to_hash(mo_u256_from_u64(number));
    name.bytes[0] = (uint8_t)letter;
    return mo_keccak256(mo_hash_view(&name));
}

static inline void assert_hash(const mo_hash_t *actual, const char *expected) {
    mo_hash_t hash = hash_from(expected);
    assert_memory_equal(actual->bytes, hash.bytes, sizeof hash.bytes);
}

#endif
