#include "bind/auxiliary_block_store.h"
#include "bind/origin_block_store.h"
#include "bind/polling_place.h"
#include "role/decode.h"
#include "role/validator_parts.h"
#include "rules/identity.h"

/* Decodes into `e`, or disagrees and leaves the function. */
#define TAKE(event, e)                                                                                       \
    mo_validator_role_t *v = role;                                                                           \
    mo_bind_##event##_event_t e;                                                                             \
    if (!MO_ROLE_DECODE(event, log, &e)) {                                                                   \
        mo_validator_disagree(v, MO_DISAGREEMENT_LOG_MALFORMED);                                             \
        return;                                                                                              \
    }

static bool is_configured(const mo_validator_role_t *v, const mo_bind_auxiliary_config_t *c)
{
    uint64_t chain_id;
    return mo_u256_to_u64(c->origin_chain_id, &chain_id) && chain_id == v->config.origin_chain_id &&
           mo_address_equal(&c->core, &v->config.core) && c->epoch == v->config.epoch &&
           c->origin_epoch == v->config.origin_epoch &&
           c->auxiliary_root_number == v->config.auxiliary_root_number &&
           mo_hash_equal(&c->auxiliary_root_hash, &v->config.auxiliary_root_hash) &&
           c->origin_root_number == v->config.origin_root_number &&
           mo_hash_equal(&c->origin_root_hash, &v->config.origin_root_hash) &&
           mo_address_equal(&c->block_store, &v->config.auxiliary_block_store) &&
           mo_address_equal(&c->origin_block_store, &v->config.origin_block_store) &&
           mo_address_equal(&c->kernel_relay, &v->config.kernel_relay);
}

static void polling_place_opened(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_polling_place_opened, e)
    if (!is_configured(v, &e.config)) {
        mo_validator_disagree(v, MO_DISAGREEMENT_CONFIG);
        return;
    }
    v->founded = !v->founded && mo_hash_equal(&e.kernel_hash, &v->founders) &&
                 mo_rules_poll_open(&v->poll, log->number, &e.kernel) == MO_POLL_ACCEPTED;
    if (!v->founded) {
        mo_validator_disagree(v, MO_DISAGREEMENT_FOUNDERS);
    }
}

/* Anyone can report any headers, from any block on. Only our own checkpoints can ever be voted for, and of those we know
 * r and g without the run. */
static void blocks_reported(void *role, const mo_event_log_t *log)
{
    TAKE(auxiliary_block_store_blocks_reported, e)
    uint64_t height = e.number / v->config.epoch;
    mo_checkpoint_t checkpoint = {e.last, e.number, {height}};
    if (e.number % v->config.epoch != 0 || !mo_validator_is_own(v, &checkpoint, MO_POLL_AUXILIARY)) {
        return;
    }
    const mo_record_t *record = mo_validator_own_record(v, height);
    if (!mo_hash_equal(&record->transaction_root, &e.transaction_root) || !mo_u256_equal(record->gas, e.gas)) {
        mo_validator_disagree(v, MO_DISAGREEMENT_ACCUMULATION);
    } else if (mo_rules_poll_report_own(&v->poll, log->number, record) != MO_POLL_ACCEPTED) {
        mo_validator_disagree(v, MO_DISAGREEMENT_REPORT);
    }
    if (height > v->reported[MO_POLL_AUXILIARY]) {
        v->reported[MO_POLL_AUXILIARY] = height;
    }
}

static void block_anchored(void *role, const mo_event_log_t *log)
{
    TAKE(auxiliary_block_store_block_anchored, e)
    if (mo_rules_poll_record(&v->poll, &e.hash) != NULL &&
        mo_rules_poll_anchor(&v->poll, log->number, &e.hash) != MO_POLL_ACCEPTED) {
        mo_validator_disagree(v, MO_DISAGREEMENT_REPORT);
    }
}

