#include "node/recover.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "bind/core.h"
#include "bind/gateway.h"
#include "bind/message_bus.h"
#include "node/drive.h"
#include "node/transfer_step.h"

/* Core's status once it halted (ICore.CoreStatus). */
#define CORE_HALTED 2

static mo_err_t strange(const char *what)
{
    return mo_err(MO_ERR_PERMANENT, "%s does not decode: is --config the right one?", what);
}

static mo_bind_bytes_list_t nodes_of(const mo_proof_nodes_t *nodes)
{
    return (mo_bind_bytes_list_t){nodes->nodes, nodes->count};
}

/* ---- The root ---- */

static mo_err_t halted_check(mo_transfer_desk_t *desk)
{
    uint8_t question[8];
    uint8_t answer[32];
    mo_buffer_t data = MO_BUFFER(question);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_core_status_result_t status = {0};
    MO_CHECK(mo_bind_core_status_encode(&data));
    const mo_err_t err = mo_transfer_ask(desk, MO_CHAIN_ORIGIN, &desk->config->core, &data, &out);
    if (!mo_failed(err) && mo_bind_core_status_result_decode(mo_buffer_view(&out), &status) != MO_ABI_OK) {
        return strange("the core's status");
    }
    return mo_failed(err) || status.value == CORE_HALTED
               ? err
               : mo_err(MO_ERR_PERMANENT, "the core is not halted: redeem, or 'mosaic revoke' what nobody carries");
}

/* The fixed root, or what there would be to fix. The number of its block follows from the core alone, for a halted one
 * commits no more. */
static mo_err_t root_find(mo_transfer_desk_t *desk, mo_recover_t *recover)
{
    uint8_t question[8];
    uint8_t answer[128];
    mo_buffer_t data = MO_BUFFER(question);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_gateway_recovery_root_result_t fixed = {0};
    mo_transfer_root_t newest;
    mo_err_t err = mo_transfer_root(desk, MO_CHAIN_ORIGIN, &newest);
    MO_CHECK(mo_bind_gateway_recovery_root_encode(&data));
    if (!mo_failed(err)) {
        err = mo_transfer_ask(desk, MO_CHAIN_ORIGIN, &desk->config->gateway, &data, &out);
    }
    if (!mo_failed(err) && mo_bind_gateway_recovery_root_result_decode(mo_buffer_view(&out), &fixed) != MO_ABI_OK) {
        return strange("the gateway's recovery root");
    }
    if (!mo_failed(err) && !newest.any) {
        return mo_err(MO_ERR_PERMANENT, "no meta-block was ever committed: nothing can have crossed");
    }
    recover->fixed = fixed.value.root_number > 0;
    recover->root_number = newest.number;
    recover->block = newest.block;
    if (!mo_failed(err) && recover->fixed && fixed.value.root_number != newest.number) {
        return mo_err(MO_ERR_PERMANENT, "the recovery root was fixed at meta-block %llu, for the pair was frozen then: not handled",
                      (unsigned long long)fixed.value.root_number);
    }
    return err;
}

/* ---- Claims ---- */

typedef struct {
    mo_transfer_desk_t *desk;
    const mo_archive_t *archive;
    mo_recover_t *recover;
    mo_err_t err;
} search_t;

static void claim_add(mo_recover_t *recover, const mo_recover_claim_t *claim)
{
    if (recover->count < MO_RECOVER_MAX) {
        recover->claims[recover->count++] = *claim;
    }
}

static void message_add(mo_recover_t *recover, const char *name, const mo_transfer_found_t *found, mo_recovery_t what)
{
    claim_add(recover, &(mo_recover_claim_t){
                           .name = name, .found = *found, .amount = found->envelope.message.intent.amount, .what = what});
}

static mo_err_t proof_find(search_t *s, mo_archive_part_t part, mo_bytes_t name, mo_proof_t *proof, bool *found)
{
    mo_buffer_t memory = {s->desk->memory, 0, MO_TRANSFER_MEMORY, false};
    return mo_archive_prove(s->desk, s->archive, part, name, &memory, proof, found);
}

