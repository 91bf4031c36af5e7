/* The contracts' events, encoded as the chain encodes them, so that the roles decode them by the same bindings. */
#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "bind/auxiliary_block_store.h"
#include "bind/core.h"
#include "bind/origin_block_store.h"
#include "bind/polling_place.h"
#include "bind/registry.h"
#include "rules/kernel.h"
#include "sim/draft.h"
#include "sim/world.h"

void mo_sim_draft_begin(mo_sim_draft_t *d, const mo_address_t *address, const mo_hash_t *topic, size_t head_words)
{
    d->data = (mo_buffer_t){d->memory, 0, sizeof d->memory, false};
    d->writer = mo_abi_writer(&d->data, head_words);
    d->log = (mo_sim_log_t){.address = *address, .topics = {*topic}, .topic_count = 1};
}

void mo_sim_draft_topic(mo_sim_draft_t *d, const mo_hash_t *topic)
{
    d->log.topics[d->log.topic_count++] = *topic;
}

void mo_sim_draft_topic_number(mo_sim_draft_t *d, uint64_t number)
{
    mo_hash_t topic = {{0}};
    mo_store_be64(number, topic.bytes + 24);
    mo_sim_draft_topic(d, &topic);
}

void mo_sim_draft_topic_address(mo_sim_draft_t *d, const mo_address_t *address)
{
    mo_hash_t topic = {{0}};
    memcpy(topic.bytes + 12, address->bytes, sizeof address->bytes);
    mo_sim_draft_topic(d, &topic);
}

void mo_sim_draft_end(mo_sim_t *w, mo_chain_t chain, mo_sim_draft_t *d)
{
    MO_CHECK(mo_abi_written(&d->writer));
    if (w->replaying) {
        return;
    }
    mo_sim_chain_t *c = &w->chains[chain];
    d->log.call = w->executing;
    d->log.data = mo_sim_push_bytes(&c->bytes, mo_buffer_view(&d->data));
    d->log.size = d->data.size;
    *MO_SIM_PUSH(mo_sim_log_t, &c->logs) = d->log;
}

/* --- origin ----------------------------------------------------------------------------------------------------- */

void mo_sim_log_created(mo_sim_t *w)
{
    const mo_validator_config_t *b = &w->base;
    mo_bind_core_config_t config = {
        .auxiliary_chain_id = mo_u256_from_u64(b->origin_chain_id + 1),
        .auxiliary_root_number = b->auxiliary_root_number,
        .auxiliary_root_hash = b->auxiliary_root_hash,
        .epoch = b->epoch,
        .origin_epoch = b->origin_epoch,
        .polling_place = b->polling_place,
        .registry = b->registry,
        .gas_step = w->gas_step,
        .challenge_period = w->challenge_seconds,
        .halt_after = MO_SIM_HALT_AFTER_S,
        .setup_grace = MO_SIM_HALT_AFTER_S,
    };
    mo_bind_registry_config_t registry = {.max_updates = MO_UPDATES_MAX};
    mo_hash_t setup = w->core_id;
    mo_hash_t salt = {{0}};
    mo_sim_draft_t d;
    mo_sim_draft_begin(&d, &b->core, &mo_bind_core_core_created_event_topic, 31);
    mo_sim_draft_topic(&d, &setup);
    mo_bind_core_config_put(&d.writer, &config);
    mo_bind_registry_config_put(&d.writer, &registry);
    mo_abi_put_hash(&d.writer, &salt);
    mo_sim_draft_end(w, MO_CHAIN_ORIGIN, &d);
    mo_sim_draft_begin(&d, &b->core, &mo_bind_core_core_opened_event_topic, 2);
    mo_abi_put_u64(&d.writer, b->origin_root_number);
    mo_abi_put_hash(&d.writer, &b->origin_root_hash);
    mo_sim_draft_end(w, MO_CHAIN_ORIGIN, &d);
}

void mo_sim_log_kernel_opened(mo_sim_t *w, const mo_kernel_t *kernel, const mo_hash_t *hash)
{
    mo_sim_draft_t d;
    mo_sim_draft_begin(&d, &w->base.core, &mo_bind_core_kernel_opened_event_topic, 2);
    mo_sim_draft_topic_number(&d, kernel->height.value);
    mo_abi_put_hash(&d.writer, hash);
    mo_bind_kernel_put(&d.writer, kernel);
    mo_sim_draft_end(w, MO_CHAIN_ORIGIN, &d);
}

