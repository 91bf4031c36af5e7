#include "app/interrupt.h"
#include "app/run.h"

#define STATE_DEFAULT ".mosaic"

static void line_say(void *context, const char *line)
{
    mo_progress_say(context, line);
}

mo_devnet_options_t mo_app_devnet_options(const mo_app_options_t *options, mo_progress_t *progress,
                                          const char *state_default)
{
    return (mo_devnet_options_t){.origin_port = (uint16_t)options->origin_port,
                                 .auxiliary_port = (uint16_t)options->auxiliary_port,
                                 .validators = (unsigned)options->validators,
                                 .watch = options->watch,
                                 .state = options->state != NULL ? options->state : state_default,
                                 .seed = options->seed != NULL ? options->seed : MO_DEVNET_SEED,
                                 .stop = &mo_app_interrupt,
                                 .say = line_say,
                                 .context = progress};
}

static mo_progress_scene_t scene_of(const mo_devnet_t *devnet)
{
    return (mo_progress_scene_t){.view = devnet->view != NULL ? mo_devnet_view_now(devnet->view) : NULL,
                                 .epoch = devnet->config.epoch,
                                 .origin_epoch = devnet->config.origin_epoch,
                                 .validators = devnet->validator_count};
}

static mo_err_t stay_up(mo_devnet_t *devnet, mo_progress_t *progress)
{
    mo_err_t err = MO_SUCCESS;
    while (!mo_failed(err) && mo_app_interrupt == 0) {
        err = mo_devnet_tick(devnet);
        const mo_progress_scene_t scene = scene_of(devnet);
        mo_progress_draw(progress, &scene);
        mo_devnet_sleep_ms(MO_APP_TICK_MS);
    }
    const mo_progress_scene_t scene = scene_of(devnet);
    mo_progress_end(progress, &scene);
    return err;
}

int mo_app_devnet_run(const mo_app_options_t *options)
{
    static mo_devnet_t devnet;
    mo_progress_t progress = mo_progress_begin(stdout, "mosaic devnet   Ctrl-C ends it");
    const mo_devnet_options_t wanted = mo_app_devnet_options(options, &progress, STATE_DEFAULT);
    mo_err_t err = mo_devnet_prepare(&devnet, &wanted);
    if (mo_failed(err)) {
        return mo_app_complain(options->verb, err, MO_APP_MEND);
    }
    err = mo_devnet_start(&devnet);
    if (!mo_failed(err) && mo_app_interrupt == 0) {
        mo_app_card_print(&devnet, stdout);
        err = stay_up(&devnet, &progress);
    }
    mo_devnet_end(&devnet);
    const bool failed = mo_failed(err) && mo_app_interrupt == 0;
    return mo_app_interrupt_status(failed ? mo_app_complain(options->verb, err, MO_APP_FAILED) : MO_APP_DONE);
}
