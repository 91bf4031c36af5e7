#include "app/run.h"
#include "base/hex.h"
#include "base/secret.h"
#include "eth/address.h"

static void address_row(FILE *out, const char *name, const mo_address_t *address)
{
    char text[MO_ADDRESS_TEXT];
    mo_address_print(address, text);
    (void)fprintf(out, "  %-24s %s\n", name, text);
}

static void key_row(FILE *out, const char *name, const mo_devnet_key_t *key)
{
    char address[MO_ADDRESS_TEXT];
    char secret[MO_HEX_TEXT(32)];
    mo_address_print(&key->address, address);
    mo_hex_encode(MO_BYTES(key->secret.bytes), MO_HEX_PREFIXED, secret, sizeof secret);
    (void)fprintf(out, "  %-14s %s  %s\n", name, address, secret);
    mo_secret_wipe(secret, sizeof secret);
}

static void keys_print(const mo_devnet_t *devnet, FILE *out)
{
    char name[MO_CHILD_NAME_MAX];
    (void)fprintf(out, "\nKeys, from the seed \"%s\"; worthless anywhere else (address, secret key)\n",
                  devnet->options.seed);
    key_row(out, "deployer", &devnet->deployer);
    key_row(out, "holder", &devnet->holder);
    key_row(out, "facilitator", &devnet->facilitator);
    for (unsigned i = 0; i < devnet->validator_count; ++i) {
        mo_devnet_key_t key = mo_deploy_validator_key(devnet->options.seed, i);
        (void)snprintf(name, sizeof name, "validator-%u", i);
        key_row(out, name, &key);
        mo_secret_wipe(&key.secret, sizeof key.secret);
    }
}

void mo_app_card_print(const mo_devnet_t *devnet, FILE *out)
{
    const mo_node_config_t *const config = &devnet->config;
    (void)fprintf(out, "\nOrigin chain %llu at %s\n", (unsigned long long)config->origin_chain_id,
                  config->origin_rpc.text);
    address_row(out, "core", &config->core);
    address_row(out, "registry", &config->registry);
    address_row(out, "origin history", &config->origin_history);
    address_row(out, "stake token", &config->stake_token);
    address_row(out, "value token", &config->value_token);
    address_row(out, "gateway", &config->gateway);
    (void)fprintf(out, "\nAuxiliary chain %llu at %s\n", (unsigned long long)config->auxiliary_chain_id,
                  config->auxiliary_rpc.text);
    address_row(out, "polling place", &config->polling_place);
    address_row(out, "auxiliary block store", &config->auxiliary_block_store);
    address_row(out, "origin block store", &config->origin_block_store);
    address_row(out, "kernel relay", &config->kernel_relay);
    address_row(out, "co-gateway", &config->co_gateway);
    address_row(out, "utility token", &config->utility_token);
    keys_print(devnet, out);
    (void)fprintf(out, "\nConfiguration, keys and logs in %s\n\n", devnet->folder.path);
    (void)fflush(out);
}
