#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Words of nodes, file names and contracts stand in these texts: none of them may begin a line of the log or steer the
 * terminal that shows it. */
static void tame(char *text)
{
    for (; *text != '\0'; text++) {
        bool steers = (unsigned char)*text < 0x20 || *text == 0x7f;
        *text = steers ? '?' : *text;
    }
}

mo_err_t mo_err(mo_err_kind_t kind, const char *format, ...)
{
    mo_err_t err = {.kind = kind};
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(err.text, sizeof err.text, format, arguments);
    va_end(arguments);
    tame(err.text);
    return err;
}

mo_err_t mo_err_wrap(mo_err_t inner, const char *format, ...)
{
    mo_err_t err = {.kind = inner.kind};
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(err.text, sizeof err.text, format, arguments);
    va_end(arguments);
    tame(err.text);
    char whole[2 * MO_ERR_TEXT_MAX + 2];
    (void)snprintf(whole, sizeof whole, "%s: %s", err.text, inner.text);
    memcpy(err.text, whole, sizeof err.text - 1);
    err.text[sizeof err.text - 1] = '\0';
    return err;
}
