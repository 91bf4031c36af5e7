/* A small world: four validators, one fork, one change of the set, which the branches adopt at different heights.
 *
 *                     1     2     3     4     5          checkpoint heights
 *              +-----[ ]---[ ]---[ ]---[ ]---[ ]   branch 0     adopts K_n+1 at height a0
 *     [root]---+
 *              +-----[ ]---[ ]---[ ]---[ ]---[ ]   branch 1     adopts K_n+1 at height a1
 *
 * A link belongs to one branch (its source may be the root) and is tallied by the kernel in force as of its source (2.5):
 * K_n below the adoption, K_n+1 from it on. Nothing ties the adoption to dynasties here, so this world holds more
 * histories than the protocol lets happen.
 *
 * The rules are those of the library: offences (rules/vote.h), F_v(k) and the shares (rules/validators.h), the quorum
 * (rules/quorum.h). A world can be told to break one of them, to show that the search would notice.
 */
#ifndef MO_WORLDS_WORLD_H
#define MO_WORLDS_WORLD_H

#include <stdbool.h>
#include <stddef.h>

#include "rules/validators.h"
#include "rules/vote.h"

#define VALIDATORS 4
#define HEIGHTS_MAX 8
#define BRANCHES 2
/* source below target, per branch: 8 * 9 / 2 */
#define LINKS_MAX (BRANCHES * HEIGHTS_MAX * (HEIGHTS_MAX + 1) / 2)

/* A change of one validator by one kernel. */
typedef struct {
    uint64_t kernel;
    mo_update_kind_t kind;
    uint32_t validator;
    uint64_t weight;
} change_t;

/* Weights over kernels n - 1, n, n + 1. A founder of weight 0 is none: it joins by a change. */
typedef struct {
    const char *name;
    uint64_t n; /* the kernel in force at the root: 1 or 2 */
    uint64_t founders[VALIDATORS];
    change_t changes[2];
    size_t change_count;
} table_t;

extern const table_t world_tables[];
extern const size_t world_table_count;

/* A rule that a world breaks. */
typedef enum {
    BREAK_NOTHING,
    BREAK_REAR_SET,         /* the forward set alone decides */
    BREAK_REAR_WEIGHTS,     /* the rear set weighs by F(n), as the paper's words allow */
    BREAK_STRICT_MORE,      /* two thirds, rounded down, suffice */
    BREAK_SURROUND,         /* condition (2) is not counted as an offence */
    BREAK_TARGET,           /* nor condition (1) */
    BREAK_COUNT,
} break_t;

extern const char *const world_break_names[BREAK_COUNT];

/* What a validator adds to a link of kernel n + `later`. */
typedef struct {
    mo_tally_t share[2][VALIDATORS];
    mo_tally_t total[2];                  /* of all validators: the totals are the kernel's own */
    uint64_t weight[3][VALIDATORS];       /* F_v(n - 1), F_v(n), F_v(n + 1) */
    uint64_t sum[3];
    break_t broken;
} world_t;

/* A table's weights under the library's rules, or under broken ones. */
void world_make(world_t *world, const table_t *table, break_t broken);

/* The vote source -> target on a branch; height 0 is the root. */
mo_vote_t world_vote(unsigned branch, unsigned source, unsigned target);

/* What two votes prove, as this world counts it. */
bool world_offend(const world_t *world, const mo_vote_t *a, const mo_vote_t *b);

/* Whether these validators (bits) are +2/3 for a link of kernel n + `later`. */
bool world_quorum(const world_t *world, bool later, unsigned voters);

/* Whether these validators are more than a third of the sum of one F(k), k in n - 1 .. n + 1. */
bool world_over_third(const world_t *world, unsigned validators);

/* Double finality without more than a third to slash: the configurations looked at, and those where it can be. */
typedef struct {
    unsigned long configurations;
    unsigned long histories;
    unsigned long violations;
} safety_t;

safety_t world_safety(const world_t *world, unsigned heights);

/* States that honest voting reaches, with up to a third that votes as it likes; those from which nothing more can be
 * finalised without an offence. */
typedef struct {
    unsigned long states;
    unsigned long stuck;
} liveness_t;

/* `heights`: at most 5. `faulty`: bits of validators that vote for anything. */
liveness_t world_liveness(const world_t *world, unsigned heights, unsigned faulty, const unsigned adopt[BRANCHES]);

#endif
