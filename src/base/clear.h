/* Clearing large memory without touching what is clear.
 *
 * The state of a role is ten megabytes of tables, most of which stay empty for ever. Fresh memory is zero, and the system
 * gives a page of it only when it is written: a plain memset would take them all. Here a page that is zero is read and
 * left. Floor 0.
 */
#ifndef MO_BASE_CLEAR_H
#define MO_BASE_CLEAR_H

#include <stddef.h>

/* Makes `size` bytes zero. Not for secrets (base/secret.h). */
void mo_clear(void *memory, size_t size);

#endif
