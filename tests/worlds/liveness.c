/* Plausible liveness, exhaustively (2.2, 2.7): from every state that votes can reach, the validators that are honest can
 * finalise a checkpoint above all that was voted for, and none of them has to offend.
 *
 * A state is what the future depends on: each honest validator's last vote (its mark, 2.7), what is justified and
 * finalised on each branch, and the votes for links that may still reach their quorum. Votes for links that never will,
 * or that have it, are forgotten; so states that differ in nothing that matters are one. Honest validators vote for any
 * link that their mark allows, on either branch (more than a node would: it follows one chain); faulty ones for anything.
 */
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "worlds/world.h"

/* Branches for liveness are shorter: 30 links, so that a state is 24 bytes. */
#define LIVE_HEIGHTS_MAX 5
#define LIVE_LINKS_MAX   (BRANCHES * LIVE_HEIGHTS_MAX * (LIVE_HEIGHTS_MAX + 1) / 2)
#define NO_VOTE    0xff

typedef struct {
    uint8_t last[VALIDATORS];         /* link of the last vote, NO_VOTE */
    uint8_t votes[LIVE_LINKS_MAX / 2]; /* four bits of voters for each link */
    uint8_t justified[BRANCHES];      /* bit height - 1 */
    uint8_t finalised[BRANCHES];      /* height */
} state_t;

typedef struct {
    const world_t *world;
    unsigned heights;
    unsigned faulty;
    unsigned adopt[BRANCHES];
    mo_vote_t links[LIVE_LINKS_MAX];
    uint8_t branch[LIVE_LINKS_MAX];
    unsigned link_count;
    bool allowed[LIVE_LINKS_MAX + 1][LIVE_LINKS_MAX]; /* after last vote i (LIVE_LINKS_MAX: none) may link j be signed? */
    state_t *states;   /* in the order in which they were reached */
    uint32_t *slots;   /* by hash: 1 + number of the state */
    unsigned long count;
    unsigned long size; /* slots; a power of two, at least twice the states */
} search_t;

static unsigned votes_of(const state_t *state, unsigned link) {
    return state->votes[link / 2] >> (link % 2 * 4) & 15;
}

static void set_votes(state_t *state, unsigned link, unsigned voters) {
    unsigned shift = link % 2 * 4;
    state->votes[link / 2] = (uint8_t)((state->votes[link / 2] & ~(15u << shift)) | voters << shift);
}

static bool allowed(const search_t *search, const state_t *state, unsigned v, unsigned link) {
    if (search->faulty >> v & 1) return true;
    return search->allowed[state->last[v] == NO_VOTE ? LIVE_LINKS_MAX : state->last[v]][link];
}

static bool is_justified(const state_t *state, unsigned branch, uint64_t height) {
    return height == 0 || (state->justified[branch] >> (height - 1) & 1);
}

static bool later(const search_t *search, unsigned branch, uint64_t source) {
    return source >= search->adopt[branch];
}

/* A link is valid when its source is justified and not below the last finalised height (2.2). */
static bool valid(const search_t *search, const state_t *state, unsigned link) {
    unsigned b = search->branch[link];
    uint64_t source = search->links[link].source_height.value;
    return is_justified(state, b, source) && source >= state->finalised[b];
}

static void justify(const search_t *search, state_t *state, unsigned link) {
    const mo_vote_t *vote = &search->links[link];
    unsigned b = search->branch[link];
    uint64_t source = vote->source_height.value;
    uint64_t target = vote->target_height.value;
    state->justified[b] |= (uint8_t)(1u << (target - 1));
    if (target == source + 1 && source > state->finalised[b]) state->finalised[b] = (uint8_t)source;
}

/* Whether votes for a link still matter: it has no quorum, and could have one. */
static bool open_link(const search_t *search, const state_t *state, unsigned link) {
    unsigned b = search->branch[link];
    uint64_t source = search->links[link].source_height.value;
    if (source < state->finalised[b]) return false;
    unsigned voters = votes_of(state, link);
    if (world_quorum(search->world, later(search, b, source), voters)) return false;
    for (unsigned v = 0; v < VALIDATORS; v++) voters |= (unsigned)allowed(search, state, v, link) << v;
    return world_quorum(search->world, later(search, b, source), voters);
}

static void forget(const search_t *search, state_t *state) {
    for (unsigned link = 0; link < search->link_count; link++) {
        if (votes_of(state, link) != 0 && !open_link(search, state, link)) set_votes(state, link, 0);
    }
}

static uint32_t hash_of(const state_t *state) {
    const uint8_t *bytes = (const uint8_t *)state;
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < sizeof *state; i++) hash = (hash ^ bytes[i]) * 1099511628211u;
    return (uint32_t)(hash ^ hash >> 32);
}

/* The slot of a state, or the empty one that it would take. */
static unsigned long slot_of(const search_t *search, const state_t *state) {
    unsigned long at = hash_of(state) & (search->size - 1);
    while (search->slots[at] != 0 && memcmp(&search->states[search->slots[at] - 1], state, sizeof *state) != 0) {
        at = (at + 1) & (search->size - 1);
    }
    return at;
}

