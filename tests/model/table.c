/* table: the state table (bus/box.h) and the recovery tables (bus/recovery.h) as macros for the model.
 *
 * ROWn_FROM, ROWn_PEER: sets of statuses, bit 1 << status. ROWn_TO. ROWn_CLOSED: by a halt, on origin. ROWn_PROOF: whether
 * only a proof gives the right. STAKE_CASE(outbox, inbox at Z), REDEEM_CASE(outbox at Z, inbox): MO_RECOVERY_*. Each can be
 * given by the compiler's command line instead: that is how the model is shown to notice a change of the table.
 */
#include <stdio.h>

#include "bus/box.h"
#include "bus/recovery.h"

static void define(const char *prefix, unsigned number, const char *what, unsigned value) {
    printf("#ifndef %s%u_%s\n#define %s%u_%s %u\n#endif\n", prefix, number, what, prefix, number, what, value);
}

static void print_row(unsigned number) {
    const mo_box_row_t *row = mo_bus_box_row((mo_box_row_number_t)number);
    define("ROW", number, "FROM", row->from);
    define("ROW", number, "PEER", row->peer);
    define("ROW", number, "TO", row->to);
    define("ROW", number, "CLOSED", row->closed_by_halt);
    define("ROW", number, "PROOF", row->right == MO_BOX_BY_PROOF);
}

/* One number per outbox status: three bits for each inbox status. */
static void print_cases(const char *name, mo_recovery_t (*recovery)(mo_bus_status_t, mo_bus_status_t)) {
    for (unsigned outbox = 0; outbox < MO_BUS_STATUS_COUNT; outbox++) {
        unsigned packed = 0;
        for (unsigned inbox = 0; inbox < MO_BUS_STATUS_COUNT; inbox++) {
            packed |= (unsigned)recovery((mo_bus_status_t)outbox, (mo_bus_status_t)inbox) << (3 * inbox);
        }
        define(name, outbox, "CASES", packed);
    }
}

static void print_beside(void) {
    for (unsigned outbox = 0; outbox < MO_BUS_STATUS_COUNT; outbox++) {
        unsigned inboxes = 0;
        for (unsigned inbox = 0; inbox < MO_BUS_STATUS_COUNT; inbox++) {
            inboxes |= (unsigned)mo_bus_box_reachable((mo_bus_status_t)outbox, (mo_bus_status_t)inbox) << inbox;
        }
        define("BESIDE", outbox, "SET", inboxes);
    }
}

int main(void) {
    for (unsigned status = 0; status < MO_BUS_STATUS_COUNT; status++) {
        printf("#define %s %u\n", mo_bus_status_name((mo_bus_status_t)status), status);
    }
    for (unsigned i = 0; i <= MO_RECOVERY_UNREACHABLE; i++) {
        printf("#define Case%s %u\n", mo_bus_recovery_name((mo_recovery_t)i), i);
    }
    for (unsigned number = 1; number <= MO_BOX_ROWS; number++) print_row(number);
    print_cases("STAKE", mo_bus_recovery_stake);
    print_cases("REDEEM", mo_bus_recovery_redeem);
    print_beside();
    return 0;
}
