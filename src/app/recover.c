/* mosaic recover, mosaic archive. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/interrupt.h"
#include "app/print.h"
#include "app/run.h"
#include "app/transfer.h"
#include "node/recover.h"

/* Between two looks for a new checkpoint. */
#define LOOK_MS 1000u

/* ---- recover ---- */

static json_t *claim_json(const mo_recover_claim_t *claim)
{
    json_t *const object = json_pack("{s:s, s:s, s:s, s:b}", "call", claim->name, "what", mo_bus_recovery_name(claim->what),
                                     "amount", mo_app_amount(claim->amount).text, "paid", claim->paid);
    const bool message = !mo_hash_is_zero(&claim->found.id);
    (void)json_object_set_new(object, "id",
                              message ? json_string(mo_app_hex(mo_hash_view(&claim->found.id)).text) : json_null());
    if (claim->paid) {
        (void)json_object_set_new(object, "hash", json_string(mo_app_hex(mo_hash_view(&claim->outcome.tx)).text));
    }
    return object;
}

static bool recover_print(const mo_app_options_t *options, const mo_recover_t *r)
{
    if (options->json) {
        json_t *const claims = json_array();
        for (size_t i = 0; i < r->count; i++) {
            (void)json_array_append_new(claims, claim_json(&r->claims[i]));
        }
        return mo_app_json_print(json_pack("{s:s, s:s, s:I, s:I, s:I, s:o}", "holder",
                                           mo_app_hex(mo_address_view(&r->holder)).text, "recipient",
                                           mo_app_hex(mo_address_view(&r->recipient)).text, "rootNumber",
                                           (json_int_t)r->root_number, "block", (json_int_t)r->block, "withoutProof",
                                           (json_int_t)r->missing, "claims", claims));
    }
    printf("root        meta-block %" PRIu64 ", auxiliary block %" PRIu64 "\n", r->root_number, r->block);
    for (size_t i = 0; i < r->count; i++) {
        printf("%-20s %s smallest units, %s\n", r->claims[i].name, mo_app_amount(r->claims[i].amount).text,
               r->claims[i].paid ? "paid" : "not sent");
    }
    printf("%zu claims\n", r->count);
    return fflush(stdout) == 0;
}

static mo_err_t recover(mo_app_transfer_t *run, mo_recover_t *r)
{
    mo_archive_t archive = {0};
    const mo_app_options_t *options = run->options;
    mo_address_t recipient = {{0}};
    mo_err_t err = options->to == NULL ? MO_SUCCESS : mo_app_address_read("--to", options->to, &recipient);
    if (!mo_failed(err)) {
        err = mo_app_transfer_open(run, options);
    }
    if (!mo_failed(err)) {
        err = mo_recover_look(&run->desk, &run->key, options->archive, r, &archive);
    }
    if (!mo_failed(err) && options->to != NULL) {
        r->recipient = recipient;
    }
    if (!mo_failed(err) && run->sending) {
        err = mo_recover_pay(&run->sender, &archive, r);
    }
    mo_archive_close(&archive);
    if (!mo_failed(err) && r->missing > 0) {
        (void)fprintf(stderr, "%zu stakes have no proof in the archive: another one, or an auxiliary node, may have them\n",
                      r->missing);
    }
    if (!mo_failed(err) && !recover_print(options, r)) {
        err = mo_err(MO_ERR_TRANSIENT, "cannot write the answer");
    }
    return err;
}

int mo_app_recover_run(const mo_app_options_t *options)
{
    mo_app_transfer_t run = {.options = options};
    static mo_recover_t r;
    const mo_err_t err = recover(&run, &r);
    const int status = mo_failed(err) ? mo_app_complain(options->verb, err, mo_app_transfer_status_of(err, &run)) : MO_APP_DONE;
    mo_app_transfer_close(&run);
    return mo_app_interrupt_status(status);
}

/* ---- archive ---- */

/* What was written last of one state. */
typedef struct {
    uint64_t number;
    uint64_t origin; /* origin's head then: stakes that were declared by then are in it */
} written_t;

static mo_err_t write_one(mo_app_transfer_t *run, uint64_t number, written_t *last)
{
    mo_archive_t archive;
    uint64_t head = 0;
    mo_err_t err = mo_rpc_number(run->desk.rpcs[MO_CHAIN_ORIGIN], &head);
    if (mo_failed(err) || number == 0 || (last->number == number && last->origin == head)) {
        return err;
    }
    err = mo_archive_take(&run->desk, number, NULL, &archive);
    if (!mo_failed(err)) {
        err = mo_archive_write(run->options->state, &archive);
    }
    if (!mo_failed(err) && last->number != number) {
        printf("block %" PRIu64 ": %zu stakes\n", number, mo_archive_stakes(&archive));
        (void)fflush(stdout);
    }
    if (!mo_failed(err)) {
        *last = (written_t){number, head};
    }
    mo_archive_close(&archive);
    return err;
}

/* Those below the last committed source are of no more use: a root to recover from is never older. */
static void forget_below(const char *folder, uint64_t number)
{
    struct dirent **names;
    const int count = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char *end = NULL;
        const unsigned long long found = strtoull(names[i]->d_name, &end, 10);
        char path[MO_ARCHIVE_PATH_MAX];
        const int size = snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (end != names[i]->d_name && strcmp(end, ".json") == 0 && found < number && size > 0 && (size_t)size < sizeof path) {
            (void)remove(path);
        }
        free(names[i]);
    }
    if (count >= 0) {
        free(names);
    }
}

static mo_err_t archive_turn(mo_app_transfer_t *run, written_t *committed, written_t *newest)
{
    mo_transfer_root_t root;
    uint64_t head = 0;
    mo_err_t err = mo_transfer_root(&run->desk, MO_CHAIN_ORIGIN, &root);
    if (!mo_failed(err)) {
        err = mo_rpc_number(run->desk.rpcs[MO_CHAIN_AUXILIARY], &head);
    }
    if (!mo_failed(err)) {
        err = write_one(run, head / run->config.epoch * run->config.epoch, newest);
    }
    if (!mo_failed(err) && root.any) {
        err = write_one(run, root.block, committed);
        forget_below(run->options->state, root.block);
    }
    return err;
}

int mo_app_archive_run(const mo_app_options_t *options)
{
    mo_app_transfer_t run = {.options = options};
    written_t committed = {0};
    written_t newest = {0};
    mo_err_t err = mo_app_transfer_open(&run, options);
    if (!mo_failed(err)) {
        err = mo_app_state_make(options->state);
    }
    for (bool again = !mo_failed(err); again && mo_app_interrupt == 0;) {
        err = archive_turn(&run, &committed, &newest);
        again = !options->once && (!mo_failed(err) || err.kind == MO_ERR_TRANSIENT);
        if (again && mo_failed(err)) {
            (void)fprintf(stderr, "%s\n", err.text);
        }
        mo_transfer_pause(&mo_app_interrupt, again ? LOOK_MS : 0);
    }
    const bool failed = mo_failed(err) && mo_app_interrupt == 0;
    const int status = failed ? mo_app_complain(options->verb, err, mo_app_transfer_status_of(err, &run)) : MO_APP_DONE;
    mo_app_transfer_close(&run);
    return mo_app_interrupt_status(status);
}
