/* The help pages: the first screen a newcomer sees, and one page per verb. Floor 7. */
#ifndef MO_APP_HELP_H
#define MO_APP_HELP_H

#include "app/options.h"

/* Prints the first page (MO_APP_VERB_COUNT) or a verb's page to standard output. */
void mo_app_help_print(mo_app_verb_t page);

#endif
