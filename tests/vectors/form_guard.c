/* Steps of EIP-3076's tests of slashing protection, {interchange, blocks, attestations}: what the beacon chain's rules say of
 * an attestation, ours say of a vote with its epochs as heights and its signing root as the transition.
 *
 * Two attestations are slashable if and only if two such votes offend (2.3). What those tests refuse besides - a target or
 * a source below all that is known - a signer of ours refuses by (2.7), which is stricter: what they allow, it need not.
 * Blocks have no counterpart here, and an interchange itself cannot be read: its keys are BLS keys, and it carries no
 * signatures, without which a guard believes no vote (store/guard_merge.h). */
#include <stdio.h>
#include <string.h>

#include "eth/keccak.h"
#include "rules/vote.h"
#include "vectors/forms.h"

#define KNOWN_MAX 256

/* What one key has signed before. */
typedef struct {
    mo_vote_t votes[KNOWN_MAX];
    size_t count;
} known_t;

bool mo_fits_protection(const mo_case_t *c)
{
    return mo_has(c->value, "interchange") && mo_has(c->value, "attestations") && mo_has(c->value, "blocks");
}

/* Blocks of the beacon chain have no hash in these files; the one for an epoch stands for them all. */
static mo_hash_t block_at(uint64_t epoch)
{
    return mo_keccak256((mo_bytes_t){(const uint8_t *)&epoch, sizeof epoch});
}

static mo_vote_t vote_of(mo_case_t *c, const json_t *attestation)
{
    uint64_t source = mo_read_u64(c, json_object_get(attestation, "source_epoch"));
    uint64_t target = mo_read_u64(c, json_object_get(attestation, "target_epoch"));
    const json_t *root = json_object_get(attestation, "signing_root");
    return (mo_vote_t){
        .source = block_at(source),
        .source_height = {source},
        /* The signing root is that of the whole attestation: it tells two for one target apart. */
        .target = root == NULL ? (mo_hash_t){{0}} : mo_read_hash(c, root),
        .target_height = {target},
    };
}

static void add(known_t *known, mo_vote_t vote)
{
    if (known->count < KNOWN_MAX) {
        known->votes[known->count++] = vote;
    }
}

/* What the interchange of a step says that this key has signed. */
static void add_step(mo_case_t *c, const json_t *step, const char *key, known_t *known)
{
    const json_t *data = json_object_get(json_object_get(step, "interchange"), "data");
    for (size_t i = 0; i < json_array_size(data); i++) {
        const json_t *record = json_array_get(data, i);
        const json_t *list = json_object_get(record, "signed_attestations");
        bool is_his = strcmp(mo_read_text(c, json_object_get(record, "pubkey")), key) == 0;
        for (size_t k = 0; is_his && k < json_array_size(list); k++) {
            add(known, vote_of(c, json_array_get(list, k)));
        }
    }
}

/* Those of the attempts that succeeded, by the same key. */
static void add_attempts(mo_case_t *c, const json_t *attempts, size_t count, const char *key, known_t *known)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(attempts, i);
        if (json_is_true(json_object_get(one, "should_succeed_complete")) &&
            strcmp(mo_read_text(c, json_object_get(one, "pubkey")), key) == 0) {
            add(known, vote_of(c, one));
        }
    }
}

static void collect(mo_case_t *c, size_t attempt, const char *key, known_t *known)
{
    const json_t *steps = json_object_get(c->outer[0], "steps");
    known->count = 0;
    for (size_t i = 0; i < json_array_size(steps); i++) {
        const json_t *step = json_array_get(steps, i);
        const json_t *attempts = json_object_get(step, "attestations");
        add_step(c, step, key, known);
        add_attempts(c, attempts, step == c->value ? attempt : json_array_size(attempts), key, known);
        if (step == c->value) {
            return;
        }
    }
}

/* Whether a vote offends with a known one, and whether it is above the last by target and not below it by source. */
static void weigh(const known_t *known, const mo_vote_t *vote, bool *offends, bool *is_after)
{
    *offends = false;
    *is_after = true;
    for (size_t i = 0; i < known->count; i++) {
        const mo_vote_t *other = &known->votes[i];
        *offends = *offends || mo_rules_vote_offence(vote, other) != MO_OFFENCE_NONE;
        mo_vote_mark_t mark = mo_rules_vote_mark(other);
        *is_after = *is_after && mo_rules_vote_may_sign(&mark, vote) == MO_SIGN_ALLOWED;
    }
}

mo_result_t mo_judge_protection(mo_case_t *c)
{
    static known_t known;
    const json_t *attempts = mo_case_member(c, "attestations");
    if (json_array_size(attempts) == 0) {
        return mo_case_not_understood(c, "blocks of a beacon chain, or an import alone, without attestations to judge");
    }
    for (size_t i = 0; i < json_array_size(attempts); i++) {
        const json_t *one = json_array_get(attempts, i);
        mo_vote_t vote = vote_of(c, one);
        collect(c, i, mo_read_text(c, json_object_get(one, "pubkey")), &known);
        bool offends;
        bool is_after;
        weigh(&known, &vote, &offends, &is_after);
        bool allowed = json_is_true(json_object_get(one, "should_succeed_complete"));
        MO_EXPECT(c, !(allowed && offends));
        MO_EXPECT(c, allowed || offends || !is_after);
    }
    return mo_case_end(c);
}
