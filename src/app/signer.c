#include <stdio.h>

#include "app/interrupt.h"
#include "app/password.h"
#include "app/run.h"
#include "base/secret.h"
#include "node/signer.h"

static int status_of(mo_err_t err)
{
    return err.kind == MO_ERR_REFUSED ? MO_APP_REFUSED : MO_APP_MEND;
}

static mo_err_t serve(const mo_app_options_t *options, mo_signer_guard_t *guard)
{
    char path[MO_STORE_PATH_MAX];
    mo_err_t err = mo_app_state_make(options->state);
    if (mo_failed(err)) {
        return err;
    }
    (void)snprintf(path, sizeof path, "%.4000s/validator.sqlite", options->state);
    err = mo_store_open(&guard->store, path, MO_STORE_CREATE);
    if (!mo_failed(err)) {
        err = mo_signer_serve(guard, options->socket, &mo_app_interrupt);
    }
    mo_store_close(guard->store);
    return err;
}

int mo_app_signer_run(const mo_app_options_t *options)
{
    mo_signer_guard_t guard = {0};
    mo_err_t err = mo_app_key_load(options->key, options->password_file, &guard.key);
    if (!mo_failed(err) && !mo_secp_address(&guard.key, &guard.address)) {
        err = mo_err(MO_ERR_PERMANENT, "%.140s: not a key of secp256k1: make another", options->key);
    }
    if (!mo_failed(err)) {
        err = serve(options, &guard);
    }
    mo_secret_wipe(&guard, sizeof guard);
    return mo_app_interrupt_status(mo_failed(err) ? mo_app_complain(options->verb, err, status_of(err)) : MO_APP_DONE);
}
