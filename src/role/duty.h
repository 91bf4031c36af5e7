/* Duties: work that any of several may do, shared without a leader.
 *
 * Each kind of work (report the next run, commit the open meta-block, ...) is a duty with a key that names the piece
 * of work (a checkpoint height, a meta-block height). At any moment a duty has at most one piece at hand. Everybody
 * sees the same piece come up; it is carried out by the one whose turn it is, and by the next after a step of
 * patience, so that a silent one costs a step and not the work:
 *
 *     piece 7, 4 validators, step 1500 ms       validator 3: at once      (turn 0)
 *                                               validator 0: + 1500 ms    (turn 1)
 *                                               validator 1: + 3000 ms    (turn 2)
 *
 * Invariants: one action in flight per duty; after a failure a pause that doubles up to MO_DUTY_PAUSE_MAX_MS.
 * Floor 4, pure: time comes in as milliseconds of the TICK event.
 */
#ifndef MO_ROLE_DUTY_H
#define MO_ROLE_DUTY_H

#include "role/event.h"

#define MO_DUTY_PAUSE_MIN_MS 1000u
#define MO_DUTY_PAUSE_MAX_MS 60000u
/* An action without an outcome for this long is taken for lost. Longer than a transaction may wait for its block. */
#define MO_DUTY_LOST_MS 120000u

typedef struct {
    bool open;          /* there is a piece at hand */
    bool in_flight;     /* an action for it was emitted and has no outcome yet */
    uint64_t key;       /* names the piece */
    uint64_t since_ms;  /* when it came up */
    uint64_t pause_ms;  /* after the last failure; 0 none */
    uint64_t not_before_ms;
    uint64_t sent_ms;
} mo_duty_t;

/* Which turn (0 first) the one at `position` of `count` has for `key`; `count` 0 counts as 1. */
uint64_t mo_duty_turn(uint64_t key, uint64_t position, uint64_t count);

/* There is the piece `key` to do, and `delay_ms` of patience before it is ours. True when it is to be done now: the
 * caller then emits the action, and the duty is in flight. */
MO_MUST_USE bool mo_duty_due(mo_duty_t *duty, uint64_t key, uint64_t delay_ms, uint64_t now_ms);

/* There is nothing to do: forgets the piece and its failures. */
void mo_duty_clear(mo_duty_t *duty);

/* What became of the action for `key`; the outcome of a piece that is not at hand any more changes nothing. */
void mo_duty_outcome(mo_duty_t *duty, const mo_event_outcome_t *outcome, uint64_t now_ms);

#endif
