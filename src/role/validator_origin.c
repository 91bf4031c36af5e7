#include "bind/core.h"
#include "bind/registry.h"
#include "role/decode.h"
#include "role/validator_parts.h"
#include "rules/identity.h"
#include "rules/kernel.h"
#include "rules/observe.h"
#include "rules/transition.h"

/* Decodes into `e`, or disagrees and leaves the function. */
#define TAKE(event, e)                                                                                       \
    mo_validator_role_t *v = role;                                                                           \
    mo_bind_##event##_event_t e;                                                                             \
    if (!MO_ROLE_DECODE(event, log, &e)) {                                                                   \
        mo_validator_disagree(v, MO_DISAGREEMENT_LOG_MALFORMED);                                             \
        return;                                                                                              \
    }

/* CoreHalted's reason of a halt by slashed weight (4.5). */
#define HALT_SLASHED 3

static void check(mo_validator_role_t *v, mo_core_verdict_t verdict)
{
    if (verdict != MO_CORE_ACCEPTED) {
        mo_validator_disagree(v, MO_DISAGREEMENT_CORE);
    }
}

const mo_committed_block_t *mo_validator_parent(const mo_validator_role_t *v, mo_height_t kernel)
{
    return &v->committed[(kernel.value - 1) % MO_VALIDATOR_COMMITTED_MAX];
}

static void core_created(void *role, const mo_event_log_t *log)
{
    TAKE(core_core_created, e)
    if (e.config.epoch != v->config.epoch || e.config.origin_epoch != v->config.origin_epoch ||
        e.config.auxiliary_root_number != v->config.auxiliary_root_number ||
        !mo_hash_equal(&e.config.auxiliary_root_hash, &v->config.auxiliary_root_hash) ||
        !mo_address_equal(&e.config.polling_place, &v->config.polling_place) ||
        !mo_address_equal(&e.config.registry, &v->config.registry)) {
        mo_validator_disagree(v, MO_DISAGREEMENT_CONFIG);
        return;
    }
    mo_core_config_t config = {
        .core_id = v->core_id,
        .domain = mo_rules_domain(v->config.origin_chain_id, &v->config.core),
        .setup_hash = e.setup_hash,
        .gas_step = e.config.gas_step,
        .root_height = {v->config.auxiliary_root_number / v->config.epoch},
    };
    mo_rules_core_create(&v->core, &config);
}

static void core_opened(void *role, const mo_event_log_t *log)
{
    TAKE(core_core_opened, e)
    if (e.origin_root_number != v->config.origin_root_number ||
        !mo_hash_equal(&e.origin_root_hash, &v->config.origin_root_hash)) {
        mo_validator_disagree(v, MO_DISAGREEMENT_ROOT);
    }
}

static void kernel_opened(void *role, const mo_event_log_t *log)
{
    TAKE(core_kernel_opened, e)
    if (e.height == 1) {
        check(v, mo_rules_core_open(&v->core, v->config.origin_root_number, &e.kernel));
        v->founders = e.hash;
    } else {
        const mo_committed_block_t *parent = mo_validator_parent(v, e.kernel.height);
        check(v, mo_rules_core_observe_kernel(&v->core, &parent->block, &e.kernel));
    }
    if (!mo_hash_equal(&v->core.kernel_hash, &e.hash)) {
        mo_validator_disagree(v, MO_DISAGREEMENT_CORE);
    }
    v->kernel_opened_at = log->number;
    v->proposals_missed = false;
}

/* The contract has found the observation in origin's history. */
static void meta_block_proposed(void *role, const mo_event_log_t *log)
{
    TAKE(core_meta_block_proposed, e)
    mo_proposing_t wish = {
        .transition = e.transition, .stated_height = {e.stated_height}, .observation_known = true};
    mo_core_verdict_t verdict = mo_rules_core_propose(&v->core, &wish, e.ready_at);
    v->proposals_missed = v->proposals_missed || verdict == MO_CORE_FULL;
    check(v, verdict == MO_CORE_FULL ? MO_CORE_ACCEPTED : verdict);
}

/* What was committed though we do not keep its proposal. When our own copy of the polling place has come to its source,
 * it is the T that this gives; in a replay, where origin runs ahead, it need not have. */
