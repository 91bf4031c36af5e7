/* Logs into values: the dispatch that all roles share.
 *
 * A role lists, per contract, the events it follows, each with the function that takes it; mo_role_dispatch finds the
 * row by address and first topic. A log that no row names is not the role's business. Floor 4.
 */
#ifndef MO_ROLE_DECODE_H
#define MO_ROLE_DECODE_H

#include "role/event.h"

typedef struct {
    const mo_hash_t *topic;
    void (*take)(void *role, const mo_event_log_t *log);
} mo_role_follow_t;

/* Calls the row of the log's first topic, if there is one. */
static inline void mo_role_dispatch(const mo_role_follow_t *rows, size_t count, void *role,
                                    const mo_event_log_t *log)
{
    for (size_t i = 0; i < count && log->topic_count > 0; i++) {
        if (mo_hash_equal(rows[i].topic, &log->topics[0])) {
            rows[i].take(role, log);
            return;
        }
    }
}

/* Decodes the log into `out` by the generated binding of `event`; false when it does not decode. */
#define MO_ROLE_DECODE(event, log, out)                                                                      \
    (mo_bind_##event##_event_decode((log)->topics, (log)->topic_count, (log)->data, (out)) == MO_ABI_OK)

#endif
