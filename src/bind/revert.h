/* Reverts as words: which custom error it was, and with which values.
 *
 *     e6 11 42 ..  + 2 words    ->    "ProposalNotReady(readyAt 1700000042, time 1700000040)"
 *     08 c3 79 a0  + text       ->    "Error(\"paused\")"
 *     4e 48 7b 71  + 0x11       ->    "Panic(0x11)"
 *     12 34 56 78               ->    "0x12345678"           an error of no contract known here
 *     (nothing)                 ->    "no reason given"
 *
 * The table of all custom errors of all contracts is generated (scripts/bindgen.mjs), sorted by selector. Revert data is
 * hostile: arguments that do not decode are left out, the name stays.
 *
 * Floor 3, pure.
 */
#ifndef MO_BIND_REVERT_H
#define MO_BIND_REVERT_H

#include "base/bytes.h"

/* One custom error. `letters`, one per argument: u integer, a address, h bytes32, b bool, s bytes, t text; "?" when an
 * argument is of another type. `names`: the arguments' names, a space between. */
typedef struct {
    uint8_t selector[4];
    const char *name;
    const char *letters;
    const char *names;
} mo_bind_error_t;

extern const mo_bind_error_t mo_bind_errors[];
extern const size_t mo_bind_error_count;

/* The longest text that mo_bind_revert_print writes, with its closing zero. */
#define MO_BIND_REVERT_TEXT 224

/* The name of the custom error that revert data begins with; NULL when it is none that is known. */
const char *mo_bind_error_name(mo_bytes_t revert);

/* Writes revert data as words; cut when they are longer. */
void mo_bind_revert_print(mo_bytes_t revert, char out[MO_BIND_REVERT_TEXT]);

#endif
