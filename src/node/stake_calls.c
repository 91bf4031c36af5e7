#include "node/stake_calls.h"

#include <string.h>

#include "base/check.h"
#include "bind/registry.h"
#include "bind/stake_token.h"
#include "rules/deposit.h"
#include "rules/identity.h"

bool mo_stake_amount_parse(const char *text, unsigned decimals, mo_u256_t *amount)
{
    char digits[96];
    const size_t whole = strcspn(text, ".");
    const char *const part = text[whole] == '.' ? text + whole + 1 : "";
    const size_t behind = strlen(part);
    *amount = (mo_u256_t){0};
    if (whole == 0 || behind > decimals || (text[whole] == '.' && behind == 0) ||
        whole + decimals >= sizeof digits) {
        return false;
    }
    memcpy(digits, text, whole);
    memcpy(digits + whole, part, behind);
    memset(digits + whole + behind, '0', decimals - behind);
    digits[whole + decimals] = '\0';
    /* A number has no leading zeros but that of zero itself. */
    const size_t zeros = strspn(digits, "0");
    return mo_u256_parse_decimal(digits + (digits[zeros] == '\0' ? zeros - 1 : zeros), amount);
}

static mo_buffer_t begin(mo_stake_report_t *report, const char *name, const mo_address_t *to)
{
    MO_CHECK(report->count < MO_STAKE_STEPS_MAX);
    mo_stake_step_t *const step = &report->steps[report->count];
    *step = (mo_stake_step_t){.name = name, .to = *to};
    return (mo_buffer_t){step->data, 0, sizeof step->data, false};
}

static void end(mo_stake_report_t *report, bool encoded, const mo_buffer_t *data)
{
    MO_CHECK(encoded);
    report->steps[report->count].size = data->size;
    report->count++;
}

/* ---- deposit: two calls, and what must be so before ---- */

static mo_err_t ask_word(mo_rpc_t *rpc, const mo_address_t *token, const mo_buffer_t *data, mo_u256_t *word)
{
    uint8_t answer[32] = {0};
    mo_buffer_t out = MO_BUFFER(answer);
    const mo_rpc_call_t call = {.to = token, .data = mo_buffer_view(data)};
    const mo_err_t err = mo_rpc_call(rpc, &call, MO_AT_LATEST, &out);
    if (!mo_failed(err) && out.size != sizeof answer) {
        return mo_err(MO_ERR_PERMANENT, "the stake token's answer is no word: is --config the right one?");
    }
    *word = mo_failed(err) ? (mo_u256_t){0} : mo_u256_from_be(answer);
    return err;
}

static mo_err_t ask_amount(const mo_stake_order_t *order, mo_rpc_t *rpc, mo_u256_t *amount)
{
    uint8_t memory[8];
    mo_buffer_t data = MO_BUFFER(memory);
    mo_u256_t decimals;
    uint64_t number = 0;
    MO_CHECK(mo_bind_stake_token_decimals_encode(&data));
    const mo_err_t err = ask_word(rpc, &order->config->stake_token, &data, &decimals);
    if (mo_failed(err)) {
        return err;
    }
    if (!mo_u256_to_u64(decimals, &number) || number > 36 ||
        !mo_stake_amount_parse(order->amount, (unsigned)number, amount)) {
        return mo_err(MO_ERR_PERMANENT, "--amount takes tokens, a number with at most %llu digits behind the point, not '%.40s'",
                      (unsigned long long)number, order->amount);
    }
    return MO_SUCCESS;
}

static mo_err_t check_balance(const mo_stake_order_t *order, mo_rpc_t *rpc, const mo_address_t *sender, mo_u256_t amount)
{
    uint8_t memory[64];
    mo_buffer_t data = MO_BUFFER(memory);
    mo_u256_t balance;
    MO_CHECK(mo_bind_stake_token_balance_of_encode(&data, &(mo_bind_stake_token_balance_of_t){*sender}));
    const mo_err_t err = ask_word(rpc, &order->config->stake_token, &data, &balance);
    if (mo_failed(err) || !mo_u256_less(balance, amount)) {
        return err;
    }
    char text[MO_U256_DECIMAL_TEXT];
    mo_u256_print_decimal(balance, text);
    return mo_err(MO_ERR_PERMANENT, "the key's address holds %s of the stake token's smallest unit, less than --amount: send it more",
                  text);
}

static mo_err_t make_approve(const mo_stake_order_t *order, mo_rpc_t *rpc, mo_u256_t amount, mo_stake_report_t *report)
{
    uint8_t memory[128];
    mo_buffer_t question = MO_BUFFER(memory);
    mo_u256_t allowed;
    MO_CHECK(mo_bind_stake_token_allowance_encode(
        &question, &(mo_bind_stake_token_allowance_t){report->sender, order->config->registry}));
    const mo_err_t err = ask_word(rpc, &order->config->stake_token, &question, &allowed);
    if (mo_failed(err) || !mo_u256_less(allowed, amount)) {
        return err;
    }
    mo_buffer_t data = begin(report, "approve", &order->config->stake_token);
    const mo_bind_stake_token_approve_t approve = {order->config->registry, amount};
    end(report, mo_bind_stake_token_approve_encode(&data, &approve), &data);
    return MO_SUCCESS;
}

