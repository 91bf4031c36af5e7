/* The report of a demo: one JSON object, every number in it read from the two chains.
 *
 *     config           all of devnet.json: URLs, chain ids, addresses, epochs, roots
 *     seconds          from the command to the last condition
 *     validators       [index, signer, weight] as the registry holds them
 *     meta_blocks      [height, dynasty, gas, kernel, transition, source, source_number, signers, commit_transaction,
 *                      commit_block, commit_gas, relay_transaction, relay_block, relay_gas, relay_origin_number,
 *                      enforced_block, enforced_dynasty]       relay_* and enforced_*: of the kernel it opened
 *     transfers        [id, kind, amount, reward, states: [state, chain, block, transaction, gas]]
 *     aux_transactions_finalised, aux_finalised_number, load_transfers_finalised, load_senders
 *
 * Hashes of structs come from events; gas from receipts; signers from the seal in the commit's call data; the origin
 * block of a relay's proof from its call data. Amounts are decimal texts. Both chains must stand still meanwhile.
 *
 * Floor 6.
 */
#ifndef MO_NODE_DEMO_REPORT_H
#define MO_NODE_DEMO_REPORT_H

#include <jansson.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "node/demo_script.h"

/* Makes the report. Out: *report, the caller's to json_decref, or NULL. */
MO_MUST_USE mo_err_t mo_demo_report(const mo_demo_script_t *script, uint64_t elapsed_ms, json_t **report);

#endif
