/* Files that are known and yet not judged: each with the reason. */
#include "vectors/forms.h"

bool mo_fits_apart(const mo_case_t *c)
{
    return mo_has(c->value, "decryption_type") || (mo_has(c->value, "title") && mo_has(c->value, "properties")) ||
           (mo_has(c->value, "contracts") && mo_has(c->value, "gateway"));
}

mo_result_t mo_judge_apart(mo_case_t *c)
{
    if (mo_has(c->value, "decryption_type")) {
        return mo_case_not_understood(c, "AES of messages and ECIES, which nothing here needs");
    }
    if (mo_has(c->value, "properties")) {
        return mo_case_not_understood(c, "a schema of files, and no case");
    }
    return mo_case_not_understood(c, "messages of the gateways of 2019, whose layout was another");
}
