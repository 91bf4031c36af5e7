/* The protocol once more, from its text: what a signature, a commit, a slash, an ending must be. Nothing here asks
 * src/rules for a verdict; hashes of structs are the one thing shared. */
#include <stdlib.h>
#include <string.h>

#include "rules/transition.h"
#include "rules/vote.h"
#include "sim/world.h"

/* In a calm world one call may revert, and one more of so many: work that two took on before either could see the other's. */
#define CALLS_PER_WASTED 100

bool mo_sim_honest(const mo_sim_t *w, uint32_t signer)
{
    return (w->faults.traitors >> signer & 1) == 0;
}

/* Strictly more than two thirds; of nothing there is none. */
bool mo_sim_two_thirds(uint64_t weight, uint64_t total)
{
    return weight > 0 && weight <= total && 3 * weight > 2 * total;
}

/* 2.3 */
int mo_sim_offence(const mo_vote_t *a, const mo_vote_t *b)
{
    bool same_chain = memcmp(&a->chain, &b->chain, 32) == 0;
    if (!same_chain || memcmp(a, b, sizeof *a) == 0) {
        return 0;
    }
    uint64_t sa = a->source_height.value, ta = a->target_height.value;
    uint64_t sb = b->source_height.value, tb = b->target_height.value;
    if (ta == tb) {
        return 1;
    }
    if ((sa < sb && sb < tb && tb < ta) || (sb < sa && sa < ta && ta < tb)) {
        return 2;
    }
    bool same_source = memcmp(&a->source, &b->source, 32) == 0;
    return same_source && memcmp(&a->transition, &b->transition, 32) != 0 ? 3 : 0;
}

/* T(s) by what the tree adds up to (2.6). */
mo_hash_t mo_sim_transition_of(mo_sim_t *w, uint32_t index)
{
    const mo_sim_block_t *s = mo_sim_block(w, MO_CHAIN_AUXILIARY, index);
    mo_transition_t t = {.dynasty = s->dynasty,
                         .origin_number = s->observed,
                         .origin_hash = s->observed_hash,
                         .transaction_root = s->transaction_root,
                         .gas = mo_u256_from_u64(s->gas),
                         .kernel = MO_SIM_AT(mo_sim_kernel_t, w->kernels, s->kernel)->hash};
    return mo_rules_transition_hash(&t);
}

/* --- signatures ------------------------------------------------------------------------------------------------- */

static bool is_recorded(const mo_sim_store_t *store, const mo_hash_t *hash)
{
    for (size_t i = 0; i < store->records.count; i++) {
        if (mo_hash_equal(&MO_SIM_AT(mo_sim_record_t, store->records, i)->hash, hash)) {
            return true;
        }
    }
    return false;
}

/* 2.9: what a validator votes for descends from all that it was ever shown as final. */
static bool keeps_bound(mo_sim_t *w, uint32_t node, const mo_vote_t *vote)
{
    uint32_t target = mo_sim_chain_find(w, MO_CHAIN_AUXILIARY, &vote->target);
    return target != MO_SIM_NONE && mo_sim_chain_descends(w, MO_CHAIN_AUXILIARY, target, w->nodes[node].bound);
}

/* Whatever left an honest machine agrees with all that left it before, restarts included, and is in its record. */
static void check_honest(mo_sim_t *w, uint32_t node, const mo_sim_signed_t *now)
{
    for (size_t i = 0; i < w->signatures.count; i++) {
        const mo_sim_signed_t *before = MO_SIM_AT(mo_sim_signed_t, w->signatures, i);
        int offence = before->signer == now->signer ? mo_sim_offence(&before->vote, &now->vote) : 0;
        if (offence != 0) {
            mo_sim_violate(w, "honest validator %u signed two votes that break condition %d: %llu -> %llu and %llu -> %llu (2.3)",
                           now->signer, offence, (unsigned long long)before->vote.source_height.value,
                           (unsigned long long)before->vote.target_height.value,
                           (unsigned long long)now->vote.source_height.value,
                           (unsigned long long)now->vote.target_height.value);
        }
    }
    if (node != MO_SIM_NONE && mo_hash_equal(&now->vote.chain, &w->core_id) && !keeps_bound(w, node, &now->vote)) {
        mo_sim_violate(w, "honest validator %u signed for a branch that lacks what it saw final (2.9)", now->signer);
    }
    if (node == MO_SIM_NONE || !is_recorded(&w->nodes[node].store, &now->hash)) {
        mo_sim_violate(w, "a signature of honest validator %u is not in its guard's record (2.7)", now->signer);
    }
}