static mo_err_t balance_find(search_t *s)
{
    static mo_proof_t proof;
    uint8_t question[64];
    uint8_t answer[32];
    mo_buffer_t data = MO_BUFFER(question);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_gateway_is_balance_recovered_result_t paid = {0};
    bool found = false;
    mo_err_t err = proof_find(s, MO_ARCHIVE_BALANCES, mo_address_view(&s->recover->holder), &proof, &found);
    if (mo_failed(err) || !found || mo_hash_is_zero(&proof.slots[0].value)) {
        return err;
    }
    MO_CHECK(mo_bind_gateway_is_balance_recovered_encode(&data,
                                                         &(mo_bind_gateway_is_balance_recovered_t){s->recover->holder}));
    err = mo_transfer_ask(s->desk, MO_CHAIN_ORIGIN, &s->desk->config->gateway, &data, &out);
    if (!mo_failed(err) && mo_bind_gateway_is_balance_recovered_result_decode(mo_buffer_view(&out), &paid) != MO_ABI_OK) {
        return strange("whether the balance was recovered");
    }
    if (!mo_failed(err) && !paid.value) {
        claim_add(s->recover, &(mo_recover_claim_t){.name = "recoverBalance",
                                                    .amount = mo_u256_from_hash(&proof.slots[0].value),
                                                    .what = MO_RECOVERY_BALANCE});
    }
    return err;
}

static mo_bus_status_t status_at_root(const mo_proof_t *proof)
{
    mo_bus_slot_t slot;
    return mo_bus_slot_read(&proof->slots[0].value, &slot) == MO_SLOT_ACCEPTED ? slot.status : MO_STATUS_UNDECLARED;
}

static bool stake_found(void *context, const mo_transfer_found_t *found)
{
    static mo_proof_t proof;
    search_t *s = context;
    mo_bus_status_t outbox = MO_STATUS_UNDECLARED;
    bool known = false;
    if (!mo_address_equal(&found->envelope.message.sender, &s->recover->holder)) {
        return true;
    }
    s->err = proof_find(s, MO_ARCHIVE_STAKES, mo_hash_view(&found->id), &proof, &known);
    if (!mo_failed(s->err)) {
        s->err = mo_transfer_box(s->desk, found, MO_BOX_OUTBOX, &outbox);
    }
    const bool open = outbox != MO_STATUS_REVOKED && outbox != MO_STATUS_RECOVERED;
    s->recover->missing += !mo_failed(s->err) && !known && open;
    if (!mo_failed(s->err) && known && open &&
        mo_bus_recovery_stake(outbox, status_at_root(&proof)) == MO_RECOVERY_REFUND) {
        message_add(s->recover, "refundStake", found, MO_RECOVERY_REFUND);
    }
    return !mo_failed(s->err);
}

static mo_err_t redeem_found(search_t *s, const mo_transfer_found_t *found)
{
    static mo_proof_t proof;
    mo_bus_status_t inbox = MO_STATUS_UNDECLARED;
    bool known = false;
    mo_err_t err = proof_find(s, MO_ARCHIVE_REDEEMS, mo_hash_view(&found->id), &proof, &known);
    if (!mo_failed(err)) {
        err = mo_transfer_box(s->desk, found, MO_BOX_INBOX, &inbox);
    }
    if (mo_failed(err) || !known || inbox == MO_STATUS_RECOVERED) {
        return err;
    }
    const mo_recovery_t what = mo_bus_recovery_redeem(status_at_root(&proof), inbox);
    if (what == MO_RECOVERY_CLAIM) {
        message_add(s->recover, "recoverRedeem", found, what);
    } else if (what == MO_RECOVERY_DELIVER && inbox != MO_STATUS_PROGRESSED) {
        message_add(s->recover, inbox == MO_STATUS_DECLARED ? "progressInboxByProof" : "deliver", found, what);
        s->recover->claims[s->recover->count - 1].row =
            inbox == MO_STATUS_DECLARED ? MO_ROW_PROGRESS_INBOX_BY_PROOF : MO_ROW_DELIVER;
    }
    return err;
}

