/* The live picture as text: two chains, the meta-blocks between them, transfers on their way. Pure.
 *
 *      origin      ▁▁▂▁▁▁▃▁▁▁▁▁▁▁▁█▁▁▁▁  block 412 · observed 400
 *      meta-blocks B1 ─ B2 ─ (K3 open)   kernel 2 in force, 3 relayed
 *      auxiliary   ▃▃▄▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃  block 433 · justified 416 · finalised 400 · dynasty 20
 *
 * Each bar is one block, its height the gas it used; bars of finalised blocks are green, of justified ones yellow.
 *
 * Floor 7.
 */
#ifndef MO_APP_PICTURE_H
#define MO_APP_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/progress.h"

/* A picture: 9 rows of at most 48 bars of 3 bytes and their colours, and text. */
#define MO_PICTURE_MAX 8192

typedef struct {
    char text[MO_PICTURE_MAX];
    size_t size;
    unsigned rows;
    bool colours;
    unsigned columns; /* of the terminal */
} mo_picture_t;

/* Writes the picture of a scene; every row ends with "clear to the end of the row" and a line feed. */
void mo_picture_draw(mo_picture_t *picture, const mo_progress_scene_t *scene);

/* Appends one row of plain text, cut to the columns. */
void mo_picture_row(mo_picture_t *picture, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
