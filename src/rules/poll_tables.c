#include "rules/poll_tables.h"

#include <string.h>

/* How much an entry is worth keeping; a slot of the least worth is taken, the oldest of its kind first. */
typedef enum {
    WORTH_FREE = 0,
    WORTH_PAST,       /* below the last finalised checkpoint of its chain */
    WORTH_UNANCHORED, /* not known to be of this chain; of origin: nobody votes for it */
    WORTH_START,      /* no checkpoint: nothing but the start of a run */
    WORTH_KEPT,
} worth_t;

/* The best slot to give away among those seen so far. */
typedef struct {
    size_t slot;
    worth_t worth;
    uint64_t serial;
} choice_t;

static void consider(choice_t *best, size_t slot, worth_t worth, uint64_t serial) {
    if (worth < best->worth || (worth == best->worth && worth != WORTH_KEPT && serial < best->serial)) {
        *best = (choice_t){slot, worth, serial};
    }
}

static uint64_t last_number(const mo_poll_t *poll, mo_poll_chain_t chain) {
    return poll->last_finalised[chain].number;
}

/* --- records of the auxiliary chain ------------------------------------------------------------------- */

static size_t record_slot(const mo_poll_t *poll, const mo_hash_t *hash) {
    size_t i = 0;
    while (i < MO_POLL_RECORDS_MAX &&
           !(poll->records[i].used && mo_hash_equal(&poll->records[i].record.hash, hash))) {
        i++;
    }
    return i;
}

const mo_poll_record_t *mo_rules_poll_record(const mo_poll_t *poll, const mo_hash_t *hash) {
    size_t slot = record_slot(poll, hash);
    return slot < MO_POLL_RECORDS_MAX ? &poll->records[slot] : NULL;
}

mo_poll_record_t *mo_poll_record_find(mo_poll_t *poll, const mo_hash_t *hash) {
    size_t slot = record_slot(poll, hash);
    return slot < MO_POLL_RECORDS_MAX ? &poll->records[slot] : NULL;
}

static worth_t record_worth(const mo_poll_t *poll, const mo_poll_record_t *entry) {
    if (!entry->used) {
        return WORTH_FREE;
    }
    if (entry->record.number < last_number(poll, MO_POLL_AUXILIARY)) {
        return WORTH_PAST;
    }
    if (!entry->anchored) {
        return WORTH_UNANCHORED;
    }
    return entry->record.number % poll->config.epoch == 0 ? WORTH_KEPT : WORTH_START;
}

mo_poll_record_t *mo_poll_record_take(mo_poll_t *poll) {
    choice_t best = {.worth = WORTH_KEPT};
    for (size_t i = 0; i < MO_POLL_RECORDS_MAX; i++) {
        consider(&best, i, record_worth(poll, &poll->records[i]), poll->records[i].serial);
    }
    if (best.worth == WORTH_KEPT) {
        return NULL;
    }
    poll->records[best.slot] = (mo_poll_record_t){.used = true, .serial = ++poll->serial};
    return &poll->records[best.slot];
}

/* --- checkpoints of origin ----------------------------------------------------------------------------- */

static size_t origin_slot(const mo_poll_t *poll, const mo_hash_t *hash) {
    size_t i = 0;
    while (i < MO_POLL_ORIGINS_MAX &&
           !(poll->origins[i].used && mo_hash_equal(&poll->origins[i].hash, hash))) {
        i++;
    }
    return i;
}

const mo_origin_record_t *mo_rules_poll_origin(const mo_poll_t *poll, const mo_hash_t *hash) {
    size_t slot = origin_slot(poll, hash);
    return slot < MO_POLL_ORIGINS_MAX ? &poll->origins[slot] : NULL;
}

mo_origin_record_t *mo_poll_origin_find(mo_poll_t *poll, const mo_hash_t *hash) {
    size_t slot = origin_slot(poll, hash);
    return slot < MO_POLL_ORIGINS_MAX ? &poll->origins[slot] : NULL;
}

static worth_t origin_worth(const mo_poll_t *poll, const mo_origin_record_t *entry) {
    if (!entry->used) {
        return WORTH_FREE;
    }
    if (entry->number < last_number(poll, MO_POLL_ORIGIN)) {
        return WORTH_PAST;
    }
    return entry->linked || entry->justified ? WORTH_KEPT : WORTH_UNANCHORED;
}

mo_origin_record_t *mo_poll_origin_take(mo_poll_t *poll) {
    choice_t best = {.worth = WORTH_KEPT};
    for (size_t i = 0; i < MO_POLL_ORIGINS_MAX; i++) {
        consider(&best, i, origin_worth(poll, &poll->origins[i]), poll->origins[i].serial);
    }
    if (best.worth == WORTH_KEPT) {
        return NULL;
    }
    poll->origins[best.slot] = (mo_origin_record_t){.used = true, .serial = ++poll->serial};
    return &poll->origins[best.slot];
}

/* --- links --------------------------------------------------------------------------------------------- */

static size_t link_slot(const mo_poll_t *poll, const mo_hash_t *hash) {
    size_t i = 0;
    while (i < MO_POLL_LINKS_MAX && !(poll->links[i].used && mo_hash_equal(&poll->links[i].hash, hash))) {
        i++;
    }
    return i;
}

const mo_link_t *mo_rules_poll_link(const mo_poll_t *poll, const mo_hash_t *hash) {
    size_t slot = link_slot(poll, hash);
    return slot < MO_POLL_LINKS_MAX ? &poll->links[slot] : NULL;
}

