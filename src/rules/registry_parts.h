/* What the files of rules/registry.h and rules/origin.h share: queues, weights, losses.
 *
 * Floor 2. Pure. For those files alone.
 */
#ifndef MO_RULES_REGISTRY_PARTS_H
#define MO_RULES_REGISTRY_PARTS_H

#include "rules/registry.h"

/* The account that an operation changes; NULL when the signer never deposited. */
mo_validator_account_t *mo_registry_find(mo_origin_t *origin, const mo_address_t *signer);

/* What `account` weighs now: floor(shares * reputation / unit) (5.2). */
uint32_t mo_registry_sampled_weight(const mo_origin_t *origin, const mo_validator_account_t *account);

/* The weight that kernels gave an account that has an index, a slashed one's too. */
uint32_t mo_registry_carried_weight(const mo_origin_t *origin, const mo_validator_account_t *account);

/* Appends an update to the tail of its kind's queue; none may wait for this account. */
void mo_registry_enqueue(mo_origin_t *origin, mo_update_kind_t kind, mo_validator_account_t *account, uint32_t weight);

/* Takes the update that waits for this account, if there is one, out of its queue. */
void mo_registry_dequeue(mo_origin_t *origin, mo_validator_account_t *account);

/* Fills the updates of `next`, whose height is set, from the queues, and marks the accounts (5.4). The weights move when
 * the kernel opens. */
void mo_registry_carry(mo_origin_t *origin, mo_kernel_t *next);

/* floor(amount * fraction / 1e18) for a fraction of at most 1e18. */
mo_u256_t mo_registry_part(mo_u256_t amount, uint64_t fraction);

/* Whether `signature` over a struct hash is the signer's. */
mo_registry_verdict_t mo_registry_signed_by_check(const mo_origin_t *origin, const mo_address_t *signer,
                                                  const mo_hash_t *hash, mo_bytes_t signature);

/* Takes shares out of an account, which holds them, and of the sums that it counts in. Out: what they are worth, rounded
 * down: what may be paid or burned for them. */
MO_MUST_USE mo_u256_t mo_registry_take(mo_origin_t *origin, mo_validator_account_t *account, mo_u256_t shares);

void mo_registry_burn(mo_origin_t *origin, mo_u256_t amount);

/* What all shares of an account are worth, rounded up. */
mo_u256_t mo_registry_stake_ceiling(const mo_origin_t *origin, const mo_validator_account_t *account);

/* A commit: the stakes that its kernel moved count from now on. Before the next kernel is carried. */
void mo_registry_move_exposed(mo_origin_t *origin);

/* Remembers the stake of an account whose update a kernel carries; before the account is marked. */
void mo_registry_carry_stake(mo_origin_t *origin, mo_update_kind_t kind, const mo_validator_account_t *account);

/* Everybody's loss at the height committed last, `missed` checkpoints deep. There is room for it. */
void mo_registry_lose_all(mo_origin_t *origin, uint64_t missed, const mo_address_t *prover);

/* `lost` is gone: REPORTER_SHARE of it is credited to `reporter`, the rest burned. */
void mo_registry_share(mo_origin_t *origin, const mo_address_t *reporter, mo_u256_t lost);

/* Each signer of a verified seal loses OBSERVATION_FRACTION of its stake; the challenger gets its share (4.4 a). */
void mo_registry_penalise(mo_origin_t *origin, const mo_address_t *challenger, const mo_seal_t *seal);

/* keccak256(abi.encode(hash of T, stated height)) of a transition. */
mo_hash_t mo_origin_id_of(const mo_transition_t *transition, mo_height_t stated_height);

/* The row of a bond, to be changed; NULL when none of this id is kept. */
mo_bond_t *mo_origin_bond_of(mo_origin_t *origin, const mo_hash_t *id);

/* A row for a new bond; NULL when all are taken. */
mo_bond_t *mo_origin_free_bond(mo_origin_t *origin);

/* Makes a proposal live; `proposer` zero when a seal stands for it. There is a free row. */
MO_MUST_USE mo_core_verdict_t mo_origin_live(mo_origin_t *origin, const mo_call_t *call, const mo_proposing_t *wish,
                                             const mo_address_t *proposer);

/* The core has halted, maybe: then a pending halt challenge is over and its bond the challenger's credit (4.4 c). */
void mo_origin_settle_halt(mo_origin_t *origin);

#endif
