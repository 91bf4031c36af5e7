#include "parity/auxiliary.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "bind/polling_place.h"
#include "eth/address.h"
#include "parity/proof.h"
#include "rules/identity.h"
#include "rules/kernel.h"
#include "rules/run.h"

enum { FOUNDERS = 5, A_CHAIN_OF_ORIGIN = 31337 };

static const mo_address_t a_core = {{0xc0, 0x4e}};

void auxiliary_init(auxiliary_t *a, origin_world_t *w) {
    memset(a, 0, sizeof *a);
    a->w = w;
    a->now = malloc(sizeof *a->now);
    a->kept = malloc(sizeof *a->kept);
    MO_CHECK(a->now != NULL && a->kept != NULL);
}

void auxiliary_free(auxiliary_t *a) {
    free(a->now);
    free(a->kept);
}

/* --- blocks ---------------------------------------------------------------------------------------------- */

const block_t *a_block(const auxiliary_t *a, uint64_t number) {
    MO_CHECK(number >= A_ROOT && number <= a->now->tip);
    return &a->now->blocks[number - A_ROOT];
}

void a_mine(auxiliary_t *a, uint64_t count) {
    for (uint64_t i = 0; i < count && a->now->tip + 1 - A_ROOT < BLOCKS_MAX; i++) {
        uint64_t number = ++a->now->tip;
        block_t *block = &a->now->blocks[number - A_ROOT];
        mo_buffer_t out = MO_BUFFER(block->header);
        parity_header_t fields = {number == A_ROOT ? any_hash(a->w) : block[-1].hash, any_hash(a->w), any_hash(a->w),
                                  number, 21000 + draw(a->w, 1000)};
        block->hash = proof_header(&fields, &out);
        block->size = out.size;
    }
}

/* The call is made in the block above the tip; the replay learns of the blocks that are new to it. */
static void tell(auxiliary_t *a) {
    parity_step_t *step = &a->w->step;
    step->number = a->now->tip + 1;
    step->time = 1700000000 + step->number;
    uint64_t from = a->told + 1;
    if (a->now->tip + 1 - from > PARITY_BLOCKS_MAX) {
        from = a->now->tip + 1 - PARITY_BLOCKS_MAX;
    }
    for (uint64_t n = from; n <= a->now->tip; n++) {
        step->blocks[step->block_count++] = a_block(a, n)->hash;
    }
    a->told = a->now->tip;
}

/* --- steps ----------------------------------------------------------------------------------------------- */

void a_call(auxiliary_t *a, const mo_address_t *target) {
    parity_step_begin(&a->w->step, PARITY_CALL_AUXILIARY);
    a->w->step.sender = actor(draw(a->w, ACTORS));
    a->w->step.target = *target;
    tell(a);
}

static void put_set_words(parity_step_t *step, const mo_poll_t *poll) {
    const mo_validators_t *set = &poll->validators;
    uint64_t k = set->written.value;
    parity_word_u64(step, set->count);
    parity_word_u64(step, mo_rules_validators_total(set, (mo_height_t){k}).value);
    parity_word_u64(step, mo_rules_validators_total(set, (mo_height_t){k - 1}).value);
    for (uint32_t i = 0; i < set->count; i++) {
        parity_word_u64(step, mo_rules_validators_weight(set, i, (mo_height_t){k}).value << 32 |
                                  mo_rules_validators_weight(set, i, (mo_height_t){k - 1}).value);
    }
}

static void put_link_words(parity_step_t *step, const mo_poll_t *poll, const mo_hash_t *hash) {
    static const mo_link_t none;
    const mo_link_t *found = mo_rules_poll_link(poll, hash);
    const mo_link_t *link = found == NULL ? &none : found;
    parity_word_u64(step, link->kernel.value);
    parity_word_u64(step, found == NULL ? 0 : link->justified ? 3 : 1);
    parity_word_u64(step, link->tally.forward.value);
    parity_word_u64(step, link->tally.forward_total.value);
    parity_word_u64(step, link->tally.rear.value);
    parity_word_u64(step, link->tally.rear_total.value);
}

void a_done(auxiliary_t *a, const char *verdict, const char *letters, const mo_hash_t *link) {
    parity_step_t *step = &a->w->step;
    const mo_poll_t *poll = &a->now->poll;
    step->error = strcmp(verdict, "Accepted") == 0 ? NULL : verdict;
    step->letters = letters;
    step->focus = *link;
    parity_word_u64(step, poll->last_finalised[MO_POLL_AUXILIARY].height.value);
    parity_word_u64(step, poll->last_finalised[MO_POLL_ORIGIN].height.value);
    parity_word_u64(step, poll->dynasty);
    parity_word_u64(step, poll->in_force.value);
    parity_word_u64(step, poll->pending.value);
    parity_word_u64(step, poll->pending.value == 0 ? 0 : poll->pending_dynasty);
    parity_word(step, poll->in_force_hash);
    parity_word(step, poll->pending.value == 0 ? (mo_hash_t){{0}} : poll->pending_hash);
    parity_word_u64(step, poll->dynasty_count);
    parity_word_u64(step, poll->observation_count);
    parity_word_u64(step, poll->root_count);
    parity_word(step, poll->last_finalised[MO_POLL_ORIGIN].hash);
    const mo_link_t *last = mo_rules_poll_finalising_link(poll, &poll->last_finalised[MO_POLL_AUXILIARY].hash);
    bool is_root = poll->last_finalised[MO_POLL_AUXILIARY].number == A_ROOT;
    parity_word(step, last == NULL || is_root ? (mo_hash_t){{0}} : last->vote.transition);
    put_link_words(step, poll, link);
    put_set_words(step, poll);
    parity_step_write(step, a->w->out);
}

