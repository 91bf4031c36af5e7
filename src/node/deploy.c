#include "node/deploy.h"

#include "base/secret.h"
#include "bind/core.h"
#include "bind/registry.h"
#include "bind/stake_token.h"
#include "rules/deposit.h"
#include "rules/identity.h"

/* Blocks that put a block of ours below the node's `finalized`. */
#define FINAL_AFTER 4

#define CALL_MAX 1024

mo_u256_t mo_deploy_tokens(uint64_t count)
{
    mo_u256_t amount = MO_U256_ZERO;
    /* 2^64 tokens of 10^18 stay below 2^256. */
    (void)!mo_u256_mul(mo_u256_from_u64(count), mo_u256_from_u64(UINT64_C(1000000000000000000)), &amount);
    return amount;
}

mo_devnet_key_t mo_deploy_validator_key(const char *seed, unsigned number)
{
    return mo_devnet_key(seed, "validator", number);
}

mo_address_t mo_deploy_withdrawal_address(const char *seed, unsigned number)
{
    mo_devnet_key_t key = mo_devnet_key(seed, "withdrawal", number);
    mo_secret_wipe(&key.secret, sizeof key.secret);
    return key.address;
}

static mo_err_t blocks_mine(mo_rpc_t *rpc, unsigned count)
{
    mo_err_t err = MO_SUCCESS;
    for (unsigned i = 0; i < count && !mo_failed(err); ++i) {
        err = mo_rpc_request(rpc, "evm_mine", "[]", NULL);
    }
    return err;
}

static mo_err_t accounts_open(mo_deploy_t *deploy)
{
    mo_deploy_accounts_t *const accounts = &deploy->accounts;
    const mo_node_config_t *const config = deploy->config;
    const struct {
        mo_devnet_account_t *account;
        mo_devnet_account_plan_t plan;
    } ALL[] = {
        {&accounts->origin, {deploy->origin, config->origin_chain_id, deploy->deployer, true}},
        {&accounts->auxiliary, {deploy->auxiliary, config->auxiliary_chain_id, deploy->deployer, true}},
        {&accounts->pair_origin, {deploy->origin, config->origin_chain_id, deploy->pair_deployer, true}},
        {&accounts->pair_auxiliary, {deploy->auxiliary, config->auxiliary_chain_id, deploy->pair_deployer, true}},
    };
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < sizeof ALL / sizeof ALL[0] && !mo_failed(err); ++i) {
        err = mo_devnet_account_open(ALL[i].account, &ALL[i].plan);
    }
    return err;
}

/* The auxiliary root is block E: of a fresh chain the first checkpoint that is not block 0, whose state root anvil gets
 * wrong (2.1, docs/facts.md). */
static mo_err_t roots_mine(mo_deploy_t *deploy)
{
    mo_node_config_t *const config = deploy->config;
    mo_block_t root;
    config->epoch = MO_DEPLOY_EPOCH;
    config->origin_epoch = MO_DEPLOY_ORIGIN_EPOCH;
    mo_err_t err = blocks_mine(deploy->auxiliary, MO_DEPLOY_EPOCH + 1);
    if (!mo_failed(err)) {
        err = blocks_mine(deploy->origin, MO_DEPLOY_ORIGIN_EPOCH + 1);
    }
    if (!mo_failed(err)) {
        err = mo_rpc_block(deploy->auxiliary, MO_AT(MO_DEPLOY_EPOCH), &root);
    }
    if (!mo_failed(err)) {
        config->auxiliary_root_number = root.number;
        config->auxiliary_root_hash = root.hash;
        config->origin_deploy_block = MO_DEPLOY_ORIGIN_EPOCH + 1;
        config->auxiliary_deploy_block = MO_DEPLOY_EPOCH + 1;
    }
    return err;
}

static mo_err_t founders_deposit(mo_deploy_t *deploy)
{
    mo_err_t err = MO_SUCCESS;
    for (unsigned i = 0; i < deploy->founders && !mo_failed(err); ++i) {
        err = mo_deploy_validator(deploy, i);
    }
    return err;
}

