/* One stake and one redeem of a pair, in every order, with everybody colluding (gateway 7.2, 7.4, 7.6, 7.7).
 *
 *     origin (O)                                     auxiliary (A)
 *     stake outbox, redeem inbox, escrow             stake inbox, redeem outbox, circulating tokens
 *         |  finalised observation: any past state of O that A may prove      ^
 *         +-------------------------------------------------------------------+
 *         v  committed meta-block: any past state of A that O may prove; the newest is Z
 *
 * Secrets are public; every root that was ever final stays usable; anybody may take any step that a row allows; the core
 * may halt and the co-gateway may freeze at any moment. Amounts are 1; one token circulates before, its stake in escrow.
 * The tables are the library's own (tests/model/table.c).
 *
 * What holds in every state:
 *   - the boxes stand as 7.4 lists them, and no pair that 7.7 calls unreachable is reached, whenever Z is taken;
 *   - escrow = what came in less what went out = balances at Z + refunds + claims + deliveries (7.7);
 *   - the circulating tokens are what the auxiliary boxes say, and a bounty is held from the declaration until it is paid or
 *     burned, once.
 * And from every state, at once, with the newest root alone, no secret and no facilitator:
 *   - a live pair finishes both messages, each Progressed or Revoked on both sides;
 *   - after a halt or a freeze, recovery pays out the whole escrow, and every box of origin is final.
 */
#include "table.h"

#define STAKE_CASES(o) ((o == Undeclared -> STAKE0_CASES : (o == Declared -> STAKE1_CASES : \
    (o == Progressed -> STAKE2_CASES : (o == RevocationDeclared -> STAKE3_CASES : \
    (o == Revoked -> STAKE4_CASES : STAKE5_CASES))))))
#define REDEEM_CASES(o) ((o == Undeclared -> REDEEM0_CASES : (o == Declared -> REDEEM1_CASES : \
    (o == Progressed -> REDEEM2_CASES : (o == RevocationDeclared -> REDEEM3_CASES : \
    (o == Revoked -> REDEEM4_CASES : REDEEM5_CASES))))))
#define STAKE_CASE(o, i)  ((STAKE_CASES(o) >> (3 * (i))) & 7)
#define REDEEM_CASE(o, i) ((REDEEM_CASES(o) >> (3 * (i))) & 7)
#define BESIDE(o) ((o == Undeclared -> BESIDE0_SET : (o == Declared -> BESIDE1_SET : \
    (o == Progressed -> BESIDE2_SET : (o == RevocationDeclared -> BESIDE3_SET : BESIDE4_SET)))))

#define BIT(status)     (1 << (status))
#define IN(set, status) (((set) >> (status)) & 1)
/* outboxes whose bounty is held; those whose amount is in escrow, or burned */
#define HELD (BIT(Declared) | BIT(RevocationDeclared))
#define GONE (HELD | BIT(Progressed))

byte stakeOut = Undeclared, stakeIn = Undeclared;
byte redeemOut = Undeclared, redeemIn = Undeclared;
/* states of the peer's box that may be proven: on O of A by commits, on A of O by observations */
byte stakeInSeen = BIT(Undeclared), redeemOutSeen = BIT(Undeclared);
byte stakeOutSeen = BIT(Undeclared), redeemInSeen = BIT(Undeclared);
/* A at the last commit */
byte stakeInZ = Undeclared, redeemOutZ = Undeclared, balanceZ = 1;
byte escrow = 1, circulating = 1, recovered = 0;
byte stakeHeld = 0, redeemHeld = 0; /* bounties */
bool halted = false, frozen = false, frozenZ = false, fixed = false;

#define LIVE_A    (!frozen)
#define ALLOWED(row, own, seen) (IN(row##_FROM, own) && (!row##_PROOF || ((row##_PEER & (seen)) != 0)))
#define ON_O(row) (!(halted && row##_CLOSED))

inline commit() {
    stakeInSeen = stakeInSeen | BIT(stakeIn);
    redeemOutSeen = redeemOutSeen | BIT(redeemOut);
    stakeInZ = stakeIn;
    redeemOutZ = redeemOut;
    balanceZ = circulating;
    frozenZ = frozen
}

inline observe() {
    stakeOutSeen = stakeOutSeen | BIT(stakeOut);
    redeemInSeen = redeemInSeen | BIT(redeemIn)
}