void mo_sim_check_signed(mo_sim_t *w, uint32_t node, uint32_t signer, const mo_vote_t *vote, const mo_signature_t *signature)
{
    mo_sim_signed_t now = {signer, mo_sim_honest(w, signer), *vote, mo_rules_vote_hash(vote), *signature};
    for (size_t i = 0; i < w->signatures.count; i++) {
        const mo_sim_signed_t *before = MO_SIM_AT(mo_sim_signed_t, w->signatures, i);
        if (before->signer == signer && mo_hash_equal(&before->hash, &now.hash)) {
            return;
        }
    }
    if (now.honest) {
        check_honest(w, node, &now);
        w->report->signatures++;
    }
    *MO_SIM_PUSH(mo_sim_signed_t, &w->signatures) = now;
    mo_sim_say(w, "validator %u signs %s %llu -> %llu %02x%02x%02x%02x", signer,
               mo_hash_equal(&vote->chain, &w->core_id) ? "auxiliary" : "origin",
               (unsigned long long)vote->source_height.value, (unsigned long long)vote->target_height.value,
               now.hash.bytes[0], now.hash.bytes[1], now.hash.bytes[2], now.hash.bytes[3]);
}

/* --- commits ---------------------------------------------------------------------------------------------------- */

static bool has_signed(mo_sim_t *w, uint32_t signer, const mo_hash_t *hash)
{
    for (size_t i = w->signatures.count; i > 0; i--) {
        const mo_sim_signed_t *s = MO_SIM_AT(mo_sim_signed_t, w->signatures, i - 1);
        if (s->signer == signer && mo_hash_equal(&s->hash, hash)) {
            return true;
        }
    }
    return false;
}

static uint32_t signer_at(mo_sim_t *w, const mo_address_t *address)
{
    for (uint32_t s = 0; s < w->signer_count; s++) {
        if (mo_address_equal(&w->addresses[s], address)) {
            return s;
        }
    }
    return MO_SIM_NONE;
}

/* +2/3 of both sets of the open kernel signed the link, each counted once, no slashed one (4.3, 5.3). */
static bool is_sealed(mo_sim_t *w, const mo_core_t *core, const mo_sim_call_t *call)
{
    const mo_sim_kernel_t *k = MO_SIM_AT(mo_sim_kernel_t, w->kernels, mo_sim_kernel_find(w, &core->kernel_hash));
    const mo_sim_kernel_t *before = k->parent == MO_SIM_NONE ? k : MO_SIM_AT(mo_sim_kernel_t, w->kernels, k->parent);
    mo_hash_t link = mo_rules_vote_hash(&call->action.commit.link);
    uint64_t forward = 0, rear = 0;
    uint32_t counted = 0;
    for (size_t at = 1; at + MO_SEAL_RECORD_SIZE <= call->seal_size; at += MO_SEAL_RECORD_SIZE) {
        uint32_t index = (uint32_t)call->seal[at] << 24 | (uint32_t)call->seal[at + 1] << 16 |
                         (uint32_t)call->seal[at + 2] << 8 | call->seal[at + 3];
        uint32_t s = index < core->validators.count ? signer_at(w, &core->validators.at[index].signer) : MO_SIM_NONE;
        if (s == MO_SIM_NONE || (counted >> s & 1) != 0 || !has_signed(w, s, &link)) {
            return false;
        }
        counted |= 1u << s;
        forward += core->validators.at[index].slashed ? 0 : k->weight[s];
        rear += core->validators.at[index].slashed ? 0 : before->weight[s];
    }
    return mo_sim_two_thirds(forward, k->total) && mo_sim_two_thirds(rear, before->total);
}

static const mo_sim_finality_t *finality_of(mo_sim_t *w, const mo_hash_t *transition, const mo_hash_t *source)
{
    for (size_t i = 0; i < w->finalities.count; i++) {
        const mo_sim_finality_t *f = MO_SIM_AT(mo_sim_finality_t, w->finalities, i);
        if (mo_hash_equal(&f->transition, transition) &&
            mo_hash_equal(&mo_sim_block(w, MO_CHAIN_AUXILIARY, f->block)->hash, source)) {
            return f;
        }
    }
    return NULL;
}

/* Seconds since it was proposed; UINT64_MAX when it was not. */
static uint64_t proposed_for(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call, const mo_hash_t *transition)
{
    const mo_sim_lane_t *lane = &w->chains[MO_CHAIN_ORIGIN].lanes[spot->lane];
    for (size_t i = lane->proposed.count; i > 0; i--) {
        const mo_sim_proposed_t *p = MO_SIM_AT(mo_sim_proposed_t, lane->proposed, i - 1);
        if (mo_hash_equal(&p->transition, transition) && p->stated_height == call->action.commit.stated_height) {
            return spot->timestamp - p->at;
        }
    }
    return UINT64_MAX;
}

