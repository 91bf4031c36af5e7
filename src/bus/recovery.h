/* What a message is owed on origin when its core halted or its pair is frozen (gateway 7.7).
 *
 * Z is the last state root of the auxiliary chain that origin knows for ever: of the last committed source after a halt,
 * or of a committed block that shows the frozen co-gateway. The auxiliary side is read at Z only, origin's side live.
 *
 *     stake: outbox live        inbox at Z  U          D          V          P
 *       Undeclared                          -          x          x          x
 *       Declared                            refund     refund     x          balance
 *       RevocationDeclared                  refund     refund     refund     balance
 *       Progressed                          refund     refund     x          balance
 *       Revoked                             x          x          -          x
 *
 *     redeem: outbox at Z       inbox live  U          D          P          V
 *       Undeclared                          balance    x          x          x
 *       Declared, Progressed                deliver    deliver    -          x
 *       RevocationDeclared                  claim      claim      -          claim
 *       Revoked                             x          x          x          balance
 *
 *     - nothing is owed   x unreachable   balance: the amount is in a balance at Z   deliver: rows 8 to 10 pay it
 *     refund, claim: paid by recovery, which leaves Recovered; then nothing is owed
 *
 * With both tables the escrow is the balances at Z, the refunds, the claims and what is to be delivered, to the unit, in
 * every state that messages can reach (tests/model searches them all).
 *
 * Floor 2. Pure.
 */
#ifndef MO_BUS_RECOVERY_H
#define MO_BUS_RECOVERY_H

#include "base/verdict.h"
#include "bus/lock.h"

#define MO_RECOVERY_CASES(X)                                                                                 \
    X(MO_RECOVERY_NOTHING, "Nothing", "gateway 7.7")                                                         \
    X(MO_RECOVERY_BALANCE, "Balance", "gateway 7.7")                                                         \
    X(MO_RECOVERY_REFUND, "Refund", "gateway 7.7")                                                           \
    X(MO_RECOVERY_CLAIM, "Claim", "gateway 7.7")                                                             \
    X(MO_RECOVERY_DELIVER, "Deliver", "gateway 7.7")                                                         \
    X(MO_RECOVERY_UNREACHABLE, "Unreachable", "gateway 7.7")

typedef enum { MO_RECOVERY_CASES(MO_VERDICT_CODE) } mo_recovery_t;

/* A stake message: its outbox on origin now, its inbox at Z. UNREACHABLE: no history leads there. */
MO_MUST_USE mo_recovery_t mo_bus_recovery_stake(mo_bus_status_t outbox, mo_bus_status_t inbox_at_z);

/* A redeem message: its outbox at Z, its inbox on origin now. UNREACHABLE: no history leads there. */
MO_MUST_USE mo_recovery_t mo_bus_recovery_redeem(mo_bus_status_t outbox_at_z, mo_bus_status_t inbox);

const char *mo_bus_recovery_name(mo_recovery_t recovery);

#endif