static mo_err_t claims_find(search_t *s)
{
    mo_transfer_found_t found;
    mo_err_t err = balance_find(s);
    if (!mo_failed(err)) {
        err = mo_transfer_scan(s->desk, MO_CHAIN_ORIGIN, stake_found, s);
        err = mo_failed(err) ? err : s->err;
    }
    for (size_t at = 0; !mo_failed(err) && mo_archive_redeem(s->archive, &at, &found);) {
        const bool own = mo_address_equal(&found.envelope.message.sender, &s->recover->holder);
        err = own ? redeem_found(s, &found) : MO_SUCCESS;
    }
    return err;
}

mo_err_t mo_recover_look(mo_transfer_desk_t *desk, const mo_secp_key_t *key, const char *folder, mo_recover_t *recover,
                         mo_archive_t *archive)
{
    search_t search = {.desk = desk, .archive = archive, .recover = recover};
    *recover = (mo_recover_t){0};
    *archive = (mo_archive_t){0};
    if (!mo_secp_address(key, &recover->holder)) {
        return mo_err(MO_ERR_PERMANENT, "the key is not one of secp256k1: make another");
    }
    recover->recipient = recover->holder;
    mo_err_t err = halted_check(desk);
    if (!mo_failed(err)) {
        err = root_find(desk, recover);
    }
    if (!mo_failed(err)) {
        err = folder == NULL ? mo_archive_take(desk, recover->block, &recover->holder, archive)
                             : mo_archive_read(folder, recover->block, archive);
    }
    return mo_failed(err) ? err : claims_find(&search);
}

/* ---- Paying ---- */

typedef struct {
    mo_transfer_sender_t *sender;
    const mo_archive_t *archive;
    mo_recover_t *recover;
    uint8_t *data; /* MO_RPC_INPUT_MAX */
} pay_t;

static mo_err_t prove(const pay_t *p, mo_archive_part_t part, mo_bytes_t name, mo_buffer_t *memory, mo_proof_t *proof)
{
    bool found = false;
    const mo_err_t err = mo_archive_prove(p->sender->desk, p->archive, part, name, memory, proof, &found);
    return mo_failed(err) || found ? err : mo_err(MO_ERR_PERMANENT, "the archive has no such proof: take another");
}

static mo_err_t submit(const pay_t *p, const char *name, const mo_buffer_t *data, const mo_hash_t *id, mo_txq_outcome_t *outcome)
{
    const mo_transfer_order_t order = {.chain = MO_CHAIN_ORIGIN,
                                       .name = name,
                                       .to = &p->sender->desk->config->gateway,
                                       .data = mo_buffer_view(data),
                                       .id = id};
    return mo_transfer_send(p->sender, &order, outcome);
}

static mo_err_t root_fix(const pay_t *p)
{
    static mo_proof_t gateway;
    static mo_proof_t token;
    mo_buffer_t memory = {p->sender->desk->memory, 0, MO_TRANSFER_MEMORY, false};
    mo_buffer_t data = {p->data, 0, MO_RPC_INPUT_MAX, false};
    mo_txq_outcome_t outcome;
    mo_err_t err = prove(p, MO_ARCHIVE_ACCOUNTS, (mo_bytes_t){(const uint8_t *)"coGateway", 9}, &memory, &gateway);
    if (!mo_failed(err)) {
        err = prove(p, MO_ARCHIVE_ACCOUNTS, (mo_bytes_t){(const uint8_t *)"utilityToken", 12}, &memory, &token);
    }
    if (mo_failed(err)) {
        return err;
    }
    const mo_bind_gateway_fix_recovery_root_t in = {.argument0 = p->recover->root_number,
                                                    .argument1 = mo_block_rlp(&p->archive->block),
                                                    .argument2 = nodes_of(&gateway.account_proof),
                                                    .argument3 = nodes_of(&token.account_proof)};
    err = mo_node_encoded(mo_bind_gateway_fix_recovery_root_encode(&data, &in));
    return mo_failed(err) ? err : submit(p, "fixRecoveryRoot", &data, &p->archive->block.hash, &outcome);
}

