#include "base/check.h"
#include "rules/registry_parts.h"

/* Updates of one validator are this many heights apart (5.4). */
#define UPDATE_DISTANCE 2

/* --- one queue ------------------------------------------------------------------------------------------- */

static mo_validator_account_t *entry(mo_origin_t *origin, uint32_t link) {
    MO_CHECK(link != 0 && link <= origin->account_count);
    return &origin->accounts[link - 1];
}

static void push(mo_origin_t *origin, mo_queue_t *queue, uint32_t link) {
    mo_waiting_t *waiting = &entry(origin, link)->waiting;
    waiting->older = queue->tail;
    waiting->newer = 0;
    if (queue->tail == 0) {
        queue->head = link;
    } else {
        entry(origin, queue->tail)->waiting.newer = link;
    }
    queue->tail = link;
}

static void drop(mo_origin_t *origin, mo_queue_t *queue, uint32_t link) {
    const mo_waiting_t *waiting = &entry(origin, link)->waiting;
    if (waiting->older == 0) {
        queue->head = waiting->newer;
    } else {
        entry(origin, waiting->older)->waiting.newer = waiting->newer;
    }
    if (waiting->newer == 0) {
        queue->tail = waiting->older;
    } else {
        entry(origin, waiting->newer)->waiting.older = waiting->older;
    }
}

void mo_registry_enqueue(mo_origin_t *origin, mo_update_kind_t kind, mo_validator_account_t *account, uint32_t weight) {
    MO_CHECK(account->waiting.kind == 0);
    account->waiting = (mo_waiting_t){.kind = (uint8_t)(kind + 1), .weight = weight};
    push(origin, &origin->queues[kind], (uint32_t)(account - origin->accounts) + 1);
}

void mo_registry_dequeue(mo_origin_t *origin, mo_validator_account_t *account) {
    if (account->waiting.kind != 0) {
        drop(origin, &origin->queues[account->waiting.kind - 1], (uint32_t)(account - origin->accounts) + 1);
        account->waiting = (mo_waiting_t){0};
    }
}

size_t mo_rules_registry_waiting(const mo_origin_t *origin, mo_update_kind_t kind, mo_update_t *updates, size_t max) {
    size_t count = 0;
    for (uint32_t link = origin->queues[kind].head; link != 0;) {
        const mo_validator_account_t *account = &origin->accounts[link - 1];
        if (count < max) {
            updates[count] = (mo_update_t){account->signer, {account->waiting.weight}, (uint8_t)kind};
        }
        count++;
        link = account->waiting.newer;
    }
    return count;
}

/* --- what a kernel takes --------------------------------------------------------------------------------- */

/* `total` is the sum of F(next) as far as it is taken. */
typedef struct {
    mo_kernel_t *next;
    size_t examined;
    uint64_t total;
} taking_t;

/* An update waits while another of the same validator is less than two heights old (slash excepted), or if it would
 * leave the forward set without weight (5.4). A founder was changed by K_1, though its slot says 0, since F(0) = F(1). */
static bool must_wait(const mo_origin_t *origin, const taking_t *taking, mo_update_kind_t kind,
                      const mo_validator_account_t *account) {
    if (kind == MO_UPDATE_JOIN) {
        return false;
    }
    if (kind == MO_UPDATE_SLASH) {
        return taking->total == account->waiting.weight;
    }
    const mo_validator_t *validator = &origin->core.validators.at[account->index];
    uint64_t changed_at = validator->changed_at == 0 ? 1 : validator->changed_at;
    return taking->next->height.value < changed_at + UPDATE_DISTANCE ||
           taking->total - validator->weight + account->waiting.weight == 0;
}

/* The carried update. A slash's entry holds the weight that leaves the totals. */
static mo_update_t take(mo_origin_t *origin, taking_t *taking, mo_update_kind_t kind, mo_validator_account_t *account) {
    uint32_t height = (uint32_t)taking->next->height.value;
    uint32_t weight = account->waiting.weight;
    mo_registry_carry_stake(origin, kind, account);
    switch (kind) {
    case MO_UPDATE_JOIN:
        account->state = MO_ACCOUNT_ACTIVE;
        account->join_height = height;
        taking->total += weight;
        break;
    case MO_UPDATE_SLASH:
        taking->total -= weight;
        weight = 0;
        break;
    case MO_UPDATE_LOGOUT:
        account->end_height = height;
        taking->total = taking->total - origin->core.validators.at[account->index].weight + weight;
        break;
    case MO_UPDATE_WEIGHT:
        taking->total = taking->total - origin->core.validators.at[account->index].weight + weight;
        /* Whoever gains its first weight owes votes from here on, and none from before (5.5). */
        if (origin->core.validators.at[account->index].weight == 0 && weight != 0) {
            account->last_present = height - 1;
        }
        break;
    }
    account->waiting = (mo_waiting_t){0};
    return (mo_update_t){account->signer, {weight}, (uint8_t)kind};
}

static void carry_kind(mo_origin_t *origin, taking_t *taking, mo_update_kind_t kind) {
    mo_queue_t *queue = &origin->queues[kind];
    mo_kernel_t *next = taking->next;
    uint32_t max = origin->config.max_updates;
    uint32_t last = queue->tail;
    uint32_t link = 0;
    while (link != last && next->update_count < max && taking->examined < 2 * (size_t)max) {
        link = queue->head;
        taking->examined++;
        mo_validator_account_t *account = entry(origin, link);
        bool waits = must_wait(origin, taking, kind, account);
        drop(origin, queue, link);
        if (waits) {
            push(origin, queue, link);
        } else {
            next->updates[next->update_count++] = take(origin, taking, kind, account);
        }
    }
}

void mo_registry_carry(mo_origin_t *origin, mo_kernel_t *next) {
    static const mo_update_kind_t order[MO_UPDATE_KINDS] = {MO_UPDATE_SLASH, MO_UPDATE_LOGOUT, MO_UPDATE_WEIGHT,
                                                            MO_UPDATE_JOIN};
    const mo_validators_t *set = &origin->core.validators;
    taking_t taking = {.next = next, .total = set->totals[set->written.value % 4].value};
    uint32_t index = set->count;
    next->update_count = 0;
    for (size_t i = 0; i < MO_UPDATE_KINDS; i++) {
        carry_kind(origin, &taking, order[i]);
    }
    for (size_t i = 0; i < next->update_count; i++) {
        if (next->updates[i].kind == MO_UPDATE_JOIN) {
            mo_registry_find(origin, &next->updates[i].validator)->index = index++;
        }
    }
}
