/* The verbs that run something. Each returns the command's exit status: 0 done, 1 failed, 2 something must be mended
 * first, 3 refused for safety (one line on standard error says what), 128 + signal when interrupted. Floor 7. */
#ifndef MO_APP_RUN_H
#define MO_APP_RUN_H

#include "app/options.h"
#include "app/progress.h"
#include "node/devnet.h"

#define MO_APP_DONE    0
#define MO_APP_FAILED  1
#define MO_APP_MEND    2
#define MO_APP_REFUSED 3

int mo_app_devnet_run(const mo_app_options_t *options);
int mo_app_demo_run(const mo_app_options_t *options);
int mo_app_role_run(const mo_app_options_t *options);
int mo_app_begin_run(const mo_app_options_t *options);
int mo_app_revoke_run(const mo_app_options_t *options);
int mo_app_recover_run(const mo_app_options_t *options);
int mo_app_archive_run(const mo_app_options_t *options);
int mo_app_transfer_status(const mo_app_options_t *options);
int mo_app_transfer_list(const mo_app_options_t *options);
int mo_app_transfer_finish(const mo_app_options_t *options);
int mo_app_proof_run(const mo_app_options_t *options);
int mo_app_tx_list(const mo_app_options_t *options);
int mo_app_tx_cancel(const mo_app_options_t *options);
int mo_app_watch_run(const mo_app_options_t *options);
int mo_app_simulate_run(const mo_app_options_t *options);

/* What must be there before a role begins: reads the configuration, and the key if one is named, which the caller wipes;
 * makes the state folder. What is wrong, the user mends. */
MO_MUST_USE mo_err_t mo_app_role_ready(const mo_app_options_t *options, mo_node_config_t *config, mo_secp_key_t *key);
int mo_app_signer_run(const mo_app_options_t *options);
int mo_app_key_run(const mo_app_options_t *options);
int mo_app_guard_run(const mo_app_options_t *options);
int mo_app_db_run(const mo_app_options_t *options);
int mo_app_stake_run(const mo_app_options_t *options);
int mo_app_status_run(const mo_app_options_t *options);

/* "mosaic VERB: text" on standard error; returns `status`. */
int mo_app_complain(mo_app_verb_t verb, mo_err_t err, int status);

/* Makes a state folder when it is missing, readable by the owner alone. */
MO_MUST_USE mo_err_t mo_app_state_make(const char *path);

/* The options of the devnet that a verb asks for, its lines going to `progress`. */
mo_devnet_options_t mo_app_devnet_options(const mo_app_options_t *options, mo_progress_t *progress,
                                          const char *state_default);

/* Addresses, keys, ports and where things lie, to `out`. */
void mo_app_card_print(const mo_devnet_t *devnet, FILE *out);

/* How often a devnet is looked at. */
#define MO_APP_TICK_MS 100

#endif
