/* The row of gateway 7.4 that a message is at: what anyone can do for it now, with what is proven or known.
 *
 *     live             outbox D          inbox U
 *     proven           outbox D on the target, nothing on the source
 *     secret           known             -> row 2: progress the outbox by secret, for the target can deliver
 *                      not known         -> row 8: deliver by proof; row 3 when the source knows of it
 *
 * The safe order for a facilitator: once deliverable, reveal on the source, then deliver (7.4). Without a secret every row
 * rests on a proof, so that nobody is needed who knew one. Where the sender revokes, what is proven of the revocation goes
 * first: it can no longer be withdrawn, and both ends are safe.
 *
 * Floor 4, pure.
 */
#ifndef MO_ROLE_FACILITATOR_NEXT_H
#define MO_ROLE_FACILITATOR_NEXT_H

#include <stdbool.h>

#include "bus/box.h"

/* How a message stands. Proven: as the newest root shows it that the other side knows, U when it shows nothing. */
typedef struct {
    mo_bus_status_t outbox;
    mo_bus_status_t inbox;
    mo_bus_status_t outbox_proven; /* to the target */
    mo_bus_status_t inbox_proven;  /* to the source */
    bool secret;                   /* it is known: one's own, or shown already */
    bool source_halted;            /* the source is origin, and its core halted (7.7) */
} mo_next_t;

/* The row that is possible now, 2 to 11; 0 when the message has ended or waits. */
unsigned mo_facilitator_next(const mo_next_t *at);

/* Whether both boxes are where no row leads out of. */
bool mo_facilitator_has_ended(mo_bus_status_t outbox, mo_bus_status_t inbox);

/* Whether a row moves the outbox, and so is called on the source side. */
bool mo_facilitator_row_at_source(unsigned row);

/* Whether a row needs a proof of the peer's box. */
bool mo_facilitator_row_by_proof(unsigned row);

#endif