/* An honest validator commits the lowest checkpoint at which the gas target is reached (4.4 b). */
static bool is_lowest(mo_sim_t *w, const mo_core_t *core, const mo_sim_finality_t *f, const mo_committed_t *before)
{
    uint32_t open = mo_sim_kernel_find(w, &core->kernel_hash);
    /* A slash may leave a lower one without a seal; which, is not followed here. */
    for (uint32_t i = 0; i < core->validators.count; i++) {
        if (core->validators.at[i].slashed) {
            return true;
        }
    }
    for (size_t i = 0; i < w->finalities.count; i++) {
        const mo_sim_finality_t *other = MO_SIM_AT(mo_sim_finality_t, w->finalities, i);
        const mo_sim_block_t *block = mo_sim_block(w, MO_CHAIN_AUXILIARY, other->block);
        bool between = other->height > before->source_height.value && other->height < f->height;
        bool reaches = !mo_u256_less(mo_u256_from_u64(block->gas), core->kernel.gas_target);
        if (between && reaches && block->kernel == open && block->dynasty > before->dynasty &&
            mo_sim_chain_descends(w, MO_CHAIN_AUXILIARY, f->block, other->block)) {
            return false;
        }
    }
    return true;
}

void mo_sim_check_commit(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call, const mo_committed_t *before)
{
    const mo_core_t *core = w->chains[MO_CHAIN_ORIGIN].lanes[spot->lane].core;
    const mo_action_commit_t *in = &call->action.commit;
    mo_hash_t transition = mo_rules_transition_hash(&in->transition);
    unsigned long long n = core->kernel.height.value;
    uint64_t age = proposed_for(w, spot, call, &transition);
    const mo_sim_finality_t *f = finality_of(w, &transition, &in->link.source);
    if (age == UINT64_MAX || age < w->challenge_seconds) {
        mo_sim_violate(w, "B_%llu committed without its challenge period (4.3)", n);
    } else if (in->transition.dynasty <= before->dynasty || !mo_u256_less(before->gas, in->transition.gas)) {
        mo_sim_violate(w, "B_%llu: dynasty and gas do not increase (4.2)", n);
    } else if (in->link.source_height.value <= before->source_height.value ||
               in->link.target_height.value != in->link.source_height.value + 1) {
        mo_sim_violate(w, "B_%llu: its source is not above the committed one, or not finalised by its link (4.3)", n);
    } else if (f == NULL) {
        mo_sim_violate(w, "B_%llu: its T is that of no finalised checkpoint (4.3)", n);
    } else if (!mo_hash_equal(&in->transition.kernel, &core->kernel_hash)) {
        mo_sim_violate(w, "B_%llu: its T was made under another kernel (4.2)", n);
    } else if (!is_sealed(w, core, call)) {
        mo_sim_violate(w, "B_%llu: its seal is not of +2/3 of both sets (4.3, 5.3)", n);
    } else if (call->node != MO_SIM_NONE && w->nodes[call->node].honest && !is_lowest(w, core, f, before)) {
        mo_sim_violate(w, "B_%llu: a lower checkpoint reached the gas target (4.4)", n);
    }
}

/* --- slashes ---------------------------------------------------------------------------------------------------- */

void mo_sim_check_slashed(mo_sim_t *w, const mo_sim_spot_t *spot, const mo_sim_call_t *call)
{
    const mo_evidence_t *e = MO_SIM_AT(mo_evidence_t, w->evidence, call->evidence);
    w->chains[MO_CHAIN_AUXILIARY].lanes[spot->lane].tally.slashed |= 1u << call->signer;
    mo_sim_say(w, "validator %u is slashed on branch %u", call->signer, spot->lane);
    if (mo_sim_offence(&e->a, &e->b) == 0 || mo_sim_honest(w, call->signer)) {
        mo_sim_violate(w, "validator %u is slashed without an offence (2.3)", call->signer);
    }
}

/* --- roles ------------------------------------------------------------------------------------------------------ */

/* Contracts and chains are honest here, so that nobody has a reason to disbelieve them. */
void mo_sim_check_role(mo_sim_t *w, uint32_t node)
{
    mo_sim_node_t *n = &w->nodes[node];
    uint32_t final = mo_sim_block(w, MO_CHAIN_AUXILIARY, n->view[MO_CHAIN_AUXILIARY])->final;
    if (mo_sim_block(w, MO_CHAIN_AUXILIARY, final)->number > mo_sim_block(w, MO_CHAIN_AUXILIARY, n->bound)->number) {
        n->bound = final;
    }
    mo_sim_world_kind_t kind = w->faults.kind;
    bool excused = kind == MO_SIM_WORLD_TRAITORS;
    /* Whose endpoint follows a branch that lost, or is about to, sees another's finality by what origin commits (2.9). */
    excused = excused || (n->role->disagreement == MO_DISAGREEMENT_FINALISED_LOST && w->report->forks > 0);
    if (n->role->disagreement != MO_DISAGREEMENT_NONE && !excused) {
        mo_sim_violate(w, "honest validator %u disbelieves honest contracts: %s", node,
                       mo_disagreement_text(n->role->disagreement));
    }
}

