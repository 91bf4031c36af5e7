/* The report's parts, shared by its own files alone. Floor 6. */
#ifndef MO_NODE_DEMO_REPORT_PARTS_H
#define MO_NODE_DEMO_REPORT_PARTS_H

#include "node/demo_report.h"

/* The transaction's call data, decoded from eth_getTransactionByHash into `memory`. */
MO_MUST_USE mo_err_t mo_demo_call_read(mo_rpc_t *rpc, const mo_hash_t *tx, mo_buffer_t *memory);

/* Gas used by a mined transaction that succeeded. */
MO_MUST_USE mo_err_t mo_demo_gas_read(mo_rpc_t *rpc, const mo_hash_t *tx, uint64_t *gas);

/* The signer of a key index, as the registry has it; its weight by the newest set. */
MO_MUST_USE mo_err_t mo_demo_voter_read(const mo_devnet_t *devnet, uint32_t index, mo_address_t *signer,
                                        uint32_t *weight);

/* How many key indices are assigned. */
MO_MUST_USE mo_err_t mo_demo_index_count_read(const mo_devnet_t *devnet, uint32_t *count);

/* Transactions in blocks 0 to `number` of a chain. */
MO_MUST_USE mo_err_t mo_demo_transactions_count(mo_rpc_t *rpc, uint64_t number, uint64_t *count);

/* Indices of a seal's records; at most `capacity`. */
MO_MUST_USE mo_err_t mo_demo_seal_indices(mo_bytes_t seal, uint32_t *indices, size_t capacity, size_t *count);

/* The seal in a commit's call data, a view into it. */
MO_MUST_USE mo_err_t mo_demo_commit_seal(mo_bytes_t call, mo_bytes_t *seal);

/* The origin block number in a relay's call data. */
MO_MUST_USE mo_err_t mo_demo_relay_number(mo_bytes_t call, uint64_t *number);

#endif
