#include "base/clear.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* What is looked at and written at once: no more than a page of any system. */
#define STEP 4096u

static bool is_clear(const uint8_t *bytes, size_t size)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

void mo_clear(void *memory, size_t size)
{
    uint8_t *bytes = memory;
    while (size > 0) {
        size_t step = size < STEP ? size : STEP;
        if (!is_clear(bytes, step)) {
            memset(bytes, 0, step);
        }
        bytes += step;
        size -= step;
    }
}
