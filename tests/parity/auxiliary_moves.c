#include <string.h>

#include "base/check.h"
#include "bind/auxiliary_block_store.h"
#include "bind/kernel_relay.h"
#include "bind/origin_block_store.h"
#include "bind/polling_place.h"
#include "eth/header.h"
#include "parity/auxiliary.h"
#include "parity/proof.h"
#include "rules/kernel.h"
#include "rules/run.h"
#include "rules/transition.h"
#include "rules/vote.h"

static const mo_address_t a_core = {{0xc0, 0x4e}};
static const mo_hash_t no_link = {{0}};

/* --- headers --------------------------------------------------------------------------------------------- */

enum { RUN_MEMORY = 16 * A_HEADER_MAX };

static const char *letters_of_run(mo_run_verdict_t verdict) {
    if (verdict == MO_RUN_LENGTH_INVALID) {
        return "uu";
    }
    return verdict == MO_RUN_PARENT_MISMATCH ? "uhh" : NULL;
}

/* Where the headers lead from the record; what is wrong with them ends the step. */
static bool runs(auxiliary_t *a, const mo_poll_record_t *start, mo_bytes_t headers, mo_record_t *last) {
    mo_run_verdict_t verdict = mo_rules_run(&start->record, headers, last);
    if (verdict != MO_RUN_ACCEPTED) {
        a_done(a, mo_rules_run_verdict_name(verdict), letters_of_run(verdict), &no_link);
    }
    return verdict == MO_RUN_ACCEPTED;
}

/* The contract's report: the run from a record, then its last block's record, anchored when it is the chain's own. */
static void report(auxiliary_t *a, const mo_hash_t *first, mo_bytes_t headers) {
    mo_poll_t *poll = &a->now->poll;
    uint64_t block = a->now->tip + 1;
    a_call(a, &a->store);
    mo_bind_auxiliary_block_store_report_t in = {*first, headers};
    bool fits = mo_bind_auxiliary_block_store_report_encode(&a->w->step.input, &in);
    MO_CHECK(fits);
    const mo_poll_record_t *start = mo_rules_poll_record(poll, first);
    if (start == NULL) {
        a_done(a, "BlockNotRecorded", NULL, &no_link);
        return;
    }
    mo_record_t last;
    if (!runs(a, start, headers, &last)) {
        return;
    }
    mo_poll_verdict_t verdict = mo_rules_poll_report(poll, block, first, &last);
    bool own = last.number <= a->now->tip && mo_hash_equal(&a_block(a, last.number)->hash, &last.hash);
    if (verdict == MO_POLL_ACCEPTED && own && block - last.number <= 256) {
        verdict = mo_rules_poll_anchor(poll, block, &last.hash);
    }
    a_done(a, mo_rules_poll_verdict_name(verdict), NULL, &no_link);
}

/* spoil: 1 unknown start, 2 nothing, 3 a byte of a header, 4 a block left out, 5 a wrong number. */
void a_report(auxiliary_t *a) {
    unsigned spoil = chance(a->w, 85) ? 0 : (unsigned)(1 + draw(a->w, 5));
    uint64_t from = a->now->reported;
    a_mine(a, from + A_EPOCH > a->now->tip ? from + A_EPOCH - a->now->tip : 0);
    uint64_t to = from + A_EPOCH <= a->now->tip ? from + A_EPOCH : a->now->tip;
    static uint8_t memory[RUN_MEMORY];
    mo_buffer_t run = MO_BUFFER(memory);
    for (uint64_t n = from + 1; n <= to && spoil != 2; n++) {
        const block_t *block = a_block(a, n);
        if (!(spoil == 4 && n == from + 1)) {
            mo_buffer_put(&run, (mo_bytes_t){block->header, block->size});
        }
    }
    if (spoil == 3) {
        run.data[0] = 0x80;
    } else if (spoil == 5) {
        parity_header_t fields = {a_block(a, from)->hash, any_hash(a->w), any_hash(a->w), from + 2, 1};
        run.size = 0;
        (void)proof_header(&fields, &run);
    }
    mo_hash_t first = spoil == 1 ? any_hash(a->w) : a_block(a, from)->hash;
    if (spoil == 0) {
        a->now->reported = to;
    }
    report(a, &first, mo_buffer_view(&run));
}

