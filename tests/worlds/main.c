/* worlds [HEIGHTS [HEIGHTS]]: all vote histories of four validators over two branches (2.3, 5.3); see world.h.
 *
 * The first number is the height of the branches for safety (5 to 8 are told apart in seconds to minutes), the second for
 * liveness. Prints one line per world and ends with `worlds: P passed, F failed`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "worlds/world.h"

static unsigned long passed, failed;

static void check(bool holds, const char *what, const char *name) {
    if (holds) {
        passed++;
        return;
    }
    failed++;
    printf("not ok worlds: %s: %s\n", name, what);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void check_safety(unsigned heights) {
    static world_t world;
    for (size_t i = 0; i < world_table_count; i++) {
        double start = seconds();
        world_make(&world, &world_tables[i], BREAK_NOTHING);
        safety_t safety = world_safety(&world, heights);
        printf("safety, heights to %u, %s: %lu configurations, %lu choices, %lu unsafe, %.1f s\n", heights,
               world_tables[i].name, safety.configurations, safety.histories, safety.violations, seconds() - start);
        check(safety.violations == 0, "two conflicting finalised checkpoints without a third to slash", world_tables[i].name);
    }
}

/* The search must notice each rule that is broken, in some world. */
static void check_noticed(unsigned heights) {
    static world_t world;
    for (break_t broken = BREAK_NOTHING + 1; broken < BREAK_COUNT; broken++) {
        unsigned long violations = 0;
        for (size_t i = 0; i < world_table_count; i++) {
            world_make(&world, &world_tables[i], broken);
            violations += world_safety(&world, heights).violations;
        }
        printf("without %s: %lu unsafe configurations\n", world_break_names[broken], violations);
        check(violations != 0, "its absence goes unnoticed", world_break_names[broken]);
    }
}

/* Whether the faulty one and who is slashed already weigh less than a third of every F(k). */
static bool tolerable(const world_t *world, unsigned faulty) {
    for (unsigned k = 0; k < 3; k++) {
        uint64_t honest = 0;
        for (unsigned v = 0; v < VALIDATORS; v++) honest += faulty >> v & 1 ? 0 : world->weight[k][v];
        if (3 * (world->sum[k] - honest) >= world->sum[k]) return false;
    }
    return true;
}

static void check_liveness(const table_t *table, unsigned heights) {
    static world_t world;
    world_make(&world, table, BREAK_NOTHING);
    double start = seconds();
    liveness_t sum = {0};
    unsigned long worlds = 0;
    for (unsigned faulty = 0; faulty <= 1u << (VALIDATORS - 1); faulty = faulty == 0 ? 1 : faulty << 1) {
        if (!tolerable(&world, faulty)) continue;
        for (unsigned gap = 0; gap <= 1; gap++) {
            const unsigned adopt[BRANCHES] = {1 + gap, heights + 1 - gap};
            liveness_t found = world_liveness(&world, heights, faulty, adopt);
            sum.states += found.states;
            sum.stuck += found.stuck;
            worlds++;
        }
    }
    printf("liveness, heights to %u, %s: %lu states in %lu worlds, %lu stuck, %.1f s\n", heights, table->name,
           sum.states, worlds, sum.stuck, seconds() - start);
    check(sum.stuck == 0, "a state from which nothing more can be finalised", table->name);
}

int main(int argc, char **argv) {
    unsigned safe = argc > 1 ? (unsigned)atoi(argv[1]) : 5;
    unsigned live = argc > 2 ? (unsigned)atoi(argv[2]) : 2;
    if (safe < 2 || safe > HEIGHTS_MAX || live < 1 || live > 5) {
        fprintf(stderr, "worlds: say heights of 2 to %d for safety and 1 to 5 for liveness\n", HEIGHTS_MAX);
        return 2;
    }
    check_safety(safe);
    check_noticed(safe < 5 ? safe : 5);
    for (size_t i = 0; i < world_table_count; i++) check_liveness(&world_tables[i], live);
    printf("worlds: %lu passed, %lu failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
