#include "node/signer.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/secret.h"
#include "node/signer_socket.h"
#include "rules/identity.h"

struct mo_signer {
    mo_signer_guard_t guard; /* in process: a store; behind a socket: the address alone */
    char path[MO_SIGNER_PATH_MAX];
    int socket;           /* behind a socket: -1 when it must be made anew */
    mo_guard_core_t core; /* said again on a new connection */
    bool core_named;
};

/* ---- Answering ---- */

static mo_err_t answer_know(mo_signer_guard_t *guard, const mo_guard_core_t *core, bool *stranger)
{
    guard->core_known = false;
    mo_err_t err = mo_guard_know(guard->store, core, &guard->address, stranger);
    if (!mo_failed(err) && !*stranger) {
        guard->core = mo_guard_core_id(core);
        guard->domain = mo_rules_domain(core->origin_chain_id, &core->core);
        guard->core_known = true;
    }
    return err;
}

static mo_err_t answer_sign(mo_signer_guard_t *guard, const mo_vote_t *vote, mo_signer_reply_t *reply)
{
    mo_guard_request_t request = {
        .signer = guard->address, .core = guard->core, .domain = guard->domain, .vote = *vote};
    return mo_guard_sign(guard->store, &request, mo_guard_key_signer, &guard->key, &reply->verdict, &reply->record);
}

static mo_err_t answer_known(mo_signer_guard_t *guard, const mo_signer_request_t *request, mo_signer_reply_t *reply)
{
    mo_guard_scope_t scope = {.signer = guard->address, .core = guard->core, .chain = request->chain};
    switch (request->kind) {
    case MO_SIGNER_MARK: return mo_guard_mark(guard->store, &scope, &reply->mark);
    case MO_SIGNER_FIND: return mo_guard_find(guard->store, &scope, request->target, &reply->record, &reply->found);
    case MO_SIGNER_SIGN: return answer_sign(guard, &request->vote, reply);
    case MO_SIGNER_HELLO:
    case MO_SIGNER_KNOW:
    case MO_SIGNER_FAILED: break;
    }
    return mo_err(MO_ERR_PERMANENT, "the signer does not understand request %d", (int)request->kind);
}

static mo_err_t answer_any(mo_signer_guard_t *guard, const mo_signer_request_t *request, mo_signer_reply_t *reply)
{
    if (request->kind == MO_SIGNER_HELLO) {
        reply->address = guard->address;
        return request->version == MO_SIGNER_VERSION
                   ? MO_SUCCESS
                   : mo_err(MO_ERR_PERMANENT, "the signer speaks version %d, not %d: run both of one build",
                            MO_SIGNER_VERSION, request->version);
    }
    if (request->kind == MO_SIGNER_KNOW) {
        return answer_know(guard, &request->core, &reply->stranger);
    }
    return guard->core_known ? answer_known(guard, request, reply)
                             : mo_err(MO_ERR_PERMANENT, "the signer was not told which core this is about");
}

void mo_signer_answer(mo_signer_guard_t *guard, const mo_signer_request_t *request, mo_signer_reply_t *reply)
{
    *reply = (mo_signer_reply_t){.kind = request->kind};
    mo_err_t err = answer_any(guard, request, reply);
    if (mo_failed(err)) {
        *reply = (mo_signer_reply_t){.kind = MO_SIGNER_FAILED, .err = err};
    }
}

/* ---- Asking ---- */

static mo_err_t stranger_error(void)
{
    return mo_err(MO_ERR_REFUSED,
                  "the guard's record holds votes for another core of this chain id and address (5.7): check the origin"
                  " node, or name another --state for another chain");
}

static mo_err_t exchange(mo_signer_t *signer, const mo_signer_request_t *request, mo_signer_reply_t *reply)
{
    mo_err_t err = mo_signer_socket_ask(signer->socket, request, reply);
    if (!mo_failed(err) && reply->kind != request->kind && reply->kind != MO_SIGNER_FAILED) {
        err = mo_err(MO_ERR_TRANSIENT, "the signer answered another question");
    }
    if (mo_failed(err)) {
        mo_signer_socket_close(&signer->socket);
    }
    return err;
}

/* A connection that works, which has said what it is about. */
static mo_err_t connect_anew(mo_signer_t *signer)
{
    mo_err_t err = mo_signer_socket_connect(signer->path, &signer->socket);
    if (mo_failed(err)) {
        return err;
    }
    mo_signer_reply_t reply;
    err = exchange(signer, &(mo_signer_request_t){.kind = MO_SIGNER_HELLO, .version = MO_SIGNER_VERSION}, &reply);
    if (!mo_failed(err)) {
        err = reply.err;
    }
    if (!mo_failed(err) && !mo_address_is_zero(&signer->guard.address) &&
        !mo_address_equal(&reply.address, &signer->guard.address)) {
        err = mo_err(MO_ERR_REFUSED, "the signer at %.120s has another key than before: start the right one",
                     signer->path);
    }
    if (!mo_failed(err)) {
        signer->guard.address = reply.address;
    }
    if (!mo_failed(err) && signer->core_named) {
        err = exchange(signer, &(mo_signer_request_t){.kind = MO_SIGNER_KNOW, .core = signer->core}, &reply);
        err = mo_failed(err) ? err : reply.stranger ? stranger_error() : reply.err;
    }
    if (mo_failed(err)) {
        mo_signer_socket_close(&signer->socket);
    }
    return err;
}

