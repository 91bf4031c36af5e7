/* Secrets: wiped when done with, compared in constant time, never logged.
 *
 * Every function that holds a key, a preimage or something derived from one calls mo_secret_wipe before it
 * returns. A compiler may drop a plain memset of memory that is about to die; it does not drop this one.
 *
 * Nor may a branch or an address depend on one, or its timing tells. memcheck finds out: bytes marked as secret count as
 * undefined there, so does whatever is computed of them, and every jump or load that rests on such a byte is an error.
 * tests/secrets runs every function of floor 1 that takes a secret in this way, as it is shipped.
 *
 *     secret ----> computed of it ----> mo_secret_declassify ----> public: an address, a signature, a verdict
 *                  a branch on this is an error                    branches as anything else
 *
 * What is compared for equality may be public after it: mo_secret_equal gives a public answer about secrets.
 *
 * Floor 0.
 */
#ifndef MO_BASE_SECRET_H
#define MO_BASE_SECRET_H

#include "base/bytes.h"

/* Overwrites `size` bytes with zeros, and the compiler may not leave it out. */
void mo_secret_wipe(void *secret, size_t size);

/* Tells memcheck that the bytes are secret from here on, or that what was computed of secrets is no longer one. Outside of
 * memcheck a handful of instructions that do nothing; the bytes are never changed. */
void mo_secret_mark(const void *secret, size_t size);
void mo_secret_declassify(const void *value, size_t size);

/* Equality in time that depends on `size` alone; the answer is no secret. */
MO_MUST_USE bool mo_secret_equal(const void *a, const void *b, size_t size);

#endif
