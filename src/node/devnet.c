#include "node/devnet.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/check.h"
#include "base/secret.h"
#include "node/load_sender.h"

#define ORIGIN    0
#define AUXILIARY 1

/* A node answers within a fraction of a second; a loaded machine may take longer. */
#define NODE_UP_WITHIN_MS 20000
#define NODE_POLL_MS      25

/* How long children get to end by themselves. */
#define ROLES_PATIENCE_MS 2000
#define NODES_PATIENCE_MS 1000

/* How often a role's driver looks at its nodes. */
#define ROLE_POLL_MS 100

/* Blocks: more than its own checks of finality need to notice that what was final is gone (2.9), two minutes of blocks. */
#define REORG_DEPTH 512

/* The path of this very program. */
#define SELF "/proc/self/exe"

/* Whoever pays for transactions, on both chains. */
#define FUNDED_MAX (5 + MO_DEVNET_VALIDATORS_MAX + MO_LOAD_SENDERS)

void mo_devnet_say(const mo_devnet_t *devnet, const char *format, ...)
{
    char line[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    devnet->options.say(devnet->options.context, line);
}

static void keys_make(mo_devnet_t *devnet)
{
    const char *const seed = devnet->options.seed;
    devnet->deployer = mo_devnet_key(seed, "deployer", 0);
    devnet->pair_deployer = mo_devnet_key(seed, "pair", 0);
    devnet->facilitator = mo_devnet_key(seed, "facilitator", 0);
    devnet->watcher = mo_devnet_key(seed, "watcher", 0);
    devnet->holder = mo_devnet_key(seed, "holder", 0);
}

mo_err_t mo_devnet_prepare(mo_devnet_t *devnet, const mo_devnet_options_t *options)
{
    *devnet = (mo_devnet_t){.options = *options, .folder = {.lock = -1}};
    mo_err_t err = mo_devnet_anvil_find(devnet->program);
    if (!mo_failed(err)) {
        err = mo_devnet_port_check(options->origin_port, "--origin-port");
    }
    if (!mo_failed(err)) {
        err = mo_devnet_port_check(options->auxiliary_port, "--aux-port");
    }
    if (!mo_failed(err)) {
        err = mo_devnet_folder_open(options->state, &devnet->folder);
    }
    if (!mo_failed(err)) {
        keys_make(devnet);
    }
    return err;
}

/* Accounts that hold coin from the genesis on; few, because each block keeps a copy of the state. */
static size_t funded_list(const mo_devnet_t *devnet, mo_address_t *funded)
{
    const char *const seed = devnet->options.seed;
    size_t count = 0;
    funded[count++] = devnet->deployer.address;
    funded[count++] = devnet->pair_deployer.address;
    funded[count++] = devnet->facilitator.address;
    funded[count++] = devnet->watcher.address;
    funded[count++] = devnet->holder.address;
    for (unsigned i = 0; i < devnet->options.validators + 1; ++i) {
        mo_devnet_key_t key = mo_deploy_validator_key(seed, i);
        mo_secret_wipe(&key.secret, sizeof key.secret);
        funded[count++] = key.address;
    }
    for (unsigned i = 0; i < MO_LOAD_SENDERS; ++i) {
        funded[count++] = mo_load_sender_address(seed, i);
    }
    MO_CHECK(count <= FUNDED_MAX);
    return count;
}

static mo_err_t node_start(mo_devnet_t *devnet, const char *name, uint64_t chain_id, uint16_t port)
{
    mo_address_t funded[FUNDED_MAX];
    const mo_devnet_anvil_plan_t plan = {.name = name,
                                         .chain_id = chain_id,
                                         .port = port,
                                         .funded = funded,
                                         .funded_count = funded_list(devnet, funded)};
    const mo_err_t err =
        mo_devnet_anvil_start(devnet->program, &devnet->folder, &plan, &devnet->children[devnet->child_count]);
    devnet->child_count += mo_failed(err) ? 0 : 1;
    return err;
}

/* Waits until the node answers with its chain id. */
static mo_err_t node_wait(mo_devnet_t *devnet, size_t child, mo_rpc_t *rpc)
{
    char how[32];
    char log[MO_FOLDER_PATH_MAX];
    mo_err_t err = mo_err(MO_ERR_TRANSIENT, "stopped");
    for (unsigned waited = 0; waited < NODE_UP_WITHIN_MS && *devnet->options.stop == 0; waited += NODE_POLL_MS) {
        uint64_t chain_id = 0;
        err = mo_rpc_chain_id(rpc, &chain_id);
        if (!mo_failed(err)) {
            return err;
        }
        if (mo_devnet_child_has_died(&devnet->children[child], how, sizeof how)) {
            mo_devnet_folder_path(&devnet->folder, devnet->children[child].name, "log", log);
            return mo_err(MO_ERR_PERMANENT, "the node of the %s chain ended with %s; see %s",
                          devnet->children[child].name, how, log);
        }
        mo_devnet_sleep_ms(NODE_POLL_MS);
    }
    return mo_err_wrap(err, "the node of the %s chain does not answer", devnet->children[child].name);
}

static mo_err_t rpc_open(mo_rpc_t **rpc, mo_node_url_t *url, uint16_t port, uint64_t chain_id)
{
    (void)snprintf(url->text, sizeof url->text, "http://127.0.0.1:%u", (unsigned)port);
    const mo_rpc_config_t config = {.urls = {url->text}, .url_count = 1, .chain_id = chain_id};
    return mo_rpc_open(rpc, &config);
}

static mo_err_t genesis_read(mo_rpc_t *rpc, mo_hash_t *genesis)
{
    mo_block_t block;
    const mo_err_t err = mo_rpc_block(rpc, MO_AT(0), &block);
    *genesis = block.hash;
    return err;
}

static mo_err_t nodes_start(mo_devnet_t *devnet)
{
    const mo_devnet_options_t *const options = &devnet->options;
    mo_node_config_t *const config = &devnet->config;
    config->origin_chain_id = MO_DEVNET_ORIGIN_CHAIN_ID;
    config->auxiliary_chain_id = MO_DEVNET_AUXILIARY_CHAIN_ID;
    config->poll_interval = ROLE_POLL_MS;
    config->reorg_depth = REORG_DEPTH;
    mo_err_t err = node_start(devnet, "origin", config->origin_chain_id, options->origin_port);
    if (!mo_failed(err)) {
        err = node_start(devnet, "auxiliary", config->auxiliary_chain_id, options->auxiliary_port);
    }
    if (!mo_failed(err)) {
        err = rpc_open(&devnet->origin, &config->origin_rpc, options->origin_port, config->origin_chain_id);
    }
    if (!mo_failed(err)) {
        err = rpc_open(&devnet->auxiliary, &config->auxiliary_rpc, options->auxiliary_port,
                       config->auxiliary_chain_id);
    }
    if (!mo_failed(err)) {
        err = node_wait(devnet, ORIGIN, devnet->origin);
    }
    if (!mo_failed(err)) {
        err = node_wait(devnet, AUXILIARY, devnet->auxiliary);
    }
    if (!mo_failed(err)) {
        err = genesis_read(devnet->origin, &config->origin_genesis);
    }
    return mo_failed(err) ? err : genesis_read(devnet->auxiliary, &config->auxiliary_genesis);
}

static mo_err_t core_deploy(mo_devnet_t *devnet)
{
    mo_devnet_say(devnet, "both nodes are up; deploying");
    devnet->deploy = (mo_deploy_t){.origin = devnet->origin,
                                   .auxiliary = devnet->auxiliary,
                                   .seed = devnet->options.seed,
                                   .deployer = &devnet->deployer,
                                   .pair_deployer = &devnet->pair_deployer,
                                   .holder = &devnet->holder.address,
                                   .founders = devnet->options.validators,
                                   .stop = devnet->options.stop,
                                   .config = &devnet->config};
    const mo_err_t err = mo_node_deploy(&devnet->deploy);
    return mo_failed(err) || !devnet->options.watch ? err : mo_deploy_purse(&devnet->deploy, &devnet->watcher);
}

static mo_err_t key_file_write(mo_devnet_t *devnet, const char *name, const mo_secp_key_t *key)
{
    char file[MO_CHILD_NAME_MAX + 8];
    char path[MO_FOLDER_PATH_MAX];
    (void)snprintf(file, sizeof file, "%s.key", name);
    mo_devnet_folder_path(&devnet->folder, "keys", file, path);
    return mo_node_key_write(path, key->bytes);
}

static mo_err_t files_write(mo_devnet_t *devnet)
{
    char path[MO_FOLDER_PATH_MAX];
    mo_devnet_folder_path(&devnet->folder, "devnet.json", NULL, path);
    mo_err_t err = mo_node_config_write(path, &devnet->config);
    if (!mo_failed(err)) {
        err = mo_devnet_folder_add(&devnet->folder, "keys");
    }
    if (!mo_failed(err)) {
        err = key_file_write(devnet, "deployer", &devnet->deployer.secret);
    }
    if (!mo_failed(err)) {
        err = key_file_write(devnet, "holder", &devnet->holder.secret);
    }
    return err;
}

/* From now on blocks come by themselves; our own accounts wait for them. */
static mo_err_t miners_start(mo_devnet_t *devnet)
{
    mo_deploy_accounts_t *const accounts = &devnet->deploy.accounts;
    accounts->origin.plan.mine = false;
    accounts->auxiliary.plan.mine = false;
    accounts->pair_origin.plan.mine = false;
    accounts->pair_auxiliary.plan.mine = false;
    const mo_err_t err =
        mo_devnet_miner_start(&devnet->miners[ORIGIN], devnet->config.origin_rpc.text, MO_DEVNET_BLOCK_MS);
    return mo_failed(err) ? err
                          : mo_devnet_miner_start(&devnet->miners[AUXILIARY], devnet->config.auxiliary_rpc.text,
                                                  MO_DEVNET_BLOCK_MS);
}

/* What `mosaic` is told to be, before the flags that all roles have. */
typedef struct {
    const char *words[4]; /* NULL after the last */
} role_t;

static const role_t VALIDATOR = {{"validator", "run"}};
static const role_t FACILITATOR = {{"facilitator", "run"}};
static const role_t WATCHER = {{"watch", "--act", "--public-good"}};

static void arguments_list(const role_t *role, const char *const flags[], const char *arguments[])
{
    size_t count = 0;
    arguments[count++] = "mosaic";
    for (size_t i = 0; role->words[i] != NULL; ++i) {
        arguments[count++] = role->words[i];
    }
    for (size_t i = 0; flags[i] != NULL; ++i) {
        arguments[count++] = flags[i];
    }
    arguments[count] = NULL;
}

/* Starts a role as a child with its own folder and key. */
static mo_err_t role_start(mo_devnet_t *devnet, const role_t *role, const char *name, const mo_secp_key_t *key)
{
    char config[MO_FOLDER_PATH_MAX];
    char key_path[MO_FOLDER_PATH_MAX];
    char state[MO_FOLDER_PATH_MAX];
    char log[MO_FOLDER_PATH_MAX];
    char key_name[MO_CHILD_NAME_MAX + 8];
    (void)snprintf(key_name, sizeof key_name, "%s.key", name);
    mo_devnet_folder_path(&devnet->folder, "devnet.json", NULL, config);
    mo_devnet_folder_path(&devnet->folder, "keys", key_name, key_path);
    mo_devnet_folder_path(&devnet->folder, name, NULL, state);
    mo_devnet_folder_path(&devnet->folder, name, "log", log);
    mo_err_t err = mo_devnet_folder_add(&devnet->folder, name);
    if (!mo_failed(err)) {
        err = key_file_write(devnet, name, key);
    }
    if (mo_failed(err)) {
        return err;
    }
    MO_CHECK(devnet->child_count < MO_DEVNET_CHILDREN_MAX);
    const char *const flags[] = {"--config", config, "--key", key_path, "--state", state, NULL};
    const char *arguments[MO_CHILD_ARGUMENTS_MAX];
    arguments_list(role, flags, arguments);
    const mo_devnet_child_plan_t plan = {.name = name, .program = SELF, .arguments = arguments, .log_path = log};
    err = mo_devnet_child_start(&plan, &devnet->children[devnet->child_count]);
    devnet->child_count += mo_failed(err) ? 0 : 1;
    return err;
}

static mo_err_t validator_start(mo_devnet_t *devnet)
{
    char name[MO_CHILD_NAME_MAX];
    (void)snprintf(name, sizeof name, "validator-%u", devnet->validator_count);
    mo_devnet_key_t key = mo_deploy_validator_key(devnet->options.seed, devnet->validator_count);
    const mo_err_t err = role_start(devnet, &VALIDATOR, name, &key.secret);
    mo_secret_wipe(&key.secret, sizeof key.secret);
    devnet->validator_count += mo_failed(err) ? 0 : 1;
    return err;
}

/* Where intents for the facilitator go; it may have made the folder itself by now. */
static mo_err_t inbox_make(mo_devnet_t *devnet)
{
    char path[MO_FOLDER_PATH_MAX];
    mo_devnet_folder_path(&devnet->folder, "facilitator", "inbox", path);
    return mkdir(path, 0700) == 0 || errno == EEXIST
               ? MO_SUCCESS
               : mo_err(MO_ERR_PERMANENT, "cannot make %s: %s", path, strerror(errno));
}

static mo_err_t roles_start(mo_devnet_t *devnet)
{
    mo_err_t err = MO_SUCCESS;
    for (unsigned i = 0; i < devnet->options.validators && !mo_failed(err); ++i) {
        err = validator_start(devnet);
    }
    if (!mo_failed(err)) {
        err = role_start(devnet, &FACILITATOR, "facilitator", &devnet->facilitator.secret);
    }
    if (!mo_failed(err) && devnet->options.watch) {
        err = role_start(devnet, &WATCHER, "watcher", &devnet->watcher.secret);
    }
    return mo_failed(err) ? err : inbox_make(devnet);
}

static mo_err_t view_start(mo_devnet_t *devnet)
{
    const mo_devnet_view_plan_t plan = {.origin = devnet->origin,
                                        .auxiliary = devnet->auxiliary,
                                        .config = &devnet->config,
                                        .say = devnet->options.say,
                                        .context = devnet->options.context};
    devnet->link = (mo_devnet_link_t){.config = &devnet->config,
                                      .origin = &devnet->deploy.accounts.pair_origin,
                                      .auxiliary = &devnet->deploy.accounts.pair_auxiliary};
    return mo_devnet_view_open(&devnet->view, &plan);
}

mo_err_t mo_devnet_start(mo_devnet_t *devnet)
{
    static mo_err_t (*const STEPS[])(mo_devnet_t *) = {nodes_start,  core_deploy, files_write,
                                                       miners_start, roles_start, view_start};
    mo_err_t err = MO_SUCCESS;
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0] && !mo_failed(err) && *devnet->options.stop == 0; ++i) {
        err = STEPS[i](devnet);
    }
    if (!mo_failed(err) && *devnet->options.stop == 0) {
        mo_devnet_say(devnet, "core deployed and open; %u validators and a facilitator run", devnet->validator_count);
    }
    return err;
}

