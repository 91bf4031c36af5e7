/* The parts of the watcher: what src/role/watcher*.c share and nobody else calls. Floor 4. */
#ifndef MO_ROLE_WATCHER_PARTS_H
#define MO_ROLE_WATCHER_PARTS_H

#include "role/watcher.h"

/* A finding now; number and chain are filled in. */
void mo_watcher_find(mo_watcher_role_t *w, mo_chain_t chain, const mo_finding_t *finding);

/* Holds a vote against all that are held of the validator of this index, and keeps it. The caller knows, from a contract
 * or by recovering the signer, whose it is. */
void mo_watcher_hold(mo_watcher_role_t *w, uint32_t index, const mo_held_vote_t *held);

/* The same for a vote out of an input, whose signer is not known yet; false when no validator signed it. */
bool mo_watcher_hold_unchecked(mo_watcher_role_t *w, const mo_held_vote_t *held);

/* The proven case of a signer; NULL when there is none. */
mo_watcher_case_t *mo_watcher_case(mo_watcher_role_t *w, const mo_address_t *signer);

/* The index of a signer as ValidatorJoined said; false when it has none. */
bool mo_watcher_index(const mo_watcher_role_t *w, const mo_address_t *signer, uint32_t *index);

/* Signatures held of a link, by ascending index; returns how many. */
size_t mo_watcher_signatures(const mo_watcher_role_t *w, const mo_vote_t *link, mo_seal_record_t *records,
                             size_t max);

/* Logs, into the role. */
void mo_watcher_log(mo_watcher_role_t *w, const mo_event_log_t *log);

/* The votes in a transaction's input. */
void mo_watcher_input(mo_watcher_role_t *w, mo_chain_t chain, const mo_event_input_t *input);

/* Asks for the input of a transaction, once. */
void mo_watcher_wish(mo_watcher_role_t *w, mo_chain_t chain, const mo_hash_t *transaction);

/* The books of the pair: logs of gateways and tokens, and whether they balance, of one chain or across both. */
bool mo_watcher_books_log(mo_watcher_role_t *w, const mo_event_log_t *log);
void mo_watcher_books_check(mo_watcher_role_t *w, mo_chain_t chain);
void mo_watcher_books_compare(mo_watcher_role_t *w);

/* What there is to do now. */
void mo_watcher_decide(mo_watcher_role_t *w, mo_actions_t *actions);

/* One action of a duty; NULL when it is not due or there is no room. */
mo_action_t *mo_watcher_due(mo_watcher_role_t *w, mo_actions_t *actions, mo_watcher_duty_t duty, mo_duty_t *state,
                            uint64_t key);

/* Challenges of proposals (4.4 a, b). */
void mo_watcher_challenge(mo_watcher_role_t *w, mo_actions_t *actions);

#endif
