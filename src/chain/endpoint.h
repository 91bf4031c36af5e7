/* Endpoints of one chain: which to ask now, which to leave alone for a while, and how much to ask of each at once.
 *
 *     0  http://node-at-home:8545     preferred          answered --failed--> rests 0.5 s, 1 s, 2 s ... 60 s
 *     1  https://provider/key         when 0 rests           ^                        |
 *     2  https://another              when 0 and 1 rest      +---- probed, answered --+
 *
 * The first in the list that does not rest is asked. Whoever failed is another node until it has proven to be the same
 * one: its chain id and genesis are compared again before its next use (the probe), and an endpoint of another chain is
 * refused. When all rest, the one whose rest ends first is asked all the same: with one endpoint alone the caller's own
 * patience decides.
 *
 * Batches shrink when a node finds them too large and grow slowly, ever more so the oftener they were refused; so do
 * ranges of logs. Pure: the caller brings the time. Floor 5.
 */
#ifndef MO_CHAIN_ENDPOINT_H
#define MO_CHAIN_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "chain/limits.h"

/* A bound that finds its size: what a node takes without complaint. */
typedef struct {
    uint64_t now;
    uint64_t max;
    unsigned patience; /* full-sized successes before it may grow; doubles with each refusal */
    unsigned calm;     /* of which so many are left */
} mo_measure_t;

typedef enum {
    MO_ENDPOINT_UNPROVEN, /* to be asked for chain id and genesis before anything else */
    MO_ENDPOINT_PROVEN,
    MO_ENDPOINT_FOREIGN, /* of another chain */
} mo_endpoint_state_t;

typedef struct {
    char url[MO_RPC_URL_MAX];
    char host[MO_RPC_URL_MAX]; /* scheme, host and port: for error texts; keys stand in paths */
    bool local;                /* never through a proxy */
    mo_endpoint_state_t state;
    unsigned failures;    /* one after the other */
    uint64_t rests_until; /* ms */
    mo_measure_t batch;   /* calls in a request */
    mo_measure_t range;   /* blocks in a query of logs */
    uint64_t head;        /* the last that it named */
    uint64_t must_reach;  /* a head that another one had at the last comparison */
} mo_endpoint_t;

/* Permanent when the URL is none. */
MO_MUST_USE mo_err_t mo_endpoint_init(mo_endpoint_t *endpoint, const char *url);

/* The one to ask at `now`; `count` when all are of another chain. */
size_t mo_endpoint_choose(const mo_endpoint_t *list, size_t count, uint64_t now);

/* It answered. */
void mo_endpoint_answered(mo_endpoint_t *endpoint);

/* It did not, or nonsense. */
void mo_endpoint_failed(mo_endpoint_t *endpoint, uint64_t now);

/* It is of another chain, or far behind the others: asked again after the rest. */
void mo_endpoint_refuse(mo_endpoint_t *endpoint, uint64_t now, mo_endpoint_state_t state, uint64_t rest);

/* What was asked for with `size` was refused for its size; false when there is nothing smaller. */
bool mo_measure_shrink(mo_measure_t *measure, uint64_t size);

/* It was granted. */
void mo_measure_grant(mo_measure_t *measure, uint64_t size);

#endif
