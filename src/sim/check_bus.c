/* Tokens once more, from the text of gateway 7.3, 7.4 and 7.7: nothing is made or lost; the escrow is what circulates and
 * what is in flight; and from a halt at this very block recovery would pay the escrow out, to the unit, each claim once. */
#include "bus/recovery.h"
#include "sim/world.h"

#define IN(status, set) ((MO_BOX_IN(status) & (set)) != 0)
#define UNDER_WAY (MO_BOX_IN(MO_STATUS_DECLARED) | MO_BOX_IN(MO_STATUS_PROGRESSED) | MO_BOX_IN(MO_STATUS_REVOCATION_DECLARED))

static const mo_sim_message_t *message_at(const mo_sim_t *w, size_t m)
{
    return MO_SIM_AT(mo_sim_message_t, w->messages, m);
}

/* --- one chain ------------------------------------------------------------------------------------------------------ */

static void check_sums(mo_sim_t *w, mo_chain_t chain, const mo_sim_pair_t *pair)
{
    uint64_t tokens = 0;
    uint64_t coin = pair->coin_burned;
    for (size_t h = 0; h < MO_SIM_HOLDERS; h++) {
        tokens += pair->tokens[h];
        coin += pair->ledger[h];
    }
    for (size_t m = 0; m < MO_SIM_MESSAGES_MAX; m++) {
        coin += pair->bounties[m] + pair->penalties[m];
    }
    bool origin = chain == MO_CHAIN_ORIGIN;
    if (origin ? tokens + pair->pool != MO_SIM_USERS * MO_SIM_TOKENS : tokens != pair->pool) {
        mo_sim_violate(w, "tokens on %s were made or lost (gateway 7.3)", origin ? "origin" : "the auxiliary chain");
    } else if (coin != pair->coin_in) {
        mo_sim_violate(w, "bounties and penalties on %s were made or lost (gateway 7.3)",
                       origin ? "origin" : "the auxiliary chain");
    }
}

/* --- both chains ---------------------------------------------------------------------------------------------------- */

static bool is_reachable(mo_bus_status_t out, mo_bus_status_t in)
{
    static const unsigned beside[MO_BUS_STATUS_COUNT] = {
        [MO_STATUS_UNDECLARED] = MO_BOX_IN(MO_STATUS_UNDECLARED),
        [MO_STATUS_DECLARED] =
            MO_BOX_IN(MO_STATUS_UNDECLARED) | MO_BOX_IN(MO_STATUS_DECLARED) | MO_BOX_IN(MO_STATUS_PROGRESSED),
        [MO_STATUS_PROGRESSED] =
            MO_BOX_IN(MO_STATUS_UNDECLARED) | MO_BOX_IN(MO_STATUS_DECLARED) | MO_BOX_IN(MO_STATUS_PROGRESSED),
        [MO_STATUS_REVOCATION_DECLARED] = MO_BOX_IN(MO_STATUS_UNDECLARED) | MO_BOX_IN(MO_STATUS_DECLARED) |
                                          MO_BOX_IN(MO_STATUS_PROGRESSED) | MO_BOX_IN(MO_STATUS_REVOKED),
        [MO_STATUS_REVOKED] = MO_BOX_IN(MO_STATUS_REVOKED),
    };
    return IN(in, beside[out]);
}

/* Escrow = circulating + in flight. */
static void check_escrow(mo_sim_t *w, const mo_sim_pair_t *origin, const mo_sim_pair_t *auxiliary)
{
    uint64_t expected = auxiliary->pool;
    for (size_t m = 0; m < w->messages.count; m++) {
        bool stake = message_at(w, m)->kind == MO_MESSAGE_STAKE;
        mo_bus_status_t out = (stake ? origin : auxiliary)->slots[m].status;
        mo_bus_status_t in = (stake ? auxiliary : origin)->slots[m].status;
        if (!is_reachable(out, in)) {
            mo_sim_violate(w, "message %zu is %s in its outbox and %s in its inbox (gateway 7.4)", m,
                           mo_bus_status_name(out), mo_bus_status_name(in));
        }
        expected += IN(out, UNDER_WAY) && in != MO_STATUS_PROGRESSED ? message_at(w, m)->amount : 0;
    }
    if (origin->pool != expected) {
        mo_sim_violate(w, "the escrow is %llu, and %llu circulates or is in flight (gateway 7.7)",
                       (unsigned long long)origin->pool, (unsigned long long)expected);
    }
}

