/* Keystores as JSON: what is read is good and bounded, is printed, and is read again as the same. */
#include <string.h>

#include "base/check.h"
#include "json/keystore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const mo_keystore_t none;
    static const uint8_t id[16] = {1};
    char text[MO_KEYSTORE_TEXT];
    mo_keystore_t keystore;
    mo_keystore_t again;
    if (mo_failed(mo_keystore_read((mo_bytes_t){data, size}, &keystore))) {
        MO_CHECK(memcmp(&keystore, &none, sizeof none) == 0);
        return 0;
    }
    MO_CHECK(mo_keystore_check(&keystore) == MO_KEYSTORE_OK);
    mo_keystore_print(&keystore, id, text);
    MO_CHECK(!mo_failed(mo_keystore_read((mo_bytes_t){(const uint8_t *)text, strlen(text)}, &again)));
    MO_CHECK(memcmp(&keystore, &again, sizeof again) == 0);
    return 0;
}
