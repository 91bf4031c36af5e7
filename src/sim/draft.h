/* One event under way: topics, then data, written as the chain encodes it. For log*.c alone. Floor 6. */
#ifndef MO_SIM_DRAFT_H
#define MO_SIM_DRAFT_H

#include "eth/abi.h"
#include "rules/limits.h"
#include "sim/world.h"

/* The largest: a kernel of MO_UPDATES_MAX updates, 3 words each, and a configuration. */
#define MO_SIM_LOG_BYTES_MAX (32 * (3 * MO_UPDATES_MAX + 64))

typedef struct {
    uint8_t memory[MO_SIM_LOG_BYTES_MAX];
    mo_buffer_t data;
    mo_abi_writer_t writer;
    mo_sim_log_t log;
} mo_sim_draft_t;

void mo_sim_draft_begin(mo_sim_draft_t *d, const mo_address_t *address, const mo_hash_t *topic, size_t head_words);
void mo_sim_draft_topic(mo_sim_draft_t *d, const mo_hash_t *topic);
void mo_sim_draft_topic_number(mo_sim_draft_t *d, uint64_t number);
void mo_sim_draft_topic_address(mo_sim_draft_t *d, const mo_address_t *address);

/* Into the block that is being made; nothing while a branch is made again. */
void mo_sim_draft_end(mo_sim_t *w, mo_chain_t chain, mo_sim_draft_t *d);

#endif
