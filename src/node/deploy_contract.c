#include <string.h>

#include "bind/auxiliary_block_store.h"
#include "bind/co_gateway.h"
#include "bind/constant_reputation.h"
#include "bind/core.h"
#include "bind/gateway.h"
#include "bind/kernel_relay.h"
#include "bind/origin_block_store.h"
#include "bind/origin_history.h"
#include "bind/polling_place.h"
#include "bind/registry.h"
#include "bind/stake_token.h"
#include "bind/utility_token.h"
#include "eth/address.h"
#include "eth/keccak.h"
#include "node/deploy.h"
#include "rules/identity.h"

/* Creation code of EIP-3860's 49,152 bytes, and arguments. */
#define CREATION_MAX (64U << 10)

/* Supply of each token, in whole tokens. */
#define SUPPLY 1000000000

#define NAME(text) ((mo_bytes_t){(const uint8_t *)(text), sizeof(text) - 1})

#define VALUE_NAME   NAME("Mosaic Demo Token")
#define VALUE_SYMBOL NAME("MDT")

/* Fractions of 10^18 (interfaces 0.5). */
#define PERCENT UINT64_C(10000000000000000)

/* One creation at a time. */
static uint8_t creation_memory[CREATION_MAX];

static mo_buffer_t creation(void)
{
    return MO_BUFFER(creation_memory);
}

/* Sends a creation and compares where it came to lie with `address`; a zero `address` is filled in. */
static mo_err_t create(mo_devnet_account_t *account, const char *what, bool encoded, const mo_buffer_t *init,
                       mo_address_t *address)
{
    mo_devnet_done_t done;
    if (!encoded) {
        return mo_err(MO_ERR_PERMANENT, "cannot %s: its creation does not fit", what);
    }
    const mo_devnet_call_t call = {.what = what, .data = mo_buffer_view(init)};
    const mo_err_t err = mo_devnet_account_call(account, &call, &done);
    if (mo_failed(err)) {
        return err;
    }
    if (!mo_address_is_zero(address) && !mo_address_equal(address, &done.receipt.contract)) {
        return mo_err(MO_ERR_PERMANENT, "cannot %s: it lies at another address than predicted", what);
    }
    *address = done.receipt.contract;
    return MO_SUCCESS;
}

static mo_err_t history_create(mo_deploy_t *deploy)
{
    mo_buffer_t init = creation();
    const bool encoded = mo_bind_origin_history_constructor_encode(&init);
    return create(&deploy->accounts.origin, "deploy the origin history", encoded, &init,
                  &deploy->config->origin_history);
}

static mo_err_t stake_token_create(mo_deploy_t *deploy)
{
    mo_buffer_t init = creation();
    const mo_bind_stake_token_constructor_t in = {.name = NAME("Mosaic Stake"),
                                                  .symbol = NAME("MST"),
                                                  .supply = mo_deploy_tokens(SUPPLY),
                                                  .to = deploy->deployer->address};
    const bool encoded = mo_bind_stake_token_constructor_encode(&init, &in);
    return create(&deploy->accounts.origin, "deploy the stake token", encoded, &init, &deploy->config->stake_token);
}

static mo_err_t value_token_create(mo_deploy_t *deploy)
{
    mo_buffer_t init = creation();
    const mo_bind_stake_token_constructor_t in = {
        .name = VALUE_NAME, .symbol = VALUE_SYMBOL, .supply = mo_deploy_tokens(SUPPLY), .to = *deploy->holder};
    const bool encoded = mo_bind_stake_token_constructor_encode(&init, &in);
    return create(&deploy->accounts.origin, "deploy the value token", encoded, &init, &deploy->config->value_token);
}

mo_err_t mo_deploy_foundations(mo_deploy_t *deploy)
{
    mo_err_t err = history_create(deploy);
    if (!mo_failed(err)) {
        err = stake_token_create(deploy);
    }
    return mo_failed(err) ? err : value_token_create(deploy);
}

