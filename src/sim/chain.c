/* Block trees with real headers and hashes, two lanes at most, and a mempool that delays, loses and reorders. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/endian.h"
#include "eth/header.h"
#include "eth/keccak.h"
#include "sim/world.h"

/* A waiting call that nobody sends again is forgotten after so long. */
#define WAITING_MS 120000u

void *mo_sim_push(mo_sim_vector_t *vector, size_t size)
{
    if (vector->count == vector->capacity) {
        size_t capacity = vector->capacity == 0 ? 64 : 2 * vector->capacity;
        void *items = realloc(vector->items, capacity * size);
        MO_CHECK(items != NULL);
        vector->items = items;
        vector->capacity = capacity;
    }
    void *item = (uint8_t *)vector->items + vector->count++ * size;
    memset(item, 0, size);
    return item;
}

size_t mo_sim_push_bytes(mo_sim_vector_t *bytes, mo_bytes_t more)
{
    if (bytes->count + more.size > bytes->capacity) {
        size_t capacity = 2 * (bytes->capacity + more.size);
        void *items = realloc(bytes->items, capacity);
        MO_CHECK(items != NULL);
        bytes->items = items;
        bytes->capacity = capacity;
    }
    size_t at = bytes->count;
    if (more.size > 0) {
        memcpy((uint8_t *)bytes->items + at, more.data, more.size);
    }
    bytes->count += more.size;
    return at;
}

/* --- the tree --------------------------------------------------------------------------------------------------- */

uint32_t mo_sim_chain_ancestor(mo_sim_t *w, mo_chain_t chain, uint32_t block, uint64_t number)
{
    while (block != MO_SIM_NONE && mo_sim_block(w, chain, block)->number > number) {
        block = mo_sim_block(w, chain, block)->parent;
    }
    return block;
}

bool mo_sim_chain_descends(mo_sim_t *w, mo_chain_t chain, uint32_t block, uint32_t ancestor)
{
    return mo_sim_chain_ancestor(w, chain, block, mo_sim_block(w, chain, ancestor)->number) == ancestor;
}

uint32_t mo_sim_chain_find(mo_sim_t *w, mo_chain_t chain, const mo_hash_t *hash)
{
    for (size_t i = w->chains[chain].blocks.count; i > 0; i--) {
        if (mo_hash_equal(&mo_sim_block(w, chain, (uint32_t)(i - 1))->hash, hash)) {
            return (uint32_t)(i - 1);
        }
    }
    return MO_SIM_NONE;
}

/* --- mining ----------------------------------------------------------------------------------------------------- */

static mo_hash_t named(const mo_hash_t *parent, uint64_t a, uint64_t b)
{
    uint8_t text[48];
    memcpy(text, parent->bytes, 32);
    mo_store_be64(a, text + 32);
    mo_store_be64(b, text + 40);
    return mo_keccak256(MO_BYTES(text));
}

/* Header and hash of a block whose parent, number, time and kernel are set. */
static void seal_header(mo_sim_t *w, mo_chain_t chain, mo_sim_block_t *block)
{
    mo_sim_chain_t *c = &w->chains[chain];
    uint8_t extra[8];
    mo_store_be64(mo_rng_next(&w->rng), extra);
    mo_hash_t parent = {{0}};
    if (block->parent != MO_SIM_NONE) {
        parent = mo_sim_block(w, chain, block->parent)->hash;
    }
    block->state_root = named(&parent, block->kernel, block->number);
    mo_hash_t transactions = named(&parent, block->mined_count, block->number);
    uint64_t gas = 100000 + 50000 * block->mined_count + mo_sim_below(w, 50000);
    mo_header_t header = {.fork = MO_HEADER_LONDON,
                          .parent_hash = parent,
                          .state_root = block->state_root,
                          .transactions_root = transactions,
                          .number = block->number,
                          .gas_limit = 30000000,
                          .gas_used = gas,
                          .timestamp = block->timestamp,
                          .extra_data = MO_BYTES(extra)};
    uint8_t memory[MO_HEADER_BYTES_MAX];
    mo_buffer_t rlp = MO_BUFFER(memory);
    MO_CHECK(mo_header_encode(&header, &rlp));
    block->hash = mo_keccak256(mo_buffer_view(&rlp));
    block->header = mo_sim_push_bytes(&c->bytes, mo_buffer_view(&rlp));
    block->header_size = rlp.size;
    /* Checkers add r and g up themselves (3.1). */
    bool first = block->parent == MO_SIM_NONE;
    const mo_sim_block_t *before = first ? NULL : mo_sim_block(w, chain, block->parent);
    block->gas = (first ? 0 : before->gas) + gas;
    block->transaction_root = first ? transactions : mo_keccak256_pair(&before->transaction_root, &transactions);
}

