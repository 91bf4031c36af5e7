/* The votes' guard: no signature of a vote exists outside before it is on disk, and none that could be slashed exists at
 * all.
 *
 *     mo_guard_sign(store, request, key)
 *        |  same vote signed before?      -> the same signature again
 *        |  breaks 2.3 or 2.7?            -> refused, nothing is signed
 *        |  sign, write, fsync            -> failed? nothing leaves
 *        v
 *     signature
 *
 * It is the last line of defence and knows nothing but its own record: whatever the role, its state or the node's
 * chain say, a vote is refused that is not above every earlier target, or whose source is below an earlier source, of
 * the same signer and chain (2.7), or that forms any of the three offences with any recorded vote (2.3). Both rules are
 * those of rules/vote.h; the offences are refused once more by triggers of the database itself (store/schema.c).
 *
 * The record is kept apart by core, and a core is named by more than its address (5.7): by the hash of origin's first
 * block, the core's address and its setupHash, because devnets repeat chain ids and addresses. Votes of a file from
 * before cores were told apart count for every core until mo_guard_know finds out whose they are.
 *
 * A watermark stands for votes of which only the heights are known (an import, store/guard_merge.h): no target at or
 * below it, and no source at or below it, for which transition was signed for that source nobody can tell.
 *
 * What it does not do: say whether a vote is true (2.6, 2.8), or know votes that another instance with the same key
 * has signed. That is why the store has a lock, and why a lost store is not to be replaced by an empty one.
 *
 * Floor 5.
 */
#ifndef MO_STORE_GUARD_H
#define MO_STORE_GUARD_H

#include "eth/secp.h"
#include "rules/types.h"
#include "store/store.h"

/* A verdict on a vote to be signed, in the order of the checks. X(code, name, clause) */
#define MO_GUARD_VERDICTS(X)                                                                                           \
    X(SIGNED, "signed", "2.7")                                                                                         \
    X(SIGNED_BEFORE, "the same vote was signed before", "2.3")                                                         \
    X(NO_LINK, "target is not above its own source", "2.2")                                                            \
    X(TARGET_NOT_ABOVE, "target is not above every earlier target", "2.7")                                             \
    X(SOURCE_BELOW, "source is below an earlier source", "2.7")                                                        \
    X(OTHER_SOURCE, "another source at the height of an earlier one", "2.7")                                           \
    X(OTHER_TRANSITION, "another transition for an earlier source", "2.3 (3)")                                         \
    X(OFFENCE_TARGET, "two votes for one target height", "2.3 (1)")                                                    \
    X(OFFENCE_SURROUND, "one vote surrounds another", "2.3 (2)")                                                           \
    X(OFFENCE_TRANSITION, "two transitions for one source", "2.3 (3)")                                                 \
    X(TARGET_BELOW_WATERMARK, "target is not above the watermark", "2.7")                                              \
    X(SOURCE_BELOW_WATERMARK, "source is not above the watermark", "2.7")

typedef enum {
#define X(code, name, clause) MO_GUARD_##code,
    MO_GUARD_VERDICTS(X)
#undef X
} mo_guard_verdict_t;

/* The words of a verdict, with its clause. */
const char *mo_guard_verdict_name(mo_guard_verdict_t verdict);

/* What names a core for ever (5.7). */
typedef struct {
    uint64_t origin_chain_id;
    mo_hash_t origin_genesis; /* hash of origin's block 0 */
    mo_address_t core;
    mo_hash_t setup_hash; /* (1.3) */
} mo_guard_core_t;

/* Its name in one word: keccak256(origin_genesis | core | setup_hash). */
mo_hash_t mo_guard_core_id(const mo_guard_core_t *core);

/* Whose votes, of which core, about which chain: what one record is about. */
typedef struct {
    mo_address_t signer; /* of the key; records of several keys do not mix */
    mo_hash_t core;      /* mo_guard_core_id */
    mo_hash_t chain;     /* (1.3) */
} mo_guard_scope_t;

typedef struct {
    mo_address_t signer;
    mo_hash_t core;   /* mo_guard_core_id */
    mo_hash_t domain; /* the core's EIP-712 domain separator (1.2) */
    mo_vote_t vote;
} mo_guard_request_t;

/* A recorded vote. */
typedef struct {
    mo_vote_t vote;
    mo_hash_t struct_hash;
    mo_hash_t digest;
    mo_signature_t signature; /* EIP-2098 (1.4) */
} mo_guard_record_t;

/* Makes a signature over a digest; false when it cannot. */
typedef bool mo_guard_signer_t(void *context, const mo_hash_t *digest, mo_signature_t *signature);

/* The signer whose context is a `mo_secp_key_t *` in memory. */
bool mo_guard_key_signer(void *key, const mo_hash_t *digest, mo_signature_t *signature);

/* Signs a vote, or gives back the signature it has. Out: *verdict; `record` on MO_GUARD_SIGNED and SIGNED_BEFORE, zero
 * otherwise. The error is of the disk or the signer; a refusal is no error. */
MO_MUST_USE mo_err_t mo_guard_sign(mo_store_t *store, const mo_guard_request_t *request, mo_guard_signer_t *sign,
                                   void *context, mo_guard_verdict_t *verdict, mo_guard_record_t *record);

/* Makes a core known, and gives it those votes of nobody's that are signed under its domain. Out: *stranger, whether the
 * store holds votes, or a watermark, of `signer` for another core of the same chain id and address: the node is of another
 * chain than it was, or this is another devnet with an old store. */
MO_MUST_USE mo_err_t mo_guard_know(mo_store_t *store, const mo_guard_core_t *core, const mo_address_t *signer,
                                   bool *stranger);

/* The vote that was given for a target height. Out: *found. */
MO_MUST_USE mo_err_t mo_guard_find(mo_store_t *store, const mo_guard_scope_t *scope, mo_height_t target,
                                   mo_guard_record_t *record, bool *found);

/* The highest target and source that were ever signed, by the recorded votes and by the watermark; 0 and false when there
 * are none. */
typedef struct {
    bool any;
    mo_height_t target;
    mo_height_t source;
    bool watermark;
    mo_height_t watermark_target;
    mo_height_t watermark_source;
} mo_guard_mark_t;

MO_MUST_USE mo_err_t mo_guard_mark(mo_store_t *store, const mo_guard_scope_t *scope, mo_guard_mark_t *mark);

#endif
