#include "bind/co_gateway.h"
#include "bind/gateway.h"
#include "node/devnet_view_parts.h"

static const char *kind_words(mo_message_kind_t kind)
{
    return kind == MO_MESSAGE_STAKE ? "stake and mint" : "redeem and unstake";
}

static mo_view_transfer_t *transfer_of(mo_devnet_view_t *view, const mo_hash_t *id)
{
    for (size_t i = 0; i < view->now.transfer_count; ++i) {
        if (mo_hash_equal(&view->now.transfers[i].id, id)) {
            return &view->now.transfers[i];
        }
    }
    return NULL;
}

static void step_add(mo_view_transfer_t *transfer, const mo_log_t *log, bool on_source, mo_bus_status_t status)
{
    if (transfer != NULL && transfer->step_count < MO_VIEW_STEPS) {
        transfer->steps[transfer->step_count] =
            (mo_view_step_t){.event = mo_devnet_view_event(log), .on_source = on_source, .status = status};
        transfer->step_count += 1;
    }
}

static void declared(mo_devnet_view_t *view, const mo_log_t *log, const mo_view_transfer_t *transfer)
{
    if (view->now.transfer_count == MO_VIEW_TRANSFERS) {
        return;
    }
    mo_view_transfer_t *const entry = &view->now.transfers[view->now.transfer_count++];
    *entry = *transfer;
    step_add(entry, log, true, MO_STATUS_DECLARED);
    mo_devnet_view_tell(view, "%s: declared at the %s", kind_words(entry->kind),
                        entry->kind == MO_MESSAGE_STAKE ? "gateway" : "co-gateway");
}

static void confirmed(mo_devnet_view_t *view, const mo_log_t *log, const mo_hash_t *id)
{
    mo_view_transfer_t *const transfer = transfer_of(view, id);
    step_add(transfer, log, false, MO_STATUS_DECLARED);
    if (transfer != NULL) {
        mo_devnet_view_tell(view, "%s: confirmed on the other chain by proof", kind_words(transfer->kind));
    }
}

static void outbox_progressed(mo_devnet_view_t *view, const mo_log_t *log, const mo_hash_t *id, bool by_secret)
{
    mo_view_transfer_t *const transfer = transfer_of(view, id);
    step_add(transfer, log, true, MO_STATUS_PROGRESSED);
    if (transfer != NULL) {
        mo_devnet_view_tell(view, "%s: progressed at the source by %s", kind_words(transfer->kind),
                            by_secret ? "the secret" : "proof");
    }
}

static void delivered(mo_devnet_view_t *view, const mo_log_t *log, const mo_hash_t *id, const mo_u256_t *reward)
{
    mo_view_transfer_t *const transfer = transfer_of(view, id);
    step_add(transfer, log, false, MO_STATUS_PROGRESSED);
    if (transfer != NULL) {
        transfer->reward = *reward;
        mo_devnet_view_tell(view, "%s: delivered to the beneficiary", kind_words(transfer->kind));
    }
}

static void take_gateway_link(mo_devnet_view_t *view, const mo_log_t *log)
{
    mo_bind_gateway_link_declared_event_t link;
    mo_bind_gateway_opened_event_t opened;
    if (MO_VIEW_IS(gateway, link_declared, log, &link)) {
        view->now.link_declared = mo_devnet_view_event(log);
        view->now.link_declared_at = link.declared_at;
        mo_devnet_view_tell(view, "gateway: link declared under the root of B%llu",
                            (unsigned long long)view->now.committed_height);
    }
    if (MO_VIEW_IS(gateway, opened, log, &opened)) {
        view->now.pair_opened = mo_devnet_view_event(log);
        mo_devnet_view_tell(view, "gateway: open");
    }
}

static void take_gateway_steps(mo_devnet_view_t *view, const mo_log_t *log)
{
    mo_bind_gateway_confirmed_event_t confirm;
    mo_bind_gateway_outbox_progressed_event_t progress;
    mo_bind_gateway_delivered_event_t deliver;
    if (MO_VIEW_IS(gateway, confirmed, log, &confirm)) {
        confirmed(view, log, &confirm.id);
    }
    if (MO_VIEW_IS(gateway, outbox_progressed, log, &progress)) {
        outbox_progressed(view, log, &progress.id, progress.by_secret);
    }
    if (MO_VIEW_IS(gateway, delivered, log, &deliver)) {
        delivered(view, log, &deliver.id, &deliver.reward);
    }
}

void mo_devnet_view_gateway_log(mo_devnet_view_t *view, const mo_log_t *log)
{
    mo_bind_gateway_stake_declared_event_t stake;
    if (MO_VIEW_IS(gateway, stake_declared, log, &stake)) {
        declared(view, log,
                 &(mo_view_transfer_t){
                     .id = stake.id, .kind = MO_MESSAGE_STAKE, .amount = stake.message.intent.amount});
    }
    take_gateway_link(view, log);
    take_gateway_steps(view, log);
}

static void take_co_gateway_steps(mo_devnet_view_t *view, const mo_log_t *log)
{
    mo_bind_co_gateway_confirmed_event_t confirm;
    mo_bind_co_gateway_outbox_progressed_event_t progress;
    mo_bind_co_gateway_delivered_event_t deliver;
    if (MO_VIEW_IS(co_gateway, confirmed, log, &confirm)) {
        confirmed(view, log, &confirm.id);
    }
    if (MO_VIEW_IS(co_gateway, outbox_progressed, log, &progress)) {
        outbox_progressed(view, log, &progress.id, progress.by_secret);
    }
    if (MO_VIEW_IS(co_gateway, delivered, log, &deliver)) {
        delivered(view, log, &deliver.id, &deliver.reward);
    }
}

void mo_devnet_view_co_gateway_log(mo_devnet_view_t *view, const mo_log_t *log)
{
    mo_bind_co_gateway_redeem_declared_event_t redeem;
    mo_bind_co_gateway_link_confirmed_event_t link;
    if (MO_VIEW_IS(co_gateway, redeem_declared, log, &redeem)) {
        declared(view, log,
                 &(mo_view_transfer_t){
                     .id = redeem.id, .kind = MO_MESSAGE_REDEEM, .amount = redeem.message.intent.amount});
    }
    if (MO_VIEW_IS(co_gateway, link_confirmed, log, &link)) {
        view->now.link_confirmed = mo_devnet_view_event(log);
        mo_devnet_view_tell(view, "co-gateway: link confirmed under a finalised root of origin");
    }
    take_co_gateway_steps(view, log);
}
