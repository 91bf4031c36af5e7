/* The operations of a parity run on origin: each draws a call, valid or not, asks the rules, and writes the step.
 *
 * Whether a call is meant to be valid is drawn first; what is spoilt then, one part at a time, so that every check is met
 * by a call that passes all the checks before it.
 */
#ifndef MO_PARITY_ORIGIN_MOVES_H
#define MO_PARITY_ORIGIN_MOVES_H

#include "parity/origin_world.h"

/* The registry's (origin_moves.c, origin_offences.c). */
void move_deposit(origin_world_t *w);
void move_cancel(origin_world_t *w);
void move_logout(origin_world_t *w);
void move_release(origin_world_t *w);
void move_withdraw(origin_world_t *w);
void move_refresh(origin_world_t *w);
void move_collect(origin_world_t *w);
void move_foreign(origin_world_t *w);
void move_slash(origin_world_t *w);
void move_present(origin_world_t *w);
void move_leak(origin_world_t *w);
void move_veto(origin_world_t *w);

/* The core's (origin_commits.c, origin_challenges.c). */
void move_open(origin_world_t *w);
void move_record(origin_world_t *w);
void move_propose(origin_world_t *w);
void move_commit(origin_world_t *w);
void move_reclaim(origin_world_t *w);
void move_observation(origin_world_t *w);
void move_gas_target(origin_world_t *w);
void move_missed(origin_world_t *w);
void move_challenge_halt(origin_world_t *w);
void move_halt(origin_world_t *w);

/* An account that exists, or a signer that never deposited. */
mo_address_t any_signer(origin_world_t *w);

/* An account in one of two states if there is one, else any signer. */
mo_address_t signer_in(origin_world_t *w, mo_account_state_t a, mo_account_state_t b);

/* The withdrawal address of a signer, or now and then another actor. */
mo_address_t owner_of(origin_world_t *w, const mo_address_t *signer);

/* A T that rises over the committed one for the open kernel. `reaches`: its gas is not below the target. */
mo_transition_t any_transition(origin_world_t *w, bool reaches);

/* A link that finalises a source of this height under this transition. */
mo_vote_t link_of(origin_world_t *w, const mo_transition_t *transition, uint64_t source_height);

/* The seal of everybody who is not silent, in `out`. `spoil` 0: right; 1..7: scheme, length, order, index, signature,
 * one signer alone, nobody. */
void put_seal(origin_world_t *w, const mo_vote_t *link, unsigned spoil, mo_buffer_t *out);

enum { SEAL_SPOILS = 7, SEAL_MEMORY = 1 + (KEYS + 1) * MO_SEAL_RECORD_SIZE };

#endif
