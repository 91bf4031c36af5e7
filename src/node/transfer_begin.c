#include "node/transfer_begin.h"

#include <string.h>
#include <time.h>

#include "base/check.h"
#include "base/secret.h"
#include "bind/message_bus.h"
#include "bind/stake_token.h"
#include "node/stake.h"

static mo_err_t ask_word(mo_transfer_desk_t *desk, mo_chain_t chain, const mo_address_t *to, const mo_buffer_t *data,
                         mo_u256_t *word)
{
    uint8_t answer[32] = {0};
    mo_buffer_t out = MO_BUFFER(answer);
    const mo_err_t err = mo_transfer_ask(desk, chain, to, data, &out);
    if (!mo_failed(err) && out.size != sizeof answer) {
        return mo_err(MO_ERR_PERMANENT, "a contract's answer is no word: is --config the right one?");
    }
    *word = mo_failed(err) ? (mo_u256_t){0} : mo_u256_from_be(answer);
    return err;
}

static const mo_address_t *token_of(const mo_transfer_desk_t *desk, mo_message_kind_t kind)
{
    return kind == MO_MESSAGE_STAKE ? &desk->config->value_token : &desk->config->utility_token;
}

/* ---- The message ---- */

static mo_err_t amount_read(mo_transfer_desk_t *desk, const mo_begin_order_t *order, mo_begin_t *begin)
{
    uint8_t memory[8];
    mo_buffer_t data = MO_BUFFER(memory);
    mo_u256_t decimals;
    uint64_t number = 0;
    MO_CHECK(mo_bind_stake_token_decimals_encode(&data));
    const mo_err_t err =
        ask_word(desk, mo_transfer_source(order->kind), token_of(desk, order->kind), &data, &decimals);
    if (mo_failed(err)) {
        return err;
    }
    if (!mo_u256_to_u64(decimals, &number) || number > 36 ||
        !mo_stake_amount_parse(order->amount, (unsigned)number, &begin->intent.message.intent.amount)) {
        return mo_err(MO_ERR_PERMANENT, "--amount takes tokens, a number with at most %llu digits behind the point, not '%.40s'",
                      (unsigned long long)number, order->amount);
    }
    begin->decimals = (unsigned)number;
    return MO_SUCCESS;
}

static mo_err_t balance_check(mo_transfer_desk_t *desk, const mo_begin_t *begin)
{
    uint8_t memory[64];
    mo_buffer_t data = MO_BUFFER(memory);
    mo_u256_t balance;
    const mo_message_kind_t kind = begin->intent.kind;
    MO_CHECK(mo_bind_stake_token_balance_of_encode(&data, &(mo_bind_stake_token_balance_of_t){begin->sender}));
    const mo_err_t err = ask_word(desk, mo_transfer_source(kind), token_of(desk, kind), &data, &balance);
    if (mo_failed(err) || !mo_u256_less(balance, begin->intent.message.intent.amount)) {
        return err;
    }
    char text[MO_U256_DECIMAL_TEXT];
    mo_u256_print_decimal(balance, text);
    return mo_err(MO_ERR_PERMANENT, "the key's address holds %s of the token's smallest unit, less than --amount: give less", text);
}

