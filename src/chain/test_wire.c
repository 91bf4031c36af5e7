/* A client against servers that answer wrongly: each test starts one of its own, which gives the texts it was told, one
 * per request, and ends with the test program. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "chain/rpc.h"

typedef struct {
    pid_t pid;
    mo_rpc_t *rpc;
} server_t;

/* Reads one request to the end of its body. */
static void read_request(int connection)
{
    static char request[1 << 16];
    size_t size = 0;
    const char *body = NULL;
    size_t length = 0;
    while (body == NULL || size - (size_t)(body - request) < length) {
        ssize_t got = read(connection, request + size, sizeof request - 1 - size);
        if (got <= 0) {
            return;
        }
        size += (size_t)got;
        request[size] = '\0';
        body = strstr(request, "\r\n\r\n");
        body = body != NULL ? body + 4 : NULL;
        const char *field = strstr(request, "Content-Length: ");
        length = field != NULL ? (size_t)strtoul(field + 16, NULL, 10) : 0;
    }
}

static void serve(int listener, const char *const *answers)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (; *answers != NULL; answers++) {
        int connection = accept(listener, NULL, NULL);
        read_request(connection);
        size_t size = strlen(*answers);
        for (size_t done = 0; done < size;) {
            ssize_t sent = write(connection, *answers + done, size - done);
            if (sent <= 0) {
                break;
            }
            done += (size_t)sent;
        }
        close(connection);
    }
    _exit(0);
}

static server_t start(const char *const *answers, uint32_t timeout_ms)
{
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    server_t server = {.pid = fork()};
    if (server.pid == 0) {
        serve(listener, answers);
    }
    close(listener);
    char url[64];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d/v3/secret-key", ntohs(address.sin_port));
    mo_rpc_config_t config = {.urls = {url}, .url_count = 1, .timeout_ms = timeout_ms};
    mo_err_t err = mo_rpc_open(&server.rpc, &config);
    assert_int_equal(err.kind, MO_OK);
    return server;
}

static void stop(server_t *server)
{
    mo_rpc_close(server->rpc);
    kill(server->pid, SIGKILL);
    (void)waitpid(server->pid, NULL, 0);
}

#define OK "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"

/* What one call gives when the server answers `text`. */
static mo_err_t number_from(const char *text, uint64_t *number)
{
    const char *answers[] = {text, NULL};
    server_t server = start(answers, 2000);
    mo_err_t err = mo_rpc_number(server.rpc, number);
    assert_null(strstr(err.text, "secret"));
    stop(&server);
    return err;
}

static void a_good_answer_is_taken(void **state)
{
    (void)state;
    uint64_t number;
    mo_err_t err = number_from(OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x2a\"}", &number);
    assert_int_equal(err.kind, MO_OK);
    assert_int_equal(number, 42);
}

static void an_answer_that_is_no_good_is_transient_and_yields_zero(void **state)
{
    (void)state;
    static const char *const texts[] = {
        OK,
        OK "{",
        OK "null",
        OK "[]",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":\"0x2a\"}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":\"0x2a\"}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x2a\",\"result\":\"0x2b\"}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x2a\",\"error\":{\"code\":1}}",
        OK "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x2a\"}]",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x2a\"} more",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"42\"}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x2a\\u0000\"}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x02a\"}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x10000000000000000\"}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":42}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"header not found\"}}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{}}",
        "HTTP/1.1 429 Too Many\r\nConnection: close\r\n\r\nslow down",
        "HTTP/1.1 503 Busy\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{\"jsonrpc\"",
        "nonsense\r\n\r\n",
        "",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint64_t number = 7;
        mo_err_t err = number_from(texts[i], &number);
        if (err.kind != MO_ERR_TRANSIENT || number != 0) {
            fail_msg("answer %zu: kind %d, number %lu: %s", i, (int)err.kind, (unsigned long)number, err.text);
        }
    }
}

static void an_answer_that_will_not_change_is_permanent(void **state)
{
    (void)state;
    static const char *const texts[] = {
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no such method\"}}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":3,\"message\":\"execution reverted\"}}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":3,\"message\":\"execution reverted: \\u0000\"}}",
        OK "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"out of gas\"}}",
        "HTTP/1.1 401 Who\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nConnection: close\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint64_t number;
        mo_err_t err = number_from(texts[i], &number);
        if (err.kind != MO_ERR_PERMANENT) {
            fail_msg("answer %zu: kind %d: %s", i, (int)err.kind, err.text);
        }
    }
}

static void a_server_that_says_nothing_runs_into_the_time_out(void **state)
{
    (void)state;
    const char *answers[] = {NULL};
    server_t server = start(answers, 200);
    uint64_t number;
    assert_int_equal(mo_rpc_number(server.rpc, &number).kind, MO_ERR_TRANSIENT);
    stop(&server);
}

/* Answers to a batch of blocks 1 and 2: what matters is how ids are matched, so the blocks are not there. */
static mo_err_t blocks_from(const char *text)
{
    const char *answers[] = {text, NULL};
    server_t server = start(answers, 2000);
    static mo_block_t blocks[2];
    size_t got = 9;
    mo_err_t err = mo_rpc_blocks(server.rpc, 1, blocks, 2, &got);
    assert_int_equal(got, 0);
    stop(&server);
    return err;
}

