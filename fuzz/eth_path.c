/* Paths of BIP-32 out of any text: a key, the same each time, or a refusal that leaves zeros. A step more is another key. */
#include <string.h>

#include "base/check.h"
#include "eth/mnemonic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const mo_mnemonic_node_t none;
    static const mo_mnemonic_node_t master = {{{[31] = 1}}, {2}};
    char path[128] = "";
    size_t length = size < 120 ? size : 120;
    mo_mnemonic_node_t node;
    mo_mnemonic_node_t again;
    memcpy(path, data, length);
    if (mo_mnemonic_derive(&master, path, &node) != MO_MNEMONIC_OK) {
        MO_CHECK(memcmp(&node, &none, sizeof none) == 0);
        return 0;
    }
    MO_CHECK(path[0] == 'm' && mo_secp_key_is_valid(&node.key));
    strcat(path, "/1'");
    if (mo_mnemonic_derive(&master, path, &again) == MO_MNEMONIC_OK) {
        mo_mnemonic_node_t step;
        MO_CHECK(memcmp(&node, &again, sizeof node) != 0);
        MO_CHECK(mo_mnemonic_derive(&node, "m/1'", &step) == MO_MNEMONIC_OK);
        MO_CHECK(memcmp(&step, &again, sizeof step) == 0);
    }
    return 0;
}
