/* The set of validators as weights over kernels: F_v(k), and the totals F(k) (5.3).
 *
 * F_v(k) is v's weight from kernel K_k on, changed only by K_k's update of v. Kernel n is tallied by two
 * sets, counted apart: forward(n) weighs by F(n), rear(n) by F(n-1). So forward(n) = rear(n+1), weights
 * included: the stitching.
 *
 *     kernel            1 (founders)   2          3           4
 *     v0 joins at 1     F=10           10         10          10
 *     v1 joins at 2                    F=7        7           0  (logout at 4)
 *     total F(k)        10             17         17          10
 *     forward(3) weighs by F(3), rear(3) by F(2); founders: F(0) = F(1)
 *
 * One validator is one slot, as the contracts keep it: weight, the weight before, the kernel that changed it.
 * Since updates of one validator are at least two heights apart, or end it (5.4: checked here), the slot
 * answers F_v(k) for the newest kernel written and the two below it; the totals are kept for four heights, k
 * % 4. So kernels `written` and `written - 1` can be tallied, and no other: asking for one is refused, as the
 * answer would be wrong. Indices are given in the order in which joins are carried and never reused (5.1).
 *
 * A slashed validator (theta = 0) contributes nothing at any height at once; the totals stay until a kernel
 * carries the slash (5.3). What they hold of slashed validators is the slashed sum D(k); once D is a third of
 * a set, +2/3 of it is out of reach for ever (4.5):
 *
 *     kernel            3     4 (open)   5           v1 slashed while K_4 is open, carried by K_5
 *     total F(k)        40    40         30
 *     D(k)              10    10         0           at 5 it still counts in the rear set, F(4)
 *
 * Holds no pointers: a copy is a snapshot. Floor 2. Pure; no allocation.
 */
#ifndef MO_RULES_VALIDATORS_H
#define MO_RULES_VALIDATORS_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/verdict.h"
#include "rules/limits.h"
#include "rules/seal.h"
#include "rules/types.h"

typedef struct {
    mo_address_t signer;
    uint32_t weight;     /* F_v(k) for k >= changed_at */
    uint32_t previous;   /* F_v(changed_at - 1) */
    uint64_t changed_at; /* the kernel that wrote `weight` */
    bool slashed;        /* theta = 0, for ever */
} mo_validator_t;

typedef struct {
    mo_validator_t at[MO_VALIDATORS_MAX]; /* by index */
    uint32_t count;                       /* indices given so far */
    mo_height_t written;                  /* the newest kernel applied; 0 before the founders */
    mo_weight_t totals[4];                /* F(k) at k % 4 */
    mo_weight_t slashed_sums[4];          /* D(k) at k % 4, exact for `written` and the one before */
} mo_validators_t;

/* Why a kernel's updates cannot be applied, or a seal cannot be tallied; in the order of the checks. */
#define MO_SET_VERDICTS(X)                                                                                   \
    X(MO_SET_ACCEPTED, "Accepted", "5.3")                                                                    \
    X(MO_SET_KERNEL_HEIGHT_MISMATCH, "KernelHeightMismatch", "5.6")                                          \
    X(MO_SET_TOO_MANY_UPDATES, "TooManyUpdates", "5.4")                                                      \
    /* per update; K_1 has joins only */                                                                     \
    X(MO_SET_UPDATE_KIND_INVALID, "UpdateKindInvalid", "1.3")                                                \
    /* 2^32 or more, or not zero for a logout or a slash */                                                  \
    X(MO_SET_UPDATE_WEIGHT_INVALID, "UpdateWeightInvalid", "5.2")                                            \
    /* a join of a signer that has an index, or of the zero address */                                       \
    X(MO_SET_SIGNER_INVALID, "SignerInvalid", "1.3")                                                         \
    X(MO_SET_SIGNER_UNKNOWN, "SignerUnknown", "5.4")                                                         \
    /* one update a kernel, two heights apart but for a slash: the slot would answer wrongly */              \
    X(MO_SET_UPDATED_TOO_SOON, "UpdatedTooSoon", "5.4")                                                      \
    /* MO_VALIDATORS_MAX */                                                                                  \
    X(MO_SET_FULL, "Full", "5.1")                                                                            \
    /* tally, in the order of Registry.tally */                                                              \
    X(MO_SET_HEIGHT_NOT_TALLIED, "HeightNotTallied", "5.3")                                                  \
    X(MO_SET_SEAL_SCHEME_UNKNOWN, "SealSchemeUnknown", "0.2")                                                \
    X(MO_SET_SEAL_LENGTH_INVALID, "SealLengthInvalid", "0.2")                                                \
    /* per record */                                                                                         \
    X(MO_SET_SEAL_NOT_ASCENDING, "SealNotAscending", "4.3")                                                  \
    X(MO_SET_INDEX_UNASSIGNED, "IndexUnassigned", "4.3")                                                     \
    X(MO_SET_SEAL_SIGNATURE_INVALID, "SealSignatureInvalid", "1.4")

