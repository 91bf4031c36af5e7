#include "node/signer_socket.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "node/signer.h"

/* How often a listening signer looks whether it is to end. */
#define STOP_LOOK_MS 200

/* Looks in which a connection may say nothing while another one waits. */
#define SILENT_LOOKS 5

/* A peer that reads nothing, or takes no connections, stops a call after this long as well. */
static bool bound_writes(int socket)
{
    const struct timeval wait = {.tv_sec = MO_SIGNER_WAIT_MS / 1000, .tv_usec = MO_SIGNER_WAIT_MS % 1000 * 1000L};
    return setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) == 0;
}

static uint64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static mo_err_t address_of(const char *path, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address->sun_path) {
        return mo_err(MO_ERR_PERMANENT, "socket %.60s...: a path of at most %zu characters: name a shorter one", path,
                      sizeof address->sun_path - 1);
    }
    memcpy(address->sun_path, path, strlen(path) + 1);
    return MO_SUCCESS;
}

void mo_signer_socket_close(int *socket)
{
    if (*socket >= 0) {
        (void)close(*socket);
    }
    *socket = -1;
}

mo_err_t mo_signer_socket_connect(const char *path, int *out)
{
    struct sockaddr_un address;
    *out = -1;
    mo_err_t err = address_of(path, &address);
    if (mo_failed(err)) {
        return err;
    }
    *out = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*out < 0 || !bound_writes(*out) || connect(*out, (const struct sockaddr *)&address, sizeof address) != 0) {
        bool away = errno == ECONNREFUSED || errno == ENOENT || errno == EAGAIN;
        err = mo_err(away ? MO_ERR_TRANSIENT : MO_ERR_PERMANENT, "signer %s: %s: start 'mosaic signer' there", path,
                     strerror(errno));
        mo_signer_socket_close(out);
    }
    return err;
}

/* ---- Frames ---- */

static mo_err_t broken(const char *what)
{
    return mo_err(MO_ERR_TRANSIENT, "the signer's connection: %s", what);
}

/* `size` bytes before `until`. */
static mo_err_t read_exactly(int socket, uint8_t *out, size_t size, uint64_t until)
{
    size_t got = 0;
    while (got < size) {
        uint64_t now = clock_ms();
        struct pollfd wait = {.fd = socket, .events = POLLIN};
        int ready = now < until ? poll(&wait, 1, (int)(until - now)) : 0;
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        ssize_t part = ready > 0 ? recv(socket, out + got, size - got, 0) : -1;
        if (part <= 0) {
            return broken(ready > 0 ? "it ended" : "no answer in time");
        }
        got += (size_t)part;
    }
    return MO_SUCCESS;
}

mo_err_t mo_signer_socket_read(int socket, int first_ms, mo_buffer_t *body)
{
    struct pollfd wait = {.fd = socket, .events = POLLIN};
    char peek;
    if (poll(&wait, 1, first_ms) <= 0 || recv(socket, &peek, 1, MSG_PEEK) <= 0) {
        return mo_err(MO_ERR_DONE, "nothing came");
    }
    uint8_t head[2];
    uint64_t until = clock_ms() + MO_SIGNER_WAIT_MS;
    mo_err_t err = read_exactly(socket, head, sizeof head, until);
    size_t size = (size_t)head[0] << 8 | head[1];
    if (!mo_failed(err) && (size < 1 || size > body->capacity)) {
        err = broken("a frame of a wrong size");
    }
    if (!mo_failed(err)) {
        err = read_exactly(socket, body->data, size, until);
    }
    body->size = mo_failed(err) ? 0 : size;
    return err;
}

mo_err_t mo_signer_socket_write(int socket, mo_bytes_t frame)
{
    ssize_t sent = send(socket, frame.data, frame.size, MSG_NOSIGNAL);
    return sent == (ssize_t)frame.size ? MO_SUCCESS : broken("it ended");
}

