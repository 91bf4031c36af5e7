/* Hexadecimal: what decodes encodes back, up to the case of digits; quantities come back exactly. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BYTES_MAX 256

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_form(const char *text, mo_hex_form_t form)
{
    uint8_t memory[BYTES_MAX];
    char again[MO_HEX_TEXT(BYTES_MAX)];
    mo_buffer_t out = MO_BUFFER(memory);
    if (!mo_hex_decode(text, form, &out)) {
        require(out.size == 0 && !out.overflown);
        return;
    }
    mo_hex_encode(mo_buffer_view(&out), form, again, sizeof again);
    require(strcasecmp(again, text) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[2 * BYTES_MAX + 32] = {0};
    char again[MO_HEX_QUANTITY_TEXT];
    memcpy(text, data, size < sizeof text - 1 ? size : sizeof text - 1);
    check_form(text, MO_HEX_BARE);
    check_form(text, MO_HEX_PREFIXED);
    uint64_t value;
    if (mo_hex_quantity_parse(text, &value)) {
        mo_hex_quantity_print(value, again);
        require(strcasecmp(again, text) == 0);
    }
    return 0;
}