/* The holder's word that it is to be paid at the recipient. */
static mo_bytes_t sign(const pay_t *p, mo_claim_kind_t kind, const mo_hash_t *subject, uint8_t bytes[64])
{
    const mo_hash_t digest = mo_bus_recover_digest(&p->sender->desk->separators[MO_CHAIN_ORIGIN], kind, subject,
                                                   &p->recover->recipient);
    mo_signature_t signature;
    MO_CHECK(mo_secp_sign(p->sender->key, &digest, &signature));
    memcpy(bytes, signature.r.bytes, 32);
    memcpy(bytes + 32, signature.vs.bytes, 32);
    return (mo_bytes_t){bytes, 64};
}

static mo_err_t balance_pay(const pay_t *p, mo_recover_claim_t *claim)
{
    static mo_proof_t proof;
    uint8_t signature[64];
    mo_hash_t subject = {{0}};
    const mo_address_t *holder = &p->recover->holder;
    mo_buffer_t memory = {p->sender->desk->memory, 0, MO_TRANSFER_MEMORY, false};
    mo_buffer_t data = {p->data, 0, MO_RPC_INPUT_MAX, false};
    memcpy(subject.bytes + 12, holder->bytes, 20);
    mo_err_t err = prove(p, MO_ARCHIVE_BALANCES, mo_address_view(holder), &memory, &proof);
    const mo_bind_gateway_recover_balance_t in = {
        *holder, p->recover->recipient, sign(p, MO_CLAIM_BALANCE, &subject, signature), nodes_of(&proof.slots[0].proof)};
    if (!mo_failed(err)) {
        err = mo_node_encoded(mo_bind_gateway_recover_balance_encode(&data, &in));
    }
    return mo_failed(err) ? err : submit(p, claim->name, &data, &subject, &claim->outcome);
}

static mo_err_t stake_pay(const pay_t *p, mo_recover_claim_t *claim)
{
    static mo_proof_t proof;
    mo_buffer_t memory = {p->sender->desk->memory, 0, MO_TRANSFER_MEMORY, false};
    mo_buffer_t data = {p->data, 0, MO_RPC_INPUT_MAX, false};
    mo_err_t err = prove(p, MO_ARCHIVE_STAKES, mo_hash_view(&claim->found.id), &memory, &proof);
    const mo_bind_gateway_refund_stake_t in = {claim->found.envelope, nodes_of(&proof.slots[0].proof)};
    if (!mo_failed(err)) {
        err = mo_node_encoded(mo_bind_gateway_refund_stake_encode(&data, &in));
    }
    return mo_failed(err) ? err : submit(p, claim->name, &data, &claim->found.id, &claim->outcome);
}

static mo_err_t redeem_pay(const pay_t *p, mo_recover_claim_t *claim)
{
    static mo_proof_t proof;
    uint8_t signature[64];
    mo_buffer_t memory = {p->sender->desk->memory, 0, MO_TRANSFER_MEMORY, false};
    mo_buffer_t data = {p->data, 0, MO_RPC_INPUT_MAX, false};
    mo_err_t err = prove(p, MO_ARCHIVE_REDEEMS, mo_hash_view(&claim->found.id), &memory, &proof);
    const mo_bind_gateway_recover_redeem_t in = {claim->found.envelope, p->recover->recipient,
                                                 sign(p, MO_CLAIM_REDEEM, &claim->found.id, signature),
                                                 nodes_of(&proof.slots[0].proof)};
    if (!mo_failed(err)) {
        err = mo_node_encoded(mo_bind_gateway_recover_redeem_encode(&data, &in));
    }
    return mo_failed(err) ? err : submit(p, claim->name, &data, &claim->found.id, &claim->outcome);
}

