#include "chain/follow.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* Blocks read at a time while looking for the last common one. */
#define SEARCH_STEP 64

struct mo_follow {
    mo_follow_config_t config;
    mo_address_t addresses[MO_LOG_ADDRESSES_MAX];
    mo_hash_t *ring;  /* hash of block n at n % MO_FOLLOW_DEPTH */
    bool started;     /* the hash of block next - 1 is known, or there is no such block */
    uint64_t next;    /* the block to come */
    uint64_t oldest;  /* the lowest number that the ring holds */
    uint64_t head;
    mo_block_t *blocks; /* of this poll; blocks[0] may be the one stood on */
    mo_log_batch_t logs;
    /* Events of this poll not yet taken. */
    bool reorg;
    uint64_t common;
    size_t block_at;
    size_t block_end;
    size_t log_at;
    bool block_given; /* blocks[block_at] was handed out; its logs are next */
    mo_bloom_bits_t bits[MO_LOG_ADDRESSES_MAX];
    mo_glance_t glance;
    bool final_known;
    uint64_t finalised;
    bool lost; /* by the last poll */
    uint64_t lost_number;
    mo_hash_t lost_hash;
};

static mo_hash_t *slot_of(const mo_follow_t *follow, uint64_t number)
{
    return &follow->ring[number % MO_FOLLOW_DEPTH];
}

mo_err_t mo_follow_open(mo_follow_t **out, const mo_follow_config_t *config)
{
    *out = NULL;
    if (config->address_count > MO_LOG_ADDRESSES_MAX) {
        return mo_err(MO_ERR_PERMANENT, "%zu addresses to follow: %d are allowed", config->address_count,
                      MO_LOG_ADDRESSES_MAX);
    }
    mo_follow_t *follow = calloc(1, sizeof *follow);
    MO_CHECK(follow != NULL);
    follow->config = *config;
    if (config->batch == 0 || config->batch > MO_FOLLOW_BATCH_MAX) {
        follow->config.batch = MO_FOLLOW_BATCH_MAX;
    }
    for (size_t i = 0; i < config->address_count; i++) {
        follow->addresses[i] = config->addresses[i];
        follow->bits[i] = mo_bloom_bits(&config->addresses[i]);
    }
    follow->config.addresses = follow->addresses;
    if (config->depth == 0 || config->depth > MO_FOLLOW_DEPTH - 1) {
        follow->config.depth = MO_FOLLOW_DEPTH - 1;
    }
    follow->next = config->from;
    follow->oldest = config->from;
    follow->ring = calloc(MO_FOLLOW_DEPTH, sizeof *follow->ring);
    follow->blocks = calloc(follow->config.batch + 1, sizeof *follow->blocks);
    follow->logs.items = calloc(MO_FOLLOW_LOGS_MAX, sizeof *follow->logs.items);
    follow->logs.capacity = MO_FOLLOW_LOGS_MAX;
    follow->logs.memory = (mo_buffer_t){malloc(MO_FOLLOW_BYTES_MAX), 0, MO_FOLLOW_BYTES_MAX, false};
    MO_CHECK(follow->ring != NULL && follow->blocks != NULL && follow->logs.items != NULL);
    MO_CHECK(follow->logs.memory.data != NULL);
    *out = follow;
    return MO_SUCCESS;
}

void mo_follow_close(mo_follow_t *follow)
{
    if (follow == NULL) {
        return;
    }
    free(follow->ring);
    free(follow->blocks);
    free(follow->logs.items);
    free(follow->logs.memory.data);
    free(follow);
}

mo_err_t mo_follow_watch(mo_follow_t *follow, const mo_address_t *address)
{
    for (size_t i = 0; i < follow->config.address_count; i++) {
        if (mo_address_equal(&follow->addresses[i], address)) {
            return MO_SUCCESS;
        }
    }
    if (follow->config.address_count == MO_LOG_ADDRESSES_MAX) {
        return mo_err(MO_ERR_PERMANENT, "more than %d addresses to follow", MO_LOG_ADDRESSES_MAX);
    }
    follow->addresses[follow->config.address_count] = *address;
    follow->bits[follow->config.address_count] = mo_bloom_bits(address);
    follow->config.address_count++;
    return MO_SUCCESS;
}

