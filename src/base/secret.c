#include "base/secret.h"

#include <string.h>
#include <valgrind/memcheck.h>

void mo_secret_wipe(void *secret, size_t size)
{
    memset(secret, 0, size);
    /* The compiler must assume that this reads the memory, so the memset above cannot be dead. */
    __asm__ volatile("" : : "r"(secret) : "memory");
}

bool mo_secret_equal(const void *a, const void *b, size_t size)
{
    const uint8_t *left = a;
    const uint8_t *right = b;
    unsigned difference = 0;
    for (size_t i = 0; i < size; i++) {
        difference |= (unsigned)(left[i] ^ right[i]);
    }
    mo_secret_declassify(&difference, sizeof difference);
    return difference == 0;
}

void mo_secret_mark(const void *secret, size_t size)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(secret, size);
}

void mo_secret_declassify(const void *value, size_t size)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(value, size);
}
