/* mosaic simulate: runs of the simulator, a seed after the other, and what came of each. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "app/options.h"
#include "app/run.h"
#include "base/hex.h"
#include "sim/sim.h"

#define MS_PER_HOUR 3600000.0

typedef struct {
    uint64_t runs, failed;
    uint64_t virtual_ms;
    uint64_t signatures, finalised, committed, enforced, forks, restarts, replays, slashed, calls, wasted, conflicts;
    uint64_t verbs[MO_SIM_VERBS];
    uint64_t rows[MO_SIM_ROWS];
    uint64_t recovered;
    uint64_t crashes[MO_SIM_WRITES][2];
} total_t;

static double seconds_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void write_line(void *file, const char *line)
{
    (void)fprintf(file, "%s\n", line);
}

static void add(total_t *t, const mo_sim_report_t *r)
{
    t->runs++;
    t->failed += r->violated;
    t->virtual_ms += r->virtual_ms;
    t->signatures += r->signatures;
    t->finalised += r->finalised;
    t->committed += r->committed;
    t->enforced += r->enforced;
    t->forks += r->forks;
    t->restarts += r->restarts;
    t->replays += r->replays;
    t->slashed += r->slashed;
    t->calls += r->calls;
    t->wasted += r->wasted;
    t->conflicts += r->conflicts;
    for (int verb = 0; verb < MO_SIM_VERBS; verb++) {
        t->verbs[verb] += r->verbs[verb];
    }
    for (int row = 0; row < MO_SIM_ROWS; row++) {
        t->rows[row] += r->rows[row];
    }
    t->recovered += r->recovered;
    for (int point = 0; point < MO_SIM_WRITES; point++) {
        t->crashes[point][0] += r->crashes[point][0];
        t->crashes[point][1] += r->crashes[point][1];
    }
}

static void print_run(uint64_t seed, const mo_sim_report_t *r, bool json)
{
    char trace[2 * 32 + 1];
    mo_hex_encode(mo_hash_view(&r->trace), MO_HEX_BARE, trace, sizeof trace);
    if (json) {
        printf("{\"seed\":%" PRIu64 ",\"world\":\"%s\",\"validators\":%" PRIu64 ",\"virtualMs\":%" PRIu64
               ",\"finalised\":%" PRIu64 ",\"committed\":%" PRIu64 ",\"violation\":\"%s\",\"trace\":\"%s\"}\n",
               seed, mo_sim_world_name(r->world), r->validators, r->virtual_ms, r->finalised, r->committed, r->violation,
               trace);
        return;
    }
    printf("seed %-6" PRIu64 " %-11s %2" PRIu64 " validators %5" PRIu64 " s  final %3" PRIu64 "  meta-blocks %2" PRIu64
           "  trace %.16s%s%s\n",
           seed, mo_sim_world_name(r->world), r->validators, r->virtual_ms / 1000, r->finalised, r->committed, trace,
           r->violated ? "  VIOLATION: " : "", r->violation);
}

static void print_verbs(const total_t *t)
{
    static const char *const names[] = {
#define X(code, name) name,
        MO_SIM_VERB_LIST(X)
#undef X
    };
    printf("stakes:");
    for (int verb = 0; verb < MO_SIM_VERBS; verb++) {
        printf("%s %s %" PRIu64, verb == 0 ? "" : ",", names[verb], t->verbs[verb]);
    }
    printf("\nmessages, rows 1 to 11:");
    for (int row = 0; row < MO_SIM_ROWS; row++) {
        printf(" %" PRIu64, t->rows[row]);
    }
    printf("; escrow recovered from %" PRIu64 " halts\n", t->recovered);
}

static void print_total(const total_t *t, double seconds, bool json)
{
    double hours = (double)t->virtual_ms / MS_PER_HOUR;
    if (json) {
        printf("{\"runs\":%" PRIu64 ",\"violations\":%" PRIu64 ",\"virtualHours\":%.2f,\"hoursPerSecond\":%.3f}\n", t->runs,
               t->failed, hours, hours / seconds);
        return;
    }
    printf("signatures %" PRIu64 ", final %" PRIu64 ", meta-blocks %" PRIu64 ", kernels in force %" PRIu64 ", forks %" PRIu64
           ", restarts %" PRIu64 ", replays %" PRIu64 ", slashed %" PRIu64 ", conflicts among traitors %" PRIu64 "\n",
           t->signatures, t->finalised, t->committed, t->enforced, t->forks, t->restarts, t->replays, t->slashed,
           t->conflicts);
    printf("calls %" PRIu64 ", reverted %" PRIu64 "; crashes before/after a write: guard %" PRIu64 "/%" PRIu64
           ", bound %" PRIu64 "/%" PRIu64 ", flight %" PRIu64 "/%" PRIu64 "\n",
           t->calls, t->wasted, t->crashes[MO_SIM_WRITE_GUARD][0], t->crashes[MO_SIM_WRITE_GUARD][1],
           t->crashes[MO_SIM_WRITE_BOUND][0], t->crashes[MO_SIM_WRITE_BOUND][1], t->crashes[MO_SIM_WRITE_FLIGHT][0],
           t->crashes[MO_SIM_WRITE_FLIGHT][1]);
    print_verbs(t);
    printf("%.2f virtual hours in %.1f s: %.3f virtual hours per second\n", hours, seconds, hours / seconds);
    printf("simulate: %" PRIu64 " passed, %" PRIu64 " failed\n", t->runs - t->failed, t->failed);
}

static void run_all(mo_sim_t *sim, const mo_app_options_t *options, FILE *file, total_t *total)
{
    for (uint64_t i = 0; i < options->seeds; i++) {
        mo_sim_config_t config = {.seed = options->first_seed + i,
                                  .validators = options->founders,
                                  .minutes = options->hours > 0 ? 60 * options->hours : options->minutes,
                                  .say = file == NULL ? NULL : write_line,
                                  .context = file};
        mo_sim_report_t report;
        mo_sim_run(sim, &config, &report);
        add(total, &report);
        print_run(config.seed, &report, options->json);
        (void)fflush(stdout);
    }
}

int mo_app_simulate_run(const mo_app_options_t *options)
{
    FILE *file = NULL;
    if (options->trace != NULL && (file = fopen(options->trace, "w")) == NULL) {
        return mo_app_complain(options->verb,
                               mo_err(MO_ERR_PERMANENT, "%.150s cannot be written: name another file with --trace",
                                      options->trace),
                               MO_APP_MEND);
    }
    mo_sim_t *sim = mo_sim_open();
    if (sim == NULL) {
        return mo_app_complain(options->verb, mo_err(MO_ERR_TRANSIENT, "out of memory"), MO_APP_MEND);
    }
    double began = seconds_now();
    total_t total = {0};
    run_all(sim, options, file, &total);
    mo_sim_close(sim);
    print_total(&total, seconds_now() - began, options->json);
    if (file != NULL && fclose(file) != 0) {
        return mo_app_complain(options->verb, mo_err(MO_ERR_PERMANENT, "%.150s: the trace was not written to its end", options->trace),
                               MO_APP_MEND);
    }
    return total.failed == 0 ? MO_APP_DONE : MO_APP_FAILED;
}
