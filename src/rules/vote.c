#include "rules/vote.h"

#include "eth/eip712.h"

static const char vote_type[] = "Vote(bytes32 chain,bytes32 transition,bytes32 source,bytes32 target,"
                                "uint64 sourceHeight,uint64 targetHeight)";

mo_hash_t mo_rules_vote_hash(const mo_vote_t *vote) {
    mo_eip712_t hashed = mo_eip712_struct(vote_type);
    mo_eip712_put_hash(&hashed, &vote->chain);
    mo_eip712_put_hash(&hashed, &vote->transition);
    mo_eip712_put_hash(&hashed, &vote->source);
    mo_eip712_put_hash(&hashed, &vote->target);
    mo_eip712_put_u64(&hashed, vote->source_height.value);
    mo_eip712_put_u64(&hashed, vote->target_height.value);
    return mo_eip712_hash(&hashed);
}

mo_hash_t mo_rules_vote_digest(const mo_hash_t *domain, const mo_vote_t *vote) {
    mo_hash_t hash = mo_rules_vote_hash(vote);
    return mo_eip712_digest(domain, &hash);
}

bool mo_rules_vote_equal(const mo_vote_t *a, const mo_vote_t *b) {
    return mo_hash_equal(&a->chain, &b->chain) && mo_hash_equal(&a->transition, &b->transition) &&
           mo_hash_equal(&a->source, &b->source) && mo_hash_equal(&a->target, &b->target) &&
           a->source_height.value == b->source_height.value &&
           a->target_height.value == b->target_height.value;
}

static bool surrounds(const mo_vote_t *outer, const mo_vote_t *inner) {
    return outer->source_height.value < inner->source_height.value &&
           inner->source_height.value < inner->target_height.value &&
           inner->target_height.value < outer->target_height.value;
}

mo_offence_t mo_rules_vote_offence(const mo_vote_t *a, const mo_vote_t *b) {
    if (!mo_hash_equal(&a->chain, &b->chain) || mo_rules_vote_equal(a, b)) {
        return MO_OFFENCE_NONE;
    }
    if (a->target_height.value == b->target_height.value) {
        return MO_OFFENCE_TARGET;
    }
    if (surrounds(a, b) || surrounds(b, a)) {
        return MO_OFFENCE_SURROUND;
    }
    if (mo_hash_equal(&a->source, &b->source) && !mo_hash_equal(&a->transition, &b->transition)) {
        return MO_OFFENCE_TRANSITION;
    }
    return MO_OFFENCE_NONE;
}

/* Heights of the same source can differ between two votes only if one of them lies about the block's number;
 * no valid link does, and a signer checks its links. So comparing the mark's source alone finds every
 * repeated source. */
static mo_sign_verdict_t check_same_height(const mo_vote_t *last, const mo_vote_t *vote) {
    if (!mo_hash_equal(&vote->source, &last->source)) {
        return MO_SIGN_OTHER_SOURCE;
    }
    return mo_hash_equal(&vote->transition, &last->transition) ? MO_SIGN_ALLOWED : MO_SIGN_OTHER_TRANSITION;
}

mo_sign_verdict_t mo_rules_vote_may_sign(const mo_vote_mark_t *mark, const mo_vote_t *vote) {
    if (vote->target_height.value <= vote->source_height.value) {
        return MO_SIGN_TARGET_NOT_ABOVE_SOURCE;
    }
    if (!mark->signed_any) {
        return MO_SIGN_ALLOWED;
    }
    const mo_vote_t *last = &mark->last;
    if (!mo_hash_equal(&vote->chain, &last->chain)) {
        return MO_SIGN_OTHER_CHAIN;
    }
    if (vote->target_height.value <= last->target_height.value) {
        return MO_SIGN_TARGET_NOT_ABOVE_EARLIER;
    }
    if (vote->source_height.value < last->source_height.value) {
        return MO_SIGN_SOURCE_BELOW_EARLIER;
    }
    if (vote->source_height.value == last->source_height.value) {
        return check_same_height(last, vote);
    }
    return MO_SIGN_ALLOWED;
}

mo_vote_mark_t mo_rules_vote_mark(const mo_vote_t *vote) {
    return (mo_vote_mark_t){.signed_any = true, .last = *vote};
}

const char *mo_rules_offence_name(mo_offence_t offence) {
    switch (offence) { MO_OFFENCES(MO_VERDICT_NAME) }
    return "unknown";
}

const char *mo_rules_sign_verdict_name(mo_sign_verdict_t verdict) {
    switch (verdict) { MO_SIGN_VERDICTS(MO_VERDICT_NAME) }
    return "unknown";
}