/* Any number that this sender has not used: the time in milliseconds, which two messages of one person do not share. */
static mo_u256_t nonce_choose(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return mo_u256_from_u64((uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000);
}

static mo_err_t message_make(mo_transfer_desk_t *desk, const mo_begin_order_t *order, mo_begin_t *begin)
{
    mo_block_t head;
    mo_message_t *m = &begin->intent.message;
    mo_err_t err = amount_read(desk, order, begin);
    if (!mo_failed(err)) {
        err = mo_rpc_block(desk->rpcs[mo_transfer_source(order->kind)], MO_AT_LATEST, &head);
    }
    if (mo_failed(err)) {
        return err;
    }
    const bool own = mo_address_is_zero(&order->beneficiary);
    m->intent.beneficiary = own ? begin->sender : order->beneficiary;
    m->intent.token = *token_of(desk, order->kind);
    m->nonce = nonce_choose();
    m->gas_price = mo_u256_from_u64(order->gas_price);
    m->gas_limit = mo_u256_from_u64(order->gas_limit);
    m->deadline = head.timestamp + order->seconds;
    m->sender = begin->sender;
    m->facilitator = order->by_facilitator ? order->facilitator : begin->sender;
    begin->id = mo_bus_message_id(&desk->separators[mo_transfer_source(order->kind)], order->kind, m);
    return balance_check(desk, begin);
}

static mo_err_t quote_ask(mo_transfer_desk_t *desk, mo_begin_t *begin)
{
    uint8_t memory[512];
    uint8_t answer[160];
    mo_buffer_t data = MO_BUFFER(memory);
    mo_buffer_t out = MO_BUFFER(answer);
    mo_bind_message_bus_quote_result_t result = {0};
    const mo_chain_t source = mo_transfer_source(begin->intent.kind);
    MO_CHECK(mo_bind_message_bus_quote_encode(&data, &(mo_bind_message_bus_quote_t){begin->intent.message}));
    const mo_err_t err = mo_transfer_ask(desk, source, mo_transfer_gateway(desk, source), &data, &out);
    if (mo_failed(err)) {
        return err;
    }
    if (mo_bind_message_bus_quote_result_decode(mo_buffer_view(&out), &result) != MO_ABI_OK ||
        !mo_hash_equal(&result.value.id, &begin->id)) {
        return mo_err(MO_ERR_PERMANENT, "the gateway quotes another message: it is not the one of this --config");
    }
    begin->quote = result.value;
    return MO_SUCCESS;
}

/* ---- The calls ---- */

static mo_begin_step_t *step_add(mo_begin_t *begin, const char *name, mo_chain_t chain, const mo_address_t *to)
{
    MO_CHECK(begin->count < MO_BEGIN_STEPS_MAX);
    mo_begin_step_t *step = &begin->steps[begin->count++];
    *step = (mo_begin_step_t){.name = name, .chain = chain, .to = *to};
    return step;
}

static mo_buffer_t buffer_of(mo_begin_step_t *step)
{
    return (mo_buffer_t){step->data, 0, sizeof step->data, false};
}

static mo_err_t add_approve(mo_transfer_desk_t *desk, mo_begin_t *begin)
{
    uint8_t memory[128];
    mo_buffer_t question = MO_BUFFER(memory);
    mo_u256_t allowed;
    const mo_node_config_t *c = desk->config;
    const mo_u256_t amount = begin->intent.message.intent.amount;
    MO_CHECK(mo_bind_stake_token_allowance_encode(&question,
                                                  &(mo_bind_stake_token_allowance_t){begin->sender, c->gateway}));
    const mo_err_t err = ask_word(desk, MO_CHAIN_ORIGIN, &c->value_token, &question, &allowed);
    if (mo_failed(err) || !mo_u256_less(allowed, amount)) {
        return err;
    }
    mo_begin_step_t *step = step_add(begin, "approve", MO_CHAIN_ORIGIN, &c->value_token);
    mo_buffer_t data = buffer_of(step);
    MO_CHECK(mo_bind_stake_token_approve_encode(&data, &(mo_bind_stake_token_approve_t){c->gateway, amount}));
    step->size = data.size;
    return MO_SUCCESS;
}

/* What is missing in the sender's ledger at the source. */
static mo_err_t add_deposit(mo_transfer_desk_t *desk, mo_begin_t *begin, mo_u256_t needed)
{
    uint8_t memory[64];
    mo_buffer_t question = MO_BUFFER(memory);
    mo_u256_t ledger;
    mo_u256_t missing;
    const mo_chain_t source = mo_transfer_source(begin->intent.kind);
    const mo_address_t *gateway = mo_transfer_gateway(desk, source);
    MO_CHECK(mo_bind_message_bus_ledger_encode(&question, &(mo_bind_message_bus_ledger_t){begin->sender}));
    const mo_err_t err = ask_word(desk, source, gateway, &question, &ledger);
    if (mo_failed(err) || !mo_u256_sub(needed, ledger, &missing) || mo_u256_is_zero(missing)) {
        return err;
    }
    mo_begin_step_t *step = step_add(begin, "depositLedger", source, gateway);
    mo_buffer_t data = buffer_of(step);
    MO_CHECK(mo_bind_message_bus_deposit_ledger_encode(&data));
    step->size = data.size;
    step->value = missing;
    return MO_SUCCESS;
}

static void add_declare(mo_transfer_desk_t *desk, const mo_secp_key_t *key, mo_begin_t *begin)
{
    const mo_chain_t source = mo_transfer_source(begin->intent.kind);
    mo_hash_t secret = mo_transfer_secret(key, &begin->id);
    const mo_bind_message_bus_declare_t in = {.message = begin->intent.message, .secret_hash = mo_bus_secret_hash(&secret)};
    mo_secret_wipe(&secret, sizeof secret);
    mo_begin_step_t *step = step_add(begin, "declare", source, mo_transfer_gateway(desk, source));
    mo_buffer_t data = buffer_of(step);
    MO_CHECK(mo_bind_message_bus_declare_encode(&data, &in));
    step->size = data.size;
}

static mo_transfer_order_t order_of(const mo_begin_t *begin, const mo_begin_step_t *step)
{
    return (mo_transfer_order_t){.chain = step->chain,
                                 .name = step->name,
                                 .to = &step->to,
                                 .value = step->value,
                                 .data = {step->data, step->size},
                                 .id = &begin->id};
}

/* The first call is the one that can be judged now. */
static mo_err_t estimate_first(mo_transfer_desk_t *desk, mo_begin_t *begin)
{
    if (begin->count == 0) {
        return MO_SUCCESS;
    }
    const mo_transfer_order_t order = order_of(begin, &begin->steps[0]);
    const mo_err_t err = mo_transfer_estimate(desk, &begin->sender, &order, &begin->steps[0].gas);
    begin->steps[0].estimated = !mo_failed(err);
    return err;
}

mo_err_t mo_transfer_begin_make(mo_transfer_desk_t *desk, const mo_begin_order_t *order, const mo_secp_key_t *key,
                                mo_begin_t *begin)
{
    *begin = (mo_begin_t){.intent.kind = order->kind};
    if (!mo_secp_address(key, &begin->sender)) {
        return mo_err(MO_ERR_PERMANENT, "the key is not one of secp256k1: make another");
    }
    mo_err_t err = message_make(desk, order, begin);
    if (!mo_failed(err)) {
        err = quote_ask(desk, begin);
    }
    if (!mo_failed(err) && order->kind == MO_MESSAGE_STAKE) {
        err = add_approve(desk, begin);
    }
    if (!mo_failed(err) && !order->by_facilitator) {
        err = add_deposit(desk, begin, begin->quote.bounty);
    }
    if (mo_failed(err)) {
        return err;
    }
    if (!order->by_facilitator) {
        add_declare(desk, key, begin);
    } else if (!mo_secp_sign(key, &begin->id, &begin->intent.signature)) {
        return mo_err(MO_ERR_PERMANENT, "the message cannot be signed with this key");
    }
    return estimate_first(desk, begin);
}

static void add_revocation(mo_transfer_desk_t *desk, const mo_transfer_found_t *found, mo_begin_t *begin)
{
    const mo_chain_t source = mo_transfer_source(found->kind);
    const mo_bind_message_bus_declare_revocation_t in = {.envelope = found->envelope};
    mo_begin_step_t *step = step_add(begin, "declareRevocation", source, mo_transfer_gateway(desk, source));
    mo_buffer_t data = buffer_of(step);
    MO_CHECK(mo_bind_message_bus_declare_revocation_encode(&data, &in));
    step->size = data.size;
}

mo_err_t mo_transfer_revoke_make(mo_transfer_desk_t *desk, const mo_transfer_found_t *found, const mo_secp_key_t *key,
                                 mo_begin_t *begin)
{
    *begin = (mo_begin_t){.intent = {.kind = found->kind, .message = found->envelope.message}, .id = found->id};
    if (!mo_secp_address(key, &begin->sender) || !mo_address_equal(&begin->sender, &found->envelope.message.sender)) {
        return mo_err(MO_ERR_PERMANENT, "only its sender revokes a message: give the sender's --key");
    }
    mo_err_t err = quote_ask(desk, begin);
    if (!mo_failed(err)) {
        err = add_deposit(desk, begin, begin->quote.penalty);
    }
    if (mo_failed(err)) {
        return err;
    }
    add_revocation(desk, found, begin);
    return estimate_first(desk, begin);
}

mo_err_t mo_transfer_begin_send(mo_transfer_sender_t *sender, mo_begin_t *begin)
{
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < begin->count && !mo_failed(err); i++) {
        mo_begin_step_t *step = &begin->steps[i];
        const mo_transfer_order_t order = order_of(begin, step);
        err = mo_transfer_send(sender, &order, &step->outcome);
        step->mined = !mo_failed(err);
    }
    return err;
}
