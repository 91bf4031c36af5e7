#include "role/validator.h"

#include <string.h>

#include "base/check.h"
#include "base/clear.h"
#include "role/validator_parts.h"
#include "rules/identity.h"

const char *mo_disagreement_text(mo_disagreement_t disagreement)
{
    static const char *const texts[] = {
#define X(code, words, clause) words " (" clause ")",
        MO_DISAGREEMENTS(X)
#undef X
    };
    MO_CHECK((size_t)disagreement < sizeof texts / sizeof texts[0]);
    return texts[disagreement];
}

void mo_validator_disagree(mo_validator_role_t *v, mo_disagreement_t reason)
{
    if (v->disagreement == MO_DISAGREEMENT_NONE) {
        v->disagreement = reason;
    }
}

static void own_add(mo_own_checkpoints_t *own, uint64_t height, const mo_hash_t *hash)
{
    own->hashes[height % MO_VALIDATOR_CHECKPOINTS_MAX] = *hash;
    if (height == own->root) {
        own->root_hash = *hash;
    }
    own->top = height;
}

const mo_hash_t *mo_validator_own(const mo_validator_role_t *v, mo_poll_chain_t chain, uint64_t height)
{
    const mo_own_checkpoints_t *own = &v->own[chain];
    if (height == own->root && own->top >= own->root) {
        return &own->root_hash;
    }
    if (height < own->root || height > own->top || own->top - height >= MO_VALIDATOR_CHECKPOINTS_MAX) {
        return NULL;
    }
    return &own->hashes[height % MO_VALIDATOR_CHECKPOINTS_MAX];
}

const mo_record_t *mo_validator_own_record(const mo_validator_role_t *v, uint64_t height)
{
    return height == v->own[MO_POLL_AUXILIARY].root ? &v->poll.config.root
                                                    : &v->records[height % MO_VALIDATOR_CHECKPOINTS_MAX];
}

bool mo_validator_is_own(const mo_validator_role_t *v, const mo_checkpoint_t *checkpoint, mo_poll_chain_t chain)
{
    const mo_hash_t *own = mo_validator_own(v, chain, checkpoint->height.value);
    return own != NULL && mo_hash_equal(own, &checkpoint->hash);
}

void mo_validator_bind(mo_validator_role_t *v, mo_height_t height, const mo_hash_t *hash)
{
    if (height.value > v->bound.height.value) {
        v->bound = (mo_bound_t){height, *hash};
    }
}

void mo_validator_slashed(mo_validator_role_t *v, const mo_address_t *signer, const mo_own_slash_t *slash)
{
    if (!v->slashed && mo_address_equal(signer, &v->config.signer)) {
        v->slashed = true;
        v->own_slash = *slash;
    }
}

void mo_validator_init(mo_validator_role_t *v, const mo_validator_config_t *config)
{
    MO_CHECK(config->epoch > 0 && config->origin_epoch > 0);
    mo_clear(v, sizeof *v);
    v->config = *config;
    v->core_id = mo_rules_core_id(config->origin_chain_id, &config->core);
    v->origin_id = mo_rules_origin_id(config->origin_chain_id);
    memcpy(v->marks, config->marks, sizeof v->marks);
    memcpy(v->cast, config->cast, sizeof v->cast);
    v->bound = config->bound;
    uint64_t height = config->auxiliary_root_number / config->epoch;
    v->own[MO_POLL_AUXILIARY] = (mo_own_checkpoints_t){.root = height};
    v->reported[MO_POLL_AUXILIARY] = height;
    height = config->origin_root_number / config->origin_epoch;
    v->own[MO_POLL_ORIGIN] = (mo_own_checkpoints_t){.root = height};
    v->reported[MO_POLL_ORIGIN] = height;
    own_add(&v->own[MO_POLL_ORIGIN], height, &config->origin_root_hash);
    mo_core_config_t core = {
        .core_id = v->core_id,
        .domain = mo_rules_domain(config->origin_chain_id, &config->core),
        .root_height = {config->auxiliary_root_number / config->epoch},
    };
    mo_rules_core_create(&v->core, &core);
}

static bool same_core(const mo_validator_config_t *a, const mo_validator_config_t *b)
{
    return mo_address_equal(&a->signer, &b->signer) && a->origin_chain_id == b->origin_chain_id &&
           mo_address_equal(&a->core, &b->core) && mo_address_equal(&a->registry, &b->registry) &&
           mo_address_equal(&a->auxiliary_block_store, &b->auxiliary_block_store) &&
           mo_address_equal(&a->origin_block_store, &b->origin_block_store) &&
           mo_address_equal(&a->polling_place, &b->polling_place) &&
           mo_address_equal(&a->kernel_relay, &b->kernel_relay) && a->epoch == b->epoch &&
           a->origin_epoch == b->origin_epoch && a->auxiliary_root_number == b->auxiliary_root_number &&
           a->origin_root_number == b->origin_root_number &&
           mo_hash_equal(&a->auxiliary_root_hash, &b->auxiliary_root_hash) &&
           mo_hash_equal(&a->origin_root_hash, &b->origin_root_hash);
}

