#include "app/picture.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Bars of a chain's row, and what its label takes before them. */
#define BARS_MAX   48
#define BARS_LABEL 13


/* Heights that a bar can have. */
#define GAS_SCALE_STEPS 8

#define CLEAR "\x1b[K"

typedef enum {
    COLOUR_NONE,
    COLOUR_DIM,
    COLOUR_GREEN,
    COLOUR_YELLOW,
    COLOUR_CYAN,
    COLOUR_BOLD,
} colour_t;

static const char *const COLOURS[] = {
    [COLOUR_NONE] = "\x1b[0m",    [COLOUR_DIM] = "\x1b[2m",   [COLOUR_GREEN] = "\x1b[32m",
    [COLOUR_YELLOW] = "\x1b[33m", [COLOUR_CYAN] = "\x1b[36m", [COLOUR_BOLD] = "\x1b[1m",
};

static void put(mo_picture_t *picture, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(mo_picture_t *picture, const char *format, ...)
{
    const size_t room = sizeof picture->text - picture->size;
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(picture->text + picture->size, room, format, arguments);
    va_end(arguments);
    /* A picture that does not fit is cut, never torn: the caller sees whole rows or fewer. */
    if (length > 0 && (size_t)length < room) {
        picture->size += (size_t)length;
    }
    picture->text[picture->size] = '\0';
}

static void paint(mo_picture_t *picture, colour_t colour)
{
    if (picture->colours) {
        put(picture, "%s", COLOURS[colour]);
    }
}

static void painted(mo_picture_t *picture, colour_t colour, const char *text)
{
    paint(picture, colour);
    put(picture, "%s", text);
    paint(picture, COLOUR_NONE);
}

static void row_end(mo_picture_t *picture)
{
    paint(picture, COLOUR_NONE);
    put(picture, CLEAR "\n");
    picture->rows += 1;
}

void mo_picture_row(mo_picture_t *picture, const char *format, ...)
{
    char row[512];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(row, sizeof row, format, arguments);
    va_end(arguments);
    put(picture, "%.*s", (int)(picture->columns - 1), row);
    row_end(picture);
}

/* An eighth per doubling above a plain transfer's gas. */
static const char *bar(uint64_t gas)
{
    static const char *const BARS[GAS_SCALE_STEPS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    unsigned step = 0;
    for (uint64_t bound = 21000; gas >= bound && step + 1 < GAS_SCALE_STEPS; bound *= 3) {
        ++step;
    }
    return BARS[step];
}

static colour_t bar_colour(const mo_view_chain_t *chain, uint64_t block)
{
    return block <= chain->finalised ? COLOUR_GREEN : block <= chain->justified ? COLOUR_YELLOW : COLOUR_DIM;
}

static void bars(mo_picture_t *picture, const mo_view_chain_t *chain, uint64_t epoch)
{
    const uint64_t room = picture->columns < BARS_MAX + BARS_LABEL + 1 ? 16 : BARS_MAX;
    const uint64_t first = chain->head > room ? chain->head - room + 1 : 1;
    for (uint64_t block = first; block <= chain->head; ++block) {
        paint(picture, bar_colour(chain, block));
        put(picture, "%s", bar(chain->gas[block % MO_VIEW_BLOCKS]));
        if (epoch > 0 && block % epoch == 0) {
            painted(picture, COLOUR_CYAN, "╷");
        }
    }
    row_end(picture);
}

static void meta_blocks(mo_picture_t *picture, const mo_view_t *view)
{
    const uint64_t shown = 8;
    const uint64_t first = view->committed_height > shown ? view->committed_height - shown + 1 : 1;
    painted(picture, COLOUR_BOLD, " meta-blocks ");
    for (uint64_t n = first; n <= view->committed_height; ++n) {
        paint(picture, COLOUR_GREEN);
        put(picture, "[B%llu]", (unsigned long long)n);
        painted(picture, COLOUR_DIM, "──");
    }
    put(picture, "( K%llu open )", (unsigned long long)view->open_height);
    row_end(picture);
    put(picture, "             kernel in force ");
    paint(picture, COLOUR_GREEN);
    put(picture, "K%llu", (unsigned long long)view->kernel_in_force);
    paint(picture, COLOUR_NONE);
    if (view->kernel_pending > 0) {
        put(picture, ", K%llu relayed, in force two dynasties later", (unsigned long long)view->kernel_pending);
    }
    row_end(picture);
}

static const char *step_word(const mo_view_transfer_t *transfer, const mo_view_step_t *step)
{
    const bool is_stake = transfer->kind == MO_MESSAGE_STAKE;
    if (step->status == MO_STATUS_DECLARED) {
        return step->on_source ? "declared" : "confirmed";
    }
    if (step->status != MO_STATUS_PROGRESSED) {
        return mo_bus_status_name(step->status);
    }
    return step->on_source ? "secret shown" : is_stake ? "minted" : "unstaked";
}

static void transfer_row(mo_picture_t *picture, const mo_view_transfer_t *transfer)
{
    painted(picture, COLOUR_BOLD, transfer->kind == MO_MESSAGE_STAKE ? " stake → mint     " : " redeem → unstake ");
    for (size_t i = 0; i < transfer->step_count; ++i) {
        painted(picture, i == 0 ? COLOUR_NONE : COLOUR_DIM, i == 0 ? "" : " → ");
        painted(picture, COLOUR_GREEN, step_word(transfer, &transfer->steps[i]));
    }
    if (!mo_view_transfer_is_done(transfer)) {
        painted(picture, COLOUR_YELLOW, " ...");
    }
    row_end(picture);
}

static void link_row(mo_picture_t *picture, const mo_view_t *view)
{
    static const char *const STATES[] = {"waits for B1", "declared on origin", "confirmed on the auxiliary chain", "open"};
    const unsigned state = view->pair_opened.block > 0      ? 3
                           : view->link_confirmed.block > 0 ? 2
                           : view->link_declared.block > 0  ? 1
                                                            : 0;
    painted(picture, COLOUR_BOLD, " gateway pair ");
    painted(picture, state == 3 ? COLOUR_GREEN : COLOUR_YELLOW, STATES[state]);
    row_end(picture);
}

static void set_row(mo_picture_t *picture, const mo_progress_scene_t *scene)
{
    painted(picture, COLOUR_BOLD, " validators  ");
    for (unsigned i = 0; i < scene->validators; ++i) {
        const bool has_index = i < scene->view->validator_count;
        painted(picture, has_index ? COLOUR_GREEN : COLOUR_YELLOW, has_index ? "● " : "○ ");
    }
    put(picture, " %llu votes recorded", (unsigned long long)scene->view->vote_count);
    if (scene->transfers > 0) {
        put(picture, ", %llu transfers sent", (unsigned long long)scene->transfers);
    }
    row_end(picture);
}

void mo_picture_draw(mo_picture_t *picture, const mo_progress_scene_t *scene)
{
    const mo_view_t *const view = scene->view;
    if (view == NULL) {
        return;
    }
    painted(picture, COLOUR_BOLD, " origin      ");
    put(picture, "block %llu, observed up to %llu", (unsigned long long)view->origin.head,
        (unsigned long long)view->origin.finalised);
    row_end(picture);
    put(picture, "             ");
    bars(picture, &view->origin, scene->origin_epoch);
    meta_blocks(picture, view);
    painted(picture, COLOUR_BOLD, " auxiliary   ");
    put(picture, "block %llu, justified %llu, finalised %llu, dynasty %llu", (unsigned long long)view->auxiliary.head,
        (unsigned long long)view->auxiliary.justified, (unsigned long long)view->auxiliary.finalised,
        (unsigned long long)view->dynasty);
    row_end(picture);
    put(picture, "             ");
    bars(picture, &view->auxiliary, scene->epoch);
    set_row(picture, scene);
    link_row(picture, view);
    for (size_t i = 0; i < view->transfer_count; ++i) {
        transfer_row(picture, &view->transfers[i]);
    }
}
