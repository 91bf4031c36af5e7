#include "rules/validators.h"

#include <string.h>

#include "base/check.h"
#include "eth/secp.h"
#include "rules/quorum.h"

/* Updates of one validator are this many heights apart (5.4): a slot answers for no fewer. */
#define UPDATE_DISTANCE 2

#define TOTALS_KEPT 4

void mo_rules_validators_clear(mo_validators_t *set) {
    memset(set, 0, sizeof *set);
}

bool mo_rules_validators_find(const mo_validators_t *set, const mo_address_t *signer, uint32_t *index) {
    for (uint32_t i = 0; i < set->count; i++) {
        if (mo_address_equal(&set->at[i].signer, signer)) {
            *index = i;
            return true;
        }
    }
    *index = 0;
    return false;
}

static uint64_t weight_max(uint8_t kind) {
    return kind == MO_UPDATE_JOIN || kind == MO_UPDATE_WEIGHT ? MO_WEIGHT_MAX : 0;
}

static bool named_before(const mo_kernel_t *kernel, size_t position) {
    const mo_address_t *signer = &kernel->updates[position].validator;
    for (size_t i = 0; i < position; i++) {
        if (mo_address_equal(&kernel->updates[i].validator, signer)) {
            return true;
        }
    }
    return false;
}

static mo_set_verdict_t check_update(const mo_validators_t *set, const mo_kernel_t *kernel, size_t position) {
    const mo_update_t *update = &kernel->updates[position];
    bool founding = kernel->height.value == 1;
    if (update->kind >= MO_UPDATE_KINDS || (founding && update->kind != MO_UPDATE_JOIN)) {
        return MO_SET_UPDATE_KIND_INVALID;
    }
    if (update->weight.value > weight_max(update->kind)) {
        return MO_SET_UPDATE_WEIGHT_INVALID;
    }
    uint32_t index;
    bool joined = mo_rules_validators_find(set, &update->validator, &index);
    bool twice = named_before(kernel, position);
    if (update->kind == MO_UPDATE_JOIN) {
        bool refused = joined || twice || mo_address_is_zero(&update->validator);
        return refused ? MO_SET_SIGNER_INVALID : MO_SET_ACCEPTED;
    }
    if (!joined && !twice) {
        return MO_SET_SIGNER_UNKNOWN;
    }
    bool soon = kernel->height.value - set->at[index].changed_at < UPDATE_DISTANCE;
    return twice || (soon && update->kind != MO_UPDATE_SLASH) ? MO_SET_UPDATED_TOO_SOON : MO_SET_ACCEPTED;
}

mo_set_verdict_t mo_rules_validators_check_kernel(const mo_validators_t *set, const mo_kernel_t *kernel) {
    if (kernel->height.value != set->written.value + 1) {
        return MO_SET_KERNEL_HEIGHT_MISMATCH;
    }
    if (kernel->update_count > MO_UPDATES_MAX) {
        return MO_SET_TOO_MANY_UPDATES;
    }
    uint32_t count = set->count;
    for (size_t i = 0; i < kernel->update_count; i++) {
        mo_set_verdict_t verdict = check_update(set, kernel, i);
        if (verdict != MO_SET_ACCEPTED) {
            return verdict;
        }
        count += kernel->updates[i].kind == MO_UPDATE_JOIN;
    }
    return count > MO_VALIDATORS_MAX ? MO_SET_FULL : MO_SET_ACCEPTED;
}

/* A founder is changed at 0, before the first kernel: F(0) = F(1). */
static void join(mo_validators_t *set, const mo_update_t *update, mo_height_t height) {
    uint32_t weight = (uint32_t)update->weight.value;
    bool founding = height.value == 1;
    set->at[set->count++] = (mo_validator_t){
        .signer = update->validator,
        .weight = weight,
        .previous = founding ? weight : 0,
        .changed_at = founding ? 0 : height.value,
    };
}

/* The slot keeps the weight of a slashed validator, since the totals hold it until a kernel carries the slash
 * (5.3); mo_rules_validators_weight is what hides it. */
