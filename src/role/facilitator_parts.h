/* The parts of the facilitator: what src/role/facilitator*.c share and nobody else calls. Floor 4. */
#ifndef MO_ROLE_FACILITATOR_PARTS_H
#define MO_ROLE_FACILITATOR_PARTS_H

#include "role/facilitator.h"

/* A log of the pair, of the core or of the origin block store. */
void mo_facilitator_log(mo_facilitator_role_t *f, const mo_event_log_t *log);

/* The transfer of an id; NULL when it is not ours or not in flight. */
mo_transfer_t *mo_facilitator_find(mo_facilitator_role_t *f, const mo_hash_t *id);

/* A free place, marked as used; NULL when there is none. */
mo_transfer_t *mo_facilitator_take(mo_facilitator_role_t *f);

/* The same for a message of another facilitator; NULL too when our own would miss the place. */
mo_transfer_t *mo_facilitator_take_other(mo_facilitator_role_t *f);

static inline mo_chain_t mo_source_of(mo_message_kind_t kind)
{
    return kind == MO_MESSAGE_STAKE ? MO_CHAIN_ORIGIN : MO_CHAIN_AUXILIARY;
}

static inline mo_chain_t mo_target_of(mo_message_kind_t kind)
{
    return kind == MO_MESSAGE_STAKE ? MO_CHAIN_AUXILIARY : MO_CHAIN_ORIGIN;
}

#endif
