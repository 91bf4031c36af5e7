#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/interrupt.h"
#include "app/password.h"
#include "app/run.h"
#include "base/secret.h"
#include "node/facilitator.h"
#include "node/facilitator_policy.h"
#include "node/validator.h"

mo_err_t mo_app_state_make(const char *path)
{
    struct stat status;
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return mo_err(MO_ERR_PERMANENT, "cannot make state directory %.120s: %s; name another with --state", path,
                      strerror(errno));
    }
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode) || access(path, R_OK | W_OK | X_OK) != 0) {
        return mo_err(MO_ERR_PERMANENT, "state directory %.120s is no directory that can be written: name another with --state",
                      path);
    }
    return MO_SUCCESS;
}

mo_err_t mo_app_role_ready(const mo_app_options_t *options, mo_node_config_t *config, mo_secp_key_t *key)
{
    mo_err_t err = mo_node_config_read(options->config, config);
    if (!mo_failed(err) && options->key != NULL) {
        err = mo_app_key_load(options->key, options->password_file, key);
    }
    return mo_failed(err) ? err : mo_app_state_make(options->state);
}

static int status_of(mo_err_t err)
{
    return err.kind == MO_ERR_REFUSED ? MO_APP_REFUSED : MO_APP_FAILED;
}

int mo_app_role_run(const mo_app_options_t *options)
{
    mo_node_config_t config;
    mo_secp_key_t key;
    mo_err_t err = mo_app_role_ready(options, &config, &key);
    if (mo_failed(err)) {
        mo_secret_wipe(&key, sizeof key);
        return mo_app_complain(options->verb, err, MO_APP_MEND);
    }
    mo_facilitator_policy_t policy;
    err = options->policy == NULL ? MO_SUCCESS : mo_node_policy_read(options->policy, &policy);
    if (mo_failed(err)) {
        mo_secret_wipe(&key, sizeof key);
        return mo_app_complain(options->verb, err, MO_APP_MEND);
    }
    const mo_node_run_t run = {
        .config = &config,
        .key = &key,
        .signer_path = options->signer,
        .state_dir = options->state,
        .policy_path = options->policy,
        .accept_reorg = options->accept_reorg,
        .stop = &mo_app_interrupt,
    };
    err = options->verb == MO_APP_VERB_VALIDATOR_RUN ? mo_node_validator_run(&run) : mo_node_facilitator_run(&run);
    mo_secret_wipe(&key, sizeof key);
    const bool failed = mo_failed(err) && mo_app_interrupt == 0;
    return mo_app_interrupt_status(failed ? mo_app_complain(options->verb, err, status_of(err)) : MO_APP_DONE);
}
