#include "node/devnet_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/devnet_view_parts.h"
#include "rules/identity.h"

const mo_view_t *mo_devnet_view_now(const mo_devnet_view_t *view)
{
    return &view->now;
}

const mo_view_meta_block_t *mo_view_meta_block(const mo_view_t *now, uint64_t height)
{
    const mo_view_meta_block_t *const entry = &now->meta_blocks[height % MO_VIEW_META_BLOCKS];
    return height > 0 && entry->height == height ? entry : NULL;
}

bool mo_view_transfer_is_done(const mo_view_transfer_t *transfer)
{
    bool source = false;
    bool target = false;
    for (size_t i = 0; i < transfer->step_count; ++i) {
        const bool progressed = transfer->steps[i].status == MO_STATUS_PROGRESSED;
        source = source || (progressed && transfer->steps[i].on_source);
        target = target || (progressed && !transfer->steps[i].on_source);
    }
    return source && target;
}

static mo_err_t follow_open(mo_follow_t **follow, mo_rpc_t *rpc, uint64_t from, const mo_address_t *addresses,
                            size_t count)
{
    const mo_follow_config_t config = {.rpc = rpc, .from = from, .addresses = addresses, .address_count = count};
    return mo_follow_open(follow, &config);
}

static mo_err_t follows_open(mo_devnet_view_t *view)
{
    const mo_node_config_t *const config = &view->config;
    const mo_address_t origin[] = {config->core, config->gateway};
    const mo_address_t auxiliary[] = {config->polling_place, config->kernel_relay, config->co_gateway};
    mo_err_t err = follow_open(&view->origin, view->origin_rpc, config->origin_deploy_block, origin, 2);
    if (!mo_failed(err)) {
        err = follow_open(&view->auxiliary, view->auxiliary_rpc, config->auxiliary_deploy_block, auxiliary, 3);
    }
    return err;
}

mo_err_t mo_devnet_view_open(mo_devnet_view_t **out, const mo_devnet_view_plan_t *plan)
{
    *out = NULL;
    mo_devnet_view_t *const view = calloc(1, sizeof *view);
    if (view == NULL) {
        return mo_err(MO_ERR_PERMANENT, "cannot open the view: out of memory");
    }
    view->config = *plan->config;
    view->core_id = mo_rules_core_id(plan->config->origin_chain_id, &plan->config->core);
    view->say = plan->say;
    view->context = plan->context;
    view->origin_rpc = plan->origin;
    view->auxiliary_rpc = plan->auxiliary;
    const mo_err_t err = follows_open(view);
    if (mo_failed(err)) {
        mo_devnet_view_close(view);
        return err;
    }
    *out = view;
    return MO_SUCCESS;
}

void mo_devnet_view_close(mo_devnet_view_t *view)
{
    if (view == NULL) {
        return;
    }
    mo_follow_close(view->origin);
    mo_follow_close(view->auxiliary);
    free(view);
}

void mo_devnet_view_tell(mo_devnet_view_t *view, const char *format, ...)
{
    char line[256];
    if (view->reading_again) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    view->say(view->context, line);
}

static void block_take(mo_view_chain_t *chain, const mo_block_t *block)
{
    chain->head = block->number;
    chain->timestamp = block->timestamp;
    chain->gas[block->number % MO_VIEW_BLOCKS] = block->gas_used;
}

typedef void log_take_t(mo_devnet_view_t *view, const mo_log_t *log);

static mo_err_t chain_poll(mo_devnet_view_t *view, mo_follow_t *follow, mo_view_chain_t *chain, log_take_t *log_take)
{
    mo_follow_event_t event;
    const mo_err_t err = mo_follow_poll(follow);
    while (!mo_failed(err) && mo_follow_next(follow, &event)) {
        switch (event.kind) {
        case MO_FOLLOW_REORG:
            mo_devnet_view_tell(view, "a chain took back block %llu and those above", (unsigned long long)event.common + 1);
            view->reading_again = true;
            return MO_SUCCESS;
        case MO_FOLLOW_BLOCK:
            block_take(chain, event.block);
            break;
        case MO_FOLLOW_LOG:
            log_take(view, event.log);
            break;
        }
    }
    return err;
}

static mo_err_t both_poll(mo_devnet_view_t *view)
{
    const mo_err_t err = chain_poll(view, view->origin, &view->now.origin, mo_devnet_view_origin_log);
    if (mo_failed(err)) {
        return mo_err_wrap(err, "origin chain");
    }
    const mo_err_t other = chain_poll(view, view->auxiliary, &view->now.auxiliary, mo_devnet_view_auxiliary_log);
    return mo_failed(other) ? mo_err_wrap(other, "auxiliary chain") : MO_SUCCESS;
}

/* All of it in one poll, so that nobody sees half a picture. */
static mo_err_t read_again(mo_devnet_view_t *view)
{
    mo_follow_close(view->origin);
    mo_follow_close(view->auxiliary);
    view->origin = NULL;
    view->auxiliary = NULL;
    view->now = (mo_view_t){0};
    mo_err_t err = follows_open(view);
    do {
        err = mo_failed(err) ? err : both_poll(view);
    } while (!mo_failed(err) && (mo_follow_behind(view->origin) > 0 || mo_follow_behind(view->auxiliary) > 0));
    view->reading_again = mo_failed(err);
    return err;
}

mo_err_t mo_devnet_view_poll(mo_devnet_view_t *view)
{
    const mo_err_t err = view->reading_again ? MO_SUCCESS : both_poll(view);
    return !mo_failed(err) && view->reading_again ? read_again(view) : err;
}
