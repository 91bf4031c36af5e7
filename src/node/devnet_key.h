/* Keys of a devnet: each derived from the devnet's seed and the name of who uses it, so that the same seed gives the
 * same addresses again. Worthless anywhere else: whoever knows the seed knows every key.
 *
 *     secret = keccak256("mosaic devnet" | 0 | seed | 0 | name | 0 | number)
 *
 * Floor 6.
 */
#ifndef MO_NODE_DEVNET_KEY_H
#define MO_NODE_DEVNET_KEY_H

#include <stdint.h>

#include "base/bytes.h"
#include "eth/secp.h"

typedef struct {
    mo_secp_key_t secret; /* wiped by its owner */
    mo_address_t address;
} mo_devnet_key_t;

/* The key number `number` of the name, for instance ("mosaic", "validator", 3). */
mo_devnet_key_t mo_devnet_key(const char *seed, const char *name, uint64_t number);

#endif
