/* The transition object T(s): the auxiliary chain up to and including a source checkpoint (2.6).
 *
 * Floor 2. Pure. How T(s) comes about is rules/poll.h; when origin accepts one is rules/core.h.
 */
#ifndef MO_RULES_TRANSITION_H
#define MO_RULES_TRANSITION_H

#include <stdbool.h>

#include "base/bytes.h"
#include "rules/types.h"

/* Struct hash of a transition (1.3); what votes about the auxiliary chain carry. */
mo_hash_t mo_rules_transition_hash(const mo_transition_t *transition);

/* Same content, field by field. */
bool mo_rules_transition_equal(const mo_transition_t *a, const mo_transition_t *b);

#endif
