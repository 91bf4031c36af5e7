/* The contracts' ABI encoding: words of 32 bytes, heads and tails.
 *
 * A tuple, an argument list or an array is a frame: a head of fixed size in which each static value takes its
 * words and each dynamic value one word, the offset of its tail, counted from the start of the frame; then
 * the tails.
 *
 *     report(bytes32 first, bytes[] headers), two headers "ab" and "cde":
 *
 *     frame 0   00  first
 *               20  0x40 ------------> offset of headers
 *     tail      40  2                  number of elements; the array's own frame begins after it
 *     frame 1   60  0x40               offset of headers[0], from 60
 *               80  0x80               offset of headers[1], from 60
 *     tail      a0  2, "ab" padded
 *     tail      e0  3, "cde" padded
 *
 * Values are put, and read, strictly in the order of the declaration; static tuples and arrays of fixed
 * length are flattened into the frame they stand in. Generated code for the call above:
 *
 *     mo_abi_writer_t out = mo_abi_writer(&buffer, 2);        mo_abi_reader_t in = mo_abi_reader(bytes, 2);
 *     mo_abi_put_hash(&out, &first);                          first = mo_abi_read_hash(&in);
 *     mo_abi_open_array(&out, 2, 1);                          count = mo_abi_enter_array(&in, 1, HEADERS_MAX);
 *     mo_abi_put_bytes(&out, header[0]);                      for (i = 0; i < count; i++)
 *     mo_abi_put_bytes(&out, header[1]);                          header[i] = mo_abi_read_bytes(&in);
 *     mo_abi_close(&out);                                     mo_abi_leave(&in);
 *     if (!mo_abi_written(&out)) ...                          verdict = mo_abi_finish(&in);
 *
 * Which call for which type:
 *
 *     uint8..uint64, enum    put_u64, read_uint(bits)       uint72..uint256    put_u256, read_wide(bits)
 *     address, contract      address                        bool               bool
 *     bytes32                hash                           bytes1..bytes31    fixed
 *     bytes, string          bytes
 *     static tuple           its members, flattened
 *     dynamic tuple          open(head words of its members) ... close
 *     T[], T static          open_array(count, words of T) ... close
 *     T[], T dynamic         open_array(count, 1), per element as above (open, open_array, put_bytes) ... close
 *
 * The writer writes the form that solc writes, and the reader takes no other: tails in order without gap or
 * overlap, padding zero, integers within their width, nothing left over. So whatever is read re-encodes to
 * itself. Both are sticky: after the first refusal or overflow, calls do nothing and yield zeros; ask once at
 * the end.
 *
 * What it does not do: types that are known only at run time, negative integers, the packed encoding
 * (eth/abi_value.h does); fixed-point numbers.
 *
 * Floor 1, pure.
 */
#ifndef MO_ETH_ABI_H
#define MO_ETH_ABI_H

#include "base/bytes.h"
#include "base/limits.h"
#include "base/verdict.h"
#include "eth/u256.h"

#define MO_ABI_WORD 32

#define MO_ABI_VERDICTS(X)                                                                                   \
    X(MO_ABI_OK, "Ok", "")                                                                                   \
    /* a head, a length or a tail reaches past the end */                                                    \
    X(MO_ABI_TRUNCATED, "AbiTruncated", "")                                                                  \
    /* an offset that is not where the next tail begins */                                                   \
    X(MO_ABI_OFFSET, "AbiOffset", "")                                                                        \
    /* an integer, address or bool above its width */                                                        \
    X(MO_ABI_WIDE, "AbiWide", "")                                                                            \
    /* bytes after the end of a `bytes` or `bytesN` not zero */                                              \
    X(MO_ABI_PADDING, "AbiPadding", "")                                                                      \
    /* more elements than the caller's maximum */                                                            \
    X(MO_ABI_COUNT, "AbiCount", "")                                                                          \
    /* bytes after the last tail */                                                                          \
    X(MO_ABI_LEFTOVER, "AbiLeftover", "")                                                                    \
    /* a value that is not of its type: another number of members, elements or bytes (eth/abi_value.h) */    \
    X(MO_ABI_SIZE, "AbiSize", "")                                                                            \
    /* what was to be written does not fit (eth/abi_value.h) */                                              \
    X(MO_ABI_ROOM, "AbiRoom", "")

typedef enum { MO_ABI_VERDICTS(MO_VERDICT_CODE) } mo_abi_verdict_t;

const char *mo_abi_verdict_name(mo_abi_verdict_t verdict);

/* The first four bytes of keccak256 of a signature such as "transfer(address,uint256)". */
typedef struct {
    uint8_t bytes[4];
} mo_abi_selector_t;

mo_abi_selector_t mo_abi_selector(const char *signature);

/* ---- Writing ---- */

