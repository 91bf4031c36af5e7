#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void mo_check_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
    abort();
}
