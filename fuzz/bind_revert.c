/* Revert bytes, hostile: always a text within its bound. The first two bytes pick an error of the table. */
#include "bind/revert.h"

#include <string.h>

#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static uint8_t revert[4096];
    char text[MO_BIND_REVERT_TEXT];
    mo_bind_revert_print((mo_bytes_t){bytes, size}, text);
    MO_CHECK(memchr(text, '\0', sizeof text) != NULL);
    if (size < 2 || size > sizeof revert - 2) {
        return 0;
    }
    size_t pick = ((size_t)bytes[0] << 8 | bytes[1]) % mo_bind_error_count;
    memcpy(revert, mo_bind_errors[pick].selector, 4);
    memcpy(revert + 4, bytes + 2, size - 2);
    mo_bind_revert_print((mo_bytes_t){revert, size + 2}, text);
    MO_CHECK(memchr(text, '\0', sizeof text) != NULL && strlen(text) > 0);
    return 0;
}
