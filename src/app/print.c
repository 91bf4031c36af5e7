#include "app/print.h"

#include <stdio.h>

#include "eth/address.h"

mo_app_hex_t mo_app_hex(mo_bytes_t bytes)
{
    mo_app_hex_t hex;
    mo_hex_encode(bytes, MO_HEX_PREFIXED, hex.text, sizeof hex.text);
    return hex;
}

bool mo_app_json_print(json_t *object)
{
    const bool printed = object != NULL && json_dumpf(object, stdout, JSON_PRESERVE_ORDER) == 0 && puts("") >= 0;
    json_decref(object);
    return printed && fflush(stdout) == 0;
}

mo_err_t mo_app_address_read(const char *flag, const char *text, mo_address_t *address)
{
    switch (mo_address_parse(text, address)) {
    case MO_ADDRESS_OK: return MO_SUCCESS;
    case MO_ADDRESS_FORM:
        return mo_err(MO_ERR_PERMANENT, "%s takes an address, 0x and 40 hex digits, not '%.60s'", flag, text);
    case MO_ADDRESS_CHECKSUM: break;
    }
    return mo_err(MO_ERR_PERMANENT, "%s: the checksum of %.60s is wrong: it is mistyped", flag, text);
}