static bool execute(mo_sim_t *w, mo_chain_t chain, const mo_sim_spot_t *spot, uint32_t call)
{
    const mo_sim_call_t bus = *MO_SIM_AT(mo_sim_call_t, w->calls, call);
    if (bus.kind == MO_SIM_CALL_BUS) {
        return mo_sim_bus_execute(w, spot, &bus);
    }
    return chain == MO_CHAIN_ORIGIN ? mo_sim_origin_execute(w, spot, call) : mo_sim_auxiliary_execute(w, spot, call);
}

static void include(mo_sim_call_t *call, uint32_t block, bool done)
{
    if (call->inclusion_count == MO_SIM_INCLUSIONS_MAX) {
        memmove(call->inclusions, call->inclusions + 1, sizeof call->inclusions - sizeof call->inclusions[0]);
        memmove(call->done, call->done + 1, sizeof call->done - sizeof call->done[0]);
        call->inclusion_count--;
    }
    call->inclusions[call->inclusion_count] = block;
    call->done[call->inclusion_count++] = done;
}

static void count_call(mo_sim_t *w, const mo_sim_call_t *call, bool done)
{
    if (call->node != MO_SIM_NONE && w->nodes[call->node].kind == MO_SIM_NODE_VALIDATOR) {
        w->report->calls++;
        w->report->wasted += !done;
    }
}

/* Executes what waits for this lane, in an order of chance. */
static size_t mine_calls(mo_sim_t *w, mo_chain_t chain, const mo_sim_spot_t *spot, uint32_t block)
{
    mo_sim_chain_t *c = &w->chains[chain];
    uint32_t ready[256];
    size_t count = 0;
    for (size_t i = 0; i < c->waiting.count && count < 256; i++) {
        const mo_sim_waiting_t *waiting = MO_SIM_AT(mo_sim_waiting_t, c->waiting, i);
        if (!waiting->mined[spot->lane] && waiting->ready_ms <= w->now_ms) {
            ready[count++] = (uint32_t)i;
        }
    }
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)mo_sim_below(w, i);
        uint32_t swap = ready[i - 1];
        ready[i - 1] = ready[j];
        ready[j] = swap;
    }
    for (size_t i = 0; i < count; i++) {
        mo_sim_waiting_t *waiting = MO_SIM_AT(mo_sim_waiting_t, c->waiting, ready[i]);
        waiting->mined[spot->lane] = true;
        uint32_t call = waiting->call;
        w->executing = call;
        bool done = execute(w, chain, spot, call);
        *MO_SIM_PUSH(mo_sim_mined_t, &c->mined) = (mo_sim_mined_t){call, done};
        include(MO_SIM_AT(mo_sim_call_t, w->calls, call), block, done);
        count_call(w, MO_SIM_AT(mo_sim_call_t, w->calls, call), done);
    }
    return count;
}

/* Mined on every living lane, or given up. */
static void forget_waiting(mo_sim_t *w, mo_sim_chain_t *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->waiting.count; i++) {
        mo_sim_waiting_t *waiting = MO_SIM_AT(mo_sim_waiting_t, c->waiting, i);
        bool mined = (!c->lanes[0].live || waiting->mined[0]) && (!c->lanes[1].live || waiting->mined[1]);
        if (!mined && w->now_ms < waiting->ready_ms + WAITING_MS) {
            *MO_SIM_AT(mo_sim_waiting_t, c->waiting, kept++) = *waiting;
        }
    }
    c->waiting.count = kept;
}

static uint64_t later_timestamp(mo_sim_t *w, const mo_sim_block_t *parent)
{
    uint64_t now = w->now_ms / 1000 + 1000;
    return now > parent->timestamp ? now : parent->timestamp + 1;
}

