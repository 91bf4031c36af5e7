#include "rules/evidence.h"

#include "eth/eip712.h"

static bool is_of_scope(const mo_evidence_scope_t *scope, const mo_hash_t *chain) {
    return mo_hash_equal(chain, &scope->core_id) || mo_hash_equal(chain, &scope->origin_id);
}

static mo_evidence_verdict_t check_votes(const mo_evidence_scope_t *scope, const mo_evidence_t *evidence) {
    const mo_vote_t *a = &evidence->a;
    const mo_vote_t *b = &evidence->b;
    if (!mo_hash_equal(&a->chain, &b->chain)) {
        return MO_EVIDENCE_CHAINS_DIFFER;
    }
    if (!is_of_scope(scope, &a->chain)) {
        return MO_EVIDENCE_CHAIN_FOREIGN;
    }
    if (mo_rules_vote_equal(a, b)) {
        return MO_EVIDENCE_VOTES_EQUAL;
    }
    return mo_rules_vote_offence(a, b) == MO_OFFENCE_NONE ? MO_EVIDENCE_NO_OFFENCE : MO_EVIDENCE_PROVEN;
}

static bool recover(const mo_hash_t *domain, const mo_hash_t *hash, const mo_signature_t *signature,
                    mo_address_t *signer) {
    mo_hash_t digest = mo_eip712_digest(domain, hash);
    return mo_secp_recover(signature, &digest, signer) == MO_SECP_OK;
}

static mo_evidence_verdict_t check_signers(const mo_hash_t *domain, const mo_evidence_t *evidence,
                                           mo_proven_t *found) {
    mo_address_t other;
    if (!recover(domain, &found->hash_a, &evidence->signature_a, &found->signer) ||
        !recover(domain, &found->hash_b, &evidence->signature_b, &other)) {
        return MO_EVIDENCE_SIGNATURE_INVALID;
    }
    return mo_address_equal(&found->signer, &other) ? MO_EVIDENCE_PROVEN : MO_EVIDENCE_SIGNERS_DIFFER;
}

mo_evidence_verdict_t mo_rules_evidence_prove(const mo_evidence_scope_t *scope, const mo_evidence_t *evidence,
                                              mo_proven_t *proven) {
    *proven = (mo_proven_t){.offence = MO_OFFENCE_NONE};
    mo_evidence_verdict_t verdict = check_votes(scope, evidence);
    if (verdict != MO_EVIDENCE_PROVEN) {
        return verdict;
    }
    mo_proven_t found = {.offence = mo_rules_vote_offence(&evidence->a, &evidence->b),
                         .hash_a = mo_rules_vote_hash(&evidence->a),
                         .hash_b = mo_rules_vote_hash(&evidence->b)};
    verdict = check_signers(&scope->domain, evidence, &found);
    if (verdict == MO_EVIDENCE_PROVEN) {
        *proven = found;
    }
    return verdict;
}

const char *mo_rules_evidence_verdict_name(mo_evidence_verdict_t verdict) {
    switch (verdict) { MO_EVIDENCE_VERDICTS(MO_VERDICT_NAME) }
    return "unknown";
}