mo_err_t mo_devnet_join(mo_devnet_t *devnet)
{
    const mo_err_t err = mo_deploy_validator(&devnet->deploy, devnet->validator_count);
    if (mo_failed(err)) {
        return err;
    }
    mo_devnet_say(devnet, "validator %u deposited its stake; its process starts", devnet->validator_count);
    return validator_start(devnet);
}

/* A node that is gone ends the devnet; a role that is gone is missed by the others, as on a live chain. */
static mo_err_t children_watch(mo_devnet_t *devnet)
{
    char how[32];
    char log[MO_FOLDER_PATH_MAX];
    for (size_t i = 0; i < devnet->child_count; ++i) {
        if (!mo_devnet_child_has_died(&devnet->children[i], how, sizeof how)) {
            continue;
        }
        mo_devnet_folder_path(&devnet->folder, devnet->children[i].name, "log", log);
        mo_devnet_say(devnet, "%s ended with %s; see %s", devnet->children[i].name, how, log);
        if (i <= AUXILIARY) {
            return mo_err(MO_ERR_PERMANENT, "the node of the %s chain ended with %s", devnet->children[i].name, how);
        }
        devnet->roles_ended += 1;
    }
    return MO_SUCCESS;
}

static mo_err_t miners_watch(mo_devnet_t *devnet)
{
    for (size_t i = 0; i < 2; ++i) {
        const mo_err_t err = devnet->miners[i] != NULL ? mo_devnet_miner_state(devnet->miners[i]) : MO_SUCCESS;
        if (mo_failed(err)) {
            return mo_err_wrap(err, "mining the %s chain", devnet->children[i].name);
        }
    }
    return MO_SUCCESS;
}

