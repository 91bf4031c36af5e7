/* Frames of the signer: what decodes, encodes to the same bytes; anything else is refused. */
#include <stdlib.h>
#include <string.h>

#include "node/signer_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require_same(const mo_buffer_t *frame, mo_bytes_t body)
{
    mo_bytes_t again = {frame->data + 2, frame->size - 2};
    if (!mo_bytes_equal(again, body)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mo_bytes_t body = {data, size};
    uint8_t memory[MO_SIGNER_FRAME_MAX];
    mo_signer_request_t request;
    if (mo_signer_request_decode(body, &request)) {
        mo_buffer_t frame = MO_BUFFER(memory);
        mo_signer_request_encode(&request, &frame);
        require_same(&frame, body);
    }
    mo_signer_reply_t reply;
    if (mo_signer_reply_decode(body, &reply)) {
        mo_buffer_t frame = MO_BUFFER(memory);
        mo_signer_reply_encode(&reply, &frame);
        require_same(&frame, body);
    }
    return 0;
}
