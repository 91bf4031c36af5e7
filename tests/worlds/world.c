#include "worlds/world.h"

#include <string.h>

#include "base/check.h"
#include "rules/quorum.h"

/* Equal and skewed weights; every kind of update; a change in K_n too where n is 2. */
const table_t world_tables[] = {
    {"equal, nothing changes", 1, {1, 1, 1, 1}, {{0}}, 0},
    {"equal, one joins", 1, {1, 1, 1, 0}, {{2, MO_UPDATE_JOIN, 3, 1}}, 1},
    {"equal, one leaves", 1, {1, 1, 1, 1}, {{2, MO_UPDATE_LOGOUT, 3, 0}}, 1},
    {"equal, one outgrows the rest", 1, {1, 1, 1, 1}, {{2, MO_UPDATE_WEIGHT, 0, 9}}, 1},
    {"skewed, the heaviest leaves", 1, {4, 3, 2, 1}, {{2, MO_UPDATE_LOGOUT, 0, 0}}, 1},
    {"skewed, the lightest outgrows the rest", 1, {4, 3, 2, 1}, {{2, MO_UPDATE_WEIGHT, 3, 8}}, 1},
    {"skewed, the heaviest shrinks", 1, {8, 3, 3, 3}, {{2, MO_UPDATE_WEIGHT, 0, 1}}, 1},
    {"skewed, a whale joins", 1, {2, 2, 3, 0}, {{2, MO_UPDATE_JOIN, 3, 9}}, 1},
    {"one slashed", 1, {3, 3, 2, 2}, {{2, MO_UPDATE_SLASH, 1, 0}}, 1},
    {"one joins, then another leaves", 2, {2, 2, 2, 0}, {{2, MO_UPDATE_JOIN, 3, 2}, {3, MO_UPDATE_LOGOUT, 0, 0}}, 2},
    {"a whale joins, then another grows", 2, {1, 1, 1, 0}, {{2, MO_UPDATE_JOIN, 3, 6}, {3, MO_UPDATE_WEIGHT, 0, 7}}, 2},
    {"one leaves, then another grows", 2, {3, 2, 2, 1}, {{2, MO_UPDATE_LOGOUT, 0, 0}, {3, MO_UPDATE_WEIGHT, 3, 5}}, 2},
};
const size_t world_table_count = sizeof world_tables / sizeof *world_tables;

const char *const world_break_names[BREAK_COUNT] = {
    "no rule",
    "the rear set",
    "the rear set's old weights",
    "strictly more than two thirds",
    "condition (2)",
    "condition (1)",
};

static mo_validators_t set;

static mo_address_t signer(uint32_t validator) {
    mo_address_t address = {{0}};
    address.bytes[19] = (uint8_t)(validator + 1);
    return address;
}

static void apply(const mo_kernel_t *kernel) {
    MO_CHECK(mo_rules_validators_apply(&set, kernel) == MO_SET_ACCEPTED);
}

static void add(mo_kernel_t *kernel, mo_update_kind_t kind, uint32_t validator, uint64_t weight) {
    kernel->updates[kernel->update_count++] =
        (mo_update_t){.validator = signer(validator), .weight = {weight}, .kind = (uint8_t)kind};
}

/* Kernels 1 to n + 1. Joins come in the order of the validators, so that an index is a validator. */
static void apply_table(const table_t *table) {
    mo_rules_validators_clear(&set);
    for (uint64_t k = 1; k <= table->n + 1; k++) {
        mo_kernel_t kernel = {.height = {k}};
        for (uint32_t v = 0; k == 1 && v < VALIDATORS; v++) {
            if (table->founders[v] != 0) add(&kernel, MO_UPDATE_JOIN, v, table->founders[v]);
        }
        for (size_t i = 0; i < table->change_count; i++) {
            const change_t *change = &table->changes[i];
            if (change->kernel == k) add(&kernel, change->kind, change->validator, change->weight);
        }
        apply(&kernel);
    }
}