static mo_bind_registry_config_t registry_config(const mo_deploy_t *deploy, const mo_address_t *reputation)
{
    return (mo_bind_registry_config_t){
        .deposit_period = 0,
        .min_validators = (uint32_t)deploy->founders,
        .min_stake_total = mo_deploy_tokens((uint64_t)deploy->founders * MO_DEPLOY_STAKE_TOKENS),
        .min_stake = mo_deploy_tokens(1),
        .weight_unit = mo_deploy_tokens(1),
        .max_updates = MO_DEPLOY_MAX_UPDATES,
        .withdrawal_delay = MO_DEPLOY_WITHDRAWAL_DELAY,
        .leak_fraction = PERCENT,
        .miss_fraction = PERCENT / 10,
        .miss_cap = 10 * PERCENT,
        .observation_fraction = 10 * PERCENT,
        .reporter_share = 5 * PERCENT,
        .reputation = *reputation,
        .reputation_gas = 50000,
    };
}

static mo_bind_core_config_t core_config(const mo_deploy_t *deploy)
{
    const mo_node_config_t *const config = deploy->config;
    return (mo_bind_core_config_t){
        .auxiliary_chain_id = mo_u256_from_u64(config->auxiliary_chain_id),
        .auxiliary_root_number = config->auxiliary_root_number,
        .auxiliary_root_hash = config->auxiliary_root_hash,
        .epoch = config->epoch,
        .origin_epoch = config->origin_epoch,
        .polling_place = config->polling_place,
        .history = config->origin_history,
        .registry = config->registry,
        .stake_token = config->stake_token,
        .gas_step = mo_u256_from_u64(MO_DEPLOY_GAS_STEP),
        .challenge_period = MO_DEPLOY_CHALLENGE_PERIOD,
        .proposal_bond = mo_deploy_tokens(MO_DEPLOY_BOND_TOKENS),
        .halt_bond = mo_deploy_tokens(10 * MO_DEPLOY_BOND_TOKENS),
        .halt_after = MO_DEPLOY_HALT_AFTER,
        .halt_window = MO_DEPLOY_HALT_WINDOW,
        .setup_grace = MO_DEPLOY_SETUP_GRACE,
    };
}

/* The deployer's leave for the registry to pull the deposits that it makes for others. */
static mo_err_t deposits_allow(mo_deploy_t *deploy)
{
    mo_buffer_t call = creation();
    mo_devnet_done_t done;
    const mo_bind_stake_token_approve_t approve = {.spender = deploy->config->registry, .value = MO_U256_MAX};
    if (!mo_bind_stake_token_approve_encode(&call, &approve)) {
        return mo_err(MO_ERR_PERMANENT, "cannot encode an approval");
    }
    return mo_devnet_account_call(
        &deploy->accounts.origin,
        &(mo_devnet_call_t){
            .what = "allow the registry to pull deposits", .to = &deploy->config->stake_token, .data = mo_buffer_view(&call)},
        &done);
}

static mo_err_t core_create(mo_deploy_t *deploy, const mo_bind_registry_config_t *registry)
{
    mo_buffer_t init = creation();
    mo_bind_core_constructor_t in = {.config = core_config(deploy), .registry_config = *registry};
    in.salt = mo_keccak256((mo_bytes_t){(const uint8_t *)deploy->seed, strlen(deploy->seed)});
    const bool encoded = mo_bind_core_constructor_encode(&init, &in);
    return create(&deploy->accounts.origin, "deploy the core", encoded, &init, &deploy->config->core);
}

static mo_err_t registry_create(mo_deploy_t *deploy, const mo_bind_registry_config_t *registry)
{
    mo_buffer_t init = creation();
    const mo_bind_registry_constructor_t in = {.core = deploy->config->core, .config = *registry};
    const bool encoded = mo_bind_registry_constructor_encode(&init, &in);
    return create(&deploy->accounts.origin, "deploy the registry", encoded, &init, &deploy->config->registry);
}

/* Core and registry name each other, and the core names the polling place, which comes fourth on the other chain. */
static void core_predict(mo_deploy_t *deploy)
{
    const mo_deploy_accounts_t *const accounts = &deploy->accounts;
    const mo_address_t *const deployer = &deploy->deployer->address;
    deploy->config->core = mo_address_created(deployer, accounts->origin.nonce);
    deploy->config->registry = mo_address_created(deployer, accounts->origin.nonce + 1);
    deploy->config->polling_place = mo_address_created(deployer, accounts->auxiliary.nonce + 3);
    deploy->config->gas_step = MO_DEPLOY_GAS_STEP;
    deploy->config->challenge_period = MO_DEPLOY_CHALLENGE_PERIOD;
}