/* --- deployment ------------------------------------------------------------------------------------------ */

static mo_kernel_t first_kernel(auxiliary_t *a) {
    mo_kernel_t k1 = {.height = {1}, .parent = any_hash(a->w), .gas_target = mo_u256_from_u64(1000000)};
    for (size_t i = 0; i < FOUNDERS; i++) {
        k1.updates[k1.update_count++] =
            (mo_update_t){a->w->keys[i].address, {1 + draw(a->w, 20)}, MO_UPDATE_JOIN};
    }
    a->now->keys_used = FOUNDERS;
    return k1;
}

static void predict(auxiliary_t *a) {
    mo_address_t deployer = {{0}};
    deployer.bytes[19] = 0xd0;
    a->store = mo_address_created(&deployer, a->w->nonce);
    a->origin_store = mo_address_created(&deployer, a->w->nonce + 1);
    a->relay = mo_address_created(&deployer, a->w->nonce + 2);
    a->place = mo_address_created(&deployer, a->w->nonce + 3);
    a->w->nonce += 4;
}

void auxiliary_deploy(auxiliary_t *a) {
    memset(a->now, 0, sizeof *a->now);
    a->is_kept = false;
    a->steps = 0;
    predict(a);
    a->now->tip = A_ROOT - 1;
    a_mine(a, 1);
    a->now->reported = A_ROOT;
    a->told = A_ROOT - 1;
    mo_poll_config_t config = {.core_id = mo_rules_core_id(A_CHAIN_OF_ORIGIN, &a_core),
                               .origin_id = mo_rules_origin_id(A_CHAIN_OF_ORIGIN),
                               .domain = mo_rules_domain(A_CHAIN_OF_ORIGIN, &a_core),
                               .epoch = A_EPOCH,
                               .origin_epoch = A_ORIGIN_EPOCH,
                               .origin_root_number = A_ORIGIN_ROOT,
                               .origin_root_hash = any_hash(a->w)};
    const block_t *root = a_block(a, A_ROOT);
    mo_run_verdict_t read = mo_rules_run_root((mo_bytes_t){root->header, root->size}, A_EPOCH, &config.root);
    mo_kernel_t k1 = first_kernel(a);
    mo_poll_verdict_t verdict = mo_rules_poll_found(&a->now->poll, A_ROOT + 1, &config, &k1);
    MO_CHECK(read == MO_RUN_ACCEPTED && verdict == MO_POLL_ACCEPTED);
    a->now->origin_tips[a->now->origin_count++] = config.origin_root_hash;
    parity_step_begin(&a->w->step, PARITY_DEPLOY_AUXILIARY);
    mo_bind_polling_place_constructor_t in = {.c = {.origin_chain_id = mo_u256_from_u64(A_CHAIN_OF_ORIGIN),
                                                    .core = a_core,
                                                    .epoch = A_EPOCH,
                                                    .origin_epoch = A_ORIGIN_EPOCH,
                                                    .auxiliary_root_hash = root->hash,
                                                    .auxiliary_root_number = A_ROOT,
                                                    .origin_root_number = A_ORIGIN_ROOT,
                                                    .origin_root_hash = config.origin_root_hash,
                                                    .block_store = a->store,
                                                    .origin_block_store = a->origin_store,
                                                    .kernel_relay = a->relay},
                                              .k1 = k1};
    bool fits = mo_bind_polling_place_constructor_encode(&a->w->step.input, &in);
    MO_CHECK(fits);
    a->w->step.input.size -= mo_bind_polling_place_code_size;
    memmove(a->w->step.input.data, a->w->step.input.data + mo_bind_polling_place_code_size, a->w->step.input.size);
    /* The root's header stands where later steps have their state. */
    MO_CHECK(root->size <= sizeof a->w->step.words);
    memcpy(a->w->step.words, root->header, root->size);
    a->w->step.word_bytes = root->size;
    tell(a);
    parity_step_write(&a->w->step, a->w->out);
}

/* --- reorganisations ------------------------------------------------------------------------------------- */

void a_keep_or_restore(auxiliary_t *a) {
    parity_step_begin(&a->w->step, a->is_kept ? PARITY_RESTORE : PARITY_SNAPSHOT);
    if (a->is_kept) {
        memcpy(a->now, a->kept, sizeof *a->now);
        a->told = a->now->tip;
    } else {
        memcpy(a->kept, a->now, sizeof *a->now);
    }
    a->is_kept = !a->is_kept;
    parity_step_write(&a->w->step, a->w->out);
}

void auxiliary_step(auxiliary_t *a) {
    static const struct {
        void (*move)(auxiliary_t *a);
        unsigned weight;
    } moves[] = {{a_report, 18},  {a_report_fork, 2}, {a_anchor, 4}, {a_report_origin, 9}, {a_relay, 8},
                 {a_vote, 24},    {a_vote_all, 24},   {a_slash, 3}};
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        sum += moves[i].weight;
    }
    if (chance(a->w, 2)) {
        a_keep_or_restore(a);
    }
    a_plan(a);
    uint64_t at = draw(a->w, sum);
    size_t i = 0;
    while (at >= moves[i].weight) {
        at -= moves[i++].weight;
    }
    moves[i].move(a);
    a->steps++;
}
