/* Losses that everybody bears: what is left of a stake after them (4.6).
 *
 * A history of (fault height, cumulative index). A stake that was carried from n_0 on and until before n_e is worth
 * shares * before(n_e) / before(n_0): no loop over validators. Fault heights only rise.
 *
 *     fault height     -        3        7                 v carried by K_4 bears the loss at 7 and not that at 3:
 *     index          1.00     0.90     0.81                stake = shares * 0.81 / 0.90
 *
 * The index starts at 1e36 and falls to 1e18 and no further, so that nothing is ever divided by 0. Rounded down.
 * MO_LOSSES_MAX heights of fault are kept, all or none: another one is refused by the caller.
 *
 * Holds no pointers: a copy is a snapshot. Floor 2. Pure.
 */
#ifndef MO_RULES_LOSS_H
#define MO_RULES_LOSS_H

#include <stdbool.h>
#include <stddef.h>

#include "eth/u256.h"
#include "rules/limits.h"
#include "rules/types.h"

typedef struct {
    uint64_t height;
    mo_u256_t index;
} mo_loss_t;

typedef struct {
    mo_loss_t at[MO_LOSSES_MAX]; /* ascending by height */
    size_t count;
} mo_losses_t;

/* The index before any loss, 1e36. */
mo_u256_t mo_loss_start(void);

/* The index after all losses. */
mo_u256_t mo_loss_current(const mo_losses_t *losses);

/* The index after all losses whose fault height is below `height`. */
mo_u256_t mo_loss_before(const mo_losses_t *losses, uint64_t height);

/* Whether a loss at this height, the last one or a new one, finds its place. */
bool mo_loss_has_room(const mo_losses_t *losses, uint64_t height);

/* Makes `fraction` (parts of 1e18, at most that) the whole loss at a height; one that is smaller than what it has
 * already changes nothing. Out: *index after it. Returns the index before. */
mo_u256_t mo_loss_add(mo_losses_t *losses, uint64_t height, uint64_t fraction, mo_u256_t *index);

#endif
