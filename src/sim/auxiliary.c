/* The auxiliary chain's contracts, decided by rules/poll.h; what they emit goes into the block's logs. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "sim/world.h"

void mo_sim_auxiliary_create(mo_sim_t *w, mo_sim_lane_t *lane)
{
    mo_sim_chain_t *c = &w->chains[MO_CHAIN_AUXILIARY];
    const mo_sim_block_t *root = mo_sim_block(w, MO_CHAIN_AUXILIARY, 0);
    mo_poll_config_t config = {
        .core_id = w->core_id,
        .origin_id = w->origin_id,
        .domain = w->domain,
        .epoch = w->base.epoch,
        .origin_epoch = w->base.origin_epoch,
        .origin_root_number = w->base.origin_root_number,
        .origin_root_hash = w->base.origin_root_hash,
    };
    mo_bytes_t header = {(const uint8_t *)c->bytes.items + root->header, root->header_size};
    mo_run_verdict_t run = mo_rules_run_root(header, config.epoch, &config.root);
    MO_CHECK(run == MO_RUN_ACCEPTED);
    lane->poll = malloc(sizeof *lane->poll);
    MO_CHECK(lane->poll != NULL);
    const mo_kernel_t *k1 = &MO_SIM_AT(mo_sim_kernel_t, w->kernels, 0)->kernel;
    mo_poll_verdict_t founded = mo_rules_poll_found(lane->poll, root->number + 1, &config, k1);
    MO_CHECK(founded == MO_POLL_ACCEPTED);
    mo_sim_check_tally_start(w, &lane->tally);
    mo_sim_log_opened(w);
    mo_sim_bus_create(w, MO_CHAIN_AUXILIARY, lane);
}

static mo_sim_lane_t *lane_of(mo_sim_t *w, const mo_sim_spot_t *spot)
{
    return &w->chains[MO_CHAIN_AUXILIARY].lanes[spot->lane];
}

static void anchor(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_hash_t *hash)
{
    mo_poll_verdict_t verdict = mo_rules_poll_anchor(lane_of(w, spot)->poll, spot->number, hash);
    MO_CHECK(verdict == MO_POLL_ACCEPTED);
    mo_sim_log_anchored(w, hash);
}

/* Whether a block is of the branch that ends in `parent`. */
static bool is_own(mo_sim_t *w, const mo_sim_spot_t *spot, uint32_t block)
{
    return block != MO_SIM_NONE && mo_sim_chain_ancestor(w, MO_CHAIN_AUXILIARY, spot->parent,
                                                         mo_sim_block(w, MO_CHAIN_AUXILIARY, block)->number) == block;
}

/* The record at the end of the run of headers from the child of `first` to `last`. */
static bool walk(mo_sim_t *w, const mo_poll_t *poll, const mo_hash_t *first, uint32_t last, mo_record_t *record)
{
    const mo_sim_chain_t *c = &w->chains[MO_CHAIN_AUXILIARY];
    const mo_poll_record_t *known = mo_rules_poll_record(poll, first);
    uint32_t way[MO_RUN_HEADERS_MAX];
    size_t count = 0;
    uint32_t i = last;
    while (known != NULL && i != MO_SIM_NONE && count < MO_RUN_HEADERS_MAX &&
           !mo_hash_equal(&mo_sim_block(w, MO_CHAIN_AUXILIARY, i)->hash, first)) {
        way[count++] = i;
        i = mo_sim_block(w, MO_CHAIN_AUXILIARY, i)->parent;
    }
    if (known == NULL || i == MO_SIM_NONE || count == 0 || count == MO_RUN_HEADERS_MAX) {
        return false;
    }
    *record = known->record;
    bool good = true;
    while (count > 0 && good) {
        const mo_sim_block_t *block = mo_sim_block(w, MO_CHAIN_AUXILIARY, way[--count]);
        mo_bytes_t header = {(const uint8_t *)c->bytes.items + block->header, block->header_size};
        good = mo_rules_run_step(record, header) == MO_RUN_ACCEPTED;
    }
    return good;
}

static bool report(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    mo_poll_t *poll = lane_of(w, spot)->poll;
    const mo_hash_t *first = &call->action.report.first;
    mo_record_t last;
    if (!walk(w, poll, first, call->block, &last)) {
        return false;
    }
    if (mo_rules_poll_record(poll, &last.hash) == NULL) {
        if (mo_rules_poll_report(poll, spot->number, first, &last) != MO_POLL_ACCEPTED) {
            return false;
        }
        mo_sim_log_reported(w, first, &last);
    }
    const mo_poll_record_t *record = mo_rules_poll_record(poll, &last.hash);
    if (!record->anchored && is_own(w, spot, call->block)) {
        anchor(w, spot, &last.hash);
    }
    return true;
}

static bool anchor_call(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    const mo_hash_t *hash = &call->action.anchor;
    const mo_poll_record_t *record = mo_rules_poll_record(lane_of(w, spot)->poll, hash);
    if (record == NULL || !is_own(w, spot, mo_sim_chain_find(w, MO_CHAIN_AUXILIARY, hash))) {
        return false;
    }
    if (!record->anchored) {
        anchor(w, spot, hash);
    }
    return true;
}