void mo_sim_log_proposed(mo_sim_t *w, const mo_proposal_t *proposal, mo_height_t kernel)
{
    mo_sim_draft_t d;
    mo_address_t proposer = {{1}};
    mo_sim_draft_begin(&d, &w->base.core, &mo_bind_core_meta_block_proposed_event_topic, 10);
    mo_sim_draft_topic(&d, &proposal->id);
    mo_sim_draft_topic_number(&d, kernel.value);
    mo_abi_put_hash(&d.writer, &proposal->transition_hash);
    mo_abi_put_u64(&d.writer, proposal->stated_height.value);
    mo_abi_put_address(&d.writer, &proposer);
    mo_abi_put_u64(&d.writer, proposal->ready_at);
    mo_bind_transition_put(&d.writer, &proposal->transition);
    mo_sim_draft_end(w, MO_CHAIN_ORIGIN, &d);
}

void mo_sim_log_committed(mo_sim_t *w, const mo_sim_call_t *call, mo_height_t kernel, const mo_hash_t *transition)
{
    mo_sim_draft_t d;
    mo_hash_t roll = {{0}};
    mo_address_t committer = {{1}};
    mo_sim_draft_begin(&d, &w->base.core, &mo_bind_core_meta_block_committed_event_topic, 10);
    mo_sim_draft_topic_number(&d, kernel.value);
    mo_abi_put_hash(&d.writer, &call->action.commit.transition.kernel);
    mo_abi_put_hash(&d.writer, transition);
    mo_bind_vote_put(&d.writer, &call->action.commit.link);
    mo_abi_put_hash(&d.writer, &roll);
    mo_abi_put_address(&d.writer, &committer);
    mo_sim_draft_end(w, MO_CHAIN_ORIGIN, &d);
}

void mo_sim_log_halted(mo_sim_t *w, uint8_t reason)
{
    mo_sim_draft_t d;
    mo_sim_draft_begin(&d, &w->base.core, &mo_bind_core_core_halted_event_topic, 1);
    mo_abi_put_u64(&d.writer, reason);
    mo_sim_draft_end(w, MO_CHAIN_ORIGIN, &d);
}

void mo_sim_log_origin_slashed(mo_sim_t *w, const mo_proven_t *proven)
{
    mo_sim_draft_t d;
    mo_address_t reporter = {{1}};
    mo_sim_draft_begin(&d, &w->base.registry, &mo_bind_registry_slashed_event_topic, 5);
    mo_sim_draft_topic_address(&d, &proven->signer);
    mo_sim_draft_topic_address(&d, &reporter);
    mo_abi_put_u64(&d.writer, (uint64_t)proven->offence);
    mo_abi_put_hash(&d.writer, &proven->hash_a);
    mo_abi_put_hash(&d.writer, &proven->hash_b);
    mo_abi_put_u64(&d.writer, 0);
    mo_abi_put_u64(&d.writer, 0);
    mo_sim_draft_end(w, MO_CHAIN_ORIGIN, &d);
}

void mo_sim_log_withdrawn(mo_sim_t *w, uint32_t signer, mo_u256_t amount)
{
    mo_sim_draft_t d;
    mo_address_t to = mo_sim_owner(signer);
    mo_sim_draft_begin(&d, &w->base.registry, &mo_bind_registry_withdrawn_event_topic, 1);
    mo_sim_draft_topic_address(&d, &w->addresses[signer]);
    mo_sim_draft_topic_address(&d, &to);
    mo_abi_put_u256(&d.writer, amount);
    mo_sim_draft_end(w, MO_CHAIN_ORIGIN, &d);
}

/* --- auxiliary -------------------------------------------------------------------------------------------------- */

/* Indices are given in the order of the updates, from those that were given before on (5.1). */
static void log_joined(mo_sim_t *w, const mo_kernel_t *kernel, uint32_t index)
{
    for (size_t i = 0; i < kernel->update_count; i++) {
        if (kernel->updates[i].kind == MO_UPDATE_JOIN) {
            mo_sim_draft_t d;
            mo_sim_draft_begin(&d, &w->base.polling_place, &mo_bind_polling_place_validator_joined_event_topic, 1);
            mo_sim_draft_topic_number(&d, index++);
            mo_sim_draft_topic_address(&d, &kernel->updates[i].validator);
            mo_abi_put_u64(&d.writer, kernel->updates[i].weight.value);
            mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
        }
    }
}