mo_err_t mo_node_deploy(mo_deploy_t *deploy)
{
    static mo_err_t (*const STEPS[])(mo_deploy_t *) = {
        accounts_open,  roots_mine,          mo_deploy_foundations, mo_deploy_core, founders_deposit,
        mo_deploy_open, mo_deploy_auxiliary, mo_deploy_pair,
    };
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0] && !mo_failed(err) && *deploy->stop == 0; ++i) {
        err = STEPS[i](deploy);
    }
    return err;
}

/* The signer's consent to be registered by the deployer (1.3). */
static bool deposit_sign(const mo_deploy_t *deploy, const mo_devnet_key_t *key, const mo_address_t *withdrawal,
                         mo_signature_t *signature)
{
    const mo_node_config_t *const config = deploy->config;
    const mo_deposit_t consent = {
        .signer = key->address, .withdrawal = *withdrawal, .depositor = deploy->deployer->address};
    const mo_hash_t domain = mo_rules_domain(config->origin_chain_id, &config->core);
    const mo_hash_t hash = mo_rules_deposit_hash(&consent);
    const mo_hash_t digest = mo_rules_digest(&domain, &hash);
    return mo_secp_sign(&key->secret, &digest, signature);
}

static bool deposit_encode(const mo_deploy_t *deploy, const mo_devnet_key_t *key, unsigned number, mo_buffer_t *out)
{
    mo_public_key_t point;
    mo_signature_t signature;
    mo_bind_registry_deposit_t deposit = {.amount = mo_deploy_tokens(MO_DEPLOY_STAKE_TOKENS),
                                          .withdrawal = mo_deploy_withdrawal_address(deploy->seed, number)};
    uint8_t bytes[64];
    mo_buffer_t both = MO_BUFFER(bytes);
    if (!mo_secp_public_key(&key->secret, &point) || !deposit_sign(deploy, key, &deposit.withdrawal, &signature)) {
        return false;
    }
    for (size_t i = 0; i < 32; ++i) {
        deposit.x.bytes[i] = point.bytes[i];
        deposit.y.bytes[i] = point.bytes[32 + i];
    }
    mo_buffer_put(&both, mo_hash_view(&signature.r));
    mo_buffer_put(&both, mo_hash_view(&signature.vs));
    deposit.signature = mo_buffer_view(&both);
    return mo_bind_registry_deposit_encode(out, &deposit);
}

static mo_err_t deposit_send(mo_deploy_t *deploy, const mo_devnet_key_t *key, unsigned number)
{
    uint8_t memory[CALL_MAX];
    mo_buffer_t call = MO_BUFFER(memory);
    mo_devnet_done_t done;
    if (!deposit_encode(deploy, key, number, &call)) {
        return mo_err(MO_ERR_PERMANENT, "cannot encode the deposit of validator %u", number);
    }
    return mo_devnet_account_call(
        &deploy->accounts.origin,
        &(mo_devnet_call_t){
            .what = "deposit for a validator", .to = &deploy->config->registry, .data = mo_buffer_view(&call)},
        &done);
}

/* Tokens for bonds, from the deployer's supply. */
static mo_err_t purse_fill(mo_deploy_t *deploy, const mo_devnet_key_t *key)
{
    uint8_t memory[CALL_MAX];
    mo_buffer_t call = MO_BUFFER(memory);
    mo_devnet_done_t done;
    const mo_bind_stake_token_transfer_t transfer = {.to = key->address,
                                                     .value = mo_deploy_tokens(MO_DEPLOY_PURSE_TOKENS)};
    if (!mo_bind_stake_token_transfer_encode(&call, &transfer)) {
        return mo_err(MO_ERR_PERMANENT, "cannot encode a transfer");
    }
    return mo_devnet_account_call(
        &deploy->accounts.origin,
        &(mo_devnet_call_t){
            .what = "fill a purse for bonds", .to = &deploy->config->stake_token, .data = mo_buffer_view(&call)},
        &done);
}

