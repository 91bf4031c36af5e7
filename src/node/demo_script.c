#include "node/demo_script.h"

#include <stdio.h>

#include "bind/stake_token.h"
#include "node/intent.h"
#include "rules/identity.h"

/* Tokens a unit of gas is worth to a facilitator: 10^9 of the smallest units, so that a step of 300,000 gas costs the
 * holder 0.0003 tokens. */
#define GAS_PRICE UINT64_C(1000000000)
#define GAS_LIMIT 1000000

/* An intent must be declared within this time. */
#define DEADLINE_SECONDS 3600

#define CALL_MAX 512

static mo_err_t load_begin(mo_demo_script_t *script, uint64_t now_ms)
{
    const mo_load_plan_t plan = {.rpc = script->devnet->auxiliary,
                                 .chain_id = script->devnet->config.auxiliary_chain_id,
                                 .seed = script->devnet->options.seed,
                                 .rate = MO_DEMO_TRANSFER_RATE,
                                 .begins_ms = now_ms};
    const mo_err_t err = mo_load_open(&script->load, &plan);
    script->load_is_open = !mo_failed(err);
    return err;
}

/* The holder's leave for the gateway to pull what it will stake. */
static mo_err_t stake_allow(mo_devnet_t *devnet)
{
    uint8_t memory[CALL_MAX];
    mo_buffer_t call = MO_BUFFER(memory);
    mo_devnet_done_t done;
    mo_devnet_account_t account;
    const mo_devnet_account_plan_t plan = {
        .rpc = devnet->origin, .chain_id = devnet->config.origin_chain_id, .key = &devnet->holder};
    const mo_bind_stake_token_approve_t approve = {.spender = devnet->config.gateway,
                                                   .value = mo_deploy_tokens(MO_DEMO_STAKE_TOKENS)};
    const mo_err_t err = mo_devnet_account_open(&account, &plan);
    if (mo_failed(err) || !mo_bind_stake_token_approve_encode(&call, &approve)) {
        return mo_failed(err) ? err : mo_err(MO_ERR_PERMANENT, "cannot encode an approval");
    }
    return mo_devnet_account_call(
        &account,
        &(mo_devnet_call_t){
            .what = "allow the gateway to pull a stake", .to = &devnet->config.value_token, .data = mo_buffer_view(&call)},
        &done);
}

mo_err_t mo_demo_script_begin(mo_demo_script_t *script, mo_devnet_t *devnet, uint64_t now_ms)
{
    *script = (mo_demo_script_t){.devnet = devnet, .begun_ms = now_ms};
    mo_err_t err = mo_devnet_join(devnet);
    if (!mo_failed(err)) {
        err = load_begin(script, now_ms);
    }
    return mo_failed(err) ? err : stake_allow(devnet);
}

/* The message under the domain of the side where it is declared (gateway 7.1). */
static bool intent_sign(const mo_devnet_t *devnet, mo_node_intent_t *intent)
{
    const mo_node_config_t *const config = &devnet->config;
    const bool is_stake = intent->kind == MO_MESSAGE_STAKE;
    const mo_bus_domain_t side = {.chain_id = is_stake ? config->origin_chain_id : config->auxiliary_chain_id,
                                  .gateway = is_stake ? config->gateway : config->co_gateway,
                                  .core_id = mo_rules_core_id(config->origin_chain_id, &config->core)};
    const mo_hash_t domain = mo_bus_domain(&side);
    const mo_hash_t id = mo_bus_message_id(&domain, intent->kind, &intent->message);
    return mo_secp_sign(&devnet->holder.secret, &id, &intent->signature);
}

/* Signs a message of the holder to itself on the other chain and puts it into the facilitator's inbox. */
static mo_err_t intent_hand_over(mo_demo_script_t *script, mo_message_kind_t kind, uint64_t tokens)
{
    mo_devnet_t *const devnet = script->devnet;
    const mo_view_t *const now = mo_devnet_view_now(devnet->view);
    const bool is_stake = kind == MO_MESSAGE_STAKE;
    char path[MO_FOLDER_PATH_MAX];
    mo_node_intent_t intent = {.kind = kind};
    intent.message.intent.amount = mo_deploy_tokens(tokens);
    intent.message.intent.beneficiary = devnet->holder.address;
    intent.message.intent.token = is_stake ? devnet->config.value_token : devnet->config.utility_token;
    intent.message.nonce = MO_U256_ONE;
    intent.message.gas_price = mo_u256_from_u64(GAS_PRICE);
    intent.message.gas_limit = mo_u256_from_u64(GAS_LIMIT);
    intent.message.deadline = (is_stake ? now->origin.timestamp : now->auxiliary.timestamp) + DEADLINE_SECONDS;
    intent.message.sender = devnet->holder.address;
    if (!intent_sign(devnet, &intent)) {
        return mo_err(MO_ERR_PERMANENT, "cannot sign an intent");
    }
    mo_devnet_folder_path(&devnet->folder, "facilitator/inbox", is_stake ? "stake.json" : "redeem.json", path);
    mo_devnet_say(devnet, "the holder signs: %s %llu tokens", is_stake ? "stake" : "redeem",
                  (unsigned long long)tokens);
    return mo_node_intent_write(path, &intent);
}

