/* Blocks from text: whatever the scanner reads, the JSON library reads too, to the same blocks.
 *
 *     answers asked for (1)   text
 */
#include "chain/test_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0) {
        (void)scan_and_compare((const char *)data + 1, size - 1, 7, 1 + data[0] % SCANNED_MAX);
    }
    return 0;
}
