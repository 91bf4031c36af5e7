#include "bind/core.h"
#include "bind/polling_place.h"
#include "bind/registry.h"
#include "role/decode.h"
#include "role/watcher_parts.h"

/* Decodes into `e`, or leaves the function: the copy, which takes the same log, says that it does not decode. */
#define TAKE(event, e)                                                                                       \
    mo_watcher_role_t *w = role;                                                                             \
    mo_bind_##event##_event_t e;                                                                             \
    if (!MO_ROLE_DECODE(event, log, &e)) {                                                                   \
        return;                                                                                              \
    }

/* --- polling place ---------------------------------------------------------------------------------------------- */

static void validator_joined(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_validator_joined, e)
    if (e.index < MO_VALIDATORS_MAX) {
        w->signers[e.index] = e.signer;
    }
}

static void link_registered(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_link_registered, e)
    w->links[w->link_count++ % MO_WATCHER_LINKS_MAX] = (mo_watcher_link_t){e.link_hash, e.link};
}

/* The newest first: votes come soon after their link. */
static const mo_watcher_link_t *find_link(const mo_watcher_role_t *w, const mo_hash_t *hash)
{
    uint64_t count = w->link_count < MO_WATCHER_LINKS_MAX ? w->link_count : MO_WATCHER_LINKS_MAX;
    for (uint64_t back = 1; back <= count; back++) {
        const mo_watcher_link_t *link = &w->links[(w->link_count - back) % MO_WATCHER_LINKS_MAX];
        if (mo_hash_equal(&link->hash, hash)) {
            return link;
        }
    }
    return NULL;
}

static void vote_recorded(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_vote_recorded, e)
    const mo_watcher_link_t *link = find_link(w, &e.link_hash);
    if (link == NULL) {
        /* The call that brought the vote names the link in full. */
        mo_watcher_wish(w, MO_CHAIN_AUXILIARY, &log->transaction);
        return;
    }
    mo_held_vote_t held = {.vote = link->vote, .signature = {e.r, e.vs}};
    mo_watcher_hold(w, e.index, &held);
}

/* Signed by the validator that it names, as the contract has checked, and recorded nowhere. */
static void vote_skipped(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_vote_skipped, e)
    mo_held_vote_t held = {.vote = e.link, .signature = {e.r, e.vs}};
    mo_watcher_hold(w, e.index, &held);
}

static void checkpoint_finalised(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_checkpoint_finalised, e)
    bool origin = mo_hash_equal(&e.chain, &w->scope.origin_id);
    w->finalised[origin ? MO_POLL_ORIGIN : MO_POLL_AUXILIARY] = e.height;
}

/* The case may be opened later, by the input of this very transaction. */
static void end(mo_watcher_role_t *w, mo_chain_t chain, const mo_address_t *signer)
{
    w->ends[w->end_count++ % MO_WATCHER_ENDS_MAX] = (mo_watcher_end_t){chain, *signer};
    mo_watcher_case_t *known = mo_watcher_case(w, signer);
    if (known != NULL) {
        known->ended[chain] = true;
    }
}

/* Of evidence that another showed here the other chain may not know yet. */
static void slashed(mo_watcher_role_t *w, const mo_event_log_t *log, const mo_address_t *signer, uint8_t condition)
{
    mo_offence_t offence = condition <= MO_OFFENCE_TRANSITION ? (mo_offence_t)condition : MO_OFFENCE_NONE;
    mo_watcher_find(
        w, log->chain,
        &(mo_finding_t){
            .kind = MO_FINDING_SLASHED, .signer = *signer, .offence = offence, .subject = log->transaction});
    end(w, log->chain, signer);
    if (mo_watcher_case(w, signer) == NULL) {
        mo_watcher_wish(w, log->chain, &log->transaction);
    }
}

static void slashed_on_auxiliary(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_slashed, e)
    slashed(w, log, &e.signer, e.condition);
}

/* --- registry --------------------------------------------------------------------------------------------------- */

static void slashed_on_origin(void *role, const mo_event_log_t *log)
{
    TAKE(registry_slashed, e)
    slashed(w, log, &e.signer, e.condition);
}

/* Out of reach on origin: the stake is gone, and on the auxiliary chain the evidence still counts. */
static void withdrawn(void *role, const mo_event_log_t *log)
{
    TAKE(registry_withdrawn, e)
    end(w, MO_CHAIN_ORIGIN, &e.signer);
}