/* Whether the guard knows of a vote at least as high as any that this state saw recorded (5.7). */
static bool guard_knows(const mo_validator_role_t *v, const mo_validator_config_t *config, mo_poll_chain_t chain)
{
    const mo_vote_mark_t *mark = &config->marks[chain];
    uint64_t seen = v->seen_cast[chain].value;
    return seen == 0 || (mark->signed_any && mark->last.target_height.value >= seen);
}

bool mo_validator_resume(mo_validator_role_t *v, const mo_validator_config_t *config)
{
    if (!same_core(&v->config, config) || v->disagreement != MO_DISAGREEMENT_NONE ||
        !guard_knows(v, config, MO_POLL_AUXILIARY) || !guard_knows(v, config, MO_POLL_ORIGIN)) {
        return false;
    }
    v->config = *config;
    memcpy(v->marks, config->marks, sizeof v->marks);
    memcpy(v->cast, config->cast, sizeof v->cast);
    mo_validator_bind(v, config->bound.height, &config->bound.hash);
    memset(v->duties, 0, sizeof v->duties);
    v->now_ms = 0;
    v->origin_finalised = 0;
    return true;
}

/* The stores as built, before there is a polling place. */
static bool know_stores(mo_validator_role_t *v)
{
    mo_poll_config_t config = {
        .core_id = v->core_id,
        .origin_id = v->origin_id,
        .domain = mo_rules_domain(v->config.origin_chain_id, &v->config.core),
        .epoch = v->config.epoch,
        .origin_epoch = v->config.origin_epoch,
        .root = v->head,
        .origin_root_number = v->config.origin_root_number,
        .origin_root_hash = v->config.origin_root_hash,
    };
    v->stores_known = mo_rules_poll_stores(&v->poll, &config) == MO_POLL_ACCEPTED;
    return v->stores_known;
}

static void auxiliary_root(mo_validator_role_t *v, const mo_event_header_t *header)
{
    if (mo_rules_run_root(header->rlp, v->config.epoch, &v->head) != MO_RUN_ACCEPTED ||
        header->number != v->config.auxiliary_root_number ||
        !mo_hash_equal(&v->head.hash, &v->config.auxiliary_root_hash) || !know_stores(v)) {
        mo_validator_disagree(v, MO_DISAGREEMENT_ROOT);
    }
}

static void auxiliary_header(mo_validator_role_t *v, const mo_event_header_t *header)
{
    if (v->head.number == 0) {
        auxiliary_root(v, header);
    } else if (mo_rules_run_step(&v->head, header->rlp) != MO_RUN_ACCEPTED) {
        mo_validator_disagree(v, MO_DISAGREEMENT_HEADER);
    }
    if (v->disagreement == MO_DISAGREEMENT_NONE && v->head.number % v->config.epoch == 0) {
        uint64_t height = v->head.number / v->config.epoch;
        own_add(&v->own[MO_POLL_AUXILIARY], height, &v->head.hash);
        v->records[height % MO_VALIDATOR_CHECKPOINTS_MAX] = v->head;
    }
}

static void origin_header(mo_validator_role_t *v, const mo_event_header_t *header)
{
    v->origin_time = header->timestamp;
    if (header->number % v->config.origin_epoch != 0 || header->number < v->config.origin_root_number) {
        return;
    }
    if (header->number == v->config.origin_root_number &&
        !mo_hash_equal(&header->hash, &v->config.origin_root_hash)) {
        mo_validator_disagree(v, MO_DISAGREEMENT_ROOT);
        return;
    }
    own_add(&v->own[MO_POLL_ORIGIN], header->number / v->config.origin_epoch, &header->hash);
}

static void outcome(mo_validator_role_t *v, const mo_event_outcome_t *result)
{
    MO_CHECK(result->duty < MO_VALIDATOR_DUTIES);
    /* A checkpoint that our node calls final is refused only when someone reported it, perhaps before our node saw it. */
    if (result->duty == MO_DUTY_REPORT_ORIGIN && result->outcome == MO_OUTCOME_FAILED && v->stores_known) {
        (void)mo_validator_origin_reported(v, result->key);
    }
    mo_duty_outcome(&v->duties[result->duty], result, v->now_ms);
}

static void tick(mo_validator_role_t *v, uint64_t now_ms, mo_actions_t *actions)
{
    v->now_ms = now_ms;
    if (v->founded && v->disagreement == MO_DISAGREEMENT_NONE) {
        mo_validator_decide(v, actions);
    }
}

void mo_validator_step(mo_validator_role_t *v, const mo_event_t *event, mo_actions_t *actions)
{
    actions->count = 0;
    bool origin = event->chain == MO_CHAIN_ORIGIN;
    switch (event->kind) {
    case MO_EVENT_HEADER:
        (origin ? origin_header : auxiliary_header)(v, &event->header);
        break;
    case MO_EVENT_LOG:
        (origin ? mo_validator_origin_log : mo_validator_auxiliary_log)(v, &event->log);
        break;
    case MO_EVENT_FINALISED:
        v->origin_finalised = origin ? event->finalised : v->origin_finalised;
        break;
    case MO_EVENT_OUTCOME:
        outcome(v, &event->outcome);
        break;
    case MO_EVENT_INTENT:
    case MO_EVENT_INPUT:
        break;
    case MO_EVENT_TICK:
        tick(v, event->now_ms, actions);
        break;
    }
}