static bool events_left(const mo_follow_t *follow)
{
    return follow->reorg || follow->block_at < follow->block_end;
}

static mo_err_t lose(mo_follow_t *follow, uint64_t number, const mo_hash_t *hash)
{
    follow->lost = true;
    follow->lost_number = number;
    follow->lost_hash = *hash;
    return mo_err(MO_ERR_PERMANENT, "block %" PRIu64 " is not the one that was followed: the chain is another one, or was "
                  "reorganised by more than %" PRIu64 " blocks", number, follow->config.depth);
}

static mo_err_t check_anchor(mo_follow_t *follow)
{
    const mo_follow_config_t *config = &follow->config;
    if (mo_hash_is_zero(&config->anchor_hash)) {
        return MO_SUCCESS;
    }
    mo_err_t err = mo_rpc_block(config->rpc, MO_AT(config->anchor), &follow->blocks[0]);
    if (mo_failed(err) || mo_hash_equal(&follow->blocks[0].hash, &config->anchor_hash)) {
        return err;
    }
    return lose(follow, config->anchor, &config->anchor_hash);
}

/* Learns, or checks, the hash of the block before the first one. */
static mo_err_t start(mo_follow_t *follow)
{
    mo_err_t err = check_anchor(follow);
    if (mo_failed(err) || follow->next == 0) {
        follow->started = !mo_failed(err);
        return err;
    }
    uint64_t number = follow->next - 1;
    err = mo_rpc_block(follow->config.rpc, MO_AT(number), &follow->blocks[0]);
    if (mo_failed(err)) {
        return err;
    }
    const mo_hash_t *hash = &follow->blocks[0].hash;
    if (!mo_hash_is_zero(&follow->config.parent) && !mo_hash_equal(hash, &follow->config.parent)) {
        return lose(follow, number, &follow->config.parent);
    }
    *slot_of(follow, number) = *hash;
    follow->oldest = number;
    follow->started = true;
    return MO_SUCCESS;
}

/* The highest block at or below `top` that the node still has as it was. */
static mo_err_t find_common(mo_follow_t *follow, uint64_t top, uint64_t *common)
{
    *common = 0;
    while (top >= follow->oldest) {
        uint64_t count = top - follow->oldest + 1;
        count = count < SEARCH_STEP ? count : SEARCH_STEP;
        count = count < follow->config.batch ? count : follow->config.batch;
        uint64_t low = top - count + 1;
        size_t got;
        mo_err_t err = mo_rpc_blocks(follow->config.rpc, low, follow->blocks, (size_t)count, &got);
        if (mo_failed(err)) {
            return err;
        }
        while (got > 0) {
            got--;
            if (mo_hash_equal(&follow->blocks[got].hash, slot_of(follow, low + got))) {
                *common = low + got;
                return MO_SUCCESS;
            }
        }
        if (low == 0) {
            break;
        }
        top = low - 1;
    }
    return lose(follow, follow->oldest, slot_of(follow, follow->oldest));
}

static mo_err_t turn_back(mo_follow_t *follow, uint64_t top)
{
    uint64_t common;
    mo_err_t err = find_common(follow, top, &common);
    if (mo_failed(err)) {
        return err;
    }
    uint64_t last = follow->next - 1;
    if (last - common > follow->config.depth) {
        return lose(follow, last - follow->config.depth, slot_of(follow, last - follow->config.depth));
    }
    follow->reorg = true;
    follow->common = common;
    follow->next = common + 1;
    return MO_SUCCESS;
}

/* The head is below the block stood on: another, shorter chain, or a node that lags behind itself. */
static mo_err_t look_at_lower_head(mo_follow_t *follow)
{
    if (follow->head < follow->oldest) {
        return mo_err(MO_ERR_TRANSIENT, "the node's head %" PRIu64 " is below the blocks it gave before", follow->head);
    }
    mo_err_t err = mo_rpc_block(follow->config.rpc, MO_AT(follow->head), &follow->blocks[0]);
    if (mo_failed(err) || mo_hash_equal(&follow->blocks[0].hash, slot_of(follow, follow->head))) {
        return err;
    }
    return turn_back(follow, follow->head);
}

static bool may_log(const mo_follow_t *follow, const mo_block_t *block)
{
    bool may = false;
    for (size_t i = 0; i < follow->config.address_count && !may; i++) {
        may = mo_block_may_log(block, &follow->bits[i]);
    }
    return may;
}