mo_err_t mo_signer_socket_ask(int socket, const mo_signer_request_t *request, mo_signer_reply_t *reply)
{
    uint8_t memory[MO_SIGNER_FRAME_MAX];
    mo_buffer_t frame = MO_BUFFER(memory);
    *reply = (mo_signer_reply_t){0};
    mo_signer_request_encode(request, &frame);
    mo_err_t err = mo_signer_socket_write(socket, mo_buffer_view(&frame));
    mo_buffer_t body = {memory, 0, MO_SIGNER_BODY_MAX, false};
    if (!mo_failed(err)) {
        err = mo_signer_socket_read(socket, MO_SIGNER_WAIT_MS, &body);
    }
    if (!mo_failed(err) && !mo_signer_reply_decode(mo_buffer_view(&body), reply)) {
        err = broken("an answer that is not of the form");
    }
    if (err.kind == MO_ERR_DONE) {
        err.kind = MO_ERR_TRANSIENT;
    }
    return err;
}

/* ---- Listening ---- */

/* Only a socket is removed; whether its owner lives, the guard's store has told already by its lock. */
static mo_err_t make_room(const char *path)
{
    struct stat status;
    if (lstat(path, &status) != 0) {
        return MO_SUCCESS;
    }
    if (!S_ISSOCK(status.st_mode)) {
        return mo_err(MO_ERR_PERMANENT, "%s is no socket: name another path with --socket", path);
    }
    return unlink(path) == 0 ? MO_SUCCESS : mo_err(MO_ERR_PERMANENT, "%s: %s: remove it", path, strerror(errno));
}

static mo_err_t listen_at(const char *path, int *listener)
{
    struct sockaddr_un address;
    *listener = -1;
    mo_err_t err = address_of(path, &address);
    if (!mo_failed(err)) {
        err = make_room(path);
    }
    if (mo_failed(err)) {
        return err;
    }
    *listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    mode_t before = umask(0177);
    bool bound = *listener >= 0 && bind(*listener, (const struct sockaddr *)&address, sizeof address) == 0;
    int reason = errno;
    (void)umask(before);
    if (!bound || listen(*listener, 4) != 0) {
        err = mo_err(MO_ERR_PERMANENT, "cannot listen at %s: %s: name another path with --socket", path,
                     strerror(bound ? errno : reason));
        mo_signer_socket_close(listener);
    }
    return err;
}

/* One frame of a connection; false when the connection is over. */
static bool serve_one(mo_signer_guard_t *guard, int client)
{
    uint8_t memory[MO_SIGNER_FRAME_MAX];
    mo_buffer_t body = {memory, 0, MO_SIGNER_BODY_MAX, false};
    mo_signer_request_t request;
    mo_signer_reply_t reply;
    if (mo_failed(mo_signer_socket_read(client, STOP_LOOK_MS, &body)) ||
        !mo_signer_request_decode(mo_buffer_view(&body), &request)) {
        return false;
    }
    mo_signer_answer(guard, &request, &reply);
    mo_buffer_t frame = MO_BUFFER(memory);
    mo_signer_reply_encode(&reply, &frame);
    return !mo_failed(mo_signer_socket_write(client, mo_buffer_view(&frame)));
}

/* Whether a descriptor has something to say before the next look at `stop`. */
static bool has_come(int socket)
{
    struct pollfd wait = {.fd = socket, .events = POLLIN};
    return poll(&wait, 1, STOP_LOOK_MS) > 0;
}

/* Until it ends, or says nothing while another waits: a validator that hangs, or a second one, must not keep the first
 * from voting. It connects again when it has something to ask. */
static void serve_client(mo_signer_guard_t *guard, int client, int listener, const volatile sig_atomic_t *stop)
{
    guard->core_known = false;
    unsigned silent = 0;
    bool open = bound_writes(client);
    while (open && *stop == 0) {
        bool speaks = has_come(client);
        silent = speaks ? 0 : silent + 1;
        struct pollfd other = {.fd = listener, .events = POLLIN};
        open = speaks ? serve_one(guard, client) : silent < SILENT_LOOKS || poll(&other, 1, 0) <= 0;
    }
    (void)close(client);
}

mo_err_t mo_signer_serve(mo_signer_guard_t *guard, const char *path, const volatile sig_atomic_t *stop)
{
    int listener;
    mo_err_t err = listen_at(path, &listener);
    while (!mo_failed(err) && *stop == 0) {
        int client = has_come(listener) ? accept(listener, NULL, NULL) : -1;
        if (client >= 0) {
            serve_client(guard, client, listener, stop);
        }
    }
    if (!mo_failed(err)) {
        (void)unlink(path);
    }
    mo_signer_socket_close(&listener);
    return err;
}