/* A run of another branch, above the last reported block: it gets a record and no anchor. */
void a_report_fork(auxiliary_t *a) {
    static uint8_t memory[RUN_MEMORY];
    mo_buffer_t run = MO_BUFFER(memory);
    mo_hash_t parent = a_block(a, a->now->reported)->hash;
    mo_hash_t first = parent;
    for (uint64_t i = 1; i <= A_EPOCH; i++) {
        parity_header_t fields = {parent, any_hash(a->w), any_hash(a->w), a->now->reported + i, 7};
        mo_buffer_t one = {run.data + run.size, 0, run.capacity - run.size, false};
        parent = proof_header(&fields, &one);
        run.size += one.size;
    }
    a->now->fork = parent;
    report(a, &first, mo_buffer_view(&run));
}

static mo_hash_t any_reported(auxiliary_t *a) {
    uint64_t epochs = (a->now->reported - A_ROOT) / A_EPOCH + 1;
    if (chance(a->w, 15)) {
        return any_hash(a->w);
    }
    return chance(a->w, 25) ? a->now->fork : a_block(a, A_ROOT + A_EPOCH * draw(a->w, epochs))->hash;
}

/* anchorParent, from a record by the chain's own headers: of the newest record they lead to none, of a fork's they are
 * no children. */
static void a_anchor_parent(auxiliary_t *a, const mo_hash_t *first) {
    static uint8_t memory[RUN_MEMORY];
    mo_buffer_t run = MO_BUFFER(memory);
    const mo_poll_record_t *start = mo_rules_poll_record(&a->now->poll, first);
    uint64_t from = start == NULL ? A_ROOT : start->record.number;
    for (uint64_t n = from + 1; n <= from + A_EPOCH && n <= a->now->tip; n++) {
        const block_t *block = a_block(a, n);
        mo_buffer_put(&run, (mo_bytes_t){block->header, block->size});
    }
    a_call(a, &a->store);
    mo_bind_auxiliary_block_store_anchor_parent_t in = {*first, mo_buffer_view(&run)};
    bool fits = mo_bind_auxiliary_block_store_anchor_parent_encode(&a->w->step.input, &in);
    MO_CHECK(fits);
    if (start == NULL) {
        a_done(a, "BlockNotRecorded", NULL, &no_link);
        return;
    }
    mo_record_t last;
    if (runs(a, start, mo_buffer_view(&run), &last)) {
        mo_poll_verdict_t verdict =
            mo_rules_poll_anchor_parent(&a->now->poll, a->now->tip + 1, first, &last.hash);
        a_done(a, mo_rules_poll_verdict_name(verdict), NULL, &no_link);
    }
}

/* anchor and anchorParent. The contract's anchor asks whether the hash is the chain's own; the rules are told. */
void a_anchor(auxiliary_t *a) {
    mo_hash_t hash = any_reported(a);
    mo_poll_t *poll = &a->now->poll;
    if (chance(a->w, 50)) {
        a_anchor_parent(a, &hash);
        return;
    }
    a_call(a, &a->store);
    mo_bind_auxiliary_block_store_anchor_t in = {hash};
    bool fits = mo_bind_auxiliary_block_store_anchor_encode(&a->w->step.input, &in);
    MO_CHECK(fits);
    const mo_poll_record_t *known = mo_rules_poll_record(poll, &hash);
    bool foreign = known != NULL && !known->anchored;
    mo_poll_verdict_t verdict =
        foreign ? MO_POLL_BLOCK_NOT_OWN : mo_rules_poll_anchor(poll, a->now->tip + 1, &hash);
    a_done(a, mo_rules_poll_verdict_name(verdict), NULL, &no_link);
}

/* --- origin's checkpoints -------------------------------------------------------------------------------- */

static void keep_origin(auxiliary_t *a, const mo_origin_block_t *reported) {
    a_state_t *now = a->now;
    if (now->origin_count < sizeof now->origin_tips / sizeof now->origin_tips[0]) {
        now->origin_tips[now->origin_count++] = reported->hash;
    }
    if (now->plan.made && now->plan.number == 0) {
        now->plan.number = reported->number;
    }
}

