#include "node/devnet_miner.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "chain/rpc.h"

/* A node that is busy for longer than this is not mined faster afterwards. */
#define LATE_MAX_PERIODS 2
#define REQUEST_TIMEOUT_MS 5000

struct mo_devnet_miner {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stopped;
    bool stop;
    mo_err_t state;
    uint32_t period_ms;
    mo_rpc_t *rpc;
};

static struct timespec clock_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now;
}

static struct timespec later(struct timespec from, uint32_t ms)
{
    const long nanoseconds = from.tv_nsec + (long)(ms % 1000) * 1000000L;
    return (struct timespec){.tv_sec = from.tv_sec + (time_t)(ms / 1000) + nanoseconds / 1000000000L,
                             .tv_nsec = nanoseconds % 1000000000L};
}

static bool is_before(struct timespec a, struct timespec b)
{
    return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

/* Sleeps until `due` or the stop. Whether to go on. */
static bool wait_until(mo_devnet_miner_t *miner, struct timespec due)
{
    (void)pthread_mutex_lock(&miner->lock);
    while (!miner->stop && pthread_cond_timedwait(&miner->stopped, &miner->lock, &due) != ETIMEDOUT) {
    }
    const bool goes_on = !miner->stop;
    (void)pthread_mutex_unlock(&miner->lock);
    return goes_on;
}

static void *mine(void *context)
{
    mo_devnet_miner_t *const miner = context;
    struct timespec due = later(clock_now(), miner->period_ms);
    mo_err_t err = MO_SUCCESS;
    while (!mo_failed(err) && wait_until(miner, due)) {
        err = mo_rpc_request(miner->rpc, "evm_mine", "[]", NULL);
        due = later(due, miner->period_ms);
        if (is_before(later(due, LATE_MAX_PERIODS * miner->period_ms), clock_now())) {
            due = later(clock_now(), miner->period_ms);
        }
    }
    (void)pthread_mutex_lock(&miner->lock);
    miner->state = err;
    (void)pthread_mutex_unlock(&miner->lock);
    return NULL;
}

/* The signals are the main thread's. */
static int thread_start(mo_devnet_miner_t *miner)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const int failed = pthread_create(&miner->thread, NULL, mine, miner);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed;
}

static void locks_make(mo_devnet_miner_t *miner)
{
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&miner->lock, NULL);
    (void)pthread_cond_init(&miner->stopped, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
}

static void miner_free(mo_devnet_miner_t *miner)
{
    (void)pthread_cond_destroy(&miner->stopped);
    (void)pthread_mutex_destroy(&miner->lock);
    mo_rpc_close(miner->rpc);
    free(miner);
}

mo_err_t mo_devnet_miner_start(mo_devnet_miner_t **out, const char *url, uint32_t period_ms)
{
    *out = NULL;
    mo_devnet_miner_t *const miner = calloc(1, sizeof *miner);
    if (miner == NULL) {
        return mo_err(MO_ERR_PERMANENT, "cannot start mining: out of memory");
    }
    locks_make(miner);
    miner->period_ms = period_ms;
    const mo_rpc_config_t config = {.urls = {url}, .url_count = 1, .timeout_ms = REQUEST_TIMEOUT_MS};
    mo_err_t err = mo_rpc_open(&miner->rpc, &config);
    if (!mo_failed(err)) {
        const int failed = thread_start(miner);
        err = failed == 0 ? MO_SUCCESS : mo_err(MO_ERR_PERMANENT, "cannot start mining: %s", strerror(failed));
    }
    if (mo_failed(err)) {
        miner_free(miner);
        return err;
    }
    *out = miner;
    return MO_SUCCESS;
}

mo_err_t mo_devnet_miner_state(mo_devnet_miner_t *miner)
{
    (void)pthread_mutex_lock(&miner->lock);
    const mo_err_t state = miner->state;
    (void)pthread_mutex_unlock(&miner->lock);
    return state;
}

void mo_devnet_miner_stop(mo_devnet_miner_t *miner)
{
    if (miner == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&miner->lock);
    miner->stop = true;
    (void)pthread_cond_signal(&miner->stopped);
    (void)pthread_mutex_unlock(&miner->lock);
    (void)pthread_join(miner->thread, NULL);
    miner_free(miner);
}
