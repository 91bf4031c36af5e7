/* Addresses: what parses prints back, up to the case of digits. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "eth/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[64] = {0};
    char printed[MO_ADDRESS_TEXT];
    memcpy(text, data, size < sizeof text - 1 ? size : sizeof text - 1);
    mo_address_t address;
    mo_address_verdict_t verdict = mo_address_parse(text, &address);
    if (verdict != MO_ADDRESS_OK) {
        require(mo_address_is_zero(&address));
        return 0;
    }
    mo_address_print(&address, printed);
    require(strcasecmp(printed, text) == 0);
    require(mo_address_parse(printed, &address) == MO_ADDRESS_OK);
    return 0;
}
