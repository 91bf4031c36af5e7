/* The protocol's own nouns: heights, weights, votes, transitions, kernels, meta-blocks (1.3).
 *
 * Each struct mirrors the Solidity struct of the same name in contracts/src/lib/Types.sol, field for field,
 * in the order in which it is signed and committed; a generated binding maps one to the other by name.
 *
 *     chain of meta-blocks          B_n = (K_n, T_n, S_n)
 *
 *       Kernel K_n  --parent-->  MetaBlock B_n-1 = { kernel, transition, vote }   three struct hashes
 *          |                                            |            |      |
 *       updates of V_n                               K_n-1        T_n-1   the finalising link
 *
 * Heights are of three kinds, and the field's name says which: a checkpoint's height (block number / epoch
 * length) and a kernel's height (n) are both mo_height_t; a block number is a plain uint64_t called `number`.
 *
 * What this header does not do: it hashes nothing and checks nothing. Hashes are in rules/vote.h,
 * rules/kernel.h and rules/transition.h; the bounds are in rules/limits.h.
 *
 * Floor 2.
 */
#ifndef MO_RULES_TYPES_H
#define MO_RULES_TYPES_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "eth/u256.h"
#include "rules/limits.h"

/* A checkpoint's height or a kernel's height. */
typedef struct {
    uint64_t value;
} mo_height_t;

/* Voting weight, in units of WEIGHT_UNIT stake tokens. One validator's is below 2^32 (5.2); a sum of
 * MO_VALIDATORS_MAX of them fits 64 bits with room to spare. */
typedef struct {
    uint64_t value;
} mo_weight_t;

/* A link source -> target between two checkpoints of one chain, as a validator signs it (2.2). `chain` is the
 * core id for a vote about the auxiliary chain, the origin id for a vote about origin, whose `transition` is
 * zero (2.4). */
typedef struct {
    mo_hash_t chain;
    mo_hash_t transition;
    mo_hash_t source;
    mo_hash_t target;
    mo_height_t source_height;
    mo_height_t target_height;
} mo_vote_t;

/* The auxiliary chain up to and including a source checkpoint, in one object (2.6). */
typedef struct {
    uint64_t dynasty;
    uint64_t origin_number;     /* block number of the latest finalised observation of origin */
    mo_hash_t origin_hash;      /* its block hash */
    mo_hash_t transaction_root; /* r: the accumulated transactions roots (3.1) */
    mo_u256_t gas;              /* g: the accumulated gas used (3.1) */
    mo_hash_t kernel;           /* struct hash of the kernel in force */
} mo_transition_t;

/* What an update does to a validator (1.3). */
typedef enum {
    MO_UPDATE_JOIN = 0,
    MO_UPDATE_WEIGHT = 1,
    MO_UPDATE_LOGOUT = 2,
    MO_UPDATE_SLASH = 3,
} mo_update_kind_t;

#define MO_UPDATE_KINDS 4

/* A change of one validator's weight. `validator` is the signer's address; `weight` is the new weight, 0 for
 * kinds 2 and 3; `kind` is a mo_update_kind_t once it has been checked, any byte before. */
typedef struct {
    mo_address_t validator;
    mo_weight_t weight;
    uint8_t kind;
} mo_update_t;

/* What opens a meta-block: its height, its parent meta-block, the changes of the set, the gas target. */
typedef struct {
    mo_height_t height;
    mo_hash_t parent;
    mo_update_t updates[MO_UPDATES_MAX];
    size_t update_count; /* at most MO_UPDATES_MAX */
    mo_u256_t gas_target;
} mo_kernel_t;

/* A committed meta-block: three struct hashes. Its own struct hash is the next kernel's `parent`. */
typedef struct {
    mo_hash_t kernel;
    mo_hash_t transition;
    mo_hash_t vote;
} mo_meta_block_t;

#endif
