#include "chain/endpoint.h"

#include <string.h>

#define REST_MIN_MS 500u
#define REST_MAX_MS 60000u

/* Full-sized requests before a bound that was once refused is tried a little higher, at first and at most. */
#define PATIENCE_MIN 16
#define PATIENCE_MAX 4096

/* Nearly every node takes so many calls at once; providers begin to refuse at 100. */
#define BATCH_FIRST 64

/* "https://user:key@host:8545/path" gives "https://host:8545". */
mo_err_t mo_endpoint_init(mo_endpoint_t *endpoint, const char *url)
{
    *endpoint = (mo_endpoint_t){.batch = {.now = BATCH_FIRST, .max = MO_RPC_BATCH_MAX, .patience = 1, .calm = 1},
                                .range = {.now = MO_RPC_RANGE_MAX, .max = MO_RPC_RANGE_MAX, .patience = 1, .calm = 1}};
    size_t scheme = strncmp(url, "http://", 7) == 0 ? 7 : strncmp(url, "https://", 8) == 0 ? 8 : 0;
    if (scheme == 0 || strlen(url) >= MO_RPC_URL_MAX || url[scheme] == '\0') {
        return mo_err(MO_ERR_PERMANENT, "an RPC URL is http:// or https:// and a host, below %d characters",
                      MO_RPC_URL_MAX);
    }
    memcpy(endpoint->url, url, strlen(url) + 1);
    size_t end = scheme + strcspn(url + scheme, "/?#");
    size_t start = scheme;
    for (size_t i = scheme; i < end; i++) {
        start = url[i] == '@' ? i + 1 : start;
    }
    memcpy(endpoint->host, url, scheme);
    memcpy(endpoint->host + scheme, url + start, end - start);
    endpoint->host[scheme + end - start] = '\0';
    const char *host = endpoint->host + scheme;
    endpoint->local = strncmp(host, "127.", 4) == 0 || strncmp(host, "localhost", 9) == 0 ||
                      strncmp(host, "[::1]", 5) == 0;
    return MO_SUCCESS;
}

size_t mo_endpoint_choose(const mo_endpoint_t *list, size_t count, uint64_t now)
{
    size_t soonest = count;
    for (size_t i = 0; i < count; i++) {
        if (list[i].rests_until <= now) {
            return i;
        }
        bool sooner = soonest == count || list[i].rests_until < list[soonest].rests_until;
        soonest = sooner && list[i].state != MO_ENDPOINT_FOREIGN ? i : soonest;
    }
    return soonest;
}

void mo_endpoint_answered(mo_endpoint_t *endpoint)
{
    endpoint->failures = 0;
    endpoint->rests_until = 0;
}

void mo_endpoint_failed(mo_endpoint_t *endpoint, uint64_t now)
{
    uint64_t rest = endpoint->failures < 8 ? (uint64_t)REST_MIN_MS << endpoint->failures : REST_MAX_MS;
    endpoint->failures++;
    endpoint->rests_until = now + (rest < REST_MAX_MS ? rest : REST_MAX_MS);
    endpoint->state = MO_ENDPOINT_UNPROVEN;
}

void mo_endpoint_refuse(mo_endpoint_t *endpoint, uint64_t now, mo_endpoint_state_t state, uint64_t rest)
{
    endpoint->state = state;
    endpoint->rests_until = now + rest;
    endpoint->must_reach = 0;
}

bool mo_measure_shrink(mo_measure_t *measure, uint64_t size)
{
    if (size <= 1) {
        return false;
    }
    measure->now = size / 2;
    unsigned patience = measure->patience < PATIENCE_MIN ? PATIENCE_MIN : 2 * measure->patience;
    measure->patience = patience < PATIENCE_MAX ? patience : PATIENCE_MAX;
    measure->calm = measure->patience;
    return true;
}

void mo_measure_grant(mo_measure_t *measure, uint64_t size)
{
    if (size < measure->now || measure->now == measure->max) {
        return;
    }
    if (measure->calm > 1) {
        measure->calm--;
        return;
    }
    uint64_t next = measure->now + measure->now / 4 + 1;
    measure->now = next < measure->max ? next : measure->max;
    measure->calm = measure->patience;
}
