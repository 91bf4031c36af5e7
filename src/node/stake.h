/* What an operator does with a stake, once: deposit, cancel, logout, release, withdraw, refresh (5.1, 5.2); and what the
 * registry knows of a validator.
 *
 *     order --> checks, calls --> estimate --revert--> the custom error's name and its mend, nothing is sent
 *                                     |
 *                                     +--> transaction queue --> mined, or reverted
 *
 * A deposit is two calls, for the registry pulls the stake: what is allowed already is not asked for again. The queue is
 * on disk, so an interrupted order goes on where it was when it is given again.
 *
 * Floor 6.
 */
#ifndef MO_NODE_STAKE_H
#define MO_NODE_STAKE_H

#include <signal.h>

#include "bind/structs.h"
#include "chain/rpc.h"
#include "eth/secp.h"
#include "eth/u256.h"
#include "node/config.h"

#define MO_STAKE_STEPS_MAX 2

/* deposit: 4 + 5 words, and the signature with its length in 3 more: 4 + 8 * 32 = 260, rounded up. */
#define MO_STAKE_CALL_MAX 288

typedef enum {
    MO_STAKE_DEPOSIT,
    MO_STAKE_CANCEL,
    MO_STAKE_LOGOUT,
    MO_STAKE_RELEASE,
    MO_STAKE_WITHDRAW,
    MO_STAKE_REFRESH,
} mo_stake_kind_t;

typedef struct {
    mo_stake_kind_t kind;
    const mo_node_config_t *config;
    const mo_secp_key_t *key;     /* who sends; of a deposit also who signs votes */
    mo_address_t validator;       /* whose signing address; not DEPOSIT */
    const char *amount;           /* DEPOSIT: tokens, a decimal number */
    mo_address_t withdrawal;      /* DEPOSIT */
    const char *state_dir;        /* NULL: a dry run, which sends nothing */
    const volatile sig_atomic_t *stop;
} mo_stake_order_t;

/* One call of an order. */
typedef struct {
    const char *name; /* "approve", "deposit", ... */
    mo_address_t to;
    uint8_t data[MO_STAKE_CALL_MAX];
    size_t size;
    bool estimated; /* false: what it takes is known only when the call before it is mined */
    uint64_t gas;   /* estimated */
    bool mined;
    mo_hash_t tx;
    uint64_t block;
    uint64_t gas_used;
} mo_stake_step_t;

typedef struct {
    mo_address_t sender;
    mo_address_t validator;
    mo_stake_step_t steps[MO_STAKE_STEPS_MAX];
    size_t count;
    bool sent_any; /* a failure after that is no longer one of the input */
} mo_stake_report_t;

/* Carries an order out, or tells what it would send. Errors: permanent when it is refused (before anything is sent, when
 * !report->sent_any), MO_ERR_REFUSED when the store is in use, transient when the node is away or *stop came. */
MO_MUST_USE mo_err_t mo_stake_carry_out(const mo_stake_order_t *order, mo_stake_report_t *report);

/* What the registry knows of a validator. */
typedef struct {
    mo_bind_account_t account;
    mo_bind_voter_t voter; /* zero before a kernel carries it */
    uint64_t open_height;
    uint64_t now; /* timestamp of origin's latest block, seconds */
} mo_stake_view_t;

MO_MUST_USE mo_err_t mo_stake_look(const mo_node_config_t *config, const mo_address_t *validator, mo_stake_view_t *view);

/* The name of a validator's state (5.1), as the contract has it. */
const char *mo_stake_state_name(uint8_t state);

/* A decimal number of whole tokens as their smallest units; false when it is none, has more digits behind the point than
 * `decimals`, or does not fit. */
MO_MUST_USE bool mo_stake_amount_parse(const char *text, unsigned decimals, mo_u256_t *amount);

#endif