static void answers_of_a_batch_are_matched_by_id(void **state)
{
    (void)state;
    mo_err_t err = blocks_from(OK "[{\"id\":2,\"result\":null},{\"id\":1,\"result\":null}]");
    assert_int_equal(err.kind, MO_OK);
    static const char *const bad[] = {
        OK "[{\"id\":1,\"result\":null},{\"id\":1,\"result\":null}]",
        OK "[{\"id\":1,\"result\":null}]",
        OK "[{\"id\":1,\"result\":null},{\"id\":3,\"result\":null}]",
        OK "[{\"id\":1,\"result\":null},{\"id\":2,\"result\":null},{\"id\":3,\"result\":null}]",
        OK "[null,null]",
        OK "{\"id\":1,\"result\":null}",
        OK "{\"id\":null,\"error\":{\"code\":-32005,\"message\":\"batch too large\"}}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(blocks_from(bad[i]).kind, MO_ERR_TRANSIENT);
    }
}

static void the_bytes_of_a_revert_are_kept_and_named(void **state)
{
    (void)state;
    const char *answers[] = {
        OK "{\"id\":1,\"error\":{\"code\":3,\"message\":\"execution reverted\",\"data\":"
           "\"0x4e487b710000000000000000000000000000000000000000000000000000000000000011\"}}",
        OK "{\"id\":2,\"error\":{\"code\":-32000,\"message\":\"Reverted\",\"data\":{\"data\":\"0x12345678\"}}}",
        OK "{\"id\":3,\"error\":{\"code\":3,\"message\":\"execution reverted\",\"data\":\"0x123\"}}",
        NULL,
    };
    server_t server = start(answers, 2000);
    uint8_t memory[8];
    mo_buffer_t out = MO_BUFFER(memory);
    mo_rpc_call_t call = {.data = {0}};
    mo_err_t err = mo_rpc_call(server.rpc, &call, MO_AT_LATEST, &out);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "Panic(17)"));
    assert_int_equal(mo_rpc_revert(server.rpc).size, 36);
    err = mo_rpc_call(server.rpc, &call, MO_AT_LATEST, &out);
    assert_non_null(strstr(err.text, "0x12345678"));
    err = mo_rpc_call(server.rpc, &call, MO_AT_LATEST, &out);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_int_equal(mo_rpc_revert(server.rpc).size, 0);
    stop(&server);
}

static void what_a_node_says_about_a_transaction_is_classed(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        mo_rpc_take_t take;
        mo_err_kind_t kind;
    } rows[] = {
        {OK "{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"already known\"}}", MO_RPC_KNOWN, MO_ERR_DONE},
        {OK "{\"id\":1,\"error\":{\"code\":-32003,\"message\":\"Nonce too low: next 7\"}}", MO_RPC_NONCE_LOW,
         MO_ERR_DONE},
        {OK "{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"replacement transaction underpriced\"}}",
         MO_RPC_UNDERPRICED, MO_ERR_TRANSIENT},
        {OK "{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"insufficient funds for gas\"}}", MO_RPC_NO_FUNDS,
         MO_ERR_TRANSIENT},
        {OK "{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"invalid sender\"}}", MO_RPC_REFUSED, MO_ERR_PERMANENT},
        {OK "{\"id\":1,\"result\":\"0x0101010101010101010101010101010101010101010101010101010101010101\"}",
         MO_RPC_LATER, MO_ERR_TRANSIENT},
        {OK "{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"txpool is full\"}}", MO_RPC_LATER, MO_ERR_TRANSIENT},
        {"HTTP/1.1 502 Bad\r\n\r\n", MO_RPC_LATER, MO_ERR_TRANSIENT},
        {OK "{\"id\":1,\"result\":\"0x5fe7f977e71dba2ea1a68e21057beebb9be2ac30c6410aa38d4f3fbe41dcffd2\"}",
         MO_RPC_TAKEN, MO_OK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *answers[] = {rows[i].text, NULL};
        server_t server = start(answers, 2000);
        static const uint8_t raw[] = {1};
        mo_hash_t hash;
        mo_rpc_take_t take;
        mo_err_t err = mo_rpc_send(server.rpc, MO_BYTES(raw), &hash, &take);
        if (take != rows[i].take || err.kind != rows[i].kind) {
            fail_msg("row %zu: take %d, kind %d: %s", i, (int)take, (int)err.kind, err.text);
        }
        stop(&server);
    }
}

static void a_url_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const urls[] = {"", "localhost:8545", "ftp://host", "http://", "file:///etc/passwd"};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        mo_rpc_config_t config = {.urls = {urls[i]}, .url_count = 1};
        mo_rpc_t *rpc;
        assert_int_equal(mo_rpc_open(&rpc, &config).kind, MO_ERR_PERMANENT);
        assert_null(rpc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_answer_is_taken),
        cmocka_unit_test(an_answer_that_is_no_good_is_transient_and_yields_zero),
        cmocka_unit_test(an_answer_that_will_not_change_is_permanent),
        cmocka_unit_test(a_server_that_says_nothing_runs_into_the_time_out),
        cmocka_unit_test(answers_of_a_batch_are_matched_by_id),
        cmocka_unit_test(the_bytes_of_a_revert_are_kept_and_named),
        cmocka_unit_test(what_a_node_says_about_a_transaction_is_classed),
        cmocka_unit_test(a_url_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