void mo_sim_log_skipped(mo_sim_t *w, const mo_ballot_t *ballot, mo_poll_verdict_t verdict)
{
    mo_sim_draft_t d;
    mo_sim_draft_begin(&d, &w->base.polling_place, &mo_bind_polling_place_vote_skipped_event_topic, 9);
    mo_sim_draft_topic_number(&d, ballot->record.index);
    mo_abi_put_u64(&d.writer, (uint64_t)(verdict - MO_POLL_VALIDATOR_UNKNOWN) + 1);
    mo_bind_vote_put(&d.writer, &ballot->link);
    mo_abi_put_hash(&d.writer, &ballot->record.signature.r);
    mo_abi_put_hash(&d.writer, &ballot->record.signature.vs);
    mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
}

void mo_sim_log_opened(mo_sim_t *w)
{
    const mo_validator_config_t *b = &w->base;
    const mo_sim_kernel_t *k1 = MO_SIM_AT(mo_sim_kernel_t, w->kernels, 0);
    mo_bind_auxiliary_config_t config = {
        .origin_chain_id = mo_u256_from_u64(b->origin_chain_id),
        .core = b->core,
        .epoch = b->epoch,
        .origin_epoch = b->origin_epoch,
        .auxiliary_root_hash = b->auxiliary_root_hash,
        .auxiliary_root_number = b->auxiliary_root_number,
        .origin_root_number = b->origin_root_number,
        .origin_root_hash = b->origin_root_hash,
        .block_store = b->auxiliary_block_store,
        .origin_block_store = b->origin_block_store,
        .kernel_relay = b->kernel_relay,
    };
    mo_sim_draft_t d;
    mo_sim_draft_begin(&d, &b->polling_place, &mo_bind_polling_place_polling_place_opened_event_topic, 13);
    mo_bind_auxiliary_config_put(&d.writer, &config);
    mo_abi_put_hash(&d.writer, &k1->hash);
    mo_bind_kernel_put(&d.writer, &k1->kernel);
    mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
    log_joined(w, &k1->kernel, 0);
}

void mo_sim_log_reported(mo_sim_t *w, const mo_hash_t *first, const mo_record_t *last)
{
    mo_sim_draft_t d;
    mo_sim_draft_begin(&d, &w->base.auxiliary_block_store, &mo_bind_auxiliary_block_store_blocks_reported_event_topic, 3);
    mo_sim_draft_topic(&d, first);
    mo_sim_draft_topic(&d, &last->hash);
    mo_abi_put_u64(&d.writer, last->number);
    mo_abi_put_hash(&d.writer, &last->transaction_root);
    mo_abi_put_u256(&d.writer, last->gas);
    mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
}

void mo_sim_log_anchored(mo_sim_t *w, const mo_hash_t *hash)
{
    mo_sim_draft_t d;
    mo_sim_draft_begin(&d, &w->base.auxiliary_block_store, &mo_bind_auxiliary_block_store_block_anchored_event_topic, 0);
    mo_sim_draft_topic(&d, hash);
    mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
}

void mo_sim_log_origin_reported(mo_sim_t *w, const mo_origin_block_t *block)
{
    mo_sim_draft_t d;
    mo_sim_draft_begin(&d, &w->base.origin_block_store, &mo_bind_origin_block_store_origin_block_reported_event_topic, 2);
    mo_sim_draft_topic(&d, &block->hash);
    mo_abi_put_u64(&d.writer, block->number);
    mo_abi_put_hash(&d.writer, &block->state_root);
    mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
}

static void log_registered(mo_sim_t *w, const mo_ballot_t *ballot, const mo_poll_outcome_t *outcome)
{
    mo_sim_draft_t d;
    mo_sim_draft_begin(&d, &w->base.polling_place, &mo_bind_polling_place_link_registered_event_topic, 9);
    mo_sim_draft_topic(&d, &outcome->link);
    mo_bind_vote_put(&d.writer, &ballot->link);
    mo_abi_put_u64(&d.writer, outcome->kernel.value);
    mo_abi_put_u64(&d.writer, outcome->tally.forward_total.value);
    mo_abi_put_u64(&d.writer, outcome->tally.rear_total.value);
    mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
}

static void log_recorded(mo_sim_t *w, const mo_ballot_t *ballot, const mo_poll_outcome_t *outcome)
{
    mo_sim_draft_t d;
    mo_sim_draft_begin(&d, &w->base.polling_place, &mo_bind_polling_place_vote_recorded_event_topic, 4);
    mo_sim_draft_topic(&d, &outcome->link);
    mo_sim_draft_topic_number(&d, ballot->record.index);
    mo_abi_put_u64(&d.writer, outcome->tally.forward.value);
    mo_abi_put_u64(&d.writer, outcome->tally.rear.value);
    mo_abi_put_hash(&d.writer, &ballot->record.signature.r);
    mo_abi_put_hash(&d.writer, &ballot->record.signature.vs);
    mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
}

