/* The signer: what goes over its socket, and that no kill on either side brings two different votes. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/rng.h"
#include "node/signer.h"
#include "rules/vote.h"

typedef struct {
    char folder[40];
    char store[64];
    char socket[64];
    mo_secp_key_t key;
    mo_guard_core_t core;
    pid_t server; /* 0: none */
} world_t;

static void assert_ok(mo_err_t err)
{
    if (mo_failed(err)) {
        fail_msg("%s", err.text);
    }
}

static int enter(void **state)
{
    static world_t world;
    memset(&world, 0, sizeof world);
    strcpy(world.folder, "/tmp/mosaic-signer-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    (void)snprintf(world.store, sizeof world.store, "%s/v.sqlite", world.folder);
    (void)snprintf(world.socket, sizeof world.socket, "%s/s", world.folder);
    world.key.bytes[31] = 7;
    world.core = (mo_guard_core_t){.origin_chain_id = 31337, .setup_hash = {{1}}};
    *state = &world;
    return 0;
}

static void stop_server(world_t *world, int signal_number)
{
    if (world->server != 0) {
        assert_int_equal(kill(world->server, signal_number), 0);
        assert_int_equal(waitpid(world->server, NULL, 0), world->server);
        world->server = 0;
    }
}

static int leave(void **state)
{
    world_t *world = *state;
    stop_server(world, SIGKILL);
    char command[64];
    (void)snprintf(command, sizeof command, "rm -rf %s", world->folder);
    return system(command);
}

static volatile sig_atomic_t ended;

static void end(int number)
{
    ended = number;
}

static void serve(const world_t *world)
{
    mo_signer_guard_t guard = {.key = world->key};
    (void)signal(SIGTERM, end);
    if (!mo_secp_address(&guard.key, &guard.address) ||
        mo_failed(mo_store_open(&guard.store, world->store, MO_STORE_CREATE))) {
        _exit(3);
    }
    mo_err_t err = mo_signer_serve(&guard, world->socket, &ended);
    mo_store_close(guard.store);
    _exit(mo_failed(err) ? 4 : 0);
}

static void start_server(world_t *world)
{
    world->server = fork();
    assert_true(world->server >= 0);
    if (world->server == 0) {
        serve(world);
    }
}

static void nap(long ms)
{
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    (void)nanosleep(&time, NULL);
}

static mo_signer_t *connect_to(const world_t *world)
{
    mo_signer_t *signer = NULL;
    mo_err_t err = mo_signer_connect(&signer, world->socket);
    for (int i = 0; i < 200 && err.kind == MO_ERR_TRANSIENT; i++) {
        nap(10);
        err = mo_signer_connect(&signer, world->socket);
    }
    assert_ok(err);
    assert_ok(mo_signer_know(signer, &world->core));
    return signer;
}

static mo_vote_t link_of(uint64_t source, uint64_t target, uint8_t branch)
{
    return (mo_vote_t){.chain = {{1}},
                       .transition = {{3, (uint8_t)source, branch}},
                       .source = {{4, (uint8_t)source}},
                       .target = {{4, (uint8_t)target, branch}},
                       .source_height = {source},
                       .target_height = {target}};
}

/* The same questions and the same answers, in process and over the socket. */
static void check_conversation(mo_signer_t *signer)
{
    mo_guard_verdict_t verdict;
    mo_guard_record_t first;
    mo_guard_record_t again;
    mo_guard_mark_t mark;
    bool found;
    const mo_vote_t vote = link_of(1, 2, 0);
    const mo_vote_t other = link_of(1, 2, 1);
    assert_ok(mo_signer_mark(signer, &vote.chain, &mark));
    assert_false(mark.any);
    assert_ok(mo_signer_vote(signer, &vote, &verdict, &first));
    assert_int_equal(verdict, MO_GUARD_SIGNED);
    assert_ok(mo_signer_vote(signer, &other, &verdict, &again));
    assert_int_equal(verdict, MO_GUARD_TARGET_NOT_ABOVE);
    assert_true(mo_hash_is_zero(&again.signature.r));
    assert_ok(mo_signer_vote(signer, &vote, &verdict, &again));
    assert_int_equal(verdict, MO_GUARD_SIGNED_BEFORE);
    assert_memory_equal(&first, &again, sizeof first);
    assert_ok(mo_signer_find(signer, &vote.chain, vote.target_height, &again, &found));
    assert_true(found);
    assert_memory_equal(&first, &again, sizeof first);
    assert_ok(mo_signer_mark(signer, &vote.chain, &mark));
    assert_int_equal(mark.target.value, 2);
    mo_address_t who;
    const mo_address_t address = mo_signer_address(signer);
    assert_int_equal(mo_secp_recover(&first.signature, &first.digest, &who), MO_SECP_OK);
    assert_true(mo_address_equal(&who, &address));
}

static void the_same_answers_come_in_process_and_over_the_socket(void **state)
{
    world_t *world = *state;
    mo_store_t *store;
    mo_signer_t *signer;
    char path[80];
    (void)snprintf(path, sizeof path, "%s/other.sqlite", world->folder);
    assert_ok(mo_store_open(&store, path, MO_STORE_CREATE));
    assert_ok(mo_signer_open(&signer, store, &world->key));
    assert_ok(mo_signer_know(signer, &world->core));
    check_conversation(signer);
    mo_signer_close(signer);
    mo_store_close(store);
    start_server(world);
    signer = connect_to(world);
    check_conversation(signer);
    mo_signer_close(signer);
}

static void the_socket_is_its_owners_alone_and_goes_when_the_signer_ends(void **state)
{
    world_t *world = *state;
    struct stat status;
    start_server(world);
    mo_signer_close(connect_to(world));
    assert_int_equal(stat(world->socket, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    stop_server(world, SIGTERM);
    assert_int_equal(stat(world->socket, &status), -1);
}

static void a_file_that_is_no_socket_is_not_replaced(void **state)
{
    world_t *world = *state;
    FILE *file = fopen(world->socket, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    mo_signer_guard_t guard = {0};
    const mo_err_t err = mo_signer_serve(&guard, world->socket, &ended);
    assert_int_equal(err.kind, MO_ERR_PERMANENT);
    assert_non_null(strstr(err.text, "--socket"));
    assert_int_equal(access(world->socket, F_OK), 0);
}

static void nothing_is_signed_before_the_core_is_named(void **state)
{
    world_t *world = *state;
    mo_store_t *store;
    mo_signer_guard_t guard = {.key = world->key};
    assert_ok(mo_store_open(&store, world->store, MO_STORE_CREATE));
    guard.store = store;
    assert_true(mo_secp_address(&guard.key, &guard.address));
    mo_signer_reply_t reply;
    mo_signer_answer(&guard, &(mo_signer_request_t){.kind = MO_SIGNER_SIGN, .vote = link_of(1, 2, 0)}, &reply);
    assert_int_equal(reply.kind, MO_SIGNER_FAILED);
    mo_store_close(store);
}

static void a_stranger_with_the_cores_address_is_refused_and_so_is_every_vote_after_it(void **state)
{
    world_t *world = *state;
    start_server(world);
    mo_signer_t *signer = connect_to(world);
    mo_guard_verdict_t verdict;
    mo_guard_record_t record;
    const mo_vote_t vote = link_of(1, 2, 0);
    const mo_vote_t later = link_of(2, 3, 0);
    assert_ok(mo_signer_vote(signer, &vote, &verdict, &record));
    mo_guard_core_t other = world->core;
    other.origin_genesis.bytes[0] = 9;
    assert_int_equal(mo_signer_know(signer, &other).kind, MO_ERR_REFUSED);
    assert_int_equal(mo_signer_vote(signer, &later, &verdict, &record).kind, MO_ERR_PERMANENT);
    mo_signer_close(signer);
}

/* A validator that asks for votes of both branches at every height and dies at any moment. What it was given it wrote
 * down before it went on. */
static void ask_and_tell(const world_t *world, uint64_t seed, int told)
{
    mo_signer_t *signer = NULL;
    mo_rng_t rng = mo_rng(seed);
    if (mo_failed(mo_signer_connect(&signer, world->socket)) || mo_failed(mo_signer_know(signer, &world->core))) {
        _exit(0);
    }
    for (;;) {
        const uint64_t source = 1 + mo_rng_below(&rng, 60);
        const mo_vote_t vote = link_of(source, source + 1 + mo_rng_below(&rng, 3), (uint8_t)mo_rng_below(&rng, 2));
        mo_guard_verdict_t verdict;
        mo_guard_record_t record;
        if (!mo_failed(mo_signer_vote(signer, &vote, &verdict, &record)) &&
            (verdict == MO_GUARD_SIGNED || verdict == MO_GUARD_SIGNED_BEFORE) &&
            write(told, &record, sizeof record) != (ssize_t)sizeof record) {
            _exit(1);
        }
    }
}

static size_t read_told(const world_t *world, mo_guard_record_t *records, size_t capacity)
{
    char path[80];
    (void)snprintf(path, sizeof path, "%s/told", world->folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    const size_t count = fread(records, sizeof *records, capacity, file);
    assert_int_equal(fclose(file), 0);
    return count;
}

static void check_told(const world_t *world)
{
    static mo_guard_record_t records[20000];
    const size_t count = read_told(world, records, 20000);
    size_t different = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            assert_int_equal(mo_rules_vote_offence(&records[i].vote, &records[k].vote), MO_OFFENCE_NONE);
        }
        different += i > 0 && !mo_rules_vote_equal(&records[i].vote, &records[i - 1].vote);
    }
    (void)printf("# %zu signatures came out\n", count);
    assert_true(count >= 5 && different >= 2);
}

static void killed_at_any_moment_on_either_side_no_two_signed_votes_offend(void **state)
{
    world_t *world = *state;
    char path[80];
    mo_rng_t rng = mo_rng(77);
    (void)snprintf(path, sizeof path, "%s/told", world->folder);
    for (uint64_t round = 0; round < 12; round++) {
        FILE *told = fopen(path, "a");
        assert_non_null(told);
        start_server(world);
        mo_signer_close(connect_to(world));
        const pid_t validator = fork();
        if (validator == 0) {
            ask_and_tell(world, round, fileno(told));
        }
        nap(20 + (long)mo_rng_below(&rng, 60));
        if (round % 2 == 0) {
            stop_server(world, SIGKILL);
        }
        assert_int_equal(kill(validator, SIGKILL), 0);
        assert_int_equal(waitpid(validator, NULL, 0), validator);
        stop_server(world, SIGKILL);
        assert_int_equal(fclose(told), 0);
    }
    check_told(world);
}

static int raw_connection(const world_t *world)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, world->socket, strlen(world->socket) + 1);
    const int socket_number = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(socket_number >= 0);
    assert_int_equal(connect(socket_number, (const struct sockaddr *)&address, sizeof address), 0);
    return socket_number;
}

/* Votes must not wait for a validator that hangs, or for a second one started by mistake. */
static void who_says_nothing_makes_room_for_who_waits(void **state)
{
    world_t *world = *state;
    start_server(world);
    mo_signer_close(connect_to(world));
    const int silent = raw_connection(world);
    nap(300);
    (void)alarm(20);
    mo_signer_t *signer = connect_to(world);
    check_conversation(signer);
    (void)alarm(0);
    mo_signer_close(signer);
    assert_int_equal(close(silent), 0);
}

static void who_never_reads_the_answers_stops_neither_the_signer_nor_its_end(void **state)
{
    world_t *world = *state;
    uint8_t memory[MO_SIGNER_FRAME_MAX];
    mo_buffer_t frame = MO_BUFFER(memory);
    mo_signer_request_encode(&(mo_signer_request_t){.kind = MO_SIGNER_HELLO, .version = MO_SIGNER_VERSION}, &frame);
    start_server(world);
    mo_signer_close(connect_to(world));
    const int deaf = raw_connection(world);
    ssize_t sent = 1;
    for (int i = 0; i < 200 && sent > 0; i++) {
        nap(1);
        for (int k = 0; k < 500 && sent > 0; k++) {
            sent = send(deaf, frame.data, frame.size, MSG_DONTWAIT | MSG_NOSIGNAL);
        }
        sent = sent < 0 && errno == EAGAIN && i < 100 ? 1 : sent;
    }
    (void)alarm(20);
    mo_signer_t *signer = connect_to(world);
    check_conversation(signer);
    mo_signer_close(signer);
    stop_server(world, SIGTERM);
    (void)alarm(0);
    assert_int_equal(close(deaf), 0);
}

/* A signer that was stopped (SIGSTOP, a debugger) takes no connections: its backlog fills. */
static void a_signer_that_takes_no_connections_stops_no_validator(void **state)
{
    world_t *world = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, world->socket, strlen(world->socket) + 1);
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 0), 0);
    const int first = raw_connection(world);
    mo_signer_t *signer;
    (void)alarm(20);
    assert_int_equal(mo_signer_connect(&signer, world->socket).kind, MO_ERR_TRANSIENT);
    (void)alarm(0);
    assert_int_equal(close(first) | close(listener), 0);
}

