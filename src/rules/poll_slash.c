#include "rules/evidence.h"
#include "rules/poll.h"

mo_poll_verdict_t mo_rules_poll_slash(mo_poll_t *poll, uint64_t block, uint32_t index) {
    if (block < poll->block) {
        return MO_POLL_BLOCK_BACKWARDS;
    }
    if (index >= poll->validators.count) {
        return MO_POLL_VALIDATOR_UNKNOWN;
    }
    if (poll->validators.at[index].slashed) {
        return MO_POLL_VALIDATOR_SLASHED;
    }
    mo_rules_validators_slash(&poll->validators, index);
    poll->block = block;
    return MO_POLL_ACCEPTED;
}

static mo_poll_verdict_t of_evidence(mo_evidence_verdict_t verdict) {
    switch (verdict) {
    case MO_EVIDENCE_PROVEN:
        return MO_POLL_ACCEPTED;
    case MO_EVIDENCE_CHAINS_DIFFER:
        return MO_POLL_CHAINS_DIFFER;
    case MO_EVIDENCE_CHAIN_FOREIGN:
        return MO_POLL_CHAIN_FOREIGN;
    case MO_EVIDENCE_VOTES_EQUAL:
        return MO_POLL_VOTES_EQUAL;
    case MO_EVIDENCE_NO_OFFENCE:
        return MO_POLL_NO_OFFENCE;
    case MO_EVIDENCE_SIGNATURE_INVALID:
        return MO_POLL_SIGNATURE_INVALID;
    case MO_EVIDENCE_SIGNERS_DIFFER:
        break;
    }
    return MO_POLL_SIGNERS_DIFFER;
}

mo_poll_verdict_t mo_rules_poll_prove(mo_poll_t *poll, uint64_t block, const mo_evidence_t *evidence,
                                      mo_proven_t *proven) {
    *proven = (mo_proven_t){.offence = MO_OFFENCE_NONE};
    const mo_evidence_scope_t scope = {poll->config.core_id, poll->config.origin_id, poll->config.domain};
    mo_proven_t found;
    mo_poll_verdict_t verdict = of_evidence(mo_rules_evidence_prove(&scope, evidence, &found));
    if (verdict != MO_POLL_ACCEPTED) {
        return verdict;
    }
    uint32_t index;
    if (!mo_rules_validators_find(&poll->validators, &found.signer, &index)) {
        return MO_POLL_OFFENDER_UNKNOWN;
    }
    verdict = mo_rules_poll_slash(poll, block, index);
    if (verdict == MO_POLL_ACCEPTED) {
        *proven = found;
    }
    return verdict;
}