static mo_tally_t broken_share(const world_t *world, unsigned later, uint32_t v) {
    mo_tally_t share = world->share[later][v];
    /* Those of F(n - 1) who are still there, by what they weigh now. */
    if (world->broken == BREAK_REAR_WEIGHTS && share.rear.value != 0) share.rear = share.forward;
    return share;
}

/* Under the paper's literal reading the rear total is that of the same members by their new weights. */
static void break_shares(world_t *world) {
    for (unsigned later = 0; later < 2; later++) {
        uint64_t rear = 0;
        for (uint32_t v = 0; v < VALIDATORS; v++) {
            world->share[later][v] = broken_share(world, later, v);
            rear += world->share[later][v].rear.value;
        }
        if (world->broken == BREAK_REAR_WEIGHTS) world->total[later].rear_total.value = rear;
    }
}

void world_make(world_t *world, const table_t *table, break_t broken) {
    memset(world, 0, sizeof *world);
    world->broken = broken;
    apply_table(table);
    for (unsigned k = 0; k < 3; k++) {
        mo_height_t height = {table->n - 1 + k};
        world->sum[k] = mo_rules_validators_total(&set, height).value;
        for (uint32_t v = 0; v < set.count; v++) {
            world->weight[k][v] = mo_rules_validators_weight(&set, v, height).value;
        }
    }
    for (unsigned later = 0; later < 2; later++) {
        for (uint32_t v = 0; v < set.count; v++) {
            world->share[later][v] = mo_rules_validators_share(&set, v, (mo_height_t){table->n + later});
        }
        world->total[later] = world->share[later][0];
    }
    break_shares(world);
}

static mo_hash_t checkpoint(unsigned branch, unsigned height) {
    mo_hash_t hash = {{0}};
    hash.bytes[0] = (uint8_t)(height == 0 ? 0 : branch);
    hash.bytes[1] = (uint8_t)height;
    hash.bytes[2] = 1;
    return hash;
}

/* T(s) is a function of the source (2.6): the source's own hash stands for it. */
mo_vote_t world_vote(unsigned branch, unsigned source, unsigned target) {
    return (mo_vote_t){.source = checkpoint(branch, source),
                       .target = checkpoint(branch, target),
                       .transition = checkpoint(branch, source),
                       .source_height = {source},
                       .target_height = {target}};
}

bool world_offend(const world_t *world, const mo_vote_t *a, const mo_vote_t *b) {
    mo_offence_t offence = mo_rules_vote_offence(a, b);
    if (offence == MO_OFFENCE_SURROUND) return world->broken != BREAK_SURROUND;
    if (offence == MO_OFFENCE_TARGET) return world->broken != BREAK_TARGET;
    return offence != MO_OFFENCE_NONE;
}

static bool enough(const world_t *world, mo_weight_t weight, mo_weight_t total) {
    if (world->broken == BREAK_STRICT_MORE) return weight.value != 0 && weight.value >= 2 * total.value / 3;
    return mo_rules_quorum(weight, total);
}

bool world_quorum(const world_t *world, bool later, unsigned voters) {
    mo_tally_t tally = world->total[later];
    tally.forward.value = tally.rear.value = 0;
    for (unsigned v = 0; v < VALIDATORS; v++) {
        if (!(voters >> v & 1)) continue;
        tally.forward.value += world->share[later][v].forward.value;
        tally.rear.value += world->share[later][v].rear.value;
    }
    if (!enough(world, tally.forward, tally.forward_total)) return false;
    return world->broken == BREAK_REAR_SET || enough(world, tally.rear, tally.rear_total);
}

bool world_over_third(const world_t *world, unsigned validators) {
    for (unsigned k = 0; k < 3; k++) {
        uint64_t weight = 0;
        for (unsigned v = 0; v < VALIDATORS; v++) weight += validators >> v & 1 ? world->weight[k][v] : 0;
        if (3 * weight > world->sum[k]) return true;
    }
    return false;
}
