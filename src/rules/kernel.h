/* Hashes of kernels and meta-blocks: the chain that origin commits (1.3, 4.1).
 *
 *     K_n = {height n, parent, updates, gas target}     B_n = {hash K_n, hash T_n, hash of the finalising
 * link} K_n+1.parent = hash B_n                           K_1.parent = the core's setup hash
 *
 * All are EIP-712 struct hashes; the list of updates is hashed as EIP-712 says, as the hash of the members'
 * hashes.
 *
 * Floor 2. Pure.
 */
#ifndef MO_RULES_KERNEL_H
#define MO_RULES_KERNEL_H

#include "base/bytes.h"
#include "rules/types.h"

/* Struct hash of one update. `weight` is a uint96 in what is hashed; here it never exceeds 64 bits. */
mo_hash_t mo_rules_update_hash(const mo_update_t *update);

/* Hash of a kernel's updates, as they lie in its struct hash. `update_count` <= MO_UPDATES_MAX. */
mo_hash_t mo_rules_updates_hash(const mo_kernel_t *kernel);

/* A kernel whose updates are a hash: what opens a kernel whose updates matter to nobody (4.4 b). */
typedef struct {
    mo_height_t height;
    mo_hash_t parent;
    mo_hash_t updates;
    mo_u256_t gas_target;
} mo_kernel_outline_t;

mo_hash_t mo_rules_kernel_outline_hash(const mo_kernel_outline_t *outline);

/* Struct hash of a kernel; what the core's slot 0 holds while it is open. `update_count` <= MO_UPDATES_MAX.
 */
mo_hash_t mo_rules_kernel_hash(const mo_kernel_t *kernel);

/* Struct hash of a meta-block; the next kernel's parent. */
mo_hash_t mo_rules_meta_block_hash(const mo_meta_block_t *block);

/* The meta-block that committing `transition` by `link` under `kernel` makes. */
mo_meta_block_t mo_rules_meta_block(const mo_kernel_t *kernel, const mo_transition_t *transition,
                                    const mo_vote_t *link);

#endif