static bool transfer_is_done(const mo_view_t *now, mo_message_kind_t kind)
{
    for (size_t i = 0; i < now->transfer_count; ++i) {
        if (now->transfers[i].kind == kind && mo_view_transfer_is_done(&now->transfers[i])) {
            return true;
        }
    }
    return false;
}

static mo_err_t intents_tick(mo_demo_script_t *script, const mo_view_t *now)
{
    if (!script->staked && now->pair_opened.block > 0) {
        script->staked = true;
        return intent_hand_over(script, MO_MESSAGE_STAKE, MO_DEMO_STAKE_TOKENS);
    }
    if (!script->redeemed && transfer_is_done(now, MO_MESSAGE_STAKE)) {
        script->redeemed = true;
        return intent_hand_over(script, MO_MESSAGE_REDEEM, MO_DEMO_REDEEM_TOKENS);
    }
    return MO_SUCCESS;
}

/* By what the senders' nonces were at the newest finalised block: nothing else sends from these keys. */
mo_err_t mo_demo_script_count(mo_demo_script_t *script)
{
    const mo_view_t *const now = mo_devnet_view_now(script->devnet->view);
    uint64_t total = 0;
    mo_err_t err = MO_SUCCESS;
    for (unsigned i = 0; i < MO_LOAD_SENDERS && !mo_failed(err); ++i) {
        uint64_t nonce = 0;
        err = mo_rpc_nonce(script->devnet->auxiliary, &script->load.keys[i].address, MO_AT(now->auxiliary.finalised),
                           &nonce);
        total += nonce;
    }
    if (!mo_failed(err)) {
        script->counted_number = now->auxiliary.finalised;
        script->counted_transfers = total;
    }
    return err;
}

static mo_err_t transfers_count(mo_demo_script_t *script, const mo_view_t *now)
{
    const bool is_new = now->auxiliary.finalised != script->counted_number;
    const mo_err_t err = is_new ? mo_demo_script_count(script) : MO_SUCCESS;
    return err.kind == MO_ERR_TRANSIENT ? MO_SUCCESS : err;
}

/* The first thing that has not happened yet; NULL when all has. */
static const char *missing(const mo_demo_script_t *script, const mo_view_t *now)
{
    if (now->committed_height < MO_DEMO_META_BLOCKS) {
        return "three meta-blocks to commit";
    }
    if (now->pair_opened.block == 0) {
        return "the gateway to open";
    }
    if (!transfer_is_done(now, MO_MESSAGE_STAKE)) {
        return "the stake to be minted";
    }
    if (!transfer_is_done(now, MO_MESSAGE_REDEEM)) {
        return "the redeem to be unstaked";
    }
    if (script->counted_transfers < MO_DEMO_TRANSFERS) {
        return "3,000 transfers to be finalised";
    }
    return now->kernel_in_force < MO_DEMO_META_BLOCKS + 1 ? "K4 to come into force" : NULL;
}

mo_err_t mo_demo_script_tick(mo_demo_script_t *script, uint64_t now_ms, bool *done)
{
    const mo_view_t *const now = mo_devnet_view_now(script->devnet->view);
    *done = false;
    mo_err_t err = mo_load_tick(&script->load, now_ms);
    if (err.kind == MO_ERR_TRANSIENT) {
        err = MO_SUCCESS;
    }
    if (!mo_failed(err)) {
        err = intents_tick(script, now);
    }
    if (!mo_failed(err)) {
        err = transfers_count(script, now);
    }
    if (!mo_failed(err) && script->devnet->roles_ended > 0) {
        err = mo_err(MO_ERR_PERMANENT, "a validator or the facilitator ended during the demo");
    }
    const char *const waits_for = missing(script, now);
    *done = !mo_failed(err) && waits_for == NULL;
    if (!mo_failed(err) && waits_for != NULL && now_ms - script->begun_ms > MO_DEMO_PATIENCE_MS) {
        return mo_err(MO_ERR_PERMANENT, "after %d s the demo still waited for %s", MO_DEMO_PATIENCE_MS / 1000,
                      waits_for);
    }
    return err;
}

void mo_demo_script_end(mo_demo_script_t *script)
{
    if (script->load_is_open) {
        mo_load_close(&script->load);
        script->load_is_open = false;
    }
}
