/* The parts of the validator: what src/role/validator*.c share and nobody else calls. Floor 4. */
#ifndef MO_ROLE_VALIDATOR_PARTS_H
#define MO_ROLE_VALIDATOR_PARTS_H

#include "role/validator.h"

/* Stops believing; the first reason stays. */
void mo_validator_disagree(mo_validator_role_t *v, mo_disagreement_t reason);

/* Hash of our own chain's checkpoint at a height; NULL when there is none yet or it is too old. */
const mo_hash_t *mo_validator_own(const mo_validator_role_t *v, mo_poll_chain_t chain, uint64_t height);

/* Our own r and g at the auxiliary checkpoint of a height for which mo_validator_own has a hash. */
const mo_record_t *mo_validator_own_record(const mo_validator_role_t *v, uint64_t height);

/* Whether our own chain has this checkpoint. */
bool mo_validator_is_own(const mo_validator_role_t *v, const mo_checkpoint_t *checkpoint, mo_poll_chain_t chain);

/* This checkpoint of the auxiliary chain is final or committed: it binds, unless a higher one does (2.9). */
void mo_validator_bind(mo_validator_role_t *v, mo_height_t height, const mo_hash_t *hash);

/* A log says that somebody was slashed: when that is us it is the end. */
void mo_validator_slashed(mo_validator_role_t *v, const mo_address_t *signer, const mo_own_slash_t *slash);

/* B_n-1 of a kernel K_n, n >= 1; zero before it was seen committed. */
const mo_committed_block_t *mo_validator_parent(const mo_validator_role_t *v, mo_height_t kernel);

/* Logs of the auxiliary chain's contracts into the copy of the polling place. */
void mo_validator_auxiliary_log(mo_validator_role_t *v, const mo_event_log_t *log);

/* Logs of the core into the copy of the core. */
void mo_validator_origin_log(mo_validator_role_t *v, const mo_event_log_t *log);

/* Origin's checkpoint of our own chain is taken as reported, if there is one of this height; says whether there is. */
bool mo_validator_origin_reported(mo_validator_role_t *v, uint64_t height);

/* What there is to do now. */
void mo_validator_decide(mo_validator_role_t *v, mo_actions_t *actions);

#endif
