#include "base/bytes.h"

#include <string.h>

mo_bytes_t mo_buffer_view(const mo_buffer_t *buffer)
{
    return (mo_bytes_t){buffer->data, buffer->size};
}

void mo_buffer_put(mo_buffer_t *buffer, mo_bytes_t bytes)
{
    if (buffer->overflown || bytes.size > buffer->capacity - buffer->size) {
        buffer->overflown = true;
        return;
    }
    if (bytes.size > 0) {
        memmove(buffer->data + buffer->size, bytes.data, bytes.size);
    }
    buffer->size += bytes.size;
}

void mo_buffer_put_byte(mo_buffer_t *buffer, uint8_t byte)
{
    mo_buffer_put(buffer, (mo_bytes_t){&byte, 1});
}

bool mo_bytes_equal(mo_bytes_t a, mo_bytes_t b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

mo_bytes_t mo_hash_view(const mo_hash_t *hash)
{
    return MO_BYTES(hash->bytes);
}

bool mo_hash_equal(const mo_hash_t *a, const mo_hash_t *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool mo_hash_is_zero(const mo_hash_t *hash)
{
    static const mo_hash_t zero = {0};
    return mo_hash_equal(hash, &zero);
}

mo_bytes_t mo_address_view(const mo_address_t *address)
{
    return MO_BYTES(address->bytes);
}

bool mo_address_equal(const mo_address_t *a, const mo_address_t *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool mo_address_is_zero(const mo_address_t *address)
{
    static const mo_address_t zero = {0};
    return mo_address_equal(address, &zero);
}
