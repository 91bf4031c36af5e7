/* mosaic: the one command. Reads the arguments, runs the verb, gives its exit status. */
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "app/help.h"
#include "app/interrupt.h"
#include "app/options.h"
#include "app/run.h"

int mo_app_complain(mo_app_verb_t verb, mo_err_t err, int status)
{
    (void)fprintf(stderr, "mosaic %s: %s\n", mo_app_verb_words(verb), err.text);
    return status;
}

static int version_run(const mo_app_options_t *options)
{
    (void)options;
    printf("mosaic %s\n", MO_VERSION);
    return MO_APP_DONE;
}

static int help_run(const mo_app_options_t *options)
{
    mo_app_help_print(options->page);
    return MO_APP_DONE;
}

static int (*const VERBS[MO_APP_VERB_COUNT])(const mo_app_options_t *) = {
    [MO_APP_VERB_DEVNET] = mo_app_devnet_run,
    [MO_APP_VERB_DEMO] = mo_app_demo_run,
    [MO_APP_VERB_VALIDATOR_RUN] = mo_app_role_run,
    [MO_APP_VERB_FACILITATOR_RUN] = mo_app_role_run,
    [MO_APP_VERB_STAKE] = mo_app_begin_run,
    [MO_APP_VERB_REDEEM] = mo_app_begin_run,
    [MO_APP_VERB_REVOKE] = mo_app_revoke_run,
    [MO_APP_VERB_RECOVER] = mo_app_recover_run,
    [MO_APP_VERB_ARCHIVE] = mo_app_archive_run,
    [MO_APP_VERB_TRANSFER_STATUS] = mo_app_transfer_status,
    [MO_APP_VERB_TRANSFER_LIST] = mo_app_transfer_list,
    [MO_APP_VERB_TRANSFER_FINISH] = mo_app_transfer_finish,
    [MO_APP_VERB_PROOF] = mo_app_proof_run,
    [MO_APP_VERB_TX_LIST] = mo_app_tx_list,
    [MO_APP_VERB_TX_CANCEL] = mo_app_tx_cancel,
    [MO_APP_VERB_WATCH] = mo_app_watch_run,
    [MO_APP_VERB_SIMULATE] = mo_app_simulate_run,
    [MO_APP_VERB_VALIDATOR_DEPOSIT] = mo_app_stake_run,
    [MO_APP_VERB_VALIDATOR_CANCEL] = mo_app_stake_run,
    [MO_APP_VERB_VALIDATOR_LOGOUT] = mo_app_stake_run,
    [MO_APP_VERB_VALIDATOR_RELEASE] = mo_app_stake_run,
    [MO_APP_VERB_VALIDATOR_WITHDRAW] = mo_app_stake_run,
    [MO_APP_VERB_VALIDATOR_REFRESH] = mo_app_stake_run,
    [MO_APP_VERB_VALIDATOR_STATUS] = mo_app_status_run,
    [MO_APP_VERB_SIGNER] = mo_app_signer_run,
    [MO_APP_VERB_KEY_NEW] = mo_app_key_run,
    [MO_APP_VERB_KEY_IMPORT] = mo_app_key_run,
    [MO_APP_VERB_KEY_LIST] = mo_app_key_run,
    [MO_APP_VERB_KEY_EXPORT] = mo_app_key_run,
    [MO_APP_VERB_GUARD_EXPORT] = mo_app_guard_run,
    [MO_APP_VERB_GUARD_IMPORT] = mo_app_guard_run,
    [MO_APP_VERB_DB_CHECK] = mo_app_db_run,
    [MO_APP_VERB_VERSION] = version_run,
    [MO_APP_VERB_HELP] = help_run,
};

/* Keys and passwords are in memory: no core file shows them, nor a debugger of the same user. */
static bool forbid_dumps(void)
{
    const struct rlimit none = {0, 0};
    return setrlimit(RLIMIT_CORE, &none) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0;
}

int main(int count, char **arguments)
{
    mo_app_options_t options;
    const mo_err_t err = mo_app_options_read(count - 1, arguments + 1, &options);
    if (mo_failed(err)) {
        (void)fprintf(stderr, "mosaic: %s\n", err.text);
        return MO_APP_MEND;
    }
    if (!forbid_dumps()) {
        (void)fprintf(stderr, "mosaic: core files cannot be forbidden here, and would hold keys\n");
        return MO_APP_MEND;
    }
    mo_app_interrupt_listen();
    return VERBS[options.verb](&options);
}