typedef enum { MO_SET_VERDICTS(MO_VERDICT_CODE) } mo_set_verdict_t;

/* Weights of both sets, counted apart. */
typedef struct {
    mo_weight_t forward;
    mo_weight_t forward_total;
    mo_weight_t rear;
    mo_weight_t rear_total;
} mo_tally_t;

/* The set before any kernel: nobody. */
void mo_rules_validators_clear(mo_validators_t *set);

/* Applies a kernel's updates, all or none. Height 1 founds the set (joins only, F(0) = F(1)); any other
 * height is the newest one plus 1. */
MO_MUST_USE mo_set_verdict_t mo_rules_validators_apply(mo_validators_t *set, const mo_kernel_t *kernel);

/* The checks of mo_rules_validators_apply alone. */
MO_MUST_USE mo_set_verdict_t mo_rules_validators_check_kernel(const mo_validators_t *set,
                                                              const mo_kernel_t *kernel);

/* Whether kernel m can be tallied: it is the newest written or the one before, and m >= 1. */
bool mo_rules_validators_tallies(const mo_validators_t *set, mo_height_t m);

/* F_v(k) for k in {written - 2 .. written}; 0 when slashed or never joined. */
mo_weight_t mo_rules_validators_weight(const mo_validators_t *set, uint32_t index, mo_height_t k);

/* F(k) for k in {written - 2 .. written}. */
mo_weight_t mo_rules_validators_total(const mo_validators_t *set, mo_height_t k);

/* Index of a signer; false, and *index 0, when it never joined. Linear in the set. */
bool mo_rules_validators_find(const mo_validators_t *set, const mo_address_t *signer, uint32_t *index);

/* Theta = 0 at once, and what kernels carried for it counts in the slashed sums (2.3, 4.5); nothing more the second
 * time. index < count. */
void mo_rules_validators_slash(mo_validators_t *set, uint32_t index);

/* D(k) for k in {written - 1, written}: the part of F(k) that belongs to slashed validators. */
mo_weight_t mo_rules_validators_slashed_sum(const mo_validators_t *set, mo_height_t k);

/* Whether a third or more of F(written) or of F(written - 1) is slashed: a core with that kernel open halts
 * (4.5). False before the founders. */
bool mo_rules_validators_slashed_third(const mo_validators_t *set);

/* Whether the record's signature over `digest` is that of the validator at its index: low s, of a point of
 * the curve, by its signer (1.4). index < count. 31 us: one public key recovery. */
bool mo_rules_validators_signed(const mo_validators_t *set, const mo_hash_t *digest,
                                const mo_seal_record_t *record);

/* What a validator adds to a link or seal that kernel m tallies: F_v(m) and F_v(m-1); totals are those of the
 * sets. */
mo_tally_t mo_rules_validators_share(const mo_validators_t *set, uint32_t index, mo_height_t m);

/* Weighs a seal over `digest` by kernel m (4.3): every signature is checked. *tally is zero on failure. The
 * quorum is the caller's question: mo_rules_tally_quorum. */
MO_MUST_USE mo_set_verdict_t mo_rules_validators_tally(const mo_validators_t *set, mo_height_t m,
                                                       const mo_hash_t *digest, mo_bytes_t seal,
                                                       mo_tally_t *tally);

/* +2/3 in both sets. */
bool mo_rules_tally_quorum(const mo_tally_t *tally);

const char *mo_rules_set_verdict_name(mo_set_verdict_t verdict);

#endif
