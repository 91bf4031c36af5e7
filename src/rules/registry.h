/* The registry on origin: stakes, keys, the queues of updates, offences and the inactivity leak (5).
 *
 *     none -> queued -> active -> leaving -> released -> withdrawn
 *                 \         \          \________\______
 *                  cancelled  `----> leaving (leak)     `-> slashed, from queued on and until withdrawal
 *
 * Operations on the state of rules/origin.h, with the checks of Registry.sol's functions in their order; verdicts in the
 * names and the order of its custom errors. What moves the set is not here: kernels carry the queues when the core opens
 * or commits (rules/origin.h), by U at a time (5.4):
 *
 *     slash, logout, weight, join:   head [3] <-> [5] <-> [9] tail      taken from the head; what must wait goes to the
 *                                                                       tail and is not examined again for this kernel
 *
 * What it does not do: GasTooLow, TokenMoveInexact, a foreign reputation (rules/reputation.h).
 *
 * Floor 2. Pure; no allocation.
 */
#ifndef MO_RULES_REGISTRY_H
#define MO_RULES_REGISTRY_H

#include "base/bytes.h"
#include "base/verdict.h"
#include "eth/secp.h"
#include "rules/evidence.h"
#include "rules/origin.h"

#define MO_REGISTRY_VERDICTS(X)                                                                              \
    X(MO_REGISTRY_ACCEPTED, "Accepted", "5.1")                                                               \
    /* deposit */                                                                                            \
    X(MO_REGISTRY_CORE_IS_HALTED, "CoreIsHalted", "4.5")                                                     \
    X(MO_REGISTRY_KEY_NOT_ON_CURVE, "KeyNotOnCurve", "5.1")                                                  \
    X(MO_REGISTRY_SIGNER_KNOWN, "SignerKnown", "1.3")                                                        \
    X(MO_REGISTRY_WITHDRAWAL_ADDRESS_ZERO, "WithdrawalAddressZero", "5.1")                                   \
    X(MO_REGISTRY_STAKE_TOO_SMALL, "StakeTooSmall", "5.1")                                                   \
    X(MO_REGISTRY_STAKE_TOO_LARGE, "StakeTooLarge", "5.2")                                                   \
    X(MO_REGISTRY_SIGNATURE_LENGTH_INVALID, "SignatureLengthInvalid", "1.4")                                 \
    X(MO_REGISTRY_SIGNATURE_INVALID, "SignatureInvalid", "1.4")                                              \
    X(MO_REGISTRY_SIGNER_MISMATCH, "SignerMismatch", "5.1")                                                  \
    /* cancel, logout, release, withdraw, refresh */                                                         \
    X(MO_REGISTRY_NOT_WITHDRAWAL_ADDRESS, "NotWithdrawalAddress", "5.1")                                     \
    X(MO_REGISTRY_HAND_OVER_PENDING, "HandOverPending", "5.1")                                               \
    X(MO_REGISTRY_STATE_INVALID, "StateInvalid", "5.1")                                                      \
    X(MO_REGISTRY_CORE_NOT_OPEN, "CoreNotOpen", "5.1")                                                       \
    X(MO_REGISTRY_WITHDRAWAL_DELAYED, "WithdrawalDelayed", "5.1")                                            \
    X(MO_REGISTRY_UPDATE_WAITING, "UpdateWaiting", "5.4")                                                    \
    X(MO_REGISTRY_WEIGHT_UNCHANGED, "WeightUnchanged", "5.2")                                                \
    /* slash: the evidence, then SignatureInvalid, SignersDiffer, StateInvalid */                            \
    X(MO_REGISTRY_CHAINS_DIFFER, "ChainsDiffer", "2.3")                                                      \
    X(MO_REGISTRY_CHAIN_FOREIGN, "ChainForeign", "2.3")                                                      \
    X(MO_REGISTRY_VOTES_EQUAL, "VotesEqual", "2.3")                                                          \
    X(MO_REGISTRY_NO_OFFENCE, "NoOffence", "2.3")                                                            \
    X(MO_REGISTRY_SIGNERS_DIFFER, "SignersDiffer", "2.3")                                                    \
    /* present */                                                                                            \
    X(MO_REGISTRY_HEIGHT_NOT_COMMITTED_LAST, "HeightNotCommittedLast", "5.5")                                \
    X(MO_REGISTRY_RECORDS_LENGTH_INVALID, "RecordsLengthInvalid", "5.5")                                     \
    X(MO_REGISTRY_VOTE_CHAIN_MISMATCH, "VoteChainMismatch", "5.5")                                           \
    X(MO_REGISTRY_VOTE_TARGET_MISMATCH, "VoteTargetMismatch", "5.5")                                         \
    X(MO_REGISTRY_INDEX_UNASSIGNED, "IndexUnassigned", "5.5")                                                \
    X(MO_REGISTRY_SEAL_SIGNATURE_INVALID, "SealSignatureInvalid", "1.4")                                     \
    X(MO_REGISTRY_WEIGHTLESS, "Weightless", "5.5")                                                           \
    /* leak: StateInvalid, CoreNotOpen, then */                                                              \
    X(MO_REGISTRY_JOINED_TOO_LATE, "JoinedTooLate", "5.5")                                                   \
    X(MO_REGISTRY_PRESENT_SINCE, "PresentSince", "5.5")                                                      \
    X(MO_REGISTRY_LEAKED_SINCE, "LeakedSince", "5.5")                                                        \
    X(MO_REGISTRY_PREIMAGE_COUNT_INVALID, "PreimageCountInvalid", "5.5")                                     \
    X(MO_REGISTRY_ROLL_MISMATCH, "RollMismatch", "5.5")                                                      \
    X(MO_REGISTRY_SIGNED_THEN, "SignedThen", "5.5")                                                          \
    /* veto: SignatureLengthInvalid to SignerMismatch, StateInvalid, CoreNotOpen, Weightless between them */ \
    X(MO_REGISTRY_GATEWAY_ZERO, "GatewayZero", "gateway 7.5")                                                \
    X(MO_REGISTRY_GATEWAY_VETOED, "GatewayVetoed", "gateway 7.5")                                            \
    /* collect */                                                                                            \
    X(MO_REGISTRY_NO_CREDIT, "NoCredit", "2.3")                                                              \
    /* a table of rules/limits.h, or the capacity of accounts */                                             \
    X(MO_REGISTRY_FULL, "Full", "5.1")

