/* The auxiliary chain of a parity run: its blocks, the rules' polling place, and the operations upon it.
 *
 * Kernels, links and origin's checkpoints are made up here; what the core on origin would have decided lies in a plan: the
 * kernel that is relayed next, proven under a state root that is made for it. A reorganisation restores both sides to what
 * they were and goes on with other blocks.
 */
#ifndef MO_PARITY_AUXILIARY_H
#define MO_PARITY_AUXILIARY_H

#include "bind/structs.h"
#include "parity/origin_world.h"
#include "rules/poll.h"

enum { A_EPOCH = 8, A_ORIGIN_EPOCH = 4, A_ROOT = 16, A_ORIGIN_ROOT = 40, BLOCKS_MAX = 800, A_HEADER_MAX = 640 };

typedef struct {
    mo_hash_t hash;
    uint8_t header[A_HEADER_MAX];
    size_t size;
} block_t;

/* The kernel that origin committed next, with what opens its parent; `reported` the origin checkpoint under it. */
typedef struct {
    bool made;
    mo_kernel_t kernel;
    mo_meta_block_t parent;
    mo_vote_t link;
    uint8_t account[PROOF_BYTES];
    size_t account_size;
    uint8_t slot[PROOF_BYTES];
    size_t slot_size;
    mo_hash_t state_root;
    uint64_t number; /* of the origin checkpoint with this state root, 0 before it is reported */
} relay_plan_t;

/* All that a reorganisation takes back. */
typedef struct {
    mo_poll_t poll;
    block_t blocks[BLOCKS_MAX]; /* block A_ROOT + i */
    uint64_t tip;
    uint64_t reported; /* number of the last block that was reported of this chain */
    mo_hash_t fork;    /* a reported block that is not of this chain, zero for none */
    mo_hash_t origin_tips[64];
    size_t origin_count; /* checkpoints of origin reported, the root among them */
    relay_plan_t plan;
    relay_plan_t relayed; /* the last that was adopted */
    size_t keys_used;
} a_state_t;

typedef struct {
    origin_world_t *w; /* the generator, the keys, the step */
    a_state_t *now;
    a_state_t *kept;
    bool is_kept;
    uint64_t told; /* the newest block whose hash the replay knows */
    mo_address_t store;
    mo_address_t origin_store;
    mo_address_t relay;
    mo_address_t place;
    uint64_t steps;
} auxiliary_t;

void auxiliary_init(auxiliary_t *a, origin_world_t *w);
void auxiliary_free(auxiliary_t *a);

/* Deploys the four contracts over a root. */
void auxiliary_deploy(auxiliary_t *a);

/* One operation. */
void auxiliary_step(auxiliary_t *a);

/* Parts (auxiliary.c) for the operations (auxiliary_moves.c, auxiliary_votes.c). */
const block_t *a_block(const auxiliary_t *a, uint64_t number);
void a_mine(auxiliary_t *a, uint64_t count);
void a_call(auxiliary_t *a, const mo_address_t *target);
void a_done(auxiliary_t *a, const char *verdict, const char *letters, const mo_hash_t *link);
void a_keep_or_restore(auxiliary_t *a);

/* The newest entry of each history that is not above the source; entry 0 when the source is unknown. */
mo_bind_hints_t a_hints(const mo_poll_t *poll, const mo_hash_t *source);

void a_report(auxiliary_t *a);
void a_report_fork(auxiliary_t *a);
void a_anchor(auxiliary_t *a);
void a_report_origin(auxiliary_t *a);
void a_relay(auxiliary_t *a);
void a_plan(auxiliary_t *a);
void a_vote(auxiliary_t *a);
void a_vote_all(auxiliary_t *a);
void a_slash(auxiliary_t *a);

#endif
