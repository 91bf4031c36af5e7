/* RLP, Ethereum's serialisation, in its one canonical form.
 *
 * An item is a string of bytes or a list of items. The first byte says which, and how long:
 *
 *     00..7f            the string of that one byte                    'a'           61
 *     80..b7            a string of 0 to 55 bytes, which follow        "dog"         83 'd' 'o' 'g'
 *     b8..bf  length    a string of 56 bytes or more                   56 times 'a'  b8 38 'a' 'a' ...
 *     c0..f7            a list whose items take 0 to 55 bytes          ["cat", "a"]  c5 83 'c' 'a' 't' 61
 *     f8..ff  length    a list whose items take 56 bytes or more
 *
 * A length takes 1 to 8 bytes, big-endian, the first of them not zero.
 *
 * Hashes are taken over these bytes, so two encodings of one thing would be two identities. Hence the
 * invariant of this module: whatever the reader accepts, the writer writes back byte for byte. Every other
 * form is refused with a verdict of its own.
 *
 * Reader and writer mirror each other, and both are sticky: after the first refusal (or overflow) every
 * further call does nothing and yields zeros, so decoding reads like the schema and asks once, at the end.
 *
 *     mo_rlp_writer_t out = mo_rlp_writer(&buffer);     mo_rlp_reader_t in = mo_rlp_reader(bytes);
 *     mo_rlp_open_list(&out);                           mo_rlp_enter_list(&in);
 *     mo_rlp_put_u64(&out, nonce);                      nonce = mo_rlp_read_u64(&in);
 *     mo_rlp_put_bytes(&out, mo_hash_view(&root));      mo_rlp_read_exact(&in, root.bytes, 32);
 *     mo_rlp_close_list(&out);                          mo_rlp_leave_list(&in);
 *     if (!mo_rlp_written(&out)) ...                    verdict = mo_rlp_finish(&in);
 *
 * Limits: lists nest at most MO_RLP_DEPTH_MAX deep; lengths are those of memory. What it does not do: keep
 * anything (views borrow from the input), guess a schema, or judge values beyond their width.
 *
 * Floor 1, pure. Time is linear in the input; each list closed moves its content once.
 */
#ifndef MO_ETH_RLP_H
#define MO_ETH_RLP_H

#include "base/bytes.h"
#include "base/limits.h"
#include "base/verdict.h"
#include "eth/u256.h"

/* Verdicts, in the order in which one item is judged. Headers must be canonical (3.1); so must whatever a
 * proof hashes. */
#define MO_RLP_VERDICTS(X)                                                                                   \
    X(MO_RLP_OK, "Ok", "")                                                                                   \
    /* an item is expected and the list, or the input, has ended */                                          \
    X(MO_RLP_MISSING, "RlpMissing", "3.1")                                                                   \
    /* a length field, or what it announces, reaches past the end of the list or of the input */             \
    X(MO_RLP_TRUNCATED, "RlpTruncated", "3.1")                                                               \
    /* a length field begins with a zero byte */                                                             \
    X(MO_RLP_LENGTH_PADDED, "RlpLengthPadded", "3.1")                                                        \
    /* a length of 55 or less in the form for longer ones */                                                 \
    X(MO_RLP_LENGTH_LONG, "RlpLengthLong", "3.1")                                                            \
    /* 81 before a byte below 80, which stands for itself */                                                 \
    X(MO_RLP_BYTE_PREFIXED, "RlpBytePrefixed", "3.1")                                                        \
    /* a list where a string is expected */                                                                  \
    X(MO_RLP_NOT_STRING, "RlpNotString", "3.1")                                                              \
    /* a string where a list is expected */                                                                  \
    X(MO_RLP_NOT_LIST, "RlpNotList", "3.1")                                                                  \
    /* a string of another size than the one expected */                                                     \
    X(MO_RLP_SIZE, "RlpSize", "3.1")                                                                         \
    /* an integer with a leading zero byte; zero itself is the empty string */                               \
    X(MO_RLP_INTEGER_PADDED, "RlpIntegerPadded", "3.1")                                                      \
    /* an integer above the width asked for */                                                               \
    X(MO_RLP_INTEGER_WIDE, "RlpIntegerWide", "3.1")                                                          \
    /* lists nested deeper than MO_RLP_DEPTH_MAX */                                                          \
    X(MO_RLP_DEPTH, "RlpDepth", "3.1")                                                                       \
    /* something left where the list, or the input, should end */                                            \
    X(MO_RLP_LEFTOVER, "RlpLeftover", "3.1")

typedef enum { MO_RLP_VERDICTS(MO_VERDICT_CODE) } mo_rlp_verdict_t;

/* "RlpTruncated"; a literal. */
const char *mo_rlp_verdict_name(mo_rlp_verdict_t verdict);

