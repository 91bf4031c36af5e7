/* Accountable safety, exhaustively (2.3, 5.3).
 *
 * Two conflicting finalised checkpoints need, on each branch, a path of justified links from the root and a last link to
 * the next height. Votes for anything else add nothing. So every history that finalises on both branches contains one of
 * these pairs of paths, and it suffices to ask of each pair: who must have offended? A validator that may be slashed
 * votes for all links; one that may not votes for a largest set of links no two of which offend (more votes never hurt a
 * quorum). All such choices of the others are tried against every set of validators that weighs a third or less in each
 * F(k): if one gives every link its quorum, the world is unsafe.
 */
#include "worlds/world.h"

#define PATH_LINKS_MAX HEIGHTS_MAX
#define SETS_MAX       (1u << 12)

typedef struct {
    unsigned branch;
    unsigned source;
    unsigned target;
} link_t;

/* Both paths' links, and the largest sets of them without an offence. */
typedef struct {
    const world_t *world;
    link_t links[2 * PATH_LINKS_MAX];
    unsigned count;
    unsigned sets[SETS_MAX];
    unsigned set_count;
    bool later[2 * PATH_LINKS_MAX]; /* tallied by K_n+1 */
    unsigned slashed;               /* bits of validators */
    unsigned long histories;
} pair_t;

/* The heights below `last` that a path visits are the bits of `through`; its final link goes to last + 1. */
static void add_path(pair_t *pair, unsigned branch, unsigned through, unsigned last) {
    unsigned source = 0;
    for (unsigned height = 1; height <= last + 1; height++) {
        if (height < last && !(through >> (height - 1) & 1)) continue;
        pair->links[pair->count++] = (link_t){branch, source, height};
        source = height;
    }
}

static bool offend(const pair_t *pair, unsigned i, unsigned j) {
    link_t a = pair->links[i];
    link_t b = pair->links[j];
    mo_vote_t first = world_vote(a.branch, a.source, a.target);
    mo_vote_t second = world_vote(b.branch, b.source, b.target);
    return world_offend(pair->world, &first, &second);
}

/* Whether no two links of `set` offend, by the links' own conflicts. */
static bool harmless(const unsigned conflicts[], unsigned count, unsigned set) {
    for (unsigned i = 0; i < count; i++) {
        if ((set >> i & 1) && (conflicts[i] & set)) return false;
    }
    return true;
}

static bool largest(const unsigned conflicts[], unsigned count, unsigned set) {
    for (unsigned i = 0; i < count; i++) {
        if (!(set >> i & 1) && !(conflicts[i] & set)) return false;
    }
    return true;
}

static void find_sets(pair_t *pair) {
    unsigned conflicts[2 * PATH_LINKS_MAX] = {0};
    for (unsigned i = 0; i < pair->count; i++) {
        for (unsigned j = 0; j < pair->count; j++) {
            if (i != j && offend(pair, i, j)) conflicts[i] |= 1u << j;
        }
    }
    pair->set_count = 0;
    for (unsigned set = 0; set < 1u << pair->count; set++) {
        if (harmless(conflicts, pair->count, set) && largest(conflicts, pair->count, set)) {
            pair->sets[pair->set_count++] = set;
        }
    }
}

static bool all_justified(const pair_t *pair, const unsigned votes[VALIDATORS]) {
    for (unsigned i = 0; i < pair->count; i++) {
        unsigned voters = 0;
        for (unsigned v = 0; v < VALIDATORS; v++) voters |= (votes[v] >> i & 1) << v;
        if (!world_quorum(pair->world, pair->later[i], voters)) return false;
    }
    return true;
}

/* Tries all choices of validators v and above; those not yet chosen count as voting for everything. */
static bool can_justify(pair_t *pair, unsigned votes[VALIDATORS], unsigned v) {
    if (!all_justified(pair, votes)) return false;
    while (v < VALIDATORS && (pair->slashed >> v & 1)) v++;
    if (v == VALIDATORS) return true;
    for (unsigned i = 0; i < pair->set_count; i++) {
        pair->histories++;
        votes[v] = pair->sets[i];
        if (can_justify(pair, votes, v + 1)) return true;
    }
    votes[v] = ~0u;
    return false;
}

static bool unsafe(pair_t *pair) {
    for (pair->slashed = 0; pair->slashed < 1u << VALIDATORS; pair->slashed++) {
        unsigned votes[VALIDATORS] = {~0u, ~0u, ~0u, ~0u};
        if (!world_over_third(pair->world, pair->slashed) && can_justify(pair, votes, 0)) return true;
    }
    return false;
}

/* Every height at which each branch adopts K_n+1; heights + 1 is never. */
static void try_adoptions(pair_t *pair, unsigned heights, safety_t *result) {
    for (unsigned adoption = 0; adoption < (heights + 1) * (heights + 1); adoption++) {
        const unsigned adopt[BRANCHES] = {1 + adoption / (heights + 1), 1 + adoption % (heights + 1)};
        for (unsigned i = 0; i < pair->count; i++) {
            pair->later[i] = pair->links[i].source >= adopt[pair->links[i].branch];
        }
        result->configurations++;
        result->violations += unsafe(pair);
    }
}

safety_t world_safety(const world_t *world, unsigned heights) {
    static pair_t pair;
    safety_t result = {0};
    pair = (pair_t){.world = world};
    /* A path that finalises height f: f below `heights`, any heights below f. */
    for (unsigned path = 0; path < (1u << (heights - 1)) * (1u << (heights - 1)); path++) {
        const unsigned code[BRANCHES] = {path >> (heights - 1), path & ((1u << (heights - 1)) - 1)};
        if (code[0] == 0 || code[1] == 0) continue;
        pair.count = 0;
        for (unsigned b = 0; b < BRANCHES; b++) {
            /* the highest bit of the code is the finalised height */
            unsigned last = 0;
            while (code[b] >> last != 0) last++;
            add_path(&pair, b, code[b], last);
        }
        find_sets(&pair);
        try_adoptions(&pair, heights, &result);
    }
    result.histories = pair.histories;
    return result;
}
