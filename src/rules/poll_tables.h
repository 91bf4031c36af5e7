/* The bounded tables of a polling place's state: find an entry, take a slot, append to a history.
 *
 * Shared by the poll_*.c files alone; everybody else reads mo_poll_t by the views of rules/poll.h. What a
 * full table forgets, and why, is said there. A slot that was taken belongs to the caller, who fills it.
 *
 * Floor 2. Pure.
 */
#ifndef MO_RULES_POLL_TABLES_H
#define MO_RULES_POLL_TABLES_H

#include "rules/poll.h"

/* An entry by hash; NULL when there is none. */
mo_poll_record_t *mo_poll_record_find(mo_poll_t *poll, const mo_hash_t *hash);
mo_origin_record_t *mo_poll_origin_find(mo_poll_t *poll, const mo_hash_t *hash);
mo_link_t *mo_poll_link_find(mo_poll_t *poll, const mo_hash_t *hash);

/* An entry by (chain, height); NULL when there is none. */
mo_ballot_box_t *mo_poll_box_find(mo_poll_t *poll, mo_poll_chain_t chain, mo_height_t target_height);

/* A free or forgettable slot, cleared, in use, with the next serial; NULL when the table is full. */
mo_poll_record_t *mo_poll_record_take(mo_poll_t *poll);
mo_origin_record_t *mo_poll_origin_take(mo_poll_t *poll);
mo_link_t *mo_poll_link_take(mo_poll_t *poll);
mo_ballot_box_t *mo_poll_box_take(mo_poll_t *poll, mo_poll_chain_t chain, mo_height_t target_height);

/* Keeps a signature as the newest of its link. */
void mo_poll_signature_keep(mo_poll_t *poll, mo_link_t *link, const mo_seal_record_t *record);

/* Appends an entry, or overwrites the newest when it is of the same block (2.6). */
void mo_poll_dynasty_append(mo_poll_t *poll, const mo_dynasty_entry_t *entry);
void mo_poll_observation_append(mo_poll_t *poll, const mo_observation_entry_t *entry);

/* The newest entry whose block is not above `number`; NULL when it is forgotten. */
const mo_dynasty_entry_t *mo_poll_dynasty_at(const mo_poll_t *poll, uint64_t number);
const mo_observation_entry_t *mo_poll_observation_at(const mo_poll_t *poll, uint64_t number);

/* A checkpoint's number, height and epoch length agree; no product that could overflow. */
bool mo_poll_height_is(uint64_t number, uint64_t epoch, mo_height_t height);

#endif