mo_err_t mo_devnet_tick(mo_devnet_t *devnet)
{
    mo_err_t err = children_watch(devnet);
    if (!mo_failed(err)) {
        err = miners_watch(devnet);
    }
    if (!mo_failed(err)) {
        err = mo_devnet_view_poll(devnet->view);
    }
    /* A node that is busy answers the next time. */
    if (err.kind == MO_ERR_TRANSIENT) {
        return MO_SUCCESS;
    }
    return mo_failed(err) ? err : mo_devnet_link_tick(&devnet->link, mo_devnet_view_now(devnet->view));
}

void mo_devnet_freeze(mo_devnet_t *devnet)
{
    for (size_t i = 0; i < 2; ++i) {
        mo_devnet_miner_stop(devnet->miners[i]);
        devnet->miners[i] = NULL;
    }
}

void mo_devnet_end(mo_devnet_t *devnet)
{
    const size_t nodes = devnet->child_count < 2 ? devnet->child_count : 2;
    mo_devnet_children_end(devnet->children + nodes, devnet->child_count - nodes, ROLES_PATIENCE_MS);
    mo_devnet_freeze(devnet);
    mo_devnet_view_close(devnet->view);
    mo_rpc_close(devnet->origin);
    mo_rpc_close(devnet->auxiliary);
    mo_devnet_children_end(devnet->children, nodes, NODES_PATIENCE_MS);
    mo_devnet_folder_close(&devnet->folder);
    mo_secret_wipe(&devnet->deployer, sizeof devnet->deployer);
    mo_secret_wipe(&devnet->pair_deployer, sizeof devnet->pair_deployer);
    mo_secret_wipe(&devnet->facilitator, sizeof devnet->facilitator);
    mo_secret_wipe(&devnet->watcher, sizeof devnet->watcher);
    mo_secret_wipe(&devnet->holder, sizeof devnet->holder);
    devnet->view = NULL;
    devnet->origin = NULL;
    devnet->auxiliary = NULL;
    devnet->child_count = 0;
}
