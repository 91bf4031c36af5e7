#include "role/facilitator_next.h"

#include "base/check.h"

#define IN(status, set) ((MO_BOX_IN(status) & (set)) != 0)

#define DECLARED_OR_PROGRESSED (MO_BOX_IN(MO_STATUS_DECLARED) | MO_BOX_IN(MO_STATUS_PROGRESSED))
#define ENDED (MO_BOX_IN(MO_STATUS_PROGRESSED) | MO_BOX_IN(MO_STATUS_REVOKED) | MO_BOX_IN(MO_STATUS_RECOVERED))

bool mo_facilitator_has_ended(mo_bus_status_t outbox, mo_bus_status_t inbox)
{
    return IN(outbox, ENDED) && IN(inbox, ENDED);
}

bool mo_facilitator_row_at_source(unsigned row)
{
    MO_CHECK(row >= 1 && row <= MO_BOX_ROWS);
    return mo_bus_box_row((mo_box_row_number_t)row)->box == MO_BOX_OUTBOX;
}

bool mo_facilitator_row_by_proof(unsigned row)
{
    MO_CHECK(row >= 1 && row <= MO_BOX_ROWS);
    return mo_bus_box_row((mo_box_row_number_t)row)->right == MO_BOX_BY_PROOF;
}

/* Whether the peer's proven status is one that the row takes. */
static bool takes(mo_box_row_number_t number, mo_bus_status_t own, mo_bus_status_t peer)
{
    const mo_box_row_t *row = mo_bus_box_row(number);
    return IN(own, row->from) && IN(peer, row->peer);
}

static unsigned outbox_row(const mo_next_t *at)
{
    if (at->outbox == MO_STATUS_DECLARED && at->secret &&
        (IN(at->outbox_proven, DECLARED_OR_PROGRESSED) || at->inbox != MO_STATUS_UNDECLARED)) {
        return MO_ROW_PROGRESS_OUTBOX;
    }
    if (takes(MO_ROW_PROGRESS_OUTBOX_BY_PROOF, at->outbox, at->inbox_proven)) {
        return MO_ROW_PROGRESS_OUTBOX_BY_PROOF;
    }
    if (takes(MO_ROW_PROGRESS_REVOKING_BY_PROOF, at->outbox, at->inbox_proven)) {
        return MO_ROW_PROGRESS_REVOKING_BY_PROOF;
    }
    return takes(MO_ROW_REVOKE_OUTBOX, at->outbox, at->inbox_proven) && !at->source_halted ? MO_ROW_REVOKE_OUTBOX : 0;
}

static unsigned inbox_row(const mo_next_t *at)
{
    if (takes(MO_ROW_REVOKE_INBOX, at->inbox, at->outbox_proven)) {
        return MO_ROW_REVOKE_INBOX;
    }
    if (at->outbox == MO_STATUS_REVOCATION_DECLARED) {
        return 0; /* until the target knows of it */
    }
    if (at->inbox == MO_STATUS_DECLARED && at->secret) {
        return MO_ROW_PROGRESS_INBOX;
    }
    if (takes(MO_ROW_DELIVER, at->inbox, at->outbox_proven)) {
        return MO_ROW_DELIVER;
    }
    return takes(MO_ROW_PROGRESS_INBOX_BY_PROOF, at->inbox, at->outbox_proven) ? MO_ROW_PROGRESS_INBOX_BY_PROOF : 0;
}

unsigned mo_facilitator_next(const mo_next_t *at)
{
    unsigned row = outbox_row(at);
    return row != 0 ? row : inbox_row(at);
}
