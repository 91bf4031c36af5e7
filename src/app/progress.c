#include "app/progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "app/picture.h"

#define DRAW_EVERY_MS   100
#define COLUMNS_DEFAULT 80

static uint64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

mo_progress_t mo_progress_begin(FILE *out, const char *title)
{
    const char *const term = getenv("TERM");
    const char *const no_colour = getenv("NO_COLOR");
    const bool live = isatty(fileno(out)) == 1 && term != NULL && strcmp(term, "dumb") != 0;
    return (mo_progress_t){.out = out,
                           .live = live,
                           .colours = live && (no_colour == NULL || no_colour[0] == '\0'),
                           .title = title,
                           .started_ms = now_ms()};
}

uint64_t mo_progress_elapsed_ms(const mo_progress_t *progress)
{
    return now_ms() - progress->started_ms;
}

static void line_keep(mo_progress_t *progress, const char *text)
{
    if (progress->line_count == MO_PROGRESS_LINES) {
        memmove(progress->lines[0], progress->lines[1], sizeof progress->lines - sizeof progress->lines[0]);
        progress->line_count -= 1;
    }
    (void)snprintf(progress->lines[progress->line_count], MO_PROGRESS_LINE_MAX, "%s", text);
    progress->line_count += 1;
}

void mo_progress_say(mo_progress_t *progress, const char *line)
{
    const uint64_t elapsed = mo_progress_elapsed_ms(progress);
    char text[MO_PROGRESS_LINE_MAX];
    (void)snprintf(text, sizeof text, "[%4llu.%llu s] %s", (unsigned long long)(elapsed / 1000),
                   (unsigned long long)(elapsed % 1000 / 100), line);
    if (!progress->live) {
        (void)fprintf(progress->out, "%s\n", text);
        (void)fflush(progress->out);
        return;
    }
    line_keep(progress, text);
}

static unsigned terminal_columns(FILE *out)
{
    struct winsize size = {0};
    const bool told = ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col >= 20;
    return told ? size.ws_col : COLUMNS_DEFAULT;
}

static void frame_draw(mo_progress_t *progress, const mo_progress_scene_t *scene)
{
    static mo_picture_t picture;
    const uint64_t elapsed = mo_progress_elapsed_ms(progress);
    picture = (mo_picture_t){.colours = progress->colours, .columns = terminal_columns(progress->out)};
    mo_picture_row(&picture, " %s   %llu:%02llu", progress->title, (unsigned long long)(elapsed / 60000),
                   (unsigned long long)(elapsed / 1000 % 60));
    mo_picture_draw(&picture, scene);
    for (size_t i = 0; i < progress->line_count; ++i) {
        mo_picture_row(&picture, "%s", progress->lines[i]);
    }
    if (progress->drawn_rows > 0) {
        (void)fprintf(progress->out, "\x1b[%uA", progress->drawn_rows);
    }
    (void)fprintf(progress->out, "\r%s\x1b[J", picture.text);
    (void)fflush(progress->out);
    progress->drawn_rows = picture.rows;
    progress->drawn_ms = now_ms();
}

void mo_progress_draw(mo_progress_t *progress, const mo_progress_scene_t *scene)
{
    if (progress->live && now_ms() - progress->drawn_ms >= DRAW_EVERY_MS) {
        frame_draw(progress, scene);
    }
}

void mo_progress_end(mo_progress_t *progress, const mo_progress_scene_t *scene)
{
    if (progress->live) {
        frame_draw(progress, scene);
        progress->drawn_rows = 0;
    }
}