static mo_core_verdict_t observe_missed(mo_validator_role_t *v, const mo_bind_core_meta_block_committed_event_t *e,
                                        mo_meta_block_t *block)
{
    mo_transition_t transition;
    if (!v->proposals_missed) {
        return MO_CORE_PROPOSAL_NOT_LIVE;
    }
    if (!v->stores_known ||
        mo_rules_poll_transition(&v->poll, &e->link.source, &transition) != MO_POLL_ACCEPTED) {
        return mo_rules_core_observe_unseen_commit(&v->core, &e->kernel_hash, &e->transition_hash, &e->link, block);
    }
    mo_hash_t hash = mo_rules_transition_hash(&transition);
    return mo_hash_equal(&hash, &e->transition_hash)
               ? mo_rules_core_observe_known_commit(&v->core, &e->kernel_hash, &transition, &e->link, block)
               : MO_CORE_PROPOSAL_NOT_LIVE;
}

static void meta_block_committed(void *role, const mo_event_log_t *log)
{
    TAKE(core_meta_block_committed, e)
    mo_committed_block_t *committed = &v->committed[e.height % MO_VALIDATOR_COMMITTED_MAX];
    mo_core_verdict_t verdict = mo_rules_core_observe_commit(&v->core, &e.kernel_hash, &e.transition_hash, &e.link,
                                                             &committed->block);
    check(v, verdict == MO_CORE_PROPOSAL_NOT_LIVE ? observe_missed(v, &e, &committed->block) : verdict);
    committed->link = e.link;
    mo_validator_bind(v, e.link.source_height, &e.link.source);
}

/* Of more proposals than are kept it may be one that is not. */
static void forget(mo_validator_role_t *v, const mo_hash_t *id)
{
    mo_core_verdict_t verdict = mo_rules_core_observe_struck(&v->core, id);
    bool missed = verdict == MO_CORE_PROPOSAL_NOT_LIVE && v->proposals_missed;
    check(v, missed ? MO_CORE_ACCEPTED : verdict);
}

static void proposal_struck(void *role, const mo_event_log_t *log)
{
    TAKE(core_proposal_struck, e)
    forget(v, &e.id);
}

/* CoreHalted follows in the same transaction (4.4 a). */
static void observation_challenged(void *role, const mo_event_log_t *log)
{
    TAKE(core_observation_challenged, e)
    forget(v, &e.id);
}

/* For whatever reason: what is proposed lives no more, and nothing is proposed or committed again (4.5, 11.5). */
static void core_halted(void *role, const mo_event_log_t *log)
{
    TAKE(core_core_halted, e)
    if (e.reason == HALT_SLASHED && !mo_rules_validators_slashed_third(&v->core.validators)) {
        mo_validator_disagree(v, MO_DISAGREEMENT_SLASH);
    }
    mo_rules_core_halt(&v->core);
}

/* Also of one that no kernel carried yet, which has no weight in our copy to lose. */
static void slashed(void *role, const mo_event_log_t *log)
{
    TAKE(registry_slashed, e)
    mo_validator_slashed(v, &e.signer, &(mo_own_slash_t){MO_CHAIN_ORIGIN, e.condition, log->transaction});
    mo_rules_core_slash(&v->core, &e.signer);
}

void mo_validator_origin_log(mo_validator_role_t *v, const mo_event_log_t *log)
{
    static const mo_role_follow_t rows[] = {
        {&mo_bind_core_core_created_event_topic, core_created},
        {&mo_bind_core_core_opened_event_topic, core_opened},
        {&mo_bind_core_kernel_opened_event_topic, kernel_opened},
        {&mo_bind_core_meta_block_proposed_event_topic, meta_block_proposed},
        {&mo_bind_core_meta_block_committed_event_topic, meta_block_committed},
        {&mo_bind_core_proposal_struck_event_topic, proposal_struck},
        {&mo_bind_core_observation_challenged_event_topic, observation_challenged},
        {&mo_bind_core_core_halted_event_topic, core_halted},
    };
    static const mo_role_follow_t registry[] = {
        {&mo_bind_registry_slashed_event_topic, slashed},
    };
    if (v->disagreement != MO_DISAGREEMENT_NONE) {
        return;
    }
    if (mo_address_equal(&log->address, &v->config.core)) {
        mo_role_dispatch(rows, sizeof rows / sizeof rows[0], v, log);
    } else if (mo_address_equal(&log->address, &v->config.registry)) {
        mo_role_dispatch(registry, sizeof registry / sizeof registry[0], v, log);
    }
}
