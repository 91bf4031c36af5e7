/* Transactions in two forms: those of Ethereum's own tests ({txbytes, result: {fork: {hash, sender} |
 * {exception}}}) and those of ethers, one key and one set of fields signed as each type. */
#include <string.h>

#include "base/check.h"
#include "eth/transaction_rules.h"
#include "vectors/forms.h"

#define RAW_MAX  (MO_TRANSACTION_BYTES_MAX)
#define LIST_MAX 256

/* ---- {txbytes, result} ---- */

bool mo_fits_transaction_test(const mo_case_t *c)
{
    return json_is_string(mo_case_member(c, "txbytes")) && json_is_object(mo_case_member(c, "result"));
}

static bool fork_of(const char *name, mo_fork_t *fork)
{
    static const struct {
        const char *name;
        mo_fork_t fork;
    } forks[] = {
        {"Frontier", MO_FORK_FRONTIER},
        {"Homestead", MO_FORK_HOMESTEAD},
        {"EIP150", MO_FORK_HOMESTEAD},
        {"EIP158", MO_FORK_SPURIOUS_DRAGON},
        {"Byzantium", MO_FORK_SPURIOUS_DRAGON},
        {"Constantinople", MO_FORK_SPURIOUS_DRAGON},
        {"ConstantinopleFix", MO_FORK_SPURIOUS_DRAGON},
        {"Istanbul", MO_FORK_ISTANBUL},
        {"Berlin", MO_FORK_BERLIN},
        {"London", MO_FORK_LONDON},
        {"Paris", MO_FORK_LONDON},
        {"Shanghai", MO_FORK_SHANGHAI},
        {"Cancun", MO_FORK_CANCUN},
        {"Prague", MO_FORK_PRAGUE},
        {"Osaka", MO_FORK_OSAKA},
    };
    for (size_t i = 0; i < sizeof forks / sizeof forks[0]; i++) {
        if (strcmp(name, forks[i].name) == 0) {
            *fork = forks[i].fork;
            return true;
        }
    }
    return false;
}

static mo_transaction_verdict_t decode(mo_bytes_t raw, mo_transaction_signed_t *got)
{
    static mo_transaction_access_t access[LIST_MAX];
    static mo_hash_t hashes[LIST_MAX];
    static mo_transaction_authorization_t authorizations[LIST_MAX];
    static mo_transaction_room_t room;
    room = (mo_transaction_room_t){.access = access,
                                   .access_max = LIST_MAX,
                                   .hashes = hashes,
                                   .hashes_max = LIST_MAX,
                                   .authorizations = authorizations,
                                   .authorizations_max = LIST_MAX};
    return mo_transaction_decode(raw, &room, got);
}

/* One fork's verdict: the exception's name is another implementation's, so only that there is one counts. */
static mo_result_t judge_fork(mo_case_t *c, mo_fork_t fork, const json_t *expected)
{
    mo_transaction_signed_t got;
    mo_address_t sender = {{0}};
    mo_transaction_rules_t rules = {.fork = fork, .chain_id = 1};
    bool taken = decode(mo_case_bytes(c, "txbytes"), &got) == MO_TRANSACTION_OK &&
                 mo_transaction_judge(&got, &rules, &sender) == MO_TRANSACTION_RULE_OK;
    MO_EXPECT(c, taken == !mo_has(expected, "exception"));
    if (taken) {
        mo_hash_t hash = mo_read_hash(c, json_object_get(expected, "hash"));
        mo_address_t signer = mo_read_address(c, json_object_get(expected, "sender"));
        uint64_t gas = mo_read_u64(c, json_object_get(expected, "intrinsicGas"));
        MO_EXPECT(c, mo_hash_equal(&got.hash, &hash));
        MO_EXPECT(c, mo_address_equal(&sender, &signer));
        MO_EXPECT(c, mo_transaction_intrinsic_gas(&got.transaction, fork) == gas);
    }
    return mo_case_end(c);
}

mo_result_t mo_judge_transaction_test(mo_case_t *c)
{
    const char *name;
    json_t *expected;
    json_object_foreach((json_t *)(uintptr_t)mo_case_member(c, "result"), name, expected)
    {
        mo_fork_t fork;
        if (!fork_of(name, &fork)) {
            return mo_case_not_understood(c, name);
        }
        mo_result_t result = judge_fork(c, fork, expected);
        if (result != MO_PASSED) {
            return result;
        }
    }
    MO_EXPECT(c, json_object_size(mo_case_member(c, "result")) > 0);
    return mo_case_end(c);
}

