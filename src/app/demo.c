#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "app/interrupt.h"
#include "app/run.h"
#include "app/verify.h"
#include "node/config_field.h"
#include "node/demo_report.h"
#include "node/demo_script.h"

typedef struct {
    const mo_app_options_t *options;
    mo_progress_t progress;
    mo_devnet_t devnet;
    mo_demo_script_t script;
    uint64_t elapsed_ms; /* when the last condition was met */
    json_t *report;
} demo_t;

static mo_progress_scene_t scene_of(const demo_t *demo)
{
    const mo_devnet_t *const devnet = &demo->devnet;
    return (mo_progress_scene_t){.view = devnet->view != NULL ? mo_devnet_view_now(devnet->view) : NULL,
                                 .epoch = devnet->config.epoch,
                                 .origin_epoch = devnet->config.origin_epoch,
                                 .transfers = demo->script.load.sent,
                                 .validators = devnet->validator_count};
}

/* Plays the script to its end, or to an interrupt. */
static mo_err_t play(demo_t *demo)
{
    bool done = false;
    mo_err_t err = MO_SUCCESS;
    while (!mo_failed(err) && !done && mo_app_interrupt == 0) {
        err = mo_devnet_tick(&demo->devnet);
        if (!mo_failed(err)) {
            err = mo_demo_script_tick(&demo->script, mo_progress_elapsed_ms(&demo->progress), &done);
        }
        const mo_progress_scene_t scene = scene_of(demo);
        mo_progress_draw(&demo->progress, &scene);
        if (!done) {
            mo_devnet_sleep_ms(MO_APP_TICK_MS);
        }
    }
    demo->elapsed_ms = mo_progress_elapsed_ms(&demo->progress);
    return err;
}

/* With both chains standing still: the report, and the user's verifier over it. */
static mo_err_t conclude(demo_t *demo)
{
    char path[MO_FOLDER_PATH_MAX];
    mo_devnet_freeze(&demo->devnet);
    mo_err_t err = mo_devnet_view_poll(demo->devnet.view);
    if (!mo_failed(err)) {
        err = mo_demo_script_count(&demo->script);
    }
    if (!mo_failed(err)) {
        err = mo_demo_report(&demo->script, demo->elapsed_ms, &demo->report);
    }
    if (mo_failed(err) || demo->options->verify == NULL) {
        return err;
    }
    mo_devnet_folder_path(&demo->devnet.folder, "report.json", NULL, path);
    err = mo_node_object_write(path, json_incref(demo->report), 0644);
    if (!mo_failed(err)) {
        mo_devnet_say(&demo->devnet, "both chains stand still; the verifier reads them");
        err = mo_app_verify(demo->options->verify, path);
    }
    return err;
}

static mo_err_t perform(demo_t *demo)
{
    mo_err_t err = mo_devnet_start(&demo->devnet);
    if (!mo_failed(err) && mo_app_interrupt == 0) {
        err = mo_demo_script_begin(&demo->script, &demo->devnet, mo_progress_elapsed_ms(&demo->progress));
    }
    if (!mo_failed(err) && mo_app_interrupt == 0) {
        err = play(demo);
    }
    const mo_progress_scene_t scene = scene_of(demo);
    mo_progress_end(&demo->progress, &scene);
    return mo_failed(err) || mo_app_interrupt != 0 ? err : conclude(demo);
}

static uint64_t number_of(const json_t *object, const char *name)
{
    return (uint64_t)json_integer_value(json_object_get(object, name));
}

static void meta_blocks_print(const json_t *report, FILE *out)
{
    size_t i = 0;
    const json_t *block = NULL;
    json_array_foreach(json_object_get(report, "meta_blocks"), i, block)
    {
        (void)fprintf(out, "  B%" PRIu64 "  source block %5" PRIu64 "  dynasty %3" PRIu64 "  %zu signers  %8" PRIu64 " gas to commit\n",
                      number_of(block, "height"), number_of(block, "source_number"), number_of(block, "dynasty"),
                      json_array_size(json_object_get(block, "signers")), number_of(block, "commit_gas"));
    }
}

static void transfers_print(const json_t *report, FILE *out)
{
    size_t i = 0;
    const json_t *transfer = NULL;
    json_array_foreach(json_object_get(report, "transfers"), i, transfer)
    {
        uint64_t gas = 0;
        size_t k = 0;
        const json_t *state = NULL;
        const json_t *const states = json_object_get(transfer, "states");
        json_array_foreach(states, k, state)
        {
            gas += number_of(state, "gas");
        }
        (void)fprintf(out, "  %-6s  %zu steps  %8" PRIu64 " gas over both chains\n",
                      json_string_value(json_object_get(transfer, "kind")), json_array_size(states), gas);
    }
}

static void summary_print(const json_t *report, FILE *out)
{
    (void)fprintf(out, "\nMeta-blocks on the origin chain\n");
    meta_blocks_print(report, out);
    (void)fprintf(out, "\nTransfers between the chains\n");
    transfers_print(report, out);
    (void)fprintf(out, "\n%" PRIu64 " transactions finalised on the auxiliary chain, %" PRIu64 " of them transfers of %" PRIu64 " senders\n",
                  number_of(report, "aux_transactions_finalised"), number_of(report, "load_transfers_finalised"),
                  number_of(report, "load_senders"));
    (void)fprintf(out, "From nothing in %.1f seconds.\n", json_number_value(json_object_get(report, "seconds")));
}

static void report_print(const demo_t *demo)
{
    if (demo->report == NULL) {
        return;
    }
    if (!demo->options->json) {
        summary_print(demo->report, stdout);
        return;
    }
    (void)json_dumpf(demo->report, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    (void)fputc('\n', stdout);
    (void)fflush(stdout);
}

static int demo_fail(const demo_t *demo, mo_err_t err)
{
    const int status = mo_app_complain(demo->options->verb, err, MO_APP_FAILED);
    if (demo->options->state == NULL) {
        (void)fprintf(stderr, "mosaic demo: run it with --state DIR to keep the logs\n");
    }
    return status;
}

int mo_app_demo_run(const mo_app_options_t *options)
{
    static demo_t demo;
    demo.options = options;
    demo.progress = mo_progress_begin(options->json ? stderr : stdout, "mosaic demo");
    const mo_devnet_options_t wanted = mo_app_devnet_options(options, &demo.progress, NULL);
    mo_err_t err = mo_devnet_prepare(&demo.devnet, &wanted);
    if (mo_failed(err)) {
        return mo_app_complain(options->verb, err, MO_APP_MEND);
    }
    err = perform(&demo);
    mo_demo_script_end(&demo.script);
    mo_devnet_end(&demo.devnet);
    report_print(&demo);
    json_decref(demo.report);
    const bool failed = mo_failed(err) && mo_app_interrupt == 0;
    return mo_app_interrupt_status(failed ? demo_fail(&demo, err) : MO_APP_DONE);
}
