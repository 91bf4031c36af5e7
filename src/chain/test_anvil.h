/* A development node of its own for one test program: started on a port, gone with the program, whatever kills it.
 *
 *     anvil_t anvil;
 *     anvil_start(&anvil, 24110);
 *     ... anvil.rpc ...
 *     anvil_stop(&anvil);
 *
 * Blocks are mined by anvil_mine alone. For the tests in src/chain.
 */
#ifndef MO_CHAIN_TEST_ANVIL_H
#define MO_CHAIN_TEST_ANVIL_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/hex.h"
#include "bind/stake_token.h"
#include "chain/rpc.h"
#include "chain/txq.h"
#include "store/flight.h"

#define ANVIL_CHAIN_ID 31337

/* The first key of anvil's public mnemonic. */
static const char anvil_key[] = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

typedef struct {
    pid_t pid;
    uint64_t port;
    char folder[32];
    mo_rpc_t *rpc;
} anvil_t;

/* Fails the test with the error's words. */
static inline void assert_ok(mo_err_t err)
{
    if (mo_failed(err)) {
        fail_msg("%s", err.text);
    }
}

static inline void pause_ms(long ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static inline void anvil_exec(const anvil_t *anvil)
{
    char port[8];
    (void)snprintf(port, sizeof port, "%d", (int)anvil->port);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execl(MO_SOURCE_DIR "/node_modules/.bin/anvil", "anvil", "--port", port, "--hardfork", "prague",
          "--slots-in-an-epoch", "1", "--no-mining", "--prune-history", "512", "--cache-path", anvil->folder,
          "--chain-id", "31337", "--silent", (char *)NULL);
    _exit(127);
}

static inline void anvil_start(anvil_t *anvil, uint16_t port)
{
    *anvil = (anvil_t){.port = port, .folder = "/tmp/mosaic-anvil-XXXXXX"};
    assert_non_null(mkdtemp(anvil->folder));
    anvil->pid = fork();
    assert_true(anvil->pid >= 0);
    if (anvil->pid == 0) {
        anvil_exec(anvil);
    }
    char url[40];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d", (int)port);
    mo_rpc_config_t config = {.urls = {url}, .url_count = 1, .chain_id = ANVIL_CHAIN_ID};
    assert_ok(mo_rpc_open(&anvil->rpc, &config));
    uint64_t number;
    mo_err_t err = mo_rpc_number(anvil->rpc, &number);
    for (int tries = 0; mo_failed(err) && tries < 200; tries++) {
        pause_ms(50);
        err = mo_rpc_number(anvil->rpc, &number);
    }
    assert_ok(err);
}

static inline void anvil_stop(anvil_t *anvil)
{
    mo_rpc_close(anvil->rpc);
    kill(anvil->pid, SIGKILL);
    (void)waitpid(anvil->pid, NULL, 0);
    char command[64];
    (void)snprintf(command, sizeof command, "rm -rf %s", anvil->folder);
    assert_int_equal(system(command), 0);
}

static inline void anvil_request(anvil_t *anvil, const char *method, const char *params)
{
    assert_ok(mo_rpc_request(anvil->rpc, method, params, NULL));
}

static inline void anvil_mine(anvil_t *anvil, int count)
{
    for (int i = 0; i < count; i++) {
        anvil_request(anvil, "evm_mine", "[]");
    }
}

static inline uint64_t anvil_head(anvil_t *anvil)
{
    uint64_t number;
    assert_ok(mo_rpc_number(anvil->rpc, &number));
    return number;
}

/* A store in the node's folder; the same name is the same store. */
static inline mo_store_t *anvil_store(const anvil_t *anvil, const char *name)
{
    char path[64];
    (void)snprintf(path, sizeof path, "%s/%s", anvil->folder, name);
    mo_store_t *store;
    assert_ok(mo_store_open(&store, path, MO_STORE_CREATE));
    return store;
}

/* A queue over the first key. `patience` is replace_after_ms. */
static inline mo_txq_t *anvil_queue(const anvil_t *anvil, mo_store_t *store, uint64_t patience)
{
    mo_txq_config_t config = {
        .rpc = anvil->rpc, .store = store, .chain_id = ANVIL_CHAIN_ID, .replace_after_ms = patience};
    assert_true(mo_hex_decode_exact(anvil_key, MO_HEX_PREFIXED, config.secret, sizeof config.secret));
    mo_txq_t *queue;
    assert_ok(mo_txq_open(&queue, &config));
    return queue;
}

/* Submits, sends, mines and gives the outcome. */
static inline mo_txq_outcome_t anvil_run(anvil_t *anvil, mo_txq_t *queue, const mo_txq_call_t *call)
{
    uint64_t id;
    mo_txq_outcome_t outcome;
    assert_ok(mo_txq_submit(queue, call, &id));
    assert_ok(mo_txq_tick(queue, 1));
    anvil_mine(anvil, 1);
    assert_ok(mo_txq_tick(queue, 2));
    assert_true(mo_txq_next(queue, &outcome));
    assert_int_equal(outcome.id, id);
    return outcome;
}

static inline mo_bytes_t words(const char *text)
{
    return (mo_bytes_t){(const uint8_t *)text, strlen(text)};
}

/* A token of the first key, with 1,000 units. */
static inline mo_address_t anvil_token(anvil_t *anvil, mo_txq_t *queue)
{
    static uint8_t memory[MO_RPC_INPUT_MAX];
    mo_buffer_t code = MO_BUFFER(memory);
    mo_bind_stake_token_constructor_t arguments = {
        .name = words("Stake"), .symbol = words("STK"), .supply = mo_u256_from_u64(1000), .to = mo_txq_sender(queue)};
    assert_true(mo_bind_stake_token_constructor_encode(&code, &arguments));
    mo_txq_outcome_t outcome =
        anvil_run(anvil, queue, &(mo_txq_call_t){.data = mo_buffer_view(&code), .label = "token"});
    assert_int_equal(outcome.result, MO_TXQ_MINED);
    return outcome.contract;
}

/* Call data of token.transfer(0x...0b0b, amount). */
static inline mo_bytes_t transfer_call(uint64_t amount)
{
    static uint8_t memory[128];
    mo_buffer_t data = MO_BUFFER(memory);
    mo_bind_stake_token_transfer_t arguments = {.to = {{[18] = 0x0b, [19] = 0x0b}}, .value = mo_u256_from_u64(amount)};
    assert_true(mo_bind_stake_token_transfer_encode(&data, &arguments));
    return mo_buffer_view(&data);
}

#endif
