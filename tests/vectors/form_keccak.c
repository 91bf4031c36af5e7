/* {data, keccak256}: bytes and their hash. */
#include "eth/keccak.h"
#include "vectors/forms.h"

bool mo_fits_keccak(const mo_case_t *c)
{
    return mo_has(c->value, "data") && mo_has(c->value, "keccak256");
}

mo_result_t mo_judge_keccak(mo_case_t *c)
{
    mo_hash_t expected = mo_case_hash(c, "keccak256");
    mo_hash_t actual = mo_keccak256(mo_case_bytes(c, "data"));
    MO_EXPECT(c, mo_hash_equal(&actual, &expected));
    return mo_case_end(c);
}