mo_err_t mo_deploy_core(mo_deploy_t *deploy)
{
    mo_buffer_t init = creation();
    mo_address_t reputation = {0};
    const bool encoded = mo_bind_constant_reputation_constructor_encode(&init);
    mo_err_t err = create(&deploy->accounts.origin, "deploy the reputation", encoded, &init, &reputation);
    if (mo_failed(err)) {
        return err;
    }
    core_predict(deploy);
    const mo_bind_registry_config_t registry = registry_config(deploy, &reputation);
    err = core_create(deploy, &registry);
    if (!mo_failed(err)) {
        err = registry_create(deploy, &registry);
    }
    return mo_failed(err) ? err : deposits_allow(deploy);
}

static mo_err_t block_store_create(mo_deploy_t *deploy)
{
    mo_buffer_t init = creation();
    mo_block_t root;
    const mo_err_t err = mo_rpc_block(deploy->auxiliary, MO_AT(deploy->config->auxiliary_root_number), &root);
    if (mo_failed(err)) {
        return err;
    }
    const mo_bind_auxiliary_block_store_constructor_t in = {.root_header = mo_block_rlp(&root),
                                                            .epoch = deploy->config->epoch};
    const bool encoded = mo_bind_auxiliary_block_store_constructor_encode(&init, &in);
    return create(&deploy->accounts.auxiliary, "deploy the auxiliary block store", encoded, &init,
                  &deploy->config->auxiliary_block_store);
}

static mo_err_t origin_store_create(mo_deploy_t *deploy)
{
    mo_buffer_t init = creation();
    const mo_node_config_t *const config = deploy->config;
    const mo_bind_origin_block_store_constructor_t in = {.root_number = config->origin_root_number,
                                                         .root_hash = config->origin_root_hash,
                                                         .origin_epoch = config->origin_epoch,
                                                         .polling_place = config->polling_place};
    const bool encoded = mo_bind_origin_block_store_constructor_encode(&init, &in);
    return create(&deploy->accounts.auxiliary, "deploy the origin block store", encoded, &init,
                  &deploy->config->origin_block_store);
}

static mo_err_t kernel_relay_create(mo_deploy_t *deploy)
{
    mo_buffer_t init = creation();
    const mo_node_config_t *const config = deploy->config;
    const mo_bind_kernel_relay_constructor_t in = {.origin_chain_id = mo_u256_from_u64(config->origin_chain_id),
                                                   .core = config->core,
                                                   .origin_block_store = config->origin_block_store,
                                                   .polling_place = config->polling_place};
    const bool encoded = mo_bind_kernel_relay_constructor_encode(&init, &in);
    return create(&deploy->accounts.auxiliary, "deploy the kernel relay", encoded, &init, &deploy->config->kernel_relay);
}

static mo_err_t polling_place_create(mo_deploy_t *deploy)
{
    mo_buffer_t init = creation();
    const mo_node_config_t *const config = deploy->config;
    const mo_bind_polling_place_constructor_t in = {
        .c = {.origin_chain_id = mo_u256_from_u64(config->origin_chain_id),
              .core = config->core,
              .epoch = config->epoch,
              .origin_epoch = config->origin_epoch,
              .auxiliary_root_hash = config->auxiliary_root_hash,
              .auxiliary_root_number = config->auxiliary_root_number,
              .origin_root_number = config->origin_root_number,
              .origin_root_hash = config->origin_root_hash,
              .block_store = config->auxiliary_block_store,
              .origin_block_store = config->origin_block_store,
              .kernel_relay = config->kernel_relay},
        .k1 = deploy->first_kernel,
    };
    const bool encoded = mo_bind_polling_place_constructor_encode(&init, &in);
    return create(&deploy->accounts.auxiliary, "deploy the polling place", encoded, &init,
                  &deploy->config->polling_place);
}

mo_err_t mo_deploy_auxiliary(mo_deploy_t *deploy)
{
    static mo_err_t (*const STEPS[])(mo_deploy_t *) = {block_store_create, origin_store_create, kernel_relay_create,
                                                       polling_place_create};
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0] && !mo_failed(err); ++i) {
        err = STEPS[i](deploy);
    }
    return err;
}