static void presented(void *role, const mo_event_log_t *log)
{
    mo_watcher_wish(role, MO_CHAIN_ORIGIN, &log->transaction);
}

/* --- core ------------------------------------------------------------------------------------------------------- */

static void core_created(void *role, const mo_event_log_t *log)
{
    TAKE(core_core_created, e)
    w->pulse.known = true;
    w->pulse.halt_after = e.config.halt_after;
    w->pulse.setup_grace = e.config.setup_grace;
}

/* The header of the log's block came before the log. */
static void core_opened(void *role, const mo_event_log_t *log)
{
    (void)log;
    mo_watcher_role_t *w = role;
    w->pulse.opened = true;
    w->pulse.since = w->origin_time;
}

static void meta_block_committed(void *role, const mo_event_log_t *log)
{
    mo_watcher_role_t *w = role;
    w->pulse.committed = true;
    w->pulse.since = w->origin_time;
    w->pulse.said_silent = false;
    mo_watcher_wish(w, MO_CHAIN_ORIGIN, &log->transaction);
}

static void halt_challenged(void *role, const mo_event_log_t *log)
{
    TAKE(core_halt_challenged, e)
    w->pulse.haltable_at = e.haltable_at;
}

static void halt_answered(void *role, const mo_event_log_t *log)
{
    (void)log;
    mo_watcher_role_t *w = role;
    w->pulse.haltable_at = 0;
    w->pulse.said_haltable = false;
}

static void core_halted(void *role, const mo_event_log_t *log)
{
    TAKE(core_core_halted, e)
    w->pulse.opened = false;
    mo_watcher_find(w, MO_CHAIN_ORIGIN, &(mo_finding_t){.kind = MO_FINDING_HALTED, .detail = e.reason});
}

/* The seals of challenges are votes too. */
static void challenged(void *role, const mo_event_log_t *log)
{
    mo_watcher_wish(role, MO_CHAIN_ORIGIN, &log->transaction);
}

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static void origin_log(mo_watcher_role_t *w, const mo_event_log_t *log)
{
    static const mo_role_follow_t core[] = {
        {&mo_bind_core_core_created_event_topic, core_created},
        {&mo_bind_core_core_opened_event_topic, core_opened},
        {&mo_bind_core_meta_block_committed_event_topic, meta_block_committed},
        {&mo_bind_core_halt_challenged_event_topic, halt_challenged},
        {&mo_bind_core_halt_answered_event_topic, halt_answered},
        {&mo_bind_core_core_halted_event_topic, core_halted},
        {&mo_bind_core_observation_challenged_event_topic, challenged},
        {&mo_bind_core_proposal_struck_event_topic, challenged},
    };
    static const mo_role_follow_t registry[] = {
        {&mo_bind_registry_slashed_event_topic, slashed_on_origin},
        {&mo_bind_registry_withdrawn_event_topic, withdrawn},
        {&mo_bind_registry_presented_event_topic, presented},
    };
    if (mo_address_equal(&log->address, &w->config.core)) {
        mo_role_dispatch(core, COUNT(core), w, log);
    } else if (mo_address_equal(&log->address, &w->config.registry)) {
        mo_role_dispatch(registry, COUNT(registry), w, log);
    }
}

void mo_watcher_log(mo_watcher_role_t *w, const mo_event_log_t *log)
{
    static const mo_role_follow_t place[] = {
        {&mo_bind_polling_place_validator_joined_event_topic, validator_joined},
        {&mo_bind_polling_place_link_registered_event_topic, link_registered},
        {&mo_bind_polling_place_vote_recorded_event_topic, vote_recorded},
        {&mo_bind_polling_place_vote_skipped_event_topic, vote_skipped},
        {&mo_bind_polling_place_checkpoint_finalised_event_topic, checkpoint_finalised},
        {&mo_bind_polling_place_slashed_event_topic, slashed_on_auxiliary},
    };
    if (mo_watcher_books_log(w, log)) {
        return;
    }
    if (log->chain == MO_CHAIN_ORIGIN) {
        origin_log(w, log);
    } else if (mo_address_equal(&log->address, &w->config.polling_place)) {
        mo_role_dispatch(place, COUNT(place), w, log);
    }
}