/* Its leave for the core to pull bonds. */
static mo_err_t bonds_allow(mo_deploy_t *deploy, const mo_devnet_key_t *key)
{
    uint8_t memory[CALL_MAX];
    mo_buffer_t call = MO_BUFFER(memory);
    mo_devnet_done_t done;
    mo_devnet_account_t account;
    const mo_devnet_account_plan_t plan = {.rpc = deploy->origin,
                                           .chain_id = deploy->config->origin_chain_id,
                                           .key = key,
                                           .mine = deploy->accounts.origin.plan.mine};
    const mo_bind_stake_token_approve_t approve = {.spender = deploy->config->core, .value = MO_U256_MAX};
    const mo_err_t err = mo_devnet_account_open(&account, &plan);
    if (mo_failed(err) || !mo_bind_stake_token_approve_encode(&call, &approve)) {
        return mo_failed(err) ? err : mo_err(MO_ERR_PERMANENT, "cannot encode an approval");
    }
    return mo_devnet_account_call(
        &account,
        &(mo_devnet_call_t){
            .what = "allow the core to pull bonds", .to = &deploy->config->stake_token, .data = mo_buffer_view(&call)},
        &done);
}

mo_err_t mo_deploy_purse(mo_deploy_t *deploy, const mo_devnet_key_t *key)
{
    mo_err_t err = purse_fill(deploy, key);
    return mo_failed(err) ? err : bonds_allow(deploy, key);
}

mo_err_t mo_deploy_validator(mo_deploy_t *deploy, unsigned number)
{
    mo_devnet_key_t key = mo_deploy_validator_key(deploy->seed, number);
    mo_err_t err = mo_deploy_purse(deploy, &key);
    if (!mo_failed(err)) {
        err = deposit_send(deploy, &key, number);
    }
    mo_secret_wipe(&key.secret, sizeof key.secret);
    return err;
}

/* K_1 as the core announced it: the auxiliary side is made from it (2.3, 4.3). */
static mo_err_t first_kernel_read(mo_deploy_t *deploy, uint64_t block)
{
    static mo_log_t items[32];
    static uint8_t memory[16384];
    mo_log_batch_t batch = {.items = items, .capacity = 32, .memory = MO_BUFFER(memory)};
    const mo_log_query_t query = {.from = block, .to = block, .addresses = &deploy->config->core, .address_count = 1};
    const mo_err_t err = mo_rpc_logs(deploy->origin, &query, &batch);
    for (size_t i = 0; i < batch.count && !mo_failed(err); ++i) {
        mo_bind_core_kernel_opened_event_t opened;
        mo_bind_core_core_opened_event_t core;
        const mo_log_t *const log = &items[i];
        if (mo_bind_core_kernel_opened_event_decode(log->topics, log->topic_count, log->data, &opened) == MO_ABI_OK) {
            deploy->first_kernel = opened.kernel;
        }
        if (mo_bind_core_core_opened_event_decode(log->topics, log->topic_count, log->data, &core) == MO_ABI_OK) {
            deploy->config->origin_root_number = core.origin_root_number;
            deploy->config->origin_root_hash = core.origin_root_hash;
        }
    }
    if (!mo_failed(err) && (deploy->first_kernel.height.value != 1 || deploy->config->origin_root_number == 0)) {
        return mo_err(MO_ERR_PERMANENT, "the core did not announce its first kernel");
    }
    return err;
}

mo_err_t mo_deploy_open(mo_deploy_t *deploy)
{
    uint8_t memory[CALL_MAX];
    mo_buffer_t call = MO_BUFFER(memory);
    mo_devnet_done_t done;
    if (!mo_bind_core_open_encode(&call)) {
        return mo_err(MO_ERR_PERMANENT, "cannot encode the opening");
    }
    mo_err_t err = mo_devnet_account_call(
        &deploy->accounts.origin,
        &(mo_devnet_call_t){.what = "open the core", .to = &deploy->config->core, .data = mo_buffer_view(&call)}, &done);
    if (!mo_failed(err)) {
        err = first_kernel_read(deploy, done.receipt.block_number);
    }
    return mo_failed(err) ? err : blocks_mine(deploy->origin, FINAL_AFTER);
}