/* Where producers took back what is final, or a third broke its word, effects may stand without their causes. */
static bool keeps_final(const mo_sim_t *w)
{
    return w->faults.kind != MO_SIM_WORLD_TRAITORS && !(w->usurped && w->chains[MO_CHAIN_AUXILIARY].lanes[1].live);
}

static void check_lanes(mo_sim_t *w)
{
    const mo_sim_chain_t *o = &w->chains[MO_CHAIN_ORIGIN];
    const mo_sim_chain_t *a = &w->chains[MO_CHAIN_AUXILIARY];
    for (uint32_t i = 0; i < MO_SIM_LANES * MO_SIM_LANES && keeps_final(w); i++) {
        const mo_sim_lane_t *origin = &o->lanes[i / MO_SIM_LANES];
        const mo_sim_lane_t *auxiliary = &a->lanes[i % MO_SIM_LANES];
        if (origin->live && auxiliary->live) {
            check_escrow(w, &origin->pair, &auxiliary->pair);
        }
    }
}

/* --- a halt here ---------------------------------------------------------------------------------------------------- */

/* Block of the last committed source; the root before B_1 (gateway 7.7). */
static uint32_t last_committed(mo_sim_t *w, const mo_core_t *core)
{
    mo_hash_t source;
    uint64_t committed = core->kernel.height.value - 1;
    return committed > 0 && mo_rules_core_source(core, (mo_height_t){committed}, &source)
               ? mo_sim_chain_find(w, MO_CHAIN_AUXILIARY, &source)
               : 0;
}

/* What one message is owed; its slot on origin afterwards. */
static mo_recovery_t recover(const mo_sim_message_t *message, mo_bus_slot_t *live, const mo_bus_slot_t *at_z)
{
    mo_recovery_t owed = message->kind == MO_MESSAGE_STAKE ? mo_bus_recovery_stake(live->status, at_z->status)
                                                           : mo_bus_recovery_redeem(at_z->status, live->status);
    if (owed == MO_RECOVERY_REFUND || owed == MO_RECOVERY_CLAIM) {
        live->status = MO_STATUS_RECOVERED;
    } else if (owed == MO_RECOVERY_DELIVER) {
        live->status = MO_STATUS_PROGRESSED;
    }
    return owed;
}

static bool pays(mo_recovery_t owed)
{
    return owed == MO_RECOVERY_REFUND || owed == MO_RECOVERY_CLAIM || owed == MO_RECOVERY_DELIVER;
}

static void check_recovery(mo_sim_t *w, const mo_sim_lane_t *lane)
{
    uint32_t z = last_committed(w, lane->core);
    if (z == MO_SIM_NONE) {
        mo_sim_violate(w, "no block of the auxiliary chain is the last committed source (4.1)");
        return;
    }
    const mo_sim_pair_t *at_z = MO_SIM_AT(mo_sim_pair_t, w->chains[MO_CHAIN_AUXILIARY].pairs, z);
    uint64_t paid = 0;
    for (size_t h = 0; h < MO_SIM_HOLDERS; h++) {
        paid += at_z->tokens[h];
    }
    for (size_t m = 0; m < w->messages.count; m++) {
        mo_bus_slot_t live = lane->pair.slots[m];
        mo_recovery_t owed = recover(message_at(w, m), &live, &at_z->slots[m]);
        paid += pays(owed) ? message_at(w, m)->amount : 0;
        bool twice = pays(owed) && live.status != MO_STATUS_RECOVERED && pays(recover(message_at(w, m), &live, &at_z->slots[m]));
        if (owed == MO_RECOVERY_UNREACHABLE || twice) {
            mo_sim_violate(w, "message %zu: after a halt here it is %s (gateway 7.7)", m,
                           twice ? "paid twice" : "where no history leads");
        }
    }
    if (paid != lane->pair.pool) {
        mo_sim_violate(w, "after a halt here recovery pays %llu, and the escrow is %llu (gateway 7.7)",
                       (unsigned long long)paid, (unsigned long long)lane->pair.pool);
    }
    w->report->recovered++;
}

void mo_sim_check_bus(mo_sim_t *w, mo_chain_t chain, uint32_t lane)
{
    const mo_sim_lane_t *l = &w->chains[chain].lanes[lane];
    check_sums(w, chain, &l->pair);
    check_lanes(w);
    if (chain == MO_CHAIN_ORIGIN) {
        check_recovery(w, l);
    }
}
