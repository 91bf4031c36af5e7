/* The signer: the key of votes and the guard that watches it, in this process or in one of its own.
 *
 *     validator ---- mo_signer_ask ----+--> mo_signer_answer(store, key)              in process
 *                                      |
 *                                      +--> socket --> mosaic signer --> mo_signer_answer(store, key)
 *
 * One function answers, whichever way the question came, so the rules cannot differ. A process of its own holds the key
 * and the guard's store where the validator that speaks to strangers' nodes cannot reach them; the socket is a file of
 * mode 0600, one validator speaks at a time.
 *
 * Killed at any moment, on either side, no two different votes result: the record is on disk before the answer leaves,
 * and the same question gets the same answer.
 *
 * The signer computes the core's id and its domain itself, from the one core that it was told of since the connection
 * began (5.7), and refuses a core whose chain id and address are another known one's.
 *
 * Floor 6.
 */
#ifndef MO_NODE_SIGNER_H
#define MO_NODE_SIGNER_H

#include <signal.h>

#include "node/signer_wire.h"
#include "store/guard.h"

/* What answers: a store, a key, and what this connection has said. */
typedef struct {
    mo_store_t *store; /* borrowed */
    mo_secp_key_t key; /* the owner wipes it */
    mo_address_t address;
    bool core_known;
    mo_hash_t core;
    mo_hash_t domain;
} mo_signer_guard_t;

/* Answers one request. Errors become MO_SIGNER_FAILED. */
void mo_signer_answer(mo_signer_guard_t *guard, const mo_signer_request_t *request, mo_signer_reply_t *reply);

typedef struct mo_signer mo_signer_t;

/* In this process. Out: *signer, or NULL. */
MO_MUST_USE mo_err_t mo_signer_open(mo_signer_t **signer, mo_store_t *store, const mo_secp_key_t *key);

/* In another one, behind a socket. Transient when nobody listens there; a connection that ends is made anew by the next
 * question, which is then asked again. */
MO_MUST_USE mo_err_t mo_signer_connect(mo_signer_t **signer, const char *path);

/* Wipes the key; NULL is allowed. */
void mo_signer_close(mo_signer_t *signer);

/* Whose votes it signs. */
mo_address_t mo_signer_address(const mo_signer_t *signer);

/* Names the core that every later question is about. MO_ERR_REFUSED when the record is of a stranger (store/guard.h). */
MO_MUST_USE mo_err_t mo_signer_know(mo_signer_t *signer, const mo_guard_core_t *core);

/* As of store/guard.h, of the core that is known. */
MO_MUST_USE mo_err_t mo_signer_mark(mo_signer_t *signer, const mo_hash_t *chain, mo_guard_mark_t *mark);
MO_MUST_USE mo_err_t mo_signer_find(mo_signer_t *signer, const mo_hash_t *chain, mo_height_t target,
                                    mo_guard_record_t *record, bool *found);
MO_MUST_USE mo_err_t mo_signer_vote(mo_signer_t *signer, const mo_vote_t *vote, mo_guard_verdict_t *verdict,
                                    mo_guard_record_t *record);

/* Listens at `path` until *stop: one connection after the other. A socket that is left there from before is replaced,
 * any other file is not. */
MO_MUST_USE mo_err_t mo_signer_serve(mo_signer_guard_t *guard, const char *path, const volatile sig_atomic_t *stop);

#endif
