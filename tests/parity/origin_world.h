/* The origin chain of a parity run: the rules' state, the blocks and the time, the actors and their keys.
 *
 * An episode is one deployment of the contracts and the calls upon it; parameters are drawn anew for each. Actors are
 * plain addresses with tokens; signers have keys from one pool, of which each deposit takes the next.
 */
#ifndef MO_PARITY_ORIGIN_WORLD_H
#define MO_PARITY_ORIGIN_WORLD_H

#include "base/rng.h"
#include "eth/secp.h"
#include "parity/step.h"
#include "rules/origin.h"
#include "rules/registry.h"

enum {
    ORIGIN_CHAIN = 31337,
    ACTORS = 6,
    KEYS = 64,
    PLANS_MAX = 64,
    KNOWN_MAX = 256,
    SEALED_MAX = 8,
    RECLAIMABLE_MAX = 16,
};

typedef struct {
    mo_secp_key_t secret;
    mo_public_key_t public_key;
    mo_address_t address;
} parity_key_t;

enum { PROOF_NODES = 4, PROOF_BYTES = 1024, HEADER_BYTES = 1024 };

/* A lower checkpoint that a source block's state shows finalised: header, proofs, T' (4.4 b). `missed_height` 0: none. */
typedef struct {
    uint64_t missed_height;
    mo_transition_t missed;
    uint8_t header[HEADER_BYTES];
    size_t header_size;
    mo_hash_t header_hash;
    uint8_t account[PROOF_BYTES]; /* one node: the trie holds one account */
    size_t account_size;
    uint8_t slot[PROOF_BYTES]; /* one node: its storage holds one slot */
    size_t slot_size;
} passed_t;

/* What a commit leaves for the evidence of a missed checkpoint. */
typedef struct {
    mo_kernel_t kernel;
    mo_transition_t transition;
    mo_vote_t link;
} committed_t;

/* A proposal that was made for the open kernel. */
typedef struct {
    mo_transition_t transition;
    mo_height_t stated_height;
    mo_height_t source_height;
    passed_t passed;
} plan_t;

/* A proposal of any kernel of this episode. */
typedef struct {
    mo_hash_t hash;
    mo_height_t stated;
} reclaimable_t;

/* A committed seal's list of indices: the preimage of its roll. */
typedef struct {
    uint64_t height;
    uint8_t indices[4 * KEYS];
    size_t size;
} sealed_t;

typedef struct {
    mo_rng_t rng;
    FILE *out;
    parity_step_t step;
    parity_key_t keys[KEYS];
    mo_origin_t *origin;
    uint64_t nonce; /* of the deployer */
    mo_address_t token;
    mo_address_t history;
    mo_address_t core;
    mo_address_t registry;
    uint64_t number;
    uint64_t time;
    uint64_t first_number;       /* of this episode: older hashes are out of question */
    uint64_t known[KNOWN_MAX];   /* numbers that the history recorded */
    size_t known_count;
    mo_u256_t core_balance;
    mo_u256_t registry_balance;
    size_t keys_used;
    plan_t plans[PLANS_MAX];
    size_t plan_count;
    sealed_t sealed[SEALED_MAX]; /* of B_k at k % SEALED_MAX */
    reclaimable_t reclaimable[RECLAIMABLE_MAX]; /* the newest, in a ring */
    size_t reclaimable_next;
    uint64_t steps_after_halt;
    passed_t passed;            /* by the meta-block committed last */
    committed_t last;           /* B_{n-1} */
    committed_t before_last;    /* B_{n-2} */
} origin_world_t;

/* Keys and memory; `nonce` of the deployer is 0. */
void origin_world_init(origin_world_t *w, uint64_t seed, FILE *out);

/* Draws parameters and deploys. */
void origin_world_deploy(origin_world_t *w);

uint64_t draw(origin_world_t *w, uint64_t bound);
/* True in `percent` of 100 cases. */
bool chance(origin_world_t *w, unsigned percent);
mo_address_t actor(uint64_t i);
mo_hash_t any_hash(origin_world_t *w);

/* What the origin chain answers: the hash of a block, whether the history holds or finds it, and what it recorded. */
mo_hash_t origin_hash(uint64_t number);
bool origin_has(const origin_world_t *w, uint64_t number, const mo_hash_t *hash);
mo_hash_t origin_known(const origin_world_t *w, uint64_t number);
void origin_record(origin_world_t *w, uint64_t number);

/* Moves time by `seconds` and the chain by `blocks`, at the next step. */
void origin_pass(origin_world_t *w, uint64_t seconds, uint64_t blocks);

/* Begins a call step by `sender` on `target`. */
void origin_call(origin_world_t *w, const mo_address_t *sender, const mo_address_t *target);

/* Ends it: `verdict` is "Accepted" or the error's name; `focus` is the signer whose account is compared. */
void origin_done(origin_world_t *w, const char *verdict, const mo_address_t *focus);

/* The key of a signer; NULL when it is none of ours. */
const parity_key_t *key_of(const origin_world_t *w, const mo_address_t *signer);

/* Makes s the highest of all, which is refused (1.4). */
void spoil_signature(mo_signature_t *signature);

/* Signs a struct hash under the core's domain. */
mo_signature_t origin_sign(const origin_world_t *w, const parity_key_t *key, const mo_hash_t *hash);

#endif
