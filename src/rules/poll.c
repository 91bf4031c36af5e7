#include "rules/poll.h"

#include "base/check.h"
#include "base/clear.h"
#include "rules/kernel.h"
#include "rules/poll_tables.h"
#include "rules/vote.h"

/* --- founding ------------------------------------------------------------------------------------------- */

static bool is_checkpoint(uint64_t number, uint64_t epoch) {
    return epoch > 0 && number % epoch == 0;
}

static void seed_auxiliary(mo_poll_t *poll) {
    const mo_poll_config_t *config = &poll->config;
    const mo_record_t *root = &config->root;
    poll->records[0] = (mo_poll_record_t){.record = *root,
                                          .serial = ++poll->serial,
                                          .used = true,
                                          .anchored = true,
                                          .justified = true,
                                          .finalised = true};
    mo_checkpoint_t checkpoint = {root->hash, root->number, {root->number / config->epoch}};
    poll->last_finalised[MO_POLL_AUXILIARY] = checkpoint;
    poll->highest_justified[MO_POLL_AUXILIARY] = checkpoint;
}

static void seed_kernel(mo_poll_t *poll, const mo_kernel_t *k1) {
    poll->in_force = k1->height;
    poll->in_force_hash = mo_rules_kernel_hash(k1);
    mo_dynasty_entry_t entry = {.block = poll->config.root.number,
                                .dynasty = 0,
                                .finalised = poll->last_finalised[MO_POLL_AUXILIARY].height,
                                .kernel = poll->in_force,
                                .kernel_hash = poll->in_force_hash};
    mo_poll_dynasty_append(poll, &entry);
}

static void seed_origin(mo_poll_t *poll) {
    const mo_poll_config_t *config = &poll->config;
    poll->origins[0] = (mo_origin_record_t){.hash = config->origin_root_hash,
                                            .number = config->origin_root_number,
                                            .serial = ++poll->serial,
                                            .used = true,
                                            .justified = true,
                                            .finalised = true};
    mo_checkpoint_t checkpoint = {config->origin_root_hash,
                                  config->origin_root_number,
                                  {config->origin_root_number / config->origin_epoch}};
    poll->last_finalised[MO_POLL_ORIGIN] = checkpoint;
    poll->highest_justified[MO_POLL_ORIGIN] = checkpoint;
    /* T carries the root of origin from the auxiliary root on (2.1). */
    mo_observation_entry_t entry = {config->root.number, checkpoint.number, checkpoint.hash};
    mo_poll_observation_append(poll, &entry);
}

mo_poll_verdict_t mo_rules_poll_stores(mo_poll_t *poll, const mo_poll_config_t *config) {
    mo_clear(poll, sizeof *poll);
    if (!is_checkpoint(config->root.number, config->epoch) || config->root.number == 0 ||
        !is_checkpoint(config->origin_root_number, config->origin_epoch)) {
        return MO_POLL_ROOT_NOT_CHECKPOINT;
    }
    poll->config = *config;
    poll->block = config->root.number;
    seed_auxiliary(poll);
    seed_origin(poll);
    return MO_POLL_ACCEPTED;
}

mo_poll_verdict_t mo_rules_poll_open(mo_poll_t *poll, uint64_t block, const mo_kernel_t *k1) {
    MO_CHECK(poll->config.epoch > 0 && poll->in_force.value == 0);
    if (block <= poll->config.root.number) {
        return MO_POLL_BLOCK_NOT_OWN;
    }
    if (block < poll->block) {
        return MO_POLL_BLOCK_BACKWARDS;
    }
    if (k1->height.value != 1) {
        return MO_POLL_KERNEL_HEIGHT_MISMATCH;
    }
    if (mo_rules_validators_apply(&poll->validators, k1) != MO_SET_ACCEPTED) {
        return MO_POLL_UPDATES_REFUSED;
    }
    poll->block = block;
    seed_kernel(poll, k1);
    return MO_POLL_ACCEPTED;
}

mo_poll_verdict_t mo_rules_poll_found(mo_poll_t *poll, uint64_t block, const mo_poll_config_t *config,
                                      const mo_kernel_t *k1) {
    mo_poll_verdict_t verdict = mo_rules_poll_stores(poll, config);
    return verdict == MO_POLL_ACCEPTED ? mo_rules_poll_open(poll, block, k1) : verdict;
}

/* --- views ---------------------------------------------------------------------------------------------- */

bool mo_rules_poll_chain(const mo_poll_t *poll, const mo_hash_t *chain, mo_poll_chain_t *which) {
    *which = MO_POLL_AUXILIARY;
    if (mo_hash_equal(chain, &poll->config.origin_id)) {
        *which = MO_POLL_ORIGIN;
        return true;
    }
    return mo_hash_equal(chain, &poll->config.core_id);
}

