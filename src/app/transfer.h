/* What the verbs about messages share: opening, a message's id, carrying one to its end. Floor 7. */
#ifndef MO_APP_TRANSFER_H
#define MO_APP_TRANSFER_H

#include <jansson.h>

#include "app/options.h"
#include "node/transfer_begin.h"
#include "node/transfer_send.h"

/* What such a verb stands on. */
typedef struct {
    const mo_app_options_t *options;
    mo_node_config_t config;
    mo_secp_key_t key;
    bool has_key;
    mo_transfer_desk_t desk;
    mo_transfer_sender_t sender; /* opened when something is to be sent */
    bool sending;
} mo_app_transfer_t;

/* Reads configuration and key, opens both clients, and the store when the verb is to send. Errors: for the user to mend. */
MO_MUST_USE mo_err_t mo_app_transfer_open(mo_app_transfer_t *run, const mo_app_options_t *options);

/* Wipes the key and closes. */
void mo_app_transfer_close(mo_app_transfer_t *run);

/* The id that the user typed. */
MO_MUST_USE mo_err_t mo_app_transfer_id(const mo_app_options_t *options, mo_hash_t *id);

/* The message of an id; transient when it is not declared on either chain. */
MO_MUST_USE mo_err_t mo_app_transfer_find(mo_app_transfer_t *run, const mo_hash_t *id, mo_transfer_found_t *found);

/* Takes the steps that are possible, with --wait until the message has ended; only looks on when the run does not send.
 * Out: *steps, how many were taken, *look, as it stands then. Transient when it ended with nothing possible. */
MO_MUST_USE mo_err_t mo_app_transfer_carry(mo_app_transfer_t *run, const mo_transfer_found_t *found, bool act,
                                           mo_transfer_look_t *look, unsigned *steps);

/* Prints a quote and its transactions; `intent` is the file of an intent, NULL without. */
MO_MUST_USE bool mo_app_begin_print(const mo_app_options_t *options, const mo_begin_t *begin, const char *intent);

/* What a message waits for, or that it has ended, in words. */
void mo_app_transfer_waits(const mo_transfer_look_t *look, char text[256]);

/* Prints a message as lines or as an object. */
bool mo_app_transfer_print(const mo_app_options_t *options, const mo_transfer_look_t *look);

/* The exit status of an error: 2 the user can mend it, 3 refused, 1 otherwise. */
int mo_app_transfer_status_of(mo_err_t err, const mo_app_transfer_t *run);

/* An amount of the smallest unit, in decimal. */
typedef struct {
    char text[MO_U256_DECIMAL_TEXT];
} mo_app_amount_t;

mo_app_amount_t mo_app_amount(mo_u256_t amount);

#endif
