/* The spool: the folder by which senders hand signed intents to a facilitator (node/facilitator.h draws it).
 *
 * A file stays in the inbox until its message is declared or refused, so that nothing is lost when the daemon ends in
 * between; each look hands all of them on again, and the role knows those that it has. Floor 6.
 */
#ifndef MO_NODE_SPOOL_H
#define MO_NODE_SPOOL_H

#include "node/intent.h"

/* Files that are looked at, at once. */
#define MO_SPOOL_FILES_MAX 256
#define MO_SPOOL_NAME_MAX  128

typedef struct {
    mo_hash_t id; /* of its message */
    char name[MO_SPOOL_NAME_MAX];
} mo_spool_file_t;

typedef struct {
    const char *state_dir;
    mo_spool_file_t files[MO_SPOOL_FILES_MAX]; /* of the inbox, as last seen */
    size_t count;
} mo_spool_t;

/* Takes an intent; gives the id of its message. False: no room now, it stays where it is; or, when it says why in *refusal,
 * it is refused. */
typedef bool mo_spool_take_t(void *context, const mo_node_intent_t *intent, mo_hash_t *id, const char **refusal);

/* Makes the folders. */
MO_MUST_USE mo_err_t mo_spool_open(mo_spool_t *spool, const char *state_dir);

/* Hands on every file of the inbox; one that does not read goes to the refused. */
void mo_spool_look(mo_spool_t *spool, mo_spool_take_t *take, void *context);

/* The message of this id is declared: its file, if there is one, moves. */
void mo_spool_declared(mo_spool_t *spool, const mo_hash_t *id);

/* It cannot be declared, and why. */
void mo_spool_refused(mo_spool_t *spool, const mo_hash_t *id, const char *reason);

#endif
