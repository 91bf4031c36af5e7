#include "node/transfer_step.h"

#include "bind/message_bus.h"
#include "node/drive.h"

static mo_bind_bytes_list_t nodes_of(const mo_transfer_step_t *step)
{
    return (mo_bind_bytes_list_t){step->proof->nodes, step->proof->count};
}

static bool progress_outbox(const mo_transfer_step_t *s, mo_buffer_t *data)
{
    const mo_bind_message_bus_progress_outbox_t in = {*s->envelope, s->secret};
    return mo_bind_message_bus_progress_outbox_encode(data, &in);
}

static bool progress_outbox_by_proof(const mo_transfer_step_t *s, mo_buffer_t *data)
{
    const mo_bind_message_bus_progress_outbox_by_proof_t in = {*s->envelope, s->root_number, nodes_of(s)};
    return mo_bind_message_bus_progress_outbox_by_proof_encode(data, &in);
}

static bool revoke_outbox(const mo_transfer_step_t *s, mo_buffer_t *data)
{
    const mo_bind_message_bus_revoke_outbox_t in = {*s->envelope, s->root_number, nodes_of(s)};
    return mo_bind_message_bus_revoke_outbox_encode(data, &in);
}

static bool deliver(const mo_transfer_step_t *s, mo_buffer_t *data)
{
    const mo_bind_message_bus_deliver_t in = {*s->envelope, s->secret, s->root_number, nodes_of(s)};
    return mo_bind_message_bus_deliver_encode(data, &in);
}

static bool progress_inbox(const mo_transfer_step_t *s, mo_buffer_t *data)
{
    const mo_bind_message_bus_progress_inbox_t in = {*s->envelope, s->secret};
    return mo_bind_message_bus_progress_inbox_encode(data, &in);
}

static bool progress_inbox_by_proof(const mo_transfer_step_t *s, mo_buffer_t *data)
{
    const mo_bind_message_bus_progress_inbox_by_proof_t in = {*s->envelope, s->root_number, nodes_of(s)};
    return mo_bind_message_bus_progress_inbox_by_proof_encode(data, &in);
}

static bool revoke_inbox(const mo_transfer_step_t *s, mo_buffer_t *data)
{
    const mo_bind_message_bus_revoke_inbox_t in = {*s->envelope, s->root_number, nodes_of(s)};
    return mo_bind_message_bus_revoke_inbox_encode(data, &in);
}

static const struct {
    const char *name;
    bool (*encode)(const mo_transfer_step_t *step, mo_buffer_t *data);
} rows[MO_BOX_ROWS + 1] = {
    [MO_ROW_PROGRESS_OUTBOX] = {"progressOutbox", progress_outbox},
    [MO_ROW_PROGRESS_OUTBOX_BY_PROOF] = {"progressOutboxByProof", progress_outbox_by_proof},
    [MO_ROW_PROGRESS_REVOKING_BY_PROOF] = {"progressOutboxByProof", progress_outbox_by_proof},
    [MO_ROW_REVOKE_OUTBOX] = {"revokeOutbox", revoke_outbox},
    [MO_ROW_DELIVER] = {"deliver", deliver},
    [MO_ROW_PROGRESS_INBOX] = {"progressInbox", progress_inbox},
    [MO_ROW_PROGRESS_INBOX_BY_PROOF] = {"progressInboxByProof", progress_inbox_by_proof},
    [MO_ROW_REVOKE_INBOX] = {"revokeInbox", revoke_inbox},
};

mo_err_t mo_transfer_step_encode(const mo_transfer_step_t *step, mo_buffer_t *data, const char **name)
{
    if (step->row > MO_BOX_ROWS || rows[step->row].encode == NULL) {
        return mo_err(MO_ERR_PERMANENT, "row %u of the table (gateway 7.4) is no step that a message takes by itself", step->row);
    }
    *name = rows[step->row].name;
    return mo_node_encoded(rows[step->row].encode(step, data));
}
