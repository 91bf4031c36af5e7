/* Progress: a live picture on a terminal, plain lines with the time since the start elsewhere.
 *
 *     [  12.4 s] B_1 committed: dynasty 6, 4 signers, 301,422 gas
 *
 * On a terminal the picture is drawn anew in place, ten times a second at most, with the last lines below it. The
 * cursor always rests below the picture and no mode of the terminal is changed, so that even a kill -9 leaves the
 * terminal usable.
 *
 * Floor 7.
 */
#ifndef MO_APP_PROGRESS_H
#define MO_APP_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "node/devnet_view.h"

#define MO_PROGRESS_LINES    6
#define MO_PROGRESS_LINE_MAX 256

typedef struct {
    FILE *out;
    bool live;     /* a terminal */
    bool colours;
    const char *title;
    uint64_t started_ms;
    uint64_t drawn_ms;
    unsigned drawn_rows;
    char lines[MO_PROGRESS_LINES][MO_PROGRESS_LINE_MAX];
    size_t line_count;
} mo_progress_t;

/* What the picture shows beside the view. */
typedef struct {
    const mo_view_t *view; /* NULL before the chains are up */
    uint64_t epoch;
    uint64_t origin_epoch;
    uint64_t transfers; /* of the load, 0: there is none */
    unsigned validators; /* that run */
} mo_progress_scene_t;

/* Begins: `out` is standard output or error; whether it is a terminal decides the form. */
mo_progress_t mo_progress_begin(FILE *out, const char *title);

/* Says one line, now. */
void mo_progress_say(mo_progress_t *progress, const char *line);

/* Draws the picture, when it is time to. */
void mo_progress_draw(mo_progress_t *progress, const mo_progress_scene_t *scene);

/* Draws the picture a last time and leaves it standing. */
void mo_progress_end(mo_progress_t *progress, const mo_progress_scene_t *scene);

/* Milliseconds since the beginning. */
uint64_t mo_progress_elapsed_ms(const mo_progress_t *progress);

#endif