/* spoil: 1 no checkpoint, 2 not above the root, 3 twice. */
void a_report_origin(auxiliary_t *a) {
    static uint8_t again[A_HEADER_MAX];
    static size_t again_size;
    unsigned spoil = chance(a->w, 85) ? 0 : (unsigned)(1 + draw(a->w, 3));
    a_state_t *now = a->now;
    bool planned = now->plan.made && now->plan.number == 0;
    uint64_t number = A_ORIGIN_ROOT + A_ORIGIN_EPOCH * now->origin_count;
    parity_header_t fields = {any_hash(a->w), planned ? now->plan.state_root : any_hash(a->w), any_hash(a->w),
                              spoil == 1 ? number + 1 : spoil == 2 ? A_ORIGIN_ROOT - 4 : number, 1};
    uint8_t memory[A_HEADER_MAX];
    mo_buffer_t header = MO_BUFFER(memory);
    mo_origin_block_t reported = {fields.number, proof_header(&fields, &header), fields.state_root};
    bool twice = spoil == 3 && again_size > 0;
    mo_header_facts_t facts;
    if (twice) {
        mo_header_verdict_t read = mo_header_facts((mo_bytes_t){again, again_size}, &facts);
        MO_CHECK(read == MO_HEADER_OK);
        reported = (mo_origin_block_t){facts.number, facts.hash, facts.state_root};
    }
    a_call(a, &a->origin_store);
    mo_bind_origin_block_store_report_t in = {twice ? (mo_bytes_t){again, again_size} : mo_buffer_view(&header)};
    bool fits = mo_bind_origin_block_store_report_encode(&a->w->step.input, &in);
    MO_CHECK(fits);
    mo_poll_verdict_t verdict = mo_rules_poll_report_origin(&now->poll, now->tip + 1, &reported);
    if (verdict == MO_POLL_ACCEPTED && !twice) {
        keep_origin(a, &reported);
        memcpy(again, memory, header.size);
        again_size = header.size;
    }
    a_done(a, mo_rules_poll_verdict_name(verdict), NULL, &no_link);
}

/* --- kernels --------------------------------------------------------------------------------------------- */

/* An update that no kernel of an honest core carries, and that the polling place refuses whoever proves it. */
static void put_wrong_update(auxiliary_t *a, mo_kernel_t *kernel) {
    const mo_validators_t *set = &a->now->poll.validators;
    uint64_t which = draw(a->w, 5);
    mo_update_t update = {set->at[draw(a->w, set->count)].signer, {0}, MO_UPDATE_LOGOUT};
    if (which == 0) {
        update.kind = (uint8_t)(4 + draw(a->w, 200));
    } else if (which == 1) {
        update.kind = MO_UPDATE_JOIN;
        update.weight.value = UINT64_C(1) << 32;
    } else if (which == 2) {
        update.weight.value = 1;
    } else if (which == 3) {
        update.kind = MO_UPDATE_JOIN;
    } else {
        update.validator = a->w->keys[KEYS - 3].address;
    }
    kernel->updates[kernel->update_count++] = update;
}

static void put_update(auxiliary_t *a, mo_kernel_t *kernel) {
    const mo_validators_t *set = &a->now->poll.validators;
    if (chance(a->w, 50) && a->now->keys_used < 24) {
        kernel->updates[kernel->update_count++] =
            (mo_update_t){a->w->keys[a->now->keys_used++].address, {draw(a->w, 20)}, MO_UPDATE_JOIN};
        return;
    }
    uint32_t index = (uint32_t)draw(a->w, set->count);
    const mo_validator_t *v = &set->at[index];
    bool heavy = 3 * v->weight >= set->totals[set->written.value % 4].value;
    if (v->slashed) {
        kernel->updates[kernel->update_count++] = (mo_update_t){v->signer, {0}, MO_UPDATE_SLASH};
    } else if (!heavy && kernel->height.value - v->changed_at >= 2) {
        kernel->updates[kernel->update_count++] = (mo_update_t){v->signer, {1 + draw(a->w, 20)}, MO_UPDATE_WEIGHT};
    }
}

/* What the plan's kernel is spoilt by: 1 the kernel below, 2 the link's chain, 3 its transition, 4 T of its source, 5 a
 * source that is not final here. */
static void spoil_plan(auxiliary_t *a, relay_plan_t *plan, unsigned spoil) {
    if (spoil == 2) {
        plan->link.chain = a->now->poll.config.origin_id;
    } else if (spoil == 4) {
        plan->link.transition = any_hash(a->w);
    } else if (spoil == 5) {
        plan->link.source_height.value += 1000;
    }
    plan->parent.transition = spoil == 3 ? any_hash(a->w) : plan->link.transition;
    plan->parent.kernel = spoil == 1 ? any_hash(a->w) : a->now->poll.in_force_hash;
    plan->parent.vote = mo_rules_vote_hash(&plan->link);
}

