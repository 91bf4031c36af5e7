/* parity --seed S --operations N --out FILE [--drop FROM-TO,...] [--lie yes]
 *
 * Writes a random sequence of operations on the contracts with what the rules of src/rules expect of each step.
 * contracts/test/parity/Parity.t.sol replays it; tests/parity/replay does both.
 *
 * --drop leaves operations out; the others stay what they are. --lie yes: the last step expects another state than the
 * rules do, which a replay has to notice. */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "parity/auxiliary.h"
#include "parity/origin_moves.h"

typedef struct {
    void (*move)(origin_world_t *w);
    unsigned weight;
} weighted_t;

/* Before opening, while open, after the halt. */
static const weighted_t before[] = {{move_deposit, 60}, {move_cancel, 3},  {move_open, 16},          {move_logout, 2},
                                    {move_release, 2},  {move_record, 4},  {move_refresh, 2},        {move_slash, 3},
                                    {move_propose, 2},  {move_present, 1}, {move_challenge_halt, 1}, {move_foreign, 2}};
static const weighted_t open[] = {{move_deposit, 5},     {move_cancel, 2},     {move_logout, 3},         {move_release, 4},
                                  {move_withdraw, 4},    {move_refresh, 6},    {move_collect, 7},        {move_foreign, 2},
                                  {move_slash, 3},       {move_present, 6},    {move_leak, 8},           {move_veto, 3},
                                  {move_open, 1},        {move_record, 3},     {move_propose, 22},       {move_commit, 24},
                                  {move_reclaim, 7},     {move_observation, 5}, {move_gas_target, 8},    {move_missed, 8},
                                  {move_challenge_halt, 4}, {move_halt, 4}};
static const weighted_t halted[] = {{move_deposit, 3},  {move_cancel, 6},  {move_logout, 3},      {move_release, 20},
                                    {move_withdraw, 20}, {move_refresh, 4}, {move_collect, 12},    {move_slash, 4},
                                    {move_present, 2},  {move_leak, 3},    {move_veto, 3},        {move_open, 1},
                                    {move_propose, 2},  {move_commit, 2},  {move_reclaim, 12},    {move_observation, 1},
                                    {move_gas_target, 1}, {move_missed, 1}, {move_challenge_halt, 1}, {move_halt, 1}};

static void pick(origin_world_t *w, const weighted_t *moves, size_t count) {
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += moves[i].weight;
    }
    uint64_t at = draw(w, sum);
    size_t i = 0;
    while (at >= moves[i].weight) {
        at -= moves[i++].weight;
    }
    moves[i].move(w);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void step(origin_world_t *w) {
    if (chance(w, 40)) {
        origin_pass(w, draw(w, chance(w, 5) ? 80 : 6), draw(w, 3));
    }
    switch (w->origin->core.status) {
    case MO_CORE_CREATED:
        pick(w, before, COUNT(before));
        break;
    case MO_CORE_OPEN:
        pick(w, open, COUNT(open));
        break;
    case MO_CORE_HALTED:
        pick(w, halted, COUNT(halted));
        w->steps_after_halt++;
        break;
    }
}

enum { AUXILIARY_MAX = 300, EPISODE_MAX = 600, AFTER_HALT_MAX = 50 };

/* Then no deposit can be accepted any more. */
static bool keys_are_spent(const origin_world_t *w) {
    return w->keys_used + 2 >= KEYS;
}

/* Operations that are left out, as "3-5,9-9": what the minimiser tries. */
static bool is_dropped(const char *drops, uint64_t operation) {
    unsigned long long from;
    unsigned long long to;
    for (const char *at = drops; at != NULL && sscanf(at, "%llu-%llu", &from, &to) == 2;) {
        if (operation >= from && operation <= to) {
            return true;
        }
        at = strchr(at, ',');
        at = at == NULL ? NULL : at + 1;
    }
    return false;
}

typedef struct {
    uint64_t seed;
    uint64_t operations;
    const char *drops;
    const char *path;
    bool lies;
} options_t;

/* One episode on origin, one on the auxiliary chain, in turn. */
typedef struct {
    origin_world_t world;
    auxiliary_t auxiliary;
    bool on_origin;
    uint64_t in_episode;
} run_t;

static void begin_episode(run_t *run) {
    run->on_origin = !run->on_origin;
    run->in_episode = 0;
    if (run->on_origin) {
        origin_world_deploy(&run->world);
    } else {
        auxiliary_deploy(&run->auxiliary);
    }
}

static bool is_over(const run_t *run) {
    if (!run->on_origin) {
        return run->in_episode >= AUXILIARY_MAX;
    }
    return run->in_episode >= EPISODE_MAX || run->world.steps_after_halt >= AFTER_HALT_MAX ||
           keys_are_spent(&run->world);
}

/* Each operation has a generator of its own, so that the others stay what they are when one is left out. */
static void run_all(const options_t *options, FILE *out) {
    static run_t run;
    run.on_origin = options->seed % 2 == 0;
    origin_world_init(&run.world, options->seed, out);
    auxiliary_init(&run.auxiliary, &run.world);
    for (uint64_t i = 0; i < options->operations; i++) {
        run.world.rng = mo_rng(options->seed << 32 | i);
        if (i == 0 || is_over(&run)) {
            begin_episode(&run);
        }
        run.in_episode++;
        if (is_dropped(options->drops, i)) {
            continue;
        }
        parity_lie(options->lies && i + 1 == options->operations);
        if (run.on_origin) {
            step(&run.world);
        } else {
            auxiliary_step(&run.auxiliary);
        }
    }
    free(run.world.origin);
    auxiliary_free(&run.auxiliary);
}

static void print_counts(void) {
    uint64_t calls;
    uint64_t accepted;
    parity_totals(&calls, &accepted);
    parity_counts_print(stdout);
    printf("%9llu  calls, %llu accepted\n", (unsigned long long)calls, (unsigned long long)accepted);
}

static uint64_t number_of(const char *text, const char *flag) {
    char *end;
    unsigned long long value = strtoull(text, &end, 10);
    if (*text == '\0' || *end != '\0') {
        fprintf(stderr, "parity: %s takes a number, not \"%s\"\n", flag, text);
        exit(2);
    }
    return value;
}

static options_t options_of(int argc, char **argv) {
    options_t options = {.seed = 1, .operations = 1000};
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--seed") == 0) {
            options.seed = number_of(argv[i + 1], argv[i]);
        } else if (strcmp(argv[i], "--operations") == 0) {
            options.operations = number_of(argv[i + 1], argv[i]);
        } else if (strcmp(argv[i], "--out") == 0) {
            options.path = argv[i + 1];
        } else if (strcmp(argv[i], "--drop") == 0) {
            options.drops = argv[i + 1];
        } else if (strcmp(argv[i], "--lie") == 0) {
            options.lies = strcmp(argv[i + 1], "yes") == 0;
        } else {
            fprintf(stderr, "parity: no option \"%s\"\n", argv[i]);
            exit(2);
        }
    }
    if (argc % 2 == 0 || options.path == NULL) {
        fprintf(stderr, "parity: usage: parity --seed S --operations N --out FILE [--drop FROM-TO,...] [--lie yes]\n");
        exit(2);
    }
    return options;
}

int main(int argc, char **argv) {
    options_t options = options_of(argc, argv);
    FILE *out = fopen(options.path, "w");
    if (out == NULL) {
        perror(options.path);
        return 1;
    }
    run_all(&options, out);
    if (fclose(out) != 0) {
        perror(options.path);
        return 1;
    }
    print_counts();
    return 0;
}