/* provePeer for the recovery root, unless somebody called it. */
static mo_err_t peer_prove(const pay_t *p)
{
    static mo_proof_t proof;
    mo_transfer_root_t root;
    mo_txq_outcome_t outcome;
    mo_buffer_t memory = {p->sender->desk->memory, 0, MO_TRANSFER_MEMORY, false};
    mo_buffer_t data = {p->data, 0, MO_RPC_INPUT_MAX, false};
    mo_err_t err = mo_transfer_root(p->sender->desk, MO_CHAIN_ORIGIN, &root);
    if (mo_failed(err) || root.cached) {
        return err;
    }
    err = prove(p, MO_ARCHIVE_ACCOUNTS, (mo_bytes_t){(const uint8_t *)"coGateway", 9}, &memory, &proof);
    const mo_bind_message_bus_prove_peer_t in = {
        p->recover->root_number, mo_block_rlp(&p->archive->block), nodes_of(&proof.account_proof)};
    if (!mo_failed(err)) {
        err = mo_node_encoded(mo_bind_message_bus_prove_peer_encode(&data, &in));
    }
    return mo_failed(err) ? err : submit(p, "provePeer", &data, &p->archive->block.hash, &outcome);
}

/* Rows 8 and 10 stay open after a halt: the beneficiary is paid (7.7). */
static mo_err_t redeem_deliver(const pay_t *p, mo_recover_claim_t *claim)
{
    static mo_proof_t proof;
    mo_buffer_t memory = {p->sender->desk->memory, 0, MO_TRANSFER_MEMORY, false};
    mo_buffer_t data = {p->data, 0, MO_RPC_INPUT_MAX, false};
    mo_err_t err = peer_prove(p);
    if (!mo_failed(err)) {
        err = prove(p, MO_ARCHIVE_REDEEMS, mo_hash_view(&claim->found.id), &memory, &proof);
    }
    const mo_transfer_step_t step = {.row = claim->row,
                                     .envelope = &claim->found.envelope,
                                     .root_number = p->recover->root_number,
                                     .proof = &proof.slots[0].proof};
    if (!mo_failed(err)) {
        err = mo_transfer_step_encode(&step, &data, &claim->name);
    }
    return mo_failed(err) ? err : submit(p, claim->name, &data, &claim->found.id, &claim->outcome);
}

static mo_err_t claim_pay(const pay_t *p, mo_recover_claim_t *claim)
{
    switch (claim->what) {
    case MO_RECOVERY_BALANCE: return balance_pay(p, claim);
    case MO_RECOVERY_REFUND: return stake_pay(p, claim);
    case MO_RECOVERY_CLAIM: return redeem_pay(p, claim);
    case MO_RECOVERY_DELIVER: return redeem_deliver(p, claim);
    case MO_RECOVERY_NOTHING:
    case MO_RECOVERY_UNREACHABLE: break;
    }
    return mo_err(MO_ERR_PERMANENT, "nothing is owed for this claim");
}

mo_err_t mo_recover_pay(mo_transfer_sender_t *sender, const mo_archive_t *archive, mo_recover_t *recover)
{
    pay_t p = {sender, archive, recover, malloc(MO_RPC_INPUT_MAX)};
    MO_CHECK(p.data != NULL);
    mo_err_t err = recover->fixed ? MO_SUCCESS : root_fix(&p);
    for (size_t i = 0; i < recover->count && !mo_failed(err); i++) {
        err = claim_pay(&p, &recover->claims[i]);
        recover->claims[i].paid = !mo_failed(err);
    }
    free(p.data);
    return err;
}
