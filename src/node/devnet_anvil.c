#define _GNU_SOURCE
#include "node/devnet_anvil.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* 10^24 wei: a million coins. */
#define FUNDS "0xd3c21bcecceda1000000"

/* Whether the file is a native program: a script would be a wrapper. */
static bool is_native(const char *path)
{
    static const char MAGIC[4] = {0x7f, 'E', 'L', 'F'};
    char head[4] = {0};
    FILE *const file = fopen(path, "rb");
    const bool native = file != NULL && fread(head, 1, sizeof head, file) == sizeof head &&
                        memcmp(head, MAGIC, sizeof head) == 0 && access(path, X_OK) == 0;
    if (file != NULL) {
        (void)fclose(file);
    }
    return native;
}

static bool candidate_take(char path[MO_ANVIL_PATH_MAX], const char *folder, size_t folder_size)
{
    const int length = snprintf(path, MO_ANVIL_PATH_MAX, "%.*s/anvil", (int)folder_size, folder);
    return length > 0 && length < MO_ANVIL_PATH_MAX && is_native(path);
}

static bool path_search(char path[MO_ANVIL_PATH_MAX])
{
    const char *at = getenv("PATH");
    while (at != NULL && *at != '\0') {
        const size_t size = strcspn(at, ":");
        if (size > 0 && candidate_take(path, at, size)) {
            return true;
        }
        at += size + (at[size] == ':' ? 1 : 0);
    }
    return false;
}

mo_err_t mo_devnet_anvil_find(char path[MO_ANVIL_PATH_MAX])
{
    static const char LOCAL[] = MO_SOURCE_ROOT "/node_modules/.bin";
    const char *const named = getenv("MOSAIC_ANVIL");
    if (named != NULL && named[0] != '\0') {
        const int length = snprintf(path, MO_ANVIL_PATH_MAX, "%s", named);
        if (length > 0 && length < MO_ANVIL_PATH_MAX && is_native(path)) {
            return MO_SUCCESS;
        }
        path[0] = '\0';
        return mo_err(MO_ERR_PERMANENT, "MOSAIC_ANVIL names %.120s, which is no anvil binary: name one or unset it",
                      named);
    }
    if (candidate_take(path, LOCAL, sizeof LOCAL - 1) || path_search(path)) {
        return MO_SUCCESS;
    }
    path[0] = '\0';
    return mo_err(MO_ERR_PERMANENT,
                  "anvil is missing: run scripts/bootstrap in the source tree, or name the binary in MOSAIC_ANVIL");
}

mo_err_t mo_devnet_port_check(uint16_t port, const char *flag)
{
    const struct sockaddr_in here = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int yes = 1;
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) {
        return mo_err(MO_ERR_PERMANENT, "cannot open a socket: %s", strerror(errno));
    }
    /* A port whose last connections are still fading is free. */
    (void)setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool taken = bind(probe, (const struct sockaddr *)(const void *)&here, sizeof here) != 0;
    const int reason = errno;
    (void)close(probe);
    if (!taken) {
        return MO_SUCCESS;
    }
    return reason == EADDRINUSE
               ? mo_err(MO_ERR_PERMANENT, "port %u is in use: end what listens there, or choose another with %s",
                        (unsigned)port, flag)
               : mo_err(MO_ERR_PERMANENT, "cannot listen on port %u (%s): choose another with %s", (unsigned)port,
                        strerror(reason), flag);
}

/* The block gas limit here is anvil's default, which it uses whatever a genesis says. */
static mo_err_t genesis_write(const char *path, const mo_devnet_anvil_plan_t *plan)
{
    FILE *const file = fopen(path, "w");
    if (file == NULL) {
        return mo_err(MO_ERR_PERMANENT, "cannot write %s: %s", path, strerror(errno));
    }
    (void)fprintf(file,
                  "{\"config\": {\"chainId\": %llu}, \"nonce\": \"0x0\", \"timestamp\": \"0x%llx\", \"extraData\": "
                  "\"0x\",\n \"gasLimit\": \"0x1c9c380\", \"difficulty\": \"0x0\", \"mixHash\": \"0x%064d\",\n "
                  "\"coinbase\": \"0x%040d\", \"alloc\": {",
                  (unsigned long long)plan->chain_id, (unsigned long long)time(NULL), 0, 0);
    for (size_t i = 0; i < plan->funded_count; ++i) {
        (void)fprintf(file, "%s\n  \"", i == 0 ? "" : ",");
        (void)fprintf(file, "0x");
        for (size_t k = 0; k < sizeof plan->funded[i].bytes; ++k) {
            (void)fprintf(file, "%02x", plan->funded[i].bytes[k]);
        }
        (void)fprintf(file, "\": {\"balance\": \"%s\"}", FUNDS);
    }
    (void)fprintf(file, "\n}}\n");
    const bool broken = ferror(file) != 0;
    return fclose(file) == 0 && !broken ? MO_SUCCESS : mo_err(MO_ERR_PERMANENT, "cannot write %s", path);
}

mo_err_t mo_devnet_anvil_start(const char *program, const mo_devnet_folder_t *folder,
                               const mo_devnet_anvil_plan_t *plan, mo_devnet_child_t *child)
{
    char port[8];
    char chain_id[24];
    char genesis[MO_FOLDER_PATH_MAX];
    char cache[MO_FOLDER_PATH_MAX];
    char log[MO_FOLDER_PATH_MAX];
    (void)snprintf(port, sizeof port, "%u", (unsigned)plan->port);
    (void)snprintf(chain_id, sizeof chain_id, "%llu", (unsigned long long)plan->chain_id);
    mo_devnet_folder_path(folder, plan->name, "genesis.json", genesis);
    mo_devnet_folder_path(folder, plan->name, "cache", cache);
    mo_devnet_folder_path(folder, plan->name, "log", log);
    mo_err_t err = mo_devnet_folder_add(folder, plan->name);
    if (!mo_failed(err)) {
        err = genesis_write(genesis, plan);
    }
    if (mo_failed(err)) {
        return err;
    }
    /* finalized = head - 2 and safe = head - 1 with one slot in an epoch; the default lag is 64 blocks. */
    const char *const arguments[MO_CHILD_ARGUMENTS_MAX] = {
        "anvil",         "--host",     "127.0.0.1",       "--port",       port,         "--chain-id",
        chain_id,        "--hardfork", "prague",          "--no-mining",  "--init",     genesis,
        "--cache-path",  cache,        "--prune-history", MO_ANVIL_HISTORY, "--slots-in-an-epoch", "1",
        "--accounts",    "1",          "--balance",       "0",            "--quiet",    NULL};
    const mo_devnet_child_plan_t child_plan = {
        .name = plan->name, .program = program, .arguments = arguments, .log_path = log};
    return mo_devnet_child_start(&child_plan, child);
}
