#include "node/feed.h"

#include <string.h>

mo_err_t mo_node_feed_open(mo_node_feed_t *feed, const mo_follow_config_t configs[MO_CHAIN_COUNT],
                           const mo_node_place_t places[MO_CHAIN_COUNT])
{
    *feed = (mo_node_feed_t){0};
    memcpy(feed->places, places, sizeof feed->places);
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        mo_err_t err = mo_follow_open(&feed->follows[chain], &configs[chain]);
        if (mo_failed(err)) {
            mo_node_feed_close(feed);
            return err;
        }
    }
    return MO_SUCCESS;
}

void mo_node_feed_close(mo_node_feed_t *feed)
{
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        mo_follow_close(feed->follows[chain]);
    }
    *feed = (mo_node_feed_t){0};
}

static mo_event_t block_event(mo_chain_t chain, const mo_block_t *block)
{
    return (mo_event_t){.kind = MO_EVENT_HEADER,
                        .chain = chain,
                        .header = {.number = block->number,
                                   .timestamp = block->timestamp,
                                   .hash = block->hash,
                                   .rlp = mo_block_rlp(block)}};
}

static mo_event_t log_event(mo_chain_t chain, const mo_log_t *log)
{
    _Static_assert(MO_TOPICS_MAX == MO_LOG_TOPICS_MAX, "a log's topics fit an event");
    mo_event_t event = {.kind = MO_EVENT_LOG,
                        .chain = chain,
                        .log = {.chain = chain,
                                .number = log->block_number,
                                .transaction = log->tx_hash,
                                .address = log->address,
                                .topic_count = log->topic_count,
                                .data = log->data}};
    memcpy(event.log.topics, log->topics, sizeof event.log.topics);
    return event;
}

static void hand_on(mo_node_feed_t *feed, mo_chain_t chain, mo_node_take_t *take, void *context)
{
    const mo_follow_event_t *head = &feed->heads[chain];
    mo_event_t event;
    switch (head->kind) {
    case MO_FOLLOW_REORG:
        feed->reorganised = true;
        feed->which = chain;
        feed->common = head->common;
        return;
    case MO_FOLLOW_BLOCK:
        event = block_event(chain, head->block);
        feed->places[chain] = (mo_node_place_t){head->block->number, head->block->timestamp, head->block->hash};
        break;
    case MO_FOLLOW_LOG:
        event = log_event(chain, head->log);
        break;
    }
    take(context, &event);
    feed->any[chain] = mo_follow_next(feed->follows[chain], &feed->heads[chain]);
}

/* A reorganisation comes before everything else. */
static uint64_t time_of(const mo_follow_event_t *event)
{
    return event->kind == MO_FOLLOW_REORG ? 0 : event->block->timestamp;
}

/* The block of origin for which the auxiliary chain's next event has to wait; 0: none. Seconds are too coarse to tell
 * which of two blocks of one second came first. */
static uint64_t wanted(const mo_node_feed_t *feed, void *context)
{
    const mo_follow_event_t *head = &feed->heads[MO_CHAIN_AUXILIARY];
    const mo_node_place_t *origin = &feed->places[MO_CHAIN_ORIGIN];
    if (feed->speaks_of == NULL || !feed->any[MO_CHAIN_AUXILIARY] || head->kind != MO_FOLLOW_LOG) {
        return 0;
    }
    mo_event_t event = log_event(MO_CHAIN_AUXILIARY, head->log);
    uint64_t number = feed->speaks_of(context, &event);
    return number > origin->number && origin->timestamp <= head->block->timestamp ? number : 0;
}

/* The chain whose event is next; false when one must be read further first, or nothing is left. */
static bool choose(const mo_node_feed_t *feed, mo_chain_t *chain)
{
    bool origin = feed->any[MO_CHAIN_ORIGIN];
    bool auxiliary = feed->any[MO_CHAIN_AUXILIARY];
    if (feed->held > 0) {
        *chain = MO_CHAIN_ORIGIN;
        return origin;
    }
    if (origin && auxiliary) {
        bool first = feed->origin_first ||
                     time_of(&feed->heads[MO_CHAIN_ORIGIN]) <= time_of(&feed->heads[MO_CHAIN_AUXILIARY]);
        *chain = first ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY;
        return true;
    }
    *chain = origin ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY;
    mo_chain_t other = origin ? MO_CHAIN_AUXILIARY : MO_CHAIN_ORIGIN;
    return (origin || auxiliary) && mo_follow_behind(feed->follows[other]) == 0;
}

/* The auxiliary chain is read first: what origin has afterwards includes every cause of what was read. A poll of origin
 * that brings no block and leaves none behind says so; one that was made before says nothing. When it is read and origin
 * is not, for a node that does not answer, what it brought grows old: then origin may speak of what it had not come to. */
static mo_err_t read_both(mo_node_feed_t *feed)
{
    feed->fresh = !feed->any[MO_CHAIN_AUXILIARY];
    static const mo_chain_t order[MO_CHAIN_COUNT] = {MO_CHAIN_AUXILIARY, MO_CHAIN_ORIGIN};
    for (int i = 0; i < MO_CHAIN_COUNT; i++) {
        mo_chain_t chain = order[i];
        if (feed->any[chain]) {
            continue;
        }
        mo_err_t err = mo_follow_poll(feed->follows[chain]);
        if (mo_failed(err)) {
            return mo_err_wrap(err, chain == MO_CHAIN_ORIGIN ? "origin" : "auxiliary");
        }
        feed->any[chain] = mo_follow_next(feed->follows[chain], &feed->heads[chain]);
    }
    return MO_SUCCESS;
}

mo_err_t mo_node_feed_poll(mo_node_feed_t *feed, mo_node_take_t *take, void *context)
{
    mo_err_t err = read_both(feed);
    if (mo_failed(err)) {
        return err;
    }
    mo_chain_t chain;
    feed->held = wanted(feed, context);
    while (!feed->reorganised && choose(feed, &chain)) {
        hand_on(feed, chain, take, context);
        feed->held = wanted(feed, context);
    }
    return MO_SUCCESS;
}

bool mo_node_feed_is_caught_up(const mo_node_feed_t *feed)
{
    bool all = feed->fresh;
    for (int chain = 0; chain < MO_CHAIN_COUNT; chain++) {
        all = all && !feed->any[chain] && mo_follow_behind(feed->follows[chain]) == 0;
    }
    return all;
}