/* Plans the next kernel as soon as a source is final, none waits and none is planned. */
void a_plan(auxiliary_t *a) {
    mo_poll_t *poll = &a->now->poll;
    relay_plan_t *plan = &a->now->plan;
    mo_checkpoint_t last = mo_rules_poll_last_finalised(poll, MO_POLL_AUXILIARY);
    const mo_link_t *link = mo_rules_poll_finalising_link(poll, &last.hash);
    if (plan->made || poll->pending.value != 0 || link == NULL || last.number == A_ROOT) {
        return;
    }
    *plan = (relay_plan_t){.made = true, .link = link->vote};
    plan->kernel.height.value = poll->in_force.value + 1;
    plan->kernel.gas_target = mo_u256_from_u64(1 + draw(a->w, 1000));
    spoil_plan(a, plan, chance(a->w, 60) ? 0 : (unsigned)(1 + draw(a->w, 5)));
    plan->kernel.parent = mo_rules_meta_block_hash(&plan->parent);
    if (chance(a->w, 35)) {
        put_wrong_update(a, &plan->kernel);
    } else if (chance(a->w, 80)) {
        put_update(a, &plan->kernel);
    }
    parity_state_t state = {a_core, {{0}}, mo_rules_kernel_hash(&plan->kernel)};
    mo_buffer_t account = MO_BUFFER(plan->account);
    mo_buffer_t slot = MO_BUFFER(plan->slot);
    plan->state_root = proof_state(&state, &account, &slot);
    plan->account_size = account.size;
    plan->slot_size = slot.size;
}

/* spoil: 1 number, 2 kernel, 3 parent, 4 link; 5 the kernel that was adopted last, 6 adopt by anybody. */
void a_relay(auxiliary_t *a) {
    unsigned spoil = chance(a->w, 70) ? 0 : (unsigned)(1 + draw(a->w, 6));
    a_state_t *now = a->now;
    relay_plan_t *plan = spoil == 5 && now->relayed.made ? &now->relayed : &now->plan;
    if (!plan->made || (plan->number == 0 && chance(a->w, 90))) {
        a_report_origin(a);
        return;
    }
    if (mo_rules_poll_finalised_root(&now->poll, plan->number) == NULL && chance(a->w, 85)) {
        a_vote_all(a);
        return;
    }
    mo_kernel_t kernel = plan->kernel;
    mo_meta_block_t parent = plan->parent;
    mo_vote_t link = plan->link;
    if (spoil == 2) {
        kernel.gas_target = MO_U256_ZERO;
    } else if (spoil == 3) {
        parent.vote = any_hash(a->w);
    } else if (spoil == 4) {
        link.target = any_hash(a->w);
    }
    if (spoil == 6) {
        a_call(a, &a->place);
        mo_bind_polling_place_adopt_t in = {kernel};
        bool fits = mo_bind_polling_place_adopt_encode(&a->w->step.input, &in);
        MO_CHECK(fits);
        a_done(a, "CallerNotKernelRelay", NULL, &no_link);
        return;
    }
    uint64_t number = spoil == 1 ? 1 : plan->number;
    mo_bytes_t account = {plan->account, plan->account_size};
    mo_bytes_t slot = {plan->slot, plan->slot_size};
    a_call(a, &a->relay);
    mo_bind_kernel_relay_relay_t in = {number, {&account, 1}, {&slot, 1}, kernel, parent, link,
                                       a_hints(&now->poll, &link.source)};
    bool fits = mo_bind_kernel_relay_relay_encode(&a->w->step.input, &in);
    MO_CHECK(fits);
    if (mo_rules_poll_finalised_root(&now->poll, number) == NULL) {
        a_done(a, "RootNotInRing", NULL, &no_link);
    } else if (spoil == 2) {
        a_done(a, "KernelHashMismatch", NULL, &no_link);
    } else {
        mo_set_verdict_t updates = mo_rules_validators_check_kernel(&now->poll.validators, &kernel);
        mo_poll_verdict_t verdict = mo_rules_poll_relay(&now->poll, now->tip + 1, &kernel, &parent, &link);
        if (verdict == MO_POLL_ACCEPTED) {
            now->relayed = *plan;
        }
        /* What the plan itself is spoilt by can never pass. */
        bool waits = spoil != 0 || verdict == MO_POLL_KERNEL_ALREADY_PENDING;
        now->plan.made = now->plan.made && verdict != MO_POLL_ACCEPTED && waits;
        const char *name = verdict == MO_POLL_UPDATES_REFUSED ? mo_rules_set_verdict_name(updates)
                                                              : mo_rules_poll_verdict_name(verdict);
        a_done(a, name, verdict == MO_POLL_PARENT_MISMATCH ? "hh" : NULL, &no_link);
    }
}
