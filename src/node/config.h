/* The configuration of one core: what a validator or a facilitator must know to take part.
 *
 * One JSON file, written by `mosaic devnet` as STATE/devnet.json and read by `mosaic validator run` and
 * `mosaic facilitator run`:
 *
 *     {
 *       "originRpc": ["http://127.0.0.1:8545", "http://localhost:8547"],    or one URL alone
 *       "originChainId": 31337,
 *       "core": "0x5fbdb2315678afecb367f032d93f642f64180aa3",
 *       "epoch": 16,
 *       ...
 *     }
 *
 * The file is strict: every field of MO_NODE_CONFIG_FIELDS is there, once, and nothing else. An error names the file
 * and the field. Numbers are JSON integers, addresses and hashes are lower- or upper-case hex with 0x.
 *
 * The file holds no secret. Keys are files of their own (mo_node_key_read).
 *
 * What it does not do: ask the chains whether any of it is true. A role compares chain ids, genesis and the root hashes
 * with its nodes before it acts.
 *
 * Floor 6.
 */
#ifndef MO_NODE_CONFIG_H
#define MO_NODE_CONFIG_H

#include <jansson.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "chain/limits.h"

/* An RPC URL with its terminating zero. */
#define MO_NODE_URL_MAX 256

/* Endpoints of one chain, in order of preference: in the file one URL, or a list of them (chain/endpoint.h). */
typedef struct {
    char text[MO_NODE_URL_MAX]; /* the preferred one */
    char more[MO_RPC_ENDPOINTS_MAX - 1][MO_NODE_URL_MAX];
    size_t more_count;
} mo_node_url_t;

/* X(type, member, JSON name). The types: url, number (uint64), address, hash. In the order of the file.
 * Numbers are block numbers unless said otherwise. */
#define MO_NODE_CONFIG_FIELDS(X)                                                                                       \
    X(url, origin_rpc, "originRpc")                                                                                    \
    X(url, auxiliary_rpc, "auxiliaryRpc")                                                                              \
    X(number, origin_chain_id, "originChainId")                                                                        \
    X(number, auxiliary_chain_id, "auxiliaryChainId")                                                                  \
    /* hash of block 0: chain ids are chosen freely, and more than once */                                             \
    X(hash, origin_genesis, "originGenesisHash")                                                                       \
    X(hash, auxiliary_genesis, "auxiliaryGenesisHash")                                                                 \
    /* blocks that a chain may take back, 0 or above 8,191: 8,191; when it takes more, a role stops (node/cursor.h) */ \
    X(number, reorg_depth, "reorgDepth")                                                                               \
    /* origin chain */                                                                                                 \
    X(address, core, "core")                                                                                           \
    X(address, registry, "registry")                                                                                   \
    X(address, origin_history, "originHistory")                                                                        \
    X(address, stake_token, "stakeToken")                                                                              \
    X(address, value_token, "valueToken")                                                                              \
    X(address, gateway, "gateway")                                                                                     \
    /* auxiliary chain */                                                                                              \
    X(address, auxiliary_block_store, "auxiliaryBlockStore")                                                           \
    X(address, origin_block_store, "originBlockStore")                                                                 \
    X(address, polling_place, "pollingPlace")                                                                          \
    X(address, kernel_relay, "kernelRelay")                                                                            \
    X(address, co_gateway, "coGateway")                                                                                \
    X(address, utility_token, "utilityToken")                                                                          \
    /* E and E_o, in blocks (2.1) */                                                                                   \
    X(number, epoch, "epoch")                                                                                          \
    X(number, origin_epoch, "originEpoch")                                                                             \
    /* the roots (2.1) */                                                                                              \
    X(number, auxiliary_root_number, "auxiliaryRootNumber")                                                            \
    X(hash, auxiliary_root_hash, "auxiliaryRootHash")                                                                  \
    X(number, origin_root_number, "originRootNumber")                                                                  \
    X(hash, origin_root_hash, "originRootHash")                                                                        \
    /* no event of these contracts is older: where a scan of logs begins */                                            \
    X(number, origin_deploy_block, "originDeployBlock")                                                                \
    X(number, auxiliary_deploy_block, "auxiliaryDeployBlock")                                                          \
    /* parameters of the core: gas a meta-block aims at (4.3), seconds between proposal and commit (4.2) */            \
    X(number, gas_step, "gasStep")                                                                                     \
    X(number, challenge_period, "challengePeriod")                                                                     \
    /* how often a driver looks at its nodes, in milliseconds */                                                       \
    X(number, poll_interval, "pollInterval")

#define MO_NODE_CONFIG_TYPE_url     mo_node_url_t
#define MO_NODE_CONFIG_TYPE_number  uint64_t
#define MO_NODE_CONFIG_TYPE_address mo_address_t
#define MO_NODE_CONFIG_TYPE_hash    mo_hash_t

typedef struct {
#define X(type, member, name) MO_NODE_CONFIG_TYPE_##type member;
    MO_NODE_CONFIG_FIELDS(X)
#undef X
} mo_node_config_t;

/* Reads the file at `path` into `config`. Zero on failure.
 * Errors: MO_ERR_PERMANENT, naming the file and the first field that is missing, unknown or malformed. */
MO_MUST_USE mo_err_t mo_node_config_read(const char *path, mo_node_config_t *config);

/* The file's content as a JSON object, the caller's to json_decref; NULL when memory is out. */
json_t *mo_node_config_json(const mo_node_config_t *config);

/* Writes `config` to `path`, whole or not at all (a rename puts it in place), mode 0644.
 * Errors: MO_ERR_PERMANENT, naming the file. */
MO_MUST_USE mo_err_t mo_node_config_write(const char *path, const mo_node_config_t *config);

/* Reads a secret key: one line of 0x and 64 hex digits. Zero on failure; the caller wipes it.
 * Errors: MO_ERR_PERMANENT when the file is missing, readable by others than its owner, not such a line, or no key. The text
 * never holds what was read. */
MO_MUST_USE mo_err_t mo_node_key_read(const char *path, uint8_t secret[32]);

/* Writes a secret key in that form, mode 0600. Errors: MO_ERR_PERMANENT, naming the file. */
MO_MUST_USE mo_err_t mo_node_key_write(const char *path, const uint8_t secret[32]);

#endif
