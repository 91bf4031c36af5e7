/* Several endpoints of one chain, against nodes: passed over, refused, never mixed. */
#include "chain/test_anvil.h"

#define PORT 24140

typedef struct {
    pid_t pid;
    char url[40];
} node_t;

/* Two nodes of one chain (the same genesis, because of the same time) and one of another with the same chain id. */
static node_t nodes[3];
static mo_hash_t genesis;
static char said[512];

static void listen_to(const char *text)
{
    (void)snprintf(said, sizeof said, "%s", text);
}

static void start_node(node_t *node, int port, const char *time)
{
    char number[8];
    (void)snprintf(number, sizeof number, "%d", port);
    (void)snprintf(node->url, sizeof node->url, "http://127.0.0.1:%d", port);
    node->pid = fork();
    assert_true(node->pid >= 0);
    if (node->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl(MO_SOURCE_DIR "/node_modules/.bin/anvil", "anvil", "--port", number, "--hardfork", "prague", "--no-mining",
              "--chain-id", "31337", "--timestamp", time, "--silent", (char *)NULL);
        _exit(127);
    }
    mo_rpc_config_t config = {.urls = {node->url}, .url_count = 1};
    mo_rpc_t *rpc;
    uint64_t id;
    assert_ok(mo_rpc_open(&rpc, &config));
    mo_err_t err = mo_rpc_chain_id(rpc, &id);
    for (int tries = 0; mo_failed(err) && tries < 200; tries++) {
        pause_ms(50);
        err = mo_rpc_chain_id(rpc, &id);
    }
    assert_ok(err);
    mo_rpc_close(rpc);
}

static mo_rpc_t *client(const char *first, const char *second)
{
    mo_rpc_config_t config = {.urls = {first, second},
                              .url_count = second == NULL ? 1 : 2,
                              .chain_id = ANVIL_CHAIN_ID,
                              .genesis = genesis,
                              .say = listen_to};
    mo_rpc_t *rpc;
    said[0] = '\0';
    assert_ok(mo_rpc_open(&rpc, &config));
    return rpc;
}

static int start(void **state)
{
    (void)state;
    start_node(&nodes[0], PORT, "1700000000");
    start_node(&nodes[1], PORT + 1, "1700000000");
    start_node(&nodes[2], PORT + 2, "1700000007");
    mo_rpc_t *rpc = client(nodes[0].url, NULL);
    mo_block_t block;
    assert_ok(mo_rpc_block(rpc, MO_AT(0), &block));
    genesis = block.hash;
    mo_rpc_close(rpc);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        kill(nodes[i].pid, SIGKILL);
        (void)waitpid(nodes[i].pid, NULL, 0);
    }
    return 0;
}

static void mine_on(const node_t *node, int count)
{
    mo_rpc_t *rpc = client(node->url, NULL);
    for (int i = 0; i < count; i++) {
        assert_ok(mo_rpc_request(rpc, "evm_mine", "[]", NULL));
    }
    mo_rpc_close(rpc);
}

static void an_endpoint_that_is_away_is_passed_over(void **state)
{
    (void)state;
    mo_rpc_t *rpc = client("http://127.0.0.1:1", nodes[0].url);
    uint64_t number;
    assert_ok(mo_rpc_number(rpc, &number));
    mo_rpc_close(rpc);
}

static void an_endpoint_with_another_genesis_is_refused_and_named(void **state)
{
    (void)state;
    mo_rpc_t *rpc = client(nodes[2].url, nodes[0].url);
    uint64_t number;
    mine_on(&nodes[0], 1);
    assert_ok(mo_rpc_number(rpc, &number));
    assert_true(number > 0);
    assert_non_null(strstr(said, nodes[2].url));
    assert_non_null(strstr(said, "genesis"));
    mo_rpc_close(rpc);
    rpc = client(nodes[2].url, NULL);
    mo_err_t err = mo_rpc_number(rpc, &number);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, nodes[2].url));
    mo_rpc_close(rpc);
}

static void a_block_that_any_endpoint_has_is_found_and_the_others_are_set_aside(void **state)
{
    (void)state;
    /* The chains part at block 1: their first blocks have different times. */
    mine_on(&nodes[0], 2);
    mo_rpc_t *rpc = client(nodes[1].url, NULL);
    assert_ok(mo_rpc_request(rpc, "evm_increaseTime", "[1000]", NULL));
    mo_rpc_close(rpc);
    mine_on(&nodes[1], 2);
    rpc = client(nodes[0].url, NULL);
    mo_block_t ours;
    assert_ok(mo_rpc_block(rpc, MO_AT(1), &ours));
    mo_rpc_close(rpc);
    rpc = client(nodes[1].url, nodes[0].url);
    bool has;
    assert_ok(mo_rpc_anyone_has(rpc, 1, &ours.hash, &has));
    assert_true(has);
    assert_non_null(strstr(said, nodes[1].url));
    mo_block_t block;
    assert_ok(mo_rpc_block(rpc, MO_AT(1), &block));
    assert_true(mo_hash_equal(&block.hash, &ours.hash));
    mo_hash_t none = {{7}};
    assert_ok(mo_rpc_anyone_has(rpc, 1, &none, &has));
    assert_false(has);
    mo_rpc_close(rpc);
}

static void a_read_is_of_one_endpoint_or_fails(void **state)
{
    (void)state;
    mo_rpc_t *rpc = client(nodes[1].url, nodes[0].url);
    uint64_t number;
    mo_rpc_hold(rpc);
    assert_ok(mo_rpc_number(rpc, &number));
    kill(nodes[1].pid, SIGKILL);
    pause_ms(50);
    assert_int_equal(mo_rpc_number(rpc, &number).kind, MO_ERR_TRANSIENT);
    mo_err_t err = mo_rpc_number(rpc, &number);
    assert_int_equal(err.kind, MO_ERR_TRANSIENT);
    assert_non_null(strstr(err.text, "in the middle of a read"));
    mo_rpc_let(rpc);
    assert_ok(mo_rpc_number(rpc, &number));
    mo_rpc_close(rpc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_endpoint_that_is_away_is_passed_over),
        cmocka_unit_test(an_endpoint_with_another_genesis_is_refused_and_named),
        cmocka_unit_test(a_block_that_any_endpoint_has_is_found_and_the_others_are_set_aside),
        cmocka_unit_test(a_read_is_of_one_endpoint_or_fails),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
