/* What a validator and its signer say to each other, in frames over a Unix socket.
 *
 *     frame     size uint16 big-endian (of what follows) | kind uint8 | fields in order, fixed sizes, big-endian
 *
 *     HELLO     version                                  ->  address
 *     KNOW      the core's identity (5.7)                ->  stranger
 *     MARK      chain                                    ->  mark
 *     FIND      chain, target height                     ->  found, record
 *     SIGN      vote                                     ->  verdict, record
 *
 * A request never names a core or a domain but in KNOW: the signer computes both itself, so that no vote can be signed
 * under one core's domain and recorded under another's. A reply is its request's kind and the fields on the right, or
 * MO_SIGNER_FAILED with the error's class and text.
 *
 * Both decoders take bytes of anybody: a frame of another size than its kind has, an unknown kind, a flag that is
 * neither 0 nor 1 are refused. Floor 6. Pure.
 */
#ifndef MO_NODE_SIGNER_WIRE_H
#define MO_NODE_SIGNER_WIRE_H

#include "store/guard.h"

#define MO_SIGNER_VERSION 1

/* kind, verdict, vote (4 * 32 + 2 * 8), struct hash, digest, signature (64): 274; an error's text 1 + 1 + 240. */
#define MO_SIGNER_BODY_MAX  320
#define MO_SIGNER_FRAME_MAX (2 + MO_SIGNER_BODY_MAX)

typedef enum {
    MO_SIGNER_HELLO = 1,
    MO_SIGNER_KNOW,
    MO_SIGNER_MARK,
    MO_SIGNER_FIND,
    MO_SIGNER_SIGN,
    MO_SIGNER_FAILED, /* of a reply only */
} mo_signer_kind_t;

typedef struct {
    mo_signer_kind_t kind;
    uint8_t version;      /* HELLO */
    mo_guard_core_t core; /* KNOW */
    mo_hash_t chain;      /* MARK, FIND */
    mo_height_t target;   /* FIND */
    mo_vote_t vote;       /* SIGN */
} mo_signer_request_t;

typedef struct {
    mo_signer_kind_t kind;
    mo_address_t address;       /* HELLO */
    bool stranger;              /* KNOW */
    mo_guard_mark_t mark;       /* MARK */
    bool found;                 /* FIND */
    mo_guard_verdict_t verdict; /* SIGN */
    mo_guard_record_t record;   /* FIND, SIGN: zero when there is none */
    mo_err_t err;               /* FAILED */
} mo_signer_reply_t;

/* The frame, size first, into an empty buffer of MO_SIGNER_FRAME_MAX. */
void mo_signer_request_encode(const mo_signer_request_t *request, mo_buffer_t *out);
void mo_signer_reply_encode(const mo_signer_reply_t *reply, mo_buffer_t *out);

/* From a frame's body, without its size. False, and zero, when it is not of the form. */
MO_MUST_USE bool mo_signer_request_decode(mo_bytes_t body, mo_signer_request_t *request);
MO_MUST_USE bool mo_signer_reply_decode(mo_bytes_t body, mo_signer_reply_t *reply);

#endif