bool mo_validator_origin_reported(mo_validator_role_t *v, uint64_t height)
{
    const mo_hash_t *own = mo_validator_own(v, MO_POLL_ORIGIN, height);
    if (own == NULL) {
        return false;
    }
    mo_origin_block_t block = {.number = height * v->config.origin_epoch, .hash = *own};
    if (mo_rules_poll_origin(&v->poll, own) == NULL &&
        mo_rules_poll_report_origin(&v->poll, v->poll.block, &block) != MO_POLL_ACCEPTED) {
        mo_validator_disagree(v, MO_DISAGREEMENT_REPORT);
    }
    if (height > v->reported[MO_POLL_ORIGIN]) {
        v->reported[MO_POLL_ORIGIN] = height;
    }
    return true;
}

static void origin_block_reported(void *role, const mo_event_log_t *log)
{
    TAKE(origin_block_store_origin_block_reported, e)
    mo_checkpoint_t checkpoint = {e.hash, e.number, {e.number / v->config.origin_epoch}};
    if (mo_validator_is_own(v, &checkpoint, MO_POLL_ORIGIN)) {
        (void)mo_validator_origin_reported(v, checkpoint.height.value);
    }
}

/* Whether a link leads to a checkpoint of origin that is none of ours. The contract takes votes for any header that
 * anyone invented; we keep none of them, and if one were justified all the same, CheckpointJustified would stop us. */
static bool is_foreign(mo_validator_role_t *v, const mo_vote_t *link)
{
    if (!mo_hash_equal(&link->chain, &v->origin_id)) {
        return false;
    }
    uint64_t height = link->target_height.value;
    const mo_hash_t *own = mo_validator_own(v, MO_POLL_ORIGIN, height);
    return own == NULL || !mo_hash_equal(own, &link->target) || !mo_validator_origin_reported(v, height);
}

/* The contract names a link's body once, before its first vote. */
static void link_registered(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_link_registered, e)
    v->registered = e.link;
    v->registered_hash = e.link_hash;
}

/* A link without a copy has just been registered, or was left out when it was. */
static bool is_left_out(mo_validator_role_t *v, const mo_hash_t *link)
{
    return !mo_hash_equal(link, &v->registered_hash) || is_foreign(v, &v->registered);
}

uint64_t mo_validator_speaks_of(const mo_validator_role_t *v, const mo_event_log_t *log)
{
    mo_bind_polling_place_link_registered_event_t e;
    uint64_t number;
    bool names = log->topic_count > 0 && mo_address_equal(&log->address, &v->config.polling_place) &&
                 mo_hash_equal(&log->topics[0], &mo_bind_polling_place_link_registered_event_topic) &&
                 MO_ROLE_DECODE(polling_place_link_registered, log, &e) &&
                 mo_hash_equal(&e.link.chain, &v->origin_id) &&
                 !__builtin_mul_overflow(e.link.target_height.value, v->config.origin_epoch, &number);
    return names ? number : 0;
}

/* Our own vote, above all that the guard has: of a store that was lost, or of another instance. */
static bool is_strange(mo_validator_role_t *v, const mo_ballot_t *ballot)
{
    uint32_t own;
    mo_poll_chain_t chain;
    if (!mo_rules_validators_find(&v->poll.validators, &v->config.signer, &own) || own != ballot->record.index ||
        !mo_rules_poll_chain(&v->poll, &ballot->link.chain, &chain)) {
        return false;
    }
    const mo_vote_mark_t *mark = &v->marks[chain];
    if (ballot->link.target_height.value > v->seen_cast[chain].value) {
        v->seen_cast[chain] = ballot->link.target_height;
    }
    return !mark->signed_any || mark->last.target_height.value < ballot->link.target_height.value;
}

static void vote_recorded(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_vote_recorded, e)
    const mo_link_t *known = mo_rules_poll_link(&v->poll, &e.link_hash);
    if (known == NULL && is_left_out(v, &e.link_hash)) {
        return;
    }
    mo_ballot_t ballot = {.link = known != NULL ? known->vote : v->registered,
                          .record = {.index = e.index, .signature = {e.r, e.vs}}};
    mo_poll_outcome_t outcome;
    if (mo_rules_poll_vote(&v->poll, log->number, &ballot, &outcome) != MO_POLL_ACCEPTED ||
        !mo_hash_equal(&outcome.link, &e.link_hash)) {
        mo_validator_disagree(v, MO_DISAGREEMENT_VOTE);
    } else if (outcome.tally.forward.value != e.forward || outcome.tally.rear.value != e.rear) {
        mo_validator_disagree(v, MO_DISAGREEMENT_TALLY);
    } else if (is_strange(v, &ballot)) {
        mo_validator_disagree(v, MO_DISAGREEMENT_GUARD_BEHIND);
    }
}