mo_link_t *mo_poll_link_find(mo_poll_t *poll, const mo_hash_t *hash) {
    size_t slot = link_slot(poll, hash);
    return slot < MO_POLL_LINKS_MAX ? &poll->links[slot] : NULL;
}

static worth_t link_worth(const mo_poll_t *poll, const mo_link_t *entry) {
    if (!entry->used) {
        return WORTH_FREE;
    }
    mo_poll_chain_t chain = MO_POLL_AUXILIARY;
    bool known = mo_rules_poll_chain(poll, &entry->vote.chain, &chain);
    bool closed = known && entry->vote.source_height.value < poll->last_finalised[chain].height.value;
    return closed ? WORTH_PAST : WORTH_KEPT;
}

mo_link_t *mo_poll_link_take(mo_poll_t *poll) {
    choice_t best = {.worth = WORTH_KEPT};
    for (size_t i = 0; i < MO_POLL_LINKS_MAX; i++) {
        consider(&best, i, link_worth(poll, &poll->links[i]), poll->links[i].serial);
    }
    if (best.worth == WORTH_KEPT) {
        return NULL;
    }
    poll->links[best.slot] = (mo_link_t){.used = true, .serial = ++poll->serial};
    return &poll->links[best.slot];
}

/* --- who voted where ------------------------------------------------------------------------------------ */

static size_t box_slot(const mo_poll_t *poll, mo_poll_chain_t chain, mo_height_t target_height) {
    for (size_t i = 0; i < MO_POLL_BALLOTS_MAX; i++) {
        const mo_ballot_box_t *entry = &poll->boxes[i];
        if (entry->used && entry->chain == chain && entry->target_height.value == target_height.value) {
            return i;
        }
    }
    return MO_POLL_BALLOTS_MAX;
}

bool mo_rules_poll_has_voted(const mo_poll_t *poll, mo_poll_chain_t chain, mo_height_t target_height,
                             uint32_t index) {
    size_t slot = box_slot(poll, chain, target_height);
    return slot < MO_POLL_BALLOTS_MAX && index < MO_VALIDATORS_MAX &&
           (poll->boxes[slot].voted[index / 8] >> (index % 8) & 1) != 0;
}

mo_ballot_box_t *mo_poll_box_find(mo_poll_t *poll, mo_poll_chain_t chain, mo_height_t target_height) {
    size_t slot = box_slot(poll, chain, target_height);
    return slot < MO_POLL_BALLOTS_MAX ? &poll->boxes[slot] : NULL;
}

mo_ballot_box_t *mo_poll_box_take(mo_poll_t *poll, mo_poll_chain_t chain, mo_height_t target_height) {
    for (size_t i = 0; i < MO_POLL_BALLOTS_MAX; i++) {
        mo_ballot_box_t *entry = &poll->boxes[i];
        if (!entry->used || entry->target_height.value <= poll->last_finalised[entry->chain].height.value) {
            memset(entry, 0, sizeof *entry);
            entry->used = true;
            entry->chain = chain;
            entry->target_height = target_height;
            return entry;
        }
    }
    return NULL;
}

/* --- signatures ----------------------------------------------------------------------------------------- */

void mo_poll_signature_keep(mo_poll_t *poll, mo_link_t *link, const mo_seal_record_t *record) {
    uint64_t serial = ++poll->signature_count;
    poll->signatures[serial % MO_POLL_SIGNATURES_MAX] = (mo_poll_signature_t){link->last_signature, *record};
    link->last_signature = serial;
}

/* --- histories ------------------------------------------------------------------------------------------ */

void mo_poll_dynasty_append(mo_poll_t *poll, const mo_dynasty_entry_t *entry) {
    uint64_t newest = poll->dynasty_count - 1;
    bool same_block =
        poll->dynasty_count > 0 && poll->dynasties[newest % MO_POLL_HISTORY_MAX].block == entry->block;
    uint64_t at = same_block ? newest : poll->dynasty_count++;
    poll->dynasties[at % MO_POLL_HISTORY_MAX] = *entry;
}

void mo_poll_observation_append(mo_poll_t *poll, const mo_observation_entry_t *entry) {
    uint64_t newest = poll->observation_count - 1;
    bool same_block =
        poll->observation_count > 0 && poll->observations[newest % MO_POLL_HISTORY_MAX].block == entry->block;
    uint64_t at = same_block ? newest : poll->observation_count++;
    poll->observations[at % MO_POLL_HISTORY_MAX] = *entry;
}

static uint64_t oldest_kept(uint64_t count) {
    return count > MO_POLL_HISTORY_MAX ? count - MO_POLL_HISTORY_MAX : 0;
}

const mo_dynasty_entry_t *mo_poll_dynasty_at(const mo_poll_t *poll, uint64_t number) {
    for (uint64_t i = poll->dynasty_count; i > oldest_kept(poll->dynasty_count); i--) {
        const mo_dynasty_entry_t *entry = &poll->dynasties[(i - 1) % MO_POLL_HISTORY_MAX];
        if (entry->block <= number) {
            return entry;
        }
    }
    return NULL;
}

const mo_observation_entry_t *mo_poll_observation_at(const mo_poll_t *poll, uint64_t number) {
    for (uint64_t i = poll->observation_count; i > oldest_kept(poll->observation_count); i--) {
        const mo_observation_entry_t *entry = &poll->observations[(i - 1) % MO_POLL_HISTORY_MAX];
        if (entry->block <= number) {
            return entry;
        }
    }
    return NULL;
}

/* --- small questions ------------------------------------------------------------------------------------ */

bool mo_poll_height_is(uint64_t number, uint64_t epoch, mo_height_t height) {
    return number % epoch == 0 && number / epoch == height.value;
}
