#include "role/duty.h"

uint64_t mo_duty_turn(uint64_t key, uint64_t position, uint64_t count)
{
    if (count == 0) {
        return 0;
    }
    uint64_t first = key % count;
    return (position % count + count - first) % count;
}

bool mo_duty_due(mo_duty_t *duty, uint64_t key, uint64_t delay_ms, uint64_t now_ms)
{
    if (!duty->open || duty->key != key) {
        *duty = (mo_duty_t){.open = true, .key = key, .since_ms = now_ms};
    }
    if (duty->in_flight && now_ms - duty->sent_ms < MO_DUTY_LOST_MS) {
        return false;
    }
    if (now_ms - duty->since_ms < delay_ms || now_ms < duty->not_before_ms) {
        return false;
    }
    duty->in_flight = true;
    duty->sent_ms = now_ms;
    return true;
}

void mo_duty_clear(mo_duty_t *duty)
{
    *duty = (mo_duty_t){0};
}

static uint64_t longer_pause(uint64_t pause_ms)
{
    uint64_t next = pause_ms == 0 ? MO_DUTY_PAUSE_MIN_MS : 2 * pause_ms;
    return next > MO_DUTY_PAUSE_MAX_MS ? MO_DUTY_PAUSE_MAX_MS : next;
}

void mo_duty_outcome(mo_duty_t *duty, const mo_event_outcome_t *outcome, uint64_t now_ms)
{
    if (!duty->open || duty->key != outcome->key) {
        return;
    }
    duty->in_flight = false;
    /* Done, but the log that ends the piece may still be on its way: a pause keeps us from doing it twice. */
    duty->pause_ms = outcome->outcome == MO_OUTCOME_DONE ? MO_DUTY_PAUSE_MIN_MS : longer_pause(duty->pause_ms);
    duty->not_before_ms = now_ms + duty->pause_ms;
}
