#include "rules/run.h"

#include "eth/header.h"
#include "eth/keccak.h"

mo_run_verdict_t mo_rules_run_root(mo_bytes_t header, uint64_t epoch, mo_record_t *root) {
    *root = (mo_record_t){0};
    mo_header_facts_t facts;
    if (mo_header_facts(header, &facts) != MO_HEADER_OK) {
        return MO_RUN_HEADER_MALFORMED;
    }
    if (epoch == 0 || facts.number == 0 || facts.number % epoch != 0) {
        return MO_RUN_ROOT_NOT_CHECKPOINT;
    }
    root->number = facts.number;
    root->hash = facts.hash;
    root->transaction_root = facts.transactions_root;
    root->gas = mo_u256_from_u64(facts.gas_used);
    return MO_RUN_ACCEPTED;
}

static mo_run_verdict_t step(mo_record_t *record, const mo_header_facts_t *facts) {
    if (!mo_hash_equal(&facts->parent_hash, &record->hash)) {
        return MO_RUN_PARENT_MISMATCH;
    }
    mo_u256_t gas;
    if (record->number == UINT64_MAX || facts->number != record->number + 1 ||
        !mo_u256_add(record->gas, mo_u256_from_u64(facts->gas_used), &gas)) {
        return MO_RUN_NUMBER_MISMATCH;
    }
    record->number = facts->number;
    record->hash = facts->hash;
    record->transaction_root = mo_keccak256_pair(&record->transaction_root, &facts->transactions_root);
    record->gas = gas;
    return MO_RUN_ACCEPTED;
}

mo_run_verdict_t mo_rules_run_step(mo_record_t *record, mo_bytes_t header) {
    mo_header_facts_t facts;
    if (mo_header_facts(header, &facts) != MO_HEADER_OK) {
        return MO_RUN_HEADER_MALFORMED;
    }
    return step(record, &facts);
}

static mo_run_verdict_t walk(mo_record_t *record, mo_bytes_t headers) {
    size_t count = 0;
    while (headers.size > 0) {
        mo_header_facts_t facts;
        if (count++ == MO_RUN_HEADERS_MAX) {
            return MO_RUN_LENGTH_INVALID;
        }
        if (mo_header_facts_next(&headers, &facts) != MO_HEADER_OK) {
            return MO_RUN_HEADER_MALFORMED;
        }
        mo_run_verdict_t verdict = step(record, &facts);
        if (verdict != MO_RUN_ACCEPTED) {
            return verdict;
        }
    }
    return count == 0 ? MO_RUN_LENGTH_INVALID : MO_RUN_ACCEPTED;
}

mo_run_verdict_t mo_rules_run(const mo_record_t *first, mo_bytes_t headers, mo_record_t *last) {
    mo_record_t record = *first;
    mo_run_verdict_t verdict = walk(&record, headers);
    *last = verdict == MO_RUN_ACCEPTED ? record : (mo_record_t){0};
    return verdict;
}

const char *mo_rules_run_verdict_name(mo_run_verdict_t verdict) {
    switch (verdict) { MO_RUN_VERDICTS(MO_VERDICT_NAME) }
    return "unknown";
}
