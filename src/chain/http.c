#include "chain/http.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* A response buffer above this is given back after its use: one large answer is no reason to hold on to its memory. */
#define KEPT_MAX (1U << 20)

typedef struct {
    CURL *easy;
    size_t index; /* of its post */
    char *bytes;
    size_t size;
    size_t capacity;
    bool too_large;
    bool busy;
} slot_t;

struct mo_http {
    CURLM *multi;
    struct curl_slist *headers;
    slot_t slots[MO_HTTP_FLIGHT_MAX];
    uint64_t count;
};

static size_t receive(char *bytes, size_t size, size_t count, void *context)
{
    slot_t *slot = context;
    size_t total = size * count;
    if (total > MO_RPC_RESPONSE_MAX - slot->size) {
        slot->too_large = true;
        return 0;
    }
    if (slot->size + total > slot->capacity) {
        size_t capacity = 2 * (slot->size + total);
        slot->bytes = realloc(slot->bytes, capacity);
        MO_CHECK(slot->bytes != NULL);
        slot->capacity = capacity;
    }
    memcpy(slot->bytes + slot->size, bytes, total);
    slot->size += total;
    return total;
}

static void set_options(const mo_http_t *http, slot_t *slot)
{
    curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, http->headers);
    curl_easy_setopt(slot->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(slot->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(slot->easy, CURLOPT_TCP_NODELAY, 1L);
    curl_easy_setopt(slot->easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(slot->easy, CURLOPT_WRITEDATA, slot);
    curl_easy_setopt(slot->easy, CURLOPT_PRIVATE, slot);
}

mo_http_t *mo_http_open(void)
{
    mo_http_t *http = calloc(1, sizeof *http);
    MO_CHECK(http != NULL && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    http->multi = curl_multi_init();
    MO_CHECK(http->multi != NULL);
    http->headers = curl_slist_append(NULL, "Content-Type: application/json");
    /* Without this curl waits for "100 Continue" before large bodies. */
    http->headers = curl_slist_append(http->headers, "Expect:");
    for (size_t i = 0; i < MO_HTTP_FLIGHT_MAX; i++) {
        http->slots[i].easy = curl_easy_init();
        MO_CHECK(http->slots[i].easy != NULL);
        set_options(http, &http->slots[i]);
    }
    return http;
}

void mo_http_close(mo_http_t *http)
{
    if (http == NULL) {
        return;
    }
    for (size_t i = 0; i < MO_HTTP_FLIGHT_MAX; i++) {
        curl_easy_cleanup(http->slots[i].easy);
        free(http->slots[i].bytes);
    }
    curl_multi_cleanup(http->multi);
    curl_slist_free_all(http->headers);
    curl_global_cleanup();
    free(http);
}

uint64_t mo_http_count(const mo_http_t *http)
{
    return http->count;
}

static void begin(mo_http_t *http, slot_t *slot, const mo_http_post_t *post, uint32_t timeout_ms)
{
    slot->busy = true;
    slot->size = 0;
    slot->too_large = false;
    curl_easy_setopt(slot->easy, CURLOPT_URL, post->url);
    /* An empty proxy overrides the environment's. */
    curl_easy_setopt(slot->easy, CURLOPT_PROXY, post->local ? "" : NULL);
    curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, post->body);
    curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(post->body));
    curl_easy_setopt(slot->easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    MO_CHECK(curl_multi_add_handle(http->multi, slot->easy) == CURLM_OK);
    http->count++;
}

static slot_t *free_slot(mo_http_t *http)
{
    for (size_t i = 0; i < MO_HTTP_FLIGHT_MAX; i++) {
        if (!http->slots[i].busy) {
            return &http->slots[i];
        }
    }
    return NULL;
}

static void finish(mo_http_t *http, const CURLMsg *message, mo_http_take_t *take, void *context)
{
    char *mine = NULL;
    CURL *easy = message->easy_handle;
    mo_http_answer_t answer = {.code = message->data.result};
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &mine);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
    slot_t *slot = (slot_t *)(void *)mine;
    MO_CHECK(slot != NULL && curl_multi_remove_handle(http->multi, easy) == CURLM_OK);
    answer.too_large = slot->too_large;
    answer.bytes = slot->bytes;
    answer.size = slot->size;
    take(context, slot->index, &answer);
    slot->busy = false;
    if (slot->capacity > KEPT_MAX) {
        free(slot->bytes);
        slot->bytes = NULL;
        slot->capacity = 0;
    }
}

void mo_http_run(mo_http_t *http, const mo_http_post_t *posts, size_t count, uint32_t timeout_ms, mo_http_take_t *take,
                 void *context)
{
    size_t begun = 0;
    size_t ended = 0;
    while (ended < count) {
        slot_t *slot = begun < count ? free_slot(http) : NULL;
        if (slot != NULL) {
            slot->index = begun;
            begin(http, slot, &posts[begun], timeout_ms);
            begun++;
            continue;
        }
        int running;
        int left;
        const CURLMsg *message;
        MO_CHECK(curl_multi_perform(http->multi, &running) == CURLM_OK);
        size_t before = ended;
        while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
            if (message->msg == CURLMSG_DONE) {
                finish(http, message, take, context);
                ended++;
            }
        }
        if (ended == before) {
            (void)curl_multi_poll(http->multi, NULL, 0, 1000, NULL);
        }
    }
}
