#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/print.h"
#include "app/run.h"
#include "store/audit.h"

static int is_store_name(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);
    return length > 7 && strcmp(entry->d_name + length - 7, ".sqlite") == 0;
}

static json_t *report_json(const char *path, const mo_store_census_t *census, mo_err_t err)
{
    return json_pack("{s:s, s:b, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "store", path, "sound", !mo_failed(err), "error",
                     err.text, "cores", (json_int_t)census->cores, "votes", (json_int_t)census->votes, "watermarks",
                     (json_int_t)census->watermarks, "inFlight", (json_int_t)census->flights, "bids",
                     (json_int_t)census->bids, "states", (json_int_t)census->states);
}

static void report_print(const char *path, const mo_store_census_t *census)
{
    printf("%s: sound: schema %d, %llu cores, %llu votes, %llu watermarks, %llu transactions in flight, %llu bids,"
           " %llu states\n",
           path, MO_STORE_VERSION, (unsigned long long)census->cores, (unsigned long long)census->votes,
           (unsigned long long)census->watermarks, (unsigned long long)census->flights,
           (unsigned long long)census->bids, (unsigned long long)census->states);
}

static mo_err_t check_one(const mo_app_options_t *options, const char *name, json_t *list)
{
    char path[MO_STORE_PATH_MAX];
    mo_store_t *store;
    mo_store_census_t census = {0};
    (void)snprintf(path, sizeof path, "%.3800s/%.250s", options->state, name);
    mo_err_t err = mo_store_open(&store, path, MO_STORE_READ);
    if (!mo_failed(err)) {
        err = mo_store_audit(store, &census);
    }
    mo_store_close(store);
    if (options->json) {
        (void)json_array_append_new(list, report_json(path, &census, err));
    } else if (!mo_failed(err)) {
        report_print(path, &census);
    }
    if (mo_failed(err)) {
        (void)mo_app_complain(options->verb, err, MO_APP_FAILED);
    }
    return err;
}

int mo_app_db_run(const mo_app_options_t *options)
{
    struct dirent **names = NULL;
    const int count = scandir(options->state, &names, is_store_name, alphasort);
    if (count <= 0) {
        free(names);
        return mo_app_complain(options->verb,
                               mo_err(MO_ERR_PERMANENT, "no store in %.140s%s%s: name the right folder with --state",
                                      options->state, count < 0 ? ": " : "", count < 0 ? strerror(errno) : ""),
                               MO_APP_MEND);
    }
    json_t *const list = json_array();
    int status = MO_APP_DONE;
    for (int i = 0; i < count; i++) {
        status = mo_failed(check_one(options, names[i]->d_name, list)) ? MO_APP_FAILED : status;
        free(names[i]);
    }
    free(names);
    if (options->json) {
        (void)mo_app_json_print(json_pack("{s:o}", "stores", list));
    } else {
        json_decref(list);
    }
    return status;
}
