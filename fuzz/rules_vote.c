/* Two votes and a mark out of any bytes: offence is symmetric, never of one vote, never across chains, and
 * never between a mark's last vote and one that the signer's rule allows after it (2.3, 2.7). */
#include "base/check.h"
#include "base/endian.h"
#include "rules/vote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Few values for each field, so that votes often meet. */
static mo_vote_t read_vote(const uint8_t at[6])
{
    mo_vote_t vote = {.source_height = {at[4] & 0x0f}, .target_height = {at[5] & 0x0f}};
    vote.chain.bytes[0] = at[0] & 1;
    vote.transition.bytes[31] = at[1] & 3;
    vote.source.bytes[15] = at[2] & 3;
    vote.target.bytes[16] = at[3] & 3;
    if ((at[4] & 0x80) != 0) {
        vote.source_height.value = UINT64_MAX - vote.source_height.value;
    }
    if ((at[5] & 0x80) != 0) {
        vote.target_height.value = UINT64_MAX - vote.target_height.value;
    }
    /* A block has one height: a signer votes for links whose heights are those of their blocks (2.2). */
    mo_store_be64(vote.source_height.value, vote.source.bytes);
    mo_store_be64(vote.target_height.value, vote.target.bytes);
    return vote;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 12) {
        return 0;
    }
    mo_vote_t a = read_vote(data);
    mo_vote_t b = read_vote(data + 6);
    mo_offence_t offence = mo_rules_vote_offence(&a, &b);
    MO_CHECK(offence == mo_rules_vote_offence(&b, &a));
    MO_CHECK(mo_rules_vote_offence(&a, &a) == MO_OFFENCE_NONE);
    MO_CHECK(mo_hash_equal(&a.chain, &b.chain) || offence == MO_OFFENCE_NONE);

    mo_hash_t hashes[] = {mo_rules_vote_hash(&a), mo_rules_vote_hash(&b)};
    MO_CHECK(mo_hash_equal(&hashes[0], &hashes[1]) == mo_rules_vote_equal(&a, &b));

    mo_vote_mark_t nothing = {.signed_any = false};
    mo_vote_mark_t mark = mo_rules_vote_mark(&a);
    bool both = mo_rules_vote_may_sign(&nothing, &a) == MO_SIGN_ALLOWED &&
                mo_rules_vote_may_sign(&mark, &b) == MO_SIGN_ALLOWED;
    MO_CHECK(!both || offence == MO_OFFENCE_NONE);
    return 0;
}