/* One open tuple or array: positions in the buffer. */
typedef struct {
    size_t base; /* where offsets count from */
    size_t next; /* the head word to be written next */
    size_t end;  /* where the head ends */
} mo_abi_frame_t;

/* Private. */
typedef struct {
    mo_buffer_t *out;
    mo_abi_frame_t frame[MO_ABI_DEPTH_MAX];
    unsigned depth; /* frame[depth] is the innermost */
} mo_abi_writer_t;

/* Starts an argument list, whose head takes `head_words` words, at the end of `out`; a selector, if there is
 * one, was put there before. `out` must outlive the writer and is not written by others meanwhile. */
mo_abi_writer_t mo_abi_writer(mo_buffer_t *out, size_t head_words);

/* Static values: one word each, in the innermost frame's head. */
void mo_abi_put_u64(mo_abi_writer_t *writer, uint64_t value);
void mo_abi_put_u256(mo_abi_writer_t *writer, mo_u256_t value);
void mo_abi_put_bool(mo_abi_writer_t *writer, bool value);
void mo_abi_put_address(mo_abi_writer_t *writer, const mo_address_t *value);
void mo_abi_put_hash(mo_abi_writer_t *writer, const mo_hash_t *value);

/* bytes1..bytes32: at most 32 bytes, at the left of their word. */
void mo_abi_put_fixed(mo_abi_writer_t *writer, mo_bytes_t value);

/* bytes or string: an offset in the head, length and padded content in the tail. */
void mo_abi_put_bytes(mo_abi_writer_t *writer, mo_bytes_t value);

/* A dynamic tuple whose members' heads take `head_words` words together. */
void mo_abi_open(mo_abi_writer_t *writer, size_t head_words);

/* A dynamic array of `count` elements with heads of `element_words` words each (1 when the elements are
 * dynamic). */
void mo_abi_open_array(mo_abi_writer_t *writer, size_t count, size_t element_words);

/* Ends the innermost tuple or array; its head must be full (our own fault otherwise, MO_CHECK). */
void mo_abi_close(mo_abi_writer_t *writer);

/* Whether all of it fitted; every frame must be closed and the outer head full (MO_CHECK). */
MO_MUST_USE bool mo_abi_written(const mo_abi_writer_t *writer);

/* ---- Reading ---- */

/* A cursor. Private but for `verdict`, the first refusal met, or MO_ABI_OK. */
typedef struct {
    mo_bytes_t bytes;
    mo_abi_frame_t frame[MO_ABI_DEPTH_MAX];
    unsigned depth;
    size_t tail; /* where the next tail must begin */
    mo_abi_verdict_t verdict;
} mo_abi_reader_t;

/* Reads `bytes` (call data without its selector, a call's result, an event's data, one topic) as an argument
 * list whose head takes `head_words` words. The bytes must outlive the reader and every view read from it. */
mo_abi_reader_t mo_abi_reader(mo_bytes_t bytes, size_t head_words);

/* The next static value. An unsigned integer of at most `bits` bits: read_uint(reader, 8) for a uint8, up to
 * 64; read_wide(reader, 96) for a uint96, up to 256. */
uint64_t mo_abi_read_uint(mo_abi_reader_t *reader, unsigned bits);
mo_u256_t mo_abi_read_wide(mo_abi_reader_t *reader, unsigned bits);

/* The same for 64 and 256 bits. */
uint64_t mo_abi_read_u64(mo_abi_reader_t *reader);
mo_u256_t mo_abi_read_u256(mo_abi_reader_t *reader);

bool mo_abi_read_bool(mo_abi_reader_t *reader);
mo_address_t mo_abi_read_address(mo_abi_reader_t *reader);
mo_hash_t mo_abi_read_hash(mo_abi_reader_t *reader);

/* bytes1..bytes32: the left `size` bytes of the word, copied to `out`; the rest must be zero. */
void mo_abi_read_fixed(mo_abi_reader_t *reader, uint8_t *out, size_t size);

/* The same as a view into the input; of zeros after a refusal. */
mo_bytes_t mo_abi_read_fixed_view(mo_abi_reader_t *reader, size_t size);

/* bytes or string; a view into the input. */
mo_bytes_t mo_abi_read_bytes(mo_abi_reader_t *reader);

/* Steps into a dynamic tuple. */
void mo_abi_enter(mo_abi_reader_t *reader, size_t head_words);

/* Steps into a dynamic array and returns the number of its elements, at most `max`; 0 after a refusal. */
size_t mo_abi_enter_array(mo_abi_reader_t *reader, size_t element_words, size_t max);

/* Steps out; every head word must have been read (our own fault otherwise, MO_CHECK, but after a refusal). */
void mo_abi_leave(mo_abi_reader_t *reader);

/* The verdict on the whole: nothing may be left. */
MO_MUST_USE mo_abi_verdict_t mo_abi_finish(mo_abi_reader_t *reader);

#endif
