/* Bytes: borrowed views and fixed buffers.
 *
 * A mo_bytes_t borrows: it is valid exactly as long as the memory it points into. A mo_buffer_t writes into memory
 * that the caller provides and never grows: a write past the capacity is dropped, marks the buffer overflown, and the
 * mark stays. So a writer makes many small writes and asks once, at the end:
 *
 *     uint8_t memory[128];
 *     mo_buffer_t out = MO_BUFFER(memory);
 *     mo_buffer_put(&out, head);
 *     mo_buffer_put(&out, body);
 *     if (out.overflown) ...
 *
 * Floor 0. No allocation, no input or output.
 */
#ifndef MO_BASE_BYTES_H
#define MO_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Results must be used. */
#define MO_MUST_USE __attribute__((warn_unused_result))

/* A borrowed, read-only run of bytes. `data` may be NULL only when `size` is 0. */
typedef struct {
    const uint8_t *data;
    size_t size;
} mo_bytes_t;

/* A fixed buffer being written. `size` <= `capacity` always. */
typedef struct {
    uint8_t *data;
    size_t size;
    size_t capacity;
    bool overflown;
} mo_buffer_t;

/* Distinct wrappers, so that the compiler rejects a swap. */
typedef struct {
    uint8_t bytes[32];
} mo_hash_t;

typedef struct {
    uint8_t bytes[20];
} mo_address_t;

/* A view of a whole array, not of a pointer. */
#define MO_BYTES(array)  ((mo_bytes_t){(array), sizeof(array)})
#define MO_BUFFER(array) ((mo_buffer_t){(array), 0, sizeof(array), false})

/* The bytes written so far; valid until the buffer's memory is. */
mo_bytes_t mo_buffer_view(const mo_buffer_t *buffer);

/* Appends `bytes`, whole or not at all. */
void mo_buffer_put(mo_buffer_t *buffer, mo_bytes_t bytes);

/* Appends one byte. */
void mo_buffer_put_byte(mo_buffer_t *buffer, uint8_t byte);

/* Same length and content. Not constant time: never for secrets. */
bool mo_bytes_equal(mo_bytes_t a, mo_bytes_t b);

mo_bytes_t mo_hash_view(const mo_hash_t *hash);
bool mo_hash_equal(const mo_hash_t *a, const mo_hash_t *b);
bool mo_hash_is_zero(const mo_hash_t *hash);

mo_bytes_t mo_address_view(const mo_address_t *address);
bool mo_address_equal(const mo_address_t *a, const mo_address_t *b);
bool mo_address_is_zero(const mo_address_t *address);

#endif
