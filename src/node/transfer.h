/* One message, seen from both chains: what a user asks of it, with no facilitator and no record of its own.
 *
 *     origin      gateway     declared? by whom, when     outbox or inbox     newest root of the auxiliary chain known here
 *     auxiliary   co-gateway  declared? by whom, when     inbox or outbox     newest root of origin known here
 *                                    |
 *                                    v
 *                 row of 7.4 that is possible now (role/facilitator_next.h), and the call that takes it
 *
 * Envelopes come from logs, and count only when they open the lock that the box holds now. What one side was shown of the
 * other is read by verified proofs under the newest root that it knows; so what is said to be possible is.
 *
 * Floor 6.
 */
#ifndef MO_NODE_TRANSFER_H
#define MO_NODE_TRANSFER_H

#include "bus/box.h"
#include "chain/rpc.h"
#include "eth/secp.h"
#include "node/config.h"
#include "role/event.h"
#include "role/facilitator_next.h"

/* What a look at a pair stands on. */
typedef struct {
    const mo_node_config_t *config;
    mo_rpc_t *rpcs[MO_CHAIN_COUNT];
    mo_hash_t separators[MO_CHAIN_COUNT]; /* of the domains of messages declared on each (gateway 7.1) */
    uint8_t *memory;                      /* MO_TRANSFER_MEMORY, for proofs */
} mo_transfer_desk_t;

#define MO_TRANSFER_MEMORY (1U << 20)

/* Entries of the ring of finalised observations (3.3), a constant of OriginBlockStore. */
#define MO_TRANSFER_RING 32

/* A message that was declared. */
typedef struct {
    mo_message_kind_t kind;
    mo_hash_t id;
    mo_envelope_t envelope;
    uint64_t block; /* of the source chain */
    mo_hash_t transaction;
} mo_transfer_found_t;

/* A root of the other chain, as one chain knows it. */
typedef struct {
    bool any;
    uint64_t number; /* by which it is called: a meta-block's height on origin, a block of origin on the other */
    uint64_t block;  /* of the other chain, whose state it is */
    bool cached;     /* provePeer was called for it */
} mo_transfer_root_t;

/* How a message stands now. */
typedef struct {
    mo_transfer_found_t found;
    mo_next_t at;
    mo_transfer_root_t roots[MO_CHAIN_COUNT]; /* newest known on each chain */
    mo_hash_t secret;                         /* when at.secret: as it was shown on a chain, or one's own */
    unsigned row;                             /* possible now; 0 none */
    bool ended;
    bool core_halted;
} mo_transfer_look_t;

/* The chain on which a message is declared, and the other. */
mo_chain_t mo_transfer_source(mo_message_kind_t kind);
mo_chain_t mo_transfer_target(mo_message_kind_t kind);

/* Opens clients of both chains; nothing is asked yet. */
MO_MUST_USE mo_err_t mo_transfer_open(mo_transfer_desk_t *desk, const mo_node_config_t *config);
void mo_transfer_close(mo_transfer_desk_t *desk);

/* The gateway of the pair on a chain. */
const mo_address_t *mo_transfer_gateway(const mo_transfer_desk_t *desk, mo_chain_t chain);

/* A view function's answer: appends the return data to `out`. */
MO_MUST_USE mo_err_t mo_transfer_ask(mo_transfer_desk_t *desk, mo_chain_t chain, const mo_address_t *to,
                                     const mo_buffer_t *data, mo_buffer_t *out);

/* Takes one log; false: no more, please. */
typedef bool mo_transfer_log_t(void *context, mo_chain_t chain, const mo_log_t *log);

/* Every log of a contract up to block `to`, oldest first. */
MO_MUST_USE mo_err_t mo_transfer_logs(mo_transfer_desk_t *desk, mo_chain_t chain, const mo_address_t *contract, uint64_t to,
                                      mo_transfer_log_t *take, void *context);

/* The declared message of a log; false when it is none. */
bool mo_transfer_declared(mo_chain_t chain, const mo_log_t *log, mo_transfer_found_t *found);

/* Takes one declared message; false: no more, please. */
typedef bool mo_transfer_take_t(void *context, const mo_transfer_found_t *found);

/* Every message declared on a chain, oldest first. */
MO_MUST_USE mo_err_t mo_transfer_scan(mo_transfer_desk_t *desk, mo_chain_t chain, mo_transfer_take_t *take, void *context);

/* The declared message of an id. Out: *found, *any. */
MO_MUST_USE mo_err_t mo_transfer_find(mo_transfer_desk_t *desk, const mo_hash_t *id, mo_transfer_found_t *found, bool *any);

/* The status of one box, now; asks its chain alone. */
MO_MUST_USE mo_err_t mo_transfer_box(mo_transfer_desk_t *desk, const mo_transfer_found_t *found, mo_box_kind_t box,
                                     mo_bus_status_t *status);

/* The statuses of both boxes, now. */
MO_MUST_USE mo_err_t mo_transfer_boxes(mo_transfer_desk_t *desk, const mo_transfer_found_t *found, mo_next_t *at);

/* All of it. In: key of whoever would act, NULL for nobody: its secret counts as known when it declared the message. */
MO_MUST_USE mo_err_t mo_transfer_look(mo_transfer_desk_t *desk, const mo_transfer_found_t *found, const mo_secp_key_t *key,
                                      mo_transfer_look_t *look);

/* The secret of a message that `key` declared (gateway 7.11); the caller wipes it. */
mo_hash_t mo_transfer_secret(const mo_secp_key_t *key, const mo_hash_t *id);

/* A storage proof of the peer's box of a message, under the newest root that `chain` knows. Views lie in desk->memory. */
MO_MUST_USE mo_err_t mo_transfer_prove(mo_transfer_desk_t *desk, const mo_transfer_look_t *look, mo_chain_t chain,
                                       mo_block_t *block, mo_proof_t *proof);

/* The call that takes look->row, or the provePeer that must come before it. Out: data (MO_RPC_INPUT_MAX), the chain, and
 * the function's name. */
typedef struct {
    mo_chain_t chain;
    const char *name;
    mo_buffer_t data;
} mo_transfer_call_t;

MO_MUST_USE mo_err_t mo_transfer_call_make(mo_transfer_desk_t *desk, const mo_transfer_look_t *look, mo_transfer_call_t *call);

/* The newest root of the other chain that `chain` knows. */
MO_MUST_USE mo_err_t mo_transfer_root(mo_transfer_desk_t *desk, mo_chain_t chain, mo_transfer_root_t *root);

#endif