/* ---- ethers ---- */

bool mo_fits_transaction_sign(const mo_case_t *c)
{
    return mo_has(c->value, "privateKey") && mo_has(c->value, "transaction") &&
           mo_has(c->value, "signedLondon");
}

/* Memory of the fields. */
typedef struct {
    mo_address_t to;
    mo_transaction_access_t access[LIST_MAX];
    mo_hash_t slots[LIST_MAX];
} fields_t;

static mo_u256_t number_of(mo_case_t *c, const json_t *from, const char *name)
{
    return mo_has(from, name) ? mo_read_u256(c, json_object_get(from, name)) : MO_U256_ZERO;
}

static void read_access_list(mo_case_t *c, const json_t *list, fields_t *fields)
{
    size_t used = 0;
    MO_CHECK(json_array_size(list) <= LIST_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *entry = json_array_get(list, i);
        const json_t *slots = json_object_get(entry, "storageKeys");
        size_t count = json_array_size(slots);
        MO_CHECK(used + count <= LIST_MAX);
        fields->access[i] = (mo_transaction_access_t){mo_read_address(c, json_object_get(entry, "address")),
                                                      fields->slots + used, count};
        for (size_t j = 0; j < count; j++) {
            fields->slots[used++] = mo_read_hash(c, json_array_get(slots, j));
        }
    }
}

/* The fields that every type has; the rest depends on it. */
static mo_transaction_t read_fields(mo_case_t *c, mo_transaction_type_t type, fields_t *fields)
{
    const json_t *from = mo_case_member(c, "transaction");
    mo_transaction_t out = {.type = type, .value = number_of(c, from, "value")};
    out.nonce = number_of(c, from, "nonce").limb[0];
    out.gas_limit = number_of(c, from, "gasLimit").limb[0];
    out.data = mo_has(from, "data") ? mo_read_bytes(c, json_object_get(from, "data")) : (mo_bytes_t){NULL, 0};
    if (mo_has(from, "to")) {
        fields->to = mo_read_address(c, json_object_get(from, "to"));
        out.to = &fields->to;
    }
    if (type <= MO_TRANSACTION_2930) {
        out.gas_price = number_of(c, from, "gasPrice");
    } else {
        out.max_priority_fee_per_gas = number_of(c, from, "maxPriorityFeePerGas");
        out.max_fee_per_gas = number_of(c, from, "maxFeePerGas");
    }
    if (type != MO_TRANSACTION_LEGACY) {
        read_access_list(c, json_object_get(from, "accessList"), fields);
        out.access = fields->access;
        out.access_count = json_array_size(json_object_get(from, "accessList"));
        out.chain_id = number_of(c, from, "chainId").limb[0];
    }
    return out;
}

/* One type: its fields, and the members of the case that hold its three results. */
typedef struct {
    mo_transaction_type_t type;
    bool bound;
    const char *unsigned_form;
    const char *signed_form;
    const char *hash;
} variant_t;

static mo_result_t judge_decoded(mo_case_t *c, const variant_t *variant, const mo_hash_t *hash)
{
    mo_transaction_signed_t got;
    mo_address_t sender;
    mo_address_t expected = mo_case_address(c, "address");
    MO_EXPECT(c, decode(mo_case_bytes(c, variant->signed_form), &got) == MO_TRANSACTION_OK);
    MO_EXPECT(c, mo_hash_equal(&got.hash, hash));
    MO_EXPECT(c, mo_transaction_sender(&got, &sender) == MO_SECP_OK);
    MO_EXPECT(c, mo_address_equal(&sender, &expected));
    return mo_case_end(c);
}