static void checkpoint_justified(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_checkpoint_justified, e)
    mo_poll_chain_t chain;
    if (v->founded && (!mo_rules_poll_chain(&v->poll, &e.chain, &chain) ||
                       !mo_rules_poll_is_justified(&v->poll, chain, &e.hash))) {
        mo_validator_disagree(v, MO_DISAGREEMENT_JUSTIFICATION);
    }
}

static void checkpoint_finalised(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_checkpoint_finalised, e)
    mo_poll_chain_t chain;
    if (v->founded && (!mo_rules_poll_chain(&v->poll, &e.chain, &chain) || e.dynasty != v->poll.dynasty ||
                       v->poll.last_finalised[chain].height.value != e.height)) {
        mo_validator_disagree(v, MO_DISAGREEMENT_JUSTIFICATION);
    } else if (v->founded && chain == MO_POLL_AUXILIARY) {
        mo_validator_bind(v, v->poll.last_finalised[chain].height, &v->poll.last_finalised[chain].hash);
    }
}

static void kernel_pending(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_kernel_pending, e)
    const mo_committed_block_t *parent = mo_validator_parent(v, e.kernel.height);
    if (mo_rules_poll_relay(&v->poll, log->number, &e.kernel, &parent->block, &parent->link) !=
        MO_POLL_ACCEPTED) {
        mo_validator_disagree(v, MO_DISAGREEMENT_KERNEL);
    }
}

static void kernel_enforced(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_kernel_enforced, e)
    if (v->founded && v->poll.in_force.value != e.height) {
        mo_validator_disagree(v, MO_DISAGREEMENT_KERNEL);
    }
}

static void slashed(void *role, const mo_event_log_t *log)
{
    TAKE(polling_place_slashed, e)
    uint32_t index;
    if (!mo_rules_validators_find(&v->poll.validators, &e.signer, &index) || index != e.index ||
        mo_rules_poll_slash(&v->poll, log->number, index) != MO_POLL_ACCEPTED) {
        mo_validator_disagree(v, MO_DISAGREEMENT_SLASH);
    }
    mo_validator_slashed(v, &e.signer, &(mo_own_slash_t){MO_CHAIN_AUXILIARY, e.condition, log->transaction});
}

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

void mo_validator_auxiliary_log(mo_validator_role_t *v, const mo_event_log_t *log)
{
    static const mo_role_follow_t store[] = {
        {&mo_bind_auxiliary_block_store_blocks_reported_event_topic, blocks_reported},
        {&mo_bind_auxiliary_block_store_block_anchored_event_topic, block_anchored},
    };
    static const mo_role_follow_t origins[] = {
        {&mo_bind_origin_block_store_origin_block_reported_event_topic, origin_block_reported},
    };
    static const mo_role_follow_t place[] = {
        {&mo_bind_polling_place_polling_place_opened_event_topic, polling_place_opened},
        {&mo_bind_polling_place_link_registered_event_topic, link_registered},
        {&mo_bind_polling_place_vote_recorded_event_topic, vote_recorded},
        {&mo_bind_polling_place_checkpoint_justified_event_topic, checkpoint_justified},
        {&mo_bind_polling_place_checkpoint_finalised_event_topic, checkpoint_finalised},
        {&mo_bind_polling_place_kernel_pending_event_topic, kernel_pending},
        {&mo_bind_polling_place_kernel_enforced_event_topic, kernel_enforced},
        {&mo_bind_polling_place_slashed_event_topic, slashed},
    };
    if (v->disagreement != MO_DISAGREEMENT_NONE) {
        return;
    }
    if (mo_address_equal(&log->address, &v->config.polling_place)) {
        mo_role_dispatch(place, COUNT(place), v, log);
    } else if (mo_address_equal(&log->address, &v->config.auxiliary_block_store) && v->stores_known) {
        mo_role_dispatch(store, COUNT(store), v, log);
    } else if (mo_address_equal(&log->address, &v->config.origin_block_store) && v->stores_known) {
        mo_role_dispatch(origins, COUNT(origins), v, log);
    }
}