static mo_bytes_t sign(const mo_stake_order_t *order, const mo_hash_t *hash, uint8_t bytes[64])
{
    const mo_hash_t domain = mo_rules_domain(order->config->origin_chain_id, &order->config->core);
    const mo_hash_t digest = mo_rules_digest(&domain, hash);
    mo_signature_t signature;
    MO_CHECK(mo_secp_sign(order->key, &digest, &signature));
    memcpy(bytes, signature.r.bytes, 32);
    memcpy(bytes + 32, signature.vs.bytes, 32);
    return (mo_bytes_t){bytes, 64};
}

static void make_deposit(const mo_stake_order_t *order, mo_u256_t amount, mo_stake_report_t *report)
{
    uint8_t signature[64];
    mo_public_key_t point;
    const mo_deposit_t consent = {
        .signer = report->sender, .withdrawal = order->withdrawal, .depositor = report->sender};
    const mo_hash_t hash = mo_rules_deposit_hash(&consent);
    mo_bind_registry_deposit_t deposit = {
        .amount = amount, .withdrawal = order->withdrawal, .signature = sign(order, &hash, signature)};
    MO_CHECK(mo_secp_public_key(order->key, &point));
    memcpy(deposit.x.bytes, point.bytes, 32);
    memcpy(deposit.y.bytes, point.bytes + 32, 32);
    mo_buffer_t data = begin(report, "deposit", &order->config->registry);
    end(report, mo_bind_registry_deposit_encode(&data, &deposit), &data);
}

static mo_err_t make_deposits(const mo_stake_order_t *order, mo_rpc_t *rpc, mo_stake_report_t *report)
{
    mo_u256_t amount = {0};
    mo_err_t err = ask_amount(order, rpc, &amount);
    if (!mo_failed(err)) {
        err = check_balance(order, rpc, &report->sender, amount);
    }
    if (!mo_failed(err)) {
        err = make_approve(order, rpc, amount, report);
    }
    if (!mo_failed(err)) {
        make_deposit(order, amount, report);
    }
    return err;
}

/* ---- the others: one call each ---- */

/* Its own key signs; the withdrawal address needs no signature. */
static bool encode_logout(const mo_stake_order_t *order, const mo_stake_report_t *report, mo_buffer_t *data)
{
    uint8_t signature[64];
    const mo_hash_t hash = mo_rules_logout_hash(&report->validator);
    const bool own = mo_address_equal(&report->sender, &report->validator);
    const mo_bind_registry_logout_t logout = {
        .signer = report->validator, .signature = own ? sign(order, &hash, signature) : (mo_bytes_t){0}};
    return mo_bind_registry_logout_encode(data, &logout);
}

static mo_err_t make_one(const mo_stake_order_t *order, mo_stake_report_t *report)
{
    static const char *const names[] = {"deposit", "cancel", "logout", "release", "withdraw", "refresh"};
    mo_buffer_t data = begin(report, names[order->kind], &order->config->registry);
    const mo_address_t signer = report->validator;
    bool encoded = false;
    switch (order->kind) {
    case MO_STAKE_CANCEL: encoded = mo_bind_registry_cancel_encode(&data, &(mo_bind_registry_cancel_t){signer}); break;
    case MO_STAKE_LOGOUT: encoded = encode_logout(order, report, &data); break;
    case MO_STAKE_RELEASE: encoded = mo_bind_registry_release_encode(&data, &(mo_bind_registry_release_t){signer}); break;
    case MO_STAKE_WITHDRAW: encoded = mo_bind_registry_withdraw_encode(&data, &(mo_bind_registry_withdraw_t){signer}); break;
    case MO_STAKE_REFRESH: encoded = mo_bind_registry_refresh_encode(&data, &(mo_bind_registry_refresh_t){signer}); break;
    case MO_STAKE_DEPOSIT: break;
    }
    end(report, encoded, &data);
    return MO_SUCCESS;
}

mo_err_t mo_stake_calls_make(const mo_stake_order_t *order, mo_rpc_t *rpc, mo_stake_report_t *report)
{
    if (!mo_secp_address(order->key, &report->sender)) {
        return mo_err(MO_ERR_PERMANENT, "the key is not one of secp256k1: make another");
    }
    const bool own = order->kind == MO_STAKE_DEPOSIT || mo_address_is_zero(&order->validator);
    report->validator = own ? report->sender : order->validator;
    return order->kind == MO_STAKE_DEPOSIT ? make_deposits(order, rpc, report) : make_one(order, report);
}
