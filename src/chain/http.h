/* HTTP: many POST requests in flight at once, to one endpoint or to several.
 *
 *     mo_http_post_t posts[3] = {{.url = a, .body = x}, {.url = a, .body = y}, {.url = b, .body = z}};
 *     mo_http_run(http, posts, 3, 10000, take, context);      take is called as each one ends
 *
 * MO_HTTP_FLIGHT_MAX at a time; connections are kept and used again. A response above MO_RPC_RESPONSE_MAX ends it.
 * Inside src/chain only. Floor 5.
 */
#ifndef MO_CHAIN_HTTP_H
#define MO_CHAIN_HTTP_H

#include <curl/curl.h>

#include "base/bytes.h"
#include "chain/limits.h"

typedef struct {
    const char *url;
    bool local;  /* never through a proxy */
    char *body;  /* borrowed */
} mo_http_post_t;

/* How one ended. `bytes` are valid during the call only. */
typedef struct {
    CURLcode code;
    long status; /* 0 without an answer */
    bool too_large;
    const char *bytes;
    size_t size;
} mo_http_answer_t;

typedef void mo_http_take_t(void *context, size_t index, const mo_http_answer_t *answer);

typedef struct mo_http mo_http_t;

/* Opens and closes; closing NULL is allowed. */
mo_http_t *mo_http_open(void);
void mo_http_close(mo_http_t *http);

/* Sends all, and returns when each has ended; each is given to `take` once. */
void mo_http_run(mo_http_t *http, const mo_http_post_t *posts, size_t count, uint32_t timeout_ms, mo_http_take_t *take,
                 void *context);

/* Requests sent since it was opened. */
uint64_t mo_http_count(const mo_http_t *http);

#endif
