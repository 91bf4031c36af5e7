/* Rows of CSV: total,voted,quorum and pairs of votes with what they prove: T,s,hs,t,ht twice, then a mask of 1 (one target
 * height), 2 (surround) and 4 (one source, two transitions). */
#include "eth/abi.h"
#include "eth/keccak.h"
#include "rules/quorum.h"
#include "rules/vote.h"
#include "vectors/forms.h"

#define QUORUM_FIELDS 3
#define PAIR_FIELDS   11

static bool is_row(const mo_case_t *c, size_t fields)
{
    return json_array_size(c->value) == fields && json_is_string(json_array_get(c->value, fields - 1));
}

bool mo_fits_quorum(const mo_case_t *c)
{
    return is_row(c, QUORUM_FIELDS);
}

/* A weight as it comes out of a contract's call: one word, uint64. False when the library refuses the word. */
static bool read_weight(mo_case_t *c, size_t field, mo_weight_t *weight)
{
    uint8_t word[32];
    mo_u256_to_be(mo_read_u256(c, json_array_get(c->value, field)), word);
    mo_abi_reader_t in = mo_abi_reader(MO_BYTES(word), 1);
    weight->value = mo_abi_read_u64(&in);
    return mo_abi_finish(&in) == MO_ABI_OK;
}

/* The protocol's weights have 64 bits (rules/types.h). One of more never reaches a quorum: it is refused where it is read,
 * and that is then what is judged. */
static mo_result_t judge_wide(mo_case_t *c, bool total_is_read, bool voted_is_read)
{
    uint64_t narrow;
    MO_EXPECT(c, total_is_read == mo_u256_to_u64(mo_read_u256(c, json_array_get(c->value, 0)), &narrow));
    MO_EXPECT(c, voted_is_read == mo_u256_to_u64(mo_read_u256(c, json_array_get(c->value, 1)), &narrow));
    return mo_case_end(c);
}

mo_result_t mo_judge_quorum(mo_case_t *c)
{
    mo_weight_t total;
    mo_weight_t voted;
    bool total_is_read = read_weight(c, 0, &total);
    bool voted_is_read = read_weight(c, 1, &voted);
    if (!total_is_read || !voted_is_read) {
        return judge_wide(c, total_is_read, voted_is_read);
    }
    bool expected = mo_read_u64(c, json_array_get(c->value, 2)) == 1;
    /* More votes than there are is no quorum with us: such a sum is wrong. */
    MO_EXPECT(c, mo_rules_quorum(voted, total) == (expected && voted.value <= total.value));
    return mo_case_end(c);
}

bool mo_fits_vote_pair(const mo_case_t *c)
{
    return is_row(c, PAIR_FIELDS);
}

/* A label stands for any hash of its own. */
static mo_hash_t label(mo_case_t *c, size_t field)
{
    return mo_keccak256(mo_read_raw(c, json_array_get(c->value, field)));
}

static mo_vote_t read_vote(mo_case_t *c, size_t first)
{
    return (mo_vote_t){
        .transition = label(c, first),
        .source = label(c, first + 1),
        .source_height = {mo_read_u64(c, json_array_get(c->value, first + 2))},
        .target = label(c, first + 3),
        .target_height = {mo_read_u64(c, json_array_get(c->value, first + 4))},
    };
}

/* The library names the first of the conditions that holds. */
static mo_offence_t first_of(uint64_t mask)
{
    if (mask % 2 == 1) {
        return MO_OFFENCE_TARGET;
    }
    if (mask / 2 % 2 == 1) {
        return MO_OFFENCE_SURROUND;
    }
    return mask != 0 ? MO_OFFENCE_TRANSITION : MO_OFFENCE_NONE;
}

mo_result_t mo_judge_vote_pair(mo_case_t *c)
{
    mo_vote_t a = read_vote(c, 0);
    mo_vote_t b = read_vote(c, 5);
    mo_offence_t expected = first_of(mo_read_u64(c, json_array_get(c->value, PAIR_FIELDS - 1)));
    MO_EXPECT(c, mo_rules_vote_offence(&a, &b) == expected);
    MO_EXPECT(c, mo_rules_vote_offence(&b, &a) == expected);
    return mo_case_end(c);
}
