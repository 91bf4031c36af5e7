#include "eth/transaction_rules.h"

#define GAS_TRANSACTION   21000u
#define GAS_CREATION      32000u
#define GAS_ZERO_BYTE     4u
#define GAS_BYTE_FRONTIER 68u
#define GAS_BYTE_ISTANBUL 16u
#define GAS_ADDRESS       2400u
#define GAS_SLOT          1900u
#define GAS_CREATION_WORD 2u
#define GAS_AUTHORIZATION 25000u
#define GAS_FLOOR_TOKEN   10u
#define GAS_LIMIT_MAX     (1u << 24)

#define CREATION_BYTES_MAX 49152u

/* Blobs of one transaction: what one block may hold in Cancun (EIP-4844) and Prague (EIP-7691); Osaka names 6
 * for one transaction (EIP-7594). */
#define BLOBS_MAX_CANCUN 6u
#define BLOBS_MAX_PRAGUE 9u
#define BLOBS_MAX_OSAKA  6u
#define BLOB_VERSION     1

const char *mo_transaction_rule_verdict_name(mo_transaction_rule_verdict_t verdict)
{
    switch (verdict) {
        MO_TRANSACTION_RULE_VERDICTS(MO_VERDICT_NAME)
    }
    return "";
}

/* ---- Gas ---- */

/* sum + count * cost, which stays at UINT64_MAX once it is there. */
static uint64_t add_cost(uint64_t sum, uint64_t count, uint64_t cost)
{
    uint64_t product;
    uint64_t total;
    if (__builtin_mul_overflow(count, cost, &product) || __builtin_add_overflow(sum, product, &total)) {
        return UINT64_MAX;
    }
    return total;
}

static uint64_t zero_bytes(mo_bytes_t bytes)
{
    uint64_t count = 0;
    for (size_t i = 0; i < bytes.size; i++) {
        count += bytes.data[i] == 0;
    }
    return count;
}

static uint64_t creation_gas(const mo_transaction_t *transaction, mo_fork_t fork)
{
    if (transaction->to != NULL || fork < MO_FORK_HOMESTEAD) {
        return 0;
    }
    uint64_t words =
        fork < MO_FORK_SHANGHAI ? 0 : transaction->data.size / 32 + (transaction->data.size % 32 != 0);
    return add_cost(GAS_CREATION, words, GAS_CREATION_WORD);
}

/* EIP-7623: a transaction pays at least this for its data. */
static uint64_t floor_gas(uint64_t zeros, uint64_t others, mo_fork_t fork)
{
    if (fork < MO_FORK_PRAGUE) {
        return 0;
    }
    return add_cost(add_cost(GAS_TRANSACTION, zeros, GAS_FLOOR_TOKEN), others, (uint64_t)4 * GAS_FLOOR_TOKEN);
}

uint64_t mo_transaction_intrinsic_gas(const mo_transaction_t *transaction, mo_fork_t fork)
{
    uint64_t zeros = zero_bytes(transaction->data);
    uint64_t others = transaction->data.size - zeros;
    uint64_t gas = add_cost(GAS_TRANSACTION, 1, creation_gas(transaction, fork));
    gas = add_cost(gas, zeros, GAS_ZERO_BYTE);
    gas = add_cost(gas, others, fork < MO_FORK_ISTANBUL ? GAS_BYTE_FRONTIER : GAS_BYTE_ISTANBUL);
    gas = add_cost(gas, transaction->access_count, GAS_ADDRESS);
    for (size_t i = 0; i < transaction->access_count; i++) {
        gas = add_cost(gas, transaction->access[i].slot_count, GAS_SLOT);
    }
    gas = add_cost(gas, transaction->authorization_count, GAS_AUTHORIZATION);
    uint64_t least = floor_gas(zeros, others, fork);
    return gas < least ? least : gas;
}

static mo_transaction_rule_verdict_t judge_gas(const mo_transaction_t *transaction, mo_fork_t fork)
{
    if (transaction->gas_limit < mo_transaction_intrinsic_gas(transaction, fork)) {
        return MO_TRANSACTION_RULE_INTRINSIC;
    }
    if (fork >= MO_FORK_OSAKA && transaction->gas_limit > GAS_LIMIT_MAX) {
        return MO_TRANSACTION_RULE_GAS_CAP;
    }
    if (fork >= MO_FORK_SHANGHAI && transaction->to == NULL && transaction->data.size > CREATION_BYTES_MAX) {
        return MO_TRANSACTION_RULE_CREATION_SIZE;
    }
    return MO_TRANSACTION_RULE_OK;
}

static mo_transaction_rule_verdict_t judge_fees(const mo_transaction_t *transaction)
{
    bool priced = transaction->type <= MO_TRANSACTION_2930;
    mo_u256_t price = priced ? transaction->gas_price : transaction->max_fee_per_gas;
    mo_u256_t cost;
    if (mo_u256_less(price, transaction->max_priority_fee_per_gas)) {
        return MO_TRANSACTION_RULE_TIP;
    }
    bool fits = mo_u256_mul(price, mo_u256_from_u64(transaction->gas_limit), &cost);
    return fits ? MO_TRANSACTION_RULE_OK : MO_TRANSACTION_RULE_COST;
}

