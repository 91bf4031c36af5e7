#include <stdio.h>

#include "app/print.h"
#include "app/run.h"
#include "node/guard_file.h"

static mo_err_t export(const mo_app_options_t *options, mo_store_t *store)
{
    mo_guard_file_count_t count;
    const mo_err_t err = mo_guard_file_write(store, options->file, &count);
    if (mo_failed(err)) {
        return err;
    }
    if (options->json) {
        (void)mo_app_json_print(json_pack("{s:s, s:I, s:I, s:I}", "file", options->file, "records",
                                          (json_int_t)count.records, "votes", (json_int_t)count.votes, "watermarks",
                                          (json_int_t)count.watermarks));
    } else {
        printf("%s: %llu records, %llu votes, %llu watermarks\n", options->file, (unsigned long long)count.records,
               (unsigned long long)count.votes, (unsigned long long)count.watermarks);
    }
    return MO_SUCCESS;
}

static mo_err_t import(const mo_app_options_t *options, mo_store_t *store)
{
    mo_guard_merged_t merged;
    const mo_err_t err = mo_guard_file_read(store, options->file, &merged);
    if (mo_failed(err)) {
        return err;
    }
    if (options->json) {
        (void)mo_app_json_print(json_pack("{s:I, s:I, s:I, s:I}", "added", (json_int_t)merged.added, "known",
                                          (json_int_t)merged.known, "folded", (json_int_t)merged.folded, "raised",
                                          (json_int_t)merged.raised));
    } else {
        printf("%llu votes added, %llu known, %llu folded into watermarks, %llu watermarks raised\n",
               (unsigned long long)merged.added, (unsigned long long)merged.known, (unsigned long long)merged.folded,
               (unsigned long long)merged.raised);
    }
    return MO_SUCCESS;
}

int mo_app_guard_run(const mo_app_options_t *options)
{
    const bool imports = options->verb == MO_APP_VERB_GUARD_IMPORT;
    char path[MO_STORE_PATH_MAX];
    mo_store_t *store = NULL;
    (void)snprintf(path, sizeof path, "%.4000s/validator.sqlite", options->state);
    mo_err_t err = imports ? mo_app_state_make(options->state) : MO_SUCCESS;
    if (!mo_failed(err)) {
        err = mo_store_open(&store, path, imports ? MO_STORE_CREATE : MO_STORE_EXISTING);
    }
    if (!mo_failed(err)) {
        err = imports ? import(options, store) : export(options, store);
    }
    mo_store_close(store);
    const int status = err.kind == MO_ERR_REFUSED ? MO_APP_REFUSED : MO_APP_MEND;
    return mo_failed(err) ? mo_app_complain(options->verb, err, status) : MO_APP_DONE;
}