static void grow(search_t *search) {
    search->size = search->size == 0 ? 1u << 16 : 2 * search->size;
    search->states = realloc(search->states, search->size / 2 * sizeof *search->states);
    free(search->slots);
    search->slots = calloc(search->size, sizeof *search->slots);
    MO_CHECK(search->states != NULL && search->slots != NULL);
    for (unsigned long i = 0; i < search->count; i++) {
        search->slots[slot_of(search, &search->states[i])] = (uint32_t)i + 1;
    }
}

/* Remembers a state, once. */
static void reach(search_t *search, const state_t *state) {
    unsigned long at = slot_of(search, state);
    if (search->slots[at] != 0) return;
    if (search->count == search->size / 2) {
        grow(search);
        at = slot_of(search, state);
    }
    search->states[search->count++] = *state;
    search->slots[at] = (uint32_t)search->count;
}

static void step(
search_t *search, const state_t *from, unsigned v, unsigned link) {
    state_t state = *from;
    unsigned voters = votes_of(from, link) | 1u << v;
    set_votes(&state, link, voters);
    if (!(search->faulty >> v & 1)) state.last[v] = (uint8_t)link;
    unsigned b = search->branch[link];
    if (world_quorum(search->world, later(search, b, search->links[link].source_height.value), voters)) {
        justify(search, &state, link);
    }
    forget(search, &state);
    reach(search, &state);
}

static void step_all(search_t *search, const state_t *from) {
    for (unsigned v = 0; v < VALIDATORS; v++) {
        for (unsigned link = 0; link < search->link_count; link++) {
            if (votes_of(from, link) >> v & 1) continue;
            if (valid(search, from, link) && allowed(search, from, v, link)) step(search, from, v, link);
        }
    }
}

/* The honest validators that may sign source -> target next, after which they may sign target -> target + 1. */
static unsigned willing(const search_t *search, const state_t *state, const mo_vote_t *first) {
    unsigned voters = 0;
    for (unsigned v = 0; v < VALIDATORS; v++) {
        if (search->faulty >> v & 1) continue;
        mo_vote_mark_t mark = {0};
        if (state->last[v] != NO_VOTE) mark = mo_rules_vote_mark(&search->links[state->last[v]]);
        if (mo_rules_vote_may_sign(&mark, first) == MO_SIGN_ALLOWED) voters |= 1u << v;
    }
    return voters;
}

/* Whether the honest can justify `target` from this source, and then finalise it. */
static bool finalises(const search_t *search, const state_t *state, unsigned branch, unsigned source, unsigned target) {
    mo_vote_t first = world_vote(branch, source, target);
    mo_vote_t second = world_vote(branch, target, target + 1);
    mo_vote_mark_t mark = mo_rules_vote_mark(&first);
    if (mo_rules_vote_may_sign(&mark, &second) != MO_SIGN_ALLOWED) return false;
    unsigned voters = willing(search, state, &first);
    return world_quorum(search->world, later(search, branch, source), voters) &&
           world_quorum(search->world, later(search, branch, target), voters);
}

static bool can_go_on(const search_t *search, const state_t *state) {
    unsigned highest = 0;
    for (unsigned v = 0; v < VALIDATORS; v++) {
        if (state->last[v] == NO_VOTE) continue;
        unsigned target = (unsigned)search->links[state->last[v]].target_height.value;
        if (target > highest) highest = target;
    }
    for (unsigned b = 0; b < BRANCHES; b++) {
        for (unsigned source = state->finalised[b]; source <= search->heights; source++) {
            unsigned target = (source > highest ? source : highest) + 1;
            if (is_justified(state, b, source) && finalises(search, state, b, source, target)) return true;
        }
    }
    return false;
}

static void make_links(search_t *search) {
    for (unsigned b = 0; b < BRANCHES; b++) {
        for (unsigned target = 1; target <= search->heights; target++) {
            for (unsigned source = 0; source < target; source++) {
                search->branch[search->link_count] = (uint8_t)b;
                search->links[search->link_count++] = world_vote(b, source, target);
            }
        }
    }
    for (unsigned i = 0; i <= LIVE_LINKS_MAX; i++) {
        mo_vote_mark_t mark = {0};
        if (i < search->link_count) mark = mo_rules_vote_mark(&search->links[i]);
        for (unsigned j = 0; j < search->link_count; j++) {
            search->allowed[i][j] = mo_rules_vote_may_sign(&mark, &search->links[j]) == MO_SIGN_ALLOWED;
        }
    }
}

liveness_t world_liveness(const world_t *world, unsigned heights, unsigned faulty, const unsigned adopt[BRANCHES]) {
    static search_t search;
    search = (search_t){.world = world, .heights = heights, .faulty = faulty, .adopt = {adopt[0], adopt[1]}};
    grow(&search);
    make_links(&search);
    state_t start = {0};
    memset(start.last, NO_VOTE, sizeof start.last);
    reach(&search, &start);
    liveness_t result = {0};
    for (unsigned long at = 0; at < search.count; at++) {
        state_t state = search.states[at];
        if (!can_go_on(&search, &state)) result.stuck++;
        step_all(&search, &state);
    }
    result.states = search.count;
    free(search.states);
    free(search.slots);
    return result;
}