static mo_result_t judge_variant(mo_case_t *c, const variant_t *variant)
{
    static fields_t fields;
    mo_transaction_t transaction = read_fields(c, variant->type, &fields);
    mo_hash_t word = mo_case_hash(c, "privateKey");
    mo_secp_key_t key;
    mo_hash_t hash;
    memcpy(key.bytes, word.bytes, sizeof key.bytes);
    if (variant->bound) {
        transaction.chain_id = number_of(c, mo_case_member(c, "transaction"), "chainId").limb[0];
    }
    mo_buffer_t out = {mo_case_room(c, RAW_MAX), 0, RAW_MAX, false};
    MO_EXPECT(c, mo_transaction_encode_unsigned(&transaction, &out));
    MO_EXPECT(c, mo_bytes_equal(mo_buffer_view(&out), mo_case_bytes(c, variant->unsigned_form)));
    out.size = 0;
    MO_EXPECT(c, mo_transaction_sign(&transaction, &key, &out, &hash));
    MO_EXPECT(c, mo_bytes_equal(mo_buffer_view(&out), mo_case_bytes(c, variant->signed_form)));
    mo_hash_t expected = mo_case_hash(c, variant->hash);
    MO_EXPECT(c, mo_hash_equal(&hash, &expected));
    return judge_decoded(c, variant, &hash);
}

mo_result_t mo_judge_transaction_sign(mo_case_t *c)
{
    static const variant_t variants[] = {
        {MO_TRANSACTION_LEGACY, false, "unsignedLegacy", "signedLegacy", "hashLegacy"},
        {MO_TRANSACTION_LEGACY, true, "unsignedEip155", "signedEip155", "hashEip155"},
        {MO_TRANSACTION_2930, true, "unsignedBerlin", "signedBerlin", "hashBerlin"},
        {MO_TRANSACTION_1559, true, "unsignedLondon", "signedLondon", "hashLondon"},
    };
    unsigned judged = 0;
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        const char *text = json_string_value(mo_case_member(c, variants[i].signed_form));
        if (text == NULL || text[0] == 0) {
            continue; /* EIP-155 needs a chain id */
        }
        mo_result_t result = judge_variant(c, &variants[i]);
        if (result != MO_PASSED) {
            return result;
        }
        judged++;
    }
    MO_EXPECT(c, judged >= 3);
    return mo_case_end(c);
}

/* ---- {key, nonce, gasprice, startgas, to, value, data, unsigned, signed}: from before EIP-155 ---- */

bool mo_fits_legacy_signed(const mo_case_t *c)
{
    return mo_has(c->value, "startgas") && mo_has(c->value, "unsigned") && mo_has(c->value, "signed");
}

/* `unsigned` is in the form of its time, [.., 0, 0, 0]; the signature is over the first six fields. High s, which Frontier took,
 * has no sender here (eth/secp.h). */
mo_result_t mo_judge_legacy_signed(mo_case_t *c)
{
    mo_secp_key_t key;
    mo_address_t owner;
    mo_address_t sender;
    mo_transaction_room_t room = {.access = NULL};
    mo_transaction_signed_t got;
    mo_hash_t secret = mo_case_hash(c, "key");
    memcpy(key.bytes, secret.bytes, sizeof key.bytes);
    mo_bytes_t to = mo_case_bytes(c, "to");
    MO_EXPECT(c, mo_transaction_decode(mo_case_bytes(c, "signed"), &room, &got) == MO_TRANSACTION_OK);
    const mo_transaction_t *t = &got.transaction;
    MO_EXPECT(c, t->type == MO_TRANSACTION_LEGACY && t->chain_id == 0 && t->nonce == mo_case_u64(c, "nonce"));
    MO_EXPECT(c, mo_u256_equal(t->gas_price, mo_case_u256(c, "gasprice")) && t->gas_limit == mo_case_u64(c, "startgas"));
    MO_EXPECT(c, mo_u256_equal(t->value, mo_case_u256(c, "value")) && mo_bytes_equal(t->data, mo_case_bytes(c, "data")));
    MO_EXPECT(c, t->to == NULL ? to.size == 0 : mo_bytes_equal(mo_address_view(t->to), to));
    MO_EXPECT(c, mo_secp_address(&key, &owner));
    mo_secp_verdict_t verdict = mo_transaction_sender(&got, &sender);
    bool high = got.s.limb[3] >> 63 != 0; /* the order's half begins with 7f */
    MO_EXPECT(c, high ? verdict == MO_SECP_HIGH_S : verdict == MO_SECP_OK && mo_address_equal(&owner, &sender));
    return mo_case_end(c);
}
