/* Votes: what a validator signs, what it may never sign twice, and how it keeps itself from doing so.
 *
 * A vote is a link between two checkpoints of one chain, source -> target, under the transition of its source
 * (2.2). Drawn over checkpoint heights, the two offences between links look like this (2.3):
 *
 *     (1) TARGET             (2) SURROUND                    (3) TRANSITION
 *
 *     1   2   3   4          1   2   3   4                   1   2   3   4
 *     o-------+              o-----------+   outer           o---+           under T
 *         o---+                  o---+       inner           o-------+       under another T
 *     one target height      h_s1 < h_s2 < h_t2 < h_t1       one source, two transitions
 *
 * Two votes can only offend together when they are about the same chain and are different votes: their struct
 * hashes differ. One vote signed twice (another nonce, high s) is no offence. Either order of the two gives
 * the same answer. Two votes that break several conditions give the first of the list: TARGET, SURROUND,
 * TRANSITION.
 *
 * The signer's own rule (2.7) is stricter and needs one mark per chain instead of all votes ever signed: each
 * target above every earlier target, each source not below any earlier source. Together with one more line (a
 * source at the mark's height must be the mark's source, under the mark's transition) no two votes that pass
 * it ever offend, if each vote's heights are those of its blocks, which a signer checks first (2.2); the test
 * shows that over every sequence of votes of a small world.
 *
 *     mark: source 3, target 5          vote 3 -> 6, 4 -> 6, 5 -> 9 allowed; 2 -> 6, 4 -> 5, 1 -> 2 refused
 *
 * What this module does not do: it knows no chain, no block and no signature; whether a link is valid where
 * it is recorded is rules/poll.h. It keeps nothing: the caller makes the new mark durable before the
 * signature is made.
 *
 * Floor 2. Pure; no allocation.
 */
#ifndef MO_RULES_VOTE_H
#define MO_RULES_VOTE_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/verdict.h"
#include "rules/types.h"

/* What two votes of one validator prove against it, in the order of 2.3. The number is the condition's
 * number. */
#define MO_OFFENCES(X)                                                                                       \
    X(MO_OFFENCE_NONE, "None", "2.3")                                                                        \
    X(MO_OFFENCE_TARGET, "Target", "2.3 (1)")                                                                \
    X(MO_OFFENCE_SURROUND, "Surround", "2.3 (2)")                                                            \
    X(MO_OFFENCE_TRANSITION, "Transition", "2.3 (3)")

typedef enum { MO_OFFENCES(MO_VERDICT_CODE) } mo_offence_t;

/* Whether a signer may sign, in the order of the checks (2.7). */
#define MO_SIGN_VERDICTS(X)                                                                                  \
    X(MO_SIGN_ALLOWED, "Allowed", "2.7")                                                                     \
    X(MO_SIGN_TARGET_NOT_ABOVE_SOURCE, "TargetNotAboveSource", "2.2")                                        \
    X(MO_SIGN_OTHER_CHAIN, "OtherChain", "2.7")                                                              \
    X(MO_SIGN_TARGET_NOT_ABOVE_EARLIER, "TargetNotAboveEarlier", "2.7")                                      \
    X(MO_SIGN_SOURCE_BELOW_EARLIER, "SourceBelowEarlier", "2.7")                                             \
    X(MO_SIGN_OTHER_SOURCE, "OtherSource", "2.7")                                                            \
    X(MO_SIGN_OTHER_TRANSITION, "OtherTransition", "2.3 (3)")

typedef enum { MO_SIGN_VERDICTS(MO_VERDICT_CODE) } mo_sign_verdict_t;

/* All that a signer remembers about one chain: its last vote there, which by the rule has the highest source
 * and the highest target of all. `signed_any` false: it never voted about this chain, and the rest is not
 * read. */
typedef struct {
    bool signed_any;
    mo_vote_t last;
} mo_vote_mark_t;

/* The EIP-712 struct hash of a vote (1.3); also called the link's hash. */
mo_hash_t mo_rules_vote_hash(const mo_vote_t *vote);

/* What is signed: keccak256(0x1901 | domain | struct hash), `domain` by mo_rules_domain (1.2). */
mo_hash_t mo_rules_vote_digest(const mo_hash_t *domain, const mo_vote_t *vote);

/* Same content, field by field; equal votes have equal struct hashes. */
bool mo_rules_vote_equal(const mo_vote_t *a, const mo_vote_t *b);

/* What two votes prove against one validator that signed both (2.3). Symmetric. The caller has checked that
 * one key signed both and that `chain` is one that its core knows. */
mo_offence_t mo_rules_vote_offence(const mo_vote_t *a, const mo_vote_t *b);

/* Whether a signer whose mark for the vote's chain is `mark` may sign `vote` (2.7). Signing the very last
 * vote again is harmless and yet refused here: a guard hands out the signature that it kept. */
MO_MUST_USE mo_sign_verdict_t mo_rules_vote_may_sign(const mo_vote_mark_t *mark, const mo_vote_t *vote);

/* The mark after `vote` has been signed. Only for a vote that mo_rules_vote_may_sign allowed. */
mo_vote_mark_t mo_rules_vote_mark(const mo_vote_t *vote);

const char *mo_rules_offence_name(mo_offence_t offence);
const char *mo_rules_sign_verdict_name(mo_sign_verdict_t verdict);

#endif