void mo_sim_chain_mine(mo_sim_t *w, mo_chain_t chain, uint32_t lane)
{
    mo_sim_chain_t *c = &w->chains[chain];
    mo_sim_lane_t *l = &c->lanes[lane];
    const mo_sim_block_t *parent = mo_sim_block(w, chain, l->tip);
    mo_sim_block_t block = {.parent = l->tip,
                            .number = parent->number + 1,
                            .timestamp = later_timestamp(w, parent),
                            .mined_ms = w->now_ms,
                            .first_log = c->logs.count,
                            .first_mined = c->mined.count};
    mo_sim_spot_t spot = {lane, block.number, block.timestamp, l->tip};
    uint32_t index = (uint32_t)c->blocks.count;
    if (block.number == mo_sim_block(w, chain, 0)->number + 1) {
        w->executing = MO_SIM_NONE;
        chain == MO_CHAIN_ORIGIN ? mo_sim_origin_create(w, l) : mo_sim_auxiliary_create(w, l);
    }
    block.mined_count = mine_calls(w, chain, &spot, index);
    block.log_count = c->logs.count - block.first_log;
    if (chain == MO_CHAIN_ORIGIN) {
        block.kernel = mo_sim_kernel_find(w, &l->core->kernel_hash);
    } else {
        block.kernel = l->tally.in_force;
        block.dynasty = l->tally.dynasty;
        block.final = l->tally.final;
        block.observed = l->tally.observed;
        block.observed_hash = l->tally.observed_hash;
    }
    seal_header(w, chain, &block);
    *MO_SIM_PUSH(mo_sim_block_t, &c->blocks) = block;
    *MO_SIM_PUSH(mo_sim_pair_t, &c->pairs) = l->pair;
    l->tip = index;
    w->report->blocks++;
    mo_sim_say(w, "%s %u block %llu %02x%02x%02x%02x calls %zu", chain == MO_CHAIN_ORIGIN ? "origin" : "auxiliary", lane,
               (unsigned long long)block.number, block.hash.bytes[0], block.hash.bytes[1], block.hash.bytes[2],
               block.hash.bytes[3], block.mined_count);
    forget_waiting(w, c);
    if (chain == MO_CHAIN_AUXILIARY) {
        mo_sim_check_mined(w, lane);
        mo_sim_check_watched(w);
    } else {
        mo_sim_check_stakes(w, lane);
    }
    mo_sim_check_bus(w, chain, lane);
}

void mo_sim_chain_start(mo_sim_t *w, mo_chain_t chain)
{
    mo_sim_chain_t *c = &w->chains[chain];
    bool origin = chain == MO_CHAIN_ORIGIN;
    mo_sim_block_t root = {.parent = MO_SIM_NONE,
                           .number = origin ? w->base.origin_root_number : w->base.auxiliary_root_number,
                           .timestamp = 1000};
    root.observed = w->base.origin_root_number;
    root.observed_hash = w->base.origin_root_hash;
    seal_header(w, chain, &root);
    *MO_SIM_PUSH(mo_sim_block_t, &c->blocks) = root;
    (void)MO_SIM_PUSH(mo_sim_pair_t, &c->pairs);
    c->lanes[0].live = true;
    c->lanes[0].tip = 0;
    /* The auxiliary chain's contracts are built when the core's opening is final on origin (2.1). */
    c->lanes[0].next_ms = origin ? c->period_ms : 2 * (w->origin_depth + 4) * w->chains[MO_CHAIN_ORIGIN].period_ms;
    c->lanes[1].live = false;
}

/* --- forks ------------------------------------------------------------------------------------------------------ */

static void drop_state(mo_sim_lane_t *lane)
{
    free(lane->poll);
    free(lane->origin);
    free(lane->proposed.items);
    free(lane->commits.items);
    mo_sim_check_tally_end(&lane->tally);
    *lane = (mo_sim_lane_t){0};
}

/* Makes a lane's state again by executing the branch up to `at`. */
static void rebuild(mo_sim_t *w, mo_chain_t chain, uint32_t lane, uint32_t at)
{
    mo_sim_chain_t *c = &w->chains[chain];
    mo_sim_vector_t way = {0};
    for (uint32_t i = at; i != 0; i = mo_sim_block(w, chain, i)->parent) {
        *MO_SIM_PUSH(uint32_t, &way) = i;
    }
    w->replaying = true;
    for (size_t i = way.count; i > 0; i--) {
        const mo_sim_block_t block = *mo_sim_block(w, chain, *MO_SIM_AT(uint32_t, way, i - 1));
        mo_sim_spot_t spot = {lane, block.number, block.timestamp, block.parent};
        if (i == way.count) {
            chain == MO_CHAIN_ORIGIN ? mo_sim_origin_create(w, &c->lanes[lane])
                                     : mo_sim_auxiliary_create(w, &c->lanes[lane]);
        }
        for (size_t m = 0; m < block.mined_count; m++) {
            const mo_sim_mined_t mined = *MO_SIM_AT(mo_sim_mined_t, c->mined, block.first_mined + m);
            bool done = execute(w, chain, &spot, mined.call);
            MO_CHECK(done == mined.done);
        }
    }
    w->replaying = false;
    free(way.items);
}