static bool report_origin(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    const mo_sim_block_t *block = mo_sim_block(w, MO_CHAIN_ORIGIN, call->block);
    mo_origin_block_t reported = {block->number, block->hash, block->state_root};
    if (mo_rules_poll_report_origin(lane_of(w, spot)->poll, spot->number, &reported) != MO_POLL_ACCEPTED) {
        return false;
    }
    mo_sim_log_origin_reported(w, &reported);
    return true;
}

static bool vote(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    mo_poll_t *poll = lane_of(w, spot)->poll;
    mo_ballot_t ballot = {.link = call->action.vote, .record = {.signature = call->signature}};
    mo_poll_outcome_t outcome = {0};
    mo_poll_verdict_t verdict = MO_POLL_VALIDATOR_UNKNOWN;
    if (mo_rules_validators_find(&poll->validators, &w->addresses[call->signer], &ballot.record.index)) {
        verdict = mo_rules_poll_vote(poll, spot->number, &ballot, &outcome);
    }
    mo_sim_say(w, "vote of %u for %llu -> %llu on branch %u: %s", call->signer,
               (unsigned long long)ballot.link.source_height.value, (unsigned long long)ballot.link.target_height.value,
               spot->lane, mo_rules_poll_verdict_name(verdict));
    mo_sim_check_vote(w, spot, call, verdict, &outcome);
    if (verdict != MO_POLL_ACCEPTED) {
        bool skipped = call->batch && verdict >= MO_POLL_VALIDATOR_SLASHED && verdict <= MO_POLL_WEIGHT_ZERO;
        if (skipped) {
            mo_sim_log_skipped(w, &ballot, verdict);
        }
        return skipped;
    }
    mo_sim_log_voted(w, poll, &ballot, &outcome);
    return true;
}

/* What the proof shows: the core's open kernel under the state root of a finalised block of origin (5.6). */
static bool is_proven(mo_sim_t *w, const mo_poll_t *poll, const mo_sim_call_t *call)
{
    const mo_origin_record_t *root = mo_rules_poll_finalised_root(poll, call->action.relay.origin_number);
    uint32_t block = root == NULL ? MO_SIM_NONE : mo_sim_chain_find(w, MO_CHAIN_ORIGIN, &root->hash);
    return block != MO_SIM_NONE &&
           mo_hash_equal(&mo_sim_block(w, MO_CHAIN_ORIGIN, block)->state_root, &root->state_root) &&
           mo_sim_block(w, MO_CHAIN_ORIGIN, block)->kernel == call->kernel;
}

static bool relay(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    mo_poll_t *poll = lane_of(w, spot)->poll;
    if (call->kernel == MO_SIM_NONE || !is_proven(w, poll, call)) {
        return false;
    }
    const mo_sim_kernel_t *kernel = MO_SIM_AT(mo_sim_kernel_t, w->kernels, call->kernel);
    const mo_action_relay_t *in = &call->action.relay;
    if (mo_rules_poll_relay(poll, spot->number, &kernel->kernel, &in->parent, &in->link) != MO_POLL_ACCEPTED) {
        return false;
    }
    mo_sim_log_pending(w, poll, &kernel->kernel, &kernel->hash);
    mo_sim_check_relay(w, spot, call);
    return true;
}

static bool slash(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    mo_poll_t *poll = lane_of(w, spot)->poll;
    mo_proven_t proven;
    uint32_t index;
    if (mo_rules_poll_prove(poll, spot->number, MO_SIM_AT(mo_evidence_t, w->evidence, call->evidence), &proven) !=
            MO_POLL_ACCEPTED ||
        !mo_rules_validators_find(&poll->validators, &proven.signer, &index)) {
        return false;
    }
    mo_sim_log_slashed(w, index, &proven);
    mo_sim_check_slashed(w, spot, call);
    return true;
}

bool mo_sim_auxiliary_execute(mo_sim_t *w, const mo_sim_spot_t *spot, uint32_t index)
{
    const mo_sim_call_t call = *MO_SIM_AT(mo_sim_call_t, w->calls, index);
    if (call.kind == MO_SIM_CALL_SLASH) {
        return slash(w, spot, &call);
    }
    switch (call.action.kind) {
    case MO_ACTION_REPORT_AUXILIARY:
        return report(w, spot, &call);
    case MO_ACTION_ANCHOR:
        return anchor_call(w, spot, &call);
    case MO_ACTION_REPORT_ORIGIN:
        return report_origin(w, spot, &call);
    case MO_ACTION_VOTE:
        return vote(w, spot, &call);
    case MO_ACTION_RELAY:
        return relay(w, spot, &call);
    case MO_ACTION_PROPOSE:
    case MO_ACTION_COMMIT:
    case MO_ACTION_SLASH:
    case MO_ACTION_CHALLENGE_OBSERVATION:
    case MO_ACTION_RECORD_ORIGIN:
    case MO_ACTION_CHALLENGE_GAS_TARGET:
    case MO_ACTION_CHALLENGE_HALT:
    case MO_ACTION_HALT:
    case MO_ACTION_FUND_LEDGER:
    case MO_ACTION_DECLARE:
    case MO_ACTION_PROVE_PEER:
    case MO_ACTION_STEP:
        break;
    }
    mo_check_failed("a validator calls nothing else on the auxiliary chain", __FILE__, __LINE__);
}