/* The polling place tells the store of origin's blocks, which keeps the root (3.3). */
static void log_root(mo_sim_t *w, const mo_vote_t *vote)
{
    mo_sim_draft_t d;
    if (mo_hash_equal(&vote->chain, &w->origin_id)) {
        mo_sim_draft_begin(&d, &w->base.origin_block_store,
                           &mo_bind_origin_block_store_origin_block_finalised_event_topic, 1);
        mo_sim_draft_topic(&d, &vote->source);
        mo_abi_put_u64(&d.writer, vote->source_height.value * w->base.origin_epoch);
        mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
    }
}

static void log_checkpoint(mo_sim_t *w, const mo_ballot_t *ballot, const mo_poll_outcome_t *outcome)
{
    const mo_vote_t *vote = &ballot->link;
    const mo_address_t *place = &w->base.polling_place;
    mo_sim_draft_t d;
    if (outcome->justified) {
        mo_sim_draft_begin(&d, place, &mo_bind_polling_place_checkpoint_justified_event_topic, 1);
        mo_sim_draft_topic(&d, &vote->chain);
        mo_sim_draft_topic(&d, &vote->target);
        mo_abi_put_u64(&d.writer, vote->target_height.value);
        mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
    }
    if (outcome->finalised) {
        mo_sim_draft_begin(&d, place, &mo_bind_polling_place_checkpoint_finalised_event_topic, 3);
        mo_sim_draft_topic(&d, &vote->chain);
        mo_sim_draft_topic(&d, &vote->source);
        mo_abi_put_u64(&d.writer, vote->source_height.value);
        mo_abi_put_hash(&d.writer, &vote->transition);
        mo_abi_put_u64(&d.writer, outcome->dynasty);
        mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
        log_root(w, vote);
    }
}

void mo_sim_log_voted(mo_sim_t *w, const mo_poll_t *poll, const mo_ballot_t *ballot, const mo_poll_outcome_t *outcome)
{
    if (outcome->registered) {
        log_registered(w, ballot, outcome);
    }
    log_recorded(w, ballot, outcome);
    log_checkpoint(w, ballot, outcome);
    if (outcome->enforced) {
        mo_sim_draft_t d;
        mo_sim_draft_begin(&d, &w->base.polling_place, &mo_bind_polling_place_kernel_enforced_event_topic, 1);
        mo_sim_draft_topic_number(&d, poll->in_force.value);
        mo_abi_put_u64(&d.writer, outcome->dynasty);
        mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
    }
}

void mo_sim_log_pending(mo_sim_t *w, const mo_poll_t *poll, const mo_kernel_t *kernel, const mo_hash_t *hash)
{
    uint32_t joined = 0;
    for (size_t i = 0; i < kernel->update_count; i++) {
        joined += kernel->updates[i].kind == MO_UPDATE_JOIN;
    }
    mo_sim_draft_t d;
    mo_sim_draft_begin(&d, &w->base.polling_place, &mo_bind_polling_place_kernel_pending_event_topic, 3);
    mo_sim_draft_topic_number(&d, kernel->height.value);
    mo_abi_put_hash(&d.writer, hash);
    mo_abi_put_u64(&d.writer, poll->pending_dynasty);
    mo_bind_kernel_put(&d.writer, kernel);
    mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
    log_joined(w, kernel, poll->validators.count - joined);
}

void mo_sim_log_slashed(mo_sim_t *w, uint32_t index, const mo_proven_t *proven)
{
    mo_sim_draft_t d;
    mo_address_t reporter = {{1}};
    mo_sim_draft_begin(&d, &w->base.polling_place, &mo_bind_polling_place_slashed_event_topic, 3);
    mo_sim_draft_topic_number(&d, index);
    mo_sim_draft_topic_address(&d, &proven->signer);
    mo_sim_draft_topic_address(&d, &reporter);
    mo_abi_put_u64(&d.writer, (uint64_t)proven->offence);
    mo_abi_put_hash(&d.writer, &proven->hash_a);
    mo_abi_put_hash(&d.writer, &proven->hash_b);
    mo_sim_draft_end(w, MO_CHAIN_AUXILIARY, &d);
}