/* The first and the last of `count` blocks that may hold a log; false when none may. */
static bool narrow(const mo_follow_t *follow, const mo_block_t *blocks, size_t count, size_t *low, size_t *high)
{
    *low = 0;
    *high = count - 1;
    while (*low < count && !may_log(follow, &blocks[*low])) {
        (*low)++;
    }
    while (*high > *low && !may_log(follow, &blocks[*high])) {
        (*high)--;
    }
    return *low < count;
}

/* Logs of blocks[first .. first + *count - 1]; fewer blocks when they hold more logs than fit. */
static mo_err_t read_logs(mo_follow_t *follow, size_t first, size_t *count)
{
    size_t low;
    size_t high;
    follow->logs.count = 0;
    if (!narrow(follow, &follow->blocks[first], *count, &low, &high)) {
        return MO_SUCCESS;
    }
    mo_log_query_t query = {
        .from = follow->next + low,
        .to = follow->next + high,
        .addresses = follow->addresses,
        .address_count = follow->config.address_count,
    };
    mo_err_t err = mo_rpc_logs(follow->config.rpc, &query, &follow->logs);
    if (mo_failed(err)) {
        return err;
    }
    if (follow->logs.complete_to < query.to) {
        *count = (size_t)(follow->logs.complete_to - follow->next + 1);
    }
    for (size_t i = 0; i < follow->logs.count; i++) {
        const mo_log_t *log = &follow->logs.items[i];
        const mo_block_t *block = &follow->blocks[first + (size_t)(log->block_number - follow->next)];
        if (!mo_hash_equal(&log->block_hash, &block->hash)) {
            return mo_err(MO_ERR_TRANSIENT, "the chain moved at block %" PRIu64 " while its logs were read",
                          log->block_number);
        }
    }
    return MO_SUCCESS;
}

/* blocks[first .. first + count - 1] become events and are remembered. */
static void accept(mo_follow_t *follow, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        *slot_of(follow, follow->next + i) = follow->blocks[first + i].hash;
    }
    follow->next += count;
    if (follow->next - follow->oldest > MO_FOLLOW_DEPTH) {
        follow->oldest = follow->next - MO_FOLLOW_DEPTH;
    }
    follow->block_at = first;
    follow->block_end = first + count;
    follow->log_at = 0;
    follow->block_given = false;
}

/* Reads the block stood on again, and those after it up to `target`. */
static mo_err_t read_on(mo_follow_t *follow, uint64_t target)
{
    size_t stood_on = follow->next > 0 ? 1 : 0;
    uint64_t left = target + 1 - follow->next;
    size_t wanted = (size_t)(left < follow->config.batch ? left : follow->config.batch);
    size_t got;
    mo_err_t err = mo_rpc_blocks(follow->config.rpc, follow->next - stood_on, follow->blocks, wanted + stood_on, &got);
    if (mo_failed(err) || got == 0) {
        return err;
    }
    if (stood_on == 1 && !mo_hash_equal(&follow->blocks[0].hash, slot_of(follow, follow->next - 1))) {
        return turn_back(follow, follow->next - 1);
    }
    size_t count = got - stood_on;
    if (count == 0) {
        return MO_SUCCESS;
    }
    err = read_logs(follow, stood_on, &count);
    if (!mo_failed(err)) {
        accept(follow, stood_on, count);
    }
    return err;
}

static uint64_t target_of(const mo_follow_t *follow)
{
    return follow->head >= follow->config.lag ? follow->head - follow->config.lag : 0;
}

/* The first poll, and every one until the chain has a first block. */
static mo_err_t begin(mo_follow_t *follow)
{
    mo_err_t err = mo_rpc_number(follow->config.rpc, &follow->head);
    if (mo_failed(err) || follow->head + 1 < follow->next) {
        return err; /* or the chain has not come so far */
    }
    if (!follow->started) {
        err = start(follow);
    }
    /* Within the lag there is nothing to read, but the block stood on may be gone. */
    uint64_t floor = follow->next > 0 ? follow->next - 1 : 0;
    uint64_t target = target_of(follow);
    return mo_failed(err) ? err : read_on(follow, target > floor ? target : floor);
}

