/* Runs of headers out of any bytes: whatever comes, the record is whole or zero, and a run that is accepted
 * ends where its headers, taken one by one, end (3.1). The start's hash is the first header's parent, so that
 * runs get going. */
#include <string.h>

#include "base/check.h"
#include "eth/header.h"
#include "rules/run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static mo_record_t start_of(mo_bytes_t headers)
{
    mo_record_t start = {.number = 0};
    mo_header_facts_t facts;
    if (mo_header_facts_next(&headers, &facts) == MO_HEADER_OK) {
        start.hash = facts.parent_hash;
        start.number = facts.number - 1;
    }
    return start;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mo_bytes_t headers = {data, size};
    mo_record_t first = start_of(headers);
    mo_record_t last;
    if (mo_rules_run(&first, headers, &last) != MO_RUN_ACCEPTED) {
        static const mo_record_t zero;
        MO_CHECK(memcmp(&last, &zero, sizeof zero) == 0);
        return 0;
    }
    mo_record_t walked = first;
    while (headers.size > 0) {
        mo_bytes_t before = headers;
        mo_header_facts_t facts;
        MO_CHECK(mo_header_facts_next(&headers, &facts) == MO_HEADER_OK);
        mo_bytes_t one = {before.data, before.size - headers.size};
        MO_CHECK(mo_rules_run_step(&walked, one) == MO_RUN_ACCEPTED);
    }
    MO_CHECK(mo_hash_equal(&walked.hash, &last.hash) && walked.number == last.number);
    MO_CHECK(mo_hash_equal(&walked.transaction_root, &last.transaction_root));
    MO_CHECK(mo_u256_equal(walked.gas, last.gas) && last.number > first.number);
    return 0;
}