typedef enum { MO_REGISTRY_VERDICTS(MO_VERDICT_CODE) } mo_registry_verdict_t;

const char *mo_rules_registry_verdict_name(mo_registry_verdict_t verdict);

/* A wish to deposit. `signature`: by the key over Deposit(signer, withdrawal, caller), 64 bytes (1.3). */
typedef struct {
    mo_u256_t amount;
    mo_public_key_t key;
    mo_address_t withdrawal;
    mo_bytes_t signature;
} mo_depositing_t;

/* deposit: the account is queued with the weight sampled now (5.2). */
MO_MUST_USE mo_registry_verdict_t mo_rules_registry_deposit(mo_origin_t *origin, const mo_call_t *call,
                                                            const mo_depositing_t *wish);

/* cancel: before a kernel carried it; *refund is paid to the caller. */
MO_MUST_USE mo_registry_verdict_t mo_rules_registry_cancel(mo_origin_t *origin, const mo_call_t *call,
                                                           const mo_address_t *signer, mo_u256_t *refund);

/* logout: by the withdrawal address, else by the signer's signature over Logout(signer). */
MO_MUST_USE mo_registry_verdict_t mo_rules_registry_logout(mo_origin_t *origin, const mo_call_t *call,
                                                           const mo_address_t *signer, mo_bytes_t signature);

/* release: starts the withdrawal delay once the hand-over is proven, or the core halted. */
MO_MUST_USE mo_registry_verdict_t mo_rules_registry_release(mo_origin_t *origin, const mo_call_t *call,
                                                            const mo_address_t *signer);

/* withdraw: *amount is paid to the withdrawal address. */
MO_MUST_USE mo_registry_verdict_t mo_rules_registry_withdraw(mo_origin_t *origin, const mo_call_t *call,
                                                             const mo_address_t *signer, mo_u256_t *amount);

/* refresh: queues the weight sampled now, if it is another one (5.2). */
MO_MUST_USE mo_registry_verdict_t mo_rules_registry_refresh(mo_origin_t *origin, const mo_address_t *signer);

/* slash: the stake is gone, a share of it is the caller's credit, the rest burned; may halt the core (2.3, 4.5). */
MO_MUST_USE mo_registry_verdict_t mo_rules_registry_slash(mo_origin_t *origin, const mo_call_t *call,
                                                          const mo_evidence_t *evidence);

/* Votes of height `height`, the i-th signed by the i-th of the 68-byte records. */
typedef struct {
    mo_height_t height;
    const mo_vote_t *votes;
    size_t count;
    mo_bytes_t records;
} mo_presence_t;

/* present: whoever signed one of these votes was there at the height committed last (5.5). */
MO_MUST_USE mo_registry_verdict_t mo_rules_registry_present(mo_origin_t *origin, const mo_presence_t *wish);

/* The list behind a roll: kind 0x00 and the packed indices of the signers (interfaces 0.2). */
typedef struct {
    uint8_t kind;
    mo_bytes_t indices;
} mo_roll_preimage_t;

/* leak: a fraction of the stake of a validator that is missing from four rolls in a row is burned (5.5). `preimages`:
 * those of n - 5 to n - 2, n the open height. */
MO_MUST_USE mo_registry_verdict_t mo_rules_registry_leak(mo_origin_t *origin, const mo_address_t *signer,
                                                         const mo_roll_preimage_t *preimages, size_t count);

/* A veto of a gateway before it opens. `signature`: by the signer over Veto(gateway), not read when the withdrawal
 * address calls. */
typedef struct {
    mo_address_t gateway;
    mo_address_t signer;
    mo_bytes_t signature;
} mo_veto_t;

/* veto: for ever; 1 % of the validator's shares are burned (gateway 7.5). */
MO_MUST_USE mo_registry_verdict_t mo_rules_registry_veto(mo_origin_t *origin, const mo_call_t *call,
                                                         const mo_veto_t *wish);

/* Whether a gateway was vetoed. */
bool mo_rules_registry_is_vetoed(const mo_origin_t *origin, const mo_address_t *gateway);

/* What all shares of an account are worth after the losses it bears, rounded down (4.6). */
mo_u256_t mo_rules_registry_stake(const mo_origin_t *origin, const mo_validator_account_t *account);

/* Registry.collect; *amount is what the caller is paid, zero on failure. */
MO_MUST_USE mo_registry_verdict_t mo_rules_registry_collect(mo_origin_t *origin, const mo_call_t *call,
                                                            mo_u256_t *amount);

/* The account of a signer; NULL when it never deposited. Linear. */
const mo_validator_account_t *mo_rules_registry_account(const mo_origin_t *origin, const mo_address_t *signer);

/* The waiting updates of one kind, from the head of their queue on, at most `max`; how many there are. */
size_t mo_rules_registry_waiting(const mo_origin_t *origin, mo_update_kind_t kind, mo_update_t *updates, size_t max);

#endif