static uint64_t change(mo_validators_t *set, const mo_update_t *update, mo_height_t height) {
    uint32_t index;
    bool joined = mo_rules_validators_find(set, &update->validator, &index);
    MO_CHECK(joined);
    if (update->kind == MO_UPDATE_SLASH) {
        mo_rules_validators_slash(set, index);
    }
    mo_validator_t *validator = &set->at[index];
    validator->previous = validator->weight;
    validator->weight = (uint32_t)update->weight.value;
    validator->changed_at = height.value;
    return validator->previous;
}

/* D(k) follows from D(k - 1) as F(k) does from F(k - 1): by the updates of slashed validators. */
static uint64_t slashed_part(const mo_validators_t *set, const mo_kernel_t *kernel) {
    uint64_t sum = set->slashed_sums[set->written.value % TOTALS_KEPT].value;
    for (size_t i = 0; i < kernel->update_count; i++) {
        uint32_t index;
        bool joined = mo_rules_validators_find(set, &kernel->updates[i].validator, &index);
        MO_CHECK(joined);
        if (set->at[index].slashed) {
            sum += set->at[index].weight;
            sum -= set->at[index].previous;
        }
    }
    return sum;
}

static void write_updates(mo_validators_t *set, const mo_kernel_t *kernel) {
    uint64_t sum = set->totals[set->written.value % TOTALS_KEPT].value;
    for (size_t i = 0; i < kernel->update_count; i++) {
        const mo_update_t *update = &kernel->updates[i];
        sum += update->weight.value;
        if (update->kind == MO_UPDATE_JOIN) {
            join(set, update, kernel->height);
        } else {
            sum -= change(set, update, kernel->height);
        }
    }
    set->totals[kernel->height.value % TOTALS_KEPT].value = sum;
    set->slashed_sums[kernel->height.value % TOTALS_KEPT].value = slashed_part(set, kernel);
}

mo_set_verdict_t mo_rules_validators_apply(mo_validators_t *set, const mo_kernel_t *kernel) {
    mo_set_verdict_t verdict = mo_rules_validators_check_kernel(set, kernel);
    if (verdict != MO_SET_ACCEPTED) {
        return verdict;
    }
    write_updates(set, kernel);
    set->written = kernel->height;
    if (kernel->height.value == 1) {
        set->totals[0] = set->totals[1];
    }
    return MO_SET_ACCEPTED;
}

bool mo_rules_validators_tallies(const mo_validators_t *set, mo_height_t m) {
    return m.value >= 1 && m.value <= set->written.value && set->written.value - m.value <= 1;
}

static bool answers(const mo_validators_t *set, mo_height_t k) {
    return k.value <= set->written.value && set->written.value - k.value <= 2;
}

/* As kernels carried it, theta aside. */
static uint64_t carried(const mo_validator_t *validator, uint64_t k) {
    return validator->changed_at <= k ? validator->weight : validator->previous;
}

mo_weight_t mo_rules_validators_weight(const mo_validators_t *set, uint32_t index, mo_height_t k) {
    MO_CHECK(answers(set, k));
    if (index >= set->count || set->at[index].slashed) {
        return (mo_weight_t){0};
    }
    return (mo_weight_t){carried(&set->at[index], k.value)};
}

mo_weight_t mo_rules_validators_total(const mo_validators_t *set, mo_height_t k) {
    MO_CHECK(answers(set, k));
    return set->totals[k.value % TOTALS_KEPT];
}

void mo_rules_validators_slash(mo_validators_t *set, uint32_t index) {
    MO_CHECK(index < set->count);
    mo_validator_t *validator = &set->at[index];
    if (validator->slashed) {
        return;
    }
    validator->slashed = true;
    uint64_t n = set->written.value;
    set->slashed_sums[n % TOTALS_KEPT].value += carried(validator, n);
    set->slashed_sums[(n - 1) % TOTALS_KEPT].value += carried(validator, n - 1);
}

mo_weight_t mo_rules_validators_slashed_sum(const mo_validators_t *set, mo_height_t k) {
    MO_CHECK(k.value <= set->written.value && set->written.value - k.value <= 1);
    return set->slashed_sums[k.value % TOTALS_KEPT];
}

/* No product overflows: sums are below 2^44 (rules/limits.h). */
static bool reaches_third(const mo_validators_t *set, uint64_t k) {
    return 3 * set->slashed_sums[k % TOTALS_KEPT].value >= set->totals[k % TOTALS_KEPT].value;
}

