/* Stakes, weights and sets once more, from the text of clauses 4.6, 5.2, 5.3 and 5.4. */
#include "rules/registry.h"
#include "sim/world.h"

/* 1 wei of each stake may be lost to rounding whenever everybody loses (4.6). */
static mo_u256_t tolerance_of(const mo_origin_t *origin)
{
    return mo_u256_from_u64((uint64_t)origin->losses.count * origin->account_count);
}

static bool sum_credit(const mo_origin_t *origin, mo_u256_t *sum)
{
    bool fits = true;
    for (size_t i = 0; i < MO_LEDGER_MAX; i++) {
        fits = mo_u256_add(*sum, origin->registry_credit.rows[i].amount, sum) && fits;
    }
    return fits;
}

/* What came in is still held for somebody, was paid, or was burned; and nothing twice. */
void mo_sim_check_stakes(mo_sim_t *w, uint32_t lane)
{
    const mo_sim_lane_t *l = &w->chains[MO_CHAIN_ORIGIN].lanes[lane];
    const mo_origin_t *origin = l->origin;
    mo_u256_t owed = origin->burned;
    bool fits = mo_u256_add(owed, l->stakes.paid, &owed) && sum_credit(origin, &owed);
    for (uint32_t i = 0; i < origin->account_count; i++) {
        fits = fits && mo_u256_add(owed, mo_rules_registry_stake(origin, &origin->accounts[i]), &owed);
    }
    mo_u256_t rest;
    if (!fits || !mo_u256_sub(l->stakes.deposited, owed, &rest)) {
        mo_sim_violate(w, "the registry owes more than was deposited (4.6)");
    } else if (mo_u256_less(tolerance_of(origin), rest)) {
        mo_sim_violate(w, "stake is neither held nor withdrawn, paid or burned (4.6)");
    }
}

/* 5.2: floor(shares * reputation / unit), for the kernel after the open one. */
static uint64_t weight_of(mo_sim_t *w, const mo_origin_t *origin, const mo_validator_account_t *account)
{
    uint64_t height = origin->core.kernel.height.value + 1;
    uint64_t joined = account->join_height;
    uint64_t age = joined == 0 || height < joined ? 0 : height - joined;
    uint64_t heights = w->reputation.heights;
    uint64_t parts = heights;
    if (w->reputation.kind == MO_REPUTATION_WARM_UP && joined != 1) {
        parts = age < heights ? age : heights;
    } else if (w->reputation.kind == MO_REPUTATION_LIFETIME) {
        parts = age < heights ? heights : 0;
    }
    mo_u256_t reputation, scale, weight;
    uint64_t small = UINT64_MAX;
    if (!mo_u256_mul_div(mo_u256_from_u64(MO_ONE), mo_u256_from_u64(parts), mo_u256_from_u64(heights), &reputation) ||
        !mo_u256_mul(mo_u256_from_u64(MO_SIM_WEIGHT_UNIT), mo_u256_from_u64(MO_ONE), &scale) ||
        !mo_u256_mul_div(account->shares, reputation, scale, &weight) || !mo_u256_to_u64(weight, &small)) {
        return UINT64_MAX;
    }
    return small;
}

void mo_sim_check_sampled(mo_sim_t *w, uint32_t lane, uint32_t signer)
{
    const mo_origin_t *origin = w->chains[MO_CHAIN_ORIGIN].lanes[lane].origin;
    const mo_validator_account_t *account = mo_rules_registry_account(origin, &w->addresses[signer]);
    if (account == NULL || account->waiting.kind == 0 ||
        account->waiting.weight != weight_of(w, origin, account)) {
        mo_sim_violate(w, "what waits for validator %u is not its stake's weight (5.2)", signer);
    }
}

/* 5.4: in the order slash, logout, weight, join, none more than once, weight 0 for who goes. */
static bool is_ordered(const mo_kernel_t *k, size_t most)
{
    static const int places[] = {[MO_UPDATE_SLASH] = 0, [MO_UPDATE_LOGOUT] = 1, [MO_UPDATE_WEIGHT] = 2, [MO_UPDATE_JOIN] = 3};
    int place = 0;
    for (size_t i = 0; i < k->update_count; i++) {
        const mo_update_t *u = &k->updates[i];
        bool goes = u->kind == MO_UPDATE_SLASH || u->kind == MO_UPDATE_LOGOUT;
        if (places[u->kind] < place || (goes && u->weight.value != 0)) {
            return false;
        }
        place = places[u->kind];
        for (size_t j = 0; j < i; j++) {
            if (mo_address_equal(&k->updates[j].validator, &u->validator)) {
                return false;
            }
        }
    }
    return k->update_count <= most;
}

/* 5.3: forward(n) = rear(n + 1), weights and totals; and both are what the updates add up to. */
void mo_sim_check_kernel(mo_sim_t *w, uint32_t lane, uint32_t kernel)
{
    const mo_origin_t *origin = w->chains[MO_CHAIN_ORIGIN].lanes[lane].origin;
    const mo_validators_t *set = &origin->core.validators;
    const mo_sim_kernel_t *k = MO_SIM_AT(mo_sim_kernel_t, w->kernels, kernel);
    const mo_sim_kernel_t *before = MO_SIM_AT(mo_sim_kernel_t, w->kernels, k->parent);
    mo_height_t rear = {k->kernel.height.value - 1};
    bool equal = mo_rules_validators_total(set, k->kernel.height).value == k->total &&
                 mo_rules_validators_total(set, rear).value == before->total;
    for (uint32_t s = 0; s < w->signer_count; s++) {
        uint32_t index;
        bool known = mo_rules_validators_find(set, &w->addresses[s], &index);
        if (known && !set->at[index].slashed) {
            equal = equal && mo_rules_validators_weight(set, index, k->kernel.height).value == k->weight[s] &&
                    mo_rules_validators_weight(set, index, rear).value == before->weight[s];
        }
        equal = equal && (known || (k->weight[s] == 0 && before->weight[s] == 0));
    }
    if (!equal) {
        mo_sim_violate(w, "the rear set of K_%llu is not the forward set of the kernel before it (5.3)",
                       (unsigned long long)k->kernel.height.value);
    } else if (k->total == 0 || !is_ordered(&k->kernel, origin->config.max_updates)) {
        mo_sim_violate(w, "K_%llu carries updates in another order than its queues, or none may be left (5.4)",
                       (unsigned long long)k->kernel.height.value);
    }
}