/* ---- Form ---- */

static mo_fork_t first_fork(mo_transaction_type_t type)
{
    switch (type) {
    case MO_TRANSACTION_LEGACY:
        return MO_FORK_FRONTIER;
    case MO_TRANSACTION_2930:
        return MO_FORK_BERLIN;
    case MO_TRANSACTION_1559:
        return MO_FORK_LONDON;
    case MO_TRANSACTION_4844:
        return MO_FORK_CANCUN;
    case MO_TRANSACTION_7702:
        return MO_FORK_PRAGUE;
    }
    return MO_FORK_OSAKA;
}

static mo_transaction_rule_verdict_t judge_form(const mo_transaction_t *transaction,
                                                const mo_transaction_rules_t *rules)
{
    bool legacy = transaction->type == MO_TRANSACTION_LEGACY;
    bool bound = !legacy || transaction->chain_id != 0;
    if (rules->fork < first_fork(transaction->type) || (bound && rules->fork < MO_FORK_SPURIOUS_DRAGON)) {
        return MO_TRANSACTION_RULE_TYPE;
    }
    if (bound && transaction->chain_id != rules->chain_id) {
        return MO_TRANSACTION_RULE_CHAIN;
    }
    return transaction->nonce == UINT64_MAX ? MO_TRANSACTION_RULE_NONCE : MO_TRANSACTION_RULE_OK;
}

static size_t blobs_max(mo_fork_t fork)
{
    if (fork >= MO_FORK_OSAKA) {
        return BLOBS_MAX_OSAKA;
    }
    return fork >= MO_FORK_PRAGUE ? BLOBS_MAX_PRAGUE : BLOBS_MAX_CANCUN;
}

static mo_transaction_rule_verdict_t judge_lists(const mo_transaction_t *transaction, mo_fork_t fork)
{
    size_t blobs = transaction->blob_hash_count;
    if (transaction->type == MO_TRANSACTION_4844 && (blobs == 0 || blobs > blobs_max(fork))) {
        return MO_TRANSACTION_RULE_BLOBS;
    }
    for (size_t i = 0; i < blobs; i++) {
        if (transaction->blob_hashes[i].bytes[0] != BLOB_VERSION) {
            return MO_TRANSACTION_RULE_BLOBS;
        }
    }
    bool authorized = transaction->type != MO_TRANSACTION_7702 || transaction->authorization_count > 0;
    return authorized ? MO_TRANSACTION_RULE_OK : MO_TRANSACTION_RULE_AUTHORIZATIONS;
}

/* ---- Signature ---- */

/* Frontier took both forms of a signature: the high s is turned into the low one, which has the other parity.
 */
static mo_transaction_signed_t lowered(const mo_transaction_signed_t *got)
{
    static const mo_u256_t order = {
        {0xbfd25e8cd0364141u, 0xbaaedce6af48a03bu, 0xfffffffffffffffeu, 0xffffffffffffffffu}};
    mo_transaction_signed_t low = *got;
    if (mo_u256_less(mo_u256_shift_right(order, 1), got->s) && mo_u256_sub(order, got->s, &low.s)) {
        low.y_parity = !got->y_parity;
    } else {
        low.s = got->s;
    }
    return low;
}

static mo_transaction_rule_verdict_t judge_sender(const mo_transaction_signed_t *got, mo_fork_t fork,
                                                  mo_address_t *sender)
{
    mo_transaction_signed_t low = fork < MO_FORK_HOMESTEAD ? lowered(got) : *got;
    mo_secp_verdict_t verdict = mo_transaction_sender(&low, sender);
    return verdict == MO_SECP_OK ? MO_TRANSACTION_RULE_OK : MO_TRANSACTION_RULE_SIGNATURE;
}

mo_transaction_rule_verdict_t mo_transaction_judge(const mo_transaction_signed_t *got,
                                                   const mo_transaction_rules_t *rules, mo_address_t *sender)
{
    const mo_transaction_t *transaction = &got->transaction;
    *sender = (mo_address_t){{0}};
    mo_transaction_rule_verdict_t verdict = judge_form(transaction, rules);
    if (verdict == MO_TRANSACTION_RULE_OK) {
        verdict = judge_gas(transaction, rules->fork);
    }
    if (verdict == MO_TRANSACTION_RULE_OK) {
        verdict = judge_fees(transaction);
    }
    if (verdict == MO_TRANSACTION_RULE_OK) {
        verdict = judge_lists(transaction, rules->fork);
    }
    return verdict == MO_TRANSACTION_RULE_OK ? judge_sender(got, rules->fork, sender) : verdict;
}
