#include "rules/loss.h"

#include "base/check.h"
#include "rules/reputation.h"

mo_u256_t mo_loss_start(void) {
    mo_u256_t start;
    bool fits = mo_u256_mul(mo_u256_from_u64(MO_ONE), mo_u256_from_u64(MO_ONE), &start);
    MO_CHECK(fits);
    return start;
}

mo_u256_t mo_loss_current(const mo_losses_t *losses) {
    return losses->count == 0 ? mo_loss_start() : losses->at[losses->count - 1].index;
}

mo_u256_t mo_loss_before(const mo_losses_t *losses, uint64_t height) {
    size_t count = losses->count;
    while (count > 0 && losses->at[count - 1].height >= height) {
        count--;
    }
    return count == 0 ? mo_loss_start() : losses->at[count - 1].index;
}

static bool is_last(const mo_losses_t *losses, uint64_t height) {
    return losses->count > 0 && losses->at[losses->count - 1].height == height;
}

bool mo_loss_has_room(const mo_losses_t *losses, uint64_t height) {
    return is_last(losses, height) || losses->count < MO_LOSSES_MAX;
}

mo_u256_t mo_loss_add(mo_losses_t *losses, uint64_t height, uint64_t fraction, mo_u256_t *index) {
    MO_CHECK(fraction <= MO_ONE && mo_loss_has_room(losses, height));
    mo_u256_t floor = mo_u256_from_u64(MO_ONE);
    mo_u256_t old = mo_loss_current(losses);
    bool fits = mo_u256_mul_div(mo_loss_before(losses, height), mo_u256_from_u64(MO_ONE - fraction), floor, index);
    MO_CHECK(fits);
    if (mo_u256_less(*index, floor)) {
        *index = floor;
    }
    if (!mo_u256_less(*index, old)) {
        *index = old;
        return old;
    }
    if (!is_last(losses, height)) {
        losses->count++;
    }
    losses->at[losses->count - 1] = (mo_loss_t){height, *index};
    return old;
}
