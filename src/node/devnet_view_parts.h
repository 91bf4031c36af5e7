/* The view's parts, shared by its own files alone: devnet_view.c polls, devnet_view_core.c reads the events of the
 * core, the polling place and the kernel relay, devnet_view_pair.c those of a gateway pair. Floor 6. */
#ifndef MO_NODE_DEVNET_VIEW_PARTS_H
#define MO_NODE_DEVNET_VIEW_PARTS_H

#include <stdarg.h>

#include "bind/core.h"
#include "node/devnet_view.h"

struct mo_devnet_view {
    mo_view_t now;
    mo_node_config_t config;
    mo_hash_t core_id;
    mo_rpc_t *origin_rpc; /* borrowed */
    mo_rpc_t *auxiliary_rpc;
    bool reading_again; /* a chain was reorganised: nothing is told meanwhile */
    mo_follow_t *origin;
    mo_follow_t *auxiliary;
    mo_view_say_t *say;
    void *context;
    /* Transitions proposed for the open kernel, to be matched by hash when one commits. */
    struct {
        mo_hash_t hash;
        mo_transition_t transition;
    } proposals[MO_VIEW_PROPOSALS];
    size_t proposal_count; /* ever; the newest is at (count - 1) % MO_VIEW_PROPOSALS */
};

/* Says one line. */
void mo_devnet_view_tell(mo_devnet_view_t *view, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Takes a log of the core or the gateway; of the polling place, the relay or the co-gateway. */
void mo_devnet_view_origin_log(mo_devnet_view_t *view, const mo_log_t *log);
void mo_devnet_view_auxiliary_log(mo_devnet_view_t *view, const mo_log_t *log);

/* Takes a log of the gateway, of the co-gateway. */
void mo_devnet_view_gateway_log(mo_devnet_view_t *view, const mo_log_t *log);
void mo_devnet_view_co_gateway_log(mo_devnet_view_t *view, const mo_log_t *log);

/* Where a log stood. */
static inline mo_view_event_t mo_devnet_view_event(const mo_log_t *log)
{
    return (mo_view_event_t){.block = log->block_number, .tx = log->tx_hash};
}

/* Decodes a log of CONTRACT's EVENT into `out`; whether it is one. */
#define MO_VIEW_IS(contract, event, log, out)                                                                          \
    (mo_bind_##contract##_##event##_event_decode((log)->topics, (log)->topic_count, (log)->data, (out)) == MO_ABI_OK)

#endif
