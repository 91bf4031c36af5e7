/* One line a fact; the hash over all lines is what two runs of one seed have in common. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "eth/keccak.h"
#include "sim/world.h"

static void tell(mo_sim_t *w, const char *line)
{
    mo_keccak_put(&w->trace, (mo_bytes_t){(const uint8_t *)line, strlen(line) + 1});
    if (w->config.say != NULL) {
        w->config.say(w->config.context, line);
    }
}

void mo_sim_say(mo_sim_t *w, const char *format, ...)
{
    if (w->replaying) {
        return;
    }
    char line[MO_SIM_LINE_MAX];
    int head = snprintf(line, sizeof line, "%8llu.%03llu  ", (unsigned long long)(w->now_ms / 1000),
                        (unsigned long long)(w->now_ms % 1000));
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line + head, sizeof line - (size_t)head, format, arguments);
    va_end(arguments);
    tell(w, line);
}

/* The first violation is the one that counts. */
void mo_sim_violate(mo_sim_t *w, const char *format, ...)
{
    if (w->report->violated) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(w->report->violation, sizeof w->report->violation, format, arguments);
    va_end(arguments);
    w->report->violated = true;
    w->replaying = false;
    mo_sim_say(w, "VIOLATION: %.200s", w->report->violation);
}
