/* Secrets: wiped when done with, compared in constant time, never logged.
 *
 * Every function that holds a key, a preimage or something derived from one calls mo_secret_wipe before it
 * returns. A compiler may drop a plain memset of memory that is about to die; it does not drop this one.
 *
 * Floor 0.
 */
#ifndef MO_BASE_SECRET_H
#define MO_BASE_SECRET_H

#include "base/bytes.h"

/* Overwrites `size` bytes with zeros, and the compiler may not leave it out. */
void mo_secret_wipe(void *secret, size_t size);

/* Equality in time that depends on `size` alone. */
MO_MUST_USE bool mo_secret_equal(const void *a, const void *b, size_t size);

#endif
