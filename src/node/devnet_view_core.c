#include <string.h>

#include "bind/kernel_relay.h"
#include "bind/polling_place.h"
#include "node/devnet_view_parts.h"

static mo_view_meta_block_t *meta_block_of(mo_devnet_view_t *view, uint64_t height)
{
    mo_view_meta_block_t *const entry = &view->now.meta_blocks[height % MO_VIEW_META_BLOCKS];
    return height > 0 && entry->height == height ? entry : NULL;
}

static void take_proposed(mo_devnet_view_t *view, const mo_log_t *log)
{
    mo_bind_core_meta_block_proposed_event_t event;
    if (!MO_VIEW_IS(core, meta_block_proposed, log, &event)) {
        return;
    }
    const size_t slot = view->proposal_count % MO_VIEW_PROPOSALS;
    view->proposals[slot].hash = event.transition_hash;
    view->proposals[slot].transition = event.transition;
    view->proposal_count += 1;
    mo_devnet_view_tell(view, "B%llu proposed: dynasty %llu, observed origin block %llu",
                        (unsigned long long)event.height, (unsigned long long)event.transition.dynasty,
                        (unsigned long long)event.transition.origin_number);
}

static mo_transition_t proposed_transition(const mo_devnet_view_t *view, const mo_hash_t *hash)
{
    for (size_t i = 0; i < MO_VIEW_PROPOSALS; ++i) {
        if (mo_hash_equal(&view->proposals[i].hash, hash)) {
            return view->proposals[i].transition;
        }
    }
    return (mo_transition_t){0};
}

static void take_committed(mo_devnet_view_t *view, const mo_log_t *log)
{
    mo_bind_core_meta_block_committed_event_t event;
    if (!MO_VIEW_IS(core, meta_block_committed, log, &event)) {
        return;
    }
    view->now.meta_blocks[event.height % MO_VIEW_META_BLOCKS] =
        (mo_view_meta_block_t){.height = event.height,
                               .transition = proposed_transition(view, &event.transition_hash),
                               .transition_hash = event.transition_hash,
                               .kernel_hash = event.kernel_hash,
                               .link = event.link,
                               .committed = mo_devnet_view_event(log)};
    view->now.committed_height = event.height;
    mo_devnet_view_tell(view, "B%llu committed on origin: source is auxiliary block %llu",
                        (unsigned long long)event.height,
                        (unsigned long long)(event.link.source_height.value * view->config.epoch));
}

static void take_opened(mo_devnet_view_t *view, const mo_log_t *log)
{
    mo_bind_core_kernel_opened_event_t event;
    if (!MO_VIEW_IS(core, kernel_opened, log, &event)) {
        return;
    }
    view->now.open_height = event.height;
    if (event.kernel.update_count > 0) {
        mo_devnet_view_tell(view, "K%llu opened on origin; it carries %zu changes of the validators",
                            (unsigned long long)event.height, event.kernel.update_count);
    }
}

void mo_devnet_view_origin_log(mo_devnet_view_t *view, const mo_log_t *log)
{
    if (mo_address_equal(&log->address, &view->config.gateway)) {
        mo_devnet_view_gateway_log(view, log);
        return;
    }
    take_proposed(view, log);
    take_committed(view, log);
    take_opened(view, log);
}

/* A chain's checkpoints by the id that votes about it carry. */
static mo_view_chain_t *chain_of(mo_devnet_view_t *view, const mo_hash_t *id, uint64_t *epoch)
{
    const bool is_auxiliary = mo_hash_equal(id, &view->core_id);
    *epoch = is_auxiliary ? view->config.epoch : view->config.origin_epoch;
    return is_auxiliary ? &view->now.auxiliary : &view->now.origin;
}

static void take_checkpoint(mo_devnet_view_t *view, const mo_log_t *log)
{
    mo_bind_polling_place_checkpoint_justified_event_t justified;
    mo_bind_polling_place_checkpoint_finalised_event_t finalised;
    uint64_t epoch = 0;
    if (MO_VIEW_IS(polling_place, checkpoint_justified, log, &justified)) {
        mo_view_chain_t *const chain = chain_of(view, &justified.chain, &epoch);
        const uint64_t number = justified.height * epoch;
        chain->justified = number > chain->justified ? number : chain->justified;
    }
    if (MO_VIEW_IS(polling_place, checkpoint_finalised, log, &finalised)) {
        mo_view_chain_t *const chain = chain_of(view, &finalised.chain, &epoch);
        chain->finalised = finalised.height * epoch;
        view->now.dynasty = finalised.dynasty;
    }
}

static void take_kernel(mo_devnet_view_t *view, const mo_log_t *log)
{
    mo_bind_polling_place_kernel_pending_event_t pending;
    mo_bind_polling_place_kernel_enforced_event_t enforced;
    if (MO_VIEW_IS(polling_place, kernel_pending, log, &pending)) {
        view->now.kernel_pending = pending.height;
        mo_devnet_view_tell(view, "K%llu proven on the auxiliary chain in dynasty %llu",
                            (unsigned long long)pending.height, (unsigned long long)pending.dynasty);
    }
    if (MO_VIEW_IS(polling_place, kernel_enforced, log, &enforced)) {
        mo_view_meta_block_t *const parent = meta_block_of(view, enforced.height - 1);
        view->now.kernel_in_force = enforced.height;
        view->now.kernel_pending = 0;
        if (parent != NULL) {
            parent->enforced = mo_devnet_view_event(log);
            parent->enforced_dynasty = enforced.dynasty;
            mo_devnet_view_tell(view, "K%llu in force in dynasty %llu", (unsigned long long)enforced.height,
                                (unsigned long long)enforced.dynasty);
        }
    }
}

static void take_voters(mo_devnet_view_t *view, const mo_log_t *log)
{
    mo_bind_polling_place_vote_recorded_event_t vote;
    mo_bind_polling_place_validator_joined_event_t joined;
    if (MO_VIEW_IS(polling_place, vote_recorded, log, &vote)) {
        view->now.vote_count += 1;
    }
    if (MO_VIEW_IS(polling_place, validator_joined, log, &joined)) {
        view->now.validator_count = (uint64_t)joined.index + 1;
    }
}

static void take_relayed(mo_devnet_view_t *view, const mo_log_t *log)
{
    mo_bind_kernel_relay_kernel_relayed_event_t relayed;
    if (MO_VIEW_IS(kernel_relay, kernel_relayed, log, &relayed)) {
        mo_view_meta_block_t *const parent = meta_block_of(view, relayed.height - 1);
        if (parent != NULL) {
            parent->relayed = mo_devnet_view_event(log);
        }
    }
}

void mo_devnet_view_auxiliary_log(mo_devnet_view_t *view, const mo_log_t *log)
{
    if (mo_address_equal(&log->address, &view->config.co_gateway)) {
        mo_devnet_view_co_gateway_log(view, log);
        return;
    }
    if (mo_address_equal(&log->address, &view->config.kernel_relay)) {
        take_relayed(view, log);
        return;
    }
    take_checkpoint(view, log);
    take_kernel(view, log);
    take_voters(view, log);
}
