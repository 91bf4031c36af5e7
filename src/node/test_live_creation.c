/* The creation check against a core that was deployed for real, on two nodes of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "node/creation.h"
#include "node/deploy.h"
#include "node/devnet_anvil.h"

#define ORIGIN_PORT    24141
#define AUXILIARY_PORT 24142

typedef struct {
    mo_devnet_folder_t folder;
    mo_devnet_child_t nodes[MO_CHAIN_COUNT];
    mo_node_config_t config;
    mo_node_station_t station;
    mo_devnet_key_t deployer;
    mo_devnet_key_t pair_deployer;
} world_t;

static world_t world;
static volatile sig_atomic_t stop;

static void start_node(mo_chain_t chain, const char *program, const mo_address_t *funded, size_t count)
{
    bool origin = chain == MO_CHAIN_ORIGIN;
    mo_devnet_anvil_plan_t plan = {.name = origin ? "origin" : "auxiliary",
                                   .chain_id = origin ? 31337 : 31338,
                                   .port = origin ? ORIGIN_PORT : AUXILIARY_PORT,
                                   .funded = funded,
                                   .funded_count = count};
    mo_node_url_t *url = origin ? &world.config.origin_rpc : &world.config.auxiliary_rpc;
    (void)snprintf(url->text, sizeof url->text, "http://127.0.0.1:%u", (unsigned)plan.port);
    mo_rpc_config_t rpc = {.urls = {url->text}, .url_count = 1, .chain_id = plan.chain_id};
    assert_int_equal(mo_devnet_anvil_start(program, &world.folder, &plan, &world.nodes[chain]).kind, MO_OK);
    assert_int_equal(mo_rpc_open(&world.station.rpcs[chain], &rpc).kind, MO_OK);
    uint64_t id = 0;
    for (int i = 0; i < 400 && id == 0; i++) {
        if (mo_failed(mo_rpc_chain_id(world.station.rpcs[chain], &id))) {
            mo_devnet_sleep_ms(25);
        }
    }
    assert_int_equal(id, plan.chain_id);
}

static int set_up(void **state)
{
    (void)state;
    char program[MO_ANVIL_PATH_MAX];
    mo_address_t funded[2 + 5];
    size_t count = 0;
    assert_int_equal(mo_devnet_anvil_find(program).kind, MO_OK);
    assert_int_equal(mo_devnet_folder_open(NULL, &world.folder).kind, MO_OK);
    world.deployer = mo_devnet_key("creation", "deployer", 0);
    world.pair_deployer = mo_devnet_key("creation", "pair", 0);
    funded[count++] = world.deployer.address;
    funded[count++] = world.pair_deployer.address;
    for (unsigned i = 0; i < 5; i++) {
        funded[count++] = mo_deploy_validator_key("creation", i).address;
    }
    world.config.origin_chain_id = 31337;
    world.config.auxiliary_chain_id = 31338;
    start_node(MO_CHAIN_ORIGIN, program, funded, count);
    start_node(MO_CHAIN_AUXILIARY, program, funded, count);
    mo_deploy_t deploy = {.origin = world.station.rpcs[MO_CHAIN_ORIGIN],
                          .auxiliary = world.station.rpcs[MO_CHAIN_AUXILIARY],
                          .seed = "creation",
                          .deployer = &world.deployer,
                          .pair_deployer = &world.pair_deployer,
                          .holder = &world.deployer.address,
                          .founders = 4,
                          .stop = &stop,
                          .config = &world.config};
    mo_err_t err = mo_node_deploy(&deploy);
    assert_string_equal(err.text, "");
    world.station.config = &world.config;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mo_rpc_close(world.station.rpcs[MO_CHAIN_ORIGIN]);
    mo_rpc_close(world.station.rpcs[MO_CHAIN_AUXILIARY]);
    mo_devnet_children_end(world.nodes, MO_CHAIN_COUNT, 1000);
    mo_devnet_folder_close(&world.folder);
    return 0;
}

static mo_err_t check_with(const mo_node_config_t *config)
{
    mo_node_station_t station = world.station;
    station.config = config;
    return mo_node_creation_check(&station);
}

static void the_contracts_of_an_honest_deployment_are_this_builds(void **state)
{
    (void)state;
    mo_err_t err = check_with(&world.config);
    assert_string_equal(err.text, "");
}

static void a_contract_of_other_code_or_arguments_is_named(void **state)
{
    (void)state;
    mo_node_config_t config = world.config;
    config.origin_history = world.config.stake_token;
    mo_err_t err = check_with(&config);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "OriginHistory was not created by this build's code"));

    config = world.config;
    config.registry = world.config.stake_token;
    err = check_with(&config);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "Registry"));

    config = world.config; /* the right code with another argument */
    config.origin_root_number += config.origin_epoch;
    err = check_with(&config);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "OriginBlockStore"));
}

static void a_contract_that_is_not_there_yet_is_waited_for(void **state)
{
    (void)state;
    mo_node_config_t config = world.config;
    config.origin_history.bytes[0] ^= 1;
    mo_err_t err = check_with(&config);
    assert_int_equal(err.kind, MO_ERR_TRANSIENT);
    assert_non_null(strstr(err.text, "OriginHistory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_contracts_of_an_honest_deployment_are_this_builds),
        cmocka_unit_test(a_contract_of_other_code_or_arguments_is_named),
        cmocka_unit_test(a_contract_that_is_not_there_yet_is_waited_for),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
