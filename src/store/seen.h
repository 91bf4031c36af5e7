/* Votes that a watcher has seen, for ever: those of branches that are gone, of transactions that nobody shows again, and
 * those that the role, whose memory is bounded, has forgotten (2.3).
 *
 *     mo_seen_open   -- one transaction --   mo_seen_add, as often as wanted   --   mo_seen_close
 *
 * mo_seen_add keeps a vote and gives a recorded one of the same signer and chain that it offends with. A vote that is known
 * was compared when it came: it is answered without a search. What is compared is of one core (the caller's name for it:
 * chain ids and addresses repeat from one devnet to the next).
 *
 * Heights are kept as 8 bytes, big-endian: a vote may name any. Floor 5.
 */
#ifndef MO_STORE_SEEN_H
#define MO_STORE_SEEN_H

#include "eth/secp.h"
#include "rules/vote.h"
#include "store/store.h"

/* A vote, whose it is, and for which core. The caller has checked the signature, or a contract has. */
typedef struct {
    mo_hash_t core;
    mo_address_t signer;
    mo_vote_t vote;
    mo_signature_t signature;
} mo_seen_vote_t;

MO_MUST_USE mo_err_t mo_seen_open(mo_store_t *store);

/* Commits when `err` is none, and gives it back. */
MO_MUST_USE mo_err_t mo_seen_close(mo_store_t *store, mo_err_t err);

/* Out: *offends, and then *other, the first that was found. */
MO_MUST_USE mo_err_t mo_seen_add(mo_store_t *store, const mo_seen_vote_t *seen, mo_seen_vote_t *other, bool *offends);

#endif