/* The same question twice is harmless: the guard gives the same answer. */
static mo_err_t ask_socket(mo_signer_t *signer, const mo_signer_request_t *request, mo_signer_reply_t *reply)
{
    mo_err_t err = mo_err(MO_ERR_TRANSIENT, "no connection");
    if (signer->socket >= 0) {
        err = exchange(signer, request, reply);
    }
    if (mo_failed(err)) {
        err = connect_anew(signer);
        if (!mo_failed(err)) {
            err = exchange(signer, request, reply);
        }
    }
    return err;
}

static mo_err_t ask(mo_signer_t *signer, const mo_signer_request_t *request, mo_signer_reply_t *reply)
{
    *reply = (mo_signer_reply_t){0};
    mo_err_t err = MO_SUCCESS;
    if (signer->guard.store != NULL) {
        mo_signer_answer(&signer->guard, request, reply);
    } else {
        err = ask_socket(signer, request, reply);
    }
    return mo_failed(err) ? err : reply->err;
}

static mo_signer_t *make(void)
{
    mo_signer_t *signer = calloc(1, sizeof *signer);
    MO_CHECK(signer != NULL);
    signer->socket = -1;
    return signer;
}

mo_err_t mo_signer_open(mo_signer_t **out, mo_store_t *store, const mo_secp_key_t *key)
{
    mo_signer_t *signer = make();
    signer->guard.store = store;
    signer->guard.key = *key;
    *out = signer;
    if (!mo_secp_address(key, &signer->guard.address)) {
        mo_signer_close(signer);
        *out = NULL;
        return mo_err(MO_ERR_PERMANENT, "the key is not one of secp256k1: make another");
    }
    return MO_SUCCESS;
}

mo_err_t mo_signer_connect(mo_signer_t **out, const char *path)
{
    *out = NULL;
    if (strlen(path) >= MO_SIGNER_PATH_MAX) {
        return mo_err(MO_ERR_PERMANENT, "a socket's path has at most %d characters: name a shorter one",
                      MO_SIGNER_PATH_MAX - 1);
    }
    mo_signer_t *signer = make();
    memcpy(signer->path, path, strlen(path) + 1);
    mo_err_t err = connect_anew(signer);
    if (mo_failed(err)) {
        mo_signer_close(signer);
        return err;
    }
    *out = signer;
    return MO_SUCCESS;
}

void mo_signer_close(mo_signer_t *signer)
{
    if (signer == NULL) {
        return;
    }
    mo_signer_socket_close(&signer->socket);
    mo_secret_wipe(signer, sizeof *signer);
    free(signer);
}

mo_address_t mo_signer_address(const mo_signer_t *signer)
{
    return signer->guard.address;
}

mo_err_t mo_signer_know(mo_signer_t *signer, const mo_guard_core_t *core)
{
    mo_signer_reply_t reply;
    mo_err_t err = ask(signer, &(mo_signer_request_t){.kind = MO_SIGNER_KNOW, .core = *core}, &reply);
    if (!mo_failed(err) && reply.stranger) {
        return stranger_error();
    }
    if (!mo_failed(err)) {
        signer->core = *core;
        signer->core_named = true;
    }
    return err;
}

mo_err_t mo_signer_mark(mo_signer_t *signer, const mo_hash_t *chain, mo_guard_mark_t *mark)
{
    mo_signer_reply_t reply;
    mo_err_t err = ask(signer, &(mo_signer_request_t){.kind = MO_SIGNER_MARK, .chain = *chain}, &reply);
    *mark = mo_failed(err) ? (mo_guard_mark_t){0} : reply.mark;
    return err;
}

mo_err_t mo_signer_find(mo_signer_t *signer, const mo_hash_t *chain, mo_height_t target, mo_guard_record_t *record,
                        bool *found)
{
    mo_signer_reply_t reply;
    mo_signer_request_t request = {.kind = MO_SIGNER_FIND, .chain = *chain, .target = target};
    mo_err_t err = ask(signer, &request, &reply);
    *found = !mo_failed(err) && reply.found;
    *record = *found ? reply.record : (mo_guard_record_t){0};
    return err;
}

mo_err_t mo_signer_vote(mo_signer_t *signer, const mo_vote_t *vote, mo_guard_verdict_t *verdict,
                        mo_guard_record_t *record)
{
    mo_signer_reply_t reply;
    mo_err_t err = ask(signer, &(mo_signer_request_t){.kind = MO_SIGNER_SIGN, .vote = *vote}, &reply);
    *verdict = mo_failed(err) ? MO_GUARD_NO_LINK : reply.verdict;
    *record = mo_failed(err) ? (mo_guard_record_t){0} : reply.record;
    return err;
}
