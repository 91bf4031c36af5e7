/* The Unix socket between a validator and its signer: connecting, one frame each way, listening. For node/signer.c.
 *
 * Both sides wait at most MO_SIGNER_WAIT_MS for a frame to come whole or to be taken, so that a stopped peer stops nobody;
 * a connection that says nothing for a second ends when another one waits. Floor 6.
 */
#ifndef MO_NODE_SIGNER_SOCKET_H
#define MO_NODE_SIGNER_SOCKET_H

#include "node/signer_wire.h"

/* sun_path of a Unix socket's address, its closing zero included. */
#define MO_SIGNER_PATH_MAX 108

/* A signature takes a millisecond, its fsync tens. */
#define MO_SIGNER_WAIT_MS 5000

/* Out: *socket, or -1. Transient when nobody listens, permanent when there is no such socket or it is not ours. */
MO_MUST_USE mo_err_t mo_signer_socket_connect(const char *path, int *socket);

/* One question, one answer. */
MO_MUST_USE mo_err_t mo_signer_socket_ask(int socket, const mo_signer_request_t *request, mo_signer_reply_t *reply);

/* One frame's body into an empty `body` of MO_SIGNER_BODY_MAX. In: how long its first byte may take; the rest has
 * MO_SIGNER_WAIT_MS. MO_ERR_DONE when the peer has closed, or nothing came. */
MO_MUST_USE mo_err_t mo_signer_socket_read(int socket, int first_ms, mo_buffer_t *body);
MO_MUST_USE mo_err_t mo_signer_socket_write(int socket, mo_bytes_t frame);

/* Closes and sets -1. */
void mo_signer_socket_close(int *socket);

#endif
