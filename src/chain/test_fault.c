/* What nodes say, in their own words, and what it means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "chain/fault.h"

typedef struct {
    const char *node;
    int64_t code;
    const char *message;
    mo_fault_t fault;
} row_t;

static const row_t rows[] = {
    {"geth", -32000, "already known", MO_FAULT_KNOWN},
    {"reth", -32000, "already known", MO_FAULT_KNOWN},
    {"nethermind", -32010, "AlreadyKnown", MO_FAULT_KNOWN},
    {"besu", -32000, "Known transaction", MO_FAULT_KNOWN},
    {"erigon", -32000, "INTERNAL_ERROR: existing tx with same hash", MO_FAULT_KNOWN},
    {"anvil", -32003, "transaction already imported", MO_FAULT_KNOWN},
    {"geth", -32000, "nonce too low: next nonce 7, tx nonce 6", MO_FAULT_NONCE_LOW},
    {"reth", -32000, "nonce too low", MO_FAULT_NONCE_LOW},
    {"nethermind", -32010, "OldNonce, Current nonce: 7, nonce of rejected tx: 6", MO_FAULT_NONCE_LOW},
    {"besu", -32001, "Nonce too low", MO_FAULT_NONCE_LOW},
    {"anvil", -32003, "nonce too low", MO_FAULT_NONCE_LOW},
    {"geth", -32000, "replacement transaction underpriced", MO_FAULT_UNDERPRICED},
    {"geth", -32000, "transaction underpriced: gas tip cap 1, minimum needed 1000000", MO_FAULT_UNDERPRICED},
    {"geth", -32000, "max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 7",
     MO_FAULT_UNDERPRICED},
    {"nethermind", -32010, "ReplacementNotAllowed", MO_FAULT_UNDERPRICED},
    {"nethermind", -32010, "FeeTooLow, MaxFeePerGas too low", MO_FAULT_UNDERPRICED},
    {"nethermind", -32010, "FeeTooLowToCompete", MO_FAULT_UNDERPRICED},
    {"besu", -32000, "Replacement transaction underpriced", MO_FAULT_UNDERPRICED},
    {"besu", -32009, "Gas price below configured minimum gas price", MO_FAULT_UNDERPRICED},
    {"besu", -32009, "Gas price below current base fee", MO_FAULT_UNDERPRICED},
    {"anvil", -32003, "replacement transaction underpriced", MO_FAULT_UNDERPRICED},
    {"geth", -32000, "insufficient funds for gas * price + value: balance 0, tx cost 21000, overshot 21000",
     MO_FAULT_NO_FUNDS},
    {"nethermind", -32010, "InsufficientFunds, Account balance: 0, cumulative cost: 1", MO_FAULT_NO_FUNDS},
    {"besu", -32004, "Upfront cost exceeds account balance", MO_FAULT_NO_FUNDS},
    {"anvil", -32003, "Insufficient funds for gas * price + value", MO_FAULT_NO_FUNDS},
    {"geth", -32000, "txpool is full", MO_FAULT_LATER},
    {"besu", -32000, "Transaction nonce is too distant from current sender nonce", MO_FAULT_LATER},
    {"geth", -32000, "intrinsic gas too low: gas 20000, minimum needed 21000", MO_FAULT_LASTING},
    {"geth", -32000, "exceeds block gas limit", MO_FAULT_LASTING},
    {"geth", -32000, "oversized data: transaction size 131073, limit 131072", MO_FAULT_LASTING},
    {"geth", -32000, "tx fee (2 ether) exceeds the configured cap (1 ether)", MO_FAULT_LASTING},
    {"geth", -32000, "gas required exceeds allowance (30000000)", MO_FAULT_LASTING},
    {"geth", 3, "execution reverted: batch too large", MO_FAULT_REVERT},
    {"besu", -32000, "Execution reverted", MO_FAULT_REVERT},
    {"geth", -32000, "missing trie node 0123 (path ) state 0x45 is not available", MO_FAULT_STATE},
    {"reth", -32000, "distance to target block exceeds maximum proof window", MO_FAULT_STATE},
    {"besu", -32000, "World state unavailable", MO_FAULT_STATE},
    {"nethermind", -32002, "No state available for block 7", MO_FAULT_STATE},
    {"geth", -32600, "batch too large", MO_FAULT_SIZE},
    {"geth", -32003, "response too large", MO_FAULT_SIZE},
    {"reth", -32602, "query exceeds max results 20000, retry with the range 1-2", MO_FAULT_SIZE},
    {"reth", -32602, "query exceeds max block range 100000", MO_FAULT_SIZE},
    {"besu", -32005, "Requested range exceeds maximum RPC range limit", MO_FAULT_SIZE},
    {"nethermind", -32005, "Too many logs requested. Max logs per response is 20000.", MO_FAULT_SIZE},
    {"erigon", -32000, "query block range exceeds server limit, narrow your filter: 1000", MO_FAULT_SIZE},
    {"erigon", -32000, "query returns too many logs, narrow your filter: 20000", MO_FAULT_SIZE},
    {"provider", -32005, "query returned more than 10000 results", MO_FAULT_SIZE},
    {"provider", -32602, "range 1000000 exceeds limit of 10000", MO_FAULT_SIZE},
    {"provider", -32614, "eth_getLogs is limited to a 10,000 range", MO_FAULT_SIZE},
    {"provider", -32602, "Log response size exceeded.", MO_FAULT_SIZE},
    {"provider", -32005, "daily request count exceeded, request rate limited", MO_FAULT_RATE},
    {"provider", 429, "Your app has exceeded its compute units per second capacity", MO_FAULT_RATE},
    {"any", -32601, "the method eth_frobnicate does not exist/is not available", MO_FAULT_METHOD},
    {"any", -32602, "missing value for required argument 1", MO_FAULT_METHOD},
    {"any", -32603, "Internal error", MO_FAULT_OTHER},
    {"any", -32000, NULL, MO_FAULT_OTHER},
};

static void the_words_of_each_node_are_classed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        mo_fault_t fault = mo_fault_of(rows[i].code, rows[i].message);
        if (fault != rows[i].fault) {
            fail_msg("%s: %s: %d, not %d", rows[i].node, rows[i].message, (int)fault, (int)rows[i].fault);
        }
    }
}

static void a_status_that_asks_for_patience_is_transient_and_one_that_finds_fault_is_not(void **state)
{
    (void)state;
    static const struct {
        long status;
        mo_err_kind_t kind;
    } statuses[] = {{301, MO_ERR_PERMANENT}, {400, MO_ERR_PERMANENT}, {401, MO_ERR_PERMANENT}, {403, MO_ERR_PERMANENT},
                    {404, MO_ERR_PERMANENT}, {408, MO_ERR_TRANSIENT}, {413, MO_ERR_TRANSIENT}, {425, MO_ERR_TRANSIENT},
                    {429, MO_ERR_TRANSIENT}, {500, MO_ERR_TRANSIENT}, {502, MO_ERR_TRANSIENT}, {503, MO_ERR_TRANSIENT}};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        assert_int_equal(mo_fault_kind(mo_fault_of_status(statuses[i].status)), statuses[i].kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_words_of_each_node_are_classed),
        cmocka_unit_test(a_status_that_asks_for_patience_is_transient_and_one_that_finds_fault_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
