#include "bus/recovery.h"

#define X MO_RECOVERY_UNREACHABLE
#define N MO_RECOVERY_NOTHING
#define B MO_RECOVERY_BALANCE
#define R MO_RECOVERY_REFUND
#define C MO_RECOVERY_CLAIM
#define D MO_RECOVERY_DELIVER

/* The columns are the statuses in their order; an inbox is never RevocationDeclared, and nothing at Z is Recovered. */
static const mo_recovery_t stake[MO_BUS_STATUS_COUNT][MO_BUS_STATUS_COUNT] = {
    /*                                   U  D  P  R  V  X */
    [MO_STATUS_UNDECLARED] =            {N, X, X, X, X, X},
    [MO_STATUS_DECLARED] =              {R, R, B, X, X, X},
    [MO_STATUS_PROGRESSED] =            {R, R, B, X, X, X},
    [MO_STATUS_REVOCATION_DECLARED] =   {R, R, B, X, R, X},
    [MO_STATUS_REVOKED] =               {X, X, X, X, N, X},
    [MO_STATUS_RECOVERED] =             {N, N, X, X, N, X},
};

static const mo_recovery_t redeem[MO_BUS_STATUS_COUNT][MO_BUS_STATUS_COUNT] = {
    /*                                   U  D  P  R  V  X */
    [MO_STATUS_UNDECLARED] =            {B, X, X, X, X, X},
    [MO_STATUS_DECLARED] =              {D, D, N, X, X, X},
    [MO_STATUS_PROGRESSED] =            {D, D, N, X, X, X},
    [MO_STATUS_REVOCATION_DECLARED] =   {C, C, N, X, C, N},
    [MO_STATUS_REVOKED] =               {X, X, X, X, B, X},
    [MO_STATUS_RECOVERED] =             {X, X, X, X, X, X},
};

#undef X
#undef N
#undef B
#undef R
#undef C
#undef D

mo_recovery_t mo_bus_recovery_stake(mo_bus_status_t outbox, mo_bus_status_t inbox_at_z) {
    return stake[outbox][inbox_at_z];
}

mo_recovery_t mo_bus_recovery_redeem(mo_bus_status_t outbox_at_z, mo_bus_status_t inbox) {
    return redeem[outbox_at_z][inbox];
}

const char *mo_bus_recovery_name(mo_recovery_t recovery) {
    switch (recovery) { MO_RECOVERY_CASES(MO_VERDICT_NAME) }
    return "";
}
