#include "rules/poll_tables.h"

static mo_poll_verdict_t keep(mo_poll_t *poll, uint64_t block, const mo_record_t *last) {
    if (mo_poll_record_find(poll, &last->hash) == NULL) {
        mo_poll_record_t *entry = mo_poll_record_take(poll);
        if (entry == NULL) {
            return MO_POLL_FULL;
        }
        entry->record = *last;
    }
    poll->block = block;
    return MO_POLL_ACCEPTED;
}

mo_poll_verdict_t mo_rules_poll_report(mo_poll_t *poll, uint64_t block, const mo_hash_t *first,
                                       const mo_record_t *last) {
    if (block < poll->block) {
        return MO_POLL_BLOCK_BACKWARDS;
    }
    const mo_poll_record_t *start = mo_poll_record_find(poll, first);
    if (start == NULL) {
        return MO_POLL_BLOCK_NOT_RECORDED;
    }
    if (last->number <= start->record.number) {
        return MO_POLL_NUMBER_MISMATCH;
    }
    return keep(poll, block, last);
}

mo_poll_verdict_t mo_rules_poll_report_own(mo_poll_t *poll, uint64_t block, const mo_record_t *last) {
    return block < poll->block ? MO_POLL_BLOCK_BACKWARDS : keep(poll, block, last);
}

mo_poll_verdict_t mo_rules_poll_anchor(mo_poll_t *poll, uint64_t block, const mo_hash_t *hash) {
    if (block < poll->block) {
        return MO_POLL_BLOCK_BACKWARDS;
    }
    mo_poll_record_t *entry = mo_poll_record_find(poll, hash);
    if (entry == NULL) {
        return MO_POLL_BLOCK_NOT_RECORDED;
    }
    /* A block knows no hash of its own; and T(s) must not be asked while entries of block s can still come.
     */
    if (entry->record.number >= block) {
        return MO_POLL_BLOCK_NOT_OWN;
    }
    entry->anchored = true;
    poll->block = block;
    return MO_POLL_ACCEPTED;
}

mo_poll_verdict_t mo_rules_poll_anchor_parent(mo_poll_t *poll, uint64_t block, const mo_hash_t *first,
                                              const mo_hash_t *last) {
    if (block < poll->block) {
        return MO_POLL_BLOCK_BACKWARDS;
    }
    if (mo_poll_record_find(poll, first) == NULL) {
        return MO_POLL_BLOCK_NOT_RECORDED;
    }
    const mo_poll_record_t *entry = mo_poll_record_find(poll, last);
    if (entry == NULL || !entry->anchored) {
        return MO_POLL_BLOCK_NOT_ANCHORED;
    }
    return mo_rules_poll_anchor(poll, block, first);
}

static mo_poll_verdict_t check_origin(mo_poll_t *poll, const mo_origin_block_t *reported) {
    if (reported->number % poll->config.origin_epoch != 0) {
        return MO_POLL_NUMBER_NOT_CHECKPOINT;
    }
    if (reported->number <= poll->config.origin_root_number) {
        return MO_POLL_NUMBER_NOT_ABOVE_ROOT;
    }
    return mo_poll_origin_find(poll, &reported->hash) != NULL ? MO_POLL_BLOCK_ALREADY_REPORTED
                                                              : MO_POLL_ACCEPTED;
}

mo_poll_verdict_t mo_rules_poll_report_origin(mo_poll_t *poll, uint64_t block,
                                              const mo_origin_block_t *reported) {
    if (block < poll->block) {
        return MO_POLL_BLOCK_BACKWARDS;
    }
    mo_poll_verdict_t verdict = check_origin(poll, reported);
    if (verdict != MO_POLL_ACCEPTED) {
        return verdict;
    }
    mo_origin_record_t *entry = mo_poll_origin_take(poll);
    if (entry == NULL) {
        return MO_POLL_FULL;
    }
    entry->hash = reported->hash;
    entry->state_root = reported->state_root;
    entry->number = reported->number;
    poll->block = block;
    return MO_POLL_ACCEPTED;
}
