/* What the watcher owes: whoever is proven guilty by votes that it was shown is slashed on both chains within two epochs
 * (2.3). What it was shown is taken from the calls that blocks hold, and not from the logs that it reads itself. */
#include "rules/registry.h"
#include "rules/vote.h"
#include "sim/world.h"

/* Epochs of the auxiliary chain. */
#define SLASHED_WITHIN 2u

static void show(mo_sim_t *w, uint32_t signer, const mo_vote_t *vote)
{
    bool guilty = false;
    for (size_t i = 0; i < w->shown.count; i++) {
        const mo_sim_shown_t *other = MO_SIM_AT(mo_sim_shown_t, w->shown, i);
        if (other->signer == signer && mo_rules_vote_equal(&other->vote, vote)) {
            return;
        }
        guilty = guilty || (other->signer == signer && mo_sim_offence(&other->vote, vote) != 0);
    }
    *MO_SIM_PUSH(mo_sim_shown_t, &w->shown) = (mo_sim_shown_t){signer, *vote};
    if (guilty && !w->guilt[signer].guilty) {
        const mo_sim_chain_t *c = &w->chains[MO_CHAIN_AUXILIARY];
        w->guilt[signer] = (mo_sim_guilt_t){true, mo_sim_block(w, MO_CHAIN_AUXILIARY, c->lanes[0].tip)->number};
        mo_sim_say(w, "the watcher has been shown what proves validator %u guilty", signer);
    }
}

static void show_seal(mo_sim_t *w, const mo_sim_call_t *call)
{
    const mo_vote_t link = call->action.commit.link;
    mo_hash_t hash = mo_rules_vote_hash(&link);
    for (size_t i = 0; i < w->signatures.count; i++) {
        const mo_sim_signed_t *s = MO_SIM_AT(mo_sim_signed_t, w->signatures, i);
        for (size_t at = 5; mo_hash_equal(&s->hash, &hash) && at < call->seal_size; at += MO_SEAL_RECORD_SIZE) {
            mo_hash_t r;
            for (size_t b = 0; b < sizeof r.bytes; b++) {
                r.bytes[b] = call->seal[at + b];
            }
            if (mo_hash_equal(&r, &s->signature.r)) {
                show(w, s->signer, &link);
            }
        }
    }
}

void mo_sim_check_shown(mo_sim_t *w, const mo_sim_node_t *n, mo_chain_t chain, uint32_t index)
{
    (void)n;
    const mo_sim_block_t *block = mo_sim_block(w, chain, index);
    for (size_t i = 0; i < block->mined_count; i++) {
        const mo_sim_mined_t *mined = MO_SIM_AT(mo_sim_mined_t, w->chains[chain].mined, block->first_mined + i);
        const mo_sim_call_t call = *MO_SIM_AT(mo_sim_call_t, w->calls, mined->call);
        if (!mined->done || call.kind != MO_SIM_CALL_ROLE) {
            continue;
        }
        if (call.action.kind == MO_ACTION_VOTE) {
            show(w, call.signer, &call.action.vote);
        } else if (call.action.kind == MO_ACTION_COMMIT) {
            show_seal(w, &call);
        }
    }
}

/* Slashed, or out of reach: on origin when its stake is withdrawn, on the auxiliary chain before a kernel carried it. */
static bool is_slashed(const mo_sim_t *w, uint32_t signer, mo_chain_t chain, uint32_t lane)
{
    const mo_sim_lane_t *l = &w->chains[chain].lanes[lane];
    if (chain == MO_CHAIN_ORIGIN) {
        const mo_validator_account_t *account = mo_rules_registry_account(l->origin, &w->addresses[signer]);
        return account != NULL && (account->state == MO_ACCOUNT_SLASHED || account->state == MO_ACCOUNT_WITHDRAWN);
    }
    uint32_t index;
    return !mo_rules_validators_find(&l->poll->validators, &w->addresses[signer], &index) ||
           l->poll->validators.at[index].slashed;
}

static uint32_t lane_of(const mo_sim_t *w, mo_chain_t chain)
{
    for (size_t i = 0; i < w->node_count; i++) {
        if (w->nodes[i].kind == MO_SIM_NODE_WATCHER) {
            return w->nodes[i].lane[chain];
        }
    }
    return 0;
}

static bool is_done(const mo_sim_t *w, uint32_t signer)
{
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        if (!is_slashed(w, signer, (mo_chain_t)chain, lane_of(w, (mo_chain_t)chain))) {
            return false;
        }
    }
    return true;
}

/* Where calls are lost on their way they come later. */
void mo_sim_check_watched(mo_sim_t *w)
{
    const mo_sim_lane_t *l = &w->chains[MO_CHAIN_AUXILIARY].lanes[lane_of(w, MO_CHAIN_AUXILIARY)];
    uint64_t top = mo_sim_block(w, MO_CHAIN_AUXILIARY, l->tip)->number;
    bool strict = w->faults.kind == MO_SIM_WORLD_BYZANTINE || w->faults.kind == MO_SIM_WORLD_TRAITORS;
    for (uint32_t s = 0; s < w->signer_count && strict; s++) {
        if (w->guilt[s].guilty && top > w->guilt[s].since + SLASHED_WITHIN * w->base.epoch && !is_done(w, s)) {
            mo_sim_violate(w, "the watcher was shown what proves validator %u guilty, and %u epochs later it is not slashed "
                              "on both chains (2.3)", s, SLASHED_WITHIN);
        }
    }
}

void mo_sim_check_hindered(mo_sim_t *w)
{
    const mo_sim_lane_t *l = &w->chains[MO_CHAIN_AUXILIARY].lanes[0];
    uint64_t top = mo_sim_block(w, MO_CHAIN_AUXILIARY, l->tip)->number;
    for (uint32_t s = 0; s < w->signer_count; s++) {
        w->guilt[s].since = top;
    }
}

bool mo_sim_check_is_waiting(const mo_sim_t *w)
{
    for (uint32_t s = 0; s < w->signer_count; s++) {
        if (w->guilt[s].guilty && !is_done(w, s)) {
            return true;
        }
    }
    return false;
}

/* Contracts, tokens and gateways are honest here, and so is whoever proposes. */
void mo_sim_check_found(mo_sim_t *w, const mo_finding_t *finding)
{
    switch (finding->kind) {
    case MO_FINDING_OFFENCE:
    case MO_FINDING_SLASHED:
        for (uint32_t s = 0; s < w->signer_count; s++) {
            if (mo_address_equal(&w->addresses[s], &finding->signer) && mo_sim_honest(w, s)) {
                mo_sim_violate(w, "the watcher accuses honest validator %u (2.3)", s);
            }
        }
        break;
    case MO_FINDING_ESCROW:
    case MO_FINDING_SUPPLY:
    case MO_FINDING_PAID_OUT:
    case MO_FINDING_SILENCE:
    case MO_FINDING_HALTABLE:
    case MO_FINDING_FORGOTTEN:
        mo_sim_violate(w, "the watcher raises a false alarm: %s", mo_finding_text(finding->kind));
        break;
    case MO_FINDING_OBSERVATION:
    case MO_FINDING_GAS_TARGET:
    case MO_FINDING_HALTED:
    case MO_FINDING_CONTRADICTION:
    case MO_FINDING_UNREAD:
        break;
    }
}