static void every_cut_frame_and_every_longer_one_is_refused(void **state)
{
    (void)state;
    const mo_signer_request_t requests[] = {
        {.kind = MO_SIGNER_HELLO, .version = 1},
        {.kind = MO_SIGNER_KNOW, .core = {.origin_chain_id = 5}},
        {.kind = MO_SIGNER_MARK},
        {.kind = MO_SIGNER_FIND, .target = {7}},
        {.kind = MO_SIGNER_SIGN, .vote = link_of(1, 2, 0)},
    };
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        uint8_t memory[MO_SIGNER_FRAME_MAX + 1] = {0};
        mo_buffer_t frame = {memory, 0, MO_SIGNER_FRAME_MAX, false};
        mo_signer_request_t back;
        mo_signer_request_encode(&requests[i], &frame);
        assert_true(mo_signer_request_decode((mo_bytes_t){memory + 2, frame.size - 2}, &back));
        assert_memory_equal(&back.vote, &requests[i].vote, sizeof back.vote);
        assert_int_equal(back.kind, requests[i].kind);
        for (size_t size = 0; size <= frame.size - 1; size++) {
            assert_true(size == frame.size - 2 || !mo_signer_request_decode((mo_bytes_t){memory + 2, size}, &back));
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
    const struct CMUnitTest tests[] = {
        TEST(the_same_answers_come_in_process_and_over_the_socket),
        TEST(the_socket_is_its_owners_alone_and_goes_when_the_signer_ends),
        TEST(a_file_that_is_no_socket_is_not_replaced),
        TEST(nothing_is_signed_before_the_core_is_named),
        TEST(a_stranger_with_the_cores_address_is_refused_and_so_is_every_vote_after_it),
        TEST(killed_at_any_moment_on_either_side_no_two_signed_votes_offend),
        TEST(who_says_nothing_makes_room_for_who_waits),
        TEST(who_never_reads_the_answers_stops_neither_the_signer_nor_its_end),
        TEST(a_signer_that_takes_no_connections_stops_no_validator),
        TEST(every_cut_frame_and_every_longer_one_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