/* --- the end ---------------------------------------------------------------------------------------------------- */

/* The traitors that their signatures prove guilty, by their weight in a kernel. */
static uint64_t provable_weight(mo_sim_t *w, const mo_sim_kernel_t *k)
{
    uint32_t guilty = 0;
    for (size_t i = 0; i < w->signatures.count; i++) {
        const mo_sim_signed_t *a = MO_SIM_AT(mo_sim_signed_t, w->signatures, i);
        for (size_t j = 0; j < i && (guilty >> a->signer & 1) == 0; j++) {
            const mo_sim_signed_t *b = MO_SIM_AT(mo_sim_signed_t, w->signatures, j);
            bool offends = a->signer == b->signer && mo_sim_offence(&a->vote, &b->vote) != 0;
            guilty |= offends ? 1u << a->signer : 0;
        }
    }
    uint64_t weight = 0;
    for (uint32_t s = 0; s < w->signer_count; s++) {
        weight += (guilty >> s & 1) != 0 ? k->weight[s] : 0;
    }
    return weight;
}

/* Two final checkpoints that exclude each other: a third of the weight must be provably guilty (2.3). */
static void check_accountable(mo_sim_t *w, const mo_sim_finality_t *f)
{
    const mo_sim_block_t *block = mo_sim_block(w, MO_CHAIN_AUXILIARY, f->block);
    const mo_sim_kernel_t *k = MO_SIM_AT(mo_sim_kernel_t, w->kernels, block->kernel);
    if (3 * provable_weight(w, k) < k->total) {
        mo_sim_violate(w, "two conflicting checkpoints are final at height %llu, and less than a third is provably guilty (2.3)",
                       (unsigned long long)f->height);
    }
}

static void check_conflicts(mo_sim_t *w)
{
    for (size_t i = 0; i < w->finalities.count; i++) {
        const mo_sim_finality_t *a = MO_SIM_AT(mo_sim_finality_t, w->finalities, i);
        for (size_t j = 0; j < i; j++) {
            const mo_sim_finality_t *b = MO_SIM_AT(mo_sim_finality_t, w->finalities, j);
            if (!mo_sim_chain_descends(w, MO_CHAIN_AUXILIARY, a->block, b->block) &&
                !mo_sim_chain_descends(w, MO_CHAIN_AUXILIARY, b->block, a->block)) {
                w->report->conflicts++;
                check_accountable(w, a);
            }
        }
    }
}

void mo_sim_check_end(mo_sim_t *w)
{
    check_conflicts(w);
    const mo_core_t *core = w->chains[MO_CHAIN_ORIGIN].lanes[0].core;
    const mo_poll_t *poll = w->chains[MO_CHAIN_AUXILIARY].lanes[0].poll;
    bool must_go_on = w->faults.kind != MO_SIM_WORLD_TRAITORS;
    if (must_go_on && poll->last_finalised[MO_POLL_AUXILIARY].height.value <= w->healed_height) {
        mo_sim_violate(w, "healed for %d epochs, and nothing above height %llu is final", MO_SIM_HEALED_EPOCHS,
                       (unsigned long long)w->healed_height);
    }
    if (must_go_on && core->kernel.height.value <= w->healed_committed) {
        mo_sim_violate(w, "healed for %d epochs, and B_%llu is not committed", MO_SIM_HEALED_EPOCHS,
                       (unsigned long long)w->healed_committed);
    }
    const mo_sim_tally_t *tally = &w->chains[MO_CHAIN_AUXILIARY].lanes[0].tally;
    uint32_t observed = mo_sim_chain_find(w, MO_CHAIN_ORIGIN, &tally->observed_hash);
    if (observed == MO_SIM_NONE ||
        !mo_sim_chain_descends(w, MO_CHAIN_ORIGIN, w->chains[MO_CHAIN_ORIGIN].lanes[0].tip, observed)) {
        mo_sim_violate(w, "the observation of origin at block %llu is final, and origin has another block there (3.3)",
                       (unsigned long long)tally->observed);
    }
    if (w->faults.kind == MO_SIM_WORLD_CALM && w->report->wasted > 1 + w->report->calls / CALLS_PER_WASTED) {
        mo_sim_violate(w, "%llu of %llu calls reverted though nothing went wrong", (unsigned long long)w->report->wasted,
                       (unsigned long long)w->report->calls);
    }
}