bool mo_rules_poll_is_justified(const mo_poll_t *poll, mo_poll_chain_t chain, const mo_hash_t *hash) {
    switch (chain) {
    case MO_POLL_AUXILIARY: {
        const mo_poll_record_t *entry = mo_rules_poll_record(poll, hash);
        return entry != NULL && entry->justified;
    }
    case MO_POLL_ORIGIN: {
        const mo_origin_record_t *entry = mo_rules_poll_origin(poll, hash);
        return entry != NULL && entry->justified;
    }
    }
    return false;
}

mo_checkpoint_t mo_rules_poll_highest_justified(const mo_poll_t *poll, mo_poll_chain_t chain) {
    return poll->highest_justified[chain];
}

mo_checkpoint_t mo_rules_poll_last_finalised(const mo_poll_t *poll, mo_poll_chain_t chain) {
    return poll->last_finalised[chain];
}

const mo_link_t *mo_rules_poll_finalising_link(const mo_poll_t *poll, const mo_hash_t *source) {
    for (size_t i = 0; i < MO_POLL_LINKS_MAX; i++) {
        const mo_link_t *link = &poll->links[i];
        if (link->used && link->justified && mo_hash_equal(&link->vote.source, source) &&
            link->vote.target_height.value == link->vote.source_height.value + 1) {
            return link;
        }
    }
    return NULL;
}

/* Whatever kernel tallies a link, a voter's weight there is one of these two. */
static uint64_t either_weight(const mo_validators_t *set, uint32_t index) {
    return (uint64_t)set->at[index].weight + set->at[index].previous;
}

static void replace_lightest(const mo_validators_t *set, mo_seal_record_t *records, size_t count,
                             const mo_seal_record_t *record) {
    size_t lightest = 0;
    for (size_t i = 1; i < count; i++) {
        if (either_weight(set, records[i].index) < either_weight(set, records[lightest].index)) {
            lightest = i;
        }
    }
    if (count > 0 && either_weight(set, records[lightest].index) < either_weight(set, record->index)) {
        records[lightest] = *record;
    }
}

size_t mo_rules_poll_signatures(const mo_poll_t *poll, const mo_hash_t *link, mo_seal_record_t *records,
                                size_t max) {
    const mo_link_t *entry = mo_rules_poll_link(poll, link);
    size_t count = 0;
    uint64_t serial = entry == NULL ? 0 : entry->last_signature;
    while (serial != 0 && count < max && poll->signature_count - serial < MO_POLL_SIGNATURES_MAX) {
        const mo_poll_signature_t *kept = &poll->signatures[serial % MO_POLL_SIGNATURES_MAX];
        records[count++] = kept->record;
        serial = kept->before;
    }
    while (serial != 0 && poll->signature_count - serial < MO_POLL_SIGNATURES_MAX) {
        const mo_poll_signature_t *kept = &poll->signatures[serial % MO_POLL_SIGNATURES_MAX];
        replace_lightest(&poll->validators, records, count, &kept->record);
        serial = kept->before;
    }
    mo_rules_seal_sort(records, count);
    return count;
}

const mo_origin_record_t *mo_rules_poll_finalised_root(const mo_poll_t *poll, uint64_t number) {
    uint64_t kept = poll->root_count < MO_POLL_ROOTS_MAX ? poll->root_count : MO_POLL_ROOTS_MAX;
    for (uint64_t i = 0; i < kept; i++) {
        const mo_origin_record_t *root = &poll->roots[i];
        if (root->number == number) {
            return root;
        }
    }
    return NULL;
}

mo_poll_verdict_t mo_rules_poll_transition(const mo_poll_t *poll, const mo_hash_t *source,
                                           mo_transition_t *transition) {
    *transition = (mo_transition_t){0};
    const mo_poll_record_t *entry = mo_rules_poll_record(poll, source);
    if (entry == NULL || !entry->anchored) {
        return MO_POLL_SOURCE_NOT_ANCHORED;
    }
    const mo_dynasty_entry_t *dynasty = mo_poll_dynasty_at(poll, entry->record.number);
    const mo_observation_entry_t *observation = mo_poll_observation_at(poll, entry->record.number);
    if (dynasty == NULL || observation == NULL) {
        return MO_POLL_TRANSITION_FORGOTTEN;
    }
    *transition = (mo_transition_t){
        .dynasty = dynasty->dynasty,
        .origin_number = observation->number,
        .origin_hash = observation->hash,
        .transaction_root = entry->record.transaction_root,
        .gas = entry->record.gas,
        .kernel = dynasty->kernel_hash,
    };
    return MO_POLL_ACCEPTED;
}

const char *mo_rules_poll_verdict_name(mo_poll_verdict_t verdict) {
    switch (verdict) { MO_POLL_VERDICTS(MO_VERDICT_NAME) }
    return "unknown";
}