inline check() {
    assert(stakeOut == Recovered || IN(BESIDE(stakeOut), stakeIn));
    assert(redeemIn == Recovered || IN(BESIDE(redeemOut), redeemIn));
    assert(STAKE_CASE(stakeOut, stakeInZ) != CaseUnreachable);
    assert(REDEEM_CASE(redeemOutZ, redeemIn) != CaseUnreachable);
    assert(escrow == 1 + IN(GONE, stakeOut)
           - IN(BIT(Progressed) | BIT(Recovered), redeemIn) - recovered);
    assert(escrow == balanceZ - recovered + (STAKE_CASE(stakeOut, stakeInZ) == CaseRefund)
           + (REDEEM_CASE(redeemOutZ, redeemIn) == CaseClaim) + (REDEEM_CASE(redeemOutZ, redeemIn) == CaseDeliver));
    assert(stakeHeld == IN(HELD, stakeOut) && redeemHeld == IN(HELD, redeemOut));
    assert(circulating == 1 + (stakeIn == Progressed) - IN(GONE, redeemOut))
}

/* A live pair, by the newest roots: after each side moved, the other sees it. */
inline finish_boxes(out, in) {
    if
    :: IN(ROW8_FROM, in) && IN(ROW8_PEER, out) -> in = ROW8_TO
    :: else ->
        if
        :: IN(ROW10_FROM, in) && IN(ROW10_PEER, out) -> in = ROW10_TO
        :: else ->
            if
            :: IN(ROW11_FROM, in) && IN(ROW11_PEER, out) -> in = ROW11_TO
            :: else
            fi
        fi
    fi;
    if
    :: IN(ROW3_FROM, out) && IN(ROW3_PEER, in) -> out = ROW3_TO
    :: else ->
        if
        :: IN(ROW5_FROM, out) && IN(ROW5_PEER, in) -> out = ROW5_TO
        :: else ->
            if
            :: IN(ROW6_FROM, out) && IN(ROW6_PEER, in) -> out = ROW6_TO
            :: else
            fi
        fi
    fi;
    assert(out == in && IN(BIT(Undeclared) | BIT(Progressed) | BIT(Revoked), out))
}

/* Origin alone, by Z. */
inline recover_all() {
    if
    :: STAKE_CASE(stakeOut, stakeInZ) == CaseRefund -> stakeOut = Recovered; escrow = escrow - 1
    :: else
    fi;
    if
    :: IN(ROW3_FROM, stakeOut) && IN(ROW3_PEER, stakeInZ) -> stakeOut = ROW3_TO
    :: else ->
        if
        :: IN(ROW5_FROM, stakeOut) && IN(ROW5_PEER, stakeInZ) -> stakeOut = ROW5_TO
        :: else
        fi
    fi;
    if
    :: REDEEM_CASE(redeemOutZ, redeemIn) == CaseClaim -> redeemIn = Recovered; escrow = escrow - 1
    :: else
    fi;
    if
    :: IN(ROW8_FROM, redeemIn) && IN(ROW8_PEER, redeemOutZ) -> redeemIn = ROW8_TO; escrow = escrow - 1
    :: else ->
        if
        :: IN(ROW10_FROM, redeemIn) && IN(ROW10_PEER, redeemOutZ) -> redeemIn = ROW10_TO; escrow = escrow - 1
        :: else
        fi
    fi;
    escrow = escrow - (balanceZ - recovered);
    assert(escrow == 0);
    assert(IN(BIT(Undeclared) | BIT(Progressed) | BIT(Revoked) | BIT(Recovered), stakeOut));
    assert(IN(BIT(Undeclared) | BIT(Progressed) | BIT(Revoked) | BIT(Recovered), redeemIn))
}

