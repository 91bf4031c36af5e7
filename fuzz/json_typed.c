/* Typed data as JSON: what is read has a digest or a refusal, the same each time, and never reads past the
 * room. */
#include <stdlib.h>

#include "json/typed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t memory[1 << 18];
    json_t *json = json_loadb((const char *)data, size, 0, NULL);
    mo_typed_room_t room = {memory, sizeof memory, 0};
    mo_typed_t typed;
    mo_hash_t first;
    mo_hash_t second;
    if (!mo_failed(mo_typed_read(json, &room, &typed)) && !mo_failed(mo_typed_digest(&typed, &first))) {
        if (mo_failed(mo_typed_digest(&typed, &second)) || !mo_hash_equal(&first, &second)) {
            abort();
        }
    }
    json_decref(json);
    return 0;
}
