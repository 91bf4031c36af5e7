/* Evidence: two signed votes that prove an offence against the validator that signed both (2.3).
 *
 *     a, signature over a  \
 *                           >  who signed both, and which condition they break
 *     b, signature over b  /
 *
 * The contracts of both chains judge the same evidence by the same checks (contracts/src/lib/Offence.sol), and this is
 * the third time: verdicts in the order and with the names of the custom errors. Nothing else is needed, neither a block
 * nor a tally; who is slashable, and whether still, is for the registry or the polling place to say (rules/poll.h).
 *
 * What this module does not do: the conditions themselves are mo_rules_vote_offence (rules/vote.h).
 *
 * Floor 2. Pure; no allocation. 65 us, two public key recoveries.
 */
#ifndef MO_RULES_EVIDENCE_H
#define MO_RULES_EVIDENCE_H

#include "base/bytes.h"
#include "base/verdict.h"
#include "eth/secp.h"
#include "rules/types.h"
#include "rules/vote.h"

/* In the order of the checks. A signature has 64 bytes here by its type, so that SignatureLengthInvalid has no place. */
#define MO_EVIDENCE_VERDICTS(X)                                                                              \
    X(MO_EVIDENCE_PROVEN, "Proven", "2.3")                                                                   \
    X(MO_EVIDENCE_CHAINS_DIFFER, "ChainsDiffer", "2.3")                                                      \
    /* neither the core id nor the origin id */                                                              \
    X(MO_EVIDENCE_CHAIN_FOREIGN, "ChainForeign", "2.3")                                                      \
    X(MO_EVIDENCE_VOTES_EQUAL, "VotesEqual", "2.3")                                                          \
    X(MO_EVIDENCE_NO_OFFENCE, "NoOffence", "2.3")                                                            \
    X(MO_EVIDENCE_SIGNATURE_INVALID, "SignatureInvalid", "1.4")                                              \
    X(MO_EVIDENCE_SIGNERS_DIFFER, "SignersDiffer", "2.3")

typedef enum { MO_EVIDENCE_VERDICTS(MO_VERDICT_CODE) } mo_evidence_verdict_t;

/* What the votes must be about, and the domain that they were signed under (1.1, 1.2). */
typedef struct {
    mo_hash_t core_id;
    mo_hash_t origin_id;
    mo_hash_t domain;
} mo_evidence_scope_t;

typedef struct {
    mo_vote_t a;
    mo_vote_t b;
    mo_signature_t signature_a;
    mo_signature_t signature_b;
} mo_evidence_t;

/* What it proves; the same facts as the contracts' event Slashed. */
typedef struct {
    mo_address_t signer;
    mo_offence_t offence; /* the first condition that the votes break */
    mo_hash_t hash_a;     /* struct hash of a */
    mo_hash_t hash_b;
} mo_proven_t;

/* Judges evidence. *proven is zero unless PROVEN. */
MO_MUST_USE mo_evidence_verdict_t mo_rules_evidence_prove(const mo_evidence_scope_t *scope,
                                                          const mo_evidence_t *evidence, mo_proven_t *proven);

const char *mo_rules_evidence_verdict_name(mo_evidence_verdict_t verdict);

#endif