/* "3.1", or "" for MO_RLP_OK; a literal. */
const char *mo_rlp_verdict_clause(mo_rlp_verdict_t verdict);

/* ---- Items ---- */

typedef enum { MO_RLP_STRING, MO_RLP_LIST } mo_rlp_kind_t;

/* One item, borrowed from the input. For the string "dog": payload `dog`, whole `83 dog`. */
typedef struct {
    mo_rlp_kind_t kind;
    mo_bytes_t payload; /* a string's bytes, or a list's items one after the other */
    mo_bytes_t whole;   /* the payload with its prefix */
} mo_rlp_item_t;

/* Whether `bytes` is exactly one canonical item, down to the innermost string. */
MO_MUST_USE mo_rlp_verdict_t mo_rlp_check(mo_bytes_t bytes);

/* ---- Reading ---- */

/* A cursor over items. Private but for `verdict`: the first refusal, or MO_RLP_OK. Copying it forks it. */
typedef struct {
    const uint8_t *next;                      /* the first byte not yet read */
    const uint8_t *end[MO_RLP_DEPTH_MAX + 1]; /* where each open list ends; end[0] is that of the input */
    unsigned depth;                           /* lists open */
    mo_rlp_verdict_t verdict;
} mo_rlp_reader_t;

/* A reader at the first of the items that stand in `bytes`, usually one. The bytes must outlive it. */
mo_rlp_reader_t mo_rlp_reader(mo_bytes_t bytes);

/* Whether another item follows in the innermost open list (or in the input); false after a refusal. */
MO_MUST_USE bool mo_rlp_more(const mo_rlp_reader_t *in);

/* The next item, of either kind. Of a list only the prefix is judged: its items are judged when they are
 * read, or all at once by mo_rlp_check(item.whole). An empty string after a refusal. */
mo_rlp_item_t mo_rlp_read_item(mo_rlp_reader_t *in);

/* The next item, which must be a string; empty after a refusal. */
mo_bytes_t mo_rlp_read_bytes(mo_rlp_reader_t *in);

/* The next item, a string of exactly `size` bytes, copied to `out`; zeros after a refusal. */
void mo_rlp_read_exact(mo_rlp_reader_t *in, uint8_t *out, size_t size);

/* The next item, an integer: minimal big-endian bytes, the empty string for 0. 0 after a refusal. */
uint64_t mo_rlp_read_u64(mo_rlp_reader_t *in);
mo_u256_t mo_rlp_read_u256(mo_rlp_reader_t *in);

/* Steps into the next item, which must be a list; what is read until mo_rlp_leave_list are its items. */
void mo_rlp_enter_list(mo_rlp_reader_t *in);

/* Steps out of the innermost open list, all of whose items must have been read. */
void mo_rlp_leave_list(mo_rlp_reader_t *in);

/* The verdict on the whole: nothing may be left, and every list entered must have been left (our own fault
 * otherwise, MO_CHECK). */
MO_MUST_USE mo_rlp_verdict_t mo_rlp_finish(mo_rlp_reader_t *in);

/* ---- Writing ---- */

/* Writes items to the end of a buffer. Private. */
typedef struct {
    mo_buffer_t *out;
    size_t start[MO_RLP_DEPTH_MAX]; /* where the items of each open list begin */
    unsigned depth;
} mo_rlp_writer_t;

/* A writer that appends to `out`, which must outlive it and is not written by others meanwhile. */
mo_rlp_writer_t mo_rlp_writer(mo_buffer_t *out);

/* A string. */
void mo_rlp_put_bytes(mo_rlp_writer_t *writer, mo_bytes_t bytes);

/* An integer in its minimal form. */
void mo_rlp_put_u64(mo_rlp_writer_t *writer, uint64_t value);
void mo_rlp_put_u256(mo_rlp_writer_t *writer, mo_u256_t value);

/* Items that are encoded already, as they are. */
void mo_rlp_put_raw(mo_rlp_writer_t *writer, mo_bytes_t encoded);

/* What is put until the matching close becomes the items of one list. Nesting deeper than MO_RLP_DEPTH_MAX,
 * or a close without an open, is our own fault (MO_CHECK). */
void mo_rlp_open_list(mo_rlp_writer_t *writer);
void mo_rlp_close_list(mo_rlp_writer_t *writer);

/* One byte, and up to 8 of length. */
#define MO_RLP_PREFIX_BYTES_MAX 9

/* The bare prefix of a list, or of a string that is not one byte below 80, with `length` bytes behind it: for
 * who hashes an item piece by piece. Returns the prefix's own size. */
size_t mo_rlp_prefix(mo_rlp_kind_t kind, size_t length, uint8_t prefix[MO_RLP_PREFIX_BYTES_MAX]);

/* Whether all of it fitted; every list must be closed (MO_CHECK). */
MO_MUST_USE bool mo_rlp_written(const mo_rlp_writer_t *writer);

#endif