/* blocks[1] of the glance is the only one that is new. */
static mo_err_t take_next(mo_follow_t *follow)
{
    size_t count = 1;
    follow->blocks[0] = follow->glance.blocks[1];
    if (!mo_hash_equal(&follow->blocks[0].parent, slot_of(follow, follow->next - 1))) {
        return mo_err(MO_ERR_TRANSIENT, "the chain moved at block %" PRIu64 " while it was read", follow->next);
    }
    mo_err_t err = read_logs(follow, 0, &count);
    if (!mo_failed(err)) {
        accept(follow, 0, count);
    }
    return err;
}

/* The block stood on is looked at every time: cursor and overlap in one. */
static mo_err_t go_on(mo_follow_t *follow)
{
    mo_glance_t *glance = &follow->glance;
    uint64_t stood_on = follow->next - 1;
    mo_err_t err = mo_rpc_glance(follow->config.rpc, stood_on, follow->config.finality, glance);
    if (mo_failed(err)) {
        return err;
    }
    follow->head = glance->head;
    follow->final_known = follow->final_known || glance->final_known;
    follow->finalised = glance->final_known ? glance->finalised : follow->finalised;
    if (follow->head < stood_on) {
        return look_at_lower_head(follow);
    }
    if (!glance->found[0]) {
        return mo_err(MO_ERR_TRANSIENT, "the node names head %" PRIu64 " and lacks block %" PRIu64, follow->head, stood_on);
    }
    if (!mo_hash_equal(&glance->blocks[0].hash, slot_of(follow, stood_on))) {
        return turn_back(follow, stood_on);
    }
    uint64_t target = target_of(follow);
    if (target < follow->next) {
        return MO_SUCCESS;
    }
    return target == follow->next && glance->found[1] ? take_next(follow) : read_on(follow, target);
}

mo_err_t mo_follow_poll(mo_follow_t *follow)
{
    MO_CHECK(!events_left(follow));
    follow->lost = false;
    mo_rpc_hold(follow->config.rpc);
    mo_err_t err = follow->started && follow->next > 0 ? go_on(follow) : begin(follow);
    mo_rpc_let(follow->config.rpc);
    return err;
}

bool mo_follow_lost(const mo_follow_t *follow, uint64_t *number, mo_hash_t *hash)
{
    *number = follow->lost_number;
    *hash = follow->lost_hash;
    return follow->lost;
}

bool mo_follow_finalised(const mo_follow_t *follow, uint64_t *number)
{
    *number = follow->finalised;
    return follow->final_known;
}

static bool next_log(mo_follow_t *follow, mo_follow_event_t *event)
{
    const mo_block_t *block = &follow->blocks[follow->block_at];
    const mo_log_t *log = &follow->logs.items[follow->log_at];
    if (follow->log_at == follow->logs.count || log->block_number != block->number) {
        return false;
    }
    *event = (mo_follow_event_t){.kind = MO_FOLLOW_LOG, .block = block, .log = log};
    follow->log_at++;
    return true;
}

bool mo_follow_next(mo_follow_t *follow, mo_follow_event_t *event)
{
    *event = (mo_follow_event_t){0};
    if (follow->reorg) {
        *event = (mo_follow_event_t){.kind = MO_FOLLOW_REORG, .common = follow->common};
        follow->reorg = false;
        return true;
    }
    if (follow->block_given) {
        if (next_log(follow, event)) {
            return true;
        }
        follow->block_given = false;
        follow->block_at++;
    }
    if (follow->block_at == follow->block_end) {
        return false;
    }
    *event = (mo_follow_event_t){.kind = MO_FOLLOW_BLOCK, .block = &follow->blocks[follow->block_at]};
    follow->block_given = true;
    return true;
}

uint64_t mo_follow_behind(const mo_follow_t *follow)
{
    uint64_t target = follow->head >= follow->config.lag ? follow->head - follow->config.lag : 0;
    return target + 1 > follow->next ? target + 1 - follow->next : 0;
}

uint64_t mo_follow_head(const mo_follow_t *follow)
{
    return follow->head;
}

bool mo_follow_hash(const mo_follow_t *follow, uint64_t number, mo_hash_t *hash)
{
    bool known = number < follow->next && number >= follow->oldest && follow->started;
    *hash = known ? *slot_of(follow, number) : (mo_hash_t){0};
    return known;
}