active proctype pair() {
    do
    /* stake: outbox on O */
    :: d_step { ON_O(ROW1) && ALLOWED(ROW1, stakeOut, stakeInSeen) -> stakeOut = ROW1_TO; escrow = escrow + 1; stakeHeld++; check() }
    :: d_step { ON_O(ROW2) && ALLOWED(ROW2, stakeOut, stakeInSeen) -> stakeOut = ROW2_TO; stakeHeld--; check() }
    :: d_step { ON_O(ROW3) && ALLOWED(ROW3, stakeOut, stakeInSeen) -> stakeOut = ROW3_TO; stakeHeld--; check() }
    :: d_step { ON_O(ROW4) && ALLOWED(ROW4, stakeOut, stakeInSeen) -> stakeOut = ROW4_TO; check() }
    :: d_step { ON_O(ROW5) && ALLOWED(ROW5, stakeOut, stakeInSeen) -> stakeOut = ROW5_TO; stakeHeld--; check() }
    :: d_step { ON_O(ROW6) && ALLOWED(ROW6, stakeOut, stakeInSeen) -> stakeOut = ROW6_TO; stakeHeld--; escrow = escrow - 1; check() }
    /* stake: inbox on A */
    :: d_step { LIVE_A && ALLOWED(ROW7, stakeIn, stakeOutSeen) -> stakeIn = ROW7_TO; check() }
    :: d_step { LIVE_A && ALLOWED(ROW8, stakeIn, stakeOutSeen) -> stakeIn = ROW8_TO; circulating = circulating + 1; check() }
    :: d_step { LIVE_A && ALLOWED(ROW9, stakeIn, stakeOutSeen) -> stakeIn = ROW9_TO; circulating = circulating + 1; check() }
    :: d_step { LIVE_A && ALLOWED(ROW10, stakeIn, stakeOutSeen) -> stakeIn = ROW10_TO; circulating = circulating + 1; check() }
    :: d_step { LIVE_A && ALLOWED(ROW11, stakeIn, stakeOutSeen) -> stakeIn = ROW11_TO; check() }
    /* redeem: outbox on A */
    :: d_step { LIVE_A && circulating > 0 && ALLOWED(ROW1, redeemOut, redeemInSeen) -> redeemOut = ROW1_TO; circulating = circulating - 1; redeemHeld++; check() }
    :: d_step { LIVE_A && ALLOWED(ROW2, redeemOut, redeemInSeen) -> redeemOut = ROW2_TO; redeemHeld--; check() }
    :: d_step { LIVE_A && ALLOWED(ROW3, redeemOut, redeemInSeen) -> redeemOut = ROW3_TO; redeemHeld--; check() }
    :: d_step { LIVE_A && ALLOWED(ROW4, redeemOut, redeemInSeen) -> redeemOut = ROW4_TO; check() }
    :: d_step { LIVE_A && ALLOWED(ROW5, redeemOut, redeemInSeen) -> redeemOut = ROW5_TO; redeemHeld--; check() }
    :: d_step { LIVE_A && ALLOWED(ROW6, redeemOut, redeemInSeen) -> redeemOut = ROW6_TO; redeemHeld--; circulating = circulating + 1; check() }
    /* redeem: inbox on O */
    :: d_step { ON_O(ROW7) && ALLOWED(ROW7, redeemIn, redeemOutSeen) -> redeemIn = ROW7_TO; check() }
    :: d_step { ON_O(ROW8) && ALLOWED(ROW8, redeemIn, redeemOutSeen) -> redeemIn = ROW8_TO; escrow = escrow - 1; check() }
    :: d_step { ON_O(ROW9) && ALLOWED(ROW9, redeemIn, redeemOutSeen) -> redeemIn = ROW9_TO; escrow = escrow - 1; check() }
    :: d_step { ON_O(ROW10) && ALLOWED(ROW10, redeemIn, redeemOutSeen) -> redeemIn = ROW10_TO; escrow = escrow - 1; check() }
    :: d_step { ON_O(ROW11) && ALLOWED(ROW11, redeemIn, redeemOutSeen) -> redeemIn = ROW11_TO; check() }
    /* roots */
    :: d_step { !halted -> commit(); check() }
    :: d_step { true -> observe() }
    /* the end of a core, or of a pair */
    :: d_step { !halted -> halted = true; check() }
    :: d_step { !frozen -> frozen = true; check() }
    /* recovery, when Z is fixed: what A is then matters no more */
    :: d_step { !fixed && (halted || frozenZ) -> fixed = true; check() }
    :: d_step { fixed && recovered < balanceZ -> recovered++; escrow = escrow - 1; check() }
    :: d_step { fixed && STAKE_CASE(stakeOut, stakeInZ) == CaseRefund -> stakeHeld = stakeHeld - IN(HELD, stakeOut); stakeOut = Recovered; escrow = escrow - 1; check() }
    :: d_step { fixed && REDEEM_CASE(redeemOutZ, redeemIn) == CaseClaim -> redeemIn = Recovered; escrow = escrow - 1; check() }
    /* the last step of all */
    :: d_step { !halted && !frozen -> finish_boxes(stakeOut, stakeIn); finish_boxes(redeemOut, redeemIn) } -> break
    :: d_step { halted || frozenZ -> recover_all() } -> break
    od
}