static mo_err_t co_gateway_create(mo_deploy_t *deploy)
{
    mo_buffer_t init = creation();
    mo_node_config_t *const config = deploy->config;
    const mo_bind_co_gateway_constructor_t in = {
        .config = {.core_id = mo_rules_core_id(config->origin_chain_id, &config->core),
                   .gateway = config->gateway,
                   .token = config->value_token,
                   .utility_token = config->utility_token,
                   .origin_block_store = config->origin_block_store,
                   .bounty = mo_u256_from_u64(PERCENT),
                   .revoke_delay = MO_DEPLOY_REVOKE_DELAY,
                   .deactivation_grace = MO_DEPLOY_GRACE}};
    const bool encoded = mo_bind_co_gateway_constructor_encode(&init, &in);
    return create(&deploy->accounts.pair_auxiliary, "deploy the co-gateway", encoded, &init, &config->co_gateway);
}

static mo_err_t utility_token_create(mo_deploy_t *deploy)
{
    mo_buffer_t init = creation();
    const mo_bind_utility_token_constructor_t in = {
        .name = VALUE_NAME, .symbol = VALUE_SYMBOL, .decimals = 18, .co_gateway = deploy->config->co_gateway};
    const bool encoded = mo_bind_utility_token_constructor_encode(&init, &in);
    return create(&deploy->accounts.pair_auxiliary, "deploy the utility token", encoded, &init,
                  &deploy->config->utility_token);
}

static mo_err_t code_hash_read(mo_deploy_t *deploy, const mo_address_t *address, mo_hash_t *hash)
{
    mo_buffer_t code = creation();
    const mo_err_t err = mo_rpc_code(deploy->auxiliary, address, MO_AT_LATEST, &code);
    *hash = mo_keccak256(mo_buffer_view(&code));
    return mo_failed(err) || code.size > 0 ? err : mo_err(MO_ERR_PERMANENT, "a contract of the pair has no code");
}

static mo_err_t gateway_create(mo_deploy_t *deploy)
{
    mo_buffer_t init = creation();
    mo_node_config_t *const config = deploy->config;
    const mo_bind_gateway_constructor_t in = {
        .config = {.core = config->core,
                   .auxiliary_chain_id = mo_u256_from_u64(config->auxiliary_chain_id),
                   .token = config->value_token,
                   .co_gateway = config->co_gateway,
                   .utility_token = config->utility_token,
                   .co_gateway_code_hash = deploy->co_gateway_code_hash,
                   .utility_code_hash = deploy->utility_code_hash,
                   .bounty = mo_u256_from_u64(PERCENT),
                   .revoke_delay = MO_DEPLOY_REVOKE_DELAY,
                   .blame_period = MO_DEPLOY_BLAME_PERIOD}};
    const bool encoded = mo_bind_gateway_constructor_encode(&init, &in);
    return create(&deploy->accounts.pair_origin, "deploy the gateway", encoded, &init, &config->gateway);
}

/* Each of the three names the others. The token comes first, so that gateway and co-gateway, made by one key from
 * nonce 0 on, do not lie at one address on both chains: legal, but hard to read in every log. */
static void pair_predict(mo_deploy_t *deploy)
{
    const mo_deploy_accounts_t *const accounts = &deploy->accounts;
    const mo_address_t *const deployer = &deploy->pair_deployer->address;
    deploy->config->gateway = mo_address_created(deployer, accounts->pair_origin.nonce);
    deploy->config->utility_token = mo_address_created(deployer, accounts->pair_auxiliary.nonce);
    deploy->config->co_gateway = mo_address_created(deployer, accounts->pair_auxiliary.nonce + 1);
}

mo_err_t mo_deploy_pair(mo_deploy_t *deploy)
{
    pair_predict(deploy);
    mo_err_t err = utility_token_create(deploy);
    if (!mo_failed(err)) {
        err = co_gateway_create(deploy);
    }
    if (!mo_failed(err)) {
        err = code_hash_read(deploy, &deploy->config->co_gateway, &deploy->co_gateway_code_hash);
    }
    if (!mo_failed(err)) {
        err = code_hash_read(deploy, &deploy->config->utility_token, &deploy->utility_code_hash);
    }
    return mo_failed(err) ? err : gateway_create(deploy);
}