/* What the other branch had mined waits again here, or was dropped by who took it back. */
static void requeue(mo_sim_t *w, mo_chain_t chain, uint32_t from, uint32_t to)
{
    mo_sim_chain_t *c = &w->chains[chain];
    for (uint32_t i = from; i != to; i = mo_sim_block(w, chain, i)->parent) {
        const mo_sim_block_t block = *mo_sim_block(w, chain, i);
        for (size_t m = 0; m < block.mined_count; m++) {
            uint32_t call = MO_SIM_AT(mo_sim_mined_t, c->mined, block.first_mined + m)->call;
            if (mo_sim_chance(w, 500)) {
                *MO_SIM_PUSH(mo_sim_waiting_t, &c->waiting) = (mo_sim_waiting_t){
                    .call = call, .ready_ms = w->now_ms + mo_sim_below(w, 4000), .mined = {true, false}};
            }
        }
    }
}

void mo_sim_chain_fork(mo_sim_t *w, mo_chain_t chain, uint32_t at)
{
    mo_sim_chain_t *c = &w->chains[chain];
    MO_CHECK(c->lanes[0].live && !c->lanes[1].live && at != 0);
    c->lanes[1] = (mo_sim_lane_t){.live = true, .tip = at, .fork = at, .next_ms = w->now_ms};
    c->lanes[0].fork = at;
    rebuild(w, chain, 1, at);
    for (size_t i = 0; i < c->waiting.count; i++) {
        MO_SIM_AT(mo_sim_waiting_t, c->waiting, i)->mined[1] = false;
    }
    requeue(w, chain, c->lanes[0].tip, at);
    w->report->forks++;
    mo_sim_check_hindered(w);
    mo_sim_say(w, "fork of %s above block %llu, tip %llu", chain == MO_CHAIN_ORIGIN ? "origin" : "auxiliary",
               (unsigned long long)mo_sim_block(w, chain, at)->number,
               (unsigned long long)mo_sim_block(w, chain, c->lanes[0].tip)->number);
}

void mo_sim_chain_join(mo_sim_t *w, mo_chain_t chain, uint32_t stays)
{
    mo_sim_chain_t *c = &w->chains[chain];
    mo_sim_say(w, "%s goes on with branch %u", chain == MO_CHAIN_ORIGIN ? "origin" : "auxiliary", stays);
    if (stays == 1) {
        mo_sim_lane_t swap = c->lanes[0];
        c->lanes[0] = c->lanes[1];
        c->lanes[1] = swap;
        for (size_t i = 0; i < c->waiting.count; i++) {
            mo_sim_waiting_t *waiting = MO_SIM_AT(mo_sim_waiting_t, c->waiting, i);
            waiting->mined[0] = waiting->mined[1];
        }
    }
    drop_state(&c->lanes[1]);
    mo_sim_check_hindered(w);
    for (size_t i = 0; i < w->node_count; i++) {
        w->nodes[i].lane[chain] = 0;
    }
}

void mo_sim_chain_send(mo_sim_t *w, uint32_t call, uint64_t delay_ms)
{
    mo_chain_t chain = MO_SIM_AT(mo_sim_call_t, w->calls, call)->chain;
    uint32_t node = MO_SIM_AT(mo_sim_call_t, w->calls, call)->node;
    mo_sim_chain_t *c = &w->chains[chain];
    mo_sim_waiting_t waiting = {.call = call, .ready_ms = w->now_ms + delay_ms};
    /* Calls cross from one branch's network to the other's, or do not. */
    if (node != MO_SIM_NONE && c->lanes[1].live && mo_sim_chance(w, 500)) {
        waiting.mined[1 - w->nodes[node].lane[chain]] = true;
    }
    *MO_SIM_PUSH(mo_sim_waiting_t, &c->waiting) = waiting;
}