bool mo_rules_validators_slashed_third(const mo_validators_t *set) {
    uint64_t n = set->written.value;
    return n >= 1 && (reaches_third(set, n) || reaches_third(set, n - 1));
}

bool mo_rules_validators_signed(const mo_validators_t *set, const mo_hash_t *digest,
                                const mo_seal_record_t *record) {
    MO_CHECK(record->index < set->count);
    mo_address_t signer;
    return mo_secp_recover(&record->signature, digest, &signer) == MO_SECP_OK &&
           mo_address_equal(&signer, &set->at[record->index].signer);
}

mo_tally_t mo_rules_validators_share(const mo_validators_t *set, uint32_t index, mo_height_t m) {
    MO_CHECK(mo_rules_validators_tallies(set, m));
    mo_height_t before = {m.value - 1};
    return (mo_tally_t){
        .forward = mo_rules_validators_weight(set, index, m),
        .forward_total = mo_rules_validators_total(set, m),
        .rear = mo_rules_validators_weight(set, index, before),
        .rear_total = mo_rules_validators_total(set, before),
    };
}

static mo_set_verdict_t split(mo_bytes_t bytes, mo_seal_t *seal) {
    switch (mo_rules_seal_split(bytes, seal)) {
    case MO_SEAL_WELL_FORMED:
        return MO_SET_ACCEPTED;
    case MO_SEAL_SCHEME_UNKNOWN:
        return MO_SET_SEAL_SCHEME_UNKNOWN;
    case MO_SEAL_LENGTH_INVALID:
    case MO_SEAL_NOT_ASCENDING:
    case MO_SEAL_NO_ROOM:
        break;
    }
    return MO_SET_SEAL_LENGTH_INVALID;
}

/* `before` is the index of the record before, or -1. */
static mo_set_verdict_t check_record(const mo_validators_t *set, const mo_hash_t *digest, int64_t before,
                                     const mo_seal_record_t *record) {
    if ((int64_t)record->index <= before) {
        return MO_SET_SEAL_NOT_ASCENDING;
    }
    if (record->index >= set->count) {
        return MO_SET_INDEX_UNASSIGNED;
    }
    return mo_rules_validators_signed(set, digest, record) ? MO_SET_ACCEPTED : MO_SET_SEAL_SIGNATURE_INVALID;
}

static mo_set_verdict_t weigh(const mo_validators_t *set, mo_height_t m, const mo_hash_t *digest,
                              const mo_seal_t *seal, mo_tally_t *tally) {
    int64_t before = -1;
    for (size_t i = 0; i < seal->count; i++) {
        mo_seal_record_t record = mo_rules_seal_record(seal, i);
        mo_set_verdict_t verdict = check_record(set, digest, before, &record);
        if (verdict != MO_SET_ACCEPTED) {
            return verdict;
        }
        mo_tally_t share = mo_rules_validators_share(set, record.index, m);
        tally->forward.value += share.forward.value;
        tally->rear.value += share.rear.value;
        before = record.index;
    }
    return MO_SET_ACCEPTED;
}

mo_set_verdict_t mo_rules_validators_tally(const mo_validators_t *set, mo_height_t m, const mo_hash_t *digest,
                                           mo_bytes_t bytes, mo_tally_t *tally) {
    *tally = (mo_tally_t){0};
    if (!mo_rules_validators_tallies(set, m)) {
        return MO_SET_HEIGHT_NOT_TALLIED;
    }
    mo_seal_t seal;
    mo_set_verdict_t verdict = split(bytes, &seal);
    if (verdict != MO_SET_ACCEPTED) {
        return verdict;
    }
    mo_tally_t sum = {
        .forward_total = mo_rules_validators_total(set, m),
        .rear_total = mo_rules_validators_total(set, (mo_height_t){m.value - 1}),
    };
    verdict = weigh(set, m, digest, &seal, &sum);
    if (verdict == MO_SET_ACCEPTED) {
        *tally = sum;
    }
    return verdict;
}

bool mo_rules_tally_quorum(const mo_tally_t *tally) {
    return mo_rules_quorum(tally->forward, tally->forward_total) &&
           mo_rules_quorum(tally->rear, tally->rear_total);
}

const char *mo_rules_set_verdict_name(mo_set_verdict_t verdict) {
    switch (verdict) { MO_SET_VERDICTS(MO_VERDICT_NAME) }
    return "unknown";
}
