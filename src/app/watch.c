#include "app/interrupt.h"
#include "app/run.h"
#include "base/secret.h"
#include "node/watcher.h"

static int status_of(mo_err_t err)
{
    return err.kind == MO_ERR_REFUSED ? MO_APP_REFUSED : MO_APP_FAILED;
}

int mo_app_watch_run(const mo_app_options_t *options)
{
    mo_node_config_t config;
    mo_secp_key_t key = {{0}};
    mo_err_t err = mo_app_role_ready(options, &config, &key);
    if (mo_failed(err)) {
        mo_secret_wipe(&key, sizeof key);
        return mo_app_complain(options->verb, err, MO_APP_MEND);
    }
    const mo_node_run_t run = {.config = &config,
                               .key = options->act ? &key : NULL,
                               .state_dir = options->state,
                               .accept_reorg = options->accept_reorg,
                               .act = options->act,
                               .public_good = options->public_good,
                               .json = options->json,
                               .stop = &mo_app_interrupt};
    err = mo_node_watcher_run(&run);
    mo_secret_wipe(&key, sizeof key);
    const bool failed = mo_failed(err) && mo_app_interrupt == 0;
    return mo_app_interrupt_status(failed ? mo_app_complain(options->verb, err, status_of(err)) : MO_APP_DONE);
}
