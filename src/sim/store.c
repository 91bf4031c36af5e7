/* A validator's store: the guard's records and what binds it, as sequences of writes. A write is durable or it never was;
 * a crash may come right before or right after, and whoever called learns nothing more. */
#include "base/check.h"
#include "sim/world.h"

static const mo_hash_t *chain_of(const mo_sim_t *w, int chain)
{
    return chain == MO_POLL_AUXILIARY ? &w->core_id : &w->origin_id;
}

/* The newest record about a chain; targets rise, so that it has the highest. */
static const mo_sim_record_t *newest(const mo_sim_store_t *store, const mo_hash_t *chain)
{
    for (size_t i = store->records.count; i > 0; i--) {
        const mo_sim_record_t *record = MO_SIM_AT(mo_sim_record_t, store->records, i - 1);
        if (mo_hash_equal(&record->vote.chain, chain)) {
            return record;
        }
    }
    return NULL;
}

void mo_sim_store_read(mo_sim_t *w, uint32_t node, mo_validator_config_t *config)
{
    const mo_sim_store_t *store = &w->nodes[node].store;
    for (int chain = 0; chain < MO_POLL_CHAINS; chain++) {
        const mo_sim_record_t *last = newest(store, chain_of(w, chain));
        config->marks[chain] = last == NULL ? (mo_vote_mark_t){0} : mo_rules_vote_mark(&last->vote);
        mo_cast_t *cast = &config->cast[chain];
        *cast = (mo_cast_t){0};
        for (size_t i = 0; i < store->records.count; i++) {
            const mo_sim_record_t *record = MO_SIM_AT(mo_sim_record_t, store->records, i);
            if (mo_hash_equal(&record->vote.chain, chain_of(w, chain))) {
                cast->votes[cast->count++ % MO_VALIDATOR_CAST_MAX] = record->vote;
            }
        }
    }
    config->bound = store->bound;
}

/* What the guard of src/store judges, by the same rules (2.3, 2.7). */
static bool is_allowed(const mo_sim_store_t *store, const mo_vote_t *vote)
{
    const mo_sim_record_t *last = newest(store, &vote->chain);
    mo_vote_mark_t mark = last == NULL ? (mo_vote_mark_t){0} : mo_rules_vote_mark(&last->vote);
    if (mo_rules_vote_may_sign(&mark, vote) != MO_SIGN_ALLOWED) {
        return false;
    }
    for (size_t i = 0; i < store->records.count; i++) {
        if (mo_rules_vote_offence(&MO_SIM_AT(mo_sim_record_t, store->records, i)->vote, vote) != MO_OFFENCE_NONE) {
            return false;
        }
    }
    return true;
}

static const mo_sim_record_t *find(const mo_sim_store_t *store, const mo_hash_t *hash)
{
    for (size_t i = store->records.count; i > 0; i--) {
        const mo_sim_record_t *record = MO_SIM_AT(mo_sim_record_t, store->records, i - 1);
        if (mo_hash_equal(&record->hash, hash)) {
            return record;
        }
    }
    return NULL;
}

mo_sim_sign_t mo_sim_store_sign(mo_sim_t *w, uint32_t node, const mo_vote_t *vote, mo_signature_t *signature)
{
    mo_sim_node_t *n = &w->nodes[node];
    mo_hash_t hash = mo_rules_vote_hash(vote);
    const mo_sim_record_t *known = find(&n->store, &hash);
    if (known != NULL) {
        *signature = known->signature;
        return MO_SIM_SIGN_DONE;
    }
    if (!is_allowed(&n->store, vote)) {
        return MO_SIM_SIGN_REFUSED;
    }
    mo_hash_t digest = mo_rules_vote_digest(&w->domain, vote);
    MO_CHECK(mo_secp_sign(&w->keys[n->signer], &digest, signature));
    mo_sim_crash_t crash = mo_sim_fault_crash(w, node, MO_SIM_WRITE_GUARD);
    if (crash == MO_SIM_CRASH_BEFORE) {
        return MO_SIM_SIGN_CRASHED;
    }
    *MO_SIM_PUSH(mo_sim_record_t, &n->store.records) = (mo_sim_record_t){*vote, hash, *signature};
    return crash == MO_SIM_CRASH_AFTER ? MO_SIM_SIGN_CRASHED : MO_SIM_SIGN_DONE;
}

bool mo_sim_store_keep(mo_sim_t *w, uint32_t node)
{
    mo_sim_node_t *n = &w->nodes[node];
    if (n->role->bound.height.value <= n->store.bound.height.value) {
        return true;
    }
    mo_sim_crash_t crash = mo_sim_fault_crash(w, node, MO_SIM_WRITE_BOUND);
    if (crash != MO_SIM_CRASH_BEFORE) {
        n->store.bound = n->role->bound;
    }
    return crash == MO_SIM_CRASH_NONE;
}
